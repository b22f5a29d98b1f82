// The gap between two rates that come from different rows: two files, two days, before and after a remedy. Slices of one audit
// have their gaps in its report.
import { EvenhandError } from './errors.js';
import { engine as sharedEngine } from './load.js';

/**
 * A rate as an audit reports it: so many of so many rows.
 * @typedef {object} Rate
 * @property {number | null} numerator
 * @property {number | null} denominator
 */

/**
 * First rate less the second, and over it. Null where there is no such number.
 * @typedef {object} RateGap
 * @property {number | null} difference
 * @property {number | null} lower Miettinen and Nurminen's score interval
 * @property {number | null} upper
 * @property {number | null} ratio
 * @property {number | null} ratio_lower
 * @property {number | null} ratio_upper null beside a ratio_lower = no upper limit
 * @property {number | null} p two-sided, of the score test that the intervals invert
 */

/** @type {RateGap} */
const NONE = { difference: null, lower: null, upper: null, ratio: null, ratio_lower: null, ratio_upper: null, p: null };

/** @param {number} x */
const finite = (x) => (Number.isFinite(x) ? x : null);

/** @param {Rate} rate */
function check({ numerator, denominator }) {
  if (numerator === null || denominator === null || denominator < 1) return false;
  if (numerator >= 0 && numerator <= denominator && Number.isFinite(denominator)) return true;
  throw new EvenhandError('EH_E_USAGE', `a rate has 0 <= numerator <= denominator; this one is ${numerator} of ${denominator}`);
}

/**
 * How far two rates of independent rows are apart, with the interval and the test that an audit gives to disjoint slices.
 * All is null where one of the rates is not defined. Weighted rates need effective sizes, which a report does not hold.
 * @param {Rate} first
 * @param {Rate} second
 * @param {{level?: number}} [options] confidence level, .95 if not given
 * @returns {Promise<RateGap>}
 */
export async function rateGap(first, second, { level = 0.95 } = {}) {
  if (!(level > 0 && level < 1)) throw new EvenhandError('EH_E_USAGE', `a level lies between 0 and 1, which ${level} does not`);
  if (!check(first) || !check(second)) return { ...NONE };
  const [x1, n1, x2, n2] = /** @type {number[]} */ ([first.numerator, first.denominator, second.numerator, second.denominator]);
  const engine = await sharedEngine();
  return engine.scope((scope) => {
    const out = scope.take(40);
    engine.wasm.ehw_rate_gap(out, x1, n1, x2, n2, level);
    const view = engine.view();
    const [lower, upper, ratioLower, ratioUpper, p] = Array.from({ length: 5 }, (_, i) => view.getFloat64(out + 8 * i, true));
    return { difference: x1 / n1 - x2 / n2, lower, upper, ratio: x2 === 0 ? null : x1 / n1 / (x2 / n2), ratio_lower: ratioLower,
      ratio_upper: finite(ratioUpper), p };
  });
}
