/* bins: rows of a model by (group, binned key) while they are folded in, where a group is 2 * slice + label. Called by
 * fold.c and merge_bins.c, which end with eh_bins_place.
 *
 * The one idea: keys that lie close together come together, so they are counted in pages of 64 that a hash table finds;
 * memory follows the pages that hold rows. A count of 32 bits that overflows is carried into a list that hardly
 * ever has an entry.
 */
#include <string.h>

#include "bins.h"

enum { PAGE_BITS = 6, PAGE = 1 << PAGE_BITS, BLOCK_BITS = 6, BLOCK_PAGES = 1 << BLOCK_BITS };

eh_bins eh_bins_new(const eh_cube_spec *spec, uint32_t m, bool sums, const eh_allocator *mem) {
  return (eh_bins){.mem = mem, .spec = spec, .model = m, .sums = sums};
}

static size_t block_count(const eh_bins *bins) { return (bins->page_count + BLOCK_PAGES - 1) >> BLOCK_BITS; }

static void drop_block(eh_bins *bins, size_t b) {
  if (bins->count_b && bins->count_b[b]) eh_mem_free(bins->mem, bins->count_b[b], BLOCK_PAGES * PAGE * sizeof(uint32_t));
  if (bins->sum_b && bins->sum_b[b]) eh_mem_free(bins->mem, bins->sum_b[b], BLOCK_PAGES * PAGE * sizeof(eh_i128));
  if (bins->count_b) bins->count_b[b] = NULL;
  if (bins->sum_b) bins->sum_b[b] = NULL;
}

void eh_bins_free(eh_bins *bins) {
  for (size_t b = 0; b < block_count(bins); b++) drop_block(bins, b);
  eh_mem_free(bins->mem, bins->count_b, bins->count_cap * sizeof *bins->count_b);
  eh_mem_free(bins->mem, bins->sum_b, bins->sum_cap * sizeof *bins->sum_b);
  eh_mem_free(bins->mem, bins->name_p, bins->name_cap * sizeof *bins->name_p);
  eh_mem_free(bins->mem, bins->slot_s, bins->slot_cap * sizeof *bins->slot_s);
  eh_mem_free(bins->mem, bins->carry_n, bins->carry_cap * sizeof *bins->carry_n);
  *bins = eh_bins_new(bins->spec, bins->model, bins->sums, bins->mem);
}

/* ---- pages ------------------------------------------------------------------------------------------------------- */

static size_t slot_of(uint64_t name, size_t slot_count) {
  return (size_t)((name ^ name >> 29) * 0x9e3779b97f4a7c15u >> 24) & (slot_count - 1);
}

static bool grow_slots(eh_bins *bins) {
  const size_t count = bins->slot_cap ? bins->slot_cap * 2 : 1024;
  const size_t bytes = eh_cube_bytes(count, sizeof *bins->slot_s);
  uint32_t *const slot_s = bytes ? eh_mem_zero(bins->mem, bytes) : NULL;
  if (!slot_s) return false;
  for (uint32_t p = 0; p < bins->page_count; p++) {
    size_t s = slot_of(bins->name_p[p], count);
    while (slot_s[s]) s = (s + 1) & (count - 1);
    slot_s[s] = p + 1;
  }
  eh_mem_free(bins->mem, bins->slot_s, bins->slot_cap * sizeof *bins->slot_s);
  bins->slot_s = slot_s;
  bins->slot_cap = count;
  return true;
}

/* A block of zeros at place b of a list of blocks. */
static bool add_block(const eh_bins *bins, void *list, size_t *cap, size_t b, size_t item) {
  void **block_b;
  if (b >= *cap) {
    const size_t had = *cap;
    if (!eh_cube_resize(bins->mem, list, cap, had ? 2 * had : 16, sizeof(void *))) return false;
    memcpy(&block_b, list, sizeof block_b);
    memset(block_b + had, 0, (*cap - had) * sizeof *block_b);
  }
  memcpy(&block_b, list, sizeof block_b);
  if (!block_b[b]) block_b[b] = eh_mem_zero(bins->mem, BLOCK_PAGES * PAGE * item);
  return block_b[b] != NULL;
}

static bool add_page(eh_bins *bins, uint64_t name) {
  const size_t b = bins->page_count >> BLOCK_BITS;
  if (2 * ((size_t)bins->page_count + 1) > bins->slot_cap && !grow_slots(bins)) return false;
  if (bins->page_count == bins->name_cap &&
      !eh_cube_resize(bins->mem, &bins->name_p, &bins->name_cap, bins->name_cap ? 2 * bins->name_cap : 1024,
                      sizeof *bins->name_p))
    return false;
  /* The page counts from here on, so that whatever is taken for it is freed. */
  bins->name_p[bins->page_count++] = name;
  if (!add_block(bins, &bins->count_b, &bins->count_cap, b, sizeof(uint32_t)) ||
      (bins->sums && !add_block(bins, &bins->sum_b, &bins->sum_cap, b, sizeof(eh_i128))))
    return false;
  size_t s = slot_of(name, bins->slot_cap);
  while (bins->slot_s[s]) s = (s + 1) & (bins->slot_cap - 1);
  bins->slot_s[s] = bins->page_count;
  return true;
}

