/* Tests of interval: special functions against 106-bit tables, Wilson and Miettinen-Nurminen against published
 * examples, against their defining equations, and against a brute-force twin; the same of the AUC's intervals. */
#include "evenhand/interval.h"

#include "check.h"
#include "reference/auc_slow.h"
#include "reference/mn_slow.h"
#include "reference/special_table.h"

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

/* ---- special functions ------------------------------------------------------------------------------------------- */

static double ulp_of(double x) { return nextafter(fabs(x), INFINITY) - fabs(x); }

/* Largest error over a table {x, high, low}, in ulp or relative. NaN is infinitely wrong. */
static double worst_error(double (*f)(double), const double table[][3], size_t n, bool in_ulp) {
  double worst = 0;
  for (size_t i = 0; i < n; i++) {
    const double want = table[i][1], error = fabs((f(table[i][0]) - want) - table[i][2]);
    const double unit = in_ulp ? ulp_of(want) : want == 0 ? 1 : fabs(want), share = error / unit;
    if (!(share <= worst)) worst = share == share ? share : INFINITY;
  }
  return worst;
}

static void exp_is_within_2_ulp(void) { CHECK_NEAR(worst_error(eh_exp, exp_table, ROWS(exp_table), true), 0, 2); }
static void log_is_within_2_ulp(void) { CHECK_NEAR(worst_error(eh_log, log_table, ROWS(log_table), true), 0, 2); }
static void erfc_keeps_its_bound(void) {
  CHECK_NEAR(worst_error(eh_erfc, erfc_table, ROWS(erfc_table), false), 0, 1e-14);
}
static void normal_cdf_keeps_its_bound(void) {
  CHECK_NEAR(worst_error(eh_normal_cdf, cdf_table, ROWS(cdf_table), false), 0, 1e-14);
}
static void normal_quantile_keeps_its_bound(void) {
  CHECK_NEAR(worst_error(eh_normal_quantile, quantile_table, ROWS(quantile_table), false), 0, 1e-14);
}

/* The table has the corners; a dense sweep beside the C library's own functions (good to some 1e-16) shows no gap. */
static void special_functions_agree_with_libm(void) {
  uint64_t seed = 11;
  double worst[4] = {0};
  for (int i = 0; i < 20000; i++) {
    const double x = 1400 * check_uniform(&seed) - 700, t = 30 * check_uniform(&seed) - 4, p = check_uniform(&seed);
    const double error[4] = {eh_exp(x) / exp(x) - 1, eh_log(exp(x)) / log(exp(x)) - 1,
                             t < 26.5 ? eh_erfc(t) / erfc(t) - 1 : 0, eh_normal_cdf(eh_normal_quantile(p)) / p - 1};
    for (int k = 0; k < 4; k++)
      if (!(fabs(error[k]) <= worst[k])) worst[k] = error[k] == error[k] ? fabs(error[k]) : INFINITY;
  }
  for (int k = 0; k < 4; k++) CHECK_NEAR(worst[k], 0, k < 2 ? 1e-15 : 4e-15);
}

static void special_functions_at_the_ends(void) {
  CHECK(eh_exp(710) == INFINITY && eh_exp(INFINITY) == INFINITY && eh_exp(-746) == 0 && eh_exp(-INFINITY) == 0);
  CHECK(eh_exp(0) == 1 && isnan(eh_exp(NAN)));
  CHECK_NEAR(eh_exp(-740), exp(-740), 1e-323);
  CHECK(eh_log(0) == -INFINITY && isnan(eh_log(-1)) && eh_log(INFINITY) == INFINITY && isnan(eh_log(NAN)));
  CHECK(eh_log(1) == 0);
  CHECK(eh_erfc(0) == 1 && eh_erfc(-40) == 2 && eh_erfc(40) == 0 && eh_erfc(-INFINITY) == 2 && eh_erfc(INFINITY) == 0);
  CHECK(isnan(eh_erfc(NAN)) && isnan(eh_normal_cdf(NAN)));
  CHECK(eh_normal_cdf(0) == .5 && eh_normal_cdf(INFINITY) == 1 && eh_normal_cdf(-INFINITY) == 0);
  CHECK(eh_normal_quantile(0) == -INFINITY && eh_normal_quantile(1) == INFINITY && eh_normal_quantile(.5) == 0);
  CHECK(isnan(eh_normal_quantile(-1e-9)) && isnan(eh_normal_quantile(1.001)) && isnan(eh_normal_quantile(NAN)));
}

