/* curve: points of the ROC and the precision-recall curve of every slice, and how its scores are spread. Called by audit
 * where curves are asked for.
 *
 * The one idea: a walk from the highest score down meets every point of a curve. Kept are its ends, what the requested
 * thresholds select, and the first point of every one of some 250 equal steps along the curve: |fpr| + |tpr| for the ROC,
 * recall for the other. So a curve of a million points keeps its shape, and one of a hundred keeps every point. A row is a weight of
 * 1, in the fixed point of exact sums, so one walk serves rows and weights.
 */
#include "metric_internal.h"

#include <string.h>

typedef unsigned __int128 u128;

enum { ENDS = 2 };

/* Weights selected, by label: the bits of an eh_i128 that is not negative. */
typedef struct selected {
  u128 y[2];
} selected;

/* One curve being traced. `whole` is how far it goes, in the unit of its steps. */
typedef struct tracer {
  selected at_n[EH_CURVE_POINTS_MAX];
  double threshold_n[EH_CURVE_POINTS_MAX];
  uint32_t count, steps;
  u128 whole, next;
} tracer;

/* The walk down the scores of one slice. */
typedef struct descent {
  selected all, here;           /* of the slice; so far */
  int shift_y[2];               /* to numbers of 53 bits, for positions */
  u128 bin_yb[2][EH_HISTOGRAM_BINS];
  const eh_weight_cell *cell_c; /* weights: an entry's `rows` is the number of its cell; NULL: rows */
  const double *threshold_t;    /* requested, ascending */
  uint32_t wanted;              /* of them still to come */
  bool at_least;                /* a threshold selects scores on it, too */
  tracer roc, pr;
  eh_curve *curve;
  int bin;
} descent;

static void offer_to(tracer *t, u128 position, double threshold, const selected *here, bool wanted) {
  if (t->count && t->threshold_n[t->count - 1] == threshold) return;
  if (!wanted && position * t->steps < t->next * t->whole) return;
  t->threshold_n[t->count] = threshold;
  t->at_n[t->count++] = *here;
  t->next = position * t->steps / t->whole + 1;
}

/* Whole numbers that tell how far along a curve is: counts of rows as they are, times a power of two. */
static selected scaled(const descent *d, const selected *s) {
  return (selected){{s->y[0] >> d->shift_y[0], s->y[1] >> d->shift_y[1]}};
}

static int shift_of(u128 all) {
  int shift = 0;
  while (all >> shift >> 53) shift++;
  return shift;
}

/* What `threshold` selects is what lies above so far. */
static void offer(descent *d, double threshold, bool wanted) {
  const selected here = scaled(d, &d->here), all = scaled(d, &d->all);
  if (d->roc.whole)
    offer_to(&d->roc, here.y[1] * all.y[0] + here.y[0] * all.y[1], threshold, &d->here, wanted || !d->roc.count);
  if (d->pr.whole && (d->here.y[0] || d->here.y[1])) offer_to(&d->pr, here.y[1], threshold, &d->here, wanted || !d->pr.count);
}

/* The requested thresholds that select nothing of `key` and everything above it. */
static void offer_wanted(descent *d, uint64_t key) {
  while (d->wanted) {
    const uint64_t at = eh_score_key(d->threshold_t[d->wanted - 1]);
    if (d->at_least ? at <= key : at < key) return;
    offer(d, d->threshold_t[--d->wanted], true);
  }
}

static void count_scores(descent *d, double score, const selected *more) {
  while (d->bin > 0 && score <= d->curve->edge_e[d->bin]) d->bin--;
  for (int y = 0; y < 2; y++) d->bin_yb[y][d->bin] += more->y[y];
}

static void step_down(descent *d, uint64_t key, const selected *more) {
  const double score = eh_key_score(key);
  offer_wanted(d, key);
  if (!d->at_least) offer(d, score, false);
  for (int y = 0; y < 2; y++) d->here.y[y] += more->y[y];
  if (d->at_least) offer(d, score, false);
  count_scores(d, score, more);
}

