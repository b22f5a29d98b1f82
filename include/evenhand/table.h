/* table: columns of rows, handed over in batches, and the readers that make them from bytes.
 *
 * A reader is given bytes, never a file name, so the same code reads a file, a pipe, a `fetch` and a dropped blob.
 */
#ifndef EVENHAND_TABLE_H
#define EVENHAND_TABLE_H

#include "evenhand/threads.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rows a reader hands over at a time. Memory of a reader is some batches, never the file. */
enum { EH_BATCH_ROWS = 65536 };

/* ---- columns and batches ----------------------------------------------------------------------------------------- */

/* The last three are texts by code: `data` holds per row a code of 8, 16 or 32 bits into the column's list of texts. */
typedef enum eh_type {
  EH_F64, EH_F32, EH_I32, EH_U32, EH_I8, EH_U8, EH_BOOL, EH_I16, EH_U16, EH_TEXT, EH_CODED_U8, EH_CODED_U16, EH_CODED_U32
} eh_type;

/* What a cell is. NaN in a floating-point column handed over by the caller counts as missing. */
typedef enum eh_cell { EH_CELL_OK = 0, EH_CELL_MISSING = 1, EH_CELL_NOT_NUMBER = 2, EH_CELL_NOT_FINITE = 3 } eh_cell;

/* One column of a batch of n rows; nothing is owned. `data` holds n values of `type` (EH_BOOL: one byte each, 0 or 1;
 * not used for EH_TEXT). Text of row i is text_bytes[text_start_n[i] .. + text_len_n[i]); a numeric column may carry its
 * text too, for messages, else text_start_n is NULL. cell_n holds eh_cell codes, NULL = all EH_CELL_OK.
 * Of a coded column the same three list text_count texts, text k in the place of row k, once for the whole batch; a cell
 * whose code is text_count or more (255, 65,535, 2^32 - 1) is missing, one whose text is empty too. Texts may repeat, and
 * need not occur. Counting by such a column costs an index a row where a text costs a hash. */
typedef struct eh_column {
  eh_str name;
  eh_type type;
  const void *data;
  const char *text_bytes;
  const uint32_t *text_start_n;
  const uint32_t *text_len_n;
  const uint8_t *cell_n;
  uint32_t text_count;
} eh_column;

/* Whether the cells of such a column are texts, each on its own or by code. */
static inline bool eh_type_is_text(eh_type type) { return type >= EH_TEXT; }
static inline bool eh_type_is_coded(eh_type type) { return type > EH_TEXT; }

/* The code of a cell of a coded column. */
static inline uint32_t eh_column_code(const eh_column *column, size_t row) {
  return column->type == EH_CODED_U8    ? ((const uint8_t *)column->data)[row]
         : column->type == EH_CODED_U16 ? ((const uint16_t *)column->data)[row]
                                        : ((const uint32_t *)column->data)[row];
}

/* Rows of some columns. line_n[i] is the 1-based line of row i in the source; NULL = first_row + i (first_row is 1-based). */
typedef struct eh_batch {
  size_t rows;
  const eh_column *column;
  uint32_t column_n;
  const uint64_t *line_n;
  uint64_t first_row;
} eh_batch;

/* Value of a numeric cell widened to f64; EH_CELL_MISSING for NaN, EH_CELL_NOT_FINITE for an infinity. */
EH_API eh_cell eh_column_f64(const eh_column *column, size_t row, double *out);

/* Text of a cell; of a numeric column without text in scratch: integers plain, booleans true/false, floats by eh_write_f64. */
EH_API eh_cell eh_column_text(const eh_column *column, size_t row, char scratch[EH_F64_TEXT], eh_str *out);

/* ---- what was read and what was skipped ----------------------------------------------------------------------------- */

enum { EH_SKIPS_KEPT = 20, EH_SKIP_REASON = 120 };
typedef struct eh_skip {
  uint64_t line;
  char reason[EH_SKIP_REASON]; /* terminated, neutralised */
} eh_skip;

