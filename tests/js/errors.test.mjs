// What must be refused, and how: a code to act on, a sentence to read, a place where there is one.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit, Cube, EvenhandError, init, render } from '../../js/src/index.js';
import { folder, people, spec, toColumns, toCsv } from './helper.mjs';

const rows = people(200);
const columns = toColumns(rows);
const base = { label: 'label', score: 'score' };

async function refuses(source, asked, code, message, detail = {}) {
  await assert.rejects(audit(source, asked), (error) => {
    assert.ok(error instanceof EvenhandError && error instanceof Error, String(error.stack));
    assert.equal(error.name, 'EvenhandError');
    assert.equal(error.code, code);
    assert.match(error.message, message);
    for (const [key, value] of Object.entries(detail)) assert.equal(error.detail[key], value);
    return true;
  });
}

test('options', async () => {
  await refuses(rows, { ...base, slices: 'sex' }, 'EH_E_USAGE', /unknown option "slices"; nearest is "slice"/, { status: 10 });
  await refuses(rows, { ...base, min_slice: -1 }, 'EH_E_USAGE', /min_slice needs a whole number, not "-1"/);
  await refuses(rows, { ...base, strict: 'yes' }, 'EH_E_USAGE', /strict is true or false/);
  await refuses(rows, { ...base, level: 2 }, 'EH_E_USAGE', /level must lie between 0 and 1/);
  await refuses(rows, { ...base, level: [0.9, 0.95] }, 'EH_E_USAGE', /level is given twice/);
  await refuses(rows, { ...base, threshold: NaN }, 'EH_E_USAGE', /threshold/);
  await refuses(rows, { ...base, threshold: [0.5, Infinity] }, 'EH_E_USAGE', /threshold/);
  await refuses(rows, { ...base, metric: 'fprr' }, 'EH_E_USAGE', /unknown metric "fprr"; nearest is "fpr"/);
  await refuses(rows, { ...base, slice: [{}] }, 'EH_E_USAGE', /option "slice" takes text.*of type object/);
  await refuses(rows, { ...base, slice: new String('sex') }, 'EH_E_USAGE', /option "slice" takes text.*of type object/);
  await refuses(rows, { ...base, threshold: Float64Array.of(0.5, NaN) }, 'EH_E_USAGE', /threshold/);
  await refuses(rows, { ...base, slice: [null] }, 'EH_E_USAGE', /option "slice" takes text.*null/);
  await refuses(rows, { ...base, json: 'out.json' }, 'EH_E_USAGE', /option "json".*audit returns the report/);
  await refuses(rows, 'label', 'EH_E_USAGE', /the spec is an object/);
  await refuses(rows, { score: 'score' }, 'EH_E_USAGE', /label/);
  await assert.rejects(render(rows, base, 'html'), { code: 'EH_E_USAGE', message: /"json", "csv" or "text", not "html"/ });
});

test('sources that are none', async () => {
  for (const source of [null, undefined, 7, true, () => rows, class { static label = [1]; static score = [1]; }])
    await refuses(source, base, 'EH_E_USAGE', /a source is a path, URL, stream/);
  await refuses([[1, 2]], base, 'EH_E_INPUT', /row 1 is not an object/);
  await refuses([rows[0], undefined, rows[1]], base, 'EH_E_INPUT', /row 2 is not an object/);
  await refuses([rows[0], , rows[1]], base, 'EH_E_INPUT', /row 2 is not an object/);
  await refuses(new ReadableStream({ start: (c) => (c.enqueue(5), c.close()) }), base, 'EH_E_USAGE', /a stream must give bytes/);
});

test('files that cannot be read', async (t) => {
  const path = folder(t);
  mkdirSync(join(path, 'sub'));
  await refuses(join(path, 'none.csv'), base, 'EH_E_IO', /none\.csv: no such file/, { path: join(path, 'none.csv') });
  await refuses(join(path, 'sub'), base, 'EH_E_IO', /sub: is a directory/);
});

