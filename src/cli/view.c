/* view: the verb `evenhand view FILE -o OUT.html`: rows, a cube or a report in, one page out that shows it in any browser.
 *
 * The page is the viewer that comes with the program, with the counts put in: scores in bins of 7 bits, unless the user asks
 * for more. Before it is written the counts are audited once, so that a wrong option is told here and not on the page. Called
 * by program.c.
 */
#include <string.h>

#include "html.h"

enum { PAGE_BITS = 7, REPORT_SCHEMA = 1, HEAD_BYTES = 64 };

/* ---- reports ----------------------------------------------------------------------------------------------------- */

static eh_str trim_mark(eh_str text) {
  if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) text.p += 3, text.n -= 3;
  return text;
}

static bool ends_in_json(eh_str path) { return path.n > 5 && memcmp(path.p + path.n - 5, ".json", 5) == 0; }

/* Whether the held bytes start as a report does: an object whose first key is its schema's; or, where no columns are named,
 * any object in a file called so. */
static bool is_report(const eh_cli *cli) {
  const eh_str head = trim_mark((eh_str){cli->held.p, cli->held.n});
  eh_json json;
  eh_json_start(&json, head.p, head.n);
  if (!head.n || eh_json_next(&json) != EH_JSON_OBJECT) return false;
  const eh_cube_spec *const spec = &cli->spec->cube;
  if (ends_in_json(cli->file) && !spec->label.p && !spec->model_count) return true;
  return eh_json_next(&json) == EH_JSON_KEY && eh_str_eq(json.text, EH_STR("schema_version"));
}

static eh_status not_a_report(const eh_cli *cli, const char *why, eh_error *err) {
  return eh_fail(err, EH_E_INPUT, "%S: is not a report as evenhand audit --json writes it: %s", eh_cli_source(cli->file), why);
}

/* Reads the whole text once: JSON as browsers read it, with the keys and the schema of a report. */
static eh_status check_report(const eh_cli *cli, eh_str text, eh_error *err) {
  static const eh_str need_k[] = {{"schema_version", 14}, {"spec", 4}, {"slices", 6}, {"results", 7}};
  bool has_k[4] = {false};
  uint32_t expects = 4;
  double schema = 0;
  eh_json json;
  eh_json_start(&json, text.p, text.n);
  if (eh_utf8_check(text.p, text.n) != text.n) return not_a_report(cli, "its bytes are not UTF-8", err);
  for (eh_json_kind kind = eh_json_next(&json); kind != EH_JSON_END; kind = eh_json_next(&json)) {
    if (kind == EH_JSON_BAD) return not_a_report(cli, json.defect, err);
    if (kind == EH_JSON_NUMBER && memchr("NI", json.text.p[json.text.p[0] == '-'], 2))
      return not_a_report(cli, "NaN and infinities are no numbers of JSON", err);
    if (kind == EH_JSON_NUMBER && json.depth == 1 && expects == 0) eh_read_f64(&schema, json.text.p, json.text.n);
    if (kind != EH_JSON_KEY || json.depth != 1) continue;
    for (expects = 0; expects < 4 && !eh_str_eq(json.text, need_k[expects]); expects++) continue;
    if (expects < 4) has_k[expects] = true;
  }
  if (!(has_k[0] && has_k[1] && has_k[2] && has_k[3])) return not_a_report(cli, "it lacks schema_version, spec, slices or results", err);
  if (schema == REPORT_SCHEMA) return EH_OK;
  return eh_fail(err, EH_E_INPUT, "%S: is a report of schema %g, and this program shows schema %u", eh_cli_source(cli->file), schema,
                 (uint64_t)REPORT_SCHEMA);
}

/* A report's numbers are made; and one page shows one of them. */
static eh_status check_alone(const eh_cli *cli, eh_error *err) {
  if (cli->file_count > 1)
    return eh_fail(err, EH_E_USAGE, "%S is a report; a page shows one, and no other FILE", eh_cli_source(cli->file));
  for (int o = 0; o < EH_OPTIONS; o++)
    if (cli->request->given_o[o].given)
      return eh_fail(err, EH_E_USAGE, "%S is a report, whose numbers %s cannot change; give it to the audit", eh_cli_source(cli->file),
                     eh_option_flag((eh_option)o));
  return EH_OK;
}