static void critical_values_are_the_known_ones(void) {
  CHECK_NEAR(eh_critical(.95), 1.959963984540054, 1e-14);
  CHECK_NEAR(eh_critical(.99), 2.5758293035489004, 1e-14);
  CHECK_NEAR(eh_critical(.9), 1.6448536269514722, 1e-14);
  CHECK_NEAR(eh_critical(.5), 0.67448975019608174, 1e-14);
}

/* ---- Wilson ------------------------------------------------------------------------------------------------------ */

static void wilson_matches_published_examples(void) { /* Newcombe 1998, Statistics in Medicine 17:857, table I */
  static const double case_n[][4] = {
      {81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, 0, .1611}, {1, 29, .0061, .1718}};
  for (size_t i = 0; i < ROWS(case_n); i++) {
    const eh_range r = eh_wilson((uint64_t)case_n[i][0], (uint64_t)case_n[i][1], eh_critical(.95));
    CHECK_NEAR(r.lower, case_n[i][2], 5e-5);
    CHECK_NEAR(r.upper, case_n[i][3], 5e-5);
  }
}

/* How far p is from solving (x/n - p)^2 = z^2 p (1 - p) / n, in units of p or of 1 - p, whichever is smaller. */
static double wilson_defect(double x, double n, double z, double p) {
  const double f = (n + z * z) * p * p - (2 * x + z * z) * p + x * x / n;
  const double slope = fabs(2 * (n + z * z) * p - (2 * x + z * z));
  return fabs(f) / slope;
}

static void wilson_limits_solve_the_score_equation(void) {
  for (uint64_t n = 1; n <= 400; n += n < 12 ? 1 : 37)
    for (uint64_t x = 0; x <= n; x++) {
      const eh_range r = eh_wilson(x, n, 1.96), mirror = eh_wilson(n - x, n, 1.96);
      const double p = (double)x / (double)n;
      CHECK_NEAR(wilson_defect((double)x, (double)n, 1.96, r.lower), 0, 1e-13);
      CHECK_NEAR(wilson_defect((double)x, (double)n, 1.96, r.upper), 0, 1e-13);
      CHECK(0 <= r.lower && r.lower <= p && p <= r.upper && r.upper <= 1 && r.lower < r.upper);
      CHECK((r.lower == 0) == (x == 0) && (r.upper == 1) == (x == n));
      if (2 * x > n) CHECK(r.lower == 1 - mirror.upper && r.upper == 1 - mirror.lower);
    }
}

static void wilson_holds_for_huge_counts(void) {
  static const uint64_t n_n[] = {1000000000000u, 1ull << 53, 1ull << 62};
  for (size_t i = 0; i < ROWS(n_n); i++) {
    const double n = (double)n_n[i];
    const eh_range one = eh_wilson(1, n_n[i], 1.96), middle = eh_wilson(n_n[i] / 2, n_n[i], 1.96);
    const double z2 = 1.96 * 1.96; /* a count of 1 is Poisson: mu solves (1 - mu)^2 = z^2 mu */
    CHECK_CLOSE(one.lower * n, 1 + z2 / 2 - 1.96 * sqrt(1 + z2 / 4), 1e-10);
    CHECK_CLOSE(one.upper * n, 1 + z2 / 2 + 1.96 * sqrt(1 + z2 / 4), 1e-10);
    CHECK(middle.lower < .5 && middle.upper > .5);
    CHECK_CLOSE(middle.upper - .5, .98 / sqrt(n), n < 1e13 ? 1e-6 : .2);
  }
}

/* ---- Miettinen-Nurminen ------------------------------------------------------------------------------------------ */

/* Newcombe 1998, Statistics in Medicine 17:873, table II, method 6. */
static void difference_matches_published_examples(void) {
  static const double case_n[][6] = {{56, 70, 48, 80, .0528, .3382}, {9, 10, 3, 10, .1700, .8406},
                                     {0, 10, 0, 20, -.1658, .2844},  {0, 10, 0, 10, -.2879, .2879},
                                     {10, 10, 0, 20, .7156, 1},      {5, 56, 0, 29, -.0326, .1933},
                                     {6, 7, 2, 7, .0342, .8534}};
  for (size_t i = 0; i < ROWS(case_n); i++) {
    const double *c = case_n[i];
    const eh_range r = eh_mn_difference((uint64_t)c[0], (uint64_t)c[1], (uint64_t)c[2], (uint64_t)c[3],
                                        eh_critical(.95));
    CHECK_NEAR(r.lower, c[4], 5.1e-5);
    CHECK_NEAR(r.upper, c[5], 5.1e-5);
  }
}

