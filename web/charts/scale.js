// Positions on an axis. A scale is a plain object; no chart keeps one. The one idea: an axis fits the values it has to show, never
// the widest interval among them (a slice of three rows would flatten all others); what reaches beyond is clipped, with an arrow.
import { nice, ticks } from 'd3-array';

/**
 * @typedef {object} Scale
 * @property {number} from value at the left (or bottom) end
 * @property {number} to
 * @property {number} start position of `from`
 * @property {number} end
 */

/**
 * @param {readonly [number, number]} domain
 * @param {readonly [number, number]} range
 * @returns {Scale}
 */
export const scaleOf = ([from, to], [start, end]) => ({ from, to, start, end });

/**
 * @param {Scale} scale
 * @param {number} value
 */
export const at = ({ from, to, start, end }, value) => to === from ? (start + end) / 2 : start + (end - start) * (value - from) / (to - from);

/**
 * @param {Scale} scale
 * @param {number} position
 */
export const valueAt = ({ from, to, start, end }, position) => from + (to - from) * (position - start) / (end - start);

/**
 * @param {Scale} scale
 * @param {number} value
 */
export const inside = ({ from, to }, value) => value >= from && value <= to;

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * About `wanted` round numbers within the axis.
 * @param {Scale} scale
 * @param {number} wanted
 * @returns {number[]}
 */
export const ticksOf = ({ from, to }, wanted) => ticks(from, to, wanted);

/**
 * @typedef {{value: number | null, lower: number | null, upper: number | null}} Known
 */

/**
 * The axis of a card. Every value is on it; an interval widens it only as far as the spread of the values justifies.
 * @param {Iterable<Known>} cells
 * @param {{floor?: number, ceiling?: number, zero?: boolean}} [limits] floor, ceiling: the metric cannot lie beyond; zero: show 0
 * @returns {[number, number]}
 */
export function domainOf(cells, { floor = -Infinity, ceiling = Infinity, zero = false } = {}) {
  let [low, high, widest] = [Infinity, -Infinity, 0];
  const all = [...cells].filter(({ value }) => value !== null && Number.isFinite(value));
  for (const { value } of all) {
    low = Math.min(low, /** @type {number} */ (value));
    high = Math.max(high, /** @type {number} */ (value));
  }
  if (all.length === 0) return [Number.isFinite(floor) ? floor : 0, Number.isFinite(ceiling) ? ceiling : 1];
  const widths = all.map(({ lower, upper }) => lower === null || upper === null ? 0 : upper - lower).sort((a, b) => a - b);
  widest = Math.max(high - low, 1.25 * widths[widths.length >> 1], Math.abs(high) * 1e-6, 1e-9);
  let [from, to] = [low - 0.08 * widest, high + 0.08 * widest];
  for (const { lower, upper } of all) {
    if (lower !== null && lower > low - 0.4 * widest) from = Math.min(from, lower);
    if (upper !== null && upper < high + 0.4 * widest) to = Math.max(to, upper);
  }
  if (zero || (from > 0 && from < 0.3 * to)) from = Math.min(from, 0);
  [from, to] = nice(from, to, 4);
  return [Math.max(from, floor), Math.min(to, ceiling)];
}

/** How far an axis that has to grow grows beyond what is asked, as a part of its length: the next frames then need no other one. */
const AHEAD = 0.25;

/**
 * The axis while a threshold is being dragged: it only grows, and seldom, so that marks move and the axis does not.
 * @param {readonly [number, number]} was
 * @param {readonly [number, number]} now
 * @param {{floor?: number, ceiling?: number}} [limits]
 * @returns {readonly [number, number]} `was` itself where that holds `now`
 */
export function grown(was, now, { floor = -Infinity, ceiling = Infinity } = {}) {
  if (now[0] >= was[0] && now[1] <= was[1]) return was;
  const ahead = AHEAD * (Math.max(was[1], now[1]) - Math.min(was[0], now[0]));
  const [from, to] = nice(now[0] < was[0] ? now[0] - ahead : was[0], now[1] > was[1] ? now[1] + ahead : was[1], 4);
  return [Math.max(from, floor), Math.min(to, ceiling)];
}
