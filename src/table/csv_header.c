/* csv_header: the names of the columns, and which of them are wanted. Called by csv.c until the names are known.
 *
 * The header is a record like any other; it is only read twice, the second time with room for all its fields.
 */
#include <string.h>

#include "csv_internal.h"

static eh_status out_of_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* Fails for a defect of the file at a line. */
#define FAIL_AT(csv, err, at_line, text, ...)                                                        \
  ((err) && !(err)->status ? (void)((err)->line = (at_line)) : (void)0,                              \
   eh_fail(err, EH_E_INPUT, "%S: line %u: " text, (csv)->source, (uint64_t)(at_line), __VA_ARGS__))

eh_status eh_csv_fail_found(const struct eh_csv *csv, eh_csv_found found, eh_error *err) {
  const eh_csv_scanner *scan = &csv->scan;
  if (found == EH_CSV_UNCLOSED)
    return FAIL_AT(csv, err, scan->quote_line, "a quote opened here is never closed%s", "");
  if (scan->quoted)
    return FAIL_AT(csv, err, scan->quote_line, "a quote opened here is not closed within %s", "1 GiB");
  return FAIL_AT(csv, err, scan->line, "the record is longer than %s", "1 GiB");
}

bool eh_csv_is_blank_line(const struct eh_csv *csv) {
  const eh_csv_scanner *scan = &csv->scan;
  if (scan->field_n != 1) return false;
  size_t at = scan->record_at;
  while (at < scan->record_end && eh_csv_is_blank(scan->bytes.p[at], scan->delimiter)) at++;
  return at == scan->record_end;
}

