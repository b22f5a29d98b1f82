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

/* Four rounds with the words w + constants of rounds i .. i + 3. */
EH_LANES void four_rounds(eh_u32x4 *abef, eh_u32x4 *cdgh, eh_u32x4 w, int i) {
  const eh_u32x4 wk = w + eh_u32x4_load(eh_sha256_constant + i);
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
