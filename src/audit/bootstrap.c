/* bootstrap: intervals of rates and gaps from replicates of the counts. Step of eh_audit_run after the results, where
 * `--interval bootstrap` or `bca` asks for it.
 *
 * Idea: a replicate draws the rows of every cell (atom, label, interval between thresholds) anew, and all slices, thresholds
 * and metrics are computed from the same draws, so that a gap has the covariance its slices really have, however they overlap.
 * Its cost does not know the number of rows. Slices are taken in as many rounds as their counts need to stay in EH_ROUND_BYTES;
 * draws are a function of their counter, so that rounds change nothing.
 */
#include <string.h>

#include "bootstrap.h"

#define NOT_A_NUMBER __builtin_nan("")

void *eh_bootstrap_take(bootstrap *b, uint64_t n, size_t size, eh_error *err) {
  void *p = n <= SIZE_MAX / 2 / size ? eh_arena_take(&b->arena, (size_t)n * size) : NULL;
  if (!p) eh_fail(err, EH_E_MEMORY, "out of memory");
  return p;
}

/* ---- cells and draws --------------------------------------------------------------------------------------------- */

/* count_aw[a][y][k] = rows of (a, y) with exactly k of the audit's thresholds below the score. */
static eh_status find_cells(bootstrap *b, eh_error *err) {
  if (b->sums) return eh_sums_find(b, err);
  const eh_cube_view *cube = b->audit->counted;
  const eh_cube_spec *spec = &b->audit->spec.cube;
  const size_t groups = 2 * (size_t)cube->atoms->atom_count, intervals = b->intervals;
  b->count_aw = eh_bootstrap_take(b, (uint64_t)groups * intervals + 1, sizeof *b->count_aw, err);
  uint64_t *above_ay = eh_bootstrap_take(b, groups + 1, sizeof *above_ay, err);
  if (!b->count_aw || !above_ay) return EH_E_MEMORY;
  for (size_t g = 0; g < groups; g++) b->count_aw[g * intervals] = (uint32_t)cube->rows_ay[g];
  for (uint32_t t = 0; t < spec->threshold_count; t++) {
    eh_cube_above(cube, b->audit->model_m[b->model], spec->threshold_t[t], above_ay);
    for (size_t g = 0; g < groups; g++) {
      b->count_aw[g * intervals + t] -= (uint32_t)above_ay[g];
      b->count_aw[g * intervals + t + 1] = (uint32_t)above_ay[g];
    }
  }
  return EH_OK;
}

eh_status eh_bootstrap_slots(const bootstrap *b, eh_bootstrap_cells *cells, uint32_t n, eh_arena *arena, eh_error *err) {
  const eh_audit_slice *slice_s = b->audit->slice_s;
  const uint32_t atoms = cells->atom_count;
  uint64_t total = 0;
  for (uint32_t s = 0; s < n; s++) total += slice_s[b->place_s[s]].slice->atom_count;
  uint64_t *start_a = eh_arena_take(arena, ((size_t)atoms + 2) * sizeof *start_a);
  uint32_t *slice_i = total < SIZE_MAX / 8 ? eh_arena_take(arena, (size_t)total * sizeof *slice_i + 1) : NULL;
  if (!start_a || !slice_i) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (uint32_t s = 0; s < n; s++) {
    const eh_slice *slice = slice_s[b->place_s[s]].slice;
    for (uint32_t i = 0; i < slice->atom_count; i++) start_a[slice->atom_n[i] + 2]++;
  }
  for (uint32_t a = 0; a < atoms; a++) start_a[a + 2] += start_a[a + 1];
  for (uint32_t s = 0; s < n; s++) {
    const eh_slice *slice = slice_s[b->place_s[s]].slice;
    for (uint32_t i = 0; i < slice->atom_count; i++) slice_i[start_a[slice->atom_n[i] + 1]++] = s;
  }
  cells->start_a = start_a;
  cells->slice_i = slice_i;
  return EH_OK;
}

