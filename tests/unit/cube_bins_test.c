/* Tests of binned cubes: bins against rows kept whole; the fall from exact keys to bins, whatever the split and the order. */
#include "cube/cube_internal.h"
#include "cube_fixture.h"
#include "reference/memory_twin.h"

static eh_cube_spec spec_of(uint32_t bits, eh_cut cut) {
  eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  spec.score_bits = bits;
  spec.cut = cut;
  return spec;
}

/* A cube of rows, exact up to `cells_max` cells where bits are 0. */
static eh_cube *build_within(const twin_row *row_n, size_t n, size_t step, const eh_cube_spec *spec, uint64_t cells_max,
                             const eh_allocator *mem, eh_status *status) {
  eh_cube_builder *builder;
  eh_cube *cube = NULL;
  eh_error err = {0};
  *status = eh_cube_builder_new(&builder, spec, false, mem, &err);
  if (!*status) {
    eh_cube_builder_limit(builder, cells_max);
    *status = build_with(&cube, builder, row_n, n, step, &err);
  }
  if (*status && *status != EH_E_MEMORY && *status != EH_E_LIMIT) CHECK_SAY("%s", err.message);
  return cube;
}

/* ---- against the rows -------------------------------------------------------------------------------------------- */

static bool in_slice(const twin_row *row, const eh_slices *slices, uint32_t s, const eh_atoms *atoms) {
  for (uint32_t i = 0; i < slices->slice_n[s].atom_count; i++)
    if (twin_in_atom(row, atoms, slices->slice_n[s].atom_n[i])) return true;
  return false;
}

/* Edges of the bin of a key: the scores in it are above `low` and not above `high`, or the other way round. */
static void edges_of(double *low, double *high, uint64_t key, uint32_t bits, eh_cut cut) {
  const unsigned shift = 52 - bits;
  const uint64_t from = key << shift, to = (key + 1) << shift; /* of u where the cut is at least, else of u - 1 */
  *low = eh_key_score(from - 1);
  *high = eh_key_score(to - 1);
  (void)cut;
}

static void check_slice(const eh_cube_view *view, const twin_row *row_n, size_t n, uint32_t s, uint32_t y, int m) {
  const eh_cube_model *const model = &view->model_m[m];
  const bool at_least = view->spec->cut == EH_CUT_AT_LEAST;
  uint64_t below = 0, rows = 0;
  for (size_t i = 0; i < n; i++) rows += row_n[i].label == y && in_slice(&row_n[i], view->fine, s, view->atoms);
  for (uint64_t c = model->cell_sy[2 * s + y]; c < model->cell_sy[2 * s + y + 1]; c++) {
    double low, high;
    uint64_t count = 0;
    eh_i128 sum = {{0, 0}};
    edges_of(&low, &high, model->key_c[c], view->score_bits, view->spec->cut);
    for (size_t i = 0; i < n; i++) {
      const double x = row_n[i].score[m];
      if (row_n[i].label != y || !in_slice(&row_n[i], view->fine, s, view->atoms)) continue;
      if (at_least ? !(x >= low && x < high) : !(x > low && x <= high)) continue;
      count++;
      eh_i128_add_f64(&sum, x);
    }
    below += count;
    CHECK(count > 0);
    CHECK_U64(model->below_c[c], below);
    CHECK(memcmp(&sum, &model->score_c[c], sizeof sum) == 0);
    CHECK(c == model->cell_sy[2 * s + y] || model->key_c[c] > model->key_c[c - 1]);
  }
  CHECK_U64(below, rows);
}

