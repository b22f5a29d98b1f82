/* lanes: one file over several threads gives what one reader gives, whatever is in it and however it is cut: the same cube file
 * to the byte, or the same error. Run under the thread sanitizer too. */
#include "evenhand/report.h"
#include "reading_fixture.h"

/* One thread, whole, against 2 to 7 in random pushes and blocks. */
static void check_lanes(const eh_spec *spec, eh_reading reading, eh_str text, size_t part, uint64_t *state, const char *what) {
  outcome want, got;
  reading.threads = 1;
  read_all(&want, spec, &reading, text, SIZE_MAX, part);
  for (int i = 0; i < 4; i++) {
    reading.threads = 2 + (uint32_t)(check_random(state) % 6);
    reading.block = 1 + (uint32_t)(check_random(state) % (i < 2 ? 40 : 400));
    const size_t push = 1 + check_random(state) % (i & 1 ? text.n + 1 : 1000);
    read_all(&got, spec, &reading, text, push, part);
    check_same(&got, &want, what);
    eh_buf_free(&got.cube);
  }
  eh_buf_free(&want.cube);
}

/* ---- audits of many cells ---------------------------------------------------------------------------------------- */

static void report_of(eh_buf *out, const eh_cube *cube, const eh_spec *spec, uint32_t thread_count) {
  eh_threads *threads = NULL;
  eh_audit *audit = NULL;
  eh_error err = {0};
  REQUIRE(!eh_threads_new(&threads, thread_count, NULL, &err));
  *out = (eh_buf){0};
  if (eh_audit_run_over(&audit, cube, spec, threads, NULL, &err) || eh_report_json(out, eh_audit_see(audit), &err))
    CHECK_SAY("%s", err.message);
  eh_audit_free(audit);
  eh_threads_free(threads);
}

/* Enough cells that 7 threads get ranges of keys; scores that many rows have, of both labels and several slices, among
 * others of one row. */
static void an_audit_over_threads_is_that_of_one(void) {
  static const eh_str score_m[] = {EH_STR("p")}, column_n[] = {EH_STR("s"), EH_STR("t")};
  static const eh_metric area_n[] = {EH_M_ROC_AUC, EH_M_PR_AUC, EH_M_PR_AUC_TRAPEZOID, EH_M_PR_AUC_DAVIS_GOADRICH};
  uint64_t state = 13;
  eh_arena arena = {0};
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1}};
  CHECK(!eh_slicing_parse(&spec.cube.slicing, &arena, column_n, 2, NULL, 0, NULL, 0, true, NULL));
  eh_buf text = {0};
  eh_buf_text(&text, "y,p,s,t\n");
  for (int i = 0; i < 150000; i++) {
    const uint64_t r = check_random(&state), score = r % 5 ? (r >> 8) % 1000000000 : (r >> 8) % 50 * 20000000;
    eh_buf_format(&text, "%u,%s%u,a%u,b%u\n", (r >> 40) % 3 / 2, r % 7 ? "." : "1", score, (r >> 44) % 7, (r >> 50) % 5);
  }
  outcome built;
  const eh_reading reading = {.source = EH_STR("t.csv"), .threads = 1};
  read_all(&built, &spec, &reading, (eh_str){text.p, text.n}, SIZE_MAX, 0);
  eh_cube *cube = NULL;
  REQUIRE(!eh_cube_load(&cube, built.cube.p, built.cube.n, NULL, NULL));
  for (int i = 0; i < 6; i++) {
    spec.metric_n = i % 3 ? area_n : NULL;
    spec.metric_count = i % 3 == 2 ? 2 : i % 3 == 1 ? 4 : 0;
    spec.baseline = i < 3 ? EH_STR("overall") : EH_STR("complement");
    spec.no_intervals = i % 2;
    eh_buf want, got;
    report_of(&want, cube, &spec, 1);
    for (uint32_t threads = 2; threads <= 7; threads += threads == 3 ? 4 : 1) {
      report_of(&got, cube, &spec, threads);
      CHECK(want.n > 1000 && got.n == want.n && !memcmp(got.p, want.p, want.n));
      eh_buf_free(&got);
    }
    eh_buf_free(&want);
  }
  eh_cube_free(cube);
  eh_buf_free(&built.cube);
  eh_buf_free(&text);
  eh_arena_free(&arena);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static void threads_read_as_one_reader_does(void) {
  static const char *const what_k[] = {"plain", "quoted", "nasty", "blanks"};
  static const eh_str score_m[] = {EH_STR("p")}, column_n[] = {EH_STR("s"), EH_STR("t")}, cross_n[] = {EH_STR("s*t")};
  uint64_t state = 11;
  for (int i = 0; i < 400; i++) {
    const int kind = i % KINDS;
    eh_arena arena = {0};
    eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1}};
    CHECK(!eh_slicing_parse(&spec.cube.slicing, &arena, column_n, 2, cross_n, 1, NULL, 0, true, NULL));
    if (i % 3 == 0) spec.cube.positive = i % 2 ? EH_STR("1") : EH_STR("yes");
    const eh_reading reading = {.source = EH_STR("t.csv"), .strict = i % 5 == 0, .check_positive = i % 3 == 0};
    eh_buf text = {0};
    put_text(&text, &state, kind, i % 3 == 0 ? 60 : 100000);
    check_lanes(&spec, reading, (eh_str){text.p, text.n}, 0, &state, what_k[kind]);
    eh_buf_free(&text);
    eh_arena_free(&arena);
  }
}

