/* survey: the first reading of rows whose buckets wait for quantiles. Called by the builder in place of counting.
 *
 * The one idea: rows are judged as they will be when they count, by the same code, so that quantiles are of exactly those
 * rows; then their numbers are kept and nothing else is.
 */
#include "builder.h"

eh_status eh_survey_make(eh_cube_builder *builder, eh_error *err) {
  const eh_slicing *const slicing = &builder->spec.slicing;
  if (!eh_slicing_surveys(slicing)) return EH_OK;
  builder->quantiles_d = eh_cube_take(&builder->arena, slicing->dim_count, sizeof *builder->quantiles_d);
  if (!builder->quantiles_d) return eh_cube_no_memory(err);
  for (uint32_t d = 0; d < slicing->dim_count; d++)
    if (slicing->dim_n[d].quantiles) EH_TRY(eh_quantiles_new(&builder->quantiles_d[d], builder->mem, err));
  return EH_OK;
}

void eh_survey_free(eh_cube_builder *builder) {
  for (uint32_t d = 0; builder->quantiles_d && d < builder->spec.slicing.dim_count; d++)
    eh_quantiles_free(builder->quantiles_d[d]);
}

eh_status eh_survey_add(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  const eh_cube_spec *const spec = &builder->spec;
  for (uint32_t d = 0; d < spec->slicing.dim_count; d++) {
    if (!builder->quantiles_d[d]) continue;
    const eh_column *const column = &batch->column[builder->want_d[d]];
    size_t held = 0;
    for (size_t i = 0; i < n; i++) {
      double x;
      if (builder->keep_n[i] &&
          eh_cell_number(&x, column, first + i, spec->missing_n, spec->missing_count) == EH_CELL_OK)
        builder->score_n[held++] = x;
    }
    EH_TRY(eh_quantiles_add(builder->quantiles_d[d], builder->score_n, held, err));
  }
  return EH_OK;
}

/* Turns one dimension's wish into edges. */
static eh_status settle(eh_dim *dim, eh_quantiles *quantiles, eh_arena *arena, eh_error *err) {
  double *const edge_n = eh_cube_take(arena, dim->quantiles, sizeof(double));
  if (!edge_n) return eh_cube_no_memory(err);
  EH_TRY(eh_quantiles_edges(quantiles, dim->quantiles, edge_n, &dim->edge_count, err));
  if (!dim->edge_count)
    return eh_fail(err, EH_E_INPUT, "the %u-quantiles of column %Q are all its least value, or it has none; name edges, as in "
                   "--bucket 'age:25,45,65'", (uint64_t)dim->quantiles, dim->name);
  dim->edge_n = edge_n;
  dim->quantiles = 0;
  return EH_OK;
}

eh_status eh_cube_builder_survey(eh_cube_builder *builder, eh_slicing *out, eh_arena *arena, eh_error *err) {
  if (!builder->quantiles_d) return eh_fail(err, EH_E_INTERNAL, "a survey where no quantiles were asked for");
  EH_TRY(eh_label_check(builder, err));
  const eh_slicing *const slicing = &builder->spec.slicing;
  eh_dim *const dim_n = eh_cube_take(arena, slicing->dim_count, sizeof(eh_dim));
  if (!dim_n) return eh_cube_no_memory(err);
  for (uint32_t d = 0; d < slicing->dim_count; d++) {
    dim_n[d] = slicing->dim_n[d];
    if (dim_n[d].quantiles) EH_TRY(settle(&dim_n[d], builder->quantiles_d[d], arena, err));
  }
  eh_slicing settled = *slicing;
  settled.dim_n = dim_n;
  return eh_slicing_copy(out, arena, &settled, err);
}
