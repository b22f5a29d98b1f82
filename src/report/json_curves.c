/* json_curves: the curves of a report, one line per model and slice. Called by json.c where the request asked for curves. */
#include "report_internal.h"

static void put_number(eh_buf *out, double x) {
  char text[EH_F64_TEXT];
  if (x != x) eh_buf_text(out, "null");
  else eh_buf_put(out, text, eh_write_f64(text, x));
}

static void put_points(eh_buf *out, const eh_curve_point *point_n, uint32_t n) {
  eh_buf_byte(out, '[');
  for (uint32_t i = 0; i < n; i++) {
    eh_buf_text(out, i ? ", [" : "[");
    put_number(out, point_n[i].threshold);
    eh_buf_text(out, ", ");
    put_number(out, point_n[i].x);
    eh_buf_text(out, ", ");
    put_number(out, point_n[i].y);
    eh_buf_byte(out, ']');
  }
  eh_buf_byte(out, ']');
}

static void put_reason(eh_buf *out, const char *name, eh_reason reason) {
  eh_buf_format(out, reason ? ", \"%s_reason\": \"%s\"" : ", \"%s_reason\": null%s", name, eh_reason_name(reason));
}

static void put_curve_name(eh_buf *out, const char *name) { eh_buf_format(out, ", \"%s\": ", name); }

static void put_bin(eh_buf *out, const eh_curve_bin *bin, int b, bool weighted) {
  eh_buf_text(out, b ? ", {" : "{");
  eh_buf_format(out, "\"lower\": %g, \"upper\": %g, \"rows\": %u", b / 10.0, (b + 1) / 10.0, bin->rows);
  if (weighted) {
    put_curve_name(out, "weight");
    put_number(out, bin->weight);
  }
  put_curve_name(out, "mean_score");
  put_number(out, bin->mean_score);
  put_curve_name(out, "mean_label");
  put_number(out, bin->mean_label);
  put_curve_name(out, "label_lower");
  put_number(out, bin->label_range.lower);
  put_curve_name(out, "label_upper");
  put_number(out, bin->label_range.upper);
  eh_buf_byte(out, '}');
}

static void put_counts(eh_buf *out, const char *name, const double *count_b) {
  put_curve_name(out, name);
  for (int b = 0; b < EH_HISTOGRAM_BINS; b++) {
    eh_buf_text(out, b ? ", " : "[");
    put_number(out, count_b[b]);
  }
  eh_buf_byte(out, ']');
}

void eh_put_curve(eh_buf *out, const eh_audit_view *audit, const eh_audit_curve *c) {
  eh_buf_text(out, "\"model\": ");
  eh_json_string(out, eh_view_model(audit, c->model));
  put_curve_name(out, "slice");
  eh_json_string(out, eh_view_slice(audit, c->slice));
  put_reason(out, "roc", c->roc_reason);
  put_curve_name(out, "roc");
  put_points(out, c->curve.roc_n, c->curve.roc_count);
  put_reason(out, "pr", c->pr_reason);
  put_curve_name(out, "pr");
  put_points(out, c->curve.pr_n, c->curve.pr_count);
  put_reason(out, "reliability", c->reliability_reason);
  put_curve_name(out, "reliability");
  eh_buf_byte(out, '[');
  const bool weighted = audit->cube->weight_m && !audit->cube->repeated;
  for (int b = 0; b < EH_RELIABILITY_BINS && !c->reliability_reason; b++) put_bin(out, &c->bin_b[b], b, weighted);
  eh_buf_byte(out, ']');
  if (c->interval_reason) put_reason(out, "interval", c->interval_reason);
  eh_buf_text(out, ", \"score_distribution\": {\"edge\": [");
  for (int e = 0; e <= EH_HISTOGRAM_BINS; e++) {
    if (e) eh_buf_text(out, ", ");
    put_number(out, c->curve.edge_e[e]);
  }
  eh_buf_byte(out, ']');
  put_counts(out, "negatives", c->curve.histogram_yb[0]);
  put_counts(out, "positives", c->curve.histogram_yb[1]);
  eh_buf_byte(out, '}');
}
