/* The whole answer on small tables whose numbers can be worked out by hand. */
#include "check.h"
#include "evenhand.h"

typedef struct audited {
  eh_cube *cube;
  eh_audit *audit;
  const eh_audit_view *view;
  eh_status status;
  eh_error err;
} audited;

static eh_status build(eh_cube **out, const eh_spec *spec, const char *csv, eh_error *err) {
  eh_reading reading = {.source = EH_STR("t.csv"), .check_positive = spec->cube.positive.p != NULL};
  eh_ingest *in;
  eh_status status = eh_ingest_new(&in, spec, &reading, NULL, err);
  if (status) return status;
  status = eh_ingest_push(in, csv, strlen(csv), err);
  if (!status) status = eh_ingest_end(in, out, err);
  eh_ingest_free(in);
  return status;
}

static audited run(const eh_spec *spec, const char *csv) {
  audited a = {0};
  a.status = build(&a.cube, spec, csv, &a.err);
  if (!a.status) a.status = eh_audit_run(&a.audit, a.cube, spec, NULL, &a.err);
  if (!a.status) a.view = eh_audit_see(a.audit);
  return a;
}

static void drop(audited *a) {
  eh_audit_free(a->audit);
  eh_cube_free(a->cube);
}

static eh_str score = {"p", 1};

static eh_spec spec_of(eh_arena *arena, const char *column, const char *cross) {
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = &score, .model_count = 1}};
  eh_str column_n = eh_str_of(column), cross_n = eh_str_of(cross ? cross : "");
  eh_error err = {0};
  CHECK(!eh_slicing_parse(&spec.cube.slicing, arena, &column_n, *column != 0, &cross_n, cross != NULL, NULL, 0, false, &err));
  return spec;
}

static const eh_result *find(const eh_audit_view *v, const char *slice, eh_metric metric) {
  for (uint64_t i = 0; i < v->result_count; i++) {
    const eh_result *r = &v->result_n[i];
    if (r->metric == metric && eh_str_eq(v->slice_s[r->slice].slice->name, eh_str_of(slice))) return r;
  }
  return NULL;
}

/* sex=F: negatives .1 .6, positives .9 .4; sex=M: negatives .2 .7 .8, positives .95. */
static const char small[] = "y,p,sex\n0,.1,F\n0,.6,F\n1,.9,F\n1,.4,F\n0,.2,M\n0,.7,M\n0,.8,M\n1,.95,M\n";

static void rates_come_with_their_parts(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "sex", NULL);
  audited a = run(&spec, small);
  REQUIRE(!a.status);
  CHECK_U64(a.view->slice_count, 3);
  CHECK_TEXT(a.view->slice_s[0].slice->name.p, a.view->slice_s[0].slice->name.n, "overall");
  CHECK_U64(a.view->slice_s[1].rows, 4);
  CHECK_U64(a.view->slice_s[1].positives, 2);
  const eh_result *fpr = find(a.view, "sex=M", EH_M_FPR);
  REQUIRE(fpr);
  CHECK_U64(fpr->value.numerator, 2);
  CHECK_U64(fpr->value.denominator, 3);
  CHECK(fpr->value.value == 2.0 / 3);
  CHECK(fpr->gap.difference == 2.0 / 3 - 3.0 / 5);
  CHECK(fpr->gap.difference_range.lower < fpr->gap.difference && fpr->gap.difference < fpr->gap.difference_range.upper);
  CHECK_TEXT(fpr->gap.method, strlen(fpr->gap.method), "miettinen_nurminen_part");
  CHECK(find(a.view, "overall", EH_M_FPR)->gap.reason == EH_R_IS_BASELINE);
  CHECK(find(a.view, "sex=M", EH_M_TP)->interval_reason == EH_R_COUNT_METRIC);
  CHECK(find(a.view, "sex=M", EH_M_BRIER)->interval_reason == EH_R_FEW_EVENTS && find(a.view, "sex=M", EH_M_BRIER)->range.lower > 0);
  CHECK(find(a.view, "sex=M", EH_M_ECE)->interval_reason == EH_R_NO_CLOSED_FORM);
  CHECK_NEAR(find(a.view, "sex=M", EH_M_ROC_AUC)->value.value, 1, 0);
  CHECK_NEAR(find(a.view, "sex=F", EH_M_ROC_AUC)->value.value, 0.75, 0);
  drop(&a);
  eh_arena_free(&arena);
}

