// From an audit of one cross to a grid: rows are the values of its first column, columns of the second, in the report's order.

/**
 * @typedef {import('../../state/types.js').Report} Report
 * @typedef {import('../../state/types.js').ReportSlice} ReportSlice
 * @typedef {import('../../state/types.js').ReportResult} ReportResult
 * @typedef {{slice: ReportSlice, result: ReportResult | null}} Crossing
 * @typedef {{rows: string[], columns: string[], at: (row: string, column: string) => Crossing | undefined, most: number}} Grid
 */

/** @param {string | null} value */
const shown = (value) => value ?? 'missing';

/**
 * @param {Report} report
 * @param {{a: string, b: string, metric: string, model: string, threshold: number}} asked
 * @returns {Grid}
 */
export function gridOf(report, { a, b, metric, model, threshold }) {
  const results = new Map(report.results.filter((result) => result.model === model && result.metric === metric &&
    (result.threshold === null || result.threshold === threshold)).map((result) => [result.slice, result]));
  /** @type {Map<string, Map<string, Crossing>>} */
  const cells = new Map();
  /** @type {Set<string>} */
  const columns = new Set();
  let most = 0;
  for (const slice of report.slices) {
    if (slice.columns.length !== 2 || slice.columns[0] !== a || slice.columns[1] !== b) continue;
    const [row, column] = slice.values.map(shown);
    if (!cells.has(row)) cells.set(row, new Map());
    const result = results.get(slice.name) ?? null;
    /** @type {Map<string, Crossing>} */ (cells.get(row)).set(column, { slice, result });
    columns.add(column);
    if (result?.gap?.difference) most = Math.max(most, Math.abs(result.gap.difference));
  }
  return { rows: [...cells.keys()], columns: [...columns], at: (row, column) => cells.get(row)?.get(column), most };
}

/** Whether the gap's interval leaves no difference out. @param {ReportResult | null} result */
export function isSure(result) {
  const gap = result?.gap;
  return Boolean(gap && gap.difference_lower !== null && gap.difference_upper !== null && (gap.difference_lower > 0 || gap.difference_upper < 0));
}

/**
 * Crosses whose gap is sure, the largest sure part of it first: the end of the interval that is nearest to no gap.
 * @param {Grid} grid
 * @returns {Crossing[]}
 */
export function worstFirst(grid) {
  const all = grid.rows.flatMap((row) => grid.columns.map((column) => grid.at(row, column)))
    .filter((crossing) => crossing !== undefined && isSure(crossing.result));
  /** @param {Crossing} crossing */
  const sure = ({ result }) => Math.min(Math.abs(result?.gap?.difference_lower ?? 0), Math.abs(result?.gap?.difference_upper ?? 0));
  return /** @type {Crossing[]} */ (all).sort((x, y) => sure(y) - sure(x));
}
