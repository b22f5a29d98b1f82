/* ingest_internal: what the files of the ingest share.
 *
 *   ingest.c   bytes or columns to a cube
 *   lanes.c    one file over several threads
 *   share.c    one file over several ingests, each in a module of its own
 *   arrow.c    record batches
 */
#ifndef EVENHAND_AUDIT_INGEST_INTERNAL_H
#define EVENHAND_AUDIT_INGEST_INTERNAL_H

#include "lanes.h"

enum eh_ingest_kind { EH_INGEST_UNKNOWN, EH_INGEST_CSV, EH_INGEST_JSONL, EH_INGEST_NPY, EH_INGEST_CUBE, EH_INGEST_COLUMNS };

struct eh_ingest {
  const eh_allocator *mem;
  enum eh_ingest_kind kind;
  eh_cube_spec spec;
  eh_reading reading;
  eh_str source;            /* of the whole */
  eh_str part;              /* of the file being read; the source where there is but one */
  bool packed;              /* what is pushed is not what the file holds, and so is not hashed */
  bool several;             /* the input is some files, read one after another */
  eh_intake total;          /* of the files read so far, where there are several */
  eh_str first_part;        /* where a second reading begins */
  unsigned char first_delimiter;
  uint64_t rows_before;     /* usable rows of the first reading, where this is the second */
  double default_threshold;
  eh_cube_builder *builder; /* NULL where the spec names no columns: then only a cube file can be read */
  eh_csv *csv;
  eh_jsonl *jsonl;
  eh_npy *npy;
  eh_lanes *lanes;          /* NULL until a push is worth several threads */
  eh_buf held;              /* bytes before the kind is known, or the whole cube file */
  eh_sha256 sha;
  bool hashed;              /* by the caller, who tells the digest */
  unsigned char digest[32];
  bool shared;              /* others count blocks of the file (share.c): */
  bool met;                 /* one of them met every wanted key */
  eh_cube **part_n;         /* what they counted */
  uint32_t part_count, part_cap;
  eh_cube *settled;         /* the whole, until eh_ingest_end hands it over */
  eh_cube *plan;            /* of an ingest for blocks: where its spec lies */
  eh_csv *blocks;           /* and its reader */
  eh_arena arena;           /* what follows, made at the first columns that need it */
  double *missing_number_n; /* the texts that mean missing which spell numbers, as numbers */
  uint32_t missing_number_count;
};

/* Puts "source: " before a message of a room that does not know the file's name. */
eh_status eh_ingest_prefix(const eh_ingest *in, eh_status status, const eh_error *inner, eh_error *err);
/* Hands the reader's batches to the builder until it wants more bytes; csv NULL: the ingest's other reader. ctx is the ingest. */
eh_status eh_ingest_drain(void *ctx, eh_csv *csv, eh_cube_builder *builder, eh_error *err);
/* Makes the reader and gives it what is held. */
eh_status eh_ingest_start_csv(eh_ingest *in, eh_error *err);
eh_status eh_ingest_start_jsonl(eh_ingest *in, eh_error *err);
/* All bytes or columns have come: what the readers still hold is counted. */
eh_status eh_ingest_end_input(eh_ingest *in, eh_error *err);
/* An audit of no rows says nothing: better an error that tells why. */
eh_status eh_ingest_check_rows(const eh_ingest *in, const eh_intake *intake, eh_error *err);
/* A second reading must meet the rows of the first. */
eh_status eh_ingest_check_again(const eh_ingest *in, const eh_intake *intake, eh_error *err);
/* The hash of the file's bytes, once all have come; NULL without. */
const unsigned char *eh_ingest_digest(eh_ingest *in);

/* What is to hash the bytes that are pushed; NULL: nothing. */
static inline eh_sha256 *eh_ingest_sha(eh_ingest *in) {
  return in->reading.no_hash || in->packed || in->hashed ? NULL : &in->sha;
}

/* Forgets what others have counted (share.c). */
void eh_ingest_drop_parts(eh_ingest *in);

#endif
