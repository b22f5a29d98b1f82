/* bootstrap_sums: replicates where rows are drawn together or do not count alike. Called by bootstrap.c in place of its counts
 * where the cube keeps clusters or weights.
 *
 * Idea: a replicate draws every cluster Poisson(1) times, with all that belongs to it, so a replicate of any count, or of any sum
 * of weights, is a sum over clusters of what they hold times how often they were drawn: exact whatever the rows have in common.
 * Clusters are numbered in the order of their names' hashes, which neither the order of rows nor how they were split can change.
 * Without clusters the sum of the weights drawn from a cell is exact where its rows weigh the same or are two, normal with the mean
 * and variance that it has where they are worth thirty, and else made up of the fine cells that it consists of.
 */
#include <string.h>

#include "bootstrap.h"

enum { GROUP = EH_REPLICATE_GROUP };
#define CLUSTERS ((uint64_t)1 << 41)

/* Weights that differ by less than their own rounding are alike. */
#define ALIKE 1e-12

/* ---- what the cells hold ------------------------------------------------------------------------------------------- */

/* to_aw[a][y][k] = rows of (a, y) with exactly k of the audit's thresholds below the score. */
static eh_status find_rows(const bootstrap *b, double *to_aw, eh_error *err) {
  const eh_cube_view *const cube = b->audit->counted;
  const eh_cube_spec *const spec = &b->audit->spec.cube;
  const size_t groups = 2 * (size_t)cube->atoms->atom_count, intervals = b->intervals;
  eh_arena arena = {.mem = b->audit->mem};
  uint64_t *const above_ay = eh_arena_take(&arena, (groups + 1) * sizeof *above_ay);
  if (!above_ay) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (size_t g = 0; g < groups; g++) to_aw[g * intervals] = (double)cube->rows_ay[g];
  for (uint32_t t = 0; t < spec->threshold_count; t++) {
    eh_cube_above(cube, b->audit->model_m[b->model], spec->threshold_t[t], above_ay);
    for (size_t g = 0; g < groups; g++) {
      to_aw[g * intervals + t] -= (double)above_ay[g];
      to_aw[g * intervals + t + 1] = (double)above_ay[g];
    }
  }
  eh_arena_free(&arena);
  return EH_OK;
}

/* What is left of the cell when those above are gone, as numbers. */
static void put_weights(const eh_bootstrap_sums *sums, size_t w, eh_weight_cell *left, const eh_weight_cell *above) {
  eh_i128_add(&left->weight, eh_i128_neg(above->weight));
  eh_i192_add(&left->square, eh_i192_neg(above->square));
  sums->hold_aw[w] = eh_i128_to_f64(left->weight);
  if (sums->square_aw) sums->square_aw[w] = eh_i192_to_f64(left->square);
  *left = *above;
}

static eh_status find_weights(const bootstrap *b, eh_error *err) {
  const eh_cube_view *const cube = b->audit->counted;
  const eh_cube_spec *const spec = &b->audit->spec.cube;
  const uint32_t model = b->audit->model_m[b->model], held = cube->spec->threshold_count + 1;
  const size_t groups = 2 * (size_t)cube->atoms->atom_count, intervals = b->intervals;
  eh_arena arena = {.mem = b->audit->mem};
  eh_weight_cell *const above_ay = eh_arena_take(&arena, (groups + 1) * sizeof *above_ay);
  eh_weight_cell *const left_ay = eh_arena_take(&arena, (groups + 1) * sizeof *left_ay);
  const bool taken = above_ay && left_ay;
  for (size_t g = 0; taken && g < groups; g++)
    for (uint32_t k = 0; k < held; k++) {
      const eh_weight_cell *const cell = &cube->weight_m[model].cell_ayk[g * held + k];
      eh_i128_add(&left_ay[g].weight, cell->weight);
      eh_i192_add(&left_ay[g].square, cell->square);
    }
  for (uint32_t t = 0; taken && t < intervals; t++) {
    if (t < spec->threshold_count) eh_cube_weights_above(cube, model, spec->threshold_t[t], above_ay);
    else memset(above_ay, 0, groups * sizeof *above_ay);
    for (size_t g = 0; g < groups; g++) put_weights(b->sums, g * intervals + t, &left_ay[g], &above_ay[g]);
  }
  eh_arena_free(&arena);
  return taken ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}

eh_status eh_sums_find(const bootstrap *b, eh_error *err) {
  if (!eh_audit_is_weighted(b->audit)) return find_rows(b, b->sums->hold_aw, err);
  if (b->sums->rows_aw) EH_TRY(find_rows(b, b->sums->rows_aw, err));
  EH_TRY(find_weights(b, err));
  if (b->sums->both_ak) eh_halves_find(b);
  return EH_OK;
}

