/* marginal: slices in place of atoms, for cubes whose atoms are too many. Called by the cube; slices.c makes slices of them.
 *
 * The one idea: a slice asked for is a tuple like an atom's in which most dimensions say "any". So marginals sort, unite and
 * are stored as atoms are, every slice has one of them, and what adds up over the atoms of a slice still does.
 */
#include <string.h>

#include "expand.h"

static bool same_dims(const uint32_t *dim_k, uint32_t k, const uint32_t *other_k, uint32_t other) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < k; i++)
    for (uint32_t o = 0; o < other; o++) found += dim_k[i] == other_k[o];
  return k == other && found == k;
}

bool eh_slicing_has_family(const eh_slicing *slicing, const uint32_t *dim_k, uint32_t k) {
  bool found = !k;
  for (uint32_t i = 0; i < slicing->single_count && !found; i++) {
    const uint32_t d = slicing->single_n ? slicing->single_n[i] : i;
    found = same_dims(dim_k, k, &d, 1);
  }
  for (uint32_t c = 0; c < slicing->cross_count && !found; c++)
    found = same_dims(dim_k, k, slicing->cross_n[c].dim_k, slicing->cross_n[c].k);
  return found;
}

/* A slice's marginal while they are put in order. */
typedef struct eh_marginals {
  const eh_slices *slices;
  uint32_t *slice_n;  /* those that have rows */
  uint32_t **rank_dg; /* place of a group among those that occur; UINT32_MAX: it does not */
  uint32_t *tuple_nd, *order_n, *used_a;
  uint32_t count;
} eh_marginals;

static bool has_rows(const eh_slice *slice, const uint64_t *rows_ay) {
  bool any = false;
  for (uint32_t i = 0; i < slice->atom_count && !any; i++)
    any = rows_ay[2 * (size_t)slice->atom_n[i]] || rows_ay[2 * (size_t)slice->atom_n[i] + 1];
  return any;
}

/* The groups that the slices ask about, in their order, with texts of their own. */
static eh_status keep_groups(eh_atoms *out, eh_marginals *m, const eh_slicing *slicing, eh_arena *arena, eh_arena *scratch,
                             eh_error *err) {
  uint32_t *const count_d = eh_arena_array(arena, out->dim_count, sizeof(uint32_t));
  const eh_str **const group_dg = eh_arena_array(arena, out->dim_count, sizeof(eh_str *));
  m->rank_dg = eh_arena_array(scratch, out->dim_count, sizeof(uint32_t *));
  if (!count_d || !group_dg || !m->rank_dg) return eh_no_memory(err);
  for (uint32_t d = 0; d < out->dim_count; d++) {
    const uint32_t n = m->slices->group_count_d[d];
    eh_str *const own_g = eh_arena_array(arena, n, sizeof(eh_str));
    m->rank_dg[d] = eh_arena_array(scratch, (uint64_t)n + 1, sizeof(uint32_t));
    if (!own_g || !m->rank_dg[d]) return eh_no_memory(err);
    memset(m->rank_dg[d], eh_dim_is_fixed(&slicing->dim_n[d]) ? 0 : 0xff, n * sizeof(uint32_t));
    for (uint32_t i = 0; i < m->count; i++) {
      const eh_slice *const slice = &m->slices->slice_n[m->slice_n[i]];
      for (uint32_t k = 0; k < slice->dim_count; k++)
        if (slice->dim_k[k] == d) m->rank_dg[d][slice->group_k[k]] = 0;
    }
    for (uint32_t g = 0; g < n; g++) {
      if (m->rank_dg[d][g] == UINT32_MAX) continue;
      if (!(own_g[count_d[d]] = eh_arena_str(arena, m->slices->group_dg[d][g])).p) return eh_no_memory(err);
      m->rank_dg[d][g] = count_d[d]++;
    }
    m->rank_dg[d][n] = count_d[d]; /* missing */
    group_dg[d] = own_g;
  }
  out->group_count_d = count_d;
  out->group_dg = group_dg;
  return EH_OK;
}