static void the_complement_is_the_other_group_of_two(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "sex", NULL);
  spec.baseline = EH_STR("complement");
  audited a = run(&spec, small);
  REQUIRE(!a.status);
  CHECK(a.view->baseline == EH_NONE);
  eh_metric metric_n[] = {EH_M_FPR, EH_M_SELECTION_RATE, EH_M_BRIER, EH_M_MEAN_SCORE, EH_M_CALIBRATION_RATIO, EH_M_ROC_AUC};
  for (size_t i = 0; i < sizeof metric_n / sizeof *metric_n; i++) {
    const eh_result *f = find(a.view, "sex=F", metric_n[i]), *m = find(a.view, "sex=M", metric_n[i]);
    CHECK(f->gap.difference == f->value.value - m->value.value);
    CHECK(m->gap.difference == m->value.value - f->value.value);
  }
  CHECK(find(a.view, "overall", EH_M_FPR)->gap.reason == EH_R_MISSING_BASELINE);
  drop(&a);
  eh_arena_free(&arena);
}

static void a_baseline_slice_comes_first(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "sex", NULL);
  spec.baseline = EH_STR("sex=M");
  audited a = run(&spec, small);
  REQUIRE(!a.status);
  const char *const order[] = {"sex=M", "overall", "sex=F"};
  for (int s = 0; s < 3; s++) CHECK_TEXT(a.view->slice_s[s].slice->name.p, a.view->slice_s[s].slice->name.n, order[s]);
  const eh_result *f = find(a.view, "sex=F", EH_M_FPR);
  CHECK(f->gap.difference == 0.5 - 2.0 / 3);
  CHECK_TEXT(f->gap.method, strlen(f->gap.method), "miettinen_nurminen");
  drop(&a);
  spec.baseline = EH_STR("sex=m");
  a = run(&spec, small);
  CHECK(a.status == EH_E_SPEC && strstr(a.err.message, "nearest is \"sex=M\""));
  drop(&a);
  eh_arena_free(&arena);
}

static void small_slices_keep_rates_and_lose_gaps(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "g", NULL);
  spec.min_slice = 3;
  audited a = run(&spec, "y,p,g\n0,.9,a\n0,.1,a\n1,.9,a\n1,.2,b\n0,.9,b\n0,.7,c\n0,.7,c\n1,.7,c\n");
  REQUIRE(!a.status);
  const eh_result *b = find(a.view, "g=b", EH_M_FPR);
  CHECK(b->value.value == 1);
  CHECK(b->range.lower > 0);
  CHECK(b->gap.reason == EH_R_TOO_SMALL);
  CHECK(b->gap.difference != b->gap.difference);
  bool named = false;
  for (uint64_t i = 0; i < a.view->finding_count; i++) {
    const eh_finding *f = &a.view->finding_n[i];
    CHECK_U64(f->rank, i + 1);
    if (f->kind == EH_FINDING_GAP) CHECK(!a.view->slice_s[f->slice].too_small);
    named |= f->kind == EH_FINDING_TOO_SMALL && strstr(f->text.p, "g=b (2)");
  }
  CHECK(named);
  for (uint64_t i = 0; i < a.view->finding_count; i++)
    CHECK(a.view->finding_n[i].kind != EH_FINDING_UNDEFINED || !strstr(a.view->finding_n[i].text.p, "g=b"));
  for (uint64_t i = 0; i < a.view->fairness_count; i++) CHECK(a.view->fairness_n[i].reason != EH_R_NONE);
  drop(&a);
  eh_arena_free(&arena);
}

