/* csv: the results as RFC 4180 text, one line each, for a spreadsheet or a data frame. Called by the program and
 * JS.
 *
 * A spreadsheet runs a cell that starts with = + - or @, and slice names come from the data: such a text gets an
 * apostrophe in front. Numbers are ours and stay as they are.
 */
#include "report_internal.h"

static void put_text(eh_buf *out, eh_str s) {
  bool formula = s.n && (s.p[0] == '=' || s.p[0] == '+' || s.p[0] == '-' || s.p[0] == '@');
  bool quote = false;
  for (size_t i = 0; i < s.n; i++) quote = quote || s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
  if (quote) eh_buf_byte(out, '"');
  if (formula) eh_buf_byte(out, '\'');
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '"') eh_buf_byte(out, '"');
    eh_buf_byte(out, (unsigned char)s.p[i]);
  }
  if (quote) eh_buf_byte(out, '"');
}

static void put_field(eh_buf *out, const eh_field *field) {
  char number[EH_F64_TEXT];
  switch (field->kind) {
    case EH_FIELD_NULL: break;
    case EH_FIELD_NUMBER: eh_buf_put(out, number, eh_write_f64(number, field->number)); break;
    case EH_FIELD_COUNT: eh_buf_put(out, number, eh_write_u64(number, field->count)); break;
    case EH_FIELD_TEXT: put_text(out, field->text); break;
  }
}

eh_status eh_report_csv(eh_buf *out, const eh_audit_view *audit, eh_error *err) {
  const uint32_t fields = eh_view_fields(audit);
  for (uint32_t f = 0; f < fields; f++) {
    if (f) eh_buf_byte(out, ',');
    if (f >= EH_RESULT_GAP) eh_buf_text(out, "gap_");
    eh_buf_text(out, eh_result_field_names[f]);
  }
  if (eh_view_is_binned(audit)) eh_buf_text(out, ",bound");
  eh_buf_byte(out, '\n');
  for (uint64_t r = 0; r < audit->result_count && !out->failed; r++) {
    eh_field field[EH_RESULT_FIELDS];
    eh_fields_of_result(field, audit, &audit->result_n[r]);
    for (uint32_t f = 0; f < fields; f++) {
      if (f) eh_buf_byte(out, ',');
      put_field(out, &field[f]);
    }
    const eh_field bound = eh_field_number(audit->result_n[r].bound);
    if (eh_view_is_binned(audit)) eh_buf_byte(out, ','), put_field(out, &bound);
    eh_buf_byte(out, '\n');
  }
  return out->failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}
