/* big: see big.h. Schoolbook arithmetic on 64-bit words; one division form only, whose quotient is a single word,
 * because reading and writing a double both need just the leading 64 bits of a ratio and "is there more?".
 */
#include "big.h"

#include "float_bits.h"

const uint64_t eh_pow5[EH_POW5_N] = {
  1u, 5u, 25u, 125u, 625u, 3125u, 15625u, 78125u, 390625u, 1953125u, 9765625u, 48828125u, 244140625u, 1220703125u,
  6103515625u, 30517578125u, 152587890625u, 762939453125u, 3814697265625u, 19073486328125u, 95367431640625u,
  476837158203125u, 2384185791015625u, 11920928955078125u, 59604644775390625u, 298023223876953125u,
  1490116119384765625u, 7450580596923828125u};

const uint64_t eh_pow10[EH_POW10_N] = {
  1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u, 100000000000u,
  1000000000000u, 10000000000000u, 100000000000000u, 1000000000000000u, 10000000000000000u, 100000000000000000u,
  1000000000000000000u, 10000000000000000000u};

void eh_big_set(eh_big *a, uint64_t x) {
  a->n = x != 0;
  a->w[0] = x;
}

void eh_big_mul_add(eh_big *a, uint64_t factor, uint64_t addend) {
  uint64_t carry = addend;
  for (int i = 0; i < a->n; i++) {
    const eh_u128 t = (eh_u128)a->w[i] * factor + carry;
    a->w[i] = (uint64_t)t;
    carry = (uint64_t)(t >> 64);
  }
  if (carry) a->w[a->n++] = carry;
}

void eh_big_mul_pow5(eh_big *a, int exponent) {
  for (; exponent >= EH_POW5_N; exponent -= EH_POW5_N - 1) eh_big_mul_add(a, eh_pow5[EH_POW5_N - 1], 0);
  if (exponent) eh_big_mul_add(a, eh_pow5[exponent], 0);
}

void eh_big_shift(eh_big *a, int bits) {
  const int words = bits / 64, shift = bits % 64;
  if (a->n == 0) return;
  for (int i = a->n - 1; i >= 0; i--) a->w[i + words] = a->w[i];
  for (int i = 0; i < words; i++) a->w[i] = 0;
  a->n += words;
  if (shift == 0) return;
  uint64_t carry = 0;
  for (int i = words; i < a->n; i++) {
    const uint64_t w = a->w[i];
    a->w[i] = w << shift | carry;
    carry = w >> (64 - shift);
  }
  if (carry) a->w[a->n++] = carry;
}

static int bit_length(const eh_big *a) { return a->n ? 64 * a->n - eh_clz(a->w[a->n - 1]) : 0; }

/* num -= q * den over den->n + 1 words; true if the result went below 0 (it then stands modulo 2^(64(n+1))). */
static bool subtract_product(eh_big *num, const eh_big *den, uint64_t q) {
  uint64_t carry = 0, borrow = 0;
  for (int i = 0; i <= den->n; i++) {
    const eh_u128 product = (eh_u128)(i < den->n ? den->w[i] : 0) * q + carry;
    carry = (uint64_t)(product >> 64);
    const eh_u128 difference = (eh_u128)num->w[i] - (uint64_t)product - borrow;
    num->w[i] = (uint64_t)difference;
    borrow = (uint64_t)(difference >> 64) & 1;
  }
  return borrow;
}

/* num += den over den->n + 1 words; true if it carried out, which undoes a result below 0. */
static bool add_back(eh_big *num, const eh_big *den) {
  uint64_t carry = 0;
  for (int i = 0; i <= den->n; i++) {
    const eh_u128 sum = (eh_u128)num->w[i] + (i < den->n ? den->w[i] : 0) + carry;
    num->w[i] = (uint64_t)sum;
    carry = (uint64_t)(sum >> 64);
  }
  return carry;
}

uint64_t eh_big_divide(bool *tail, eh_big *num, eh_big *den) {
  /* With den's top bit set, the quotient guessed from the leading words is at most 2 too large (Knuth 4.3.1 B). */
  const int zeros = eh_clz(den->w[den->n - 1]), n = den->n;
  eh_big_shift(den, zeros);
  eh_big_shift(num, zeros);
  for (int i = num->n; i <= n; i++) num->w[i] = 0;
  const uint64_t high = num->w[n], low = num->w[n - 1], divisor = den->w[n - 1];
  uint64_t q = high >= divisor ? UINT64_MAX : (uint64_t)(((eh_u128)high << 64 | low) / divisor);
  if (subtract_product(num, den, q)) {
    do q--;
    while (!add_back(num, den));
  }
  uint64_t rest = 0;
  for (int i = 0; i <= n; i++) rest |= num->w[i];
  *tail = rest != 0;
  return q;
}

double eh_big_to_f64(eh_big *a, int digits_n, int64_t exponent, bool tail) {
  if (a->n == 0) return 0.0;
  if (exponent + digits_n > 310) return eh_f64_of_bits(0x7ffull << 52); /* at least 1e310 */
  if (exponent + digits_n < -324) return 0.0;                           /* below 1e-324, under half the least double */
  const int e = (int)exponent;
  eh_big den;
  eh_big_set(&den, 1);
  eh_big_mul_pow5(e < 0 ? &den : a, e < 0 ? -e : e);
  const int shift = bit_length(&den) + 63 - bit_length(a); /* makes the quotient 63 or 64 bits long */
  eh_big_shift(shift < 0 ? &den : a, shift < 0 ? -shift : shift);
  bool rest;
  const uint64_t q = eh_big_divide(&rest, a, &den);
  return eh_f64_nearest(q, e - shift, rest || tail);
}