/* 1,000 rows a group: F selects 100, M selects 230, all negatives. */
static char *lopsided(void) {
  char *csv = malloc(40000), *to = csv;
  to += sprintf(to, "y,p,sex\n");
  for (int i = 0; i < 1000; i++) to += sprintf(to, "0,%s,F\n0,%s,M\n", i < 100 ? ".9" : ".1", i < 230 ? ".9" : ".1");
  return csv;
}

static void a_gap_is_told_once_with_the_greater_side_first(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "sex", NULL);
  eh_metric metric_n[] = {EH_M_TNR, EH_M_FPR};
  spec.metric_n = metric_n;
  spec.metric_count = 1;
  char *csv = lopsided();
  audited a = run(&spec, csv);
  REQUIRE(!a.status);
  REQUIRE(a.view->finding_count >= 1);
  CHECK(a.view->finding_n[0].kind == EH_FINDING_GAP);
  CHECK(strstr(a.view->finding_n[0].text.p, "True negative rate is 1.17 times as high for sex=F as for sex=M: .900 against .770, difference .130"));
  drop(&a);
  spec.metric_n = metric_n + 1;
  a = run(&spec, csv);
  REQUIRE(!a.status);
  uint64_t gaps = 0;
  for (uint64_t i = 0; i < a.view->finding_count; i++) gaps += a.view->finding_n[i].kind == EH_FINDING_GAP;
  CHECK_U64(gaps, 1);
  eh_range mn = eh_mn_difference(230, 1000, 100, 1000, eh_critical(.95));
  char want[256];
  snprintf(want, sizeof want, "False positive rate is 2.3 times as high for sex=M as for sex=F: .230 against .100, difference .130, "
           "95 %% interval .%03.0f to .%03.0f", mn.lower * 1000, mn.upper * 1000);
  CHECK_TEXT(a.view->finding_n[0].text.p, a.view->finding_n[0].text.n, want);
  drop(&a);
  free(csv);
  eh_arena_free(&arena);
}

static void nothing_undefined_or_odd_goes_unnamed(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "g", NULL);
  audited a = run(&spec, "y,p,g\n0,.9,a\n0,.1,a\n1,3,b\n1,.2,b\n0,.9,\n1,x,b\n");
  REQUIRE(!a.status);
  unsigned kinds = 0;
  for (uint64_t i = 0; i < a.view->finding_count; i++) kinds |= 1u << a.view->finding_n[i].kind;
  CHECK(kinds & 1u << EH_FINDING_UNDEFINED);
  CHECK(kinds & 1u << EH_FINDING_MISSING);
  CHECK(kinds & 1u << EH_FINDING_SCORE_RANGE);
  CHECK(kinds & 1u << EH_FINDING_SKIPPED);
  CHECK(find(a.view, "g=b", EH_M_FPR)->value.reason == EH_R_NO_NEGATIVES);
  CHECK(find(a.view, "g=b", EH_M_FPR)->gap.reason == EH_R_NO_NEGATIVES);
  CHECK(find(a.view, "g=a", EH_M_ROC_AUC)->value.reason == EH_R_ONE_CLASS);
  drop(&a);
  eh_arena_free(&arena);
}

static void an_identifier_is_told_from_a_group(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "id", NULL);
  char *csv = malloc(4000), *to = csv + sprintf(csv, "y,p,id\n");
  for (int i = 0; i < 60; i++) to += sprintf(to, "%d,.5,n%d\n", i & 1, i);
  audited a = run(&spec, csv);
  REQUIRE(!a.status);
  bool told = false;
  for (uint64_t i = 0; i < a.view->finding_count; i++) told |= a.view->finding_n[i].kind == EH_FINDING_MANY_VALUES;
  CHECK(told);
  drop(&a);
  free(csv);
  eh_arena_free(&arena);
}

