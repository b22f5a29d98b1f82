/* criteria: one number over the groups of a column, as Fairlearn defines them.
 *
 * Called by audit for demographic parity (selection rate), equal opportunity (true positive rate) and equalized odds
 * (both error sides). Idea: everything is the greatest and the least value and whose they are; a group without a value
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
