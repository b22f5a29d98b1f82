/* The functions that JavaScript calls: the public headers, thin, at the level of pointers.
 *
 * Called by js/src only. Each is one call into a room below, with structs passed by value taken apart, since JavaScript
 * has numbers and the memory and nothing else. Whoever calls owns the memory of arguments and of the eh_error; handles
 * are freed by the function of their name. No state lives here.
 */
#include "wasm_internal.h"

#include <stdlib.h>

/* ---- memory, names ----------------------------------------------------------------------------------------------- */

/* Never NULL for n == 0; NULL when memory is out. */
EHW_EXPORT void *ehw_malloc(size_t n) { return malloc(n ? n : 1); }

EHW_EXPORT void ehw_free(void *p) { free(p); }

EHW_EXPORT void ehw_buf_free(eh_buf *buf) { eh_buf_free(buf); }

EHW_EXPORT const char *ehw_version(void) { return EH_VERSION; }

EHW_EXPORT const char *ehw_status_name(uint32_t status) { return eh_status_name((eh_status)status); }

/* Index of the nearest of n names, or -1. */
EHW_EXPORT int ehw_name_nearest(const eh_str *name_n, uint32_t n, const char *p, size_t length) {
  return eh_name_nearest(name_n, n, (eh_str){p, length});
}

/* The spelling of numbers, so that JavaScript's own, which takes fewer digits, never names a group. x is finite. */
EHW_EXPORT uint32_t ehw_write_f64(char dst[EH_F64_TEXT], double x) { return (uint32_t)eh_write_f64(dst, x); }

/* ---- request ------------------------------------------------------------------------------------------------------- */

EHW_EXPORT eh_status ehw_request_new(eh_request **out, eh_error *err) { return eh_request_new(out, NULL, err); }

EHW_EXPORT eh_status ehw_request_set(eh_request *request, const char *key, size_t key_n, const char *text, size_t text_n,
                                     bool split, eh_error *err) {
  return eh_request_set(request, (eh_str){key, key_n}, (eh_str){text, text_n}, split, err);
}

EHW_EXPORT void ehw_request_free(eh_request *request) { eh_request_free(request); }

EHW_EXPORT eh_status ehw_look(eh_buf *out, const void *bytes, size_t n, bool whole, const char *file, size_t file_n,
                              eh_request *request, eh_error *err) {
  return eh_look_json(out, bytes, n, whole, (eh_str){file, file_n}, request, err);
}

/* ---- rows to a cube ------------------------------------------------------------------------------------------------ */

/* Starts reading what the request asks for. `source` names the input in messages and in the report; NULL = none. `part` names
 * the first of several files, which come one after the other, each but the first announced by ehw_ingest_next; NULL = one.
 * The request and the names must outlive the ingest. With `check_positive` a positive text that never occurs is an
 * error; rows that are only a part of the data must not ask for it. `only_audit`: the cube is for the audit of this request
 * alone. */
EHW_EXPORT eh_status ehw_ingest_new(eh_ingest **out, eh_request *request, const char *source, size_t source_n,
                                    const char *part, size_t part_n, bool check_positive, bool only_audit, eh_error *err) {
  const eh_spec *spec;
  const eh_reading *asked;
  EH_TRY(eh_request_spec(request, &spec, &asked, err));
  eh_reading reading = *asked;
  reading.source = (eh_str){source, source_n};
  reading.part = (eh_str){part, part_n};
  reading.check_positive = check_positive;
  reading.only_audit = only_audit;
  return eh_ingest_new(out, spec, &reading, NULL, err);
}

EHW_EXPORT eh_status ehw_ingest_push(eh_ingest *ingest, const void *bytes, size_t n, eh_error *err) {
  return eh_ingest_push(ingest, bytes, n, err);
}

/* The next file begins, read as its own request says. Its name must outlive the ingest, the request need not. */
EHW_EXPORT eh_status ehw_ingest_next(eh_ingest *ingest, eh_request *request, const char *part, size_t part_n, eh_error *err) {
  const eh_spec *spec;
  const eh_reading *reading;
  EH_TRY(eh_request_spec(request, &spec, &reading, err));
  return eh_ingest_next(ingest, (eh_str){part, part_n}, reading->delimiter, err);
}

EHW_EXPORT void ehw_ingest_stored(eh_ingest *ingest, const void *bytes, size_t n) {
  eh_ingest_stored(ingest, bytes, n);
}

EHW_EXPORT const eh_want *ehw_ingest_wants(const eh_ingest *ingest, uint32_t *n) { return eh_ingest_wants(ingest, n); }

EHW_EXPORT bool ehw_ingest_surveys(const eh_ingest *ingest) { return eh_ingest_surveys(ingest); }

EHW_EXPORT eh_status ehw_ingest_again(eh_ingest *ingest, eh_error *err) { return eh_ingest_again(ingest, err); }

EHW_EXPORT uint32_t ehw_ingest_separator(const eh_ingest *ingest, const char *column, size_t n) {
  return eh_ingest_separator(ingest, (eh_str){column, n});
}

EHW_EXPORT eh_status ehw_ingest_columns(eh_ingest *ingest, const eh_batch *batch, eh_error *err) {
  return eh_ingest_columns(ingest, batch, err);
}

EHW_EXPORT eh_status ehw_ingest_skip(eh_ingest *ingest, double row, const char *reason, size_t n, eh_error *err) {
  return eh_ingest_skip(ingest, (uint64_t)row, (eh_str){reason, n}, err);
}

