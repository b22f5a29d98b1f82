/* Tests of the verb view: what it puts into the page, what it refuses, in any pieces and with memory that runs out. The host is
 * in memory. */
#include "cli_world.h"

static const char page[] = "<!doctype html>\n<p><!--evenhand:--><!--evenhand:payload--></p><!--evenhand-->\n";
static const char before[] = "<!doctype html>\n<p><!--evenhand:--><script type=\"application/json\" id=\"evenhand-payload\">";
static const char after[] = "</script></p><!--evenhand-->\n";
static const char report[] =
    "{\"schema_version\": 1, \"spec\": {\"label\": \"</script><!--\"}, \"slices\": [], \"results\": [-1.5, null]}\n";

static world view_world(size_t chunk) {
  world w = people_world(chunk);
  w.page = page;
  return w;
}

static world report_world(const char *text, size_t chunk) {
  return (world){.input_p = text, .input_n = strlen(text), .chunk = chunk, .page = page};
}

/* The JSON of the page that was written, and of its cube the bytes. */
static eh_str payload_of(const world *w) {
  const size_t more = sizeof before + sizeof after - 2;
  if (w->file_count != 1 || w->file_size_n[0] < more) return (eh_str){0};
  const eh_str file = {w->file_n[0], w->file_size_n[0]};
  CHECK(memcmp(file.p, before, sizeof before - 1) == 0);
  CHECK(memcmp(file.p + file.n - sizeof after + 1, after, sizeof after - 1) == 0);
  const eh_str json = {file.p + sizeof before - 1, file.n - more};
  CHECK(memchr(json.p, '<', json.n) == NULL);
  return json;
}

static size_t unbase64(unsigned char *out, eh_str text) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint32_t word = 0, bits = 0;
  size_t n = 0;
  for (size_t i = 0; i < text.n && text.p[i] != '='; i++) {
    word = word << 6 | (uint32_t)(strchr(letters, text.p[i]) - letters);
    bits += 6;
    if (bits >= 8) out[n++] = (unsigned char)(word >> (bits -= 8));
  }
  return n;
}

static bool starts(eh_str text, const char *with) { return text.n >= strlen(with) && memcmp(text.p, with, strlen(with)) == 0; }

/* The cube that a page holds; NULL and a failed check if there is none. */
static eh_cube *cube_of(const world *w, const char *head) {
  const eh_str json = payload_of(w);
  eh_cube *cube = NULL;
  CHECK(starts(json, head));
  const size_t head_n = strlen(head);
  if (json.n < head_n + 2) return NULL;
  unsigned char *const bytes = malloc(json.n);
  const size_t n = unbase64(bytes, (eh_str){json.p + head_n, json.n - head_n - 2});
  CHECK(eh_cube_load(&cube, bytes, n, NULL, NULL) == EH_OK);
  CHECK(memcmp(json.p + json.n - 2, "\"}", 2) == 0);
  free(bytes);
  return cube;
}

static void rows_become_a_cube_of_seven_bits(void) {
  static const char line[] = "view d/preds.csv --label y --score p --slice sex --threshold .2:.4:.1 --metric fpr@.25,fnr "
                             "--baseline sex=M --level .9 --min-slice 2 -o out.html";
  static const char head[] = "{\"kind\":\"cube\",\"name\":\"preds.csv\",\"spec\":{\"min_slice\":2,\"threshold\":[0.2,0.25,0.3,0.4],"
                             "\"metric\":[\"fpr\",\"fnr\"],\"baseline\":\"sex=M\",\"level\":0.9},\"bytes\":\"";
  static const size_t chunk_n[] = {1, 7, 1 << 20};
  for (int i = 0; i < 3; i++) {
    world w = view_world(chunk_n[i]);
    run(&w, line);
    CHECK(w.code == 0 && !*w.out && !*w.err && w.kept_count == 1);
    eh_cube *const cube = cube_of(&w, head);
    REQUIRE(cube != NULL);
    CHECK_U64(eh_cube_see(cube)->score_bits, 7);
    CHECK_U64(eh_cube_see(cube)->rows, 12);
    eh_cube_free(cube);
    end(&w);
  }
}