/* ---- the page ---------------------------------------------------------------------------------------------------- */

/* The name without its folders, which are nobody's business. */
static eh_str name_of(const eh_cli *cli) {
  eh_str name = cli->how.source;
  for (size_t i = 0; cli->file_count == 1 && i < cli->how.source.n; i++)
    if (cli->how.source.p[i] == '/') name = (eh_str){cli->how.source.p + i + 1, cli->how.source.n - i - 1};
  return name;
}

static eh_status post_page(eh_cli *cli, const eh_payload *payload, eh_error *err) {
  const bool on_out = eh_str_eq(cli->output, EH_STR("-"));
  const eh_str page = {cli->shared.p, cli->shared.n};
  EH_TRY(eh_html_put(eh_cli_post(cli, on_out ? EH_CLI_OUT : EH_CLI_WRITE, cli->output), page, payload, err));
  if (!on_out) eh_cli_keep_written(cli);
  return EH_OK;
}

static eh_status post_report(eh_cli *cli, eh_error *err) {
  const eh_payload payload = {.name = name_of(cli), .spec = EH_STR("{}"), .report = trim_mark((eh_str){cli->held.p, cli->held.n})};
  EH_TRY(check_alone(cli, err));
  EH_TRY(check_report(cli, payload.report, err));
  return post_page(cli, &payload, err);
}

/* Whether the page can tell single scores from one another. */
static void note_rows(eh_cli *cli, const eh_cube_view *cube) {
  if (cube->score_bits < 52 || cube->spec->no_fine) return;
  eh_buf *const note = eh_cli_post(cli, EH_CLI_ERR, (eh_str){0});
  eh_buf_format(note, "evenhand: note: %s, so the page holds row-level data; treat it as you treat the rows\n",
                cube->spec->weight.p || cube->spec->fractional ? "weights and fractional labels need exact scores"
                                                               : "--score-bits 52 keeps scores exactly");
}

/* Options that do not fit the counts are refused as in an audit. */
static eh_status check_spec(const eh_cli *cli, const eh_cube *cube, eh_error *err) {
  eh_spec spec = *cli->spec;
  eh_audit *audit = NULL;
  spec.no_intervals = true;
  spec.bootstrap = EH_BOOTSTRAP_NONE;
  const eh_status status = eh_audit_run(&audit, cube, &spec, cli->mem, err);
  eh_audit_free(audit);
  return status;
}

static eh_status post_cube(eh_cli *cli, const eh_cube *cube, bool of_cube, eh_error *err) {
  eh_buf spec = {.mem = cli->mem}, file = {.mem = cli->mem};
  eh_html_spec(&spec, cli->request, of_cube);
  eh_status status = eh_cube_save(cube, &file, err);
  const eh_payload payload = {.name = name_of(cli), .spec = {spec.p, spec.n}, .cube = {file.p, file.n}};
  if (!status && spec.failed) status = eh_fail(err, EH_E_MEMORY, "out of memory");
  if (!status) status = post_page(cli, &payload, err);
  if (!status) note_rows(cli, eh_cube_see(cube));
  eh_buf_free(&file);
  eh_buf_free(&spec);
  return status;
}

/* The page's pictures are of scores for two classes. */
static eh_status check_task(const eh_cli *cli, const eh_cube_spec *spec, eh_error *err) {
  if (!spec->regression) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "%S: a page shows scores of two classes, not yet a regression; evenhand audit reports it", eh_cli_source(cli->file));
}

