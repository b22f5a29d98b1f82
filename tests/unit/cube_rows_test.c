/* Tests of cube: which rows count and which are skipped and why, what a label may be, which specs are refused. */
#include "cube_fixture.h"

/* ---- rows that do not count -------------------------------------------------------------------------------------- */

/* Columns as a CSV reader hands them over, with text and cell codes, built from text. */
typedef struct text_column {
  eh_column column;
  double value_n[16];
  uint32_t start_n[16], len_n[16];
  uint8_t cell_n[16];
  char bytes[512];
} text_column;

static void text_column_make(text_column *out, bool number, const char *const *text_n, size_t n) {
  uint32_t used = 0;
  for (size_t i = 0; i < n; i++) {
    const uint32_t len = (uint32_t)strlen(text_n[i]);
    memcpy(out->bytes + used, text_n[i], len);
    out->start_n[i] = used;
    out->len_n[i] = len;
    used += len;
    out->value_n[i] = NAN;
    out->cell_n[i] = EH_CELL_OK;
    if (!len || strcmp(text_n[i], "NA") == 0) out->cell_n[i] = EH_CELL_MISSING;
    else if (!number) continue;
    else if (!eh_read_f64(&out->value_n[i], text_n[i], len)) out->cell_n[i] = EH_CELL_NOT_NUMBER;
    else if (!isfinite(out->value_n[i])) out->cell_n[i] = EH_CELL_NOT_FINITE;
  }
  out->column = (eh_column){.type = number ? EH_F64 : EH_TEXT, .data = number ? out->value_n : NULL,
                            .text_bytes = out->bytes, .text_start_n = out->start_n, .text_len_n = out->len_n,
                            .cell_n = out->cell_n};
}

enum { DEFECTS = 9 };
static const char *const defect_nc[DEFECTS + 1][4] = {
    /* label, score, sex, age */
    {"", "x", "F", "x"},    {"1", "", "", "1"},          {"1", "a\x1b[31m", "NA", "1"}, {"0", "inf", "M", "1"},
    {"0", "NA", "M", "nan"}, {"0", "1099511627776", "M", ""}, {"1", "-2e12", "M", "1"},  {"1", ".5", "M", "old"},
    {"1", ".5", "M", "inf"}, {"1", "1099511627775", "M", "1e300"}};
static const char *const reason_n[DEFECTS] = {
    "label \"y\" is missing", "score \"p\" is missing", "score \"p\" is not a number: \"a\\x1B[31m\"",
    "score \"p\" is not finite", "score \"p\" is missing", "score \"p\" is 2^40 or more in size",
    "score \"p\" is 2^40 or more in size", "column \"age\" is not a number: \"old\"", "column \"age\" is not finite"};

static const eh_str one_score = {"p", 1};
static const double age_edge = 30;
static const eh_dim defect_dims[] = {{.name = {"sex", 3}}, {.name = {"age", 3}, .edge_n = &age_edge, .edge_count = 1}};

static eh_cube_spec defect_spec(void) {
  return (eh_cube_spec){.label = {"y", 1}, .score_m = &one_score, .model_count = 1,
                        .slicing = {.dim_n = defect_dims, .dim_count = 2, .single_count = 2}};
}

/* Adds the defective rows, then the one good one, as text or as numbers with cell codes. */
static eh_status add_defects(eh_cube_builder *builder, bool as_text, eh_error *err) {
  text_column made_c[4];
  eh_column column_c[4];
  static const uint64_t line_n[DEFECTS + 1] = {2, 3, 4, 5, 6, 8, 9, 10, 11, 12};
  for (int c = 0; c < 4; c++) {
    const char *text_n[DEFECTS + 1];
    for (int i = 0; i <= DEFECTS; i++) text_n[i] = defect_nc[i][c];
    text_column_make(&made_c[c], c != 2 && !as_text, text_n, DEFECTS + 1);
    column_c[c] = made_c[c].column;
    if (as_text) column_c[c].cell_n = NULL; /* the builder finds out what is missing by itself */
  }
  const eh_batch batch = {.rows = DEFECTS + 1, .column = column_c, .column_n = 4, .line_n = line_n};
  return eh_cube_builder_add(builder, &batch, err);
}

