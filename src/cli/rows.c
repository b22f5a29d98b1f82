/* rows: bytes to a cube of counts, for the verbs that count rows: audit and cube build.
 *
 * The first eight bytes tell a cube from a CSV file; only the latter needs --label and --score, so the bytes are held
 * back until that is known.
 */
#include <string.h>

#include "look.h"

enum { EH_COLUMNS_SHOWN = 12, NAMES_SHOWN = 3 };

/* Appends the names, as far as there is room for them. */
static void say_names(eh_buf *out, const eh_str *name_n, uint32_t n) {
  for (uint32_t i = 0; i < n && i < EH_COLUMNS_SHOWN; i++) {
    eh_buf_text(out, i ? ", " : "; its columns are ");
    eh_buf_safe(out, name_n[i], 24);
  }
  if (n > EH_COLUMNS_SHOWN) eh_buf_format(out, " and %u more", (uint64_t)(n - EH_COLUMNS_SHOWN));
}

/* Lists the columns of the header or line that the held bytes start with. Nothing if they hold none: the hint is a courtesy. */
static void say_columns(const eh_cli *cli, eh_buf *out) {
  eh_csv_options options = {.delimiter = cli->how.delimiter, .source = eh_cli_source(cli->file)};
  eh_intake intake = {0};
  eh_csv *csv = NULL;
  eh_jsonl *jsonl = NULL;
  eh_npy *npy = NULL;
  eh_batch batch;
  uint32_t n = 0;
  const eh_str *name_n = NULL;
  const eh_table_format format = eh_table_format_of(cli->held.p, cli->held.n, cli->file, true);
  if (format == EH_FORMAT_NPY) {
    if (!eh_npy_new(&npy, &(eh_npy_options){.source = options.source}, &intake, cli->mem, NULL) &&
        !eh_npy_push(npy, cli->held.p, cli->held.n, NULL) && !eh_npy_end(npy, NULL))
      name_n = eh_npy_names(npy, &n);
  } else if (format == EH_FORMAT_JSONL) {
    if (!eh_jsonl_new(&jsonl, &(eh_jsonl_options){.source = options.source}, &intake, cli->mem, NULL) &&
        !eh_jsonl_push(jsonl, cli->held.p, cli->held.n, NULL) && !eh_jsonl_next(jsonl, &batch, NULL))
      name_n = eh_jsonl_names(jsonl, &n);
  } else if (!eh_csv_new(&csv, &options, &intake, cli->mem, NULL) &&
             !eh_csv_push(csv, cli->held.p, cli->held.n, NULL) && !eh_csv_next(csv, &batch, NULL)) {
    name_n = eh_csv_names(csv, &n);
  }
  say_names(out, name_n, n);
  eh_npy_free(npy);
  eh_jsonl_free(jsonl);
  eh_csv_free(csv);
}

/* Rows cannot be read without their label and score; the message shows what could be named. */
static eh_status need_columns(const eh_cli *cli, const eh_str *name_n, uint32_t n, eh_error *err) {
  bool label = cli->spec->cube.label.p != NULL, score = cli->spec->cube.model_count > 0;
  if (label && score) return EH_OK;
  eh_buf hint = {.mem = cli->mem};
  if (name_n) say_names(&hint, name_n, n);
  else if (!cli->how.name_count) say_columns(cli, &hint);
  eh_fail(err, EH_E_USAGE, "%s needs %s%s%s to read %Q%S", cli->verb->name, label ? "" : "--label COL",
          label || score ? "" : " and ", score ? "" : "--score COL", eh_cli_source(cli->file), (eh_str){hint.p, hint.n});
  eh_buf_free(&hint);
  return EH_E_USAGE;
}

/* Rows that are to come twice cannot come through a pipe. */
static eh_status check_twice(const eh_cli *cli, eh_error *err) {
  bool piped = false;
  for (uint32_t i = 0; i < cli->file_count; i++) piped |= eh_str_eq(cli->file_n[i], EH_STR("-"));
  if (!piped || !eh_slicing_surveys(&cli->spec->cube.slicing)) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "quantile buckets read the rows twice, and standard input comes once; write it to a file, "
                 "or name the edges, as in --bucket 'age:25,45,65'");
}

