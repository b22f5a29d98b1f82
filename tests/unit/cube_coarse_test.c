/* Tests of cubes that leave something out: what is left is that of the whole cube, any split, any order. */
#include "cube/cube_internal.h"
#include "cube_fixture.h"
#include "reference/memory_twin.h"

/* Without cells; without sums too. */
enum { LESS = 2 };

static eh_cube_spec less_spec(int less) {
  eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  spec.no_fine = true;
  spec.no_sums = less == 1;
  return spec;
}

static eh_cube *build_less(const twin_row *row_n, size_t n, size_t step, int less) {
  const eh_cube_spec spec = less_spec(less);
  eh_error err = {0};
  eh_cube *cube;
  if (build_of(&cube, row_n, n, step, &spec, NULL, &err)) CHECK_SAY("%s", err.message);
  return cube;
}

static void check_same_counts(const eh_cube_view *less, const eh_cube_view *whole, bool sums) {
  const uint64_t group_count = 2 * (uint64_t)whole->atoms->atom_count;
  REQUIRE(less->atoms->atom_count == whole->atoms->atom_count);
  CHECK_U64(less->rows, whole->rows);
  CHECK(memcmp(less->rows_ay, whole->rows_ay, group_count * sizeof(uint64_t)) == 0);
  for (int m = 0; m < TWIN_MODELS; m++) {
    const eh_cube_model *const a = &less->model_m[m], *const b = &whole->model_m[m];
    CHECK(memcmp(a->count_ayk, b->count_ayk, group_count * (THRESHOLDS + 1) * sizeof(uint64_t)) == 0);
    CHECK(a->least == b->least && a->greatest == b->greatest);
    CHECK((a->score_ay != NULL) == sums && (a->square_ay != NULL) == sums);
    CHECK_U64(a->cell_ay[group_count], 0);
    if (!sums) continue;
    CHECK(memcmp(a->score_ay, b->score_ay, group_count * sizeof(eh_i128)) == 0);
    CHECK(memcmp(a->square_ay, b->square_ay, group_count * sizeof(eh_i192)) == 0);
  }
}

static void what_is_counted_is_what_cells_say(void) {
  static twin_row row_n[20000];
  for (size_t n = 0; n <= 20000; n = n ? n * 20 : 1) {
    fill_rows(row_n, n, 2 + n);
    if (n > 100) row_n[7].score[0] = NAN, row_n[70].label = NAN;
    eh_cube *const whole = build(row_n, n, n + 1);
    for (int less = 0; less < LESS; less++) {
      eh_cube *const cube = build_less(row_n, n, n + 1, less);
      REQUIRE(cube && whole);
      check_same_counts(eh_cube_see(cube), eh_cube_see(whole), less == 0);
      eh_cube_free(cube);
    }
    eh_cube_free(whole);
  }
}

/* More thresholds than are tried one by one; scores on them and between. */
static void many_thresholds_are_found_too(void) {
  enum { MANY = 200, N = 3000 };
  static twin_row row_n[N];
  static double many[MANY];
  fill_rows(row_n, N, 3);
  for (uint32_t t = 0; t < MANY; t++) many[t] = ((double)t - 20) / 100;
  for (uint32_t count = 1; count <= MANY; count = count < 16 ? count + 5 : count + 61) {
    eh_cube_spec spec = twin_spec(many, count);
    eh_cube *whole, *less;
    REQUIRE(build_of(&whole, row_n, N, N, &spec, NULL, NULL) == EH_OK);
    spec.no_fine = spec.no_sums = true;
    REQUIRE(build_of(&less, row_n, N, N, &spec, NULL, NULL) == EH_OK);
    const uint64_t group_count = 2 * (uint64_t)eh_cube_see(whole)->atoms->atom_count;
    for (int m = 0; m < TWIN_MODELS; m++)
      CHECK(memcmp(eh_cube_see(less)->model_m[m].count_ayk, eh_cube_see(whole)->model_m[m].count_ayk,
                   group_count * (count + 1) * sizeof(uint64_t)) == 0);
    eh_cube_free(whole);
    eh_cube_free(less);
  }
}

