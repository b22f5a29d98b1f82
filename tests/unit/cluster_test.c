/* cluster: rows that belong together are drawn together: whole audits against replicates that draw every cluster, acceleration
 * against a jackknife of clusters, cubes that keep clusters, and what is refused. */
#include "audit/audit_internal.h"
#include "check.h"
#include "evenhand.h"
#include "reference/bootstrap_slow.h"
#include "reference/memory_twin.h"

enum { ROWS = 1500, CLUSTERS = 60, B = 200 };
static const double threshold_t[] = {.3, .6};

typedef struct table_rows {
  char *csv;
  int y[ROWS], sex[ROWS], race[ROWS], hundredth[ROWS], cluster[ROWS];
} table_rows;

/* A cluster has one sex, rows of several races, and scores that lie together. */
static void make_rows(table_rows *r, int clusters) {
  uint64_t state = 11;
  char *to = r->csv = malloc(ROWS * 40);
  to += sprintf(to, "y,p,sex,race,who\n");
  for (int i = 0; i < ROWS; i++) {
    const int c = r->cluster[i] = (int)(check_random(&state) % (uint64_t)clusters);
    r->sex[i] = c % 2;
    r->race[i] = (int)(check_random(&state) % 3);
    r->hundredth[i] = (int)(check_random(&state) % 60) + c * 37 % 40;
    r->y[i] = (int)(check_random(&state) % 100) < r->hundredth[i];
    to += sprintf(to, "%d,0.%02d,%c,%c,person %d\n", r->y[i], r->hundredth[i], 'A' + r->sex[i], 'a' + r->race[i], c);
  }
}

static const eh_str score = {"p", 1};

static eh_status slice_by(eh_spec *spec, eh_arena *arena, const char *cluster, eh_error *err) {
  static const eh_str column_n[] = {{"sex", 3}, {"race", 4}};
  const eh_slicing_wish wish = {.column_n = column_n, .column_count = 2, .cluster = cluster ? eh_str_of(cluster) : (eh_str){0}};
  *spec = (eh_spec){.cube = {.label = EH_STR("y"), .score_m = &score, .model_count = 1, .threshold_t = threshold_t, .threshold_count = 2},
                    .replicates = B, .seed = 42, .level = .9};
  return eh_slicing_wish_parse(&spec->cube.slicing, arena, &wish, err);
}

static eh_status read_cube(eh_cube **out, const eh_spec *spec, const char *csv, size_t n, const eh_allocator *mem, eh_error *err) {
  eh_ingest *in = NULL;
  const eh_reading reading = {.source = EH_STR("t.csv"), .no_hash = true};
  eh_status status = eh_ingest_new(&in, spec, &reading, mem, err);
  if (!status) status = eh_ingest_push(in, csv, n, err);
  if (!status) status = eh_ingest_end(in, out, err);
  eh_ingest_free(in);
  return status;
}

static eh_cube *cube_of(const char *csv, eh_spec *spec, eh_arena *arena, const char *cluster) {
  eh_error err = {0};
  eh_cube *cube = NULL;
  CHECK(!slice_by(spec, arena, cluster, &err));
  CHECK(!read_cube(&cube, spec, csv, strlen(csv), NULL, &err));
  return cube;
}

static const eh_result *find(const eh_audit_view *v, const char *slice, eh_metric metric, uint32_t t) {
  for (uint64_t i = 0; i < v->result_count; i++) {
    const eh_result *r = &v->result_n[i];
    if (r->metric == metric && r->threshold == t && eh_str_eq(v->slice_s[r->slice].slice->name, eh_str_of(slice))) return r;
  }
  return NULL;
}

/* ---- replicates ---------------------------------------------------------------------------------------------------- */

