/* Tests of cubes of marginals: what they count is what a cube of atoms counts for the same slices; they depend on the union of the
 * rows alone, whatever the split and the order; the file; memory. */
#include "forged.h"
#include "cube/cube_internal.h"
#include "cube_fixture.h"
#include "evenhand/report.h"
#include "reference/memory_twin.h"

enum { ATOMS_MOST = 45, STEP = 20 }; /* of some 80; a batch has fewer */

/* Variants: auto, counts alone, 7 bits, a multi-valued column, a regression. */
enum { AUTO, COUNTS, SEVEN, MULTI, REGRESSION, VARIANTS };

static eh_cube_spec spec_of(int variant) {
  static eh_dim dim_n[TWIN_DIMS];
  eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  if (variant == COUNTS) spec.no_fine = spec.no_sums = true;
  if (variant == SEVEN) spec.score_bits = 7;
  if (variant == REGRESSION) spec.regression = true, spec.threshold_count = 0;
  if (variant != MULTI) return spec;
  memcpy(dim_n, spec.slicing.dim_n, sizeof dim_n);
  dim_n[0].separator = ',';
  spec.slicing.dim_n = dim_n;
  return spec;
}

static eh_cube *build_within(const twin_row *row_n, size_t n, const eh_cube_spec *spec, uint32_t atoms_max,
                             const eh_allocator *mem, eh_status *status) {
  eh_cube_builder *builder;
  eh_cube *cube = NULL;
  eh_error err = {0};
  *status = eh_cube_builder_new(&builder, spec, false, mem, &err);
  if (!*status) {
    eh_cube_builder_limit_atoms(builder, atoms_max);
    *status = build_with(&cube, builder, row_n, n, STEP, &err);
  }
  if (*status && *status != EH_E_MEMORY && *status != EH_E_LIMIT) CHECK_SAY("%s", err.message);
  return cube;
}

static eh_cube *marginals_of(const twin_row *row_n, size_t n, int variant) {
  const eh_cube_spec spec = spec_of(variant);
  eh_status status;
  return build_within(row_n, n, &spec, ATOMS_MOST, NULL, &status);
}

/* ---- what they say ------------------------------------------------------------------------------------------------- */

static eh_buf csv_of(const eh_cube *cube, const char *baseline) {
  eh_buf out = {0};
  eh_audit *audit = NULL;
  eh_error err = {0};
  const eh_spec spec = {.baseline = eh_str_of(baseline)};
  if (eh_audit_run(&audit, cube, &spec, NULL, &err) || eh_report_csv(&out, eh_audit_see(audit), &err)) CHECK_SAY("%s", err.message);
  eh_audit_free(audit);
  return out;
}

static void slices_are_those_of_atoms(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 5);
  for (int variant = 0; variant < VARIANTS; variant++) {
    eh_cube_spec spec = spec_of(variant);
    eh_status status;
    eh_cube *const marginals = marginals_of(row_n, ROWS, variant);
    if (!spec.score_bits && !spec.regression && !spec.no_fine) spec.score_bits = 11;
    eh_cube *const atoms = build_within(row_n, ROWS, &spec, EH_ATOMS_MAX, NULL, &status);
    REQUIRE(marginals && atoms);
    CHECK(eh_cube_see(marginals)->atoms->marginal && !eh_cube_see(atoms)->atoms->marginal);
    CHECK_U64(eh_cube_see(marginals)->rows, ROWS);
    CHECK(eh_cube_see(marginals)->atoms->atom_count < 60);
    for (uint32_t d = 0; d < TWIN_DIMS; d++) CHECK_U64(eh_cube_without(eh_cube_see(marginals), d), eh_cube_without(eh_cube_see(atoms), d));
    for (int b = 0; variant != COUNTS && b < 2; b++) { /* metrics need more than that counts */
      eh_buf x = csv_of(marginals, b ? "complement" : "overall"), y = csv_of(atoms, b ? "complement" : "overall");
      CHECK(x.n > 1000 && x.n == y.n && memcmp(x.p, y.p, x.n) == 0);
      eh_buf_free(&x);
      eh_buf_free(&y);
    }
    eh_cube_free(atoms);
    eh_cube_free(marginals);
  }
}

static const eh_result *result_of(const eh_audit_view *view, const char *slice, eh_metric metric) {
  for (uint64_t i = 0; i < view->result_count; i++)
    if (eh_str_eq(view->slice_s[view->result_n[i].slice].slice->name, eh_str_of(slice)) && view->result_n[i].metric == metric)
      return &view->result_n[i];
  return NULL;
}

