/* Tests of the intervals of numbers that are neither a rate nor an AUC: from rows to the audit's numbers, against definitions worked
 * out row by row, for slices that are apart, inside, around and across their baseline. */
#include "check.h"
#include "composite_fixture.h"
#include "../../src/interval/student.h"

#define Z 1.959963984540054

static const char *const baseline_n[] = {"overall", "g=a", "complement", "h=x"};
enum { BASELINES = 4 };

static void check_around(eh_range r, double value) { CHECK(r.lower <= value && value <= r.upper && r.lower < r.upper); }

/* p and both intervals speak of the same question. */
static void check_gap_agrees(const eh_gap *gap) {
  const bool out = gap->difference_range.lower > 0 || gap->difference_range.upper < 0;
  check_around(gap->difference_range, gap->difference);
  CHECK(gap->p >= 0 && gap->p <= 1);
  if (fabs(gap->p - .05) < 1e-9) return;
  CHECK(out == (gap->p < .05));
  if (gap->ratio_reason) return;
  check_around(gap->ratio_range, gap->ratio);
  CHECK(out == (gap->ratio_range.lower > 1 || gap->ratio_range.upper < 1));
}

/* ---- F1 and balanced accuracy: MOVER, each part of each rate put to its Wilson limits alone ---- */

/* x of n effective rows, and their weight, of the rows that only one slice, both, or only the other hold. */
typedef struct made {
  double x, n, weight;
} made;

static made rate_of(const row *row_n, const side *own, const side *base, int part, bool f1, int rate) {
  double hits = 0, sum = 0, square = 0;
  for (int i = 0; i < ROWS; i++) {
    const bool in_own = lies_in(&row_n[i], own), in_base = lies_in(&row_n[i], base), up = row_n[i].score > .5, y = row_n[i].y;
    if (part != (in_own ? in_base ? 1 : 0 : in_base ? 2 : -1)) continue;
    if (f1 ? !(up || y) : rate ? y : !y) continue;
    hits += (f1 ? up && y : rate ? !up : up) * row_n[i].w, sum += row_n[i].w, square += row_n[i].w * row_n[i].w;
  }
  return (made){sum > 0 ? hits / sum * (sum * sum / square) : 0, sum > 0 ? sum * sum / square : 0, sum};
}

/* a * own - b * base, rates by [rate][part]. */
static double number_at(made (*m)[3], double (*p)[3], bool f1, double a, double b) {
  double set_s[2] = {0, 0};
  for (int s = 0; s < 2; s++)
    for (int r = 0; r < 2 - f1; r++) {
      const int one = s ? 2 : 0;
      const double all = m[r][one].weight + m[r][1].weight, rate = all > 0 ? (m[r][one].weight * p[r][one] + m[r][1].weight * p[r][1]) / all : 0;
      set_s[s] += f1 ? 2 * rate / (1 + rate) : .5 * rate;
    }
  return a * set_s[0] - b * set_s[1];
}

static eh_range slow_range(made (*m)[3], bool f1, double a, double b, double z) {
  double p[2][3] = {{0}}, down = 0, up = 0;
  for (int r = 0; r < 2 - f1; r++)
    for (int k = 0; k < 3; k++) p[r][k] = m[r][k].n > 0 ? m[r][k].x / m[r][k].n : 0;
  const double middle = number_at(m, p, f1, a, b);
  for (int r = 0; r < 2 - f1; r++)
    for (int k = 0; k < 3; k++) {
      if (!(m[r][k].n > 0)) continue;
      const eh_range wilson = eh_wilson_real(m[r][k].x, m[r][k].n, z);
      const double keep = p[r][k];
      p[r][k] = wilson.lower;
      const double one = number_at(m, p, f1, a, b) - middle;
      p[r][k] = wilson.upper;
      const double other = number_at(m, p, f1, a, b) - middle;
      p[r][k] = keep;
      down += pow(fmin(0, fmin(one, other)), 2), up += pow(fmax(0, fmax(one, other)), 2);
    }
  return (eh_range){middle - sqrt(down), middle + sqrt(up)};
}

