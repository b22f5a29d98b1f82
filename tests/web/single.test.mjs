// The single HTML: the viewer as one file, which opens from the disk without a network and keeps its policy.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { noBrowser, root } from './chromium.mjs';
import { openFile } from './viewer.mjs';

const page = join(root, 'js/viewer/viewer.html');
const skip = noBrowser || (existsSync(page) ? false : 'js/viewer/viewer.html is not built: npm run build -w evenhand-web');

test('the template: one place, hashes that hold, no address, below 1 MB', { skip }, () => {
  const text = readFileSync(page, 'utf8');
  assert.equal(text.split('<!--evenhand:payload-->').length, 2);
  assert.equal(text.split('<!--').length, 2);
  assert.ok(statSync(page).size < 1_000_000);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)[1];
  const sha256 = (content) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  const [script] = [.../<script type="module">([^]*?)<\/script>/.exec(text)].slice(1);
  const [style] = [.../<style>([^]*?)<\/style>/.exec(text)].slice(1);
  assert.ok(policy.startsWith("default-src 'none'; ") && policy.includes("connect-src 'none'"));
  assert.ok(policy.includes(`script-src ${sha256(script)} 'wasm-unsafe-eval';`), policy);
  assert.ok(policy.includes(`style-src ${sha256(style)};`));
  assert.doesNotMatch(text, /(src|href)="(?!data:)/);
});

test('opened from the disk without a network it is the viewer, and asks nobody', { skip }, async (t) => {
  const { page: tab, faults, asked } = await openFile(t, pathToFileURL(page).href);
  await tab.getByTestId('file-input').setInputFiles(join(root, 'examples/data/adult.csv'));
  assert.deepEqual(asked.filter((address) => !address.startsWith('blob:')), [pathToFileURL(page).href]);
  assert.deepEqual(faults, []);
});
