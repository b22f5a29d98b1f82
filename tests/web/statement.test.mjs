// A person who has only a CSV: drops it, accepts the guess, copies what was found. Two presses of a button, one sentence that says what
// was counted, how sure it is and what it does not say, and a link that leads another person with the file to the same view.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder } from '../js/helper.mjs';
import { audit } from '../../js/src/index.js';
import { beginAt, rangeOf } from '../../web/engine/range.js';
import { root } from './chromium.mjs';
import { cellsOf, noViewer, openSite, serveSite, shoot } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race', 'education', 'workclass'], bucket: ['age:25,45,65'] };

/** Drops a file as a hand does. */
async function drop(page, path, name) {
  const bytes = readFileSync(path).toString('base64');
  const transfer = await page.evaluateHandle(([text, called]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], called));
    return data;
  }, [bytes, name]);
  await page.dispatchEvent('evenhand-viewer', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('evenhand-viewer', 'drop', { dataTransfer: transfer });
}

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

test('from a dropped CSV to a sentence for others', { skip: noViewer }, async (t) => {
  const address = await serveSite(t);
  const { page, context, faults } = await openSite(t, address);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  let presses = 0;
  const press = async (id) => { presses++; await page.getByTestId(id).first().click(); };
  const report = await audit(adult, { ...spec, threshold: 0.5 });
  const first = report.findings.find(({ kind, model }) => kind === 'gap' && model === 'score');
  const gaps = report.findings.filter(({ kind, model }) => kind === 'gap' && model === 'score').length;
  let link;
  let release = () => {};
  const free = new Promise((resolve) => { release = resolve; });
  await context.route(/\/rest-\w+\.wasm$/, async (route) => { await free; await route.continue(); });

  await t.test('takes two presses, as soon as the first findings are there', async () => {
    await drop(page, adult, 'adult.csv');
    await page.getByTestId('mapper').waitFor();
    await press('mapper-confirm');
    await page.getByTestId('finding').first().waitFor();
    assert.ok(await page.$eval('evenhand-viewer', ({ view }) => view.report.findings.length) < report.findings.length);
    await press('copy-finding');
    release(); // until now only the metrics in sight were audited
    await page.getByText('Copied', { exact: true }).first().waitFor();
    assert.equal(presses, 2);
    await shoot(page, 'finding-copied');
  });

  await t.test('says the finding of the engine, of what, and what it leaves open', async () => {
    const said = await clipboard(page);
    const text = first.text.replace('score: ', '').replace(/^./, (letter) => letter.toLowerCase());
    link = /http:\S+$/.exec(said)[0];
    assert.equal(said, `In adult.csv (16\u202f281 rows), where score above .5 counts as selected and label is the truth, ${text} `
      + `(one of ${gaps} gaps found; not corrected for looking at many). ${link}`);
  });

  await t.test('whoever has the link and the file sees the same', async () => {
    const other = await context.newPage();
    await other.goto(link);
    await other.getByText('This link was made for adult.csv.').waitFor();
    await other.getByTestId('file-input').setInputFiles(adult);
    await other.getByTestId('mapper-confirm').click();
    await other.getByTestId('slice-row').first().waitFor();
    assert.equal(await other.$eval('evenhand-viewer', (viewer) => viewer.store.state.selected), first.slice);
    const want = report.results.find((r) => r.model === 'score' && r.slice === first.slice && r.metric === first.metric);
    assert.equal((await cellsOf(other))[`${first.slice} ${first.metric}`], String(want.value));
    await other.close();
  });

  await t.test('a threshold found by dragging is called so; the state has not changed', async () => {
    assert.equal(await page.$eval('evenhand-viewer', (viewer) => viewer.store.state.selected), null);
    await page.getByTestId('threshold-input').fill('0.4');
    await page.getByTestId('threshold-input').press('Enter');
    await page.waitForFunction(() => document.querySelector('evenhand-viewer').view?.report.spec.threshold[0] === 0.4);
    await press('copy-finding');
    await page.getByText('Copied', { exact: true }).first().waitFor();
    assert.match(await clipboard(page), /where score above \.4 \(an exploratory threshold\) counts as selected/);
  });

  await t.test('among several thresholds it speaks of the one the gap was found at', async () => {
    await page.$eval('evenhand-viewer', (viewer) => viewer.act.set({ threshold: 0.5, pinned: [0.3, 0.7] }));
    await page.waitForFunction(() => document.querySelector('evenhand-viewer').view.report.spec.threshold.length === 3);
    const found = await page.$eval('evenhand-viewer', ({ view }) => view.report.findings.filter(({ kind, model }) => kind === 'gap' && model === 'score')
      .findIndex(({ threshold }) => threshold === 0.3));
    assert.ok(found >= 0 && found < 5, `${found}`);
    await page.getByTestId('copy-finding').nth(found).click();
    await page.waitForFunction(async () => /above \.3 /.test(await navigator.clipboard.readText()));
    const said = await clipboard(page);
    assert.match(said, /where score above \.3 \(an exploratory threshold\) counts as selected and label is the truth, [\w ]+ \(the surest of 3 thresholds\) is /);
    const state = JSON.parse(Buffer.from(/#s=([\w-]+)$/.exec(said)[1], 'base64url').toString());
    assert.equal(state.threshold, 0.3);
  });

  await t.test('no error was logged', () => assert.deepEqual(faults, []));
});

test('where a page may not use the clipboard the sentence is shown', { skip: noViewer }, async (t) => {
  const { page } = await openSite(t, await serveSite(t));
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('no')) } }));
  await page.getByTestId('example').click();
  await page.getByTestId('copy-finding').first().click();
  const shown = page.locator('evenhand-overview textarea');
  await shown.waitFor();
  assert.match(await shown.inputValue(), /^In UCI Adult, test rows \(example\) \(16\u202f281 rows\), where .* http:\S+$/s);
  assert.equal(await shown.evaluate((field) => field.selectionEnd - field.selectionStart === field.value.length), true);
});

