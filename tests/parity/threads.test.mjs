// One large file over threads: the native program's, and the workers of Node's, whatever their number, write the same report and the same
// cube, input included, and refuse in the same words. And what a cube becomes that has too many combinations of groups.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';

const root = fileURLToPath(new URL('../..', import.meta.url));
const native = [join(root, 'build/release/evenhand')];
const node = ['node', join(root, 'js/bin/evenhand.js')];
const folder = mkdtempSync(join(tmpdir(), 'evenhand-parity-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function run([program, ...first], file, options) {
  const cube = join(folder, 'run.ehc');
  rmSync(cube, { force: true });
  const { status, stdout, stderr } = spawnSync(program, [...first, 'audit', file, ...options, '--json', '-', '--cube', cube],
    { encoding: 'utf8', maxBuffer: 1 << 30 });
  return { status, stdout, stderr, cube: status === 0 ? readFileSync(cube).toString('base64') : '' };
}

const columns = ['--label', 'y', '--score', 'p', '--slice', 'g,h', '--threshold', '.25,.5', '--metric', 'fpr,tpr,roc_auc'];

/** More bytes than a file must have to be shared out. */
const ENOUGH = 9e6;

/** A text of so many bytes: rows that repeat, so that it is made fast, with what is odd here and there. */
function csvOf(odd, header = 'y,p,g,h\n') {
  const groups = ['a', 'b', '"c, ""d""\n"', '', '"e\r\nf"', '"\u00e4"'];
  const some = Array.from({ length: 5000 }, (_, i) => `${(i * 7) % 3 === 0 ? 1 : 0},.${(i * 7919) % 10007},${groups[i % 6]},${i % 11}`).join('\n');
  const times = Math.ceil(ENOUGH / (some.length + 1));
  const parts = Array.from({ length: times }, (_, i) => (i % 40 === 23 ? some + odd : some));
  return header + parts.join('\n');
}

const texts = {
  'quotes that hold line ends': csvOf(''),
  'rows that are skipped, blank lines, a quote that is a letter': csvOf('\n1,.5,a\n\n0,x,a,b\n1,.5,a"b,c\n0,.1, "a",b\r\n1,2,3,4,5'),
};

for (const [what, text] of Object.entries(texts)) {
  test(`CSV: ${what}`, () => {
    const file = join(folder, 'large.csv');
    writeFileSync(file, text);
    const wanted = run(native, file, [...columns, '--threads', '1']);
    assert.equal(wanted.status, 0);
    assert.deepEqual(run(native, file, [...columns, '--threads', '3']), wanted);
    for (const threads of [['--threads', '1'], ['--threads', '2'], ['--threads', '7']])
      assert.deepEqual(run(node, file, [...columns, ...threads]), wanted);
  });
}

test('JSON Lines', () => {
  const file = join(folder, 'large.jsonl');
  const row = (i) => JSON.stringify({ y: i % 2, p: (i * 7919) % 10007 / 10007, g: i % 3 ? `g${i % 5}` : undefined, h: i % 4 ? 'x\n"' : null });
  const some = Array.from({ length: 5000 }, (_, i) => row(i)).join('\n');
  writeFileSync(file, Array.from({ length: Math.ceil(ENOUGH / some.length) }, (_, i) => (i === 7 ? `${some}\n{"y": 1,\n[]` : some)).join('\n'));
  const wanted = run(native, file, columns);
  assert.equal(wanted.status, 0);
  for (const threads of ['1', '3']) assert.deepEqual(run(node, file, [...columns, '--threads', threads]), wanted);
});

test('quantiles, for which the file is read twice, and several models on clusters', () => {
  const file = join(folder, 'large.csv');
  writeFileSync(file, csvOf('').replaceAll(/,(\d+)\n/g, ',$1,0.$1\n').replace('h\n', 'h,q\n'));
  for (const options of [['--label', 'y', '--score', 'p', '--slice', 'g', '--bucket', 'h:q4'],
    ['--label', 'y', '--score', 'p,q', '--slice', 'g', '--cluster', 'h', '--replicates', '100', '--metric', 'fpr']]) {
    const wanted = run(native, file, options);
    assert.equal(wanted.status, 0, wanted.stderr);
    assert.deepEqual(run(node, file, [...options, '--threads', '2']), wanted);
  }
});

test('what is refused, in the same words', () => {
  const file = join(folder, 'large.csv');
  const cases = [[csvOf('\n1,.5,a'), ['--strict'], /line \d{6}: 3 fields, expected 4/], [csvOf('\n2,.5,a,b'), [], /is not 0 or 1/],
    [csvOf(''), ['--positive', 'yes'], /never occurs/], [`${csvOf('')}\n1,.5,"a`, [], /never closed/], [csvOf(''), ['--where', 'g = z'], /matches the condition/]];
  for (const [text, options, message] of cases) {
    writeFileSync(file, text);
    const wanted = run(native, file, [...columns, ...options, '--threads', '1']);
    assert.equal(wanted.status, 2);
    assert.match(wanted.stderr, message);
    assert.deepEqual(run(node, file, [...columns, ...options, '--threads', '3']), wanted);
  }
});

test('more than 2^20 combinations of groups: the slices that were asked for, from both programs, and from the cube', () => {
  const file = join(folder, 'many.csv');
  const lines = ['y,p,g,h'];
  for (let i = 0; i < 1100 * 960; i++) lines.push(`${i % 3 >> 1},.${(i * 7919) % 10},${i % 1100},${Math.floor(i / 1100)}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const options = ['--label', 'y', '--score', 'p', '--slice', 'g,h', '--metric', 'selection_rate', '--min-slice', '970'];
  const wanted = run(native, file, options);
  assert.equal(wanted.status, 0);
  const { findings, slices } = JSON.parse(wanted.stdout);
  assert.ok(findings.some(({ kind }) => kind === 'marginals'));
  assert.equal(slices.length, 1 + 1100 + 960);
  assert.deepEqual(run(node, file, [...options, '--threads', '1']), wanted);
  assert.deepEqual(run(node, file, [...options, '--threads', '2']), wanted);
  const cube = join(folder, 'many.ehc');
  writeFileSync(cube, Buffer.from(wanted.cube, 'base64'));
  assert.deepEqual(run(node, cube, ['--metric', 'selection_rate', '--min-slice', '970']), wanted);
});
