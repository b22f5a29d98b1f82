/* Exact coverage of the Miettinen-Nurminen intervals at level .95, over pairs of groups, and of the gaps of a slice to
 * the whole that contains it. Bars: coverage.h.
 *
 * A limit of the interval falls as x2 grows, so that for each x1 the x2 whose interval contains the truth lie in one
 * run, found by bisection; a test enumerates small pairs without that shortcut and compares.
 */
#include "coverage.h"
#include "evenhand/fair.h"

typedef eh_range pair_interval(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z);

static const double share_n[] = {.005, .01, .02, .035, .05, .075, .1, .15, .2, .25, .3, .4, .5};
enum { SHARES = sizeof share_n / sizeof share_n[0] };

/* -1 where the interval lies above the truth, 1 where it lies below, 0 where it contains it. */
static int side_of(pair_interval *interval, const binomial *a, int x1, const binomial *b, int x2, double truth,
                   double z) {
  const eh_range r = interval((uint64_t)x1, a->n, (uint64_t)x2, b->n, z);
  CHECK(r.lower < r.upper);
  return r.lower > truth ? -1 : r.upper < truth ? 1 : 0;
}

/* First x2 in [low, high] whose side is at least `side`, high + 1 if none. */
static int first_at(pair_interval *interval, const binomial *a, int x1, const binomial *b, double truth, double z,
                    int side, int low, int high) {
  while (low <= high) {
    const int middle = low + (high - low) / 2;
    if (side_of(interval, a, x1, b, middle, truth, z) >= side) high = middle - 1;
    else low = middle + 1;
  }
  return low;
}

static double covered(pair_interval *interval, const binomial *a, const binomial *b, double truth, double z) {
  double sum = 0;
  for (int i = 0; i < a->count; i++) {
    const int x1 = a->first + i, last = b->first + b->count - 1;
    const int from = first_at(interval, a, x1, b, truth, z, 0, b->first, last);
    const int to = first_at(interval, a, x1, b, truth, z, 1, from, last);
    double run = 0;
    for (int x2 = from; x2 < to; x2++) run += b->mass_i[x2 - b->first];
    sum += a->mass_i[i] * run;
  }
  return sum;
}

static void enumerate(pair_interval *interval, bool is_ratio, coverage *c, uint64_t n1, uint64_t n2) {
  static binomial a, b;
  char where[96];
  for (int k = 0; k < SHARES * SHARES; k++) {
    const double p1 = share_n[k / SHARES], p2 = share_n[k % SHARES];
    binomial_make(&a, n1, p1);
    binomial_make(&b, n2, p2);
    snprintf(where, sizeof where, "n %d and %d, p %.3f and %.3f", (int)n1, (int)n2, p1, p2);
    const double truth = is_ratio ? p1 / p2 : p1 - p2;
    coverage_add(c, covered(interval, &a, &b, truth, eh_critical(.95)), fmin(binomial_rare(&a), binomial_rare(&b)),
                 where);
  }
}

static const uint64_t size_n[] = {10, 20, 50, 100, 300, 1000, 10000};
enum { SIZES = sizeof size_n / sizeof size_n[0] };

static void difference_keeps_its_promise(void) {
  coverage c = coverage_of("Miettinen-Nurminen difference");
  for (int i = 0; i < SIZES; i++)
    for (int j = i; j < SIZES; j++) enumerate(eh_mn_difference, false, &c, size_n[i], size_n[j]);
  coverage_judge(&c);
}

static void ratio_keeps_its_promise(void) {
  coverage c = coverage_of("Miettinen-Nurminen ratio");
  for (int i = 0; i < SIZES; i++)
    for (int j = i; j < SIZES; j++) enumerate(eh_mn_ratio, true, &c, size_n[i], size_n[j]);
  coverage_judge(&c);
}

/* ---- slice against the whole ------------------------------------------------------------------------------------- */

