// What marks say about themselves, and the texts of the panels metrics, curves and confusion. English; sentences are functions.
import { THIN, boundText, count, fixed, gapNumber, gapText, pText, readingOf, thresholdText, valueText } from '../charts/format.js';
import { metricNames, words } from './en.js';

/**
 * @typedef {import('../state/types.js').Cell} Cell
 * @typedef {import('../state/types.js').State} State
 */

/** What a rate's denominator counts. @type {Record<string, string>} */
const OF_WHAT = {
  fpr: 'actual negatives', tnr: 'actual negatives', fnr: 'actual positives', tpr: 'actual positives', ppv: 'selected', fdr: 'selected',
  npv: 'not selected', for: 'not selected',
};

/** @type {Record<string, string>} */
const METHODS = {
  clopper_pearson: 'Clopper and Pearson', agresti_coull: 'Agresti and Coull', newcombe_10: 'Newcombe, method 10', agresti_caffo: 'Agresti and Caffo',
  koopman: 'Koopman', katz: 'Katz', delong: 'DeLong', student_t: 'Student\u2019s t', welch_t: 'Welch\u2019s t',
  wilson: 'Wilson', wilson_mapped: 'Wilson, mapped', wilson_n_eff: 'Wilson by effective size', delong_logit: 'logit DeLong', newcombe_5: 'Newcombe, method 5', bootstrap: 'bootstrap',
  bca: 'BCa bootstrap', miettinen_nurminen: 'Miettinen and Nurminen', miettinen_nurminen_part: 'Miettinen and Nurminen, against the rest',
  mover_wilson: 'MOVER', mover_boyd: 'MOVER', log_delta: 'delta method on logarithms', boyd_logit: 'logit, Boyd', wilson_positives: 'Wilson by positives', miettinen_nurminen_n_eff: 'Miettinen and Nurminen by effective size', tango: 'Tango',
  miettinen_nurminen_part_n_eff: 'Miettinen and Nurminen by effective size, against the rest',
};

/** @param {string | null} method */
export const methodName = (method) => method === null ? '' : METHODS[method] ?? method.replaceAll('_', ' ');

/** @param {string} metric */
export const metricName = (metric) => metricNames[metric] ?? metric.replaceAll('_', ' ');

/** @param {number} level */
const levelText = (level) => `${Number((100 * level).toPrecision(4))}${THIN}% interval`;

/**
 * @param {string} metric
 * @param {string} slice
 * @param {Cell} cell
 * @param {number} level
 * @returns {string} "False positive rate of sex=Female at .5: 12.3 %, 95 % interval 11.0 to 13.7, Wilson, from 1 234 of 10 045 ..."
 */
export function valueSentence(metric, slice, cell, level) {
  const head = `${metricName(metric)} of ${slice}${cell.threshold === null ? '' : ` at ${thresholdText(cell.threshold)}`}: `;
  if (cell.value === null) return `${head}undefined, ${words.undefinedBecause(cell.reason ?? 'unknown')}.`;
  const parts = [head + valueText(metric, cell.value)];
  if (cell.lower !== null && cell.upper !== null)
    parts.push(`${levelText(level)} ${boundText(metric, cell.lower)} to ${valueText(metric, cell.upper)}`, methodName(cell.method));
  else if (!cell.settled) parts.push('its interval follows when the threshold rests');
  if (cell.numerator !== null && cell.denominator !== null && readingOf(metric).kind === 'rate')
    parts.push(`from ${count(cell.numerator)} of ${count(cell.denominator)} ${OF_WHAT[metric] ?? 'rows'}`);
  return `${parts.filter(Boolean).join(', ')}.`;
}

/**
 * @param {string} metric
 * @param {Cell} cell
 * @param {State['gap']} kind
 * @param {number} level
 * @returns {string} empty where there is no gap to speak of
 */
