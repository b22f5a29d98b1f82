// NumPy's arrays: the report is that of the same columns in memory.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit } from '../../js/src/index.js';
import { archive, npy, npz, packings, records } from '../npz.mjs';
import { folder, nativeProgram, nodeProgram, people, random, spec, toColumns, toCsv, withoutInput } from './helper.mjs';

const rows = people(3000, 9);
const cells = toColumns(rows);
const wanted = withoutInput(await audit(Buffer.from(toCsv(rows)), spec));
const column = (name, type) => ({ type, cells: cells[name] });
const columns = { label: column('label', '|i1'), score: column('score', '<f8'), other: column('other', '<f4'), sex: column('sex', '<U6'),
  race: column('race', '|S16'), age: column('age', '<i4') };
const turned = { age: column('age', '>u2'), race: column('race', '>U16'), sex: column('sex', '|S6'), other: column('other', '>f8'), score: column('score', '>f8'),
  label: { type: '|b1', cells: cells.label.map(Boolean) } };
const packed = npz(columns, {});

test('.npz and record arrays in every form of bytes, of either byte order, with name and hash', async (t) => {
  const path = join(folder(t), 'preds.npz');
  writeFileSync(path, packed);
  const forms = [path, packed, new Blob([packed]), new Response(packed), createReadStream(path, { highWaterMark: 777 }), npz(columns), npz(turned), npz(turned, {}, true),
    records(columns), records(turned), new Blob([records(turned)])];
  for (const form of forms) assert.equal(withoutInput(await audit(form, spec)), wanted);
  const { input } = await audit(path, spec);
  assert.equal(input.sha256, createHash('sha256').update(packed).digest('hex'));
  assert.equal(input.missing.sex, rows.filter((row) => row.sex === null).length);
});

test('every way to pack', async () => {
  for (const pack of packings) assert.equal(withoutInput(await audit(npz(columns, pack), spec)), wanted, JSON.stringify(pack));
  const draw = random(3);
  for (let i = 0; i < 40; i++) { // data of every kind: few and many letters, runs, repeats from afar
    const n = 1 + Math.floor(draw() * 40000);
    const letters = 1 + Math.floor(2 ** (8 * draw()));
    const bytes = new Uint8Array(n).map((_, k, all) => (k > 300 && draw() < 0.3 ? all[k - 1 - Math.floor(draw() * 299)] : Math.floor(draw() * letters)));
    const members = { 'y.npy': npy('|u1', [1, 0]), 'p.npy': npy('<f8', [0.25, 0.5]), 's.npy': Buffer.concat([npy('|u1', [7, 8]), bytes]) };
    for (const pack of packings) {
      const report = await audit(archive(members, pack), { label: 'y', score: 'p', slice: 's', metric: 'fpr' });
      assert.deepEqual(report.slices.map((slice) => slice.name), ['overall', 's=7', 's=8']);
    }
  }
});

test('numbers and texts as they are', async () => {
  const asked = { label: 'y', score: 'p', slice: 'g', metric: 'fpr', show_missing: true };
  const slices = async (type, g) => (await audit(npz({ y: { type: '|u1', cells: [1, 0, 1] }, p: { type: '<f8', cells: [0.5, NaN, 0.25] }, g: { type, cells: g } }), asked))
    .slices.map((slice) => slice.name).slice(1);
  assert.deepEqual(await slices('<i8', [9007199254740993n, 0, -1n]), ['g=-1', 'g=9007199254740993']);
  assert.deepEqual(await slices('>u8', [18446744073709551615n, 0, 5n]), ['g=18446744073709551615', 'g=5']);
  assert.deepEqual(await slices('<f4', [0.5, 0, 0.1]), ['g=0.10000000149011612', 'g=0.5']);
  assert.deepEqual(await slices('|b1', [true, false, false]), ['g=false', 'g=true']);
  assert.deepEqual(await slices('<U3', ['', '', 'é😀']), ['g=é😀', 'g is missing']);
  assert.deepEqual(await slices('|S4', ['é', '', 'NA']), ['g=é', 'g is missing']);
});

