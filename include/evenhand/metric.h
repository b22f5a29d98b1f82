/* metric: from the counts of a slice to its numbers.
 *
 * An undefined number is NaN with a reason, never 0: a group without negatives has no false positive rate.
 */
#ifndef EVENHAND_METRIC_H
#define EVENHAND_METRIC_H

#include "evenhand/cube.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum eh_metric {
#define EH_METRIC_COUNT(id, name, title, count) EH_M_##id,
#define EH_METRIC_RATE(id, name, title, better, needs_threshold, numerator, denominator, reason) EH_M_##id,
#define EH_METRIC_OTHER(id, name, title, better, needs_threshold) EH_M_##id,
#define EH_METRIC_NAMED EH_METRIC_OTHER
#include "evenhand/metric.def"
#undef EH_METRIC_COUNT
#undef EH_METRIC_RATE
#undef EH_METRIC_OTHER
#undef EH_METRIC_NAMED
  EH_METRICS
} eh_metric;

typedef enum eh_better { EH_BETTER_NEITHER, EH_BETTER_LOWER, EH_BETTER_HIGHER } eh_better;
typedef enum eh_metric_kind { EH_METRIC_IS_COUNT, EH_METRIC_IS_RATE, EH_METRIC_IS_OTHER } eh_metric_kind;

typedef struct eh_metric_info {
  const char *name;        /* "fpr" */
  const char *title;       /* "False positive rate" */
  eh_metric_kind kind;     /* EH_METRIC_IS_RATE: a proportion of independent rows */
  eh_better better;
  bool needs_threshold;
  bool by_name;            /* not among "all metrics": has to be asked for */
} eh_metric_info;

EH_API const eh_metric_info *eh_metric_about(eh_metric metric);
/* Metric of a name or of one of its other names (false_positive_rate, recall, precision, specificity ...), or -1. A prefix
 * up to the last '/' ("fairness_indicators_metrics/") is accepted. */
EH_API int eh_metric_find(eh_str name);
/* Names (not the other names), for messages. */
EH_API const eh_str *eh_metric_names(void);

/* Rows by label and decision at one threshold. */
typedef struct eh_confusion {
  uint64_t tp, fp, tn, fn;
} eh_confusion;

/* Reliability of the scores of a set of rows, in bins of equal width on [0, 1]: bin b holds scores in (b / 10, (b + 1) / 10], the
 * first one 0 too. Exact, so parts add up and can be taken off again. */
enum { EH_RELIABILITY_BINS = 10 };

typedef struct eh_reliability {
  uint64_t rows_b[EH_RELIABILITY_BINS], positives_b[EH_RELIABILITY_BINS];
  eh_i128 score_b[EH_RELIABILITY_BINS]; /* sum of scores */
  uint64_t outside;                     /* rows whose score lies outside [0, 1]; they are in no bin */
} eh_reliability;

/* Ways to put an area under the points of a precision-recall curve; src/metric/README.md has the formulas. */
typedef enum eh_pr_area { EH_PR_STEP, EH_PR_TRAPEZOID, EH_PR_DAVIS_GOADRICH, EH_PR_AREAS } eh_pr_area;

/* What a slice's metrics need. Sums are exact; auc_2u = 2 * (pairs won) + (pairs tied) of a positive against a negative
 * row (twice the Mann-Whitney U), low word first. auc_all_2u is the same over the pairs of which at least one row lies in the
 * slice and the other anywhere (pairs inside the slice count twice): what eh_metric_rest needs. auc_square_y is, by label,
 * the sum of squared placements, low word first: what an interval of the AUC needs (eh_placements in interval.h). Over the rows that
 * lie in eh_work.base, too, auc_cross_y sums products of a row's placements here and there, auc_own_y those here and auc_base_y those
 * there: what the gap to the base needs. auc_rest_square_y is auc_square_y of the rows outside the slice. loss_sum adds up -log of
 * the probability that a score gave to its row's label, over the rows where it is not infinite, loss_square their squares, and
 * brier_square the fourth powers of score - label of rows whose score lies in [0, 1]: both sums of doubles in canonical order by atom
 * and label, exact from there on. */
