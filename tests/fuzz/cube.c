/* Any bytes as a cube file, as they come and with their checksums made right: what is believed is saved back to the same
 * bytes, merges with itself, can be told about, and can be audited (with curves or replicates as its last byte says) and reported.
 */
#include "fuzz.h"

#include "evenhand/report.h"

enum { HEAD = 20 }; /* magic, version, length of the body */

static void put_u32(uint8_t *p, uint32_t x) {
  for (int i = 0; i < 4; i++) p[i] = (uint8_t)(x >> (8 * i));
}

static uint64_t get_u64(const uint8_t *p) {
  uint64_t x = 0;
  for (int i = 0; i < 8; i++) x |= (uint64_t)p[i] << (8 * i);
  return x;
}

static void put_u64(uint8_t *p, uint64_t x) {
  for (int i = 0; i < 8; i++) p[i] = (uint8_t)(x >> (8 * i));
}

/* Makes checksums right, and the trailer's length, so that structure alone must hold the line. */
static void repair(uint8_t *p, size_t n) {
  if (n < HEAD + 4) return;
  const uint64_t body = get_u64(p + 12);
  if (body > n - HEAD - 4) return;
  const size_t end = HEAD + (size_t)body;
  put_u32(p + end, eh_crc32c(0, p, end));
  if (n - end < 4 + 8 + 4) return;
  const size_t trailer = n - end - 16;
  put_u64(p + end + 4, trailer);
  put_u32(p + end + 12 + trailer, eh_crc32c(0, p + end + 4, 8 + trailer));
}

static void report(const eh_audit_view *view) {
  eh_buf out = {0};
  eh_error err = {0};
  FUZZ_CHECK(eh_report_json(&out, view, &err) == EH_OK);
  FUZZ_CHECK(eh_utf8_check(out.p, out.n) == out.n);
  FUZZ_CHECK(eh_report_csv(&out, view, &err) == EH_OK);
  FUZZ_CHECK(eh_report_text(&out, view, &(eh_text_style){0}, &err) == EH_OK);
  eh_buf_free(&out);
}

/* Few replicates at a low level, which is all that an interval needs. */
static void audit(const eh_cube *cube, uint8_t how) {
  static const eh_bootstrap bootstrap_k[] = {EH_BOOTSTRAP_NONE, EH_BOOTSTRAP_PERCENTILE, EH_BOOTSTRAP_BCA, EH_BOOTSTRAP_NONE};
  const unsigned k = how >> 1 & 3;
  const eh_spec spec = {.curves = how & 1, .no_intervals = k == 3, .bootstrap = bootstrap_k[k], .level = k ? .5 : .95, .replicates = 8};
  eh_error err = {0};
  eh_audit *out = NULL;
  const eh_status status = eh_audit_run(&out, cube, &spec, NULL, &err);
  fuzz_check_error(status, &err);
  if (!status) report(eh_audit_see(out));
  eh_audit_free(out);
}

static void tell(const eh_cube *cube, size_t n) {
  eh_buf out = {0};
  eh_error err = {0};
  FUZZ_CHECK(eh_report_cube(&out, eh_cube_see(cube), n, 0, &err) == EH_OK);
  eh_buf_free(&out);
}

/* The cube twice over has twice the rows. */
static void merge(const eh_cube *cube) {
  eh_error err = {0};
  eh_cube *both = NULL;
  const eh_status status = eh_cube_merge(&both, (const eh_cube *const[]){cube, cube}, 2, NULL, &err);
  fuzz_check_error(status, &err);
  if (!status) FUZZ_CHECK(eh_cube_see(both)->rows == 2 * eh_cube_see(cube)->rows);
  eh_cube_free(both);
}

static void load(const uint8_t *p, size_t n) {
  eh_cube *cube = NULL;
  eh_error err = {0};
  const eh_status status = eh_cube_load(&cube, p, n, NULL, &err);
  fuzz_check_error(status, &err);
  FUZZ_CHECK(!status == !!cube && (!status || status == EH_E_CUBE));
  if (status) return;
  eh_buf again = {0};
  FUZZ_CHECK(eh_cube_save(cube, &again, &err) == EH_OK);
  if (p[8] == EH_CUBE_SCHEMA) FUZZ_CHECK(again.n == n && memcmp(again.p, p, n) == 0);
  eh_buf_free(&again);
  merge(cube);
  tell(cube, n);
  audit(cube, p[n - 1]);
  eh_cube_free(cube);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  uint8_t *const copy = malloc(n ? n : 1);
  memcpy(copy, data, n);
  load(copy, n);
  repair(copy, n);
  load(copy, n);
  free(copy);
  return 0;
}
