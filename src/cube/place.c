/* place: the cells of one or several builders put into a cube, in canonical order. Called by finish.c and join.c.
 *
 * The one idea: a group of the cube is a merge of its cells in all runs of all builders, so ranges of atoms are merged side by
 * side, each to where it would stand if no two runs shared a cell; what they shared is closed up at the end. A block is given
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

/* A run of one of the builders: ranks in it of the cube's atoms, where the cells of its groups begin, how many cells of a block have
 * been read. */
typedef struct source {
  eh_cells *cells;
  eh_cells_run *run;
  const uint32_t *rank_a;
  uint32_t *start_g, *read_b;
} source;

/* Of one thread. */
typedef struct bench {
  eh_gather gather;
  eh_run_cursor *cursor_s;
} bench;

typedef struct placing {
  source *source_s;
  uint32_t source_count, atom_count;
  uint64_t *key_c, *below_c, *cell_ay;
  range *range_r;
  size_t round;         /* first range of the present round */
  bench *bench_w;
} placing;

/* Its group of an atom and label, UINT32_MAX where it has none. */
static uint32_t group_of(const source *s, uint32_t atom, uint32_t y) {
  const uint32_t rank = s->rank_a[atom];
  return rank == UINT32_MAX ? UINT32_MAX : 2 * rank + y;
}

/* Cells as they are written: keys ascend, and the rows up to each add up. A key that came just before gets no second cell. */
static uint64_t place_group(const placing *p, const bench *own, uint64_t at, uint32_t atom, uint32_t y) {
  uint32_t n = 0;
  for (const source *s = p->source_s; s < p->source_s + p->source_count; s++) {
    const uint32_t g = group_of(s, atom, y);
    if (g == UINT32_MAX || !s->run->cells_g[g]) continue;
    own->cursor_s[n++] = (eh_run_cursor){.run = s->run, .at = s->start_g[g], .left = s->run->cells_g[g]};
  }
  const uint64_t *from_key;
  const uint32_t *from_count;
  uint64_t *const key_c = p->key_c, *const below_c = p->below_c, below = 0, last = UINT64_MAX; /* no key is that great */
  for (size_t some; (some = eh_gather_next(&from_key, &from_count, &own->gather, own->cursor_s, n));)
    for (size_t i = 0; i < some; i++) {
      at -= from_key[i] == last;
      key_c[at] = last = from_key[i];
      below_c[at++] = below += from_count ? from_count[i] : 1;
    }
  return at;
}

static void place_range(void *ctx, uint32_t i, uint32_t thread) {
  const placing *const p = ctx;
  range *const r = &p->range_r[p->round + i];
  uint64_t at = r->at;
  for (uint32_t a = r->first; a < r[1].first; a++)
    for (uint32_t y = 0; y < 2; y++) {
      p->cell_ay[2 * (size_t)a + y] = at;
      at = place_group(p, &p->bench_w[thread], at, a, y);
    }
  r->n = at - r->at;
}

/* ---- rounds ---------------------------------------------------------------------------------------------------------- */