static const uint64_t small_n[] = {1, 2, 3, 7, 20, 101, 1000};

/* A handful of x of n: the ends, their neighbours, and places between. */
enum { PLACES = 7 };
static uint64_t place(uint64_t n, int i) {
  const uint64_t at[PLACES] = {0, 1, n / 10, n / 3, n / 2 + n / 4, n - 1, n};
  return at[i];
}

typedef void pair_check(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2);

static void each_small_pair(pair_check *check) {
  for (size_t i = 0; i < ROWS(small_n); i++)
    for (size_t j = 0; j < ROWS(small_n); j++)
      for (int k = 0; k < PLACES * PLACES; k++)
        check(place(small_n[i], k / PLACES), small_n[i], place(small_n[j], k % PLACES), small_n[j]);
}

static void check_difference_twin(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2) {
  const mn_table t = {(double)x1, (double)n1, (double)x2, (double)n2};
  const eh_range r = eh_mn_difference(x1, n1, x2, n2, 1.96);
  CHECK_NEAR(r.lower, mn_slow_difference(t, 1.96), 1e-12);
  CHECK_NEAR(r.upper, mn_slow_difference(t, -1.96), 1e-12);
}
static void difference_equals_its_twin(void) { each_small_pair(check_difference_twin); }

static void check_ratio_twin(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2) {
  const mn_table t = {(double)x1, (double)n1, (double)x2, (double)n2};
  const eh_range r = eh_mn_ratio(x1, n1, x2, n2, 1.96);
  if (x1 == 0) CHECK(r.lower == 0);
  else CHECK_CLOSE(r.lower, mn_slow_ratio(t, 1.96), 1e-11);
  if (x2 == 0) CHECK(r.upper == INFINITY);
  else CHECK_CLOSE(r.upper, mn_slow_ratio(t, -1.96), 1e-11);
}
static void ratio_equals_its_twin(void) { each_small_pair(check_ratio_twin); }

static void check_p_twin(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2) {
  const double want = mn_slow_p((mn_table){(double)x1, (double)n1, (double)x2, (double)n2});
  CHECK_CLOSE(eh_score_p(x1, n1, x2, n2), want,
              want > 1e-50 ? 1e-12 : 1e-10); /* the twin loses z^2 roundings far out */
}
static void score_p_equals_its_twin(void) { each_small_pair(check_p_twin); }

/* Sizes that are not whole, as weights give: against the twin, and at whole ones against the functions of counts. */
static void sizes_need_not_be_whole(void) {
  uint64_t seed = 77;
  for (int i = 0; i < 3000; i++) {
    const double n1 = exp(check_uniform(&seed) * 8) + .001, n2 = exp(check_uniform(&seed) * 8) + .001;
    const int kind = (int)(check_random(&seed) % 4);
    const double x1 = kind == 0 ? 0 : kind == 1 ? n1 : n1 * check_uniform(&seed);
    const double u = check_uniform(&seed), x2 = kind == 2 ? n2 : n2 * (i % 3 ? u : i % 2 ? u * u * u / 50 : 1 - u * u * u / 50);
    const mn_table t = {x1, n1, x2, n2};
    const eh_range d = eh_mn_difference_real(x1, n1, x2, n2, 1.96), r = eh_mn_ratio_real(x1, n1, x2, n2, 1.96);
    CHECK_NEAR(d.lower, mn_slow_difference(t, 1.96), 1e-11);
    CHECK_NEAR(d.upper, mn_slow_difference(t, -1.96), 1e-11);
    if (x1 > 0 && r.lower > 1e-15) CHECK_CLOSE(r.lower, mn_slow_ratio(t, 1.96), 1e-5);
    if (x2 > 0 && x1 > 0 && r.upper < 1e15) CHECK_CLOSE(r.upper, mn_slow_ratio(t, -1.96), 1e-5); /* digits go where x or n - x is tiny */
    if (mn_slow_p(t) > 1e-290) CHECK_CLOSE(eh_score_p_real(x1, n1, x2, n2), mn_slow_p(t), 1e-9);
    const eh_range w = eh_wilson_real(x1, n1, 1.96);
    CHECK(w.lower >= 0 && w.lower < w.upper && w.upper <= 1 && w.lower <= x1 / n1 && x1 / n1 <= w.upper);
    const uint64_t m1 = 1 + check_random(&seed) % 5000, m2 = 1 + check_random(&seed) % 50, k1 = check_random(&seed) % (m1 + 1),
                   k2 = check_random(&seed) % (m2 + 1);
    const double a = (double)k1, b = (double)m1, c = (double)k2, e = (double)m2;
    const eh_range pair_n[3][2] = {{eh_wilson(k1, m1, 1.96), eh_wilson_real(a, b, 1.96)},
                                   {eh_mn_difference(k1, m1, k2, m2, 1.96), eh_mn_difference_real(a, b, c, e, 1.96)},
                                   {eh_mn_ratio(k1, m1, k2, m2, 1.96), eh_mn_ratio_real(a, b, c, e, 1.96)}};
    for (int k = 0; k < 3; k++) CHECK(memcmp(&pair_n[k][0], &pair_n[k][1], sizeof pair_n[k][0]) == 0);
    CHECK_CLOSE(eh_score_p_real(a, b, c, e), eh_score_p(k1, m1, k2, m2), 1e-12);
  }
}

