/* cells: counts rows by (group, key) while rows stream in. Called by the builder, one set of cells per model.
 *
 * The one idea: rows wait in a tail that is about as long as the cells already sorted; when it is full it is
 * radix-sorted and merged in from the back. So every row is sorted once, every cell moved about twice, and memory
 * follows the number of distinct cells, not of rows.
 */
#include <string.h>

#include "cube_internal.h"

/* Shortest full tail, and the longest: past it memory counts for more than moves. */
enum { TAIL_MIN = 1 << 18, TAIL_MAX = 1 << 22 };

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

/* ---- merging it in ----------------------------------------------------------------------------------------------- */

static inline bool is_less(uint32_t group_a, uint64_t key_a, uint32_t group_b, uint64_t key_b) {
  return group_a < group_b || (group_a == group_b && key_a < key_b);
}

static size_t count_distinct(const eh_cells *cells) {
  size_t distinct = cells->tail_n > 0;
  for (size_t i = 1; i < cells->tail_n; i++)
    distinct += cells->tail_key[i] != cells->tail_key[i - 1] || cells->tail_group[i] != cells->tail_group[i - 1];
  return distinct;
}

/* From the back, so that cells move within their own arrays; room for the distinct rows of the tail has been made. */
static void merge_tail(eh_cells *cells, size_t room) {
  size_t to = room, i = cells->n, j = cells->tail_n;
  while (j) {
    const uint64_t key = cells->tail_key[j - 1];
    const uint32_t group = cells->tail_group[j - 1];
    while (i && is_less(group, key, cells->group_c[i - 1], cells->key_c[i - 1])) {
      --to, --i;
      cells->key_c[to] = cells->key_c[i];
      cells->group_c[to] = cells->group_c[i];
      cells->count_c[to] = cells->count_c[i];
    }
    uint64_t count = 0;
    for (; j && cells->tail_key[j - 1] == key && cells->tail_group[j - 1] == group; j--) count++;
    if (i && cells->group_c[i - 1] == group && cells->key_c[i - 1] == key) count += cells->count_c[--i];
    --to;
    cells->key_c[to] = key;
    cells->group_c[to] = group;
    cells->count_c[to] = count;
  }
  /* What the tail and the cells had in common leaves a gap before `to`; [0, i) has not moved. */
  const size_t moved = room - to;
  memmove(cells->key_c + i, cells->key_c + to, moved * sizeof *cells->key_c);
  memmove(cells->group_c + i, cells->group_c + to, moved * sizeof *cells->group_c);
  memmove(cells->count_c + i, cells->count_c + to, moved * sizeof *cells->count_c);
  cells->n = i + moved;
  cells->tail_n = 0;
}

static eh_status grow_cells(eh_cells *cells, size_t cap, eh_error *err) {
  if (cap <= cells->group_cap) return EH_OK; /* the array that grows last */
  const bool ok = eh_cube_resize(cells->mem, &cells->key_c, &cells->key_cap, cap, sizeof *cells->key_c) &&
                  eh_cube_resize(cells->mem, &cells->count_c, &cells->count_cap, cap, sizeof *cells->count_c) &&
                  eh_cube_resize(cells->mem, &cells->group_c, &cells->group_cap, cap, sizeof *cells->group_c);
  return ok ? EH_OK : eh_cube_no_memory(err);
}

eh_status eh_cells_compact(eh_cells *cells, eh_error *err) {
  if (!cells->tail_n) return EH_OK;
  size_t key_cap = 0, group_cap = 0;
  eh_tail tail = {cells->tail_key, cells->tail_group}, spare = {0};
  const bool ok = eh_cube_resize(cells->mem, &spare.key_n, &key_cap, cells->tail_key_cap, sizeof *spare.key_n) &&
                  eh_cube_resize(cells->mem, &spare.group_n, &group_cap, cells->tail_group_cap, sizeof *spare.group_n);
  if (ok) eh_tail_sort(&tail, &spare, cells->tail_n);
  cells->tail_key = tail.key_n, cells->tail_group = tail.group_n;
  eh_mem_free(cells->mem, spare.key_n, key_cap * sizeof *spare.key_n);
  eh_mem_free(cells->mem, spare.group_n, group_cap * sizeof *spare.group_n);
  if (!ok) return eh_cube_no_memory(err);
  const size_t room = cells->n + count_distinct(cells);
  EH_TRY(grow_cells(cells, room, err));
  merge_tail(cells, room);
  return EH_OK;
}

eh_status eh_cells_room(eh_cells *cells, size_t n, eh_error *err) {
  if (cells->tail_n + n <= cells->tail_group_cap) return EH_OK; /* the array that grows last */
  size_t full = TAIL_MIN;
  while (full < TAIL_MAX && full < cells->n) full *= 2;
  if (cells->tail_n && cells->tail_n + n > full) {
    EH_TRY(eh_cells_compact(cells, err));
    return eh_cells_room(cells, n, err);
  }
  size_t cap = cells->tail_group_cap * 2 < full ? cells->tail_group_cap * 2 : full;
  while (cap < cells->tail_n + n) cap = cap ? cap * 2 : 1024;
  const bool ok =
      eh_cube_resize(cells->mem, &cells->tail_key, &cells->tail_key_cap, cap, sizeof *cells->tail_key) &&
      eh_cube_resize(cells->mem, &cells->tail_group, &cells->tail_group_cap, cap, sizeof *cells->tail_group);
  return ok ? EH_OK : eh_cube_no_memory(err);
}

void eh_cells_free(eh_cells *cells) {
  eh_mem_free(cells->mem, cells->key_c, cells->key_cap * sizeof *cells->key_c);
  eh_mem_free(cells->mem, cells->count_c, cells->count_cap * sizeof *cells->count_c);
  eh_mem_free(cells->mem, cells->group_c, cells->group_cap * sizeof *cells->group_c);
  eh_mem_free(cells->mem, cells->tail_key, cells->tail_key_cap * sizeof *cells->tail_key);
  eh_mem_free(cells->mem, cells->tail_group, cells->tail_group_cap * sizeof *cells->tail_group);
  const eh_allocator *const mem = cells->mem;
  memset(cells, 0, sizeof *cells);
  cells->mem = mem;
}
