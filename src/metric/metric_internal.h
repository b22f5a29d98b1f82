/* metric_internal: what the files of this room share. */
#ifndef EVENHAND_METRIC_INTERNAL_H
#define EVENHAND_METRIC_INTERNAL_H

#include "evenhand/metric.h"

/* ---- auc.c: the sums of eh_tally that take the fine cells in score order ---- */

eh_status eh_metric_add_auc(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                            eh_auc_work auc, const eh_allocator *mem, eh_error *err);

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

#endif
