/* needs: which tables of a cube the numbers of a spec come from. Called by ingest, to count no more than that, and by
 * resolve, to refuse what a cube does not hold.
 *
 * The one idea: whatever is not known to live on coarse counts alone is taken to need everything.
 */
#include "audit_internal.h"

eh_audit_need eh_audit_needs(const eh_spec *spec) {
  eh_audit_need most = spec->curves ? EH_NEED_CELLS : EH_NEED_COUNTS;
  if (spec->cube.regression) return EH_NEED_COUNTS; /* its sums are of its own kind, and always there */
  for (uint32_t i = 0; i < spec->metric_count; i++) {
    const eh_metric metric = spec->metric_n[i];
    eh_audit_need need = EH_NEED_CELLS;
    if ((uint32_t)metric >= EH_METRICS) continue; /* refused later */
    if (eh_metric_about(metric)->kind != EH_METRIC_IS_OTHER || metric == EH_M_BALANCED_ACCURACY || metric == EH_M_F1)
      need = EH_NEED_COUNTS;
    else if (metric == EH_M_MEAN_SCORE || metric == EH_M_CALIBRATION_RATIO || metric == EH_M_BRIER)
      need = EH_NEED_SUMS;
    most = need > most ? need : most;
  }
  return spec->metric_count ? most : EH_NEED_CELLS;
}

void eh_spec_leave_out(eh_spec *spec) {
  eh_audit_need need = eh_audit_needs(spec);
  if (spec->cube.regression) return;
  if (eh_spec_bootstraps(spec) && need == EH_NEED_SUMS) need = EH_NEED_CELLS; /* replicates draw single scores */
  if (eh_audit_takes_means(spec, true)) need = EH_NEED_CELLS;
  const bool weighted = spec->cube.fractional || (spec->cube.weight.p && spec->cube.weight_kind == EH_WEIGHT_SAMPLING);
  if (eh_spec_bootstraps(spec) && weighted && eh_slicing_cluster(&spec->cube.slicing) == EH_NO_CLUSTER) need = EH_NEED_CELLS;
  spec->cube.no_fine = need < EH_NEED_CELLS;
  spec->cube.no_sums = need < EH_NEED_SUMS;
  spec->cube.no_bin_sums = true; /* no metric reads them */
}

bool eh_spec_bootstraps(const eh_spec *spec) {
  return spec->bootstrap || (!spec->no_intervals && eh_slicing_cluster(&spec->cube.slicing) != EH_NO_CLUSTER);
}
