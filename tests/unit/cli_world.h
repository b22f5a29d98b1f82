/* A host of the program that lives in memory, counts it and can be told to fail. For tests of the cli room. */
#ifndef EH_TEST_CLI_WORLD_H
#define EH_TEST_CLI_WORLD_H

#include "check.h"

#include "cli/cli_internal.h"

/* A host whose files are in memory, which counts memory and can be told to fail. */
typedef struct world {
  const char *input_p;
  size_t input_n, chunk;
  eh_str more_n[3]; /* what is read after the first input has ended */
  eh_cli_fault read_fault, write_fault, out_fault;
  bool terminal;
  char *file_n[3], *file_path_n[3];
  size_t file_size_n[3];
  uint32_t file_count, kept_count;
  uint32_t write_fault_at, writes; /* the write that meets write_fault, from 1; 0 = every one */
  bool keep_fails;
  const char *const (*folder_n)[2]; /* path, and its names with a '|' behind each; ended by a NULL */
  bool parquet;
  const char *page; /* what comes with the program, NULL = nothing */
  char *out, *err;
  size_t out_n;
  int code;
  eh_str unpack; /* what is still to be unpacked; how many bytes of the file were, and the last of them */
  size_t unpack_seen;
  unsigned char unpack_last;
} world;

static long memory_left = -1; /* allocations until one fails; -1 = never */
static size_t memory_held;

static void *counted_resize(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  (void)ctx;
  if (new_n && memory_left == 0) return NULL;
  if (new_n && memory_left > 0) memory_left--;
  memory_held += new_n - (ptr ? old_n : 0);
  if (new_n) return realloc(ptr, new_n);
  free(ptr);
  return NULL;
}

static const eh_allocator counted = {counted_resize, NULL};

static char *join(char *text, eh_str more) {
  size_t n = text ? strlen(text) : 0;
  text = realloc(text, n + more.n + 1);
  memcpy(text + n, more.p, more.n);
  text[n + more.n] = 0;
  return text;
}

static void write_file(world *w, const eh_cli_step *step) {
  if (w->file_count == 3) return;
  uint32_t i = w->file_count++;
  w->file_path_n[i] = join(NULL, step->path);
  w->file_n[i] = malloc(step->bytes.n + 1);
  memcpy(w->file_n[i], step->bytes.p, step->bytes.n);
  w->file_size_n[i] = step->bytes.n;
}

/* Answers an UNPACK step. Packed bytes are, for this host, 0x1f 0x8b and then each byte twice, up to 0xff twice. */
static void unpack(world *w, eh_cli *cli, eh_str bytes) {
  char out[64];
  size_t n = 0;
  if (!bytes.p) {
    eh_cli_feed(cli, out, 0, w->unpack_last == 0xff ? EH_CLI_FINE : EH_CLI_SHORT);
    w->unpack_seen = 0;
    return;
  }
  if (bytes.n) w->unpack = bytes;
  for (; w->unpack.n && n < sizeof out && n < w->chunk; w->unpack.p++, w->unpack.n--) {
    w->unpack_last = (unsigned char)*w->unpack.p;
    if (w->unpack_seen++ >= 2 && w->unpack_seen % 2 && w->unpack_last != 0xff) out[n++] = *w->unpack.p;
  }
  eh_cli_feed(cli, out, n, EH_CLI_FINE);
}

/* Answers a LIST step in two pieces. */
static void list_folder(const world *w, eh_cli *cli, eh_str path) {
  uint32_t i = 0;
  while (w->folder_n && w->folder_n[i][0] && !eh_str_eq(eh_str_of(w->folder_n[i][0]), path)) i++;
  if (!w->folder_n || !w->folder_n[i][0]) {
    eh_cli_feed(cli, NULL, 0, EH_CLI_NOT_FOUND);
    return;
  }
  char *names = join(NULL, eh_str_of(w->folder_n[i][1]));
  const size_t n = strlen(names), half = n / 2;
  for (size_t k = 0; k < n; k++)
    if (names[k] == '|') names[k] = 0;
  if (half) eh_cli_feed(cli, names, half, EH_CLI_FINE);
  if (n > half) eh_cli_feed(cli, names + half, n - half, EH_CLI_FINE);
  free(names);
  eh_cli_feed(cli, NULL, 0, EH_CLI_FINE);
}

/* Answers a TABLE step: two columns of three rows. */
static void hand_over(eh_cli *cli) {
  static const eh_str name_n[] = {{"y", 1}, {"p", 1}, {"q", 1}};
  static const uint8_t y_n[] = {1, 0, 1};
  static const double p_n[] = {.75, .25, .5};
  const eh_column column_n[] = {{.name = {"y", 1}, .type = EH_BOOL, .data = y_n}, {.name = {"p", 1}, .type = EH_F64, .data = p_n}};
  const eh_batch batch = {.rows = 3, .column = column_n, .column_n = 2, .first_row = 1};
  eh_error err = {0};
  static const char line_n[] = "{\"y\":1,\"p\":0.75}\n{\"y\":0,\"p\":0.25}\n";
  if (eh_cli_looks(cli)) {
    eh_cli_look(cli, line_n, sizeof line_n - 1, false);
    return;
  }
  eh_ingest *in = eh_cli_table(cli, name_n, 3);
  if (!in) return;
  uint32_t n;
  const eh_want *want_n = eh_ingest_wants(in, &n);
  CHECK(n == 2 && eh_str_eq(want_n[0].name, name_n[0]) && eh_str_eq(want_n[1].name, name_n[1]));
  eh_ingest_stored(in, "PAR1", 4);
  if (eh_ingest_columns(in, &batch, &err)) eh_cli_refuse(cli, err.status, eh_str_of(err.message));
  else eh_cli_feed(cli, NULL, 0, EH_CLI_FINE);
}

