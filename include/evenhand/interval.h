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

/* The same of numbers that need not be whole: 0 <= x <= n, n >= 1. Under sampling weights n is the effective size
 * (sum of w)^2 / (sum of w^2) of the rate's denominator (Kish 1965) and x is n times the rate. For whole numbers below 2^53 the
 * results are those of the functions above, the test's to rounding. Where hits or misses are far less than one the ratio loses
 * digits: relative error <= 1e-5 at a millionth of one. */
EH_API eh_range eh_wilson_real(double x, double n, double z);
EH_API eh_range eh_mn_difference_real(double x1, double n1, double x2, double n2, double z);
EH_API eh_range eh_mn_ratio_real(double x1, double n1, double x2, double n2, double z);
EH_API double eh_score_p_real(double x1, double n1, double x2, double n2);

/* ---- methods by name --------------------------------------------------------------------------------------------------- */

/* What an interval or p is of, and how it is made: a quantity's usual method has its number, others are asked for by name. */
typedef enum eh_quantity { EH_OF_RATE, EH_OF_DIFFERENCE, EH_OF_RATIO, EH_OF_TEST, EH_OF_AUC, EH_QUANTITIES } eh_quantity;
typedef enum eh_method {
  EH_CLOPPER_PEARSON = EH_QUANTITIES, EH_AGRESTI_COULL, /* of a rate; usual: Wilson */
  EH_NEWCOMBE_10, EH_AGRESTI_CAFFO,                     /* of a difference; usual: Miettinen-Nurminen */
  EH_KOOPMAN, EH_KATZ,                                  /* of a ratio; usual: Miettinen-Nurminen; Katz with half a row added */
  EH_FISHER,                                            /* p; usual: the score test */
  EH_DELONG,                                            /* of an AUC; usual: logit DeLong or Newcombe 5 */
  EH_METHODS
} eh_method;

/* One method of each quantity; 0, and NULL in place of it: the usual one. */
typedef struct eh_methods {
  int of_q[EH_QUANTITIES];
} eh_methods;

EH_API int eh_methods_of(const eh_methods *methods, eh_quantity of);
EH_API bool eh_methods_are_usual(const eh_methods *methods);
/* Adds a method by its name ("clopper_pearson"). EH_E_USAGE for an unknown one, and where another of its quantity is there; the
 * message begins with `option`. */
EH_API eh_status eh_methods_add(eh_methods *methods, eh_str name, const char *option, eh_error *err);
/* As results tell it: "koopman", "koopman_part" (against the rest of the whole, mapped), "koopman_n_eff" (of effective sizes),
 * "koopman_part_n_eff"; and for people. */
EH_API const char *eh_method_name(int method, bool part, bool n_eff);
EH_API const char *eh_method_title(int method);

/* x of n rows, n >= 1, 0 <= x <= n, or of effective rows. Clopper & Pearson (1934): relative error of the limits <= 1e-10 to 10^9 rows,
 * some us and more as the root of n grows. Agresti & Coull (1998). */
EH_API eh_range eh_rate_range(const eh_methods *methods, double x, double n, double z);
/* Newcombe (1998) method 10; Agresti & Caffo (2000). */
EH_API eh_range eh_difference_range(const eh_methods *methods, double x1, double n1, double x2, double n2, double z);
/* Koopman (1984): as eh_mn_ratio without N / (N - 1). Katz et al. (1978) with .5 added to every count (Pettigrew et al. 1986). */
EH_API eh_range eh_ratio_range(const eh_methods *methods, double x1, double n1, double x2, double n2, double z);
EH_API eh_range eh_koopman_ratio(double x1, double n1, double x2, double n2, double z);
/* Fisher's exact test, two-sided: the probability of all tables of these margins that are not likelier than the one seen. At least
 * 2^-1022. Cost: some root of the rows. */
EH_API double eh_fisher_p(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2);

/* ---- two proportions on the same rows ----------------------------------------------------------------------------------- */

