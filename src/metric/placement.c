/* placement: sums of squared placements, from which DeLong's variance of an AUC comes, and 2U on the way.
 *
 * Called by auc.c where intervals of AUC are wanted. A row's placement is twice the rows of the other label that it is
 * ordered rightly against, plus those of its own key. The one idea: at a key, all rows of a label and slice have the same
 * placement. It starts at 0 for positives and at twice the positives for negatives, and each row of the other label that
 * the walk reaches moves it by one, and by one more when the walk leaves that row's key behind.
 */
#include "metric_internal.h"

typedef unsigned __int128 u128;

/* A positive raises nobody's placement: it takes from that of negatives. A negative adds to that of positives. */
static inline void step(eh_placing *placing_s, const eh_membership *m, eh_cell_entry e) {
  const uint64_t by = e.ay & 1 ? 0 - (uint64_t)e.rows : e.rows;
  for (uint64_t i = m->start_a[e.ay >> 1]; i < m->start_a[(e.ay >> 1) + 1]; i++)
    placing_s[m->slice_i[i]].placement_y[~e.ay & 1] += by;
}

/* Adds the entry to the sums of its slices, then steps over it twice if it is `alone`. */
static inline void add_entry(eh_placing *placing_s, const eh_membership *m, eh_cell_entry e, bool alone, bool narrow) {
  const unsigned y = e.ay & 1;
  const uint64_t only_positive = 0 - (uint64_t)y, by = y ? 0 - 2 * (uint64_t)e.rows : 2 * (uint64_t)e.rows;
  for (uint64_t i = m->start_a[e.ay >> 1]; i < m->start_a[(e.ay >> 1) + 1]; i++) {
    eh_placing *const at = &placing_s[m->slice_i[i]];
    const uint64_t placement = at->placement_y[y];
    if (narrow) {
      const uint64_t sum = placement * e.rows;
      at->sum_2u[0] += sum & only_positive;
      eh_add_wide(at->square_y[y], (u128)sum * placement);
    } else {
      const u128 sum = (u128)placement * e.rows;
      if (y) eh_add_wide(at->sum_2u, sum);
      eh_add_wide(at->square_y[y], sum * placement);
    }
    if (alone) at->placement_y[!y] += by;
  }
}

static inline void walk_entries(eh_placing *placing_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n,
                                bool narrow) {
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && entry_n[end].key == entry_n[first].key; end++) continue;
    if (end == first + 1) {
      add_entry(placing_s, m, entry_n[first], true, narrow);
      continue;
    }
    for (size_t c = first; c < end; c++) step(placing_s, m, entry_n[c]);
    for (size_t c = first; c < end; c++) add_entry(placing_s, m, entry_n[c], false, narrow);
    for (size_t c = first; c < end; c++) step(placing_s, m, entry_n[c]);
  }
}

void eh_metric_walk_placements(eh_tally *tally_s, uint32_t slice_count, eh_placing *placing_s, const eh_membership *m,
                               const eh_cell_entry *entry_n, size_t n, bool narrow) {
  for (uint32_t s = 0; s < slice_count; s++)
    placing_s[s].placement_y[0] = 2 * (tally_s[s].confusion.tp + tally_s[s].confusion.fn);
  if (narrow) walk_entries(placing_s, m, entry_n, n, true);
  else walk_entries(placing_s, m, entry_n, n, false);
  for (uint32_t s = 0; s < slice_count; s++) {
    for (int w = 0; w < 2; w++) {
      tally_s[s].auc_2u[w] = placing_s[s].sum_2u[w];
      for (int y = 0; y < 2; y++) tally_s[s].auc_square_y[y][w] = placing_s[s].square_y[y][w];
    }
  }
}
