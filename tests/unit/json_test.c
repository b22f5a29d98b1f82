/* json: tokens of good texts, places and words of bad ones, escapes. */
#include "evenhand/base.h"

#include "check.h"

/* One letter per token, keys, strings and numbers with their text in <>; of a bad text its defect and how far it was read. */
static void put_tokens(eh_buf *out, const char *text) {
  static const char letter_k[] = {[EH_JSON_OBJECT] = '{', [EH_JSON_OBJECT_END] = '}', [EH_JSON_ARRAY] = '[',
                                  [EH_JSON_ARRAY_END] = ']', [EH_JSON_KEY] = 'k', [EH_JSON_STRING] = 's',
                                  [EH_JSON_NUMBER] = 'n', [EH_JSON_TRUE] = 't', [EH_JSON_FALSE] = 'f', [EH_JSON_NULL] = '0'};
  eh_json json;
  eh_json_start(&json, text, strlen(text));
  for (;;) {
    const eh_json_kind kind = eh_json_next(&json);
    if (kind == EH_JSON_END) break;
    if (kind == EH_JSON_BAD) {
      CHECK(eh_json_next(&json) == EH_JSON_BAD);
      eh_buf_format(out, "! %s at %u", json.defect, (uint64_t)(json.at - text));
      break;
    }
    eh_buf_byte(out, (unsigned char)letter_k[kind]);
    if (kind == EH_JSON_KEY || kind == EH_JSON_STRING || kind == EH_JSON_NUMBER) eh_buf_format(out, "<%S>", json.text);
  }
}

static void check_tokens(const char *text, const char *want) {
  eh_buf out = {0};
  put_tokens(&out, text);
  CHECK_TEXT(out.p ? out.p : "", out.n, want);
  eh_buf_free(&out);
}

static void good_texts(void) {
  check_tokens("1", "n<1>");
  check_tokens(" \t\r\n{} ", "{}");
  check_tokens("[]", "[]");
  check_tokens("{\"a\":1,\"b\":[true,false,null,{\"c\":\"d\"}]}", "{k<a>n<1>k<b>[tf0{k<c>s<d>}]}");
  check_tokens("{ \"a\" : [ 1 , -0.5e+10 ] , \"\" : \"\" }", "{k<a>[n<1>n<-0.5e+10>]k<>s<>}");
  check_tokens("[0,-0,10,1.25,1E5,1e-05]", "[n<0>n<-0>n<10>n<1.25>n<1E5>n<1e-05>]");
  check_tokens("[NaN,Infinity,-Infinity]", "[n<NaN>n<Infinity>n<-Infinity>]");
  check_tokens("\"a\\\"b\\\\\\u00e9\\/\"", "s<a\\\"b\\\\\\u00e9\\/>");
  check_tokens("[[[[[[]]]]],[[]]]", "[[[[[[]]]]][[]]]");
}

static void bad_texts(void) {
  check_tokens("", "! expected a value at 0");
  check_tokens("1 2", "n<1>! text after the end of the value at 2");
  check_tokens("{\"a\":1", "{k<a>n<1>! expected a comma or } at 6");
  check_tokens("{\"a\":1,}", "{k<a>n<1>! expected a key in quotes at 7");
  check_tokens("{\"a\":1]", "{k<a>n<1>! expected a comma or } at 6");
  check_tokens("{\"a\" 1}", "{! expected a colon at 5");
  check_tokens("{a:1}", "{! expected a key in quotes at 1");
  check_tokens("{,}", "{! expected a key in quotes at 1");
  check_tokens("{\"a\":}", "{k<a>! expected a value at 5");
  check_tokens("[1,]", "[n<1>! expected a value at 3");
  check_tokens("[1 2]", "[n<1>! expected a comma or ] at 3");
  check_tokens("[,1]", "[! expected a value at 1");
  check_tokens("]", "! expected a value at 0");
  check_tokens("'a'", "! expected a value at 0");
  check_tokens("nul", "! expected a value at 0");
  check_tokens("\"ab", "! the text is not closed at 3");
  check_tokens("\"a\tb\"", "! a control character in a text at 2");
  check_tokens("\"a\\x\"", "! a backslash that begins no escape at 2");
  check_tokens("\"\\u12g4\"", "! a backslash that begins no escape at 1");
  check_tokens("\"\\u123", "! a backslash that begins no escape at 1");
  check_tokens("\"a\\", "! a backslash that begins no escape at 2");
  for (const char *const *text = (const char *const[]){"01", "-", "1.", "1.e5", "1e", "1e+", "-a", NULL}; *text; text++) {
    eh_buf out = {0};
    put_tokens(&out, *text);
    CHECK(out.n > 2 && memchr(out.p, '!', out.n));
    eh_buf_free(&out);
  }
}

static void depth_has_a_limit(void) {
  char text[2 * EH_JSON_DEPTH + 3] = {0};
  memset(text, '[', EH_JSON_DEPTH);
  memset(text + EH_JSON_DEPTH, ']', EH_JSON_DEPTH);
  check_tokens(text, text);
  memset(text, '[', EH_JSON_DEPTH + 1);
  memset(text + EH_JSON_DEPTH + 1, ']', EH_JSON_DEPTH + 1);
  eh_buf out = {0};
  put_tokens(&out, text);
  CHECK_TEXT(out.p + EH_JSON_DEPTH, out.n - EH_JSON_DEPTH, "! nested deeper than 64 levels at 64");
  eh_buf_free(&out);
}

static void check_unescape(const char *raw, const char *want) {
  char text[64];
  const size_t n = strlen(raw);
  memcpy(text, raw, n);
  const size_t got = eh_json_unescape(text, (eh_str){text, n}); /* in place */
  CHECK_TEXT(text, got, want);
}

static void escapes(void) {
  check_unescape("plain", "plain");
  check_unescape("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t");
  check_unescape("\\u0041\\u00e9\\u20AC\\ud83d\\ude00", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  check_unescape("\\udbff\\udfff", "\xf4\x8f\xbf\xbf");
  check_unescape("\\ud83d", "\xef\xbf\xbd");
  check_unescape("a\\ude00b", "a\xef\xbf\xbd" "b");
  check_unescape("\\ud83d\\u0041", "\xef\xbf\xbd" "A");
  check_unescape("\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80");
  check_unescape("\\ud83d\\n", "\xef\xbf\xbd\n");
}

int main(void) {
  RUN(good_texts);
  RUN(bad_texts);
  RUN(depth_has_a_limit);
  RUN(escapes);
  return check_end("json");
}