test('a threshold that selects nobody is the first finding, in sight', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t));
  await page.getByTestId('example').click();
  await page.getByTestId('finding').first().waitFor();
  await page.getByTestId('threshold-input').fill('1');
  await page.getByTestId('threshold-input').press('Enter');
  await page.getByText('Scores of score run from').waitFor(); // by its words: where it lay folded it would never be seen
  assert.equal(await page.getByTestId('finding').first().getAttribute('data-kind'), 'threshold');
  await shoot(page, 'finding-threshold');
  assert.deepEqual(faults, []);
});

test('what a threshold slides over, and where it begins', () => {
  assert.deepEqual([[0.2, 0.4], [1, 10], [7, 7], [-2, 3], [NaN, NaN], undefined].map((scores) => rangeOf(scores)), [[0, 1], [1, 10], [6, 8], [-2, 3], [0, 1], [0, 1]]);
  assert.deepEqual([beginAt([0, 1], 0.3, [0, 1]), beginAt([0, 1], 0.3, null), beginAt([0, 1], 0.3, [-2, 3]), beginAt([1, 10], 0.5, [0, 1]), beginAt([1, 10], 4, [1, 8]),
    beginAt([1, 10], 0.5, null), beginAt([-2, 3], 0.5, null)], [0.3, 0.5, 0.5, 5.5, 4, 5.5, 0]);
});

test('scores that are no probabilities: the threshold begins among them', { skip: noViewer }, async (t) => {
  const at = folder(t);
  const file = (name, score) => {
    const path = join(at, name);
    writeFileSync(path, `two_year_recid,decile_score,sex\n${Array.from({ length: 400 }, (_, i) => `${i % 3 === 0 ? 1 : 0},${score(i)},${i % 2 ? 'F' : 'M'}`).join('\n')}\n`);
    return path;
  };
  const { page, faults } = await openSite(t, await serveSite(t));
  const open = async (path) => {
    await page.getByTestId('close').click({ timeout: 500 }).catch(() => {});
    await page.getByTestId('file-input').setInputFiles(path);
    await page.getByTestId('mapper-confirm').click();
    await page.getByTestId('slice-row').first().waitFor();
    const slider = page.getByTestId('threshold-slider');
    return [await page.getByTestId('threshold-input').inputValue(), await slider.getAttribute('min'), await slider.getAttribute('max')];
  };
  const deciles = file('deciles.csv', (i) => i % 10 + 1);
  assert.deepEqual(await open(deciles), ['5.5', '1', '10']);
  const { results } = await audit(deciles, { label: 'two_year_recid', score: ['decile_score'], slice: ['sex'], threshold: 5.5 });
  const cells = await cellsOf(page);
  for (const { slice, metric, value } of results.filter((r) => r.metric === 'fpr')) assert.equal(cells[`${slice} ${metric}`], String(value));
  assert.match(await page.getByTestId('exploratory').textContent(), /Scores run from 1 to 10\./);
  assert.deepEqual(await open(file('margins.csv', (i) => (i % 21 - 8) / 4)), ['0', '-2', '3']);
  assert.deepEqual(await open(file('shares.csv', (i) => i % 10 / 10)), ['0.5', '0', '1']);
  assert.deepEqual(faults, []);
});
