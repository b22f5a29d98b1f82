/* weight: weights of rows, judged and added up while rows stream in. Called by the builder where weights or fractional
 * labels were asked for.
 *
 * The one idea: a weighted row is counted as a row like any other, and its weight goes into tables of its own beside
 * those of rows. So an audit without weights does not meet any of this.
 */
#include <string.h>

#include "builder.h"
#include "evenhand/simd.h"

eh_status eh_weights_overflow(const eh_cube_spec *spec, eh_error *err) {
  return eh_fail(err, EH_E_LIMIT, "the sums of weight %Q, or of its products with scores, leave their range; rescale it",
                 spec->weight);
}

/* ---- life -------------------------------------------------------------------------------------------------------- */

eh_status eh_weights_new(eh_cube_builder *builder, eh_error *err) {
  eh_arena *const arena = &builder->arena;
  eh_weights *const weights = eh_cube_take(arena, 1, sizeof *weights);
  if (!weights) return eh_cube_no_memory(err);
  weights->table_m = eh_cube_take(arena, builder->spec.model_count, sizeof *weights->table_m);
  weights->weight_n = eh_cube_take(arena, EH_CHUNK_ROWS, sizeof(double));
  weights->label_n = eh_cube_take(arena, EH_CHUNK_ROWS, sizeof(double));
  weights->edge_t = eh_cube_take(arena, builder->spec.threshold_count, sizeof(uint64_t));
  if (!weights->table_m || !weights->weight_n || !weights->label_n || !weights->edge_t) return eh_cube_no_memory(err);
  for (uint32_t t = 0; t < builder->spec.threshold_count; t++)
    weights->edge_t[t] = eh_cut_key(&builder->spec, builder->spec.threshold_t[t]);
  builder->weights = weights;
  return EH_OK;
}

void eh_weights_free(eh_cube_builder *builder) {
  for (uint32_t m = 0; builder->weights && m < builder->spec.model_count; m++) {
    eh_weight_table *const table = &builder->weights->table_m[m];
    eh_mem_free(builder->mem, table->cell_gk, table->cell_cap * sizeof *table->cell_gk);
    eh_mem_free(builder->mem, table->sum_g, table->sum_cap * sizeof *table->sum_g);
    eh_mem_free(builder->mem, table->both_ak, table->both_cap * sizeof *table->both_ak);
    eh_weight_fine_free(&table->fine, builder->mem);
  }
}

/* ---- which weights count ----------------------------------------------------------------------------------------- */

typedef enum weight_flaw { WEIGHT_GOOD, WEIGHT_NEGATIVE, WEIGHT_NOT_WHOLE, WEIGHT_LARGE } weight_flaw;

static weight_flaw flaw_of(const eh_cube_spec *spec, double w) {
  if (!(w >= 0)) return WEIGHT_NEGATIVE;
  if (!(w < EH_SUM_LIMIT)) return WEIGHT_LARGE;
  return spec->weight_kind == EH_WEIGHT_FREQUENCY && w != (double)(uint64_t)w ? WEIGHT_NOT_WHOLE : WEIGHT_GOOD;
}

void eh_weights_read(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n) {
  const eh_cube_spec *const spec = &builder->spec;
  double *const weight_n = builder->weights->weight_n;
  const uint32_t want = builder->want_weight;
  for (size_t i = 0; i < n; i++) {
    weight_n[i] = 1;
    if (!spec->weight.p) continue;
    const eh_cell cell =
        eh_cell_number(&weight_n[i], &batch->column[want], first + i, spec->missing_n, spec->missing_count);
    builder->missing_w[want] += cell == EH_CELL_MISSING;
    if (cell == EH_CELL_OK && !flaw_of(spec, weight_n[i])) continue;
    if (!builder->bad_n[i]) builder->bad_n[i] = (uint8_t)(want + 1);
    builder->keep_n[i] = 0;
  }
}

eh_status eh_weight_skip(eh_cube_builder *builder, uint64_t line, double w, eh_error *err) {
  const eh_str name = builder->spec.weight;
  switch (flaw_of(&builder->spec, w)) {
    case WEIGHT_NEGATIVE: return eh_intake_skip(&builder->intake, err, line, "weight %Q is negative: %g", name, w);
    case WEIGHT_NOT_WHOLE:
      return eh_intake_skip(&builder->intake, err, line, "frequency weight %Q is not a whole number: %g", name, w);
    default: return eh_intake_skip(&builder->intake, err, line, "weight %Q is 2^40 or more", name);
  }
}

/* ---- counting ---------------------------------------------------------------------------------------------------- */

void eh_weights_close_up(eh_cube_builder *builder, size_t n) {
  eh_weights *const weights = builder->weights;
  size_t to = 0;
  for (size_t i = 0; i < n; i++) {
    weights->weight_n[to] = weights->weight_n[i];
    weights->label_n[to] = weights->label_n[i];
    to += builder->keep_n[i];
  }
}

/* The array grows with the atoms met, zeroed. */
static bool grow(const eh_allocator *mem, void *p, size_t *cap, uint64_t want, size_t size) {
  const size_t was = *cap;
  if (want <= was) return true;
  if (!eh_cube_resize(mem, p, cap, want > 2 * (uint64_t)was ? want : 2 * (uint64_t)was, size)) return false;
  void *block;
  memcpy(&block, p, sizeof block);
  memset((char *)block + was * size, 0, (*cap - was) * size);
  return true;
}

