/* results: the flat rows of an audit: every model, slice, metric and threshold with value, interval and gap. */
#include "audit_internal.h"

eh_confusion eh_audit_confusion(const eh_audit *audit, uint32_t model, uint32_t threshold, uint32_t slice) {
  size_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  if (threshold == EH_NONE) return audit->total_ms[model * s_count + slice].confusion;
  return audit->confusion_mts[(model * t_count + threshold) * s_count + slice];
}

bool eh_audit_is_between(const eh_audit *audit, uint32_t threshold) {
  return threshold != EH_NONE && audit->view.cube->fine &&
         !eh_metric_is_held(audit->view.cube, audit->spec.cube.threshold_t[threshold]);
}

/* Rows of the slice that the threshold may select or not; NULL where it is exact. */
static const uint64_t *doubt_of(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold) {
  const size_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  if (threshold == EH_NONE || !audit->doubt_mts) return NULL;
  return audit->doubt_mts[(model * t_count + threshold) * s_count + slice];
}

static eh_value no_bins(void) { return (eh_value){.value = __builtin_nan(""), .reason = EH_R_BINNED}; }

/* How far the value may be from that of exact scores. */
static double bound_of(const eh_audit *audit, const eh_result *r) {
  if (!audit->view.cube->fine) return 0;
  if (r->value.reason) return __builtin_nan("");
  const uint64_t *const doubt_y = doubt_of(audit, r->model, r->slice, r->threshold);
  eh_tally tally = audit->total_ms[(size_t)r->model * audit->slices.slice_count + r->slice];
  tally.confusion = eh_audit_confusion(audit, r->model, r->threshold, r->slice);
  return doubt_y ? eh_metric_bound(r->metric, &tally, doubt_y) : eh_metric_area_bound(r->metric, &tally);
}

eh_value eh_audit_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric, uint32_t threshold) {
  if (eh_audit_is_regression(audit)) return eh_audit_regression_value(audit, model, slice, metric);
  if (eh_audit_is_weighted(audit)) return eh_weighted_value(audit, model, slice, metric, threshold);
  const uint64_t *const doubt_y = doubt_of(audit, model, slice, threshold);
  if (doubt_y && doubt_y[0] == UINT64_MAX) return no_bins();
  eh_tally tally = audit->total_ms[(size_t)model * audit->slices.slice_count + slice];
  tally.confusion = eh_audit_confusion(audit, model, threshold, slice);
  return eh_metric_value(metric, &tally);
}

eh_value eh_audit_rest_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric,
                             uint32_t threshold) {
  if (eh_audit_is_regression(audit)) return eh_audit_regression_rest_value(audit, model, slice, metric);
  if (eh_audit_is_weighted(audit))
    return eh_weighted_rest_value(audit, model, audit->place_s[EH_SLICE_OVERALL], slice, metric, threshold);
  const uint64_t *const doubt_y = doubt_of(audit, model, slice, threshold);
  if (doubt_y && doubt_y[0] == UINT64_MAX) return no_bins();
  eh_tally tally = audit->rest_total_ms[(size_t)model * audit->slices.slice_count + slice];
  eh_confusion all = eh_audit_confusion(audit, model, threshold, audit->place_s[EH_SLICE_OVERALL]);
  eh_confusion own = eh_audit_confusion(audit, model, threshold, slice);
  tally.confusion = (eh_confusion){all.tp - own.tp, all.fp - own.fp, all.tn - own.tn, all.fn - own.fn};
  return eh_metric_value(metric, &tally);
}

eh_confusion eh_audit_shared(const eh_audit *audit, uint32_t model, uint32_t threshold, uint32_t slice) {
  const size_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  switch (audit->view.baseline == EH_NONE ? EH_DISJOINT : audit->relation_s[slice]) {
    case EH_DISJOINT: return (eh_confusion){0};
    case EH_CONTAINS: return eh_audit_confusion(audit, model, threshold, audit->view.baseline);
    case EH_OVERLAP: return audit->shared_mts[(model * (t_count + 1) + (threshold == EH_NONE ? t_count : threshold)) * s_count + slice];
    default: return eh_audit_confusion(audit, model, threshold, slice);
  }
}

static void add_interval(const eh_audit *audit, eh_result *r) {
  eh_metric_kind kind = eh_metric_about(r->metric)->kind;
  r->range = (eh_range){__builtin_nan(""), __builtin_nan("")};
  if (eh_audit_is_regression(audit)) {
    eh_audit_regression_interval(audit, r);
    return;
  }
  r->interval_reason = kind == EH_METRIC_IS_COUNT ? EH_R_COUNT_METRIC
                       : r->value.reason          ? r->value.reason
                       : !(audit->z > 0)          ? EH_R_NOT_ASKED
                       : eh_audit_is_between(audit, r->threshold) ? EH_R_BINNED
                                                  : EH_R_NONE;
  if (eh_audit_is_weighted(audit) && !r->interval_reason) eh_weighted_interval(audit, r);
  if (r->interval_reason || r->method) return;
  if (kind != EH_METRIC_IS_RATE && r->metric != EH_M_ROC_AUC) {
    eh_audit_composite_interval(audit, r);
    return;
  }
  if (kind == EH_METRIC_IS_RATE) {
    r->range = eh_rate_range(&audit->spec.methods, (double)r->value.numerator, (double)r->value.denominator, audit->z);
    r->method = eh_method_name(eh_methods_of(&audit->spec.methods, EH_OF_RATE), false, false);
    return;
  }
  eh_audit_auc_interval(audit, r);
}

