/* gap_means: the gap of a mean over rows to its baseline, as gap.c has that of a rate. Called by audit for a regression. */
#include "evenhand/fair.h"

eh_gap eh_gap_means(const eh_value *slice, const eh_value *baseline, const eh_mean_overlap *parts, eh_mean_kind kind,
                    double level) {
  eh_gap gap = eh_gap_plain(slice, baseline, level > 0 ? EH_R_NONE : EH_R_NOT_ASKED);
  if (gap.reason || gap.interval_reason) return gap;
  if (!parts->first.n && !parts->second.n) gap.interval_reason = EH_R_SAME_ROWS;
  if (gap.interval_reason) return gap;
  eh_mean_gap found;
  gap.interval_reason = eh_mean_compare(&found, slice->value, baseline->value, parts, kind, level);
  if (gap.interval_reason) return gap;
  gap.difference_range = found.difference;
  if (!gap.ratio_reason) gap.ratio_range = found.ratio;
  gap.p = found.p;
  gap.method = !parts->both.n ? "welch_t" : !parts->first.n || !parts->second.n ? "welch_t_part" : "welch_t_overlap";
  return gap;
}
