/* inputs: one FILE after another: told by its first bytes, unpacked or read as a table by the host where it is no text, handed to
 * the verb. Called by program.c with whatever the host answers.
 */
#include <string.h>

#include "cli_internal.h"

/* What the first four bytes tell. */
static eh_cli_packing packing_of(eh_str head) {
  if (head.n >= 2 && memcmp(head.p, "\x1f\x8b", 2) == 0) return EH_CLI_GZIP;
  return head.n >= 4 && memcmp(head.p, "\x28\xb5\x2f\xfd", 4) == 0 ? EH_CLI_ZSTD : EH_CLI_PLAIN;
}

/* Looks at the first bytes of the file. False: it has been refused. */
static bool sniff(eh_cli *cli) {
  const eh_str head = {cli->stored.p, cli->stored.n};
  cli->sniffed = true;
  cli->packing = packing_of(head);
  cli->table = cli->verb->stored && cli->host.parquet && eh_is_parquet(head.p, head.n);
  if (cli->table || cli->packing == EH_CLI_GZIP || (cli->packing == EH_CLI_ZSTD && cli->host.zstd)) return true;
  const bool archive = head.n >= 4 && memcmp(head.p, "PK", 2) == 0; /* perhaps of arrays, which more bytes tell */
  const char *refusal = archive && cli->verb->stored ? NULL : eh_table_refusal(head.p, head.n);
  if (refusal && cli->host.parquet && eh_is_parquet(head.p, head.n)) refusal = "is a Parquet file, and no cube";
  if (refusal) eh_cli_fail_path(cli, eh_cli_source(cli->file), refusal);
  return !refusal;
}

/* Keeps bytes as stored, the first few or those to unpack. */
static eh_status keep_stored(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  eh_buf_put(&cli->stored, bytes, n);
  return cli->stored.failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}

/* The last byte of the file has been fed. */
static eh_status end_file(eh_cli *cli, eh_error *err) {
  EH_TRY(cli->verb->end(cli, err));
  cli->reading = cli->again || cli->file_at + 1 < cli->file_count;
  if (cli->reading) cli->file = cli->file_n[cli->file_at = cli->again ? 0 : cli->file_at + 1];
  cli->again = false;
  cli->sniffed = cli->stored_end = cli->table = false;
  cli->packing = EH_CLI_PLAIN;
  return EH_OK;
}

/* Hands on what is stored: to the verb, or to be unpacked. */
static eh_status pass_stored(eh_cli *cli, eh_error *err) {
  if (cli->packing && cli->verb->stored) EH_TRY(cli->verb->stored(cli, cli->stored.p, cli->stored.n, err));
  cli->unpacking = cli->packing != EH_CLI_PLAIN;
  cli->going_on = false;
  if (cli->packing) return EH_OK;
  eh_status status = cli->stored.n ? cli->verb->feed(cli, cli->stored.p, cli->stored.n, err) : EH_OK;
  cli->stored.n = 0;
  return status;
}

eh_status eh_cli_take_read(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  if (n && cli->sniffed && !cli->packing) return cli->verb->feed(cli, bytes, n, err);
  EH_TRY(keep_stored(cli, bytes, n, err));
  if (!cli->sniffed) {
    if (n && cli->stored.n < 4) return EH_OK;
    if (!sniff(cli) || cli->table) return EH_OK;
  }
  cli->stored_end = !n;
  if (n || cli->stored.n) EH_TRY(pass_stored(cli, err));
  else cli->unpacking = cli->packing != EH_CLI_PLAIN;
  return !n && !cli->packing && cli->reading ? end_file(cli, err) : EH_OK;
}

eh_status eh_cli_take_unpacked(eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  cli->going_on = true;
  if (n) return cli->verb->feed(cli, bytes, n, err);
  const bool last = cli->stored_end && !cli->stored.n;
  cli->stored.n = 0;
  cli->going_on = false;
  cli->unpacking = cli->stored_end && !last;
  return last ? end_file(cli, err) : EH_OK;
}

eh_status eh_cli_end_table(eh_cli *cli, eh_error *err) {
  cli->stored.n = 0;
  return end_file(cli, err);
}

eh_cli_step eh_cli_input_step(const eh_cli *cli) {
  eh_str bytes = {cli->stored.p, cli->stored.n};
  if (cli->table) return (eh_cli_step){.act = EH_CLI_TABLE, .path = cli->file, .bytes = bytes};
  if (!cli->unpacking) return (eh_cli_step){.act = EH_CLI_READ, .path = cli->file};
  if (cli->going_on) bytes.n = 0;
  if (!cli->stored.n) bytes = (eh_str){0};
  return (eh_cli_step){.act = EH_CLI_UNPACK, .packing = cli->packing, .path = cli->file, .bytes = bytes};
}

const char *eh_cli_unpack_fault(const eh_cli *cli, eh_cli_fault fault) {
  const bool zstd = cli->packing == EH_CLI_ZSTD;
  if (fault == EH_CLI_SHORT)
    return zstd ? "the zstd file is cut off: it ends before its data does"
                : "the gzip file is cut off: it ends before its data does";
  if (fault == EH_CLI_CORRUPT) return zstd ? "the zstd data is corrupt" : "the gzip data is corrupt";
  return zstd ? "the zstd data cannot be unpacked" : "the gzip data cannot be unpacked";
}
