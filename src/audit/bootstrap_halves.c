/* bootstrap_halves: replicates of rows whose labels are fractions, in place of those of bootstrap_sums.c where there are no clusters.
 *
 * A row of weight w and label y is w y of a positive and w (1 - y) of a negative row, and a replicate draws both together or
 * neither. The one idea: with the sum of the products of its halves, two halves of many rows are a pair of normal numbers. Of rows
 * without weights that sum follows from what a cube keeps anyway, as y^2 + (1 - y)^2 + 2 y (1 - y) = 1. Few rows are drawn one by
 * one where sums tell their labels: one row, two, rows that are alike, rows that are wholly positive or negative. A cell of none of
 * these kinds is made up of its fine cells.
 */
#include <string.h>

#include "bootstrap.h"

enum { GROUP = EH_REPLICATE_GROUP };

/* A product of halves that is not even their rounding. */
#define NOTHING 1e-12

/* Rows of a cell; of either half the rows that are that rather than the other, the sum and that of squares; of products of both, NaN
 * where it is not known. */
typedef struct halves {
  double rows, both;
  eh_weighed half_y[2];
} halves;

bool eh_bootstrap_halves(const bootstrap *b) {
  const eh_cube_spec *const spec = &b->audit->spec.cube;
  return spec->fractional && eh_slicing_cluster(&spec->slicing) == EH_NO_CLUSTER;
}

static double spread_of(double rows, const eh_weighed *half) { return rows * half->square - half->sum * half->sum; }

/* Of rows without weights. */
static double both_of(const bootstrap *b, const halves *h) {
  if (b->audit->spec.cube.weight.p) return __builtin_nan("");
  return .5 * (h->rows - h->half_y[0].square - h->half_y[1].square);
}

static bool alike(double rows, const eh_weighed *half) { return !(spread_of(rows, half) > NOTHING * half->sum * half->sum); }

/* `rows` rows of these halves each. */
static eh_status draw_rows(const bootstrap *b, double draw_yb[2][GROUP], double rows, const double each_y[2], uint64_t cell,
                           uint32_t group, eh_error *err) {
  double times_b[GROUP] = {0};
  EH_TRY(eh_draw_alike(b, times_b, cell, rows, 1, group, err));
  for (int y = 0; y < 2; y++)
    for (int i = 0; i < GROUP; i++) draw_yb[y][i] += each_y[y] * times_b[i];
  return EH_OK;
}

/* Two rows: their labels lie as far on either side of the mean. */
static eh_status draw_two(const bootstrap *b, double draw_yb[2][GROUP], const halves *h, uint64_t cell, uint32_t group, eh_error *err) {
  const double away = .5 * __builtin_sqrt(spread_of(2, &h->half_y[1])), mean = .5 * h->half_y[1].sum;
  EH_TRY(draw_rows(b, draw_yb, 1, (const double[]){1 - mean - away, mean + away}, cell, group, err));
  return draw_rows(b, draw_yb, 1, (const double[]){1 - mean + away, mean - away}, EH_SECOND_ROW | cell, group, err);
}

/* Two normal numbers with the sums as means, those of squares as variances, and of products as covariance. */
static void draw_normal(const bootstrap *b, double draw_yb[2][GROUP], const halves *h, uint64_t cell, uint32_t group) {
  double one_b[GROUP], other_b[GROUP];
  const double root = __builtin_sqrt(h->half_y[0].square), along = h->both / root, rest = h->half_y[1].square - along * along;
  const double across = rest > 0 ? __builtin_sqrt(rest) : 0;
  eh_normal_draw(b->poisson, one_b, cell, group);
  eh_normal_draw(b->poisson, other_b, EH_SECOND_ROW | cell, group);
  for (int i = 0; i < GROUP; i++) {
    const double negative = h->half_y[0].sum + root * one_b[i], positive = h->half_y[1].sum + along * one_b[i] + across * other_b[i];
    draw_yb[0][i] += negative > 0 ? negative : 0;
    draw_yb[1][i] += positive > 0 ? positive : 0;
  }
}