/* One miss or one hit of a group beside another of very different size: the search must not leap past the turn. */
static void a_sharp_turn_does_not_stop_the_search(void) {
  static const mn_table table_n[] = {{516203, 516204, 1505624140, 14355968924}, {21894757172, 57581825593, 1, 646300},
                                     {172.33083686095736, 346.0126994464344, .082407300790662399, 19.957902143608809}};
  for (size_t i = 0; i < sizeof table_n / sizeof *table_n; i++) {
    const mn_table t = table_n[i];
    for (double z = 1.5; z < 4; z += .01) {
      const eh_range r = eh_mn_difference_real(t.x1, t.n1, t.x2, t.n2, z);
      CHECK_NEAR(mn_z(t, 1, r.lower), z, 1e-5);
      CHECK_NEAR(mn_z(t, 1, r.upper), -z, 1e-5);
    }
  }
}

static void score_p_of_equal_proportions_is_1(void) {
  CHECK(eh_score_p(0, 5, 0, 9) == 1 && eh_score_p(5, 5, 9, 9) == 1 && eh_score_p(3, 9, 1000000007, 3000000021) == 1);
  CHECK(eh_score_p(1ull << 52, 1ull << 53, 1, 2) == 1);
}

/* Levels at which the three answers are compared; within 1e-9 of the boundary they may differ by rounding. */
static void check_agreement(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2) {
  static const double level_n[] = {.5, .9, .95, .99, .9999};
  const double p = eh_score_p(x1, n1, x2, n2);
  for (size_t i = 0; i < ROWS(level_n); i++) {
    const double alpha = 1 - level_n[i], z = eh_critical(level_n[i]);
    const eh_range d = eh_mn_difference(x1, n1, x2, n2, z), r = eh_mn_ratio(x1, n1, x2, n2, z);
    if (fabs(p - alpha) <= 1e-9) continue;
    CHECK((p < alpha) == (d.lower > 0 || d.upper < 0));
    CHECK((p < alpha) == (r.lower > 1 || r.upper < 1));
  }
}

static void p_and_intervals_never_contradict(void) {
  each_small_pair(check_agreement);
  for (uint64_t n1 = 1; n1 <= 12; n1++)
    for (uint64_t n2 = 1; n2 <= 12; n2++)
      for (uint64_t k = 0; k < (n1 + 1) * (n2 + 1); k++) check_agreement(k / (n2 + 1), n1, k % (n2 + 1), n2);
  uint64_t seed = 3;
  for (int i = 0; i < 20000; i++) {
    const uint64_t n1 = 1 + check_random(&seed) % 5000, n2 = 1 + check_random(&seed) % 5000,
                   x1 = check_random(&seed) % (n1 + 1);
    const double p2 = (double)x1 / (double)n1 + (check_uniform(&seed) - .5) * 4 / sqrt((double)n2);
    const double x2 = p2 < 0 ? 0 : p2 > 1 ? (double)n2 : p2 * (double)n2;
    check_agreement(x1, n1, (uint64_t)x2, n2);
  }
}

