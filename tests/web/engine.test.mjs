// The promise of the house in a real browser: on a page and in a module Worker, the report and the cube have the bytes that
// Node and the native program give. Reports are compared less `input`, cubes by their body.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { audit, Cube } from '../../js/src/index.js';
import { npz } from '../npz.mjs';
import { noBrowser, openPage, root, serve } from './chromium.mjs';

const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'workclass'], cross: ['sex*race'],
  bucket: ['age:25,45,65'], threshold: '.1:.9:.1', show_missing: true, min_slice: 30 };
const options = ['--label', 'label', '--score', 'score,score_logistic', '--slice', 'sex,race,workclass', '--cross', 'sex*race',
  '--bucket', 'age:25,45,65', '--threshold', '.1:.9:.1', '--show-missing', '--min-slice', '30'];
const clustered = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race'], cluster: 'workclass', replicates: 200, threshold: [0.3, 0.5] };
const numeric = ['score', 'score_logistic', 'label', 'age'];

function lessInput(text) {
  const { input: _, ...rest } = JSON.parse(text);
  return JSON.stringify(rest);
}

/** Bytes on which cubes are compared: magic, schema, length, body and its checksum, without the provenance. */
function body(bytes) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(12, true));
  assert.ok(length > 1000 && 24 + length < bytes.byteLength);
  return Buffer.from(bytes.subarray(0, 24 + length)).toString('base64');
}

const digest = ({ report, cube }) => ({ report: lessInput(report), cube: body(Buffer.from(cube, 'base64')) });

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The rows of a CSV without quotes as JSON Lines. */
function linesOf(text) {
  const [header, ...lines] = text.trimEnd().split('\n').map((line) => line.split(','));
  return lines.map((line) => `${JSON.stringify(Object.fromEntries(header.map((name, c) =>
    [name, line[c] === '' ? null : numeric.includes(name) ? Number(line[c]) : line[c]])))}\n`).join('');
}

/** The rows of a CSV without quotes as columns of NumPy. */
function arraysOf(text) {
  const [header, ...lines] = text.trimEnd().split('\n').map((line) => line.split(','));
  return npz(Object.fromEntries(header.map((name, c) => [name, numeric.includes(name) ? { type: '<f8', cells: lines.map((line) => Number(line[c])) }
    : { type: '<U24', cells: lines.map((line) => line[c]) }])), { level: 6 });
}

/** The rows of a CSV without quotes as a Parquet file. */
function parquetOf(text) {
  const [header, ...lines] = text.trimEnd().split('\n').map((line) => line.split(','));
  return parquetWriteBuffer({ columnData: header.map((name, c) => ({ name, type: numeric.includes(name) ? 'DOUBLE' : 'STRING',
    data: lines.map((line) => (numeric.includes(name) ? Number(line[c]) : line[c])) })) });
}

