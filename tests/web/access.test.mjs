// For everyone: axe finds nothing on any view, light or dark, wide or narrow; nothing needs a pointer; a page of 320 px does not scroll
// sideways; a thousand moves of the threshold keep memory where it was.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './chromium.mjs';
import { noViewer, openExample, openSite, serveSite, shoot } from './viewer.mjs';

const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };

/** What axe objects to: rule and the elements. */
async function objections(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.flat().join(' ')} ${failureSummary}`).join(' | ')}`);
}

const tabs = (page) => page.$$eval('[data-testid=panel-tab]', (all) => all.map((tab) => tab.dataset.panel));

for (const { name, ...options } of [{ name: 'light-1440' }, { name: 'dark-1440', colorScheme: 'dark' }, { name: 'light-360', width: 360, height: 740 },
  { name: 'dark-360', width: 360, height: 740, colorScheme: 'dark' }]) {
  test(`axe finds nothing: ${name}`, { skip: noViewer }, async (t) => {
    const { page, faults } = await openSite(t, await serveSite(t), options);
    await t.test('start', async () => {
      await shoot(page, `start-${name}`);
      assert.deepEqual(await objections(page), []);
    });
    await openExample(page);
    for (const panel of await tabs(page)) {
      await t.test(panel, async () => {
        await page.locator(`[data-panel=${panel}]`).click();
        await page.waitForTimeout(600);
        await shoot(page, `${panel}-${name}`);
        assert.deepEqual(await objections(page), []);
      });
    }
    await t.test('no error was logged', () => assert.deepEqual(faults, []));
  });
}

test('a page of 320 px does not scroll sideways', { skip: noViewer }, async (t) => {
  const { page } = await openSite(t, await serveSite(t), { width: 320, height: 640 });
  await openExample(page);
  for (const panel of await tabs(page)) {
    await page.locator(`[data-panel=${panel}]`).click();
    const { wide, shown } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, shown: innerWidth }));
    assert.ok(wide <= shown, `${panel}: ${wide} px`);
  }
});

test('memory is stable over a thousand moves of the threshold', { skip: noViewer }, async (t) => {
  const { page, context } = await openSite(t, await serveSite(t));
  await openExample(page);
  const devtools = await context.newCDPSession(page);
  const heap = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await devtools.send('Runtime.getHeapUsage')).usedSize;
  };
  const move = (from, to) => page.$eval('evenhand-viewer', async (viewer, [first, last]) => {
    for (let i = first; i < last; i++) {
      viewer.act.threshold(i / 1009);
      await viewer.updateComplete;
      if (i % 50 === 0) await new Promise(requestAnimationFrame);
    }
    viewer.act.commit();
  }, [from, to]);
  await move(0, 200);
  await page.waitForTimeout(300);
  const before = await heap();
  await move(0, 1000);
  await page.waitForTimeout(300);
  const grown = await heap() - before;
  assert.ok(grown < 4e6, `the heap grew by ${grown} bytes`);
});