static double slow_p(made (*m)[3], bool f1) {
  double inside = 37, outside = 0;
  for (int i = 0; i < 100; i++) {
    const double z = .5 * (inside + outside);
    const eh_range r = slow_range(m, f1, 1, 1, z);
    if (r.lower > 0 || r.upper < 0) outside = z;
    else inside = z;
  }
  return 2 * eh_normal_cdf(-inside);
}

static void check_rates(const audited *a, const row *row_n, const char *slice, const char *baseline, eh_metric metric) {
  const bool f1 = metric == EH_M_F1;
  const eh_result *const r = result_of(a, slice, metric);
  const side own = side_of(slice), base = *baseline == 'c' ? outside_of(slice) : side_of(baseline), nothing = {.none = true};
  made m[2][3];
  for (int rate = 0; rate < 2; rate++)
    for (int part = 0; part < 3; part++) m[rate][part] = rate_of(row_n, &own, &nothing, part, f1, rate);
  const eh_range alone = slow_range(m, f1, 1, 0, Z);
  CHECK_NEAR(r->range.lower, alone.lower, 1e-12);
  CHECK_NEAR(r->range.upper, alone.upper, 1e-12);
  check_around(r->range, r->value.value);
  if (r->slice == a->view->baseline) return;
  for (int rate = 0; rate < 2; rate++)
    for (int part = 0; part < 3; part++) m[rate][part] = rate_of(row_n, &own, &base, part, f1, rate);
  const eh_range difference = slow_range(m, f1, 1, 1, Z);
  REQUIRE(!r->gap.interval_reason);
  CHECK_NEAR(r->gap.difference_range.lower, difference.lower, 1e-12);
  CHECK_NEAR(r->gap.difference_range.upper, difference.upper, 1e-12);
  CHECK_NEAR(r->gap.p, slow_p(m, f1), 1e-10);
  CHECK_NEAR(slow_range(m, f1, 1, r->gap.ratio_range.lower, Z).lower, 0, 1e-12);
  CHECK_NEAR(slow_range(m, f1, 1, r->gap.ratio_range.upper, Z).upper, 0, 1e-12);
  check_gap_agrees(&r->gap);
}

static void rates_are_by_definition(void) {
  static row row_n[ROWS];
  for (int weighted = 0; weighted < 2; weighted++) {
    fill(row_n, 3, weighted);
    for (int b = 0; b < BASELINES; b++) {
      audited a = audit_of(row_n, baseline_n[b], weighted, 0);
      for (int s = 0; s < SLICES; s++)
        for (int f1 = 0; f1 < 2; f1++) {
          const eh_metric metric = f1 ? EH_M_F1 : EH_M_BALANCED_ACCURACY;
          if (b == 2 && s == 0) continue; /* nothing is outside of all */
          check_rates(&a, row_n, slice_n[s], baseline_n[b], metric);
        }
      const eh_result *const r = result_of(&a, "g=b", EH_M_F1);
      CHECK_TEXT(r->method, strlen(r->method), weighted ? "wilson_mapped_n_eff" : "wilson_mapped");
      CHECK_TEXT(r->gap.method, strlen(r->gap.method), weighted ? "mover_wilson_n_eff" : "mover_wilson");
      audited_free(&a);
    }
  }
}

