// A cube in JavaScript's hands: built, merged, saved, loaded, asked for its rates at any threshold.
import { EvenhandError } from './errors.js';
import { engine as sharedEngine } from './load.js';
import { Movings, checkLive, reasonsOf } from './moving.js';
import { Watch } from './watch.js';
import { nearestName } from './words.js';

/**
 * @typedef {import('./memory.js').Engine} Engine
 * @typedef {import('./request.js').Spec} Spec
 * @typedef {import('./ingest.js').RowSource} RowSource
 * @typedef {import('./watch.js').Running} Running
 */

/**
 * Every slice at one threshold; entry s of each array belongs to slices[s]. A rate without a denominator is NaN.
 * @typedef {object} Live
 * @property {number} threshold
 * @property {number} edge the threshold that the numbers are of: `threshold`, or the edge below it where it cuts a bin of a
 *   binned cube
 * @property {string} model
 * @property {readonly string[]} slices names, "overall" first
 * @property {Float64Array} rows
 * @property {Record<RateName, Float64Array>} rates
 * @property {Record<RateName, Float64Array>} bounds how far each rate may be from that of exact scores: 0 but at an edge below
 *   the threshold; NaN where that is not known
 * @property {{tp: Float64Array, fp: Float64Array, tn: Float64Array, fn: Float64Array}} counts
 * @property {Record<RateName, import('./moving.js').LiveResult>} [results] with `intervals`: the metrics that were asked for
 * @property {readonly string[]} [reasons] with `intervals`: names of the reasons in `results`; reasons[0] is "", none
 */

/**
 * Distance of two distributions of scores.
 * @typedef {object} Distance
 * @property {number} wasserstein how far scores must move on average to become the other's (Wasserstein-1, earth mover's)
 * @property {number} largest difference first - second of the shares selected at one threshold, the largest there is (Kolmogorov, Smirnov)
 * @property {number} threshold where that is
 */

/**
 * @typedef {'fpr' | 'fnr' | 'tpr' | 'tnr' | 'ppv' | 'npv' | 'fdr' | 'for' | 'selection_rate' | 'accuracy' |
 *   'balanced_accuracy' | 'f1'} RateName
 */

/**
 * Handles of a cube in the module, freed together.
 * @typedef {object} Handles
 * @property {Engine} engine
 * @property {number} cube 0 = freed
 * @property {number} live 0 = not asked for yet
 * @property {Movings} movings
 */

/**
 * Reading rows is most of the package: a page that only moves thresholds of a cube does not load it.
 * @param {Parameters<typeof import('./ingest.js').ingestRows>} asked
 */
const ingest = async (...asked) => (await import('./ingest.js')).ingestRows(...asked);

/** @param {Handles} handles */
function freeHandles(handles) {
  handles.movings.free();
  handles.engine.wasm.ehw_live_free(handles.live);
  handles.engine.wasm.ehw_cube_free(handles.cube);
  handles.live = 0;
  handles.cube = 0;
}

/** Frees what `free` was not called for, some time after the last use. */
const forgotten = new FinalizationRegistry(freeHandles);

/** Counts from which every number of an audit comes. Made by Cube.build, Cube.load or Cube.merge. */
export class Cube {
  /** @type {Handles} */
  #handles;

  /** @type {{models: readonly string[], slices: readonly string[], rates: readonly RateName[]} |
   *   undefined} */
  #names;

