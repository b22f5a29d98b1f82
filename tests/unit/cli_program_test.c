/* The program as a conversation with a host that lives in memory. Exact texts of whole runs are in tests/cli; here are
 * the promises of the header. */
#include "cli_world.h"

static void words_that_make_no_sense_end_with_2(void) {
  misuse("audti f", "", "unknown command \"audti\"; nearest is \"audit\"");
  misuse("--label y", "", "a command comes before option \"--label\": evenhand audit FILE");
  misuse("cube inof f", "", "unknown command \"inof\"; nearest is \"info\"");
  misuse("cube plot f", "", "unknown command \"plot\"; cube has build, merge and info");
  misuse("cube", "", "cube needs a command: build, merge or info");
  misuse("cube build", "cube build ", "cube build needs a FILE, or - for standard input");
  misuse("cube build f", "cube build ", "cube build needs -o OUT.ehc, or -o - for standard output");
  misuse("cube build f -o", "cube build ", "-o needs a value: OUT.ehc");
  misuse("cube build f -o --strict", "cube build ",
         "-o needs a value: OUT.ehc; to give it \"--strict\", write -o=--strict");
  misuse("cube build f -o f", "cube build ", "-o would overwrite the input \"f\"");
  misuse("cube build f -o a --output b", "cube build ", "-o is given twice");
  misuse("cube build f --output=", "cube build ", "-o needs the name of a file");
  misuse("cube build f --cube a", "cube build ", "cube build names its output with -o, not --cube");
  misuse("cube build f -o a --metric fpr", "cube build ",
         "--metric does not change what is counted; give it to the audit of the cube");
  misuse("cube build f -o a --label y", "cube build ",
         "cube build needs --score COL to read \"f\"; its columns are y, p, sex");
  misuse("cube merge -o a", "cube merge ", "cube merge needs FILEs: the cubes to join");
  misuse("cube merge a b", "cube merge ", "cube merge needs -o OUT.ehc, or -o - for standard output");
  misuse("cube merge a b -o b", "cube merge ", "-o would overwrite the input \"b\"");
  misuse("cube merge a b a -o c", "cube merge ", "\"a\" is named twice; its rows would count twice");
  misuse("cube merge a b --label y", "cube merge ", "unknown option \"--label\"");
  misuse("preds.csv", "", "unknown command \"preds.csv\"; a file is audited with: evenhand audit FILE");
  misuse("help wine", "", "there is no help on \"wine\"; commands are audit, view, cube build, cube merge and cube info");
  misuse("cube info", "cube info ", "cube info needs a FILE.ehc, or - for standard input");
  misuse("cube info f --label y", "cube info ", "unknown option \"--label\"");
  misuse("audit", "audit ", "audit needs a FILE, or - for standard input");
  misuse("cube info f g", "cube info ", "cube info takes one FILE, but \"g\" follows \"f\"");
  misuse("audit f g f", "audit ", "\"f\" is named twice; its rows would count twice");
  misuse("audit e f g --json g", "audit ", "--json would overwrite the input \"g\"");
  misuse("audit f --lable y", "audit ", "unknown option \"--lable\"; nearest is \"--label\"");
  misuse("audit f --label", "audit ", "--label needs a value: COL");
  misuse("audit f --label --score p", "audit ",
         "--label needs a value: COL; to give it \"--score\", write --label=--score");
  misuse("audit f --min-slice=x", "audit ", "--min-slice needs a whole number, not \"x\"");
  misuse("audit f --strict=no", "audit ", "--strict is true or false, not \"no\"");
  misuse("audit f --score p", "audit ", "audit needs --label COL to read \"f\"; its columns are y, p, sex");
  misuse("audit f --label y", "audit ", "audit needs --score COL to read \"f\"; its columns are y, p, sex");
  misuse("audit f --json - --csv -", "audit ", "--json and --csv cannot both go to standard output");
  misuse("audit f --json o --cube=o", "audit ", "--json and --cube name the same file \"o\"");
  misuse("audit f --json f", "audit ", "--json would overwrite the input \"f\"");
}