/* A cube that was read has the bits it has; of those the page takes no more than it should. */
static eh_status post_bins(eh_cli *cli, const eh_cube *cube, eh_error *err) {
  const eh_cube_view *const view = eh_cube_see(cube);
  const bool weighted = view->spec->weight.p || view->spec->fractional, asked = cli->request->given_o[EH_O_SCORE_BITS].given;
  uint32_t *const bits = &cli->request->spec.cube.score_bits;
  const uint32_t wanted = *bits ? *bits : asked || weighted ? view->score_bits : PAGE_BITS;
  eh_cube *binned = NULL;
  EH_TRY(check_task(cli, view->spec, err));
  if (wanted < view->score_bits && !view->spec->no_fine) EH_TRY(eh_cube_rebin(&binned, cube, wanted, cli->mem, err));
  if (binned) *bits = wanted;
  eh_status status = check_spec(cli, binned ? binned : cube, err);
  if (!status) status = post_cube(cli, binned ? binned : cube, true, err);
  eh_cube_free(binned);
  return status;
}

/* ---- the verb ---------------------------------------------------------------------------------------------------- */

static eh_status view_start(eh_cli *cli, eh_error *err) {
  bool help;
  EH_TRY(eh_rows_start(cli, &help, err));
  if (help) return EH_OK;
  for (int o = 0; o < EH_OPTIONS; o++)
    if (cli->request->given_o[o].given && eh_option_shows((eh_option)o))
      return eh_fail(err, EH_E_USAGE, "view writes one page, which shows all there is; %s belongs to evenhand audit",
                     eh_option_flag((eh_option)o));
  return eh_cli_read(cli, err);
}

static eh_status view_open(eh_cli *cli, eh_error *err) {
  if (!cli->output.p) return eh_fail(err, EH_E_USAGE, "view needs -o OUT.html, or -o - for standard output");
  if (eh_cli_is_input(cli, cli->output)) return eh_fail(err, EH_E_USAGE, "-o would overwrite the input %Q", cli->output);
  if (cli->host.out_is_terminal && eh_str_eq(cli->output, EH_STR("-")))
    return eh_fail(err, EH_E_USAGE, "a page is for a browser; name a file with -o, or redirect standard output");
  eh_cli_share(cli, "viewer.html");
  return eh_rows_open(cli, err);
}

/* The held bytes tell what the input is. Rows and cubes go on to where they are counted. */
static eh_status tell(eh_cli *cli, eh_error *err) {
  cli->told = true;
  cli->report = is_report(cli);
  if (cli->report) return EH_OK;
  eh_cube_spec *const spec = &cli->request->spec.cube;
  const bool weighted = spec->weight.p || spec->fractional;
  EH_TRY(check_task(cli, spec, err));
  cli->counted = eh_cube_is(cli->held.p, cli->held.n);
  if (!cli->counted && !weighted && !cli->request->given_o[EH_O_SCORE_BITS].given) spec->score_bits = PAGE_BITS;
  eh_buf head = cli->held;
  cli->held = (eh_buf){.mem = cli->mem};
  const eh_status status = head.n ? eh_rows_feed(cli, head.p, head.n, err) : EH_OK;
  eh_buf_free(&head);
  return status;
}

static eh_status view_feed(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  if (cli->told && !cli->report) return eh_rows_feed(cli, bytes, n, err);
  eh_buf_put(&cli->held, bytes, n);
  if (cli->held.failed) return eh_fail(err, EH_E_MEMORY, "out of memory");
  return cli->told || cli->held.n < HEAD_BYTES ? EH_OK : tell(cli, err);
}

static eh_status view_end(eh_cli *cli, eh_error *err) {
  eh_cube *cube = NULL;
  if (!cli->told) EH_TRY(tell(cli, err));
  if (cli->report) return post_report(cli, err);
  EH_TRY(eh_rows_end(cli, &cube, err));
  if (!cube) return EH_OK;
  eh_status status = EH_OK;
  if (cli->counted) status = post_bins(cli, cube, err);
  else status = check_spec(cli, cube, err);
  if (!status && !cli->counted) status = post_cube(cli, cube, false, err);
  eh_cube_free(cube);
  return status;
}

const eh_verb eh_verb_view = {.name = "view",
                              .many = true,
                              .output = "OUT.html",
                              .start = view_start,
                              .open = view_open,
                              .feed = view_feed,
                              .end = view_end,
                              .stored = eh_rows_stored};
