/* binned: what a binned cube knows of its slices: areas under curves with their bounds, counts between its thresholds,
 * reliability. Called by tally.c in place of what walks exact cells.
 *
 * The one idea: the bins of a slice are in order already, so its negatives and positives are walked side by side. Rows of
 * one bin count as tied; how they really lie decides nothing but the order inside it, which bounds the error.
 */
#include <string.h>

#include "metric_internal.h"

typedef unsigned __int128 u128;

/* Bins of one slice and label, being walked; `sign` -1 takes them away. */
typedef struct side {
  const uint64_t *key_c, *below_c;
  uint64_t first, at, end;
  unsigned y;
  bool minus;
} side;

enum { SIDES = 4 };

/* Rows of a set of slices by bin: its own, or those of the whole but not its own. */
typedef struct walk {
  side side_n[SIDES];
  int count;
} walk;

static void add_sides(walk *w, const eh_cube_model *model, uint32_t fine, bool minus) {
  for (unsigned y = 0; y < 2; y++) {
    const uint64_t first = model->cell_sy[2 * (size_t)fine + y], end = model->cell_sy[2 * (size_t)fine + y + 1];
    w->side_n[w->count++] = (side){model->key_c, model->below_c, first, first, end, y, minus};
  }
}

/* Key and rows of the next bin that any side has, by label; false at the end. */
static bool next_bin(walk *w, uint64_t *key_out, uint64_t rows_y[2]) {
  uint64_t key = UINT64_MAX;
  for (int i = 0; i < w->count; i++) {
    const side *const s = &w->side_n[i];
    if (s->at < s->end && s->key_c[s->at] < key) key = s->key_c[s->at];
  }
  rows_y[0] = rows_y[1] = 0;
  for (int i = 0; i < w->count; i++) {
    side *const s = &w->side_n[i];
    if (s->at == s->end || s->key_c[s->at] != key) continue;
    const uint64_t rows = s->below_c[s->at] - (s->at > s->first ? s->below_c[s->at - 1] : 0);
    rows_y[s->y] += s->minus ? 0 - rows : rows;
    s->at++;
  }
  *key_out = key;
  return key != UINT64_MAX;
}

/* ---- areas ------------------------------------------------------------------------------------------------------- */

typedef struct areas {
  uint64_t auc_2u[2], tied[2], square_y[2][2];
  double pr, pr_bound;
} areas;

/* Of label y at a bin: twice the rows of the other label that a row is ordered rightly against, and those of its bin. */
static u128 placement_of(const uint64_t below_y[2], const uint64_t here_y[2], const uint64_t rows_y[2], int y) {
  return y ? (u128)below_y[0] * 2 + here_y[0] : (u128)(rows_y[1] - below_y[1] - here_y[1]) * 2 + here_y[1];
}

/* Of rows_y rows in all. Precision at a bin counts all of it; the best order within it has its positives first, and then each
 * of them has at most the precision of the last; the worst has its negatives first, and each positive at least the
 * precision of the first. */
static areas walk_areas(walk *w, const uint64_t rows_y[2]) {
  areas a = {.pr = 0};
  uint64_t below_y[2] = {0}, here_y[2], key;
  double best = 0, worst = 0;
  while (next_bin(w, &key, here_y)) {
    const u128 won = placement_of(below_y, here_y, rows_y, 1), lost = placement_of(below_y, here_y, rows_y, 0);
    eh_add_wide(a.auc_2u, won * here_y[1]);
    eh_add_wide(a.tied, (u128)here_y[0] * here_y[1]);
    eh_add_wide(a.square_y[1], won * won * here_y[1]);
    eh_add_wide(a.square_y[0], lost * lost * here_y[0]);
    if (here_y[1]) {
      const double tp = (double)(rows_y[1] - below_y[1]), fp = (double)(rows_y[0] - below_y[0]), p = (double)here_y[1];
      a.pr += p * (tp / (tp + fp));
      best += p * (tp / (tp + fp - (double)here_y[0]));
      worst += p * ((tp - p + 1) / (tp - p + 1 + fp));
    }
    for (int y = 0; y < 2; y++) below_y[y] += here_y[y];
  }
  const double positives = (double)rows_y[1];
  a.pr_bound = rows_y[1] ? (best - a.pr > a.pr - worst ? best - a.pr : a.pr - worst) / positives : 0;
  a.pr = rows_y[1] ? a.pr / positives : 0;
  return a;
}

