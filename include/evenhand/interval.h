/* interval: how sure a number is. Rules and measured coverage: src/interval/README.md.
 *
 * Everything is made of + - * / and sqrt, so every target gives the same bits.
 */
#ifndef EVENHAND_INTERVAL_H
#define EVENHAND_INTERVAL_H

#include "evenhand/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct eh_range {
  double lower, upper;
} eh_range;

/* ---- one proportion -------------------------------------------------------------------------------------------------- */

/* Wilson score interval (Wilson 1927) of x of n; n >= 1, x <= n. Inside [0, 1]; exactly 0 or 1 at x = 0 or n. */
EH_API eh_range eh_wilson(uint64_t x, uint64_t n, double z);

/* ---- two independent proportions -------------------------------------------------------------------------------------- */

/* Miettinen & Nurminen (1985) score interval of x1/n1 - x2/n2, variance under the restricted maximum-likelihood
 * estimate times N / (N - 1). n1, n2 >= 1. Inside [-1, 1], never of zero width. Absolute error <= 1e-12. */
EH_API eh_range eh_mn_difference(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z);

/* The same of (x1/n1) / (x2/n2): Koopman's interval with N / (N - 1). lower is 0 for x1 = 0, upper is infinity for x2 = 0;
 * both zero give [0, infinity]. Relative error <= 1e-11. */
EH_API eh_range eh_mn_ratio(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z);

/* Two-sided p of the pooled score test of equal proportions, the test that both intervals invert: p < 1 - level exactly
 * when they exclude 0 and 1. Both proportions 0, or both 1: p = 1. */
EH_API double eh_score_p(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2);

/* ---- area under the ROC curve ------------------------------------------------------------------------------------------ */

/* What an AUC's interval is made of, exact. A row's placement is twice the rows of the other label that it is ordered
 * rightly against, plus those it ties with. By label (0 negative, 1 positive): rows and sum of squared placements; won_2u
 * is the sum of placements, of either label. Low word first. At most 2^42 rows, so that nothing overflows. */
typedef struct eh_placements {
  uint64_t n_y[2];
  uint64_t won_2u[2];
  uint64_t square_y[2][2];
} eh_placements;

/* Variance of the AUC (DeLong, DeLong & Clarke-Pearson 1988); exactly 0 where no placement differs; NaN with one row of a
 * label. */
EH_API double eh_delong_variance(const eh_placements *placements);

/* Interval symmetric on the logit: logit(auc) +- z sqrt(variance) / (auc (1 - auc)). 0 < auc < 1. */
EH_API eh_range eh_auc_logit(double auc, double variance, double z);

/* Newcombe (2006, Part 2) method 5: inverts the score test with the variance of exponential scores. At least one row of
 * each label. Inside [0, 1], never of zero width for z > 0. Absolute error <= 1e-12. */
EH_API eh_range eh_auc_newcombe(double auc, uint64_t positives, uint64_t negatives, double z);

typedef struct eh_auc_interval {
  eh_range range;
  const char *method; /* "delong_logit" or "newcombe_5" */
} eh_auc_interval;

/* Logit DeLong where min(auc, 1 - auc) * min(positives, negatives) >= 3 and placements differ, else method 5. Each label
 * has a row. */
EH_API eh_auc_interval eh_auc_range(const eh_placements *placements, double z);

/* ---- a part against the whole that contains it ------------------------------------------------------------------------- */

/* w is the part's share of the whole's denominator, rest the interval of part against rest:
 * p_part - p_whole = (1 - w)(p_part - p_rest);  ratio R = r / (w r + 1 - w), infinity maps to 1 / w. */
EH_API eh_range eh_difference_to_whole(eh_range rest, double w);
EH_API eh_range eh_ratio_to_whole(eh_range rest, double w);

#ifdef __cplusplus
}
#endif
#endif
