/* named_slow: tails of the binomial and Fisher's test from their definitions, by adding up probabilities from log gamma. For reading
 * and for checking src/interval/named.c, which goes another way. */
#ifndef EVENHAND_TESTS_NAMED_SLOW_H
#define EVENHAND_TESTS_NAMED_SLOW_H

#include <math.h>

static inline double slow_choose_log(double n, double k) { return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1); }

/* P(X >= x) of n rows at rate p. */
static inline double slow_upper_tail(int x, int n, double p) {
  double sum = 0;
  for (int k = x; k <= n; k++) sum += exp(slow_choose_log(n, k) + k * log(p) + (n - k) * log1p(-p));
  return sum;
}

/* All tables with these margins that are at most as likely as the one seen. */
static inline double slow_fisher(int x1, int n1, int x2, int n2) {
  const int hits = x1 + x2;
  double sum = 0, all = 0;
  const double seen = slow_choose_log(n1, x1) + slow_choose_log(n2, x2);
  for (int k = hits > n2 ? hits - n2 : 0; k <= n1 && k <= hits; k++) {
    const double at = slow_choose_log(n1, k) + slow_choose_log(n2, hits - k);
    all += exp(at - seen);
    if (at <= seen + 1e-9) sum += exp(at - seen);
  }
  return sum / all;
}

#endif
