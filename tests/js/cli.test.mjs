// The program in Node: the same as the native one on every stream, and its own hands: files, pipes, faults.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit, Cube, render } from '../../js/src/index.js';
import { folder, nativeProgram, nodeProgram, people, spec, toCsv, withoutInput } from './helper.mjs';

const rows = people(2000, 4);
const csv = toCsv(rows);
const options = ['--label', 'label', '--score', 'score,other', '--slice', 'sex,race', '--cross', 'sex*race', '--bucket',
  'age:30,45,60', '--threshold', '.3,.5'];
const node = (args, more = {}) => spawnSync(process.execPath, [nodeProgram, ...args], { maxBuffer: 1 << 28, ...more });
const native = (args, more = {}) => spawnSync(nativeProgram, args, { maxBuffer: 1 << 28, ...more });
const noNative = existsSync(nativeProgram) ? false : 'build/release/evenhand is not built';

function files(t) {
  const path = folder(t);
  writeFileSync(join(path, 'preds.csv'), csv);
  writeFileSync(join(path, 'preds.tsv'), toCsv(rows, '\t'));
  writeFileSync(join(path, 'empty.csv'), '');
  writeFileSync(join(path, 'bad.csv'), 'label,score\n1,.5\n2,\n0,"x\n');
  mkdirSync(join(path, 'sub'));
  return path;
}

test('every word is that of the native program', { skip: noNative }, (t) => {
  const cwd = files(t);
  const runs = [
    [], ['--version'], ['--help'], ['audit', '--help'], ['cube', 'info', '--help'], ['audti'], ['audit'],
    ['audit', 'preds.csv', ...options], ['audit', 'preds.csv', ...options, '--json', '-'],
    ['audit', 'preds.csv', ...options, '--csv', '-', '--baseline', 'sex=Male', '--min-slice', '50'],
    ['audit', 'preds.tsv', ...options, '--top', '3', '--sort', 'name'],
    ['audit', 'preds.csv', ...options, '--baseline', 'complement', '--interval', 'none'],
    ['audit', 'preds.csv', ...options, '--cube', 'p.ehc', '--json', 'p.json', '--csv', 'p.csv'],
    ['cube', 'info', 'p.ehc'], ['audit', 'p.ehc', '--threshold', '.4', '--json', '-'],
    ['audit', 'preds.csv'], ['audit', 'preds.csv', '--label', 'label', '--score', 'scor'],
    ['audit', 'none.csv', ...options], ['audit', 'sub', ...options], ['audit', 'empty.csv', ...options],
    ['audit', 'bad.csv', '--label', 'label', '--score', 'score'], ['cube', 'info', 'preds.csv'],
    ['audit', 'preds.csv', ...options, '--json', 'no/such/dir.json'], ['audit', 'preds.csv', ...options, '--json', 'sub'],
    ['audit', 'preds.csv', ...options, '--frob'],
  ];
  for (const args of runs) {
    const outputs = [native, node].map((program) => {
      const run = program(args, { cwd });
      const written = ['p.ehc', 'p.json', 'p.csv'].map((name) => join(cwd, name)).filter(existsSync);
      return { code: run.status, out: String(run.stdout), err: String(run.stderr), files: written.map((f) => readFileSync(f, 'hex')) };
    });
    assert.deepEqual(outputs[1], outputs[0], args.join(' '));
  }
  for (const env of [{ COLUMNS: '80' }, { COLUMNS: '120' }]) {
    const args = ['audit', 'preds.csv', ...options];
    assert.equal(String(node(args, { cwd, env }).stdout), String(native(args, { cwd, env }).stdout));
  }
});

test('where an output is closed, files are written as ever, and codes are told', (t) => {
  const cwd = files(t);
  const shell = (line) => spawnSync('bash', ['-c', line.replaceAll('evenhand', '"$0" "$1"'), process.execPath, nodeProgram], { cwd });
  const args = 'audit preds.csv --label label --score score --slice sex';
  const open = shell(`evenhand ${args} --json open.json`);
  for (const closed of ['>&-', '2>&-', '<&- >&- 2>&-']) {
    const run = shell(`evenhand ${args} --json closed.json ${closed}`); /* Node opens /dev/null in its place before anything runs */
    assert.deepEqual([run.status, String(run.stderr)], [0, '']);
    assert.equal(String(run.stdout), closed === '2>&-' ? String(open.stdout) : '');
    assert.deepEqual(readFileSync(join(cwd, 'closed.json')), readFileSync(join(cwd, 'open.json')));
    assert.equal(shell(`evenhand audit none.csv --label y --score p ${closed}`).status, 2);
  }
});