export function gapSentence(metric, cell, kind, level) {
  const { gap } = cell;
  if (!gap || gap.reason === 'is_baseline') return gap ? chartWords.isBaseline : '';
  const [value, lower, upper] = gapOf(gap, kind);
  const against = gap.baseline === 'complement' ? 'everyone else' : gap.baseline;
  if (value === null) return `No gap to ${against}: ${words.undefinedBecause(gapReason(gap, kind))}.`;
  const name = { difference: 'Difference', ratio: 'Ratio', relative: 'Relative change' }[kind];
  const parts = [`${name} to ${against}: ${gapText(metric, kind, value)}`];
  if (lower !== null)
    parts.push(`${levelText(level)} ${gapNumber(metric, kind, lower)} to ${upper === null ? 'no limit' : gapNumber(metric, kind, upper)}`,
      methodName(gap.method));
  if (gap.p !== null) parts.push(`${pText(gap.p_adjusted ?? gap.p)}${gap.p_adjusted === null ? ', not adjusted for the number of questions' : ''}`);
  return `${parts.filter(Boolean).join(', ')}.`;
}

/**
 * @param {NonNullable<Cell['gap']>} gap
 * @param {State['gap']} kind
 * @returns {[number | null, number | null, number | null]} value, lower, upper
 */
export function gapOf(gap, kind) {
  if (kind === 'difference') return [gap.difference, gap.difference_lower, gap.difference_upper];
  if (kind === 'ratio') return [gap.ratio, gap.ratio_lower, gap.ratio_upper];
  return [gap.relative, gap.ratio_lower === null ? null : gap.ratio_lower - 1, gap.ratio_upper === null ? null : gap.ratio_upper - 1];
}

/** @param {NonNullable<Cell['gap']>} gap @param {State['gap']} kind */
export const gapReason = (gap, kind) => gap.reason ?? (kind === 'difference' ? null : gap.ratio_reason) ?? 'unknown';

/** What a metric asks, in a sentence, and how it is counted. @type {Record<string, string[]>} */
const explained = {
  selection_rate: ['Of all rows, the share whose score is above the threshold.'],
  fpr: ['Of the rows whose label is negative, the share that is selected all the same.', 'fp / (fp + tn)'],
  fnr: ['Of the rows whose label is positive, the share that is passed over.', 'fn / (fn + tp)'],
  tpr: ['Of the rows whose label is positive, the share that is selected; recall.', 'tp / (tp + fn)'],
  tnr: ['Of the rows whose label is negative, the share that is passed over; specificity.', 'tn / (tn + fp)'],
  ppv: ['Of the selected rows, the share whose label is positive.', 'tp / (tp + fp)'],
  npv: ['Of the rows passed over, the share whose label is negative.', 'tn / (tn + fn)'],
  fdr: ['Of the selected rows, the share whose label is negative.', 'fp / (fp + tp)'],
  for: ['Of the rows passed over, the share whose label is positive.', 'fn / (fn + tn)'],
  accuracy: ['Of all rows, the share where decision and label agree.'],
  balanced_accuracy: ['The mean of the true positive and the true negative rate.'],
  f1: ['The harmonic mean of precision and recall.'],
  roc_auc: ['The chance that a positive row scores higher than a negative one, ties counting one half. It has no threshold.'],
  pr_auc: ['Mean precision over recall, as steps (average precision). It has no threshold.'],
  brier: ['The mean squared difference of score and label.'], log_loss: ['The mean of minus the log of the probability given to what happened.'],
  ece: ['How far mean label and mean score lie apart, averaged over bins of the score; biased upwards in small slices.'],
  ece_debiased: ['The calibration error with its bias for small bins taken off.'],
  calibration_ratio: ['Mean score divided by mean label; 1 is calibrated on the whole.'],
  prevalence: ['The share of rows whose label is positive.'], mean_label: ['The mean of the labels.'], mean_score: ['The mean of the scores.'],
};

/** How sure a metric is, and how that is known. @param {string} metric @returns {string[]} */
function certainty(metric) {
  if (['f1', 'balanced_accuracy'].includes(metric) || ['number', 'count'].includes(readingOf(metric).kind)) return [];
  if (metric === 'roc_auc') return ['Interval: logit DeLong, or Newcombe\u2019s method 5 where few pairs are ordered wrongly.'];
  return readingOf(metric).kind !== 'rate' ? [] : ['Interval: Wilson\u2019s, all rates that a score test would not reject; it holds for few rows, too.',
    'Gap: Miettinen and Nurminen\u2019s interval and the p of the same test; where the slice is part of the baseline, against the rest of it.'];
}

