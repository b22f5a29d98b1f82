/* cube: the verbs `evenhand cube build`, `cube merge` and `cube info`: cubes made, joined and told about. Called by
 * program.c.
 *
 * Counts of parts, built anywhere, merge into the counts of the whole. A cube file is collected whole before it is
 * looked at, because its checksum comes last.
 */
#include "cli_internal.h"

/* ---- what they share --------------------------------------------------------------------------------------------- */

static eh_status hold(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  eh_buf_put(&cli->held, bytes, n);
  return cli->held.failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}

/* The cube in the held bytes. */
static eh_status load(eh_cube **out, const eh_cli *cli, eh_error *err) {
  eh_error inner = {0};
  eh_status status = eh_cube_load(out, cli->held.p, cli->held.n, cli->mem, &inner);
  return status ? eh_fail(err, status, "%S: %s", eh_cli_source(cli->file), inner.message) : EH_OK;
}

/* -o must be there, replace no input, and not fill a terminal with bytes. */
static eh_status check_output(const eh_cli *cli, eh_error *err) {
  if (!cli->output.p)
    return eh_fail(err, EH_E_USAGE, "%s needs -o OUT.ehc, or -o - for standard output", cli->verb->name);
  if (eh_cli_is_input(cli, cli->output))
    return eh_fail(err, EH_E_USAGE, "-o would overwrite the input %Q", cli->output);
  if (cli->host.out_is_terminal && eh_str_eq(cli->output, EH_STR("-")))
    return eh_fail(err, EH_E_USAGE, "a cube is not text; name a file with -o, or redirect standard output");
  return EH_OK;
}

static eh_status post(eh_cli *cli, const eh_cube *cube, eh_error *err) {
  bool on_out = eh_str_eq(cli->output, EH_STR("-"));
  EH_TRY(eh_cube_save(cube, eh_cli_post(cli, on_out ? EH_CLI_OUT : EH_CLI_WRITE, cli->output), err));
  if (!on_out) eh_cli_keep_written(cli);
  return EH_OK;
}

/* ---- build ------------------------------------------------------------------------------------------------------- */

static eh_status check_counting(const eh_cli *cli, eh_error *err) {
  if (cli->request->given_o[EH_O_CUBE].given)
    return eh_fail(err, EH_E_USAGE, "cube build names its output with -o, not --cube");
  for (int o = 0; o < EH_OPTIONS; o++)
    if (cli->request->given_o[o].given && eh_option_judges((eh_option)o))
      return eh_fail(err, EH_E_USAGE, "%s does not change what is counted; give it to the audit of the cube",
                     eh_option_flag((eh_option)o));
  return EH_OK;
}

static eh_status build_start(eh_cli *cli, eh_error *err) {
  bool help;
  EH_TRY(eh_rows_start(cli, &help, err));
  if (help) return EH_OK;
  EH_TRY(check_counting(cli, err));
  /* The file may be one part of many, and a part may well have no positive row. */
  cli->how.check_positive = false;
  return eh_cli_read(cli, err);
}

static eh_status build_open(eh_cli *cli, eh_error *err) {
  EH_TRY(check_output(cli, err));
  return eh_rows_open(cli, err);
}

static eh_status build_end(eh_cli *cli, eh_error *err) {
  eh_cube *cube = NULL;
  EH_TRY(eh_rows_end(cli, &cube, err));
  if (!cube) return EH_OK;
  eh_status status = post(cli, cube, err);
  eh_cube_free(cube);
  return status;
}

const eh_verb eh_verb_cube_build = {.name = "cube build",
                                    .many = true,
                                    .output = "OUT.ehc",
                                    .start = build_start,
                                    .open = build_open,
                                    .feed = eh_rows_feed,
                                    .end = build_end,
                                    .stored = eh_rows_stored};

/* ---- merge ------------------------------------------------------------------------------------------------------- */

static eh_status merge_start(eh_cli *cli, eh_error *err) {
  bool help;
  EH_TRY(eh_arguments_read(cli, NULL, &help, err));
  if (help) return EH_OK;
  if (!cli->file_count) return eh_fail(err, EH_E_USAGE, "cube merge needs FILEs: the cubes to join");
  return eh_cli_read(cli, err);
}

static eh_status merge_open(eh_cli *cli, eh_error *err) {
  EH_TRY(check_output(cli, err));
  cli->part_n = eh_arena_take(&cli->arena, cli->file_count * sizeof *cli->part_n);
  return cli->part_n ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}

/* A cube that does not fit is refused before the next one is read. */
static eh_status merge_end(eh_cli *cli, eh_error *err) {
  eh_cube *part = NULL;
  EH_TRY(load(&part, cli, err));
  eh_cli_drop_held(cli);
  cli->part_n[cli->part_count++] = part;
  const char *flag = eh_cube_difference(cli->part_n[0], part);
  if (flag)
    return eh_fail(err, EH_E_MISMATCH, "%S and %S differ in %s; only cubes built with the same options can be merged",
                   eh_cli_source(cli->file), eh_cli_source(cli->file_n[0]), flag);
  if (cli->part_count < cli->file_count) return EH_OK;
  eh_cube *whole = NULL;
  EH_TRY(eh_cube_merge(&whole, (const eh_cube *const *)cli->part_n, cli->part_count, cli->mem, err));
  eh_status status = post(cli, whole, err);
  eh_cube_free(whole);
  return status;
}

const eh_verb eh_verb_cube_merge = {
    .name = "cube merge", .many = true, .output = "OUT.ehc", .start = merge_start, .open = merge_open, .feed = hold,
    .end = merge_end};

/* ---- info -------------------------------------------------------------------------------------------------------- */

static eh_status info_start(eh_cli *cli, eh_error *err) {
  bool help;
  EH_TRY(eh_arguments_read(cli, NULL, &help, err));
  if (help) return EH_OK;
  if (!cli->file.p) return eh_fail(err, EH_E_USAGE, "cube info needs a FILE.ehc, or - for standard input");
  return eh_cli_read(cli, err);
}

static eh_status info_end(eh_cli *cli, eh_error *err) {
  eh_cube *cube = NULL;
  EH_TRY(load(&cube, cli, err));
  const void *body = NULL;
  size_t body_n = 0;
  eh_cube_body(cli->held.p, cli->held.n, &body, &body_n);
  eh_status status = eh_report_cube(eh_cli_post(cli, EH_CLI_OUT, (eh_str){0}), eh_cube_see(cube), cli->held.n,
                                    eh_crc32c(0, body, body_n), err);
  eh_cube_free(cube);
  return status;
}

const eh_verb eh_verb_cube_info = {.name = "cube info", .start = info_start, .feed = hold, .end = info_end};
