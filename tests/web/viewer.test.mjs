// The viewer as a person meets it: opens the example, sees the engine's numbers, moves the threshold, goes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { audit } from '../../js/src/index.js';
import { root } from './chromium.mjs';
import { cellsOf, noViewer, openExample, openSite, serveSite, shoot } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], cross: ['sex*race'],
  bucket: ['age:25,45,65'] };

/** What an audit says of the same cells. */
const wanted = (report, threshold) => Object.fromEntries(report.results.filter((r) => r.model === 'score' && [null, threshold].includes(r.threshold))
  .map((r) => [`${r.slice} ${r.metric}`, r.value === null ? '' : String(r.value)]));

async function assertCells(page, threshold) {
  const report = await audit(adult, { ...spec, threshold });
  const all = wanted(report, threshold);
  const shown = await cellsOf(page);
  assert.ok(Object.keys(shown).length >= 4 * report.slices.length, `${Object.keys(shown).length} cells`);
  assert.deepEqual(shown, Object.fromEntries(Object.keys(shown).map((key) => [key, all[key]])));
}

test('the viewer', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  await shoot(page, 'start-light-1440');
  await openExample(page);
  await shoot(page, 'example-light-1440');

  await t.test('shows the numbers of the audit', () => assertCells(page, 0.5));

  await t.test('a typed threshold moves every number; undo and redo walk over it', async () => {
    await page.getByTestId('threshold-input').fill('0.317');
    await page.getByTestId('threshold-input').press('Enter');
    await assertCells(page, 0.317);
    await page.getByTestId('undo').click();
    await assertCells(page, 0.5);
    await page.getByTestId('redo').click();
    await assertCells(page, 0.317);
  });

  await t.test('a threshold on its way has the intervals and gaps of an audit there', async () => {
    const shown = await page.$eval('evenhand-viewer', (viewer) => {
      viewer.act.threshold(0.411);
      const { value, lower, upper, gap } = viewer.view.number('sex=Female', 'fpr');
      viewer.store.undo();
      viewer.store.redo();
      viewer.moving = false;
      return { value, lower, upper, difference: gap.difference, difference_lower: gap.difference_lower, difference_upper: gap.difference_upper, p: gap.p };
    });
    const { results } = await audit(adult, { ...spec, threshold: 0.411, metric: 'fpr' });
    const { value, lower, upper, gap } = results.find((row) => row.model === 'score' && row.slice === 'sex=Female');
    assert.deepEqual(shown, { value, lower, upper, difference: gap.difference, difference_lower: gap.difference_lower, difference_upper: gap.difference_upper, p: gap.p });
  });

  await t.test('the slider obeys the keyboard', async () => {
    await page.getByTestId('threshold-slider').focus();
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await page.getByTestId('threshold-input').inputValue(), '0.317');
    await assertCells(page, Number(await page.getByTestId('threshold-input').inputValue()));
  });

  await t.test('a link holds the state; Back returns', async () => {
    assert.match(page.url(), /#s=/);
    await page.goBack();
    await assertCells(page, 0.317);
  });

  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});
