/* special: exp, log, erfc, the normal distribution and its quantile, from + - * / and sqrt alone.
 *
 * Called by metric and interval, and by whoever needs a critical value. Idea: the C libraries of our targets differ in
 * the last bits of these functions, so we bring our own: argument reduction, then a fixed polynomial. Taylor
 * coefficients are written as the fractions they are; the one fitted table (the tail of erfc) says how it was fitted.
 * The number of steps never depends on the data, and every error bound of the header is tested.
 */
#include "evenhand/base.h"

#include <string.h>

#define LN2_HIGH 0x1.62e42feep-1 /* 32 bits, so that k * LN2_HIGH is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33
#define LOG2_E 0x1.71547652b82fep+0
#define SQRT_HALF 0x1.6a09e667f3bcdp-1
#define SQRT_2PI 0x1.40d931ff62706p+1
#define PI 0x1.921fb54442d18p+1
#define INFINITE __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")

static double f64_of_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static uint64_t bits_of_f64(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* 2^k for a normal result. */
static double power_of_two(int k) { return f64_of_bits((uint64_t)(k + 1023) << 52); }

static double polynomial(const double *coefficient_n, int n, double x) {
  double sum = coefficient_n[n - 1];
  for (int i = n - 2; i >= 0; i--) sum = sum * x + coefficient_n[i];
  return sum;
}

/* ---- exp and log ------------------------------------------------------------------------------------------------- */

/* x = k ln 2 + r with |r| <= ln 2 / 2, then the Taylor series: the first term left out is r^14 / 14! < 5e-18. */
double eh_exp(double x) {
  static const double taylor[] = {1.0 / 2,       1.0 / 6,        1.0 / 24,        1.0 / 120,
                                  1.0 / 720,     1.0 / 5040,     1.0 / 40320,     1.0 / 362880,
                                  1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};
  if (x != x) return x;
  if (x > 709.8) return INFINITE;
  if (x < -745.2) return 0;
  const double magic = 0x1.8p52; /* adding and subtracting it rounds to an integer */
  const double k = (x * LOG2_E + magic) - magic;
  const double r = (x - k * LN2_HIGH) - k * LN2_LOW;
  const double p = 1 + (r + r * r * polynomial(taylor, 12, r));
  const int whole = (int)k, half = whole / 2; /* in two steps, for results near the ends of the range */
  return p * power_of_two(half) * power_of_two(whole - half);
}

/* x = 2^k (1 + f) with 1 + f in [sqrt 1/2, sqrt 2); with s = f / (2 + f),
 * log(1 + f) = 2 atanh(s) = 2s + s R(s^2) = f - (f^2/2 - s (f^2/2 + R)); the last form keeps every bit near 1. */
double eh_log(double x) {
  static const double series[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                                  2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
  if (!(x > 0)) return x == 0 ? -INFINITE : NOT_A_NUMBER;
  if (x == INFINITE) return x;
  int k = -1023;
  if (x < 0x1p-1022) x *= 0x1p54, k -= 54; /* subnormal */
  const uint64_t bits = bits_of_f64(x);
  k += (int)(bits >> 52);
  double m = f64_of_bits((bits & 0xfffffffffffffu) | 0x3ff0000000000000u);
  if (m > 2 * SQRT_HALF) m *= .5, k++;
  const double f = m - 1, s = f / (2 + f), s2 = s * s;
  const double half_square = .5 * f * f, rest = s2 * polynomial(series, 11, s2);
  const double low = k * LN2_LOW;
  return k * LN2_HIGH - ((half_square - (s * (half_square + rest) + low)) - f);
}

/* The rounding error of 1 + x is put right by its own ratio (Kahan): log(u) x / (u - 1), u the rounded sum. */
double eh_log1p(double x) {
  const double u = 1 + x;
  if (u == 1 || u == INFINITE) return x;
  return u > 0 ? eh_log(u) * (x / (u - 1)) : eh_log(u);
}

/* ---- erfc -------------------------------------------------------------------------------------------------------- */

/* erf by its Maclaurin series, |x| <= 1: 2/sqrt(pi) (-1)^n / (n! (2n + 1)); the first term left out is < 3e-19. */
static double erf_small(double x) {
  static const double series[] = {
      0x1.20dd750429b6dp+0,  -0x1.812746b0379e7p-2,  0x1.ce2f21a042be2p-4,  -0x1.b82ce31288b51p-6,
      0x1.565bcd0e6a53fp-8,  -0x1.c02db40040b86p-11, 0x1.f9a326f9b89b7p-14, -0x1.f4d25c3e0c2ebp-17,
      0x1.b9e6c9dc651a3p-20, -0x1.5f742ec43e71ap-23, 0x1.fcc5720624c1cp-27, -0x1.51d7181c5d36dp-30,
      0x1.9e6ad5e55a730p-34, -0x1.d8453cb0c46eap-38, 0x1.f683ae4a97007p-42, -0x1.f56f071a885cfp-46,
      0x1.d70b3537f4765p-50, -0x1.a2007af3447f6p-54, 0x1.5f7919bc67b8cp-58};
  return x * polynomial(series, 19, x * x);
}

/* exp(x^2) erfc(x) for 1 <= x <= 28. x exp(x^2) erfc(x) is smooth in 1 / (x + 3): a polynomial of degree 20 through the
 * Chebyshev nodes of that range, in v = A / (x + 3) + B in [-1, 1], fitted with 60 digits, to 1e-17. */
static double erfc_scaled(double x) {
  static const double fit[] = {0x1.18e4acda4431ep-1,   -0x1.3ba45447aba00p-5,  -0x1.4934ac19a30dep-5,
                               -0x1.a0c77970161fcp-6,  -0x1.823fdcaca14cfp-7,  -0x1.0a0905491fde8p-8,
                               -0x1.f75d72b105a07p-11, -0x1.b6e5ebe7cab95p-14, 0x1.5c365ca776404p-16,
                               0x1.48be84f35bb52p-17,  0x1.ca8af3b1a5670p-22,  -0x1.2d12d5112da0bp-21,
                               -0x1.7a5276e6b6868p-24, 0x1.1eb7987f0f4f2p-25,  0x1.2279c517633dfp-27,
                               -0x1.48ad47029ade8p-29, -0x1.8bf9cffd08f19p-31, 0x1.b68a6c6195139p-33,
                               0x1.eb8978a860bcfp-35,  -0x1.d3579851b4c43p-37, -0x1.b08716977eeb0p-39};
  const double v = 9.185185185185185 / (x + 3) - 1.2962962962962963;
  return polynomial(fit, 21, v) / x;
}

/* exp(-scale * x^2), scale a power of two. x^2 is split so that its rounding error, which exp would multiply by up to
 * 700, is not lost: the high half of x has 26 bits, its square is exact. */
static double exp_minus_square(double x, double scale) {
  const double high = f64_of_bits(bits_of_f64(x) & 0xfffffffff8000000u);
  return eh_exp(-scale * (high * high)) * eh_exp(-scale * ((x - high) * (x + high)));
}

double eh_erfc(double x) {
  if (x != x) return x;
  if (x >= -1 && x <= 1) return 1 - erf_small(x);
  const double t = x < 0 ? -x : x;
  const double tail = t > 28 ? 0 : exp_minus_square(t, 1) * erfc_scaled(t);
  return x < 0 ? 2 - tail : tail;
}

/* ---- the normal distribution ------------------------------------------------------------------------------------- */

double eh_normal_cdf(double x) {
  if (x != x) return x;
  const double t = (x < 0 ? -x : x) * SQRT_HALF;
  if (t <= 1) return .5 + .5 * erf_small(x < 0 ? -t : t);
  const double tail = t > 28 ? 0 : .5 * exp_minus_square(x, .5) * erfc_scaled(t);
  return x < 0 ? tail : 1 - tail;
}

/* The x with cdf(x) - 1/2 = q, |q| <= .42: six Newton steps from two terms of the inverse series (relative error .12 at
 * worst, so 1e-16 after five). Keeps full relative precision at q near 0. */
static double quantile_centre(double q) {
  double x = SQRT_2PI * q * (1 + PI / 3 * q * q);
  for (int i = 0; i < 6; i++) x -= (.5 * erf_small(x * SQRT_HALF) - q) * SQRT_2PI * eh_exp(.5 * x * x);
  return x;
}

/* The x > 1.4 with cdf(-x) = r: Newton on log cdf, nearly quadratic in x, from the rational guess of Abramowitz &
 * Stegun 26.2.23 (error 4.5e-4). The logarithm keeps its precision where cdf itself is subnormal. */
static double quantile_tail(double r) {
  const double log_r = eh_log(r), t = __builtin_sqrt(-2 * log_r);
  double x = t - (2.515517 + t * (.802853 + t * .010328)) / (1 + t * (1.432788 + t * (.189269 + t * .001308)));
  for (int i = 0; i < 4; i++) {
    const double scaled = .5 * erfc_scaled(x * SQRT_HALF); /* cdf(-x) exp(x^2 / 2) */
    x += (eh_log(scaled) - .5 * x * x - log_r) * (scaled * SQRT_2PI);
  }
  return x;
}

double eh_normal_quantile(double p) {
  if (!(p >= 0 && p <= 1)) return NOT_A_NUMBER;
  if (p == 0) return -INFINITE;
  if (p == 1) return INFINITE;
  const double q = p - .5;
  if (q >= -.42 && q <= .42) return quantile_centre(q);
  return q < 0 ? -quantile_tail(p) : quantile_tail(1 - p);
}

/* Through the lower tail: 1 - level is exact where 1 + level would round. */
double eh_critical(double level) { return -eh_normal_quantile((1 - level) / 2); }
