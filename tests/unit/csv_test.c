/* csv: the CSV reader against its twin and against the promises of evenhand/table.h, however the bytes are cut. */
#include "evenhand/table.h"

#include "check.h"
#include "reference/csv.h"

static const size_t push_l[] = {1, 2, 3, 7, 64, 4096, SIZE_MAX};
enum { PUSHES = sizeof push_l / sizeof *push_l };

/* ---- reading a whole text, written down -------------------------------------------------------------------------- */

static void put_cell(eh_buf *out, const eh_column *column, size_t row) {
  char scratch[EH_F64_TEXT];
  eh_str text;
  double x;
  eh_buf_byte(out, '|');
  if (column->type == EH_TEXT) {
    if (eh_column_text(column, row, scratch, &text) == EH_CELL_MISSING) eh_buf_byte(out, '~');
    else eh_buf_str(out, text);
    return;
  }
  const eh_cell cell = eh_column_f64(column, row, &x);
  CHECK((cell == EH_CELL_OK) == (x == x));
  CHECK(eh_column_text(column, row, scratch, &text) == cell);
  if (cell == EH_CELL_OK) eh_buf_format(out, "%g", x);
  else if (cell == EH_CELL_MISSING) eh_buf_byte(out, '~');
  else eh_buf_format(out, "%s %S", cell == EH_CELL_NOT_NUMBER ? "not a number" : "not finite", text);
}

static eh_status drain(eh_csv *csv, eh_buf *out, eh_error *err) {
  for (;;) {
    eh_batch batch;
    EH_TRY(eh_csv_next(csv, &batch, err));
    if (batch.rows == 0) return EH_OK;
    CHECK(batch.rows <= EH_BATCH_ROWS);
    for (size_t row = 0; row < batch.rows; row++) {
      eh_buf_format(out, "%u", batch.line_n[row]);
      for (uint32_t c = 0; c < batch.column_n; c++) put_cell(out, &batch.column[c], row);
      eh_buf_byte(out, '\n');
    }
  }
}

static eh_status read_pushes(eh_csv *csv, eh_buf *out, eh_str text, size_t push, eh_error *err) {
  for (size_t at = 0; at < text.n; at += push) {
    EH_TRY(eh_csv_push(csv, text.p + at, text.n - at < push ? text.n - at : push, err));
    EH_TRY(drain(csv, out, err));
    if (push > text.n) break;
  }
  EH_TRY(eh_csv_end(csv, err));
  return drain(csv, out, err);
}

static eh_status read_text(eh_buf *out, eh_intake *intake, eh_error *err, const eh_csv_options *options, eh_str text,
                           size_t push) {
  eh_csv *csv;
  *err = (eh_error){0};
  EH_TRY(eh_csv_new(&csv, options, intake, NULL, err));
  const eh_status status = read_pushes(csv, out, text, push, err);
  eh_csv_free(csv);
  CHECK(status == err->status);
  return status;
}

/* Reads `text` in every push size; each must give the transcript `want` and the same intake, or the error `want`. */
static void check_read(const eh_csv_options *options, eh_str text, const char *want, uint64_t rows, uint64_t skipped) {
  for (int p = 0; p < PUSHES; p++) {
    eh_buf out = {0};
    eh_intake intake = {0};
    eh_error err;
    if (read_text(&out, &intake, &err, options, text, push_l[p])) out.n = 0, eh_buf_text(&out, err.message);
    for (uint32_t i = 0; i < intake.skipped_n; i++)
      eh_buf_format(&out, "%u skipped: %s\n", intake.skipped[i].line, intake.skipped[i].reason);
    CHECK_TEXT(out.p ? out.p : "", out.n, want);
    CHECK_U64(intake.rows, rows);
    CHECK_U64(intake.rows_skipped, skipped);
    eh_buf_free(&out);
  }
}

#define WANTS(...)                                                        \
  .want_n = (const eh_want[]){__VA_ARGS__}, .want_count = sizeof((eh_want[]){__VA_ARGS__}) / sizeof(eh_want)
#define NUMBER(name) {{name, sizeof(name) - 1}, EH_F64}
#define TEXT(name) {{name, sizeof(name) - 1}, EH_TEXT}

/* ---- against the twin -------------------------------------------------------------------------------------------- */

