/* weighted: an audit whose numbers are sums of weights instead of counts of rows. Called by run.c and results.c where the
 * cube has sampling weights or fractional labels; frequency weights are rows that occur often, and need nothing of this.
 *
 * The one idea: the same steps as for rows, on exact sums, with the effective size (sum of w)^2 / (sum of w^2) in place of
 * the number of rows wherever an interval asks how many there are.
 */
#include "audit_internal.h"

bool eh_audit_is_weighted(const eh_audit *audit) { return audit->counted->weight_m != NULL; }

static eh_weight_tally tally_of(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold) {
  const size_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  eh_weight_tally tally = audit->weighted.total_ms[model * s_count + slice];
  if (threshold != EH_NONE)
    tally.confusion = audit->weighted.confusion_mts[(model * t_count + threshold) * s_count + slice];
  return tally;
}

/* What chance adds to a calibration error is known of labels that are drawn, not of fractions. */
static eh_value value_of(const eh_audit *audit, eh_metric metric, const eh_weight_tally *tally) {
  if (metric == EH_M_ECE_DEBIASED && audit->spec.cube.fractional)
    return (eh_value){.value = __builtin_nan(""), .reason = EH_R_NOT_WEIGHTED, .weighted = true};
  return eh_metric_weighted_value(metric, tally);
}

eh_value eh_weighted_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric, uint32_t threshold) {
  const eh_weight_tally tally = tally_of(audit, model, slice, threshold);
  return value_of(audit, metric, &tally);
}

eh_value eh_weighted_rest_value(const eh_audit *audit, uint32_t model, uint32_t whole, uint32_t part, eh_metric metric,
                                uint32_t threshold) {
  const eh_weight_tally all = tally_of(audit, model, whole, threshold), own = tally_of(audit, model, part, threshold);
  eh_weight_tally rest;
  eh_metric_weighted_rest(&rest, &all, &own);
  if (audit->weighted.rest_total_ms) {
    const eh_weight_tally *const walked = &audit->weighted.rest_total_ms[(size_t)model * audit->slices.slice_count + part];
    rest.auc_won = walked->auc_won, rest.scores = walked->scores, rest.spread = walked->spread;
  }
  return value_of(audit, metric, &rest);
}

const eh_weight_tally *eh_weighted_total(const eh_audit *audit, uint32_t model, uint32_t slice) {
  return &audit->weighted.total_ms[(size_t)model * audit->slices.slice_count + slice];
}

void eh_weighted_interval(const eh_audit *audit, eh_result *r) {
  const bool is_rate = eh_metric_about(r->metric)->kind == EH_METRIC_IS_RATE, is_auc = r->metric == EH_M_ROC_AUC;
  if (!is_rate && !is_auc) {
    eh_audit_composite_interval(audit, r);
    return;
  }
  if (audit->spec.cube.fractional) r->interval_reason = EH_R_FRACTIONAL_LABELS;
  if (r->interval_reason) return;
  if (is_auc) {
    const eh_weight_spread *const spread = &eh_weighted_total(audit, r->model, r->slice)->spread;
    const eh_auc_interval found = eh_auc_range_real(r->value.value, spread->variance, spread->n_eff_y, audit->z);
    r->range = found.range, r->method = found.method;
    return;
  }
  r->range = eh_rate_range(&audit->spec.methods, r->value.n_eff * r->value.value, r->value.n_eff, audit->z);
  r->method = eh_method_name(eh_methods_of(&audit->spec.methods, EH_OF_RATE), false, true);
}

/* Of the rows that both hold. */
static eh_weight_tally shared_of(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold) {
  const size_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  switch (audit->view.baseline == EH_NONE ? EH_DISJOINT : audit->relation_s[slice]) {
    case EH_DISJOINT: return (eh_weight_tally){0};
    case EH_CONTAINS: return tally_of(audit, model, audit->view.baseline, threshold);
    case EH_OVERLAP:
      return audit->weighted.shared_mts[(model * (t_count + 1) + (threshold == EH_NONE ? t_count : threshold)) * s_count + slice];
    default: return tally_of(audit, model, slice, threshold);
  }
}

