/* Tests of cube: counts against rows kept whole, any split and order, rows that are skipped, labels that are not binary. */
#include "check.h"
#include "evenhand/cube.h"
#include "reference/memory_twin.h"
#include "reference/rows_twin.h"

static const double thresholds[] = {-0.25, 0, 0.1, 0.5, 0.9};
enum { THRESHOLDS = 5, ROWS = 700 };

static const char *const sexes[] = {"Male", "Female", NULL, "Divers, \"x\""};
static const char *const races[] = {"White", "Black", "Asian-Pac-Islander", NULL, "\xc3\x89t\xc3\xa9"};

/* Scores that repeat, lie on thresholds, are negative, tiny, huge or have all their bits. */
static double some_score(uint64_t *seed) {
  static const double odd[] = {0.5, -0.0, 0, 0.1, 0.9, -0.25, 5e-324, 1099511627775.5, -1e9, 0.30000000000000004, 1};
  const uint64_t kind = check_random(seed) % 4;
  if (kind == 0) return odd[check_random(seed) % 11];
  if (kind == 1) return (double)(check_random(seed) % 10) / 10;
  return kind == 2 ? check_uniform(seed) : (check_uniform(seed) - 0.5) * 1000;
}

static void fill_rows(twin_row *row_n, size_t n, uint64_t seed) {
  for (size_t i = 0; i < n; i++) {
    row_n[i].label = (double)(check_random(&seed) % 3 == 0);
    for (int m = 0; m < TWIN_MODELS; m++) row_n[i].score[m] = some_score(&seed);
    row_n[i].text[0] = sexes[check_random(&seed) % 4];
    row_n[i].text[1] = races[check_random(&seed) % 5];
    const uint64_t age = check_random(&seed) % 60;
    row_n[i].age = age == 0 ? NAN : (double)(age + 10);
  }
}

static void shuffle(twin_row *row_n, size_t n, uint64_t seed) {
  for (size_t i = n; i > 1; i--) {
    const size_t j = check_random(&seed) % i;
    const twin_row row = row_n[i - 1];
    row_n[i - 1] = row_n[j];
    row_n[j] = row;
  }
}

/* A cube of rows handed over in batches of `step`. */
static eh_status build_of(eh_cube **out, const twin_row *row_n, size_t n, size_t step, const eh_cube_spec *spec,
                          const eh_allocator *mem, eh_error *err) {
  eh_cube_builder *builder;
  *out = NULL;
  eh_status status = eh_cube_builder_new(&builder, spec, false, mem, err);
  for (size_t i = 0; !status && i < n; i += step) {
    const size_t count = n - i < step ? n - i : step;
    twin_batch batch;
    twin_batch_make(&batch, row_n + i, count, i + 1);
    eh_cube_builder_intake(builder)->rows += count;
    status = eh_cube_builder_add(builder, &batch.batch, err);
    twin_batch_free(&batch);
  }
  if (!status) status = eh_cube_builder_finish(builder, out, EH_STR("rows.csv"), NULL, err);
  eh_cube_builder_free(builder);
  return status;
}

static eh_cube *build(const twin_row *row_n, size_t n, size_t step) {
  const eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  eh_error err = {0};
  eh_cube *cube;
  if (build_of(&cube, row_n, n, step, &spec, NULL, &err)) CHECK_SAY("%s", err.message);
  return cube;
}

static eh_buf saved(const eh_cube *cube) {
  eh_buf buf = {0};
  eh_error err = {0};
  if (eh_cube_save(cube, &buf, &err)) CHECK_SAY("%s", err.message);
  return buf;
}

