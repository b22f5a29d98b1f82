/* quantiles: the exact order statistics of a column of numbers, from which quantile buckets get their edges. Called by the
 * cube's builder on a first reading of the rows.
 *
 * The one idea: what is kept is each distinct value with its count, so ages cost 100 entries however many the rows. New
 * values wait in a tail as long as what is kept, and are then sorted in: every value is moved a few times at most.
 */
#include <string.h>

#include "slice_internal.h"

enum { EH_TAIL_LEAST = 1 << 16, EH_DIGIT_BITS = 11, EH_DIGITS = 1 << EH_DIGIT_BITS };

struct eh_quantiles {
  const eh_allocator *mem;
  uint64_t *key_n, *count_n;   /* distinct, ascending */
  size_t n, cap;
  uint64_t *tail_n, *spare_n;  /* tail_cap of each */
  size_t tail, tail_cap;
};

/* Unsigned numbers in the order of the values; -0 is 0. */
static uint64_t key_of(double x) {
  uint64_t bits;
  x += 0.0;
  memcpy(&bits, &x, sizeof bits);
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static double value_of(uint64_t key) {
  const uint64_t bits = key >> 63 ? key & ~((uint64_t)1 << 63) : ~key;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* ---- life --------------------------------------------------------------------------------------------------------- */

eh_status eh_quantiles_new(eh_quantiles **out, const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  eh_quantiles *const q = eh_mem_zero(mem, sizeof *q);
  if (!q) return eh_no_memory(err);
  q->mem = mem;
  *out = q;
  return EH_OK;
}

void eh_quantiles_free(eh_quantiles *q) {
  if (!q) return;
  eh_mem_free(q->mem, q->key_n, q->cap * sizeof(uint64_t));
  eh_mem_free(q->mem, q->count_n, q->cap * sizeof(uint64_t));
  eh_mem_free(q->mem, q->tail_n, q->tail_cap * sizeof(uint64_t));
  eh_mem_free(q->mem, q->spare_n, q->tail_cap * sizeof(uint64_t));
  eh_mem_free(q->mem, q, sizeof *q);
}

/* An empty tail of that many values. */
static eh_status take_tail(eh_quantiles *q, size_t cap, eh_error *err) {
  if (cap <= q->tail_cap) return EH_OK;
  eh_mem_free(q->mem, q->tail_n, q->tail_cap * sizeof(uint64_t));
  eh_mem_free(q->mem, q->spare_n, q->tail_cap * sizeof(uint64_t));
  q->tail_n = eh_mem_resize(q->mem, NULL, 0, cap * sizeof(uint64_t));
  q->spare_n = q->tail_n ? eh_mem_resize(q->mem, NULL, 0, cap * sizeof(uint64_t)) : NULL;
  if (!q->spare_n) eh_mem_free(q->mem, q->tail_n, cap * sizeof(uint64_t));
  q->tail_cap = q->spare_n ? cap : 0;
  if (!q->spare_n) q->tail_n = NULL;
  return q->spare_n ? EH_OK : eh_no_memory(err);
}

/* ---- sorting in --------------------------------------------------------------------------------------------------- */

/* Radix sort of the tail; digits that all values share are left out. */
static void sort_tail(eh_quantiles *q) {
  uint64_t differ = 0;
  for (size_t i = 1; i < q->tail; i++) differ |= q->tail_n[i] ^ q->tail_n[0];
  for (unsigned shift = 0; shift < 64; shift += EH_DIGIT_BITS) {
    if (!(differ >> shift & (EH_DIGITS - 1))) continue;
    size_t start_d[EH_DIGITS] = {0}, start = 0;
    for (size_t i = 0; i < q->tail; i++) start_d[q->tail_n[i] >> shift & (EH_DIGITS - 1)]++;
    for (size_t d = 0; d < EH_DIGITS; d++) {
      const size_t count = start_d[d];
      start_d[d] = start;
      start += count;
    }
    for (size_t i = 0; i < q->tail; i++) q->spare_n[start_d[q->tail_n[i] >> shift & (EH_DIGITS - 1)]++] = q->tail_n[i];
    uint64_t *const swap = q->tail_n;
    q->tail_n = q->spare_n, q->spare_n = swap;
  }
}

/* How many distinct values the sorted tail would add. */
static size_t count_new(const eh_quantiles *q) {
  size_t fresh = 0, at = 0;
  for (size_t i = 0; i < q->tail; i++) {
    if (i && q->tail_n[i] == q->tail_n[i - 1]) continue;
    while (at < q->n && q->key_n[at] < q->tail_n[i]) at++;
    fresh += at == q->n || q->key_n[at] != q->tail_n[i];
  }
  return fresh;
}

static eh_status reserve(eh_quantiles *q, size_t want, eh_error *err) {
  if (want <= q->cap) return EH_OK;
  if (want > EH_QUANTILE_VALUES_MAX)
    return eh_fail(err, EH_E_LIMIT, "quantiles of more than %u distinct numbers; name the edges, as in 'age:25,45,65'",
                   (uint64_t)EH_QUANTILE_VALUES_MAX);
  size_t cap = q->cap ? 2 * q->cap : 256;
  if (cap < want) cap = want;
  uint64_t *const key_n = eh_mem_resize(q->mem, NULL, 0, cap * sizeof(uint64_t));
  uint64_t *const count_n = eh_mem_resize(q->mem, NULL, 0, cap * sizeof(uint64_t));
  if (key_n && count_n) {
    if (q->n) memcpy(key_n, q->key_n, q->n * sizeof *key_n), memcpy(count_n, q->count_n, q->n * sizeof *count_n);
    eh_mem_free(q->mem, q->key_n, q->cap * sizeof(uint64_t));
    eh_mem_free(q->mem, q->count_n, q->cap * sizeof(uint64_t));
    q->key_n = key_n;
    q->count_n = count_n;
    q->cap = cap;
    return EH_OK;
  }
  eh_mem_free(q->mem, key_n, cap * sizeof(uint64_t));
  eh_mem_free(q->mem, count_n, cap * sizeof(uint64_t));
  return eh_no_memory(err);
}

/* Merges the sorted tail in from behind, where there is room. */
static eh_status settle(eh_quantiles *q, eh_error *err) {
  if (!q->tail) return EH_OK;
  sort_tail(q);
  const size_t fresh = count_new(q);
  EH_TRY(reserve(q, q->n + fresh, err));
  size_t from = q->n, tail = q->tail, to = q->n + fresh;
  q->n = to;
  while (tail) {
    if (from && q->key_n[from - 1] > q->tail_n[tail - 1]) {
      from--, to--;
      q->key_n[to] = q->key_n[from];
      q->count_n[to] = q->count_n[from];
      continue;
    }
    const uint64_t key = q->tail_n[tail - 1];
    uint64_t count = 0;
    while (tail && q->tail_n[tail - 1] == key) count++, tail--;
    if (from && q->key_n[from - 1] == key) count += q->count_n[--from];
    q->key_n[--to] = key;
    q->count_n[to] = count;
  }
  q->tail = 0;
  return EH_OK;
}

eh_status eh_quantiles_add(eh_quantiles *q, const double *x_n, size_t n, eh_error *err) {
  for (size_t i = 0; i < n; i++) {
    if (q->tail == q->tail_cap) {
      EH_TRY(settle(q, err));
      EH_TRY(take_tail(q, q->n > EH_TAIL_LEAST ? q->n : EH_TAIL_LEAST, err));
    }
    q->tail_n[q->tail++] = key_of(x_n[i]);
  }
  return EH_OK;
}

/* ---- edges -------------------------------------------------------------------------------------------------------- */

eh_status eh_quantiles_edges(eh_quantiles *q, uint32_t parts, double *edge_n, uint32_t *count, eh_error *err) {
  EH_TRY(settle(q, err));
  uint64_t total = 0, below = 0;
  for (size_t i = 0; i < q->n; i++) total += q->count_n[i];
  size_t at = 0; /* values before it cover `below` rows */
  *count = 0;
  for (uint32_t j = 1; j < parts && total; j++) {
    const uint64_t rank = (uint64_t)(((unsigned __int128)total * j + parts - 1) / parts);
    while (below + q->count_n[at] < rank) below += q->count_n[at++];
    const double edge = value_of(q->key_n[at]);
    if (at && (!*count || edge > edge_n[*count - 1])) edge_n[(*count)++] = edge;
  }
  return EH_OK;
}
