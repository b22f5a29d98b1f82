/* utf8: checking text, measuring it in terminal columns, and writing it so that it cannot drive a terminal.
 *
 * Everything the user's data can put on a screen passes eh_buf_safe. Widths come from sorted ranges searched by
 * halves; the ranges themselves are in width.h.
 */
#include "utf8.h"

#include "evenhand/base.h"
#include "width.h"

#include <string.h>

size_t eh_utf8_take(uint32_t *code, const char *p, size_t n) {
  const unsigned char *b = (const unsigned char *)p;
  const uint32_t lead = b[0];
  if (lead < 0x80) return *code = lead, 1;
  const size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || length > n) return 0;
  uint32_t c = lead & (0x7fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((b[i] & 0xc0) != 0x80) return 0;
    c = c << 6 | (b[i] & 0x3fu);
  }
  /* Overlong forms, surrogates and what lies beyond Unicode are not text. */
  if (length == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) return 0;
  if (length == 4 && (c < 0x10000 || c > 0x10ffff)) return 0;
  *code = c;
  return length;
}

size_t eh_utf8_trim(const char *p, size_t n) {
  for (size_t back = 1; back <= 3 && back <= n; back++) {
    const unsigned char lead = (unsigned char)p[n - back];
    if ((lead & 0xc0) == 0x80) continue;
    const size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return length > back ? n - back : n;
  }
  return n;
}

size_t eh_utf8_check(const char *p, size_t n) {
  size_t i = 0;
  while (i < n) {
    uint64_t eight;
    uint32_t code;
    if (n - i >= 8) {
      memcpy(&eight, p + i, 8);
      if (!(eight & 0x8080808080808080u)) {
        i += 8;
        continue;
      }
    }
    const size_t length = eh_utf8_take(&code, p + i, n - i);
    if (length == 0) return i;
    i += length;
  }
  return n;
}

/* Marks that reorder the text around them: they can make a line read as what it is not. */
static bool is_bidi_control(uint32_t c) {
  return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void put_hex(eh_buf *buf, const char *before, uint32_t x, int digits_n, const char *after) {
  char hex[4];
  for (int i = 0; i < digits_n; i++) hex[i] = "0123456789ABCDEF"[x >> (4 * (digits_n - 1 - i)) & 15];
  eh_buf_text(buf, before);
  eh_buf_put(buf, hex, (size_t)digits_n);
  eh_buf_text(buf, after);
}

void eh_buf_safe(eh_buf *buf, eh_str s, size_t characters) {
  size_t kept_n = 0;
  for (size_t i = 0; i < s.n; kept_n++) {
    if (characters && kept_n == characters) {
      eh_buf_text(buf, "\xe2\x80\xa6");
      return;
    }
    uint32_t code;
    const size_t length = eh_utf8_take(&code, s.p + i, s.n - i);
    if (length == 0 || code < 0x20 || code == 0x7f)
      put_hex(buf, "\\x", (unsigned char)s.p[i], 2, "");
    else if ((code >= 0x80 && code < 0xa0) || is_bidi_control(code))
      put_hex(buf, "\\u{", code, 4, "}");
    else
      eh_buf_put(buf, s.p + i, length);
    i += length ? length : 1;
  }
}

static bool in_ranges(const eh_range *ranges, size_t ranges_n, uint32_t code) {
  size_t low = 0, high = ranges_n; /* the first range whose last is >= code lies in [low, high] */
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (ranges[middle].last < code)
      low = middle + 1;
    else
      high = middle;
  }
  return low < ranges_n && ranges[low].first <= code;
}

size_t eh_text_width(eh_str s) {
  size_t width = 0;
  for (size_t i = 0; i < s.n;) {
    uint32_t code;
    const size_t length = eh_utf8_take(&code, s.p + i, s.n - i);
    i += length ? length : 1;
    if (length == 1)
      width += code >= 0x20 && code != 0x7f;
    else if (length == 0 || !in_ranges(eh_width_0, EH_WIDTH_0_N, code))
      width += length && in_ranges(eh_width_2, EH_WIDTH_2_N, code) ? 2 : 1;
  }
  return width;
}
