/* conditions.h: the predicates of a spec made ready to run: which rows count at all, and which are in a named slice. */
#ifndef EVENHAND_CUBE_CONDITIONS_H
#define EVENHAND_CUBE_CONDITIONS_H

#include "cube_internal.h"

/* A predicate, and where a batch has its columns. */
typedef struct eh_condition {
  const eh_predicate *predicate; /* NULL: none */
  uint32_t *want_w;              /* per column of the predicate: its index in the batch */
  uint32_t want_count;
} eh_condition;

typedef struct eh_conditions {
  eh_condition where, *of_d;     /* of_d: per dimension */
  eh_want *want_w;               /* the columns they read, each (name, type) once */
  bool *of_where_w;              /* which of them `where` reads */
  uint32_t want_count, first;    /* `first`: the index in the batch of the first of them */
  uint8_t *holds_dn;             /* [dimension][chunk_rows]: rows of a chunk in the named slice */
  size_t chunk_rows;
  const eh_column **column_w;    /* scratch: the columns of one predicate */
  /* Room for the matching rows of one chunk; NULL without `where`. */
  eh_column *room_c, *part_c;
  uint64_t *line_n;
  uint32_t *row_n;
} eh_conditions;

/* Parses the predicates of a checked spec. The batch's other columns come first: `first` of them. */
eh_status eh_conditions_make(eh_conditions *out, eh_arena *arena, const eh_cube_spec *spec, uint32_t first,
                             size_t chunk_rows, eh_error *err);
/* holds_dn of all named slices, for n rows of the batch from `from` on. */
void eh_conditions_slices(eh_conditions *conditions, const eh_cube_spec *spec, const eh_batch *batch, size_t from,
                          size_t n);
/* Which of n rows match `where`. */
void eh_conditions_where(eh_conditions *conditions, const eh_cube_spec *spec, uint8_t *holds_n, const eh_batch *batch,
                         size_t from, size_t n);
/* A batch of the rows with pass_n != 0 among n from `from` on; its columns lie in the conditions' room. */
eh_batch eh_conditions_gather(eh_conditions *conditions, const eh_batch *batch, const uint8_t *pass_n, size_t from,
                              size_t n);

#endif