/* Whether the rows that the slice is held against are fewer than the least asked for. */
static bool baseline_too_small(const eh_audit *audit, uint32_t slice) {
  if (audit->view.baseline != EH_NONE) return audit->slice_s[audit->view.baseline].too_small;
  return audit->view.cube->rows - audit->slice_s[slice].rows < audit->spec.min_slice;
}

eh_gap eh_audit_gap_disjoint(const eh_audit *audit, const eh_value *one, const eh_value *other) {
  if (audit->spec.cube.fractional && audit->z > 0) return eh_gap_plain(one, other, EH_R_FRACTIONAL_LABELS);
  if (one->weighted) return eh_gap_weighted(one, other, NULL, EH_DISJOINT, &audit->spec.methods, audit->z);
  return eh_gap_rates(one, other, EH_DISJOINT, NULL, &audit->spec.methods, audit->z);
}

static eh_gap find_gap(const eh_audit *audit, const eh_result *r) {
  uint32_t baseline = audit->view.baseline;
  eh_metric_kind kind = eh_metric_about(r->metric)->kind;
  if (r->slice == baseline) return eh_gap_none(EH_R_IS_BASELINE);
  if (kind == EH_METRIC_IS_COUNT) return eh_gap_none(EH_R_COUNT_METRIC);
  if (audit->slice_s[r->slice].too_small || baseline_too_small(audit, r->slice)) return eh_gap_none(EH_R_TOO_SMALL);
  if (eh_audit_is_regression(audit)) return eh_audit_regression_gap(audit, r->model, r->slice, baseline, r->metric);
  const eh_value against = baseline == EH_NONE
                               ? eh_audit_rest_value(audit, r->model, r->slice, r->metric, r->threshold)
                               : eh_audit_value(audit, r->model, baseline, r->metric, r->threshold);
  if (eh_audit_is_between(audit, r->threshold)) {
    eh_gap gap = eh_gap_values(&r->value, &against, audit->z);
    if (gap.interval_reason == EH_R_NOT_YET) gap.interval_reason = EH_R_BINNED;
    return gap;
  }
  const eh_relation relation = audit->relation_s[r->slice];
  if (r->metric == EH_M_ROC_AUC) return eh_audit_auc_gap(audit, r, &against);
  if (kind != EH_METRIC_IS_RATE) return eh_audit_composite_gap(audit, r, &against);
  if (relation == EH_DISJOINT) return eh_audit_gap_disjoint(audit, &r->value, &against);
  if (eh_audit_is_weighted(audit)) return eh_weighted_gap(audit, r, &against);
  const eh_tally both = {.confusion = eh_audit_shared(audit, r->model, r->threshold, r->slice)};
  const eh_value shared = eh_metric_value(r->metric, &both);
  return eh_gap_rates(&r->value, &against, relation, &shared, &audit->spec.methods, audit->z);
}

/* Where the rows of each metric begin among those of a slice, and how many those are. */
static eh_status find_places(eh_audit *audit, eh_error *err) {
  const eh_spec *spec = &audit->spec;
  audit->result_i = eh_audit_take(audit, spec->metric_count, sizeof *audit->result_i, err);
  if (!audit->result_i) return EH_E_MEMORY;
  for (uint32_t i = 0; i < spec->metric_count; i++) {
    audit->result_i[i] = audit->result_per_slice;
    audit->result_per_slice += eh_metric_about(spec->metric_n[i])->needs_threshold ? spec->cube.threshold_count : 1;
  }
  return EH_OK;
}

eh_result *eh_audit_result(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t i, uint32_t threshold) {
  const uint64_t first = ((uint64_t)model * audit->slices.slice_count + slice) * audit->result_per_slice;
  return &audit->result_n[first + audit->result_i[i] + (threshold == EH_NONE ? 0 : threshold)];
}

static eh_result *slice_results(const eh_audit *audit, eh_result *to, uint32_t model, uint32_t slice) {
  const eh_spec *spec = &audit->spec;
  for (uint32_t i = 0; i < spec->metric_count; i++) {
    bool has_threshold = eh_metric_about(spec->metric_n[i])->needs_threshold;
    for (uint32_t t = 0; t < (has_threshold ? spec->cube.threshold_count : 1); t++, to++) {
      *to = (eh_result){.model = model, .slice = slice, .metric = spec->metric_n[i], .threshold = has_threshold ? t : EH_NONE};
      to->value = eh_audit_value(audit, model, slice, to->metric, to->threshold);
      add_interval(audit, to);
      to->gap = find_gap(audit, to);
      to->bound = bound_of(audit, to);
    }
  }
  return to;
}

void eh_audit_fill_results(eh_audit *audit) {
  eh_result *to = audit->result_n;
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++)
    for (uint32_t s = 0; s < audit->view.slice_count; s++) to = slice_results(audit, to, m, s);
}

eh_status eh_audit_results(eh_audit *audit, eh_error *err) {
  eh_audit_view *view = &audit->view;
  EH_TRY(find_places(audit, err));
  view->result_count = audit->result_per_slice * view->slice_count * audit->spec.cube.model_count;
  view->result_n = audit->result_n = eh_audit_take(audit, view->result_count, sizeof *audit->result_n, err);
  if (!audit->result_n) return EH_E_MEMORY;
  eh_audit_fill_results(audit);
  return EH_OK;
}