/* Index of the page of that name, made if need be; false if memory is out. */
static bool find_page(eh_bins *bins, uint32_t *page, uint64_t name) {
  for (size_t s = bins->slot_cap ? slot_of(name, bins->slot_cap) : 0; bins->slot_cap && bins->slot_s[s];
       s = (s + 1) & (bins->slot_cap - 1)) {
    *page = bins->slot_s[s] - 1;
    if (bins->name_p[*page] == name) return true;
  }
  *page = bins->page_count;
  return bins->page_count < UINT32_MAX - 1 && add_page(bins, name);
}

static uint32_t *counts_of(const eh_bins *bins, uint32_t page) {
  return bins->count_b[page >> BLOCK_BITS] + (size_t)(page & (BLOCK_PAGES - 1)) * PAGE;
}

static eh_i128 *sums_of(const eh_bins *bins, uint32_t page) {
  return bins->sum_b[page >> BLOCK_BITS] + (size_t)(page & (BLOCK_PAGES - 1)) * PAGE;
}

static bool carry(eh_bins *bins, uint32_t page, uint32_t at, uint64_t times) {
  if (bins->carry_count == bins->carry_cap &&
      !eh_cube_resize(bins->mem, &bins->carry_n, &bins->carry_cap, bins->carry_cap ? 2 * bins->carry_cap : 16,
                      sizeof *bins->carry_n))
    return false;
  bins->carry_n[bins->carry_count++] = (eh_bin_carry){(uint64_t)page << PAGE_BITS | at, times};
  return true;
}

eh_status eh_bins_add(eh_bins *bins, uint32_t group, const eh_bin *bin_n, size_t n, eh_error *err) {
  uint64_t here = UINT64_MAX;
  uint32_t page = 0;
  for (size_t i = 0; i < n; i++) {
    const uint64_t name = (uint64_t)group << 32 | bin_n[i].key >> PAGE_BITS;
    const uint32_t at = bin_n[i].key & (PAGE - 1);
    if (name != here && !find_page(bins, &page, name)) return eh_cube_no_memory(err);
    here = name;
    uint32_t *const count_k = counts_of(bins, page);
    const uint64_t rows = count_k[at] + bin_n[i].rows;
    count_k[at] = (uint32_t)rows;
    if (rows >> 32 && !carry(bins, page, at, rows >> 32)) return eh_cube_no_memory(err);
    if (bins->sums && !eh_i128_add(&sums_of(bins, page)[at], bin_n[i].sum))
      return eh_coarse_sum_fails(bins->spec, bins->model, err);
  }
  return EH_OK;
}

eh_status eh_bins_close(eh_bin *bin_n, size_t *bin_count, const eh_cube_spec *spec, unsigned bits, uint32_t m,
                        const uint64_t *key_c, const uint64_t *rows_c, size_t n, eh_error *err) {
  size_t b = 0;
  for (size_t c = 0; c < n; c++) {
    const uint64_t key = eh_bin_key(spec, bits, key_c[c]);
    if (!b || bin_n[b - 1].key != key) bin_n[b++] = (eh_bin){.key = key};
    bin_n[b - 1].rows += rows_c[c];
    if (spec->no_bin_sums) continue;
    const double score = eh_key_score(key_c[c]);
    eh_i192 unused = {{0}};
    if (!eh_sums_add_times(&bin_n[b - 1].sum, &unused, &score, &rows_c[c], 1)) return eh_coarse_sum_fails(spec, m, err);
  }
  *bin_count = b;
  return EH_OK;
}

/* ---- into a cube ------------------------------------------------------------------------------------------------- */

static uint64_t rows_of(const eh_bins *bins, uint32_t page, uint32_t at) {
  const uint64_t cell = (uint64_t)page << PAGE_BITS | at;
  uint64_t rows = counts_of(bins, page)[at];
  for (size_t c = 0; c < bins->carry_count; c++)
    if (bins->carry_n[c].cell == cell) rows += bins->carry_n[c].times << 32;
  return rows;
}

/* ---- into another table ------------------------------------------------------------------------------------------ */

static eh_status pour_page(eh_bins *bins, const eh_bins *from, uint32_t p, uint32_t group, eh_error *err) {
  eh_bin bin_n[PAGE];
  size_t n = 0;
  for (uint32_t at = 0; at < PAGE; at++) {
    const uint64_t rows = from->carry_count ? rows_of(from, p, at) : counts_of(from, p)[at];
    if (!rows) continue;
    bin_n[n] = (eh_bin){.key = (uint64_t)(uint32_t)from->name_p[p] << PAGE_BITS | at, .rows = rows};
    if (from->sums) bin_n[n].sum = sums_of(from, p)[at];
    n++;
  }
  return eh_bins_add(bins, group, bin_n, n, err);
}

