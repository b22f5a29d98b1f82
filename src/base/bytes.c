/* bytes: the growable buffer that every writer fills and the cursor that every binary reader empties.
 *
 * Both carry their failure with them, so that code which writes or reads a long record checks once, at its end.
 */
#include "evenhand/base.h"

#include <string.h>

/* ---- writing ----------------------------------------------------------------------------------------------------- */

bool eh_buf_reserve(eh_buf *buf, size_t more) {
  if (buf->failed) return false;
  if (more <= buf->cap - buf->n) return true;
  size_t cap = buf->cap > SIZE_MAX / 2 ? SIZE_MAX : 2 * buf->cap;
  if (cap < 64) cap = 64;
  if (more > SIZE_MAX - buf->n) return buf->failed = true, false;
  if (cap < buf->n + more) cap = buf->n + more;
  char *p = eh_mem_resize(buf->mem, buf->p, buf->cap, cap);
  if (!p) return buf->failed = true, false;
  buf->p = p;
  buf->cap = cap;
  return true;
}

void eh_buf_put(eh_buf *buf, const void *bytes, size_t n) {
  if (n == 0 || buf->failed) return;
  /* What fits is kept: eh_fail writes into a fixed array this way, where a cut message is better than none. */
  if (!eh_buf_reserve(buf, n)) n = n < buf->cap - buf->n ? n : buf->cap - buf->n;
  if (n) memcpy(buf->p + buf->n, bytes, n);
  buf->n += n;
}

void eh_buf_str(eh_buf *buf, eh_str s) { eh_buf_put(buf, s.p, s.n); }
void eh_buf_text(eh_buf *buf, const char *zero_terminated) { eh_buf_str(buf, eh_str_of(zero_terminated)); }

void eh_buf_byte(eh_buf *buf, unsigned char byte) {
  if (buf->n == buf->cap || buf->failed)
    eh_buf_put(buf, &byte, 1);
  else
    buf->p[buf->n++] = (char)byte;
}

void eh_buf_free(eh_buf *buf) {
  eh_mem_free(buf->mem, buf->p, buf->cap);
  *buf = (eh_buf){.mem = buf->mem};
}

static void put_little_endian(eh_buf *buf, uint64_t x, size_t n) {
  unsigned char bytes[8];
  for (size_t i = 0; i < n; i++) bytes[i] = (unsigned char)(x >> (8 * i));
  eh_buf_put(buf, bytes, n);
}

void eh_put_u32(eh_buf *buf, uint32_t x) { put_little_endian(buf, x, 4); }
void eh_put_u64(eh_buf *buf, uint64_t x) { put_little_endian(buf, x, 8); }

void eh_put_varint(eh_buf *buf, uint64_t x) {
  unsigned char bytes[10];
  size_t n = 0;
  for (; x >= 0x80; x >>= 7) bytes[n++] = (unsigned char)(x | 0x80);
  bytes[n++] = (unsigned char)x;
  eh_buf_put(buf, bytes, n);
}

void eh_put_string(eh_buf *buf, eh_str s) {
  eh_put_varint(buf, s.n);
  eh_buf_str(buf, s);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static uint64_t get_little_endian(eh_cursor *cur, int n) {
  if (cur->bad || cur->end - cur->p < n) return cur->bad = true, 0;
  uint64_t x = 0;
  for (int i = 0; i < n; i++) x |= (uint64_t)cur->p[i] << (8 * i);
  cur->p += n;
  return x;
}

uint32_t eh_get_u32(eh_cursor *cur) { return (uint32_t)get_little_endian(cur, 4); }
uint64_t eh_get_u64(eh_cursor *cur) { return get_little_endian(cur, 8); }

uint64_t eh_get_varint(eh_cursor *cur) {
  uint64_t x = 0;
  if (cur->bad) return 0;
  for (int shift = 0; shift < 64 && cur->p < cur->end; shift += 7) {
    const unsigned char byte = *cur->p++;
    if (shift == 63 && byte > 1) break;           /* more than 64 bits */
    if (shift > 0 && byte == 0) break;            /* a shorter spelling exists; files have one spelling only */
    x |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return x;
  }
  cur->bad = true;
  return 0;
}

eh_str eh_get_string(eh_cursor *cur) {
  const uint64_t n = eh_get_varint(cur);
  if (cur->bad || n > (uint64_t)(cur->end - cur->p)) return cur->bad = true, (eh_str){NULL, 0};
  const eh_str s = {(const char *)cur->p, (size_t)n};
  cur->p += n;
  return s;
}
