/* conditions: `where` and named slices over the rows of a chunk. Called by the builder.
 *
 * The one idea: rows that do not match are taken out of the batch before anything looks at it, so that no other part of
 * the counting has to know of them.
 */
#include "conditions.h"

#include <string.h>

/* ---- making ready -------------------------------------------------------------------------------------------------- */

static eh_status prepare(eh_conditions *all, eh_condition *out, eh_arena *arena, const eh_cube_spec *spec, eh_str text,
                         eh_error *err) {
  EH_TRY(eh_predicate_ready(&out->predicate, arena, text, &spec->slicing, err));
  const eh_want *const want_w = eh_predicate_wants(out->predicate, &out->want_count);
  out->want_w = eh_cube_take(arena, out->want_count, sizeof(uint32_t));
  if (!out->want_w) return eh_cube_no_memory(err);
  for (uint32_t w = 0; w < out->want_count; w++) {
    uint32_t at = 0;
    while (at < all->want_count && (all->want_w[at].type != want_w[w].type || !eh_str_eq(all->want_w[at].name, want_w[w].name)))
      at++;
    if (at == all->want_count) all->want_w[all->want_count++] = want_w[w];
    out->want_w[w] = all->first + at;
  }
  return EH_OK;
}

/* Room for the rows of one chunk in every column. */
static eh_status take_room(eh_conditions *out, eh_arena *arena, eh_error *err) {
  const uint32_t column_count = out->first + out->want_count;
  out->room_c = eh_cube_take(arena, column_count, sizeof(eh_column));
  out->part_c = eh_cube_take(arena, column_count, sizeof(eh_column));
  out->line_n = eh_cube_take(arena, out->chunk_rows, sizeof(uint64_t));
  out->row_n = eh_cube_take(arena, out->chunk_rows, sizeof(uint32_t));
  if (!out->room_c || !out->part_c || !out->line_n || !out->row_n) return eh_cube_no_memory(err);
  for (uint32_t c = 0; c < column_count; c++) {
    eh_column *const room = &out->room_c[c];
    room->data = eh_cube_take(arena, out->chunk_rows, sizeof(uint64_t));
    room->text_start_n = eh_cube_take(arena, out->chunk_rows, sizeof(uint32_t));
    room->text_len_n = eh_cube_take(arena, out->chunk_rows, sizeof(uint32_t));
    room->cell_n = eh_cube_take(arena, out->chunk_rows, 1);
    if (!room->data || !room->text_start_n || !room->text_len_n || !room->cell_n) return eh_cube_no_memory(err);
  }
  return EH_OK;
}

eh_status eh_conditions_make(eh_conditions *out, eh_arena *arena, const eh_cube_spec *spec, uint32_t first,
                             size_t chunk_rows, eh_error *err) {
  const uint32_t dim_count = spec->slicing.dim_count;
  uint32_t predicates = spec->where.n > 0;
  for (uint32_t d = 0; d < dim_count; d++) predicates += spec->slicing.dim_n[d].predicate.n > 0;
  *out = (eh_conditions){.first = first, .chunk_rows = chunk_rows};
  if (!predicates) return EH_OK;
  out->of_d = eh_cube_take(arena, dim_count, sizeof(eh_condition));
  out->want_w = eh_cube_take(arena, (uint64_t)predicates * EH_DIMS_MAX, sizeof(eh_want));
  out->of_where_w = eh_cube_take(arena, (uint64_t)predicates * EH_DIMS_MAX, sizeof(bool));
  out->holds_dn = eh_cube_take(arena, (uint64_t)dim_count * chunk_rows, 1);
  out->column_w = eh_cube_take(arena, EH_DIMS_MAX, sizeof(eh_column *));
  if (!out->of_d || !out->want_w || !out->of_where_w || !out->holds_dn || !out->column_w) return eh_cube_no_memory(err);
  for (uint32_t d = 0; d < dim_count; d++)
    if (spec->slicing.dim_n[d].predicate.n) EH_TRY(prepare(out, &out->of_d[d], arena, spec, spec->slicing.dim_n[d].predicate, err));
  if (!spec->where.n) return EH_OK;
  EH_TRY(prepare(out, &out->where, arena, spec, spec->where, err));
  for (uint32_t w = 0; w < out->where.want_count; w++) out->of_where_w[out->where.want_w[w] - first] = true;
  return take_room(out, arena, err);
}

