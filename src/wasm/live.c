/* A cube's rates at any threshold, cheap enough for a slider: one call fills the numbers of all slices.
 *
 * Called by js/src/cube.js for cube.at(t). Slices, names and every array are made once per cube; a call then costs one
 * search per atom and label, one pass over the atoms of each slice, and one division per rate.
 */
#include "wasm_internal.h"

#include <string.h>

/* The rows of count_cs. */
enum { EHW_ROWS, EHW_TP, EHW_FP, EHW_TN, EHW_FN, EHW_COUNTS };

/* The rates of `at`: what moves with the threshold and is not a count. */
static bool is_live(eh_metric metric) {
  const eh_metric_info *about = eh_metric_about(metric);
  return about->needs_threshold && about->kind != EH_METRIC_IS_COUNT;
}

static eh_status take_arrays(ehw_live *live, eh_error *err) {
  const size_t slices = live->slice_count;
  for (uint32_t m = 0; m < EH_METRICS; m++) live->rate_count += is_live((eh_metric)m);
  live->slice_name_s = eh_arena_take(&live->arena, slices * sizeof(eh_str));
  live->rate_name_r = eh_arena_take(&live->arena, live->rate_count * sizeof(eh_str));
  live->count_cs = eh_arena_take(&live->arena, EHW_COUNTS * slices * sizeof(double));
  live->rate_rs = eh_arena_take(&live->arena, live->rate_count * slices * sizeof(double));
  live->bound_rs = eh_arena_take(&live->arena, live->rate_count * slices * sizeof(double));
  live->confusion_s = eh_arena_take(&live->arena, slices * sizeof(eh_confusion));
  live->doubt_s = eh_arena_take(&live->arena, slices * sizeof *live->doubt_s);
  const size_t groups = 2 * (size_t)live->cube->atoms->atom_count + 1;
  live->scratch_ay = eh_arena_take(&live->arena, groups * sizeof(uint64_t));
  if (live->counted->weight_m) {
    live->weight_s = eh_arena_take(&live->arena, slices * sizeof *live->weight_s);
    live->weight_total_ms = eh_arena_take(&live->arena, live->model_count * slices * sizeof *live->weight_total_ms);
    live->weight_ay = eh_arena_take(&live->arena, groups * sizeof *live->weight_ay);
    if (!live->weight_s || !live->weight_total_ms || !live->weight_ay)
      return eh_fail(err, EH_E_MEMORY, "out of memory");
    for (uint32_t m = 0; m < live->model_count; m++)
      EH_TRY(eh_metric_weighted_totals(live->weight_total_ms + m * slices, live->counted, m, &live->slices, err));
  }
  if (!live->slice_name_s || !live->rate_name_r || !live->count_cs || !live->rate_rs || !live->bound_rs ||
      !live->confusion_s || !live->doubt_s || !live->scratch_ay)
    return eh_fail(err, EH_E_MEMORY, "out of memory");
  return EH_OK;
}

static void fill_fixed(ehw_live *live) {
  uint32_t rate = 0;
  for (uint32_t m = 0; m < EH_METRICS; m++)
    if (is_live((eh_metric)m)) live->rate_name_r[rate++] = eh_str_of(eh_metric_about((eh_metric)m)->name);
  for (uint32_t s = 0; s < live->slice_count; s++) {
    const eh_slice *slice = &live->slices.slice_n[s];
    uint64_t rows = 0;
    for (uint32_t i = 0; i < slice->atom_count; i++)
      rows += live->cube->rows_ay[2 * slice->atom_n[i]] + live->cube->rows_ay[2 * slice->atom_n[i] + 1];
    live->slice_name_s[s] = slice->name;
    live->count_cs[EHW_ROWS * live->slice_count + s] = (double)rows;
  }
}

EHW_EXPORT void ehw_live_free(ehw_live *live) {
  if (!live) return;
  eh_arena_free(&live->arena);
  eh_mem_free(NULL, live, sizeof *live);
}

