/* jsonl: the reader of JSON Lines, behind the calls of evenhand/table.h. Called by audit, and by cli for a look at a file.
 *
 * Bytes go behind what is not yet read; each whole line becomes a row of the arrays (jsonl_row.c), whose texts stay where
 * they lie.
 */
#include <string.h>

#include "jsonl_internal.h"

/* Starts of texts are 32-bit; a line adds at most EH_JSONL_LINE_MAX. */
#define BATCH_BYTES_MAX ((size_t)1 << 31)

static eh_status out_of_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* ---- a reader's life --------------------------------------------------------------------------------------------- */

static eh_status check_wants(const eh_jsonl_options *options, eh_error *err) {
  for (uint32_t w = 0; w < options->want_count; w++)
    if (options->want_n[w].type != EH_F64 && options->want_n[w].type != EH_TEXT)
      return eh_fail(err, EH_E_USAGE, "column %Q is wanted as a type that a JSON Lines file does not give",
                     options->want_n[w].name);
  return EH_OK;
}

/* One block holds the arrays of all columns, widest elements first so that each is aligned. */
static eh_status take_rows(struct eh_jsonl *jsonl, eh_error *err) {
  const uint32_t wants = jsonl->options.want_count;
  size_t numbers = 0;
  for (uint32_t w = 0; w < wants; w++) numbers += jsonl->options.want_n[w].type == EH_F64;
  const size_t row_n =
      sizeof *jsonl->line_n + numbers * (sizeof(double) + 1) + jsonl->source_count * (2 * sizeof(uint32_t) + 1);
  if (row_n > SIZE_MAX / EH_BATCH_ROWS) return out_of_memory(err);
  jsonl->rows_n = row_n * EH_BATCH_ROWS;
  jsonl->rows = eh_mem_resize(jsonl->mem, NULL, 0, jsonl->rows_n);
  if (!jsonl->rows) return out_of_memory(err);
  jsonl->line_n = jsonl->rows;
  double *number = (double *)(jsonl->line_n + EH_BATCH_ROWS);
  uint32_t *place = (uint32_t *)(number + numbers * EH_BATCH_ROWS);
  uint8_t *cell = (uint8_t *)(place + 2 * (size_t)jsonl->source_count * EH_BATCH_ROWS);
  for (uint32_t s = 0; s < jsonl->source_count; s++) {
    eh_jsonl_source *source = &jsonl->source_s[s];
    source->start_n = place, place += EH_BATCH_ROWS;
    source->len_n = place, place += EH_BATCH_ROWS;
    source->cell_n = cell, cell += EH_BATCH_ROWS;
  }
  for (uint32_t w = 0; w < wants; w++) {
    if (jsonl->options.want_n[w].type != EH_F64) continue;
    jsonl->target_w[w].number_n = number, number += EH_BATCH_ROWS;
    jsonl->target_w[w].cell_n = cell, cell += EH_BATCH_ROWS;
  }
  return EH_OK;
}

static uint32_t source_of(struct eh_jsonl *jsonl, eh_str name) {
  uint32_t s = 0;
  while (s < jsonl->source_count && !eh_str_eq(jsonl->source_s[s].name, name)) s++;
  jsonl->source_s[s].name = name;
  if (s == jsonl->source_count) jsonl->source_count++;
  return s;
}

static eh_status plan_wants(struct eh_jsonl *jsonl, eh_error *err) {
  const uint32_t n = jsonl->options.want_count;
  jsonl->source_s = eh_arena_take(&jsonl->arena, (n + 1) * sizeof *jsonl->source_s);
  jsonl->target_w = eh_arena_take(&jsonl->arena, (n + 1) * sizeof *jsonl->target_w);
  jsonl->column_w = eh_arena_take(&jsonl->arena, (n + 1) * sizeof *jsonl->column_w);
  if (!jsonl->source_s || !jsonl->target_w || !jsonl->column_w) return out_of_memory(err);
  for (uint32_t w = 0; w < n; w++) {
    const uint32_t s = source_of(jsonl, jsonl->options.want_n[w].name);
    jsonl->target_w[w].source = s;
    if (jsonl->options.separator_w) jsonl->source_s[s].separator = jsonl->options.separator_w[w];
  }
  EH_TRY(take_rows(jsonl, err));
  for (uint32_t w = 0; w < n; w++) {
    const eh_jsonl_target *target = &jsonl->target_w[w];
    const eh_jsonl_source *source = &jsonl->source_s[target->source];
    jsonl->column_w[w] = (eh_column){.name = source->name,
                                     .type = jsonl->options.want_n[w].type,
                                     .data = target->number_n,
                                     .text_start_n = source->start_n,
                                     .text_len_n = source->len_n,
                                     .cell_n = target->number_n ? target->cell_n : source->cell_n};
  }
  return EH_OK;
}

