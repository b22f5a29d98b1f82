/* canonical: puts groups and atoms in the one order that depends on what they are and not on when they came; and unites
 * several such sets. Called by the cube when it finishes and when it merges.
 *
 * The one idea: groups are sorted bytewise, atoms by their group ids; both maps keep relative order, so what is sorted
 * in a part stays sorted in the whole.
 */
#include <string.h>

#include "atomizer.h"

/* ---- sorting ----------------------------------------------------------------------------------------------------- */

void eh_named_sort(eh_named *named_n, eh_named *scratch_n, size_t n) {
  for (size_t width = 1; width < n; width *= 2) {
    for (size_t start = 0; start < n; start += 2 * width) {
      const size_t middle = start + width < n ? start + width : n;
      const size_t end = middle + width < n ? middle + width : n;
      size_t a = start, b = middle;
      for (size_t to = start; to < end; to++) {
        const bool take_a = b >= end || (a < middle && eh_str_cmp(named_n[a].text, named_n[b].text) <= 0);
        scratch_n[to] = named_n[take_a ? a++ : b++];
      }
    }
    memcpy(named_n, scratch_n, n * sizeof *named_n);
  }
}

/* One stable counting pass by column d. */
static void sort_pass(uint32_t *to_n, const uint32_t *from_n, uint32_t n, const uint32_t *group_nd, uint32_t dim_count,
                      uint32_t d, uint32_t *start_g, uint32_t group_count) {
  memset(start_g, 0, ((size_t)group_count + 2) * sizeof *start_g);
  for (uint32_t i = 0; i < n; i++) start_g[group_nd[(size_t)from_n[i] * dim_count + d] + 1]++;
  for (uint32_t g = 0; g < group_count; g++) start_g[g + 1] += start_g[g];
  for (uint32_t i = 0; i < n; i++) to_n[start_g[group_nd[(size_t)from_n[i] * dim_count + d]]++] = from_n[i];
}

eh_status eh_tuples_sort(uint32_t *order_n, uint32_t n, const uint32_t *group_nd, uint32_t dim_count,
                         const uint32_t *dim_k, uint32_t k, const uint32_t *group_count_d, const eh_allocator *mem,
                         eh_error *err) {
  uint32_t most = 0;
  for (uint32_t i = 0; i < k; i++)
    if (group_count_d[dim_k[i]] > most) most = group_count_d[dim_k[i]];
  const size_t start_bytes = eh_array_bytes((uint64_t)most + 2, sizeof(uint32_t));
  const size_t order_bytes = eh_array_bytes(n, sizeof(uint32_t));
  uint32_t *const start_g = start_bytes ? eh_mem_zero(mem, start_bytes) : NULL;
  uint32_t *const to_n = order_bytes ? eh_mem_zero(mem, order_bytes) : NULL;
  for (uint32_t i = k; start_g && to_n && i-- > 0;) {
    sort_pass(to_n, order_n, n, group_nd, dim_count, dim_k[i], start_g, group_count_d[dim_k[i]]);
    memcpy(order_n, to_n, n * sizeof *to_n);
  }
  const bool failed = !start_g || !to_n;
  if (start_g) eh_mem_free(mem, start_g, start_bytes);
  if (to_n) eh_mem_free(mem, to_n, order_bytes);
  return failed ? eh_no_memory(err) : EH_OK;
}

static uint32_t *identity(eh_arena *arena, uint64_t n) {
  uint32_t *const p = eh_arena_array(arena, n, sizeof(uint32_t));
  for (uint64_t i = 0; p && i < n; i++) p[i] = (uint32_t)i;
  return p;
}

/* ---- groups ------------------------------------------------------------------------------------------------------ */

static eh_status fixed_groups(const eh_str **out, uint32_t *count, eh_arena *arena, const eh_dim *dim, eh_error *err) {
  *count = eh_dim_fixed_count(dim);
  eh_str *const group_g = eh_arena_array(arena, *count, sizeof(eh_str));
  if (!group_g) return eh_no_memory(err);
  for (uint32_t g = 0; g < *count; g++) EH_TRY(eh_fixed_label(&group_g[g], arena, dim, g, err));
  *out = group_g;
  return EH_OK;
}