static void help_and_version_go_to_standard_output(void) {
  static const char *const line_n[] = {"--help", "-h", "help", "help audit", "audit --help", "audit f --lable -h",
                                       "cube --help", "help cube info", "cube info --help", "--version",
                                       "cube build --help", "help cube merge", "cube merge a -h"};
  for (int i = 0; i < 13; i++) {
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
  CHECK(w.code == 0 && w.out_n > 100 && w.kept_count == 3);
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

/* Cubes built from parts and merged, in any order and read in any pieces, audit as all the rows do. */
static void cubes_of_parts_merge_into_the_cube_of_all(void) {
  static const char build[] = "cube build part.csv --label y --score p --slice sex -o part.ehc";
  world all = people_world(100), one = people_world(3), two = people_world(1 << 20);
  one.input_p = people_1, one.input_n = sizeof people_1 - 1;
  two.input_p = people_2, two.input_n = sizeof people_2 - 1;
  run(&all, build);
  run(&one, build);
  run(&two, build);
  REQUIRE(all.code == 0 && one.code == 0 && two.code == 0 && !*all.out && !*all.err);
  REQUIRE(all.file_count == 1 && one.file_count == 1 && two.file_count == 1);
  world merge = {.input_p = two.file_n[0], .input_n = two.file_size_n[0], .chunk = 5};
  merge.more_n[0] = (eh_str){one.file_n[0], one.file_size_n[0]};
  run(&merge, "cube merge two.ehc one.ehc --output=all.ehc");
  REQUIRE(merge.code == 0 && merge.file_count == 1 && !*merge.out && !*merge.err);
  CHECK_TEXT(merge.file_path_n[0], strlen(merge.file_path_n[0]), "all.ehc");
  const void *body[2];
  size_t body_n[2];
  REQUIRE(eh_cube_body(all.file_n[0], all.file_size_n[0], &body[0], &body_n[0]));
  REQUIRE(eh_cube_body(merge.file_n[0], merge.file_size_n[0], &body[1], &body_n[1]));
  CHECK(body_n[0] == body_n[1] && memcmp(body[0], body[1], body_n[0]) == 0);
  world out = {.input_p = one.file_n[0], .input_n = one.file_size_n[0], .chunk = 64};
  run(&out, "cube merge one.ehc -o -");
  CHECK(out.code == 0 && out.file_count == 0 && out.out_n == one.file_size_n[0]);
  end(&out);
  end(&merge);
  end(&two);
  end(&one);
  end(&all);
}

/* Several files are one table, whatever the pieces; the report is that of all rows but for where they came from. */
static void several_files_are_one_table(void) {
  static const char line[] = "audit 1.csv 2.csv --label y --score p --slice sex --csv out.csv --cube out.ehc";
  world all = people_world(100);
  run(&all, "audit all.csv --label y --score p --slice sex --csv out.csv --cube out.ehc");
  static const size_t chunk_n[] = {1, 7, 1 << 20};
  for (int i = 0; i < 3; i++) {
    world two = {.input_p = people_1, .input_n = sizeof people_1 - 1, .chunk = chunk_n[i]};
    two.more_n[0] = EH_STR(people_2);
    run(&two, line);
    REQUIRE(two.code == 0 && two.file_count == 2);
    CHECK(two.file_size_n[0] == all.file_size_n[0] && memcmp(two.file_n[0], all.file_n[0], all.file_size_n[0]) == 0);
    const void *body[2];
    size_t body_n[2];
    REQUIRE(eh_cube_body(all.file_n[1], all.file_size_n[1], &body[0], &body_n[0]));
    REQUIRE(eh_cube_body(two.file_n[1], two.file_size_n[1], &body[1], &body_n[1]));
    CHECK(body_n[0] == body_n[1] && memcmp(body[0], body[1], body_n[0]) == 0);
    CHECK(strstr(two.out, "1.csv, 2.csv  12 rows read") == two.out);
    end(&two);
  }
  end(&all);
}

/* Memory may run out at any allocation: the program says so, leaves with 3, writes nothing by halves and leaks nothing.
 */
static void runs_out_of_memory(const world *start, const char *line, int code) {
  int failures = 0;
  for (long k = 0; k < 100000; k++) {
    world w = *start;
    memory_left = k;
    run(&w, line);
    memory_left = -1;
    bool done = w.code == code;
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

static eh_str twice(char *out, const char *text) {
  size_t n = 0;
  out[n++] = 0x1f, out[n++] = (char)0x8b;
  for (; *text; text++) out[n++] = *text, out[n++] = *text;
  out[n++] = (char)0xff, out[n++] = (char)0xff;
  return (eh_str){out, n};
}

/* A packed file is read as what it unpacks to, in any pieces, and hashed as it is stored. */
static void packed_files_are_unpacked_by_the_host(void) {
  static char packed[2 * sizeof people_1 + 8];
  const eh_str stored = twice(packed, people_1);
  static const char line[] = "audit 1.gz 2.csv --label y --score p --slice sex --csv out.csv --json out.json";
  world plain = {.input_p = people_1, .input_n = sizeof people_1 - 1, .chunk = 100};
  plain.more_n[0] = EH_STR(people_2);
  run(&plain, line);
  eh_sha256 sha;
  unsigned char digest[32];
  char hex[65];
  eh_sha256_start(&sha);
  eh_sha256_add(&sha, stored.p, stored.n);
  eh_sha256_add(&sha, people_2, sizeof people_2 - 1);
  eh_sha256_end(&sha, digest);
  for (int i = 0; i < 32; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
  static const size_t chunk_n[] = {1, 2, 3, 5, 7, 64, 1 << 20};
  for (int i = 0; i < 7; i++) {
    world w = {.input_p = stored.p, .input_n = stored.n, .chunk = chunk_n[i]};
    w.more_n[0] = EH_STR(people_2);
    run(&w, line);
    REQUIRE(w.code == 0 && w.file_count == 2);
    CHECK_TEXT(w.out, strlen(w.out), plain.out);
    const uint32_t csv = w.file_path_n[0][4] == 'c' ? 0 : 1;
    CHECK(w.file_size_n[csv] == plain.file_size_n[csv] && memcmp(w.file_n[csv], plain.file_n[csv], plain.file_size_n[csv]) == 0);
    w.file_n[1 - csv][w.file_size_n[1 - csv]] = 0;
    CHECK(strstr(w.file_n[1 - csv], hex) != NULL);
    end(&w);
  }
  world torn = {.input_p = stored.p, .input_n = stored.n - 2, .chunk = 9};
  run(&torn, "audit 1.gz --label y --score p");
  CHECK(torn.code == 2 && !*torn.out);
  CHECK_TEXT(torn.err, strlen(torn.err), "evenhand: 1.gz: the gzip file is cut off: it ends before its data does\n");
  world w = {.input_p = stored.p, .input_n = stored.n, .chunk = 9};
  w.more_n[0] = EH_STR(people_2);
  runs_out_of_memory(&w, line, 0);
  end(&torn);
  end(&plain);
}

static void a_cube_that_does_not_fit_is_named(void) {
  world all = people_world(100), other = people_world(100);
  run(&all, "cube build f --label y --score p --slice sex -o all.ehc");
  run(&other, "cube build f --label y --score p --slice sex --threshold .4 -o other.ehc");
  world merge = {.input_p = all.file_n[0], .input_n = all.file_size_n[0], .chunk = 1000};
  merge.more_n[0] = (eh_str){other.file_n[0], other.file_size_n[0]};
  run(&merge, "cube merge all.ehc other.ehc third.ehc -o o");
  CHECK(merge.code == 2 && merge.file_count == 0);
  CHECK_TEXT(merge.err, strlen(merge.err),
             "evenhand: other.ehc and all.ehc differ in --threshold; only cubes built with the same options can be "
             "merged\n");
  world torn = {.input_p = all.file_n[0], .input_n = all.file_size_n[0] - 3, .chunk = 1000};
  run(&torn, "cube merge torn.ehc -o o");
  CHECK(torn.code == 2 && strstr(torn.err, "evenhand: torn.ehc: cube is ") == torn.err);
  world again = {.input_p = all.file_n[0], .input_n = all.file_size_n[0], .chunk = 1000};
  run(&again, "cube build all.ehc -o o");
  CHECK_TEXT(again.err, strlen(again.err),
             "evenhand: all.ehc is a cube already; cubes are joined by: evenhand cube merge\n");
  world terminal = people_world(100);
  terminal.terminal = true;
  run(&terminal, "cube merge f -o -");
  CHECK(terminal.code == 2 && strstr(terminal.err, "a cube is not text; name a file with -o"));
  end(&terminal);
  end(&again);
  end(&torn);
  end(&merge);
  end(&other);
  end(&all);
}

/* Rows that fill more than what is looked at; the whole is no table, for its last line opens a quote. */
static char *many_rows(size_t *n, size_t least) {
  char *text = malloc(least + 64);
  *n = (size_t)snprintf(text, 64, "id,y,p,sex\n");
  for (unsigned i = 0; *n < least; i++) *n += (size_t)snprintf(text + *n, 48, "%u,%u,.%u,%s\n", i, i & 1, i % 997, i % 3 ? "F" : "M");
  *n += (size_t)snprintf(text + *n, 16, "1,1,\"\n");
  return text;
}

/* With no columns named the head is looked at: the same for any pieces it comes in, and no more of it than needed. */
static void a_look_is_the_same_in_any_pieces(void) {
  char *said = NULL;
  static const size_t chunk_n[] = {3, 1000, 1 << 20, 3 << 20};
  size_t n;
  char *text = many_rows(&n, 2 << 20);
  for (int i = 0; i < 4; i++) {
    world w = {.input_p = text, .input_n = n, .chunk = chunk_n[i]};
    w.more_n[0] = (eh_str){text, n};
    run(&w, "audit rows.csv --min-slice 5");
    CHECK(w.code == 2 && !*w.out && w.file_count == 0);
    if (!said) said = join(NULL, eh_str_of(w.err));
    CHECK_TEXT(w.err, strlen(w.err), said);
    end(&w);
  }
  CHECK(strstr(said, "evenhand: audit needs --label COL and --score COL to read \"rows.csv\"\n\n") == said);
  CHECK(strstr(said, " rows (1 MiB):\n") != NULL);
  CHECK(strstr(said, "\n  evenhand audit rows.csv --min-slice 5 --label y --score p --slice sex\n") != NULL);
  free(said);
  free(text);
}

/* The same look for a page, as JSON; memory may run out at any allocation. */
static void a_look_for_a_page_is_json(void) {
  static const char text[] = "y,p,w,\"a \"\"b\"\"\"\nno,.25,3,k\nyes,.5,1,l\nno,1,NA,k\nno,.75,4.5,l\nno\n";
  static const char wanted[] =
    "[5,1,4,1,\"\",\"yes\",[\"y\",0,0,0,0,0,0,\"label\",\"y\",0,\"\",\"no\",3,\"yes\",1],"
    "[\"p\",0,4,1,0.25,1,0,\"score\",\"p\",1,\"\",\".25\",1,\".5\",1,\".75\",1,\"1\",1],"
    "[\"w\",1,3,1,1,4.5,0,\"weight\",\"w\",0,\"\",\"1\",1,\"3\",1,\"4.5\",1],"
    "[\"a \\\"b\\\"\",0,0,0,0,0,0,\"slice\",\"\",0,\"\",\"k\",2,\"l\",2]]";
  int failures = 0;
  for (long k = 0; k < 10000; k++) {
    memory_left = k;
    eh_request *request = NULL;
    eh_buf out = {.mem = &counted};
    eh_error err = {0};
    eh_status status = eh_request_new(&request, &counted, &err);
    if (!status) status = eh_look_json(&out, text, sizeof text - 1, true, EH_STR("f.csv"), request, &err);
    memory_left = -1;
    if (status) CHECK(status == EH_E_MEMORY && ++failures);
    else CHECK_TEXT(out.p, out.n, wanted);
    eh_request_free(request);
    eh_buf_free(&out);
    CHECK_U64(memory_held, 0);
    if (!status) break;
  }
  CHECK(failures > 20);
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
                                       "cannot be read", "is a file that was read under another name; its rows would count twice",
                                       "is a pipe and comes once, but quantile buckets read the rows twice; write it to a file",
                                       "cannot be read"};
  static const char *const write_n[] = {"", "no such directory", "is a directory", "permission denied",
                                        "closed at the other end", "no space left", "it is the input, or another output", ""};
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
    const bool other = fault == EH_CLI_OTHER || fault == EH_CLI_ONCE;
    snprintf(want, sizeof want, "evenhand: out.json: cannot be written%s%s\n", other ? "" : ": ",
             other ? "" : write_n[fault]);
    CHECK(w.code == 2 && !*w.out && !w.kept_count);
    CHECK_TEXT(w.err, strlen(w.err), want);
    end(&w);
  }
}

/* A file is kept only when all are written. */
static void no_file_is_kept_alone(void) {
  for (uint32_t at = 1; at <= 3; at++) {
    world w = people_world(100);
    w.write_fault = EH_CLI_NO_SPACE, w.write_fault_at = at;
    run(&w, simple);
    CHECK(w.code == 2 && !*w.out && w.file_count == at - 1 && !w.kept_count);
    CHECK(strstr(w.err, "cannot be written: no space left\n"));
    end(&w);
  }
  world w = people_world(100);
  w.keep_fails = true;
  run(&w, simple);
  CHECK(w.code == 2 && !*w.out && w.file_count == 3 && !w.kept_count);
  CHECK_TEXT(w.err, strlen(w.err), "evenhand: out.json: cannot be written: permission denied\n");
  end(&w);
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

static void memory_may_run_out_anywhere(void) {
  world w = people_world(64), cube = people_world(64);
  runs_out_of_memory(&w, simple, 0);
  runs_out_of_memory(&w, "audit people.csv", 2);
  world two = {.input_p = people_1, .input_n = sizeof people_1 - 1, .chunk = 64};
  two.more_n[0] = EH_STR("p,sex,y\n.5\n.6,F,1\n");
  runs_out_of_memory(&two, "audit 1.csv 2.csv --label y --score p --slice sex --json out.json", 0);
  run(&cube, simple);
  REQUIRE(cube.code == 0);
  world merge = {.input_p = cube.file_n[2], .input_n = cube.file_size_n[2], .chunk = 500};
  merge.more_n[0] = (eh_str){cube.file_n[2], cube.file_size_n[2]};
  runs_out_of_memory(&merge, "cube merge a.ehc b.ehc -o c.ehc", 0);
  end(&cube);
}

int main(void) {
  RUN(words_that_make_no_sense_end_with_2);
  RUN(help_and_version_go_to_standard_output);
  RUN(one_run_writes_its_files_then_prints);
  RUN(cubes_of_parts_merge_into_the_cube_of_all);
  RUN(several_files_are_one_table);
  RUN(packed_files_are_unpacked_by_the_host);
  RUN(a_cube_that_does_not_fit_is_named);
  RUN(a_look_is_the_same_in_any_pieces);
  RUN(a_look_for_a_page_is_json);
  RUN(a_terminal_hears_what_was_written);
  RUN(what_the_host_meets_becomes_a_sentence);
  RUN(no_file_is_kept_alone);
  RUN(a_closed_standard_output_ends_quietly);
  RUN(memory_may_run_out_anywhere);
  return check_end("cli_program");
}
