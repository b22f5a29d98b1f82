/* finish: from provisional atoms and growing cells to the finished cube, in canonical order. Called by the audit's
 * ingest.
 *
 * The one idea: cells are sorted by (group, key) already, so putting atoms in order moves whole groups (place.c).
 */
#include <string.h>

#include "builder.h"

void eh_cube_builder_limit(eh_cube_builder *builder, uint64_t cells_max) { builder->cells_max = cells_max; }

/* Rows that wait before they are folded in: enough that most of a batch's cells hold several of an atom's rows. */
enum { FOLD_ROWS = 1 << 17 };

static eh_status fold_in(eh_cube_builder *builder, eh_error *err) {
  for (uint32_t m = 0; m < builder->spec.model_count; m++) {
    eh_cells *const cells = &builder->cells_m[m];
    if (cells->n) EH_TRY(eh_cells_compact(cells, builder->atomizer, err));
    if (cells->n) EH_TRY(eh_runs_merge(cells, err));
    else if (cells->tail_n) EH_TRY(eh_cells_close(cells, builder->atomizer, err));
  }
  return eh_fold_add(builder->fold, builder->cells_m, builder->atomizer, err);
}

static eh_status count_distinct(eh_cube_builder *builder, uint64_t *cells, eh_error *err) {
  *cells = 0;
  for (uint32_t m = 0; m < builder->spec.model_count; m++) {
    EH_TRY(eh_runs_merge(&builder->cells_m[m], err));
    *cells += builder->cells_m[m].n;
  }
  return EH_OK;
}

eh_status eh_builder_bound(eh_cube_builder *builder, bool at_end, eh_error *err) {
  uint64_t cells = 0, waiting = 0;
  for (uint32_t m = 0; builder->cells_m && m < builder->spec.model_count; m++) {
    if (at_end && !builder->fold) EH_TRY(eh_cells_compact(&builder->cells_m[m], builder->atomizer, err));
    cells += builder->cells_m[m].n;
    waiting += builder->cells_m[m].n + builder->cells_m[m].tail_n;
  }
  if (builder->fold) return waiting >= FOLD_ROWS || at_end ? fold_in(builder, err) : EH_OK;
  if (cells > builder->cells_max) EH_TRY(count_distinct(builder, &cells, err)); /* runs may share some */
  if (cells <= builder->cells_max) return EH_OK;
  if (builder->spec.score_bits || builder->weights) return eh_cells_too_many(err);
  EH_TRY(eh_fold_new(&builder->fold, &builder->spec, EH_AUTO_BITS, builder->mem, err));
  EH_TRY(fold_in(builder, err));
  for (uint32_t m = 0; m < builder->spec.model_count; m++) eh_cells_free(&builder->cells_m[m]);
  return EH_OK;
}

static eh_status place_models(eh_cube_builder *builder, eh_cube *cube, const uint32_t *order_a, eh_arena *scratch,
                              eh_error *err) {
  const uint32_t atom_count = cube->atoms.atom_count;
  for (uint32_t m = 0; m < builder->spec.model_count; m++) {
    if (builder->coarse_m) {
      EH_TRY(eh_coarse_add(&builder->coarse_m[m], 2 * atom_count, NULL, NULL, 0, err)); /* the last atoms may have no rows yet */
      const eh_coarse *const coarse = &builder->coarse_m[m];
      EH_TRY(eh_coarse_place(cube, m, &coarse, &(eh_placed_atoms){order_a, atom_count}, 1, err));
      eh_coarse_free(&builder->coarse_m[m]);
      continue;
    }
    eh_cells *const cells = &builder->cells_m[m];
    uint32_t *rank_a;
    EH_TRY(eh_cells_ranks(&rank_a, scratch, atom_count, cells, order_a, NULL, err));
    const uint32_t *const ranks = rank_a;
    EH_TRY(eh_cells_place(cube, m, &cells, &ranks, 1, NULL, err));
  }
  return EH_OK;
}

eh_status eh_builder_provenance(const eh_cube_builder *builder, eh_cube *cube, eh_str source_name,
                                 const unsigned char *sha256, eh_error *err) {
  eh_provenance *const provenance = &cube->provenance;
  eh_column_missing *missing_n = NULL;
  EH_TRY(eh_provenance_columns(&missing_n, &provenance->missing_count, &cube->arena, &cube->spec, err));
  for (uint32_t i = 0; i < provenance->missing_count; i++) {
    uint32_t w = 0;
    while (!eh_str_eq(builder->want_w[w].name, missing_n[i].name)) w++;
    missing_n[i].count = builder->missing_w[w];
  }
  provenance->missing_n = missing_n;
  if (builder->spec.positive.p) {
    const eh_label_notes *const notes = &builder->label;
    EH_TRY(eh_provenance_labels(cube, &(eh_label_texts){notes->seen_n, notes->seen_count, notes->more}, err));
  }
  provenance->intake = builder->intake;
  provenance->intake.strict = false;
  if (source_name.p && !(provenance->name = eh_arena_str(&cube->arena, source_name)).p) return eh_cube_no_memory(err);
  provenance->has_sha256 = sha256 != NULL;
  if (sha256) memcpy(provenance->sha256, sha256, sizeof provenance->sha256);
  return EH_OK;
}