/* F1 of one slice: Wilson's limits of J, mapped. Nothing and all right have a width, too. */
static void ends_are_whole(void) {
  eh_composite c = {.f1 = true, .rate_r[0].first = {30, 50, 0}};
  const eh_range j = eh_wilson(30, 50, Z), f = eh_composite_range(&c, Z);
  CHECK_NEAR(f.lower, 2 * j.lower / (1 + j.lower), 1e-15);
  CHECK_NEAR(f.upper, 2 * j.upper / (1 + j.upper), 1e-15);
  eh_mean_gap gap;
  c.rate_r[0] = (eh_overlap){{0, 5, 0}, {0, 0, 0}, {7, 7, 0}};
  REQUIRE(!eh_composite_compare(&gap, &c, Z));
  CHECK(gap.difference.lower >= -1 && gap.difference.upper < 0 && gap.ratio.lower == 0 && gap.ratio.upper < 1 && gap.p < .01);
  c.rate_r[0] = (eh_overlap){{9, 9, 0}, {0, 0, 0}, {7, 7, 0}};
  REQUIRE(!eh_composite_compare(&gap, &c, Z));
  CHECK(gap.difference.lower < 0 && gap.difference.upper > 0 && gap.p == 1);
  c.rate_r[0] = (eh_overlap){{1e9, 2e9, 0}, {0, 0, 0}, {1, 2e9, 0}};
  REQUIRE(!eh_composite_compare(&gap, &c, Z));
  CHECK(gap.p > 0 && gap.p < 1e-290 && gap.ratio.upper > 1e8);
  c.rate_r[0] = (eh_overlap){{0, 0, 0}, {3, 7, 0}, {0, 0, 0}};
  CHECK(eh_composite_compare(&gap, &c, Z) == EH_R_SAME_ROWS);
}

/* ---- mean score: Student and Welch over rows ---- */

static eh_mean mean_over(const row *row_n, const side *own, const side *base, int part) {
  double sum = 0, square = 0;
  uint64_t n = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < ROWS; i++) {
      const bool in_own = lies_in(&row_n[i], own), in_base = lies_in(&row_n[i], base);
      if (part != (in_own ? in_base ? 1 : 0 : in_base ? 2 : -1)) continue;
      if (pass) square += (row_n[i].score - sum / (double)n) * (row_n[i].score - sum / (double)n);
      else n++, sum += row_n[i].score;
    }
  return (eh_mean){n, n ? sum / (double)n : 0, square / ((double)n - 1)};
}

static void mean_scores_are_by_definition(void) {
  static row row_n[ROWS];
  fill(row_n, 5, false);
  for (int b = 0; b < BASELINES; b++) {
    audited a = audit_of(row_n, baseline_n[b], false, 0);
    for (int s = 0; s < SLICES; s++) {
      const side own = side_of(slice_n[s]), base = b == 2 ? outside_of(slice_n[s]) : side_of(baseline_n[b]), nothing = {.none = true};
      const eh_result *const r = result_of(&a, slice_n[s], EH_M_MEAN_SCORE);
      const eh_mean alone = mean_over(row_n, &own, &nothing, 0);
      eh_range want;
      REQUIRE(!eh_mean_range(&want, &alone, EH_MEAN_ANY, .95));
      CHECK_NEAR(r->range.lower, want.lower, 1e-12);
      CHECK_NEAR(r->range.upper, want.upper, 1e-12);
      if (r->slice == a.view->baseline || (b == 2 && s == 0)) continue;
      const eh_mean_overlap parts = {mean_over(row_n, &own, &base, 0), mean_over(row_n, &own, &base, 1), mean_over(row_n, &own, &base, 2)};
      eh_mean_gap gap;
      REQUIRE(!eh_mean_compare(&gap, r->value.value, r->value.value - r->gap.difference, &parts, EH_MEAN_ANY, .95));
      CHECK_NEAR(r->gap.difference_range.lower, gap.difference.lower, 1e-12);
      CHECK_NEAR(r->gap.ratio_range.upper, gap.ratio.upper, 1e-11);
      CHECK_NEAR(r->gap.p, gap.p, 1e-11);
      check_gap_agrees(&r->gap);
    }
    audited_free(&a);
  }
}

/* Scores that are all alike have no spread, although their square is not a whole number of units. */
static void alike_scores_have_no_spread(void) {
  static row row_n[ROWS];
  fill(row_n, 6, false);
  for (int i = 0; i < ROWS; i++) row_n[i].score = .3;
  audited a = audit_of(row_n, "g=a", false, 0);
  CHECK(result_of(&a, "g=b", EH_M_MEAN_SCORE)->interval_reason == EH_R_NO_SPREAD);
  CHECK(result_of(&a, "g=b", EH_M_MEAN_SCORE)->gap.interval_reason == EH_R_NO_SPREAD);
  audited_free(&a);
}

