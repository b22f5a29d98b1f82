// What a first visit fetches, and the engine in two halves: the first is enough from a CSV to its first chart, the rest comes when it is
// called, and no number knows in which half its functions lay.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { audit } from '../../js/src/index.js';
import { cellsOf, noViewer, openSite, serveSite } from './viewer.mjs';
import { root } from './chromium.mjs';

/** Bytes that a first visit may fetch, packed with gzip, until it sees the first chart of a CSV of its own. */
const FIRST_LOAD = 230_000;

const csv = `y,p,g,w\n${Array.from({ length: 300 }, (_, i) => `${i % 7 < 3 ? 1 : 0},${((i * 37) % 100) / 100},${'abc'[i % 3]},${1 + i % 4}`).join('\n')}\n`;
const lines = csv.trimEnd().split('\n').slice(1).map((line) => line.split(',')).map(([y, p, g, w]) => `{"y":${y},"p":${p},"g":"${g}","w":${w}}\n`).join('');
const spec = { label: 'y', score: 'p', slice: 'g' };

/** The site with every answer kept; what has the name of the rest waits until it is let go. */
async function visit(t) {
  const address = await serveSite(t);
  const { page, context, faults } = await openSite(t, 'about:blank');
  const got = new Map();
  let held = 0;
  let release = () => {};
  const free = new Promise((resolve) => { release = resolve; });
  await context.route(/\/rest-\w+\.wasm$/, async (route) => { held++; await free; await route.continue(); });
  context.on('request', (request) => { if (!request.serviceWorker()) got.set(request.url(), request); }); // that one keeps all, later
  await page.goto(address);
  const size = async () => {
    let sum = 0;
    for (const [url, request] of got) {
      if (/\/rest-/.test(url)) continue;
      sum += gzipSync(await (await request.response()).body(), { level: 9 }).length;
    }
    return sum;
  };
  return { page, faults, size, release, held: () => held };
}

test(`the first load is at most ${FIRST_LOAD / 1000} kB, through to the first chart of a CSV`, { skip: noViewer }, async (t) => {
  const { page, faults, size, release } = await visit(t);
  await page.getByTestId('file-input').waitFor({ state: 'attached' });
  const before = await size();
  await page.getByTestId('file-input').setInputFiles([{ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.replace('w', 'team')) }]);
  await page.getByTestId('mapper-confirm').click();
  await page.getByTestId('slice-row').first().waitFor(); // while the rest of the engine has not come
  const after = await size();
  t.diagnostic(`${before} bytes before a file is chosen, ${after} at its first chart`);
  assert.ok(before > 30_000 && after > before + 50_000);
  assert.ok(after <= FIRST_LOAD, `${after} bytes`);
  release();
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').session.live !== null);
  assert.deepEqual(faults, []);
});

test('what only the rest can count comes out as in Node', { skip: noViewer }, async (t) => {
  for (const [name, text, asked] of [['weighted.csv', csv, { ...spec, weight: 'w' }], ['rows.jsonl', lines, spec]]) {
    const { page, faults, release, held } = await visit(t);
    release();
    await page.evaluate(([called, rows, columns]) => document.querySelector('evenhand-viewer').intake.offer(new File([rows], called), { spec: columns, sure: true }),
      [name, text, asked]);
    await page.getByTestId('slice-row').first().waitFor();
    assert.ok(held() > 0, name);
    const { results } = await audit(new File([text], name), { ...asked, metric: ['fpr'], threshold: 0.5 });
    const cells = await cellsOf(page);
    for (const { slice, value } of results) assert.equal(cells[`${slice} fpr`], String(value), `${name}: ${slice}`);
    assert.deepEqual(faults, []);
  }
});

/** Reports of what the profile of the halves never calls, by a process of its own, since a process loads once. */
const reports = (given) => execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', `
  import { readFileSync } from 'node:fs';
  import { init, render } from ${JSON.stringify(new URL('../../js/src/index.js', import.meta.url).href)};
  const compiled = (path) => new WebAssembly.Module(readFileSync(${JSON.stringify(root)} + path));
  await init(${given});
  const text = readFileSync(0, 'utf8');
  const rows = new TextEncoder().encode(text);
  const spec = { label: 'y', score: 'p', slice: 'g' };
  for (const more of [{}, { weight: 'w' }, { interval: 'bootstrap', replicates: 200 }, { cluster: 'w' }, { curves: true }, { task: 'regression', label: 'w' }, { bucket: 'w:q2' }, { score_bits: 7 }])
    for (const form of ['json', 'text', 'csv']) console.log(await render(rows, { ...spec, ...more, no_hash: true }, form));
  const lines = text.trim().split('\\n').slice(1).map((line) => '{"y":' + line[0] + ',"p":' + line.split(',')[1] + '}\\n').join('');
  console.log(await render(new TextEncoder().encode(lines), { label: 'y', score: 'p' }));
  console.log(await render(rows, { ...spec, label: 'none' }).catch((error) => error.message));`], { input: csv, encoding: 'utf8', maxBuffer: 1 << 26 });

test('two halves and the whole say the same, byte for byte', { skip: noViewer }, () => {
  const halves = reports("{ first: compiled('web/made/first.wasm'), rest: compiled('web/made/rest.wasm') }");
  assert.ok(halves.length > 100_000);
  assert.equal(halves, reports("compiled('js/wasm/evenhand.wasm')"));
  const [first, rest] = ['first', 'rest'].map((name) => readFileSync(join(root, `web/made/${name}.wasm`)).length);
  assert.ok(first > 100_000 && rest > 100_000);
});

test('the licences of what is bundled lie beside the pages', { skip: noViewer }, () => {
  const text = readFileSync(join(root, 'web/dist/licenses.txt'), 'utf8');
  for (const name of ['lit', 'lit-html', 'd3-shape', 'hyparquet', 'hyparquet-compressors', 'fzstd', 'hysnappy'])
    assert.match(text, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  assert.doesNotMatch(text, /The package has no file of its licence/);
  assert.equal(text, readFileSync(join(root, 'js/viewer/licenses.txt'), 'utf8'));
});