static uint64_t cells_of_atom(const placing *p, uint32_t atom) {
  uint64_t n = 0;
  for (const source *s = p->source_s; s < p->source_s + p->source_count; s++)
    for (uint32_t y = 0; y < 2; y++) {
      const uint32_t g = group_of(s, atom, y);
      n += g == UINT32_MAX ? 0 : s->run->cells_g[g];
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

/* Counts what has been read of the blocks of a run, and gives back those of which nothing is left. */
static void drop_read(const source *s, uint64_t from, uint64_t n) {
  while (n) {
    const size_t b = (size_t)(from / s->run->full);
    const uint64_t end = (b + 1) * (uint64_t)s->run->full, stop = end < s->run->n ? end : s->run->n;
    const uint64_t some = n < stop - from ? n : stop - from;
    s->read_b[b] += (uint32_t)some;
    if (s->read_b[b] == stop - b * (uint64_t)s->run->full) eh_run_drop_block(s->cells, s->run, b);
    from += some, n -= some;
  }
}

static void drop_round(const placing *p, size_t ranges) {
  for (uint32_t a = p->range_r[p->round].first; a < p->range_r[p->round + ranges].first; a++)
    for (const source *s = p->source_s; s < p->source_s + p->source_count; s++)
      for (uint32_t y = 0; y < 2; y++) {
        const uint32_t g = group_of(s, a, y);
        if (g != UINT32_MAX) drop_read(s, s->start_g[g], s->run->cells_g[g]);
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

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static eh_status list_sources(placing *p, eh_cells *const *part_k, const uint32_t *const *rank_ka, uint32_t k, eh_arena *scratch,
                              eh_error *err) {
  p->source_s = eh_cube_take(scratch, (uint64_t)k * EH_RUNS_MAX, sizeof *p->source_s);
  if (!p->source_s) return eh_cube_no_memory(err);
  for (uint32_t part = 0; part < k; part++)
    for (uint32_t r = 0; r < part_k[part]->run_count; r++) {
      source *const s = &p->source_s[p->source_count++];
      *s = (source){.cells = part_k[part], .run = &part_k[part]->run_r[r], .rank_a = rank_ka[part]};
      s->start_g = eh_cube_take(scratch, 2 * (uint64_t)s->cells->atom_count, sizeof *s->start_g);
      s->read_b = eh_cube_take(scratch, s->run->block_count, sizeof *s->read_b);
      if (!s->start_g || !s->read_b) return eh_cube_no_memory(err);
      eh_cells_starts(s->start_g, s->run, s->cells->atom_count);
    }
  return EH_OK;
}

static eh_status lay_benches(placing *p, uint32_t threads, eh_arena *scratch, eh_error *err) {
  p->bench_w = eh_cube_take(scratch, threads, sizeof *p->bench_w);
  for (uint32_t w = 0; p->bench_w && w < threads; w++) {
    bench *const own = &p->bench_w[w];
    own->cursor_s = eh_cube_take(scratch, p->source_count, sizeof *own->cursor_s);
    if (!own->cursor_s || !eh_gather_take(&own->gather, scratch, p->source_count)) return eh_cube_no_memory(err);
  }
  return p->bench_w ? EH_OK : eh_cube_no_memory(err);
}

static eh_status place(eh_cube *cube, uint32_t m, placing *p, uint64_t total, eh_threads *threads, eh_arena *scratch,
                       eh_error *err) {
  eh_cube_cells *const placed = &cube->cells_m[m];
  const uint32_t width = eh_threads_count(threads) * RANGES_PER_THREAD;
  const uint64_t most = ROUND_CELLS / width + 1;
  p->cell_ay = eh_cube_take(&cube->arena, 2 * (uint64_t)p->atom_count + 1, sizeof *p->cell_ay);
  p->range_r = eh_cube_take(scratch, total / most + 2, sizeof *p->range_r);
  if (!p->cell_ay || !p->range_r) return eh_cube_no_memory(err);
  EH_TRY(lay_benches(p, eh_threads_count(threads), scratch, err));
  EH_TRY(eh_cube_cells_resize(cube, placed, total, false, err));
  p->key_c = placed->key_c;
  p->below_c = placed->below_c;
  const size_t count = list_ranges(p, most);
  for (size_t ranges; p->round < count; p->round += ranges) {
    ranges = count - p->round < width ? count - p->round : width;
    eh_threads_run(threads, place_range, p, (uint32_t)ranges);
    drop_round(p, ranges);
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
  placing p = {.atom_count = cube->atoms.atom_count};
  uint64_t total = 0;
  for (uint32_t part = 0; part < k; part++) {
    eh_cells_drop_tail(part_k[part]);
    total += part_k[part]->n;
  }
  eh_arena scratch = {.mem = cube->mem};
  eh_status status = list_sources(&p, part_k, rank_ka, k, &scratch, err);
  if (!status) status = place(cube, m, &p, total, threads, &scratch, err);
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
