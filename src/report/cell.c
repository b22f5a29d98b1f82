/* cell: one result as a flat list of fields, and numbers as people read them. Used by every renderer of this room,
 * so that JSON, CSV and terminal never disagree about what is there.
 *
 * A field that is null has its reason in a field beside it; nothing is ever written as 0 or NaN instead.
 */
#include "report_internal.h"

/* ---- fields ------------------------------------------------------------------------------------------------------ */

const char *const eh_result_field_names[EH_RESULT_FIELDS] = {
    "model", "slice", "metric", "threshold", "value", "reason", "numerator", "denominator", "lower", "upper", "method",
    "interval_reason",
    "baseline", "reason", "interval_reason", "difference", "difference_lower", "difference_upper", "ratio",
    "ratio_reason", "ratio_lower", "ratio_upper", "relative", "method", "p", "p_adjusted",
    "ratio_method", "p_method"};

eh_field eh_field_number(double x) {
  bool finite = x - x == 0; /* false for NaN and infinities */
  return (eh_field){.kind = finite ? EH_FIELD_NUMBER : EH_FIELD_NULL, .number = x};
}

eh_field eh_field_count(uint64_t x) { return (eh_field){.kind = EH_FIELD_COUNT, .count = x}; }

eh_field eh_field_text(eh_str s) { return (eh_field){.kind = s.p ? EH_FIELD_TEXT : EH_FIELD_NULL, .text = s}; }

eh_field eh_field_reason(eh_reason reason) {
  if (reason == EH_R_NONE) return (eh_field){.kind = EH_FIELD_NULL};
  return eh_field_text(eh_str_of(eh_reason_name(reason)));
}

static eh_field field_of_method(const char *method) {
  return method ? eh_field_text(eh_str_of(method)) : (eh_field){.kind = EH_FIELD_NULL};
}

static void fields_of_gap(eh_field *to, const eh_audit_view *audit, const eh_gap *gap) {
  *to++ = eh_field_text(audit->baseline == EH_NONE ? EH_STR("complement") : eh_view_slice(audit, audit->baseline));
  *to++ = eh_field_reason(gap->reason);
  *to++ = eh_field_reason(gap->interval_reason);
  *to++ = eh_field_number(gap->difference);
  *to++ = eh_field_number(gap->difference_range.lower);
  *to++ = eh_field_number(gap->difference_range.upper);
  *to++ = eh_field_number(gap->ratio);
  *to++ = eh_field_reason(gap->ratio_reason);
  *to++ = eh_field_number(gap->ratio_range.lower);
  *to++ = eh_field_number(gap->ratio_range.upper);
  *to++ = eh_field_number(gap->relative);
  *to++ = field_of_method(gap->method);
  *to++ = eh_field_number(gap->p);
  *to++ = (eh_field){.kind = EH_FIELD_NULL}; /* p_adjusted: families of tests come with a later version */
  *to++ = field_of_method(gap->ratio_method);
  *to++ = field_of_method(gap->p_method);
}

/* A count of rows, or a sum of weights. */
static eh_field field_of_part(const eh_value *value, uint64_t rows, double weight) {
  if (!value->has_parts) return (eh_field){.kind = EH_FIELD_NULL};
  return value->weighted ? eh_field_number(weight) : eh_field_count(rows);
}

void eh_fields_of_result(eh_field field[EH_RESULT_FIELDS], const eh_audit_view *audit, const eh_result *result) {
  const eh_metric_info *about = eh_metric_about(result->metric);
  const eh_value *value = &result->value;
  eh_field null = {.kind = EH_FIELD_NULL};
  eh_field *to = field;
  *to++ = eh_field_text(eh_view_model(audit, result->model));
  *to++ = eh_field_text(eh_view_slice(audit, result->slice));
  *to++ = eh_field_text(eh_str_of(about->name));
  *to++ = eh_field_number(eh_view_threshold(audit, result->threshold));
  *to++ = eh_field_number(value->value);
  *to++ = eh_field_reason(value->reason);
  *to++ = field_of_part(value, value->numerator, value->weight_numerator);
  *to++ = about->kind == EH_METRIC_IS_COUNT ? null : field_of_part(value, value->denominator, value->weight_denominator);
  *to++ = eh_field_number(result->range.lower);
  *to++ = eh_field_number(result->range.upper);
  *to++ = field_of_method(result->method);
  *to++ = eh_field_reason(result->interval_reason);
  fields_of_gap(to, audit, &result->gap);
}

