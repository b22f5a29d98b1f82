/* poisson: how many times the rows of a cell are drawn in each replicate of a bootstrap: Poisson with the cell's count as
 * its mean. Called by bootstrap.c.
 *
 * Idea: inversion of the distribution function in integers. 16 random bits look into a table whose entry nearly always
 * settles the number drawn; where a step of the function falls between two values of those bits, 32 more decide. Poisson
 * variables add, so a large count is the sum of a few draws with means that have a table: 65,536, a multiple of 256, the rest.
 */
#include "poisson.h"

#include "evenhand/simd.h"

enum { TABLES = EH_MEAN_SMALL + EH_MEAN_LARGE / EH_MEAN_SMALL + 1, WIDTH_MAX = 1 << 15 };

/* Outcomes less likely than this, relative to the likeliest, do not occur. */
#define NEVER 0x1p-60

struct eh_poisson {
  const eh_allocator *mem;
  eh_arena arena;
  const eh_kernels *kernels;
  uint32_t key[2];
  eh_poisson_table *table_t[TABLES];
};

eh_status eh_poisson_new(eh_poisson **out, uint64_t seed, const eh_allocator *mem, eh_error *err) {
  eh_poisson *poisson = eh_mem_zero(mem, sizeof *poisson);
  if (!poisson) return eh_fail(err, EH_E_MEMORY, "out of memory");
  poisson->mem = poisson->arena.mem = mem;
  poisson->kernels = eh_simd_kernels();
  poisson->key[0] = (uint32_t)seed;
  poisson->key[1] = (uint32_t)(seed >> 32);
  *out = poisson;
  return EH_OK;
}

