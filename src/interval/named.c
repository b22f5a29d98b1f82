/* named: the intervals and the test that are used where they are asked for by name, in place of the usual ones.
 *
 * Called by audit and fair for rates and their gaps. The one idea: a quantity (a rate, a difference, a ratio, a p, an AUC) has a
 * usual method and some by name, all in one table, and a choice is one method of each. Formulas and coverage: README.md.
 */
#include "student.h"

#define FORMS(name) {name, name "_part", name "_n_eff", name "_part_n_eff"}

/* The usual method of a quantity stands at its own number. */
static const struct {
  eh_quantity of;
  const char *form_k[4], *title;
} method_n[EH_METHODS] = {
    [EH_OF_RATE] = {EH_OF_RATE, FORMS("wilson"), "Wilson"},
    [EH_OF_DIFFERENCE] = {EH_OF_DIFFERENCE, FORMS("miettinen_nurminen"), "Miettinen-Nurminen"},
    [EH_OF_RATIO] = {EH_OF_RATIO, FORMS("miettinen_nurminen"), "Miettinen-Nurminen"},
    [EH_OF_TEST] = {EH_OF_TEST, FORMS("score"), "score test"},
    [EH_OF_AUC] = {EH_OF_AUC, FORMS("delong_logit"), "logit DeLong"},
    [EH_CLOPPER_PEARSON] = {EH_OF_RATE, FORMS("clopper_pearson"), "Clopper-Pearson"},
    [EH_AGRESTI_COULL] = {EH_OF_RATE, FORMS("agresti_coull"), "Agresti-Coull"},
    [EH_NEWCOMBE_10] = {EH_OF_DIFFERENCE, FORMS("newcombe_10"), "Newcombe 10"},
    [EH_AGRESTI_CAFFO] = {EH_OF_DIFFERENCE, FORMS("agresti_caffo"), "Agresti-Caffo"},
    [EH_KOOPMAN] = {EH_OF_RATIO, FORMS("koopman"), "Koopman"},
    [EH_KATZ] = {EH_OF_RATIO, FORMS("katz"), "Katz + .5"},
    [EH_FISHER] = {EH_OF_TEST, FORMS("fisher"), "Fisher"},
    [EH_DELONG] = {EH_OF_AUC, FORMS("delong"), "DeLong"},
};

/* ---- the choice -------------------------------------------------------------------------------------------------- */

int eh_methods_of(const eh_methods *methods, eh_quantity of) {
  return methods && methods->of_q[of] ? methods->of_q[of] : (int)of;
}

bool eh_methods_are_usual(const eh_methods *methods) {
  bool usual = true;
  for (int q = 0; q < EH_QUANTITIES; q++) usual &= eh_methods_of(methods, (eh_quantity)q) == q;
  return usual;
}

const char *eh_method_name(int method, bool part, bool n_eff) { return method_n[method].form_k[part + 2 * n_eff]; }

const char *eh_method_title(int method) { return method_n[method].title; }

static eh_status unknown_method(eh_str name, const char *option, eh_error *err) {
  return eh_fail(err, EH_E_USAGE, "%s has no method %Q; it is default, bootstrap, bca, none, or of clopper_pearson, agresti_coull, newcombe_10, "
                 "agresti_caffo, koopman, katz, fisher and delong one for each number", option, name);
}

eh_status eh_methods_add(eh_methods *methods, eh_str name, const char *option, eh_error *err) {
  for (int m = EH_QUANTITIES; m < EH_METHODS; m++) {
    if (!eh_str_eq(name, eh_str_of(method_n[m].form_k[0]))) continue;
    int *const to = &methods->of_q[method_n[m].of];
    if (*to && *to != m)
      return eh_fail(err, EH_E_USAGE, "%s names two methods for one number: %s and %s", option, method_n[*to].form_k[0],
                     method_n[m].form_k[0]);
    *to = m;
    return EH_OK;
  }
  return unknown_method(name, option, err);
}

/* ---- a rate ------------------------------------------------------------------------------------------------------ */

