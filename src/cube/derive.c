/* derive: everything in a cube that follows from its cells: rows, coarse counts, exact sums. Called at the end of
 * building and loading; rows alone after merging, which adds up the rest.
 *
 * The one idea: all rows of a cell have the same score, so a cell adds count times the one rounded score. That is bit
 * for bit the sum over its rows, whatever their order, at a cost per cell instead of per row.
 */
#include <string.h>

#include "cube_internal.h"

enum { BLOCK = 256 };

static bool sum_group(eh_i128 *sum, eh_i192 *square, const eh_cube_model *model, uint64_t from, uint64_t to) {
  double score_n[BLOCK];
  uint64_t count_n[BLOCK], below = 0;
  while (from < to) {
    const size_t n = to - from < BLOCK ? (size_t)(to - from) : BLOCK;
    for (size_t i = 0; i < n; i++) {
      score_n[i] = eh_key_score(model->key_c[from + i]);
      count_n[i] = model->below_c[from + i] - below;
      below = model->below_c[from + i];
    }
    if (!eh_sums_add_times(sum, square, score_n, count_n, n)) return false;
    from += n;
  }
  return true;
}

/* Keys and edges both ascend, so one walk along both splits a group's rows into intervals. */
static void count_group(uint64_t *count_k, const eh_cube_model *model, uint64_t from, uint64_t to,
                        const uint64_t *edge_t, uint32_t threshold_count) {
  uint64_t below = 0;
  for (uint32_t t = 0; t < threshold_count; t++) {
    const uint64_t start = below;
    for (; from < to && model->key_c[from] <= edge_t[t]; from++) below = model->below_c[from];
    count_k[t] = below - start;
  }
  count_k[threshold_count] = from < to ? model->below_c[to - 1] - below : 0;
}

/* Keys of the least and the greatest score over all groups. */
static void find_ends(eh_cube_model *model, uint32_t group_count) {
  model->least = UINT64_MAX, model->greatest = 0;
  for (uint32_t g = 0; g < group_count; g++) {
    if (model->cell_ay[g] == model->cell_ay[g + 1]) continue;
    const uint64_t first = model->key_c[model->cell_ay[g]], last = model->key_c[model->cell_ay[g + 1] - 1];
    if (first < model->least) model->least = first;
    if (last > model->greatest) model->greatest = last;
  }
}

/* The groups of one model, some at a time; what went wrong with them. */
enum { GROUPS = 64, DERIVED = 0, OTHER_ROWS, TOO_GREAT };
typedef struct deriving {
  const eh_cube_model *model;
  uint32_t group_count, threshold_count;
  bool first;           /* of the models: the others must count the same rows */
  const uint64_t *edge_t;
  uint64_t *rows_ay, *count_ayk;
  eh_i128 *score_ay;
  eh_i192 *square_ay;
  uint8_t *fault_i;
} deriving;

static void derive_groups(void *ctx, uint32_t i, uint32_t thread) {
  (void)thread;
  const deriving *const d = ctx;
  const uint32_t first = i * GROUPS, end = d->group_count - first < GROUPS ? d->group_count : first + GROUPS;
  for (uint32_t g = first; g < end && !d->fault_i[i]; g++) {
    const uint64_t from = d->model->cell_ay[g], to = d->model->cell_ay[g + 1];
    const uint64_t rows = from < to ? d->model->below_c[to - 1] : 0;
    if (d->first) d->rows_ay[g] = rows;
    else if (rows != d->rows_ay[g]) d->fault_i[i] = OTHER_ROWS;
    count_group(d->count_ayk + (size_t)g * (d->threshold_count + 1), d->model, from, to, d->edge_t, d->threshold_count);
    if (!d->fault_i[i] && !sum_group(&d->score_ay[g], &d->square_ay[g], d->model, from, to)) d->fault_i[i] = TOO_GREAT;
  }
}

