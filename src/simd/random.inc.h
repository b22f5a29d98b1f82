/* random: Philox4x32-10 for 16 blocks at a time, and the addition of counts. Kernel bodies, written once.
 *
 * Every 32-bit word of the state lives in a 64-bit lane and only the low half is looked at: a product then is the next
 * round's word as it stands, and its upper half one shift away.
 */
#include "evenhand/base.h"

enum { EH_PHILOX_BLOCKS = 16, EH_PHILOX_VECTORS = EH_PHILOX_BLOCKS / EH_U64_LANES };

typedef struct eh_philox_state {
  eh_u64v c0, c1, c2, c3;
} eh_philox_state;

EH_LANES eh_u64v eh_all_u64(uint64_t x) { return (eh_u64v){0} + x; }

EH_LANES eh_philox_state philox_round(eh_philox_state s, eh_u64v k0, eh_u64v k1) {
  const eh_u64v p0 = eh_u64v_mul32(s.c0, eh_all_u64(EH_PHILOX_M0)), p1 = eh_u64v_mul32(s.c2, eh_all_u64(EH_PHILOX_M1));
  return (eh_philox_state){(p1 >> 32) ^ s.c1 ^ k0, p1, (p0 >> 32) ^ s.c3 ^ k1, p0};
}

EH_LANES void philox_store(uint64_t *word_n, eh_philox_state s) {
  const eh_u64v low = eh_all_u64(0xffffffffu);
  eh_u64v_store(word_n, (s.c0 & low) | s.c1 << 32);
  eh_u64v_store(word_n + EH_PHILOX_BLOCKS, (s.c2 & low) | s.c3 << 32);
}

/* Two vectors side by side, so that one multiplies while the other waits. */
static void philox16(uint64_t *word_n, const uint32_t *counter, const uint32_t *key) {
  uint64_t first_i[EH_PHILOX_BLOCKS];
  for (uint32_t i = 0; i < EH_PHILOX_BLOCKS; i++) first_i[i] = counter[0] + i;
  for (int v = 0; v < EH_PHILOX_VECTORS; v += 2) {
    const eh_u64v c1 = eh_all_u64(counter[1]), c2 = eh_all_u64(counter[2]), c3 = eh_all_u64(counter[3]);
    eh_philox_state a = {eh_u64v_load(first_i + v * EH_U64_LANES), c1, c2, c3};
    eh_philox_state b = {eh_u64v_load(first_i + (v + 1) * EH_U64_LANES), c1, c2, c3};
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < EH_PHILOX_ROUNDS; round++) {
      a = philox_round(a, eh_all_u64(k0), eh_all_u64(k1));
      b = philox_round(b, eh_all_u64(k0), eh_all_u64(k1));
      k0 += EH_PHILOX_W0;
      k1 += EH_PHILOX_W1;
    }
    philox_store(word_n + v * EH_U64_LANES, a);
    philox_store(word_n + (v + 1) * EH_U64_LANES, b);
  }
}

/* Two counts to a 64-bit lane would carry into each other, so their own 32-bit lanes. */
#if EH_VECTOR_BYTES == 8
static void add_u32(uint32_t *sum_n, const uint32_t *more_n, size_t n) {
  for (size_t i = 0; i < n; i++) sum_n[i] += more_n[i];
}
#else
typedef uint32_t eh_u32v __attribute__((vector_size(EH_VECTOR_BYTES)));

static void add_u32(uint32_t *sum_n, const uint32_t *more_n, size_t n) {
  size_t i = 0;
  for (; i + 2 * EH_U64_LANES <= n; i += 2 * EH_U64_LANES) {
    const eh_u32v sum = (eh_u32v)eh_u64v_load(sum_n + i) + (eh_u32v)eh_u64v_load(more_n + i);
    eh_u64v_store(sum_n + i, (eh_u64v)sum);
  }
  for (; i < n; i++) sum_n[i] += more_n[i];
}
#endif
