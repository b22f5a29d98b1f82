// One number of one slice, wherever it is known: in the audit at the settled threshold, with its interval and gap, or else from
// the cube at the threshold of this moment. Both are the engine's; nothing is calculated here but a difference and a ratio.

/**
 * @typedef {import('../state/types.js').Report} Report
 * @typedef {import('../state/types.js').ReportResult} ReportResult
 * @typedef {import('../state/types.js').Cell} Cell
 * @typedef {import('evenhand').Cube} Cube
 * @typedef {import('evenhand').Live} Live
 */

/** The results of a report by model, threshold, slice and metric; asked for hundreds of times in a frame, so without making keys. */
export class Index {
  /** @type {Map<string, Map<number | null, Map<string, Map<string, ReportResult>>>>} */
  #results = new Map();
  /** @type {Set<string>} metrics that have no threshold */
  #fixed = new Set();

  /** @param {Report} report */
  constructor(report) {
    this.report = report;
    this.thresholds = report.spec.threshold;
    for (const result of report.results) {
      within(within(within(this.#results, result.model), result.threshold), result.slice).set(result.metric, result);
      if (result.threshold === null) this.#fixed.add(result.metric);
    }
  }

  /**
   * @param {string} model
   * @param {string} slice
   * @param {string} metric
   * @param {number} threshold
   */
  find(model, slice, metric, threshold) {
    return this.#results.get(model)?.get(this.#fixed.has(metric) ? null : threshold)?.get(slice)?.get(metric);
  }
}

/**
 * The map at a key, made where there is none.
 * @template K, V
 * @param {Map<K, V>} map
 * @param {K} key
 * @returns {V}
 */
function within(map, key) {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = /** @type {V} */ (new Map());
  map.set(key, made);
  return made;
}

/** A cube on this thread: every slice at any threshold, asked for once per threshold and model. */
export class LiveCube {
  /** @type {Map<string, Map<number, Live>>} by model and threshold */
  #asked = new Map();

  /** @param {Cube} cube */
  constructor(cube) {
    this.cube = cube;
    /** @type {Map<string, number>} */
    this.places = new Map(cube.at(0.5).slices.map((name, s) => [name, s]));
  }

  /**
   * @param {number} threshold
   * @param {string} model
   * @returns {Live}
   */
  at(threshold, model) {
    const asked = within(this.#asked, model);
    const known = asked.get(threshold);
    if (known) return known;
    if (asked.size > 16) asked.clear(); // the ones of past frames
    const live = this.cube.at(threshold, { model });
    asked.set(threshold, live);
    return live;
  }

  free() {
    this.cube.free();
  }
}

/** @type {Cell} */
const NOTHING = Object.freeze({ value: null, reason: 'unknown', lower: null, upper: null, method: null, interval_reason: null,
  numerator: null, denominator: null, gap: null, threshold: null, settled: true });

/** @param {ReportResult} result @returns {Cell} */
const ofResult = (result) => ({ ...result, settled: true });

/**
 * @param {Live} live
 * @param {string} metric
 * @param {number} s
 */
function valueAt(live, metric, s) {
  const rates = /** @type {Record<string, Float64Array>} */ (live.rates);
  const counts = /** @type {Record<string, Float64Array>} */ (live.counts);
  return (rates[metric] ?? counts[metric])?.[s];
}

/**
 * The slice's number between two audits: its value and its gap to the baseline, no intervals.
 * @param {LiveCube} cube
 * @param {{model: string, slice: string, metric: string, threshold: number, baseline: string}} asked
 * @returns {Cell}
 */
function ofCube(cube, { model, slice, metric, threshold, baseline }) {
  const s = cube.places.get(slice);
  if (s === undefined) return NOTHING;
  const live = cube.at(threshold, model);
  const value = valueAt(live, metric, s);
  if (value === undefined) return NOTHING;
  const b = cube.places.get(baseline);
  const base = b === undefined ? NaN : /** @type {number} */ (valueAt(live, metric, b));
  const difference = value - base;
  const self = slice === baseline;
  const gap = Number.isNaN(difference) ? null : /** @type {Cell['gap']} */ ({ baseline, reason: self ? 'is_baseline' : null, interval_reason: null, difference,
    difference_lower: null, difference_upper: null, ratio: base === 0 ? null : value / base, ratio_reason: null, ratio_lower: null,
    ratio_upper: null, relative: base === 0 ? null : value / base - 1, method: null, p: null, p_adjusted: null });
  return { ...NOTHING, value: Number.isNaN(value) ? null : value, reason: Number.isNaN(value) ? 'undefined' : null, gap, threshold,
    settled: false };
}

/**
 * @param {{index: Index, live: LiveCube | null, model: string, threshold: number, baseline: string}} known
 * @returns {import('../state/types.js').View['number']}
 */
export function numberReader({ index, live, model, threshold, baseline }) {
  return (slice, metric, at = {}) => {
    const asked = { model: at.model ?? model, slice, metric, threshold: at.threshold ?? threshold, baseline };
    const result = index.find(asked.model, slice, metric, asked.threshold);
    if (result && (result.gap === null || result.gap.baseline === baseline)) return ofResult(result);
    return live ? ofCube(live, asked) : NOTHING;
  };
}
