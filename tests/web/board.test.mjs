// The board on nasty data and under load: thousands of slices, names that look like markup, slices without a number, crosses and cuts
// made on the spot, a drag that redraws all.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit, Cube } from '../../js/src/index.js';
import { crossOf, cutOf, densityOf, edgesOf, withEdges } from '../../web/panels/metrics/cuts.js';
import { itemsOf, shortName, windowOf } from '../../web/panels/metrics/items.js';
import { domainOf } from '../../web/charts/scale.js';
import { count, fixed, gapText, percentNumber, pText, thresholdText, valueText } from '../../web/charts/format.js';
import { root } from './chromium.mjs';
import { noViewer, openExample, openSite, serveSite } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], cross: ['sex*race'], bucket: ['age:25,45,65'] };

test('numbers as people read them', () => {
  assert.deepEqual([0.1234, 0, 1, 0.9997, 0.00002, -0.5].map(percentNumber), ['12.3', '0.0', '100.0', '99.97', '0.002', '\u221250.0']);
  assert.deepEqual([999, 1234, 12345, 1234567, 0.5].map(count), ['999', '1234', '12\u202f345', '1\u202f234\u202f567', '0.5']);
  assert.deepEqual([fixed(-0.04, 1), fixed(-0.06, 1), fixed(NaN, 1), fixed(-Infinity, 1)], ['0.0', '\u22120.1', '\u2013', '\u2212\u221e']);
  assert.equal(gapText('fpr', 'difference', 0.041), '+4.1\u202fpp');
  assert.equal(gapText('roc_auc', 'difference', -0.0123), '\u22120.012');
  assert.equal(gapText('fpr', 'ratio', 1.324), '1.32');
  assert.equal(gapText('fpr', 'relative', -0.25), '\u221225.0\u202f%');
  assert.deepEqual([valueText('tp', 16281), valueText('roc_auc', 0.9271)], ['16\u202f281', '0.927']);
  assert.deepEqual([thresholdText(0.5), thresholdText(-0.25), thresholdText(1)], ['.5', '\u2212.25', '1']);
  assert.deepEqual([pText(0.0004), pText(0.034), pText(0.5)], ['p\u2009<\u2009.001', 'p\u2009.034', 'p\u2009.50']);
});

test('an axis holds every value, and only as much of the intervals as they justify', () => {
  const [from, to] = domainOf([{ value: 0.1, lower: 0.09, upper: 0.11 }, { value: 0.2, lower: 0.19, upper: 0.21 }, { value: 0.15, lower: 0.001, upper: 0.9 }], { floor: 0, ceiling: 1 });
  assert.ok(from <= 0.09 && to >= 0.21 && to < 0.4, `${from} ${to}`);
  assert.deepEqual(domainOf([], { floor: 0, ceiling: 1 }), [0, 1]);
  const [a, b] = domainOf([{ value: 0.5, lower: null, upper: null }], { floor: 0, ceiling: 1 });
  assert.ok(a < 0.5 && b > 0.5);
});

test('crosses and cuts as a spec spells them', () => {
  assert.equal(crossOf('a*b', 'c\\d'), 'a\\*b*c\\\\d');
  assert.deepEqual(cutOf('x:y:1,2.5'), { column: 'x:y', edges: [1, 2.5] });
  assert.deepEqual(withEdges(['age:1,2', 'x:3'], 'x', [4, 5]), ['age:1,2', 'x:4,5']);
  assert.deepEqual(edgesOf(' 45, 25 65,25'), [25, 45, 65]);
  assert.equal(edgesOf('a'), null);
  assert.equal(edgesOf(' '), null);
  assert.ok(densityOf([1, 1, 2]).bars.length === 1);
});

