/* slice_internal: what the files of this room share: the dictionary of one dimension, arrays in an arena, and the
 * stable sort of tuples of group ids. */
#ifndef EVENHAND_SLICE_INTERNAL_H
#define EVENHAND_SLICE_INTERNAL_H

#include "evenhand/slice.h"

/* A row without a group while ids are still growing; canonical ids say group_count instead. */
#define EH_GROUP_MISSING UINT32_MAX

static inline eh_status eh_no_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* Bytes of an array, or 0 where a 32-bit size_t could not hold them. Never 0 for an empty array. */
static inline size_t eh_array_bytes(uint64_t count, size_t size) {
  if (count > (uint64_t)(SIZE_MAX / 2) / size) return 0;
  return count ? (size_t)count * size : 1;
}

static inline void *eh_arena_array(eh_arena *arena, uint64_t count, size_t size) {
  const size_t n = eh_array_bytes(count, size);
  return n ? eh_arena_take(arena, n) : NULL;
}

/* ---- dict.c: texts to ids by first sight ---- */

/* A text: up to 16 bytes sit whole in lo and hi, longer ones are compared in `bytes` when the hashes agree. */
typedef struct eh_dict_entry {
  uint64_t lo, hi;
  size_t start;
  uint32_t len;
  uint32_t id;
} eh_dict_entry;

typedef struct eh_dict {
  const eh_allocator *mem;
  eh_buf bytes;
  eh_dict_entry *entry_n;
  uint32_t entry_count, entry_cap;
  uint64_t *slot_s;      /* hash << 32 | entry + 1; 0 = empty */
  uint32_t slot_count;   /* a power of two */
  uint32_t group_count;  /* ids given out */
} eh_dict;

/* Adds a text that means missing: its id is EH_GROUP_MISSING. */
eh_status eh_dict_add_missing(eh_dict *dict, eh_str text, eh_error *err);
/* Id of the text, a new one if it was never seen. `column` is for the message about text that is not UTF-8. */
eh_status eh_dict_id(eh_dict *dict, uint32_t *id, const char *p, uint32_t n, eh_str column, eh_error *err);
void eh_dict_free(eh_dict *dict);

/* ---- canonical.c ---- */

/* Orders rows of a table of group ids [n][dim_count] by the columns dim_k, first column first; stable. order_n holds
 * row numbers. group_count_d[d] is the largest id of column d. */
eh_status eh_tuples_sort(uint32_t *order_n, uint32_t n, const uint32_t *group_nd, uint32_t dim_count,
                         const uint32_t *dim_k, uint32_t k, const uint32_t *group_count_d, const eh_allocator *mem,
                         eh_error *err);

/* A text and where it came from, for sorting. */
typedef struct eh_named {
  eh_str text;
  uint32_t set, id;
} eh_named;

/* Sorts by text, bytewise; stable. scratch_n has room for n. */
void eh_named_sort(eh_named *named_n, eh_named *scratch_n, size_t n);

#endif
