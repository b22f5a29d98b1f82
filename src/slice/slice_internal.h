/* slice_internal: what the files of this room share: the dictionary of one dimension, arrays in an arena, and the
 * stable sort of tuples of group ids. */
#ifndef EVENHAND_SLICE_INTERNAL_H
#define EVENHAND_SLICE_INTERNAL_H

#include <string.h>

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

/* ---- slicing.c ---- */

/* Index of the dimension of that name, or -1. */
int eh_dim_find(const eh_dim *dim_n, uint32_t count, eh_str name);
/* The dimensions sliced alone: a copy of single_n, or the first ones where it is NULL. */
eh_status eh_singles_fill(eh_slicing *out, eh_arena *arena, const uint32_t *single_n, eh_error *err);
/* EH_E_USAGE unless it is an ASCII character that can be seen, a blank or a tab; `where` is named. */
eh_status eh_separator_check(unsigned char separator, eh_str where, eh_error *err);
/* EH_E_USAGE where the name of predicate d could be taken for a column before it or for another slice. */
eh_status eh_predicate_name_check(const eh_dim *dim_n, uint32_t d, eh_error *err);

/* ---- dict.c: texts to ids by first sight ---- */

/* A text: up to 16 bytes sit whole in lo and hi, longer ones are compared in `bytes` when the hashes agree. */
typedef struct eh_dict_entry {
  uint64_t lo, hi;
  size_t start;
  uint32_t len;
  uint32_t id;
} eh_dict_entry;

/* A text of up to EH_DICT_SHORT bytes seen lately; len_1 = its length + 1, 0 = none. */
typedef struct eh_dict_near {
  uint64_t lo, hi;
  uint32_t len_1, id;
} eh_dict_near;

enum { EH_DICT_SHORT = 16, EH_DICT_NEAR_BITS = 8 };

typedef struct eh_dict {
  const eh_allocator *mem;
  eh_buf bytes;
  eh_dict_entry *entry_n;
  uint32_t entry_count, entry_cap;
  uint64_t *slot_s;      /* hash << 32 | entry + 1; 0 = empty */
  uint32_t slot_count;   /* a power of two */
  uint32_t group_count;  /* ids given out */
  eh_dict_near near_h[1 << EH_DICT_NEAR_BITS];
} eh_dict;

/* Two words that, with n <= EH_DICT_SHORT, tell texts apart. From 4 bytes on four loads that overlap cover the text
 * whatever its length, so that lengths that vary cost no branch. */
static inline void eh_dict_words(uint64_t *lo, uint64_t *hi, const char *p, uint32_t n) {
  if (n >= 4) {
    const uint32_t step = n >> 3 << 2;
    uint32_t w[4];
    memcpy(&w[0], p, 4);
    memcpy(&w[1], p + step, 4);
    memcpy(&w[2], p + n - 4, 4);
    memcpy(&w[3], p + n - 4 - step, 4);
    *lo = (uint64_t)w[0] << 32 | w[1];
    *hi = (uint64_t)w[2] << 32 | w[3];
  } else {
    const unsigned char *const u = (const unsigned char *)p;
    *lo = n ? (uint64_t)u[0] | (uint64_t)u[n / 2] << 8 | (uint64_t)u[n - 1] << 16 : 0;
    *hi = 0;
  }
}

static inline uint32_t eh_dict_near_hash(uint64_t lo, uint64_t hi, uint32_t n) {
  return (uint32_t)(((lo ^ (hi << 31 | hi >> 33)) + n) * 0x9e3779b97f4a7c15u >> (64 - EH_DICT_NEAR_BITS));
}

/* The text, if it was seen lately, with its id; else NULL. */
static inline const eh_dict_near *eh_dict_near_of(const eh_dict *dict, const char *p, uint32_t n) {
  uint64_t lo, hi;
  if (n > EH_DICT_SHORT) return NULL;
  eh_dict_words(&lo, &hi, p, n);
  const eh_dict_near *const near = &dict->near_h[eh_dict_near_hash(lo, hi, n)];
  return near->lo == lo && near->hi == hi && near->len_1 == n + 1 ? near : NULL;
}

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

/* EH_E_LIMIT: there are more atoms than EH_ATOMS_MAX. */
eh_status eh_atoms_limit(const eh_slicing *slicing, eh_error *err);

/* A text and where it came from, for sorting. */
typedef struct eh_named {
  eh_str text;
  uint32_t set, id;
} eh_named;

/* Sorts by text, bytewise; stable. scratch_n has room for n. */
void eh_named_sort(eh_named *named_n, eh_named *scratch_n, size_t n);

#endif
