/* fairness: the named criteria over the groups of every column and cross, one row per model, family and threshold.
 *
 * Groups that are missing values are not compared; groups under min_slice count as undefined, which makes a row `partial`.
 */
#include "audit_internal.h"

/* One family of one model at one threshold, being judged. */
typedef struct judged {
  uint32_t model, family, threshold;
  uint32_t count;        /* comparable groups */
  uint32_t *slice_g;     /* their places in the report */
  double *value_g;       /* scratch: one metric's values, NaN = left out */
  eh_value *rate_g;      /* scratch */
  bool *fails_g;         /* scratch */
} judged;

static eh_extremes extremes(const eh_audit *audit, const judged *j, eh_metric metric) {
  for (uint32_t g = 0; g < j->count; g++) {
    bool left_out = audit->slice_s[j->slice_g[g]].too_small;
    j->value_g[g] = left_out ? __builtin_nan("") : eh_audit_value(audit, j->model, j->slice_g[g], metric, j->threshold).value;
  }
  return eh_fair_extremes(j->value_g, j->count);
}

static void put(eh_fairness **to, const judged *j, eh_str criterion, double value, eh_reason reason, uint32_t group_min,
                uint32_t group_max) {
  bool there = value == value;
  **to = (eh_fairness){.model = j->model,
                       .family = j->family,
                       .threshold = j->threshold,
                       .criterion = criterion,
                       .value = value,
                       .reason = reason,
                       .slice_min = there && group_min != EH_NONE ? j->slice_g[group_min] : EH_NONE,
                       .slice_max = there && group_max != EH_NONE ? j->slice_g[group_max] : EH_NONE};
  (*to)++;
}

static void put_pair(eh_fairness **to, const judged *j, eh_str difference, eh_str ratio, const eh_extremes *e) {
  put(to, j, difference, e->difference, e->reason, e->group_min, e->group_max);
  put(to, j, ratio, e->ratio, e->ratio_reason ? e->ratio_reason : e->reason, e->group_min, e->group_max);
}

/* Treatment equality (Berk et al. 2018): false negatives per false positive; a group without false positives is left out. */
static eh_extremes treatment_extremes(const eh_audit *audit, const judged *j) {
  for (uint32_t g = 0; g < j->count; g++) {
    const double fn = eh_audit_value(audit, j->model, j->slice_g[g], EH_M_FN, j->threshold).value;
    const double fp = eh_audit_value(audit, j->model, j->slice_g[g], EH_M_FP, j->threshold).value;
    const bool left_out = audit->slice_s[j->slice_g[g]].too_small || !(fp > 0);
    j->value_g[g] = left_out ? __builtin_nan("") : fn / fp;
  }
  return eh_fair_extremes(j->value_g, j->count);
}

static eh_status put_four_fifths(eh_audit *audit, eh_fairness **to, const judged *j, eh_error *err) {
  for (uint32_t g = 0; g < j->count; g++) {
    j->rate_g[g] = eh_audit_value(audit, j->model, j->slice_g[g], EH_M_SELECTION_RATE, j->threshold);
    if (audit->slice_s[j->slice_g[g]].too_small) j->rate_g[g].reason = EH_R_TOO_SMALL;
  }
  const eh_four_fifths found = eh_fair_four_fifths(j->fails_g, j->rate_g, j->count);
  uint32_t *failing_n = eh_audit_take(audit, (uint64_t)found.failing_count + 1, sizeof *failing_n, err), n = 0;
  if (!failing_n) return EH_E_MEMORY;
  for (uint32_t g = 0; g < j->count; g++)
    if (j->fails_g[g]) failing_n[n++] = j->slice_g[g];
  eh_fairness *const row = *to;
  put(to, j, EH_STR("four_fifths"), found.value, found.reason, found.group_min, found.group_max);
  row->has_failing = found.value == found.value;
  row->failing_n = failing_n, row->failing_count = n;
  return EH_OK;
}

static const struct {
  eh_str difference, ratio;
  eh_metric metric;
} pair_n[] = {
    {{"demographic_parity_difference", 29}, {"demographic_parity_ratio", 24}, EH_M_SELECTION_RATE},
    {{"equal_opportunity_difference", 28}, {"equal_opportunity_ratio", 23}, EH_M_TPR},
    {{"predictive_equality_difference", 30}, {"predictive_equality_ratio", 25}, EH_M_FPR},
    {{"predictive_parity_difference", 28}, {"predictive_parity_ratio", 23}, EH_M_PPV},
    {{"accuracy_equality_difference", 28}, {"accuracy_equality_ratio", 23}, EH_M_ACCURACY}};

enum { OF_TPR = 1, OF_FPR = 2, PAIRS = sizeof pair_n / sizeof *pair_n, CRITERIA = 2 * PAIRS + 6 };

