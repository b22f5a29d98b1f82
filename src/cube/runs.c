/* runs: sorted runs of cells, in blocks, and what comes of merging some of them. Called by cells.c while rows stream in and by
 * place.c when the cube is laid out.
 *
 * The one idea: the cells of a group in several runs are copied to where the near cache holds them, so many at a time, and merged
 * there in pairs. Which of two keys is next is a coin toss to the CPU, so there is no branch on it.
 */
#include <string.h>

#include "cube_internal.h"

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

static size_t cell_bytes(const eh_cells_run *run) { return run->single ? sizeof(uint64_t) : sizeof(uint64_t) + sizeof(uint32_t); }

/* Blocks that would be half as large or more have the size of a full one, so that they can be any run's. */
static size_t block_bytes(const eh_cells_run *run, uint32_t cap) {
  const size_t bytes = cap * cell_bytes(run);
  return bytes < EH_BLOCK_BYTES / 2 ? bytes : EH_BLOCK_BYTES;
}

eh_status eh_run_add_block(eh_cells *cells, eh_cells_run *run, uint64_t left, eh_error *err) {
  const uint32_t cap = left < run->full ? (uint32_t)left : run->full;
  const size_t bytes = block_bytes(run, cap);
  if (run->block_count == run->block_cap &&
      !eh_cube_resize(cells->mem, &run->block_b, &run->block_cap, 2 * (uint64_t)run->block_cap + 4, sizeof *run->block_b))
    return eh_cube_no_memory(err);
  eh_cells_block block = {.cap = cap};
  if (bytes == EH_BLOCK_BYTES && cells->idle) {
    block.key_c = cells->idle;
    cells->idle = NULL;
  } else {
    block.key_c = eh_mem_resize(cells->mem, NULL, 0, bytes);
    if (!block.key_c) return eh_cube_no_memory(err);
  }
  if (!run->single) block.count_c = (uint32_t *)(void *)(block.key_c + cap);
  run->block_b[run->block_count++] = block;
  return EH_OK;
}

void eh_run_drop_block(const eh_cells *cells, const eh_cells_run *run, size_t b) {
  eh_cells_block *const block = &run->block_b[b];
  eh_mem_free(cells->mem, block->key_c, block->key_c ? block_bytes(run, block->cap) : 0);
  *block = (eh_cells_block){.cap = 0};
}

void eh_run_set_single(eh_cells_run *run, bool single) {
  run->single = single;
  run->full = (uint32_t)(EH_BLOCK_BYTES / cell_bytes(run));
}

eh_status eh_run_begin(eh_cells_run *run, const eh_cells *cells, eh_error *err) {
  *run = (eh_cells_run){.n = 0};
  eh_run_set_single(run, false);
  return eh_run_reserve(cells, run, 0, cells->atom_count, err);
}

void eh_run_free(const eh_cells *cells, eh_cells_run *run) {
  for (size_t b = 0; b < run->block_count; b++) eh_run_drop_block(cells, run, b);
  eh_mem_free(cells->mem, run->block_b, run->block_cap * sizeof *run->block_b);
  eh_mem_free(cells->mem, run->cells_g, run->cells_cap * sizeof *run->cells_g);
  *run = (eh_cells_run){.n = 0};
}

eh_status eh_run_reserve(const eh_cells *cells, eh_cells_run *run, uint32_t was, uint64_t atoms, eh_error *err) {
  const uint64_t twice = 2 * (uint64_t)run->cells_cap, cap = 2 * atoms > twice ? 2 * atoms : twice;
  if (run->cells_cap < 2 * atoms && !eh_cube_resize(cells->mem, &run->cells_g, &run->cells_cap, cap, sizeof *run->cells_g))
    return eh_cube_no_memory(err);
  if (atoms > was) memset(run->cells_g + 2 * (size_t)was, 0, 2 * (size_t)(atoms - was) * sizeof *run->cells_g);
  return EH_OK;
}

/* ---- gathering --------------------------------------------------------------------------------------------------- */

