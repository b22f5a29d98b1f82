/* auc_slow: an AUC and its intervals as their definitions state them, pair by pair, in double with libm.
 *
 * For reading and for checking src/interval/auc.c. Never optimised.
 */
#ifndef EVENHAND_TESTS_AUC_SLOW_H
#define EVENHAND_TESTS_AUC_SLOW_H

#include <math.h>

/* 1, one half or 0: is the positive's score greater than the negative's? */
static double slow_psi(double positive, double negative) {
  return positive > negative ? 1 : positive == negative ? .5 : 0;
}

/* Share of the other label that row i is ordered rightly against: DeLong's structural component. */
static double slow_component(const double *score_n, const int *y_n, int n, int i) {
  double sum = 0, others = 0;
  for (int j = 0; j < n; j++)
    if (y_n[j] != y_n[i]) sum += y_n[i] ? slow_psi(score_n[i], score_n[j]) : slow_psi(score_n[j], score_n[i]), others++;
  return sum / others;
}

static inline double slow_auc(const double *score_n, const int *y_n, int n) {
  double sum = 0, positives = 0;
  for (int i = 0; i < n; i++)
    if (y_n[i]) sum += slow_component(score_n, y_n, n, i), positives++;
  return sum / positives;
}

/* DeLong, DeLong & Clarke-Pearson 1988: per label, the sample variance of the components over their number. */
static inline double slow_delong_variance(const double *score_n, const int *y_n, int n) {
  const double auc = slow_auc(score_n, y_n, n);
  double variance = 0;
  for (int y = 0; y < 2; y++) {
    double squares = 0, rows = 0;
    for (int i = 0; i < n; i++)
      if (y_n[i] == y) squares += pow(slow_component(score_n, y_n, n, i) - auc, 2), rows++;
    variance += squares / (rows - 1) / rows;
  }
  return variance;
}

/* Variance of an estimate of t under exponential scores, both sample sizes less 1 replaced by their mean (Newcombe's
 * method 5; with its own sizes it is Hanley & McNeil 1982). */
static inline double slow_newcombe_variance(double t, double positives, double negatives) {
  const double n = (positives + negatives) / 2 - 1;
  return t * (1 - t) * (1 + n * (1 - t) / (2 - t) + n * t / (1 + t)) / (positives * negatives);
}

#endif
