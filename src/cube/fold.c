/* fold: exact cells of some rows, added to tables of binned scores. Called by the builder, where bins were asked for or
 * exact cells have become too many, and by finish.
 *
 * The one idea: rows are always counted as exact cells first, a batch at a time, so that coarse counts and sums are
 * exact and order-free; then each cell goes to its atom's coarse counts and to the bins of all slices that hold the atom.
 */
#include <string.h>

#include "fold.h"

void eh_fold_free(eh_fold *fold) {
  if (!fold) return;
  for (uint32_t m = 0; m < fold->spec->model_count; m++) {
    if (fold->coarse_m) eh_coarse_free(&fold->coarse_m[m]);
    if (fold->bins_m) eh_bins_free(&fold->bins_m[m]);
  }
  eh_units_free(&fold->units);
  eh_arena_free(&fold->members);
  eh_arena_free(&fold->arena);
  eh_mem_free(fold->mem, fold, sizeof *fold);
}

static eh_status fill(eh_fold *fold, eh_error *err) {
  const uint32_t model_count = fold->spec->model_count;
  eh_coarse *const coarse_m = eh_cube_take(&fold->arena, model_count, sizeof(eh_coarse));
  eh_bins *const bins_m = eh_cube_take(&fold->arena, model_count, sizeof(eh_bins));
  if (!coarse_m || !bins_m) return eh_cube_no_memory(err);
  for (uint32_t m = 0; m < model_count; m++) {
    coarse_m[m].mem = fold->mem;
    bins_m[m] = eh_bins_new(fold->spec, m, !fold->spec->no_bin_sums, fold->mem);
  }
  fold->coarse_m = coarse_m;
  fold->bins_m = bins_m;
  for (uint32_t m = 0; m < model_count; m++) EH_TRY(eh_coarse_new(&coarse_m[m], &fold->arena, fold->spec, err));
  return EH_OK;
}

eh_status eh_fold_new(eh_fold **out, const eh_cube_spec *spec, unsigned bits, const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  eh_fold *const fold = eh_mem_zero(mem, sizeof *fold);
  if (!fold) return eh_cube_no_memory(err);
  *fold = (eh_fold){.mem = mem, .spec = spec, .bits = bits, .arena.mem = mem, .members.mem = mem, .units.mem = mem};
  const eh_status status = fill(fold, err);
  if (status) eh_fold_free(fold);
  else *out = fold;
  return status;
}

/* ---- which units an atom has ------------------------------------------------------------------------------------- */

static eh_status list_units(eh_fold *fold, eh_atomizer *atomizer, eh_arena *scratch, eh_error *err) {
  eh_atoms atoms;
  uint32_t *order_a = NULL;
  eh_slices slices;
  eh_fan fan;
  EH_TRY(eh_atomizer_finish(atomizer, &atoms, &order_a, scratch, err));
  EH_TRY(eh_fine_slices(&slices, scratch, fold->spec, &atoms, err));
  EH_TRY(eh_fan_make(&fan, scratch, &slices, atoms.atom_count, err));
  const uint32_t atom_count = eh_atomizer_count(atomizer);
  uint64_t total = 0;
  for (uint32_t a = 0; a < atom_count; a++) total += fan.start_a[order_a[a] + 1] - fan.start_a[order_a[a]];
  uint32_t *const unit_s = eh_cube_take(scratch, slices.slice_count, sizeof(uint32_t));
  fold->start_a = eh_cube_take(&fold->members, (uint64_t)atom_count + 1, sizeof(uint64_t));
  fold->unit_i = eh_cube_take(&fold->members, total, sizeof(uint32_t));
  if (!unit_s || !fold->start_a || !fold->unit_i) return eh_cube_no_memory(err);
  for (uint32_t s = 0; s < slices.slice_count; s++)
    if (slices.slice_n[s].atom_count) EH_TRY(eh_units_of(&fold->units, &unit_s[s], &slices, s, err));
  uint64_t to = 0;
  for (uint32_t a = 0; a < atom_count; a++) {
    for (uint64_t i = fan.start_a[order_a[a]]; i < fan.start_a[order_a[a] + 1]; i++)
      fold->unit_i[to++] = unit_s[fan.slice_i[i]];
    fold->start_a[a + 1] = to;
  }
  fold->atom_count = atom_count;
  return EH_OK;
}

