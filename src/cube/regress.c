/* regress: the label, the scores and the errors of a regression, summed up per atom. Called by the builder, finish, merge,
 * save and load where --task regression was asked for.
 *
 * The one idea: rows are counted as any rows without a label would be, all on one side; what a regression asks about are means
 * over rows, so beside the counts stand exact sums of a few numbers per row and of their squares.
 */
#include <string.h>

#include "builder.h"
#include "load.h"

struct eh_regress {
  double *label_n;        /* of one chunk, then of its rows that count, closed up */
  eh_moment **moment_max; /* [model], each [provisional atom][EH_REGRESSED] */
  size_t *cap_m;
};

/* ---- counting ---------------------------------------------------------------------------------------------------- */

eh_status eh_regress_new(eh_cube_builder *builder, eh_error *err) {
  const uint32_t model_count = builder->spec.model_count;
  eh_regress *const regress = eh_cube_take(&builder->arena, 1, sizeof *regress);
  if (!regress) return eh_cube_no_memory(err);
  regress->label_n = eh_cube_take(&builder->arena, EH_CHUNK_ROWS, sizeof(double));
  regress->moment_max = eh_cube_take(&builder->arena, model_count, sizeof(eh_moment *));
  regress->cap_m = eh_cube_take(&builder->arena, model_count, sizeof(size_t));
  if (!regress->label_n || !regress->moment_max || !regress->cap_m) return eh_cube_no_memory(err);
  builder->regress = regress;
  return EH_OK;
}

void eh_regress_free(eh_cube_builder *builder) {
  eh_regress *const regress = builder->regress;
  for (uint32_t m = 0; regress && m < builder->spec.model_count; m++) {
    eh_mem_free(builder->mem, regress->moment_max[m], regress->cap_m[m] * sizeof(eh_moment));
    regress->moment_max[m] = NULL, regress->cap_m[m] = 0;
  }
}

void eh_regress_read(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n) {
  const eh_cube_spec *const spec = &builder->spec;
  for (size_t i = 0; i < n; i++) {
    double x = 0;
    const eh_cell cell = eh_cell_number(&x, &batch->column[0], first + i, spec->missing_n, spec->missing_count);
    const bool good = cell == EH_CELL_OK && x > -EH_SUM_LIMIT && x < EH_SUM_LIMIT;
    builder->missing_w[0] += cell == EH_CELL_MISSING;
    builder->regress->label_n[i] = x;
    builder->label_n[i] = 0;
    if (good) continue;
    builder->bad_n[i] = 1;
    builder->keep_n[i] = 0;
  }
}

void eh_regress_close_up(eh_cube_builder *builder, size_t n) {
  double *const label_n = builder->regress->label_n;
  size_t to = 0;
  for (size_t i = 0; i < n; i++) {
    label_n[to] = label_n[i];
    to += builder->keep_n[i];
  }
}

static eh_status overflow(const eh_cube_spec *spec, uint32_t m, eh_error *err) {
  return eh_fail(err, EH_E_LIMIT, "the sum of the squared errors of %Q is 2^127 or more; rescale it and the label", spec->score_m[m]);
}

/* Only squares can leave their range, and they never come back: the order of rows does not matter. */
static bool add_row(eh_moment moment_x[EH_REGRESSED], double label, double score) {
  eh_i128 y = {{0}}, s = {{0}};
  eh_i128_add_f64(&y, label);
  eh_i128_add_f64(&s, score);
  eh_i192 x[EH_REGRESSED] = {[EH_OF_LABEL] = eh_i192_of_i128(y), [EH_OF_SCORE] = eh_i192_of_i128(s)};
  eh_i192 error = x[EH_OF_SCORE];
  eh_i192_add(&error, eh_i192_neg(x[EH_OF_LABEL]));
  x[EH_OF_ERROR] = error;
  x[EH_OF_SIZE] = error.w[2] >> 63 ? eh_i192_neg(error) : error;
  x[EH_OF_SQUARE] = eh_i192_square(error);
  bool good = true;
  for (int i = 0; i < EH_REGRESSED; i++) good &= eh_moment_add(&moment_x[i], x[i]);
  return good;
}

eh_status eh_regress_count(eh_cube_builder *builder, uint32_t m, const uint32_t *group_n, const double *score_n, size_t n,
                           eh_error *err) {
  eh_regress *const regress = builder->regress;
  const size_t had = regress->cap_m[m], want = (size_t)eh_atomizer_count(builder->atomizer) * EH_REGRESSED;
  if (want > had) {
    if (!eh_cube_resize(builder->mem, &regress->moment_max[m], &regress->cap_m[m], want > 2 * had ? want : 2 * had,
                        sizeof(eh_moment)))
      return eh_cube_no_memory(err);
    memset(regress->moment_max[m] + had, 0, (regress->cap_m[m] - had) * sizeof(eh_moment));
  }
  for (size_t i = 0; i < n; i++)
    if (!add_row(regress->moment_max[m] + (size_t)group_n[i] / 2 * EH_REGRESSED, regress->label_n[i], score_n[i]))
      return overflow(&builder->spec, m, err);
  return EH_OK;
}

