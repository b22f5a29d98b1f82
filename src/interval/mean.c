/* mean: how sure the mean of some rows is, and the gap between the means of two sets of rows however they overlap. Called by
 * audit and fair for a regression.
 *
 * The one idea: two sets that overlap are three disjoint ones, and the difference of their means a weighted sum of three
 * independent means. So Welch's test of two samples, with Satterthwaite's degrees of freedom, covers parts of a whole and
 * partial overlap as well.
 */
#include "student.h"

static bool is_never_negative(eh_mean_kind kind) { return kind != EH_MEAN_ANY; }

static eh_range limited(eh_range range, eh_mean_kind kind) {
  if (is_never_negative(kind) && range.lower < 0) range.lower = 0;
  return range;
}

eh_reason eh_mean_range(eh_range *out, const eh_mean *mean, eh_mean_kind kind, double level) {
  *out = (eh_range){__builtin_nan(""), __builtin_nan("")};
  if (mean->n < 2) return EH_R_ONE_ROW;
  if (!(mean->variance > 0)) return EH_R_NO_SPREAD;
  const double half = eh_student_critical(level, (double)(mean->n - 1)) * __builtin_sqrt(mean->variance / (double)mean->n);
  *out = limited((eh_range){mean->mean - half, mean->mean + half}, kind);
  if (kind == EH_MEAN_ROOT) *out = (eh_range){__builtin_sqrt(out->lower), __builtin_sqrt(out->upper)};
  return EH_R_NONE;
}

/* How a reported number moves with the mean behind it; one that is 0 throughout does not. */
static double slope_of(eh_mean_kind kind, double value) { return kind != EH_MEAN_ROOT ? 1 : value > 0 ? .5 / value : 0; }

eh_range eh_fieller(double first, double second, double first_v, double second_v, double both_v, double t) {
  const double a = second * second - t * t * second_v, b = first * second - t * t * both_v;
  const double c = first * first - t * t * first_v, d = b * b - a * c;
  if (!(a > 0)) return (eh_range){-__builtin_inf(), __builtin_inf()}; /* the second may be 0 */
  const double root = d > 0 ? __builtin_sqrt(d) : 0;
  return (eh_range){(b - root) / a, (b + root) / a};
}

eh_reason eh_mean_compare(eh_mean_gap *out, double first, double second, const eh_mean_overlap *parts, eh_mean_kind kind,
                          double level) {
  const eh_mean *const part_p[3] = {&parts->first, &parts->both, &parts->second};
  const double first_n = (double)(parts->first.n + parts->both.n), second_n = (double)(parts->second.n + parts->both.n);
  double variance = 0, spread = 0, first_v = 0, second_v = 0, both_v = 0;
  for (int p = 0; p < 3; p++) {
    const double n = (double)part_p[p]->n;
    const double one = p < 2 ? n / first_n * slope_of(kind, first) : 0, other = p > 0 ? n / second_n * slope_of(kind, second) : 0;
    if (!part_p[p]->n || one == other) continue;
    if (part_p[p]->n < 2) return EH_R_ONE_ROW;
    const double v = part_p[p]->variance / n, own = (one - other) * (one - other) * v;
    variance += own, spread += own * own / (n - 1);
    first_v += one * one * v, second_v += other * other * v, both_v += one * other * v;
  }
  if (!(variance > 0)) return EH_R_NO_SPREAD;
  const double df = variance * variance / spread, error = __builtin_sqrt(variance), t = eh_student_critical(level, df);
  out->difference = (eh_range){first - second - t * error, first - second + t * error};
  out->ratio = limited(eh_fieller(first, second, first_v, second_v, both_v, t), kind);
  out->p = eh_student_p((first - second) / error, df);
  return EH_R_NONE;
}