/* draw_yb = the halves drawn; false where these sums do not tell what those are. cell_y: a counter for both, and one more. */
static eh_status draw_halves(const bootstrap *b, double draw_yb[2][GROUP], bool *known, const halves *h, const uint64_t cell_y[2],
                             uint32_t group, eh_error *err) {
  const eh_weighed *const half_y = h->half_y;
  const bool apart = !(half_y[0].sum > 0) || !(half_y[1].sum > 0) || h->both <= NOTHING * (half_y[0].square + half_y[1].square);
  *known = true;
  memset(draw_yb, 0, 2 * sizeof *draw_yb);
  for (int y = 0; y < 2 && apart; y++) {
    bool this_known;
    EH_TRY(eh_draw_weights(b, draw_yb[y], &this_known, half_y[y], cell_y[y], group, err));
    *known = *known && this_known;
  }
  if (apart) return EH_OK;
  if (alike(h->rows, &half_y[0]) && alike(h->rows, &half_y[1]))
    return draw_rows(b, draw_yb, h->rows, (const double[]){half_y[0].sum / h->rows, half_y[1].sum / h->rows}, cell_y[0], group, err);
  if (h->rows == 2 && !b->audit->spec.cube.weight.p) return draw_two(b, draw_yb, h, cell_y[0], group, err);
  *known = h->both > 0;
  for (int y = 0; y < 2; y++) *known = *known && half_y[y].sum * half_y[y].sum >= EH_NORMAL_LEAST * half_y[y].square;
  if (*known) draw_normal(b, draw_yb, h, cell_y[0], group);
  return EH_OK;
}

/* ---- fine cells ------------------------------------------------------------------------------------------------------ */

static void forget(double draw_yb[2][GROUP]) {
  for (int i = 0; i < 2 * GROUP; i++) draw_yb[i / GROUP][i % GROUP] = __builtin_nan("");
}

/* The cell of that key in [from, to), or `to`. */
static uint64_t find_key(const uint64_t *key_c, uint64_t from, uint64_t to, uint64_t key) {
  const uint64_t end = to;
  while (from < to) {
    const uint64_t middle = from + (to - from) / 2;
    if (key_c[middle] < key) from = middle + 1;
    else to = middle;
  }
  return from < end && key_c[from] == key ? from : end;
}

/* Rows of (a, y) with that score: of the label that goes by the greater half. */
static double rows_at(const eh_cube_model *model, size_t ay, uint64_t key) {
  const uint64_t first = model->cell_ay[ay], end = model->cell_ay[ay + 1], c = find_key(model->key_c, first, end, key);
  return c == end ? 0 : (double)(model->below_c[c] - (c > first ? model->below_c[c - 1] : 0));
}

/* What is drawn of an atom's rows with a score, of which `cell` is a half. */
static eh_status draw_score(const bootstrap *b, double draw_yb[2][GROUP], uint32_t atom, uint64_t cell, uint32_t group, eh_error *err) {
  const eh_cube_view *const cube = b->audit->counted;
  const uint32_t m = b->audit->model_m[b->model];
  const eh_cube_weights *const weights = &cube->weight_m[m];
  const uint64_t key = weights->key_c[cell];
  halves h = {.rows = 0};
  uint64_t cell_y[2];
  bool known;
  for (uint32_t y = 0; y < 2; y++) {
    const size_t ay = 2 * (size_t)atom + y;
    const uint64_t end = weights->start_ay[ay + 1], c = find_key(weights->key_c, weights->start_ay[ay], end, key);
    h.half_y[y].rows = rows_at(&cube->model_m[m], ay, key);
    h.rows += h.half_y[y].rows;
    cell_y[y] = EH_FINE_CELLS | (c == end ? cell : c);
    if (c == end) continue;
    h.half_y[y].sum = eh_i128_to_f64(weights->cell_c[c].weight), h.half_y[y].square = eh_i192_to_f64(weights->cell_c[c].square);
  }
  h.both = both_of(b, &h);
  EH_TRY(draw_halves(b, draw_yb, &known, &h, cell_y, group, err));
  if (!known) forget(draw_yb);
  return EH_OK;
}

eh_status eh_halves_draw_fine(const bootstrap *b, double draw_b[GROUP], uint32_t ay, uint64_t cell, uint32_t group, eh_error *err) {
  double draw_yb[2][GROUP];
  EH_TRY(draw_score(b, draw_yb, ay >> 1, cell, group, err));
  memcpy(draw_b, draw_yb[ay & 1], sizeof draw_yb[0]);
  return EH_OK;
}

