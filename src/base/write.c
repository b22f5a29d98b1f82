/* write: numbers to text, the one spelling used by every report on every target.
 *
 * The idea: find the number's leading 18 or 19 decimal digits exactly (128-bit integers where they suffice, big ones
 * elsewhere) and whether anything follows; every shorter rounding is then integer work, and no C library is asked.
 */
#include "evenhand/base.h"

#include "big.h"
#include "float_bits.h"

/* A positive number in decimal: digits * 10^exponent <= it, `tail` = strictly. digits has digits_n digits. */
typedef struct decimal {
  uint64_t digits;
  int digits_n, exponent;
  bool tail;
} decimal;

/* floor(log10(2^e)) for |e| <= 1100: 1292913986 / 2^32 is log10(2) to 1e-10. */
static int log10_of_pow2(int e) { return (int)((int64_t)e * 1292913986 >> 32); }

/* m * 2^e * 10^scale in 128 bits; false if they do not suffice. */
static bool leading_digits_128(decimal *d, uint64_t m, int e, int scale) {
  if (scale > 22 || scale < -19 || e > 67) return false;
  eh_u128 v = m; /* 53 bits, times 10^22: 127 bits */
  if (scale >= 0) {
    v *= eh_pow10[scale > 19 ? 19 : scale];
    if (scale > 19) v *= eh_pow10[scale - 19];
    /* scale <= 22 means x >= 1e-5, so e >= -69; and the scaled value has at most 19 digits, so v << e fits too. */
    d->digits = (uint64_t)(e < 0 ? v >> -e : v << e);
    d->tail = e < 0 && (v & (((eh_u128)1 << -e) - 1)) != 0;
    return true;
  }
  if (e < 0) return false;
  v <<= e;
  const eh_u128 q = v / eh_pow10[-scale];
  d->digits = (uint64_t)q;
  d->tail = v != q * eh_pow10[-scale];
  return true;
}

static void leading_digits_big(decimal *d, uint64_t m, int e, int scale) {
  eh_big num, den;
  eh_big_set(&num, m);
  eh_big_set(&den, 1);
  eh_big_mul_pow5(scale < 0 ? &den : &num, scale < 0 ? -scale : scale);
  const int shift = e + scale;
  eh_big_shift(shift < 0 ? &den : &num, shift < 0 ? -shift : shift);
  d->digits = eh_big_divide(&d->tail, &num, &den);
}

/* The leading 18 or 19 digits of x > 0. */
static decimal leading_digits(double x) {
  int e;
  const uint64_t m = eh_f64_split(&e, x);
  const int scale = 17 - log10_of_pow2(e + 63 - eh_clz(m)); /* the estimate is right or 1 too small */
  decimal d;
  if (!leading_digits_128(&d, m, e, scale)) leading_digits_big(&d, m, e, scale);
  d.exponent = -scale;
  d.digits_n = d.digits >= eh_pow10[18] ? 19 : 18;
  return d;
}

/* d rounded to `keep` digits, ties to even; what was dropped includes d's tail. */
static decimal rounded(decimal d, int keep) {
  const int drop = d.digits_n - keep;
  const uint64_t unit = eh_pow10[drop], dropped = d.digits % unit, half = unit / 2;
  uint64_t q = d.digits / unit;
  if (dropped > half || (dropped == half && (d.tail || (q & 1)))) q++;
  decimal r = {q, keep, d.exponent + drop, false};
  if (q == eh_pow10[keep]) r.digits = q / 10, r.exponent++;
  return r;
}

/* Writes digits with leading zeros up to n places. */
static void put_digits(char *dst, uint64_t digits, int n) {
  for (int i = n - 1; i >= 0; i--) {
    dst[i] = (char)('0' + digits % 10);
    digits /= 10;
  }
}

static size_t put_u64(char *dst, uint64_t x) {
  int n = 1;
  while (n < EH_POW10_N && x >= eh_pow10[n]) n++;
  put_digits(dst, x, n);
  return (size_t)n;
}

