// Counting on several threads: each gets a share of the rows and builds a cube of it, and the merged cube is, byte for byte,
// the cube of all rows.
//
// Whatever goes wrong in a share (a label that is not binary, no usable row, a thread that cannot start) is left to one
// reader of everything, whose words then count: so errors and results are those of one thread too.
import { Coded } from './coded.js';
import { compiledModule } from './load.js';
import { makeRequest } from './request.js';
import { tableOf, wantedNames } from './table.js';

/**
 * @typedef {import('./memory.js').Engine} Engine
 * @typedef {import('./table.js').Table} Table
 * @typedef {import('./table.js').Cell} Cell
 * @typedef {import('./watch.js').Watch} Watch
 */

/**
 * A share of the rows on its way to a thread.
 * @typedef {object} Share
 * @property {WebAssembly.Module | import('./load.js').Halves} module
 * @property {import('./request.js').Spec} spec
 * @property {boolean} once whether the cube is for the audit of this spec alone
 * @property {number} rows
 * @property {number} first
 * @property {boolean} tells whether progress is wanted
 * @property {Record<string, {typed: import('./table.js').Column} | {texts: string[], codes: import('./coded.js').Codes}>} columns
 */

/** A thread is not worth its start for fewer rows. */
const ROWS_EACH = 32768;

/** @param {Share} share */
function buffersOf(share) {
  return Object.values(share.columns).map((column) =>
    /** @type {ArrayBuffer} */ (('typed' in column ? /** @type {Uint8Array} */ (column.typed) : column.codes).buffer));
}

/**
 * Cells in a form that moves to another thread for nothing: numbers as f64, with NaN for missing; else each text once.
 * Numbers among texts are refused here, since the module spells them.
 * @param {readonly Cell[]} cells
 */
function encode(cells) {
  const n = cells.length;
  const typed = new Float64Array(n);
  let numbers = 0;
  for (; numbers < n; numbers++) {
    const cell = cells[numbers];
    if (typeof cell !== 'number' && cell !== null && cell !== undefined) break;
    typed[numbers] = cell ?? NaN;
  }
  if (numbers === n) return { typed };
  /** @type {Map<string, number>} */
  const seen = new Map();
  const codes = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const cell = cells[i];
    if (cell === null || cell === undefined || cell !== cell) {
      codes[i] = Coded.MISSING;
      continue;
    }
    const text = String(cell);
    if ((typeof cell !== 'string' && typeof cell !== 'boolean' && typeof cell !== 'bigint') || text.includes('\0'))
      throw new TypeError('no text, or numbers among texts, which the module spells');
    const code = seen.get(text) ?? seen.size;
    if (code === seen.size) seen.set(text, code);
    codes[i] = code;
  }
  return { texts: [...seen.keys()], codes };
}

/**
 * @param {Table} table
 * @param {string} name
 * @param {number} from
 * @param {number} to
 */
function cut(table, name, from, to) {
  const cells = table.cells(name, from, to);
  if (cells instanceof Coded) return { texts: [...cells.texts], codes: cells.codes.slice() };
  if (ArrayBuffer.isView(cells) && !(cells instanceof BigInt64Array) && !(cells instanceof BigUint64Array))
    return { typed: /** @type {Float64Array} */ (cells).slice() };
  return encode(Array.isArray(cells) ? cells : Array.from(/** @type {ArrayLike<Cell>} */ (cells)));
}

/**
 * A thread of worker.js, and how to end it.
 * @param {(answer: any) => void} handle
 * @param {(error: unknown) => void} fail
 * @returns {Promise<{send: (message: object, moved: ArrayBuffer[]) => void, end: () => void}>}
 */
export async function startThread(handle, fail) {
  if (typeof Worker === 'function') {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => handle(data);
    worker.onerror = fail;
    return { send: (message, moved) => worker.postMessage(message, moved), end: () => worker.terminate() };
  }
  const threads = await import(/* @vite-ignore */ /* webpackIgnore: true */ 'node:worker_threads');
  const url = new URL('./worker.js', import.meta.url);
  const worker = new threads.Worker(url, { execArgv: [] });
  worker.on('message', handle).on('error', fail).on('exit', () => fail(new Error('the thread ended')));
  return { send: (message, moved) => worker.postMessage(message, moved), end: () => { void worker.terminate(); } };
}

/**
 * The bytes of the cube of a share, counted on a thread of its own.
 * @param {() => Share} make
 * @param {Watch} watch
 * @returns {Promise<Uint8Array>}
 */
