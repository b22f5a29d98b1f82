/* Coverage of percentile and BCa intervals at level .95 by seeded simulation where rows come in clusters: persons whose rows share
 * a rate of their own, beta distributed, so that two rows of a person correlate by rho. Bar: >= .92 with forty persons in a
 * slice (sixty at the rate .2: a percentile interval of forty covers .91); the same rows taken one by one fall below .8 where rho is .3, which is why
 * --cluster is there. And under sampling weights, drawn independently of the outcome, and with fractional labels: the same bar.
 */
#include "check.h"
#include "evenhand.h"

enum { TRIES = 600, PERSONS = 120, ROWS_EACH = 12 };

static uint64_t seed = 1971;

/* Marsaglia's polar method, one of the pair. */
static double normal(void) {
  for (;;) {
    const double x = 2 * check_uniform(&seed) - 1, y = 2 * check_uniform(&seed) - 1, s = x * x + y * y;
    if (s > 0 && s < 1) return x * sqrt(-2 * eh_log(s) / s);
  }
}

/* Marsaglia & Tsang 2000, shape below 1 by the power of a uniform. */
static double gamma_of(double shape) {
  if (shape < 1) return gamma_of(shape + 1) * eh_exp(eh_log(check_uniform(&seed)) / shape);
  const double d = shape - 1. / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    const double x = normal(), v = pow(1 + c * x, 3), u = check_uniform(&seed);
    if (v > 0 && eh_log(u) < .5 * x * x + d - d * v + d * eh_log(v)) return d * v;
  }
}

typedef struct world {
  double rate_g[2]; /* of selection, in groups a and b */
  double rho;
  int persons;      /* in both */
} world;

/* Rows of negatives; a person belongs to one group. */
static size_t write_rows(char *csv, const world *w) {
  char *to = csv + sprintf(csv, "y,p,g,who\n");
  for (int person = 0; person < w->persons; person++) {
    const int g = person % 2;
    const double more = (1 - w->rho) / w->rho, hit = gamma_of(w->rate_g[g] * more), miss = gamma_of((1 - w->rate_g[g]) * more);
    const int rows = 1 + (int)(check_random(&seed) % (2 * ROWS_EACH - 1));
    for (int i = 0; i < rows; i++)
      to += sprintf(to, "0,%d,%c,%d\n", check_uniform(&seed) < hit / (hit + miss), 'a' + g, person);
  }
  return (size_t)(to - csv);
}

enum { BY_CLUSTER, BY_CLUSTER_BCA, BY_ROW, WAYS };

static bool covers(eh_range r, double truth) { return r.lower <= truth && truth <= r.upper; }

static void try_one(const world *w, int covered_w[WAYS], int gap_covered_w[WAYS]) {
  static const eh_metric metric = EH_M_SELECTION_RATE;
  static const eh_str score = {"p", 1}, column = {"g", 1};
  static char csv[PERSONS * 2 * ROWS_EACH * 16];
  const size_t n = write_rows(csv, w);
  const uint64_t draws = check_random(&seed) >> 20;
  for (int way = 0; way < WAYS; way++) {
    eh_arena arena = {0};
    eh_error err = {0};
    eh_ingest *in;
    eh_cube *cube;
    eh_audit *audit;
    const eh_reading reading = {.no_hash = true};
    const eh_slicing_wish wish = {.column_n = &column, .column_count = 1, .cluster = way == BY_ROW ? (eh_str){0} : EH_STR("who")};
    eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = &score, .model_count = 1}, .metric_n = &metric, .metric_count = 1,
                    .baseline = EH_STR("g=b"), .bootstrap = way == BY_CLUSTER_BCA ? EH_BOOTSTRAP_BCA : EH_BOOTSTRAP_PERCENTILE,
                    .replicates = 600, .seed = draws};
    CHECK(!eh_slicing_wish_parse(&spec.cube.slicing, &arena, &wish, &err));
    CHECK(!eh_ingest_new(&in, &spec, &reading, NULL, &err));
    CHECK(!eh_ingest_push(in, csv, n, &err));
    CHECK(!eh_ingest_end(in, &cube, &err));
    CHECK(!eh_audit_run(&audit, cube, &spec, NULL, &err));
    const eh_audit_view *v = eh_audit_see(audit);
    for (uint64_t i = 0; i < v->result_count; i++) {
      const eh_result *r = &v->result_n[i];
      if (!eh_str_eq(v->slice_s[r->slice].slice->name, EH_STR("g=a"))) continue;
      covered_w[way] += covers(r->range, w->rate_g[0]);
      gap_covered_w[way] += covers(r->gap.difference_range, w->rate_g[0] - w->rate_g[1]);
    }
    eh_audit_free(audit);
    eh_cube_free(cube);
    eh_ingest_free(in);
    eh_arena_free(&arena);
  }
}