bool eh_gather_take(eh_gather *gather, eh_arena *arena, uint32_t cursors) {
  for (int i = 0; i < 2; i++) {
    gather->key_2[i] = eh_cube_take(arena, EH_GATHER_CELLS, sizeof(uint64_t));
    gather->count_2[i] = eh_cube_take(arena, EH_GATHER_CELLS, sizeof(uint32_t));
    if (!gather->key_2[i] || !gather->count_2[i]) return false;
  }
  gather->take_n = eh_cube_take(arena, cursors, sizeof(uint32_t));
  gather->piece_r = eh_cube_take(arena, (uint64_t)cursors + 1, sizeof(uint32_t));
  return gather->take_n && gather->piece_r;
}

static uint64_t key_at(const eh_cells_run *run, uint64_t c) { return run->block_b[c / run->full].key_c[c % run->full]; }

/* How many of the next `most` cells have keys up to `bound`. */
static uint32_t count_up_to(const eh_run_cursor *c, uint32_t most, uint64_t bound) {
  uint32_t low = 0, high = most;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (key_at(c->run, c->at + middle) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* The cells of a cursor that lie in one block, up to n of them. */
static uint32_t look(eh_cells_block *out, const eh_run_cursor *c, uint64_t at, uint32_t n) {
  const eh_cells_block *const block = &c->run->block_b[at / c->run->full];
  const uint32_t first = (uint32_t)(at % c->run->full), some = n < block->cap - first ? n : block->cap - first;
  *out = (eh_cells_block){block->key_c + first, block->count_c ? block->count_c + first : NULL, some};
  return some;
}

/* Whether each of the next n cells is of one row. */
static bool are_single(const eh_run_cursor *c, uint32_t n) {
  eh_cells_block here;
  uint32_t other = 0;
  if (c->run->single) return true;
  for (uint32_t done = 0; done < n && !other; done += here.cap) {
    look(&here, c, c->at + done, n - done);
    for (uint32_t i = 0; i < here.cap; i++) other |= here.count_c[i] ^ 1;
  }
  return !other;
}

/* count_c may be NULL. */
static void copy_cells(uint64_t *key_c, uint32_t *count_c, eh_run_cursor *c, uint32_t n) {
  eh_cells_block here;
  for (uint32_t done = 0; done < n; done += here.cap) {
    look(&here, c, c->at + done, n - done);
    memcpy(key_c + done, here.key_c, here.cap * sizeof *key_c);
    if (count_c && here.count_c) memcpy(count_c + done, here.count_c, here.cap * sizeof *count_c);
    for (uint32_t i = 0; count_c && !here.count_c && i < here.cap; i++) count_c[done + i] = 1;
  }
  c->at += n, c->left -= n;
}

/* Two pieces into a third; how many cells it has. A key of so many rows has several cells, side by side. Not inlined: the loop needs
 * all registers. */
static __attribute__((noinline)) uint32_t merge_two(uint64_t *restrict to_key, uint32_t *restrict to_count, const uint64_t *key_a,
                                                    const uint32_t *count_a, uint32_t a_n, const uint64_t *key_b,
                                                    const uint32_t *count_b, uint32_t b_n) {
  size_t a = 0, b = 0, to = 0;
  while (a < a_n && b < b_n) {
    const uint64_t x = key_a[a], y = key_b[b];
    const size_t first = x <= y;
    size_t second = y <= x;
    uint64_t count = (count_a[a] & (0 - (uint64_t)first)) + (count_b[b] & (0 - (uint64_t)second));
    if (__builtin_expect(count >> 32 != 0, 0)) second = 0, count = count_a[a];
    to_key[to] = first ? x : y;
    to_count[to++] = (uint32_t)count;
    a += first;
    b += second;
  }
  memcpy(to_key + to, key_a + a, (a_n - a) * sizeof *to_key);
  memcpy(to_count + to, count_a + a, (a_n - a) * sizeof *to_count);
  to += a_n - a;
  memcpy(to_key + to, key_b + b, (b_n - b) * sizeof *to_key);
  memcpy(to_count + to, count_b + b, (b_n - b) * sizeof *to_count);
  return (uint32_t)(to + b_n - b);
}

/* Merges neighbours until one piece is left; which of the two rooms has it. piece_r[i] is where piece i begins, the last one ends at
 * piece_r[pieces]. */
static int merge_pieces(const eh_gather *g, uint32_t pieces, uint32_t *n) {
  uint32_t *const piece_r = g->piece_r;
  int from = 0;
  while (pieces > 1) {
    const uint64_t *const key_c = g->key_2[from];
    const uint32_t *const count_c = g->count_2[from];
    uint32_t made = 0, to = 0;
    for (uint32_t i = 0; i < pieces; i += 2) {
      const uint32_t a = piece_r[i], b = piece_r[i + 1], end = i + 1 < pieces ? piece_r[i + 2] : b;
      piece_r[made++] = to;
      to += merge_two(g->key_2[!from] + to, g->count_2[!from] + to, key_c + a, count_c + a, b - a, key_c + b, count_c + b, end - b);
    }
    piece_r[made] = to;
    pieces = made;
    from = !from;
  }
  *n = piece_r[pieces];
  return from;
}

/* The cells of a block where they are, if only one cursor has some. */
static size_t gather_one(const uint64_t **key_c, const uint32_t **count_c, eh_run_cursor *c) {
  eh_cells_block here;
  const uint32_t n = look(&here, c, c->at, c->left);
  *key_c = here.key_c;
  *count_c = here.count_c;
  c->at += n, c->left -= n;
  return n;
}

/* The greatest key up to which the cells of all cursors surely fit the room, if each has an equal share of it. */
static uint64_t bound_of(const eh_run_cursor *cursor_n, uint32_t n, uint32_t share) {
  uint64_t bound = UINT64_MAX;
  for (uint32_t i = 0; i < n; i++) {
    if (cursor_n[i].left <= share) continue;
    const uint64_t key = key_at(cursor_n[i].run, cursor_n[i].at + share - 1);
    if (key < bound) bound = key;
  }
  return bound;
}

size_t eh_gather_next(const uint64_t **key_c, const uint32_t **count_c, const eh_gather *g, eh_run_cursor *cursor_n, uint32_t n) {
  uint32_t live = 0, pieces = 0, cells = 0;
  bool single = true;
  eh_run_cursor *only = NULL;
  for (uint32_t i = 0; i < n; i++)
    if (cursor_n[i].left) live++, only = &cursor_n[i];
  if (!live) return 0;
  if (live == 1) return gather_one(key_c, count_c, only);
  const uint32_t share = EH_GATHER_CELLS / live;
  const uint64_t bound = bound_of(cursor_n, n, share);
  for (uint32_t i = 0; i < n; i++) {
    const eh_run_cursor *const c = &cursor_n[i];
    const uint32_t most = c->left < share ? c->left : share;
    g->take_n[i] = bound == UINT64_MAX ? most : count_up_to(c, most, bound);
    single = single && are_single(c, g->take_n[i]);
  }
  for (uint32_t i = 0; i < n; i++) {
    if (!g->take_n[i]) continue;
    copy_cells(g->key_2[0] + cells, single ? NULL : g->count_2[0] + cells, &cursor_n[i], g->take_n[i]);
    g->piece_r[pieces++] = cells;
    cells += g->take_n[i];
  }
  g->piece_r[pieces] = cells;
  *count_c = NULL;
  if (single) return *key_c = eh_keys_sort(g->key_2[0], g->key_2[1], cells), cells;
  const int room = merge_pieces(g, pieces, &cells);
  *key_c = g->key_2[room];
  *count_c = g->count_2[room];
  return cells;
}

/* ---- one run of all ---------------------------------------------------------------------------------------------- */

/* Runs that shared less than one cell of so many are left apart until there are so many times as many: to merge them again and again
 * would cost more than it gives back. Others are when there are as many, or so many. */
enum { FEW_SHARED = 32, TIMES_APART = 16, MANY_APART = 1 << 20 };

typedef struct merging {
  eh_cells *cells;
  eh_cells_run made;
  uint32_t room;               /* in its last block */
  uint64_t left;               /* cells still to be written, at most */
  size_t read_r[EH_RUNS_MAX];  /* blocks that have been given back */
} merging;

/* Cells of one key are one, if they come so. */
static eh_status append(merging *m, const uint64_t *key_c, const uint32_t *count_c, size_t n, bool first, eh_error *err) {
  eh_cells_run *const made = &m->made;
  eh_cells_block *to = made->block_count ? &made->block_b[made->block_count - 1] : NULL;
  for (size_t i = 0; i < n; i++) {
    const uint64_t rows = count_c ? count_c[i] : 1;
    const uint32_t last = to ? to->cap - m->room - 1 : 0;
    if (!(first && i == 0) && to && to->key_c[last] == key_c[i] && (to->count_c[last] + rows) >> 32 == 0) {
      to->count_c[last] += (uint32_t)rows;
      continue;
    }
    if (!m->room) {
      EH_TRY(eh_run_add_block(m->cells, made, m->left, err));
      to = &made->block_b[made->block_count - 1];
      m->room = to->cap;
    }
    to->key_c[to->cap - m->room] = key_c[i];
    to->count_c[to->cap - m->room] = (uint32_t)rows;
    made->n++, m->room--, m->left--;
  }
  return EH_OK;
}

/* Blocks that have been read become idle, or are given back. */
static void drop_read(merging *m, const eh_run_cursor *cursor_r) {
  eh_cells *const cells = m->cells;
  for (uint32_t r = 0; r < cells->run_count; r++) {
    eh_cells_run *const run = &cells->run_r[r];
    for (; m->read_r[r] < cursor_r[r].at / run->full; m->read_r[r]++) {
      eh_cells_block *const block = &run->block_b[m->read_r[r]];
      if (cells->idle || block_bytes(run, block->cap) != EH_BLOCK_BYTES) {
        eh_run_drop_block(cells, run, m->read_r[r]);
        continue;
      }
      cells->idle = block->key_c;
      *block = (eh_cells_block){.cap = 0};
    }
  }
}

static eh_status merge_groups(merging *m, const eh_gather *gather, eh_error *err) {
  const eh_cells *const cells = m->cells;
  eh_run_cursor cursor_r[EH_RUNS_MAX];
  for (uint32_t r = 0; r < cells->run_count; r++) cursor_r[r] = (eh_run_cursor){.run = &cells->run_r[r]};
  for (size_t g = 0; g < 2 * (size_t)cells->atom_count; g++) {
    const uint64_t *key_c;
    const uint32_t *count_c;
    const uint64_t before = m->made.n;
    for (uint32_t r = 0; r < cells->run_count; r++) cursor_r[r].left = cells->run_r[r].cells_g[g];
    for (size_t n; (n = eh_gather_next(&key_c, &count_c, gather, cursor_r, cells->run_count));) {
      EH_TRY(append(m, key_c, count_c, n, m->made.n == before, err));
      drop_read(m, cursor_r);
    }
    m->made.cells_g[g] = (uint32_t)(m->made.n - before);
  }
  return EH_OK;
}

static uint64_t cells_apart(const eh_cells *cells, uint64_t made) {
  if ((cells->n - made) * FEW_SHARED < cells->n && cells->atom_count <= EH_RANKED_ATOMS) return TIMES_APART * made;
  return made < MANY_APART ? made : MANY_APART;
}

eh_status eh_runs_merge(eh_cells *cells, eh_error *err) {
  if (cells->run_count < 2) return EH_OK;
  eh_arena scratch = {.mem = cells->mem};
  eh_gather gather;
  merging m = {.cells = cells, .left = cells->n};
  eh_status status = eh_gather_take(&gather, &scratch, EH_RUNS_MAX) ? EH_OK : eh_cube_no_memory(err);
  if (!status) status = eh_run_begin(&m.made, cells, err);
  if (!status) status = merge_groups(&m, &gather, err);
  eh_arena_free(&scratch);
  if (status) {
    eh_run_free(cells, &m.made);
    return status;
  }
  cells->apart = cells_apart(cells, m.made.n);
  for (uint32_t r = 0; r < cells->run_count; r++) eh_run_free(cells, &cells->run_r[r]);
  cells->run_r[0] = m.made;
  cells->run_count = 1;
  cells->n = m.made.n;
  return EH_OK;
}