static void descend(descent *d, const bool *inside_a, const eh_cell_entry *entry_n, size_t n) {
  if (d->at_least) offer(d, __builtin_nan(""), true);
  for (size_t end = n, first; end > 0; end = first) {
    selected more = {{0}};
    for (first = end; first > 0 && entry_n[first - 1].key == entry_n[end - 1].key; first--) {
      const eh_cell_entry e = entry_n[first - 1];
      if (inside_a[e.ay >> 1]) more.y[e.ay & 1] += eh_entry_weight(&e, d->cell_c);
    }
    if (more.y[0] | more.y[1]) step_down(d, entry_n[first].key, &more);
  }
  offer_wanted(d, 0);
  if (d->at_least) return; /* the least score has selected all */
  offer(d, __builtin_nan(""), true);
}

static double number_of(u128 x) { return eh_i128_to_f64((eh_i128){{(uint64_t)x, (uint64_t)(x >> 64)}}); }
static double share(u128 part, u128 whole) { return number_of(part) / number_of(whole); }

static eh_curve_point *keep(const tracer *t, const selected *all, bool roc, eh_arena *arena) {
  eh_curve_point *const point_n = eh_arena_take(arena, (t->count + 1) * sizeof *point_n);
  for (uint32_t i = 0; point_n && i < t->count; i++) {
    const u128 tp = t->at_n[i].y[1], fp = t->at_n[i].y[0];
    const double tpr = share(tp, all->y[1]);
    point_n[i] = roc ? (eh_curve_point){t->threshold_n[i], share(fp, all->y[0]), tpr}
                     : (eh_curve_point){t->threshold_n[i], tpr, share(tp, tp + fp)};
  }
  return point_n;
}

static bool trace(eh_curve *curve, descent *d, const bool *inside_a, const eh_cell_entry *entry_n, size_t n,
                  uint32_t threshold_count, eh_arena *arena) {
  const uint32_t wanted = threshold_count <= EH_CURVE_THRESHOLDS_MAX ? threshold_count : 0;
  d->wanted = wanted, d->curve = curve, d->bin = EH_HISTOGRAM_BINS - 1;
  d->here = (selected){{0}};
  memset(d->bin_yb, 0, sizeof d->bin_yb);
  for (int y = 0; y < 2; y++) d->shift_y[y] = shift_of(d->all.y[y]);
  const selected all = scaled(d, &d->all);
  d->roc.count = d->pr.count = 0;
  d->roc.next = d->pr.next = 1;
  d->roc.steps = d->pr.steps = EH_CURVE_POINTS_MAX - ENDS - wanted;
  d->roc.whole = 2 * all.y[0] * all.y[1], d->pr.whole = all.y[1];
  descend(d, inside_a, entry_n, n);
  for (int b = 0; b < EH_HISTOGRAM_BINS; b++)
    for (int y = 0; y < 2; y++) curve->histogram_yb[y][b] = number_of(d->bin_yb[y][b]);
  curve->roc_n = keep(&d->roc, &d->all, true, arena), curve->roc_count = d->roc.count;
  curve->pr_n = keep(&d->pr, &d->all, false, arena), curve->pr_count = d->pr.count;
  return curve->roc_n && curve->pr_n;
}

/* Probabilities have bins of equal width on [0, 1], other scores on the range that they have. */
static void set_edges(double *edge_e, const eh_cube_model *model) {
  const bool probabilities = model->least >= eh_score_key(0) && model->greatest <= eh_score_key(1);
  const double low = probabilities ? 0 : eh_key_score(model->least), high = probabilities ? 1 : eh_key_score(model->greatest);
  for (int e = 0; e <= EH_HISTOGRAM_BINS; e++) edge_e[e] = low + (high - low) * e / EH_HISTOGRAM_BINS;
  edge_e[EH_HISTOGRAM_BINS] = high;
}

/* Of a binned cube: points lie on edges of bins, so requested thresholds between them are left out. */
static bool trace_bins(eh_curve *curve_s, descent *d, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                       bool *inside_a, eh_cell_entry *entry_n, eh_arena *arena) {
  inside_a[0] = true;
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    const uint32_t fine = eh_cube_fine_slice(cube, slices, s);
    size_t n = fine == UINT32_MAX ? 0 : eh_metric_bin_entries(entry_n, cube, &cube->model_m[model_i], fine);
    d->all = (selected){{0}};
    for (size_t i = 0; i < n; i++) d->all.y[entry_n[i].ay] += (u128)entry_n[i].rows << 64;
    curve_s[s] = (eh_curve){.roc_count = 0};
    set_edges(curve_s[s].edge_e, &cube->model_m[model_i]);
    if (!trace(&curve_s[s], d, inside_a, entry_n, n, 0, arena)) return false;
  }
  return true;
}

