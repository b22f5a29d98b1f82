/* wilson: the interval of one proportion, and the maps from a part against the rest to a part against the whole.
 *
 * Called by audit for every rate, and by fair for slices inside their baseline. Idea: the interval is the set of p that
 * the score test does not reject, the two roots of (n + z^2) p^2 - (2x + z^2) p + x^2 / n = 0, found without
 * cancellation.
 */
#include "evenhand/interval.h"

static double clamp_unit(double p) { return p < 0 ? 0 : p > 1 ? 1 : p; }

/* Roots for x <= n / 2: the greater one by the formula, the smaller one from their product x^2 / (n (n + z^2)). */
static eh_range wilson_lower_half(double x, double n, double z) {
  const double z2 = z * z, root = z * __builtin_sqrt(z2 + 4 * x * ((n - x) / n));
  const double sum = 2 * x + z2 + root;
  return (eh_range){x > 0 ? 2 * x * (x / n) / sum : 0, clamp_unit(sum / (2 * (n + z2)))};
}

eh_range eh_wilson(uint64_t x, uint64_t n, double z) {
  if (x <= n - x) return wilson_lower_half((double)x, (double)n, z);
  const eh_range mirror = wilson_lower_half((double)(n - x), (double)n, z); /* of failures: both ends mirror exactly */
  return (eh_range){1 - mirror.upper, 1 - mirror.lower};
}

eh_range eh_wilson_real(double x, double n, double z) {
  if (x <= n - x) return wilson_lower_half(x, n, z);
  const eh_range mirror = wilson_lower_half(n - x, n, z);
  return (eh_range){1 - mirror.upper, 1 - mirror.lower};
}

/* p_whole = w p_part + (1 - w) p_rest, so p_part - p_whole = (1 - w)(p_part - p_rest). */
eh_range eh_difference_to_whole(eh_range rest, double w) {
  return (eh_range){(1 - w) * rest.lower, (1 - w) * rest.upper};
}

static double ratio_to_whole(double r, double w) { return r == __builtin_inf() ? 1 / w : r / (w * r + (1 - w)); }

eh_range eh_ratio_to_whole(eh_range rest, double w) {
  return (eh_range){ratio_to_whole(rest.lower, w), ratio_to_whole(rest.upper, w)};
}
