// Parquet files, through hyparquet: an optional package, loaded when the first such file is met.
//
// Only the wanted columns are decoded, one row group at a time. The hash is of the file, which is read once for it.
import { EvenhandError } from './errors.js';

/**
 * @typedef {import('./table.js').Table} Table
 * @typedef {import('./table.js').Cell} Cell
 * @typedef {import('./table.js').Column} Column
 * @typedef {{byteLength: number, slice: (from: number, to?: number) => ArrayBuffer | Promise<ArrayBuffer>}} Random
 */

/**
 * A source whose first bytes said that it is Parquet.
 * @typedef {object} Opened
 * @property {Uint8Array} head
 * @property {AsyncGenerator<Uint8Array>} rest
 * @property {() => Promise<(Random & {close: () => Promise<void>}) | undefined>} random
 * @property {(bytes: Uint8Array) => void} stored
 */

/** @param {Uint8Array} head the first bytes: "PAR1" */
export const isParquet = (head) => head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;

/** @param {string} name */
async function loadReader(name) {
  try {
    return await import(/* webpackIgnore: true */ 'hyparquet');
  } catch (error) {
    throw new EvenhandError('EH_E_INPUT', `${name} is a Parquet file, which needs the package hyparquet: npm install hyparquet`, {},
      { cause: error });
  }
}

/**
 * Every piece of the file, first to last.
 * @param {Opened} opened
 * @param {(piece: Uint8Array) => void} take
 */
async function eachPiece({ head, rest }, take) {
  take(head);
  for await (const piece of rest) take(piece);
}

/**
 * The whole file, where it cannot be read at any place.
 * @param {Opened} opened
 */
async function collect(opened) {
  /** @type {Uint8Array[]} */
  const kept = [];
  await eachPiece(opened, (piece) => kept.push(piece.slice()));
  const bytes = new Uint8Array(kept.reduce((size, piece) => size + piece.length, 0));
  kept.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return bytes;
}

/**
 * A cell as columns in memory have it: whole numbers as numbers while these are exact, days and times as ISO text.
 * @param {unknown} cell
 */
function plain(cell) {
  if (typeof cell === 'bigint')
    return cell >= BigInt(Number.MIN_SAFE_INTEGER) && cell <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(cell) : cell;
  return cell instanceof Date ? cell.toISOString().replace('T00:00:00.000Z', '') : cell;
}

/**
 * @param {ArrayLike<unknown>[]} chunks of one column, in order
 * @returns {(from: number, to: number) => Column}
 */
function reader(chunks) {
  const whole = chunks.length === 1 ? chunks[0] : chunks.flatMap((chunk) => Array.from(chunk));
  if (ArrayBuffer.isView(whole) && !(whole instanceof BigInt64Array) && !(whole instanceof BigUint64Array))
    return (from, to) => /** @type {Float64Array} */ (whole).subarray(from, to);
  return (from, to) => {
    const cells = new Array(to - from);
    for (let i = from; i < to; i++) cells[i - from] = plain(whole[i]);
    return /** @type {Cell[]} */ (cells);
  };
}

/**
 * Whether a column holds one value a row.
 * @param {import('hyparquet').SchemaTree} child
 */
const isFlat = ({ children, element }) => children.length === 0 && element.repetition_type !== 'REPEATED';

/**
 * The rows of a file, row group by row group.
 * @param {Random} file
 * @param {import('hyparquet').FileMetaData} metadata
 * @param {string[]} wanted
 * @param {import('./watch.js').Watch} watch
 * @param {string} name
 * @returns {AsyncGenerator<Table>}
 */
