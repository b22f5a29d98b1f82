// The site after a visit: it opens and works with its server gone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './chromium.mjs';
import { cellsOf, noViewer, openExample, openSite, serveSite } from './viewer.mjs';

const dist = join(root, 'web/dist');

test('the manifest and the service worker name what is there', { skip: noViewer }, () => {
  const manifest = JSON.parse(readFileSync(join(dist, 'manifest.webmanifest'), 'utf8'));
  for (const key of ['name', 'short_name', 'start_url', 'display', 'icons']) assert.ok(manifest[key], key);
  for (const { src } of manifest.icons) readFileSync(join(dist, src));
  assert.match(readFileSync(join(dist, 'index.html'), 'utf8'), /<link rel="manifest" href="\.\/manifest\.webmanifest">/);
  const worker = readFileSync(join(dist, 'sw.js'), 'utf8');
  const [first, later] = ['FIRST', 'LATER'].map((name) => JSON.parse(new RegExp(`${name} = (\\[.*\\]);`).exec(worker)[1]));
  for (const file of [...first, ...later]) readFileSync(join(dist, file === './' ? 'index.html' : file));
  assert.ok(first.some((file) => /first-.*\.wasm$/.test(file)) && first.includes('./'));
  assert.ok(later.some((file) => /rest-.*\.wasm$/.test(file)) && later.includes('adult.csv') && later.includes('viewer.html')); // the example, and what a saved page begins as
  assert.deepEqual(first.filter((file) => later.includes(file)), []);
});

const kept = (page) => page.evaluate(async () => (await (await caches.open((await caches.keys())[0])).keys()).length);

/** Opens rows that are given here, as if they had been dropped with their columns known. */
const offer = (page, name, text, spec) => page.evaluate(([called, rows, columns]) =>
  document.querySelector('evenhand-viewer').intake.offer(new File([rows], called), { spec: columns, sure: true }), [name, text, spec]);

test('after a visit the site needs no server for a CSV, after a second one for nothing', { skip: noViewer }, async (t) => {
  const address = await serveSite(t);
  const { page, context, faults } = await openSite(t, address);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ??
    new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))).then(() => true));
  const few = await kept(page);
  await context.setOffline(true);
  await page.reload();
  await offer(page, 'rows.csv', 'y,p,g\n1,.9,a\n0,.8,b\n0,.1,a\n', { label: 'y', score: 'p', slice: 'g' });
  await page.getByTestId('slice-row').first().waitFor();
  assert.equal((await cellsOf(page))['overall fpr'], '0.5');
  assert.equal(await kept(page), few);
  await context.setOffline(false);
  await page.reload();
  const { length } = JSON.parse(/LATER = (\[.*\]);/.exec(readFileSync(join(dist, 'sw.js'), 'utf8'))[1]);
  for (let tries = 0; tries < 100 && await kept(page) < few + length; tries++) await page.waitForTimeout(100);
  assert.equal(await kept(page), few + length);
  assert.deepEqual(faults, []);
  await context.setOffline(true);
  await page.reload();
  await openExample(page);
  assert.ok(Object.keys(await cellsOf(page)).length >= 16);
  await offer(page, 'weighted.csv', 'y,p,w\n1,.9,2\n0,.8,3\n0,.1,1\n', { label: 'y', score: 'p', weight: 'w' }); // by the other half of the engine, which the worker asks for
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view?.state.source.name === 'weighted.csv');
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view.number('overall', 'fpr').value === 0.75);
});

test('what a first visit did not fetch is refused in words without a network', { skip: noViewer }, async (t) => {
  const address = await serveSite(t);
  const { page, context } = await openSite(t, address);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ??
    new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))).then(() => true));
  await context.setOffline(true);
  await page.reload();
  await offer(page, 'weighted.csv', 'y,p,w\n1,.9,2\n0,.8,3\n0,.1,1\n', { label: 'y', score: 'p', weight: 'w' });
  const error = page.getByTestId('error');
  await error.first().waitFor();
  assert.match(await error.first().innerText(), /a part of the engine that is not here yet, and for it the network, once/);
  await offer(page, 'rows.csv', 'y,p,g\n1,.9,a\n0,.8,b\n0,.1,a\n', { label: 'y', score: 'p', slice: 'g' });
  await page.getByTestId('slice-row').first().waitFor();
  assert.equal((await cellsOf(page))['overall fpr'], '0.5');
  await page.locator('[data-panel="confusion"]').click();
  await page.getByText('This view is not here yet, and needs the network, once.').waitFor();
  await page.locator('[data-panel="metrics"]').click();
  await page.getByTestId('slice-row').first().waitFor();
});