static void check_shape(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2) {
  const double p1 = (double)x1 / (double)n1, p2 = (double)x2 / (double)n2, p = eh_score_p(x1, n1, x2, n2);
  const eh_range d = eh_mn_difference(x1, n1, x2, n2, 1.96), r = eh_mn_ratio(x1, n1, x2, n2, 1.96);
  const eh_range back = eh_mn_difference(x2, n2, x1, n1, 1.96), inverse = eh_mn_ratio(x2, n2, x1, n1, 1.96);
  CHECK(-1 <= d.lower && d.lower <= p1 - p2 && p1 - p2 <= d.upper && d.upper <= 1 && d.lower < d.upper);
  if (n1 + n2 < 10000000) CHECK((d.lower == -1) == (x1 == 0 && x2 == n2) && (d.upper == 1) == (x1 == n1 && x2 == 0));
  CHECK(0 <= r.lower && r.lower < r.upper && (r.lower == 0) == (x1 == 0) && (r.upper == INFINITY) == (x2 == 0));
  if (x2) CHECK(r.lower <= p1 / p2 * (1 + 1e-15) && p1 / p2 <= r.upper * (1 + 1e-15));
  CHECK(0 <= p && p <= 1);
  CHECK(back.lower == -d.upper && back.upper == -d.lower); /* to the bit */
  if (x1 && x2) CHECK(inverse.upper == 1 / r.lower);
}

static void intervals_have_their_shape_everywhere(void) {
  static const uint64_t n_n[] = {1, 2, 9, 1000, 1000003, 1000000000000u, 1ull << 53};
  for (size_t i = 0; i < ROWS(n_n); i++)
    for (size_t j = 0; j < ROWS(n_n); j++)
      for (int k = 0; k < PLACES * PLACES; k++)
        check_shape(place(n_n[i], k / PLACES), n_n[i], place(n_n[j], k % PLACES), n_n[j]);
}

/* With millions of rows every method becomes the normal one. */
static void intervals_of_huge_counts_are_the_normal_ones(void) {
  const uint64_t n1 = 1000000000000u, n2 = 3000000000000u, x1 = n1 / 10, x2 = n2 / 5;
  const double error = sqrt(.1 * .9 / (double)n1 + .2 * .8 / (double)n2);
  const eh_range d = eh_mn_difference(x1, n1, x2, n2, 1.96), r = eh_mn_ratio(x1, n1, x2, n2, 1.96);
  CHECK_CLOSE(-.1 - d.lower, 1.96 * error, 1e-5);
  CHECK_CLOSE(d.upper + .1, 1.96 * error, 1e-5);
  const double log_error = sqrt(.9 / (.1 * (double)n1) + .8 / (.2 * (double)n2));
  CHECK_CLOSE(log(r.upper / .5), 1.96 * log_error, 1e-5);
  CHECK_CLOSE(log(.5 / r.lower), 1.96 * log_error, 1e-5);
}

/* Rare events in huge groups: the ratio is that of two Poisson counts and must not depend on n. */
static void ratio_of_rare_events_does_not_see_n(void) {
  const eh_range a = eh_mn_ratio(3, 1ull << 40, 11, 1ull << 41, 1.96),
                 b = eh_mn_ratio(3, 1ull << 50, 11, 1ull << 51, 1.96);
  CHECK_CLOSE(a.lower, b.lower, 1e-9);
  CHECK_CLOSE(a.upper, b.upper, 1e-9);
  CHECK(a.lower > .1 && a.upper < 2.1);
}

static void extreme_levels_stay_in_range(void) {
  static const double z_n[] = {1e-6, .01, 8, 38};
  for (size_t i = 0; i < ROWS(z_n); i++)
    for (int k = 0; k < PLACES * PLACES; k++) {
      const eh_range d = eh_mn_difference(place(100, k / PLACES), 100, place(7, k % PLACES), 7, z_n[i]);
      const eh_range r = eh_mn_ratio(place(100, k / PLACES), 100, place(7, k % PLACES), 7, z_n[i]);
      const eh_range w = eh_wilson(place(7, k % PLACES), 7, z_n[i]);
      CHECK(-1 <= d.lower && d.lower < d.upper && d.upper <= 1);
      CHECK(0 <= r.lower && r.lower < r.upper);
      CHECK(0 <= w.lower && w.lower < w.upper && w.upper <= 1);
    }
}

/* ---- part and whole ---------------------------------------------------------------------------------------------- */