static void check_reliability(const eh_cube_view *view, const twin_row *row_n, size_t n, uint32_t g, int m) {
  const eh_cube_reliability *const r = &view->model_m[m].reliable_ay[g];
  uint64_t outside = 0;
  for (int b = 0; b < EH_RELIABLE_BINS; b++) {
    uint64_t count = 0;
    eh_i128 sum = {{0, 0}};
    for (size_t i = 0; i < n; i++) {
      const double x = row_n[i].score[m];
      if (row_n[i].label != g % 2 || !twin_in_atom(&row_n[i], view->atoms, g / 2)) continue;
      outside += b == 0 && !(x >= 0 && x <= 1);
      if (!(x <= (b + 1) / 10.0) || !(x > b / 10.0 || (b == 0 && x == 0))) continue;
      count++;
      eh_i128_add_f64(&sum, x);
    }
    CHECK_U64(r->rows_b[b], count);
    CHECK(memcmp(&r->score_b[b], &sum, sizeof sum) == 0);
  }
  CHECK_U64(r->outside, outside);
}

static void check_coarse(const eh_cube_view *binned, const eh_cube_view *exact) {
  const uint64_t groups = 2 * (uint64_t)exact->atoms->atom_count;
  REQUIRE(binned->atoms->atom_count == exact->atoms->atom_count);
  CHECK_U64(binned->rows, exact->rows);
  CHECK(memcmp(binned->rows_ay, exact->rows_ay, groups * sizeof(uint64_t)) == 0);
  for (int m = 0; m < TWIN_MODELS; m++) {
    const eh_cube_model *const a = &binned->model_m[m], *const b = &exact->model_m[m];
    CHECK(memcmp(a->count_ayk, b->count_ayk, groups * (THRESHOLDS + 1) * sizeof(uint64_t)) == 0);
    CHECK(memcmp(a->score_ay, b->score_ay, groups * sizeof(eh_i128)) == 0);
    CHECK(memcmp(a->square_ay, b->square_ay, groups * sizeof(eh_i192)) == 0);
    CHECK(a->least == b->least && a->greatest == b->greatest);
    CHECK_U64(a->cell_ay[groups], 0);
  }
}

static void bins_hold_the_rows_of_their_slices(void) {
  enum { N = 250 };
  static twin_row row_n[N];
  static const uint32_t bits_n[] = {7, 11, 23};
  fill_rows(row_n, N, 21);
  for (int i = 0; i < 6; i++) {
    const eh_cut cut = i < 3 ? EH_CUT_ABOVE : EH_CUT_AT_LEAST;
    const eh_cube_spec spec = spec_of(bits_n[i % 3], cut), whole = spec_of(52, cut);
    eh_status status;
    eh_cube *const cube = build_within(row_n, N, 60, &spec, 1 << 24, NULL, &status);
    eh_cube *const exact = build_within(row_n, N, 60, &whole, 1 << 24, NULL, &status);
    REQUIRE(cube && exact);
    const eh_cube_view *const view = eh_cube_see(cube);
    CHECK_U64(view->score_bits, bits_n[i % 3]);
    REQUIRE(view->fine != NULL && eh_cube_see(exact)->fine == NULL);
    check_coarse(view, eh_cube_see(exact));
    for (int m = 0; m < TWIN_MODELS; m++) {
      for (uint32_t g = 0; g < 2 * view->atoms->atom_count; g++) check_reliability(view, row_n, N, g, m);
      for (uint32_t s = 0; s < view->fine->slice_count; s++)
        for (uint32_t y = 0; y < 2; y++) check_slice(view, row_n, N, s, y, m);
    }
    eh_cube_free(cube);
    eh_cube_free(exact);
  }
}

static eh_cube *again(const eh_cube *cube) {
  eh_buf file = saved(cube);
  eh_error err = {0};
  eh_cube *loaded;
  if (eh_cube_load(&loaded, file.p, file.n, NULL, &err)) CHECK_SAY("%s", err.message);
  eh_buf_free(&file);
  return loaded;
}