/* Random texts of few letters, so that every order of quotes, line ends, blanks and delimiters comes up. */
static void put_random_text(eh_buf *out, uint64_t *state, size_t n, int kind) {
  static const char *const letter_k[] = {",,\n\"\"ab \r", ",,,\n\n\r\rab1 \t", "\"\",\n\rx", "aaaaaaaaaaaaaaaa,,\n\"",
                                         ",\nab\x80\xc3\xa4"};
  const char *letters = letter_k[kind];
  const size_t letters_n = strlen(letters);
  if (check_random(state) % 8 == 0) eh_buf_text(out, "\xef\xbb\xbf");
  while (out->n < n) {
    const uint64_t r = check_random(state);
    if (r % 97 == 0) eh_buf_text(out, "NA");
    else if (r % 101 == 0 && kind == 4) eh_buf_byte(out, 0);
    else if (r % 13 == 0) eh_buf_text(out, "\"x,\"\"y\n\",");
    else if (r % 17 == 0) eh_buf_text(out, "a,b,c\r\n");
    else eh_buf_byte(out, (unsigned char)letters[(r >> 32) % letters_n]);
  }
}

static void check_twin(eh_str text, char delimiter) {
  static const eh_str name_n[] = {{"a", 1}, {"b", 1}, {"c", 1}};
  const eh_csv_options options = {.delimiter = (unsigned char)delimiter, .name_n = name_n, .name_count = 3,
                                  WANTS(TEXT("a"), TEXT("b"), TEXT("c"))};
  eh_buf want = {0};
  uint64_t rows, skipped;
  twin_csv_read(&want, &rows, &skipped, text, delimiter, 3);
  eh_buf_byte(&want, 0);
  check_read(&options, text, want.p, rows, skipped);
  eh_buf_free(&want);
}

/* Long runs of plain records, broken now and then by whatever is not. */
static void plain_texts_read_as_the_twin_reads_them(void) {
  static const char *const field_k[] = {"a", "0.134364244", "1", "", "Asian-Pac-Islander", " b ", "NA", "\xc3\xa4", "\"q,r\"", "\"s\"\"t\"", "\"\""};
  static const char *const odd_k[] = {"a,b\n", "a,b,c,d\n", "\n", "\"a\nb\",c,d\n", "a,\xff,b\n", "\"a\"x,b,c\n", "a\"b,c,d\n", "\r", "a,b,c\r", "  \n", "\"a\" ,b,c\n"};
  uint64_t state = 17;
  for (int i = 0; i < 40; i++) {
    eh_buf text = {0};
    const uint64_t fields = i % 4 == 0 ? 5 : i % 4 == 1 ? 8 : sizeof field_k / sizeof *field_k, often = i % 5 == 0 ? 3 : 200;
    for (int row = 0; row < 600; row++) {
      const uint64_t r = check_random(&state);
      if (r % often == 0 && i % 7) eh_buf_text(&text, odd_k[(r >> 40) % (sizeof odd_k / sizeof *odd_k)]);
      for (int f = 0; f < 3; f++) {
        eh_buf_text(&text, field_k[(r >> (8 + 8 * f)) % fields]);
        eh_buf_text(&text, f < 2 ? "," : i % 3 == 0 ? "\r\n" : "\n");
      }
    }
    check_twin((eh_str){text.p, text.n}, ',');
    eh_buf_free(&text);
  }
}

static void random_texts_read_as_the_twin_reads_them(void) {
  static const char delimiter_d[] = {',', ',', '\t', ' '};
  uint64_t state = 7;
  for (int i = 0; i < 600; i++) {
    eh_buf text = {0};
    const size_t n = i % 50 == 49 ? 9000 : 1 + check_random(&state) % (i % 5 == 4 ? 300 : 30);
    put_random_text(&text, &state, n, i % 5);
    const char delimiter = delimiter_d[i / 5 % 4];
    for (size_t k = 0; k < text.n; k++) {
      if (text.p[k] == ',') text.p[k] = delimiter;
    }
    check_twin((eh_str){text.p, text.n}, delimiter);
    eh_buf_free(&text);
  }
}

