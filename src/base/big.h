/* big: unsigned integers of up to 4096 bits, on the stack, for the cases where 128 bits do not decide a rounding.
 *
 * Used by the number reader and writer. The longest value needed is 800 digits (2,658 bits) against 5^1124
 * (2,610 bits), shifted by at most 127 bits: nothing can overflow, and nothing allocates.
 */
#ifndef EH_BASE_BIG_H
#define EH_BASE_BIG_H

#include <stdbool.h>
#include <stdint.h>

enum { EH_BIG_WORDS = 64, EH_BIG_DIGITS = 800, EH_POW5_N = 28, EH_POW10_N = 20 };

typedef struct eh_big {
  int n;                    /* words in use; the last is not 0; 0 words are the number 0 */
  uint64_t w[EH_BIG_WORDS]; /* least significant first */
} eh_big;

extern const uint64_t eh_pow5[EH_POW5_N];   /* 5^27 is the last below 2^63 */
extern const uint64_t eh_pow10[EH_POW10_N]; /* 10^19 is the last below 2^64 */

void eh_big_set(eh_big *a, uint64_t x);
void eh_big_mul_add(eh_big *a, uint64_t factor, uint64_t addend); /* a = a * factor + addend */
void eh_big_mul_pow5(eh_big *a, int exponent);                    /* a *= 5^exponent */
void eh_big_shift(eh_big *a, int bits);                           /* a <<= bits */

/* floor(num / den), which must be below 2^64; *tail says whether a remainder is left. Both operands are used up. */
uint64_t eh_big_divide(bool *tail, eh_big *num, eh_big *den);

/* The double nearest to (a + t) * 10^exponent, ties to even, 0 <= t < 1, `tail` = t > 0 (only with EH_BIG_DIGITS
 * digits in a). a must have at most EH_BIG_DIGITS digits, exponent any value; a is used up. */
double eh_big_to_f64(eh_big *a, int digits_n, int64_t exponent, bool tail);

#endif