static eh_status derive_model(const eh_cube *cube, uint32_t m, uint64_t *rows_ay, const uint64_t *edge_t,
                              eh_threads *threads, eh_arena *arena, eh_error *err) {
  eh_cube_model *const model = &cube->model_m[m];
  const uint32_t group_count = 2 * cube->atoms.atom_count, threshold_count = cube->spec.threshold_count;
  const uint32_t task_count = (group_count + GROUPS - 1) / GROUPS;
  deriving d = {.model = model, .group_count = group_count, .threshold_count = threshold_count, .first = m == 0,
                      .edge_t = edge_t, .rows_ay = rows_ay,
                      .count_ayk = eh_cube_take(arena, (uint64_t)group_count * (threshold_count + 1), sizeof(uint64_t)),
                      .score_ay = eh_cube_take(arena, group_count, sizeof(eh_i128)),
                      .square_ay = eh_cube_take(arena, group_count, sizeof(eh_i192)),
                      .fault_i = eh_cube_take(arena, task_count, 1)};
  if (!d.count_ayk || !d.score_ay || !d.square_ay || !d.fault_i) return eh_cube_no_memory(err);
  eh_threads_run(threads, derive_groups, &d, task_count);
  for (uint32_t i = 0; i < task_count; i++) {
    if (d.fault_i[i] == OTHER_ROWS) return eh_fail(err, EH_E_CUBE, "cube is corrupt: its models count different rows");
    if (d.fault_i[i]) return eh_coarse_sum_fails(&cube->spec, m, err);
  }
  find_ends(model, group_count);
  model->count_ayk = d.count_ayk;
  model->score_ay = d.score_ay;
  model->square_ay = d.square_ay;
  return EH_OK;
}

static eh_status settle_rows(eh_cube *cube, const uint64_t *rows_ay, eh_error *err) {
  uint64_t rows = 0;
  for (uint32_t a = 0; a < cube->atoms.atom_count; a++) {
    if (!rows_ay[2 * a] && !rows_ay[2 * a + 1] && !cube->loose)
      return eh_fail(err, EH_E_CUBE, "cube is corrupt: an atom without rows");
    if (cube->atoms.marginal) rows = 0; /* the last one has them all */
    rows += rows_ay[2 * a] + rows_ay[2 * a + 1];
  }
  cube->view.rows = rows;
  cube->view.rows_ay = rows_ay;
  return EH_OK;
}

eh_status eh_cube_derive(eh_cube *cube, eh_threads *threads, eh_error *err) {
  const uint32_t threshold_count = cube->spec.threshold_count, atom_count = cube->atoms.atom_count;
  uint64_t *const rows_ay = eh_cube_take(&cube->arena, 2 * (uint64_t)atom_count, sizeof(uint64_t));
  uint64_t *const edge_t = eh_cube_take(&cube->arena, threshold_count, sizeof(uint64_t));
  if (!rows_ay || !edge_t) return eh_cube_no_memory(err);
  for (uint32_t t = 0; t < threshold_count; t++) edge_t[t] = eh_cut_key(&cube->spec, cube->spec.threshold_t[t]);
  for (uint32_t m = 0; m < cube->spec.model_count; m++)
    EH_TRY(derive_model(cube, m, rows_ay, edge_t, threads, &cube->arena, err));
  return settle_rows(cube, rows_ay, err);
}

eh_status eh_cube_derive_rows(eh_cube *cube, eh_error *err) {
  const uint32_t group_count = 2 * cube->atoms.atom_count, interval_count = cube->spec.threshold_count + 1;
  uint64_t *const rows_ay = eh_cube_take(&cube->arena, group_count, sizeof(uint64_t));
  const uint64_t *const cell_ay = eh_cube_take(&cube->arena, (uint64_t)group_count + 1, sizeof(uint64_t));
  if (!rows_ay || !cell_ay) return eh_cube_no_memory(err);
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    if (cube->spec.no_fine || cube->view.fine) cube->model_m[m].cell_ay = cell_ay; /* no cells at all */
    for (uint32_t g = 0; g < group_count; g++) {
      uint64_t rows = 0;
      for (uint32_t k = 0; k < interval_count; k++) rows += cube->model_m[m].count_ayk[(size_t)g * interval_count + k];
      if (m && rows != rows_ay[g]) return eh_fail(err, EH_E_CUBE, "cube is corrupt: its models count different rows");
      rows_ay[g] = rows;
    }
  }
  return settle_rows(cube, rows_ay, err);
}
