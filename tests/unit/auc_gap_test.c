/* Tests of the gap of two AUCs: variances and covariance pair by pair over rows, both slices apart and one inside the other, and
 * where there is none. */
#include "check.h"
#include "evenhand.h"
#include "reference/auc_slow.h"

#define Z 1.959963984540054

enum { ROWS = 360 };

typedef struct row {
  int y, g, h; /* g: a, b, c; h: x, y */
  double score;
} row;

static void fill(row *row_n, uint64_t seed, int values) {
  for (int i = 0; i < ROWS; i++) {
    const int y = (int)(check_random(&seed) % 2), g = (int)(check_random(&seed) % 3);
    const double u = (check_uniform(&seed) + check_uniform(&seed) + .5 * y + .2 * g) / 3;
    row_n[i] = (row){y, g, (int)(check_random(&seed) % 2), values ? floor(u * values) / values : u};
  }
}

/* '*' is any group of either column. */
static bool lies_in(const row *r, char g, char h) { return (g == '*' || "abc"[r->g] == g) && (h == '*' || "xy"[r->h] == h); }

typedef struct set {
  double score_n[ROWS];
  int y_n[ROWS], from_n[ROWS], n;
} set;

static set set_of(const row *row_n, char g, char h) {
  set s = {.n = 0};
  for (int i = 0; i < ROWS; i++) {
    if (!lies_in(&row_n[i], g, h)) continue;
    s.score_n[s.n] = row_n[i].score, s.y_n[s.n] = row_n[i].y, s.from_n[s.n++] = i;
  }
  return s;
}

/* Over the rows that both hold, by label. */
static double covariance(const set *a, const set *b) {
  const double auc_a = slow_auc(a->score_n, a->y_n, a->n), auc_b = slow_auc(b->score_n, b->y_n, b->n);
  double sum = 0;
  for (int y = 0; y < 2; y++) {
    double part = 0, rows_a = 0, rows_b = 0;
    for (int i = 0; i < a->n; i++) rows_a += a->y_n[i] == y;
    for (int i = 0; i < b->n; i++) rows_b += b->y_n[i] == y;
    for (int i = 0; i < a->n; i++)
      for (int j = 0; j < b->n; j++)
        if (a->from_n[i] == b->from_n[j] && a->y_n[i] == y)
          part += (slow_component(a->score_n, a->y_n, a->n, i) - auc_a) * (slow_component(b->score_n, b->y_n, b->n, j) - auc_b);
    sum += part / (rows_a - 1) / rows_b;
  }
  return sum;
}

static void check_gap(const eh_gap *gap, const set *a, const set *b) {
  const double d = slow_auc(a->score_n, a->y_n, a->n) - slow_auc(b->score_n, b->y_n, b->n), auc = slow_auc(b->score_n, b->y_n, b->n);
  const double va = slow_delong_variance(a->score_n, a->y_n, a->n), vb = slow_delong_variance(b->score_n, b->y_n, b->n);
  const double both = covariance(a, b), error = sqrt(va + vb - 2 * both);
  CHECK_NEAR(gap->difference, d, 1e-12);
  CHECK_NEAR(gap->difference_range.lower, d - Z * error, 1e-10);
  CHECK_NEAR(gap->difference_range.upper, d + Z * error, 1e-10);
  CHECK_NEAR(gap->p, 2 * eh_normal_cdf(-fabs(d) / error), 1e-9);
  const double end_k[] = {gap->ratio_range.lower, gap->ratio_range.upper};
  for (int k = 0; k < 2; k++) { /* Fieller: there the difference first - q second is z standard errors away from 0 */
    const double q = end_k[k], away = d + auc - q * auc;
    CHECK_NEAR(away * away, Z * Z * (va - 2 * q * both + q * q * vb), 1e-10);
  }
  CHECK((gap->p < .05) == (gap->difference_range.lower > 0 || gap->difference_range.upper < 0));
  CHECK((gap->p < .05) == (gap->ratio_range.lower > 1 || gap->ratio_range.upper < 1));
}

typedef struct audited {
  eh_arena arena;
  eh_cube *cube;
  eh_audit *audit;
  const eh_audit_view *view;
} audited;

static audited audit_of(const row *row_n, int n, const char *baseline, uint32_t bits, eh_threads *threads) {
  static const eh_str column_n[] = {EH_STR("g"), EH_STR("h")}, cross_n[] = {EH_STR("g*h")};
  static const eh_str score_m[] = {EH_STR("p")};
  static const eh_metric metric = EH_M_ROC_AUC;
  static const double threshold = .5;
  const eh_slicing_wish wish = {.column_n = column_n, .column_count = 2, .cross_n = cross_n, .cross_count = 1};
  audited a = {.cube = NULL};
  eh_error err = {0};
  eh_buf csv = {0};
  eh_ingest *in = NULL;
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1, .threshold_t = &threshold, .threshold_count = 1,
                           .score_bits = bits},
                  .metric_n = &metric, .metric_count = 1, .baseline = eh_str_of(baseline)};
  const eh_reading reading = {.source = EH_STR("rows")};
  eh_buf_text(&csv, "y,p,g,h\n");
  for (int i = 0; i < n; i++)
    eh_buf_format(&csv, "%u,%g,%s,%s\n", (uint64_t)row_n[i].y, row_n[i].score, row_n[i].g == 0 ? "a" : row_n[i].g == 1 ? "b" : "c",
                  row_n[i].h ? "y" : "x");
  if (eh_slicing_wish_parse(&spec.cube.slicing, &a.arena, &wish, &err) || eh_ingest_new(&in, &spec, &reading, NULL, &err) ||
      eh_ingest_push(in, csv.p, csv.n, &err) || eh_ingest_end(in, &a.cube, &err) ||
      eh_audit_run_over(&a.audit, a.cube, &spec, threads, NULL, &err))
    CHECK_SAY("%s", err.message);
  else a.view = eh_audit_see(a.audit);
  eh_ingest_free(in);
  eh_buf_free(&csv);
  return a;
}

