/* sha256: the digest of an input's bytes as stored (FIPS 180-4), streaming. Called by whoever opens files.
 *
 * Sixteen rounds at a time over a rolling window of sixteen schedule words; the eight working words change names
 * instead of places, so that a round moves nothing.
 */
#include "evenhand/base.h"

#include <string.h>

const uint32_t eh_sha256_constant[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

static uint32_t load_big_endian(const unsigned char *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static void store_big_endian(unsigned char *p, uint32_t x) {
  for (int i = 0; i < 4; i++) p[i] = (unsigned char)(x >> (24 - 8 * i));
}

/* The next schedule word of position i, in place of the one sixteen rounds ago. */
static uint32_t next_word(uint32_t w[16], int i) {
  const uint32_t near = w[(i + 14) & 15], far = w[(i + 1) & 15];
  return w[i] += w[(i + 9) & 15] + (rotate(near, 17) ^ rotate(near, 19) ^ near >> 10) +
                 (rotate(far, 7) ^ rotate(far, 18) ^ far >> 3);
}

#define ROUND(a, b, c, d, e, f, g, h, word, i)                                                       \
  do {                                                                                               \
    const uint32_t choice = g ^ (e & (f ^ g)), majority = (a & b) | (c & (a | b));                   \
    const uint32_t t = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + constant[i] + (word); \
    d += t;                                                                                          \
    h = t + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;                               \
  } while (0)

#define ROUNDS_8(word, i)                              \
  do {                                                 \
    ROUND(a, b, c, d, e, f, g, h, word(i), i);         \
    ROUND(h, a, b, c, d, e, f, g, word(i + 1), i + 1); \
    ROUND(g, h, a, b, c, d, e, f, word(i + 2), i + 2); \
    ROUND(f, g, h, a, b, c, d, e, word(i + 3), i + 3); \
    ROUND(e, f, g, h, a, b, c, d, word(i + 4), i + 4); \
    ROUND(d, e, f, g, h, a, b, c, word(i + 5), i + 5); \
    ROUND(c, d, e, f, g, h, a, b, word(i + 6), i + 6); \
    ROUND(b, c, d, e, f, g, h, a, word(i + 7), i + 7); \
  } while (0)

#define FIRST_WORD(i) (w[i] = load_big_endian(block + 4 * (i)))
#define NEXT_WORD(i) next_word(w, i)

static void add_blocks(uint32_t state[8], const unsigned char *block, size_t blocks_n) {
  for (; blocks_n; blocks_n--, block += 64) {
    uint32_t w[16];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    const uint32_t *constant = eh_sha256_constant;
    ROUNDS_8(FIRST_WORD, 0);
    ROUNDS_8(FIRST_WORD, 8);
    for (constant += 16; constant < eh_sha256_constant + 64; constant += 16) {
      ROUNDS_8(NEXT_WORD, 0);
      ROUNDS_8(NEXT_WORD, 8);
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}

static void take_blocks(eh_sha256 *sha, const unsigned char *block, size_t blocks_n) {
  (sha->blocks ? sha->blocks : add_blocks)(sha->state, block, blocks_n);
}

void eh_sha256_start(eh_sha256 *sha) {
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memset(sha, 0, sizeof *sha);
  memcpy(sha->state, start, sizeof start);
}

void eh_sha256_add(eh_sha256 *sha, const void *bytes, size_t n) {
  const unsigned char *p = bytes;
  const size_t held = sha->bytes_n % 64;
  if (n == 0) return;
  sha->bytes_n += n;
  if (held) {
    const size_t take = n < 64 - held ? n : 64 - held;
    memcpy(sha->block + held, p, take);
    p += take, n -= take;
    if (held + take < 64) return;
    take_blocks(sha, sha->block, 1);
  }
  take_blocks(sha, p, n / 64);
  memcpy(sha->block, p + n / 64 * 64, n % 64);
}

void eh_sha256_end(eh_sha256 *sha, unsigned char digest[32]) {
  const uint64_t bits = sha->bytes_n * 8;
  size_t held = sha->bytes_n % 64;
  sha->block[held++] = 0x80;
  if (held > 56) {
    memset(sha->block + held, 0, 64 - held);
    take_blocks(sha, sha->block, 1);
    held = 0;
  }
  memset(sha->block + held, 0, 56 - held);
  store_big_endian(sha->block + 56, (uint32_t)(bits >> 32));
  store_big_endian(sha->block + 60, (uint32_t)bits);
  take_blocks(sha, sha->block, 1);
  for (int i = 0; i < 8; i++) store_big_endian(digest + 4 * i, sha->state[i]);
}
