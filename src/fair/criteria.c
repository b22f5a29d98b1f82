/* criteria: one number over the groups of a column, as Fairlearn defines them.
 *
 * Called by audit for demographic parity (selection rate), equal opportunity (true positive rate), equalized odds (both
 * error sides) and the like, and for the four-fifths rule. Idea: everything is the greatest and the least value and whose they are; a group without a value
 * is left out and the answer says so, since "no gap" and "not known" are different findings.
 */
#include "evenhand/fair.h"

#define NOT_A_NUMBER __builtin_nan("")

eh_extremes eh_fair_extremes(const double *value_g, uint32_t n) {
  eh_extremes e = {.difference = NOT_A_NUMBER, .ratio = NOT_A_NUMBER, .min = NOT_A_NUMBER, .max = NOT_A_NUMBER};
  uint32_t present = 0;
  for (uint32_t g = 0; g < n; g++) {
    if (value_g[g] != value_g[g]) continue;
    if (present == 0 || value_g[g] < e.min) e.min = value_g[g], e.group_min = g;
    if (present == 0 || value_g[g] > e.max) e.max = value_g[g], e.group_max = g;
    present++;
  }
  if (present < 2) {
    e.reason = e.ratio_reason = EH_R_ONE_GROUP;
    return e;
  }
  e.reason = present < n ? EH_R_PARTIAL : EH_R_NONE;
  e.difference = e.max - e.min;
  if (e.max == 0) e.ratio_reason = EH_R_ZERO_BASELINE;
  else e.ratio = e.min / e.max;
  return e;
}

static eh_criterion criterion(double value, eh_reason reason, const eh_extremes *part) {
  return (eh_criterion){value, reason, part->group_min, part->group_max};
}

/* What to say of a value that both parts have. */
static eh_reason joint_reason(const eh_extremes *tpr, const eh_extremes *fpr) {
  return tpr->reason == EH_R_PARTIAL || fpr->reason == EH_R_PARTIAL ? EH_R_PARTIAL : EH_R_NONE;
}

eh_criterion eh_fair_odds_difference(const eh_extremes *tpr, const eh_extremes *fpr) {
  if (tpr->reason == EH_R_ONE_GROUP) return criterion(NOT_A_NUMBER, EH_R_ONE_GROUP, tpr);
  if (fpr->reason == EH_R_ONE_GROUP) return criterion(NOT_A_NUMBER, EH_R_ONE_GROUP, fpr);
  const eh_extremes *const worse = fpr->difference > tpr->difference ? fpr : tpr;
  return criterion(worse->difference, joint_reason(tpr, fpr), worse);
}

eh_criterion eh_fair_odds_ratio(const eh_extremes *tpr, const eh_extremes *fpr) {
  if (tpr->ratio_reason) return criterion(NOT_A_NUMBER, tpr->ratio_reason, tpr);
  if (fpr->ratio_reason) return criterion(NOT_A_NUMBER, fpr->ratio_reason, fpr);
  const eh_extremes *const worse = fpr->ratio < tpr->ratio ? fpr : tpr;
  return criterion(worse->ratio, joint_reason(tpr, fpr), worse);
}

eh_criterion eh_fair_odds_mean(const eh_extremes *tpr, const eh_extremes *fpr) {
  eh_criterion mean = eh_fair_odds_difference(tpr, fpr);
  if (mean.value == mean.value) mean.value = (tpr->difference + fpr->difference) / 2;
  return mean;
}

/* ---- the four-fifths rule ---------------------------------------------------------------------------------------- */

typedef unsigned __int128 u128;

/* a < b as fractions of integers below 2^64; of sums of weights, as rounded. */
static bool is_less(const eh_value *a, const eh_value *b) {
  if (a->weighted) return a->value < b->value;
  return (u128)a->numerator * b->denominator < (u128)b->numerator * a->denominator;
}

/* Counts are below 2^53, so the products stay far below 2^128. */
static bool is_below_four_fifths(const eh_value *rate, const eh_value *highest) {
  if (rate->weighted) return 5 * rate->value < 4 * highest->value;
  return (u128)5 * rate->numerator * highest->denominator < (u128)4 * highest->numerator * rate->denominator;
}

eh_four_fifths eh_fair_four_fifths(bool *fails_g, const eh_value *rate_g, uint32_t n) {
  eh_four_fifths f = {.value = NOT_A_NUMBER};
  uint32_t present = 0;
  for (uint32_t g = 0; g < n; g++) {
    fails_g[g] = false;
    if (rate_g[g].reason) continue;
    if (present == 0 || is_less(&rate_g[g], &rate_g[f.group_min])) f.group_min = g;
    if (present == 0 || is_less(&rate_g[f.group_max], &rate_g[g])) f.group_max = g;
    present++;
  }
  f.reason = present < 2 ? EH_R_ONE_GROUP : !(rate_g[f.group_max].value > 0) ? EH_R_ZERO_BASELINE : EH_R_NONE;
  if (f.reason) return f;
  f.value = rate_g[f.group_min].value / rate_g[f.group_max].value;
  f.reason = present < n ? EH_R_PARTIAL : EH_R_NONE;
  for (uint32_t g = 0; g < n; g++) {
    fails_g[g] = !rate_g[g].reason && is_below_four_fifths(&rate_g[g], &rate_g[f.group_max]);
    f.failing_count += fails_g[g];
  }
  return f;
}
