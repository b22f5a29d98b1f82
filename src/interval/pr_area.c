/* pr_area: how sure an area under the precision-recall curve is, and the gap of two of slices without a row in common. Called by audit.
 *
 * The one idea (Boyd, Eng & Page 2013): such an area is a mean of precisions over the positive rows, and varies about as a proportion of
 * that many rows does.
 */
#include "moves.h"

/* With less than that much of the positives' worth lost, or won, the logit's limits fail. */
#define WORTH_LEAST 3

bool eh_pr_area_is_logit(double area, double positives) {
  return positives * (area < .5 ? area : 1 - area) >= WORTH_LEAST;
}

eh_range eh_pr_area_range(double area, double positives, double z) {
  const double v = 1 / positives, odds = area * (1 - area);
  if (!eh_pr_area_is_logit(area, positives)) return eh_wilson_real(positives * area, positives, z);
  return eh_auc_logit(area, odds * v, z);
}

typedef struct areas {
  double area_k[2], positives_k[2];
} areas;

static void moves_at(eh_moves *out, const void *of, double z) {
  const areas *const a = of;
  const eh_range first = eh_pr_area_range(a->area_k[0], a->positives_k[0], z), second = eh_pr_area_range(a->area_k[1], a->positives_k[1], z);
  *out = (eh_moves){.count = 4, .first = a->area_k[0], .second = a->area_k[1],
                    .first_k = {first.lower, first.upper, a->area_k[0], a->area_k[0]},
                    .second_k = {a->area_k[1], a->area_k[1], second.lower, second.upper}};
}

void eh_pr_area_compare(eh_mean_gap *out, double first, double first_positives, double second, double second_positives, double z) {
  const areas a = {{first, second}, {first_positives, second_positives}};
  eh_moves_compare(out, moves_at, &a, z);
}
