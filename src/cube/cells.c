/* cells: counts rows by (group, key) while rows stream in. Called by the builder, one set of cells per model.
 *
 * The one idea: rows wait in a tail that is about as long as the cells already sorted; when it is full it is
 * radix-sorted and merged with them. Cells lie in blocks that are given back, or taken again, as soon as they have been read. So
 * every row is sorted once, every cell moved a few times, and memory follows the number of distinct cells, not of rows.
 */
#include <string.h>

#include "cube_internal.h"

/* Shortest full tail, and the longest: past it memory counts for more than moves. Atoms up to which cells are kept in the
 * order of the finished cube, so that it is filled from front to back; beyond, to sort atoms again and again would cost more. */
enum { TAIL_MIN = 1 << 18, TAIL_MAX = 1 << 20, RANKED_ATOMS = 1 << 14 };

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

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

static size_t block_bytes(uint32_t cap) { return cap == EH_BLOCK_CELLS ? EH_BLOCK_BYTES : cap * (size_t)12; }

static void free_block(const eh_cells *cells, eh_cells_block *block) {
  eh_mem_free(cells->mem, block->key_c, block->key_c ? block_bytes(block->cap) : 0);
  *block = (eh_cells_block){.cap = 0};
}

void eh_cells_drop_block(eh_cells *cells, size_t b) { free_block(cells, &cells->old.block_b[b]); }

static void free_blocks(const eh_cells *cells, eh_cells_blocks *blocks) {
  for (size_t b = 0; b < blocks->count; b++) free_block(cells, &blocks->block_b[b]);
  eh_mem_free(cells->mem, blocks->block_b, blocks->cap * sizeof *blocks->block_b);
  *blocks = (eh_cells_blocks){.cap = 0};
}

/* A block for at most `left` cells at the end of the new ones: the one that was read last, or a fresh one. */
static eh_status add_block(eh_cells *cells, uint64_t left, eh_error *err) {
  eh_cells_blocks *const to = &cells->built;
  const uint32_t cap = left < EH_BLOCK_CELLS ? (uint32_t)left : EH_BLOCK_CELLS;
  if (to->count == to->cap && !eh_cube_resize(cells->mem, &to->block_b, &to->cap, 2 * (uint64_t)to->cap + 4, sizeof *to->block_b))
    return eh_cube_no_memory(err);
  eh_cells_block block = {.cap = cap};
  if (cap == EH_BLOCK_CELLS && cells->idle.key_c) {
    block = cells->idle;
    cells->idle.key_c = NULL;
  } else {
    block.key_c = eh_mem_resize(cells->mem, NULL, 0, block_bytes(cap));
    if (!block.key_c) return eh_cube_no_memory(err);
  }
  block.count_c = (uint32_t *)(void *)(block.key_c + cap);
  to->block_b[to->count++] = block;
  return EH_OK;
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
  uint32_t *const was_g = eh_cube_take(scratch, 2 * (uint64_t)cells->atom_count, sizeof *was_g);
  if (!was_g) return eh_cube_no_memory(err);
  EH_TRY(eh_atomizer_finish(atomizer, &atoms, &order_a, scratch, err));
  if (cells->atom_count) memcpy(was_g, cells->cells_g, 2 * (size_t)cells->atom_count * sizeof *was_g);
  memset(cells->cells_g, 0, 2 * (size_t)count * sizeof *cells->cells_g);
  move_groups(cells->cells_g, was_g, cells->rank_a, order_a, cells->atom_count);
  memcpy(cells->rank_a, order_a, count * sizeof *order_a);
  return EH_OK;
}

