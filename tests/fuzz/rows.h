/* rows: a reader's batches written down, so that two readings of the same bytes can be compared. Of the targets of readers.
 */
#ifndef EVENHAND_TESTS_FUZZ_ROWS_H
#define EVENHAND_TESTS_FUZZ_ROWS_H

#include "fuzz.h"

#include "evenhand/table.h"

static inline void fuzz_put_cell(eh_buf *out, const eh_column *column, size_t row) {
  char scratch[EH_F64_TEXT], number[EH_F64_TEXT];
  eh_str text = {0};
  double x = 0;
  const eh_cell cell = eh_column_text(column, row, scratch, &text);
  eh_buf_byte(out, '|');
  if (cell == EH_CELL_MISSING) eh_buf_byte(out, '~');
  else eh_buf_str(out, text);
  if (column->type == EH_TEXT) return;
  FUZZ_CHECK(eh_column_f64(column, row, &x) == cell);
  FUZZ_CHECK((cell == EH_CELL_OK) == (x == x));
  if (cell == EH_CELL_OK) eh_buf_put(out, number, eh_write_f64(number, x));
  else eh_buf_byte(out, "?mnf"[cell]);
}

/* A line for each row: its line in the source, and its cells. */
static inline void fuzz_put_batch(eh_buf *out, const eh_batch *batch) {
  FUZZ_CHECK(batch->rows <= EH_BATCH_ROWS);
  for (size_t row = 0; row < batch->rows; row++) {
    eh_buf_format(out, "%u", batch->line_n[row]);
    for (uint32_t c = 0; c < batch->column_n; c++) fuzz_put_cell(out, &batch->column[c], row);
    eh_buf_byte(out, '\n');
  }
}

#endif
