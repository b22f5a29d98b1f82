/* merge: the cube of all rows of several cubes. Called by the audit, the js binding and the cli's workers.
 *
 * The one idea: a part's atoms keep their order in the union, so each (atom, label) of the union is a merge of at most
 * one sorted run of cells from every part, small enough to stay in cache.
 */
#include <string.h>

#include "weight.h"

/* Runs of (key, count) being merged pairwise; two copies that change places. */
typedef struct eh_runs {
  uint64_t *key_n[2], *count_n[2];
  size_t key_cap[2], count_cap[2];
  uint64_t *start_r;  /* [runs + 1] */
  uint32_t run_count;
} eh_runs;

typedef struct eh_merger {
  eh_cube *cube;
  const eh_cube *const *part_k;
  uint32_t k;
  uint32_t *const *order_ka;
  uint32_t *next_k;   /* per part, its first atom not yet merged */
  uint64_t cells_max;
  bool too_many;      /* cells, so the rest of them was not merged */
  eh_runs runs;
} eh_merger;

/* ---- one group --------------------------------------------------------------------------------------------------- */

static eh_status reserve_runs(const eh_cube *cube, eh_runs *runs, uint64_t n, eh_error *err) {
  for (int copy = 0; copy < 2; copy++) {
    if (n <= runs->count_cap[copy]) continue;
    if (!eh_cube_resize(cube->mem, &runs->key_n[copy], &runs->key_cap[copy], n, sizeof(uint64_t)) ||
        !eh_cube_resize(cube->mem, &runs->count_n[copy], &runs->count_cap[copy], n, sizeof(uint64_t)))
      return eh_cube_no_memory(err);
  }
  return EH_OK;
}

/* The runs of all parts for group (atom, y) of the union. */
static eh_status gather(eh_merger *merger, uint32_t m, uint32_t atom, uint32_t y, eh_error *err) {
  eh_runs *const runs = &merger->runs;
  uint64_t total = 0;
  runs->run_count = 0;
  for (int pass = 0; pass < 2; pass++) {
    if (pass) EH_TRY(reserve_runs(merger->cube, runs, total, err));
    total = 0;
    for (uint32_t p = 0; p < merger->k; p++) {
      const uint32_t a = merger->next_k[p];
      const eh_cube *const part = merger->part_k[p];
      if (a == part->atoms.atom_count || merger->order_ka[p][a] != atom) continue;
      const eh_cube_model *const model = &part->model_m[m];
      const uint64_t from = model->cell_ay[2 * a + y], n = model->cell_ay[2 * a + y + 1] - from;
      if (!n) continue;
      if (pass) {
        runs->start_r[runs->run_count++] = total;
        memcpy(runs->key_n[0] + total, model->key_c + from, (size_t)n * sizeof(uint64_t));
        for (uint64_t c = 0; c < n; c++)
          runs->count_n[0][total + c] = model->below_c[from + c] - (c ? model->below_c[from + c - 1] : 0);
      }
      total += n;
    }
  }
  runs->start_r[runs->run_count] = total;
  return EH_OK;
}

/* Merges runs [i, j) and [j, end) of copy 0 into copy 1 at `to`; returns the end. */
static uint64_t merge_two(eh_runs *runs, uint64_t i, uint64_t j, uint64_t end, uint64_t to) {
  const uint64_t *const key_n = runs->key_n[0], *const count_n = runs->count_n[0];
  const uint64_t middle = j;
  while (i < middle || j < end) {
    const bool first = j == end || (i < middle && key_n[i] <= key_n[j]);
    const bool second = i == middle || (j < end && key_n[j] <= key_n[i]);
    runs->key_n[1][to] = first ? key_n[i] : key_n[j];
    runs->count_n[1][to++] = (first ? count_n[i] : 0) + (second ? count_n[j] : 0);
    i += first;
    j += second;
  }
  return to;
}

static void merge_runs(eh_runs *runs) {
  while (runs->run_count > 1) {
    uint64_t to = 0;
    uint32_t merged = 0;
    const uint64_t end = runs->start_r[runs->run_count];
    for (uint32_t r = 0; r < runs->run_count; r += 2) {
      const uint64_t from = runs->start_r[r], middle = runs->start_r[r + 1];
      const uint64_t stop = r + 2 <= runs->run_count ? runs->start_r[r + 2] : end;
      const uint64_t start = to;
      to = merge_two(runs, from, middle, stop, to);
      runs->start_r[merged++] = start;
    }
    runs->start_r[merged] = to;
    runs->run_count = merged;
    uint64_t *const key_n = runs->key_n[0], *const count_n = runs->count_n[0];
    const size_t key_cap = runs->key_cap[0], count_cap = runs->count_cap[0];
    runs->key_n[0] = runs->key_n[1], runs->count_n[0] = runs->count_n[1];
    runs->key_cap[0] = runs->key_cap[1], runs->count_cap[0] = runs->count_cap[1];
    runs->key_n[1] = key_n, runs->count_n[1] = count_n;
    runs->key_cap[1] = key_cap, runs->count_cap[1] = count_cap;
  }
}

