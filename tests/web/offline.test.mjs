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
  const list = JSON.parse(/FILES = (\[.*\]);/.exec(readFileSync(join(dist, 'sw.js'), 'utf8'))[1]);
  for (const file of list) readFileSync(join(dist, file === './' ? 'index.html' : file));
  assert.ok(list.some((file) => file.endsWith('.wasm')));
});

test('after a visit the site needs no server', { skip: noViewer }, async (t) => {
  const address = await serveSite(t);
  const { page, context, faults } = await openSite(t, address);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ??
    new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))).then(() => true));
  assert.deepEqual(faults, []);
  await context.setOffline(true);
  await page.reload();
  await openExample(page);
  assert.ok(Object.keys(await cellsOf(page)).length >= 16);
  await page.evaluate(() => document.querySelector('evenhand-viewer').intake.offer(new File(['y,p,w\n1,.9,2\n0,.8,3\n0,.1,1\n'], 'weighted.csv'),
    { spec: { label: 'y', score: 'p', weight: 'w' }, sure: true })); // by the other half of the engine, which the worker asks for
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view?.state.source.name === 'weighted.csv');
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view.number('overall', 'fpr').value === 0.75);
});
