/* pair: rows that two models both select, counted in the same pass. Called by the builder, merge, save and load, and asked by
 * the audit.
 *
 * The one idea: thresholds cut scores into intervals, so one table of rows by the interval of either score answers for any two
 * thresholds. Where all such tables would be too much, what is left is the first model with each other one at common thresholds: both
 * select a row exactly where the lesser of its scores is above, and the interval of the lesser is the lesser of the intervals.
 */
#include <string.h>

#include "builder.h"
#include "load.h"

struct eh_pairs {
  eh_cube_spec spec;            /* as the builder's, without sums of scores */
  eh_coarse *coarse_m;          /* of the lesser score: where there is no joint table */
  double *first_n, *lesser_n;   /* scores of one chunk */
  uint32_t **interval_mn;       /* intervals of one chunk */
  uint64_t *joint_gpkl;         /* [provisional group][pair][K][K] */
  size_t joint_cap;
  bool many;                    /* joint tables have become too much */
};

/* Pairs of models i < m in order of m, then i. */
static uint64_t pair_count(const eh_cube_spec *spec) { return (uint64_t)spec->model_count * (spec->model_count - 1) / 2; }
static uint64_t cells_of(const eh_cube_spec *spec) { return (uint64_t)(spec->threshold_count + 1) * (spec->threshold_count + 1); }
static bool is_too_much(const eh_cube_spec *spec, uint64_t groups) {
  return groups > EH_JOINT_MAX / cells_of(spec) / pair_count(spec);
}

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
  pairs->interval_mn = eh_cube_take(arena, model_count, sizeof *pairs->interval_mn);
  if (!pairs->coarse_m || !pairs->first_n || !pairs->lesser_n || !pairs->interval_mn) return eh_cube_no_memory(err);
  for (uint32_t m = 0; m < model_count; m++) {
    EH_TRY(eh_coarse_new(&pairs->coarse_m[m], arena, &pairs->spec, err));
    pairs->interval_mn[m] = eh_cube_take(arena, EH_CHUNK_ROWS, sizeof(uint32_t));
    if (!pairs->interval_mn[m]) return eh_cube_no_memory(err);
  }
  builder->pairs = pairs;
  return EH_OK;
}

void eh_pairs_free(eh_cube_builder *builder) {
  eh_pairs *const pairs = builder->pairs;
  if (!pairs) return;
  for (uint32_t m = 1; m < builder->spec.model_count; m++) eh_coarse_free(&pairs->coarse_m[m]);
  eh_mem_free(builder->mem, pairs->joint_gpkl, pairs->joint_cap * sizeof *pairs->joint_gpkl);
  pairs->joint_gpkl = NULL;
  pairs->joint_cap = 0;
}

/* Rows by the lesser interval, of a joint table. */
static void add_lesser(uint64_t *to_k, const uint64_t *joint_kl, uint32_t intervals) {
  for (uint32_t k = 0; k < intervals; k++)
    for (uint32_t l = 0; l < intervals; l++) to_k[k < l ? k : l] += joint_kl[(size_t)k * intervals + l];
}

/* The table of pair (0, m) among those of a group. */
static uint64_t first_pair(uint32_t m) { return (uint64_t)m * (m - 1) / 2; }

/* From here on pairs are those of the first model, at common thresholds. */
static eh_status give_up(eh_cube_builder *builder, eh_error *err) {
  eh_pairs *const pairs = builder->pairs;
  const uint64_t cells = cells_of(&pairs->spec), pair_n = pair_count(&pairs->spec);
  const size_t groups = (size_t)(pairs->joint_cap / cells / pair_n);
  const uint32_t intervals = pairs->spec.threshold_count + 1;
  for (uint32_t m = 1; m < pairs->spec.model_count; m++) {
    EH_TRY(eh_coarse_add(&pairs->coarse_m[m], (uint32_t)groups, NULL, NULL, 0, err));
    for (size_t g = 0; g < groups; g++)
      add_lesser(pairs->coarse_m[m].count_gk + g * intervals, pairs->joint_gpkl + (g * pair_n + first_pair(m)) * cells, intervals);
  }
  eh_mem_free(builder->mem, pairs->joint_gpkl, pairs->joint_cap * sizeof *pairs->joint_gpkl);
  pairs->joint_gpkl = NULL;
  pairs->joint_cap = 0;
  pairs->many = true;
  return EH_OK;
}

