/* load.h: the parts of the loader: structure (load.c), tables of fine cells (load_cells.c) and tables without them
 * (load_counts.c). */
#ifndef EVENHAND_CUBE_LOAD_H
#define EVENHAND_CUBE_LOAD_H

#include "weight.h"

static inline uint64_t eh_bytes_left(const eh_cursor *cur) { return (uint64_t)(cur->end - cur->p); }

eh_status eh_cube_corrupt(eh_error *err, const char *what);
/* Fine cells of every model, checked one by one. */
eh_status eh_load_cells(eh_cube *cube, eh_cursor cur, eh_error *err);
/* Derives counts and sums from the cells and holds them against those in the file. */
eh_status eh_load_coarse(eh_cube *cube, eh_cursor counts, eh_cursor sums, eh_error *err);
/* Of a cube without fine cells: counts, sums and extremes as they are, checked against each other. */
eh_status eh_load_counts(eh_cube *cube, eh_cursor cells, eh_cursor counts, eh_cursor sums, eh_cursor ends,
                         eh_error *err);
/* Fine cells of slices and reliability bins of a binned cube, whose coarse counts are there. */
eh_status eh_load_bins(eh_cube *cube, eh_cursor cells, eh_cursor reliable, eh_error *err);
/* Whether a score that a row can have has this key. */
bool eh_load_is_key(uint64_t key);

#endif