static uint32_t *cell_of(const bootstrap *b, uint32_t group, uint32_t slot, uint32_t w) {
  return b->sum_gswb + (((size_t)group * b->slots + slot) * b->width + w) * EH_REPLICATE_GROUP;
}

/* Counts of a round's n slots; interval k then holds the rows of intervals k and up, so that those above threshold t are at
 * t + 1. */
static eh_status draw_round(bootstrap *b, uint32_t n, eh_error *err) {
  if (b->sums) return eh_sums_draw(b, n, err);
  eh_bootstrap_cells cells = {.count_aw = b->count_aw, .atom_count = b->audit->counted->atoms->atom_count, .width = b->width};
  eh_arena arena = {.mem = b->audit->mem};
  eh_status status = eh_bootstrap_slots(b, &cells, n, &arena, err);
  memset(b->sum_gswb, 0, (size_t)b->groups * b->slots * b->width * EH_REPLICATE_GROUP * sizeof *b->sum_gswb);
  for (uint32_t g = 0; !status && g < b->groups; g++)
    status = eh_bootstrap_counts(cell_of(b, g, 0, 0), &cells, g, b->poisson, err);
  eh_arena_free(&arena);
  for (uint32_t g = 0; g < b->groups; g++)
    for (uint32_t s = 0; s < n; s++)
      for (uint32_t y = 0; y < 2; y++)
        for (uint32_t k = b->intervals - 1; k > 0; k--)
          b->kernels->add_u32(cell_of(b, g, s, y * b->intervals + k - 1), cell_of(b, g, s, y * b->intervals + k), EH_REPLICATE_GROUP);
  return status;
}

/* At threshold t, EH_NONE one above every score. */
static void find_rows(const bootstrap *b, eh_replicate_rows *to, uint32_t slot, uint32_t t) {
  if (b->sums) {
    eh_sums_rows(b, to, slot, t);
    return;
  }
  for (uint32_t g = 0; g < b->groups; g++) {
    const uint32_t first = g * EH_REPLICATE_GROUP, left = b->replicates - first;
    const uint32_t n = left < EH_REPLICATE_GROUP ? left : EH_REPLICATE_GROUP;
    const int32_t *negative = (const int32_t *)cell_of(b, g, slot, 0), *positive = (const int32_t *)cell_of(b, g, slot, b->intervals);
    const int32_t *fp = negative + ((size_t)t + 1) * EH_REPLICATE_GROUP, *tp = positive + ((size_t)t + 1) * EH_REPLICATE_GROUP;
    for (uint32_t i = 0; i < n; i++) { /* i32 converts to f64 in vectors on every target */
      to->fp[first + i] = t == EH_NONE ? 0 : (double)fp[i];
      to->tp[first + i] = t == EH_NONE ? 0 : (double)tp[i];
      to->tn[first + i] = (double)negative[i] - to->fp[first + i];
      to->fn[first + i] = (double)positive[i] - to->tp[first + i];
    }
  }
}

/* ---- intervals --------------------------------------------------------------------------------------------------- */

static const char *method_of(eh_resampling how) { return how.bca ? "bca" : "bootstrap"; }

static eh_confusion confusion_at(const bootstrap *b, uint32_t slice, uint32_t t) {
  return eh_audit_confusion(b->audit, b->model, t, slice);
}

/* Why there is no interval: of weights, draws that rows would be needed for are not known, in any replicate. */
static eh_reason lacks(const bootstrap *b, const double *value_b) {
  uint32_t i = 0;
  while (i < b->replicates && value_b[i] != value_b[i]) i++;
  return i == b->replicates && b->sums && !eh_bootstrap_clusters(b) ? EH_R_BOOTSTRAP_NEEDS_ROWS : EH_R_FEW_EVENTS;
}