static bool same_body(const eh_cube *a, const eh_cube *b) {
  eh_buf x = saved(a), y = saved(b);
  const void *p = NULL, *q = NULL;
  size_t p_n = 0, q_n = 1;
  const bool same = eh_cube_body(x.p, x.n, &p, &p_n) && eh_cube_body(y.p, y.n, &q, &q_n) && p_n == q_n &&
                    memcmp(p, q, p_n) == 0;
  eh_buf_free(&x);
  eh_buf_free(&y);
  return same;
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static void keys_order_scores_and_give_them_back(void) {
  uint64_t seed = 1;
  for (int i = 0; i < 20000; i++) {
    const double a = some_score(&seed), b = i % 7 ? some_score(&seed) : a;
    CHECK((eh_score_key(a) > eh_score_key(b)) == (a > b));
    CHECK((eh_score_key(a) == eh_score_key(b)) == (a == b));
    CHECK(eh_key_score(eh_score_key(a)) == a);
  }
  CHECK(!signbit(eh_key_score(eh_score_key(-0.0))));
  CHECK(eh_score_key(5e-324) == eh_score_key(0) + 1 && eh_score_key(-5e-324) == eh_score_key(0) - 1);
}

/* ---- counts ------------------------------------------------------------------------------------------------------ */

static void check_group(const eh_cube_view *view, const twin_row *row_n, size_t n, uint32_t a, int y, int m) {
  const eh_cube_model *const model = &view->model_m[m];
  const uint32_t g = 2 * a + (uint32_t)y;
  CHECK_U64(view->rows_ay[g], twin_count(row_n, n, view->atoms, a, y, m, -INFINITY, INFINITY));
  for (int k = 0; k <= THRESHOLDS; k++)
    CHECK_U64(model->count_ayk[(size_t)g * (THRESHOLDS + 1) + (size_t)k],
              twin_count(row_n, n, view->atoms, a, y, m, k ? thresholds[k - 1] : -INFINITY,
                         k < THRESHOLDS ? thresholds[k] : INFINITY));
  eh_i128 sum;
  eh_i192 square;
  twin_sum(&sum, &square, row_n, n, view->atoms, a, y, m);
  CHECK(memcmp(&sum, &model->score_ay[g], sizeof sum) == 0);
  CHECK(memcmp(&square, &model->square_ay[g], sizeof square) == 0);
  for (uint64_t c = model->cell_ay[g]; c < model->cell_ay[g + 1]; c++) {
    CHECK(c == model->cell_ay[g] || model->key_c[c] > model->key_c[c - 1]);
    CHECK_U64(model->below_c[c],
              twin_count(row_n, n, view->atoms, a, y, m, -INFINITY, eh_key_score(model->key_c[c])));
  }
}

static void every_count_is_that_of_the_rows(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 2);
  eh_cube *const cube = build(row_n, ROWS, 333);
  REQUIRE(cube != NULL);
  const eh_cube_view *const view = eh_cube_see(cube);
  CHECK_U64(view->rows, ROWS);
  CHECK_U64(view->spec->score_bits, 52);
  CHECK_TEXT(view->provenance->name.p, view->provenance->name.n, "rows.csv");
  for (uint32_t a = 0; a < view->atoms->atom_count; a++)
    for (int y = 0; y < 2; y++)
      for (int m = 0; m < TWIN_MODELS; m++) check_group(view, row_n, ROWS, a, y, m);
  eh_cube_free(cube);
}

static void any_threshold_can_be_asked(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 3);
  eh_cube *const cube = build(row_n, ROWS, ROWS);
  REQUIRE(cube != NULL);
  const eh_cube_view *const view = eh_cube_see(cube);
  uint64_t *const above_ay = malloc(2 * sizeof(uint64_t) * view->atoms->atom_count);
  static const double asked[] = {-1e300, -1e9, -0.25, -0.0, 5e-324, 0.1, 0.3, 0.30000000000000004, 0.5, 0.95, 1, 1e12, 1e300};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
    eh_cube_above(view, 1, asked[i], above_ay);
    for (uint32_t g = 0; g < 2 * view->atoms->atom_count; g++)
      CHECK_U64(above_ay[g], twin_count(row_n, ROWS, view->atoms, g / 2, g % 2, 1, asked[i], INFINITY));
  }
  free(above_ay);
  eh_cube_free(cube);
}

