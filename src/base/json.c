/* json: the bytes of one JSON text to tokens, for readers of lines and of small files. Called by table/jsonl.c.
 *
 * No tree and no memory: what may come next follows from the level's kind and the last token, so the whole state is a bit
 * per level and one word.
 */
#include <string.h>

#include "evenhand/base.h"

/* What may come next. */
enum { VALUE, VALUE_OR_END, KEY_OR_END, COMMA_OR_END, NOTHING };

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void skip_blanks(eh_json *json) {
  while (json->at < json->end && is_blank(*json->at)) json->at++;
}

static bool comes(const eh_json *json, char c) { return json->at < json->end && *json->at == c; }

static eh_json_kind bad(eh_json *json, const char *defect) {
  json->defect = defect;
  return EH_JSON_BAD;
}

void eh_json_start(eh_json *json, const char *p, size_t n) { *json = (eh_json){.at = p, .end = p + n, .expects = VALUE}; }

static bool in_object(const eh_json *json) { return json->depth && json->object_d >> (json->depth - 1) & 1; }

/* A value is over. */
static void after_value(eh_json *json) { json->expects = json->depth ? COMMA_OR_END : NOTHING; }

/* ---- strings ------------------------------------------------------------------------------------------------------- */

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = (char)(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The escape behind a backslash at p; NULL if it is none, else what follows it. */
static const char *pass_escape(const char *p, const char *end) {
  if (p == end) return NULL;
  if (*p != 'u') return *p && strchr("\"\\/bfnrt", *p) ? p + 1 : NULL;
  if (end - p < 5) return NULL;
  for (int i = 1; i <= 4; i++)
    if (hex_value(p[i]) < 0) return NULL;
  return p + 5;
}

/* The opening quote comes next. False: it is bad. */
static bool take_string(eh_json *json) {
  const char *const start = ++json->at, *const end = json->end;
  const char *p = start;
  json->escaped = false;
  for (;;) {
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= ' ') p++;
    if (p == end || *p != '\\') break;
    const char *const next = pass_escape(p + 1, end);
    if (!next) return json->at = p, bad(json, "a backslash that begins no escape"), false;
    json->escaped = true;
    p = next;
  }
  json->at = p;
  if (p == end) return bad(json, "the text is not closed"), false;
  if (*p != '"') return bad(json, "a control character in a text"), false;
  json->text = (eh_str){start, (size_t)(p - start)};
  json->at = p + 1;
  return true;
}

/* The code unit behind "\u". */
static uint32_t unit_at(const char *p) {
  uint32_t unit = 0;
  for (int i = 0; i < 4; i++) unit = unit << 4 | (uint32_t)hex_value(p[i]);
  return unit;
}

