// Whatever form the rows come in, the report is the same.
import assert from 'node:assert/strict';
import { createReadStream, openAsBlob, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { audit, Cube, render } from '../../js/src/index.js';
import { folder, people, spec, toColumns, toCsv, withoutInput } from './helper.mjs';

const rows = people(3000);
const csv = toCsv(rows);
const bytes = new TextEncoder().encode(csv);
const columns = toColumns(rows);
const wanted = withoutInput(await audit(bytes, spec));
const same = async (source, other = spec, expected = wanted) => assert.equal(withoutInput(await audit(source, other)), expected);

test('bytes, path, file URL, Blob, ArrayBuffer', async (t) => {
  const path = join(folder(t), 'preds.csv');
  writeFileSync(path, csv);
  await same(path);
  await same(pathToFileURL(path));
  await same(await openAsBlob(path));
  await same(new Blob([csv]));
  await same(bytes.buffer);
  await same(Buffer.from(csv));
});

test('the name of a file and its hash are in the report', async (t) => {
  const path = join(folder(t), 'preds.csv');
  writeFileSync(path, csv);
  const { input } = await audit(path, spec);
  assert.equal(input.name, path);
  assert.match(input.sha256, /^[0-9a-f]{64}$/);
  assert.equal(input.rows, rows.length);
  assert.equal(input.missing.sex, rows.filter((row) => row.sex === null).length);
  assert.equal((await audit(new File([csv], 'dropped.csv'), spec)).input.name, 'dropped.csv');
  assert.equal((await audit(path, { ...spec, no_hash: true })).input.sha256, null);
  assert.equal((await audit(rows, spec)).input.sha256, null);
});

test('streams, in pieces of any size', async (t) => {
  const path = join(folder(t), 'preds.csv');
  writeFileSync(path, csv);
  await same(createReadStream(path, { highWaterMark: 1000 }));
  await same(new Blob([csv]).stream());
  await same(new Response(csv));
  await same(Readable.from([csv.slice(0, 10), csv.slice(10)]));
  await same(Readable.toWeb(createReadStream(path)));
  async function* byteByByte() {
    for (let i = 0; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7);
  }
  await same(byteByByte());
});

test('a character cut in two by a stream of text is one character', async () => {
  const smile = String.fromCodePoint(0x1f600);
  const text = csv.replaceAll('Female', `a${smile}b${smile}`);
  const asked = withoutInput(await audit(Buffer.from(text), spec));
  assert.ok(asked.includes(`sex=a${smile}b${smile}`));
  for (const size of [1, 7, 64]) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
    await same(Readable.from(pieces), spec, asked);
  }
  const cut = text.indexOf(smile) + 1;
  await same(Readable.from([text.slice(0, cut), '', text.slice(cut)]), spec, asked);
  const halves = ['label,score,g\n1,.5,', '\ud83d', new TextEncoder().encode('x\n0,.5,b\n1,.4,c'), '\ud83d'];
  const report = await audit(Readable.from(halves), { label: 'label', score: 'score', slice: 'g' });
  assert.deepEqual(report.slices.map((slice) => slice.name).sort(), ['g=b', 'g=c\ufffd', 'g=\ufffdx', 'overall']);
});

test('an http address, and one that is not there', async (t) => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/preds.csv' ? 200 : 404;
    response.end(csv);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const at = (path) => new URL(path, `http://127.0.0.1:${server.address().port}`);
  await same(at('/preds.csv'));
  await assert.rejects(audit(new URL('http://127.0.0.1:1/preds.csv'), spec), { code: 'EH_E_IO', message: /127.*: cannot be fetched/ });
  await assert.rejects(audit(at('/other.csv'), spec), { code: 'EH_E_IO', message: /other\.csv: cannot be fetched \(status 404\)/ });
});

test('rows and columns in memory', async () => {
  await same(rows);
  await same(columns);
  await same(rows.map((row) => Object.create(row)));
  await same({ ...columns, notes: 'not a column, and not asked for' });
  await same({ first: [1, 2], ...columns, others: [], typed: new Uint8Array(3) });
});

test('typed arrays of every kind', async () => {
  const exact = { ...columns, score: Float64Array.from(columns.score) };
  for (const type of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
    Float32Array, Float64Array])
    await same({ ...exact, label: type.from(columns.label), age: type.from(columns.age), other: Float32Array.from(columns.other) });
  const big = BigInt64Array.from(columns.label.map(BigInt));
  await same({ ...exact, label: big, age: BigUint64Array.from(columns.age.map(BigInt)) });
});