static void each_of_several_files_has_its_lines(void) {
  static const eh_str score_m[] = {EH_STR("p")}, column_n[] = {EH_STR("s")};
  uint64_t state = 12;
  for (int i = 0; i < 60; i++) {
    eh_arena arena = {0};
    eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1}};
    CHECK(!eh_slicing_parse(&spec.cube.slicing, &arena, column_n, 1, NULL, 0, NULL, 0, false, NULL));
    eh_buf text = {0};
    put_text(&text, &state, i % KINDS, 50);
    const size_t part = text.n;
    if (i % 2) eh_buf_text(&text, "t,s,y,p\na,b,1,.5\n");
    put_text(&text, &state, PLAIN, 50);
    const eh_reading reading = {.source = EH_STR("one, two"), .part = EH_STR("one")};
    check_lanes(&spec, reading, (eh_str){text.p, text.n}, part, &state, "parts");
    eh_buf_free(&text);
    eh_arena_free(&arena);
  }
}

/* ---- cuts -------------------------------------------------------------------------------------------------------- */

/* A reader of columns a and b that has just read the header. */
static eh_csv *reader(eh_intake *intake) {
  static const eh_want want_n[] = {{{"a", 1}, EH_TEXT}};
  static const eh_csv_options options = {.want_n = want_n, .want_count = 1};
  eh_csv *csv = NULL;
  eh_batch batch;
  CHECK(!eh_csv_new(&csv, &options, intake, NULL, NULL));
  CHECK(!eh_csv_is_between(csv));
  CHECK(!eh_csv_push(csv, "a,b\n", 4, NULL) && !eh_csv_next(csv, &batch, NULL) && batch.rows == 0);
  CHECK(eh_csv_is_between(csv));
  CHECK_U64(eh_csv_line(csv), 2);
  return csv;
}

static void check_cut(const char *text, size_t piece, uint32_t blocks, size_t n, uint64_t lines) {
  eh_intake intake = {0};
  eh_csv *csv = reader(&intake);
  eh_csv_cut cut;
  eh_csv_cut_bytes(&cut, csv, text, strlen(text), piece, NULL);
  CHECK_U64(cut.block_count, blocks);
  if (blocks) {
    CHECK_U64(cut.n, n);
    CHECK_U64(cut.lines, lines);
  }
  size_t at = 0;
  for (uint32_t b = 0; b < cut.block_count; b++) {
    CHECK_U64(cut.block_n[b].at, at);
    CHECK(cut.block_n[b].n > 0 && text[at + cut.block_n[b].n - 1] == '\n');
    at += cut.block_n[b].n;
  }
  eh_csv_free(csv);
}

static void files_are_cut_where_records_begin(void) {
  check_cut("1,2\n3,4\n5,6\n7", 4, 2, 12, 3);
  check_cut("1,2\r\n3,4\r\n5,6\r\n", 4, 3, 15, 3);
  check_cut("\"1\n\",2\n3,\"\n\n4\"\n5,6\n", 3, 3, 19, 6);
  check_cut("\"1\"\"\n\",2\n", 2, 1, 9, 2);
  check_cut("1,\"a", 2, 0, 0, 0);                /* no record ends */
  check_cut("1,2\r3,4\r", 2, 0, 0, 0);           /* nor by a line feed */
  check_cut("1,2\n1, \"\n\"\n", 4, 0, 0, 0);     /* a quote behind a blank is a letter */
  check_cut("1,2\n\"1\" ,2\n", 4, 0, 0, 0);
  check_cut("1,2\n\"1\"x,2\n", 4, 0, 0, 0);
  check_cut("1,2\n1,x\"\"\n", 4, 0, 0, 0);
  check_cut("1,2\n1,\"\"\"\n", 4, 1, 4, 1);      /* perhaps a text that has just begun */
}

int main(void) {
  RUN(threads_read_as_one_reader_does);
  RUN(each_of_several_files_has_its_lines);
  RUN(files_are_cut_where_records_begin);
  RUN(an_audit_over_threads_is_that_of_one);
  return check_end("lanes");
}
