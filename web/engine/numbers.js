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

/**
 * What the intervals and gaps of a moving threshold depend on.
 * `closed`: by formulas; a bootstrap waits until the threshold rests.
 * @typedef {{metrics: readonly string[], baseline: string, level: number, min_slice: number, closed: boolean}} Judged
 */

/** Numbers that get their interval in every frame (6 us each); of more, the values move alone and the rest follows at rest. */
const MOST_MOVING = 480;

/** Rows behind a rate: its numerator, and what the denominator adds to it. @type {Record<string, [string[], string[]]>} */
const PARTS = { fpr: [['fp'], ['tn']], tpr: [['tp'], ['fn']], fnr: [['fn'], ['tp']], tnr: [['tn'], ['fp']], ppv: [['tp'], ['fp']], npv: [['tn'], ['fn']],
  fdr: [['fp'], ['tp']], for: [['fn'], ['tn']], selection_rate: [['tp', 'fp'], ['tn', 'fn']], accuracy: [['tp', 'tn'], ['fp', 'fn']] };

/** A cube on this thread: every slice at any threshold, asked for once per threshold and model. */
export class LiveCube {
  /** @type {Map<string, Map<number, Live>>} by way of asking and threshold */
  #asked = new Map();
  /** @type {((error: unknown) => void) | null} */
  #fail;

  /**
   * @param {Cube} cube
   * @param {(error: unknown) => void} fail told when the engine cannot answer; nothing more is asked of it then
   */
  constructor(cube, fail) {
    this.#fail = fail;
    const { slices, rates } = cube.at(0.5);
    this.cube = cube;
    /** @type {Map<string, number>} */
    this.places = new Map(slices.map((name, s) => [name, s]));
    this.rates = new Set(Object.keys(rates));
  }