/* ---- running ------------------------------------------------------------------------------------------------------- */

static void run(eh_conditions *conditions, const eh_condition *condition, const eh_cube_spec *spec, uint8_t *holds_n,
                const eh_batch *batch, size_t from, size_t n) {
  for (uint32_t w = 0; w < condition->want_count; w++) conditions->column_w[w] = &batch->column[condition->want_w[w]];
  eh_predicate_run(condition->predicate, holds_n, conditions->column_w, from, n, spec->missing_n, spec->missing_count);
}

void eh_conditions_slices(eh_conditions *conditions, const eh_cube_spec *spec, const eh_batch *batch, size_t from,
                          size_t n) {
  for (uint32_t d = 0; d < spec->slicing.dim_count; d++)
    if (conditions->of_d && conditions->of_d[d].predicate)
      run(conditions, &conditions->of_d[d], spec, conditions->holds_dn + d * conditions->chunk_rows, batch, from, n);
}

void eh_conditions_where(eh_conditions *conditions, const eh_cube_spec *spec, uint8_t *holds_n, const eh_batch *batch,
                         size_t from, size_t n) {
  run(conditions, &conditions->where, spec, holds_n, batch, from, n);
}

/* ---- taking out ---------------------------------------------------------------------------------------------------- */

/* Cells of `size` bytes; a copy of a size that is known is a load and a store. */
static void gather_bytes(void *to, const void *from, size_t size, const uint32_t *row_n, size_t n) {
  char *const p = to;
  const char *const q = from;
  if (size == 8)
    for (size_t i = 0; i < n; i++) memcpy(p + i * 8, q + (size_t)row_n[i] * 8, 8);
  else if (size == 4)
    for (size_t i = 0; i < n; i++) memcpy(p + i * 4, q + (size_t)row_n[i] * 4, 4);
  else
    for (size_t i = 0; i < n; i++) memcpy(p + i * size, q + row_n[i] * size, size);
}

static void gather_column(eh_column *part, const eh_column *room, const eh_column *column, const uint32_t *row_n,
                          size_t n) {
  *part = *column;
  if (column->data) {
    gather_bytes((void *)room->data, column->data, eh_type_width(column->type), row_n, n);
    part->data = room->data;
  }
  if (column->text_start_n && !eh_type_is_coded(column->type)) {
    gather_bytes((void *)room->text_start_n, column->text_start_n, sizeof(uint32_t), row_n, n);
    gather_bytes((void *)room->text_len_n, column->text_len_n, sizeof(uint32_t), row_n, n);
    part->text_start_n = room->text_start_n;
    part->text_len_n = room->text_len_n;
  }
  if (column->cell_n) {
    gather_bytes((void *)room->cell_n, column->cell_n, 1, row_n, n);
    part->cell_n = room->cell_n;
  }
}

eh_batch eh_conditions_gather(eh_conditions *conditions, const eh_batch *batch, const uint8_t *pass_n, size_t from,
                              size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    conditions->row_n[kept] = (uint32_t)(from + i);
    kept += pass_n[i] != 0;
  }
  for (size_t i = 0; i < kept; i++) conditions->line_n[i] = eh_line_of(batch, conditions->row_n[i]);
  for (uint32_t c = 0; c < conditions->first + conditions->want_count; c++)
    gather_column(&conditions->part_c[c], &conditions->room_c[c], &batch->column[c], conditions->row_n, kept);
  return (eh_batch){.rows = kept, .column = conditions->part_c, .column_n = conditions->first + conditions->want_count,
                    .line_n = conditions->line_n};
}
