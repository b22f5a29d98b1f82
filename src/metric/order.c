/* order: the cells of all atoms in score order. Called by auc.c, once per model.
 *
 * The one idea: keys are few among the many that 64 bits can tell, so their upper bits nearly sort them. A radix sort by
 * some 33 bits below the highest that differs leaves little out of order, and one insertion pass mends that. Keys made
 * to defeat this cost too many moves; then the rest of the bits is sorted by, too.
 */
#include "metric_internal.h"

enum { DIGIT_BITS = 11, BUCKETS = 1 << DIGIT_BITS, UPPER_DIGITS = 3, MOVES_PER_ENTRY = 4 };

uint64_t eh_cell_entries_most(uint64_t cells, uint64_t rows) { return cells + rows / UINT32_MAX; }

static size_t list_entries(eh_cell_entry *entry_n, const eh_cube_model *model, uint32_t atom_count) {
  size_t n = 0;
  for (uint32_t ay = 0; ay < 2 * atom_count; ay++) {
    uint64_t below = 0;
    for (uint64_t c = model->cell_ay[ay]; c < model->cell_ay[ay + 1]; c++) {
      uint64_t rows = model->below_c[c] - below;
      below = model->below_c[c];
      for (; rows > UINT32_MAX; rows -= UINT32_MAX) entry_n[n++] = (eh_cell_entry){model->key_c[c], ay, UINT32_MAX};
      entry_n[n++] = (eh_cell_entry){model->key_c[c], ay, (uint32_t)rows};
    }
  }
  return n;
}

static unsigned digit_of(uint64_t key, int shift) { return key >> shift & (BUCKETS - 1); }

/* One stable pass by the digit at `shift`. */
static void scatter(eh_cell_entry *to, const eh_cell_entry *from, size_t n, int shift) {
  uint32_t start_b[BUCKETS] = {0}, start = 0;
  for (size_t i = 0; i < n; i++) start_b[digit_of(from[i].key, shift)]++;
  for (int b = 0; b < BUCKETS; b++) {
    const uint32_t count = start_b[b];
    start_b[b] = start;
    start += count;
  }
  for (size_t i = 0; i < n; i++) to[start_b[digit_of(from[i].key, shift)]++] = from[i];
}

/* Sorts stably by the bits from `low` to below `high`; the result is in *here. */
static void sort_by_bits(eh_cell_entry **here, eh_cell_entry **there, size_t n, int low, int high) {
  for (int shift = low; shift < high; shift += DIGIT_BITS) {
    scatter(*there, *here, n, shift);
    eh_cell_entry *const swap = *here;
    *here = *there, *there = swap;
  }
}

/* Stable; false if that takes too many moves: then the entries are in some other order, equal keys still in theirs. */
static bool mend(eh_cell_entry *entry_n, size_t n) {
  size_t moves_left = n * MOVES_PER_ENTRY;
  for (size_t i = 1; i < n; i++) {
    if (entry_n[i].key >= entry_n[i - 1].key) continue;
    const eh_cell_entry moved = entry_n[i];
    size_t to = i;
    for (; to && entry_n[to - 1].key > moved.key; to--) entry_n[to] = entry_n[to - 1];
    entry_n[to] = moved;
    if (i - to > moves_left) return false;
    moves_left -= i - to;
  }
  return true;
}

eh_cell_entry *eh_cell_entries(eh_cell_entry *here, eh_cell_entry *there, size_t *n_out, const eh_cube_model *model,
                               uint32_t atom_count) {
  const size_t n = *n_out = list_entries(here, model, atom_count);
  uint64_t differ = 0;
  for (size_t i = 1; i < n; i++) differ |= here[i].key ^ here[0].key;
  if (!differ) return here;
  const int high = 64 - __builtin_clzll(differ), low = __builtin_ctzll(differ);
  const int upper = high - UPPER_DIGITS * DIGIT_BITS > low ? high - UPPER_DIGITS * DIGIT_BITS : low;
  sort_by_bits(&here, &there, n, upper, high);
  if (upper > low && !mend(here, n)) sort_by_bits(&here, &there, n, low, high);
  return here;
}
