/* provenance: where the rows of a cube came from, in its file's trailer. Called by finish, merge, save and load.
 *
 * The one idea: it is outside the compared body, so it may hold what depends on how the rows were split.
 */
#include <string.h>

#include "cube_internal.h"

static void add_name(eh_column_missing *missing_n, uint32_t *count, eh_str name) {
  for (uint32_t i = 0; i < *count; i++)
    if (eh_str_eq(missing_n[i].name, name)) return;
  missing_n[(*count)++].name = name;
}

/* The columns of a condition, with room for as many more. */
static eh_status add_condition(eh_column_missing *missing_n, uint32_t *count, eh_arena *arena, eh_str text, eh_error *err) {
  const eh_predicate *predicate;
  if (!text.n) return EH_OK;
  EH_TRY(eh_predicate_parse(&predicate, arena, text, "condition", err));
  uint32_t n;
  const eh_want *const want_w = eh_predicate_wants(predicate, &n);
  for (uint32_t w = 0; w < n; w++) add_name(missing_n, count, want_w[w].name);
  return EH_OK;
}

eh_status eh_provenance_columns(eh_column_missing **out, uint32_t *count, eh_arena *arena, const eh_cube_spec *spec,
                                eh_error *err) {
  const uint32_t dim_count = spec->slicing.dim_count;
  uint64_t most = 2 + (uint64_t)spec->model_count + dim_count + EH_DIMS_MAX * (spec->where.n > 0);
  for (uint32_t d = 0; d < dim_count; d++) most += EH_DIMS_MAX * (spec->slicing.dim_n[d].predicate.n > 0);
  eh_column_missing *const missing_n = eh_cube_take(arena, most, sizeof *missing_n);
  if (!missing_n) return eh_cube_no_memory(err);
  *count = 0;
  add_name(missing_n, count, spec->label);
  for (uint32_t m = 0; m < spec->model_count; m++) add_name(missing_n, count, spec->score_m[m]);
  for (uint32_t d = 0; d < dim_count; d++)
    if (!spec->slicing.dim_n[d].predicate.n) add_name(missing_n, count, spec->slicing.dim_n[d].name);
  if (spec->weight.p) add_name(missing_n, count, spec->weight);
  EH_TRY(add_condition(missing_n, count, arena, spec->where, err));
  for (uint32_t d = 0; d < dim_count; d++)
    EH_TRY(add_condition(missing_n, count, arena, spec->slicing.dim_n[d].predicate, err));
  *out = missing_n;
  return EH_OK;
}

eh_status eh_cube_name(eh_cube *cube, eh_str source_name, eh_error *err) {
  const eh_str name = eh_arena_str(&cube->arena, source_name);
  if (!name.p) return eh_cube_no_memory(err);
  cube->provenance.name = name;
  return EH_OK;
}

void eh_cube_sign(eh_cube *cube, const unsigned char sha256[32]) {
  cube->provenance.has_sha256 = true;
  memcpy(cube->provenance.sha256, sha256, sizeof cube->provenance.sha256);
}

/* ---- texts of the label ------------------------------------------------------------------------------------------- */

/* Two ascending lists to one; what falls off its end is only told to be there. */
eh_status eh_provenance_labels(eh_cube *cube, const eh_label_texts *texts, eh_error *err) {
  const eh_label_texts before = cube->provenance.negative;
  eh_label_texts all = {.more = before.more || texts->more};
  eh_str *const text_n = eh_cube_take(&cube->arena, EH_LABELS_KEPT, sizeof *text_n);
  if (!text_n) return eh_cube_no_memory(err);
  uint32_t i = 0, k = 0;
  while (i < before.count || k < texts->count) {
    const int order = i == before.count ? 1 : k == texts->count ? -1 : eh_str_cmp(before.text_n[i], texts->text_n[k]);
    const eh_str text = order <= 0 ? before.text_n[i] : texts->text_n[k];
    i += order <= 0;
    k += order >= 0;
    all.more |= all.count == EH_LABELS_KEPT;
    if (all.count == EH_LABELS_KEPT) break;
    text_n[all.count] = order <= 0 ? text : eh_arena_str(&cube->arena, text);
    if (!text_n[all.count++].p) return eh_cube_no_memory(err);
  }
  all.text_n = text_n;
  cube->provenance.negative = all;
  return EH_OK;
}

static void save_labels(const eh_label_texts *texts, eh_buf *out) {
  eh_put_varint(out, texts->count);
  for (uint32_t i = 0; i < texts->count; i++) eh_put_string(out, texts->text_n[i]);
  eh_buf_byte(out, texts->more);
}

/* ---- the trailer --------------------------------------------------------------------------------------------------- */

void eh_provenance_save(const eh_provenance *provenance, const eh_cube_spec *spec, eh_buf *out) {
  eh_buf_byte(out, provenance->name.p != NULL);
  if (provenance->name.p) eh_put_string(out, provenance->name);
  eh_buf_byte(out, (unsigned char)(provenance->has_sha256 | provenance->intake.by_row << 1));
  if (provenance->has_sha256) eh_buf_put(out, provenance->sha256, sizeof provenance->sha256);
  const eh_intake *const intake = &provenance->intake;
  eh_put_varint(out, intake->rows);
  eh_put_varint(out, intake->rows_skipped);
  eh_put_varint(out, intake->rows_filtered);
  eh_put_varint(out, intake->skipped_n);
  for (uint32_t i = 0; i < intake->skipped_n; i++) {
    eh_put_varint(out, intake->skipped[i].line);
    eh_put_string(out, eh_str_of(intake->skipped[i].reason));
  }
  eh_put_varint(out, provenance->missing_count);
  for (uint32_t i = 0; i < provenance->missing_count; i++) eh_put_varint(out, provenance->missing_n[i].count);
  if (spec->positive.p && provenance->negative.count) save_labels(&provenance->negative, out);
}

