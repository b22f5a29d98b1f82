/* program: the conversation between the program and its host. The native main and the Node main call it.
 *
 * The program is either reading one input or handing over what it has posted, in order; when nothing waits, it leaves.
 * So a verb renders everything first and posts it, and no file is written before all of them are rendered.
 */
#include <string.h>

#include "look.h"

static const char out_of_memory[] = "evenhand: out of memory\n";

eh_str eh_cli_source(eh_str path) { return eh_str_eq(path, EH_STR("-")) ? EH_STR("standard input") : path; }

eh_buf *eh_cli_post(eh_cli *cli, eh_cli_act act, eh_str path) {
  eh_post *post = &cli->post_n[cli->post_count++];
  *post = (eh_post){.act = act, .path = path, .bytes = {.mem = cli->mem}};
  return &post->bytes;
}

/* Every FILE is known. */
static eh_status open_files(eh_cli *cli, eh_error *err) {
  if (cli->file_count > 1 && !cli->verb->many)
    return eh_fail(err, EH_E_USAGE, "%s takes one FILE, but %u match", cli->verb->name, (uint64_t)cli->file_count);
  cli->file = cli->file_n[0];
  cli->reading = true;
  return cli->verb->open ? cli->verb->open(cli, err) : EH_OK;
}

eh_status eh_cli_read(eh_cli *cli, eh_error *err) {
  EH_TRY(eh_glob_start(cli, err));
  return cli->glob ? EH_OK : open_files(cli, err);
}

void eh_cli_share(eh_cli *cli, const char *name) { cli->share = eh_str_of(name); }

void eh_cli_stop(eh_cli *cli) {
  cli->reading = cli->unpacking = cli->table = false;
  cli->file_at = cli->file_count;
}

void eh_cli_drop_held(eh_cli *cli) {
  eh_buf_free(&cli->held);
  cli->held = (eh_buf){.mem = cli->mem};
}

void eh_cli_keep_written(eh_cli *cli) {
  const uint32_t written = cli->post_count;
  for (uint32_t i = 0; i < written; i++) eh_cli_post(cli, EH_CLI_KEEP, cli->post_n[i].path);
  for (uint32_t i = 0; i < written && cli->host.err_is_terminal; i++) {
    eh_buf *note = eh_cli_post(cli, EH_CLI_ERR, (eh_str){0});
    eh_buf_text(note, "wrote ");
    eh_buf_safe(note, cli->post_n[i].path, 0);
    eh_buf_byte(note, '\n');
  }
}

static void drop_posts(eh_cli *cli) {
  for (uint32_t i = cli->post_first; i < cli->post_count; i++) eh_buf_free(&cli->post_n[i].bytes);
  cli->post_first = cli->post_count = 0;
}

/* ---- ending badly ------------------------------------------------------------------------------------------------ */

/* Nothing more is read or said. */
static void forget(eh_cli *cli) {
  cli->reading = cli->unpacking = cli->table = false;
  cli->glob = NULL;
  cli->share = (eh_str){0};
  drop_posts(cli);
}

/* Names in a message may come from the user's data, so it is made safe for a terminal whoever wrote it. */
void eh_cli_fail(eh_cli *cli, const eh_error *error) {
  forget(cli);
  if (error->status == EH_E_MEMORY) {
    cli->out_of_memory = true;
    return;
  }
  cli->exit_code = error->status == EH_E_INTERNAL ? 3 : 2;
  eh_buf *out = eh_cli_post(cli, EH_CLI_ERR, (eh_str){0});
  eh_buf_text(out, "evenhand: ");
  eh_buf_safe(out, eh_str_of(error->message), 0);
  eh_buf_byte(out, '\n');
  if (error->status != EH_E_USAGE) return;
  eh_buf_format(out, "Try 'evenhand %s%s--help'.\n", cli->verb ? cli->verb->name : "", cli->verb ? " " : "");
}

void eh_cli_fail_path(eh_cli *cli, eh_str path, const char *what) {
  forget(cli);
  cli->exit_code = 2;
  eh_buf *out = eh_cli_post(cli, EH_CLI_ERR, (eh_str){0});
  eh_buf_text(out, "evenhand: ");
  eh_buf_safe(out, path, 0);
  eh_buf_format(out, ": %s\n", what);
}

