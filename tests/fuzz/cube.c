/* Any bytes as a cube file, as they come and with their checksums made right: what is believed is saved back to the same
 * bytes, merges with itself, and can be audited.
 */
#include "fuzz.h"

#include "evenhand/audit.h"

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

static void audit(const eh_cube *cube) {
  const eh_spec spec = {0};
  eh_error err = {0};
  eh_audit *out = NULL;
  fuzz_check_error(eh_audit_run(&out, cube, &spec, NULL, &err), &err);
  eh_audit_free(out);
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
  audit(cube);
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
