/* weighted_scores: areas under precision-recall curves, log loss and calibration error under weights. Called by
 * weighted_auc.c, whose walk up the scores hands over one key after the other.
 *
 * The one idea: as in precision.c and reliability.c, with sums of weights in place of rows. Losses and bins are exact sums of
 * rounded products; areas carry their rounding errors along, in the order of scores.
 */
#include "metric_internal.h"

void eh_area_add(eh_weight_area *sum, double x) {
  const double total = sum->sum + x;
  sum->error += sum->sum >= x ? (sum->sum - total) + x : (x - total) + sum->sum;
  sum->sum = total;
}

static bool is_zero(eh_i128 x) { return !(x.w[0] | x.w[1]); }

void eh_weight_scores_begin(eh_weight_scoring *at_s, const eh_membership *m, const eh_cube_weights *weights,
                            uint32_t atom_count) {
  for (size_t ay = 0; ay < 2 * (size_t)atom_count; ay++) {
    eh_i128 sum = {{0}};
    for (uint64_t c = weights->start_ay[ay]; c < weights->start_ay[ay + 1]; c++) eh_i128_add(&sum, weights->cell_c[c].weight);
    for (uint64_t i = m->start_a[ay / 2]; i < m->start_a[ay / 2 + 1]; i++)
      for (int k = 0; k < 2; k++) eh_i128_add(&(k ? at_s[m->slice_i[i]].left_y : at_s[m->slice_i[i]].all_y)[ay & 1], sum);
  }
}

/* What one score adds to the areas of a slice: here_y of left_y leave. */
static void settle(eh_weight_scoring *at) {
  eh_i128 above_y[2] = {at->left_y[0], at->left_y[1]};
  for (int y = 0; y < 2; y++) eh_i128_add(&above_y[y], eh_i128_neg(at->here_y[y]));
  if (!is_zero(at->here_y[1])) {
    const double gained = eh_i128_to_f64(at->here_y[1]), tp = eh_i128_to_f64(at->left_y[1]), fp = eh_i128_to_f64(at->left_y[0]);
    const double tp_above = eh_i128_to_f64(above_y[1]), fp_above = eh_i128_to_f64(above_y[0]);
    const double here = eh_pr_precision(tp, fp);
    eh_area_add(&at->area[EH_PR_STEP], gained * here);
    eh_area_add(&at->area[EH_PR_TRAPEZOID], gained * (.5 * (here + eh_pr_precision(tp_above, fp_above))));
    eh_area_add(&at->area[EH_PR_DAVIS_GOADRICH],
                eh_pr_davis_goadrich(tp_above, fp_above, gained, eh_i128_to_f64(at->here_y[0])));
  }
  for (int y = 0; y < 2; y++) {
    at->left_y[y] = above_y[y];
    at->here_y[y] = (eh_i128){{0}};
  }
}

/* A cell of a probability. */
static void add_probability(eh_weight_scoring *at, double score, const eh_weight_cell *cell, bool positive, double loss) {
  const double weight = eh_i128_to_f64(cell->weight);
  eh_weight_bin *const bin = &at->bin_b[eh_reliability_bin(score)];
  eh_i128_add(&bin->weight, cell->weight);
  if (positive) eh_i128_add(&bin->positive, cell->weight);
  eh_i192_add(&bin->square, cell->square);
  at->failed |= !eh_i192_add_product(&bin->score, weight, score, false);
  if (loss - loss == 0) at->failed |= !eh_i192_add_product(&at->loss, weight, loss, false);
  else at->infinite |= weight > 0;
}

void eh_weight_scores_key(eh_weight_scoring *at_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n,
                          const eh_weight_cell *cell_c, const uint64_t *next_ay) {
  const double score = eh_key_score(entry_n[0].key);
  const bool probability = score >= 0 && score <= 1;
  const double loss_y[2] = {probability ? -eh_log1p(-score) : 0, probability ? -eh_log(score) : 0};
  for (size_t c = 0; c < n; c++) {
    const uint32_t ay = entry_n[c].ay;
    const eh_weight_cell *const cell = &cell_c[next_ay[ay]];
    for (uint64_t i = m->start_a[ay / 2]; i < m->start_a[ay / 2 + 1]; i++) {
      eh_weight_scoring *const at = &at_s[m->slice_i[i]];
      eh_i128_add(&at->here_y[ay & 1], cell->weight);
      if (probability) add_probability(at, score, cell, ay & 1, loss_y[ay & 1]);
      else at->outside = true;
    }
  }
  for (size_t c = 0; c < n; c++)
    for (uint64_t i = m->start_a[entry_n[c].ay / 2]; i < m->start_a[entry_n[c].ay / 2 + 1]; i++) settle(&at_s[m->slice_i[i]]);
}

/* Sum of |w score - w label| over bins, and the same less what chance adds; n_eff rows of a bin make its standard error. */
static void calibration(eh_weight_scores *out, const eh_weight_scoring *at, double all) {
  double plain = 0, debiased = 0;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    const eh_weight_bin *const bin = &at->bin_b[b];
    const double weight = eh_i128_to_f64(bin->weight), p = weight > 0 ? eh_i128_to_f64(bin->positive) / weight : 0;
    eh_i192 error = eh_i192_neg(eh_i192_of_i128(bin->positive));
    eh_i192_add(&error, bin->score);
    const double d = eh_i192_to_f64(error), size = d < 0 ? -d : d;
    plain += size;
    debiased += eh_reliability_debiased(size, __builtin_sqrt(p * (1 - p) * eh_i192_to_f64(bin->square)));
  }
  out->ece = plain / all, out->ece_debiased = debiased / all;
}

bool eh_weight_scores_end(eh_weight_scores *out, const eh_weight_scoring *at) {
  eh_i128 both = at->all_y[0];
  eh_i128_add(&both, at->all_y[1]);
  const double positives = eh_i128_to_f64(at->all_y[1]), all = eh_i128_to_f64(both);
  *out = (eh_weight_scores){.outside = at->outside, .infinite = at->infinite};
  if (!(all > 0)) return !at->failed;
  for (int i = 0; i < EH_PR_AREAS && positives > 0; i++) out->pr_area[i] = (at->area[i].sum + at->area[i].error) / positives;
  out->log_loss = eh_i192_to_f64(at->loss) / all;
  calibration(out, at, all);
  return !at->failed;
}
