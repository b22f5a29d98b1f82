/* jsonl_row: one line to one row. Called by jsonl.c for every line that is not blank.
 *
 * Rows of a file have the same keys in the same order, so the i-th key of a line is first held against the i-th of the line
 * before; only where that fails are the names searched.
 */
#include <string.h>

#include "cell.h"
#include "jsonl_internal.h"

static eh_status out_of_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* ---- keys ---------------------------------------------------------------------------------------------------------- */

static uint32_t find_source(const struct eh_jsonl *jsonl, eh_str name) {
  uint32_t s = 0;
  while (s < jsonl->source_count && !eh_str_eq(jsonl->source_s[s].name, name)) s++;
  return s;
}

/* Adds a name met for the first time, while there is room. */
static eh_status learn(uint32_t *source, struct eh_jsonl *jsonl, eh_str name, uint32_t i, eh_error *err) {
  *source = find_source(jsonl, name);
  if (jsonl->name_count == EH_JSONL_NAMES_MAX) return EH_OK;
  const uint32_t k = jsonl->name_count;
  jsonl->name_k[k] = eh_arena_str(&jsonl->arena, name);
  if (!jsonl->name_k[k].p) return out_of_memory(err);
  jsonl->name_source_k[k] = *source;
  jsonl->name_count++;
  if (i < EH_JSONL_NAMES_MAX) jsonl->guess_i[i] = k;
  return EH_OK;
}

/* The source that the i-th key of a row is for; source_count where it is not wanted. */
static eh_status source_of(uint32_t *source, struct eh_jsonl *jsonl, const eh_json *json, uint32_t i, eh_error *err) {
  eh_str name = json->text;
  if (json->escaped) {
    jsonl->key.n = 0;
    if (!eh_buf_reserve(&jsonl->key, name.n)) return out_of_memory(err);
    name = (eh_str){jsonl->key.p, eh_json_unescape(jsonl->key.p, name)};
  }
  const uint32_t guess = i < EH_JSONL_NAMES_MAX ? jsonl->guess_i[i] : 0;
  if (guess < jsonl->name_count && eh_str_eq(jsonl->name_k[guess], name)) {
    *source = jsonl->name_source_k[guess];
    return EH_OK;
  }
  uint32_t k = 0;
  while (k < jsonl->name_count && !eh_str_eq(jsonl->name_k[k], name)) k++;
  if (k == jsonl->name_count) return learn(source, jsonl, name, i, err);
  if (i < EH_JSONL_NAMES_MAX) jsonl->guess_i[i] = k;
  *source = jsonl->name_source_k[k];
  return EH_OK;
}

/* ---- values -------------------------------------------------------------------------------------------------------- */

/* Passes over the value that the token `kind` begins. */
static bool pass_value(eh_json *json, eh_json_kind kind) {
  const uint32_t depth = json->depth;
  if (kind == EH_JSON_OBJECT || kind == EH_JSON_ARRAY)
    while (kind != EH_JSON_BAD && json->depth >= depth) kind = eh_json_next(json);
  return kind != EH_JSON_BAD;
}

/* Whether a text with escapes has \u0000. */
static bool has_nul(eh_str raw) {
  for (size_t i = 0; i + 5 < raw.n; i += raw.p[i] == '\\' ? 2 : 1)
    if (raw.p[i] == '\\' && memcmp(raw.p + i + 1, "u0000", 5) == 0) return true;
  return false;
}

/* What is wrong with a text of an array, for what joins them; NULL if nothing is. */
static const char *check_part(struct eh_jsonl *jsonl, const eh_json *json, unsigned char separator, eh_error *err) {
  if (json->escaped && has_nul(json->text)) return "holds a NUL character";
  jsonl->key.n = 0;
  if (!eh_buf_reserve(&jsonl->key, json->text.n + 1)) return eh_fail(err, EH_E_MEMORY, "out of memory"), "";
  const size_t n = eh_json_unescape(jsonl->key.p, json->text);
  return memchr(jsonl->key.p, separator, n) ? "holds a text with the separator; choose another with --multi" : NULL;
}