/* More rows than a tail takes, more distinct scores than a tail sorts at once, and scores that repeat across tails. */
static void many_rows_and_many_scores_keep_their_counts(void) {
  enum { MANY = 900000, STEP = 50000, STEPS = 1000 };
  static double score_n[STEP], label_n[STEP];
  static uint32_t group_n[STEP];
  const eh_str score = EH_STR("p");
  const eh_dim dim = {.name = EH_STR("g")};
  const eh_cube_spec spec = {.label = EH_STR("y"), .score_m = &score, .model_count = 1,
                             .slicing = {.dim_n = &dim, .dim_count = 1, .single_count = 1}};
  eh_cube_builder *builder;
  REQUIRE(eh_cube_builder_new(&builder, &spec, false, NULL, NULL) == EH_OK);
  uint64_t seed = 4;
  for (uint32_t i = 0; i < MANY; i += STEP) {
    for (uint32_t j = 0; j < STEP; j++) {
      const uint32_t r = i + j;
      /* Odd rows: all distinct, in a scrambled order. Even rows: STEPS scores again and again. */
      score_n[j] = r % 2 ? 1000 + (double)((uint64_t)r * 7919 % (2 * MANY)) : (double)(check_random(&seed) % STEPS);
      label_n[j] = r % 2;
      group_n[j] = 9 - r / 2 % 3;
    }
    const eh_column column[] = {{.type = EH_F64, .data = label_n}, {.type = EH_F64, .data = score_n},
                                {.type = EH_U32, .data = group_n}};
    const eh_batch batch = {.rows = STEP, .column = column, .column_n = 3, .first_row = i + 1};
    REQUIRE(eh_cube_builder_add(builder, &batch, NULL) == EH_OK);
  }
  eh_cube *cube;
  eh_error err = {0};
  REQUIRE(eh_cube_builder_finish(builder, &cube, (eh_str){0}, NULL, &err) == EH_OK);
  eh_cube_builder_free(builder);
  const eh_cube_view *const view = eh_cube_see(cube);
  REQUIRE(view->atoms->atom_count == 3);
  for (uint32_t g = 0; g < 6; g++) {
    const uint64_t from = view->model_m[0].cell_ay[g], to = view->model_m[0].cell_ay[g + 1];
    CHECK_U64(view->rows_ay[g], MANY / 6);
    CHECK_U64(to - from, g % 2 ? MANY / 6 : STEPS);
    CHECK_U64(view->model_m[0].below_c[to - 1], MANY / 6);
    int wrong = 0;
    for (uint64_t c = from + 1; c < to; c++) wrong += view->model_m[0].key_c[c] <= view->model_m[0].key_c[c - 1];
    CHECK_U64((uint64_t)wrong, 0);
  }
  eh_cube_free(cube);
}

/* ---- order and split --------------------------------------------------------------------------------------------- */

static void any_order_of_rows_gives_the_same_bytes(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 5);
  eh_cube *const first = build(row_n, ROWS, ROWS);
  REQUIRE(first != NULL);
  for (uint64_t seed = 0; seed < 4; seed++) {
    shuffle(row_n, ROWS, seed);
    eh_cube *const other = build(row_n, ROWS, 1 + 97 * seed);
    REQUIRE(other != NULL);
    CHECK(same_body(first, other));
    eh_cube_free(other);
  }
  eh_cube_free(first);
}

