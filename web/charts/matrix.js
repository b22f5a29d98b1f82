// A confusion matrix as a table: what was decided across, what was true down; each cell its share and its count, shaded by the share.
// Right decisions have one colour, wrong ones another, and their names say which is which.
import { html } from 'lit';
import { count, percentNumber, THIN } from './format.js';
import { chartWords } from '../words/charts.js';

/**
 * @typedef {{tp: number | null, fp: number | null, tn: number | null, fn: number | null}} Counts
 * @typedef {'rows' | 'columns' | 'all'} Of what a share is of: the actual class, the decision, or all rows
 */

/** A cell, and its neighbours in its row and in its column. @type {readonly (readonly [keyof Counts, keyof Counts, keyof Counts])[]} */
const CELLS = [['tp', 'fn', 'fp'], ['fn', 'tp', 'tn'], ['fp', 'tn', 'tp'], ['tn', 'fp', 'fn']];

/**
 * Shares of the four cells; null where nothing is there to divide by.
 * @param {Counts} counts
 * @param {Of} of
 * @returns {Counts}
 */
export function sharesOf(counts, of) {
  const known = (/** @type {keyof Counts} */ key) => counts[key] ?? 0;
  const all = known('tp') + known('fp') + known('tn') + known('fn');
  return /** @type {Counts} */ (Object.fromEntries(CELLS.map(([key, inRow, inColumn]) => {
    const whole = of === 'all' ? all : known(key) + known(of === 'rows' ? inRow : inColumn);
    return [key, counts[key] === null || whole === 0 ? null : known(key) / whole];
  })));
}

/**
 * @param {string} name
 * @param {Counts} counts
 * @param {Of} of
 * @param {number} threshold
 */
export function matrix(name, counts, of, threshold) {
  const shares = sharesOf(counts, of);
  const cell = (/** @type {keyof Counts} */ key) => {
    const share = shares[key];
    const right = key === 'tp' || key === 'tn';
    return html`<td class=${right ? 'right' : 'wrong'} data-metric=${key} data-value=${counts[key] === null ? '' : String(counts[key])} title=${chartWords.matrixCell(name, key, threshold, counts[key], share, of)}>
      <svg aria-hidden="true" width="100%" height="100%"><rect width="100%" height="100%" fill-opacity=${(0.05 + 0.35 * (share ?? 0)).toFixed(3)}></rect></svg>
      <b>${share === null ? '\u2013' : percentNumber(share) + THIN + '%'}</b><small>${counts[key] === null ? '' : count(/** @type {number} */ (counts[key]))}</small></td>`;
  };
  return html`<table aria-label=${chartWords.matrixOf(name)}>
    <thead><tr><td></td><th scope="col">${chartWords.selectedShort}</th><th scope="col">${chartWords.passedShort}</th></tr></thead>
    <tbody><tr><th scope="row">${chartWords.positiveShort}</th>${cell('tp')}${cell('fn')}</tr>
      <tr><th scope="row">${chartWords.negativeShort}</th>${cell('fp')}${cell('tn')}</tr></tbody></table>`;
}
