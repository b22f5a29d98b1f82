// A look at a table of every form: what its columns hold, and what they are guessed to be.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { audit, Cube, look } from '../../js/src/index.js';
import { npz, records } from '../npz.mjs';
import { folder, people, root, spec, toColumns, toCsv, toLines } from './helper.mjs';

const rows = people(3000, 11);
const columns = toColumns(rows);
const csv = toCsv(rows);
const bytes = (text) => new TextEncoder().encode(text);
const column = (seen, name) => seen.columns.find((one) => one.name === name);
const missing = rows.filter((row) => row.sex === null).length;

test('the example data', async () => {
  const seen = await look(join(root, 'examples/data/adult.csv'));
  assert.deepEqual([seen.rowsRead, seen.whole, seen.columnCount, seen.rowsSkipped], [16281, true, 8, 0]);
  assert.deepEqual({ ...seen.guess, why: { ...seen.guess.why } }, {
    label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], bucket: ['age:25,45,65'], multi: [],
    why: { score: { role: 'score', word: 'score' }, score_logistic: { role: 'score', word: 'score' }, label: { role: 'label', word: 'label' },
      age: { role: 'bucket', word: 'age' }, sex: { role: 'slice', word: 'sex' }, race: { role: 'slice', word: 'race' },
      education: { role: 'slice' }, workclass: { role: 'slice' } } });
  const { values, ...workclass } = column(seen, 'workclass');
  assert.deepEqual(workclass, { name: 'workclass', kind: 'text', binary: false, missing: 963, distinct: 8, more: false });
  assert.deepEqual(values[0], { text: 'Private', rows: 11210 });
  const age = column(seen, 'age');
  assert.deepEqual([age.kind, age.least, age.most, age.more], ['number', 17, 90, true]);
});

test('the same of the same rows in every form', async (t) => {
  const path = join(folder(t), 'preds.csv');
  writeFileSync(path, csv);
  const cells = (name, type) => ({ type, cells: columns[name] });
  const arrays = { label: cells('label', '|i1'), score: cells('score', '<f8'), other: cells('other', '<f8'), sex: cells('sex', '<U6'),
    race: cells('race', '|S16'), age: cells('age', '<i4') };
  const types = { label: 'INT64', score: 'DOUBLE', other: 'DOUBLE', sex: 'STRING', race: 'STRING', age: 'INT32' };
  const parquet = Buffer.from(parquetWriteBuffer({ columnData: Object.entries(types).map(([name, type]) => ({ name, type, nullable: true,
    data: columns[name].map((cell) => (type === 'INT64' ? BigInt(cell) : cell)) })) }));
  const wanted = await look(bytes(csv));
  assert.deepEqual([wanted.rowsRead, wanted.guess.label, wanted.guess.score, wanted.guess.slice, wanted.guess.bucket],
    [3000, 'label', ['score'], ['sex', 'race'], ['age:25,45,65']]);
  assert.equal(column(wanted, 'sex').missing, missing);
  assert.equal(column(wanted, 'label').binary, true);
  const forms = { path, blob: new Blob([csv]), response: new Response(csv), gzip: gzipSync(csv), lines: bytes(toLines(rows)), columns, rows,
    npz: npz(arrays), packed: npz(arrays, {}), records: records(arrays), parquet, 'parquet stream': new Response(parquet) };
  for (const [form, source] of Object.entries(forms)) assert.deepEqual(await look(source), wanted, form);
});

