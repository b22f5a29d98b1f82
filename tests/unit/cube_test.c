/* Tests of cube: counts and sums against rows kept whole, any order, any split. */
#include "cube/cube_internal.h"
#include "cube_fixture.h"
#include "reference/memory_twin.h"

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
  CHECK_U64(view->score_bits, 52);
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
  static const double asked[] = {-1e300, -1e9, -0.25, -0.0, 5e-324, 0.1, 0.3, 0.30000000000000004, 0.5, 0.95, 1, 1e12,
                                 1e300};
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

/* ---- tails in order ---------------------------------------------------------------------------------------------- */

typedef struct tail_row {
  uint32_t group;
  uint64_t key;
} tail_row;

static int by_group_and_key(const void *a, const void *b) {
  const tail_row *p = a, *q = b;
  if (p->group != q->group) return p->group < q->group ? -1 : 1;
  return p->key < q->key ? -1 : p->key > q->key;
}

/* Rows of `groups` groups. Keys differ in `bits` bits; with `far` one differs at the top, with `against` they descend. */
static void check_tail(size_t n, uint32_t groups, int bits, bool far, bool against) {
  enum { N = 70000 };
  REQUIRE(n <= N);
  static uint64_t key_n[2][N];
  static uint32_t group_n[2][N];
  static tail_row want_n[N];
  uint64_t state = (uint64_t)groups + (uint64_t)bits;
  const uint64_t most = bits ? UINT64_MAX >> (64 - bits) : 0;
  for (uint32_t i = 0; i < n; i++) {
    key_n[0][i] = (1ull << 62) + (against ? (most / n) * (n - 1 - i) : check_random(&state) & most);
    if (far && i == n / 2) key_n[0][i] = UINT64_MAX - 1;
    group_n[0][i] = (uint32_t)(check_random(&state) % groups);
    want_n[i] = (tail_row){group_n[0][i], key_n[0][i]};
  }
  qsort(want_n, n, sizeof *want_n, by_group_and_key);
  eh_tail tail = {key_n[0], group_n[0]}, spare = {key_n[1], group_n[1]};
  eh_tail_sort(&tail, &spare, n);
  CHECK(tail.key_n != spare.key_n && tail.group_n != spare.group_n);
  for (uint32_t i = 0; i < n; i++)
    if (tail.group_n[i] != want_n[i].group || tail.key_n[i] != want_n[i].key) {
      CHECK_SAY("row %u of %u groups, %d bits", i, groups, bits);
      return;
    }
}

static void tails_are_sorted_whatever_their_keys(void) {
  static const uint32_t groups_g[] = {1, 2, 300, 2048, 2049, 1u << 21};
  for (size_t g = 0; g < sizeof groups_g / sizeof *groups_g; g++)
    for (int bits = 0; bits <= 56; bits += 7)
      for (int kind = 0; kind < 4; kind++) check_tail(3000, groups_g[g], bits, kind & 1, kind & 2);
  for (size_t g = 0; g < sizeof groups_g / sizeof *groups_g; g++) /* long enough for heaps */
    for (int kind = 0; kind < 4; kind++) check_tail(70000, groups_g[g], 42, kind & 1, kind & 2);
}

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

/* A cube merged with itself again and again: rows double until the limit says stop, and no count is ever wrong. */
static void rows_beyond_what_f64_counts_are_refused(void) {
  static twin_row row_n[5];
  fill_rows(row_n, 5, 9);
  eh_cube *cube = build(row_n, 5, 5), *doubled;
  REQUIRE(cube);
  uint64_t rows = eh_cube_see(cube)->rows;
  eh_status status = EH_OK;
  for (int i = 0; i < 60 && !status; i++) {
    const eh_cube *const part_k[] = {cube, cube};
    status = eh_cube_merge(&doubled, part_k, 2, NULL, NULL);
    if (status) continue;
    rows *= 2;
    CHECK_U64(eh_cube_see(doubled)->rows, rows);
    eh_cube_free(cube);
    cube = doubled;
  }
  CHECK_U64(status, EH_E_LIMIT);
  CHECK(rows <= EH_ROWS_MAX && rows > EH_ROWS_MAX / 2);
  eh_cube_free(cube);
}

static void what_means_the_same_is_the_same_spec(void) {
  static twin_row row_n[50];
  fill_rows(row_n, 50, 9);
  static const double zeros[] = {-0.25, -0.0, 0.1, 0.5, 0.9};
  static const eh_str shuffled[] = {EH_STR("null"), EH_STR(""), EH_STR("NaN"), EH_STR("NA"), EH_STR("null")};
  eh_cube_spec spec = twin_spec(zeros, THRESHOLDS);
  spec.missing_n = shuffled, spec.missing_count = 5, spec.cut = EH_CUT_ABOVE;
  eh_cube *const plain = build(row_n, 50, 50), *other;
  REQUIRE(build_of(&other, row_n, 50, 50, &spec, NULL, NULL) == EH_OK);
  CHECK(same_body(plain, other));
  eh_cube_free(plain);
  eh_cube_free(other);
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

/* ---- memory ------------------------------------------------------------------------------------------------------ */

static eh_status whole_way(const eh_allocator *mem, const twin_row *row_n, size_t n) {
  const eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  eh_cube *part_k[2] = {NULL, NULL};
  eh_status status = build_of(&part_k[0], row_n, n / 2, n, &spec, mem, NULL);
  if (!status) status = build_of(&part_k[1], row_n + n / 2, n - n / 2, n, &spec, mem, NULL);
  return merge_save_load(part_k, status, false, mem);
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
  RUN(tails_are_sorted_whatever_their_keys);
  RUN(any_order_of_rows_gives_the_same_bytes);
  RUN(any_split_merged_in_any_order_gives_the_same_bytes);
  RUN(provenance_adds_up);
  RUN(cubes_of_different_specs_do_not_merge);
  RUN(rows_beyond_what_f64_counts_are_refused);
  RUN(what_means_the_same_is_the_same_spec);
  RUN(long_batches_are_cut_alike);
  RUN(every_refused_allocation_is_reported_and_nothing_leaks);
  return check_end("cube");
}