/* At 600 tries the error of a coverage of .94 is .01. */
static void clusters_are_covered_and_their_rows_alone_are_not(void) {
  static const world world_c[] = {{{.3, .3}, .3, 80}, {{.2, .5}, .3, 120}, {{.5, .4}, .1, 80}, {{.4, .4}, .6, 80}};
  for (size_t c = 0; c < sizeof world_c / sizeof *world_c; c++) {
    const world *const w = &world_c[c];
    int covered_w[WAYS] = {0}, gap_w[WAYS] = {0};
    for (int t = 0; t < TRIES; t++) try_one(w, covered_w, gap_w);
    printf("rates %.1f %.1f, rho %.1f, %d persons: rate %.3f, BCa %.3f, by rows %.3f; gap %.3f, BCa %.3f, by rows %.3f\n", w->rate_g[0],
           w->rate_g[1], w->rho, w->persons, (double)covered_w[BY_CLUSTER] / TRIES, (double)covered_w[BY_CLUSTER_BCA] / TRIES,
           (double)covered_w[BY_ROW] / TRIES, (double)gap_w[BY_CLUSTER] / TRIES, (double)gap_w[BY_CLUSTER_BCA] / TRIES,
           (double)gap_w[BY_ROW] / TRIES);
    for (int way = BY_CLUSTER; way <= BY_CLUSTER_BCA; way++) {
      CHECK(covered_w[way] >= .92 * TRIES && covered_w[way] <= .98 * TRIES);
      CHECK(gap_w[way] >= .92 * TRIES && gap_w[way] <= .98 * TRIES);
    }
    if (w->rho >= .3) CHECK(covered_w[BY_ROW] < .8 * TRIES && gap_w[BY_ROW] < .8 * TRIES);
  }
}

/* ---- weights ------------------------------------------------------------------------------------------------------- */

/* 150 rows in either group; the score of a positive lies `shift` further up, and a threshold at 0. Weights exponential, in hundredths. */
static size_t write_weights(char *csv, double shift) {
  char *to = csv + sprintf(csv, "y,p,g,w\n");
  for (int i = 0; i < 300; i++) {
    const int y = check_uniform(&seed) < .4;
    to += sprintf(to, "%d,%.6f,%c,%.2f\n", y, normal() + shift * (y - .5), 'a' + i % 2, .01 - eh_log(check_uniform(&seed)));
  }
  return (size_t)(to - csv);
}

enum { NUMBERS = 3 };

