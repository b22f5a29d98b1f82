/* json: the report as JSON, the form in which the numbers leave Evenhand. Its schema is js/src/report.schema.json.
 *
 * Every result, slice, criterion and finding is one line, so that two reports can be compared with `diff`. Keys
 * come in a fixed order and numbers from the one number writer: equal audits give equal bytes.
 */
#include <string.h>

#include "report_internal.h"

/* ---- strings and numbers ----------------------------------------------------------------------------------------- */

static void put_escaped(eh_buf *out, unsigned char byte) {
  static const char hex[] = "0123456789abcdef", escape[] = "btn?fr";
  if (byte == '"' || byte == '\\') {
    eh_buf_byte(out, '\\');
    eh_buf_byte(out, byte);
  } else if (byte >= 8 && byte <= 13 && byte != 11) {
    eh_buf_byte(out, '\\');
    eh_buf_byte(out, (unsigned char)escape[byte - 8]);
  } else {
    eh_buf_text(out, "\\u00");
    eh_buf_byte(out, (unsigned char)hex[byte >> 4]);
    eh_buf_byte(out, (unsigned char)hex[byte & 15]);
  }
}

static bool is_escaped(char c) { return (unsigned char)c < 0x20 || c == '"' || c == '\\'; }

void eh_json_string(eh_buf *out, eh_str s) {
  eh_buf_byte(out, '"');
  for (size_t i = 0; i < s.n;) {
    size_t good = i + eh_utf8_check(s.p + i, s.n - i);
    while (i < good) {
      const size_t run = i;
      while (i < good && !is_escaped(s.p[i])) i++;
      eh_buf_put(out, s.p + run, i - run);
      if (i < good) put_escaped(out, (unsigned char)s.p[i++]);
    }
    if (i < s.n) {
      eh_buf_text(out, "\xef\xbf\xbd"); /* U+FFFD for each byte that is not UTF-8 */
      i++;
    }
  }
  eh_buf_byte(out, '"');
}

static void put_field(eh_buf *out, eh_field field) {
  char number[EH_F64_TEXT];
  switch (field.kind) {
    case EH_FIELD_NULL: eh_buf_text(out, "null"); break;
    case EH_FIELD_NUMBER: eh_buf_put(out, number, eh_write_f64(number, field.number)); break;
    case EH_FIELD_COUNT: eh_buf_put(out, number, eh_write_u64(number, field.count)); break;
    case EH_FIELD_TEXT: eh_json_string(out, field.text); break;
  }
}

/* `"name": ` after `before`; names are Evenhand's own, with nothing to escape, and there are more of them than of anything
 * else. */
static void put_name(eh_buf *out, const char *before, const char *name) {
  const size_t before_n = strlen(before), name_n = strlen(name);
  if (!eh_buf_reserve(out, before_n + name_n + 4)) return;
  char *to = out->p + out->n;
  memcpy(to, before, before_n), to += before_n;
  *to++ = '"';
  memcpy(to, name, name_n), to += name_n;
  memcpy(to, "\": ", 3);
  out->n += before_n + name_n + 4;
}

/* `"name": value` of a row, comma and blank before it unless it is the first. */
static void put_member(eh_buf *out, bool first, const char *name, eh_field field) {
  put_name(out, first ? "" : ", ", name);
  put_field(out, field);
}

/* ---- spec -------------------------------------------------------------------------------------------------------- */

/* Starts `"name": ` on a line of its own inside a top-level object. */
static void put_key(eh_buf *out, bool first, const char *name) {
  put_name(out, first ? "\n    " : ",\n    ", name);
}

static void put_key_field(eh_buf *out, bool first, const char *name, eh_field field) {
  put_key(out, first, name);
  put_field(out, field);
}

/* An element of a list in one line. */
static void put_comma(eh_buf *out, bool *first) {
  if (!*first) eh_buf_text(out, ", ");
  *first = false;
}