/* A request on a cube may take part of what it holds, any cross, any threshold: as if the rows had been read again. */
static void a_cube_answers_for_its_rows(void) {
  static const char csv[] = "y,p,a,b\n0,.1,x,u\n0,.6,x,v\n1,.9,y,u\n1,.4,y,v\n0,.2,x,u\n0,.7,y,v\n0,.8,x,v\n1,.95,y,u\n";
  eh_arena arena = {0};
  eh_str column_n[] = {EH_STR("a"), EH_STR("b")}, cross = EH_STR("b*a");
  eh_error err = {0};
  eh_spec all = spec_of(&arena, "", NULL), part = all;
  REQUIRE(!eh_slicing_parse(&all.cube.slicing, &arena, column_n, 2, NULL, 0, NULL, 0, false, &err));
  REQUIRE(!eh_slicing_parse(&part.cube.slicing, &arena, column_n + 1, 1, &cross, 1, NULL, 0, false, &err));
  double threshold = .65;
  part.cube.threshold_t = &threshold;
  part.cube.threshold_count = 1;
  audited direct = run(&part, csv), held = {0};
  REQUIRE(!direct.status && !build(&held.cube, &all, csv, &err));
  REQUIRE(!eh_audit_run(&held.audit, held.cube, &part, NULL, &err));
  held.view = eh_audit_see(held.audit);
  CHECK_U64(held.view->slice_count, direct.view->slice_count);
  REQUIRE(held.view->result_count == direct.view->result_count);
  for (uint64_t i = 0; i < held.view->result_count; i++) {
    const eh_result *h = &held.view->result_n[i], *d = &direct.view->result_n[i];
    CHECK(eh_str_eq(held.view->slice_s[h->slice].slice->name, direct.view->slice_s[d->slice].slice->name));
    CHECK(h->metric == d->metric && h->value.reason == d->value.reason);
    CHECK(h->value.value == d->value.value || d->value.reason);
  }
  drop(&direct);
  eh_str other = EH_STR("q");
  part.cube.score_m = &other;
  eh_audit *none = NULL;
  CHECK(eh_audit_run(&none, held.cube, &part, NULL, &err) == EH_E_SPEC && !none);
  drop(&held);
  eh_arena_free(&arena);
}

static void input_that_says_nothing_is_refused(void) {
  static const struct {
    const char *csv, *message;
  } case_n[] = {
      {"", "t.csv is empty"},
      {"y,p,g\n", "t.csv has a header and no rows"},
      {"y,p,g\n0,,a\n1,x,a\n", "t.csv: none of the 2 rows can be used; the first, line 2: score \"p\" is missing"},
  };
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "g", NULL);
  for (size_t i = 0; i < sizeof case_n / sizeof *case_n; i++) {
    audited a = run(&spec, case_n[i].csv);
    CHECK(a.status == EH_E_INPUT);
    CHECK_TEXT(a.err.message, strlen(a.err.message), case_n[i].message);
    drop(&a);
  }
  eh_arena_free(&arena);
}

static void the_hash_is_of_the_bytes_as_stored(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "sex", NULL);
  eh_reading reading = {.source = EH_STR("t.csv")};
  unsigned char want[32];
  eh_sha256 sha;
  eh_sha256_start(&sha);
  eh_sha256_add(&sha, "packed bytes", 12);
  eh_sha256_end(&sha, want);
  for (int no_hash = 0; no_hash < 2; no_hash++) {
    eh_ingest *in;
    eh_cube *cube = NULL;
    reading.no_hash = no_hash;
    REQUIRE(!eh_ingest_new(&in, &spec, &reading, NULL, NULL));
    eh_ingest_stored(in, "packed ", 7);
    REQUIRE(!eh_ingest_push(in, small, strlen(small), NULL));
    eh_ingest_stored(in, "bytes", 5);
    REQUIRE(!eh_ingest_end(in, &cube, NULL));
    const eh_provenance *from = eh_cube_see(cube)->provenance;
    CHECK(from->has_sha256 == !no_hash);
    CHECK(no_hash || memcmp(from->sha256, want, sizeof want) == 0);
    eh_cube_free(cube);
    eh_ingest_free(in);
  }
  eh_arena_free(&arena);
}

