/* key: scores as integers in the same order, so that "score > t" is one integer compare and cells sort by radix.
 * Called by the cube for thresholds and by readers of cells; rows go through the kernel of the same meaning.
 *
 * The one idea: bits of |s| grow with |s|; mirrored around 2^63 they order all scores, with both zeros in one place.
 */
#include <string.h>

#include "evenhand/cube.h"

static const uint64_t zero_at = (uint64_t)1 << 63;

uint64_t eh_score_key(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint64_t size = bits & ~zero_at;
  return (bits == size ? zero_at + size : zero_at - size) - 1;
}

double eh_key_score(uint64_t key) {
  const uint64_t u = key + 1;
  const uint64_t bits = u >= zero_at ? u - zero_at : (zero_at - u) | zero_at;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