static eh_status set_up(struct eh_jsonl *jsonl, eh_error *err) {
  eh_buf safe = {.mem = jsonl->mem};
  eh_buf_safe(&safe, jsonl->options.source.n ? jsonl->options.source : EH_STR("input"), 0);
  jsonl->source = eh_arena_str(&jsonl->arena, (eh_str){safe.p, safe.n});
  const bool failed = safe.failed || !jsonl->source.p;
  eh_buf_free(&safe);
  return failed ? out_of_memory(err) : plan_wants(jsonl, err);
}

eh_status eh_jsonl_new(eh_jsonl **out, const eh_jsonl_options *options, eh_intake *intake, const eh_allocator *mem,
                       eh_error *err) {
  *out = NULL;
  EH_TRY(check_wants(options, err));
  struct eh_jsonl *jsonl = eh_mem_zero(mem, sizeof *jsonl);
  if (!jsonl) return out_of_memory(err);
  jsonl->mem = jsonl->arena.mem = jsonl->bytes.mem = jsonl->key.mem = mem;
  jsonl->options = *options;
  jsonl->intake = intake;
  jsonl->line = 1;
  eh_missing_plan(&jsonl->missing, options->missing_n, options->missing_count);
  const eh_status status = set_up(jsonl, err);
  if (status) return eh_jsonl_free(jsonl), status;
  *out = jsonl;
  return EH_OK;
}

void eh_jsonl_free(eh_jsonl *jsonl) {
  if (!jsonl) return;
  eh_mem_free(jsonl->mem, jsonl->rows, jsonl->rows_n);
  eh_buf_free(&jsonl->bytes);
  eh_buf_free(&jsonl->key);
  eh_arena_free(&jsonl->arena);
  eh_mem_free(jsonl->mem, jsonl, sizeof *jsonl);
}

const eh_str *eh_jsonl_names(const eh_jsonl *jsonl, uint32_t *n) {
  *n = jsonl->name_count;
  return jsonl->name_k;
}

/* ---- bytes in ---------------------------------------------------------------------------------------------------- */

/* Moving costs what is moved, so it waits until at least as much is dropped. */
static void drop_read(struct eh_jsonl *jsonl) {
  const size_t read_n = jsonl->line_at, left = jsonl->bytes.n - read_n;
  if (!read_n || read_n < left) return;
  memmove(jsonl->bytes.p, jsonl->bytes.p + read_n, left);
  jsonl->bytes.n = left;
  jsonl->sought_at -= read_n;
  jsonl->line_at = 0;
}

eh_status eh_jsonl_push(eh_jsonl *jsonl, const void *bytes, size_t n, eh_error *err) {
  if (jsonl->ended) return eh_fail(err, EH_E_USAGE, "bytes are pushed after the end");
  if (n == 0) return EH_OK;
  drop_read(jsonl);
  eh_buf_put(&jsonl->bytes, bytes, n);
  jsonl->any = true;
  return jsonl->bytes.failed ? out_of_memory(err) : EH_OK;
}

