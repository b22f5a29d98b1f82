/* mn: score intervals of a difference and of a ratio of two proportions (Miettinen & Nurminen 1985), and their test.
 *
 * Called by fair for every gap. The textbook way nests two root searches: for a trial gap, the restricted maximum of
 * the likelihood; around it, the gap at which z hits its critical value. Idea: walk along the Lagrange multiplier of
 * the restriction instead. Given the multiplier, both restricted proportions have closed forms and z^2 is a monotone
 * function of it, so that one safeguarded Newton search in one variable remains. Derivation: README.md.
 */
#include "evenhand/interval.h"

#define INFINITE __builtin_inf()

typedef unsigned __int128 u128;

/* z^2 N / (N - 1): what lambda^2 times the plain variance has to reach. */
static double target_of(double n1, double n2, double z) { return z * z * ((n1 + n2) / (n1 + n2 - 1)); }

/* ---- search ------------------------------------------------------------------------------------------------------ */

/* Relative size of the Newton step at which the search ends; the error left is its square. */
#define STEP_SMALL 1e-13

/* Bracket and last iterate of the search for f(lambda) = target, f increasing. */
typedef struct search {
  double lambda, below, above; /* f(below) <= target <= f(above) */
  int steps;
} search;

/* Where x lies within 1 of n, or less as numbers that are not whole may, f can turn so sharply that Newton leaps to and fro
 * across the turn: after so many steps a leap of more than this part of lambda halves the bracket instead. */
enum { NEWTON_ALONE = 30 };
#define LEAP 1e-6

/* One step from f and its slope at s->lambda; true when the search has ended. Newton on sqrt(f), which is almost
 * straight; a step that leaves the bracket is replaced by bisection, or by doubling while nothing bounds from above. */
static bool search_step(search *s, double f, double slope, double target) {
  if (f > target) s->above = s->lambda;
  else s->below = s->lambda;
  const double root = __builtin_sqrt(f);
  double next = s->lambda - 2 * root * (root - __builtin_sqrt(target)) / slope;
  const bool leaps = ++s->steps > NEWTON_ALONE && !(next - s->lambda < LEAP * next && s->lambda - next < LEAP * next);
  const bool newton = next > s->below && next < s->above && !leaps;
  if (!newton && s->above == INFINITE) next = 2 * s->lambda;
  else if (!newton) next = s->below + .5 * (s->above - s->below);
  const double step = next > s->lambda ? next - s->lambda : s->lambda - next;
  s->lambda = next;
  return step <= STEP_SMALL * next;
}

enum { SEARCH_STEPS = 200 }; /* bisection alone would need fewer than this many; Newton takes about five */

/* ---- difference -------------------------------------------------------------------------------------------------- */

/* x of n, to be pulled down by the multiplier (successes of the first group, failures of the second). */
typedef struct group {
  double x, n;
} group;

/* How far the multiplier pulls x / n down, and how that grows. */
typedef struct pull {
  double u;     /* x / n - p, where n u = lambda p (1 - p) */
  double slope; /* of lambda * u in lambda */
} pull;

/* 0 < x < n: p solves lambda p^2 - (n + lambda) p + x = 0; both forms of u are free of cancellation. x = 0 stays. */
static pull pull_down(group g, double lambda) {
  if (g.x == 0) return (pull){0, 0};
  const double y = g.n - g.x, s = __builtin_sqrt((g.n - lambda) * (g.n - lambda) + 4 * lambda * y);
  const double sum = s + (g.n + lambda);
  const double u = g.n >= lambda ? 4 * lambda * g.x * (y / g.n) / ((s + (g.n - lambda)) * sum)
                                 : g.x / g.n * ((s + (lambda - g.n)) / sum);
  return (pull){u, u * (1 + g.n / s)};
}

/* Both groups are full: each stays at 1 until lambda exceeds its n, then has lambda u = lambda - n. */
static double reach_of_full(double least, double most, double target) {
  const double over_least = least + target <= most ? target : .5 * (most - least + target);
  const double over_most = over_least - (most - least), lambda = least + over_least;
  return (over_least + (over_most > 0 ? over_most : 0)) / lambda;
}

