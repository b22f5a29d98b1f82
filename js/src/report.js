// The report as types. What each field means is said in report.schema.json; the module writes it (src/report/json.c).
// Where a number is null, the reason beside it says why.

/**
 * @typedef {object} Report
 * @property {number} schema_version
 * @property {string} version of Evenhand
 * @property {ReportSpec} spec the options that can change a number, every default filled
 * @property {ReportInput} input where the rows came from; not part of what makes two reports equal
 * @property {ReportSlice[]} slices
 * @property {ReportResult[]} results one row per model, slice, metric and threshold
 * @property {ReportFairness[]} fairness one row per model, criterion, column and threshold
 * @property {ReportFinding[]} findings what a person should look at, first things first
 * @property {ReportComparison[]} [comparisons] models against the first, where there are several and no weights
 * @property {ReportCurve[]} [curves] one per model and slice, where the spec asks for curves
 */

/**
 * @typedef {object} ReportSpec
 * @property {string} label
 * @property {"regression"} [task] absent: labels are of two classes
 * @property {string | null} positive
 * @property {string[]} score
 * @property {string[]} slice
 * @property {string[]} cross
 * @property {string[]} bucket
 * @property {string[]} [multi] multi-valued columns, as asked for; absent where there are none
 * @property {string[]} [slice_if] named predicates in canonical form; absent where there are none
 * @property {string} [where] in canonical form; absent where every row counts
 * @property {boolean} show_missing
 * @property {number[]} threshold
 * @property {MetricName[]} metric
 * @property {string} baseline
 * @property {string[]} missing
 * @property {number} min_slice
 * @property {number} level
 * @property {string} interval "default", "bootstrap", "bca", "none", or methods by name, divided by commas
 * @property {number} [replicates] of the bootstrap
 * @property {number} [seed] of the bootstrap
 * @property {string} [cluster] column that tells which rows are drawn together
 * @property {">" | ">="} cut whether a row is selected when its score is above the threshold, or already when it is on it
 * @property {true} [curves] only where they were asked for
 * @property {string} [weight] column of row weights
 * @property {"sampling" | "frequency"} [weight_kind]
 * @property {true} [fractional] labels are numbers from 0 to 1
 * @property {number} score_bits mantissa bits of the scores behind any number; 52 where all are exact
 */

/**
 * @typedef {object} ReportInput
 * @property {string | null} name
 * @property {string | null} sha256 null for columns and rows in memory, merged cubes, and with no_hash
 * @property {number} rows rows met, skipped ones included
 * @property {number} rows_skipped
 * @property {number} [rows_filtered] rows that `where` left out; absent where there are none
 * @property {{line: number, reason: string}[]} skipped the first 20
 * @property {Record<string, number>} missing missing cells per column, those of conditions included
 */

/**
 * @typedef {object} ReportSlice
 * @property {string} name "overall", "sex=Female", "sex=Female & race=Black", "25<=age<45", "sex is missing"
 * @property {string[]} columns
 * @property {(string | null)[]} values one per column, null = missing
 * @property {number} rows
 * @property {number} weight
 * @property {number | null} positives rows with a positive label; null in a regression
 * @property {string | null} reason "too_small" under min_slice
 */

/**
 * @typedef {'tp' | 'fp' | 'tn' | 'fn' | 'fpr' | 'fnr' | 'tpr' | 'tnr' | 'ppv' | 'npv' | 'fdr' | 'for' |
 *   'selection_rate' | 'accuracy' | 'balanced_accuracy' | 'f1' | 'prevalence' | 'mean_label' | 'mean_score' |
 *   'calibration_ratio' | 'brier' | 'roc_auc' | 'pr_auc' | 'log_loss' | 'ece' | 'ece_debiased' | 'pr_auc_trapezoid' |
 *   'pr_auc_davis_goadrich' | 'mean_error' | 'mae' | 'rmse' | 'mse'} MetricName
 */

/**
 * @typedef {object} ReportResult
 * @property {string} model
 * @property {string} slice
 * @property {MetricName} metric
 * @property {number | null} threshold null where the metric has none
 * @property {number | null} value
 * @property {string | null} reason why there is no value
 * @property {number | null} numerator rows; with weights or fractional labels a sum of weights
 * @property {number | null} denominator
 * @property {number | null} lower
 * @property {number | null} upper
 * @property {string | null} method "wilson", "wilson_n_eff", "wilson_mapped", "mover_wilson", "log_delta", "boyd_logit", "wilson_positives", "delong_logit", "newcombe_5", "student_t", "bootstrap", "bca"
 * @property {string | null} interval_reason why there is no interval; few_events and heavy_tails leave one in place
 * @property {number | null} [bound] where spec.score_bits is below 52: how far the value may be from that of exact scores
 * @property {ReportGap} gap
 */

