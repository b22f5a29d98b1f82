/* html: puts a cube or a report into the viewer's page. Called by view.c.
 *
 * The page has one comment that marks the place. What takes it is JSON in a script element that no browser runs; its only
 * "<" are spelt \u003c, so that nothing a file says can close the element.
 */
#include <string.h>

#include "html.h"

static const eh_str place = {"<!--evenhand:payload-->", 23};

/* ---- the spec ---------------------------------------------------------------------------------------------------- */

static bool is_asked_of_cube(eh_option option) {
  static const bool asked_o[EH_OPTIONS] = {[EH_O_SCORE] = true, [EH_O_SLICE] = true,    [EH_O_CROSS] = true,       [EH_O_BUCKET] = true,
                                           [EH_O_MULTI] = true, [EH_O_SLICE_IF] = true, [EH_O_SHOW_MISSING] = true};
  return asked_o[option];
}

static void put_numbers(eh_buf *out, const double *x_n, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) eh_buf_format(out, i ? ",%g" : "%g", x_n[i]);
}

static void put_metrics(eh_buf *out, const eh_spec *spec) {
  for (uint32_t i = 0; i < spec->metric_count; i++)
    eh_buf_format(out, "%s\"%s\"", i ? "," : "", eh_metric_about(spec->metric_n[i])->name);
}

/* The value of an option that was given. */
static void put_value(eh_buf *out, const eh_given *given, eh_option_type type) {
  if (type == EH_OPT_FLAG) eh_buf_text(out, given->on ? "true" : "false");
  else if (type == EH_OPT_COUNT) eh_buf_format(out, "%u", given->count);
  else if (type == EH_OPT_NUMBER) eh_buf_format(out, "%g", given->number);
  else if (type == EH_OPT_TEXT) eh_json_string(out, given->item_n[0]);
  else {
    eh_buf_byte(out, '[');
    for (uint32_t i = 0; i < given->item_count; i++) {
      if (i) eh_buf_byte(out, ',');
      eh_json_string(out, given->item_n[i]);
    }
    eh_buf_byte(out, ']');
  }
}

/* Thresholds and metrics are written as they are understood: a range as its numbers, "fpr@.3" as one of each. */
void eh_html_spec(eh_buf *out, const eh_request *request, bool of_cube) {
  const eh_spec *const spec = &request->spec;
  uint32_t n;
  const eh_option_info *const info_o = eh_option_table(&n);
  const char *before = "{";
  for (int o = 0; o < EH_OPTIONS; o++) {
    const eh_option option = (eh_option)o;
    const bool threshold = option == EH_O_THRESHOLD, metric = option == EH_O_METRIC;
    const bool judges = threshold || (eh_option_judges(option) && !eh_option_shows(option));
    const bool given = threshold ? spec->cube.threshold_count > 0 : metric ? spec->metric_count > 0 : request->given_o[o].given;
    if (!given || !(judges || (of_cube && is_asked_of_cube(option)))) continue;
    eh_buf_format(out, "%s\"%s\":%s", before, info_o[o].key, threshold || metric ? "[" : "");
    if (threshold) put_numbers(out, spec->cube.threshold_t, spec->cube.threshold_count);
    else if (metric) put_metrics(out, spec);
    else put_value(out, &request->given_o[o], info_o[o].type);
    eh_buf_text(out, threshold || metric ? "]" : "");
    before = ",";
  }
  eh_buf_text(out, *before == '{' ? "{}" : "}");
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

/* JSON has "<" in strings alone, where it may be spelt so. */
static void put_json(eh_buf *out, eh_str json) {
  for (size_t from = 0; from < json.n;) {
    const char *const next = memchr(json.p + from, '<', json.n - from);
    const size_t n = next ? (size_t)(next - json.p) - from : json.n - from;
    eh_buf_put(out, json.p + from, n);
    if (next) eh_buf_text(out, "\\u003c");
    from += n + (next != NULL);
  }
}

/* RFC 4648, with padding. */
static void put_base64(eh_buf *out, eh_str bytes) {
  static const char letter_v[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *const p = (const unsigned char *)bytes.p;
  for (size_t i = 0; i < bytes.n; i += 3) {
    const size_t left = bytes.n - i;
    const uint32_t word = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);
    const char four[4] = {letter_v[word >> 18], letter_v[word >> 12 & 63], left > 1 ? letter_v[word >> 6 & 63] : '=',
                          left > 2 ? letter_v[word & 63] : '='};
    eh_buf_put(out, four, sizeof four);
  }
}

/* Where the place stands next, from `from` on; page.n: nowhere. */
static size_t find_place(eh_str page, size_t from) {
  for (size_t at = from; at + place.n <= page.n; at++) {
    const char *const next = memchr(page.p + at, '<', page.n - at);
    if (!next) break;
    at = (size_t)(next - page.p);
    if (page.n - at >= place.n && memcmp(next, place.p, place.n) == 0) return at;
  }
  return page.n;
}

eh_status eh_html_put(eh_buf *out, eh_str page, const eh_payload *payload, eh_error *err) {
  const size_t at = find_place(page, 0);
  if (at == page.n || find_place(page, at + 1) != page.n)
    return eh_fail(err, EH_E_INPUT, "viewer.html, which comes with this program, is not the viewer's page: it must have the comment "
                   "%S once; build it with: npm run build -w evenhand-web", place);
  eh_buf head = {.mem = out->mem};
  const bool is_cube = payload->cube.n > 0;
  eh_buf_format(&head, "{\"kind\":\"%s\",\"name\":", is_cube ? "cube" : "report");
  eh_json_string(&head, payload->name);
  eh_buf_format(&head, ",\"spec\":%S,", payload->spec);
  eh_buf_text(&head, is_cube ? "\"bytes\":\"" : "\"report\":");
  eh_buf_reserve(out, page.n + head.n + payload->report.n + payload->cube.n / 3 * 4 + 100);
  eh_buf_put(out, page.p, at);
  eh_buf_text(out, "<script type=\"application/json\" id=\"evenhand-payload\">");
  put_json(out, (eh_str){head.p, head.n});
  if (is_cube) put_base64(out, payload->cube);
  else put_json(out, payload->report);
  eh_buf_text(out, is_cube ? "\"}</script>" : "}</script>");
  eh_buf_put(out, page.p + at + place.n, page.n - at - place.n);
  out->failed |= head.failed;
  eh_buf_free(&head);
  return out->failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}
