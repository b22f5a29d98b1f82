/* run: the steps of an audit in order, and its lifetime. */
#include <string.h>

#include "audit_internal.h"

void eh_audit_free(eh_audit *audit) {
  if (!audit) return;
  const eh_allocator *mem = audit->mem;
  eh_arena_free(&audit->arena);
  eh_mem_free(mem, audit, sizeof *audit);
}

const eh_audit_view *eh_audit_see(const eh_audit *audit) { return &audit->view; }

static bool asks_for(const eh_spec *spec, eh_metric metric) {
  for (uint32_t i = 0; i < spec->metric_count; i++)
    if (spec->metric_n[i] == metric) return true;
  return false;
}

uint32_t eh_audit_base(const eh_audit *audit) {
  uint32_t base = EH_SLICE_OVERALL;
  for (uint32_t s = 0; s < audit->slices.slice_count; s++)
    if (audit->place_s[s] == audit->view.baseline) base = s;
  return base;
}

/* What the metrics that were asked for need of the fine cells. */
static eh_work work_of(const eh_audit *audit, uint32_t m) {
  static const eh_metric area_metric[EH_PR_AREAS] = {EH_M_PR_AUC, EH_M_PR_AUC_TRAPEZOID, EH_M_PR_AUC_DAVIS_GOADRICH};
  const bool rest = audit->rest_total_ms, squares = audit->z > 0;
  eh_work work = {.threads = audit->threads, .pr_rest = rest, .loss = asks_for(&audit->spec, EH_M_LOG_LOSS)};
  if (asks_for(&audit->spec, EH_M_ROC_AUC))
    work.auc = squares ? (rest ? EH_AUC_OWN_SQUARES_AND_REST : EH_AUC_OWN_SQUARES) : (rest ? EH_AUC_OWN_AND_REST : EH_AUC_OWN);
  work.base = eh_audit_base(audit);
  for (uint32_t i = 0; i < EH_PR_AREAS; i++)
    if (asks_for(&audit->spec, area_metric[i])) work.pr_areas |= 1u << i;
  if (audit->reliability_ms) work.reliability_s = audit->reliability_ms + (size_t)m * audit->slices.slice_count;
  work.squares = squares && eh_audit_takes_means(&audit->spec, true);
  return work;
}

static void count_rest(eh_audit *audit, uint32_t m, uint32_t s, const eh_tally *total_s) {
  const size_t to = (size_t)m * audit->slices.slice_count + audit->place_s[s];
  eh_metric_rest(&audit->rest_total_ms[to], &total_s[EH_SLICE_OVERALL], &total_s[s]);
  if (!audit->reliability_ms) return;
  eh_reliability_rest(&audit->rest_reliability_ms[to], total_s[EH_SLICE_OVERALL].reliability, total_s[s].reliability);
  audit->rest_total_ms[to].reliability = &audit->rest_reliability_ms[to];
}

/* Totals of one model, moved from the order of `slices` to report order. */
static eh_status count_model(eh_audit *audit, uint32_t m, eh_tally *total_s, eh_error *err) {
  const uint32_t slices_n = audit->slices.slice_count;
  EH_TRY(eh_metric_totals(total_s, audit->counted, audit->model_m[m], &audit->slices, work_of(audit, m), audit->mem, err));
  eh_tally *total = audit->total_ms + (size_t)m * slices_n;
  for (uint32_t s = 0; s < slices_n; s++) {
    total[audit->place_s[s]] = total_s[s];
    if (audit->rest_total_ms) count_rest(audit, m, s, total_s);
  }
  return EH_OK;
}

/* Confusion counts of one model at one threshold, moved likewise. */
static void count_threshold(eh_audit *audit, uint32_t m, uint32_t t) {
  const eh_scratch *const use = &audit->scratch;
  const uint32_t slices_n = audit->slices.slice_count, in_cube = audit->model_m[m];
  const double threshold = audit->spec.cube.threshold_t[t];
  const size_t first = ((size_t)m * audit->spec.cube.threshold_count + t) * slices_n;
  eh_metric_confusion(use->confusion_s, audit->counted, in_cube, &audit->slices, threshold, use->above_ay);
  for (uint32_t s = 0; s < slices_n; s++) audit->confusion_mts[first + audit->place_s[s]] = use->confusion_s[s];
  if (!audit->doubt_mts) return;
  if (!eh_metric_binned_at(NULL, use->doubt_s, audit->counted, in_cube, &audit->slices, threshold))
    memset(use->doubt_s, 0, slices_n * sizeof *use->doubt_s);
  for (uint32_t s = 0; s < slices_n; s++)
    memcpy(audit->doubt_mts[first + audit->place_s[s]], use->doubt_s[s], sizeof *use->doubt_s);
}

