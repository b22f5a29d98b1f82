// An array of files is one table: the report is that of the command line on the same files, byte for byte.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { audit, Cube, firstRows, look, render } from '../../js/src/index.js';
import { folder, nativeProgram, nodeProgram, people, spec, toColumns, toCsv, toLines, withoutInput } from './helper.mjs';

const rows = people(2500, 11);
const whole = withoutInput(await audit(Buffer.from(toCsv(rows)), spec));
const turned = (some) => some.map((row) => Object.fromEntries(Object.entries(row).reverse()));
const parquetOf = (some) => {
  const types = { label: 'INT32', score: 'DOUBLE', other: 'FLOAT', sex: 'STRING', race: 'STRING', age: 'INT32' };
  const columns = toColumns(some);
  return Buffer.from(parquetWriteBuffer({ columnData: Object.entries(types).map(([name, type]) => ({ name, type, nullable: true, data: columns[name] })) }));
};

/** The rows in five files of five kinds. */
const parts = {
  'a.csv': Buffer.from(toCsv(rows.slice(0, 700))),
  'b.tsv': Buffer.from(toCsv(turned(rows.slice(700, 1100)), '\t')),
  'c.csv.gz': Buffer.concat([gzipSync(toCsv(rows.slice(1100, 1500))), gzipSync(toCsv(rows.slice(1500, 1600)).replace(/^.*\n/, ''))]),
  'd.jsonl': Buffer.from(toLines(rows.slice(1600, 2000))),
  'e.parquet': parquetOf(rows.slice(2000)),
};
const names = Object.keys(parts);

function written(t) {
  const path = folder(t);
  for (const name of names) writeFileSync(join(path, name), parts[name]);
  return (name) => join(path, name);
}

