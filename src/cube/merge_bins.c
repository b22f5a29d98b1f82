/* merge_bins: the binned tables of several cubes, some of which may be exact. Called by merge.c, whose union of atoms and
 * coarse counts are there.
 *
 * The one idea: a bin is a sum over rows, so an exact part gives each cell to the bins of the slices that hold its atom,
 * as if its rows were counted now; a binned part gives its bins to the same slices of the whole.
 */
#include <string.h>

#include "bins.h"

enum { RUN = 256 };

typedef struct merging {
  eh_cube *cube;
  eh_units units;      /* of the whole's slices: unit u is slice u */
  eh_fan fan;
  eh_bins bins;
} merging;

/* Cells [from, to) of a part's group as rows of their own. */
static size_t rows_of_run(uint64_t rows_c[RUN], const eh_cube_model *model, uint64_t first, uint64_t from, uint64_t to) {
  const size_t n = to - from < RUN ? (size_t)(to - from) : RUN;
  for (size_t i = 0; i < n; i++)
    rows_c[i] = model->below_c[from + i] - (from + i > first ? model->below_c[from + i - 1] : 0);
  return n;
}

static eh_status add_exact(merging *to, const eh_cube *part, uint32_t m, const uint32_t *order_a, eh_error *err) {
  const eh_cube_model *const model = &part->model_m[m];
  const eh_cube *const cube = to->cube;
  uint64_t rows_c[RUN];
  eh_bin bin_n[RUN];
  for (uint32_t g = 0; g < 2 * part->atoms.atom_count; g++) {
    const uint32_t atom = order_a[g / 2];
    if (atom == UINT32_MAX) continue;
    const uint64_t first = model->cell_ay[g], end = model->cell_ay[g + 1];
    for (uint64_t c = first; c < end;) {
      const size_t n = rows_of_run(rows_c, model, first, c, end);
      size_t bins = 0;
      EH_TRY(eh_bins_close(bin_n, &bins, &cube->spec, cube->view.score_bits, m, model->key_c + c, rows_c, n, err));
      for (uint64_t i = to->fan.start_a[atom]; i < to->fan.start_a[atom + 1]; i++)
        EH_TRY(eh_bins_add(&to->bins, 2 * to->fan.slice_i[i] + g % 2, bin_n, bins, err));
      c += n;
    }
  }
  return EH_OK;
}

static eh_status add_binned(merging *to, const eh_cube *part, uint32_t m, eh_error *err) {
  const eh_cube_model *const model = &part->model_m[m];
  const uint32_t shift = part->view.score_bits - to->cube->view.score_bits; /* a coarser bin is a run of finer ones */
  uint64_t rows_c[RUN];
  eh_bin bin_n[RUN];
  for (uint32_t s = 0; s < part->fine.slice_count; s++) {
    uint32_t unit = 0;
    if (!part->fine.slice_n[s].atom_count) continue;
    EH_TRY(eh_units_of(&to->units, &unit, &part->fine, s, err));
    for (uint32_t y = 0; y < 2; y++) {
      const uint64_t first = model->cell_sy[2 * s + y], end = model->cell_sy[2 * s + y + 1];
      for (uint64_t c = first; c < end;) {
        const size_t n = rows_of_run(rows_c, model, first, c, end);
        for (size_t i = 0; i < n; i++) {
          bin_n[i] = (eh_bin){.key = model->key_c[c + i] >> shift, .rows = rows_c[i]};
          if (model->score_c) bin_n[i].sum = model->score_c[c + i];
        }
        EH_TRY(eh_bins_add(&to->bins, 2 * unit + y, bin_n, n, err));
        c += n;
      }
    }
  }
  return EH_OK;
}

static eh_status merge_model(merging *to, uint32_t m, const eh_cube *const *part_k, uint32_t k,
                             uint32_t *const *order_ka, eh_error *err) {
  for (uint32_t p = 0; p < k; p++) {
    const bool exact = part_k[p]->view.score_bits == 52;
    EH_TRY(exact ? add_exact(to, part_k[p], m, order_ka[p], err) : add_binned(to, part_k[p], m, err));
  }
  return eh_bins_place(to->cube, m, &to->bins, NULL, err);
}

static eh_status merge(merging *to, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                       eh_arena *scratch, eh_error *err) {
  eh_cube *const cube = to->cube;
  uint64_t total = 0;
  EH_TRY(eh_fine_slices(&cube->fine, &cube->arena, &cube->spec, &cube->atoms, err));
  EH_TRY(eh_fan_make(&to->fan, scratch, &cube->fine, cube->atoms.atom_count, err));
  for (uint32_t s = 0; s < cube->fine.slice_count; s++) {
    uint32_t unit = 0;
    EH_TRY(eh_units_of(&to->units, &unit, &cube->fine, s, err));
    if (unit != s) return eh_fail(err, EH_E_INTERNAL, "two slices of a cube are the same");
  }
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    to->bins = eh_bins_new(&cube->spec, m, !cube->spec.no_bin_sums, cube->mem);
    const eh_status status = merge_model(to, m, part_k, k, order_ka, err);
    eh_bins_free(&to->bins);
    if (status) return status;
    total += cube->cells_m[m].n;
    if (total > EH_CELLS_MAX) return eh_bins_too_many(err);
  }
  return EH_OK;
}

eh_status eh_bins_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                        eh_error *err) {
  eh_arena scratch = {.mem = cube->mem};
  merging to = {.cube = cube, .units.mem = cube->mem};
  const eh_status status = merge(&to, part_k, k, order_ka, &scratch, err);
  eh_units_free(&to.units);
  eh_arena_free(&scratch);
  return status;
}
