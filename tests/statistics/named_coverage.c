/* Exact coverage at level .95 of the intervals that are asked for by name, and the error of Fisher's test. Clopper-Pearson is held
 * to .95 everywhere; the others to what they are known to do, which is why they are not the usual ones. */
#include "coverage.h"
#include "evenhand/interval.h"

static const eh_methods clopper_pearson = {{[EH_OF_RATE] = EH_CLOPPER_PEARSON}}, agresti_coull = {{[EH_OF_RATE] = EH_AGRESTI_COULL}};
static const eh_methods newcombe = {{[EH_OF_DIFFERENCE] = EH_NEWCOMBE_10}}, caffo = {{[EH_OF_DIFFERENCE] = EH_AGRESTI_CAFFO}};
static const eh_methods koopman = {{[EH_OF_RATIO] = EH_KOOPMAN}}, katz = {{[EH_OF_RATIO] = EH_KATZ}};

typedef eh_range pair_interval(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z);

static const double share_n[] = {.005, .01, .02, .035, .05, .075, .1, .15, .2, .25, .3, .4, .5};
enum { SHARES = sizeof share_n / sizeof share_n[0] };

static eh_range newcombe_10(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z) {
  return eh_difference_range(&newcombe, (double)x1, (double)n1, (double)x2, (double)n2, z);
}
static eh_range agresti_caffo(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z) {
  return eh_difference_range(&caffo, (double)x1, (double)n1, (double)x2, (double)n2, z);
}
static eh_range koopman_ratio(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z) {
  return eh_ratio_range(&koopman, (double)x1, (double)n1, (double)x2, (double)n2, z);
}
static eh_range katz_ratio(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2, double z) {
  return eh_ratio_range(&katz, (double)x1, (double)n1, (double)x2, (double)n2, z);
}

static coverage of_rates(const char *what, const eh_methods *methods, double *least) {
  static const uint64_t n_n[] = {10, 20, 30, 50, 100, 300, 1000, 3000};
  static binomial b;
  coverage c = coverage_of(what);
  char where[96];
  *least = 2;
  for (int k = 0; k < 8 * 50; k++) {
    double sum = 0;
    binomial_make(&b, n_n[k / 50], .01 * (k % 50 + 1));
    for (int i = 0; i < b.count; i++) {
      const eh_range r = eh_rate_range(methods, b.first + i, (double)b.n, eh_critical(.95));
      CHECK(r.lower < r.upper);
      if (r.lower <= b.p && b.p <= r.upper) sum += b.mass_i[i];
    }
    snprintf(where, sizeof where, "n %d, p %.3f", (int)b.n, b.p);
    coverage_add(&c, sum, binomial_rare(&b), where);
    if (!(sum >= *least)) *least = sum;
  }
  return c;
}

static void say(const coverage *c) {
  printf("%-30s %6ld cells  mean %.4f  worst %.4f (%s)  worst of 5 expected %.4f\n", c->what, c->cells, c->sum / (double)c->cells,
         c->worst1, c->where1, c->worst5);
}

static void rates(void) {
  double least;
  const coverage exact = of_rates("Clopper-Pearson", &clopper_pearson, &least);
  say(&exact);
  CHECK(least >= .95 - 1e-9);
  const coverage ac = of_rates("Agresti-Coull", &agresti_coull, &least);
  say(&ac);
  CHECK(least >= .925 && ac.sum / (double)ac.cells <= .965);
}

/* Every outcome: not all of these limits move one way as a count grows. */
static double covered(pair_interval *interval, const binomial *a, const binomial *b, double truth) {
  double sum = 0;
  for (int i = 0; i < a->count; i++)
    for (int j = 0; j < b->count; j++) {
      const eh_range r = interval((uint64_t)(a->first + i), a->n, (uint64_t)(b->first + j), b->n, eh_critical(.95));
      CHECK(r.lower < r.upper);
      if (r.lower <= truth && truth <= r.upper) sum += a->mass_i[i] * b->mass_i[j];
    }
  return sum;
}

static void enumerate(pair_interval *interval, bool is_ratio, coverage *c, uint64_t n1, uint64_t n2) {
  static binomial a, b;
  char where[96];
  for (int k = 0; k < SHARES * SHARES; k += 2) {
    const double p1 = share_n[k / SHARES], p2 = share_n[k % SHARES];
    binomial_make(&a, n1, p1);
    binomial_make(&b, n2, p2);
    snprintf(where, sizeof where, "n %d and %d, p %.3f and %.3f", (int)n1, (int)n2, p1, p2);
    coverage_add(c, covered(interval, &a, &b, is_ratio ? p1 / p2 : p1 - p2), fmin(binomial_rare(&a), binomial_rare(&b)), where);
  }
}

static coverage of_pairs(const char *what, pair_interval *interval, bool is_ratio) {
  static const uint64_t size_n[] = {10, 30, 100, 300};
  coverage c = coverage_of(what);
  for (int i = 0; i < 4; i++)
    for (int j = i; j < 4; j++) enumerate(interval, is_ratio, &c, size_n[i], size_n[j]);
  say(&c);
  return c;
}

static void gaps(void) {
  const coverage n = of_pairs("Newcombe 10", newcombe_10, false), a = of_pairs("Agresti-Caffo", agresti_caffo, false);
  const coverage k = of_pairs("Koopman", koopman_ratio, true), l = of_pairs("Katz + .5", katz_ratio, true);
  CHECK(n.sum / (double)n.cells >= .94 && n.worst1 >= .90 && n.worst5 >= .92);
  CHECK(a.sum / (double)a.cells >= .94 && a.worst1 >= .88 && a.worst5 >= .88);
  CHECK(k.sum / (double)k.cells >= .94 && k.worst1 >= .90 && k.worst5 >= .925);
  CHECK(l.sum / (double)l.cells >= .94 && l.worst1 >= .88);
}

/* Of equal rates the share of tables with p <= .05, exact. */
static void fisher_is_never_too_sure(void) {
  static const uint64_t n_n[] = {10, 30, 100};
  static binomial a, b;
  double most = 0;
  for (int k = 0; k < 9 * SHARES; k++) {
    double sum = 0;
    binomial_make(&a, n_n[k / SHARES / 3], share_n[k % SHARES]);
    binomial_make(&b, n_n[k / SHARES % 3], share_n[k % SHARES]);
    for (int i = 0; i < a.count; i++)
      for (int j = 0; j < b.count; j++)
        if (eh_fisher_p((uint64_t)(a.first + i), a.n, (uint64_t)(b.first + j), b.n) <= .05) sum += a.mass_i[i] * b.mass_i[j];
    if (!(sum <= most)) most = sum;
  }
  printf("Fisher: at most %.4f of equal pairs have p <= .05\n", most);
  CHECK(most <= .05 && most > .02);
}

int main(void) {
  RUN(rates);
  RUN(gaps);
  RUN(fisher_is_never_too_sure);
  return check_end("statistics/named");
}
