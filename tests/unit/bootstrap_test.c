/* bootstrap: draws against the Poisson distribution and a slow twin, order statistics against a sort, whole audits against
 * replicates counted slice by slice. */
#include "audit/audit_internal.h"
#include "check.h"
#include "evenhand.h"
#include "interval/poisson.h"
#include "reference/bootstrap_slow.h"
#include "reference/memory_twin.h"

/* ---- draws ------------------------------------------------------------------------------------------------------- */

static eh_poisson *poisson_of(uint64_t seed) {
  eh_poisson *poisson = NULL;
  eh_error err = {0};
  CHECK(!eh_poisson_new(&poisson, seed, NULL, &err));
  return poisson;
}

/* Half the sum of |table - Poisson| over all outcomes; those outside the table count whole. */
static double total_variation(const eh_poisson_table *t, double mean) {
  double sum = 0, covered = 0;
  for (uint32_t k = 0; k < t->width; k++) {
    const double x = t->first + k, mass = exp(x * log(mean) - mean - lgamma(x + 1));
    const double drawn = (double)(t->cut_k[k] - (k ? t->cut_k[k - 1] : 0)) * 0x1p-48;
    sum += fabs(drawn - mass), covered += mass;
  }
  return .5 * (sum + fabs(1 - covered));
}

/* The C library's own terms are good to some 1e-11 at a mean of 65,536, where exponents cancel. */
static void tables_are_the_poisson_distribution(void) {
  eh_poisson *poisson = poisson_of(0);
  eh_error err = {0};
  for (uint32_t mean = 1; mean <= EH_MEAN_LARGE; mean += mean < EH_MEAN_SMALL ? 1 : mean < 4096 ? EH_MEAN_SMALL : 4 * EH_MEAN_SMALL) {
    const eh_poisson_table *t = eh_poisson_table_of(poisson, mean, &err);
    REQUIRE(t);
    CHECK_NEAR(total_variation(t, mean), 0, mean < EH_MEAN_SMALL ? 1e-12 : 1e-10);
    CHECK_U64(t->cut_k[t->width - 1], EH_STEP_ONE);
  }
  eh_poisson_free(poisson);
}

static void draws_equal_the_slow_twin(void) {
  static const uint32_t count_c[] = {0, 1, 2, 3, 14, 99, 255, 256, 257, 300, 1000, 65535, 65536, 65537, 200000};
  eh_error err = {0};
  for (uint64_t seed = 0; seed < 3; seed++) {
    eh_poisson *poisson = poisson_of(seed << 40 | seed);
    for (uint32_t c = 0; c < sizeof count_c / sizeof *count_c; c++)
      for (uint32_t group = 0; group < 3; group++) {
        uint32_t draw_b[EH_REPLICATE_GROUP];
        const uint64_t cell = (uint64_t)c << (11 * seed) | c;
        CHECK(!eh_poisson_draw(poisson, draw_b, cell, count_c[c], group, &err));
        for (uint32_t b = 0; b < EH_REPLICATE_GROUP; b += count_c[c] > 60000 ? 8 : 1)
          CHECK_U64(draw_b[b], slow_draw(seed << 40 | seed, cell, count_c[c], group * EH_REPLICATE_GROUP + b));
      }
    eh_poisson_free(poisson);
  }
}

/* Mean and variance of 25,600 draws are the count, cells and replicates do not know of each other. Five errors wide. */
static void draws_have_the_moments(void) {
  static const uint32_t count_c[] = {1, 5, 40, 255, 700, 70000};
  enum { GROUPS = 200, DRAWS = GROUPS * EH_REPLICATE_GROUP };
  static double value_cn[2][DRAWS];
  eh_poisson *poisson = poisson_of(7);
  eh_error err = {0};
  for (uint32_t c = 0; c < sizeof count_c / sizeof *count_c; c++) {
    const double mean = count_c[c];
    double sum = 0, square = 0, cross = 0, serial = 0;
    for (uint32_t cell = 0; cell < 2; cell++)
      for (uint32_t group = 0; group < GROUPS; group++) {
        uint32_t draw_b[EH_REPLICATE_GROUP];
        CHECK(!eh_poisson_draw(poisson, draw_b, cell, count_c[c], group, &err));
        for (uint32_t b = 0; b < EH_REPLICATE_GROUP; b++) value_cn[cell][group * EH_REPLICATE_GROUP + b] = draw_b[b] - mean;
      }
    for (int i = 0; i < DRAWS; i++) {
      sum += value_cn[0][i], square += value_cn[0][i] * value_cn[0][i];
      cross += value_cn[0][i] * value_cn[1][i], serial += value_cn[0][i] * value_cn[0][(i + 1) % DRAWS];
    }
    const double error = 5 / sqrt(DRAWS);
    CHECK_NEAR(sum / DRAWS, 0, error * sqrt(mean));
    CHECK_NEAR(square / DRAWS, mean, error * mean * sqrt(2 + 1 / mean));
    CHECK_NEAR(cross / DRAWS, 0, error * mean);
    CHECK_NEAR(serial / DRAWS, 0, error * mean);
  }
  eh_poisson_free(poisson);
}

