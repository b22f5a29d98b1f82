/* read: decimal text to the nearest double. Called for every number in a CSV file, so the common case must be quick.
 *
 * Three tiers, each exact, each handing on only what it cannot decide: one double multiply or divide when both
 * operands are exact (Clinger 1990); a 128-bit product or quotient by a power of five; big integers. Long inputs are
 * first tried on their leading 19 digits, rounded both ways: if both give the same double, that is the answer.
 */
#include "evenhand/base.h"

#include "big.h"
#include "float_bits.h"

static const double exact_pow10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* digits / 5^k * 2^-k from one 128-by-64 division, scaled so that the quotient has 63 or 64 bits. */
static double divide_pow5(uint64_t digits, int k) {
  const int digits_zeros = eh_clz(digits), pow_zeros = eh_clz(eh_pow5[k]);
  const uint64_t divisor = eh_pow5[k] << pow_zeros;
  const eh_u128 num = (eh_u128)(digits << digits_zeros) << 63;
  const uint64_t q = (uint64_t)(num / divisor), rest = (uint64_t)num - q * divisor;
  return eh_f64_nearest(q, pow_zeros - digits_zeros - 63 - k, rest != 0);
}

double eh_decimal_to_f64(uint64_t digits, int exponent) {
  if (digits <= 1ull << 53) {
    if (exponent < 0 && exponent >= -22) return (double)digits / exact_pow10[-exponent];
    if (exponent >= 0 && exponent <= 22) return (double)digits * exact_pow10[exponent];
  }
  if (digits == 0) return 0.0;
  if (exponent >= 0 && exponent < EH_POW5_N)
    return eh_f64_nearest_128((eh_u128)digits * eh_pow5[exponent], exponent, false);
  if (exponent < 0 && exponent > -EH_POW5_N) return divide_pow5(digits, -exponent);
  eh_big a;
  eh_big_set(&a, digits);
  int digits_n = 1;
  while (digits_n < EH_POW10_N && digits >= eh_pow10[digits_n]) digits_n++;
  return eh_big_to_f64(&a, digits_n, exponent, false);
}

/* The same for an exponent of any size: beyond 400 the answer is 0 or infinity for any 64-bit mantissa. */
static double nearest(uint64_t digits, int64_t exponent) {
  return eh_decimal_to_f64(digits, exponent < -400 ? -400 : exponent > 400 ? 400 : (int)exponent);
}

static bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }

/* If the 8 bytes at p are digits, appends them to *digits. All eight are converted at once: pairs, then fours. */
static bool take_eight(uint64_t *digits, const char *p) {
  const unsigned char *b = (const unsigned char *)p;
  uint64_t v = (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
               (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
  const uint64_t d = v - 0x3030303030303030u; /* a byte below '0' borrows and shows in its top bit */
  if (((v + 0x4646464646464646u) | d) & 0x8080808080808080u) return false;
  v = d * 10 + (d >> 8);
  v = ((v & 0x000000ff000000ffu) * 0x000f424000000064u + (v >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >> 32;
  *digits = *digits * 100000000u + v;
  return true;
}

/* Appends the digits at p to *digits, modulo 2^64; returns the first byte that is none. */
static const char *take_digits(uint64_t *digits, const char *p, const char *end) {
  while (end - p >= 8 && take_eight(digits, p)) p += 8;
  for (; p < end && is_digit(*p); p++) *digits = *digits * 10 + (uint64_t)(*p - '0');
  return p;
}

/* A mantissa too long for 64 bits: digits with at most one point in [p, end), worth digits * 10^exponent as a whole. */
static double read_long(const char *p, const char *end, int64_t exponent) {
  while (p < end && (*p == '0' || *p == '.')) p++;
  eh_big a;
  eh_big_set(&a, 0);
  uint64_t chunk = 0, leading = 0;
  int digits_n = 0, chunk_n = 0;
  int64_t dropped_n = 0, after_leading_n = 0;
  bool tail = false;
  for (; p < end; p++) {
    if (*p == '.') continue;
    if (digits_n >= 19) after_leading_n++;
    if (digits_n == EH_BIG_DIGITS) {
      dropped_n++;
      tail |= *p != '0';
      continue;
    }
    chunk = chunk * 10 + (uint64_t)(*p - '0');
    digits_n++;
    if (digits_n <= 19) leading = chunk;
    if (++chunk_n == 19) eh_big_mul_add(&a, eh_pow10[19], chunk), chunk = 0, chunk_n = 0;
  }
  if (digits_n <= 19) return nearest(leading, exponent);
  const int64_t leading_exponent = exponent + after_leading_n;
  if (leading_exponent > -EH_POW5_N && leading_exponent < EH_POW5_N) {
    const double below = eh_decimal_to_f64(leading, (int)leading_exponent);
    if (below == eh_decimal_to_f64(leading + 1, (int)leading_exponent)) return below;
  }
  if (chunk_n) eh_big_mul_add(&a, eh_pow10[chunk_n], chunk);
  return eh_big_to_f64(&a, digits_n, exponent + dropped_n, tail);
}

/* Reads "[+-]digits" up to end; the value saturates far beyond any text's length. */
static bool read_exponent(int64_t *out, const char *p, const char *end) {
  const bool negative = p < end && *p == '-';
  int64_t e = 0;
  if (p < end && (*p == '-' || *p == '+')) p++;
  if (p == end) return false;
  for (; p < end; p++) {
    if (!is_digit(*p)) return false;
    if (e < 100000000000000000) e = e * 10 + (*p - '0');
  }
  *out = negative ? -e : e;
  return true;
}

static bool is_word(const char *p, size_t n, const char *lower) {
  size_t i = 0;
  while (i < n && lower[i] && (p[i] | 0x20) == lower[i]) i++;
  return i == n && lower[i] == 0;
}

static bool read_word(double *out, const char *p, size_t n) {
  if (is_word(p, n, "nan")) return *out = eh_f64_of_bits(0x7ff8ull << 48), true;
  if (is_word(p, n, "inf") || is_word(p, n, "infinity")) return *out = eh_f64_of_bits(0x7ffull << 52), true;
  return false;
}

/* "0.134364244", "12.5", "7": up to 19 digits around at most one point and nothing else, which is how scores are spelt,
 * and few enough for one exact division. False where that is not so; then nothing is said. */
static inline bool read_plain(double *out, const char *p, const char *end) {
  uint64_t digits = 0;
  const char *const start = p;
  for (; p < end && is_digit(*p); p++) digits = digits * 10 + (uint64_t)(*p - '0');
  const char *const point = p;
  size_t fraction_n = 0;
  if (p < end) {
    if (*p++ != '.') return false;
    fraction_n = (size_t)(end - p);
    while (end - p >= 8 && take_eight(&digits, p)) p += 8;
    for (; p < end && is_digit(*p); p++) digits = digits * 10 + (uint64_t)(*p - '0');
    if (p < end) return false;
  }
  if (end - start > 19 + (point < end) || (point == start && !fraction_n) || digits > 1ull << 53) return false;
  *out = (double)digits / exact_pow10[fraction_n];
  return true;
}

static bool read_unsigned(double *out, const char *p, const char *end) {
  const char *const start = p;
  uint64_t digits = 0;
  int64_t exponent = 0, fraction_n = 0;
  p = take_digits(&digits, p, end);
  int64_t digits_n = p - start;
  if (p < end && *p == '.') {
    const char *const fraction = ++p;
    p = take_digits(&digits, p, end);
    fraction_n = p - fraction;
    digits_n += fraction_n;
  }
  if (digits_n == 0) return read_word(out, start, (size_t)(end - start));
  const char *const mantissa_end = p;
  if (p < end) {
    if ((*p | 0x20) != 'e' || !read_exponent(&exponent, p + 1, end)) return false;
  }
  exponent -= fraction_n;
  if (digits_n > 19) { /* `digits` may have wrapped */
    *out = read_long(start, mantissa_end, exponent);
    return true;
  }
  *out = nearest(digits, exponent);
  return true;
}

bool eh_read_f64(double *out, const char *p, size_t n) {
  if (n == 0) return false;
  const bool negative = *p == '-', has_sign = negative || *p == '+';
  double x;
  if (!has_sign && read_plain(out, p, p + n)) return true;
  if (!read_unsigned(&x, p + has_sign, p + n)) return false;
  *out = negative && x == x ? -x : x;
  return true;
}
