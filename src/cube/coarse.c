/* coarse: rows counted straight into the coarse table (atom, label, interval between thresholds), where nothing asks for
 * fine cells. Called by the builder, chunk by chunk, by finish and by merge.
 *
 * The one idea: what is asked at known thresholds only needs no order of scores: a row is one step in a table that
 * stays in cache, and nothing is sorted.
 */
#include <string.h>

#include "cube_internal.h"
#include "evenhand/simd.h"

/* score >= t is score > the number before t, and that is below t's key by one. Of zero, of which there are two, it is the
 * number before both. */
static double edge_of(const eh_cube_spec *spec, double t) {
  return spec->cut == EH_CUT_AT_LEAST ? eh_key_score(eh_cut_key(spec, t)) : t;
}

eh_status eh_coarse_new(eh_coarse *out, eh_arena *arena, const eh_cube_spec *spec, eh_error *err) {
  *out = (eh_coarse){.mem = arena->mem, .spec = spec, .least = __builtin_inf(), .greatest = -__builtin_inf()};
  out->edge_t = eh_cube_take(arena, spec->threshold_count, sizeof(double));
  if (!out->edge_t) return eh_cube_no_memory(err);
  for (uint32_t t = 0; t < spec->threshold_count; t++) out->edge_t[t] = edge_of(spec, spec->threshold_t[t]);
  return EH_OK;
}