static void maps_give_the_gap_to_the_whole(void) {
  const double xs = 30, ns = 100, xr = 40, nr = 300, w = ns / (ns + nr), whole = (xs + xr) / (ns + nr);
  const double d = xs / ns - xr / nr, r = (xs / ns) / (xr / nr);
  const eh_range difference = eh_difference_to_whole((eh_range){d, d + 1}, w),
                 ratio = eh_ratio_to_whole((eh_range){r, INFINITY}, w);
  CHECK_CLOSE(difference.lower, xs / ns - whole, 1e-14);
  CHECK_CLOSE(difference.upper - difference.lower, 1 - w, 1e-14);
  CHECK_CLOSE(ratio.lower, xs / ns / whole, 1e-14);
  CHECK_CLOSE(ratio.upper, 1 / w, 1e-15);
  CHECK(eh_ratio_to_whole((eh_range){0, 1}, w).lower == 0);
  CHECK_CLOSE(eh_ratio_to_whole((eh_range){0, 1}, w).upper, 1.0, 1e-15);
}

/* ---- area under the ROC curve ------------------------------------------------------------------------------------ */

/* Placements of rows, pair by pair. */
static eh_placements placements_of(const double *score_n, const int *y_n, int n) {
  eh_placements p = {.n_y = {0, 0}};
  for (int i = 0; i < n; i++) {
    uint64_t w = 0;
    p.n_y[y_n[i]]++;
    for (int j = 0; j < n; j++)
      if (y_n[j] != y_n[i])
        w += (uint64_t)(2 * (y_n[i] ? slow_psi(score_n[i], score_n[j]) : slow_psi(score_n[j], score_n[i])));
    p.square_y[y_n[i]][0] += w * w;
    if (y_n[i]) p.won_2u[0] += w;
  }
  return p;
}

static double auc_of(const eh_placements *p) {
  return (double)p->won_2u[0] / (2 * (double)p->n_y[0] * (double)p->n_y[1]);
}

enum { READINGS = 109 };

/* Hanley & McNeil 1982: 58 normal and 51 abnormal scans, read in five categories. */
static int fill_readings(double *score_n, int *y_n) {
  static const int count_yk[2][5] = {{33, 6, 6, 11, 2}, {3, 2, 2, 11, 33}};
  int n = 0;
  for (int k = 0; k < 10; k++)
    for (int i = 0; i < count_yk[k / 5][k % 5]; i++) score_n[n] = k % 5, y_n[n] = k / 5, n++;
  return n;
}

/* Stata's manual on the same readings: area .8932, standard error .0307, plain limits .83295 and .95339. */
static void delong_matches_a_published_example(void) {
  double score_n[READINGS];
  int y_n[READINGS];
  REQUIRE(fill_readings(score_n, y_n) == READINGS);
  const eh_placements p = placements_of(score_n, y_n, READINGS);
  const double se = sqrt(eh_delong_variance(&p)), auc = auc_of(&p);
  CHECK_NEAR(auc, .8932, 5e-5);
  CHECK_NEAR(se, .0307, 5e-5);
  CHECK_NEAR(auc - eh_critical(.95) * se, .83295, 5e-6);
  CHECK_NEAR(auc + eh_critical(.95) * se, .95339, 5e-6);
  const eh_auc_interval i = eh_auc_range(&p, eh_critical(.95)); /* .107 * 51 rows speak */
  CHECK_TEXT(i.method, strlen(i.method), "delong_logit");
  CHECK_NEAR(log(i.range.lower / (1 - i.range.lower)), log(auc / (1 - auc)) - 1.959964 * se / (auc * (1 - auc)), 1e-6);
}

/* The R package SingleCaseES (NAP of 6 and 7 rows, .9166667): .5973406 and .9860176, to its root finder's 1e-4. */
static void method_5_matches_a_published_example(void) {
  static const double score_n[] = {20, 20, 26, 25, 22, 23, 28, 25, 24, 27, 30, 30, 29};
  static const int y_n[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1};
  const eh_placements p = placements_of(score_n, y_n, 13);
  const eh_auc_interval i = eh_auc_range(&p, eh_critical(.95));
  CHECK_NEAR(auc_of(&p), .9166667, 5e-8);
  CHECK_NEAR(i.range.lower, .5973406, 1e-4);
  CHECK_NEAR(i.range.upper, .9860176, 1e-4);
  CHECK_TEXT(i.method, strlen(i.method), "newcombe_5");
}