/* How often each cluster is drawn in each replicate: clusters are numbered in the order of the hashes of their names. */
static void draw_clusters(uint32_t times_cb[CLUSTERS][B]) {
  char name_c[CLUSTERS][EH_CLUSTER_NAME];
  for (int c = 0; c < CLUSTERS; c++) {
    char text[32];
    sprintf(text, "person %d", c);
    eh_cluster_name(name_c[c], eh_str_of(text));
  }
  for (int c = 0; c < CLUSTERS; c++) {
    uint64_t place = 0;
    for (int o = 0; o < CLUSTERS; o++) place += memcmp(name_c[o], name_c[c], EH_CLUSTER_NAME) < 0;
    for (uint32_t b = 0; b < B; b++) times_cb[c][b] = slow_draw(42, (uint64_t)1 << 41 | place, 1, b);
  }
}

typedef double statistic(const table_rows *r, const uint32_t *times_i, int sex, int race, int t);

static bool is_in(const table_rows *r, int i, int sex, int race) {
  return (sex < 0 || r->sex[i] == sex) && (race < 0 || r->race[i] == race);
}

static double fpr_of(const table_rows *r, const uint32_t *times_i, int sex, int race, int t) {
  double above = 0, all = 0;
  for (int i = 0; i < ROWS; i++) {
    if (!is_in(r, i, sex, race) || r->y[i]) continue;
    all += times_i[i], above += r->hundredth[i] > 100 * threshold_t[t] + .5 ? times_i[i] : 0;
  }
  return above / all;
}

static double brier_of(const table_rows *r, const uint32_t *times_i, int sex, int race, int t) {
  double loss = 0, all = 0;
  for (int i = 0; i < ROWS; i++)
    if (is_in(r, i, sex, race)) all += times_i[i], loss += times_i[i] * pow(r->hundredth[i] / 100.0 - r->y[i], 2);
  return t < 0 ? loss / all : NAN;
}

static double auc_of(const table_rows *r, const uint32_t *times_i, int sex, int race, int t) {
  double row_yh[2][100] = {{0}}, won = 0, n_y[2] = {0, 0}, below = 0;
  for (int i = 0; i < ROWS; i++)
    if (is_in(r, i, sex, race)) row_yh[r->y[i]][r->hundredth[i]] += times_i[i];
  for (int h = 0; h < 100; h++) {
    won += row_yh[1][h] * (below + .5 * row_yh[0][h]);
    below += row_yh[0][h], n_y[0] += row_yh[0][h], n_y[1] += row_yh[1][h];
  }
  return t < 0 ? won / (n_y[0] * n_y[1]) : NAN;
}

static void holds(const eh_result *got, const table_rows *rows, statistic *of, int s, int r, int t, int base_s, double slack) {
  static uint32_t times_cb[CLUSTERS][B], times_i[ROWS];
  double value_b[B], gap_b[B], ratio_b[B];
  draw_clusters(times_cb);
  for (int b = 0; b < B; b++) {
    for (int i = 0; i < ROWS; i++) times_i[i] = times_cb[rows->cluster[i]][b];
    const double value = of(rows, times_i, s, r, t), base = of(rows, times_i, base_s, -1, t);
    value_b[b] = value, gap_b[b] = value - base, ratio_b[b] = value / base;
  }
  const eh_range value = slow_percentile(value_b, B, .9), gap = slow_percentile(gap_b, B, .9), ratio = slow_percentile(ratio_b, B, .9);
  REQUIRE(got);
  CHECK_NEAR(got->range.lower, value.lower, slack);
  CHECK_NEAR(got->range.upper, value.upper, slack);
  CHECK_NEAR(got->gap.difference_range.lower, gap.lower, slack);
  CHECK_NEAR(got->gap.difference_range.upper, gap.upper, slack);
  CHECK_NEAR(got->gap.ratio_range.lower, ratio.lower, 4 * slack);
  CHECK_NEAR(got->gap.ratio_range.upper, ratio.upper, 4 * slack);
  CHECK_TEXT(got->method, strlen(got->method), "bootstrap");
  CHECK(!got->interval_reason || got->metric == EH_M_ROC_AUC); /* its pairs are less than ten clusters' worth */
}