/* Gives atoms that are new their ranks. Those of others may change, but not which of two comes first. */
static eh_status know_atoms(eh_cells *cells, eh_atomizer *atomizer, eh_error *err) {
  const uint32_t was = cells->atom_count, now = eh_atomizer_count(atomizer);
  if (was == now) return EH_OK;
  if (cells->fresh_cap < 2 * (size_t)now) { /* the array that grows last */
    const uint64_t cap = now > 2 * (uint64_t)was ? now : 2 * (uint64_t)was;
    if (!eh_cube_resize(cells->mem, &cells->rank_a, &cells->rank_cap, cap, sizeof *cells->rank_a) ||
        !eh_cube_resize(cells->mem, &cells->cells_g, &cells->cells_cap, 2 * cap, sizeof *cells->cells_g) ||
        !eh_cube_resize(cells->mem, &cells->fresh_g, &cells->fresh_cap, 2 * cap, sizeof *cells->fresh_g))
      return eh_cube_no_memory(err);
  }
  memset(cells->cells_g + 2 * (size_t)was, 0, 2 * (size_t)(now - was) * sizeof *cells->cells_g);
  for (uint32_t a = was; a < now; a++) cells->rank_a[a] = a;
  if (now <= RANKED_ATOMS) {
    eh_arena scratch = {.mem = cells->mem};
    const eh_status status = rank_atoms(cells, atomizer, now, &scratch, err);
    eh_arena_free(&scratch);
    if (status) return status;
  }
  cells->atom_count = now;
  return EH_OK;
}

/* ---- merging it in ----------------------------------------------------------------------------------------------- */

/* Sorted rows become cells: keys close up, and how often they occur takes the place of their groups. */
static size_t close_up(eh_cells *cells) {
  uint64_t *const key_n = cells->tail_key;
  uint32_t *const group_n = cells->tail_group;
  size_t to = 0;
  uint64_t key = 0;
  uint32_t group = UINT32_MAX;
  memset(cells->fresh_g, 0, 2 * (size_t)cells->atom_count * sizeof *cells->fresh_g);
  for (size_t i = 0; i < cells->tail_n; i++) {
    if (group_n[i] == group && key_n[i] == key) {
      group_n[to - 1]++;
      continue;
    }
    group = group_n[i];
    key = key_n[i];
    key_n[to] = key;
    group_n[to++] = 1;
    cells->fresh_g[group]++;
  }
  return to;
}

/* Where cells are read and written while the tail is merged in. */
typedef struct weave {
  eh_cells *cells;
  size_t from;         /* block being read, */
  uint32_t at, to;     /* and places in it and in the last one of the new ones */
  uint64_t read, left; /* cells read; cells still to be written, at most */
} weave;

/* How many cells can be read from here on in one block. A block that has been read is idle. */
static uint32_t turn(weave *w) {
  eh_cells *const cells = w->cells;
  if (w->at == EH_BLOCK_CELLS) {
    eh_cells_block *const block = &cells->old.block_b[w->from++];
    if (cells->idle.key_c) free_block(cells, block);
    else cells->idle = *block;
    block->key_c = NULL;
    w->at = 0;
  }
  const uint64_t here = cells->n - w->read;
  return here < EH_BLOCK_CELLS - w->at ? (uint32_t)here : EH_BLOCK_CELLS - w->at;
}

/* Two runs of one group into a third until one of them ends: how many cells each of them gave or took. */
typedef struct strides {
  uint32_t a, b, to;
} strides;

static inline strides merge_runs(uint64_t *restrict to_key, uint32_t *restrict to_count, uint32_t room, const uint64_t *key_a,
                                 const uint32_t *count_a, uint32_t a_n, const uint64_t *key_b, const uint32_t *count_b,
                                 uint32_t b_n) {
  uint32_t a = 0, b = 0, to = 0;
  while (a < a_n && b < b_n && to < room) {
    const bool first = key_a[a] <= key_b[b];
    bool second = key_b[b] <= key_a[a];
    uint64_t count = (first ? count_a[a] : 0) + (uint64_t)(second ? count_b[b] : 0);
    if (count >> 32) second = false, count = count_a[a]; /* a key of so many rows has several cells, side by side */
    to_key[to] = first ? key_a[a] : key_b[b];
    to_count[to++] = (uint32_t)count;
    a += first;
    b += second;
  }
  return (strides){a, b, to};
}

