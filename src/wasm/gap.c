/* The gap between two rates of different rows: two files, two days, before and after. Called by js/src/gap.js.
 *
 * An audit compares slices of one cube; rates of two audits have no cube in common, but they are independent, so that the
 * interval of two disjoint slices holds for them as it is.
 */
#include "wasm_internal.h"

enum { GAP_LOWER, GAP_UPPER, GAP_RATIO_LOWER, GAP_RATIO_UPPER, GAP_P, GAP_NUMBERS };

/* Of x1/n1 against x2/n2, in rows or effective rows: n1, n2 >= 1, 0 <= x <= n; 0 < level < 1. */
EHW_EXPORT void ehw_rate_gap(double out[GAP_NUMBERS], double x1, double n1, double x2, double n2, double level) {
  const double z = eh_critical(level);
  const eh_range difference = eh_mn_difference_real(x1, n1, x2, n2, z);
  const eh_range ratio = eh_mn_ratio_real(x1, n1, x2, n2, z);
  out[GAP_LOWER] = difference.lower;
  out[GAP_UPPER] = difference.upper;
  out[GAP_RATIO_LOWER] = ratio.lower;
  out[GAP_RATIO_UPPER] = ratio.upper;
  out[GAP_P] = eh_score_p_real(x1, n1, x2, n2);
}