/* Splits rows into k parts at random places, merges in a random tree, compares with the whole. */
static void split_and_merge(const twin_row *row_n, size_t n, uint32_t k, uint64_t seed, const eh_cube *whole) {
  eh_cube *part_k[8];
  size_t from = 0;
  for (uint32_t p = 0; p < k; p++) {
    const size_t to = p + 1 == k ? n : from + check_random(&seed) % (n - from + 1);
    part_k[p] = build(row_n + from, to - from, 100);
    REQUIRE(part_k[p] != NULL);
    from = to;
  }
  for (uint32_t left = k; left > 1;) {
    const uint32_t take = left == 2 ? 2 : 2 + (uint32_t)(check_random(&seed) % (left - 1));
    for (uint32_t p = 0; p < take; p++) { /* any of them, in any order, to the front */
      const uint32_t other = p + (uint32_t)(check_random(&seed) % (left - p));
      eh_cube *const cube = part_k[p];
      part_k[p] = part_k[other];
      part_k[other] = cube;
    }
    eh_cube *merged;
    eh_error err = {0};
    REQUIRE(eh_cube_merge(&merged, (const eh_cube *const *)part_k, take, NULL, &err) == EH_OK);
    for (uint32_t p = 0; p < take; p++) eh_cube_free(part_k[p]);
    part_k[0] = merged;
    for (uint32_t p = take; p < left; p++) part_k[p - take + 1] = part_k[p];
    left = left - take + 1;
  }
  CHECK(same_body(part_k[0], whole));
  CHECK_U64(eh_cube_see(part_k[0])->provenance->intake.rows, n);
  eh_cube_free(part_k[0]);
}

static void any_split_merged_in_any_order_gives_the_same_bytes(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 6);
  for (size_t n = 0; n <= ROWS; n = n ? n * 9 : 1) {
    eh_cube *const whole = build(row_n, n, 64);
    REQUIRE(whole != NULL);
    for (uint64_t seed = 0; seed < 6; seed++) {
      shuffle(row_n, n, seed);
      split_and_merge(row_n, n, 1 + (uint32_t)(seed % 7), seed, whole);
    }
    eh_cube_free(whole);
  }
}

static void provenance_adds_up(void) {
  static twin_row row_n[40];
  fill_rows(row_n, 40, 7);
  row_n[3].label = NAN;
  row_n[25].score[1] = INFINITY;
  row_n[25].text[0] = NULL;
  eh_cube *part_k[] = {build(row_n, 20, 20), build(row_n + 20, 20, 20)}, *const whole = build(row_n, 40, 40);
  eh_cube *merged, *copy;
  REQUIRE(part_k[0] && part_k[1] && whole);
  REQUIRE(eh_cube_merge(&merged, (const eh_cube *const *)part_k, 2, NULL, NULL) == EH_OK);
  REQUIRE(eh_cube_merge(&copy, (const eh_cube *const *)part_k, 1, NULL, NULL) == EH_OK);
  const eh_provenance *const all = eh_cube_see(whole)->provenance, *const sum = eh_cube_see(merged)->provenance;
  CHECK(sum->name.p == NULL && !sum->has_sha256);
  CHECK_TEXT(eh_cube_see(copy)->provenance->name.p, eh_cube_see(copy)->provenance->name.n, "rows.csv");
  CHECK_U64(sum->intake.rows, 40);
  CHECK_U64(sum->intake.rows_skipped, 2);
  REQUIRE(sum->missing_count == 6 && all->missing_count == 6);
  static const char *const names[] = {"y", "p", "q", "sex", "race", "age"};
  uint64_t want[6] = {1, 0, 0, 0, 0, 0};
  for (int i = 0; i < 40; i++)
    for (uint32_t d = 0; d < 3; d++) want[3 + d] += twin_group(&row_n[i], d) == NULL;
  for (int i = 0; i < 6; i++) {
    CHECK_TEXT(sum->missing_n[i].name.p, sum->missing_n[i].name.n, names[i]);
    CHECK_U64(all->missing_n[i].count, want[i]);
    CHECK_U64(sum->missing_n[i].count, want[i]);
  }
  CHECK(same_body(merged, whole));
  eh_cube_free(merged);
  eh_cube_free(copy);
  eh_cube_free(whole);
  eh_cube_free(part_k[0]);
  eh_cube_free(part_k[1]);
}

