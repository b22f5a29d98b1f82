/* curve: points of the ROC and the precision-recall curve of every slice, and how its scores are spread. Called by audit
 * where curves are asked for.
 *
 * The one idea: a walk from the highest score down meets every point of a curve. Kept are its ends, what the requested
 * thresholds select, and the first point of every one of some 250 equal steps along the curve: |fpr| + |tpr| for the ROC,
 * recall for the other. So a curve of a million points keeps its shape, and one of a hundred keeps every point.
 */
#include "metric_internal.h"

#include <string.h>

typedef unsigned __int128 u128;

enum { ENDS = 2 };

/* One curve being traced. `whole` is how far it goes, in the unit of its steps. */
typedef struct tracer {
  eh_confusion at_n[EH_CURVE_POINTS_MAX]; /* tp and fp */
  double threshold_n[EH_CURVE_POINTS_MAX];
  uint32_t count, steps;
  u128 whole, next;
} tracer;

/* The walk down the scores of one slice. */
typedef struct descent {
  uint64_t all_y[2], here_y[2]; /* of the slice; selected so far */
  const double *threshold_t;    /* requested, ascending */
  uint32_t wanted;              /* of them still to come */
  bool at_least;                /* a threshold selects scores on it, too */
  tracer roc, pr;
  eh_curve *curve;
  int bin;
} descent;

static void offer_to(tracer *t, u128 position, double threshold, const uint64_t *here_y, bool wanted) {
  if (t->count && t->threshold_n[t->count - 1] == threshold) return;
  if (!wanted && position * t->steps < t->next * t->whole) return;
  t->threshold_n[t->count] = threshold;
  t->at_n[t->count++] = (eh_confusion){.tp = here_y[1], .fp = here_y[0]};
  t->next = position * t->steps / t->whole + 1;
}

/* What `threshold` selects is what lies above so far. */
static void offer(descent *d, double threshold, bool wanted) {
  const uint64_t negatives = d->here_y[0], positives = d->here_y[1];
  if (d->roc.whole)
    offer_to(&d->roc, (u128)positives * d->all_y[0] + (u128)negatives * d->all_y[1], threshold, d->here_y, wanted);
  if (d->pr.whole && (negatives || positives)) offer_to(&d->pr, positives, threshold, d->here_y, wanted || !d->pr.count);
}

/* The requested thresholds that select nothing of `key` and everything above it. */
static void offer_wanted(descent *d, uint64_t key) {
  while (d->wanted) {
    const uint64_t at = eh_score_key(d->threshold_t[d->wanted - 1]);
    if (d->at_least ? at <= key : at < key) return;
    offer(d, d->threshold_t[--d->wanted], true);
  }
}

static void count_scores(descent *d, double score, const uint64_t *rows_y) {
  while (d->bin > 0 && score <= d->curve->edge_e[d->bin]) d->bin--;
  for (int y = 0; y < 2; y++) d->curve->histogram_yb[y][d->bin] += rows_y[y];
}

static void step_down(descent *d, uint64_t key, const uint64_t *rows_y) {
  const double score = eh_key_score(key);
  offer_wanted(d, key);
  if (!d->at_least) offer(d, score, !d->roc.count);
  for (int y = 0; y < 2; y++) d->here_y[y] += rows_y[y];
  if (d->at_least) offer(d, score, false);
  count_scores(d, score, rows_y);
}

static void descend(descent *d, const bool *inside_a, const eh_cell_entry *entry_n, size_t n) {
  if (d->at_least) offer(d, __builtin_nan(""), true);
  for (size_t end = n, first; end > 0; end = first) {
    uint64_t rows_y[2] = {0};
    for (first = end; first > 0 && entry_n[first - 1].key == entry_n[end - 1].key; first--)
      rows_y[entry_n[first - 1].ay & 1] += inside_a[entry_n[first - 1].ay >> 1] ? entry_n[first - 1].rows : 0;
    if (rows_y[0] | rows_y[1]) step_down(d, entry_n[first].key, rows_y);
  }
  offer_wanted(d, 0);
  if (d->at_least) return; /* the least score has selected all */
  offer(d, __builtin_nan(""), true);
}

static double share(uint64_t part, uint64_t whole) { return (double)part / (double)whole; }

