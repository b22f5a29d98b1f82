/* quotient: how sure a quotient of two sums over rows is, and the gap of two such, on the scale of logarithms: the calibration ratio, and
 * means of losses, whose lower sum is the number of rows. Called by audit.
 *
 * The one idea: a row moves the logarithm of top / below by its top / (sum of top) less its below / (sum of below), so the variance is a
 * sum over independent rows, and of two sets that overlap one over three disjoint parts. Few rows make most of such a sum, which
 * skews it; its logarithm is far less skew, and limits stay above 0.
 */
#include "student.h"

enum { PARTS = 3 };

/* What a part adds to the variance of (its tops times a) less (its belows times b), each row times these. */
static double variance_of(const eh_quotient *q, double a, double b) {
  return (double)q->n * (a * a * q->top_v - 2 * a * b * q->both_v + b * b * q->below_v);
}

/* Rounding alone makes no spread: squares of 2^-24. */
static bool has_spread(double variance, double n) { return variance * n > 0x1p-48; }

eh_reason eh_quotient_range(eh_range *out, const eh_quotient *q, double level) {
  *out = (eh_range){__builtin_nan(""), __builtin_nan("")};
  if (q->n < 2) return EH_R_ONE_ROW;
  if (!(q->top > 0 && q->below > 0)) return EH_R_NO_SPREAD;
  const double value = q->top / q->below, variance = variance_of(q, 1 / q->top, 1 / q->below);
  if (!has_spread(variance, (double)q->n)) return EH_R_NO_SPREAD;
  const double half = eh_student_critical(level, (double)(q->n - 1)) * __builtin_sqrt(variance);
  *out = (eh_range){value * eh_exp(-half), value * eh_exp(half)};
  return EH_R_NONE;
}

/* The variance of (a first's, b second's log) over all parts, and its degrees of freedom (Satterthwaite). */
typedef struct spread {
  double variance, df;
} spread;

static double one_over(double x, bool there) { return there ? 1 / x : 0; }

static eh_reason spread_of(spread *out, const eh_quotient part_p[PARTS], const eh_quotient *first, const eh_quotient *second, double a,
                           double b) {
  double sum = 0, squares = 0;
  for (int p = 0; p < PARTS; p++) {
    const double top = a * one_over(first->top, p < 2) - b * one_over(second->top, p > 0);
    const double below = a * one_over(first->below, p < 2) - b * one_over(second->below, p > 0);
    if (!part_p[p].n || (top == 0 && below == 0)) continue;
    if (part_p[p].n < 2) return EH_R_ONE_ROW;
    const double v = variance_of(&part_p[p], top, below);
    sum += v, squares += v * v / (double)(part_p[p].n - 1);
  }
  *out = (spread){sum, sum * sum / squares};
  return has_spread(sum, (double)(first->n + second->n)) ? EH_R_NONE : EH_R_NO_SPREAD;
}

static eh_quotient joined(const eh_quotient *a, const eh_quotient *b) {
  return (eh_quotient){.n = a->n + b->n, .top = a->top + b->top, .below = a->below + b->below};
}

/* The difference that goes with a logarithm of the ratio: with r = first second, sqrt(r) (e^(l / 2) - e^(-l / 2)). */
static double difference_at(double middle, double log_ratio) { return middle * (eh_exp(.5 * log_ratio) - eh_exp(-.5 * log_ratio)); }

/* An end of the difference: that of the ratio, `wider` times as far away, but never on the other side of 0. */
static double end_of(double middle, double log_ratio, double half, double wider) {
  const double near = log_ratio + half, far = log_ratio + half * wider;
  return difference_at(middle, (near > 0) == (far > 0) ? far : near);
}

/* Of sets neither of which holds the other. */
static eh_reason compare(eh_mean_gap *out, const eh_quotient part_p[PARTS], double level) {
  const eh_quotient first = joined(&part_p[0], &part_p[1]), second = joined(&part_p[2], &part_p[1]);
  spread ratio = {0, 0}, difference = {0, 0};
  if (!(first.top > 0 && first.below > 0 && second.top > 0 && second.below > 0)) return EH_R_NO_SPREAD;
  const double one = first.top / first.below, other = second.top / second.below, log_ratio = eh_log(one / other);
  const eh_reason reason = spread_of(&ratio, part_p, &first, &second, 1, 1);
  if (reason) return reason;
  spread_of(&difference, part_p, &first, &second, one, other);
  const double error = __builtin_sqrt(ratio.variance), half = eh_student_critical(level, ratio.df) * error;
  const double middle = __builtin_sqrt(one * other), wider = __builtin_sqrt(difference.variance) / (.5 * (one + other) * error);
  out->ratio = (eh_range){eh_exp(log_ratio - half), eh_exp(log_ratio + half)};
  out->difference = (eh_range){end_of(middle, log_ratio, -half, wider), end_of(middle, log_ratio, half, wider)};
  out->p = eh_student_p(log_ratio / error, ratio.df);
  return EH_R_NONE;
}

/* A part of a whole, of means: against the rest, mapped, so that p is that of either against the other. Where belows are chance, too,
 * the part's share of them is, and mapping would count on a share that is known. */
static eh_reason compare_part(eh_mean_gap *out, const eh_quotient *part, const eh_quotient *rest, double level) {
  if (part->below_v > 0 || rest->below_v > 0) return compare(out, (const eh_quotient[PARTS]){{.n = 0}, *part, *rest}, level);
  const double w = part->below / (part->below + rest->below);
  const eh_reason reason = compare(out, (const eh_quotient[PARTS]){*part, {.n = 0}, *rest}, level);
  if (reason) return reason;
  out->difference = eh_difference_to_whole(out->difference, w);
  out->ratio = eh_ratio_to_whole(out->ratio, w);
  return EH_R_NONE;
}

eh_reason eh_quotient_compare(eh_mean_gap *out, const eh_quotient part_p[PARTS], double level) {
  if (!part_p[0].n && !part_p[2].n) return EH_R_SAME_ROWS;
  if (!part_p[1].n || (part_p[0].n && part_p[2].n)) return compare(out, part_p, level);
  if (!part_p[0].n) return compare_part(out, &part_p[1], &part_p[2], level);
  const eh_reason reason = compare_part(out, &part_p[1], &part_p[0], level); /* the second is the part */
  if (reason) return reason;
  out->difference = (eh_range){-out->difference.upper, -out->difference.lower};
  out->ratio = (eh_range){1 / out->ratio.upper, 1 / out->ratio.lower};
  return EH_R_NONE;
}