static void audits_equal_replicates_of_clusters(void) {
  static table_rows rows;
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  make_rows(&rows, CLUSTERS);
  eh_cube *cube = cube_of(rows.csv, &spec, &arena, "who");
  for (int base = 0; base < 2; base++) {
    eh_audit *audit;
    const int base_s = base ? 0 : -1;
    spec.baseline = base ? EH_STR("sex=A") : EH_STR("overall");
    REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err)); /* no interval named: a bootstrap, by clusters */
    const eh_audit_view *v = eh_audit_see(audit);
    for (int t = 0; t < 2; t++) {
      holds(find(v, "sex=B", EH_M_FPR, (uint32_t)t), &rows, fpr_of, 1, -1, t, base_s, 0);
      holds(find(v, "race=b", EH_M_FPR, (uint32_t)t), &rows, fpr_of, -1, 1, t, base_s, 0);
    }
    holds(find(v, "race=c", EH_M_BRIER, EH_NONE), &rows, brier_of, -1, 2, -1, base_s, 1e-13);
    holds(find(v, "sex=B", EH_M_ROC_AUC, EH_NONE), &rows, auc_of, 1, -1, -1, base_s, 1e-13);
    eh_audit_free(audit);
  }
  eh_cube_free(cube);
  eh_arena_free(&arena);
  free(rows.csv);
}

/* ---- two models ---------------------------------------------------------------------------------------------------- */

/* Their replicates draw the same clusters, so that those of the difference are differences. */
static void models_are_drawn_together(void) {
  static table_rows rows, other;
  static uint32_t times_cb[CLUSTERS][B], times_i[ROWS];
  static const eh_str score_m[] = {EH_STR("p"), EH_STR("q"), EH_STR("r")};
  double value_b[B];
  char *const csv = malloc(ROWS * 48), *to = csv;
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  eh_cube *cube = NULL;
  eh_audit *audit = NULL;
  make_rows(&rows, CLUSTERS);
  other = rows;
  to += sprintf(to, "y,p,q,r,sex,race,who\n");
  for (int i = 0; i < ROWS; i++) {
    other.hundredth[i] = (rows.hundredth[i] + 7 * rows.race[i]) % 100;
    to += sprintf(to, "%d,0.%02d,0.%02d,0.%02d,%c,%c,person %d\n", rows.y[i], rows.hundredth[i], other.hundredth[i], rows.hundredth[i],
                  'A' + rows.sex[i], 'a' + rows.race[i], rows.cluster[i]);
  }
  CHECK(!slice_by(&spec, &arena, "who", &err));
  spec.cube.score_m = score_m, spec.cube.model_count = 3;
  REQUIRE(!read_cube(&cube, &spec, csv, (size_t)(to - csv), NULL, &err) && !eh_audit_run(&audit, cube, &spec, NULL, &err));
  const eh_audit_view *const v = eh_audit_see(audit);
  draw_clusters(times_cb);
  int met = 0, same = 0;
  for (uint64_t k = 0; k < v->comparison_count; k++) {
    const eh_comparison *const c = &v->comparison_n[k];
    const eh_str name = v->slice_s[c->slice].slice->name;
    const int s = eh_str_eq(name, EH_STR("sex=B")) ? 1 : -1;
    if (c->metric != EH_M_FPR || (s < 0 && !eh_str_eq(name, EH_STR("overall")))) continue;
    if (c->model == 2) { /* decides as the first does: replicates are all 0 */
      CHECK(c->interval_reason == EH_R_FEW_EVENTS && isnan(c->range.lower) && !c->method && c->difference == 0);
      same++;
      continue;
    }
    for (int b = 0; b < B; b++) {
      for (int i = 0; i < ROWS; i++) times_i[i] = times_cb[rows.cluster[i]][b];
      value_b[b] = fpr_of(&other, times_i, s, -1, (int)c->threshold) - fpr_of(&rows, times_i, s, -1, (int)c->threshold);
    }
    const eh_range want = slow_percentile(value_b, B, .9);
    CHECK(!c->interval_reason || c->interval_reason == EH_R_FEW_EVENTS);
    CHECK(c->range.lower == want.lower && c->range.upper == want.upper);
    CHECK_TEXT(c->method, strlen("bootstrap"), "bootstrap");
    CHECK((c->p < .1) == (c->range.lower > 0 || c->range.upper < 0));
    met++;
  }
  CHECK(met == 4 && same == 4);
  eh_audit_free(audit);
  eh_cube_free(cube);
  eh_arena_free(&arena);
  free(rows.csv);
  free(csv);
}

