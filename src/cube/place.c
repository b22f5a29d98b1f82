/* place: the cells of one or several builders put into a cube, in canonical order. Called by finish.c and join.c.
 *
 * The one idea: a group of the cube is a merge of at most one sorted run from each builder, so ranges of atoms are merged side by
 * side, each to where it would stand if no two builders shared a cell; what they shared is closed up at the end. A block is given
 * back when its last cell has been read: cells and cube together take little more than either.
 */
#include <string.h>

#include "cube_internal.h"

/* Cells placed before blocks are given back, and ranges of them for each thread. */
enum { ROUND_CELLS = 1 << 20, RANGES_PER_THREAD = 2 };

/* Atoms from `first` to before that of the next range; where their cells begin, and how many they turned out to be. */
typedef struct range {
  uint32_t first;
  uint64_t at, n;
} range;

typedef struct placing {
  eh_cells *const *part_k;
  const uint32_t *const *rank_ka;
  uint32_t k, atom_count;
  uint64_t *key_c, *below_c, *cell_ay;
  range *range_r;
  size_t round;         /* first range of the present round */
} placing;

/* What is left of one part's cells of a group. */
typedef struct cursor {
  const eh_cells *cells;
  uint64_t at;
  uint32_t left, here;  /* in all, and in this block: */
  const uint64_t *key_c;
  const uint32_t *count_c;
} cursor;

static uint32_t group_of(const placing *p, uint32_t part, uint32_t atom, uint32_t y) {
  const uint32_t rank = p->rank_ka[part][atom];
  return rank == UINT32_MAX ? UINT32_MAX : 2 * rank + y;
}

static void look(cursor *c) {
  const eh_cells_block block = eh_cells_at(c->cells, c->at, &c->here);
  if (c->here > c->left) c->here = c->left;
  c->key_c = block.key_c, c->count_c = block.count_c;
}

static void step(cursor *c, uint32_t n) {
  c->at += n, c->left -= n, c->here -= n, c->key_c += n, c->count_c += n;
  if (!c->here && c->left) look(c);
}

/* Cells as they are written: keys ascend, and the rows up to each add up. A key that came just before gets no second cell. */
typedef struct output {
  uint64_t *key_c, *below_c, below, last;
  size_t n;
} output;

static inline void put(output *out, uint64_t key, uint64_t rows) {
  out->n -= key == out->last;
  out->key_c[out->n] = out->last = key;
  out->below_c[out->n++] = out->below += rows;
}

static void copy(output *out, cursor *c) {
  while (c->left) {
    for (uint32_t i = 0; i < c->here; i++) put(out, c->key_c[i], c->count_c[i]);
    step(c, c->here);
  }
}

/* Whatever comes next is a coin toss to the CPU, so there is no branch on it. */
static void merge_two(output *out, cursor *a, cursor *b) {
  while (a->left && b->left) {
    output o = *out;
    uint32_t i = 0, j = 0;
    while (i < a->here && j < b->here) {
      const bool first = a->key_c[i] <= b->key_c[j], second = b->key_c[j] <= a->key_c[i];
      put(&o, first ? a->key_c[i] : b->key_c[j], (first ? a->count_c[i] : 0) + (uint64_t)(second ? b->count_c[j] : 0));
      i += first;
      j += second;
    }
    *out = o;
    step(a, i);
    step(b, j);
  }
  copy(out, a->left ? a : b);
}

static void merge_many(output *out, cursor *cursor_n, uint32_t n) {
  for (;;) {
    uint64_t least = UINT64_MAX, rows = 0; /* no key is that great */
    for (uint32_t i = 0; i < n; i++)
      if (cursor_n[i].left && *cursor_n[i].key_c < least) least = *cursor_n[i].key_c;
    if (least == UINT64_MAX) return;
    for (uint32_t i = 0; i < n; i++) {
      if (!cursor_n[i].left || *cursor_n[i].key_c != least) continue;
      rows += *cursor_n[i].count_c;
      step(&cursor_n[i], 1);
    }
    put(out, least, rows);
  }
}

