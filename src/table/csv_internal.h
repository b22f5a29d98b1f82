/* csv_internal: what the files of the CSV reader share.
 *
 *   csv.c         the public calls, and rows into batches
 *   csv_record.c  bytes to records: where each field ends
 *   csv_header.c  names, and which fields are wanted
 *   csv_cell.c    fields to texts, missing codes and numbers
 *   csv_plain.c   many records at a time, where they are plain
 *   csv_cut.c     bytes to blocks for readers on other threads
 */
#ifndef EH_TABLE_CSV_INTERNAL_H
#define EH_TABLE_CSV_INTERNAL_H

#include "evenhand/simd.h"
#include "evenhand/table.h"
#include "missing.h"

enum { EH_CSV_BLOCKS = 64, EH_CSV_FIELDS_MAX = 65535, EH_CSV_RECORD_MAX = 1 << 30 };

/* Rows of a batch: few enough that their columns stay in cache. At most EH_BATCH_ROWS. */
enum { EH_CSV_ROWS = 8192 };

/* ---- records ----------------------------------------------------------------------------------------------------- */

typedef enum eh_csv_found {
  EH_CSV_RECORD,   /* a whole record */
  EH_CSV_MORE,     /* the bytes end before the record does; at the end of the input: no record is left */
  EH_CSV_UNCLOSED, /* the input ends inside quotes */
  EH_CSV_TOO_LONG  /* the record exceeds EH_CSV_RECORD_MAX */
} eh_csv_found;

/* All places are offsets into `bytes`. Scanning may stop at any byte and go on when more are there: the record that is
 * being read keeps its state here, so no byte is looked at again, however the input is cut. */
typedef struct eh_csv_scanner {
  const eh_kernels *kernels;
  unsigned char delimiter;
  bool ended;           /* no more bytes will come */
  eh_buf bytes;         /* what is not yet read, after what was; a block of zeros follows the last byte */

  size_t record_at;     /* first byte of the record */
  size_t record_end;    /* one past its last byte, less its line end; set when whole */
  size_t next_at;       /* first byte of the next record; set when whole */
  bool whole;
  uint64_t line;        /* line of record_at */
  uint64_t inner_lines; /* line ends inside its quotes */
  uint32_t field_n;     /* fields ended so far */
  uint32_t field_cap;   /* places in end_f; fields beyond are counted only */
  uint32_t *end_f;      /* where field f ends, from record_at; the next begins one further */
  uint32_t bad_field;   /* first field, from 1, with text after its closing quote; 0 = none */
  size_t field_at;      /* first byte of the field being read */
  bool quoted;          /* inside quotes */
  size_t closed_at;     /* one past the last closing quote */
  size_t pair_at;       /* second quote of the last doubled one */
  uint64_t quote_line;  /* line of the last opening quote */
  size_t odd_end;       /* a NUL or non-ASCII byte lies in the block before this; none does from here to the scan */

  size_t block_at;      /* the 64 bytes whose special bits are being walked */
  size_t scanned_at;    /* one past the blocks that have masks */
  uint64_t special;
  uint32_t block_i, block_n;
  eh_csv_masks mask_b[EH_CSV_BLOCKS];
} eh_csv_scanner;

/* Reads on to the end of a record. A blank line is a record of one field. */
eh_csv_found eh_csv_scan_record(eh_csv_scanner *scan);
/* Starts the whole record that was just found again, e.g. with more room in end_f. */
void eh_csv_scan_again(eh_csv_scanner *scan);
/* Appends bytes; moves what is unread to the front when that pays. False if memory is exhausted. */
bool eh_csv_scan_push(eh_csv_scanner *scan, const void *bytes, size_t n);
/* All there is to read: whole records from `line` on, not owned; 64 more bytes can be read behind them. */
void eh_csv_scan_block(eh_csv_scanner *scan, const char *p, size_t n, uint64_t line);

/* Goes on at the start of a record, on this line. */
void eh_csv_scan_from(eh_csv_scanner *scan, size_t at, uint64_t line);

/* ---- quotes ------------------------------------------------------------------------------------------------------ */

/* What a block of 64 bytes needs to know of the byte before it: whether it is inside quotes (0 or all ones), whether a
 * quote may open behind it, whether it is a closing quote. */
typedef struct eh_csv_quotes {
  uint64_t inside, opens, closed;
} eh_csv_quotes;

