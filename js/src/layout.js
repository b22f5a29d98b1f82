// Enum values, struct sizes and field offsets, taken from the module itself (src/wasm/layout.c). A module that lacks one of
// the names below is not the one this package was written for, and is refused at the start.
import { EvenhandError } from './errors.js';

const NAMES = /** @type {const} */ ([
  'eh_error', 'eh_error.status', 'eh_error.line', 'eh_error.column', 'eh_error.message',
  'eh_str', 'eh_str.p', 'eh_str.n',
  'eh_buf', 'eh_buf.p', 'eh_buf.n',
  'eh_want', 'eh_want.name', 'eh_want.type',
  'eh_column', 'eh_column.name', 'eh_column.type', 'eh_column.data', 'eh_column.text_bytes', 'eh_column.text_start_n',
  'eh_column.text_len_n', 'eh_column.cell_n', 'eh_column.text_count',
  'eh_batch', 'eh_batch.rows', 'eh_batch.column', 'eh_batch.column_n', 'eh_batch.line_n', 'eh_batch.first_row',
  'eh_ingest_block', 'eh_ingest_block.at', 'eh_ingest_block.n', 'eh_ingest_block.line',
  'eh_cli_step', 'eh_cli_step.act', 'eh_cli_step.path', 'eh_cli_step.bytes', 'eh_cli_step.exit_code',
  'ehw_live.slice_count', 'ehw_live.rate_count', 'ehw_live.model_count', 'ehw_live.slice_name_s',
  'ehw_live.model_name_m', 'ehw_live.rate_name_r', 'ehw_live.count_cs', 'ehw_live.rate_rs',
  'ehw_live.bound_rs', 'ehw_live.edge',
  'ehw_moving.metric_count', 'ehw_moving.field_count', 'ehw_moving.reason_count', 'ehw_moving.metric_name_m',
  'ehw_moving.field_name_f', 'ehw_moving.reason_name_r', 'ehw_moving.field_fms', 'ehw_moving.reason_rms',
  'EH_F64', 'EH_F32', 'EH_I32', 'EH_U32', 'EH_I8', 'EH_U8', 'EH_BOOL', 'EH_I16', 'EH_U16', 'EH_TEXT',
  'EH_CODED_U8', 'EH_CODED_U16', 'EH_CODED_U32',
  'EH_CELL_OK', 'EH_CELL_MISSING',
  'EH_CLI_READ', 'EH_CLI_LIST', 'EH_CLI_TABLE', 'EH_CLI_UNPACK', 'EH_CLI_WRITE', 'EH_CLI_KEEP', 'EH_CLI_OUT', 'EH_CLI_ERR',
  'EH_CLI_SHARE', 'EH_CLI_EXIT',
  'EH_CLI_FINE', 'EH_CLI_NOT_FOUND', 'EH_CLI_IS_DIRECTORY', 'EH_CLI_DENIED', 'EH_CLI_CLOSED', 'EH_CLI_NO_SPACE',
  'EH_CLI_SAME_FILE', 'EH_CLI_ONCE', 'EH_CLI_OTHER', 'EH_CLI_SHORT', 'EH_CLI_CORRUPT',
  'EHW_JSON', 'EHW_CSV', 'EHW_TEXT',
  'EH_BATCH_ROWS', 'EH_F64_TEXT', 'EH_R_COUNT',
]);

/** @typedef {Record<typeof NAMES[number], number>} Layout */

/**
 * Reads the table of {name pointer, value} rows that ehw_layout points to.
 * @param {ArrayBuffer} memory
 * @param {number} table
 * @param {(p: number) => string} cstring
 * @returns {Layout}
 */
export function readLayout(memory, table, cstring) {
  const view = new DataView(memory);
  /** @type {Map<string, number>} */
  const facts = new Map();
  for (let row = table; view.getUint32(row, true); row += 8)
    facts.set(cstring(view.getUint32(row, true)), view.getUint32(row + 4, true));
  const missing = NAMES.filter((name) => !facts.has(name));
  if (missing.length > 0)
    throw new EvenhandError('EH_E_INTERNAL', `the wasm module lacks ${missing.join(', ')}: it is of another version`);
  return /** @type {Layout} */ (Object.fromEntries(facts));
}