  /**
   * @param {number} threshold
   * @param {string} model
   * @param {Judged} judged
   * @returns {Live | null}
   */
  at(threshold, model, { metrics, baseline, level, min_slice, closed }) {
    const asked = within(this.#asked, `${model}\0${baseline}\0${metrics.join()}`);
    const known = asked.get(threshold);
    if (known) return known;
    if (asked.size > 16) asked.clear(); // the ones of past frames
    const moving = metrics.filter((metric) => this.rates.has(metric));
    const intervals = closed && moving.length > 0 && moving.length * this.places.size <= MOST_MOVING;
    const live = this.#ask(threshold, intervals ? { model, intervals, metric: moving, baseline, level, min_slice } : { model });
    if (live) asked.set(threshold, live);
    return live;
  }

  /** @param {number} threshold @param {import('evenhand').LiveOptions} options @returns {Live | null} */
  #ask(threshold, options) {
    if (!this.#fail) return null;
    try {
      return this.cube.at(threshold, options);
    } catch (error) {
      const fail = this.#fail;
      this.#fail = null;
      fail(error);
      return null;
    }
  }

  /** The threshold that numbers at a threshold are of. @param {number} threshold @param {string} model */
  edgeOf(threshold, model) {
    for (const asked of this.#asked.values()) {
      const live = asked.get(threshold);
      if (live?.model === model) return live.edge;
    }
    return this.#ask(threshold, { model })?.edge ?? threshold;
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

/** @param {number} x @returns {number | null} */
const known = (x) => Number.isNaN(x) ? null : x;

/**
 * The gap of a slice as a report has it.
 * @param {import('evenhand').LiveResult} result
 * @param {number} s
 * @param {readonly string[]} reasons
 * @param {string} baseline
 * @param {Cell | undefined} last the slice's number at the last audit: its method is the same
 */
function gapOf(result, s, reasons, baseline, last) {
  const ratio = known(result.ratio[s]);
  const upper = result.ratio_upper[s];
  return /** @type {Cell['gap']} */ ({ baseline, reason: reasons[result.gap_reason[s]] || null, interval_reason: reasons[result.gap_interval_reason[s]] || null,
    difference: known(result.difference[s]), difference_lower: known(result.difference_lower[s]), difference_upper: known(result.difference_upper[s]),
    ratio, ratio_reason: reasons[result.ratio_reason[s]] || null, ratio_lower: known(result.ratio_lower[s]), ratio_upper: Number.isFinite(upper) ? upper : null,
    relative: ratio === null ? null : ratio - 1, method: last?.gap?.method ?? null, p: known(result.p[s]), p_adjusted: null });
}

/**
 * The slice's number at any threshold, as an audit there has it; of very many slices the value alone.
 * @param {LiveCube} cube
 * @param {{model: string, slice: string, metric: string, threshold: number}} asked
 * @param {Judged} judged
 * @param {Cell | undefined} last
 * @returns {Cell}
 */
function ofCube(cube, { model, slice, metric, threshold }, judged, last) {
  const s = cube.places.get(slice);
  if (s === undefined) return NOTHING;
  const live = cube.at(threshold, model, judged);
  if (!live) return NOTHING;
  const value = valueAt(live, metric, s);
  if (value === undefined) return NOTHING;
  const result = /** @type {Record<string, import('evenhand').LiveResult> | undefined} */ (live.results)?.[metric];
  const reasons = live.reasons ?? [];
  const cell = { ...NOTHING, value: known(value), reason: result ? reasons[result.reason[s]] || null : Number.isNaN(value) ? 'undefined' : null,
    ...rowsOf(live, metric, s), threshold: live.edge, settled: result !== undefined };
  if (!result) return { ...cell, gap: plainGap(cube, live, metric, s, judged.baseline) };
  return { ...cell, lower: known(result.lower[s]), upper: known(result.upper[s]), method: last?.method ?? null,
    interval_reason: reasons[result.interval_reason[s]] || null, gap: gapOf(result, s, reasons, judged.baseline, last) };
}

/** @param {Live} live @param {string} metric @param {number} s */
function rowsOf(live, metric, s) {
  const parts = PARTS[metric];
  if (!parts) return {};
  const sum = (/** @type {string[]} */ names) => names.reduce((n, name) => n + /** @type {Record<string, Float64Array>} */ (live.counts)[name][s], 0);
  const numerator = sum(parts[0]);
  return { numerator, denominator: numerator + sum(parts[1]) };
}

/**
 * Differences of two values, without intervals.
 * @param {LiveCube} cube
 * @param {Live} live
 * @param {string} metric
 * @param {number} s
 * @param {string} baseline
 */
function plainGap(cube, live, metric, s, baseline) {
  const b = cube.places.get(baseline);
  if (b === undefined) return null;
  const [value, base] = [s, b].map((at) => /** @type {number} */ (valueAt(live, metric, at)));
  const ratio = base === 0 ? null : known(value / base);
  return /** @type {Cell['gap']} */ ({ baseline, reason: s === b ? 'is_baseline' : null, interval_reason: null, difference: known(value - base), difference_lower: null,
    difference_upper: null, ratio, ratio_reason: null, ratio_lower: null, ratio_upper: null, relative: ratio === null ? null : ratio - 1, method: null,
    p: null, p_adjusted: null });
}

/**
 * @param {{index: Index, live: LiveCube | null, model: string, threshold: number, baseline: string, metrics: readonly string[]}} known
 * @returns {import('../state/types.js').View['number']}
 */
export function numberReader({ index, live, model, threshold, baseline, metrics }) {
  const { level, min_slice, threshold: audited, interval } = index.report.spec;
  const judged = { metrics, baseline, level, min_slice, closed: interval === 'default' };
  const read = (/** @type {string} */ slice, /** @type {string} */ metric, /** @type {{model?: string, threshold?: number}} */ at = {}) => {
    const asked = { model: at.model ?? model, slice, metric, threshold: at.threshold ?? threshold };
    const result = index.find(asked.model, slice, metric, asked.threshold);
    if (result && (result.gap === null || result.gap.baseline === baseline)) return ofResult(result);
    if (!live) return NOTHING;
    const last = index.find(asked.model, slice, metric, audited[0]);
    return ofCube(live, asked, judged, last ? ofResult(last) : undefined);
  };
  /** @type {Map<string, Map<string, Cell>>} numbers here and now: axes, cells and tables ask for the same ones */
  const told = new Map();
  return (slice, metric, at) => {
    if (at) return read(slice, metric, at);
    const cells = within(told, slice);
    const known = cells.get(metric) ?? read(slice, metric);
    cells.set(metric, known);
    return known;
  };
}
