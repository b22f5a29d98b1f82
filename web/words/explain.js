// How intervals are computed, in a few sentences each; it comes when somebody asks. Keys are the methods of a report, of which some have
// forms: "_part" (one is part of the other), "_overlap", "_n_eff" (sampling weights).
import { methodName } from './charts.js';

/** @type {Record<string, string>} */
const METHODS = {
  wilson: 'All rates that a score test of the observed one would not reject (Wilson 1927). It holds for few rows and near 0 and 100 %, where the interval of the textbooks fails.',
  clopper_pearson: 'All rates that the two one-sided exact binomial tests would not reject (Clopper and Pearson 1934). It never covers less than it says, and is wider for that.',
  agresti_coull: 'The interval of the textbooks around a rate with some imagined successes and failures added (Agresti and Coull 1998).',
  miettinen_nurminen: 'All differences, or ratios, of two independent rates that a score test would not reject, its variance that of the rates under the difference in question (Miettinen and Nurminen 1985).',
  newcombe_10: 'The difference of two rates from the ends of their two Wilson intervals (Newcombe 1998, method 10).',
  agresti_caffo: 'The interval of the textbooks for a difference, after a success and a failure are added to either group (Agresti and Caffo 2000).',
  koopman: 'All ratios of two independent rates that a score test would not reject (Koopman 1984).',
  katz: 'The logarithm of a ratio as if it were normal, with one half added to every count (Katz et al. 1978).',
  wilson_mapped: 'F1 rises with the share of true positives among the rows that are positive or selected: the ends of that share\u2019s Wilson interval, turned into F1.',
  mover_wilson: 'The rates that it is made of are of different rows: the ends come from how far each moves it within its Wilson interval, squared and added (MOVER; Zou and Donner 2008).',
  log_delta: 'A quotient of two sums over rows, or a mean, on the scale of logarithms, with Student\u2019s t; its spread from what each row adds to the sums (delta method).',
  boyd_logit: 'The area under the precision-recall curve on the logit scale, as sure as a share of that many positive rows (Boyd, Eng and Page 2013).',
  wilson_positives: 'The area under the precision-recall curve where few positives are lost or won: Wilson\u2019s interval of a share of that many positive rows.',
  mover_boyd: 'The difference of two areas under precision-recall curves from the ends of their own intervals (MOVER; Zou and Donner 2008).',
  tango: 'The difference of two models on the same rows: all differences that a score test of the rows on which they disagree would not reject (Tango 1998).',
  delong: 'The area under the ROC curve with DeLong\u2019s variance of its placements (1988), as if it were normal.',
  delong_logit: 'The area under the ROC curve with DeLong\u2019s variance of its placements (1988), on the logit scale, so that it stays between 0 and 1.',
  newcombe_5: 'The area under the ROC curve where few pairs are ordered wrongly: a score interval with the variance of exponential scores (Newcombe 2006, method 5).',
  student_t: 'A mean with Student\u2019s t.', welch_t: 'A difference of two means with Welch\u2019s t.',
  bootstrap: 'Rows (or whole clusters) are drawn with replacement many times over; the interval holds the middle part of what the draws give.',
  bca: 'A bootstrap whose ends are corrected for bias and for a spread that depends on the value (Efron 1987).',
};

/** The forms of a method, longest first. @type {readonly [string, string][]} */
const FORMS = [['_n_eff', 'Weights count by the number of equal ones that would be as sure (Kish\u2019s effective size).'],
  ['_overlap', 'Slice and baseline share some of their rows, which move both.'],
  ['_part', 'Slice or baseline is part of the other: a rate is compared with the rest, and the interval is mapped back.']];

/** @param {string} method @returns {string} */
export function explained(method) {
  let name = method;
  const more = [];
  for (const [form, text] of FORMS) {
    if (!name.endsWith(form)) continue;
    name = name.slice(0, -form.length);
    more.unshift(text);
  }
  return [`${methodName(method)}: ${METHODS[name] ?? 'as the report names it.'}`, ...more].join(' ');
}
