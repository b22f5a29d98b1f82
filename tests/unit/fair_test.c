/* Tests of fair: which gap fits which pair of slices, what is said where there is none, and the criteria over groups.
 */
#include "evenhand/fair.h"

#include "check.h"

#define Z 1.959963984540054

static eh_value rate(uint64_t x, uint64_t n) {
  return (eh_value){.value = n ? (double)x / (double)n : NAN, .reason = n ? EH_R_NONE : EH_R_NO_NEGATIVES,
                    .has_parts = true, .numerator = x, .denominator = n};
}

static eh_value number(double value) { return (eh_value){.value = value}; }

static eh_gap gap_of(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, eh_relation relation) {
  const eh_value slice = rate(x1, n1), baseline = rate(x2, n2);
  return eh_gap_rates(&slice, &baseline, relation, NULL, NULL, Z);
}

static void check_method(const eh_gap *gap, const char *want) {
  REQUIRE(gap->method);
  CHECK_TEXT(gap->method, strlen(gap->method), want);
}

static bool is_nothing(eh_range r) { return isnan(r.lower) && isnan(r.upper); }

/* ---- gaps -------------------------------------------------------------------------------------------------------- */

static void an_empty_gap_is_all_nan(void) {
  const eh_gap gap = eh_gap_none(EH_R_TOO_SMALL);
  CHECK(gap.reason == EH_R_TOO_SMALL && gap.ratio_reason == EH_R_TOO_SMALL && gap.interval_reason == EH_R_TOO_SMALL);
  CHECK(isnan(gap.difference) && isnan(gap.ratio) && isnan(gap.relative) && isnan(gap.p) && !gap.method);
  CHECK(is_nothing(gap.difference_range) && is_nothing(gap.ratio_range));
}

static void disjoint_slices_are_two_samples(void) {
  const eh_gap gap = gap_of(56, 70, 48, 80, EH_DISJOINT);
  const eh_range d = eh_mn_difference(56, 70, 48, 80, Z), r = eh_mn_ratio(56, 70, 48, 80, Z);
  CHECK(gap.difference == 56.0 / 70 - 48.0 / 80 && gap.ratio == (56.0 / 70) / (48.0 / 80) &&
        gap.relative == gap.ratio - 1);
  CHECK(gap.difference_range.lower == d.lower && gap.difference_range.upper == d.upper);
  CHECK(gap.ratio_range.lower == r.lower && gap.ratio_range.upper == r.upper);
  CHECK(gap.p == eh_score_p(56, 70, 48, 80) && gap.p < .05);
  CHECK(!gap.reason && !gap.ratio_reason && !gap.interval_reason);
  check_method(&gap, "miettinen_nurminen");
}

/* 30 of 100 inside 70 of 400: against the rest 40 of 300, mapped by the share 1/4. */
static void a_part_is_compared_with_the_rest(void) {
  const eh_gap gap = gap_of(30, 100, 70, 400, EH_INSIDE);
  const eh_range d = eh_mn_difference(30, 100, 40, 300, Z), r = eh_mn_ratio(30, 100, 40, 300, Z);
  CHECK_NEAR(gap.difference, .3 - .175, 1e-15);
  CHECK_CLOSE(gap.ratio, .3 / .175, 1e-15);
  CHECK_CLOSE(gap.difference_range.lower, .75 * d.lower, 1e-14);
  CHECK_CLOSE(gap.difference_range.upper, .75 * d.upper, 1e-14);
  CHECK_CLOSE(gap.ratio_range.lower, r.lower / (.25 * r.lower + .75), 1e-14);
  CHECK_CLOSE(gap.ratio_range.upper, r.upper / (.25 * r.upper + .75), 1e-14);
  CHECK(gap.p == eh_score_p(30, 100, 40, 300));
  check_method(&gap, "miettinen_nurminen_part");
}

static void the_whole_against_its_part_is_the_mirror(void) {
  const eh_gap part = gap_of(30, 100, 70, 400, EH_INSIDE), whole = gap_of(70, 400, 30, 100, EH_CONTAINS);
  CHECK(whole.difference == -part.difference && whole.p == part.p);
  CHECK(whole.difference_range.lower == -part.difference_range.upper &&
        whole.difference_range.upper == -part.difference_range.lower);
  CHECK_CLOSE(whole.ratio_range.lower, 1 / part.ratio_range.upper, 1e-15);
  CHECK_CLOSE(whole.ratio_range.upper, 1 / part.ratio_range.lower, 1e-15);
  check_method(&whole, "miettinen_nurminen_part");
}

