/* regression: values, intervals and gaps of means over rows, where --task regression was asked for. Called by results and
 * findings in place of what they do with rates.
 *
 * The one idea: the sums of a slice are exact, so those of the rows that only the slice, only the baseline or both hold
 * follow by taking off, and a gap needs no more than these three.
 */
#include "audit_internal.h"

bool eh_audit_is_regression(const eh_audit *audit) { return audit->spec.cube.regression; }

static eh_regression *sums_of(const eh_audit *audit, uint32_t model, uint32_t slice) {
  return &audit->regression_ms[(size_t)model * audit->slices.slice_count + slice];
}

eh_status eh_regression_count(eh_audit *audit, eh_error *err) {
  const uint32_t m_count = audit->spec.cube.model_count, s_count = audit->slices.slice_count;
  audit->regression_ms = eh_audit_take(audit, (uint64_t)m_count * s_count, sizeof *audit->regression_ms, err);
  if (!audit->regression_ms) return EH_E_MEMORY;
  for (uint32_t m = 0; m < m_count; m++)
    for (uint32_t s = 0; s < s_count; s++)
      EH_TRY(eh_metric_regression(sums_of(audit, m, s), audit->view.cube, audit->model_m[m], audit->slice_s[s].slice, NULL, err));
  return EH_OK;
}

static eh_regression rest_of(const eh_audit *audit, uint32_t model, uint32_t slice) {
  eh_regression rest;
  eh_regression_rest(&rest, sums_of(audit, model, audit->place_s[EH_SLICE_OVERALL]), sums_of(audit, model, slice));
  return rest;
}

eh_value eh_audit_regression_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric) {
  return eh_regression_value(metric, sums_of(audit, model, slice));
}

eh_value eh_audit_regression_rest_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric) {
  const eh_regression rest = rest_of(audit, model, slice);
  return eh_regression_value(metric, &rest);
}

static eh_mean_kind kind_of(eh_metric metric) {
  return metric == EH_M_RMSE ? EH_MEAN_ROOT : metric == EH_M_MAE || metric == EH_M_MSE ? EH_MEAN_SIZE : EH_MEAN_ANY;
}

static eh_mean mean_of(eh_metric metric, const eh_regression *sums) {
  if (!sums->rows) return (eh_mean){0};
  return (eh_mean){sums->rows, eh_regression_mean(metric, sums), eh_regression_variance(metric, sums)};
}

/* Rows below which a mean of squares was seen to be covered too little where errors have heavy tails (src/interval/README.md): the
 * interval stays, and is not gone by. */
#define ROWS_OF_SQUARES 100

static bool is_doubtful(eh_metric metric, uint64_t rows) {
  return (metric == EH_M_RMSE || metric == EH_M_MSE) && rows < ROWS_OF_SQUARES;
}

void eh_audit_regression_interval(const eh_audit *audit, eh_result *r) {
  const eh_mean mean = mean_of(r->metric, sums_of(audit, r->model, r->slice));
  r->interval_reason = r->value.reason ? r->value.reason
                       : audit->z > 0  ? eh_mean_range(&r->range, &mean, kind_of(r->metric), audit->spec.level)
                                       : EH_R_NOT_ASKED;
  if (r->interval_reason) return;
  r->method = "student_t";
  if (is_doubtful(r->metric, mean.n)) r->interval_reason = EH_R_HEAVY_TAILS;
}

static eh_gap gap_of(const eh_audit *audit, eh_metric metric, const eh_regression *one, const eh_regression *other,
                     const eh_regression *both) {
  const eh_value value = eh_regression_value(metric, one), against = eh_regression_value(metric, other);
  eh_regression first, second;
  eh_regression_rest(&first, one, both);
  eh_regression_rest(&second, other, both);
  const eh_mean_overlap parts = {mean_of(metric, &first), mean_of(metric, both), mean_of(metric, &second)};
  eh_gap gap = eh_gap_means(&value, &against, &parts, kind_of(metric), audit->z > 0 ? audit->spec.level : 0);
  const bool few = (first.rows && is_doubtful(metric, first.rows)) || (both->rows && is_doubtful(metric, both->rows)) ||
                   (second.rows && is_doubtful(metric, second.rows));
  if (!gap.reason && !gap.interval_reason && few) gap.interval_reason = EH_R_HEAVY_TAILS;
  return gap;
}

eh_gap eh_audit_regression_gap(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t other, eh_metric metric) {
  eh_regression both = {0}, rest;
  const eh_regression *against = other == EH_NONE ? &rest : sums_of(audit, model, other);
  if (other == EH_NONE) {
    rest = rest_of(audit, model, slice);
    return gap_of(audit, metric, sums_of(audit, model, slice), against, &both);
  }
  const eh_slice *const one_slice = audit->slice_s[slice].slice, *const other_slice = audit->slice_s[other].slice;
  switch (eh_slice_relation(one_slice, other_slice)) {
    case EH_UNKNOWN: {
      const eh_value value = eh_regression_value(metric, sums_of(audit, model, slice)), base = eh_regression_value(metric, against);
      return eh_gap_plain(&value, &base, audit->z > 0 ? EH_R_OVERLAP_UNKNOWN : EH_R_NOT_ASKED);
    }
    case EH_EQUAL:
    case EH_INSIDE: both = *sums_of(audit, model, slice); break;
    case EH_CONTAINS: both = *against; break;
    case EH_DISJOINT: break;
    case EH_OVERLAP: /* sums over fewer atoms than the slice has do not fail */
      eh_metric_regression(&both, audit->view.cube, audit->model_m[model], one_slice, other_slice, NULL);
  }
  return gap_of(audit, metric, sums_of(audit, model, slice), against, &both);
}
