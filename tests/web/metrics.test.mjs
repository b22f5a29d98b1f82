// The board of metrics as a person uses it: numbers, order, search, sections, keyboard, undefined cells, a dragged threshold.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { join } from 'node:path';
import { root } from './chromium.mjs';
import { noViewer, openExample, openSite, serveSite, shoot } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');
const options = ['--label', 'label', '--score', 'score,score_logistic', '--slice', 'sex,race,education,workclass', '--cross', 'sex*race',
  '--bucket', 'age:25,45,65'];

/** The report of the command line. */
const native = (...more) => JSON.parse(execFileSync(join(root, 'build/release/evenhand'), ['audit', adult, ...options, '--json', '-', ...more],
  { encoding: 'utf8', maxBuffer: 1 << 30 }));

/** Rows of the board in their order: the baseline's, then those of the body. */
const names = (page) => page.getByTestId('slice-row').evaluateAll((rows) => rows.map((row) => row.dataset.slice));

const cell = (page, slice, metric) => page.locator(`[data-testid="slice-row"][data-slice="${slice}"] [data-metric="${metric}"]`);
const value = (page, slice, metric) => cell(page, slice, metric).getAttribute('data-value');

test('the board', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  await openExample(page);
  const report = native();
  const results = new Map(report.results.filter((r) => r.model === 'score').map((r) => [`${r.slice} ${r.metric}`, r]));

  await t.test('every cell holds the number of the command line to the last digit', async () => {
    const shown = await page.getByTestId('slice-row').evaluateAll((rows) => rows.flatMap((row) =>
      [...row.querySelectorAll('[data-metric]')].map((c) => [`${row.dataset.slice} ${c.dataset.metric}`, c.dataset.value])));
    assert.equal(shown.length, 4 * report.slices.length);
    for (const [key, text] of shown) assert.equal(text, String(results.get(key).value ?? ''), key);
  });

  await t.test('each slice has one row, the baseline the first', async () => {
    const all = await names(page);
    assert.deepEqual([...all].sort(), report.slices.map(({ name }) => name).sort());
    assert.equal(all[0], 'overall');
  });

  await t.test('without sections the rows follow the gap, and a header turns them around', async () => {
    await page.getByLabel('Group by column').uncheck();
    const gap = (name) => Math.abs(results.get(`${name} selection_rate`).gap.difference);
    const byGap = (await names(page)).slice(1);
    for (let i = 1; i < byGap.length; i++) assert.ok(gap(byGap[i - 1]) >= gap(byGap[i]), byGap[i]);
    await page.getByRole('button', { name: 'Sort by False positive rate, Value' }).click();
    const rate = (name) => results.get(`${name} fpr`).value;
    const down = (await names(page)).slice(1);
    for (let i = 1; i < down.length; i++) assert.ok(rate(down[i - 1]) >= rate(down[i]), down[i]);
    await page.getByRole('button', { name: 'Sort by False positive rate, Value, sorted, highest first' }).click();
    const up = (await names(page)).slice(1);
    for (let i = 1; i < up.length; i++) assert.ok(rate(up[i - 1]) <= rate(up[i]), up[i]);
    await page.getByTestId('sort-select').selectOption('n');
    const rows = (name) => report.slices.find((s) => s.name === name).rows;
    const byN = (await names(page)).slice(1);
    for (let i = 1; i < byN.length; i++) assert.ok(rows(byN[i - 1]) >= rows(byN[i]), byN[i]);
  });

  await t.test('search, column and size leave out rows, never the baseline', async () => {
    await page.getByTestId('search').fill('doct');
    await page.waitForFunction(() => document.querySelector('evenhand-viewer').view.slices.length === 2);
    assert.deepEqual(await names(page), ['overall', 'education=Doctorate']);
    await page.getByTestId('search').fill('');
    await page.getByTestId('column-select').selectOption('sex');
    assert.deepEqual((await names(page)).sort(), ['overall', 'sex=Female', 'sex=Male']);
    await page.getByTestId('column-select').selectOption('');
    await page.getByTestId('hide-below').fill('5000');
    await page.getByTestId('hide-below').press('Enter');
    assert.deepEqual((await names(page)).sort(), report.slices.filter((s) => s.rows >= 5000).map((s) => s.name).sort());
    await page.getByTestId('hide-below').fill('0');
    await page.getByTestId('hide-below').press('Enter');
  });

  await t.test('sections by column close and open', async () => {
    await page.getByLabel('Group by column').check();
    const section = page.locator('[data-column="education"] [role="rowheader"]');
    await section.click();
    assert.equal(await section.getAttribute('aria-expanded'), 'false');
    assert.ok(!(await names(page)).includes('education=Doctorate'));
    await page.getByTestId('undo').click();
    assert.ok((await names(page)).includes('education=Doctorate'));
  });

  await t.test('metrics come and go', async () => {
    await page.getByTestId('metric-picker').click();
    await page.getByLabel('ROC AUC', { exact: true }).check();
    await page.keyboard.press('Escape');
    assert.equal(await value(page, 'sex=Female', 'roc_auc'), String(results.get('sex=Female roc_auc').value));
    await page.getByRole('button', { name: 'Remove ROC AUC' }).click();
    assert.equal(await cell(page, 'sex=Female', 'roc_auc').count(), 0);
  });

  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});

