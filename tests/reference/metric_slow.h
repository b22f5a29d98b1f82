/* metric_slow: the metrics of a set of rows as their definitions state them, row by row and pair by pair, in double.
 *
 * For reading and for checking src/metric. Never optimised: the AUC compares every positive row with every negative
 * one.
 */
#ifndef EVENHAND_TESTS_METRIC_SLOW_H
#define EVENHAND_TESTS_METRIC_SLOW_H

#include <math.h>
#include <stdint.h>

typedef struct slow_row {
  uint32_t atom;
  int y;
  double score;
} slow_row;

typedef struct slow_counts {
  uint64_t tp, fp, tn, fn;
} slow_counts;

static inline slow_counts slow_confusion(const slow_row *row_n, uint32_t n, double t) {
  slow_counts c = {0, 0, 0, 0};
  for (uint32_t i = 0; i < n; i++) {
    const int selected = row_n[i].score > t;
    if (selected && row_n[i].y) c.tp++;
    if (selected && !row_n[i].y) c.fp++;
    if (!selected && row_n[i].y) c.fn++;
    if (!selected && !row_n[i].y) c.tn++;
  }
  return c;
}

/* 2 * (pairs in which the positive row scores higher) + (pairs with equal scores). */
static inline uint64_t slow_auc_2u(const slow_row *row_n, uint32_t n) {
  uint64_t won = 0;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < n; j++)
      if (row_n[i].y && !row_n[j].y) won += row_n[i].score > row_n[j].score ? 2 : row_n[i].score == row_n[j].score;
  return won;
}

/* Of one of the rows: twice those of the other label that it is ordered rightly against, and those of its score. */
static inline uint64_t slow_placement(const slow_row *row_n, uint32_t n, const slow_row *row) {
  uint64_t w = 0;
  for (uint32_t j = 0; j < n; j++) {
    const double ahead = row->y ? row->score - row_n[j].score : row_n[j].score - row->score;
    if (row_n[j].y != row->y) w += ahead > 0 ? 2 : ahead == 0;
  }
  return w;
}

/* Sum over the rows of label y of the square of: 2 * (rows of the other label that it is ordered rightly against) +
 * (rows of the other label with its score). */
static inline uint64_t slow_square(const slow_row *row_n, uint32_t n, int y) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < n; i++)
    if (row_n[i].y == y) sum += slow_placement(row_n, n, &row_n[i]) * slow_placement(row_n, n, &row_n[i]);
  return sum;
}

static inline double slow_mean_score(const slow_row *row_n, uint32_t n) {
  double sum = 0;
  for (uint32_t i = 0; i < n; i++) sum += row_n[i].score;
  return sum / n;
}

static inline double slow_brier(const slow_row *row_n, uint32_t n) {
  double sum = 0;
  for (uint32_t i = 0; i < n; i++) sum += (row_n[i].score - row_n[i].y) * (row_n[i].score - row_n[i].y);
  return sum / n;
}

#endif