/* ---- quotients of sums: on logarithms, each row by what it adds ---- */

typedef struct sum_of {
  double top, below;
} sum_of;

static sum_of of_row(const row *r, eh_metric metric) {
  if (metric == EH_M_CALIBRATION_RATIO) return (sum_of){r->score, r->y};
  return (sum_of){metric == EH_M_BRIER ? (r->score - r->y) * (r->score - r->y) : -log(r->y ? r->score : 1 - r->score), 1};
}

static sum_of sum_over(const row *row_n, const side *s, eh_metric metric) {
  sum_of sum = {0, 0};
  for (int i = 0; i < ROWS; i++)
    if (lies_in(&row_n[i], s)) sum.top += of_row(&row_n[i], metric).top, sum.below += of_row(&row_n[i], metric).below;
  return sum;
}

/* Variance and degrees of freedom of a log(own) - b log(base), part by part. */
static void slow_spread(double *variance, double *df, const row *row_n, const side *own, const side *base, eh_metric metric, double a,
                        double b) {
  const sum_of one = sum_over(row_n, own, metric), other = sum_over(row_n, base, metric);
  double squares = 0;
  *variance = 0;
  for (int part = 0; part < 3; part++) {
    double mean = 0, v = 0, n = 0;
    for (int pass = 0; pass < 2; pass++)
      for (int i = 0; i < ROWS; i++) {
        const bool in_own = lies_in(&row_n[i], own), in_base = lies_in(&row_n[i], base);
        if (part != (in_own ? in_base ? 1 : 0 : in_base ? 2 : -1)) continue;
        const sum_of r = of_row(&row_n[i], metric);
        const double x = (in_own ? a * (r.top / one.top - r.below / one.below) : 0) - (in_base ? b * (r.top / other.top - r.below / other.below) : 0);
        if (pass) v += (x - mean / n) * (x - mean / n);
        else mean += x, n++;
      }
    if (n < 2 || v == 0) continue;
    v *= n / (n - 1);
    *variance += v, squares += v * v / (n - 1);
  }
  *df = *variance * *variance / squares;
}

static eh_mean_gap slow_gap(const row *row_n, const side *own, const side *base, eh_metric metric) {
  double v, df, wide, unused;
  const sum_of a = sum_over(row_n, own, metric), b = sum_over(row_n, base, metric);
  const double one = a.top / a.below, other = b.top / b.below, l = log(one / other), middle = sqrt(one * other);
  slow_spread(&v, &df, row_n, own, base, metric, 1, 1);
  slow_spread(&wide, &unused, row_n, own, base, metric, one, other);
  const double t = eh_student_critical(.95, df) * sqrt(v), wider = sqrt(wide / v) / (.5 * (one + other));
  eh_mean_gap gap = {.ratio = {exp(l - t), exp(l + t)}, .p = eh_student_p(l / sqrt(v), df)};
  for (int up = 0; up < 2; up++) {
    const double near = up ? l + t : l - t, far = up ? l + t * wider : l - t * wider;
    *(up ? &gap.difference.upper : &gap.difference.lower) = 2 * middle * sinh((near * far > 0 ? far : near) / 2);
  }
  return gap;
}

/* Means: a part against the rest, mapped. */
static eh_mean_gap slow_part(const row *row_n, const side *part, const side *whole, eh_metric metric) {
  side rest = *whole;
  rest.less = part;
  const double w = sum_over(row_n, part, metric).below / sum_over(row_n, whole, metric).below;
  eh_mean_gap gap = slow_gap(row_n, part, &rest, metric);
  gap.difference = (eh_range){(1 - w) * gap.difference.lower, (1 - w) * gap.difference.upper};
  gap.ratio = (eh_range){gap.ratio.lower / (w * gap.ratio.lower + 1 - w), gap.ratio.upper / (w * gap.ratio.upper + 1 - w)};
  return gap;
}