static void every_gap_lies_in_its_interval(void) {
  uint64_t seed = 21;
  for (int i = 0; i < 4000; i++) {
    const uint64_t n1 = 1 + check_random(&seed) % 60, rest = 1 + check_random(&seed) % 60;
    const uint64_t x1 = check_random(&seed) % (n1 + 1), x2 = check_random(&seed) % (rest + 1);
    for (int kind = 0; kind < 3; kind++) {
      const eh_gap gap = kind == 0   ? gap_of(x1, n1, x2, rest, EH_DISJOINT)
                         : kind == 1 ? gap_of(x1, n1, x1 + x2, n1 + rest, EH_INSIDE)
                                     : gap_of(x1 + x2, n1 + rest, x1, n1, EH_CONTAINS);
      const eh_range d = gap.difference_range, r = gap.ratio_range;
      CHECK(d.lower <= gap.difference + 1e-15 && gap.difference <= d.upper + 1e-15 && d.lower < d.upper && !gap.reason);
      if (fabs(gap.p - .05) > 1e-9) CHECK((gap.p < .05) == (d.lower > 0 || d.upper < 0));
      if (gap.ratio_reason) continue;
      CHECK(r.lower <= gap.ratio * (1 + 1e-14) && gap.ratio <= r.upper * (1 + 1e-14) && r.lower < r.upper);
      if (fabs(gap.p - .05) > 1e-9) CHECK((gap.p < .05) == (r.lower > 1 || r.upper < 1));
    }
  }
}

static void a_ratio_to_zero_is_said_not_made_up(void) {
  const eh_gap gap = gap_of(3, 50, 0, 40, EH_DISJOINT);
  CHECK(!gap.reason && gap.ratio_reason == EH_R_ZERO_BASELINE && isnan(gap.ratio) && isnan(gap.relative) &&
        is_nothing(gap.ratio_range));
  CHECK(gap.difference == .06 && gap.difference_range.lower < .06 && gap.difference_range.upper > .06 && gap.p > 0);
  const eh_gap zero = gap_of(0, 50, 3, 40, EH_DISJOINT);
  CHECK(zero.ratio == 0 && zero.relative == -1 && zero.ratio_range.lower == 0 && zero.ratio_range.upper < 2);
}

/* All events in the part: the ratio to the rest has no upper limit, the ratio to the whole has 1 / share. */
static void infinite_limits_map_to_finite_ones(void) {
  const eh_gap gap = gap_of(5, 100, 5, 400, EH_INSIDE), mirror = gap_of(5, 400, 5, 100, EH_CONTAINS);
  CHECK_CLOSE(gap.ratio_range.upper, 4.0, 1e-15);
  CHECK_CLOSE(mirror.ratio_range.lower, .25, 1e-15);
  const eh_gap none = gap_of(0, 100, 5, 400, EH_INSIDE), all = gap_of(5, 400, 0, 100, EH_CONTAINS);
  CHECK(none.ratio_range.lower == 0 && all.ratio_reason == EH_R_ZERO_BASELINE);
}

static void same_rows_have_no_interval(void) {
  const eh_gap equal = gap_of(7, 20, 7, 20, EH_EQUAL), inside = gap_of(7, 20, 7, 20, EH_INSIDE);
  CHECK(equal.difference == 0 && equal.ratio == 1 && equal.relative == 0 && equal.interval_reason == EH_R_SAME_ROWS);
  CHECK(isnan(equal.p) && is_nothing(equal.difference_range) && !equal.method && !equal.reason);
  CHECK(inside.difference == 0 && inside.interval_reason == EH_R_SAME_ROWS && isnan(inside.p) && !inside.method);
}

static eh_gap overlap_of(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, uint64_t x, uint64_t n) {
  const eh_value slice = rate(x1, n1), baseline = rate(x2, n2), shared = rate(x, n);
  return eh_gap_rates(&slice, &baseline, EH_OVERLAP, &shared, NULL, Z);
}