/* What is done with a WRITE or KEEP step. */
static eh_cli_fault put_file(world *w, const eh_cli_step *step) {
  if (step->act == EH_CLI_KEEP) {
    if (!w->keep_fails) w->kept_count++;
    return w->keep_fails ? EH_CLI_DENIED : EH_CLI_FINE;
  }
  w->writes++;
  if (w->write_fault && (!w->write_fault_at || w->write_fault_at == w->writes)) return w->write_fault;
  write_file(w, step);
  return EH_CLI_FINE;
}

/* Runs "evenhand LINE", words divided by blanks, to its end. */
static void run(world *w, const char *line) {
  eh_str word_n[32];
  uint32_t n = 0;
  for (const char *p = line; *p && n < 32;) {
    size_t length = strcspn(p, " ");
    word_n[n++] = (eh_str){p, length};
    p += length + (p[length] == ' ');
  }
  const eh_cli_host host = {.out_is_terminal = w->terminal, .err_is_terminal = w->terminal, .parquet = w->parquet};
  eh_cli *cli = NULL;
  w->out = join(NULL, (eh_str){"", 0});
  w->err = join(NULL, (eh_str){"", 0});
  w->code = 3;
  if (eh_cli_new(&cli, word_n, n, &host, &counted)) return;
  size_t at = 0;
  uint32_t ended = 0;
  for (int steps = 0; steps < 1000000; steps++) {
    eh_cli_step step = eh_cli_next(cli);
    if (step.act == EH_CLI_EXIT) {
      w->code = step.exit_code;
      break;
    }
    if (step.act == EH_CLI_READ) {
      eh_str input = ended ? w->more_n[ended - 1] : (eh_str){w->input_p, w->input_n};
      size_t more = input.n - at < w->chunk ? input.n - at : w->chunk;
      eh_cli_feed(cli, input.p + at, w->read_fault ? 0 : more, w->read_fault);
      at = more ? at + more : 0;
      ended += !more;
      continue;
    }
    if (step.act == EH_CLI_SHARE) {
      const size_t page_n = w->page ? strlen(w->page) : 0;
      if (page_n) eh_cli_feed(cli, w->page, 3, EH_CLI_FINE), eh_cli_feed(cli, w->page + 3, page_n - 3, EH_CLI_FINE);
      eh_cli_feed(cli, NULL, 0, w->page ? EH_CLI_FINE : EH_CLI_NOT_FOUND);
      continue;
    }
    if (step.act == EH_CLI_UNPACK) {
      unpack(w, cli, step.bytes);
      continue;
    }
    if (step.act == EH_CLI_LIST || step.act == EH_CLI_TABLE) {
      if (step.act == EH_CLI_LIST) list_folder(w, cli, step.path);
      else hand_over(cli), at = 0, ended++; /* its bytes have all been read */
      continue;
    }
    if (step.act == EH_CLI_WRITE || step.act == EH_CLI_KEEP) {
      eh_cli_done(cli, put_file(w, &step));
      continue;
    }
    if (step.act == EH_CLI_OUT && !w->out_fault) w->out = join(w->out, step.bytes), w->out_n = step.bytes.n;
    if (step.act == EH_CLI_ERR) w->err = join(w->err, step.bytes);
    eh_cli_done(cli, step.act == EH_CLI_OUT ? w->out_fault : EH_CLI_FINE);
  }
  eh_cli_free(cli);
}

static void end(world *w) {
  CHECK_U64(memory_held, 0);
  memory_held = 0;
  for (uint32_t i = 0; i < w->file_count; i++) free(w->file_n[i]), free(w->file_path_n[i]);
  free(w->out);
  free(w->err);
}

static const char people[] =
    "y,p,sex\n1,.9,F\n0,.8,F\n1,.3,F\n0,.2,F\n1,.7,M\n0,.6,M\n0,.1,M\n1,.4,M\n0,.3,M\n1,.95,M\n0,.55,F\n0,.15,\n";

/* The same people in two parts. */
static const char people_1[] = "y,p,sex\n1,.9,F\n0,.8,F\n1,.3,F\n0,.2,F\n1,.7,M\n";
static const char people_2[] = "y,p,sex\n0,.6,M\n0,.1,M\n1,.4,M\n0,.3,M\n1,.95,M\n0,.55,F\n0,.15,\n";

static world people_world(size_t chunk) {
  return (world){.input_p = people, .input_n = sizeof people - 1, .chunk = chunk};
}

/* Runs a line on the people; expects code 2, nothing printed, and a message followed by where to find help. */
static inline void misuse(const char *line, const char *help, const char *message) {
  char want[512];
  world w = people_world(1 << 20);
  run(&w, line);
  snprintf(want, sizeof want, "evenhand: %s\nTry 'evenhand %s--help'.\n", message, help);
  CHECK_U64((uint64_t)w.code, 2);
  CHECK_TEXT(w.err, strlen(w.err), want);
  CHECK_TEXT(w.out, strlen(w.out), "");
  end(&w);
}

#endif
