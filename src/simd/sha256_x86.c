/* sha256_x86: SHA-256 blocks by the CPU's own instructions. Entered only where the CPU has them; dispatch.c sees to it.
 *
 * An instruction does two rounds on the eight working words held as two registers, (a, b, e, f) and (c, d, g, h), upper
 * lane first. Four schedule words a register, four registers roll; the words of sixteen rounds on are made on the way.
 */
#if !defined(__SHA__) || !defined(__SSSE3__)
#error "compile this file with -msha -mssse3"
#endif
#define EH_VECTOR_BYTES 16
#include "lanes.h"

#include "shells.h"

/* FIPS 180-4, 4.2.2. */
static const uint32_t round_constant[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Four rounds with the words w + constants of rounds i .. i + 3. */
EH_LANES void four_rounds(eh_u32x4 *abef, eh_u32x4 *cdgh, eh_u32x4 w, int i) {
  const eh_u32x4 wk = w + eh_u32x4_load(round_constant + i);
  *cdgh = eh_sha256_two_rounds(*cdgh, *abef, wk);
  *abef = eh_sha256_two_rounds(*abef, *cdgh, eh_u32x4_upper_half(wk));
}

void eh_sha256_blocks_x86(uint32_t state[8], const unsigned char *block, size_t blocks_n) {
  eh_u32x4 abef = {state[5], state[4], state[1], state[0]}, cdgh = {state[7], state[6], state[3], state[2]};
  for (; blocks_n; blocks_n--, block += 64) {
    const eh_u32x4 abef_before = abef, cdgh_before = cdgh;
    eh_u32x4 w[4];
    for (int q = 0; q < 4; q++) {
      w[q] = eh_u32x4_load_big_endian(block + 16 * q);
      four_rounds(&abef, &cdgh, w[q], 4 * q);
    }
#pragma GCC unroll 12
    for (int q = 4; q < 16; q++) {
      w[q & 3] = eh_sha256_next_words(w[q & 3], w[(q + 1) & 3], w[(q + 2) & 3], w[(q + 3) & 3]);
      four_rounds(&abef, &cdgh, w[q & 3], 4 * q);
    }
    abef += abef_before;
    cdgh += cdgh_before;
  }
  const uint32_t after[8] = {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
  memcpy(state, after, sizeof after);
}