static void drop(audited *a) {
  eh_audit_free(a->audit);
  eh_cube_free(a->cube);
  eh_arena_free(&a->arena);
}

static const eh_gap *gap_of(const audited *a, const char *slice) {
  for (uint64_t i = 0; i < a->view->result_count; i++)
    if (eh_str_eq(a->view->slice_s[a->view->result_n[i].slice].slice->name, eh_str_of(slice))) return &a->view->result_n[i].gap;
  CHECK_SAY("no slice %s", slice);
  return &a->view->result_n[0].gap;
}

static void a_gap_is_its_definition(void) {
  static row row_n[ROWS];
  for (int k = 0; k < 4; k++) {
    fill(row_n, (uint64_t)k + 3, k % 2 ? 7 : 0);
    const set all = set_of(row_n, '*', '*'), a = set_of(row_n, 'a', '*'), b = set_of(row_n, 'b', '*'), ax = set_of(row_n, 'a', 'x');
    audited whole = audit_of(row_n, ROWS, "overall", 0, NULL), group = audit_of(row_n, ROWS, "g=a", 0, NULL);
    check_gap(gap_of(&whole, "g=a"), &a, &all);
    check_gap(gap_of(&whole, "g=b"), &b, &all);
    check_gap(gap_of(&whole, "g=a & h=x"), &ax, &all);
    check_gap(gap_of(&group, "g=b"), &b, &a);
    check_gap(gap_of(&group, "g=a & h=x"), &ax, &a);
    CHECK_TEXT(gap_of(&whole, "g=a")->method, strlen("delong_part"), "delong_part");
    CHECK_TEXT(gap_of(&group, "g=b")->method, strlen("delong"), "delong");
    CHECK(gap_of(&group, "h=x")->interval_reason == EH_R_NOT_YET && gap_of(&group, "overall")->interval_reason == EH_R_NOT_YET);
    drop(&whole);
    drop(&group);
  }
}

/* The same bits over threads; of bins only where no row is shared. */
static void threads_change_nothing_and_bins_are_of_slices(void) {
  static row row_n[ROWS];
  eh_threads *threads = NULL;
  fill(row_n, 99, 0);
  REQUIRE(!eh_threads_new(&threads, 3, NULL, NULL));
  audited one = audit_of(row_n, ROWS, "g=a", 0, NULL), three = audit_of(row_n, ROWS, "g=a", 0, threads);
  for (uint64_t i = 0; i < one.view->result_count; i++) {
    const eh_gap *const x = &one.view->result_n[i].gap, *const y = &three.view->result_n[i].gap;
    CHECK(x->interval_reason == y->interval_reason);
    if (!x->interval_reason) CHECK(x->p == y->p && x->ratio_range.upper == y->ratio_range.upper);
  }
  audited whole = audit_of(row_n, ROWS, "overall", 11, NULL), group = audit_of(row_n, ROWS, "g=a", 11, NULL);
  CHECK(gap_of(&whole, "g=a")->interval_reason == EH_R_BINNED && isnan(gap_of(&whole, "g=a")->p));
  CHECK(!gap_of(&group, "g=b")->interval_reason && gap_of(&group, "g=b")->p <= 1);
  drop(&one);
  drop(&three);
  drop(&whole);
  drop(&group);
  eh_threads_free(threads);
}

static void few_rows_have_none(void) {
  static row row_n[ROWS];
  fill(row_n, 17, 0);
  audited few = audit_of(row_n, 60, "g=a", 0, NULL); /* some ten of either label in a group */
  CHECK(gap_of(&few, "g=b")->interval_reason == EH_R_FEW_ROWS && !gap_of(&few, "g=b")->method && isnan(gap_of(&few, "g=b")->p));
  drop(&few);
  for (int i = 0; i < ROWS; i++) row_n[i].score += row_n[i].g == 1 ? 2 * row_n[i].y : 0; /* b is ordered rightly throughout */
  audited sure = audit_of(row_n, ROWS, "g=a", 0, NULL);
  CHECK(gap_of(&sure, "g=b")->interval_reason == EH_R_FEW_ROWS && gap_of(&sure, "g=b")->difference > 0);
  CHECK(!gap_of(&sure, "g=c")->interval_reason);
  drop(&sure);
}

int main(void) {
  RUN(a_gap_is_its_definition);
  RUN(threads_change_nothing_and_bins_are_of_slices);
  RUN(few_rows_have_none);
  return check_end("auc_gap");
}