/* A special byte at, before and after every block boundary of the scan. */
static void block_boundaries_are_no_places(void) {
  static const char *const tail_t[] = {",b,c\r\nd,e,f\r\n", "\"\"x\",b,c\n", ",\"b\"\"\r\nb\",c\r\rd,e,f",
                                       "\r\n\r\na,b,c"};
  for (size_t t = 0; t < sizeof tail_t / sizeof *tail_t; t++) {
    for (size_t n = 56; n <= 4200; n += n == 72 ? 4080 - 72 : 1) {
      eh_buf text = {0};
      if (t == 1) eh_buf_byte(&text, '"');
      while (text.n < n % 4136) eh_buf_byte(&text, 'x');
      eh_buf_text(&text, tail_t[t]);
      check_twin((eh_str){text.p, text.n}, ',');
      eh_buf_free(&text);
    }
  }
}

/* ---- what a row is ----------------------------------------------------------------------------------------------- */

static void a_file_of_everything(void) {
  const eh_csv_options options = {WANTS(NUMBER("score"), TEXT("name"), TEXT("score"))};
  check_read(&options,
             EH_STR("\xef\xbb\xbfname, score ,\"x\"\"y\"\r\n"
                    "Ann,0.5,1\r\n"
                    "\r\n"
                    "\"Be, \"\"B\"\"\r\nen\",\" 2\",\n"
                    "  \t \n"
                    "C\xc3\xa9\"line\", 1e3 ,x\r"
                    ",NaN,\r"
                    "\"NA\" \t,true,\"\""),
             "2|0.5|Ann|0.5\n"
             "4|not a number  2|Be, \"B\"\r\nen| 2\n"
             "7|1000|C\xc3\xa9\"line\"|1e3\n"
             "8|~|~|~\n"
             "9|1|~|true\n",
             5, 0);
}

static void blanks_after_commas_are_trimmed(void) {
  const eh_csv_options options = {WANTS(NUMBER("age"), TEXT("work"), NUMBER("weight"))};
  check_read(&options, EH_STR("age, work, weight\n39, State-gov, 77516\n 25 ,\tPrivate\t, 226802\n1, \"x\",2\n"),
             "2|39|State-gov|77516\n3|25|Private|226802\n4|1|\"x\"|2\n", 3, 0);
}

static void tabs_and_other_delimiters(void) {
  const eh_csv_options tsv = {.delimiter = '\t', WANTS(TEXT("a"), TEXT("b"))};
  check_read(&tsv, EH_STR("a\tb\n 1 \t\n\t\nx,y\t\"\t\"\n"), "2|1|~\n3|~|~\n4|x,y|\t\n", 3, 0);
  const eh_csv_options bar = {.delimiter = '|', WANTS(TEXT("a"), TEXT("b"))};
  check_read(&bar, EH_STR("a|b\n1,2|3\n"), "2|1,2|3\n", 1, 0);
}

static void numbers_are_what_they_say(void) {
  static const eh_str name = {"x", 1};
  const eh_csv_options options = {.name_n = &name, .name_count = 1, WANTS(NUMBER("x"))};
  check_read(&options,
             EH_STR("0.1\n-2.5e-3\ntrue\nTrue\nTRUE\nfalse\nFalse\nFALSE\ntRUE\nTRue\nyes\n1,5\n\"7\"\n1e999\n-inf\n"
                    "nan\nNaN\nNA\nnull\n\"NA\"\n\"\"\n0x10\n1 2\n123456789012345678901234567890\n.5\n5.\n+3\n-0\n"),
             "1|0.1\n2|-0.0025\n3|1\n4|1\n5|1\n6|0\n7|0\n8|0\n9|not a number tRUE\n10|not a number TRue\n"
             "11|not a number yes\n13|7\n14|not finite 1e999\n15|not finite -inf\n16|not finite nan\n17|~\n18|~\n19|~\n"
             "20|~\n21|~\n22|not a number 0x10\n23|not a number 1 2\n24|1.2345678901234568e+29\n25|0.5\n26|5\n27|3\n"
             "28|0\n"
             "12 skipped: 2 fields, expected 1\n",
             28, 1);
}