static void put_text_list(eh_buf *out, const eh_str *text_n, uint32_t n) {
  bool first = true;
  eh_buf_byte(out, '[');
  for (uint32_t i = 0; i < n; i++) {
    put_comma(out, &first);
    eh_json_string(out, text_n[i]);
  }
  eh_buf_byte(out, ']');
}

static void put_slice_list(eh_buf *out, const eh_slicing *slicing) {
  bool first = true;
  eh_buf_byte(out, '[');
  for (uint32_t i = 0; i < slicing->single_count; i++) {
    if (slicing->dim_n[slicing->single_n[i]].predicate.n) continue;
    put_comma(out, &first);
    eh_json_string(out, slicing->dim_n[slicing->single_n[i]].name);
  }
  eh_buf_byte(out, ']');
}

/* A column's name inside a cross, where '*' and backslash are letters only behind a backslash. */
static void put_cross_name(eh_buf *text, eh_str name) {
  for (size_t i = 0; i < name.n; i++) {
    if (name.p[i] == '*' || name.p[i] == '\\') eh_buf_byte(text, '\\');
    eh_buf_byte(text, (unsigned char)name.p[i]);
  }
}

static void put_cross_list(eh_buf *out, const eh_slicing *slicing) {
  bool first = true;
  eh_buf_byte(out, '[');
  for (uint32_t c = 0; c < slicing->cross_count; c++) {
    eh_buf text = {.mem = out->mem};
    for (uint32_t i = 0; i < slicing->cross_n[c].k; i++) {
      if (i) eh_buf_byte(&text, '*');
      put_cross_name(&text, slicing->dim_n[slicing->cross_n[c].dim_k[i]].name);
    }
    put_comma(out, &first);
    eh_json_string(out, (eh_str){text.p, text.n});
    out->failed = out->failed || text.failed;
    eh_buf_free(&text);
  }
  eh_buf_byte(out, ']');
}

/* An audit of a cube may leave some of the cube's dimensions aside; their edges change no number. */
static void put_bucket_list(eh_buf *out, const eh_slicing *slicing) {
  bool first = true;
  eh_buf_byte(out, '[');
  for (uint32_t d = 0; d < slicing->dim_count; d++) {
    const eh_dim *dim = &slicing->dim_n[d];
    if (!dim->edge_count || !eh_slicing_uses(slicing, d)) continue;
    eh_buf text = {.mem = out->mem};
    eh_buf_str(&text, dim->name);
    for (uint32_t e = 0; e < dim->edge_count; e++) {
      eh_buf_byte(&text, e ? ',' : ':');
      eh_buf_format(&text, "%g", dim->edge_n[e]);
    }
    put_comma(out, &first);
    eh_json_string(out, (eh_str){text.p, text.n});
    out->failed = out->failed || text.failed;
    eh_buf_free(&text);
  }
  eh_buf_byte(out, ']');
}

/* "identity:|" of the multi-valued columns; nothing where there are none. */
static void put_multi(eh_buf *out, const eh_slicing *slicing) {
  bool first = true;
  for (uint32_t d = 0; d < slicing->dim_count; d++) {
    const eh_dim *dim = &slicing->dim_n[d];
    if (!dim->separator || !eh_slicing_uses(slicing, d)) continue;
    eh_buf text = {.mem = out->mem};
    eh_buf_format(&text, "%S:%c", dim->name, (int)dim->separator);
    if (first) put_key(out, false, "multi");
    if (first) eh_buf_byte(out, '[');
    put_comma(out, &first);
    eh_json_string(out, (eh_str){text.p, text.n});
    out->failed = out->failed || text.failed;
    eh_buf_free(&text);
  }
  if (!first) eh_buf_byte(out, ']');
}

