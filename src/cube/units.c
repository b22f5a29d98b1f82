/* units: a number for every slice, by what the slice is, and the slices of every atom. Called by fold.c and merge_bins.c.
 *
 * The one idea: groups get new ids and slices new places as values come, but what a slice is (its family and the texts
 * of its groups) stays, so that is its name in a table.
 */
#include <string.h>

#include "bins.h"

/* Family, then each group's text with its length in front, or 0 for missing. */
static void put_name(eh_buf *out, const eh_slices *slices, const eh_slice *slice) {
  eh_put_varint(out, slice->family);
  for (uint32_t i = 0; i < slice->dim_count; i++) {
    const uint32_t d = slice->dim_k[i], g = slice->group_k[i];
    const bool missing = g == slices->group_count_d[d];
    eh_put_varint(out, missing ? 0 : 1 + (uint64_t)slices->group_dg[d][g].n);
    if (!missing) eh_buf_str(out, slices->group_dg[d][g]);
  }
}

static uint64_t hash_of(const char *p, size_t n) {
  uint64_t h = 0xcbf29ce484222325u;
  for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
  return h ^ h >> 32;
}

static bool grow(eh_units *units) {
  if (units->count == units->unit_cap &&
      !eh_cube_resize(units->mem, &units->unit_u, &units->unit_cap, units->unit_cap ? 2 * units->unit_cap : 64,
                      sizeof *units->unit_u))
    return false;
  if (2 * ((size_t)units->count + 1) <= units->slot_cap) return true;
  const size_t count = units->slot_cap ? 2 * units->slot_cap : 256;
  uint32_t *const slot_s = eh_mem_zero(units->mem, count * sizeof *slot_s);
  if (!slot_s) return false;
  for (uint32_t u = 0; u < units->count; u++) {
    size_t s = (size_t)units->unit_u[u].hash & (count - 1);
    while (slot_s[s]) s = (s + 1) & (count - 1);
    slot_s[s] = u + 1;
  }
  eh_mem_free(units->mem, units->slot_s, units->slot_cap * sizeof *slot_s);
  units->slot_s = slot_s;
  units->slot_cap = count;
  return true;
}

eh_status eh_units_of(eh_units *units, uint32_t *unit, const eh_slices *slices, uint32_t s, eh_error *err) {
  const size_t start = units->bytes.n;
  units->bytes.mem = units->mem;
  put_name(&units->bytes, slices, &slices->slice_n[s]);
  if (units->bytes.failed || !grow(units)) return eh_cube_no_memory(err);
  const size_t n = units->bytes.n - start;
  const char *const p = units->bytes.p + start;
  const uint64_t hash = hash_of(p, n);
  size_t at = (size_t)hash & (units->slot_cap - 1);
  for (; units->slot_s[at]; at = (at + 1) & (units->slot_cap - 1)) {
    const eh_unit *const known = &units->unit_u[units->slot_s[at] - 1];
    if (known->hash != hash || known->n != n || memcmp(units->bytes.p + known->start, p, n) != 0) continue;
    units->bytes.n = start;
    *unit = units->slot_s[at] - 1;
    return EH_OK;
  }
  *unit = units->count;
  units->unit_u[units->count++] = (eh_unit){start, n, hash};
  units->slot_s[at] = units->count;
  return EH_OK;
}

void eh_units_free(eh_units *units) {
  eh_buf_free(&units->bytes);
  eh_mem_free(units->mem, units->unit_u, units->unit_cap * sizeof *units->unit_u);
  eh_mem_free(units->mem, units->slot_s, units->slot_cap * sizeof *units->slot_s);
  *units = (eh_units){.mem = units->mem};
}

eh_status eh_fine_slices(eh_slices *out, eh_arena *arena, const eh_cube_spec *spec, const eh_atoms *atoms, eh_error *err) {
  eh_slicing slicing = spec->slicing;
  slicing.show_missing = true;
  return eh_slices_make(out, arena, &slicing, atoms, err);
}

eh_status eh_fan_make(eh_fan *out, eh_arena *arena, const eh_slices *slices, uint32_t atom_count, eh_error *err) {
  uint64_t total = 0;
  for (uint32_t s = 0; s < slices->slice_count; s++) total += slices->slice_n[s].atom_count;
  uint64_t *const start_a = eh_cube_take(arena, (uint64_t)atom_count + 2, sizeof(uint64_t));
  uint32_t *const slice_i = eh_cube_take(arena, total, sizeof(uint32_t));
  if (!start_a || !slice_i) return eh_cube_no_memory(err);
  /* Counted two places up, summed, and filled one place up, the starts end where they belong. */
  for (uint32_t s = 0; s < slices->slice_count; s++)
    for (uint32_t i = 0; i < slices->slice_n[s].atom_count; i++) start_a[slices->slice_n[s].atom_n[i] + 2]++;
  for (uint32_t a = 0; a < atom_count; a++) start_a[a + 2] += start_a[a + 1];
  for (uint32_t s = 0; s < slices->slice_count; s++)
    for (uint32_t i = 0; i < slices->slice_n[s].atom_count; i++)
      slice_i[start_a[slices->slice_n[s].atom_n[i] + 1]++] = s;
  *out = (eh_fan){start_a, slice_i};
  return EH_OK;
}
