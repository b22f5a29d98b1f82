/* audit: the verb `evenhand audit FILE`: rows or a cube in, one audit, a text report and up to three files.
 *
 * Everything is rendered before the first file is posted, so that a failure leaves nothing half done. Called by
 * program.c.
 */
#include "cli_internal.h"

/* ---- outputs ----------------------------------------------------------------------------------------------------- */

static const eh_option output_o[] = {EH_O_JSON, EH_O_CSV, EH_O_CUBE};
enum { EH_OUTPUTS = sizeof output_o / sizeof *output_o };

/* No output may replace the input or another output. */
static eh_status check_outputs(const eh_cli *cli, eh_error *err) {
  for (int i = 0; i < EH_OUTPUTS; i++) {
    eh_str path = eh_request_text(cli->request, output_o[i]);
    const char *flag = eh_option_flag(output_o[i]);
    if (!path.p) continue;
    if (!path.n) return eh_fail(err, EH_E_USAGE, "%s needs the name of a file", flag);
    if (eh_cli_is_input(cli, path))
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

/* Files first, standard output last: a file that cannot be written must not be missed below a long report. */
static eh_status post_outputs(eh_cli *cli, const eh_audit_view *view, const eh_cube *cube, eh_error *err) {
  eh_option on_out = EH_OPTIONS;
  for (int i = 0; i < EH_OUTPUTS; i++) {
    eh_str path = eh_request_text(cli->request, output_o[i]);
    if (eh_str_eq(path, EH_STR("-"))) on_out = output_o[i];
    if (!path.p || on_out == output_o[i]) continue;
    EH_TRY(render(eh_cli_post(cli, EH_CLI_WRITE, path), output_o[i], view, cube, err));
  }
  eh_cli_keep_written(cli);
  eh_buf *out = eh_cli_post(cli, EH_CLI_OUT, (eh_str){0});
  if (on_out != EH_OPTIONS) return render(out, on_out, view, cube, err);
  return eh_report_text(out, view, &cli->style, err);
}

/* ---- the verb ---------------------------------------------------------------------------------------------------- */

static eh_status audit_start(eh_cli *cli, eh_error *err) {
  bool help;
  EH_TRY(eh_rows_start(cli, &help, err));
  if (help) return EH_OK;
  /* All that can be known to be wrong is said before the first byte is read. */
  cli->style = (eh_text_style){.width = cli->host.width, .color = cli->host.color};
  EH_TRY(eh_request_style(cli->request, &cli->style, err));
  cli->how.only_audit = !cli->request->given_o[EH_O_CUBE].given;
  return eh_cli_read(cli, err);
}

static eh_status audit_open(eh_cli *cli, eh_error *err) {
  EH_TRY(check_outputs(cli, err));
  return eh_rows_open(cli, err);
}

enum { ROWS_WORTH = 1 << 17 };

static eh_status audit_end(eh_cli *cli, eh_error *err) {
  eh_cube *cube = NULL;
  eh_audit *audit = NULL;
  EH_TRY(eh_rows_end(cli, &cube, err));
  if (!cube) return EH_OK;
  eh_threads *threads = NULL; /* of few rows an audit is done before a thread has begun */
  eh_status status = EH_OK;
  if (eh_cube_see(cube)->rows >= ROWS_WORTH) status = eh_threads_new(&threads, cli->how.threads, cli->mem, err);
  if (!status) status = eh_audit_run_over(&audit, cube, cli->spec, threads, cli->mem, err);
  eh_threads_free(threads);
  if (!status) status = post_outputs(cli, eh_audit_see(audit), cube, err);
  eh_audit_free(audit);
  eh_cube_free(cube);
  return status;
}

const eh_verb eh_verb_audit = {.name = "audit",
                               .many = true,
                               .start = audit_start,
                               .open = audit_open,
                               .feed = eh_rows_feed,
                               .end = audit_end,
                               .stored = eh_rows_stored};
