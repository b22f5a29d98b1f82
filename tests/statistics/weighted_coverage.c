/* Coverage of the intervals of weighted rates at level .95 by seeded simulation: weights as a survey has them, drawn
 * independently of the outcome, and the effective size (sum of w)^2 / (sum of w^2). Bar: the mean over the grid lies in
 * [.93, .97] and no cell where ten effective successes and failures are expected falls below .91. Printed beside it what
 * is not used: the rows, and the sum of weights, in place of the effective size.
 */
#include "check.h"
#include "evenhand/interval.h"

enum { DRAWS = 4000, ROWS_MAX = 1000 };

static uint64_t seed = 1965;

typedef enum scheme { UNIFORM, TWO_VALUES, EXPONENTIAL, SCHEMES } scheme;

static const char *const name_s[SCHEMES] = {"uniform .2 to 3", "1 and 10", "exponential"};

static double weight_of(scheme s) {
  const double u = check_uniform(&seed);
  if (s == UNIFORM) return .2 + 2.8 * u;
  return s == TWO_VALUES ? (u < .15 ? 10 : 1) : -eh_log(1 - u);
}

/* One sample of n rows: rate, effective size, sum of weights. */
typedef struct sample {
  double p, n_eff, weight;
} sample;

static sample draw(scheme s, int n, double p) {
  double hit = 0, all = 0, square = 0;
  for (int i = 0; i < n; i++) {
    const double w = weight_of(s);
    hit += check_uniform(&seed) < p ? w : 0;
    all += w, square += w * w;
  }
  return (sample){hit / all, all * all / square, all};
}

static bool holds(eh_range r, double x) { return r.lower <= x && x <= r.upper; }

typedef struct tally {
  double sum, worst;
  int cells;
} tally;

static void add(tally *t, double covered, double expected) {
  t->sum += covered, t->cells++;
  if (expected >= 10 && !(covered >= t->worst)) t->worst = covered;
}

static void judge(const char *what, const tally *t) {
  printf("%-24s %3d cells  mean %.4f  worst of 10 expected %.4f\n", what, t->cells, t->sum / t->cells, t->worst);
  CHECK(t->sum / t->cells >= .93 && t->sum / t->cells <= .97);
  CHECK(t->worst >= .91 && t->worst <= 1);
}

static const int size_n[] = {50, 200, ROWS_MAX};
static const double rate_n[] = {.05, .1, .3, .5};

static void a_weighted_rate_is_covered(void) {
  const double z = eh_critical(.95);
  tally by_effect = {.worst = 2}, by_rows = {.worst = 2}, by_weight = {.worst = 2};
  for (scheme s = 0; s < SCHEMES; s++)
    for (int i = 0; i < 3; i++)
      for (int k = 0; k < 4; k++) {
        const double p = rate_n[k];
        double held[3] = {0}, effect = 0;
        for (int d = 0; d < DRAWS; d++) {
          const sample x = draw(s, size_n[i], p);
          const eh_range range = eh_wilson_real(x.p * x.n_eff, x.n_eff, z);
          CHECK(range.lower < range.upper);
          held[0] += holds(range, p);
          held[1] += holds(eh_wilson_real(x.p * size_n[i], size_n[i], z), p);
          held[2] += holds(eh_wilson_real(x.p * x.weight, x.weight, z), p);
          effect += x.n_eff / DRAWS;
        }
        add(&by_effect, held[0] / DRAWS, effect * p);
        add(&by_rows, held[1] / DRAWS, effect * p);
        add(&by_weight, held[2] / DRAWS, effect * p);
        printf("  Wilson, %-16s n %4d (effective %5.0f), p %.2f: %.4f\n", name_s[s], size_n[i], effect, p, held[0] / DRAWS);
      }
  judge("Wilson, effective size", &by_effect);
  printf("not used: by rows mean %.3f worst %.3f, by the sum of weights mean %.3f worst %.3f\n", by_rows.sum / by_rows.cells,
         by_rows.worst, by_weight.sum / by_weight.cells, by_weight.worst);
  CHECK(by_rows.worst < .9 && by_weight.worst < .9); /* that is why */
}

static void a_gap_of_weighted_rates_is_covered(void) {
  const double z = eh_critical(.95);
  tally difference = {.worst = 2}, ratio = {.worst = 2}, part = {.worst = 2};
  for (scheme s = 0; s < SCHEMES; s++)
    for (int i = 0; i < 3; i++)
      for (int k = 0; k < 4; k++) {
        const double p = rate_n[k], q = rate_n[(k + 1) % 4];
        double held[3] = {0}, effect = 0;
        for (int d = 0; d < DRAWS / 2; d++) {
          const sample x = draw(s, size_n[i], p), y = draw((s + 1) % SCHEMES, size_n[(i + 1) % 3], q);
          const double x1 = x.p * x.n_eff, x2 = y.p * y.n_eff, w = x.weight / (x.weight + y.weight);
          const eh_range gap = eh_mn_difference_real(x1, x.n_eff, x2, y.n_eff, z);
          held[0] += holds(gap, p - q);
          held[1] += x2 > 0 ? holds(eh_mn_ratio_real(x1, x.n_eff, x2, y.n_eff, z), p / q) : 1;
          held[2] += holds(eh_difference_to_whole(gap, w), (1 - w) * (p - q));
          const bool sure = gap.lower > 0 || gap.upper < 0;
          CHECK(sure == (eh_score_p_real(x1, x.n_eff, x2, y.n_eff) < .05));
          effect += (x.n_eff * p < y.n_eff * q ? x.n_eff * p : y.n_eff * q) / (DRAWS / 2);
        }
        add(&difference, held[0] / (DRAWS / 2), effect);
        add(&ratio, held[1] / (DRAWS / 2), effect);
        add(&part, held[2] / (DRAWS / 2), effect);
      }
  judge("difference", &difference);
  judge("ratio", &ratio);
  judge("slice against overall", &part);
}

