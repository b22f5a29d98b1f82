/* load_bins: the fine cells of a binned cube's file, and its reliability bins. Called by load.c once atoms and coarse
 * counts are known.
 *
 * The one idea: what the bins of a slice hold in all must be what its atoms hold in all, rows and sums alike.
 */
#include <string.h>

#include "bins.h"
#include "load.h"

/* Can a score that a row can have be in this bin? */
static bool is_bin(const eh_cube *cube, uint64_t key) {
  const unsigned bits = cube->view.score_bits;
  return key >= eh_bin_key(&cube->spec, bits, eh_score_key(-EH_SUM_LIMIT)) &&
         key <= eh_bin_key(&cube->spec, bits, eh_score_key(EH_SUM_LIMIT));
}

/* One slice and label: `rows` and `sum` are what its atoms hold. */
static eh_status load_group(eh_cube *cube, eh_cursor *cur, eh_cube_cells *cells, uint64_t most, uint64_t rows,
                            eh_i128 sum, eh_error *err) {
  const uint64_t n = eh_get_varint(cur);
  if (cur->bad || n > most - cells->n) return eh_cube_corrupt(err, "its number of bins");
  uint64_t key = 0, below = 0;
  eh_i128 found = {{0, 0}};
  for (uint64_t i = 0; i < n; i++) {
    const uint64_t step = eh_get_varint(cur), count = eh_get_varint(cur);
    if (cur->bad || !step || step > UINT64_MAX - key || !is_bin(cube, key + step))
      return eh_cube_corrupt(err, "its bins are not in order");
    if (!count || count > rows - below) return eh_cube_corrupt(err, "the rows of a bin");
    cells->key_c[cells->n] = key += step;
    cells->below_c[cells->n] = below += count;
    if (cells->score_c) {
      cells->score_c[cells->n] = eh_get_sum(cur);
      if (cur->bad || !eh_i128_add(&found, cells->score_c[cells->n])) return eh_cube_corrupt(err, "the sum of a bin");
    }
    cells->n++;
  }
  if (below != rows) return eh_cube_corrupt(err, "its bins do not hold the rows of its slices");
  if (cells->score_c && memcmp(&found, &sum, sizeof sum) != 0)
    return eh_cube_corrupt(err, "its bins do not hold the sums of its slices");
  return EH_OK;
}

static eh_status load_model(eh_cube *cube, uint32_t m, eh_cursor *cur, uint64_t most, eh_error *err) {
  const uint32_t group_count = 2 * cube->fine.slice_count;
  eh_cube_cells *const cells = &cube->cells_m[m];
  eh_cube_model *const model = &cube->model_m[m];
  const uint64_t total = eh_get_varint(cur);
  if (cur->bad || total > most || total > eh_bytes_left(cur) / 2) return eh_cube_corrupt(err, "its number of bins");
  uint64_t *const cell_sy = eh_cube_take(&cube->arena, (uint64_t)group_count + 1, sizeof(uint64_t));
  if (!cell_sy) return eh_cube_no_memory(err);
  EH_TRY(eh_cube_cells_resize(cube, cells, total, !cube->spec.no_bin_sums, err));
  for (uint32_t g = 0; g < group_count; g++) {
    const eh_slice *const slice = &cube->fine.slice_n[g / 2];
    uint64_t rows = 0;
    eh_i128 sum = {{0, 0}};
    for (uint32_t i = 0; i < slice->atom_count; i++) {
      const size_t ay = 2 * (size_t)slice->atom_n[i] + g % 2;
      rows += cube->view.rows_ay[ay];
      if (model->score_ay && !eh_i128_add(&sum, model->score_ay[ay])) return eh_cube_corrupt(err, "its sums");
    }
    EH_TRY(load_group(cube, cur, cells, total, rows, sum, err));
    cell_sy[g + 1] = cells->n;
  }
  if (cells->n != total) return eh_cube_corrupt(err, "its number of bins");
  model->cell_sy = cell_sy;
  model->key_c = cells->key_c;
  model->below_c = cells->below_c;
  model->score_c = cells->score_c;
  return EH_OK;
}

static eh_status load_reliability(eh_cube *cube, uint32_t m, eh_cursor *cur, eh_error *err) {
  const uint32_t group_count = 2 * cube->atoms.atom_count;
  if (group_count > eh_bytes_left(cur) / (2 * EH_RELIABLE_BINS + 1)) return eh_cube_corrupt(err, "its reliability bins");
  eh_cube_reliability *const reliable_ay = eh_cube_take(&cube->arena, group_count, sizeof *reliable_ay);
  if (!reliable_ay) return eh_cube_no_memory(err);
  for (uint32_t g = 0; g < group_count; g++) {
    eh_cube_reliability *const r = &reliable_ay[g];
    uint64_t left = cube->view.rows_ay[g];
    for (int b = 0; b < EH_RELIABLE_BINS; b++) {
      r->rows_b[b] = eh_get_varint(cur);
      r->score_b[b] = eh_get_sum(cur);
      if (cur->bad || r->rows_b[b] > left) return eh_cube_corrupt(err, "its reliability bins");
      left -= r->rows_b[b];
    }
    r->outside = eh_get_varint(cur);
    if (cur->bad || r->outside != left) return eh_cube_corrupt(err, "its reliability bins");
  }
  cube->model_m[m].reliable_ay = reliable_ay;
  return EH_OK;
}

eh_status eh_load_bins(eh_cube *cube, eh_cursor cells, eh_cursor reliable, eh_error *err) {
  uint64_t most = EH_CELLS_MAX;
  EH_TRY(eh_fine_slices(&cube->fine, &cube->arena, &cube->spec, &cube->atoms, err));
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    EH_TRY(load_model(cube, m, &cells, most, err));
    EH_TRY(load_reliability(cube, m, &reliable, err));
    most -= cube->cells_m[m].n;
  }
  if (cells.bad || cells.p != cells.end) return eh_cube_corrupt(err, "its bins");
  if (reliable.bad || reliable.p != reliable.end) return eh_cube_corrupt(err, "its reliability bins");
  return EH_OK;
}
