// The examples do what they say, on the shipped data: each is run as a reader would, and its real output is read.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { before, test } from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const build = join(root, process.env.EVENHAND_BUILD ?? 'build/release');
const evenhand = join(build, 'evenhand');
const data = 'examples/data/adult.csv';
const run = (program, args, options = {}) => spawnSync(program, args, { cwd: root, encoding: 'utf8', ...options });

/** The false positive rates of the shipped model, counted here from the file itself: no quoted cell, no missing sex. */
function countedRates(threshold) {
  const [header, ...lines] = readFileSync(join(root, data), 'utf8').trimEnd().split('\n').map((line) => line.split(','));
  const at = Object.fromEntries(header.map((name, i) => [name, i]));
  const rate = (sex, label) => {
    const rows = lines.filter((c) => c[at.sex] === sex && c[at.label] === label);
    return rows.filter((c) => Number(c[at.score]) > threshold).length / rows.length;
  };
  return { rows: lines.length, female: rate('Female', '0'), male: rate('Male', '0'), tprFemale: rate('Female', '1'), tprMale: rate('Male', '1') };
}

before(() => {
  assert.ok(existsSync(evenhand), `${evenhand} is not there: cmake --preset release && cmake --build --preset release`);
});

test('audit.c: text report with the surest gap, in under 120 lines', () => {
  const { status, stdout, stderr } = run(join(build, 'examples/audit'), [data]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /16,281/);
  assert.match(stdout, /sex=Female & race=Black/);
  const surest = /^surest gap: (\w+) of (.+) is (\d\.\d{3}), ([+-]\d\.\d{3}) from everybody else .95 % interval ([+-]\d\.\d{3}) to ([+-]\d\.\d{3})\)$/m.exec(stdout);
  assert.ok(surest, stdout.slice(-300));

  const { results } = JSON.parse(run(join(build, 'examples/audit'), [data, '--json']).stdout);
  const gaps = results.filter((r) => r.gap.p !== null);
  const least = gaps.find((r) => r.gap.p === Math.min(...gaps.map((g) => g.gap.p)));
  const near = (text, number) => assert.ok(Math.abs(Number(text) - number) <= 0.000501, `${text} ${number}`);
  assert.deepEqual(surest.slice(1, 3), [least.metric, least.slice]);
  near(surest[3], least.value);
  near(surest[4], least.gap.difference);
  near(surest[5], least.gap.difference_lower);
  near(surest[6], least.gap.difference_upper);
  assert.ok(readFileSync(join(root, 'examples/audit.c'), 'utf8').split('\n').length <= 120);
});

test('audit.c: its JSON is that of the command line, and its rates are those in the file', () => {
  const own = run(join(build, 'examples/audit'), [data, '--json']);
  assert.equal(own.status, 0, own.stderr);
  const cli = run(evenhand, ['audit', data, '--label', 'label', '--score', 'score', '--slice', 'sex,race', '--cross', 'sex*race',
    '--bucket', 'age:30,50', '--metric', 'fpr,fnr,selection_rate,roc_auc', '--baseline', 'complement', '--min-slice', '100', '--json', '-']);
  assert.equal(cli.status, 0, cli.stderr);
  assert.equal(own.stdout, cli.stdout);
  const report = JSON.parse(own.stdout);
  const counted = countedRates(0.5);
  const fpr = (slice) => report.results.find((r) => r.slice === slice && r.metric === 'fpr').value;
  assert.equal(report.input.rows, counted.rows);
  assert.equal(fpr('sex=Female'), counted.female);
  assert.equal(fpr('sex=Male'), counted.male);
});

test('audit.c: a missing file, a folder and a file that is no table are refused', () => {
  assert.equal(run(join(build, 'examples/audit'), ['nowhere.csv']).status, 2);
  assert.match(run(join(build, 'examples/audit'), ['examples']).stderr, /cannot read examples/);
  const wrong = run(join(build, 'examples/audit'), ['examples/data/make_adult.py']);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /label|score/);
});

test('audit.mjs: report, arrays, merged cubes and a moving threshold', () => {
  const stdout = execFileSync(process.execPath, ['examples/audit.mjs'], { cwd: root, encoding: 'utf8' });
  assert.match(stdout, /^16281 rows, \d+ results\. What stands out:\n  1\. \S.+\n  2\. \S.+\n  3\. \S/);
  assert.match(stdout, /  overall: 0\.5\n  team=a: 0\n  team=b: 1\n/);
  assert.match(stdout, /Merged and reloaded cube: 4 rows/);
  for (const threshold of [0.2, 0.5, 0.8]) {
    const { female, male } = countedRates(threshold);
    assert.ok(stdout.includes(`  ${threshold}: ${female.toFixed(4)} ${male.toFixed(4)}\n`), `${threshold}\n${stdout}`);
  }
});

test('pipeline.sh: passes, fails and says when it cannot tell', () => {
  const input = readFileSync(join(root, data));
  const gate = (limit, options = {}) => run('examples/pipeline.sh', [limit], { input, env: { ...process.env, EVENHAND: evenhand }, ...options });
  const { female, male, tprFemale, tprMale } = countedRates(0.5);
  const gap = Math.max(Math.abs(male - female), Math.abs(tprMale - tprFemale));

  const pass = gate(String(gap + 0.001));
  assert.equal(pass.status, 0, pass.stderr);
  assert.equal(pass.stdout, `pass: true or false positive rates of sex=Female and sex=Male differ by ${gap.toFixed(4)}, limit ${gap + 0.001}\n`);
  const fail = gate(String(gap - 0.001));
  assert.equal(fail.status, 1, fail.stderr);
  assert.match(fail.stdout, /^FAIL: /);
  assert.equal(gate('much').status, 2);
  assert.equal(gate('0.1', { input: 'score,label,sex\n' }).status, 2);
  const oneGroup = gate('0.1', { input: 'score,label,sex\n.9,1,x\n.1,0,x\n' });
  assert.equal(oneGroup.status, 2);
  assert.match(oneGroup.stdout, /cannot tell: one_group/);
});

test('parallel-cubes: eight parts, in the shell and in Node, find what the whole file shows', () => {
  const options = ['--label', 'label', '--score', 'score', '--slice', 'sex,race', '--bucket', 'age:25,45,65', '--top', '5'];
  const whole = run(evenhand, ['audit', data, ...options]);
  assert.equal(whole.status, 0, whole.stderr);
  const shell = run('examples/parallel-cubes.sh', [], { env: { ...process.env, EVENHAND: evenhand } });
  assert.equal(shell.status, 0, shell.stderr);
  assert.equal(shell.stdout, whole.stdout.replace(data, 'input'));

  const broken = run('examples/parallel-cubes.sh', ['examples/audit.mjs'], { env: { ...process.env, EVENHAND: evenhand } });
  assert.notEqual(broken.status, 0);

  const node = execFileSync(process.execPath, ['examples/parallel-cubes.mjs'], { cwd: root, encoding: 'utf8' });
  const report = JSON.parse(run(evenhand, ['audit', data, ...options, '--json', '-']).stdout);
  assert.equal(node, `16281 rows in 8 parts. What stands out:\n${report.findings.slice(0, 5).map((f) => `  ${f.rank}. ${f.text}\n`).join('')}`);
});
