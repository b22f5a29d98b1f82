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
    mask_b[j] = (eh_csv_masks){0};
    for (size_t i = 0; i < 64; i++) {
      const unsigned char c = block[64 * j + i];
      if (c == delimiter) mask_b[j].delimiter |= 1ull << i;
      if (c == '"') mask_b[j].quote |= 1ull << i;
      if (c == '\n') mask_b[j].feed |= 1ull << i;
      if (c == '\r') mask_b[j].back |= 1ull << i;
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

static unsigned twin_joint(uint16_t *joint_n, const uint16_t *code_n, size_t n, unsigned room) {
  unsigned greatest = 0;
  for (size_t i = 0; i < n; i++) {
    if (code_n[i] > greatest) greatest = code_n[i];
    joint_n[i] = (uint16_t)(joint_n[i] * room + (code_n[i] < room ? code_n[i] : room - 1));
  }
  return greatest;
}

static void twin_cells(uint32_t *cell_n, eh_rows_seen *seen, const uint16_t *joint_n, const uint8_t *label_n,
                       const double *score_n, size_t n, const double *edge_t, uint32_t edge_count, unsigned shift) {
  for (size_t i = 0; i < n; i++) {
    uint32_t k = 0;
    for (uint32_t t = 0; t < edge_count; t++) k += score_n[i] > edge_t[t];
    cell_n[i] = ((label_n[i] * (edge_count + 1) + k) << shift) + joint_n[i];
    seen->any_label |= label_n[i], seen->all_labels &= label_n[i];
    if (!(score_n[i] > -0x1p40 && score_n[i] < 0x1p40)) seen->odd = true;
    if (score_n[i] < seen->least) seen->least = score_n[i];
    if (score_n[i] > seen->greatest) seen->greatest = score_n[i];
  }
}

static eh_csv_places twin_csv_places(uint32_t *place_n, const unsigned char *block, size_t blocks, uint32_t base,
                                     unsigned char delimiter) {
  eh_csv_places found = {0};
  for (; found.blocks < blocks; found.blocks++) {
    const unsigned char *const p = block + 64 * found.blocks;
    for (int i = 0; i < 64; i++)
      if (p[i] == '"' || p[i] == '\r' || p[i] == 0 || p[i] >= 0x80) return found;
    for (uint32_t i = 0; i < 64; i++) {
      if (p[i] != delimiter && p[i] != '\n') continue;
      place_n[found.places++] = base + 64 * (uint32_t)found.blocks + i;
      found.feeds += p[i] == '\n';
    }
  }
  return found;
}

static eh_csv_counts twin_csv_count(const unsigned char *p, size_t n, bool after_back) {
  eh_csv_counts counts = {0};
  for (size_t i = 0; i < n; i++) {
    const bool pair = p[i] == '\n' && (i ? p[i - 1] == '\r' : after_back);
    counts.quotes += p[i] == '"';
    counts.lines += p[i] == '\r' || (p[i] == '\n' && !pair);
  }
  return counts;
}

#endif
