/* weighted_auc: the AUC of every slice under weights. Called by audit, once per model.
 *
 * The one idea: fine cells are walked once in score order, as in auc.c; a positive's weight wins the weight of the
 * negatives below it and half of that beside it. Weights below are exact sums; their products are rounded, so every sum of
 * them carries its rounding error along.
 */
#include <string.h>

#include "metric_internal.h"

typedef struct standing {
  eh_i128 negatives;      /* with a lower key so far */
  double won, error;      /* sum, and what rounding took from it */
} standing;

/* Neumaier's sum of numbers >= 0. */
static void add_won(standing *at, double x) {
  const double sum = at->won + x;
  at->error += at->won >= x ? (at->won - sum) + x : (x - sum) + at->won;
  at->won = sum;
}

static void add_entry(standing *standing_s, const eh_membership *m, uint32_t ay, eh_i128 weight, bool wins) {
  const double half = .5 * eh_i128_to_f64(weight);
  for (uint64_t i = m->start_a[ay / 2]; i < m->start_a[ay / 2 + 1]; i++) {
    standing *const at = &standing_s[m->slice_i[i]];
    if (wins) add_won(at, half * eh_i128_to_f64(at->negatives));
    else eh_i128_add(&at->negatives, weight);
  }
}

/* What the walk works on, freed together. */
typedef struct work {
  const eh_weight_work *asked;
  uint64_t *below_c, *next_ay;
  standing *standing_s;
  eh_weight_scoring *scoring_s;     /* NULL: not asked */
  eh_weight_spreading *spreading_s; /* likewise */
  bool *in_base_a;
  eh_order order;
  size_t cells, groups, slices;
  eh_membership membership;
  bool overflow; /* of a sum */
} work;

/* Positives win half against the negatives below their key, and half against those not above it. Cells of one (a, y) come
 * in the order of their keys: next_ay is the one to come. */
static void walk(work *w, const eh_cell_entry *entry_n, size_t n, const eh_weight_cell *cell_c) {
  const eh_membership *const m = &w->membership;
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first; end < n && entry_n[end].key == entry_n[first].key; end++) {
      const uint32_t ay = entry_n[end].ay;
      if (ay & 1) add_entry(w->standing_s, m, ay, cell_c[w->next_ay[ay]].weight, true);
    }
    if (w->scoring_s) eh_weight_scores_key(w->scoring_s, m, entry_n + first, end - first, cell_c, w->next_ay);
    if (w->spreading_s)
      eh_weight_spread_key(w->spreading_s, m, w->asked->base, w->in_base_a, entry_n + first, end - first, cell_c, w->next_ay);
    for (size_t c = first; c < end; c++) {
      const uint32_t ay = entry_n[c].ay;
      if (!(ay & 1)) add_entry(w->standing_s, m, ay, cell_c[w->next_ay[ay]].weight, false);
    }
    for (size_t c = first; c < end; c++) {
      const uint32_t ay = entry_n[c].ay;
      if (ay & 1) add_entry(w->standing_s, m, ay, cell_c[w->next_ay[ay]].weight, true);
      w->next_ay[ay]++;
    }
  }
}

static void work_free(work *w, uint32_t atom_count, const eh_allocator *mem) {
  eh_mem_free(mem, w->below_c, w->cells * sizeof *w->below_c);
  eh_mem_free(mem, w->next_ay, w->groups * sizeof *w->next_ay);
  eh_order_free(&w->order);
  eh_mem_free(mem, w->standing_s, w->slices * sizeof *w->standing_s);
  eh_mem_free(mem, w->scoring_s, w->slices * sizeof *w->scoring_s);
  eh_mem_free(mem, w->spreading_s, w->slices * sizeof *w->spreading_s);
  eh_mem_free(mem, w->in_base_a, atom_count + 1u);
  eh_membership_free(&w->membership, mem);
}

static bool work_make(work *w, const eh_slices *slices, uint32_t atom_count, const eh_allocator *mem) {
  const bool scores = w->asked->scores, spread = w->asked->spread;
  w->below_c = eh_mem_zero(mem, w->cells * sizeof *w->below_c);
  w->next_ay = eh_mem_zero(mem, w->groups * sizeof *w->next_ay);
  w->standing_s = eh_mem_zero(mem, w->slices * sizeof *w->standing_s);
  w->in_base_a = eh_mem_zero(mem, atom_count + 1u);
  if (scores) w->scoring_s = eh_mem_zero(mem, w->slices * sizeof *w->scoring_s);
  if (spread) w->spreading_s = eh_mem_zero(mem, w->slices * sizeof *w->spreading_s);
  if (!w->below_c || !w->next_ay || !w->standing_s || !w->in_base_a || (scores && !w->scoring_s) || (spread && !w->spreading_s))
    return false;
  const eh_slice *const base = &slices->slice_n[w->asked->base];
  for (uint32_t i = 0; i < base->atom_count; i++) w->in_base_a[base->atom_n[i]] = true;
  return eh_membership_make(&w->membership, slices, atom_count, mem);
}

void eh_weight_cells_begin(uint64_t *below_c, const eh_cube_weights *weights, uint32_t atom_count) {
  for (size_t ay = 0; ay < 2 * (size_t)atom_count; ay++)
    for (uint64_t c = weights->start_ay[ay]; c < weights->start_ay[ay + 1]; c++) below_c[c] = c - weights->start_ay[ay] + 1;
}

