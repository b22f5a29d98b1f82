/* mn_slow: the Miettinen-Nurminen intervals and their test as the textbook states them, by bisection of everything.
 *
 * For reading and for checking src/interval/mn.c, which goes another way. Never optimised. Inner search: the restricted
 * proportion p2 at which the derivative of the log likelihood, which only falls, crosses 0. Outer search: the gap at
 * which z crosses its critical value.
 */
#ifndef EVENHAND_TESTS_MN_SLOW_H
#define EVENHAND_TESTS_MN_SLOW_H

#include <math.h>

typedef struct mn_table {
  double x1, n1, x2, n2;
} mn_table;

/* count / p, where a count of 0 contributes nothing even at p = 0. */
static double mn_share(double count, double p) { return count == 0 ? 0 : count / p; }

/* Derivative of the log likelihood in p2, where p1 = scale * p2 + shift. */
static double mn_slope(mn_table t, double scale, double shift, double p2) {
  const double p1 = scale * p2 + shift;
  return scale * (mn_share(t.x1, p1) - mn_share(t.n1 - t.x1, 1 - p1)) + mn_share(t.x2, p2) -
         mn_share(t.n2 - t.x2, 1 - p2);
}

static double mn_restricted_p2(mn_table t, double scale, double shift) {
  double low = fmax(0, -shift / scale), high = fmin(1, (1 - shift) / scale);
  for (int i = 0; i < 1100; i++) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (mn_slope(t, scale, shift, middle) > 0) low = middle;
    else high = middle;
  }
  return low + (high - low) / 2;
}

/* z of the hypothesis p1 = scale * p2 + shift. */
static double mn_z(mn_table t, double scale, double shift) {
  const double p2 = mn_restricted_p2(t, scale, shift), p1 = fmin(1, fmax(0, scale * p2 + shift)), n = t.n1 + t.n2;
  const double variance = (p1 * (1 - p1) / t.n1 + scale * scale * p2 * (1 - p2) / t.n2) * n / (n - 1);
  const double distance = t.x1 / t.n1 - scale * (t.x2 / t.n2) - shift;
  return variance > 0 ? distance / sqrt(variance) : distance > 0 ? INFINITY : distance < 0 ? -INFINITY : 0;
}

/* The difference at which z falls through `goal`. */
static double mn_slow_difference(mn_table t, double goal) {
  double low = -1, high = 1;
  for (int i = 0; i < 60; i++) {
    const double middle = low + (high - low) / 2;
    if (mn_z(t, 1, middle) > goal) low = middle;
    else high = middle;
  }
  return low + (high - low) / 2;
}

/* The ratio at which z falls through `goal`, on the logarithmic scale from 1e-20 to 1e20. */
static double mn_slow_ratio(mn_table t, double goal) {
  double low = -46, high = 46;
  for (int i = 0; i < 60; i++) {
    const double middle = low + (high - low) / 2;
    if (mn_z(t, exp(middle), 0) > goal) low = middle;
    else high = middle;
  }
  return exp(low + (high - low) / 2);
}

static double mn_slow_p(mn_table t) {
  const double p = (t.x1 + t.x2) / (t.n1 + t.n2), n = t.n1 + t.n2;
  if (t.x1 / t.n1 == t.x2 / t.n2) return 1;
  return erfc(fabs(t.x1 / t.n1 - t.x2 / t.n2) / sqrt(p * (1 - p) * (1 / t.n1 + 1 / t.n2) * n / (n - 1)) / sqrt(2));
}

#endif