static void overlapping_slices_get_mover(void) {
  const eh_gap gap = overlap_of(7, 20, 9, 21, 3, 8);
  const eh_overlap parts = {{4, 12, 0}, {3, 8, 0}, {6, 13, 0}};
  const eh_range difference = eh_mover_difference(&parts, Z), ratio = eh_mover_ratio(&parts, Z);
  CHECK(!gap.interval_reason && !gap.reason && gap.difference < 0 && strcmp(gap.method, "mover_wilson") == 0);
  CHECK(gap.difference_range.lower == difference.lower && gap.difference_range.upper == difference.upper);
  CHECK(gap.ratio_range.lower == ratio.lower && gap.ratio_range.upper == ratio.upper);
  CHECK(gap.p == eh_mover_p(&parts));
  CHECK(overlap_of(7, 20, 0, 21, 0, 8).ratio_reason == EH_R_ZERO_BASELINE);
}

/* What decides are the rows that the rate asks about, not all rows. */
static void overlap_without_rows_is_another_relation(void) {
  const eh_gap apart = overlap_of(7, 20, 9, 21, 0, 0), inside = overlap_of(7, 20, 9, 31, 7, 20), holds = overlap_of(7, 20, 3, 9, 3, 9);
  const eh_gap want_apart = gap_of(7, 20, 9, 21, EH_DISJOINT), want_inside = gap_of(7, 20, 9, 31, EH_INSIDE);
  const eh_gap want_holds = gap_of(7, 20, 3, 9, EH_CONTAINS);
  CHECK(apart.p == want_apart.p && strcmp(apart.method, "miettinen_nurminen") == 0);
  CHECK(inside.p == want_inside.p && inside.difference_range.lower == want_inside.difference_range.lower);
  CHECK(holds.p == want_holds.p && holds.ratio_range.upper == want_holds.ratio_range.upper);
  CHECK(overlap_of(7, 20, 7, 20, 7, 20).interval_reason == EH_R_SAME_ROWS);
}

static void undefined_sides_tell_which(void) {
  const eh_gap slice = gap_of(0, 0, 3, 9, EH_INSIDE), baseline = gap_of(3, 9, 0, 0, EH_DISJOINT),
               both = gap_of(0, 0, 0, 0, EH_EQUAL);
  CHECK(slice.reason == EH_R_NO_NEGATIVES && isnan(slice.difference) && isnan(slice.p));
  CHECK(baseline.reason == EH_R_MISSING_BASELINE && isnan(baseline.ratio));
  CHECK(both.reason == EH_R_NO_NEGATIVES);
}

static void intervals_can_be_switched_off(void) {
  const eh_value a = rate(3, 9), b = rate(4, 9);
  const eh_gap rates = eh_gap_rates(&a, &b, EH_DISJOINT, NULL, NULL, 0), values = eh_gap_values(&a, &b, 0);
  CHECK(rates.interval_reason == EH_R_NOT_ASKED && is_nothing(rates.difference_range) && rates.difference < 0 &&
        !rates.method);
  CHECK(values.interval_reason == EH_R_NOT_ASKED);
}

static void other_numbers_have_gaps_without_intervals(void) {
  const eh_value a = number(.75), b = number(.5), zero = number(0), none = {.value = NAN, .reason = EH_R_ONE_CLASS};
  const eh_gap gap = eh_gap_values(&a, &b, Z), at_zero = eh_gap_values(&a, &zero, Z),
               undefined = eh_gap_values(&none, &b, Z);
  CHECK(gap.difference == .25 && gap.ratio == 1.5 && gap.relative == .5 && gap.interval_reason == EH_R_NOT_YET);
  CHECK(isnan(gap.p) && is_nothing(gap.difference_range) && is_nothing(gap.ratio_range));
  CHECK(at_zero.ratio_reason == EH_R_ZERO_BASELINE && at_zero.difference == .75);
  CHECK(undefined.reason == EH_R_ONE_CLASS && eh_gap_values(&b, &none, Z).reason == EH_R_MISSING_BASELINE);
}

/* ---- criteria ---------------------------------------------------------------------------------------------------- */

static void extremes_are_the_greatest_and_the_least(void) {
  static const double value_g[] = {.4, .2, .5, .2, .5};
  const eh_extremes e = eh_fair_extremes(value_g, 5);
  CHECK(e.min == .2 && e.max == .5 && e.group_min == 1 && e.group_max == 2 && !e.reason && !e.ratio_reason);
  CHECK(e.difference == .5 - .2 && e.ratio == .2 / .5);
}

