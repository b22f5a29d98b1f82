/* ingest: bytes of a CSV or cube file, or columns in memory, to a cube. Called by the CLI, the wasm exports and C users.
 *
 * The first eight bytes decide what the bytes are; they are held back until then. A cube is collected whole, because its
 * checksum comes last; a CSV streams through the reader into the builder.
 */
#include <string.h>

#include "evenhand/simd.h"
#include "ingest_internal.h"

#define EH_DEFAULT_THRESHOLD 0.5

/* Puts "source: " before a message of a room that does not know the file's name. */
eh_status eh_ingest_prefix(const eh_ingest *in, eh_status status, const eh_error *inner, eh_error *err) {
  if (!status || !err) return status;
  bool of_the_data = status == EH_E_ROW || status == EH_E_INPUT || status == EH_E_SPEC || status == EH_E_CUBE;
  if (of_the_data)
    eh_fail(err, status, "%S: %s", in->part, inner->message);
  else
    eh_fail(err, status, "%s", inner->message);
  err->line = inner->line;
  err->column = inner->column;
  return status;
}

/* A file says "-1" and an array -1: where "-1" means missing, both do. Numbers spelt otherwise ("-1.0") are texts alone. */
static eh_status list_missing_numbers(eh_ingest *in, eh_error *err) {
  in->missing_number_n = eh_arena_take(&in->arena, (in->spec.missing_count + 1) * sizeof(double));
  if (!in->missing_number_n) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (uint32_t i = 0; i < in->spec.missing_count; i++) {
    double x;
    char spelt[EH_F64_TEXT];
    eh_str text = in->spec.missing_n[i];
    if (!eh_read_f64(&x, text.p, text.n) || x - x != 0) continue;
    if (eh_str_eq(text, (eh_str){spelt, eh_write_f64(spelt, x)})) in->missing_number_n[in->missing_number_count++] = x;
  }
  return EH_OK;
}

eh_status eh_ingest_new(eh_ingest **out, const eh_spec *spec, const eh_reading *reading, const eh_allocator *mem,
                        eh_error *err) {
  eh_ingest *in = eh_mem_zero(mem, sizeof *in);
  if (!in) return eh_fail(err, EH_E_MEMORY, "out of memory");
  in->mem = mem;
  eh_spec own = *spec;
  if (reading->only_audit) eh_spec_leave_out(&own);
  in->spec = own.cube;
  in->reading = *reading;
  in->source = reading->source.n ? reading->source : EH_STR("input");
  in->several = reading->part.p != NULL;
  in->part = in->several ? reading->part : in->source;
  in->first_part = in->part;
  in->first_delimiter = reading->delimiter;
  in->held.mem = in->arena.mem = mem;
  in->default_threshold = EH_DEFAULT_THRESHOLD;
  if (!in->spec.threshold_count && !in->spec.regression) {
    in->spec.threshold_t = &in->default_threshold;
    in->spec.threshold_count = 1;
  }
  eh_sha256_start(&in->sha);
  in->sha.blocks = eh_simd_sha256();
  eh_status status = list_missing_numbers(in, err);
  if (!status && in->spec.label.p && in->spec.model_count)
    status = eh_cube_builder_new(&in->builder, &in->spec, reading->strict, mem, err);
  if (status) {
    eh_ingest_free(in);
    return status;
  }
  *out = in;
  return EH_OK;
}

void eh_ingest_free(eh_ingest *in) {
  if (!in) return;
  if (EH_LANES) eh_lanes_free(in->lanes);
  eh_ingest_drop_parts(in);
  eh_csv_free(in->blocks);
  eh_csv_free(in->csv);
  eh_jsonl_free(in->jsonl);
  eh_npy_free(in->npy);
  eh_cube_builder_free(in->builder);
  eh_cube_free(in->plan);
  eh_buf_free(&in->held);
  eh_arena_free(&in->arena);
  eh_mem_free(in->mem, in, sizeof *in);
}

const eh_want *eh_ingest_wants(const eh_ingest *in, uint32_t *n) {
  if (in->builder) return eh_cube_builder_wants(in->builder, n);
  *n = 0;
  return NULL;
}