static void what_slices_share_is_known_by_dimensions(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 6);
  const eh_spec spec = {.baseline = EH_STR("sex=Male")};
  for (int variant = 0; variant < VARIANTS; variant += REGRESSION) {
    eh_cube *const cube = marginals_of(row_n, ROWS, variant);
    eh_audit *audit = NULL;
    eh_error err = {0};
    REQUIRE(cube && !eh_audit_run(&audit, cube, &spec, NULL, &err));
    const eh_audit_view *const view = eh_audit_see(audit);
    const eh_metric metric = variant ? EH_M_MAE : EH_M_SELECTION_RATE;
    CHECK(result_of(view, "sex=Female", metric)->gap.interval_reason == EH_R_NONE);
    CHECK(result_of(view, "sex=Male & race=Black", metric)->gap.interval_reason == EH_R_NONE);
    CHECK(strstr(result_of(view, "sex=Male & race=Black", metric)->gap.method, "_part"));
    CHECK(strstr(result_of(view, "overall", metric)->gap.method, "_part"));
    CHECK(!strstr(result_of(view, "sex=Female & race=Black", metric)->gap.method, "_part"));
    CHECK(result_of(view, "race=Black", metric)->gap.interval_reason == EH_R_OVERLAP_UNKNOWN);
    CHECK(result_of(view, "race=Black", metric)->gap.difference == result_of(view, "race=Black", metric)->value.value -
          result_of(view, "sex=Male", metric)->value.value);
    bool told = false;
    for (uint64_t f = 0; f < view->finding_count; f++) told |= view->finding_n[f].kind == EH_FINDING_MARGINALS;
    CHECK(told);
    eh_audit_free(audit);
    eh_cube_free(cube);
  }
}

static void what_was_not_asked_is_refused(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 7);
  eh_cube *const cube = marginals_of(row_n, ROWS, AUTO);
  REQUIRE(cube);
  const eh_slicing *const held = &eh_cube_see(cube)->spec->slicing;
  const uint32_t asked_k[] = {1, 2}, turned_k[] = {1, 0};
  const eh_cross cross = {.dim_k = asked_k, .k = 2}, turned = {.dim_k = turned_k, .k = 2};
  eh_spec spec = {.cube.slicing = {.dim_n = held->dim_n, .dim_count = TWIN_DIMS, .cross_n = &cross, .cross_count = 1}};
  eh_audit *audit = NULL;
  eh_error err = {0};
  CHECK(eh_audit_run(&audit, cube, &spec, NULL, &err) == EH_E_SPEC);
  CHECK(strstr(err.message, "race*age\" is none of them"));
  spec.cube.slicing.cross_n = &turned; /* sex*race the other way round is there */
  memset(&err, 0, sizeof err);
  CHECK(eh_audit_run(&audit, cube, &spec, NULL, &err) == EH_OK);
  CHECK(audit && eh_audit_see(audit)->slice_count > 5);
  eh_audit_free(audit);
  spec = (eh_spec){.bootstrap = EH_BOOTSTRAP_BCA};
  memset(&err, 0, sizeof err);
  CHECK(eh_audit_run(&audit, cube, &spec, NULL, &err) == EH_E_USAGE && strstr(err.message, "bootstrap"));
  eh_cube_free(cube);
}

/* ---- any split, in any order ----------------------------------------------------------------------------------------- */

/* Merges two random parts until one is left. */
static eh_cube *merge_tree(eh_cube **part_k, uint32_t k, uint64_t *seed) {
  while (k > 1) {
    const uint32_t i = (uint32_t)(check_random(seed) % k), j = (uint32_t)((i + 1 + check_random(seed) % (k - 1)) % k);
    const eh_cube *const pair[] = {part_k[i], part_k[j]};
    eh_cube *merged = NULL;
    eh_error err = {0};
    if (eh_cube_merge_atoms(&merged, pair, 2, EH_CELLS_MAX, ATOMS_MOST, NULL, &err)) CHECK_SAY("%s", err.message);
    eh_cube_free(part_k[i]);
    eh_cube_free(part_k[j]);
    part_k[i < j ? i : j] = merged;
    part_k[i < j ? j : i] = part_k[--k];
  }
  return part_k[0];
}

