/* dict: the texts of one dimension, each with an id by first sight.
 *
 * Called by the atomizer once per row and dimension, so a look-up is a hash of at most 16 bytes and one compare of two
 * words; only longer texts are read whole. Short texts that keep coming are answered by a small table before that one. Ids depend on the order of the rows; eh_atomizer_finish sorts them away.
 */
#include <string.h>

#include "slice_internal.h"

static uint64_t load_8(const char *p) {
  uint64_t x;
  memcpy(&x, p, 8);
  return x;
}

static uint64_t mix(uint64_t h, uint64_t word) {
  h = (h ^ word) * 0x9e3779b97f4a7c15u;
  return h ^ (h >> 29);
}

/* What tells texts apart: their bytes, or for long ones a hash and the last 8 bytes. */
static void words_of(uint64_t *lo, uint64_t *hi, const char *p, uint32_t n) {
  if (n <= EH_DICT_SHORT) {
    eh_dict_words(lo, hi, p, n);
    return;
  }
  uint64_t h = n;
  for (uint32_t i = 0; i + 8 <= n; i += 8) h = mix(h, load_8(p + i));
  *lo = h;
  *hi = load_8(p + n - 8);
}

static uint32_t hash_of(uint64_t lo, uint64_t hi, uint32_t n) {
  return (uint32_t)(mix(mix(n, lo), hi) >> 32);
}

static eh_status grow_slots(eh_dict *dict, eh_error *err) {
  const uint32_t count = dict->slot_count ? dict->slot_count * 2 : 64;
  const size_t bytes = eh_array_bytes(count, sizeof(uint64_t));
  uint64_t *const slot_s = bytes ? eh_mem_zero(dict->mem, bytes) : NULL;
  if (!slot_s) return eh_no_memory(err);
  for (uint32_t s = 0; s < dict->slot_count; s++) {
    const uint64_t slot = dict->slot_s[s];
    if (!slot) continue;
    uint32_t at = (uint32_t)(slot >> 32) & (count - 1);
    while (slot_s[at]) at = (at + 1) & (count - 1);
    slot_s[at] = slot;
  }
  eh_mem_free(dict->mem, dict->slot_s, dict->slot_count * sizeof(uint64_t));
  dict->slot_s = slot_s;
  dict->slot_count = count;
  return EH_OK;
}

static eh_status grow_entries(eh_dict *dict, eh_error *err) {
  const uint32_t cap = dict->entry_cap ? dict->entry_cap * 2 : 32;
  const size_t bytes = eh_array_bytes(cap, sizeof(eh_dict_entry));
  const size_t old = dict->entry_cap * sizeof(eh_dict_entry);
  void *const p = bytes ? eh_mem_resize(dict->mem, dict->entry_n, old, bytes) : NULL;
  if (!p) return eh_no_memory(err);
  dict->entry_n = p;
  dict->entry_cap = cap;
  return EH_OK;
}

/* Puts a new text at the free slot `at`; room for it has been made. */
static eh_status append(eh_dict *dict, eh_dict_entry entry, const char *p, uint32_t at, uint32_t hash, eh_error *err) {
  entry.start = dict->bytes.n;
  dict->bytes.mem = dict->mem;
  eh_buf_put(&dict->bytes, p, entry.len);
  if (dict->bytes.failed) return eh_no_memory(err);
  dict->entry_n[dict->entry_count++] = entry;
  dict->slot_s[at] = (uint64_t)hash << 32 | dict->entry_count;
  return EH_OK;
}

/* The entry of a text, or NULL and the slot where it belongs. */
static const eh_dict_entry *find(const eh_dict *dict, uint32_t *at, uint32_t hash, uint64_t lo, uint64_t hi,
                                 const char *p, uint32_t n) {
  const uint32_t mask = dict->slot_count - 1;
  uint32_t s = hash & mask;
  for (; dict->slot_s[s]; s = (s + 1) & mask) {
    if ((uint32_t)(dict->slot_s[s] >> 32) != hash) continue;
    const eh_dict_entry *const entry = &dict->entry_n[(uint32_t)dict->slot_s[s] - 1];
    if (entry->lo != lo || entry->hi != hi || entry->len != n) continue;
    if (n <= EH_DICT_SHORT || memcmp(dict->bytes.p + entry->start, p, n) == 0) return entry;
  }
  *at = s;
  return NULL;
}

static eh_status make_room(eh_dict *dict, eh_error *err) {
  if (dict->entry_count * 2 >= dict->slot_count) EH_TRY(grow_slots(dict, err));
  if (dict->entry_count == dict->entry_cap) EH_TRY(grow_entries(dict, err));
  return EH_OK;
}

/* The last text of its place, so that the next row with it asks no further. */
static void keep_near(eh_dict *dict, const eh_dict_entry *entry) {
  if (entry->len > EH_DICT_SHORT) return;
  dict->near_h[eh_dict_near_hash(entry->lo, entry->hi, entry->len)] =
      (eh_dict_near){entry->lo, entry->hi, entry->len + 1, entry->id};
}

eh_status eh_dict_add_missing(eh_dict *dict, eh_str text, eh_error *err) {
  EH_TRY(make_room(dict, err));
  eh_dict_entry entry = {.len = (uint32_t)text.n, .id = EH_GROUP_MISSING};
  words_of(&entry.lo, &entry.hi, text.p, entry.len);
  const uint32_t hash = hash_of(entry.lo, entry.hi, entry.len);
  uint32_t at;
  if (find(dict, &at, hash, entry.lo, entry.hi, text.p, entry.len)) return EH_OK;
  return append(dict, entry, text.p, at, hash, err);
}

eh_status eh_dict_id(eh_dict *dict, uint32_t *id, const char *p, uint32_t n, eh_str column, eh_error *err) {
  eh_dict_entry fresh = {.len = n};
  words_of(&fresh.lo, &fresh.hi, p, n);
  const uint32_t hash = hash_of(fresh.lo, fresh.hi, n);
  uint32_t at = 0;
  if (dict->slot_count) {
    const eh_dict_entry *const entry = find(dict, &at, hash, fresh.lo, fresh.hi, p, n);
    if (entry) {
      *id = entry->id;
      keep_near(dict, entry);
      return EH_OK;
    }
  }
  if (eh_utf8_check(p, n) != n)
    return eh_fail(err, EH_E_INPUT, "column %Q holds text that is not UTF-8: %Q", column, (eh_str){p, n});
  if (dict->group_count == EH_ATOMS_MAX)
    return eh_fail(err, EH_E_LIMIT, "column %Q has more than %u distinct values; slice by a column with fewer", column,
                   (uint64_t)EH_ATOMS_MAX);
  EH_TRY(make_room(dict, err));
  find(dict, &at, hash, fresh.lo, fresh.hi, p, n);
  fresh.id = dict->group_count++;
  *id = fresh.id;
  return append(dict, fresh, p, at, hash, err);
}

void eh_dict_free(eh_dict *dict) {
  eh_buf_free(&dict->bytes);
  eh_mem_free(dict->mem, dict->entry_n, dict->entry_cap * sizeof(eh_dict_entry));
  eh_mem_free(dict->mem, dict->slot_s, dict->slot_count * sizeof(uint64_t));
  memset(dict, 0, sizeof *dict);
}