/* Begins the ingest with the held bytes, now that they tell what the input is. */
static eh_status begin(eh_cli *cli, eh_error *err) {
  bool empty = !cli->held.n; /* of which the ingest has more to say */
  bool is_cube = eh_cube_is(cli->held.p, cli->held.n);
  if (!empty && !is_cube) EH_TRY(need_columns(cli, NULL, 0, err));
  if (is_cube && cli->verb == &eh_verb_cube_build)
    return eh_fail(err, EH_E_INPUT, "%S is a cube already; cubes are joined by: evenhand cube merge",
                   eh_cli_source(cli->file));
  if (!is_cube) EH_TRY(check_twice(cli, err));
  EH_TRY(eh_ingest_new(&cli->ingest, cli->spec, &cli->how, cli->mem, err));
  if (cli->stored_held.n) eh_ingest_stored(cli->ingest, cli->stored_held.p, cli->stored_held.n);
  eh_buf_free(&cli->stored_held);
  EH_TRY(eh_ingest_push(cli->ingest, cli->held.p, cli->held.n, err));
  eh_cli_drop_held(cli);
  return EH_OK;
}

eh_status eh_rows_table(eh_cli *cli, const eh_str *name_n, uint32_t n, eh_error *err) {
  EH_TRY(need_columns(cli, name_n, n, err));
  EH_TRY(check_twice(cli, err));
  return cli->ingest ? EH_OK : eh_ingest_new(&cli->ingest, cli->spec, &cli->how, cli->mem, err);
}

/* Ends in a dot and these three small letters, in any case, with or without .gz or .zst behind. */
static bool ends_in(eh_str path, const char letters[3]) {
  if (path.n > 3 && memcmp(path.p + path.n - 3, ".gz", 3) == 0) path.n -= 3;
  else if (path.n > 4 && memcmp(path.p + path.n - 4, ".zst", 4) == 0) path.n -= 4;
  bool same = path.n >= 4 && path.p[path.n - 4] == '.';
  for (int i = 0; same && i < 3; i++) same = (path.p[path.n - 3 + i] | 32) == letters[i];
  return same;
}

/* A damaged cube, or an archive, must not be taken for a table of nonsense. `whole`: the held bytes are all there are. */
static eh_status check_kind(const eh_cli *cli, bool whole, eh_error *err) {
  const eh_table_format format = eh_table_format_of(cli->held.p, cli->held.n, cli->file, whole);
  const char *refusal = format == EH_FORMAT_CSV ? eh_table_refusal(cli->held.p, cli->held.n) : NULL;
  if (cli->packing && eh_is_parquet(cli->held.p, cli->held.n))
    return eh_fail(err, EH_E_INPUT, "%S is a Parquet file inside %s; unpack it first: %s", eh_cli_source(cli->file),
                   cli->packing == EH_CLI_GZIP ? "gzip" : "zstd", cli->packing == EH_CLI_GZIP ? "gunzip" : "zstd -d");
  if (refusal) return eh_fail(err, EH_E_INPUT, "%S: %s", eh_cli_source(cli->file), refusal);
  if (!cli->held.n || eh_cube_is(cli->held.p, cli->held.n) || !ends_in(cli->file, "ehc")) return EH_OK;
  return eh_fail(err, EH_E_CUBE, "%S: not a cube file, or its first bytes are damaged", eh_cli_source(cli->file));
}

/* What was asked for; else what the name says, which may differ from file to file. */
static unsigned char delimiter_of(const eh_cli *cli, eh_str path) {
  const bool asked = cli->request->given_o[EH_O_DELIMITER].given;
  return asked ? cli->request->reading.delimiter : ends_in(path, "tsv") ? '\t' : 0;
}

