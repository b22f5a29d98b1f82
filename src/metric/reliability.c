/* reliability: how well scores keep their promise as probabilities: bins of scores beside what happened, and the loss.
 *
 * Called by tally.c, once per model. The one idea: both are sums over the cells of an atom, made exact (integers, and fixed
 * point of unit 2^-64), so each atom is read once, its sums go to every slice that holds it, and a slice's sums can be taken
 * from the whole's to give those of all other rows.
 */
#include "metric_internal.h"

enum { BLOCK = 256 };

/* Upper edges; a score on an edge lies below it. */
static const double edge_b[EH_RELIABILITY_BINS] = {.1, .2, .3, .4, .5, .6, .7, .8, .9, 1};

/* The sums of one atom. */
typedef struct atom_sums {
  eh_reliability reliability;
  eh_i128 loss_sum;
  uint64_t loss_infinite;
} atom_sums;

typedef struct asked {
  uint64_t zero_key, edge_key_b[EH_RELIABILITY_BINS];
  bool loss;
} asked;

/* First cell from `from` on whose key is above `key`. */
static uint64_t cell_above(const eh_cube_model *model, uint64_t from, uint64_t to, uint64_t key) {
  while (from < to) {
    const uint64_t middle = from + (to - from) / 2;
    if (model->key_c[middle] <= key) from = middle + 1;
    else to = middle;
  }
  return from;
}

/* Sum of f(score) over the rows of some cells of one group, whose rows up to the first are `below`. Sizes stay below 2^10 and
 * rows below 2^53, so nothing overflows. */
static void sum_cells(eh_i128 *sum, const eh_cube_model *model, uint64_t from, uint64_t to, uint64_t below,
                      double (*f)(double)) {
  double x_n[BLOCK];
  uint64_t rows_n[BLOCK];
  eh_i192 unused = {{0}};
  while (from < to) {
    const size_t n = to - from < BLOCK ? (size_t)(to - from) : BLOCK;
    for (size_t i = 0; i < n; i++) {
      const double score = eh_key_score(model->key_c[from + i]);
      x_n[i] = f ? f(score) : score;
      rows_n[i] = model->below_c[from + i] - below;
      below = model->below_c[from + i];
    }
    eh_sums_add_times(sum, &unused, x_n, rows_n, n);
    from += n;
  }
}

static double loss_of_positive(double score) { return -eh_log(score); }
static double loss_of_negative(double score) { return -eh_log1p(-score); }

static uint64_t rows_up_to(const eh_cube_model *model, uint64_t first, uint64_t cell) {
  return cell > first ? model->below_c[cell - 1] : 0;
}

/* One label of one atom: its cells from `first` to before `end`. */
static void add_group(atom_sums *to, const asked *a, const eh_cube_model *model, uint64_t first, uint64_t end, bool positive) {
  const uint64_t start = cell_above(model, first, end, a->zero_key - 1);
  const uint64_t stop = cell_above(model, start, end, a->edge_key_b[EH_RELIABILITY_BINS - 1]);
  eh_reliability *const r = &to->reliability;
  r->outside += rows_up_to(model, first, start) + (rows_up_to(model, first, end) - rows_up_to(model, first, stop));
  uint64_t cell = start;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    const uint64_t next = cell_above(model, cell, stop, a->edge_key_b[b]);
    const uint64_t below = rows_up_to(model, first, cell), rows = rows_up_to(model, first, next) - below;
    r->rows_b[b] += rows;
    r->positives_b[b] += positive ? rows : 0;
    sum_cells(&r->score_b[b], model, cell, next, below, NULL);
    cell = next;
  }
  if (!a->loss || start == stop) return;
  /* The one score that gives the label probability 0: 0 to a positive row, 1 to a negative. */
  const bool lost = model->key_c[positive ? start : stop - 1] == (positive ? a->zero_key : a->edge_key_b[EH_RELIABILITY_BINS - 1]);
  const uint64_t from = start + (positive && lost), to_cell = stop - (!positive && lost);
  if (lost) {
    const uint64_t cell_lost = positive ? start : stop - 1;
    to->loss_infinite += model->below_c[cell_lost] - rows_up_to(model, first, cell_lost);
  }
  sum_cells(&to->loss_sum, model, from, to_cell, rows_up_to(model, first, from), positive ? loss_of_positive : loss_of_negative);
}

