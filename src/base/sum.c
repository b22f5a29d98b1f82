/* sum: exact, order-free sums in fixed point with unit 2^-64. Called by the cube for its cells, by metric for slices.
 *
 * An addend is rounded once to the unit; integers then add without error, so any order, any split over threads or
 * machines gives the same bits. Reading a sum back rounds once more, to the nearest double.
 */
#include "evenhand/base.h"

#include "float_bits.h"

/* Only |x| below the limit, which NaN is not. */
static bool in_range(double x) { return x > -EH_SUM_LIMIT && x < EH_SUM_LIMIT; }

static eh_u128 u128_of(eh_i128 x) { return (eh_u128)x.w[1] << 64 | x.w[0]; }
static eh_i128 i128_of(eh_u128 x) { return (eh_i128){{(uint64_t)x, (uint64_t)(x >> 64)}}; }

static bool add_signed(eh_i128 *sum, eh_u128 x) {
  const eh_u128 a = u128_of(*sum), total = a + x;
  *sum = i128_of(total);
  return !((~(a ^ x) & (a ^ total)) >> 127); /* addends of one sign, a total of the other */
}

bool eh_i128_add_f64(eh_i128 *sum, double x) {
  if (!in_range(x)) return false;
  int e;
  const eh_u128 m = eh_f64_split(&e, x);
  const int shift = e + 64; /* |x| < 2^40: at most 51, and m << 51 stays below 2^104 */
  const eh_u128 units = shift >= 0 ? m << shift : eh_shift_round(m, -shift);
  return add_signed(sum, eh_f64_negative(x) ? -units : units);
}

bool eh_i128_add(eh_i128 *sum, eh_i128 x) { return add_signed(sum, u128_of(x)); }
eh_i128 eh_i128_neg(eh_i128 x) { return i128_of(-u128_of(x)); }
bool eh_i128_add_integer(eh_i128 *sum, int64_t x) { return add_signed(sum, (eh_u128)(uint64_t)x << 64); }

double eh_i128_to_f64(eh_i128 x) {
  const bool negative = x.w[1] >> 63;
  const double size = eh_f64_nearest_128(negative ? -u128_of(x) : u128_of(x), -64, false);
  return negative ? -size : size;
}

eh_i192 eh_i192_neg(eh_i192 x) {
  eh_i192 r;
  uint64_t carry = 1;
  for (int i = 0; i < 3; i++) {
    r.w[i] = ~x.w[i] + carry;
    carry = carry && r.w[i] == 0;
  }
  return r;
}

bool eh_i192_add_square(eh_i192 *sum, double x) {
  if (!in_range(x)) return false;
  int e;
  const eh_u128 m = eh_f64_split(&e, x), square = m * m; /* 106 bits */
  const int shift = 2 * e + 64;                          /* at most 38: the total stays below 2^144 */
  if (shift < 0) return eh_i192_add(sum, eh_i192_of_i128(i128_of(eh_shift_round(square, -shift))));
  const eh_u128 high = shift ? square >> (128 - shift) : 0, low = square << shift;
  return eh_i192_add(sum, (eh_i192){{(uint64_t)low, (uint64_t)(low >> 64), (uint64_t)high}});
}

/* m, unsigned, times 2^shift, rounded once to a whole number, ties to even. m 2^shift < 2^191. */
static eh_i192 scaled(eh_i192 m, int shift) {
  eh_i192 r = {{0}};
  const int words = (shift < 0 ? -shift : shift) / 64, bits = (shift < 0 ? -shift : shift) % 64;
  if (shift >= 0) {
    for (int i = 2; i >= words; i--) {
      r.w[i] = m.w[i - words] << bits;
      if (bits && i > words) r.w[i] |= m.w[i - words - 1] >> (64 - bits);
    }
    return r;
  }
  if (-shift > 192) return r;
  for (int i = 0; i + words < 3; i++) {
    r.w[i] = m.w[i + words] >> bits;
    if (bits && i + words < 2) r.w[i] |= m.w[i + words + 1] << (64 - bits);
  }
  const int half = -shift - 1;
  uint64_t below = half % 64 ? m.w[half / 64] << (64 - half % 64) : 0;
  for (int i = 0; i < half / 64; i++) below |= m.w[i];
  const bool up = (m.w[half / 64] >> (half % 64) & 1) && (below || (r.w[0] & 1));
  if (up) eh_i192_add(&r, (eh_i192){{1, 0, 0}});
  return r;
}

bool eh_i192_add_product(eh_i192 *sum, double weight, double x, bool squared) {
  if (!in_range(weight) || !in_range(x)) return false;
  int e, weight_e;
  const eh_u128 m = eh_f64_split(&e, x), left = squared ? m * m : m, right = eh_f64_split(&weight_e, weight);
  const eh_u128 low = (eh_u128)(uint64_t)left * (uint64_t)right;
  const eh_u128 high = (left >> 64) * (uint64_t)right + (low >> 64);
  const eh_i192 exact = {{(uint64_t)low, (uint64_t)high, (uint64_t)(high >> 64)}};
  const eh_i192 units = scaled(exact, weight_e + (squared ? 2 * e : e) + 64); /* below 2^(3 * 40 + 64) */
  const bool negative = eh_f64_negative(weight) != (!squared && eh_f64_negative(x));
  return eh_i192_add(sum, negative ? eh_i192_neg(units) : units);
}