export const chartWords = {
  isBaseline: 'The baseline.', baseline: 'baseline', undefinedShort: 'undefined', settling: '\u2026',
  board: 'Metrics by slice', slice: 'Slice', n: 'n', rows: (/** @type {number} */ n) => `${count(n)} rows`,
  value: 'Value', gap: { difference: 'Gap', ratio: 'Ratio', relative: 'Change' },
  sortBy: (/** @type {string} */ what) => `Sort by ${what}`, sorted: (/** @type {boolean} */ down) => down ? 'sorted, highest first' : 'sorted, lowest first',
  sortLabel: 'Sort', search: 'Search slices', searchHint: 'Part of a name', columnLabel: 'Show', allColumns: 'all columns',
  hideBelow: 'Hide slices under', hideBelowRows: 'rows', metrics: 'Metrics', metricsOf: (/** @type {number} */ n) => `Metrics (${n})`,
  grouped: 'Group by column', options: 'Options', bars: 'Bars', full: '0 to 100 %',
  families: { rates: 'Decisions and errors', predictive: 'Being right', ranking: 'Ranking', calibration: 'Scores', counts: 'Counts', others: 'Others' },
  remove: (/** @type {string} */ metric) => `Remove ${metric}`, explain: (/** @type {string} */ metric) => `What is ${metric}?`,
  shown: (/** @type {number} */ shown, /** @type {number} */ all) => `${shown === all ? '' : `${count(shown)} of `}${count(all)} ${all === 1 ? 'slice' : 'slices'}`,
  pictured: (/** @type {number} */ shown, /** @type {number} */ all) => `${count(shown)} of ${count(all)} rows, those in sight; the others are in the numbers`,
  none: 'No slice matches. Clear the search or the filters to see all.', clear: 'Clear filters', noMetrics: 'No metric is chosen. Add one above.',
  legend: { now: (/** @type {number} */ t) => `at ${thresholdText(t)}`, base: 'baseline', whisker: (/** @type {number} */ l) => `${levelText(l)}`,
    beyond: 'goes on beyond the axis', sure: (/** @type {number} */ l) => `* ${levelText(l)} of the gap excludes no gap`,
    unadjusted: 'p: score test, not adjusted for the number of questions' },
  explanation: (/** @type {string} */ metric) => [metricName(metric), ...(explained[metric] ?? []), ...certainty(metric)],
  sliceLines: (/** @type {import('../state/types.js').ReportSlice} */ { name, rows, positives, weight, reason }) => [name,
    `${count(rows)} rows${positives === null ? '' : `, ${count(positives)} with a positive label`}${weight === rows ? '' : `, weight ${count(weight)}`}.`,
    reason === null ? '' : `${words.undefinedBecause(reason)}: rates, but no gaps and no findings.`],
  how: 'How is the interval computed? (?)',
  tooSmall: 'too few rows for a gap', suppressed: 'suppressed', significant: 'significant', notSignificant: 'not significant',
  expand: (/** @type {string} */ column) => `Slices of ${column}`,
  threshold: 'Threshold', markOf: (/** @type {string} */ name) => `Threshold, mark of ${name}`, wholeAxes: 'Whole axes',
  traced: 'Slices drawn', addTrace: 'Add a slice', untrace: (/** @type {string} */ name) => `Leave out ${name}`, resetTraces: 'Back to the first ones',
  curvesComing: 'The curves are being drawn.', curvesNone: 'This report holds no curves: make it with --curves, or open the file or its cube.',
  roc: 'ROC', pr: 'Precision and recall', calibration: 'Calibration', observed: 'Observed positives',
  plotOf: (/** @type {string} */ title, /** @type {string[]} */ names) => `${title} of ${names.join(', ')}. Drag a mark or use arrow keys to move the threshold; plus zooms, 0 goes back.`,
  spreads: 'Score distributions', spreadsHow: 'Shares of the actual positives (up) and negatives (down) by score; what the threshold selects is in full colour.',
  spreadOf: (/** @type {string} */ name, /** @type {number} */ positives, /** @type {number} */ negatives) => `Scores of ${name}: ${count(positives)} positives, ${count(negatives)} negatives`,
  selectedOf: (/** @type {'positives' | 'negatives'} */ side) => side === 'positives' ? 'positives selected' : 'negatives selected',
  sides: { negatives: 'Actual negatives', positives: 'Actual positives' }, label: 'Label',
  pairTitle: (/** @type {string} */ a, /** @type {string} */ b) => `${b} over ${a}`, pairOf: (/** @type {string} */ a, /** @type {string} */ b) => `Scores of ${a} and of ${b}`,
  noneOf: (/** @type {string} */ name, /** @type {'positives' | 'negatives'} */ side) => `${name} has no actual ${side}.`,
  distance: (/** @type {string} */ a, /** @type {string} */ b, /** @type {'positives' | 'negatives'} */ side, /** @type {{moved: number, largest: number, threshold: number}} */ d) =>
    `Actual ${side}: scores of ${b} lie ${fixed(d.moved, 3)} from those of ${a} on average; the selected shares differ most at ${thresholdText(d.threshold)}, by ${fixed(Math.abs(100 * d.largest), 1)}${THIN}pp.`,
  /** @param {'every' | 'bins' | 'few'} from */
  distanceHow: (from) => `Wasserstein-1 (earth mover\u2019s) distance, and Kolmogorov and Smirnov\u2019s largest difference of shares, from ${{ every: 'every score', bins: 'the fine bins of the cube',
    few: 'the 20 bins drawn here' }[from]}. MinDiff trains such a distance away.`,
  shareOf: 'Shares of', of: { rows: 'actual class', columns: 'decision', all: 'all rows' }, more: (/** @type {number} */ n) => `${count(n)} more`,
  matrixOf: (/** @type {string} */ name) => `Confusion matrix of ${name}`, selectedShort: 'selected', passedShort: 'not selected', positiveShort: 'actual +', negativeShort: 'actual \u2212',
  /** @type {(name: string, key: 'tp' | 'fn' | 'fp' | 'tn', threshold: number, rows: number | null, share: number | null, of: 'rows' | 'columns' | 'all') => string} */
  matrixCell: (name, key, threshold, rows, share, of) => `${chartWords.cellOf[key].replace(/^./, (letter) => letter.toUpperCase())} of ${name} at ${thresholdText(threshold)}: `
    + `${rows === null ? '\u2013' : count(rows)} rows${share === null ? '' : `, ${valueText('fpr', share)} of ${{ rows: key === 'tp' || key === 'fn' ? 'the actual positives' : 'the actual negatives',
      columns: key === 'tp' || key === 'fp' ? 'the selected' : 'those not selected', all: 'all rows' }[of]}`}.`,
  cellOf: { tp: 'true positives', fn: 'false negatives', fp: 'false positives', tn: 'true negatives' },
  recut: 'Slices\u2026', recutLabel: 'Other slices of the same rows', crosses: 'Crosses', addCross: 'Add cross', crossFirst: 'First column', crossSecond: 'Second column',
  removeCross: (/** @type {string} */ cross) => `Remove the cross ${cross}`, crossSame: 'Choose two different columns.', crossThere: 'This cross is there already.',
  crossNeedsTwo: 'A cross needs two sliced columns.',
  crossFromCube: 'From a cube, a cross that was not counted on its own is known at the thresholds the cube was built for; elsewhere it is undefined.',
  cutOf: (/** @type {string} */ column) => `Cuts of ${column}`, cutNeedsRows: 'Other cuts need the rows: open the file itself.', edges: 'Edges',
  edgeOf: (/** @type {number} */ i, /** @type {string} */ column) => `Edge ${i} of ${column}`, edgesWrong: 'Edges are numbers with commas between them, such as 25, 45, 65.',
  cutHow: 'Drag an edge, move it with arrow keys, remove it with Delete, or type all. The rows are counted again.',
  asTables: 'The numbers as tables', scores: 'Scores', marksAt: (/** @type {number} */ t) => `At threshold ${thresholdText(t)}`,
  readout: (/** @type {{name: string, threshold: number | null, x: number, y: number}} */ { name, threshold, x, y },
    /** @type {{label: string, format: (value: number) => string}} */ across, /** @type {{label: string, format: (value: number) => string}} */ up) =>
    `${name}${threshold === null ? '' : ` at ${thresholdText(Number(threshold.toPrecision(3)))}`}: ${across.label.replace(/, %$/, '').toLowerCase()} ${across.format(x)}${THIN}%, ${up.label.replace(/, %$/, '').toLowerCase()} ${up.format(y)}${THIN}%`,
};
