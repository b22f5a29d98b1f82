/* look_json: what the columns of a table hold, and what each may be meant as, for a page that asks a person. Called by wasm.
 *
 * Facts and codes only; whoever shows them has the words.
 */
#include "look.h"

/* Column by column what the header promises, in that order. */
static void put_column(eh_buf *out, const eh_look_column *column, const eh_guess *guess, uint32_t c) {
  static const char role_n[][8] = {"", "label", "score", "slice", "bucket", "weight", "multi"};
  eh_buf_text(out, ",[");
  eh_json_string(out, column->name);
  eh_buf_format(out, ",%u,%u,%u,%g,%g,%u,\"%s\",\"%S\",%u,", column->missing, column->numbers, column->bits, column->least, column->most,
                (uint64_t)(column->value_count > EH_LOOK_VALUES), role_n[guess->role_c[c]], guess->word_c[c],
                (uint64_t)((int)c == guess->score));
  eh_buf cuts = {.mem = out->mem};
  if (guess->role_c[c] == EH_ROLE_BUCKET) eh_guess_bucket(&cuts, column);
  if (guess->role_c[c] == EH_ROLE_MULTI) eh_buf_format(&cuts, "%S:%c", column->name, (int)EH_LOOK_SEPARATOR);
  eh_json_string(out, (eh_str){cuts.p, cuts.n});
  out->failed |= cuts.failed;
  eh_buf_free(&cuts);
  for (uint32_t v = 0; v < column->value_count && v < EH_LOOK_VALUES; v++) {
    eh_buf_byte(out, ',');
    eh_json_string(out, column->value_n[v]);
    eh_buf_format(out, ",%u", column->count_n[v]);
  }
  eh_buf_byte(out, ']');
}

static void put_table(eh_buf *out, const eh_seen_table *look, const eh_guess *guess) {
  const char delimiter = (char)look->delimiter;
  eh_buf_format(out, "[%u,%u,%u,%u,", look->rows, look->skipped, (uint64_t)look->names, (uint64_t)look->whole);
  eh_json_string(out, (eh_str){&delimiter, delimiter != 0});
  eh_buf_byte(out, ',');
  eh_json_string(out, guess->positive);
  for (uint32_t c = 0; c < look->column_count; c++) put_column(out, &look->column_c[c], guess, c);
  eh_buf_byte(out, ']');
}

eh_status eh_look_json(eh_buf *out, const void *bytes, size_t n, bool whole, eh_str file, eh_request *request, eh_error *err) {
  const eh_spec *spec;
  const eh_reading *reading;
  EH_TRY(eh_request_spec(request, &spec, &reading, err));
  const char *refusal = eh_table_refusal(bytes, n);
  if (refusal && eh_table_format_of(bytes, n, file, whole) != EH_FORMAT_NPY)
    return eh_fail(err, EH_E_INPUT, "%S: %s", eh_cli_source(file), refusal);
  const eh_look_input input = {.bytes = bytes, .n = n, .file = file, .reading = reading, .missing_n = spec->cube.missing_n,
                               .missing_count = spec->cube.missing_count, .mem = request->mem};
  eh_seen_table look = {.whole = whole};
  eh_arena arena = {.mem = request->mem};
  eh_guess guess;
  eh_status status = eh_look_at(&look, &input, &arena, err);
  if (!status) {
    eh_guess_roles(&guess, &look, false, request->mem);
    put_table(out, &look, &guess);
    if (out->failed) status = eh_fail(err, EH_E_MEMORY, "out of memory");
  }
  eh_arena_free(&arena);
  return status;
}