static void delong_variance_equals_its_twin(void) {
  double score_n[60];
  int y_n[60];
  uint64_t random = 3;
  for (int round = 0; round < 200; round++) {
    const int n = 4 + (int)(check_random(&random) % 57), levels = 2 << round % 8;
    for (int i = 0; i < n; i++) {
      y_n[i] = i < 4 ? i % 2 : check_uniform(&random) < .4;
      score_n[i] = floor(levels * (check_uniform(&random) + .3 * y_n[i]));
    }
    const eh_placements p = placements_of(score_n, y_n, n);
    CHECK_NEAR(eh_delong_variance(&p), slow_delong_variance(score_n, y_n, n), 1e-15);
  }
}

/* Half of the rows of either label at each of two scores: components .25 and .75; sums fill 128 bits. */
static void delong_variance_holds_for_huge_counts(void) {
  const eh_placements p = {{1ull << 41, 1ull << 41}, {0, 1ull << 18}, {{0, 10ull << 56}, {0, 10ull << 56}}};
  CHECK_CLOSE(eh_delong_variance(&p), 2 * .0625 / (double)((1ull << 41) - 1), 1e-15);
}

static void delong_variance_of_equal_placements_is_exactly_0(void) {
  for (uint64_t n = 2; n < 3000; n += 37) { /* all rows have one score: placements n and m */
    const uint64_t m = 2 * n + 1;
    const eh_placements p = {{n, m}, {n * m, 0}, {{n * m * m, 0}, {m * n * n, 0}}};
    CHECK(eh_delong_variance(&p) == 0);
    const eh_auc_interval i = eh_auc_range(&p, 1.96);
    CHECK(i.range.lower < .5 && .5 < i.range.upper);
    CHECK_TEXT(i.method, strlen(i.method), "newcombe_5");
  }
}

/* Each limit that is not an end of [0, 1] lies where the statistic equals z. */
static void method_5_limits_solve_their_equation(void) {
  static const uint64_t size_n[] = {1, 2, 7, 40, 1000, 1ull << 41};
  static const double z_n[] = {.01, 1, 1.96, 3.3, 8};
  for (int k = 0; k < 6 * 6 * 5 * 21; k++) {
    const uint64_t a = size_n[k % 6], b = size_n[k / 6 % 6];
    const double z = z_n[k / 36 % 5], auc = k / 180 / 20.0;
    const eh_range r = eh_auc_newcombe(auc, a, b, z);
    CHECK(0 <= r.lower && r.lower <= auc && auc <= r.upper && r.upper <= 1 && r.lower < r.upper);
    CHECK((r.lower == 0) == (auc == 0) && (r.upper == 1) == (auc == 1));
    const double spread_lower = sqrt(slow_newcombe_variance(r.lower, (double)a, (double)b)),
                 spread_upper = sqrt(slow_newcombe_variance(r.upper, (double)a, (double)b));
    if (auc > 0) CHECK_NEAR((auc - r.lower) - z * spread_lower, 0, 1e-12);
    if (auc < 1) CHECK_NEAR((r.upper - auc) - z * spread_upper, 0, 1e-12);
  }
}

static void labels_exchanged_mirror_the_interval(void) {
  uint64_t random = 8;
  for (int round = 0; round < 300; round++) {
    const uint64_t a = 1 + check_random(&random) % 90, b = 1 + check_random(&random) % 90;
    const double auc = check_uniform(&random);
    const eh_range r = eh_auc_newcombe(auc, a, b, 1.96), mirror = eh_auc_newcombe(1 - auc, b, a, 1.96);
    CHECK_NEAR(r.lower, 1 - mirror.upper, 1e-12);
    CHECK_NEAR(r.upper, 1 - mirror.lower, 1e-12);
  }
}

/* Every way to order up to 5 + 5 rows: an interval inside [0, 1], of some width, around the estimate; never a NaN. */
static void auc_intervals_have_their_shape_everywhere(void) {
  static const double z_n[] = {.01, 1.96, 8};
  double score_n[10];
  int y_n[10];
  for (int k = 0; k < 3 * 1022; k++) {
    const int bits = 1 + k % 1022;
    for (int i = 0; i < 10; i++) score_n[i] = i / (1 + k / 1022), y_n[i] = bits >> i & 1;
    for (int n = 2; n <= 10; n++) {
      const eh_placements p = placements_of(score_n, y_n, n);
      if (!p.n_y[0] || !p.n_y[1]) continue;
      const eh_range r = eh_auc_range(&p, z_n[k % 3]).range;
      CHECK(0 <= r.lower && r.lower <= auc_of(&p) && auc_of(&p) <= r.upper && r.upper <= 1 && r.lower < r.upper);
    }
  }
}