/* Every row its own cluster: about the width of the bootstrap of rows. One cluster in each slice: nothing to go by. */
static void clusters_set_the_width(void) {
  static table_rows rows;
  double width_c[3];
  make_rows(&rows, CLUSTERS);
  for (int way = 0; way < 3; way++) { /* by who; by row; not at all */
    static char csv[ROWS * 48];
    char *to = csv + sprintf(csv, "y,p,sex,race,who\n");
    for (int i = 0; i < ROWS; i++)
      to += sprintf(to, "%d,0.%02d,%c,%c,%d\n", rows.y[i], rows.hundredth[i], 'A' + rows.sex[i], 'a' + rows.race[i], way ? i : rows.cluster[i]);
    eh_arena arena = {0};
    eh_spec spec;
    eh_error err = {0};
    eh_audit *audit;
    eh_cube *cube = cube_of(csv, &spec, &arena, way < 2 ? "who" : NULL);
    spec.bootstrap = EH_BOOTSTRAP_PERCENTILE;
    spec.replicates = 2000;
    REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err));
    const eh_range range = find(eh_audit_see(audit), "sex=B", EH_M_SELECTION_RATE, 1)->range;
    width_c[way] = range.upper - range.lower;
    eh_audit_free(audit);
    eh_cube_free(cube);
    eh_arena_free(&arena);
  }
  CHECK_NEAR(width_c[1] / width_c[2], 1, .1);
  CHECK(width_c[0] > 2 * width_c[2]);
  free(rows.csv);
}

/* ---- weights ----------------------------------------------------------------------------------------------------------- */

/* A file of rows with weights and labels in tenths; `distinct` scores of six digits, so that every row is a fine cell. */
static size_t write_weights(char *csv, const table_rows *r, const double *weight_i, bool distinct) {
  char *to = csv + sprintf(csv, "y,p,sex,race,who,w,soft\n");
  for (int i = 0; i < ROWS; i++)
    to += sprintf(to, "%d,0.%02d%04d,%c,%c,person %d,%g,.%d\n", r->y[i], r->hundredth[i], distinct ? i : 0, 'A' + r->sex[i], 'a' + r->race[i],
                  r->cluster[i], weight_i[i], r->hundredth[i] / 10);
  return (size_t)(to - csv);
}

static eh_audit *audit_of(eh_cube **cube, eh_spec *spec, const char *csv, size_t n) {
  eh_error err = {0};
  eh_audit *audit = NULL;
  CHECK(!read_cube(cube, spec, csv, n, NULL, &err));
  CHECK(!eh_audit_run(&audit, *cube, spec, NULL, &err));
  return audit;
}

