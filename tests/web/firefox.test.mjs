// A smoke run in Firefox: the single HTML from the disk shows the numbers of the audit. Playwright cannot drive Debian's Firefox;
// puppeteer can.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { audit } from '../../js/src/index.js';
import { root } from './chromium.mjs';

const program = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const noFirefox = existsSync(program) ? false : `${program} is not here: apt-get install firefox-esr`;
if (noFirefox) console.log(`SKIPPED: ${noFirefox}`);
const skip = noFirefox || (existsSync(join(root, 'js/viewer/viewer.html')) ? false : 'js/viewer/viewer.html is not built: npm run build -w evenhand-web');
const adult = join(root, 'examples/data/adult.csv');

/** Runs in the page: the cells it shows, once there are some. */
const shown = () => {
  const deep = (node) => [...node.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]);
  const rows = deep(document).filter((e) => e.dataset?.testid === 'slice-row');
  const cells = rows.flatMap((row) => [...row.querySelectorAll('[data-metric]')].map((cell) => [`${row.dataset.slice} ${cell.dataset.metric}`, cell.dataset.value]));
  return cells.length > 0 ? Object.fromEntries(cells) : null;
};

test('Firefox opens the single HTML from the disk', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'evenhand-firefox-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'audit.html');
  execFileSync(join(root, 'build/release/evenhand'), ['view', adult, '--label', 'label', '--score', 'score', '--slice', 'sex', '-o', file]);
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: program, headless: true, env: { ...process.env, HOME: folder } });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const faults = [];
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(pathToFileURL(file).href);
  let cells = null;
  for (let i = 0; i < 100 && !cells; i++) {
    cells = await page.evaluate(shown);
    if (!cells) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(cells, faults.join('\n'));
  const { results } = await audit(adult, { label: 'label', score: 'score', slice: 'sex' });
  for (const slice of ['overall', 'sex=Female', 'sex=Male'])
    for (const metric of ['selection_rate', 'fpr', 'fnr'])
      assert.equal(cells[`${slice} ${metric}`], String(results.find((r) => r.slice === slice && r.metric === metric).value));
  assert.deepEqual(faults, []);
});
