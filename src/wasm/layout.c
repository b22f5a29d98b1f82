/* What JavaScript must know about the memory of this module, as data: enum values, struct sizes and field offsets.
 *
 * Called once by js/src/layout.js, which takes every number it uses from here and refuses a module that lacks one, so a
 * field added to a header moves JavaScript along. The list says what JavaScript touches, nothing more. Each row is a name
 * as C spells it and its value; a row without a name ends it.
 */
#include "wasm_internal.h"

#define EHW_VALUE(name) {#name, (uint32_t)(name)}
#define EHW_SIZE(type) {#type, (uint32_t)sizeof(type)}
#define EHW_FIELD(type, field) {#type "." #field, (uint32_t)offsetof(type, field)}

static const ehw_fact fact_n[] = {
  EHW_SIZE(eh_error), EHW_FIELD(eh_error, status), EHW_FIELD(eh_error, line), EHW_FIELD(eh_error, column),
  EHW_FIELD(eh_error, message),
  EHW_SIZE(eh_str), EHW_FIELD(eh_str, p), EHW_FIELD(eh_str, n),
  EHW_SIZE(eh_buf), EHW_FIELD(eh_buf, p), EHW_FIELD(eh_buf, n),
  EHW_SIZE(eh_want), EHW_FIELD(eh_want, name), EHW_FIELD(eh_want, type),
  EHW_SIZE(eh_column), EHW_FIELD(eh_column, name), EHW_FIELD(eh_column, type), EHW_FIELD(eh_column, data),
  EHW_FIELD(eh_column, text_bytes), EHW_FIELD(eh_column, text_start_n), EHW_FIELD(eh_column, text_len_n),
  EHW_FIELD(eh_column, cell_n), EHW_FIELD(eh_column, text_count),
  EHW_SIZE(eh_batch), EHW_FIELD(eh_batch, rows), EHW_FIELD(eh_batch, column), EHW_FIELD(eh_batch, column_n),
  EHW_FIELD(eh_batch, line_n), EHW_FIELD(eh_batch, first_row),
  EHW_SIZE(eh_ingest_block), EHW_FIELD(eh_ingest_block, at), EHW_FIELD(eh_ingest_block, n), EHW_FIELD(eh_ingest_block, line),
  EHW_SIZE(eh_cli_step), EHW_FIELD(eh_cli_step, act), EHW_FIELD(eh_cli_step, path), EHW_FIELD(eh_cli_step, bytes),
  EHW_FIELD(eh_cli_step, exit_code),
  EHW_FIELD(ehw_live, slice_count), EHW_FIELD(ehw_live, rate_count),
  EHW_FIELD(ehw_live, model_count), EHW_FIELD(ehw_live, slice_name_s), EHW_FIELD(ehw_live, model_name_m),
  EHW_FIELD(ehw_live, rate_name_r), EHW_FIELD(ehw_live, count_cs), EHW_FIELD(ehw_live, rate_rs),
  EHW_FIELD(ehw_live, bound_rs), EHW_FIELD(ehw_live, edge),
  EHW_FIELD(ehw_moving, metric_count), EHW_FIELD(ehw_moving, field_count), EHW_FIELD(ehw_moving, reason_count),
  EHW_FIELD(ehw_moving, metric_name_m), EHW_FIELD(ehw_moving, field_name_f), EHW_FIELD(ehw_moving, reason_name_r),
  EHW_FIELD(ehw_moving, field_fms), EHW_FIELD(ehw_moving, reason_rms),

  EHW_VALUE(EH_F64), EHW_VALUE(EH_F32), EHW_VALUE(EH_I32), EHW_VALUE(EH_U32), EHW_VALUE(EH_I8), EHW_VALUE(EH_U8),
  EHW_VALUE(EH_BOOL), EHW_VALUE(EH_I16), EHW_VALUE(EH_U16), EHW_VALUE(EH_TEXT),
  EHW_VALUE(EH_CODED_U8), EHW_VALUE(EH_CODED_U16), EHW_VALUE(EH_CODED_U32),
  EHW_VALUE(EH_CELL_OK), EHW_VALUE(EH_CELL_MISSING),
  EHW_VALUE(EH_CLI_READ), EHW_VALUE(EH_CLI_LIST), EHW_VALUE(EH_CLI_TABLE), EHW_VALUE(EH_CLI_UNPACK), EHW_VALUE(EH_CLI_WRITE),
  EHW_VALUE(EH_CLI_KEEP), EHW_VALUE(EH_CLI_OUT), EHW_VALUE(EH_CLI_ERR), EHW_VALUE(EH_CLI_SHARE), EHW_VALUE(EH_CLI_EXIT),
  EHW_VALUE(EH_CLI_FINE), EHW_VALUE(EH_CLI_NOT_FOUND), EHW_VALUE(EH_CLI_IS_DIRECTORY), EHW_VALUE(EH_CLI_DENIED),
  EHW_VALUE(EH_CLI_CLOSED), EHW_VALUE(EH_CLI_NO_SPACE), EHW_VALUE(EH_CLI_SAME_FILE), EHW_VALUE(EH_CLI_ONCE), EHW_VALUE(EH_CLI_OTHER),
  EHW_VALUE(EH_CLI_SHORT), EHW_VALUE(EH_CLI_CORRUPT),
  EHW_VALUE(EHW_JSON), EHW_VALUE(EHW_CSV), EHW_VALUE(EHW_TEXT),
  EHW_VALUE(EH_BATCH_ROWS), EHW_VALUE(EH_F64_TEXT), EHW_VALUE(EH_R_COUNT),
  {NULL, 0},
};

EHW_EXPORT const ehw_fact *ehw_layout(void) { return fact_n; }
