// Every text of the viewer that a person reads, English. Sentences with numbers in them are functions. Explanations of metrics and
// methods are in explain.js; findings and errors of the data come from the engine in its own words.

export const words = {
  brand: 'Evenhand',
  tagline: 'Is there a gap, how sure is it, and where? Nothing leaves this page.',
  open: 'Open a file', openHint: 'CSV, Parquet, JSON Lines, NumPy, a cube or a report; it stays in this tab',
  example: 'Try an example', exampleName: 'UCI Adult, test rows (example)',
  undo: 'Undo', redo: 'Redo', close: 'Close', theme: 'Theme', themes: { auto: 'as the system', light: 'light', dark: 'dark' },
  threshold: 'Threshold', thresholdText: 'Threshold, as a number', pin: 'Pin', unpin: (/** @type {string} */ t) => `Unpin ${t}`,
  exploratory: 'A threshold found by dragging is exploratory: check it on other data.',
  scoresFrom: (/** @type {string} */ from, /** @type {string} */ to) => `Scores run from ${from} to ${to}.`,
  edge: (/** @type {string} */ edge) => `Scores are counted in bins here: the numbers are those at ${edge}, the edge below; intervals are known at the thresholds that the cube was counted for.`,
  settings: 'Settings', baseline: 'Baseline', model: 'Model', overall: 'overall', complement: 'everyone else (complement)',
  gap: 'Gap as', gaps: { difference: 'difference', ratio: 'ratio', relative: 'relative change' },
  panels: { overview: 'Findings', metrics: 'Metrics', curves: 'Curves', confusion: 'Confusion', compare: 'Compare', intersections: 'Intersections' },
  panelList: 'Views', findingsNone: 'Nothing stands out at these settings.', findingsBetween: 'Inside a bin gaps have no intervals, so none is judged.', findingsMore: (/** @type {number} */ n) => `${n} more`, findingsLess: 'Fewer',
  findingsNote: (/** @type {number} */ n, /** @type {number} */ level) => n === 0 ? '' :
    `${n === 1 ? 'One gap' : `${n} gaps`} whose ${Math.round(100 * level)} % interval leaves out no gap${n === 1 ? '' : ', the surest first'}. Not corrected for looking at many: where there is no gap at all, about 1 in ${Math.round(1 / (1 - level))} still looks like one.`,
  notJudged: (/** @type {number} */ n) => `${n} ${n === 1 ? 'thing' : 'things'} that could not be judged`,
  slice: 'Slice', rows: 'n', working: (/** @type {string} */ what) => `Reading ${what}`, cancel: 'Cancel', cancelled: 'Cancelled.',
  undefinedBecause: (/** @type {string} */ reason) => reasons[reason] ?? reason.replaceAll('_', ' '),
  against: 'against', notHere: 'This view is not here yet, and needs the network, once.',
  intersections: {
    rows: 'Rows', columns: 'Columns', metric: 'Metric', wait: 'Counting the crosses.', empty: 'no rows', above: 'above the baseline', below: 'below it',
    onlyReport: 'A report holds the crosses it was made with and no others. Open the table or a cube to cross columns here.',
    oneColumn: 'Two sliced columns are needed to cross them. Add another column as a group.', sure: 'bold: the interval of the gap leaves out no gap',
    worst: 'The surest gaps, largest first', none: 'No cross differs surely from the baseline.',
    rowsOf: (/** @type {string} */ n) => `${n} rows`,
    label: (/** @type {string} */ metric, /** @type {string} */ a, /** @type {string} */ b) => `${metric}, ${a} by ${b}`,
  },
  compare: {
    with: 'Compare', metric: 'Metric', against: (/** @type {string} */ after, /** @type {string} */ before) => `${after} against ${before}`,
    none: 'Open a second file (before and after, or model A and B), or a table with two score columns, to see what changed for whom.',
    picture: 'Picture', change: 'Change', before: 'Before', after: 'After', verdict: 'Verdict', worse: 'worse', better: 'better', changed: 'changed', unclear: 'not clear',
    summary: (/** @type {number} */ worse, /** @type {number} */ better, /** @type {number} */ all) =>
      `Of ${all} slices, ${worse} surely got worse and ${better} surely got better; for the others the interval includes no change.`,
    summaryPlain: (/** @type {number} */ changed, /** @type {number} */ all) =>
      `Of ${all} slices, ${changed} surely changed; for the others the interval includes no change.`,
    /** @param {{metric: string, slice: string, threshold: string, before: string, after: string}} of */
    said: ({ metric, slice, threshold, before, after }) => `${metric} of ${slice} at ${threshold}: ${before}, ${after}.`,
    /** @param {{change: string, level: number, range: string, p: string, rows: string, same: boolean}} of */
    changeSaid: ({ change, level, range, p, rows, same }) => `Change ${change}${range ? `, ${Math.round(100 * level)} % interval ${range}` : ', without an interval'}${p ? `, ${p}` : ''}; `
      + `${same ? `both models on the same ${rows} rows` : `${rows} rows in the first file, others in the second`}.`,
    many: 'Each interval holds for its slice alone: among many slices some seem to change by chance.',
    grid: (/** @type {string} */ near) => `The same rows are compared with intervals at steps of .05 of the threshold. Go to ${near}`,
    onlyCube: 'missing in one of the two',
  },
  stale: 'The audit of this threshold is under way.',
};

/** Why a number does not exist. @type {Record<string, string>} */
export const reasons = {
  undefined: 'no rows to divide by', no_positives: 'no actual positives', no_negatives: 'no actual negatives', nobody_selected: 'nobody selected',
  everybody_selected: 'everybody selected', too_small: 'too few rows', suppressed: 'suppressed', missing_baseline: 'the baseline has no value',
  zero_baseline: 'the baseline is 0', one_class: 'one label only', binned: 'the cube holds bins of its slices only', no_rows: 'no rows',
  not_probabilities: 'the scores are not probabilities', infinite_loss: 'a sure score was wrong', is_baseline: 'the baseline', not_yet: 'not computed yet', no_closed_form: 'no formula for it', no_bootstrap: 'no bootstrap of it',
  not_asked: 'not asked for', same_rows: 'the same rows', one_group: 'one group only', zero_weight: 'no weight', no_joint: 'not counted together',
  few_events: 'few events', few_rows: 'few rows', unknown: 'not in this report', empty: 'no rows',
};

/** Names of metrics for people. @type {Record<string, string>} */
export const metricNames = {
  selection_rate: 'Selection rate', fpr: 'False positive rate', fnr: 'False negative rate', tpr: 'True positive rate', tnr: 'True negative rate',
  ppv: 'Precision', npv: 'Negative predictive value', fdr: 'False discovery rate', for: 'False omission rate', accuracy: 'Accuracy',
  balanced_accuracy: 'Balanced accuracy', f1: 'F1', prevalence: 'Prevalence', mean_label: 'Mean label', mean_score: 'Mean score',
  calibration_ratio: 'Calibration ratio', brier: 'Brier score', roc_auc: 'ROC AUC', pr_auc: 'PR AUC', log_loss: 'Log loss', ece: 'ECE',
  ece_debiased: 'ECE, debiased', pr_auc_trapezoid: 'PR AUC, trapezoid', pr_auc_davis_goadrich: 'PR AUC, Davis and Goadrich', tp: 'True positives',
  fp: 'False positives', tn: 'True negatives', fn: 'False negatives', rows: 'Rows',
};