static uint64_t place_group(const placing *p, uint64_t at, uint32_t atom, uint32_t y) {
  cursor cursor_n[EH_THREADS_MAX];
  uint32_t n = 0;
  for (uint32_t part = 0; part < p->k; part++) {
    const eh_cells *const cells = p->part_k[part];
    const uint32_t g = group_of(p, part, atom, y);
    if (g == UINT32_MAX || !cells->cells_g[g]) continue;
    cursor_n[n] = (cursor){.cells = cells, .at = cells->fresh_g[g], .left = cells->cells_g[g]};
    look(&cursor_n[n++]);
  }
  output out = {.key_c = p->key_c + at, .below_c = p->below_c + at, .last = UINT64_MAX};
  if (n == 1) copy(&out, cursor_n);
  else if (n == 2) merge_two(&out, &cursor_n[0], &cursor_n[1]);
  else merge_many(&out, cursor_n, n);
  return at + out.n;
}

static void place_range(void *ctx, uint32_t i, uint32_t thread) {
  (void)thread;
  const placing *const p = ctx;
  range *const r = &p->range_r[p->round + i];
  uint64_t at = r->at;
  for (uint32_t a = r->first; a < r[1].first; a++)
    for (uint32_t y = 0; y < 2; y++) {
      p->cell_ay[2 * (size_t)a + y] = at;
      at = place_group(p, at, a, y);
    }
  r->n = at - r->at;
}

/* ---- rounds ---------------------------------------------------------------------------------------------------------- */

static uint64_t cells_of_atom(const placing *p, uint32_t atom) {
  uint64_t n = 0;
  for (uint32_t part = 0; part < p->k; part++)
    for (uint32_t y = 0; y < 2; y++) {
      const uint32_t g = group_of(p, part, atom, y);
      n += g == UINT32_MAX ? 0 : p->part_k[part]->cells_g[g];
    }
  return n;
}

/* Ranges of some `most` cells; the last one is empty and ends the others. Returns how many there are but it. */
static size_t list_ranges(placing *p, uint64_t most) {
  size_t count = 0;
  uint64_t here = 0, at = 0;
  p->range_r[0] = (range){.first = 0};
  for (uint32_t a = 0; a < p->atom_count; a++) {
    here += cells_of_atom(p, a);
    if (here < most && a + 1 < p->atom_count) continue;
    at += here, here = 0;
    p->range_r[++count] = (range){.first = a + 1, .at = at};
  }
  return count;
}

/* Counts what has been read of the blocks of a part, and gives back those of which nothing is left. */
static void drop_read(eh_cells *cells, uint32_t *read_b, uint64_t from, uint64_t n) {
  while (n) {
    const size_t b = (size_t)(from / EH_BLOCK_CELLS);
    const uint64_t end = (b + 1) * (uint64_t)EH_BLOCK_CELLS, stop = end < cells->n ? end : cells->n;
    const uint64_t some = n < stop - from ? n : stop - from;
    read_b[b] += (uint32_t)some;
    if (read_b[b] == stop - b * (uint64_t)EH_BLOCK_CELLS) eh_cells_drop_block(cells, b);
    from += some, n -= some;
  }
}

static void drop_round(const placing *p, uint32_t *const *read_kb, size_t ranges) {
  for (uint32_t a = p->range_r[p->round].first; a < p->range_r[p->round + ranges].first; a++)
    for (uint32_t part = 0; part < p->k; part++)
      for (uint32_t y = 0; y < 2; y++) {
        const uint32_t g = group_of(p, part, a, y);
        if (g == UINT32_MAX) continue;
        drop_read(p->part_k[part], read_kb[part], p->part_k[part]->fresh_g[g], p->part_k[part]->cells_g[g]);
      }
}

