/* gap: difference and ratio of a slice to its baseline, with the interval and test that fit how their rows overlap.
 *
 * Called by audit for every slice and metric. Idea: one question decides the method, how the rows of the slice lie to
 * those of the baseline. Disjoint slices are two samples. A part of the baseline is compared with the rest of it, and
 * that interval is mapped: treating part and whole as two samples would count the shared rows twice. Where they overlap in
 * part, the rows of both and those of either alone are three samples.
 */
#include "evenhand/fair.h"

#define NOT_A_NUMBER __builtin_nan("")

static const eh_range no_range = {NOT_A_NUMBER, NOT_A_NUMBER};

eh_gap eh_gap_none(eh_reason reason) {
  const double nan = NOT_A_NUMBER;
  return (eh_gap){reason, reason, reason, nan, nan, nan, no_range, no_range, nan, NULL, NULL, NULL};
}

/* Difference and ratio, without intervals. */
eh_gap eh_gap_plain(const eh_value *slice, const eh_value *baseline, eh_reason interval_reason) {
  if (slice->reason) return eh_gap_none(slice->reason);
  if (baseline->reason) return eh_gap_none(EH_R_MISSING_BASELINE);
  eh_gap gap = eh_gap_none(EH_R_NONE);
  gap.interval_reason = interval_reason;
  gap.difference = slice->value - baseline->value;
  if (baseline->value == 0) {
    gap.ratio_reason = EH_R_ZERO_BASELINE;
  } else {
    gap.ratio = slice->value / baseline->value;
    gap.relative = gap.ratio - 1;
  }
  return gap;
}

eh_gap eh_gap_values(const eh_value *slice, const eh_value *baseline, double z) {
  return eh_gap_plain(slice, baseline, z > 0 ? EH_R_NOT_YET : EH_R_NOT_ASKED);
}

/* Numbers of two rates without a row in common, as x of n rows or effective rows. `part`: they are then mapped to a whole. */
typedef struct pair {
  double x1, n1, x2, n2;
  bool part, n_eff;
} pair;

static void fill_methods(eh_gap *gap, const eh_methods *methods, bool part, bool n_eff) {
  gap->method = eh_method_name(eh_methods_of(methods, EH_OF_DIFFERENCE), part, n_eff);
  if (eh_methods_are_usual(methods)) return;
  gap->ratio_method = eh_method_name(eh_methods_of(methods, EH_OF_RATIO), part, n_eff);
  gap->p_method = eh_method_name(eh_methods_of(methods, EH_OF_TEST), false, n_eff);
}

static void fill_pair(eh_gap *gap, pair p, const eh_methods *methods, double z) {
  gap->difference_range = eh_difference_range(methods, p.x1, p.n1, p.x2, p.n2, z);
  if (!gap->ratio_reason) gap->ratio_range = eh_ratio_range(methods, p.x1, p.n1, p.x2, p.n2, z);
  fill_methods(gap, methods, p.part, p.n_eff);
}

static double p_of(const eh_methods *methods, uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2) {
  return eh_methods_of(methods, EH_OF_TEST) == EH_FISHER ? eh_fisher_p(x1, n1, x2, n2) : eh_score_p(x1, n1, x2, n2);
}

static void fill_disjoint(eh_gap *gap, const eh_value *slice, const eh_value *baseline, const eh_methods *methods, double z) {
  const uint64_t x1 = slice->numerator, n1 = slice->denominator, x2 = baseline->numerator, n2 = baseline->denominator;
  fill_pair(gap, (pair){(double)x1, (double)n1, (double)x2, (double)n2, false, false}, methods, z);
  gap->p = p_of(methods, x1, n1, x2, n2);
}

/* The slice is part of the baseline, or the baseline part of the slice. The maps give part against whole; the other way
 * round the difference changes its sign and the ratio is inverted; its lower limit is not 0, since a baseline of 0 has no
 * ratio. w: the part's share. */
static void fill_mapped(eh_gap *gap, pair p, double w, bool slice_is_part, const eh_methods *methods, double z) {
  fill_pair(gap, p, methods, z);
  const eh_range d = eh_difference_to_whole(gap->difference_range, w), r = eh_ratio_to_whole(gap->ratio_range, w);
  gap->difference_range = slice_is_part ? d : (eh_range){-d.upper, -d.lower};
  if (!gap->ratio_reason) gap->ratio_range = slice_is_part ? r : (eh_range){1 / r.upper, 1 / r.lower};
}

static void fill_part(eh_gap *gap, const eh_value *part, const eh_value *whole, bool slice_is_part, const eh_methods *methods,
                      double z) {
  const uint64_t x = part->numerator, n = part->denominator;
  const uint64_t rest_x = whole->numerator - x, rest_n = whole->denominator - n;
  if (rest_n == 0) { /* all rows that this rate asks about lie in the part */
    gap->interval_reason = EH_R_SAME_ROWS;
    return;
  }
  const pair p = {(double)x, (double)n, (double)rest_x, (double)rest_n, true, false};
  fill_mapped(gap, p, (double)n / (double)whole->denominator, slice_is_part, methods, z);
  gap->p = p_of(methods, x, n, rest_x, rest_n);
}

/* One method for all three numbers, whatever is asked for. */
static void fill_mover(eh_gap *gap, const eh_overlap *o, const char *method, const eh_methods *methods, double z) {
  gap->difference_range = eh_mover_difference(o, z);
  if (!gap->ratio_reason) gap->ratio_range = eh_mover_ratio(o, z);
  gap->p = eh_mover_p(o);
  gap->method = method;
  if (!eh_methods_are_usual(methods)) gap->ratio_method = gap->p_method = method;
}

