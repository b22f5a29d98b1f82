/* The cli room: the table of options, requests, thresholds in decimal, and the program as a conversation with a host
 * that lives in memory. Exact texts of whole runs are in tests/cli; here are the promises of the header. */
#include "check.h"

#include "cli/cli_internal.h"

static eh_error error;

/* ---- options ----------------------------------------------------------------------------------------------------- */

static void every_flag_is_its_key_with_dashes(void) {
  uint32_t n;
  const eh_option_info *info_o = eh_option_table(&n);
  CHECK_U64(n, EH_OPTIONS);
  for (uint32_t o = 0; o < n; o++) {
    char flag[64] = "--";
    size_t at = 2;
    for (const char *p = info_o[o].key; *p; p++) flag[at++] = *p == '_' ? '-' : *p;
    CHECK_TEXT(flag, at, eh_option_flag((eh_option)o));
    CHECK(eh_option_of_key(eh_str_of(info_o[o].key)) == (int)o);
    CHECK(eh_option_of_flag((eh_str){flag, at}) == (int)o);
    CHECK((info_o[o].type == EH_OPT_FLAG) == (*info_o[o].value == 0));
    CHECK(strlen(info_o[o].help) > 10);
  }
  CHECK(eh_option_of_key(EH_STR("--label")) == -1 && eh_option_of_flag(EH_STR("label")) == -1);
}

/* ---- requests ---------------------------------------------------------------------------------------------------- */

static eh_request *new_request(void) {
  eh_request *request = NULL;
  error = (eh_error){0};
  CHECK(eh_request_new(&request, NULL, &error) == EH_OK);
  return request;
}

static eh_status set(eh_request *request, const char *key, const char *text) {
  error = (eh_error){0};
  return eh_request_set(request, eh_str_of(key), eh_str_of(text), true, &error);
}

/* Sets one option on a fresh request, resolves it, and compares the message. */
static void refuses(const char *key, const char *text, const char *message) {
  eh_request *request = new_request();
  const eh_spec *spec;
  const eh_reading *reading;
  eh_text_style style = {0};
  eh_status status = set(request, key, text);
  if (!status) status = eh_request_spec(request, &spec, &reading, &error);
  if (!status) status = eh_request_style(request, &style, &error);
  CHECK(status == EH_E_USAGE);
  CHECK_TEXT(error.message, strlen(error.message), message);
  eh_request_free(request);
}

static void lists_split_escape_trim_and_grow(void) {
  eh_request *request = new_request();
  CHECK(set(request, "slice", "sex, race ,a\\,b,c\\\\d,x\\*y,") == EH_OK);
  CHECK(set(request, "slice", "age") == EH_OK);
  CHECK(eh_request_set(request, EH_STR("slice"), EH_STR(" p,q "), false, &error) == EH_OK);
  const char *const want_n[] = {"sex", "race", "a,b", "c\\d", "x\\*y", "", "age", " p,q "};
  const eh_given *given = &request->given_o[EH_O_SLICE];
  CHECK_U64(given->item_count, 8);
  for (uint32_t i = 0; i < given->item_count && i < 8; i++)
    CHECK_TEXT(given->item_n[i].p, given->item_n[i].n, want_n[i]);
  CHECK(eh_request_set(request, EH_STR("names"), (eh_str){"a,b\\,c", 4}, true, &error) == EH_OK); /* ends in "\" */
  const eh_given *names = &request->given_o[EH_O_NAMES];
  REQUIRE(names->item_count == 2);
  CHECK_TEXT(names->item_n[1].p, names->item_n[1].n, "b\\");
  CHECK(set(request, "bucket", "age:25,45") == EH_OK);
  CHECK(set(request, "bucket", "fare:1,2") == EH_OK);
  CHECK_U64(request->given_o[EH_O_BUCKET].item_count, 2);
  CHECK_TEXT(request->given_o[EH_O_BUCKET].item_n[0].p, request->given_o[EH_O_BUCKET].item_n[0].n, "age:25,45");
  eh_request_free(request);
}