static eh_range within(eh_range r, double least, double most) {
  return (eh_range){r.lower < least ? least : r.lower, r.upper > most ? most : r.upper};
}

static eh_range agresti_coull(double x, double n, double z) {
  const double m = n + z * z, p = (x + .5 * z * z) / m, reach = z * __builtin_sqrt(p * (1 - p) / m);
  return within((eh_range){p - reach, p + reach}, 0, 1);
}

/* log(n! / (n/e)^n sqrt(2 pi n)), by Stirling's series where it has all digits, up to there by its step from n to n + 1. */
static double stirling_rest(double n) {
  double sum = 0;
  for (; n < 16; n++) sum += (n + .5) * eh_log1p(1 / n) - 1;
  const double r = 1 / (n * n);
  return sum + (1 / 12. - r * (1 / 360. - r * (1 / 1260. - r * (1 / 1680. - r / 1188.)))) / n;
}

/* x log(x / m) + m - x, m > 0: what an outcome is away from its mean. */
static double deviance(double x, double m) { return x * eh_log1p((x - m) / m) + m - x; }

/* P(X = x) of n rows at rate p, 0 < x < n, as Loader (2000) makes it: no digit is lost in differences of log gamma. */
static double binomial(double x, double n, double p) {
  const double away = deviance(x, n * p) + deviance(n - x, n * (1 - p));
  const double rest = stirling_rest(n) - stirling_rest(x) - stirling_rest(n - x);
  return eh_exp(rest - away) * __builtin_sqrt(n / (0x1.921fb54442d18p+2 * x * (n - x)));
}

enum { NEWTON_STEPS = 60, FRACTION_STEPS = 1 << 20 };

/* The rate at which P(X >= x), an incomplete beta function of the rate, is `tail`: Newton on its logarithm over that of the rate,
 * where it is concave, so that the first step ends below the root and the others come up to it. */
static double clopper_pearson_lower(double x, double n, double tail) {
  if (!(x > 0)) return 0;
  const double a = x, b = n - x + 1, log_tail = eh_log(tail), most = a / (a + b);
  if (!(x < n)) return eh_exp(log_tail / n);
  double p = most;
  for (int i = 0; i < NEWTON_STEPS; i++) {
    const double density = binomial(x, n, p), share = density * (1 - p) * eh_beta_fraction(p, a, b, FRACTION_STEPS);
    const double next = p * eh_exp((log_tail - eh_log(share)) * (share / (x * density)));
    const double step = next > p ? next - p : p - next;
    p = next < most ? next : most;
    if (!(step > 0x1p-46 * p)) break;
  }
  return p;
}

static eh_range clopper_pearson(double x, double n, double z) {
  const double tail = eh_normal_cdf(-z);
  return (eh_range){clopper_pearson_lower(x, n, tail), 1 - clopper_pearson_lower(n - x, n, tail)};
}

eh_range eh_rate_range(const eh_methods *methods, double x, double n, double z) {
  switch (eh_methods_of(methods, EH_OF_RATE)) {
    case EH_CLOPPER_PEARSON: return clopper_pearson(x, n, z);
    case EH_AGRESTI_COULL: return agresti_coull(x, n, z);
    default: return eh_wilson_real(x, n, z);
  }
}

/* ---- gaps -------------------------------------------------------------------------------------------------------- */

static double hypotenuse(double a, double b) { return __builtin_sqrt(a * a + b * b); }

static eh_range newcombe_10(double x1, double n1, double x2, double n2, double z) {
  const eh_range one = eh_wilson_real(x1, n1, z), two = eh_wilson_real(x2, n2, z);
  const double p1 = x1 / n1, p2 = x2 / n2;
  return (eh_range){p1 - p2 - hypotenuse(p1 - one.lower, two.upper - p2), p1 - p2 + hypotenuse(one.upper - p1, p2 - two.lower)};
}

static eh_range agresti_caffo(double x1, double n1, double x2, double n2, double z) {
  const double p1 = (x1 + 1) / (n1 + 2), p2 = (x2 + 1) / (n2 + 2);
  const double reach = z * __builtin_sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2));
  return within((eh_range){p1 - p2 - reach, p1 - p2 + reach}, -1, 1);
}

