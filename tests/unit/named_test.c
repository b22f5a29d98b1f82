/* Tests of the intervals and the test that are asked for by name: published examples, their definitions, the corners. */
#include "evenhand/interval.h"

#include "check.h"
#include "reference/named_slow.h"

#define Z 1.959963984540054

static eh_methods choice(eh_quantity of, int method) {
  eh_methods m = {{0}};
  m.of_q[of] = method;
  return m;
}

static eh_range rate(int method, double x, double n) {
  const eh_methods m = choice(EH_OF_RATE, method);
  return eh_rate_range(&m, x, n, Z);
}

static void clopper_pearson_matches_published_examples(void) { /* Newcombe 1998, Statistics in Medicine 17:857, table I */
  static const double case_n[][4] = {
      {81, 263, .2527, .3676}, {15, 148, .0578, .1617}, {0, 20, 0, .1684}, {1, 29, .0009, .1776}};
  for (int i = 0; i < 4; i++) {
    const eh_range r = rate(EH_CLOPPER_PEARSON, case_n[i][0], case_n[i][1]);
    CHECK_NEAR(r.lower, case_n[i][2], 5e-5);
    CHECK_NEAR(r.upper, case_n[i][3], 5e-5);
  }
}

/* At a limit a tail has its share. */
static void clopper_pearson_is_its_definition(void) {
  static const int n_n[] = {1, 2, 3, 7, 20, 113, 900};
  const double tail = eh_normal_cdf(-Z);
  for (int i = 0; i < 7; i++)
    for (int x = 0; x <= n_n[i]; x += n_n[i] > 100 ? 11 : 1) {
      const eh_range r = rate(EH_CLOPPER_PEARSON, x, n_n[i]);
      CHECK((x == 0) == (r.lower == 0) && (x == n_n[i]) == (r.upper == 1) && r.lower < r.upper);
      if (x > 0) CHECK_NEAR(slow_upper_tail(x, n_n[i], r.lower), tail, 1e-10);
      if (x < n_n[i]) CHECK_NEAR(1 - slow_upper_tail(x + 1, n_n[i], r.upper), tail, 1e-10);
    }
  for (double n = 1e4; n < 1e10; n *= 10) { /* of many rows it is Wilson's interval, moved by half a row */
    const eh_range exact = rate(EH_CLOPPER_PEARSON, .3 * n, n), low = eh_wilson_real(.3 * n - .5, n, Z);
    CHECK_NEAR(exact.lower, low.lower, 2 / n);
    CHECK_NEAR(exact.upper, eh_wilson_real(.3 * n + .5, n, Z).upper, 2 / n);
  }
  const eh_range between = rate(EH_CLOPPER_PEARSON, 2.5, 10), less = rate(EH_CLOPPER_PEARSON, 2, 10), more = rate(EH_CLOPPER_PEARSON, 3, 10);
  CHECK(less.lower < between.lower && between.lower < more.lower && less.upper < between.upper && between.upper < more.upper);
  CHECK(rate(EH_CLOPPER_PEARSON, 1e-9, 5).upper < .6 && rate(EH_CLOPPER_PEARSON, 1e-9, 5).lower >= 0);
}

static void agresti_coull_is_its_definition(void) {
  const eh_range r = rate(EH_AGRESTI_COULL, 15, 148), none = rate(EH_AGRESTI_COULL, 0, 20);
  const double n = 148 + Z * Z, p = (15 + Z * Z / 2) / n;
  CHECK_NEAR(r.lower, p - Z * sqrt(p * (1 - p) / n), 1e-15);
  CHECK_NEAR(r.upper, p + Z * sqrt(p * (1 - p) / n), 1e-15);
  CHECK(none.lower == 0 && none.upper > .15 && none.upper < .2);
}