static uint32_t cluster_of(const bootstrap *b, uint32_t atom) {
  const eh_atoms *const atoms = b->audit->counted->atoms;
  return atoms->group_ad[(size_t)atom * atoms->dim_count + b->sums->cluster_dim];
}

static eh_status take_held(bootstrap *b, eh_held *held, uint32_t cluster_count, eh_error *err) {
  held->unit_count = cluster_count;
  held->held_uk = eh_bootstrap_take(b, (uint64_t)cluster_count + 1, sizeof *held->held_uk, err);
  return held->held_uk ? EH_OK : EH_E_MEMORY;
}

eh_status eh_sums_new(bootstrap *b, eh_error *err) {
  const eh_atoms *const atoms = b->audit->counted->atoms;
  const uint64_t cells = (uint64_t)atoms->atom_count * b->width + 1;
  eh_bootstrap_sums *const sums = eh_bootstrap_take(b, 1, sizeof *sums, err);
  if (!sums) return EH_E_MEMORY;
  sums->cluster_dim = eh_slicing_cluster(&b->audit->counted->spec->slicing);
  sums->hold_aw = eh_bootstrap_take(b, cells, sizeof(double), err);
  b->sums = sums;
  if (!sums->hold_aw) return EH_E_MEMORY;
  if (!eh_bootstrap_clusters(b)) {
    sums->square_aw = eh_bootstrap_take(b, cells, sizeof(double), err);
    sums->rows_aw = eh_bootstrap_take(b, cells, sizeof(double), err);
    if (eh_bootstrap_halves(b)) sums->both_ak = eh_bootstrap_take(b, cells, sizeof(double), err);
    return sums->square_aw && sums->rows_aw && (sums->both_ak || !eh_bootstrap_halves(b)) ? EH_OK : EH_E_MEMORY;
  }
  b->held = &sums->own, b->held_base = &sums->base;
  EH_TRY(take_held(b, &sums->own, atoms->group_count_d[sums->cluster_dim], err));
  return take_held(b, &sums->base, atoms->group_count_d[sums->cluster_dim], err);
}

/* ---- draws --------------------------------------------------------------------------------------------------------- */

static double *sum_of(const bootstrap *b, uint32_t group, uint32_t slot, uint32_t w) {
  return b->sums->sum_gswb + (((size_t)group * b->slots + slot) * b->width + w) * GROUP;
}

static void add(double *to_b, const double *draw_b, double held) {
  for (int i = 0; i < GROUP; i++) to_b[i] += held * draw_b[i];
}

eh_status eh_draw_alike(const bootstrap *b, double *draw_b, uint64_t cell, double rows, double each, uint32_t group, eh_error *err) {
  uint32_t times_b[GROUP];
  EH_TRY(eh_poisson_draw(b->poisson, times_b, cell, (uint32_t)rows, group, err));
  for (int i = 0; i < GROUP; i++) draw_b[i] += each * (double)(int32_t)times_b[i];
  return EH_OK;
}

eh_status eh_draw_weights(const bootstrap *b, double *draw_b, bool *known, eh_weighed w, uint64_t cell, uint32_t group, eh_error *err) {
  const double spread = w.rows * w.square - w.sum * w.sum;
  *known = true;
  if (!(w.sum > 0)) return EH_OK;
  if (!(spread > ALIKE * w.sum * w.sum)) return eh_draw_alike(b, draw_b, cell, w.rows, w.sum / w.rows, group, err);
  if (w.rows == 2) {
    EH_TRY(eh_draw_alike(b, draw_b, cell, 1, .5 * (w.sum + __builtin_sqrt(spread)), group, err));
    return eh_draw_alike(b, draw_b, EH_SECOND_ROW | cell, 1, .5 * (w.sum - __builtin_sqrt(spread)), group, err);
  }
  *known = w.sum * w.sum >= EH_NORMAL_LEAST * w.square;
  if (!*known) return EH_OK;
  double z_b[GROUP];
  eh_normal_draw(b->poisson, z_b, cell, group);
  for (int i = 0; i < GROUP; i++) {
    const double drawn = w.sum + __builtin_sqrt(w.square) * z_b[i];
    draw_b[i] += drawn > 0 ? drawn : 0;
  }
  return EH_OK;
}

static eh_status draw_cluster(const bootstrap *b, double draw_b[GROUP], uint32_t atom, uint32_t group, eh_error *err) {
  return eh_draw_alike(b, draw_b, CLUSTERS | cluster_of(b, atom), 1, 1, group, err);
}