test('rows of the board', () => {
  const slice = (name, columns) => ({ name, columns, values: columns.map(() => 'x'), rows: 1, weight: 1, positives: 0, reason: null });
  const all = [slice('overall', []), slice('a=1', ['a']), slice('b=1', ['b']), slice('a=2', ['a']), slice('a=1 & b=2', ['a', 'b'])];
  const keys = (how) => itemsOf(all, { first: 'overall', grouped: true, collapsed: [], ...how }).map(({ key }) => key);
  assert.deepEqual(keys({}), ['\0a', 'a=1', 'a=2', '\0b', 'b=1', '\0a*b', 'a=1 & b=2']);
  assert.deepEqual(keys({ collapsed: ['a'] }), ['\0a', '\0b', 'b=1', '\0a*b', 'a=1 & b=2']);
  assert.deepEqual(keys({ grouped: false, first: 'a=1' }), ['overall', 'b=1', 'a=2', 'a=1 & b=2']);
  assert.equal(shortName(all[4]), '1 \u00b7 2');
  assert.equal(shortName(slice('a=x & y', ['a'])), 'a=x & y');
  assert.deepEqual(windowOf(10, 0, 100), [0, 6]);
  assert.deepEqual(windowOf(10000, 38000, 380), [997, 1013]);
});

/** Hands columns to the viewer as a page around it would. */
const hand = (page, source, of) => page.evaluate(([source, of]) => Object.assign(document.querySelector('evenhand-viewer'), { spec: of, source }), [source, of]);

test('five thousand slices', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  const n = 20000;
  const columns = { label: Array.from({ length: n }, (_, i) => (i * 7919) % 3 === 0 ? 1 : 0), score: Array.from({ length: n }, (_, i) => ((i * 104729) % 1000) / 1000),
    group: Array.from({ length: n }, (_, i) => `g${String(i % 5000).padStart(4, '0')}`) };
  await hand(page, columns, { label: 'label', score: ['score'], slice: ['group'] });
  await page.getByTestId('slice-row').nth(5).waitFor();
  await page.getByLabel('Group by column').uncheck();
  const rows = page.getByTestId('slice-row');
  assert.ok(await rows.count() < 80, `${await rows.count()} rows exist`);
  assert.equal(await page.locator('[role="grid"]').getAttribute('aria-rowcount'), '5002');
  await page.getByTestId('sort-select').selectOption('name');
  await page.locator('[role="row"][data-slice="overall"] [role="rowheader"]').focus();
  await page.keyboard.press('Control+End');
  await page.locator('[role="row"][data-slice="group=g4999"]').waitFor();
  const result = (await audit(columns, { label: 'label', score: 'score', slice: 'group', metric: 'fpr' })).results.find((r) => r.slice === 'group=g4999' && r.metric === 'fpr');
  assert.equal(await page.locator('[role="row"][data-slice="group=g4999"] [data-metric="fpr"]').getAttribute('data-value'), String(result.value ?? ''));
  await page.keyboard.press('Control+Home');
  await page.getByTestId('search').fill('g2345');
  await page.locator('[role="row"][data-slice="group=g2345"]').waitFor();
  assert.equal(await rows.count(), 2);
  assert.deepEqual(faults, []);
});

test('names that look like markup are text', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  const nasty = ['<img src=x onerror=alert(1)>', '"><script>alert(2)</script>', '${7*7}', '\u202eabc', 'a & b=c', '', 'x'.repeat(300), '\ud83d\ude42'];
  const columns = { label: [], score: [], 'gr"oup<b>': [] };
  for (let i = 0; i < 400; i++) {
    columns.label.push(i % 3 === 0 ? 1 : 0);
    columns.score.push((i * 37 % 100) / 100);
    columns['gr"oup<b>'].push(nasty[i % nasty.length]);
  }
  await hand(page, columns, { label: 'label', score: ['score'], slice: ['gr"oup<b>'] });
  await page.getByTestId('slice-row').nth(5).waitFor();
  const report = await audit(columns, { label: 'label', score: 'score', slice: ['gr"oup<b>'] });
  const names = await page.getByTestId('slice-row').evaluateAll((rows) => rows.map((row) => row.dataset.slice));
  assert.deepEqual([...names].sort(), report.slices.map(({ name }) => name).sort());
  for (const panel of ['curves', 'confusion']) {
    await page.locator(`[data-panel="${panel}"]`).click();
    await page.locator(panel === 'curves' ? '[data-spread]' : '[data-matrix]').nth(2).waitFor();
  }
  assert.equal(await page.evaluate(() => { const deep = (n) => [...n.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]);
    return deep(document.querySelector('evenhand-viewer').shadowRoot).filter((e) => ['IMG', 'SCRIPT'].includes(e.tagName)).length; }), 0);
  assert.deepEqual(faults, []);
});

