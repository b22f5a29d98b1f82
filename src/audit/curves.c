/* curves: of every model and slice the ROC, the precision-recall and the reliability curve. Last step of counting, where the
 * request asks for curves.
 */
#include "audit_internal.h"

static eh_curve_bin bin_of(const eh_reliability *r, int b, double z) {
  const double nan = __builtin_nan(""), rows = (double)r->rows_b[b];
  eh_curve_bin bin = {.rows = r->rows_b[b], .mean_score = nan, .mean_label = nan, .label_range = {nan, nan}};
  if (!r->rows_b[b]) return bin;
  bin.mean_score = eh_i128_to_f64(r->score_b[b]) / rows;
  bin.mean_label = (double)r->positives_b[b] / rows;
  if (z > 0) bin.label_range = eh_wilson(r->positives_b[b], r->rows_b[b], z);
  return bin;
}

static eh_audit_curve curve_of(const eh_audit *audit, uint32_t model, uint32_t slice, const eh_curve *curve) {
  const eh_tally *const t = &audit->total_ms[(size_t)model * audit->slices.slice_count + slice];
  const uint64_t positives = t->confusion.fn, negatives = t->confusion.tn; /* nobody is above the totals' threshold */
  eh_audit_curve c = {.model = model, .slice = slice, .curve = *curve};
  const eh_reason empty = positives || negatives ? EH_R_NONE : EH_R_NO_ROWS;
  c.roc_reason = empty ? empty : positives && negatives ? EH_R_NONE : EH_R_ONE_CLASS;
  c.pr_reason = empty ? empty : positives ? EH_R_NONE : EH_R_NO_POSITIVES;
  c.reliability_reason = empty ? empty : t->reliability->outside ? EH_R_NOT_PROBABILITIES : EH_R_NONE;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) c.bin_b[b] = bin_of(t->reliability, b, audit->z);
  return c;
}

eh_status eh_audit_curves(eh_audit *audit, eh_error *err) {
  const uint32_t m_count = audit->spec.cube.model_count, s_count = audit->slices.slice_count;
  if (!audit->spec.curves) return EH_OK;
  eh_curve *const curve_s = eh_audit_take(audit, s_count, sizeof *curve_s, err);
  eh_audit_curve *const to = eh_audit_take(audit, (uint64_t)m_count * s_count, sizeof *to, err);
  if (!curve_s || !to) return EH_E_MEMORY;
  for (uint32_t m = 0; m < m_count; m++) {
    EH_TRY(eh_metric_curves(curve_s, audit->counted, audit->model_m[m], &audit->slices, audit->spec.cube.threshold_t,
                            audit->spec.cube.threshold_count, &audit->arena, err));
    for (uint32_t s = 0; s < s_count; s++) {
      const uint32_t place = eh_audit_place(audit, s);
      to[(size_t)m * s_count + place] = curve_of(audit, m, place, &curve_s[s]);
    }
  }
  audit->view.curve_n = to;
  audit->view.curve_count = (uint64_t)m_count * s_count;
  return EH_OK;
}