/* The cube must outlive what is made here. */
EHW_EXPORT eh_status ehw_live_new(ehw_live **out, const eh_cube *cube, eh_error *err) {
  ehw_live *live = eh_mem_zero(NULL, sizeof *live);
  if (!live) return eh_fail(err, EH_E_MEMORY, "out of memory");
  live->cube = eh_cube_see(cube);
  if (live->cube->spec->regression) {
    eh_mem_free(NULL, live, sizeof *live);
    return eh_fail(err, EH_E_USAGE, "a cube of --task regression has no rates at a threshold; audit it");
  }
  live->counted = live->cube->repeated ? live->cube->repeated : live->cube;
  live->model_count = live->cube->spec->model_count;
  live->model_name_m = live->cube->spec->score_m;
  eh_status status = eh_slices_make(&live->slices, &live->arena, &live->cube->spec->slicing, live->cube->atoms, err);
  if (!status) {
    live->slice_count = live->slices.slice_count;
    status = take_arrays(live, err);
  }
  if (status) {
    ehw_live_free(live);
    return status;
  }
  fill_fixed(live);
  *out = live;
  return EH_OK;
}

/* How far two slices lie apart: reason, Wasserstein-1, largest difference, its threshold; of negatives, then of positives. */
EHW_EXPORT eh_status ehw_live_distance(double (*out)[4], const ehw_live *live, uint32_t model, uint32_t first,
                                       uint32_t second, eh_error *err) {
  eh_distance distance_y[2];
  EH_TRY(eh_metric_distance(distance_y, live->counted, model, &live->slices, (const uint32_t[]){first, second}, NULL, err));
  for (int y = 0; y < 2; y++) {
    const eh_distance *const d = &distance_y[y];
    out[y][0] = d->reason, out[y][1] = d->wasserstein, out[y][2] = d->largest, out[y][3] = d->threshold;
  }
  return EH_OK;
}

/* Counts that are sums of weights. */
static void weighted_at(ehw_live *live, uint32_t model, double t) {
  const size_t slices = live->slice_count;
  const eh_weight_tally *const total_s = live->weight_total_ms + model * slices;
  eh_metric_weighted_confusion(live->weight_s, total_s, live->counted, model, &live->slices, t, live->weight_ay);
  for (size_t s = 0; s < slices; s++) {
    static const eh_metric count_n[] = {EH_M_TP, EH_M_FP, EH_M_TN, EH_M_FN};
    eh_weight_tally tally = total_s[s];
    tally.confusion = live->weight_s[s];
    for (size_t c = 0; c < 4; c++)
      live->count_cs[(EHW_TP + c) * slices + s] = eh_metric_weighted_value(count_n[c], &tally).value;
    uint32_t rate = 0;
    for (uint32_t m = 0; m < EH_METRICS; m++)
      if (is_live((eh_metric)m)) {
        const eh_value value = eh_metric_weighted_value((eh_metric)m, &tally);
        live->bound_rs[rate * slices + s] = value.reason ? value.value : 0;
        live->rate_rs[rate++ * slices + s] = value.value;
      }
  }
}

/* Fills the counts, rates and bounds of every slice for rows whose score is above t. t must be finite, model below
 * model_count. Inside a bin of a binned cube they are those of its lower edge. */
EHW_EXPORT void ehw_live_at(ehw_live *live, uint32_t model, double t) {
  const size_t slices = live->slice_count;
  live->edge = eh_metric_edge(live->cube, t);
  if (live->counted->weight_m) {
    weighted_at(live, model, t);
    return;
  }
  eh_metric_confusion(live->confusion_s, live->counted, model, &live->slices, t, live->scratch_ay);
  if (!eh_metric_binned_at(NULL, live->doubt_s, live->counted, model, &live->slices, t))
    memset(live->doubt_s, 0, slices * sizeof *live->doubt_s);
  for (size_t s = 0; s < slices; s++) {
    const eh_tally tally = {.confusion = live->confusion_s[s]};
    double *count_c = live->count_cs + s;
    count_c[EHW_TP * slices] = (double)tally.confusion.tp;
    count_c[EHW_FP * slices] = (double)tally.confusion.fp;
    count_c[EHW_TN * slices] = (double)tally.confusion.tn;
    count_c[EHW_FN * slices] = (double)tally.confusion.fn;
    uint32_t rate = 0;
    for (uint32_t m = 0; m < EH_METRICS; m++) {
      if (!is_live((eh_metric)m)) continue;
      const eh_value value = eh_metric_value((eh_metric)m, &tally);
      live->rate_rs[rate * slices + s] = value.value;
      live->bound_rs[rate++ * slices + s] = value.reason ? value.value : eh_metric_bound((eh_metric)m, &tally, live->doubt_s[s]);
    }
  }
}