bool eh_i192_add(eh_i192 *sum, eh_i192 x) {
  const uint64_t before = sum->w[2];
  uint64_t carry = 0;
  for (int i = 0; i < 3; i++) {
    const eh_u128 t = (eh_u128)sum->w[i] + x.w[i] + carry;
    sum->w[i] = (uint64_t)t;
    carry = (uint64_t)(t >> 64);
  }
  return !((~(before ^ x.w[2]) & (before ^ sum->w[2])) >> 63);
}

eh_i192 eh_i192_of_i128(eh_i128 x) { return (eh_i192){{x.w[0], x.w[1], x.w[1] >> 63 ? UINT64_MAX : 0}}; }

double eh_i192_to_f64(eh_i192 x) {
  const bool negative = x.w[2] >> 63;
  if (negative) x = eh_i192_neg(x);
  const eh_u128 upper = (eh_u128)x.w[2] << 64 | x.w[1], lower = (eh_u128)x.w[1] << 64 | x.w[0];
  /* Only where the upper words hold more than 64 bits may the lowest be reduced to a tail. */
  const double size = x.w[2] ? eh_f64_nearest_128(upper, 0, x.w[0] != 0) : eh_f64_nearest_128(lower, -64, false);
  return negative ? -size : size;
}

/* ---- many addends, each many times ------------------------------------------------------------------------------- */

/* *sum += x * times; false on overflow. */
static bool add_times(eh_i128 *sum, eh_i128 x, uint64_t times) {
  const bool negative = x.w[1] >> 63;
  if (negative) x = eh_i128_neg(x);
  const eh_u128 low = (eh_u128)x.w[0] * times;
  const eh_u128 high = (eh_u128)x.w[1] * times + (uint64_t)(low >> 64);
  if (high >> 63) return false;
  const eh_u128 product = high << 64 | (uint64_t)low;
  return add_signed(sum, negative ? -product : product);
}

/* The same for a square, which is never negative. */
static bool add_square_times(eh_i192 *sum, eh_i192 x, uint64_t times) {
  const eh_u128 low = (eh_u128)x.w[0] * times;
  const eh_u128 middle = (eh_u128)x.w[1] * times + (uint64_t)(low >> 64);
  const eh_u128 high = (eh_u128)x.w[2] * times + (uint64_t)(middle >> 64);
  if (high >> 63) return false;
  return eh_i192_add(sum, (eh_i192){{(uint64_t)low, (uint64_t)middle, (uint64_t)high}});
}

/* Any x and times. */
static bool add_one(eh_i128 *sum, eh_i192 *square, double x, uint64_t times) {
  eh_i128 units = {{0}};
  eh_i192 square_units = {{0}};
  return eh_i128_add_f64(&units, x) && eh_i192_add_square(&square_units, x) && add_times(sum, units, times) &&
         add_square_times(square, square_units, times);
}

/* Sizes from 2^-11 to below 2^8, as scores mostly are: x is a whole number of units below 2^72, and its square, rounded,
 * below 2^80. Times less than 2^32, so many of them cannot overflow 128 bits: */
enum { USUAL_LEAST = 1023 - 11, USUAL_BEYOND = 1023 + 8, USUAL_N = 1024 };

static bool is_usual(uint64_t bits, uint64_t times) {
  const unsigned biased = (unsigned)(bits >> 52 & 0x7ff);
  return biased - USUAL_LEAST < USUAL_BEYOND - USUAL_LEAST && times >> 32 == 0;
}

static void add_usual(eh_u128 *sum, eh_u128 *square, uint64_t bits, uint64_t times) {
  const int e = (int)(bits >> 52 & 0x7ff) - 1075, drop = -(2 * e + 64); /* 26 .. 62 */
  const uint64_t m = (bits & 0xfffffffffffff) | 1ull << 52;
  const eh_u128 units = ((eh_u128)m << (e + 64)) * times, exact = (eh_u128)m * m;
  *sum += bits >> 63 ? -units : units;
  /* No ties: the lowest set bit of a square has an even place, half a unit an odd one. */
  *square += ((exact + ((uint64_t)1 << (drop - 1))) >> drop) * times;
}

bool eh_sums_add_times(eh_i128 *sum, eh_i192 *square, const double *x_n, const uint64_t *times_n, size_t n) {
  for (size_t first = 0, end; first < n; first = end) {
    eh_u128 some = 0, some_square = 0;
    end = n - first < USUAL_N ? n : first + USUAL_N;
    for (size_t i = first; i < end; i++) {
      const uint64_t bits = eh_f64_bits(x_n[i]);
      if (is_usual(bits, times_n[i])) add_usual(&some, &some_square, bits, times_n[i]);
      else if (!add_one(sum, square, x_n[i], times_n[i])) return false;
    }
    if (!add_signed(sum, some)) return false;
    if (!eh_i192_add(square, (eh_i192){{(uint64_t)some_square, (uint64_t)(some_square >> 64), 0}})) return false;
  }
  return true;
}
