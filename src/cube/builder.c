/* builder: counts batches of rows into cells. Called by the audit's ingest and by whoever hands over columns.
 *
 * The one idea: a row is judged column by column over a whole chunk (which rows count, and if not, for which column),
 * then what counts becomes two arrays per model, keys and groups, that the cells take in one go.
 */
#include <string.h>

#include "builder.h"
#include "evenhand/simd.h"

/* ---- life -------------------------------------------------------------------------------------------------------- */

/* The columns needed, in the order batches have them: label, scores, dimensions, weight, those of the conditions. */
static eh_status fill_wants(eh_cube_builder *builder, eh_error *err) {
  const eh_cube_spec *const spec = &builder->spec;
  uint32_t count = 1 + spec->model_count;
  builder->want_d = eh_cube_take(&builder->arena, spec->slicing.dim_count, sizeof(uint32_t));
  if (!builder->want_d) return eh_cube_no_memory(err);
  for (uint32_t d = 0; d < spec->slicing.dim_count; d++)
    builder->want_d[d] = spec->slicing.dim_n[d].predicate.n ? UINT32_MAX : count++;
  builder->want_weight = spec->weight.p ? count++ : UINT32_MAX;
  EH_TRY(eh_conditions_make(&builder->conditions, &builder->arena, spec, count, EH_CHUNK_ROWS, err));
  count += builder->conditions.want_count;
  if (count >= UINT8_MAX) return eh_fail(err, EH_E_LIMIT, "more than %u columns to read", (uint64_t)UINT8_MAX - 1);
  eh_want *const want_w = eh_cube_take(&builder->arena, count, sizeof(eh_want));
  if (!want_w) return eh_cube_no_memory(err);
  eh_want *next = want_w;
  *next++ = (eh_want){.name = spec->label, .type = spec->positive.p ? EH_TEXT : EH_F64};
  for (uint32_t m = 0; m < spec->model_count; m++) *next++ = (eh_want){.name = spec->score_m[m], .type = EH_F64};
  for (uint32_t d = 0; d < spec->slicing.dim_count; d++)
    if (!spec->slicing.dim_n[d].predicate.n)
      *next++ = (eh_want){.name = spec->slicing.dim_n[d].name,
                          .type = eh_dim_is_number(&spec->slicing.dim_n[d]) ? EH_F64 : EH_TEXT};
  if (spec->weight.p) *next++ = (eh_want){.name = spec->weight, .type = EH_F64};
  for (uint32_t w = 0; w < builder->conditions.want_count; w++) *next++ = builder->conditions.want_w[w];
  builder->want_w = want_w;
  builder->want_count = count;
  return EH_OK;
}

static eh_status fill(eh_cube_builder *builder, const eh_cube_spec *spec, eh_error *err) {
  eh_arena *const arena = &builder->arena;
  EH_TRY(eh_cube_spec_check(spec, err));
  EH_TRY(eh_cube_spec_copy(&builder->spec, arena, spec, err));
  EH_TRY(fill_wants(builder, err));
  EH_TRY(eh_survey_make(builder, err));
  builder->missing_w = eh_cube_take(arena, builder->want_count, sizeof(uint64_t));
  builder->missing_d = eh_cube_take(arena, builder->spec.slicing.dim_count, sizeof(uint64_t));
  builder->label_n = eh_cube_take(arena, EH_CHUNK_ROWS, 1);
  builder->bad_n = eh_cube_take(arena, EH_CHUNK_ROWS, 1);
  builder->keep_n = eh_cube_take(arena, EH_CHUNK_ROWS, 1);
  builder->atom_n = eh_cube_take(arena, EH_CHUNK_ROWS, sizeof(uint32_t));
  builder->score_n = eh_cube_take(arena, EH_CHUNK_ROWS, sizeof(double));
  const uint32_t model_count = builder->spec.model_count;
  if (builder->spec.no_fine) builder->coarse_m = eh_cube_take(arena, model_count, sizeof(eh_coarse));
  else builder->cells_m = eh_cube_take(arena, model_count, sizeof(eh_cells));
  if (!builder->missing_w || !builder->missing_d || !builder->label_n || !builder->bad_n || !builder->keep_n ||
      !builder->atom_n || !builder->score_n || (!builder->cells_m && !builder->coarse_m))
    return eh_cube_no_memory(err);
  for (uint32_t m = 0; m < model_count; m++)
    if (builder->cells_m) builder->cells_m[m].mem = builder->mem;
    else EH_TRY(eh_coarse_new(&builder->coarse_m[m], arena, &builder->spec, err));
  if (eh_is_weighted(&builder->spec)) EH_TRY(eh_weights_new(builder, err));
  else if (builder->spec.regression) EH_TRY(eh_regress_new(builder, err));
  else if (model_count > 1) EH_TRY(eh_pairs_new(builder, err));
  builder->cells_max = EH_CELLS_MAX;
  builder->atoms_max = EH_ATOMS_MAX;
  const uint32_t bits = builder->spec.score_bits;
  if (bits && bits < 52 && builder->cells_m) EH_TRY(eh_fold_new(&builder->fold, &builder->spec, bits, builder->mem, err));
  return eh_atomizer_new(&builder->atomizer, &builder->spec.slicing, builder->spec.missing_n,
                         builder->spec.missing_count, builder->mem, err);
}

