/* placement: sums of squared placements, from which DeLong's variance of an AUC comes, and 2U on the way.
 *
 * Called by walk.c where intervals of AUC are wanted. A row's placement is twice the rows of the other label that it is
 * ordered rightly against, plus those of its own key. The one idea: at a key, all rows of a label and slice have the
 * same placement. It starts at 0 for positives and at twice the positives for negatives, and each row of the other
 * label that the walk reaches moves it by one, and by one more when the walk leaves that row's key behind. Sums are
 * kept in one word as long as they fit, and added to those of two when they may not.
 */
#include "metric_internal.h"

typedef unsigned __int128 u128;

/* Adds the entry to the sums of one slice, then steps over it twice if it is `alone`. Over negatives placements sum
 * to the same 2U as over positives: both count the pairs. */
static inline void add_to(eh_placing *at, eh_cell_entry e, uint64_t by, bool alone, uint64_t base) {
  const unsigned y = e.ay & 1;
  const uint64_t placement = at->placement_y[y], sum = placement * e.rows;
  at->sum_y[y] += sum;
  at->square_y[y] += sum * placement;
  at->cross_y[y] += sum * base;
  if (alone) at->placement_y[!y] += by;
}

static inline void add_to_wide(eh_placing *at, eh_placed *placed, eh_cell_entry e, uint64_t by, bool alone, uint64_t base) {
  const unsigned y = e.ay & 1;
  const u128 sum = (u128)at->placement_y[y] * e.rows;
  if (y) eh_add_wide(placed->sum_2u, sum);
  eh_add_wide(placed->square_y[y], sum * at->placement_y[y]);
  eh_add_wide(placed->cross_y[y], sum * base);
  if (alone) at->placement_y[!y] += by;
}

/* A positive raises nobody's placement: it takes from that of negatives. A negative adds to that of positives. */
static inline uint64_t step_of(eh_cell_entry e) { return e.ay & 1 ? 0 - (uint64_t)e.rows : e.rows; }

static inline void step(eh_placings *all, eh_placing *whole, const eh_membership *m, eh_cell_entry e) {
  const uint64_t by = step_of(e);
  whole->placement_y[~e.ay & 1] += by;
  for (uint64_t i = m->start_a[e.ay >> 1] + 1; i < m->start_a[(e.ay >> 1) + 1]; i++)
    all->placing_s[m->slice_i[i]].placement_y[~e.ay & 1] += by;
}

/* What a row of the entry has as its placement in the base; 0 where it does not lie there. */
static inline uint64_t base_placement(const eh_placings *all, const eh_placing *whole, eh_cell_entry e) {
  if (all->base == EH_SLICE_OVERALL) return whole->placement_y[e.ay & 1];
  return all->in_base_a[e.ay >> 1] ? all->placing_s[all->base].placement_y[e.ay & 1] : 0;
}

/* Of rows that lie in the base, what they have in the slices of their atom: add_entry leaves that as it was. Apart for the size of a
 * module. */
static __attribute__((noinline)) void share(eh_placings *all, const eh_placing *whole, const eh_membership *m, eh_cell_entry e) {
  const unsigned y = e.ay & 1;
  if (!all->in_base_a[e.ay >> 1]) return;
  all->own_sy[EH_SLICE_OVERALL][y] += (u128)whole->placement_y[y] * e.rows;
  for (uint64_t i = m->start_a[e.ay >> 1] + 1; i < m->start_a[(e.ay >> 1) + 1]; i++)
    all->own_sy[m->slice_i[i]][y] += (u128)all->placing_s[m->slice_i[i]].placement_y[y] * e.rows;
}

static EH_EACH_WAY void add_entry(eh_placings *all, eh_placing *whole, const eh_membership *m,
                                                            eh_cell_entry e, bool alone, bool narrow, bool shares) {
  const uint64_t by = 2 * step_of(e), base = base_placement(all, whole, e);
  all->base_ay[e.ay] += (u128)base * e.rows;
  if (narrow) add_to(whole, e, by, alone, base);
  else add_to_wide(whole, &all->placed_s[EH_SLICE_OVERALL], e, by, alone, base);
  eh_placing *const placing_s = all->placing_s;
  const uint32_t *const end_i = m->slice_i + m->start_a[(e.ay >> 1) + 1];
  for (const uint32_t *i = m->slice_i + m->start_a[e.ay >> 1] + 1; i < end_i; i++) {
    if (narrow) add_to(&placing_s[*i], e, by, alone, base);
    else add_to_wide(&placing_s[*i], &all->placed_s[*i], e, by, alone, base);
  }
  if (shares) share(all, whole, m, e);
}

