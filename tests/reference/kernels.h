/* Twins of the kernels in src/simd, for reading: the definitions of kernels.def, one element at a time. */
#ifndef EVENHAND_TESTS_REFERENCE_KERNELS_H
#define EVENHAND_TESTS_REFERENCE_KERNELS_H

#include <string.h>

#include "evenhand/simd.h"

static void twin_score_key(uint64_t *key_n, const double *score_n, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const double magnitude = score_n[i] < 0 ? -score_n[i] : score_n[i];
    uint64_t bits, u = 1ull << 63;
    memcpy(&bits, &magnitude, 8);
    if (score_n[i] > 0) u += bits;
    if (score_n[i] < 0) u -= bits;
    key_n[i] = u - 1;
  }
}

static void twin_csv_scan(eh_csv_masks *mask_b, const unsigned char *block, size_t blocks, unsigned char delimiter) {
  for (size_t j = 0; j < blocks; j++) {
    mask_b[j] = (eh_csv_masks){0, 0};
    for (size_t i = 0; i < 64; i++) {
      const unsigned char c = block[64 * j + i];
      if (c == delimiter || c == '"' || c == '\n' || c == '\r') mask_b[j].special |= 1ull << i;
      if (c == 0 || c >= 0x80) mask_b[j].odd |= 1ull << i;
    }
  }
}

static void twin_philox16(uint64_t *word_n, const uint32_t counter[4], const uint32_t key[2]) {
  for (uint32_t i = 0; i < 16; i++) {
    const uint32_t at[4] = {counter[0] + i, counter[1], counter[2], counter[3]};
    uint32_t word[4];
    eh_philox(word, at, key);
    word_n[i] = word[0] | (uint64_t)word[1] << 32;
    word_n[16 + i] = word[2] | (uint64_t)word[3] << 32;
  }
}

#endif
