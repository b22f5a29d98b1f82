/* share: one file counted by several ingests, each in a module of its own. Called by the wasm exports, for workers.
 *
 * The one idea: the first ingest stands at every moment where the bytes it was given end, as far as records are whole. What can be
 * cut off it passes over, for others to count; what cannot (the header, the ends of what comes, quotes that are letters) it reads
 * itself. What the others counted comes back as cubes, and a merge of cubes is the cube of one reader.
 */
#include <string.h>

#include "ingest_internal.h"

enum { SNIFFED = 64, FEEDS_TRIED = 256 };

/* ---- cutting ------------------------------------------------------------------------------------------------------ */

static bool is_between(const eh_ingest *in) {
  uint64_t line;
  return in->csv ? eh_csv_is_between(in->csv) : in->jsonl && eh_jsonl_is_between(in->jsonl, &line);
}

bool eh_ingest_cuts(bool *pays, const eh_ingest *in) {
  const bool by_lanes = EH_LANES && in->reading.threads > 1;
  *pays = in->jsonl || in->spec.no_fine || (in->spec.score_bits && in->spec.score_bits < 52);
  return (in->csv || in->jsonl) && !in->several && !by_lanes && !eh_slicing_surveys(&in->spec.slicing);
}

static bool can_be_cut(const eh_ingest *in) {
  bool pays;
  return eh_ingest_cuts(&pays, in);
}

/* Reads as far as the start of a record: until the kind of the bytes is known, then line by line. */
static eh_status read_to_record(eh_ingest *in, const char *p, size_t n, size_t *used, eh_error *err) {
  while (*used < n && in->kind == EH_INGEST_UNKNOWN) {
    const size_t piece = n - *used < SNIFFED ? n - *used : SNIFFED;
    EH_TRY(eh_ingest_push(in, p + *used, piece, err));
    *used += piece;
  }
  for (int tries = 0; *used < n && can_be_cut(in) && !is_between(in) && tries < FEEDS_TRIED; tries++) {
    const char *const feed = memchr(p + *used, '\n', n - *used);
    const size_t line_n = feed ? (size_t)(feed + 1 - (p + *used)) : n - *used;
    EH_TRY(eh_ingest_push(in, p + *used, line_n, err));
    *used += line_n;
  }
  return EH_OK;
}

/* Whole records at the start of p[0..n), passed over. */
static void cut_records(eh_ingest *in, const char *p, size_t n, eh_ingest_block *out) {
  if (in->csv) {
    uint64_t lines;
    out->n = eh_csv_front(in->csv, p, n, &lines);
    out->line = eh_csv_line(in->csv);
    if (out->n) eh_csv_pass(in->csv, lines);
    return;
  }
  while (n && p[n - 1] != '\n') n--;
  uint64_t lines = 0;
  for (const char *at = p; n && (at = memchr(at, '\n', (size_t)(p + n - at))); at++) lines++;
  if (!n) return;
  out->n = n;
  eh_jsonl_is_between(in->jsonl, &out->line);
  eh_jsonl_go(in->jsonl, out->line + lines);
}

eh_status eh_ingest_cut(eh_ingest *in, const void *bytes, size_t n, eh_ingest_block *out, eh_error *err) {
  const char *const p = bytes;
  size_t used = 0;
  *out = (eh_ingest_block){.at = n};
  EH_TRY(read_to_record(in, p, n, &used, err));
  if (used < n && can_be_cut(in) && is_between(in)) cut_records(in, p + used, n - used, out);
  if (!out->n) return used < n ? eh_ingest_push(in, p + used, n - used, err) : EH_OK;
  eh_sha256 *const sha = eh_ingest_sha(in);
  if (sha) eh_sha256_add(sha, p + used, out->n);
  out->at = used;
  in->shared = true;
  return EH_OK;
}

/* ---- what others need to know ------------------------------------------------------------------------------------- */

