/* Tests of predicates: what holds for which row, against a tree kept apart; the canonical text; wrong texts and their
 * places. */
#include "check.h"
#include "evenhand/slice.h"
#include "reference/memory_twin.h"

/* ---- random trees, told in random spelling ------------------------------------------------------------------------ */

enum { ROWS = 700, NODES = 64 };

static const char *const texts[] = {"F", "M", "", "NA", "a b", "in", "\"q\\", "18"};
static const double ages[] = {17, 18, 18.5, 30, -2, 0};

/* sex is text, age a number with NaN for missing. */
typedef struct rows_twin {
  char bytes[ROWS * 8];
  uint32_t start_n[ROWS], len_n[ROWS];
  double age_n[ROWS];
} rows_twin;

static void fill(rows_twin *rows, uint64_t *seed) {
  uint32_t used = 0;
  for (int i = 0; i < ROWS; i++) {
    const char *const text = texts[check_random(seed) % 8];
    rows->start_n[i] = used;
    rows->len_n[i] = (uint32_t)strlen(text);
    memcpy(rows->bytes + used, text, strlen(text));
    used += rows->len_n[i];
    const uint64_t age = check_random(seed) % 7;
    rows->age_n[i] = age == 6 ? NAN : ages[age];
  }
}

static bool row_missing(const rows_twin *rows, int i) {
  return !rows->len_n[i] || (rows->len_n[i] == 2 && memcmp(rows->bytes + rows->start_n[i], "NA", 2) == 0);
}

static bool row_is(const rows_twin *rows, int i, const char *text) {
  return rows->len_n[i] == strlen(text) && memcmp(rows->bytes + rows->start_n[i], text, rows->len_n[i]) == 0;
}

/* A word quoted as it must be, or for no reason. */
static void say_text(eh_buf *out, const char *text, bool quote) {
  if (!quote) {
    eh_buf_text(out, text);
    return;
  }
  eh_buf_byte(out, '"');
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') eh_buf_byte(out, '\\');
    eh_buf_byte(out, (unsigned char)*text);
  }
  eh_buf_byte(out, '"');
}

static void blanks(eh_buf *out, uint64_t *seed) {
  for (uint64_t n = check_random(seed) % 3; n; n--) eh_buf_byte(out, ' ');
}

/* Texts that may be asked for: not the empty one. "18" needs its quotes, "NA" is never equal to anything. */
static int draw_text(uint64_t *seed) {
  int t = (int)(check_random(seed) % 7);
  return t >= 2 ? t + 1 : t;
}

static bool text_needs_quotes(int t) { return t == 4 || t >= 6; }

/* Tells a random test and holds_n for it. */
static void draw_test(eh_buf *out, const rows_twin *rows, uint8_t *holds_n, uint64_t *seed) {
  static const char *const signs[] = {"=", "==", "!=", "<", "<=", ">", ">="};
  const uint64_t kind = check_random(seed) % 5;
  if (kind == 0) {
    const bool age = check_random(seed) % 2;
    eh_buf_text(out, age ? "age is  missing" : "sex is missing");
    for (int i = 0; i < ROWS; i++) holds_n[i] = age ? rows->age_n[i] != rows->age_n[i] : row_missing(rows, i);
  } else if (kind == 1) {
    const int a = draw_text(seed), b = draw_text(seed);
    eh_buf_text(out, "sex in{");
    say_text(out, texts[a], text_needs_quotes(a) || check_random(seed) % 2);
    eh_buf_text(out, " , ");
    say_text(out, texts[b], text_needs_quotes(b) || check_random(seed) % 2);
    eh_buf_text(out, "}");
    for (int i = 0; i < ROWS; i++)
      holds_n[i] = !row_missing(rows, i) && (row_is(rows, i, texts[a]) || row_is(rows, i, texts[b]));
  } else if (kind == 2) {
    const int t = draw_text(seed);
    const bool unequal = check_random(seed) % 2;
    eh_buf_text(out, unequal ? "\"sex\"!=" : "sex=");
    say_text(out, texts[t], text_needs_quotes(t) || check_random(seed) % 2);
    for (int i = 0; i < ROWS; i++)
      holds_n[i] = !row_missing(rows, i) && row_is(rows, i, texts[t]) != unequal;
  } else {
    const uint64_t sign = check_random(seed) % 7;
    const double y = ages[check_random(seed) % 6];
    eh_buf_format(out, "age %s %g", signs[sign], y);
    for (int i = 0; i < ROWS; i++) {
      const double x = rows->age_n[i];
      holds_n[i] = sign < 2 ? x == y : sign == 2 ? x == x && x != y : sign == 3 ? x < y : sign == 4 ? x <= y
                   : sign == 5 ? x > y : x >= y;
    }
  }
}

