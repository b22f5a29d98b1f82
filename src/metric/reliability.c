/* reliability: how well scores keep their promise as probabilities: bins of scores beside what happened, and the loss.
 *
 * Called by tally.c, once per model. The one idea: both are sums over the cells of an atom, made exact (integers, and fixed
 * point of unit 2^-64), so each atom is read once, its sums go to every slice that holds it, and a slice's sums can be taken
 * from the whole's to give those of all other rows.
 */
#include "metric_internal.h"

typedef unsigned __int128 u128;

/* Upper edges; a score on an edge lies below it. */
static const double edge_b[EH_RELIABILITY_BINS] = {.1, .2, .3, .4, .5, .6, .7, .8, .9, 1};

int eh_reliability_bin(double score) {
  int b = 0;
  while (b < EH_RELIABILITY_BINS - 1 && score > edge_b[b]) b++;
  return b;
}

/* The sums of one atom, or of the atoms of a slice that one thread has read. */
typedef struct sums {
  eh_reliability reliability;
  eh_i128 loss_sum, loss_square, brier_square;
  uint64_t loss_infinite;
} sums;

typedef struct asked {
  uint64_t zero_key, edge_key_b[EH_RELIABILITY_BINS];
  bool loss, squares;
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

/* -log(1 - d) for 0 <= d < 2^-10; the first term left out is below 2^-62 of the result. */
static double small_loss(double d) {
  return d * (1 + d * (1 / 2. + d * (1 / 3. + d * (1 / 4. + d * (1 / 5. + d * (1 / 6.))))));
}

/* The loss of many cells: a logarithm is of their probabilities' product, taken only before that runs out of range, while
 * probabilities near 1, whose loss a product would round away, add up by themselves. */
typedef struct losses {
  double product, small;
  eh_i128 sum;
} losses;

static void flush(losses *l) {
  eh_i128_add_f64(&l->sum, l->small - eh_log(l->product));
  l->product = 1, l->small = 0;
}

/* `rows` rows whose label got probability 1 - d > 0. */
static inline void add_loss(losses *l, double d, double probability, uint64_t rows) {
  if (d < 0x1p-10) {
    l->small += (double)rows * small_loss(d);
  } else if (probability > 0x1p-100 && rows <= 4) {
    for (uint64_t i = 0; i < rows; i++) l->product *= probability;
    if (l->product < 0x1p-600) flush(l);
  } else {
    eh_i192 unused = {{0}};
    const double loss = -eh_log(probability);
    eh_sums_add_times(&l->sum, &unused, &loss, &rows, 1);
  }
}

/* Sums of squares of the cells of one group. */
typedef struct squares {
  double loss, brier;
} squares;

/* -log x for a variance: relative error below 1e-8 but for x within 1e-8 of 1. With x = m 2^e and m from sqrt(1/2) to sqrt(2), it is
 * -(e log 2 + 2 (f + f^3 / 3 + ...)), f = (m - 1) / (m + 1). */
static inline double rough_loss(double x) {
  union {
    double f;
    uint64_t u;
  } m = {.f = x};
  const int64_t e = (int64_t)(m.u - 0x3fe6a09e667f3bcdu) >> 52;
  m.u -= (uint64_t)e << 52;
  const double f = (m.f - 1) / (m.f + 1), g = f * f;
  return -((double)e * 0x1.62e42fefa39efp-1 + 2 * f * (1 + g * (1 / 3. + g * (1 / 5. + g * (1 / 7. + g * (1 / 9.))))));
}

/* Fourth powers are at most 1, and squared losses below 2^20, so that such a sum may be too large for an addend. */
static void add_square(eh_i128 *sum, double more) {
  eh_i192 unused = {{0}};
  const bool large = more >= 0x1p39;
  const double x = large ? more * 0x1p-32 : more;
  const uint64_t times = large ? (uint64_t)1 << 32 : 1;
  eh_sums_add_times(sum, &unused, &x, &times, 1);
}

/* Scores from 2^-9 to 1 are whole numbers of this unit. */
#define SCORE_UNIT 0x1p62

/* Sums of the cells from `from` to before `to` of one group, all in bin b; its rows before them are `below`. Losses below
 * 2^10 and rows below 2^53 cannot overflow. */
static void sum_cells(sums *own, losses *l, squares *sq, const eh_cube_model *model, uint64_t from, uint64_t to, uint64_t below,
                      int b, bool positive) {
  u128 units = 0;
  for (uint64_t c = from; c < to; c++) {
    const double score = eh_key_score(model->key_c[c]), other = 1 - score;
    const uint64_t rows = model->below_c[c] - below;
    const double probability = positive ? score : other, d = positive ? other : score;
    below = model->below_c[c];
    if (score >= 0x1p-9) {
      units += (u128)(uint64_t)(int64_t)(score * SCORE_UNIT) * rows;
    } else {
      eh_i192 unused = {{0}};
      eh_sums_add_times(&own->reliability.score_b[b], &unused, &score, &rows, 1);
    }
    if (sq) sq->brier += (double)(int64_t)rows * ((d * d) * (d * d));
    if (!l) continue;
    if (probability == 0) {
      own->loss_infinite += rows;
      continue;
    }
    add_loss(l, d, probability, rows);
    if (sq) {
      const double loss = rough_loss(probability);
      sq->loss += (double)(int64_t)rows * (loss * loss);
    }
  }
  units <<= 2;
  eh_i128_add(&own->reliability.score_b[b], (eh_i128){{(uint64_t)units, (uint64_t)(units >> 64)}});
}

static uint64_t rows_up_to(const eh_cube_model *model, uint64_t first, uint64_t cell) {
  return cell > first ? model->below_c[cell - 1] : 0;
}

/* One label of one atom: its cells from `first` to before `end`. */
static void add_group(sums *to, const asked *a, const eh_cube_model *model, uint64_t first, uint64_t end, bool positive) {
  const uint64_t start = cell_above(model, first, end, a->zero_key - 1);
  const uint64_t stop = cell_above(model, start, end, a->edge_key_b[EH_RELIABILITY_BINS - 1]);
  eh_reliability *const r = &to->reliability;
  r->outside += rows_up_to(model, first, start) + (rows_up_to(model, first, end) - rows_up_to(model, first, stop));
  losses l = {.product = 1};
  squares sq = {0, 0};
  uint64_t cell = start;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    const uint64_t next = cell_above(model, cell, stop, a->edge_key_b[b]);
    const uint64_t below = rows_up_to(model, first, cell), rows = rows_up_to(model, first, next) - below;
    r->rows_b[b] += rows;
    r->positives_b[b] += positive ? rows : 0;
    sum_cells(to, a->loss ? &l : NULL, a->squares ? &sq : NULL, model, cell, next, below, b, positive);
    cell = next;
  }
  flush(&l);
  eh_i128_add(&to->loss_sum, l.sum);
  add_square(&to->loss_square, sq.loss);
  add_square(&to->brier_square, sq.brier);
}

