// Parquet files through hyparquet: the report is that of the same rows as CSV.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { audit, Cube } from '../../js/src/index.js';
import { folder, nodeProgram, people, root, spec, toColumns, toCsv, withoutInput } from './helper.mjs';

const rows = people(3000, 6);
const columns = toColumns(rows);
const wanted = withoutInput(await audit(Buffer.from(toCsv(rows)), spec));
const write = (types, data = columns, more = {}) => Buffer.from(parquetWriteBuffer({ rowGroupSize: 1000, ...more,
  columnData: Object.entries(types).map(([name, type]) => ({ name, type, nullable: true,
    data: data[name].map((cell) => (type === 'INT64' && cell !== null ? BigInt(cell) : cell)) })) }));
const types = { label: 'INT64', score: 'DOUBLE', other: 'FLOAT', sex: 'STRING', race: 'STRING', age: 'INT32' };
const bytes = write(types);

test('a Parquet file in every form of bytes, with name and hash', async (t) => {
  const path = join(folder(t), 'preds.parquet');
  writeFileSync(path, bytes);
  for (const source of [path, bytes, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), new Blob([bytes]),
    new Response(bytes), createReadStream(path, { highWaterMark: 3000 })]) {
    const report = await audit(source, spec);
    assert.equal(withoutInput(report), wanted);
    assert.equal(report.input.sha256, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(report.input.rows, rows.length);
    assert.equal(report.input.missing.sex, rows.filter((row) => row.sex === null).length);
  }
  const { input } = await audit(path, { ...spec, no_hash: true });
  assert.equal(input.sha256, null);
  assert.equal(input.name, path);
});

test('a large file, which the platform hashes, has its hash', async (t) => {
  const n = 600000;
  const large = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'y', type: 'INT32', data: Array.from({ length: n }, (_, i) => i % 2) },
    { name: 'p', type: 'DOUBLE', data: Array.from({ length: n }, (_, i) => (i * 7919 % n) / n) }], codec: 'UNCOMPRESSED' }));
  assert.ok(large.length > 4 << 20);
  const path = join(folder(t), 'large.parquet');
  writeFileSync(path, large);
  assert.equal((await audit(path, { label: 'y', score: 'p', metric: 'fpr' })).input.sha256, createHash('sha256').update(large).digest('hex'));
});

test('numbers, big integers, booleans, text, dictionaries', async () => {
  const bool = { ...columns, label: columns.label.map(Boolean) };
  assert.equal(withoutInput(await audit(write({ ...types, label: 'BOOLEAN', age: 'INT64' }, bool), spec)), wanted);
  assert.equal(withoutInput(await audit(write({ ...types, age: 'DOUBLE' }, columns, { codec: 'UNCOMPRESSED' }), spec)), wanted);
  const huge = columns.label.map((_, i) => [9007199254740993n, 9007199254740992n, null][i % 3]);
  const odd = { ...columns, huge, day: columns.label.map((_, i) => new Date(Date.UTC(2020, i % 3, 1))) };
  const asked = { label: 'label', score: 'score', slice: ['huge', 'day'], metric: 'fpr', show_missing: true };
  const { slices } = await audit(write({ ...types, huge: 'INT64', day: 'TIMESTAMP' }, odd), asked);
  assert.deepEqual(slices.map((slice) => slice.name), ['overall', 'huge=9007199254740992', 'huge=9007199254740993',
    'huge is missing', 'day=2020-01-01', 'day=2020-02-01', 'day=2020-03-01']);
});

test('a missing cell skips its row by number; progress tells rows', async () => {
  const holes = { ...columns, score: columns.score.map((x, i) => (i === 2345 ? null : x)) };
  let last;
  const report = await audit(write(types, holes), spec, { onProgress: (progress) => { last = progress; } });
  assert.deepEqual(report.input.skipped.map((skip) => skip.line), [2346]);
  assert.deepEqual(last, { done: 3000, total: 3000, unit: 'rows' });
  const control = new AbortController();
  await assert.rejects(audit(bytes, spec, { signal: control.signal, onProgress: () => control.abort() }), { name: 'AbortError' });
});

test('what cannot be read is told', async () => {
  const named = (content) => new File([content], 'p.parquet');
  await assert.rejects(audit(named(bytes), { ...spec, slice: 'sx' }), { code: 'EH_E_SPEC', message: /no column "sx"; nearest is "sex"/ });
  for (const wrong of [bytes.subarray(0, 2000), Buffer.from('PAR1 it is not')])
    await assert.rejects(audit(named(wrong), spec), { code: 'EH_E_INPUT', message: /^p\.parquet: cannot be read as Parquet/ });
  const packed = (codec) => named(write(types, columns, { codec, compressors: { [codec]: (x) => x } }));
  await assert.rejects(audit(packed('ZSTD'), spec), { code: 'EH_E_INPUT', message: 'p.parquet: cannot be read as Parquet: invalid zstd data' });
  await assert.rejects(audit(packed('LZO'), spec), { code: 'EH_E_INPUT', message: /compressed with LZO, which is not read; write it with zstd or snappy/ });
});

test('text that is JSON stays text', async () => {
  const nested = { ...columns, sex: columns.sex.map(() => ({ a: 1 })) };
  const { slices } = await audit(write({ ...types, sex: 'JSON' }, nested), { label: 'label', score: 'score', slice: 'sex' });
  assert.deepEqual(slices.map(({ name }) => name), ['overall', 'sex={"a":1}']);
});

