// A real browser for the tests: Debian's Chromium, on a page served from this machine alone.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const program = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why browser tests cannot run here; false if they can. */
export const noBrowser = existsSync(program) ? false : `${program} is not here: apt-get install chromium`;
if (noBrowser) console.log(`SKIPPED: ${noBrowser}`);

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.csv': 'text/csv',
  '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.svg': 'image/svg+xml' };
const SERVED = ['js/src/', 'js/wasm/', 'examples/data/', 'tests/web/site/', ...['hyparquet/src', 'hyparquet-compressors/src', 'hysnappy/js', 'fzstd/esm'].map((path) => `node_modules/${path}/`)];

/** Serves files from this machine alone: `fileOf` gives the file at a path, or null; `extra` maps paths to bytes made by the test. */
export async function listen(t, fileOf, extra) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://here').pathname)).slice(1);
    const file = fileOf(path);
    const known = extra.has(path) || (file !== null && existsSync(file));
    response.writeHead(known ? 200 : 404, { 'content-type': TYPES[extname(file ?? path)] ?? 'application/octet-stream' });
    response.end(known ? extra.get(path) ?? readFileSync(file) : '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => { server.closeAllConnections(); server.close(); });
  return `http://127.0.0.1:${server.address().port}/`;
}

/** Serves the package, the example data and the test page. */
export const serve = (t, extra = new Map()) =>
  listen(t, (path) => SERVED.some((folder) => path.startsWith(folder)) ? join(root, path) : null, extra);

/** A browser of the test's own. */
export async function launch(t) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'] });
  t.after(() => browser.close());
  return browser;
}

/** A page of the site; whatever it logs as an error or throws is in `faults`. */
export async function openPage(t, address) {
  const browser = await launch(t);
  const page = await browser.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  await page.goto(new URL('tests/web/site/page.html', address).href);
  return { page, faults };
}