/* ---- one model --------------------------------------------------------------------------------------------------- */

static eh_status append(const eh_cube *cube, eh_cube_cells *cells, const eh_runs *runs, eh_error *err) {
  const uint64_t n = runs->start_r[runs->run_count];
  if (cells->n + n > cells->below_cap) {
    const uint64_t cap = 2 * (uint64_t)cells->below_cap;
    EH_TRY(eh_cube_cells_resize(cube, cells, cap > cells->n + n ? cap : cells->n + n, false, err));
  }
  uint64_t below = 0;
  for (uint64_t c = 0; c < n; c++) {
    cells->key_c[cells->n] = runs->key_n[0][c];
    cells->below_c[cells->n++] = below += runs->count_n[0][c];
  }
  return EH_OK;
}

static eh_status merge_model(eh_merger *merger, uint32_t m, eh_error *err) {
  eh_cube *const cube = merger->cube;
  eh_cube_cells *const cells = &cube->cells_m[m];
  const uint32_t atom_count = cube->atoms.atom_count;
  uint64_t *const cell_ay = eh_cube_take(&cube->arena, 2 * (uint64_t)atom_count + 1, sizeof(uint64_t));
  if (!cell_ay) return eh_cube_no_memory(err);
  memset(merger->next_k, 0, merger->k * sizeof *merger->next_k);
  for (uint32_t a = 0; a < atom_count; a++) {
    for (uint32_t y = 0; y < 2; y++) {
      EH_TRY(gather(merger, m, a, y, err));
      merge_runs(&merger->runs);
      EH_TRY(append(cube, cells, &merger->runs, err));
      cell_ay[2 * a + y + 1] = cells->n;
    }
    for (uint32_t p = 0; p < merger->k; p++) {
      const uint32_t next = merger->next_k[p];
      merger->next_k[p] += next < merger->part_k[p]->atoms.atom_count && merger->order_ka[p][next] == a;
    }
  }
  EH_TRY(eh_cube_cells_resize(cube, cells, cells->n, false, err));
  cube->model_m[m].cell_ay = cell_ay;
  cube->model_m[m].key_c = cells->key_c;
  cube->model_m[m].below_c = cells->below_c;
  return EH_OK;
}

static eh_status merge_models(eh_merger *merger, eh_arena *scratch, eh_error *err) {
  merger->next_k = eh_cube_take(scratch, merger->k, sizeof(uint32_t));
  merger->runs.start_r = eh_cube_take(scratch, (uint64_t)merger->k + 1, sizeof(uint64_t));
  if (!merger->next_k || !merger->runs.start_r) return eh_cube_no_memory(err);
  eh_status status = EH_OK;
  uint64_t total = 0;
  for (uint32_t m = 0; !status && m < merger->cube->spec.model_count; m++) {
    status = merge_model(merger, m, err);
    total += merger->cube->cells_m[m].n;
    merger->too_many |= total > merger->cells_max;
    if (merger->too_many) break;
  }
  for (int copy = 0; copy < 2; copy++) {
    eh_mem_free(merger->cube->mem, merger->runs.key_n[copy], merger->runs.key_cap[copy] * sizeof(uint64_t));
    eh_mem_free(merger->cube->mem, merger->runs.count_n[copy], merger->runs.count_cap[copy] * sizeof(uint64_t));
  }
  return status;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

eh_status eh_provenance_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, eh_error *err) {
  eh_provenance *const whole = &cube->provenance;
  eh_column_missing *missing_n = NULL;
  EH_TRY(eh_provenance_columns(&missing_n, &whole->missing_count, &cube->arena, &cube->spec, err));
  for (uint32_t p = 0; p < k; p++) {
    eh_intake_merge(&whole->intake, &part_k[p]->provenance.intake);
    EH_TRY(eh_provenance_labels(cube, &part_k[p]->provenance.negative, err));
    for (uint32_t i = 0; i < whole->missing_count; i++) missing_n[i].count += part_k[p]->provenance.missing_n[i].count;
  }
  whole->missing_n = missing_n;
  if (k > 1) return EH_OK;
  const eh_provenance *const only = &part_k[0]->provenance;
  whole->has_sha256 = only->has_sha256;
  memcpy(whole->sha256, only->sha256, sizeof whole->sha256);
  if (only->name.p && !(whole->name = eh_arena_str(&cube->arena, only->name)).p) return eh_cube_no_memory(err);
  return EH_OK;
}

