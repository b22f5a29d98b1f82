// What a cell of the board shows, as texts and path data: one answer for both who draw it, the nodes at rest (row.js) and the canvas
// under a moving hand (painted.js).
import { boundText, gapNumber, gapText, interval, pText, readingOf, valueText } from '../../charts/format.js';
import { barPath, placeMark } from '../../charts/interval.js';
import { at, inside } from '../../charts/scale.js';
import { chartWords, gapOf, gapReason } from '../../words/charts.js';
import { words } from '../../words/en.js';
import { ROW } from './items.js';

/**
 * @typedef {import('../../state/types.js').Cell} Cell
 * @typedef {import('../../state/types.js').State} State
 * @typedef {import('../../charts/scale.js').Scale} Scale
 * @typedef {{metric: string, scale: Scale, baseline: number | null}} Card scale: of the mark's pixels; baseline: null = none, or each slice its own
 * @typedef {{cards: readonly Card[], gap: State['gap'], bars: boolean, pinned: readonly number[], own: boolean,
 *   number: import('../../state/types.js').View['number']}} Drawn own: the baseline is another one for each slice (complement)
 * @typedef {'' | 'no-gap' | 'sure' | 'sure better' | 'sure worse'} Tone sure: the gap's interval lies on one side of no gap
 * @typedef {{exact: string, reason: string, value: string, range: string, gap: string, gapRange: string, p: string, tone: Tone}} Texts
 * @typedef {{whisker: string, pins: string, bar: string, rest: string, dot: number | null}} Paths
 */

export const MIDDLE = ROW / 2;

/** Whether an interval of a gap lies wholly on one side of "no gap". @param {number | null} lower @param {number | null} upper @param {number} none */
const apart = (lower, upper, none) => (lower !== null && lower > none) || (upper !== null && upper < none);

/**
 * @param {string} metric
 * @param {Cell} cell
 * @param {State['gap']} kind
 * @returns {Texts}
 */
export function textsOf(metric, cell, kind) {
  const gap = gapTexts(metric, cell, kind);
  if (cell.value === null)
    return { exact: '', reason: cell.reason ?? 'unknown', value: '\u2013', range: words.undefinedBecause(cell.reason ?? 'unknown'), ...gap };
  return { exact: String(cell.value), reason: '', value: valueText(metric, cell.value),
    range: cell.lower === null || cell.upper === null ? '' : interval(boundText(metric, cell.lower), boundText(metric, cell.upper)), ...gap };
}

/**
 * @param {string} metric
 * @param {Cell} cell
 * @param {State['gap']} kind
 * @returns {{gap: string, gapRange: string, p: string, tone: Tone}}
 */
function gapTexts(metric, { gap, value: own }, kind) {
  if (gap === null || own === null) return { gap: '', gapRange: '', p: '', tone: '' };
  if (gap.reason === 'is_baseline') return { gap: '', gapRange: chartWords.baseline, p: '', tone: '' };
  const [value, lower, upper] = gapOf(gap, kind);
  if (value === null) return { gap: '\u2013', gapRange: words.undefinedBecause(gapReason(gap, kind)), p: '', tone: 'no-gap' };
  const none = kind === 'ratio' ? 1 : 0;
  const sure = apart(lower, upper, none);
  const { better } = readingOf(metric);
  const p = gap.p_adjusted ?? gap.p;
  return { gap: gapText(metric, kind, value) + (sure ? '*' : ''), p: p === null ? '' : pText(p),
    gapRange: lower === null ? '' : interval(gapNumber(metric, kind, lower), upper === null ? '\u221e' : gapNumber(metric, kind, upper)),
    tone: !sure ? '' : better === null ? 'sure' : (value > none) === (better === 'higher') ? 'sure better' : 'sure worse' };
}

/**
 * @param {string} slice
 * @param {Card} card
 * @param {Drawn} drawn
 * @param {Cell} cell
 * @returns {Paths}
 */
export function pathsOf(slice, { metric, scale }, { pinned, number, bars, own }, cell) {
  const mark = placeMark(scale, cell, MIDDLE, pinned.map((threshold) => number(slice, metric, { threshold }).value));
  const rest = own && cell.value !== null && cell.gap && cell.gap.difference !== null ? cell.value - cell.gap.difference : null;
  return { whisker: mark.whisker + mark.beyond, pins: mark.pins, bar: bars ? barPath(scale, cell.value, MIDDLE) : '', dot: bars ? null : mark.dot,
    rest: rest === null || !inside(scale, rest) ? '' : `M${at(scale, rest).toFixed(1)},${MIDDLE - 9}v18` };
}
