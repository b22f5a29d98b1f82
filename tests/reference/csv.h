/* The CSV reader's twin, for reading: the whole text at hand, one byte at a time, a record at a time.
 *
 * It writes a transcript: a line per row ("LINE|text|text", missing fields as ~), then a line per skipped row ("LINE
 * skipped: reason", the first 20); a quote that is never closed leaves its message in place of the rows.
 * tests/unit/table_test.c writes the same of what the streaming reader says.
 */
#ifndef EVENHAND_TESTS_REFERENCE_CSV_H
#define EVENHAND_TESTS_REFERENCE_CSV_H

#include <string.h>

#include "evenhand/table.h"

typedef struct twin_csv {
  const char *p;
  size_t n, at;
  char delimiter;
  uint64_t line;
  uint32_t bad_field; /* of the record being read */
  eh_buf row;         /* its transcript */
} twin_csv;

static bool twin_is_blank(const twin_csv *csv, char c) { return (c == ' ' || c == '\t') && c != csv->delimiter; }
static bool twin_is_line_end(char c) { return c == '\n' || c == '\r'; }

static bool twin_field_goes_on(const twin_csv *csv) {
  return csv->at < csv->n && csv->p[csv->at] != csv->delimiter && !twin_is_line_end(csv->p[csv->at]);
}

/* Passes LF, CR LF or CR; one line further. */
static void twin_line_end(twin_csv *csv) {
  if (csv->at < csv->n && csv->p[csv->at] == '\r' && csv->at + 1 < csv->n && csv->p[csv->at + 1] == '\n') csv->at++;
  csv->at++;
  csv->line++;
}

/* False if the input ends inside the quotes. */
static bool twin_quoted(twin_csv *csv, eh_buf *text, uint32_t field) {
  csv->at++;
  for (;;) {
    if (csv->at == csv->n) return false;
    const char c = csv->p[csv->at];
    if (c == '"' && csv->at + 1 < csv->n && csv->p[csv->at + 1] == '"') {
      eh_buf_byte(text, '"');
      csv->at += 2;
    } else if (c == '"') {
      break;
    } else if (twin_is_line_end(c)) {
      const size_t from = csv->at;
      twin_line_end(csv);
      eh_buf_put(text, csv->p + from, csv->at - from);
    } else {
      eh_buf_byte(text, (unsigned char)c);
      csv->at++;
    }
  }
  for (csv->at++; twin_field_goes_on(csv); csv->at++) {
    if (!twin_is_blank(csv, csv->p[csv->at]) && !csv->bad_field) csv->bad_field = field;
  }
  return true;
}

static void twin_unquoted(twin_csv *csv, eh_buf *text) {
  const size_t from = csv->at;
  while (twin_field_goes_on(csv)) csv->at++;
  const char *p = csv->p + from, *end = csv->p + csv->at;
  while (p < end && twin_is_blank(csv, *p)) p++;
  while (p < end && twin_is_blank(csv, end[-1])) end--;
  eh_buf_put(text, p, (size_t)(end - p));
}

static bool twin_is_missing(const eh_buf *text) {
  const eh_str s = {text->p, text->n};
  return s.n == 0 || eh_str_eq(s, EH_STR("NA")) || eh_str_eq(s, EH_STR("NaN")) || eh_str_eq(s, EH_STR("null"));
}

/* One record into csv->row; false if a quote is never closed, `line_out` then being where it opens. */
static bool twin_record(twin_csv *csv, uint32_t *fields, uint64_t *line_out) {
  *fields = csv->bad_field = 0;
  csv->row.n = 0;
  for (;;) {
    eh_buf text = {0};
    const uint64_t line = csv->line;
    ++*fields;
    if (csv->at < csv->n && csv->p[csv->at] == '"') {
      if (!twin_quoted(csv, &text, *fields)) return *line_out = line, eh_buf_free(&text), false;
    } else {
      twin_unquoted(csv, &text);
    }
    eh_buf_byte(&csv->row, '|');
    if (twin_is_missing(&text)) eh_buf_byte(&csv->row, '~');
    else eh_buf_put(&csv->row, text.p, text.n);
    eh_buf_free(&text);
    if (csv->at == csv->n || csv->p[csv->at] != csv->delimiter) return true;
    csv->at++;
  }
}

static bool twin_is_blank_line(const twin_csv *csv) {
  size_t at = csv->at;
  while (at < csv->n && twin_is_blank(csv, csv->p[at])) at++;
  return at == csv->n || twin_is_line_end(csv->p[at]);
}

static void twin_judge(const twin_csv *csv, eh_buf *rows, eh_buf *skips, uint64_t line, eh_str bytes, uint32_t fields,
                       uint32_t columns) {
  if (eh_utf8_check(bytes.p, bytes.n) < bytes.n) eh_buf_text(skips, "not UTF-8");
  else if (memchr(bytes.p, 0, bytes.n)) eh_buf_text(skips, "NUL byte");
  else if (csv->bad_field) eh_buf_format(skips, "text after the closing quote in field %u", (uint64_t)csv->bad_field);
  else if (fields != columns)
    eh_buf_format(skips, "%u %s, expected %u", (uint64_t)fields, fields == 1 ? "field" : "fields", (uint64_t)columns);
  else eh_buf_format(rows, "%u%S\n", line, (eh_str){csv->row.p, csv->row.n});
}

static void twin_csv_read(eh_buf *out, uint64_t *rows_n, uint64_t *skipped_n, eh_str text, char delimiter,
                          uint32_t columns) {
  twin_csv csv = {.p = text.p, .n = text.n, .delimiter = delimiter, .line = 1};
  eh_buf skips = {0};
  *rows_n = *skipped_n = 0;
  if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) csv.at = 3;
  while (csv.at < text.n) {
    const uint64_t line = csv.line;
    const size_t from = csv.at;
    const bool blank = twin_is_blank_line(&csv);
    uint32_t fields;
    uint64_t quote_line;
    if (!twin_record(&csv, &fields, &quote_line)) {
      out->n = 0;
      eh_buf_format(out, "input: line %u: a quote opened here is never closed", quote_line);
      break;
    }
    const eh_str bytes = {csv.p + from, csv.at - from};
    if (csv.at < text.n) twin_line_end(&csv);
    if (blank) continue;
    ++*rows_n;
    eh_buf reason = {0};
    twin_judge(&csv, out, &reason, line, bytes, fields, columns);
    if (reason.n && ++*skipped_n <= EH_SKIPS_KEPT)
      eh_buf_format(&skips, "%u skipped: %S\n", line, (eh_str){reason.p, reason.n});
    eh_buf_free(&reason);
  }
  eh_buf_put(out, skips.p, skips.n);
  eh_buf_free(&skips);
  eh_buf_free(&csv.row);
}

#endif