static inline const char *eh_place(bool by_row) { return by_row ? "row" : "line"; }
/* Counts rows met and skipped and keeps the EH_SKIPS_KEPT skips of the lowest lines, whatever order defects are found in. With
 * `strict` the first skip is an error EH_E_ROW instead. */
typedef struct eh_intake {
  uint64_t rows;          /* data rows met, skipped ones included */
  uint64_t rows_skipped;
  uint64_t rows_filtered; /* rows that the spec's condition left out: neither counted nor skipped */
  uint32_t skipped_n;     /* filled entries of skipped, ascending by line */
  eh_skip skipped[EH_SKIPS_KEPT];
  bool strict, by_row;    /* by_row: what is called a line is the number of a row, since the data has no lines */
} eh_intake;

/* Records that the row at `line` is skipped for the formatted reason (language of eh_buf_format). Does not touch `rows`. */
EH_API eh_status eh_intake_skip(eh_intake *intake, eh_error *err, uint64_t line, const char *format, ...);
EH_API void eh_intake_merge(eh_intake *into, const eh_intake *from);

/* ---- names --------------------------------------------------------------------------------------------------------- */

/* Index of the name nearest to `wanted` by edit distance (adjacent swaps count 1, letter case is free), or -1 if none is
 * within a third of its length (at least 2 edits) and shares a letter. Ties go to the first. */
EH_API int eh_name_nearest(const eh_str *name_n, uint32_t n, eh_str wanted);

/* ---- what bytes are ------------------------------------------------------------------------------------------------ */

typedef enum eh_table_format {
  EH_FORMAT_UNKNOWN,   /* more bytes are needed */
  EH_FORMAT_CSV,       /* and everything that is nothing else */
  EH_FORMAT_JSONL,
  EH_FORMAT_NPY,       /* NumPy: a record array, or an archive of arrays */
  EH_FORMAT_JSON_ARRAY /* no reader takes it */
} eh_table_format;

/* What a table's first n bytes are. A name ending in .csv, .tsv, .jsonl or .ndjson (perhaps packed: .gz, .zst) decides; else the
 * bytes of NumPy are unmistakable, and JSON Lines begin with '{', blanks and a byte-order mark aside. `whole`: there are no more. */
EH_API eh_table_format eh_table_format_of(const void *bytes, size_t n, eh_str name, bool whole);

/* What a file is that no reader takes, by its first bytes (the more the better, 20 are enough), and what to do about it: "is packed with xz, which is
 * not read; unpack it first: xz -d". NULL: it may be read. */
EH_API const char *eh_table_refusal(const void *bytes, size_t n);

/* ---- CSV / TSV ----------------------------------------------------------------------------------------------------- */

#define EH_MISSING_USUAL {{"NA", 2}, {"NaN", 3}, {"null", 4}} /* what means "missing" where no list is given */

/* A column the caller needs, by name, as EH_F64 or EH_TEXT. */
typedef struct eh_want { eh_str name; eh_type type; } eh_want;

/* Zero value: comma, header in the first line, default missing list. Strings must outlive the reader. */
typedef struct eh_csv_options {
  unsigned char delimiter;      /* 0: ',' ; tab for TSV; never a quote, CR, LF or byte >= 0x80 */
  const eh_str *name_n;         /* column names when the file has no header line; NULL: first record is the header */
  uint32_t name_count;
  const eh_str *missing_n;      /* texts that mean "missing"; NULL: NA, NaN, null. The empty field is always missing */
  uint32_t missing_count;
  const eh_want *want_n;        /* columns to deliver, in this order */
  uint32_t want_count;
  eh_str source;                /* how messages name the input; empty: "input" */
} eh_csv_options;

