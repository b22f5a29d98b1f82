/* influence: metrics over replicates of the counts, and what one more row of each kind does to a metric. Called by
 * bootstrap.c.
 *
 * Idea: a rate is the quotient of two sums over the four kinds of rows (tp, fp, tn, fn), so the effect of a row on it, and on
 * the gap of two slices that share rows, is known in closed form; the acceleration of BCa, a jackknife over all rows, is a sum
 * over at most twelve kinds.
 */
#include "audit_internal.h"

enum { KINDS = EH_ROW_KINDS };
typedef struct counts {
  double tp, fp, tn, fn;
} counts;
typedef struct quotient {
  double up, down;
} quotient;

static counts counts_of(eh_confusion c) { return (counts){(double)c.tp, (double)c.fp, (double)c.tn, (double)c.fn}; }

bool eh_has_replicates(eh_metric metric) {
  return eh_metric_about(metric)->kind == EH_METRIC_IS_RATE || metric == EH_M_F1 || metric == EH_M_BALANCED_ACCURACY;
}

/* Numerator and denominator, by the one list of metrics. Not for balanced accuracy, which is the mean of two rates. */
static quotient quotient_of(eh_metric metric, counts c) {
  switch (metric) {
#define EH_METRIC_COUNT(id, name, title, count)
#define EH_METRIC_RATE(id, name, title, better, needs_threshold, numerator, denominator, reason) \
  case EH_M_##id: return (quotient){(numerator), (denominator)};
#define EH_METRIC_OTHER(id, name, title, better, needs_threshold)
#define EH_METRIC_NAMED(id, name, title, better, needs_threshold)
#include "evenhand/metric.def"
#undef EH_METRIC_COUNT
#undef EH_METRIC_RATE
#undef EH_METRIC_OTHER
#undef EH_METRIC_NAMED
    default: return (quotient){2 * c.tp, 2 * c.tp + c.fp + c.fn}; /* F1 */
  }
}

static double mean_of_rates(counts c) { return .5 * (c.tp / (c.tp + c.fn) + c.tn / (c.fp + c.tn)); }

void eh_replicate_values(double *value_b, eh_metric metric, const eh_replicate_rows *rows, uint32_t n) {
  switch (metric) {
#define EACH(expression)                                                   \
  for (uint32_t i = 0; i < n; i++) {                                       \
    const counts c = {rows->tp[i], rows->fp[i], rows->tn[i], rows->fn[i]}; \
    value_b[i] = (expression);                                             \
  }                                                                        \
  break;
#define EH_METRIC_COUNT(id, name, title, count)
#define EH_METRIC_RATE(id, name, title, better, needs_threshold, numerator, denominator, reason) \
  case EH_M_##id: EACH((numerator) / (denominator))
#define EH_METRIC_OTHER(id, name, title, better, needs_threshold)
#define EH_METRIC_NAMED(id, name, title, better, needs_threshold)
#include "evenhand/metric.def"
#undef EH_METRIC_COUNT
#undef EH_METRIC_RATE
#undef EH_METRIC_OTHER
#undef EH_METRIC_NAMED
    case EH_M_F1: EACH(2 * c.tp / (2 * c.tp + c.fp + c.fn))
    case EH_M_BALANCED_ACCURACY: EACH(mean_of_rates(c))
#undef EACH
    default: break;
  }
}

/* ---- slopes ------------------------------------------------------------------------------------------------------ */

/* slope_k[k] += part * (growth of the quotient with one more row of kind k). */
static void add_slopes(double slope_k[KINDS], eh_metric metric, counts c, double part) {
  static const counts one_k[KINDS] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
  const quotient whole = quotient_of(metric, c);
  for (int k = 0; k < KINDS; k++) {
    const quotient one = quotient_of(metric, one_k[k]);
    slope_k[k] += part * (one.up - whole.up / whole.down * one.down) / whole.down;
  }
}

