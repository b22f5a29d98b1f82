/* Tests of metric: names, values with their reasons, and tallies of random rows against a row-by-row twin. The cubes
 * are filled by hand from rows, so that this test stands on cube's reading side alone. */
#include "evenhand/metric.h"

#include "check.h"
#include "unit/metric_fixture.h"

/* ---- names ------------------------------------------------------------------------------------------------------- */

static int find(const char *name) { return eh_metric_find(eh_str_of(name)); }

static void every_metric_is_found_by_its_name(void) {
  const eh_str *name_m = eh_metric_names();
  for (int m = 0; m < EH_METRICS; m++) {
    const eh_metric_info *about = eh_metric_about((eh_metric)m);
    CHECK(about->name[0] && about->title[0]);
    CHECK_TEXT(name_m[m].p, name_m[m].n, about->name);
    CHECK(eh_metric_find(name_m[m]) == m);
  }
}

static void other_tools_names_are_accepted(void) {
  static const struct {
    const char *name;
    int metric;
  } case_n[] = {{"false_positive_rate", EH_M_FPR},
                {"fall_out", EH_M_FPR},
                {"false_negative_rate", EH_M_FNR},
                {"miss_rate", EH_M_FNR},
                {"true_positive_rate", EH_M_TPR},
                {"recall", EH_M_TPR},
                {"sensitivity", EH_M_TPR},
                {"true_negative_rate", EH_M_TNR},
                {"specificity", EH_M_TNR},
                {"precision", EH_M_PPV},
                {"positive_predictive_value", EH_M_PPV},
                {"negative_predictive_value", EH_M_NPV},
                {"false_discovery_rate", EH_M_FDR},
                {"false_omission_rate", EH_M_FOR},
                {"positive_rate", EH_M_SELECTION_RATE},
                {"base_rate", EH_M_PREVALENCE},
                {"mean_prediction", EH_M_MEAN_SCORE},
                {"calibration", EH_M_CALIBRATION_RATIO},
                {"brier_score", EH_M_BRIER},
                {"auc", EH_M_ROC_AUC},
                {"f1_score", EH_M_F1},
                {"accuracy_score", EH_M_ACCURACY},
                {"fairness_indicators_metrics/false_positive_rate", EH_M_FPR},
                {"a/b/fpr", EH_M_FPR}};
  for (size_t i = 0; i < sizeof case_n / sizeof case_n[0]; i++) CHECK(find(case_n[i].name) == case_n[i].metric);
}

static void unknown_names_are_refused(void) {
  static const char *const name_n[] = {"", "/", "fpr/", "FPR", "fp ", "fprx", "false_positive_rate@0.5", "tpr/fnord"};
  for (size_t i = 0; i < sizeof name_n / sizeof name_n[0]; i++) CHECK(find(name_n[i]) == -1);
  CHECK(eh_metric_find((eh_str){NULL, 0}) == -1);
}

