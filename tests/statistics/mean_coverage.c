/* Coverage of the intervals of means, by seeded simulation: errors that are normal, with heavier tails (Laplace) and one-sided
 * (exponential less 1), seen as mean_error, mae and rmse; two slices that are disjoint, one part of the other, or overlap.
 *
 * Held: nearly exact for normal mean errors; means of skewed numbers of few rows, squares above all, are covered less, and by
 * how much is what the bars say. */
#include "check.h"
#include "evenhand/interval.h"

enum { DRAWS = 2000, KINDS = 3, METRICS = 3, SIZES = 3 };

/* Least coverage by metric, kind of errors and rows of the smallest part: below 30, below 100, 100 and more. A simulated figure is
 * off by some .01. */
static const double bar_mks[METRICS][KINDS][SIZES] = {{{.93, .93, .93}, {.93, .93, .93}, {.87, .91, .92}},
                                                      {{.91, .92, .92}, {.88, .90, .92}, {.86, .88, .91}},
                                                      {{.84, .89, .92}, {.75, .82, .87}, {.58, .73, .83}}};

static double normal(uint64_t *seed) { return eh_normal_quantile(check_uniform(seed) * (1 - 0x1p-50) + 0x1p-54); }
static double exponential(uint64_t *seed) { return -log(1 - check_uniform(seed)); }

static double error_of(int kind, double spread, uint64_t *seed) {
  if (kind == 0) return spread * normal(seed);
  const double size = exponential(seed);
  return kind == 1 ? spread * (check_uniform(seed) < .5 ? size : -size) : spread * (size - 1);
}

/* What the mean of the error, its size and its square tend to, for spread 1. */
static const double truth_km[KINDS][METRICS] = {{0, 0.79788456080286535588, 1}, {0, 1, 2}, {0, 0.73575888234288464320, 1}};

static eh_mean mean_of(const double *x_n, int n, int metric) {
  double sum = 0, square = 0;
  for (int i = 0; i < n; i++) sum += metric == 0 ? x_n[i] : metric == 1 ? fabs(x_n[i]) : x_n[i] * x_n[i];
  for (int i = 0; i < n; i++) {
    const double x = metric == 0 ? x_n[i] : metric == 1 ? fabs(x_n[i]) : x_n[i] * x_n[i];
    square += (x - sum / n) * (x - sum / n);
  }
  return (eh_mean){(uint64_t)n, n ? sum / n : 0, n > 1 ? square / (n - 1) : NAN};
}

/* Two slices of the parts' sizes; the rows of the first alone are `ratio` times as spread. */
typedef struct shape {
  const char *name;
  int n_p[3];
  double ratio;
} shape;

static const shape shape_n[] = {{"one slice of 10", {10, 0, 10}, 1},       {"10 against 200", {10, 0, 200}, 1},
                                {"30 against 30, 3 times as far", {30, 0, 30}, 3}, {"30 against 300, 3 times", {30, 0, 300}, 3},
                                {"100 in 1,000", {0, 100, 900}, 1},         {"30 in 100", {0, 30, 70}, 1},
                                {"40, 20 shared, 60", {40, 20, 60}, 2},     {"300, 100 shared, 500", {300, 100, 500}, 2}};
enum { SHAPES = sizeof shape_n / sizeof *shape_n };

static eh_mean join(eh_mean a, eh_mean b) {
  const double n = (double)(a.n + b.n);
  return (eh_mean){a.n + b.n, ((double)a.n * a.mean + (double)b.n * b.mean) / n, 0};
}

static void means_keep_the_bars(void) {
  static double x_n[3][1000];
  uint64_t seed = 20;
  for (int s = 0; s < SHAPES; s++)
    for (int kind = 0; kind < KINDS; kind++) {
      int value_n[METRICS] = {0}, difference_n[METRICS] = {0}, ratio_n[METRICS] = {0}, ratio_all[METRICS] = {0};
      const shape *const at = &shape_n[s];
      for (int draw = 0; draw < DRAWS; draw++) {
        for (int p = 0; p < 3; p++)
          for (int i = 0; i < at->n_p[p]; i++) x_n[p][i] = error_of(kind, p == 0 ? at->ratio : 1, &seed);
        for (int metric = 0; metric < METRICS; metric++) {
          const eh_mean_kind how = metric == 0 ? EH_MEAN_ANY : metric == 1 ? EH_MEAN_SIZE : EH_MEAN_ROOT;
          eh_mean part_p[3];
          for (int p = 0; p < 3; p++) part_p[p] = mean_of(x_n[p], at->n_p[p], metric);
          const eh_mean one = join(part_p[0], part_p[1]), other = join(part_p[2], part_p[1]);
          const double unit = truth_km[kind][metric], wide = unit * (metric == 0 ? 0 : metric == 1 ? at->ratio : at->ratio * at->ratio);
          double first = (at->n_p[0] * wide + at->n_p[1] * unit) / (double)one.n, second = unit;
          double value = one.mean, against = other.mean;
          if (metric == 2) first = sqrt(first), second = sqrt(second), value = sqrt(value), against = sqrt(against);
          eh_mean_gap gap;
          eh_range range;
          const eh_mean_overlap parts = {part_p[0], part_p[1], part_p[2]};
          const eh_mean alone = part_p[at->n_p[0] ? 0 : 1];
          const double alone_truth = at->n_p[0] ? wide : unit;
          REQUIRE(!eh_mean_range(&range, &alone, how, .95) && !eh_mean_compare(&gap, value, against, &parts, how, .95));
          const double aim = metric == 2 ? sqrt(alone_truth) : alone_truth;
          value_n[metric] += range.lower <= aim && aim <= range.upper;
          difference_n[metric] += gap.difference.lower <= first - second && first - second <= gap.difference.upper;
          ratio_all[metric] += metric > 0;
          ratio_n[metric] += metric > 0 && gap.ratio.lower <= first / second && first / second <= gap.ratio.upper;
        }
      }
      for (int metric = 0; metric < METRICS; metric++) {
        const double value = value_n[metric] / (double)DRAWS, difference = difference_n[metric] / (double)DRAWS;
        const double ratio = ratio_all[metric] ? ratio_n[metric] / (double)ratio_all[metric] : 1;
        int least = 1000;
        for (int p = 0; p < 3; p++) least = at->n_p[p] && at->n_p[p] < least ? at->n_p[p] : least;
        const double bar = bar_mks[metric][kind][least < 30 ? 0 : least < 100 ? 1 : 2];
        printf("%-30s %-11s %-10s value %.3f difference %.3f ratio %.3f\n", at->name,
               (const char *const[]){"normal", "Laplace", "exponential"}[kind],
               (const char *const[]){"mean_error", "mae", "rmse"}[metric], value, difference, ratio);
        CHECK(value >= bar && difference >= bar && ratio >= bar);
      }
    }
}

int main(void) {
  RUN(means_keep_the_bars);
  return check_end("mean coverage");
}
