/* bootstrap_sums: replicates where rows are drawn together. Called by bootstrap.c in place of its counts where the cube keeps
 * clusters.
 *
 * Idea: a replicate draws every cluster Poisson(1) times, with all that belongs to it, so a replicate of any count, or of any sum
 * of weights, is a sum over clusters of what they hold times how often they were drawn: exact whatever the rows have in common.
 * Clusters are numbered in the order of their names' hashes, which neither the order of rows nor how they were split can change.
 */
#include <string.h>

#include "bootstrap.h"

enum { GROUP = EH_REPLICATE_GROUP };
/* Counters of clusters lie beyond those of coarse and fine cells. */
#define CLUSTERS ((uint64_t)1 << 41)

/* ---- what the cells hold ------------------------------------------------------------------------------------------- */

/* hold_aw[a][y][k]: as count_aw, rows or sums of weights. */
static eh_status find_rows_held(const bootstrap *b, eh_error *err) {
  const eh_cube_view *const cube = b->audit->counted;
  const eh_cube_spec *const spec = &b->audit->spec.cube;
  const size_t groups = 2 * (size_t)cube->atoms->atom_count, intervals = b->intervals;
  eh_arena arena = {.mem = b->audit->mem};
  uint64_t *const above_ay = eh_arena_take(&arena, (groups + 1) * sizeof *above_ay);
  double *const hold_aw = b->sums->hold_aw;
  if (!above_ay) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (size_t g = 0; g < groups; g++) hold_aw[g * intervals] = (double)cube->rows_ay[g];
  for (uint32_t t = 0; t < spec->threshold_count; t++) {
    eh_cube_above(cube, b->audit->model_m[b->model], spec->threshold_t[t], above_ay);
    for (size_t g = 0; g < groups; g++) {
      hold_aw[g * intervals + t] -= (double)above_ay[g];
      hold_aw[g * intervals + t + 1] = (double)above_ay[g];
    }
  }
  eh_arena_free(&arena);
  return EH_OK;
}

static eh_status find_weights_held(const bootstrap *b, eh_error *err) {
  const eh_cube_view *const cube = b->audit->counted;
  const eh_cube_spec *const spec = &b->audit->spec.cube;
  const uint32_t model = b->audit->model_m[b->model], held = cube->spec->threshold_count + 1;
  const size_t groups = 2 * (size_t)cube->atoms->atom_count, intervals = b->intervals;
  eh_arena arena = {.mem = b->audit->mem};
  eh_weight_cell *const above_ay = eh_arena_take(&arena, (groups + 1) * sizeof *above_ay);
  eh_i128 *const left_ay = eh_arena_take(&arena, (groups + 1) * sizeof *left_ay);
  if (!above_ay || !left_ay) {
    eh_arena_free(&arena);
    return eh_fail(err, EH_E_MEMORY, "out of memory");
  }
  for (size_t g = 0; g < groups; g++)
    for (uint32_t k = 0; k < held; k++) eh_i128_add(&left_ay[g], cube->weight_m[model].cell_ayk[g * held + k].weight);
  for (uint32_t t = 0; t < spec->threshold_count; t++) {
    eh_cube_weights_above(cube, model, spec->threshold_t[t], above_ay);
    for (size_t g = 0; g < groups; g++) {
      eh_i128_add(&left_ay[g], eh_i128_neg(above_ay[g].weight));
      b->sums->hold_aw[g * intervals + t] = eh_i128_to_f64(left_ay[g]);
      left_ay[g] = above_ay[g].weight;
    }
  }
  for (size_t g = 0; g < groups; g++) b->sums->hold_aw[g * intervals + b->intervals - 1] = eh_i128_to_f64(left_ay[g]);
  eh_arena_free(&arena);
  return EH_OK;
}

eh_status eh_sums_find(const bootstrap *b, eh_error *err) {
  return eh_audit_is_weighted(b->audit) ? find_weights_held(b, err) : find_rows_held(b, err);
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
  eh_bootstrap_sums *const sums = eh_bootstrap_take(b, 1, sizeof *sums, err);
  if (!sums) return EH_E_MEMORY;
  sums->cluster_dim = eh_slicing_cluster(&b->audit->counted->spec->slicing);
  sums->hold_aw = eh_bootstrap_take(b, (uint64_t)atoms->atom_count * b->width + 1, sizeof(double), err);
  b->sums = sums;
  if (!sums->hold_aw) return EH_E_MEMORY;
  b->held = &sums->own, b->held_base = &sums->base;
  EH_TRY(take_held(b, &sums->own, atoms->group_count_d[sums->cluster_dim], err));
  return take_held(b, &sums->base, atoms->group_count_d[sums->cluster_dim], err);
}

/* ---- replicates ---------------------------------------------------------------------------------------------------- */

static double *sum_of(const bootstrap *b, uint32_t group, uint32_t slot, uint32_t w) {
  return b->sums->sum_gswb + (((size_t)group * b->slots + slot) * b->width + w) * GROUP;
}

eh_status eh_cluster_draw(const bootstrap *b, double draw_b[EH_REPLICATE_GROUP], uint32_t atom, uint32_t group, eh_error *err) {
  uint32_t times_b[GROUP];
  EH_TRY(eh_poisson_draw(b->poisson, times_b, CLUSTERS | cluster_of(b, atom), 1, group, err));
  for (int i = 0; i < GROUP; i++) draw_b[i] = (double)(int32_t)times_b[i];
  return EH_OK;
}

static void add(double *to_b, const double *draw_b, double held) {
  for (int i = 0; i < GROUP; i++) to_b[i] += held * draw_b[i];
}

static eh_status draw_group(const bootstrap *b, const eh_bootstrap_cells *cells, uint32_t group, eh_error *err) {
  double draw_b[GROUP];
  for (uint32_t a = 0; a < cells->atom_count; a++) {
    const uint64_t from = cells->start_a[a], to = cells->start_a[a + 1];
    const double *const hold_w = b->sums->hold_aw + (size_t)a * b->width;
    if (from == to) continue;
    EH_TRY(eh_cluster_draw(b, draw_b, a, group, err));
    for (uint32_t w = 0; w < b->width; w++)
      for (uint64_t i = from; i < to && hold_w[w] > 0; i++) add(sum_of(b, group, cells->slice_i[i], w), draw_b, hold_w[w]);
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
