/* join: the cube of rows that several builders were given. Called by the audit's ingest when a file was read by several
 * threads.
 *
 * The one idea: what only messages need (labels seen, rows skipped) joins the first builder, so that errors are those of
 * one builder. Exact cells are placed in one cube, by all threads, and bins poured into one table; other counts are finished side by side and merged as any
 * cubes are.
 */
#include <string.h>

#include "builder.h"

/* Builders of which no cube of each is needed. Of provisional atoms, those of the builder and then those of the union; of the
 * union's, the ranks among the builder's cells. */
typedef struct eh_union {
  eh_atoms *set_k;
  uint32_t **order_ka, **union_ka, **rank_ka;
  eh_cells **cells_k;
  eh_fold **fold_k;
  eh_placed_atoms *atoms_k;
} eh_union;

typedef struct eh_joining {
  eh_cube_builder *const *builder_k;
  eh_cube **cube_k;
  eh_error *error_k;
} eh_joining;

static void finish_one(void *ctx, uint32_t i, uint32_t thread) {
  (void)thread;
  eh_joining *const joint = ctx;
  eh_cube_builder_finish(joint->builder_k[i], &joint->cube_k[i], (eh_str){0}, NULL, &joint->error_k[i]);
}

eh_status eh_cube_builder_check_labels(eh_cube_builder *const *builder_k, uint32_t k, eh_error *err) {
  for (uint32_t i = 1; i < k; i++) EH_TRY(eh_label_absorb(builder_k[0], builder_k[i], err));
  return eh_label_check(builder_k[0], err);
}

static void absorb_intakes(eh_cube_builder *const *builder_k, uint32_t k) {
  for (uint32_t i = 1; i < k; i++) {
    eh_intake_merge(&builder_k[0]->intake, &builder_k[i]->intake);
    builder_k[i]->intake = (eh_intake){.strict = builder_k[0]->intake.strict};
  }
}

static eh_status first_error(const eh_joining *joint, uint32_t k, eh_error *err) {
  for (uint32_t i = 0; i < k; i++) {
    if (!joint->error_k[i].status) continue;
    if (err && !err->status) *err = joint->error_k[i];
    return joint->error_k[i].status;
  }
  return EH_OK;
}

/* ---- exact cells, and bins ------------------------------------------------------------------------------------------------- */

static void bound_one(void *ctx, uint32_t i, uint32_t thread) {
  (void)thread;
  const eh_joining *const joint = ctx;
  eh_builder_bound(joint->builder_k[i], true, &joint->error_k[i]);
}

/* Whether what was counted are exact cells of one model that surely stay within their limit, or bins as the spec has them. */
static bool are_tables(eh_cube_builder *const *builder_k, uint32_t k) {
  uint64_t cells = 0, atoms = 0;
  for (uint32_t i = 0; i < k; i++) {
    const eh_cube_builder *const b = builder_k[i];
    const uint32_t bits = b->spec.score_bits;
    if (!b->cells_m || b->weights || b->pairs || b->marginal || (b->fold && (!bits || bits == 52))) return false;
    cells += b->fold ? 0 : b->cells_m[0].n + b->cells_m[0].tail_n;
    atoms += eh_atomizer_count(b->atomizer);
  }
  return cells <= builder_k[0]->cells_max && atoms <= builder_k[0]->atoms_max;
}

static bool lay_union(eh_union *u, uint32_t k, eh_arena *scratch) {
  *u = (eh_union){.set_k = eh_cube_take(scratch, k, sizeof *u->set_k),
                  .order_ka = eh_cube_take(scratch, k, sizeof *u->order_ka),
                  .union_ka = eh_cube_take(scratch, k, sizeof *u->union_ka),
                  .rank_ka = eh_cube_take(scratch, k, sizeof *u->rank_ka),
                  .cells_k = eh_cube_take(scratch, k, sizeof *u->cells_k),
                  .fold_k = eh_cube_take(scratch, k, sizeof *u->fold_k),
                  .atoms_k = eh_cube_take(scratch, k, sizeof *u->atoms_k)};
  return u->set_k && u->order_ka && u->union_ka && u->rank_ka && u->cells_k && u->fold_k && u->atoms_k;
}