/* Rows, or weights, of an atom. */
static void add_atom(selected *to, const eh_cube_view *cube, uint32_t model, uint32_t atom) {
  for (size_t y = 0; y < 2; y++) {
    const size_t ay = 2 * (size_t)atom + y;
    const eh_cube_weights *const weights = cube->weight_m ? &cube->weight_m[model] : NULL;
    if (!weights) to->y[y] += (u128)cube->rows_ay[ay] << 64;
    for (uint64_t c = weights ? weights->start_ay[ay] : 1; weights && c < weights->start_ay[ay + 1]; c++)
      to->y[y] += eh_cell_weight(&weights->cell_c[c]);
  }
}

static bool trace_all(eh_curve *curve_s, descent *d, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                      bool *inside_a, const eh_cell_entry *entry_n, size_t n, uint32_t threshold_count, eh_arena *arena) {
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    const eh_slice *const slice = &slices->slice_n[s];
    memset(inside_a, 0, cube->atoms->atom_count * sizeof *inside_a);
    d->all = (selected){{0}};
    for (uint32_t i = 0; i < slice->atom_count; i++) {
      inside_a[slice->atom_n[i]] = true;
      add_atom(&d->all, cube, model_i, slice->atom_n[i]);
    }
    curve_s[s] = (eh_curve){.roc_count = 0};
    set_edges(curve_s[s].edge_e, &cube->model_m[model_i]);
    if (!trace(&curve_s[s], d, inside_a, entry_n, n, threshold_count, arena)) return false;
  }
  return true;
}

bool eh_curve_order(eh_cell_entry *entry_n, size_t *n, const eh_cube_view *cube, uint32_t model,
                    const eh_allocator *mem) {
  const uint32_t atom_count = cube->atoms->atom_count;
  if (cube->fine) return true; /* slice by slice, later */
  if (cube->weight_m) return eh_order_weights(entry_n, n, &cube->weight_m[model], atom_count, mem);
  return eh_order_all(entry_n, n, &cube->model_m[model], atom_count, mem);
}

uint64_t eh_curve_entries_most(const eh_cube_view *cube, uint32_t model_i) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  const size_t groups = 2 * (size_t)cube->atoms->atom_count;
  if (cube->fine) return eh_metric_bin_entries_most(cube, model);
  return cube->weight_m ? cube->weight_m[model_i].start_ay[groups] : eh_cell_entries_most(model->cell_ay[groups], cube->rows);
}

eh_status eh_metric_curves(eh_curve *curve_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                           const double *threshold_t, uint32_t threshold_count, eh_arena *arena, eh_error *err) {
  const eh_allocator *const mem = arena->mem;
  const uint32_t atom_count = cube->atoms->atom_count;
  const uint64_t most = eh_curve_entries_most(cube, model_i);
  const size_t block = most < SIZE_MAX / sizeof(eh_cell_entry) ? (size_t)most * sizeof(eh_cell_entry) : SIZE_MAX;
  eh_cell_entry *const entry_n = eh_mem_resize(mem, NULL, 0, block);
  bool *const inside_a = eh_mem_zero(mem, atom_count + 1u);
  descent *const d = eh_mem_zero(mem, sizeof *d);
  size_t n = 0;
  bool done = (!block || (entry_n && eh_curve_order(entry_n, &n, cube, model_i, mem))) && inside_a && d;
  if (done) {
    d->threshold_t = threshold_t;
    d->at_least = cube->spec->cut == EH_CUT_AT_LEAST;
    d->cell_c = cube->weight_m ? cube->weight_m[model_i].cell_c : NULL;
    done = cube->fine ? trace_bins(curve_s, d, cube, model_i, slices, inside_a, entry_n, arena)
                      : trace_all(curve_s, d, cube, model_i, slices, inside_a, entry_n, n, threshold_count, arena);
  }
  eh_mem_free(mem, d, sizeof *d);
  eh_mem_free(mem, inside_a, atom_count + 1u);
  eh_mem_free(mem, entry_n, block);
  return done ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}
