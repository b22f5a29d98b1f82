/* float_bits: what a double is made of, and the one place that rounds to a double.
 *
 * Used by the exact sums and by the number reader and writer. The idea: whoever needs a correctly rounded double
 * brings an exact value as (64 bits, binary exponent, "was there more?") and rounds once, here.
 */
#ifndef EH_BASE_FLOAT_BITS_H
#define EH_BASE_FLOAT_BITS_H

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Extended intermediate precision (x87) would round twice. */
_Static_assert(FLT_EVAL_METHOD == 0, "Evenhand needs doubles that are computed as doubles");

__extension__ typedef unsigned __int128 eh_u128;
__extension__ typedef __int128 eh_s128;

static inline uint64_t eh_f64_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double eh_f64_of_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline bool eh_f64_finite(double x) { return (eh_f64_bits(x) >> 52 & 0x7ff) != 0x7ff; }
static inline bool eh_f64_negative(double x) { return eh_f64_bits(x) >> 63; }

/* |x| = m * 2^e for finite x, m < 2^53. */
static inline uint64_t eh_f64_split(int *e, double x) {
  uint64_t bits = eh_f64_bits(x), fraction = bits & 0xfffffffffffff;
  int biased = (int)(bits >> 52 & 0x7ff);
  *e = (biased ? biased : 1) - 1075;
  return biased ? fraction | 1ull << 52 : fraction;
}

/* Leading zero bits; x != 0. */
static inline int eh_clz(uint64_t x) { return __builtin_clzll(x); }

/* The double nearest to (q + t) * 2^e, ties to even; 0 <= t < 1, and `tail` says whether t > 0. With a tail, q must
 * have at least 55 bits, so that t lies below the bit that decides. Overflow gives infinity. */
static inline double eh_f64_nearest(uint64_t q, int e, bool tail) {
  if (!q) return 0.0;
  const int zeros = eh_clz(q), top = e + 63 - zeros; /* 2^top <= value < 2^(top+1) */
  int drop = 11;
  if (top > 1023) return eh_f64_of_bits(0x7ffull << 52);
  if (top < -1022) drop += -1022 - top; /* subnormal: fewer bits are kept */
  if (drop > 64) return 0.0;
  q <<= zeros;
  uint64_t m = drop == 64 ? 0 : q >> drop;
  const uint64_t dropped = q << (64 - drop), half = 1ull << 63;
  if (dropped > half || (dropped == half && (tail || (m & 1)))) m++;
  /* m carries the hidden bit, and a carry out of m raises the exponent, up to infinity: adding gets both right. */
  return eh_f64_of_bits(top < -1022 ? m : ((uint64_t)(top + 1022) << 52) + m);
}

static inline double eh_f64_nearest_128(eh_u128 q, int e, bool tail) {
  const uint64_t high = (uint64_t)(q >> 64);
  if (!high) return eh_f64_nearest((uint64_t)q, e, tail);
  const int zeros = eh_clz(high);
  q <<= zeros;
  return eh_f64_nearest((uint64_t)(q >> 64), e + 64 - zeros, tail || (uint64_t)q != 0);
}

/* q >> shift rounded to nearest, ties to even; any shift >= 0. */
static inline eh_u128 eh_shift_round(eh_u128 q, int shift) {
  if (shift == 0) return q;
  if (shift > 128) return 0;
  const eh_u128 half = (eh_u128)1 << (shift - 1), kept = shift == 128 ? 0 : q >> shift;
  const eh_u128 dropped = shift == 128 ? q : q & ((half << 1) - 1);
  return kept + (dropped > half || (dropped == half && (kept & 1)));
}

#endif