EHW_EXPORT eh_status ehw_ingest_end(eh_ingest *ingest, eh_cube **out, eh_error *err) {
  return eh_ingest_end(ingest, out, err);
}

EHW_EXPORT bool ehw_ingest_hashed(eh_ingest *ingest, const unsigned char *sha256_or_null) {
  return eh_ingest_hashed(ingest, sha256_or_null);
}

EHW_EXPORT void ehw_ingest_free(eh_ingest *ingest) { eh_ingest_free(ingest); }

/* ---- one file, several workers ---------------------------------------------------------------------------------------- */

EHW_EXPORT eh_status ehw_ingest_cut(eh_ingest *first, const void *bytes, size_t n, eh_ingest_block *out, eh_error *err) {
  return eh_ingest_cut(first, bytes, n, out, err);
}

EHW_EXPORT eh_status ehw_ingest_plan(const eh_ingest *first, eh_buf *out, eh_error *err) {
  return eh_ingest_plan(first, out, err);
}

EHW_EXPORT eh_status ehw_ingest_other(eh_ingest **out, const void *plan, size_t n, eh_error *err) {
  return eh_ingest_other(out, plan, n, NULL, err);
}

EHW_EXPORT eh_status ehw_ingest_block_read(eh_ingest *other, void *bytes, size_t n, double line, eh_error *err) {
  return eh_ingest_block_read(other, bytes, n, (uint64_t)line, err);
}

EHW_EXPORT eh_status ehw_ingest_told(eh_ingest *other, eh_buf *out, eh_error *err) { return eh_ingest_told(other, out, err); }

EHW_EXPORT eh_status ehw_ingest_join(eh_ingest *first, const void *told, size_t n, eh_error *err) {
  return eh_ingest_join(first, told, n, err);
}

EHW_EXPORT eh_status ehw_ingest_settle(eh_ingest *first, eh_error *err) { return eh_ingest_settle(first, err); }

EHW_EXPORT eh_status ehw_ingest_anew(eh_ingest *first, eh_error *err) { return eh_ingest_anew(first, err); }

/* ---- cube ------------------------------------------------------------------------------------------------------------ */

EHW_EXPORT eh_status ehw_cube_save(const eh_cube *cube, eh_buf *out, eh_error *err) {
  return eh_cube_save(cube, out, err);
}

EHW_EXPORT eh_status ehw_cube_load(eh_cube **out, const void *bytes, size_t n, eh_error *err) {
  return eh_cube_load(out, bytes, n, NULL, err);
}

EHW_EXPORT eh_status ehw_cube_merge(eh_cube **out, const eh_cube *const *part_k, uint32_t k, eh_error *err) {
  return eh_cube_merge(out, part_k, k, NULL, err);
}

EHW_EXPORT eh_status ehw_cube_rebin(eh_cube **out, const eh_cube *cube, uint32_t score_bits, eh_error *err) {
  return eh_cube_rebin(out, cube, score_bits, NULL, err);
}

EHW_EXPORT eh_status ehw_cube_name(eh_cube *cube, const char *source, size_t source_n, eh_error *err) {
  return eh_cube_name(cube, (eh_str){source, source_n}, err);
}

/* CRC-32C of the body of a saved cube: equal for equal rows and spec. False if the bytes are not a cube. */
EHW_EXPORT bool ehw_cube_crc(uint32_t *out, const void *bytes, size_t n) {
  const void *body;
  size_t body_n;
  if (!eh_cube_body(bytes, n, &body, &body_n)) return false;
  *out = eh_crc32c(0, body, body_n);
  return true;
}

/* Least and greatest score of each model, NaN where there are no rows; how many models there are. out NULL: only that. */
EHW_EXPORT uint32_t ehw_cube_scores(double (*out)[2], const eh_cube *cube) {
  const eh_cube_view *view = eh_cube_see(cube);
  for (uint32_t m = 0; out && m < view->spec->model_count; m++) {
    out[m][0] = view->rows ? eh_key_score(view->model_m[m].least) : __builtin_nan("");
    out[m][1] = view->rows ? eh_key_score(view->model_m[m].greatest) : __builtin_nan("");
  }
  return view->spec->model_count;
}

EHW_EXPORT void ehw_cube_free(eh_cube *cube) { eh_cube_free(cube); }

/* ---- audit ----------------------------------------------------------------------------------------------------------- */

/* The cube and the request must outlive the audit. */
EHW_EXPORT eh_status ehw_audit_run(eh_audit **out, const eh_cube *cube, eh_request *request, eh_error *err) {
  const eh_spec *spec;
  const eh_reading *reading;
  EH_TRY(eh_request_spec(request, &spec, &reading, err));
  return eh_audit_run(out, cube, spec, NULL, err);
}

/* Appends the report. `width` is that of text in characters, 0 = 100; its top and sort come from the request. */
EHW_EXPORT eh_status ehw_report(eh_buf *out, const eh_audit *audit, const eh_request *request, uint32_t format,
                                uint32_t width, eh_error *err) {
  const eh_audit_view *view = eh_audit_see(audit);
  eh_text_style style = {.width = width};
  EH_TRY(eh_request_style(request, &style, err));
  if (format == EHW_JSON) return eh_report_json(out, view, err);
  if (format == EHW_CSV) return eh_report_csv(out, view, err);
  return eh_report_text(out, view, &style, err);
}

EHW_EXPORT void ehw_audit_free(eh_audit *audit) { eh_audit_free(audit); }