/* One group is full and has n = base. Below lambda = base only the other moves; above, the search runs in
 * mu = lambda - base, for lambda itself would have too few digits once n is 10^12. */
static double reach_with_full(group moving, double base, double target) {
  const double at_base = base * pull_down(moving, base).u;
  const double offset = at_base < target ? base : 0, share = moving.x / moving.n;
  const double variance = share * ((moving.n - moving.x) / moving.n) / moving.n;
  const double half = .5 * target / share;
  const double start = offset > 0 ? target - at_base : half + __builtin_sqrt(half * half + target / variance);
  search s = {start, 0, INFINITE, 0};
  for (int i = 0; i < SEARCH_STEPS; i++) {
    const double lambda = offset + s.lambda;
    const pull p = pull_down(moving, lambda);
    const double f = lambda * p.u + (offset > 0 ? s.lambda : 0), slope = p.slope + (offset > 0 ? 1 : 0);
    if (search_step(&s, f, slope, target)) break;
  }
  return pull_down(moving, offset + s.lambda).u + (offset > 0 ? s.lambda / (offset + s.lambda) : 0);
}

/* How far the interval reaches below the observed difference: both groups are pulled down by one multiplier until
 * lambda (u1 + u2) = lambda^2 (variance) is the target. At least one x is above 0. */
static double reach_down(group one, group two, double target) {
  if (one.x == one.n && two.x == two.n) {
    return one.n < two.n ? reach_of_full(one.n, two.n, target) : reach_of_full(two.n, one.n, target);
  }
  if (one.x == one.n) return reach_with_full(two, one.n, target);
  if (two.x == two.n) return reach_with_full(one, two.n, target);
  const double share1 = one.x / one.n, share2 = two.x / two.n;
  const double variance = share1 * ((one.n - one.x) / one.n) / one.n + share2 * ((two.n - two.x) / two.n) / two.n;
  const double half = .5 * target / (share1 + share2);
  /* Start from lambda^2 V / (1 + lambda V / (share1 + share2)), which is right at both ends. */
  search s = {half + __builtin_sqrt(half * half + target / variance), 0, INFINITE, 0};
  for (int i = 0; i < SEARCH_STEPS; i++) {
    const pull p1 = pull_down(one, s.lambda), p2 = pull_down(two, s.lambda);
    if (search_step(&s, s.lambda * (p1.u + p2.u), p1.slope + p2.slope, target)) break;
  }
  return pull_down(one, s.lambda).u + pull_down(two, s.lambda).u;
}

/* Of two groups, each as hits and misses of one n. */
static eh_range difference_range(group hit1, group miss1, group hit2, group miss2, double z) {
  const double target = target_of(hit1.n, hit2.n, z), difference = hit1.x / hit1.n - hit2.x / hit2.n;
  const bool least = hit1.x == 0 && miss2.x == 0, greatest = miss1.x == 0 && hit2.x == 0;
  const double lower = least ? -1 : difference - reach_down(hit1, miss2, target);
  const double upper = greatest ? 1 : difference + reach_down(hit2, miss1, target);
  return (eh_range){lower < -1 ? -1 : lower, upper > 1 ? 1 : upper};
}

eh_range eh_mn_difference(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z) {
  const double m = (double)n1, n = (double)n2;
  return difference_range((group){(double)x1, m}, (group){(double)(n1 - x1), m}, (group){(double)x2, n},
                          (group){(double)(n2 - x2), n}, z);
}

eh_range eh_mn_difference_real(double x1, double n1, double x2, double n2, double z) {
  return difference_range((group){x1, n1}, (group){n1 - x1, n1}, (group){x2, n2}, (group){n2 - x2, n2}, z);
}

/* ---- ratio ------------------------------------------------------------------------------------------------------- */

/* The greater root of q l^2 - c l - c x = 0: where l^2 q / (x + l) = c. */
static double root_up(double q, double x, double c) { return (c + __builtin_sqrt(c * c + 4 * c * q * x)) / (2 * q); }