/* Notes an array of texts, which is joined when the row is known to be good. NULL, or what is wrong with it; then what is wrong
 * may also be that there is no memory, or that the JSON is bad. */
static const char *note_array(struct eh_jsonl *jsonl, eh_jsonl_source *source, eh_json *json, size_t row, const char *base,
                              eh_error *err) {
  if (!source->separator) return "holds an array, not a value";
  const char *const start = json->at;
  for (;;) {
    const eh_json_kind kind = eh_json_next(json);
    if (kind == EH_JSON_ARRAY_END) break;
    if (kind == EH_JSON_BAD) return "";
    if (kind == EH_JSON_NULL) continue;
    if (kind != EH_JSON_STRING) return "holds an array of other than texts";
    const char *wrong = check_part(jsonl, json, source->separator, err);
    if (wrong) return wrong;
  }
  source->start_n[row] = (uint32_t)(start - base);
  source->len_n[row] = (uint32_t)(json->at - start);
  source->cell_n[row] = EH_CELL_OK;
  source->listed = true;
  return NULL;
}

/* Joins the texts of an array from behind its bracket, in place: each loses its quotes, so there is room. */
static size_t join_array(char *p, size_t n, unsigned char separator) {
  eh_json json;
  size_t to = 0;
  bool any = false;
  eh_json_start(&json, p - 1, n + 1);
  eh_json_next(&json);
  for (eh_json_kind kind = eh_json_next(&json); kind != EH_JSON_ARRAY_END; kind = eh_json_next(&json)) {
    if (kind == EH_JSON_NULL) continue;
    if (any) p[to++] = (char)separator;
    any = true;
    to += eh_json_unescape(p + to, json.text);
  }
  return to;
}

/* Notes where the value of a wanted key lies. NULL, or what is wrong with it. */
static const char *note_value(eh_jsonl_source *source, const eh_json *json, eh_json_kind kind, size_t row, const char *base) {
  if (kind == EH_JSON_OBJECT) return "holds an object, not a value";
  if (kind == EH_JSON_NULL) return NULL;
  if (kind == EH_JSON_STRING && json->escaped && has_nul(json->text)) return "holds a NUL character";
  source->start_n[row] = (uint32_t)(json->text.p - base);
  source->len_n[row] = (uint32_t)json->text.n;
  source->cell_n[row] = EH_CELL_OK;
  source->escaped = kind == EH_JSON_STRING && json->escaped;
  return NULL;
}