eh_str eh_weight_kind_name(eh_weight_kind kind) {
  return kind == EH_WEIGHT_FREQUENCY ? EH_STR("frequency") : EH_STR("sampling");
}

/* ---- names behind indexes ---------------------------------------------------------------------------------------- */

bool eh_view_is_binned(const eh_audit_view *audit) {
  return audit->spec->cube.score_bits && audit->spec->cube.score_bits < 52;
}

eh_str eh_view_model(const eh_audit_view *audit, uint32_t model) {
  return model == EH_NONE ? (eh_str){0} : audit->spec->cube.score_m[model];
}

eh_str eh_view_slice(const eh_audit_view *audit, uint32_t slice) {
  return slice == EH_NONE ? (eh_str){0} : audit->slice_s[slice].slice->name;
}

eh_str eh_view_family(const eh_audit_view *audit, uint32_t family) {
  return family == EH_NONE ? (eh_str){0} : audit->slices->family_n[family].name;
}

double eh_view_threshold(const eh_audit_view *audit, uint32_t threshold) {
  return threshold == EH_NONE ? __builtin_nan("") : audit->spec->cube.threshold_t[threshold];
}

eh_str eh_view_column(const eh_audit_view *audit, uint32_t dim) { return audit->spec->cube.slicing.dim_n[dim].name; }

eh_str eh_view_group(const eh_audit_view *audit, uint32_t dim, uint32_t group) {
  const eh_slices *slices = audit->slices;
  return group == slices->group_count_d[dim] ? (eh_str){0} : slices->group_dg[dim][group];
}

/* ---- numbers for people ------------------------------------------------------------------------------------------ */

static double size_of(double x) { return x < 0 ? -x : x; }

/* Fixed point without the zero before the point, and without the sign of a number that rounds to 0. */
static void put_fixed(eh_buf *out, double x, int decimals) {
  size_t start = out->n;
  eh_buf_fixed(out, x, decimals);
  if (out->failed) return;
  char *p = out->p + start;
  size_t n = out->n - start;
  bool negative = n && p[0] == '-', zero = true;
  for (size_t i = 0; i < n; i++) zero = zero && (p[i] == '0' || p[i] == '.' || p[i] == '-');
  size_t cut = negative && zero ? 1 : 0, zero_at = negative ? 1 : 0;
  if (n > zero_at + 1 && p[zero_at] == '0' && p[zero_at + 1] == '.') {
    for (size_t i = zero_at; i + 1 < n; i++) p[i] = p[i + 1];
    n--;
  }
  if (cut)
    for (size_t i = 0; i + 1 < n; i++) p[i] = p[i + 1];
  out->n = start + n - cut;
}

/* Numbers too large for fixed point to be read, in a power of ten. */
#define EH_LARGE 1e15

static void put_sized(eh_buf *out, double x, int decimals) {
  if (x != x) {
    eh_buf_text(out, "\xe2\x80\x93");
  } else if (x - x != 0) {
    eh_buf_text(out, x < 0 ? "-\xe2\x88\x9e" : "\xe2\x88\x9e");
  } else if (size_of(x) >= EH_LARGE) {
    eh_put_plain(out, x);
  } else {
    put_fixed(out, x, decimals);
  }
}

void eh_put_short(eh_buf *out, double x) { put_sized(out, x, size_of(x) < 1000 ? 3 : 1); }

void eh_put_signed(eh_buf *out, double x) {
  if (x > 0) eh_buf_byte(out, '+');
  eh_put_short(out, x);
}

static int ratio_decimals(double x) { return x < 0.9995 ? 3 : x < 9.995 ? 2 : x < 99.95 ? 1 : 0; }

