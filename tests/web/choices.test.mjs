// Every choice that a person can make, one by one: it changes the state as it says, undo takes it back, redo brings it again, Back and
// Forward go over it, and a link made then opens the same. And what is pointed at in one place lights up in all.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit } from '../../js/src/index.js';
import { root } from './chromium.mjs';
import { noViewer, openExample, openSite, serveSite } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], cross: ['sex*race'], bucket: ['age:25,45,65'] };

/** What is remembered of the state, as text. */
const stateOf = (page) => page.$eval('evenhand-viewer', ({ store }) => JSON.stringify({ ...store.state, hovered: null, theme: 'auto' }));
const panel = (name) => (page) => page.locator(`[data-panel="${name}"]`).click();
const typed = (id, text) => async (page) => {
  await page.getByTestId(id).fill(text);
  await page.getByTestId(id).press('Enter');
};
const option = (id, value) => (page) => page.getByTestId(id).selectOption(value);

/** What it is, how it is made, the key of the state that changes and to what; in this order, each from where the last one left. */
const CHOICES = [
  ['a typed threshold', typed('threshold-input', '0.37'), 'threshold', 0.37],
  ['a key on the slider', (page) => page.getByTestId('threshold-slider').press('ArrowRight'), 'threshold', 0.371],
  ['a pinned threshold', (page) => page.getByRole('button', { name: 'Pin', exact: true }).click(), 'pinned', [0.371]],
  ['another threshold beside it', typed('threshold-input', '0.6'), 'threshold', 0.6],
  ['a second pin', (page) => page.getByRole('button', { name: 'Pin', exact: true }).click(), 'pinned', [0.371, 0.6]],
  ['a pin taken off', (page) => page.getByRole('button', { name: 'Unpin 0.371' }).click(), 'pinned', [0.6]],
  ['the model', (page) => page.locator('evenhand-controls label').filter({ hasText: /^Model/ }).locator('select').selectOption('score_logistic'), 'model', 'score_logistic'],
  ['the baseline', option('baseline-select', 'sex=Male'), 'baseline', 'sex=Male'],
  ['everyone else as baseline', option('baseline-select', 'complement'), 'baseline', 'complement'],
  ['gaps as ratios', (page) => page.getByLabel('Gap as').selectOption('ratio'), 'gap', 'ratio'],
  ['gaps as relative changes', (page) => page.getByLabel('Gap as').selectOption('relative'), 'gap', 'relative'],
  ['a metric more', async (page) => {
    await page.getByTestId('metric-picker').click();
    await page.getByLabel('Precision', { exact: true }).check();
    await page.keyboard.press('Escape');
  }, 'metrics', ['selection_rate', 'fpr', 'fnr', 'accuracy', 'ppv']],
  ['a metric less', (page) => page.getByRole('button', { name: 'Remove Accuracy' }).click(), 'metrics', ['selection_rate', 'fpr', 'fnr', 'ppv']],
  ['the order, by a list', option('sort-select', 'value:fpr'), 'sort', { by: 'value', metric: 'fpr', descending: true }],
  ['the order, turned around', (page) => page.getByRole('button', { name: 'sorted, highest first', exact: true }).click(), 'sort', { by: 'value', metric: 'fpr', descending: false }],
  ['the order, by a header', (page) => page.getByRole('button', { name: /^Sort by n/ }).click(), 'sort', { by: 'n', metric: null, descending: true }],
  ['a search', typed('search', 'Fem'), 'search', 'Fem'],
  ['one column', option('column-select', 'sex*race'), 'column', 'sex*race'],
  ['small slices hidden', typed('hide-below', '40'), 'hideBelow', 40],
  ['no sections', (page) => page.getByLabel('Group by column').uncheck(), 'grouped', false],
  ['bars', (page) => page.getByLabel('Bars').check(), 'marks', 'bars'],
  ['whole axes', (page) => page.getByLabel('0 to 100 %').check(), 'axis', 'full'],
  ['a slice', (page) => page.locator('[role="row"][data-slice="sex=Female & race=Black"] [role="rowheader"]').click(), 'selected', 'sex=Female & race=Black'],
  ['a cross', async (page) => {
    await page.getByTestId('recut').click();
    await page.getByLabel('Second column').selectOption('workclass');
    await page.getByRole('button', { name: 'Add cross' }).click();
    await page.keyboard.press('Escape');
  }, 'spec', { ...spec, cross: ['sex*race', 'sex*workclass'] }],
  ['other cuts', async (page) => {
    await page.getByTestId('recut').click();
    await typed('edges-age', '30, 60')(page);
    await page.keyboard.press('Escape');
  }, 'spec', { ...spec, cross: ['sex*race', 'sex*workclass'], bucket: ['age:30,60'] }],
  ['curves', panel('curves'), 'panel', 'curves'],
  ['a slice drawn', option('trace', 'sex=Female & race=Other'), 'traced', ['overall', 'sex=Female & race=Black', 'sex=Female & race=White', 'sex=Female & race=Other']],
  ['the other label', (page) => page.getByRole('button', { name: 'Actual positives' }).click(), 'rooms', { curves: { side: 'positives' } }],
  ['confusion', panel('confusion'), 'panel', 'confusion'],
  ['shares of all rows', (page) => page.getByRole('button', { name: 'all rows' }).click(), 'rooms', { curves: { side: 'positives' }, confusion: { of: 'all' } }],
  ['compare', panel('compare'), 'panel', 'compare'],
  ['what is compared', (page) => page.locator('evenhand-compare [data-room="metric"]').selectOption('fnr'), 'rooms',
    { curves: { side: 'positives' }, confusion: { of: 'all' }, compare: { metric: 'fnr' } }],
  ['intersections', panel('intersections'), 'panel', 'intersections'],
  ['what is crossed', (page) => page.locator('evenhand-intersections [data-room="b"]').selectOption('workclass'), 'rooms',
    { curves: { side: 'positives' }, confusion: { of: 'all' }, compare: { metric: 'fnr' }, intersections: { b: 'workclass' } }],
];