/* A cube without rows says all that is counted. */
static eh_status put_spec(const eh_ingest *in, eh_buf *out, eh_error *err) {
  eh_cube_builder *builder = NULL;
  eh_cube *cube = NULL;
  EH_TRY(eh_cube_builder_new(&builder, &in->spec, in->reading.strict, in->mem, err));
  eh_status status = eh_cube_builder_finish(builder, &cube, (eh_str){0}, NULL, err);
  if (!status) status = eh_cube_save(cube, out, err);
  eh_cube_free(cube);
  eh_cube_builder_free(builder);
  return status;
}

eh_status eh_ingest_plan(const eh_ingest *in, eh_buf *out, eh_error *err) {
  uint32_t name_count = 0;
  const eh_str *const name_n = in->csv ? eh_csv_names(in->csv, &name_count) : NULL;
  eh_buf_byte(out, in->csv != NULL);
  eh_buf_byte(out, in->reading.delimiter);
  eh_buf_byte(out, in->reading.strict);
  eh_put_string(out, in->source);
  eh_put_varint(out, name_count);
  for (uint32_t i = 0; i < name_count; i++) eh_put_string(out, name_n[i]);
  return out->failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : put_spec(in, out, err);
}

/* Views into the plan's bytes, but for the cube, which is its own. */
static eh_status read_plan(eh_ingest *in, bool *is_csv, const void *plan, size_t n, eh_error *err) {
  eh_cursor cur = {.p = plan, .end = (const unsigned char *)plan + n};
  if (n < 3) return eh_fail(err, EH_E_INTERNAL, "no plan of an ingest");
  *is_csv = cur.p[0];
  in->reading.delimiter = cur.p[1];
  in->reading.strict = cur.p[2];
  cur.p += 3;
  in->source = in->part = eh_get_string(&cur);
  in->reading.name_count = (uint32_t)eh_get_varint(&cur);
  eh_str *const name_n = cur.bad ? NULL : eh_arena_take(&in->arena, (in->reading.name_count + 1) * sizeof *name_n);
  if (!name_n) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (uint32_t i = 0; i < in->reading.name_count; i++) {
    name_n[i] = eh_arena_str(&in->arena, eh_get_string(&cur));
    if (!name_n[i].p) return eh_fail(err, EH_E_MEMORY, "out of memory");
  }
  in->reading.name_n = *is_csv ? name_n : NULL;
  in->part = in->source = eh_arena_str(&in->arena, in->source);
  if (!in->part.p) return eh_fail(err, EH_E_MEMORY, "out of memory");
  return eh_cube_load(&in->plan, cur.p, (size_t)(cur.end - cur.p), in->mem, err);
}

static eh_status set_up(eh_ingest *in, const void *plan, size_t n, eh_error *err) {
  bool is_csv = false;
  EH_TRY(read_plan(in, &is_csv, plan, n, err));
  in->spec = *eh_cube_see(in->plan)->spec;
  EH_TRY(eh_cube_builder_new(&in->builder, &in->spec, in->reading.strict, in->mem, err));
  if (!is_csv) return eh_ingest_start_jsonl(in, err);
  EH_TRY(eh_ingest_start_csv(in, err));
  return eh_csv_fork(&in->blocks, in->csv, eh_cube_builder_intake(in->builder), err);
}

eh_status eh_ingest_other(eh_ingest **out, const void *plan, size_t n, const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  eh_ingest *const in = eh_mem_zero(mem, sizeof *in);
  if (!in) return eh_fail(err, EH_E_MEMORY, "out of memory");
  in->mem = in->held.mem = in->arena.mem = mem;
  in->hashed = true;
  const eh_status status = set_up(in, plan, n, err);
  if (status) eh_ingest_free(in);
  else *out = in;
  return status;
}

eh_status eh_ingest_block_read(eh_ingest *in, void *bytes, size_t n, uint64_t line, eh_error *err) {
  if (in->blocks) {
    EH_TRY(eh_csv_read_block(in->blocks, bytes, n, line, true, err));
  } else {
    eh_jsonl_go(in->jsonl, line);
    EH_TRY(eh_jsonl_push(in->jsonl, bytes, n, err));
  }
  return eh_ingest_drain(in, in->blocks, in->builder, err);
}

