/* Exact coverage of the Wilson interval at level .95. Bars: coverage.h. */
#include "coverage.h"
#include "evenhand/interval.h"

static double covered(const binomial *b, double z) {
  double sum = 0;
  for (int i = 0; i < b->count; i++) {
    const eh_range r = eh_wilson((uint64_t)(b->first + i), b->n, z);
    CHECK(r.lower < r.upper);
    if (r.lower <= b->p && b->p <= r.upper) sum += b->mass_i[i];
  }
  return sum;
}

static void wilson_keeps_its_promise(void) {
  static const uint64_t size_n[] = {10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10000};
  static binomial b;
  const double z = eh_critical(.95);
  coverage c = coverage_of("Wilson");
  char where[96];
  for (size_t i = 0; i < sizeof size_n / sizeof size_n[0]; i++) {
    for (int step = 1; step <= 100; step++) { /* .005, .010 ... .5 */
      binomial_make(&b, size_n[i], .005 * step);
      snprintf(where, sizeof where, "n %d, p %.3f", (int)b.n, b.p);
      coverage_add(&c, covered(&b, z), binomial_rare(&b), where);
    }
  }
  coverage_judge(&c);
}

/* Coverage jumps wherever a limit passes p, so a grid of round sizes does not meet every dip. Every size to 400 and a
 * thousand p each do: the method itself, not this code, falls below the bars in narrow bands of p at some n <= 34, in
 * under .04 % of the cells and by less than .014. The test holds the method to exactly that. */
static void wilson_falls_below_the_bars_only_where_known(void) {
  enum { KNOWN_TO = 34 };
  static binomial b;
  const double z = eh_critical(.95);
  long cells = 0, low1 = 0, low5 = 0;
  double least = 2;
  for (int n = 10; n <= 400; n++) {
    for (int step = 10; step <= 1000; step++) {
      binomial_make(&b, (uint64_t)n, .0005 * step);
      const double share = covered(&b, z), rare = binomial_rare(&b);
      const bool is_low1 = rare >= 1 && !(share >= .91), is_low5 = rare >= 5 && !(share >= .925);
      cells++, low1 += is_low1, low5 += is_low5;
      if (rare >= 1 && !(share >= least)) least = share;
      if (n > KNOWN_TO) CHECK(!is_low1 && !is_low5);
      if (is_low5) CHECK(share >= .911);
    }
  }
  printf(
      "Wilson, every n from 10 to 400: %ld cells, %ld below .91 where 1 is expected, %ld below .925 where 5 are; least "
      "%.4f\n",
      cells, low1, low5, least);
  CHECK(least >= .909);
  CHECK(low1 <= 3 && low5 <= 116);
}

int main(void) {
  RUN(wilson_keeps_its_promise);
  RUN(wilson_falls_below_the_bars_only_where_known);
  return check_end("statistics/wilson");
}
