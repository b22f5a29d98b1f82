/* poisson.h: the inside of the Poisson tables, for poisson.c and its test. */
#ifndef EVENHAND_INTERVAL_POISSON_H
#define EVENHAND_INTERVAL_POISSON_H

#include "evenhand/interval.h"

enum {
  EH_BIN_BITS = 6,                    /* values of the 16 bits that share an entry */
  EH_BINS = 1 << (16 - EH_BIN_BITS),
  EH_MEAN_SMALL = 256,                /* every mean below has a table */
  EH_MEAN_LARGE = 1 << 16             /* multiples of EH_MEAN_SMALL have one up to here */
};

/* A step of the distribution function has 48 bits: 16 that are always drawn and 32 that settle. */
#define EH_STEP_ONE ((uint64_t)1 << 48)

/* cut_k[k] = 2^48 P(X <= first + k); the last is 2^48. entry_b: bit 31: more than one step falls into the bin; bits 16..30: steps
 * at or before its start; bits 0..15: where the bin's step falls. */
typedef struct eh_poisson_table {
  uint32_t first, width;
  uint64_t *cut_k;
  uint32_t entry_b[EH_BINS];
} eh_poisson_table;

/* The table of a mean below EH_MEAN_SMALL, or of a multiple of it up to EH_MEAN_LARGE; NULL when out of memory. */
const eh_poisson_table *eh_poisson_table_of(eh_poisson *poisson, uint32_t mean, eh_error *err);

#endif
