/* look_text: what `evenhand audit FILE` says when no columns are named: the columns, what they hold, and the command that may
 * be meant. Called by rows.c with the first bytes of the input; look.c looks at them.
 */
#include "look.h"

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
  const eh_str text = out->n > from ? (eh_str){out->p + from, out->n - from} : (eh_str){0};
  for (size_t at = eh_text_width(text); at < width; at++) eh_buf_byte(out, ' ');
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

static void say_rows(eh_buf *out, const eh_seen_table *look, bool by_bytes) {
  const bool one = look->rows == 1;
  eh_buf_text(out, !look->whole ? "seen in its first " : one ? "in its " : "in all its ");
  say_count(out, look->rows);
  eh_buf_text(out, one ? " row" : " rows");
  if (!look->whole && by_bytes) eh_buf_text(out, " (1 MiB)");
  if (look->skipped) {
    eh_buf_text(out, ", of which ");
    say_count(out, look->skipped);
    eh_buf_text(out, look->skipped == 1 ? " is defective" : " are defective");
  }
}

/* A number is a strange name for a column, and a usual first row. */
static void say_header(eh_buf *out, const eh_seen_table *look) {
  for (uint32_t c = 0; c < look->column_count; c++) {
    const eh_str name = look->column_c[c].name;
    double x;
    if (!eh_read_f64(&x, name.p, name.n)) continue;
    eh_buf_format(out, "\nA column is called %Q: if the first line is no header, name the columns with --names A,B,...\n", name);
    return;
  }
}

static void say(eh_buf *out, const eh_seen_table *look, const eh_cli *cli, bool by_bytes) {
  eh_buf_format(out, "evenhand: %s needs --label COL and --score COL to read %Q\n\n", cli->verb->name,
                eh_cli_source(cli->file));
  eh_buf_format(out, "What its %u column%s, ", (uint64_t)look->names, look->names == 1 ? " holds" : "s hold");
  say_rows(out, look, by_bytes);
  eh_buf_text(out, ":\n\n");
  say_columns(out, look);
  if (!cli->how.name_count && eh_table_format_of(cli->held.p, cli->held.n, cli->file, true) == EH_FORMAT_CSV) say_header(out, look);
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
  const bool arrays = eh_table_format_of(cli->held.p, cli->held.n, cli->file, true) == EH_FORMAT_NPY;
  const bool by_bytes = !arrays && !cli->table;
  if (by_bytes && cli->held.n > EH_LOOK_BYTES) cli->held.n = EH_LOOK_BYTES;
  const eh_cube_spec *spec = &cli->spec->cube;
  const eh_look_input input = {.bytes = cli->held.p, .n = cli->held.n, .file = cli->file, .reading = &cli->how,
                               .missing_n = spec->missing_n, .missing_count = spec->missing_count, .mem = cli->mem};
  eh_arena arena = {.mem = cli->mem};
  eh_status status = eh_look_at(&look, &input, &arena, err);
  if (!status) say(eh_cli_post(cli, EH_CLI_ERR, (eh_str){0}), &look, cli, by_bytes);
  eh_arena_free(&arena);
  cli->exit_code = 2;
  return status;
}
