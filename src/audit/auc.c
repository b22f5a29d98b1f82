/* auc: how sure an area under the ROC curve is, and its gap to that of the baseline. Called by results.c.
 *
 * The one idea: both come from sums over rows of how often a row is ordered rightly (its placement). Two slices without a row in
 * common are independent; of others the placements of shared rows have been summed up in pairs.
 */
#include <string.h>

#include "audit_internal.h"

static const eh_tally *tally_of(const eh_audit *audit, uint32_t model, uint32_t slice) {
  return &audit->total_ms[(size_t)model * audit->slices.slice_count + slice];
}

static eh_placements placements_of(const eh_tally *t) {
  eh_placements p = {.n_y = {t->confusion.tn, t->confusion.fn}}; /* nobody is above the totals' threshold */
  for (int w = 0; w < 2; w++) {
    p.won_2u[w] = t->auc_2u[w];
    for (int y = 0; y < 2; y++) p.square_y[y][w] = t->auc_square_y[y][w];
  }
  return p;
}

void eh_audit_auc_interval(const eh_audit *audit, eh_result *r) {
  const eh_placements p = placements_of(tally_of(audit, r->model, r->slice));
  const bool plain = eh_methods_of(&audit->spec.methods, EH_OF_AUC) == EH_DELONG;
  const eh_auc_interval found = plain ? eh_auc_plain(&p, audit->z) : eh_auc_range(&p, audit->z);
  r->range = found.range;
  r->method = found.method;
}

/* How the two AUCs vary, and whether by that their gap can be told. */
typedef struct certainty {
  double own, base, both;
  bool enough;
} certainty;

static certainty of_rows(const eh_audit *audit, const eh_result *r) {
  const uint32_t baseline = audit->view.baseline;
  const eh_tally *const slice = tally_of(audit, r->model, r->slice);
  const eh_tally *const other = baseline == EH_NONE ? &audit->rest_total_ms[(size_t)r->model * audit->slices.slice_count + r->slice]
                                                    : tally_of(audit, r->model, baseline);
  const eh_placements own = placements_of(slice), base = placements_of(other);
  const eh_confusion both = eh_audit_shared(audit, r->model, EH_NONE, r->slice);
  eh_placements_shared shared = {.n_y = {both.tn, both.fn}};
  memcpy(shared.product_y, slice->auc_cross_y, sizeof shared.product_y);
  memcpy(shared.first_y, slice->auc_own_y, sizeof shared.first_y);
  memcpy(shared.second_y, slice->auc_base_y, sizeof shared.second_y);
  return (certainty){eh_delong_variance(&own), eh_delong_variance(&base), eh_delong_covariance(&own, &base, &shared),
                     eh_auc_compares(&own) && eh_auc_compares(&base)};
}

/* The complement has been walked, too. */
static certainty of_weights(const eh_audit *audit, const eh_result *r, double against) {
  const uint32_t baseline = audit->view.baseline;
  const size_t rest = (size_t)r->model * audit->slices.slice_count + r->slice; /* walked against the complement alone */
  const eh_weight_spread *const own = &eh_weighted_total(audit, r->model, r->slice)->spread;
  const eh_weight_spread *const base = baseline == EH_NONE ? &audit->weighted.rest_total_ms[rest].spread : &eh_weighted_total(audit, r->model, baseline)->spread;
  const bool apart = audit->relation_s[r->slice] == EH_DISJOINT;
  return (certainty){own->variance, base->variance, apart ? 0 : own->both,
                     eh_auc_compares_real(r->value.value, own->variance, own->n_eff_y) &&
                         eh_auc_compares_real(against, base->variance, base->n_eff_y)};
}

/* Bins are of slices alone: the rows that two share have none, but where they are all of one. */
static eh_reason why_not(const eh_audit *audit, eh_relation relation) {
  if (audit->spec.cube.fractional) return EH_R_FRACTIONAL_LABELS;
  switch (relation) {
    case EH_EQUAL: return EH_R_SAME_ROWS;
    case EH_UNKNOWN: return EH_R_OVERLAP_UNKNOWN;
    case EH_OVERLAP: return audit->view.cube->fine ? EH_R_BINNED : EH_R_NONE;
    default: return EH_R_NONE;
  }
}

static const char *method_of(eh_relation relation, bool weighted) {
  switch (relation) {
    case EH_DISJOINT: return weighted ? "delong_n_eff" : "delong";
    case EH_OVERLAP: return weighted ? "delong_overlap_n_eff" : "delong_overlap";
    default: return weighted ? "delong_part_n_eff" : "delong_part";
  }
}

eh_gap eh_audit_auc_gap(const eh_audit *audit, const eh_result *r, const eh_value *against) {
  const bool weighted = eh_audit_is_weighted(audit);
  const eh_relation relation = audit->relation_s[r->slice];
  eh_gap gap = eh_gap_values(&r->value, against, audit->z);
  if (gap.interval_reason != EH_R_NOT_YET) return gap;
  gap.interval_reason = why_not(audit, relation);
  if (gap.interval_reason) return gap;
  const certainty c = weighted ? of_weights(audit, r, against->value) : of_rows(audit, r);
  eh_mean_gap found;
  gap.interval_reason = !c.enough ? EH_R_FEW_ROWS
                                  : eh_auc_compare(&found, r->value.value, against->value, c.own, c.base, c.both, audit->z);
  if (gap.interval_reason) return gap;
  gap.difference_range = found.difference;
  if (!gap.ratio_reason) gap.ratio_range = found.ratio;
  gap.p = found.p;
  gap.method = method_of(relation, weighted);
  return gap;
}