void eh_put_ratio(eh_buf *out, double x) { put_sized(out, x, ratio_decimals(x)); }

/* Digits to add to `decimals` so that two ends that far apart look apart: no interval is shown without width. */
static int digits_more(double width, int decimals) {
  double unit = 1;
  int more = 0;
  for (int i = 0; i < decimals; i++) unit /= 10;
  for (; decimals + more < 15 && width < 2 * unit; unit /= 10) more++;
  return more;
}

void eh_put_signed_range(eh_buf *out, eh_range range) {
  int decimals = 3 + digits_more(range.upper - range.lower, 3);
  if (range.lower > 0) eh_buf_byte(out, '+');
  put_sized(out, range.lower, decimals);
  eh_buf_text(out, range.upper > 0 ? " to +" : " to ");
  put_sized(out, range.upper, decimals);
}

void eh_put_ratio_range(eh_buf *out, eh_range range) {
  int lower = ratio_decimals(range.lower), upper = ratio_decimals(range.upper);
  int more = digits_more(range.upper - range.lower, upper);
  put_sized(out, range.lower, lower > upper + more ? lower : upper + more);
  eh_buf_text(out, " to ");
  put_sized(out, range.upper, upper + more);
}

void eh_put_p(eh_buf *out, double p) {
  if (p < 0.001) {
    eh_buf_text(out, "<.001");
  } else {
    put_sized(out, p, 3);
  }
}

/* 0.95 * 100 is not 95 in binary; six decimals of a percent are more than anybody asks for. */
void eh_put_level(eh_buf *out, double level) {
  size_t start = out->n;
  put_fixed(out, level * 100, 6);
  if (out->failed) return;
  while (out->n > start && out->p[out->n - 1] == '0') out->n--;
  if (out->n > start && out->p[out->n - 1] == '.') out->n--;
  eh_buf_text(out, " %");
}

void eh_put_plain(eh_buf *out, double x) {
  char text[EH_F64_TEXT];
  size_t n = eh_write_f64(text, x);
  size_t sign = text[0] == '-' ? 1 : 0;
  eh_buf_put(out, text, sign);
  size_t skip = n > sign + 1 && text[sign] == '0' && text[sign + 1] == '.' ? 1 : 0;
  eh_buf_put(out, text + sign + skip, n - sign - skip);
}

void eh_put_share(eh_buf *out, uint64_t part, uint64_t whole) {
  double percent = whole ? 100 * (double)part / (double)whole : 0;
  if (part && percent < 0.05) {
    eh_buf_text(out, "<.1");
  } else if (part < whole && percent >= 99.95) {
    eh_buf_text(out, ">99.9");
  } else if (part == whole || !part) {
    eh_buf_grouped(out, part ? 100 : 0);
  } else {
    put_fixed(out, percent, 1);
  }
  eh_buf_text(out, " %");
}

void eh_put_plural(eh_buf *out, uint64_t n, const char *one, const char *many) {
  eh_buf_grouped(out, n);
  eh_buf_byte(out, ' ');
  eh_buf_text(out, n == 1 ? one : many);
}

void eh_put_label(eh_buf *out, const eh_cube_spec *spec) {
  eh_buf_safe(out, spec->label, 40);
  if (!spec->positive.p) return;
  eh_buf_text(out, " = ");
  eh_buf_safe(out, spec->positive, 40);
}

void eh_put_labels(eh_buf *out, const eh_cube_view *cube) {
  eh_buf_text(out, " (");
  if (cube->spec->regression) {
    eh_buf_text(out, "regression)");
    return;
  }
  eh_put_share(out, eh_cube_positives(cube), cube->rows);
  eh_buf_text(out, cube->spec->fractional ? " at .5 or above, fractional)" : " positive)");
}

uint64_t eh_cube_positives(const eh_cube_view *cube) {
  uint64_t n = 0;
  for (uint32_t a = cube->atoms->marginal ? cube->atoms->atom_count - 1 : 0; a < cube->atoms->atom_count; a++)
    n += cube->rows_ay[2 * (size_t)a + 1]; /* of marginals the last is overall */
  return n;
}
