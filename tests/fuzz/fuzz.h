/* fuzz: what the fuzz targets share. A target is one function over any bytes, LLVMFuzzerTestOneInput. Clang's libFuzzer calls
 * it with inputs that it breeds (tests/fuzz/run.sh); replay.c calls it with the files of tests/fuzz/corpus, as a test, under
 * any compiler.
 */
#ifndef EVENHAND_TESTS_FUZZ_H
#define EVENHAND_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evenhand/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A broken invariant ends the process: that is how a fuzzer learns of it. */
#define FUZZ_CHECK(condition)                                                       \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);     \
      abort();                                                                      \
    }                                                                               \
  } while (0)

/* Keeps a reader's batch, some megabytes, for the next reader that asks for as much: most of the time went into that. */
static inline void *fuzz_keeping_resize(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  static struct {
    void *ptr;
    size_t n;
  } kept;
  (void)ctx;
  if (ptr && new_n == 0 && old_n >= 1 << 20) {
    free(kept.ptr);
    kept.ptr = ptr, kept.n = old_n;
    return NULL;
  }
  if (!ptr && kept.ptr && new_n == kept.n) {
    ptr = kept.ptr, kept.ptr = NULL;
    return ptr;
  }
  if (new_n) return realloc(ptr, new_n);
  free(ptr);
  return NULL;
}

static const eh_allocator fuzz_keeping __attribute__((unused)) = {fuzz_keeping_resize, NULL};

/* An error is said in one sentence that a terminal can take: no control bytes, whatever the data held. */
static inline void fuzz_check_error(eh_status status, const eh_error *err) {
  FUZZ_CHECK(status == err->status && status != EH_E_INTERNAL && status != EH_E_MEMORY);
  if (!status) return;
  FUZZ_CHECK(err->message[0] && memchr(err->message, 0, sizeof err->message));
  for (const char *p = err->message; *p; p++) FUZZ_CHECK((unsigned char)*p >= ' ' && *p != 0x7f);
}

static inline void fuzz_check_same(const eh_buf *a, const eh_buf *b) {
  if (a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0)) return;
  fprintf(stderr, "---- one\n%.*s\n---- other\n%.*s\n----\n", (int)a->n, a->p, (int)b->n, b->p);
  FUZZ_CHECK(!"both are the same");
}

#endif