/* ---- ends -------------------------------------------------------------------------------------------------------- */

static eh_resampling how_of(double level, bool bca) { return (eh_resampling){level, eh_critical(level), bca}; }

enum { MOST = 3000 };

/* Values of every shape: continuous, few distinct ones, skewed, infinite at the end. */
static double some_value(uint64_t *state, int shape) {
  const double u = check_uniform(state);
  if (shape == 0) return u;
  if (shape == 1) return floor(6 * u);
  if (shape == 2) return 1 / (u + 1e-9);
  return u < .01 ? INFINITY : u * u * u;
}

static void percentile_ends_are_order_statistics(void) {
  static double value_b[MOST], copy_b[MOST], scratch_b[MOST];
  uint64_t state = 3;
  for (int t = 0; t < 400; t++) {
    const uint32_t n = 200 + (uint32_t)(check_random(&state) % (MOST - 200));
    const double level = t % 3 == 0 ? .9 : t % 3 == 1 ? .95 : .99;
    for (uint32_t b = 0; b < n; b++) copy_b[b] = value_b[b] = some_value(&state, t % 4);
    const eh_range want = slow_percentile(copy_b, n, level);
    const eh_range got = eh_bootstrap_range(value_b, scratch_b, n, .5, 0, NAN, how_of(level, false)).range;
    CHECK(got.lower == want.lower);
    CHECK(got.upper == want.upper);
  }
}

static void undefined_replicates_are_left_out(void) {
  double value_b[100], scratch_b[100];
  for (int b = 0; b < 100; b++) value_b[b] = b % 2 ? NAN : b;
  const eh_range r = eh_bootstrap_range(value_b, scratch_b, 100, 50, 0, NAN, how_of(.9, false)).range;
  CHECK(r.lower == 2); /* 50 of 0, 2, ... 98; the second from either end */
  CHECK(r.upper == 96);
  for (int b = 0; b < 100; b++) value_b[b] = b < 10 ? b : NAN;
  CHECK(isnan(eh_bootstrap_range(value_b, scratch_b, 100, 5, 0, NAN, how_of(.9, false)).range.lower));
}

static void an_interval_has_a_width(void) {
  double value_b[100], scratch_b[100];
  for (int b = 0; b < 100; b++) value_b[b] = b == 0 ? 0 : 1;
  const eh_resampled r = eh_bootstrap_range(value_b, scratch_b, 100, 1, 0, 0, how_of(.9, false));
  CHECK(isnan(r.range.lower) && isnan(r.range.upper) && isnan(r.p));
}

static void replicates_needed_follow_from_the_level(void) {
  CHECK_U64(eh_replicates_least(.95), 39);
  CHECK_U64(eh_replicates_least(.9), 19);
  CHECK_U64(eh_replicates_least(.99), 199);
  CHECK_U64(eh_replicates_least(.5), 3);
}

/* p <= 1 - level exactly when the interval of that level leaves the value out. */
static void interval_and_p_never_contradict(void) {
  static double value_b[1000], copy_b[1000], scratch_b[1000];
  uint64_t state = 4;
  int excluded = 0;
  for (int t = 0; t < 2000; t++) {
    const bool bca = t % 2;
    const double shift = 3 * check_uniform(&state), level = t % 3 ? .95 : .9, a = .2 * (check_uniform(&state) - .5);
    for (int b = 0; b < 1000; b++) {
      double sum = shift - 2;
      for (int k = 0; k < 4; k++) sum += check_uniform(&state) - .5;
      copy_b[b] = sum;
    }
    for (int b = 0; b < 1000; b++) value_b[b] = copy_b[b];
    const eh_resampled r = eh_bootstrap_range(value_b, scratch_b, 1000, shift - 1.9, a, 0, how_of(level, bca));
    if (!(r.range.lower < r.range.upper)) continue;
    const bool out = r.range.lower > 0 || r.range.upper < 0;
    excluded += out;
    CHECK(out == (r.p <= (1 - level) * (1 + 1e-9)));
    CHECK(r.p > 0 && r.p <= 1);
  }
  CHECK(excluded > 300 && excluded < 1700);
}

