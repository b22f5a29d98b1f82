/* resample: from the replicates of a statistic to its interval and the p of one value. Called by audit for every number that
 * is bootstrapped.
 *
 * Ends are order statistics, never interpolated: what is reported occurred. Idea: only a few places in either tail are
 * wanted, so instead of sorting, one pass gathers what lies beyond a guess, and the place is looked for in there.
 */
#include "evenhand/interval.h"

#define NOT_A_NUMBER __builtin_nan("")

/* A tail area may come out of its arithmetic a few units below the number it is. */
static uint64_t rank_of(double tail, double replicates) { return (uint64_t)((replicates + 1) * tail * (1 + 1e-12)); }

uint64_t eh_replicates_least(double level) {
  uint64_t n = (uint64_t)(2 / (1 - level));
  while (n > 1 && rank_of((1 - level) / 2, (double)(n - 1)) >= 1) n--;
  while (rank_of((1 - level) / 2, (double)n) < 1) n++;
  return n;
}

/* ---- order statistics -------------------------------------------------------------------------------------------- */

/* The value at place k, from 0, of x in ascending order; x changes order. Hoare's FIND. */
static double at_place(double *x, int64_t n, int64_t k) {
  int64_t low = 0, high = n - 1;
  while (low < high) {
    const double pivot = x[k];
    int64_t i = low, j = high;
    while (i <= j) {
      while (x[i] < pivot) i++;
      while (pivot < x[j]) j--;
      if (i > j) break;
      const double swap = x[i];
      x[i++] = x[j];
      x[j--] = swap;
    }
    if (j < k) low = i;
    if (k < i) high = j;
  }
  return x[k];
}

/* Replicates and where they lie; mean and sd only steer the search. */
typedef struct sample {
  const double *value_b;
  double *scratch_b;
  uint32_t n;
  double mean, sd;
} sample;

enum { LANES = 8 };

static void describe(sample *s) {
  double sum_l[LANES] = {0}, square_l[LANES] = {0}, sum = 0, square = 0;
  const double origin = s->value_b[0];
  uint32_t b = 0;
  for (; b + LANES <= s->n; b += LANES)
    for (int l = 0; l < LANES; l++) {
      const double d = s->value_b[b + (uint32_t)l] - origin;
      sum_l[l] += d;
      square_l[l] += d * d;
    }
  for (; b < s->n; b++) {
    const double d = s->value_b[b] - origin;
    sum_l[0] += d;
    square_l[0] += d * d;
  }
  for (int l = 0; l < LANES; l++) sum += sum_l[l], square += square_l[l];
  const double mean = sum / s->n, variance = square / s->n - mean * mean;
  s->mean = origin + mean;
  s->sd = variance > 0 ? __builtin_sqrt(variance) : 0;
}

static uint32_t gather_below(const sample *s, double t) {
  uint32_t n = 0;
  for (uint32_t b = 0; b < s->n; b++) {
    s->scratch_b[n] = s->value_b[b];
    n += s->value_b[b] < t;
  }
  return n;
}

static uint32_t gather_above(const sample *s, double t) {
  uint32_t n = 0;
  for (uint32_t b = 0; b < s->n; b++) {
    s->scratch_b[n] = s->value_b[b];
    n += s->value_b[b] > t;
  }
  return n;
}

static const double margin_i[] = {.25, .75, 1.5};
enum { MARGINS = sizeof margin_i / sizeof *margin_i };

/* The k-th least (greatest) replicate, k from 1; z is where a normal distribution would have it. */
static double kth_least(const sample *s, uint32_t k, double z) {
  for (int i = 0; i < MARGINS; i++) {
    const uint32_t n = gather_below(s, s->mean + s->sd * (z + margin_i[i]));
    if (n >= k) return at_place(s->scratch_b, n, k - 1);
  }
  for (uint32_t b = 0; b < s->n; b++) s->scratch_b[b] = s->value_b[b];
  return at_place(s->scratch_b, s->n, k - 1);
}

static double kth_greatest(const sample *s, uint32_t k, double z) {
  for (int i = 0; i < MARGINS; i++) {
    const uint32_t n = gather_above(s, s->mean + s->sd * (z - margin_i[i]));
    if (n >= k) return at_place(s->scratch_b, n, n - k);
  }
  for (uint32_t b = 0; b < s->n; b++) s->scratch_b[b] = s->value_b[b];
  return at_place(s->scratch_b, s->n, s->n - k);
}