static void find_slopes(double slope_k[KINDS], eh_metric metric, counts rows) {
  const bool is_mean = metric == EH_M_BALANCED_ACCURACY;
  for (int k = 0; k < KINDS; k++) slope_k[k] = 0;
  add_slopes(slope_k, is_mean ? EH_M_TPR : metric, rows, is_mean ? .5 : 1);
  if (is_mean) add_slopes(slope_k, EH_M_TNR, rows, .5);
}

static double value_of(eh_metric metric, counts c) {
  const quotient q = quotient_of(metric, c);
  return metric == EH_M_BALANCED_ACCURACY ? mean_of_rates(c) : q.up / q.down;
}

/* Sums of squares and cubes of the influence of every row. */
typedef struct moments {
  double square, cube;
} moments;

static void add_moments(moments *m, const double slope_k[KINDS], eh_confusion rows) {
  const counts c = counts_of(rows);
  const double count_k[KINDS] = {c.tp, c.fp, c.tn, c.fn};
  for (int k = 0; k < KINDS; k++) {
    const double square = slope_k[k] * slope_k[k];
    m->square += count_k[k] * square;
    m->cube += count_k[k] * square * slope_k[k];
  }
}

static double acceleration(moments m) {
  return m.square > 0 ? m.cube / (6 * m.square * __builtin_sqrt(m.square)) : 0;
}

double eh_influence_of_value(eh_metric metric, eh_confusion own) {
  double slope_k[KINDS];
  moments m = {0, 0};
  find_slopes(slope_k, metric, counts_of(own));
  add_moments(&m, slope_k, own);
  return acceleration(m);
}

static eh_confusion without(eh_confusion all, eh_confusion part) {
  return (eh_confusion){all.tp - part.tp, all.fp - part.fp, all.tn - part.tn, all.fn - part.fn};
}

/* A statistic whose slopes are by_own on rows of the slice and by_base on rows of the base, and their sum on rows of both. */
static double acceleration_of(const double by_own[KINDS], const double by_base[KINDS], eh_confusion own, eh_confusion base,
                              eh_confusion shared) {
  double both_k[KINDS];
  moments m = {0, 0};
  for (int k = 0; k < KINDS; k++) both_k[k] = by_own[k] + by_base[k];
  add_moments(&m, by_own, without(own, shared));
  add_moments(&m, both_k, shared);
  add_moments(&m, by_base, without(base, shared));
  return acceleration(m);
}

eh_influence eh_influence_of_gap(eh_metric metric, eh_confusion own, eh_confusion base, eh_confusion shared) {
  double own_k[KINDS], base_k[KINDS], scaled_k[KINDS];
  const double value = value_of(metric, counts_of(own)), against = value_of(metric, counts_of(base));
  eh_influence found = {0, 0};
  find_slopes(own_k, metric, counts_of(own));
  find_slopes(base_k, metric, counts_of(base));
  for (int k = 0; k < KINDS; k++) scaled_k[k] = -base_k[k];
  found.difference = acceleration_of(own_k, scaled_k, own, base, shared);
  /* The ratio's slopes, times the baseline's value, which changes no acceleration: own' - ratio base'. */
  for (int k = 0; k < KINDS; k++) scaled_k[k] = -(value / against) * base_k[k];
  if (against > 0) found.ratio = acceleration_of(own_k, scaled_k, own, base, shared);
  return found;
}

/* ---- how much there is to go by ---------------------------------------------------------------------------------- */

static bool few(double up, double down) { return up < EH_EVENTS_LEAST || down - up < EH_EVENTS_LEAST; }

bool eh_few_events(eh_metric metric, eh_confusion rows) {
  const counts c = counts_of(rows);
  if (metric == EH_M_BALANCED_ACCURACY) return few(c.tp, c.tp + c.fn) || few(c.tn, c.tn + c.fp);
  if (metric == EH_M_F1) return few(c.tp, c.tp + c.fp + c.fn);
  const quotient q = quotient_of(metric, c);
  return few(q.up, q.down);
}

bool eh_same_rows(eh_metric metric, eh_confusion own, eh_confusion base, eh_confusion shared) {
  if (metric == EH_M_BALANCED_ACCURACY) metric = EH_M_ACCURACY; /* every row counts */
  const double down = quotient_of(metric, counts_of(shared)).down;
  return quotient_of(metric, counts_of(own)).down == down && quotient_of(metric, counts_of(base)).down == down;
}