static void add_to_slice(eh_tally *tally, eh_reliability *to, const atom_sums *from) {
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    to->rows_b[b] += from->reliability.rows_b[b];
    to->positives_b[b] += from->reliability.positives_b[b];
    eh_i128_add(&to->score_b[b], from->reliability.score_b[b]);
  }
  to->outside += from->reliability.outside;
  eh_i128_add(&tally->loss_sum, from->loss_sum);
  tally->loss_infinite += from->loss_infinite;
}

eh_status eh_metric_add_reliability(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                                    const eh_work *work, const eh_allocator *mem, eh_error *err) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  const uint32_t atom_count = cube->atoms->atom_count;
  asked a = {.zero_key = eh_score_key(0), .loss = work->loss};
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) a.edge_key_b[b] = eh_score_key(edge_b[b]);
  eh_membership m;
  const bool ready = eh_membership_make(&m, slices, atom_count, mem);
  for (uint32_t s = 0; ready && s < slices->slice_count; s++) {
    work->reliability_s[s] = (eh_reliability){.outside = 0};
    tally_s[s].reliability = &work->reliability_s[s];
  }
  for (uint32_t atom = 0; ready && atom < atom_count; atom++) {
    atom_sums sums = {.loss_infinite = 0};
    const uint64_t *const cell_y = model->cell_ay + 2 * (size_t)atom;
    if (m.start_a[atom] == m.start_a[atom + 1]) continue;
    for (int y = 0; y < 2; y++) add_group(&sums, &a, model, cell_y[y], cell_y[y + 1], y);
    for (uint64_t i = m.start_a[atom]; i < m.start_a[atom + 1]; i++)
      add_to_slice(&tally_s[m.slice_i[i]], &work->reliability_s[m.slice_i[i]], &sums);
  }
  eh_membership_free(&m, mem);
  return ready ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}

void eh_reliability_rest(eh_reliability *rest, const eh_reliability *whole, const eh_reliability *part) {
  *rest = *whole;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    rest->rows_b[b] -= part->rows_b[b];
    rest->positives_b[b] -= part->positives_b[b];
    eh_i128_add(&rest->score_b[b], eh_i128_neg(part->score_b[b]));
  }
  rest->outside -= part->outside;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static double size_of(double x) { return x < 0 ? -x : x; }

/* Sum of scores less positives of a bin: 0 where the bin keeps its promise. Both are below 2^53, so nothing overflows. */
static double bin_error(const eh_reliability *r, int b) {
  eh_i128 sum = r->score_b[b];
  eh_i128_add_integer(&sum, -(int64_t)r->positives_b[b]);
  return eh_i128_to_f64(sum);
}

double eh_reliability_ece(const eh_reliability *r, uint64_t rows) {
  double sum = 0;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) sum += size_of(bin_error(r, b));
  return sum / (double)rows;
}

/* Kumar, Liang & Ma (2019): twice the plain value less its mean over labels drawn anew. A bin's mean label is drawn as a
 * normal around what was seen, with variance p (1 - p) / n; the mean of |a normal| is known (folded normal), so nothing is
 * drawn. d is the bin's error, e its standard error, both in rows. */
double eh_reliability_ece_debiased(const eh_reliability *r, uint64_t rows) {
  const double root_2_over_pi = 0x1.9884533d43651p-1;
  double sum = 0;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    if (!r->rows_b[b]) continue;
    const double d = size_of(bin_error(r, b)), n = (double)r->rows_b[b], p = (double)r->positives_b[b] / n;
    const double e = __builtin_sqrt(n * p * (1 - p));
    const double drawn = e > 0 ? e * root_2_over_pi * eh_exp(-.5 * (d / e) * (d / e)) + d * (1 - 2 * eh_normal_cdf(-d / e)) : d;
    sum += 2 * d - drawn;
  }
  return sum / (double)rows;
}
