/* bootstrap_slow: draws and percentile ends by their definitions, for reading: a search along the distribution function for
 * every draw, and a sort of all replicates. */
#ifndef EVENHAND_TESTS_REFERENCE_BOOTSTRAP_SLOW_H
#define EVENHAND_TESTS_REFERENCE_BOOTSTRAP_SLOW_H

#include <math.h>
#include <stdlib.h>

#include "evenhand/interval.h"

/* P(X <= x) of the Poisson distribution, by its terms. */
static inline double slow_poisson_cdf(double mean, int64_t x) {
  double sum = 0;
  for (int64_t k = 0; k <= x; k++) sum += exp((double)k * log(mean) - mean - lgamma((double)k + 1));
  return sum;
}

/* The 16 bits of replicate b of a cell's part: blocks of 8 replicates side by side, 16 blocks at a time. */
static inline uint32_t slow_bits(uint64_t seed, uint64_t cell, uint32_t part, uint32_t b) {
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)}, at = b % 128, word = at / 4, lane = at % 4;
  const uint32_t counter[4] = {b / 128 * 16 + word % 16, (uint32_t)cell, part, (uint32_t)(cell >> 32)};
  uint32_t random[4];
  eh_philox(random, counter, key);
  return random[2 * (word / 16) + lane / 2] >> (lane % 2 ? 16 : 0) & 0xffff;
}

static inline uint32_t slow_settling_bits(uint64_t seed, uint64_t cell, uint32_t part, uint32_t b) {
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  uint32_t random[4];
  eh_philox(random, (uint32_t[4]){b, (uint32_t)cell, part | 0x80000000u, (uint32_t)(cell >> 32)}, key);
  return random[0];
}

/* u in [0, 1) with 48 bits; the least x with P(X <= x) > u. Steps nearer to u than rounding are not told apart. */
static inline uint32_t slow_inverse(double mean, double u) {
  double mass = exp(-mean), sum = mass;
  uint32_t x = 0;
  if (mean > 600) {
    const double from = mean - 12 * sqrt(mean);
    for (x = from > 0 ? (uint32_t)from : 0, mass = exp(x * log(mean) - mean - lgamma(x + 1.0)), sum = mass; sum <= u;) sum += mass *= mean / ++x;
    return x;
  }
  while (sum <= u) sum += mass *= mean / ++x;
  return x;
}

static inline uint32_t slow_draw(uint64_t seed, uint64_t cell, uint32_t count, uint32_t b) {
  uint32_t sum = 0;
  for (uint32_t part = 0; count; part++) {
    const uint32_t mean = count >= 65536 ? 65536 : count >= 256 ? count / 256 * 256 : count;
    const uint64_t u = (uint64_t)slow_bits(seed, cell, part, b) << 32 | slow_settling_bits(seed, cell, part, b);
    sum += slow_inverse(mean, (double)u * 0x1p-48);
    count -= mean;
  }
  return sum;
}

static int slow_by_value(const void *a, const void *b) {
  const double p = *(const double *)a, q = *(const double *)b;
  return p < q ? -1 : p > q;
}

/* Sorts value_b; NaN must not be there. */
static inline eh_range slow_percentile(double *value_b, uint32_t n, double level) {
  const uint32_t k = (uint32_t)floor((n + 1) * (1 - level) / 2 * (1 + 1e-12));
  qsort(value_b, n, sizeof *value_b, slow_by_value);
  return (eh_range){value_b[k - 1], value_b[n - k]};
}

#endif