unsigned char eh_ingest_separator(const eh_ingest *in, eh_str column) {
  const eh_slicing *slicing = &in->spec.slicing;
  for (uint32_t d = 0; d < slicing->dim_count; d++)
    if (eh_str_eq(slicing->dim_n[d].name, column)) return slicing->dim_n[d].separator;
  return 0;
}

static eh_status need_columns(const eh_ingest *in, eh_error *err) {
  if (in->builder) return EH_OK;
  if (!in->spec.label.p)
    return eh_fail(err, EH_E_USAGE, "%S: which column is the label? Name it with --label COL", in->source);
  return eh_fail(err, EH_E_USAGE, "%S: which column is the score? Name it with --score COL", in->source);
}

static eh_status add_columns(eh_ingest *in, const eh_batch *batch, eh_error *err);

/* Hands the reader's batches to the builder until it wants more bytes. Lanes call it from several threads, for CSV. */
eh_status eh_ingest_drain(void *ctx, eh_csv *csv, eh_cube_builder *builder, eh_error *err) {
  eh_ingest *const in = ctx;
  for (;;) {
    eh_batch batch;
    eh_error inner = {0};
    eh_status status = csv         ? eh_csv_next(csv, &batch, &inner)
                       : in->jsonl ? eh_jsonl_next(in->jsonl, &batch, &inner)
                                   : eh_npy_next(in->npy, &batch, &inner);
    if (status == EH_E_ROW) return eh_ingest_prefix(in, status, &inner, err);
    if (status) {
      if (err) *err = inner;
      return status;
    }
    if (!batch.rows) return EH_OK;
    status = in->npy ? add_columns(in, &batch, &inner) : eh_cube_builder_add(builder, &batch, &inner);
    if (status) return eh_ingest_prefix(in, status, &inner, err);
  }
}

enum { PIECE = 1 << 20 };

static eh_status table_bytes(eh_ingest *in, const void *bytes, size_t n, eh_error *err) {
  eh_sha256 *const sha = eh_ingest_sha(in);
  const bool worth = EH_LANES && in->csv && in->reading.threads > 1 && n >= EH_LANES_WORTH * eh_lanes_block(&in->reading);
  if (!in->lanes && worth && !eh_slicing_surveys(&in->spec.slicing)) /* one builder surveys */
    EH_TRY(eh_lanes_new(&in->lanes, &in->reading, in->builder, &in->spec, in->mem, err));
  if (EH_LANES && in->lanes && in->csv) return eh_lanes_push(in->lanes, in->csv, bytes, n, sha, eh_ingest_drain, in, err);
  if (sha) eh_sha256_add(sha, bytes, n);
  const char *const p = bytes;
  for (size_t at = 0, piece; at < n; at += piece) { /* readers copy what they are given */
    piece = n - at < PIECE ? n - at : PIECE;
    EH_TRY(in->jsonl ? eh_jsonl_push(in->jsonl, p + at, piece, err)
           : in->npy ? eh_npy_push(in->npy, p + at, piece, err)
                     : eh_csv_push(in->csv, p + at, piece, err));
    EH_TRY(eh_ingest_drain(in, in->csv, in->builder, err));
  }
  return EH_OK;
}

eh_status eh_ingest_start_csv(eh_ingest *in, eh_error *err) {
  EH_TRY(need_columns(in, err));
  eh_csv_options options = {.delimiter = in->reading.delimiter,
                            .name_n = in->reading.name_n,
                            .name_count = in->reading.name_count,
                            .missing_n = in->spec.missing_n,
                            .missing_count = in->spec.missing_count,
                            .source = in->part};
  options.want_n = eh_cube_builder_wants(in->builder, &options.want_count);
  in->kind = EH_INGEST_CSV;
  EH_TRY(eh_csv_new(&in->csv, &options, eh_cube_builder_intake(in->builder), in->mem, err));
  return table_bytes(in, in->held.p, in->held.n, err);
}