/* Score interval of Tango (1998, Statistics in Medicine 17:891) of the difference (b - c) / n of two proportions of the same n
 * rows: b rows count in the first alone, c in the second alone. b + c <= n, n >= 1. Inside [-1, 1], never of zero width.
 * Absolute error <= 1e-12. */
EH_API eh_range eh_tango_difference(uint64_t b, uint64_t c, uint64_t n, double z);
/* Two-sided p of the same test of equal proportions, McNemar's (1947): p < 1 - level exactly when the interval excludes 0,
 * but for rounding. b = c: p = 1. */
EH_API double eh_tango_p(uint64_t b, uint64_t c);

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
EH_API eh_range eh_auc_newcombe(double auc, double positives, double negatives, double z);

typedef struct eh_auc_interval {
  eh_range range;
  const char *method; /* "delong_logit", "newcombe_5" or "delong" */
} eh_auc_interval;

/* Logit DeLong where min(auc, 1 - auc) * min(positives, negatives) >= 3 and placements differ, else method 5. Each label
 * has a row. */
EH_API eh_auc_interval eh_auc_range(const eh_placements *placements, double z);
/* The same of weights: n_y effective rows of either label ("delong_logit_n_eff", "newcombe_5_n_eff"). */
EH_API eh_auc_interval eh_auc_range_real(double auc, double variance, const double n_y[2], double z);
/* By name: auc +- z sqrt(variance), cut to [0, 1] ("delong"), and method 5 where no placement differs. */
EH_API eh_auc_interval eh_auc_plain(const eh_placements *placements, double z);

/* ---- a part against the whole that contains it ------------------------------------------------------------------------- */

/* w is the part's share of the whole's denominator, rest the interval of part against rest:
 * p_part - p_whole = (1 - w)(p_part - p_rest);  ratio R = r / (w r + 1 - w), infinity maps to 1 / w. */
EH_API eh_range eh_difference_to_whole(eh_range rest, double w);
EH_API eh_range eh_ratio_to_whole(eh_range rest, double w);

/* ---- two proportions whose rows overlap in part -------------------------------------------------------------------------- */

/* x of n rows; under sampling weights n is their effective size, at least 1, and `weight` the sum of their weights, by which a part
 * counts in the whole. weight 0: n. */
typedef struct eh_count {
  double x, n, weight;
} eh_count;

/* Rows of the first alone, of both, and of the second alone; at least one of each. */
typedef struct eh_overlap {
  eh_count first, both, second;
} eh_overlap;

/* MOVER (Zou & Donner 2008) with Wilson limits of the three parts: interval of first - second, inside [-1, 1], never of zero
 * width. */
EH_API eh_range eh_mover_difference(const eh_overlap *overlap, double z);
/* MOVER-R (Donner & Zou 2012): interval of first / second; from 0, to infinity where nothing bounds it. About 2 us. */
EH_API eh_range eh_mover_ratio(const eh_overlap *overlap, double z);
/* Two-sided p of equal proportions: that of the level at which the interval of the difference begins to hold 0, and that of the
 * ratio 1. At least that of z = 37. About 2 us. */
EH_API double eh_mover_p(const eh_overlap *overlap);

/* ---- means ---------------------------------------------------------------------------------------------------------------- */

/* Rows, the mean of a number over them and its sample variance (read only where n >= 2). */
typedef struct eh_mean {
  uint64_t n;
  double mean, variance;
} eh_mean;

/* What is reported: the mean; the mean of a number that is never negative; the root of such a mean. */
typedef enum eh_mean_kind { EH_MEAN_ANY, EH_MEAN_SIZE, EH_MEAN_ROOT } eh_mean_kind;

/* Student's interval of a mean of independent rows, or of its root. Instead of it ONE_ROW or NO_SPREAD (all rows alike). */
EH_API eh_reason eh_mean_range(eh_range *out, const eh_mean *mean, eh_mean_kind kind, double level);

/* Rows of the first set alone, of both, and of the second alone; each may be empty. */
typedef struct eh_mean_overlap {
  eh_mean first, both, second;
} eh_mean_overlap;