/* Where quotes are not what parity says: an opening one must stand after a delimiter, a line end or a closing one (the two
 * are a doubled one), a closing one before one of the same or before an opening one; the byte after such a one is marked.
 * *inside: bytes inside quotes, opening ones included. Below the lowest marked byte everything is what it seems. */
static inline uint64_t eh_csv_irregular(uint64_t *inside, const eh_csv_masks *masks, uint64_t real,
                                        eh_csv_quotes *carry) {
  const uint64_t quote = masks->quote & real, ends = (masks->delimiter | masks->feed | masks->back) & real;
  uint64_t in = quote;
  for (int shift = 1; shift < 64; shift *= 2) in ^= in << shift;
  in ^= carry->inside;
  const uint64_t closing = quote & ~in, may_open = (ends & ~in) | closing;
  const uint64_t bad =
      (quote & in & ~(may_open << 1 | carry->opens)) | ((closing << 1 | carry->closed) & real & ~(ends | quote));
  *carry = (eh_csv_quotes){.inside = 0 - (in >> 63), .opens = may_open >> 63, .closed = closing >> 63};
  *inside = in;
  return bad;
}

/* ---- the reader -------------------------------------------------------------------------------------------------- */

/* A wanted column of the file; wants of the same column share it. */
typedef struct eh_csv_source {
  uint32_t field;
  uint32_t number_w;     /* its first want that is a number, or UINT32_MAX */
  uint32_t *start_n, *len_n;
  uint8_t *cell_n; /* EH_CELL_OK or EH_CELL_MISSING */
} eh_csv_source;

/* A want: its source, and for EH_F64 its numbers. */
typedef struct eh_csv_target {
  uint32_t source;
  double *number_n;
  uint8_t *cell_n;
} eh_csv_target;

struct eh_csv {
  const eh_allocator *mem;
  eh_csv_options options;
  eh_intake *intake;
  eh_csv_scanner scan;
  eh_arena arena;
  eh_str source;          /* neutralised, for messages */
  bool started;           /* the byte-order mark, if any, is past */
  bool any;               /* a byte was pushed */
  const eh_str *name_f;   /* NULL until the header is known */
  uint32_t name_count;
  bool ready;             /* wants are planned: rows can be read */
  uint32_t *place_n;      /* scratch of csv_plain.c: places in place_n[-1 .. place_cap) */
  uint32_t place_cap;
  uint32_t plain_blocks;  /* how far it looks ahead */
  uint32_t plain_misses, plain_wait; /* records to read before it is tried again */
  bool of_blocks;         /* forked: reads blocks, and scan.bytes is not its own */
  eh_buf copy;            /* a block that must not be read, or written, where it lies */
  eh_error late;          /* met after rows that are handed over first */

  eh_csv_source *source_s;
  uint32_t source_count;
  eh_csv_target *target_w;
  eh_column *column_w;
  uint64_t *line_n;
  void *rows;             /* one block for all row arrays */
  size_t rows_n;

  eh_missing missing;
};

/* Reads the header, or takes the given names, once enough bytes are there; then plans what is wanted. */
eh_status eh_csv_header(struct eh_csv *csv, eh_error *err);
/* Fails for what eh_csv_scan_record found when that is neither a record nor EH_CSV_MORE. */
eh_status eh_csv_fail_found(const struct eh_csv *csv, eh_csv_found found, eh_error *err);
/* A record of one field that is nothing but blanks; quotes make it a field. */
bool eh_csv_is_blank_line(const struct eh_csv *csv);
/* NULL, or what is wrong with the bytes of the record: "not UTF-8", "NUL byte". */
const char *eh_csv_bytes_defect(const struct eh_csv *csv);

/* The text of the raw field p[0..n): trimmed, or its quotes taken off and doubled ones halved in place. */
eh_str eh_csv_field_text(char *p, size_t n, unsigned char delimiter);

/* Space and tab are blanks, unless they delimit. */
static inline bool eh_csv_is_blank(char c, unsigned char delimiter) {
  return (c == ' ' || c == '\t') && (unsigned char)c != delimiter;
}

/* Reads up to `most` plain records that come next into the row arrays from `row` on, without finishing them; how many. */
size_t eh_csv_read_plain(struct eh_csv *csv, size_t row, size_t most, size_t batch_at);

/* Rows [from, to) of the batch: raw fields to texts, codes and numbers. `base` is where their starts count from. */
void eh_csv_finish_rows(struct eh_csv *csv, char *base, size_t from, size_t to);

#endif