/* Spellings that the reader has a short way for, and their neighbours: a digit, a point, up to 18 more, some letter put in. */
static void numbers_are_those_of_the_exact_reader(void) {
  const eh_csv_options options = {WANTS(NUMBER("x"), TEXT("x"))};
  enum { ROWS = 20000 };
  uint64_t state = 23, wrong = 0, row = 0;
  eh_buf text = {0};
  eh_buf_text(&text, "x,y\n");
  for (int i = 0; i < ROWS; i++) {
    const uint64_t r = check_random(&state), digits = (r >> 8) % 19;
    char spelt[32] = {(char)('0' + r % 11 % 10), '.'};
    for (uint64_t d = 0; d < digits; d++) spelt[2 + d] = (char)('0' + (r % 5 ? check_random(&state) % 10 : 9));
    if (r % 7 == 0) spelt[(r >> 20) % (2 + digits)] = "x/:-e.+ "[(r >> 30) % 8];
    eh_buf_format(&text, "%s,\n", spelt);
  }
  eh_csv *csv;
  eh_intake intake = {0};
  eh_error err = {0};
  eh_batch batch;
  REQUIRE(eh_csv_new(&csv, &options, &intake, NULL, &err) == EH_OK);
  CHECK(!eh_csv_push(csv, text.p, text.n, &err) && !eh_csv_end(csv, &err));
  while (eh_csv_next(csv, &batch, &err) == EH_OK && batch.rows) {
    for (size_t i = 0; i < batch.rows; i++, row++) {
      char scratch[EH_F64_TEXT];
      eh_str spelt;
      double got, want;
      const eh_cell cell = eh_column_f64(&batch.column[0], i, &got);
      CHECK(eh_column_text(&batch.column[1], i, scratch, &spelt) == (spelt.n ? EH_CELL_OK : EH_CELL_MISSING));
      const bool good = spelt.n && eh_read_f64(&want, spelt.p, spelt.n) && want - want == 0;
      wrong += good != (cell == EH_CELL_OK) || (good && got != want);
    }
  }
  CHECK_U64(wrong, 0);
  CHECK_U64(row, ROWS);
  eh_csv_free(csv);
  eh_buf_free(&text);
}

static void the_missing_list_can_be_changed(void) {
  static const eh_str missing_m[] = {{"-1", 2}, {"?", 1}, {"not given", 9}};
  const eh_csv_options options = {.missing_n = missing_m, .missing_count = 3, WANTS(NUMBER("a"), TEXT("b"))};
  check_read(&options, EH_STR("a,b\n-1,-1\n?, not given \nNA,NA\n1,\n-10,\"?\"\n"),
             "2|~|~\n3|~|~\n4|not a number NA|NA\n5|1|~\n6|-10|~\n", 5, 0);
  const eh_csv_options none = {.missing_n = missing_m, .missing_count = 0, WANTS(TEXT("b"))};
  check_read(&none, EH_STR("b,c\nNA,\nnull,\n,\n"), "2|NA\n3|null\n4|~\n", 3, 0);
}

static void names_may_be_given(void) {
  static const eh_str name_n[] = {{"a", 1}, {"b", 1}};
  const eh_csv_options options = {.name_n = name_n, .name_count = 2, WANTS(TEXT("b"), TEXT("a"))};
  check_read(&options, EH_STR("\xef\xbb\xbf\"1\",2\n3\n4,5"), "1|2|1\n3|5|4\n2 skipped: 1 field, expected 2\n", 3, 1);
  check_read(&options, EH_STR("\n"), "", 0, 0);
  check_read(&options, EH_STR(""), "input is empty", 0, 0);
}

static void defective_rows_are_left_out_and_named(void) {
  const eh_csv_options options = {WANTS(TEXT("a"), TEXT("f"))};
  check_read(&options,
             EH_STR("a,b,c,d,e,f\n1,2,3,4,5,6\n1,2,3,4,5\n1,2,\"3\"x,4,5,6\n1,2,3,4,5,\0\n\xff,2,3,4,5,6\n"
                    "1,2,3,4,5,6,7\n\"\n\",2,\"3\" \"x\",4,5\n9,8,7,6,5,\xc3\xa4\n"),
             "2|1|6\n10|9|\xc3\xa4\n"
             "3 skipped: 5 fields, expected 6\n4 skipped: text after the closing quote in field 3\n"
             "5 skipped: NUL byte\n6 skipped: not UTF-8\n7 skipped: 7 fields, expected 6\n"
             "8 skipped: text after the closing quote in field 3\n",
             8, 6);
}

/* ---- what is wrong with a file ----------------------------------------------------------------------------------- */

/* The error in every push size: message, status and line. */
static void check_refused(const eh_csv_options *options, eh_str text, eh_status status, uint64_t line,
                          const char *want) {
  for (int p = 0; p < PUSHES; p++) {
    eh_buf out = {0};
    eh_intake intake = {0};
    eh_error err;
    CHECK(read_text(&out, &intake, &err, options, text, push_l[p]) == status);
    CHECK_U64(err.line, line);
    CHECK_TEXT(err.message, strlen(err.message), want);
    eh_buf_free(&out);
  }
}