typedef struct eh_mean_gap {
  eh_range difference, ratio; /* the ratio is unbounded where the second may be 0 */
  double p;                   /* two-sided, of no difference: below 1 - level exactly when the intervals exclude 0 and 1 */
} eh_mean_gap;

/* Welch's (1947) interval and test of first - second, the reported numbers of both sets, and Fieller's (1954) of their ratio.
 * A root is taken as linear near its value (delta method). Cost: some us. */
EH_API eh_reason eh_mean_compare(eh_mean_gap *out, double first, double second, const eh_mean_overlap *parts,
                                 eh_mean_kind kind, double level);

/* ---- numbers made of rates -------------------------------------------------------------------------------------------------- */

/* F1 of J = tp / (tp + fp + fn), a rate of the rows that are positive or selected; or without `f1` balanced accuracy, the mean of TPR
 * and TNR. Of two sets of rows; parts and rates without rows have n = 0. */
typedef struct eh_composite {
  eh_overlap rate_r[2];
  bool f1; /* rate_r[0] alone */
} eh_composite;

/* MOVER over the Wilson limits of the parts, each put in place of its rate alone (src/interval/README.md): of the first set's number,
 * inside [0, 1]; of first - second, their ratio and p, which is that of the level at which these begin to hold 0 and 1. SAME_ROWS
 * where no row of a denominator lies in one set alone. Cost: 3 us. */
EH_API eh_range eh_composite_range(const eh_composite *composite, double z);
EH_API eh_reason eh_composite_compare(eh_mean_gap *out, const eh_composite *composite, double z);

/* ---- quotients of sums over rows ------------------------------------------------------------------------------------------- */

/* Rows, the sums of two numbers over them, and their sample variances and covariance. A mean: below = n, whose variance is 0. */
typedef struct eh_quotient {
  uint64_t n;
  double top, below, top_v, below_v, both_v;
} eh_quotient;

/* Interval of top / below: that of its logarithm by Student's t with the variance of the delta method. Instead of it ONE_ROW or
 * NO_SPREAD, also where a sum is not positive. */
EH_API eh_reason eh_quotient_range(eh_range *out, const eh_quotient *rows, double level);
/* The gap of two, of rows of the first alone, of both, and of the second alone: the ratio and p by the logarithm likewise; the difference
 * goes with the ratio, its width that of the delta method. Excludes 0 exactly where the ratio excludes 1 and p is below 1 - level. */
EH_API eh_reason eh_quotient_compare(eh_mean_gap *out, const eh_quotient part_p[3], double level);

/* ---- gaps of areas under the ROC curve ----------------------------------------------------------------------------------- */

/* Whether DeLong's variance will do for a gap: logit DeLong would be its own interval, and it has 20 rows of either label. */
EH_API bool eh_auc_compares(const eh_placements *placements);
EH_API bool eh_auc_compares_real(double auc, double variance, const double n_y[2]);
/* Area under the precision-recall curve, 0 < area <= 1, by Boyd, Eng & Page's (2013) variance on the logit, or where fewer than 3
 * positives' worth is lost (or won) as Wilson's of that many rows; the gap of two without a row in common, by MOVER. */
EH_API bool eh_pr_area_is_logit(double area, double positives);
EH_API eh_range eh_pr_area_range(double area, double positives, double z);
EH_API void eh_pr_area_compare(eh_mean_gap *out, double first, double first_positives, double second, double second_positives, double z);
/* Rows that two sets share, by label: how many, and sums of the products of a row's placements in either, and of those in the first
 * and in the second. Low word first. */
typedef struct eh_placements_shared {
  uint64_t n_y[2], product_y[2][2], first_y[2][2], second_y[2][2];
} eh_placements_shared;
/* Covariance of their AUCs: 0 where none is shared. */
EH_API double eh_delong_covariance(const eh_placements *first, const eh_placements *second, const eh_placements_shared *shared);
/* DeLong, DeLong & Clarke-Pearson (1988) of two AUCs, from their variances and covariance: difference +- z standard errors, Fieller's
 * ratio, and p of no difference, the question of both. NO_SPREAD where nothing varies. */
