// Numbers as people read them, the same in every locale: a point before decimals, a thin space between thousands, a true minus.
// Called by every chart and panel. The full number is never lost: marks carry it in `data-value`.

/** Narrow no-break space: between thousands, and before "%" and "pp". */
export const THIN = '\u202f';
const MINUS = '\u2212';

/** @param {string} digits of a whole number */
const grouped = (digits) => digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, THIN);

/**
 * A number with a fixed number of decimals; -0.0 is 0.0.
 * @param {number} value
 * @param {number} decimals
 */
export function fixed(value, decimals) {
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : value < 0 ? `${MINUS}\u221e` : '\u2013';
  if (Math.abs(value) >= 1e15) return value.toExponential(3).replace('-', MINUS);
  const text = Math.abs(value).toFixed(decimals);
  const [whole, rest] = text.split('.');
  const sign = value < 0 && Number(text) !== 0 ? MINUS : '';
  return sign + grouped(whole) + (rest === undefined ? '' : `.${rest}`);
}

/** @param {number} value */
export const count = (value) => fixed(value, Number.isInteger(value) ? 0 : 1);

/**
 * A share as percent without its sign. One that is next to 0 % or 100 % but neither keeps a digit that says so.
 * @param {number} share
 */
export function percentNumber(share) {
  const edge = Math.min(Math.abs(share), Math.abs(1 - share)) * 100;
  return fixed(100 * share, edge > 0 && edge < 0.05 ? (edge < 0.005 ? 3 : 2) : 1);
}

/** @param {string} text @param {number} value */
const signed = (text, value) => value > 0 && /[1-9]/.test(text) ? `+${text}` : text;

/** @param {number} threshold as people type it: .5, .123 */
export const thresholdText = (threshold) => String(Number(threshold.toPrecision(6))).replace(/^(-?)0\./, '$1.').replace('-', MINUS);

/** @param {number} p */
export const pText = (p) => p < 0.001 ? 'p\u2009<\u2009.001' : `p\u2009${p > 0.0995 ? p.toFixed(2).replace(/^0/, '') : p.toFixed(3).replace(/^0/, '')}`;

/**
 * How a metric is read. `kind` decides the format; `better` which way it is good, where that is agreed.
 * @typedef {{kind: 'rate' | 'score' | 'count' | 'number', better: 'higher' | 'lower' | null}} Reading
 */

/** @type {Record<string, Reading>} */
const READINGS = {};
for (const [kind, better, names] of /** @type {[Reading['kind'], Reading['better'], string][]} */ ([
  ['rate', 'higher', 'tpr tnr ppv npv accuracy balanced_accuracy'], ['rate', 'lower', 'fpr fnr fdr for'],
  ['rate', null, 'selection_rate prevalence mean_label'], ['count', null, 'tp fp tn fn rows'],
  ['score', 'higher', 'f1 roc_auc pr_auc pr_auc_trapezoid pr_auc_davis_goadrich'], ['score', 'lower', 'brier ece ece_debiased'],
  ['number', 'lower', 'log_loss'], ['number', null, 'mean_score calibration_ratio']]))
  for (const name of names.split(' ')) READINGS[name] = { kind, better };

/** @type {Reading} */
const PLAIN = { kind: 'number', better: null };

/**
 * @param {string} metric
 * @returns {Reading}
 */
export const readingOf = (metric) => READINGS[metric] ?? PLAIN;

/** @param {number} value of any size @returns {string} about three digits */
function threeDigits(value) {
  const size = Math.abs(value);
  return fixed(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

/**
 * A metric's value: "12.3 %", "0.927", "1 234".
 * @param {string} metric
 * @param {number} value
 */
export function valueText(metric, value) {
  const { kind } = readingOf(metric);
  return kind === 'rate' ? percentNumber(value) + THIN + '%' : kind === 'count' ? count(value) : threeDigits(value);
}

/** @param {string} metric @param {number} value one bound of an interval, without a unit */
export const boundText = (metric, value) => readingOf(metric).kind === 'rate' ? percentNumber(value) : valueText(metric, value);

/**
 * A gap: "+4.1 pp" of a rate, "+0.012" of others; "1.32" as a ratio, "+32 %" as a relative change.
 * @param {string} metric
 * @param {'difference' | 'ratio' | 'relative'} kind
 * @param {number} value
 */
export function gapText(metric, kind, value) {
  if (kind === 'difference' && readingOf(metric).kind === 'rate') return gapNumber(metric, kind, value) + THIN + 'pp';
  return kind === 'relative' ? gapNumber(metric, kind, value) + THIN + '%' : gapNumber(metric, kind, value);
}

/**
 * The same without its unit, for the bounds of its interval.
 * @param {string} metric
 * @param {'difference' | 'ratio' | 'relative'} kind
 * @param {number} value
 */
export function gapNumber(metric, kind, value) {
  if (kind === 'ratio') return fixed(value, Math.abs(value) >= 10 ? 1 : 2);
  if (kind === 'relative') return signed(fixed(100 * value, Math.abs(value) >= 1 ? 0 : 1), value);
  const reading = readingOf(metric).kind;
  const text = reading === 'rate' ? fixed(100 * value, 1) : reading === 'count' ? count(value) : threeDigits(value);
  return signed(text, value);
}

/** @param {string} low @param {string} high @returns {string} "[3.2, 5.0]" */
export const interval = (low, high) => `[${low}, ${high}]`;