test('texts by code, of every width, alone and on workers', async () => {
  const coded = (cells, type, extra = []) => {
    const texts = [...extra, ...new Set(cells.filter((cell) => cell !== null))];
    return { texts, codes: type.from(cells, (cell) => (cell === null ? -1 : texts.lastIndexOf(cell))) };
  };
  for (const type of [Uint8Array, Uint16Array, Uint32Array])
    await same({ ...columns, sex: coded(columns.sex, type), race: coded(columns.race, type, ['unused', 'White', '', 'NA']) });
  await same({ ...columns, sex: coded(columns.sex.map((x) => x ?? 'NA'), Uint8Array), label: coded(columns.label.map(String), Uint8Array) });
  const many = people(70000, 5);
  const plain = toColumns(many);
  const asCoded = { ...plain, sex: coded(plain.sex, Uint8Array), race: coded(plain.race, Uint16Array) };
  const report = withoutInput(await audit(plain, spec));
  await same(asCoded, spec, report);
  assert.equal(withoutInput(await audit(asCoded, spec, { workers: 2 })), report);
});

test('booleans, numbers as text, and mixtures of them', async () => {
  await same({ ...columns, label: columns.label.map(Boolean) });
  await same({ ...columns, label: columns.label.map(String), score: columns.score.map((x) => ` ${x} `.trim()) });
  await same({ ...columns, age: columns.age.map((x, i) => (i % 2 ? String(x) : x)) });
  await same({ ...columns, label: columns.label.map((x, i) => (i % 3 ? Boolean(x) : x)) });
});

test('null, undefined, NaN, the empty text and NA are missing', async () => {
  for (const missing of [null, undefined, NaN, '', 'NA'])
    await same({ ...columns, sex: columns.sex.map((x) => x ?? missing) });
  const holes = (missing) => audit({ ...columns, score: columns.score.map((x, i) => (i % 10 ? x : missing)) }, spec);
  const skipped = withoutInput(await holes(null));
  assert.notEqual(skipped, wanted);
  for (const missing of [undefined, NaN, '', 'NA']) assert.equal(withoutInput(await holes(missing)), skipped);
  const sparse = columns.score.slice();
  for (let i = 0; i < sparse.length; i += 10) delete sparse[i];
  assert.equal(withoutInput(await audit({ ...columns, score: sparse }, spec)), skipped);
});

test('numbers as groups are spelled alike in every form', async () => {
  const group = rows.map((_, i) => [0, -0, 0.1, 1e21, 1e-7, 5, -2.5][i % 7]);
  const other = { label: 'label', score: 'score', slice: 'group', metric: 'fpr' };
  const forms = [group, Float64Array.from(group), group.map(String), group.map((x, i) => (i % 2 ? String(x) : x))];
  const reports = [];
  for (const form of forms) reports.push(withoutInput(await audit({ ...columns, group: form }, other)));
  assert.deepEqual([...new Set(reports)].length, 1);
  assert.ok(JSON.parse(reports[0]).slices.some((slice) => slice.name === 'group=1e+21'));
});

/** Rows of which the first batch is all numbers and the last rows are mixed, and the same rows the other way round. */
function batches(numbers, other) {
  const n = 65536 + 600;
  const group = Array.from({ length: n }, (_, i) => numbers[i % numbers.length]);
  group[n - 1] = other;
  const label = group.map((_, i) => (i >> 3) % 2);
  const score = group.map((_, i) => ((i * 7919) % 1000) / 1000);
  const columns = { group, label, score };
  const backwards = Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.toReversed()]));
  return [columns, backwards];
}

test('a number is spelled alike in a batch of numbers and in a mixed one', async () => {
  const other = { label: 'label', score: 'score', slice: 'group', metric: 'fpr' };
  const awkward = [2 ** -44, 5e-324, 0.1 + 0.2, 2 ** 53, -1e300, -0, Infinity, -Infinity, NaN];
  const few = awkward.flatMap((x) => [x, x, x, x]);
  const small = { group: few, label: few.map((_, i) => i % 2), score: few.map((_, i) => (i % 5) / 5) };
  const mixed = { ...small, group: few.map((x, i) => (i === 21 ? '0' : x)) };
  const wanted = await render(small, other);
  assert.equal(await render({ ...small, group: Float64Array.from(few) }, other), wanted);
  assert.equal(await render(mixed, other), wanted);
  assert.deepEqual(JSON.parse(wanted).slices.map((slice) => slice.name).sort(), ['group=-1e+300', 'group=0',
    'group=0.30000000000000004', 'group=4.94065645841247e-324', 'group=5.6843418860808015e-14', 'group=9007199254740992', 'overall']);
  assert.equal(JSON.parse(wanted).input.missing.group, 12);
  const [forwards, backwards] = batches(awkward, 'text');
  const report = await render(forwards, other);
  assert.equal(await render(backwards, other), report);
  assert.equal(JSON.parse(report).slices.length, 8);
});