/* Clusters draw weights, and both parts of a fractional label, exactly. */
static void weights_and_fractional_labels_are_drawn_with_their_cluster(void) {
  static table_rows rows;
  static char csv[ROWS * 64];
  static uint32_t times_cb[CLUSTERS][B];
  static double weight_i[ROWS];
  make_rows(&rows, CLUSTERS);
  draw_clusters(times_cb);
  for (int i = 0; i < ROWS; i++) weight_i[i] = .25 * (1 + i % 7);
  const size_t n = write_weights(csv, &rows, weight_i, false);
  for (int soft = 0; soft < 2; soft++) {
    eh_arena arena = {0};
    eh_spec spec;
    eh_cube *cube;
    eh_error err = {0};
    double value_b[B], mean_b[B];
    CHECK(!slice_by(&spec, &arena, "who", &err));
    spec.cube.weight = EH_STR("w");
    spec.cube.fractional = soft;
    if (soft) spec.cube.label = EH_STR("soft");
    eh_audit *const audit = audit_of(&cube, &spec, csv, n);
    for (int b = 0; b < B; b++) {
      double above = 0, negatives = 0, sum = 0, all = 0;
      for (int i = 0; i < ROWS; i++) {
        if (rows.race[i] != 1) continue;
        const double w = weight_i[i] * times_cb[rows.cluster[i]][b], negative = w * (soft ? 1 - rows.hundredth[i] / 10 * .1 : !rows.y[i]);
        negatives += negative, above += rows.hundredth[i] > 60 ? negative : 0;
        sum += w * rows.hundredth[i] / 100, all += w;
      }
      value_b[b] = above / negatives, mean_b[b] = sum / all;
    }
    const eh_range want = slow_percentile(value_b, B, .9), mean = slow_percentile(mean_b, B, .9);
    const eh_result *const got = find(eh_audit_see(audit), "race=b", EH_M_FPR, 1);
    CHECK_NEAR(got->range.lower, want.lower, 1e-12);
    CHECK_NEAR(got->range.upper, want.upper, 1e-12);
    CHECK_NEAR(find(eh_audit_see(audit), "race=b", EH_M_MEAN_SCORE, EH_NONE)->range.lower, mean.lower, 1e-12);
    CHECK_NEAR(find(eh_audit_see(audit), "race=b", EH_M_MEAN_SCORE, EH_NONE)->range.upper, mean.upper, 1e-12);
    eh_audit_free(audit);
    eh_cube_free(cube);
    eh_arena_free(&arena);
  }
  free(rows.csv);
}

/* Without clusters a cell of few effective rows is drawn by its fine cells, of rows that weigh the same by how many they are, of many
 * rows as a normal number. Whatever the way, the width is that of a share of weights by its linearisation. */
static void weights_are_drawn_by_rows_where_that_is_known(void) {
  static const struct { int weights; bool distinct, one_race; eh_reason reason; } way_w[] = {
      {1, false, false, EH_R_NONE}, {2, true, false, EH_R_NONE}, {2, false, true, EH_R_NONE}, {3, true, false, EH_R_NONE},
      {3, false, false, EH_R_BOOTSTRAP_NEEDS_ROWS}};
  static table_rows rows;
  static char csv[ROWS * 64];
  static double weight_i[ROWS];
  make_rows(&rows, CLUSTERS);
  for (size_t w = 0; w < sizeof way_w / sizeof *way_w; w++) {
    eh_arena arena = {0};
    eh_spec spec;
    eh_cube *cube;
    eh_error err = {0};
    double hit = 0, all = 0, spread = 0;
    for (int i = 0; i < ROWS; i++) /* all alike; of two sizes; one of each fifty outweighs the others */
      weight_i[i] = way_w[w].weights == 1 ? 3 : way_w[w].weights == 2 ? 1 + i % 2 : i % 50 ? .5 : 200;
    for (int i = 0; i < ROWS && way_w[w].one_race; i++) rows.race[i] = 0, rows.y[i] = i / 2 % 2;
    const size_t n = write_weights(csv, &rows, weight_i, way_w[w].distinct);
    CHECK(!slice_by(&spec, &arena, NULL, &err));
    spec.cube.weight = EH_STR("w");
    spec.bootstrap = EH_BOOTSTRAP_PERCENTILE;
    spec.replicates = 3000;
    eh_audit *const audit = audit_of(&cube, &spec, csv, n);
    const eh_result *const got = find(eh_audit_see(audit), "sex=B", EH_M_SELECTION_RATE, 1);
    for (int pass = 0; pass < 2; pass++)
      for (int i = 0; i < ROWS; i++) {
        const bool above = rows.hundredth[i] > 60 || (way_w[w].distinct && rows.hundredth[i] == 60 && i);
        if (!rows.sex[i]) continue;
        if (!pass) all += weight_i[i], hit += above ? weight_i[i] : 0;
        else spread += pow(weight_i[i] * (above - hit / all), 2);
      }
    CHECK_NEAR(got->value.value, hit / all, 1e-12);
    if (way_w[w].reason) CHECK_U64(got->interval_reason, way_w[w].reason);
    else CHECK_NEAR((got->range.upper - got->range.lower) / (2 * eh_critical(.9) * sqrt(spread) / all), 1, .08);
    eh_audit_free(audit);
    eh_cube_free(cube);
    eh_arena_free(&arena);
  }
  free(rows.csv);
}

