/* philox: one block of Philox4x32-10, the counter-based generator. Room simd has the same for many blocks at a time, held
 * to this one by its tests.
 *
 * Idea (Salmon, Moraes, Dror & Shaw, SC11): ten rounds of wide multiplications turn a counter and a key into random
 * words. There is no state, so any draw can be made again alone, in any order, on any thread.
 */
#include "evenhand/base.h"

void eh_philox(uint32_t word[4], const uint32_t counter[4], const uint32_t key[2]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < EH_PHILOX_ROUNDS; round++) {
    const uint64_t p0 = (uint64_t)EH_PHILOX_M0 * c0, p1 = (uint64_t)EH_PHILOX_M1 * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += EH_PHILOX_W0;
    k1 += EH_PHILOX_W1;
  }
  word[0] = c0, word[1] = c1, word[2] = c2, word[3] = c3;
}