/** What a program says of files, in the folder where they lie. */
const said = (program, files, args) => execFileSync(program[0], [...program.slice(1), 'audit', ...files, ...args, '--json', '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
const flags = ['--label', 'label', '--score', 'score,other', '--slice', 'sex,race', '--cross', 'sex*race', '--threshold', '.3,.5'];

test('the report is that of the programs on the same files, with names, hash and skipped rows', async (t) => {
  const at = written(t);
  writeFileSync(at('odd.csv'), 'age,sex,race,score,label,other\n20,Male,White,.5\n30,Male,White,.5,1,.25\n40,Female,Black,none,1,.5\n');
  for (const [native, list] of [[true, names.slice(0, 4)], [true, ['a.csv', 'odd.csv']], [true, ['odd.csv', 'd.jsonl', 'b.tsv']], [false, names], [false, ['e.parquet', 'a.csv']], [true, ['a.csv']]])
    for (const bucket of ['age:30,45,60', 'age:q4']) { // q4: the files are read twice
      const files = list.map(at);
      const wanted = said(native ? [nativeProgram] : ['node', nodeProgram], files, [...flags, '--bucket', bucket]);
      assert.equal(await render(files, { ...spec, bucket }), wanted);
    }
  const { input } = await audit(['a.csv', 'odd.csv'].map(at), spec);
  assert.equal(input.name, `${at('a.csv')}, ${at('odd.csv')}`);
  assert.equal(input.sha256, createHash('sha256').update(parts['a.csv']).update(readFileSync(at('odd.csv'))).digest('hex'));
  assert.deepEqual(input.skipped.map(({ line, reason }) => [line, reason.replace(/^.*odd/, 'odd')]), [[2, 'odd.csv: 4 fields, expected 6'], [4, 'odd.csv: score "score" is not a number: "none"']]);
});

test('files in every form of bytes, mixed, alone and with workers', async (t) => {
  const at = written(t);
  const forms = (name) => [at(name), pathToFileURL(at(name)), new File([parts[name]], name), new Response(parts[name]), createReadStream(at(name)), parts[name], new Blob([parts[name]]).stream()];
  for (let i = 0; i < 7; i++) {
    const files = names.filter((name) => name !== 'b.tsv').map((name, f) => forms(name)[(i + 2 * f) % 7]);
    assert.equal(withoutInput(await audit([...files, new File([parts['b.tsv']], 'b.tsv')], spec, { workers: 1 + i % 3 })), whole);
  }
  const { buffer } = Uint8Array.from(parts['a.csv']);
  const report = await audit([buffer, parts['d.jsonl'], new File([parts['b.tsv']], 'b.tsv'), new Blob([parts['c.csv.gz']])], spec);
  assert.equal(report.input.name, 'file 1 and 3 more files');
  assert.equal((await audit([at('a.csv')], spec)).input.name, at('a.csv'));
  const cube = await Cube.build(names.map(at), spec);
  assert.equal(cube.checksum(), (await Cube.build(Buffer.from(toCsv(rows)), spec)).checksum());
  assert.equal(withoutInput(await audit(cube, spec)), whole);
});

test('a delimiter that is asked for is that of every file', async () => {
  const some = [rows.slice(0, 1200), rows.slice(1200)].map((half, i) => new File([toCsv(half, ';')], i ? 'b.tsv' : 'a.csv'));
  assert.equal(withoutInput(await audit(some, { ...spec, delimiter: ';' })), whole);
});

test('large files are hashed by the platform, one after the other', async () => {
  const text = `label,score\n${'1,.5\n0,.25\n'.repeat(300000)}`;
  const all = [text, `${text}1,1\n`].map((part) => Buffer.from(part));
  const { input } = await audit(all, { label: 'label', score: 'score', metric: 'fpr' });
  assert.equal(input.sha256, createHash('sha256').update(all[0]).update(all[1]).digest('hex'));
  assert.equal((await audit(all, { label: 'label', score: 'score', metric: 'fpr', no_hash: true })).input.sha256, null);
});

test('progress is that of all, in bytes as stored, and again from 0 for quantiles; of a stream nobody knows the total', async (t) => {
  const at = written(t);
  const size = names.reduce((sum, name) => sum + parts[name].length, 0);
  const told = [];
  await audit(names.map(at), { ...spec, bucket: 'age:q4' }, { onProgress: (progress) => told.push({ ...progress }) });
  const restart = told.findIndex(({ done }, i) => i > 0 && done < told[i - 1].done);
  for (const one of [told.slice(0, restart), told.slice(restart)]) {
    assert.deepEqual(one.at(-1), { done: size, total: size, unit: 'bytes' });
    assert.ok(one.length > names.length && one.every(({ done, total }, i) => total === size && done >= (one[i - 1]?.done ?? 0)));
  }
  let last;
  await audit([at('a.csv'), new Response(parts['d.jsonl'])], spec, { onProgress: (progress) => { last = progress; } });
  assert.deepEqual(last, { done: parts['a.csv'].length + parts['d.jsonl'].length, total: undefined, unit: 'bytes' });
});

test('a signal stops it in any file, and what is not read is closed', async (t) => {
  const at = written(t);
  const control = new AbortController();
  let n = 0;
  await assert.rejects(audit(names.map(at), spec, { signal: control.signal, onProgress: () => { if (++n === 3) control.abort(); } }), { name: 'AbortError' });
  async function* slow() {
    yield parts['a.csv'];
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  await assert.rejects(audit([at('a.csv'), slow()], spec, { signal: AbortSignal.timeout(30) }), { name: 'TimeoutError' });
});

test('the first file is looked at', async (t) => {
  const at = written(t);
  assert.deepEqual(await look(['b.tsv', 'a.csv'].map(at)), { ...await look(at('b.tsv')), whole: false });
  assert.deepEqual(await look([at('a.csv')]), await look(at('a.csv')));
  assert.equal((await firstRows([at('e.parquet'), at('a.csv')])).whole, false);
});

test('errors name the file', async (t) => {
  const at = written(t);
  const file = (text, name) => new File([text], name);
  const first = file(parts['a.csv'], 'a.csv');
  const cube = (await Cube.build(parts['a.csv'], spec)).save();
  const fails = (files, code, message, more = {}) => assert.rejects(audit(files, { ...spec, ...more }), { code, message });
  await fails([first, file('label,score\n1,.5\n', 'short.csv')], 'EH_E_SPEC', /^short\.csv has no column "other"/);
  await fails([file('label,score,other,sx\n1,.5,.5,a\n', 'x.csv'), parts['e.parquet']], 'EH_E_SPEC', /^file 2 has no column "sx"; nearest is "sex"/, { slice: 'sx', bucket: [], cross: [] });
  await fails([first, file(cube, 'old.ehc')], 'EH_E_INPUT', /^old\.ehc is a cube; several files are read as one only where all are tables/);
  await fails([file(cube, 'old.ehc'), first], 'EH_E_INPUT', /^old\.ehc is a cube/);
  await fails([first, file('', 'empty.csv')], 'EH_E_INPUT', /^empty\.csv is empty/);
  await fails([first, at('nowhere.csv')], 'EH_E_IO', /nowhere\.csv: no such file/);
  await fails([first, file(gzipSync(parts['a.csv']).subarray(0, 900), 'cut.gz')], 'EH_E_INPUT', /^cut\.gz: the gzip data is damaged/);
  await fails([first, file('label,score,other,sex,race,age\nyes,.5,.5,a,b,30\n', 'y.csv')], 'EH_E_INPUT', /^y\.csv: /);
  await fails([at('a.csv'), at('a.csv')], 'EH_E_USAGE', /a\.csv" is given twice; its rows would count twice/);
  await fails([parts['a.csv'], parts['a.csv']], 'EH_E_USAGE', /^"file 2" is given twice/);
  await fails([pathToFileURL(at('a.csv')), pathToFileURL(at('a.csv'))], 'EH_E_USAGE', /given twice/);
  await fails([at('a.csv'), { label: 1 }], 'EH_E_USAGE', /^element 2 of 2 is no file; an array is files .* or rows, not both/);
  await fails([{ label: 1 }, 'a.csv'], 'EH_E_INPUT', /^row 2 is not an object/);
  await fails([first, new Response(parts['d.jsonl'])], 'EH_E_USAGE', /quantile buckets read the rows twice, and a stream/, { bucket: 'age:q4' });
  await fails([], 'EH_E_INPUT', /has no rows/);
});