size_t eh_write_u64(char dst[EH_F64_TEXT], uint64_t x) { return put_u64(dst, x); }

/* The digits' places are those of ECMAScript's Number::toString: plain for 1e-6 <= x < 1e21, else one digit, the rest
 * and a signed exponent. */
static size_t spell(char *dst, decimal d) {
  char text[20];
  while (d.digits % 10 == 0) d.digits /= 10, d.digits_n--, d.exponent++;
  const int n = d.digits_n, point = n + d.exponent; /* the value is 0.text * 10^point */
  char *p = dst;
  put_digits(text, d.digits, n);
  if (point > 21 || point < -5) {
    *p++ = text[0];
    if (n > 1) *p++ = '.';
    memcpy(p, text + 1, (size_t)n - 1);
    p += n - 1;
    *p++ = 'e';
    *p++ = point > 0 ? '+' : '-';
    return (size_t)(p - dst) + put_u64(p, (uint64_t)(point > 0 ? point - 1 : 1 - point));
  }
  if (point <= 0) {
    *p++ = '0';
    *p++ = '.';
    memset(p, '0', (size_t)-point);
    memcpy(p - point, text, (size_t)n);
    return (size_t)(2 - point + n);
  }
  const int whole = point < n ? point : n;
  memcpy(p, text, (size_t)whole);
  if (point >= n) {
    memset(p + n, '0', (size_t)(point - n));
    return (size_t)point;
  }
  p[whole] = '.';
  memcpy(p + whole + 1, text + whole, (size_t)(n - whole));
  return (size_t)(n + 1);
}

static size_t put_word(char *dst, const char *word, size_t n) {
  memcpy(dst, word, n);
  return n;
}

size_t eh_write_f64(char dst[EH_F64_TEXT], double x) {
  if (x != x) return put_word(dst, "NaN", 3);
  if (x == 0) return put_word(dst, "0", 1);
  const bool negative = x < 0;
  if (negative) {
    *dst++ = '-';
    x = -x;
  }
  if (!eh_f64_finite(x)) return negative + put_word(dst, "Infinity", 8);
  if (x < 1e15 && x == (double)(uint64_t)x) return negative + put_u64(dst, (uint64_t)x);
  const decimal all = leading_digits(x);
  decimal d = rounded(all, 15);
  for (int keep = 16; keep <= 17 && eh_decimal_to_f64(d.digits, d.exponent) != x; keep++) d = rounded(all, keep);
  return negative + spell(dst, d);
}

void eh_buf_fixed(eh_buf *buf, double x, int decimals) {
  char text[EH_F64_TEXT];
  if (!(x > -0x1p63 && x < 0x1p63)) {
    eh_buf_put(buf, text, eh_write_f64(text, x));
    return;
  }
  int e;
  const uint64_t unit = eh_pow10[decimals];
  const eh_u128 scaled = (eh_u128)eh_f64_split(&e, x) * unit; /* 53 + 50 bits, and e <= 10 */
  const eh_u128 units = e < 0 ? eh_shift_round(scaled, -e) : scaled << e;
  const uint64_t whole = (uint64_t)(units / unit);
  if (x < 0 && units != 0) eh_buf_byte(buf, '-');
  eh_buf_put(buf, text, eh_write_u64(text, whole));
  if (decimals == 0) return;
  text[0] = '.';
  put_digits(text + 1, (uint64_t)units - whole * unit, decimals);
  eh_buf_put(buf, text, (size_t)decimals + 1);
}

void eh_buf_grouped(eh_buf *buf, uint64_t x) {
  char digits[EH_F64_TEXT];
  const size_t n = eh_write_u64(digits, x);
  for (size_t i = 0; i < n; i++) {
    if (i && (n - i) % 3 == 0) eh_buf_byte(buf, ',');
    eh_buf_byte(buf, (unsigned char)digits[i]);
  }
}