/* More rows than are folded in at once, groups that come late, rows that repeat. */
static void many_rows_are_folded_in_batches(void) {
  enum { MANY = 600000, SOME = 3000 };
  static twin_row row_n[MANY];
  fill_rows(row_n, SOME, 22);
  for (int i = SOME; i < MANY; i++) row_n[i] = row_n[i % SOME];
  const eh_cube_spec spec = spec_of(11, EH_CUT_ABOVE);
  eh_status status;
  eh_cube *const cube = build_within(row_n, MANY, 50000, &spec, 1 << 24, NULL, &status);
  eh_cube *const some = build_within(row_n, SOME, SOME, &spec, 1 << 24, NULL, &status);
  REQUIRE(cube && some);
  const eh_cube_model *const a = &eh_cube_see(cube)->model_m[1], *const b = &eh_cube_see(some)->model_m[1];
  const uint32_t groups = 2 * eh_cube_see(some)->fine->slice_count;
  REQUIRE(eh_cube_see(cube)->fine->slice_count == groups / 2);
  for (uint32_t g = 0; g <= groups; g++) CHECK_U64(a->cell_sy[g], b->cell_sy[g]);
  for (uint64_t c = 0; c < b->cell_sy[groups]; c++) {
    CHECK(a->key_c[c] == b->key_c[c]);
    CHECK_U64(a->below_c[c], b->below_c[c] * (MANY / SOME));
  }
  eh_cube_free(cube);
  eh_cube_free(some);
}

/* ---- the fall, the split and the order ---------------------------------------------------------------------------- */

/* Splits rows at random, merges the parts in a random tree, each a saved and loaded one now and then, and compares. */
static void split_and_merge(const twin_row *row_n, size_t n, const eh_cube_spec *spec, uint64_t cells_max, uint64_t seed,
                            const eh_cube *whole) {
  enum { PARTS = 5 };
  eh_cube *part_k[PARTS];
  size_t from = 0;
  eh_status status;
  for (uint32_t p = 0; p < PARTS; p++) {
    const size_t to = p + 1 == PARTS ? n : from + check_random(&seed) % (n - from + 1);
    part_k[p] = build_within(row_n + from, to - from, 50, spec, cells_max, NULL, &status);
    REQUIRE(part_k[p] != NULL);
    from = to;
  }
  for (uint32_t left = PARTS; left > 1; left--) {
    const uint32_t a = (uint32_t)(check_random(&seed) % (left - 1)), b = left - 1;
    const bool stored = check_random(&seed) % 2;
    eh_cube *const first = stored ? again(part_k[a]) : part_k[a];
    eh_cube *merged;
    eh_error err = {0};
    if (eh_cube_merge_within(&merged, (const eh_cube *const[]){part_k[b], first}, 2, cells_max, NULL, &err))
      CHECK_SAY("%s", err.message);
    REQUIRE(merged != NULL);
    if (stored) eh_cube_free(first);
    eh_cube_free(part_k[a]);
    eh_cube_free(part_k[b]);
    part_k[a] = merged;
  }
  CHECK_U64(eh_cube_see(part_k[0])->score_bits, eh_cube_see(whole)->score_bits);
  CHECK(same_body(part_k[0], whole));
  eh_cube_free(part_k[0]);
}

