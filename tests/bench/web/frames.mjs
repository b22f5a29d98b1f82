// How the viewer holds a drag: frames and engine time while the threshold moves, and the time from a dropped CSV to the first chart.
//
//     node tests/bench/web/frames.mjs [rows]      default 10,000,000; after the release and web builds; needs Chromium
//
// The cube is that of bench_rows with 4 columns (64 slices) at --score-bits 11; 4 cards are visible. Frames are timed by
// requestAnimationFrame, the engine's part by cube.at alone. Beside it, in the same run: the native program over the CSV.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../web/chromium.mjs';
import { noViewer, openSite, serveSite } from '../../web/viewer.mjs';

if (noViewer) throw new Error(noViewer);
const rows = Number(process.argv[2] ?? 10_000_000);
const spec = { label: 'label', score: ['score'], slice: ['sex', 'age', 'region', 'site'] };
const options = ['--label', 'label', '--score', 'score', '--slice', 'sex,age,region,site'];
const program = join(root, 'build/release/evenhand');
const folder = mkdtempSync(join(tmpdir(), 'evenhand-frames-'));
const ends = [() => rmSync(folder, { recursive: true, force: true })];
const t = { after: (end) => ends.push(end) };

/** @param {number} n */
function csvOf(n) {
  const file = join(folder, `${n}.csv`);
  const out = openSync(file, 'w');
  spawnSync(join(root, 'build/release/tests/bench_rows'), [String(n)], { stdio: ['ignore', out, 'inherit'] });
  closeSync(out);
  return file;
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

/** Frames of a drag over the whole range, and the engine's own time per move. */
const drag = (page) => page.$eval('evenhand-viewer', async (viewer) => {
  const frames = [];
  const [steps, { live }] = [300, viewer.session];
  const engine = Array.from({ length: 200 }, (_, i) => { const from = performance.now(); live.cube.at(0.0501 + 0.0045 * i); return performance.now() - from; });
  let last = await new Promise(requestAnimationFrame);
  for (let i = 0; i < steps; i++) {
    viewer.act.threshold(0.05 + 0.9 * i / steps);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  viewer.act.commit();
  return { frames, engine };
});

try {
  const csv = csvOf(rows);
  const cube = join(folder, 'rows.ehc');
  execFileSync(program, ['cube', 'build', csv, ...options, '--score-bits', '11', '-o', cube]);
  const address = await serveSite(t, new Map([['made/rows.ehc', readFileSync(cube)], ['made/million.csv', readFileSync(csvOf(1_000_000))]]));
  const { page, context } = await openSite(t, address, { height: 1600 });

  await page.$eval('evenhand-viewer', (viewer) => { viewer.source = 'made/rows.ehc'; });
  await page.getByTestId('slice-row').first().waitFor({ timeout: 60_000 });
  const shown = await page.getByTestId('slice-row').count();
  await drag(page);
  const { frames, engine } = await drag(page);
  frames.sort((a, b) => a - b);
  engine.sort((a, b) => a - b);
  const ms = (x) => `${x.toFixed(2)} ms`;
  console.log(`${rows.toLocaleString('en')} rows as a cube of ${(statSync(cube).size / 1e6).toFixed(1)} MB, ${shown} slices x 4 cards drawn`);
  console.log(`frame         median ${ms(quantile(frames, 0.5))}, 95th percentile ${ms(quantile(frames, 0.95))}, worst ${ms(frames.at(-1))}   (bar 16.7 ms at the 95th)`);
  console.log(`engine a move median ${ms(quantile(engine, 0.5))}, 95th percentile ${ms(quantile(engine, 0.95))}   (bar 2 ms)`);

  await page.evaluate(async () => { window.million = new File([await (await fetch('made/million.csv')).blob()], 'million.csv'); });
  const drop = await page.$eval('evenhand-viewer', async (viewer, given) => {
    const from = performance.now();
    viewer.session.keep('dropped', { rows: window.million, kind: 'table' });
    viewer.store.set({ source: { id: 'dropped', name: 'million.csv', kind: 'table' }, spec: given });
    while (viewer.session.index?.report.slices[0].rows !== 1_000_000) await new Promise(requestAnimationFrame);
    await viewer.updateComplete;
    await new Promise(requestAnimationFrame);
    return performance.now() - from;
  }, spec);
  const from = performance.now();
  execFileSync(program, ['audit', join(folder, '1000000.csv'), ...options, '--json', join(folder, 'out.json')], { stdio: 'ignore' });
  const native = performance.now() - from;
  console.log(`CSV of 1,000,000 rows, drop to first chart ${ms(drop)} (bar 1 s); native whole process ${ms(native)}, ratio ${(drop / native).toFixed(1)}`);

  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  console.log(`script heap ${(metrics.find(({ name }) => name === 'JSHeapUsedSize').value / 1e6).toFixed(0)} MB`);
} finally {
  for (const end of ends.reverse()) await end();
}