test('columns that are not there, or not columns', async () => {
  await refuses(Buffer.from(toCsv(rows)), { ...base, slice: 'sx' }, 'EH_E_SPEC', /"sx".*"sex"/);
  await refuses(columns, { ...base, slice: 'sx' }, 'EH_E_SPEC', /"sx".*"sex"/);
  await refuses(rows, { ...base, score: 'scores' }, 'EH_E_SPEC', /"scores".*"score"/);
  await refuses({ ...columns, sex: 'Female' }, { ...base, slice: 'sex' }, 'EH_E_INPUT', /column "sex" is not an array/);
  const coded = (texts, codes = new Uint8Array(rows.length)) => ({ ...columns, sex: { texts, codes } });
  const bySex = { ...base, slice: 'sex' };
  await refuses(coded('a'), bySex, 'EH_E_INPUT', /column "sex" is not an array, a typed array or \{texts, codes\}/);
  await refuses(coded(['a'], [0, 0]), bySex, 'EH_E_INPUT', /column "sex" is not an array/);
  await refuses(coded(['a'], new Uint8Array(3)), bySex, 'EH_E_INPUT', /columns differ in length.*"sex" has 3/);
  await refuses(coded(['a', null]), bySex, 'EH_E_INPUT', /column "sex", texts\[1\] is not text; a missing cell has a code past/);
  await refuses(coded(['a', , 'b']), bySex, 'EH_E_INPUT', /texts\[1\] is not text/);
  await refuses(coded(['a\0']), bySex, 'EH_E_INPUT', /texts\[0\] has a NUL character/);
  await refuses({ ...columns, score: [1, 2] }, base, 'EH_E_INPUT',
    /columns differ in length: "label" has 200 rows, "score" has 2/);
  await refuses({ ...columns, score: columns.score.map(() => [1]) }, base, 'EH_E_INPUT',
    /column "score", row 1: a cell is text, a number/);
  await refuses({ ...columns, sex: columns.sex.map((x, i) => (i === 5 ? 'a\0b' : x)) }, { ...base, slice: 'sex' }, 'EH_E_INPUT',
    /column "sex", row 6: the text has a NUL character/);
  await refuses({ ...columns, sex: columns.sex.map((x, i) => (i === 5 ? {} : x)) }, { ...base, slice: 'sex' }, 'EH_E_INPUT',
    /column "sex", row 6/);
});

test('data that cannot be audited', async () => {
  await refuses(new Uint8Array(0), base, 'EH_E_INPUT', /empty/);
  await refuses([], base, 'EH_E_INPUT', /no rows/);
  await refuses(Buffer.from('label,score\n'), base, 'EH_E_INPUT', /header and no rows/);
  await refuses(Buffer.from('label,score\n1,"0.5\n'), base, 'EH_E_INPUT', /quote/);
  await refuses({ label: [1, 2, 0], score: [0.5, 0.5, 0.5] }, base, 'EH_E_INPUT', /positive/);
  await refuses({ label: ['no', 'yes'], score: [0.5, 0.5] }, { ...base, positive: 'Yes' }, 'EH_E_INPUT', /"Yes"/);
  await refuses(Buffer.from('label,score\n1,0.5\n0,x\n'), { ...base, strict: true }, 'EH_E_ROW', /3/, { line: 3 });
});

test('cubes', async () => {
  const cube = await Cube.build(rows, spec);
  const bytes = cube.save();
  await assert.rejects(Cube.load(bytes.subarray(0, 100)), { code: 'EH_E_CUBE', name: 'EvenhandError' });
  await assert.rejects(Cube.load(new Uint8Array(10)), { code: 'EH_E_CUBE' });
  const bent = bytes.slice();
  bent[bent.length >> 1] ^= 1;
  await assert.rejects(Cube.load(bent), { code: 'EH_E_CUBE' });
  await assert.rejects(Cube.load('week.ehc'), { code: 'EH_E_USAGE', message: /takes the bytes of a cube file/ });
  assert.throws(() => Cube.merge([]), { code: 'EH_E_USAGE' });
  assert.throws(() => Cube.merge([cube, {}]), { code: 'EH_E_USAGE' });
  assert.throws(() => Cube.merge([cube, null]), { code: 'EH_E_USAGE' });
  const other = await Cube.build(rows, { ...spec, slice: 'sex' });
  assert.throws(() => Cube.merge([cube, other]), { code: 'EH_E_MISMATCH' });
  await refuses(cube, { slice: 'sx' }, 'EH_E_SPEC', /"sex"/);
  for (const t of [NaN, Infinity, '0.5', undefined]) assert.throws(() => cube.at(t), { code: 'EH_E_USAGE', message: /finite number/ });
  assert.throws(() => cube.at(0.5, { model: 'scor' }), { code: 'EH_E_SPEC', message: /no model "scor"; nearest is "score"/ });
  cube.free();
  cube.free();
  for (const use of [() => cube.at(0.5), () => cube.save(), () => Cube.merge([cube])])
    assert.throws(use, { code: 'EH_E_USAGE', message: 'this cube has been freed' });
  await refuses(cube, {}, 'EH_E_USAGE', /has been freed/);
  assert.throws(() => new Cube(), { code: 'EH_E_USAGE' });
});

test('init comes first', async () => {
  await audit(rows, base);
  await assert.rejects(init(new Uint8Array(8)), { code: 'EH_E_USAGE', message: /before the first use/ });
});
