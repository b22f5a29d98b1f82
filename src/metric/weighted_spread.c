/* weighted_spread: how sure an AUC of weights is: DeLong's variance, and the covariance with a base that shares rows. Called by
 * weighted_auc.c, whose walk up the scores hands over one key after the other.
 *
 * The one idea: all rows of a cell are ordered rightly against the same share of the other label's weight, so what a cell adds to the
 * variance is its sum of squared weights times the squared distance of that share from the AUC. Shares are kept less one half,
 * so that scores that are all alike have a variance of exactly 0.
 */
#include "metric_internal.h"

/* Share of the other label's weight in the slice that a row of label y at this key is ordered rightly against, less one half. */
static double share_of(const eh_weight_spreading *at, unsigned y) {
  const double lower = eh_i128_to_f64(at->below_y[!y]) + .5 * eh_i128_to_f64(at->here_y[!y]), all = eh_i128_to_f64(at->all_y[!y]);
  if (!(all > 0)) return 0;
  return y ? lower / all - .5 : .5 - lower / all;
}

static void add_cell(eh_weight_spreading *at, unsigned y, double square, const double *base) {
  const double own = share_of(at, y);
  eh_weight_area *const to = at->sum_yk[y];
  eh_area_add(&to[EH_SPREAD_SQUARE], square);
  eh_area_add(&to[EH_SPREAD_OWN], square * own);
  eh_area_add(&to[EH_SPREAD_OWN_OWN], square * own * own);
  if (!base) return;
  eh_area_add(&to[EH_SPREAD_SHARED], square);
  eh_area_add(&to[EH_SPREAD_SHARED_OWN], square * own);
  eh_area_add(&to[EH_SPREAD_BASE], square * *base);
  eh_area_add(&to[EH_SPREAD_OWN_BASE], square * own * *base);
}

void eh_weight_spread_begin(eh_weight_spreading *at_s, const eh_membership *m, const eh_cube_weights *weights,
                            uint32_t atom_count) {
  for (size_t ay = 0; ay < 2 * (size_t)atom_count; ay++)
    for (uint64_t c = weights->start_ay[ay]; c < weights->start_ay[ay + 1]; c++)
      for (uint64_t i = m->start_a[ay / 2]; i < m->start_a[ay / 2 + 1]; i++)
        eh_i128_add(&at_s[m->slice_i[i]].all_y[ay & 1], weights->cell_c[c].weight);
}

void eh_weight_spread_key(eh_weight_spreading *at_s, const eh_membership *m, uint32_t base, const bool *in_base_a,
                          const eh_cell_entry *entry_n, size_t n, const eh_weight_cell *cell_c, const uint64_t *next_ay) {
  for (int step = 0; step < 3; step++)
    for (size_t c = 0; c < n; c++) {
      const uint32_t ay = entry_n[c].ay;
      const eh_weight_cell *const cell = &cell_c[next_ay[ay]];
      const double there = in_base_a[ay / 2] ? share_of(&at_s[base], ay & 1) : 0, square = eh_i192_to_f64(cell->square);
      for (uint64_t i = m->start_a[ay / 2]; i < m->start_a[ay / 2 + 1]; i++) {
        eh_weight_spreading *const at = &at_s[m->slice_i[i]];
        if (step == 0) eh_i128_add(&at->here_y[ay & 1], cell->weight);
        if (step == 1) add_cell(at, ay & 1, square, in_base_a[ay / 2] ? &there : NULL);
        if (step == 2) eh_i128_add(&at->below_y[ay & 1], cell->weight), at->here_y[ay & 1] = (eh_i128){{0}};
      }
    }
}

static double total(const eh_weight_spreading *at, int y, int k) { return at->sum_yk[y][k].sum + at->sum_yk[y][k].error; }

/* (sum of w)^2 / (sum of w^2) */
static double effective(const eh_weight_spreading *at, int y) {
  const double all = eh_i128_to_f64(at->all_y[y]);
  return all * (all / total(at, y, EH_SPREAD_SQUARE));
}

void eh_weight_spread_end(eh_weight_spread *out, const eh_weight_spreading *own, double auc, const eh_weight_spreading *base,
                          double base_auc) {
  const double u = auc - .5, v = base_auc - .5;
  *out = (eh_weight_spread){.variance = 0};
  for (int y = 0; y < 2; y++) {
    const double all = eh_i128_to_f64(own->all_y[y]), square = total(own, y, EH_SPREAD_SQUARE), n = effective(own, y);
    const double base_n = effective(base, y), less = n < base_n ? n : base_n;
    const double s = total(own, y, EH_SPREAD_OWN), s_shared = total(own, y, EH_SPREAD_SHARED_OWN), t = total(own, y, EH_SPREAD_BASE);
    const double product = total(own, y, EH_SPREAD_OWN_BASE) - u * t - v * s_shared + u * v * total(own, y, EH_SPREAD_SHARED);
    out->n_eff_y[y] = n;
    out->variance += (total(own, y, EH_SPREAD_OWN_OWN) - 2 * u * s + u * u * square) / (all * all) * (n / (n - 1));
    out->both += product / (all * eh_i128_to_f64(base->all_y[y])) * (less / (less - 1));
  }
  if (!(out->variance > 0)) out->variance = 0;
}