static const char *const read_fault_f[] = {[EH_CLI_NOT_FOUND] = "no such file",
                                           [EH_CLI_IS_DIRECTORY] = "is a directory",
                                           [EH_CLI_DENIED] = "permission denied",
                                           [EH_CLI_CLOSED] = "cannot be read",
                                           [EH_CLI_NO_SPACE] = "cannot be read",
                                           [EH_CLI_SAME_FILE] = "is a file that was read under another name; its rows would count twice",
                                           [EH_CLI_ONCE] = "is a pipe and comes once, but quantile buckets read the rows twice; write it to a file",
                                           [EH_CLI_OTHER] = "cannot be read"};
static const char *const write_fault_f[] = {[EH_CLI_NOT_FOUND] = "cannot be written: no such directory",
                                            [EH_CLI_IS_DIRECTORY] = "cannot be written: is a directory",
                                            [EH_CLI_DENIED] = "cannot be written: permission denied",
                                            [EH_CLI_CLOSED] = "cannot be written: closed at the other end",
                                            [EH_CLI_NO_SPACE] = "cannot be written: no space left",
                                            [EH_CLI_SAME_FILE] = "cannot be written: it is the input, or another output",
                                            [EH_CLI_ONCE] = "cannot be written",
                                            [EH_CLI_OTHER] = "cannot be written"};

static const char *fault_text(const char *const text_f[], eh_cli_fault fault) {
  return text_f[fault > EH_CLI_FINE && fault <= EH_CLI_OTHER ? fault : EH_CLI_OTHER];
}

/* ---- starting ---------------------------------------------------------------------------------------------------- */

static bool is_help(eh_str word) { return eh_str_eq(word, EH_STR("--help")) || eh_str_eq(word, EH_STR("-h")); }

static eh_status unknown_command(const eh_str *name_n, uint32_t n, eh_str word, const char *remedy, eh_error *err) {
  int near = eh_name_nearest(name_n, n, word);
  if (near >= 0) return eh_fail(err, EH_E_USAGE, "unknown command %Q; nearest is \"%S\"", word, name_n[near]);
  return eh_fail(err, EH_E_USAGE, "unknown command %Q; %s", word, remedy);
}

static eh_status start_verb(eh_cli *cli, const eh_verb *verb, uint32_t words, eh_error *err) {
  cli->verb = verb;
  cli->argument_n += words;
  cli->argument_count -= words;
  return verb->start(cli, err);
}

/* "evenhand help audit": the words after "help" name a verb; none is the whole program. */
static eh_status start_help(eh_cli *cli, const eh_str *word_n, uint32_t n, eh_error *err) {
  eh_buf name = {.mem = cli->mem};
  for (uint32_t i = 0; i < n; i++) eh_buf_format(&name, "%s%S", i ? " " : "", word_n[i]);
  eh_buf_byte(&name, 0);
  eh_status status = name.failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
  if (!status && !eh_help(eh_cli_post(cli, EH_CLI_OUT, (eh_str){0}), n ? name.p : NULL, cli->host.width))
    status = eh_fail(err, EH_E_USAGE, "there is no help on %Q; commands are audit, view, cube build, cube merge and cube info",
                     (eh_str){name.p, name.n - 1});
  eh_buf_free(&name);
  return status;
}

static eh_status start_cube(eh_cli *cli, const eh_str *word_n, uint32_t n, eh_error *err) {
  static const eh_str name_n[] = {{"build", 5}, {"merge", 5}, {"info", 4}};
  static const eh_verb *const verb_n[] = {&eh_verb_cube_build, &eh_verb_cube_merge, &eh_verb_cube_info};
  if (!n) return eh_fail(err, EH_E_USAGE, "cube needs a command: build, merge or info");
  if (is_help(word_n[0])) return start_help(cli, (const eh_str[]){EH_STR("cube")}, 1, err);
  for (int i = 0; i < 3; i++)
    if (eh_str_eq(word_n[0], name_n[i])) return start_verb(cli, verb_n[i], 2, err);
  return unknown_command(name_n, 3, word_n[0], "cube has build, merge and info", err);
}