/* ---- clusters ------------------------------------------------------------------------------------------------------ */

static counts counts_held(const double held_k[KINDS]) {
  return (counts){held_k[EH_ROW_TP], held_k[EH_ROW_FP], held_k[EH_ROW_TN], held_k[EH_ROW_FN]};
}

/* What a row of kind k adds to the quotient. */
static quotient row_of(eh_metric metric, int k) {
  double one_k[KINDS] = {0};
  one_k[k] = 1;
  return quotient_of(metric, counts_held(one_k));
}

double eh_effective_clusters(const eh_held *held, const bool is_k[KINDS]) {
  double sum = 0, square = 0;
  for (int k = 0; k < KINDS; k++) {
    if (is_k[k]) sum += held->sum_k[k];
    for (int l = 0; l < KINDS; l++)
      if (is_k[k] && is_k[l]) square += held->square_kl[k][l];
  }
  return sum > 0 ? sum * sum / square : 0;
}

bool eh_few_clusters(eh_metric metric, const eh_held *held) {
  bool event_k[KINDS], other_k[KINDS];
  if (metric == EH_M_BALANCED_ACCURACY) return eh_few_clusters(EH_M_TPR, held) || eh_few_clusters(EH_M_TNR, held);
  for (int k = 0; k < KINDS; k++) {
    const quotient row = row_of(metric, k);
    event_k[k] = row.up > 0;
    other_k[k] = row.down > row.up;
  }
  return !(eh_effective_clusters(held, event_k) >= EH_EVENTS_LEAST && eh_effective_clusters(held, other_k) >= EH_EVENTS_LEAST);
}

bool eh_same_clusters(eh_metric metric, const eh_held *own, const eh_held *base) {
  bool same = true;
  if (metric == EH_M_BALANCED_ACCURACY) metric = EH_M_ACCURACY; /* every row counts */
  for (int k = 0; k < KINDS; k++) {
    const bool asked = row_of(metric, k).down > 0;
    for (uint32_t c = 0; asked && same && c < own->cluster_count; c++) same = own->held_ck[c][k] == base->held_ck[c][k];
  }
  return same;
}

/* Influences are linear in what a cluster holds. */
static double acceleration_over(const eh_held *own, const double own_k[KINDS], const eh_held *base, const double base_k[KINDS]) {
  moments m = {0, 0};
  for (uint32_t c = 0; c < own->cluster_count; c++) {
    double influence = 0;
    for (int k = 0; k < KINDS; k++) influence += own->held_ck[c][k] * own_k[k] + base->held_ck[c][k] * base_k[k];
    m.square += influence * influence;
    m.cube += influence * influence * influence;
  }
  return acceleration(m);
}

double eh_cluster_influence(eh_metric metric, const eh_held *own) {
  const double zero_k[KINDS] = {0};
  double slope_k[KINDS];
  find_slopes(slope_k, metric, counts_held(own->sum_k));
  return acceleration_over(own, slope_k, own, zero_k);
}

eh_influence eh_cluster_influence_of_gap(eh_metric metric, const eh_held *own, const eh_held *base) {
  double own_k[KINDS], base_k[KINDS], scaled_k[KINDS];
  const counts own_sum = counts_held(own->sum_k), base_sum = counts_held(base->sum_k);
  const double value = value_of(metric, own_sum), against = value_of(metric, base_sum);
  eh_influence found = {0, 0};
  find_slopes(own_k, metric, own_sum);
  find_slopes(base_k, metric, base_sum);
  for (int k = 0; k < KINDS; k++) scaled_k[k] = -base_k[k];
  found.difference = acceleration_over(own, own_k, base, scaled_k);
  for (int k = 0; k < KINDS; k++) scaled_k[k] = -(value / against) * base_k[k];
  if (against > 0) found.ratio = acceleration_over(own, own_k, base, scaled_k);
  return found;
}