typedef struct eh_tally {
  eh_confusion confusion;
  eh_i128 score_sum_y[2];
  eh_i192 square_sum_y[2];
  uint64_t auc_2u[2];
  uint64_t auc_all_2u[2];
  uint64_t auc_square_y[2][2], auc_cross_y[2][2], auc_own_y[2][2], auc_base_y[2][2];
  uint64_t auc_rest_square_y[2][2];
  double pr_area[EH_PR_AREAS], pr_area_rest[EH_PR_AREAS]; /* of the slice; of the rows outside it */
  eh_i128 loss_sum, loss_square, brier_square;
  uint64_t loss_infinite;            /* rows whose label got probability 0 */
  const eh_reliability *reliability; /* not owned; NULL where nobody asked */
  /* Of a binned cube: no exact cells, so no loss; no bins of the slice, so no areas; pairs of a positive and a negative row in
   * one bin, low word first; how far pr_area[EH_PR_STEP] may be from that of exact scores. */
  bool binned, no_bins;
  uint64_t auc_tied[2];
  double pr_bound;
} eh_tally;

typedef struct eh_value {
  double value;                     /* NaN when reason is set */
  eh_reason reason;
  bool has_parts;                   /* numerator and denominator are meaningful (counts: numerator only, denominator 0) */
  bool weighted;                    /* the parts are the sums of weights below, not numbers of rows */
  uint64_t numerator, denominator;
  double weight_numerator, weight_denominator;
  double n_eff;                     /* effective size of a rate's denominator: (sum of w)^2 / (sum of w^2) */
} eh_value;

/* The metric's value. A rate is numerator / denominator, one division.
 * balanced_accuracy = (tpr + tnr) / 2; f1 = 2 tp / (2 tp + fp + fn); calibration_ratio = sum of scores / sum of labels;
 * brier = mean of (score - label)^2, from exact sums; roc_auc = U / (positives * negatives), ties one half (Hanley &
 * McNeil 1982); pr_auc is the area under the precision-recall curve, undefined without positives; log_loss is the mean of -log of the
 * probability given to the label; ece = sum over bins of |sum of scores - positives| / rows (Naeini et al. 2015),
 * ece_debiased the same less its bias by chance (Kumar et al. 2019). The last three want scores in [0, 1]. An empty slice is
 * NO_ROWS before anything else. */
EH_API eh_value eh_metric_value(eh_metric metric, const eh_tally *tally);

/* How much of the AUC is wanted: nothing; each slice's own, without or with the squares that its interval needs; what
 * eh_metric_rest needs too (a second walk). */
typedef enum eh_auc_work {
  EH_AUC_NONE, EH_AUC_OWN, EH_AUC_OWN_AND_REST, EH_AUC_OWN_SQUARES, EH_AUC_OWN_SQUARES_AND_REST
} eh_auc_work;

/* What eh_metric_totals is to fill beside the sums. */
typedef struct eh_work {
  eh_auc_work auc;
  uint32_t base;                 /* with squares: a slice that others are compared with; overall where the rest is asked for */
  uint32_t pr_areas;             /* bit 1 << EH_PR_STEP and so on: pr_area */
  bool pr_rest;                  /* and pr_area_rest: cells * slices more */
  bool loss;                     /* loss_sum, loss_infinite */
  bool squares;                  /* loss_square and brier_square: what intervals of the two means need; with reliability_s */
  eh_reliability *reliability_s; /* NULL, or room for all slices, of which loss_sum needs `outside`; tallies point into it */
  eh_threads *threads;           /* NULL: the caller alone; any number gives the same bits. They share the allocator */
} eh_work;

/* Fills the parts of tally_s that do not depend on a threshold (sums, auc) for every slice. confusion is that of a
 * threshold above every score (fn = positives, tn = negatives), so prevalence and mean_label can be read from it. What
 * `work` does not ask for stays 0. Cost: atoms; a sort of the fine cells where AUC or a PR area is asked for; some
 * multiplications per cell for reliability and loss. With squares, more than 2^42 rows are EH_E_LIMIT. */
EH_API eh_status eh_metric_totals(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                                  eh_work work, const eh_allocator *mem, eh_error *err);

/* The reliability of the rows of `whole` that are not in `part`, a part of it. */
EH_API void eh_reliability_rest(eh_reliability *rest, const eh_reliability *whole, const eh_reliability *part);

/* The tally of the rows of `whole` that are not in `part`, a part of it. auc_2u of the rest = whole's auc_2u - part's
 * auc_all_2u + part's auc_2u, its squares are those that the part has of it; its auc_all_2u is not filled. */
EH_API void eh_metric_rest(eh_tally *rest, const eh_tally *whole, const eh_tally *part);

/* Whether t is one of the cube's thresholds. */
EH_API bool eh_metric_is_held(const eh_cube_view *cube, double t);
/* Of a binned cube at a threshold that it does not hold: counts as if t were the lower edge of the bin that holds it, and the rows
 * of that bin by label, which t may select or not (0 where t is an edge; UINT64_MAX where the cube has no bins of the
 * slice: counts are then 0). False, and nothing filled, for other cubes and thresholds. Each output may be NULL. */
