/* lanes.h: one file over several threads, for the ingest. */
#ifndef EVENHAND_AUDIT_LANES_H
#define EVENHAND_AUDIT_LANES_H

#include "evenhand/audit.h"

/* Hands the reader's batches to the builder until it wants more bytes. */
typedef eh_status eh_drain(void *ctx, eh_csv *csv, eh_cube_builder *builder, eh_error *err);

/* Pushes of fewer blocks than this are one reader's: it would be done before the others wake. */
enum { EH_LANES_WORTH = 4 };

/* Whether there are threads at all: where there are none the module is spared what follows. */
#if defined(__wasm__)
enum { EH_LANES = 0 };
#else
enum { EH_LANES = 1 };
#endif

/* A lane is a thread's reader and builder. The first lane's builder is `first`, which is not owned; the others' are made
 * for the same spec. */
typedef struct eh_lanes eh_lanes;

eh_status eh_lanes_new(eh_lanes **out, const eh_reading *reading, eh_cube_builder *first, const eh_cube_spec *spec,
                       const eh_allocator *mem, eh_error *err);
/* Bytes in a block. */
static inline size_t eh_lanes_block(const eh_reading *reading) {
  return reading->block && reading->block < EH_CSV_BLOCK ? reading->block : EH_CSV_BLOCK;
}
/* What eh_csv_push(csv) and then drain do, side by side where that can be, and meanwhile adds the bytes to the hash,
 * which may be NULL. */
eh_status eh_lanes_push(eh_lanes *lanes, eh_csv *csv, const char *bytes, size_t n, eh_sha256 *sha, eh_drain *drain,
                        void *ctx, eh_error *err);
/* The file has ended: rows met and skipped are all told by the first builder, and readers wait for the next file's
 * header. With check_labels, eh_cube_builder_check_labels of all lanes. */
eh_status eh_lanes_end_file(eh_lanes *lanes, bool check_labels, eh_error *err);
/* eh_cube_builder_join of all lanes. */
eh_status eh_lanes_finish(eh_lanes *lanes, eh_cube **out, eh_str source_name, const unsigned char *sha256_or_null,
                          eh_error *err);
void eh_lanes_free(eh_lanes *lanes); /* accepts NULL */

#endif