/* "young: age < 25" of the named predicates; nothing where there are none. */
static void put_slice_if(eh_buf *out, const eh_slicing *slicing) {
  bool first = true;
  for (uint32_t d = 0; d < slicing->dim_count; d++) {
    const eh_dim *dim = &slicing->dim_n[d];
    if (!dim->predicate.n || !eh_slicing_uses(slicing, d)) continue;
    eh_buf text = {.mem = out->mem};
    eh_buf_format(&text, "%S: %S", dim->name, dim->predicate);
    if (first) put_key(out, false, "slice_if");
    if (first) eh_buf_byte(out, '[');
    put_comma(out, &first);
    eh_json_string(out, (eh_str){text.p, text.n});
    out->failed = out->failed || text.failed;
    eh_buf_free(&text);
  }
  if (!first) eh_buf_byte(out, ']');
}

static void put_threshold_list(eh_buf *out, const eh_cube_spec *spec) {
  bool first = true;
  eh_buf_byte(out, '[');
  for (uint32_t t = 0; t < spec->threshold_count; t++) {
    put_comma(out, &first);
    put_field(out, eh_field_number(spec->threshold_t[t]));
  }
  eh_buf_byte(out, ']');
}

static void put_metric_list(eh_buf *out, const eh_spec *spec) {
  bool first = true;
  uint32_t n = spec->metric_n ? spec->metric_count : EH_METRICS;
  eh_buf_byte(out, '[');
  for (uint32_t i = 0; i < n; i++) {
    if (!spec->metric_n && eh_metric_about((eh_metric)i)->by_name) continue;
    put_comma(out, &first);
    eh_json_string(out, eh_str_of(eh_metric_about(spec->metric_n ? spec->metric_n[i] : (eh_metric)i)->name));
  }
  eh_buf_byte(out, ']');
}

static void put_missing_list(eh_buf *out, const eh_cube_spec *spec) {
  static const eh_str usual[] = EH_MISSING_USUAL;
  if (spec->missing_n) {
    put_text_list(out, spec->missing_n, spec->missing_count);
  } else {
    put_text_list(out, usual, sizeof usual / sizeof *usual);
  }
}

/* As they were asked for, in the order of what they are of. */
static void put_methods(eh_buf *out, const eh_methods *methods) {
  bool first = true;
  put_key(out, false, "interval");
  for (int q = 0; q < EH_QUANTITIES; q++) {
    if (!methods->of_q[q]) continue;
    eh_buf_format(out, "%s%s", first ? "\"" : ",", eh_method_name(methods->of_q[q], false, false));
    first = false;
  }
  eh_buf_byte(out, '"');
}

static void put_interval(eh_buf *out, const eh_spec *spec) {
  const eh_bootstrap bootstrap = spec->bootstrap;
  if (!eh_methods_are_usual(&spec->methods)) {
    put_methods(out, &spec->methods);
    return;
  }
  put_key_field(out, false, "interval", eh_field_text(bootstrap == EH_BOOTSTRAP_BCA ? EH_STR("bca")
                                                      : bootstrap                     ? EH_STR("bootstrap")
                                                      : spec->no_intervals            ? EH_STR("none")
                                                                                      : EH_STR("default")));
  if (!bootstrap) return;
  put_key_field(out, false, "replicates", eh_field_count(spec->replicates));
  put_key_field(out, false, "seed", eh_field_count(spec->seed));
}