void eh_bootstrap_put_interval(const bootstrap *b, eh_result *r, eh_resampling how, double acceleration, bool few) {
  const eh_reason lack = lacks(b, b->value_b);
  const eh_resampled found = eh_bootstrap_range(b->value_b, b->scratch_b, b->replicates, r->value.value, acceleration, NOT_A_NUMBER, how);
  const bool there = found.range.lower == found.range.lower;
  r->range = found.range;
  r->method = there ? method_of(how) : NULL;
  r->interval_reason = there && !few ? EH_R_NONE : lack;
}

void eh_bootstrap_put_gap(const bootstrap *b, eh_gap *gap, const double *base_b, eh_resampling how, eh_influence influence, bool few) {
  for (uint32_t i = 0; i < b->replicates; i++) b->gap_b[i] = b->value_b[i] - base_b[i];
  const eh_reason lack = lacks(b, b->gap_b);
  const eh_resampled difference = eh_bootstrap_range(b->gap_b, b->scratch_b, b->replicates, gap->difference, influence.difference, 0, how);
  gap->difference_range = difference.range;
  gap->p = difference.p;
  if (!gap->ratio_reason) {
    for (uint32_t i = 0; i < b->replicates; i++) b->gap_b[i] = b->value_b[i] / base_b[i];
    gap->ratio_range = eh_bootstrap_range(b->gap_b, b->scratch_b, b->replicates, gap->ratio, influence.ratio, NOT_A_NUMBER, how).range;
  }
  const bool there = difference.range.lower == difference.range.lower;
  gap->method = there ? method_of(how) : NULL;
  gap->interval_reason = there && !few ? EH_R_NONE : lack;
}

static eh_kinds kinds_of(const bootstrap *b, uint32_t place, uint32_t t) {
  return eh_audit_is_weighted(b->audit) ? eh_weighted_kinds(b->audit, b->model, place, t) : eh_kinds_of_rows(confusion_at(b, place, t));
}

void eh_bootstrap_hold(bootstrap *b, uint32_t place, uint32_t t) {
  const bool complement = b->audit->view.baseline == EH_NONE;
  if (eh_bootstrap_clusters(b)) {
    eh_sums_hold(b, b->held, place, t);
    if (complement) eh_sums_hold_rest(b, b->place_s[BASE_SLOT], t);
    return;
  }
  const eh_kinds own = kinds_of(b, place, t), all = kinds_of(b, b->place_s[BASE_SLOT], t);
  const eh_kinds base = complement ? eh_kinds_without(&all, &own) : all;
  const eh_kinds shared = eh_audit_is_weighted(b->audit) ? eh_weighted_shared_kinds(b->audit, b->model, place, t)
                                                         : eh_kinds_of_rows(eh_audit_shared(b->audit, b->model, t, place));
  eh_row_units_make(&b->rows, &own, &base, &shared);
}

void eh_bootstrap_hold_base(bootstrap *b, uint32_t t) {
  if (eh_bootstrap_clusters(b) && b->audit->view.baseline != EH_NONE) eh_sums_hold(b, b->held_base, b->place_s[BASE_SLOT], t);
}

static void put_gap(const bootstrap *b, eh_result *r, const double *base_b) {
  eh_gap *gap = &r->gap;
  eh_influence influence = {0, 0};
  if (gap->reason || gap->interval_reason != EH_R_NOT_ASKED) return;
  if (b->audit->relation_s[r->slice] == EH_EQUAL || eh_same_rows(r->metric, b->held, b->held_base)) {
    gap->interval_reason = EH_R_SAME_ROWS;
    return;
  }
  if (b->how.bca) influence = eh_influence_of_gap(r->metric, b->held, b->held_base);
  eh_bootstrap_put_gap(b, gap, base_b, b->how, influence, eh_few_events(r->metric, b->held) || eh_few_events(r->metric, b->held_base));
}

