/* weight.h: sums of weights beside the tables of rows: while they are counted, in a cube, in a file.
 *
 * Everything here is skipped where neither weights nor fractional labels were asked for.
 */
#ifndef EVENHAND_CUBE_WEIGHT_H
#define EVENHAND_CUBE_WEIGHT_H

#include "cube_internal.h"

static inline bool eh_is_weighted(const eh_cube_spec *spec) { return spec->weight.p || spec->fractional; }
/* Without weights the products follow from rows and squares. */
static inline bool eh_keeps_both(const eh_cube_spec *spec) {
  return spec->fractional && spec->weight.p && spec->weight_kind == EH_WEIGHT_SAMPLING;
}

/* Distinct (group, key) with their weights, found again by hash, in the order of first sight. */
typedef struct eh_weight_entry {
  uint64_t key;
  uint32_t group;
  eh_weight_cell cell;
} eh_weight_entry;

typedef struct eh_weight_fine {
  eh_weight_entry *entry_n;
  uint32_t *slot_n; /* 1 + index of an entry, 0 = free */
  size_t n, entry_cap, slot_cap;
} eh_weight_fine;

/* Of one model while rows stream in. Groups are 2 * provisional atom + label. */
typedef struct eh_weight_table {
  eh_weight_cell *cell_gk;
  eh_weight_sum *sum_g;
  eh_i192 *both_ak;
  size_t cell_cap, sum_cap, both_cap;
  eh_weight_fine fine;
} eh_weight_table;

typedef struct eh_weights {
  eh_weight_table *table_m;
  double *weight_n; /* one chunk: weight of every row, then of the rows that count, closed up */
  double *label_n;  /* fractional labels, likewise */
  uint64_t *edge_t; /* greatest keys that thresholds do not select */
} eh_weights;

/* The cell of (group, key), made where it is new; valid until the next call. */
eh_status eh_weight_fine_cell(eh_weight_cell **out, eh_weight_fine *fine, const eh_allocator *mem, uint32_t group,
                              uint64_t key, eh_error *err);
void eh_weight_fine_free(eh_weight_fine *fine, const eh_allocator *mem);
/* Renames groups by order_a (provisional to canonical atoms; NULL: they are), sorts, and makes them the fine cells of the cube. */
eh_status eh_weight_fine_place(eh_cube *cube, uint32_t m, eh_weight_fine *fine, const uint32_t *order_a, eh_error *err);

/* Room for the tables of one cube. */
eh_status eh_cube_weights_room(eh_cube *cube, eh_error *err);
/* After all tables are filled: totals in range, and the repeated view of frequency weights. */
eh_status eh_cube_weights_finish(eh_cube *cube, eh_error *err);
eh_status eh_cube_weights_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                                eh_error *err);
void eh_cube_weights_save(const eh_cube *cube, eh_buf *out);
eh_status eh_cube_weights_load(eh_cube *cube, eh_cursor cur, eh_error *err);
eh_status eh_weights_overflow(const eh_cube_spec *spec, eh_error *err);

/* K of a table. */
static inline uint32_t eh_weight_intervals(const eh_cube_spec *spec) { return spec->threshold_count + 1; }

/* The tables of the view, for those who fill them. */
static inline eh_weight_cell *eh_weight_cells(const eh_cube *cube, uint32_t m) {
  return (eh_weight_cell *)(uintptr_t)cube->weight_m[m].cell_ayk;
}
static inline eh_i192 *eh_weight_both(const eh_cube *cube, uint32_t m) {
  return (eh_i192 *)(uintptr_t)cube->weight_m[m].both_ak;
}
static inline eh_weight_sum *eh_weight_sums(const eh_cube *cube, uint32_t m) {
  return (eh_weight_sum *)(uintptr_t)cube->weight_m[m].sum_ay;
}

static inline bool eh_weight_cell_add(eh_weight_cell *to, const eh_weight_cell *more) {
  return eh_i128_add(&to->weight, more->weight) && eh_i192_add(&to->square, more->square);
}
static inline bool eh_weight_sum_add(eh_weight_sum *to, const eh_weight_sum *more) {
  return eh_i192_add(&to->score, more->score) && eh_i192_add(&to->square, more->square);
}

#endif
