/* shared: counts of the rows that lie both in a slice and in the baseline, where neither contains the other. Step of
 * eh_audit_run beside the counts of the slices.
 *
 * Idea: such rows are a union of atoms too, so they are counted as if they were slices.
 */
#include "audit_internal.h"

/* The atoms of both; lists ascend. */
static eh_status intersect(eh_audit *audit, eh_slice *out, const eh_slice *a, const eh_slice *b, eh_error *err) {
  uint32_t *atom_n = eh_audit_take(audit, (uint64_t)a->atom_count + 1, sizeof *atom_n, err);
  if (!atom_n) return EH_E_MEMORY;
  *out = (eh_slice){.name = a->name, .atom_n = atom_n};
  for (uint32_t i = 0, k = 0; i < a->atom_count; i++) {
    while (k < b->atom_count && b->atom_n[k] < a->atom_n[i]) k++;
    if (k < b->atom_count && b->atom_n[k] == a->atom_n[i]) atom_n[out->atom_count++] = a->atom_n[i];
  }
  return EH_OK;
}

static bool some_overlap(const eh_audit *audit) {
  for (uint32_t s = 0; s < audit->slices.slice_count; s++)
    if (audit->relation_s[s] == EH_OVERLAP) return true;
  return false;
}

eh_status eh_audit_shared_slices(eh_audit *audit, const eh_slice **shared_s, eh_error *err) {
  *shared_s = NULL;
  if (audit->view.baseline == EH_NONE || !some_overlap(audit)) return EH_OK;
  eh_slice *const to_s = eh_audit_take(audit, audit->slices.slice_count, sizeof *to_s, err);
  if (!to_s) return EH_E_MEMORY;
  for (uint32_t s = 0; s < audit->slices.slice_count; s++)
    if (audit->relation_s[s] == EH_OVERLAP)
      EH_TRY(intersect(audit, &to_s[s], audit->slice_s[s].slice, audit->slice_s[audit->view.baseline].slice, err));
  *shared_s = to_s;
  return EH_OK;
}

static eh_status take_totals(eh_audit *audit, eh_error *err) {
  const uint32_t s_count = audit->slices.slice_count;
  const eh_slices slices = {.slice_count = s_count, .slice_n = audit->shared_s};
  const bool of_losses = audit->reliability_ms && eh_audit_takes_means(&audit->spec, true);
  eh_work work = {.loss = of_losses, .squares = of_losses, .threads = audit->threads};
  if (!eh_audit_takes_means(&audit->spec, false)) return EH_OK;
  audit->shared_total_ms = eh_audit_take(audit, (uint64_t)audit->spec.cube.model_count * s_count, sizeof *audit->shared_total_ms, err);
  if (of_losses) work.reliability_s = eh_audit_take(audit, s_count, sizeof *work.reliability_s, err); /* read by nobody */
  if (!audit->shared_total_ms || (of_losses && !work.reliability_s)) return EH_E_MEMORY;
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++)
    EH_TRY(eh_metric_totals(audit->shared_total_ms + (size_t)m * s_count, audit->counted, audit->model_m[m], &slices, work, audit->mem, err));
  return EH_OK;
}

eh_status eh_audit_take_shared(eh_audit *audit, eh_error *err) {
  const uint64_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  EH_TRY(eh_audit_shared_slices(audit, &audit->shared_s, err));
  if (!audit->shared_s) return EH_OK;
  audit->shared_mts = eh_audit_take(audit, audit->spec.cube.model_count * (t_count + 1) * s_count, sizeof *audit->shared_mts, err);
  return audit->shared_mts ? take_totals(audit, err) : EH_E_MEMORY;
}

/* Above every score nobody is selected. */
static eh_confusion above_all(const eh_slice *slice, const uint64_t *rows_ay) {
  eh_confusion all = {0};
  for (uint32_t i = 0; i < slice->atom_count; i++) {
    all.tn += rows_ay[2 * (size_t)slice->atom_n[i]];
    all.fn += rows_ay[2 * (size_t)slice->atom_n[i] + 1];
  }
  return all;
}

void eh_audit_count_shared(eh_audit *audit) {
  const uint32_t s_count = audit->slices.slice_count, t_count = audit->spec.cube.threshold_count;
  const eh_slices slices = {.slice_count = s_count, .slice_n = audit->shared_s};
  eh_confusion *to = audit->shared_mts;
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++) {
    for (uint32_t t = 0; t < t_count; t++, to += s_count)
      eh_metric_confusion(to, audit->counted, audit->model_m[m], &slices, audit->spec.cube.threshold_t[t],
                          audit->scratch.above_ay);
    for (uint32_t s = 0; s < s_count; s++) *to++ = above_all(&audit->shared_s[s], audit->counted->rows_ay);
  }
}