static eh_status know_units(eh_fold *fold, eh_atomizer *atomizer, eh_error *err) {
  if (fold->start_a && fold->atom_count == eh_atomizer_count(atomizer)) return EH_OK;
  eh_arena_free(&fold->members);
  fold->members = (eh_arena){.mem = fold->mem};
  fold->start_a = NULL;
  eh_arena scratch = {.mem = fold->mem};
  const eh_status status = list_units(fold, atomizer, &scratch, err);
  eh_arena_free(&scratch);
  return status;
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

enum { RUN = 256 };

/* So many cells of one group. */
static eh_status add_run(eh_fold *fold, uint32_t m, uint32_t group, const uint64_t *key_c, const uint32_t *count_c, size_t n,
                         eh_error *err) {
  const uint32_t atom = group / 2;
  uint64_t rows_c[RUN];
  eh_bin bin_n[RUN];
  size_t bins = 0;
  for (size_t c = 0; c < n; c++) rows_c[c] = count_c ? count_c[c] : 1;
  EH_TRY(eh_coarse_add_cells(&fold->coarse_m[m], m, group, key_c, rows_c, n, err));
  EH_TRY(eh_bins_close(bin_n, &bins, fold->spec, fold->bits, m, key_c, rows_c, n, err));
  for (uint64_t i = fold->start_a[atom]; i < fold->start_a[atom + 1]; i++)
    EH_TRY(eh_bins_add(&fold->bins_m[m], 2 * fold->unit_i[i] + group % 2, bin_n, bins, err));
  return EH_OK;
}

static eh_status add_group(eh_fold *fold, uint32_t m, uint32_t group, const eh_cells *cells, const uint32_t *start_g,
                           eh_error *err) {
  const uint32_t ranked = 2 * cells->rank_a[group / 2] + group % 2;
  for (uint32_t left = cells->run_r[0].cells_g[ranked], at = start_g[ranked], n; left; left -= n, at += n) {
    const eh_cells_block here = eh_cells_at(cells, at, &n);
    if (n > left) n = left;
    if (n > RUN) n = RUN;
    EH_TRY(add_run(fold, m, group, here.key_c, here.count_c, n, err));
  }
  return EH_OK;
}

static eh_status add_cells(eh_fold *fold, uint32_t m, const eh_cells *cells, eh_arena *scratch, eh_error *err) {
  EH_TRY(eh_coarse_reserve(&fold->coarse_m[m], 2 * fold->atom_count, err));
  if (!cells->n) return EH_OK;
  uint32_t *const start_g = eh_cube_take(scratch, 2 * (uint64_t)cells->atom_count, sizeof *start_g);
  if (!start_g) return eh_cube_no_memory(err);
  eh_cells_starts(start_g, &cells->run_r[0], cells->atom_count);
  for (uint32_t g = 0; g < 2 * cells->atom_count; g++) EH_TRY(add_group(fold, m, g, cells, start_g, err));
  return EH_OK;
}

eh_status eh_fold_add(eh_fold *fold, eh_cells *cells_m, eh_atomizer *atomizer, eh_error *err) {
  eh_arena scratch = {.mem = fold->mem};
  eh_status status = know_units(fold, atomizer, err);
  for (uint32_t m = 0; !status && m < fold->spec->model_count; m++) {
    status = add_cells(fold, m, &cells_m[m], &scratch, err);
    eh_cells_empty(&cells_m[m]);
  }
  eh_arena_free(&scratch);
  return status;
}

/* ---- into a cube ------------------------------------------------------------------------------------------------- */

/* Of each unit of one builder, which of another's it is: both from the slices of the cube, which know them all. */
static eh_status map_units(uint32_t **to_u, eh_fold *from, eh_fold *to, const eh_cube *cube, eh_arena *scratch, eh_error *err) {
  *to_u = eh_cube_take(scratch, (uint64_t)from->units.count + cube->fine.slice_count, sizeof **to_u);
  if (!*to_u) return eh_cube_no_memory(err);
  for (uint32_t s = 0; s < cube->fine.slice_count; s++) {
    uint32_t unit = 0, other = 0;
    if (!cube->fine.slice_n[s].atom_count) continue;
    EH_TRY(eh_units_of(&from->units, &unit, &cube->fine, s, err));
    EH_TRY(eh_units_of(&to->units, &other, &cube->fine, s, err));
    (*to_u)[unit] = other;
  }
  return EH_OK;
}

static eh_status map_slices(uint32_t **to_slice, eh_fold *fold, const eh_cube *cube, eh_arena *scratch, eh_error *err) {
  *to_slice = eh_cube_take(scratch, (uint64_t)fold->units.count + cube->fine.slice_count, sizeof **to_slice);
  if (!*to_slice) return eh_cube_no_memory(err);
  for (uint32_t s = 0; s < cube->fine.slice_count; s++) {
    uint32_t unit = 0;
    if (!cube->fine.slice_n[s].atom_count) continue;
    EH_TRY(eh_units_of(&fold->units, &unit, &cube->fine, s, err));
    (*to_slice)[unit] = s;
  }
  return EH_OK;
}

static eh_status place_coarse(eh_fold *const *fold_k, eh_cube *cube, uint32_t m, const eh_placed_atoms *atoms_k, uint32_t k,
                              eh_arena *scratch, eh_error *err) {
  const eh_coarse **const coarse_k = eh_cube_take(scratch, k, sizeof *coarse_k);
  if (!coarse_k) return eh_cube_no_memory(err);
  for (uint32_t i = 0; i < k; i++) coarse_k[i] = &fold_k[i]->coarse_m[m];
  EH_TRY(eh_coarse_place(cube, m, coarse_k, atoms_k, k, err));
  for (uint32_t i = 0; i < k; i++) eh_coarse_free(&fold_k[i]->coarse_m[m]);
  return EH_OK;
}

static eh_status place(eh_fold *const *fold_k, eh_cube *cube, const eh_placed_atoms *atoms_k, uint32_t k, eh_arena *scratch,
                       eh_error *err) {
  eh_fold *const first = fold_k[0];
  uint32_t *to_slice, **const to_ku = eh_cube_take(scratch, k, sizeof *to_ku);
  if (!to_ku) return eh_cube_no_memory(err);
  eh_cube_bin(cube, first->bits);
  EH_TRY(eh_fine_slices(&cube->fine, &cube->arena, &cube->spec, &cube->atoms, err));
  for (uint32_t i = 1; i < k; i++) EH_TRY(map_units(&to_ku[i], fold_k[i], first, cube, scratch, err));
  EH_TRY(map_slices(&to_slice, first, cube, scratch, err));
  uint64_t total = 0;
  for (uint32_t m = 0; m < first->spec->model_count; m++) {
    EH_TRY(place_coarse(fold_k, cube, m, atoms_k, k, scratch, err));
    for (uint32_t i = 1; i < k; i++) EH_TRY(eh_bins_pour(&first->bins_m[m], &fold_k[i]->bins_m[m], to_ku[i], err));
    EH_TRY(eh_bins_place(cube, m, &first->bins_m[m], to_slice, err));
    eh_bins_free(&first->bins_m[m]);
    total += cube->cells_m[m].n;
    if (total > EH_CELLS_MAX) return eh_bins_too_many(err);
  }
  return EH_OK;
}

eh_status eh_fold_place(eh_fold *const *fold_k, eh_cube *cube, const eh_placed_atoms *atoms_k, uint32_t k, eh_error *err) {
  eh_arena scratch = {.mem = cube->mem};
  const eh_status status = place(fold_k, cube, atoms_k, k, &scratch, err);
  eh_arena_free(&scratch);
  return status;
}