/* What the builder holds, but for where it came from. */
static eh_status fill(eh_cube_builder *builder, eh_cube *cube, eh_arena *scratch, eh_error *err) {
  eh_atoms atoms;
  uint32_t *order_a = NULL;
  EH_TRY(eh_atomizer_finish(builder->atomizer, &atoms, &order_a, &cube->arena, err));
  cube->atoms = atoms;
  EH_TRY(eh_builder_bound(builder, true, err));
  if (builder->fold) {
    EH_TRY(eh_fold_place(&builder->fold, cube, &(eh_placed_atoms){order_a, atoms.atom_count}, 1, err));
  } else {
    EH_TRY(place_models(builder, cube, order_a, scratch, err));
  }
  EH_TRY(cube->spec.no_fine || builder->fold ? eh_cube_derive_rows(cube, err) : eh_cube_derive(cube, NULL, err));
  if (builder->pairs) EH_TRY(eh_pairs_place(builder, cube, order_a, err));
  if (builder->regress) EH_TRY(eh_regress_place(builder, cube, order_a, err));
  return builder->weights ? eh_weights_place(builder, cube, order_a, err) : EH_OK;
}

static eh_status finish(eh_cube_builder *builder, eh_cube **out, bool loose, eh_error *err) {
  eh_cube *cube = NULL;
  EH_TRY(eh_cube_new(&cube, &builder->spec, builder->mem, err));
  cube->loose = loose;
  eh_arena scratch = {.mem = builder->mem};
  eh_status status = fill(builder, cube, &scratch, err);
  if (!status) status = eh_builder_provenance(builder, cube, (eh_str){0}, NULL, err);
  eh_arena_free(&scratch);
  if (status) eh_cube_free(cube);
  else *out = cube;
  return status;
}

/* ---- too many atoms ---------------------------------------------------------------------------------------------- */

/* The cube joins what was counted before as marginals; it is freed. */
static eh_status join_marginals(eh_cube_builder *builder, eh_cube *cube, eh_error *err) {
  eh_cube *own = NULL, *all = NULL;
  eh_status status = eh_cube_marginal(&own, cube, err);
  eh_cube_free(cube);
  if (status || !builder->marginal) {
    builder->marginal = builder->marginal ? builder->marginal : own;
    return status;
  }
  const eh_cube *const part_k[] = {builder->marginal, own};
  status = eh_cube_merge(&all, part_k, 2, builder->mem, err);
  eh_cube_free(own);
  if (status) return status;
  eh_cube_free(builder->marginal);
  builder->marginal = all;
  return EH_OK;
}

static eh_status begin_anew(eh_cube_builder *builder, eh_error *err) {
  eh_fold_free(builder->fold);
  builder->fold = NULL;
  for (uint32_t m = 0; builder->cells_m && m < builder->spec.model_count; m++) eh_cells_free(&builder->cells_m[m]);
  for (uint32_t m = 0; builder->coarse_m && m < builder->spec.model_count; m++) eh_coarse_free(&builder->coarse_m[m]);
  eh_pairs_free(builder); /* joint tables are not of marginals */
  eh_regress_free(builder);
  eh_atomizer_free(builder->atomizer);
  builder->atomizer = NULL;
  const uint32_t bits = builder->spec.score_bits;
  if (bits && bits < 52 && builder->cells_m) EH_TRY(eh_fold_new(&builder->fold, &builder->spec, bits, builder->mem, err));
  EH_TRY(eh_atomizer_new(&builder->atomizer, &builder->spec.slicing, builder->spec.missing_n, builder->spec.missing_count,
                         builder->mem, err));
  eh_atomizer_limit(builder->atomizer, builder->atoms_max);
  return EH_OK;
}

eh_status eh_builder_atoms(eh_cube_builder *builder, uint32_t *atom_n, const eh_column *const *column_d, const uint8_t *keep_n,
                           size_t n, eh_error *err) {
  const size_t missing_bytes = builder->spec.slicing.dim_count * sizeof *builder->missing_d;
  eh_error why = {0};
  memset(builder->missing_d, 0, missing_bytes);
  const eh_status status = eh_atomizer_add(builder->atomizer, atom_n, column_d, keep_n, n, builder->missing_d, &why);
  if (!status) return EH_OK;
  const bool clustered = eh_slicing_cluster(&builder->spec.slicing) != EH_NO_CLUSTER;
  if (status != EH_E_LIMIT || builder->weights || clustered || builder->spec.score_bits == 52) return eh_fail(err, status, "%s", why.message);
  eh_cube *cube = NULL;
  EH_TRY(finish(builder, &cube, true, err));
  EH_TRY(join_marginals(builder, cube, err));
  EH_TRY(begin_anew(builder, err));
  memset(builder->missing_d, 0, missing_bytes);
  return eh_atomizer_add(builder->atomizer, atom_n, column_d, keep_n, n, builder->missing_d, err);
}

void eh_cube_builder_limit_atoms(eh_cube_builder *builder, uint32_t atoms_max) {
  builder->atoms_max = atoms_max;
  eh_atomizer_limit(builder->atomizer, atoms_max);
}

eh_status eh_cube_builder_finish(eh_cube_builder *builder, eh_cube **out, eh_str source_name,
                                 const unsigned char *sha256_or_null, eh_error *err) {
  *out = NULL;
  if (builder->quantiles_d) return eh_fail(err, EH_E_INTERNAL, "a survey of the rows is no cube of them");
  EH_TRY(eh_label_check(builder, err));
  EH_TRY(eh_joint_flush(builder, err));
  eh_cube *cube = NULL;
  EH_TRY(finish(builder, &cube, false, err));
  if (builder->marginal) {
    EH_TRY(join_marginals(builder, cube, err));
    cube = builder->marginal;
    builder->marginal = NULL;
  }
  const eh_status status = eh_builder_provenance(builder, cube, source_name, sha256_or_null, err);
  if (status) eh_cube_free(cube);
  else *out = cube;
  return status;
}
