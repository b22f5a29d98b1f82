/* tail: the rows of a tail put in order, by group and then by key; and the keys of one group. Called by cells.c, tail by tail, and by
 * runs.c, group by group.
 *
 * The one idea: a tail longer than the near cache holds is dealt into heaps of neighbouring groups first, one pass of
 * few destinations; each heap is then sorted where the cache holds it. Within a group keys are few among the many that
 * 64 bits can tell, so their upper bits nearly sort them. A radix sort by those and by the group leaves little out of
 * order, and one insertion pass mends that. Keys made to defeat this cost too many moves; then the rest of the bits is
 * sorted by, too.
 */
#include <string.h>

#include "cube_internal.h"

/* Bits of the key beyond what tells the rows of a group apart, so that collisions are rare and an exponent that hardly
 * varies does not matter. */
enum { DIGIT_BITS = 11, BUCKETS = 1 << DIGIT_BITS, SPARE_BITS = 10, MOVES_PER_ROW = 4 };

/* Rows of a heap, on average; heaps at most. */
enum { HEAP_ROWS = 1 << 14, HEAP_BITS = 8 };

/* Number of bits from the lowest to the highest that is set. */
static int width_of(uint64_t x) { return x ? 64 - __builtin_clzll(x) : 0; }

static inline unsigned digit_of(uint64_t x, int shift, unsigned mask) { return (unsigned)(x >> shift) & mask; }

static void starts_of(uint32_t *start_b, unsigned mask) {
  uint32_t start = 0;
  for (unsigned b = 0; b <= mask; b++) {
    const uint32_t count = start_b[b];
    start_b[b] = start;
    start += count;
  }
}

static void move_row(eh_tail *to, const eh_tail *from, size_t i, uint32_t at) {
  to->key_n[at] = from->key_n[i];
  to->group_n[at] = from->group_n[i];
}

static void swap_tails(eh_tail *a, eh_tail *b) {
  const eh_tail tail = *a;
  *a = *b, *b = tail;
}

/* Stable, by `bits` bits of the key from `low` on, least digit first. */
static void sort_by_key(eh_tail *tail, eh_tail *spare, size_t n, int low, int bits) {
  for (int at = 0; at < bits; at += DIGIT_BITS) {
    const unsigned mask = (1u << (bits - at < DIGIT_BITS ? bits - at : DIGIT_BITS)) - 1;
    uint32_t start_b[BUCKETS] = {0};
    for (size_t i = 0; i < n; i++) start_b[digit_of(tail->key_n[i], low + at, mask)]++;
    starts_of(start_b, mask);
    for (size_t i = 0; i < n; i++)
      move_row(spare, tail, i, start_b[digit_of(tail->key_n[i], low + at, mask)]++);
    swap_tails(tail, spare);
  }
}

/* Stable, by the group, in as many passes of equal width as it takes. */
static void sort_by_group(eh_tail *tail, eh_tail *spare, size_t n, int bits) {
  const int passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS, width = passes ? (bits + passes - 1) / passes : 0;
  const unsigned mask = (1u << width) - 1;
  for (int pass = 0; pass < passes; pass++) {
    uint32_t start_b[BUCKETS] = {0};
    for (size_t i = 0; i < n; i++) start_b[digit_of(tail->group_n[i], pass * width, mask)]++;
    starts_of(start_b, mask);
    for (size_t i = 0; i < n; i++)
      move_row(spare, tail, i, start_b[digit_of(tail->group_n[i], pass * width, mask)]++);
    swap_tails(tail, spare);
  }
}

/* Keys of each group in order by insertion; false if that takes too many moves. */
static bool mend(const eh_tail *tail, size_t n) {
  uint64_t *const key_n = tail->key_n;
  size_t moves_left = n * MOVES_PER_ROW;
  for (size_t i = 1; i < n; i++) {
    if (tail->group_n[i] != tail->group_n[i - 1] || key_n[i] >= key_n[i - 1]) continue;
    const uint64_t key = key_n[i];
    size_t to = i;
    for (; to && tail->group_n[to - 1] == tail->group_n[i] && key_n[to - 1] > key; to--) key_n[to] = key_n[to - 1];
    key_n[to] = key;
    if (i - to > moves_left) return false;
    moves_left -= i - to;
  }
  return true;
}