async function countElsewhere(make, watch) {
  let end = () => {};
  try {
    const counted = new Promise((resolve, reject) => {
      startThread((answer) => {
        if (answer.cube) resolve(answer.cube);
        else if (answer.rows === undefined) reject(new Error('the share cannot be counted alone'));
        else Promise.resolve().then(() => watch.advance(answer.rows)).catch(reject);
      }, reject).then((thread) => {
        ({ end } = thread);
        const share = make();
        thread.send(share, buffersOf(share));
      }).catch(reject);
    });
    return await watch.until(counted);
  } finally {
    end();
  }
}

/**
 * Whether any row of a cube is positive.
 * @param {Engine} engine
 * @param {number} cube
 */
function hasPositive(engine, cube) {
  const { wasm, layout } = engine;
  return engine.scope((scope) => {
    const live = scope.handle((out, err) => wasm.ehw_live_new(out, cube, err), (p) => wasm.ehw_live_free(p));
    wasm.ehw_live_at(live, 0, 0);
    const view = engine.view();
    const slices = view.getUint32(live + layout['ehw_live.slice_count'], true);
    const counts = view.getUint32(live + layout['ehw_live.count_cs'], true);
    const [tp, fn] = [1, 4].map((row) => view.getFloat64(counts + 8 * slices * row, true));
    return tp + fn > 0;
  });
}

/**
 * @param {Engine} engine
 * @param {Uint8Array[]} saved
 * @param {boolean} check
 * @returns {number} 0 = to be counted at once
 */
function merge(engine, saved, check) {
  const { wasm } = engine;
  return engine.scope((scope) => {
    const parts = saved.map((bytes) => engine.scope((inner) => {
      const copy = inner.bytes(bytes);
      return scope.handle((out, err) => wasm.ehw_cube_load(out, copy.p, copy.n, err), (p) => wasm.ehw_cube_free(p));
    }));
    const array = scope.take(4 * parts.length);
    const view = engine.view();
    parts.forEach((part, i) => view.setUint32(array + 4 * i, part, true));
    const cube = engine.make((out, err) => wasm.ehw_cube_merge(out, array, parts.length, err));
    try {
      if (check && !hasPositive(engine, cube)) {
        wasm.ehw_cube_free(cube);
        return 0;
      }
      const name = scope.text('input');
      engine.attempt((err) => wasm.ehw_cube_name(cube, name.p, name.n, err));
    } catch (error) {
      wasm.ehw_cube_free(cube);
      throw error;
    }
    return cube;
  });
}

/**
 * Columns that the spec asks for.
 * @param {Engine} engine
 * @param {import('./request.js').Spec} spec
 */
function wanted(engine, spec) {
  return engine.scope((scope) => {
    const request = makeRequest(scope, spec);
    const ingest = scope.handle((out, err) => engine.wasm.ehw_ingest_new(out, request, 0, 0, 0, 0, 0, 0, err),
      (p) => engine.wasm.ehw_ingest_free(p));
    if (engine.wasm.ehw_ingest_surveys(ingest)) throw new Error('quantiles are of all rows, not of a share');
    return wantedNames(scope, ingest);
  });
}

/**
 * @param {Engine} engine
 * @param {import('./table.js').Columns} source
 * @param {import('./request.js').Spec} spec
 * @param {Watch} watch
 * @param {boolean} check
 * @param {boolean} once
 */
async function countInParts(engine, source, spec, watch, check, once) {
  const module = compiledModule();
  const names = wanted(engine, spec);
  const table = tableOf(source, names);
  const k = Math.min(watch.workers, Math.floor(table.rows / ROWS_EACH));
  if (!module || k < 2 || names.some((name) => !table.has(name))) return 0;
  watch.begin('rows', table.rows);
  const bound = (/** @type {number} */ i) => Math.floor((table.rows * i) / k);
  const counting = Array.from({ length: k }, (_, i) => countElsewhere(() => ({
    module, spec, once, rows: bound(i + 1) - bound(i), first: table.first + bound(i), tells: watch.onProgress !== undefined,
    columns: Object.fromEntries(names.map((name) => [name, cut(table, name, bound(i), bound(i + 1))])),
  }), watch));
  const settled = await Promise.allSettled(counting);
  watch.check();
  const saved = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return saved.length === k ? merge(engine, saved, check) : 0;
}

/**
 * The handle of the cube of columns or rows in memory; 0 where one thread has to count them, for whatever reason.
 * @param {Engine} engine
 * @param {import('./ingest.js').RowSource} source
 * @param {import('./request.js').Spec} spec
 * @param {Watch} watch
 * @param {boolean} check whether a positive label must occur
 * @param {boolean} once whether the cube is for the audit of this spec alone
 * @returns {Promise<number>}
 */
export async function ingestParts(engine, source, spec, watch, check, once) {
  try {
    return await countInParts(engine, /** @type {import('./table.js').Columns} */ (source), spec, watch, check, once);
  } catch (error) {
    watch.check();
    return 0;
  }
}