static const eh_finding *find_kind(const eh_audit_view *v, eh_finding_kind kind) {
  for (uint64_t i = 0; i < v->finding_count; i++)
    if (v->finding_n[i].kind == kind) return &v->finding_n[i];
  return NULL;
}

static void a_gap_that_is_not_judged_is_named(void) {
  static const char csv[] = "y,p,a,b\n0,.1,x,u\n0,.6,x,v\n1,.9,y,u\n1,.4,y,v\n0,.2,x,u\n0,.7,y,v\n0,.8,x,v\n1,.95,y,u\n";
  eh_arena arena = {0};
  eh_str column_n[] = {EH_STR("a"), EH_STR("b")};
  eh_error err = {0};
  eh_spec spec = spec_of(&arena, "", NULL);
  REQUIRE(!eh_slicing_parse(&spec.cube.slicing, &arena, column_n, 2, NULL, 0, NULL, 0, false, &err));
  spec.baseline = EH_STR("a=x");
  audited a = run(&spec, csv);
  REQUIRE(!a.status);
  const eh_finding *f = find_kind(a.view, EH_FINDING_NOT_JUDGED);
  CHECK(!f);
  /* Negatives: a=x has u u v v, b=u has two of them and no other: it is a part; b=v has two of them and one of a=y. */
  const eh_gap *part = &find(a.view, "b=u", EH_M_FPR)->gap, *some = &find(a.view, "b=v", EH_M_FPR)->gap;
  CHECK_TEXT(part->method, strlen(part->method), "miettinen_nurminen_part");
  const eh_value v_rate = find(a.view, "b=v", EH_M_SELECTION_RATE)->value, x_rate = find(a.view, "a=x", EH_M_SELECTION_RATE)->value;
  const eh_value both = {.has_parts = true, .numerator = 2, .denominator = 2, .value = 1}; /* .6 and .8 of x and v */
  const eh_gap want = eh_gap_rates(&v_rate, &x_rate, EH_OVERLAP, &both, NULL, eh_critical(.95));
  const eh_gap *got = &find(a.view, "b=v", EH_M_SELECTION_RATE)->gap;
  CHECK_TEXT(got->method, strlen(got->method), "mover_wilson");
  CHECK(got->difference_range.lower == want.difference_range.lower && got->p == want.p && !some->interval_reason);
  drop(&a);
  spec.min_slice = 5;
  a = run(&spec, csv);
  REQUIRE(!a.status);
  f = find_kind(a.view, EH_FINDING_NOT_JUDGED);
  CHECK(f && f->slice == a.view->baseline && strstr(f->text.p, "The baseline a=x has 4 rows, fewer than 5"));
  drop(&a);
  spec.min_slice = 0;
  spec.no_intervals = true;
  a = run(&spec, csv);
  REQUIRE(!a.status);
  f = find_kind(a.view, EH_FINDING_NOT_JUDGED);
  CHECK(f && strstr(f->text.p, "switched off"));
  CHECK(!find_kind(a.view, EH_FINDING_GAP) && !find_kind(a.view, EH_FINDING_NO_GAP));
  drop(&a);
  eh_arena_free(&arena);
}

/* 200,000 rows a group, accuracies .934 and .931: surely different, and to two digits the same. */
static void a_ratio_that_reads_as_one_is_not_told(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "g", NULL);
  eh_metric metric = EH_M_ACCURACY;
  spec.metric_n = &metric;
  spec.metric_count = 1;
  char *csv = malloc(4000000), *to = csv + sprintf(csv, "y,p,g\n");
  for (int i = 0; i < 200000; i++) to += sprintf(to, "0,%s,A\n0,%s,B\n", i < 13200 ? ".9" : ".1", i < 13800 ? ".9" : ".1");
  audited a = run(&spec, csv);
  REQUIRE(!a.status && a.view->finding_count);
  CHECK(strstr(a.view->finding_n[0].text.p, "Accuracy is higher for g=A than for g=B: .934 against .931, difference .003"));
  drop(&a);
  free(csv);
  eh_arena_free(&arena);
}

