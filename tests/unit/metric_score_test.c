/* Tests of the metrics of scores (areas under precision-recall curves, log loss, calibration error) and of reliability:
 * random rows against a row-by-row twin, published figures, the ends of the range, and that nothing depends on order. */
#include "reference/score_slow.h"
#include "unit/metric_fixture.h"

static const eh_metric area_metric[] = {EH_M_PR_AUC, EH_M_PR_AUC_TRAPEZOID, EH_M_PR_AUC_DAVIS_GOADRICH};

/* Scores in (0, 1) on a grid of `levels`, or in random places for 0 levels. */
static void make_probabilities(fixture *f, uint64_t seed, uint32_t rows, int levels) {
  fixture_make(f, seed, rows, 5);
  for (uint32_t i = 0; i < rows; i++) {
    const double u = check_uniform(&seed);
    f->row_n[i].score = levels ? (floor(u * levels) + .5) / levels : u * .999 + .0005;
    f->row_n[i].y = f->row_n[i].atom != 3 && check_uniform(&seed) < .1 + .7 * f->row_n[i].score;
  }
  fixture_count(f);
}

static eh_work everything(eh_reliability *reliability_s) {
  return (eh_work){.pr_areas = 7, .pr_rest = true, .loss = true, .reliability_s = reliability_s};
}

static void check_areas(const eh_tally *t, const slow_row *row_n, uint32_t n) {
  const slow_counts c = slow_confusion(row_n, n, 1e9);
  for (int i = 0; i < 3; i++) {
    const eh_value v = eh_metric_value(area_metric[i], t);
    if (c.fn == 0) CHECK(isnan(v.value) && v.reason == (n ? EH_R_NO_POSITIVES : EH_R_NO_ROWS));
    else CHECK_NEAR(v.value, i == 2 ? slow_davis_goadrich(row_n, n) : slow_pr_area(row_n, n, i == 1), i == 2 ? 1e-7 : 1e-14);
  }
}

static void check_calibration(const eh_tally *t, const slow_row *row_n, uint32_t n) {
  const eh_metric metric[] = {EH_M_LOG_LOSS, EH_M_ECE, EH_M_ECE_DEBIASED};
  for (int i = 0; i < 3; i++) {
    const eh_value v = eh_metric_value(metric[i], t);
    if (n == 0) CHECK(isnan(v.value) && v.reason == EH_R_NO_ROWS);
    else if (i == 0) CHECK_CLOSE(v.value, slow_log_loss(row_n, n), 1e-14);
    else CHECK_NEAR(v.value, slow_ece(row_n, n, i == 2), i == 2 ? 1e-9 : 1e-15);
  }
}

static void check_slices(const fixture *f, bool calibration) {
  eh_tally tally_s[SLICES];
  eh_reliability reliability_s[SLICES];
  eh_error err = {0};
  slow_row row_n[ROWS_MAX];
  REQUIRE(!eh_metric_totals(tally_s, &f->view, 0, &f->slices, everything(reliability_s), NULL, &err));
  for (int s = 0; s < SLICES; s++) {
    const uint32_t n = rows_of_slice(row_n, f, &f->slice_n[s]), rest_n = rows_outside_slice(row_n + n, f, &f->slice_n[s]);
    eh_tally rest;
    eh_reliability rest_reliability;
    eh_metric_rest(&rest, &tally_s[0], &tally_s[s]);
    eh_reliability_rest(&rest_reliability, tally_s[0].reliability, tally_s[s].reliability);
    rest.reliability = &rest_reliability;
    check_areas(&tally_s[s], row_n, n);
    check_areas(&rest, row_n + n, rest_n);
    if (!calibration) continue;
    check_calibration(&tally_s[s], row_n, n);
    check_calibration(&rest, row_n + n, rest_n);
  }
}

static void areas_and_calibration_equal_the_twin(void) {
  static const uint32_t rows_n[] = {0, 1, 2, 17, ROWS_MAX};
  static const int levels_n[] = {1, 2, 7, 100, 0};
  fixture f;
  for (uint64_t i = 0; i < 25; i++) {
    make_probabilities(&f, 500 + i, rows_n[i / 5], levels_n[i % 5]);
    check_slices(&f, true);
  }
}

