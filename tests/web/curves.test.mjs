// Curves and matrices: their numbers are the engine's, the threshold is dragged along them by hand and by keys, slices light up
// everywhere, a rectangle zooms.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit, Cube } from '../../js/src/index.js';
import { distance, shares } from '../../web/charts/histogram.js';
import { apart, nearest } from '../../web/charts/curve.js';
import { scaleOf } from '../../web/charts/scale.js';
import { root } from './chromium.mjs';
import { noViewer, openExample, openSite, serveSite, shoot } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], cross: ['sex*race'], bucket: ['age:25,45,65'] };

const threshold = (page) => page.evaluate(() => document.querySelector('evenhand-viewer').store.state.threshold);
const settled = (page) => page.waitForFunction(() => {
  const { store, view } = document.querySelector('evenhand-viewer');
  return view && !view.moving && view.report.spec.threshold.includes(store.state.threshold);
});

async function openPanel(page, panel) {
  await openExample(page);
  await page.locator(`[data-panel="${panel}"]`).click();
}

test('distances of distributions', () => {
  const edge = [0, 1, 2, 3];
  assert.deepEqual(distance(edge, [1, 0, 0], [0, 0, 1]), { moved: 2, largest: -1, threshold: 2 });
  assert.deepEqual(distance(edge, [0.2, 0.3, 0.5], [0.2, 0.3, 0.5]), { moved: 0, largest: 0, threshold: 0 });
  assert.deepEqual(shares([0, 0]), [0, 0]);
  assert.deepEqual(shares([1, 3]), [0.25, 0.75]);
});

test('the place of a line next to a pointer, and labels that keep apart', () => {
  const [x, y] = [scaleOf([0, 1], [0, 100]), scaleOf([0, 1], [100, 0])];
  const found = nearest([[null, 0, 0], [0.8, 0, 1], [0.2, 1, 1]], x, y, { x: 50, y: 4 });
  assert.deepEqual(found, { distance: 4, threshold: 0.5, x: 0.5, y: 1 });
  assert.equal(nearest([[null, 0, 0], [0.8, 0, 1]], x, y, { x: 0, y: 50 }).threshold, 0.8);
  assert.deepEqual(apart([10, 12, 50], 10, 0, 100), [10, 20, 50]);
  assert.deepEqual(apart([98, 99], 10, 0, 100), [90, 100]);
});

test('curves', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t), { height: 1200 });
  await openPanel(page, 'curves');
  const report = await audit(adult, { ...spec, threshold: 0.5, curves: true });
  await page.locator('evenhand-plot[data-testid="roc"] .mark').first().waitFor();

  await t.test('draw the points of the report', async () => {
    const drawn = await page.locator('evenhand-plot').evaluateAll((plots) => plots.map((plot) => plot.series.map(({ key, points }) => [key, points.map((p) => [p[1], p[2]])])));
    assert.equal(drawn.length, 3);
    for (const [i, kind] of ['roc', 'pr'].entries())
      for (const [slice, points] of drawn[i])
        assert.deepEqual(points, report.curves.find((c) => c.model === 'score' && c.slice === slice)[kind].map(([, x, y]) => [x, y]), `${kind} ${slice}`);
    assert.ok(drawn[0].length >= 3);
    const [first] = await page.locator('evenhand-plot[data-testid="calibration"]').evaluate((plot) => plot.series);
    assert.deepEqual(first.band, report.curves.find((c) => c.model === 'score' && c.slice === first.key).reliability.map((b) => [b.mean_score, b.label_lower, b.label_upper]));
  });

  await t.test('a mark is dragged along its curve, and all follows', async () => {
    const before = await threshold(page);
    const mark = page.locator('evenhand-plot[data-testid="roc"] .mark[data-mark="overall"]');
    const box = await mark.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 40, box.y - 30, { steps: 6 });
    await page.mouse.up();
    const after = await threshold(page);
    assert.ok(after < before - 0.05, `${before} to ${after}`);
    await settled(page);
    const wanted = (await audit(adult, { ...spec, threshold: after })).results.find((r) => r.model === 'score' && r.slice === 'overall' && r.metric === 'fpr').value;
    const placed = await page.locator('evenhand-plot[data-testid="roc"]').evaluate((plot) => plot.series[0].mark[0]);
    assert.equal(placed, wanted);
    await page.getByTestId('undo').click();
    assert.equal(await threshold(page), before);
  });

  await t.test('keys move the mark: arrows, shift, home and end', async () => {
    const mark = page.locator('evenhand-plot[data-testid="roc"] .mark[data-mark="overall"]');
    await mark.focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await threshold(page), 0.51);
    await page.keyboard.press('Shift+ArrowLeft');
    assert.equal(await threshold(page), 0.41);
    await page.keyboard.press('Home');
    assert.equal(await threshold(page), 0);
    await page.keyboard.press('End');
    assert.equal(await threshold(page), 1);
    assert.equal(await mark.getAttribute('aria-valuetext'), '1');
  });

  await t.test('the rule of a distribution is dragged', async () => {
    const rule = page.locator('[data-spread="overall"] .rule .grip');
    const box = await rule.boundingBox();
    await page.mouse.move(box.x + 8, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x - 100, box.y + 40, { steps: 5 });
    await page.mouse.up();
    const now = await threshold(page);
    assert.ok(now > 0.4 && now < 0.9, String(now));
  });

  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});