EH_API eh_reason eh_auc_compare(eh_mean_gap *out, double first, double second, double first_v, double second_v, double both_v,
                                double z);

/* ---- bootstrap over cells ---------------------------------------------------------------------------------------------- */

/* A replicate draws every row Poisson(1) times, and so the rows of a cell Poisson(count) times: what slices share, they share
 * in every replicate. Replicates are made EH_REPLICATE_GROUP at a time. */
enum { EH_REPLICATE_GROUP = 128, EH_REPLICATES_MAX = 100000 };

/* Tables of the Poisson distribution, made as they are needed: at most 8 MB. */
typedef struct eh_poisson eh_poisson;
EH_API eh_status eh_poisson_new(eh_poisson **out, uint64_t seed, const eh_allocator *mem, eh_error *err);
EH_API void eh_poisson_free(eh_poisson *poisson); /* accepts NULL */

/* draw_b[b] = rows drawn from a cell of `count` rows in replicate group * EH_REPLICATE_GROUP + b: a pure function of seed, cell,
 * replicate and count. Total variation to the Poisson distribution: 1e-12 at most for count < 256, 1e-10 above. count < 2^30. Cost: about 2 ns a draw for
 * count < 256, twice that below 65,536, then once more for each 65,536. EH_E_MEMORY only. */
EH_API eh_status eh_poisson_draw(eh_poisson *poisson, uint32_t draw_b[EH_REPLICATE_GROUP], uint64_t cell, uint32_t count,
                                 uint32_t group, eh_error *err);

/* z_b[b] = a standard normal number for replicate group * EH_REPLICATE_GROUP + b of a cell, by inversion of 32 random bits. Cost: about
 * .3 us each. */
EH_API void eh_normal_draw(const eh_poisson *poisson, double z_b[EH_REPLICATE_GROUP], uint64_t cell, uint32_t group);

/* Cells of atoms and the slices they belong to: atom a has cells count_aw[a * width .. ) and lies in the slices
 * slice_i[start_a[a] .. start_a[a + 1]). Cell a * width + w is the cell of the draws. */
typedef struct eh_bootstrap_cells {
  const uint32_t *count_aw;
  uint32_t atom_count, width;
  const uint64_t *start_a;
  const uint32_t *slice_i;
} eh_bootstrap_cells;

/* sum_swb[slice][w][b] += rows drawn in replicate b of the group. */
EH_API eh_status eh_bootstrap_counts(uint32_t *sum_swb, const eh_bootstrap_cells *cells, uint32_t group, eh_poisson *poisson,
                                     eh_error *err);

/* How replicates become an interval. With B of them defined and alpha = 1 - level, the percentile interval goes from the k-th
 * least to the k-th greatest, k = floor((B + 1) alpha / 2). BCa (Efron 1987) puts other ranks there, by the share of
 * replicates below the estimate (ties half) and the acceleration: floor((B + 1) a) from either end, a the adjusted tail. */
typedef struct eh_resampling {
  double level, z;  /* z = eh_critical(level) */
  bool bca;
} eh_resampling;

/* Fewest replicates for which k >= 1. */
EH_API uint64_t eh_replicates_least(double level);

typedef struct eh_resampled {
  eh_range range;   /* NaN where there is none: fewer defined replicates than needed, or all ends alike */
  double p;         /* two-sided, of the value `null`: twice the smaller adjusted share, (1 + replicates beyond) / (1 + B) */
} eh_resampled;

/* Interval of a statistic from its replicates; NaN replicates are left out. value_b and scratch_b hold n each; both are
 * overwritten. null NaN: no p. The interval excludes null exactly when p < 1 - level. */
EH_API eh_resampled eh_bootstrap_range(double *value_b, double *scratch_b, uint32_t n, double estimate, double acceleration,
                                       double null, eh_resampling how);

#ifdef __cplusplus
}
#endif
#endif
