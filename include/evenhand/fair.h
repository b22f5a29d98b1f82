/* fair: gaps to a baseline, and the named criteria over the groups of a column.
 */
#ifndef EVENHAND_FAIR_H
#define EVENHAND_FAIR_H

#include "evenhand/interval.h"
#include "evenhand/metric.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A gap of a slice to its baseline: difference = slice - baseline, ratio = slice / baseline, relative = ratio - 1. What is
 * not there is NaN; `reason` tells why there is no gap, `ratio_reason` why no ratio, `interval_reason` why no interval. */
typedef struct eh_gap {
  eh_reason reason;
  eh_reason ratio_reason;
  eh_reason interval_reason;
  double difference, ratio, relative;
  eh_range difference_range, ratio_range;
  double p;
  const char *method; /* "miettinen_nurminen", "miettinen_nurminen_part" (mapped from slice against rest), "mover_wilson" (partly
                         overlapping), "bootstrap", "bca", NULL */
  const char *ratio_method, *p_method; /* where methods were asked for by name; else NULL: those that belong to `method` */
} eh_gap;

/* An empty gap with that reason. */
EH_API eh_gap eh_gap_none(eh_reason reason);

/* Gap of two rates. `relation` is that of slice to baseline: disjoint gets the Miettinen-Nurminen intervals and p; inside
 * and contains are computed against the rest and mapped; equal has difference 0 and interval reason same_rows; overlap
 * gets MOVER over `shared`, the same rate of the rows that lie in both (read for overlap alone; else it may be NULL), unless no row
 * that the rate asks about lies in one of the three parts: then it is one of the others; unknown overlap has none (overlap_unknown). A ratio to a baseline of 0 has the
 * reason zero_baseline. z <= 0: no intervals (not_asked). `methods` takes the place of
 * Miettinen-Nurminen and the score test, but not of MOVER; NULL: the usual ones. */
EH_API eh_gap eh_gap_rates(const eh_value *slice, const eh_value *baseline, eh_relation relation, const eh_value *shared,
                           const eh_methods *methods, double z);

/* The same of weighted rates, by the Miettinen-Nurminen score of effective sizes ("miettinen_nurminen_n_eff",
 * "miettinen_nurminen_part_n_eff") and MOVER over them ("mover_wilson_n_eff"). Inside or contains: `rest` is the rate over the rows of
 * the containing slice that are not in the contained one. Overlap: three rates, of the rows of the slice alone, of both, and of the
 * baseline alone. Else not looked at. */
EH_API eh_gap eh_gap_weighted(const eh_value *slice, const eh_value *baseline, const eh_value *rest, eh_relation relation,
                              const eh_methods *methods, double z);

/* An interval that is not there, for that reason, of two values: difference and ratio alone. */
EH_API eh_gap eh_gap_plain(const eh_value *slice, const eh_value *baseline, eh_reason interval_reason);

/* Gap of two numbers that have no closed-form interval: interval_reason not_yet (not_asked if z <= 0). */
EH_API eh_gap eh_gap_values(const eh_value *slice, const eh_value *baseline, double z);

/* Gap of two means over rows, or roots of such, of which `parts` holds the rows: Welch's t ("welch_t"; "welch_t_part" where one
 * slice holds the other; "welch_t_overlap") and Fieller's ratio. SAME_ROWS where neither has rows of its own. level 0: not_asked. */
EH_API eh_gap eh_gap_means(const eh_value *slice, const eh_value *baseline, const eh_mean_overlap *parts, eh_mean_kind kind,
                           double level);

/* ---- criteria ---------------------------------------------------------------------------------------------------------- */

/* One number over the groups of a family, as Fairlearn defines them (difference = max - min, ratio = min / max).
 * Groups without a value are left out: `reason` is then partial although value is there; with fewer than two
 * groups, value is NaN (one_group). */
typedef struct eh_extremes {
  double difference, ratio;
  eh_reason reason;                     /* NONE, PARTIAL or ONE_GROUP */
  eh_reason ratio_reason;               /* ZERO_BASELINE when the greatest value is 0 */
  double min, max;
  uint32_t group_min, group_max;        /* index into value_g; the first of equals */
} eh_extremes;

/* value_g[g]: NaN = left out. */
EH_API eh_extremes eh_fair_extremes(const double *value_g, uint32_t n);

typedef struct eh_criterion {
  double value;
  eh_reason reason;
  uint32_t group_min, group_max; /* of the part that decides */
} eh_criterion;

/* Equalized odds: the worse of the TPR and the FPR part. Undefined if either part is (its reason); partial if either is. */
EH_API eh_criterion eh_fair_odds_difference(const eh_extremes *tpr, const eh_extremes *fpr);
EH_API eh_criterion eh_fair_odds_ratio(const eh_extremes *tpr, const eh_extremes *fpr);
/* The mean of the two differences instead (Fairlearn's agg "mean", AIF360's average_abs_odds_difference). Both parts are needed; the
 * groups are those of the greater one. */
EH_API eh_criterion eh_fair_odds_mean(const eh_extremes *tpr, const eh_extremes *fpr);

/* The four-fifths rule (29 CFR 1607.4 D): a group's selection rate is at least 4/5 of the highest one. Decided in integers,
 * 5 x n_max >= 4 x_max n, so that .8 exactly passes. */
typedef struct eh_four_fifths {
  double value;                  /* least rate / highest rate */
  eh_reason reason;              /* NONE, PARTIAL, ONE_GROUP, or ZERO_BASELINE where nobody is selected */
  uint32_t group_min, group_max; /* the first of equals */
  uint32_t failing_count;
} eh_four_fifths;

/* rate_g[g]: a selection rate with its parts, or undefined: left out. fails_g[g] tells which groups fail; nobody does where value is
 * NaN. */
EH_API eh_four_fifths eh_fair_four_fifths(bool *fails_g, const eh_value *rate_g, uint32_t n);

#ifdef __cplusplus
}
#endif
#endif
