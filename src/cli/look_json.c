/* look_json: what the columns of a table hold, and what each may be meant as, for a page that asks a person. Called by wasm.
 *
 * Facts and codes only; whoever shows them has the words.
 */
#include "look.h"

static void put_count(eh_buf *out, const char *name, uint64_t n) { eh_buf_format(out, "\"%s\":%u", name, n); }

static void put_text(eh_buf *out, const char *name, eh_str text) {
  eh_buf_format(out, ",\"%s\":", name);
  eh_json_string(out, text);
}

static void put_values(eh_buf *out, const eh_look_column *column) {
  eh_buf_text(out, ",\"values\":[");
  for (uint32_t v = 0; v < column->value_count && v < EH_LOOK_VALUES; v++) {
    eh_buf_text(out, v ? ",[" : "[");
    eh_json_string(out, column->value_n[v]);
    eh_buf_format(out, ",%u]", column->count_n[v]);
  }
  eh_buf_text(out, "]");
}

static void put_column(eh_buf *out, const eh_seen_table *look, const eh_guess *guess, uint32_t c) {
  static const char *const role_n[] = {"", "label", "score", "slice", "bucket", "weight"};
  const eh_look_column *column = &look->column_c[c];
  eh_buf_text(out, c ? ",{" : "{");
  put_count(out, "missing", column->missing);
  put_text(out, "name", column->name);
  eh_buf_format(out, ",\"numbers\":%u,\"bits\":%u", column->numbers, column->bits);
  if (column->numbers) eh_buf_format(out, ",\"least\":%g,\"most\":%g", column->least, column->most);
  put_values(out, column);
  eh_buf_text(out, column->value_count > EH_LOOK_VALUES ? ",\"more\":true" : "");
  if (guess->role_c[c]) put_text(out, "role", eh_str_of(role_n[guess->role_c[c]]));
  if (guess->word_c[c]) put_text(out, "word", eh_str_of(guess->word_c[c]));
  if ((int)c == guess->score) eh_buf_text(out, ",\"first\":true");
  if (guess->role_c[c] == EH_ROLE_BUCKET) {
    eh_buf bucket = {.mem = out->mem};
    eh_guess_bucket(&bucket, column);
    put_text(out, "bucket", (eh_str){bucket.p, bucket.n});
    out->failed |= bucket.failed;
    eh_buf_free(&bucket);
  }
  eh_buf_byte(out, '}');
}

static void put_table(eh_buf *out, const eh_seen_table *look, const eh_guess *guess) {
  const char delimiter = (char)look->delimiter;
  eh_buf_byte(out, '{');
  put_count(out, "rows", look->rows);
  eh_buf_format(out, ",\"skipped\":%u,\"names\":%u", look->skipped, (uint64_t)look->names);
  eh_buf_text(out, look->whole ? ",\"whole\":true" : "");
  if (delimiter) put_text(out, "delimiter", (eh_str){&delimiter, 1});
  if (guess->positive.p) put_text(out, "positive", guess->positive);
  eh_buf_text(out, ",\"columns\":[");
  for (uint32_t c = 0; c < look->column_count; c++) put_column(out, look, guess, c);
  eh_buf_text(out, "]}");
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