static void draw(eh_buf *out, const rows_twin *rows, uint8_t *holds_n, uint64_t *seed, int depth) {
  const uint64_t kind = depth ? check_random(seed) % 4 : 0;
  if (kind == 0) {
    draw_test(out, rows, holds_n, seed);
    return;
  }
  uint8_t other_n[ROWS];
  if (kind == 1) {
    eh_buf_byte(out, '!');
    blanks(out, seed);
  }
  eh_buf_byte(out, '(');
  draw(out, rows, holds_n, seed, depth - 1);
  eh_buf_byte(out, ')');
  if (kind == 1) {
    for (int i = 0; i < ROWS; i++) holds_n[i] = !holds_n[i];
    return;
  }
  blanks(out, seed);
  eh_buf_text(out, kind == 2 ? "&" : "||");
  blanks(out, seed);
  eh_buf_byte(out, '(');
  draw(out, rows, other_n, seed, depth - 1);
  eh_buf_byte(out, ')');
  for (int i = 0; i < ROWS; i++) holds_n[i] = kind == 2 ? holds_n[i] && other_n[i] : holds_n[i] || other_n[i];
}

static void run(const eh_predicate *predicate, const rows_twin *rows, uint8_t *holds_n) {
  static const eh_str missing[] = {EH_STR("NA")};
  const eh_column sex = {.type = EH_TEXT, .text_bytes = rows->bytes, .text_start_n = rows->start_n,
                         .text_len_n = rows->len_n};
  const eh_column age = {.type = EH_F64, .data = rows->age_n};
  uint32_t n;
  const eh_want *const want_w = eh_predicate_wants(predicate, &n);
  const eh_column *column_w[2];
  for (uint32_t w = 0; w < n; w++) {
    const bool is_age = eh_str_eq(want_w[w].name, EH_STR("age"));
    column_w[w] = is_age ? &age : &sex;
  }
  /* In two goes, so that `first` matters. */
  eh_predicate_run(predicate, holds_n, column_w, 0, 300, missing, 1);
  eh_predicate_run(predicate, holds_n + 300, column_w, 300, ROWS - 300, missing, 1);
}

static void random_trees_hold_for_the_rows_they_should(void) {
  static rows_twin rows;
  static uint8_t want_n[ROWS], got_n[ROWS];
  uint64_t seed = 11;
  for (int i = 0; i < 400; i++) {
    fill(&rows, &seed);
    eh_buf text = {0};
    eh_arena arena = {0};
    eh_error err = {0};
    const eh_predicate *one, *again;
    draw(&text, &rows, want_n, &seed, (int)(check_random(&seed) % 5));
    REQUIRE(eh_predicate_parse(&one, &arena, (eh_str){text.p, text.n}, "where", &err) == EH_OK);
    run(one, &rows, got_n);
    CHECK(memcmp(got_n, want_n, ROWS) == 0);
    /* The canonical text means the same and is its own. */
    REQUIRE(eh_predicate_parse(&again, &arena, eh_predicate_text(one), "where", &err) == EH_OK);
    CHECK(eh_str_eq(eh_predicate_text(again), eh_predicate_text(one)));
    run(again, &rows, got_n);
    CHECK(memcmp(got_n, want_n, ROWS) == 0);
    eh_arena_free(&arena);
    eh_buf_free(&text);
  }
}