static void groups_without_a_value_are_left_out_and_said(void) {
  static const double value_g[] = {NAN, .2, NAN, .5};
  const eh_extremes e = eh_fair_extremes(value_g, 4);
  CHECK(e.reason == EH_R_PARTIAL && e.group_min == 1 && e.group_max == 3 && e.ratio == .4 && !e.ratio_reason);
}

static void one_group_has_no_gap(void) {
  static const double one_g[] = {NAN, .2, NAN};
  const eh_extremes e = eh_fair_extremes(one_g, 3), none = eh_fair_extremes(one_g, 0);
  CHECK(e.reason == EH_R_ONE_GROUP && e.ratio_reason == EH_R_ONE_GROUP && isnan(e.difference) && isnan(e.ratio));
  CHECK(e.min == .2 && e.max == .2 && e.group_min == 1 && e.group_max == 1);
  CHECK(none.reason == EH_R_ONE_GROUP && isnan(none.min) && isnan(none.max) && none.group_min == 0);
}

static void a_ratio_of_zeros_is_undefined(void) {
  static const double zero_g[] = {0, 0}, mixed_g[] = {0, .5};
  const eh_extremes e = eh_fair_extremes(zero_g, 2), mixed = eh_fair_extremes(mixed_g, 2);
  CHECK(e.difference == 0 && !e.reason && isnan(e.ratio) && e.ratio_reason == EH_R_ZERO_BASELINE);
  CHECK(mixed.ratio == 0 && !mixed.ratio_reason && mixed.difference == .5);
}

static void equalized_odds_is_the_worse_side(void) {
  static const double tpr_g[] = {.9, .6, .8}, fpr_g[] = {.1, .25, .02};
  const eh_extremes tpr = eh_fair_extremes(tpr_g, 3), fpr = eh_fair_extremes(fpr_g, 3);
  const eh_criterion difference = eh_fair_odds_difference(&tpr, &fpr), ratio = eh_fair_odds_ratio(&tpr, &fpr);
  CHECK(difference.value == .9 - .6 && !difference.reason && difference.group_min == 1 && difference.group_max == 0);
  CHECK(ratio.value == .02 / .25 && !ratio.reason && ratio.group_min == 2 && ratio.group_max == 1);
  CHECK(eh_fair_odds_difference(&fpr, &tpr).value == .9 - .6 && eh_fair_odds_ratio(&fpr, &tpr).value == .02 / .25);
}

static void equalized_odds_needs_both_sides(void) {
  static const double good_g[] = {.9, .6}, one_g[] = {NAN, .5}, partial_g[] = {.5, .4, NAN}, zero_g[] = {0, 0};
  const eh_extremes good = eh_fair_extremes(good_g, 2), one = eh_fair_extremes(one_g, 2),
                    partial = eh_fair_extremes(partial_g, 3), zero = eh_fair_extremes(zero_g, 2);
  CHECK(eh_fair_odds_difference(&one, &good).reason == EH_R_ONE_GROUP &&
        isnan(eh_fair_odds_difference(&good, &one).value));
  CHECK(eh_fair_odds_ratio(&good, &one).reason == EH_R_ONE_GROUP && isnan(eh_fair_odds_ratio(&one, &good).value));
  CHECK(eh_fair_odds_difference(&good, &partial).reason == EH_R_PARTIAL &&
        eh_fair_odds_difference(&good, &partial).value == .9 - .6);
  CHECK(eh_fair_odds_ratio(&partial, &good).reason == EH_R_PARTIAL);
  CHECK(eh_fair_odds_difference(&good, &zero).value == .9 - .6 && !eh_fair_odds_difference(&good, &zero).reason);
  CHECK(eh_fair_odds_ratio(&good, &zero).reason == EH_R_ZERO_BASELINE && isnan(eh_fair_odds_ratio(&good, &zero).value));
}

static void the_mean_of_both_sides(void) {
  static const double tpr_g[] = {.9, .6}, fpr_g[] = {.1, .2}, one_g[] = {NAN, .5};
  const eh_extremes tpr = eh_fair_extremes(tpr_g, 2), fpr = eh_fair_extremes(fpr_g, 2), one = eh_fair_extremes(one_g, 2);
  const eh_criterion mean = eh_fair_odds_mean(&tpr, &fpr);
  CHECK_NEAR(mean.value, .2, 1e-15);
  CHECK(!mean.reason && mean.group_min == 1 && mean.group_max == 0);
  CHECK(isnan(eh_fair_odds_mean(&tpr, &one).value) && eh_fair_odds_mean(&tpr, &one).reason == EH_R_ONE_GROUP);
}