static void defective_files_are_refused(void) {
  const eh_csv_options options = {.source = EH_STR("preds.csv"), WANTS(TEXT("a"))};
  const eh_csv_options unnamed = {WANTS(TEXT("a"))};
  check_refused(&options, EH_STR(""), EH_E_INPUT, 0, "preds.csv is empty");
  check_refused(&options, EH_STR("\xef\xbb\xbf\n \n"), EH_E_INPUT, 0, "preds.csv is empty");
  check_refused(&options, EH_STR("\n\xff,a\n1,2\n"), EH_E_INPUT, 2, "preds.csv: line 2: the header is not UTF-8; save the file as UTF-8");
  check_refused(&options, EH_STR("\xef\xbb"), EH_E_INPUT, 1, "preds.csv: line 1: the header is not UTF-8; save the file as UTF-8");
  check_refused(&options, EH_STR("a,\0\n1,2\n"), EH_E_INPUT, 1, "preds.csv: line 1: the header has a NUL byte, as UTF-16 has; save it as UTF-8");
  check_refused(&options, EH_STR("a,\"b\"c\n1,2\n"), EH_E_INPUT, 1,
                "preds.csv: line 1: text after the closing quote in field 2");
  check_refused(&unnamed, EH_STR("a,b\n1,2\n\"3\n3\",\"4\n\n5,6\n"), EH_E_INPUT, 4,
                "input: line 4: a quote opened here is never closed");
  check_refused(&options, EH_STR("\"a,b\n1,2\n"), EH_E_INPUT, 1,
                "preds.csv: line 1: a quote opened here is never closed");
}

static void too_many_columns_are_refused(void) {
  const eh_csv_options options = {WANTS(TEXT("a"))};
  eh_buf text = {0};
  eh_buf_byte(&text, 'a');
  for (int i = 1; i < 65535; i++) eh_buf_byte(&text, ',');
  eh_buf out = {0};
  eh_intake intake = {0};
  eh_error err;
  CHECK(read_text(&out, &intake, &err, &options, (eh_str){text.p, text.n}, SIZE_MAX) == EH_OK);
  eh_buf_byte(&text, ',');
  CHECK(read_text(&out, &intake, &err, &options, (eh_str){text.p, text.n}, SIZE_MAX) == EH_E_INPUT);
  CHECK_TEXT(err.message, strlen(err.message), "input: line 1: 65536 columns are more than the 65535 allowed");
  eh_buf_free(&text);
  eh_buf_free(&out);
}

static void wanted_columns_must_be_there_once(void) {
  const eh_csv_options one = {.source = EH_STR("preds.csv"), WANTS(TEXT("scroe"))};
  check_refused(&one, EH_STR("label,score\n"), EH_E_SPEC, 0, "preds.csv has no column \"scroe\"; nearest is \"score\"");
  const eh_csv_options far = {.source = EH_STR("preds.csv"), WANTS(TEXT("x"))};
  check_refused(&far, EH_STR("a,b,c\n"), EH_E_SPEC, 0, "preds.csv has no column \"x\"; it has \"a\", \"b\", \"c\"");
  check_refused(&far, EH_STR("a,b,c,d,e,f,g,h,i,j\n"), EH_E_SPEC, 0,
                "preds.csv has no column \"x\"; it has \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\" and "
                "2 more");
  const eh_csv_options twice = {.source = EH_STR("preds.csv"), WANTS(NUMBER("score"))};
  check_refused(&twice, EH_STR("a,score,b,c,\"score\"\n"), EH_E_SPEC, 0,
                "preds.csv has column \"score\" twice (fields 2 and 5)");
  const eh_csv_options hostile = {.source = EH_STR("\x1b[31m.csv"), WANTS(TEXT("a"))};
  check_refused(&hostile, EH_STR(""), EH_E_INPUT, 0, "\\x1B[31m.csv is empty");
}

