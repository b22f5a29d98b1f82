// The README is true: every code block in it runs, in a scratch folder, against what was just built.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = (language) => [...readme.matchAll(new RegExp('^```' + language + '\\n([\\s\\S]*?)^```', 'gm'))].map((m) => m[1]);

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenhand-readme-'));
  mkdirSync(join(folder, 'examples'));
  cpSync(join(root, 'examples/data'), join(folder, 'examples/data'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'js'), join(folder, 'node_modules/evenhand'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const run = (command, args, env = {}) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });

test('README: the command lines run', () => {
  const [script, ...more] = blocks('sh');
  assert.deepEqual(more, []);
  const out = run('bash', ['-euc', script], { PATH: `${join(root, 'build/release')}:${process.env.PATH}` });
  assert.match(out, /sex=Female/);
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  assert.equal(report.spec.threshold.length, 9);
  assert.equal(report.slices[0].name, 'sex=Male');
});

test('README: the JavaScript runs', () => {
  const [script, ...more] = blocks('js');
  assert.deepEqual(more, []);
  writeFileSync(join(folder, 'readme.mjs'), script);
  const out = run('node', ['readme.mjs']);
  assert.match(out, /times as high for/);
  assert.match(out, /Float64Array/);
});

test('README: the C program builds against an installed copy and prints a report', () => {
  const [script, ...more] = blocks('c');
  assert.deepEqual(more, []);
  writeFileSync(join(folder, 'main.c'), script);
  const prefix = join(folder, 'usr');
  execFileSync('cmake', ['--install', join(root, 'build/release'), '--prefix', prefix], { encoding: 'utf8' });
  run('cc', ['-Wall', '-Wextra', '-Werror', 'main.c', `-I${prefix}/include`, `-L${prefix}/lib`, '-levenhand', '-o', 'main']);
  const report = JSON.parse(run('./main', [], { LD_LIBRARY_PATH: `${prefix}/lib` }));
  assert.equal(report.input.rows, 3);
  assert.equal(report.results.find((r) => r.metric === 'fpr').value, 0.5);
  assert.match(readFileSync(`${prefix}/lib/pkgconfig/evenhand.pc`, 'utf8'), /-levenhand/);
});

test('README: the files it points to are there', () => {
  for (const [, path] of readme.matchAll(/\]\((?!http)([^)#]+)\)/g)) readFileSync(join(root, path.endsWith('.md') ? path : '.gitignore'));
});