test('a row whose text is none is skipped; -1 may mean missing', async () => {
  const y = { type: '|u1', cells: [1, 0, 1, 0] };
  const p = { type: '<f8', cells: [0.5, 0.25, -1, 0.75] };
  const bad = npy('|S3', ['a', 'b', 'c', 'd']);
  bad.set([0xff, 0x61, 0x61], bad.length - 9);
  const file = archive({ 'y.npy': npy(y.type, y.cells), 'p.npy': npy(p.type, p.cells), 'g.npy': bad });
  const report = await audit(file, { label: 'y', score: 'p', slice: 'g', missing: ['-1'], metric: 'fpr' });
  assert.deepEqual(report.input.skipped, [{ line: 2, reason: '"g" is not UTF-8' }, { line: 3, reason: 'score "p" is missing' }]);
  assert.equal(report.input.rows, 4);
  await assert.rejects(audit(file, { label: 'y', score: 'p', slice: 'g', strict: true }), { code: 'EH_E_ROW', message: /row 2: "g" is not UTF-8/ });
});

test('what cannot be read is told', async () => {
  const asked = { label: 'label', score: 'score', slice: 'sex' };
  const refused = (bytes, code, message, other = asked) => assert.rejects(audit(new File([bytes], 'p'), other), { code, message });
  await refused(packed, 'EH_E_SPEC', 'p has no array "sx"; nearest is "sex"', { ...asked, slice: 'sx' });
  await refused(records(columns), 'EH_E_SPEC', 'p has no field "sx"; nearest is "sex"', { ...asked, slice: 'sx' });
  await refused(packed.subarray(0, 3000), 'EH_E_INPUT', /^p: the archive is cut off/);
  await refused(records(columns).subarray(0, 3000), 'EH_E_INPUT', /^p is cut off: \d+ of its 3000 rows are there/);
  await refused(records(columns).subarray(0, 60), 'EH_E_INPUT', 'p: it is cut off');
  await refused(npy('<f8', [1, 2]), 'EH_E_INPUT', /^p is an array without names; save the columns by name: numpy\.savez/);
  await refused(npz({ ...columns, label: { type: '|i1', cells: [1] } }), 'EH_E_INPUT', /^p: arrays differ in length: "label" has 1, "score" has 3000$/);
  await refused(npz({ ...columns, sex: { type: '<f8', cells: [] } }), 'EH_E_INPUT', /arrays differ in length/);
  const bent = Buffer.from(packed);
  bent[packed.length / 3 | 0] ^= 255;
  await refused(bent, 'EH_E_INPUT', /^p: array "(sex|label|score)\.npy" is damaged$/);
  await refused(archive({ 'a.txt': Buffer.from('x') }), 'EH_E_INPUT', /^p: is a ZIP archive/);
});

test('the program reads them, natively and in Node', (t) => {
  const home = folder(t);
  writeFileSync(join(home, 'a.npz'), npz(Object.fromEntries(Object.entries(columns).map(([name, { type, cells: all }]) => [name, { type, cells: all.slice(0, 1000) }])), {}));
  writeFileSync(join(home, 'b.csv'), toCsv(rows.slice(1000)));
  writeFileSync(join(home, 'all.npy'), records(turned));
  const options = ['--label', 'label', '--score', 'score,other', '--slice', 'sex,race', '--cross', 'sex*race', '--bucket', 'age:30,45,60', '--threshold', '.3,.5', '--json', '-'];
  for (const program of [[nativeProgram], [process.execPath, nodeProgram]])
    for (const files of [['all.npy'], ['a.npz', 'b.csv']]) {
      const run = spawnSync(program[0], [...program.slice(1), 'audit', ...files, ...options], { cwd: home, encoding: 'utf8', maxBuffer: 1 << 28 });
      assert.equal(run.status, 0, run.stderr);
      assert.equal(withoutInput(JSON.parse(run.stdout)), wanted);
    }
  const said = spawnSync(nativeProgram, ['audit', 'a.npz'], { cwd: home, encoding: 'utf8' });
  assert.match(said.stderr, /What its 6 columns hold, in all its [^]*evenhand audit a\.npz --label label --score score/);
});
