/* Coverage of the intervals of F1, balanced accuracy and areas under precision-recall curves, and of their gaps. Two parts are enumerated exactly, four and six are drawn.
 * Slices are disjoint, one part of the other, or overlap. Held: bars of coverage.h where everything is enumerated; of draws a mean in
 * [.93, .97] and .91 where every rate expects ten successes and failures. */
#include "coverage.h"
#include "evenhand/interval.h"

enum { DRAWS = 3000, SIZES = 4, RATES = 4 };
static const uint64_t size_s[SIZES] = {10, 30, 100, 400};
static const double rate_r[RATES] = {.05, .3, .7, .9};

/* How the parts of two slices lie: those of the first alone, of both, of the second alone that are there. */
typedef enum lie { APART, INSIDE, OVERLAP, LIES } lie;
static const char *const lie_name[LIES] = {"disjoint", "part of the other", "overlap"};

static double f1_of(double j) { return 2 * j / (1 + j); }

static double mean_rate(const eh_count a, double pa, const eh_count b, double pb) { return (a.n * pa + b.n * pb) / (a.n + b.n); }

/* F1 of each slice where the parts have these J. */
static void truth_of_f1(double out[2], const eh_overlap *o, const double p_k[3]) {
  out[0] = f1_of(mean_rate(o->first, p_k[0], o->both, p_k[1])), out[1] = f1_of(mean_rate(o->second, p_k[2], o->both, p_k[1]));
}

typedef struct hits {
  double difference, ratio, mass;
} hits;

static void judge(hits *h, const eh_composite *c, const double truth[2], double mass, double z, bool ratio) {
  eh_mean_gap gap;
  h->mass += mass;
  REQUIRE(!eh_composite_compare(&gap, c, z));
  const double d = truth[0] - truth[1], r = truth[0] / truth[1];
  if (gap.difference.lower <= d && d <= gap.difference.upper) h->difference += mass;
  if (ratio && gap.ratio.lower <= r && r <= gap.ratio.upper) h->ratio += mass;
}

static void f1_keeps_the_bars(void) {
  const double z = eh_critical(.95);
  for (lie how = APART; how < OVERLAP; how++) {
    coverage difference = coverage_of(how ? "F1, part of the other" : "F1, disjoint"), ratio = coverage_of("  ratio");
    for (int cell = 0; cell < SIZES * SIZES * RATES * RATES; cell++) {
      const uint64_t n1 = size_s[cell % SIZES], n2 = size_s[cell / SIZES % SIZES];
      const double p1 = rate_r[cell / SIZES / SIZES % RATES], p2 = rate_r[cell / SIZES / SIZES / RATES];
      static binomial one, other;
      binomial_make(&one, n1, p1), binomial_make(&other, n2, p2);
      hits h = {0, 0, 0};
      for (int i = 0; i < one.count; i++)
        for (int j = 0; j < other.count; j++) {
          const double mass = one.mass_i[i] * other.mass_i[j];
          if (mass < 1e-9) continue;
          const eh_count a = {one.first + i, (double)n1, 0}, b = {other.first + j, (double)n2, 0}, none = {0, 0, 0};
          const eh_composite c = {.f1 = true, .rate_r[0] = {how == APART ? a : none, how == APART ? none : a, b}};
          double truth[2];
          truth_of_f1(truth, &c.rate_r[0], (const double[]){p1, p1, p2});
          judge(&h, &c, truth, mass, z, true);
        }
      char where[96];
      snprintf(where, sizeof where, "n %d %d p %.2f %.2f", (int)n1, (int)n2, p1, p2);
      const double rare = fmin(binomial_rare(&one), binomial_rare(&other));
      coverage_add(&difference, h.difference / h.mass, rare, where);
      coverage_add(&ratio, h.ratio / h.mass, rare, where);
    }
    coverage_judge(&difference);
    coverage_judge(&ratio);
  }
}

static double draw(uint64_t n, double p, uint64_t *seed) {
  double x = 0;
  for (uint64_t i = 0; i < n; i++) x += check_uniform(seed) < p;
  return x;
}