eh_range eh_difference_range(const eh_methods *methods, double x1, double n1, double x2, double n2, double z) {
  switch (eh_methods_of(methods, EH_OF_DIFFERENCE)) {
    case EH_NEWCOMBE_10: return newcombe_10(x1, n1, x2, n2, z);
    case EH_AGRESTI_CAFFO: return agresti_caffo(x1, n1, x2, n2, z);
    default: return eh_mn_difference_real(x1, n1, x2, n2, z);
  }
}

/* Half a row is added to every count; of two full groups, which would have no width, half a row is taken from either before. A
 * ratio that was seen as 0 or infinite stays inside. */
static eh_range katz(double x1, double n1, double x2, double n2, double z) {
  const double less = x1 == n1 && x2 == n2 ? .5 : 0, a = x1 - less + .5, b = x2 - less + .5, m = n1 + .5, n = n2 + .5;
  const double reach = z * __builtin_sqrt((m - a) / (a * m) + (n - b) / (b * n));
  const double ratio = a / m / (b / n), factor = eh_exp(reach);
  return (eh_range){x1 > 0 ? ratio / factor : 0, x2 > 0 ? ratio * factor : __builtin_inf()};
}

eh_range eh_ratio_range(const eh_methods *methods, double x1, double n1, double x2, double n2, double z) {
  switch (eh_methods_of(methods, EH_OF_RATIO)) {
    case EH_KOOPMAN: return eh_koopman_ratio(x1, n1, x2, n2, z);
    case EH_KATZ: return katz(x1, n1, x2, n2, z);
    default: return eh_mn_ratio_real(x1, n1, x2, n2, z);
  }
}

/* ---- Fisher's test ----------------------------------------------------------------------------------------------- */

/* Tables of the same margins, by their first count: the probability of the next over that of this one. */
typedef struct margins {
  double n1, n2, hits;
} margins;

static double odds_of_next(const margins *m, double x) {
  return (m->n1 - x) / (x + 1) * ((m->hits - x) / (m->n2 - m->hits + x + 1));
}

/* Tables from x, the likeliest, on in one direction, as multiples of it: their sum, and of it what is not above `limit`. They fall all
 * the way, so behind one that adds nothing to the latter there is nothing. */
typedef struct sums {
  double all, rare;
} sums;

static sums add_up(const margins *m, double x, double limit, int direction) {
  sums s = {0, 0};
  for (double term = 1; term > 0; x += direction) {
    if (term <= limit && s.rare + term == s.rare) break;
    s.all += term;
    if (term <= limit) s.rare += term;
    const double odds = odds_of_next(m, direction > 0 ? x : x - 1);
    term = direction > 0 ? term * odds : odds > 0 ? term / odds : 0;
  }
  return s;
}

/* How likely a table is, as a multiple of the likeliest, at `mode`. */
static double share_of(const margins *m, double mode, double x) {
  double share = 1;
  for (; mode < x && share > 0; mode++) share *= odds_of_next(m, mode);
  for (; mode > x && share > 0; mode--) share /= odds_of_next(m, mode - 1);
  return share;
}

/* Two tables that are equally likely may differ in their last digits here. */
#define SLACK (1 + 1e-12)

double eh_fisher_p(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2) {
  if (n1 > n2 || (n1 == n2 && x1 > x2)) return eh_fisher_p(x2, n2, x1, n1); /* the same to the bit */
  const margins m = {(double)n1, (double)n2, (double)x1 + (double)x2};
  const double guess = (m.n1 + 1) * ((m.hits + 1) / (m.n1 + m.n2 + 2)), mode = (double)(uint64_t)guess;
  const double seen = share_of(&m, mode, (double)x1), limit = seen * SLACK;
  const sums up = add_up(&m, mode, limit, 1), down = add_up(&m, mode, limit, -1);
  const double rare = up.rare + down.rare - (limit >= 1), p = rare / (up.all + down.all - 1);
  return p > 0x1p-1022 ? p < 1 ? p : 1 : 0x1p-1022;
}