/* Without bias and acceleration BCa is the percentile interval; a bias moves both ends. */
static void bca_adjusts_the_tails(void) {
  static double value_b[999], scratch_b[999];
  for (int b = 0; b < 999; b++) value_b[b] = b;
  const eh_range plain = eh_bootstrap_range(value_b, scratch_b, 999, 499, 0, NAN, how_of(.95, true)).range;
  CHECK(plain.lower == 24 && plain.upper == 974);
  for (int b = 0; b < 999; b++) value_b[b] = b;
  const eh_range biased = eh_bootstrap_range(value_b, scratch_b, 999, 599, 0, NAN, how_of(.95, true)).range;
  /* share below .6: z0 = .2534; tails cdf(2 z0 -+ 1.96) = .0731 and .9932 */
  CHECK_NEAR(biased.lower, 1000 * .0731 - 1, 1.5);
  CHECK_NEAR(biased.upper, 1000 * .9932 - 1, 1.5);
  for (int b = 0; b < 999; b++) value_b[b] = b;
  const eh_range skewed = eh_bootstrap_range(value_b, scratch_b, 999, 499, .1, NAN, how_of(.95, true)).range;
  /* z0 = 0: tails cdf(-1.96 / 1.196) = .0506, cdf(1.96 / .804) = .9926 */
  CHECK_NEAR(skewed.lower, 1000 * .0506 - 1, 1.5);
  CHECK_NEAR(skewed.upper, 1000 * .9926 - 1, 1.5);
}

/* ---- acceleration ------------------------------------------------------------------------------------------------ */

/* Rows of the slice alone, of both, and of the base alone, by kind: tp, fp, tn, fn. */
typedef struct kinds {
  double row_rk[3][4];
} kinds;

static double rate_of(eh_metric metric, const double c[4]) {
  const double tp = c[0], fp = c[1], tn = c[2], fn = c[3];
  if (metric == EH_M_PPV) return tp / (tp + fp);
  if (metric == EH_M_F1) return 2 * tp / (2 * tp + fp + fn);
  if (metric == EH_M_BALANCED_ACCURACY) return .5 * (tp / (tp + fn) + tn / (tn + fp));
  return metric == EH_M_FPR ? fp / (fp + tn) : (tp + tn) / (tp + fp + tn + fn);
}

/* 0: the slice's value; 1: difference to the base; 2: ratio. */
static double statistic_of(eh_metric metric, const kinds *x, int which) {
  double own[4], base[4];
  for (int k = 0; k < 4; k++) own[k] = x->row_rk[0][k] + x->row_rk[1][k], base[k] = x->row_rk[1][k] + x->row_rk[2][k];
  const double a = rate_of(metric, own), b = rate_of(metric, base);
  return which == 0 ? a : which == 1 ? a - b : a / b;
}

/* Sum of cubes over 6 (sum of squares)^1.5 of what one more of each row does, by finite differences. */
static double slow_acceleration(eh_metric metric, const kinds *x, int which) {
  double square = 0, cube = 0;
  for (int r = 0; r < 3; r++)
    for (int k = 0; k < 4; k++) {
      kinds up = *x, down = *x;
      up.row_rk[r][k] += 1e-3, down.row_rk[r][k] -= 1e-3;
      const double l = (statistic_of(metric, &up, which) - statistic_of(metric, &down, which)) / 2e-3;
      square += x->row_rk[r][k] * l * l, cube += x->row_rk[r][k] * l * l * l;
    }
  return cube / (6 * pow(square, 1.5));
}

static eh_confusion confusion_of(const kinds *x, int first, int last) {
  uint64_t c[4] = {0, 0, 0, 0};
  for (int r = first; r <= last; r++)
    for (int k = 0; k < 4; k++) c[k] += (uint64_t)x->row_rk[r][k];
  return (eh_confusion){c[0], c[1], c[2], c[3]};
}