eh_status eh_cube_builder_new(eh_cube_builder **out, const eh_cube_spec *spec, bool strict, const eh_allocator *mem,
                              eh_error *err) {
  *out = NULL;
  eh_cube_builder *const builder = eh_mem_zero(mem, sizeof *builder);
  if (!builder) return eh_cube_no_memory(err);
  builder->mem = mem;
  builder->arena.mem = mem;
  builder->intake.strict = strict;
  const eh_status status = fill(builder, spec, err);
  if (status) eh_cube_builder_free(builder);
  else *out = builder;
  return status;
}

const eh_want *eh_cube_builder_wants(const eh_cube_builder *builder, uint32_t *n) {
  *n = builder->want_count;
  return builder->want_w;
}

eh_intake *eh_cube_builder_intake(eh_cube_builder *builder) { return &builder->intake; }

void eh_cube_builder_free(eh_cube_builder *builder) {
  if (!builder) return;
  for (uint32_t m = 0; builder->cells_m && m < builder->spec.model_count; m++) eh_cells_free(&builder->cells_m[m]);
  for (uint32_t m = 0; builder->coarse_m && m < builder->spec.model_count; m++) eh_coarse_free(&builder->coarse_m[m]);
  eh_joint_free(builder);
  eh_weights_free(builder);
  eh_fold_free(builder->fold);
  eh_cube_free(builder->marginal);
  eh_pairs_free(builder);
  eh_regress_free(builder);
  eh_atomizer_free(builder->atomizer);
  eh_label_free(builder);
  eh_survey_free(builder);
  eh_arena_free(&builder->arena);
  eh_mem_free(builder->mem, builder, sizeof *builder);
}

/* ---- which rows count -------------------------------------------------------------------------------------------- */

static void reject(eh_cube_builder *builder, size_t i, uint32_t want) {
  if (!builder->bad_n[i]) builder->bad_n[i] = (uint8_t)(want + 1);
  builder->keep_n[i] = 0;
}

static bool is_countable(double x) { return x > -EH_SUM_LIMIT && x < EH_SUM_LIMIT; }

/* Plain f64 numbers, all of them fit to count: no cell needs a second look. */
static bool is_plain(const eh_column *column, size_t first, size_t n) {
  if (column->type != EH_F64) return false;
  unsigned odd = 0;
  if (column->cell_n)
    for (size_t i = 0; i < n; i++) odd |= column->cell_n[first + i];
  const double *const x_n = (const double *)column->data + first;
  for (size_t i = 0; i < n; i++) odd |= !(is_countable(x_n[i]));
  return !odd;
}

