/* intake: how many rows came in and which were skipped, and why. Readers and the audit report into it.
 *
 * The idea: the record kept is the lowest lines, not the first met, so that parts of a file read in any order leave the
 * same record behind.
 */
#include "evenhand/table.h"

#include <string.h>

static int skip_cmp(const eh_skip *a, const eh_skip *b) {
  if (a->line != b->line) return a->line < b->line ? -1 : 1;
  return strcmp(a->reason, b->reason);
}

static void keep(eh_intake *intake, const eh_skip *skip) {
  uint32_t at = intake->skipped_n;
  while (at > 0 && skip_cmp(skip, &intake->skipped[at - 1]) < 0) at--;
  if (at == EH_SKIPS_KEPT) return;
  if (intake->skipped_n < EH_SKIPS_KEPT) intake->skipped_n++;
  memmove(&intake->skipped[at + 1], &intake->skipped[at], (intake->skipped_n - 1 - at) * sizeof *skip);
  intake->skipped[at] = *skip;
}

static bool would_be_kept(const eh_intake *intake, uint64_t line) {
  return intake->skipped_n < EH_SKIPS_KEPT || line <= intake->skipped[EH_SKIPS_KEPT - 1].line;
}

/* Neutralised, terminated, cut between characters. */
static void write_reason(char reason[EH_SKIP_REASON], eh_buf *raw, eh_buf *safe, const char *format,
                         va_list arguments) {
  eh_format(raw, format, arguments);
  eh_buf_safe(safe, (eh_str){raw->p, raw->n}, 0);
  size_t n = safe->n;
  if (n >= EH_SKIP_REASON) {
    n = EH_SKIP_REASON - 1;
    while (n > 0 && ((unsigned char)safe->p[n] & 0xc0) == 0x80) n--;
  }
  if (n) memcpy(reason, safe->p, n);
  reason[n] = 0;
}

eh_status eh_intake_skip(eh_intake *intake, eh_error *err, uint64_t line, const char *format, ...) {
  if (!intake->strict) {
    intake->rows_skipped++;
    /* A file without one good row must not be slow to say so. */
    if (!would_be_kept(intake, line)) return EH_OK;
  }
  eh_skip skip = {.line = line};
  eh_buf raw = {0}, safe = {0};
  va_list arguments;
  va_start(arguments, format);
  write_reason(skip.reason, &raw, &safe, format, arguments);
  va_end(arguments);
  const bool failed = raw.failed || safe.failed;
  eh_buf_free(&raw);
  eh_buf_free(&safe);
  if (failed) return eh_fail(err, EH_E_MEMORY, "out of memory");
  if (!intake->strict) return keep(intake, &skip), EH_OK;
  if (err && !err->status) err->line = line;
  return eh_fail(err, EH_E_ROW, "%s %u: %s", eh_place(intake->by_row), line, skip.reason);
}

void eh_intake_merge(eh_intake *into, const eh_intake *from) {
  into->by_row = from->by_row && (into->by_row || !into->rows);
  into->rows += from->rows;
  into->rows_skipped += from->rows_skipped;
  into->rows_filtered += from->rows_filtered;
  for (uint32_t i = 0; i < from->skipped_n; i++) keep(into, &from->skipped[i]);
}