static void acceleration_is_the_jackknife_of_rows(void) {
  static const eh_metric metric_m[] = {EH_M_FPR, EH_M_PPV, EH_M_ACCURACY, EH_M_F1, EH_M_BALANCED_ACCURACY};
  uint64_t state = 6;
  for (int t = 0; t < 300; t++) {
    kinds x;
    for (int r = 0; r < 3; r++)
      for (int k = 0; k < 4; k++) x.row_rk[r][k] = (double)(check_random(&state) % 60 + (r != 1 || t % 2 ? 1 : 0));
    const eh_metric metric = metric_m[t % 5];
    const eh_confusion own = confusion_of(&x, 0, 1), base = confusion_of(&x, 1, 2), shared = confusion_of(&x, 1, 1);
    eh_row_units units;
    const eh_kinds own_k = eh_kinds_of_rows(own), base_k = eh_kinds_of_rows(base), shared_k = eh_kinds_of_rows(shared);
    eh_row_units_make(&units, &own_k, &base_k, &shared_k);
    const eh_influence gap = eh_influence_of_gap(metric, &units.own, &units.base);
    CHECK_NEAR(eh_influence_of_value(metric, &units.own), slow_acceleration(metric, &x, 0), 1e-6);
    CHECK_NEAR(gap.difference, slow_acceleration(metric, &x, 1), 1e-6);
    CHECK_NEAR(gap.ratio, slow_acceleration(metric, &x, 2), 1e-6);
  }
}

/* ---- whole audits ------------------------------------------------------------------------------------------------ */

enum { ROWS = 4000, B = 200 };
static const double threshold_t[] = {.3, .6};

typedef struct table_rows {
  char *csv;
  int y[ROWS], sex[ROWS], race[ROWS], k[ROWS], hundredth[ROWS]; /* k thresholds lie below the score */
} table_rows;

static void make_rows(table_rows *r) {
  uint64_t state = 5;
  char *to = r->csv = malloc(ROWS * 32);
  to += sprintf(to, "y,p,sex,race\n");
  for (int i = 0; i < ROWS; i++) {
    const int hundredth = r->hundredth[i] = (int)(check_random(&state) % 100);
    r->sex[i] = (int)(check_random(&state) % 2);
    r->race[i] = (int)(check_random(&state) % 3);
    r->y[i] = (int)(check_random(&state) % 100) < hundredth - 10 * r->sex[i];
    r->k[i] = (hundredth > 30) + (hundredth > 60);
    to += sprintf(to, "%d,0.%02d,%c,%c\n", r->y[i], hundredth, 'A' + r->sex[i], 'a' + r->race[i]);
  }
}

static eh_cube *cube_of(const char *csv, eh_spec *spec, eh_arena *arena) {
  static eh_str score = {"p", 1};
  eh_error err = {0};
  eh_ingest *in = NULL;
  eh_cube *cube = NULL;
  const eh_reading reading = {.source = EH_STR("t.csv")};
  *spec = (eh_spec){.cube = {.label = EH_STR("y"), .score_m = &score, .model_count = 1, .threshold_t = threshold_t, .threshold_count = 2},
                    .replicates = B, .seed = 42, .level = .9};
  const eh_str column_n[] = {EH_STR("sex"), EH_STR("race")};
  CHECK(!eh_slicing_parse(&spec->cube.slicing, arena, column_n, 2, NULL, 0, NULL, 0, false, &err));
  CHECK(!eh_ingest_new(&in, spec, &reading, NULL, &err));
  CHECK(!eh_ingest_push(in, csv, strlen(csv), &err));
  CHECK(!eh_ingest_end(in, &cube, &err));
  eh_ingest_free(in);
  return cube;
}

static const eh_result *find(const eh_audit_view *v, const char *slice, eh_metric metric, uint32_t t) {
  for (uint64_t i = 0; i < v->result_count; i++) {
    const eh_result *r = &v->result_n[i];
    if (r->metric == metric && r->threshold == t && eh_str_eq(v->slice_s[r->slice].slice->name, eh_str_of(slice))) return r;
  }
  return NULL;
}

/* Rows of a replicate by label and interval, of sex s and race r; -1: any. */
static double sum_of(const uint32_t *draw_b, int s, int r, int y, int least_k) {
  double sum = 0;
  for (int a = 0; a < 6; a++)
    for (int k = least_k; k < 3; k++)
      if ((s < 0 || a / 3 == s) && (r < 0 || a % 3 == r)) sum += draw_b[(a * 2 + y) * 3 + k];
  return sum;
}

