// Several values in a cell, conditions and named slices: the same bytes from the native program on every instruction set, from
// Node, and from columns in memory.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { Cube, render } from '../../js/src/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const native = [join(root, 'build/release/evenhand')];
const node = ['node', join(root, 'js/bin/evenhand.js')];
const folder = mkdtempSync(join(tmpdir(), 'evenhand-parity-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The adult rows with a column that holds what race and relationship say, in either order, some cells without anything. */
const [header, ...lines] = readFileSync(join(root, 'examples/data/adult.csv'), 'utf8').trimEnd().split('\n');
const names = header.split(',');
const [race, work] = [names.indexOf('race'), names.indexOf('workclass')];
const held = (cells, i) => (i % 17 === 0 ? ' | ' : i % 2 ? `${cells[race]} | ${cells[work]}` : `${cells[work]}|${cells[race]}|`);
const file = join(folder, 'multi.csv');
writeFileSync(file, `${header},identity\n${lines.map((line, i) => `${line},${held(line.split(','), i)}`).join('\n')}\n`);

const where = 'age >= 20 & !(workclass in {"State-gov", Without-pay}) | race is missing';
const sliceIf = 'young women: age < 30 & sex = Female';
const options = ['--label', 'label', '--score', 'score', '--slice', 'sex', '--multi', 'identity:|', '--slice-if', sliceIf, '--where', where, '--bucket', 'age:q4',
  '--cross', 'identity*sex', '--cross', 'sex*young women', '--threshold', '.2:.8:.2', '--show-missing'];
const spec = { label: 'label', score: 'score', slice: 'sex', multi: 'identity:|', slice_if: sliceIf, where, bucket: 'age:q4', cross: ['identity*sex', 'sex*young women'],
  threshold: '.2:.8:.2', show_missing: true };

function run([program, ...first], env = {}) {
  const cube = join(folder, 'run.ehc');
  const report = execFileSync(program, [...first, 'audit', file, ...options, '--json', '-', '--cube', cube],
    { encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, ...env } });
  return { report, cube: readFileSync(cube).toString('base64') };
}

const whole = run(native);

for (const isa of ['scalar', '128', 'avx2'])
  test(`native on ${isa} gives the same bytes`, () => assert.deepEqual(run(native, { EVENHAND_ISA: isa }), whole));

test('Node gives the same bytes', () => assert.deepEqual(run(node), whole));

test('the package gives the same bytes', async () => assert.equal(await render(file, spec), whole.report));

test('columns in memory give the same numbers, and a cube of theirs the same counts', async () => {
  const table = lines.map((line, i) => [...line.split(','), held(line.split(','), i)]);
  const columns = Object.fromEntries([...names, 'identity'].map((name, c) => {
    const cells = table.map((row) => row[c]);
    const numeric = cells.every((cell) => cell === '' || Number.isFinite(Number(cell)));
    return [name, numeric ? Float64Array.from(cells, (cell) => (cell === '' ? NaN : Number(cell))) : cells];
  }));
  const less = (text) => JSON.stringify({ ...JSON.parse(text), input: null });
  assert.equal(less(await render(columns, spec)), less(whole.report));
  const fromFile = await Cube.load(Buffer.from(whole.cube, 'base64'));
  assert.equal((await Cube.build(columns, spec)).checksum(), fromFile.checksum());
});
