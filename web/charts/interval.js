// The interval mark: a dot at the value, a whisker with caps over its interval, an arrow where the interval goes on beyond the axis,
// faint shapes for the same number at pinned thresholds. Geometry first, as strings for two <path>s, so that the board can redraw
// hundreds of them in a frame by setting attributes; `intervalMark` is the same as a template for charts that are drawn seldom.
import { svg } from 'lit';
import { at, clamp } from './scale.js';

/**
 * @typedef {import('./scale.js').Scale} Scale
 * @typedef {import('./scale.js').Known} Known
 * @typedef {{whisker: string, dot: number | null, beyond: string, pins: string}} Mark whisker, beyond, pins: path data; dot: x or null
 */

/** Half of a cap, and of an arrow's head. */
const CAP = 4;
const HEAD = 3.5;
export const DOT = 3.6;

/** @param {number} x @returns {string} to a tenth of a pixel */
const px = (x) => String(Math.round(x * 10) / 10);

/** @param {number} x of the tip @param {number} y @param {1 | -1} to */
const arrow = (x, y, to) => `M${px(x - to * HEAD)},${px(y - HEAD)}L${px(x)},${px(y)}L${px(x - to * HEAD)},${px(y + HEAD)}`;

/**
 * One end of a whisker: a cap, or an arrow at the end of the axis.
 * @param {Scale} scale
 * @param {number} bound
 * @param {number} y
 */
function endOf(scale, bound, y) {
  if (bound > scale.to) return arrow(scale.end, y, 1);
  if (bound < scale.from) return arrow(scale.start, y, -1);
  const x = px(at(scale, bound));
  return `M${x},${y - CAP}V${y + CAP}`;
}

/** Shapes of pinned thresholds in their order: diamond, square, triangle, then again. */
const PINS = [
  (/** @type {string} */ x, /** @type {number} */ y) => `M${x},${y - 4}l4,4l-4,4l-4,-4z`,
  (/** @type {string} */ x, /** @type {number} */ y) => `M${x},${y - 3}m-3,0h6v6h-6z`,
  (/** @type {string} */ x, /** @type {number} */ y) => `M${x},${y - 4}l4,7h-8z`,
];

/**
 * @param {number} i
 * @param {number} x
 * @param {number} y
 */
export const pinShape = (i, x, y) => PINS[i % PINS.length](px(x), y);

/**
 * @param {Scale} scale of pixels
 * @param {Known} cell
 * @param {number} y middle
 * @param {readonly (number | null)[]} [pinned] the same number at pinned thresholds
 * @returns {Mark}
 */
export function placeMark(scale, { value, lower, upper }, y, pinned = []) {
  let [whisker, beyond] = ['', ''];
  if (lower !== null && upper !== null && upper >= scale.from && lower <= scale.to)
    whisker = `M${px(at(scale, Math.max(lower, scale.from)))},${y}H${px(at(scale, Math.min(upper, scale.to)))}`
      + endOf(scale, lower, y) + endOf(scale, upper, y);
  let dot = null;
  if (value !== null && Number.isFinite(value)) {
    if (value >= scale.from && value <= scale.to) dot = Math.round(at(scale, value) * 10) / 10;
    else beyond = value > scale.to ? arrow(scale.end, y, 1) + arrow(scale.end - 4, y, 1) : arrow(scale.start, y, -1) + arrow(scale.start + 4, y, -1);
  }
  let pins = '';
  pinned.forEach((pin, i) => { if (pin !== null && pin >= scale.from && pin <= scale.to) pins += pinShape(i, at(scale, pin), y); });
  return { whisker, dot, beyond, pins };
}

/**
 * A bar from zero (or the axis' end) to the value, as path data; the whisker lies over it.
 * @param {Scale} scale
 * @param {number | null} value
 * @param {number} y
 * @param {number} [half] of its height
 */
export function barPath(scale, value, y, half = 5) {
  if (value === null || !Number.isFinite(value)) return '';
  const zero = at(scale, clamp(0, scale.from, scale.to));
  return `M${px(zero)},${y - half}H${px(at(scale, clamp(value, scale.from, scale.to)))}V${y + half}H${px(zero)}z`;
}

/**
 * The mark as a template.
 * @param {Scale} scale
 * @param {Known & {pinned?: readonly (number | null)[]}} cell
 * @param {number} y
 * @param {number | null} [baseline] value of the baseline line
 */
export function intervalMark(scale, cell, y, baseline = null) {
  const { whisker, dot, beyond, pins } = placeMark(scale, cell, y, cell.pinned);
  return svg`
    ${baseline === null ? null : svg`<path class="baseline" d="M${px(at(scale, clamp(baseline, scale.from, scale.to)))},${y - 9}v18"></path>`}
    <path class="whisker" d=${whisker + beyond}></path><path class="pins" d=${pins}></path>
    ${dot === null ? null : svg`<circle class="dot" cx=${dot} cy=${y} r=${DOT}></circle>`}`;
}
