/* marginal: a cube of slices in place of atoms, where the atoms are too many. Called by the builder and by merge.
 *
 * The one idea: adding an atom's counts to each slice that holds it is merging the cube with itself, once for every such
 * slice: so the tables of marginals come from the same code, and merge afterwards as any do.
 */
#include <string.h>

#include "builder.h"
#include "load.h"

/* So many copies of one part as there are layers; at most that of the fine bins of slices, which are there once. */
static eh_status fill(eh_cube *to, const eh_cube *from, eh_arena *scratch, eh_error *err) {
  uint32_t **layer_la = NULL, layers = 0;
  eh_atoms atoms;
  EH_TRY(eh_atoms_marginal(&atoms, &layer_la, &layers, &from->atoms, from->view.rows_ay, &from->spec.slicing,
                           &to->arena, err));
  to->atoms = atoms;
  const eh_cube **const part_l = eh_cube_take(scratch, layers, sizeof *part_l);
  if (!part_l) return eh_cube_no_memory(err);
  for (uint32_t l = 0; l < layers; l++) part_l[l] = from;
  eh_cube_bin(to, from->view.score_bits < 52 ? from->view.score_bits : EH_AUTO_BITS);
  EH_TRY(eh_coarse_merge(to, part_l, layers, layer_la, err));
  if (to->view.fine) EH_TRY(eh_bins_merge(to, part_l, from->view.fine ? 1 : layers, layer_la, err));
  EH_TRY(eh_cube_derive_rows(to, err));
  EH_TRY(eh_cube_pairs_merge(to, part_l, layers, layer_la, err));
  if (to->spec.regression) EH_TRY(eh_regress_merge(to, part_l, layers, layer_la, err));
  return eh_provenance_merge(to, &from, 1, err);
}

eh_status eh_cube_marginal(eh_cube **out, const eh_cube *from, eh_error *err) {
  *out = NULL;
  if (eh_slicing_cluster(&from->spec.slicing) != EH_NO_CLUSTER)
    return eh_fail(err, EH_E_LIMIT, "more than %u distinct combinations of clusters and slice columns; slice by fewer columns, "
                   "or leave out --cluster", (uint64_t)EH_ATOMS_MAX);
  if (from->spec.score_bits == 52 || eh_is_weighted(&from->spec))
    return eh_fail(err, EH_E_LIMIT, "more than %u distinct combinations of slice columns; slice by fewer columns%s",
                   (uint64_t)EH_ATOMS_MAX, eh_is_weighted(&from->spec) ? "" : ", or leave --score-bits at auto");
  eh_arena scratch = {.mem = from->mem};
  eh_cube *cube = NULL;
  eh_status status = eh_cube_new(&cube, &from->spec, from->mem, err);
  if (!status) status = fill(cube, from, &scratch, err);
  eh_arena_free(&scratch);
  if (status) eh_cube_free(cube);
  else *out = cube;
  return status;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static uint32_t find(const eh_atoms *atoms, const uint32_t *tuple_d) {
  uint32_t from = 0;
  for (uint32_t to = atoms->atom_count; from < to;) {
    const uint32_t middle = from + (to - from) / 2;
    const uint32_t *const other_d = atoms->group_ad + (size_t)middle * atoms->dim_count;
    uint32_t d = 0;
    while (d < atoms->dim_count && tuple_d[d] == other_d[d]) d++;
    if (d == atoms->dim_count) return middle;
    if (other_d[d] < tuple_d[d]) from = middle + 1;
    else to = middle;
  }
  return UINT32_MAX;
}

/* No more rows in any interval of any model. */
static bool is_part(const eh_cube *cube, uint32_t part, uint32_t whole) {
  const size_t n = 2 * ((size_t)cube->spec.threshold_count + 1);
  bool fits = true;
  for (uint32_t m = 0; m < cube->spec.model_count; m++)
    for (size_t i = 0; i < n; i++)
      fits &= cube->model_m[m].count_ayk[part * n + i] <= cube->model_m[m].count_ayk[whole * n + i];
  return fits;
}

eh_status eh_marginals_check(const eh_cube *cube, eh_error *err) {
  const eh_atoms *const atoms = &cube->atoms;
  const uint32_t dim_count = atoms->dim_count;
  for (uint32_t a = 0; a < atoms->atom_count; a++) {
    const uint32_t *const tuple_d = atoms->group_ad + (size_t)a * dim_count;
    uint32_t dim_k[EH_DIMS_MAX], any_d[EH_DIMS_MAX], k = 0;
    for (uint32_t d = 0; d < dim_count; d++) any_d[d] = atoms->group_count_d[d] + 1;
    for (uint32_t d = 0; d < dim_count; d++)
      if (tuple_d[d] != any_d[d]) dim_k[k++] = d;
    bool good = eh_slicing_has_family(&cube->spec.slicing, dim_k, k) && is_part(cube, a, atoms->atom_count - 1);
    const eh_slicing *const slicing = &cube->spec.slicing;
    for (uint32_t f = 0; good && f < slicing->single_count + slicing->cross_count; f++) {
      const uint32_t single = f >= slicing->single_count ? 0 : slicing->single_n ? slicing->single_n[f] : f;
      const uint32_t *const wider_k = f < slicing->single_count ? &single : slicing->cross_n[f - slicing->single_count].dim_k;
      const uint32_t wider = f < slicing->single_count ? 1 : slicing->cross_n[f - slicing->single_count].k;
      uint32_t whole_d[EH_DIMS_MAX], has = 0;
      memcpy(whole_d, any_d, dim_count * sizeof *whole_d);
      for (uint32_t i = 0; i < wider; i++) has += (whole_d[wider_k[i]] = tuple_d[wider_k[i]]) != any_d[wider_k[i]];
      if (has < wider) continue;
      const uint32_t at = find(atoms, whole_d);
      good = at != UINT32_MAX && is_part(cube, a, at);
    }
    if (!good || (a + 1 == atoms->atom_count && k)) return eh_cube_corrupt(err, "its marginals");
  }
  return EH_OK;
}
