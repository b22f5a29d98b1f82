/* Any lines as options: "key=text" to a request (a list is split where the line starts with a blank), and the words of each
 * line as a command line of the program, which must end by itself with 0 or 2 whatever it is told.
 */
#include "fuzz.h"

#include "evenhand/cli.h"

enum { LINES = 16, WORDS = 24, STEPS = 10000 };

static eh_str next_line(const uint8_t **p, const uint8_t *end) {
  const uint8_t *const from = *p;
  const uint8_t *const stop = memchr(from, '\n', (size_t)(end - from));
  *p = stop ? stop + 1 : end;
  return (eh_str){(const char *)from, (size_t)((stop ? stop : end) - from)};
}

static void request(const uint8_t *p, size_t n) {
  const uint8_t *const end = p + n;
  eh_request *request = NULL;
  eh_error err = {0};
  FUZZ_CHECK(eh_request_new(&request, NULL, &err) == EH_OK);
  for (int line_n = 0; p < end && line_n < LINES; line_n++) {
    eh_str key = next_line(&p, end);
    const bool split = key.n && key.p[0] == ' ';
    if (split) key.p++, key.n--;
    const char *const equal = key.n ? memchr(key.p, '=', key.n) : NULL;
    if (!equal) continue;
    const eh_str text = {equal + 1, key.n - (size_t)(equal + 1 - key.p)};
    key.n = (size_t)(equal - key.p);
    err = (eh_error){0};
    fuzz_check_error(eh_request_set(request, key, text, split, &err), &err);
  }
  const eh_spec *spec = NULL;
  const eh_reading *reading = NULL;
  err = (eh_error){0};
  const eh_status status = eh_request_spec(request, &spec, &reading, &err);
  fuzz_check_error(status, &err);
  if (!status) FUZZ_CHECK(spec && reading);
  for (uint32_t t = 1; !status && t < spec->cube.threshold_count; t++)
    FUZZ_CHECK(spec->cube.threshold_t[t - 1] < spec->cube.threshold_t[t]);
  eh_text_style style = {0};
  err = (eh_error){0};
  fuzz_check_error(eh_request_style(request, &style, &err), &err);
  eh_request_free(request);
}

/* The program, told `line`; every file it opens holds the same twelve rows. */
static void program(eh_str line) {
  static const char rows[] = "y,p,sex,age\n1,.9,F,20\n0,.8,F,30\n1,.3,F,40\n0,.2,F,\n1,.7,M,25\n0,.6,M,45\n0,.1,,65\n";
  eh_str word_n[WORDS];
  uint32_t words = 0;
  for (size_t at = 0; at <= line.n && words < WORDS;) {
    const char *const blank = at < line.n ? memchr(line.p + at, ' ', line.n - at) : NULL;
    const size_t stop = blank ? (size_t)(blank - line.p) : line.n;
    word_n[words++] = (eh_str){line.p + at, stop - at};
    at = stop + 1;
  }
  const eh_cli_host host = {.width = 80};
  eh_cli *cli = NULL;
  FUZZ_CHECK(eh_cli_new(&cli, word_n, words, &host, NULL) == EH_OK);
  bool given = false;
  for (int steps = 0;; steps++) {
    FUZZ_CHECK(steps < STEPS);
    const eh_cli_step step = eh_cli_next(cli);
    if (step.act == EH_CLI_READ) {
      eh_cli_feed(cli, rows, given ? 0 : sizeof rows - 1, EH_CLI_FINE);
      given = !given;
    } else if (step.act == EH_CLI_LIST) {
      eh_cli_feed(cli, NULL, 0, EH_CLI_FINE); /* a folder without files */
    } else if (step.act == EH_CLI_EXIT) {
      FUZZ_CHECK(step.exit_code == 0 || step.exit_code == 2);
      break;
    } else {
      eh_cli_done(cli, EH_CLI_FINE);
    }
  }
  eh_cli_free(cli);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  request(data, n);
  const uint8_t *p = data;
  for (int line_n = 0; p < data + n && line_n < 4; line_n++) program(next_line(&p, data + n));
  return 0;
}