static void newcombe_10_matches_published_examples(void) { /* Newcombe 1998, Statistics in Medicine 17:873, table II */
  static const double case_n[][6] = {{56, 70, 48, 80, .0524, .3339},   {9, 10, 3, 10, .1705, .8090},
                                     {6, 7, 2, 7, .0582, .8062},       {5, 56, 0, 29, -.0381, .1926},
                                     {0, 10, 0, 20, -.1611, .2775},    {0, 10, 0, 10, -.2775, .2775},
                                     {10, 10, 0, 20, .6791, 1},        {10, 10, 0, 10, .6075, 1}};
  const eh_methods m = choice(EH_OF_DIFFERENCE, EH_NEWCOMBE_10);
  for (int i = 0; i < 8; i++) {
    const double *const c = case_n[i];
    const eh_range r = eh_difference_range(&m, c[0], c[1], c[2], c[3], Z);
    CHECK_NEAR(r.lower, c[4], 5e-5);
    CHECK_NEAR(r.upper, c[5], 5e-5);
  }
}

static void agresti_caffo_adds_a_row_of_either_kind(void) {
  const eh_methods m = choice(EH_OF_DIFFERENCE, EH_AGRESTI_CAFFO);
  const eh_range r = eh_difference_range(&m, 56, 70, 48, 80, Z), full = eh_difference_range(&m, 10, 10, 0, 10, Z);
  const double p = 57 / 72., q = 49 / 82., reach = Z * sqrt(p * (1 - p) / 72 + q * (1 - q) / 82);
  CHECK_NEAR(r.lower, p - q - reach, 1e-15);
  CHECK_NEAR(r.upper, p - q + reach, 1e-15);
  CHECK(full.upper == 1 && full.lower > .5);
}

static void koopman_matches_its_example(void) { /* Koopman 1984, Biometrics 40:513: 36 of 40 against 16 of 80 */
  const eh_methods m = choice(EH_OF_RATIO, EH_KOOPMAN);
  const eh_range r = eh_ratio_range(&m, 36, 40, 16, 80, Z), none = eh_ratio_range(&m, 0, 9, 4, 7, Z);
  CHECK_NEAR(r.lower, 2.94, 5e-3);
  CHECK_NEAR(r.upper, 7.15, 5e-3);
  CHECK(none.lower == 0 && none.upper > 0 && eh_ratio_range(&m, 4, 7, 0, 9, Z).upper == INFINITY);
}

static void katz_adds_half_a_row(void) {
  const eh_methods m = choice(EH_OF_RATIO, EH_KATZ);
  const eh_range r = eh_ratio_range(&m, 36, 40, 16, 80, Z), full = eh_ratio_range(&m, 9, 9, 5, 5, Z);
  const double ratio = 36.5 / 40.5 / (16.5 / 80.5), reach = Z * sqrt(1 / 36.5 - 1 / 40.5 + 1 / 16.5 - 1 / 80.5);
  CHECK_NEAR(r.lower, ratio * exp(-reach), 1e-12);
  CHECK_NEAR(r.upper, ratio * exp(reach), 1e-12);
  CHECK(full.lower < 1 && full.upper > 1);
  CHECK(eh_ratio_range(&m, 0, 9, 5, 9, Z).lower == 0 && eh_ratio_range(&m, 5, 9, 0, 9, Z).upper == INFINITY);
}

static void fisher_is_its_definition(void) {
  uint64_t seed = 8;
  CHECK_NEAR(eh_fisher_p(3, 4, 1, 4), .4857142857142857, 1e-15); /* the lady tasting tea */
  CHECK_NEAR(eh_fisher_p(1, 12, 9, 12), .002759456185220088, 1e-15);
  for (int i = 0; i < 4000; i++) {
    const int n1 = 1 + (int)(check_random(&seed) % (i % 2 ? 12 : 300)), n2 = 1 + (int)(check_random(&seed) % (i % 3 ? 12 : 200));
    const int x1 = (int)(check_random(&seed) % (uint64_t)(n1 + 1)), x2 = (int)(check_random(&seed) % (uint64_t)(n2 + 1));
    const double p = eh_fisher_p((uint64_t)x1, (uint64_t)n1, (uint64_t)x2, (uint64_t)n2), want = slow_fisher(x1, n1, x2, n2);
    CHECK_NEAR(p, want, 1e-9 * want);
    CHECK(eh_fisher_p((uint64_t)x2, (uint64_t)n2, (uint64_t)x1, (uint64_t)n1) == p);
  }
  const double many = eh_fisher_p(300000, 1000000, 301000, 1000000), score = eh_score_p(300000, 1000000, 301000, 1000000);
  CHECK_NEAR(many, score, .01 * score);
  CHECK(eh_fisher_p(0, 1000000, 1000000, 1000000) == 0x1p-1022 && eh_fisher_p(0, 5, 0, 9) == 1 && eh_fisher_p(5, 5, 9, 9) == 1);
}

