/* progress: one line that tells how far the reading of an input is. Asked for by hosts, on a terminal, after a second.
 *
 * The one idea: the host knows bytes and time, the program the words; so both hosts show the same line.
 */
#include "cli_internal.h"

enum { NAME_SHOWN = 40, BAR = 24, MEGABYTE = 1000000 };

static void put_bar(eh_buf *out, uint64_t read, uint64_t size) {
  const uint64_t full = read < size ? (uint64_t)((double)read / (double)size * BAR) : BAR;
  eh_buf_text(out, "  [");
  for (uint64_t i = 0; i < BAR; i++) eh_buf_byte(out, i < full ? '=' : i == full ? '>' : ' ');
  eh_buf_format(out, "] %u %%  ", (uint64_t)((double)(read < size ? read : size) / (double)size * 100));
}

eh_str eh_cli_progress(eh_cli *cli, uint64_t read, uint64_t size) {
  eh_buf *const out = &cli->progress;
  out->n = 0;
  eh_buf_safe(out, eh_cli_source(cli->file), NAME_SHOWN);
  if (size) put_bar(out, read, size);
  else eh_buf_text(out, "  ");
  eh_buf_grouped(out, read / MEGABYTE);
  if (size) eh_buf_text(out, " of ");
  if (size) eh_buf_grouped(out, size / MEGABYTE);
  eh_buf_text(out, " MB");
  return out->failed ? (eh_str){0} : (eh_str){out->p, out->n};
}
