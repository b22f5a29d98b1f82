/* moments: sums of squares that are exact, and the variance that follows from them. Called by cube for the errors of a
 * regression, by metric for slices.
 *
 * The one idea: with values in whole units, n times the sum of squares less the square of the sum is a whole number too,
 * and is rounded once, after the subtraction that would cost a double its digits.
 */
#include "evenhand/moments.h"

#include "float_bits.h"

enum { WORDS = EH_SQUARE_WORDS };

/* to += from, or to -= from, over n words; the carry or borrow out. */
static uint64_t add_words(uint64_t *to, const uint64_t *from, int n, bool off) {
  uint64_t carry = off;
  for (int i = 0; i < n; i++) {
    const eh_u128 t = (eh_u128)to[i] + (off ? ~from[i] : from[i]) + carry;
    to[i] = (uint64_t)t;
    carry = (uint64_t)(t >> 64);
  }
  return carry != (uint64_t)off;
}

static void square_of(uint64_t to[WORDS], eh_i192 x) {
  if (x.w[2] >> 63) x = eh_i192_neg(x);
  for (int i = 0; i < WORDS; i++) to[i] = 0;
  for (int i = 0; i < 3; i++) {
    uint64_t carry = 0;
    for (int j = 0; j < 3; j++) {
      const eh_u128 t = (eh_u128)x.w[i] * x.w[j] + to[i + j] + carry;
      to[i + j] = (uint64_t)t;
      carry = (uint64_t)(t >> 64);
    }
    to[i + 3] = carry;
  }
}

bool eh_moment_add(eh_moment *to, eh_i192 x) {
  uint64_t square[WORDS];
  square_of(square, x);
  return !add_words(to->square, square, WORDS, false) && eh_i192_add(&to->sum, x);
}

bool eh_moment_join(eh_moment *to, const eh_moment *more, bool off) {
  return !add_words(to->square, more->square, WORDS, off) &&
         eh_i192_add(&to->sum, off ? eh_i192_neg(more->sum) : more->sum);
}

eh_i192 eh_i192_square(eh_i192 x) {
  uint64_t square[WORDS];
  square_of(square, x);
  eh_i192 r = {{square[1], square[2], square[3]}};
  const uint64_t half = (uint64_t)1 << 63;
  if (square[0] > half || (square[0] == half && (r.w[0] & 1))) eh_i192_add(&r, (eh_i192){{1, 0, 0}});
  return r;
}

double eh_moment_mean(const eh_moment *moment, uint64_t n) { return eh_i192_to_f64(moment->sum) / (double)n; }

/* Words below the sign, in units of 2^-128. */
static double number_of(const uint64_t *w, int n) {
  while (n > 2 && !w[n - 1]) n--;
  uint64_t below = 0;
  for (int i = 0; i < n - 2; i++) below |= w[i];
  return eh_f64_nearest_128((eh_u128)w[n - 1] << 64 | w[n - 2], 64 * (n - 2) - 128, below != 0);
}

/* n times the squares less the square of the sum; false where that is negative. */
static bool spread_of(uint64_t spread[WORDS + 1], const eh_moment *moment, uint64_t n) {
  uint64_t square[WORDS + 1] = {0}, carry = 0;
  for (int i = 0; i < WORDS; i++) {
    const eh_u128 t = (eh_u128)moment->square[i] * n + carry;
    spread[i] = (uint64_t)t;
    carry = (uint64_t)(t >> 64);
  }
  spread[WORDS] = carry;
  square_of(square, moment->sum);
  return !add_words(spread, square, WORDS + 1, true);
}

bool eh_moment_is_possible(const eh_moment *moment, uint64_t n) {
  uint64_t spread[WORDS + 1], any = 0;
  const bool possible = spread_of(spread, moment, n);
  for (int i = 0; i <= WORDS; i++) any |= spread[i];
  return possible && (n > 1 || !any);
}

double eh_moment_variance(const eh_moment *moment, uint64_t n) {
  uint64_t spread[WORDS + 1];
  if (n < 2 || !spread_of(spread, moment, n)) return __builtin_nan("");
  return number_of(spread, WORDS + 1) / ((double)n * (double)(n - 1));
}