test('cells of several values: lists, or texts with a sign between', async () => {
  const cells = [['a', 'b'], ['b'], ['c', 'a'], ['b', 'c']];
  const made = Array.from({ length: 80 }, (_, i) => ({ y: i % 2, p: (i % 9) / 10, tags: cells[i % 4], one: [['u', 'v'][i % 2]], home: ['x;y', 'x', 'z', 'z;y'][i % 4] }));
  const asText = made.map(({ y, p, tags, home }) => `${y},${p},${tags.join('|')},${home}\n`).join('');
  const lines = made.map(({ one, ...row }) => `${JSON.stringify({ ...row, vector: [row.p, { deep: [1] }], more: { of: 'it' } })}\n`).join('');
  for (const [form, source, more] of [['rows', made, ['one']], ['csv', bytes(`y,p,tags,home\n${asText}`), []], ['lines', bytes(lines), []]]) {
    const { guess, columns: seen, rowsSkipped } = await look(source);
    assert.equal(rowsSkipped, 0, form);
    assert.deepEqual([guess.label, guess.score, guess.slice, guess.multi], ['y', ['p'], ['tags', ...more, 'home'], ['tags:|', ...more.map((name) => `${name}:|`)]], form);
    assert.deepEqual({ ...guess.why.tags }, { role: 'multi' });
    assert.deepEqual({ ...guess.why.home }, { role: 'slice' });
    assert.ok(seen.filter(({ name }) => ['vector', 'more'].includes(name)).every(({ kind }) => kind === 'nothing'), form); // no values, and no defects
    const { label, score, slice, multi } = guess;
    const report = await audit(source, { label, score, slice, multi, metric: 'fpr' });
    for (const name of ['tags=a', 'tags=c', 'home=z;y']) assert.ok(report.slices.some((one) => one.name === name), `${form} ${name}`);
  }
});

test('the head of a large file, and no more of it', async () => {
  const line = '1,.5,a\n0,.25,b\n';
  const head = 'y,p,g\n';
  const text = `${head}${line.repeat(100_000)}1,"unclosed`;
  let asked = 0;
  async function* stream() {
    for (let at = 0; at < text.length; at += 1 << 16, asked++) yield text.slice(at, at + (1 << 16));
  }
  const seen = await look(stream());
  assert.equal(seen.whole, false);
  assert.equal(seen.rowsRead, Math.floor(((1 << 20) - head.length) / line.length) * 2 + 1);
  assert.ok(asked <= 17, `${asked}`);
  assert.deepEqual(await look(gzipSync(text)), seen);
  assert.deepEqual((await look({ y: new Uint8Array(5000), p: new Float64Array(5000).fill(0.5) })).rowsRead, 4096);
});

test('weights, texts as labels, codes as groups, names that say nothing', async () => {
  const of = async (header, row, n = 40) => (await look(bytes(`${header}\n${Array.from({ length: n }, (_, i) => row(i)).join('\n')}\n`))).guess;
  const survey = await of('outcome,risk_score,PWGTP,gender,body weight', (i) => `${i % 3 ? 'no' : 'Yes'},${i / 50},${i * 3},${i % 2 + 1},${60 + i}`);
  assert.deepEqual([survey.label, survey.positive, survey.score, survey.weight, survey.slice], ['outcome', 'Yes', ['risk_score'], 'PWGTP', ['gender']]);
  assert.deepEqual(survey.why.PWGTP, { role: 'weight', word: 'pwgtp' });
  assert.equal((await of('y,score,Sample_Weight,weight_kg', (i) => `${i % 2},.${i + 1},${i},${i}`)).weight, 'Sample_Weight');
  const nameless = await of('a,b,c', (i) => `${i % 2},${i / 50},x${i % 4}`);
  assert.deepEqual([nameless.label, nameless.score, nameless.slice], ['a', ['b'], ['c']]);
  assert.deepEqual(nameless.why.a, { role: 'label' });
  const several = await of('a,b,c,d', (i) => `${i % 2},${i / 50},${i % 3 ? 1 : 0},${i / 60}`);
  assert.deepEqual([several.label, several.score], [undefined, []]);
  const models = await of('y,prob_before,prob_after,p_value', (i) => `${i % 2},.${i + 1},.${i + 2},.${i + 3}`);
  assert.deepEqual(models.score, ['prob_before', 'prob_after']);
  const points = await of('sex,decile_score,score_text,is_recid,two_year_recid', (i) => `${i % 3 ? 'M' : 'F'},${i % 10 + 1},${i % 10 > 4 ? 'High' : 'Low'},${i % 2},${i % 2}`);
  assert.deepEqual([points.label, points.score, points.slice], ['two_year_recid', ['decile_score'], ['sex']]);
  assert.deepEqual(points.why.two_year_recid, { role: 'label', word: 'recid' });
  assert.deepEqual((await of('y,risk,rate', (i) => `${i % 2},${i},${i / 50}`)).score, ['risk']);
});

