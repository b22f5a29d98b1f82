/* slice_fixture: a wish as a test writes it, parsed. */
#ifndef EVENHAND_TESTS_SLICE_FIXTURE_H
#define EVENHAND_TESTS_SLICE_FIXTURE_H

#include "check.h"
#include "evenhand/slice.h"

enum { NAMES_MAX = 8 };

typedef struct wish {
  const char *slice[NAMES_MAX], *cross[NAMES_MAX], *bucket[NAMES_MAX];
} wish;

static inline uint32_t names_of(eh_str out[NAMES_MAX], const char *const in[NAMES_MAX]) {
  uint32_t n = 0;
  for (; n < NAMES_MAX && in[n]; n++) out[n] = eh_str_of(in[n]);
  return n;
}

static inline eh_status parse(eh_slicing *out, eh_arena *arena, const wish *w, bool show_missing, eh_error *err) {
  eh_str slice_n[NAMES_MAX], cross_n[NAMES_MAX], bucket_n[NAMES_MAX];
  const uint32_t slices = names_of(slice_n, w->slice), crosses = names_of(cross_n, w->cross);
  const uint32_t buckets = names_of(bucket_n, w->bucket);
  return eh_slicing_parse(out, arena, slice_n, slices, cross_n, crosses, bucket_n, buckets, show_missing, err);
}

#endif
