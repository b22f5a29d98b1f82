/* auc: how sure an area under the ROC curve is.
 *
 * Called by audit for every AUC. Idea: two methods, chosen by how many rows can speak. DeLong's variance comes from how
 * the placements of the rows differ; near 0 and 1 few do, and the logistic scale no longer helps. Newcombe's method 5
 * asks a model instead (exponential scores) at the trial value, as Wilson does for a rate.
 */
#include "student.h"

typedef unsigned __int128 u128;

static u128 wide(const uint64_t w[2]) { return (u128)w[1] << 64 | w[0]; }

static double auc_of(const eh_placements *p) {
  return (double)wide(p->won_2u) / (2 * ((double)p->n_y[0] * (double)p->n_y[1]));
}

/* ---- DeLong ------------------------------------------------------------------------------------------------------ */

/* a * b of 128 and 64 bits, for products below 2^192. */
static eh_i192 product(u128 a, uint64_t b) {
  const u128 low = (u128)(uint64_t)a * b, high = (a >> 64) * b + (low >> 64);
  return (eh_i192){{(uint64_t)low, (uint64_t)high, (uint64_t)(high >> 64)}};
}

/* a * b, below 2^192, of numbers below 2^96. */
static eh_i192 wide_product(u128 a, u128 b) {
  const uint64_t al = (uint64_t)a, ah = (uint64_t)(a >> 64), bl = (uint64_t)b, bh = (uint64_t)(b >> 64);
  const u128 low = (u128)al * bl, cross = (u128)ah * bl + (u128)al * bh + (low >> 64);
  const u128 high = (u128)ah * bh + (cross >> 64);
  return (eh_i192){{(uint64_t)low, (uint64_t)cross, (uint64_t)high}};
}

static eh_i192 negative(eh_i192 x) {
  eh_i192 one = {{1, 0, 0}};
  for (int i = 0; i < 3; i++) x.w[i] = ~x.w[i];
  eh_i192_add(&x, one);
  return x;
}

/* n * sum of products - product of sums, exact until it is rounded to f64: of squares 0 only if all placements are alike. */
static double spread(uint64_t n, const uint64_t product_w[2], u128 sum, u128 other_sum) {
  eh_i192 s = product(wide(product_w), n);
  eh_i192_add(&s, negative(wide_product(sum, other_sum)));
  return eh_i192_to_f64(s) * 0x1p64; /* that type counts in units of 2^-64 */
}

/* Of label y's rows: variance of a placement over n. A placement counts 2 * (rows of the other label), hence the 4. */
static double component(const eh_placements *p, int y, u128 sum) {
  const double n = (double)p->n_y[y], other = (double)p->n_y[1 - y];
  return spread(p->n_y[y], p->square_y[y], sum, sum) / (n * n * (n - 1)) / (4 * other * other);
}

double eh_delong_variance(const eh_placements *p) {
  if (p->n_y[0] < 2 || p->n_y[1] < 2) return __builtin_nan("");
  const u128 sum = wide(p->won_2u); /* a pair is counted once from each of its ends: both sums are 2U */
  return component(p, 1, sum) + component(p, 0, sum);
}

eh_range eh_auc_logit(double auc, double variance, double z) {
  const double reach = z * (__builtin_sqrt(variance) / (auc * (1 - auc))), factor = eh_exp(reach);
  return (eh_range){auc / (auc + (1 - auc) * factor), auc / (auc + (1 - auc) / factor)};
}

/* ---- Newcombe's method 5 ----------------------------------------------------------------------------------------- */

/* Trial value t with s = t (1 - t): (auc - t)^2 against z^2 s (1 + N (1 + 2s) / (2 + s)) / (positives * negatives). */
typedef struct model {
  double auc, pairs, n, z2; /* n: N = rows / 2 - 1 */
} model;

static bool rejects(const model *m, double t) {
  const double s = t * (1 - t), d = m->auc - t;
  return d * d * m->pairs * (2 + s) > m->z2 * s * (2 + s + m->n * (1 + 2 * s));
}

enum { HALVINGS = 64 };

/* Between a value that is not rejected and one that is; one crossing lies between (README.md). Ends outside, so that
 * the interval holds every value that it should. */
static double boundary(const model *m, double inside, double outside) {
  for (int i = 0; i < HALVINGS; i++) {
    const double middle = inside + .5 * (outside - inside);
    if (rejects(m, middle)) outside = middle;
    else inside = middle;
  }
  return outside;
}

eh_range eh_auc_newcombe(double auc, double positives, double negatives, double z) {
  const model m = {auc, positives * negatives, .5 * (positives + negatives) - 1, z * z};
  return (eh_range){boundary(&m, auc, 0), boundary(&m, auc, 1)};
}

/* ---- the choice -------------------------------------------------------------------------------------------------- */

/* DeLong needs (1 - auc) * min(positives, negatives) of at least this, and auc * min as well. */
#define ROWS_THAT_SPEAK 3

