/* Coverage of percentile and BCa intervals of 1,000 replicates at level .95: every outcome is enumerated, its interval made
 * of draws of its cells. Bar: >= .92 where every slice expects ten events and ten rows without one. Printed beside it: what
 * happens below, which is why few_events is said there.
 */
#include "coverage.h"
#include "evenhand/interval.h"

enum { REPLICATES = 1000, GROUPS = (REPLICATES + EH_REPLICATE_GROUP - 1) / EH_REPLICATE_GROUP, SLOTS = GROUPS * EH_REPLICATE_GROUP };
static double hit_b[2][SLOTS], miss_b[2][SLOTS], value_b[SLOTS], scratch_b[SLOTS];
static eh_poisson *poisson;

/* Draws of one cell, which has a number of its own in every slice and outcome. */
static void draw(double *to_b, uint64_t cell, uint64_t count) {
  eh_error err = {0};
  for (uint32_t g = 0; g < GROUPS; g++) {
    uint32_t draw_b[EH_REPLICATE_GROUP];
    CHECK(!eh_poisson_draw(poisson, draw_b, cell, (uint32_t)count, g, &err));
    for (uint32_t b = 0; b < EH_REPLICATE_GROUP; b++) to_b[g * EH_REPLICATE_GROUP + b] = draw_b[b];
  }
}

/* Sums of squares and cubes of the influences of the rows of x of n, for a statistic that grows with the rate `sign` times. */
static void add_influence(double moment[2], double x, double n, double sign) {
  const double p = x / n, up = (1 - p) / n, down = -p / n;
  moment[0] += x * up * up + (n - x) * down * down;
  moment[1] += sign * (x * up * up * up + (n - x) * down * down * down);
}

static double acceleration_of(const double moment[2]) { return moment[0] > 0 ? moment[1] / (6 * moment[0] * sqrt(moment[0])) : 0; }

static bool holds(double truth, double estimate, double acceleration, bool bca) {
  const eh_resampling how = {.95, eh_critical(.95), bca};
  const eh_range r = eh_bootstrap_range(value_b, scratch_b, REPLICATES, estimate, acceleration, NAN, how).range;
  return r.lower <= truth && truth <= r.upper; /* no interval covers nothing */
}

static double cover_rate(const binomial *b, bool bca) {
  double covered = 0;
  for (int i = 0; i < b->count; i++) {
    const uint64_t x = (uint64_t)(b->first + i);
    double moment[2] = {0, 0};
    draw(hit_b[0], 2 * x, x);
    draw(miss_b[0], 2 * x + 1, b->n - x);
    for (int k = 0; k < REPLICATES; k++) value_b[k] = hit_b[0][k] / (hit_b[0][k] + miss_b[0][k]);
    add_influence(moment, (double)x, (double)b->n, 1);
    if (holds(b->p, (double)x / (double)b->n, acceleration_of(moment), bca)) covered += b->mass_i[i];
  }
  return covered;
}

/* The likely outcomes alone: those left out, 1e-4 of the mass, count as not covered. */
static double cover_difference(const binomial *a, const binomial *b, bool bca) {
  double covered = 0;
  for (int i = 0; i < a->count; i++) {
    if (a->mass_i[i] < 1e-5) continue;
    const uint64_t x = (uint64_t)(a->first + i);
    draw(hit_b[0], 2 * x, x);
    draw(miss_b[0], 2 * x + 1, a->n - x);
    for (int j = 0; j < b->count; j++) {
      if (b->mass_i[j] < 1e-5) continue;
      const uint64_t y = (uint64_t)(b->first + j), cell = 1000000 + 100000 * x + 2 * y;
      double moment[2] = {0, 0};
      draw(hit_b[1], cell, y);
      draw(miss_b[1], cell + 1, b->n - y);
      for (int k = 0; k < REPLICATES; k++)
        value_b[k] = hit_b[0][k] / (hit_b[0][k] + miss_b[0][k]) - hit_b[1][k] / (hit_b[1][k] + miss_b[1][k]);
      add_influence(moment, (double)x, (double)a->n, 1);
      add_influence(moment, (double)y, (double)b->n, -1);
      const double estimate = (double)x / (double)a->n - (double)y / (double)b->n;
      if (holds(a->p - b->p, estimate, acceleration_of(moment), bca)) covered += a->mass_i[i] * b->mass_i[j];
    }
  }
  return covered;
}

static void judge(const coverage *c) {
  printf("%-34s %6ld cells  mean %.4f  worst %.4f (%s)\n", c->what, c->cells, c->sum / (double)c->cells, c->worst1, c->where1);
  CHECK(c->worst1 >= .92 && c->worst1 <= 1);
}

static void rates_with_ten_events_keep_the_bar(void) {
  static const uint64_t size_n[] = {20, 50, 100, 400, 2000};
  static const double rate_n[] = {.005, .02, .05, .1, .2, .25, .5, .8, .98};
  for (int bca = 0; bca < 2; bca++) {
    coverage c = coverage_of(bca ? "rate, BCa" : "rate, percentile");
    for (size_t s = 0; s < sizeof size_n / sizeof *size_n; s++)
      for (size_t r = 0; r < sizeof rate_n / sizeof *rate_n; r++) {
        binomial b;
        char where[96];
        binomial_make(&b, size_n[s], rate_n[r]);
        if (binomial_rare(&b) < 10) continue;
        snprintf(where, sizeof where, "n %d p %.3f", (int)b.n, b.p);
        coverage_add(&c, cover_rate(&b, bca), binomial_rare(&b), where);
      }
    judge(&c);
  }
}

static void differences_with_ten_events_keep_the_bar(void) {
  static const struct { uint64_t n1, n2; double p1, p2; } cell_c[] = {{20, 40, .5, .5}, {50, 50, .2, .3}, {100, 30, .1, .4}, {200, 100, .05, .1}};
  for (int bca = 0; bca < 2; bca++) {
    coverage c = coverage_of(bca ? "difference, BCa" : "difference, percentile");
    for (size_t k = 0; k < sizeof cell_c / sizeof *cell_c; k++) {
      binomial a, b;
      char where[96];
      binomial_make(&a, cell_c[k].n1, cell_c[k].p1);
      binomial_make(&b, cell_c[k].n2, cell_c[k].p2);
      snprintf(where, sizeof where, "n %d %d p %.2f %.2f", (int)a.n, (int)b.n, a.p, b.p);
      coverage_add(&c, cover_difference(&a, &b, bca), fmin(binomial_rare(&a), binomial_rare(&b)), where);
    }
    judge(&c);
  }
}

static void fewer_events_do_not(void) {
  binomial one, two;
  binomial_make(&one, 200, .005);
  binomial_make(&two, 200, .01);
  const double at1 = cover_rate(&one, false), at2 = cover_rate(&two, false);
  printf("percentile at 1 expected event %.3f, at 2 %.3f\n", at1, at2);
  CHECK(at1 < .7 && at2 < .9);
}

int main(void) {
  eh_error err = {0};
  CHECK(!eh_poisson_new(&poisson, 1, NULL, &err));
  RUN(rates_with_ten_events_keep_the_bar);
  RUN(differences_with_ten_events_keep_the_bar);
  RUN(fewer_events_do_not);
  eh_poisson_free(poisson);
  return check_end("statistics/bootstrap");
}
