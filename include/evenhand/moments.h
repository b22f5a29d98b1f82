/* moments: sums of numbers and of their squares, exact, so that a variance loses nothing to cancellation. Part of room base.
 */
#ifndef EVENHAND_MOMENTS_H
#define EVENHAND_MOMENTS_H

#include "evenhand/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { EH_SQUARE_WORDS = 6 };

/* Sums over some values: of them, with unit 2^-64, and of their squares, with unit 2^-128, never negative, least significant
 * word first. As the squares of whole numbers of units are whole, nothing is rounded, and any order gives the same. */
typedef struct eh_moment {
  eh_i192 sum;
  uint64_t square[EH_SQUARE_WORDS];
} eh_moment;

/* Adds one value. False on overflow: that of the sum, whose square holds that of the squares. */
EH_API bool eh_moment_add(eh_moment *to, eh_i192 x);
/* Adds the sums of other values, or takes those of some of its own off again. */
EH_API bool eh_moment_join(eh_moment *to, const eh_moment *more, bool off);
/* x * x rounded once to the unit 2^-64, for |x| < 2^63. */
EH_API eh_i192 eh_i192_square(eh_i192 x);
/* Whether n > 0 values can have these sums: n times the squares are no less than the square of the sum. */
EH_API bool eh_moment_is_possible(const eh_moment *moment, uint64_t n);
/* Mean of n > 0 values, and their sample variance: NaN for one value, 0 exactly where all are alike. */
EH_API double eh_moment_mean(const eh_moment *moment, uint64_t n);
EH_API double eh_moment_variance(const eh_moment *moment, uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
