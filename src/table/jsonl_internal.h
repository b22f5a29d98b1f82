/* jsonl_internal: what the files of the JSON Lines reader share.
 *
 *   jsonl.c      the public calls: bytes to lines, lines to batches
 *   jsonl_row.c  a line to a row: keys found, wanted values noted by place
 */
#ifndef EH_TABLE_JSONL_INTERNAL_H
#define EH_TABLE_JSONL_INTERNAL_H

#include "evenhand/table.h"
#include "missing.h"

enum { EH_JSONL_NAMES_MAX = 256, EH_JSONL_LINE_MAX = 1 << 30 };

/* A wanted key; wants of the same key share it. */
typedef struct eh_jsonl_source {
  eh_str name;
  uint32_t *start_n, *len_n;
  uint8_t *cell_n;      /* EH_CELL_OK or EH_CELL_MISSING */
  uint64_t met_at;      /* the row, counted from 1, that had the key last */
  bool escaped;         /* its text in that row has escapes */
  bool listed;          /* its text in that row is an array of texts, to be joined */
  unsigned char separator; /* by this; 0: no array may come */
  bool met;             /* some good row has it */
} eh_jsonl_source;

/* A want: its source, and for EH_F64 its numbers. */
typedef struct eh_jsonl_target {
  uint32_t source;
  double *number_n;
  uint8_t *cell_n;
} eh_jsonl_target;

struct eh_jsonl {
  const eh_allocator *mem;
  eh_jsonl_options options;
  eh_intake *intake;
  eh_arena arena;
  eh_str source;        /* neutralised, for messages */
  eh_missing missing;

  eh_buf bytes;         /* what is not yet read, after what was */
  size_t line_at;       /* first byte of the next line */
  size_t sought_at;     /* no line end lies between there and here */
  uint64_t line;        /* its number */
  bool started, ended;  /* the byte-order mark, if any, is past; no more bytes will come */
  bool any;             /* a byte was pushed */
  bool shared;          /* others read some lines */

  eh_jsonl_source *source_s;
  uint32_t source_count;
  eh_jsonl_target *target_w;
  eh_column *column_w;
  uint64_t *line_n;
  void *rows;           /* one block for all row arrays */
  size_t rows_n;
  uint64_t row;         /* rows begun */
  bool any_good;

  eh_str name_k[EH_JSONL_NAMES_MAX];      /* keys met, by first sight */
  uint32_t name_source_k[EH_JSONL_NAMES_MAX]; /* the source of that name, or source_count */
  uint32_t name_count;
  uint32_t guess_i[EH_JSONL_NAMES_MAX];   /* the name that the i-th key of a row was last */
  eh_buf key;           /* of a key with escapes, without them */
};

/* Reads a line into row `row` of the arrays, places counted from `base`. *good: it is a row; if not, the intake says why. */
eh_status eh_jsonl_row(bool *good, struct eh_jsonl *jsonl, size_t row, char *base, eh_str line, eh_error *err);

#endif