static void skipped_rows_are_recorded_with_their_first_defect(void) {
  for (int as_text = 0; as_text < 2; as_text++) {
    const eh_cube_spec spec = defect_spec();
    eh_cube_builder *builder;
    eh_cube *cube;
    eh_error err = {0};
    REQUIRE(eh_cube_builder_new(&builder, &spec, false, NULL, &err) == EH_OK);
    REQUIRE(add_defects(builder, as_text, &err) == EH_OK);
    REQUIRE(eh_cube_builder_finish(builder, &cube, (eh_str){0}, NULL, &err) == EH_OK);
    eh_cube_builder_free(builder);
    const eh_cube_view *const view = eh_cube_see(cube);
    const eh_intake *const intake = &view->provenance->intake;
    CHECK_U64(view->rows, 1);
    CHECK_U64(intake->rows_skipped, DEFECTS);
    REQUIRE(intake->skipped_n == DEFECTS);
    CHECK_U64(intake->skipped[0].line, 2);
    CHECK_U64(intake->skipped[8].line, 11);
    for (int i = 0; i < DEFECTS; i++)
      CHECK_TEXT(intake->skipped[i].reason, strlen(intake->skipped[i].reason), reason_n[i]);
    const uint64_t missing[] = {1, 2, 2, 1};
    for (int i = 0; i < 4; i++) CHECK_U64(view->provenance->missing_n[i].count, missing[i]);
    CHECK_U64(view->atoms->group_count_d[0], 1);
    CHECK(view->provenance->name.p == NULL);
    eh_cube_free(cube);
  }
}

static void strict_stops_at_the_first_defect(void) {
  const eh_cube_spec spec = defect_spec();
  eh_cube_builder *builder;
  eh_error err = {0};
  REQUIRE(eh_cube_builder_new(&builder, &spec, true, NULL, &err) == EH_OK);
  CHECK_U64(add_defects(builder, false, &err), EH_E_ROW);
  CHECK_U64(err.line, 2);
  eh_cube_builder_free(builder);
}

/* ---- labels ------------------------------------------------------------------------------------------------------ */

/* Builds a cube of labels given as text, all with score .5. */
static eh_status build_labels(const char *const *text_n, size_t n, const char *positive, bool with_cells, eh_cube **out,
                              eh_error *err) {
  text_column label;
  double score_n[16];
  eh_cube_spec spec = {.label = EH_STR("income"), .score_m = &one_score, .model_count = 1};
  if (positive) spec.positive = eh_str_of(positive);
  text_column_make(&label, with_cells && !positive, text_n, n);
  for (size_t i = 0; i < n; i++) score_n[i] = .5;
  const eh_column column_c[] = {label.column, {.type = EH_F64, .data = score_n}};
  const eh_batch batch = {.rows = n, .column = column_c, .column_n = 2, .first_row = 2};
  eh_cube_builder *builder;
  *out = NULL;
  eh_status status = eh_cube_builder_new(&builder, &spec, false, NULL, err);
  if (!status) status = eh_cube_builder_add(builder, &batch, err);
  if (!status) status = eh_cube_builder_finish(builder, out, (eh_str){0}, NULL, err);
  if (!status) status = eh_cube_builder_check_positive(builder, err);
  eh_cube_builder_free(builder);
  return status;
}

