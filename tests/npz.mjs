// Writes NumPy's formats, for tests: arrays of one dimension, record arrays, archives.
import zlib from 'node:zlib';

const { constants, crc32: crcOf, deflateRawSync } = zlib;

/** The bytes of one value of a type such as "<f8". */
const WRITERS = {
  f4: (view, at, x, little) => view.setFloat32(at, x, little), f8: (view, at, x, little) => view.setFloat64(at, x, little),
  i1: (view, at, x) => view.setInt8(at, x), i2: (view, at, x, little) => view.setInt16(at, x, little),
  i4: (view, at, x, little) => view.setInt32(at, x, little), i8: (view, at, x, little) => view.setBigInt64(at, BigInt(x), little),
  u1: (view, at, x) => view.setUint8(at, x), u2: (view, at, x, little) => view.setUint16(at, x, little),
  u4: (view, at, x, little) => view.setUint32(at, x, little), u8: (view, at, x, little) => view.setBigUint64(at, BigInt(x), little),
  b1: (view, at, x) => view.setUint8(at, Number(x)),
};

const sizeOf = (type) => Number(type.slice(2)) * (type[1] === 'U' ? 4 : 1);

function put(view, at, type, x) {
  const little = type[0] !== '>';
  if (type[1] === 'S') new Uint8Array(view.buffer).set(Buffer.from(x ?? ''), at);
  else if (type[1] === 'U') [...(x ?? '')].forEach((c, i) => view.setUint32(at + 4 * i, c.codePointAt(0), little));
  else WRITERS[type.slice(1)](view, at, x, little);
}

function header(descr, shape) {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.of(padded.length & 255, padded.length >> 8), Buffer.from(padded, 'latin1')]);
}

/** A .npy of one column. */
export function npy(type, cells) {
  const data = new DataView(new ArrayBuffer(cells.length * sizeOf(type)));
  cells.forEach((cell, i) => put(data, i * sizeOf(type), type, cell));
  return Buffer.concat([header(`'${type}'`, `(${cells.length},)`), Buffer.from(data.buffer)]);
}

/** A .npy of records: {name: {type, cells}}. */
export function records(columns) {
  const all = Object.entries(columns);
  const stride = all.reduce((sum, [, { type }]) => sum + sizeOf(type), 0);
  const rows = all[0][1].cells.length;
  const data = new DataView(new ArrayBuffer(rows * stride));
  let offset = 0;
  for (const [, { type, cells }] of all) {
    cells.forEach((cell, i) => put(data, i * stride + offset, type, cell));
    offset += sizeOf(type);
  }
  const descr = all.map(([name, { type }]) => `('${name}', '${type}')`).join(', ');
  return Buffer.concat([header(`[${descr}]`, `(${rows},)`), Buffer.from(data.buffer)]);
}

/** CRC-32 of ZIP; Node 20.15 has it, and else it is counted bit by bit. */
function crc32(bytes) {
  if (crcOf) return crcOf(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function words(...pairs) {
  const out = Buffer.alloc(pairs.reduce((sum, [, n]) => sum + n, 0));
  pairs.reduce((at, [x, n]) => (n === 8 ? out.writeBigUInt64LE(BigInt(x), at) : out.writeUIntLE(x, at, n), at + n), 0);
  return out;
}

/** An archive of {name: bytes}; `pack` options of deflate, or undefined for stored. `zip64` writes sizes as large archives do. */
export function archive(members, pack, zip64 = false) {
  const local = [];
  const entries = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(members)) {
    const data = pack ? deflateRawSync(bytes, pack) : bytes;
    const sizes = zip64 ? [[0xffffffff, 4], [0xffffffff, 4]] : [[data.length, 4], [bytes.length, 4]];
    const extra = zip64 ? words([1, 2], [16, 2], [bytes.length, 8], [data.length, 8]) : Buffer.alloc(0);
    const common = [[0, 2], [pack ? 8 : 0, 2], [0, 4], [crc32(bytes), 4], ...sizes, [Buffer.byteLength(name), 2], [extra.length, 2]];
    local.push(words([0x04034b50, 4], [20, 2], ...common), Buffer.from(name), extra, data);
    entries.push(words([0x02014b50, 4], [20, 2], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), Buffer.from(name), extra);
    at = local.reduce((sum, part) => sum + part.length, 0);
  }
  const directory = Buffer.concat(entries);
  const n = Object.keys(members).length;
  return Buffer.concat([...local, directory, words([0x06054b50, 4], [0, 4], [n, 2], [n, 2], [directory.length, 4], [at, 4], [0, 2])]);
}

/** A .npz of {name: {type, cells}}. */
export const npz = (columns, pack, zip64) =>
  archive(Object.fromEntries(Object.entries(columns).map(([name, { type, cells }]) => [`${name}.npy`, npy(type, cells)])), pack, zip64);

/** Every way in which zlib packs. */
export const packings = [0, 1, 6, 9].map((level) => ({ level })).concat(
  [constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE].map((strategy) => ({ strategy })), { level: 9, memLevel: 1 });