static void exact_scores_are_noted(void) {
  world w = view_world(100);
  run(&w, "view preds.csv --label y --score p --score-bits 52 -o out.html");
  eh_cube *cube = cube_of(&w, "{\"kind\":\"cube\",\"name\":\"preds.csv\",\"spec\":{},\"bytes\":\"");
  CHECK(cube && eh_cube_see(cube)->score_bits == 52);
  CHECK_TEXT(w.err, strlen(w.err), "evenhand: note: --score-bits 52 keeps scores exactly, so the page holds row-level data; treat it as "
                                   "you treat the rows\n");
  eh_cube_free(cube);
  end(&w);
  static const char weighed[] = "y,p,w\n1,.9,2\n0,.8,.5\n1,.3,1\n0,.2,3\n";
  w = (world){.input_p = weighed, .input_n = sizeof weighed - 1, .chunk = 100, .page = page};
  run(&w, "view preds.csv --label y --score p --weight w -o out.html");
  cube = cube_of(&w, "{\"kind\":\"cube\",\"name\":\"preds.csv\",\"spec\":{},\"bytes\":\"");
  CHECK(cube && eh_cube_see(cube)->score_bits == 52);
  CHECK(strstr(w.err, "weights and fractional labels need exact scores, so the page holds row-level data"));
  eh_cube_free(cube);
  end(&w);
}

