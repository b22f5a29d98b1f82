/* A threshold that moves gives the results of an audit there, and a binned cube names the edge that it counts from. */
#include "check.h"
#include "evenhand.h"

static eh_str score = {"p", 1};

/* Rows of seeded scores with groups g, which part the rows, and h, which overlap them. */
static eh_cube *build(eh_arena *arena, uint32_t bits, eh_cut cut, bool weighted) {
  char csv[8192];
  uint64_t seed = 5;
  int n = snprintf(csv, sizeof csv, "y,p,g,h,w\n");
  for (int i = 0; i < 200; i++)
    n += snprintf(csv + n, sizeof csv - (size_t)n, "%d,.%03d,%c,%c,%d\n", (int)(check_random(&seed) % 2),
                  (int)(check_random(&seed) % 1000), (int)('a' + check_random(&seed) % 3), (int)('x' + check_random(&seed) % 2), i % 4 + 1);
  const eh_str column_n[] = {EH_STR("g"), EH_STR("h")}, none = {0};
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = &score, .model_count = 1, .score_bits = bits, .cut = cut,
                           .weight = weighted ? EH_STR("w") : none}};
  eh_error err = {0};
  eh_cube *cube = NULL;
  CHECK(!eh_slicing_parse(&spec.cube.slicing, arena, column_n, 2, &none, 0, NULL, 0, false, &err));
  static const double half = .5;
  spec.cube.threshold_t = &half;
  spec.cube.threshold_count = 1;
  const eh_reading reading = {.source = EH_STR("t.csv")};
  eh_ingest *in = NULL;
  CHECK(!eh_ingest_new(&in, &spec, &reading, NULL, &err) && !eh_ingest_push(in, csv, (size_t)n, &err) &&
        !eh_ingest_end(in, &cube, &err));
  eh_ingest_free(in);
  return cube;
}

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static bool same_range(eh_range a, eh_range b) { return same(a.lower, b.lower) && same(a.upper, b.upper); }

static void check_same(const eh_audit_view *moved, const eh_audit_view *there) {
  REQUIRE(moved->result_count == there->result_count && moved->result_count > 0);
  for (uint64_t i = 0; i < moved->result_count; i++) {
    const eh_result *a = &moved->result_n[i], *b = &there->result_n[i];
    CHECK(a->slice == b->slice && a->metric == b->metric && a->threshold == b->threshold && a->method == b->method);
    CHECK(same(a->value.value, b->value.value) && a->value.reason == b->value.reason && same(a->bound, b->bound));
    CHECK(same_range(a->range, b->range) && a->interval_reason == b->interval_reason);
    CHECK(a->gap.reason == b->gap.reason && a->gap.interval_reason == b->gap.interval_reason && a->gap.method == b->gap.method);
    CHECK(same(a->gap.difference, b->gap.difference) && same_range(a->gap.difference_range, b->gap.difference_range));
    CHECK(same(a->gap.ratio, b->gap.ratio) && same_range(a->gap.ratio_range, b->gap.ratio_range) && same(a->gap.p, b->gap.p));
  }
}

static void results_are_those_of_an_audit_there(void) {
  static const eh_metric metric_n[] = {EH_M_FPR, EH_M_TPR, EH_M_TP, EH_M_F1};
  static const char *const baseline_n[] = {"overall", "complement", "g=b"};
  for (int i = 0; i < 9; i++) {
    const bool binned = i >= 3 && i < 6, weighted = i >= 6;
    eh_arena arena = {0};
    eh_error err = {0};
    eh_cube *cube = build(&arena, binned ? 7 : 52, EH_CUT_ABOVE, weighted);
    eh_spec spec = {.metric_n = metric_n, .metric_count = 4, .baseline = eh_str_of(baseline_n[i % 3])};
    eh_audit *moving = NULL;
    REQUIRE(cube && !eh_audit_run_moving(&moving, cube, &spec, NULL, &err));
    static const double t_n[] = {.5, .333, -1, .999, .25, 2, .5};
    for (size_t t = 0; t < sizeof t_n / sizeof *t_n; t++) {
      eh_audit *there = NULL;
      spec.cube.threshold_t = &t_n[t];
      spec.cube.threshold_count = 1;
      REQUIRE(!eh_audit_move(moving, t_n[t], &err) && !eh_audit_run(&there, cube, &spec, NULL, &err));
      check_same(eh_audit_see(moving), eh_audit_see(there));
      CHECK(eh_audit_see(moving)->spec->cube.threshold_t[0] == t_n[t]);
      eh_audit_free(there);
    }
    eh_audit_free(moving);
    eh_cube_free(cube);
    eh_arena_free(&arena);
  }
}

static void what_cannot_move_is_refused(void) {
  static const eh_metric auc = EH_M_ROC_AUC, fpr = EH_M_FPR;
  static const double two_n[] = {.2, .3};
  eh_arena arena = {0};
  eh_cube *cube = build(&arena, 52, EH_CUT_ABOVE, false);
  const eh_spec case_n[] = {{.metric_n = &auc, .metric_count = 1},
                            {.metric_n = &fpr, .metric_count = 1, .cube = {.threshold_t = two_n, .threshold_count = 2}},
                            {.metric_n = &fpr, .metric_count = 1, .bootstrap = EH_BOOTSTRAP_PERCENTILE},
                            {.metric_n = &fpr, .metric_count = 1, .curves = true}};
  for (size_t i = 0; i < sizeof case_n / sizeof *case_n; i++) {
    eh_audit *audit = NULL;
    eh_error err = {0};
    CHECK(eh_audit_run_moving(&audit, cube, &case_n[i], NULL, &err) == EH_E_USAGE && !audit);
  }
  eh_audit *still = NULL, *moving = NULL;
  const eh_spec spec = {.metric_n = &fpr, .metric_count = 1};
  eh_error err = {0}, other = {0};
  REQUIRE(!eh_audit_run(&still, cube, &spec, NULL, &err) && !eh_audit_run_moving(&moving, cube, &spec, NULL, &err));
  CHECK(eh_audit_move(still, .5, &err) == EH_E_USAGE);
  CHECK(eh_audit_move(moving, NAN, &other) == EH_E_USAGE);
  eh_audit_free(still);
  eh_audit_free(moving);
  eh_cube_free(cube);
  eh_arena_free(&arena);
}

static void the_edge_selects_what_is_counted(void) {
  for (int i = 0; i < 2; i++) {
    eh_arena arena = {0};
    eh_cube *cube = build(&arena, 7, i ? EH_CUT_AT_LEAST : EH_CUT_ABOVE, false);
    const eh_cube_view *view = eh_cube_see(cube);
    CHECK(eh_metric_edge(view, .5) == .5);         /* held */
    CHECK(eh_metric_edge(view, .75) == .75);       /* an edge of every binned cube */
    for (int k = 1; k < 500; k++) {
      const double t = k / 500.0, edge = eh_metric_edge(view, t);
      CHECK(edge <= t && t - edge <= t / 128 && eh_metric_edge(view, edge) == edge);
      const double below = eh_metric_edge(view, -t);
      CHECK(below <= -t && -t - below <= t / 64);
    }
    eh_cube_free(cube);
    eh_cube *exact = build(&arena, 52, EH_CUT_ABOVE, false);
    CHECK(eh_metric_edge(eh_cube_see(exact), .333) == .333);
    eh_cube_free(exact);
    eh_arena_free(&arena);
  }
}

int main(void) {
  RUN(results_are_those_of_an_audit_there);
  RUN(what_cannot_move_is_refused);
  RUN(the_edge_selects_what_is_counted);
  return check_end("moving");
}
