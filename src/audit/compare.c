/* compare: two models on the same rows: the difference of a rate in every slice, with the interval and test that know which
 * rows the models share. Step of eh_audit_run; the first model is what the others are held against.
 *
 * The one idea: rows on which both decide alike cancel, so the counts of rows that only one of them selects say it all.
 */
#include "audit_internal.h"

#define NOT_A_NUMBER __builtin_nan("")

/* Rates whose denominator does not depend on the model. */
bool eh_is_paired(eh_metric metric) {
  switch (metric) {
    case EH_M_FPR:
    case EH_M_FNR:
    case EH_M_TPR:
    case EH_M_TNR:
    case EH_M_SELECTION_RATE:
    case EH_M_ACCURACY: return true;
    default: return false;
  }
}

/* Rows of a slice by label: selected by the other model alone, and by the reference alone. */
typedef struct disagreement {
  uint64_t other_y[2], reference_y[2];
} disagreement;

/* Counts in which the rate of one model differs from that of the other: where only the other one, and only the reference
 * counts for it. */
static void split(uint64_t *other, uint64_t *reference, eh_metric metric, const disagreement *d) {
  switch (metric) {
    case EH_M_FPR: *other = d->other_y[0], *reference = d->reference_y[0]; break;
    case EH_M_TNR: *other = d->reference_y[0], *reference = d->other_y[0]; break;
    case EH_M_TPR: *other = d->other_y[1], *reference = d->reference_y[1]; break;
    case EH_M_FNR: *other = d->reference_y[1], *reference = d->other_y[1]; break;
    case EH_M_ACCURACY:
      *other = d->other_y[1] + d->reference_y[0], *reference = d->reference_y[1] + d->other_y[0];
      break;
    default: *other = d->other_y[0] + d->other_y[1], *reference = d->reference_y[0] + d->reference_y[1]; break;
  }
}

/* Index of the threshold in the cube, or EH_NONE: joint counts are there at the cube's thresholds alone. */
static uint32_t cube_threshold(const eh_cube_view *cube, double t) {
  for (uint32_t i = 0; i < cube->spec->threshold_count; i++)
    if (cube->spec->threshold_t[i] == t) return i;
  return EH_NONE;
}

static disagreement disagreement_of(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold,
                                    const uint64_t *both_ay) {
  const eh_slice *const s = audit->slice_s[slice].slice;
  uint64_t both_y[2] = {0, 0};
  for (uint32_t i = 0; i < s->atom_count; i++)
    for (size_t y = 0; y < 2; y++) both_y[y] += both_ay[2 * (size_t)s->atom_n[i] + y];
  const eh_confusion a = eh_audit_confusion(audit, 0, threshold, slice), b = eh_audit_confusion(audit, model, threshold, slice);
  return (disagreement){{b.fp - both_y[0], b.tp - both_y[1]}, {a.fp - both_y[0], a.tp - both_y[1]}};
}

static bool is_clustered(const eh_audit *audit) { return eh_slicing_cluster(&audit->spec.cube.slicing) != EH_NO_CLUSTER; }

/* Rows that a model and the first one of the audit both select, by threshold; known_t: where the cube tells. */
typedef struct agreement {
  bool *known_t;
  uint64_t *both_tay;
  size_t groups;
} agreement;

static void agree(const eh_audit *audit, agreement *with, uint32_t model) {
  const eh_cube_view *const cube = audit->view.cube;
  const eh_cube_spec *const spec = &audit->spec.cube;
  for (uint32_t t = 0; t < spec->threshold_count; t++) {
    const uint32_t at = cube_threshold(cube, spec->threshold_t[t]);
    with->known_t[t] = at != EH_NONE && eh_cube_both(cube, audit->model_m[0], at, audit->model_m[model], at, with->both_tay + t * with->groups);
  }
}