static eh_status start(eh_cli *cli, eh_error *err) {
  static const eh_str command_n[] = {{"audit", 5}, {"cube", 4}, {"help", 4}, {"view", 4}};
  const eh_str *word_n = cli->argument_n;
  uint32_t n = cli->argument_count;
  if (!n) {
    cli->exit_code = 2;
    eh_help(eh_cli_post(cli, EH_CLI_ERR, (eh_str){0}), NULL, cli->host.width);
    return EH_OK;
  }
  if (is_help(word_n[0])) return start_help(cli, NULL, 0, err);
  if (eh_str_eq(word_n[0], EH_STR("--version"))) {
    eh_buf_text(eh_cli_post(cli, EH_CLI_OUT, (eh_str){0}), "evenhand " EH_VERSION "\n");
    return EH_OK;
  }
  if (eh_str_eq(word_n[0], command_n[0])) return start_verb(cli, &eh_verb_audit, 1, err);
  if (eh_str_eq(word_n[0], command_n[1])) return start_cube(cli, word_n + 1, n - 1, err);
  if (eh_str_eq(word_n[0], command_n[2])) return start_help(cli, word_n + 1, n - 1, err);
  if (eh_str_eq(word_n[0], command_n[3])) return start_verb(cli, &eh_verb_view, 1, err);
  if (word_n[0].n && word_n[0].p[0] == '-')
    return eh_fail(err, EH_E_USAGE, "a command comes before option %Q: evenhand audit FILE", word_n[0]);
  return unknown_command(command_n, 4, word_n[0], "a file is audited with: evenhand audit FILE", err);
}

eh_status eh_cli_new(eh_cli **out, const eh_str *argument_n, uint32_t argument_count, const eh_cli_host *host,
                     const eh_allocator *mem) {
  eh_cli *cli = eh_mem_zero(mem, sizeof *cli);
  if (!cli) return EH_E_MEMORY;
  cli->mem = cli->arena.mem = cli->held.mem = cli->stored.mem = cli->stored_held.mem = cli->progress.mem = cli->shared.mem = mem;
  cli->host = *host;
  eh_str *copy_n = eh_arena_take(&cli->arena, (argument_count + 1) * sizeof *copy_n);
  bool copied = copy_n != NULL;
  for (uint32_t i = 0; copied && i < argument_count; i++) {
    copy_n[i] = eh_arena_str(&cli->arena, argument_n[i]);
    copied = copy_n[i].p != NULL;
  }
  if (!copied) {
    eh_cli_free(cli);
    return EH_E_MEMORY;
  }
  cli->argument_n = copy_n;
  cli->argument_count = argument_count;
  eh_error error = {0};
  if (start(cli, &error)) eh_cli_fail(cli, &error);
  *out = cli;
  return EH_OK;
}

void eh_cli_free(eh_cli *cli) {
  if (!cli) return;
  drop_posts(cli);
  eh_ingest_free(cli->ingest);
  for (uint32_t i = 0; i < cli->part_count; i++) eh_cube_free(cli->part_n[i]);
  eh_request_free(cli->request);
  eh_buf_free(&cli->held);
  eh_buf_free(&cli->stored);
  eh_buf_free(&cli->stored_held);
  eh_buf_free(&cli->progress);
  eh_buf_free(&cli->shared);
  eh_arena_free(&cli->arena);
  eh_mem_free(cli->mem, cli, sizeof *cli);
}

/* ---- step by step ------------------------------------------------------------------------------------------------ */

eh_cli_step eh_cli_next(eh_cli *cli) {
  for (uint32_t i = cli->post_first; i < cli->post_count; i++) cli->out_of_memory |= cli->post_n[i].bytes.failed;
  if (cli->out_of_memory) return (eh_cli_step){.act = EH_CLI_ERR, .bytes = EH_STR(out_of_memory)};
  if (cli->glob) return (eh_cli_step){.act = EH_CLI_LIST, .path = eh_glob_folder(cli->glob)};
  if (cli->share.p) return (eh_cli_step){.act = EH_CLI_SHARE, .path = cli->share};
  if (cli->reading) return eh_cli_input_step(cli);
  if (cli->post_first < cli->post_count) {
    const eh_post *post = &cli->post_n[cli->post_first];
    return (eh_cli_step){.act = post->act, .path = post->path, .bytes = {post->bytes.p, post->bytes.n}};
  }
  return (eh_cli_step){.act = EH_CLI_EXIT, .exit_code = cli->exit_code};
}

/* Names of a folder's files, or why it cannot be listed; one that is not there, or is none, has none. */
static eh_status take_names(eh_cli *cli, const void *bytes, size_t n, eh_cli_fault fault, eh_error *err) {
  bool done = false;
  if (fault && fault != EH_CLI_NOT_FOUND) {
    eh_cli_fail_path(cli, eh_glob_folder(cli->glob), fault_text(read_fault_f, fault));
    return EH_OK;
  }
  EH_TRY(eh_glob_take(&done, cli, bytes, fault ? 0 : n, err));
  return done ? open_files(cli, err) : EH_OK;
}