/* By draws: F1 of slices that overlap; balanced accuracy alone and its gap, however they lie. */
static void draws_keep_the_bars(void) {
  const double z = eh_critical(.95);
  uint64_t seed = 5;
  for (int f1 = 0; f1 < 2; f1++)
    for (lie how = f1 ? OVERLAP : APART; how < LIES; how++) {
      double value_sum = 0, difference_sum = 0, ratio_sum = 0, worst_value = 2, worst = 2, worst_ratio = 2;
      int cells = 0;
      for (; cells < 24; cells++) {
        eh_composite c = {.f1 = f1};
        double p_rk[2][3], rare = 1e9, truth[2] = {0, 0}, value_hits = 0;
        uint64_t n_rk[2][3];
        for (int r = 0; r < 2 - f1; r++)
          for (int k = 0; k < 3; k++) {
            n_rk[r][k] = size_s[1 + check_random(&seed) % (SIZES - 1)], p_rk[r][k] = .1 + .8 * check_uniform(&seed);
            if ((how == APART && k == 1) || (how == INSIDE && k == 0)) n_rk[r][k] = 0;
            if (n_rk[r][k]) rare = fmin(rare, (double)n_rk[r][k] * fmin(p_rk[r][k], 1 - p_rk[r][k]));
          }
        hits h = {0, 0, 0};
        for (int d = 0; d < DRAWS; d++) {
          for (int r = 0; r < 2 - f1; r++)
            for (int k = 0; k < 3; k++)
              *(k == 0 ? &c.rate_r[r].first : k == 1 ? &c.rate_r[r].both : &c.rate_r[r].second) =
                  (eh_count){draw(n_rk[r][k], p_rk[r][k], &seed), (double)n_rk[r][k], 0};
          if (f1) truth_of_f1(truth, &c.rate_r[0], p_rk[0]);
          for (int side = 0; side < 2 && !f1; side++) {
            truth[side] = 0;
            for (int r = 0; r < 2; r++)
              truth[side] += .5 * mean_rate(side ? c.rate_r[r].second : c.rate_r[r].first, p_rk[r][side ? 2 : 0], c.rate_r[r].both, p_rk[r][1]);
          }
          judge(&h, &c, truth, 1, z, d % 4 == 0);
          const eh_range alone = eh_composite_range(&c, z);
          value_hits += alone.lower <= truth[0] && truth[0] <= alone.upper;
        }
        const double value = value_hits / DRAWS, difference = h.difference / DRAWS, ratio = 4 * h.ratio / DRAWS;
        value_sum += value, difference_sum += difference, ratio_sum += ratio;
        if (rare < 10) continue;
        worst_value = fmin(worst_value, value), worst = fmin(worst, difference), worst_ratio = fmin(worst_ratio, ratio);
      }
      printf("%-18s %-18s value %.4f, %.4f  difference %.4f, %.4f  ratio %.4f, %.4f (mean, worst of ten expected)\n",
             f1 ? "F1" : "balanced accuracy", lie_name[how], value_sum / cells, worst_value, difference_sum / cells, worst,
             ratio_sum / cells, worst_ratio);
      const double mean_k[] = {value_sum / cells, difference_sum / cells, ratio_sum / cells};
      for (int k = 0; k < 3; k++) CHECK(mean_k[k] >= .93 && mean_k[k] <= .97);
      CHECK(worst_value >= .91 && worst >= .91 && worst_ratio >= .91);
    }
}

/* ---- areas under precision-recall curves, which vary less than a share of the positives: covered more than asked for ---- */

enum { AREA_DRAWS = 600, MOST = 60000 };

static int by_score(const void *a, const void *b) {
  const double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
  return x < y ? 1 : x > y ? -1 : 0;
}

/* Average precision of so many positives, further up by `apart`, spread `wide` times, and `ratio` negatives each. Scores are made positive, and
 * negatives marked by their sign. */
static double draw_area(int positives, int ratio, double apart, double wide, uint64_t *seed) {
  static double score_n[MOST];
  const int n = positives * (1 + ratio);
  double area = 0;
  for (int i = 0; i < n; i++) {
    const double u = eh_normal_quantile(check_uniform(seed) * (1 - 0x1p-50) + 0x1p-54), x = 100 + (i < positives ? apart + wide * u : u);
    score_n[i] = i < positives ? x : -x;
  }
  qsort(score_n, (size_t)n, sizeof *score_n, by_score);
  for (int i = 0, tp = 0; i < n; i++)
    if (score_n[i] > 0) area += (double)++tp / (i + 1) / positives;
  return area;
}

static double mean_area(int ratio, double apart, double wide) {
  uint64_t seed = 3;
  double sum = 0;
  for (int i = 0; i < 8; i++) sum += draw_area(MOST / (1 + ratio), ratio, apart, wide, &seed) / 8;
  return sum;
}

static void areas_keep_the_bars(void) {
  static const int positives_p[] = {10, 30, 100}, ratio_r[] = {1, 9, 49};
  static const double apart_a[] = {1, 2, 3};
  const double z = eh_critical(.95), base_truth = mean_area(4, 1.5, 1);
  double sum_k[3] = {0, 0, 0}, worst_k[3] = {2, 2, 2};
  uint64_t seed = 8;
  int cells = 0;
  for (int p = 0; p < 3; p++)
    for (int r = 0; r < 3; r++)
      for (int a = 0; a < 3; a++, cells++) {
        const double wide = a == 1 ? 2 : 1, truth = mean_area(ratio_r[r], apart_a[a], wide);
        double hits_k[3] = {0, 0, 0};
        for (int d = 0; d < AREA_DRAWS; d++) {
          const double area = draw_area(positives_p[p], ratio_r[r], apart_a[a], wide, &seed), base = draw_area(40, 4, 1.5, 1, &seed);
          const eh_range alone = eh_pr_area_range(area, positives_p[p], z);
          eh_mean_gap gap;
          eh_pr_area_compare(&gap, area, positives_p[p], base, 40, z);
          hits_k[0] += alone.lower <= truth && truth <= alone.upper;
          hits_k[1] += gap.difference.lower <= truth - base_truth && truth - base_truth <= gap.difference.upper;
          hits_k[2] += gap.ratio.lower <= truth / base_truth && truth / base_truth <= gap.ratio.upper;
        }
        printf("PR area %.3f, %d positives and %d negatives each: value %.3f difference %.3f ratio %.3f\n", truth, positives_p[p], ratio_r[r],
               hits_k[0] / AREA_DRAWS, hits_k[1] / AREA_DRAWS, hits_k[2] / AREA_DRAWS);
        for (int k = 0; k < 3; k++) sum_k[k] += hits_k[k] / AREA_DRAWS, worst_k[k] = fmin(worst_k[k], hits_k[k] / AREA_DRAWS);
      }
  for (int k = 0; k < 3; k++) {
    printf("PR area, %s: mean %.4f worst %.4f\n", (const char *const[]){"value", "difference", "ratio"}[k], sum_k[k] / cells, worst_k[k]);
    CHECK(sum_k[k] / cells >= .95 && worst_k[k] >= .89);
  }
}

int main(void) {
  RUN(f1_keeps_the_bars);
  RUN(draws_keep_the_bars);
  RUN(areas_keep_the_bars);
  return check_end("statistics/composite");
}