/* Sorts between two pairs of arrays, which change places as they like. */
static void sort_heap(eh_tail *tail, eh_tail *spare, size_t n) {
  uint64_t differ = 0;
  uint32_t group = 0;
  for (size_t i = 0; i < n; i++) {
    differ |= tail->key_n[i] ^ tail->key_n[0];
    group |= tail->group_n[i] ^ tail->group_n[0];
  }
  const int high = width_of(differ), low = differ ? __builtin_ctzll(differ) : 0, group_bits = width_of(group);
  const int wanted = width_of(n) + SPARE_BITS - group_bits, least = DIGIT_BITS;
  const int some = ((wanted > least ? wanted : least) + DIGIT_BITS - 1) / DIGIT_BITS * DIGIT_BITS;
  const int upper = high - some > low ? high - some : low;
  sort_by_key(tail, spare, n, upper, high - upper);
  sort_by_group(tail, spare, n, group_bits);
  if (upper == low || mend(tail, n)) return;
  sort_by_key(tail, spare, n, low, high - low);
  sort_by_group(tail, spare, n, group_bits);
}

void eh_tail_sort(eh_tail *tail, eh_tail *spare, size_t n) {
  uint32_t any = 0, end_h[(1 << HEAP_BITS) + 1] = {0};
  for (size_t i = 0; i < n; i++) any |= tail->group_n[i];
  int bits = width_of(n / HEAP_ROWS);
  if (bits > HEAP_BITS) bits = HEAP_BITS;
  const int shift = width_of(any) > bits ? width_of(any) - bits : 0;
  for (size_t i = 0; i < n; i++) end_h[tail->group_n[i] >> shift]++;
  starts_of(end_h, (1u << HEAP_BITS) - 1);
  for (size_t i = 0; i < n; i++) move_row(spare, tail, i, end_h[tail->group_n[i] >> shift]++);
  for (size_t h = 0, start = 0; start < n; start = end_h[h++]) {
    const size_t rows = end_h[h] - start;
    eh_tail here = {spare->key_n + start, spare->group_n + start}, there = {tail->key_n + start, tail->group_n + start};
    sort_heap(&here, &there, rows);
    if (here.key_n == tail->key_n + start) continue;
    memcpy(there.key_n, here.key_n, rows * sizeof *here.key_n);
    memcpy(there.group_n, here.group_n, rows * sizeof *here.group_n);
  }
}

/* ---- keys alone -------------------------------------------------------------------------------------------------- */

/* Bits of the key beyond what counts the keys: room for exponents, most of which hold few of them. */
enum { KEY_SPARE_BITS = 3 };

static void scatter_keys(uint64_t *to, const uint64_t *from, size_t n, int shift, unsigned mask) {
  uint32_t start_b[BUCKETS];
  memset(start_b, 0, (mask + 1) * sizeof *start_b);
  for (size_t i = 0; i < n; i++) start_b[digit_of(from[i], shift, mask)]++;
  starts_of(start_b, mask);
  for (size_t i = 0; i < n; i++) to[start_b[digit_of(from[i], shift, mask)]++] = from[i];
}

/* False if insertion takes too many moves. */
static bool mend_keys(uint64_t *key_n, size_t n) {
  size_t moves_left = n * MOVES_PER_ROW;
  for (size_t i = 1; i < n; i++) {
    const uint64_t key = key_n[i];
    size_t to = i;
    for (; to && key_n[to - 1] > key; to--) key_n[to] = key_n[to - 1];
    key_n[to] = key;
    if (i - to > moves_left) return false;
    moves_left -= i - to;
  }
  return true;
}

uint64_t *eh_keys_sort(uint64_t *key_n, uint64_t *spare_n, size_t n) {
  uint64_t differ = 0, *here = key_n, *there = spare_n;
  for (size_t i = 1; i < n; i++) differ |= key_n[i] ^ key_n[0];
  if (!differ) return key_n;
  const int high = width_of(differ), low = __builtin_ctzll(differ), most = (width_of(n) + KEY_SPARE_BITS + 1) / 2;
  int width = most < DIGIT_BITS ? most : DIGIT_BITS, at = high - 2 * width > low ? high - 2 * width : low;
  for (bool all = at == low;; all = true, at = low, width = DIGIT_BITS) {
    for (int shift = at; shift < high; shift += width) {
      scatter_keys(there, here, n, shift, (1u << (high - shift < width ? high - shift : width)) - 1);
      uint64_t *const swap = here;
      here = there, there = swap;
    }
    if (all || mend_keys(here, n)) return here;
  }
}