static void judge_score(eh_cube_builder *builder, const eh_column *column, uint32_t want, size_t first, size_t n) {
  if (is_plain(column, first, n)) return;
  for (size_t i = 0; i < n; i++) {
    double x = 0;
    const eh_cell cell =
        eh_cell_number(&x, column, first + i, builder->spec.missing_n, builder->spec.missing_count);
    builder->missing_w[want] += cell == EH_CELL_MISSING;
    if (cell != EH_CELL_OK || !is_countable(x)) reject(builder, i, want);
  }
}

/* A cell that is bucketed or compared with numbers may be missing, but not nonsense. */
static void judge_number(eh_cube_builder *builder, const eh_column *column, uint32_t want, size_t first, size_t n) {
  if (is_plain(column, first, n)) return;
  for (size_t i = 0; i < n; i++) {
    double x = 0;
    const eh_cell cell =
        eh_cell_number(&x, column, first + i, builder->spec.missing_n, builder->spec.missing_count);
    builder->missing_w[want] += cell == EH_CELL_MISSING;
    if (cell != EH_CELL_OK && cell != EH_CELL_MISSING) reject(builder, i, want);
  }
}

/* The wanted column of the clusters; UINT32_MAX: none. */
static uint32_t want_cluster(const eh_cube_builder *builder) {
  const uint32_t d = eh_slicing_cluster(&builder->spec.slicing);
  return d == EH_NO_CLUSTER ? UINT32_MAX : builder->want_d[d];
}

/* A row that is in no cluster cannot be drawn with one. Missing cells are counted with those of the other dimensions. */
static void judge_cluster(eh_cube_builder *builder, const eh_batch *batch, uint32_t want, size_t first, size_t n) {
  char scratch[EH_F64_TEXT];
  eh_str text = {0};
  for (size_t i = 0; i < n; i++)
    if (eh_cell_text(&text, scratch, &batch->column[want], first + i, builder->spec.missing_n, builder->spec.missing_count) ==
        EH_CELL_MISSING)
      reject(builder, i, want);
}

/* Missing texts; with only_dropped those of rows that are not counted: the atomizer has counted those of the others. */
static void count_missing(eh_cube_builder *builder, const eh_column *column, uint32_t want, bool only_dropped, size_t first,
                          size_t n) {
  char scratch[EH_F64_TEXT];
  for (size_t i = 0; i < n; i++) {
    eh_str text = {0};
    if (only_dropped && builder->keep_n[i]) continue;
    const eh_cell cell = eh_cell_text(&text, scratch, column, first + i, builder->spec.missing_n,
                                      builder->spec.missing_count);
    builder->missing_w[want] += cell == EH_CELL_MISSING;
  }
}

/* A column that a condition reads. */
static void judge_read(eh_cube_builder *builder, const eh_batch *batch, uint32_t want, size_t first, size_t n) {
  if (builder->want_w[want].type == EH_F64) judge_number(builder, &batch->column[want], want, first, n);
  else count_missing(builder, &batch->column[want], want, false, first, n);
}

/* Records why the row is skipped: its first defect, in the order of the wanted columns. */
static eh_status skip_row(eh_cube_builder *builder, const eh_batch *batch, size_t row, uint32_t want, eh_error *err) {
  const uint64_t line = eh_line_of(batch, row);
  const eh_str name = builder->want_w[want].name;
  const bool is_score = want <= builder->spec.model_count;
  const bool is_weight = want == builder->want_weight;
  const char *const role = !want ? "label" : is_score ? "score" : is_weight ? "weight" : "column";
  if (want == 0 && !builder->regress) return eh_intake_skip(&builder->intake, err, line, "label %Q is missing", name);
  if (want == want_cluster(builder)) return eh_intake_skip(&builder->intake, err, line, "cluster %Q is missing", name);
  const eh_column *const column = &batch->column[want];
  double x = 0;
  char scratch[EH_F64_TEXT];
  eh_str text = {0};
  switch (eh_cell_number(&x, column, row, builder->spec.missing_n, builder->spec.missing_count)) {
    case EH_CELL_MISSING:
      return eh_intake_skip(&builder->intake, err, line, "%s %Q is missing", role, name);
    case EH_CELL_NOT_NUMBER:
      eh_column_text(column, row, scratch, &text);
      return eh_intake_skip(&builder->intake, err, line, "%s %Q is not a number: %Q%s", role, name, text,
                            eh_cell_hint(text));
    case EH_CELL_NOT_FINITE:
      return eh_intake_skip(&builder->intake, err, line, "%s %Q is not finite", role, name);
    case EH_CELL_OK: break;
  }
  if (is_weight) return eh_weight_skip(builder, line, x, err);
  return eh_intake_skip(&builder->intake, err, line, "%s %Q is 2^40 or more in size", role, name);
}

