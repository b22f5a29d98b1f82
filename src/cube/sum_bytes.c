/* sum_bytes: a sum of 128 bits as a varint, small ones in few bytes. Called by save.c and load_bins.c.
 *
 * Zigzag, then LEB128 in its shortest form.
 */
#include "cube_internal.h"

typedef unsigned __int128 u128;

void eh_put_sum(eh_buf *buf, eh_i128 sum) {
  const u128 x = (u128)sum.w[1] << 64 | sum.w[0];
  u128 z = x << 1 ^ ((u128)0 - (sum.w[1] >> 63));
  for (; z >> 7; z >>= 7) eh_buf_byte(buf, (unsigned char)(z & 0x7f) | 0x80);
  eh_buf_byte(buf, (unsigned char)z);
}

eh_i128 eh_get_sum(eh_cursor *cur) {
  u128 z = 0;
  for (int shift = 0; shift < 128; shift += 7) {
    if (cur->bad || cur->p == cur->end) break;
    const unsigned char byte = *cur->p++;
    if (shift == 126 && byte > 3) break;
    z |= (u128)(byte & 0x7f) << shift;
    if (byte & 0x80) continue;
    if (!byte && shift) break; /* not the shortest form */
    const u128 x = z >> 1 ^ ((u128)0 - (z & 1));
    return (eh_i128){{(uint64_t)x, (uint64_t)(x >> 64)}};
  }
  cur->bad = true;
  return (eh_i128){{0, 0}};
}