/* ---- tails ------------------------------------------------------------------------------------------------------- */

/* BCa's map between the normal point of a nominal tail and that of the share of replicates to cut off. */
typedef struct adjust {
  double bias, acceleration;
} adjust;

static double adjusted(adjust a, double z) {
  const double y = a.bias + z;
  return a.bias + y / (1 - a.acceleration * y);
}

static double nominal(adjust a, double z) {
  const double y = z - a.bias;
  return y / (1 + a.acceleration * y) - a.bias;
}

static uint32_t count_below(const sample *s, double x) {
  uint32_t n = 0;
  for (uint32_t b = 0; b < s->n; b++) n += s->value_b[b] < x;
  return n;
}

static uint32_t count_above(const sample *s, double x) {
  uint32_t n = 0;
  for (uint32_t b = 0; b < s->n; b++) n += s->value_b[b] > x;
  return n;
}

/* Two-sided p of the value x: either tail's share of replicates, taken back through the adjustment. */
static double p_of(const sample *s, double x, const adjust *a) {
  const uint32_t not_above = s->n - count_above(s, x), not_below = s->n - count_below(s, x);
  double low = (1.0 + not_above) / (1.0 + s->n), high = (1.0 + not_below) / (1.0 + s->n);
  if (a && low < 1) low = eh_normal_cdf(nominal(*a, eh_normal_quantile(low)));
  if (a && high < 1) high = eh_normal_cdf(-nominal(*a, -eh_normal_quantile(high)));
  const double least = low < high ? low : high;
  return least < .5 ? 2 * least : 1;
}

/* ---- the interval ------------------------------------------------------------------------------------------------ */

/* Leaves out the undefined ones; n that stay. A sum that is a number has no NaN in it. */
static uint32_t keep_defined(double *value_b, uint32_t n) {
  double sum_l[LANES] = {0}, sum = 0;
  uint32_t kept = 0, b = 0;
  for (; b + LANES <= n; b += LANES)
    for (int l = 0; l < LANES; l++) sum_l[l] += value_b[b + (uint32_t)l];
  for (; b < n; b++) sum += value_b[b];
  for (int l = 0; l < LANES; l++) sum += sum_l[l];
  if (sum - sum == 0) return n;
  for (b = 0; b < n; b++)
    if (value_b[b] == value_b[b]) value_b[kept++] = value_b[b];
  return kept;
}

/* False where BCa has no adjustment: the estimate lies beyond all replicates, or the acceleration is out of its range. */
static bool find_adjust(adjust *a, const sample *s, double estimate, double acceleration, double z) {
  const uint32_t below = count_below(s, estimate), not_above = s->n - count_above(s, estimate);
  const double share = .5 * ((double)below + not_above) / s->n;
  if (!(share > 0 && share < 1)) return false;
  *a = (adjust){eh_normal_quantile(share), acceleration};
  return acceleration * (a->bias + z) < 1 && acceleration * (a->bias - z) < 1;
}

eh_resampled eh_bootstrap_range(double *value_b, double *scratch_b, uint32_t n, double estimate, double acceleration,
                                double null, eh_resampling how) {
  eh_resampled none = {{NOT_A_NUMBER, NOT_A_NUMBER}, NOT_A_NUMBER};
  sample s = {.value_b = value_b, .scratch_b = scratch_b, .n = keep_defined(value_b, n)};
  const double tail = (1 - how.level) / 2, z = how.z;
  double low_z = -z, high_z = z;
  uint64_t low_k = rank_of(tail, s.n), high_k = low_k;
  adjust a = {0, 0};
  if (!low_k) return none;
  if (how.bca) {
    if (!find_adjust(&a, &s, estimate, acceleration, z)) return none;
    low_z = adjusted(a, -z), high_z = adjusted(a, z);
    low_k = rank_of(eh_normal_cdf(low_z), s.n), high_k = rank_of(eh_normal_cdf(-high_z), s.n);
    low_k = low_k < 1 ? 1 : low_k > s.n ? s.n : low_k;
    high_k = high_k < 1 ? 1 : high_k > s.n ? s.n : high_k;
  }
  describe(&s);
  const eh_range range = {kth_least(&s, (uint32_t)low_k, low_z), kth_greatest(&s, (uint32_t)high_k, high_z)};
  if (!(range.lower < range.upper)) return none;
  return (eh_resampled){range, null == null ? p_of(&s, null, how.bca ? &a : NULL) : NOT_A_NUMBER};
}
