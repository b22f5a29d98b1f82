/* slices: from atoms to named slices, each a list of atoms; and how slices lie to each other. Called by the audit.
 *
 * The one idea: the atoms, sorted stably by the columns of a family, fall into runs, and every run is a slice.
 */
#include <string.h>

#include "slice_internal.h"

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

eh_status eh_bucket_label(eh_str *out, eh_arena *arena, const eh_dim *dim, uint32_t bucket, eh_error *err) {
  eh_buf buf = {.mem = arena->mem};
  if (bucket == dim->edge_count)
    eh_buf_format(&buf, "%S>=%g", dim->name, dim->edge_n[bucket - 1]);
  else if (bucket == 0)
    eh_buf_format(&buf, "%S<%g", dim->name, dim->edge_n[0]);
  else
    eh_buf_format(&buf, "%g<=%S<%g", dim->edge_n[bucket - 1], dim->name, dim->edge_n[bucket]);
  return take_text(out, arena, &buf, err);
}

static eh_status name_slice(eh_str *out, eh_arena *arena, const eh_slicing *slicing, const eh_atoms *atoms,
                            const uint32_t *dim_k, const uint32_t *group_k, uint32_t k, eh_error *err) {
  eh_buf buf = {.mem = arena->mem};
  for (uint32_t i = 0; i < k; i++) {
    const eh_dim *const dim = &slicing->dim_n[dim_k[i]];
    if (i) eh_buf_text(&buf, " & ");
    if (group_k[i] == atoms->group_count_d[dim_k[i]])
      eh_buf_format(&buf, "%S is missing", dim->name);
    else if (dim->edge_count)
      eh_buf_str(&buf, atoms->group_dg[dim_k[i]][group_k[i]]);
    else
      eh_buf_format(&buf, "%S=%S", dim->name, atoms->group_dg[dim_k[i]][group_k[i]]);
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
  const eh_atoms *atoms;
  const uint32_t *dim_k;
  uint32_t k, family;
} eh_frame;

static eh_status add_slice(const eh_frame *frame, const uint32_t *group_k, const uint32_t *atom_n, uint32_t atom_count,
                           eh_error *err) {
  eh_slice slice = {.dim_count = frame->k, .dim_k = frame->dim_k, .group_k = group_k, .family = frame->family,
                    .atom_count = atom_count, .atom_n = atom_n};
  for (uint32_t i = 0; i < frame->k; i++)
    slice.has_missing |= group_k[i] == frame->atoms->group_count_d[frame->dim_k[i]];
  if (slice.has_missing && !frame->slicing->show_missing) return EH_OK;
  EH_TRY(name_slice(&slice.name, frame->arena, frame->slicing, frame->atoms, frame->dim_k, group_k, frame->k, err));
  return push(frame->list, slice, err);
}

/* Buckets are shown even when empty: all those in [*next, before). */
static eh_status add_empty_buckets(const eh_frame *frame, uint32_t *next, uint32_t before, const uint32_t *atom_n,
                                   eh_error *err) {
  for (; *next < before; (*next)++) {
    uint32_t *const group_k = eh_arena_array(frame->arena, 1, sizeof(uint32_t));
    if (!group_k) return eh_no_memory(err);
    group_k[0] = *next;
    EH_TRY(add_slice(frame, group_k, atom_n, 0, err));
  }
  return EH_OK;
}

static eh_status add_family(const eh_frame *frame, eh_error *err) {
  const eh_atoms *const atoms = frame->atoms;
  const uint32_t n = atoms->atom_count, dim_count = atoms->dim_count, k = frame->k;
  const bool buckets = k == 1 && frame->slicing->dim_n[frame->dim_k[0]].edge_count;
  const uint32_t bucket_count = buckets ? atoms->group_count_d[frame->dim_k[0]] : 0;
  uint32_t *const atom_n = eh_arena_array(frame->arena, n, sizeof(uint32_t));
  if (!atom_n) return eh_no_memory(err);
  for (uint32_t a = 0; a < n; a++) atom_n[a] = a;
  EH_TRY(eh_tuples_sort(atom_n, n, atoms->group_ad, dim_count, frame->dim_k, k, atoms->group_count_d,
                        frame->arena->mem, err));
  uint32_t next_bucket = 0;
  for (uint32_t start = 0, end = 0; start < n; start = end) {
    uint32_t *const group_k = eh_arena_array(frame->arena, k, sizeof(uint32_t));
    if (!group_k) return eh_no_memory(err);
    for (uint32_t i = 0; i < k; i++) group_k[i] = atoms->group_ad[(size_t)atom_n[start] * dim_count + frame->dim_k[i]];
    for (bool same = true; same && end < n; end += same)
      for (uint32_t i = 0; i < k; i++)
        same &= group_k[i] == atoms->group_ad[(size_t)atom_n[end] * dim_count + frame->dim_k[i]];
    if (buckets) {
      const uint32_t before = group_k[0] < bucket_count ? group_k[0] : bucket_count;
      EH_TRY(add_empty_buckets(frame, &next_bucket, before, atom_n, err));
      next_bucket = group_k[0] + 1;
    }
    EH_TRY(add_slice(frame, group_k, atom_n + start, end - start, err));
  }
  return add_empty_buckets(frame, &next_bucket, bucket_count, atom_n, err);
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static eh_status add_overall(eh_slice_list *list, eh_arena *arena, const eh_atoms *atoms, eh_error *err) {
  uint32_t *const atom_n = eh_arena_array(arena, atoms->atom_count, sizeof(uint32_t));
  if (!atom_n) return eh_no_memory(err);
  for (uint32_t a = 0; a < atoms->atom_count; a++) atom_n[a] = a;
  const eh_slice overall = {.name = EH_STR("overall"), .atom_count = atoms->atom_count, .atom_n = atom_n};
  return push(list, overall, err);
}

static eh_status add_families(eh_slice_list *list, eh_family *family_n, eh_arena *arena, const eh_slicing *slicing,
                              const eh_atoms *atoms, eh_error *err) {
  uint32_t *const single_n = eh_arena_array(arena, slicing->single_count, sizeof(uint32_t));
  if (!single_n) return eh_no_memory(err);
  for (uint32_t i = 0; i < slicing->single_count; i++) single_n[i] = slicing->single_n ? slicing->single_n[i] : i;
  EH_TRY(add_overall(list, arena, atoms, err));
  for (uint32_t f = 0; f < slicing->single_count + slicing->cross_count; f++) {
    const bool single = f < slicing->single_count;
    const eh_cross *const cross = single ? NULL : &slicing->cross_n[f - slicing->single_count];
    const eh_frame frame = {.list = list, .arena = arena, .slicing = slicing, .atoms = atoms, .family = f + 1,
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
  eh_slice_list list = {.mem = arena->mem};
  eh_status status = add_families(&list, family_n, arena, slicing, atoms, err);
  eh_slice *const slice_n = status ? NULL : eh_arena_array(arena, list.count, sizeof(eh_slice));
  if (slice_n) {
    memcpy(slice_n, list.slice_n, list.count * sizeof(eh_slice));
    *out = (eh_slices){.slice_count = list.count, .slice_n = slice_n, .family_count = family_count,
                       .family_n = family_n};
  } else if (!status) {
    status = eh_no_memory(err);
  }
  eh_mem_free(list.mem, list.slice_n, list.cap * sizeof(eh_slice));
  return status;
}

eh_relation eh_slice_relation(const eh_slice *a, const eh_slice *b) {
  uint32_t i = 0, j = 0, shared = 0;
  while (i < a->atom_count && j < b->atom_count) {
    const uint32_t x = a->atom_n[i], y = b->atom_n[j];
    shared += x == y;
    i += x <= y;
    j += y <= x;
  }
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
