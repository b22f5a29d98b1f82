/* Coverage of the intervals of the calibration ratio, the Brier score and the log loss and of their gaps, by seeded simulation: scores
 * that are right, too sure or shifted, of slices that are disjoint, part of the other, or overlap.
 *
 * Held: a mean in [.93, .97] and .89 in any cell; all cells expect ten positives of either slice. Draws with fewer are told apart. */
#include "check.h"
#include "evenhand/interval.h"

enum { DRAWS = 1500, MOST = 2000, METRICS = 3, PARTS = 3 };
static const char *const metric_name[METRICS] = {"calibration_ratio", "brier", "log_loss"};

static double normal(uint64_t *seed) { return eh_normal_quantile(check_uniform(seed) * (1 - 0x1p-50) + 0x1p-54); }
static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

/* Logits of the truth are normal; the score's logit is `sharp` times that, shifted. */
typedef struct world {
  double middle, wide, sharp, shift;
} world;

/* top and below of one row, for each metric. */
static int row_of(double top_m[METRICS], double below_m[METRICS], const world *w, uint64_t *seed) {
  const double logit = w->middle + w->wide * normal(seed), score = sigmoid(w->sharp * logit + w->shift);
  const int y = check_uniform(seed) < sigmoid(logit);
  top_m[0] = score, below_m[0] = y;
  top_m[1] = (score - y) * (score - y), top_m[2] = -log(y ? score : 1 - score), below_m[1] = below_m[2] = 1;
  return y;
}

typedef struct rows {
  double top[METRICS][MOST], below[METRICS][MOST];
  int n, positives;
} rows;

static void draw(rows *r, const world *w, int n, uint64_t *seed) {
  r->n = n, r->positives = 0;
  for (int i = 0; i < n; i++) {
    double top_m[METRICS], below_m[METRICS];
    r->positives += row_of(top_m, below_m, w, seed);
    for (int m = 0; m < METRICS; m++) r->top[m][i] = top_m[m], r->below[m][i] = below_m[m];
  }
}

static eh_quotient sums_of(const rows *r, int m) {
  eh_quotient q = {.n = (uint64_t)r->n};
  for (int i = 0; i < r->n; i++) q.top += r->top[m][i], q.below += r->below[m][i];
  for (int i = 0; i < r->n; i++) {
    const double a = r->top[m][i] - q.top / r->n, b = r->below[m][i] - q.below / r->n;
    q.top_v += a * a / (r->n - 1), q.both_v += a * b / (r->n - 1), q.below_v += b * b / (r->n - 1);
  }
  return q;
}

static eh_quotient joined(const eh_quotient *a, const eh_quotient *b) {
  return (eh_quotient){.n = a->n + b->n, .top = a->top + b->top, .below = a->below + b->below};
}

/* What a row's tops and belows are in the mean. */
static void truth_of(double top_m[METRICS], double below_m[METRICS], const world *w) {
  enum { MANY = 400000 };
  uint64_t seed = 77;
  for (int m = 0; m < METRICS; m++) top_m[m] = below_m[m] = 0;
  for (int i = 0; i < MANY; i++) {
    double one_m[METRICS], other_m[METRICS];
    row_of(one_m, other_m, w, &seed);
    for (int m = 0; m < METRICS; m++) top_m[m] += one_m[m] / MANY, below_m[m] += other_m[m] / MANY;
  }
}

/* Rows of the first alone, of both, of the second alone, and which worlds they are of. */
typedef struct shape {
  const char *name;
  int n_p[PARTS], world_p[PARTS];
} shape;

static const world world_w[] = {{-1, 1, 1, 0}, {-3, 1, 1, 0}, {-1, 1.5, 2, 0}, {-2, 1, 1, .5}, {0, .5, 1.5, -.5}};
static const shape shape_s[] = {{"60 against 60", {60, 0, 60}, {0, 0, 0}},
                                {"60 against 600, less right", {60, 0, 600}, {2, 0, 0}},
                                {"300 against 300, rare", {300, 0, 300}, {1, 0, 1}},
                                {"160 rare against 1,000", {160, 0, 1000}, {1, 0, 0}},
                                {"400 against 1,500, shifted", {400, 0, 1500}, {3, 0, 1}},
                                {"100 in 1,000", {0, 100, 900}, {0, 0, 0}},
                                {"100 in 1,000, less right", {0, 100, 900}, {0, 2, 0}},
                                {"600 in 800, shifted", {0, 600, 200}, {0, 3, 0}},
                                {"400 rare in 1,400", {0, 400, 1000}, {0, 1, 0}},
                                {"100, 100 shared, 100", {100, 100, 100}, {0, 4, 2}},
                                {"200, 50 shared, 1,000", {200, 50, 1000}, {3, 0, 4}}};