static void count_rows(uint64_t rows_y[2], const eh_tally *tally) {
  rows_y[0] = tally->confusion.tn + tally->confusion.fp;
  rows_y[1] = tally->confusion.fn + tally->confusion.tp;
}

/* Of the rows of a part of a whole, placements in both: sums of their products, and of those in the whole. */
static void walk_part(uint64_t product_y[2][2], uint64_t whole_y[2][2], walk *part, const uint64_t part_rows_y[2], walk *whole,
                      const uint64_t whole_rows_y[2]) {
  uint64_t below_y[2] = {0}, here_y[2], all_below_y[2] = {0}, all_here_y[2], key, all_key;
  while (next_bin(part, &key, here_y)) {
    while (next_bin(whole, &all_key, all_here_y) && all_key < key)
      for (int y = 0; y < 2; y++) all_below_y[y] += all_here_y[y];
    for (int y = 0; y < 2; y++) {
      const u128 there = placement_of(all_below_y, all_here_y, whole_rows_y, y) * here_y[y];
      eh_add_wide(whole_y[y], there);
      eh_add_wide(product_y[y], there * placement_of(below_y, here_y, part_rows_y, y));
    }
    for (int y = 0; y < 2; y++) below_y[y] += here_y[y], all_below_y[y] += all_here_y[y];
  }
}

/* What the gap to the base needs, where either holds the other: else the bins of what they share are not known. */
static void add_shared(eh_tally *tally, const eh_tally *base, const eh_cube_model *model, uint32_t fine, uint32_t base_fine,
                       eh_relation relation) {
  const bool inside = relation == EH_INSIDE;
  walk part = {.count = 0}, whole = {.count = 0};
  uint64_t part_rows_y[2], whole_rows_y[2];
  if (!inside && relation != EH_CONTAINS) return;
  add_sides(&part, model, inside ? fine : base_fine, false);
  add_sides(&whole, model, inside ? base_fine : fine, false);
  count_rows(part_rows_y, inside ? tally : base);
  count_rows(whole_rows_y, inside ? base : tally);
  for (int y = 0; y < 2; y++)
    memcpy(inside ? tally->auc_own_y[y] : tally->auc_base_y[y], inside ? tally->auc_2u : base->auc_2u, sizeof base->auc_2u);
  walk_part(tally->auc_cross_y, inside ? tally->auc_base_y : tally->auc_own_y, &part, part_rows_y, &whole, whole_rows_y);
}

/* 2U of a slice's rows against all others and its own, from 2U of the whole, of the slice and of the rest. */
static void add_rest(eh_tally *tally, const eh_tally *whole, const eh_cube_model *model, uint32_t fine) {
  walk w = {.count = 0};
  uint64_t rows_y[2], own_y[2];
  add_sides(&w, model, EH_SLICE_OVERALL, false);
  add_sides(&w, model, fine, true);
  count_rows(rows_y, whole);
  count_rows(own_y, tally);
  for (int y = 0; y < 2; y++) rows_y[y] -= own_y[y];
  const areas rest = walk_areas(&w, rows_y);
  const u128 all = eh_wide(whole->auc_2u) + eh_wide(tally->auc_2u) - eh_wide(rest.auc_2u);
  tally->auc_all_2u[0] = tally->auc_all_2u[1] = 0;
  eh_add_wide(tally->auc_all_2u, all);
  tally->pr_area_rest[EH_PR_STEP] = rest.pr;
  memcpy(tally->auc_rest_square_y, rest.square_y, sizeof rest.square_y);
}

