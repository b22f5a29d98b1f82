/* half: a float of 16 bits, as NumPy and Arrow store it, as one of 32. */
#ifndef EH_TABLE_HALF_H
#define EH_TABLE_HALF_H

#include <stdint.h>
#include <string.h>

/* The same number with other widths; one too small for a usual exponent is a count of 2^-24. */
static inline float eh_half_value(uint32_t bits) {
  const uint32_t sign = bits >> 15 << 31, exponent = bits >> 10 & 31, fraction = bits & 1023;
  const uint32_t x = sign | (exponent == 31 ? 255u : exponent + 112) << 23 | fraction << 13;
  float value = (float)fraction * 0x1p-24f;
  if (!exponent) return sign ? -value : value;
  memcpy(&value, &x, sizeof value);
  return value;
}

#endif
