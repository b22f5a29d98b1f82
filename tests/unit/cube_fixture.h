/* cube_fixture: seeded rows with every trap a score can hold, cubes built of them, and equality of cubes. */
#ifndef EVENHAND_TESTS_CUBE_FIXTURE_H
#define EVENHAND_TESTS_CUBE_FIXTURE_H

#include "check.h"
#include "cube_equal.h"
#include "evenhand/cube.h"
#include "reference/rows_twin.h"

static const double thresholds[] = {-0.25, 0, 0.1, 0.5, 0.9};
enum { THRESHOLDS = 5, ROWS = 700 };

static const char *const sexes[] = {"Male", "Female", NULL, "Divers, \"x\""};
static const char *const races[] = {"White", "Black", "Asian-Pac-Islander", NULL, "\xc3\x89t\xc3\xa9"};

/* Scores that repeat, lie on thresholds, are negative, tiny, huge or have all their bits. */
static inline double some_score(uint64_t *seed) {
  static const double odd[] = {0.5, -0.0, 0, 0.1, 0.9, -0.25, 5e-324, 1099511627775.5, -1e9, 0.30000000000000004, 1};
  const uint64_t kind = check_random(seed) % 4;
  if (kind == 0) return odd[check_random(seed) % 11];
  if (kind == 1) return (double)(check_random(seed) % 10) / 10;
  return kind == 2 ? check_uniform(seed) : (check_uniform(seed) - 0.5) * 1000;
}

static inline void fill_rows(twin_row *row_n, size_t n, uint64_t seed) {
  for (size_t i = 0; i < n; i++) {
    row_n[i].label = (double)(check_random(&seed) % 3 == 0);
    for (int m = 0; m < TWIN_MODELS; m++) row_n[i].score[m] = some_score(&seed);
    row_n[i].text[0] = sexes[check_random(&seed) % 4];
    row_n[i].text[1] = races[check_random(&seed) % 5];
    const uint64_t age = check_random(&seed) % 60;
    row_n[i].age = age == 0 ? NAN : (double)(age + 10);
  }
}

static inline void shuffle(twin_row *row_n, size_t n, uint64_t seed) {
  for (size_t i = n; i > 1; i--) {
    const size_t j = check_random(&seed) % i;
    const twin_row row = row_n[i - 1];
    row_n[i - 1] = row_n[j];
    row_n[j] = row;
  }
}

/* The cube of a new builder, which is freed, of rows handed over in batches of `step`. */
static inline eh_status build_with(eh_cube **out, eh_cube_builder *builder, const twin_row *row_n, size_t n, size_t step, eh_error *err) {
  eh_status status = EH_OK;
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

static inline eh_status build_of(eh_cube **out, const twin_row *row_n, size_t n, size_t step, const eh_cube_spec *spec,
                                 const eh_allocator *mem, eh_error *err) {
  eh_cube_builder *builder;
  *out = NULL;
  EH_TRY(eh_cube_builder_new(&builder, spec, false, mem, err));
  return build_with(out, builder, row_n, n, step, err);
}

static inline eh_cube *build(const twin_row *row_n, size_t n, size_t step) {
  const eh_cube_spec spec = twin_spec(thresholds, THRESHOLDS);
  eh_error err = {0};
  eh_cube *cube;
  if (build_of(&cube, row_n, n, step, &spec, NULL, &err)) CHECK_SAY("%s", err.message);
  return cube;
}

/* Merges two parts, saves and loads the whole, and frees all; `status` is that of the parts' building. Every step may be refused
 * its memory. With `compare` what was loaded has the body of what was saved. */
static inline eh_status merge_save_load(eh_cube *part_k[2], eh_status status, bool compare, const eh_allocator *mem) {
  eh_cube *merged = NULL, *loaded = NULL;
  eh_buf buf = {.mem = mem};
  if (!status) status = eh_cube_merge(&merged, (const eh_cube *const *)part_k, 2, mem, NULL);
  if (!status) status = eh_cube_save(merged, &buf, NULL);
  if (!status) status = eh_cube_load(&loaded, buf.p, buf.n, mem, NULL);
  if (!status && compare) CHECK(same_body(merged, loaded));
  eh_buf_free(&buf);
  eh_cube_free(part_k[0]);
  eh_cube_free(part_k[1]);
  eh_cube_free(merged);
  eh_cube_free(loaded);
  return status;
}

#endif