/* Every row's atom by sex, then race: the canonical order, as both are sorted. */
static void draw_all(uint32_t draw_bc[B][36], const table_rows *rows) {
  uint32_t count_c[36] = {0};
  for (int i = 0; i < ROWS; i++) count_c[((rows->sex[i] * 3 + rows->race[i]) * 2 + rows->y[i]) * 3 + rows->k[i]]++;
  for (uint32_t b = 0; b < B; b++)
    for (uint32_t c = 0; c < 36; c++) draw_bc[b][c] = slow_draw(42, c, count_c[c], b);
}

static double fpr_of(const uint32_t *draw, int s, int r, int t) { return sum_of(draw, s, r, 0, t + 1) / sum_of(draw, s, r, 0, 0); }
static double ppv_of(const uint32_t *draw, int s, int r, int t) {
  return sum_of(draw, s, r, 1, t + 1) / (sum_of(draw, s, r, 1, t + 1) + sum_of(draw, s, r, 0, t + 1));
}

typedef double statistic(const uint32_t *draw, int s, int r, int t);

static void holds(const eh_result *got, const uint32_t draw_bc[B][36], statistic *of, int s, int r, int t, int base_s, int base_r) {
  double value_b[B], gap_b[B], ratio_b[B];
  for (int b = 0; b < B; b++) {
    const double value = of(draw_bc[b], s, r, t), base = of(draw_bc[b], base_s, base_r, t);
    value_b[b] = value, gap_b[b] = value - base, ratio_b[b] = value / base;
  }
  const eh_range value = slow_percentile(value_b, B, .9), gap = slow_percentile(gap_b, B, .9), ratio = slow_percentile(ratio_b, B, .9);
  REQUIRE(got);
  CHECK(got->range.lower == value.lower && got->range.upper == value.upper);
  CHECK(got->gap.difference_range.lower == gap.lower && got->gap.difference_range.upper == gap.upper);
  CHECK(got->gap.ratio_range.lower == ratio.lower && got->gap.ratio_range.upper == ratio.upper);
  CHECK_TEXT(got->method, strlen(got->method), "bootstrap");
  CHECK_TEXT(got->gap.method, strlen(got->gap.method), "bootstrap");
}

/* Inside, disjoint and overlapping slices alike. */
static void audits_equal_replicates_of_rows(void) {
  static uint32_t draw_bc[B][36];
  static table_rows rows;
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  make_rows(&rows);
  draw_all(draw_bc, &rows);
  eh_cube *cube = cube_of(rows.csv, &spec, &arena);
  spec.bootstrap = EH_BOOTSTRAP_PERCENTILE;
  for (int base = 0; base < 2; base++) {
    eh_audit *audit;
    spec.baseline = base ? EH_STR("sex=A") : EH_STR("overall");
    REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err));
    const eh_audit_view *v = eh_audit_see(audit);
    for (uint32_t t = 0; t < 2; t++) {
      holds(find(v, "sex=B", EH_M_FPR, t), draw_bc, fpr_of, 1, -1, (int)t, base ? 0 : -1, -1);
      holds(find(v, "race=b", EH_M_FPR, t), draw_bc, fpr_of, -1, 1, (int)t, base ? 0 : -1, -1);
      holds(find(v, "race=c", EH_M_PPV, t), draw_bc, ppv_of, -1, 2, (int)t, base ? 0 : -1, -1);
    }
    CHECK(find(v, "sex=B", EH_M_F1, 0)->range.lower < find(v, "sex=B", EH_M_F1, 0)->value.value);
    CHECK(find(v, "sex=B", EH_M_BALANCED_ACCURACY, 0)->range.upper > find(v, "sex=B", EH_M_BALANCED_ACCURACY, 0)->value.value);
    CHECK(find(v, "sex=B", EH_M_PREVALENCE, EH_NONE)->range.lower < find(v, "sex=B", EH_M_PREVALENCE, EH_NONE)->range.upper);
    eh_audit_free(audit);
  }
  eh_cube_free(cube);
  eh_arena_free(&arena);
  free(rows.csv);
}

/* Rows of sex s (-1: both) in replicate b, by label and score: cells are numbered by atom, label and score, beyond all coarse
 * ones. */
