/* table: columns of every type, the intake and the nearest name; the CSV reader is tested in csv_test.c. */
#include "evenhand/table.h"

#include "check.h"

/* ---- columns handed over ----------------------------------------------------------------------------------------- */

static void check_cell(const eh_column *column, size_t row, eh_cell cell, double x, const char *text) {
  char scratch[EH_F64_TEXT];
  double got;
  eh_str written;
  CHECK(eh_column_f64(column, row, &got) == cell);
  if (cell == EH_CELL_OK) CHECK_NEAR(got, x, 0);
  else CHECK(got != got);
  CHECK(eh_column_text(column, row, scratch, &written) == cell);
  CHECK_TEXT(written.p, written.n, text);
}

static void columns_of_every_type(void) {
  const double f64[] = {0.1, -0.0, NAN, INFINITY, 1e300};
  const float f32[] = {0.1f, NAN, -INFINITY};
  const int32_t i32[] = {INT32_MIN, 7};
  const uint32_t u32[] = {UINT32_MAX, 7};
  const int16_t i16[] = {INT16_MIN};
  const uint16_t u16[] = {UINT16_MAX};
  const int8_t i8[] = {INT8_MIN};
  const uint8_t u8[] = {UINT8_MAX}, yes[] = {1, 0}, cell[] = {EH_CELL_OK, EH_CELL_MISSING};
  check_cell(&(eh_column){.type = EH_F64, .data = f64}, 0, EH_CELL_OK, 0.1, "0.1");
  check_cell(&(eh_column){.type = EH_F64, .data = f64}, 1, EH_CELL_OK, 0, "0");
  check_cell(&(eh_column){.type = EH_F64, .data = f64}, 2, EH_CELL_MISSING, 0, "");
  check_cell(&(eh_column){.type = EH_F64, .data = f64}, 3, EH_CELL_NOT_FINITE, 0, "");
  check_cell(&(eh_column){.type = EH_F64, .data = f64}, 4, EH_CELL_OK, 1e300, "1e+300");
  check_cell(&(eh_column){.type = EH_F32, .data = f32}, 0, EH_CELL_OK, (double)0.1f, "0.10000000149011612");
  check_cell(&(eh_column){.type = EH_F32, .data = f32}, 1, EH_CELL_MISSING, 0, "");
  check_cell(&(eh_column){.type = EH_F32, .data = f32}, 2, EH_CELL_NOT_FINITE, 0, "");
  check_cell(&(eh_column){.type = EH_I32, .data = i32}, 0, EH_CELL_OK, -2147483648.0, "-2147483648");
  check_cell(&(eh_column){.type = EH_I32, .data = i32, .cell_n = cell}, 1, EH_CELL_MISSING, 0, "");
  check_cell(&(eh_column){.type = EH_U32, .data = u32}, 0, EH_CELL_OK, 4294967295.0, "4294967295");
  check_cell(&(eh_column){.type = EH_I16, .data = i16}, 0, EH_CELL_OK, -32768, "-32768");
  check_cell(&(eh_column){.type = EH_U16, .data = u16}, 0, EH_CELL_OK, 65535, "65535");
  check_cell(&(eh_column){.type = EH_I8, .data = i8}, 0, EH_CELL_OK, -128, "-128");
  check_cell(&(eh_column){.type = EH_U8, .data = u8}, 0, EH_CELL_OK, 255, "255");
  check_cell(&(eh_column){.type = EH_BOOL, .data = yes}, 0, EH_CELL_OK, 1, "true");
  check_cell(&(eh_column){.type = EH_BOOL, .data = yes}, 1, EH_CELL_OK, 0, "false");
  check_cell(&(eh_column){.type = EH_BOOL, .data = yes, .cell_n = cell}, 1, EH_CELL_MISSING, 0, "");
}

static void text_columns_hold_numbers_too(void) {
  static const char bytes[] = "0.5TrueMale";
  const uint32_t start[] = {0, 3, 7, 0}, len[] = {3, 4, 4, 0};
  const eh_column column = {.type = EH_TEXT, .text_bytes = bytes, .text_start_n = start, .text_len_n = len};
  char scratch[EH_F64_TEXT];
  double x;
  eh_str text;
  CHECK(eh_column_f64(&column, 0, &x) == EH_CELL_OK && x == 0.5);
  CHECK(eh_column_f64(&column, 1, &x) == EH_CELL_OK && x == 1);
  CHECK(eh_column_f64(&column, 2, &x) == EH_CELL_NOT_NUMBER && x != x);
  CHECK(eh_column_f64(&column, 3, &x) == EH_CELL_MISSING && x != x);
  CHECK(eh_column_text(&column, 2, scratch, &text) == EH_CELL_OK && eh_str_eq(text, EH_STR("Male")));
  CHECK(eh_column_text(&column, 3, scratch, &text) == EH_CELL_MISSING && text.n == 0);
}

/* ---- intake ------------------------------------------------------------------------------------------------------ */

static void intakes_do_not_know_the_order(void) {
  eh_intake forth = {0}, back = {0}, half = {0}, other = {0};
  for (uint64_t i = 0; i < 50; i++) {
    const uint64_t line = 3 * (i * 7 % 50) + 1;
    CHECK(eh_intake_skip(&forth, NULL, line, "reason %u", line) == EH_OK);
    CHECK(eh_intake_skip(&back, NULL, 3 * (49 - i) + 1, "reason %u", 3 * (49 - i) + 1) == EH_OK);
    CHECK(eh_intake_skip(i % 2 ? &half : &other, NULL, line, "reason %u", line) == EH_OK);
  }
  half.rows = 30, other.rows = 40;
  eh_intake_merge(&half, &other);
  CHECK_U64(half.rows, 70);
  const eh_intake *const intake_i[] = {&forth, &back, &half};
  for (int i = 0; i < 3; i++) {
    CHECK_U64(intake_i[i]->rows_skipped, 50);
    CHECK_U64(intake_i[i]->skipped_n, EH_SKIPS_KEPT);
    for (uint32_t k = 0; k < EH_SKIPS_KEPT; k++) {
      char want[32];
      snprintf(want, sizeof want, "reason %u", 3 * k + 1);
      CHECK_U64(intake_i[i]->skipped[k].line, 3 * k + 1);
      CHECK(strcmp(intake_i[i]->skipped[k].reason, want) == 0);
    }
  }
}