test('curves side by side', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t), { height: 1200 });
  await openPanel(page, 'curves');
  const report = await audit(adult, { ...spec, threshold: 0.5, curves: true });
  await page.locator('evenhand-plot[data-testid="roc"] .mark').first().waitFor();

  await t.test('a table holds the same numbers', async () => {
    await page.getByTestId('curve-tables').locator('summary').click();
    const row = page.getByTestId('curve-tables').locator('tr').filter({ hasText: 'overall' });
    const auc = report.results.find((r) => r.model === 'score' && r.slice === 'overall' && r.metric === 'roc_auc').value;
    assert.equal(await row.locator('td').nth(3).textContent(), auc.toFixed(3));
    await page.getByTestId('curve-tables').locator('summary').click();
  });

  await t.test('a slice that is pointed at lights up in every chart', async () => {
    const name = await page.locator('[data-spread]').nth(1).getAttribute('data-spread');
    await page.locator(`[data-spread="${name}"] figcaption`).hover();
    await page.locator(`evenhand-plot[data-testid="roc"] g.lit[data-series="${name}"]`).waitFor({ state: 'attached' });
    await page.locator(`evenhand-plot[data-testid="calibration"] g.lit[data-series="${name}"]`).waitFor({ state: 'attached' });
  });

  await t.test('a rectangle zooms, a button goes back', async () => {
    const plot = page.locator('evenhand-plot[data-testid="pr"]');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    await page.mouse.move(box.x + 80, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 260, { steps: 4 });
    await page.mouse.up();
    const zoom = await plot.evaluate((p) => p.zoom);
    assert.ok(zoom.x[0] > 0.05 && zoom.x[1] < 0.8 && zoom.x[0] < zoom.x[1], JSON.stringify(zoom));
    await plot.getByRole('button').click();
    assert.equal(await plot.evaluate((p) => p.zoom), null);
  });

  await t.test('slices are picked and left out; two are held against each other', async () => {
    await page.getByTestId('trace').selectOption('sex=Female');
    await page.locator('[data-spread="sex=Female"]').waitFor();
    await page.locator('[data-spread="sex=Female"] figcaption').hover();
    const said = page.getByTestId('distance');
    await page.waitForFunction(() => document.querySelector('evenhand-viewer').store.state.hovered === 'sex=Female');
    const cube = await Cube.build(adult, { label: 'label', score: ['score'], slice: ['sex'], threshold: 0.5 });
    const { wasserstein, largest, threshold } = cube.distance('overall', 'sex=Female').negatives;
    await page.getByText(`scores of sex=Female lie ${wasserstein.toFixed(3)} from those of overall`).waitFor();
    assert.match(await said.textContent(), new RegExp(`differ most at ${String(Number(threshold.toPrecision(6))).slice(1)}, by ${Math.abs(100 * largest).toFixed(1)}`));
    await page.getByText('from every score. MinDiff').waitFor();
    await page.getByRole('button', { name: 'Leave out sex=Female' }).click();
    assert.equal(await page.locator('[data-spread="sex=Female"]').count(), 0);
  });

  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});

test('confusion', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  await openPanel(page, 'confusion');
  const report = await audit(adult, { ...spec, threshold: 0.5 });
  const shown = await page.locator('[data-matrix]').evaluateAll((all) => all.map((one) => [one.dataset.matrix,
    Object.fromEntries([...one.querySelectorAll('[data-metric]')].map((c) => [c.dataset.metric, c.dataset.value]))]));
  assert.equal(shown.length, 24);
  for (const [slice, counts] of shown)
    for (const metric of ['tp', 'fp', 'tn', 'fn'])
      assert.equal(counts[metric], String(report.results.find((r) => r.model === 'score' && r.slice === slice && r.metric === metric).value), `${slice} ${metric}`);
  const share = (metric) => page.locator(`[data-matrix="overall"] [data-metric="${metric}"] b`).textContent();
  assert.equal((await share('tp')).replace(/\s/g, ''), '65.2%');
  await page.getByRole('button', { name: 'decision' }).click();
  const ppv = report.results.find((r) => r.model === 'score' && r.slice === 'overall' && r.metric === 'ppv').value;
  assert.equal((await share('tp')).replace(/\s/g, ''), `${(100 * ppv).toFixed(1)}%`);
  await page.getByRole('button', { name: /more$/ }).last().click();
  assert.equal(await page.locator('[data-matrix]').count(), report.slices.length);
  assert.deepEqual(faults, []);
});

for (const panel of ['curves', 'confusion'])
  for (const [width, height] of [[360, 740], [1440, 1200]])
    for (const colorScheme of ['light', 'dark'])
      test(`${panel} at ${width} in ${colorScheme}`, { skip: noViewer }, async (t) => {
        const { page, faults } = await openSite(t, await serveSite(t), { width, height, colorScheme });
        await openPanel(page, panel);
        await page.locator(panel === 'curves' ? '[data-spread]' : '[data-matrix]').first().waitFor();
        if (width < 500) await page.locator(`evenhand-${panel}`).evaluate((e) => e.scrollIntoView());
        await shoot(page, `${panel}-${colorScheme}-${width}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page does not scroll sideways');
        assert.deepEqual(faults, []);
      });
