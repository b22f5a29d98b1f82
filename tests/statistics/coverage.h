/* coverage: exact probabilities that an interval contains the truth, and the bars they are held to.
 *
 * Nothing is simulated: every outcome within all but 1e-11 of the binomial mass is enumerated. Bars: the mean over the
 * grid lies in [.94, .96]; a cell reaches .91 where every group expects one success and one failure, .925 where five.
 */
#ifndef EVENHAND_TESTS_COVERAGE_H
#define EVENHAND_TESTS_COVERAGE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "check.h"

/* The binomial distribution of n trials on its middle part: mass_i[i] = P(X = first + i), i < count. */
enum { MASS_MAX = 1200 };
typedef struct binomial {
  uint64_t n;
  double p;
  int first, count;
  double mass_i[MASS_MAX];
} binomial;

/* From the mode outwards by the ratio of neighbours, while a mass is above 1e-13. */
static inline void binomial_make(binomial *b, uint64_t n, double p) {
  const double odds = p / (1 - p), top = (double)n;
  const int mode = (int)((top + 1) * p);
  double mass =
      exp(lgamma(top + 1) - lgamma(mode + 1.0) - lgamma(top - mode + 1) + mode * log(p) + (top - mode) * log1p(-p));
  const double at_mode = mass;
  int low = mode, high = mode;
  while (low > 0 && mass > 1e-13) mass *= low / ((top - low + 1) * odds), low--;
  for (mass = at_mode; high < (int)n && mass > 1e-13; high++) mass *= (top - high) / (high + 1.0) * odds;
  b->n = n, b->p = p, b->first = low, b->count = high - low + 1;
  if (b->count > MASS_MAX) {
    CHECK_SAY("a binomial of %d places does not fit", b->count);
    b->count = MASS_MAX;
  }
  b->mass_i[mode - low] = at_mode;
  for (int x = mode; x > low; x--) b->mass_i[x - 1 - low] = b->mass_i[x - low] * x / ((top - x + 1) * odds);
  for (int x = mode; x < low + b->count - 1; x++)
    b->mass_i[x + 1 - low] = b->mass_i[x - low] * (top - x) / (x + 1.0) * odds;
}

static inline double binomial_rare(const binomial *b) { return (double)b->n * fmin(b->p, 1 - b->p); }

/* Coverage over a grid of cells. `rare` is the least expected count of successes or failures in any group. */
typedef struct coverage {
  const char *what;
  long cells;
  double sum, worst1, worst5;
  char where1[96], where5[96];
} coverage;

static coverage coverage_of(const char *what) { return (coverage){.what = what, .worst1 = 2, .worst5 = 2}; }

static void coverage_add(coverage *c, double covered, double rare, const char *where) {
  c->cells++, c->sum += covered;
  if (rare >= 1 && !(covered >= c->worst1)) c->worst1 = covered, snprintf(c->where1, sizeof c->where1, "%s", where);
  if (rare >= 5 && !(covered >= c->worst5)) c->worst5 = covered, snprintf(c->where5, sizeof c->where5, "%s", where);
}

static inline void coverage_judge(const coverage *c) {
  const double mean = c->sum / (double)c->cells;
  printf("%-34s %6ld cells  mean %.4f  worst %.4f (%s)  worst of 5 expected %.4f (%s)\n", c->what, c->cells, mean,
         c->worst1, c->where1, c->worst5, c->where5);
  CHECK(mean >= .94 && mean <= .96);
  CHECK(c->worst1 >= .91 && c->worst1 <= 1);
  CHECK(c->worst5 >= .925 && c->worst5 <= 1);
}

#endif