/* ---- counting ---------------------------------------------------------------------------------------------------- */

/* The part of a column from row `first` on. */
static eh_column column_from(const eh_column *column, size_t first) {
  eh_column part = *column;
  if (part.data) part.data = (const char *)part.data + first * eh_type_width(part.type);
  const size_t first_text = eh_type_is_coded(part.type) ? 0 : first;
  if (part.text_start_n) part.text_start_n += first_text;
  if (part.text_len_n) part.text_len_n += first_text;
  if (part.cell_n) part.cell_n += first;
  return part;
}

static eh_status find_atoms(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  const uint32_t dim_count = builder->spec.slicing.dim_count;
  eh_column part_d[EH_DIMS_MAX];
  const eh_column *column_d[EH_DIMS_MAX] = {0};
  eh_conditions_slices(&builder->conditions, &builder->spec, batch, first, n);
  for (uint32_t d = 0; d < dim_count; d++) {
    if (builder->spec.slicing.dim_n[d].predicate.n)
      part_d[d] = (eh_column){.type = EH_BOOL, .data = builder->conditions.holds_dn + d * (size_t)EH_CHUNK_ROWS};
    else
      part_d[d] = column_from(&batch->column[builder->want_d[d]], first);
    column_d[d] = &part_d[d];
  }
  EH_TRY(eh_builder_atoms(builder, builder->atom_n, column_d, builder->keep_n, n, err));
  const bool any_dropped = memchr(builder->keep_n, 0, n) != NULL;
  for (uint32_t d = 0; d < dim_count; d++) {
    if (eh_dim_is_fixed(&builder->spec.slicing.dim_n[d])) continue; /* buckets are counted when judged */
    const uint32_t want = builder->want_d[d];
    builder->missing_w[want] += builder->missing_d[d];
    if (any_dropped) count_missing(builder, &batch->column[want], want, true, first, n);
  }
  return EH_OK;
}

/* Scores of the rows that count, closed up, widened. */
static const double *kept_scores(const eh_cube_builder *builder, const eh_column *column, size_t first, size_t n,
                                 size_t kept) {
  if (column->type == EH_F64 && kept == n) return (const double *)column->data + first;
  size_t to = 0;
  for (size_t i = 0; i < n; i++)
    if (builder->keep_n[i]) eh_column_f64(column, first + i, &builder->score_n[to++]);
  return builder->score_n;
}

static eh_status count_chunk(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  EH_TRY(find_atoms(builder, batch, first, n, err));
  size_t kept = 0;
  uint32_t *const group_n = builder->atom_n;
  if (builder->weights) eh_weights_close_up(builder, n);
  if (builder->regress) eh_regress_close_up(builder, n);
  for (size_t i = 0; i < n; i++) {
    group_n[kept] = 2 * builder->atom_n[i] + builder->label_n[i];
    kept += builder->keep_n[i];
  }
  for (uint32_t m = 0; kept && m < builder->spec.model_count; m++) {
    const double *const score_n = kept_scores(builder, &batch->column[1 + m], first, n, kept);
    if (builder->pairs) EH_TRY(eh_pairs_count(builder, m, group_n, score_n, kept, err));
    if (builder->regress) EH_TRY(eh_regress_count(builder, m, group_n, score_n, kept, err));
    if (builder->weights) EH_TRY(eh_weights_count(builder, m, group_n, score_n, kept, err));
    if (builder->coarse_m) {
      const uint32_t group_count = 2 * eh_atomizer_count(builder->atomizer);
      EH_TRY(eh_coarse_add(&builder->coarse_m[m], group_count, group_n, score_n, kept, err));
      continue;
    }
    eh_cells *const cells = &builder->cells_m[m];
    EH_TRY(eh_cells_room(cells, kept, builder->atomizer, err));
    eh_simd_kernels()->score_key(cells->tail_key + cells->tail_n, score_n, kept);
    memcpy(cells->tail_group + cells->tail_n, group_n, kept * sizeof *group_n);
    cells->tail_n += kept;
  }
  return EH_OK;
}