eh_status eh_metric_add_binned(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                               const eh_work *work, eh_error *err) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  const bool squares = work->auc == EH_AUC_OWN_SQUARES || work->auc == EH_AUC_OWN_SQUARES_AND_REST;
  const bool rest = work->auc == EH_AUC_OWN_AND_REST || work->auc == EH_AUC_OWN_SQUARES_AND_REST || work->pr_rest;
  if (squares && cube->rows > EH_SQUARES_ROWS_MAX) return eh_metric_too_many_squares(err);
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    eh_tally *const tally = &tally_s[s];
    const uint32_t fine = eh_cube_fine_slice(cube, slices, s);
    tally->no_bins = fine == UINT32_MAX;
    if (tally->no_bins) continue;
    walk w = {.count = 0};
    uint64_t rows_y[2];
    add_sides(&w, model, fine, false);
    count_rows(rows_y, tally);
    const areas a = walk_areas(&w, rows_y);
    for (int i = 0; i < 2; i++) {
      tally->auc_2u[i] = a.auc_2u[i];
      tally->auc_tied[i] = a.tied[i];
      for (int y = 0; squares && y < 2; y++) tally->auc_square_y[y][i] = a.square_y[y][i];
    }
    tally->pr_area[EH_PR_STEP] = a.pr;
    tally->pr_bound = a.pr_bound;
    if (rest) add_rest(tally, &tally_s[EH_SLICE_OVERALL], model, fine);
  }
  const uint32_t base_fine = squares && !rest ? eh_cube_fine_slice(cube, slices, work->base) : UINT32_MAX;
  for (uint32_t s = 0; base_fine != UINT32_MAX && s < slices->slice_count; s++)
    if (!tally_s[s].no_bins)
      add_shared(&tally_s[s], &tally_s[work->base], model, eh_cube_fine_slice(cube, slices, s), base_fine,
                 eh_slice_relation(&slices->slice_n[s], &slices->slice_n[work->base]));
  return EH_OK;
}

/* ---- bins as cells ----------------------------------------------------------------------------------------------- */

uint64_t eh_metric_bin_entries_most(const eh_cube_view *cube, const eh_cube_model *model) {
  uint64_t most = 0;
  for (uint32_t s = 0; s < cube->fine->slice_count; s++) {
    const uint64_t cells = model->cell_sy[2 * (size_t)s + 2] - model->cell_sy[2 * (size_t)s];
    most = cells > most ? cells : most;
  }
  return eh_cell_entries_most(most, cube->rows);
}

/* Exact key of the score that selects just the bins above, or, under the other cut, those from this one on. */
static uint64_t edge_key(const eh_cube_view *cube, uint64_t bin) {
  const unsigned shift = 52 - cube->score_bits;
  return cube->spec->cut == EH_CUT_AT_LEAST ? (bin << shift) - 1 : ((bin + 1) << shift) - 1;
}

size_t eh_metric_bin_entries(eh_cell_entry *to, const eh_cube_view *cube, const eh_cube_model *model, uint32_t fine) {
  walk w = {.count = 0};
  uint64_t rows_y[2], key = 0;
  size_t n = 0;
  add_sides(&w, model, fine, false);
  while (next_bin(&w, &key, rows_y))
    for (uint32_t y = 0; y < 2; y++) {
      for (; rows_y[y] > UINT32_MAX; rows_y[y] -= UINT32_MAX)
        to[n++] = (eh_cell_entry){edge_key(cube, key), y, UINT32_MAX};
      if (rows_y[y]) to[n++] = (eh_cell_entry){edge_key(cube, key), y, (uint32_t)rows_y[y]};
    }
  return n;
}

/* ---- counts at any threshold ------------------------------------------------------------------------------------- */

bool eh_metric_is_held(const eh_cube_view *cube, double t) {
  for (uint32_t i = 0; i < cube->spec->threshold_count; i++)
    if (cube->spec->threshold_t[i] == t) return true;
  return false;
}

/* Bins that t selects whole are those from *key on; whether t cuts that bin in two. */
static bool cut_bin(const eh_cube_view *cube, double t, uint64_t *key) {
  const uint64_t exact = eh_score_key(t), bin = eh_bin_key_of(cube, exact);
  const bool at_least = cube->spec->cut == EH_CUT_AT_LEAST;
  /* score > t: t is an edge if the next key begins a bin. score >= t: if its own does. */
  const bool edge = at_least ? exact && eh_bin_key_of(cube, exact - 1) != bin : eh_bin_key_of(cube, exact + 1) != bin;
  *key = bin + (edge && !at_least);
  return !edge;
}