static void put_spec(eh_buf *out, const eh_spec *spec) {
  const eh_cube_spec *cube = &spec->cube;
  eh_buf_text(out, ",\n  \"spec\": {");
  put_key_field(out, true, "label", eh_field_text(cube->label));
  if (cube->regression) put_key_field(out, false, "task", eh_field_text(EH_STR("regression")));
  put_key_field(out, false, "positive", eh_field_text(cube->positive));
  put_key(out, false, "score");
  put_text_list(out, cube->score_m, cube->model_count);
  if (cube->where.n) put_key_field(out, false, "where", eh_field_text(cube->where));
  put_key(out, false, "slice");
  put_slice_list(out, &cube->slicing);
  put_key(out, false, "cross");
  put_cross_list(out, &cube->slicing);
  put_key(out, false, "bucket");
  put_bucket_list(out, &cube->slicing);
  put_multi(out, &cube->slicing);
  put_slice_if(out, &cube->slicing);
  put_key(out, false, "show_missing");
  eh_buf_text(out, cube->slicing.show_missing ? "true" : "false");
  put_key(out, false, "threshold");
  put_threshold_list(out, cube);
  put_key(out, false, "metric");
  put_metric_list(out, spec);
  put_key_field(out, false, "baseline", eh_field_text(spec->baseline.n ? spec->baseline : EH_STR("overall")));
  put_key(out, false, "missing");
  put_missing_list(out, cube);
  put_key_field(out, false, "min_slice", eh_field_count(spec->min_slice));
  put_key_field(out, false, "level", eh_field_number(spec->level));
  put_interval(out, spec);
  const uint32_t cluster = eh_slicing_cluster(&cube->slicing);
  if (cluster != EH_NO_CLUSTER) put_key_field(out, false, "cluster", eh_field_text(cube->slicing.dim_n[cluster].name));
  put_key_field(out, false, "cut", eh_field_text(cube->cut == EH_CUT_AT_LEAST ? EH_STR(">=") : EH_STR(">")));
  if (cube->weight.p) {
    put_key_field(out, false, "weight", eh_field_text(cube->weight));
    put_key_field(out, false, "weight_kind", eh_field_text(eh_weight_kind_name(cube->weight_kind)));
  }
  if (cube->fractional) {
    put_key(out, false, "fractional");
    eh_buf_text(out, "true");
  }
  put_key_field(out, false, "score_bits", eh_field_count(cube->score_bits ? cube->score_bits : 52));
  if (spec->curves) {
    put_key(out, false, "curves");
    eh_buf_text(out, "true");
  }
  eh_buf_text(out, "\n  }");
}

/* ---- input ------------------------------------------------------------------------------------------------------- */

static void put_skips(eh_buf *out, const eh_intake *intake) {
  eh_buf_byte(out, '[');
  for (uint32_t i = 0; i < intake->skipped_n; i++) {
    eh_buf_text(out, i ? ",\n      {" : "\n      {");
    put_member(out, true, "line", eh_field_count(intake->skipped[i].line));
    put_member(out, false, "reason", eh_field_text(eh_str_of(intake->skipped[i].reason)));
    eh_buf_byte(out, '}');
  }
  eh_buf_text(out, intake->skipped_n ? "\n    ]" : "]");
}