test('an infinite score or label is what it is in a mixed batch too', async () => {
  for (const [name, bad, reason] of [['score', Infinity, 'score "score" is not finite'], ['label', 0.5, null], ['score', NaN, 'score "score" is missing']]) {
    const asked = { label: 'label', score: 'score' };
    const plain = { label: [1, 0, 1, 0], score: [0.1, 0.2, 0.3, 0.4] };
    plain[name][2] = bad;
    const mixed = { ...plain, [name]: plain[name].map((x, i) => (i === 0 ? String(x) : x)) };
    if (!reason) {
      const message = await audit(plain, asked).catch((error) => error.message);
      await assert.rejects(audit(mixed, asked), { message });
      continue;
    }
    assert.equal(await render(mixed, asked), await render(plain, asked));
    assert.deepEqual((await audit(mixed, asked)).input.skipped, [{ line: 3, reason }]);
  }
});

test('more rows than one batch, with types that change between batches', async () => {
  const n = 70000;
  const group = Array.from({ length: n }, (_, i) => (i < 65536 ? i % 3 : String(i % 3)));
  const label = Array.from({ length: n }, (_, i) => (i < 65536 ? i % 2 : i % 2 === 1));
  const score = Array.from({ length: n }, (_, i) => ((i * 7919) % 1000) / 1000);
  const other = { label: 'label', score: 'score', slice: 'group' };
  const report = await audit({ group, label, score }, other);
  assert.deepEqual(report.slices.map((slice) => slice.rows), [n, 23334, 23333, 23333]);
  const file = `group,label,score\n${score.map((s, i) => `${group[i]},${i % 2},${s}`).join('\n')}\n`;
  assert.equal(withoutInput(report), withoutInput(await audit(Buffer.from(file), other)));
});

test('a .tsv is read with tabs; a delimiter in the spec outweighs the name', async (t) => {
  const path = join(folder(t), 'preds.tsv');
  writeFileSync(path, toCsv(rows, '\t'));
  await same(path);
  writeFileSync(path, toCsv(rows, ';'));
  await same(path, { ...spec, delimiter: ';' });
});

test('a cube and its file are sources', async (t) => {
  const cube = await Cube.build(rows, spec);
  await same(cube);
  const path = join(folder(t), 'preds.ehc');
  writeFileSync(path, cube.save());
  await same(path);
  await same(cube.save());
});

test('a list is an array, or a string split at commas; numbers and ranges are thresholds', async () => {
  await same(rows, { ...spec, score: 'score,other', slice: 'sex,race', cross: 'sex*race', bucket: 'age:30,45,60', threshold: '.3,.5' });
  await same(rows, { ...spec, threshold: ['0.3:0.5:0.2'] });
  await same(rows, { ...spec, threshold: Float64Array.of(0.3, 0.5) });
  await same(rows, { ...spec, slice: { length: 2, 0: 'sex', 1: 'race' } });
  await same(rows, { ...spec, min_slice: undefined, positive: null, metric: [] });
  const awkward = { 'a,b': columns.sex, label: columns.label, 'p,q': columns.score };
  const report = await audit(awkward, { label: 'label', score: ['p,q'], slice: ['a,b'], threshold: 0.5, metric: 'fpr' });
  assert.deepEqual(report.spec.slice, ['a,b']);
  assert.equal(report.results[0].model, 'p,q');
});

test('render gives what the program writes', async () => {
  assert.equal(JSON.stringify(JSON.parse(await render(rows, spec))), JSON.stringify(await audit(rows, spec)));
  const table = await render(rows, spec, 'csv');
  assert.match(table, /^model,slice,metric,threshold,/);
  assert.match(await render(rows, { ...spec, top: 3, sort: 'name' }, 'text', { width: 80 }), /sex=Female/);
});