eh_status eh_bins_pour(eh_bins *bins, eh_bins *from, const uint32_t *to_u, eh_error *err) {
  for (uint32_t p = 0; p < from->page_count; p++) {
    const uint32_t group = (uint32_t)(from->name_p[p] >> 32);
    EH_TRY(pour_page(bins, from, p, 2 * to_u[group / 2] + group % 2, err));
    if ((p + 1) % BLOCK_PAGES == 0) drop_block(from, p >> BLOCK_BITS);
  }
  eh_bins_free(from);
  return EH_OK;
}

/* ---- into a cube: their order ------------------------------------------------------------------------------------- */

/* Pages in the order of slice, label and key. to_slice[u] tells the slice of unit u; NULL: units are slices. */
static eh_status order_pages(eh_tail *tail, eh_arena *arena, const eh_bins *bins, const uint32_t *to_slice,
                             eh_error *err) {
  const size_t n = bins->page_count;
  eh_tail spare = {eh_cube_take(arena, n, sizeof(uint64_t)), eh_cube_take(arena, n, sizeof(uint32_t))};
  *tail = (eh_tail){eh_cube_take(arena, n, sizeof(uint64_t)), eh_cube_take(arena, n, sizeof(uint32_t))};
  if (!spare.key_n || !spare.group_n || !tail->key_n || !tail->group_n) return eh_cube_no_memory(err);
  for (uint32_t p = 0; p < n; p++) {
    const uint32_t group = (uint32_t)(bins->name_p[p] >> 32), unit = group / 2;
    tail->key_n[p] = bins->name_p[p] << 32 | p;
    tail->group_n[p] = 2 * (to_slice ? to_slice[unit] : unit) + group % 2;
  }
  if (n) eh_tail_sort(tail, &spare, n);
  return EH_OK;
}

static uint64_t count_cells(const eh_bins *bins) {
  uint64_t n = 0;
  for (uint32_t p = 0; p < bins->page_count; p++) {
    const uint32_t *const count_k = counts_of(bins, p);
    for (uint32_t k = 0; k < PAGE; k++) n += count_k[k] != 0;
  }
  for (size_t c = 0; c < bins->carry_count; c++) { /* a count that is carried whole */
    const uint64_t cell = bins->carry_n[c].cell;
    bool first = counts_of(bins, (uint32_t)(cell >> PAGE_BITS))[cell & (PAGE - 1)] == 0;
    for (size_t before = 0; before < c; before++) first = first && bins->carry_n[before].cell != cell;
    n += first;
  }
  return n;
}

static void put_page(eh_cube_cells *cells, const eh_bins *bins, uint32_t page, uint64_t *below) {
  const uint64_t key = (uint64_t)(uint32_t)bins->name_p[page] << PAGE_BITS;
  for (uint32_t at = 0; at < PAGE; at++) {
    uint64_t rows = counts_of(bins, page)[at];
    if (bins->carry_count) rows = rows_of(bins, page, at);
    if (!rows) continue;
    cells->key_c[cells->n] = key | at;
    cells->below_c[cells->n] = *below += rows;
    if (bins->sums) cells->score_c[cells->n] = sums_of(bins, page)[at];
    cells->n++;
  }
}

eh_status eh_bins_place(eh_cube *cube, uint32_t m, const eh_bins *bins, const uint32_t *to_slice, eh_error *err) {
  const uint32_t group_count = 2 * cube->fine.slice_count;
  eh_cube_cells *const cells = &cube->cells_m[m];
  eh_cube_model *const model = &cube->model_m[m];
  uint64_t *const cell_sy = eh_cube_take(&cube->arena, (uint64_t)group_count + 1, sizeof(uint64_t));
  const uint64_t count = count_cells(bins);
  if (count > EH_CELLS_MAX) return eh_bins_too_many(err);
  eh_arena scratch = {.mem = cube->mem};
  eh_tail tail;
  eh_status status = cell_sy ? order_pages(&tail, &scratch, bins, to_slice, err) : eh_cube_no_memory(err);
  if (!status) status = eh_cube_cells_resize(cube, cells, count, bins->sums, err);
  size_t p = 0;
  for (uint32_t g = 0; !status && g < group_count; g++) {
    uint64_t below = 0;
    for (; p < bins->page_count && tail.group_n[p] == g; p++) put_page(cells, bins, (uint32_t)tail.key_n[p], &below);
    cell_sy[g + 1] = cells->n;
  }
  eh_arena_free(&scratch);
  if (status) return status;
  model->cell_sy = cell_sy;
  model->key_c = cells->key_c;
  model->below_c = cells->below_c;
  model->score_c = cells->score_c;
  return EH_OK;
}

eh_status eh_bins_too_many(eh_error *err) {
  return eh_fail(err, EH_E_LIMIT,
                 "more than %u distinct (binned score, slice, label) cells; bin by fewer bits (--score-bits 11 or 7), or "
                 "slice by fewer columns", (uint64_t)EH_CELLS_MAX);
}
