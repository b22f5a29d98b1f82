/* memory_twin: an allocator that knows every block's size, can refuse the n-th request and says what was not given
 * back. */
#ifndef EVENHAND_TESTS_MEMORY_TWIN_H
#define EVENHAND_TESTS_MEMORY_TWIN_H

#include <stdlib.h>
#include <string.h>

#include "evenhand/base.h"

typedef struct memory_twin {
  eh_allocator mem;
  size_t bytes;          /* live */
  size_t blocks;
  size_t asked;          /* requests for more so far */
  size_t refuse_at;      /* this request and all after it fail; 0 = never */
  bool once;             /* this request alone */
  int wrong_sizes;       /* blocks given back or resized under a size they do not have */
} memory_twin;

static inline void *memory_twin_resize(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  memory_twin *const twin = ctx;
  enum { HEAD = 16 };
  unsigned char *const block = ptr ? (unsigned char *)ptr - HEAD : NULL;
  size_t was = 0;
  if (block) memcpy(&was, block, sizeof was);
  if (block && was != old_n) twin->wrong_sizes++;
  if (new_n == 0) {
    if (block) twin->bytes -= was, twin->blocks--;
    free(block);
    return NULL;
  }
  if (new_n > was) {
    twin->asked++;
    if (twin->refuse_at && (twin->once ? twin->asked == twin->refuse_at : twin->asked >= twin->refuse_at)) return NULL;
  }
  unsigned char *const fresh = malloc(new_n + HEAD);
  if (!fresh) return NULL;
  /* Nothing may count on zeros here; the start of a reader's megabytes is enough, for speed. */
  memset(fresh + HEAD, 0xa5, new_n < 1 << 16 ? new_n : 1 << 16);
  if (block) memcpy(fresh + HEAD, ptr, was < new_n ? was : new_n);
  else twin->blocks++;
  free(block);
  memcpy(fresh, &new_n, sizeof new_n);
  twin->bytes += new_n - was;
  return fresh + HEAD;
}

/* Points into itself: do not copy. */
static inline const eh_allocator *memory_twin_start(memory_twin *twin, size_t refuse_at) {
  *twin = (memory_twin){.refuse_at = refuse_at};
  twin->mem = (eh_allocator){.resize = memory_twin_resize, .ctx = twin};
  return &twin->mem;
}

#endif