static void put_input(eh_buf *out, const eh_provenance *from) {
  static const char hex[] = "0123456789abcdef";
  char digest[64];
  for (int i = 0; i < 32; i++) {
    digest[2 * i] = hex[from->sha256[i] >> 4];
    digest[2 * i + 1] = hex[from->sha256[i] & 15];
  }
  eh_buf_text(out, ",\n  \"input\": {");
  put_key_field(out, true, "name", eh_field_text(from->name));
  put_key_field(out, false, "sha256", eh_field_text((eh_str){from->has_sha256 ? digest : NULL, 64}));
  put_key_field(out, false, "rows", eh_field_count(from->intake.rows));
  put_key_field(out, false, "rows_skipped", eh_field_count(from->intake.rows_skipped));
  if (from->intake.rows_filtered) put_key_field(out, false, "rows_filtered", eh_field_count(from->intake.rows_filtered));
  put_key(out, false, "skipped");
  put_skips(out, &from->intake);
  put_key(out, false, "missing");
  eh_buf_byte(out, '{');
  for (uint32_t i = 0; i < from->missing_count; i++) {
    if (i) eh_buf_text(out, ", ");
    eh_json_string(out, from->missing_n[i].name);
    eh_buf_text(out, ": ");
    put_field(out, eh_field_count(from->missing_n[i].count));
  }
  eh_buf_text(out, "}\n  }");
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static void put_list_start(eh_buf *out, const char *name) {
  eh_buf_text(out, ",\n  ");
  eh_json_string(out, eh_str_of(name));
  eh_buf_text(out, ": [");
}

static void put_row_start(eh_buf *out, uint64_t index) { eh_buf_text(out, index ? ",\n    {" : "\n    {"); }

static void put_list_end(eh_buf *out, uint64_t count) { eh_buf_text(out, count ? "\n  ]" : "]"); }

static void put_slice(eh_buf *out, const eh_audit_view *audit, const eh_audit_slice *slice) {
  const eh_slice *about = slice->slice;
  put_member(out, true, "name", eh_field_text(about->name));
  eh_buf_text(out, ", \"columns\": [");
  for (uint32_t i = 0; i < about->dim_count; i++) {
    if (i) eh_buf_text(out, ", ");
    eh_json_string(out, eh_view_column(audit, about->dim_k[i]));
  }
  eh_buf_text(out, "], \"values\": [");
  for (uint32_t i = 0; i < about->dim_count; i++) {
    if (i) eh_buf_text(out, ", ");
    put_field(out, eh_field_text(eh_view_group(audit, about->dim_k[i], about->group_k[i])));
  }
  eh_buf_byte(out, ']');
  put_member(out, false, "rows", eh_field_count(slice->rows));
  put_member(out, false, "weight", eh_field_number(slice->weight));
  put_member(out, false, "positives",
             audit->spec->cube.regression ? (eh_field){.kind = EH_FIELD_NULL} : eh_field_count(slice->positives));
  put_member(out, false, "reason", eh_field_reason(slice->too_small ? EH_R_TOO_SMALL : EH_R_NONE));
}

static void put_result(eh_buf *out, const eh_audit_view *audit, const eh_result *result) {
  eh_field field[EH_RESULT_FIELDS];
  eh_fields_of_result(field, audit, result);
  for (uint32_t f = 0; f < eh_view_fields(audit); f++) {
    if (f == EH_RESULT_GAP && eh_view_is_binned(audit)) put_member(out, false, "bound", eh_field_number(result->bound));
    if (f == EH_RESULT_GAP) eh_buf_text(out, ", \"gap\": {");
    put_member(out, f == 0 || f == EH_RESULT_GAP, eh_result_field_names[f], field[f]);
  }
  eh_buf_byte(out, '}');
}

/* Who fails a rule. Groups that were left out may fail it, too, so without any that does the answer is not known. */
static void put_failing(eh_buf *out, const eh_audit_view *audit, const eh_fairness *fair) {
  bool first = true;
  put_name(out, ", ", "passes");
  eh_buf_text(out, fair->failing_count ? "false" : fair->reason ? "null" : "true");
  put_name(out, ", ", "failing");
  eh_buf_byte(out, '[');
  for (uint32_t i = 0; i < fair->failing_count; i++) {
    put_comma(out, &first);
    eh_json_string(out, eh_view_slice(audit, fair->failing_n[i]));
  }
  eh_buf_byte(out, ']');
}

static void put_fairness(eh_buf *out, const eh_audit_view *audit, const eh_fairness *fair) {
  put_member(out, true, "model", eh_field_text(eh_view_model(audit, fair->model)));
  put_member(out, false, "criterion", eh_field_text(fair->criterion));
  put_member(out, false, "column", eh_field_text(eh_view_family(audit, fair->family)));
  put_member(out, false, "threshold", eh_field_number(eh_view_threshold(audit, fair->threshold)));
  put_member(out, false, "value", eh_field_number(fair->value));
  put_member(out, false, "reason", eh_field_reason(fair->reason));
  put_member(out, false, "slice_min", eh_field_text(eh_view_slice(audit, fair->slice_min)));
  put_member(out, false, "slice_max", eh_field_text(eh_view_slice(audit, fair->slice_max)));
  /* Intervals of extremes need simultaneous limits over the groups; this version has none and says so. */
  put_member(out, false, "lower", (eh_field){.kind = EH_FIELD_NULL});
  put_member(out, false, "upper", (eh_field){.kind = EH_FIELD_NULL});
  put_member(out, false, "method", (eh_field){.kind = EH_FIELD_NULL});
  put_member(out, false, "interval_reason", eh_field_reason(EH_R_NOT_YET));
  if (fair->has_failing) put_failing(out, audit, fair);
}

static void put_finding(eh_buf *out, const eh_audit_view *audit, const eh_finding *finding) {
  bool no_metric = finding->metric == EH_NONE;
  eh_str metric = no_metric ? (eh_str){0} : eh_str_of(eh_metric_about((eh_metric)finding->metric)->name);
  put_member(out, true, "rank", eh_field_count(finding->rank));
  put_member(out, false, "kind", eh_field_text(eh_str_of(eh_finding_name(finding->kind))));
  put_member(out, false, "model", eh_field_text(eh_view_model(audit, finding->model)));
  put_member(out, false, "slice", eh_field_text(eh_view_slice(audit, finding->slice)));
  put_member(out, false, "metric", eh_field_text(metric));
  put_member(out, false, "threshold", eh_field_number(eh_view_threshold(audit, finding->threshold)));
  put_member(out, false, "text", eh_field_text(finding->text));
}

eh_status eh_report_json(eh_buf *out, const eh_audit_view *audit, eh_error *err) {
  eh_buf_format(out, "{\n  \"schema_version\": %u,\n  \"version\": \"%s\"", (uint64_t)EH_REPORT_SCHEMA, EH_VERSION);
  put_spec(out, audit->spec);
  put_input(out, audit->cube->provenance);
  put_list_start(out, "slices");
  for (uint32_t s = 0; s < audit->slice_count && !out->failed; s++) {
    put_row_start(out, s);
    put_slice(out, audit, &audit->slice_s[s]);
    eh_buf_byte(out, '}');
  }
  put_list_end(out, audit->slice_count);
  put_list_start(out, "results");
  for (uint64_t r = 0; r < audit->result_count && !out->failed; r++) {
    put_row_start(out, r);
    put_result(out, audit, &audit->result_n[r]);
    eh_buf_byte(out, '}');
  }
  put_list_end(out, audit->result_count);
  put_list_start(out, "fairness");
  for (uint64_t f = 0; f < audit->fairness_count && !out->failed; f++) {
    put_row_start(out, f);
    put_fairness(out, audit, &audit->fairness_n[f]);
    eh_buf_byte(out, '}');
  }
  put_list_end(out, audit->fairness_count);
  put_list_start(out, "findings");
  for (uint64_t f = 0; f < audit->finding_count && !out->failed; f++) {
    put_row_start(out, f);
    put_finding(out, audit, &audit->finding_n[f]);
    eh_buf_byte(out, '}');
  }
  put_list_end(out, audit->finding_count);
  if (audit->comparison_n) put_list_start(out, "comparisons");
  for (uint64_t c = 0; c < audit->comparison_count && !out->failed; c++) {
    put_row_start(out, c);
    eh_put_comparison(out, audit, &audit->comparison_n[c]);
    eh_buf_byte(out, '}');
  }
  if (audit->comparison_n) put_list_end(out, audit->comparison_count);
  if (audit->spec->curves) put_list_start(out, "curves");
  for (uint64_t c = 0; c < audit->curve_count && !out->failed; c++) {
    put_row_start(out, c);
    eh_put_curve(out, audit, &audit->curve_n[c]);
    eh_buf_byte(out, '}');
  }
  if (audit->spec->curves) put_list_end(out, audit->curve_count);
  eh_buf_text(out, "\n}\n");
  return out->failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}