/* A streaming reader of RFC 4180 text: quoted fields with doubled quotes and embedded line ends, LF, CRLF or CR line
 * ends, a UTF-8 byte-order mark, blank lines ignored. A quote opens only at a field's start; elsewhere it is a letter.
 * Blanks (space, tab unless it is the delimiter) around an unquoted field are trimmed.
 *
 * Row defects go to the intake and the row is left out: wrong number of fields, text (blanks aside) after a closing quote, NUL,
 * bytes that are not UTF-8. File defects are errors EH_E_INPUT: no bytes at all, a header only is reported by the caller
 * (rows == 0), a header that is not UTF-8 or has a NUL, a quote never closed, more than 65,535 columns, a record over
 * 1 GiB. A wanted name that is absent (with the nearest one named) or there twice is EH_E_SPEC.
 *
 * Push bytes, then call next until it hands over 0 rows; at the end of the bytes call end, then next until 0 rows. Cost: one
 * vector pass for the special bytes and one scalar pass over fields; memory is one push plus one batch. */
typedef struct eh_csv eh_csv;

EH_API eh_status eh_csv_new(eh_csv **out, const eh_csv_options *options, eh_intake *intake, const eh_allocator *mem, eh_error *err);
EH_API eh_status eh_csv_push(eh_csv *csv, const void *bytes, size_t n, eh_error *err);
EH_API eh_status eh_csv_end(eh_csv *csv, eh_error *err);
/* The batch is valid until the next call on the reader. Counts its rows, and skipped rows, in intake->rows. */
EH_API eh_status eh_csv_next(eh_csv *csv, eh_batch *out, eh_error *err);
/* Names of all columns once the header is known; NULL and 0 before. Valid as long as the reader. */
EH_API const eh_str *eh_csv_names(const eh_csv *csv, uint32_t *n);
EH_API void eh_csv_free(eh_csv *csv); /* accepts NULL */

/* ---- JSON, an object per line --------------------------------------------------------------------------------------- */

/* Zero value: default missing list. Strings must outlive the reader. */
typedef struct eh_jsonl_options {
  const eh_str *missing_n;      /* texts that mean "missing"; NULL: NA, NaN, null. null and the empty text always do */
  uint32_t missing_count;
  const eh_want *want_n;        /* columns to deliver, in this order, as EH_F64 or EH_TEXT */
  uint32_t want_count;
  const unsigned char *separator_w; /* of each want what joins an array of its values to one text; 0: none may come. NULL: all 0 */
  eh_str source;                /* how messages name the input; empty: "input" */
  bool loose;                   /* a wanted array or object that is no text is missing, not a defect of its row: for a look */
} eh_jsonl_options;

/* A streaming reader of JSON Lines (.jsonl, .ndjson): one object per line, LF between them, blanks around, blank lines and
 * a UTF-8 byte-order mark ignored. A column is a key of the object, spelt as it is ("a.b" is that key, no path); an absent
 * key and null are missing. A number is the text that stands there, read as CSV's is (so is NaN, as Python writes it);
 * true and false are those texts; a text is kept with its blanks. Values of other keys are passed over.
 *
 * Row defects go to the intake with the character at which they were met, and the row is left out: no object, bad JSON,
 * bytes that are not UTF-8, a wanted key twice, a wanted value that is an object, holds NUL or is an array (of other than texts and null, or not of
 * a multi-valued column), more than EH_JSON_DEPTH levels. File defects are errors EH_E_INPUT: no bytes at all, a line over 1 GiB. A wanted key that no good
 * row has is EH_E_SPEC, with the nearest one named, at the end.
 *
 * Used as eh_csv is: push, next until 0 rows; end, next until 0 rows. Memory is one push plus one batch plus the longest
 * line. Cost: one pass over the bytes. */
typedef struct eh_jsonl eh_jsonl;