eh_status eh_ingest_start_jsonl(eh_ingest *in, eh_error *err) {
  EH_TRY(need_columns(in, err));
  if (in->reading.name_count)
    return eh_fail(err, EH_E_USAGE, "%S: --names is for files without a header line; each line of JSON names its values",
                   in->part);
  eh_jsonl_options options = {
      .missing_n = in->spec.missing_n, .missing_count = in->spec.missing_count, .source = in->part};
  options.want_n = eh_cube_builder_wants(in->builder, &options.want_count);
  unsigned char *separator_w = eh_arena_take(&in->arena, options.want_count + 1);
  if (!separator_w) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (uint32_t w = 0; w < options.want_count; w++) separator_w[w] = eh_ingest_separator(in, options.want_n[w].name);
  options.separator_w = separator_w;
  in->kind = EH_INGEST_JSONL;
  EH_TRY(eh_jsonl_new(&in->jsonl, &options, eh_cube_builder_intake(in->builder), in->mem, err));
  return table_bytes(in, in->held.p, in->held.n, err);
}

static eh_status start_npy(eh_ingest *in, eh_error *err) {
  EH_TRY(need_columns(in, err));
  eh_npy_options options = {.source = in->part};
  options.want_n = eh_cube_builder_wants(in->builder, &options.want_count);
  in->kind = EH_INGEST_NPY;
  EH_TRY(eh_npy_new(&in->npy, &options, eh_cube_builder_intake(in->builder), in->mem, err));
  return table_bytes(in, in->held.p, in->held.n, err);
}

void eh_ingest_stored(eh_ingest *in, const void *bytes, size_t n) {
  in->packed = true;
  if (!in->reading.no_hash && !in->hashed) eh_sha256_add(&in->sha, bytes, n);
}

bool eh_ingest_hashed(eh_ingest *in, const unsigned char *sha256_or_null) {
  in->hashed = true;
  if (sha256_or_null) memcpy(in->digest, sha256_or_null, sizeof in->digest);
  return !in->reading.no_hash;
}

static bool is_table(const eh_ingest *in) { return in->csv || in->jsonl || in->npy; }

static eh_status hold(eh_ingest *in, const void *bytes, size_t n, eh_error *err) {
  eh_buf_put(&in->held, bytes, n);
  return in->held.failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}

/* Decides what the held bytes are: a cube if they start as one, JSON Lines if an object comes first, else CSV. */
static eh_status decide(eh_ingest *in, bool whole, eh_error *err) {
  const eh_table_format format = eh_table_format_of(in->held.p, in->held.n, in->part, whole);
  if (format == EH_FORMAT_UNKNOWN) return EH_OK;
  const char *refusal = format == EH_FORMAT_NPY ? NULL : eh_table_refusal(in->held.p, in->held.n);
  if (refusal) return eh_fail(err, EH_E_INPUT, "%S: %s", in->part, refusal);
  if (format == EH_FORMAT_JSON_ARRAY)
    return eh_fail(err, EH_E_INPUT, "%S is one JSON array; make it an object per line: jq -c '.[]'", in->part);
  if (eh_cube_is(in->held.p, in->held.n)) {
    if (in->several)
      return eh_fail(err, EH_E_INPUT, "%S is a cube; several files are read as one only where all are tables (cubes are "
                     "joined by: evenhand cube merge)", in->part);
    in->kind = EH_INGEST_CUBE;
    return EH_OK;
  }
  eh_status status = format == EH_FORMAT_JSONL ? eh_ingest_start_jsonl(in, err)
                     : format == EH_FORMAT_NPY ? start_npy(in, err)
                                               : eh_ingest_start_csv(in, err);
  eh_buf_free(&in->held);
  in->held.mem = in->mem;
  return status;
}

eh_status eh_ingest_push(eh_ingest *in, const void *bytes, size_t n, eh_error *err) {
  if (in->kind == EH_INGEST_COLUMNS)
    return eh_fail(err, EH_E_INTERNAL, "bytes and columns cannot be mixed in one ingest");
  if (!n) return EH_OK;
  if (is_table(in)) return table_bytes(in, bytes, n, err);
  EH_TRY(hold(in, bytes, n, err));
  if (in->kind == EH_INGEST_UNKNOWN && in->held.n >= 8) return decide(in, false, err);
  return EH_OK;
}

/* ---- several files ------------------------------------------------------------------------------------------------ */

enum { PART_SHOWN = 40 };

