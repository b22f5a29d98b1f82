/* crc32c: the Castagnoli checksum of cube files, eight bytes a step.
 *
 * The table entry of a byte is linear in its bits, so the 8 * 256 entries follow from 64 numbers: the 64 successive
 * states of the shift register that starts at the polynomial. The compiler unfolds them; nothing runs at start.
 */
#include "evenhand/base.h"

/* Entry of byte i, given the register states for its bits, most significant bit first. */
#define ENTRY(i, a, b, c, d, e, f, g, h)                                                                       \
  (((i)&128 ? a : 0) ^ ((i)&64 ? b : 0) ^ ((i)&32 ? c : 0) ^ ((i)&16 ? d : 0) ^ ((i)&8 ? e : 0) ^ ((i)&4 ? f : 0) ^ \
   ((i)&2 ? g : 0) ^ ((i)&1 ? h : 0))
#define ENTRY_4(i, ...) \
  ENTRY(i, __VA_ARGS__), ENTRY((i) + 1, __VA_ARGS__), ENTRY((i) + 2, __VA_ARGS__), ENTRY((i) + 3, __VA_ARGS__)
#define ENTRY_16(i, ...) \
  ENTRY_4(i, __VA_ARGS__), ENTRY_4((i) + 4, __VA_ARGS__), ENTRY_4((i) + 8, __VA_ARGS__), ENTRY_4((i) + 12, __VA_ARGS__)
#define ENTRY_64(i, ...)                                                                 \
  ENTRY_16(i, __VA_ARGS__), ENTRY_16((i) + 16, __VA_ARGS__), ENTRY_16((i) + 32, __VA_ARGS__), \
    ENTRY_16((i) + 48, __VA_ARGS__)
#define ENTRY_256(...) \
  {ENTRY_64(0, __VA_ARGS__), ENTRY_64(64, __VA_ARGS__), ENTRY_64(128, __VA_ARGS__), ENTRY_64(192, __VA_ARGS__)}

/* table[k][b]: what byte b does to the register with k more zero bytes after it. */
static const uint32_t table[8][256] = {
  ENTRY_256(0x82f63b78, 0x417b1dbc, 0x20bd8ede, 0x105ec76f, 0x8ad958cf, 0xc79a971f, 0xe13b70f7, 0xf26b8303),
  ENTRY_256(0xfbc3faf9, 0xff17c604, 0x7f8be302, 0x3fc5f181, 0x9d14c3b8, 0x4e8a61dc, 0x274530ee, 0x13a29877),
  ENTRY_256(0x8b277743, 0xc76580d9, 0xe144fb14, 0x70a27d8a, 0x38513ec5, 0x9edea41a, 0x4f6f520d, 0xa541927e),
  ENTRY_256(0x52a0c93f, 0xaba65fe7, 0xd725148b, 0xe964b13d, 0xf64463e6, 0x7b2231f3, 0xbf672381, 0xdd45aab8),
  ENTRY_256(0x6ea2d55c, 0x37516aae, 0x1ba8b557, 0x8f2261d3, 0xc5670b91, 0xe045beb0, 0x7022df58, 0x38116fac),
  ENTRY_256(0x1c08b7d6, 0x0e045beb, 0x85f4168d, 0xc00c303e, 0x6006181f, 0xb2f53777, 0xdb8ca0c3, 0xef306b19),
  ENTRY_256(0xf56e0ef4, 0x7ab7077a, 0x3d5b83bd, 0x9c5bfaa6, 0x4e2dfd53, 0xa5e0c5d1, 0xd0065990, 0x68032cc8),
  ENTRY_256(0x34019664, 0x1a00cb32, 0x0d006599, 0x847609b4, 0x423b04da, 0x211d826d, 0x9278fa4e, 0x493c7d27),
};

static uint32_t load_32(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t eh_crc32c(uint32_t crc, const void *bytes, size_t n) {
  const unsigned char *p = bytes;
  crc = ~crc;
  for (; n >= 8; n -= 8, p += 8) {
    const uint32_t a = load_32(p) ^ crc, b = load_32(p + 4);
    crc = table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^ table[4][a >> 24] ^
          table[3][b & 255] ^ table[2][b >> 8 & 255] ^ table[1][b >> 16 & 255] ^ table[0][b >> 24];
  }
  for (; n; n--, p++) crc = table[0][(crc ^ *p) & 255] ^ crc >> 8;
  return ~crc;
}
