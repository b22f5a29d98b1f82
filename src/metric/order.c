/* order: the cells of all atoms in score order, run by run. Called by walk.c, once per model.
 *
 * The one idea: a group's cells are in order already, so the next lowest scores of all groups are read by moving a
 * cursor in each, some millions at a time. They are dealt into buckets of scores; a bucket is sorted when its turn
 * comes and walked while it is near. In a bucket the distance of a key from the lowest one nearly sorts: one counting
 * pass by it, one insertion pass, and only keys made to defeat both are sorted by all of their bits. Several threads
 * share the buckets, each with cursors and a hand of its own.
 */
#include <string.h>

#include "metric_internal.h"

/* Entries of a bucket, on average; buckets; entries at hand at a time, and at least how many for every cursor; bits
 * of a counting pass; how far the insertion pass may move an entry. */
enum { BUCKET_ENTRIES = 2048, BUCKETS_MOST = 4096, HAND_ENTRIES = 1 << 19, HAND_PER_GROUP = 8, DIGIT_BITS = 11,
       DIGITS = 1 << DIGIT_BITS, MOVES_PER_ENTRY = 4 };

/* ---- dealing ----------------------------------------------------------------------------------------------------- */

/* A cell of more rows than 32 bits hold is several entries. */
static inline uint64_t entries_of(uint64_t rows) { return rows > UINT32_MAX ? 1 + (rows - 1) / UINT32_MAX : 1; }