/* Clusters were drawn for both. */
static void put_drawn(const eh_audit *audit, eh_comparison *c, const eh_result *r) {
  const eh_result *const first = r - (uint64_t)c->model * audit->slices.slice_count * audit->result_per_slice;
  const eh_resampled *const drawn = audit->pair_mr ? &audit->pair_mr[r - audit->result_n] : NULL;
  c->interval_reason = drawn ? EH_R_FEW_EVENTS : EH_R_CLUSTERED; /* replicates that are all alike have no interval */
  if (!drawn || drawn->range.lower != drawn->range.lower) return;
  c->range = drawn->range;
  c->p = drawn->p;
  c->method = "bootstrap";
  c->interval_reason = r->interval_reason ? r->interval_reason : first->interval_reason; /* few events of either */
}

static void compare(const eh_audit *audit, eh_comparison *c, const eh_result *r, const disagreement *d) {
  const eh_value value = eh_audit_value(audit, c->model, c->slice, c->metric, c->threshold);
  const eh_value reference = eh_audit_value(audit, c->reference, c->slice, c->metric, c->threshold);
  c->value = value.value;
  c->reference_value = reference.value;
  c->rows = value.denominator;
  c->reason = value.reason;
  c->interval_reason = value.reason                            ? value.reason
                       : audit->slice_s[c->slice].too_small    ? EH_R_TOO_SMALL
                       : audit->spec.no_intervals              ? EH_R_NOT_ASKED
                       : !d && !is_clustered(audit)            ? EH_R_NO_JOINT
                                                               : EH_R_NONE;
  c->difference = value.value - reference.value;
  c->range = (eh_range){NOT_A_NUMBER, NOT_A_NUMBER};
  c->p = NOT_A_NUMBER;
  if (d) split(&c->only_model, &c->only_reference, c->metric, d);
  c->has_counts = d && !value.reason;
  if (c->interval_reason) return;
  if (is_clustered(audit)) {
    put_drawn(audit, c, r);
    return;
  }
  c->range = eh_tango_difference(c->only_model, c->only_reference, c->rows, eh_critical(audit->spec.level));
  c->p = eh_tango_p(c->only_model, c->only_reference);
  c->method = "tango";
}

static eh_comparison *compare_slice(const eh_audit *audit, eh_comparison *to, const agreement *with, uint32_t model, uint32_t slice) {
  const eh_spec *const spec = &audit->spec;
  for (uint32_t i = 0; i < spec->metric_count; i++) {
    for (uint32_t t = 0; eh_is_paired(spec->metric_n[i]) && t < spec->cube.threshold_count; t++, to++) {
      disagreement d = {{0}, {0}};
      if (with->known_t[t]) d = disagreement_of(audit, model, slice, t, with->both_tay + t * with->groups);
      *to = (eh_comparison){.model = model, .reference = 0, .slice = slice, .metric = spec->metric_n[i], .threshold = t};
      compare(audit, to, eh_audit_result(audit, model, slice, i, t), with->known_t[t] ? &d : NULL);
    }
  }
  return to;
}

eh_status eh_audit_compare(eh_audit *audit, eh_error *err) {
  const eh_spec *const spec = &audit->spec;
  uint64_t paired = 0;
  for (uint32_t i = 0; i < spec->metric_count; i++) paired += eh_is_paired(spec->metric_n[i]);
  const bool weighted = audit->view.cube->weight_m != NULL;
  if (spec->cube.model_count < 2 || weighted || eh_audit_is_regression(audit)) return EH_OK;
  eh_audit_view *const view = &audit->view;
  view->comparison_count = paired * spec->cube.threshold_count * view->slice_count * (spec->cube.model_count - 1);
  eh_comparison *to = eh_audit_take(audit, view->comparison_count + 1, sizeof *to, err);
  const uint64_t t_count = spec->cube.threshold_count, groups = 2 * (uint64_t)view->cube->atoms->atom_count;
  agreement with = {eh_audit_take(audit, t_count + 1, sizeof *with.known_t, err),
                    eh_audit_take(audit, t_count * groups + 1, sizeof *with.both_tay, err), (size_t)groups};
  if (!to || !with.known_t || !with.both_tay) return EH_E_MEMORY;
  view->comparison_n = to;
  for (uint32_t m = 1; m < spec->cube.model_count; m++) {
    agree(audit, &with, m);
    for (uint32_t s = 0; s < view->slice_count; s++) to = compare_slice(audit, to, &with, m, s);
  }
  return EH_OK;
}
