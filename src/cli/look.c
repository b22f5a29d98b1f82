/* look: what the columns of a table hold, as far as its first bytes tell. Called by look_text.c, which says it to a person,
 * and look_json.c, which tells a page.
 *
 * The table is read twice: once for its names, once with every column as text, under numbers instead of names, because a
 * header may hold a name twice.
 */
#include <string.h>

#include "look.h"

static eh_status out_of_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* ---- what a column holds ----------------------------------------------------------------------------------------- */

static eh_status note_value(eh_look_column *column, eh_arena *arena, eh_str text, eh_error *err) {
  uint32_t v = 0;
  if (column->value_count > EH_LOOK_VALUES) return EH_OK;
  while (v < column->value_count && !eh_str_eq(column->value_n[v], text)) v++;
  if (v == column->value_count) {
    if (column->value_count++ == EH_LOOK_VALUES) return EH_OK;
    column->value_n[v] = eh_arena_str(arena, text);
    if (!column->value_n[v].p) return out_of_memory(err);
  }
  column->count_n[v]++;
  return EH_OK;
}

/* Takes down what stands between separators, as long as it can be told apart. */
static eh_status note_parts(eh_look_column *column, eh_arena *arena, eh_str text, eh_error *err) {
  column->lists += memchr(text.p, EH_LOOK_SEPARATOR, text.n) != NULL;
  while (text.n && column->part_count <= EH_LOOK_VALUES) {
    const char *const stop = memchr(text.p, EH_LOOK_SEPARATOR, text.n);
    const eh_str part = {text.p, stop ? (size_t)(stop - text.p) : text.n};
    uint32_t v = 0;
    while (v < column->part_count && !eh_str_eq(column->part_n[v], part)) v++;
    if (part.n && v == column->part_count && column->part_count++ < EH_LOOK_VALUES) {
      column->part_n[v] = eh_arena_str(arena, part);
      if (!column->part_n[v].p) return out_of_memory(err);
    }
    text.n -= part.n + (stop != NULL);
    text.p += part.n + (stop != NULL);
  }
  return EH_OK;
}

static eh_status note_cell(eh_look_column *column, eh_arena *arena, const eh_column *cells, size_t row, eh_error *err) {
  char scratch[EH_F64_TEXT];
  eh_str text;
  if (eh_column_text(cells, row, scratch, &text) == EH_CELL_MISSING) {
    column->missing++;
    return EH_OK;
  }
  double x;
  bool is_bool = eh_str_eq(text, EH_STR("true")) || eh_str_eq(text, EH_STR("false"));
  if (eh_read_f64(&x, text.p, text.n) && x - x == 0) {
    if (!column->numbers || x < column->least) column->least = x;
    if (!column->numbers || x > column->most) column->most = x;
    column->numbers++;
    is_bool = x == 0 || x == 1;
  }
  column->bits += is_bool;
  EH_TRY(note_parts(column, arena, text, err));
  return note_value(column, arena, text, err);
}

static bool comes_before(const eh_look_column *column, uint32_t a, uint32_t b) {
  if (column->count_n[a] != column->count_n[b]) return column->count_n[a] > column->count_n[b];
  return eh_str_cmp(column->value_n[a], column->value_n[b]) < 0;
}