function folderOf(t) {
  const folder = mkdtempSync(join(tmpdir(), 'evenhand-web-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function native(t, files = [adult], given = options) {
  const file = join(folderOf(t), 'native.ehc');
  const report = execFileSync(join(root, 'build/release/evenhand'), ['audit', ...files, ...given, '--json', '-', '--cube', file],
    { encoding: 'utf8', maxBuffer: 1 << 30 });
  return digest({ report, cube: readFileSync(file, 'base64') });
}

/** A spec as the command line has it: "slice_if" is --slice-if, once for each item where items hold commas. */
const optionsOf = (asked) => Object.entries(asked).flatMap(([key, value]) => {
  const flag = `--${key.replaceAll('_', '-')}`;
  if (value === true) return [flag];
  if (['bucket', 'multi', 'slice_if'].includes(key)) return [value].flat().flatMap((item) => [flag, item]);
  return [flag, [value].flat().join(',')];
});

/** Some rows of the example, with weights, times a row counts, labels between 0 and 1, several values in a cell and whose row it is. */
function richer() {
  const [header, ...lines] = readFileSync(adult, 'utf8').trimEnd().split('\n');
  const more = (i) => [(i % 7) / 4 + 0.1, i % 4, (i % 5) / 4, i % 311, ['a', 'b', 'a|b', '', 'b|c|a'][i % 5]].join(',');
  return [`${header},weight,times,part,person,tags`, ...lines.slice(0, 1500).map((line, i) => `${line},${more(i)}`)];
}

const usual = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race'], threshold: [0.3, 0.5] };
const resampled = { ...usual, score: 'score', slice: 'sex', metric: ['fpr', 'tpr', 'selection_rate', 'roc_auc'], replicates: 200, seed: 7 };
const table = {
  'curves and a baseline': { ...usual, curves: true, baseline: 'sex=Male' },
  'bootstrap': { ...resampled, interval: 'bootstrap' },
  'BCa': { ...resampled, interval: 'bca' },
  'clusters': { ...resampled, cluster: 'person' },
  'sampling weights': { ...usual, weight: 'weight' },
  'frequency weights': { ...usual, weight: 'times', weight_kind: 'frequency' },
  'fractional labels': { ...usual, label: 'part', fractional: true },
  'regression': { task: 'regression', label: 'part', score: ['score', 'score_logistic'], slice: ['sex', 'race'], bucket: ['age:q3'] },
  'several values in a cell': { ...usual, multi: ['tags:|'], cross: ['tags*sex'], show_missing: true },
  'conditions': { ...usual, where: 'age >= 20 & race != "Other"', slice_if: ['young women: age < 35 & sex = Female', 'old: age > 60'] },
  'quantiles': { ...usual, bucket: ['age:q4', 'score:q10'] },
  '7 bits': { ...usual, score_bits: 7 },
  '11 bits': { ...usual, score_bits: 11, curves: true },
  'a cut that takes the threshold in': { ...usual, cut: '>=', threshold: '.1:.9:.1' },
  'named intervals, another level': { ...usual, interval: 'clopper_pearson,newcombe_10,koopman,fisher,delong', level: 0.9, baseline: 'complement' },
};

test('Chromium, Node and the native program give the same bytes', { skip: noBrowser }, async (t) => {
  const wanted = native(t);
  const packed = gzipSync(readFileSync(adult));
  const parquet = Buffer.from(parquetOf(readFileSync(adult, 'utf8')));
  const text = readFileSync(adult, 'utf8');
  const [header, ...lines] = text.split(/(?<=\n)/);
  const several = [gzipSync(header + lines.slice(0, 9000).join('')), Buffer.from(linesOf(header + lines.slice(9000, 14000).join(''))), Buffer.from(header + lines.slice(14000).join(''))];
  const members = Buffer.concat([0, 1, 300, 300, 8000].map((from, i, all) => gzipSync((i ? '' : header) + lines.slice(from, all[i + 1]).join(''))));
  const address = await serve(t, new Map([['made/members.csv.gz', members], ...['first.csv.gz', 'second.jsonl', 'third.csv'].map((name, i) => [`made/${name}`, several[i]]),
    ['made/adult.csv.gz', packed], ['made/adult.npz', arraysOf(readFileSync(adult, 'utf8'))], ['made/adult.jsonl', Buffer.from(linesOf(readFileSync(adult, 'utf8')))], ['made/adult.parquet', parquet],
    ['made/polars.parquet', readFileSync(join(root, 'tests/js/parquet/polars_zstd.parquet'))]]));
  const { page, faults } = await openPage(t, address);
  await page.waitForFunction('window.ready');
  const run = (...args) => page.evaluate((all) => window.run(...all), args);
  const csv = '/examples/data/adult.csv';

  await t.test('Node', async () => {
    const cube = Buffer.from((await Cube.build(adult, spec)).save()).toString('base64');
    assert.deepEqual(digest({ report: JSON.stringify(await audit(adult, spec)), cube }), wanted);
  });
  for (const where of ['page', 'worker']) {
    await t.test(`${where}: the file as a Blob`, async () => {
      const got = await run(where, 'ofBlob', csv, spec);
      assert.deepEqual(digest(got), wanted);
      assert.equal(JSON.parse(got.report).input.sha256, sha256(readFileSync(adult)));
    });
    await t.test(`${where}: compressed with gzip`, async () => {
      const got = await run(where, 'ofBlob', '/made/adult.csv.gz', spec);
      assert.deepEqual(digest(got), wanted);
      assert.equal(JSON.parse(got.report).input.sha256, sha256(packed));
    });
    await t.test(`${where}: gzip of several members`, async () => assert.deepEqual(digest(await run(where, 'ofBlob', '/made/members.csv.gz', spec)), wanted));
    await t.test(`${where}: several files as one table`, async () => {
      const got = await run(where, 'ofFiles', ['/made/first.csv.gz', '/made/second.jsonl', '/made/third.csv'], spec);
      assert.deepEqual(digest(got), wanted);
      assert.equal(JSON.parse(got.report).input.sha256, sha256(Buffer.concat(several)));
    });
    await t.test(`${where}: JSON Lines`, async () => assert.deepEqual(digest(await run(where, 'ofBlob', '/made/adult.jsonl', spec)), wanted));
    await t.test(`${where}: NumPy`, async () => assert.deepEqual(digest(await run(where, 'ofBlob', '/made/adult.npz', spec)), wanted));
    await t.test(`${where}: stopped on the way`, async () => assert.equal(await run(where, 'stopped', csv, spec), 'AbortError'));
    await t.test(`${where}: columns counted by one, two and four threads`, async () => {
      const [one, two, four] = [await run(where, 'onThreads', csv, spec, numeric, 1), await run(where, 'onThreads', csv, spec, numeric, 2),
        await run(where, 'onThreads', csv, spec, numeric, 4)];
      assert.deepEqual([one.started, two.started, four.started], [0, 2, 4]);
      assert.equal(two.cube, one.cube);
      assert.equal(four.cube, one.cube);
    });
    await t.test(`${where}: a file that threads share`, async () => {
      for (const [file, workers] of [[csv, 2], ['/made/adult.jsonl', 3]]) {
        const got = await run(where, 'ofShared', file, spec, workers);
        assert.ok(got.blocks > 50);
        assert.deepEqual(digest(got), wanted);
        const { report, cube } = await run(where, 'ofBlob', file, spec);
        assert.deepEqual([got.report, got.cube], [report, cube]);
      }
    });
    await t.test(`${where}: rows that belong together`, async () => {
      const { report, cube } = await run(where, 'ofBlob', csv, clustered);
      assert.equal(lessInput(report), lessInput(JSON.stringify(await audit(adult, clustered))));
      assert.equal(body(Buffer.from(cube, 'base64')), body(Buffer.from((await Cube.build(adult, clustered)).save())));
    });
    await t.test(`${where}: the file as a Response`, async () =>
      assert.equal(lessInput((await run(where, 'ofResponse', csv, spec)).report), wanted.report));
    await t.test(`${where}: columns in memory`, async () =>
      assert.deepEqual(digest(await run(where, 'ofColumns', csv, spec, numeric)), wanted));
  }
  await t.test('page: Parquet', async () => {
    const got = await run('page', 'ofBlob', '/made/adult.parquet', spec);
    assert.deepEqual(digest(got), wanted);
    assert.equal(JSON.parse(got.report).input.sha256, sha256(parquet));
  });
  await t.test('page: Parquet as polars writes it, packed with zstd', async () => {
    const asked = { label: 'label', score: ['score', 'points'], slice: ['amount', 'at'], multi: 'tags:|', threshold: 0.421 };
    const got = await run('page', 'ofBlob', '/made/polars.parquet', asked);
    assert.equal(lessInput(got.report), lessInput(JSON.stringify(await audit(join(root, 'tests/js/parquet/rows.csv'), asked))));
  });
  await t.test('another threshold gives other bytes', async () =>
    assert.notEqual(lessInput((await run('page', 'ofBlob', csv, { ...spec, threshold: 0.45 })).report), wanted.report));
  assert.deepEqual(faults, []);
});

test('a table of specs: Chromium and the native program give the same bytes', { skip: noBrowser }, async (t) => {
  const [header, ...lines] = richer();
  const parts = [lines, lines.slice(0, 700), lines.slice(700)].map((some) => `${[header, ...some].join('\n')}\n`);
  const folder = folderOf(t);
  const files = ['all.csv', 'first.csv', 'second.csv'].map((name) => join(folder, name));
  files.forEach((file, i) => writeFileSync(file, parts[i]));
  const address = await serve(t, new Map(parts.map((text, i) => [`made/${i}.csv`, Buffer.from(text)])));
  const { page, faults } = await openPage(t, address);
  await page.waitForFunction('window.ready');
  const run = (...args) => page.evaluate((all) => window.run(...all), args);
  const seen = new Set();
  for (const [name, asked] of Object.entries(table))
    await t.test(name, async () => {
      const wanted = native(t, [files[0]], optionsOf(asked));
      assert.deepEqual(digest(await run('page', 'ofBlob', '/made/0.csv', asked)), wanted);
      assert.ok(!seen.has(wanted.report), 'another report than those before');
      seen.add(wanted.report);
    });
  await t.test('several files', async () =>
    assert.deepEqual(digest(await run('page', 'ofSeveral', ['/made/1.csv', '/made/2.csv'], usual)), native(t, files.slice(1), optionsOf(usual))));
  assert.deepEqual(faults, []);
});