static bool holds(const row *row_n, const side *whole, const side *part) {
  for (int i = 0; i < ROWS; i++)
    if (lies_in(&row_n[i], part) && !lies_in(&row_n[i], whole)) return false;
  return true;
}

static void check_quotient(const audited *a, const row *row_n, const char *slice, const char *baseline, eh_metric metric) {
  const eh_result *const r = result_of(a, slice, metric);
  const side own = side_of(slice), base = *baseline == 'c' ? outside_of(slice) : side_of(baseline), nothing = {.none = true};
  double v, df;
  slow_spread(&v, &df, row_n, &own, &nothing, metric, 1, 0);
  const double half = eh_student_critical(.95, df) * sqrt(v);
  CHECK_TEXT(r->method, strlen(r->method), "log_delta");
  CHECK_NEAR(log(r->range.lower / r->value.value), -half, 1e-7);
  CHECK_NEAR(log(r->range.upper / r->value.value), half, 1e-7);
  if (r->slice == a->view->baseline) return;
  const bool mean = metric != EH_M_CALIBRATION_RATIO, inside = mean && holds(row_n, &base, &own), around = mean && holds(row_n, &own, &base);
  eh_mean_gap want = inside ? slow_part(row_n, &own, &base, metric) : around ? slow_part(row_n, &base, &own, metric) : slow_gap(row_n, &own, &base, metric);
  if (around) {
    want.difference = (eh_range){-want.difference.upper, -want.difference.lower};
    want.ratio = (eh_range){1 / want.ratio.upper, 1 / want.ratio.lower};
  }
  CHECK_NEAR(r->gap.ratio_range.lower, want.ratio.lower, 1e-7);
  CHECK_NEAR(r->gap.ratio_range.upper, want.ratio.upper, 1e-7);
  CHECK_NEAR(r->gap.difference_range.lower, want.difference.lower, 1e-7);
  CHECK_NEAR(r->gap.difference_range.upper, want.difference.upper, 1e-7);
  CHECK_CLOSE(r->gap.p, want.p, 1e-5);
  check_gap_agrees(&r->gap);
}

static void quotients_are_by_definition(void) {
  static const eh_metric metric_n[] = {EH_M_CALIBRATION_RATIO, EH_M_BRIER, EH_M_LOG_LOSS};
  static row row_n[ROWS];
  fill(row_n, 11, false);
  for (int i = 0; i < ROWS; i++) row_n[i].score = fmin(row_n[i].score, .99);
  for (int b = 0; b < BASELINES; b++) {
    audited a = audit_of(row_n, baseline_n[b], false, 0);
    for (int s = 0; s < SLICES; s++)
      for (int m = 0; m < 3; m++)
        if (b != 2 || s) check_quotient(&a, row_n, slice_n[s], baseline_n[b], metric_n[m]);
    audited_free(&a);
  }
}

