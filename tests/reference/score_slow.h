/* score_slow: areas under precision-recall curves, log loss and calibration error of a set of rows as their definitions
 * state them, in double with libm. For reading and for checking src/metric; every score looks at every row. */
#ifndef EVENHAND_TESTS_SCORE_SLOW_H
#define EVENHAND_TESTS_SCORE_SLOW_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "reference/metric_slow.h"

enum { SLOW_POINTS_MAX = 512 };

typedef struct slow_point {
  double tp, fp;
} slow_point;

static int slow_descending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x > y ? -1 : x < y;
}

/* (tp, fp) of "score >= s" for s from the greatest score to the least, after (0, 0). Returns their number. */
static uint32_t slow_points(slow_point *point_n, const slow_row *row_n, uint32_t n) {
  double score_n[SLOW_POINTS_MAX];
  uint32_t count = 1;
  for (uint32_t i = 0; i < n; i++) score_n[i] = row_n[i].score;
  qsort(score_n, n, sizeof *score_n, slow_descending);
  point_n[0] = (slow_point){0, 0};
  for (uint32_t i = 0; i < n; i++) {
    if (i && score_n[i] == score_n[i - 1]) continue;
    slow_point p = {0, 0};
    for (uint32_t j = 0; j < n; j++)
      if (row_n[j].score >= score_n[i]) p.tp += row_n[j].y, p.fp += !row_n[j].y;
    point_n[count++] = p;
  }
  return count;
}

static double slow_precision(slow_point p) { return p.tp + p.fp > 0 ? p.tp / (p.tp + p.fp) : 1; }

/* sum of (recall gained) * precision; with `trapezoid` the mean of the precisions at both ends. */
static double slow_pr_area(const slow_row *row_n, uint32_t n, bool trapezoid) {
  slow_point point_n[SLOW_POINTS_MAX + 1];
  const uint32_t count = slow_points(point_n, row_n, n);
  double sum = 0;
  for (uint32_t i = 1; i < count; i++) {
    const double here = slow_precision(point_n[i]), before = slow_precision(point_n[i - 1]);
    sum += (point_n[i].tp - point_n[i - 1].tp) * (trapezoid ? (here + before) / 2 : here);
  }
  return sum / point_n[count - 1].tp;
}

/* Davis & Goadrich: on the way from one point to the next fp grows in proportion to tp; Simpson's rule in small steps. */
static double slow_davis_goadrich(const slow_row *row_n, uint32_t n) {
  enum { STEPS = 2000 };
  slow_point point_n[SLOW_POINTS_MAX + 1];
  const uint32_t count = slow_points(point_n, row_n, n);
  double sum = 0;
  for (uint32_t i = 1; i < count; i++) {
    const slow_point a = point_n[i - 1], b = point_n[i];
    if (b.tp == a.tp) continue;
    for (int k = 0; k <= STEPS; k++) {
      const double at = (double)k / STEPS, weight = k == 0 || k == STEPS ? 1 : k % 2 ? 4 : 2;
      slow_point p = {a.tp + at * (b.tp - a.tp), a.fp + at * (b.fp - a.fp)};
      if (p.tp + p.fp == 0) p = (slow_point){b.tp, b.fp}; /* from nothing on, the mix is that of the first point */
      sum += weight * slow_precision(p) * (b.tp - a.tp) / (3.0 * STEPS);
    }
  }
  return sum / point_n[count - 1].tp;
}

/* Infinity where a label got probability 0. */
static double slow_log_loss(const slow_row *row_n, uint32_t n) {
  double sum = 0;
  for (uint32_t i = 0; i < n; i++) sum -= row_n[i].y ? log(row_n[i].score) : log1p(-row_n[i].score);
  return sum / n;
}

static int slow_bin(double score) {
  for (int b = 0; b < 10; b++)
    if (score <= (b + 1) / 10.0) return b;
  return 9;
}

/* Plain; or with each bin's distance replaced by twice itself less its mean over normal mean labels, by quadrature. */
static double slow_ece(const slow_row *row_n, uint32_t n, bool debiased) {
  double rows_b[10] = {0}, score_b[10] = {0}, label_b[10] = {0}, sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    const int b = slow_bin(row_n[i].score);
    rows_b[b]++, score_b[b] += row_n[i].score, label_b[b] += row_n[i].y;
  }
  for (int b = 0; b < 10; b++) {
    if (rows_b[b] == 0) continue;
    const double p = label_b[b] / rows_b[b], d = score_b[b] / rows_b[b] - p, e = sqrt(p * (1 - p) / rows_b[b]);
    double mean = 0;
    for (int k = -80000; k <= 80000; k++) mean += fabs(d + e * (k / 1e4)) * exp(-.5 * (k / 1e4) * (k / 1e4)) / (1e4 * sqrt(2 * M_PI));
    sum += rows_b[b] / n * (debiased ? 2 * fabs(d) - mean : fabs(d));
  }
  return sum;
}

#endif
