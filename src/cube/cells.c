/* cells: counts rows by (group, key) while rows stream in. Called by the builder, one set of cells per model.
 *
 * The one idea: rows wait in a tail that is about as long as the cells already sorted; when it is full it is radix-sorted and
 * becomes a run. Runs are merged (runs.c) as soon as that gives memory back: where they share few cells, late or never. So every row is
 * sorted once, every cell moved a few times, and memory follows the number of distinct cells, not of rows.
 */
#include <string.h>

#include "cube_internal.h"

/* Rows of a full tail: few enough to be sorted near, and in a time for which other threads can wait. */
enum { TAIL_ROWS = 1 << 18 };

bool eh_cube_resize(const eh_allocator *mem, void *p, size_t *cap, uint64_t want, size_t size) {
  void *was;
  memcpy(&was, p, sizeof was);
  const size_t bytes = eh_cube_bytes(want, size);
  void *const now = bytes ? eh_mem_resize(mem, was, *cap * size, bytes) : NULL;
  if (!now) return false;
  memcpy(p, &now, sizeof now);
  *cap = (size_t)want;
  return true;
}

eh_status eh_cells_too_many(eh_error *err) {
  return eh_fail(err, EH_E_LIMIT,
                 "more than %u distinct (score, group, label) cells; leave --score-bits at auto or bin the scores, or slice by fewer columns",
                 (uint64_t)EH_CELLS_MAX);
}

/* ---- atoms ------------------------------------------------------------------------------------------------------- */

/* Numbers of cells of groups, where the ranks of atoms were rank_a and will be order_a. */
static void move_groups(uint32_t *to_g, const uint32_t *from_g, const uint32_t *rank_a, const uint32_t *order_a, uint32_t n) {
  for (uint32_t a = 0; a < n; a++)
    for (uint32_t y = 0; y < 2; y++) to_g[2 * order_a[a] + y] = from_g[2 * rank_a[a] + y];
}

static eh_status rank_atoms(eh_cells *cells, eh_atomizer *atomizer, uint32_t count, eh_arena *scratch, eh_error *err) {
  eh_atoms atoms;
  uint32_t *order_a = NULL;
  const size_t was_bytes = 2 * (size_t)cells->atom_count * sizeof(uint32_t);
  uint32_t *const was_g = eh_cube_take(scratch, 2 * (uint64_t)cells->atom_count, sizeof *was_g);
  if (!was_g) return eh_cube_no_memory(err);
  EH_TRY(eh_atomizer_finish(atomizer, &atoms, &order_a, scratch, err));
  for (uint32_t r = 0; r < cells->run_count; r++) {
    uint32_t *const cells_g = cells->run_r[r].cells_g;
    memcpy(was_g, cells_g, was_bytes);
    memset(cells_g, 0, 2 * (size_t)count * sizeof *cells_g);
    move_groups(cells_g, was_g, cells->rank_a, order_a, cells->atom_count);
  }
  memcpy(cells->rank_a, order_a, count * sizeof *order_a);
  return EH_OK;
}

/* Gives atoms that are new their ranks. Those of others may change, but not which of two comes first. */
static eh_status know_atoms(eh_cells *cells, eh_atomizer *atomizer, eh_error *err) {
  const uint32_t was = cells->atom_count, now = eh_atomizer_count(atomizer);
  if (was == now) return EH_OK;
  const uint64_t cap = now > 2 * (uint64_t)was ? now : 2 * (uint64_t)was;
  if (cells->rank_cap < now && !eh_cube_resize(cells->mem, &cells->rank_a, &cells->rank_cap, cap, sizeof *cells->rank_a))
    return eh_cube_no_memory(err);
  for (uint32_t r = 0; r < cells->run_count; r++) EH_TRY(eh_run_reserve(cells, &cells->run_r[r], was, now, err));
  for (uint32_t a = was; a < now; a++) cells->rank_a[a] = a;
  if (now <= EH_RANKED_ATOMS) {
    eh_arena scratch = {.mem = cells->mem};
    const eh_status status = rank_atoms(cells, atomizer, now, &scratch, err);
    eh_arena_free(&scratch);
    if (status) return status;
  }
  cells->atom_count = now;
  return EH_OK;
}

/* ---- a run of the tail ------------------------------------------------------------------------------------------- */

/* Sorted rows become cells where they are: keys close up, and how often they occur takes the place of their groups. */
static size_t close_up(eh_cells *cells, uint32_t *cells_g) {
  uint64_t *const key_n = cells->tail_key;
  uint32_t *const group_n = cells->tail_group;
  size_t to = 0;
  uint64_t key = 0;
  uint32_t group = UINT32_MAX;
  for (size_t i = 0; i < cells->tail_n; i++) {
    if (group_n[i] == group && key_n[i] == key) {
      group_n[to - 1]++;
      continue;
    }
    group = group_n[i];
    key = key_n[i];
    key_n[to] = key;
    group_n[to++] = 1;
    cells_g[group]++;
  }
  return to;
}

/* The cells of a tail that has been closed up, in blocks. */
static eh_status keep_tail(eh_cells *cells, eh_cells_run *run, eh_error *err) {
  for (uint64_t at = 0; at < run->n;) {
    EH_TRY(eh_run_add_block(cells, run, run->n - at, err));
    const eh_cells_block *const to = &run->block_b[run->block_count - 1];
    memcpy(to->key_c, cells->tail_key + at, to->cap * sizeof *to->key_c);
    if (!run->single) memcpy(to->count_c, cells->tail_group + at, to->cap * sizeof *to->count_c);
    at += to->cap;
  }
  return EH_OK;
}