/* eh_key_score without the call: u - 2^63 is the size of a score above 0, and 2^63 - u that of one below. */
static inline double score_of(uint64_t key) {
  const uint64_t signed_size = key + 1 - ((uint64_t)1 << 63), negative = 0 - (signed_size >> 63);
  const uint64_t bits = ((signed_size ^ negative) - negative) | (negative << 63);
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* Which bucket a key is in: as far into the buckets as its score lies between the least and the greatest. Rounding
 * keeps the order of scores, so buckets hold ranges of keys. */
static inline uint32_t bucket_of(const eh_deal *deal, uint64_t key) {
  const double at = (score_of(key) - deal->least) * deal->per_score;
  return (uint32_t)(at < deal->last ? at : deal->last);
}

static eh_deal deal_make(const eh_cube_model *model, uint32_t groups, uint32_t bucket_count) {
  uint64_t least = UINT64_MAX, greatest = 0;
  for (uint32_t g = 0; g < groups; g++) {
    const uint64_t from = model->cell_ay[g], to = model->cell_ay[g + 1];
    if (from == to) continue;
    if (model->key_c[from] < least) least = model->key_c[from];
    if (model->key_c[to - 1] > greatest) greatest = model->key_c[to - 1];
  }
  const double low = score_of(least), range = score_of(greatest) - low;
  return (eh_deal){.least = low, .per_score = range > 0 ? bucket_count / range : 0, .last = bucket_count - 1};
}

static void count_buckets(eh_order *order) {
  const eh_cube_model *const model = order->model;
  const eh_deal deal = order->deal;
  for (uint32_t g = 0; g < order->groups; g++) {
    uint64_t below = 0;
    for (uint64_t c = model->cell_ay[g]; c < model->cell_ay[g + 1]; c++) {
      order->count_b[bucket_of(&deal, model->key_c[c])] += (uint32_t)entries_of(model->below_c[c] - below);
      below = model->below_c[c];
    }
  }
}

static uint64_t hand_most(const eh_order *order) {
  const uint64_t least = (uint64_t)order->groups * HAND_PER_GROUP;
  return least > HAND_ENTRIES ? least : HAND_ENTRIES;
}

/* The end of the buckets from `first` on that are at hand together: what fits, or one that does not. */
static uint32_t hand_end(const eh_order *order, uint32_t first, uint32_t *entries) {
  const uint64_t most = hand_most(order);
  uint32_t end = first;
  *entries = 0;
  do *entries += order->count_b[end++];
  while (end < order->stop && (uint64_t)*entries + order->count_b[end] <= most);
  return end;
}

/* Deals the cells of a group from the `done`-th on that lie in buckets before `end`; returns how many. */
static inline uint32_t deal_group(eh_cell_entry *restrict entry_n, uint32_t *restrict end_b, const eh_deal *deal,
                                  const eh_cube_model *model, uint32_t ay, uint32_t done, uint32_t end) {
  const uint64_t *const key_c = model->key_c + model->cell_ay[ay], *const below_c = model->below_c + model->cell_ay[ay];
  const size_t n = (size_t)(model->cell_ay[ay + 1] - model->cell_ay[ay]);
  uint64_t below = done ? below_c[done - 1] : 0;
  size_t c = done;
  for (; c < n; c++) {
    const uint64_t key = key_c[c];
    const uint32_t b = bucket_of(deal, key);
    if (b >= end) break;
    uint32_t to = end_b[b];
    uint64_t rows = below_c[c] - below;
    below = below_c[c];
    for (; rows > UINT32_MAX; rows -= UINT32_MAX) entry_n[to++] = (eh_cell_entry){key, ay, UINT32_MAX};
    entry_n[to++] = (eh_cell_entry){key, ay, (uint32_t)rows};
    end_b[b] = to;
  }
  return (uint32_t)c - done;
}

/* Deals what the next buckets hold: each entry into its own, where end_b, which held where it starts, ends up. */
static void take_hand(eh_order *order) {
  const eh_cube_model *const model = order->model;
  const eh_deal deal = order->deal;
  uint32_t entries, start = 0;
  const uint32_t first = order->next, end = order->hand_end = hand_end(order, first, &entries);
  if (!entries) return;
  for (uint32_t b = first; b < end; b++) {
    order->end_b[b] = start;
    start += order->count_b[b];
  }
  for (uint32_t ay = 0; ay < order->groups; ay++)
    order->done_g[ay] += deal_group(order->entry_n, order->end_b, &deal, model, ay, order->done_g[ay], end);
}

static void *room_for(const eh_allocator *mem, uint64_t n, size_t size) {
  return n < SIZE_MAX / size ? eh_mem_resize(mem, NULL, 0, (size_t)n * size) : NULL;
}

/* Room for the entries at hand and for cursors; the buckets have been counted. */
static bool lay_hand(eh_order *order) {
  uint64_t entries = 0;
  order->bucket_most = 0;
  for (uint32_t b = 0; b < order->bucket_count; b++) {
    entries += order->count_b[b];
    if (order->count_b[b] > order->bucket_most) order->bucket_most = order->count_b[b];
  }
  order->hand_most = entries < hand_most(order) ? (uint32_t)entries : (uint32_t)hand_most(order);
  if (order->hand_most < order->bucket_most) order->hand_most = order->bucket_most;
  order->end_b = room_for(order->mem, order->bucket_count, sizeof *order->end_b);
  order->done_g = room_for(order->mem, order->groups, sizeof *order->done_g);
  order->entry_n = room_for(order->mem, order->hand_most, sizeof *order->entry_n);
  order->spare_n = room_for(order->mem, order->bucket_most, sizeof *order->spare_n);
  return order->end_b && order->done_g && order->entry_n && order->spare_n;
}

bool eh_order_make(eh_order *order, const eh_cube_model *model, uint32_t atom_count, const eh_allocator *mem) {
  const uint32_t groups = 2 * atom_count;
  *order = (eh_order){.mem = mem, .model = model, .groups = groups, .bucket_count = 1};
  while (order->bucket_count < BUCKETS_MOST && order->bucket_count * (uint64_t)BUCKET_ENTRIES < model->cell_ay[groups])
    order->bucket_count *= 2;
  order->count_b = room_for(mem, order->bucket_count, sizeof *order->count_b);
  if (!order->count_b) return false;
  memset(order->count_b, 0, order->bucket_count * sizeof *order->count_b);
  order->deal = deal_make(model, groups, order->bucket_count);
  count_buckets(order);
  if (!lay_hand(order)) return false;
  eh_order_range(order, 0, order->bucket_count);
  return true;
}

bool eh_order_fork(eh_order *order, const eh_order *first) {
  *order = *first;
  order->borrows = true;
  return lay_hand(order);
}

void eh_order_range(eh_order *order, uint32_t from, uint32_t to) {
  const eh_cube_model *const model = order->model;
  order->next = order->hand_end = from;
  order->stop = to;
  for (uint32_t g = 0; g < order->groups; g++) {
    uint64_t low = model->cell_ay[g], high = from ? model->cell_ay[g + 1] : low;
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (bucket_of(&order->deal, model->key_c[middle]) < from) low = middle + 1;
      else high = middle;
    }
    order->done_g[g] = (uint32_t)(low - model->cell_ay[g]);
  }
}

