/* Any bytes as NumPy's arrays: a record array says the same however it is cut into pushes, an archive is read or refused, and no
 * text that comes out holds NUL or is not UTF-8. The first byte chooses the size of the pushes; where its top bit is set, the rest is
 * a DEFLATE stream to unpack.
 */
#include "fuzz.h"

#include "table/npy_internal.h"

static const eh_want want_n[] = {{{"a", 1}, EH_F64}, {{"b", 1}, EH_TEXT}, {{"a", 1}, EH_TEXT}};
enum { ROWS_MOST = 100 };

static eh_status drain(eh_npy *npy, eh_buf *out, eh_error *err) {
  for (;;) {
    eh_batch batch;
    EH_TRY(eh_npy_next(npy, &batch, err));
    if (batch.rows == 0) return EH_OK;
    FUZZ_CHECK(batch.rows <= EH_BATCH_ROWS);
    for (size_t row = 0; row < batch.rows; row++) {
      if (batch.line_n[row] > ROWS_MOST) continue;
      eh_buf_format(out, "%u", batch.line_n[row]);
      for (uint32_t c = 0; c < batch.column_n; c++) {
        char scratch[EH_F64_TEXT];
        eh_str text = {0};
        const eh_cell cell = eh_column_text(&batch.column[c], row, scratch, &text);
        FUZZ_CHECK(!text.n || (!memchr(text.p, 0, text.n) && eh_utf8_check(text.p, text.n) == text.n));
        eh_buf_byte(out, "|~?!"[cell]);
        eh_buf_str(out, text);
      }
    }
  }
}

static void transcribe(eh_buf *out, const uint8_t *p, size_t n, size_t push) {
  eh_npy *npy = NULL;
  eh_error err = {0};
  eh_intake intake = {0};
  eh_status status = eh_npy_new(&npy, &(eh_npy_options){.want_n = want_n, .want_count = 3}, &intake, &fuzz_keeping, &err);
  for (size_t at = 0; !status && at < n; at += push) {
    const size_t more = n - at < push ? n - at : push;
    uint8_t *const exact = malloc(more);
    memcpy(exact, p + at, more);
    status = eh_npy_push(npy, exact, more, &err);
    free(exact);
    if (!status) status = drain(npy, out, &err);
  }
  if (!status) status = eh_npy_end(npy, &err);
  if (!status) status = drain(npy, out, &err);
  eh_npy_free(npy);
  fuzz_check_error(status, &err);
  if (status) out->n = 0, eh_buf_text(out, err.message);
  for (uint32_t i = 0; i < intake.skipped_n; i++)
    eh_buf_format(out, "%u skipped: %s\n", intake.skipped[i].line, intake.skipped[i].reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (n < 2) return 0;
  const size_t push = 1 + data[0] % 64u;
  const bool deflated = data[0] & 0x80;
  data++, n--;
  if (deflated) {
    unsigned char *const plain = malloc(4096);
    eh_inflate(plain, data[0] * 16u, data + 1, n - 1);
    free(plain);
    return 0;
  }
  eh_buf whole = {0}, parts = {0};
  transcribe(&whole, data, n, n);
  transcribe(&parts, data, n, push);
  fuzz_check_same(&whole, &parts);
  eh_buf_free(&whole);
  eh_buf_free(&parts);
  return 0;
}
