/* Any bytes as JSON Lines: however they are cut into pushes, the reader says the same; no text it gives holds NUL or is not
 * UTF-8; and the tokenizer calls the bytes JSON when the slow twin does. The first byte chooses the size of the pushes.
 */
#include "rows.h"
#include "reference/json_slow.h"

static const eh_want want_n[] = {{{"a", 1}, EH_F64}, {{"b", 1}, EH_TEXT}, {{"a", 1}, EH_TEXT}, {{"c\n", 2}, EH_TEXT}};

/* No text of a batch holds NUL or is not UTF-8. */
static void check_texts(const eh_batch *batch) {
  for (size_t row = 0; row < batch->rows; row++)
    for (uint32_t c = 0; c < batch->column_n; c++) {
      char scratch[EH_F64_TEXT];
      eh_str text = {0};
      eh_column_text(&batch->column[c], row, scratch, &text);
      FUZZ_CHECK(!memchr(text.p, 0, text.n) && eh_utf8_check(text.p, text.n) == text.n);
    }
}

static eh_status drain(eh_jsonl *jsonl, eh_buf *out, eh_error *err) {
  for (;;) {
    eh_batch batch;
    EH_TRY(eh_jsonl_next(jsonl, &batch, err));
    if (batch.rows == 0) return EH_OK;
    check_texts(&batch);
    fuzz_put_batch(out, &batch);
  }
}

static eh_status read_pushes(eh_jsonl *jsonl, eh_buf *out, const uint8_t *p, size_t n, size_t push, eh_error *err) {
  for (size_t at = 0; at < n; at += push) {
    const size_t more = n - at < push ? n - at : push;
    uint8_t *const exact = malloc(more); /* so that a sanitizer sees any read past a push, or after it */
    memcpy(exact, p + at, more);
    const eh_status status = eh_jsonl_push(jsonl, exact, more, err);
    free(exact);
    if (status) return status;
    EH_TRY(drain(jsonl, out, err));
  }
  EH_TRY(eh_jsonl_end(jsonl, err));
  return drain(jsonl, out, err);
}

/* All that the reader says: rows, or its error in their place, then what was skipped. */
static void transcribe(eh_buf *out, const uint8_t *p, size_t n, size_t push) {
  eh_jsonl *jsonl = NULL;
  eh_error err = {0};
  eh_intake intake = {0};
  eh_status status = eh_jsonl_new(&jsonl, &(eh_jsonl_options){.want_n = want_n, .want_count = 4, .separator_w = (const unsigned char *)"\0|\0\0"}, &intake, &fuzz_keeping, &err);
  if (!status) status = read_pushes(jsonl, out, p, n, push, &err);
  eh_jsonl_free(jsonl);
  fuzz_check_error(status, &err);
  if (status) out->n = 0, eh_buf_text(out, err.message);
  FUZZ_CHECK(intake.rows_skipped <= intake.rows);
  for (uint32_t i = 0; i < intake.skipped_n; i++)
    eh_buf_format(out, "%u skipped: %s\n", intake.skipped[i].line, intake.skipped[i].reason);
  eh_buf_format(out, "%u of %u", intake.rows_skipped, intake.rows);
}

static void check_tokens(const uint8_t *data, size_t n) {
  char *const exact = malloc(n ? n : 1), *const text = malloc(n ? n : 1);
  memcpy(exact, data, n);
  eh_json json;
  eh_json_kind kind;
  eh_json_start(&json, exact, n);
  do {
    kind = eh_json_next(&json);
    if (kind == EH_JSON_KEY || kind == EH_JSON_STRING) FUZZ_CHECK(eh_json_unescape(text, json.text) <= json.text.n);
  } while (kind != EH_JSON_END && kind != EH_JSON_BAD);
  FUZZ_CHECK((kind == EH_JSON_END) == slow_is_json((eh_str){exact, n}));
  FUZZ_CHECK(json.at >= exact && json.at <= exact + n);
  free(exact);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (n < 2) return 0;
  const size_t push = 1 + data[0] % 64u;
  data++, n--;
  eh_buf whole = {0}, parts = {0};
  transcribe(&whole, data, n, n);
  transcribe(&parts, data, n, push);
  fuzz_check_same(&whole, &parts);
  eh_buf_free(&whole);
  eh_buf_free(&parts);
  check_tokens(data, n);
  return 0;
}
