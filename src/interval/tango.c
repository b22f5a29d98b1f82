/* tango: score interval of the difference of two proportions seen on the same rows (Tango 1998), and its test.
 *
 * Called by audit where two models are compared. Idea: only rows on which the two disagree speak. With b and c of those
 * either way and n rows in all, the trial difference d is held against the restricted maximum of the likelihood, a quadratic;
 * z falls as d grows, so halving finds where it crosses its critical value.
 */
#include "evenhand/interval.h"

/* b and c as shares of n: the restricted share of the c rows at difference d solves 2 q^2 + B q + C = 0. */
static double restricted(double b, double c, double d) {
  const double B = -b - c + (2 - b + c) * d, C = -c * d * (1 - d), root = B * B - 8 * C;
  const double s = __builtin_sqrt(root > 0 ? root : 0);
  const double q = B <= 0 ? (s - B) / 4 : -2 * C / (B + s);
  return q > 0 ? q : 0;
}

/* Whether z of the hypothesis that the difference is d lies beyond the critical value. */
static bool rejects(double b, double c, double n, double d, double z) {
  const double distance = b - c - d, variance = (2 * restricted(b, c, d) + d * (1 - d)) / n;
  return distance * distance > z * z * variance;
}

enum { HALVINGS = 64 };

/* Between a difference that is not rejected and an end of the scale. */
static double boundary(double b, double c, double n, double outside, double z) {
  double inside = b - c;
  if (!rejects(b, c, n, outside, z)) return outside;
  for (int i = 0; i < HALVINGS; i++) {
    const double middle = inside + .5 * (outside - inside);
    if (rejects(b, c, n, middle, z)) outside = middle;
    else inside = middle;
  }
  return outside;
}

eh_range eh_tango_difference(uint64_t b, uint64_t c, uint64_t n, double z) {
  const double rows = (double)n, x = (double)b / rows, y = (double)c / rows;
  const double upper = boundary(x, y, rows, 1, z), lower = -boundary(y, x, rows, 1, z);
  return (eh_range){lower, upper};
}

/* At difference 0 the restricted share is (b + c) / 2n: McNemar's test. */
double eh_tango_p(uint64_t b, uint64_t c) {
  if (b == c) return 1;
  const double distance = (double)(b > c ? b - c : c - b);
  return 2 * eh_normal_cdf(-distance / __builtin_sqrt((double)b + (double)c));
}
