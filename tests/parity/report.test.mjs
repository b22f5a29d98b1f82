// The promise of the house: the same bytes from every instruction set, from Node, from shuffled rows, and from any split of
// the rows into cubes. Reports are compared less `input`, cubes by their body.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { Cube, render } from '../../js/src/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const native = join(root, 'build/release/evenhand');
const node = join(root, 'js/bin/evenhand.js');
const adult = join(root, 'examples/data/adult.csv');
const folder = mkdtempSync(join(tmpdir(), 'evenhand-parity-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const options = ['--label', 'label', '--score', 'score,score_logistic', '--slice', 'sex,race,workclass', '--cross', 'sex*race',
  '--bucket', 'age:25,45,65', '--threshold', '.1:.9:.1', '--show-missing', '--min-slice', '30', '--curves'];
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'workclass'], cross: ['sex*race'],
  bucket: ['age:25,45,65'], threshold: '.1:.9:.1', show_missing: true, min_slice: 30, curves: true };

/** Report (less input) and cube body of one run of the program. */
function run(command, file, env = {}, more = []) {
  const cube = join(folder, 'run.ehc');
  const args = ['audit', file, ...options, ...more, '--json', '-', '--cube', cube];
  const [program, ...first] = command;
  const text = execFileSync(program, [...first, ...args], { encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, ...env } });
  return { report: lessInput(text), body: body(readFileSync(cube)) };
}

/** The bytes of a report without its `input`, cut out as text: what is compared is what was written. */
function lessInput(text) {
  const [before, input, after, ...rest] = text.split(/^(  "input": \{$[^]*?^  \},\n)/m);
  assert.ok(input && after && rest.length === 0, 'a report has one block "input"');
  assert.deepEqual(Object.keys(JSON.parse(`{${input.trim().slice(0, -1)}}`).input), ['name', 'sha256', 'rows', 'rows_skipped', 'skipped', 'missing']);
  return before + after;
}

/** Bytes on which cubes are compared: after magic, schema and length, before the checksum and the provenance. */
function body(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(12, true));
  assert.ok(length > 1000 && 20 + length < bytes.byteLength);
  return Buffer.from(bytes.subarray(0, 20 + length + 4)).toString('base64');
}

const [header, ...lines] = readFileSync(adult, 'utf8').trimEnd().split('\n');
function random(seed) {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(below));
  };
}
function shuffled(seed) {
  const draw = random(seed), out = [...lines];
  for (let i = out.length - 1; i > 0; i--) {
    const k = draw(i + 1);
    [out[i], out[k]] = [out[k], out[i]];
  }
  return out;
}

const whole = run([native], adult);

/** What the program says if this machine cannot do as EVENHAND_ISA asks; else ''. */
const isaNote = (isa) => spawnSync(native, ['--version'], { encoding: 'utf8', env: { ...process.env, EVENHAND_ISA: isa } }).stderr.trim();

test('an instruction set that is not there is noted', () => assert.match(isaNote('none'), /EVENHAND_ISA=none is not available here/));

for (const isa of ['scalar', '128', 'avx2', 'avx512'])
  test(`native on ${isa} gives the same bytes`, { skip: isaNote(isa) || false }, () => {
    assert.deepEqual(run([native], adult, { EVENHAND_ISA: isa }), whole);
  });

test('Node gives the same bytes', () => assert.deepEqual(run(['node', node], adult), whole));

/** The rows as JSON Lines: what is spelt as JSON spells numbers is one, what is empty is null. */
function linesOf(text) {
  const [names, ...rows] = text.trimEnd().split('\n').map((row) => row.split(','));
  const spell = (cell) => (cell === '' ? 'null' : /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? cell : JSON.stringify(cell));
  return rows.map((row) => `{${row.map((cell, c) => `${JSON.stringify(names[c])}: ${spell(cell)}`).join(', ')}}\n`).join('');
}

test('JSON Lines give the same bytes, on every instruction set and in Node', () => {
  const file = join(folder, 'adult.jsonl');
  writeFileSync(file, linesOf(readFileSync(adult, 'utf8')));
  assert.deepEqual(run([native], file), whole);
  assert.deepEqual(run([native], file, { EVENHAND_ISA: 'scalar' }), whole);
  assert.deepEqual(run(['node', node], file), whole);
});

const resampled = (method) => ['--interval', method, '--replicates', '300', '--seed', '7', '--baseline', 'sex=Male'];
for (const method of ['bootstrap', 'bca']) {
  const native0 = run([native], adult, {}, resampled(method));
  for (const isa of ['scalar', '128', 'avx2', 'avx512'])
    test(`${method} on ${isa} gives the same bytes`, { skip: isaNote(isa) || false }, () => {
      assert.deepEqual(run([native], adult, { EVENHAND_ISA: isa }, resampled(method)), native0);
    });
  test(`${method} in Node gives the same bytes`, () => assert.deepEqual(run(['node', node], adult, {}, resampled(method)), native0));
  test(`${method}: another seed draws other replicates`, () => {
    const other = run([native], adult, {}, resampled(method).with(5, '8'));
    assert.notEqual(other.report, native0.report);
    assert.equal(other.body, native0.body);
  });
}

