/* Tests of the bootstrap of fractional labels: whatever way a cell is drawn, an interval is as wide as the linearisation of its number
 * over rows says, and rows that are not known say so.
 */
#include "check.h"
#include "evenhand.h"

enum { ROWS = 1200, REPLICATES = 3000, METRICS = 6 };
static const eh_metric metric_m[METRICS] = {EH_M_FPR, EH_M_TPR, EH_M_SELECTION_RATE, EH_M_ACCURACY, EH_M_F1, EH_M_MEAN_SCORE};

typedef struct row {
  double y, score, weight;
  int g, h;
} row;

/* What the rows are like: labels 0 and 1 alone; labels all alike; few that are not 0; groups of few rows; of how many rows a group of both columns has each
 * score, 0 as it comes; weights. */
typedef struct way {
  bool whole, alike, rare, small, weighted;
  int ties;
  eh_reason rates, scores;
} way;

static void fill(row *row_n, const way *w) {
  uint64_t seed = 11;
  for (int i = 0; i < ROWS; i++) {
    const int h = w->small ? i % 60 : 0, g = i / 60 % 2, place = i / 120; /* of ten rows in a group of both */
    const double u = check_uniform(&seed), score = floor(u * 100) / 100;
    row_n[i] = (row){.g = g, .h = h, .weight = w->weighted ? .5 + check_uniform(&seed) : 1};
    row_n[i].score = w->ties ? (place / w->ties * w->ties * 120 + i % 120 + .5) / 1200 : score;
    row_n[i].y = w->alike ? .3 : floor(check_uniform(&seed) * 11) / 10;
    if (w->rare) row_n[i].y = check_random(&seed) % 16 ? 0 : .1 * (double)(1 + check_random(&seed) % 9);
    if (w->whole) row_n[i].y = row_n[i].y > .4;
  }
}

typedef struct audited {
  eh_arena arena;
  eh_cube *cube;
  eh_audit *audit;
  eh_status status;
  eh_error err;
} audited;

static audited audit_at(const row *row_n, bool weighted, eh_weight_kind kind, bool bca, const double *threshold_t, uint32_t thresholds) {
  static const eh_str column_n[] = {EH_STR("g"), EH_STR("h")}, score_m[] = {EH_STR("p")};
  audited a = {.cube = NULL};
  eh_buf csv = {0};
  eh_ingest *in = NULL;
  const eh_slicing_wish wish = {.column_n = column_n, .column_count = 2};
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1, .threshold_t = threshold_t, .threshold_count = thresholds,
                           .fractional = true, .weight = weighted ? EH_STR("w") : (eh_str){0}, .weight_kind = kind},
                  .metric_n = metric_m, .metric_count = METRICS, .level = .9, .replicates = REPLICATES, .seed = 5,
                  .bootstrap = bca ? EH_BOOTSTRAP_BCA : EH_BOOTSTRAP_PERCENTILE};
  const eh_reading reading = {.no_hash = true};
  eh_buf_text(&csv, "y,p,g,h,w\n");
  for (int i = 0; i < ROWS; i++)
    eh_buf_format(&csv, "%g,%g,%u,%u,%g\n", row_n[i].y, row_n[i].score, (uint64_t)row_n[i].g, (uint64_t)row_n[i].h,
                  kind == EH_WEIGHT_FREQUENCY ? 2. : row_n[i].weight);
  CHECK(!eh_slicing_wish_parse(&spec.cube.slicing, &a.arena, &wish, &a.err));
  a.status = eh_ingest_new(&in, &spec, &reading, NULL, &a.err);
  if (!a.status) a.status = eh_ingest_push(in, csv.p, csv.n, &a.err);
  if (!a.status) a.status = eh_ingest_end(in, &a.cube, &a.err);
  if (!a.status) a.status = eh_audit_run(&a.audit, a.cube, &spec, NULL, &a.err);
  eh_ingest_free(in);
  eh_buf_free(&csv);
  return a;
}

static audited audit_of(const row *row_n, bool weighted, eh_weight_kind kind, bool bca) {
  static const double threshold = .5;
  return audit_at(row_n, weighted, kind, bca, &threshold, 1);
}

static void drop(audited *a) {
  eh_audit_free(a->audit);
  eh_cube_free(a->cube);
  eh_arena_free(&a->arena);
}