static void fill_overlap(eh_gap *gap, const eh_value *slice, const eh_value *baseline, const eh_value *shared, const eh_methods *methods,
                         double z) {
  const uint64_t x = shared->numerator, n = shared->denominator;
  const eh_overlap o = {.first = {(double)(slice->numerator - x), (double)(slice->denominator - n), 0},
                        .both = {(double)x, (double)n, 0},
                        .second = {(double)(baseline->numerator - x), (double)(baseline->denominator - n), 0}};
  fill_mover(gap, &o, "mover_wilson", methods, z);
}

/* Of slices that overlap in part, how the rows lie that the rate asks about. */
static eh_relation relation_of_rows(const eh_value *slice, const eh_value *baseline, const eh_value *shared) {
  const uint64_t n = shared->denominator;
  const bool within = n == slice->denominator, holds = n == baseline->denominator;
  return !n ? EH_DISJOINT : within && holds ? EH_EQUAL : within ? EH_INSIDE : holds ? EH_CONTAINS : EH_OVERLAP;
}

eh_gap eh_gap_rates(const eh_value *slice, const eh_value *baseline, eh_relation relation, const eh_value *shared,
                    const eh_methods *methods, double z) {
  eh_gap gap = eh_gap_plain(slice, baseline, z > 0 ? EH_R_NONE : EH_R_NOT_ASKED);
  if (gap.reason || gap.interval_reason) return gap;
  switch (relation == EH_OVERLAP ? relation_of_rows(slice, baseline, shared) : relation) {
    case EH_DISJOINT: fill_disjoint(&gap, slice, baseline, methods, z); break;
    case EH_INSIDE: fill_part(&gap, slice, baseline, true, methods, z); break;
    case EH_CONTAINS: fill_part(&gap, baseline, slice, false, methods, z); break;
    case EH_EQUAL: gap.interval_reason = EH_R_SAME_ROWS; break;
    case EH_OVERLAP: fill_overlap(&gap, slice, baseline, shared, methods, z); break;
    case EH_UNKNOWN: gap.interval_reason = EH_R_OVERLAP_UNKNOWN; break;
  }
  return gap;
}

/* ---- weighted rates ---------------------------------------------------------------------------------------------- */

/* A rate as x of n rows, n its effective size. */
static double hits(const eh_value *v) { return v->n_eff * v->value; }

static void fill_weighted(eh_gap *gap, const eh_value *slice, const eh_value *baseline, const eh_methods *methods, double z) {
  const pair p = {hits(slice), slice->n_eff, hits(baseline), baseline->n_eff, false, true};
  fill_pair(gap, p, methods, z);
  gap->p = eh_score_p_real(p.x1, p.n1, p.x2, p.n2);
}

/* As fill_part; the share is that of the weights. */
static void fill_weighted_part(eh_gap *gap, const eh_value *part, const eh_value *whole, const eh_value *rest,
                               bool slice_is_part, const eh_methods *methods, double z) {
  if (rest->reason) {
    gap->interval_reason = EH_R_SAME_ROWS;
    return;
  }
  const pair p = {hits(part), part->n_eff, hits(rest), rest->n_eff, true, true};
  fill_mapped(gap, p, part->weight_denominator / whole->weight_denominator, slice_is_part, methods, z);
  gap->p = eh_score_p_real(p.x1, p.n1, p.x2, p.n2);
}

static eh_count count_of(const eh_value *part) { return (eh_count){hits(part), part->n_eff, part->weight_denominator}; }

/* part_k: of the slice alone, of both, of the baseline alone. Where one of these has no rows that the rate asks about, the two lie
 * otherwise to each other. */
static void fill_weighted_overlap(eh_gap *gap, const eh_value *slice, const eh_value *baseline, const eh_value *part_k,
                                  const eh_methods *methods, double z) {
  const bool has_first = !part_k[0].reason, has_both = !part_k[1].reason, has_second = !part_k[2].reason;
  const eh_overlap o = {count_of(&part_k[0]), count_of(&part_k[1]), count_of(&part_k[2])};
  if (!has_both) fill_weighted(gap, slice, baseline, methods, z);
  else if (!has_first) fill_weighted_part(gap, slice, baseline, &part_k[2], true, methods, z);
  else if (!has_second) fill_weighted_part(gap, baseline, slice, &part_k[0], false, methods, z);
  else fill_mover(gap, &o, "mover_wilson_n_eff", methods, z);
}

eh_gap eh_gap_weighted(const eh_value *slice, const eh_value *baseline, const eh_value *rest, eh_relation relation,
                       const eh_methods *methods, double z) {
  eh_gap gap = eh_gap_plain(slice, baseline, z > 0 ? EH_R_NONE : EH_R_NOT_ASKED);
  if (gap.reason || gap.interval_reason) return gap;
  switch (relation) {
    case EH_DISJOINT: fill_weighted(&gap, slice, baseline, methods, z); break;
    case EH_INSIDE: fill_weighted_part(&gap, slice, baseline, rest, true, methods, z); break;
    case EH_CONTAINS: fill_weighted_part(&gap, baseline, slice, rest, false, methods, z); break;
    case EH_EQUAL: gap.interval_reason = EH_R_SAME_ROWS; break;
    case EH_OVERLAP: fill_weighted_overlap(&gap, slice, baseline, rest, methods, z); break;
    case EH_UNKNOWN: gap.interval_reason = EH_R_OVERLAP_UNKNOWN; break;
  }
  return gap;
}
