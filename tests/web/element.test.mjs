// <evenhand-viewer> on other people's pages: examples/viewer.html as it stands, its events, its other properties.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit } from '../../js/src/index.js';
import { root } from './chromium.mjs';
import { cellsOf, noViewer, openSite, serveSite } from './viewer.mjs';

const skip = noViewer || (existsSync(join(root, 'web/dist/evenhand-viewer.js')) ? false : 'web/dist/evenhand-viewer.js is not built');
const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race'], cross: ['sex*race'] };
const pages = (name, html) => new Map([[name, html], ['favicon.ico', Buffer.alloc(0)]]);

test('the example page', { skip }, async (t) => {
  const address = await serveSite(t, pages('mine.html', readFileSync(join(root, 'examples/viewer.html'))));
  const { page, faults, asked } = await openSite(t, new URL('mine.html', address).href);
  await page.getByTestId('slice-row').first().waitFor();
  await t.test('shows the numbers of the audit', async () => {
    const { results } = await audit(adult, spec);
    const cells = await cellsOf(page);
    for (const slice of ['overall', 'sex=Female'])
      assert.equal(cells[`${slice} fpr`], String(results.find((r) => r.slice === slice && r.metric === 'fpr' && r.model === 'score').value));
  });
  await t.test('tells of a threshold and of a slice', async () => {
    await page.getByTestId('threshold-input').fill('0.35');
    await page.getByTestId('threshold-input').press('Enter');
    await page.locator('#threshold', { hasText: '0.35' }).waitFor();
    await page.evaluate(() => document.querySelector('evenhand-viewer').store.set({ selected: 'sex=Female' }));
    assert.equal(await page.locator('#slice').textContent(), 'sex=Female');
  });
  await t.test('tells of another spec', async () => {
    const told = await page.evaluate(() => new Promise((resolve) => {
      const viewer = document.querySelector('evenhand-viewer');
      viewer.addEventListener('spec-changed', ({ detail }) => resolve(detail.spec), { once: true });
      viewer.spec = { ...viewer.spec, slice: ['race'], cross: [] };
    }));
    assert.deepEqual(told.slice, ['race']);
    await page.waitForFunction(() => !document.querySelector('evenhand-viewer').session.index.report.slices.some(({ name }) => name === 'sex=Male'));
  });
  assert.deepEqual(faults, []);
  const site = asked.filter((url) => !url.startsWith('blob:')).map((url) => new URL(url).pathname).filter((path) => path !== '/favicon.ico');
  assert.deepEqual([...new Set(site)], ['/mine.html', '/evenhand-viewer.js', '/adult.csv']);
});

test('columns, bytes and a report as its source', { skip }, async (t) => {
  const address = await serveSite(t, pages('bare.html', Buffer.from('<!doctype html><title>x</title><script type="module" src="evenhand-viewer.js"></script><evenhand-viewer></evenhand-viewer>')));
  const { page, faults } = await openSite(t, new URL('bare.html', address).href);
  await page.waitForFunction(() => customElements.get('evenhand-viewer'));
  const shown = async (give, argument) => {
    await page.evaluate(`(${give})(document.querySelector('evenhand-viewer'), ${JSON.stringify(argument)})`);
    await page.waitForFunction((name) => document.querySelector('evenhand-viewer').session.index?.report.slices.some((slice) => slice.name === name), argument.wait);
    return cellsOf(page);
  };
  const y = [1, 0, 1, 0, 1, 0, 1, 0], p = [0.9, 0.8, 0.3, 0.2, 0.7, 0.6, 0.4, 0.1];
  const columns = await shown((viewer, { data }) => { viewer.spec = { label: 'y', score: ['p'], slice: ['g'] }; viewer.source = data; },
    { wait: 'g=a', data: { y, p, g: ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'] } });
  assert.equal(columns['g=a selection_rate'], '0.5');
  const text = ['y,p,h', ...y.map((label, i) => `${label},${p[i]},${i % 2 ? 'odd' : 'even'}`), ''].join('\n');
  const bytes = await shown((viewer, { csv }) => { viewer.spec = { label: 'y', score: ['p'], slice: ['h'] }; viewer.source = new TextEncoder().encode(csv); },
    { wait: 'h=odd', csv: text });
  assert.equal(bytes['h=odd fpr'], '0.5');
  const report = await audit({ y, p, k: y.map((_, i) => `k${i % 2}`) }, { label: 'y', score: 'p', slice: 'k' });
  const of = await shown((viewer, { made }) => { viewer.report = made; }, { wait: 'k=k1', made: report });
  assert.equal(of['k=k1 fpr'], String(report.results.find((r) => r.slice === 'k=k1' && r.metric === 'fpr').value));
  assert.deepEqual(faults, []);
});
