/* weight_table: weights in a finished cube: put together from parts, held against their limits, asked. Called by finish,
 * merge and load.
 *
 * The one idea: frequency weights say how often a row occurred, so they are shown as a second view of the cube in which
 * the row is there that often; whoever counts rows then counts them without knowing of weights.
 */
#include <string.h>

#include "weight.h"

static uint32_t group_count(const eh_cube *cube) { return 2 * cube->atoms.atom_count; }

eh_status eh_cube_weights_room(eh_cube *cube, eh_error *err) {
  const uint32_t model_count = cube->spec.model_count, intervals = eh_weight_intervals(&cube->spec);
  cube->weight_m = eh_cube_take(&cube->arena, model_count, sizeof *cube->weight_m);
  if (!cube->weight_m) return eh_cube_no_memory(err);
  for (uint32_t m = 0; m < model_count; m++) {
    eh_cube_weights *const to = &cube->weight_m[m];
    to->cell_ayk = eh_cube_take(&cube->arena, (uint64_t)group_count(cube) * intervals, sizeof *to->cell_ayk);
    to->sum_ay = eh_cube_take(&cube->arena, group_count(cube), sizeof *to->sum_ay);
    if (eh_keeps_both(&cube->spec))
      to->both_ak = eh_cube_take(&cube->arena, (uint64_t)cube->atoms.atom_count * intervals, sizeof *to->both_ak);
    if (!to->cell_ayk || !to->sum_ay || (eh_keeps_both(&cube->spec) && !to->both_ak)) return eh_cube_no_memory(err);
  }
  cube->view.weight_m = cube->weight_m;
  return EH_OK;
}

/* ---- the repeated view ------------------------------------------------------------------------------------------- */

/* A sum of whole numbers, below 2^63. */
static uint64_t whole(eh_i128 weight) { return weight.w[1]; }

static bool narrow(eh_i128 *to, eh_i192 x) {
  *to = (eh_i128){{x.w[0], x.w[1]}};
  return x.w[2] == (x.w[1] >> 63 ? UINT64_MAX : 0);
}

/* Fine cells of rows that occurred at all. */
static eh_status repeat_cells(eh_cube *cube, const eh_cube_weights *from, eh_cube_model *to, eh_error *err) {
  const uint32_t groups = group_count(cube);
  if (!from->start_ay) return EH_OK;
  uint64_t *const cell_ay = eh_cube_take(&cube->arena, (uint64_t)groups + 1, sizeof *cell_ay);
  uint64_t *const key_c = eh_cube_take(&cube->arena, from->start_ay[groups], sizeof *key_c);
  uint64_t *const below_c = eh_cube_take(&cube->arena, from->start_ay[groups], sizeof *below_c);
  if (!cell_ay || !key_c || !below_c) return eh_cube_no_memory(err);
  uint64_t at = 0;
  for (uint32_t g = 0; g < groups; g++) {
    uint64_t below = 0;
    cell_ay[g] = at;
    for (uint64_t c = from->start_ay[g]; c < from->start_ay[g + 1]; c++) {
      if (!whole(from->cell_c[c].weight)) continue;
      key_c[at] = from->key_c[c];
      below_c[at++] = below += whole(from->cell_c[c].weight);
    }
  }
  cell_ay[groups] = at;
  to->cell_ay = cell_ay;
  to->key_c = key_c;
  to->below_c = below_c;
  return EH_OK;
}

