/* pair: rows that two models both select, counted in the same pass. Called by the builder, merge, save and load.
 *
 * The one idea: both models select a row at threshold t exactly where the lesser of its scores is above t. So the joint table
 * of a pair is the coarse table of one more score, the lesser of the two; with the counts of either model it gives all four
 * cells at every threshold. Pairs are those of the first model with each other one.
 */
#include <string.h>

#include "builder.h"
#include "load.h"

struct eh_pairs {
  eh_cube_spec spec;            /* as the builder's, without sums of scores */
  eh_coarse *coarse_m;
  double *first_n, *lesser_n;   /* scores of one chunk */
};

/* ---- counting ---------------------------------------------------------------------------------------------------- */

eh_status eh_pairs_new(eh_cube_builder *builder, eh_error *err) {
  eh_arena *const arena = &builder->arena;
  eh_pairs *const pairs = eh_cube_take(arena, 1, sizeof *pairs);
  if (!pairs) return eh_cube_no_memory(err);
  const uint32_t model_count = builder->spec.model_count;
  pairs->spec = builder->spec;
  pairs->spec.no_sums = true;
  pairs->coarse_m = eh_cube_take(arena, model_count, sizeof *pairs->coarse_m);
  pairs->first_n = eh_cube_take(arena, EH_CHUNK_ROWS, sizeof(double));
  pairs->lesser_n = eh_cube_take(arena, EH_CHUNK_ROWS, sizeof(double));
  if (!pairs->coarse_m || !pairs->first_n || !pairs->lesser_n) return eh_cube_no_memory(err);
  for (uint32_t m = 1; m < model_count; m++) EH_TRY(eh_coarse_new(&pairs->coarse_m[m], arena, &pairs->spec, err));
  builder->pairs = pairs;
  return EH_OK;
}

void eh_pairs_free(eh_cube_builder *builder) {
  for (uint32_t m = 1; builder->pairs && m < builder->spec.model_count; m++) eh_coarse_free(&builder->pairs->coarse_m[m]);
}

eh_status eh_pairs_count(eh_cube_builder *builder, uint32_t m, const uint32_t *group_n, const double *score_n, size_t n,
                         eh_error *err) {
  eh_pairs *const pairs = builder->pairs;
  if (!m) {
    memcpy(pairs->first_n, score_n, n * sizeof *score_n);
    return EH_OK;
  }
  for (size_t i = 0; i < n; i++) pairs->lesser_n[i] = score_n[i] < pairs->first_n[i] ? score_n[i] : pairs->first_n[i];
  return eh_coarse_add(&pairs->coarse_m[m], 2 * eh_atomizer_count(builder->atomizer), group_n, pairs->lesser_n, n, err);
}

/* ---- in a cube --------------------------------------------------------------------------------------------------- */

static uint64_t table_size(const eh_cube *cube) {
  return 2 * (uint64_t)cube->atoms.atom_count * (cube->spec.threshold_count + 1);
}

static uint64_t *take_table(eh_cube *cube, uint32_t m) {
  uint64_t *const both_ayk = eh_cube_take(&cube->arena, table_size(cube), sizeof *both_ayk);
  cube->model_m[m].both_ayk = both_ayk;
  return both_ayk;
}

static void add_group(uint64_t *to_ayk, const uint64_t *from_ayk, size_t to, size_t from, size_t intervals) {
  for (size_t k = 0; k < intervals; k++) to_ayk[to * intervals + k] += from_ayk[from * intervals + k];
}

eh_status eh_pairs_place(const eh_cube_builder *builder, eh_cube *cube, const uint32_t *order_a, eh_error *err) {
  const size_t intervals = cube->spec.threshold_count + 1;
  for (uint32_t m = 1; m < cube->spec.model_count; m++) {
    uint64_t *const both_ayk = take_table(cube, m);
    if (!both_ayk) return eh_cube_no_memory(err);
    for (uint32_t a = 0; a < cube->atoms.atom_count && 2 * a + 1 < builder->pairs->coarse_m[m].group_count; a++)
      for (size_t y = 0; y < 2; y++)
        add_group(both_ayk, builder->pairs->coarse_m[m].count_gk, 2 * (size_t)order_a[a] + y, 2 * (size_t)a + y, intervals);
  }
  return EH_OK;
}

bool eh_cube_has_pairs(const eh_cube *cube) { return cube->spec.model_count > 1 && cube->model_m[1].both_ayk; }

eh_status eh_cube_pairs_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                              eh_error *err) {
  const size_t intervals = cube->spec.threshold_count + 1;
  bool all = true;
  for (uint32_t p = 0; p < k; p++) all = all && eh_cube_has_pairs(part_k[p]);
  for (uint32_t m = 1; all && m < cube->spec.model_count; m++) {
    uint64_t *const both_ayk = take_table(cube, m);
    if (!both_ayk) return eh_cube_no_memory(err);
    for (uint32_t p = 0; p < k; p++)
      for (uint32_t g = 0; g < 2 * part_k[p]->atoms.atom_count; g++)
        if (order_ka[p][g / 2] != UINT32_MAX)
          add_group(both_ayk, part_k[p]->model_m[m].both_ayk, 2 * (size_t)order_ka[p][g / 2] + g % 2, g, intervals);
  }
  return EH_OK;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

void eh_cube_pairs_save(const eh_cube *cube, eh_buf *out) {
  for (uint32_t m = 1; m < cube->spec.model_count; m++)
    for (uint64_t i = 0; i < table_size(cube); i++) eh_put_varint(out, cube->model_m[m].both_ayk[i]);
}

/* As many rows as there are, and at every threshold as many that both select as either model's count allows. */
static bool is_possible(const uint64_t *both_k, const uint64_t *first_k, const uint64_t *other_k, uint64_t rows,
                        uint32_t intervals) {
  uint64_t both = 0, first = 0, other = 0;
  for (uint32_t k = intervals; k-- > 0;) {
    if (both_k[k] > rows - both) return false;
    both += both_k[k], first += first_k[k], other += other_k[k];
    if (both > first || both > other || first - both > rows - other) return false;
  }
  return both == rows;
}

eh_status eh_cube_pairs_load(eh_cube *cube, eh_cursor cur, eh_error *err) {
  const uint32_t intervals = cube->spec.threshold_count + 1;
  if (table_size(cube) * (cube->spec.model_count - 1) > eh_bytes_left(&cur)) return eh_cube_corrupt(err, "its pairs of models");
  for (uint32_t m = 1; m < cube->spec.model_count; m++) {
    uint64_t *const both_ayk = take_table(cube, m);
    if (!both_ayk) return eh_cube_no_memory(err);
    for (uint64_t i = 0; i < table_size(cube); i++) both_ayk[i] = eh_get_varint(&cur);
    for (uint32_t g = 0; g < 2 * cube->atoms.atom_count; g++) {
      const size_t at = (size_t)g * intervals;
      if (cur.bad || !is_possible(both_ayk + at, cube->model_m[0].count_ayk + at, cube->model_m[m].count_ayk + at,
                                  cube->view.rows_ay[g], intervals))
        return eh_cube_corrupt(err, "its pairs of models");
    }
  }
  return cur.bad || cur.p != cur.end ? eh_cube_corrupt(err, "its pairs of models") : EH_OK;
}