test('every choice is made, undone, made again, and gone over by Back and Forward', { skip: noViewer }, async (t) => {
  const address = await serveSite(t);
  const { page, context, faults } = await openSite(t, address);
  await openExample(page);
  const reached = (want) => page.waitForFunction((text) => { // what a person would wait for
    const { store } = document.querySelector('evenhand-viewer');
    return JSON.stringify({ ...store.state, hovered: null, theme: 'auto' }) === text;
  }, want, { timeout: 5000 });
  for (const [name, make, key, want] of CHOICES) {
    await t.test(name, async () => {
      const before = await stateOf(page);
      await make(page);
      const after = await stateOf(page);
      assert.deepEqual(JSON.parse(after)[key], want);
      for (const [was, is] of Object.entries(JSON.parse(before))) if (was !== key) assert.deepEqual(JSON.parse(after)[was], is, was);
      await page.getByTestId('undo').click();
      await reached(before);
      await page.getByTestId('redo').click();
      await reached(after);
      await page.goBack();
      await reached(before);
      await page.goForward();
      await reached(after);
    });
  }

  await t.test('a link made now opens the same', async () => {
    const other = await context.newPage();
    await other.goto(`${page.url().replace('#', '?src=adult.csv#')}`);
    await other.locator('evenhand-intersections table').waitFor();
    const [here, there] = [JSON.parse(await stateOf(page)), JSON.parse(await stateOf(other))];
    assert.deepEqual({ ...there, source: null }, { ...here, source: null });
    await other.close();
  });
  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});

test('gaps as differences, ratios and relative changes are the audit\u2019s, at pinned thresholds too', { skip: noViewer }, async (t) => {
  const { page } = await openSite(t, await serveSite(t));
  await openExample(page);
  const report = await audit(adult, { ...spec, threshold: [0.3, 0.5] });
  const of = (threshold) => report.results.find((r) => r.model === 'score' && r.slice === 'sex=Female' && r.metric === 'fpr' && r.threshold === threshold);
  const cell = page.locator('[role="row"][data-slice="sex=Female"] [data-metric="fpr"]');
  const text = (number) => number.toFixed(1).replace('-', '\u2212');
  const { difference, ratio, relative } = of(0.5).gap;
  await cell.getByText(`${text(100 * difference)}\u202fpp`).waitFor();
  await page.getByLabel('Gap as').selectOption('ratio');
  await cell.getByText(ratio.toFixed(2)).waitFor();
  await page.getByLabel('Gap as').selectOption('relative');
  await cell.getByText(`${text(100 * relative)}\u202f%`).waitFor();
  await page.$eval('evenhand-viewer', (viewer) => viewer.act.set({ pinned: [0.3] }));
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').view.report.spec.threshold.length === 2);
  assert.ok((await cell.locator('.pins').getAttribute('d')).length > 0, 'a mark for the pinned threshold');
  await cell.hover();
  const { value, numerator, denominator } = of(0.3);
  await page.locator('evenhand-metrics evenhand-tip p').filter({ hasText: `False positive rate of sex=Female at .3: ${(100 * value).toFixed(1)}` })
    .filter({ hasText: `from ${numerator} of ${denominator}` }).waitFor();
});