static void no_interval_is_told_without_width(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "g", NULL);
  eh_metric metric = EH_M_SELECTION_RATE;
  spec.metric_n = &metric;
  spec.metric_count = 1;
  eh_cube *part = NULL, *whole = NULL;
  eh_error err = {0};
  char *csv = malloc(40000), *to = csv + sprintf(csv, "y,p,g\n");
  for (int i = 0; i < 1000; i++) to += sprintf(to, "0,%s,A\n0,.1,B\n", i < 500 ? ".9" : ".1");
  REQUIRE(!build(&part, &spec, csv, &err));
  for (int i = 0; i < 20; i++) { /* 2^20 times as many rows: limits that agree to three decimals */
    const eh_cube *twice[2] = {part, part};
    REQUIRE(!eh_cube_merge(&whole, twice, 2, NULL, &err));
    eh_cube_free(part);
    part = whole;
  }
  eh_audit *audit = NULL;
  REQUIRE(!eh_audit_run(&audit, part, &spec, NULL, &err));
  const char *text = eh_audit_see(audit)->finding_n[0].text.p;
  CHECK(strstr(text, "95 % interval .49") && !strstr(text, ".500 to .500"));
  eh_audit_free(audit);
  eh_cube_free(part);
  free(csv);
  eh_arena_free(&arena);
}

/* Requests that the headers rule out, and requests written by hand that they allow. */
static void requests_are_checked(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "sex", NULL);
  eh_error err = {0};
  eh_cube *cube = NULL;
  REQUIRE(!build(&cube, &spec, small, &err));
  const eh_dim dim = {.name = EH_STR("sex")};
  const uint32_t far = 7;
  const eh_metric none = (eh_metric)999;
  const double bad_t[] = {.7, (double)NAN}, down_t[] = {.7, .2};
  const eh_str twice[] = {EH_STR("p"), EH_STR("p")};
  eh_spec case_n[8];
  for (int i = 0; i < 8; i++) case_n[i] = (eh_spec){.level = .95};
  case_n[0].cube.slicing = (eh_slicing){.dim_n = &dim, .dim_count = 1, .single_n = &far, .single_count = 1};
  case_n[1].metric_n = &none, case_n[1].metric_count = 1;
  case_n[2].cube.threshold_t = bad_t, case_n[2].cube.threshold_count = 2;
  case_n[3].cube.threshold_t = down_t, case_n[3].cube.threshold_count = 2;
  case_n[4].cube.score_m = twice, case_n[4].cube.model_count = 2;
  case_n[5].level = (double)NAN;
  case_n[6].level = 1e-300;
  case_n[7].cube.positive = EH_STR("yes");
  for (int i = 0; i < 8; i++) {
    eh_audit *audit = NULL;
    err = (eh_error){0};
    eh_status status = eh_audit_run(&audit, cube, &case_n[i], NULL, &err);
    if (status != (i == 7 ? EH_E_SPEC : EH_E_USAGE) || audit) CHECK_SAY("case %d gives %s", i, eh_status_name(status));
  }
  eh_spec by_hand = {.cube.slicing = {.dim_n = &dim, .dim_count = 1, .single_count = 1}};
  eh_audit *audit = NULL;
  REQUIRE(!eh_audit_run(&audit, cube, &by_hand, NULL, &err));
  CHECK_U64(eh_audit_see(audit)->slice_count, 3);
  eh_audit_free(audit);
  eh_cube_free(cube);
  eh_arena_free(&arena);
}