/* Of the other cut, against the rows: at thresholds, between them, on scores and on both zeros. */
static void the_other_cut_selects_a_score_on_the_threshold(void) {
  enum { N = 2000 };
  static twin_row row_n[N];
  static const double asked[] = {-1e9, -0.25, -5e-324, -0.0, 0, 5e-324, 0.1, 0.30000000000000004, 0.31, 0.5, 0.9, 1e12};
  fill_rows(row_n, N, 12);
  eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  spec.cut = EH_CUT_AT_LEAST;
  eh_cube *whole, *less, *other = build(row_n, N, N);
  REQUIRE(build_of(&whole, row_n, N, N, &spec, NULL, NULL) == EH_OK);
  CHECK(strcmp(eh_cube_difference(whole, other), "--cut") == 0);
  uint64_t *const above_ay = malloc(2 * sizeof(uint64_t) * eh_cube_see(whole)->atoms->atom_count);
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
    eh_cube_above(eh_cube_see(whole), 0, asked[i], above_ay);
    uint64_t got_y[2] = {0}, want_y[2] = {0};
    for (uint32_t g = 0; g < 2 * eh_cube_see(whole)->atoms->atom_count; g++) got_y[g % 2] += above_ay[g];
    for (int r = 0; r < N; r++) want_y[row_n[r].label == 1] += row_n[r].score[0] >= asked[i];
    CHECK_U64(got_y[0], want_y[0]);
    CHECK_U64(got_y[1], want_y[1]);
  }
  free(above_ay);
  spec.no_fine = true;
  REQUIRE(build_of(&less, row_n, N, N, &spec, NULL, NULL) == EH_OK);
  check_same_counts(eh_cube_see(less), eh_cube_see(whole), true);
  eh_buf file = saved(less);
  eh_cube *again;
  REQUIRE(eh_cube_load(&again, file.p, file.n, NULL, NULL) == EH_OK);
  CHECK(eh_cube_difference(again, less) == NULL && same_body(again, less));
  eh_buf_free(&file);
  eh_cube_free(again);
  eh_cube_free(less);
  eh_cube_free(whole);
  eh_cube_free(other);
}

static void any_split_merged_in_any_order_gives_the_same_bytes(void) {
  static twin_row row_n[ROWS];
  for (int less = 0; less < LESS; less++) {
    fill_rows(row_n, ROWS, 6);
    eh_cube *const whole = build_less(row_n, ROWS, 64, less);
    for (uint64_t seed = 0; seed < 6; seed++) {
      shuffle(row_n, ROWS, seed);
      eh_cube *part_k[4], *pair, *all;
      size_t from = 0;
      for (uint32_t p = 0; p < 4; p++) {
        const size_t to = p == 3 ? ROWS : from + check_random(&seed) % (ROWS - from + 1);
        part_k[p] = build_less(row_n + from, to - from, 50, less);
        from = to;
      }
      REQUIRE(eh_cube_merge(&pair, (const eh_cube *const[]){part_k[2], part_k[0]}, 2, NULL, NULL) == EH_OK);
      REQUIRE(eh_cube_merge(&all, (const eh_cube *const[]){part_k[3], pair, part_k[1]}, 3, NULL, NULL) == EH_OK);
      CHECK(whole && same_body(all, whole));
      for (uint32_t p = 0; p < 4; p++) eh_cube_free(part_k[p]);
      eh_cube_free(pair);
      eh_cube_free(all);
    }
    eh_cube_free(whole);
  }
}