static void a_request_copies_what_it_is_given(void) {
  eh_request *request = new_request();
  char text[] = "income";
  CHECK(set(request, "label", text) == EH_OK);
  memset(text, 'x', sizeof text - 1);
  const eh_spec *spec;
  const eh_reading *reading;
  REQUIRE(eh_request_spec(request, &spec, &reading, &error) == EH_OK);
  CHECK_TEXT(spec->cube.label.p, spec->cube.label.n, "income");
  eh_request_free(request);
}

static void what_is_not_given_stays_zero(void) {
  eh_request *request = new_request();
  const eh_spec *spec;
  const eh_reading *reading;
  REQUIRE(eh_request_spec(request, &spec, &reading, &error) == EH_OK);
  CHECK(!spec->cube.label.p && !spec->cube.model_count && !spec->cube.positive.p);
  CHECK(!spec->cube.threshold_t && !spec->cube.threshold_count && !spec->metric_n && !spec->metric_count);
  CHECK(!spec->cube.missing_n && !spec->cube.missing_count && !spec->baseline.p && spec->level == 0);
  CHECK(!spec->no_intervals && !spec->min_slice && !spec->cube.slicing.dim_count);
  CHECK(!reading->delimiter && !reading->name_n && !reading->strict && !reading->no_hash && !reading->check_positive);
  eh_request_free(request);
}

static void every_option_reaches_the_spec(void) {
  static const char *const option_n[][2] = {
      {"label", "y"}, {"score", "p,q"}, {"positive", ""}, {"missing", ""}, {"names", "y,p,q,s,age"},
      {"delimiter", "tab"}, {"strict", "true"}, {"no_hash", "true"}, {"slice", "s"}, {"cross", "s*age"}, {"bucket", "age:25,45"},
      {"show_missing", "true"}, {"min_slice", "30"}, {"threshold", ".5,.1"}, {"metric", "recall,fpr@.3,tpr"},
      {"baseline", "s=a"}, {"level", ".9"}, {"interval", "none"}, {"top", "7"}, {"sort", "n"}};
  eh_request *request = new_request();
  for (size_t i = 0; i < sizeof option_n / sizeof *option_n; i++)
    CHECK(set(request, option_n[i][0], option_n[i][1]) == EH_OK);
  const eh_spec *spec;
  const eh_reading *reading;
  eh_text_style style = {.width = 90};
  REQUIRE(eh_request_spec(request, &spec, &reading, &error) == EH_OK);
  REQUIRE(eh_request_style(request, &style, &error) == EH_OK);
  CHECK(spec->cube.model_count == 2 && spec->cube.positive.p && !spec->cube.positive.n);
  CHECK(spec->cube.missing_n && spec->cube.missing_count == 1 && !spec->cube.missing_n[0].n);
  CHECK(reading->name_count == 5 && reading->delimiter == '\t' && reading->strict && reading->no_hash);
  CHECK(reading->check_positive);
  CHECK(spec->cube.slicing.dim_count == 2 && spec->cube.slicing.single_count == 2 && spec->cube.slicing.show_missing);
  CHECK(spec->cube.slicing.cross_count == 1 && spec->min_slice == 30);
  REQUIRE(spec->metric_count == 2 && spec->cube.threshold_count == 3);
  CHECK(spec->metric_n[0] == EH_M_TPR && spec->metric_n[1] == EH_M_FPR);
  CHECK(spec->cube.threshold_t[0] == .1 && spec->cube.threshold_t[1] == .3 && spec->cube.threshold_t[2] == .5);
  CHECK_TEXT(spec->baseline.p, spec->baseline.n, "s=a");
  CHECK(spec->level == .9 && spec->no_intervals && style.top == 7 && style.sort == EH_SORT_ROWS && style.width == 90);
  eh_request_free(request);
}