static EH_EACH_WAY void walk_entries(eh_placings *all, const eh_membership *m,
                                                               const eh_cell_entry *entry_n, size_t n, bool narrow,
                                                               bool shares) {
  eh_placing whole = all->placing_s[EH_SLICE_OVERALL];
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && entry_n[end].key == entry_n[first].key; end++) continue;
    if (end == first + 1) {
      add_entry(all, &whole, m, entry_n[first], true, narrow, shares);
      continue;
    }
    for (size_t c = first; c < end; c++) step(all, &whole, m, entry_n[c]);
    for (size_t c = first; c < end; c++) add_entry(all, &whole, m, entry_n[c], false, narrow, shares);
    for (size_t c = first; c < end; c++) step(all, &whole, m, entry_n[c]);
  }
  all->placing_s[EH_SLICE_OVERALL] = whole;
}

/* Moves the sums of one word to those of two. */
static void spill(eh_placings *all) {
  for (uint32_t s = 0; s < all->slice_count; s++) {
    eh_placing *const at = &all->placing_s[s];
    eh_placed *const to = &all->placed_s[s];
    eh_add_wide(to->sum_2u, at->sum_y[1]);
    for (int y = 0; y < 2; y++) {
      eh_add_wide(to->square_y[y], at->square_y[y]);
      eh_add_wide(to->cross_y[y], at->cross_y[y]);
      at->sum_y[y] = at->square_y[y] = at->cross_y[y] = 0;
    }
  }
  all->rows_left = all->rows_most;
}

void eh_placings_start(eh_placings *all, uint32_t slice_count, uint64_t rows) {
  all->slice_count = slice_count;
  /* No placement is above 2 * rows. Spilling is to cost no more than walking. */
  const u128 square = (u128)(2 * rows) * (2 * rows);
  const uint64_t fit = square > UINT64_MAX ? 0 : UINT64_MAX / (uint64_t)square;
  all->rows_most = all->rows_left = fit < slice_count ? 0 : fit;
}

void eh_placings_from(eh_placings *all, const eh_tally *tally_s, const uint64_t (*below_sy)[2]) {
  for (uint32_t s = 0; s < all->slice_count; s++) {
    const uint64_t positives = tally_s[s].confusion.tp + tally_s[s].confusion.fn;
    all->placing_s[s].placement_y[0] = 2 * (positives - below_sy[s][1]);
    all->placing_s[s].placement_y[1] = 2 * below_sy[s][0];
  }
}

void eh_placings_walk(eh_placings *all, const eh_membership *m, const eh_cell_entry *entry_n, size_t n) {
  uint64_t rows = 0;
  for (size_t i = 0; i < n; i++) rows += entry_n[i].rows;
  if (rows > all->rows_most) {
    walk_entries(all, m, entry_n, n, false, all->own_sy != NULL);
    return;
  }
  if (rows > all->rows_left) spill(all);
  all->rows_left -= rows;
#ifdef __wasm__ /* as EH_EACH_WAY */
  walk_entries(all, m, entry_n, n, true, all->own_sy != NULL);
#else
  if (all->own_sy) walk_entries(all, m, entry_n, n, true, true);
  else walk_entries(all, m, entry_n, n, true, false);
#endif
}

void eh_placings_end(eh_tally *tally_s, eh_placings *all) {
  spill(all);
  for (uint32_t s = 0; s < all->slice_count; s++) {
    eh_add_wide(tally_s[s].auc_2u, eh_wide(all->placed_s[s].sum_2u));
    for (int y = 0; y < 2; y++) {
      eh_add_wide(tally_s[s].auc_square_y[y], eh_wide(all->placed_s[s].square_y[y]));
      eh_add_wide(tally_s[s].auc_cross_y[y], eh_wide(all->placed_s[s].cross_y[y]));
      if (all->own_sy) eh_add_wide(tally_s[s].auc_own_y[y], all->own_sy[s][y]);
    }
  }
}
