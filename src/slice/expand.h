/* expand.h: groups as slices see them, with the single values of multi-valued columns. */
#ifndef EVENHAND_SLICE_EXPAND_H
#define EVENHAND_SLICE_EXPAND_H

#include "multi.h"

/* Which single values each set of a multi-valued dimension holds: value_i[start_g[g] .. start_g[g + 1]). Of other
 * dimensions start_g is NULL. */
typedef struct eh_members {
  const uint32_t *start_g, *value_i;
} eh_members;

typedef struct eh_sight {
  const eh_atoms *atoms;
  uint32_t *group_count_d;
  const eh_str **group_dg;
  eh_members *members_d;
} eh_sight;

/* The texts of values are views into those of the atoms. */
eh_status eh_sight_make(eh_sight *out, eh_arena *arena, const eh_slicing *slicing, const eh_atoms *atoms,
                        eh_error *err);

/* All combinations of groups [rows][k] that each atom is in, by atoms, ascending. */
typedef struct eh_sight_table {
  eh_arena arena;
  const uint32_t *group_nk, *atom_n;
  uint32_t rows;
} eh_sight_table;

/* Whether the caller fails or not, the table's arena is the caller's to free. */
eh_status eh_sight_family(eh_sight_table *out, const eh_sight *sight, const uint32_t *dim_k, uint32_t k,
                          const eh_allocator *mem, eh_error *err);

/* marginal.c: the marginals of exactly these dimensions, as eh_sight_family; and eh_slice_relation of two marginals. */
eh_status eh_marginals_of(eh_sight_table *out, const eh_atoms *atoms, const uint32_t *dim_k, uint32_t k, const eh_allocator *mem,
                          eh_error *err);
eh_relation eh_marginal_relation(const eh_slice *a, const eh_slice *b);

#endif