/* ---- what they counted ---------------------------------------------------------------------------------------------- */

eh_status eh_ingest_told(eh_ingest *in, eh_buf *out, eh_error *err) {
  eh_cube *cube = NULL;
  EH_TRY(eh_cube_builder_finish(in->builder, &cube, (eh_str){0}, NULL, err));
  eh_buf_byte(out, in->jsonl && eh_jsonl_met(in->jsonl));
  const eh_status status = eh_cube_save(cube, out, err);
  eh_cube_free(cube);
  return status;
}

/* The place of one more cube. */
static eh_status next_part(eh_ingest *in, eh_cube ***out, eh_error *err) {
  if (in->part_count == in->part_cap) {
    const uint32_t cap = 2 * in->part_cap + 8;
    eh_cube **const grown = eh_mem_resize(in->mem, in->part_n, in->part_cap * sizeof *grown, cap * sizeof *grown);
    if (!grown) return eh_fail(err, EH_E_MEMORY, "out of memory");
    in->part_n = grown;
    in->part_cap = cap;
  }
  *out = &in->part_n[in->part_count];
  return EH_OK;
}

eh_status eh_ingest_join(eh_ingest *in, const void *told, size_t n, eh_error *err) {
  const unsigned char *const p = told;
  eh_cube **part = NULL;
  if (!n) return eh_fail(err, EH_E_INTERNAL, "nothing was told");
  EH_TRY(next_part(in, &part, err));
  EH_TRY(eh_cube_load(part, p + 1, n - 1, in->mem, err));
  in->part_count++;
  in->met |= p[0];
  return EH_OK;
}

void eh_ingest_drop_parts(eh_ingest *in) {
  for (uint32_t i = 0; i < in->part_count; i++) eh_cube_free(in->part_n[i]);
  eh_mem_free(in->mem, in->part_n, in->part_cap * sizeof *in->part_n);
  eh_cube_free(in->settled);
  in->part_n = NULL;
  in->settled = NULL;
  in->part_count = in->part_cap = 0;
}

static bool has_positive(const eh_cube_view *view) {
  uint64_t rows = 0;
  for (uint32_t a = 0; a < view->atoms->atom_count; a++) rows += view->rows_ay[2 * a + 1];
  return rows > 0;
}

/* What only a reader of all rows could tell apart is refused. */
static eh_status check(eh_ingest *in, const eh_cube *cube, eh_error *err) {
  const eh_cube_view *const view = eh_cube_see(cube);
  EH_TRY(eh_ingest_check_rows(in, &view->provenance->intake, err));
  EH_TRY(eh_ingest_check_again(in, &view->provenance->intake, err));
  const bool met = in->csv || in->met || eh_jsonl_met(in->jsonl);
  if (met && (!in->reading.check_positive || has_positive(view))) return EH_OK;
  return eh_fail(err, EH_E_INTERNAL, "one reader has to read all");
}

/* The cube of what was read here is one more. */
static eh_status join_own(eh_ingest *in, eh_error *err) {
  eh_cube **part = NULL;
  EH_TRY(next_part(in, &part, err));
  EH_TRY(eh_cube_builder_finish(in->builder, part, (eh_str){0}, NULL, err));
  in->part_count++;
  return EH_OK;
}

eh_status eh_ingest_settle(eh_ingest *in, eh_error *err) {
  eh_error inner = {0};
  EH_TRY(eh_ingest_end_input(in, err));
  const unsigned char *const sha256 = eh_ingest_digest(in);
  eh_status status = join_own(in, &inner);
  if (!status) status = eh_cube_merge(&in->settled, (const eh_cube *const *)in->part_n, in->part_count, in->mem, &inner);
  if (!status) status = eh_cube_name(in->settled, in->source, &inner);
  if (status) return eh_ingest_prefix(in, status, &inner, err);
  if (sha256) eh_cube_sign(in->settled, sha256);
  return check(in, in->settled, err);
}
