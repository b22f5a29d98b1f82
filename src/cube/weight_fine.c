/* weight_fine: weights by (atom, label, score key), for the AUC and thresholds that were not asked for. Called by weight.c
 * and weight_table.c.
 *
 * The one idea: cells are found by hash while rows stream in and sorted once at the end, by keys that are distinct, so
 * that the order of rows leaves no trace.
 */
#include <stdlib.h>
#include <string.h>

#include "weight.h"

static size_t slot_of(const eh_weight_fine *fine, uint32_t group, uint64_t key) {
  uint64_t hash = (key ^ (uint64_t)group << 40 ^ group) * 0x9e3779b97f4a7c15u;
  hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93u;
  return (size_t)(hash >> 20) & (fine->slot_cap - 1);
}

/* The slot of an entry, or the free one where it belongs. */
static size_t find(const eh_weight_fine *fine, uint32_t group, uint64_t key) {
  size_t at = slot_of(fine, group, key);
  for (; fine->slot_n[at]; at = (at + 1) & (fine->slot_cap - 1)) {
    const eh_weight_entry *const e = &fine->entry_n[fine->slot_n[at] - 1];
    if (e->key == key && e->group == group) break;
  }
  return at;
}

/* Twice the slots; the entries find their places again. */
static bool grow_slots(eh_weight_fine *fine, const eh_allocator *mem) {
  const size_t cap = fine->slot_cap ? 2 * fine->slot_cap : 1024;
  uint32_t *const slot_n = eh_mem_zero(mem, cap * sizeof *slot_n);
  if (!slot_n) return false;
  eh_mem_free(mem, fine->slot_n, fine->slot_cap * sizeof *slot_n);
  fine->slot_n = slot_n;
  fine->slot_cap = cap;
  for (size_t i = 0; i < fine->n; i++)
    slot_n[find(fine, fine->entry_n[i].group, fine->entry_n[i].key)] = (uint32_t)i + 1;
  return true;
}

eh_status eh_weight_fine_cell(eh_weight_cell **out, eh_weight_fine *fine, const eh_allocator *mem, uint32_t group,
                              uint64_t key, eh_error *err) {
  if (2 * fine->n >= fine->slot_cap && !grow_slots(fine, mem)) return eh_cube_no_memory(err);
  const size_t at = find(fine, group, key);
  if (!fine->slot_n[at]) {
    if (fine->n == EH_CELLS_MAX) return eh_cells_too_many(err);
    if (fine->n == fine->entry_cap &&
        !eh_cube_resize(mem, &fine->entry_n, &fine->entry_cap, fine->n ? 2 * (uint64_t)fine->n : 512,
                        sizeof *fine->entry_n))
      return eh_cube_no_memory(err);
    fine->entry_n[fine->n++] = (eh_weight_entry){.key = key, .group = group};
    fine->slot_n[at] = (uint32_t)fine->n;
  }
  *out = &fine->entry_n[fine->slot_n[at] - 1].cell;
  return EH_OK;
}

void eh_weight_fine_free(eh_weight_fine *fine, const eh_allocator *mem) {
  eh_mem_free(mem, fine->entry_n, fine->entry_cap * sizeof *fine->entry_n);
  eh_mem_free(mem, fine->slot_n, fine->slot_cap * sizeof *fine->slot_n);
  memset(fine, 0, sizeof *fine);
}

static int compare(const void *left, const void *right) {
  const eh_weight_entry *const a = left, *const b = right;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  return a->key < b->key ? -1 : a->key > b->key;
}

eh_status eh_weight_fine_place(eh_cube *cube, uint32_t m, eh_weight_fine *fine, const uint32_t *order_a, eh_error *err) {
  const uint32_t group_count = 2 * cube->atoms.atom_count;
  uint64_t *const start_ay = eh_cube_take(&cube->arena, (uint64_t)group_count + 1, sizeof *start_ay);
  uint64_t *const key_c = eh_cube_take(&cube->arena, fine->n, sizeof *key_c);
  eh_weight_cell *const cell_c = eh_cube_take(&cube->arena, fine->n, sizeof *cell_c);
  if (!start_ay || !key_c || !cell_c) return eh_cube_no_memory(err);
  for (size_t i = 0; order_a && i < fine->n; i++)
    fine->entry_n[i].group = 2 * order_a[fine->entry_n[i].group / 2] + fine->entry_n[i].group % 2;
  if (fine->n) qsort(fine->entry_n, fine->n, sizeof *fine->entry_n, compare);
  size_t at = 0;
  for (uint32_t g = 0; g < group_count; g++) {
    start_ay[g] = at;
    for (; at < fine->n && fine->entry_n[at].group == g; at++) {
      key_c[at] = fine->entry_n[at].key;
      cell_c[at] = fine->entry_n[at].cell;
    }
  }
  start_ay[group_count] = at;
  cube->weight_m[m].start_ay = start_ay;
  cube->weight_m[m].key_c = key_c;
  cube->weight_m[m].cell_c = cell_c;
  return EH_OK;
}
