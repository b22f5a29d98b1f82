/* cli: the program `evenhand`, without its hands. It never opens a file: it asks its host, step by step, to read, write
 * and print. The native main and the Node main are such hosts, and so the same program.
 */
#ifndef EVENHAND_CLI_H
#define EVENHAND_CLI_H

#include "evenhand/report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- options ------------------------------------------------------------------------------------------------------- */

/* One entry of the table of options (src/cli/options.def). */
/* A LIST is split at commas; of ITEMS each use gives one item, commas and all ("age:25,45,65"). Both grow with each use. */
typedef enum eh_option_type {
  EH_OPT_FLAG, EH_OPT_TEXT, EH_OPT_LIST, EH_OPT_ITEMS, EH_OPT_COUNT, EH_OPT_NUMBER
} eh_option_type;

typedef struct eh_option_info {
  const char *key;       /* "min_slice": the spec key; the flag is "--min-slice" */
  eh_option_type type;
  const char *value;     /* how help names the value: "N" */
  const char *preset;    /* default as text, "" for none */
  const char *help;
} eh_option_info;

EH_API const eh_option_info *eh_option_table(uint32_t *n);

/* A request being put together from options; strings are copied. */
typedef struct eh_request eh_request;

EH_API eh_status eh_request_new(eh_request **out, const eh_allocator *mem, eh_error *err);
/* Sets an option by its key. The text of a LIST is split at commas when `split` (a backslash makes the comma or backslash
 * after it a letter; blanks around an item go), else it is one item as it stands. Lists grow with each call, others are
 * EH_E_USAGE when given twice. Unknown keys are EH_E_USAGE and name the nearest. A flag takes "true" or "false". */
EH_API eh_status eh_request_set(eh_request *request, eh_str key, eh_str text, bool split, eh_error *err);
/* Checks and resolves; the spec and the reading live as long as the request. What was not given is left at its zero value,
 * so that an audit of a cube can take it from the cube. reading->source is empty: copy the reading and fill it. */
EH_API eh_status eh_request_spec(eh_request *request, const eh_spec **spec, const eh_reading **reading, eh_error *err);
/* Fills `top` and `sort` of the style of a text report, checked; width and colour are the caller's. */
EH_API eh_status eh_request_style(const eh_request *request, eh_text_style *style, eh_error *err);
EH_API void eh_request_free(eh_request *request); /* accepts NULL */

/* Appends as JSON what the columns of a table hold and what each may be meant as, guessed from names and values, for a person to
 * confirm: [rows, of them skipped, columns there are, whole, delimiter, positive, column...], each column [name, missing, numbers,
 * of the cells 0 or 1, least, most, more values than told, role, word of the name that told, first of the scores, item of bucket or multi, value, rows,
 * value, rows...]; a text that says nothing is "", truth is 0 or 1. bytes are the first of the file, or (`whole`) all of them; of
 * NumPy's formats they must be all. `file` is its name, for its format and messages. Of the request `missing`, `names` and `delimiter`
 * count. At most 64 columns and 50 values of each are told. Errors: those of the reader, EH_E_INPUT for what is no table. */
EH_API eh_status eh_look_json(eh_buf *out, const void *bytes, size_t n, bool whole, eh_str file, eh_request *request,
                              eh_error *err);

/* ---- the program as a conversation ----------------------------------------------------------------------------------- */

typedef enum eh_cli_act {
  EH_CLI_READ,   /* read the next bytes of `path` ("-": standard input), answer with eh_cli_feed; 0 bytes = end. After an
                    end the next READ opens anew: several inputs are read one after another */
  EH_CLI_LIST,   /* list the folder `path`: answer with eh_cli_feed, the names in it in any order and any pieces, each with a
                    NUL behind it, then 0 bytes */
  EH_CLI_TABLE,  /* `path`, of which `bytes` are the first that were read, is a Parquet file: read on, answer with eh_cli_table
                    and what it gives, then with eh_cli_feed of 0 bytes, or with eh_cli_refuse */
  EH_CLI_UNPACK, /* unpack `bytes`, the next of a file packed with `packing`, which live until the answer of 0 bytes; answer with
                    eh_cli_feed: unpacked bytes, and 0 bytes when that was all. No bytes, but not NULL: go on with those. NULL: the file
                    has ended; answer with what is left, 0 bytes when that was all, EH_CLI_SHORT if it ended too early */
  EH_CLI_WRITE,  /* write `bytes` to a temporary file beside `path`; answer with eh_cli_done */
  EH_CLI_KEEP,   /* give the temporary file written for `path` its name; answer with eh_cli_done. All are written before the first
                    is kept; those that are not kept when the program leaves are to be removed */
  EH_CLI_OUT,    /* print `bytes` on standard output; answer with eh_cli_done */
  EH_CLI_ERR,    /* print `bytes` on standard error; answer with eh_cli_done */
  EH_CLI_SHARE,  /* read the file `path` of what comes with the program, answer with eh_cli_feed: its bytes, then none;
                    EH_CLI_NOT_FOUND where it is not installed */
  EH_CLI_EXIT    /* leave with `exit_code`: 0 done, 2 bad usage or input, 3 internal */
} eh_cli_act;

