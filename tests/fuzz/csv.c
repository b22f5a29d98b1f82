/* Any bytes as CSV: however they are cut into pushes, the reader says the same; and without a header it says what the slow
 * twin says. The first byte chooses the delimiter (its two low bits) and whether there is a header (the next), the second
 * the size of the pushes; the rest is the file.
 */
#include "rows.h"
#include "reference/csv.h"

static const eh_want header_want_n[] = {
    {{"a", 1}, EH_F64}, {{"b", 1}, EH_TEXT}, {{"a", 1}, EH_TEXT}, {{"c", 1}, EH_F64}};
static const eh_want twin_want_n[] = {{{"a", 1}, EH_TEXT}, {{"b", 1}, EH_TEXT}, {{"c", 1}, EH_TEXT}};
static const eh_str name_n[] = {{"a", 1}, {"b", 1}, {"c", 1}};

static eh_status drain(eh_csv *csv, eh_buf *out, eh_error *err) {
  for (;;) {
    eh_batch batch;
    EH_TRY(eh_csv_next(csv, &batch, err));
    if (batch.rows == 0) return EH_OK;
    fuzz_put_batch(out, &batch);
  }
}

static eh_status read_pushes(eh_csv *csv, eh_buf *out, const uint8_t *p, size_t n, size_t push, eh_error *err) {
  for (size_t at = 0; at < n; at += push) {
    const size_t more = n - at < push ? n - at : push;
    uint8_t *const exact = malloc(more); /* so that a sanitizer sees any read past a push, or after it */
    memcpy(exact, p + at, more);
    const eh_status status = eh_csv_push(csv, exact, more, err);
    free(exact);
    if (status) return status;
    EH_TRY(drain(csv, out, err));
  }
  EH_TRY(eh_csv_end(csv, err));
  return drain(csv, out, err);
}

/* All that the reader says: rows, or its error in their place, then what was skipped. */
static void transcribe(eh_buf *out, eh_intake *intake, const eh_csv_options *options, const uint8_t *p, size_t n,
                       size_t push) {
  eh_csv *csv = NULL;
  eh_error err = {0};
  eh_status status = eh_csv_new(&csv, options, intake, &fuzz_keeping, &err);
  if (!status) status = read_pushes(csv, out, p, n, push, &err);
  eh_csv_free(csv);
  fuzz_check_error(status, &err);
  if (status) out->n = 0, eh_buf_text(out, err.message);
  FUZZ_CHECK(intake->rows_skipped <= intake->rows);
  FUZZ_CHECK(intake->skipped_n == (intake->rows_skipped < EH_SKIPS_KEPT ? intake->rows_skipped : EH_SKIPS_KEPT));
  for (uint32_t i = 0; i < intake->skipped_n; i++)
    eh_buf_format(out, "%u skipped: %s\n", intake->skipped[i].line, intake->skipped[i].reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (n < 3) return 0;
  const unsigned char delimiter = (unsigned char)",\t; "[data[0] & 3];
  const bool header = data[0] & 4;
  const size_t push_k[] = {n, 1, 2 + data[1] % 64u};
  const eh_csv_options options = {.delimiter = delimiter,
                                  .name_n = header ? NULL : name_n,
                                  .name_count = header ? 0 : 3,
                                  .want_n = header ? header_want_n : twin_want_n,
                                  .want_count = header ? 4 : 3};
  eh_buf whole = {0};
  eh_intake counted = {0};
  data += 2, n -= 2;
  transcribe(&whole, &counted, &options, data, n, push_k[0]);
  for (int k = 1; k < 3; k++) {
    eh_buf parts = {0};
    eh_intake intake = {0};
    transcribe(&parts, &intake, &options, data, n, push_k[k]);
    fuzz_check_same(&whole, &parts);
    FUZZ_CHECK(intake.rows == counted.rows && intake.rows_skipped == counted.rows_skipped);
    eh_buf_free(&parts);
  }
  if (!header) {
    eh_buf twin = {0};
    uint64_t rows, skipped;
    twin_csv_read(&twin, &rows, &skipped, (eh_str){(const char *)data, n}, (char)delimiter, 3);
    fuzz_check_same(&whole, &twin);
    FUZZ_CHECK(rows == counted.rows && skipped == counted.rows_skipped);
    eh_buf_free(&twin);
  }
  eh_buf_free(&whole);
  return 0;
}
