/* audit: the verb `evenhand audit FILE`: one input, one audit, a text report and up to three files.
 *
 * The first eight bytes tell a cube from a CSV file; only the latter needs --label and --score, so the bytes are held
 * back until that is known. Called by program.c.
 */
#include "cli_internal.h"

enum { EH_COLUMNS_SHOWN = 12 };

/* ---- outputs ----------------------------------------------------------------------------------------------------- */

static const eh_option output_o[] = {EH_O_JSON, EH_O_CSV, EH_O_CUBE};
enum { EH_OUTPUTS = sizeof output_o / sizeof *output_o };

/* No output may replace the input or another output. */
static eh_status check_outputs(const eh_cli *cli, eh_error *err) {
  bool from_input = !eh_str_eq(cli->file, EH_STR("-"));
  for (int i = 0; i < EH_OUTPUTS; i++) {
    eh_str path = eh_request_text(cli->request, output_o[i]);
    const char *flag = eh_option_flag(output_o[i]);
    if (!path.p) continue;
    if (!path.n) return eh_fail(err, EH_E_USAGE, "%s needs the name of a file", flag);
    if (from_input && eh_str_eq(path, cli->file))
      return eh_fail(err, EH_E_USAGE, "%s would overwrite the input %Q", flag, path);
    bool on_out = eh_str_eq(path, EH_STR("-"));
    if (on_out && output_o[i] == EH_O_CUBE && cli->host.out_is_terminal)
      return eh_fail(err, EH_E_USAGE, "a cube is not text; name a file with --cube, or redirect standard output");
    for (int k = 0; k < i; k++)
      if (eh_str_eq(path, eh_request_text(cli->request, output_o[k])))
        return on_out ? eh_fail(err, EH_E_USAGE, "%s and %s cannot both go to standard output",
                                eh_option_flag(output_o[k]), flag)
                      : eh_fail(err, EH_E_USAGE, "%s and %s name the same file %Q", eh_option_flag(output_o[k]), flag,
                                path);
  }
  return EH_OK;
}

static eh_status render(eh_buf *out, eh_option option, const eh_audit_view *view, const eh_cube *cube, eh_error *err) {
  if (option == EH_O_JSON) return eh_report_json(out, view, err);
  if (option == EH_O_CSV) return eh_report_csv(out, view, err);
  return eh_cube_save(cube, out, err);
}

/* On a terminal a written file is worth a word; elsewhere standard error stays empty. */
static void note_written(eh_cli *cli, eh_str path) {
  if (!cli->host.err_is_terminal) return;
  eh_buf *note = eh_cli_post(cli, EH_CLI_ERR, (eh_str){0});
  eh_buf_text(note, "wrote ");
  eh_buf_safe(note, path, 0);
  eh_buf_byte(note, '\n');
}

/* Files first, standard output last: a file that cannot be written must not be missed below a long report. */
static eh_status post_outputs(eh_cli *cli, const eh_audit_view *view, const eh_cube *cube, eh_error *err) {
  eh_option on_out = EH_OPTIONS;
  for (int i = 0; i < EH_OUTPUTS; i++) {
    eh_str path = eh_request_text(cli->request, output_o[i]);
    if (eh_str_eq(path, EH_STR("-"))) on_out = output_o[i];
    if (!path.p || on_out == output_o[i]) continue;
    EH_TRY(render(eh_cli_post(cli, EH_CLI_WRITE, path), output_o[i], view, cube, err));
    note_written(cli, path);
  }
  eh_buf *out = eh_cli_post(cli, EH_CLI_OUT, (eh_str){0});
  if (on_out != EH_OPTIONS) return render(out, on_out, view, cube, err);
  return eh_report_text(out, view, &cli->style, err);
}

/* ---- input ------------------------------------------------------------------------------------------------------- */

/* Lists the columns of the header that the held bytes start with. Nothing if they hold none: the hint is a courtesy. */
static void say_columns(const eh_cli *cli, eh_buf *out) {
  eh_csv_options options = {.delimiter = cli->how.delimiter, .source = cli->how.source};
  eh_intake intake = {0};
  eh_csv *csv = NULL;
  eh_batch batch;
  uint32_t n = 0;
  const eh_str *name_n = NULL;
  if (!eh_csv_new(&csv, &options, &intake, cli->mem, NULL) && !eh_csv_push(csv, cli->held.p, cli->held.n, NULL) &&
      !eh_csv_next(csv, &batch, NULL))
    name_n = eh_csv_names(csv, &n);
  for (uint32_t i = 0; name_n && i < n && i < EH_COLUMNS_SHOWN; i++) {
    eh_buf_text(out, i ? ", " : "; its columns are ");
    eh_buf_safe(out, name_n[i], 24);
  }
  if (name_n && n > EH_COLUMNS_SHOWN) eh_buf_format(out, " and %u more", (uint64_t)(n - EH_COLUMNS_SHOWN));
  eh_csv_free(csv);
}

