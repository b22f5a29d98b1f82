/* distance: how far the scores of two slices lie apart, among rows of one label: what MinDiff trains away. Called by
 * wasm/live.c.
 *
 * The one idea: one walk down the scores of both slices at once. Between two neighbouring scores the shares above are
 * constant, so the area between the two distribution functions is a sum of rectangles, and no histogram is in the way.
 */
#include "metric_internal.h"

typedef unsigned __int128 u128;

/* Of one slice on the way down: entries[0 .. end) are still to come. */
typedef struct cursor {
  const eh_cell_entry *entry_n;
  size_t end;
  bool *inside_a;
  u128 here_y[2], all_y[2];
} cursor;

typedef struct walk {
  cursor side[2];
  const eh_weight_cell *cell_c; /* NULL: an entry's rows are rows */
  bool at_least;
  eh_distance *out_y;
} walk;

static void add(u128 *to_y, const walk *w, const cursor *c, const eh_cell_entry *e) {
  if (c->inside_a[e->ay >> 1]) to_y[e->ay & 1] += eh_entry_weight(e, w->cell_c);
}

static uint64_t top_of(const cursor *c) { return c->end ? c->entry_n[c->end - 1].key : 0; }

static double number_of(u128 x) { return eh_i128_to_f64((eh_i128){{(uint64_t)x, (uint64_t)(x >> 64)}}); }

static double share(const cursor *c, int y) { return number_of(c->here_y[y]) / number_of(c->all_y[y]); }

/* Between a score and the next lower one. */
static void step(eh_distance *out, double difference, double width, double threshold) {
  const double size = difference < 0 ? -difference : difference;
  out->wasserstein += size * width;
  if (size <= (out->largest < 0 ? -out->largest : out->largest)) return;
  out->largest = difference;
  out->threshold = threshold;
}

static void descend(walk *w) {
  cursor *const a = &w->side[0], *const b = &w->side[1];
  double last = 0;
  for (bool first = true; a->end || b->end; first = false) {
    const uint64_t key = top_of(a) > top_of(b) ? top_of(a) : top_of(b);
    const double score = eh_key_score(key);
    for (int y = 0; y < 2 && !first; y++)
      if (!w->out_y[y].reason) step(&w->out_y[y], share(a, y) - share(b, y), last - score, w->at_least ? last : score);
    for (int s = 0; s < 2; s++)
      for (cursor *c = &w->side[s]; c->end && top_of(c) == key; c->end--) add(c->here_y, w, c, &c->entry_n[c->end - 1]);
    last = score;
  }
}

/* Who is in the slice, and how many. */
static void begin(const walk *w, cursor *c, const eh_slice *slice, bool fine) {
  c->inside_a[0] = fine;
  for (uint32_t i = 0; i < slice->atom_count && !fine; i++) c->inside_a[slice->atom_n[i]] = true;
  for (size_t i = 0; i < c->end; i++) add(c->all_y, w, c, &c->entry_n[i]);
}

eh_status eh_metric_distance(eh_distance *out_y, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                             const uint32_t *slice_n, const eh_allocator *mem, eh_error *err) {
  const uint64_t most = eh_curve_entries_most(cube, model);
  const int lists = cube->fine ? 2 : 1; /* of bins each slice has its own */
  const size_t block = most < SIZE_MAX / 2 / sizeof(eh_cell_entry) ? (size_t)most * sizeof(eh_cell_entry) : SIZE_MAX / 2;
  const size_t flags = 2 * ((size_t)cube->atoms->atom_count + 1);
  eh_cell_entry *const entry_n = eh_mem_resize(mem, NULL, 0, lists * block);
  bool *const inside_a = eh_mem_zero(mem, flags);
  size_t n = 0;
  const bool done = (!block || (entry_n && eh_curve_order(entry_n, &n, cube, model, mem))) && inside_a;
  walk w = {.cell_c = cube->weight_m ? cube->weight_m[model].cell_c : NULL, .out_y = out_y};
  w.at_least = cube->spec->cut == EH_CUT_AT_LEAST;
  for (int s = 0; s < 2 && done; s++) {
    cursor *const c = &w.side[s];
    *c = (cursor){.entry_n = entry_n, .end = n, .inside_a = inside_a + (size_t)s * flags / 2};
    if (cube->fine) {
      const uint32_t fine = eh_cube_fine_slice(cube, slices, slice_n[s]);
      eh_cell_entry *const own_n = entry_n + (size_t)s * (block / sizeof *entry_n);
      c->entry_n = own_n;
      c->end = fine == UINT32_MAX ? 0 : eh_metric_bin_entries(own_n, cube, &cube->model_m[model], fine);
    }
    begin(&w, c, &slices->slice_n[slice_n[s]], cube->fine != NULL);
  }
  for (int y = 0; y < 2 && done; y++) {
    const bool known = w.side[0].all_y[y] && w.side[1].all_y[y];
    out_y[y] = (eh_distance){.reason = known ? EH_R_NONE : y ? EH_R_NO_POSITIVES : EH_R_NO_NEGATIVES};
  }
  if (done) descend(&w);
  eh_mem_free(mem, inside_a, flags);
  eh_mem_free(mem, entry_n, lists * block);
  return done ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}
