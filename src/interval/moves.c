/* moves: interval of the difference and of the ratio of two numbers, and their p, from what the terms behind them move. Called by
 * composite.c.
 *
 * The one idea: the ratio R is the set of multipliers at which the interval of "first - R second" holds 0, and p is found by the
 * critical value at which it begins to at R = 1. So the three never contradict each other.
 */
#include "moves.h"

/* Beyond, the p is 0 in double precision but for its smallest numbers. */
#define Z_MOST 37.0
enum { STEPS = 100, SECANTS = 40 };

eh_range eh_moves_range(const eh_moves *m, double a, double b) {
  const double middle = a * m->first - b * m->second;
  double down = 0, up = 0;
  for (int k = 0; k < m->count; k += 2) {
    const double one = a * m->first_k[k] - b * m->second_k[k] - middle, other = a * m->first_k[k + 1] - b * m->second_k[k + 1] - middle;
    const double low = one < other ? one : other, high = one < other ? other : one;
    if (low < 0) down += low * low;
    if (high > 0) up += high * high;
  }
  return (eh_range){middle - __builtin_sqrt(down), middle + __builtin_sqrt(up)};
}

typedef double curve(const void *of, double x);

/* Where f crosses 0 between x = above, where it is positive, and x = below, where it is not: regula falsi, its end that stays
 * halved (Illinois), and halving the bracket should that take long. */
static double root_of(curve *f, const void *of, double above, double below) {
  double f_above = f(of, above), f_below = f(of, below);
  int stayed = 0;
  for (int i = 0; i < STEPS; i++) {
    double x = above + (below - above) * (f_above / (f_above - f_below));
    if (i > SECANTS || !((x - above) * (below - x) > 0)) x = above + .5 * (below - above);
    const double width = below - above, size = (below < 0 ? -below : below) + (above < 0 ? -above : above);
    if ((width < 0 ? -width : width) <= 0x1p-51 * size || x == above || x == below) break;
    const double f_x = f(of, x);
    if (f_x > 0) {
      above = x, f_above = f_x;
      if (stayed == 1) f_below *= .5;
      stayed = 1;
    } else {
      below = x, f_below = f_x;
      if (stayed == -1) f_above *= .5;
      stayed = -1;
    }
  }
  return below;
}

/* By how much the interval of (1 - t) first - t second excludes 0 from below, from above: t needs no infinite multiplier. */
static double excess_below(const void *moves, double t) { return eh_moves_range(moves, 1 - t, t).lower; }
static double excess_above(const void *moves, double t) { return -eh_moves_range(moves, 1 - t, t).upper; }
static double ratio_at(double t) { return t < 1 ? t / (1 - t) : __builtin_inf(); }

static eh_range ratio_of(const eh_moves *m) {
  const double both = m->first + m->second, at = both > 0 ? m->first / both : .5;
  const double low = excess_below(m, 0) > 0 ? root_of(excess_below, m, 0, at) : 0;
  const double high = excess_above(m, 1) > 0 ? root_of(excess_above, m, 1, at) : 1;
  return (eh_range){ratio_at(low), ratio_at(high)};
}

typedef struct question {
  eh_moves_at *at;
  const void *of;
} question;

/* By how much the interval at z excludes 0. */
static double excess_at(const void *of, double z) {
  const question *const q = of;
  eh_moves m;
  q->at(&m, q->of, z);
  const eh_range r = eh_moves_range(&m, 1, 1);
  return m.first > m.second ? r.lower : -r.upper;
}

static double p_of(const question *q) {
  if (!(excess_at(q, 0) > 0)) return 1;
  if (excess_at(q, Z_MOST) > 0) return 2 * eh_normal_cdf(-Z_MOST);
  return 2 * eh_normal_cdf(-root_of(excess_at, q, 0, Z_MOST));
}

void eh_moves_compare(eh_mean_gap *out, eh_moves_at *at, const void *of, double z) {
  const question q = {at, of};
  eh_moves m;
  at(&m, of, z);
  out->difference = eh_moves_range(&m, 1, 1);
  out->ratio = ratio_of(&m);
  out->p = p_of(&q);
}
