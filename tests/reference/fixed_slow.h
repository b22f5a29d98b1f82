/* fixed_slow: the exact sums one bit at a time, for reading.
 *
 * A number is 192 bits, one per byte, least significant first, two's complement, unit 2^-64. Nothing is clever.
 */
#ifndef EH_TESTS_FIXED_SLOW_H
#define EH_TESTS_FIXED_SLOW_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SLOW_BITS = 192, SLOW_UNIT = -64 };

typedef struct slow_fixed {
  unsigned char bit[SLOW_BITS];
} slow_fixed;

static void slow_add(slow_fixed *sum, const slow_fixed *x) {
  int carry = 0;
  for (int i = 0; i < SLOW_BITS; i++) {
    const int total = sum->bit[i] + x->bit[i] + carry;
    sum->bit[i] = total & 1;
    carry = total >> 1;
  }
}

static void slow_negate(slow_fixed *x) {
  slow_fixed one = {{1}};
  for (int i = 0; i < SLOW_BITS; i++) x->bit[i] ^= 1;
  slow_add(x, &one);
}

/* Adds sign * (the integer with bits m[0..n)) * 2^exponent, rounded to the unit, ties to even. */
static void slow_add_scaled(slow_fixed *sum, const unsigned char *m, int n, int exponent, bool negative) {
  slow_fixed x = {{0}}, one = {{1}};
  bool half = false, below = false;
  for (int i = 0; i < n; i++) {
    const int place = i + exponent - SLOW_UNIT;
    if (place >= 0 && m[i]) x.bit[place] = 1;
    if (place == -1) half = m[i];
    if (place < -1) below |= m[i];
  }
  if (half && (below || x.bit[0])) slow_add(&x, &one);
  if (negative) slow_negate(&x);
  slow_add(sum, &x);
}

/* |x| as 53 bits and an exponent. */
static int slow_split(unsigned char m[53], double x) {
  int exponent;
  uint64_t whole = (uint64_t)ldexp(frexp(fabs(x), &exponent), 53);
  for (int i = 0; i < 53; i++) m[i] = whole >> i & 1;
  return exponent - 53;
}

static void slow_add_f64(slow_fixed *sum, double x) {
  unsigned char m[53];
  const int exponent = slow_split(m, x);
  slow_add_scaled(sum, m, 53, exponent, x < 0);
}

enum { SLOW_PRODUCT = 162 };

/* product = product * m, bit by bit. */
static void slow_multiply(unsigned char product[SLOW_PRODUCT], const unsigned char m[53]) {
  unsigned char out[SLOW_PRODUCT] = {0};
  for (int i = 0; i < SLOW_PRODUCT; i++) {
    int carry = 0;
    for (int j = 0; product[i] && i + j < SLOW_PRODUCT && (j < 53 || carry); j++) {
      const int total = out[i + j] + (j < 53 ? m[j] : 0) + carry;
      out[i + j] = total & 1;
      carry = total >> 1;
    }
  }
  memcpy(product, out, sizeof out);
}

static void slow_add_product(slow_fixed *sum, double weight, double x, bool squared) {
  unsigned char product[SLOW_PRODUCT] = {1}, m[53];
  int exponent = slow_split(m, weight);
  slow_multiply(product, m);
  for (int times = 0; times < 1 + squared; times++) {
    exponent += slow_split(m, x);
    slow_multiply(product, m);
  }
  slow_add_scaled(sum, product, SLOW_PRODUCT, exponent, (weight < 0) != (x < 0 && !squared));
}

static void slow_add_square(slow_fixed *sum, double x) { slow_add_product(sum, 1, x, true); }

/* The top 53 bits, rounded by what is below them. */
static double slow_to_f64(slow_fixed x) {
  const bool negative = x.bit[SLOW_BITS - 1];
  if (negative) slow_negate(&x);
  int top = SLOW_BITS - 1;
  while (top >= 0 && !x.bit[top]) top--;
  uint64_t m = 0;
  bool below = false;
  const int last = top - 52; /* place of the last bit kept */
  for (int i = top; i >= 0 && i >= last; i--) m = m << 1 | x.bit[i];
  for (int i = 0; i < last - 1; i++) below |= x.bit[i];
  if (last > 0 && x.bit[last - 1] && (below || (m & 1))) m++;
  const double size = ldexp((double)m, (last > 0 ? last : 0) + SLOW_UNIT);
  return negative ? -size : size;
}

static uint64_t slow_word(const slow_fixed *x, int word) {
  uint64_t w = 0;
  for (int i = 0; i < 64; i++) w |= (uint64_t)x->bit[64 * word + i] << i;
  return w;
}

#endif