/* Sorts the named texts and keeps each once: group_g in the arena; rank_kg[set][id] = its place. */
static eh_status value_groups(const eh_str **out, uint32_t *count, uint32_t *const *rank_kg, eh_named *named_n,
                              size_t n, eh_arena *arena, eh_arena *scratch, eh_error *err) {
  eh_named *const spare_n = eh_arena_array(scratch, n, sizeof(eh_named));
  if (!spare_n) return eh_no_memory(err);
  eh_named_sort(named_n, spare_n, n);
  uint32_t distinct = 0;
  for (size_t i = 0; i < n; i++) {
    distinct += !i || !eh_str_eq(named_n[i - 1].text, named_n[i].text);
    rank_kg[named_n[i].set][named_n[i].id] = distinct - 1;
  }
  eh_str *const group_g = eh_arena_array(arena, distinct, sizeof(eh_str));
  if (!group_g) return eh_no_memory(err);
  uint32_t g = 0;
  for (size_t i = 0; i < n; i++) {
    if (i && eh_str_eq(named_n[i - 1].text, named_n[i].text)) continue;
    if (!(group_g[g++] = eh_arena_str(arena, named_n[i].text)).p) return eh_no_memory(err);
  }
  *out = group_g;
  *count = distinct;
  return EH_OK;
}

/* The parts of an eh_atoms while they are filled. */
typedef struct eh_draft {
  uint32_t *group_count_d;
  const eh_str **group_dg;
} eh_draft;

static eh_status draft_new(eh_draft *draft, eh_arena *arena, uint32_t dim_count, eh_error *err) {
  draft->group_count_d = eh_arena_array(arena, dim_count, sizeof(uint32_t));
  draft->group_dg = eh_arena_array(arena, dim_count, sizeof(eh_str *));
  return draft->group_count_d && draft->group_dg ? EH_OK : eh_no_memory(err);
}

/* ---- an atomizer's atoms ----------------------------------------------------------------------------------------- */

static eh_status name_cluster(eh_str *out, eh_arena *scratch, eh_str text, eh_error *err) {
  char *const name = eh_arena_array(scratch, EH_CLUSTER_NAME, 1);
  if (!name) return eh_no_memory(err);
  eh_cluster_name(name, text);
  *out = (eh_str){name, EH_CLUSTER_NAME};
  return EH_OK;
}

/* Groups of dimension d in canonical order; *rank_g[id] = canonical id. */
static eh_status finish_dim(const eh_atomizer *at, eh_draft *draft, uint32_t d, uint32_t **rank_g, eh_arena *arena,
                            eh_arena *scratch, eh_error *err) {
  const eh_dim *const dim = &at->slicing->dim_n[d];
  const eh_dict *const dict = dim->separator ? &at->multi_d[d].sets : &at->dict_d[d];
  if (eh_dim_is_fixed(dim)) {
    *rank_g = identity(scratch, eh_dim_fixed_count(dim));
    if (!*rank_g) return eh_no_memory(err);
    return fixed_groups(&draft->group_dg[d], &draft->group_count_d[d], arena, dim, err);
  }
  eh_named *const named_n = eh_arena_array(scratch, dict->group_count, sizeof(eh_named));
  *rank_g = eh_arena_array(scratch, dict->group_count, sizeof(uint32_t));
  if (!named_n || !*rank_g) return eh_no_memory(err);
  size_t n = 0;
  for (uint32_t e = 0; e < dict->entry_count; e++) {
    const eh_dict_entry *const entry = &dict->entry_n[e];
    if (entry->id == EH_GROUP_MISSING) continue;
    const eh_str text = {dict->bytes.p + entry->start, entry->len};
    named_n[n++] = (eh_named){.text = text, .id = entry->id};
    if (dim->is_cluster) EH_TRY(name_cluster(&named_n[n - 1].text, scratch, text, err));
  }
  return value_groups(&draft->group_dg[d], &draft->group_count_d[d], rank_g, named_n, n, arena, scratch, err);
}

/* Canonical group ids of provisional atoms, by walking each atom's way back to the root. */
static void fill_tuples(const eh_atomizer *at, uint32_t *group_ad, uint32_t atom_count, uint32_t *const *rank_dg,
                        const uint32_t *group_count_d) {
  const uint32_t dim_count = at->slicing->dim_count;
  for (uint32_t a = 0; a < atom_count; a++) {
    uint32_t node = a;
    for (uint32_t d = dim_count; d-- > 0;) {
      const uint64_t key = at->step_d[d].key_n[node];
      const uint32_t id = (uint32_t)key;
      group_ad[(size_t)a * dim_count + d] = id == EH_GROUP_MISSING ? group_count_d[d] : rank_dg[d][id];
      node = (uint32_t)(key >> 32);
    }
  }
}

