/* csv: the reader of CSV and TSV text, behind the calls of evenhand/table.h. Called by audit, slice by slice of a file.
 *
 * Records come from csv_record.c; here they are judged, their wanted fields noted, and every thousand rows turned into
 * columns while they are in cache.
 */
#include <string.h>

#include "csv_internal.h"

enum { FINISHED_AT_ONCE = 1024 };

/* Starts of texts are 32-bit; a record adds at most EH_CSV_RECORD_MAX and a little. */
#define BATCH_BYTES_MAX ((size_t)1 << 31)

static eh_status out_of_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* ---- a reader's life --------------------------------------------------------------------------------------------- */

static eh_status check_options(const eh_csv_options *options, eh_error *err) {
  const unsigned char delimiter = options->delimiter;
  if (delimiter == '"' || delimiter == '\r' || delimiter == '\n' || delimiter >= 0x80)
    return eh_fail(err, EH_E_USAGE, "the delimiter must be one ASCII character, not a quote and not a line end");
  if (options->name_n && (options->name_count == 0 || options->name_count > EH_CSV_FIELDS_MAX))
    return eh_fail(err, EH_E_USAGE, "%u column names are given; 1 to %u are possible", (uint64_t)options->name_count,
                   (uint64_t)EH_CSV_FIELDS_MAX);
  for (uint32_t w = 0; w < options->want_count; w++) {
    if (options->want_n[w].type != EH_F64 && options->want_n[w].type != EH_TEXT)
      return eh_fail(err, EH_E_USAGE, "column %Q is wanted as a type that a CSV file does not give",
                     options->want_n[w].name);
  }
  return EH_OK;
}

static eh_status set_up(struct eh_csv *csv, eh_error *err) {
  const eh_str source = csv->options.source.n ? csv->options.source : EH_STR("input");
  eh_buf safe = {.mem = csv->mem};
  eh_buf_safe(&safe, source, 0);
  csv->source = eh_arena_str(&csv->arena, (eh_str){safe.p, safe.n});
  const bool failed = safe.failed || !csv->source.p;
  eh_buf_free(&safe);
  if (failed) return out_of_memory(err);
  eh_missing_plan(&csv->missing, csv->options.missing_n, csv->options.missing_count);
  return csv->options.name_n ? eh_csv_header(csv, err) : EH_OK;
}

eh_status eh_csv_new(eh_csv **out, const eh_csv_options *options, eh_intake *intake, const eh_allocator *mem,
                     eh_error *err) {
  *out = NULL;
  EH_TRY(check_options(options, err));
  struct eh_csv *csv = eh_mem_zero(mem, sizeof *csv);
  if (!csv) return out_of_memory(err);
  csv->mem = csv->arena.mem = csv->scan.bytes.mem = csv->copy.mem = mem;
  csv->options = *options;
  if (!csv->options.delimiter) csv->options.delimiter = ',';
  csv->intake = intake;
  csv->scan.kernels = eh_simd_kernels();
  csv->scan.delimiter = csv->options.delimiter;
  csv->scan.line = 1;
  const eh_status status = set_up(csv, err);
  if (status) return eh_csv_free(csv), status;
  *out = csv;
  return EH_OK;
}

void eh_csv_free(eh_csv *csv) {
  if (!csv) return;
  eh_mem_free(csv->mem, csv->rows, csv->rows_n);
  if (!csv->of_blocks) eh_buf_free(&csv->scan.bytes);
  eh_buf_free(&csv->copy);
  eh_arena_free(&csv->arena);
  eh_mem_free(csv->mem, csv, sizeof *csv);
}

const eh_str *eh_csv_names(const eh_csv *csv, uint32_t *n) {
  *n = csv->name_count;
  return csv->name_f;
}

/* ---- bytes in ---------------------------------------------------------------------------------------------------- */

/* Passes a UTF-8 byte-order mark once it is whole, or surely none. */
static void pass_mark(struct eh_csv *csv) {
  static const char mark[] = "\xef\xbb\xbf";
  eh_csv_scanner *scan = &csv->scan;
  const size_t n = scan->bytes.n < 3 ? scan->bytes.n : 3;
  const bool like = n && memcmp(scan->bytes.p, mark, n) == 0;
  if (csv->started || (like && n < 3 && !scan->ended)) return;
  csv->started = n > 0;
  if (like && n == 3) scan->record_at = scan->field_at = scan->scanned_at = 3;
}

static eh_status advance(struct eh_csv *csv, eh_error *err) {
  pass_mark(csv);
  return csv->started && !csv->name_f ? eh_csv_header(csv, err) : EH_OK;
}

eh_status eh_csv_push(eh_csv *csv, const void *bytes, size_t n, eh_error *err) {
  if (csv->scan.ended) return eh_fail(err, EH_E_USAGE, "bytes are pushed after the end");
  if (n == 0) return EH_OK;
  if (!eh_csv_scan_push(&csv->scan, bytes, n)) return out_of_memory(err);
  csv->any = true;
  return advance(csv, err);
}

eh_status eh_csv_end(eh_csv *csv, eh_error *err) {
  csv->scan.ended = true;
  EH_TRY(advance(csv, err));
  if (!csv->any || !csv->name_f) return eh_fail(err, EH_E_INPUT, "%S is empty", csv->source);
  return EH_OK;
}