/* "data/part1.csv: 3 fields, expected 2". Of a long path the end stays, because it tells the parts from each other. */
static eh_status name_skip(eh_skip *skip, const eh_ingest *in, eh_error *err) {
  eh_str part = in->part;
  const bool cut = part.n > PART_SHOWN;
  if (cut) part = (eh_str){part.p + part.n - PART_SHOWN, PART_SHOWN};
  while (cut && part.n && ((unsigned char)*part.p & 0xc0) == 0x80) part.p++, part.n--;
  eh_buf text = {.mem = in->mem};
  if (cut) eh_buf_text(&text, "...");
  eh_buf_safe(&text, part, 0);
  eh_buf_format(&text, ": %s", skip->reason);
  const bool failed = text.failed;
  size_t n = text.n < EH_SKIP_REASON ? text.n : EH_SKIP_REASON - 1;
  while (!failed && n < text.n && n && ((unsigned char)text.p[n] & 0xc0) == 0x80) n--;
  if (!failed) memcpy(skip->reason, text.p, n);
  if (!failed) skip->reason[n] = 0;
  eh_buf_free(&text);
  return failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}

/* Ends the reading of a file. Of several each has its own lines, so its skipped rows get its name before they meet those
 * of the others. */
static eh_status end_part(eh_ingest *in, eh_error *err) {
  if (is_table(in)) {
    EH_TRY(in->jsonl ? eh_jsonl_end(in->jsonl, err) : in->npy ? eh_npy_end(in->npy, err) : eh_csv_end(in->csv, err));
    EH_TRY(eh_ingest_drain(in, in->csv, in->builder, err));
  }
  eh_error inner = {0};
  eh_status status = EH_OK;
  if (EH_LANES && in->lanes) status = eh_lanes_end_file(in->lanes, in->several, &inner);
  else if (in->several) status = eh_cube_builder_check_labels(&in->builder, 1, &inner);
  if (status || !in->several) return eh_ingest_prefix(in, status, &inner, err);
  eh_intake *const intake = eh_cube_builder_intake(in->builder);
  for (uint32_t i = 0; i < intake->skipped_n; i++) EH_TRY(name_skip(&intake->skipped[i], in, err));
  eh_intake_merge(&in->total, intake);
  *intake = (eh_intake){.strict = intake->strict};
  return EH_OK;
}

/* Forgets the file that was read, and waits for the bytes of another. */
static void begin_part(eh_ingest *in, eh_str part, unsigned char delimiter) {
  eh_csv_free(in->csv);
  eh_jsonl_free(in->jsonl);
  eh_npy_free(in->npy);
  in->csv = NULL;
  in->jsonl = NULL;
  in->npy = NULL;
  in->kind = EH_INGEST_UNKNOWN;
  in->part = part;
  in->packed = false;
  in->reading.delimiter = delimiter;
}

eh_status eh_ingest_next(eh_ingest *in, eh_str part, unsigned char delimiter, eh_error *err) {
  if (!in->several)
    return eh_fail(err, EH_E_INTERNAL, "a second file came where one was announced");
  if (in->kind == EH_INGEST_UNKNOWN) EH_TRY(decide(in, true, err));
  EH_TRY(end_part(in, err));
  begin_part(in, part, delimiter);
  return EH_OK;
}

/* ---- columns in memory -------------------------------------------------------------------------------------------- */

static bool is_missing_number(const eh_ingest *in, const eh_column *column, size_t row) {
  double x;
  if (eh_column_f64(column, row, &x) != EH_CELL_OK) return false;
  for (uint32_t i = 0; i < in->missing_number_count; i++)
    if (x == in->missing_number_n[i]) return true;
  return false;
}

/* Marks in a copy of the column's cells which numbers mean missing. */
static eh_status mark_missing(const eh_ingest *in, eh_column *column, size_t rows, eh_arena *scratch, eh_error *err) {
  uint8_t *cell_n = eh_arena_take(scratch, rows + 1);
  if (!cell_n) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (size_t i = 0; i < rows; i++) {
    cell_n[i] = column->cell_n ? column->cell_n[i] : EH_CELL_OK;
    if (is_missing_number(in, column, i)) cell_n[i] = EH_CELL_MISSING;
  }
  column->cell_n = cell_n;
  return EH_OK;
}

