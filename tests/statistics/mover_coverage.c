/* Coverage of the interval of two proportions whose rows overlap in part, by exact enumeration of all three parts, against
 * the bars of coverage.h. Groups are the two slices; their parts may be as small as ten rows. */
#include "coverage.h"
#include "evenhand/interval.h"

enum { PARTS = 3, SIZES = 4, RATES = 4, STRIDE = 23 };
static const uint64_t size_s[SIZES] = {10, 25, 60, 150};
static const double rate_r[RATES] = {.03, .1, .3, .5};

/* Whether the interval holds what is true: the difference, and the ratio. */
typedef struct hits {
  double difference, ratio, told, told_mass; /* told: where the baseline is not 0, so that a ratio is reported */
} hits;

static hits cover(const binomial part_k[PARTS], double first, double second, double z) {
  hits h = {0, 0, 0, 0};
  const double true_ratio = first / second;
  for (int i = 0; i < part_k[0].count; i++)
    for (int j = 0; j < part_k[1].count; j++)
      for (int k = 0; k < part_k[2].count; k++) {
        const double mass = part_k[0].mass_i[i] * part_k[1].mass_i[j] * part_k[2].mass_i[k];
        if (mass < 1e-11) continue;
        const eh_overlap o = {{(double)(part_k[0].first + i), (double)part_k[0].n, 0},
                              {(double)(part_k[1].first + j), (double)part_k[1].n, 0},
                              {(double)(part_k[2].first + k), (double)part_k[2].n, 0}};
        const eh_range d = eh_mover_difference(&o, z);
        if (d.lower <= first - second && first - second <= d.upper) h.difference += mass;
        const eh_range r = eh_mover_ratio(&o, z);
        const bool held = r.lower <= true_ratio && true_ratio <= r.upper, told = o.both.x || o.second.x;
        if (held) h.ratio += mass;
        if (told) h.told_mass += mass;
        if (told && held) h.told += mass;
      }
  return h;
}

/* The slice of two parts, as one binomial: its least expected count. */
static double rare_of(const binomial *a, const binomial *b, double rate) {
  const binomial slice = {.n = a->n + b->n, .p = rate};
  return binomial_rare(&slice);
}

static void overlapping_slices_keep_the_bars(void) {
  coverage difference = coverage_of("overlapping slices, difference"), ratio = coverage_of("overlapping slices, ratio"),
           told = coverage_of("overlapping slices, ratio where told");
  const double z = eh_critical(.95);
  int cell = 0;
  for (int sizes = 0; sizes < SIZES * SIZES * SIZES; sizes++)
    for (int rates = 0; rates < RATES * RATES * RATES; rates++) {
      const int s_k[PARTS] = {sizes / SIZES / SIZES, sizes / SIZES % SIZES, sizes % SIZES};
      const int r_k[PARTS] = {rates / RATES / RATES, rates / RATES % RATES, rates % RATES};
      if (cell++ % STRIDE) continue;
      binomial part_k[PARTS];
      for (int k = 0; k < PARTS; k++) binomial_make(&part_k[k], size_s[s_k[k]], rate_r[r_k[k]]);
      const double n1 = (double)(part_k[0].n + part_k[1].n), n2 = (double)(part_k[2].n + part_k[1].n);
      const double first = ((double)part_k[0].n * part_k[0].p + (double)part_k[1].n * part_k[1].p) / n1;
      const double second = ((double)part_k[2].n * part_k[2].p + (double)part_k[1].n * part_k[1].p) / n2;
      const double rare = fmin(rare_of(&part_k[0], &part_k[1], first), rare_of(&part_k[2], &part_k[1], second));
      char where[96];
      snprintf(where, sizeof where, "n %d %d %d p %.2f %.2f %.2f", (int)part_k[0].n, (int)part_k[1].n, (int)part_k[2].n, part_k[0].p, part_k[1].p, part_k[2].p);
      const hits h = cover(part_k, first, second, z);
      coverage_add(&difference, h.difference, rare, where);
      coverage_add(&ratio, h.ratio, rare, where);
      coverage_add(&told, h.told / h.told_mass, rare, where);
    }
  coverage_judge(&difference);
  coverage_judge(&ratio);
  /* A sparse baseline tells a ratio only when it had luck; no method that is told that can be held to less than 5 expected. */
  printf("%s: worst %.4f (%s), of 5 expected %.4f (%s)\n", told.what, told.worst1, told.where1, told.worst5, told.where5);
  CHECK(told.worst1 >= .88 && told.worst5 >= .925);
}

int main(void) {
  RUN(overlapping_slices_keep_the_bars);
  return check_end("statistics/mover");
}
