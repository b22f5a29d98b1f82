/* about: what the metrics are called, and which metric a name means.
 *
 * Called by the request parser (names in) and by every report (names out). Idea: metric.def is the one list; beside it
 * stands one table of the names that other tools use for the same numbers.
 */
#include "evenhand/metric.h"

#include <string.h>

static const eh_metric_info about_m[EH_METRICS] = {
#define EH_METRIC_COUNT(id, name, title, count) {name, title, EH_METRIC_IS_COUNT, EH_BETTER_NEITHER, true, false},
#define EH_METRIC_RATE(id, name, title, better, needs_threshold, numerator, denominator, reason) \
  {name, title, EH_METRIC_IS_RATE, EH_BETTER_##better, needs_threshold, false},
#define EH_METRIC_OTHER(id, name, title, better, needs_threshold) \
  {name, title, EH_METRIC_IS_OTHER, EH_BETTER_##better, needs_threshold, false},
#define EH_METRIC_NAMED(id, name, title, better, needs_threshold) \
  {name, title, EH_METRIC_IS_OTHER, EH_BETTER_##better, needs_threshold, true},
#include "evenhand/metric.def"
#undef EH_METRIC_COUNT
#undef EH_METRIC_RATE
#undef EH_METRIC_OTHER
#undef EH_METRIC_NAMED
};

static const eh_str name_m[EH_METRICS] = {
#define EH_METRIC_COUNT(id, name, title, count) {name, sizeof(name) - 1},
#define EH_METRIC_RATE(id, name, title, better, needs_threshold, numerator, denominator, reason) \
  {name, sizeof(name) - 1},
#define EH_METRIC_OTHER(id, name, title, better, needs_threshold) {name, sizeof(name) - 1},
#define EH_METRIC_NAMED EH_METRIC_OTHER
#include "evenhand/metric.def"
#undef EH_METRIC_COUNT
#undef EH_METRIC_RATE
#undef EH_METRIC_OTHER
#undef EH_METRIC_NAMED
};

/* Names of TFMA's fairness indicators, scikit-learn, Fairlearn, aequitas and the textbooks. positive_rate is TFMA's
 * word for the share of predicted positives. */
static const struct {
  const char *name;
  eh_metric metric;
} other_name_n[] = {
    {"true_positives", EH_M_TP},
    {"false_positives", EH_M_FP},
    {"true_negatives", EH_M_TN},
    {"false_negatives", EH_M_FN},
    {"false_positive_rate", EH_M_FPR},
    {"fall_out", EH_M_FPR},
    {"false_negative_rate", EH_M_FNR},
    {"miss_rate", EH_M_FNR},
    {"true_positive_rate", EH_M_TPR},
    {"recall", EH_M_TPR},
    {"recall_score", EH_M_TPR},
    {"sensitivity", EH_M_TPR},
    {"hit_rate", EH_M_TPR},
    {"true_negative_rate", EH_M_TNR},
    {"specificity", EH_M_TNR},
    {"selectivity", EH_M_TNR},
    {"precision", EH_M_PPV},
    {"precision_score", EH_M_PPV},
    {"positive_predictive_value", EH_M_PPV},
    {"negative_predictive_value", EH_M_NPV},
    {"false_discovery_rate", EH_M_FDR},
    {"false_omission_rate", EH_M_FOR},
    {"positive_rate", EH_M_SELECTION_RATE},
    {"predicted_positive_rate", EH_M_SELECTION_RATE},
    {"acceptance_rate", EH_M_SELECTION_RATE},
    {"pprev", EH_M_SELECTION_RATE},
    {"accuracy_score", EH_M_ACCURACY},
    {"binary_accuracy", EH_M_ACCURACY},
    {"balanced_accuracy_score", EH_M_BALANCED_ACCURACY},
    {"f1_score", EH_M_F1},
    {"base_rate", EH_M_PREVALENCE},
    {"prev", EH_M_PREVALENCE},
    {"label_mean", EH_M_MEAN_LABEL},
    {"mean_prediction", EH_M_MEAN_SCORE},
    {"prediction_mean", EH_M_MEAN_SCORE},
    {"calibration", EH_M_CALIBRATION_RATIO},
    {"brier_score", EH_M_BRIER},
    {"brier_score_loss", EH_M_BRIER},
    {"auc", EH_M_ROC_AUC},
    {"auc_roc", EH_M_ROC_AUC},
    {"auroc", EH_M_ROC_AUC},
    {"roc_auc_score", EH_M_ROC_AUC},
    {"average_precision", EH_M_PR_AUC},
    {"average_precision_score", EH_M_PR_AUC},
    {"auprc", EH_M_PR_AUC},
    {"auc_pr", EH_M_PR_AUC},
    {"auc_precision_recall", EH_M_PR_AUC},
    {"pr_auc_step", EH_M_PR_AUC},
    {"logloss", EH_M_LOG_LOSS},
    {"binary_cross_entropy", EH_M_LOG_LOSS},
    {"binary_crossentropy", EH_M_LOG_LOSS},
    {"expected_calibration_error", EH_M_ECE},
    {"bias", EH_M_MEAN_ERROR},
    {"mean_absolute_error", EH_M_MAE},
    {"mean_squared_error", EH_M_MSE},
    {"root_mean_squared_error", EH_M_RMSE},
};

const eh_metric_info *eh_metric_about(eh_metric metric) { return &about_m[metric]; }

const eh_str *eh_metric_names(void) { return name_m; }

static bool is_name(eh_str wanted, const char *name) {
  return strlen(name) == wanted.n && memcmp(name, wanted.p, wanted.n) == 0;
}

int eh_metric_find(eh_str name) {
  eh_str bare = name;
  for (size_t i = 0; i < name.n; i++) {
    if (name.p[i] == '/') bare = (eh_str){name.p + i + 1, name.n - i - 1};
  }
  if (bare.n == 0) return -1;
  for (int m = 0; m < EH_METRICS; m++) {
    if (is_name(bare, about_m[m].name)) return m;
  }
  for (size_t i = 0; i < sizeof other_name_n / sizeof other_name_n[0]; i++) {
    if (is_name(bare, other_name_n[i].name)) return (int)other_name_n[i].metric;
  }
  return -1;
}
