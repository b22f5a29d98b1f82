/* report: renders an audit into bytes: JSON, CSV, terminal text. Pure C, so every target prints the same bytes.
 */
#ifndef EVENHAND_REPORT_H
#define EVENHAND_REPORT_H

#include "evenhand/audit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The report as JSON (schema: js/src/report.schema.json), one line per result, ends with a line feed. A failed buffer is
 * EH_E_MEMORY. */
EH_API eh_status eh_report_json(eh_buf *out, const eh_audit_view *audit, eh_error *err);

/* The results as CSV (RFC 4180, LF), one header line, gap columns prefixed "gap_"; undefined cells are empty. A text cell
 * that a spreadsheet would run as a formula (= + - @ at its start) is prefixed with an apostrophe. */
EH_API eh_status eh_report_csv(eh_buf *out, const eh_audit_view *audit, eh_error *err);

typedef enum eh_sort { EH_SORT_GAP, EH_SORT_NAME, EH_SORT_ROWS, EH_SORT_VALUE, EH_SORT_P } eh_sort;

typedef struct eh_text_style {
  uint32_t width;  /* terminal columns, 0: 100; used from 80 to 120 */
  bool color;
  uint32_t top;    /* lines per table and findings, 0: 20 */
  eh_sort sort;
} eh_text_style;

/* The report for a terminal. Names from the data are neutralised. */
EH_API eh_status eh_report_text(eh_buf *out, const eh_audit_view *audit, const eh_text_style *style, eh_error *err);

/* What a cube holds, for a terminal: models, dimensions, atoms, cells, how small its cells are. `body_crc` is the CRC-32C of the
 * body of its file (eh_cube_body). */
EH_API eh_status eh_report_cube(eh_buf *out, const eh_cube_view *cube, size_t file_bytes, uint32_t body_crc,
                                eh_error *err);

/* Appends s as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD. */
EH_API void eh_json_string(eh_buf *out, eh_str s);

#ifdef __cplusplus
}
#endif
#endif
