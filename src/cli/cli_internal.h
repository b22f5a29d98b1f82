/* What the files of the cli room share: options as given, the program's state, and how a verb talks to its host. */
#ifndef EVENHAND_CLI_INTERNAL_H
#define EVENHAND_CLI_INTERNAL_H

#include <string.h>

#include "evenhand/cli.h"

/* ---- options and the request (options.c, request.c, spec.c, threshold.c) ----------------------------------------- */

typedef enum eh_option {
#define EH_OPTION_GROUP(title)
#define EH_OPTION(id, flag, key, type, value, preset, help) EH_O_##id,
#include "options.def"
#undef EH_OPTION
#undef EH_OPTION_GROUP
  EH_OPTIONS
} eh_option;

/* "--min-slice" */
const char *eh_option_flag(eh_option option);
/* Whether the option only judges or shows counts: a cube keeps no trace of it. */
bool eh_option_judges(eh_option option);
/* Whether it is about what an audit puts out. */
bool eh_option_shows(eh_option option);
/* Index of the option of that flag or key, or -1. */
int eh_option_of_flag(eh_str flag);
int eh_option_of_key(eh_str key);
/* The flag or key nearest to what was typed, or NULL. */
const char *eh_option_near_flag(eh_str typed);
const char *eh_option_near_key(eh_str typed);

/* What was given for one option. item_n[0] is the text of an option that takes one. */
typedef struct eh_given {
  bool given, on;
  uint64_t count;
  double number;
  eh_str *item_n;
  uint32_t item_count, item_cap;
} eh_given;

struct eh_request {
  const eh_allocator *mem;
  eh_arena arena;      /* every string and array of the request */
  bool as_flags;       /* messages say "--min-slice" instead of "min_slice" */
  eh_given given_o[EH_OPTIONS];
  eh_spec spec;
  eh_reading reading;
};

/* How messages name the option. */
const char *eh_request_name(const eh_request *request, eh_option option);
/* The one text of a TEXT option; .p NULL when not given. */
eh_str eh_request_text(const eh_request *request, eh_option option);

/* Distinct thresholds in ascending order. */
typedef struct eh_thresholds {
  double *threshold_t; /* EH_THRESHOLDS_MAX of them */
  uint32_t count;
} eh_thresholds;

/* Adds a number (".5") or a range (".1:.9:.1", expanded in decimal); `name` is the option, for messages. */
eh_status eh_thresholds_add(eh_thresholds *thresholds, eh_str text, const char *name, eh_error *err);

/* ---- the program (program.c) ------------------------------------------------------------------------------------- */

/* Something to print or to write, waiting for the host: at most three files, each written and kept, a note on each, standard
 * output, an error. */
enum { EH_POSTS_MAX = 12 };

typedef struct eh_glob eh_glob;

typedef struct eh_post {
  eh_cli_act act;
  eh_str path;
  eh_buf bytes;
} eh_post;

static inline bool eh_is_parquet(const char *p, size_t n) { return n >= 4 && memcmp(p, "PAR1", 4) == 0; }

/* One command of the program. `start` reads the arguments after its name, then posts what it has to say or begins
 * reading; `feed` takes the bytes of cli->file, `end` comes after its last. With more inputs to come, reading goes on
 * with the next. An error they return ends the program. */
typedef struct eh_verb {
  const char *name;     /* "audit", "cube info": as it is typed, and as help knows it */
  bool many;            /* takes more than one FILE */
  const char *output;   /* what -o is to name ("OUT.ehc"); NULL: the verb has no -o */
  eh_status (*start)(eh_cli *cli, eh_error *err);
  eh_status (*open)(eh_cli *cli, eh_error *err); /* the FILEs are known, patterns and all; NULL: nothing to do */
  eh_status (*feed)(eh_cli *cli, const void *bytes, size_t n, eh_error *err);
  eh_status (*end)(eh_cli *cli, eh_error *err);
  eh_status (*stored)(eh_cli *cli, const void *bytes, size_t n, eh_error *err); /* of a packed file; NULL: not needed */
} eh_verb;

extern const eh_verb eh_verb_audit, eh_verb_cube_info, eh_verb_cube_build, eh_verb_cube_merge, eh_verb_view;

struct eh_cli {
  const eh_allocator *mem;
  eh_arena arena;
  eh_cli_host host;
  const eh_str *argument_n; /* what follows the verb's name */
  uint32_t argument_count;
  const eh_verb *verb;      /* NULL before one is known */
  eh_str *file_n;           /* the FILEs of the command line */
  uint32_t file_count, file_at;
  eh_str file;              /* file_n[file_at]; .p NULL while there is none */
  eh_str output;            /* of -o; .p NULL when not given */
  bool reading;             /* the host is to read `file` */
  eh_glob *glob;            /* FILEs are being found by patterns; NULL: they are known */
  bool sniffed;             /* the first bytes of `file` are known */
  eh_cli_packing packing;   /* what they say */
  bool table;               /* the host is to read `file` as a table */
  bool unpacking, stored_end; /* the host is to unpack `stored`; nothing of `file` comes after it */
  bool going_on;            /* and has begun to */
  bool again;               /* once the last file is read, the first comes again */
  eh_buf stored;            /* bytes of a file as stored: the first few, or those to unpack */
  eh_post post_n[EH_POSTS_MAX];
  uint32_t post_first, post_count;
  bool out_of_memory;       /* say so and leave, whatever else was to be said */
  int exit_code;
  eh_request *request;      /* of audit and cube build, and what it means: */
  const eh_spec *spec;
  eh_reading how;
  eh_text_style style;
  eh_ingest *ingest;
  eh_buf held;              /* the first bytes of an input whose kind is not known, or a whole cube file */
  eh_cube **part_n;         /* of cube merge: the cubes read so far */
  uint32_t part_count;
  eh_buf progress;          /* the line last shown while reading */
  eh_str share;             /* a file that comes with the program, to be read before any FILE; .p NULL when it has been */
  eh_buf shared;            /* its bytes */
  bool told, report, counted; /* of view: what the input is, is known; it is a report; it is a cube */
  eh_buf stored_held;       /* of rows: stored bytes of a packed file whose kind is not known */
};