static void sort_values(eh_look_column *column) {
  if (column->value_count > EH_LOOK_VALUES) return;
  for (uint32_t i = 1; i < column->value_count; i++)
    for (uint32_t k = i; k > 0 && comes_before(column, k, k - 1); k--) {
      eh_str value = column->value_n[k];
      uint64_t count = column->count_n[k];
      column->value_n[k] = column->value_n[k - 1];
      column->count_n[k] = column->count_n[k - 1];
      column->value_n[k - 1] = value;
      column->count_n[k - 1] = count;
    }
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* The delimiter that a header of one name seems to use, or 0. */
static unsigned char other_delimiter(const eh_str *name_n, uint32_t n) {
  static const char tried[] = {';', '\t', '|', ','};
  for (size_t i = 0; n == 1 && i < sizeof tried; i++)
    if (memchr(name_n[0].p, tried[i], name_n[0].n)) return (unsigned char)tried[i];
  return 0;
}

/* Takes over the names of the columns, look->names of them. */
static eh_status take_names(eh_seen_table *look, const eh_str *name_n, eh_arena *arena, eh_error *err) {
  look->column_count = look->names < EH_LOOK_COLUMNS ? look->names : EH_LOOK_COLUMNS;
  look->column_c = eh_arena_take(arena, (look->column_count + 1) * sizeof *look->column_c);
  if (!look->column_c) return out_of_memory(err);
  for (uint32_t c = 0; c < look->column_count; c++) {
    look->column_c[c].name = eh_arena_str(arena, name_n[c]);
    if (!look->column_c[c].name.p) return out_of_memory(err);
  }
  return EH_OK;
}

/* Names of the columns, with the delimiter they are divided by. */
static eh_status read_names(eh_seen_table *look, eh_csv_options *options, const eh_look_input *in, eh_arena *arena, eh_error *err) {
  eh_intake intake = {0};
  eh_batch batch;
  eh_csv *csv = NULL;
  uint32_t n = 0;
  const eh_str *name_n = NULL;
  eh_status status = eh_csv_new(&csv, options, &intake, in->mem, err);
  if (!status) status = eh_csv_push(csv, in->bytes, in->n, err);
  if (!status && look->whole) status = eh_csv_end(csv, err);
  if (!status) status = eh_csv_next(csv, &batch, err);
  if (!status) name_n = eh_csv_names(csv, &n);
  look->delimiter = in->reading->delimiter || in->reading->name_count ? 0 : other_delimiter(name_n, n);
  look->names = n;
  if (!status) status = take_names(look, name_n, arena, err);
  eh_csv_free(csv);
  if (status || !look->delimiter || look->delimiter == options->delimiter) return status;
  options->delimiter = look->delimiter;
  unsigned char found = look->delimiter;
  status = read_names(look, options, in, arena, err);
  look->delimiter = found;
  return status;
}

/* Every column as text, under its number. */
static eh_status want_all(eh_csv_options *options, const eh_seen_table *look, eh_arena *arena, eh_error *err) {
  eh_str *number_c = eh_arena_take(arena, (look->names + 1) * sizeof *number_c);
  eh_want *want_c = eh_arena_take(arena, (look->column_count + 1) * sizeof *want_c);
  if (!number_c || !want_c) return out_of_memory(err);
  for (uint32_t c = 0; c < look->names; c++) {
    char digits[EH_F64_TEXT];
    number_c[c] = eh_arena_str(arena, (eh_str){digits, eh_write_u64(digits, c)});
    if (!number_c[c].p) return out_of_memory(err);
    if (c < look->column_count) want_c[c] = (eh_want){number_c[c], EH_TEXT};
  }
  options->name_n = number_c;
  options->name_count = look->names;
  options->want_n = want_c;
  options->want_count = look->column_count;
  return EH_OK;
}

/* Takes down the cells of a batch, from its row `from`. */
static eh_status note_batch(eh_seen_table *look, const eh_batch *batch, size_t from, eh_arena *arena,
                            eh_error *err) {
  for (uint32_t c = 0; c < look->column_count; c++)
    for (size_t row = from; row < batch->rows; row++)
      EH_TRY(note_cell(&look->column_c[c], arena, &batch->column[c], row, err));
  return EH_OK;
}

static eh_status read_rows(eh_seen_table *look, eh_csv *csv, bool header, const eh_look_input *in, eh_arena *arena, eh_error *err) {
  EH_TRY(eh_csv_push(csv, in->bytes, in->n, err));
  if (look->whole) EH_TRY(eh_csv_end(csv, err));
  for (;;) {
    eh_batch batch;
    EH_TRY(eh_csv_next(csv, &batch, err));
    if (!batch.rows) return EH_OK;
    EH_TRY(note_batch(look, &batch, header, arena, err));
    header = false;
  }
}

static eh_status look_at_csv(eh_seen_table *look, const eh_look_input *in, eh_arena *arena, eh_error *err) {
  eh_csv_options options = {.delimiter = in->reading->delimiter,
                            .name_n = in->reading->name_n,
                            .name_count = in->reading->name_count,
                            .missing_n = in->missing_n,
                            .missing_count = in->missing_count,
                            .source = eh_cli_source(in->file)};
  bool header = !in->reading->name_count;
  EH_TRY(read_names(look, &options, in, arena, err));
  EH_TRY(want_all(&options, look, arena, err));
  eh_intake intake = {0};
  eh_csv *csv = NULL;
  EH_TRY(eh_csv_new(&csv, &options, &intake, in->mem, err));
  eh_status status = read_rows(look, csv, header, in, arena, err);
  look->rows = intake.rows - (header && intake.rows);
  look->skipped = intake.rows_skipped;
  eh_csv_free(csv);
  return status;
}

/* Reads the lines of the held bytes; without wants only their keys are learnt. A line end more than there is makes the last
 * line whole, and is no end, at which the reader would ask for every key in a good row. */
static eh_status read_lines(eh_seen_table *look, const eh_jsonl_options *options, const eh_look_input *in, eh_arena *arena,
                            eh_error *err) {
  eh_intake intake = {0};
  eh_jsonl *jsonl = NULL;
  eh_batch batch = {.rows = 1};
  eh_status status = eh_jsonl_new(&jsonl, options, &intake, in->mem, err);
  if (!status) status = eh_jsonl_push(jsonl, in->bytes, in->n, err);
  if (!status && look->whole) status = eh_jsonl_push(jsonl, "\n", 1, err);
  while (!status && batch.rows) {
    status = eh_jsonl_next(jsonl, &batch, err);
    if (!status && options->want_count) status = note_batch(look, &batch, 0, arena, err);
  }
  if (!status && !options->want_count) status = take_names(look, eh_jsonl_names(jsonl, &look->names), arena, err);
  look->rows = intake.rows;
  look->skipped = intake.rows_skipped;
  eh_jsonl_free(jsonl);
  return status;
}

static eh_status look_at_jsonl(eh_seen_table *look, const eh_look_input *in, eh_arena *arena, eh_error *err) {
  eh_jsonl_options options = {.missing_n = in->missing_n,
                              .missing_count = in->missing_count,
                              .source = eh_cli_source(in->file),
                              .loose = true};
  EH_TRY(read_lines(look, &options, in, arena, err));
  eh_want *want_c = eh_arena_take(arena, (look->column_count + 1) * sizeof *want_c);
  unsigned char *const separator_c = eh_arena_take(arena, look->column_count + 1);
  if (!want_c || !separator_c) return out_of_memory(err);
  for (uint32_t c = 0; c < look->column_count; c++) want_c[c] = (eh_want){look->column_c[c].name, EH_TEXT};
  memset(separator_c, EH_LOOK_SEPARATOR, look->column_count);
  options.want_n = want_c;
  options.want_count = look->column_count;
  options.separator_w = separator_c;
  return look->column_count ? read_lines(look, &options, in, arena, err) : EH_OK;
}

/* ---- arrays -------------------------------------------------------------------------------------------------------- */

/* Reads so many rows of these columns; without wants only names are learnt. */
static eh_status read_arrays(eh_seen_table *look, eh_look_column *column_c, const eh_want *want_c, uint32_t n,
                             const eh_look_input *in, eh_arena *arena, eh_error *err) {
  eh_intake intake = {0};
  eh_npy *npy = NULL;
  eh_batch batch = {0};
  eh_status status = eh_npy_new(&npy, &(eh_npy_options){want_c, n, eh_cli_source(in->file)}, &intake, in->mem, err);
  if (!status) status = eh_npy_push(npy, in->bytes, in->n, err);
  if (!status) status = eh_npy_end(npy, err);
  if (!status && n) status = eh_npy_next(npy, &batch, err);
  if (!status && !n) status = take_names(look, eh_npy_names(npy, &look->names), arena, err);
  if (batch.rows > EH_LOOK_ROWS) batch.rows = EH_LOOK_ROWS, look->whole = false;
  for (uint32_t c = 0; !status && c < n; c++)
    for (size_t row = 0; !status && row < batch.rows; row++)
      status = note_cell(&column_c[c], arena, &batch.column[c], row, err);
  if (!status && n) look->rows = batch.rows;
  eh_npy_free(npy);
  return status;
}

/* All columns at once; else one by one, since an array of another shape or type is no column. */
static eh_status look_at_arrays(eh_seen_table *look, const eh_look_input *in, eh_arena *arena, eh_error *err) {
  EH_TRY(read_arrays(look, NULL, NULL, 0, in, arena, err));
  eh_want *want_c = eh_arena_take(arena, (look->column_count + 1) * sizeof *want_c);
  if (!want_c) return out_of_memory(err);
  for (uint32_t c = 0; c < look->column_count; c++) want_c[c] = (eh_want){look->column_c[c].name, EH_TEXT};
  eh_error none = {0};
  eh_status status = read_arrays(look, look->column_c, want_c, look->column_count, in, arena, &none);
  if (status != EH_E_INPUT) return status ? eh_fail(err, status, "%s", none.message) : EH_OK;
  uint64_t *rows_c = eh_arena_take(arena, (look->column_count + 1) * sizeof *rows_c), most = 0;
  if (!rows_c) return out_of_memory(err);
  for (uint32_t c = 0; c < look->column_count; c++) {
    eh_error one = {0};
    look->rows = 0;
    status = read_arrays(look, &look->column_c[c], &want_c[c], 1, in, arena, &one);
    if (status && status != EH_E_INPUT) return eh_fail(err, status, "%s", one.message);
    rows_c[c] = look->rows;
    if (look->rows > most) most = look->rows;
  }
  for (uint32_t c = 0; c < look->column_count; c++) look->column_c[c].missing += most - rows_c[c];
  look->rows = most;
  return EH_OK;
}

/* ---- any ------------------------------------------------------------------------------------------------------------ */

eh_status eh_look_at(eh_seen_table *look, const eh_look_input *in, eh_arena *arena, eh_error *err) {
  const eh_table_format format = eh_table_format_of(in->bytes, in->n, in->file, true);
  if (format == EH_FORMAT_JSON_ARRAY)
    return eh_fail(err, EH_E_INPUT, "%S is one JSON array; make it an object per line: jq -c '.[]'", eh_cli_source(in->file));
  EH_TRY(format == EH_FORMAT_JSONL ? look_at_jsonl(look, in, arena, err)
         : format == EH_FORMAT_NPY ? look_at_arrays(look, in, arena, err)
                                   : look_at_csv(look, in, arena, err));
  for (uint32_t c = 0; c < look->column_count; c++) sort_values(&look->column_c[c]);
  return EH_OK;
}