/* The slices' tuples, and their order. */
static eh_status sort_tuples(const eh_atoms *out, eh_marginals *m, eh_arena *scratch, eh_error *err) {
  const uint32_t dim_count = out->dim_count;
  uint32_t *const beyond_d = eh_arena_array(scratch, dim_count, sizeof(uint32_t));
  uint32_t *const dim_d = eh_arena_array(scratch, dim_count, sizeof(uint32_t));
  m->tuple_nd = eh_arena_array(scratch, (uint64_t)m->count * dim_count, sizeof(uint32_t));
  m->order_n = eh_arena_array(scratch, m->count, sizeof(uint32_t));
  if (!beyond_d || !dim_d || !m->tuple_nd || !m->order_n) return eh_no_memory(err);
  for (uint32_t d = 0; d < dim_count; d++) dim_d[d] = d, beyond_d[d] = out->group_count_d[d] + 1;
  for (uint32_t i = 0; i < m->count; i++) {
    const eh_slice *const slice = &m->slices->slice_n[m->slice_n[i]];
    uint32_t *const tuple_d = m->tuple_nd + (size_t)i * dim_count;
    memcpy(tuple_d, beyond_d, dim_count * sizeof *tuple_d);
    for (uint32_t k = 0; k < slice->dim_count; k++)
      tuple_d[slice->dim_k[k]] = m->rank_dg[slice->dim_k[k]][slice->group_k[k]];
    m->order_n[i] = i;
  }
  return eh_tuples_sort(m->order_n, m->count, m->tuple_nd, dim_count, dim_d, dim_count, beyond_d, scratch->mem, err);
}

static eh_status place(eh_atoms *out, eh_marginals *m, uint32_t ***layer_la, uint32_t *layers, uint32_t atom_count, eh_arena *arena,
                       eh_error *err) {
  const size_t row_bytes = out->dim_count * sizeof(uint32_t);
  uint32_t *const group_ad = eh_arena_array(arena, (uint64_t)m->count * out->dim_count, sizeof(uint32_t));
  *layer_la = eh_arena_array(arena, *layers, sizeof(uint32_t *));
  if (!group_ad || !*layer_la) return eh_no_memory(err);
  for (uint32_t l = 0; l < *layers; l++) {
    (*layer_la)[l] = eh_arena_array(arena, atom_count, sizeof(uint32_t));
    if (!(*layer_la)[l]) return eh_no_memory(err);
    memset((*layer_la)[l], 0xff, atom_count * sizeof(uint32_t));
  }
  for (uint32_t to = 0; to < m->count; to++) {
    const eh_slice *const slice = &m->slices->slice_n[m->slice_n[m->order_n[to]]];
    memcpy(group_ad + (size_t)to * out->dim_count, m->tuple_nd + (size_t)m->order_n[to] * out->dim_count, row_bytes);
    for (uint32_t i = 0; i < slice->atom_count; i++)
      (*layer_la)[--m->used_a[slice->atom_n[i]]][slice->atom_n[i]] = to;
  }
  out->atom_count = m->count;
  out->group_ad = group_ad;
  return EH_OK;
}

