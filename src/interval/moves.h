/* moves: what two numbers become when one of the independent terms they are made of moves to an end of its interval. Made by
 * composite.c and those like it, read by moves.c.
 *
 * The one idea: a lower limit is the estimate less the root of the sum of squared falls, each by one term alone (MOVER). Any
 * function of the terms has such falls, so sums of terms, quotients and F1 are one case.
 */
#ifndef EVENHAND_INTERVAL_MOVES_H
#define EVENHAND_INTERVAL_MOVES_H

#include "evenhand/interval.h"

enum { EH_MOVES_MOST = 12 };

/* Both numbers at the estimates, and at both ends of each term in turn: ends of term k are at 2k and 2k + 1. */
typedef struct eh_moves {
  int count;
  double first, second, first_k[EH_MOVES_MOST], second_k[EH_MOVES_MOST];
} eh_moves;

/* The moves at critical value z. */
typedef void eh_moves_at(eh_moves *out, const void *of, double z);

/* Interval of a * first - b * second. */
eh_range eh_moves_range(const eh_moves *moves, double a, double b);
/* Difference, ratio (both numbers >= 0) and p, which is that of the level at which the difference begins to hold 0, and the ratio 1. At
 * least that of z = 37. Cost: some dozens of moves. */
void eh_moves_compare(eh_mean_gap *out, eh_moves_at *at, const void *of, double z);

#endif