static void a_dozen_clusters_are_few(void) {
  static table_rows rows;
  for (int clusters = 8; clusters <= CLUSTERS; clusters += CLUSTERS - 8) {
    eh_arena arena = {0};
    eh_spec spec;
    eh_error err = {0};
    eh_audit *audit;
    make_rows(&rows, clusters);
    eh_cube *cube = cube_of(rows.csv, &spec, &arena, "who");
    REQUIRE(!eh_audit_run(&audit, cube, &spec, NULL, &err));
    const eh_reason want = clusters == 8 ? EH_R_FEW_EVENTS : EH_R_NONE;
    const eh_result *const rate = find(eh_audit_see(audit), "sex=B", EH_M_TPR, 1);
    CHECK_U64(rate->interval_reason, want);
    CHECK_U64(rate->gap.interval_reason, want);
    CHECK_U64(find(eh_audit_see(audit), "sex=B", EH_M_MEAN_SCORE, EH_NONE)->interval_reason, want);
    eh_audit_free(audit);
    eh_cube_free(cube);
    eh_arena_free(&arena);
    free(rows.csv);
  }
}

/* ---- acceleration ---------------------------------------------------------------------------------------------------- */

static double rate_of(eh_metric metric, const double c[EH_ROW_KINDS]) {
  const double tp = c[EH_ROW_TP], fp = c[EH_ROW_FP], tn = c[EH_ROW_TN], fn = c[EH_ROW_FN];
  if (metric == EH_M_F1) return 2 * tp / (2 * tp + fp + fn);
  if (metric == EH_M_BALANCED_ACCURACY) return .5 * (tp / (tp + fn) + tn / (tn + fp));
  return metric == EH_M_FPR ? fp / (fp + tn) : tp / (tp + fp);
}

static void sum_up(eh_held *held) {
  memset(held->sum_k, 0, sizeof held->sum_k);
  for (uint32_t c = 0; c < held->unit_count; c++)
    for (int k = 0; k < EH_ROW_KINDS; k++) held->sum_k[k] += held->held_uk[c][k];
}

/* 0: own value; 1: difference; 2: ratio, with `more` of cluster c. */
static double with_more(eh_metric metric, const eh_held *own, const eh_held *base, uint32_t c, double more, int which) {
  double own_k[EH_ROW_KINDS], base_k[EH_ROW_KINDS];
  for (int k = 0; k < EH_ROW_KINDS; k++)
    own_k[k] = own->sum_k[k] + more * own->held_uk[c][k], base_k[k] = base->sum_k[k] + more * base->held_uk[c][k];
  const double a = rate_of(metric, own_k), b = rate_of(metric, base_k);
  return which == 0 ? a : which == 1 ? a - b : a / b;
}

static double slow_acceleration(eh_metric metric, const eh_held *own, const eh_held *base, int which) {
  double square = 0, cube = 0;
  for (uint32_t c = 0; c < own->unit_count; c++) {
    const double l = (with_more(metric, own, base, c, 1e-4, which) - with_more(metric, own, base, c, -1e-4, which)) / 2e-4;
    square += l * l, cube += l * l * l;
  }
  return cube / (6 * pow(square, 1.5));
}