static void labels_that_are_not_binary_are_explained(void) {
  static const struct {
    const char *text_n[8];
    size_t n;
    uint64_t line;
    const char *message;
  } cases[] = {
      {{"<=50K", ">50K", "<=50K"}, 3, 2,
       "label column \"income\" is not 0 or 1: line 2 holds \"<=50K\"; values seen: \"<=50K\", \">50K\"; name the "
       "positive one, e.g. --positive \">50K\""},
      {{"0", "1", "2", "1.0"}, 4, 4,
       "label column \"income\" is not 0 or 1: line 4 holds \"2\"; values seen: \"0\", \"1\", \"2\"; if \"2\" means "
       "that there is none, list it in --missing; else name the positive one by --positive"},
      {{"g", "f", "e", "d", "c", "b", "a"}, 7, 2,
       "label column \"income\" is not 0 or 1: line 2 holds \"g\"; values seen: \"a\", \"b\", \"c\", \"d\", \"e\" and "
       "more; name the positive one, e.g. --positive \"e\""},
      {{"", "inf", "NA"}, 3, 3,
       "label column \"income\" is not 0 or 1: line 3 holds \"inf\"; values seen: \"inf\"; name the positive one, e.g. "
       "--positive \"inf\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int with_cells = 0; with_cells < 2; with_cells++) {
      eh_cube *cube;
      eh_error err = {0};
      CHECK_U64(build_labels(cases[i].text_n, cases[i].n, NULL, with_cells, &cube, &err), EH_E_INPUT);
      CHECK_TEXT(err.message, strlen(err.message), cases[i].message);
      CHECK_U64(err.line, cases[i].line);
      CHECK(cube == NULL);
    }
}

static void the_message_about_labels_does_not_know_the_order(void) {
  enum { VALUES = 90 };
  static char text_nn[VALUES][8];
  const char *message = NULL;
  eh_error err_n[2] = {{0}};
  for (int pass = 0; pass < 2; pass++) {
    eh_cube_builder *builder;
    eh_cube *cube;
    const eh_cube_spec spec = {.label = EH_STR("income"), .score_m = &one_score, .model_count = 1};
    REQUIRE(eh_cube_builder_new(&builder, &spec, false, NULL, NULL) == EH_OK);
    for (int i = 0; i < VALUES; i++) {
      const int v = pass ? VALUES - 1 - i : i;
      const uint32_t start = 0, len = (uint32_t)snprintf(text_nn[i], sizeof text_nn[i], "v%d", v);
      const double score = .5;
      const uint64_t line = (uint64_t)v + 2;
      const eh_column column_c[] = {
          {.type = EH_TEXT, .text_bytes = text_nn[i], .text_start_n = &start, .text_len_n = &len},
          {.type = EH_F64, .data = &score}};
      const eh_batch batch = {.rows = 1, .column = column_c, .column_n = 2, .line_n = &line};
      REQUIRE(eh_cube_builder_add(builder, &batch, NULL) == EH_OK);
    }
    CHECK_U64(eh_cube_builder_finish(builder, &cube, (eh_str){0}, NULL, &err_n[pass]), EH_E_INPUT);
    eh_cube_builder_free(builder);
    if (message) CHECK_TEXT(err_n[pass].message, strlen(err_n[pass].message), message);
    message = err_n[pass].message;
  }
  static const char told[] = "line 2 holds \"v0\"; values seen: \"v0\", \"v1\", \"v10\", \"v11\", \"v12\" and more";
  CHECK(strstr(message, told) != NULL);
}

static void a_positive_text_makes_the_label(void) {
  static const char *const text_n[] = {"<=50K", ">50K", "", "NA", ">50K", "other"};
  eh_cube *cube;
  eh_error err = {0};
  REQUIRE(build_labels(text_n, 6, ">50K", true, &cube, &err) == EH_OK);
  CHECK_U64(eh_cube_see(cube)->rows_ay[0], 2);
  CHECK_U64(eh_cube_see(cube)->rows_ay[1], 2);
  CHECK_U64(eh_cube_see(cube)->provenance->intake.rows_skipped, 2);
  eh_cube_free(cube);
}

static void a_positive_text_that_never_occurs_is_told(void) {
  static const struct {
    const char *text_n[7], *positive, *message;
    size_t n;
  } cases[] = {
      {{"<=50K", ">50K"}, ">50k",
       "positive value \">50k\" never occurs in label column \"income\"; nearest is \">50K\"", 2},
      {{"no", "yes"}, "positive",
       "positive value \"positive\" never occurs in label column \"income\"; values seen: \"no\", \"yes\"", 2},
      {{"f", "e", "d", "c", "b", "a"}, "positive",
       "positive value \"positive\" never occurs in label column \"income\"; values seen: \"a\", \"b\", \"c\", \"d\", "
       "\"e\" and more", 6},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    eh_cube *cube;
    eh_error err = {0};
    CHECK_U64(build_labels(cases[i].text_n, cases[i].n, cases[i].positive, true, &cube, &err), EH_E_INPUT);
    CHECK_TEXT(err.message, strlen(err.message), cases[i].message);
    eh_cube_free(cube);
  }
}

/* ---- columns from memory ----------------------------------------------------------------------------------------- */

static void any_type_of_column_counts_alike(void) {
  const double f64_n[] = {0, 1, 1, 0};
  const float f32_n[] = {0, 1, 1, 0};
  const int32_t i32_n[] = {0, 1, 1, 0};
  const uint8_t u8_n[] = {0, 1, 1, 0};
  const int16_t i16_n[] = {0, 1, 1, 0};
  const eh_column type_n[] = {{.type = EH_F64, .data = f64_n}, {.type = EH_F32, .data = f32_n},
                              {.type = EH_I32, .data = i32_n}, {.type = EH_U8, .data = u8_n},
                              {.type = EH_BOOL, .data = u8_n}, {.type = EH_I8, .data = u8_n},
                              {.type = EH_I16, .data = i16_n}, {.type = EH_U32, .data = i32_n},
                              {.type = EH_U16, .data = i16_n}};
  const eh_cube_spec spec = {.label = EH_STR("y"), .score_m = &one_score, .model_count = 1};
  eh_cube *first = NULL;
  for (size_t i = 0; i < sizeof type_n / sizeof *type_n; i++) {
    const eh_column column_c[] = {type_n[i], type_n[(i + 3) % 9]};
    const eh_batch batch = {.rows = 4, .column = column_c, .column_n = 2, .first_row = 1};
    eh_cube_builder *builder;
    eh_cube *cube;
    REQUIRE(eh_cube_builder_new(&builder, &spec, false, NULL, NULL) == EH_OK);
    REQUIRE(eh_cube_builder_add(builder, &batch, NULL) == EH_OK);
    REQUIRE(eh_cube_builder_finish(builder, &cube, (eh_str){0}, NULL, NULL) == EH_OK);
    eh_cube_builder_free(builder);
    if (!first) {
      first = cube;
      continue;
    }
    CHECK(same_body(first, cube));
    eh_cube_free(cube);
  }
  CHECK_U64(eh_cube_see(first)->rows_ay[1], 2);
  eh_cube_free(first);
}

static void wants_are_label_scores_dimensions(void) {
  const eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  eh_cube_spec named = spec;
  named.positive = EH_STR("yes");
  for (int positive = 0; positive < 2; positive++) {
    eh_cube_builder *builder;
    REQUIRE(eh_cube_builder_new(&builder, positive ? &named : &spec, false, NULL, NULL) == EH_OK);
    uint32_t n;
    const eh_want *const want_w = eh_cube_builder_wants(builder, &n);
    static const char *const names[] = {"y", "p", "q", "sex", "race", "age"};
    REQUIRE(n == 6);
    for (int w = 0; w < 6; w++) {
      CHECK_TEXT(want_w[w].name.p, want_w[w].name.n, names[w]);
      const bool text = w == 3 || w == 4 || (w == 0 && positive);
      CHECK(want_w[w].type == (text ? EH_TEXT : EH_F64));
    }
    eh_cube_builder_free(builder);
  }
}

static void wrong_specs_are_refused(void) {
  static const eh_str pp[] = {EH_STR("p"), EH_STR("p")}, empty[] = {EH_STR("")};
  static const double falls[] = {.5, .4}, same[] = {.5, .5}, endless[] = {INFINITY}, none[] = {NAN};
  const eh_str y = EH_STR("y"), p = EH_STR("p");
  const struct {
    eh_cube_spec spec;
    eh_status status;
    const char *message;
  } cases[] = {
      {{.score_m = &p, .model_count = 1}, EH_E_USAGE, "no label column is named"},
      {{.label = y}, EH_E_USAGE, "no score column is named"},
      {{.label = y, .score_m = empty, .model_count = 1}, EH_E_USAGE, "no score column is named"},
      {{.label = y, .score_m = &y, .model_count = 1}, EH_E_SPEC, "column \"y\" cannot be both label and score"},
      {{.label = y, .score_m = pp, .model_count = 2}, EH_E_SPEC, "column \"p\" is named twice in score"},
      {{.label = y, .score_m = &p, .model_count = 65}, EH_E_LIMIT, "more than 64 score columns"},
      {{.label = y, .score_m = &p, .model_count = 1, .threshold_t = falls, .threshold_count = 2}, EH_E_USAGE,
       "thresholds must ascend: 0.4 comes after 0.5"},
      {{.label = y, .score_m = &p, .model_count = 1, .threshold_t = same, .threshold_count = 2}, EH_E_USAGE,
       "thresholds must ascend: 0.5 comes after 0.5"},
      {{.label = y, .score_m = &p, .model_count = 1, .threshold_t = endless, .threshold_count = 1}, EH_E_USAGE,
       "threshold Infinity is not a finite number"},
      {{.label = y, .score_m = &p, .model_count = 1, .threshold_t = none, .threshold_count = 1}, EH_E_USAGE,
       "threshold NaN is not a finite number"},
      {{.label = y, .score_m = &p, .model_count = 1, .threshold_t = falls, .threshold_count = 4097}, EH_E_LIMIT,
       "more than 4096 thresholds"},
      {{.label = y, .score_m = &p, .model_count = 1, .score_bits = 12}, EH_E_USAGE,
       "score bits are 7, 11, 23 or 52, or 0 for what fits, not 12"},
      {{.label = EH_STR("\xff"), .score_m = &p, .model_count = 1}, EH_E_USAGE,
       "column name \"\\xFF\" in label is not UTF-8"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    eh_cube_builder *builder;
    eh_error err = {0};
    CHECK_U64(eh_cube_builder_new(&builder, &cases[i].spec, false, NULL, &err), cases[i].status);
    CHECK_TEXT(err.message, strlen(err.message), cases[i].message);
    CHECK(builder == NULL);
  }
}

int main(void) {
  RUN(skipped_rows_are_recorded_with_their_first_defect);
  RUN(strict_stops_at_the_first_defect);
  RUN(labels_that_are_not_binary_are_explained);
  RUN(the_message_about_labels_does_not_know_the_order);
  RUN(a_positive_text_makes_the_label);
  RUN(a_positive_text_that_never_occurs_is_told);
  RUN(any_type_of_column_counts_alike);
  RUN(wants_are_label_scores_dimensions);
  RUN(wrong_specs_are_refused);
  return check_end("cube rows");
}