EH_API eh_status eh_jsonl_new(eh_jsonl **out, const eh_jsonl_options *options, eh_intake *intake, const eh_allocator *mem, eh_error *err);
EH_API eh_status eh_jsonl_push(eh_jsonl *jsonl, const void *bytes, size_t n, eh_error *err);
EH_API eh_status eh_jsonl_end(eh_jsonl *jsonl, eh_error *err);
/* The batch is valid until the next call on the reader. Counts its rows, and skipped rows, in intake->rows. */
EH_API eh_status eh_jsonl_next(eh_jsonl *jsonl, eh_batch *out, eh_error *err);
/* Keys of the rows read so far, in the order they were met; 256 at most. Valid until the next call on the reader. */
EH_API const eh_str *eh_jsonl_names(const eh_jsonl *jsonl, uint32_t *n);
EH_API void eh_jsonl_free(eh_jsonl *jsonl); /* accepts NULL */

/* ---- NumPy ------------------------------------------------------------------------------------------------------------- */

/* Zero value: no columns. Strings must outlive the reader. */
typedef struct eh_npy_options {
  const eh_want *want_n;        /* columns to deliver, in this order, as EH_F64 or EH_TEXT */
  uint32_t want_count;
  eh_str source;                /* how messages name the input; empty: "input" */
} eh_npy_options;

/* A reader of NumPy's .npz, whose arrays of one dimension are the columns, stored or deflated, and of .npy with a structured type,
 * whose fields they are (numpy.lib.format, versions 1 to 3). Types: f2 f4 f8, i and u of 1 to 8 bytes, b1, S (UTF-8), U; both byte
 * orders. An f4 keeps its precision, a whole number of 64 bits is exact as text, NaN and the empty text are missing.
 *
 * Row defects: a text with NUL inside, or that is no UTF-8. File defects are errors EH_E_INPUT: cut off, damaged (checksums are
 * checked), columns of different lengths, a wanted one of another type or shape. A wanted name that is not there is EH_E_SPEC.
 *
 * Used as eh_csv is; the type of a delivered column may be narrower than was asked for. Memory: of a .npy one push plus one
 * batch; of a .npz the file, and the wanted arrays that are packed, unpacked, since columns come one after the other. */
typedef struct eh_npy eh_npy;

EH_API eh_status eh_npy_new(eh_npy **out, const eh_npy_options *options, eh_intake *intake, const eh_allocator *mem, eh_error *err);
EH_API eh_status eh_npy_push(eh_npy *npy, const void *bytes, size_t n, eh_error *err);
EH_API eh_status eh_npy_end(eh_npy *npy, eh_error *err);
/* The batch is valid until the next call on the reader. Counts its rows, and skipped rows, in intake->rows. */
EH_API eh_status eh_npy_next(eh_npy *npy, eh_batch *out, eh_error *err);
/* Names of all columns, once they are known. */
EH_API const eh_str *eh_npy_names(const eh_npy *npy, uint32_t *n);
EH_API void eh_npy_free(eh_npy *npy); /* accepts NULL */

/* ---- one file, several readers ------------------------------------------------------------------------------------- */

/* Bytes of a file are cut where records begin, and other readers, of the same file's columns, read the blocks side by side. The
 * rows, lines, skips and errors of all blocks are those that one reader would give. (src/audit/lanes.c and share.c do it.) */
enum { EH_CSV_BLOCK = 1 << 18, EH_CSV_CUTS = 64 };

/* Whole records: bytes[at .. at + n), the first of which begins after `lines` line ends since bytes[0]. */
typedef struct eh_csv_block { size_t at, n; uint64_t lines; bool quotes; /* there may be quotes in it */ } eh_csv_block;

typedef struct eh_csv_cut {
  uint32_t block_count;  /* 0: this cannot be cut; one reader has to read it */
  eh_csv_block block_n[EH_CSV_CUTS];
  size_t n;              /* where the last block ends, */
  uint64_t lines;        /* and line ends before that */
} eh_csv_cut;

/* True when the reader's next byte begins a record of a file whose header it knows, and every row before was handed over. */
EH_API bool eh_csv_is_between(const eh_csv *csv);
/* Cuts the first EH_CSV_CUTS pieces, of `piece` bytes, of n bytes that begin with a record. A quote that neither opens nor closes a whole field
 * (a letter, or before blanks) means that nothing is cut. Threads, which may be NULL, look over pieces side by side. */