/**
 * slice - baseline, slice / baseline, and ratio - 1.
 * @typedef {object} ReportGap
 * @property {string} baseline "overall", "complement" or the name of a slice
 * @property {string | null} reason
 * @property {string | null} interval_reason
 * @property {number | null} difference
 * @property {number | null} difference_lower
 * @property {number | null} difference_upper
 * @property {number | null} ratio
 * @property {string | null} ratio_reason
 * @property {number | null} ratio_lower
 * @property {number | null} ratio_upper null beside a ratio_lower = no upper limit
 * @property {number | null} relative
 * @property {string | null} method
 * @property {number | null} p
 * @property {number | null} p_adjusted
 * @property {string | null} [ratio_method] where methods were asked for by name
 * @property {string | null} [p_method]
 */

/**
 * value - reference_value, on the same rows.
 * @typedef {object} ReportComparison
 * @property {string} model
 * @property {string} reference the first model
 * @property {string} slice
 * @property {MetricName} metric
 * @property {number} threshold
 * @property {number | null} value
 * @property {number | null} reference_value
 * @property {number | null} difference
 * @property {string | null} reason
 * @property {number | null} lower
 * @property {number | null} upper
 * @property {string | null} method "tango"
 * @property {string | null} interval_reason
 * @property {number | null} p
 * @property {number} rows that the rate asks about
 * @property {number | null} only_model rows that count for the model alone
 * @property {number | null} only_reference
 */

/**
 * @typedef {object} ReportFairness
 * @property {string} model
 * @property {string} criterion "demographic_parity_difference", "equalized_odds_ratio", ...
 * @property {string} column "sex", "sex*race"
 * @property {number | null} threshold
 * @property {number | null} value
 * @property {string | null} reason "partial" stands beside a value
 * @property {string | null} slice_min
 * @property {string | null} slice_max
 * @property {number | null} lower
 * @property {number | null} upper
 * @property {string | null} method
 * @property {string | null} interval_reason
 * @property {boolean | null} [passes] four_fifths: whether every group's rate is at least 4/5 of the highest; null = not known of
 *   the groups that were left out
 * @property {string[]} [failing] four_fifths: the slices that fail
 */

/**
 * @typedef {"gap" | "no_gap" | "not_judged" | "undefined" | "too_small" | "missing" | "skipped" | "score_range" |
 *   "many_values" | "binned" | "marginals" | "label_values" | "threshold"} FindingKind
 */

/**
 * @typedef {object} ReportFinding
 * @property {number} rank 1 = first to read
 * @property {FindingKind} kind
 * @property {string | null} model
 * @property {string | null} slice
 * @property {MetricName | null} metric
 * @property {number | null} threshold
 * @property {string} text a whole sentence
 */

/**
 * [threshold, x, y] from the highest threshold to the lowest, at most 256. Threshold null: beyond every score.
 * @typedef {[number | null, number, number][]} ReportPoints
 */

/**
 * @typedef {object} ReportCurve
 * @property {string} model
 * @property {string} slice
 * @property {string | null} roc_reason
 * @property {ReportPoints} roc [threshold, fpr, tpr]; empty where there is a reason
 * @property {string | null} pr_reason
 * @property {ReportPoints} pr [threshold, recall, precision]
 * @property {string | null} reliability_reason
 * @property {ReportBin[]} reliability
 * @property {'fractional_labels'} [interval_reason] why no bin has an interval
 * @property {{edge: number[], negatives: number[], positives: number[]}} score_distribution rows, or their weights, by label, bins (edge, next edge]
 */

/**
 * A bin of a reliability curve: scores in (lower, upper], the first bin with its lower end.
 * @typedef {object} ReportBin
 * @property {number} lower
 * @property {number} upper
 * @property {number} rows
 * @property {number} [weight] of these rows, under sampling weights or fractional labels
 * @property {number | null} mean_score
 * @property {number | null} mean_label
 * @property {number | null} label_lower Wilson interval of mean_label
 * @property {number | null} label_upper
 */

export {};