static void any_split_in_any_order_gives_the_same_bytes(void) {
  static twin_row row_n[ROWS];
  for (int variant = 0; variant < VARIANTS; variant++) {
    fill_rows(row_n, ROWS, 11);
    eh_cube *const whole = marginals_of(row_n, ROWS, variant);
    REQUIRE(whole);
    uint64_t seed = 8;
    int exact = 0;
    for (int round = 0; round < 8; round++) {
      shuffle(row_n, ROWS, 100 + (uint64_t)round);
      eh_cube *part_k[6];
      size_t from = 0;
      for (uint32_t p = 0; p < 6; p++) {
        const size_t left = ROWS - from, n = p == 5 ? left : check_random(&seed) % (left / 2);
        part_k[p] = marginals_of(row_n + from, n, variant);
        REQUIRE(part_k[p]);
        exact += !eh_cube_see(part_k[p])->atoms->marginal;
        from += n;
      }
      eh_cube *const merged = merge_tree(part_k, 6, &seed);
      REQUIRE(merged);
      CHECK(same_body(whole, merged));
      eh_cube_free(merged);
    }
    CHECK(exact > 3 && exact < 45); /* parts of both kinds */
    eh_cube_free(whole);
  }
}

static void few_atoms_stay_atoms(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 12);
  const eh_cube_spec spec = spec_of(AUTO);
  eh_status status;
  eh_cube *const whole = build_within(row_n, ROWS, &spec, EH_ATOMS_MAX, NULL, &status);
  const uint32_t atoms = eh_cube_see(whole)->atoms->atom_count;
  eh_cube *const same = build_within(row_n, ROWS, &spec, atoms, NULL, &status);
  eh_cube *const fewer = build_within(row_n, ROWS, &spec, atoms - 1, NULL, &status);
  CHECK(same_body(whole, same) && !eh_cube_see(same)->atoms->marginal);
  CHECK(eh_cube_see(fewer)->atoms->marginal);
  eh_cube_free(fewer);
  eh_cube_free(same);
  eh_cube_free(whole);
}

static void exact_scores_and_weights_are_refused(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 13);
  eh_cube_spec spec = spec_of(AUTO);
  spec.score_bits = 52;
  eh_status status;
  CHECK(build_within(row_n, ROWS, &spec, ATOMS_MOST, NULL, &status) == NULL && status == EH_E_LIMIT);
}

/* ---- the file -------------------------------------------------------------------------------------------------------- */

/* A changed bit is refused, or the cube it makes is one that saves to these very bytes and can be audited. */
static void damage_does_no_harm(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 14);
  for (int variant = 0; variant < VARIANTS; variant++) {
    eh_cube *const cube = marginals_of(row_n, variant == COUNTS ? ROWS : 120, variant);
    REQUIRE(cube && eh_cube_see(cube)->atoms->marginal);
    eh_buf file = saved(cube);
    const void *body;
    size_t body_n = 0, refused = 0, tried = 0;
    REQUIRE(eh_cube_body(file.p, file.n, &body, &body_n));
    unsigned char *const p = (unsigned char *)file.p;
    for (size_t at = 20; at < 20 + body_n; at += at < 800 ? 1 : 37) {
      const unsigned char flip = (unsigned char)(1 << at % 8);
      p[at] ^= flip;
      tried++;
      if (forged_is_refused(&file, body_n)) refused++;
      p[at] ^= flip;
    }
    CHECK(refused * 2 > tried);
    eh_buf_free(&file);
    eh_cube_free(cube);
  }
}

static void every_refused_allocation_is_told(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, 150, 15);
  const eh_cube_spec spec = spec_of(AUTO);
  for (uint64_t allowed = 0; allowed < 100000; allowed += 1 + allowed / 40) {
    memory_twin memory;
    const eh_allocator *const mem = memory_twin_start(&memory, (size_t)allowed + 1);
    eh_status status;
    eh_cube *const cube = build_within(row_n, 150, &spec, ATOMS_MOST, mem, &status);
    CHECK(status == EH_OK || status == EH_E_MEMORY);
    CHECK((status == EH_OK) == (cube != NULL));
    eh_cube_free(cube);
    CHECK(memory.blocks == 0 && memory.wrong_sizes == 0);
    if (!status) return;
  }
}

int main(void) {
  RUN(slices_are_those_of_atoms);
  RUN(what_slices_share_is_known_by_dimensions);
  RUN(what_was_not_asked_is_refused);
  RUN(any_split_in_any_order_gives_the_same_bytes);
  RUN(few_atoms_stay_atoms);
  RUN(exact_scores_and_weights_are_refused);
  RUN(damage_does_no_harm);
  RUN(every_refused_allocation_is_told);
  return check_end("marginal");
}