test('the program and the API give the same report, table and cube', async (t) => {
  const cwd = files(t);
  const run = node(['audit', 'preds.csv', ...options, '--json', 'p.json', '--csv', 'p.csv', '--cube', 'p.ehc'], { cwd });
  assert.equal(run.status, 0, String(run.stderr));
  assert.equal(withoutInput(JSON.parse(readFileSync(join(cwd, 'p.json'), 'utf8'))), withoutInput(await audit(rows, spec)));
  assert.equal(readFileSync(join(cwd, 'p.csv'), 'utf8'), await render(rows, spec, 'csv'));
  assert.equal((await Cube.load(readFileSync(join(cwd, 'p.ehc')))).checksum(), (await Cube.build(rows, spec)).checksum());
  assert.deepEqual(readdirSync(cwd).filter((name) => name.endsWith('.tmp')), []);
});

test('standard input, as a file and as a slow pipe', async (t) => {
  const cwd = files(t);
  const args = ['audit', '-', ...options];
  const expected = String(node(['audit', 'preds.csv', ...options], { cwd }).stdout).replaceAll('preds.csv', 'standard input');
  assert.equal(String(node(args, { cwd, input: csv }).stdout), expected);
  const child = spawn(process.execPath, [nodeProgram, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const output = child.stdout.toArray();
  for (let from = 0; from < csv.length; from += 20000) {
    child.stdin.write(csv.slice(from, from + 20000));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  child.stdin.end();
  assert.equal(Buffer.concat(await output).toString(), expected);
});

test('whoever closes the pipe early has seen enough', (t) => {
  const cwd = files(t);
  const line = `'${process.execPath}' '${nodeProgram}' audit preds.csv ${options.map((o) => `'${o}'`).join(' ')} --json - | head -c 10; ` +
    'echo; echo "${PIPESTATUS[0]}"';
  const run = spawnSync('bash', ['-c', line], { cwd });
  assert.deepEqual(String(run.stdout).trim().split('\n').pop(), '0');
  assert.equal(String(run.stderr), '');
});

test('a file is replaced whole: mode and link stay, a device is written into', (t) => {
  const cwd = files(t);
  const out = join(cwd, 'out.json');
  writeFileSync(out, 'old', { mode: 0o600 });
  symlinkSync('out.json', join(cwd, 'link.json'));
  assert.equal(node(['audit', 'preds.csv', ...options, '--json', 'link.json'], { cwd }).status, 0);
  assert.ok(lstatSync(join(cwd, 'link.json')).isSymbolicLink());
  assert.equal(statSync(out).mode & 0o777, 0o600);
  assert.match(readFileSync(out, 'utf8'), /^\{/);
  assert.equal(node(['audit', 'preds.csv', ...options, '--json', '/dev/null'], { cwd }).status, 0);
  assert.ok(statSync('/dev/null').isCharacterDevice());
  if (existsSync('/dev/full')) {
    const run = node(['audit', 'preds.csv', ...options, '--json', '/dev/full'], { cwd });
    assert.equal(run.status, 2);
    assert.match(String(run.stderr), /no space left/);
  }
});

test('no colours off a terminal', (t) => {
  const cwd = files(t);
  assert.doesNotMatch(String(node(['audit', 'preds.csv', ...options], { cwd }).stdout), /\x1b/);
});

test('a terminal gets colours unless NO_COLOR is set', { skip: !existsSync('/usr/bin/script') && 'script(1) is not here' }, (t) => {
  const cwd = files(t);
  const line = [process.execPath, nodeProgram, 'audit', 'preds.csv', ...options].map((word) => `'${word}'`).join(' ');
  const onTerminal = (env) => String(spawnSync('script', ['-qec', line, '/dev/null'],
    { cwd, env: { ...process.env, NO_COLOR: '', TERM: 'xterm', ...env } }).stdout);
  assert.match(onTerminal({}), /\x1b\[/);
  assert.doesNotMatch(onTerminal({ NO_COLOR: '1' }), /\x1b\[/);
  assert.doesNotMatch(onTerminal({ TERM: 'dumb' }), /\x1b\[/);
});