  /**
   * @param {Engine} engine
   * @param {number} cube
   * @internal
   */
  constructor(engine, cube) {
    if (typeof cube !== 'number') throw new EvenhandError('EH_E_USAGE', 'make a cube with Cube.build, Cube.load or Cube.merge');
    this.#handles = { engine, cube, live: 0, movings: new Movings() };
    forgotten.register(this, this.#handles, this);
  }

  /**
   * Counts the rows of a source. Several parts of the data make several cubes, and Cube.merge makes the cube of all.
   * @param {RowSource} source
   * @param {Spec} spec
   * @param {Running} [options]
   * @returns {Promise<Cube>}
   */
  static async build(source, spec, options = {}) {
    const watch = new Watch(options);
    const engine = await sharedEngine();
    return new Cube(engine, await ingest(engine, source, spec, watch, false));
  }

  /**
   * @param {RowSource} source all the rows there are
   * @param {Spec} spec
   * @param {Watch} watch
   * @returns {Promise<Cube>}
   * @internal
   */
  static async ofWhole(source, spec, watch) {
    const engine = await sharedEngine();
    return new Cube(engine, await ingest(engine, source, spec, watch, true));
  }

  /**
   * A cube from the bytes of a cube file.
   * @param {Uint8Array | ArrayBuffer} bytes
   * @returns {Promise<Cube>}
   */
  static async load(bytes) {
    const engine = await sharedEngine();
    if (!(bytes instanceof Uint8Array) && !(bytes instanceof ArrayBuffer))
      throw new EvenhandError('EH_E_USAGE', 'Cube.load takes the bytes of a cube file (Uint8Array or ArrayBuffer)');
    return engine.scope((scope) => {
      const copy = scope.bytes(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
      return new Cube(engine, engine.make((out, err) => engine.wasm.ehw_cube_load(out, copy.p, copy.n, err)));
    });
  }

  /**
   * The cube of all rows of all cubes; equal to the cube built from them at once, in whatever order. The parts stay.
   * @param {readonly Cube[]} cubes
   * @returns {Cube}
   */
  static merge(cubes) {
    if (!Array.isArray(cubes) || cubes.length === 0)
      throw new EvenhandError('EH_E_USAGE', 'Cube.merge takes an array of at least one cube');
    const parts = cubes.map((cube) => {
      if (!(cube instanceof Cube)) throw new EvenhandError('EH_E_USAGE', 'Cube.merge takes cubes only');
      return cube.handle();
    });
    const { engine } = /** @type {Cube} */ (cubes[0]).#handles;
    return engine.scope((scope) => {
      const array = scope.take(4 * parts.length);
      const view = engine.view();
      parts.forEach((part, i) => view.setUint32(array + 4 * i, part, true));
      return new Cube(engine, engine.make((out, err) => engine.wasm.ehw_cube_merge(out, array, parts.length, err)));
    });
  }

  /**
   * The cube of the same rows as if it had been built with `score_bits` of 7, 11, 23 or 52: 7 is for sharing. This one stays.
   * @param {number} scoreBits at most those it has
   * @returns {Cube}
   */
  rebin(scoreBits) {
    const { engine } = this.#handles;
    const cube = this.handle();
    return new Cube(engine, engine.make((out, err) => engine.wasm.ehw_cube_rebin(out, cube, scoreBits, err)));
  }

  /** @internal */
  get engine() {
    return this.#handles.engine;
  }

  /**
   * Its handle in the module.
   * @returns {number}
   * @internal
   */
  handle() {
    if (this.#handles.cube === 0) throw new EvenhandError('EH_E_USAGE', 'this cube has been freed');
    return this.#handles.cube;
  }

  /**
   * The bytes of a cube file (.ehc).
   * @returns {Uint8Array}
   */
  save() {
    const { engine } = this.#handles;
    const cube = this.handle();
    return engine.collect((buf, err) => engine.wasm.ehw_cube_save(cube, buf, err), (bytes) => bytes.slice());
  }

  /**
   * Checksum (CRC-32C) of what the cube counts: equal for equal rows and spec, whatever their order, files or machine.
   * @returns {number}
   */
  checksum() {
    const { engine } = this.#handles;
    const cube = this.handle();
    return engine.collect((buf, err) => engine.wasm.ehw_cube_save(cube, buf, err), (bytes) => engine.scope((scope) => {
      const { byteOffset, length } = bytes;
      const out = scope.take(4);
      if (!engine.wasm.ehw_cube_crc(out, byteOffset, length))
        throw new EvenhandError('EH_E_INTERNAL', 'a saved cube is not one');
      return engine.view().getUint32(out, true);
    }));
  }

  /**
   * Rows, counts and rates of every slice at any threshold, without going back to the rows: cheap enough for a slider. With
   * `intervals` also what an audit at that threshold says of each metric: interval, gap to the baseline and p.
   * @param {number} threshold a row is selected when its score is above it
   * @param {import('./moving.js').LiveOptions} [options]
   * @returns {Live}
   */
  at(threshold, options = {}) {
    const { engine, movings } = this.#handles;
    checkLive(options);
    const { model, intervals = false } = options;
    const { layout } = engine;
    if (typeof threshold !== 'number' || !Number.isFinite(threshold))
      throw new EvenhandError('EH_E_USAGE', `a threshold is a finite number, not ${String(threshold)}`);
    const { models, slices, rates } = this.#prepare();
    const index = model === undefined ? 0 : this.#modelIndex(models, model);
    const { live } = this.#handles;
    engine.wasm.ehw_live_at(live, index, threshold);
    const view = engine.view();
    const n = slices.length;
    /**
     * The arrays of n numbers that lie one after the other from where a field points.
     * @param {keyof import('./layout.js').Layout} field
     * @param {number} count
     */
    const arrays = (field, count) => {
      const p = view.getUint32(live + layout[field], true);
      const copy = engine.wasm.memory.buffer.slice(p, p + 8 * n * count);
      return Array.from({ length: count }, (_, i) => new Float64Array(copy, 8 * n * i, n));
    };
    const [rows, tp, fp, tn, fn] = arrays('ehw_live.count_cs', 5);
    const values = arrays('ehw_live.rate_rs', rates.length);
    const far = arrays('ehw_live.bound_rs', rates.length);
    /** @param {Float64Array[]} list */
    const named = (list) => /** @type {Record<RateName, Float64Array>} */ (Object.fromEntries(rates.map((name, r) => [name, list[r]])));
    /** @type {Live} */
    const found = { threshold, edge: view.getFloat64(live + layout['ehw_live.edge'], true), model: models[index], slices, rows,
      rates: named(values), bounds: named(far), counts: { tp, fp, tn, fn } };
    if (intervals) {
      found.results = movings.of(engine, this.handle(), models[index], rates, options).at(threshold, n);
      found.reasons = reasonsOf(engine);
    }
    return found;
  }

  /**
   * The least and the greatest score of each model, in the order of the spec's `score`; NaN where there are no rows.
   * @returns {[number, number][]}
   */
  scores() {
    const { engine } = this.#handles;
    const cube = this.handle();
    return engine.scope((scope) => {
      const out = scope.take(16 * engine.wasm.ehw_cube_scores(0, cube));
      const models = engine.wasm.ehw_cube_scores(out, cube);
      const view = engine.view();
      return Array.from({ length: models }, (_, m) => [view.getFloat64(out + 16 * m, true), view.getFloat64(out + 16 * m + 8, true)]);
    });
  }

  /**
   * How far the scores of two slices lie apart, among rows of each label: what MinDiff trains away. Exact, from every score (of a binned
   * cube, from its bins); null where a slice has no rows of the label.
   * @param {string} first name of a slice of the cube's spec
   * @param {string} second
   * @param {{model?: string}} [options]
   * @returns {{negatives: Distance | null, positives: Distance | null}}
   */
  distance(first, second, { model } = {}) {
    const { engine } = this.#handles;
    const { models, slices } = this.#prepare();
    const places = [first, second].map((name) => slices.indexOf(name));
    const lacking = places.indexOf(-1);
    if (lacking >= 0) throw new EvenhandError('EH_E_SPEC', `the cube has no slice "${[first, second][lacking]}"`);
    const index = model === undefined ? 0 : this.#modelIndex(models, model);
    return engine.scope((scope) => {
      const out = scope.take(64);
      engine.attempt((err) => engine.wasm.ehw_live_distance(out, this.#handles.live, index, places[0], places[1], err));
      const view = engine.view();
      const [negatives, positives] = [0, 32].map((at) => {
        const [reason, wasserstein, largest, threshold] = [0, 8, 16, 24].map((field) => view.getFloat64(out + at + field, true));
        return reason === 0 ? { wasserstein, largest, threshold } : null;
      });
      return { negatives, positives };
    });
  }

  /** Makes what `at` needs, once. */
  #prepare() {
    const { engine } = this.#handles;
    const cube = this.handle();
    if (this.#names) return this.#names;
    const { layout } = engine;
    const live = engine.make((out, err) => engine.wasm.ehw_live_new(out, cube, err));
    this.#handles.live = live;
    const view = engine.view();
    /** @param {keyof import('./layout.js').Layout} field */
    const word = (field) => view.getUint32(live + layout[field], true);
    this.#names = {
      models: engine.strs(word('ehw_live.model_name_m'), word('ehw_live.model_count')),
      slices: Object.freeze(engine.strs(word('ehw_live.slice_name_s'), word('ehw_live.slice_count'))),
      rates: /** @type {RateName[]} */ (engine.strs(word('ehw_live.rate_name_r'), word('ehw_live.rate_count'))),
    };
    return this.#names;
  }

  /**
   * @param {readonly string[]} models
   * @param {string} model
   */
  #modelIndex(models, model) {
    const index = models.indexOf(model);
    if (index >= 0) return index;
    const nearest = this.#handles.engine.scope((scope) => nearestName(scope, [...models], String(model)));
    throw new EvenhandError('EH_E_SPEC', `the cube has no model "${model}"` + (nearest ? `; nearest is "${nearest}"` : ''));
  }

  /** Gives the memory back at once. Without it, it is given back some time after the cube is no longer reachable. */
  free() {
    forgotten.unregister(this);
    this.#names = undefined;
    freeHandles(this.#handles);
  }
}