/* Of the slice alone, of both, of the baseline alone. */
static void parts_of(eh_weight_tally part_p[3], const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold) {
  const uint32_t baseline = audit->view.baseline;
  const eh_weight_tally own = tally_of(audit, model, slice, threshold);
  eh_weight_tally base = tally_of(audit, model, baseline == EH_NONE ? audit->place_s[EH_SLICE_OVERALL] : baseline, threshold);
  if (baseline == EH_NONE) eh_metric_weighted_rest(&base, &base, &own);
  part_p[1] = shared_of(audit, model, slice, threshold);
  eh_metric_weighted_rest(&part_p[0], &own, &part_p[1]);
  eh_metric_weighted_rest(&part_p[2], &base, &part_p[1]);
}

eh_gap eh_weighted_gap(const eh_audit *audit, const eh_result *r, const eh_value *against) {
  if (audit->spec.cube.fractional)
    return eh_gap_plain(&r->value, against, audit->z > 0 ? EH_R_FRACTIONAL_LABELS : EH_R_NOT_ASKED);
  const eh_relation relation = audit->relation_s[r->slice];
  eh_weight_tally part_p[3];
  parts_of(part_p, audit, r->model, r->slice, r->threshold);
  eh_value part_k[3];
  for (int p = 0; p < 3; p++) part_k[p] = value_of(audit, r->metric, &part_p[p]);
  return eh_gap_weighted(&r->value, against, relation == EH_OVERLAP ? part_k : relation == EH_INSIDE ? &part_k[2] : &part_k[0], relation,
                         &audit->spec.methods, audit->z);
}

static eh_kinds kinds_of(const eh_weight_confusion *c) {
  const eh_weight_cell cell_k[EH_ROW_KINDS] = {[EH_ROW_TP] = c->tp, [EH_ROW_FP] = c->fp, [EH_ROW_TN] = c->tn, [EH_ROW_FN] = c->fn};
  eh_kinds kinds;
  for (int k = 0; k < EH_ROW_KINDS; k++) {
    kinds.sum_k[k] = eh_i128_to_f64(cell_k[k].weight);
    kinds.square_k[k] = eh_i192_to_f64(cell_k[k].square);
  }
  return kinds;
}

eh_kinds eh_weighted_kinds(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold) {
  const eh_weight_tally tally = tally_of(audit, model, slice, threshold);
  return kinds_of(&tally.confusion);
}

void eh_weighted_parts(eh_kinds part_p[3], const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold) {
  eh_weight_tally tally_p[3];
  parts_of(tally_p, audit, model, slice, threshold);
  for (int p = 0; p < 3; p++) part_p[p] = kinds_of(&tally_p[p].confusion);
}

eh_kinds eh_weighted_shared_kinds(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold) {
  const eh_weight_tally shared = shared_of(audit, model, slice, threshold);
  return kinds_of(&shared.confusion);
}

/* ---- counting ---------------------------------------------------------------------------------------------------- */

static eh_status count_model(eh_audit *audit, uint32_t m, eh_weight_tally *rest_s, bool with_auc, bool with_scores,
                             eh_error *err) {
  const eh_cube_view *const cube = audit->counted;
  const uint32_t s_count = audit->slices.slice_count, in_cube = audit->model_m[m];
  eh_weighted *const weighted = &audit->weighted;
  EH_TRY(eh_metric_weighted_totals(weighted->total_s, cube, in_cube, &audit->slices, err));
  eh_weight_work work = {.scores = with_scores, .spread = with_auc && audit->z > 0, .base = eh_audit_base(audit),
                         .bin_sb = weighted->bin_msb ? weighted->bin_msb + (size_t)m * s_count : NULL};
  if (with_auc || with_scores)
    EH_TRY(eh_metric_weighted_auc(weighted->total_s, cube, in_cube, &audit->slices, work, audit->mem, err));
  work.outside = true, work.bin_sb = NULL;
  if ((with_auc || with_scores) && weighted->rest_total_ms)
    EH_TRY(eh_metric_weighted_auc(rest_s, cube, in_cube, &audit->slices, work, audit->mem, err));
  for (uint32_t s = 0; s < s_count; s++) {
    weighted->total_ms[(size_t)m * s_count + audit->place_s[s]] = weighted->total_s[s];
    if (weighted->rest_total_ms) weighted->rest_total_ms[(size_t)m * s_count + audit->place_s[s]] = rest_s[s];
  }
  return EH_OK;
}