/* Slices that share some rows, each part with a rate of its own. */
static void overlapping_slices_are_covered(void) {
  static const int size_p[][3] = {{60, 40, 90}, {200, 100, 150}, {50, 400, 80}};
  static const double rate_p[][3] = {{.3, .3, .3}, {.2, .4, .5}, {.1, .15, .3}};
  const double z = eh_critical(.95);
  tally t = {0, 1, 0};
  for (int sizes = 0; sizes < 3; sizes++)
    for (int rates = 0; rates < 3; rates++) {
      const int *const n = size_p[sizes];
      const double *const p = rate_p[rates];
      const double truth = (n[0] * p[0] + n[1] * p[1]) / (n[0] + n[1]) - (n[1] * p[1] + n[2] * p[2]) / (n[1] + n[2]);
      int covered = 0;
      for (int d = 0; d < DRAWS / 2; d++) {
        eh_count part_p[3];
        for (int k = 0; k < 3; k++) {
          const sample s = draw(EXPONENTIAL, n[k], p[k]);
          part_p[k] = (eh_count){s.p * s.n_eff, s.n_eff, s.weight};
        }
        covered += holds(eh_mover_difference(&(eh_overlap){part_p[0], part_p[1], part_p[2]}, z), truth);
      }
      add(&t, 2. * covered / DRAWS, 10);
    }
  judge("overlapping slices", &t);
}

/* ---- AUC --------------------------------------------------------------------------------------------------------- */

enum { LABEL_MAX = 100 };

typedef struct weighed {
  double auc, variance, n_y[2];
} weighed;

static double normal(void) { return eh_normal_quantile(check_uniform(&seed)); }

/* Positives and negatives with their weights: DeLong's variance from squared weights, pair by pair. */
static weighed draw_auc(const int size_y[2], double shift) {
  double score_yn[2][LABEL_MAX], weight_yn[2][LABEL_MAX], all_y[2] = {0}, square_y[2] = {0};
  weighed out = {.auc = 0};
  for (int y = 0; y < 2; y++)
    for (int i = 0; i < size_y[y]; i++) {
      score_yn[y][i] = normal() + shift * y, weight_yn[y][i] = weight_of(EXPONENTIAL);
      all_y[y] += weight_yn[y][i], square_y[y] += weight_yn[y][i] * weight_yn[y][i];
    }
  double share_yn[2][LABEL_MAX] = {{0}};
  for (int i = 0; i < size_y[1]; i++)
    for (int k = 0; k < size_y[0]; k++) {
      if (!(score_yn[1][i] > score_yn[0][k])) continue;
      share_yn[1][i] += weight_yn[0][k] / all_y[0], share_yn[0][k] += weight_yn[1][i] / all_y[1];
    }
  for (int i = 0; i < size_y[1]; i++) out.auc += weight_yn[1][i] / all_y[1] * share_yn[1][i];
  for (int y = 0; y < 2; y++) {
    double sum = 0;
    for (int i = 0; i < size_y[y]; i++)
      sum += weight_yn[y][i] * weight_yn[y][i] * (share_yn[y][i] - out.auc) * (share_yn[y][i] - out.auc);
    out.n_y[y] = all_y[y] * all_y[y] / square_y[y];
    out.variance += sum / (all_y[y] * all_y[y]) * out.n_y[y] / (out.n_y[y] - 1);
  }
  return out;
}

/* Exponential weights halve the effective size. */
static void an_auc_of_weights_is_covered(void) {
  static const int label_n[][2] = {{30, 30}, {100, 40}, {100, 100}};
  static const double auc_n[] = {.6, .75, .9};
  const double z = eh_critical(.95);
  tally own = {.worst = 2}, gap = {.worst = 2};
  for (int k = 0; k < 9; k++) {
    const double truth = auc_n[k % 3], shift = sqrt(2) * eh_normal_quantile(truth);
    int covered = 0, told = 0, held = 0;
    for (int d = 0; d < DRAWS / 4; d++) {
      const weighed a = draw_auc(label_n[k / 3], shift), b = draw_auc(label_n[2], sqrt(2) * eh_normal_quantile(.7));
      const eh_range r = eh_auc_range_real(a.auc, a.variance, a.n_y, z).range;
      eh_mean_gap found;
      CHECK(r.lower < r.upper);
      covered += holds(r, truth);
      if (!eh_auc_compares_real(a.auc, a.variance, a.n_y) || !eh_auc_compares_real(b.auc, b.variance, b.n_y)) continue;
      CHECK(!eh_auc_compare(&found, a.auc, b.auc, a.variance, b.variance, 0, z));
      held += holds(found.difference, truth - .7), told++;
    }
    add(&own, 4. * covered / DRAWS, 10);
    if (told > DRAWS / 8) add(&gap, (double)held / told, 10);
  }
  judge("AUC, effective size", &own);
  judge("gap of two AUCs", &gap);
}

int main(void) {
  RUN(a_weighted_rate_is_covered);
  RUN(a_gap_of_weighted_rates_is_covered);
  RUN(overlapping_slices_are_covered);
  RUN(an_auc_of_weights_is_covered);
  return check_end("statistics/weighted");
}
