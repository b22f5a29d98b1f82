/* column: one cell of a batch as a number or as text, whatever the column is made of.
 *
 * Called by slice and audit for each cell they look at. The idea: a column says what its cells are (cell_n); what it
 * does not say is read off the value, so that a caller's typed array and a file's field end in the same answer.
 */
#include <string.h>

#include "cell.h"

#define EH_NAN __builtin_nan("")

/* A text column's bytes for a row; NULL pointers are allowed where there is no text at all. A code without a text is the
 * empty one, which is missing. */
static eh_str text_of(const eh_column *column, size_t row) {
  if (eh_type_is_coded(column->type)) {
    row = eh_column_code(column, row);
    if (row >= column->text_count) return (eh_str){"", 0};
  }
  if (!column->text_start_n) return (eh_str){"", 0};
  return (eh_str){column->text_bytes + column->text_start_n[row], column->text_len_n[row]};
}

static bool is_boolean(eh_str text, const char *upper) {
  const size_t n = strlen(upper);
  if (text.n != n) return false;
  bool is_upper = true, rest_lower = true;
  for (size_t i = 0; i < n; i++) {
    const bool same = text.p[i] == upper[i], lower = text.p[i] == (upper[i] | 0x20);
    is_upper &= same;
    rest_lower &= i == 0 ? same || lower : lower;
  }
  return is_upper || rest_lower;
}

eh_cell eh_text_number(double *out, eh_str text) {
  if (eh_read_f64(out, text.p, text.n)) {
    if (*out - *out == 0) return EH_CELL_OK;
    *out = EH_NAN;
    return EH_CELL_NOT_FINITE;
  }
  const bool yes = is_boolean(text, "TRUE");
  *out = yes ? 1 : 0;
  if (yes || is_boolean(text, "FALSE")) return EH_CELL_OK;
  *out = EH_NAN;
  return EH_CELL_NOT_NUMBER;
}

static eh_cell float_cell(double x) { return x != x ? EH_CELL_MISSING : x - x != 0 ? EH_CELL_NOT_FINITE : EH_CELL_OK; }

eh_cell eh_column_f64(const eh_column *column, size_t row, double *out) {
  *out = EH_NAN;
  if (column->cell_n && column->cell_n[row] != EH_CELL_OK) return (eh_cell)column->cell_n[row];
  switch (column->type) {
    case EH_F64: *out = ((const double *)column->data)[row]; break;
    case EH_F32: *out = (double)((const float *)column->data)[row]; break;
    case EH_I32: *out = ((const int32_t *)column->data)[row]; break;
    case EH_U32: *out = ((const uint32_t *)column->data)[row]; break;
    case EH_I16: *out = ((const int16_t *)column->data)[row]; break;
    case EH_U16: *out = ((const uint16_t *)column->data)[row]; break;
    case EH_I8: *out = ((const int8_t *)column->data)[row]; break;
    case EH_U8:
    case EH_BOOL: *out = ((const uint8_t *)column->data)[row]; break;
    case EH_TEXT:
    case EH_CODED_U8:
    case EH_CODED_U16:
    case EH_CODED_U32: {
      const eh_str text = text_of(column, row);
      return text.n ? eh_text_number(out, text) : EH_CELL_MISSING;
    }
  }
  const eh_cell cell = float_cell(*out);
  if (cell) *out = EH_NAN;
  return cell;
}

eh_cell eh_column_text(const eh_column *column, size_t row, char scratch[EH_F64_TEXT], eh_str *out) {
  if (eh_type_is_text(column->type) || column->text_start_n) {
    *out = text_of(column, row);
    if (column->cell_n && (column->cell_n[row] || !eh_type_is_coded(column->type))) return (eh_cell)column->cell_n[row];
    return eh_type_is_text(column->type) && out->n == 0 ? EH_CELL_MISSING : EH_CELL_OK;
  }
  double x;
  const eh_cell cell = eh_column_f64(column, row, &x);
  *out = (eh_str){"", 0};
  if (cell) return cell;
  if (column->type == EH_BOOL) *out = x != 0 ? EH_STR("true") : EH_STR("false");
  else *out = (eh_str){scratch, eh_write_f64(scratch, x)};
  return EH_CELL_OK;
}
