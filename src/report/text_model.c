/* text_model: what the terminal shows of one model, gathered once for its tables: the results at the shown
 * threshold by slice and metric, and the gaps in the asked order.
 *
 * Of two metrics that are each other's complement only the first is listed as a gap: fpr and tnr are one question.
 */
#include "report_internal.h"

#include <stdlib.h>

bool eh_gap_is_clear(const eh_gap *gap) {
  return !gap->interval_reason && (gap->difference_range.lower > 0 || gap->difference_range.upper < 0);
}

bool eh_gap_is_adverse(const eh_result *result) {
  eh_better better = eh_metric_about(result->metric)->better;
  if (!eh_gap_is_clear(&result->gap)) return false;
  return (better == EH_BETTER_LOWER && result->gap.difference > 0) ||
         (better == EH_BETTER_HIGHER && result->gap.difference < 0);
}

static bool is_asked(const eh_spec *spec, eh_metric metric) {
  if (!spec->metric_n) return !eh_metric_about(metric)->by_name;
  for (uint32_t i = 0; i < spec->metric_count; i++)
    if (spec->metric_n[i] == metric) return true;
  return false;
}

/* Whether the gap table lists the metric, given what else was asked. Prevalence describes the data and not the
 * model. */
static bool is_listed(const eh_spec *spec, eh_metric metric) {
  static const struct {
    eh_metric metric, instead;
  } echo[] = {{EH_M_TPR, EH_M_FNR}, {EH_M_TNR, EH_M_FPR}, {EH_M_FDR, EH_M_PPV}, {EH_M_FOR, EH_M_NPV},
              {EH_M_MEAN_LABEL, EH_M_PREVALENCE}, {EH_M_ECE, EH_M_ECE_DEBIASED}, {EH_M_MSE, EH_M_RMSE}};
  if (eh_metric_about(metric)->kind == EH_METRIC_IS_COUNT) return false;
  for (size_t i = 0; i < sizeof echo / sizeof *echo; i++)
    if (echo[i].metric == metric && is_asked(spec, echo[i].instead)) return false;
  const bool of_data = metric == EH_M_PREVALENCE || (metric == EH_M_MEAN_LABEL && spec->cube.regression);
  return !of_data || (spec->metric_n && spec->metric_count == 1);
}

static double size_of(double x) { return x < 0 ? -x : x > 0 ? x : 0; }

/* Of the interval's bounds the one nearer 0, in size; 0 where the interval holds 0, -1 where there is none: what nobody can
 * judge comes last. */
static double bound_of(const eh_range *range) {
  if (range->lower != range->lower) return -1;
  return range->lower > 0 ? range->lower : range->upper < 0 ? -range->upper : 0;
}

static double key_of(const eh_model_page *mp, const eh_result *r) {
  switch (mp->page->sort) {
    case EH_SORT_GAP: return 0;
    case EH_SORT_NAME: return (double)(r - mp->audit->result_n);
    case EH_SORT_ROWS: return -(double)mp->audit->slice_s[r->slice].rows;
    case EH_SORT_VALUE: return -r->value.value;
    case EH_SORT_P: return r->gap.p <= 1 ? r->gap.p : 2; /* no p: last */
  }
  return 0;
}

static int compare_gaps(const void *left, const void *right) {
  const eh_gap_row *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  if (a->bound != b->bound) return a->bound > b->bound ? -1 : 1;
  if (a->size != b->size) return a->size > b->size ? -1 : 1;
  return a->result < b->result ? -1 : a->result > b->result;
}

static bool is_shown(const eh_model_page *mp, const eh_result *r) {
  return r->model == mp->model && (r->threshold == EH_NONE || r->threshold == mp->threshold);
}

bool eh_model_page_open(eh_model_page *mp, eh_page *page, const eh_audit_view *audit, uint32_t model,
                        uint32_t threshold) {
  *mp = (eh_model_page){.page = page, .audit = audit, .model = model, .threshold = threshold, .overall = EH_NONE};
  for (uint32_t s = audit->slice_count; s-- > 0;)
    if (!audit->slice_s[s].slice->family) mp->overall = s;
  uint64_t shown = 0;
  for (uint64_t i = 0; i < audit->result_count; i++) shown += is_shown(mp, &audit->result_n[i]);
  mp->result_sm = eh_page_memory(page, (size_t)audit->slice_count * EH_METRICS, sizeof *mp->result_sm);
  mp->gap_g = eh_page_memory(page, (size_t)shown, sizeof *mp->gap_g);
  if (!mp->result_sm || !mp->gap_g) return false;
  for (uint64_t i = 0; i < audit->result_count; i++) {
    const eh_result *r = &audit->result_n[i];
    if (!is_shown(mp, r)) continue;
    mp->result_sm[(size_t)r->slice * EH_METRICS + r->metric] = r;
    if (r->gap.reason || !is_listed(audit->spec, r->metric)) continue;
    mp->gap_g[mp->gap_n++] = (eh_gap_row){.bound = bound_of(&r->gap.difference_range),
                                          .size = size_of(r->gap.difference),
                                          .key = key_of(mp, r),
                                          .result = r};
  }
  qsort(mp->gap_g, (size_t)mp->gap_n, sizeof *mp->gap_g, compare_gaps);
  return true;
}

eh_str eh_text_group(eh_page *page, const eh_audit_view *audit, uint32_t index) {
  const eh_slice *slice = audit->slice_s[index].slice;
  if (!slice->dim_count) return eh_page_safe(page, slice->name);
  for (uint32_t i = 0; i < slice->dim_count; i++) {
    eh_str group = eh_view_group(audit, slice->dim_k[i], slice->group_k[i]);
    if (i) eh_buf_text(&page->scratch, " & ");
    if (group.p) {
      eh_buf_safe(&page->scratch, group, 0);
    } else {
      eh_buf_text(&page->scratch, "(missing)");
    }
  }
  return eh_page_take(page);
}

void eh_text_at(eh_model_page *mp) {
  const eh_cube_spec *spec = &mp->audit->spec->cube;
  eh_buf *out = &mp->page->scratch;
  if (spec->model_count > 1) {
    eh_buf_text(out, ", model ");
    eh_buf_safe(out, spec->score_m[mp->model], 40);
  }
  if (mp->threshold == EH_NONE) return;
  eh_buf_text(out, ", threshold ");
  eh_put_plain(out, spec->threshold_t[mp->threshold]);
}
