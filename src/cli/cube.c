/* cube: the verb `evenhand cube info FILE.ehc`: what a cube file holds. Called by program.c.
 *
 * A cube file is collected whole, because its checksum comes last.
 */
#include "cli_internal.h"

static eh_status info_start(eh_cli *cli, eh_error *err) {
  bool help;
  EH_TRY(eh_arguments_read(cli, NULL, &help, err));
  if (help) {
    eh_help(eh_cli_post(cli, EH_CLI_OUT, (eh_str){0}), cli->verb->name, cli->host.width);
    return EH_OK;
  }
  if (!cli->file.p) return eh_fail(err, EH_E_USAGE, "cube info needs a FILE.ehc, or - for standard input");
  eh_cli_read(cli);
  return EH_OK;
}

static eh_status info_feed(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  eh_buf_put(&cli->held, bytes, n);
  return cli->held.failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}

static eh_status info_end(eh_cli *cli, eh_error *err) {
  eh_cube *cube = NULL;
  eh_error inner = {0};
  eh_status status = eh_cube_load(&cube, cli->held.p, cli->held.n, cli->mem, &inner);
  if (status) return eh_fail(err, status, "%S: %s", eh_cli_source(cli->file), inner.message);
  status = eh_report_cube(eh_cli_post(cli, EH_CLI_OUT, (eh_str){0}), eh_cube_see(cube), cli->held.n, err);
  eh_cube_free(cube);
  return status;
}

const eh_verb eh_verb_cube_info = {"cube info", info_start, info_feed, info_end};