/* A number that means missing means it in a file and in an array. */
static void missing_numbers_agree_between_text_and_arrays(void) {
  static const double score_n[] = {.9, -1, .3, .7, .2}, age_n[] = {30, 40, -1, 50, 99};
  static const uint8_t label_n[] = {1, 0, 0, 1, 0};
  eh_arena arena = {0};
  eh_str bucket = EH_STR("age:45"), missing_n[] = {EH_STR("-1"), EH_STR("99"), EH_STR("NaN"), EH_STR("1e0")};
  eh_error err = {0};
  eh_spec spec = spec_of(&arena, "", NULL);
  REQUIRE(!eh_slicing_parse(&spec.cube.slicing, &arena, NULL, 0, NULL, 0, &bucket, 1, false, &err));
  spec.cube.missing_n = missing_n;
  spec.cube.missing_count = 4;
  eh_column column[] = {{.name = EH_STR("y"), .type = EH_U8, .data = label_n},
                        {.name = EH_STR("p"), .type = EH_F64, .data = score_n},
                        {.name = EH_STR("age"), .type = EH_F64, .data = age_n}};
  eh_batch batch = {.rows = 5, .column = column, .column_n = 3, .first_row = 1};
  eh_reading reading = {.source = EH_STR("columns")};
  eh_ingest *in;
  eh_cube *of_columns = NULL, *of_text = NULL;
  REQUIRE(!eh_ingest_new(&in, &spec, &reading, NULL, &err));
  REQUIRE(!eh_ingest_columns(in, &batch, &err) && !eh_ingest_end(in, &of_columns, &err));
  eh_ingest_free(in);
  REQUIRE(!build(&of_text, &spec, "y,p,age\n1,.9,30\n0,-1,40\n0,.3,-1\n1,.7,50\n0,.2,99\n", &err));
  CHECK_U64(eh_cube_see(of_columns)->rows, 4);
  eh_buf a = {0}, b = {0};
  REQUIRE(!eh_cube_save(of_columns, &a, &err) && !eh_cube_save(of_text, &b, &err));
  const void *a_body, *b_body;
  size_t a_n, b_n;
  REQUIRE(eh_cube_body(a.p, a.n, &a_body, &a_n) && eh_cube_body(b.p, b.n, &b_body, &b_n));
  CHECK(a_n == b_n && memcmp(a_body, b_body, a_n) == 0);
  eh_buf_free(&a);
  eh_buf_free(&b);
  eh_cube_free(of_columns);
  eh_cube_free(of_text);
  eh_arena_free(&arena);
}

/* Rows that a host cannot hand over as columns are met and skipped, like those that a reader of bytes skips. */
static void rows_the_host_cannot_hand_over_are_skipped(void) {
  static const double score_n[] = {.9, .3};
  static const uint8_t label_n[] = {1, 0};
  static const uint64_t line_n[] = {1, 3};
  eh_arena arena = {0};
  eh_error err = {0};
  eh_spec spec = spec_of(&arena, "", NULL);
  eh_column column[] = {{.name = EH_STR("y"), .type = EH_U8, .data = label_n}, {.name = EH_STR("p"), .type = EH_F64, .data = score_n}};
  eh_batch batch = {.rows = 2, .column = column, .column_n = 2, .line_n = line_n};
  for (int strict = 0; strict < 2; strict++) {
    eh_reading reading = {.source = EH_STR("d"), .strict = strict != 0};
    eh_ingest *in;
    eh_cube *cube = NULL;
    REQUIRE(!eh_ingest_new(&in, &spec, &reading, NULL, &err));
    const eh_status status = eh_ingest_skip(in, 2, EH_STR("\"g\" is not UTF-8"), &err);
    if (strict) {
      CHECK(status == EH_E_ROW && err.line == 2 && strstr(err.message, "2: \"g\" is not UTF-8"));
    } else {
      REQUIRE(!status && !eh_ingest_columns(in, &batch, &err) && !eh_ingest_end(in, &cube, &err));
      const eh_intake *const intake = &eh_cube_see(cube)->provenance->intake;
      CHECK_U64(intake->rows, 3);
      CHECK(intake->rows_skipped == 1 && intake->skipped[0].line == 2 && !strcmp(intake->skipped[0].reason, "\"g\" is not UTF-8"));
    }
    eh_cube_free(cube);
    eh_ingest_free(in);
  }
  eh_arena_free(&arena);
}

