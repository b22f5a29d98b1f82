// The thread that reads: opens files, counts them into cubes and audits cubes, so that the page never waits. It keeps each source
// and the last cube of it; the rows themselves are gone once they are counted. Called by client.js.
import { audit, Cube, EvenhandError, init, look } from 'evenhand';
import { headOf } from './head.js';
import { countingSpec, judgesOnly, judgingSpec } from './specs.js';

/**
 * @typedef {import('evenhand').Spec} Spec
 * @typedef {File | Blob | Uint8Array | Record<string, unknown>} Rows
 * @typedef {object} Opened
 * @property {Rows} rows
 * @property {'table' | 'cube'} kind
 * @property {string} key of the cube that is kept
 * @property {Spec} spec of that cube
 * @property {Cube | null} cube
 */

/** Sources whose cubes are kept: the two that are compared, and the one before. */
const KEPT = 3;

/** @type {Map<string, Opened>} */
const opened = new Map();

/** @type {Map<number, AbortController>} */
const running = new Map();

/** @param {Rows} rows */
const sizeOf = (rows) => rows instanceof Blob ? rows.size : rows instanceof Uint8Array ? rows.length : 0;

/** The rows are there to be counted again, where they are rows. @param {Opened} source */
function forget(source) {
  if (source.kind === 'cube') return;
  source.cube?.free();
  Object.assign(source, { cube: null, key: '' });
}

/** @param {string} id */
function sourceOf(id) {
  const source = opened.get(id);
  if (!source) throw new EvenhandError('EH_E_USAGE', 'the source is not open');
  return source;
}

/**
 * The cube of a source under a spec: the one that is kept, or a new one in its place. This thread counts alone: each further one takes its
 * own memory (2.9 M rows: 254 MB become 312), and for cubes of single scores more computing than it spares (1 M rows: .45 s become 1.17 in all).
 * @param {Opened} source
 * @param {Spec} spec
 * @param {import('evenhand').Running} run
 * @returns {Promise<Cube>}
 */
async function cubeOf(source, spec, run) {
  if (source.kind === 'cube' && source.cube) return source.cube;
  const counting = countingSpec(spec, sizeOf(source.rows));
  const key = JSON.stringify(counting);
  if (source.cube && source.key === key) return source.cube;
  const cube = await Cube.build(/** @type {File} */ (source.rows), counting, { ...run, workers: 1 });
  source.cube?.free();
  Object.assign(source, { cube, key });
  return cube;
}

/** What the client can ask for, by name. */
const calls = {
  /** @param {{module: import('./module.js').Compiled}} asked */
  async init({ module }) {
    await init(module);
  },

  /**
   * What the columns of a table hold, as far as its head tells.
   * @param {{rows: Rows, spec: Spec}} asked
   * @param {import('evenhand').Running} run
   */
  async look({ rows, spec: { missing, names, delimiter } }, { signal }) {
    return look(/** @type {File} */ (rows), { missing, names, delimiter }, { signal });
  },

  /**
   * Tries a spec on the first rows: what the engine would refuse, it refuses here. Null where there is no head to try it on.
   * @param {{rows: Rows, name: string, spec: Spec}} asked
   * @param {import('evenhand').Running} run
   */
  async check({ rows, name, spec }, { signal }) {
    const head = rows instanceof Blob ? await headOf(rows, name) : null;
    if (!head) return null;
    const counting = { ...countingSpec(spec, 0), no_hash: true };
    const judging = { metric: ['selection_rate'], interval: /** @type {const} */ ('none') };
    if (head.whole) return (await audit(head.rows, { ...counting, ...judging }, { signal })).input;
    const cube = await Cube.build(head.rows, counting, { signal });
    try {
      return (await audit(cube, judging)).input;
    } finally {
      cube.free();
    }
  },

  /**
   * Keeps a source and counts it; tells what the scores of each model run over.
   * @param {{id: string, rows: Rows, kind: 'table' | 'cube', spec: Spec}} asked
   * @param {import('evenhand').Running} run
   */
  async open({ id, rows, kind, spec }, run) {
    const source = opened.get(id) ?? { rows, kind, key: '', spec, cube: null };
    if (kind === 'cube' && !source.cube)
      source.cube = await Cube.load(rows instanceof Blob ? await rows.arrayBuffer() : /** @type {Uint8Array} */ (rows));
    const cube = await cubeOf(source, spec, run);
    source.spec = spec;
    opened.delete(id); // the last one that was opened stands last
    opened.set(id, source);
    for (const other of [...opened.values()].slice(0, -KEPT)) forget(other);
    return { scores: cube.scores() };
  },

  /**
   * The cube of a source that is open, as the bytes of a cube file.
   * @param {{id: string}} asked
   * @param {import('evenhand').Running} run
   */
  async cube({ id }, run) {
    const source = sourceOf(id);
    return { cube: (await cubeOf(source, source.spec, run)).save() };
  },

  /**
   * An audit of a source that is open, the spec changed by a patch. What the cube cannot answer is counted anew, beside it; `head`: from
   * the first rows of a large file.
   * @param {{id: string, spec: Spec, patch: Spec, head?: boolean}} asked
   * @param {import('evenhand').Running} run
   */
  async audit({ id, spec, patch, head = false }, run) {
    const source = sourceOf(id);
    if (judgesOnly(patch)) return audit(await cubeOf(source, spec, run), { ...judgingSpec(spec, source.kind), ...patch });
    if (source.kind === 'cube') throw new EvenhandError('EH_E_SPEC', 'a cube has no rows any more: open the table to cut groups anew');
    const changed = { ...spec, ...patch };
    const first = head && source.rows instanceof Blob ? await headOf(source.rows, source.rows instanceof File ? source.rows.name : '') : null;
    const cube = await Cube.build(first?.rows ?? /** @type {File} */ (source.rows), countingSpec(changed, sizeOf(source.rows)), run);
    try {
      return await audit(cube, judgingSpec(changed, 'table'));
    } finally {
      cube.free();
    }
  },

  /**
   * How far the scores of two slices lie apart; null where the cube does not count one of them.
   * @param {{id: string, spec: Spec, model: string, first: string, second: string}} asked
   * @param {import('evenhand').Running} run
   */
  async distance({ id, spec, model, first, second }, run) {
    const cube = await cubeOf(sourceOf(id), spec, run);
    try {
      return cube.distance(first, second, { model });
    } catch (error) {
      if (/** @type {EvenhandError} */ (error).code === 'EH_E_SPEC') return null;
      throw error;
    }
  },

  /** @param {{id: string}} asked */
  async close({ id }) {
    opened.get(id)?.cube?.free();
    opened.delete(id);
  },
};

/** @param {unknown} error what a message can carry of it */
function plain(error) {
  const { name, message, code, detail } = /** @type {EvenhandError} */ (error);
  return { name, message, code, detail };
}

self.onmessage = async ({ data: { id, call, asked, cancel } }) => {
  if (cancel) return running.get(id)?.abort();
  const control = new AbortController();
  running.set(id, control);
  try {
    const onProgress = (/** @type {unknown} */ progress) => self.postMessage({ id, progress });
    const result = /** @type {any} */ (await calls[/** @type {keyof typeof calls} */ (call)](asked, { signal: control.signal, onProgress }));
    const { cube } = result ?? {};
    self.postMessage({ id, result }, { transfer: cube instanceof Uint8Array ? [/** @type {ArrayBuffer} */ (cube.buffer)] : [] });
  } catch (error) {
    self.postMessage({ id, error: plain(error) });
  } finally {
    running.delete(id);
  }
};
