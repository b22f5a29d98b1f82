/* jsonl: the reader of JSON Lines against the promises of evenhand/table.h, however the bytes are cut. */
#include "evenhand/table.h"

#include "check.h"
#include "reference/memory_twin.h"

static const size_t push_l[] = {1, 2, 3, 7, 64, 4096, SIZE_MAX};
enum { PUSHES = sizeof push_l / sizeof *push_l };

static const eh_want want_n[] = {{{"a", 1}, EH_F64}, {{"b", 1}, EH_TEXT}, {{"a", 1}, EH_TEXT}};
static const eh_jsonl_options usual = {.want_n = want_n, .want_count = 3, .source = {"f.jsonl", 7}};

static void put_cell(eh_buf *out, const eh_column *column, size_t row) {
  char scratch[EH_F64_TEXT];
  eh_str text;
  double x;
  eh_buf_byte(out, '|');
  const eh_cell cell = eh_column_text(column, row, scratch, &text);
  if (column->type == EH_TEXT) {
    if (cell == EH_CELL_MISSING) eh_buf_byte(out, '~');
    else eh_buf_str(out, text);
    return;
  }
  CHECK(eh_column_f64(column, row, &x) == cell);
  CHECK((cell == EH_CELL_OK) == (x == x));
  if (cell == EH_CELL_OK) eh_buf_format(out, "%g", x);
  else eh_buf_text(out, cell == EH_CELL_MISSING ? "~" : cell == EH_CELL_NOT_NUMBER ? "?" : "inf");
}

static eh_status drain(eh_jsonl *jsonl, eh_buf *out, eh_error *err) {
  for (;;) {
    eh_batch batch;
    EH_TRY(eh_jsonl_next(jsonl, &batch, err));
    if (batch.rows == 0) return EH_OK;
    CHECK(batch.rows <= EH_BATCH_ROWS);
    for (size_t row = 0; row < batch.rows; row++) {
      eh_buf_format(out, "%u", batch.line_n[row]);
      for (uint32_t c = 0; c < batch.column_n; c++) put_cell(out, &batch.column[c], row);
      eh_buf_byte(out, '\n');
    }
  }
}

static eh_status read_pushes(eh_jsonl *jsonl, eh_buf *out, eh_str text, size_t push, eh_error *err) {
  for (size_t at = 0; at < text.n; at += push) {
    EH_TRY(eh_jsonl_push(jsonl, text.p + at, text.n - at < push ? text.n - at : push, err));
    EH_TRY(drain(jsonl, out, err));
    if (push > text.n) break;
  }
  EH_TRY(eh_jsonl_end(jsonl, err));
  return drain(jsonl, out, err);
}

static eh_status read_text(eh_buf *out, eh_intake *intake, eh_error *err, const eh_jsonl_options *options, eh_str text,
                           size_t push, const eh_allocator *mem) {
  eh_jsonl *jsonl;
  *err = (eh_error){0};
  EH_TRY(eh_jsonl_new(&jsonl, options, intake, mem, err));
  const eh_status status = read_pushes(jsonl, out, text, push, err);
  eh_jsonl_free(jsonl);
  CHECK(status == err->status);
  return status;
}

/* Reads `text` in every push size; each must give the transcript `want`, or the error `want`. */
static void check_bytes(const eh_jsonl_options *options, eh_str text, const char *want) {
  for (int p = 0; p < PUSHES; p++) {
    eh_buf out = {0};
    eh_intake intake = {0};
    eh_error err;
    if (read_text(&out, &intake, &err, options, text, push_l[p], NULL)) out.n = 0, eh_buf_text(&out, err.message);
    for (uint32_t i = 0; i < intake.skipped_n; i++)
      eh_buf_format(&out, "%u skipped: %s\n", intake.skipped[i].line, intake.skipped[i].reason);
    CHECK_TEXT(out.p ? out.p : "", out.n, want);
    eh_buf_free(&out);
  }
}

static void check_read(const char *text, const char *want) { check_bytes(&usual, eh_str_of(text), want); }

