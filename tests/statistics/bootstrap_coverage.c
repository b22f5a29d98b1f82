/* Coverage of percentile and BCa intervals of 1,000 replicates at level .95: every outcome is enumerated, its interval made
 * of draws of its cells. Bar: >= .92 where every slice expects ten events and ten rows without one. Printed beside it: what
 * happens below, which is why few_events is said there.
 */
#include "coverage.h"
#include "evenhand.h"

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

/* ---- AUC, by simulation ------------------------------------------------------------------------------------------ */

static uint64_t seed = 7;

/* Marsaglia's polar method, one of the pair. */
static double normal(void) {
  for (;;) {
    const double x = 2 * check_uniform(&seed) - 1, y = 2 * check_uniform(&seed) - 1, s = x * x + y * y;
    if (s > 0 && s < 1) return x * sqrt(-2 * eh_log(s) / s);
  }
}

enum { TRIES = 400, MANY = 400 };

/* An audit of two groups of n rows by label each, whose scores lie `shift_g` apart. */
static void try_auc(const double shift_g[2], const double auc_g[2], int n, int *covered, int *gap_covered) {
  static const eh_metric metric = EH_M_ROC_AUC;
  static char csv[4 * MANY * 40];
  static eh_str score = {"p", 1};
  eh_arena arena = {0};
  eh_error err = {0};
  eh_ingest *in;
  eh_cube *cube;
  eh_audit *audit;
  const eh_str column = EH_STR("g");
  const eh_reading reading = {.no_hash = true};
  char *to = csv + sprintf(csv, "y,p,g\n");
  for (int i = 0; i < 4 * n; i++) {
    const int g = i & 1, y = i >> 1 & 1;
    to += sprintf(to, "%d,%.6f,%c\n", y, normal() + y * shift_g[g], 'a' + g);
  }
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = &score, .model_count = 1}, .metric_n = &metric, .metric_count = 1,
                  .baseline = EH_STR("g=b"), .bootstrap = EH_BOOTSTRAP_PERCENTILE, .replicates = 400, .seed = check_random(&seed) >> 20};
  CHECK(!eh_slicing_parse(&spec.cube.slicing, &arena, &column, 1, NULL, 0, NULL, 0, false, &err));
  CHECK(!eh_ingest_new(&in, &spec, &reading, NULL, &err));
  CHECK(!eh_ingest_push(in, csv, (size_t)(to - csv), &err));
  CHECK(!eh_ingest_end(in, &cube, &err));
  CHECK(!eh_audit_run(&audit, cube, &spec, NULL, &err));
  const eh_audit_view *v = eh_audit_see(audit);
  for (uint64_t i = 0; i < v->result_count; i++) {
    const eh_result *r = &v->result_n[i];
    if (!eh_str_eq(v->slice_s[r->slice].slice->name, EH_STR("g=a"))) continue;
    const double gap = auc_g[0] - auc_g[1];
    *covered += r->range.lower <= auc_g[0] && auc_g[0] <= r->range.upper;
    *gap_covered += r->gap.difference_range.lower <= gap && gap <= r->gap.difference_range.upper;
  }
  eh_audit_free(audit);
  eh_cube_free(cube);
  eh_ingest_free(in);
  eh_arena_free(&arena);
}

/* Bar: that of an AUC, .91. At 400 tries its error is .014, so the bar is what a coverage of .95 falls below once in 5,000. */
static void auc_with_ten_rows_worth_keeps_the_bar(void) {
  static const struct { double auc_g[2]; int n; } cell_c[] = {{{.7, .8}, 50}, {{.85, .85}, 80}, {{.95, .8}, 200}};
  for (size_t c = 0; c < sizeof cell_c / sizeof *cell_c; c++) {
    double shift_g[2];
    int covered = 0, gap_covered = 0;
    for (int g = 0; g < 2; g++) shift_g[g] = sqrt(2) * eh_normal_quantile(cell_c[c].auc_g[g]);
    for (int t = 0; t < TRIES; t++) try_auc(shift_g, cell_c[c].auc_g, cell_c[c].n, &covered, &gap_covered);
    printf("AUC %.2f, %d + %d rows: %.3f; its gap to %.2f: %.3f\n", cell_c[c].auc_g[0], cell_c[c].n, cell_c[c].n,
           (double)covered / TRIES, cell_c[c].auc_g[1], (double)gap_covered / TRIES);
    CHECK(covered >= .91 * TRIES && gap_covered >= .91 * TRIES);
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
  RUN(auc_with_ten_rows_worth_keeps_the_bar);
  RUN(fewer_events_do_not);
  eh_poisson_free(poisson);
  return check_end("statistics/bootstrap");
}