typedef struct drawn_scores {
  double row_yh[2][100];
} drawn_scores;

static void draw_scores(drawn_scores out_sb[2][B], const table_rows *rows) {
  static uint32_t count_ayh[6][2][100];
  uint64_t cell = (uint64_t)1 << 40;
  memset(count_ayh, 0, sizeof count_ayh);
  memset(out_sb, 0, sizeof(drawn_scores[2][B]));
  for (int i = 0; i < ROWS; i++) count_ayh[rows->sex[i] * 3 + rows->race[i]][rows->y[i]][rows->hundredth[i]]++;
  for (int a = 0; a < 6; a++)
    for (int y = 0; y < 2; y++)
      for (int h = 0; h < 100; h++) {
        if (!count_ayh[a][y][h]) continue;
        for (uint32_t b = 0; b < B; b++) out_sb[a / 3][b].row_yh[y][h] += slow_draw(42, cell, count_ayh[a][y][h], b);
        cell++;
      }
}

/* Mean score, calibration ratio, Brier score, AUC and log loss by their definitions. */
static void score_values(double value_m[5], const drawn_scores *d, const drawn_scores *more) {
  double n_y[2] = {0, 0}, sum = 0, loss = 0, won = 0, surprise = 0;
  for (int h = 0; h < 100; h++)
    for (int y = 0; y < 2; y++) {
      const double rows = d->row_yh[y][h] + (more ? more->row_yh[y][h] : 0);
      for (int other = 0; y && other <= h; other++)
        won += (other < h ? 1 : .5) * rows * (d->row_yh[0][other] + (more ? more->row_yh[0][other] : 0));
      if (rows > 0) surprise -= rows * log(y ? h / 100.0 : 1 - h / 100.0);
      n_y[y] += rows, sum += rows * h / 100, loss += rows * (h / 100.0 - y) * (h / 100.0 - y);
    }
  value_m[0] = sum / (n_y[0] + n_y[1]), value_m[1] = sum / n_y[1], value_m[2] = loss / (n_y[0] + n_y[1]);
  value_m[3] = won / (n_y[0] * n_y[1]), value_m[4] = surprise / (n_y[0] + n_y[1]);
}

static void scores_equal_replicates_of_rows(void) {
  static const eh_metric metric_m[] = {EH_M_MEAN_SCORE, EH_M_CALIBRATION_RATIO, EH_M_BRIER, EH_M_ROC_AUC, EH_M_LOG_LOSS};
  static drawn_scores drawn_sb[2][B];
  static table_rows rows;
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  eh_audit *audit;
  make_rows(&rows);
  draw_scores(drawn_sb, &rows);
  eh_cube *cube = cube_of(rows.csv, &spec, &arena);
  spec.bootstrap = EH_BOOTSTRAP_PERCENTILE;
  REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err));
  for (int m = 0; m < 5; m++) {
    double value_b[B], gap_b[B], ratio_b[B];
    for (int b = 0; b < B; b++) {
      double own_m[5], all_m[5];
      score_values(own_m, &drawn_sb[1][b], NULL);
      score_values(all_m, &drawn_sb[0][b], &drawn_sb[1][b]);
      value_b[b] = own_m[m], gap_b[b] = own_m[m] - all_m[m], ratio_b[b] = own_m[m] / all_m[m];
    }
    const eh_range value = slow_percentile(value_b, B, .9), gap = slow_percentile(gap_b, B, .9), ratio = slow_percentile(ratio_b, B, .9);
    const eh_result *got = find(eh_audit_see(audit), "sex=B", metric_m[m], EH_NONE);
    CHECK_NEAR(got->range.lower, value.lower, 1e-13);
    CHECK_NEAR(got->range.upper, value.upper, 1e-13);
    CHECK_NEAR(got->gap.difference_range.lower, gap.lower, 1e-13);
    CHECK_NEAR(got->gap.difference_range.upper, gap.upper, 1e-13);
    CHECK_NEAR(got->gap.ratio_range.lower, ratio.lower, 1e-13);
    CHECK_NEAR(got->gap.ratio_range.upper, ratio.upper, 1e-13);
    CHECK(!got->interval_reason && !got->gap.interval_reason && got->gap.p <= 1);
  }
  eh_audit_free(audit);
  spec.bootstrap = EH_BOOTSTRAP_BCA;
  spec.baseline = EH_STR("complement");
  REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err));
  const eh_result *auc = find(eh_audit_see(audit), "sex=B", EH_M_ROC_AUC, EH_NONE);
  CHECK_TEXT(auc->method, strlen(auc->method), "bootstrap");
  CHECK(auc->gap.interval_reason == EH_R_BOOTSTRAP_NEEDS_ROWS && isnan(auc->gap.p));
  const eh_result *ece = find(eh_audit_see(audit), "sex=B", EH_M_ECE, EH_NONE); /* no replicates are made of it at all */
  CHECK(ece->interval_reason == EH_R_NO_BOOTSTRAP && ece->gap.interval_reason == EH_R_NO_BOOTSTRAP && isnan(ece->range.lower));
  eh_audit_free(audit);
  eh_cube_free(cube);
  eh_arena_free(&arena);
  free(rows.csv);
}