/* Bytes of a file that comes with the program; none at its end. */
static eh_status take_shared(eh_cli *cli, const void *bytes, size_t n, eh_cli_fault fault, eh_error *err) {
  if (fault)
    return eh_fail(err, EH_E_IO, "%S, which comes with this program, %s; build it with: npm run build -w evenhand-web, or set "
                   "EVENHAND_SHARE to the folder that has it", cli->share,
                   fault == EH_CLI_NOT_FOUND ? "is not installed" : "cannot be read");
  eh_buf_put(&cli->shared, bytes, n);
  if (cli->shared.failed) return eh_fail(err, EH_E_MEMORY, "out of memory");
  if (!n) cli->share = (eh_str){0};
  return EH_OK;
}

void eh_cli_feed(eh_cli *cli, const void *bytes, size_t n, eh_cli_fault fault) {
  eh_error error = {0};
  eh_status status = EH_OK;
  if (cli->glob) {
    status = take_names(cli, bytes, n, fault, &error);
  } else if (cli->share.p) {
    status = take_shared(cli, bytes, n, fault, &error);
  } else if (fault && cli->reading) {
    eh_cli_fail_path(cli, eh_cli_source(cli->file),
                     cli->unpacking ? eh_cli_unpack_fault(cli, fault) : fault_text(read_fault_f, fault));
  } else if (cli->reading) {
    status = cli->unpacking ? eh_cli_take_unpacked(cli, bytes, n, &error)
             : !cli->table  ? eh_cli_take_read(cli, bytes, n, &error)
             : n            ? eh_fail(&error, EH_E_INTERNAL, "a table is handed over by columns")
                            : eh_cli_end_table(cli, &error);
  }
  if (status) eh_cli_fail(cli, &error);
}

eh_ingest *eh_cli_table(eh_cli *cli, const eh_str *name_n, uint32_t n) {
  eh_error error = {0};
  if (!cli->table) return NULL;
  if (!eh_rows_table(cli, name_n, n, &error)) return cli->ingest;
  eh_cli_fail(cli, &error);
  return NULL;
}

eh_ingest *eh_cli_rows(uint32_t *threads, bool *asked, const eh_cli *cli) {
  bool pays;
  const bool plain = cli->reading && cli->sniffed && !cli->table && !cli->packing && cli->file_count == 1;
  if (!plain || !cli->ingest || !eh_ingest_cuts(&pays, cli->ingest)) return NULL;
  *threads = cli->how.threads;
  *asked = *threads > 0;
  if (!*asked && !pays) *threads = 1;
  return cli->ingest;
}

bool eh_cli_looks(const eh_cli *cli) { return cli->table && eh_rows_unnamed(cli); }

void eh_cli_look(eh_cli *cli, const void *lines, size_t n, bool whole) {
  eh_error error = {0};
  if (!cli->table) return;
  eh_buf_put(&cli->held, lines, n);
  eh_status status = cli->held.failed ? eh_fail(&error, EH_E_MEMORY, "out of memory") : eh_look(cli, whole, &error);
  eh_cli_stop(cli);
  if (status) eh_cli_fail(cli, &error);
}

void eh_cli_refuse(eh_cli *cli, eh_status status, eh_str sentence) {
  eh_error error = {0};
  eh_fail(&error, status, "%S", sentence);
  eh_cli_fail(cli, &error);
}

void eh_cli_done(eh_cli *cli, eh_cli_fault fault) {
  if (cli->out_of_memory) {
    cli->out_of_memory = false;
    forget(cli);
    cli->exit_code = 3;
    return;
  }
  if (cli->glob || cli->share.p || cli->reading || cli->post_first == cli->post_count) return;
  eh_post *post = &cli->post_n[cli->post_first++];
  eh_buf_free(&post->bytes);
  if (!fault || post->act == EH_CLI_ERR) return;
  /* Whoever closed standard output (head, less) has seen enough: that is no failure. */
  bool on_out = post->act == EH_CLI_OUT;
  if (on_out && fault == EH_CLI_CLOSED)
    drop_posts(cli);
  else
    eh_cli_fail_path(cli, on_out ? EH_STR("standard output") : post->path, fault_text(write_fault_f, fault));
}