bool eh_order_weights(eh_cell_entry *entry_n, size_t *n, const eh_cube_weights *weights, uint32_t atom_count,
                      const eh_allocator *mem) {
  const size_t groups = 2 * (size_t)atom_count, cells = (size_t)weights->start_ay[groups];
  uint64_t *const below_c = eh_mem_zero(mem, (cells + 1) * sizeof *below_c);
  uint64_t *const next_ay = eh_mem_zero(mem, (groups + 1) * sizeof *next_ay);
  bool ready = below_c && next_ay;
  if (ready) {
    eh_weight_cells_begin(below_c, weights, atom_count);
    memcpy(next_ay, weights->start_ay, groups * sizeof *next_ay);
    const eh_cube_model model = {.cell_ay = weights->start_ay, .key_c = weights->key_c, .below_c = below_c};
    ready = eh_order_all(entry_n, n, &model, atom_count, mem);
    for (size_t i = 0; ready && i < *n; i++) entry_n[i].rows = (uint32_t)next_ay[entry_n[i].ay]++;
  }
  eh_mem_free(mem, next_ay, (groups + 1) * sizeof *next_ay);
  eh_mem_free(mem, below_c, (cells + 1) * sizeof *below_c);
  return ready;
}

static double auc_of(const work *w, size_t s) {
  const eh_weight_spreading *const at = &w->spreading_s[s];
  return (w->standing_s[s].won + w->standing_s[s].error) / (eh_i128_to_f64(at->all_y[0]) * eh_i128_to_f64(at->all_y[1]));
}

static void finish(eh_weight_tally *tally_s, work *w) {
  eh_weight_bin (*const bin_sb)[EH_RELIABILITY_BINS] = w->asked->bin_sb;
  const uint32_t base = w->asked->base;
  for (size_t s = 0; s < w->slices; s++) {
    tally_s[s].auc_won = w->standing_s[s].won + w->standing_s[s].error;
    if (w->scoring_s && !eh_weight_scores_end(&tally_s[s].scores, &w->scoring_s[s])) w->overflow = true;
    if (w->scoring_s && bin_sb) memcpy(bin_sb[s], w->scoring_s[s].bin_b, sizeof bin_sb[s]);
    if (w->spreading_s)
      eh_weight_spread_end(&tally_s[s].spread, &w->spreading_s[s], auc_of(w, s), &w->spreading_s[base], auc_of(w, base));
  }
}

static bool run(eh_weight_tally *tally_s, work *w, const eh_cube_weights *weights, uint32_t atom_count, const eh_allocator *mem) {
  eh_weight_cells_begin(w->below_c, weights, atom_count);
  memcpy(w->next_ay, weights->start_ay, (w->groups - 1) * sizeof *w->next_ay);
  const eh_cube_model cells = {.cell_ay = weights->start_ay, .key_c = weights->key_c, .below_c = w->below_c};
  if (!eh_order_make(&w->order, &cells, atom_count, mem)) return false;
  if (w->scoring_s) eh_weight_scores_begin(w->scoring_s, &w->membership, weights, atom_count);
  if (w->spreading_s) eh_weight_spread_begin(w->spreading_s, &w->membership, weights, atom_count);
  size_t n;
  for (const eh_cell_entry *run_n; (run_n = eh_order_next(&w->order, &n));) walk(w, run_n, n, weights->cell_c);
  finish(tally_s, w);
  return true;
}

/* Of every slice, the slice of all other atoms. */
static bool invert(eh_slices *out, const eh_slices *slices, uint32_t atom_count, eh_arena *arena) {
  eh_slice *const slice_n = eh_arena_take(arena, slices->slice_count * sizeof *slice_n);
  *out = (eh_slices){.slice_count = slices->slice_count, .slice_n = slice_n};
  for (uint32_t s = 0; slice_n && s < slices->slice_count; s++) {
    const eh_slice *const slice = &slices->slice_n[s];
    uint32_t *const atom_n = eh_arena_take(arena, ((size_t)atom_count - slice->atom_count + 1) * sizeof *atom_n);
    if (!atom_n) return false;
    uint32_t to = 0, at = 0;
    for (uint32_t a = 0; a < atom_count; a++) {
      const bool inside = at < slice->atom_count && slice->atom_n[at] == a;
      if (inside) at++;
      else atom_n[to++] = a;
    }
    slice_n[s] = (eh_slice){.atom_count = to, .atom_n = atom_n};
  }
  return slice_n != NULL;
}

eh_status eh_metric_weighted_auc(eh_weight_tally *tally_s, const eh_cube_view *cube, uint32_t model,
                                 const eh_slices *slices, eh_weight_work asked, const eh_allocator *mem, eh_error *err) {
  const eh_cube_weights *const weights = &cube->weight_m[model];
  const uint32_t atom_count = cube->atoms->atom_count;
  work w = {.asked = &asked, .cells = (size_t)weights->start_ay[2 * (size_t)atom_count] + 1,
            .groups = 2 * (size_t)atom_count + 1, .slices = slices->slice_count};
  eh_arena arena = {.mem = mem};
  eh_slices inverted;
  bool ready = !asked.outside || invert(&inverted, slices, atom_count, &arena);
  ready = ready && work_make(&w, asked.outside ? &inverted : slices, atom_count, mem);
  if (ready && weights->start_ay[2 * (size_t)atom_count]) ready = run(tally_s, &w, weights, atom_count, mem);
  work_free(&w, atom_count, mem);
  eh_arena_free(&arena);
  if (!ready) return eh_fail(err, EH_E_MEMORY, "out of memory");
  return w.overflow ? eh_fail(err, EH_E_LIMIT, "the sum of weighted scores or losses leaves the range of exact sums") : EH_OK;
}
