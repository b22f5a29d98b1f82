/* arrow: a record batch of Arrow to an ingest, for callers that hold one. It stands on what every caller can use. */
#include "evenhand/audit.h"

eh_status eh_ingest_arrow(eh_ingest *ingest, const struct ArrowSchema *schema, const struct ArrowArray *array, uint64_t first_row,
                          eh_error *err) {
  uint32_t n;
  const eh_want *want_n = eh_ingest_wants(ingest, &n);
  eh_arrow *arrow = NULL;
  eh_status status = eh_arrow_new(&arrow, schema, want_n, n, NULL, err);
  for (uint64_t from = 0;;) {
    eh_batch batch = {0};
    if (!status) status = eh_arrow_batch(arrow, array, from, &batch, err);
    if (status || (!batch.rows && from)) break;
    from += batch.rows;
    batch.first_row += first_row - 1;
    status = eh_ingest_columns(ingest, &batch, err);
    if (!batch.rows) break;
  }
  eh_arrow_free(arrow);
  return status;
}
