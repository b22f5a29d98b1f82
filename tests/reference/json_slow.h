/* json_slow: whether a text is one JSON value, by descent, for reading: RFC 8259's grammar, with NaN and the infinities. */
#ifndef EVENHAND_TESTS_JSON_SLOW_H
#define EVENHAND_TESTS_JSON_SLOW_H

#include <string.h>

#include "evenhand/base.h"

/* Each takes a cursor to what it is to find and moves it past that; false if it is not there. */
typedef struct slow_json {
  const char *p, *end;
} slow_json;

static inline bool slow_take(slow_json *at, const char *word) {
  const size_t n = strlen(word);
  if ((size_t)(at->end - at->p) < n || memcmp(at->p, word, n)) return false;
  at->p += n;
  return true;
}

static inline void slow_blanks(slow_json *at) {
  while (slow_take(at, " ") || slow_take(at, "\t") || slow_take(at, "\r") || slow_take(at, "\n")) {}
}

static inline bool slow_one_of(slow_json *at, const char *letters) {
  if (at->p == at->end || !*at->p || !strchr(letters, *at->p)) return false;
  at->p++;
  return true;
}

static inline bool slow_digits(slow_json *at) {
  if (!slow_one_of(at, "0123456789")) return false;
  while (slow_one_of(at, "0123456789")) {}
  return true;
}

static inline bool slow_number(slow_json *at) {
  slow_take(at, "-");
  if (slow_take(at, "Infinity")) return true;
  if (!slow_take(at, "0") && !slow_digits(at)) return false;
  if (slow_take(at, ".") && !slow_digits(at)) return false;
  if (!slow_one_of(at, "eE")) return true;
  slow_one_of(at, "+-");
  return slow_digits(at);
}

static inline bool slow_string(slow_json *at) {
  static const char hex[] = "0123456789abcdefABCDEF";
  if (!slow_take(at, "\"")) return false;
  while (!slow_take(at, "\"")) {
    if (slow_take(at, "\\u")) {
      for (int i = 0; i < 4; i++)
        if (!slow_one_of(at, hex)) return false;
    } else if (slow_take(at, "\\")) {
      if (!slow_one_of(at, "\"\\/bfnrt")) return false;
    } else if (at->p == at->end || (unsigned char)*at->p < ' ') {
      return false;
    } else {
      at->p++;
    }
  }
  return true;
}

static inline bool slow_value(slow_json *at, int depth);

static inline bool slow_members(slow_json *at, const char *close, bool keys, int depth) {
  slow_blanks(at);
  if (slow_take(at, close)) return true;
  do {
    slow_blanks(at);
    if (keys) {
      if (!slow_string(at)) return false;
      slow_blanks(at);
      if (!slow_take(at, ":")) return false;
      slow_blanks(at);
    }
    if (!slow_value(at, depth)) return false;
    slow_blanks(at);
  } while (slow_take(at, ","));
  return slow_take(at, close);
}

static inline bool slow_value(slow_json *at, int depth) {
  if (at->p < at->end && (*at->p == '{' || *at->p == '[')) {
    const bool keys = *at->p++ == '{';
    return depth < EH_JSON_DEPTH && slow_members(at, keys ? "}" : "]", keys, depth + 1);
  }
  if (at->p < at->end && *at->p == '"') return slow_string(at);
  return slow_take(at, "true") || slow_take(at, "false") || slow_take(at, "null") || slow_take(at, "NaN") || slow_number(at);
}

static inline bool slow_is_json(eh_str text) {
  slow_json at = {text.p, text.p + text.n};
  slow_blanks(&at);
  if (!slow_value(&at, 0)) return false;
  slow_blanks(&at);
  return at.p == at.end;
}

#endif
