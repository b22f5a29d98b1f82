// What can be taken out of the page holds the page's numbers: pictures, tables, the report, the cube, the whole as one HTML, paper.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { audit, Cube } from '../../js/src/index.js';
import { root } from './chromium.mjs';
import { cellsOf, noViewer, openExample, openFile, openSite, serveSite, shoot, shots } from './viewer.mjs';

const adult = join(root, 'examples/data/adult.csv');

function folderOf(t) {
  const folder = mkdtempSync(join(tmpdir(), 'evenhand-export-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Presses an entry of a menu and gives the file that comes. */
async function take(page, menu, item) {
  await page.locator(menu).getByTestId('menu-button').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(item).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Rows of a CSV as objects; cells of these tables have no line ends. */
function parse(text) {
  const [header, ...rows] = text.trimEnd().split('\n').map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
    .map(([, quoted, plain]) => (quoted === undefined ? plain : quoted.replaceAll('""', '"'))));
  return rows.map((row) => Object.fromEntries(header.map((name, c) => [name, row[c]])));
}

/** The page that is written opens from the disk with the same numbers and the same state. */
async function wholePage(t2, page, item, bits) {
  await page.waitForTimeout(500);
  const wanted = await cellsOf(page);
  const { name, bytes } = await take(page, 'evenhand-share', item);
  assert.match(name, /audit\.html$/);
  const file = join(folderOf(t2), 'audit.html');
  writeFileSync(file, bytes);
  const cube = Buffer.from(/"bytes":"([^"]*)"/.exec(bytes.toString())[1], 'base64');
  assert.equal((await audit(await Cube.load(new Uint8Array(cube)), { metric: 'roc_auc' })).spec.score_bits, bits);
  const said = await page.locator('evenhand-share [role=status]').textContent();
  assert.equal(said.includes('row-level data'), bits === 52);
  const again = await openFile(t2, pathToFileURL(file).href);
  await again.page.getByTestId('slice-row').first().waitFor();
  assert.equal(await again.page.getByTestId('threshold-input').inputValue(), '0.25');
  const got = await cellsOf(again.page);
  const both = Object.keys(got).filter((key) => wanted[key] !== undefined && /^(overall|sex=)/.test(key));
  assert.ok(both.length >= 12);
  // .25 is an edge of the bins, so what a threshold selects is the same.
  for (const key of both) assert.equal(got[key], wanted[key], key);
  assert.deepEqual(again.faults, []);
}

test('taken out of the site', { skip: noViewer }, async (t) => {
  const { page, context, faults } = await openSite(t, await serveSite(t));
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openExample(page);
  const panel = page.locator('[data-testid=panel-tab][data-panel=metrics]');
  await panel.click();
  await page.getByTestId('slice-row').first().waitFor();
  const cells = await cellsOf(page);
  const known = (row) => cells[`${row.slice} ${row.metric}`];

  await t.test('numbers as CSV and JSON are those of the cells, in full', async () => {
    const csv = await take(page, 'evenhand-export', 'export-csv');
    assert.match(csv.name, /metrics\.csv$/);
    const rows = parse(csv.bytes.toString());
    const json = JSON.parse((await take(page, 'evenhand-export', 'export-json')).bytes);
    assert.equal(json.length, rows.length);
    const found = rows.filter((row) => known(row) !== undefined);
    assert.ok(found.length >= 16 && found.length >= Object.keys(cells).length - 4, String(found.length));
    for (const row of found) assert.equal(row.value, known(row), `${row.slice} ${row.metric}`);
    for (const [i, row] of json.entries()) assert.equal(row.value === null ? '' : String(row.value), rows[i].value);
  });
  await t.test('a picture holds what is read on the page, and nothing of its style sheets', async () => {
    const svg = (await take(page, 'evenhand-export', 'export-svg')).bytes.toString();
    assert.match(svg, /^<\?xml[^]*<svg [^]*<\/svg>\s*$/);
    assert.equal(/var\(--|currentColor|<script|<foreignObject| class="| data-/.exec(svg), null);
    const overall = Number(cells['overall selection_rate']);
    assert.ok(svg.includes((100 * overall).toFixed(1)), 'the overall selection rate');
    assert.ok(svg.includes('overall') && /selected above 0\.5; gaps to overall/.test(svg));
    mkdirSync(shots, { recursive: true });
    writeFileSync(join(shots, 'export.svg'), svg);
  });
  await t.test('and one in pixels, twice as many as on the page', async () => {
    const { bytes } = await take(page, 'evenhand-export', 'export-png');
    assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const [, width, height] = /<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(readFileSync(join(shots, 'export.svg'), 'utf8'));
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [Math.ceil(2 * width), Math.ceil(2 * height)]);
    assert.ok(bytes.length > 10_000);
    writeFileSync(join(shots, 'export.png'), bytes);
  });
  await t.test('the report and its results', async () => {
    const report = JSON.parse((await take(page, 'evenhand-share', 'share-report')).bytes);
    const same = await audit(adult, { ...report.spec, bucket: ['age:25,45,65'], score_bits: undefined, interval: undefined, missing: undefined, positive: undefined, weight: undefined,
      where: undefined, multi: undefined, slice_if: undefined });
    assert.deepEqual(report.results, same.results);
    const results = parse((await take(page, 'evenhand-share', 'share-results')).bytes.toString());
    assert.equal(results.length, report.results.length);
    for (const [i, row] of results.entries()) {
      assert.equal(row.value, report.results[i].value === null ? '' : String(report.results[i].value));
      assert.equal(row.gap_p, report.results[i].gap?.p === undefined || report.results[i].gap.p === null ? '' : String(report.results[i].gap.p));
    }
  });
  await t.test('the cube', async () => {
    const { name, bytes } = await take(page, 'evenhand-share', 'share-cube');
    assert.match(name, /\.ehc$/);
    const cube = await Cube.load(new Uint8Array(bytes));
    assert.equal(cube.at(0.5, { model: 'score' }).rates.fpr[0], Number(cells['overall fpr']));
  });
  await t.test('a link', async () => {
    await page.getByTestId('threshold-input').fill('0.25');
    await page.getByTestId('threshold-input').press('Enter');
    await page.locator('evenhand-share').getByTestId('menu-button').click();
    await page.getByTestId('share-link').click();
    await page.locator('evenhand-share [role=status]', { hasText: 'copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, page.url());
    assert.match(link, /#s=[\w-]{20,}$/);
  });
  for (const [item, bits] of [['share-page', 7], ['share-page-exact', 52]])
    await t.test(`the whole as one HTML: ${item}`, (t2) => wholePage(t2, page, item, bits));
  assert.deepEqual(faults, []);
});

test('the single HTML writes itself again', { skip: noViewer }, async (t) => {
  const folder = folderOf(t);
  const file = join(folder, 'audit.html');
  execFileSync(join(root, 'build/release/evenhand'), ['view', adult, '--label', 'label', '--score', 'score', '--slice', 'sex', '-o', file]);
  const first = await openFile(t, pathToFileURL(file).href);
  await first.page.getByTestId('slice-row').first().waitFor();
  const { bytes } = await take(first.page, 'evenhand-share', 'share-page');
  const less = (text) => text.toString().replace(/<script type="application\/json" id="evenhand-payload">[^]*?<\/script>/, '').replace(/\s+/g, '');
  const script = (text) => /<script type="module">([^]*?)<\/script>/.exec(text)[1];
  assert.equal(script(bytes.toString()), script(readFileSync(file, 'utf8')));
  assert.equal(less(bytes).length, less(readFileSync(file)).length);
  const copy = join(folder, 'copy.html');
  writeFileSync(copy, bytes);
  const second = await openFile(t, pathToFileURL(copy).href);
  await second.page.getByTestId('slice-row').first().waitFor();
  assert.deepEqual(await cellsOf(second.page), await cellsOf(first.page));
  assert.deepEqual([...first.faults, ...second.faults], []);
});

test('a page holds what it compares: two tables, or a table and a report', { skip: noViewer }, async (t) => {
  const folder = folderOf(t);
  const csv = (seed, label, score) => `${label},${score},g\n${Array.from({ length: 600 }, (_, i) => `${(i * seed) % 3 === 0 ? 1 : 0},${((i * 7919 * seed) % 128) / 128},${'ab'[i % 2]}`).join('\n')}\n`;
  const [before, after] = [csv(5, 'y', 'p'), csv(11, 'truth', 'q')];
  const spec = { label: 'y', score: ['p'], slice: ['g'] };
  const report = await audit(new Blob([after]), { ...spec, label: 'truth', score: ['q'], threshold: 0.5 });
  const { page, faults } = await openSite(t, await serveSite(t));
  const changes = (tab) => tab.locator('tr[data-change] [data-value]').evaluateAll((cells) => cells.map((cell) => [cell.closest('tr').dataset.change, cell.dataset.value, cell.textContent.trim()]));
  for (const kind of ['table', 'report']) {
    await page.$eval('evenhand-viewer', (viewer, [how, one, other, asked, told]) => {
      viewer.session.keep('one', { rows: new File([one], 'before.csv'), kind: 'table' });
      viewer.session.keep(how, how === 'table' ? { rows: new File([other], 'after.csv'), kind: 'table' } : { report: told, kind: 'report' });
      viewer.store.set({ source: { id: 'one', name: 'before.csv', kind: 'table' }, spec: asked, panel: 'compare', metrics: ['fpr', 'accuracy'],
        other: { id: how, name: 'after', kind: how, ...(how === 'table' ? { spec: { label: 'truth', score: ['q'] } } : {}) } });
    }, [kind, before, after, spec, report]);
    await page.waitForFunction((how) => { const { session, store } = document.querySelector('evenhand-viewer'); return session.live && session.second && store.state.other.id === how; }, kind);
    await page.locator('tr[data-change="g=a"] [data-value]').waitFor();
    const shown = await changes(page);
    assert.ok(shown.length >= 3 && shown.every(([, value]) => value !== ''));
    const copy = join(folder, `${kind}.html`);
    writeFileSync(copy, (await take(page, 'evenhand-share', 'share-page-exact')).bytes);
    const saved = await openFile(t, pathToFileURL(copy).href);
    await saved.page.locator('tr[data-change="g=a"] [data-value]').waitFor();
    assert.deepEqual(await changes(saved.page), shown);
    assert.deepEqual(await saved.page.$eval('evenhand-viewer', ({ store: { state } }) => [state.source.name, state.other.name, state.panel]), ['before.csv', 'after', 'compare']);
    assert.deepEqual(saved.faults, []);
  }
  assert.deepEqual(faults, []);
});

test('an empty page offers no example, since none lies beside it', { skip: noViewer }, async (t) => {
  const { page, faults } = await openFile(t, pathToFileURL(join(root, 'js/viewer/viewer.html')).href);
  await page.getByTestId('paste').waitFor();
  assert.equal(await page.getByTestId('example').count(), 0);
  assert.deepEqual(faults, []);
});

test('the menus obey the keyboard', { skip: noViewer }, async (t) => {
  const { page } = await openSite(t, await serveSite(t));
  await openExample(page);
  const focused = () => page.evaluate(() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at?.dataset.testid; });
  await page.locator('evenhand-share').getByTestId('menu-button').focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), 'share-link');
  await page.keyboard.press('End');
  assert.equal(await focused(), 'share-print');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), 'share-link');
  await shoot(page, 'share-menu');
  await page.keyboard.press('Escape');
  assert.equal(await focused(), 'menu-button');
  assert.equal(await page.getByTestId('share-link').count(), 0);
});

test('menus stay in a narrow window', { skip: noViewer }, async (t) => {
  const { page } = await openSite(t, await serveSite(t), { width: 360, height: 740 });
  await openExample(page);
  for (const host of ['evenhand-share', 'evenhand-export']) {
    await page.locator(`${host} [data-testid="menu-button"]`).first().click();
    const box = await page.locator(`${host} [role="menu"]`).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 360, `${host}: ${JSON.stringify(box)}`);
    await page.keyboard.press('Escape');
  }
});