void eh_poisson_free(eh_poisson *poisson) {
  if (!poisson) return;
  const eh_allocator *mem = poisson->mem;
  eh_arena_free(&poisson->arena);
  eh_mem_free(mem, poisson, sizeof *poisson);
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

/* Masses relative to that of the mean, which is a mode, by the ratio of neighbours: mass_k[k] is that of *first + k. */
static uint32_t find_masses(double mass_k[WIDTH_MAX], uint32_t *first, uint32_t mean) {
  uint32_t low = mean, k = mean;
  double mass = 1;
  for (double next = mass; low && next >= NEVER; low--) next *= low / (double)mean;
  *first = low;
  mass_k[mean - low] = mass;
  for (; k > low; k--) mass_k[k - 1 - low] = mass *= k / (double)mean;
  mass = 1;
  for (k = mean; mass >= NEVER; k++) mass_k[k + 1 - low] = mass *= mean / (double)(k + 1);
  return k + 1 - low;
}

static void fill_cuts(eh_poisson_table *t, const double *mass_k) {
  double total = 0, sum = 0;
  for (uint32_t k = 0; k < t->width; k++) total += mass_k[k];
  for (uint32_t k = 0; k < t->width; k++) t->cut_k[k] = (uint64_t)((sum += mass_k[k]) / total * 0x1p48);
  t->cut_k[t->width - 1] = EH_STEP_ONE;
}

static void fill_entries(eh_poisson_table *t) {
  uint32_t k = 0;
  for (uint32_t b = 0; b < EH_BINS; b++) {
    const uint64_t start = (uint64_t)b << (EH_BIN_BITS + 32), end = start + ((uint64_t)1 << (EH_BIN_BITS + 32));
    uint32_t inside = 0;
    while (t->cut_k[k] <= start) k++;
    while (k + inside < t->width && t->cut_k[k + inside] < end) inside++;
    const uint32_t at = inside ? (uint32_t)(t->cut_k[k] >> 32) : 0xffff;
    t->entry_b[b] = (uint32_t)(inside > 1) << 31 | k << 16 | at;
  }
}

const eh_poisson_table *eh_poisson_table_of(eh_poisson *poisson, uint32_t mean, eh_error *err) {
  eh_poisson_table **at = &poisson->table_t[mean < EH_MEAN_SMALL ? mean : EH_MEAN_SMALL + mean / EH_MEAN_SMALL];
  if (*at) return *at;
  double *mass_k = eh_mem_zero(poisson->mem, WIDTH_MAX * sizeof *mass_k);
  eh_poisson_table *t = eh_arena_take(&poisson->arena, sizeof *t);
  if (mass_k && t) {
    t->width = find_masses(mass_k, &t->first, mean);
    t->cut_k = eh_arena_take(&poisson->arena, t->width * sizeof *t->cut_k);
  }
  const bool made = mass_k && t && t->cut_k;
  if (made) {
    fill_cuts(t, mass_k);
    fill_entries(t);
    *at = t;
  } else {
    eh_fail(err, EH_E_MEMORY, "out of memory");
  }
  if (mass_k) eh_mem_free(poisson->mem, mass_k, WIDTH_MAX * sizeof *mass_k);
  return made ? t : NULL;
}

/* ---- draws ------------------------------------------------------------------------------------------------------- */

/* Counters: word 0 the block of 8 replicates, words 1 and 3 the cell, word 2 the part of a large count. The bits that
 * settle come from counters of their own, with the replicate in word 0. */
#define SETTLES 0x80000000u
#define NORMALS 0x40000000u

/* The outcome where the entry does not decide. */
static uint32_t settle(const eh_poisson *poisson, const eh_poisson_table *t, uint32_t r, const uint32_t counter[4], uint32_t b) {
  uint32_t k = t->entry_b[r >> EH_BIN_BITS] >> 16 & 0x7fff, word[4];
  while (t->cut_k[k] <= (uint64_t)r << 32) k++;
  if (t->cut_k[k] >= (uint64_t)(r + 1) << 32) return k;
  eh_philox(word, (uint32_t[4]){b, counter[1], counter[2] | SETTLES, counter[3]}, poisson->key);
  while (t->cut_k[k] <= ((uint64_t)r << 32 | word[0])) k++;
  return k;
}

static void draw_part(const eh_poisson *poisson, uint32_t *draw_b, const eh_poisson_table *t, uint64_t cell, uint32_t part,
                      uint32_t group) {
  enum { BLOCKS = 16, WORDS = 2 * BLOCKS };
  const uint32_t counter[4] = {group * BLOCKS, (uint32_t)cell, part, (uint32_t)(cell >> 32)};
  uint64_t word_n[WORDS];
  poisson->kernels->philox16(word_n, counter, poisson->key);
  for (uint32_t i = 0; i < WORDS; i++) {
    for (uint32_t j = 0; j < 4; j++) {
      const uint32_t r = word_n[i] >> 16 * j & 0xffff, entry = t->entry_b[r >> EH_BIN_BITS], at = entry & 0xffff;
      uint32_t k = (entry >> 16) + (r > at);
      if (__builtin_expect(r == at || entry >> 31, 0))
        k = settle(poisson, t, r, counter, group * EH_REPLICATE_GROUP + 4 * i + j);
      draw_b[4 * i + j] = t->first + k;
    }
  }
}

eh_status eh_poisson_draw(eh_poisson *poisson, uint32_t draw_b[EH_REPLICATE_GROUP], uint64_t cell, uint32_t count,
                          uint32_t group, eh_error *err) {
  uint32_t more_b[EH_REPLICATE_GROUP], part = 0;
  while (count) {
    const uint32_t mean = count >= EH_MEAN_LARGE ? EH_MEAN_LARGE : count >= EH_MEAN_SMALL ? count / EH_MEAN_SMALL * EH_MEAN_SMALL : count;
    const eh_poisson_table *t = eh_poisson_table_of(poisson, mean, err);
    if (!t) return EH_E_MEMORY;
    draw_part(poisson, part ? more_b : draw_b, t, cell, part, group);
    if (part++) poisson->kernels->add_u32(draw_b, more_b, EH_REPLICATE_GROUP);
    count -= mean;
  }
  for (uint32_t b = 0; !part && b < EH_REPLICATE_GROUP; b++) draw_b[b] = 0;
  return EH_OK;
}

void eh_normal_draw(const eh_poisson *poisson, double z_b[EH_REPLICATE_GROUP], uint64_t cell, uint32_t group) {
  for (uint32_t b = 0; b < EH_REPLICATE_GROUP; b++) {
    uint32_t word[4];
    eh_philox(word, (uint32_t[4]){group * EH_REPLICATE_GROUP + b, (uint32_t)cell, NORMALS, (uint32_t)(cell >> 32)}, poisson->key);
    z_b[b] = eh_normal_quantile((word[0] + .5) * 0x1p-32);
  }
}

/* ---- cells to slices --------------------------------------------------------------------------------------------- */

eh_status eh_bootstrap_counts(uint32_t *sum_swb, const eh_bootstrap_cells *cells, uint32_t group, eh_poisson *poisson,
                              eh_error *err) {
  const uint32_t width = cells->width;
  uint32_t draw_b[EH_REPLICATE_GROUP];
  for (uint32_t a = 0; a < cells->atom_count; a++) {
    const uint64_t from = cells->start_a[a], to = cells->start_a[a + 1];
    for (uint32_t w = 0; from < to && w < width; w++) {
      const uint64_t cell = (uint64_t)a * width + w;
      if (!cells->count_aw[cell]) continue;
      EH_TRY(eh_poisson_draw(poisson, draw_b, cell, cells->count_aw[cell], group, err));
      for (uint64_t i = from; i < to; i++)
        poisson->kernels->add_u32(sum_swb + ((size_t)cells->slice_i[i] * width + w) * EH_REPLICATE_GROUP, draw_b,
                                  EH_REPLICATE_GROUP);
    }
  }
  return EH_OK;
}