/* Names of a few files stand side by side; many are counted. */
static eh_status name_all(eh_cli *cli, eh_error *err) {
  eh_buf name = {.mem = cli->mem};
  const uint32_t named = cli->file_count > NAMES_SHOWN ? 1 : cli->file_count;
  for (uint32_t i = 0; i < named; i++)
    eh_buf_format(&name, "%s%S", i ? ", " : "", eh_cli_source(cli->file_n[i]));
  if (named < cli->file_count) eh_buf_format(&name, " and %u more files", (uint64_t)(cli->file_count - named));
  cli->how.part = cli->how.source;
  cli->how.source = name.failed ? (eh_str){0} : eh_arena_str(&cli->arena, (eh_str){name.p, name.n});
  eh_buf_free(&name);
  return cli->how.source.p ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}

eh_status eh_rows_start(eh_cli *cli, bool *help, eh_error *err) {
  const eh_reading *how;
  EH_TRY(eh_request_new(&cli->request, cli->mem, err));
  cli->request->as_flags = true;
  EH_TRY(eh_arguments_read(cli, cli->request, help, err));
  if (*help) return EH_OK;
  if (!cli->file.p) return eh_fail(err, EH_E_USAGE, "%s needs a FILE, or - for standard input", cli->verb->name);
  EH_TRY(eh_request_spec(cli->request, &cli->spec, &how, err));
  cli->how = *how;
  return EH_OK;
}

eh_status eh_rows_open(eh_cli *cli, eh_error *err) {
  cli->how.delimiter = delimiter_of(cli, cli->file);
  cli->how.source = eh_cli_source(cli->file);
  if (!cli->how.threads) cli->how.threads = cli->host.threads;
  return cli->file_count > 1 ? name_all(cli, err) : EH_OK;
}

static bool is_arrays(const eh_cli *cli) {
  return eh_table_format_of(cli->held.p, cli->held.n, cli->file, false) == EH_FORMAT_NPY;
}

bool eh_rows_unnamed(const eh_cli *cli) { return !cli->spec->cube.label.p && !cli->spec->cube.model_count; }

/* Neither label nor score is named, and the held bytes are no cube: then they are looked at, not counted. */
static bool is_to_look(const eh_cli *cli) {
  return eh_rows_unnamed(cli) && cli->held.n && !eh_cube_is(cli->held.p, cli->held.n);
}

eh_status eh_rows_feed(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  if (cli->ingest) return eh_ingest_push(cli->ingest, bytes, n, err);
  eh_buf_put(&cli->held, bytes, n);
  if (cli->held.failed) return eh_fail(err, EH_E_MEMORY, "out of memory");
  if (cli->held.n < 8) return EH_OK;
  EH_TRY(check_kind(cli, false, err));
  const bool named = cli->spec->cube.label.p && cli->spec->cube.model_count;
  if (!named && is_arrays(cli)) return EH_OK; /* their names may come last */
  if (!is_to_look(cli)) return begin(cli, err);
  if (cli->held.n <= EH_LOOK_BYTES) return EH_OK;
  eh_cli_stop(cli);
  return eh_look(cli, false, err);
}

eh_status eh_rows_stored(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  if (cli->ingest) {
    eh_ingest_stored(cli->ingest, bytes, n);
    return EH_OK;
  }
  eh_buf_put(&cli->stored_held, bytes, n);
  return cli->stored_held.failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}

eh_status eh_rows_end(eh_cli *cli, eh_cube **out, eh_error *err) {
  *out = NULL;
  if (!cli->ingest) EH_TRY(check_kind(cli, true, err));
  if (!cli->ingest && is_to_look(cli)) {
    eh_cli_stop(cli);
    return eh_look(cli, true, err);
  }
  if (!cli->ingest) EH_TRY(begin(cli, err));
  if (cli->file_at + 1 < cli->file_count) {
    eh_str next = cli->file_n[cli->file_at + 1];
    return eh_ingest_next(cli->ingest, eh_cli_source(next), delimiter_of(cli, next), err);
  }
  if (eh_ingest_surveys(cli->ingest)) {
    cli->again = true;
    return eh_ingest_again(cli->ingest, err);
  }
  eh_status status = eh_ingest_end(cli->ingest, out, err);
  eh_ingest_free(cli->ingest);
  cli->ingest = NULL;
  return status;
}
