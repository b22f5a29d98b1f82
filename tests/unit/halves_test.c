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

/* What the rows are like: labels 0 and 1 alone; labels all alike; groups of few rows; of how many rows a group of both columns has each
 * score, 0 as it comes; weights. */
typedef struct way {
  bool whole, alike, small, weighted;
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

static audited audit_of(const row *row_n, bool weighted, eh_weight_kind kind, bool bca) {
  static const eh_str column_n[] = {EH_STR("g"), EH_STR("h")}, score_m[] = {EH_STR("p")};
  static const double threshold = .5;
  audited a = {.cube = NULL};
  eh_buf csv = {0};
  eh_ingest *in = NULL;
  const eh_slicing_wish wish = {.column_n = column_n, .column_count = 2};
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1, .threshold_t = &threshold, .threshold_count = 1,
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
  CHECK_NEAR((range.upper - range.lower) / (2 * eh_critical(.9) * sqrt(variance)), 1, .06);
}

static void a_row_is_drawn_with_both_halves(void) {
  static const way way_w[] = {{.ties = 0, .scores = EH_R_BOOTSTRAP_NEEDS_ROWS},
                              {.ties = 1, .small = true},
                              {.ties = 2, .small = true},
                              {.ties = 1, .small = true, .weighted = true},
                              {.ties = 5, .small = true, .whole = true},
                              {.ties = 5, .small = true, .alike = true},
                              {.ties = 5, .small = true, .rates = EH_R_BOOTSTRAP_NEEDS_ROWS, .scores = EH_R_BOOTSTRAP_NEEDS_ROWS},
                              {.ties = 2, .small = true, .weighted = true, .rates = EH_R_BOOTSTRAP_NEEDS_ROWS,
                               .scores = EH_R_BOOTSTRAP_NEEDS_ROWS}};
  static row row_n[ROWS];
  static double own_i[ROWS], all_i[ROWS];
  for (size_t k = 0; k < sizeof way_w / sizeof *way_w; k++) {
    fill(row_n, &way_w[k]);
    audited a = audit_of(row_n, way_w[k].weighted, EH_WEIGHT_SAMPLING, k == 1);
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

static void rows_that_occur_often_are_refused(void) {
  static row row_n[ROWS];
  fill(row_n, &(way){.ties = 1, .small = true});
  audited a = audit_of(row_n, true, EH_WEIGHT_FREQUENCY, false);
  CHECK(a.status == EH_E_USAGE && strstr(a.err.message, "is drawn anew each time") && strstr(a.err.message, "--cluster"));
  drop(&a);
}

int main(void) {
  RUN(a_row_is_drawn_with_both_halves);
  RUN(rows_that_occur_often_are_refused);
  return check_end("halves");
}
