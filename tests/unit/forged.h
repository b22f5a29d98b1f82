/* forged: a cube file whose body was changed under a right checksum. It is refused, or it is a cube that saves as the same bytes and
 * can be audited. */
#ifndef EVENHAND_TESTS_FORGED_H
#define EVENHAND_TESTS_FORGED_H

#include "check.h"
#include "evenhand/audit.h"
#include "evenhand/report.h"

/* Puts the checksum of the changed body right; true if the file is refused. */
static inline bool forged_is_refused(const eh_buf *file, size_t body_n) {
  unsigned char *const p = (unsigned char *)file->p;
  const uint32_t crc = eh_crc32c(0, p, 20 + body_n);
  for (int i = 0; i < 4; i++) p[20 + body_n + (size_t)i] = (unsigned char)(crc >> (8 * i));
  eh_cube *again = NULL;
  eh_error err = {0};
  if (eh_cube_load(&again, file->p, file->n, NULL, &err)) {
    CHECK(err.status == EH_E_CUBE || err.status == EH_E_LIMIT);
    return true;
  }
  eh_buf same = {0}, told = {0};
  CHECK(!eh_cube_save(again, &same, &err));
  CHECK(same.n == file->n && memcmp(same.p, file->p, same.n) == 0);
  eh_audit *audit = NULL;
  const eh_spec empty = {0};
  if (!eh_audit_run(&audit, again, &empty, NULL, &err)) eh_report_csv(&told, eh_audit_see(audit), &err);
  eh_audit_free(audit);
  eh_buf_free(&told);
  eh_buf_free(&same);
  eh_cube_free(again);
  return false;
}

#endif
