// Which slices are drawn as curves and matrices: those a person picked, or a few that say most, at most eight, each with its colour.

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {{name: string, color: string}} Traced
 */

/** As many as there are colours. */
export const MOST = 8;

/** Slices shown where nobody picked. */
const FIRST = 3;

/** @param {number} place */
const colorOf = (place) => place === 0 ? 'var(--eh-ink)' : `var(--eh-mark-${place})`;

/**
 * The reference first, in ink; then the picked slices, or the selected one and the first of the order.
 * @param {View} view
 * @returns {Traced[]}
 */
export function tracedOf({ state, slices, allSlices }) {
  const known = new Set(allSlices.map(({ name }) => name));
  const reference = known.has(state.baseline) ? state.baseline : 'overall';
  const offered = state.traced.length > 0 ? state.traced : [...(state.selected ? [state.selected] : []), ...slices.filter(({ rows, reason }) => rows > 0 && reason === null).map(({ name }) => name)];
  const names = [...new Set([reference, ...offered])].filter((name) => known.has(name));
  return names.slice(0, state.traced.length > 0 ? MOST : FIRST).map((name, i) => ({ name, color: colorOf(i) }));
}

/**
 * @param {View} view
 * @param {readonly string[]} names
 */
export const trace = ({ act }, names) => act.set({ traced: [...names].slice(0, MOST) });
