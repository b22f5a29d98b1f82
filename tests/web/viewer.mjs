// The built site in Chromium, for tests of the viewer: served from this machine alone, as a static host would.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, listen, noBrowser, root } from './chromium.mjs';

const site = join(root, 'web/dist');

/** Why the viewer cannot be tested here; false if it can. */
export const noViewer = noBrowser || (existsSync(join(site, 'index.html')) ? false : 'web/dist is not built: npm run build -w evenhand-web');

/** Where screenshots are kept, for people to look at. */
export const shots = join(root, 'build/web-shots');

/** Serves the site; `extra` maps addresses to bytes made by the test. */
export const serveSite = (t, extra = new Map()) =>
  listen(t, (path) => path.startsWith('..') ? null : join(site, path || 'index.html'), extra);

/**
 * The site in a browser of its own. What the page logs as an error, throws or is refused by its policy is in `faults`;
 * addresses it asked for are in `asked`.
 */
export async function openSite(t, address, { width = 1440, height = 900, colorScheme = 'light', reducedMotion = 'reduce' } = {}) {
  const browser = await launch(t);
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion });
  const page = await context.newPage();
  const faults = [];
  const asked = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(address);
  return { page, context, faults, asked };
}

/** Opens the built-in example and waits for its numbers. */
export async function openExample(page) {
  await page.getByTestId('example').click();
  await page.getByTestId('slice-row').first().waitFor();
}

/** A screenshot for people, under build/web-shots. */
export async function shoot(page, name) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

/** A file of the disk in a browser that has no network; as openSite otherwise. */
export async function openFile(t, address, { width = 1440, height = 900 } = {}) {
  const browser = await launch(t);
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', acceptDownloads: true });
  await context.setOffline(true);
  await context.route(/^(https?|wss?):/, (route) => route.abort());
  const page = await context.newPage();
  const faults = [];
  const asked = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) faults.push(message.text()); });
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(address);
  return { page, context, faults, asked };
}

/** What the cells of the page say: "slice metric" to the number as text, at full precision. */
export const cellsOf = (page) => page.$$eval('evenhand-viewer', ([viewer]) => {
  const deep = (node) => [...node.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? deep(e.shadowRoot) : [])]);
  const found = {};
  for (const row of deep(viewer.shadowRoot).filter((e) => e.dataset.testid === 'slice-row'))
    for (const cell of row.querySelectorAll('[data-metric]')) found[`${row.dataset.slice} ${cell.dataset.metric}`] = cell.dataset.value;
  return found;
});
