/* Texts of all kinds, and what one reader makes of them: for the tests of several readers of one file. */
#ifndef EH_TESTS_READING_FIXTURE_H
#define EH_TESTS_READING_FIXTURE_H

#include "check.h"
#include "evenhand/audit.h"

typedef struct outcome {
  eh_buf cube;
  eh_error error;
} outcome;

/* Several parts when `part` is not 0: a new file begins there. */
static void read_all(outcome *out, const eh_spec *spec, const eh_reading *reading, eh_str text, size_t push, size_t part) {
  eh_ingest *in = NULL;
  eh_cube *cube = NULL;
  *out = (outcome){0};
  eh_status status = eh_ingest_new(&in, spec, reading, NULL, &out->error);
  for (size_t at = 0; at < text.n && !status;) {
    const size_t end = part && at < part ? part : text.n, n = end - at < push ? end - at : push;
    if (part && at == part) status = eh_ingest_next(in, EH_STR("two"), reading->delimiter, &out->error);
    if (!status) status = eh_ingest_push(in, text.p + at, n, &out->error);
    at += n;
  }
  if (!status) status = eh_ingest_end(in, &cube, &out->error);
  if (!status) status = eh_cube_save(cube, &out->cube, &out->error);
  CHECK(status == out->error.status);
  eh_cube_free(cube);
  eh_ingest_free(in);
}

static void check_same(const outcome *got, const outcome *want, const char *what) {
  if (got->error.status != want->error.status || strcmp(got->error.message, want->error.message) ||
      got->error.line != want->error.line)
    CHECK_SAY("%s: error \"%s\" at line %u, not \"%s\" at line %u", what, got->error.message,
              (unsigned)got->error.line, want->error.message, (unsigned)want->error.line);
  if (got->cube.n != want->cube.n || (want->cube.n && memcmp(got->cube.p, want->cube.p, want->cube.n)))
    CHECK_SAY("%s: another cube (%zu bytes, not %zu)", what, got->cube.n, want->cube.n);
}

enum { PLAIN, QUOTED, NASTY, BLANKS, KINDS };

static void put_field(eh_buf *out, uint64_t *state, int kind) {
  static const char *const plain_k[] = {"a", "b", "Asian-Pac", "", "NA", "S07", " c ", "\xc3\xa4"};
  static const char *const quoted_k[] = {"\"a\"", "\"b\nc\"", "\"x\"\"y\"", "\"\"", "\"\r\n,\"", "\"\"\"\"", "\"S,07\"", "b"};
  static const char *const nasty_k[] = {"\"a\" ", " \"a\"", "a\"b", "\"a\"b", "\"\n", "a,b", "\xff", "\r", "\n", "\"\"\"", "x\n"};
  const uint64_t r = check_random(state), k = r >> 32;
  if (kind == NASTY && r % 40 == 0) eh_buf_text(out, nasty_k[k % (sizeof nasty_k / sizeof *nasty_k)]);
  else if (kind == BLANKS && r % 3 == 0) eh_buf_text(out, k % 2 ? "\"a b\"" : "\"a\" ");
  else if (kind != PLAIN && r % 2) eh_buf_text(out, quoted_k[k % (sizeof quoted_k / sizeof *quoted_k)]);
  else eh_buf_text(out, plain_k[k % (sizeof plain_k / sizeof *plain_k)]);
}

static void put_text(eh_buf *out, uint64_t *state, int kind, int odd_in) {
  static const char *const end_k[] = {"\n", "\r\n", "\n\n", "\r", "\n \n"};
  const uint64_t ends = kind == NASTY ? 5 : 1 + check_random(state) % 2, first = check_random(state) % 2;
  if (check_random(state) % 4 == 0) eh_buf_text(out, "\xef\xbb\xbf");
  eh_buf_text(out, "y,p,s,t\n");
  const uint64_t rows = check_random(state) % 400;
  for (uint64_t i = 0; i < rows; i++) {
    const uint64_t r = check_random(state);
    eh_buf_text(out, r % (uint64_t)odd_in == 1 ? "2" : r % 211 == 0 ? "" : r & 1024 ? "0" : "1");
    if (r % (uint64_t)odd_in == 3) eh_buf_text(out, ",word,");
    else eh_buf_format(out, ",0.%u,", (r >> 20) % 10000);
    put_field(out, state, kind);
    eh_buf_byte(out, ',');
    put_field(out, state, kind);
    if (i + 1 < rows || r & 1) eh_buf_text(out, end_k[kind == NASTY ? r % 31 == 0 ? (r >> 8) % ends : 0 : first % ends]);
  }
}

#endif