static void add_sums(sums *to, const sums *from) {
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    to->reliability.rows_b[b] += from->reliability.rows_b[b];
    to->reliability.positives_b[b] += from->reliability.positives_b[b];
    eh_i128_add(&to->reliability.score_b[b], from->reliability.score_b[b]);
  }
  to->reliability.outside += from->reliability.outside;
  eh_i128_add(&to->loss_sum, from->loss_sum);
  eh_i128_add(&to->loss_square, from->loss_square);
  eh_i128_add(&to->brier_square, from->brier_square);
  to->loss_infinite += from->loss_infinite;
}

/* Threads take so many atoms at a time, each to sums of its own. */
enum { ATOMS = 64 };

typedef struct reading {
  asked asked;
  const eh_cube_model *model;
  eh_membership membership;
  uint32_t atom_count, slice_count;
  sums *sums_ws;
} reading;

static void read_atoms(void *ctx, uint32_t i, uint32_t thread) {
  const reading *const r = ctx;
  const eh_membership *const m = &r->membership;
  sums *const to_s = r->sums_ws + (size_t)thread * r->slice_count;
  const uint32_t first = i * ATOMS, left = r->atom_count - first;
  for (uint32_t atom = first; atom < first + (left < ATOMS ? left : ATOMS); atom++) {
    sums own = {.loss_infinite = 0};
    const uint64_t *const cell_y = r->model->cell_ay + 2 * (size_t)atom;
    if (m->start_a[atom] == m->start_a[atom + 1]) continue;
    for (int y = 0; y < 2; y++) add_group(&own, &r->asked, r->model, cell_y[y], cell_y[y + 1], y);
    for (uint64_t k = m->start_a[atom]; k < m->start_a[atom + 1]; k++) add_sums(&to_s[m->slice_i[k]], &own);
  }
}

eh_status eh_metric_add_reliability(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                                    const eh_work *work, const eh_allocator *mem, eh_error *err) {
  const uint32_t thread_count = eh_threads_count(work->threads);
  reading r = {.asked = {.zero_key = eh_score_key(0), .loss = work->loss, .squares = work->squares}, .model = &cube->model_m[model_i],
               .atom_count = cube->atoms->atom_count, .slice_count = slices->slice_count};
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) r.asked.edge_key_b[b] = eh_score_key(edge_b[b]);
  const uint64_t sums_n = (uint64_t)thread_count * r.slice_count;
  const size_t bytes = sums_n < SIZE_MAX / sizeof(sums) ? (size_t)sums_n * sizeof(sums) : 0;
  const bool ready = bytes && eh_membership_make(&r.membership, slices, r.atom_count, mem) && (r.sums_ws = eh_mem_zero(mem, bytes));
  if (ready) eh_threads_run(work->threads, read_atoms, &r, (r.atom_count + ATOMS - 1) / ATOMS);
  for (uint32_t s = 0; ready && s < r.slice_count; s++) {
    for (uint32_t t = 1; t < thread_count; t++) add_sums(&r.sums_ws[s], &r.sums_ws[(size_t)t * r.slice_count + s]);
    work->reliability_s[s] = r.sums_ws[s].reliability;
    tally_s[s].reliability = &work->reliability_s[s];
    tally_s[s].loss_sum = r.sums_ws[s].loss_sum;
    tally_s[s].loss_infinite = r.sums_ws[s].loss_infinite;
    tally_s[s].loss_square = r.sums_ws[s].loss_square;
    tally_s[s].brier_square = r.sums_ws[s].brier_square;
  }
  eh_mem_free(mem, r.sums_ws, bytes);
  eh_membership_free(&r.membership, mem);
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
double eh_reliability_debiased(double d, double e) {
  const double root_2_over_pi = 0x1.9884533d43651p-1;
  if (!(e > 0)) return d;
  const double drawn = e * root_2_over_pi * eh_exp(-.5 * (d / e) * (d / e)) + d * (1 - 2 * eh_normal_cdf(-d / e));
  return 2 * d - drawn;
}

double eh_reliability_ece_debiased(const eh_reliability *r, uint64_t rows) {
  double sum = 0;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    if (!r->rows_b[b]) continue;
    const double d = size_of(bin_error(r, b)), n = (double)r->rows_b[b], p = (double)r->positives_b[b] / n;
    const double e = __builtin_sqrt(n * p * (1 - p));
    sum += eh_reliability_debiased(d, e);
  }
  return sum / (double)rows;
}