/* ---- cells of several values --------------------------------------------------------------------------------------- */

static const char *const set_texts[] = {"x", "x|y", " y | x", "z||x", "", "|", "NA", "NA|y", "xy", "y|y", "3|x", "3"};
enum { SET_ROWS = sizeof set_texts / sizeof *set_texts };

static void values_among_others_are_found(void) {
  static const struct { const char *text, *holds; } cases[] = { /* by hand, in the order of set_texts */
      {"ids = x", "111100000010"},       {"ids != x", "000000011101"},        {"ids in {z, \"3\"}", "000100000011"},
      {"ids = \"x|y\"", "011000000000"}, {"ids = \" y |x\"", "011000000000"}, {"ids != \"y|x\"", "100100011111"},
      {"ids = 3", "000000000011"},       {"ids = NA", "000000000000"},        {"ids = \"|\"", "000000000000"},
      {"ids is missing", "000011100000"}, {"!(ids = x)", "000011111101"},     {"ids = y & !(ids = x)", "000000010100"},
  };
  const eh_dim dim_n[] = {{.name = EH_STR("ids: x"), .predicate = EH_STR("ids = x")}, {.name = EH_STR("ids"), .separator = '|'}};
  const eh_slicing slicing = {.dim_n = dim_n, .dim_count = 2};
  const eh_str missing[] = {EH_STR("NA")};
  char bytes[128];
  uint32_t start_n[SET_ROWS], len_n[SET_ROWS], used = 0;
  for (int i = 0; i < SET_ROWS; i++) {
    start_n[i] = used, len_n[i] = (uint32_t)strlen(set_texts[i]);
    memcpy(bytes + used, set_texts[i], len_n[i]);
    used += len_n[i];
  }
  const eh_column ids = {.type = EH_TEXT, .text_bytes = bytes, .text_start_n = start_n, .text_len_n = len_n};
  const eh_column *const column_w[] = {&ids};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    eh_arena arena = {0};
    const eh_predicate *predicate;
    uint8_t holds_n[SET_ROWS];
    char got[SET_ROWS + 1] = {0};
    uint32_t n;
    REQUIRE(eh_predicate_ready(&predicate, &arena, eh_str_of(cases[c].text), &slicing, NULL) == EH_OK);
    CHECK(eh_predicate_wants(predicate, &n)[0].type == EH_TEXT && n == 1);
    eh_predicate_run(predicate, holds_n, column_w, 0, SET_ROWS, missing, 1);
    for (int i = 0; i < SET_ROWS; i++) got[i] = (char)('0' + holds_n[i]);
    CHECK_TEXT(got, SET_ROWS, cases[c].holds);
    eh_arena_free(&arena);
  }
}

static void sets_have_no_order(void) {
  const eh_dim dim_n[] = {{.name = EH_STR("ids"), .separator = '|'}};
  const eh_slicing slicing = {.dim_n = dim_n, .dim_count = 1};
  eh_arena arena = {0};
  eh_error err = {0};
  const eh_predicate *predicate;
  CHECK_U64(eh_predicate_ready(&predicate, &arena, EH_STR("a < 3 & !(ids >= 3)"), &slicing, &err), EH_E_USAGE);
  CHECK_TEXT(err.message, strlen(err.message), "condition \"a < 3 & !(ids >= 3)\": a cell of column \"ids\" holds several values, and "
             "they have no order; compare it with =, != or in");
  CHECK(!predicate && eh_predicate_ready(&predicate, &arena, EH_STR("a < 3 & ids = 3"), &slicing, &err) == EH_OK);
  eh_arena_free(&arena);
}

/* ---- texts -------------------------------------------------------------------------------------------------------- */

