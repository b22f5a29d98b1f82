/* Coverage of the interval of a difference on the same rows at level .95, by exact enumeration: of n rows b and c disagree
 * either way, a trinomial. Bars as for other closed forms: mean in [.94, .96], a cell >= .91 where one row each way is
 * expected, >= .925 where five.
 */
#include "coverage.h"
#include "evenhand/interval.h"

static double log_mass(int b, int c, int n, double p, double q) {
  return lgamma(n + 1.0) - lgamma(b + 1.0) - lgamma(c + 1.0) - lgamma(n - b - c + 1.0) + b * log(p) + c * log(q) +
         (n - b - c) * log1p(-p - q);
}

static double covered(int n, double p, double q, double z) {
  double sum = 0, all = 0;
  const double reach_p = 9 * sqrt(n * p) + 12, reach_q = 9 * sqrt(n * q) + 12;
  for (int b = 0; b <= n; b++) {
    if (fabs(b - n * p) > reach_p) continue;
    for (int c = 0; b + c <= n; c++) {
      if (fabs(c - n * q) > reach_q) continue;
      const double mass = exp(log_mass(b, c, n, p, q));
      if (mass < 1e-13) continue;
      const eh_range r = eh_tango_difference((uint64_t)b, (uint64_t)c, (uint64_t)n, z);
      CHECK(r.lower < r.upper && r.lower <= (double)(b - c) / n && (double)(b - c) / n <= r.upper);
      CHECK((r.lower > 0 || r.upper < 0) == (eh_tango_p((uint64_t)b, (uint64_t)c) < .05));
      all += mass;
      sum += r.lower <= p - q && p - q <= r.upper ? mass : 0;
    }
  }
  CHECK(all > 1 - 1e-6 && all < 1 + 1e-9);
  return sum;
}

static void tango_keeps_its_promise(void) {
  static const int size_n[] = {20, 30, 50, 100, 200, 500};
  static const double share_n[] = {.01, .02, .05, .1, .2, .3};
  const double z = eh_critical(.95);
  coverage c = coverage_of("difference on the same rows");
  char where[96];
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++)
      for (int k = 0; k <= j; k++) {
        const double p = share_n[j], q = share_n[k];
        if (size_n[i] * q < 1) continue;
        snprintf(where, sizeof where, "n %d, b %.2f, c %.2f", size_n[i], p, q);
        coverage_add(&c, covered(size_n[i], p, q, z), size_n[i] * q, where);
      }
  coverage_judge(&c);
}

/* Without a row that disagrees the limits are z^2 / (n + z^2) either way; exchanged models mirror the interval. */
static void known_limits_come_out(void) {
  const double z = eh_critical(.95);
  for (uint64_t n = 1; n < 3000; n = 3 * n + 1) {
    const eh_range none = eh_tango_difference(0, 0, n, z), one = eh_tango_difference(0, 1, n, z),
                   other = eh_tango_difference(1, 0, n, z), all = eh_tango_difference(n, 0, n, z);
    CHECK_NEAR(none.upper, z * z / ((double)n + z * z), 1e-12);
    CHECK_NEAR(none.lower, -none.upper, 0);
    CHECK_NEAR(one.lower, -other.upper, 0);
    CHECK_NEAR(one.upper, -other.lower, 0);
    CHECK(all.upper == 1 && all.lower < 1 && all.lower > -1);
  }
}

int main(void) {
  RUN(known_limits_come_out);
  RUN(tango_keeps_its_promise);
  return check_end("statistics/tango");
}