static eh_status make(eh_atoms *out, uint32_t ***layer_la, uint32_t *layers, const eh_atoms *atoms, const uint64_t *rows_ay,
                      const eh_slices *slices, const eh_slicing *slicing, eh_arena *arena, eh_arena *scratch, eh_error *err) {
  eh_marginals m = {.slices = slices, .slice_n = eh_arena_array(scratch, slices->slice_count, sizeof(uint32_t)),
                    .used_a = eh_arena_array(scratch, atoms->atom_count, sizeof(uint32_t))};
  if (!m.slice_n || !m.used_a) return eh_no_memory(err);
  *out = (eh_atoms){.dim_count = atoms->dim_count, .marginal = true};
  *layers = 0;
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    const eh_slice *const slice = &slices->slice_n[s];
    if (!has_rows(slice, rows_ay)) continue;
    if (m.count == EH_ATOMS_MAX)
      return eh_fail(err, EH_E_LIMIT, "more than %u slices; slice by fewer columns", (uint64_t)EH_ATOMS_MAX);
    m.slice_n[m.count++] = s;
    for (uint32_t i = 0; i < slice->atom_count; i++)
      if (++m.used_a[slice->atom_n[i]] > *layers) *layers = m.used_a[slice->atom_n[i]];
  }
  EH_TRY(keep_groups(out, &m, slicing, arena, scratch, err));
  EH_TRY(sort_tuples(out, &m, scratch, err));
  return place(out, &m, layer_la, layers, atoms->atom_count, arena, err);
}

eh_status eh_atoms_marginal(eh_atoms *out, uint32_t ***layer_la, uint32_t *layers, const eh_atoms *atoms,
                            const uint64_t *rows_ay, const eh_slicing *slicing, eh_arena *arena, eh_error *err) {
  eh_arena scratch = {.mem = arena->mem};
  eh_slices slices;
  eh_slicing all = *slicing;
  all.show_missing = true;
  eh_status status = eh_slices_make(&slices, &scratch, &all, atoms, err);
  if (!status) status = make(out, layer_la, layers, atoms, rows_ay, &slices, slicing, arena, &scratch, err);
  eh_arena_free(&scratch);
  return status;
}

/* ---- as slices --------------------------------------------------------------------------------------------------- */

/* Marginals of exactly these dimensions. */
eh_status eh_marginals_of(eh_sight_table *out, const eh_atoms *atoms, const uint32_t *dim_k, uint32_t k, const eh_allocator *mem,
                          eh_error *err) {
  out->arena.mem = mem;
  uint32_t *const group_nk = eh_arena_array(&out->arena, (uint64_t)atoms->atom_count * k, sizeof(uint32_t));
  uint32_t *const atom_n = eh_arena_array(&out->arena, atoms->atom_count, sizeof(uint32_t));
  if (!group_nk || !atom_n) return eh_no_memory(err);
  for (uint32_t a = 0; a < atoms->atom_count; a++) {
    const uint32_t *const tuple_d = atoms->group_ad + (size_t)a * atoms->dim_count;
    uint32_t asked = 0, inside = 0;
    for (uint32_t d = 0; d < atoms->dim_count; d++) asked += tuple_d[d] <= atoms->group_count_d[d];
    for (uint32_t i = 0; i < k; i++) inside += tuple_d[dim_k[i]] <= atoms->group_count_d[dim_k[i]];
    if (asked != k || inside != k) continue;
    for (uint32_t i = 0; i < k; i++) group_nk[(size_t)out->rows * k + i] = tuple_d[dim_k[i]];
    atom_n[out->rows++] = a;
  }
  out->group_nk = group_nk;
  out->atom_n = atom_n;
  return EH_OK;
}

eh_relation eh_marginal_relation(const eh_slice *a, const eh_slice *b) {
  uint32_t shared = 0;
  bool unlike = false;
  for (uint32_t i = 0; i < a->dim_count; i++)
    for (uint32_t j = 0; j < b->dim_count; j++) {
      if (a->dim_k[i] != b->dim_k[j]) continue;
      shared++;
      if (a->group_k[i] == b->group_k[j]) continue;
      if (!a->marginal[a->dim_k[i]].separator) return EH_DISJOINT;
      unlike = true;
    }
  if (!a->atom_count || !b->atom_count) return a->atom_count || b->atom_count ? EH_DISJOINT : EH_EQUAL;
  if (unlike) return EH_UNKNOWN;
  if (shared == a->dim_count && shared == b->dim_count) return EH_EQUAL;
  return shared == b->dim_count ? EH_INSIDE : shared == a->dim_count ? EH_CONTAINS : EH_UNKNOWN;
}