static void a_bad_option_is_refused_in_a_sentence(void) {
  refuses("lable", "y", "unknown option \"lable\"; nearest is \"label\"");
  refuses("minSlice", "3", "unknown option \"minSlice\"; nearest is \"min_slice\"");
  refuses("qqqqqqqq", "3", "unknown option \"qqqqqqqq\"");
  refuses("strict", "yes", "strict is true or false, not \"yes\"");
  refuses("min_slice", "-1", "min_slice needs a whole number, not \"-1\"");
  refuses("min_slice", "", "min_slice needs a whole number, not \"\"");
  refuses("min_slice", "18446744073709551616", "min_slice needs a whole number, not \"18446744073709551616\"");
  refuses("level", "high", "level needs a number, not \"high\"");
  refuses("level", "95", "level must lie between 0 and 1, such as .95, but is \"95\"");
  refuses("level", "nan", "level must lie between 0 and 1, such as .95, but is \"nan\"");
  refuses("interval", "wald", "interval is default or none, not \"wald\"");
  refuses("delimiter", "||", "delimiter takes one ASCII character other than a quote or line end, or tab, not \"||\"");
  refuses("delimiter", "\"", "delimiter takes one ASCII character other than a quote or line end, or tab, not \"\"\"");
  refuses("top", "0", "top must be 1 or more, but is \"0\"");
  refuses("sort", "size", "sort is gap, name, n, value or p, not \"size\"");
  refuses("metric", "fprr", "metric: unknown metric \"fprr\"; nearest is \"fpr\"");
  refuses("metric", "roc_auc@.5", "metric: \"roc_auc\" has no threshold; leave out \"@\" and what follows");
  refuses("metric", "fpr@x", "metric: \"x\" is not a number; write .5, or .1:.9:.1 for a range");
  eh_request *request = new_request();
  CHECK(set(request, "label", "y") == EH_OK);
  CHECK(set(request, "label", "z") == EH_E_USAGE);
  CHECK_TEXT(error.message, strlen(error.message), "label is given twice");
  eh_request_free(request);
}

static void an_unknown_metric_far_from_all_lists_them(void) {
  eh_request *request = new_request();
  const eh_spec *spec;
  const eh_reading *reading;
  CHECK(set(request, "metric", "wobbliness_of_it") == EH_OK);
  CHECK(eh_request_spec(request, &spec, &reading, &error) == EH_E_USAGE);
  CHECK(strstr(error.message, "known are tp, fp, tn, fn, fpr") && strstr(error.message, ", roc_auc"));
  eh_request_free(request);
}

/* ---- thresholds -------------------------------------------------------------------------------------------------- */

static double threshold_t[EH_THRESHOLDS_MAX];

static uint32_t thresholds(const char *text) {
  eh_thresholds set_of = {threshold_t, 0};
  error = (eh_error){0};
  return eh_thresholds_add(&set_of, eh_str_of(text), "threshold", &error) ? 0 : set_of.count;
}

static void a_range_is_expanded_in_decimal(void) {
  const double tenth_n[] = {.1, .2, .3, .4, .5, .6, .7, .8, .9};
  CHECK_U64(thresholds(".1:.9:.1"), 9);
  CHECK(memcmp(threshold_t, tenth_n, sizeof tenth_n) == 0);
  CHECK_U64(thresholds("0.10:0.95:1e-1"), 9);
  CHECK(memcmp(threshold_t, tenth_n, sizeof tenth_n) == 0);
  CHECK_U64(thresholds("0:1:.001"), 1001);
  for (int k = 0; k <= 1000; k++) {
    char text[16];
    snprintf(text, sizeof text, "%d.%03d", k / 1000, k % 1000);
    CHECK(threshold_t[k] == strtod(text, NULL));
  }
  CHECK_U64(thresholds("-1:+1:.5"), 5);
  CHECK(threshold_t[0] == -1 && threshold_t[1] == -.5 && threshold_t[2] == 0 && !signbit(threshold_t[2]));
  CHECK_U64(thresholds("1e-7:3e-7:1e-7"), 3);
  CHECK(threshold_t[2] == 3e-7);
  CHECK_U64(thresholds("1E3:1200:1e2"), 3);
  CHECK(threshold_t[1] == 1100);
  CHECK_U64(thresholds(".5:.5:.1"), 1);
  CHECK_U64(thresholds("0:4095:1"), EH_THRESHOLDS_MAX);
}

