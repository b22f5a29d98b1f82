/* Values, intervals and gaps at a threshold that moves: the numbers of an audit, as arrays, each move one call.
 *
 * Called by js/src/moving.js for cube.at(t, {intervals: true}). Idea: nothing is computed here; an audit of one threshold
 * is moved and its results are laid out by field, metric and slice, slices in the order of live.c.
 */
#include "wasm_internal.h"

/* What is handed on of a result, and its name in the report. */
typedef struct item {
  const char *name;
  uint32_t offset;
} item;

#define ITEM(name, field) {name, (uint32_t)offsetof(eh_result, field)}

static const item field_f[] = {
  ITEM("value", value.value), ITEM("lower", range.lower), ITEM("upper", range.upper), ITEM("bound", bound),
  ITEM("difference", gap.difference), ITEM("difference_lower", gap.difference_range.lower),
  ITEM("difference_upper", gap.difference_range.upper), ITEM("ratio", gap.ratio),
  ITEM("ratio_lower", gap.ratio_range.lower), ITEM("ratio_upper", gap.ratio_range.upper), ITEM("p", gap.p),
};

static const item reason_r[] = {
  ITEM("reason", value.reason), ITEM("interval_reason", interval_reason), ITEM("gap_reason", gap.reason),
  ITEM("gap_interval_reason", gap.interval_reason), ITEM("ratio_reason", gap.ratio_reason),
};

enum { FIELDS = sizeof field_f / sizeof *field_f, REASONS = sizeof reason_r / sizeof *reason_r };

static eh_str *take_names(ehw_moving *moving, const item *item_n, uint32_t n) {
  eh_str *name_n = eh_arena_take(&moving->arena, n * sizeof *name_n);
  for (uint32_t i = 0; name_n && i < n; i++) name_n[i] = eh_str_of(item_n[i].name);
  return name_n;
}

static eh_status take_arrays(ehw_moving *moving, eh_error *err) {
  const eh_audit_view *const view = eh_audit_see(moving->audit);
  const size_t results = view->spec->metric_count * (size_t)view->slice_count;
  moving->metric_count = view->spec->metric_count;
  moving->field_count = FIELDS;
  moving->reason_count = REASONS;
  moving->field_name_f = take_names(moving, field_f, FIELDS);
  moving->reason_name_r = take_names(moving, reason_r, REASONS);
  moving->metric_name_m = eh_arena_take(&moving->arena, moving->metric_count * sizeof(eh_str));
  moving->field_fms = eh_arena_take(&moving->arena, FIELDS * results * sizeof(double));
  moving->reason_rms = eh_arena_take(&moving->arena, REASONS * results);
  if (!moving->field_name_f || !moving->reason_name_r || !moving->metric_name_m || !moving->field_fms || !moving->reason_rms)
    return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (uint32_t m = 0; m < moving->metric_count; m++)
    moving->metric_name_m[m] = eh_str_of(eh_metric_about(view->spec->metric_n[m])->name);
  return EH_OK;
}

static void lay_out(ehw_moving *moving) {
  const eh_audit_view *const view = eh_audit_see(moving->audit);
  const size_t metrics = moving->metric_count, slices = view->slice_count;
  for (size_t i = 0; i < metrics * slices; i++) { /* by place in the report and metric */
    const size_t s = (size_t)(view->slice_s[i / metrics].slice - view->slices->slice_n), to = i % metrics * slices + s;
    const char *const result = (const char *)&view->result_n[i];
    for (size_t f = 0; f < FIELDS; f++)
      moving->field_fms[f * metrics * slices + to] = *(const double *)(result + field_f[f].offset);
    for (size_t r = 0; r < REASONS; r++)
      moving->reason_rms[r * metrics * slices + to] = (uint8_t)*(const eh_reason *)(result + reason_r[r].offset);
  }
}

EHW_EXPORT void ehw_moving_free(ehw_moving *moving) {
  if (!moving) return;
  eh_audit_free(moving->audit);
  eh_arena_free(&moving->arena);
  eh_mem_free(NULL, moving, sizeof *moving);
}

/* For one model, metrics that move and one threshold. The cube and the request must outlive what is made here. */
EHW_EXPORT eh_status ehw_moving_new(ehw_moving **out, const eh_cube *cube, eh_request *request, eh_error *err) {
  const eh_spec *spec;
  const eh_reading *reading;
  EH_TRY(eh_request_spec(request, &spec, &reading, err));
  ehw_moving *moving = eh_mem_zero(NULL, sizeof *moving);
  if (!moving) return eh_fail(err, EH_E_MEMORY, "out of memory");
  eh_status status = eh_audit_run_moving(&moving->audit, cube, spec, NULL, err);
  if (!status) status = take_arrays(moving, err);
  if (status) {
    ehw_moving_free(moving);
    return status;
  }
  *out = moving;
  return EH_OK;
}

EHW_EXPORT eh_status ehw_moving_at(ehw_moving *moving, double t, eh_error *err) {
  EH_TRY(eh_audit_move(moving->audit, t, err));
  lay_out(moving);
  return EH_OK;
}

/* The report's word for a reason, "" for none. */
EHW_EXPORT const char *ehw_reason_name(uint32_t reason) { return eh_reason_name((eh_reason)reason); }