void eh_audit_count_thresholds(eh_audit *audit) {
  if (eh_audit_is_weighted(audit)) {
    eh_weighted_count_thresholds(audit);
    return;
  }
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++)
    for (uint32_t t = 0; t < audit->spec.cube.threshold_count; t++) count_threshold(audit, m, t);
  if (audit->shared_mts) eh_audit_count_shared(audit);
}

/* Metrics that weights and scores make, beside the AUC; the bins of reliability curves come with them. */
static bool asks_for_scores(const eh_spec *spec) {
  static const eh_metric metric_n[] = {EH_M_PR_AUC, EH_M_PR_AUC_TRAPEZOID, EH_M_PR_AUC_DAVIS_GOADRICH, EH_M_LOG_LOSS, EH_M_ECE,
                                       EH_M_ECE_DEBIASED};
  bool asked = spec->curves;
  for (size_t i = 0; i < sizeof metric_n / sizeof *metric_n; i++) asked = asked || asks_for(spec, metric_n[i]);
  return asked;
}

/* Memory for the reliability of all slices, where some metric or curve comes from it. */
static eh_status take_reliability(eh_audit *audit, eh_error *err) {
  static const eh_metric metric_n[] = {EH_M_LOG_LOSS, EH_M_ECE, EH_M_ECE_DEBIASED};
  const uint64_t n = (uint64_t)audit->spec.cube.model_count * audit->slices.slice_count;
  bool asked = audit->spec.curves;
  for (size_t i = 0; i < sizeof metric_n / sizeof *metric_n; i++) asked = asked || asks_for(&audit->spec, metric_n[i]);
  if (audit->z > 0 && !audit->counted->spec->no_fine) asked = asked || eh_audit_takes_means(&audit->spec, true);
  if (!asked) return EH_OK;
  audit->reliability_ms = eh_audit_take(audit, n, sizeof *audit->reliability_ms, err);
  if (audit->rest_total_ms) audit->rest_reliability_ms = eh_audit_take(audit, n, sizeof *audit->rest_reliability_ms, err);
  return audit->reliability_ms && (!audit->rest_total_ms || audit->rest_reliability_ms) ? EH_OK : EH_E_MEMORY;
}

eh_status eh_audit_count(eh_audit *audit, eh_error *err) {
  if (eh_audit_is_regression(audit)) return eh_regression_count(audit, err);
  if (eh_audit_is_weighted(audit))
    return eh_weighted_count(audit, asks_for(&audit->spec, EH_M_ROC_AUC), asks_for_scores(&audit->spec), err);
  const uint64_t m_count = audit->spec.cube.model_count, t_count = audit->spec.cube.threshold_count;
  const uint64_t s_count = audit->slices.slice_count;
  const bool rest = audit->view.baseline == EH_NONE;
  bool between = audit->moves && audit->view.cube->fine;
  for (uint32_t t = 0; t < t_count; t++) between |= eh_audit_is_between(audit, t);
  audit->total_ms = eh_audit_take(audit, m_count * s_count, sizeof(eh_tally), err);
  audit->confusion_mts = eh_audit_take(audit, m_count * t_count * s_count, sizeof(eh_confusion), err);
  if (rest) audit->rest_total_ms = eh_audit_take(audit, m_count * s_count, sizeof(eh_tally), err);
  if (between) audit->doubt_mts = eh_audit_take(audit, m_count * t_count * s_count, sizeof *audit->doubt_mts, err);
  eh_tally *total_s = eh_audit_take(audit, s_count, sizeof(eh_tally), err);
  eh_scratch *const scratch = &audit->scratch;
  scratch->confusion_s = eh_audit_take(audit, s_count, sizeof(eh_confusion), err);
  scratch->doubt_s = eh_audit_take(audit, s_count, sizeof *scratch->doubt_s, err);
  scratch->above_ay = eh_audit_take(audit, 2 * (uint64_t)audit->view.cube->atoms->atom_count + 1, sizeof(uint64_t), err);
  if (!audit->total_ms || !audit->confusion_mts || (rest && !audit->rest_total_ms) || (between && !audit->doubt_mts) ||
      !total_s || !scratch->confusion_s || !scratch->doubt_s || !scratch->above_ay)
    return EH_E_MEMORY;
  EH_TRY(take_reliability(audit, err));
  for (uint32_t m = 0; m < m_count; m++) EH_TRY(count_model(audit, m, total_s, err));
  EH_TRY(eh_audit_take_shared(audit, err));
  eh_audit_count_thresholds(audit);
  return EH_OK;
}