static void values(void) {
  check_read("{\"a\":1,\"b\":\"x\"}\n{\"b\":\"y\",\"a\":0.25}\n", "1|1|x|1\n2|0.25|y|0.25\n");
  check_read("{\"a\":\"1e3\",\"b\":5}", "1|1000|5|1e3\n");
  check_read("{\"a\":true,\"b\":false}\n{\"a\":1e400,\"b\":1.50}", "1|1|false|true\n2|inf|1.50|1e400\n");
  check_read("{\"a\":\" 1\",\"b\":\" x \"}", "1|?| x | 1\n");
  check_read("{\"a\":-0.5,\"b\":{}}", "1 skipped: character 11: \"b\" holds an object, not a value\n");
}

static void missing_values(void) {
  check_read("{\"a\":null,\"b\":\"\"}\n{\"a\":3}\n{\"b\":\"NA\"}\n{\"a\":NaN,\"b\":\"null\"}\n",
             "1|~|~|~\n2|3|~|3\n3|~|~|~\n4|~|~|~\n");
  eh_jsonl_options listed = usual;
  listed.missing_n = &(eh_str){"-", 1};
  listed.missing_count = 1;
  check_bytes(&listed, eh_str_of("{\"a\":NaN,\"b\":\"NA\"}\n{\"a\":\"-\",\"b\":null}"), "1|inf|NA|NaN\n2|~|~|~\n");
}

static void other_keys_are_passed_over(void) {
  check_read("{\"z\":[1,{\"a\":[]},\"}\"],\"a\":1,\"y\":{\"b\":\"no\"},\"b\":\"x\"}", "1|1|x|1\n");
  check_read("{\"b\":\"x\",\"q\":\"\\\"a\\\":7\",\"a\":2}\n{\"a.b\":9,\"b\":\"\",\"a\":3}", "1|2|x|2\n2|3|~|3\n");
  check_read("{\"\\u0061\":1,\"\\u0062\":\"\\u00e9\\n\"}", "1|1|\xc3\xa9\n|1\n");
}

static void arrays_of_texts(void) {
  eh_jsonl_options multi = usual;
  multi.separator_w = (const unsigned char *)"\0|\0";
  check_bytes(&multi,
              eh_str_of("{\"b\":[\"x\",\"y\"],\"a\":1}\n{\"a\":2,\"b\":[]}\n{\"a\":3,\"b\":[null]}\n{\"a\":4,\"b\":\"p|q\"}\n"
                        "{\"a\":5,\"b\": [ \"\\u00e9\\n\" , null , \"\" , \"z\\\"\" ] }\n{\"a\":6,\"b\":[\"NA\"],\"c\":[[1]]}"),
              "1|1|x|y|1\n2|2|~|2\n3|3|~|3\n4|4|p|q|4\n5|5|\xc3\xa9\n||z\"|5\n6|6|~|6\n");
  check_bytes(&multi,
              eh_str_of("{\"a\":1,\"b\":[\"x|y\"]}\n{\"a\":1,\"b\":[\"\\u007c\"]}\n{\"a\":1,\"b\":[1]}\n{\"a\":1,\"b\":[[]]}\n"
                        "{\"a\":[],\"b\":[]}\n{\"a\":1,\"b\":[\"x\"\n{\"a\":1,\"b\":[\"\\u0000\"]}\n{\"a\":1,\"b\":[\"x\",]}"),
              "1 skipped: character 8: \"b\" holds a text with the separator; choose another with --multi\n"
              "2 skipped: character 8: \"b\" holds a text with the separator; choose another with --multi\n"
              "3 skipped: character 8: \"b\" holds an array of other than texts\n"
              "4 skipped: character 8: \"b\" holds an array of other than texts\n"
              "5 skipped: character 2: \"a\" holds an array, not a value\n"
              "6 skipped: character 16: expected a comma or ]\n7 skipped: character 8: \"b\" holds a NUL character\n"
              "8 skipped: character 17: expected a value\n");
}

static void lines(void) {
  check_read("\xef\xbb\xbf{\"a\":1,\"b\":\"x\"}\r\n\r\n \t\n  {\"a\":2,\"b\":\"y\"}  \r\n", "1|1|x|1\n4|2|y|2\n");
  check_read("\n\n", "");
  check_read("", "f.jsonl is empty");
  check_read("\xef\xbb\xbf", "");
}