static void acceleration_is_the_jackknife_of_clusters(void) {
  static const eh_metric metric_m[] = {EH_M_FPR, EH_M_PPV, EH_M_F1, EH_M_BALANCED_ACCURACY};
  static double own_ck[30][EH_ROW_KINDS], base_ck[30][EH_ROW_KINDS];
  uint64_t state = 6;
  for (int t = 0; t < 200; t++) {
    eh_held own = {.held_uk = own_ck, .unit_count = 30}, base = {.held_uk = base_ck, .unit_count = 30};
    for (int c = 0; c < 30; c++)
      for (int k = 0; k < EH_ROW_KINDS; k++) own_ck[c][k] = (double)(check_random(&state) % 9), base_ck[c][k] = (double)(check_random(&state) % 9);
    sum_up(&own);
    sum_up(&base);
    const eh_metric metric = metric_m[t % 4];
    const eh_influence gap = eh_influence_of_gap(metric, &own, &base);
    CHECK_NEAR(eh_influence_of_value(metric, &own), slow_acceleration(metric, &own, &base, 0), 1e-6);
    CHECK_NEAR(gap.difference, slow_acceleration(metric, &own, &base, 1), 1e-6);
    CHECK_NEAR(gap.ratio, slow_acceleration(metric, &own, &base, 2), 1e-6);
  }
}

/* ---- cubes ----------------------------------------------------------------------------------------------------------- */

static void parts_merge_to_the_whole_and_load_again(void) {
  static table_rows rows;
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  make_rows(&rows, CLUSTERS);
  eh_cube *whole = cube_of(rows.csv, &spec, &arena, "who"), *part_k[2] = {NULL, NULL}, *merged, *loaded;
  char *const header_end = strchr(rows.csv, '\n') + 1, *const middle = strchr(rows.csv + strlen(rows.csv) / 3, '\n') + 1;
  char *const second = malloc(strlen(rows.csv) + 1);
  sprintf(second, "%.*s%s", (int)(header_end - rows.csv), rows.csv, middle);
  CHECK(!read_cube(&part_k[0], &spec, second, strlen(second), NULL, &err));
  CHECK(!read_cube(&part_k[1], &spec, rows.csv, (size_t)(middle - rows.csv), NULL, &err));
  REQUIRE(!eh_cube_merge(&merged, (const eh_cube *const *)part_k, 2, NULL, &err));
  eh_buf a = {0}, b = {0}, again = {0};
  const void *body_a, *body_b;
  size_t n_a, n_b;
  CHECK(!eh_cube_save(whole, &a, &err) && !eh_cube_save(merged, &b, &err));
  REQUIRE(eh_cube_body(a.p, a.n, &body_a, &n_a) && eh_cube_body(b.p, b.n, &body_b, &n_b));
  CHECK(n_a == n_b && memcmp(body_a, body_b, n_a) == 0);
  REQUIRE(!eh_cube_load(&loaded, a.p, a.n, NULL, &err));
  CHECK(!eh_cube_save(loaded, &again, &err));
  CHECK(again.n == a.n && memcmp(again.p, a.p, a.n) == 0);
  const eh_cube_view *const v = eh_cube_see(loaded);
  CHECK_U64(eh_slicing_cluster(&v->spec->slicing), 2);
  CHECK_U64(v->atoms->group_count_d[2], CLUSTERS);
  for (size_t i = 0; i + 6 < a.n; i++) CHECK(memcmp(a.p + i, "person", 6) != 0); /* no name is kept */
  eh_buf_free(&a), eh_buf_free(&b), eh_buf_free(&again);
  eh_cube_free(whole), eh_cube_free(merged), eh_cube_free(loaded), eh_cube_free(part_k[0]), eh_cube_free(part_k[1]);
  eh_arena_free(&arena);
  free(second);
  free(rows.csv);
}

static void refused(eh_status got, eh_status want, eh_error *err, const char *words) {
  CHECK_U64(got, want);
  CHECK(strstr(err->message, words));
  *err = (eh_error){0};
}

