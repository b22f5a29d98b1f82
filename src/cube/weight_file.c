/* weight_file: the section WGHT of a cube file, written and believed only as far as it agrees with itself. Called by save
 * and load.
 *
 * The one idea: of the sums by interval those over fine cells are the whole, so the loader adds the latter up and
 * compares.
 */
#include <string.h>

#include "load.h"

enum { CELL_BYTES = 40, SUM_BYTES = 48 };

static void put_words(eh_buf *out, const uint64_t *w, int n) {
  for (int i = 0; i < n; i++) eh_put_u64(out, w[i]);
}

static void put_cell(eh_buf *out, const eh_weight_cell *cell) {
  put_words(out, cell->weight.w, 2);
  put_words(out, cell->square.w, 3);
}

/* After the tables of all models, so that files of before they were kept just end there. */
static void save_both(const eh_cube *cube, eh_buf *out) {
  const size_t n = (size_t)cube->atoms.atom_count * eh_weight_intervals(&cube->spec);
  for (uint32_t m = 0; m < cube->spec.model_count && cube->weight_m[m].both_ak; m++)
    for (size_t i = 0; i < n; i++) put_words(out, cube->weight_m[m].both_ak[i].w, 3);
}

void eh_cube_weights_save(const eh_cube *cube, eh_buf *out) {
  const uint32_t groups = 2 * cube->atoms.atom_count, intervals = eh_weight_intervals(&cube->spec);
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    const eh_cube_weights *const from = &cube->weight_m[m];
    for (size_t i = 0; i < (size_t)groups * intervals; i++) put_cell(out, &from->cell_ayk[i]);
    for (uint32_t g = 0; g < groups; g++) {
      put_words(out, from->sum_ay[g].score.w, 3);
      put_words(out, from->sum_ay[g].square.w, 3);
    }
    if (cube->spec.no_fine) continue;
    eh_put_varint(out, from->start_ay[groups]);
    for (uint32_t g = 0; g < groups; g++) {
      uint64_t key = 0;
      eh_put_varint(out, from->start_ay[g + 1] - from->start_ay[g]);
      for (uint64_t c = from->start_ay[g]; c < from->start_ay[g + 1]; c++) {
        eh_put_varint(out, from->key_c[c] - key);
        put_cell(out, &from->cell_c[c]);
        key = from->key_c[c];
      }
    }
  }
  save_both(cube, out);
}

/* ---- loading ----------------------------------------------------------------------------------------------------- */

static void get_words(eh_cursor *cur, uint64_t *w, int n) {
  for (int i = 0; i < n; i++) w[i] = eh_get_u64(cur);
}

static bool is_whole(const eh_cube_spec *spec) {
  return spec->weight_kind == EH_WEIGHT_FREQUENCY && !spec->fractional;
}

/* Weights and their squares are not negative; frequency weights are whole. */
static bool get_cell(eh_cursor *cur, eh_weight_cell *cell, bool whole) {
  get_words(cur, cell->weight.w, 2);
  get_words(cur, cell->square.w, 3);
  return !cur->bad && !(cell->weight.w[1] >> 63) && !(cell->square.w[2] >> 63) && !(whole && cell->weight.w[0]);
}

static bool same_cell(const eh_weight_cell *a, const eh_weight_cell *b) { return memcmp(a, b, sizeof *a) == 0; }

static eh_status corrupt(eh_error *err) { return eh_cube_corrupt(err, "its weights"); }

/* Fine cells of one group, added up by interval into sum_k. */
static eh_status load_group(eh_cube *cube, uint32_t m, uint32_t g, uint64_t *at, uint64_t total, eh_weight_cell *sum_k,
                            eh_cursor *cur, eh_error *err) {
  const eh_cube_spec *const spec = &cube->spec;
  uint64_t *const start_ay = (uint64_t *)(uintptr_t)cube->weight_m[m].start_ay;
  uint64_t *const key_c = (uint64_t *)(uintptr_t)cube->weight_m[m].key_c;
  eh_weight_cell *const cell_c = (eh_weight_cell *)(uintptr_t)cube->weight_m[m].cell_c;
  const uint64_t n = eh_get_varint(cur);
  if (cur->bad || n > total - *at) return corrupt(err);
  uint64_t key = 0;
  uint32_t k = 0;
  start_ay[g] = *at;
  for (uint64_t i = 0; i < n; i++, (*at)++) {
    const uint64_t more = eh_get_varint(cur);
    if (more > UINT64_MAX - key || (i && !more) || !get_cell(cur, &cell_c[*at], is_whole(spec))) return corrupt(err);
    key_c[*at] = key += more;
    while (k < spec->threshold_count && key > eh_cut_key(spec, spec->threshold_t[k])) k++;
    if (!eh_weight_cell_add(&sum_k[k], &cell_c[*at])) return corrupt(err);
  }
  start_ay[g + 1] = *at;
  return EH_OK;
}

