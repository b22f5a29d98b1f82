/* look: what `evenhand audit FILE` says when no columns are named: the columns, what they hold, and the command that may
 * be meant. Called by rows.c with the first bytes of the input.
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

/* Names of the columns, with the delimiter they are divided by. */
static eh_status read_names(eh_seen_table *look, eh_csv_options *options, const eh_cli *cli, eh_arena *arena, eh_error *err) {
  eh_intake intake = {0};
  eh_batch batch;
  eh_csv *csv = NULL;
  uint32_t n = 0;
  const eh_str *name_n = NULL;
  eh_status status = eh_csv_new(&csv, options, &intake, cli->mem, err);
  if (!status) status = eh_csv_push(csv, cli->held.p, cli->held.n, err);
  if (!status && look->whole) status = eh_csv_end(csv, err);
  if (!status) status = eh_csv_next(csv, &batch, err);
  if (!status) name_n = eh_csv_names(csv, &n);
  look->delimiter = cli->how.delimiter || cli->how.name_count ? 0 : other_delimiter(name_n, n);
  look->names = n;
  look->column_count = n < EH_LOOK_COLUMNS ? n : EH_LOOK_COLUMNS;
  look->column_c = eh_arena_take(arena, (look->column_count + 1) * sizeof *look->column_c);
  if (!status && !look->column_c) status = out_of_memory(err);
  for (uint32_t c = 0; !status && c < look->column_count; c++) {
    look->column_c[c].name = eh_arena_str(arena, name_n[c]);
    if (!look->column_c[c].name.p) status = out_of_memory(err);
  }
  eh_csv_free(csv);
  if (status || !look->delimiter || look->delimiter == options->delimiter) return status;
  options->delimiter = look->delimiter;
  unsigned char found = look->delimiter;
  status = read_names(look, options, cli, arena, err);
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
static eh_status note_batch(eh_seen_table *look, const eh_batch *batch, size_t from, eh_arena *arena, eh_error *err) {
  for (uint32_t c = 0; c < look->column_count; c++)
    for (size_t row = from; row < batch->rows; row++)
      EH_TRY(note_cell(&look->column_c[c], arena, &batch->column[c], row, err));
  return EH_OK;
}

static eh_status read_rows(eh_seen_table *look, eh_csv *csv, bool header, const eh_cli *cli, eh_arena *arena, eh_error *err) {
  EH_TRY(eh_csv_push(csv, cli->held.p, cli->held.n, err));
  if (look->whole) EH_TRY(eh_csv_end(csv, err));
  for (;;) {
    eh_batch batch;
    EH_TRY(eh_csv_next(csv, &batch, err));
    if (!batch.rows) return EH_OK;
    EH_TRY(note_batch(look, &batch, header, arena, err));
    header = false;
  }
}

static eh_status look_at_csv(eh_seen_table *look, const eh_cli *cli, eh_arena *arena, eh_error *err) {
  eh_csv_options options = {.delimiter = cli->how.delimiter,
                            .name_n = cli->how.name_n,
                            .name_count = cli->how.name_count,
                            .missing_n = cli->spec->cube.missing_n,
                            .missing_count = cli->spec->cube.missing_count,
                            .source = eh_cli_source(cli->file)};
  bool header = !cli->how.name_count;
  EH_TRY(read_names(look, &options, cli, arena, err));
  EH_TRY(want_all(&options, look, arena, err));
  eh_intake intake = {0};
  eh_csv *csv = NULL;
  EH_TRY(eh_csv_new(&csv, &options, &intake, cli->mem, err));
  eh_status status = read_rows(look, csv, header, cli, arena, err);
  look->rows = intake.rows - (header && intake.rows);
  look->skipped = intake.rows_skipped;
  eh_csv_free(csv);
  return status;
}

/* Reads the lines of the held bytes; without wants only their keys are learnt. A line end more than there is makes the last
 * line whole, and is no end, at which the reader would ask for every key in a good row. */
static eh_status read_lines(eh_seen_table *look, const eh_jsonl_options *options, const eh_cli *cli, eh_arena *arena,
                            eh_error *err) {
  eh_intake intake = {0};
  eh_jsonl *jsonl = NULL;
  eh_batch batch = {.rows = 1};
  eh_status status = eh_jsonl_new(&jsonl, options, &intake, cli->mem, err);
  if (!status) status = eh_jsonl_push(jsonl, cli->held.p, cli->held.n, err);
  if (!status && look->whole) status = eh_jsonl_push(jsonl, "\n", 1, err);
  while (!status && batch.rows) {
    status = eh_jsonl_next(jsonl, &batch, err);
    if (!status && options->want_count) status = note_batch(look, &batch, 0, arena, err);
  }
  uint32_t n = 0;
  const eh_str *name_n = status || options->want_count ? NULL : eh_jsonl_names(jsonl, &n);
  if (name_n) {
    look->names = n;
    look->column_count = n < EH_LOOK_COLUMNS ? n : EH_LOOK_COLUMNS;
    look->column_c = eh_arena_take(arena, (look->column_count + 1) * sizeof *look->column_c);
  }
  for (uint32_t c = 0; name_n && look->column_c && c < look->column_count; c++)
    look->column_c[c].name = eh_arena_str(arena, name_n[c]);
  for (uint32_t c = 0; !status && c < look->column_count; c++)
    if (!look->column_c || !look->column_c[c].name.p) status = out_of_memory(err);
  look->rows = intake.rows;
  look->skipped = intake.rows_skipped;
  eh_jsonl_free(jsonl);
  return status;
}

static eh_status look_at_jsonl(eh_seen_table *look, const eh_cli *cli, eh_arena *arena, eh_error *err) {
  eh_jsonl_options options = {.missing_n = cli->spec->cube.missing_n,
                              .missing_count = cli->spec->cube.missing_count,
                              .source = eh_cli_source(cli->file)};
  EH_TRY(read_lines(look, &options, cli, arena, err));
  eh_want *want_c = eh_arena_take(arena, (look->column_count + 1) * sizeof *want_c);
  if (!want_c) return out_of_memory(err);
  for (uint32_t c = 0; c < look->column_count; c++) want_c[c] = (eh_want){look->column_c[c].name, EH_TEXT};
  options.want_n = want_c;
  options.want_count = look->column_count;
  return look->column_count ? read_lines(look, &options, cli, arena, err) : EH_OK;
}

static eh_status look_at(eh_seen_table *look, const eh_cli *cli, eh_arena *arena, eh_error *err) {
  const bool lines = eh_table_format_of(cli->held.p, cli->held.n, cli->file, true) == EH_FORMAT_JSONL;
  EH_TRY(lines ? look_at_jsonl(look, cli, arena, err) : look_at_csv(look, cli, arena, err));
  for (uint32_t c = 0; c < look->column_count; c++) sort_values(&look->column_c[c]);
  return EH_OK;
}

/* ---- what is said ------------------------------------------------------------------------------------------------ */

enum { NAME_SHOWN = 24, VALUE_SHOWN = 16, VALUES_SHOWN = 4, LINES_SHOWN = 40 };

static void say_count(eh_buf *out, uint64_t n) {
  if (n >= 1000) {
    say_count(out, n / 1000);
    eh_buf_byte(out, ',');
    for (uint64_t unit = 100; unit; unit /= 10) eh_buf_byte(out, (unsigned char)('0' + n / unit % 10));
  } else {
    eh_buf_format(out, "%u", n);
  }
}

static void pad(eh_buf *out, size_t from, size_t width) {
  for (size_t at = eh_text_width((eh_str){out->p + from, out->n - from}); at < width; at++) eh_buf_byte(out, ' ');
}

static void say_examples(eh_buf *out, const eh_seen_table *look, const eh_look_column *column) {
  if (eh_look_is_number(look, column) && column->value_count > VALUES_SHOWN) {
    eh_buf_format(out, "%g to %g", column->least, column->most);
    return;
  }
  uint32_t shown = column->value_count < VALUES_SHOWN ? column->value_count : VALUES_SHOWN;
  for (uint32_t v = 0; v < shown; v++) {
    if (v) eh_buf_text(out, ", ");
    eh_buf_safe(out, column->value_n[v], VALUE_SHOWN);
  }
  if (shown < column->value_count) eh_buf_text(out, ", ...");
}

/* "  sex   text  2  1.2 %  Female, Male" */
static void say_column(eh_buf *out, const eh_seen_table *look, const eh_look_column *column, size_t name_width) {
  const uint64_t rows = look->rows - look->skipped;
  eh_buf_text(out, "  ");
  size_t from = out->n;
  eh_buf_safe(out, column->name, NAME_SHOWN);
  pad(out, from, name_width);
  from = out->n;
  const bool all = column->numbers == rows - column->missing;
  eh_buf_text(out, !column->value_count                ? "  nothing"
                   : !eh_look_is_number(look, column) ? "  text"
                   : all                               ? "  numbers"
                                                       : "  numbers, text");
  pad(out, from, 17);
  from = out->n;
  if (column->value_count > EH_LOOK_VALUES) eh_buf_format(out, "> %u", (uint64_t)EH_LOOK_VALUES);
  else eh_buf_format(out, "%u", (uint64_t)column->value_count);
  pad(out, from, 8);
  from = out->n;
  eh_buf_fixed(out, rows ? 100.0 * (double)column->missing / (double)rows : 0, 1);
  eh_buf_text(out, " %");
  pad(out, from, 9);
  say_examples(out, look, column);
  while (out->n && out->p[out->n - 1] == ' ') out->n--;
  eh_buf_byte(out, '\n');
}

static void say_columns(eh_buf *out, const eh_seen_table *look) {
  size_t width = 6;
  const uint32_t shown = look->column_count < LINES_SHOWN ? look->column_count : LINES_SHOWN;
  for (uint32_t c = 0; c < shown; c++) {
    eh_buf name = {.mem = out->mem};
    eh_buf_safe(&name, look->column_c[c].name, NAME_SHOWN);
    const size_t n = eh_text_width((eh_str){name.p, name.n});
    if (n > width) width = n;
    out->failed |= name.failed;
    eh_buf_free(&name);
  }
  size_t from = out->n;
  eh_buf_text(out, "  column");
  pad(out, from, width + 2);
  eh_buf_text(out, "  holds          values  missing  examples\n");
  for (uint32_t c = 0; c < shown; c++) say_column(out, look, &look->column_c[c], width);
  if (look->names > shown) eh_buf_format(out, "  and %u more\n", (uint64_t)(look->names - shown));
}

static void say_rows(eh_buf *out, const eh_seen_table *look) {
  const bool one = look->rows == 1;
  eh_buf_text(out, !look->whole ? "seen in its first " : one ? "in its " : "in all its ");
  say_count(out, look->rows);
  eh_buf_text(out, one ? " row" : " rows");
  if (!look->whole) eh_buf_text(out, " (1 MiB)");
  if (look->skipped) {
    eh_buf_text(out, ", of which ");
    say_count(out, look->skipped);
    eh_buf_text(out, look->skipped == 1 ? " is defective" : " are defective");
  }
}

static void say(eh_buf *out, const eh_seen_table *look, const eh_cli *cli) {
  eh_buf_format(out, "evenhand: %s needs --label COL and --score COL to read %Q\n\n", cli->verb->name,
                eh_cli_source(cli->file));
  eh_buf_format(out, "What its %u column%s, ", (uint64_t)look->names, look->names == 1 ? " holds" : "s hold");
  say_rows(out, look);
  eh_buf_text(out, ":\n\n");
  say_columns(out, look);
  eh_buf_format(out, "\nA guess from names and values, to be checked:\n\n  evenhand %s", cli->verb->name);
  for (uint32_t i = 0; i < cli->argument_count; i++) {
    eh_buf_byte(out, ' ');
    eh_guess_quote(out, cli->argument_n[i]);
  }
  eh_guess_options(out, look, cli->request);
  eh_buf_format(out, "\n\n'evenhand %s --help' tells more.\n", cli->verb->name);
}

eh_status eh_look(eh_cli *cli, bool whole, eh_error *err) {
  eh_seen_table look = {.whole = whole};
  if (cli->held.n > EH_LOOK_BYTES) cli->held.n = EH_LOOK_BYTES;
  eh_arena arena = {.mem = cli->mem};
  eh_status status = look_at(&look, cli, &arena, err);
  if (!status) say(eh_cli_post(cli, EH_CLI_ERR, (eh_str){0}), &look, cli);
  eh_arena_free(&arena);
  cli->exit_code = 2;
  return status;
}
