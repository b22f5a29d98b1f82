/* metric_internal: what the files of this room share. */
#ifndef EVENHAND_METRIC_INTERNAL_H
#define EVENHAND_METRIC_INTERNAL_H

#include "evenhand/metric.h"

/* ---- auc.c: what of eh_tally takes the fine cells in score order; which slices hold an atom ---- */

eh_status eh_metric_add_auc(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                            const eh_work *work, const eh_allocator *mem, eh_error *err);

/* The slices of atom a are slice_i[start_a[a] .. start_a[a + 1]). */
typedef struct eh_membership {
  uint64_t *start_a;
  uint32_t *slice_i;
  size_t start_n, slice_n;
} eh_membership;

bool eh_membership_make(eh_membership *m, const eh_slices *slices, uint32_t atom_count, const eh_allocator *mem);
void eh_membership_free(eh_membership *m, const eh_allocator *mem); /* also after a make that failed */

/* Up to this many rows 2U, at most their number squared by two, fits in one word. */
#define EH_NARROW_ROWS ((uint64_t)1 << 32)

/* Numbers of two words, low word first. */
static inline unsigned __int128 eh_wide(const uint64_t w[2]) { return (unsigned __int128)w[1] << 64 | w[0]; }
static inline void eh_add_wide(uint64_t sum[2], unsigned __int128 more) {
  const unsigned __int128 total = eh_wide(sum) + more;
  sum[0] = (uint64_t)total, sum[1] = (uint64_t)(total >> 64);
}

/* ---- order.c: cells of all atoms in score order ---- */

/* Some rows of one cell; a cell of more rows than 32 bits hold is several entries. */
typedef struct eh_cell_entry {
  uint64_t key;
  uint32_t ay, rows;
} eh_cell_entry;

/* How many entries the cells of a model can be, of `rows` rows in all. */
uint64_t eh_cell_entries_most(uint64_t cells, uint64_t rows);
/* Lists the cells in `here` and sorts them by key between the two blocks; returns the one that holds the result, *n its
 * length. Within one key the order is that of (atom, label). */
eh_cell_entry *eh_cell_entries(eh_cell_entry *here, eh_cell_entry *there, size_t *n, const eh_cube_model *model,
                               uint32_t atom_count);

/* ---- placement.c: 2U with the sums that an interval of the AUC needs ---- */

/* Of one slice: what a row of either label at the present key would have as its placement, and the sums so far. */
typedef struct eh_placing {
  uint64_t placement_y[2], sum_2u[2], square_y[2][2];
} eh_placing;

/* auc_2u and auc_square_y of every slice, from entries in order of keys. Of at most EH_SQUARES_ROWS_MAX rows: with P
 * positives and N negatives the sums of squares stay below 4 P N max(P, N), and so below 2^128. placing_s comes in as
 * zeros. */
#define EH_SQUARES_ROWS_MAX ((uint64_t)1 << 42)
void eh_metric_walk_placements(eh_tally *tally_s, uint32_t slice_count, eh_placing *placing_s, const eh_membership *m,
                               const eh_cell_entry *entry_n, size_t n, bool narrow);

/* ---- precision.c: areas under precision-recall curves ---- */

/* Of one slice: rows at or above the present key, by label; its areas so far times its positives, `step` in units of 2^-62, low
 * word first; its rows of the present key. */
typedef struct eh_precision {
  uint64_t tp, fp, step[2], here_y[2];
  double trapezoid, davis_goadrich;
} eh_precision;

/* pr_area of every slice; `others` adds trapezoid and davis_goadrich. confusion is that of no threshold. */
void eh_metric_walk_precision(eh_tally *tally_s, const eh_slices *slices, eh_precision *at_s, const eh_membership *m,
                              const eh_cell_entry *entry_n, size_t n, bool others);
/* pr_area_rest of every slice; inside_a is room for a truth per atom. */
void eh_metric_walk_precision_rest(eh_tally *tally_s, const eh_slices *slices, bool *inside_a, uint32_t atom_count,
                                   const eh_cell_entry *entry_n, size_t n, bool others);

/* ---- reliability.c ---- */

eh_status eh_metric_add_reliability(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                                    const eh_work *work, const eh_allocator *mem, eh_error *err);
/* Over `rows` > 0 rows, none of them outside. */
double eh_reliability_ece(const eh_reliability *reliability, uint64_t rows);
double eh_reliability_ece_debiased(const eh_reliability *reliability, uint64_t rows);

#endif