/* A new entry at the end of what waits; the caller fills the buffer. */
eh_buf *eh_cli_post(eh_cli *cli, eh_cli_act act, eh_str path);
/* How messages name an input or output: "standard input" for "-", else the path. */
eh_str eh_cli_source(eh_str path);
/* Begins with the FILEs: finds those that patterns name, opens the verb on them, reads. */
eh_status eh_cli_read(eh_cli *cli, eh_error *err);
/* The file of that name that comes with the program is read into cli->shared before any FILE. */
void eh_cli_share(eh_cli *cli, const char *name);
/* No further byte of any input is needed. */
void eh_cli_stop(eh_cli *cli);
/* Whether the path is one of the inputs; standard input is none. */
bool eh_cli_is_input(const eh_cli *cli, eh_str path);
/* Forgets the held bytes. */
void eh_cli_drop_held(eh_cli *cli);
/* After the last WRITE: has all that are written kept. On a terminal each is worth a word; elsewhere standard error stays
 * empty. */
void eh_cli_keep_written(eh_cli *cli);

/* ---- endings (program.c) ------------------------------------------------------------------------------------------- */

/* Forgets everything that was to be said and says instead what went wrong. */
void eh_cli_fail(eh_cli *cli, const eh_error *error);
/* "preds.csv: no such file". The path stands at full length. */
void eh_cli_fail_path(eh_cli *cli, eh_str path, const char *what);

/* ---- inputs (inputs.c) ----------------------------------------------------------------------------------------------- */

/* Bytes as the host has read or unpacked them; none at the end. */
eh_status eh_cli_take_read(eh_cli *cli, const void *bytes, size_t n, eh_error *err);
eh_status eh_cli_take_unpacked(eh_cli *cli, const void *bytes, size_t n, eh_error *err);
/* The host has handed over all of a table. */
eh_status eh_cli_end_table(eh_cli *cli, eh_error *err);
eh_cli_step eh_cli_input_step(const eh_cli *cli);
/* What a fault while unpacking is called. */
const char *eh_cli_unpack_fault(const eh_cli *cli, eh_cli_fault fault);

/* ---- FILEs by patterns (glob.c) -------------------------------------------------------------------------------------- */

/* Starts finding files if any FILE has a pattern; else cli->glob stays NULL. */
eh_status eh_glob_start(eh_cli *cli, eh_error *err);
/* The folder to list next. */
eh_str eh_glob_folder(const eh_glob *glob);
/* Names in the folder, each with a NUL behind it; none at the end. *done: every FILE is known, and they are cli->file_n. */
eh_status eh_glob_take(bool *done, eh_cli *cli, const void *bytes, size_t n, eh_error *err);

/* Reads the arguments of a verb: its FILEs, -o and, unless `request` is NULL, options. *help: --help was among them,
 * which outweighs all else, and has been posted. (arguments.c) */
eh_status eh_arguments_read(eh_cli *cli, eh_request *request, bool *help, eh_error *err);

/* ---- rows in, for the verbs that count them (rows.c) -------------------------------------------------------------- */

/* Reads the arguments into a request and resolves it, with what the name of the FILE says added. */
eh_status eh_rows_start(eh_cli *cli, bool *help, eh_error *err);
eh_status eh_rows_feed(eh_cli *cli, const void *bytes, size_t n, eh_error *err);
eh_status eh_rows_stored(eh_cli *cli, const void *bytes, size_t n, eh_error *err);
/* After the last byte of a FILE. *out is NULL where another follows, and where no columns were named: then what the FILE
 * holds has been posted instead. */
eh_status eh_rows_end(eh_cli *cli, eh_cube **out, eh_error *err);
/* Once the FILEs are known: how they are called and divided. */
eh_status eh_rows_open(eh_cli *cli, eh_error *err);
/* Neither label nor score is named. */
bool eh_rows_unnamed(const eh_cli *cli);
/* An ingest for columns of these names. */
eh_status eh_rows_table(eh_cli *cli, const eh_str *name_n, uint32_t n, eh_error *err);

/* Appends the help of a verb ("audit", "cube info", "cube"), or of the program for NULL; false if there is no such
 * verb. */
bool eh_help(eh_buf *out, const char *verb, uint32_t width);

#endif
