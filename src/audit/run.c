/* run: the steps of an audit in order, and its lifetime. */
#include "audit_internal.h"

void eh_audit_free(eh_audit *audit) {
  if (!audit) return;
  const eh_allocator *mem = audit->mem;
  eh_arena_free(&audit->arena);
  eh_mem_free(mem, audit, sizeof *audit);
}

const eh_audit_view *eh_audit_see(const eh_audit *audit) { return &audit->view; }

static bool asks_for(const eh_spec *spec, eh_metric metric) {
  for (uint32_t i = 0; i < spec->metric_count; i++)
    if (spec->metric_n[i] == metric) return true;
  return false;
}

/* Totals and confusion counts of one model, moved from the order of `slices` to report order. */
static eh_status count_model(eh_audit *audit, uint32_t m, eh_tally *total_s, eh_confusion *confusion_s,
                             uint64_t *scratch_ay, eh_error *err) {
  const eh_cube_view *cube = audit->view.cube;
  uint32_t slices_n = audit->slices.slice_count, in_cube = audit->model_m[m];
  bool rest = audit->rest_total_ms;
  eh_auc_work auc = !asks_for(&audit->spec, EH_M_ROC_AUC) ? EH_AUC_NONE
                    : audit->z > 0 ? (rest ? EH_AUC_OWN_SQUARES_AND_REST : EH_AUC_OWN_SQUARES)
                                   : (rest ? EH_AUC_OWN_AND_REST : EH_AUC_OWN);
  EH_TRY(eh_metric_totals(total_s, cube, in_cube, &audit->slices, auc, audit->mem, err));
  eh_tally *total = audit->total_ms + (size_t)m * slices_n;
  for (uint32_t s = 0; s < slices_n; s++) {
    total[audit->place_s[s]] = total_s[s];
    if (rest)
      eh_metric_rest(&audit->rest_total_ms[(size_t)m * slices_n + audit->place_s[s]], &total_s[EH_SLICE_OVERALL], &total_s[s]);
  }
  uint32_t t_count = audit->spec.cube.threshold_count;
  for (uint32_t t = 0; t < t_count; t++) {
    eh_metric_confusion(confusion_s, cube, in_cube, &audit->slices, audit->spec.cube.threshold_t[t], scratch_ay);
    eh_confusion *to = audit->confusion_mts + ((size_t)m * t_count + t) * slices_n;
    for (uint32_t s = 0; s < slices_n; s++) to[audit->place_s[s]] = confusion_s[s];
  }
  return EH_OK;
}

eh_status eh_audit_count(eh_audit *audit, eh_error *err) {
  uint64_t m_count = audit->spec.cube.model_count, t_count = audit->spec.cube.threshold_count;
  uint64_t s_count = audit->slices.slice_count;
  bool rest = audit->view.baseline == EH_NONE;
  audit->total_ms = eh_audit_take(audit, m_count * s_count, sizeof(eh_tally), err);
  audit->confusion_mts = eh_audit_take(audit, m_count * t_count * s_count, sizeof(eh_confusion), err);
  if (rest) audit->rest_total_ms = eh_audit_take(audit, m_count * s_count, sizeof(eh_tally), err);
  eh_tally *total_s = eh_audit_take(audit, s_count, sizeof(eh_tally), err);
  eh_confusion *confusion_s = eh_audit_take(audit, s_count, sizeof(eh_confusion), err);
  uint64_t *scratch_ay = eh_audit_take(audit, 2 * (uint64_t)audit->view.cube->atoms->atom_count + 1, sizeof(uint64_t), err);
  if (!audit->total_ms || !audit->confusion_mts || (rest && !audit->rest_total_ms) || !total_s || !confusion_s || !scratch_ay)
    return EH_E_MEMORY;
  for (uint32_t m = 0; m < m_count; m++) EH_TRY(count_model(audit, m, total_s, confusion_s, scratch_ay, err));
  return EH_OK;
}

static eh_status run(eh_audit *audit, const eh_cube *cube, const eh_spec *spec, eh_error *err) {
  eh_audit_view *view = &audit->view;
  view->cube = eh_cube_see(cube);
  view->spec = &audit->spec;
  view->slices = &audit->slices;
  EH_TRY(eh_audit_resolve(audit, spec, view->cube, err));
  view->slice_s = audit->slice_s;
  view->slice_count = audit->slices.slice_count;
  EH_TRY(eh_audit_count(audit, err));
  EH_TRY(eh_audit_results(audit, err));
  EH_TRY(eh_audit_fairness(audit, err));
  return eh_audit_findings(audit, err);
}

eh_status eh_audit_run(eh_audit **out, const eh_cube *cube, const eh_spec *spec, const eh_allocator *mem, eh_error *err) {
  eh_audit *audit = eh_mem_zero(mem, sizeof *audit);
  if (!audit) return eh_fail(err, EH_E_MEMORY, "out of memory");
  audit->mem = mem;
  audit->arena.mem = mem;
  eh_status status = run(audit, cube, spec, err);
  if (status) {
    eh_audit_free(audit);
    return status;
  }
  *out = audit;
  return EH_OK;
}