static void kinds_and_directions_are_stated(void) {
  CHECK(eh_metric_about(EH_M_TP)->kind == EH_METRIC_IS_COUNT && eh_metric_about(EH_M_TP)->needs_threshold);
  CHECK(eh_metric_about(EH_M_FPR)->kind == EH_METRIC_IS_RATE && eh_metric_about(EH_M_FPR)->better == EH_BETTER_LOWER);
  CHECK(eh_metric_about(EH_M_ROC_AUC)->kind == EH_METRIC_IS_OTHER && !eh_metric_about(EH_M_ROC_AUC)->needs_threshold);
  CHECK(eh_metric_about(EH_M_PREVALENCE)->kind == EH_METRIC_IS_RATE &&
        !eh_metric_about(EH_M_PREVALENCE)->needs_threshold);
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static eh_value value_of(eh_metric metric, uint64_t tp, uint64_t fp, uint64_t tn, uint64_t fn) {
  const eh_tally tally = {.confusion = {tp, fp, tn, fn}, .auc_2u = {1, 0}};
  return eh_metric_value(metric, &tally);
}

static void rates_are_one_division(void) {
  static const struct {
    eh_metric metric;
    uint64_t numerator, denominator;
  } case_n[] = {{EH_M_FPR, 3, 14},        {EH_M_FNR, 5, 12},
                {EH_M_TPR, 7, 12},        {EH_M_TNR, 11, 14},
                {EH_M_PPV, 7, 10},        {EH_M_NPV, 11, 16},
                {EH_M_FDR, 3, 10},        {EH_M_FOR, 5, 16},
                {EH_M_F1, 14, 22},        {EH_M_SELECTION_RATE, 10, 26},
                {EH_M_ACCURACY, 18, 26},  {EH_M_PREVALENCE, 12, 26},
                {EH_M_MEAN_LABEL, 12, 26}};
  for (size_t i = 0; i < sizeof case_n / sizeof case_n[0]; i++) {
    const eh_value v = value_of(case_n[i].metric, 7, 3, 11, 5);
    CHECK(v.value == (double)case_n[i].numerator / (double)case_n[i].denominator);
    CHECK(v.has_parts && v.numerator == case_n[i].numerator && v.denominator == case_n[i].denominator && !v.reason);
  }
  CHECK_NEAR(value_of(EH_M_BALANCED_ACCURACY, 7, 3, 11, 5).value, (7.0 / 12 + 11.0 / 14) / 2, 1e-16);
  CHECK(!value_of(EH_M_BALANCED_ACCURACY, 7, 3, 11, 5).has_parts);
}

static void counts_are_themselves(void) {
  static const uint64_t want[] = {7, 3, 11, 5};
  for (int m = EH_M_TP; m <= EH_M_FN; m++) {
    const eh_value v = value_of((eh_metric)m, 7, 3, 11, 5), none = value_of((eh_metric)m, 0, 0, 0, 0);
    CHECK(v.value == (double)want[m - EH_M_TP] && v.has_parts && v.numerator == want[m - EH_M_TP] &&
          v.denominator == 0);
    CHECK(none.value == 0 && !none.reason);
  }
}

static void check_reason(eh_value v, eh_reason reason) {
  CHECK(isnan(v.value));
  CHECK_TEXT(eh_reason_name(v.reason), strlen(eh_reason_name(v.reason)), eh_reason_name(reason));
}

static void undefined_values_tell_why(void) {
  check_reason(value_of(EH_M_FPR, 5, 0, 0, 5), EH_R_NO_NEGATIVES);
  check_reason(value_of(EH_M_TNR, 5, 0, 0, 5), EH_R_NO_NEGATIVES);
  check_reason(value_of(EH_M_TPR, 0, 5, 5, 0), EH_R_NO_POSITIVES);
  check_reason(value_of(EH_M_FNR, 0, 5, 5, 0), EH_R_NO_POSITIVES);
  check_reason(value_of(EH_M_PPV, 0, 0, 5, 5), EH_R_NOBODY_SELECTED);
  check_reason(value_of(EH_M_FDR, 0, 0, 5, 5), EH_R_NOBODY_SELECTED);
  check_reason(value_of(EH_M_NPV, 5, 5, 0, 0), EH_R_EVERYBODY_SELECTED);
  check_reason(value_of(EH_M_FOR, 5, 5, 0, 0), EH_R_EVERYBODY_SELECTED);
  check_reason(value_of(EH_M_BALANCED_ACCURACY, 0, 5, 5, 0), EH_R_NO_POSITIVES);
  check_reason(value_of(EH_M_BALANCED_ACCURACY, 5, 0, 0, 5), EH_R_NO_NEGATIVES);
  check_reason(value_of(EH_M_F1, 0, 0, 5, 0), EH_R_NO_POSITIVES);
  check_reason(value_of(EH_M_CALIBRATION_RATIO, 0, 5, 5, 0), EH_R_NO_POSITIVES);
  check_reason(value_of(EH_M_ROC_AUC, 0, 5, 5, 0), EH_R_ONE_CLASS);
  check_reason(value_of(EH_M_ROC_AUC, 5, 0, 0, 5), EH_R_ONE_CLASS);
  CHECK(value_of(EH_M_F1, 0, 1, 5, 0).value == 0 && value_of(EH_M_FPR, 0, 0, 5, 5).value == 0);
}

static void an_empty_slice_is_that_first(void) {
  for (int m = EH_M_FPR; m < EH_METRICS; m++) check_reason(value_of((eh_metric)m, 0, 0, 0, 0), EH_R_NO_ROWS);
}

static void huge_auc_sums_keep_their_bits(void) { /* 2^40 positives and negatives, all tied: U = 2^79 */
  const uint64_t n = 1ull << 40;
  const eh_tally tied = {.confusion = {0, 0, n, n}, .auc_2u = {0, 1ull << 16}},
                 won = {.confusion = {0, 0, n, n}, .auc_2u = {0, 1ull << 17}};
  CHECK(eh_metric_value(EH_M_ROC_AUC, &tied).value == .5);
  CHECK(eh_metric_value(EH_M_ROC_AUC, &won).value == 1);
}

/* ---- tallies of rows --------------------------------------------------------------------------------------------- */

static bool squares_are(const uint64_t square_y[2][2], const slow_row *row_n, uint32_t n) {
  return square_y[0][0] == slow_square(row_n, n, 0) && square_y[1][0] == slow_square(row_n, n, 1) && !square_y[0][1] &&
         !square_y[1][1];
}

static void check_totals(const fixture *f) {
  eh_tally tally_s[SLICES];
  eh_error err = {0};
  slow_row row_n[ROWS_MAX];
  memset(tally_s, 0xff, sizeof tally_s);
  REQUIRE(eh_metric_totals(tally_s, &f->view, 0, &f->slices, (eh_work){.auc = EH_AUC_OWN}, NULL, &err) == EH_OK);
  for (int s = 0; s < SLICES; s++) {
    const uint32_t n = rows_of_slice(row_n, f, &f->slice_n[s]);
    const slow_counts c = slow_confusion(row_n, n, 1e9);
    const eh_tally *t = &tally_s[s];
    CHECK(t->confusion.tp == 0 && t->confusion.fp == 0 && t->confusion.tn == c.tn && t->confusion.fn == c.fn);
    CHECK(t->auc_2u[0] == slow_auc_2u(row_n, n) && t->auc_2u[1] == 0);
    if (n == 0) continue;
    CHECK_NEAR(eh_metric_value(EH_M_MEAN_SCORE, t).value, slow_mean_score(row_n, n), 1e-15);
    CHECK_NEAR(eh_metric_value(EH_M_BRIER, t).value, slow_brier(row_n, n), 1e-14);
    if (c.fn)
      CHECK_CLOSE(eh_metric_value(EH_M_CALIBRATION_RATIO, t).value, slow_mean_score(row_n, n) * n / (double)c.fn,
                  1e-13);
    if (c.fn && c.tn) {
      const double auc = (double)slow_auc_2u(row_n, n) / (2.0 * (double)c.fn * (double)c.tn);
      CHECK_NEAR(eh_metric_value(EH_M_ROC_AUC, t).value, auc, 1e-16);
    }
  }
}

static void totals_equal_the_twin(void) {
  static const uint32_t rows_n[] = {0, 1, 2, 17, ROWS_MAX};
  static const int levels_n[] = {1, 2, 7, 100, 1000000};
  fixture f;
  for (uint64_t i = 0; i < 25; i++) {
    fixture_make(&f, 100 + i, rows_n[i / 5], levels_n[i % 5]);
    check_totals(&f);
  }
}

/* The rest of every slice against the twin over the rows outside it. */
static void check_rest(const fixture *f) {
  eh_tally tally_s[SLICES];
  eh_error err = {0};
  slow_row row_n[ROWS_MAX];
  REQUIRE(eh_metric_totals(tally_s, &f->view, 0, &f->slices, (eh_work){.auc = EH_AUC_OWN_AND_REST}, NULL, &err) == EH_OK);
  for (int s = 0; s < SLICES; s++) {
    const uint32_t n = rows_outside_slice(row_n, f, &f->slice_n[s]);
    const slow_counts c = slow_confusion(row_n, n, 1e9);
    eh_tally t;
    eh_metric_rest(&t, &tally_s[0], &tally_s[s]);
    CHECK(t.confusion.tn == c.tn && t.confusion.fn == c.fn && t.confusion.tp == 0 && t.confusion.fp == 0);
    CHECK(t.auc_2u[0] == slow_auc_2u(row_n, n) && t.auc_2u[1] == 0);
    if (n) CHECK_NEAR(eh_metric_value(EH_M_MEAN_SCORE, &t).value, slow_mean_score(row_n, n), 1e-15);
    if (n) CHECK_NEAR(eh_metric_value(EH_M_BRIER, &t).value, slow_brier(row_n, n), 1e-14);
  }
}

static void rows_outside_a_slice_equal_the_twin(void) {
  fixture f;
  for (uint64_t i = 0; i < 6; i++) {
    fixture_make(&f, 900 + i, i < 2 ? 9 : ROWS_MAX, i % 2 ? 8 : 100000);
    check_rest(&f);
  }
}

/* ---- squared placements ------------------------------------------------------------------------------------------ */

/* Squares of every slice; what was there without them stays as it was. */
static void check_squares(const fixture *f) {
  eh_tally plain_s[SLICES], own_s[SLICES], both_s[SLICES], wide_s[SLICES];
  eh_cube_view wide = f->view; /* so many rows that no sum fits in one word */
  eh_error err = {0};
  slow_row row_n[ROWS_MAX];
  REQUIRE(eh_metric_totals(plain_s, &f->view, 0, &f->slices, (eh_work){.auc = EH_AUC_OWN_AND_REST}, NULL, &err) == EH_OK);
  REQUIRE(eh_metric_totals(own_s, &f->view, 0, &f->slices, (eh_work){.auc = EH_AUC_OWN_SQUARES}, NULL, &err) == EH_OK);
  REQUIRE(eh_metric_totals(both_s, &f->view, 0, &f->slices, (eh_work){.auc = EH_AUC_OWN_SQUARES_AND_REST}, NULL, &err) == EH_OK);
  wide.rows = 1ull << 33;
  REQUIRE(eh_metric_totals(wide_s, &wide, 0, &f->slices, (eh_work){.auc = EH_AUC_OWN_SQUARES}, NULL, &err) == EH_OK);
  CHECK(!memcmp(wide_s, own_s, sizeof own_s));
  for (int s = 0; s < SLICES; s++) {
    eh_tally rest;
    const uint32_t n = rows_of_slice(row_n, f, &f->slice_n[s]);
    CHECK(squares_are(own_s[s].auc_square_y, row_n, n) && squares_are(both_s[s].auc_square_y, row_n, n));
    CHECK(!memcmp(own_s[s].auc_2u, plain_s[s].auc_2u, sizeof plain_s[s].auc_2u));
    CHECK(!memcmp(both_s[s].auc_2u, plain_s[s].auc_2u, sizeof plain_s[s].auc_2u));
    CHECK(!memcmp(both_s[s].auc_all_2u, plain_s[s].auc_all_2u, sizeof plain_s[s].auc_all_2u));
    eh_metric_rest(&rest, &both_s[0], &both_s[s]);
    CHECK(squares_are(rest.auc_square_y, row_n, rows_outside_slice(row_n, f, &f->slice_n[s])));
  }
}

static bool holds_atom(const eh_slice *slice, uint32_t atom) {
  bool held = false;
  for (uint32_t i = 0; i < slice->atom_count; i++) held |= slice->atom_n[i] == atom;
  return held;
}

/* Placements of the rows that a slice shares with the base. */
static void check_shared(const fixture *f, uint32_t base) {
  eh_tally tally_s[SLICES], wide_s[SLICES];
  eh_cube_view wide = f->view;
  eh_error err = {0};
  slow_row own_n[ROWS_MAX], base_n[ROWS_MAX];
  const uint32_t base_rows = rows_of_slice(base_n, f, &f->slice_n[base]);
  const eh_work work = {.auc = EH_AUC_OWN_SQUARES, .base = base};
  wide.rows = 1ull << 33;
  REQUIRE(eh_metric_totals(tally_s, &f->view, 0, &f->slices, work, NULL, &err) == EH_OK);
  REQUIRE(eh_metric_totals(wide_s, &wide, 0, &f->slices, work, NULL, &err) == EH_OK);
  CHECK(!memcmp(wide_s, tally_s, sizeof tally_s));
  for (int s = 0; s < SLICES; s++) {
    const uint32_t n = rows_of_slice(own_n, f, &f->slice_n[s]);
    uint64_t product_y[2] = {0}, own_y[2] = {0}, base_y[2] = {0};
    for (uint32_t i = 0; i < n; i++) {
      if (!holds_atom(&f->slice_n[base], own_n[i].atom)) continue;
      const uint64_t here = slow_placement(own_n, n, &own_n[i]), there = slow_placement(base_n, base_rows, &own_n[i]);
      product_y[own_n[i].y] += here * there, own_y[own_n[i].y] += here, base_y[own_n[i].y] += there;
    }
    for (int y = 0; y < 2; y++) {
      const eh_tally *const t = &tally_s[s];
      CHECK(t->auc_cross_y[y][0] == product_y[y] && t->auc_own_y[y][0] == own_y[y] && t->auc_base_y[y][0] == base_y[y]);
      CHECK(!t->auc_cross_y[y][1] && !t->auc_own_y[y][1] && !t->auc_base_y[y][1]);
    }
  }
}

static void squares_equal_the_twin(void) {
  static const uint32_t rows_n[] = {0, 1, 2, 17, 150};
  static const int levels_n[] = {1, 2, 7, 100, 1000000};
  fixture f;
  for (uint64_t i = 0; i < 50; i++) {
    fixture_make(&f, 300 + i, rows_n[i % 25 / 5], levels_n[i % 5]);
    check_squares(&f);
    for (uint32_t base = 0; base < SLICES; base++) check_shared(&f, base);
  }
}

/* Four cells of counts so large that squares fill 128 bits: two keys, atom 0 with rows of both labels on the first and
 * on the second key. */
static void fill_huge(fixture *f, uint64_t rows) {
  fixture_make(f, 7, 0, 10);
  for (uint32_t ay = 0; ay < 2; ay++) {
    f->rows_ay[ay] = 2 * rows;
    for (uint64_t k = 0; k < 2; k++) f->key_c[2 * ay + k] = 5 + k, f->below_c[2 * ay + k] = (k + 1) * rows;
  }
  for (uint32_t ay = 0; ay <= 2 * ATOMS; ay++) f->cell_ay[ay] = ay < 2 ? 2 * ay : 4;
  f->view.rows = 4 * rows;
}

static bool is_huge(const uint64_t square[2], uint64_t times, int shift) { /* times * 2^shift, shift >= 64 */
  return square[0] == 0 && square[1] == times << (shift - 64);
}

static void squares_fill_their_words_and_no_more(void) {
  fixture f;
  eh_tally tally_s[SLICES];
  eh_error err = {0};
  fill_huge(&f, 1ull << 40); /* 2^42 rows: placements 2^40 and 3 * 2^40 */
  REQUIRE(eh_metric_totals(tally_s, &f.view, 0, &f.slices, (eh_work){.auc = EH_AUC_OWN_SQUARES_AND_REST}, NULL, &err) == EH_OK);
  for (int y = 0; y < 2; y++) {
    CHECK(is_huge(tally_s[0].auc_square_y[y], 10, 120) && is_huge(tally_s[1].auc_square_y[y], 10, 120));
    CHECK(is_huge(tally_s[1].auc_rest_square_y[y], 0, 64) && is_huge(tally_s[2].auc_rest_square_y[y], 10, 120)); /* atom 0 is in one */
  }
  fill_huge(&f, (1ull << 40) + 1);
  CHECK(eh_metric_totals(tally_s, &f.view, 0, &f.slices, (eh_work){.auc = EH_AUC_OWN_SQUARES}, NULL, &err) == EH_E_LIMIT);
  CHECK(strstr(err.message, "more than 4398046511104 rows"));
  CHECK(eh_metric_totals(tally_s, &f.view, 0, &f.slices, (eh_work){.auc = EH_AUC_OWN}, NULL, &err) == EH_OK);
}

static void auc_is_left_out_on_request(void) {
  fixture f;
  eh_tally tally_s[SLICES];
  eh_error err = {0};
  fixture_make(&f, 5, 200, 10);
  memset(tally_s, 0xff, sizeof tally_s);
  REQUIRE(eh_metric_totals(tally_s, &f.view, 0, &f.slices, (eh_work){.auc = EH_AUC_NONE}, NULL, &err) == EH_OK);
  CHECK(tally_s[0].auc_2u[0] == 0 && tally_s[0].auc_2u[1] == 0 && tally_s[0].confusion.fn > 0);
  REQUIRE(eh_metric_totals(tally_s, &f.view, 0, &f.slices, (eh_work){.auc = EH_AUC_OWN}, NULL, &err) == EH_OK);
  CHECK(tally_s[0].auc_2u[0] != 0 && tally_s[0].auc_square_y[0][0] == 0 && tally_s[0].auc_square_y[1][0] == 0);
}

static void confusion_equals_the_twin_at_any_threshold(void) {
  static const double t_n[] = {-2, -.333, -1e-300, 0, .05, .25, .2500001, .6, 5};
  fixture f;
  slow_row row_n[ROWS_MAX];
  eh_confusion confusion_s[SLICES];
  uint64_t scratch_ay[2 * ATOMS];
  fixture_make(&f, 77, ROWS_MAX, 12);
  for (size_t i = 0; i < sizeof t_n / sizeof t_n[0]; i++) {
    eh_metric_confusion(confusion_s, &f.view, 0, &f.slices, t_n[i], scratch_ay);
    for (int s = 0; s < SLICES; s++) {
      const slow_counts c = slow_confusion(row_n, rows_of_slice(row_n, &f, &f.slice_n[s]), t_n[i]);
      CHECK(confusion_s[s].tp == c.tp && confusion_s[s].fp == c.fp && confusion_s[s].tn == c.tn &&
            confusion_s[s].fn == c.fn);
    }
  }
}

/* Scores of a million: a difference of rounded sums would lose 12 digits. */
static void brier_survives_cancellation(void) {
  eh_tally t = {.confusion = {0, 0, 1, 2}};
  eh_i128_add_f64(&t.score_sum_y[1], 1000000.25), eh_i192_add_square(&t.square_sum_y[1], 1000000.25);
  eh_i128_add_f64(&t.score_sum_y[1], 1), eh_i192_add_square(&t.square_sum_y[1], 1);
  eh_i128_add_f64(&t.score_sum_y[0], -3), eh_i192_add_square(&t.square_sum_y[0], -3);
  CHECK(eh_metric_value(EH_M_BRIER, &t).value == (999999.25 * 999999.25 + 9) / 3);
}

static void sums_out_of_range_are_an_error(void) {
  fixture f;
  eh_tally tally_s[SLICES];
  eh_error err = {0};
  fixture_make(&f, 5, 200, 10);
  f.score_ay[0] = f.score_ay[2] = (eh_i128){{0, 1ull << 62}};
  CHECK(eh_metric_totals(tally_s, &f.view, 0, &f.slices, (eh_work){.auc = EH_AUC_NONE}, NULL, &err) == EH_E_LIMIT && err.message[0]);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* ---- score order of any keys --------------------------------------------------------------------------------------- */

enum { GROUPS = 4, KEYS = 700 };

/* 2U over the pairs of which both lie in `mask` (bit = atom), or, with `touch`, at least one does. */
static void twin_2u(uint64_t sum[2], const eh_cube_model *model, unsigned mask, bool touch) {
  unsigned __int128 won = 0;
  for (uint32_t p = 1; p < GROUPS; p += 2)
    for (uint32_t q = 0; q < GROUPS; q += 2) {
      const bool p_in = mask >> (p / 2) & 1, q_in = mask >> (q / 2) & 1;
      if (!(touch ? p_in || q_in : p_in && q_in)) continue;
      for (uint64_t i = model->cell_ay[p]; i < model->cell_ay[p + 1]; i++)
        for (uint64_t j = model->cell_ay[q]; j < model->cell_ay[q + 1]; j++) {
          const uint64_t rows_i = model->below_c[i] - (i > model->cell_ay[p] ? model->below_c[i - 1] : 0);
          const uint64_t rows_j = model->below_c[j] - (j > model->cell_ay[q] ? model->below_c[j - 1] : 0);
          const unsigned times = model->key_c[i] > model->key_c[j] ? 2 : model->key_c[i] == model->key_c[j];
          won += (unsigned __int128)rows_i * rows_j * times;
        }
    }
  sum[0] = (uint64_t)won, sum[1] = (uint64_t)(won >> 64);
}

/* Keys that differ in few or many bits, groups in or against their order, cells of many rows: the sums are those of all
 * pairs. `spread` bits below a common top differ; with `far` one key differs at the top; `against` makes groups descend. */
static void check_order(int spread, bool far, bool against, uint64_t most_rows) {
  static uint64_t key_c[GROUPS * KEYS], below_c[GROUPS * KEYS];
  static uint32_t atom_n[2] = {0, 1};
  uint64_t cell_ay[GROUPS + 1] = {0}, rows_ay[GROUPS] = {0}, state = (uint64_t)spread + far, rows = 0;
  const uint64_t step = ((1ull << spread) - 1) / (GROUPS * KEYS) + 1;
  for (uint32_t g = 0, c = 0; g < GROUPS; g++) {
    uint64_t key = (1ull << 62) + (against ? (GROUPS - 1 - g) * KEYS * step : 0);
    for (uint32_t k = 0; k < KEYS; k++, c++) {
      key += 1 + (step > 1 ? check_random(&state) % (step - 1) : 0);
      key_c[c] = far && g == 3 && k == KEYS - 1 ? UINT64_MAX - 1 : key;
      below_c[c] = rows_ay[g] += 1 + check_random(&state) % most_rows;
    }
    cell_ay[g + 1] = c;
    rows += rows_ay[g];
  }
  eh_i128 sum_ay[GROUPS] = {{{0}}};
  eh_i192 square_ay[GROUPS] = {{{0}}};
  const eh_cube_model model = {.score_ay = sum_ay, .square_ay = square_ay, .cell_ay = cell_ay, .key_c = key_c,
                               .below_c = below_c};
  const eh_atoms atoms = {.atom_count = 2};
  const eh_cube_view view = {.atoms = &atoms, .rows = rows, .rows_ay = rows_ay, .model_m = &model};
  eh_slice slice_n[3] = {{.atom_n = atom_n, .atom_count = 2}, {.atom_n = atom_n, .atom_count = 1},
                         {.atom_n = atom_n + 1, .atom_count = 1}};
  const eh_slices slices = {.slice_n = slice_n, .slice_count = 3};
  const unsigned mask_s[3] = {3, 1, 2};
  eh_tally tally_s[3];
  eh_error err = {0};
  CHECK(!eh_metric_totals(tally_s, &view, 0, &slices, (eh_work){.auc = EH_AUC_OWN_AND_REST}, NULL, &err));
  for (int s = 0; s < 3; s++) {
    uint64_t own[2], all[2];
    twin_2u(own, &model, mask_s[s], false);
    twin_2u(all, &model, mask_s[s], true);
    /* A pair inside the slice is told by both of its rows. */
    const unsigned __int128 both = (((unsigned __int128)all[1] << 64) | all[0]) + (((unsigned __int128)own[1] << 64) | own[0]);
    CHECK_U64(tally_s[s].auc_2u[0], own[0]);
    CHECK_U64(tally_s[s].auc_2u[1], own[1]);
    CHECK_U64(tally_s[s].auc_all_2u[0], (uint64_t)both);
    CHECK_U64(tally_s[s].auc_all_2u[1], (uint64_t)(both >> 64));
  }
}

static void auc_holds_for_any_keys(void) {
  for (int spread = 11; spread <= 56; spread += 5)
    for (int kind = 0; kind < 4; kind++) check_order(spread, kind & 1, kind & 2, 3);
  check_order(25, true, true, 3);
  check_order(50, false, false, 1ull << 33);
  check_order(11, true, true, 1ull << 20);
}

typedef struct meter {
  long long held;
  int left; /* allocations still allowed */
} meter;

static void *metered(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  meter *m = ctx;
  if (new_n && !ptr && m->left-- <= 0) return NULL;
  m->held += (long long)new_n - (ptr ? (long long)old_n : 0);
  if (new_n) return realloc(ptr, new_n);
  free(ptr);
  return NULL;
}

static void memory_is_given_back_also_on_failure(void) {
  fixture f;
  eh_tally tally_s[SLICES];
  eh_reliability reliability_s[SLICES];
  fixture_make(&f, 9, 300, 30);
  const eh_work work_w[] = {{.auc = EH_AUC_OWN},
                            {.auc = EH_AUC_OWN_SQUARES_AND_REST},
                            {.pr_areas = 1},
                            {.auc = EH_AUC_OWN, .pr_areas = 7, .pr_rest = true, .loss = true, .reliability_s = reliability_s}};
  for (size_t w = 0; w < sizeof work_w / sizeof *work_w; w++) {
    eh_status status = EH_E_MEMORY;
    int allowed = 0;
    for (; status && allowed < 100; allowed++) {
      meter m = {0, allowed};
      const eh_allocator mem = {metered, &m};
      eh_error err = {0};
      status = eh_metric_totals(tally_s, &f.view, 0, &f.slices, work_w[w], &mem, &err);
      CHECK(status == EH_OK || status == EH_E_MEMORY);
      CHECK(m.held == 0);
    }
    CHECK(status == EH_OK && allowed > 7);
  }
}

int main(void) {
  RUN(every_metric_is_found_by_its_name);
  RUN(other_tools_names_are_accepted);
  RUN(unknown_names_are_refused);
  RUN(kinds_and_directions_are_stated);
  RUN(rates_are_one_division);
  RUN(counts_are_themselves);
  RUN(undefined_values_tell_why);
  RUN(an_empty_slice_is_that_first);
  RUN(huge_auc_sums_keep_their_bits);
  RUN(totals_equal_the_twin);
  RUN(rows_outside_a_slice_equal_the_twin);
  RUN(squares_equal_the_twin);
  RUN(squares_fill_their_words_and_no_more);
  RUN(auc_is_left_out_on_request);
  RUN(confusion_equals_the_twin_at_any_threshold);
  RUN(brier_survives_cancellation);
  RUN(sums_out_of_range_are_an_error);
  RUN(auc_holds_for_any_keys);
  RUN(memory_is_given_back_also_on_failure);
  return check_end("metric");
}
