// Which slices are shown and in which order: search, column, size and sort of the state applied to the report's slices. The baseline
// comes first, wherever the sort would put it: it is what the others are read against.

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').View} View
 * @typedef {import('./types.js').ReportSlice} ReportSlice
 */

/** @param {ReportSlice} slice "sex", "sex*race"; "" for overall */
export const columnOf = (slice) => slice.columns.join('*');

/**
 * @param {ReportSlice} slice
 * @param {State} state
 */
function isShown(slice, { search, column, hideBelow, baseline }) {
  if (slice.name === baseline || slice.name === 'overall') return true;
  return slice.rows >= hideBelow && (column === null || columnOf(slice) === column) && slice.name.toLowerCase().includes(search.toLowerCase());
}

/**
 * What a slice is sorted by; slices without the number come last, whatever the direction.
 * @param {State} state
 * @param {View['number']} number
 * @returns {(slice: ReportSlice) => number | string | null}
 */
function keyOf({ sort, metrics }, number) {
  const metric = sort.metric ?? metrics[0];
  if (sort.by === 'name') return (slice) => slice.name;
  if (sort.by === 'n') return (slice) => slice.rows;
  if (sort.by === 'value') return (slice) => number(slice.name, metric).value;
  return (slice) => {
    const difference = number(slice.name, metric).gap?.difference;
    return difference === null || difference === undefined ? null : Math.abs(difference);
  };
}

/**
 * @param {readonly ReportSlice[]} slices
 * @param {State} state
 * @param {View['number']} number
 * @returns {ReportSlice[]}
 */
export function ordered(slices, state, number) {
  const key = keyOf(state, number);
  const sign = state.sort.descending ? -1 : 1;
  const rank = (/** @type {ReportSlice} */ slice) => slice.name === state.baseline ? 0 : slice.name === 'overall' ? 1 : 2;
  return slices.filter((slice) => isShown(slice, state)).map((slice, place) => ({ slice, place, key: key(slice), rank: rank(slice) }))
    .sort((a, b) => a.rank - b.rank || Number(a.key === null) - Number(b.key === null) ||
      (a.key === null || b.key === null || a.key === b.key ? a.place - b.place : (a.key < b.key ? -1 : 1) * sign))
    .map(({ slice }) => slice);
}