static void spelling_is_canonical(void) {
  static const char *const cases[][2] = {
      {"a=1", "a = 1"},
      {" a == 1.50 ", "a = 1.5"},
      {"a=-0", "a = 0"},
      {"\"a\"=\"b\"", "a = b"},
      {"a = \"1\"", "a = \"1\""},
      {"a = \"b c\"", "a = \"b c\""},
      {"a=b&(c=d&e=f)", "a = b & c = d & e = f"},
      {"(a=b|c=d)|e=f", "a = b | c = d | e = f"},
      {"(a=b|c=d)&e=f", "(a = b | c = d) & e = f"},
      {"a=b|(c=d&&e=f)", "a = b | c = d & e = f"},
      {"!a=b", "!(a = b)"},
      {"!(!(a=b))", "!!(a = b)"},
      {"!(a=b&c=d)", "!(a = b & c = d)"},
      {"a in {x,\"y\",\"1\"}", "a in {x, y, \"1\"}"},
      {"a in {2,1}", "a in {2, 1}"},
      {"in in {is}|is is missing", "in in {is} | is is missing"},
      {"\"a \\\"b\\\\\"!=c\\d", "\"a \\\"b\\\\\" != c\\d"},
      {"a = inf", "a = inf"},
      {"\xc3\xa4ge=18", "\xc3\xa4ge = 18"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    eh_arena arena = {0};
    eh_error err = {0};
    const eh_predicate *predicate;
    REQUIRE(eh_predicate_parse(&predicate, &arena, eh_str_of(cases[i][0]), "where", &err) == EH_OK);
    const eh_str text = eh_predicate_text(predicate);
    CHECK_TEXT(text.p, text.n, cases[i][1]);
    CHECK(eh_predicate_check(text, "where", &err) == EH_OK);
    CHECK_U64(eh_predicate_check(eh_str_of(cases[i][0]), "where", NULL), eh_str_eq(text, eh_str_of(cases[i][0])) ? EH_OK : EH_E_USAGE);
    eh_arena_free(&arena);
  }
}

static void columns_have_the_type_they_are_compared_as(void) {
  eh_arena arena = {0};
  const eh_predicate *predicate;
  REQUIRE(eh_predicate_parse(&predicate, &arena, EH_STR("b is missing & a = x | c in {1} | b > 2 | a != y"), "where", NULL) == EH_OK);
  uint32_t n;
  const eh_want *const want_w = eh_predicate_wants(predicate, &n);
  REQUIRE(n == 3);
  CHECK_TEXT(want_w[0].name.p, want_w[0].name.n, "b");
  CHECK(want_w[0].type == EH_F64 && want_w[1].type == EH_TEXT && want_w[2].type == EH_F64);
  eh_arena_free(&arena);
}

static void wrong_texts_are_told_where(void) {
  static const char *const cases[][2] = {
      {"sex = 'F'", "where, character 7 (sex = ^'F'): texts are quoted with \"double quotes\""},
      {"a = b & ", "where, character 9 (a = b & ^): expected a column's name, as in: age >= 18"},
      {"a < \"3\"", "where, character 5 (a < ^\"3\"): < <= > and >= compare with a number; leave out the quotes"},
      {"a = 3 | a = b", "where, character 13 (a = 3 | a = ^b): column \"a\" is compared with numbers and with texts; quote "
                        "the numbers to compare as texts"},
      {"a = \"\"", "where, character 5 (a = ^\"\"): an empty cell is missing; write: is missing"},
      {"\"\" = 3", "where, character 1 (^\"\" = 3): expected a column's name, not an empty one"},
      {"a = \xc3\xa4 \xc3\xa4", "where, character 7 (a = \xc3\xa4 ^\xc3\xa4): conditions are joined by & and |; a text "
                                "with blanks is quoted"},
      {"a = 1 = 2", "where, character 7 (a = 1 ^= 2): expected & or | between conditions"},
      {"a \x01 b", "where, character 3 (a ^\\x01 b): a control character; write it in quotes"},
      {"a = \"b\\\"", "where, character 5 (a = ^\"b\\\"): this quote is never closed; end it with \""},
      {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa <", "where, character 39 (...aaaaaaaaaaaaaaaaaaaaaa <^): expected a value: a "
                                                 "number, a word, or a text in \"quotes\""},
      {"a \xff", "where is not UTF-8"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    eh_arena arena = {0};
    eh_error err = {0};
    const eh_predicate *predicate;
    CHECK_U64(eh_predicate_parse(&predicate, &arena, eh_str_of(cases[i][0]), "where", &err), EH_E_USAGE);
    CHECK(!predicate);
    CHECK_TEXT(err.message, strlen(err.message), cases[i][1]);
    eh_arena_free(&arena);
  }
}

static void depth_and_length_are_limited(void) {
  eh_buf text = {0};
  eh_arena arena = {0};
  const eh_predicate *predicate;
  for (int depth = EH_PREDICATE_NESTING; depth <= EH_PREDICATE_NESTING + 1; depth++) {
    text.n = 0;
    for (int i = 0; i < depth; i++) eh_buf_byte(&text, i % 2 ? '(' : '!');
    eh_buf_text(&text, "a=b");
    for (int i = 1; i < depth; i += 2) eh_buf_byte(&text, ')');
    CHECK_U64(eh_predicate_parse(&predicate, &arena, (eh_str){text.p, text.n}, "where", NULL),
              depth > EH_PREDICATE_NESTING ? EH_E_USAGE : EH_OK);
  }
  /* Behind the last of many ! the canonical text has a parenthesis, which counts. */
  for (int nots = EH_PREDICATE_NESTING - 1; nots <= EH_PREDICATE_NESTING; nots++) {
    text.n = 0;
    for (int i = 0; i < nots; i++) eh_buf_byte(&text, '!');
    eh_buf_text(&text, "a=b");
    const eh_status status = eh_predicate_parse(&predicate, &arena, (eh_str){text.p, text.n}, "where", NULL);
    CHECK_U64(status, nots == EH_PREDICATE_NESTING ? EH_E_USAGE : EH_OK);
    if (!status) CHECK(eh_predicate_check(eh_predicate_text(predicate), "where", NULL) == EH_OK);
  }
  /* A chain is no nesting, however long. */
  text.n = 0;
  for (int i = 0; i < 2000; i++) eh_buf_text(&text, i ? "&a=b" : "a=b");
  CHECK(eh_predicate_parse(&predicate, &arena, (eh_str){text.p, text.n}, "where", NULL) == EH_OK);
  for (int i = 0; i < 4000; i++) eh_buf_text(&text, "&a=b");
  CHECK_U64(eh_predicate_parse(&predicate, &arena, (eh_str){text.p, text.n}, "where", NULL), EH_E_LIMIT);
  eh_arena_free(&arena);
  eh_buf_free(&text);
}

static void every_failed_allocation_is_told(void) {
  for (uint64_t fail = 0;; fail++) {
    memory_twin twin;
    eh_arena arena = {.mem = memory_twin_start(&twin, (size_t)fail + 1)};
    eh_error err = {0};
    const eh_predicate *predicate;
    const eh_status status = eh_predicate_parse(&predicate, &arena, EH_STR("a < 3 & (b = \"x y\" | !(c in {1, 2}))"), "where", &err);
    eh_arena_free(&arena);
    CHECK_U64(twin.bytes, 0);
    CHECK_U64((uint64_t)twin.wrong_sizes, 0);
    if (!status) {
      CHECK(fail >= 2);
      return;
    }
    CHECK_U64(status, EH_E_MEMORY);
  }
}

int main(void) {
  RUN(random_trees_hold_for_the_rows_they_should);
  RUN(values_among_others_are_found);
  RUN(sets_have_no_order);
  RUN(spelling_is_canonical);
  RUN(columns_have_the_type_they_are_compared_as);
  RUN(wrong_texts_are_told_where);
  RUN(depth_and_length_are_limited);
  RUN(every_failed_allocation_is_told);
  return check_end("predicate");
}