enum { SHAPES = sizeof shape_s / sizeof *shape_s };

typedef struct seen {
  int n, value, difference, ratio;
} seen;

static void see(seen *to, bool value, bool difference, bool ratio) {
  to->n++, to->value += value, to->difference += difference, to->ratio += ratio;
}

static double share(int k, int n) { return n ? (double)k / n : 1; }

static void quotients_keep_the_bars(void) {
  static rows rows_p[PARTS];
  uint64_t seed = 9;
  double sum_k[3] = {0, 0, 0};
  for (int s = 0; s < SHAPES; s++) {
    const shape *const at = &shape_s[s];
    double top_pm[PARTS][METRICS], below_pm[PARTS][METRICS];
    seen seen_mf[METRICS][2] = {{{0, 0, 0, 0}}};
    for (int p = 0; p < PARTS; p++) truth_of(top_pm[p], below_pm[p], &world_w[at->world_p[p]]);
    for (int d = 0; d < DRAWS; d++) {
      for (int p = 0; p < PARTS; p++) draw(&rows_p[p], &world_w[at->world_p[p]], at->n_p[p], &seed);
      const int own = rows_p[0].positives + rows_p[1].positives, base = rows_p[2].positives + rows_p[1].positives;
      const bool few = own < 10 || base < 10 || (!at->n_p[0] && rows_p[2].positives < 10);
      for (int m = 0; m < METRICS; m++) {
        eh_quotient part_p[PARTS];
        double top_f[2] = {0, 0}, below_f[2] = {0, 0};
        for (int p = 0; p < PARTS; p++) {
          part_p[p] = at->n_p[p] ? sums_of(&rows_p[p], m) : (eh_quotient){0};
          for (int f = 0; f < 2; f++)
            if (f ? p > 0 : p < 2) top_f[f] += at->n_p[p] * top_pm[p][m], below_f[f] += at->n_p[p] * below_pm[p][m];
        }
        const double one = top_f[0] / below_f[0], other = top_f[1] / below_f[1];
        const eh_quotient *const alone = &part_p[at->n_p[0] ? 0 : 1];
        const int p = at->n_p[0] ? 0 : 1;
        const double aim = top_pm[p][m] / below_pm[p][m];
        eh_mean_gap gap;
        eh_range range;
        if (rows_p[p].positives && own && base) {
          REQUIRE(!eh_quotient_range(&range, alone, .95) && !eh_quotient_compare(&gap, part_p, .95));
          const eh_quotient first = joined(&part_p[0], &part_p[1]), second = joined(&part_p[2], &part_p[1]);
          const double found = first.top / first.below - second.top / second.below;
          CHECK(gap.difference.lower <= found && found <= gap.difference.upper);
          const bool out = gap.difference.lower > 0 || gap.difference.upper < 0;
          CHECK(out == (gap.ratio.lower > 1 || gap.ratio.upper < 1));
          if (fabs(gap.p - .05) > 1e-9) CHECK(out == (gap.p < .05));
          for (int f = 0; f < 1 + few; f++)
            see(&seen_mf[m][f], range.lower <= aim && aim <= range.upper,
                gap.difference.lower <= one - other && one - other <= gap.difference.upper,
                gap.ratio.lower <= one / other && one / other <= gap.ratio.upper);
        }
      }
    }
    for (int m = 0; m < METRICS; m++) {
      const seen *const all = &seen_mf[m][0], *const few = &seen_mf[m][1];
      printf("%-28s %-18s %4d draws: value %.3f difference %.3f ratio %.3f; of these with fewer than ten positives %4d: %.3f %.3f %.3f\n", at->name,
             metric_name[m], all->n, share(all->value, all->n), share(all->difference, all->n), share(all->ratio, all->n), few->n,
             share(few->value, few->n), share(few->difference, few->n), share(few->ratio, few->n));
      const double got_k[] = {share(all->value, all->n), share(all->difference, all->n), share(all->ratio, all->n)};
      for (int k = 0; k < 3; k++) {
        sum_k[k] += got_k[k];
        CHECK(got_k[k] >= .89 && got_k[k] <= .99);
      }
    }
  }
  printf("mean: value %.4f difference %.4f ratio %.4f\n", sum_k[0] / SHAPES / METRICS, sum_k[1] / SHAPES / METRICS, sum_k[2] / SHAPES / METRICS);
  for (int k = 0; k < 3; k++) CHECK(sum_k[k] / SHAPES / METRICS >= .93 && sum_k[k] / SHAPES / METRICS <= .97);
}

int main(void) {
  RUN(quotients_keep_the_bars);
  return check_end("statistics/quotient");
}