static eh_status put_criteria(eh_audit *audit, eh_fairness **to, const judged *j, eh_error *err) {
  eh_extremes found_n[PAIRS];
  for (int i = 0; i < PAIRS; i++) {
    found_n[i] = extremes(audit, j, pair_n[i].metric);
    put_pair(to, j, pair_n[i].difference, pair_n[i].ratio, &found_n[i]);
  }
  const eh_extremes treatment = treatment_extremes(audit, j);
  put_pair(to, j, EH_STR("treatment_equality_difference"), EH_STR("treatment_equality_ratio"), &treatment);
  const eh_extremes *const tpr = &found_n[OF_TPR], *const fpr = &found_n[OF_FPR];
  eh_criterion odds = eh_fair_odds_difference(tpr, fpr);
  put(to, j, EH_STR("equalized_odds_difference"), odds.value, odds.reason, odds.group_min, odds.group_max);
  odds = eh_fair_odds_ratio(tpr, fpr);
  put(to, j, EH_STR("equalized_odds_ratio"), odds.value, odds.reason, odds.group_min, odds.group_max);
  odds = eh_fair_odds_mean(tpr, fpr);
  put(to, j, EH_STR("average_abs_odds_difference"), odds.value, odds.reason, odds.group_min, odds.group_max);
  return put_four_fifths(audit, to, j, err);
}

/* Metrics that have a worst group, with the criterion's name: those asked for that have a better end. */
typedef struct worst_list {
  eh_metric metric_n[EH_METRICS];
  eh_str name_n[EH_METRICS];
  uint32_t count;
} worst_list;

/* "fpr_group_max", "accuracy_group_min": Fairlearn's names for the worst group of a metric. */
static eh_status list_worst(eh_audit *audit, worst_list *list, bool needs_threshold, eh_error *err) {
  list->count = 0;
  for (uint32_t i = 0; i < audit->spec.metric_count; i++) {
    const eh_metric_info *about = eh_metric_about(audit->spec.metric_n[i]);
    if (about->better == EH_BETTER_NEITHER || about->needs_threshold != needs_threshold) continue;
    eh_buf name = {.mem = audit->mem};
    eh_buf_format(&name, "%s%s", about->name, about->better == EH_BETTER_LOWER ? "_group_max" : "_group_min");
    list->metric_n[list->count] = audit->spec.metric_n[i];
    list->name_n[list->count] = name.failed ? (eh_str){0} : eh_arena_str(&audit->arena, (eh_str){name.p, name.n});
    eh_buf_free(&name);
    if (!list->name_n[list->count++].p) return eh_fail(err, EH_E_MEMORY, "out of memory");
  }
  return EH_OK;
}

static void put_worst(const eh_audit *audit, eh_fairness **to, const judged *j, eh_metric metric, eh_str name) {
  eh_extremes e = extremes(audit, j, metric);
  bool lower = eh_metric_about(metric)->better == EH_BETTER_LOWER;
  bool none = e.reason == EH_R_ONE_GROUP;
  double value = none ? __builtin_nan("") : lower ? e.max : e.min;
  put(to, j, name, value, e.reason, lower ? EH_NONE : e.group_min, lower ? e.group_max : EH_NONE);
}

static void put_worst_list(const eh_audit *audit, eh_fairness **to, const judged *j, const worst_list *list) {
  for (uint32_t i = 0; i < list->count; i++) put_worst(audit, to, j, list->metric_n[i], list->name_n[i]);
}

static eh_status judge_family(eh_audit *audit, eh_fairness **to, judged *j, const worst_list *with,
                              const worst_list *without, eh_error *err) {
  const eh_family *family = &audit->slices.family_n[j->family];
  j->count = 0;
  for (uint32_t i = 0; i < family->count; i++) {
    uint32_t place = eh_audit_place(audit, family->first + i);
    if (!audit->slice_s[place].slice->has_missing) j->slice_g[j->count++] = place;
  }
  for (j->threshold = 0; j->threshold < audit->spec.cube.threshold_count; j->threshold++) {
    EH_TRY(put_criteria(audit, to, j, err));
    put_worst_list(audit, to, j, with);
  }
  j->threshold = EH_NONE;
  put_worst_list(audit, to, j, without);
  return EH_OK;
}

eh_status eh_audit_fairness(eh_audit *audit, eh_error *err) {
  worst_list with, without; /* metrics that need a threshold, and those that do not */
  EH_TRY(list_worst(audit, &with, true, err));
  EH_TRY(list_worst(audit, &without, false, err));
  uint64_t m_count = audit->spec.cube.model_count, t_count = audit->spec.cube.threshold_count;
  eh_audit_view *view = &audit->view;
  view->fairness_count = m_count * audit->slices.family_count * (t_count * (CRITERIA + with.count) + without.count);
  eh_fairness *to = eh_audit_take(audit, view->fairness_count + 1, sizeof *to, err);
  judged j = {.slice_g = eh_audit_take(audit, audit->slices.slice_count, sizeof *j.slice_g, err),
              .value_g = eh_audit_take(audit, audit->slices.slice_count, sizeof *j.value_g, err),
              .rate_g = eh_audit_take(audit, audit->slices.slice_count, sizeof *j.rate_g, err),
              .fails_g = eh_audit_take(audit, audit->slices.slice_count, sizeof *j.fails_g, err)};
  if (!to || !j.slice_g || !j.value_g || !j.rate_g || !j.fails_g) return EH_E_MEMORY;
  view->fairness_n = to;
  for (j.model = 0; j.model < m_count; j.model++)
    for (j.family = 0; j.family < audit->slices.family_count; j.family++)
      EH_TRY(judge_family(audit, &to, &j, &with, &without, err));
  return EH_OK;
}
