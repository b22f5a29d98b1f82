/* fold.h: the binned tables of a builder while rows stream in. */
#ifndef EVENHAND_CUBE_FOLD_H
#define EVENHAND_CUBE_FOLD_H

#include "bins.h"

/* Slices get units, atoms keep their provisional numbers. */
typedef struct eh_fold {
  const eh_allocator *mem;
  const eh_cube_spec *spec;
  unsigned bits;
  eh_arena arena, members; /* what stays; what is made anew when there are more atoms */
  eh_units units;
  uint32_t atom_count;     /* of the fan */
  uint64_t *start_a;       /* units of provisional atom a: unit_i[start_a[a] .. start_a[a + 1]) */
  uint32_t *unit_i;
  eh_coarse *coarse_m;
  eh_bins *bins_m;
} eh_fold;

eh_status eh_fold_new(eh_fold **out, const eh_cube_spec *spec, unsigned bits, const eh_allocator *mem, eh_error *err);
/* Adds the compacted cells of all models, whose atoms are those of the atomizer, and empties them. */
eh_status eh_fold_add(eh_fold *fold, eh_cells *cells_m, eh_atomizer *atomizer, eh_error *err);
/* Fills the tables of a cube whose atoms are there from those of k builders, which are emptied. */
eh_status eh_fold_place(eh_fold *const *fold_k, eh_cube *cube, const eh_placed_atoms *atoms_k, uint32_t k, eh_error *err);
void eh_fold_free(eh_fold *fold); /* accepts NULL */

#endif