static double rows_of(const eh_cube_model *model, uint32_t ay, uint64_t cell) {
  return (double)(model->below_c[cell] - (cell == model->cell_ay[ay] ? 0 : model->below_c[cell - 1]));
}

static void forget(double draw_b[GROUP]) {
  for (int i = 0; i < GROUP; i++) draw_b[i] = __builtin_nan("");
}

eh_status eh_fine_draw(const bootstrap *b, double draw_b[EH_REPLICATE_GROUP], uint32_t ay, uint64_t cell, uint32_t group, eh_error *err) {
  const eh_cube_view *const cube = b->audit->counted;
  const uint32_t m = b->audit->model_m[b->model];
  const eh_weight_cell *const weight = cube->weight_m ? &cube->weight_m[m].cell_c[cell] : NULL;
  memset(draw_b, 0, GROUP * sizeof *draw_b);
  if (eh_bootstrap_clusters(b)) {
    const double held = weight ? eh_i128_to_f64(weight->weight) : rows_of(&cube->model_m[m], ay, cell);
    EH_TRY(draw_cluster(b, draw_b, ay >> 1, group, err));
    for (int i = 0; i < GROUP; i++) draw_b[i] *= held;
    return EH_OK;
  }
  if (eh_bootstrap_halves(b)) return eh_halves_draw_fine(b, draw_b, ay, cell, group, err);
  const double rows = rows_of(&cube->model_m[m], ay, cell);
  if (!weight) return eh_draw_alike(b, draw_b, EH_FINE_CELLS | cell, rows, 1, group, err);
  bool known;
  EH_TRY(eh_draw_weights(b, draw_b, &known, (eh_weighed){rows, eh_i128_to_f64(weight->weight), eh_i192_to_f64(weight->square)},
                      EH_FINE_CELLS | cell, group, err));
  if (!known) forget(draw_b);
  return EH_OK;
}

uint32_t eh_interval_of(const eh_cube_spec *spec, double score) {
  uint32_t k = 0;
  while (k < spec->threshold_count && (spec->cut == EH_CUT_AT_LEAST ? score >= spec->threshold_t[k] : score > spec->threshold_t[k])) k++;
  return k;
}

/* The cell w of an atom out of its fine cells. */
static eh_status draw_fine_cells(const bootstrap *b, double draw_b[GROUP], uint32_t atom, uint32_t w, uint32_t group, eh_error *err) {
  const eh_cube_weights *const weights = &b->audit->counted->weight_m[b->audit->model_m[b->model]];
  const uint32_t y = w >= b->intervals, ay = 2 * atom + y, k = w - y * b->intervals;
  memset(draw_b, 0, GROUP * sizeof *draw_b);
  if (!weights->start_ay) forget(draw_b);
  for (uint64_t c = weights->start_ay ? weights->start_ay[ay] : 1; weights->start_ay && c < weights->start_ay[ay + 1]; c++) {
    double fine_b[GROUP];
    if (eh_interval_of(&b->audit->spec.cube, eh_key_score(weights->key_c[c])) != k) continue;
    EH_TRY(eh_fine_draw(b, fine_b, ay, c, group, err));
    add(draw_b, fine_b, 1);
  }
  return EH_OK;
}

/* What is drawn of the cell w of an atom. */
static eh_status draw_cell(const bootstrap *b, double draw_b[GROUP], uint32_t atom, uint32_t w, uint32_t group, eh_error *err) {
  const eh_bootstrap_sums *const sums = b->sums;
  const uint64_t cell = (uint64_t)atom * b->width + w;
  bool known;
  memset(draw_b, 0, GROUP * sizeof *draw_b);
  EH_TRY(eh_draw_weights(b, draw_b, &known, (eh_weighed){sums->rows_aw[cell], sums->hold_aw[cell], sums->square_aw[cell]}, cell, group, err));
  return known ? EH_OK : draw_fine_cells(b, draw_b, atom, w, group, err);
}

/* ---- replicates ---------------------------------------------------------------------------------------------------- */

/* Both halves of an interval at once. */
static eh_status draw_atom_halves(const bootstrap *b, const eh_bootstrap_cells *cells, uint32_t a, uint32_t group, eh_error *err) {
  double draw_yb[2][GROUP];
  for (uint32_t k = 0; k < b->intervals; k++) {
    EH_TRY(eh_halves_draw(b, draw_yb, a, k, group, err));
    for (uint64_t i = cells->start_a[a]; i < cells->start_a[a + 1]; i++)
      for (uint32_t y = 0; y < 2; y++) add(sum_of(b, group, cells->slice_i[i], y * b->intervals + k), draw_yb[y], 1);
  }
  return EH_OK;
}