static eh_status make_room(eh_cube_builder *builder, uint32_t groups, eh_error *err) {
  eh_pairs *const pairs = builder->pairs;
  const uint64_t of_group = cells_of(&pairs->spec) * pair_count(&pairs->spec), had = pairs->joint_cap;
  if (is_too_much(&pairs->spec, groups) || builder->marginal) return give_up(builder, err);
  if (groups * of_group <= had) return EH_OK;
  const uint64_t want = 2 * had > groups * of_group ? 2 * had : groups * of_group;
  if (!eh_cube_resize(builder->mem, &pairs->joint_gpkl, &pairs->joint_cap, want / of_group * of_group, sizeof *pairs->joint_gpkl))
    return eh_cube_no_memory(err);
  memset(pairs->joint_gpkl + had, 0, (size_t)(pairs->joint_cap - had) * sizeof *pairs->joint_gpkl);
  return EH_OK;
}

eh_status eh_pairs_count(eh_cube_builder *builder, uint32_t m, const uint32_t *group_n, const double *score_n, size_t n,
                         eh_error *err) {
  eh_pairs *const pairs = builder->pairs;
  const uint32_t groups = 2 * eh_atomizer_count(builder->atomizer), intervals = pairs->spec.threshold_count + 1;
  if (!m) memcpy(pairs->first_n, score_n, n * sizeof *score_n);
  if (!m && !pairs->many) EH_TRY(make_room(builder, groups, err));
  if (!pairs->many) {
    const uint64_t cells = cells_of(&pairs->spec), pair_n = pair_count(&pairs->spec);
    const uint32_t *const own_n = pairs->interval_mn[m];
    eh_coarse_find(&pairs->coarse_m[m], pairs->interval_mn[m], score_n, n);
    for (uint32_t o = 0; o < m; o++) {
      const uint32_t *const other_n = pairs->interval_mn[o];
      uint64_t *const joint = pairs->joint_gpkl + (first_pair(m) + o) * cells;
      for (size_t i = 0; i < n; i++) joint[group_n[i] * pair_n * cells + (size_t)other_n[i] * intervals + own_n[i]]++;
    }
    return EH_OK;
  }
  if (!m) return EH_OK;
  for (size_t i = 0; i < n; i++) pairs->lesser_n[i] = score_n[i] < pairs->first_n[i] ? score_n[i] : pairs->first_n[i];
  return eh_coarse_add(&pairs->coarse_m[m], groups, group_n, pairs->lesser_n, n, err);
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

static uint64_t joint_size(const eh_cube *cube, uint32_t m) { return m * 2 * (uint64_t)cube->atoms.atom_count * cells_of(&cube->spec); }

/* Joint tables of model m with each one before it, [o][atom][2][K][K]. */
static uint64_t *take_joint(eh_cube *cube, uint32_t m) {
  uint64_t *const joint = eh_cube_take(&cube->arena, joint_size(cube, m), sizeof *joint);
  cube->model_m[m].joint_oaykl = joint;
  return joint;
}

/* What is known of the first model at common thresholds follows. */
static eh_status settle(eh_cube *cube, uint32_t m, eh_error *err) {
  const uint32_t intervals = cube->spec.threshold_count + 1;
  uint64_t *const both_ayk = take_table(cube, m);
  if (!both_ayk) return eh_cube_no_memory(err);
  for (size_t g = 0; g < 2 * (size_t)cube->atoms.atom_count; g++)
    add_lesser(both_ayk + g * intervals, cube->model_m[m].joint_oaykl + g * cells_of(&cube->spec), intervals);
  return EH_OK;
}

static void add_cells(uint64_t *to, const uint64_t *from, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] += from[i];
}

