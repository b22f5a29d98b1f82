// Values, intervals and gaps of every slice at a threshold that moves: the numbers of an audit there, as arrays.
//
// Nothing is computed here. The module keeps an audit of one threshold for each way of asking (model, metrics, baseline, level,
// least slice); moving its threshold takes no memory, and a page may do it in every frame.
import { EvenhandError } from './errors.js';
import { fillRequest } from './request.js';

/**
 * @typedef {import('./memory.js').Engine} Engine
 * @typedef {import('./cube.js').RateName} RateName
 */

/**
 * How `at` is to judge.
 * @typedef {object} LiveOptions
 * @property {string} [model] a score column, the first if not given
 * @property {boolean} [intervals] fill `results`
 * @property {import('./request.js').List} [metric] of `results`; all rates if not given
 * @property {string} [baseline] "overall" if not given, "complement" or the name of a slice
 * @property {number} [level] confidence level, .95 if not given
 * @property {number} [min_slice] slices of fewer rows have no gap
 */

/**
 * A metric of every slice; entry s of each array belongs to slices[s]. What does not exist is NaN, and the entry of the array
 * that tells why is the place of the reason in `Live.reasons`, 0 for none.
 * @typedef {object} LiveResult
 * @property {Float64Array} value
 * @property {Float64Array} lower
 * @property {Float64Array} upper
 * @property {Float64Array} bound of a binned cube: how far the value may be from that of exact scores
 * @property {Float64Array} difference to the baseline
 * @property {Float64Array} difference_lower
 * @property {Float64Array} difference_upper
 * @property {Float64Array} ratio
 * @property {Float64Array} ratio_lower
 * @property {Float64Array} ratio_upper
 * @property {Float64Array} p of the test of no gap
 * @property {Uint8Array} reason why there is no value
 * @property {Uint8Array} interval_reason why it has no interval
 * @property {Uint8Array} gap_reason why there is no gap
 * @property {Uint8Array} gap_interval_reason why it has no interval
 * @property {Uint8Array} ratio_reason why there is no ratio
 */

/** Ways of asking that a cube keeps at a time. */
const KEPT_MOST = 8;

const GIVEN = ['metric', 'baseline', 'level', 'min_slice'];

/** @type {WeakMap<Engine, readonly string[]>} */
const reasonNames = new WeakMap();

/**
 * The report's words for reasons, by their numbers.
 * @param {Engine} engine
 */
export function reasonsOf(engine) {
  let names = reasonNames.get(engine);
  if (!names) {
    names = Object.freeze(Array.from({ length: engine.layout.EH_R_COUNT }, (_, r) => engine.cstring(engine.wasm.ehw_reason_name(r))));
    reasonNames.set(engine, names);
  }
  return names;
}

/** One way of asking: an audit in the module, and the request it came from. */
class Moving {
  /**
   * @param {Engine} engine
   * @param {number} cube
   * @param {import('./request.js').Spec} spec
   */
  constructor(engine, cube, spec) {
    this.engine = engine;
    this.request = engine.make((out, err) => engine.wasm.ehw_request_new(out, err));
    try {
      fillRequest(engine, this.request, spec);
      this.handle = engine.make((out, err) => engine.wasm.ehw_moving_new(out, cube, this.request, err));
    } catch (error) {
      engine.wasm.ehw_request_free(this.request);
      throw error;
    }
    this.metrics = this.#names('metric_name_m', 'metric_count');
    this.fields = this.#names('field_name_f', 'field_count');
    this.reasons = this.#names('reason_name_r', 'reason_count');
  }

  /** @param {'metric_count' | 'field_count' | 'reason_count' | 'metric_name_m' | 'field_name_f' | 'reason_name_r' | 'field_fms' | 'reason_rms'} field */
  #word(field) {
    return this.engine.view().getUint32(this.handle + this.engine.layout[`ehw_moving.${field}`], true);
  }

  /**
   * @param {'metric_name_m' | 'field_name_f' | 'reason_name_r'} list
   * @param {'metric_count' | 'field_count' | 'reason_count'} count
   */
  #names(list, count) {
    return this.engine.strs(this.#word(list), this.#word(count));
  }

  /**
   * @param {number} threshold
   * @param {number} n slices
   * @returns {Record<RateName, LiveResult>}
   */
  at(threshold, n) {
    const { engine, metrics, fields, reasons } = this;
    engine.attempt((err) => engine.wasm.ehw_moving_at(this.handle, threshold, err));
    const { buffer } = engine.wasm.memory;
    const values = this.#word('field_fms');
    const codes = this.#word('reason_rms');
    const value = buffer.slice(values, values + 8 * fields.length * metrics.length * n);
    const code = buffer.slice(codes, codes + reasons.length * metrics.length * n);
    /** @type {Record<string, Record<string, Float64Array | Uint8Array>>} */
    const results = {};
    metrics.forEach((metric, m) => {
      /** @type {Record<string, Float64Array | Uint8Array>} */
      const result = {};
      fields.forEach((field, f) => { result[field] = new Float64Array(value, 8 * n * (f * metrics.length + m), n); });
      reasons.forEach((reason, r) => { result[reason] = new Uint8Array(code, n * (r * metrics.length + m), n); });
      results[metric] = result;
    });
    return /** @type {Record<RateName, LiveResult>} */ (/** @type {unknown} */ (results));
  }

  free() {
    this.engine.wasm.ehw_moving_free(this.handle);
    this.engine.wasm.ehw_request_free(this.request);
  }
}

/** The ways a cube was asked, the last ones kept. */
export class Movings {
  /** @type {Map<string, Moving>} */
  #kept = new Map();

  /**
   * @param {Engine} engine
   * @param {number} cube
   * @param {string} model
   * @param {readonly string[]} rates
   * @param {LiveOptions} options
   * @returns {Moving}
   */
  of(engine, cube, model, rates, options) {
    const given = /** @type {Record<string, unknown>} */ (options);
    const spec = { score: [model], threshold: 0, metric: rates, ...Object.fromEntries(GIVEN.filter((key) => given[key] !== undefined)
      .map((key) => [key, given[key]])) };
    const key = JSON.stringify(Object.values(spec));
    const known = this.#kept.get(key) ?? new Moving(engine, cube, /** @type {import('./request.js').Spec} */ (spec));
    this.#kept.delete(key);
    this.#kept.set(key, known); // the last asked is the last to go
    for (const [oldest, moving] of this.#kept) {
      if (this.#kept.size <= KEPT_MOST) break;
      moving.free();
      this.#kept.delete(oldest);
    }
    return known;
  }

  free() {
    for (const moving of this.#kept.values()) moving.free();
    this.#kept.clear();
  }
}

/** @param {unknown} options */
export function checkLive(options) {
  if (options === null || typeof options !== 'object')
    throw new EvenhandError('EH_E_USAGE', 'the options of at are an object, such as {model, intervals: true, baseline}');
  const unknown = Object.keys(options).find((key) => !['model', 'intervals', ...GIVEN].includes(key));
  if (unknown !== undefined)
    throw new EvenhandError('EH_E_USAGE', `at has no option "${unknown}"; there are model, intervals, ${GIVEN.join(', ')}`);
}