static void cubes_of_different_specs_do_not_merge(void) {
  static twin_row row_n[5];
  fill_rows(row_n, 5, 8);
  const eh_cube_spec base = twin_spec(thresholds, THRESHOLDS);
  static const eh_str other_scores[] = {EH_STR("p"), EH_STR("r")}, none[] = {EH_STR("none")};
  static const double other_edges[] = {25, 46};
  static const uint32_t other_pair[] = {1, 0};
  static const eh_cross other_cross = {other_pair, 2};
  eh_dim named[3], cut[3];
  memcpy(named, base.slicing.dim_n, sizeof named);
  memcpy(cut, base.slicing.dim_n, sizeof cut);
  named[0].name = EH_STR("gender");
  cut[2].edge_n = other_edges;
  eh_cube_spec spec_n[8];
  const char *const flag_n[8] = {"--label", "--score", "--slice", "--bucket", "--cross", "--show-missing",
                                 "--threshold", "--missing"};
  for (int i = 0; i < 8; i++) spec_n[i] = base;
  spec_n[0].label = EH_STR("z");
  spec_n[1].score_m = other_scores;
  spec_n[2].slicing.dim_n = named;
  spec_n[3].slicing.dim_n = cut;
  spec_n[4].slicing.cross_n = &other_cross;
  spec_n[5].slicing.show_missing = true;
  spec_n[6].threshold_count = 2;
  spec_n[7].missing_n = none, spec_n[7].missing_count = 1;
  for (int i = 0; i < 8; i++) {
    eh_cube *part_k[2], *merged;
    eh_error err = {0};
    REQUIRE(build_of(&part_k[0], row_n, 5, 5, &base, NULL, &err) == EH_OK);
    REQUIRE(build_of(&part_k[1], row_n, 5, 5, &spec_n[i], NULL, &err) == EH_OK);
    CHECK_U64(eh_cube_merge(&merged, (const eh_cube *const *)part_k, 2, NULL, &err), EH_E_MISMATCH);
    char want[160];
    snprintf(want, sizeof want, "cubes 1 and 2 differ in %s; only cubes built with the same options can be merged",
             flag_n[i]);
    CHECK_TEXT(err.message, strlen(err.message), want);
    CHECK(merged == NULL);
    eh_cube_free(part_k[0]);
    eh_cube_free(part_k[1]);
  }
  eh_cube *merged;
  CHECK_U64(eh_cube_merge(&merged, NULL, 0, NULL, NULL), EH_E_USAGE);
}

static void what_means_the_same_is_the_same_spec(void) {
  static twin_row row_n[50];
  fill_rows(row_n, 50, 9);
  static const double zeros[] = {-0.25, -0.0, 0.1, 0.5, 0.9};
  static const eh_str shuffled[] = {EH_STR("null"), EH_STR(""), EH_STR("NaN"), EH_STR("NA"), EH_STR("null")};
  eh_cube_spec spec = twin_spec(zeros, THRESHOLDS);
  spec.missing_n = shuffled, spec.missing_count = 5, spec.score_bits = 52;
  eh_cube *const plain = build(row_n, 50, 50), *other;
  REQUIRE(build_of(&other, row_n, 50, 50, &spec, NULL, NULL) == EH_OK);
  CHECK(same_body(plain, other));
  eh_cube_free(plain);
  eh_cube_free(other);
}

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
       "label column \"income\" is not 0 or 1: line 4 holds \"2\"; values seen: \"0\", \"1\", \"2\"; name the positive "
       "one, e.g. --positive \"2\""},
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
      const eh_column column_c[] = {{.type = EH_TEXT, .text_bytes = text_nn[i], .text_start_n = &start, .text_len_n = &len},
                                    {.type = EH_F64, .data = &score}};
      const eh_batch batch = {.rows = 1, .column = column_c, .column_n = 2, .line_n = &line};
      REQUIRE(eh_cube_builder_add(builder, &batch, NULL) == EH_OK);
    }
    CHECK_U64(eh_cube_builder_finish(builder, &cube, (eh_str){0}, NULL, &err_n[pass]), EH_E_INPUT);
    eh_cube_builder_free(builder);
    if (message) CHECK_TEXT(err_n[pass].message, strlen(err_n[pass].message), message);
    message = err_n[pass].message;
  }
  CHECK(strstr(message, "line 2 holds \"v0\"; values seen: \"v0\", \"v1\", \"v10\", \"v11\", \"v12\" and more") != NULL);
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
      {{"<=50K", ">50K"}, ">50k", "positive value \">50k\" never occurs in label column \"income\"; nearest is \">50K\"", 2},
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