/* Where squared losses are not known, or rows of a label are few. */
static void some_quotients_have_none(void) {
  static row row_n[ROWS];
  fill(row_n, 12, false);
  for (int i = 0; i < ROWS; i++)
    if (row_n[i].g == 1) row_n[i].y = i < 20;
  audited exact = audit_of(row_n, "g=a", false, 0), bins = audit_of(row_n, "g=a", false, 11);
  const eh_result *const few = result_of(&exact, "g=b", EH_M_BRIER);
  CHECK(few->interval_reason == EH_R_FEW_EVENTS && few->range.lower > 0 && few->gap.interval_reason == EH_R_FEW_EVENTS && few->gap.p <= 1);
  CHECK(result_of(&exact, "g=c", EH_M_BRIER)->interval_reason == EH_R_NONE);
  CHECK(result_of(&bins, "g=c", EH_M_BRIER)->interval_reason == EH_R_BINNED);
  CHECK(result_of(&bins, "g=c", EH_M_CALIBRATION_RATIO)->range.lower == result_of(&exact, "g=c", EH_M_CALIBRATION_RATIO)->range.lower);
  CHECK(result_of(&bins, "g=c", EH_M_MEAN_SCORE)->gap.p == result_of(&exact, "g=c", EH_M_MEAN_SCORE)->gap.p);
  CHECK(result_of(&exact, "g=c", EH_M_ECE)->interval_reason == EH_R_NO_CLOSED_FORM);
  CHECK(result_of(&exact, "g=c", EH_M_ECE_DEBIASED)->gap.interval_reason == EH_R_NO_CLOSED_FORM);
  audited_free(&exact);
  audited_free(&bins);
  for (int i = 0; i < ROWS; i++) row_n[i].score = 2 * row_n[i].score - (i % 9 == 0 ? 3 : 1);
  audited logits = audit_of(row_n, "overall", false, 0);
  CHECK(result_of(&logits, "g=a", EH_M_BRIER)->interval_reason == EH_R_NOT_PROBABILITIES && isnan(result_of(&logits, "g=a", EH_M_BRIER)->gap.p));
  CHECK(result_of(&logits, "g=a", EH_M_MEAN_SCORE)->interval_reason == EH_R_NONE);
  audited_free(&logits);
  const eh_quotient alike = {.n = 9, .top = 3, .below = 9}, one = {.n = 1, .top = 3, .below = 1};
  eh_range range;
  eh_mean_gap gap;
  CHECK(eh_quotient_range(&range, &alike, .95) == EH_R_NO_SPREAD && eh_quotient_range(&range, &one, .95) == EH_R_ONE_ROW && isnan(range.lower));
  CHECK(eh_quotient_compare(&gap, (const eh_quotient[3]){{.n = 0}, alike, {.n = 0}}, .95) == EH_R_SAME_ROWS);
}

/* ---- area under the precision-recall curve: a share of the positives on the logit ---- */

static void areas_are_by_definition(void) {
  static row row_n[ROWS];
  fill(row_n, 13, false);
  audited a = audit_of(row_n, "g=a", false, 0), all = audit_of(row_n, "overall", false, 0);
  const eh_result *const r = result_of(&a, "g=b", EH_M_PR_AUC), *const base = result_of(&a, "g=a", EH_M_PR_AUC);
  double n_k[2] = {0, 0};
  for (int i = 0; i < ROWS; i++)
    if (row_n[i].g < 2) n_k[row_n[i].g] += row_n[i].y;
  const double x = r->value.value, half = Z / sqrt(n_k[1] * x * (1 - x)), logit = log(x / (1 - x));
  CHECK_NEAR(r->range.lower, 1 / (1 + exp(half - logit)), 1e-12);
  CHECK_NEAR(r->range.upper, 1 / (1 + exp(-half - logit)), 1e-12);
  CHECK_TEXT(r->method, strlen(r->method), "boyd_logit");
  CHECK_NEAR(r->gap.difference_range.lower, r->gap.difference - hypot(x - r->range.lower, base->range.upper - base->value.value), 1e-12);
  CHECK_NEAR(r->gap.difference_range.upper, r->gap.difference + hypot(r->range.upper - x, base->value.value - base->range.lower), 1e-12);
  CHECK_TEXT(r->gap.method, strlen(r->gap.method), "mover_boyd");
  check_gap_agrees(&r->gap);
  CHECK(result_of(&all, "g=b", EH_M_PR_AUC)->gap.interval_reason == EH_R_NO_CLOSED_FORM && result_of(&all, "g=b", EH_M_PR_AUC)->range.lower == r->range.lower);
  audited_free(&a);
  audited_free(&all);
  const eh_range sure = eh_pr_area_range(1, 20, Z), wilson = eh_wilson(20, 20, Z);
  CHECK(sure.lower == wilson.lower && sure.upper == 1 && !eh_pr_area_is_logit(.9, 20) && eh_pr_area_is_logit(.8, 20));
}

int main(void) {
  RUN(rates_are_by_definition);
  RUN(ends_are_whole);
  RUN(mean_scores_are_by_definition);
  RUN(alike_scores_have_no_spread);
  RUN(quotients_are_by_definition);
  RUN(some_quotients_have_none);
  RUN(areas_are_by_definition);
  return check_end("composite");
}