/* Lower limit for x1 = n1: p1 stays 1 until lambda reaches n1, and from there alone moves. */
static double ratio_lower_full(double n1, double x2, double n2, double target) {
  const double q2 = (n2 - x2) / n2;
  const double lambda = q2 > 0 ? root_up(q2, x2, target) : INFINITE;
  if (lambda <= n1) return (n2 + lambda) / (x2 + lambda);
  const double odds = n1 * (target / (n1 * n1) - q2 / (x2 + n1)); /* (1 - p1) / p1 */
  return (n2 + n1) / ((x2 + n1) * (1 + odds));
}

/* Lower limit of (x1/n1) / (x2/n2), x1 > 0. The restriction log p1 - log p2 = log R has p1 = (x1 - l) / (n1 - l),
 * p2 = (x2 + l) / (n2 + l) and z^2 (N / (N - 1)) = l^2 (q1 / (x1 - l) + q2 / (x2 + l)), q the observed failures. */
static double ratio_lower(double x1, double n1, double x2, double n2, double target) {
  if (x1 == n1) return ratio_lower_full(n1, x2, n2, target);
  const double q1 = (n1 - x1) / n1, q2 = (n2 - x2) / n2;
  /* Each term alone reaches the target at or above the solution; at the nearer point f <= 2 target. */
  const double first = 2 * target * x1 / (target + __builtin_sqrt(target * target + 4 * target * q1 * x1));
  const double second = q2 > 0 ? root_up(q2, x2, target) : INFINITE;
  search s = {first < second ? first : second, 0, x1, 0};
  for (int i = 0; i < SEARCH_STEPS; i++) {
    const double l = s.lambda, t1 = q1 / (x1 - l), t2 = q2 / (x2 + l);
    if (search_step(&s, l * l * (t1 + t2), l * (t1 * (2 + l / (x1 - l)) + t2 * (2 - l / (x2 + l))), target)) break;
  }
  const double l = s.lambda;
  return (x1 - l) / ((n1 - x1) + (x1 - l)) * ((n2 + l) / (x2 + l));
}

static eh_range ratio_range(double x1, double n1, double x2, double n2, double target) {
  return (eh_range){x1 > 0 ? ratio_lower(x1, n1, x2, n2, target) : 0,
                    x2 > 0 ? 1 / ratio_lower(x2, n2, x1, n1, target) : INFINITE};
}

eh_range eh_mn_ratio_real(double x1, double n1, double x2, double n2, double z) {
  return ratio_range(x1, n1, x2, n2, target_of(n1, n2, z));
}

eh_range eh_koopman_ratio(double x1, double n1, double x2, double n2, double z) { return ratio_range(x1, n1, x2, n2, z * z); }

eh_range eh_mn_ratio(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z) {
  return eh_mn_ratio_real((double)x1, (double)n1, (double)x2, (double)n2, z);
}

/* ---- the test ---------------------------------------------------------------------------------------------------- */

/* z^2 = D^2 (N - 1) / (n1 n2 X (N - X)) with D = x1 n2 - x2 n1 exact and X = x1 + x2. */
double eh_score_p(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2) {
  const u128 left = (u128)x1 * n2, right = (u128)x2 * n1;
  const double cross = (double)(left > right ? left - right : right - left);
  const double x = (double)x1 + (double)x2, y = (double)(n1 - x1) + (double)(n2 - x2), m = (double)n1, n = (double)n2;
  if (cross == 0) return 1; /* equal proportions, all 0 and all 1 among them */
  const double z = cross / (__builtin_sqrt(m * n) * __builtin_sqrt(x * y)) * __builtin_sqrt(m + n - 1);
  return 2 * eh_normal_cdf(-z);
}

double eh_score_p_real(double x1, double n1, double x2, double n2) {
  const double left = x1 * n2, right = x2 * n1, cross = left > right ? left - right : right - left;
  const double hits = x1 + x2, misses = (n1 - x1) + (n2 - x2);
  if (!(cross > 0) || !(hits > 0) || !(misses > 0)) return 1;
  const double z = cross / (__builtin_sqrt(n1 * n2) * __builtin_sqrt(hits * misses)) * __builtin_sqrt(n1 + n2 - 1);
  return 2 * eh_normal_cdf(-z);
}