static void count_shared_thresholds(eh_audit *audit) {
  const uint32_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  eh_weighted *const weighted = &audit->weighted;
  const eh_slices slices = {.slice_count = s_count, .slice_n = weighted->shared_s};
  eh_weight_tally *to = weighted->shared_mts;
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++, to += s_count) {
    const eh_weight_tally *const total_s = to + (size_t)t_count * s_count;
    for (uint32_t t = 0; t < t_count; t++, to += s_count) {
      eh_metric_weighted_confusion(weighted->confusion_s, total_s, audit->counted, audit->model_m[m], &slices,
                                   audit->spec.cube.threshold_t[t], weighted->above_ay);
      for (uint32_t s = 0; s < s_count; s++) {
        to[s] = total_s[s];
        to[s].confusion = weighted->confusion_s[s];
      }
    }
  }
}

void eh_weighted_count_thresholds(eh_audit *audit) {
  const uint32_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  eh_weighted *const weighted = &audit->weighted;
  eh_weight_confusion *to = weighted->confusion_mts;
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++) {
    for (uint32_t s = 0; s < s_count; s++)
      weighted->total_s[s] = weighted->total_ms[(size_t)m * s_count + audit->place_s[s]];
    for (uint32_t t = 0; t < t_count; t++, to += s_count) {
      eh_metric_weighted_confusion(weighted->confusion_s, weighted->total_s, audit->counted, audit->model_m[m],
                                   &audit->slices, audit->spec.cube.threshold_t[t], weighted->above_ay);
      for (uint32_t s = 0; s < s_count; s++) to[audit->place_s[s]] = weighted->confusion_s[s];
    }
  }
  if (weighted->shared_mts) count_shared_thresholds(audit);
}

/* Of the rows that a slice and the baseline share, where neither contains the other: what needs no threshold, in the row of the
 * one above every score. */
static eh_status count_shared(eh_audit *audit, eh_error *err) {
  eh_weighted *const weighted = &audit->weighted;
  const uint32_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  const uint64_t m_count = audit->spec.cube.model_count;
  EH_TRY(eh_audit_shared_slices(audit, &weighted->shared_s, err));
  if (!weighted->shared_s) return EH_OK;
  weighted->shared_mts = eh_audit_take(audit, m_count * (t_count + 1) * s_count, sizeof *weighted->shared_mts, err);
  if (!weighted->shared_mts) return EH_E_MEMORY;
  const eh_slices slices = {.slice_count = s_count, .slice_n = weighted->shared_s};
  for (uint32_t m = 0; m < m_count; m++)
    EH_TRY(eh_metric_weighted_totals(weighted->shared_mts + (m * (t_count + 1) + t_count) * s_count, audit->counted,
                                     audit->model_m[m], &slices, err));
  return EH_OK;
}

eh_status eh_weighted_count(eh_audit *audit, bool with_auc, bool with_scores, eh_error *err) {
  const uint64_t m_count = audit->spec.cube.model_count, t_count = audit->spec.cube.threshold_count;
  const uint64_t s_count = audit->slices.slice_count;
  const bool rest = audit->view.baseline == EH_NONE;
  eh_weighted *const weighted = &audit->weighted;
  weighted->total_ms = eh_audit_take(audit, m_count * s_count, sizeof(eh_weight_tally), err);
  weighted->confusion_mts = eh_audit_take(audit, m_count * t_count * s_count + 1, sizeof(eh_weight_confusion), err);
  if (rest) weighted->rest_total_ms = eh_audit_take(audit, m_count * s_count, sizeof(eh_weight_tally), err);
  eh_weight_tally *rest_s = eh_audit_take(audit, s_count, sizeof(eh_weight_tally), err);
  weighted->total_s = eh_audit_take(audit, s_count, sizeof(eh_weight_tally), err);
  if (audit->spec.curves) weighted->bin_msb = eh_audit_take(audit, m_count * s_count, sizeof *weighted->bin_msb, err);
  weighted->confusion_s = eh_audit_take(audit, s_count, sizeof(eh_weight_confusion), err);
  weighted->above_ay =
      eh_audit_take(audit, 2 * (uint64_t)audit->counted->atoms->atom_count + 1, sizeof(eh_weight_cell), err);
  if (!weighted->total_ms || !weighted->confusion_mts || (rest && !weighted->rest_total_ms) || !rest_s ||
      (audit->spec.curves && !weighted->bin_msb) || !weighted->total_s || !weighted->confusion_s || !weighted->above_ay)
    return EH_E_MEMORY;
  for (uint32_t m = 0; m < m_count; m++) EH_TRY(count_model(audit, m, rest_s, with_auc, with_scores, err));
  EH_TRY(count_shared(audit, err));
  eh_weighted_count_thresholds(audit);
  return EH_OK;
}