/* Moves ranges down to where the ones before them end; returns the number of cells. */
static uint64_t close_ranges(const placing *p, size_t count) {
  uint64_t to = 0;
  for (size_t r = 0; r < count; r++) {
    const range *const here = &p->range_r[r];
    if (to != here->at) {
      memmove(p->key_c + to, p->key_c + here->at, (size_t)here->n * sizeof *p->key_c);
      memmove(p->below_c + to, p->below_c + here->at, (size_t)here->n * sizeof *p->below_c);
      for (size_t g = 2 * (size_t)here->first; g < 2 * (size_t)here[1].first; g++) p->cell_ay[g] -= here->at - to;
    }
    to += here->n;
  }
  p->cell_ay[2 * (size_t)p->atom_count] = to;
  return to;
}

static eh_status place(eh_cube *cube, uint32_t m, placing *p, uint64_t total, eh_threads *threads, eh_arena *scratch,
                       eh_error *err) {
  eh_cube_cells *const placed = &cube->cells_m[m];
  const uint32_t width = eh_threads_count(threads) * RANGES_PER_THREAD;
  const uint64_t most = ROUND_CELLS / width + 1;
  p->cell_ay = eh_cube_take(&cube->arena, 2 * (uint64_t)p->atom_count + 1, sizeof *p->cell_ay);
  p->range_r = eh_cube_take(scratch, total / most + 2, sizeof *p->range_r);
  uint32_t **const read_kb = eh_cube_take(scratch, p->k, sizeof *read_kb);
  if (!p->cell_ay || !p->range_r || !read_kb) return eh_cube_no_memory(err);
  for (uint32_t part = 0; part < p->k; part++)
    if (!(read_kb[part] = eh_cube_take(scratch, p->part_k[part]->old.count, sizeof **read_kb))) return eh_cube_no_memory(err);
  EH_TRY(eh_cube_cells_resize(cube, placed, total, false, err));
  p->key_c = placed->key_c;
  p->below_c = placed->below_c;
  const size_t count = list_ranges(p, most);
  for (size_t ranges; p->round < count; p->round += ranges) {
    ranges = count - p->round < width ? count - p->round : width;
    eh_threads_run(threads, place_range, p, (uint32_t)ranges);
    drop_round(p, read_kb, ranges);
  }
  placed->n = close_ranges(p, count);
  if (placed->n < total) EH_TRY(eh_cube_cells_resize(cube, placed, placed->n, false, err));
  cube->model_m[m].cell_ay = p->cell_ay;
  cube->model_m[m].key_c = placed->key_c;
  cube->model_m[m].below_c = placed->below_c;
  return EH_OK;
}

eh_status eh_cells_place(eh_cube *cube, uint32_t m, eh_cells *const *part_k, const uint32_t *const *rank_ka, uint32_t k,
                         eh_threads *threads, eh_error *err) {
  placing p = {.part_k = part_k, .rank_ka = rank_ka, .k = k, .atom_count = cube->atoms.atom_count};
  uint64_t total = 0;
  for (uint32_t part = 0; part < k; part++) {
    eh_cells_drop_tail(part_k[part]);
    eh_cells_starts(part_k[part]);
    total += part_k[part]->n;
  }
  eh_arena scratch = {.mem = cube->mem};
  const eh_status status = place(cube, m, &p, total, threads, &scratch, err);
  eh_arena_free(&scratch);
  for (uint32_t part = 0; part < k; part++) eh_cells_free(part_k[part]);
  return status;
}

eh_status eh_cells_ranks(uint32_t **rank_a, eh_arena *arena, uint32_t atom_count, const eh_cells *cells,
                         const uint32_t *order_a, const uint32_t *union_a, eh_error *err) {
  *rank_a = eh_cube_take(arena, atom_count, sizeof **rank_a);
  if (!*rank_a) return eh_cube_no_memory(err);
  for (uint32_t a = 0; a < atom_count; a++) (*rank_a)[a] = UINT32_MAX;
  for (uint32_t a = 0; a < cells->atom_count; a++)
    (*rank_a)[union_a ? union_a[order_a[a]] : order_a[a]] = cells->rank_a[a];
  return EH_OK;
}
