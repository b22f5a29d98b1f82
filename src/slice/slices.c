/* slices: from atoms to named slices, each a list of atoms; and how slices lie to each other. Called by the audit.
 *
 * The one idea: the atoms, sorted stably by the columns of a family, fall into runs, and every run is a slice. Where a
 * column is multi-valued, an atom stands there once for each of its values.
 */
#include <string.h>

#include "expand.h"

/* Slices while their number is not known. */
typedef struct eh_slice_list {
  const eh_allocator *mem;
  eh_slice *slice_n;
  uint32_t count, cap;
} eh_slice_list;

static eh_status push(eh_slice_list *list, eh_slice slice, eh_error *err) {
  if (list->count == list->cap) {
    const uint32_t cap = list->cap ? list->cap * 2 : 32;
    const size_t bytes = eh_array_bytes(cap, sizeof slice);
    void *const p = bytes ? eh_mem_resize(list->mem, list->slice_n, list->cap * sizeof slice, bytes) : NULL;
    if (!p) return eh_no_memory(err);
    list->slice_n = p;
    list->cap = cap;
  }
  list->slice_n[list->count++] = slice;
  return EH_OK;
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

static eh_status take_text(eh_str *out, eh_arena *arena, eh_buf *buf, eh_error *err) {
  *out = buf->failed ? (eh_str){0} : eh_arena_str(arena, (eh_str){buf->n ? buf->p : "", buf->n});
  eh_buf_free(buf);
  return out->p ? EH_OK : eh_no_memory(err);
}

eh_status eh_fixed_label(eh_str *out, eh_arena *arena, const eh_dim *dim, uint32_t bucket, eh_error *err) {
  eh_buf buf = {.mem = arena->mem};
  if (dim->predicate.n)
    eh_buf_format(&buf, bucket ? "not %S" : "%S", dim->name);
  else if (bucket == dim->edge_count)
    eh_buf_format(&buf, "%S>=%g", dim->name, dim->edge_n[bucket - 1]);
  else if (bucket == 0)
    eh_buf_format(&buf, "%S<%g", dim->name, dim->edge_n[0]);
  else
    eh_buf_format(&buf, "%g<=%S<%g", dim->edge_n[bucket - 1], dim->name, dim->edge_n[bucket]);
  return take_text(out, arena, &buf, err);
}

static eh_status name_slice(eh_str *out, eh_arena *arena, const eh_slicing *slicing, const eh_sight *sight,
                            const uint32_t *dim_k, const uint32_t *group_k, uint32_t k, eh_error *err) {
  eh_buf buf = {.mem = arena->mem};
  for (uint32_t i = 0; i < k; i++) {
    const eh_dim *const dim = &slicing->dim_n[dim_k[i]];
    if (i) eh_buf_text(&buf, " & ");
    if (group_k[i] == sight->group_count_d[dim_k[i]])
      eh_buf_format(&buf, "%S is missing", dim->name);
    else if (eh_dim_is_fixed(dim))
      eh_buf_str(&buf, sight->group_dg[dim_k[i]][group_k[i]]);
    else
      eh_buf_format(&buf, "%S=%S", dim->name, sight->group_dg[dim_k[i]][group_k[i]]);
  }
  return take_text(out, arena, &buf, err);
}

static eh_status name_family(eh_str *out, eh_arena *arena, const eh_slicing *slicing, const uint32_t *dim_k, uint32_t k,
                             eh_error *err) {
  eh_buf buf = {.mem = arena->mem};
  for (uint32_t i = 0; i < k; i++) {
    if (i) eh_buf_text(&buf, "*");
    eh_buf_str(&buf, slicing->dim_n[dim_k[i]].name);
  }
  return take_text(out, arena, &buf, err);
}

/* ---- one family -------------------------------------------------------------------------------------------------- */

/* What all slices of a family share. */
typedef struct eh_frame {
  eh_slice_list *list;
  eh_arena *arena;
  const eh_slicing *slicing;
  const eh_sight *sight;
  const uint32_t *dim_k;
  uint32_t k, family;
} eh_frame;

/* The groups of a family's rows: column_k[i] is the place of the i-th of its dimensions in a row of `stride` ids. Rows
 * are the atoms, or stand for those in atom_n. */
typedef struct eh_family_rows {
  const uint32_t *group_n;
  uint32_t stride, count;
  const uint32_t *column_k;
  const uint32_t *atom_n;
} eh_family_rows;

static eh_status add_slice(const eh_frame *frame, const uint32_t *group_k, const uint32_t *atom_n, uint32_t atom_count,
                           eh_error *err) {
  eh_slice slice = {.dim_count = frame->k, .dim_k = frame->dim_k, .group_k = group_k, .family = frame->family,
                    .atom_count = atom_count, .atom_n = atom_n,
                    .marginal = frame->sight->atoms->marginal ? frame->slicing->dim_n : NULL};
  for (uint32_t i = 0; i < frame->k; i++)
    slice.has_missing |= group_k[i] == frame->sight->group_count_d[frame->dim_k[i]];
  if (slice.has_missing && !frame->slicing->show_missing) return EH_OK;
  EH_TRY(name_slice(&slice.name, frame->arena, frame->slicing, frame->sight, frame->dim_k, group_k, frame->k, err));
  return push(frame->list, slice, err);
}

/* Groups of a fixed dimension are shown even when empty: all those in [*next, before). */
static eh_status add_empty_groups(const eh_frame *frame, uint32_t *next, uint32_t before, const uint32_t *atom_n,
                                   eh_error *err) {
  for (; *next < before; (*next)++) {
    uint32_t *const group_k = eh_arena_array(frame->arena, 1, sizeof(uint32_t));
    if (!group_k) return eh_no_memory(err);
    group_k[0] = *next;
    EH_TRY(add_slice(frame, group_k, atom_n, 0, err));
  }
  return EH_OK;
}

/* The runs of equal groups among the rows in their order, which become their atoms. */
static eh_status add_runs(const eh_frame *frame, const eh_family_rows *rows, uint32_t *order_n, eh_error *err) {
  const uint32_t n = rows->count, k = frame->k;
  const bool fixed = k == 1 && eh_dim_is_fixed(&frame->slicing->dim_n[frame->dim_k[0]]);
  const uint32_t fixed_count = fixed ? frame->sight->group_count_d[frame->dim_k[0]] : 0;
  uint32_t next_group = 0;
  for (uint32_t start = 0, end = 0; start < n; start = end) {
    uint32_t *const group_k = eh_arena_array(frame->arena, k, sizeof(uint32_t));
    if (!group_k) return eh_no_memory(err);
    const uint32_t *const first_d = rows->group_n + (size_t)order_n[start] * rows->stride;
    for (uint32_t i = 0; i < k; i++) group_k[i] = first_d[rows->column_k[i]];
    for (bool same = true; same && end < n; end += same) {
      const uint32_t *const row_d = rows->group_n + (size_t)order_n[end] * rows->stride;
      for (uint32_t i = 0; i < k; i++) same &= group_k[i] == row_d[rows->column_k[i]];
      if (same && rows->atom_n) order_n[end] = rows->atom_n[order_n[end]];
    }
    if (fixed) {
      const uint32_t before = group_k[0] < fixed_count ? group_k[0] : fixed_count;
      EH_TRY(add_empty_groups(frame, &next_group, before, order_n, err));
      next_group = group_k[0] + 1;
    }
    EH_TRY(add_slice(frame, group_k, order_n + start, end - start, err));
  }
  return add_empty_groups(frame, &next_group, fixed_count, order_n, err);
}

static eh_status add_rows(const eh_frame *frame, const eh_family_rows *rows, const uint32_t *group_count_c,
                          eh_error *err) {
  uint32_t *const order_n = eh_arena_array(frame->arena, rows->count, sizeof(uint32_t));
  if (!order_n) return eh_no_memory(err);
  for (uint32_t i = 0; i < rows->count; i++) order_n[i] = i;
  EH_TRY(eh_tuples_sort(order_n, rows->count, rows->group_n, rows->stride, rows->column_k, frame->k, group_count_c,
                        frame->arena->mem, err));
  return add_runs(frame, rows, order_n, err);
}

static eh_status add_expanded(const eh_frame *frame, eh_sight_table *table, eh_error *err) {
  EH_TRY(frame->sight->atoms->marginal
             ? eh_marginals_of(table, frame->sight->atoms, frame->dim_k, frame->k, frame->arena->mem, err)
             : eh_sight_family(table, frame->sight, frame->dim_k, frame->k, frame->arena->mem, err));
  uint32_t column_k[EH_DIMS_MAX], group_count_k[EH_DIMS_MAX];
  for (uint32_t i = 0; i < frame->k; i++) {
    column_k[i] = i;
    group_count_k[i] = frame->sight->group_count_d[frame->dim_k[i]];
  }
  const eh_family_rows rows = {.group_n = table->group_nk, .stride = frame->k, .count = table->rows,
                               .column_k = column_k, .atom_n = table->atom_n};
  return add_rows(frame, &rows, group_count_k, err);
}

static eh_status add_family(const eh_frame *frame, eh_error *err) {
  bool multi = frame->sight->atoms->marginal;
  for (uint32_t i = 0; i < frame->k; i++) multi |= frame->slicing->dim_n[frame->dim_k[i]].separator != 0;
  if (multi) {
    eh_sight_table table = {0};
    const eh_status status = add_expanded(frame, &table, err);
    eh_arena_free(&table.arena);
    return status;
  }
  const eh_atoms *const atoms = frame->sight->atoms;
  const eh_family_rows rows = {.group_n = atoms->group_ad, .stride = atoms->dim_count, .count = atoms->atom_count,
                               .column_k = frame->dim_k};
  return add_rows(frame, &rows, atoms->group_count_d, err);
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static eh_status add_overall(eh_slice_list *list, eh_arena *arena, const eh_slicing *slicing, const eh_atoms *atoms,
                             eh_error *err) {
  const uint32_t first = atoms->marginal && atoms->atom_count ? atoms->atom_count - 1 : 0, count = atoms->atom_count - first;
  uint32_t *const atom_n = eh_arena_array(arena, count, sizeof(uint32_t));
  if (!atom_n) return eh_no_memory(err);
  for (uint32_t a = 0; a < count; a++) atom_n[a] = first + a;
  const eh_slice overall = {.name = EH_STR("overall"), .atom_count = count, .atom_n = atom_n,
                            .marginal = atoms->marginal ? slicing->dim_n : NULL};
  return push(list, overall, err);
}

static eh_status add_families(eh_slice_list *list, eh_family *family_n, eh_arena *arena, const eh_slicing *slicing,
                              const eh_sight *sight, eh_error *err) {
  uint32_t *const single_n = eh_arena_array(arena, slicing->single_count, sizeof(uint32_t));
  if (!single_n) return eh_no_memory(err);
  for (uint32_t i = 0; i < slicing->single_count; i++) single_n[i] = slicing->single_n ? slicing->single_n[i] : i;
  EH_TRY(add_overall(list, arena, slicing, sight->atoms, err));
  for (uint32_t f = 0; f < slicing->single_count + slicing->cross_count; f++) {
    const bool single = f < slicing->single_count;
    const eh_cross *const cross = single ? NULL : &slicing->cross_n[f - slicing->single_count];
    const eh_frame frame = {.list = list, .arena = arena, .slicing = slicing, .sight = sight, .family = f + 1,
                            .dim_k = single ? &single_n[f] : cross->dim_k, .k = single ? 1 : cross->k};
    family_n[f].first = list->count;
    EH_TRY(name_family(&family_n[f].name, arena, slicing, frame.dim_k, frame.k, err));
    EH_TRY(add_family(&frame, err));
    family_n[f].count = list->count - family_n[f].first;
  }
  return EH_OK;
}

eh_status eh_slices_make(eh_slices *out, eh_arena *arena, const eh_slicing *slicing, const eh_atoms *atoms,
                         eh_error *err) {
  const uint32_t family_count = slicing->single_count + slicing->cross_count;
  eh_family *const family_n = eh_arena_array(arena, family_count, sizeof(eh_family));
  if (!family_n) return eh_no_memory(err);
  eh_sight sight;
  EH_TRY(eh_sight_make(&sight, arena, slicing, atoms, err));
  eh_slice_list list = {.mem = arena->mem};
  eh_status status = add_families(&list, family_n, arena, slicing, &sight, err);
  eh_slice *const slice_n = status ? NULL : eh_arena_array(arena, list.count, sizeof(eh_slice));
  if (slice_n) {
    memcpy(slice_n, list.slice_n, list.count * sizeof(eh_slice));
    *out = (eh_slices){.slice_count = list.count, .slice_n = slice_n, .family_count = family_count,
                       .family_n = family_n, .group_count_d = sight.group_count_d, .group_dg = sight.group_dg};
  } else if (!status) {
    status = eh_no_memory(err);
  }
  eh_mem_free(list.mem, list.slice_n, list.cap * sizeof(eh_slice));
  return status;
}

/* Whether the atoms are all from the first to the last, as those of overall are. */
static bool has_no_gap(const eh_slice *slice) {
  return slice->atom_count && slice->atom_n[slice->atom_count - 1] - slice->atom_n[0] == slice->atom_count - 1;
}

/* How many atoms are below `atom`, by bisection. */
static uint32_t atoms_below(const eh_slice *slice, uint32_t atom) {
  uint32_t from = 0;
  for (uint32_t to = slice->atom_count; from < to;) {
    const uint32_t middle = from + (to - from) / 2;
    if (slice->atom_n[middle] < atom) from = middle + 1;
    else to = middle;
  }
  return from;
}

static uint32_t shared_atoms(const eh_slice *a, const eh_slice *b) {
  if (has_no_gap(b)) return atoms_below(a, b->atom_n[b->atom_count - 1] + 1) - atoms_below(a, b->atom_n[0]);
  if (has_no_gap(a)) return shared_atoms(b, a);
  uint32_t i = 0, j = 0, shared = 0;
  while (i < a->atom_count && j < b->atom_count) {
    const uint32_t x = a->atom_n[i], y = b->atom_n[j];
    shared += x == y;
    i += x <= y;
    j += y <= x;
  }
  return shared;
}

eh_relation eh_slice_relation(const eh_slice *a, const eh_slice *b) {
  if (a->marginal) return eh_marginal_relation(a, b);
  const uint32_t shared = shared_atoms(a, b);
  if (shared == a->atom_count && shared == b->atom_count) return EH_EQUAL;
  if (!shared) return EH_DISJOINT;
  if (shared == a->atom_count) return EH_INSIDE;
  return shared == b->atom_count ? EH_CONTAINS : EH_OVERLAP;
}

int eh_slices_find(const eh_slices *slices, eh_str name) {
  for (uint32_t s = 0; s < slices->slice_count; s++)
    if (eh_str_eq(slices->slice_n[s].name, name)) return (int)s;
  return -1;
}
