// Distributions as steps: of one slice, its positives above and its negatives below the axis; of two slices, one over the other.
// Rows become shares per unit of score, so that slices of different size, and bins of different width, compare.
import { at } from './scale.js';

/**
 * @typedef {import('./scale.js').Scale} Scale
 * @typedef {{edge: readonly number[], negatives: readonly number[], positives: readonly number[]}} Distribution
 */

/** @param {readonly number[]} counts */
export const sum = (counts) => counts.reduce((a, b) => a + b, 0);

/**
 * Shares of the rows in each bin, for bins of equal width; all 0 where there are no rows.
 * @param {readonly number[]} counts
 */
export function shares(counts) {
  const all = sum(counts);
  return counts.map((count) => all === 0 ? 0 : count / all);
}

/**
 * The outline of steps over a base line.
 * @param {readonly number[]} edge one more than heights
 * @param {readonly number[]} heights
 * @param {Scale} x
 * @param {Scale} y
 */
export function stepPath(edge, heights, x, y) {
  const base = at(y, 0).toFixed(1);
  const steps = heights.map((height, i) => `V${at(y, height).toFixed(1)}H${at(x, edge[i + 1]).toFixed(1)}`).join('');
  return `M${at(x, edge[0]).toFixed(1)},${base}${steps}V${base}z`;
}

/**
 * How far two distributions over the same bins lie apart. Both are shares of their own rows.
 * @param {readonly number[]} edge
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 * @returns {{moved: number, largest: number, threshold: number}} moved: mean distance that scores have to move to make one of the
 *   other (earth mover's distance); largest: greatest difference of the shares above one threshold (Kolmogorov and Smirnov), and where
 */
export function distance(edge, a, b) {
  let [moved, largest, threshold, above] = [0, 0, edge[0], 0];
  for (let i = a.length - 1; i >= 0; i--) {
    const before = above;
    above += a[i] - b[i];
    const width = edge[i + 1] - edge[i];
    moved += width * (before * above >= 0 ? Math.abs(before + above) / 2 : (before ** 2 + above ** 2) / (2 * Math.abs(above - before)));
    if (Math.abs(above) > Math.abs(largest) + 1e-12) [largest, threshold] = [above, edge[i]];
  }
  return { moved, largest, threshold };
}