static eh_status place_joint(const eh_pairs *pairs, eh_cube *cube, const uint32_t *order_a, eh_error *err) {
  const size_t cells = (size_t)cells_of(&cube->spec), pair_n = (size_t)pair_count(&cube->spec);
  const size_t groups = 2 * (size_t)cube->atoms.atom_count, counted = pairs->joint_cap / cells / pair_n;
  for (uint32_t m = 1; m < cube->spec.model_count; m++) {
    uint64_t *const joint = take_joint(cube, m);
    if (!joint) return eh_cube_no_memory(err);
    for (uint32_t o = 0; o < m; o++)
      for (size_t g = 0; g < groups && g < counted; g++)
        add_cells(joint + (o * groups + 2 * (size_t)order_a[g / 2] + g % 2) * cells,
                  pairs->joint_gpkl + (g * pair_n + first_pair(m) + o) * cells, cells);
    EH_TRY(settle(cube, m, err));
  }
  return EH_OK;
}

eh_status eh_pairs_place(eh_cube_builder *builder, eh_cube *cube, const uint32_t *order_a, eh_error *err) {
  const size_t intervals = cube->spec.threshold_count + 1;
  if (is_too_much(&cube->spec, 2 * (uint64_t)cube->atoms.atom_count) && !builder->pairs->many) EH_TRY(give_up(builder, err));
  if (!builder->pairs->many) return place_joint(builder->pairs, cube, order_a, err);
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
bool eh_cube_has_joint(const eh_cube *cube) { return cube->spec.model_count > 1 && cube->model_m[1].joint_oaykl; }

static eh_status merge_joint(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka, eh_error *err) {
  const size_t cells = (size_t)cells_of(&cube->spec), groups = 2 * (size_t)cube->atoms.atom_count;
  for (uint32_t m = 1; m < cube->spec.model_count; m++) {
    uint64_t *const joint = take_joint(cube, m);
    if (!joint) return eh_cube_no_memory(err);
    for (uint32_t p = 0; p < k; p++) {
      const size_t part_groups = 2 * (size_t)part_k[p]->atoms.atom_count;
      for (uint32_t o = 0; o < m; o++)
        for (size_t g = 0; g < part_groups; g++)
          add_cells(joint + (o * groups + 2 * (size_t)order_ka[p][g / 2] + g % 2) * cells,
                    part_k[p]->model_m[m].joint_oaykl + (o * part_groups + g) * cells, cells);
    }
    EH_TRY(settle(cube, m, err));
  }
  return EH_OK;
}

eh_status eh_cube_pairs_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                              eh_error *err) {
  const size_t intervals = cube->spec.threshold_count + 1;
  bool all = true, joint = cube->spec.model_count > 1 && !cube->atoms.marginal &&
                           !is_too_much(&cube->spec, 2 * (uint64_t)cube->atoms.atom_count);
  for (uint32_t p = 0; p < k; p++) all = all && eh_cube_has_pairs(part_k[p]), joint = joint && eh_cube_has_joint(part_k[p]);
  if (joint) return merge_joint(cube, part_k, k, order_ka, err);
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

bool eh_cube_both(const eh_cube_view *cube, uint32_t model, uint32_t t, uint32_t other, uint32_t other_t, uint64_t *both_ay) {
  const uint32_t intervals = cube->spec->threshold_count + 1, later = model > other ? model : other;
  const uint32_t earlier = model + other - later, from = model == earlier ? t + 1 : other_t + 1;
  const uint32_t to = model == earlier ? other_t + 1 : t + 1; /* of the later model */
  const eh_cube_model *const m = &cube->model_m[later];
  const size_t groups = 2 * (size_t)cube->atoms->atom_count;
  const bool joint = m->joint_oaykl != NULL;
  if (model == other || (!joint && (!m->both_ayk || earlier || t != other_t))) return false;
  for (size_t g = 0; g < groups; g++) {
    both_ay[g] = 0;
    for (uint32_t k = from; k < intervals; k++) {
      if (!joint) both_ay[g] += m->both_ayk[g * intervals + k];
      for (uint32_t l = to; joint && l < intervals; l++)
        both_ay[g] += m->joint_oaykl[((earlier * groups + g) * intervals + k) * intervals + l];
    }
  }
  return true;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

/* What is not 0, with how far on it is. */
static void save_joint(const eh_cube *cube, uint32_t m, eh_buf *out) {
  const size_t cells = (size_t)cells_of(&cube->spec);
  for (size_t g = 0; g < (size_t)joint_size(cube, m) / cells; g++) {
    const uint64_t *const joint_c = cube->model_m[m].joint_oaykl + g * cells;
    uint64_t there = 0, last = 0;
    for (size_t c = 0; c < cells; c++) there += joint_c[c] != 0;
    eh_put_varint(out, there);
    for (size_t c = 0; c < cells; c++) {
      if (!joint_c[c]) continue;
      eh_put_varint(out, c + 1 - last);
      eh_put_varint(out, joint_c[c]);
      last = c + 1;
    }
  }
}

void eh_cube_pairs_save(const eh_cube *cube, eh_buf *out) {
  for (uint32_t m = 1; eh_cube_has_joint(cube) && m < cube->spec.model_count; m++) save_joint(cube, m, out);
  if (eh_cube_has_joint(cube)) return;
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

/* Do the rows of a table add up to those of either model? */
static bool fits(const uint64_t *joint_kl, const uint64_t *earlier_k, const uint64_t *later_l, uint32_t intervals) {
  bool good = true;
  for (uint32_t k = 0; k < intervals; k++) {
    uint64_t earlier = 0, later = 0;
    for (uint32_t l = 0; l < intervals; l++)
      earlier += joint_kl[(size_t)k * intervals + l], later += joint_kl[(size_t)l * intervals + k];
    good = good && earlier == earlier_k[k] && later == later_l[k];
  }
  return good;
}

static eh_status load_joint(eh_cube *cube, uint32_t m, eh_cursor *cur, eh_error *err) {
  const uint32_t intervals = cube->spec.threshold_count + 1;
  const size_t cells = (size_t)cells_of(&cube->spec), groups = 2 * (size_t)cube->atoms.atom_count;
  uint64_t *const joint = take_joint(cube, m);
  if (!joint) return eh_cube_no_memory(err);
  for (size_t g = 0; g < m * groups; g++) {
    uint64_t there = eh_get_varint(cur), at = 0, rows = cube->view.rows_ay[g % groups];
    for (; there && !cur->bad; there--) {
      const uint64_t step = eh_get_varint(cur), some = eh_get_varint(cur);
      if (!step || step > cells - at || !some || some > rows) return eh_cube_corrupt(err, "its pairs of models");
      at += step;
      rows -= some;
      joint[g * cells + at - 1] = some;
    }
    const size_t k = g % groups * intervals;
    if (cur->bad || !fits(joint + g * cells, cube->model_m[g / groups].count_ayk + k, cube->model_m[m].count_ayk + k, intervals))
      return eh_cube_corrupt(err, "its pairs of models");
  }
  return settle(cube, m, err);
}

eh_status eh_cube_joint_load(eh_cube *cube, eh_cursor cur, eh_error *err) {
  const uint64_t groups = 2 * (uint64_t)cube->atoms.atom_count;
  if (cube->atoms.marginal || is_too_much(&cube->spec, groups) || groups * pair_count(&cube->spec) > eh_bytes_left(&cur))
    return eh_cube_corrupt(err, "its pairs of models");
  for (uint32_t m = 1; m < cube->spec.model_count; m++) EH_TRY(load_joint(cube, m, &cur, err));
  return cur.bad || cur.p != cur.end ? eh_cube_corrupt(err, "its pairs of models") : EH_OK;
}
