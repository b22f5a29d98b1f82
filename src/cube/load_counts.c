/* load_counts: the numbers of a cube file without fine cells. Called by load.c once atoms are known.
 *
 * The one idea: nothing stands behind these counts from which they could be derived anew, so they are held against
 * each other: models have the same rows, and the extreme scores lie in the outermost intervals that hold rows.
 */
#include "load.h"

static eh_status load_count(eh_cube *cube, eh_cursor *cur, uint64_t *count_ayk, eh_error *err) {
  const uint64_t entries = 2 * (uint64_t)cube->atoms.atom_count * (cube->spec.threshold_count + 1);
  uint64_t rows = 0;
  for (uint64_t i = 0; i < entries; i++) {
    count_ayk[i] = eh_get_varint(cur);
    if (cur->bad || count_ayk[i] > EH_ROWS_MAX - rows) return eh_cube_corrupt(err, "its coarse counts");
    rows += count_ayk[i];
  }
  return EH_OK;
}

static void load_sums(eh_coarse_room *room, uint64_t group_count, eh_cursor *cur) {
  for (uint64_t g = 0; g < group_count; g++) {
    for (unsigned w = 0; w < 2; w++) room->score_ay[g].w[w] = eh_get_u64(cur);
    for (unsigned w = 0; w < 3; w++) room->square_ay[g].w[w] = eh_get_u64(cur);
  }
}

/* Interval of a key, among the keys of ascending thresholds. */
static uint32_t interval_of(const eh_cube_spec *spec, uint64_t key) {
  uint32_t k = 0;
  while (k < spec->threshold_count && key > eh_cut_key(spec, spec->threshold_t[k])) k++;
  return k;
}

/* Do the least and the greatest score lie in the first and the last interval that hold rows? */
static bool ends_fit(const eh_cube *cube, const eh_cube_model *model) {
  const uint32_t interval_count = cube->spec.threshold_count + 1;
  uint32_t first = interval_count, last = 0;
  for (uint64_t i = 0; i < 2 * (uint64_t)cube->atoms.atom_count * interval_count; i++) {
    const uint32_t k = (uint32_t)(i % interval_count);
    if (!model->count_ayk[i]) continue;
    first = k < first ? k : first;
    last = k > last ? k : last;
  }
  if (first == interval_count) return model->least == UINT64_MAX && model->greatest == 0;
  return eh_load_is_key(model->least) && eh_load_is_key(model->greatest) && model->least <= model->greatest &&
         interval_of(&cube->spec, model->least) == first && interval_of(&cube->spec, model->greatest) == last;
}

eh_status eh_load_counts(eh_cube *cube, eh_cursor cells, eh_cursor counts, eh_cursor sums, eh_cursor ends,
                         eh_error *err) {
  const uint64_t group_count = 2 * (uint64_t)cube->atoms.atom_count, model_count = cube->spec.model_count;
  const uint64_t entries = group_count * (cube->spec.threshold_count + 1);
  if (cube->spec.no_fine && cells.p != cells.end) return eh_cube_corrupt(err, "it has cells where it says that it has none");
  if (eh_bytes_left(&counts) < entries * model_count) return eh_cube_corrupt(err, "its coarse counts");
  if (eh_bytes_left(&sums) != (cube->spec.no_sums ? 0 : group_count * model_count * EH_CUBE_SUM))
    return eh_cube_corrupt(err, "its sums");
  if (eh_bytes_left(&ends) != 16 * model_count) return eh_cube_corrupt(err, "its extreme scores");
  for (uint64_t m = 0; m < model_count; m++) {
    eh_cube_model *const model = &cube->model_m[m];
    eh_coarse_room room;
    EH_TRY(eh_coarse_take(&room, cube, false, err));
    EH_TRY(load_count(cube, &counts, room.count_ayk, err));
    if (room.score_ay) load_sums(&room, group_count, &sums);
    *model = (eh_cube_model){.count_ayk = room.count_ayk, .score_ay = room.score_ay, .square_ay = room.square_ay};
    model->least = eh_get_u64(&ends);
    model->greatest = eh_get_u64(&ends);
    if (!ends_fit(cube, model)) return eh_cube_corrupt(err, "its extreme scores");
  }
  if (counts.p != counts.end) return eh_cube_corrupt(err, "its coarse counts");
  return eh_cube_derive_rows(cube, err);
}
