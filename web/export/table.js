// Tables as files: CSV for spreadsheets, JSON for programs. Numbers are written in full, undefined ones as empty or null with their
// reason in a column beside them.

/** @typedef {{columns: string[], rows: (string | number | boolean | null)[][]}} Table */

/**
 * RFC 4180 with line feeds, as `evenhand audit --csv` writes it: a text that a spreadsheet would run as a formula gets an apostrophe.
 * @param {string | number | boolean | null} cell
 */
function csvCell(cell) {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {Table} table */
export const toCsv = ({ columns, rows }) => `${[columns, ...rows].map((row) => row.map(csvCell).join(',')).join('\n')}\n`;

/** @param {Table} table an array with one object for each row */
export const toJson = ({ columns, rows }) =>
  `[\n${rows.map((row) => `  ${JSON.stringify(Object.fromEntries(columns.map((name, c) => [name, row[c]])))}`).join(',\n')}\n]\n`;

/**
 * What the view shows, as one table: a row for each slice and metric at the current threshold.
 * @param {import('../state/types.js').View} view
 * @returns {Table}
 */
export function tableOf({ state, slices, model, number }) {
  const columns = ['model', 'slice', 'n', 'metric', 'threshold', 'value', 'reason', 'numerator', 'denominator', 'lower', 'upper', 'method',
    'interval_reason', 'baseline', 'gap_difference', 'gap_lower', 'gap_upper', 'gap_ratio', 'gap_relative', 'gap_p', 'gap_reason'];
  const rows = slices.flatMap((slice) => state.metrics.map((metric) => {
    const { value, reason, numerator, denominator, lower, upper, method, interval_reason: why, gap, threshold } = number(slice.name, metric);
    return [model, slice.name, slice.rows, metric, threshold, value, reason, numerator, denominator, lower, upper, method, why, state.baseline,
      gap?.difference ?? null, gap?.difference_lower ?? null, gap?.difference_upper ?? null, gap?.ratio ?? null, gap?.relative ?? null,
      gap?.p ?? null, gap?.reason ?? null];
  }));
  return { columns, rows };
}

/**
 * Every result of a report, with the columns of `evenhand audit --csv`.
 * @param {import('evenhand').Report} report
 * @returns {Table}
 */
export function resultsOf({ results }) {
  const own = /** @type {const} */ (['model', 'slice', 'metric', 'threshold', 'value', 'reason', 'numerator', 'denominator', 'lower', 'upper', 'method',
    'interval_reason']);
  const gaps = /** @type {const} */ (['baseline', 'reason', 'interval_reason', 'difference', 'difference_lower', 'difference_upper', 'ratio', 'ratio_reason',
    'ratio_lower', 'ratio_upper', 'relative', 'method', 'p', 'p_adjusted']);
  const rows = results.map((result) => [...own.map((name) => result[name]), ...gaps.map((name) => result.gap?.[name] ?? null)]);
  return { columns: [...own, ...gaps.map((name) => `gap_${name}`)], rows };
}