/* Exact cells of exact parts, unless they are more than `cells_max`: then *too_many. */
static eh_status merge_cells(bool *too_many, eh_cube *cube, const eh_cube *const *part_k, uint32_t k,
                             uint32_t *const *order_ka, uint64_t cells_max, eh_arena *scratch, eh_error *err) {
  eh_merger merger = {.cube = cube, .part_k = part_k, .k = k, .order_ka = order_ka, .cells_max = cells_max};
  const eh_status status = merge_models(&merger, scratch, err);
  *too_many = merger.too_many;
  if (status || !merger.too_many) return status;
  if (cube->spec.score_bits || eh_is_weighted(&cube->spec)) return eh_cells_too_many(err);
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    cube->cells_m[m].n = 0;
    EH_TRY(eh_cube_cells_resize(cube, &cube->cells_m[m], 0, false, err));
    cube->model_m[m] = (eh_cube_model){.count_ayk = NULL};
  }
  return EH_OK;
}

static bool has_marginals(const eh_cube *const *part_k, uint32_t k, bool all) {
  uint32_t n = 0;
  for (uint32_t p = 0; p < k; p++) n += part_k[p]->atoms.marginal;
  return all ? n == k : n > 0;
}

/* *too_many: the parts have more atoms than a cube holds, or some have none any more. */
static eh_status merge(bool *too_many_atoms, eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint64_t cells_max,
                       uint32_t atoms_max, eh_arena *scratch, eh_error *err) {
  eh_atoms *const set_k = eh_cube_take(scratch, k, sizeof(eh_atoms));
  uint32_t **const order_ka = eh_cube_take(scratch, k, sizeof(uint32_t *));
  if (!set_k || !order_ka) return eh_cube_no_memory(err);
  uint32_t bits = cube->spec.score_bits ? cube->spec.score_bits : 52;
  for (uint32_t p = 0; p < k; p++) {
    set_k[p] = part_k[p]->atoms;
    if (part_k[p]->view.score_bits < bits) bits = part_k[p]->view.score_bits;
  }
  eh_atoms atoms;
  eh_error why = {0};
  const bool marginal = has_marginals(part_k, k, true);
  *too_many_atoms = !marginal && has_marginals(part_k, k, false);
  if (*too_many_atoms) return EH_OK;
  const eh_status united = eh_atoms_union(&atoms, order_ka, set_k, k, &cube->spec.slicing, &cube->arena, &why);
  *too_many_atoms = !marginal && (united == EH_E_LIMIT || (!united && atoms.atom_count > atoms_max));
  if (*too_many_atoms) return EH_OK;
  if (united) return eh_fail(err, united, "%s", why.message);
  cube->atoms = atoms;
  bool too_many = bits < 52 || cube->spec.no_fine;
  if (!too_many) EH_TRY(merge_cells(&too_many, cube, part_k, k, order_ka, cells_max, scratch, err));
  if (too_many) eh_cube_bin(cube, bits < 52 ? bits : EH_AUTO_BITS);
  EH_TRY(eh_coarse_merge(cube, part_k, k, order_ka, err));
  if (cube->view.fine) EH_TRY(eh_bins_merge(cube, part_k, k, order_ka, err));
  EH_TRY(eh_cube_derive_rows(cube, err));
  EH_TRY(eh_cube_pairs_merge(cube, part_k, k, order_ka, err));
  if (cube->spec.regression) EH_TRY(eh_regress_merge(cube, part_k, k, order_ka, err));
  if (eh_is_weighted(&cube->spec)) EH_TRY(eh_cube_weights_merge(cube, part_k, k, order_ka, err));
  return eh_provenance_merge(cube, part_k, k, err);
}

/* Each part holds at most EH_ROWS_MAX rows, so the sum cannot wrap before it is caught. */
static eh_status check_rows(const eh_cube *const *part_k, uint32_t k, eh_error *err) {
  uint64_t rows = 0;
  for (uint32_t p = 0; p < k; p++) {
    rows += eh_cube_see(part_k[p])->rows;
    if (rows > EH_ROWS_MAX) return eh_fail(err, EH_E_LIMIT, "more than 2^53 rows in all");
  }
  return EH_OK;
}