/* The next `n` old cells, all of one group, and `fresh` new ones. Returns through *made how many they are together. */
static eh_status weave_group(weave *w, uint32_t n, const uint64_t *key_b, const uint32_t *count_b, uint32_t fresh,
                             uint32_t *made, eh_error *err) {
  eh_cells *const cells = w->cells;
  *made = 0;
  while (n || fresh) {
    if (!cells->built.count || w->to == cells->built.block_b[cells->built.count - 1].cap) {
      EH_TRY(add_block(cells, w->left, err));
      w->to = 0;
    }
    const eh_cells_block *const to = &cells->built.block_b[cells->built.count - 1];
    uint32_t run = n ? turn(w) : 0;
    if (run > n) run = n;
    const uint64_t *const key_a = run ? cells->old.block_b[w->from].key_c + w->at : NULL;
    const uint32_t *const count_a = run ? cells->old.block_b[w->from].count_c + w->at : NULL, room = to->cap - w->to;
    strides s;
    if (run && fresh) {
      s = merge_runs(to->key_c + w->to, to->count_c + w->to, room, key_a, count_a, run, key_b, count_b, fresh);
    } else {
      const uint32_t some = run + fresh < room ? run + fresh : room; /* one of them is 0 */
      s = run ? (strides){some, 0, some} : (strides){0, some, some};
      memcpy(to->key_c + w->to, run ? key_a : key_b, some * sizeof *key_a);
      memcpy(to->count_c + w->to, run ? count_a : count_b, some * sizeof *count_a);
    }
    n -= s.a, w->at += s.a, w->read += s.a;
    fresh -= s.b, key_b += s.b, count_b += s.b;
    w->to += s.to, w->left -= s.a + s.b > w->left ? w->left : s.a + s.b;
    *made += s.to;
  }
  return EH_OK;
}

static eh_status merge_tail(eh_cells *cells, eh_error *err) {
  const size_t fresh_n = close_up(cells);
  weave w = {.cells = cells, .left = cells->n + fresh_n};
  uint64_t n = 0;
  size_t at = 0;
  for (uint32_t g = 0; g < 2 * cells->atom_count; g++) {
    const uint32_t fresh = cells->fresh_g[g];
    uint32_t made;
    EH_TRY(weave_group(&w, cells->cells_g[g], cells->tail_key + at, cells->tail_group + at, fresh, &made, err));
    cells->cells_g[g] = made;
    n += made;
    at += fresh;
  }
  free_blocks(cells, &cells->old);
  cells->old = cells->built;
  cells->built = (eh_cells_blocks){.cap = 0};
  cells->n = n;
  cells->tail_n = 0;
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
  EH_TRY(sort_tail(cells, err));
  return merge_tail(cells, err);
}

eh_status eh_cells_close(eh_cells *cells, eh_atomizer *atomizer, eh_error *err) {
  EH_TRY(know_atoms(cells, atomizer, err));
  EH_TRY(sort_tail(cells, err));
  cells->n = close_up(cells);
  memcpy(cells->cells_g, cells->fresh_g, 2 * (size_t)cells->atom_count * sizeof *cells->cells_g);
  cells->closed = true;
  return EH_OK;
}

/* ---- room and life ----------------------------------------------------------------------------------------------- */

eh_status eh_cells_room(eh_cells *cells, size_t n, eh_atomizer *atomizer, eh_error *err) {
  if (cells->tail_n + n <= cells->tail_group_cap) return EH_OK; /* the array that grows last */
  size_t full = TAIL_MIN;
  while (full < TAIL_MAX && full < cells->n) full *= 2;
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

void eh_cells_starts(eh_cells *cells) {
  uint32_t start = 0;
  for (size_t g = 0; g < 2 * (size_t)cells->atom_count; g++) {
    cells->fresh_g[g] = start;
    start += cells->cells_g[g];
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
  free_block(cells, &cells->idle);
}

void eh_cells_empty(eh_cells *cells) {
  free_blocks(cells, &cells->old);
  if (cells->atom_count) memset(cells->cells_g, 0, 2 * (size_t)cells->atom_count * sizeof *cells->cells_g);
  if (cells->closed) cells->tail_n = 0;
  cells->closed = false;
  cells->n = 0;
}

void eh_cells_free(eh_cells *cells) {
  free_blocks(cells, &cells->old);
  free_blocks(cells, &cells->built);
  eh_cells_drop_tail(cells);
  eh_mem_free(cells->mem, cells->rank_a, cells->rank_cap * sizeof *cells->rank_a);
  eh_mem_free(cells->mem, cells->cells_g, cells->cells_cap * sizeof *cells->cells_g);
  eh_mem_free(cells->mem, cells->fresh_g, cells->fresh_cap * sizeof *cells->fresh_g);
  *cells = (eh_cells){.mem = cells->mem};
}
