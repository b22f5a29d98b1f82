/* Bias of the calibration error, plain and debiased, by seeded simulation against the error that the same bins have in an
 * endless sample. Bar: in every cell the debiased one is off by less than .7 of what the plain one is off, or by less than
 * .001; over all cells by less than half on average.
 */
#include "check.h"
#include "evenhand/metric.h"

#include <math.h>

enum { RUNS = 2000, CURVES = 5, SIZES = 4 };

/* P(positive | score): calibrated, overconfident, too high throughout, too low where it matters, useless. */
static double chance(int curve, double s) {
  switch (curve) {
    case 0: return s;
    case 1: return .5 + .7 * (s - .5);
    case 2: return .85 * s;
    case 3: return s < .7 ? s : s + .6 * (1 - s);
    default: return .3;
  }
}

/* Scores lean to the low end, as those of rare outcomes do. */
static double draw_score(uint64_t *seed) {
  const double u = check_uniform(seed);
  return u * sqrt(u);
}

/* The error of the ten bins where rows have no end: u uniform, score u^1.5. */
static double true_error(int curve) {
  enum { STEPS = 2000000 };
  double off_b[EH_RELIABILITY_BINS] = {0}, sum = 0;
  for (int i = 0; i < STEPS; i++) {
    const double u = (i + .5) / STEPS, s = u * sqrt(u);
    off_b[(int)(s * 10)] += (s - chance(curve, s)) / STEPS;
  }
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) sum += fabs(off_b[b]);
  return sum;
}

static void draw(eh_reliability *r, eh_tally *tally, int curve, int rows, uint64_t *seed) {
  *r = (eh_reliability){.outside = 0};
  *tally = (eh_tally){.reliability = r};
  for (int i = 0; i < rows; i++) {
    const double s = draw_score(seed);
    const bool positive = check_uniform(seed) < chance(curve, s);
    const int b = (int)(s * 10);
    r->rows_b[b]++, r->positives_b[b] += positive;
    eh_i128_add_f64(&r->score_b[b], s);
    if (positive) tally->confusion.fn++;
    else tally->confusion.tn++;
  }
}

static void debiased_is_less_biased(void) {
  static const int size_n[SIZES] = {100, 300, 1000, 5000};
  uint64_t seed = 2019;
  double plain_all = 0, debiased_all = 0;
  printf("calibration error in 10 bins: truth, and how far the mean of %d runs lies above it\n", RUNS);
  printf("curve  rows   truth    plain  debiased\n");
  for (int c = 0; c < CURVES; c++) {
    const double truth = true_error(c);
    for (int k = 0; k < SIZES; k++) {
      double plain = 0, debiased = 0;
      for (int i = 0; i < RUNS; i++) {
        eh_reliability r;
        eh_tally tally;
        draw(&r, &tally, c, size_n[k], &seed);
        plain += (eh_metric_value(EH_M_ECE, &tally).value - truth) / RUNS;
        debiased += (eh_metric_value(EH_M_ECE_DEBIASED, &tally).value - truth) / RUNS;
      }
      printf("%5d %5d  %.4f  %+.4f   %+.4f\n", c, size_n[k], truth, plain, debiased);
      CHECK(fabs(debiased) < .7 * fabs(plain) || fabs(debiased) < .001);
      plain_all += fabs(plain), debiased_all += fabs(debiased);
    }
  }
  printf("mean size of the bias: plain %.4f, debiased %.4f\n", plain_all / (CURVES * SIZES), debiased_all / (CURVES * SIZES));
  CHECK(debiased_all < .5 * plain_all);
}

int main(void) {
  RUN(debiased_is_less_biased);
  return check_end("ece_bias");
}
