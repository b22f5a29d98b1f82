/* multi: cells that hold several values ("male|black"), as sets in one canonical spelling. Called by the atomizer, which
 * gives every distinct text an id first, and by slices.c, which takes the sets apart again.
 *
 * The one idea: a set is a text like any other (its values trimmed, sorted bytewise, each once, with the separator
 * between them), so atoms, cubes and merges need not know of sets; only slices do.
 */
#include "multi.h"

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

eh_str eh_part_next(eh_str *rest, unsigned char separator) {
  const char *const stop = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
  const size_t n = stop ? (size_t)(stop - rest->p) : rest->n, taken = stop ? n + 1 : n;
  eh_str part = {rest->p, n};
  rest->p += taken;
  rest->n -= taken;
  while (part.n && is_blank(part.p[0])) part.p++, part.n--;
  while (part.n && is_blank(part.p[part.n - 1])) part.n--;
  return part;
}

bool eh_part_is_missing(const eh_multi *multi, eh_str part) {
  bool missing = !part.n;
  for (uint32_t m = 0; m < multi->missing_count && !missing; m++) missing = eh_str_eq(part, multi->missing_n[m]);
  return missing;
}

/* The canonical spelling of a cell's values, appended to `out`. */
static eh_status spell(eh_buf *out, const eh_multi *multi, eh_str cell, eh_arena *scratch, eh_error *err) {
  uint64_t most = 1;
  for (size_t i = 0; i < cell.n; i++) most += (unsigned char)cell.p[i] == multi->separator;
  eh_named *const part_n = eh_arena_array(scratch, most, sizeof(eh_named));
  eh_named *const spare_n = eh_arena_array(scratch, most, sizeof(eh_named));
  if (!part_n || !spare_n) return eh_no_memory(err);
  size_t n = 0;
  while (cell.n) {
    const eh_str part = eh_part_next(&cell, multi->separator);
    if (!eh_part_is_missing(multi, part)) part_n[n++].text = part;
  }
  eh_named_sort(part_n, spare_n, n);
  for (size_t i = 0; i < n; i++) {
    if (i && eh_str_eq(part_n[i - 1].text, part_n[i].text)) continue;
    if (i) eh_buf_byte(out, multi->separator);
    eh_buf_str(out, part_n[i].text);
  }
  return out->failed ? eh_no_memory(err) : EH_OK;
}

/* The id of the set that a text of the raw dictionary spells. */
static eh_status set_of(eh_multi *multi, uint32_t *id, eh_str cell, eh_str column, eh_error *err) {
  eh_arena scratch = {.mem = multi->sets.mem};
  eh_buf text = {.mem = multi->sets.mem};
  eh_status status = spell(&text, multi, cell, &scratch, err);
  if (!status && text.n > UINT32_MAX / 2) status = eh_fail(err, EH_E_LIMIT, "column %Q has a cell over 2 GiB", column);
  *id = EH_GROUP_MISSING;
  if (!status && text.n) status = eh_dict_id(&multi->sets, id, text.p, (uint32_t)text.n, column, err);
  eh_buf_free(&text);
  eh_arena_free(&scratch);
  return status;
}

static eh_status reserve(eh_multi *multi, uint32_t count, eh_error *err) {
  if (count <= multi->set_cap) return EH_OK;
  uint32_t cap = multi->set_cap ? multi->set_cap : 32;
  while (cap < count) cap *= 2;
  const size_t bytes = eh_array_bytes(cap, sizeof(uint32_t)), old = multi->set_cap * sizeof(uint32_t);
  void *const p = bytes ? eh_mem_resize(multi->sets.mem, multi->set_r, old, bytes) : NULL;
  if (!p) return eh_no_memory(err);
  multi->set_r = p;
  multi->set_cap = cap;
  return EH_OK;
}

eh_status eh_multi_map(eh_multi *multi, const eh_dict *raw, eh_str column, uint32_t *id_n, const uint8_t *keep_n,
                       size_t n, uint64_t *missing, eh_error *err) {
  EH_TRY(reserve(multi, raw->group_count, err));
  for (; multi->entries_met < raw->entry_count; multi->entries_met++) {
    const eh_dict_entry *const entry = &raw->entry_n[multi->entries_met];
    if (entry->id == EH_GROUP_MISSING) continue;
    EH_TRY(set_of(multi, &multi->set_r[entry->id], (eh_str){raw->bytes.p + entry->start, entry->len}, column, err));
  }
  for (size_t i = 0; i < n; i++) {
    if (!keep_n[i] || id_n[i] == EH_GROUP_MISSING) continue;
    id_n[i] = multi->set_r[id_n[i]];
    *missing += id_n[i] == EH_GROUP_MISSING;
  }
  return EH_OK;
}

void eh_multi_free(eh_multi *multi) {
  eh_mem_free(multi->sets.mem, multi->set_r, multi->set_cap * sizeof(uint32_t));
  eh_dict_free(&multi->sets);
}

bool eh_set_is_canonical(eh_str set, unsigned char separator) {
  eh_str before = {0};
  for (bool more = true; more;) {
    more = set.n && memchr(set.p, separator, set.n) != NULL;
    const char *const from = set.p;
    const eh_str part = eh_part_next(&set, separator);
    /* Trimmed parts begin where they were cut and end where the next one's separator is. */
    const size_t cut = (size_t)(set.p - from) - more;
    if (!part.n || part.n != cut || (before.p && eh_str_cmp(before, part) >= 0)) return false;
    before = part;
  }
  return true;
}