/* A threshold that moves has a place of its own. */
static eh_status hold_threshold(eh_audit *audit, eh_error *err) {
  eh_spec *const spec = &audit->spec;
  if (spec->cube.threshold_count != 1 || spec->bootstrap || spec->curves)
    return eh_fail(err, EH_E_USAGE, "one threshold can move, without bootstrap and curves");
  for (uint32_t i = 0; i < spec->metric_count; i++)
    if (!eh_metric_about(spec->metric_n[i])->needs_threshold)
      return eh_fail(err, EH_E_USAGE, "%s does not move with the threshold", eh_metric_about(spec->metric_n[i])->name);
  audit->moving_t = eh_audit_take(audit, 1, sizeof *audit->moving_t, err);
  if (!audit->moving_t) return EH_E_MEMORY;
  *audit->moving_t = spec->cube.threshold_t[0];
  spec->cube.threshold_t = audit->moving_t;
  return EH_OK;
}

eh_status eh_audit_move(eh_audit *audit, double t, eh_error *err) {
  if (!audit->moves || t - t != 0) return eh_fail(err, EH_E_USAGE, "this audit has no threshold that can move to %g", t);
  EH_TRY(eh_audit_check_threshold(audit->view.cube->spec, t, err));
  *audit->moving_t = t;
  eh_audit_count_thresholds(audit);
  eh_audit_fill_results(audit);
  return EH_OK;
}

static eh_status run(eh_audit *audit, const eh_cube *cube, const eh_spec *spec, eh_error *err) {
  eh_audit_view *view = &audit->view;
  view->cube = eh_cube_see(cube);
  view->spec = &audit->spec;
  view->slices = &audit->slices;
  audit->counted = view->cube->repeated ? view->cube->repeated : view->cube;
  EH_TRY(eh_audit_resolve(audit, spec, view->cube, err));
  view->slice_s = audit->slice_s;
  view->slice_count = audit->slices.slice_count;
  if (audit->moves) EH_TRY(hold_threshold(audit, err));
  EH_TRY(eh_audit_count(audit, err));
  EH_TRY(eh_audit_curves(audit, err));
  EH_TRY(eh_audit_results(audit, err));
  if (audit->moves) return EH_OK;
  EH_TRY(eh_audit_bootstrap(audit, err));
  EH_TRY(eh_audit_compare(audit, err));
  EH_TRY(eh_audit_fairness(audit, err));
  return eh_audit_findings(audit, err);
}

static eh_status make(eh_audit **out, const eh_cube *cube, const eh_spec *spec, bool moves, eh_threads *threads,
                      const eh_allocator *mem, eh_error *err) {
  eh_audit *audit = eh_mem_zero(mem, sizeof *audit);
  if (!audit) return eh_fail(err, EH_E_MEMORY, "out of memory");
  audit->mem = mem;
  audit->threads = threads;
  audit->arena.mem = mem;
  audit->moves = moves;
  eh_status status = run(audit, cube, spec, err);
  if (status) {
    eh_audit_free(audit);
    return status;
  }
  *out = audit;
  return EH_OK;
}

eh_status eh_audit_run(eh_audit **out, const eh_cube *cube, const eh_spec *spec, const eh_allocator *mem, eh_error *err) {
  return make(out, cube, spec, false, NULL, mem, err);
}

eh_status eh_audit_run_over(eh_audit **out, const eh_cube *cube, const eh_spec *spec, eh_threads *threads,
                            const eh_allocator *mem, eh_error *err) {
  return make(out, cube, spec, false, threads, mem, err);
}

eh_status eh_audit_run_moving(eh_audit **out, const eh_cube *cube, const eh_spec *spec, const eh_allocator *mem,
                              eh_error *err) {
  return make(out, cube, spec, true, NULL, mem, err);
}