/* Group a: 40 rows of both labels, well mixed and with ties; b: three rows, separated; c: one label. Placements are
 * counted here pair by pair over the rows of a, not over cells. */
static void auc_comes_with_its_interval(void) {
  eh_arena arena = {0};
  eh_spec spec = spec_of(&arena, "g", NULL);
  char csv[2000], *to = csv + sprintf(csv, "y,p,g\n0,.1,b\n0,.2,b\n1,.7,b\n1,.9,c\n1,.8,c\n");
  for (int i = 0; i < 40; i++) to += sprintf(to, "%d,%d,a\n", (i * 7 % 40 + i % 3) >= 20, i % 25);
  eh_placements p = {.n_y = {0, 0}};
  for (int i = 0; i < 40; i++) {
    const int y = (i * 7 % 40 + i % 3) >= 20;
    uint64_t w = 0;
    for (int j = 0; j < 40; j++) {
      const int other = (j * 7 % 40 + j % 3) >= 20, ahead = y ? i % 25 - j % 25 : j % 25 - i % 25;
      if (other != y) w += ahead > 0 ? 2 : ahead == 0;
    }
    p.n_y[y]++, p.square_y[y][0] += w * w, p.won_2u[0] += y ? w : 0;
  }
  const eh_range want = eh_auc_range(&p, eh_critical(.95)).range;
  const char *const baseline[] = {"overall", "g=b", "complement"};
  for (int k = 0; k < 3; k++) {
    spec.baseline = eh_str_of(baseline[k]);
    audited a = run(&spec, csv);
    REQUIRE(!a.status);
    const eh_result *many = find(a.view, "g=a", EH_M_ROC_AUC), *few = find(a.view, "g=b", EH_M_ROC_AUC);
    CHECK(!many->interval_reason && many->range.lower == want.lower && many->range.upper == want.upper);
    CHECK_TEXT(many->method, strlen(many->method), "delong_logit");
    CHECK(!few->interval_reason && few->value.value == 1 && few->range.lower > 0 && few->range.lower < 1);
    CHECK(few->range.upper == 1);
    CHECK_TEXT(few->method, strlen(few->method), "newcombe_5");
    CHECK(few->gap.interval_reason == (k == 1 ? EH_R_IS_BASELINE : EH_R_FEW_ROWS));
    const eh_result *none = find(a.view, "g=c", EH_M_ROC_AUC);
    CHECK(none->interval_reason == EH_R_ONE_CLASS && isnan(none->range.lower) && !none->method);
    drop(&a);
  }
  spec.no_intervals = true;
  audited a = run(&spec, csv);
  REQUIRE(!a.status);
  const eh_result *bare = find(a.view, "g=a", EH_M_ROC_AUC);
  CHECK(bare->interval_reason == EH_R_NOT_ASKED && !bare->method && isnan(bare->range.lower));
  drop(&a);
  eh_arena_free(&arena);
}

int main(void) {
  RUN(missing_numbers_agree_between_text_and_arrays);
  RUN(rows_the_host_cannot_hand_over_are_skipped);
  RUN(a_gap_that_is_not_judged_is_named);
  RUN(a_ratio_that_reads_as_one_is_not_told);
  RUN(no_interval_is_told_without_width);
  RUN(requests_are_checked);
  RUN(rates_come_with_their_parts);
  RUN(the_complement_is_the_other_group_of_two);
  RUN(a_baseline_slice_comes_first);
  RUN(small_slices_keep_rates_and_lose_gaps);
  RUN(a_gap_is_told_once_with_the_greater_side_first);
  RUN(nothing_undefined_or_odd_goes_unnamed);
  RUN(an_identifier_is_told_from_a_group);
  RUN(a_cube_answers_for_its_rows);
  RUN(auc_comes_with_its_interval);
  RUN(input_that_says_nothing_is_refused);
  RUN(the_hash_is_of_the_bytes_as_stored);
  return check_end("audit");
}
