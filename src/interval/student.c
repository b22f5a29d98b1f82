/* student: Student's t distribution with any number of degrees of freedom, from + - * / and sqrt. Called by mean.c.
 *
 * The one idea: its tail is an incomplete beta function, one continued fraction, of which the half that converges in some
 * dozens of steps is taken; and log p is concave in log t, so Newton steps from anywhere end above the root and then
 * come down to it.
 */
#include "student.h"

#define SQRT_PI 0x1.c5bf891b4ef6bp+0
#define SQRT_HALF 0x1.6a09e667f3bcdp-1

/* Degrees of freedom beyond which the fraction would lose too many digits of 1 - x. */
#define NEARLY_NORMAL 1e6
enum { FRACTION_STEPS = 1000 };

/* gamma(a + 1/2) / gamma(a): by the expansion in c = a - 1/4 (the odd powers vanish), where a is large enough that the first term
 * left out is < 1e-16; up to there by gamma(a + 1) = a gamma(a). */
static double gamma_ratio(double a) {
  double factor = 1;
  for (; a < 24; a++) factor *= a / (a + .5);
  const double c = a - .25, r = 1 / (64 * c * c);
  return factor * __builtin_sqrt(c) * (1 + r * (1 - r * (9.5 - r * (315.5 - r * 21789.625))));
}

double eh_beta_fraction(double x, double a, double b, int most) {
  double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), h = d;
  for (int m = 1; m < most; m++) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d), c = 1 + even / c, h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d), c = 1 + odd / c;
    const double step = d * c;
    h *= step;
    if (step - 1 < 0x1p-52 && 1 - step < 0x1p-52) break;
  }
  return h;
}

/* x^(df/2) (1-x)^(1/2) / B(df/2, 1/2), x = df / (df + t^2). */
static double factor_of(double t, double df) {
  const double a = .5 * df, r = t * t / df;
  return eh_exp(-a * eh_log1p(r)) * (t / __builtin_sqrt(df + t * t)) * gamma_ratio(a) / SQRT_PI;
}

double eh_student_p(double t, double df) {
  t = t < 0 ? -t : t;
  if (t == 0) return 1;
  if (t - t != 0) return t != t ? t : 0;
  if (df > NEARLY_NORMAL) /* Wallace (1959); off by less than 1e-10 at t = 5, 1e-8 at 25 */
    return eh_erfc((1 - 2 / (8 * df + 3)) * __builtin_sqrt(df * eh_log1p(t * t / df)) * SQRT_HALF);
  const double a = .5 * df, x = df / (df + t * t);
  if (x < (a + 1) / (a + 2.5)) return factor_of(t, df) / a * eh_beta_fraction(x, a, .5, FRACTION_STEPS);
  const double p = 1 - factor_of(t, df) / .5 * eh_beta_fraction(1 - x, .5, a, FRACTION_STEPS);
  return p > 0 ? p : 0;
}

/* From as many degrees of freedom on the expansion of the quantile in 1 / df (Fisher & Cornish 1960) is right to 1e-13 at usual levels,
 * 1e-10 at .999999. */
#define EXPANDS 200

static double expanded(double z, double df) {
  const double y = z * z, r = 1 / df;
  const double a = (y + 1) / 4, b = ((5 * y + 16) * y + 3) / 96, c = (((3 * y + 19) * y + 17) * y - 15) / 384;
  const double d = ((((79 * y + 776) * y + 1482) * y - 1920) * y - 945) / 92160;
  const double e = (((((27 * y + 339) * y + 930) * y - 1782) * y - 765) * y + 17955) / 368640;
  return z * (1 + r * (a + r * (b + r * (c + r * (d + r * e)))));
}

double eh_student_critical(double level, double df) {
  if (df >= EXPANDS) return expanded(eh_critical(level), df);
  const double log_tail = eh_log(1 - level);
  double u = eh_log(eh_critical(level)); /* log t */
  for (int i = 0; i < 60; i++) {
    const double t = eh_exp(u), p = eh_student_p(t, df);
    const double slope = -2 * factor_of(t, df) / p; /* the factor is t times the density */
    const double step = (eh_log(p) - log_tail) / slope;
    u -= step;
    if (step < 0x1p-30 && step > -0x1p-30) break; /* the next one would be its square */
  }
  return eh_exp(u);
}
