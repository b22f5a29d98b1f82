/* cell: cells as slices see them, with the texts that mean missing taken into account. Called by the atomizer and by
 * the cube's builder, so that a file and columns in memory agree on what is missing.
 */
#include "slice_internal.h"

static bool is_missing(eh_str text, const eh_str *missing_n, uint32_t missing_count) {
  if (!text.n) return true;
  for (uint32_t m = 0; m < missing_count; m++)
    if (eh_str_eq(text, missing_n[m])) return true;
  return false;
}

eh_cell eh_cell_number(double *out, const eh_column *column, size_t row, const eh_str *missing_n,
                       uint32_t missing_count) {
  if (eh_type_is_text(column->type)) {
    char scratch[EH_F64_TEXT];
    eh_str text = {0};
    const eh_cell cell = eh_cell_text(&text, scratch, column, row, missing_n, missing_count);
    if (cell == EH_CELL_MISSING) return cell;
  }
  return eh_column_f64(column, row, out);
}

eh_cell eh_cell_text(eh_str *out, char scratch[EH_F64_TEXT], const eh_column *column, size_t row,
                     const eh_str *missing_n, uint32_t missing_count) {
  const eh_cell cell = eh_column_text(column, row, scratch, out);
  return cell != EH_CELL_MISSING && is_missing(*out, missing_n, missing_count) ? EH_CELL_MISSING : cell;
}

/* Texts longer than any number people write are none. */
enum { NUMBER_BYTES = 40 };

const char *eh_cell_hint(eh_str text) {
  char point[NUMBER_BYTES];
  double x;
  const char *const comma = text.n && text.n <= NUMBER_BYTES ? memchr(text.p, ',', text.n) : NULL;
  if (comma) {
    memcpy(point, text.p, text.n);
    point[comma - text.p] = '.';
    if (eh_read_f64(&x, point, text.n)) return "; decimals need a point (tr , . turns commas into points)";
  }
  const bool share = text.n && text.p[text.n - 1] == '%';
  for (text.n -= share; text.n && text.p[text.n - 1] == ' ';) text.n--;
  return share && eh_read_f64(&x, text.p, text.n) ? "; leave out the % sign" : "";
}
