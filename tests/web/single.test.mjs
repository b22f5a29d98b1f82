// The single HTML of `evenhand view`, opened from the disk in a browser without a network: it shows the audit of the native program,
// asks nobody for anything, and keeps its policy whatever the file says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { audit } from '../../js/src/index.js';
import { noBrowser, root } from './chromium.mjs';
import { cellsOf, openFile, shoot } from './viewer.mjs';

const page = join(root, 'js/viewer/viewer.html');
const native = join(root, 'build/release/evenhand');
const skip = noBrowser || (existsSync(page) ? false : 'js/viewer/viewer.html is not built: npm run build -w evenhand-web');
const adult = join(root, 'examples/data/adult.csv');
const options = ['--label', 'label', '--score', 'score,score_logistic', '--slice', 'sex,race', '--threshold', '.25,.5'];
const spec = { label: 'label', score: ['score', 'score_logistic'], slice: ['sex', 'race'], threshold: [0.25, 0.5] };

function folderOf(t) {
  const folder = mkdtempSync(join(tmpdir(), 'evenhand-single-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const view = (folder, args, program = [native]) => {
  const out = join(folder, 'audit.html');
  execFileSync(program[0], [...program.slice(1), 'view', ...args, '-o', out]);
  return out;
};

/** Numbers that a page shows at a threshold are those of a report. */
function assertShown(shown, report, threshold) {
  const wanted = new Map(report.results.filter((r) => r.model === 'score' && [null, threshold].includes(r.threshold))
    .map((r) => [`${r.slice} ${r.metric}`, r.value === null ? '' : String(r.value)]));
  assert.ok(Object.keys(shown).length >= 16, Object.keys(shown).join());
  for (const [name, value] of Object.entries(shown)) assert.equal(value, wanted.get(name), name);
}

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

test('the native program and Node write the same page', { skip }, (t) => {
  const folder = folderOf(t);
  const one = readFileSync(view(folder, [adult, ...options, '--baseline', 'sex=Male']));
  const two = readFileSync(view(folder, [adult, ...options, '--baseline', 'sex=Male'], ['node', join(root, 'js/bin/evenhand.js')]));
  assert.ok(one.equals(two));
});

test('opened from the disk without a network', { skip }, async (t) => {
  const folder = folderOf(t);
  const file = view(folder, [adult, ...options]);
  const { page: tab, faults, asked } = await openFile(t, pathToFileURL(file).href);
  await tab.getByTestId('slice-row').first().waitFor();
  const report = await audit(adult, spec);

  await t.test('shows the numbers of the audit', async () => assertShown(await cellsOf(tab), report, 0.5));
  await t.test('answers at a threshold that was asked for', async () => {
    await tab.getByTestId('threshold-input').fill('0.25');
    await tab.getByTestId('threshold-input').press('Enter');
    await tab.waitForTimeout(400);
    assertShown(await cellsOf(tab), report, 0.25);
  });
  await t.test('keeps its state in the address, and goes back', async () => {
    assert.match(tab.url(), /#s=/);
    await tab.goBack();
    await tab.waitForTimeout(300);
    assertShown(await cellsOf(tab), report, 0.5);
  });
  await shoot(tab, 'single');
  await t.test('asked for nothing but itself', () => {
    assert.deepEqual(asked.filter((address) => !address.startsWith('blob:')), [pathToFileURL(file).href]);
    assert.deepEqual(faults, []);
  });
});

test('a page with a report, and names that try to be markup', { skip }, async (t) => {
  const folder = folderOf(t);
  const hostile = ['</script><script>window.hit=1</script>', '<!--<script>', '<img src=x onerror=window.hit=1>', "' onmouseover=window.hit=1"];
  const rows = hostile.flatMap((name) => [0, 1, 0, 1].map((y, i) => `${y},${0.2 + 0.2 * i},"${name.replaceAll('"', '""')}"`));
  const csv = join(folder, 'rows.csv');
  writeFileSync(csv, ['y,p,who', ...rows, ''].join('\n'));
  const json = join(folder, 'r.json');
  execFileSync(native, ['audit', csv, '--label', 'y', '--score', 'p', '--slice', 'who', '--json', json]);
  for (const args of [[json], [csv, '--label', 'y', '--score', 'p', '--slice', 'who']]) {
    const { page: tab, faults } = await openFile(t, pathToFileURL(view(folder, args)).href);
    await tab.getByTestId('slice-row').first().waitFor();
    const shown = await cellsOf(tab);
    for (const name of hostile) assert.ok(Object.keys(shown).some((key) => key.startsWith(`who=${name} `)), `${name} in ${Object.keys(shown)}`);
    assert.equal(await tab.evaluate('window.hit'), undefined);
    assert.deepEqual(faults, []);
  }
});
