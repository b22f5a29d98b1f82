/* influence: metrics over replicates of the counts, and what one more row of each kind does to a metric. Called by
 * bootstrap.c.
 *
 * Idea: a rate is the quotient of two sums over the four kinds of rows (tp, fp, tn, fn), so the effect of a row on it, and on
 * the gap of two slices that share rows, is known in closed form; the acceleration of BCa, a jackknife over all rows, is a sum
 * over at most twelve kinds.
 */
#include <string.h>

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

/* What a row of each kind adds to the quotient. */
static quotient row_of(eh_metric metric, int k) {
  static const counts one_k[KINDS] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
  return quotient_of(metric, one_k[k]);
}

/* ---- slopes ------------------------------------------------------------------------------------------------------ */

/* slope_k[k] += part * (growth of the quotient with one more row of kind k). */
static void add_slopes(double slope_k[KINDS], eh_metric metric, counts c, double part) {
  const quotient whole = quotient_of(metric, c);
  for (int k = 0; k < KINDS; k++) {
    const quotient one = row_of(metric, k);
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

/* ---- units --------------------------------------------------------------------------------------------------------- */

static double times_of(const eh_held *held, uint32_t u) { return held->times_u ? held->times_u[u] : 1; }

void eh_held_add_up(eh_held *held) {
  memset(held->sum_k, 0, sizeof held->sum_k);
  memset(held->square_kl, 0, sizeof held->square_kl);
  for (uint32_t u = 0; u < held->unit_count; u++)
    for (int k = 0; k < KINDS; k++) {
      const double x = times_of(held, u) * held->held_uk[u][k];
      held->sum_k[k] += x;
      for (int l = 0; x != 0 && l < KINDS; l++) held->square_kl[k][l] += x * held->held_uk[u][l];
    }
}

eh_kinds eh_kinds_of_rows(eh_confusion rows) {
  const counts c = counts_of(rows);
  return (eh_kinds){{c.tp, c.fp, c.tn, c.fn}, {c.tp, c.fp, c.tn, c.fn}};
}

eh_kinds eh_kinds_without(const eh_kinds *all, const eh_kinds *part) {
  eh_kinds rest;
  for (int k = 0; k < KINDS; k++) {
    rest.sum_k[k] = all->sum_k[k] - part->sum_k[k];
    rest.square_k[k] = all->square_k[k] - part->square_k[k];
  }
  return rest;
}

void eh_row_units_make(eh_row_units *units, const eh_kinds *own, const eh_kinds *base, const eh_kinds *shared) {
  const eh_kinds part_p[] = {eh_kinds_without(own, shared), *shared, eh_kinds_without(base, shared)};
  memset(units, 0, sizeof *units);
  for (int u = 0; u < EH_ROW_UNITS; u++) {
    const int k = u % KINDS, part = u / KINDS;
    const double sum = part_p[part].sum_k[k], square = part_p[part].square_k[k];
    if (!(sum > 0 && square > 0)) continue;
    const double each = square / sum;
    units->times_u[u] = sum / each;
    if (part < 2) units->own_uk[u][k] = each;
    if (part > 0) units->base_uk[u][k] = each;
  }
  units->own = (eh_held){.held_uk = units->own_uk, .times_u = units->times_u, .unit_count = EH_ROW_UNITS};
  units->base = (eh_held){.held_uk = units->base_uk, .times_u = units->times_u, .unit_count = EH_ROW_UNITS};
  eh_held_add_up(&units->own);
  eh_held_add_up(&units->base);
}

static counts counts_held(const eh_held *held) {
  return (counts){held->sum_k[EH_ROW_TP], held->sum_k[EH_ROW_FP], held->sum_k[EH_ROW_TN], held->sum_k[EH_ROW_FN]};
}

/* ---- acceleration ---------------------------------------------------------------------------------------------------- */

/* The influence of a unit is linear in what it holds: a statistic with these slopes on rows of the slice, and on those of the base. */
static double acceleration_of(const eh_held *own, const double own_k[KINDS], const eh_held *base, const double base_k[KINDS]) {
  double squares = 0, cubes = 0;
  for (uint32_t u = 0; u < own->unit_count; u++) {
    double influence = 0;
    for (int k = 0; k < KINDS; k++) influence += own->held_uk[u][k] * own_k[k] + base->held_uk[u][k] * base_k[k];
    const double square = influence * influence, times = times_of(own, u);
    squares += times * square;
    cubes += times * square * influence;
  }
  return squares > 0 ? cubes / (6 * squares * __builtin_sqrt(squares)) : 0;
}

double eh_influence_of_value(eh_metric metric, const eh_held *own) {
  const double zero_k[KINDS] = {0};
  double slope_k[KINDS];
  find_slopes(slope_k, metric, counts_held(own));
  return acceleration_of(own, slope_k, own, zero_k);
}

eh_influence eh_influence_of_gap(eh_metric metric, const eh_held *own, const eh_held *base) {
  double own_k[KINDS], base_k[KINDS], scaled_k[KINDS];
  const counts own_rows = counts_held(own), base_rows = counts_held(base);
  const double value = value_of(metric, own_rows), against = value_of(metric, base_rows);
  eh_influence found = {0, 0};
  find_slopes(own_k, metric, own_rows);
  find_slopes(base_k, metric, base_rows);
  for (int k = 0; k < KINDS; k++) scaled_k[k] = -base_k[k];
  found.difference = acceleration_of(own, own_k, base, scaled_k);
  /* The ratio's slopes, times the baseline's value, which changes no acceleration: own' - ratio base'. */
  for (int k = 0; k < KINDS; k++) scaled_k[k] = -(value / against) * base_k[k];
  if (against > 0) found.ratio = acceleration_of(own, own_k, base, scaled_k);
  return found;
}

/* ---- how much there is to go by ---------------------------------------------------------------------------------- */

double eh_effective_units(const eh_held *held, const bool is_k[KINDS]) {
  double sum = 0, square = 0;
  for (int k = 0; k < KINDS; k++) {
    if (is_k[k]) sum += held->sum_k[k];
    for (int l = 0; l < KINDS; l++)
      if (is_k[k] && is_k[l]) square += held->square_kl[k][l];
  }
  return sum > 0 ? sum * sum / square : 0;
}

bool eh_few_events(eh_metric metric, const eh_held *held) {
  bool event_k[KINDS], other_k[KINDS];
  if (metric == EH_M_BALANCED_ACCURACY) return eh_few_events(EH_M_TPR, held) || eh_few_events(EH_M_TNR, held);
  for (int k = 0; k < KINDS; k++) {
    const quotient row = row_of(metric, k);
    event_k[k] = row.up > 0;
    other_k[k] = row.down > row.up;
  }
  return !(eh_effective_units(held, event_k) >= EH_EVENTS_LEAST && eh_effective_units(held, other_k) >= EH_EVENTS_LEAST);
}

bool eh_same_rows(eh_metric metric, const eh_held *own, const eh_held *base) {
  bool same = true;
  if (metric == EH_M_BALANCED_ACCURACY) metric = EH_M_ACCURACY; /* every row counts */
  for (int k = 0; k < KINDS; k++) {
    const bool asked = row_of(metric, k).down > 0;
    for (uint32_t u = 0; asked && same && u < own->unit_count; u++)
      same = own->held_uk[u][k] == base->held_uk[u][k] || !(times_of(own, u) > 0);
  }
  return same;
}