static eh_status repeat_model(eh_cube *cube, uint32_t m, uint64_t *rows_ay, eh_cube_model *to, eh_error *err) {
  const eh_cube_weights *const from = &cube->weight_m[m];
  const uint32_t groups = group_count(cube), intervals = eh_weight_intervals(&cube->spec);
  uint64_t *const count_ayk = eh_cube_take(&cube->arena, (uint64_t)groups * intervals, sizeof *count_ayk);
  eh_i128 *const score_ay = eh_cube_take(&cube->arena, groups, sizeof *score_ay);
  eh_i192 *const square_ay = eh_cube_take(&cube->arena, groups, sizeof *square_ay);
  if (!count_ayk || !score_ay || !square_ay) return eh_cube_no_memory(err);
  for (uint32_t g = 0; g < groups; g++) {
    uint64_t rows = 0;
    for (uint32_t k = 0; k < intervals; k++)
      rows += count_ayk[(size_t)g * intervals + k] = whole(from->cell_ayk[(size_t)g * intervals + k].weight);
    if (m && rows != rows_ay[g]) return eh_fail(err, EH_E_CUBE, "cube is corrupt: its models have different weights");
    rows_ay[g] = rows;
    square_ay[g] = from->sum_ay[g].square;
    if (!narrow(&score_ay[g], from->sum_ay[g].score)) return eh_weights_overflow(&cube->spec, err);
  }
  *to = (eh_cube_model){.count_ayk = count_ayk, .score_ay = score_ay, .square_ay = square_ay,
                        .least = cube->model_m[m].least, .greatest = cube->model_m[m].greatest};
  return repeat_cells(cube, from, to, err);
}

static eh_status repeat(eh_cube *cube, uint64_t total, eh_error *err) {
  uint64_t *const rows_ay = eh_cube_take(&cube->arena, group_count(cube), sizeof *rows_ay);
  eh_cube_model *const model_m = eh_cube_take(&cube->arena, cube->spec.model_count, sizeof *model_m);
  if (!rows_ay || !model_m) return eh_cube_no_memory(err);
  for (uint32_t m = 0; m < cube->spec.model_count; m++) EH_TRY(repeat_model(cube, m, rows_ay, &model_m[m], err));
  cube->repeated = cube->view;
  cube->repeated.rows = total;
  cube->repeated.rows_ay = rows_ay;
  cube->repeated.model_m = model_m;
  cube->repeated.weight_m = NULL;
  cube->view.repeated = &cube->repeated;
  return EH_OK;
}

/* All weights together are in range, and so is the sum over any slice. */
eh_status eh_cube_weights_finish(eh_cube *cube, eh_error *err) {
  const bool frequency = cube->spec.weight_kind == EH_WEIGHT_FREQUENCY && !cube->spec.fractional;
  const uint64_t most = frequency ? EH_ROWS_MAX : (uint64_t)1 << 61;
  uint64_t total = 0;
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    const uint64_t cells = (uint64_t)group_count(cube) * eh_weight_intervals(&cube->spec);
    eh_weight_cell all = {{{0}}, {{0}}};
    eh_weight_sum sum = {{{0}}, {{0}}};
    for (uint64_t i = 0; i < cells; i++)
      if (!eh_weight_cell_add(&all, &cube->weight_m[m].cell_ayk[i])) return eh_weights_overflow(&cube->spec, err);
    for (uint32_t g = 0; g < group_count(cube); g++)
      if (!eh_weight_sum_add(&sum, &cube->weight_m[m].sum_ay[g])) return eh_weights_overflow(&cube->spec, err);
    total = whole(all.weight);
    if (total > most)
      return eh_fail(err, EH_E_LIMIT, "the weights of %Q sum to more than %u", cube->spec.weight, most);
  }
  return frequency ? repeat(cube, total, err) : EH_OK;
}

/* ---- merging ----------------------------------------------------------------------------------------------------- */

static eh_status merge_fine(const eh_cube *cube, eh_weight_fine *fine, const eh_cube *part, uint32_t m,
                            const uint32_t *order_a, eh_error *err) {
  const eh_cube_weights *const from = &part->weight_m[m];
  for (uint32_t g = 0; g < group_count(part); g++)
    for (uint64_t c = from->start_ay[g]; c < from->start_ay[g + 1]; c++) {
      eh_weight_cell *to = NULL;
      EH_TRY(eh_weight_fine_cell(&to, fine, cube->mem, 2 * order_a[g / 2] + g % 2, from->key_c[c], err));
      if (!eh_weight_cell_add(to, &from->cell_c[c])) return eh_weights_overflow(&cube->spec, err);
    }
  return EH_OK;
}

