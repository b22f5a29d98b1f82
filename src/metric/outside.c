/* outside: sums of squared placements of the rows outside each slice, from which DeLong's variance of the complement's AUC comes.
 *
 * Called by walk.c where gaps to the complement have intervals. A row outside slice S has as its placement among its like W - p, W
 * its placement among all rows and p that against the rows of S. The one idea: nothing of W^2 - 2 W p + p^2, summed over all
 * rows, takes cells times slices. W is the same for every slice. W p is a sum over the rows of S that p counts, so it adds up by atoms.
 * p is a step function of the score that moves at the rows of S alone: sum of p^2 = sum over its steps of how p^2 changes, times the
 * rows beyond. What the rows of S themselves add is known already, and comes off. Sums wrap at 2^128; what is left of them fits.
 */
#include <string.h>

#include "metric_internal.h"

typedef unsigned __int128 u128;

/* Apart for the size of a module. */
static __attribute__((noinline)) void add(u128 *sum, u128 x, uint64_t times) { *sum += x * times; }

void eh_outside_from(eh_outside *at, const eh_tally *tally_s, const uint64_t (*below_sy)[2], uint32_t slice_count) {
  const eh_confusion all = tally_s[EH_SLICE_OVERALL].confusion;
  at->rows_y[0] = all.tn + all.fp, at->rows_y[1] = all.fn + all.tp;
  for (int y = 0; y < 2; y++) at->below_y[y] = below_sy[EH_SLICE_OVERALL][y], at->placed_y[y] = 0;
  for (uint32_t s = 0; s < slice_count; s++) {
    at->at_s[s].placement_y[0] = 2 * (tally_s[s].confusion.tp + tally_s[s].confusion.fn - below_sy[s][1]);
    at->at_s[s].placement_y[1] = 2 * below_sy[s][0];
  }
}

/* The rows of an entry move p of the other label `times` times; `beyond` rows of that label are at or above that step. A negative row
 * adds to p of positives, a positive one takes from that of negatives. */
static __attribute__((noinline)) void step(eh_outside *at, const eh_membership *m, eh_cell_entry e, uint64_t times, uint64_t beyond) {
  const unsigned other = ~e.ay & 1;
  const uint64_t by = times * (e.ay & 1 ? 0 - (uint64_t)e.rows : e.rows);
  for (uint64_t i = m->start_a[e.ay >> 1] + 1; i < m->start_a[(e.ay >> 1) + 1]; i++) {
    eh_outside_slice *const slice = &at->at_s[m->slice_i[i]];
    const uint64_t before = slice->placement_y[other], after = before + by;
    add(&slice->square_y[other], (u128)after * after - (u128)before * before, beyond);
    slice->placement_y[other] = after;
  }
}

void eh_outside_walk(eh_outside *at, const eh_membership *m, const eh_cell_entry *entry_n, size_t n) {
  for (size_t first = 0, end; first < n; first = end) {
    uint64_t here_y[2] = {0}, beyond_y[2], above_y[2];
    u128 placement_y[2], worth_y[2];
    for (end = first; end < n && entry_n[end].key == entry_n[first].key; end++)
      here_y[entry_n[end].ay & 1] += entry_n[end].rows;
    for (int y = 0; y < 2; y++) beyond_y[y] = at->rows_y[y] - at->below_y[y], above_y[y] = beyond_y[y] - here_y[y];
    placement_y[0] = (u128)above_y[1] * 2 + here_y[1];
    placement_y[1] = (u128)at->below_y[0] * 2 + here_y[0];
    /* A positive row is worth twice the placements of negatives below, and those beside it; a negative one those of positives above,
     * which are all there are less those below and beside: eh_outside_mend adds all. */
    for (int y = 0; y < 2; y++) {
      worth_y[!y] = 2 * at->placed_y[y];
      add(&worth_y[!y], placement_y[y], here_y[y]);
      add(&at->placed_y[y], placement_y[y], here_y[y]);
    }
    worth_y[0] = 0 - worth_y[0];
    for (size_t c = first; c < end; c++) {
      const unsigned y = entry_n[c].ay & 1;
      eh_outside_atom *const atom = &at->at_a[entry_n[c].ay >> 1];
      add(&atom->cross_y[!y], worth_y[y], entry_n[c].rows);
      add(&atom->whole_y[y], placement_y[y] * placement_y[y], entry_n[c].rows);
      step(at, m, entry_n[c], end == first + 1 ? 2 : 1, beyond_y[!y]);
    }
    for (size_t c = first; end > first + 1 && c < end; c++) step(at, m, entry_n[c], 1, above_y[~entry_n[c].ay & 1]);
    for (int y = 0; y < 2; y++) at->below_y[y] += here_y[y];
  }
}

/* Positives beyond the range have missed those placements of negatives, twice; for negatives up to its end those of positives, which
 * lie above or were taken off, have not been added. */
void eh_outside_mend(eh_outside *at, const eh_order *order, const unsigned __int128 placed_y[2]) {
  const uint64_t *const cell_ay = order->model->cell_ay;
  for (uint32_t g = 0; g < order->groups; g++) {
    const uint64_t upto = eh_order_rows_below(order, g);
    const uint64_t all = cell_ay[g + 1] > cell_ay[g] ? order->model->below_c[cell_ay[g + 1] - 1] : 0;
    add(&at->at_a[g / 2].cross_y[~g & 1], 2 * placed_y[~g & 1], g & 1 ? all - upto : upto);
  }
}

void eh_outside_end(eh_tally *tally_s, const eh_outside *at, const eh_slices *slices) {
  for (uint32_t s = 0; s < slices->slice_count; s++)
    for (int y = 0; y < 2; y++) {
      u128 sum = at->at_s[s].square_y[y];
      for (uint32_t i = 0; i < slices->slice_n[s].atom_count; i++) {
        const eh_outside_atom *const atom = &at->at_a[slices->slice_n[s].atom_n[i]];
        sum -= 2 * atom->cross_y[y] + atom->whole_y[y];
      }
      eh_add_wide(tally_s[s].auc_rest_square_y[y], sum);
    }
}

void eh_outside_close(eh_tally *tally_s, uint32_t slice_count) {
  const eh_tally *const all = &tally_s[EH_SLICE_OVERALL];
  for (uint32_t s = 0; s < slice_count; s++) {
    eh_tally *const to = &tally_s[s];
    if (s == EH_SLICE_OVERALL) { /* no row lies outside, so its steps were not walked */
      memset(to->auc_rest_square_y, 0, sizeof to->auc_rest_square_y);
      continue;
    }
    const u128 start = 2 * ((u128)to->confusion.tp + to->confusion.fn); /* p of negatives below every score */
    for (int y = 0; y < 2; y++) {
      u128 sum = eh_wide(all->auc_square_y[y]) + 2 * eh_wide(to->auc_cross_y[y]) - eh_wide(to->auc_square_y[y]);
      if (y == 0) sum += start * start * (all->confusion.tn + all->confusion.fp);
      eh_add_wide(to->auc_rest_square_y[y], sum);
    }
  }
}
