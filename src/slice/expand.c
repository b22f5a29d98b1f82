/* expand: atoms as slices see them. An atom whose group is a set of values stands in the table of a family once for each
 * value. Called by slices.c, once for all dimensions and once per family that has a multi-valued one.
 */
#include "expand.h"

enum { EH_EXPANDED_MAX = 1 << 27 };

/* ---- single values ------------------------------------------------------------------------------------------------ */

/* Where the parts of all sets stand, and room for them. */
static eh_status count_parts(uint32_t *start_g, eh_named **part_n, const eh_str *set_g, uint32_t set_count,
                             unsigned char separator, eh_arena *scratch, eh_error *err) {
  uint64_t total = 0;
  for (uint32_t g = 0; g < set_count; g++) {
    start_g[g] = (uint32_t)total;
    for (eh_str rest = set_g[g]; rest.n; total++) eh_part_next(&rest, separator);
    if (total > EH_EXPANDED_MAX) return eh_fail(err, EH_E_LIMIT, "the cells of a multi-valued column hold too many values");
  }
  start_g[set_count] = (uint32_t)total;
  *part_n = eh_arena_array(scratch, total, sizeof(eh_named));
  return *part_n ? EH_OK : eh_no_memory(err);
}

/* The distinct values of the sets, sorted; value_i[start_g[g] ..] = those of set g, ascending. */
static eh_status take_apart(eh_sight *sight, uint32_t d, const eh_str *set_g, uint32_t set_count,
                            unsigned char separator, eh_arena *arena, eh_arena *scratch, eh_error *err) {
  eh_members *const members = &sight->members_d[d];
  uint32_t *const start_g = eh_arena_array(arena, (uint64_t)set_count + 1, sizeof(uint32_t));
  eh_named *part_n;
  if (!start_g) return eh_no_memory(err);
  EH_TRY(count_parts(start_g, &part_n, set_g, set_count, separator, scratch, err));
  const uint32_t n = start_g[set_count];
  eh_named *const spare_n = eh_arena_array(scratch, n, sizeof(eh_named));
  uint32_t *const value_i = eh_arena_array(arena, n, sizeof(uint32_t));
  if (!spare_n || !value_i) return eh_no_memory(err);
  uint32_t at = 0;
  for (uint32_t g = 0; g < set_count; g++)
    for (eh_str rest = set_g[g]; rest.n; at++) part_n[at] = (eh_named){.text = eh_part_next(&rest, separator), .id = at};
  eh_named_sort(part_n, spare_n, n);
  uint32_t distinct = 0;
  for (uint32_t i = 0; i < n; i++) {
    distinct += !i || !eh_str_eq(part_n[i - 1].text, part_n[i].text);
    value_i[part_n[i].id] = distinct - 1;
  }
  eh_str *const value_g = eh_arena_array(arena, distinct, sizeof(eh_str));
  if (!value_g) return eh_no_memory(err);
  for (uint32_t i = 0, g = 0; i < n; i++)
    if (!i || !eh_str_eq(part_n[i - 1].text, part_n[i].text)) value_g[g++] = part_n[i].text; /* the atoms own it */
  *members = (eh_members){start_g, value_i};
  sight->group_dg[d] = value_g;
  sight->group_count_d[d] = distinct;
  return EH_OK;
}

eh_status eh_sight_make(eh_sight *out, eh_arena *arena, const eh_slicing *slicing, const eh_atoms *atoms,
                        eh_error *err) {
  const uint32_t dim_count = atoms->dim_count;
  *out = (eh_sight){.atoms = atoms};
  out->group_count_d = eh_arena_array(arena, dim_count, sizeof(uint32_t));
  out->group_dg = eh_arena_array(arena, dim_count, sizeof(eh_str *));
  out->members_d = eh_arena_array(arena, dim_count, sizeof(eh_members));
  if (!out->group_count_d || !out->group_dg || !out->members_d) return eh_no_memory(err);
  eh_arena scratch = {.mem = arena->mem};
  eh_status status = EH_OK;
  for (uint32_t d = 0; d < dim_count && !status; d++) {
    const unsigned char separator = slicing->dim_n[d].separator;
    out->group_count_d[d] = atoms->group_count_d[d];
    out->group_dg[d] = atoms->group_dg[d];
    if (separator && !atoms->marginal)
      status = take_apart(out, d, atoms->group_dg[d], atoms->group_count_d[d], separator, arena, &scratch, err);
  }
  eh_arena_free(&scratch);
  return status;
}

/* ---- the table of a family ---------------------------------------------------------------------------------------- */

/* How many groups of dimension d an atom is in, missing counted as one. */
static uint32_t groups_of(const eh_sight *sight, uint32_t atom, uint32_t d) {
  const uint32_t g = sight->atoms->group_ad[(size_t)atom * sight->atoms->dim_count + d];
  const eh_members *const members = &sight->members_d[d];
  return members->start_g && g < sight->atoms->group_count_d[d] ? members->start_g[g + 1] - members->start_g[g] : 1;
}

/* The i-th of them. */
static uint32_t group_of(const eh_sight *sight, uint32_t atom, uint32_t d, uint32_t i) {
  const uint32_t g = sight->atoms->group_ad[(size_t)atom * sight->atoms->dim_count + d];
  const eh_members *const members = &sight->members_d[d];
  if (!members->start_g) return g;
  return g < sight->atoms->group_count_d[d] ? members->value_i[members->start_g[g] + i] : sight->group_count_d[d];
}

static eh_status count_rows(uint64_t *out, const eh_sight *sight, const uint32_t *dim_k, uint32_t k, eh_error *err) {
  uint64_t total = 0;
  for (uint32_t a = 0; a < sight->atoms->atom_count; a++) {
    uint64_t product = 1;
    for (uint32_t i = 0; i < k && product <= EH_EXPANDED_MAX; i++) product *= groups_of(sight, a, dim_k[i]);
    total += product;
    if (product > EH_EXPANDED_MAX || total > EH_EXPANDED_MAX)
      return eh_fail(err, EH_E_LIMIT, "a cross of multi-valued columns has more than %u combinations of values in its "
                     "rows; cross fewer columns", (uint64_t)EH_EXPANDED_MAX);
  }
  *out = total;
  return EH_OK;
}

eh_status eh_sight_family(eh_sight_table *out, const eh_sight *sight, const uint32_t *dim_k, uint32_t k,
                          const eh_allocator *mem, eh_error *err) {
  uint64_t rows = 0;
  EH_TRY(count_rows(&rows, sight, dim_k, k, err));
  out->arena.mem = mem;
  uint32_t *const group_nk = eh_arena_array(&out->arena, rows * k, sizeof(uint32_t));
  uint32_t *const atom_n = eh_arena_array(&out->arena, rows, sizeof(uint32_t));
  if (!group_nk || !atom_n) return eh_no_memory(err);
  uint32_t n = 0, at_k[EH_DIMS_MAX] = {0};
  for (uint32_t a = 0; a < sight->atoms->atom_count; a++) {
    for (uint32_t i = 0; i < k;) {
      for (uint32_t j = 0; j < k; j++) group_nk[(size_t)n * k + j] = group_of(sight, a, dim_k[j], at_k[j]);
      atom_n[n++] = a;
      /* The next combination, like an odometer; i == k when all wheels are back at 0. */
      for (i = 0; i < k && ++at_k[i] == groups_of(sight, a, dim_k[i]); i++) at_k[i] = 0;
    }
  }
  out->group_nk = group_nk;
  out->atom_n = atom_n;
  out->rows = n;
  return EH_OK;
}
