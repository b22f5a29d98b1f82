// The engine of the site in two files: what opening a table calls comes with the first load, the rest when it is first needed.
// Called by build.mjs.
//
// Which functions those are is not listed but seen: the module is run once over a small table and the example, with every function
// counted, and is parted by that. Both halves are one program: a call to the other half goes through a place of the table, which
// js/src/load.js fills. So it does not matter for any number where a function lies, only when its bytes are fetched.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cube, init } from '../../js/src/index.js';
import { engine } from '../../js/src/load.js';
import { EXAMPLE } from '../data/example.js';
import { LiveCube } from '../engine/numbers.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const linked = here('../../build/wasm/evenhand.linked.wasm');
const features = ['--enable-simd', '--enable-mutable-globals'];

/** Rows of columns of many kinds, with what real files have: quotes, gaps, identifiers, dates, bad cells. */
function mixed(separator, end) {
  const cells = (i) => [i % 3 ? 'no' : '"yes"', i % 11 ? (i % 97) / 97 - (i % 5 ? 0 : 1) : i % 2 ? '' : 'x', (i * i) % 9 / 10, i % 2, `"${'ab"'[i % 3]}"" ${i % 4}"`.replace('"""', '"'),
    i % 7 ? i : 'NA', `id-${i}`, `2024-01-${10 + i % 20}`, i % 2 ? 'true' : 'false', '\u00e9', ` ${i % 3}`, 1 + i % 4];
  const rows = Array.from({ length: 400 }, (_, i) => cells(i).join(separator) + end);
  return Buffer.from(`outcome${separator}"risk"${separator}p${separator}y${separator}g${separator}age${separator}id${separator}date${separator}flag${separator}${separator}m${separator}weight${end}${rows.join('')}${end}`);
}

/** Tables as people have them: each is opened as the viewer does it. */
const tables = () => [
  [readFileSync(here('../../examples/data/adult.csv')), EXAMPLE],
  [mixed(';', '\r\n'), { label: 'outcome', positive: 'yes', score: ['risk'], slice: ['g', 'flag'], bucket: ['age:25,45'], delimiter: ';' }],
  [mixed(',', '\n'), { label: 'y', score: ['p'], slice: ['g', 'm'], bucket: ['age:q4'], cross: ['g*m'] }],
  [Buffer.from('a\tb\tc\n1\t0.5\ta\n0\t.25\tb\n1\t1\ta\n'), { label: 'a', score: ['b'], slice: ['c'], delimiter: '\t' }],
];

/** The viewer's worker, in this process: calls by name, as the page asks them (engine/client.js). */
async function startWorker() {
  const pending = new Map();
  globalThis.self = { postMessage({ id, progress, result, error }) {
    if (error) pending.get(id)?.reject(new Error(error.message));
    else if (!progress) pending.get(id)?.resolve(result);
  } };
  await import('../engine/worker.js');
  let next = 0;
  return (call, asked) => new Promise((resolve, reject) => {
    pending.set(next, { resolve, reject });
    self.onmessage({ data: { id: next++, call, asked } });
  });
}

/** A threshold in the hand, as the page's own thread answers it: every metric, each kind of baseline, intervals in every frame. */
async function move(bytes, models) {
  const live = new LiveCube(await Cube.load(bytes), (error) => { throw error; });
  const slices = [...live.places.keys()];
  for (const model of models)
    for (const baseline of ['overall', 'complement', slices[1]])
      for (const threshold of [-1, 0, 0.31, 0.5, 0.71, 2])
        live.at(threshold, model, { metrics: [...live.rates], baseline, level: 0.95, min_slice: threshold === 0 ? 50 : 0, closed: true });
  live.free();
}

/** From a file to the first chart and beyond it to a threshold that moves, as the page goes; on the way, columns that will not do. */
async function open(ask, [bytes, spec], id) {
  const rows = new File([bytes], 'table.csv');
  await ask('look', { rows, spec });
  for (const wrong of [{ label: 'none' }, { score: spec.slice }, { slice: ['none'] }, { label: spec.slice[0] }])
    await ask('check', { rows, name: rows.name, spec: { ...spec, ...wrong } }).catch(() => {});
  await ask('check', { rows, name: rows.name, spec });
  await ask('open', { id, rows, kind: 'table', spec });
  const { slices } = await ask('audit', { id, spec: { ...spec, threshold: [0.5], baseline: 'overall', metric: ['selection_rate', 'fpr', 'fnr', 'accuracy'] }, patch: {} });
  for (const baseline of ['overall', 'complement', slices[1].name, slices[slices.length - 1].name])
    await ask('audit', { id, spec: { ...spec, threshold: [0.3, 0.5], baseline }, patch: {} });
  await ask('audit', { id, spec: { ...spec, threshold: [0.5], baseline: 'overall' }, patch: { cross: [[...spec.slice, spec.slice[0]].slice(0, 2).join('*')] } }).catch(() => {});
  const { cube } = await ask('cube', { id });
  await move(cube, spec.score);
}

/** Which functions of a module that counts them were called, in the form of binaryen. */
async function profileOf(counting) {
  await init(readFileSync(counting));
  const ask = await startWorker();
  for (const [i, table] of tables().entries()) await open(ask, table, String(i));
  const { wasm } = await engine();
  const size = wasm.__write_profile(0, 0);
  const profile = wasm.ehw_malloc(size);
  wasm.__write_profile(profile, size);
  return Buffer.from(wasm.memory.buffer, profile, size);
}

/** Writes `first.wasm` and `rest.wasm` to a folder. */
export async function makeHalves(folder) {
  const work = mkdtempSync(join(tmpdir(), 'evenhand-halves-'));
  const run = (program, ...given) => execFileSync(program, [...features, ...given], { cwd: work, stdio: 'pipe' });
  try {
    run('wasm-opt', linked, '-o', 'plain.wasm'); // all see the functions in one order
    run('wasm-split', '--instrument', 'plain.wasm', '-o', 'counting.wasm');
    writeFileSync(join(work, 'called'), await profileOf(join(work, 'counting.wasm')));
    run('wasm-split', '--split', 'plain.wasm', '--profile=called', '-o1', 'first.wasm', '-o2', 'rest.wasm', '--import-namespace=first',
      '--placeholder-namespace=rest', '--export-prefix=_');
    mkdirSync(folder, { recursive: true });
    for (const half of ['first', 'rest'])
      run('wasm-opt', '-Oz', '--converge', '--low-memory-unused', ...(half === 'first' ? ['--zero-filled-memory'] : []), `${half}.wasm`, '-o', join(folder, `${half}.wasm`));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