eh_status eh_atoms_limit(const eh_slicing *slicing, eh_error *err) {
  if (eh_slicing_cluster(slicing) != EH_NO_CLUSTER)
    return eh_fail(err, EH_E_LIMIT, "more than %u distinct combinations of clusters and slice columns; slice by fewer columns, "
                   "or leave out --cluster", (uint64_t)EH_ATOMS_MAX);
  return eh_fail(err, EH_E_LIMIT, "more than %u distinct combinations of slice columns; slice by fewer columns",
                 (uint64_t)EH_ATOMS_MAX);
}

/* The tuples in their order, each once, into the arena; place_n[i] = index of tuple i. */
static eh_status settle(eh_atoms *out, uint32_t *place_n, const uint32_t *group_nd, uint32_t n, const eh_slicing *slicing,
                        const eh_draft *draft, eh_arena *arena, eh_arena *scratch, eh_error *err) {
  const uint32_t dim_count = slicing->dim_count;
  uint32_t *const order_n = identity(scratch, n);
  const uint32_t *const dim_d = identity(scratch, dim_count);
  uint32_t *const beyond_d = eh_arena_array(scratch, dim_count, sizeof(uint32_t)); /* marginals have one group more */
  if (!order_n || !dim_d || !beyond_d) return eh_no_memory(err);
  for (uint32_t d = 0; d < dim_count; d++) beyond_d[d] = draft->group_count_d[d] + 1;
  EH_TRY(eh_tuples_sort(order_n, n, group_nd, dim_count, dim_d, dim_count, beyond_d, scratch->mem, err));
  const size_t row_bytes = dim_count * sizeof(uint32_t);
  uint32_t distinct = 0;
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t *const tuple_d = group_nd + (size_t)order_n[i] * dim_count;
    distinct += !i || memcmp(tuple_d, group_nd + (size_t)order_n[i - 1] * dim_count, row_bytes) != 0;
    place_n[order_n[i]] = distinct - 1;
  }
  if (distinct > EH_ATOMS_MAX) return eh_atoms_limit(slicing, err);
  uint32_t *const group_ad = eh_arena_array(arena, (uint64_t)distinct * dim_count, sizeof(uint32_t));
  if (!group_ad) return eh_no_memory(err);
  for (uint32_t i = 0; i < n; i++)
    memcpy(group_ad + (size_t)place_n[i] * dim_count, group_nd + (size_t)i * dim_count, row_bytes);
  *out = (eh_atoms){.dim_count = dim_count, .group_count_d = draft->group_count_d,
                    .group_dg = draft->group_dg, .atom_count = distinct, .group_ad = group_ad};
  return EH_OK;
}

static eh_status finish(const eh_atomizer *at, eh_atoms *out, uint32_t **order_a, eh_arena *arena, eh_arena *scratch,
                        eh_error *err) {
  const uint32_t dim_count = at->slicing->dim_count, atom_count = eh_atomizer_count(at);
  eh_draft draft;
  EH_TRY(draft_new(&draft, arena, dim_count, err));
  uint32_t **const rank_dg = eh_arena_array(scratch, dim_count, sizeof(uint32_t *));
  uint32_t *const tuple_ad = eh_arena_array(scratch, (uint64_t)atom_count * dim_count, sizeof(uint32_t));
  *order_a = eh_arena_array(arena, atom_count, sizeof(uint32_t));
  if (!rank_dg || !tuple_ad || !*order_a) return eh_no_memory(err);
  for (uint32_t d = 0; d < dim_count; d++) EH_TRY(finish_dim(at, &draft, d, &rank_dg[d], arena, scratch, err));
  fill_tuples(at, tuple_ad, atom_count, rank_dg, draft.group_count_d);
  return settle(out, *order_a, tuple_ad, atom_count, at->slicing, &draft, arena, scratch, err);
}