test('on paper', { skip: noViewer }, async (t) => {
  const { page } = await openSite(t, await serveSite(t), { colorScheme: 'dark' });
  await openExample(page);
  const pdf = await page.pdf({ format: 'A4', printBackground: true });
  mkdirSync(shots, { recursive: true });
  writeFileSync(join(shots, 'print.pdf'), pdf);
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  assert.ok(pdf.length > 20_000, String(pdf.length));
  await page.emulateMedia({ media: 'print' });
  const shown = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector('evenhand-viewer');
    const seen = (selector) => { const e = shadowRoot.querySelector(selector); return e !== null && getComputedStyle(e).display !== 'none'; };
    return { paper: seen('.paper'), controls: seen('evenhand-controls'), tabs: seen('nav'), share: seen('evenhand-share'),
      ink: getComputedStyle(shadowRoot.querySelector('.paper')).color, said: shadowRoot.querySelector('.paper').textContent };
  });
  assert.deepEqual({ ...shown, said: '' }, { paper: true, controls: false, tabs: false, share: false, ink: 'rgb(87, 96, 106)', said: '' });
  assert.match(shown.said, /selected above 0\.5; gaps to overall; 95 % intervals\./);
});

test('a long list: its numbers are all there; the picture too, or it says what is left out', { skip: noViewer }, async (t) => {
  const zips = 700;
  const csv = (n) => `label,score,zip\n${Array.from({ length: 12 * n }, (_, i) => `${i % 5 < 2 ? 1 : 0},${(i * 37 % 100) / 100},z${i % n}`).join('\n')}\n`;
  const address = await serveSite(t, new Map([['data/many.csv', Buffer.from(csv(zips))], ['data/some.csv', Buffer.from(csv(120))]]));
  const { page, faults } = await openSite(t, `${address}?src=data/many.csv&label=label&score=score&slice=zip`, { height: 500 });
  const taken = async (item) => {
    await page.locator('evenhand-export button').first().click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(item).click()]);
    return readFileSync(await download.path(), 'utf8');
  };
  await page.getByTestId('slice-row').first().waitFor();
  assert.equal(new Set((await taken('export-csv')).split('\n').slice(1, -1).map((line) => line.split(',')[1])).size, zips + 1);
  assert.match(await taken('export-svg'), /\d+ of 701 rows, those in sight; the others are in the numbers/);
  await page.goto(`${address}?src=data/some.csv&label=label&score=score&slice=zip`);
  await page.getByTestId('slice-row').first().waitFor();
  const svg = await taken('export-svg');
  for (let i = 0; i < 120; i++) assert.ok(svg.includes(`>z${i}<`), `z${i}`);
  assert.doesNotMatch(svg, /those in sight/);
  assert.ok(await page.getByTestId('slice-row').count() < 120 || await page.locator('evenhand-metrics .board.whole').count() === 0);
  assert.deepEqual(faults, []);
});

test('on paper a panel is as wide as the sheet, and nothing of it is cut', { skip: noViewer }, async (t) => {
  const { page, faults } = await openSite(t, await serveSite(t), { width: 2000 });
  await openExample(page);
  for (const panel of ['metrics', 'curves', 'compare']) {
    await page.locator(`[data-panel="${panel}"]`).click();
    await page.locator(`evenhand-${panel}`).waitFor();
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    await page.waitForTimeout(100);
    const [wide, sheet] = await page.$eval('evenhand-viewer', ({ shadowRoot }) => {
      const box = shadowRoot.querySelector('#panel');
      const deep = (node) => [...node.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]);
      return [Math.max(...deep(box).filter((e) => e.getClientRects().length > 0 && !e.closest('svg svg')).map((e) => e.getBoundingClientRect().right)) - box.getBoundingClientRect().left, box.getBoundingClientRect().width];
    });
    assert.ok(wide <= sheet + 2 && sheet < 700, `${panel}: ${wide} of ${sheet}`);
    await page.emulateMedia({ media: null });
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  }
  assert.deepEqual(faults, []);
});