/* AUC by DeLong's variance alone, cut to [0, 1]; where no placement differs as usual. */
static void plain_delong_is_symmetric(void) {
  const eh_placements p = {.n_y = {3, 3}, .won_2u = {14}, .square_y = {{76}, {76}}}, tied = {.n_y = {3, 3}, .won_2u = {9}, .square_y = {{27}, {27}}};
  const eh_auc_interval r = eh_auc_plain(&p, .1), all = eh_auc_plain(&p, 9), same = eh_auc_plain(&tied, Z);
  CHECK_NEAR(r.range.upper - 14 / 18., .1 * sqrt(eh_delong_variance(&p)), 1e-15);
  CHECK_NEAR(r.range.upper + r.range.lower, 28 / 18., 1e-15);
  CHECK(all.range.lower == 0 && all.range.upper == 1);
  CHECK_TEXT(r.method, strlen("delong"), "delong");
  CHECK_TEXT(same.method, strlen("newcombe_5"), "newcombe_5");
}

static void names_are_one_of_each(void) {
  eh_methods m = {{0}};
  eh_error err = {0}, two = {0}, none = {0};
  CHECK(eh_methods_are_usual(NULL) && eh_methods_are_usual(&m) && eh_methods_of(&m, EH_OF_RATIO) == EH_OF_RATIO);
  CHECK(!eh_methods_add(&m, EH_STR("koopman"), "--interval", &err) && !eh_methods_add(&m, EH_STR("fisher"), "--interval", &err));
  CHECK(!eh_methods_are_usual(&m) && eh_methods_of(&m, EH_OF_RATIO) == EH_KOOPMAN && eh_methods_of(&m, EH_OF_RATE) == EH_OF_RATE);
  CHECK(!eh_methods_add(&m, EH_STR("koopman"), "--interval", &err));
  CHECK(eh_methods_add(&m, EH_STR("katz"), "--interval", &two) == EH_E_USAGE && strstr(two.message, "koopman and katz"));
  CHECK(eh_methods_add(&m, EH_STR("wald"), "--interval", &none) == EH_E_USAGE && strstr(none.message, "no method \"wald\""));
  CHECK(eh_methods_add(&m, EH_STR("wilson"), "--interval", &err) == EH_E_USAGE);
  CHECK_TEXT(eh_method_name(EH_KATZ, true, true), strlen("katz_part_n_eff"), "katz_part_n_eff");
  CHECK_TEXT(eh_method_name(EH_OF_RATE, false, true), strlen("wilson_n_eff"), "wilson_n_eff");
  CHECK_TEXT(eh_method_name(EH_OF_DIFFERENCE, true, false), strlen("miettinen_nurminen_part"), "miettinen_nurminen_part");
}

int main(void) {
  RUN(clopper_pearson_matches_published_examples);
  RUN(clopper_pearson_is_its_definition);
  RUN(agresti_coull_is_its_definition);
  RUN(newcombe_10_matches_published_examples);
  RUN(agresti_caffo_adds_a_row_of_either_kind);
  RUN(koopman_matches_its_example);
  RUN(katz_adds_half_a_row);
  RUN(fisher_is_its_definition);
  RUN(plain_delong_is_symmetric);
  RUN(names_are_one_of_each);
  return check_end("named");
}