EH_API bool eh_metric_binned_at(eh_confusion *confusion_s, uint64_t (*doubt_sy)[2], const eh_cube_view *cube, uint32_t model,
                                const eh_slices *slices, double t);
/* The threshold whose counts are those of t: t itself, or where t cuts a bin, its lower edge. */
EH_API double eh_metric_edge(const eh_cube_view *cube, double t);
/* How far a metric may be from its value, when so many of the selected rows may not be. NaN: it may be undefined. */
EH_API double eh_metric_bound(eh_metric metric, const eh_tally *tally, const uint64_t doubt_y[2]);
/* How far roc_auc or pr_auc from bins may be from that of exact scores; 0 for any other metric and where scores are exact. */
EH_API double eh_metric_area_bound(eh_metric metric, const eh_tally *tally);

/* ---- regression --------------------------------------------------------------------------------------------------- */

/* Sums over the rows of a slice of a cube of a regression, exact: parts add up and can be taken off again. */
typedef struct eh_regression {
  uint64_t rows;
  eh_moment moment_x[EH_REGRESSED];
} eh_regression;

/* Whether a metric is one of a regression: mean_label, mean_score, mean_error, mae, rmse, mse. What follows is for these. */
EH_API bool eh_metric_is_regression(eh_metric metric);
/* The sums of a slice; with `other` those of the rows that lie in both. EH_E_LIMIT where they leave their range. */
EH_API eh_status eh_metric_regression(eh_regression *out, const eh_cube_view *cube, uint32_t model, const eh_slice *slice,
                                      const eh_slice *other, eh_error *err);
/* Those of the rows of `whole` that are not in `part`, a part of it. */
EH_API void eh_regression_rest(eh_regression *rest, const eh_regression *whole, const eh_regression *part);
/* The metric's value: a mean over rows, rmse the root of one; NO_ROWS of nothing. */
EH_API eh_value eh_regression_value(eh_metric metric, const eh_regression *sums);
/* The mean behind it (mse of rmse), and the sample variance of what it is the mean of: NaN below two rows. */
EH_API double eh_regression_mean(eh_metric metric, const eh_regression *sums);
EH_API double eh_regression_variance(eh_metric metric, const eh_regression *sums);

/* ---- curves ------------------------------------------------------------------------------------------------------- */

enum { EH_CURVE_POINTS_MAX = 256, EH_CURVE_THRESHOLDS_MAX = 128, EH_HISTOGRAM_BINS = 20 };

/* What the scores above `threshold` are (or not below it, by the cube's cut). Threshold NaN: beyond every score, so that all rows
 * are selected (or none). */
typedef struct eh_curve_point {
  double threshold, x, y;
} eh_curve_point;

/* ROC: x = fpr, y = tpr. PR: x = recall, y = precision, without the point at which nobody is selected. From the highest
 * threshold to the lowest. histogram_yb: rows, or their weights, by label and bin of scores, bin b holding (edge_e[b], edge_e[b + 1]], the first its lower edge
 * too; edges run over [0, 1] where all scores lie there, else from the least to the greatest score of the model. */
typedef struct eh_curve {
  const eh_curve_point *roc_n, *pr_n;
  uint32_t roc_count, pr_count; /* 0 without both labels, or without positives */
  double edge_e[EH_HISTOGRAM_BINS + 1];
  double histogram_yb[2][EH_HISTOGRAM_BINS];
} eh_curve;

/* The curves of every slice; of a cube with weights, from sums of weights. At most EH_CURVE_POINTS_MAX points each: both ends, the requested thresholds (where they are at most
 * EH_CURVE_THRESHOLDS_MAX), and the first point of each of equal steps of fpr + tpr, or of recall. Points are of the arena,
 * which also lends its allocator for scratch memory. Cost: a sort of the fine cells, then cells * slices. */
EH_API eh_status eh_metric_curves(eh_curve *curve_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                                  const double *threshold_t, uint32_t threshold_count, eh_arena *arena, eh_error *err);

/* How far the scores of two slices lie apart, among rows of one label. */
typedef struct eh_distance {
  eh_reason reason;   /* why there is none: NO_NEGATIVES, NO_POSITIVES of either */
  double wasserstein; /* how far scores must move on average to become the other's (Wasserstein-1, earth mover's): the area between
                       * the distribution functions */
  double largest;     /* difference first - second of the shares selected at one threshold, the largest there is: its size is
                       * Kolmogorov and Smirnov's */
  double threshold;   /* where: the lowest such threshold between two scores, or the highest when the cut is at least */
} eh_distance;