async function* groups(file, metadata, wanted, watch, name) {
  const { parquetRead, parquetSchema } = await loadReader(name);
  const { children } = parquetSchema(metadata);
  const names = children.map((child) => child.element.name);
  const columns = names.filter((column) => wanted.includes(column));
  for (const child of children)
    if (columns.includes(child.element.name) && !isFlat(child))
      throw new EvenhandError('EH_E_INPUT', `${name}: column "${child.element.name}" holds lists or records; give a flat column`);
  watch.begin('rows', Number(metadata.num_rows));
  const sizes = metadata.row_groups.map((group) => Number(group.num_rows));
  let first = 0;
  for (const rows of sizes.length > 0 ? sizes : [0]) {
    /** @type {Map<string, ArrayLike<unknown>[]>} */
    const read = new Map(columns.map((column) => [column, []]));
    if (rows > 0 && columns.length > 0)
      await watch.until(parquetRead({ file, metadata, columns, rowStart: first, rowEnd: first + rows,
        onChunk: ({ columnName, columnData }) => { read.get(columnName)?.push(columnData); } }));
    const readers = new Map(columns.map((column) => [column, reader(read.get(column) ?? [])]));
    yield { rows, name, first: first + 1, has: (column) => names.includes(column), names: () => names,
      cells: (column, from, to) => /** @type {(from: number, to: number) => Column} */ (readers.get(column))(from, to) };
    first += rows;
  }
}

/**
 * @param {Opened} opened
 * @param {(names: string[]) => string[] | undefined} choose from the names of its columns those that are wanted; undefined: none
 *   is to be read
 * @param {string} name
 * @param {import('./watch.js').Watch} watch
 * @returns {AsyncGenerator<Table>}
 */
async function* tables(opened, choose, name, watch) {
  const { parquetMetadataAsync, parquetSchema } = await loadReader(name);
  const random = await opened.random();
  try {
    const whole = random === undefined ? await collect(opened) : undefined;
    const file = random ?? /** @type {Uint8Array<ArrayBuffer>} */ (whole).buffer;
    const metadata = await parquetMetadataAsync(file);
    const wanted = choose(parquetSchema(metadata).children.map((child) => child.element.name));
    if (wanted === undefined) return;
    if (whole) opened.stored(whole);
    else await eachPiece(opened, opened.stored);
    yield* groups(file, metadata, wanted, watch, name);
  } finally {
    await random?.close();
  }
}

/**
 * What hyparquet could not do, as a sentence.
 * @param {unknown} error
 * @param {string} name
 * @param {import('./watch.js').Watch} watch
 */
function faultOf(error, name, watch) {
  watch.check();
  if (error instanceof EvenhandError || !(error instanceof Error) || 'code' in error) return error;
  const codec = /unsupported compression codec: (\w+)/.exec(error.message);
  const why = codec ? `its columns are compressed with ${codec[1]}; write it with snappy or uncompressed` : `cannot be read as Parquet: ${error.message}`;
  return new EvenhandError('EH_E_INPUT', `${name}: ${why}`, {}, { cause: error });
}

/**
 * @param {Opened} opened
 * @param {(names: string[]) => string[] | undefined} choose
 * @param {string} name
 * @param {import('./watch.js').Watch} watch
 * @returns {AsyncGenerator<Table>}
 */
export async function* parquetTables(opened, choose, name, watch) {
  try {
    yield* tables(opened, choose, name, watch);
  } catch (error) {
    throw faultOf(error, name, watch);
  }
}

/**
 * The first rows of every flat column; `rows` of the table are all that the file has.
 * @param {Opened} opened
 * @param {number} most rows
 * @param {string} name
 * @param {import('./watch.js').Watch} watch
 * @returns {Promise<Table>}
 */
export async function parquetHead(opened, most, name, watch) {
  let close = async () => {};
  try {
    const { parquetMetadataAsync, parquetRead, parquetSchema } = await loadReader(name);
    const random = await opened.random();
    close = random?.close ?? close;
    const file = random ?? /** @type {Uint8Array<ArrayBuffer>} */ (await collect(opened)).buffer;
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.filter(isFlat).map((child) => child.element.name);
    /** @type {Map<string, ArrayLike<unknown>[]>} */
    const read = new Map(names.map((column) => [column, []]));
    const rows = Number(metadata.num_rows);
    if (rows > 0 && names.length > 0)
      await watch.until(parquetRead({ file, metadata, columns: names, rowStart: 0, rowEnd: Math.min(rows, most),
        onChunk: ({ columnName, columnData }) => { read.get(columnName)?.push(columnData); } }));
    const readers = new Map(names.map((column) => [column, reader(read.get(column) ?? [])]));
    return { rows, name, first: 1, has: (column) => names.includes(column), names: () => names,
      cells: (column, from, to) => /** @type {(from: number, to: number) => Column} */ (readers.get(column))(from, to) };
  } catch (error) {
    throw faultOf(error, name, watch);
  } finally {
    await close();
  }
}