void eh_order_free(eh_order *order) {
  eh_mem_free(order->mem, order->spare_n, order->bucket_most * sizeof *order->spare_n);
  eh_mem_free(order->mem, order->entry_n, order->hand_most * sizeof *order->entry_n);
  eh_mem_free(order->mem, order->done_g, order->groups * sizeof *order->done_g);
  eh_mem_free(order->mem, order->end_b, order->bucket_count * sizeof *order->end_b);
  if (!order->borrows) eh_mem_free(order->mem, order->count_b, order->bucket_count * sizeof *order->count_b);
}

/* ---- sorting a bucket -------------------------------------------------------------------------------------------- */

static inline unsigned digit_of(uint64_t distance, int shift) { return (unsigned)(distance >> shift) & (DIGITS - 1); }

/* One stable pass by the digit at `shift` of the distance from `least`. */
static void scatter(eh_cell_entry *to, const eh_cell_entry *from, size_t n, uint64_t least, int shift,
                    unsigned digits) {
  uint32_t start_b[DIGITS], start = 0;
  for (unsigned b = 0; b < digits; b++) start_b[b] = 0;
  for (size_t i = 0; i < n; i++) start_b[digit_of(from[i].key - least, shift)]++;
  for (unsigned b = 0; b < digits; b++) {
    const uint32_t count = start_b[b];
    start_b[b] = start;
    start += count;
  }
  for (size_t i = 0; i < n; i++) to[start_b[digit_of(from[i].key - least, shift)]++] = from[i];
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

/* Sorts between two blocks; returns the one that holds the result. */
static eh_cell_entry *sort_entries(eh_cell_entry *here, eh_cell_entry *there, size_t n) {
  uint64_t least = here[0].key, greatest = here[0].key;
  for (size_t i = 1; i < n; i++) {
    least = here[i].key < least ? here[i].key : least;
    greatest = here[i].key > greatest ? here[i].key : greatest;
  }
  if (least == greatest) return here;
  const int width = 64 - __builtin_clzll(greatest - least);
  int bits = 64 - __builtin_clzll(n);
  if (bits > DIGIT_BITS) bits = DIGIT_BITS;
  if (bits > width) bits = width;
  /* What one digit cannot spread is sorted by three or by all: low digits first, and the insertion pass for the
   * rest. */
  const int wanted = n > (size_t)DIGITS * 4 ? 3 * DIGIT_BITS : bits;
  for (int low = width > wanted ? width - wanted : 0;; low = 0) {
    const unsigned digits = wanted == bits && low ? 1u << bits : DIGITS;
    for (int shift = low; shift < width; shift += DIGIT_BITS) {
      scatter(there, here, n, least, shift, digits);
      eh_cell_entry *const swap = here;
      here = there, there = swap;
    }
    if (!low || mend(here, n)) return here;
  }
}

const eh_cell_entry *eh_order_next(eh_order *order, size_t *n) {
  while (order->next < order->stop) {
    if (order->next == order->hand_end) take_hand(order);
    const uint32_t b = order->next++, count = order->count_b[b];
    if (!count) continue;
    *n = count;
    return sort_entries(order->entry_n + (order->end_b[b] - count), order->spare_n, count);
  }
  return NULL;
}

bool eh_order_all(eh_cell_entry *entry_n, size_t *n, const eh_cube_model *model, uint32_t atom_count,
                  const eh_allocator *mem) {
  eh_order order;
  const bool made = eh_order_make(&order, model, atom_count, mem);
  *n = 0;
  size_t run;
  for (const eh_cell_entry *e; made && (e = eh_order_next(&order, &run)); *n += run)
    memcpy(entry_n + *n, e, run * sizeof *e);
  eh_order_free(&order);
  return made;
}