/* Negatives, then positives, of slices slice_n[0] and slice_n[1]. From every score, up to the rounding of sums of doubles;
 * in a binned cube a score lies on the edge of its bin. Cost: a sort of the fine cells, and a walk. */
EH_API eh_status eh_metric_distance(eh_distance *out_y, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                                    const uint32_t *slice_n, const eh_allocator *mem, eh_error *err);

/* Confusion counts of every slice at threshold t. `scratch_ay` holds 2 * atoms words. */
EH_API void eh_metric_confusion(eh_confusion *confusion_s, const eh_cube_view *cube, uint32_t model,
                                const eh_slices *slices, double t, uint64_t *scratch_ay);

/* ---- sampling weights and fractional labels --------------------------------------------------------------------------- */

/* Weights by label and decision at one threshold. */
typedef struct eh_weight_confusion {
  eh_weight_cell tp, fp, tn, fn;
} eh_weight_confusion;

/* A bin of scores as in eh_reliability: weight of all rows and of positives, sums of squared weights and of weight * score. */
typedef struct eh_weight_bin {
  eh_i128 weight, positive;
  eh_i192 square, score;
} eh_weight_bin;

/* Metrics of scores of a slice under weights, undefined ones 0: with scores outside [0, 1] and infinite losses nothing but the areas
 * can be read. */
typedef struct eh_weight_scores {
  double pr_area[EH_PR_AREAS], log_loss, ece, ece_debiased;
  bool outside, infinite;
} eh_weight_scores;

/* What an interval of the AUC needs: effective rows of either label, (sum of w)^2 / (sum of w^2); DeLong's variance; its covariance
 * with that of the base. NaN where a label has no weight or one row. */
typedef struct eh_weight_spread {
  double n_eff_y[2], variance, both;
} eh_weight_spread;

/* What a slice's metrics need under weights. auc_won is the sum over pairs of a positive and a negative of the product of
 * their weights, half of it where they tie. */
typedef struct eh_weight_tally {
  uint64_t rows;
  eh_weight_confusion confusion;
  eh_weight_sum score_y[2];
  double auc_won;
  eh_weight_scores scores;
  eh_weight_spread spread;
} eh_weight_tally;

/* The metric's value as TFMA defines it under weights: every count is a sum of weights, every mean is weighted. A slice
 * without rows is NO_ROWS, one whose weights sum to 0 ZERO_WEIGHT, before anything else. */
EH_API eh_value eh_metric_weighted_value(eh_metric metric, const eh_weight_tally *tally);

/* As eh_metric_totals, for a cube that has weights: all but auc_won. Nobody is selected. */
EH_API eh_status eh_metric_weighted_totals(eh_weight_tally *tally_s, const eh_cube_view *cube, uint32_t model,
                                           const eh_slices *slices, eh_error *err);
/* As eh_metric_confusion, from the totals of the same slices. `scratch_ay` holds 2 * atoms cells. */
EH_API void eh_metric_weighted_confusion(eh_weight_confusion *confusion_s, const eh_weight_tally *total_s,
                                         const eh_cube_view *cube, uint32_t model, const eh_slices *slices, double t,
                                         eh_weight_cell *scratch_ay);
/* What eh_metric_weighted_auc is to fill beside auc_won. */
typedef struct eh_weight_work {
  bool outside;                                 /* of the rows outside every slice, in place of those in it */
  bool scores, spread;
  uint32_t base;                                /* of spread: a slice that others are compared with */
  eh_weight_bin (*bin_sb)[EH_RELIABILITY_BINS]; /* with scores: the bins of every slice; NULL: not asked */
} eh_weight_work;

/* auc_won and what is asked for of every slice. Summed in the order of scores and atoms with the rounding errors carried along
 * (Neumaier 1974), so it is the same on every target. Cost: a sort of the fine cells, and cells times slices per atom (times slices,
 * outside). */
EH_API eh_status eh_metric_weighted_auc(eh_weight_tally *tally_s, const eh_cube_view *cube, uint32_t model,
                                        const eh_slices *slices, eh_weight_work work, const eh_allocator *mem, eh_error *err);
/* The tally of the rows of `whole` that are not in `part`, exact, but for auc_won, scores and spread. */
EH_API void eh_metric_weighted_rest(eh_weight_tally *rest, const eh_weight_tally *whole, const eh_weight_tally *part);

#ifdef __cplusplus
}
#endif
#endif
