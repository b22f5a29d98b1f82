/* The program `evenhand` for its host in JavaScript: what exports.c is for the package, for one more caller.
 *
 * Called by js/src/cli.js, under Node. Linked into a module of its own, evenhand-cli.wasm, which is the other one and these
 * functions: a page does not load what only a command line needs.
 */
#include "wasm_internal.h"

/* The arguments must outlive the program. */
EHW_EXPORT eh_status ehw_cli_new(eh_cli **out, const eh_str *argument_n, uint32_t n, bool out_is_terminal,
                                 bool err_is_terminal, bool color, uint32_t width) {
  const eh_cli_host host = {.out_is_terminal = out_is_terminal,
                            .err_is_terminal = err_is_terminal,
                            .color = color,
                            .width = width,
                            .parquet = true};
  return eh_cli_new(out, argument_n, n, &host, NULL);
}

EHW_EXPORT void ehw_cli_next(eh_cli_step *out, eh_cli *cli) { *out = eh_cli_next(cli); }

EHW_EXPORT void ehw_cli_feed(eh_cli *cli, const void *bytes, size_t n, uint32_t fault) {
  eh_cli_feed(cli, bytes, n, (eh_cli_fault)fault);
}

EHW_EXPORT void ehw_cli_done(eh_cli *cli, uint32_t fault) { eh_cli_done(cli, (eh_cli_fault)fault); }

EHW_EXPORT eh_ingest *ehw_cli_rows(uint32_t *threads, bool *asked, const eh_cli *cli) {
  return eh_cli_rows(threads, asked, cli);
}

EHW_EXPORT eh_ingest *ehw_cli_table(eh_cli *cli, const eh_str *name_n, uint32_t n) { return eh_cli_table(cli, name_n, n); }

EHW_EXPORT bool ehw_cli_looks(const eh_cli *cli) { return eh_cli_looks(cli); }

EHW_EXPORT void ehw_cli_look(eh_cli *cli, const void *lines, size_t n, bool whole) { eh_cli_look(cli, lines, n, whole); }

/* Refuses with a sentence; the status is found by its name, as errors of JavaScript have it. */
EHW_EXPORT void ehw_cli_refuse(eh_cli *cli, const char *code, size_t code_n, const char *sentence, size_t sentence_n) {
  eh_status status = EH_E_INTERNAL;
  for (int s = 1; s < EH_E_INTERNAL; s++)
    if (eh_str_eq(eh_str_of(eh_status_name((eh_status)s)), (eh_str){code, code_n})) status = (eh_status)s;
  eh_cli_refuse(cli, status, (eh_str){sentence, sentence_n});
}

EHW_EXPORT void ehw_cli_progress(eh_str *out, eh_cli *cli, double read, double size) {
  *out = eh_cli_progress(cli, (uint64_t)read, (uint64_t)size);
}

EHW_EXPORT void ehw_cli_free(eh_cli *cli) { eh_cli_free(cli); }