static eh_status merge_coarse(const eh_cube *cube, const eh_cube *part, uint32_t m, const uint32_t *order_a,
                              eh_error *err) {
  const uint32_t intervals = eh_weight_intervals(&cube->spec);
  bool in_range = true;
  for (uint32_t g = 0; g < group_count(part); g++) {
    const size_t to = 2 * (size_t)order_a[g / 2] + g % 2;
    in_range &= eh_weight_sum_add(&eh_weight_sums(cube, m)[to], &part->weight_m[m].sum_ay[g]);
    for (uint32_t k = 0; k < intervals; k++)
      in_range &= eh_weight_cell_add(&eh_weight_cells(cube, m)[to * intervals + k],
                                     &part->weight_m[m].cell_ayk[(size_t)g * intervals + k]);
  }
  return in_range ? EH_OK : eh_weights_overflow(&cube->spec, err);
}

/* Where a part does not have them, nor has the union. */
static void merge_both(eh_cube *cube, const eh_cube *part, uint32_t m, const uint32_t *order_a) {
  const uint32_t intervals = eh_weight_intervals(&cube->spec);
  const eh_i192 *const from_ak = part->weight_m[m].both_ak;
  if (!from_ak) cube->weight_m[m].both_ak = NULL;
  for (uint32_t a = 0; a < part->atoms.atom_count && cube->weight_m[m].both_ak; a++)
    for (uint32_t k = 0; k < intervals; k++) /* in range, as the squares are */
      eh_i192_add(&eh_weight_both(cube, m)[(size_t)order_a[a] * intervals + k], from_ak[(size_t)a * intervals + k]);
}

eh_status eh_cube_weights_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                                eh_error *err) {
  EH_TRY(eh_cube_weights_room(cube, err));
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    eh_weight_fine fine = {0};
    eh_status status = EH_OK;
    for (uint32_t p = 0; p < k && !status; p++) {
      status = merge_coarse(cube, part_k[p], m, order_ka[p], err);
      merge_both(cube, part_k[p], m, order_ka[p]);
      if (!status && !cube->spec.no_fine) status = merge_fine(cube, &fine, part_k[p], m, order_ka[p], err);
    }
    if (!status && !cube->spec.no_fine) status = eh_weight_fine_place(cube, m, &fine, NULL, err);
    eh_weight_fine_free(&fine, cube->mem);
    EH_TRY(status);
  }
  return eh_cube_weights_finish(cube, err);
}

/* ---- any threshold ----------------------------------------------------------------------------------------------- */

void eh_cube_weights_above(const eh_cube_view *cube, uint32_t model, double t, eh_weight_cell *above_ay) {
  const eh_cube_weights *const weights = &cube->weight_m[model];
  const eh_cube_spec *const spec = cube->spec;
  const uint32_t groups = 2 * cube->atoms->atom_count, intervals = eh_weight_intervals(spec);
  const uint64_t key = eh_cut_key(spec, t);
  uint32_t known = 0;
  while (known < spec->threshold_count && spec->threshold_t[known] != t) known++;
  memset(above_ay, 0, groups * sizeof *above_ay);
  for (uint32_t g = 0; g < groups; g++) { /* sums of parts of what is in range */
    if (known < spec->threshold_count) {
      for (uint32_t k = known + 1; k < intervals; k++)
        eh_weight_cell_add(&above_ay[g], &weights->cell_ayk[(size_t)g * intervals + k]);
      continue;
    }
    for (uint64_t c = weights->start_ay[g + 1]; c > weights->start_ay[g] && weights->key_c[c - 1] > key; c--)
      eh_weight_cell_add(&above_ay[g], &weights->cell_c[c - 1]);
  }
}