/* One metric of the slice whose replicates are in own; `i` is its place among those asked for. */
static void put_result(const bootstrap *b, eh_result *r, uint32_t i) {
  if (r->interval_reason != EH_R_NOT_ASKED) return;
  if (!eh_has_replicates(r->metric)) {
    r->interval_reason = eh_scores_replicate(r->metric) ? EH_R_BOOTSTRAP_NEEDS_ROWS : EH_R_NO_BOOTSTRAP; /* those stay where draws are too many */
    if (!r->gap.reason && r->gap.interval_reason == EH_R_NOT_ASKED) r->gap.interval_reason = r->interval_reason;
    return;
  }
  double *base_b = b->base_ib + (size_t)i * b->replicates;
  eh_replicate_values(b->value_b, r->metric, &b->own, b->replicates);
  if (b->audit->view.baseline == EH_NONE) eh_replicate_values(base_b, r->metric, &b->base, b->replicates);
  put_gap(b, r, base_b);
  eh_bootstrap_pair(b, r);
  const double influence = b->how.bca ? eh_influence_of_value(r->metric, b->held) : 0;
  eh_bootstrap_put_interval(b, r, b->how, influence, eh_few_events(r->metric, b->held));
}

static void subtract_rows(const eh_replicate_rows *from, const eh_replicate_rows *all, const eh_replicate_rows *part, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    from->tp[i] = all->tp[i] - part->tp[i];
    from->fp[i] = all->fp[i] - part->fp[i];
    from->tn[i] = all->tn[i] - part->tn[i];
    from->fn[i] = all->fn[i] - part->fn[i];
  }
}

