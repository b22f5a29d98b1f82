// Lines and bands through points, and the way back: from a pointer near a line to the threshold there. Pure; paths of a series are
// kept while its points and scales stay, so that a moving threshold costs no path.
import { area, line } from 'd3-shape';
import { at } from './scale.js';

/**
 * @typedef {import('./scale.js').Scale} Scale
 * @typedef {readonly [number | null, number, number]} Point threshold, x, y
 * @typedef {readonly [number, number, number]} Span x, lower, upper
 */

/**
 * @param {readonly Point[]} points
 * @param {Scale} x
 * @param {Scale} y
 */
export function linePath(points, x, y) {
  const draw = line().x((p) => round(at(x, p[1]))).y((p) => round(at(y, /** @type {any} */ (p)[2])));
  return draw(/** @type {any} */ (points)) ?? '';
}

/**
 * @param {readonly Span[]} spans
 * @param {Scale} x
 * @param {Scale} y
 */
export function bandPath(spans, x, y) {
  const draw = area().x((s) => round(at(x, s[0]))).y0((s) => round(at(y, s[1]))).y1((s) => round(at(y, /** @type {any} */ (s)[2])));
  return draw(/** @type {any} */ (spans)) ?? '';
}

/** @param {number} pixels */
const round = (pixels) => Math.round(pixels * 10) / 10;

/**
 * The place of a line next to a pointer.
 * @param {readonly Point[]} points
 * @param {Scale} x
 * @param {Scale} y
 * @param {{x: number, y: number}} pointer in pixels
 * @returns {{distance: number, threshold: number | null, x: number, y: number} | null} x, y: of the line there, in its own units
 */
export function nearest(points, x, y, pointer) {
  /** @type {ReturnType<typeof nearest>} */
  let best = null;
  for (let i = 1; i < points.length; i++) {
    const found = onPiece(points[i - 1], points[i], x, y, pointer);
    if (!best || found.distance < best.distance) best = found;
  }
  return best;
}

/**
 * @param {Point} a
 * @param {Point} b
 * @param {Scale} x
 * @param {Scale} y
 * @param {{x: number, y: number}} pointer
 */
function onPiece(a, b, x, y, pointer) {
  const [ax, ay, bx, by] = [at(x, a[1]), at(y, a[2]), at(x, b[1]), at(y, b[2])];
  const long = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = long === 0 ? 0 : Math.min(1, Math.max(0, ((pointer.x - ax) * (bx - ax) + (pointer.y - ay) * (by - ay)) / long));
  const between = (/** @type {number} */ p, /** @type {number} */ q) => p + share * (q - p);
  const threshold = a[0] === null || b[0] === null ? a[0] ?? b[0] : between(a[0], b[0]);
  return { distance: Math.hypot(between(ax, bx) - pointer.x, between(ay, by) - pointer.y), threshold, x: between(a[1], b[1]), y: between(a[2], b[2]) };
}

/**
 * The y of labels that would cover each other, moved apart in their order and kept within the plot.
 * @param {readonly number[]} wanted
 * @param {number} least pixels between two
 * @param {number} low
 * @param {number} high
 * @returns {number[]} in the order of `wanted`
 */
export function apart(wanted, least, low, high) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const placed = [...wanted];
  let last = low - least;
  for (const i of order) last = placed[i] = Math.max(placed[i], last + least);
  let next = high + least;
  for (const i of order.reverse()) next = placed[i] = Math.min(placed[i], next - least);
  return placed;
}
