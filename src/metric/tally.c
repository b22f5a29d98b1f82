/* tally: from a cube's atoms to the counts and sums of every slice.
 *
 * Called by audit, once per model for the totals and once per threshold for the confusion counts. Idea: a slice is a
 * union of atoms, so everything but the areas under curves (auc.c) is a sum over atoms.
 */
#include <string.h>

#include "metric_internal.h"

/* ---- sums over atoms --------------------------------------------------------------------------------------------- */

/* Confusion of a slice at a threshold above every score, where nobody is selected: that is above_ay NULL. */
static eh_confusion slice_confusion(const eh_slice *slice, const uint64_t *rows_ay, const uint64_t *above_ay) {
  eh_confusion c = {0};
  for (uint32_t i = 0; i < slice->atom_count; i++) {
    const size_t negative = 2 * (size_t)slice->atom_n[i], positive = negative + 1;
    const uint64_t fp = above_ay ? above_ay[negative] : 0, tp = above_ay ? above_ay[positive] : 0;
    c.fp += fp;
    c.tn += rows_ay[negative] - fp;
    c.tp += tp;
    c.fn += rows_ay[positive] - tp;
  }
  return c;
}

void eh_metric_confusion(eh_confusion *confusion_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                         double t, uint64_t *scratch_ay) {
  if (eh_metric_binned_at(confusion_s, NULL, cube, model, slices, t)) return;
  eh_cube_above(cube, model, t, scratch_ay);
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    confusion_s[s] = slice_confusion(&slices->slice_n[s], cube->rows_ay, scratch_ay);
  }
}

static eh_status add_score_sums(eh_tally *tally, const eh_slice *slice, const eh_cube_model *model, eh_error *err) {
  for (uint32_t i = 0; i < slice->atom_count; i++) {
    for (size_t y = 0; y < 2; y++) {
      const size_t ay = 2 * (size_t)slice->atom_n[i] + y;
      if (!eh_i128_add(&tally->score_sum_y[y], model->score_ay[ay]) ||
          !eh_i192_add(&tally->square_sum_y[y], model->square_ay[ay])) {
        return eh_fail(err, EH_E_LIMIT, "the sum of the scores of %Q leaves the range of exact sums", slice->name);
      }
    }
  }
  return EH_OK;
}

eh_status eh_metric_totals(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                           eh_work work, const eh_allocator *mem, eh_error *err) {
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    tally_s[s] = (eh_tally){.confusion = slice_confusion(&slices->slice_n[s], cube->rows_ay, NULL)};
    if (cube->model_m[model].score_ay)
      EH_TRY(add_score_sums(&tally_s[s], &slices->slice_n[s], &cube->model_m[model], err));
  }
  if (cube->fine) {
    for (uint32_t s = 0; s < slices->slice_count; s++) tally_s[s].binned = true;
    if (work.reliability_s) eh_metric_binned_reliability(tally_s, cube, model, slices, &work);
    return work.auc || work.pr_areas ? eh_metric_add_binned(tally_s, cube, model, slices, &work, err) : EH_OK;
  }
  if (work.reliability_s) EH_TRY(eh_metric_add_reliability(tally_s, cube, model, slices, &work, mem, err));
  return work.auc || work.pr_areas ? eh_metric_add_auc(tally_s, cube, model, slices, &work, mem, err) : EH_OK;
}

/* ---- the rows outside a slice ------------------------------------------------------------------------------------ */

void eh_metric_rest(eh_tally *rest, const eh_tally *whole, const eh_tally *part) {
  const eh_confusion w = whole->confusion, p = part->confusion;
  eh_tally out = *whole;
  out.confusion = (eh_confusion){w.tp - p.tp, w.fp - p.fp, w.tn - p.tn, w.fn - p.fn};
  for (int y = 0; y < 2; y++) {
    /* The rest's sums are sums of its own rows, so they are in range and nothing overflows. */
    eh_i128_add(&out.score_sum_y[y], eh_i128_neg(part->score_sum_y[y]));
    eh_i192_add(&out.square_sum_y[y], eh_i192_neg(part->square_sum_y[y]));
  }
  eh_add_wide(out.auc_2u, -eh_wide(part->auc_all_2u));
  eh_add_wide(out.auc_2u, eh_wide(part->auc_2u));
  out.auc_all_2u[0] = out.auc_all_2u[1] = 0;
  for (int i = 0; i < EH_PR_AREAS; i++) out.pr_area[i] = part->pr_area_rest[i], out.pr_area_rest[i] = 0;
  eh_i128_add(&out.loss_sum, eh_i128_neg(part->loss_sum));
  eh_i128_add(&out.loss_square, eh_i128_neg(part->loss_square));
  eh_i128_add(&out.brier_square, eh_i128_neg(part->brier_square));
  out.loss_infinite -= part->loss_infinite;
  out.reliability = NULL;
  out.no_bins = whole->no_bins || part->no_bins;
  memcpy(out.auc_square_y, part->auc_rest_square_y, sizeof out.auc_square_y);
  *rest = out;
}