/* All slices of a round at one threshold, and the metrics that have one; EH_NONE: those that have none. */
static void put_threshold(bootstrap *b, uint32_t n, uint32_t t) {
  if (eh_audit_is_between(b->audit, t)) return;
  const eh_spec *spec = &b->audit->spec;
  const bool complement = b->audit->view.baseline == EH_NONE;
  find_rows(b, &b->base, BASE_SLOT, t);
  eh_bootstrap_hold_base(b, t);
  for (uint32_t i = 0; i < spec->metric_count && !complement; i++)
    eh_replicate_values(b->base_ib + (size_t)i * b->replicates, spec->metric_n[i], &b->base, b->replicates);
  for (uint32_t s = OWN_SLOTS; s < n; s++) {
    find_rows(b, &b->own, s, t);
    eh_bootstrap_hold(b, b->place_s[s], t);
    if (complement) { /* base: overall, of which the slice's own rows are taken away */
      find_rows(b, &b->base, BASE_SLOT, t);
      subtract_rows(&b->base, &b->base, &b->own, b->replicates);
    }
    for (uint32_t i = 0; i < spec->metric_count; i++) {
      if (eh_metric_about(spec->metric_n[i])->needs_threshold != (t != EH_NONE)) continue;
      put_result(b, eh_audit_result(b->audit, b->model, b->place_s[s], i, t), i);
    }
  }
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static eh_status take_rows(bootstrap *b, eh_replicate_rows *rows, eh_error *err) {
  double **const field_f[] = {&rows->tp, &rows->fp, &rows->tn, &rows->fn};
  for (int f = 0; f < 4; f++)
    if (!(*field_f[f] = eh_bootstrap_take(b, b->replicates, sizeof(double), err))) return EH_E_MEMORY;
  return EH_OK;
}

static eh_status take_room(bootstrap *b, eh_error *err) {
  const uint64_t slot_n = (uint64_t)b->groups * b->width * EH_REPLICATE_GROUP, size = b->sums ? sizeof(double) : sizeof(uint32_t), slot_bytes = slot_n * size;
  const uint64_t most = EH_ROUND_BYTES / slot_bytes, slices = (uint64_t)b->audit->slices.slice_count + OWN_SLOTS;
  b->slots = (uint32_t)(slices <= most ? slices : most > OWN_SLOTS ? most : OWN_SLOTS + 1);
  void *const sum_gswb = eh_bootstrap_take(b, slot_n * b->slots, (size_t)size, err);
  if (b->sums) b->sums->sum_gswb = sum_gswb;
  b->sum_gswb = sum_gswb;
  b->place_s = eh_bootstrap_take(b, b->slots, sizeof *b->place_s, err);
  b->base_ib = eh_bootstrap_take(b, (uint64_t)b->audit->spec.metric_count * b->replicates, sizeof(double), err);
  b->value_b = eh_bootstrap_take(b, b->replicates, sizeof(double), err);
  b->gap_b = eh_bootstrap_take(b, b->replicates, sizeof(double), err);
  b->scratch_b = eh_bootstrap_take(b, b->replicates, sizeof(double), err);
  if (!b->sum_gswb || !b->place_s || !b->base_ib || !b->value_b || !b->gap_b || !b->scratch_b) return EH_E_MEMORY;
  EH_TRY(take_rows(b, &b->own, err));
  return take_rows(b, &b->base, err);
}

static eh_status run_model(bootstrap *b, eh_error *err) {
  const eh_audit *audit = b->audit;
  EH_TRY(find_cells(b, err));
  b->place_s[BASE_SLOT] = audit->view.baseline == EH_NONE ? audit->place_s[EH_SLICE_OVERALL] : audit->view.baseline;
  for (uint32_t first = 0; first < audit->slices.slice_count;) {
    uint32_t n = OWN_SLOTS;
    while (n < b->slots && first < audit->slices.slice_count) b->place_s[n++] = first++;
    EH_TRY(draw_round(b, n, err));
    for (uint32_t t = 0; t < audit->spec.cube.threshold_count; t++) put_threshold(b, n, t);
    put_threshold(b, n, EH_NONE);
  }
  return EH_OK;
}

static eh_status run_models(bootstrap *b, eh_error *err) {
  b->held = &b->rows.own, b->held_base = &b->rows.base;
  if (eh_slicing_cluster(&b->audit->spec.cube.slicing) != EH_NO_CLUSTER || eh_audit_is_weighted(b->audit)) EH_TRY(eh_sums_new(b, err));
  EH_TRY(take_room(b, err));
  EH_TRY(eh_bootstrap_keep(b, err));
  for (b->model = 0; b->model < b->audit->spec.cube.model_count; b->model++) {
    EH_TRY(run_model(b, err));
    EH_TRY(eh_bootstrap_scores(b, err));
  }
  return EH_OK;
}

eh_status eh_audit_bootstrap(eh_audit *audit, eh_error *err) {
  const eh_spec *spec = &audit->spec;
  if (spec->bootstrap == EH_BOOTSTRAP_NONE) return EH_OK;
  if (audit->counted->rows >= EH_BOOTSTRAP_ROWS)
    return eh_fail(err, EH_E_LIMIT, "a bootstrap takes fewer than %u rows; leave out --interval", (uint64_t)EH_BOOTSTRAP_ROWS);
  bootstrap b = {.audit = audit, .arena.mem = audit->mem, .kernels = eh_simd_kernels()};
  /* Percentile ends where rows have two halves: what a row adds to a number is not known by kinds of rows. */
  b.how = (eh_resampling){spec->level, eh_critical(spec->level), spec->bootstrap == EH_BOOTSTRAP_BCA && !eh_bootstrap_halves(&b)};
  b.replicates = spec->replicates;
  b.groups = (spec->replicates + EH_REPLICATE_GROUP - 1) / EH_REPLICATE_GROUP;
  b.intervals = spec->cube.threshold_count + 1;
  b.width = 2 * b.intervals;
  eh_status status = eh_poisson_new(&b.poisson, spec->seed, audit->mem, err);
  if (!status) status = run_models(&b, err);
  eh_poisson_free(b.poisson);
  eh_arena_free(&b.arena);
  return status;
}