test('without hyparquet the message names the remedy', (t) => {
  const home = folder(t);
  cpSync(join(root, 'js/src'), join(home, 'src'), { recursive: true });
  cpSync(join(root, 'js/wasm'), join(home, 'wasm'), { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"type": "module"}');
  writeFileSync(join(home, 'p.parquet'), bytes);
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', `import { audit } from './src/index.js';
    await audit('p.parquet', { label: 'label', score: 'score' }).catch((e) => console.log(e.code, e.message));`], { cwd: home, encoding: 'utf8' });
  assert.equal(run.stdout, 'EH_E_INPUT p.parquet is a Parquet file, which needs the package hyparquet, and for other ' +
    'compression than snappy hyparquet-compressors: npm install hyparquet hyparquet-compressors\n', run.stderr);
});

test('the program reads Parquet: the report of the API, on every output and from standard input', async (t) => {
  const home = folder(t);
  writeFileSync(join(home, 'p.parquet'), bytes);
  writeFileSync(join(home, 'p.csv'), toCsv(rows));
  const options = ['--label', 'label', '--score', 'score,other', '--slice', 'sex,race', '--cross', 'sex*race', '--bucket', 'age:30,45,60', '--threshold', '.3,.5'];
  const run = (args, input) => spawnSync(process.execPath, [nodeProgram, ...args], { cwd: home, input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const done = run(['audit', 'p.parquet', ...options, '--json', 'p.json', '--cube', 'p.ehc']);
  assert.equal(done.status, 0, done.stderr);
  const report = JSON.parse(readFileSync(join(home, 'p.json'), 'utf8'));
  assert.equal(withoutInput(report), wanted);
  const { input } = await audit(new File([bytes], 'p.parquet'), spec);
  assert.deepEqual(report.input, input);
  const lines = (text) => text.split('\n').slice(1).join('\n');
  assert.equal(lines(done.stdout), lines(run(['audit', 'p.csv', ...options]).stdout));
  assert.equal(run(['audit', 'p.parquet', ...options, '--csv', '-']).stdout, run(['audit', 'p.csv', ...options, '--csv', '-']).stdout);
  assert.equal(withoutInput(JSON.parse(run(['audit', '-', ...options, '--json', '-'], bytes).stdout)), wanted);
  assert.equal(run(['audit', 'p.ehc', '--csv', '-']).stdout, run(['audit', 'p.csv', ...options, '--csv', '-']).stdout);
  const half = (from, to) => write(types, Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.slice(from, to)])));
  writeFileSync(join(home, 'a.parquet'), half(0, 1200));
  writeFileSync(join(home, 'b.csv'), toCsv(rows.slice(1200)));
  const parts = JSON.parse(run(['audit', '[ab].*', ...options, '--json', '-']).stdout);
  assert.equal(withoutInput(parts), wanted);
  assert.equal(parts.input.sha256, createHash('sha256').update(readFileSync(join(home, 'a.parquet'))).update(readFileSync(join(home, 'b.csv'))).digest('hex'));
});

test('what the program says of a Parquet file it cannot use', (t) => {
  const home = folder(t);
  writeFileSync(join(home, 'p.parquet'), bytes);
  writeFileSync(join(home, 'p.csv'), toCsv(rows));
  writeFileSync(join(home, 'p.gz'), gzipSync(bytes));
  writeFileSync(join(home, 'cut.parquet'), bytes.subarray(0, 2000));
  const said = (...args) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [nodeProgram, ...args], { cwd: home, encoding: 'utf8' });
    assert.equal(stdout, '');
    return `${status} ${stderr}`;
  };
  assert.equal(said('audit', 'p.parquet'), said('audit', 'p.csv').replaceAll('p.csv', 'p.parquet'));
  assert.match(said('audit', 'p.parquet'), /What its 6 columns hold, in all its 3,000 rows:\n[^]*evenhand audit p\.parquet --label label --score score --slice sex,race/);
  assert.equal(said('audit', 'p.parquet', '--score', 'score'), '2 evenhand: audit needs --label COL to read "p.parquet"; its columns are ' +
    'label, score, other, sex, race, age\nTry \'evenhand audit --help\'.\n');
  assert.equal(said('audit', 'p.gz'), '2 evenhand: p.gz is a Parquet file inside gzip; unpack it first: gunzip\n');
  assert.equal(said('audit', 'p.parquet', '--label', 'label', '--score', 'scor'), '2 evenhand: p.parquet has no column "scor"; nearest is "score"\n');
  assert.match(said('audit', 'cut.parquet', '--label', 'label', '--score', 'score'), /^2 evenhand: cut\.parquet: cannot be read as Parquet: /);
  assert.match(said('audit', 'p.parquet', '--label', 'age', '--score', 'score'), /^2 evenhand: p\.parquet: label column "age" is not 0 or 1: row \d.*--positive/);
  assert.match(said('audit', 'p.parquet', '--label', 'label', '--score', 'score', '--json', 'p.parquet'), /^2 evenhand: --json would overwrite the input/);
  assert.match(said('cube', 'info', 'p.parquet'), /^2 evenhand: p\.parquet: is a Parquet file, and no cube\n/);
});

const acs = join(root, '../shared/data/acs/ACSIncome.test.parquet');
const noAcs = existsSync(acs) ? false : '../shared/data/acs is not here';
test('a file of another writer: 332,900 rows', { skip: noAcs }, async () => {
  const asked = { label: 'PINCP', score: 'WKHP', slice: ['RAC1P', 'SEX'], threshold: 39.5, metric: ['fpr', 'tpr'] };
  const report = await audit(acs, asked);
  assert.equal(report.input.rows, 332900);
  assert.equal(report.input.sha256, createHash('sha256').update(readFileSync(acs)).digest('hex'));
  const cube = await Cube.build(new Blob([readFileSync(acs)]), asked);
  assert.equal(cube.at(39.5).rows[0], 332900);
});