/* Clusters by four digits of a score: some thousands of one row and some of many. */
const clustered = join(folder, 'clustered.csv'), inClusters = join(folder, 'clustered-shuffled.csv');
const withCluster = (list) => [`${header},who`, ...list.map((line) => `${line},${line.slice(2, 6)}`), ''].join('\n');
writeFileSync(clustered, withCluster(lines));
writeFileSync(inClusters, withCluster(shuffled(9)));
for (const method of ['bootstrap', 'bca']) {
  const more = ['--cluster', 'who', ...resampled(method)];
  const native0 = run([native], clustered, {}, more);
  for (const isa of ['scalar', '128', 'avx2', 'avx512'])
    test(`${method} over clusters on ${isa} gives the same bytes`, { skip: isaNote(isa) || false }, () => {
      assert.deepEqual(run([native], inClusters, { EVENHAND_ISA: isa }, more), native0);
    });
  test(`${method} over clusters in Node gives the same bytes`, () => assert.deepEqual(run(['node', node], inClusters, {}, more), native0));
}

test('rows in another order give the same bytes', () => {
  const file = join(folder, 'shuffled.csv');
  writeFileSync(file, [header, ...shuffled(7), ''].join('\n'));
  assert.deepEqual(run([native], file), whole);
});

for (const parts of [2, 3, 11])
  test(`rows split at random into ${parts} cubes and merged give the same bytes`, async () => {
    const draw = random(parts), part = Array.from({ length: parts }, () => [header]);
    for (const line of shuffled(parts)) part[draw(parts)].push(line);
    const cubes = await Promise.all(part.map((p) => Cube.build(new TextEncoder().encode(p.join('\n') + '\n'), spec)));
    const merged = Cube.merge(cubes.reverse());
    assert.equal(body(Buffer.from(merged.save())), whole.body);
    assert.equal(lessInput(await render(merged, spec, 'json')), whole.report);
    const file = join(folder, 'merged.ehc');
    writeFileSync(file, merged.save());
    assert.deepEqual(run([native], file), whole);
  });

/* A regression: age against scores of all their bits, in any order and split. */
test('a regression gives the same bytes, from any split and in Node', async () => {
  const asked = ['--task', 'regression', '--label', 'age', '--score', 'score,score_logistic', '--slice', 'sex,race', '--cross', 'sex*race'];
  const cube = join(folder, 'regression.ehc'), mixed = shuffled(5);
  const text = (program, first, file, more, env = {}) => lessInput(execFileSync(program, [...first, 'audit', file, ...more, '--json', '-'],
    { encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, ...env } }));
  const wanted = text(native, [], adult, asked);
  assert.ok(wanted.includes('"student_t"') && wanted.includes('"welch_t_part"'));
  assert.equal(text(native, [], adult, asked, { EVENHAND_ISA: 'scalar' }), wanted);
  assert.equal(text('node', [node], adult, asked), wanted);
  const spec = { task: 'regression', label: 'age', score: ['score', 'score_logistic'], slice: ['sex', 'race'], cross: ['sex*race'] };
  const parts = await Promise.all([mixed.slice(0, 7), mixed.slice(7, 9000), mixed.slice(9000)].map((part) =>
    Cube.build(new TextEncoder().encode([header, ...part, ''].join('\n')), spec)));
  writeFileSync(cube, Cube.merge(parts).save());
  assert.equal(text(native, [], cube, []), wanted);
});

/* Weights and a label that need all their bits, made of columns that are there. */
const weighed = join(folder, 'weighed.csv');
writeFileSync(weighed, [`${header},w,soft`, ...lines.map((line, i) =>
  `${line},${(i % 997) / 7},${(i % 3 ? Math.sqrt((i % 101) / 101) : i % 2)}`), ''].join('\n'));
for (const more of [['--label', 'label', '--weight', 'w'], ['--label', 'label', '--weight', 'age', '--weight-kind', 'frequency'],
  ['--label', 'soft', '--fractional', '--weight', 'w', '--baseline', 'complement'],
  ['--label', 'soft', '--fractional', '--interval', 'bca', '--replicates', '200'],
  ['--label', 'soft', '--fractional', '--weight', 'w', '--interval', 'bootstrap', '--replicates', '200'],
  ['--label', 'label', '--interval', 'clopper_pearson,newcombe_10,koopman,fisher,delong'],
  ['--label', 'label', '--weight', 'w', '--interval', 'clopper_pearson,agresti_caffo,katz'],
  ['--label', 'label', '--interval', 'agresti_coull,agresti_caffo,katz', '--baseline', 'complement']])
  test(`Node gives the same bytes with ${more.slice(2).join(' ')}`, () => {
    const args = ['audit', weighed, '--score', 'score', '--slice', 'sex,race', '--threshold', '.1:.9:.2', '--curves', ...more, '--json', '-'];
    const text = (program, first, env = {}) => execFileSync(program, [...first, ...args],
      { encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, ...env } });
    const wanted = text(native, []);
    assert.equal(lessInput(text('node', [node])), lessInput(wanted));
    assert.equal(lessInput(text(native, [], { EVENHAND_ISA: 'scalar' })), lessInput(wanted));
  });

test('a different row gives different bytes', () => {
  const file = join(folder, 'changed.csv');
  const changed = lines[0].replace(/^[^,]+/, '0.999');
  writeFileSync(file, [header, changed, ...lines.slice(1), ''].join('\n'));
  const other = run([native], file);
  assert.notEqual(other.report, whole.report);
  assert.notEqual(other.body, whole.body);
});