typedef enum eh_cli_packing { EH_CLI_PLAIN, EH_CLI_GZIP, EH_CLI_ZSTD } eh_cli_packing;

typedef struct eh_cli_step {
  eh_cli_act act;
  eh_cli_packing packing; /* of EH_CLI_UNPACK */
  eh_str path;
  eh_str bytes;
  int exit_code;
} eh_cli_step;

/* What the host met. */
typedef enum eh_cli_fault {
  EH_CLI_FINE, EH_CLI_NOT_FOUND, EH_CLI_IS_DIRECTORY, EH_CLI_DENIED, EH_CLI_CLOSED, EH_CLI_NO_SPACE,
  EH_CLI_SAME_FILE, /* the file to write is one that was read, or written before, in this run, whatever its path says; the one to read
                       was read under another path */
  EH_CLI_ONCE,      /* a pipe, which has been read */
  EH_CLI_OTHER,
  EH_CLI_SHORT, EH_CLI_CORRUPT /* of EH_CLI_UNPACK */
} eh_cli_fault;

typedef struct eh_cli_host {
  bool out_is_terminal, err_is_terminal, color; /* color: the terminal takes ANSI colours and NO_COLOR is not set */
  uint32_t width;                               /* of the terminal, 0 = unknown */
  bool zstd, parquet;                           /* the host can unpack zstd (all can gzip); it can read Parquet */
  uint32_t threads;                             /* that can run at once; 0 = 1 */
} eh_cli_host;

typedef struct eh_cli eh_cli;

/* argument_n excludes the program's name. Never fails on what the user typed: that becomes steps. */
EH_API eh_status eh_cli_new(eh_cli **out, const eh_str *argument_n, uint32_t argument_count, const eh_cli_host *host,
                            const eh_allocator *mem);
/* The next thing to do. The views live until the next call on the program. */
EH_API eh_cli_step eh_cli_next(eh_cli *cli);
EH_API void eh_cli_feed(eh_cli *cli, const void *bytes, size_t n, eh_cli_fault fault);
EH_API void eh_cli_done(eh_cli *cli, eh_cli_fault fault);
/* Within EH_CLI_TABLE: the columns that the file has, by name. Gives the ingest that is to get its bytes as stored
 * (eh_ingest_stored) and its wanted columns (eh_ingest_wants, eh_ingest_columns); NULL: the file has been refused. */
EH_API eh_ingest *eh_cli_table(eh_cli *cli, const eh_str *name_n, uint32_t n);
/* The ingest that gets the bytes of the file being read, once its first are fed, where the host may hash them (eh_ingest_hashed), or
 * give it the rest itself by eh_ingest_cut and settle it, before it feeds 0 bytes; else NULL. *threads: how many it
 * may take for that, 0 = all; *asked: they were asked for. */
EH_API eh_ingest *eh_cli_rows(uint32_t *threads, bool *asked, const eh_cli *cli);
/* Within EH_CLI_TABLE: whether neither label nor score is named, so that the file is to be looked at. Then the host tells its first
 * rows as JSON Lines (`whole`: they are all), instead of its columns by eh_cli_table; the program says what they hold and ends. */
EH_API bool eh_cli_looks(const eh_cli *cli);
EH_API void eh_cli_look(eh_cli *cli, const void *lines, size_t n, bool whole);
/* Ends the program with what the host found wrong, a sentence. */
EH_API void eh_cli_refuse(eh_cli *cli, eh_status status, eh_str sentence);
/* A line for a terminal, without line end: `read` bytes of the file being read are in, of `size`, 0 = unknown. Lives until the next
 * call on the program. */
EH_API eh_str eh_cli_progress(eh_cli *cli, uint64_t read, uint64_t size);
EH_API void eh_cli_free(eh_cli *cli); /* accepts NULL */

#ifdef __cplusplus
}
#endif
#endif