static void clear_row(struct eh_jsonl *jsonl, size_t row) {
  for (uint32_t s = 0; s < jsonl->source_count; s++) {
    eh_jsonl_source *source = &jsonl->source_s[s];
    source->start_n[row] = source->len_n[row] = 0;
    source->cell_n[row] = EH_CELL_MISSING;
    source->escaped = source->listed = false;
  }
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

/* Skips the row for what was met at p. */
static eh_status skip_at(struct eh_jsonl *jsonl, eh_str line, const char *p, const char *what, eh_str name, eh_error *err) {
  uint64_t character = 1;
  for (const char *at = line.p; at < p; at++) character += ((unsigned char)*at & 0xc0) != 0x80;
  if (name.p)
    return eh_intake_skip(jsonl->intake, err, jsonl->line, "character %u: %Q %s", character, name, what);
  return eh_intake_skip(jsonl->intake, err, jsonl->line, "character %u: %s", character, what);
}

/* Reads key after key. *good stays false where the row was skipped. */
static eh_status read_members(bool *good, struct eh_jsonl *jsonl, eh_json *json, size_t row, const char *base, eh_str line,
                              eh_error *err) {
  eh_error inner = {0};
  for (uint32_t i = 0;; i++) {
    eh_json_kind kind = eh_json_next(json);
    if (kind == EH_JSON_OBJECT_END) break;
    if (kind == EH_JSON_BAD) return EH_OK;
    const char *const key_at = json->text.p - 1;
    uint32_t s = 0;
    EH_TRY(source_of(&s, jsonl, json, i, err));
    kind = eh_json_next(json);
    if (s < jsonl->source_count) {
      eh_jsonl_source *source = &jsonl->source_s[s];
      if (source->met_at == jsonl->row) return skip_at(jsonl, line, key_at, "is there twice", source->name, err);
      source->met_at = jsonl->row;
      const char *wrong = NULL;
      if (kind == EH_JSON_ARRAY) wrong = note_array(jsonl, source, json, row, base, &inner);
      else if (kind != EH_JSON_BAD) wrong = note_value(source, json, kind, row, base);
      if (inner.status) return eh_fail(err, inner.status, "%s", inner.message);
      if (json->defect) return EH_OK;
      if (wrong && jsonl->options.loose && (kind == EH_JSON_ARRAY || kind == EH_JSON_OBJECT)) {
        while (json->depth > 1)
          if (eh_json_next(json) == EH_JSON_BAD) return EH_OK;
        continue;
      }
      if (wrong) return skip_at(jsonl, line, key_at, wrong, source->name, err);
    }
    if (!(kind == EH_JSON_ARRAY && json->depth == 1) && !pass_value(json, kind)) return EH_OK;
  }
  *good = eh_json_next(json) == EH_JSON_END;
  return EH_OK;
}

/* Escapes are resolved in place, now that no place is needed for a message any more, and the codes and numbers filled in. */
static void finish_row(struct eh_jsonl *jsonl, size_t row, char *base) {
  for (uint32_t s = 0; s < jsonl->source_count; s++) {
    eh_jsonl_source *source = &jsonl->source_s[s];
    char *const p = base + source->start_n[row];
    if (source->listed) source->len_n[row] = (uint32_t)join_array(p, source->len_n[row], source->separator);
    if (source->escaped) source->len_n[row] = (uint32_t)eh_json_unescape(p, (eh_str){p, source->len_n[row]});
    if (eh_missing_has(&jsonl->missing, (eh_str){p, source->len_n[row]})) source->cell_n[row] = EH_CELL_MISSING;
    source->met |= source->met_at == jsonl->row;
  }
  for (uint32_t w = 0; w < jsonl->options.want_count; w++) {
    const eh_jsonl_target *target = &jsonl->target_w[w];
    const eh_jsonl_source *source = &jsonl->source_s[target->source];
    if (!target->number_n) continue;
    target->number_n[row] = __builtin_nan("");
    target->cell_n[row] = source->cell_n[row];
    if (source->cell_n[row] == EH_CELL_OK)
      target->cell_n[row] = (uint8_t)eh_text_number(&target->number_n[row],
                                                    (eh_str){base + source->start_n[row], source->len_n[row]});
  }
}

eh_status eh_jsonl_row(bool *good, struct eh_jsonl *jsonl, size_t row, char *base, eh_str line, eh_error *err) {
  *good = false;
  jsonl->row++;
  const size_t text_n = eh_utf8_check(line.p, line.n);
  if (text_n < line.n) return skip_at(jsonl, line, line.p + text_n, "not UTF-8", (eh_str){0}, err);
  eh_json json;
  eh_json_start(&json, line.p, line.n);
  const eh_json_kind kind = eh_json_next(&json);
  if (kind != EH_JSON_OBJECT && kind != EH_JSON_BAD)
    return skip_at(jsonl, line, line.p, "expected an object, {...}, on this line", (eh_str){0}, err);
  clear_row(jsonl, row);
  const uint64_t skipped = jsonl->intake->rows_skipped;
  if (kind == EH_JSON_OBJECT) EH_TRY(read_members(good, jsonl, &json, row, base, line, err));
  if (*good) finish_row(jsonl, row, base);
  if (*good || jsonl->intake->rows_skipped > skipped) return EH_OK;
  return skip_at(jsonl, line, json.at, json.defect, (eh_str){0}, err);
}