static eh_status add_chunk(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  memset(builder->keep_n, 1, n);
  memset(builder->bad_n, 0, n);
  EH_TRY(eh_label_read(builder, batch, first, n, err));
  const uint32_t model_count = builder->spec.model_count, read_from = builder->conditions.first;
  for (uint32_t m = 0; m < model_count; m++) judge_score(builder, &batch->column[1 + m], 1 + m, first, n);
  for (uint32_t w = 1 + model_count; w < read_from; w++)
    if (builder->want_w[w].type == EH_F64 && w != builder->want_weight) judge_number(builder, &batch->column[w], w, first, n);
  for (uint32_t w = read_from; w < builder->want_count; w++)
    if (!builder->conditions.of_where_w[w - read_from]) judge_read(builder, batch, w, first, n);
  if (want_cluster(builder) != UINT32_MAX) judge_cluster(builder, batch, want_cluster(builder), first, n);
  if (builder->weights) eh_weights_read(builder, batch, first, n);
  for (size_t i = 0; i < n; i++)
    if (builder->bad_n[i]) EH_TRY(skip_row(builder, batch, first + i, builder->bad_n[i] - 1u, err));
  return builder->quantiles_d ? eh_survey_add(builder, batch, first, n, err)
                              : count_chunk(builder, batch, first, n, err);
}

/* Counts those rows that match. A row that does not is no defect, whatever else is wrong with it. */
static eh_status add_matching(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  eh_conditions *const conditions = &builder->conditions;
  memset(builder->bad_n, 0, n);
  eh_conditions_where(conditions, &builder->spec, builder->keep_n, batch, first, n);
  for (uint32_t w = 0; w < conditions->where.want_count; w++) judge_read(builder, batch, conditions->where.want_w[w], first, n);
  for (size_t i = 0; i < n; i++) {
    if (builder->bad_n[i]) EH_TRY(skip_row(builder, batch, first + i, builder->bad_n[i] - 1u, err));
    else builder->intake.rows_filtered += !builder->keep_n[i];
  }
  if (!memchr(builder->keep_n, 0, n)) return add_chunk(builder, batch, first, n, err);
  const eh_batch matching = eh_conditions_gather(conditions, batch, builder->keep_n, first, n);
  return matching.rows ? add_chunk(builder, &matching, 0, matching.rows, err) : EH_OK;
}

eh_status eh_cube_builder_add(eh_cube_builder *builder, const eh_batch *batch, eh_error *err) {
  if (batch->column_n < builder->want_count)
    return eh_fail(err, EH_E_INTERNAL, "a batch of %u columns where %u are wanted", (uint64_t)batch->column_n,
                   (uint64_t)builder->want_count);
  for (size_t first = 0, n; first < batch->rows; first += n) {
    EH_TRY(eh_joint_add(builder, batch, first, &n, err));
    const size_t left = batch->rows - first - n, chunk = left < EH_CHUNK_ROWS ? left : EH_CHUNK_ROWS;
    if (chunk) EH_TRY(builder->spec.where.n ? add_matching(builder, batch, first + n, chunk, err)
                                            : add_chunk(builder, batch, first + n, chunk, err));
    n += chunk;
    EH_TRY(eh_builder_bound(builder, false, err));
  }
  return EH_OK;
}