static eh_status sort_tail(eh_cells *cells, eh_error *err) {
  if (cells->spare_group_cap < cells->tail_group_cap &&
      (!eh_cube_resize(cells->mem, &cells->spare_key, &cells->spare_key_cap, cells->tail_key_cap, sizeof *cells->spare_key) ||
       !eh_cube_resize(cells->mem, &cells->spare_group, &cells->spare_group_cap, cells->tail_group_cap, sizeof *cells->spare_group)))
    return eh_cube_no_memory(err);
  for (size_t i = 0; i < cells->tail_n; i++)
    cells->tail_group[i] = 2 * cells->rank_a[cells->tail_group[i] / 2] + cells->tail_group[i] % 2;
  eh_tail tail = {cells->tail_key, cells->tail_group}, spare = {cells->spare_key, cells->spare_group};
  eh_tail_sort(&tail, &spare, cells->tail_n);
  if (tail.key_n == cells->tail_key) return EH_OK;
  cells->spare_key = cells->tail_key, cells->spare_group = cells->tail_group;
  cells->tail_key = tail.key_n, cells->tail_group = tail.group_n;
  const size_t key_cap = cells->tail_key_cap, group_cap = cells->tail_group_cap;
  cells->tail_key_cap = cells->spare_key_cap, cells->tail_group_cap = cells->spare_group_cap;
  cells->spare_key_cap = key_cap, cells->spare_group_cap = group_cap;
  return EH_OK;
}

eh_status eh_cells_compact(eh_cells *cells, eh_atomizer *atomizer, eh_error *err) {
  EH_TRY(know_atoms(cells, atomizer, err));
  if (!cells->tail_n) return EH_OK;
  if (cells->run_count == EH_RUNS_MAX) EH_TRY(eh_runs_merge(cells, err));
  EH_TRY(sort_tail(cells, err));
  eh_cells_run *const run = &cells->run_r[cells->run_count++];
  EH_TRY(eh_run_begin(run, cells, err));
  run->n = close_up(cells, run->cells_g);
  eh_run_set_single(run, run->n == cells->tail_n);
  cells->tail_n = 0;
  EH_TRY(keep_tail(cells, run, err));
  cells->n += run->n;
  return cells->n - cells->run_r[0].n > cells->apart ? eh_runs_merge(cells, err) : EH_OK;
}

eh_status eh_cells_close(eh_cells *cells, eh_atomizer *atomizer, eh_error *err) {
  EH_TRY(know_atoms(cells, atomizer, err));
  EH_TRY(sort_tail(cells, err));
  cells->run_count = 1;
  EH_TRY(eh_run_begin(&cells->run_r[0], cells, err));
  cells->n = cells->run_r[0].n = close_up(cells, cells->run_r[0].cells_g);
  cells->closed = true;
  return EH_OK;
}

/* ---- room and life ----------------------------------------------------------------------------------------------- */

eh_status eh_cells_room(eh_cells *cells, size_t n, eh_atomizer *atomizer, eh_error *err) {
  if (cells->tail_n + n <= cells->tail_group_cap) return EH_OK; /* the array that grows last */
  const size_t full = TAIL_ROWS;
  if (cells->tail_n && cells->tail_n + n > full) {
    EH_TRY(eh_cells_compact(cells, atomizer, err));
    return eh_cells_room(cells, n, atomizer, err);
  }
  size_t cap = cells->tail_group_cap * 2 < full ? cells->tail_group_cap * 2 : full;
  while (cap < cells->tail_n + n) cap = cap ? cap * 2 : 1024;
  const bool ok =
      eh_cube_resize(cells->mem, &cells->tail_key, &cells->tail_key_cap, cap, sizeof *cells->tail_key) &&
      eh_cube_resize(cells->mem, &cells->tail_group, &cells->tail_group_cap, cap, sizeof *cells->tail_group);
  return ok ? EH_OK : eh_cube_no_memory(err);
}

void eh_cells_starts(uint32_t *start_g, const eh_cells_run *run, uint32_t atom_count) {
  uint32_t start = 0;
  for (size_t g = 0; g < 2 * (size_t)atom_count; g++) {
    start_g[g] = start;
    start += run->cells_g[g];
  }
}

void eh_cells_drop_tail(eh_cells *cells) {
  eh_mem_free(cells->mem, cells->tail_key, cells->tail_key_cap * sizeof *cells->tail_key);
  eh_mem_free(cells->mem, cells->tail_group, cells->tail_group_cap * sizeof *cells->tail_group);
  eh_mem_free(cells->mem, cells->spare_key, cells->spare_key_cap * sizeof *cells->spare_key);
  eh_mem_free(cells->mem, cells->spare_group, cells->spare_group_cap * sizeof *cells->spare_group);
  cells->tail_key = cells->spare_key = NULL;
  cells->tail_group = cells->spare_group = NULL;
  cells->tail_n = cells->tail_key_cap = cells->tail_group_cap = cells->spare_key_cap = cells->spare_group_cap = 0;
  eh_mem_free(cells->mem, cells->idle, cells->idle ? EH_BLOCK_BYTES : 0);
  cells->idle = NULL;
}

void eh_cells_empty(eh_cells *cells) {
  for (uint32_t r = 0; r < cells->run_count; r++) eh_run_free(cells, &cells->run_r[r]);
  if (cells->closed) cells->tail_n = 0;
  cells->run_count = 0;
  cells->closed = false;
  cells->n = 0;
}

void eh_cells_free(eh_cells *cells) {
  eh_cells_empty(cells);
  eh_cells_drop_tail(cells);
  eh_mem_free(cells->mem, cells->rank_a, cells->rank_cap * sizeof *cells->rank_a);
  *cells = (eh_cells){.mem = cells->mem};
}