static eh_status corrupt(eh_error *err, const char *what) {
  return eh_fail(err, EH_E_CUBE, "cube is corrupt: %s", what);
}

static unsigned char get_flags(eh_cursor *cur, unsigned char most) {
  const bool more = cur->p < cur->end;
  const unsigned char flags = more ? *cur->p : 0;
  cur->bad |= !more || flags > most;
  cur->p += more;
  return flags;
}

/* A reason as the intake would have kept it: short, and harmless to a terminal. */
static eh_status get_reason(const eh_cube *cube, char reason[EH_SKIP_REASON], eh_cursor *cur, eh_error *err) {
  const eh_str text = eh_get_string(cur);
  eh_buf safe = {.mem = cube->mem};
  eh_buf_safe(&safe, text, 0);
  const bool failed = safe.failed, same = eh_str_eq(text, (eh_str){safe.p, safe.n});
  eh_buf_free(&safe);
  if (failed) return eh_cube_no_memory(err);
  if (cur->bad || text.n >= EH_SKIP_REASON || (text.n && memchr(text.p, 0, text.n)) || !same)
    return corrupt(err, "its list of skipped rows");
  if (text.n) memcpy(reason, text.p, text.n);
  return EH_OK;
}

static eh_status load_intake(eh_cube *cube, eh_cursor *cur, uint32_t schema, eh_error *err) {
  eh_intake *const intake = &cube->provenance.intake;
  intake->rows = eh_get_varint(cur);
  intake->rows_skipped = eh_get_varint(cur);
  if (schema > 1) intake->rows_filtered = eh_get_varint(cur);
  const uint64_t skipped_n = eh_get_varint(cur);
  if (cur->bad || intake->rows_skipped > intake->rows ||
      intake->rows_filtered > intake->rows - intake->rows_skipped || skipped_n > intake->rows_skipped ||
      skipped_n > EH_SKIPS_KEPT)
    return corrupt(err, "its counts of rows read and skipped");
  for (uint32_t i = 0; i < skipped_n; i++) {
    eh_skip *const skip = &intake->skipped[i];
    skip->line = eh_get_varint(cur);
    EH_TRY(get_reason(cube, skip->reason, cur, err));
    if (i && skip->line < skip[-1].line) return corrupt(err, "its list of skipped rows");
  }
  intake->skipped_n = (uint32_t)skipped_n;
  return EH_OK;
}

/* Not there where there is none, or in files of before they were kept. */
static eh_status load_labels(eh_cube *cube, eh_cursor *cur, eh_error *err) {
  if (!cube->spec.positive.p || cur->p == cur->end) return EH_OK;
  eh_str text_n[EH_LABELS_KEPT];
  const uint64_t count = eh_get_varint(cur);
  if (cur->bad || !count || count > EH_LABELS_KEPT) return corrupt(err, "the texts of its label");
  for (uint64_t i = 0; i < count; i++) {
    text_n[i] = eh_get_string(cur);
    if (cur->bad || (i && eh_str_cmp(text_n[i - 1], text_n[i]) >= 0)) return corrupt(err, "the texts of its label");
  }
  const bool more = get_flags(cur, 1);
  if (cur->bad || (more && count < EH_LABELS_KEPT)) return corrupt(err, "the texts of its label");
  return eh_provenance_labels(cube, &(eh_label_texts){text_n, (uint32_t)count, more}, err);
}

eh_status eh_provenance_load(eh_cube *cube, eh_cursor *cur, uint32_t schema, eh_error *err) {
  eh_provenance *const provenance = &cube->provenance;
  if (get_flags(cur, 1)) {
    const eh_str name = eh_get_string(cur);
    if (cur->bad) return corrupt(err, "the name of its source");
    provenance->name = eh_arena_str(&cube->arena, name);
    if (!provenance->name.p) return eh_cube_no_memory(err);
  }
  const unsigned char flags = get_flags(cur, 3);
  provenance->has_sha256 = flags & 1;
  provenance->intake.by_row = flags >> 1 & 1;
  if (provenance->has_sha256) {
    if ((size_t)(cur->end - cur->p) < sizeof provenance->sha256) return corrupt(err, "the hash of its source");
    memcpy(provenance->sha256, cur->p, sizeof provenance->sha256);
    cur->p += sizeof provenance->sha256;
  }
  EH_TRY(load_intake(cube, cur, schema, err));
  eh_column_missing *missing_n = NULL;
  EH_TRY(eh_provenance_columns(&missing_n, &provenance->missing_count, &cube->arena, &cube->spec, err));
  if (eh_get_varint(cur) != provenance->missing_count) return corrupt(err, "its counts of missing cells");
  for (uint32_t i = 0; i < provenance->missing_count; i++) missing_n[i].count = eh_get_varint(cur);
  provenance->missing_n = missing_n;
  EH_TRY(load_labels(cube, cur, err));
  if (cur->bad || cur->p != cur->end) return corrupt(err, "its trailer");
  return EH_OK;
}