/* Limits that nothing, the whole alone, most parts, and everything is beyond. */
static void the_fall_to_bins_knows_the_rows_alone(void) {
  enum { N = 400 };
  static twin_row row_n[N];
  static const uint64_t limit_l[] = {1 << 24, 699, 698, 400, 150, 20, 0};
  const eh_cube_spec spec = spec_of(0, EH_CUT_DEFAULT), binned = spec_of(11, EH_CUT_DEFAULT);
  bool exact = false, fallen = false;
  fill_rows(row_n, N, 23);
  for (size_t l = 0; l < sizeof limit_l / sizeof *limit_l; l++) {
    eh_status status;
    eh_cube *const whole = build_within(row_n, N, N, &spec, limit_l[l], NULL, &status);
    REQUIRE(whole != NULL);
    const eh_cube_view *const view = eh_cube_see(whole);
    exact |= view->score_bits == 52;
    fallen |= view->score_bits == 11;
    if (view->score_bits == 52) CHECK(view->model_m[0].cell_ay[2 * view->atoms->atom_count] +
                                      view->model_m[1].cell_ay[2 * view->atoms->atom_count] <= limit_l[l]);
    for (uint64_t seed = 0; seed < 5; seed++) {
      shuffle(row_n, N, seed);
      split_and_merge(row_n, N, &spec, limit_l[l], seed, whole);
    }
    eh_cube_free(whole);
  }
  CHECK(exact && fallen);
  eh_status status;
  eh_cube *const asked = build_within(row_n, N, N, &binned, 1 << 24, NULL, &status);
  for (uint64_t seed = 0; seed < 3; seed++) split_and_merge(row_n, N, &binned, 1 << 24, seed, asked);
  eh_cube *const fell = build_within(row_n, N, 7, &spec, 30, NULL, &status);
  CHECK(strcmp(eh_cube_difference(asked, fell), "--score-bits") == 0);
  const eh_cube_model *const a = &eh_cube_see(asked)->model_m[0], *const b = &eh_cube_see(fell)->model_m[0];
  const uint64_t cells = a->cell_sy[2 * eh_cube_see(asked)->fine->slice_count];
  CHECK(memcmp(a->key_c, b->key_c, cells * sizeof *a->key_c) == 0);
  CHECK(memcmp(a->below_c, b->below_c, cells * sizeof *a->below_c) == 0);
  eh_cube_free(asked);
  eh_cube_free(fell);
}

static void exact_keys_that_were_asked_for_do_not_fall(void) {
  static twin_row row_n[200];
  fill_rows(row_n, 200, 24);
  const eh_cube_spec spec = spec_of(52, EH_CUT_DEFAULT);
  eh_status status;
  CHECK(build_within(row_n, 200, 50, &spec, 40, NULL, &status) == NULL);
  CHECK_U64(status, EH_E_LIMIT);
  eh_cube *const a = build_within(row_n, 100, 50, &spec, 1 << 24, NULL, &status), *merged;
  eh_cube *const b = build_within(row_n + 100, 100, 50, &spec, 1 << 24, NULL, &status);
  eh_error err = {0};
  CHECK_U64(eh_cube_merge_within(&merged, (const eh_cube *const[]){a, b}, 2, 250, NULL, &err), EH_E_LIMIT);
  CHECK(merged == NULL);
  eh_cube_free(a);
  eh_cube_free(b);
}

/* A cube merged with itself until a bin holds more rows than 32 bits count. */
static void counts_beyond_32_bits_are_carried(void) {
  static twin_row row_n[5];
  fill_rows(row_n, 5, 25);
  row_n[0].score[0] = .3, row_n[0].score[1] = .7;
  for (int i = 1; i < 5; i++) row_n[i] = row_n[0];
  const eh_cube_spec spec = spec_of(7, EH_CUT_DEFAULT);
  eh_status status;
  eh_cube *cube = build_within(row_n, 5, 5, &spec, 1 << 24, NULL, &status), *doubled;
  uint64_t rows = 5;
  for (int i = 0; i < 45; i++, rows *= 2) {
    REQUIRE(eh_cube_merge(&doubled, (const eh_cube *const[]){cube, cube}, 2, NULL, NULL) == EH_OK);
    eh_cube_free(cube);
    cube = doubled;
    const eh_cube_model *const model = &eh_cube_see(cube)->model_m[0];
    const uint64_t last = model->cell_sy[2] - 1;
    CHECK_U64(model->below_c[last], 2 * rows);
  }
  eh_cube *const copy = again(cube);
  CHECK(copy && same_body(copy, cube));
  eh_cube_free(copy);
  eh_cube_free(cube);
}