test('the board under keys and a moving threshold', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  await openExample(page);
  const report = native();
  const results = new Map(report.results.filter((r) => r.model === 'score').map((r) => [`${r.slice} ${r.metric}`, r]));

  await t.test('arrow keys walk the cells, Enter selects, words explain', async () => {
    await page.locator('[role="row"][data-slice="overall"] [role="rowheader"]').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    const at = await page.evaluate(() => {
      let focused = document.activeElement;
      while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
      return [focused.parentElement.dataset.slice, focused.dataset.metric];
    });
    assert.equal(at[1], 'fpr');
    const said = results.get(`${at[0]} fpr`);
    const tip = page.locator('evenhand-metrics evenhand-tip');
    await tip.waitFor();
    const text = (await tip.locator('p').first().textContent()).replaceAll('\u202f', '');
    assert.match(text, new RegExp(`^\\s*False positive rate of ${at[0]} at \\.5: .*95% interval .*Wilson, from ${said.numerator} of ${said.denominator} actual negatives\\.`));
    await page.keyboard.press('Escape');
    await tip.waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    assert.equal(await page.locator(`[role="row"][data-slice="${at[0]}"]`).getAttribute('aria-selected'), 'true');
  });

  await t.test('a threshold on its way moves every cell, and rows keep their places', async () => {
    const before = await names(page);
    const slider = page.getByTestId('threshold-slider');
    await slider.evaluate((input) => { input.value = '0.25'; input.dispatchEvent(new Event('input', { bubbles: true })); });
    await page.waitForTimeout(50);
    const moved = new Map(native('--threshold', '.25').results.filter((r) => r.model === 'score').map((r) => [`${r.slice} ${r.metric}`, r]));
    for (const metric of ['selection_rate', 'fpr', 'fnr', 'accuracy'])
      assert.equal(await value(page, 'sex=Female', metric), String(moved.get(`sex=Female ${metric}`).value), metric);
    assert.deepEqual(await names(page), before);
    await slider.evaluate((input) => input.dispatchEvent(new Event('change', { bubbles: true })));
    await page.waitForFunction(() => document.querySelector('evenhand-viewer').view.report.spec.threshold[0] === 0.25);
  });

  await t.test('an undefined number is a dash with its reason', async () => {
    await page.getByTestId('threshold-input').fill('2');
    await page.getByTestId('threshold-input').press('Enter');
    await page.getByTestId('metric-picker').click();
    await page.getByLabel('Precision', { exact: true }).check();
    await page.keyboard.press('Escape');
    const none = cell(page, 'sex=Female', 'ppv');
    await page.waitForFunction(() => document.querySelector('evenhand-viewer').view.report.spec.threshold[0] === 2);
    assert.equal(await none.getAttribute('data-value'), '');
    assert.equal(await none.getAttribute('data-reason'), 'nobody_selected');
    assert.match(await none.innerText(), /\u2013\s*nobody selected/);
  });

  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});

for (const [width, height] of [[360, 740], [1440, 900]])
  for (const colorScheme of ['light', 'dark'])
    test(`the board at ${width} in ${colorScheme}`, { skip: noViewer }, async (t) => {
      const { page, faults } = await openSite(t, await serveSite(t), { width, height, colorScheme });
      await openExample(page);
      await page.getByTestId('slice-row').nth(3).scrollIntoViewIfNeeded();
      await shoot(page, `metrics-${colorScheme}-${width}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page does not scroll sideways');
      assert.deepEqual(faults, []);
    });