static void thresholds_are_sorted_and_distinct(void) {
  eh_thresholds set_of = {threshold_t, 0};
  const char *const text_n[] = {".9", ".1:.3:.1", "0.2", "-0", "0", "1e-1", "-.5"};
  for (int i = 0; i < 7; i++) CHECK(eh_thresholds_add(&set_of, eh_str_of(text_n[i]), "threshold", NULL) == EH_OK);
  const double want_n[] = {-.5, 0, .1, .2, .3, .9};
  CHECK_U64(set_of.count, 6);
  CHECK(memcmp(threshold_t, want_n, sizeof want_n) == 0);
}

static void a_bad_threshold_is_refused(void) {
  static const char *const case_n[][2] = {
      {"nan", "threshold: \"nan\" is not finite"},
      {"-inf", "threshold: \"-inf\" is not finite"},
      {"1e999", "threshold: \"1e999\" is not finite"},
      {"", "threshold: \"\" is not a number; write .5, or .1:.9:.1 for a range"},
      {".5x", "threshold: \".5x\" is not a number; write .5, or .1:.9:.1 for a range"},
      {".1:.9", "threshold: \".1:.9\" is not a range; write start:end:step, such as .1:.9:.1"},
      {".1:.9:.1:.1", "threshold: \".1:.9:.1:.1\" is not a range; write start:end:step, such as .1:.9:.1"},
      {"0:inf:1", "threshold: \"0:inf:1\" is not a range; write start:end:step, such as .1:.9:.1"},
      {"0:1e:1", "threshold: \"0:1e:1\" is not a range; write start:end:step, such as .1:.9:.1"},
      {"0:.:1", "threshold: \"0:.:1\" is not a range; write start:end:step, such as .1:.9:.1"},
      {"0:1:0", "threshold: \"0:1:0\" is empty; a range goes up from start to end by a step above 0"},
      {"1:0:.1", "threshold: \"1:0:.1\" is empty; a range goes up from start to end by a step above 0"},
      {"0:4096:1", "threshold: \"0:4096:1\" has more than 4096 thresholds"},
      {"0:1e300:1e-3", "threshold: \"0:1e300:1e-3\" has too many digits"},
      {"1e309:1e309:1e300", "threshold: \"1e309:1e309:1e300\" is not finite"},
  };
  for (size_t i = 0; i < sizeof case_n / sizeof *case_n; i++) {
    CHECK_U64(thresholds(case_n[i][0]), 0);
    CHECK_TEXT(error.message, strlen(error.message), case_n[i][1]);
  }
  eh_thresholds set_of = {threshold_t, 0};
  CHECK(eh_thresholds_add(&set_of, EH_STR("0:4095:1"), "threshold", NULL) == EH_OK);
  CHECK(eh_thresholds_add(&set_of, EH_STR("7"), "threshold", NULL) == EH_OK);
  CHECK(eh_thresholds_add(&set_of, EH_STR("7.5"), "threshold", NULL) == EH_E_USAGE);
}

/* ---- the conversation -------------------------------------------------------------------------------------------- */