/* More draws than are made: 4,000 rows of distinct scores, 100,000 replicates are below 2^30; 20,000 are not. */
static void too_many_draws_say_so(void) {
  enum { MANY = 20000 };
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  eh_audit *audit;
  char *csv = malloc(MANY * 24 + 32), *to = csv + sprintf(csv, "y,p,sex,race\n");
  for (int i = 0; i < MANY; i++) to += sprintf(to, "%d,%d,a,b\n", i % 2, i);
  eh_cube *cube = cube_of(csv, &spec, &arena);
  spec.bootstrap = EH_BOOTSTRAP_PERCENTILE;
  spec.replicates = EH_REPLICATES_MAX;
  REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err));
  const eh_result *auc = find(eh_audit_see(audit), "overall", EH_M_ROC_AUC, EH_NONE);
  CHECK(auc->interval_reason == EH_R_BOOTSTRAP_NEEDS_ROWS && isnan(auc->range.lower) && !auc->method);
  CHECK(!find(eh_audit_see(audit), "overall", EH_M_ACCURACY, 0)->interval_reason);
  eh_audit_free(audit);
  eh_cube_free(cube);
  eh_arena_free(&arena);
  free(csv);
}

/* The complement of one of two groups is the other. */
static void the_complement_is_the_other_group(void) {
  static table_rows rows;
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  eh_audit *audit, *twin;
  make_rows(&rows);
  eh_cube *cube = cube_of(rows.csv, &spec, &arena);
  for (int bca = 0; bca < 2; bca++) {
    spec.bootstrap = bca ? EH_BOOTSTRAP_BCA : EH_BOOTSTRAP_PERCENTILE;
    spec.baseline = EH_STR("complement");
    REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err));
    spec.baseline = EH_STR("sex=A");
    REQUIRE(!eh_audit_run(&twin, cube, &spec, NULL, &err));
    for (eh_metric m = EH_M_FPR; m <= EH_M_MEAN_LABEL; m++)
      for (uint32_t t = 0; t < 2; t++) {
        const uint32_t at = eh_metric_about(m)->needs_threshold ? t : EH_NONE;
        const eh_gap *a = &find(eh_audit_see(audit), "sex=B", m, at)->gap, *b = &find(eh_audit_see(twin), "sex=B", m, at)->gap;
        CHECK(a->difference_range.lower == b->difference_range.lower && a->difference_range.upper == b->difference_range.upper);
        CHECK(a->ratio_range.lower == b->ratio_range.lower && a->ratio_range.upper == b->ratio_range.upper);
        CHECK(a->p == b->p && a->p <= 1);
      }
    eh_audit_free(audit);
    eh_audit_free(twin);
  }
  eh_cube_free(cube);
  eh_arena_free(&arena);
  free(rows.csv);
}