static char *put_utf8(char *to, uint32_t c) {
  if (c < 0x80) {
    *to++ = (char)c;
  } else if (c < 0x800) {
    *to++ = (char)(0xc0 | c >> 6);
    *to++ = (char)(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    *to++ = (char)(0xe0 | c >> 12);
    *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    *to++ = (char)(0x80 | (c & 0x3f));
  } else {
    *to++ = (char)(0xf0 | c >> 18);
    *to++ = (char)(0x80 | (c >> 12 & 0x3f));
    *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    *to++ = (char)(0x80 | (c & 0x3f));
  }
  return to;
}

/* The character of the "u" with four hex digits at p, or of a pair of such escapes; *p is moved past it. */
static uint32_t take_character(const char **p, const char *end) {
  const uint32_t unit = unit_at(*p + 1);
  *p += 5;
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  if (unit > 0xdbff || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u') return 0xfffd;
  const uint32_t low = unit_at(*p + 2);
  if (low < 0xdc00 || low > 0xdfff) return 0xfffd;
  *p += 6;
  return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

size_t eh_json_unescape(char *dst, eh_str raw) {
  static const char escape_e[] = "\"\\/bfnrt", meaning_e[] = "\"\\/\b\f\n\r\t";
  char *to = dst;
  const char *const end = raw.p + raw.n;
  for (const char *p = raw.p; p < end;) {
    if (*p != '\\') {
      *to++ = *p++;
    } else if (*++p == 'u') {
      const uint32_t character = take_character(&p, end);
      to = put_utf8(to, character);
    } else {
      *to++ = meaning_e[strchr(escape_e, *p++) - escape_e];
    }
  }
  return (size_t)(to - dst);
}

/* ---- numbers and words --------------------------------------------------------------------------------------------- */

static const char *pass_digits(const char *p, const char *end) {
  while (p < end && (unsigned char)(*p - '0') < 10) p++;
  return p;
}

static bool take_word(eh_json *json, const char *word, size_t n) {
  if ((size_t)(json->end - json->at) < n || memcmp(json->at, word, n)) return false;
  json->text = (eh_str){json->at, n};
  json->at += n;
  return true;
}

static eh_json_kind take_number(eh_json *json) {
  const char *const start = json->at, *const end = json->end;
  if (take_word(json, "-Infinity", 9)) return EH_JSON_NUMBER;
  const char *p = start + (*start == '-');
  const char *digits = p;
  p = pass_digits(p, end);
  bool good = p > digits && (*digits != '0' || p == digits + 1);
  if (good && p < end && *p == '.') {
    digits = p + 1;
    p = pass_digits(digits, end);
    good = p > digits;
  }
  if (good && p < end && (*p | 0x20) == 'e') {
    digits = p + 1;
    if (digits < end && (*digits == '+' || *digits == '-')) digits++;
    p = pass_digits(digits, end);
    good = p > digits;
  }
  if (!good) return bad(json, "not a number as JSON writes it");
  json->text = (eh_str){start, (size_t)(p - start)};
  json->at = p;
  return EH_JSON_NUMBER;
}

static eh_json_kind take_scalar(eh_json *json) {
  if (json->at == json->end) return bad(json, "expected a value");
  const char c = *json->at;
  if (c == '"') return take_string(json) ? EH_JSON_STRING : EH_JSON_BAD;
  if (c == '-' || (unsigned char)(c - '0') < 10) return take_number(json);
  if (take_word(json, "true", 4)) return EH_JSON_TRUE;
  if (take_word(json, "false", 5)) return EH_JSON_FALSE;
  if (take_word(json, "null", 4)) return EH_JSON_NULL;
  if (take_word(json, "NaN", 3) || take_word(json, "Infinity", 8)) return EH_JSON_NUMBER;
  return bad(json, "expected a value");
}

/* ---- tokens -------------------------------------------------------------------------------------------------------- */

static eh_json_kind open_level(eh_json *json, bool object) {
  if (json->depth == EH_JSON_DEPTH) return bad(json, "nested deeper than 64 levels");
  const uint64_t bit = 1ull << json->depth++;
  json->object_d = object ? json->object_d | bit : json->object_d & ~bit;
  json->expects = object ? KEY_OR_END : VALUE_OR_END;
  json->at++;
  return object ? EH_JSON_OBJECT : EH_JSON_ARRAY;
}

static eh_json_kind close_level(eh_json *json) {
  const bool object = in_object(json);
  json->at++;
  json->depth--;
  after_value(json);
  return object ? EH_JSON_OBJECT_END : EH_JSON_ARRAY_END;
}

static eh_json_kind take_key(eh_json *json) {
  if (!comes(json, '"')) return bad(json, "expected a key in quotes");
  if (!take_string(json)) return EH_JSON_BAD;
  skip_blanks(json);
  if (!comes(json, ':')) return bad(json, "expected a colon");
  json->at++;
  json->expects = VALUE;
  return EH_JSON_KEY;
}

static eh_json_kind take_value(eh_json *json) {
  if (comes(json, '{') || comes(json, '[')) return open_level(json, *json->at == '{');
  const eh_json_kind kind = take_scalar(json);
  if (kind != EH_JSON_BAD) after_value(json);
  return kind;
}

eh_json_kind eh_json_next(eh_json *json) {
  if (json->defect) return EH_JSON_BAD;
  skip_blanks(json);
  const bool object = in_object(json);
  if (json->expects == NOTHING)
    return json->at == json->end ? EH_JSON_END : bad(json, "text after the end of the value");
  const bool may_end = json->expects == COMMA_OR_END || json->expects == KEY_OR_END || json->expects == VALUE_OR_END;
  if (may_end && comes(json, object ? '}' : ']')) return close_level(json);
  if (json->expects == COMMA_OR_END) {
    if (!comes(json, ',')) return bad(json, object ? "expected a comma or }" : "expected a comma or ]");
    json->at++;
    skip_blanks(json);
  }
  return object && json->expects != VALUE ? take_key(json) : take_value(json);
}