static const eh_result *find(const audited *a, const char *slice, eh_metric metric) {
  const eh_audit_view *const v = eh_audit_see(a->audit);
  for (uint64_t i = 0; i < v->result_count; i++)
    if (v->result_n[i].metric == metric && eh_str_eq(v->slice_s[v->result_n[i].slice].slice->name, eh_str_of(slice))) return &v->result_n[i];
  CHECK_SAY("no slice %s", slice);
  return &v->result_n[0];
}

/* A number is a sum over rows by another: what a row is in either. */
static void parts_of(double part[2], const row *r, eh_metric metric) {
  const double w = r->weight, positive = w * r->y, negative = w - positive, above = r->score > .5;
  switch (metric) {
    case EH_M_FPR: part[0] = negative * above, part[1] = negative; break;
    case EH_M_TPR: part[0] = positive * above, part[1] = positive; break;
    case EH_M_SELECTION_RATE: part[0] = w * above, part[1] = w; break;
    case EH_M_ACCURACY: part[0] = above > 0 ? positive : negative, part[1] = w; break;
    case EH_M_F1: part[0] = 2 * positive * above, part[1] = 2 * positive * above + negative * above + positive * (1 - above); break;
    default: part[0] = w * r->score, part[1] = w; break;
  }
}

/* Of the rows of group g, or all (-1), the number; and by row what one more of it adds. */
static double influences(double *of_i, const row *row_n, int g, eh_metric metric) {
  double sum = 0, all = 0, part[2];
  for (int i = 0; i < ROWS; i++)
    if (g < 0 || row_n[i].g == g) parts_of(part, &row_n[i], metric), sum += part[0], all += part[1];
  for (int i = 0; i < ROWS; i++) {
    parts_of(part, &row_n[i], metric);
    of_i[i] = g < 0 || row_n[i].g == g ? (part[0] - sum / all * part[1]) / all : 0;
  }
  return sum / all;
}

static void check_width(eh_range range, const double *of_i, const double *less_i) {
  double variance = 0;
  for (int i = 0; i < ROWS; i++) variance += pow(of_i[i] - (less_i ? less_i[i] : 0), 2);
  CHECK_NEAR((range.upper - range.lower) / (2 * eh_critical(.9) * sqrt(variance)), 1, .08);
}

static void a_row_is_drawn_with_both_halves(void) {
  static const way way_w[] = {{.ties = 0, .scores = EH_R_BOOTSTRAP_NEEDS_ROWS},
                              {.rare = true, .scores = EH_R_BOOTSTRAP_NEEDS_ROWS},
                              {.ties = 1, .small = true},
                              {.ties = 2, .small = true},
                              {.ties = 1, .small = true, .weighted = true},
                              {.weighted = true, .scores = EH_R_BOOTSTRAP_NEEDS_ROWS},
                              {.weighted = true, .whole = true, .scores = EH_R_BOOTSTRAP_NEEDS_ROWS},
                              {.ties = 5, .small = true, .whole = true},
                              {.ties = 5, .small = true, .alike = true},
                              {.ties = 5, .small = true, .rates = EH_R_BOOTSTRAP_NEEDS_ROWS, .scores = EH_R_BOOTSTRAP_NEEDS_ROWS},
                              {.ties = 2, .small = true, .weighted = true, .rates = EH_R_BOOTSTRAP_NEEDS_ROWS,
                               .scores = EH_R_BOOTSTRAP_NEEDS_ROWS}};
  static row row_n[ROWS];
  static double own_i[ROWS], all_i[ROWS];
  for (size_t k = 0; k < sizeof way_w / sizeof *way_w; k++) {
    fill(row_n, &way_w[k]);
    audited a = audit_of(row_n, way_w[k].weighted, EH_WEIGHT_SAMPLING, k == 2);
    REQUIRE(!a.status);
    for (int m = 0; m < METRICS; m++) {
      const eh_result *const own = find(&a, "g=1", metric_m[m]);
      const eh_reason want = metric_m[m] == EH_M_MEAN_SCORE ? way_w[k].scores : way_w[k].rates;
      const double value = influences(own_i, row_n, 1, metric_m[m]);
      influences(all_i, row_n, -1, metric_m[m]);
      CHECK_NEAR(own->value.value, value, 1e-12);
      CHECK(own->interval_reason == want && own->gap.interval_reason == want);
      if (own->interval_reason != want) CHECK_SAY("rows of kind %zu, metric %d: reason %d", k, m, own->interval_reason);
      if (want || !own->method) continue;
      CHECK_TEXT(own->method, strlen(own->method), "bootstrap"); /* with BCa, too */
      check_width(own->range, own_i, NULL);
      check_width(own->gap.difference_range, own_i, all_i);
    }
    drop(&a);
  }
}

