/* atomizer.h: the inside of an atomizer, shared by adding rows (atomizer.c) and putting atoms in order
 * (canonical.c). */
#ifndef EVENHAND_SLICE_ATOMIZER_H
#define EVENHAND_SLICE_ATOMIZER_H

#include "multi.h"

/* node counts from 1; 0 = empty slot. */
typedef struct eh_step_slot {
  uint64_t key;
  uint32_t node;
} eh_step_slot;

/* One dimension's level of the trie. key = node of the level before << 32 | group id. */
typedef struct eh_step {
  eh_step_slot *slot_s;
  uint32_t slot_count;  /* a power of two */
  uint64_t *key_n;      /* per node, how it was reached */
  uint32_t node_count, node_cap;
  uint32_t *near_i;     /* [node << near_bits | group] = 1 + the node reached, 0 = look in slot_s; holds what fits */
  unsigned near_bits;
} eh_step;

enum { EH_NEAR_BITS = 14, EH_NEAR = 1 << EH_NEAR_BITS };

/* ---- codes.c: of the texts that a coded column listed last, the group ids ---- */

/* Longest list that is remembered, and the id of a code that no row has had yet. */
enum { EH_CODES_MOST = 4096 };
#define EH_CODE_NEW (UINT32_MAX - 1)

typedef struct eh_codes {
  eh_buf bytes;         /* the texts, one after another */
  uint32_t *len_c, *id_c;
  uint32_t count, cap;
} eh_codes;

/* Makes `codes` speak of the column's list, of at most EH_CODES_MOST texts. */
eh_status eh_codes_read(eh_codes *codes, const eh_column *column, const eh_allocator *mem, eh_error *err);
/* The group id of a code, by way of its text. */
eh_status eh_codes_id(uint32_t *id, eh_dict *dict, const eh_column *column, uint32_t code, eh_str name, eh_error *err);
void eh_codes_free(eh_codes *codes, const eh_allocator *mem);

struct eh_atomizer {
  const eh_allocator *mem;
  eh_arena arena;
  const eh_slicing *slicing;
  const eh_str *missing_n;
  uint32_t missing_count;
  eh_dict *dict_d;
  eh_codes *codes_d;
  eh_multi *multi_d;     /* filled for multi-valued dimensions only */
  eh_step *step_d;
  uint32_t *id_n;       /* group ids of one batch and one dimension */
  size_t id_cap;
  uint32_t atoms_max;
  bool any_row;         /* with no dimension at all: is there an atom? */
};

static inline uint32_t eh_step_hash(uint64_t key) { return (uint32_t)((key * 0x9e3779b97f4a7c15u) >> 36); }

#endif
