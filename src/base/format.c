/* format: the small format language of messages and reports; the header states it.
 *
 * It exists because printf depends on the locale and on the C library's idea of a double; this one does not.
 */
#include "evenhand/base.h"

enum { QUOTED_CHARACTERS = 40 };

static void put_u64(eh_buf *buf, uint64_t x) {
  char text[EH_F64_TEXT];
  eh_buf_put(buf, text, eh_write_u64(text, x));
}

static void put_i64(eh_buf *buf, int64_t x) {
  if (x < 0) eh_buf_byte(buf, '-');
  put_u64(buf, x < 0 ? -(uint64_t)x : (uint64_t)x);
}

static void put_f64(eh_buf *buf, double x) {
  char text[EH_F64_TEXT];
  eh_buf_put(buf, text, eh_write_f64(text, x));
}

static void put_quoted(eh_buf *buf, eh_str s) {
  eh_buf_byte(buf, '"');
  eh_buf_safe(buf, s, QUOTED_CHARACTERS);
  eh_buf_byte(buf, '"');
}

void eh_format(eh_buf *buf, const char *format, va_list arguments) {
  for (const char *at = format; *at; at++) {
    const char *const plain = at;
    while (*at && *at != '%') at++;
    eh_buf_put(buf, plain, (size_t)(at - plain));
    if (*at == 0 || *++at == 0) return;
    switch (*at) {
      case 's': eh_buf_text(buf, va_arg(arguments, const char *)); break;
      case 'S': eh_buf_str(buf, va_arg(arguments, eh_str)); break;
      case 'Q': put_quoted(buf, va_arg(arguments, eh_str)); break;
      case 'u': put_u64(buf, va_arg(arguments, uint64_t)); break;
      case 'd': put_i64(buf, va_arg(arguments, int64_t)); break;
      case 'c': eh_buf_byte(buf, (unsigned char)va_arg(arguments, int)); break;
      case 'g': put_f64(buf, va_arg(arguments, double)); break;
      default: eh_buf_byte(buf, (unsigned char)*at); /* %% */
    }
  }
}

void eh_buf_format(eh_buf *buf, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  eh_format(buf, format, arguments);
  va_end(arguments);
}