/* Rows of two groups alike, with weights or fractional labels: how often a number of the one, and its gap to the other, is covered. */
static void check_rows(const char *what, size_t (*write)(char *csv, double shift), bool weighted, bool fractional,
                       const eh_metric metric_m[NUMBERS], double shift, const double truth_m[NUMBERS]) {
  static const eh_str score = {"p", 1}, column = {"g", 1};
  static const double zero = 0;
  static char csv[300 * 40];
  int covered_m[NUMBERS] = {0}, gap_m[NUMBERS] = {0};
  for (int t = 0; t < TRIES; t++) {
    const size_t n = write(csv, shift);
    eh_arena arena = {0};
    eh_error err = {0};
    eh_ingest *in;
    eh_cube *cube;
    eh_audit *audit;
    const eh_reading reading = {.no_hash = true};
    eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = &score, .model_count = 1, .threshold_t = &zero, .threshold_count = 1,
                             .weight = weighted ? EH_STR("w") : (eh_str){0}, .fractional = fractional},
                    .metric_n = metric_m, .metric_count = NUMBERS, .baseline = EH_STR("g=b"), .bootstrap = EH_BOOTSTRAP_PERCENTILE,
                    .replicates = 600, .seed = check_random(&seed) >> 20};
    CHECK(!eh_slicing_parse(&spec.cube.slicing, &arena, &column, 1, NULL, 0, NULL, 0, false, &err));
    CHECK(!eh_ingest_new(&in, &spec, &reading, NULL, &err));
    CHECK(!eh_ingest_push(in, csv, n, &err));
    CHECK(!eh_ingest_end(in, &cube, &err));
    CHECK(!eh_audit_run(&audit, cube, &spec, NULL, &err));
    const eh_audit_view *v = eh_audit_see(audit);
    for (uint64_t i = 0; i < v->result_count; i++) {
      const eh_result *r = &v->result_n[i];
      if (!eh_str_eq(v->slice_s[r->slice].slice->name, EH_STR("g=a"))) continue;
      for (int m = 0; m < NUMBERS; m++) {
        covered_m[m] += r->metric == metric_m[m] && covers(r->range, truth_m[m]);
        gap_m[m] += r->metric == metric_m[m] && covers(r->gap.difference_range, 0);
      }
    }
    eh_audit_free(audit);
    eh_cube_free(cube);
    eh_ingest_free(in);
    eh_arena_free(&arena);
  }
  for (int m = 0; m < NUMBERS; m++) {
    printf("%s, 150 rows, %s: %.3f, its gap %.3f\n", what, eh_metric_about(metric_m[m])->name, (double)covered_m[m] / TRIES,
           (double)gap_m[m] / TRIES);
    CHECK(covered_m[m] >= .92 * TRIES && covered_m[m] <= .98 * TRIES);
    CHECK(gap_m[m] >= .92 * TRIES && gap_m[m] <= .98 * TRIES);
  }
}

static void weights_are_covered(void) {
  static const eh_metric metric_m[NUMBERS] = {EH_M_SELECTION_RATE, EH_M_FPR, EH_M_ROC_AUC};
  const double shift = 1.2, high = eh_normal_cdf(shift / 2), low = 1 - high;
  const double truth_m[NUMBERS] = {.4 * high + .6 * low, low, eh_normal_cdf(shift / sqrt(2))};
  check_rows("exponential weights", write_weights, true, false, metric_m, shift, truth_m);
}

/* ---- fractional labels ----------------------------------------------------------------------------------------------- */

/* Labels of a tenth of the rows each; of ten raters those who say yes. */
enum { LABELS = 10 };
static const double label_n[LABELS] = {0, 0, .1, .1, .2, .3, .5, .7, .9, 1};

static size_t write_halves(char *csv, double shift) {
  char *to = csv + sprintf(csv, "y,p,g\n");
  for (int i = 0; i < 300; i++) {
    const double y = label_n[check_random(&seed) % LABELS];
    to += sprintf(to, "%g,%.6f,%c\n", y, normal() + shift * (y - .5), 'a' + i % 2);
  }
  return (size_t)(to - csv);
}

static void fractional_labels_are_covered(void) {
  static const eh_metric one_m[NUMBERS] = {EH_M_SELECTION_RATE, EH_M_FPR, EH_M_TPR}, two_m[NUMBERS] = {EH_M_ACCURACY, EH_M_F1, EH_M_MEAN_SCORE};
  const double shift = 1.5;
  double tp = 0, fp = 0, positives = 0, score = 0;
  for (int i = 0; i < LABELS; i++) {
    const double y = label_n[i], above = eh_normal_cdf(shift * (y - .5));
    tp += y * above / LABELS, fp += (1 - y) * above / LABELS, positives += y / LABELS, score += shift * (y - .5) / LABELS;
  }
  check_rows("fractional labels", write_halves, false, true, one_m, shift, (const double[]){tp + fp, fp / (1 - positives), tp / positives});
  check_rows("fractional labels", write_halves, false, true, two_m, shift,
             (const double[]){tp + 1 - positives - fp, 2 * tp / (tp + fp + positives), score});
}

int main(void) {
  RUN(clusters_are_covered_and_their_rows_alone_are_not);
  RUN(weights_are_covered);
  RUN(fractional_labels_are_covered);
  return check_end("statistics/cluster");
}
