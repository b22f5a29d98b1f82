/* cli_files: FILEs that patterns name, and files that the host reads as tables. */
#include "check.h"

#include "cli_world.h"

static const char *const folder_n[][2] = {{".", "b-2.csv|.b-3.csv|b-10.csv|b-1.csv|a.csv|[x].csv|b-\xc3\xa9.csv|d|"},
                                          {"d/", "y=2|y=1|n|"},
                                          {"d/y=1/", "p.csv|q.csv|"},
                                          {"d/y=2/", "r.csv|p.csv|"},
                                          {"/", "b-1.csv|"},
                                          {NULL, NULL}};

/* The report's name of the FILEs that `pattern` names, or what the program says against it. */
static void check_files(const char *pattern, const char *want) {
  world w = {.input_p = people_1, .input_n = sizeof people_1 - 1, .chunk = 100, .folder_n = folder_n};
  for (int i = 0; i < 3; i++) w.more_n[i] = EH_STR(people_2);
  char line[200];
  snprintf(line, sizeof line, "audit %s --label y --score p --metric fpr", pattern);
  run(&w, line);
  const char *said = w.code ? w.err : w.out;
  CHECK(w.code == 0 || w.code == 2);
  if (strncmp(said, want, strlen(want))) CHECK_SAY("%s gives: %.100s", pattern, said);
  end(&w);
}

static void patterns_name_files_in_order(void) {
  check_files("a.csv", "a.csv  5 rows");
  check_files("b-*.csv", "b-1.csv and 3 more files  26 rows");
  check_files("b-?.csv", "b-1.csv, b-2.csv, b-\xc3\xa9.csv  19 rows");
  check_files("b-[12].csv", "b-1.csv, b-2.csv  12 rows");
  check_files("b-[!1].csv", "b-2.csv  5 rows");
  check_files("*-1*.c*v", "b-1.csv, b-10.csv  12 rows");
  check_files(".b*", ".b-3.csv  5 rows");
  check_files("[x].csv", "[x].csv  5 rows");
  check_files("[xy].csv", "evenhand: no file matches \"[xy].csv\"");
  check_files("/b*", "/b-1.csv  5 rows");
  check_files("b-2.csv a*.csv", "b-2.csv, a.csv  12 rows");
  check_files("[b-", "[b-  5 rows");
}

static void patterns_go_through_folders(void) {
  check_files("d/y=*/p.csv", "d/y=1/p.csv, d/y=2/p.csv  12 rows");
  check_files("d/y=1/*", "d/y=1/p.csv, d/y=1/q.csv  12 rows");
  check_files("*/*/[qr].csv", "d/y=1/q.csv, d/y=2/r.csv  12 rows");
  check_files("d/*/z.csv", "evenhand: no file matches \"d/*/z.csv\"");
  check_files("none/*.csv", "evenhand: no file matches \"none/*.csv\"");
}

static void patterns_that_do_not_fit_are_refused(void) {
  check_files("z* y*", "evenhand: no file matches \"z*\"");
  check_files("a* a.csv", "evenhand: \"a.csv\" is named twice; its rows would count twice");
  check_files("a* --csv a.csv", "evenhand: --csv would overwrite the input \"a.csv\"");
  world w = {.input_p = "", .chunk = 1, .folder_n = folder_n};
  run(&w, "cube info b-*");
  CHECK(w.code == 2);
  CHECK_TEXT(w.err, strlen(w.err), "evenhand: cube info takes one FILE, but 4 match\nTry 'evenhand cube info --help'.\n");
  end(&w);
}

static world table_world(void) { return (world){.input_p = "PAR1 and more", .input_n = 13, .chunk = 3, .parquet = true}; }

static void a_host_may_read_tables(void) {
  world w = table_world();
  run(&w, "audit p.parquet --label y --score p --metric tpr --json -");
  CHECK(w.code == 0 && strstr(w.out, "\"name\": \"p.parquet\"") && strstr(w.out, "\"rows\": 3,"));
  CHECK(strstr(w.out, "\"sha256\": \"") != NULL);
  end(&w);
  w = table_world();
  w.more_n[0] = EH_STR("p,y\n.5,1\n.5\n");
  run(&w, "audit p.parquet a.csv --label y --score p --metric tpr");
  CHECK(w.code == 0 && strstr(w.out, "p.parquet, a.csv  5 rows read, 1 skipped") && strstr(w.out, "a.csv: 1 field"));
  end(&w);
  w = table_world();
  run(&w, "audit p.parquet --label y");
  CHECK(w.code == 2);
  CHECK_TEXT(w.err, strlen(w.err), "evenhand: audit needs --score COL to read \"p.parquet\"; its columns are y, p, q\n"
                                   "Try 'evenhand audit --help'.\n");
  end(&w);
  w = table_world();
  run(&w, "audit p.parquet");
  CHECK(w.code == 2 && strstr(w.err, "seen in its first 2 rows:\n") && strstr(w.err, "evenhand audit p.parquet --label y --score p\n"));
  end(&w);
  w = table_world();
  run(&w, "cube info p.parquet");
  CHECK(w.code == 2 && !strcmp(w.err, "evenhand: p.parquet: is a Parquet file, and no cube\n"));
  end(&w);
  w = table_world();
  w.parquet = false;
  run(&w, "audit p.parquet --label y --score p");
  CHECK(w.code == 2 && strstr(w.err, "p.parquet: is a Parquet file, which is not read here; use the npm package"));
  end(&w);
}

static void memory_may_run_out_anywhere(void) {
  static const char *const line_n[] = {"audit p.parquet --label y --score p --csv out.csv", "audit d/y=*/p.csv --label y --score p --csv out.csv",
                                      "audit p.parquet"};
  for (int i = 0; i < 3; i++) {
    int failures = 0;
    for (long k = 0; k < 100000; k++) {
      world w = table_world();
      if (i == 1) w.input_p = people_1, w.input_n = sizeof people_1 - 1, w.more_n[0] = EH_STR(people_2), w.folder_n = folder_n, w.chunk = 64;
      memory_left = k;
      run(&w, line_n[i]);
      memory_left = -1;
      const bool done = w.code == (i == 2 ? 2 : 0); /* a look is no audit */
      if (!done) CHECK(w.code == 3 && !*w.out && !w.file_count && (!*w.err || !strcmp(w.err, "evenhand: out of memory\n")));
      failures += !done;
      end(&w);
      if (done) break;
    }
    CHECK(failures > 20 && failures < 99999);
  }
}

int main(void) {
  RUN(patterns_name_files_in_order);
  RUN(patterns_go_through_folders);
  RUN(patterns_that_do_not_fit_are_refused);
  RUN(a_host_may_read_tables);
  RUN(memory_may_run_out_anywhere);
  return check_end("cli_files");
}