eh_status eh_atomizer_finish(eh_atomizer *at, eh_atoms *out, uint32_t **order_a, eh_arena *arena, eh_error *err) {
  eh_arena scratch = {.mem = at->mem};
  const eh_status status = finish(at, out, order_a, arena, &scratch, err);
  eh_arena_free(&scratch);
  return status;
}

/* ---- the union of several ---------------------------------------------------------------------------------------- */

/* Groups of dimension d over all sets; rank_kg[k][id] = id in the union, missing included. */
static eh_status unite_dim(eh_draft *draft, uint32_t d, uint32_t **rank_kg, const eh_atoms *set_k, uint32_t k,
                           const eh_slicing *slicing, eh_arena *arena, eh_arena *scratch, eh_error *err) {
  uint64_t total = 0;
  for (uint32_t s = 0; s < k; s++) {
    total += set_k[s].group_count_d[d];
    rank_kg[s] = identity(scratch, (uint64_t)set_k[s].group_count_d[d] + 2);
    if (!rank_kg[s]) return eh_no_memory(err);
  }
  if (eh_dim_is_fixed(&slicing->dim_n[d]))
    return fixed_groups(&draft->group_dg[d], &draft->group_count_d[d], arena, &slicing->dim_n[d], err);
  eh_named *const named_n = eh_arena_array(scratch, total, sizeof(eh_named));
  if (!named_n) return eh_no_memory(err);
  size_t n = 0;
  for (uint32_t s = 0; s < k; s++)
    for (uint32_t g = 0; g < set_k[s].group_count_d[d]; g++)
      named_n[n++] = (eh_named){.text = set_k[s].group_dg[d][g], .set = s, .id = g};
  EH_TRY(value_groups(&draft->group_dg[d], &draft->group_count_d[d], rank_kg, named_n, n, arena, scratch, err));
  for (uint32_t s = 0; s < k; s++)
    for (uint32_t beyond = 0; beyond < 2; beyond++) /* missing; any */
      rank_kg[s][set_k[s].group_count_d[d] + beyond] = draft->group_count_d[d] + beyond;
  return EH_OK;
}

static eh_status unite(eh_atoms *out, uint32_t **order_ka, const eh_atoms *set_k, uint32_t k, const eh_slicing *slicing,
                       eh_arena *arena, eh_arena *scratch, eh_error *err) {
  const uint32_t dim_count = slicing->dim_count;
  uint64_t total = 0;
  for (uint32_t s = 0; s < k; s++) total += set_k[s].atom_count;
  if (total > UINT32_MAX) return eh_fail(err, EH_E_LIMIT, "too many cubes to merge at once; merge some of them first");
  eh_draft draft;
  EH_TRY(draft_new(&draft, arena, dim_count, err));
  uint32_t **const rank_kg = eh_arena_array(scratch, k, sizeof(uint32_t *));
  uint32_t *const tuple_nd = eh_arena_array(scratch, total * dim_count, sizeof(uint32_t));
  uint32_t *const place_n = eh_arena_array(arena, total, sizeof(uint32_t));
  if (!rank_kg || !tuple_nd || !place_n) return eh_no_memory(err);
  for (uint32_t d = 0; d < dim_count; d++) {
    EH_TRY(unite_dim(&draft, d, rank_kg, set_k, k, slicing, arena, scratch, err));
    size_t n = 0;
    for (uint32_t s = 0; s < k; s++)
      for (uint32_t a = 0; a < set_k[s].atom_count; a++)
        tuple_nd[n++ * dim_count + d] = rank_kg[s][set_k[s].group_ad[(size_t)a * dim_count + d]];
  }
  uint32_t *next = place_n;
  for (uint32_t s = 0; s < k; s++) {
    order_ka[s] = next;
    next += set_k[s].atom_count;
  }
  EH_TRY(settle(out, place_n, tuple_nd, (uint32_t)total, slicing, &draft, arena, scratch, err));
  out->marginal = k && set_k[0].marginal;
  return EH_OK;
}

eh_status eh_atoms_union(eh_atoms *out, uint32_t **order_ka, const eh_atoms *set_k, uint32_t k,
                         const eh_slicing *slicing, eh_arena *arena, eh_error *err) {
  eh_arena scratch = {.mem = arena->mem};
  const eh_status status = unite(out, order_ka, set_k, k, slicing, arena, &scratch, err);
  eh_arena_free(&scratch);
  return status;
}