EH_API void eh_csv_cut_bytes(eh_csv_cut *out, const eh_csv *csv, const char *bytes, size_t n, size_t piece, eh_threads *threads);
/* The same for one other reader: how many bytes of whole records there are at the front, before such a quote, as far as 64 bytes tell
 * that are all there; *lines: line ends in them. 0: none. */
EH_API size_t eh_csv_front(const eh_csv *csv, const char *bytes, size_t n, uint64_t *lines);
/* Tells the reader that others read what was cut off, from where it stands; and on which line it stands, between records. */
EH_API void eh_csv_pass(eh_csv *csv, uint64_t lines);
EH_API uint64_t eh_csv_line(const eh_csv *csv);
/* A reader of blocks of the file that `csv`, which must outlive it, has the header of. */
EH_API eh_status eh_csv_fork(eh_csv **out, const eh_csv *csv, eh_intake *intake, eh_error *err);
/* Gives a forked reader a block p[0..n) of whole records, the first at `line`; then eh_csv_next until it hands over 0 rows. The bytes
 * must stay until then. in_place: 64 more can be read behind them, and there are no quotes in them or they may be written; else they are copied. */
EH_API eh_status eh_csv_read_block(eh_csv *csv, const char *p, size_t n, uint64_t line, bool in_place, eh_error *err);
/* The same of JSON Lines, cut at any line end: the line that the next bytes begin, for a reader of some lines only; and whether its
 * good rows, there being any, have every wanted key, which such a reader does not ask at the end. */
EH_API bool eh_jsonl_is_between(const eh_jsonl *jsonl, uint64_t *line);
EH_API void eh_jsonl_go(eh_jsonl *jsonl, uint64_t line);
EH_API bool eh_jsonl_met(const eh_jsonl *jsonl);

/* ---- Arrow --------------------------------------------------------------------------------------------------------------- */

/* The Arrow C Data Interface, as its specification has it: no Arrow library is needed. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
enum { ARROW_FLAG_DICTIONARY_ORDERED = 1, ARROW_FLAG_NULLABLE = 2, ARROW_FLAG_MAP_KEYS_SORTED = 4 };
struct ArrowSchema {
  const char *format, *name, *metadata;
  int64_t flags, n_children;
  struct ArrowSchema **children, *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};
struct ArrowArray {
  int64_t length, null_count, offset, n_buffers, n_children;
  const void **buffers;
  struct ArrowArray **children, *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};
#endif

/* Wanted columns of the record batches of a schema ("+s"), by name: null, bool, ints of 8 to 64 bits, f16 to f64, utf8, large_utf8, and
 * dictionaries of texts; with validity bits and offsets. Columns nobody asked for may be of any type. Nothing is released, and
 * the schema is not needed any more after eh_arrow_new. Errors: EH_E_SPEC for a name that is absent or there twice, EH_E_INPUT
 * for a type that is not read, offsets or indexes that make no sense, a text with NUL or that is no UTF-8. */
typedef struct eh_arrow eh_arrow;

EH_API eh_status eh_arrow_new(eh_arrow **out, const struct ArrowSchema *schema, const eh_want *want_n, uint32_t want_count,
                              const eh_allocator *mem, eh_error *err);
/* Rows of the record batch from number `from` (0 first, then what came before added up) on, EH_BATCH_ROWS at most; 0 rows at its end.
 * The columns live until the next call, and as long as the array. Cost: f64, f32 and ints of 32 bits and fewer are not copied. */
EH_API eh_status eh_arrow_batch(eh_arrow *arrow, const struct ArrowArray *array, uint64_t from, eh_batch *out, eh_error *err);
EH_API void eh_arrow_free(eh_arrow *arrow); /* accepts NULL */

#ifdef __cplusplus
}
#endif
#endif
