// Files compressed with gzip: the same report, and the hash of the bytes as they are stored.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { audit, Cube } from '../../js/src/index.js';
import { folder, people, spec, toCsv, withoutInput } from './helper.mjs';

const rows = people(30000, 5);
const csv = toCsv(rows);
const packed = gzipSync(csv);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const wanted = withoutInput(await audit(Buffer.from(csv), spec));

test('a gzip file in every form of bytes', async (t) => {
  const path = join(folder(t), 'preds.csv.gz');
  writeFileSync(path, packed);
  async function* byteByByte() {
    for (let i = 0; i < packed.length; i += i < 20 ? 1 : 997) yield packed.subarray(i, i < 20 ? i + 1 : i + 997);
  }
  const forms = [packed, path, new Blob([packed]), new File([packed], 'p.gz'), new Response(packed),
    createReadStream(path, { highWaterMark: 1000 }), byteByByte()];
  for (const form of forms) {
    const report = await audit(form, spec);
    assert.equal(withoutInput(report), wanted);
    assert.equal(report.input.sha256, sha256(packed));
  }
  assert.equal((await audit(path, { ...spec, no_hash: true })).input.sha256, null);
  assert.equal((await audit(path, spec)).input.name, path);
});

test('a .tsv.gz is read with tabs; a cube file may be compressed; two members are one file', async (t) => {
  const path = join(folder(t), 'preds.tsv.gz');
  writeFileSync(path, gzipSync(toCsv(rows, '\t')));
  assert.equal(withoutInput(await audit(path, spec)), wanted);
  const cube = await Cube.build(Buffer.from(csv), spec);
  assert.deepEqual(await audit(gzipSync(cube.save()), spec), await audit(cube, spec));
  const half = csv.indexOf('\n', csv.length / 2) + 1;
  const both = Buffer.concat([gzipSync(csv.slice(0, half)), gzipSync(csv.slice(half))]);
  assert.equal(withoutInput(await audit(both, spec)), wanted);
});

test('a file of many members, wherever its pieces are cut', async () => {
  const lines = csv.split(/(?<=\n)/);
  const cuts = [0, 1, 1, 2, 40, 41, 3000, 9000, lines.length];
  const texts = cuts.slice(1).map((to, i) => lines.slice(cuts[i], to).join(''));
  const many = Buffer.concat(texts.map((text, i) => gzipSync(text, { level: i })));
  const inPieces = async function* (size) {
    const chunk = Buffer.alloc(size); // used again, as that of a file
    for (let i = 0; i < many.length; i += size) yield chunk.subarray(0, many.copy(chunk, 0, i, i + size));
  };
  for (const source of [many, new Blob([many]), inPieces(1), inPieces(7), inPieces(1000), inPieces(65536)]) {
    const report = await audit(source, spec);
    assert.equal(withoutInput(report), wanted);
    assert.equal(report.input.sha256, sha256(many));
  }
  await assert.rejects(audit(many.subarray(0, -3), spec), { code: 'EH_E_INPUT', message: /damaged or ends too early/ });
});

test('bytes that look like the header of a member: one within a member is an error, a part of one at the end is none', async () => {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 0, 3]);
  const text = Buffer.concat([Buffer.from('label,score,other,sex,race,age\n1,.5,.5,a,b,'), header, Buffer.from('\n1,.5,.5,a,b,30\n0,.5,.5,a,b,30\n')]);
  await assert.rejects(audit(gzipSync(text, { level: 0 }), spec), { code: 'EH_E_INPUT', message: /damaged or ends too early/ });
  const nearly = Buffer.concat([text.subarray(0, -1), Buffer.from(',')]);
  nearly[text.indexOf(8, 40)] = 7;
  assert.equal((await audit(gzipSync(nearly, { level: 0 }), spec)).input.rows, 3);
  const rest = Buffer.from('0,.25,.25,a,b,30\n');
  const filled = Buffer.concat([text.subarray(0, 31), ...Array.from({ length: 1 }, () => Buffer.from('1,.5,.5,a,b,40\n')), rest]);
  const padded = Buffer.concat([filled, Buffer.alloc(0x1f00 - filled.length % 0x10000, '\n')]);
  assert.equal(padded.length >> 8, 0x1f);
  assert.equal((await audit(gzipSync(padded), spec)).input.rows, 2);
});

test('progress counts bytes as stored', async () => {
  let last;
  await audit(packed, spec, { onProgress: (progress) => { last = progress; } });
  assert.deepEqual(last, { done: packed.length, total: packed.length, unit: 'bytes' });
});

test('a damaged or short file is an error, and so is what is wrong inside', async () => {
  const bent = Buffer.from(packed);
  bent[1000] ^= 255;
  for (const wrong of [bent, packed.subarray(0, 5000), packed.subarray(0, 5)])
    await assert.rejects(audit(new File([wrong], 'p.csv.gz'), spec), { code: 'EH_E_INPUT', message: /^p\.csv\.gz: the gzip data is damaged or ends too early/ });
  await assert.rejects(audit(gzipSync(csv), { ...spec, slice: 'sx' }), { code: 'EH_E_SPEC' });
  await assert.rejects(audit(gzipSync(''), spec), { code: 'EH_E_INPUT' });
});

test('a signal stops it', async () => {
  async function* slow() {
    yield packed.subarray(0, 3000);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  await assert.rejects(audit(slow(), spec, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' });
});

test('what is packed otherwise is told apart', async () => {
  const begins = (...bytes) => new File([Uint8Array.of(...bytes), 'and so on, long enough'], 'p.bin');
  await assert.rejects(audit(begins(0x28, 0xb5, 0x2f, 0xfd), spec), { code: 'EH_E_INPUT', message: 'p.bin: is packed with zstd, which is not read here; unpack it first: zstd -d' });
  await assert.rejects(audit(begins(0xfd, 0x37, 0x7a, 0x58), spec), { code: 'EH_E_INPUT', message: /^p\.bin: is packed with xz, .*xz -d$/ });
  await assert.rejects(audit(begins(0x50, 0x4b, 3, 4), spec), { code: 'EH_E_INPUT', message: /^p\.bin: is a ZIP archive/ });
});
