/* value: from a slice's tally to the value of a metric.
 *
 * Called by audit for every slice, metric and threshold. Idea: counts stay integers and sums stay exact until the last
 * step, which is one conversion and one division; an empty denominator is a reason, never a 0.
 */
#include "metric_internal.h"

#define NOT_A_NUMBER __builtin_nan("")

typedef unsigned __int128 u128;

static eh_value undefined(eh_reason reason) { return (eh_value){.value = NOT_A_NUMBER, .reason = reason}; }

/* numerator / denominator, or the reason why not; the parts are kept either way. */
static eh_value proportion(uint64_t numerator, uint64_t denominator, eh_reason reason) {
  return (eh_value){.value = denominator ? (double)numerator / (double)denominator : NOT_A_NUMBER,
                    .reason = denominator ? EH_R_NONE : reason,
                    .has_parts = true,
                    .numerator = numerator,
                    .denominator = denominator};
}

static eh_value number(double value) { return (eh_value){.value = value}; }

static uint64_t positives_of(eh_confusion c) { return c.tp + c.fn; }
static uint64_t negatives_of(eh_confusion c) { return c.fp + c.tn; }

/* Sum of all scores. Two sums that each fit in 128 bits cannot overflow 192. */
static double score_sum(const eh_tally *t) {
  eh_i192 sum = eh_i192_of_i128(t->score_sum_y[0]);
  eh_i192_add(&sum, eh_i192_of_i128(t->score_sum_y[1]));
  return eh_i192_to_f64(sum);
}

/* Sum of (score - label)^2 = sum of score^2 - 2 (sum of score over positives) + positives, exact, rounded once. The
 * terms stay far below 192 bits: a square is below 2^80 and rows are below 2^53. */
static double brier_sum(const eh_tally *t) {
  eh_i192 sum = t->square_sum_y[0];
  const eh_i192 minus_score = eh_i192_of_i128(eh_i128_neg(t->score_sum_y[1]));
  eh_i128 positives = {{0, 0}};
  eh_i128_add_integer(&positives, (int64_t)positives_of(t->confusion));
  eh_i192_add(&sum, t->square_sum_y[1]);
  eh_i192_add(&sum, minus_score);
  eh_i192_add(&sum, minus_score);
  eh_i192_add(&sum, eh_i192_of_i128(positives));
  return eh_i192_to_f64(sum);
}

static eh_value balanced_accuracy(const eh_tally *t) {
  const eh_confusion c = t->confusion;
  const uint64_t positives = positives_of(c), negatives = negatives_of(c);
  if (!positives) return undefined(EH_R_NO_POSITIVES);
  if (!negatives) return undefined(EH_R_NO_NEGATIVES);
  return number(.5 * ((double)c.tp / (double)positives + (double)c.tn / (double)negatives));
}

static eh_value f1(const eh_tally *t) {
  const eh_confusion c = t->confusion;
  return proportion(2 * c.tp, 2 * c.tp + c.fp + c.fn, EH_R_NO_POSITIVES);
}

static eh_value calibration_ratio(const eh_tally *t) {
  const uint64_t positives = positives_of(t->confusion);
  return positives ? number(score_sum(t) / (double)positives) : undefined(EH_R_NO_POSITIVES);
}

/* 2U / (2 positives negatives), both exact before they are rounded to f64. */
static eh_value roc_auc(const eh_tally *t) {
  if (t->no_bins) return undefined(EH_R_BINNED);
  const u128 pairs = (u128)positives_of(t->confusion) * negatives_of(t->confusion);
  const u128 won = (u128)t->auc_2u[1] << 64 | t->auc_2u[0];
  return pairs ? number(.5 * ((double)won / (double)pairs)) : undefined(EH_R_ONE_CLASS);
}

static eh_value pr_area(const eh_tally *t, eh_pr_area area) {
  if (t->no_bins || (t->binned && area != EH_PR_STEP)) return undefined(EH_R_BINNED);
  return positives_of(t->confusion) ? number(t->pr_area[area]) : undefined(EH_R_NO_POSITIVES);
}

/* What is asked of a mean over probabilities; `reliability` is NULL only where nobody asked for any of them. */
static bool not_probabilities(const eh_tally *t) { return !t->reliability || t->reliability->outside; }

static eh_value log_loss(const eh_tally *t, uint64_t rows) {
  if (not_probabilities(t)) return undefined(EH_R_NOT_PROBABILITIES);
  if (t->binned) return undefined(EH_R_BINNED);
  if (t->loss_infinite) return undefined(EH_R_INFINITE_LOSS);
  return number(eh_i128_to_f64(t->loss_sum) / (double)rows);
}

static eh_value ece(const eh_tally *t, uint64_t rows, double (*of)(const eh_reliability *, uint64_t)) {
  return not_probabilities(t) ? undefined(EH_R_NOT_PROBABILITIES) : number(of(t->reliability, rows));
}

static eh_value other_value(eh_metric metric, const eh_tally *t, uint64_t rows) {
  switch (metric) {
    case EH_M_BALANCED_ACCURACY: return balanced_accuracy(t);
    case EH_M_F1: return f1(t);
    case EH_M_MEAN_SCORE: return number(score_sum(t) / (double)rows);
    case EH_M_CALIBRATION_RATIO: return calibration_ratio(t);
    case EH_M_BRIER: return number(brier_sum(t) / (double)rows);
    case EH_M_PR_AUC: return pr_area(t, EH_PR_STEP);
    case EH_M_PR_AUC_TRAPEZOID: return pr_area(t, EH_PR_TRAPEZOID);
    case EH_M_PR_AUC_DAVIS_GOADRICH: return pr_area(t, EH_PR_DAVIS_GOADRICH);
    case EH_M_LOG_LOSS: return log_loss(t, rows);
    case EH_M_ECE: return ece(t, rows, eh_reliability_ece);
    case EH_M_ECE_DEBIASED: return ece(t, rows, eh_reliability_ece_debiased);
    default: return roc_auc(t);
  }
}

eh_value eh_metric_value(eh_metric metric, const eh_tally *tally) {
  const eh_confusion c = tally->confusion;
  const uint64_t rows = positives_of(c) + negatives_of(c);
  switch (metric) { /* an empty slice is that first, whatever else it lacks */
#define EH_METRIC_COUNT(id, name, title, count) \
  case EH_M_##id: return (eh_value){.value = (double)(count), .has_parts = true, .numerator = (count)};
#define EH_METRIC_RATE(id, name, title, better, needs_threshold, numerator, denominator, reason) \
  case EH_M_##id: return proportion(numerator, denominator, rows ? EH_R_##reason : EH_R_NO_ROWS);
#define EH_METRIC_OTHER(id, name, title, better, needs_threshold) \
  case EH_M_##id: return rows ? other_value(metric, tally, rows) : undefined(EH_R_NO_ROWS);
#define EH_METRIC_NAMED EH_METRIC_OTHER
#include "evenhand/metric.def"
#undef EH_METRIC_COUNT
#undef EH_METRIC_RATE
#undef EH_METRIC_OTHER
#undef EH_METRIC_NAMED
    default: return undefined(EH_R_NO_ROWS); /* no metric */
  }
}