static void what_leaves_out_other_things_does_not_merge(void) {
  static twin_row row_n[5];
  fill_rows(row_n, 5, 8);
  eh_cube *const cube_k[] = {build(row_n, 5, 5), build_less(row_n, 5, 5, 0), build_less(row_n, 5, 5, 1)};
  for (int a = 0; a < 3; a++)
    for (int b = 0; b < 3; b++) {
      const char *const flag = eh_cube_difference(cube_k[a], cube_k[b]);
      CHECK(a == b ? flag == NULL : flag && strcmp(flag, "--metric") == 0);
    }
  for (int a = 0; a < 3; a++) eh_cube_free(cube_k[a]);
  eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  spec.no_sums = true;
  eh_cube_builder *builder;
  CHECK_U64(eh_cube_builder_new(&builder, &spec, false, NULL, NULL), EH_E_USAGE);
}

/* 2^23 rows of the greatest score are too many for a sum of 128 bits, half of them are not, and their negatives take them
 * back: the verdict knows the rows and not their order. */
static void sums_are_judged_at_the_end(void) {
  enum { BIG = 1 << 15, TIMES = 1 << 8 };
  static double label_n[BIG], high_n[BIG], low_n[BIG];
  const eh_str score = EH_STR("p");
  const eh_cube_spec spec = {.label = EH_STR("y"), .score_m = &score, .model_count = 1, .no_fine = true};
  for (int i = 0; i < BIG; i++) high_n[i] = 1099511627775.9, low_n[i] = -1099511627775.9;
  for (int back = 0; back < 2; back++) {
    eh_cube_builder *builder;
    eh_cube *cube;
    eh_error err = {0};
    REQUIRE(eh_cube_builder_new(&builder, &spec, false, NULL, NULL) == EH_OK);
    for (int i = 0; i < TIMES + 2 + back * TIMES; i++) {
      const eh_column column[] = {{.type = EH_F64, .data = label_n}, {.type = EH_F64, .data = i < TIMES + 2 ? high_n : low_n}};
      const eh_batch batch = {.rows = BIG, .column = column, .column_n = 2, .first_row = 1};
      REQUIRE(eh_cube_builder_add(builder, &batch, NULL) == EH_OK);
    }
    CHECK_U64(eh_cube_builder_finish(builder, &cube, (eh_str){0}, NULL, &err), back ? EH_OK : EH_E_LIMIT);
    if (!back) CHECK_TEXT(err.message, strlen(err.message), "the sum of score \"p\" is 2^63 or more in size; rescale the score");
    eh_cube_free(cube);
    eh_cube_builder_free(builder);
  }
}

static eh_status whole_way(const eh_allocator *mem, const twin_row *row_n, size_t n, int less) {
  const eh_cube_spec spec = less_spec(less);
  eh_cube *part_k[2] = {NULL, NULL};
  eh_status status = build_of(&part_k[0], row_n, n / 2, n, &spec, mem, NULL);
  if (!status) status = build_of(&part_k[1], row_n + n / 2, n - n / 2, n, &spec, mem, NULL);
  return merge_save_load(part_k, status, true, mem);
}

static void every_refused_allocation_is_reported_and_nothing_leaks(void) {
  static twin_row row_n[60];
  fill_rows(row_n, 60, 11);
  for (int less = 0; less < LESS; less++) {
    memory_twin twin;
    REQUIRE(whole_way(memory_twin_start(&twin, 0), row_n, 60, less) == EH_OK);
    CHECK(twin.blocks == 0 && twin.bytes == 0 && twin.wrong_sizes == 0);
    const size_t asked = twin.asked;
    CHECK(asked > 40);
    for (size_t n = 1; n <= asked; n++) {
      CHECK_U64(whole_way(memory_twin_start(&twin, n), row_n, 60, less), EH_E_MEMORY);
      CHECK(twin.blocks == 0 && twin.wrong_sizes == 0);
    }
  }
}

int main(void) {
  RUN(what_is_counted_is_what_cells_say);
  RUN(many_thresholds_are_found_too);
  RUN(the_other_cut_selects_a_score_on_the_threshold);
  RUN(any_split_merged_in_any_order_gives_the_same_bytes);
  RUN(what_leaves_out_other_things_does_not_merge);
  RUN(sums_are_judged_at_the_end);
  RUN(every_refused_allocation_is_reported_and_nothing_leaks);
  return check_end("cube coarse");
}
