// Runs the command line on small inputs and compares exit code, standard error, standard output and the files left
// behind with tests/cli/expected, to the byte. The same cases hold for every host of the program:
//
//     node tests/cli/run.mjs                                        build/release/evenhand
//     EVENHAND_CLI='node js/bin/evenhand.js' node tests/cli/run.mjs
//     node tests/cli/run.mjs --refresh [NAME...]                    writes what the program says now; read the diff
//
// A case is { name, why, files, steps }: `files` maps names to text or bytes; a step is what follows "evenhand", or
// { line, env, stdin }, or { shell, env } where "$EVENHAND" is the program, or a function of the folder.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const refresh = process.argv.includes('--refresh');
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));

// The program's words, as absolute paths: every case runs in a folder of its own.
const command = (process.env.EVENHAND_CLI ?? 'build/release/evenhand').split(' ').map((word) =>
  existsSync(join(root, word)) ? join(root, word) : word);

// Nothing of the caller's terminal or locale may reach the program.
const quiet = { PATH: process.env.PATH, HOME: tmpdir(), LC_ALL: 'C' };

// Words of a line; single quotes hold a word together.
const words = (line) => [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
const ended = (text) => (text === '' || text.endsWith('\n') ? text : `${text}\n(no line end)\n`);

const escape = (letter) => `\\u${letter.charCodeAt().toString(16).padStart(4, '0')}`;

// Runs one step and gives its transcript. Bytes become Latin-1 characters and back, so that none is lost.
function transcript(step, folder) {
  const { line, shell, env = {}, stdin = '' } = typeof step === 'string' ? { line: step } : step;
  const options = { cwd: folder, input: stdin, env: { ...quiet, ...env, EVENHAND: command.join(' ') } };
  const done = shell
    ? spawnSync('bash', ['-c', shell], options)
    : spawnSync(command[0], [...command.slice(1), ...words(line)], options);
  if (done.error) throw done.error;
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value} `).join('');
  const typed = (shell ?? `evenhand ${line}`.trim()).replace(/[^\n -~]/g, escape);
  return `$ ${settings}${typed}\nexit ${done.status ?? done.signal}\n` +
    `--- stderr\n${ended(done.stderr.toString('latin1'))}--- stdout\n${ended(done.stdout.toString('latin1'))}`;
}

function run({ files = {}, steps, why }) {
  const folder = mkdtempSync(join(tmpdir(), 'evenhand-'));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    let text = `# ${why}\n`;
    for (const step of steps) {
      if (typeof step === 'function') step(folder);
      else text += `\n${transcript(step, folder)}`;
    }
    return `${text}\n--- files\n${readdirSync(folder).sort().join('\n')}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Where two transcripts part, with the lines around it: a whole report twice would hide it.
function firstDifference(got, want) {
  const gotLines = got.split('\n');
  const wantLines = want.split('\n');
  const i = gotLines.findIndex((line, k) => line !== wantLines[k]);
  const at = i < 0 ? gotLines.length : i;
  const part = (lines) => lines.slice(Math.max(0, at - 3), at + 4).join('\n');
  return `differs at line ${at + 1}\n--- expected\n${part(wantLines)}\n--- got\n${part(gotLines)}\n`;
}

for (const file of readdirSync(join(here, 'cases')).sort()) {
  const group = basename(file, '.mjs');
  const { cases } = await import(pathToFileURL(join(here, 'cases', file)).href);
  for (const one of cases) {
    if (only.length && !only.includes(one.name)) continue;
    test(`cli ${group}: ${one.name}`, { skip: one.native && command.length > 1 ? 'speaks of the native host' : false }, () => {
      const path = join(here, 'expected', group, `${one.name}.txt`);
      const got = Buffer.from(run(one), 'latin1');
      if (refresh) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, got);
      }
      const want = readFileSync(path);
      assert.ok(got.equals(want), `${path} ${firstDifference(got.toString(), want.toString())}`);
    });
  }
}

test('every expected file belongs to a case', async () => {
  for (const file of readdirSync(join(here, 'cases'))) {
    const group = basename(file, '.mjs');
    const { cases } = await import(pathToFileURL(join(here, 'cases', file)).href);
    const names = cases.map((one) => `${one.name}.txt`);
    assert.equal(new Set(names).size, names.length, `${group}: a name is there twice`);
    const stray = readdirSync(join(here, 'expected', group)).filter((name) => !names.includes(name));
    assert.deepEqual(stray, [], `expected/${group} holds files of no case`);
  }
});