test('names that a program might trip over, and two of a name', async () => {
  const seen = await look(bytes('__proto__,constructor,<img src=x onerror=alert(1)>,s,s\n' + '1,.5,a,x,x\n0,.25,b,y,y\n0,.75,b,y,y\n'.repeat(3)));
  assert.deepEqual(seen.columns.map((one) => one.name), ['__proto__', 'constructor', '<img src=x onerror=alert(1)>', 's', 's']);
  assert.deepEqual([seen.guess.label, seen.guess.score, seen.guess.slice], ['__proto__', ['constructor'], ['<img src=x onerror=alert(1)>']]);
  assert.deepEqual(Object.keys(seen.guess.why).sort(), ['<img src=x onerror=alert(1)>', '__proto__', 'constructor']);
  assert.equal({}.role, undefined);
});

test('delimiters, missing texts, names, defective rows', async () => {
  const semicolons = csv.replaceAll('"', '').replaceAll(', first', ' first').replaceAll(',', ';');
  const seen = await look(bytes(semicolons));
  assert.deepEqual([seen.delimiter, seen.columnCount], [';', 6]);
  assert.equal((await look(bytes(semicolons), { delimiter: ';' })).delimiter, undefined);
  assert.equal((await look(new File([csv.replaceAll(',', '\t')], 'a.tsv'))).columnCount, 6);
  assert.equal(column(await look(bytes('y,g\n1,?\n0,a\n'), { missing: ['?'] }), 'g').missing, 1);
  assert.deepEqual((await look(bytes('1,.5\n0,.1\n'), { names: ['y', 'p'] })).guess.score, ['p']);
  const torn = await look(bytes('y,p\n1,.5\n0\n1,.7\n'));
  assert.deepEqual([torn.rowsRead, torn.rowsSkipped, torn.columns[1].kind], [3, 1, 'number']);
  assert.deepEqual((await look(bytes('y,p,z\n'))).columns.map((one) => one.kind), ['nothing', 'nothing', 'nothing']);
  assert.deepEqual((await look(bytes('a\n1\nx\n2\n'))).columns[0].kind, 'mixed');
  assert.equal((await look(bytes(`${Array.from({ length: 70 }, (_, i) => `c${i}`)}\n`))).columns.length, 64);
});

test('what cannot be looked at is refused', async () => {
  const cube = await Cube.build(columns, spec);
  const refuse = (source, code, message) => assert.rejects(look(source), { name: 'EvenhandError', code, message });
  await refuse(cube.save(), 'EH_E_INPUT', /is a cube, which has no columns to name; audit it as it is/);
  await refuse(new Uint8Array(), 'EH_E_INPUT', /./);
  await refuse(new File([bytes('PK\u0003\u0004abcdefghijklmnopqrstuvwxyzabcdefgh')], 'book.xlsx'), 'EH_E_INPUT', /^book.xlsx: is a ZIP archive/);
  await refuse(Uint8Array.of(255, 254, 0, 44, 0), 'EH_E_INPUT', /./);
  await refuse(null, 'EH_E_USAGE', /^look takes/);
  await refuse('/nowhere/preds.csv', 'EH_E_IO', /no such file/);
  await refuse(npz({ m: { type: '<f8', cells: [1, 2] } }).subarray(0, 60), 'EH_E_INPUT', /./);
  await assert.rejects(look(bytes(csv), {}, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});
