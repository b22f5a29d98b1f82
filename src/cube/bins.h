/* bins.h: what counts binned scores: pages of counts (bins.c), names of slices that last (units.c) and both in a builder
 * (fold.c) and in a merge (merge_bins.c).
 */
#ifndef EVENHAND_CUBE_BINS_H
#define EVENHAND_CUBE_BINS_H

#include "cube_internal.h"

/* ---- bins.c ---- */

/* Rows of one bin, and the sum of their scores. */
typedef struct eh_bin {
  uint64_t key, rows;
  eh_i128 sum;
} eh_bin;

/* `times` times 2^32 rows more in a cell, which is page * 64 + place. */
typedef struct eh_bin_carry {
  uint64_t cell, times;
} eh_bin_carry;

typedef struct eh_bins {
  const eh_allocator *mem;
  const eh_cube_spec *spec;
  uint32_t model;
  bool sums;             /* scores are summed, too */
  uint32_t *slot_s;      /* 1 + page, by hash; 0 = empty */
  uint64_t *name_p;      /* group << 32 | upper bits of the key */
  uint32_t page_count;
  uint32_t **count_b;    /* blocks of pages */
  eh_i128 **sum_b;
  eh_bin_carry *carry_n;
  size_t slot_cap, name_cap, count_cap, sum_cap, carry_cap, carry_count;
} eh_bins;

eh_bins eh_bins_new(const eh_cube_spec *spec, uint32_t m, bool sums, const eh_allocator *mem);
/* The binned key of an exact one. */
static inline uint64_t eh_bin_key(const eh_cube_spec *spec, unsigned bits, uint64_t key) {
  return (key + (spec->cut == EH_CUT_AT_LEAST)) >> (52 - bits);
}
/* Exact cells of one group, ascending, closed up to bins: *bin_count of them, at most n. */
eh_status eh_bins_close(eh_bin *bin_n, size_t *bin_count, const eh_cube_spec *spec, unsigned bits, uint32_t m,
                        const uint64_t *key_c, const uint64_t *rows_c, size_t n, eh_error *err);
/* Keys below 2^38; best in ascending order. EH_E_LIMIT where a sum leaves its range. */
eh_status eh_bins_add(eh_bins *bins, uint32_t group, const eh_bin *bin_n, size_t n, eh_error *err);
/* Adds the bins of another table, whose unit u is `to_u[u]` here, and empties it. */
eh_status eh_bins_pour(eh_bins *bins, eh_bins *from, const uint32_t *to_u, eh_error *err);
/* Fine cells of the cube's model m, whose fine slices are known. to_slice[u] = slice of what was added as 2 * u + label; NULL:
 * u itself. */
eh_status eh_bins_place(eh_cube *cube, uint32_t m, const eh_bins *bins, const uint32_t *to_slice, eh_error *err);
eh_status eh_bins_too_many(eh_error *err);
void eh_bins_free(eh_bins *bins);

/* ---- units.c: numbers for slices that stay while atoms and groups are still coming ---- */

typedef struct eh_unit {
  size_t start, n;       /* its name in `bytes` */
  uint64_t hash;
} eh_unit;

typedef struct eh_units {
  const eh_allocator *mem;
  eh_buf bytes;
  eh_unit *unit_u;
  uint32_t *slot_s;      /* 1 + unit; 0 = empty */
  size_t unit_cap, slot_cap;
  uint32_t count;
} eh_units;

/* The number of slice s, a new one if it was never seen. */
eh_status eh_units_of(eh_units *units, uint32_t *unit, const eh_slices *slices, uint32_t s, eh_error *err);
void eh_units_free(eh_units *units);

/* The slices that a binned cube has fine cells of: those of its spec, rows without a group among them. */
eh_status eh_fine_slices(eh_slices *out, eh_arena *arena, const eh_cube_spec *spec, const eh_atoms *atoms, eh_error *err);

/* The slices of atom a are slice_i[start_a[a] .. start_a[a + 1]). In the arena. */
typedef struct eh_fan {
  uint64_t *start_a;
  uint32_t *slice_i;
} eh_fan;
eh_status eh_fan_make(eh_fan *out, eh_arena *arena, const eh_slices *slices, uint32_t atom_count, eh_error *err);

#endif