eh_status eh_jsonl_end(eh_jsonl *jsonl, eh_error *err) {
  jsonl->ended = true;
  return jsonl->any ? EH_OK : eh_fail(err, EH_E_INPUT, "%S is empty", jsonl->source);
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

/* Passes a UTF-8 byte-order mark once it is whole, or surely none. */
static bool pass_mark(struct eh_jsonl *jsonl) {
  static const char mark[] = "\xef\xbb\xbf";
  const size_t n = jsonl->bytes.n < 3 ? jsonl->bytes.n : 3;
  const bool like = n && memcmp(jsonl->bytes.p, mark, n) == 0;
  if (jsonl->started) return true;
  if (!n || (like && n < 3 && !jsonl->ended)) return false;
  jsonl->started = true;
  if (like && n == 3) jsonl->line_at = jsonl->sought_at = 3;
  return true;
}

typedef enum eh_jsonl_found { LINE, MORE, TOO_LONG } eh_jsonl_found;

/* Finds the end of the line at line_at; at the end of the bytes what is left is a line too. */
static eh_jsonl_found find_line(eh_str *line, struct eh_jsonl *jsonl) {
  char *const p = jsonl->bytes.p;
  if (!pass_mark(jsonl) || jsonl->line_at == jsonl->bytes.n) return MORE;
  const char *const end = memchr(p + jsonl->sought_at, '\n', jsonl->bytes.n - jsonl->sought_at);
  jsonl->sought_at = end ? (size_t)(end - p) : jsonl->bytes.n;
  *line = (eh_str){p + jsonl->line_at, jsonl->sought_at - jsonl->line_at};
  if (line->n > EH_JSONL_LINE_MAX) return TOO_LONG;
  return end || jsonl->ended ? LINE : MORE;
}

static void pass_line(struct eh_jsonl *jsonl) {
  if (jsonl->sought_at < jsonl->bytes.n) jsonl->sought_at++;
  jsonl->line_at = jsonl->sought_at;
  jsonl->line++;
}

static bool is_blank(eh_str line) {
  size_t i = 0;
  while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t' || line.p[i] == '\r')) i++;
  return i == line.n;
}

/* ---- rows out ---------------------------------------------------------------------------------------------------- */

/* Reads rows into the arrays until the batch is full or the lines are used up. */
static eh_status fill(size_t *rows, struct eh_jsonl *jsonl, size_t batch_at, eh_error *err) {
  *rows = 0;
  while (*rows < EH_BATCH_ROWS && jsonl->line_at - batch_at <= BATCH_BYTES_MAX) {
    eh_str line;
    const eh_jsonl_found found = find_line(&line, jsonl);
    if (found == MORE) return EH_OK;
    if (found == TOO_LONG) {
      if (err && !err->status) err->line = jsonl->line;
      return eh_fail(err, EH_E_INPUT, "%S: line %u: the line is longer than 1 GiB", jsonl->source, jsonl->line);
    }
    if (!is_blank(line)) {
      bool good;
      jsonl->intake->rows++;
      EH_TRY(eh_jsonl_row(&good, jsonl, *rows, jsonl->bytes.p + batch_at, line, err));
      if (good) jsonl->line_n[(*rows)++] = jsonl->line;
      jsonl->any_good |= good;
    }
    pass_line(jsonl);
  }
  return EH_OK;
}

static uint32_t first_not_met(const struct eh_jsonl *jsonl) {
  uint32_t s = 0;
  while (s < jsonl->source_count && jsonl->source_s[s].met) s++;
  return s;
}

bool eh_jsonl_met(const eh_jsonl *jsonl) { return jsonl->any_good && first_not_met(jsonl) == jsonl->source_count; }

/* A wanted key that no row has is a misspelt one. */
static eh_status check_met(const struct eh_jsonl *jsonl, eh_error *err) {
  const uint32_t s = first_not_met(jsonl);
  if (s == jsonl->source_count || !jsonl->any_good || jsonl->shared) return EH_OK;
  const eh_str wanted = jsonl->source_s[s].name;
  const int nearest = eh_name_nearest(jsonl->name_k, jsonl->name_count, wanted);
  if (nearest >= 0)
    return eh_fail(err, EH_E_SPEC, "%S has no key %Q in any row; nearest is %Q", jsonl->source, wanted,
                   jsonl->name_k[nearest]);
  return eh_fail(err, EH_E_SPEC, "%S has no key %Q in any row", jsonl->source, wanted);
}

eh_status eh_jsonl_next(eh_jsonl *jsonl, eh_batch *out, eh_error *err) {
  *out = (eh_batch){.column = jsonl->column_w, .column_n = jsonl->options.want_count, .line_n = jsonl->line_n};
  if (!pass_mark(jsonl)) return EH_OK;
  const size_t batch_at = jsonl->line_at;
  EH_TRY(fill(&out->rows, jsonl, batch_at, err));
  for (uint32_t w = 0; w < jsonl->options.want_count; w++) jsonl->column_w[w].text_bytes = jsonl->bytes.p + batch_at;
  return jsonl->ended && !out->rows ? check_met(jsonl, err) : EH_OK;
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

bool eh_jsonl_is_between(const eh_jsonl *jsonl, uint64_t *line) {
  *line = jsonl->line;
  return jsonl->started && jsonl->line_at == jsonl->bytes.n;
}

void eh_jsonl_go(eh_jsonl *jsonl, uint64_t line) {
  jsonl->line = line;
  jsonl->started = jsonl->shared = true;
}
