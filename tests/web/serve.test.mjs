// `npx evenhand view FILE --serve`: the site and the file, on this machine alone, read-only, nothing else.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './chromium.mjs';
import { cellsOf, noViewer, openSite } from './viewer.mjs';

const program = join(root, 'js/bin/evenhand.js');
const skip = existsSync(join(root, 'web/dist/index.html')) ? false : 'web/dist is not built: npm run build -w evenhand-web';

/** Starts the server and gives its address, the process and its end. */
async function start(t, words, cwd = root) {
  const child = spawn(process.execPath, [program, 'view', ...words, '--serve'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  let said = '';
  for await (const part of child.stdout) {
    said += part;
    const [address] = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(said) ?? [];
    if (address) return { address, child, ended, said };
  }
  throw new Error(`no address in ${said}`);
}

/** One request as it stands: no client between that would mend a path or a host. */
const ask = (port, path, { method = 'GET', headers = {} } = {}) => new Promise((resolve, reject) => {
  request({ host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } }, (response) => {
    const parts = [];
    response.on('data', (part) => parts.push(part)).on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
  }).on('error', reject).end();
});

test('serves the site and the file, and nothing else', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evenhand-serve-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const csv = 'y,p,sex\n1,.9,F\n0,.2,M\n';
  writeFileSync(join(folder, 'people & co.csv'), csv);
  writeFileSync(join(folder, 'secret.csv'), 'secret');
  const { address, child, ended } = await start(t, ['people & co.csv'], folder);
  const url = new URL(address);
  const file = new URL(url.searchParams.get('src'), address).pathname;

  await t.test('the page, with its policy in the header', async () => {
    const { status, headers, body } = await ask(url.port, '/');
    assert.equal(status, 200);
    assert.match(body.toString(), /<evenhand-viewer>/);
    assert.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';.*frame-ancestors 'none'$/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(headers['cache-control'], 'no-store');
  });
  await t.test('the file, under a name nobody guesses', async () => {
    assert.match(file, /^\/file\/[0-9a-f]{32}\/people%20%26%20co\.csv$/);
    const { status, headers, body } = await ask(url.port, file);
    assert.deepEqual([status, body.toString(), headers['content-length']], [200, csv, String(csv.length)]);
    const head = await ask(url.port, file, { method: 'HEAD' });
    assert.deepEqual([head.status, head.body.length, head.headers['content-length']], [200, 0, String(csv.length)]);
  });
  await t.test('no other path', async () => {
    for (const path of ['/secret.csv', '/../secret.csv', `${file}/../../../secret.csv`, '/file/', '/%2e%2e/secret.csv', '/..%2fsecret.csv', '//etc/passwd',
      '/assets/', '/js/package.json', file.replace(/[0-9a-f]{32}/, '0'.repeat(32))])
      assert.equal((await ask(url.port, path)).status, 404, path);
  });
  await t.test('no other host: a name that was made to point here', async () => {
    for (const host of ['evil.example', `evil.example:${url.port}`, '127.0.0.1'])
      assert.equal((await ask(url.port, file, { headers: { host } })).status, 421, host);
    assert.equal((await ask(url.port, file, { headers: { host: `localhost:${url.port}` } })).status, 200);
    assert.equal((await ask(url.port, file, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } })).status, 403);
  });
  await t.test('nothing but reading', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { status, headers } = await ask(url.port, file, { method });
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method);
    }
    assert.equal(readFileSync(join(folder, 'people & co.csv'), 'utf8'), csv);
  });
  await t.test('an interrupt ends it', async () => {
    child.kill('SIGINT');
    assert.deepEqual(await ended, { code: 0, signal: null });
    await assert.rejects(ask(url.port, '/'), { code: 'ECONNREFUSED' });
  });
});

test('options go to the page', { skip: noViewer }, async (t) => {
  const { address } = await start(t, [join(root, 'examples/data/adult.csv'), '--label', 'label', '--score=score', '--slice', 'sex,race']);
  const { page, faults } = await openSite(t, address);
  await page.getByTestId('slice-row').first().waitFor();
  assert.ok(Object.keys(await cellsOf(page)).some((name) => name.startsWith('race=Black ')));
  assert.deepEqual(faults, []);
});

test('what it refuses', { skip }, () => {
  const run = (...words) => spawnSync(process.execPath, [program, 'view', ...words], { cwd: join(root, 'examples/data'), encoding: 'utf8' });
  for (const [words, says] of [[['none.csv', '--serve'], 'none.csv: no such file'], [['.', '--serve'], '.: is a directory'],
    [['a.csv', 'b.csv', '--serve'], '--serve shows one FILE'], [['adult.csv', '--serve', '--level', '.9'], 'and not --level; a page written with -o takes every option of view'], [['adult.csv', '--serve', '--lable=y'], 'and not --lable;'], [['adult.csv', '--serve', '--label'], '--label needs a value'],
    [['-', '--serve'], 'standard input comes once']]) {
    const { status, stderr, stdout } = run(...words);
    assert.equal(status, 2, words.join(' '));
    assert.ok(stderr.includes(says), stderr);
    assert.equal(stdout, '');
  }
  assert.match(run('--serve', '--help').stdout, /^Usage: evenhand view FILE/);
});

test('the page it opens has the file', { skip: noViewer }, async (t) => {
  const cube = join(mkdtempSync(join(tmpdir(), 'evenhand-serve-')), 'adult.ehc');
  t.after(() => rmSync(join(cube, '..'), { recursive: true, force: true }));
  spawnSync(process.execPath, [program, 'cube', 'build', join(root, 'examples/data/adult.csv'), '--label', 'label', '--score', 'score', '--slice', 'sex', '-o', cube]);
  const { address } = await start(t, [cube]);
  const { page, faults } = await openSite(t, address);
  await page.getByTestId('slice-row').first().waitFor();
  assert.ok(Object.keys(await cellsOf(page)).some((name) => name.startsWith('sex=Female ')));
  assert.deepEqual(faults, []);
});
