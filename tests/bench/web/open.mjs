// From a file to the first chart of the viewer, in Chromium, and what memory a page of many rows takes.
//
//     node tests/bench/web/open.mjs [rows] [tries] [score bits]    default 1,000,000 rows, best of 5, bits as the page chooses them; after all builds
//
// The time runs from the moment the page is given the file with its spec (as after a drop and Enter) to the frame after the first
// that shows its slices: looking, reading, counting by worker threads, audit and drawing are in it. On a busy machine the time that the
// page's threads have computed tells more. Memory is the peak of the page's process (VmHWM), less what the empty page had, with the cube
// for thresholds that move.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../web/chromium.mjs';
import { openSite, serveSite } from '../../web/viewer.mjs';

const rows = Number(process.argv[2] ?? 1_000_000);
const tries = Number(process.argv[3] ?? 5);
const bits = process.argv[4];
const spec = { label: 'label', score: 'score', slice: ['sex', 'age', 'region', 'site'], ...(bits ? { score_bits: Number(bits) } : {}) };
const ends = [];
const suite = { after: (end) => ends.unshift(end) };

const folder = mkdtempSync(join(tmpdir(), 'evenhand-bench-'));
suite.after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'rows.csv');
const out = openSync(path, 'w');
execFileSync(join(root, 'build/release/tests/bench_rows'), [String(rows)], { stdio: ['ignore', out, 'inherit'] });
closeSync(out);

/** The process of the page: its peak of memory in bytes, and the seconds it has computed for, on all its threads. */
async function spent(context) {
  const session = await context.browser().newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const all = processInfo.filter((one) => one.type === 'renderer').map(({ id, cpuTime }) =>
    ({ cpu: cpuTime, memory: 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]) }));
  return all.reduce((a, b) => (a.memory > b.memory ? a : b));
}

/** Gives the page the file and waits for the frame that shows it. */
const open = (page) => page.evaluate(async (asked) => {
  const viewer = document.querySelector('evenhand-viewer');
  const file = window.chosen;
  const start = performance.now();
  await viewer.intake.offer(file, { spec: asked, sure: true });
  const shown = () => viewer.view !== null && viewer.view.state.source?.name === file.name;
  while (!shown()) await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return performance.now() - start;
}, spec);

const address = await serveSite(suite);
const times = [];
let memory = 0;
let cpu = Infinity;
for (let i = 0; i < tries; i++) {
  const { page, context } = await openSite(suite, address);
  const empty = await spent(context);
  const input = await page.evaluateHandle(() => {
    const element = document.createElement('input');
    element.type = 'file';
    element.onchange = () => { window.chosen = element.files[0]; };
    return element;
  });
  await input.setInputFiles(path);
  const before = await spent(context);
  times.push(await open(page));
  const after = await spent(context);
  cpu = Math.min(cpu, after.cpu - before.cpu);
  await page.waitForFunction(() => document.querySelector('evenhand-viewer').session.live !== null);
  memory = Math.max(memory, (await spent(context)).memory - empty.memory);
  await context.browser().close();
}
times.sort((a, b) => a - b);
console.log(`${rows} rows, ${(statSync(path).size / 1e6).toFixed(0)} MB: first chart after ${times[0].toFixed(0)} ms (median ${times[times.length >> 1].toFixed(0)}), ${(1000 * cpu).toFixed(0)} ms of computing; ` +
  `peak of the page ${(memory / 1e6).toFixed(0)} MB above the empty one`);
for (const end of ends) await end();
