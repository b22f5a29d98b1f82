/* crc32c: the Castagnoli checksum of cube files, eight bytes a step.
 *
 * Called on whole bodies of files. The tables of a step, 8 * 256 entries, are made on the stack where the bytes are many
 * enough to gain by them: that takes as long as a thousand bytes do, and a page that loads the module does not wait
 * for 8 kB that nothing compresses. Short texts go half a byte a step.
 */
#include "evenhand/base.h"

enum { STEP_PAYS = 1024 };

/* What four bits do to the register: its states after them. */
static const uint32_t state_of_nibble[16] = {
  0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
  0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint32_t after_byte(uint32_t crc, unsigned char byte) {
  crc ^= byte;
  crc = crc >> 4 ^ state_of_nibble[crc & 15];
  return crc >> 4 ^ state_of_nibble[crc & 15];
}

static uint32_t load_32(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Takes the n bytes, a multiple of 8. table[k][b]: what byte b does to the register with k more zero bytes after it. */
static uint32_t after_eights(uint32_t crc, const unsigned char *p, size_t n) {
  uint32_t table[8][256];
  for (int b = 0; b < 256; b++) table[0][b] = after_byte(0, (unsigned char)b);
  for (int k = 1; k < 8; k++)
    for (int b = 0; b < 256; b++) table[k][b] = table[k - 1][b] >> 8 ^ table[0][table[k - 1][b] & 255];
  for (; n; n -= 8, p += 8) {
    const uint32_t a = load_32(p) ^ crc, b = load_32(p + 4);
    crc = table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^ table[4][a >> 24] ^
          table[3][b & 255] ^ table[2][b >> 8 & 255] ^ table[1][b >> 16 & 255] ^ table[0][b >> 24];
  }
  return crc;
}

uint32_t eh_crc32c(uint32_t crc, const void *bytes, size_t n) {
  const unsigned char *p = bytes;
  crc = ~crc;
  if (n >= STEP_PAYS) {
    const size_t eights = n - n % 8;
    crc = after_eights(crc, p, eights);
    p += eights;
    n -= eights;
  }
  for (; n; n--, p++) crc = after_byte(crc, *p);
  return ~crc;
}