/* Counts the batch; numeric columns that hold no text are looked through for numbers that mean missing. */
static eh_status count_columns(eh_ingest *in, const eh_batch *batch, eh_arena *scratch, eh_error *err) {
  if (!in->missing_number_count) return eh_cube_builder_add(in->builder, batch, err);
  eh_batch marked = *batch;
  eh_column *column_n = eh_arena_take(scratch, (batch->column_n + 1) * sizeof *column_n);
  if (!column_n) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (uint32_t c = 0; c < batch->column_n; c++) {
    column_n[c] = batch->column[c];
    if (!eh_type_is_text(column_n[c].type) && !column_n[c].text_start_n)
      EH_TRY(mark_missing(in, &column_n[c], batch->rows, scratch, err));
  }
  marked.column = column_n;
  return eh_cube_builder_add(in->builder, &marked, err);
}

static eh_status add_columns(eh_ingest *in, const eh_batch *batch, eh_error *err) {
  eh_arena scratch = {.mem = in->mem};
  eh_status status = count_columns(in, batch, &scratch, err);
  eh_arena_free(&scratch);
  return status;
}

eh_status eh_ingest_columns(eh_ingest *in, const eh_batch *batch, eh_error *err) {
  if (in->kind != EH_INGEST_UNKNOWN && in->kind != EH_INGEST_COLUMNS)
    return eh_fail(err, EH_E_INTERNAL, "bytes and columns cannot be mixed in one ingest");
  EH_TRY(need_columns(in, err));
  in->kind = EH_INGEST_COLUMNS;
  eh_intake *const intake = eh_cube_builder_intake(in->builder);
  intake->by_row = true;
  intake->rows += batch->rows;
  eh_error inner = {0};
  return eh_ingest_prefix(in, add_columns(in, batch, &inner), &inner, err);
}

eh_status eh_ingest_skip(eh_ingest *in, uint64_t row, eh_str reason, eh_error *err) {
  EH_TRY(need_columns(in, err));
  eh_intake *const intake = eh_cube_builder_intake(in->builder);
  intake->by_row = true;
  intake->rows++;
  eh_error inner = {0};
  return eh_ingest_prefix(in, eh_intake_skip(intake, &inner, row, "%S", reason), &inner, err);
}

/* An audit of no rows says nothing: better an error that tells why. */
eh_status eh_ingest_check_rows(const eh_ingest *in, const eh_intake *intake, eh_error *err) {
  if (intake->rows > intake->rows_skipped + intake->rows_filtered) return EH_OK;
  const bool headless = in->kind != EH_INGEST_CSV || in->reading.name_count;
  if (!intake->rows)
    return eh_fail(err, EH_E_INPUT, headless ? "%S has no rows" : "%S has a header and no rows", in->source);
  if (intake->rows_filtered && !intake->rows_skipped)
    return eh_fail(err, EH_E_INPUT, "%S: none of the %u rows matches the condition %Q", in->source, intake->rows,
                   in->spec.where);
  eh_fail(err, EH_E_INPUT, "%S: none of the %u rows can be used; the first, %s %u: %s", in->source, intake->rows,
          eh_place(intake->by_row), intake->skipped[0].line, intake->skipped[0].reason);
  if (err) err->line = intake->skipped[0].line;
  return EH_E_INPUT;
}

/* All bytes or columns have come: what the readers still hold is counted. */
eh_status eh_ingest_end_input(eh_ingest *in, eh_error *err) {
  EH_TRY(end_part(in, err));
  if (!in->several) return EH_OK;
  in->total.strict = in->reading.strict;
  *eh_cube_builder_intake(in->builder) = in->total;
  in->part = in->source;
  return EH_OK;
}

static uint64_t usable_rows(const eh_intake *intake) {
  return intake->rows - intake->rows_skipped - intake->rows_filtered;
}

bool eh_ingest_surveys(const eh_ingest *in) {
  return in->builder && in->kind != EH_INGEST_CUBE && eh_slicing_surveys(&in->spec.slicing);
}

