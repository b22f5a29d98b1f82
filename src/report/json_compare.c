/* json_compare: a comparison of two models as one line of JSON. Called by json.c where there are several models. */
#include "report_internal.h"

static void put_number(eh_buf *out, const char *name, double x) {
  char text[EH_F64_TEXT];
  eh_buf_format(out, ", \"%s\": ", name);
  if (x - x != 0) eh_buf_text(out, "null");
  else eh_buf_put(out, text, eh_write_f64(text, x));
}

static void put_text(eh_buf *out, const char *name, eh_str text) {
  eh_buf_format(out, ", \"%s\": ", name);
  eh_json_string(out, text);
}

static void put_reason(eh_buf *out, const char *name, eh_reason reason) {
  if (reason) put_text(out, name, eh_str_of(eh_reason_name(reason)));
  else eh_buf_format(out, ", \"%s\": null", name);
}

static void put_count(eh_buf *out, const char *name, bool there, uint64_t count) {
  if (there) eh_buf_format(out, ", \"%s\": %u", name, count);
  else eh_buf_format(out, ", \"%s\": null", name);
}

void eh_put_comparison(eh_buf *out, const eh_audit_view *audit, const eh_comparison *c) {
  eh_buf_text(out, "\"model\": ");
  eh_json_string(out, eh_view_model(audit, c->model));
  put_text(out, "reference", eh_view_model(audit, c->reference));
  put_text(out, "slice", eh_view_slice(audit, c->slice));
  put_text(out, "metric", eh_str_of(eh_metric_about(c->metric)->name));
  put_number(out, "threshold", eh_view_threshold(audit, c->threshold));
  put_number(out, "value", c->value);
  put_number(out, "reference_value", c->reference_value);
  put_number(out, "difference", c->difference);
  put_reason(out, "reason", c->reason);
  put_number(out, "lower", c->range.lower);
  put_number(out, "upper", c->range.upper);
  if (c->method) put_text(out, "method", eh_str_of(c->method));
  else eh_buf_text(out, ", \"method\": null");
  put_reason(out, "interval_reason", c->interval_reason);
  put_number(out, "p", c->p);
  put_count(out, "rows", true, c->rows);
  put_count(out, "only_model", c->has_counts, c->only_model);
  put_count(out, "only_reference", c->has_counts, c->only_reference);
}