/* A cube is closed up to what a page may hold, and is the one that its rows would have made. */
static void a_cube_is_closed_up(void) {
  world made = people_world(100), rows = view_world(100);
  run(&made, "cube build preds.csv --label y --score p --slice sex -o preds.ehc");
  run(&rows, "view preds.csv --label y --score p --slice sex -o out.html");
  static const char head[] = "{\"kind\":\"cube\",\"name\":\"preds.ehc\",\"spec\":{\"slice\":[\"sex\"],\"baseline\":\"sex=F\"},\"bytes\":\"";
  world w = {.input_p = made.file_n[0], .input_n = made.file_size_n[0], .chunk = 33, .page = page};
  run(&w, "view preds.ehc --slice sex --baseline sex=F -o out.html");
  eh_cube *const cube = cube_of(&w, head), *const same = cube_of(&rows, "{\"kind\":\"cube\",\"name\":\"preds.csv\",\"spec\":{},\"bytes\":\"");
  REQUIRE(cube && same);
  eh_buf a = {0}, b = {0};
  CHECK(eh_cube_save(cube, &a, NULL) == EH_OK && eh_cube_save(same, &b, NULL) == EH_OK);
  CHECK(a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
  eh_buf_free(&a);
  eh_buf_free(&b);
  eh_cube_free(cube);
  eh_cube_free(same);
  end(&w);
  static const char *const line_l[] = {"view preds.ehc --score-bits auto -o out.html", "view preds.ehc --score-bits 11 -o out.html"};
  for (uint32_t i = 0; i < 2; i++) {
    w = (world){.input_p = made.file_n[0], .input_n = made.file_size_n[0], .chunk = 1000, .page = page};
    run(&w, line_l[i]);
    eh_cube *const kept = cube_of(&w, "{\"kind\":\"cube\",\"name\":\"preds.ehc\",\"spec\":{},\"bytes\":\"");
    REQUIRE(kept != NULL);
    CHECK_U64(eh_cube_see(kept)->score_bits, i ? 11 : 52);
    CHECK((strstr(w.err, "row-level data") != NULL) == !i);
    eh_cube_free(kept);
    end(&w);
  }
  end(&rows);
  end(&made);
}

/* What fails to be a report is told; what is one stands in the page, spelt so that it cannot leave its element. */
static void a_report_is_checked_and_put_in(void) {
  static const size_t chunk_n[] = {1, 9, 1 << 20};
  for (int i = 0; i < 3; i++) {
    world w = report_world(report, chunk_n[i]);
    run(&w, "view d/r.json -o out.html");
    const eh_str json = payload_of(&w);
    CHECK_TEXT(json.p, json.n, "{\"kind\":\"report\",\"name\":\"r.json\",\"spec\":{},\"report\":{\"schema_version\": 1, \"spec\": {\"label\": "
                               "\"\\u003c/script>\\u003c!--\"}, \"slices\": [], \"results\": [-1.5, null]}\n}");
    end(&w);
  }
  static const char *const bad_b[][2] = {
      {"{\"schema_version\": 2, \"spec\": {}, \"slices\": [], \"results\": []}", "is a report of schema 2, and this program shows schema 1"},
      {"{\"schema_version\": 1, \"spec\": {}, \"slices\": []}", "it lacks schema_version, spec, slices or results"},
      {"{\"schema_version\": 1, \"spec\": {\"results\": 1}, \"slices\": []}", "it lacks schema_version, spec, slices or results"},
      {"{\"schema_version\": 1, \"spec\": {}, \"slices\": [], \"results\": [NaN]}", "NaN and infinities are no numbers"},
      {"{\"schema_version\": 1, \"spec\": {}, \"slices\": [], \"results\": [-Infinity]}", "NaN and infinities are no numbers"},
      {"{\"schema_version\": 1, \"spec\": {}, \"slices\": [], \"results\": [}", "expected a value"},
      {"{\"schema_version\": 1, \"spec\": {}, \"slices\": [], \"results\": [\"\xff\"]}", "not UTF-8"},
      {"{\"rows\": 1}", "it lacks schema_version, spec, slices or results"}};
  for (size_t i = 0; i < sizeof bad_b / sizeof *bad_b; i++) {
    world w = report_world(bad_b[i][0], 1000);
    run(&w, "view r.json -o out.html");
    CHECK(w.code == 2 && !w.file_count && strstr(w.err, bad_b[i][1]));
    end(&w);
  }
  world w = report_world(report, 1000);
  run(&w, "view r.json --level .9 -o out.html");
  CHECK(w.code == 2 && strstr(w.err, "r.json is a report, whose numbers --level cannot change; give it to the audit"));
  end(&w);
  w = report_world(report, 1000);
  run(&w, "view r.json s.json -o out.html");
  CHECK(w.code == 2 && strstr(w.err, "r.json is a report; a page shows one, and no other FILE"));
  end(&w);
}

static void pages_that_are_not_there_or_not_right_are_told(void) {
  static const char *const page_p[] = {NULL, "<p></p>", "<!--evenhand:payload--> <!--evenhand:payload-->"};
  static const char *const says_p[] = {"viewer.html, which comes with this program, is not installed; build it with: npm run build",
                                       "is not the viewer's page: it must have the comment", "is not the viewer's page: it must have"};
  for (int i = 0; i < 3; i++) {
    world w = view_world(1000);
    w.page = page_p[i];
    run(&w, "view preds.csv --label y --score p -o out.html");
    CHECK(w.code == 2 && !w.file_count && strstr(w.err, says_p[i]));
    end(&w);
  }
  misuse("view preds.csv --label y --score p", "view ", "view needs -o OUT.html, or -o - for standard output");
  misuse("view preds.csv --json r.json -o out.html", "view ",
         "view writes one page, which shows all there is; --json belongs to evenhand audit");
  misuse("view preds.csv -o preds.csv", "view ", "-o would overwrite the input \"preds.csv\"");
  misuse("view preds.csv --serve", "view ",
         "--serve is of the Node program: npx evenhand view FILE --serve; this one writes a page with -o");
  world w = view_world(1000);
  run(&w, "view preds.csv --label y --score p --baseline sex=X -o out.html");
  CHECK(w.code == 2 && !w.file_count && strstr(w.err, "the data has no slice \"sex=X\""));
  end(&w);
}

/* At any allocation: the program says so, leaves with 3, writes nothing and leaks nothing. */
static void memory_may_run_out_anywhere(void) {
  static const char *const line_l[] = {"view preds.csv --label y --score p --slice sex --metric fpr -o out.html", "view r.json -o out.html",
                                       "view preds.ehc --slice sex -o out.html"};
  world made = people_world(100);
  run(&made, "cube build preds.csv --label y --score p --slice sex -o preds.ehc");
  for (int i = 0; i < 3; i++) {
    int failures = 0;
    for (long k = 0; k < 100000; k++) {
      world w = i == 1 ? report_world(report, 30) : view_world(64);
      if (i == 2) w.input_p = made.file_n[0], w.input_n = made.file_size_n[0];
      memory_left = k;
      run(&w, line_l[i]);
      memory_left = -1;
      const bool done = w.code == 0;
      if (!done) CHECK(w.code == 3 && !*w.out && !w.file_count && (!*w.err || !strcmp(w.err, "evenhand: out of memory\n")));
      failures += !done;
      end(&w);
      if (done) break;
    }
    CHECK(failures > 5 && failures < 99999);
  }
  end(&made);
}

int main(void) {
  RUN(rows_become_a_cube_of_seven_bits);
  RUN(exact_scores_are_noted);
  RUN(a_cube_is_closed_up);
  RUN(a_report_is_checked_and_put_in);
  RUN(pages_that_are_not_there_or_not_right_are_told);
  RUN(memory_may_run_out_anywhere);
  return check_end("cli view");
}