/* ---- rows out ---------------------------------------------------------------------------------------------------- */

/* Whether the record is a row; if not, the intake says why. */
static eh_status judge(bool *good, struct eh_csv *csv, eh_error *err) {
  const eh_csv_scanner *scan = &csv->scan;
  const char *defect = eh_csv_bytes_defect(csv);
  *good = !defect && !scan->bad_field && scan->field_n == csv->name_count;
  if (*good) return EH_OK;
  if (defect) return eh_intake_skip(csv->intake, err, scan->line, "%s", defect);
  if (scan->bad_field)
    return eh_intake_skip(csv->intake, err, scan->line, "text after the closing quote in field %u",
                          (uint64_t)scan->bad_field);
  return eh_intake_skip(csv->intake, err, scan->line, "%u %s, expected %u", (uint64_t)scan->field_n,
                        scan->field_n == 1 ? "field" : "fields", (uint64_t)csv->name_count);
}

static void note_fields(struct eh_csv *csv, size_t row, size_t batch_at) {
  const eh_csv_scanner *scan = &csv->scan;
  const uint32_t record = (uint32_t)(scan->record_at - batch_at);
  csv->line_n[row] = scan->line;
  for (uint32_t s = 0; s < csv->source_count; s++) {
    const eh_csv_source *source = &csv->source_s[s];
    const uint32_t start = source->field ? scan->end_f[source->field - 1] + 1 : 0;
    source->start_n[row] = record + start;
    source->len_n[row] = scan->end_f[source->field] - start;
  }
}

/* Reads rows into the column arrays until the batch is full or the bytes are used up. */
static eh_status fill(size_t *rows, struct eh_csv *csv, size_t batch_at, eh_error *err) {
  eh_csv_scanner *scan = &csv->scan;
  char *const base = scan->bytes.p + batch_at;
  size_t finished = 0;
  eh_status status = EH_OK;
  while (*rows < EH_CSV_ROWS && !(scan->whole && scan->next_at - batch_at > BATCH_BYTES_MAX)) {
    const size_t plain = eh_csv_read_plain(csv, *rows, EH_CSV_ROWS - *rows, batch_at);
    if (plain) {
      *rows += plain;
      eh_csv_finish_rows(csv, base, finished, *rows), finished = *rows;
      continue;
    }
    const eh_csv_found found = eh_csv_scan_record(scan);
    if (found == EH_CSV_MORE) break;
    if (found != EH_CSV_RECORD) status = eh_csv_fail_found(csv, found, err);
    if (status) break;
    if (eh_csv_is_blank_line(csv)) continue;
    bool good;
    csv->intake->rows++;
    status = judge(&good, csv, err);
    if (status) break;
    if (!good) continue;
    note_fields(csv, (*rows)++, batch_at);
    if (*rows - finished == FINISHED_AT_ONCE) eh_csv_finish_rows(csv, base, finished, *rows), finished = *rows;
  }
  eh_csv_finish_rows(csv, base, finished, *rows);
  return status;
}

/* An error waits until the rows before it are handed over: what is wrong with those comes first, however the input is
 * cut. */
eh_status eh_csv_next(eh_csv *csv, eh_batch *out, eh_error *err) {
  *out = (eh_batch){.column = csv->column_w, .column_n = csv->options.want_count, .line_n = csv->line_n};
  if (!csv->ready || !csv->started) return EH_OK;
  if (!csv->late.status) {
    const size_t batch_at = csv->scan.whole ? csv->scan.next_at : csv->scan.record_at;
    fill(&out->rows, csv, batch_at, &csv->late);
    for (uint32_t w = 0; w < csv->options.want_count; w++) csv->column_w[w].text_bytes = csv->scan.bytes.p + batch_at;
  }
  if (out->rows || !csv->late.status) return EH_OK;
  if (err && !err->status) *err = csv->late;
  return csv->late.status;
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

bool eh_csv_is_between(const eh_csv *csv) {
  const eh_csv_scanner *scan = &csv->scan;
  return csv->ready && csv->started && !csv->late.status && !scan->whole && scan->record_at == scan->bytes.n;
}

void eh_csv_pass(eh_csv *csv, uint64_t lines) { csv->scan.line += lines; }

uint64_t eh_csv_line(const eh_csv *csv) { return csv->scan.line; }

eh_status eh_csv_fork(eh_csv **out, const eh_csv *csv, eh_intake *intake, eh_error *err) {
  eh_csv_options options = csv->options;
  options.name_n = csv->name_f;
  options.name_count = csv->name_count;
  EH_TRY(eh_csv_new(out, &options, intake, csv->mem, err));
  (*out)->started = (*out)->of_blocks = true;
  return EH_OK;
}

eh_status eh_csv_read_block(eh_csv *csv, const char *p, size_t n, uint64_t line, bool in_place, eh_error *err) {
  enum { BEHIND = 64 };
  if (!in_place) {
    csv->copy.n = 0;
    if (n > SIZE_MAX - BEHIND || !eh_buf_reserve(&csv->copy, n + BEHIND)) return out_of_memory(err);
    memcpy(csv->copy.p, p, n);
    memset(csv->copy.p + n, 0, BEHIND);
    p = csv->copy.p;
  }
  eh_csv_scan_block(&csv->scan, p, n, line);
  return EH_OK;
}