static uint64_t word_at(const char *p) {
  uint64_t w;
  memcpy(&w, p, sizeof w);
  return w;
}

/* The file as it was before products were kept: they are the end of its last section. */
static void cut_products(eh_buf *file, const eh_cube_view *cube) {
  const uint64_t gone = (uint64_t)cube->atoms->atom_count * (cube->spec->threshold_count + 1) * 24, body = word_at(file->p + 12);
  size_t at = 20;
  while (memcmp(file->p + at, "WGHT", 4) != 0 && at < body) at += 12 + word_at(file->p + at + 4);
  const uint64_t section = word_at(file->p + at + 4) - gone, left = body - gone;
  memcpy(file->p + at + 4, &section, sizeof section);
  memcpy(file->p + 12, &left, sizeof left);
  memmove(file->p + 20 + left, file->p + 20 + body, file->n - 20 - body);
  file->n -= gone;
  const uint32_t crc = eh_crc32c(0, file->p, 20 + left);
  memcpy(file->p + 20 + left, &crc, sizeof crc);
}

/* Where the cube has more thresholds than are asked for their intervals go together; at others products of halves under weights are not
 * known; nor of a file of before they were kept, which just ends there. */
static void weights_know_their_products_at_thresholds_of_the_cube(void) {
  static const double held_t[] = {.25, .5, .75}, asked_t[] = {.5, .25, .6};
  static const struct { int from, count; bool old, known; } way_w[] = {{0, 1, false, true}, {2, 1, false, false}, {0, 1, true, false}};
  static row row_n[ROWS];
  static double own_i[ROWS];
  fill(row_n, &(way){.weighted = true});
  for (size_t w = 0; w < sizeof way_w / sizeof *way_w; w++) {
    audited first = audit_at(row_n, true, EH_WEIGHT_SAMPLING, false, held_t, 3);
    REQUIRE(!first.status);
    eh_buf file = {0};
    eh_cube *cube = NULL;
    eh_audit *audit = NULL;
    CHECK(!eh_cube_save(first.cube, &file, &first.err));
    if (way_w[w].old) cut_products(&file, eh_cube_see(first.cube));
    CHECK(!eh_cube_load(&cube, file.p, file.n, NULL, &first.err));
    eh_spec spec = {.cube = {.threshold_t = asked_t + way_w[w].from, .threshold_count = 1}, .metric_n = metric_m, .metric_count = METRICS,
                    .level = .9, .replicates = REPLICATES, .seed = 5, .bootstrap = EH_BOOTSTRAP_PERCENTILE};
    CHECK(!eh_audit_run(&audit, cube, &spec, NULL, &first.err));
    const audited again = {.audit = audit};
    const eh_result *const accuracy = find(&again, "g=1", EH_M_ACCURACY);
    CHECK(accuracy->interval_reason == (way_w[w].known ? EH_R_NONE : EH_R_BOOTSTRAP_NEEDS_ROWS));
    if (way_w[w].known) influences(own_i, row_n, 1, EH_M_ACCURACY), check_width(accuracy->range, own_i, NULL);
    if (!way_w[w].old) { /* saved to the same bytes */
      eh_buf again_file = {0};
      CHECK(!eh_cube_save(cube, &again_file, &first.err) && again_file.n == file.n && memcmp(again_file.p, file.p, file.n) == 0);
      eh_buf_free(&again_file);
    }
    eh_audit_free(audit);
    eh_cube_free(cube);
    eh_buf_free(&file);
    drop(&first);
  }
}

static void rows_that_occur_often_are_refused(void) {
  static row row_n[ROWS];
  fill(row_n, &(way){.ties = 1, .small = true});
  audited a = audit_of(row_n, true, EH_WEIGHT_FREQUENCY, false);
  CHECK(a.status == EH_E_USAGE && strstr(a.err.message, "is drawn anew each time") && strstr(a.err.message, "--cluster"));
  drop(&a);
}

int main(void) {
  RUN(a_row_is_drawn_with_both_halves);
  RUN(weights_know_their_products_at_thresholds_of_the_cube);
  RUN(rows_that_occur_often_are_refused);
  return check_end("halves");
}