/* In integers: with W the lesser of 2U and 2 * pairs - 2U, that product is W / (2 max(positives, negatives)). */
static bool rows_speak(const eh_placements *p) {
  const u128 won = wide(p->won_2u), lost = 2 * (u128)p->n_y[0] * p->n_y[1] - won;
  const uint64_t more = p->n_y[0] > p->n_y[1] ? p->n_y[0] : p->n_y[1];
  return (won < lost ? won : lost) >= 2 * ROWS_THAT_SPEAK * (u128)more;
}

static eh_auc_interval by_model(const eh_placements *p, double z) {
  return (eh_auc_interval){eh_auc_newcombe(auc_of(p), (double)p->n_y[1], (double)p->n_y[0], z), "newcombe_5"};
}

eh_auc_interval eh_auc_range(const eh_placements *p, double z) {
  const double auc = auc_of(p);
  if (rows_speak(p)) {
    const eh_range r = eh_auc_logit(auc, eh_delong_variance(p), z);
    const bool has_width = r.lower < auc && auc < r.upper; /* not where no placement differs */
    if (has_width) return (eh_auc_interval){r, "delong_logit"};
  }
  return by_model(p, z);
}

eh_auc_interval eh_auc_plain(const eh_placements *p, double z) {
  const double auc = auc_of(p), reach = z * __builtin_sqrt(eh_delong_variance(p));
  const double lower = auc - reach, upper = auc + reach;
  if (!(reach > 0)) return by_model(p, z);
  return (eh_auc_interval){{lower < 0 ? 0 : lower, upper > 1 ? 1 : upper}, "delong"};
}

/* ---- effective sizes --------------------------------------------------------------------------------------------- */

static bool speaks(double auc, double variance, const double n_y[2], double least_rows) {
  const double less = n_y[0] < n_y[1] ? n_y[0] : n_y[1], rare = auc < 1 - auc ? auc : 1 - auc;
  return less >= least_rows && rare * less >= ROWS_THAT_SPEAK && variance > 0;
}

eh_auc_interval eh_auc_range_real(double auc, double variance, const double n_y[2], double z) {
  if (speaks(auc, variance, n_y, 0)) return (eh_auc_interval){eh_auc_logit(auc, variance, z), "delong_logit_n_eff"};
  return (eh_auc_interval){eh_auc_newcombe(auc, n_y[1] > 1 ? n_y[1] : 1, n_y[0] > 1 ? n_y[0] : 1, z), "newcombe_5_n_eff"};
}

/* ---- gaps -------------------------------------------------------------------------------------------------------- */

/* Rows of either label below which DeLong's variance of a gap was seen to be too small (README.md). */
#define ROWS_OF_A_LABEL 20

bool eh_auc_compares(const eh_placements *p) {
  return p->n_y[0] >= ROWS_OF_A_LABEL && p->n_y[1] >= ROWS_OF_A_LABEL && rows_speak(p) && eh_delong_variance(p) > 0;
}

bool eh_auc_compares_real(double auc, double variance, const double n_y[2]) { return speaks(auc, variance, n_y, ROWS_OF_A_LABEL); }

/* By how much the mean placement of n shared rows, whose sum that is, lies above that of all rows, times n. */
static double excess(const eh_placements *all, int y, uint64_t n, u128 sum) {
  eh_i192 over = product(sum, all->n_y[y]);
  eh_i192_add(&over, negative(product(wide(all->won_2u), n)));
  return eh_i192_to_f64(over) * 0x1p64 / (double)all->n_y[y];
}

/* Over label y, as the variance: only shared rows move both AUCs, each by how far its placements lie from their means over all
 * rows. That is how far they lie from the means over shared rows, and how far those do: nothing where all rows of one are shared. */
double eh_delong_covariance(const eh_placements *first, const eh_placements *second, const eh_placements_shared *shared) {
  double sum = 0;
  for (int y = 0; y < 2; y++) {
    const uint64_t n = shared->n_y[y], one_n = first->n_y[y], two_n = second->n_y[y];
    const u128 one = wide(shared->first_y[y]), two = wide(shared->second_y[y]);
    if (!n) continue;
    const double apart = excess(first, y, n, one) * excess(second, y, n, two);
    const double less = (double)(one_n < two_n ? one_n : two_n), more = (double)(one_n < two_n ? two_n : one_n);
    const double product = spread(n, shared->product_y[y], one, two) + apart;
    sum += product / ((double)n * (less - 1) * more) / (4 * (double)first->n_y[1 - y] * (double)second->n_y[1 - y]);
  }
  return sum;
}

eh_reason eh_auc_compare(eh_mean_gap *out, double first, double second, double first_v, double second_v, double both_v, double z) {
  const double variance = first_v + second_v - 2 * both_v, error = __builtin_sqrt(variance), d = first - second;
  const double lower = d - z * error, upper = d + z * error;
  if (!(variance > 0)) return EH_R_NO_SPREAD;
  out->difference = (eh_range){lower < -1 ? -1 : lower, upper > 1 ? 1 : upper};
  out->ratio = eh_fieller(first, second, first_v, second_v, both_v, z);
  if (out->ratio.lower < 0) out->ratio.lower = 0;
  out->p = 2 * eh_normal_cdf(-(d < 0 ? -d : d) / error);
  return EH_R_NONE;
}
