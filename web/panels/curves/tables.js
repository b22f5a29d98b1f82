// The numbers behind the curves, as tables for who reads rather than looks: made only while they are open.
import { html, nothing } from 'lit';
import { count, fixed, thresholdText, valueText } from '../../charts/format.js';
import { chartWords, metricName } from '../../words/charts.js';
import { words } from '../../words/en.js';

/**
 * @typedef {import('../../state/types.js').View} View
 * @typedef {import('./spread.js').Known} Known
 */

/** What a curve says of a slice: where the threshold puts it, and the areas. */
const POINTS = ['fpr', 'tpr', 'ppv', 'roc_auc', 'pr_auc'];

/**
 * @param {string} caption
 * @param {readonly string[]} heads
 * @param {readonly (readonly string[])[]} rows the first cell is the row's head
 */
const table = (caption, heads, rows) => html`<table><caption>${caption}</caption>
  <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
  <tbody>${rows.map(([head, ...cells]) => html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;

/** @param {View} view @param {string} slice @param {string} metric */
function cellOf(view, slice, metric) {
  const { value, reason } = view.number(slice, metric);
  return value === null ? `\u2013 ${words.undefinedBecause(reason ?? 'unknown')}` : valueText(metric, value);
}

/** @param {number | null} share */
const shareText = (share) => share === null ? '\u2013' : valueText('fpr', share);

/** @param {Known} known */
const bins = ({ name, curve }) => curve.reliability.length === 0 ? nothing : table(`${chartWords.calibration}, ${name}`,
  [chartWords.scores, chartWords.n, metricName('mean_score'), chartWords.observed], curve.reliability.map((bin) =>
    [`${fixed(bin.lower, 2)} \u2013 ${fixed(bin.upper, 2)}`, count(bin.rows), shareText(bin.mean_score),
      bin.label_lower === null || bin.label_upper === null ? shareText(bin.mean_label) : `${shareText(bin.mean_label)} [${shareText(bin.label_lower)}, ${shareText(bin.label_upper)}]`]));

/** @param {Known} known */
function rows({ name, curve: { score_distribution: { edge, positives, negatives } } }) {
  return table(`${chartWords.spreads}, ${name}`, [chartWords.scores, chartWords.sides.positives, chartWords.sides.negatives],
    positives.map((all, i) => [`${thresholdText(edge[i])} \u2013 ${thresholdText(edge[i + 1])}`, count(all), count(negatives[i])]));
}

/**
 * @param {View} view
 * @param {readonly Known[]} known
 * @param {boolean} open
 * @param {(open: boolean) => void} toggle
 */
export const tables = (view, known, open, toggle) => html`<details class="tables" data-testid="curve-tables"
    @toggle=${(/** @type {Event} */ event) => toggle(/** @type {HTMLDetailsElement} */ (event.currentTarget).open)}>
  <summary>${chartWords.asTables}</summary>
  ${open ? html`${table(chartWords.marksAt(view.state.threshold), [chartWords.slice, ...POINTS.map(metricName)],
    known.map(({ name }) => [name, ...POINTS.map((metric) => cellOf(view, name, metric))]))}
    <div class="side-by-side">${known.map(bins)}${known.map(rows)}</div>` : nothing}</details>`;