static eh_status unite(eh_union *u, eh_cube *cube, eh_cube_builder *const *builder_k, uint32_t k, eh_arena *scratch,
                       eh_error *err) {
  if (!lay_union(u, k, scratch)) return eh_cube_no_memory(err);
  for (uint32_t i = 0; i < k; i++)
    EH_TRY(eh_atomizer_finish(builder_k[i]->atomizer, &u->set_k[i], &u->order_ka[i], scratch, err));
  eh_atoms atoms;
  EH_TRY(eh_atoms_union(&atoms, u->union_ka, u->set_k, k, &cube->spec.slicing, &cube->arena, err));
  cube->atoms = atoms;
  for (uint32_t i = 0; i < k; i++) {
    u->fold_k[i] = builder_k[i]->fold;
    u->cells_k[i] = &builder_k[i]->cells_m[0];
    if (!u->fold_k[i])
      EH_TRY(eh_cells_ranks(&u->rank_ka[i], scratch, atoms.atom_count, u->cells_k[i], u->order_ka[i], u->union_ka[i], err));
    const uint32_t count = u->set_k[i].atom_count;
    for (uint32_t a = 0; a < count; a++) u->order_ka[i][a] = u->union_ka[i][u->order_ka[i][a]];
    u->atoms_k[i] = (eh_placed_atoms){u->order_ka[i], count};
  }
  return EH_OK;
}

static eh_status place_all(eh_cube *cube, eh_cube_builder *const *builder_k, uint32_t k, eh_threads *threads,
                           const unsigned char *sha256, eh_arena *scratch, eh_error *err) {
  eh_union u;
  EH_TRY(unite(&u, cube, builder_k, k, scratch, err));
  if (u.fold_k[0]) {
    EH_TRY(eh_fold_place(u.fold_k, cube, u.atoms_k, k, err));
    EH_TRY(eh_cube_derive_rows(cube, err));
  } else {
    EH_TRY(eh_cells_place(cube, 0, u.cells_k, (const uint32_t *const *)u.rank_ka, k, threads, err));
    EH_TRY(eh_cube_derive(cube, threads, err));
  }
  for (uint32_t i = 1; i < k; i++)
    for (uint32_t w = 0; w < builder_k[0]->want_count; w++) builder_k[0]->missing_w[w] += builder_k[i]->missing_w[w];
  return eh_builder_provenance(builder_k[0], cube, (eh_str){0}, sha256, err);
}

static eh_status join_tables(eh_joining *joint, uint32_t k, eh_threads *threads, eh_cube **out, const unsigned char *sha256,
                            eh_arena *scratch, eh_error *err) {
  eh_cube *cube = NULL;
  EH_TRY(eh_cube_new(&cube, &joint->builder_k[0]->spec, joint->builder_k[0]->mem, err));
  const eh_status status = place_all(cube, joint->builder_k, k, threads, sha256, scratch, err);
  if (status) eh_cube_free(cube);
  else *out = cube;
  return status;
}

/* ---- other counts ------------------------------------------------------------------------------------------------ */

static eh_status join_cubes(eh_joining *joint, uint32_t k, eh_threads *threads, eh_cube **out, const unsigned char *sha256,
                            eh_error *err) {
  eh_threads_run(threads, finish_one, joint, k);
  eh_status status = first_error(joint, k, err);
  if (!status) status = eh_cube_merge(out, (const eh_cube *const *)joint->cube_k, k, joint->builder_k[0]->mem, err);
  for (uint32_t i = 0; i < k; i++) eh_cube_free(joint->cube_k[i]);
  if (status) return status;
  eh_provenance *const provenance = &(*out)->provenance;
  provenance->has_sha256 = sha256 != NULL;
  if (sha256) memcpy(provenance->sha256, sha256, sizeof provenance->sha256);
  return EH_OK;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static eh_status join(eh_joining *joint, uint32_t k, eh_threads *threads, eh_cube **out, const unsigned char *sha256,
                      eh_arena *scratch, eh_error *err) {
  joint->cube_k = eh_cube_take(scratch, k, sizeof(eh_cube *));
  joint->error_k = eh_cube_take(scratch, k, sizeof(eh_error));
  if (!joint->cube_k || !joint->error_k) return eh_cube_no_memory(err);
  if (are_tables(joint->builder_k, k)) {
    eh_threads_run(threads, bound_one, joint, k);
    EH_TRY(first_error(joint, k, err));
    return join_tables(joint, k, threads, out, sha256, scratch, err);
  }
  return join_cubes(joint, k, threads, out, sha256, err);
}

eh_status eh_cube_builder_join(eh_cube_builder *const *builder_k, uint32_t k, eh_threads *threads, eh_cube **out,
                               eh_str source_name, const unsigned char *sha256_or_null, eh_error *err) {
  *out = NULL;
  if (k == 1) return eh_cube_builder_finish(builder_k[0], out, source_name, sha256_or_null, err);
  EH_TRY(eh_cube_builder_check_labels(builder_k, k, err));
  absorb_intakes(builder_k, k);
  eh_arena scratch = {.mem = builder_k[0]->mem};
  eh_joining joint = {.builder_k = builder_k};
  eh_status status = join(&joint, k, threads, out, sha256_or_null, &scratch, err);
  eh_arena_free(&scratch);
  if (status || !source_name.p) return status;
  status = eh_cube_name(*out, source_name, err);
  if (!status) return EH_OK;
  eh_cube_free(*out);
  *out = NULL;
  return status;
}
