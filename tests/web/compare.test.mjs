// Compare and Intersections: what they show is what audits say, and the keyboard reaches it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { audit } from '../../js/src/index.js';
import { root } from './chromium.mjs';
import { noViewer, openExample, openSite, serveSite, shoot } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], cross: ['sex*race'],
  bucket: ['age:25,45,65'] };

test('what changed for whom, and where crosses differ', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  await openExample(page);
  const tab = (name) => page.locator(`[data-panel=${name}]`).click();

  await t.test('two models on the same rows: changes, intervals and verdicts of the engine', async () => {
    await tab('compare');
    await page.locator('select[data-room=metric]').selectOption('fpr');
    await page.locator('tr[data-change="sex=Female"]').waitFor();
    const { comparisons } = await audit(adult, spec);
    const wanted = Object.fromEntries(comparisons.filter((row) => row.metric === 'fpr').map((row) => [row.slice,
      row.lower === null || (row.lower <= 0 && row.upper >= 0) ? 'unclear' : row.difference > 0 ? 'worse' : 'better']));
    await page.waitForFunction((n) => { const all = document.querySelector('evenhand-viewer').shadowRoot.querySelector('evenhand-compare').shadowRoot
      .querySelectorAll('tr[data-change]'); return all.length === n; }, Object.keys(wanted).length);
    const shown = await page.$$eval('tr[data-change]', (rows) => Object.fromEntries(rows.map((row) => [row.dataset.change, row.dataset.verdict])));
    assert.deepEqual(shown, wanted);
    const differences = await page.$$eval('tr[data-change]', (rows) => rows.map((row) => [row.dataset.change, row.querySelector('[data-value]')?.dataset.value]));
    for (const [slice, value] of differences) {
      const row = comparisons.find((one) => one.metric === 'fpr' && one.slice === slice);
      assert.equal(value, row.difference === null ? undefined : String(row.difference));
    }
    const worse = Object.values(wanted).filter((verdict) => verdict === 'worse').length;
    assert.match(await page.getByTestId('compare-summary').textContent(), new RegExp(`, ${worse} surely got worse`));
    await shoot(page, 'compare-light-1440');
  });

  await t.test('between steps of the joint table it says so and leads there', async () => {
    await page.getByTestId('threshold-input').fill('0.317');
    await page.getByTestId('threshold-input').press('Enter');
    await page.getByRole('button', { name: /Go to \.3/ }).click();
    await page.waitForFunction(() => !/Go to/.test(document.querySelector('evenhand-viewer').shadowRoot.querySelector('evenhand-compare').shadowRoot.textContent));
    assert.equal(await page.getByTestId('threshold-input').inputValue(), '0.3');
  });

  await t.test('a cross nobody asked for comes from the cube, every cell', async () => {
    await tab('intersections');
    await page.locator('select[data-room=a]').selectOption('race');
    await page.locator('select[data-room=b]').selectOption('age');
    await page.locator('td[data-slice="race=Black & age<25"]').waitFor();
    const { results } = await audit(adult, { ...spec, slice: [], cross: ['race*age'], threshold: 0.3, metric: 'selection_rate' });
    const wanted = Object.fromEntries(results.filter((row) => row.model === 'score' && row.slice !== 'overall' && row.slice.includes(' & '))
      .map((row) => [row.slice, String(row.value ?? '')]));
    const shown = await page.$$eval('td[data-slice]', (cells) => Object.fromEntries(cells.map((cell) => [cell.dataset.slice, cell.dataset.value])));
    assert.ok(Object.keys(shown).length >= 15);
    assert.deepEqual(shown, wanted);
    await shoot(page, 'intersections-light-1440');
  });

  await t.test('arrow keys walk over the cells; Enter selects; undo takes it back', async () => {
    await page.locator('td[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const selected = () => page.$eval('evenhand-viewer', (viewer) => viewer.store.state.selected);
    const second = await page.$$eval('tbody tr:nth-child(2) td:nth-of-type(2)', ([cell]) => cell.dataset.slice);
    assert.equal(await selected(), second);
    await page.keyboard.press('Control+z');
    assert.equal(await selected(), null);
  });

  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});

test('two files: each change has the interval of independent rows', { skip: noViewer }, async (t) => {
  const { rateGap } = await import('../../js/src/index.js');
  const rows = (seed, n) => Array.from({ length: n }, (_, i) => ({ y: (i * seed) % 3 === 0 ? 1 : 0, p: ((i * 7919 * seed) % 1000) / 1000, g: i % 2 ? 'a' : 'b' }));
  const csv = (all) => `y,p,g\n${all.map(({ y, p, g }) => `${y},${p},${g}`).join('\n')}\n`;
  const [before, after] = [csv(rows(5, 900)), csv(rows(11, 700))];
  const { page, faults } = await openSite(t, await serveSite(t));
  await page.$eval('evenhand-viewer', async (viewer, [one, other]) => {
    viewer.session.keep('one', { rows: new File([one], 'before.csv'), kind: 'table' });
    viewer.session.keep('other', { rows: new File([other], 'after.csv'), kind: 'table' });
    viewer.store.set({ source: { id: 'one', name: 'before.csv', kind: 'table' }, other: { id: 'other', name: 'after.csv', kind: 'table' },
      spec: { label: 'y', score: ['p'], slice: ['g'] }, panel: 'compare', metrics: ['fpr'] });
  }, [before, after]);
  await page.locator('tr[data-change="g=a"] [data-value]').waitFor();
  const of = async (text) => (await audit(new Blob([text]), { label: 'y', score: 'p', slice: 'g', metric: 'fpr' })).results;
  const [old, now] = [await of(before), await of(after)];
  for (const slice of ['overall', 'g=a', 'g=b']) {
    const pick = (results) => results.find((row) => row.slice === slice);
    const { difference, lower, upper } = await rateGap(pick(now), pick(old));
    const cell = page.locator(`tr[data-change="${slice}"] [data-value]`);
    assert.equal(await cell.getAttribute('data-value'), String(difference));
    const text = await page.locator(`tr[data-change="${slice}"] small`).textContent();
    for (const end of [lower, upper]) assert.ok(text.includes(Math.abs(100 * end).toFixed(1)), text);
  }
  assert.deepEqual(faults, []);
});
