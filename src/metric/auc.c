/* auc: twice the Mann-Whitney U of every slice, exact. Called by walk.c, run of cells by run.
 *
 * The one idea: all fine cells are walked once in score order, and each is given to every slice that holds its atom:
 * the cost is cells times slices per atom, however many the rows. Whether a cell is positive is a coin toss to the CPU,
 * so there is no branch on it: a positive cell adds no negatives, and a negative one wins nothing.
 */
#include "metric_internal.h"

typedef unsigned __int128 u128;

/* ---- twice the Mann-Whitney U ------------------------------------------------------------------------------------ */

static inline void add_to(eh_standing *at, uint64_t won, uint64_t negatives, bool narrow) {
  if (narrow) at->sum_2u[0] += won * at->negatives;
  else eh_add_wide(at->sum_2u, (u128)won * at->negatives);
  at->negatives += negatives;
}

/* One entry to the slices of its atom: wins `won` times against the negatives so far, then adds negatives. */
static inline void add_entry(eh_standing *standing_s, eh_standing *whole, const eh_membership *m, uint32_t atom, uint64_t won,
                             uint64_t negatives, bool narrow) {
  add_to(whole, won, negatives, narrow);
  for (uint64_t i = m->start_a[atom] + 1; i < m->start_a[atom + 1]; i++)
    add_to(&standing_s[m->slice_i[i]], won, negatives, narrow);
}

/* Positive rows win once against negatives below their key, and once against negatives not above it: a win counts 2 and
 * a tie 1. Entries of one key come in one run, and only a run of several can hold ties. */
static inline void walk_entries(eh_standing *standing_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n,
                                bool narrow) {
  eh_standing whole = standing_s[EH_SLICE_OVERALL];
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && entry_n[end].key == entry_n[first].key; end++) continue;
    if (end == first + 1) {
      const uint64_t rows = entry_n[first].rows, positive = 0 - (uint64_t)(entry_n[first].ay & 1);
      add_entry(standing_s, &whole, m, entry_n[first].ay >> 1, 2 * rows & positive, rows & ~positive, narrow);
      continue;
    }
    for (size_t c = first; c < end; c++)
      if (entry_n[c].ay & 1) add_entry(standing_s, &whole, m, entry_n[c].ay >> 1, entry_n[c].rows, 0, narrow);
    for (size_t c = first; c < end; c++)
      if (!(entry_n[c].ay & 1)) add_entry(standing_s, &whole, m, entry_n[c].ay >> 1, 0, entry_n[c].rows, narrow);
    for (size_t c = first; c < end; c++)
      if (entry_n[c].ay & 1) add_entry(standing_s, &whole, m, entry_n[c].ay >> 1, entry_n[c].rows, 0, narrow);
  }
  standing_s[EH_SLICE_OVERALL] = whole;
}

void eh_standing_walk(eh_standing *standing_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n, bool narrow) {
  if (narrow) walk_entries(standing_s, m, entry_n, n, true);
  else walk_entries(standing_s, m, entry_n, n, false);
}

/* ---- against the rows outside a slice ---------------------------------------------------------------------------- */

/* Each entry against all rows of the other label, whatever their slice: a positive wins over negatives below it, a
 * negative loses to positives above it. That depends on the atom alone, so atoms add up, and slices add up atoms. */
void eh_against_walk(eh_against *all, const eh_cell_entry *entry_n, size_t n) {
  for (size_t first = 0, end; first < n; first = end) {
    uint64_t here_y[2] = {0};
    for (end = first; end < n && entry_n[end].key == entry_n[first].key; end++)
      here_y[entry_n[end].ay & 1] += entry_n[end].rows;
    const uint64_t above = all->positives - all->below_y[1] - here_y[1];
    for (size_t c = first; c < end; c++) {
      const u128 worth = entry_n[c].ay & 1 ? (u128)all->below_y[0] * 2 + here_y[0] : (u128)above * 2 + here_y[1];
      eh_add_wide(all->sum_a[entry_n[c].ay >> 1], worth * entry_n[c].rows);
    }
    all->below_y[0] += here_y[0], all->below_y[1] += here_y[1];
  }
}