test('what is pointed at in one place lights up in all, and is told in words', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t), { height: 1400 });
  await openExample(page);
  const slice = 'sex=Female & race=Black';
  const hovered = () => page.waitForFunction((name) => document.querySelector('evenhand-viewer').store.state.hovered === name, slice);
  const away = () => page.mouse.move(5, 5);
  const lit = { metrics: `.row.lit[data-slice="${slice}"]`, confusion: `article.lit[data-matrix="${slice}"]`, compare: `tr.lit[data-change="${slice}"]`,
    intersections: `td.lit[data-slice="${slice}"]`, curves: `figure.lit[data-spread="${slice}"]` };
  const pointed = { metrics: `.row[data-slice="${slice}"] [data-metric="fpr"]`, confusion: `[data-matrix="${slice}"] [data-metric="fp"]`, compare: `[data-change="${slice}"] .change`,
    intersections: `td[data-slice="${slice}"]`, curves: `[data-spread="${slice}"] figcaption` };
  await page.$eval('evenhand-viewer', (viewer, name) => viewer.act.set({ traced: ['overall', name], column: 'sex*race', selected: null }), slice);
  for (const name of Object.keys(lit)) {
    await t.test(name, async () => {
      await page.locator(`[data-panel="${name}"]`).click();
      await page.locator(`evenhand-${name}`).locator(pointed[name]).waitFor();
      await away();
      await page.evaluate((of) => document.querySelector('evenhand-viewer').act.hover(of), slice);
      await page.locator(`evenhand-${name}`).locator(lit[name]).first().waitFor();
      await page.evaluate(() => document.querySelector('evenhand-viewer').act.hover(null));
      await page.locator(`evenhand-${name}`).locator(pointed[name]).hover();
      await hovered();
      await page.locator(`evenhand-${name}`).locator(lit[name]).first().waitFor();
    });
  }
  await t.test('a finding', async () => {
    await away();
    const finding = page.getByTestId('finding').first();
    const name = await finding.getAttribute('data-finding-slice');
    await finding.hover();
    await page.waitForFunction((of) => document.querySelector('evenhand-viewer').store.state.hovered === of, name);
    assert.match(await finding.getAttribute('class'), /lit/);
  });
  await t.test('a panel that comes back has each slice once', async () => {
    await page.locator('[data-panel="metrics"]').click();
    const names = await page.getByTestId('slice-row').evaluateAll((rows) => rows.map((row) => row.dataset.slice));
    assert.equal(new Set(names).size, names.length);
  });
  await t.test('how an interval is computed is said where it is shown', async () => {
    await page.locator('[data-panel="intersections"]').click();
    await page.locator(`evenhand-intersections td[data-slice="${slice}"]`).focus();
    const tip = page.locator('evenhand-intersections evenhand-tip');
    await tip.getByText(`Selection rate of ${slice} at .5: `).waitFor();
    await page.keyboard.press('?');
    await tip.getByText('Wilson: All rates that a score test of the observed one would not reject').waitFor();
    await page.locator('[data-panel="compare"]').click();
    await page.locator(`evenhand-compare [data-change="${slice}"] button`).focus();
    const said = page.locator('evenhand-compare evenhand-tip');
    await said.getByText(/both models on the same 753 rows/).waitFor();
    await page.keyboard.press('?');
    await said.getByText(/Tango: The difference of two models on the same rows/).waitFor();
    await page.locator('[data-panel="confusion"]').click();
    assert.match(await page.locator(`evenhand-confusion [data-matrix="${slice}"] [data-metric="fp"]`).getAttribute('title'),
      /^False positives of sex=Female & race=Black at \.5: \d+ rows, [\d.]+\u202f% of the actual negatives\.$/);
    await page.locator('[data-panel="metrics"]').click();
    await page.locator(`evenhand-metrics .row[data-slice="${slice}"] [data-metric="fpr"]`).hover();
    await page.getByTestId('how').last().click();
    await page.locator('evenhand-metrics evenhand-tip').getByText(/Miettinen and Nurminen, against the rest: All differences/).waitFor();
  });
  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});

test('behind every picture there are words or a table', { skip: noViewer }, async (t) => {
  const { page } = await openSite(t, await serveSite(t));
  await openExample(page);
  for (const name of ['metrics', 'curves', 'confusion', 'compare', 'intersections']) {
    await page.locator(`[data-panel="${name}"]`).click();
    await page.locator(`evenhand-${name}`).locator(name === 'curves' ? '[data-spread]' : 'table, [role="grid"]').first().waitFor();
    if (name === 'curves') await page.getByTestId('curve-tables').locator('summary').click();
    await page.locator(`evenhand-${name}`).locator('table, [role="grid"]').first().waitFor();
    const silent = await page.$eval('evenhand-viewer', ({ shadowRoot }, of) => {
      const deep = (node) => [...node.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]);
      return deep(shadowRoot.querySelector(`evenhand-${of}`).shadowRoot).filter((e) => e.localName === 'svg' && e.closest('[aria-hidden="true"]') === null
        && !e.getAttribute('aria-label')).length;
    }, name);
    assert.equal(silent, 0, `${name}: ${silent} pictures say nothing`);
  }
});
