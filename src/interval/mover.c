/* mover: intervals of the difference and of the ratio of two proportions whose rows overlap in part, and their p.
 *
 * Called by fair for slices neither of which contains the other. Idea: rows of the first alone, of both, and of the second
 * alone are three independent samples; both proportions are weighted means of theirs, so the difference is a linear
 * combination, and MOVER (Zou & Donner 2008) adds the squared distances to the three Wilson limits. The ratio R is the set
 * of multipliers at which that interval of "first - R second" holds 0 (MOVER-R, Donner & Zou 2012).
 */
#include "evenhand/interval.h"

enum { PARTS = 3, HALVINGS = 64 };

typedef struct parts {
  double share_k[PARTS], limit_k[PARTS][2]; /* x / n of each part; its Wilson limits */
  double first_k[PARTS], second_k[PARTS];   /* weights of the parts in either proportion */
} parts;

static double weight_of(eh_count c) { return c.weight > 0 ? c.weight : c.n; }

static parts parts_of(const eh_overlap *o, double z) {
  const eh_count part_k[PARTS] = {o->first, o->both, o->second};
  const double first = weight_of(o->first) + weight_of(o->both), second = weight_of(o->second) + weight_of(o->both);
  parts p = {.first_k = {weight_of(o->first) / first, weight_of(o->both) / first, 0},
             .second_k = {0, weight_of(o->both) / second, weight_of(o->second) / second}};
  for (int k = 0; k < PARTS; k++) {
    const eh_range wilson = eh_wilson_real(part_k[k].x, part_k[k].n, z);
    p.share_k[k] = part_k[k].x / part_k[k].n;
    p.limit_k[k][0] = wilson.lower, p.limit_k[k][1] = wilson.upper;
  }
  return p;
}

/* Interval of a * first - b * second. */
static eh_range combine(const parts *p, double a, double b) {
  double middle = 0, down = 0, up = 0;
  for (int k = 0; k < PARTS; k++) {
    const double weight = a * p->first_k[k] - b * p->second_k[k];
    const double low = weight * (p->share_k[k] - p->limit_k[k][weight < 0]);
    const double high = weight * (p->limit_k[k][weight >= 0] - p->share_k[k]);
    middle += weight * p->share_k[k];
    down += low * low;
    up += high * high;
  }
  return (eh_range){middle - __builtin_sqrt(down), middle + __builtin_sqrt(up)};
}

static bool excludes_zero(const parts *p, double t) {
  const eh_range r = combine(p, 1 - t, t);
  return r.lower > 0 || r.upper < 0;
}

eh_range eh_mover_difference(const eh_overlap *o, double z) {
  const parts p = parts_of(o, z);
  const eh_range r = combine(&p, 1, 1);
  return (eh_range){r.lower < -1 ? -1 : r.lower, r.upper > 1 ? 1 : r.upper};
}

/* R = t / (1 - t): the interval of (1 - t) first - t second needs no infinite multiplier. Between a t that is inside the
 * interval and an end of [0, 1]; the end itself where nothing excludes it. */
static double boundary(const parts *p, double inside, double end) {
  if (!excludes_zero(p, end)) return end;
  for (int i = 0; i < HALVINGS; i++) {
    const double middle = inside + .5 * (end - inside);
    if (excludes_zero(p, middle)) end = middle;
    else inside = middle;
  }
  return end;
}

static double ratio_at(double t) { return t < 1 ? t / (1 - t) : __builtin_inf(); }

eh_range eh_mover_ratio(const eh_overlap *o, double z) {
  const parts p = parts_of(o, z);
  double first = 0, second = 0;
  for (int k = 0; k < PARTS; k++) {
    first += p.first_k[k] * p.share_k[k];
    second += p.second_k[k] * p.share_k[k];
  }
  const double estimate = first + second > 0 ? first / (first + second) : .5;
  return (eh_range){ratio_at(boundary(&p, estimate, 0)), ratio_at(boundary(&p, estimate, 1))};
}

/* Beyond, the p is 0 in double precision but for its smallest numbers. */
#define Z_MOST 37.0

double eh_mover_p(const eh_overlap *o) {
  double inside = 0, outside = Z_MOST;
  for (int i = 0; i < HALVINGS; i++) {
    const double middle = inside + .5 * (outside - inside);
    const parts p = parts_of(o, middle);
    if (excludes_zero(&p, .5)) inside = middle;
    else outside = middle;
  }
  return 2 * eh_normal_cdf(-inside);
}