static void areas_take_any_scores(void) {
  fixture f;
  for (uint64_t i = 0; i < 6; i++) {
    fixture_make(&f, 700 + i, i < 2 ? 9 : ROWS_MAX, i % 2 ? 8 : 100000);
    check_slices(&f, false);
  }
}

/* One slice of rows given one by one. */
static void make_rows(fixture *f, const double *score_n, const int *y_n, uint32_t n) {
  memset(f, 0, sizeof *f);
  f->row_count = n, f->threshold = .5;
  for (uint32_t i = 0; i < n; i++) f->row_n[i] = (slow_row){0, y_n[i], score_n[i]};
  fixture_count(f);
}

static eh_value value_of(const fixture *f, eh_metric metric) {
  eh_tally tally_s[SLICES];
  eh_reliability reliability_s[SLICES];
  eh_error err = {0};
  CHECK(!eh_metric_totals(tally_s, &f->view, 0, &f->slices, everything(reliability_s), NULL, &err));
  return eh_metric_value(metric, &tally_s[0]);
}

/* The rows of scikit-learn's manual, whose average_precision_score of them is .83 and the trapezoid of whose curve .79. The
 * points are (tp, fp) = (1, 0), (1, 1), (2, 1), (2, 2). */
static void figures_by_hand(void) {
  fixture f;
  make_rows(&f, (double[]){.1, .4, .35, .8}, (int[]){0, 0, 1, 1}, 4);
  CHECK_NEAR(value_of(&f, EH_M_PR_AUC).value, (1 + 2.0 / 3) / 2, 1e-16);
  CHECK_NEAR(value_of(&f, EH_M_PR_AUC_TRAPEZOID).value, (1 + (2.0 / 3 + .5) / 2) / 2, 1e-16);
  /* From (1, 1) one positive is added: the mean of (1 + x) / (2 + x) over x from 0 to 1 is 1 - log(3 / 2). */
  CHECK_NEAR(value_of(&f, EH_M_PR_AUC_DAVIS_GOADRICH).value, (1 + 1 - log(1.5)) / 2, 1e-15);
  CHECK_NEAR(value_of(&f, EH_M_LOG_LOSS).value, -(log(.9) + log(.6) + log(.35) + log(.8)) / 4, 1e-15);
  CHECK_NEAR(value_of(&f, EH_M_ECE).value, (.1 + fabs(.75 - 1) + .2) / 4, 1e-15); /* .4 and .35 share a bin */
  make_rows(&f, (double[]){.5, .5, .5, .5}, (int[]){0, 1, 1, 1}, 4); /* all tied: precision is prevalence */
  for (int i = 0; i < 3; i++) CHECK(value_of(&f, area_metric[i]).value == (i == 1 ? .875 : .75));
  CHECK_NEAR(value_of(&f, EH_M_ECE).value, .25, 0);
}

static void check_reason(eh_value v, eh_reason reason) { CHECK(isnan(v.value) && v.reason == reason); }

