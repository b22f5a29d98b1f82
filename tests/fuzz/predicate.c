/* Any bytes as a condition: it parses to a canonical text that parses to itself and holds for the same rows, or it is refused in
 * one sentence.
 */
#include "fuzz.h"

#include "evenhand/slice.h"

enum { ROWS = 4 };

static const eh_str missing[] = {EH_STR("NA")};

/* Every column holds the same cells: of text, or of numbers. */
static void run(const eh_predicate *predicate, uint8_t holds_n[ROWS]) {
  static const char bytes[] = "a18NA";
  static const uint32_t start_n[ROWS] = {0, 1, 3, 3}, len_n[ROWS] = {1, 2, 2, 0};
  static const double number_n[ROWS] = {18, -1, 0, __builtin_nan("")};
  static const eh_column text = {.type = EH_TEXT, .text_bytes = bytes, .text_start_n = start_n, .text_len_n = len_n};
  static const eh_column number = {.type = EH_F64, .data = number_n};
  uint32_t n;
  const eh_want *const want_w = eh_predicate_wants(predicate, &n);
  const eh_column *column_w[EH_DIMS_MAX];
  FUZZ_CHECK(n && n <= EH_DIMS_MAX);
  for (uint32_t w = 0; w < n; w++) column_w[w] = want_w[w].type == EH_F64 ? &number : &text;
  eh_predicate_run(predicate, holds_n, column_w, 0, ROWS, missing, 1);
  for (int i = 0; i < ROWS; i++) FUZZ_CHECK(holds_n[i] <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  eh_arena arena = {0};
  eh_error err = {0};
  const eh_predicate *one, *again;
  const eh_status status = eh_predicate_parse(&one, &arena, (eh_str){(const char *)data, n}, "where", &err);
  fuzz_check_error(status, &err);
  if (!status) {
    uint8_t holds_n[ROWS], again_n[ROWS];
    const eh_str text = eh_predicate_text(one);
    const eh_status reread = eh_predicate_parse(&again, &arena, text, "where", &err);
    /* Only the limit on length may come between: the canonical text can be longer. */
    FUZZ_CHECK(!reread || (reread == EH_E_LIMIT && text.n > n));
    if (!reread) {
      FUZZ_CHECK(eh_str_eq(eh_predicate_text(again), text));
      run(one, holds_n);
      run(again, again_n);
      FUZZ_CHECK(memcmp(holds_n, again_n, ROWS) == 0);
    }
  }
  eh_arena_free(&arena);
  return 0;
}