static eh_status draw_atom(const bootstrap *b, const eh_bootstrap_cells *cells, uint32_t a, uint32_t group, eh_error *err) {
  const bool clusters = eh_bootstrap_clusters(b);
  const double *const hold_w = b->sums->hold_aw + (size_t)a * b->width;
  double draw_b[GROUP] = {0};
  if (clusters) EH_TRY(draw_cluster(b, draw_b, a, group, err));
  for (uint32_t w = 0; w < b->width; w++) {
    if (!(hold_w[w] > 0)) continue;
    if (!clusters) EH_TRY(draw_cell(b, draw_b, a, w, group, err));
    for (uint64_t i = cells->start_a[a]; i < cells->start_a[a + 1]; i++)
      add(sum_of(b, group, cells->slice_i[i], w), draw_b, clusters ? hold_w[w] : 1);
  }
  return EH_OK;
}

static eh_status draw_group(const bootstrap *b, const eh_bootstrap_cells *cells, uint32_t group, eh_error *err) {
  const bool halves = eh_bootstrap_halves(b);
  for (uint32_t a = 0; a < cells->atom_count; a++) {
    if (cells->start_a[a] == cells->start_a[a + 1]) continue;
    EH_TRY(halves ? draw_atom_halves(b, cells, a, group, err) : draw_atom(b, cells, a, group, err));
  }
  return EH_OK;
}

eh_status eh_sums_draw(const bootstrap *b, uint32_t n, eh_error *err) {
  eh_bootstrap_cells cells = {.atom_count = b->audit->counted->atoms->atom_count, .width = b->width};
  eh_arena arena = {.mem = b->audit->mem};
  eh_status status = eh_bootstrap_slots(b, &cells, n, &arena, err);
  memset(b->sums->sum_gswb, 0, (size_t)b->groups * b->slots * b->width * GROUP * sizeof(double));
  for (uint32_t g = 0; !status && g < b->groups; g++) status = draw_group(b, &cells, g, err);
  eh_arena_free(&arena);
  for (uint32_t g = 0; g < b->groups; g++)
    for (uint32_t s = 0; s < n; s++)
      for (uint32_t w = b->width - 1; w > 0; w--)
        if (w != b->intervals) add(sum_of(b, g, s, w - 1), sum_of(b, g, s, w), 1);
  return status;
}

void eh_sums_rows(const bootstrap *b, const eh_replicate_rows *to, uint32_t slot, uint32_t t) {
  for (uint32_t r = 0; r < b->replicates; r++) {
    const double *const at = sum_of(b, r / GROUP, slot, 0) + r % GROUP;
    const double negative = at[0], positive = at[(size_t)b->intervals * GROUP];
    to->fp[r] = t == EH_NONE ? 0 : at[((size_t)t + 1) * GROUP];
    to->tp[r] = t == EH_NONE ? 0 : at[((size_t)b->intervals + t + 1) * GROUP];
    to->tn[r] = negative - to->fp[r];
    to->fn[r] = positive - to->tp[r];
  }
}

/* ---- what the clusters hold of a slice ------------------------------------------------------------------------------- */

void eh_sums_hold(const bootstrap *b, eh_held *to, uint32_t place, uint32_t t) {
  static const int kind_ys[2][2] = {{EH_ROW_TN, EH_ROW_FP}, {EH_ROW_FN, EH_ROW_TP}};
  const eh_bootstrap_sums *const sums = b->sums;
  const eh_slice *const slice = b->audit->slice_s[place].slice;
  memset(to->held_uk, 0, to->unit_count * sizeof *to->held_uk);
  for (uint32_t i = 0; i < slice->atom_count; i++) {
    const uint32_t a = slice->atom_n[i];
    double *const held_k = to->held_uk[cluster_of(b, a)];
    for (uint32_t w = 0; w < b->width; w++) {
      const uint32_t y = w >= b->intervals, k = y ? w - b->intervals : w;
      held_k[kind_ys[y][t != EH_NONE && k > t]] += sums->hold_aw[(size_t)a * b->width + w];
    }
  }
  eh_held_add_up(to);
}

void eh_sums_hold_rest(const bootstrap *b, uint32_t place, uint32_t t) {
  const eh_bootstrap_sums *const sums = b->sums;
  eh_sums_hold(b, &b->sums->base, place, t);
  for (uint32_t c = 0; c < sums->base.unit_count; c++)
    for (int k = 0; k < EH_ROW_KINDS; k++) sums->base.held_uk[c][k] -= sums->own.held_uk[c][k];
  eh_held_add_up(&b->sums->base);
}