static void options_are_checked(void) {
  static const unsigned char bad_d[] = {'"', '\n', '\r', 0x80, 0xff};
  for (size_t d = 0; d < sizeof bad_d; d++) {
    eh_csv *csv = (eh_csv *)(uintptr_t)1;
    eh_intake intake = {0};
    eh_error err = {0};
    const eh_csv_options options = {.delimiter = bad_d[d]};
    CHECK(eh_csv_new(&csv, &options, &intake, NULL, &err) == EH_E_USAGE);
    CHECK(csv == NULL && err.message[0]);
  }
  const eh_csv_options typed = {.want_n = &(eh_want){{"a", 1}, EH_F32}, .want_count = 1};
  eh_csv *csv;
  eh_intake intake = {0};
  eh_error err = {0};
  CHECK(eh_csv_new(&csv, &typed, &intake, NULL, &err) == EH_E_USAGE);
  eh_csv_free(NULL);
}

static void strict_reading_ends_at_the_first_defect(void) {
  const eh_csv_options options = {WANTS(TEXT("a"))};
  for (int p = 0; p < PUSHES; p++) {
    eh_buf out = {0};
    eh_intake intake = {.strict = true};
    eh_error err;
    CHECK(read_text(&out, &intake, &err, &options, EH_STR("a,b\n1,2\n\n3\n4,5,6\n"), push_l[p]) == EH_E_ROW);
    CHECK_U64(err.line, 4);
    CHECK_TEXT(err.message, strlen(err.message), "line 4: 1 field, expected 2");
    eh_buf_free(&out);
  }
}

/* ---- streaming --------------------------------------------------------------------------------------------------- */

static void names_are_known_with_the_header(void) {
  const eh_csv_options options = {WANTS(TEXT("b"))};
  eh_csv *csv;
  eh_intake intake = {0};
  eh_error err = {0};
  uint32_t n = 9;
  eh_batch batch;
  REQUIRE(eh_csv_new(&csv, &options, &intake, NULL, &err) == EH_OK);
  CHECK(eh_csv_names(csv, &n) == NULL && n == 0);
  CHECK(eh_csv_push(csv, "a,\"b\"\r", 6, &err) == EH_OK);
  CHECK(eh_csv_next(csv, &batch, &err) == EH_OK && batch.rows == 0);
  CHECK(eh_csv_names(csv, &n) == NULL);
  CHECK(eh_csv_push(csv, "1", 1, &err) == EH_OK);
  const eh_str *names = eh_csv_names(csv, &n);
  CHECK(names && n == 2 && eh_str_eq(names[1], EH_STR("b")));
  CHECK(eh_csv_end(csv, &err) == EH_OK);
  CHECK(eh_csv_push(csv, "2", 1, &err) == EH_E_USAGE);
  eh_csv_free(csv);
}

/* Three batches and a bit; every line number and value is checked, and pushes are not always drained. */
static void batches_follow_one_another(void) {
  enum { ROWS = 3 * EH_BATCH_ROWS + 17 };
  const eh_csv_options options = {WANTS(NUMBER("x"), TEXT("t"))};
  eh_buf text = {0};
  eh_buf_text(&text, "x,t\n");
  for (uint64_t i = 0; i < ROWS; i++) eh_buf_format(&text, i % 3 ? "%u,%u\n" : "%u,\"%u\"\n\n", i, i * i);
  for (size_t push = 1 << 14; push <= 1 << 22; push <<= 4) {
    eh_csv *csv;
    eh_intake intake = {0};
    eh_error err = {0};
    uint64_t row = 0, line = 2, batches = 0, wrong = 0;
    REQUIRE(eh_csv_new(&csv, &options, &intake, NULL, &err) == EH_OK);
    for (size_t at = 0; at <= text.n; at += push) {
      CHECK(eh_csv_push(csv, text.p + at, text.n - at < push ? text.n - at : push, &err) == EH_OK);
      const bool last = at + push > text.n;
      if (last) CHECK(eh_csv_end(csv, &err) == EH_OK);
      if (!last && at / push % 3 == 1) continue;
      eh_batch batch;
      while (eh_csv_next(csv, &batch, &err) == EH_OK && batch.rows) {
        batches++;
        for (size_t i = 0; i < batch.rows; i++, line += row % 3 ? 1 : 2, row++) {
          double x, square;
          char scratch[EH_F64_TEXT];
          eh_str t;
          wrong += eh_column_text(&batch.column[1], i, scratch, &t) != EH_CELL_OK;
          wrong += eh_column_f64(&batch.column[0], i, &x) != EH_CELL_OK || x != (double)row;
          wrong += !eh_read_f64(&square, t.p, t.n) || square != (double)(row * row) || batch.line_n[i] != line;
        }
        if (!last && at / push % 3 == 2) break;
      }
    }
    CHECK(err.status == EH_OK && batches >= 4);
    CHECK_U64(wrong, 0);
    CHECK_U64(row, ROWS);
    CHECK_U64(intake.rows, ROWS);
    eh_csv_free(csv);
  }
  eh_buf_free(&text);
}

