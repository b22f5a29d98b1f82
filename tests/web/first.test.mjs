// What a first visit fetches, and the engine in two halves: the first is enough from a CSV to its first chart, the rest comes when it is
// called, and no number knows in which half its functions lay.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { audit } from '../../js/src/index.js';
import { listen, root } from './chromium.mjs';
import { cellsOf, noViewer, openSite } from './viewer.mjs';

/** Bytes that a visit may fetch in all, packed with gzip: page, engine and service worker, from nothing to a threshold that moves. */
const VISIT = 220_000;

const csv = `y,p,g,w\n${Array.from({ length: 300 }, (_, i) => `${i % 7 < 3 ? 1 : 0},${((i * 37) % 100) / 100},${'abc'[i % 3]},${1 + i % 4}`).join('\n')}\n`;
const lines = csv.trimEnd().split('\n').slice(1).map((line) => line.split(',')).map(([y, p, g, w]) => `{"y":${y},"p":${p},"g":"${g}","w":${w}}\n`).join('');
const spec = { label: 'y', score: 'p', slice: 'g' };

/** The site by a server that knows what it was asked for, by whomever: the page, its worker or the service worker. */
async function visit(t) {
  const asked = [];
  const fileOf = (path) => {
    asked.push(path || 'index.html');
    return path.startsWith('..') ? null : join(root, 'web/dist', path || 'index.html');
  };
  const address = await listen(t, fileOf, new Map());
  const { page, faults } = await openSite(t, address);
  const size = () => asked.reduce((sum, path) => sum + gzipSync(readFileSync(join(root, 'web/dist', path)), { level: 9 }).length, 0);
  return { page, faults, size, asked, rest: () => asked.some((path) => /rest-/.test(path)) };
}

/** A whole number of every metric and slice on the board, which an audit elsewhere must give too. */
async function compareWith(page, source, spec, threshold) {
  const { results } = await audit(source, { ...spec, metric: ['fpr'], threshold });
  const cells = await cellsOf(page);
  for (const { slice, value } of results) assert.equal(cells[`${slice} fpr`], String(value), slice);
}

test(`a visit fetches at most ${VISIT / 1000} kB in all: page, engine, a CSV, thresholds`, { skip: noViewer }, async (t) => {
  const { page, faults, size, asked, rest } = await visit(t);
  await page.getByTestId('file-input').waitFor({ state: 'attached' });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const before = size();
  const text = csv.replace('w', 'team');
  await page.getByTestId('file-input').setInputFiles([{ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }]);
  await page.getByTestId('mapper-confirm').click();
  await page.getByTestId('slice-row').first().waitFor();
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').session.live !== null);
  for (let i = 0; i < 5; i++) await page.getByTestId('threshold-slider').press('ArrowRight');
  for (const baseline of ['complement', 'g=b', 'overall']) await page.getByTestId('baseline-select').selectOption(baseline);
  await page.getByTestId('threshold-input').fill('.37');
  await page.getByTestId('threshold-input').press('Enter');
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view.number('overall', 'fpr').settled);
  await compareWith(page, new File([text], 'people.csv'), spec, 0.37);
  t.diagnostic(`${before} bytes before a file is chosen, ${size()} in all`);
  assert.ok(before > 100_000); // the service worker has fetched the engine while the person looked for the file
  assert.ok(size() <= VISIT, `${size()} bytes: ${asked.join(' ')}`);
  assert.equal(rest(), false);
  const assets = asked.filter((path) => path.startsWith('assets/'));
  assert.equal(new Set(assets).size, assets.length, `nothing is fetched twice: ${asked.join(' ')}`);
  assert.deepEqual(faults, []);
});

test('what only the rest can count comes out as in Node, in the worker and under a hand', { skip: noViewer }, async (t) => {
  for (const [name, text, asked] of [['weighted.csv', csv, { ...spec, weight: 'w' }], ['rows.jsonl', lines, spec]]) {
    const { page, faults, rest } = await visit(t);
    await page.evaluate(([called, rows, columns]) => document.querySelector('evenhand-viewer').intake.offer(new File([rows], called), { spec: columns, sure: true }),
      [name, text, asked]);
    await page.getByTestId('slice-row').first().waitFor();
    assert.ok(rest(), name);
    await compareWith(page, new File([text], name), asked, 0.5);
    await page.waitForFunction(() => document.querySelector('evenhand-viewer').session.live !== null);
    const moved = await page.evaluate(() => {
      const viewer = document.querySelector('evenhand-viewer');
      viewer.act.threshold(0.37);
      return { value: viewer.view.number('g=b', 'fpr').value, live: viewer.session.live !== null };
    });
    const { results } = await audit(new File([text], name), { ...asked, metric: ['fpr'], threshold: 0.37 });
    assert.deepEqual(moved, { value: results.find(({ slice }) => slice === 'g=b').value, live: true }, name);
    assert.deepEqual(faults, []);
  }
});

test('a threshold that calls what the first half lacks gets the whole engine, once', { skip: noViewer }, async (t) => {
  const { page, faults, rest } = await visit(t);
  await page.evaluate(([rows, columns]) => document.querySelector('evenhand-viewer').intake.offer(new File([rows], 'a.csv'), { spec: columns, sure: true }), [csv, spec]);
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').session?.live);
  assert.equal(rest(), false);
  const value = await page.evaluate(async () => {
    const viewer = document.querySelector('evenhand-viewer');
    const { live } = viewer.session;
    live.cube.at = () => { throw new Error('this needs the rest of the wasm module'); };
    viewer.act.threshold(0.41);
    const during = viewer.view.number('overall', 'fpr').value;
    while (viewer.session.live === null || viewer.session.live === live) await new Promise((resolve) => setTimeout(resolve, 10));
    return [during, viewer.view.number('overall', 'fpr').value, viewer.session.error];
  });
  const { results } = await audit(new File([csv], 'a.csv'), { ...spec, metric: ['fpr'], threshold: 0.41 });
  assert.deepEqual(value, [null, results[0].value, null]);
  assert.ok(rest());
  assert.deepEqual(faults, []);
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
