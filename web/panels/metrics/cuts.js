// Crosses and buckets as a spec spells them, and back. Pure.

/** @typedef {{column: string, edges: number[]}} Cut */

/** A letter that would divide columns stays one behind a backslash. @param {string} column */
const escaped = (column) => column.replace(/[\\*]/g, '\\$&');

/** @param {string} a @param {string} b */
export const crossOf = (a, b) => `${escaped(a)}*${escaped(b)}`;

/** "age:25,45,65"; the last colon divides. @param {string} text @returns {Cut} */
export function cutOf(text) {
  const colon = text.lastIndexOf(':');
  return { column: text.slice(0, colon), edges: text.slice(colon + 1).split(',').map(Number) };
}

/**
 * @param {readonly string[]} buckets
 * @param {string} column
 * @param {readonly number[]} edges
 */
export const withEdges = (buckets, column, edges) => buckets.map((text) => cutOf(text).column === column ? `${column}:${edges.join(',')}` : text);

/**
 * Edges that were typed, ascending; null where they are none.
 * @param {string} text
 * @returns {number[] | null}
 */
export function edgesOf(text) {
  const list = text.split(/[\s,;]+/).filter(Boolean).map(Number);
  return list.length > 0 && list.every(Number.isFinite) ? [...new Set(list)].sort((a, b) => a - b) : null;
}

/**
 * What a column is distributed like, from quantiles that hold equally many rows between them: the closer they are, the higher. Where
 * quantiles fall together, rows share one value. Nothing is known beyond the outer ones; the axis goes on for a little.
 * @param {readonly number[]} quantiles ascending
 */
export function densityOf(quantiles) {
  const [first, last] = [quantiles[0], quantiles[quantiles.length - 1]];
  const margin = Math.max((last - first) * 0.15, Math.abs(last) * 0.05, 1e-9);
  const bars = quantiles.slice(1).map((high, i) => ({ low: quantiles[i], high, height: 1 / (high - quantiles[i]) })).filter(({ height }) => Number.isFinite(height) && height > 0);
  return { from: first - margin, to: last + margin, bars: bars.length > 0 ? bars : [{ low: first, high: last, height: 1 }] };
}