static eh_curve_point *keep(const tracer *t, const uint64_t *all_y, bool roc, eh_arena *arena) {
  eh_curve_point *const point_n = eh_arena_take(arena, (t->count + 1) * sizeof *point_n);
  for (uint32_t i = 0; point_n && i < t->count; i++) {
    const uint64_t tp = t->at_n[i].tp, fp = t->at_n[i].fp;
    const double tpr = share(tp, all_y[1]);
    point_n[i] = roc ? (eh_curve_point){t->threshold_n[i], share(fp, all_y[0]), tpr}
                     : (eh_curve_point){t->threshold_n[i], tpr, share(tp, tp + fp)};
  }
  return point_n;
}

static bool trace(eh_curve *curve, descent *d, const bool *inside_a, const eh_cell_entry *entry_n, size_t n,
                  uint32_t threshold_count, eh_arena *arena) {
  const uint32_t wanted = threshold_count <= EH_CURVE_THRESHOLDS_MAX ? threshold_count : 0;
  d->wanted = wanted, d->curve = curve, d->bin = EH_HISTOGRAM_BINS - 1;
  memset(d->here_y, 0, sizeof d->here_y);
  d->roc.count = d->pr.count = 0;
  d->roc.next = d->pr.next = 1;
  d->roc.steps = d->pr.steps = EH_CURVE_POINTS_MAX - ENDS - wanted;
  d->roc.whole = (u128)2 * d->all_y[0] * d->all_y[1], d->pr.whole = d->all_y[1];
  descend(d, inside_a, entry_n, n);
  curve->roc_n = keep(&d->roc, d->all_y, true, arena), curve->roc_count = d->roc.count;
  curve->pr_n = keep(&d->pr, d->all_y, false, arena), curve->pr_count = d->pr.count;
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
    d->all_y[0] = d->all_y[1] = 0;
    for (size_t i = 0; i < n; i++) d->all_y[entry_n[i].ay] += entry_n[i].rows;
    curve_s[s] = (eh_curve){.roc_count = 0};
    set_edges(curve_s[s].edge_e, &cube->model_m[model_i]);
    if (!trace(&curve_s[s], d, inside_a, entry_n, n, 0, arena)) return false;
  }
  return true;
}

static bool trace_all(eh_curve *curve_s, descent *d, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                      bool *inside_a, const eh_cell_entry *entry_n, size_t n, uint32_t threshold_count, eh_arena *arena) {
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    const eh_slice *const slice = &slices->slice_n[s];
    memset(inside_a, 0, cube->atoms->atom_count * sizeof *inside_a);
    d->all_y[0] = d->all_y[1] = 0;
    for (uint32_t i = 0; i < slice->atom_count; i++) {
      inside_a[slice->atom_n[i]] = true;
      for (int y = 0; y < 2; y++) d->all_y[y] += cube->rows_ay[2 * (size_t)slice->atom_n[i] + y];
    }
    curve_s[s] = (eh_curve){.roc_count = 0};
    set_edges(curve_s[s].edge_e, &cube->model_m[model_i]);
    if (!trace(&curve_s[s], d, inside_a, entry_n, n, threshold_count, arena)) return false;
  }
  return true;
}

eh_status eh_metric_curves(eh_curve *curve_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                           const double *threshold_t, uint32_t threshold_count, eh_arena *arena, eh_error *err) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  const eh_allocator *const mem = arena->mem;
  const uint32_t atom_count = cube->atoms->atom_count;
  const uint64_t most = cube->fine ? eh_metric_bin_entries_most(cube, model)
                                   : eh_cell_entries_most(model->cell_ay[2 * (size_t)atom_count], cube->rows);
  const size_t block = most < SIZE_MAX / sizeof(eh_cell_entry) ? (size_t)most * sizeof(eh_cell_entry) : SIZE_MAX;
  eh_cell_entry *const entry_n = eh_mem_resize(mem, NULL, 0, block);
  bool *const inside_a = eh_mem_zero(mem, atom_count + 1u);
  descent *const d = eh_mem_zero(mem, sizeof *d);
  size_t n = 0;
  bool done = (!block || (entry_n && (cube->fine || eh_order_all(entry_n, &n, model, atom_count, mem)))) && inside_a && d;
  if (done) {
    d->threshold_t = threshold_t;
    d->at_least = cube->spec->cut == EH_CUT_AT_LEAST;
    done = cube->fine ? trace_bins(curve_s, d, cube, model_i, slices, inside_a, entry_n, arena)
                      : trace_all(curve_s, d, cube, model_i, slices, inside_a, entry_n, n, threshold_count, arena);
  }
  eh_mem_free(mem, d, sizeof *d);
  eh_mem_free(mem, inside_a, atom_count + 1u);
  eh_mem_free(mem, entry_n, block);
  return done ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}