static eh_value rate_of(uint64_t x, uint64_t n) {
  if (n == 0) return (eh_value){.value = NAN, .reason = EH_R_NO_ROWS};
  return (eh_value){.value = (double)x / (double)n, .has_parts = true, .numerator = x, .denominator = n};
}

static void four_fifths_is_decided_in_integers(void) {
  const uint64_t huge = ((uint64_t)1 << 53) / 5 * 5;
  const struct {
    uint64_t a, n_a, b, n_b;
    bool fails;
  } case_n[] = {{4, 10, 5, 10, false},           {12, 30, 3, 6, false},          {24, 100, 3, 10, false}, /* .24 / .3 < .8 in doubles */
                {huge / 5 * 4, huge, huge, huge, false}, {huge / 5 * 4 - 1, huge, huge, huge, true}, {239, 1000, 3, 10, true},
                {0, 7, 1, 9, true},              {1, 9, 1, 9, false}};
  for (size_t i = 0; i < sizeof case_n / sizeof case_n[0]; i++) {
    const eh_value rate_g[] = {rate_of(case_n[i].a, case_n[i].n_a), rate_of(case_n[i].b, case_n[i].n_b)};
    bool fails_g[2] = {true, true};
    const eh_four_fifths f = eh_fair_four_fifths(fails_g, rate_g, 2);
    CHECK(fails_g[0] == case_n[i].fails && !fails_g[1] && f.failing_count == case_n[i].fails && !f.reason);
    CHECK(f.value == rate_g[0].value / rate_g[1].value && f.group_max == (case_n[i].a == case_n[i].b ? 0 : 1));
  }
}

static void four_fifths_of_groups_left_out(void) {
  const eh_value rate_g[] = {rate_of(0, 0), rate_of(3, 10), rate_of(9, 10), rate_of(9, 10), rate_of(8, 10)};
  const eh_value zero_g[] = {rate_of(0, 3), rate_of(0, 4)};
  bool fails_g[5];
  const eh_four_fifths f = eh_fair_four_fifths(fails_g, rate_g, 5);
  CHECK(f.reason == EH_R_PARTIAL && f.value == .3 / .9 && f.group_min == 1 && f.group_max == 2 && f.failing_count == 1);
  CHECK(!fails_g[0] && fails_g[1] && !fails_g[2] && !fails_g[3] && !fails_g[4]);
  CHECK(eh_fair_four_fifths(fails_g, rate_g, 2).reason == EH_R_ONE_GROUP && isnan(eh_fair_four_fifths(fails_g, rate_g, 2).value));
  CHECK(eh_fair_four_fifths(fails_g, rate_g, 0).reason == EH_R_ONE_GROUP);
  const eh_four_fifths none = eh_fair_four_fifths(fails_g, zero_g, 2);
  CHECK(none.reason == EH_R_ZERO_BASELINE && isnan(none.value) && none.failing_count == 0 && !fails_g[0]);
}

int main(void) {
  RUN(the_mean_of_both_sides);
  RUN(four_fifths_is_decided_in_integers);
  RUN(four_fifths_of_groups_left_out);
  RUN(an_empty_gap_is_all_nan);
  RUN(disjoint_slices_are_two_samples);
  RUN(a_part_is_compared_with_the_rest);
  RUN(the_whole_against_its_part_is_the_mirror);
  RUN(every_gap_lies_in_its_interval);
  RUN(a_ratio_to_zero_is_said_not_made_up);
  RUN(infinite_limits_map_to_finite_ones);
  RUN(same_rows_have_no_interval);
  RUN(overlapping_slices_get_mover);
  RUN(overlap_without_rows_is_another_relation);
  RUN(undefined_sides_tell_which);
  RUN(intervals_can_be_switched_off);
  RUN(other_numbers_have_gaps_without_intervals);
  RUN(extremes_are_the_greatest_and_the_least);
  RUN(groups_without_a_value_are_left_out_and_said);
  RUN(one_group_has_no_gap);
  RUN(a_ratio_of_zeros_is_undefined);
  RUN(equalized_odds_is_the_worse_side);
  RUN(equalized_odds_needs_both_sides);
  return check_end("fair");
}