/* A million bytes of one field, pushed byte by byte: only linear work ends. */
static void a_long_field_is_scanned_once(void) {
  enum { LONG = 1 << 20 };
  const eh_csv_options options = {WANTS(TEXT("b"))};
  eh_csv *csv;
  eh_intake intake = {0};
  eh_error err = {0};
  eh_batch batch;
  REQUIRE(eh_csv_new(&csv, &options, &intake, NULL, &err) == EH_OK);
  CHECK(eh_csv_push(csv, "a,b\n1,\"", 7, &err) == EH_OK);
  for (size_t i = 0; i < LONG; i++) {
    if (eh_csv_push(csv, i % 64 ? "x" : "\n", 1, &err) || eh_csv_next(csv, &batch, &err) || batch.rows) break;
  }
  CHECK(eh_csv_push(csv, "\"\n2,y", 5, &err) == EH_OK);
  CHECK(eh_csv_end(csv, &err) == EH_OK);
  CHECK(eh_csv_next(csv, &batch, &err) == EH_OK);
  REQUIRE(batch.rows == 2);
  CHECK_U64(batch.column[0].text_len_n[0], LONG);
  CHECK_U64(batch.line_n[1], 3 + LONG / 64);
  eh_csv_free(csv);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

typedef struct scarce {
  int left;      /* allocations that still succeed */
  int64_t held;  /* bytes not given back */
} scarce;

static void *scarce_resize(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  scarce *s = ctx;
  if (new_n && s->left-- <= 0) return NULL;
  void *moved = new_n ? realloc(ptr, new_n) : (free(ptr), NULL);
  s->held += (int64_t)new_n - (int64_t)(ptr ? old_n : 0);
  return moved;
}

static void every_allocation_may_fail(void) {
  const eh_csv_options options = {WANTS(NUMBER("a"), TEXT("b"))};
  int failures = 0;
  for (int left = 0; left < 40; left++) {
    scarce s = {left, 0};
    const eh_allocator mem = {scarce_resize, &s};
    eh_csv *csv;
    eh_intake intake = {0};
    eh_error err = {0};
    eh_buf out = {0};
    if (!eh_csv_new(&csv, &options, &intake, &mem, &err)) {
      (void)!read_pushes(csv, &out, EH_STR("a,b\n1,\"2 is a text that is long\"\n3,4,5\n6,7\n"), 5, &err);
      eh_csv_free(csv);
    }
    if (err.status) {
      failures++;
      CHECK(err.status == EH_E_MEMORY);
      CHECK_TEXT(err.message, strlen(err.message), "out of memory");
    } else {
      CHECK_TEXT(out.p, out.n, "2|1|2 is a text that is long\n4|6|7\n");
    }
    CHECK(s.held == 0);
    eh_buf_free(&out);
  }
  CHECK(failures >= 5 && failures < 40);
}

int main(void) {
  RUN(plain_texts_read_as_the_twin_reads_them);
  RUN(random_texts_read_as_the_twin_reads_them);
  RUN(block_boundaries_are_no_places);
  RUN(a_file_of_everything);
  RUN(blanks_after_commas_are_trimmed);
  RUN(tabs_and_other_delimiters);
  RUN(numbers_are_what_they_say);
  RUN(numbers_are_those_of_the_exact_reader);
  RUN(the_missing_list_can_be_changed);
  RUN(names_may_be_given);
  RUN(defective_rows_are_left_out_and_named);
  RUN(defective_files_are_refused);
  RUN(too_many_columns_are_refused);
  RUN(wanted_columns_must_be_there_once);
  RUN(options_are_checked);
  RUN(strict_reading_ends_at_the_first_defect);
  RUN(names_are_known_with_the_header);
  RUN(batches_follow_one_another);
  RUN(a_long_field_is_scanned_once);
  RUN(every_allocation_may_fail);
  return check_end("csv");
}