static void probabilities_of_nothing_and_more(void) {
  fixture f;
  make_rows(&f, (double[]){0, 1, .5}, (int[]){0, 1, 1}, 3); /* sure and right */
  CHECK_NEAR(value_of(&f, EH_M_LOG_LOSS).value, log(2) / 3, 1e-16);
  CHECK_NEAR(value_of(&f, EH_M_ECE).value, .5 / 3, 1e-16);
  make_rows(&f, (double[]){-0.0, 1, .5}, (int[]){1, 1, 1}, 3); /* sure and wrong */
  check_reason(value_of(&f, EH_M_LOG_LOSS), EH_R_INFINITE_LOSS);
  CHECK_NEAR(value_of(&f, EH_M_ECE).value, 1.5 / 3, 1e-16);
  make_rows(&f, (double[]){.5, 1}, (int[]){1, 0}, 2);
  check_reason(value_of(&f, EH_M_LOG_LOSS), EH_R_INFINITE_LOSS);
  make_rows(&f, (double[]){0x1p-1074, 1 - 0x1p-53, 0x1p-1074}, (int[]){1, 0, 0}, 3); /* as near as can be */
  CHECK_CLOSE(value_of(&f, EH_M_LOG_LOSS).value, (1074 + 53) * log(2) / 3, 1e-15);
  for (int i = 0; i < 2; i++) {
    make_rows(&f, (double[]){.5, i ? 1 + 0x1p-52 : -0x1p-1074}, (int[]){1, 0}, 2);
    check_reason(value_of(&f, EH_M_LOG_LOSS), EH_R_NOT_PROBABILITIES);
    check_reason(value_of(&f, EH_M_ECE), EH_R_NOT_PROBABILITIES);
    check_reason(value_of(&f, EH_M_ECE_DEBIASED), EH_R_NOT_PROBABILITIES);
    CHECK(value_of(&f, EH_M_PR_AUC).value == (i ? .5 : 1));
  }
}

static void edges_belong_to_the_bin_below(void) {
  fixture f;
  eh_tally tally_s[SLICES];
  eh_reliability reliability_s[SLICES];
  eh_error err = {0};
  double score_n[21];
  int y_n[21];
  for (int i = 0; i <= 20; i++) score_n[i] = i < 11 ? i / 10.0 : nextafter((i - 11) / 10.0, 2), y_n[i] = i % 2;
  make_rows(&f, score_n, y_n, 21);
  REQUIRE(!eh_metric_totals(tally_s, &f.view, 0, &f.slices, everything(reliability_s), NULL, &err));
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) CHECK_U64(reliability_s[0].rows_b[b], b ? 2 : 3);
  CHECK_U64(reliability_s[0].outside, 0);
  CHECK_U64(reliability_s[0].positives_b[0], 2);
  CHECK_NEAR(eh_i128_to_f64(reliability_s[0].score_b[0]), .1, 1e-16);
}

static void nothing_asked_is_nothing_done(void) {
  fixture f;
  eh_tally tally_s[SLICES];
  eh_error err = {0};
  make_probabilities(&f, 3, ROWS_MAX, 50);
  REQUIRE(!eh_metric_totals(tally_s, &f.view, 0, &f.slices, (eh_work){.auc = EH_AUC_OWN}, NULL, &err));
  CHECK(tally_s[0].pr_area[0] == 0 && !tally_s[0].reliability && tally_s[0].loss_sum.w[0] == 0);
  REQUIRE(!eh_metric_totals(tally_s, &f.view, 0, &f.slices, (eh_work){.pr_areas = 1}, NULL, &err));
  CHECK(tally_s[0].pr_area[0] > 0 && tally_s[0].pr_area[1] == 0 && tally_s[0].auc_2u[0] == 0);
}

static void log1p_is_within_4_ulp(void) {
  uint64_t seed = 5;
  double worst = 0;
  for (int i = 0; i < 50000; i++) {
    const double x = (check_uniform(&seed) * 1.9 - .99) * pow(2, -(double)(i % 60)), want = log1p(x);
    const double off = fabs(eh_log1p(x) - want) / (nextafter(fabs(want), INFINITY) - fabs(want));
    if (!(off <= worst)) worst = off == off ? off : INFINITY;
  }
  CHECK_NEAR(worst, 0, 4);
  CHECK(eh_log1p(0) == 0 && eh_log1p(-1) == -INFINITY && isnan(eh_log1p(-2)) && eh_log1p(INFINITY) == INFINITY);
}

int main(void) {
  RUN(areas_and_calibration_equal_the_twin);
  RUN(areas_take_any_scores);
  RUN(figures_by_hand);
  RUN(probabilities_of_nothing_and_more);
  RUN(edges_belong_to_the_bin_below);
  RUN(nothing_asked_is_nothing_done);
  RUN(log1p_is_within_4_ulp);
  return check_end("metric_score");
}