/* A CSV file cannot be read without its label and score; the message shows what could be named. */
static eh_status need_columns(const eh_cli *cli, eh_error *err) {
  bool label = cli->spec->cube.label.p != NULL, score = cli->spec->cube.model_count > 0;
  if (label && score) return EH_OK;
  eh_buf hint = {.mem = cli->mem};
  if (!cli->how.name_count) say_columns(cli, &hint);
  eh_fail(err, EH_E_USAGE, "audit needs %s%s%s to read %Q%S", label ? "" : "--label COL",
          label || score ? "" : " and ", score ? "" : "--score COL", cli->how.source, (eh_str){hint.p, hint.n});
  eh_buf_free(&hint);
  return EH_E_USAGE;
}

/* Begins the ingest with the held bytes, now that they tell what the input is. */
static eh_status begin(eh_cli *cli, eh_error *err) {
  bool empty = !cli->held.n; /* of which the ingest has more to say */
  if (!empty && !eh_cube_is(cli->held.p, cli->held.n)) EH_TRY(need_columns(cli, err));
  EH_TRY(eh_ingest_new(&cli->ingest, cli->spec, &cli->how, cli->mem, err));
  EH_TRY(eh_ingest_push(cli->ingest, cli->held.p, cli->held.n, err));
  eh_buf_free(&cli->held);
  cli->held = (eh_buf){.mem = cli->mem};
  return EH_OK;
}

static bool is_tsv(eh_str path) {
  return path.n >= 4 && path.p[path.n - 4] == '.' && (path.p[path.n - 3] | 32) == 't' &&
         (path.p[path.n - 2] | 32) == 's' && (path.p[path.n - 1] | 32) == 'v';
}

/* Resolves the request, with what the name of the FILE says added. */
static eh_status resolve(eh_cli *cli, eh_error *err) {
  const eh_reading *how;
  EH_TRY(eh_request_spec(cli->request, &cli->spec, &how, err));
  cli->how = *how;
  cli->how.source = eh_cli_source(cli->file);
  if (!cli->how.delimiter && is_tsv(cli->file)) cli->how.delimiter = '\t';
  cli->style = (eh_text_style){.width = cli->host.width, .color = cli->host.color};
  EH_TRY(eh_request_style(cli->request, &cli->style, err));
  return check_outputs(cli, err);
}

static eh_status audit_start(eh_cli *cli, eh_error *err) {
  bool help;
  EH_TRY(eh_request_new(&cli->request, cli->mem, err));
  cli->request->as_flags = true;
  EH_TRY(eh_arguments_read(cli, cli->request, &help, err));
  if (help) {
    eh_help(eh_cli_post(cli, EH_CLI_OUT, (eh_str){0}), cli->verb->name, cli->host.width);
    return EH_OK;
  }
  if (!cli->file.p) return eh_fail(err, EH_E_USAGE, "audit needs a FILE, or - for standard input");
  /* All that can be known to be wrong is said before the first byte is read. */
  EH_TRY(resolve(cli, err));
  eh_cli_read(cli);
  return EH_OK;
}

static eh_status audit_feed(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  if (cli->ingest) return eh_ingest_push(cli->ingest, bytes, n, err);
  eh_buf_put(&cli->held, bytes, n);
  if (cli->held.failed) return eh_fail(err, EH_E_MEMORY, "out of memory");
  return cli->held.n >= 8 ? begin(cli, err) : EH_OK;
}

static eh_status audit_end(eh_cli *cli, eh_error *err) {
  if (!cli->ingest) EH_TRY(begin(cli, err));
  eh_cube *cube = NULL;
  eh_audit *audit = NULL;
  eh_status status = eh_ingest_end(cli->ingest, &cube, err);
  eh_ingest_free(cli->ingest);
  cli->ingest = NULL;
  if (!status) status = eh_audit_run(&audit, cube, cli->spec, cli->mem, err);
  if (!status) status = post_outputs(cli, eh_audit_see(audit), cube, err);
  eh_audit_free(audit);
  eh_cube_free(cube);
  return status;
}

const eh_verb eh_verb_audit = {"audit", audit_start, audit_feed, audit_end};
