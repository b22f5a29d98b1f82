// Parquet files of other writers (pyarrow and polars): of every compression, page version and type the report is that of the CSV of
// the same rows. The files and that CSV are made by parquet/make.py.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { audit, look } from '../../js/src/index.js';
import { folder, nodeProgram, root, withoutInput } from './helper.mjs';

const home = join(root, 'tests/js/parquet');
const at = (name) => join(home, name);
const files = readdirSync(home).filter((name) => name.endsWith('.parquet') && name !== 'pyarrow_bad.parquet');
const csv = readFileSync(at('rows.csv'), 'utf8');
const spec = { label: 'label', score: ['score', 'points'], slice: ['sex', 'amount', 'rate', 'day', 'at', 'seen', 'clock', 'member', 'id'],
  multi: 'tags:|', bucket: ['age:30,45', 'points:.25,.5'], threshold: [0.25, 0.421, 0.7], show_missing: true, cross: 'sex*tags' };
const specs = { spec, 'weights and conditions': { label: 'label', score: 'score', weight: 'points', slice: 'sex', metric: 'fpr,tpr',
  where: 'amount != "1.10" & points > .2', slice_if: 'late: at = "2024-02-29T00:00:00.000001"' },
  'decimals as what is to be predicted': { task: 'regression', label: 'points', score: 'score', slice: ['sex', 'amount'] },
  'quantiles and a named positive': { label: 'amount', positive: '-0.05', score: 'points', bucket: 'rate:q3', slice: 'day' } };

test('there is a file of each writer and compression', () => {
  const found = files.join(' ');
  for (const way of ['pyarrow_plain_v1', 'pyarrow_zstd_v2', 'pyarrow_gzip_v1', 'pyarrow_brotli_v2', 'pyarrow_lz4_v1', 'pyarrow_snappy_v1',
    'pyarrow_delta_v2', 'pyarrow_int96_v1', 'polars_zstd', 'polars_lz4', 'polars_brotli', 'polars_gzip', 'polars_snappy', 'polars_uncompressed'])
    assert.match(found, new RegExp(`\\b${way}\\.parquet`));
});

for (const [what, asked] of Object.entries(specs))
  test(`the report is that of the CSV, to the byte: ${what}`, async () => {
    /** Times of the old form have no zone. */
    const wanted = { other: await audit(Buffer.from(csv), asked), int96: await audit(Buffer.from(csv.replaceAll('Z,', ',')), asked) };
    assert.ok(wanted.other.input.rows === 150 && wanted.other.slices.length > 2);
    for (const file of files) {
      const report = await audit(at(file), asked);
      const { other, int96 } = wanted;
      const same = file.includes('int96') ? int96 : other;
      assert.equal(withoutInput(report), withoutInput(same), file);
      assert.deepEqual(report.input.missing, same.input.missing, file);
      assert.deepEqual(report.input.skipped, same.input.skipped.map(({ line, reason }) => ({ line: line - 1, reason })), file);
    }
  });

test('every place of a decimal counts, in a group and as a number', async () => {
  const { slices } = await audit(at('polars_zstd.parquet'), { label: 'label', score: 'score', slice: 'amount' });
  assert.deepEqual(slices.map(({ name }) => name).sort(),
    ['amount=-0.05', 'amount=0.00', 'amount=1.10', 'amount=1234567890123456.78', 'amount=1234567890123456.79', 'overall']);
  const { slices: days } = await audit(at('pyarrow_delta_v2.parquet'), { label: 'label', score: 'score', slice: ['at', 'day'] });
  assert.deepEqual(days.map(({ name }) => name).sort(), ['at=2024-02-28T23:59:59', 'at=2024-02-29', 'at=2024-02-29T00:00:00.000001',
    'at=2024-02-29T00:00:00.000002', 'at=2024-02-29T00:00:00.001', 'day=1969-12-30', 'day=1969-12-31', 'day=1970-01-01', 'day=1970-01-02', 'overall'].sort());
});

test('a row whose text is none is skipped and counted, by its number', async () => {
  const asked = { label: 'label', score: 'score', slice: ['group', 'bytes'], multi: 'tags:|', metric: 'selection_rate' };
  const { input, slices } = await audit(at('pyarrow_bad.parquet'), asked);
  assert.deepEqual([input.rows, input.rows_skipped], [6, 3]);
  assert.deepEqual(input.skipped, [{ line: 2, reason: '"group" holds a NUL character' }, { line: 3, reason: '"bytes" is not UTF-8' },
    { line: 4, reason: '"tags" holds a NUL character' }]);
  assert.deepEqual(slices.map(({ name, rows }) => [name, rows]), [['overall', 3], ['group=a', 1], ['group=b', 1], ['bytes=x', 1],
    ['bytes=y', 1], ['bytes=z', 1], ['tags=p', 1], ['tags=q', 1]]);
  await assert.rejects(audit(at('pyarrow_bad.parquet'), { ...asked, strict: true }), { code: 'EH_E_ROW', message: /: row 2: "group" holds a NUL character/ });
  await assert.rejects(audit(at('pyarrow_bad.parquet'), { ...asked, multi: undefined, slice: 'tags' }),
    { code: 'EH_E_INPUT', message: 'column "tags", row 1: a cell is text, a number, true, false or null; a list may stand in a column named by multi, as in multi: "tags:|"' });
  await assert.rejects(audit(at('pyarrow_bad.parquet'), { ...asked, slice: 'record' }), { message: /column "record" holds records/ });
  const seen = await look(at('pyarrow_bad.parquet'));
  assert.deepEqual([seen.rowsRead, seen.rowsSkipped], [6, 3]);
});

test('Parquet inside gzip is told as that', async () => {
  const packed = new File([gzipSync(readFileSync(at('pyarrow_plain_v1.parquet')))], 'p.parquet.gz');
  const sentence = { code: 'EH_E_INPUT', message: 'p.parquet.gz is a Parquet file inside gzip; unpack it first: gunzip p.parquet.gz' };
  await assert.rejects(audit(packed, spec), sentence);
  await assert.rejects(look(packed), sentence);
});

test('without hyparquet-compressors the message names both packages', (t) => {
  const place = folder(t);
  for (const part of ['src', 'wasm']) cpSync(join(root, 'js', part), join(place, part), { recursive: true });
  cpSync(join(root, 'node_modules/hyparquet'), join(place, 'node_modules/hyparquet'), { recursive: true });
  writeFileSync(join(place, 'package.json'), '{"type": "module"}');
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', `import { audit } from './src/index.js';
    for (const file of ['polars_zstd', 'pyarrow_snappy_v1'])
      await audit(process.argv[1] + '/' + file + '.parquet', { label: 'label', score: 'score' })
        .then((r) => console.log(r.input.rows), (e) => console.log(e.code, e.message));`, home], { cwd: place, encoding: 'utf8' });
  assert.equal(run.stdout, `EH_E_INPUT ${home}/polars_zstd.parquet: its columns are compressed with ZSTD, which needs the package hyparquet-compressors beside ` +
    'hyparquet: npm install hyparquet hyparquet-compressors; or write it with snappy\n150\n', run.stderr);
});

test('the program reads them', () => {
  const options = ['--label', 'label', '--score', 'score,points', '--slice', 'amount,at', '--multi', 'tags:|', '--csv', '-'];
  const run = (file) => spawnSync(process.execPath, [nodeProgram, 'audit', at(file), ...options], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(run('polars_zstd.parquet').stdout, run('rows.csv').stdout);
});
