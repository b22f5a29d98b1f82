// Every JavaScript example of js/README.md is run, each in a program of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { folder, nodeProgram, people, root, toColumns, toCsv } from './helper.mjs';

const readme = readFileSync(join(root, 'js/README.md'), 'utf8');
const examples = [...readme.matchAll(/^## (.*)$|^```js\n([^]*?)^```$/gm)].reduce((list, [, title, code]) => {
  if (title) list.title = title;
  else list.push({ title: list.title, code });
  return list;
}, /** @type {any} */ ([]));

/** A folder with the files that the examples name and the package as installed. */
function place(t) {
  const path = folder(t);
  mkdirSync(join(path, 'node_modules'));
  symlinkSync(join(root, 'js'), join(path, 'node_modules/evenhand'));
  for (const [name, seed] of [['preds.csv', 1], ['monday.csv', 2], ['tuesday.csv', 3]])
    writeFileSync(join(path, name), toCsv(people(1000, seed)));
  const { label, score, sex } = toColumns(people(1000));
  writeFileSync(join(path, 'preds.csv.gz'), gzipSync(toCsv(people(1000))));
  writeFileSync(join(path, 'preds.parquet'), Buffer.from(parquetWriteBuffer({ columnData: [
    { name: 'label', data: label, type: 'INT32' }, { name: 'score', data: score, type: 'DOUBLE' },
    { name: 'sex', data: sex, type: 'STRING' }] })));
  return path;
}

/** What the example under a title must print. */
const expected = {
  'Audit a file': /^.+\n.+\n.+\n0\.\d+ 0\.\d+ 0\.\d+ -?0\.\d+\n$/,
  'Texts that repeat': /^\[ 'overall: 5', 'team=a: 2', 'team=b: 2' \] 1\n$/,
  'Audit what is in memory': /^\[ 'overall 0\.6+\d', 'team=a 1', 'team=b 0\.5' \] 3\n$/,
  'Compressed files and Parquet': /^preds\.csv\.gz preds\.parquet true\n$/,
  'Stop it, watch it, spread it': /^\d+ of \d+ bytes\n1000\n$/,
  'Keep a cube, ask again': /\d+ true\noverall 2000 0\.\d+ \d+\n/,
  'Print it, or write CSV': /sex=Female[^]*\n\d+\n$/,
  'When something is wrong': /^true EH_E_SPEC .*"scor".*"score"/,
};

test('there are examples', () => assert.ok(examples.length >= 7));

for (const [i, { title, code }] of examples.entries())
  test(`example ${i + 1}: ${title}`, (t) => {
    const cwd = place(t);
    writeFileSync(join(cwd, 'example.mjs'), code);
    const run = spawnSync(process.execPath, ['example.mjs'], { cwd, encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    assert.equal(run.stderr, '');
    assert.match(run.stdout, expected[title] ?? /\S/);
  });

test('the command of the README works', (t) => {
  const line = /^ {4}npx evenhand (.*)$/m.exec(readme)[1].split(' ');
  const run = spawnSync(process.execPath, [nodeProgram, ...line], { cwd: place(t), encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
});

test('the README names every code, every option and every call', async () => {
  const all = await import('../../js/src/index.js');
  const calls = ['audit(', 'render(', 'init(', ...Object.getOwnPropertyNames(all.Cube).filter((name) => /^(build|load|merge)$/.test(name)).map((name) => `Cube.${name}(`),
    ...['save', 'checksum', 'at', 'free'].map((name) => `cube.${name}(`)];
  for (const call of calls) assert.ok(readme.includes(call), call);
  const codes = [...readFileSync(join(root, 'include/evenhand/base.h'), 'utf8').matchAll(/\b(EH_E_[A-Z]+) =/g)].map((m) => m[1]);
  assert.ok(codes.length >= 10);
  for (const code of codes) assert.ok(readme.includes(`\`${code}\``), code);
  const keys = [...readFileSync(join(root, 'src/cli/options.def'), 'utf8').matchAll(/^EH_OPTION\(\w+, "[^"]+", "(\w+)"/gm)].map((m) => m[1]);
  assert.ok(keys.length >= 20);
  for (const key of keys) if (!['json', 'csv', 'cube'].includes(key)) assert.ok(readme.includes(`\`${key}\``), key);
});