static eh_value rate(uint64_t x, uint64_t n) {
  return (eh_value){.value = (double)x / (double)n, .has_parts = true, .numerator = x, .denominator = n};
}

/* A slice of n1 rows inside a whole of n1 + n2: the truth about the whole is its own rate at these fixed sizes. */
static void enumerate_part(coverage *difference, coverage *ratio, uint64_t n1, uint64_t n2, double p1, double p2) {
  static binomial a, b;
  const double z = eh_critical(.95), w = (double)n1 / (double)(n1 + n2), whole = w * p1 + (1 - w) * p2;
  double d_sum = 0, r_sum = 0, r_told = 0; /* r_told: mass of the outcomes for which a ratio is told */
  char where[96];
  binomial_make(&a, n1, p1);
  binomial_make(&b, n2, p2);
  for (int i = 0; i < a.count; i++)
    for (int j = 0; j < b.count; j++) {
      const uint64_t x1 = (uint64_t)(a.first + i), x2 = (uint64_t)(b.first + j);
      const eh_value slice = rate(x1, n1), all = rate(x1 + x2, n1 + n2);
      const eh_gap gap = eh_gap_rates(&slice, &all, EH_INSIDE, NULL, NULL, z);
      const eh_range d = gap.difference_range, r = gap.ratio_range;
      const double mass = a.mass_i[i] * b.mass_i[j];
      CHECK(d.lower < d.upper);
      if (d.lower <= p1 - whole && p1 - whole <= d.upper) d_sum += mass;
      if (gap.ratio_reason) continue;
      r_told += mass;
      if (r.lower <= p1 / whole && p1 / whole <= r.upper) r_sum += mass;
    }
  snprintf(where, sizeof where, "n %d of %d, p %.3f, rest %.3f", (int)n1, (int)(n1 + n2), p1, p2);
  coverage_add(difference, d_sum, fmin(binomial_rare(&a), binomial_rare(&b)), where);
  coverage_add(ratio, r_sum / r_told, fmin(binomial_rare(&a), binomial_rare(&b)), where);
}

static void gap_to_the_whole_keeps_its_promise(void) {
  static const uint64_t pair_n[][2] = {{10, 10}, {10, 90}, {50, 50}, {20, 380}, {100, 300}, {300, 100}};
  coverage difference = coverage_of("slice against overall, difference"),
           ratio = coverage_of("slice against overall, ratio");
  for (size_t i = 0; i < sizeof pair_n / sizeof pair_n[0]; i++)
    for (int k = 0; k < SHARES * SHARES; k += 2)
      enumerate_part(&difference, &ratio, pair_n[i][0], pair_n[i][1], share_n[k / SHARES], share_n[k % SHARES]);
  coverage_judge(&difference);
  coverage_judge(&ratio);
}

/* ---- the shortcut ------------------------------------------------------------------------------------------------ */

static void intervals_move_one_way(void) {
  static const uint64_t n_n[] = {1, 2, 5, 13, 40};
  for (size_t i = 0; i < 25; i++) {
    const uint64_t n1 = n_n[i / 5], n2 = n_n[i % 5];
    for (uint64_t x1 = 0; x1 <= n1; x1++)
      for (uint64_t x2 = 1; x2 <= n2; x2++) {
        const eh_range d0 = eh_mn_difference(x1, n1, x2 - 1, n2, 1.96), d1 = eh_mn_difference(x1, n1, x2, n2, 1.96);
        const eh_range r0 = eh_mn_ratio(x1, n1, x2 - 1, n2, 1.96), r1 = eh_mn_ratio(x1, n1, x2, n2, 1.96);
        CHECK(d1.lower <= d0.lower && d1.upper <= d0.upper && r1.lower <= r0.lower && r1.upper <= r0.upper);
      }
  }
}

int main(void) {
  RUN(intervals_move_one_way);
  RUN(difference_keeps_its_promise);
  RUN(ratio_keeps_its_promise);
  RUN(gap_to_the_whole_keeps_its_promise);
  return check_end("statistics/mn");
}