/* Each score once, for both of its halves: from its negative one where it has that. */
static eh_status draw_scores(const bootstrap *b, double draw_yb[2][GROUP], uint32_t atom, uint32_t k, uint32_t group, eh_error *err) {
  const eh_cube_weights *const weights = &b->audit->counted->weight_m[b->audit->model_m[b->model]];
  const uint64_t *const start_y = weights->start_ay + 2 * (size_t)atom;
  memset(draw_yb, 0, 2 * sizeof *draw_yb);
  for (uint64_t c = start_y[0]; c < start_y[2]; c++) {
    const uint64_t key = weights->key_c[c];
    double one_yb[2][GROUP];
    if (eh_interval_of(&b->audit->spec.cube, eh_key_score(key)) != k) continue;
    if (c >= start_y[1] && find_key(weights->key_c, start_y[0], start_y[1], key) < start_y[1]) continue;
    EH_TRY(draw_score(b, one_yb, atom, c, group, err));
    for (int i = 0; i < 2 * GROUP; i++) draw_yb[i / GROUP][i % GROUP] += one_yb[i / GROUP][i % GROUP];
  }
  return EH_OK;
}

/* ---- cells ----------------------------------------------------------------------------------------------------------- */

static halves halves_of(const bootstrap *b, size_t atom, uint32_t k) {
  const eh_bootstrap_sums *const sums = b->sums;
  halves h = {.both = sums->both_ak[atom * b->intervals + k]};
  for (int y = 0; y < 2; y++) {
    const size_t cell = atom * b->width + (size_t)y * b->intervals + k;
    h.half_y[y] = (eh_weighed){sums->rows_aw[cell], sums->hold_aw[cell], sums->square_aw[cell]};
    h.rows += sums->rows_aw[cell];
  }
  return h;
}

/* From the interval of the audit that the cube's interval j - 1 lies in to that of j. Thresholds of either ascend. */
static uint32_t step_to(const bootstrap *b, uint32_t k, uint32_t j) {
  const eh_cube_spec *const asked = &b->audit->spec.cube, *const held = b->audit->counted->spec;
  return k + (j && k < asked->threshold_count && held->threshold_t[j - 1] == asked->threshold_t[k]);
}

/* A cube with weights keeps products by its own thresholds. */
void eh_halves_find(const bootstrap *b) {
  const eh_cube_view *const cube = b->audit->counted;
  const uint32_t atoms = cube->atoms->atom_count, intervals = b->intervals, held = cube->spec->threshold_count + 1;
  const eh_i192 *const both_ak = cube->weight_m[b->audit->model_m[b->model]].both_ak;
  uint32_t last = 0;
  for (uint32_t j = 0; j < held; j++) last = step_to(b, last, j);
  const bool known = both_ak && last + 1 == intervals;
  for (size_t i = 0; i < (size_t)atoms * intervals; i++) {
    const halves h = halves_of(b, i / intervals, (uint32_t)(i % intervals));
    b->sums->both_ak[i] = known ? 0 : both_of(b, &h);
  }
  for (uint32_t j = 0, k = 0; j < held && known; j++) {
    k = step_to(b, k, j);
    for (size_t a = 0; a < atoms; a++) b->sums->both_ak[a * intervals + k] += eh_i192_to_f64(both_ak[a * held + j]);
  }
}

/* Rows worth thirty, though one half of them is not. */
static bool are_many(const halves *h) {
  const double all = h->half_y[0].sum + h->half_y[1].sum;
  return all * all >= EH_NORMAL_LEAST * (h->half_y[0].square + h->half_y[1].square + 2 * h->both);
}

eh_status eh_halves_draw(const bootstrap *b, double draw_yb[2][GROUP], uint32_t atom, uint32_t k, uint32_t group, eh_error *err) {
  const uint64_t cell_y[2] = {(uint64_t)atom * b->width + k, (uint64_t)atom * b->width + b->intervals + k};
  const halves h = halves_of(b, atom, k);
  bool known;
  EH_TRY(draw_halves(b, draw_yb, &known, &h, cell_y, group, err));
  if (known) return EH_OK;
  forget(draw_yb);
  if (b->audit->counted->weight_m[b->audit->model_m[b->model]].start_ay) EH_TRY(draw_scores(b, draw_yb, atom, k, group, err));
  if (draw_yb[0][0] == draw_yb[0][0] || !are_many(&h)) return EH_OK;
  memset(draw_yb, 0, 2 * sizeof *draw_yb);
  draw_normal(b, draw_yb, &h, cell_y[0], group);
  return EH_OK;
}
