// What changed for whom: a slice's metric before and after, the difference with an interval, and what may be said of it. Two score
// columns of one table are compared on the same rows (the report's `comparisons`, Tango); two files as independent rows (rateGap).
import { rateGap } from 'evenhand';
import { onPage } from '../../engine/here.js';
import { readingOf } from '../../charts/format.js';

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {import('../../state/types.js').ReportResult} ReportResult
 * @typedef {'worse' | 'better' | 'changed' | 'unclear'} Verdict
 * @typedef {object} Pair
 * @property {string} key
 * @property {'models' | 'files'} kind
 * @property {string} before
 * @property {string} after
 */

/**
 * @typedef {object} Change
 * @property {string} slice
 * @property {number} rows
 * @property {number | null} before
 * @property {number | null} after
 * @property {number | null} difference
 * @property {number | null} lower
 * @property {number | null} upper
 * @property {number | null} p
 * @property {string | null} reason why there is no difference, or no interval
 * @property {Verdict} verdict
 */

/**
 * What can be compared, a second file first.
 * @param {View} view
 * @returns {Pair[]}
 */
export function pairsOf({ state, second, models }) {
  /** @type {Pair[]} */
  const pairs = second && state.source && state.other ? [{ key: 'files', kind: 'files', before: state.source.name, after: state.other.name }] : [];
  return [...pairs, ...models.slice(1).map((after) => ({ key: `model ${after}`, kind: /** @type {const} */ ('models'), before: models[0], after }))];
}

/**
 * @param {string} metric
 * @param {number | null} lower
 * @param {number | null} upper
 * @returns {Verdict}
 */
export function verdictOf(metric, lower, upper) {
  if (lower === null || upper === null || (lower <= 0 && upper >= 0)) return 'unclear';
  const { better } = readingOf(metric);
  return better === null ? 'changed' : (lower > 0) === (better === 'higher') ? 'better' : 'worse';
}

/**
 * @param {View} view
 * @param {Pair} pair
 * @param {string} metric
 * @returns {Change[]}
 */
function ofModels({ report, slices, state }, pair, metric) {
  const found = new Map((report.comparisons ?? []).filter((row) => row.model === pair.after && row.reference === pair.before && row.metric === metric &&
    row.threshold === state.threshold).map((row) => [row.slice, row]));
  return slices.flatMap(({ name, rows }) => {
    const row = found.get(name);
    return row ? [{ slice: name, rows, before: row.reference_value, after: row.value, difference: row.difference, lower: row.lower, upper: row.upper,
      p: row.p, reason: row.reason ?? row.interval_reason, verdict: verdictOf(metric, row.lower, row.upper) }] : [];
  });
}

/**
 * @param {View} view
 * @param {string} metric
 * @returns {Promise<Change[]>}
 */
async function ofFiles({ second, slices, model, models, number, state, report }, metric) {
  const scores = second?.spec.score ?? [];
  const same = scores.includes(model) ? model : scores[models.indexOf(model)]; // models of other names pair by their order
  const there = new Map((second?.results ?? []).filter((row) => row.model === same && row.metric === metric &&
    (row.threshold === null || row.threshold === state.threshold)).map((row) => [row.slice, row]));
  return Promise.all(slices.map(async ({ name, rows }) => {
    const [before, after] = [number(name, metric), there.get(name)];
    const rates = readingOf(metric).kind === 'rate' && report.spec.weight === undefined && after !== undefined;
    const gap = rates ? await onPage(() => rateGap(after, before, { level: report.spec.level })) : null;
    const difference = gap ? gap.difference : after?.value == null || before.value === null ? null : after.value - before.value;
    return { slice: name, rows, before: before.value, after: after?.value ?? null, difference, lower: gap?.lower ?? null, upper: gap?.upper ?? null,
      p: gap?.p ?? null, reason: after ? after.reason ?? before.reason : 'unknown', verdict: verdictOf(metric, gap?.lower ?? null, gap?.upper ?? null) };
  }));
}

/**
 * @param {View} view
 * @param {Pair} pair
 * @param {string} metric
 * @returns {Promise<Change[]>}
 */
export const changesOf = async (view, pair, metric) => pair.kind === 'models' ? ofModels(view, pair, metric) : ofFiles(view, metric);

/** Largest change for the worse first, then the others by what is sure of them. @param {Change[]} changes */
export function worstFirst(changes) {
  const rank = { worse: 0, changed: 1, better: 2, unclear: 3 };
  return [...changes].sort((x, y) => rank[x.verdict] - rank[y.verdict] || Math.abs(y.difference ?? 0) - Math.abs(x.difference ?? 0));
}