/* A long batch is cut into chunks; every kind of column must be cut alike. */
static void long_batches_are_cut_alike(void) {
  enum { LONG = 20000 };
  static twin_row row_n[LONG];
  fill_rows(row_n, LONG, 10);
  row_n[15000].label = NAN;
  row_n[19999].score[0] = NAN;
  eh_cube *const whole = build(row_n, LONG, LONG), *const pieces = build(row_n, LONG, 777);
  REQUIRE(whole && pieces);
  CHECK(same_body(whole, pieces));
  const eh_intake *const intake = &eh_cube_see(whole)->provenance->intake;
  CHECK(intake->skipped_n == 2 && intake->skipped[0].line == 15001 && intake->skipped[1].line == 20000);
  eh_cube_free(whole);
  eh_cube_free(pieces);
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
      {{.label = y, .score_m = &p, .model_count = 1, .score_bits = 11}, EH_E_USAGE,
       "score bits 11: this version builds exact cubes only (52)"},
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

/* ---- memory ------------------------------------------------------------------------------------------------------ */

static eh_status whole_way(const eh_allocator *mem, const twin_row *row_n, size_t n) {
  const eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  eh_cube *part_k[2] = {NULL, NULL}, *merged = NULL, *loaded = NULL;
  eh_buf buf = {.mem = mem};
  eh_status status = build_of(&part_k[0], row_n, n / 2, n, &spec, mem, NULL);
  if (!status) status = build_of(&part_k[1], row_n + n / 2, n - n / 2, n, &spec, mem, NULL);
  if (!status) status = eh_cube_merge(&merged, (const eh_cube *const *)part_k, 2, mem, NULL);
  if (!status) status = eh_cube_save(merged, &buf, NULL);
  if (!status) status = eh_cube_load(&loaded, buf.p, buf.n, mem, NULL);
  eh_buf_free(&buf);
  eh_cube_free(part_k[0]);
  eh_cube_free(part_k[1]);
  eh_cube_free(merged);
  eh_cube_free(loaded);
  return status;
}

static void every_refused_allocation_is_reported_and_nothing_leaks(void) {
  static twin_row row_n[60];
  fill_rows(row_n, 60, 11);
  memory_twin twin;
  REQUIRE(whole_way(memory_twin_start(&twin, 0), row_n, 60) == EH_OK);
  CHECK(twin.blocks == 0 && twin.bytes == 0 && twin.wrong_sizes == 0);
  const size_t asked = twin.asked;
  CHECK(asked > 50);
  for (size_t n = 1; n <= asked; n++) {
    CHECK_U64(whole_way(memory_twin_start(&twin, n), row_n, 60), EH_E_MEMORY);
    CHECK(twin.blocks == 0 && twin.wrong_sizes == 0);
  }
}

int main(void) {
  RUN(keys_order_scores_and_give_them_back);
  RUN(every_count_is_that_of_the_rows);
  RUN(any_threshold_can_be_asked);
  RUN(many_rows_and_many_scores_keep_their_counts);
  RUN(any_order_of_rows_gives_the_same_bytes);
  RUN(any_split_merged_in_any_order_gives_the_same_bytes);
  RUN(provenance_adds_up);
  RUN(cubes_of_different_specs_do_not_merge);
  RUN(what_means_the_same_is_the_same_spec);
  RUN(skipped_rows_are_recorded_with_their_first_defect);
  RUN(strict_stops_at_the_first_defect);
  RUN(labels_that_are_not_binary_are_explained);
  RUN(the_message_about_labels_does_not_know_the_order);
  RUN(a_positive_text_makes_the_label);
  RUN(a_positive_text_that_never_occurs_is_told);
  RUN(any_type_of_column_counts_alike);
  RUN(long_batches_are_cut_alike);
  RUN(wants_are_label_scores_dimensions);
  RUN(wrong_specs_are_refused);
  RUN(every_refused_allocation_is_reported_and_nothing_leaks);
  return check_end("cube");
}