/* Rows of (fine slice, y) in bins below `key`, and in that bin. */
static uint64_t rows_below(const eh_cube_model *model, size_t sy, uint64_t key, uint64_t *here) {
  uint64_t from = model->cell_sy[sy], to = model->cell_sy[sy + 1];
  const uint64_t first = from, end = to;
  while (from < to) {
    const uint64_t middle = from + (to - from) / 2;
    if (model->key_c[middle] < key) from = middle + 1;
    else to = middle;
  }
  const uint64_t below = from > first ? model->below_c[from - 1] : 0;
  *here = from < end && model->key_c[from] == key ? model->below_c[from] - below : 0;
  return below;
}

bool eh_metric_binned_at(eh_confusion *confusion_s, uint64_t (*doubt_sy)[2], const eh_cube_view *cube, uint32_t model_i,
                         const eh_slices *slices, double t) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  if (!cube->fine || eh_metric_is_held(cube, t)) return false;
  uint64_t key;
  const bool cuts = cut_bin(cube, t, &key);
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    const uint32_t fine = eh_cube_fine_slice(cube, slices, s);
    uint64_t below_y[2] = {0}, here_y[2] = {0}, rows_y[2] = {0};
    for (unsigned y = 0; y < 2 && fine != UINT32_MAX; y++) {
      const uint64_t end = model->cell_sy[2 * (size_t)fine + y + 1];
      if (end > model->cell_sy[2 * (size_t)fine + y]) rows_y[y] = model->below_c[end - 1];
      below_y[y] = rows_below(model, 2 * (size_t)fine + y, key, &here_y[y]);
    }
    if (confusion_s)
      confusion_s[s] = (eh_confusion){rows_y[1] - below_y[1], rows_y[0] - below_y[0], below_y[0], below_y[1]};
    for (int y = 0; doubt_sy && y < 2; y++) doubt_sy[s][y] = fine == UINT32_MAX ? UINT64_MAX : cuts ? here_y[y] : 0;
  }
  return true;
}

double eh_metric_edge(const eh_cube_view *cube, double t) {
  uint64_t bin;
  if (!cube->fine || eh_metric_is_held(cube, t) || !cut_bin(cube, t, &bin)) return t;
  return eh_key_score((bin << (52 - cube->score_bits)) - 1); /* the greatest score below the bin; with >= the least of it */
}

/* Not below the true value of a proportion or of a mean of two: the metric is monotone in both counts, so its extremes lie
 * where each bin's rows are all selected or all not. */
double eh_metric_bound(eh_metric metric, const eh_tally *tally, const uint64_t doubt_y[2]) {
  const double value = eh_metric_value(metric, tally).value;
  double bound = 0;
  for (int corner = 1; corner < 4; corner++) {
    eh_tally other = *tally;
    const uint64_t negatives = corner & 1 ? doubt_y[0] : 0, positives = corner & 2 ? doubt_y[1] : 0;
    other.confusion.fp -= negatives, other.confusion.tn += negatives;
    other.confusion.tp -= positives, other.confusion.fn += positives;
    const double distance = eh_metric_value(metric, &other).value - value, size = distance < 0 ? -distance : distance;
    if (!(size <= bound)) bound = size; /* NaN stays: undefined at a corner */
    if (bound != bound) break;
  }
  return bound;
}

double eh_metric_area_bound(eh_metric metric, const eh_tally *tally) {
  const u128 pairs = (u128)(tally->confusion.tp + tally->confusion.fn) * (tally->confusion.fp + tally->confusion.tn);
  if (metric == EH_M_PR_AUC) return tally->pr_bound;
  return metric == EH_M_ROC_AUC && pairs ? .5 * ((double)eh_wide(tally->auc_tied) / (double)pairs) : 0;
}

/* ---- reliability ------------------------------------------------------------------------------------------------- */

void eh_metric_binned_reliability(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                                  const eh_work *work) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    eh_reliability *const to = &work->reliability_s[s];
    *to = (eh_reliability){.outside = 0};
    tally_s[s].reliability = to;
    for (uint64_t i = 0; i < 2 * (uint64_t)slices->slice_n[s].atom_count; i++) {
      const eh_cube_reliability *const from = &model->reliable_ay[2 * (size_t)slices->slice_n[s].atom_n[i / 2] + i % 2];
      for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
        to->rows_b[b] += from->rows_b[b];
        to->positives_b[b] += i % 2 ? from->rows_b[b] : 0;
        eh_i128_add(&to->score_b[b], from->score_b[b]); /* of sizes below 1 */
      }
      to->outside += from->outside;
    }
  }
}