static void defects_leave_other_lines_alone(void) {
  check_read("{\"a\":1,\"b\":\"x\"\n{\"a\":2,\"b\":\"y\"}\n[1]\n7\n{\"a\":3 \"b\":4}\n{\"a\":5,\"b\":\"z\"}x\n",
             "2|2|y|2\n1 skipped: character 15: expected a comma or }\n"
             "3 skipped: character 1: expected an object, {...}, on this line\n"
             "4 skipped: character 1: expected an object, {...}, on this line\n"
             "5 skipped: character 8: expected a comma or }\n6 skipped: character 16: text after the end of the value\n");
  check_read("{\"a\":1,\"a\":2}\n{\"b\":1,\"\\u0062\":2}\n{\"z\":1,\"z\":2,\"a\":1,\"b\":1}",
             "3|1|1|1\n1 skipped: character 8: \"a\" is there twice\n2 skipped: character 8: \"b\" is there twice\n");
  check_read("{\"a\":1,\"b\":[\"x\"]}\n{\"b\":\"\xc3\xa9\xc3\xa9\",\"a\":01}\n{\"a\":1,\"b\":\"\\u0000\"}\n{\"a\":1,\"b\":\"\\\\u0000\"}",
             "4|1|\\u0000|1\n1 skipped: character 8: \"b\" holds an array, not a value\n"
             "2 skipped: character 15: not a number as JSON writes it\n"
             "3 skipped: character 8: \"b\" holds a NUL character\n");
  check_read("{\"a\":1,\"b\":\"\xff\"}\n{\"a\":1,\"b\":1}", "2|1|1|1\n1 skipped: character 13: not UTF-8\n");
  check_bytes(&usual, (eh_str){"{\"a\":1,\0\"b\":2}\n{\"a\":1,\"b\":1}", 28},
              "2|1|1|1\n1 skipped: character 8: expected a key in quotes\n");
}

static void keys_that_no_row_has(void) {
  check_read("{\"A\":1,\"b\":2}\n", "f.jsonl has no key \"a\" in any row; nearest is \"A\"");
  check_read("{\"zebra\":1,\"b\":2}\n", "f.jsonl has no key \"a\" in any row");
  check_read("{\"b\":2}\n{\"a\":1}\n", "1|~|2|~\n2|1|~|1\n");
  check_read("{\"a\":1\n", "1 skipped: character 7: expected a comma or }\n");
}

static void strict(void) {
  eh_buf out = {0};
  eh_intake intake = {.strict = true};
  eh_error err;
  CHECK(read_text(&out, &intake, &err, &usual, eh_str_of("{\"a\":1,\"b\":2}\n\n{\"a\":}\n"), 5, NULL) == EH_E_ROW);
  CHECK_TEXT(err.message, strlen(err.message), "line 3: character 6: expected a value");
  CHECK_U64(err.line, 3);
  eh_buf_free(&out);
}

/* More keys than are remembered, rows of ever other keys, and more rows than a batch. */
static void many(void) {
  eh_buf text = {0}, out = {0};
  for (uint64_t row = 0; row < EH_BATCH_ROWS + 10; row++) {
    if (row < 40)
      for (uint64_t k = 0; k < 20; k++) eh_buf_format(&text, k ? ",\"k%u\":%u" : "{\"k%u\":%u", row * 20 + k, k);
    else eh_buf_text(&text, "{\"k\":0");
    eh_buf_format(&text, ",\"b\":\"x\",\"a\":%u}\n", row);
  }
  eh_intake intake = {0};
  eh_error err;
  CHECK(read_text(&out, &intake, &err, &usual, (eh_str){text.p, text.n}, 100000, NULL) == EH_OK);
  CHECK_U64(intake.rows, EH_BATCH_ROWS + 10);
  CHECK_U64(intake.rows_skipped, 0);
  CHECK_TEXT(out.p, 7, "1|0|x|0");
  CHECK_TEXT(out.p + out.n - 20, 20, "65546|65545|x|65545\n");
  eh_buf_free(&text);
  eh_buf_free(&out);
}

static void wants_are_checked(void) {
  const eh_want odd = {{"a", 1}, EH_I32};
  eh_error err = {0};
  eh_jsonl *jsonl;
  CHECK(eh_jsonl_new(&jsonl, &(eh_jsonl_options){.want_n = &odd, .want_count = 1}, &(eh_intake){0}, NULL, &err) ==
        EH_E_USAGE);
  eh_jsonl_free(NULL);
}