static bool add_weight(eh_weight_cell *to, double w) {
  return eh_i128_add_f64(&to->weight, w) && eh_i192_add_square(&to->square, w);
}

static bool add_sums(eh_weight_sum *sum, const eh_cube_spec *spec, double w, double score) {
  if (spec->weight_kind == EH_WEIGHT_SAMPLING || spec->fractional)
    return eh_i192_add_product(&sum->score, w, score, false) && eh_i192_add_product(&sum->square, w, score, true);
  const uint64_t times = (uint64_t)w; /* as often as the row occurred, each time rounded */
  eh_i128 scores = {{0}};
  return eh_sums_add_times(&scores, &sum->square, &score, &times, 1) &&
         eh_i192_add(&sum->score, eh_i192_of_i128(scores));
}

/* One row, or of a fractional label one of its two parts. */
typedef struct part {
  uint32_t group, interval;
  uint64_t key;
  double weight, score;
} part;

static eh_status add_part(eh_cube_builder *builder, eh_weight_table *table, const part *p, eh_error *err) {
  const uint32_t intervals = eh_weight_intervals(&builder->spec);
  eh_weight_cell *const cell = &table->cell_gk[(size_t)p->group * intervals + p->interval];
  eh_weight_cell *fine = NULL;
  if (!builder->spec.no_fine)
    EH_TRY(eh_weight_fine_cell(&fine, &table->fine, builder->mem, p->group, p->key, err));
  const bool in_range = add_weight(cell, p->weight) && (!fine || add_weight(fine, p->weight)) &&
                        add_sums(&table->sum_g[p->group], &builder->spec, p->weight, p->score);
  return in_range ? EH_OK : eh_weights_overflow(&builder->spec, err);
}

/* How many thresholds select the score of that key. */
static uint32_t interval_of(const uint64_t *edge_t, uint32_t threshold_count, uint64_t key) {
  uint32_t from = 0, to = threshold_count;
  while (from < to) {
    const uint32_t middle = from + (to - from) / 2;
    if (edge_t[middle] < key) from = middle + 1;
    else to = middle;
  }
  return from;
}

eh_status eh_weights_count(eh_cube_builder *builder, uint32_t m, const uint32_t *group_n, const double *score_n, size_t n,
                           eh_error *err) {
  const eh_cube_spec *const spec = &builder->spec;
  const eh_weights *const weights = builder->weights;
  eh_weight_table *const table = &weights->table_m[m];
  const uint64_t groups = 2 * (uint64_t)eh_atomizer_count(builder->atomizer);
  if (!grow(builder->mem, &table->cell_gk, &table->cell_cap, groups * eh_weight_intervals(spec), sizeof(eh_weight_cell)) ||
      !grow(builder->mem, &table->sum_g, &table->sum_cap, groups, sizeof(eh_weight_sum)) ||
      (eh_keeps_both(spec) &&
       !grow(builder->mem, &table->both_ak, &table->both_cap, groups / 2 * eh_weight_intervals(spec), sizeof(eh_i192))))
    return eh_cube_no_memory(err);
  for (size_t i = 0; i < n; i++) {
    const double w = weights->weight_n[i], share = spec->fractional ? weights->label_n[i] : 1;
    const uint64_t key = eh_score_key(score_n[i]);
    part p = {group_n[i], interval_of(weights->edge_t, spec->threshold_count, key), key, w, score_n[i]};
    if (spec->fractional) p.group |= 1, p.weight = w * share;
    if (!spec->fractional || share > 0) EH_TRY(add_part(builder, table, &p, err));
    if (eh_keeps_both(spec)) /* in range, as the squares are */
      eh_i192_add_product(&table->both_ak[(size_t)(p.group / 2) * eh_weight_intervals(spec) + p.interval], p.weight, w - p.weight, false);
    p.group &= ~1u, p.weight = w - p.weight;
    if (spec->fractional && share < 1) EH_TRY(add_part(builder, table, &p, err));
  }
  return EH_OK;
}

/* ---- to a cube --------------------------------------------------------------------------------------------------- */

eh_status eh_weights_place(eh_cube_builder *builder, eh_cube *cube, const uint32_t *order_a, eh_error *err) {
  const uint32_t intervals = eh_weight_intervals(&builder->spec);
  EH_TRY(eh_cube_weights_room(cube, err));
  for (uint32_t m = 0; m < builder->spec.model_count; m++) {
    eh_weight_table *const table = &builder->weights->table_m[m];
    for (uint32_t a = 0; a < cube->atoms.atom_count; a++)
      for (uint32_t y = 0; y < 2; y++) {
        const size_t from = 2 * (size_t)a + y, to = 2 * (size_t)order_a[a] + y;
        memcpy(eh_weight_cells(cube, m) + to * intervals, table->cell_gk + from * intervals,
               intervals * sizeof *table->cell_gk);
        eh_weight_sums(cube, m)[to] = table->sum_g[from];
      }
    for (uint32_t a = 0; a < cube->atoms.atom_count && eh_keeps_both(&builder->spec); a++)
      memcpy(eh_weight_both(cube, m) + (size_t)order_a[a] * intervals, table->both_ak + (size_t)a * intervals, intervals * sizeof *table->both_ak);
    if (!cube->spec.no_fine) EH_TRY(eh_weight_fine_place(cube, m, &table->fine, order_a, err));
    eh_weight_fine_free(&table->fine, builder->mem);
  }
  return eh_cube_weights_finish(cube, err);
}