eh_status eh_ingest_again(eh_ingest *in, eh_error *err) {
  if (!eh_ingest_surveys(in)) return eh_fail(err, EH_E_INTERNAL, "a second reading where none was needed");
  if (in->kind == EH_INGEST_UNKNOWN) EH_TRY(decide(in, true, err));
  EH_TRY(eh_ingest_end_input(in, err));
  const eh_intake *const intake = eh_cube_builder_intake(in->builder);
  EH_TRY(eh_ingest_check_rows(in, intake, err));
  in->rows_before = usable_rows(intake);
  eh_error inner = {0};
  EH_TRY(eh_ingest_prefix(in, eh_cube_builder_survey(in->builder, &in->spec.slicing, &in->arena, &inner), &inner, err));
  return eh_ingest_anew(in, err);
}

eh_status eh_ingest_anew(eh_ingest *in, eh_error *err) {
  eh_ingest_drop_parts(in);
  in->shared = in->met = false;
  begin_part(in, in->first_part, in->first_delimiter);
  eh_cube_builder_free(in->builder);
  in->builder = NULL;
  in->total = (eh_intake){0};
  eh_sha256_start(&in->sha);
  in->sha.blocks = eh_simd_sha256();
  return eh_cube_builder_new(&in->builder, &in->spec, in->reading.strict, in->mem, err);
}

/* A second reading must meet the rows of the first. */
eh_status eh_ingest_check_again(const eh_ingest *in, const eh_intake *intake, eh_error *err) {
  const uint64_t rows = usable_rows(intake);
  if (!in->rows_before || in->rows_before == rows) return EH_OK;
  return eh_fail(err, EH_E_INPUT, "%S had %u rows at the first reading and has %u at the second; quantile buckets read it "
                 "twice", in->source, in->rows_before, rows);
}

const unsigned char *eh_ingest_digest(eh_ingest *in) {
  const bool hashed = (is_table(in) || in->packed || in->hashed) && !in->reading.no_hash;
  if (hashed && !in->hashed) eh_sha256_end(&in->sha, in->digest);
  return hashed ? in->digest : NULL;
}

static eh_status end_rows(eh_ingest *in, eh_cube **out, eh_error *err) {
  const unsigned char *const sha256 = eh_ingest_digest(in);
  eh_error inner = {0};
  eh_cube *cube = NULL;
  eh_status status = EH_LANES && in->lanes ? eh_lanes_finish(in->lanes, &cube, in->source, sha256, &inner)
                               : eh_cube_builder_finish(in->builder, &cube, in->source, sha256, &inner);
  if (status) return eh_ingest_prefix(in, status, &inner, err);
  status = eh_ingest_check_rows(in, eh_cube_builder_intake(in->builder), err);
  if (!status && in->reading.check_positive)
    status = eh_ingest_prefix(in, eh_cube_builder_check_positive(in->builder, &inner), &inner, err);
  if (status) {
    eh_cube_free(cube);
    return status;
  }
  *out = cube;
  return EH_OK;
}

eh_status eh_ingest_end(eh_ingest *in, eh_cube **out, eh_error *err) {
  if (in->settled) return *out = in->settled, in->settled = NULL, EH_OK;
  if (in->kind == EH_INGEST_UNKNOWN && !in->held.n && !in->builder)
    return eh_fail(err, EH_E_INPUT, "%S is empty", in->source);
  if (in->kind == EH_INGEST_UNKNOWN && !in->held.n) EH_TRY(eh_ingest_check_again(in, &(eh_intake){0}, err));
  if (eh_ingest_surveys(in)) return eh_fail(err, EH_E_INTERNAL, "quantile buckets read the rows twice");
  if (in->kind == EH_INGEST_UNKNOWN) EH_TRY(decide(in, true, err));
  if (in->kind == EH_INGEST_CUBE) {
    eh_error inner = {0};
    return eh_ingest_prefix(in, eh_cube_load(out, in->held.p, in->held.n, in->mem, &inner), &inner, err);
  }
  EH_TRY(eh_ingest_end_input(in, err));
  EH_TRY(eh_ingest_check_again(in, eh_cube_builder_intake(in->builder), err));
  return end_rows(in, out, err);
}