/* ---- in a cube --------------------------------------------------------------------------------------------------- */

static eh_status take(eh_moment **out, eh_cube *cube, uint32_t m, eh_error *err) {
  *out = eh_cube_take(&cube->arena, (uint64_t)cube->atoms.atom_count * EH_REGRESSED, sizeof(eh_moment));
  cube->model_m[m].moment_ax = *out;
  return *out ? EH_OK : eh_cube_no_memory(err);
}

/* Adds the sums of some atoms, whose places in the cube are order_a. */
static eh_status add_atoms(eh_cube *cube, uint32_t m, eh_moment *to_ax, const eh_moment *from_ax, const uint32_t *order_a,
                           size_t atom_count, eh_error *err) {
  for (size_t a = 0; a < atom_count; a++)
    for (size_t x = 0; x < EH_REGRESSED && order_a[a] != UINT32_MAX; x++)
      if (!eh_moment_join(&to_ax[(size_t)order_a[a] * EH_REGRESSED + x], &from_ax[a * EH_REGRESSED + x], false))
        return overflow(&cube->spec, m, err);
  return EH_OK;
}

eh_status eh_regress_place(const eh_cube_builder *builder, eh_cube *cube, const uint32_t *order_a, eh_error *err) {
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    eh_moment *to_ax;
    EH_TRY(take(&to_ax, cube, m, err));
    const size_t counted = builder->regress->cap_m[m] / EH_REGRESSED, count = cube->atoms.atom_count;
    EH_TRY(add_atoms(cube, m, to_ax, builder->regress->moment_max[m], order_a, counted < count ? counted : count, err));
  }
  return EH_OK;
}

eh_status eh_regress_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka, eh_error *err) {
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    eh_moment *to_ax;
    EH_TRY(take(&to_ax, cube, m, err));
    for (uint32_t p = 0; p < k; p++)
      EH_TRY(add_atoms(cube, m, to_ax, part_k[p]->model_m[m].moment_ax, order_ka[p], part_k[p]->atoms.atom_count, err));
  }
  return EH_OK;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

enum { WORDS = 3 + EH_SQUARE_WORDS };

void eh_regress_save(const eh_cube *cube, eh_buf *out) {
  for (uint32_t m = 0; m < cube->spec.model_count; m++)
    for (size_t i = 0; i < (size_t)cube->atoms.atom_count * EH_REGRESSED; i++) {
      const eh_moment *const from = &cube->model_m[m].moment_ax[i];
      for (int w = 0; w < WORDS; w++) eh_put_u64(out, w < 3 ? from->sum.w[w] : from->square[w - 3]);
    }
}

/* Errors are scores less labels, sizes those without their signs; and some rows must have such sums. */
static bool is_possible(const eh_moment moment_x[EH_REGRESSED], uint64_t rows) {
  const eh_moment *const error = &moment_x[EH_OF_ERROR], *const size = &moment_x[EH_OF_SIZE];
  eh_i192 sum = moment_x[EH_OF_SCORE].sum;
  bool good = eh_i192_add(&sum, eh_i192_neg(moment_x[EH_OF_LABEL].sum)) && memcmp(&sum, &error->sum, sizeof sum) == 0 &&
              memcmp(size->square, error->square, sizeof size->square) == 0;
  for (int i = EH_OF_SIZE; i < EH_REGRESSED; i++) good = good && !(moment_x[i].sum.w[2] >> 63);
  for (int i = 0; i < EH_REGRESSED; i++) good = good && eh_moment_is_possible(&moment_x[i], rows);
  return good;
}

eh_status eh_regress_load(eh_cube *cube, eh_cursor cur, eh_error *err) {
  const uint64_t count = (uint64_t)cube->atoms.atom_count * EH_REGRESSED;
  if (eh_bytes_left(&cur) != count * cube->spec.model_count * WORDS * 8) return eh_cube_corrupt(err, "its sums of errors");
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    eh_moment *to_ax;
    EH_TRY(take(&to_ax, cube, m, err));
    for (uint64_t i = 0; i < count; i++)
      for (int w = 0; w < WORDS; w++) *(w < 3 ? &to_ax[i].sum.w[w] : &to_ax[i].square[w - 3]) = eh_get_u64(&cur);
    for (size_t a = 0; a < cube->atoms.atom_count; a++)
      if (cube->view.rows_ay[2 * a + 1] || !is_possible(to_ax + a * EH_REGRESSED, cube->view.rows_ay[2 * a]))
        return eh_cube_corrupt(err, "its sums of errors");
  }
  return EH_OK;
}