const char *eh_csv_bytes_defect(const struct eh_csv *csv) {
  const eh_csv_scanner *scan = &csv->scan;
  if (scan->odd_end <= scan->record_at) return NULL;
  const char *p = scan->bytes.p + scan->record_at;
  const size_t n = scan->record_end - scan->record_at;
  if (eh_utf8_check(p, n) < n) return "not UTF-8";
  return memchr(p, 0, n) ? "NUL byte" : NULL;
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

/* What is wrong with the header's bytes, and what to do about it; NULL if nothing is. */
static const char *header_defect(const struct eh_csv *csv) {
  const char *defect = eh_csv_bytes_defect(csv);
  if (!defect) return NULL;
  if (*defect == 'N') return "the header has a NUL byte, as UTF-16 has; save it as UTF-8";
  const unsigned char *p = (const unsigned char *)csv->scan.bytes.p + csv->scan.record_at;
  const bool marked = csv->scan.record_end - csv->scan.record_at >= 2 && p[0] + p[1] == 0xFF + 0xFE && p[0] != p[1];
  return marked ? "the file is UTF-16; save it as UTF-8" : "the header is not UTF-8; save the file as UTF-8";
}

static eh_status check_header(struct eh_csv *csv, eh_error *err) {
  const eh_csv_scanner *scan = &csv->scan;
  const char *defect = header_defect(csv);
  if (defect) return FAIL_AT(csv, err, scan->line, "%s", defect);
  if (scan->field_n > EH_CSV_FIELDS_MAX)
    return FAIL_AT(csv, err, scan->line, "%u columns are more than the %u allowed", (uint64_t)scan->field_n,
                   (uint64_t)EH_CSV_FIELDS_MAX);
  if (scan->bad_field)
    return FAIL_AT(csv, err, scan->line, "text after the closing quote in field %u", (uint64_t)scan->bad_field);
  return EH_OK;
}

static eh_status copy_names(struct eh_csv *csv, eh_error *err) {
  const eh_csv_scanner *scan = &csv->scan;
  eh_str *name_f = eh_arena_take(&csv->arena, scan->field_n * sizeof *name_f);
  if (!name_f) return out_of_memory(err);
  char *const record = scan->bytes.p + scan->record_at;
  for (uint32_t f = 0; f < scan->field_n; f++) {
    const uint32_t start = f ? scan->end_f[f - 1] + 1 : 0;
    name_f[f] = eh_arena_str(&csv->arena, eh_csv_field_text(record + start, scan->end_f[f] - start, scan->delimiter));
    if (!name_f[f].p) return out_of_memory(err);
  }
  csv->name_f = name_f;
  csv->name_count = scan->field_n;
  return EH_OK;
}

/* Room for the ends of n fields. The arena keeps the smaller array too; it is the header's only waste. */
static bool make_room(struct eh_csv *csv, uint32_t n) {
  csv->scan.end_f = eh_arena_take(&csv->arena, n * sizeof *csv->scan.end_f);
  csv->scan.field_cap = csv->scan.end_f ? n : 0;
  return csv->scan.end_f != NULL;
}

static eh_status read_names(struct eh_csv *csv, eh_error *err) {
  eh_csv_found found;
  do {
    found = eh_csv_scan_record(&csv->scan);
    if (found == EH_CSV_MORE) return EH_OK;
    if (found != EH_CSV_RECORD) return eh_csv_fail_found(csv, found, err);
  } while (eh_csv_is_blank_line(csv));
  EH_TRY(check_header(csv, err));
  if (!make_room(csv, csv->scan.field_n)) return out_of_memory(err);
  eh_csv_scan_again(&csv->scan);
  eh_csv_scan_record(&csv->scan);
  return copy_names(csv, err);
}

/* ---- wants ------------------------------------------------------------------------------------------------------- */

/* The delimiter that a header of a single field seems to use, or 0. */
static int other_delimiter(const struct eh_csv *csv) {
  static const char tried[] = {';', '\t', '|', ','};
  if (csv->name_count != 1) return 0;
  for (size_t i = 0; i < sizeof tried; i++)
    if (memchr(csv->name_f[0].p, tried[i], csv->name_f[0].n)) return tried[i];
  return 0;
}

static eh_status fail_unknown(const struct eh_csv *csv, eh_str wanted, eh_error *err) {
  enum { SHOWN = 8 };
  const int delimiter = other_delimiter(csv);
  if (delimiter == '\t')
    return eh_fail(err, EH_E_SPEC, "%S has no column %Q; its fields are divided by tabs: --delimiter tab", csv->source,
                   wanted);
  if (delimiter)
    return eh_fail(err, EH_E_SPEC, "%S has no column %Q; its fields are divided by '%c': --delimiter '%c'", csv->source,
                   wanted, delimiter, delimiter);
  const int nearest = eh_name_nearest(csv->name_f, csv->name_count, wanted);
  if (nearest >= 0)
    return eh_fail(err, EH_E_SPEC, "%S has no column %Q; nearest is %Q", csv->source, wanted, csv->name_f[nearest]);
  eh_buf list = {.mem = csv->mem};
  for (uint32_t f = 0; f < csv->name_count && f < SHOWN; f++) eh_buf_format(&list, f ? ", %Q" : "%Q", csv->name_f[f]);
  if (csv->name_count > SHOWN) eh_buf_format(&list, " and %u more", (uint64_t)csv->name_count - SHOWN);
  const eh_status status = list.failed ? out_of_memory(err)
                                       : eh_fail(err, EH_E_SPEC, "%S has no column %Q; it has %S", csv->source, wanted,
                                                 (eh_str){list.p, list.n});
  eh_buf_free(&list);
  return status;
}

static eh_status find_field(uint32_t *out, const struct eh_csv *csv, eh_str wanted, eh_error *err) {
  uint32_t first = 0, again;
  while (first < csv->name_count && !eh_str_eq(csv->name_f[first], wanted)) first++;
  if (first == csv->name_count) return fail_unknown(csv, wanted, err);
  again = first + 1;
  while (again < csv->name_count && !eh_str_eq(csv->name_f[again], wanted)) again++;
  if (again < csv->name_count)
    return eh_fail(err, EH_E_SPEC, "%S has column %Q twice (fields %u and %u)", csv->source, wanted,
                   (uint64_t)first + 1, (uint64_t)again + 1);
  *out = first;
  return EH_OK;
}

static uint32_t source_of(struct eh_csv *csv, uint32_t field) {
  uint32_t s = 0;
  while (s < csv->source_count && csv->source_s[s].field != field) s++;
  if (s == csv->source_count) csv->source_s[csv->source_count++] = (eh_csv_source){.field = field, .number_w = UINT32_MAX};
  return s;
}

/* One block holds the arrays of all columns, widest elements first so that each is aligned. */
static eh_status take_rows(struct eh_csv *csv, eh_error *err) {
  size_t numbers = 0;
  for (uint32_t w = 0; w < csv->options.want_count; w++) numbers += csv->options.want_n[w].type == EH_F64;
  const size_t row_n = sizeof *csv->line_n + numbers * (sizeof(double) + 1) +
                       csv->source_count * (2 * sizeof(uint32_t) + 1);
  if (row_n > SIZE_MAX / EH_CSV_ROWS) return out_of_memory(err);
  csv->rows_n = row_n * EH_CSV_ROWS;
  csv->rows = eh_mem_resize(csv->mem, NULL, 0, csv->rows_n);
  if (!csv->rows) return out_of_memory(err);
  csv->line_n = csv->rows;
  double *number = (double *)(csv->line_n + EH_CSV_ROWS);
  uint32_t *place = (uint32_t *)(number + numbers * EH_CSV_ROWS);
  uint8_t *cell = (uint8_t *)(place + 2 * (size_t)csv->source_count * EH_CSV_ROWS);
  for (uint32_t s = 0; s < csv->source_count; s++) {
    eh_csv_source *source = &csv->source_s[s];
    source->start_n = place, place += EH_CSV_ROWS;
    source->len_n = place, place += EH_CSV_ROWS;
    source->cell_n = cell, cell += EH_CSV_ROWS;
  }
  for (uint32_t w = 0; w < csv->options.want_count; w++) {
    if (csv->options.want_n[w].type != EH_F64) continue;
    csv->target_w[w].number_n = number, number += EH_CSV_ROWS;
    csv->target_w[w].cell_n = cell, cell += EH_CSV_ROWS;
  }
  return EH_OK;
}

/* Scratch for the places of plain records: of some thousand fields, and of two records at least. */
static bool take_places(struct eh_csv *csv) {
  enum { PLACES = 8192, BEHIND = 8 };
  csv->place_cap = PLACES + 2 * csv->name_count;
  uint32_t *const place_n = eh_arena_take(&csv->arena, (1 + (size_t)csv->place_cap + BEHIND) * sizeof *place_n);
  csv->place_n = place_n ? place_n + 1 : NULL;
  csv->plain_blocks = 16;
  return place_n != NULL;
}

static eh_status plan_wants(struct eh_csv *csv, eh_error *err) {
  const uint32_t n = csv->options.want_count;
  if (!take_places(csv)) return out_of_memory(err);
  csv->source_s = eh_arena_take(&csv->arena, (n + 1) * sizeof *csv->source_s);
  csv->target_w = eh_arena_take(&csv->arena, n * sizeof *csv->target_w);
  csv->column_w = eh_arena_take(&csv->arena, n * sizeof *csv->column_w);
  if (!csv->source_s || !csv->target_w || !csv->column_w) return out_of_memory(err);
  for (uint32_t w = 0; w < n; w++) {
    uint32_t field = 0;
    EH_TRY(find_field(&field, csv, csv->options.want_n[w].name, err));
    csv->target_w[w].source = source_of(csv, field);
    eh_csv_source *const source = &csv->source_s[csv->target_w[w].source];
    if (csv->options.want_n[w].type == EH_F64 && source->number_w == UINT32_MAX) source->number_w = w;
  }
  EH_TRY(take_rows(csv, err));
  for (uint32_t w = 0; w < n; w++) {
    const eh_csv_target *target = &csv->target_w[w];
    const eh_csv_source *source = &csv->source_s[target->source];
    csv->column_w[w] = (eh_column){.name = csv->options.want_n[w].name,
                                   .type = csv->options.want_n[w].type,
                                   .data = target->number_n,
                                   .text_start_n = source->start_n,
                                   .text_len_n = source->len_n,
                                   .cell_n = target->number_n ? target->cell_n : source->cell_n};
  }
  return EH_OK;
}

eh_status eh_csv_header(struct eh_csv *csv, eh_error *err) {
  if (csv->options.name_n) {
    csv->name_f = csv->options.name_n;
    csv->name_count = csv->options.name_count;
    if (!make_room(csv, csv->name_count)) return out_of_memory(err);
  } else {
    EH_TRY(read_names(csv, err));
  }
  if (!csv->name_f) return EH_OK;
  EH_TRY(plan_wants(csv, err));
  csv->ready = true;
  return EH_OK;
}