static void names_are_learnt(void) {
  eh_intake intake = {0};
  eh_jsonl *jsonl = NULL;
  eh_batch batch;
  uint32_t n = 0;
  REQUIRE(eh_jsonl_new(&jsonl, &(eh_jsonl_options){0}, &intake, NULL, NULL) == EH_OK);
  CHECK(eh_jsonl_push(jsonl, "{\"q\":1,\"a\":{}}\n{\"r\":1}\n", 24, NULL) == EH_OK);
  CHECK(eh_jsonl_next(jsonl, &batch, NULL) == EH_OK);
  const eh_str *name_n = eh_jsonl_names(jsonl, &n);
  CHECK_U64(n, 3);
  CHECK(eh_str_eq(name_n[0], EH_STR("q")) && eh_str_eq(name_n[1], EH_STR("a")) && eh_str_eq(name_n[2], EH_STR("r")));
  eh_jsonl_free(jsonl);
}

static void formats(void) {
  static const struct {
    const char *bytes, *name;
    bool whole;
    eh_table_format format;
  } case_n[] = {{"{\"a\"", "x", false, EH_FORMAT_JSONL},      {" \r\n\t{", "", false, EH_FORMAT_JSONL},
                {"\xef\xbb\xbf{", "", false, EH_FORMAT_JSONL}, {"a,b", "", false, EH_FORMAT_CSV},
                {"   ", "", false, EH_FORMAT_UNKNOWN},        {"   ", "", true, EH_FORMAT_CSV},
                {"", "", true, EH_FORMAT_CSV},                {"[ {", "", false, EH_FORMAT_JSON_ARRAY},
                {"[ ", "", false, EH_FORMAT_UNKNOWN},         {"[a],b", "", false, EH_FORMAT_CSV},
                {"[{", "x.csv", false, EH_FORMAT_CSV},        {"{", "x.TSV.gz", false, EH_FORMAT_CSV},
                {"a", "d/x.jsonl", false, EH_FORMAT_JSONL},   {"a", "x.NDJSON.gz", false, EH_FORMAT_JSONL},
                {"", "x.jsonl.zst", false, EH_FORMAT_JSONL},  {"{", "jsonl", false, EH_FORMAT_JSONL}};
  for (size_t i = 0; i < sizeof case_n / sizeof *case_n; i++)
    CHECK_U64(eh_table_format_of(case_n[i].bytes, strlen(case_n[i].bytes), eh_str_of(case_n[i].name), case_n[i].whole),
              case_n[i].format);
}

/* Every allocation fails once: the reader says so and nothing leaks. */
static void memory_fails(void) {
  eh_jsonl_options multi = usual;
  multi.separator_w = (const unsigned char *)"\0|\0";
  const eh_str text = eh_str_of("{\"a\":1,\"b\":[\"x\",\"y\"]}\n{\"a\":1,\"\\u0062\":\"x\"}\n{\"a\":}\n{\"a\":2,\"b\":\"\\n\",\"c\":0}\n");
  for (size_t at = 1;; at++) {
    memory_twin twin;
    const eh_allocator *const mem = memory_twin_start(&twin, at);
    eh_buf out = {0};
    eh_intake intake = {0};
    eh_error err;
    const eh_status status = read_text(&out, &intake, &err, &multi, text, 9, mem);
    eh_buf_free(&out);
    CHECK(!twin.blocks && !twin.bytes && !twin.wrong_sizes);
    if (twin.asked < at) {
      CHECK(status == EH_OK && at > 5);
      return;
    }
    CHECK(status == EH_E_MEMORY);
  }
}

int main(void) {
  RUN(values);
  RUN(missing_values);
  RUN(other_keys_are_passed_over);
  RUN(arrays_of_texts);
  RUN(lines);
  RUN(defects_leave_other_lines_alone);
  RUN(keys_that_no_row_has);
  RUN(strict);
  RUN(many);
  RUN(wants_are_checked);
  RUN(names_are_learnt);
  RUN(formats);
  RUN(memory_fails);
  return check_end("jsonl");
}