/* A host whose files are in memory, which counts memory and can be told to fail. */
typedef struct world {
  const char *input_p;
  size_t input_n, chunk;
  eh_cli_fault read_fault, write_fault, out_fault;
  bool terminal;
  char *file_n[3], *file_path_n[3];
  size_t file_size_n[3];
  uint32_t file_count;
  char *out, *err;
  size_t out_n;
  int code;
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

/* Runs "evenhand LINE", words divided by blanks, to its end. */
static void run(world *w, const char *line) {
  eh_str word_n[32];
  uint32_t n = 0;
  for (const char *p = line; *p && n < 32;) {
    size_t length = strcspn(p, " ");
    word_n[n++] = (eh_str){p, length};
    p += length + (p[length] == ' ');
  }
  const eh_cli_host host = {.out_is_terminal = w->terminal, .err_is_terminal = w->terminal};
  eh_cli *cli = NULL;
  w->out = join(NULL, (eh_str){"", 0});
  w->err = join(NULL, (eh_str){"", 0});
  w->code = 3;
  if (eh_cli_new(&cli, word_n, n, &host, &counted)) return;
  size_t at = 0;
  for (int steps = 0; steps < 1000000; steps++) {
    eh_cli_step step = eh_cli_next(cli);
    if (step.act == EH_CLI_EXIT) {
      w->code = step.exit_code;
      break;
    }
    if (step.act == EH_CLI_READ) {
      size_t more = w->input_n - at < w->chunk ? w->input_n - at : w->chunk;
      eh_cli_feed(cli, w->input_p + at, w->read_fault ? 0 : more, w->read_fault);
      at += more;
      continue;
    }
    if (step.act == EH_CLI_WRITE && !w->write_fault) write_file(w, &step);
    if (step.act == EH_CLI_OUT && !w->out_fault) w->out = join(w->out, step.bytes), w->out_n = step.bytes.n;
    if (step.act == EH_CLI_ERR) w->err = join(w->err, step.bytes);
    eh_cli_done(cli, step.act == EH_CLI_WRITE ? w->write_fault : step.act == EH_CLI_OUT ? w->out_fault : EH_CLI_FINE);
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

static world people_world(size_t chunk) {
  return (world){.input_p = people, .input_n = sizeof people - 1, .chunk = chunk};
}

/* Runs a line on the people; expects code 2, nothing printed, and a message followed by where to find help. */
static void misuse(const char *line, const char *help, const char *message) {
  char want[512];
  world w = people_world(1 << 20);
  run(&w, line);
  snprintf(want, sizeof want, "evenhand: %s\nTry 'evenhand %s--help'.\n", message, help);
  CHECK_U64((uint64_t)w.code, 2);
  CHECK_TEXT(w.err, strlen(w.err), want);
  CHECK_TEXT(w.out, strlen(w.out), "");
  end(&w);
}

static void words_that_make_no_sense_end_with_2(void) {
  misuse("audti f", "", "unknown command \"audti\"; nearest is \"audit\"");
  misuse("--label y", "", "a command comes before option \"--label\": evenhand audit FILE");
  misuse("cube inof f", "", "unknown command \"inof\"; nearest is \"info\"");
  misuse("cube melt f", "", "unknown command \"melt\"; cube has one: evenhand cube info FILE.ehc");
  misuse("preds.csv", "", "unknown command \"preds.csv\"; a file is audited with: evenhand audit FILE");
  misuse("help wine", "", "there is no help on \"wine\"; commands are audit and cube info");
  misuse("cube info", "cube info ", "cube info needs a FILE.ehc, or - for standard input");
  misuse("cube info f --label y", "cube info ", "unknown option \"--label\"");
  misuse("audit", "audit ", "audit needs a FILE, or - for standard input");
  misuse("audit f g", "audit ", "audit takes one FILE, but \"g\" follows \"f\"");
  misuse("audit f --lable y", "audit ", "unknown option \"--lable\"; nearest is \"--label\"");
  misuse("audit f --label", "audit ", "--label needs a value: COL");
  misuse("audit f --label --score p", "audit ",
         "--label needs a value: COL; to give it \"--score\", write --label=--score");
  misuse("audit f --min-slice=x", "audit ", "--min-slice needs a whole number, not \"x\"");
  misuse("audit f --strict=no", "audit ", "--strict is true or false, not \"no\"");
  misuse("audit f", "audit ", "audit needs --label COL and --score COL to read \"f\"; its columns are y, p, sex");
  misuse("audit f --label y", "audit ", "audit needs --score COL to read \"f\"; its columns are y, p, sex");
  misuse("audit f --json - --csv -", "audit ", "--json and --csv cannot both go to standard output");
  misuse("audit f --json o --cube=o", "audit ", "--json and --cube name the same file \"o\"");
  misuse("audit f --json f", "audit ", "--json would overwrite the input \"f\"");
}

static void help_and_version_go_to_standard_output(void) {
  static const char *const line_n[] = {"--help", "-h", "help", "help audit", "audit --help", "audit f --lable -h",
                                       "cube --help", "help cube info", "cube info --help", "--version"};
  for (int i = 0; i < 10; i++) {
    world w = people_world(1);
    run(&w, line_n[i]);
    CHECK(w.code == 0 && !*w.err && w.out_n > 10);
    end(&w);
  }
  world w = people_world(1);
  run(&w, "audit --help");
  uint32_t n;
  eh_option_table(&n);
  for (uint32_t o = 0; o < n; o++) CHECK(strstr(w.out, eh_option_flag((eh_option)o)) != NULL);
  end(&w);
}

static const char simple[] =
    "audit people.csv --label y --score p --slice sex --json out.json --csv out.csv --cube out.ehc";

static void one_run_writes_its_files_then_prints(void) {
  world w = people_world(1 << 20);
  run(&w, simple);
  CHECK(w.code == 0 && w.out_n > 100);
  CHECK_TEXT(w.err, strlen(w.err), "");
  REQUIRE(w.file_count == 3);
  CHECK_TEXT(w.file_path_n[0], strlen(w.file_path_n[0]), "out.json");
  CHECK_TEXT(w.file_path_n[2], strlen(w.file_path_n[2]), "out.ehc");
  CHECK(w.file_n[0][0] == '{' && eh_cube_is(w.file_n[2], w.file_size_n[2]));
  /* One byte at a time says the same. */
  world slow = people_world(1);
  run(&slow, simple);
  REQUIRE(slow.file_count == 3);
  for (int i = 0; i < 3; i++)
    CHECK(slow.file_size_n[i] == w.file_size_n[i] && memcmp(slow.file_n[i], w.file_n[i], w.file_size_n[i]) == 0);
  CHECK_TEXT(slow.out, strlen(slow.out), w.out);
  /* The cube alone says the same, and so does its own cube. */
  world cube = {.input_p = w.file_n[2], .input_n = w.file_size_n[2], .chunk = 7};
  run(&cube, "audit out.ehc --json - --cube again.ehc");
  REQUIRE(cube.code == 0 && cube.file_count == 1);
  CHECK(cube.out_n == w.file_size_n[0] && memcmp(cube.out, w.file_n[0], cube.out_n) == 0);
  CHECK(cube.file_size_n[0] == w.file_size_n[2] && memcmp(cube.file_n[0], w.file_n[2], w.file_size_n[2]) == 0);
  world info = {.input_p = w.file_n[2], .input_n = w.file_size_n[2], .chunk = 100};
  run(&info, "cube info out.ehc");
  CHECK(info.code == 0 && info.out_n > 50 && !*info.err);
  end(&info);
  end(&cube);
  end(&slow);
  end(&w);
}

static void a_terminal_hears_what_was_written(void) {
  world w = people_world(100);
  w.terminal = true;
  run(&w, simple);
  CHECK_TEXT(w.err, strlen(w.err), "wrote out.json\nwrote out.csv\nwrote out.ehc\n");
  end(&w);
  /* ... and does not get the bytes of a cube. */
  w = people_world(100);
  run(&w, "audit f --label y --score p --cube -");
  CHECK(w.code == 0 && eh_cube_is(w.out, strlen(w.out)));
  end(&w);
  w = people_world(100);
  w.terminal = true;
  run(&w, "audit f --label y --score p --cube -");
  CHECK(w.code == 2 && !*w.out);
  CHECK(strstr(w.err, "a cube is not text; name a file with --cube, or redirect standard output") != NULL);
  end(&w);
}

static void what_the_host_meets_becomes_a_sentence(void) {
  static const char *const read_n[] = {"", "no such file", "is a directory", "permission denied", "cannot be read",
                                       "cannot be read", "cannot be read", "cannot be read"};
  static const char *const write_n[] = {"", "no such directory", "is a directory", "permission denied",
                                        "closed at the other end", "no space left", "it is the input, or another output"};
  char want[160];
  for (int fault = EH_CLI_NOT_FOUND; fault <= EH_CLI_OTHER; fault++) {
    world w = people_world(100);
    w.read_fault = (eh_cli_fault)fault;
    run(&w, simple);
    snprintf(want, sizeof want, "evenhand: people.csv: %s\n", read_n[fault]);
    CHECK(w.code == 2 && !w.file_count && !*w.out);
    CHECK_TEXT(w.err, strlen(w.err), want);
    end(&w);
    w = people_world(100);
    w.write_fault = (eh_cli_fault)fault;
    run(&w, simple);
    bool other = fault == EH_CLI_OTHER;
    snprintf(want, sizeof want, "evenhand: out.json: cannot be written%s%s\n", other ? "" : ": ",
             other ? "" : write_n[fault]);
    CHECK(w.code == 2 && !*w.out);
    CHECK_TEXT(w.err, strlen(w.err), want);
    end(&w);
  }
}

static void a_closed_standard_output_ends_quietly(void) {
  world w = people_world(100);
  w.out_fault = EH_CLI_CLOSED;
  run(&w, simple);
  CHECK(w.code == 0 && w.file_count == 3);
  CHECK_TEXT(w.err, strlen(w.err), "");
  end(&w);
  w = people_world(100);
  w.out_fault = EH_CLI_NO_SPACE;
  run(&w, simple);
  CHECK(w.code == 2);
  CHECK_TEXT(w.err, strlen(w.err), "evenhand: standard output: cannot be written: no space left\n");
  end(&w);
}

/* Memory may run out at any allocation: the program says so, leaves with 3, writes nothing by halves and leaks nothing.
 */
static void memory_may_run_out_anywhere(void) {
  int failures = 0;
  for (long k = 0; k < 100000; k++) {
    world w = people_world(64);
    memory_left = k;
    run(&w, simple);
    memory_left = -1;
    bool done = w.code == 0;
    if (!done) {
      failures++;
      CHECK(w.code == 3 && !*w.out);
      CHECK(!*w.err || strcmp(w.err, "evenhand: out of memory\n") == 0);
      CHECK(w.file_count == 0);
    }
    end(&w);
    if (done) break;
  }
  CHECK(failures > 20 && failures < 99999);
}

int main(void) {
  RUN(every_flag_is_its_key_with_dashes);
  RUN(lists_split_escape_trim_and_grow);
  RUN(a_request_copies_what_it_is_given);
  RUN(what_is_not_given_stays_zero);
  RUN(every_option_reaches_the_spec);
  RUN(a_bad_option_is_refused_in_a_sentence);
  RUN(an_unknown_metric_far_from_all_lists_them);
  RUN(a_range_is_expanded_in_decimal);
  RUN(thresholds_are_sorted_and_distinct);
  RUN(a_bad_threshold_is_refused);
  RUN(words_that_make_no_sense_end_with_2);
  RUN(help_and_version_go_to_standard_output);
  RUN(one_run_writes_its_files_then_prints);
  RUN(a_terminal_hears_what_was_written);
  RUN(what_the_host_meets_becomes_a_sentence);
  RUN(a_closed_standard_output_ends_quietly);
  RUN(memory_may_run_out_anywhere);
  return check_end("cli");
}
