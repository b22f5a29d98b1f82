/* bootstrap_pair: two models on the same rows, where rows are drawn by clusters. Called by bootstrap.c with the replicates of every rate;
 * compare.c reads what is found.
 *
 * The one idea: a replicate draws the same clusters for every model, so the difference of two models' replicates is a replicate of
 * their difference, whatever their rows have in common. Those of the first model are kept until the others come.
 */
#include <string.h>

#include "bootstrap.h"

/* Replicates of the first model that are kept, in bytes; of more there is no interval. */
#define KEPT_BYTES ((uint64_t)256 << 20)

static uint64_t rows_of_model(const eh_audit *audit) { return audit->result_per_slice * audit->slices.slice_count; }

eh_status eh_bootstrap_keep(bootstrap *b, eh_error *err) {
  eh_audit *const audit = b->audit;
  const uint64_t n = rows_of_model(audit), models = audit->spec.cube.model_count;
  if (!eh_bootstrap_clusters(b) || models < 2 || n > KEPT_BYTES / sizeof(double) / b->replicates) return EH_OK;
  b->kept_rb = eh_bootstrap_take(b, n * b->replicates, sizeof(double), err);
  audit->pair_mr = eh_audit_take(audit, n * models, sizeof *audit->pair_mr, err);
  if (!b->kept_rb || !audit->pair_mr) return EH_E_MEMORY;
  for (uint64_t i = 0; i < n * models; i++) audit->pair_mr[i].range.lower = __builtin_nan("");
  return EH_OK;
}

void eh_bootstrap_pair(const bootstrap *b, const eh_result *r) {
  if (!b->kept_rb || !eh_is_paired(r->metric)) return;
  eh_audit *const audit = b->audit;
  const uint64_t place = (uint64_t)(r - audit->result_n), first = place % rows_of_model(audit);
  double *const kept_b = b->kept_rb + first * b->replicates;
  if (b->model == 0) {
    memcpy(kept_b, b->value_b, b->replicates * sizeof *kept_b);
    return;
  }
  const eh_resampling how = {b->how.level, b->how.z, false};
  for (uint32_t i = 0; i < b->replicates; i++) b->gap_b[i] = b->value_b[i] - kept_b[i];
  audit->pair_mr[place] = eh_bootstrap_range(b->gap_b, b->scratch_b, b->replicates, r->value.value - audit->result_n[first].value.value, 0, 0, how);
}