static eh_status load_fine(eh_cube *cube, uint32_t m, eh_cursor *cur, eh_error *err) {
  const uint32_t groups = 2 * cube->atoms.atom_count, intervals = eh_weight_intervals(&cube->spec);
  const uint64_t total = eh_get_varint(cur);
  if (cur->bad || total > EH_CELLS_MAX || total > eh_bytes_left(cur) / (CELL_BYTES + 1)) return corrupt(err);
  eh_cube_weights *const to = &cube->weight_m[m];
  eh_weight_cell *const sum_k = eh_cube_take(&cube->arena, intervals, sizeof *sum_k);
  to->start_ay = eh_cube_take(&cube->arena, (uint64_t)groups + 1, sizeof *to->start_ay);
  to->key_c = eh_cube_take(&cube->arena, total, sizeof *to->key_c);
  to->cell_c = eh_cube_take(&cube->arena, total, sizeof *to->cell_c);
  if (!sum_k || !to->start_ay || !to->key_c || !to->cell_c) return eh_cube_no_memory(err);
  uint64_t at = 0;
  for (uint32_t g = 0; g < groups; g++) {
    memset(sum_k, 0, intervals * sizeof *sum_k);
    EH_TRY(load_group(cube, m, g, &at, total, sum_k, cur, err));
    for (uint32_t k = 0; k < intervals; k++)
      if (!same_cell(&sum_k[k], &to->cell_ayk[(size_t)g * intervals + k])) return corrupt(err);
  }
  return at == total ? EH_OK : corrupt(err);
}

/* Products of numbers that are not negative. */
static eh_status load_both(eh_cube *cube, eh_cursor *cur, eh_error *err) {
  const size_t n = (size_t)cube->atoms.atom_count * eh_weight_intervals(&cube->spec);
  const bool left_out = cur->p == cur->end && n;
  for (uint32_t m = 0; m < cube->spec.model_count && eh_keeps_both(&cube->spec); m++) {
    if (left_out) cube->weight_m[m].both_ak = NULL;
    for (size_t i = 0; i < n && !left_out; i++) {
      get_words(cur, eh_weight_both(cube, m)[i].w, 3);
      if (eh_weight_both(cube, m)[i].w[2] >> 63) return corrupt(err);
    }
  }
  return EH_OK;
}

eh_status eh_cube_weights_load(eh_cube *cube, eh_cursor cur, eh_error *err) {
  const uint32_t groups = 2 * cube->atoms.atom_count, intervals = eh_weight_intervals(&cube->spec);
  const uint64_t least = (uint64_t)groups * ((uint64_t)intervals * CELL_BYTES + SUM_BYTES);
  if (least > eh_bytes_left(&cur) / cube->spec.model_count) return corrupt(err);
  EH_TRY(eh_cube_weights_room(cube, err));
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    for (size_t i = 0; i < (size_t)groups * intervals; i++)
      if (!get_cell(&cur, &eh_weight_cells(cube, m)[i], is_whole(&cube->spec))) return corrupt(err);
    for (uint32_t g = 0; g < groups; g++) {
      get_words(&cur, eh_weight_sums(cube, m)[g].score.w, 3);
      get_words(&cur, eh_weight_sums(cube, m)[g].square.w, 3);
    }
    if (!cube->spec.no_fine) EH_TRY(load_fine(cube, m, &cur, err));
  }
  EH_TRY(load_both(cube, &cur, err));
  if (cur.bad || cur.p != cur.end) return corrupt(err);
  eh_error why = {0};
  const eh_status status = eh_cube_weights_finish(cube, &why);
  if (status == EH_E_MEMORY) return eh_cube_no_memory(err);
  return status ? corrupt(err) : EH_OK;
}