test('crosses and cuts on the spot', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  await openExample(page);
  await page.getByTestId('recut').click();
  await page.getByLabel('First column').selectOption('sex');
  await page.getByLabel('Second column').selectOption('age');
  await page.getByRole('button', { name: 'Add cross' }).click();
  const made = page.locator('[role="row"][data-slice="sex=Female & 25<=age<45"]');
  await made.waitFor({ state: 'attached' });
  const report = await audit(adult, { ...spec, cross: ['sex*race', 'sex*age'], threshold: 0.5 });
  const wanted = (slice, metric) => String(report.results.find((r) => r.model === 'score' && r.slice === slice && r.metric === metric).value);
  assert.equal(await made.locator('[data-metric="fpr"]').getAttribute('data-value'), wanted('sex=Female & 25<=age<45', 'fpr'));
  await page.getByTestId('edges-age').fill('30, 60');
  await page.getByTestId('edges-age').press('Enter');
  await page.locator('[role="row"][data-slice="30<=age<60"]').waitFor({ state: 'attached' });
  const edge = page.getByRole('slider', { name: 'Edge 1 of age' });
  await edge.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.locator('[role="row"][data-slice="40<=age<60"]').waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  await page.getByTestId('undo').click();
  await page.locator('[role="row"][data-slice="30<=age<60"]').waitFor({ state: 'attached' });
  assert.deepEqual(faults, []);
});

test('a cross of a cube stands beside its slices', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  const cube = await Cube.build(adult, { label: 'label', score: 'score', slice: ['sex', 'race'], threshold: 0.5, score_bits: 7 });
  await page.getByTestId('file-input').setInputFiles({ name: 'adult.ehc', mimeType: 'application/octet-stream', buffer: Buffer.from(cube.save()) });
  await page.getByTestId('slice-row').nth(3).waitFor();
  await page.getByTestId('recut').click();
  await page.getByRole('button', { name: 'Add cross' }).click();
  await page.locator('[role="row"][data-slice="sex=Female & race=Black"]').waitFor({ state: 'attached' });
  const report = await audit(cube, { slice: ['sex', 'race'], cross: ['sex*race'], threshold: 0.5 });
  const names = await page.getByTestId('slice-row').evaluateAll((rows) => rows.map((row) => row.dataset.slice));
  assert.deepEqual(names.sort(), report.slices.map(({ name }) => name).sort());
  await page.getByTestId('threshold-input').fill('.37');
  await page.getByTestId('threshold-input').press('Enter');
  await page.locator('[role="row"][data-slice="sex=Female & race=Black"] [data-metric="fpr"][data-reason="binned"]').waitFor({ state: 'attached' });
  assert.deepEqual(faults, []);
});

test('a drag paints every cell in sight, and rest shows the same numbers', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t), { height: 2000 });
  await openExample(page);
  const slider = page.getByTestId('threshold-slider');
  const box = await slider.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  for (let i = 1; i <= 12; i++) await page.mouse.move(box.x + box.width / 2 - 6 * i, box.y + box.height / 2);
  await page.locator('.wrap canvas.painted').waitFor();
  const values = () => page.getByTestId('slice-row').evaluateAll((rows) => Object.fromEntries(rows.flatMap((row) =>
    [...row.querySelectorAll('[data-metric]')].map((c) => [`${row.dataset.slice} ${c.dataset.metric}`, c.dataset.value]))));
  const moving = await values();
  await page.mouse.up();
  await page.locator('.wrap canvas.painted').waitFor({ state: 'detached' });
  await page.waitForFunction(() => { const { store, view } = document.querySelector('evenhand-viewer'); return view.report.spec.threshold.includes(store.state.threshold); });
  assert.deepEqual(await values(), moving);
  const threshold = await page.evaluate(() => document.querySelector('evenhand-viewer').store.state.threshold);
  assert.ok(threshold < 0.49);
  const fpr = (await audit(adult, { ...spec, threshold })).results.find((r) => r.model === 'score' && r.slice === 'sex=Male' && r.metric === 'fpr').value;
  assert.equal(await page.locator('[role="row"][data-slice="sex=Male"] [data-metric="fpr"]').getAttribute('data-value'), String(fpr));
  assert.deepEqual(faults, []);
});