/* (1 - auc) * min(positives, negatives) >= 3, and its mirror, choose DeLong. */
static void the_method_follows_the_rows_that_speak(void) {
  for (uint64_t wrong = 1; wrong < 100; wrong++) { /* of 10 positives over 10 negatives, so many pairs are wrong */
    double score_n[20];
    int y_n[20];
    for (int i = 0; i < 10; i++) {
      score_n[i] = 2 * i, y_n[i] = 0;
      const int behind = (int)(wrong / 10 + ((uint64_t)i < wrong % 10)); /* negatives above the i-th positive */
      score_n[10 + i] = 2 * (9 - behind) + 1, y_n[10 + i] = 1;
    }
    const eh_placements p = placements_of(score_n, y_n, 20);
    CHECK_U64(p.won_2u[0], 2 * (100 - wrong));
    const bool few = wrong < 30 || wrong > 70;
    const char *const method = eh_auc_range(&p, 1.96).method;
    CHECK_TEXT(method, strlen(method), few ? "newcombe_5" : "delong_logit");
  }
  /* (1 - .9) * 30 is below 3 in double and exactly 3 in truth. */
  const eh_placements edge = {{30, 30}, {1620, 0}, {{88000, 0}, {88000, 0}}};
  CHECK_TEXT(eh_auc_range(&edge, 1.96).method, strlen("delong_logit"), "delong_logit");
}

/* McNemar's test without a correction: z = (b - c) / sqrt(b + c). 10 against 25: 2.53546; and what holds for every table. */
static void tango_is_mcnemar(void) {
  CHECK_NEAR(eh_tango_p(10, 25), .01122989, 1e-8);
  CHECK_NEAR(eh_tango_p(121, 59), 3.81514e-6, 1e-11); /* z = 4.62121 */
  CHECK(eh_tango_p(0, 0) == 1 && eh_tango_p(7, 7) == 1);
  const double z = eh_critical(.95);
  for (uint64_t b = 0; b <= 40; b++)
    for (uint64_t c = 0; c <= 40; c++) {
      const double p = eh_tango_p(b, c), distance = fabs((double)b - (double)c);
      CHECK(p == eh_tango_p(c, b));
      if (b != c) CHECK_NEAR(p, erfc(distance / sqrt(2 * ((double)b + (double)c))), 1e-14);
      for (uint64_t n = b + c ? b + c : 1; n < 400; n += 97) {
        const eh_range r = eh_tango_difference(b, c, n, z);
        CHECK((p < .05) == (r.lower > 0 || r.upper < 0) || fabs(p - .05) < 1e-9);
      }
    }
}

int main(void) {
  RUN(exp_is_within_2_ulp);
  RUN(log_is_within_2_ulp);
  RUN(erfc_keeps_its_bound);
  RUN(normal_cdf_keeps_its_bound);
  RUN(normal_quantile_keeps_its_bound);
  RUN(special_functions_agree_with_libm);
  RUN(special_functions_at_the_ends);
  RUN(critical_values_are_the_known_ones);
  RUN(wilson_matches_published_examples);
  RUN(wilson_limits_solve_the_score_equation);
  RUN(wilson_holds_for_huge_counts);
  RUN(difference_matches_published_examples);
  RUN(difference_equals_its_twin);
  RUN(ratio_equals_its_twin);
  RUN(score_p_equals_its_twin);
  RUN(sizes_need_not_be_whole);
  RUN(a_sharp_turn_does_not_stop_the_search);
  RUN(score_p_of_equal_proportions_is_1);
  RUN(p_and_intervals_never_contradict);
  RUN(intervals_have_their_shape_everywhere);
  RUN(intervals_of_huge_counts_are_the_normal_ones);
  RUN(ratio_of_rare_events_does_not_see_n);
  RUN(extreme_levels_stay_in_range);
  RUN(maps_give_the_gap_to_the_whole);
  RUN(delong_matches_a_published_example);
  RUN(method_5_matches_a_published_example);
  RUN(delong_variance_equals_its_twin);
  RUN(delong_variance_holds_for_huge_counts);
  RUN(delong_variance_of_equal_placements_is_exactly_0);
  RUN(method_5_limits_solve_their_equation);
  RUN(labels_exchanged_mirror_the_interval);
  RUN(auc_intervals_have_their_shape_everywhere);
  RUN(the_method_follows_the_rows_that_speak);
  RUN(tango_is_mcnemar);
  return check_end("interval");
}
