/* curves: of every model and slice the ROC, the precision-recall and the reliability curve. Last step of counting, where the
 * request asks for curves.
 */
#include "audit_internal.h"

/* What a bin says, of rows or of their weights. */
static eh_curve_bin bin_of(uint64_t rows, double weight, double score, double positive) {
  const double nan = __builtin_nan("");
  eh_curve_bin bin = {.rows = rows, .weight = weight, .mean_score = nan, .mean_label = nan, .label_range = {nan, nan}};
  if (!(weight > 0)) return bin;
  bin.mean_score = score / weight;
  bin.mean_label = positive / weight;
  return bin;
}

static eh_curve_bin bin_of_rows(const eh_reliability *r, int b, const eh_methods *methods, double z) {
  eh_curve_bin bin = bin_of(r->rows_b[b], (double)r->rows_b[b], eh_i128_to_f64(r->score_b[b]), (double)r->positives_b[b]);
  if (z > 0 && r->rows_b[b]) bin.label_range = eh_rate_range(methods, (double)r->positives_b[b], bin.weight, z);
  return bin;
}

/* Squares of weights below 2^-32 may round to nothing; an effective size lies between 1 and the rows there are. */
static double effective(double weight, double square, double rows) {
  const double n = weight * (weight / square);
  return !(n < rows) ? rows : n > 1 ? n : 1;
}

static eh_curve_bin bin_of_weights(const eh_weight_bin *w, uint64_t rows, const eh_methods *methods, double z) {
  eh_curve_bin bin = bin_of(rows, eh_i128_to_f64(w->weight), eh_i192_to_f64(w->score), eh_i128_to_f64(w->positive));
  const double n = effective(bin.weight, eh_i192_to_f64(w->square), (double)rows);
  if (z > 0 && bin.weight > 0) bin.label_range = eh_rate_range(methods, bin.mean_label * n, n, z);
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
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) c.bin_b[b] = bin_of_rows(t->reliability, b, &audit->spec.methods, audit->z);
  return c;
}

/* `rows` of the slice are not in the order of the report. */
static eh_audit_curve weighted_curve_of(const eh_audit *audit, uint32_t model, uint32_t slice, const eh_reliability *rows,
                                        const eh_weight_bin *bin_b, const eh_curve *curve) {
  const bool fractional = audit->spec.cube.fractional;
  eh_audit_curve c = {.model = model, .slice = slice, .curve = *curve};
  c.roc_reason = eh_audit_value(audit, model, slice, EH_M_ROC_AUC, EH_NONE).reason;
  c.pr_reason = eh_audit_value(audit, model, slice, EH_M_PR_AUC, EH_NONE).reason;
  c.reliability_reason = eh_audit_value(audit, model, slice, EH_M_ECE, EH_NONE).reason;
  c.interval_reason = fractional && audit->z > 0 ? EH_R_FRACTIONAL_LABELS : EH_R_NONE;
  for (int b = 0; b < EH_RELIABILITY_BINS; b++)
    c.bin_b[b] = bin_of_weights(&bin_b[b], rows->rows_b[b], &audit->spec.methods, fractional ? 0 : audit->z);
  return c;
}

/* Rows of every bin, which stand beside their weights. */
static eh_status count_rows(eh_audit *audit, eh_reliability *rows_s, eh_tally *tally_s, uint32_t model, eh_error *err) {
  const eh_work work = {.reliability_s = rows_s};
  return eh_metric_totals(tally_s, audit->counted, audit->model_m[model], &audit->slices, work, audit->mem, err);
}

eh_status eh_audit_curves(eh_audit *audit, eh_error *err) {
  const uint32_t m_count = audit->spec.cube.model_count, s_count = audit->slices.slice_count;
  const bool weighted = eh_audit_is_weighted(audit);
  if (!audit->spec.curves) return EH_OK;
  eh_curve *const curve_s = eh_audit_take(audit, s_count, sizeof *curve_s, err);
  eh_audit_curve *const to = eh_audit_take(audit, (uint64_t)m_count * s_count, sizeof *to, err);
  eh_reliability *const rows_s = weighted ? eh_audit_take(audit, s_count, sizeof *rows_s, err) : NULL;
  eh_tally *const tally_s = weighted ? eh_audit_take(audit, s_count, sizeof *tally_s, err) : NULL;
  if (!curve_s || !to || (weighted && (!rows_s || !tally_s))) return EH_E_MEMORY;
  for (uint32_t m = 0; m < m_count; m++) {
    EH_TRY(eh_metric_curves(curve_s, audit->counted, audit->model_m[m], &audit->slices, audit->spec.cube.threshold_t,
                            audit->spec.cube.threshold_count, &audit->arena, err));
    if (weighted) EH_TRY(count_rows(audit, rows_s, tally_s, m, err));
    for (uint32_t s = 0; s < s_count; s++) {
      const uint32_t place = eh_audit_place(audit, s);
      const size_t at = (size_t)m * s_count;
      to[at + place] = weighted ? weighted_curve_of(audit, m, place, &rows_s[s], audit->weighted.bin_msb[at + s], &curve_s[s])
                                : curve_of(audit, m, place, &curve_s[s]);
    }
  }
  audit->view.curve_n = to;
  audit->view.curve_count = (uint64_t)m_count * s_count;
  return EH_OK;
}
