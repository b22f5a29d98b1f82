/* status: names of statuses and reasons, string views, and the error detail.
 *
 * eh_fail must work when memory is exhausted, since that is what it may have to say: it formats into an array on the
 * stack, through a buffer whose allocator refuses.
 */
#include "evenhand/base.h"

#include <stdarg.h>
#include <string.h>

#include "utf8.h"

const char *eh_status_name(eh_status status) {
  switch (status) {
    case EH_OK: return "EH_OK";
    case EH_E_USAGE: return "EH_E_USAGE";
    case EH_E_SPEC: return "EH_E_SPEC";
    case EH_E_INPUT: return "EH_E_INPUT";
    case EH_E_ROW: return "EH_E_ROW";
    case EH_E_CUBE: return "EH_E_CUBE";
    case EH_E_MISMATCH: return "EH_E_MISMATCH";
    case EH_E_IO: return "EH_E_IO";
    case EH_E_LIMIT: return "EH_E_LIMIT";
    case EH_E_MEMORY: return "EH_E_MEMORY";
    case EH_E_INTERNAL: return "EH_E_INTERNAL";
  }
  return "EH_E_UNKNOWN";
}

const char *eh_reason_name(eh_reason reason) {
  switch (reason) {
#define EH_REASON(id, name, text) \
  case EH_R_##id: return name;
#include "evenhand/reason.def"
#undef EH_REASON
    case EH_R_COUNT: break;
  }
  return "";
}

const char *eh_reason_text(eh_reason reason) {
  switch (reason) {
#define EH_REASON(id, name, text) \
  case EH_R_##id: return text;
#include "evenhand/reason.def"
#undef EH_REASON
    case EH_R_COUNT: break;
  }
  return "";
}

eh_str eh_str_of(const char *zero_terminated) {
  return (eh_str){zero_terminated, zero_terminated ? strlen(zero_terminated) : 0};
}

bool eh_str_eq(eh_str a, eh_str b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }

int eh_str_cmp(eh_str a, eh_str b) {
  const size_t n = a.n < b.n ? a.n : b.n;
  const int order = n ? memcmp(a.p, b.p, n) : 0;
  return order ? order : (a.n > b.n) - (a.n < b.n);
}

static void *refuse(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  (void)ctx, (void)ptr, (void)old_n, (void)new_n;
  return NULL;
}

eh_status eh_fail(eh_error *err, eh_status status, const char *format, ...) {
  static const char ellipsis[] = "\xe2\x80\xa6";
  static const eh_allocator fixed = {refuse, NULL};
  if (!err || err->status) return status;
  char raw_bytes[sizeof err->message]; /* if this is too short, so is the message, which loses its end first */
  eh_buf raw = {.mem = &fixed, .p = raw_bytes, .cap = sizeof raw_bytes};
  va_list arguments;
  va_start(arguments, format);
  eh_format(&raw, format, arguments);
  va_end(arguments);
  /* The ellipsis takes the place of the terminator too: sizeof counts it. */
  eh_buf safe = {.mem = &fixed, .p = err->message, .cap = sizeof err->message - sizeof ellipsis};
  eh_buf_safe(&safe, (eh_str){raw.p, raw.n}, 0);
  if (safe.failed) {
    safe.n = eh_utf8_trim(safe.p, safe.n);
    memcpy(err->message + safe.n, ellipsis, sizeof ellipsis);
  } else {
    err->message[safe.n] = 0;
  }
  err->status = status;
  return status;
}