const char *eh_cube_difference(const eh_cube *a, const eh_cube *b) {
  return eh_cube_spec_difference(&a->spec, &b->spec);
}

eh_status eh_cube_merge(eh_cube **out, const eh_cube *const *part_k, uint32_t k, const eh_allocator *mem,
                        eh_error *err) {
  return eh_cube_merge_within(out, part_k, k, EH_CELLS_MAX, mem, err);
}

/* The cube of the parts' rows under a spec that may want fewer bits than they have; *too_many as merge, and then no cube. */
static eh_status merge_as(eh_cube **out, bool *too_many, const eh_cube_spec *spec, const eh_cube *const *part_k, uint32_t k,
                          uint64_t cells_max, uint32_t atoms_max, const eh_allocator *mem, eh_error *err) {
  eh_cube *cube = NULL;
  EH_TRY(eh_cube_new(&cube, spec, mem, err));
  eh_arena scratch = {.mem = mem};
  const eh_status status = merge(too_many, cube, part_k, k, cells_max, atoms_max, &scratch, err);
  eh_arena_free(&scratch);
  if (status || *too_many) eh_cube_free(cube);
  else *out = cube;
  return status;
}

/* Marginals of all parts, in place of their atoms. */
static eh_status merge_marginals(eh_cube **out, const eh_cube *const *part_k, uint32_t k, uint64_t cells_max, uint32_t atoms_max,
                                 const eh_allocator *mem, eh_error *err) {
  eh_arena scratch = {.mem = mem};
  eh_cube **const own_k = eh_cube_take(&scratch, k, sizeof *own_k);
  const eh_cube **const marginal_k = eh_cube_take(&scratch, k, sizeof *marginal_k);
  eh_status status = own_k && marginal_k ? EH_OK : eh_cube_no_memory(err);
  for (uint32_t p = 0; !status && p < k; p++) {
    if (!part_k[p]->atoms.marginal) status = eh_cube_marginal(&own_k[p], part_k[p], err);
    marginal_k[p] = own_k[p] ? own_k[p] : part_k[p];
  }
  if (!status) status = eh_cube_merge_atoms(out, marginal_k, k, cells_max, atoms_max, mem, err);
  for (uint32_t p = 0; own_k && p < k; p++) eh_cube_free(own_k[p]);
  eh_arena_free(&scratch);
  return status;
}

eh_status eh_cube_merge_within(eh_cube **out, const eh_cube *const *part_k, uint32_t k, uint64_t cells_max,
                               const eh_allocator *mem, eh_error *err) {
  return eh_cube_merge_atoms(out, part_k, k, cells_max, EH_ATOMS_MAX, mem, err);
}

eh_status eh_cube_merge_atoms(eh_cube **out, const eh_cube *const *part_k, uint32_t k, uint64_t cells_max, uint32_t atoms_max,
                              const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  if (!k) return eh_fail(err, EH_E_USAGE, "no cube to merge");
  for (uint32_t p = 1; p < k; p++) {
    const char *const flag = eh_cube_spec_difference(&part_k[0]->spec, &part_k[p]->spec);
    if (flag)
      return eh_fail(err, EH_E_MISMATCH,
                     "cubes 1 and %u differ in %s; only cubes built with the same options can be merged",
                     (uint64_t)p + 1, flag);
  }
  EH_TRY(check_rows(part_k, k, err));
  bool too_many = false;
  EH_TRY(merge_as(out, &too_many, &part_k[0]->spec, part_k, k, cells_max, atoms_max, mem, err));
  return too_many ? merge_marginals(out, part_k, k, cells_max, atoms_max, mem, err) : EH_OK;
}

eh_status eh_cube_rebin(eh_cube **out, const eh_cube *cube, uint32_t score_bits, const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  if (!score_bits || score_bits > cube->view.score_bits || cube->spec.no_fine)
    return eh_fail(err, EH_E_USAGE, "the scores of the cube have %u bits, so they cannot be kept by %u",
                   cube->spec.no_fine ? (uint64_t)0 : (uint64_t)cube->view.score_bits, (uint64_t)score_bits);
  eh_cube_spec spec = cube->spec;
  spec.score_bits = score_bits;
  EH_TRY(eh_cube_spec_check(&spec, err));
  bool too_many = false; /* a cube has no more atoms than itself */
  return merge_as(out, &too_many, &spec, &cube, 1, EH_CELLS_MAX, EH_ATOMS_MAX, mem, err);
}