static void what_does_not_fit_is_refused(void) {
  static table_rows rows;
  eh_arena arena = {0};
  eh_spec spec, other;
  eh_error err = {0};
  eh_audit *audit;
  make_rows(&rows, CLUSTERS);
  refused(slice_by(&spec, &arena, "sex", &err), EH_E_USAGE, &err, "cannot be both sliced by and the cluster");
  eh_cube *plain = cube_of(rows.csv, &spec, &arena, NULL), *kept = cube_of(rows.csv, &other, &arena, "who"), *merged;
  refused(eh_audit_run(&audit, plain, &other, NULL, &err), EH_E_SPEC, &err, "counted without --cluster");
  CHECK(!slice_by(&other, &arena, "p", &err));
  refused(eh_audit_run(&audit, kept, &other, NULL, &err), EH_E_SPEC, &err, "counted with --cluster \"who\", not \"p\"");
  const eh_str who = EH_STR("who");
  CHECK(!eh_slicing_parse(&other.cube.slicing, &arena, &who, 1, NULL, 0, NULL, 0, false, &err));
  refused(eh_audit_run(&audit, kept, &other, NULL, &err), EH_E_SPEC, &err, "is the cluster, not a slice");
  const eh_cube *const part_k[] = {plain, kept};
  refused(eh_cube_merge(&merged, part_k, 2, NULL, &err), EH_E_MISMATCH, &err, "--cluster");
  eh_cube_free(plain), eh_cube_free(kept);
  eh_arena_free(&arena);
  free(rows.csv);
}

/* A row without a cluster is skipped, and its missing cell is counted once. */
static void rows_without_a_cluster_are_skipped(void) {
  eh_arena arena = {0};
  eh_spec spec;
  eh_cube *cube = cube_of("y,p,sex,race,who\n1,.5,A,a,\n0,.5,A,a,x\n0,.2,B,b,NA\n1,.7,B,b,x\n", &spec, &arena, "who");
  const eh_cube_view *const v = eh_cube_see(cube);
  CHECK_U64(v->rows, 2);
  CHECK_U64(v->provenance->intake.rows_skipped, 2);
  CHECK_TEXT(v->provenance->intake.skipped[0].reason, strlen(v->provenance->intake.skipped[0].reason), "cluster \"who\" is missing");
  for (uint32_t i = 0; i < v->provenance->missing_count; i++)
    CHECK_U64(v->provenance->missing_n[i].count, eh_str_eq(v->provenance->missing_n[i].name, EH_STR("who")) ? 2 : 0);
  eh_cube_free(cube);
  eh_arena_free(&arena);
}

static void every_refused_request_is_survived(void) {
  static table_rows rows;
  eh_arena arena = {0};
  eh_spec spec;
  eh_error err = {0};
  make_rows(&rows, CLUSTERS);
  CHECK(!slice_by(&spec, &arena, "who", &err));
  spec.bootstrap = EH_BOOTSTRAP_BCA;
  bool done = false;
  for (size_t at = 1; !done && at < 5000; at += 1 + at / 16) {
    memory_twin twin;
    const eh_allocator *const mem = memory_twin_start(&twin, at);
    eh_cube *cube = NULL;
    eh_audit *audit = NULL;
    eh_status status = read_cube(&cube, &spec, rows.csv, strlen(rows.csv), mem, &err);
    if (!status) status = eh_audit_run(&audit, cube, &spec, mem, &err);
    CHECK(!status || status == EH_E_MEMORY);
    done = !status;
    if (!status) eh_audit_free(audit);
    eh_cube_free(cube);
    CHECK_U64(twin.blocks, 0);
    CHECK_U64((uint64_t)twin.wrong_sizes, 0);
  }
  CHECK(done);
  eh_arena_free(&arena);
  free(rows.csv);
}

int main(void) {
  RUN(audits_equal_replicates_of_clusters);
  RUN(models_are_drawn_together);
  RUN(clusters_set_the_width);
  RUN(weights_and_fractional_labels_are_drawn_with_their_cluster);
  RUN(weights_are_drawn_by_rows_where_that_is_known);
  RUN(a_dozen_clusters_are_few);
  RUN(acceleration_is_the_jackknife_of_clusters);
  RUN(parts_merge_to_the_whole_and_load_again);
  RUN(what_does_not_fit_is_refused);
  RUN(rows_without_a_cluster_are_skipped);
  RUN(every_refused_request_is_survived);
  return check_end("cluster");
}
