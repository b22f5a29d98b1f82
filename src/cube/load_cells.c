/* load_cells: the numbers of a cube file: fine cells, and the coarse counts and sums that must follow from them. Called
 * by load.c once atoms are known.
 */
#include "load.h"

/* Keys of scores that a row can have: finite, below 2^40 in size. */
bool eh_load_is_key(uint64_t key) {
  return key > eh_score_key(-EH_SUM_LIMIT) && key < eh_score_key(EH_SUM_LIMIT);
}

static eh_status load_group(eh_cursor *cur, eh_cube_cells *cells, uint64_t most, uint64_t *rows, eh_error *err) {
  const uint64_t n = eh_get_varint(cur);
  if (cur->bad || n > most - cells->n) return eh_cube_corrupt(err, "its number of cells");
  uint64_t key = 0, below = 0;
  for (uint64_t i = 0; i < n; i++) {
    const uint64_t step = eh_get_varint(cur), count = eh_get_varint(cur);
    if (cur->bad || !step || step > UINT64_MAX - key || !eh_load_is_key(key + step))
      return eh_cube_corrupt(err, "its score keys are not in order");
    if (!count || count > EH_ROWS_MAX - *rows) return eh_cube_corrupt(err, "the rows of a cell");
    *rows += count;
    cells->key_c[cells->n] = key += step;
    cells->below_c[cells->n++] = below += count;
  }
  return EH_OK;
}

static eh_status load_model(eh_cube *cube, uint32_t m, eh_cursor *cur, uint64_t most, eh_error *err) {
  const uint32_t group_count = 2 * cube->atoms.atom_count;
  eh_cube_cells *const cells = &cube->cells_m[m];
  eh_cube_model *const model = &cube->model_m[m];
  const uint64_t total = eh_get_varint(cur);
  if (cur->bad || total > most || total > eh_bytes_left(cur) / 2 || group_count > eh_bytes_left(cur))
    return eh_cube_corrupt(err, "its number of cells");
  uint64_t *const cell_ay = eh_cube_take(&cube->arena, (uint64_t)group_count + 1, sizeof(uint64_t));
  if (!cell_ay) return eh_cube_no_memory(err);
  EH_TRY(eh_cube_cells_resize(cube, cells, total, false, err));
  uint64_t rows = 0;
  for (uint32_t g = 0; g < group_count; g++) {
    EH_TRY(load_group(cur, cells, total, &rows, err));
    cell_ay[g + 1] = cells->n;
  }
  if (cells->n != total) return eh_cube_corrupt(err, "its number of cells");
  model->cell_ay = cell_ay;
  model->key_c = cells->key_c;
  model->below_c = cells->below_c;
  return EH_OK;
}

eh_status eh_load_cells(eh_cube *cube, eh_cursor cur, eh_error *err) {
  uint64_t most = EH_CELLS_MAX;
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    EH_TRY(load_model(cube, m, &cur, most, err));
    most -= cube->cells_m[m].n;
  }
  if (cur.bad || cur.p != cur.end) return eh_cube_corrupt(err, "its cells");
  return EH_OK;
}

static bool same_sums(const eh_cube_model *model, uint64_t group_count, eh_cursor *cur) {
  bool same = true;
  for (uint64_t g = 0; g < group_count; g++) {
    for (unsigned w = 0; w < 2; w++) same &= eh_get_u64(cur) == model->score_ay[g].w[w];
    for (unsigned w = 0; w < 3; w++) same &= eh_get_u64(cur) == model->square_ay[g].w[w];
  }
  return same && !cur->bad;
}

eh_status eh_load_coarse(eh_cube *cube, eh_cursor counts, eh_cursor sums, eh_error *err) {
  const uint64_t group_count = 2 * (uint64_t)cube->atoms.atom_count, model_count = cube->spec.model_count;
  const uint64_t entries = group_count * (cube->spec.threshold_count + 1);
  if (eh_bytes_left(&counts) < entries * model_count) return eh_cube_corrupt(err, "its coarse counts");
  if (eh_bytes_left(&sums) != group_count * model_count * EH_CUBE_SUM) return eh_cube_corrupt(err, "its sums");
  eh_error why = {0};
  const eh_status status = eh_cube_derive(cube, NULL, &why);
  if (status == EH_E_LIMIT) return eh_cube_corrupt(err, why.message);
  if (status) return eh_fail(err, status, "%s", why.message);
  for (uint64_t m = 0; m < model_count; m++) {
    for (uint64_t i = 0; i < entries; i++)
      if (eh_get_varint(&counts) != cube->model_m[m].count_ayk[i] || counts.bad)
        return eh_cube_corrupt(err, "its coarse counts are not those of its cells");
    if (!same_sums(&cube->model_m[m], group_count, &sums))
      return eh_cube_corrupt(err, "its sums are not those of its cells");
  }
  if (counts.p != counts.end) return eh_cube_corrupt(err, "its coarse counts");
  return EH_OK;
}
