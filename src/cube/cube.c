/* cube: the handle, and questions to the fine table. Called by finish, merge and load to make one, by everything above
 * to read one.
 */
#include <string.h>

#include "cube_internal.h"

eh_status eh_cube_new(eh_cube **out, const eh_cube_spec *spec, const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  eh_cube *const cube = eh_mem_zero(mem, sizeof *cube);
  if (!cube) return eh_cube_no_memory(err);
  cube->mem = mem;
  cube->arena.mem = mem;
  eh_status status = eh_cube_spec_copy(&cube->spec, &cube->arena, spec, err);
  if (!status) {
    cube->model_m = eh_cube_take(&cube->arena, cube->spec.model_count, sizeof(eh_cube_model));
    cube->cells_m = eh_cube_take(&cube->arena, cube->spec.model_count, sizeof(eh_cube_cells));
    if (!cube->model_m || !cube->cells_m) status = eh_cube_no_memory(err);
  }
  cube->view = (eh_cube_view){.spec = &cube->spec, .atoms = &cube->atoms, .model_m = cube->model_m,
                              .provenance = &cube->provenance};
  eh_cube_bin(cube, cube->spec.score_bits ? cube->spec.score_bits : 52);
  if (status) eh_cube_free(cube);
  else *out = cube;
  return status;
}

eh_status eh_cube_cells_resize(const eh_cube *cube, eh_cube_cells *cells, uint64_t cap, bool sums, eh_error *err) {
  const bool ok = eh_cube_resize(cube->mem, &cells->key_c, &cells->key_cap, cap, sizeof *cells->key_c) &&
                  eh_cube_resize(cube->mem, &cells->below_c, &cells->below_cap, cap, sizeof *cells->below_c) &&
                  (!sums || eh_cube_resize(cube->mem, &cells->score_c, &cells->score_cap, cap, sizeof *cells->score_c));
  return ok ? EH_OK : eh_cube_no_memory(err);
}

void eh_cube_bin(eh_cube *cube, uint32_t bits) {
  cube->view.score_bits = cube->spec.no_fine ? 52 : bits;
  cube->view.fine = cube->view.score_bits < 52 ? &cube->fine : NULL;
}

const eh_cube_view *eh_cube_see(const eh_cube *cube) { return &cube->view; }

void eh_cube_free(eh_cube *cube) {
  if (!cube) return;
  for (uint32_t m = 0; cube->cells_m && m < cube->spec.model_count; m++) {
    eh_cube_cells *const cells = &cube->cells_m[m];
    eh_mem_free(cube->mem, cells->key_c, cells->key_cap * sizeof *cells->key_c);
    eh_mem_free(cube->mem, cells->below_c, cells->below_cap * sizeof *cells->below_c);
    eh_mem_free(cube->mem, cells->score_c, cells->score_cap * sizeof *cells->score_c);
  }
  eh_arena_free(&cube->arena);
  eh_mem_free(cube->mem, cube, sizeof *cube);
}

/* ---- bins -------------------------------------------------------------------------------------------------------- */

static bool same_dims(const eh_slice *a, const eh_slice *b) {
  return a->dim_count == b->dim_count && (!a->dim_count || memcmp(a->dim_k, b->dim_k, a->dim_count * sizeof *a->dim_k) == 0);
}

static int compare_groups(const eh_slice *a, const eh_slice *b) {
  for (uint32_t i = 0; i < a->dim_count; i++)
    if (a->group_k[i] != b->group_k[i]) return a->group_k[i] < b->group_k[i] ? -1 : 1;
  return 0;
}

uint32_t eh_cube_fine_slice(const eh_cube_view *cube, const eh_slices *slices, uint32_t s) {
  const eh_slice *const wanted = &slices->slice_n[s];
  if (!wanted->dim_count) return EH_SLICE_OVERALL;
  for (uint32_t f = 0; f < cube->fine->family_count; f++) {
    const eh_family *const family = &cube->fine->family_n[f];
    if (!family->count || !same_dims(&cube->fine->slice_n[family->first], wanted)) continue;
    uint32_t from = family->first, to = family->first + family->count;
    while (from < to) {
      const uint32_t middle = from + (to - from) / 2;
      const int order = compare_groups(&cube->fine->slice_n[middle], wanted);
      if (!order) return middle;
      if (order < 0) from = middle + 1;
      else to = middle;
    }
  }
  return UINT32_MAX;
}

uint64_t eh_cube_group(const eh_cube_view *cube, uint32_t dim, uint32_t group) {
  const eh_atoms *const atoms = cube->atoms;
  uint64_t rows = 0;
  for (uint32_t a = 0; a < atoms->atom_count; a++) {
    const uint32_t *const tuple_d = atoms->group_ad + (size_t)a * atoms->dim_count;
    uint32_t asked = 0;
    for (uint32_t d = 0; atoms->marginal && d < atoms->dim_count; d++) asked += tuple_d[d] <= atoms->group_count_d[d];
    if (tuple_d[dim] == group && asked <= 1) rows += cube->rows_ay[2 * (size_t)a] + cube->rows_ay[2 * (size_t)a + 1];
  }
  return rows;
}

uint64_t eh_cube_without(const eh_cube_view *cube, uint32_t dim) {
  return eh_cube_group(cube, dim, cube->atoms->group_count_d[dim]);
}

/* ---- any threshold ----------------------------------------------------------------------------------------------- */

/* Number of cells in key_c[from .. to) with a key <= key, by bisection. */
static uint64_t cells_below(const uint64_t *key_c, uint64_t from, uint64_t to, uint64_t key) {
  const uint64_t start = from;
  while (from < to) {
    const uint64_t middle = from + (to - from) / 2;
    if (key_c[middle] <= key) from = middle + 1;
    else to = middle;
  }
  return from - start;
}

/* From the coarse table: all intervals past that of threshold t. */
static void above_known(const eh_cube_view *cube, const eh_cube_model *model, uint32_t t, uint64_t *above_ay) {
  const uint32_t interval_count = cube->spec->threshold_count + 1;
  for (uint32_t g = 0; g < 2 * cube->atoms->atom_count; g++) {
    const uint64_t *const count_k = model->count_ayk + (size_t)g * interval_count;
    uint64_t above = 0;
    for (uint32_t k = t + 1; k < interval_count; k++) above += count_k[k];
    above_ay[g] = above;
  }
}

void eh_cube_above(const eh_cube_view *cube, uint32_t model_index, double t, uint64_t *above_ay) {
  const eh_cube_model *const model = &cube->model_m[model_index];
  for (uint32_t i = 0; i < cube->spec->threshold_count; i++)
    if (cube->spec->threshold_t[i] == t) {
      above_known(cube, model, i, above_ay);
      return;
    }
  if (cube->fine) { /* no cells: as many as the nearest threshold below selects */
    uint32_t below = 0;
    while (below < cube->spec->threshold_count && cube->spec->threshold_t[below] < t) below++;
    if (below) above_known(cube, model, below - 1, above_ay);
    else memcpy(above_ay, cube->rows_ay, 2 * (size_t)cube->atoms->atom_count * sizeof *above_ay);
    return;
  }
  const uint64_t key = eh_cut_key(cube->spec, t);
  for (uint32_t g = 0; g < 2 * cube->atoms->atom_count; g++) {
    const uint64_t from = model->cell_ay[g];
    const uint64_t n = cells_below(model->key_c, from, model->cell_ay[g + 1], key);
    above_ay[g] = cube->rows_ay[g] - (n ? model->below_c[from + n - 1] : 0);
  }
}
