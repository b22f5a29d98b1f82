/* regression: from sums of errors to their means. Called by audit where label and scores are numbers that are to be alike.
 *
 * The one idea: every metric of a regression is the mean of one number per row, whose sum and sum of squares the cube
 * holds; the latter tell how much that mean may vary.
 */
#include "evenhand/metric.h"

bool eh_metric_is_regression(eh_metric metric) {
  return metric == EH_M_MEAN_LABEL || metric == EH_M_MEAN_SCORE || (metric >= EH_M_MEAN_ERROR && metric <= EH_M_MSE);
}

static const eh_moment *moment_of(eh_metric metric, const eh_regression *sums) {
  return &sums->moment_x[metric == EH_M_MEAN_LABEL   ? EH_OF_LABEL
                         : metric == EH_M_MEAN_SCORE ? EH_OF_SCORE
                         : metric == EH_M_MEAN_ERROR ? EH_OF_ERROR
                         : metric == EH_M_MAE        ? EH_OF_SIZE
                                                     : EH_OF_SQUARE];
}

eh_status eh_metric_regression(eh_regression *out, const eh_cube_view *cube, uint32_t model, const eh_slice *slice,
                               const eh_slice *other, eh_error *err) {
  const eh_moment *const moment_ax = cube->model_m[model].moment_ax;
  *out = (eh_regression){0};
  for (uint32_t i = 0, o = 0; i < slice->atom_count; i++) {
    const size_t a = slice->atom_n[i];
    while (other && o < other->atom_count && other->atom_n[o] < a) o++; /* atoms of a slice ascend */
    if (other && (o == other->atom_count || other->atom_n[o] != a)) continue;
    out->rows += cube->rows_ay[2 * a];
    for (size_t x = 0; x < EH_REGRESSED; x++)
      if (!eh_moment_join(&out->moment_x[x], &moment_ax[a * EH_REGRESSED + x], false))
        return eh_fail(err, EH_E_LIMIT, "the sum of the squared errors of %Q leaves the range of exact sums", slice->name);
  }
  return EH_OK;
}

void eh_regression_rest(eh_regression *rest, const eh_regression *whole, const eh_regression *part) {
  eh_regression out = *whole;
  out.rows -= part->rows;
  for (size_t x = 0; x < EH_REGRESSED; x++) eh_moment_join(&out.moment_x[x], &part->moment_x[x], true);
  *rest = out;
}

double eh_regression_mean(eh_metric metric, const eh_regression *sums) {
  return eh_moment_mean(moment_of(metric, sums), sums->rows);
}

double eh_regression_variance(eh_metric metric, const eh_regression *sums) {
  return eh_moment_variance(moment_of(metric, sums), sums->rows);
}

eh_value eh_regression_value(eh_metric metric, const eh_regression *sums) {
  if (!sums->rows) return (eh_value){.value = __builtin_nan(""), .reason = EH_R_NO_ROWS};
  const double mean = eh_regression_mean(metric, sums);
  return (eh_value){.value = metric == EH_M_RMSE ? __builtin_sqrt(mean) : mean};
}