static void sums_of_bins_may_be_left_out(void) {
  static twin_row row_n[300];
  fill_rows(row_n, 300, 26);
  eh_cube_spec spec = spec_of(11, EH_CUT_AT_LEAST);
  spec.no_bin_sums = true;
  eh_status status;
  eh_cube *const cube = build_within(row_n, 300, 90, &spec, 1 << 24, NULL, &status);
  REQUIRE(cube && eh_cube_see(cube)->model_m[0].score_c == NULL);
  for (uint64_t seed = 0; seed < 3; seed++) split_and_merge(row_n, 300, &spec, 1 << 24, seed, cube);
  eh_cube_free(cube);
}

/* From exact scores, from finer bins, and from what fell to bins by itself. */
static void coarser_bins_are_those_of_the_rows(void) {
  enum { N = 300 };
  static twin_row row_n[N];
  static const uint32_t from_n[] = {52, 23, 11, 0, 0};
  fill_rows(row_n, N, 27);
  for (int i = 0; i < 10; i++) {
    const eh_cut cut = i < 5 ? EH_CUT_ABOVE : EH_CUT_AT_LEAST;
    const eh_cube_spec from = spec_of(from_n[i % 5], cut), to = spec_of(7, cut);
    eh_status status;
    eh_error err = {0};
    eh_cube *const fine = build_within(row_n, N, 70, &from, i % 5 == 4 ? 20 : 1 << 24, NULL, &status), *rebinned;
    eh_cube *const built = build_within(row_n, N, N, &to, 1 << 24, NULL, &status);
    REQUIRE(fine && built);
    CHECK_U64(eh_cube_see(fine)->score_bits, i % 5 == 4 ? 11 : from.score_bits ? from.score_bits : 52);
    REQUIRE(eh_cube_rebin(&rebinned, fine, 7, NULL, &err) == EH_OK);
    CHECK_U64(eh_cube_see(rebinned)->score_bits, 7);
    CHECK(same_body(rebinned, built));
    CHECK(eh_str_eq(eh_cube_see(rebinned)->provenance->name, EH_STR("rows.csv")));
    eh_cube_free(rebinned);
    CHECK_U64(eh_cube_rebin(&rebinned, built, 11, NULL, &err), EH_E_USAGE);
    CHECK(rebinned == NULL);
    eh_cube_free(fine);
    eh_cube_free(built);
  }
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* Built past the limit, merged with an exact part, saved and loaded. */
static eh_status whole_way(const eh_allocator *mem, const twin_row *row_n, size_t n) {
  const eh_cube_spec spec = spec_of(0, EH_CUT_DEFAULT);
  eh_cube *part_k[2] = {NULL, NULL};
  eh_status status;
  part_k[0] = build_within(row_n, n / 2, 7, &spec, 10, mem, &status);
  if (!status) part_k[1] = build_within(row_n + n / 2, n - n / 2, n, &spec, 1 << 24, mem, &status);
  return merge_save_load(part_k, status, false, mem);
}

static void every_refused_allocation_is_reported_and_nothing_leaks(void) {
  static twin_row row_n[40];
  fill_rows(row_n, 40, 11);
  memory_twin twin;
  REQUIRE(whole_way(memory_twin_start(&twin, 0), row_n, 40) == EH_OK);
  CHECK(twin.blocks == 0 && twin.bytes == 0 && twin.wrong_sizes == 0);
  const size_t asked = twin.asked;
  CHECK(asked > 100);
  for (size_t n = 1; n <= asked; n++) {
    CHECK_U64(whole_way(memory_twin_start(&twin, n), row_n, 40), EH_E_MEMORY);
    CHECK(twin.blocks == 0 && twin.wrong_sizes == 0);
  }
}

int main(void) {
  RUN(bins_hold_the_rows_of_their_slices);
  RUN(many_rows_are_folded_in_batches);
  RUN(the_fall_to_bins_knows_the_rows_alone);
  RUN(exact_keys_that_were_asked_for_do_not_fall);
  RUN(counts_beyond_32_bits_are_carried);
  RUN(sums_of_bins_may_be_left_out);
  RUN(coarser_bins_are_those_of_the_rows);
  RUN(every_refused_allocation_is_reported_and_nothing_leaks);
  return check_end("cube bins");
}