void eh_coarse_free(eh_coarse *coarse) {
  eh_mem_free(coarse->mem, coarse->count_gk, coarse->count_cap * sizeof *coarse->count_gk);
  eh_mem_free(coarse->mem, coarse->score_g, coarse->score_cap * sizeof *coarse->score_g);
  eh_mem_free(coarse->mem, coarse->square_g, coarse->square_cap * sizeof *coarse->square_g);
  eh_mem_free(coarse->mem, coarse->reliable_g, coarse->reliable_cap * sizeof *coarse->reliable_g);
  coarse->count_gk = NULL;
  coarse->score_g = coarse->square_g = NULL;
  coarse->reliable_g = NULL;
  coarse->count_cap = coarse->score_cap = coarse->square_cap = coarse->reliable_cap = 0;
  coarse->group_count = 0;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* Room for `want` items at *p, the new ones zero. */
static bool grow(const eh_coarse *coarse, void *p, size_t *cap, uint64_t want, size_t size) {
  const size_t had = *cap;
  if (want <= had) return true;
  if (!eh_cube_resize(coarse->mem, p, cap, want, size)) return false;
  char *now;
  memcpy(&now, p, sizeof now);
  memset(now + had * size, 0, (*cap - had) * size);
  return true;
}

/* Groups come a few at a time, so room doubles. */
static eh_status reserve(eh_coarse *coarse, uint32_t group_count, eh_error *err) {
  if (group_count <= coarse->group_count) return EH_OK;
  const uint32_t count = group_count > 2 * coarse->group_count ? group_count : 2 * coarse->group_count;
  const uint64_t interval_count = coarse->spec->threshold_count + 1;
  const bool ok =
      grow(coarse, &coarse->count_gk, &coarse->count_cap, count * interval_count, sizeof *coarse->count_gk) &&
      (coarse->spec->no_sums ||
       (grow(coarse, &coarse->score_g, &coarse->score_cap, count, sizeof *coarse->score_g) &&
        grow(coarse, &coarse->square_g, &coarse->square_cap, count, sizeof *coarse->square_g)));
  if (!ok) return eh_cube_no_memory(err);
  coarse->group_count = count;
  return EH_OK;
}

eh_status eh_coarse_reserve(eh_coarse *coarse, uint32_t group_count, eh_error *err) {
  EH_TRY(reserve(coarse, group_count, err));
  return grow(coarse, &coarse->reliable_g, &coarse->reliable_cap, coarse->group_count, sizeof *coarse->reliable_g)
             ? EH_OK
             : eh_cube_no_memory(err);
}

/* Rows whose intervals are found at a time; thresholds up to which that is by comparing with each. */
enum { BLOCK = 1024, EDGES_FEW = 64 };

static void find_intervals(uint32_t *interval_n, eh_rows_seen *seen, const double *score_n, size_t n, const double *edge_t,
                           uint32_t edge_count) {
  eh_simd_kernels()->passes_f64(interval_n, seen, score_n, n, edge_t, edge_count <= EDGES_FEW ? edge_count : 0);
  for (size_t i = 0; edge_count > EDGES_FEW && i < n; i++) {
    uint32_t k = 0;
    for (uint32_t to = edge_count; k < to;) {
      const uint32_t middle = k + (to - k) / 2;
      if (score_n[i] > edge_t[middle]) k = middle + 1;
      else to = middle;
    }
    interval_n[i] = k;
  }
}

void eh_coarse_find(const eh_coarse *coarse, uint32_t *interval_n, const double *score_n, size_t n) {
  eh_rows_seen seen = {.least = __builtin_inf(), .greatest = -__builtin_inf()};
  find_intervals(interval_n, &seen, score_n, n, coarse->edge_t, coarse->spec->threshold_count);
}

/* The inner loop: count_gk[group][k] grows by the rows of the group with exactly k of the edges below their score. */
static void count_rows(eh_coarse *coarse, const uint32_t *group_n, const double *score_n, size_t n) {
  const uint32_t edge_count = coarse->spec->threshold_count;
  eh_rows_seen seen = {.least = coarse->least, .greatest = coarse->greatest};
  uint32_t interval_n[BLOCK];
  for (size_t first = 0; first < n; first += BLOCK) {
    const size_t block = n - first < BLOCK ? n - first : BLOCK;
    find_intervals(interval_n, &seen, score_n + first, block, coarse->edge_t, edge_count);
    for (size_t i = 0; i < block; i++)
      coarse->count_gk[(size_t)group_n[first + i] * (edge_count + 1) + interval_n[i]]++;
  }
  coarse->least = seen.least;
  coarse->greatest = seen.greatest;
}

static void add_sums(eh_coarse *coarse, const uint32_t *group_n, const double *score_n, size_t n) {
  for (size_t i = 0; i < n; i++) {
    eh_i128 score = {{0, 0}};
    eh_i128_add_f64(&score, score_n[i]);
    eh_i192_add(&coarse->score_g[group_n[i]], eh_i192_of_i128(score));
    eh_i192_add_square(&coarse->square_g[group_n[i]], score_n[i]);
  }
}

eh_status eh_coarse_add(eh_coarse *coarse, uint32_t group_count, const uint32_t *group_n, const double *score_n,
                        size_t n, eh_error *err) {
  EH_TRY(reserve(coarse, group_count, err));
  count_rows(coarse, group_n, score_n, n);
  if (!coarse->spec->no_sums) add_sums(coarse, group_n, score_n, n);
  return EH_OK;
}

/* ---- exact cells ------------------------------------------------------------------------------------------------ */

enum { RUN = 256 };

static bool add_cell_sums(eh_coarse *coarse, uint32_t group, const uint64_t *key_c, const uint64_t *rows_c, size_t n) {
  double score_n[RUN];
  for (size_t from = 0; from < n; from += RUN) {
    const size_t some = n - from < RUN ? n - from : RUN;
    eh_i128 sum = {{0, 0}};
    for (size_t i = 0; i < some; i++) score_n[i] = eh_key_score(key_c[from + i]);
    if (!eh_sums_add_times(&sum, &coarse->square_g[group], score_n, rows_c + from, some)) return false;
    eh_i192_add(&coarse->score_g[group], eh_i192_of_i128(sum));
  }
  return true;
}

eh_status eh_coarse_add_cells(eh_coarse *coarse, uint32_t m, uint32_t group, const uint64_t *key_c,
                              const uint64_t *rows_c, size_t n, eh_error *err) {
  const uint32_t edge_count = coarse->spec->threshold_count;
  uint64_t *const count_k = coarse->count_gk + (size_t)group * (edge_count + 1);
  uint32_t k = 0;
  for (size_t c = 0; c < n; c++) {
    while (k < edge_count && key_c[c] > eh_score_key(coarse->edge_t[k])) k++;
    count_k[k] += rows_c[c];
  }
  const double least = eh_key_score(key_c[0]), greatest = eh_key_score(key_c[n - 1]);
  coarse->least = least < coarse->least ? least : coarse->least;
  coarse->greatest = greatest > coarse->greatest ? greatest : coarse->greatest;
  if (!add_cell_sums(coarse, group, key_c, rows_c, n) ||
      !eh_reliable_add_cells(&coarse->reliable_g[group], key_c, rows_c, n))
    return eh_coarse_sum_fails(coarse->spec, m, err);
  return EH_OK;
}

/* ---- into a cube ------------------------------------------------------------------------------------------------- */

eh_status eh_coarse_sum_fails(const eh_cube_spec *spec, uint32_t m, eh_error *err) {
  return eh_fail(err, EH_E_LIMIT, "the sum of score %Q is 2^63 or more in size; rescale the score", spec->score_m[m]);
}

eh_status eh_coarse_take(eh_coarse_room *room, eh_cube *cube, bool reliable, eh_error *err) {
  const uint64_t group_count = 2 * (uint64_t)cube->atoms.atom_count;
  *room = (eh_coarse_room){
      .count_ayk = eh_cube_take(&cube->arena, group_count * (cube->spec.threshold_count + 1), sizeof(uint64_t))};
  if (!room->count_ayk) return eh_cube_no_memory(err);
  if (reliable) room->reliable_ay = eh_cube_take(&cube->arena, group_count, sizeof(eh_cube_reliability));
  if (reliable && !room->reliable_ay) return eh_cube_no_memory(err);
  if (cube->spec.no_sums) return EH_OK;
  room->score_ay = eh_cube_take(&cube->arena, group_count, sizeof(eh_i128));
  room->square_ay = eh_cube_take(&cube->arena, group_count, sizeof(eh_i192));
  return room->score_ay && room->square_ay ? EH_OK : eh_cube_no_memory(err);
}

static void show(eh_cube_model *model, const eh_coarse_room *room, uint64_t least, uint64_t greatest) {
  model->count_ayk = room->count_ayk;
  model->score_ay = room->score_ay;
  model->square_ay = room->square_ay;
  model->reliable_ay = room->reliable_ay;
  model->least = least;
  model->greatest = greatest;
}

/* Sums of 192 bits as the 128 that the cube has. */
static eh_status narrow(const eh_cube *cube, uint32_t m, eh_i128 *score_ay, const eh_i192 *wide_ay, eh_error *err) {
  for (uint32_t g = 0; score_ay && g < 2 * cube->atoms.atom_count; g++) {
    const eh_i192 x = wide_ay[g];
    score_ay[g] = (eh_i128){{x.w[0], x.w[1]}};
    if (x.w[2] != 0 - (x.w[1] >> 63)) return eh_coarse_sum_fails(&cube->spec, m, err);
  }
  return EH_OK;
}

/* Provisional group `from` to group `to`. */
static bool place_group(eh_coarse_room *room, eh_i192 *wide_ay, const eh_coarse *coarse, uint32_t to, uint32_t from) {
  const uint32_t interval_count = coarse->spec->threshold_count + 1;
  for (uint32_t k = 0; k < interval_count; k++)
    room->count_ayk[(size_t)to * interval_count + k] += coarse->count_gk[(size_t)from * interval_count + k];
  if (room->reliable_ay && !eh_reliable_add(&room->reliable_ay[to], &coarse->reliable_g[from])) return false;
  return !wide_ay || (eh_i192_add(&wide_ay[to], coarse->score_g[from]) &&
                      eh_i192_add(&room->square_ay[to], coarse->square_g[from]));
}

static eh_status place_part(uint32_t m, eh_coarse_room *room, eh_i192 *wide_ay, const eh_coarse *coarse,
                            const uint32_t *order_a, uint32_t atom_count, eh_error *err) {
  for (uint32_t g = 0; g < 2 * atom_count; g++)
    if (!place_group(room, wide_ay, coarse, 2 * order_a[g / 2] + g % 2, g)) return eh_coarse_sum_fails(coarse->spec, m, err);
  return EH_OK;
}

eh_status eh_coarse_place(eh_cube *cube, uint32_t m, const eh_coarse *const *coarse_k, const eh_placed_atoms *atoms_k, uint32_t k,
                          eh_error *err) {
  eh_arena scratch = {.mem = cube->mem};
  eh_coarse_room room;
  EH_TRY(eh_coarse_take(&room, cube, cube->view.fine != NULL, err));
  eh_i192 *const wide_ay =
      room.score_ay ? eh_cube_take(&scratch, 2 * (uint64_t)cube->atoms.atom_count, sizeof(eh_i192)) : NULL;
  eh_status status = room.score_ay && !wide_ay ? eh_cube_no_memory(err) : EH_OK;
  double least = __builtin_inf(), greatest = -least;
  for (uint32_t i = 0; !status && i < k; i++) {
    status = place_part(m, &room, wide_ay, coarse_k[i], atoms_k[i].order_a, atoms_k[i].count, err);
    least = coarse_k[i]->least < least ? coarse_k[i]->least : least;
    greatest = coarse_k[i]->greatest > greatest ? coarse_k[i]->greatest : greatest;
  }
  if (!status) status = narrow(cube, m, room.score_ay, wide_ay, err);
  eh_arena_free(&scratch);
  const bool any = least <= greatest;
  show(&cube->model_m[m], &room, any ? eh_score_key(least) : UINT64_MAX, any ? eh_score_key(greatest) : 0);
  return status;
}

/* ---- merging ----------------------------------------------------------------------------------------------------- */
/* Reliability of a part's group; an exact part tells it by its cells. */
static bool add_reliability(eh_cube_reliability *to, const eh_cube_model *model, uint32_t group) {
  if (model->reliable_ay) return eh_reliable_add(to, &model->reliable_ay[group]);
  uint64_t below = 0;
  for (uint64_t c = model->cell_ay[group]; c < model->cell_ay[group + 1]; c++) {
    const uint64_t rows = model->below_c[c] - below;
    below = model->below_c[c];
    if (!eh_reliable_add_cells(to, &model->key_c[c], &rows, 1)) return false;
  }
  return true;
}

/* Adds group `from` of a part to group `to` of the whole. */
static bool add_part(eh_coarse_room *room, eh_i192 *wide, const eh_cube_model *model, uint32_t to, uint32_t from,
                     uint32_t interval_count) {
  for (uint32_t k = 0; k < interval_count; k++)
    room->count_ayk[(size_t)to * interval_count + k] += model->count_ayk[(size_t)from * interval_count + k];
  if (room->reliable_ay && !add_reliability(&room->reliable_ay[to], model, from)) return false;
  return !wide || (eh_i192_add(&wide[to], eh_i192_of_i128(model->score_ay[from])) &&
                   eh_i192_add(&room->square_ay[to], model->square_ay[from]));
}

static eh_status merge_model(eh_cube *cube, uint32_t m, const eh_cube *const *part_k, uint32_t k,
                             uint32_t *const *order_ka, eh_i192 *wide, eh_error *err) {
  const uint32_t group_count = 2 * cube->atoms.atom_count;
  uint64_t least = UINT64_MAX, greatest = 0;
  eh_coarse_room room;
  EH_TRY(eh_coarse_take(&room, cube, cube->view.fine != NULL, err));
  if (wide) memset(wide, 0, group_count * sizeof *wide);
  for (uint32_t p = 0; p < k; p++) {
    const eh_cube_model *const model = &part_k[p]->model_m[m];
    for (uint32_t g = 0; g < 2 * part_k[p]->atoms.atom_count; g++)
      if (order_ka[p][g / 2] != UINT32_MAX && !add_part(&room, wide, model, 2 * order_ka[p][g / 2] + g % 2, g, cube->spec.threshold_count + 1))
        return eh_coarse_sum_fails(&cube->spec, m, err);
    if (model->least < least) least = model->least;
    if (model->greatest > greatest) greatest = model->greatest;
  }
  EH_TRY(narrow(cube, m, room.score_ay, wide, err));
  show(&cube->model_m[m], &room, least, greatest);
  return EH_OK;
}

eh_status eh_coarse_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                          eh_error *err) {
  eh_arena scratch = {.mem = cube->mem};
  eh_i192 *const wide =
      cube->spec.no_sums ? NULL : eh_cube_take(&scratch, 2 * (uint64_t)cube->atoms.atom_count, sizeof(eh_i192));
  eh_status status = wide || cube->spec.no_sums ? EH_OK : eh_cube_no_memory(err);
  for (uint32_t m = 0; !status && m < cube->spec.model_count; m++)
    status = merge_model(cube, m, part_k, k, order_ka, wide, err);
  eh_arena_free(&scratch);
  return status;
}