static void reasons_are_cut_and_neutral(void) {
  eh_intake intake = {0};
  char name[200];
  memset(name, 'x', sizeof name);
  CHECK(eh_intake_skip(&intake, NULL, 5, "label is %Q", EH_STR("\x1b[2J")) == EH_OK);
  CHECK_TEXT(intake.skipped[0].reason, strlen(intake.skipped[0].reason), "label is \"\\x1B[2J\"");
  for (size_t i = 0; i + 1 < sizeof name; i += 2) memcpy(name + i, "\xc3\xa9", 2);
  CHECK(eh_intake_skip(&intake, NULL, 6, "%S", (eh_str){name, sizeof name}) == EH_OK);
  CHECK_U64(strlen(intake.skipped[1].reason), 118); /* 119 would cut a character in two */
  eh_intake strict = {.strict = true};
  eh_error err = {0};
  CHECK(eh_intake_skip(&strict, &err, 12, "label is %Q", EH_STR("no")) == EH_E_ROW);
  CHECK_TEXT(err.message, strlen(err.message), "line 12: label is \"no\"");
  CHECK_U64(err.line, 12);
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

static void the_nearest_name(void) {
  static const eh_str name_n[] = {{"label", 5}, {"score", 5},           {"sex", 3},
                                  {"race", 4},  {"native_country", 14}, {"age", 3}};
  static const struct {
    const char *wanted;
    int nearest;
  } case_c[] = {{"score", 1}, {"scroe", 1}, {"SCORE", 1}, {"scores", 1}, {"scor", 1},  {"lable", 0}, {"Sex", 2},
                {"sx", 2},    {"gender", -1}, {"native-country", 4}, {"nativecountry", 4}, {"country", -1},
                {"rac", 3},   {"x", 2},     {"", -1}, {"zzz", -1}, {"ages", 5}};
  for (size_t c = 0; c < sizeof case_c / sizeof *case_c; c++) {
    const int got = eh_name_nearest(name_n, 6, eh_str_of(case_c[c].wanted));
    if (got != case_c[c].nearest) CHECK_SAY("nearest to \"%s\" is %d", case_c[c].wanted, got);
  }
  CHECK(eh_name_nearest(name_n, 0, EH_STR("score")) == -1);
  static const eh_str tie_n[] = {{"ab", 2}, {"ac", 2}};
  CHECK(eh_name_nearest(tie_n, 2, EH_STR("ad")) == 0);
  char text[2000];
  memset(text, 'a', sizeof text);
  const eh_str long_n[] = {{text, 1999}};
  CHECK(eh_name_nearest(long_n, 1, (eh_str){text, 2000}) == 0);
}

/* ---- files of other kinds ---------------------------------------------------------------------------------------- */

static bool is_refused(const char *bytes, size_t n, const char *as) {
  const char *refusal = eh_table_refusal(bytes, n);
  return refusal && strncmp(refusal, "is ", 3) == 0 && strstr(refusal, as) && strstr(refusal, "not read");
}

static void files_of_other_kinds_are_told_by_their_first_bytes(void) {
#define IS(bytes, as) CHECK(is_refused(bytes, sizeof(bytes) - 1, as))
  IS("ARROW1\0\0\xff\xff\xff\xff", "Feather");
  IS("FEA1\0\0\0\0....", "Feather");
  IS("ORC\x0a\x03\0\0\x12", "ORC");
  for (char protocol = 2; protocol <= 5; protocol++) {
    const char pickle[] = {(char)0x80, protocol, (char)0x95, 16, 0, 0};
    CHECK(is_refused(pickle, sizeof pickle, "pickle"));
  }
  IS("Obj\x01\x04\x16", "Avro");
  IS("<stata_dta><header>", "Stata");
  IS("r\x02\x01\0", "Stata");
  IS("s\x02\x01\0", "Stata");
  IS("\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14", "SAS");
  IS("HEADER RECORD*******LIBRARY HEADER", "SAS");
  IS("$FL2@(#) SPSS", "SPSS");
  IS("\x89HDF\r\n\x1a\n", "HDF5");
  IS("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel");
  IS("SQLite format 3\0", "SQLite");
  IS("X\n\0\0\0\x03", "an R file");
  IS("BZh91AY&SY", "bzip2");
  IS("PK\x03\x04", "ZIP");
#undef IS
  static const char *const text_n[] = {"ORC,y,p\n1,1,.5\n", "ARROW1,y,p\n", "FEA1,FEA2\n", "s,y\n", "Obj,y\n", "X\ny\n",
                                       "BZh,y\n", "", "O", "<stata>,y\n", "\xef\xbb\xbfy,p\n"};
  for (size_t i = 0; i < sizeof text_n / sizeof *text_n; i++) CHECK(!eh_table_refusal(text_n[i], strlen(text_n[i])));
}

int main(void) {
  RUN(columns_of_every_type);
  RUN(text_columns_hold_numbers_too);
  RUN(intakes_do_not_know_the_order);
  RUN(reasons_are_cut_and_neutral);
  RUN(the_nearest_name);
  RUN(files_of_other_kinds_are_told_by_their_first_bytes);
  return check_end("table");
}