/* sex=a: 3 of 6 selected; b: none of 40; c: all rows of one kind. */
static void few_events_are_said(void) {
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  eh_audit *audit;
  char csv[4096], *to = csv + sprintf(csv, "y,p,sex,race\n");
  for (int i = 0; i < 6; i++) to += sprintf(to, "0,%d,a,x\n", i < 3);
  for (int i = 0; i < 40; i++) to += sprintf(to, "0,0,b,x\n");
  for (int i = 0; i < 60; i++) to += sprintf(to, "%d,%d,c,x\n", i % 2, i % 4 < 2);
  eh_cube *cube = cube_of(csv, &spec, &arena);
  spec.bootstrap = EH_BOOTSTRAP_PERCENTILE;
  spec.baseline = EH_STR("sex=c");
  REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err));
  const eh_audit_view *v = eh_audit_see(audit);
  const eh_result *a = find(v, "sex=a", EH_M_SELECTION_RATE, 0), *b = find(v, "sex=b", EH_M_SELECTION_RATE, 0);
  CHECK(a->interval_reason == EH_R_FEW_EVENTS && a->range.lower < a->range.upper);
  CHECK(a->gap.interval_reason == EH_R_FEW_EVENTS && a->gap.difference_range.lower < a->gap.difference_range.upper);
  CHECK(b->interval_reason == EH_R_FEW_EVENTS && isnan(b->range.lower) && !b->method);
  CHECK(b->gap.interval_reason == EH_R_FEW_EVENTS && b->gap.difference_range.lower < b->gap.difference_range.upper);
  CHECK(find(v, "sex=b", EH_M_TPR, 0)->interval_reason == EH_R_NO_POSITIVES);
  const eh_result *c = find(v, "sex=c", EH_M_SELECTION_RATE, 0);
  CHECK(!c->interval_reason && c->gap.reason == EH_R_IS_BASELINE);
  CHECK(find(v, "race=x", EH_M_FNR, 0)->gap.interval_reason == EH_R_SAME_ROWS); /* all positives are c */
  CHECK(find(v, "overall", EH_M_TP, 0)->interval_reason == EH_R_COUNT_METRIC);
  eh_audit_free(audit);
  eh_cube_free(cube);
  eh_arena_free(&arena);
}

static void what_cannot_be_done_is_refused(void) {
  eh_arena arena = {0};
  eh_spec spec;
  eh_audit *audit;
  eh_error err = {0};
  eh_cube *cube = cube_of("y,p,sex,race\n1,1,a,b\n0,0,a,b\n", &spec, &arena);
  spec.bootstrap = EH_BOOTSTRAP_BCA;
  spec.replicates = 18;
  CHECK(eh_audit_run(&audit, cube, &spec, NULL, &err) == EH_E_USAGE);
  CHECK_TEXT(err.message, strlen(err.message), "an interval of level 0.9 needs 19 replicates or more, not 18");
  err = (eh_error){0};
  spec.replicates = EH_REPLICATES_MAX + 1;
  CHECK(eh_audit_run(&audit, cube, &spec, NULL, &err) == EH_E_USAGE);
  eh_cube_free(cube);
  eh_arena_free(&arena);
}

static void refused_memory_is_an_error_and_no_leak(void) {
  static table_rows rows;
  eh_arena arena = {0};
  eh_spec spec;
  make_rows(&rows);
  eh_cube *cube = cube_of(rows.csv, &spec, &arena);
  spec.bootstrap = EH_BOOTSTRAP_BCA;
  spec.baseline = EH_STR("sex=A");
  for (size_t at = 1; at < 400; at++) {
    memory_twin twin = {.mem = {.resize = memory_twin_resize}, .refuse_at = at};
    twin.mem.ctx = &twin;
    eh_error err = {0};
    eh_audit *audit = NULL;
    const eh_status status = eh_audit_run(&audit, cube, &spec, &twin.mem, &err);
    if (!status) eh_audit_free(audit);
    CHECK(status == EH_OK || status == EH_E_MEMORY);
    CHECK_U64(twin.blocks, 0);
    CHECK(!twin.wrong_sizes);
    if (!status) break;
    CHECK(at < 399);
  }
  eh_cube_free(cube);
  eh_arena_free(&arena);
  free(rows.csv);
}

int main(void) {
  RUN(tables_are_the_poisson_distribution);
  RUN(draws_equal_the_slow_twin);
  RUN(draws_have_the_moments);
  RUN(percentile_ends_are_order_statistics);
  RUN(undefined_replicates_are_left_out);
  RUN(an_interval_has_a_width);
  RUN(replicates_needed_follow_from_the_level);
  RUN(interval_and_p_never_contradict);
  RUN(bca_adjusts_the_tails);
  RUN(acceleration_is_the_jackknife_of_rows);
  RUN(audits_equal_replicates_of_rows);
  RUN(scores_equal_replicates_of_rows);
  RUN(too_many_draws_say_so);
  RUN(the_complement_is_the_other_group);
  RUN(few_events_are_said);
  RUN(what_cannot_be_done_is_refused);
  RUN(refused_memory_is_an_error_and_no_leak);
  return check_end("bootstrap");
}
