/* inflate: a DEFLATE stream (RFC 1951) whose unpacked size is known, into a buffer of that size. Called by npy_zip.c for the
 * members of a .npz.
 *
 * The one packing that lies inside a format this room reads, so that a file in memory needs no help from any host. A code is
 * looked up by its next bits in a table; the few longer ones are followed bit by bit, as they are canonical.
 */
#include <string.h>

#include "npy_internal.h"

enum { CODE_BITS_MAX = 15, FAST_BITS = 10, LITERALS = 288, DISTANCES = 32, LENGTH_CODES = 19, END_OF_BLOCK = 256 };

typedef struct eh_code {
  uint16_t fast_b[1 << FAST_BITS]; /* symbol << 4 | bits, 0 = longer than the table */
  uint16_t count_l[CODE_BITS_MAX + 1];
  uint16_t symbol_n[LITERALS]; /* by length, then by value */
} eh_code;

typedef struct eh_inflater {
  const unsigned char *p, *end;
  uint64_t bits;
  uint32_t bits_n;
  bool bad; /* the input ended or made no sense */
  unsigned char *dst;
  size_t n, at;
  eh_code literal, distance;
} eh_inflater;

/* ---- bits ---------------------------------------------------------------------------------------------------------- */

static void refill(eh_inflater *in) {
  while (in->bits_n <= 56 && in->p < in->end) {
    in->bits |= (uint64_t)*in->p++ << in->bits_n;
    in->bits_n += 8;
  }
}

static void drop(eh_inflater *in, uint32_t n) {
  if (n > in->bits_n) {
    in->bad = true;
    return;
  }
  in->bits >>= n;
  in->bits_n -= n;
}

static uint32_t take(eh_inflater *in, uint32_t n) {
  refill(in);
  const uint32_t x = (uint32_t)(in->bits & ((1ull << n) - 1));
  drop(in, n);
  return x;
}

/* ---- codes --------------------------------------------------------------------------------------------------------- */

static uint32_t reversed(uint32_t code, uint32_t n) {
  uint32_t back = 0;
  for (uint32_t i = 0; i < n; i++) back |= (code >> i & 1) << (n - 1 - i);
  return back;
}

/* Makes the canonical code of these lengths. False if there are more codes than bits allow, or fewer, save a single one. */
static bool make_code(eh_code *code, const uint8_t *length_n, uint32_t n) {
  uint16_t offset_l[CODE_BITS_MAX + 2] = {0};
  uint32_t next_l[CODE_BITS_MAX + 2] = {0}, used = 0;
  int32_t left = 1;
  *code = (eh_code){0};
  for (uint32_t i = 0; i < n; i++) code->count_l[length_n[i]]++;
  code->count_l[0] = 0;
  for (uint32_t l = 1; l <= CODE_BITS_MAX; l++) {
    left = 2 * left - code->count_l[l];
    if (left < 0) return false;
    used += code->count_l[l];
    offset_l[l + 1] = (uint16_t)(offset_l[l] + code->count_l[l]);
    next_l[l + 1] = (next_l[l] + code->count_l[l]) << 1;
  }
  if (left > 0 && used > 1) return false;
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t l = length_n[i];
    if (!l) continue;
    code->symbol_n[offset_l[l]++] = (uint16_t)i;
    const uint32_t bits = next_l[l]++;
    if (l > FAST_BITS) continue;
    for (uint32_t b = reversed(bits, l); b < 1u << FAST_BITS; b += 1u << l) code->fast_b[b] = (uint16_t)(i << 4 | l);
  }
  return true;
}

static uint32_t take_symbol(eh_inflater *in, const eh_code *code) {
  refill(in);
  const uint32_t fast = code->fast_b[in->bits & ((1u << FAST_BITS) - 1)];
  if (fast) return drop(in, fast & 15), fast >> 4;
  uint32_t bits = 0, first = 0, index = 0;
  for (uint32_t l = 1; l <= CODE_BITS_MAX && l <= in->bits_n; l++) {
    bits |= in->bits >> (l - 1) & 1;
    const uint32_t count = code->count_l[l];
    if (bits < first + count) return drop(in, l), code->symbol_n[index + bits - first];
    index += count;
    first = (first + count) << 1;
    bits <<= 1;
  }
  in->bad = true;
  return 0;
}

/* ---- blocks -------------------------------------------------------------------------------------------------------- */

static void copy_stored(eh_inflater *in) {
  drop(in, in->bits_n % 8);
  const uint32_t n = take(in, 16), check = take(in, 16);
  in->p -= in->bits_n / 8; /* whole bytes that were taken too early go back */
  in->bits = in->bits_n = 0;
  in->bad |= n != (check ^ 0xffff) || n > (size_t)(in->end - in->p) || n > in->n - in->at;
  if (in->bad) return;
  memcpy(in->dst + in->at, in->p, n);
  in->p += n;
  in->at += n;
}

static void copy_back(eh_inflater *in, uint32_t symbol) {
  static const uint16_t length_base[] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                         31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const uint8_t length_more[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  static const uint16_t distance_base[] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
                                           193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
  if (symbol > 285) {
    in->bad = true;
    return;
  }
  const size_t n = length_base[symbol - 257] + take(in, length_more[symbol - 257]);
  const uint32_t d = take_symbol(in, &in->distance);
  if (in->bad || d > 29) {
    in->bad = true;
    return;
  }
  const size_t back = distance_base[d] + (size_t)take(in, d < 2 ? 0 : d / 2 - 1);
  in->bad |= back > in->at || n > in->n - in->at;
  for (size_t i = 0; !in->bad && i < n; i++, in->at++) in->dst[in->at] = in->dst[in->at - back];
}

static void unpack_block(eh_inflater *in) {
  while (!in->bad) {
    const uint32_t symbol = take_symbol(in, &in->literal);
    if (in->bad || symbol == END_OF_BLOCK) return;
    if (symbol > END_OF_BLOCK) {
      copy_back(in, symbol);
    } else {
      if (in->at == in->n) in->bad = true;
      else in->dst[in->at++] = (unsigned char)symbol;
    }
  }
}

static void make_fixed(eh_inflater *in) {
  uint8_t length_n[LITERALS + DISTANCES];
  for (uint32_t i = 0; i < LITERALS; i++) length_n[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  memset(length_n + LITERALS, 5, DISTANCES);
  in->bad |= !make_code(&in->literal, length_n, LITERALS) || !make_code(&in->distance, length_n + LITERALS, DISTANCES);
}

static void read_codes(eh_inflater *in) {
  static const uint8_t order[LENGTH_CODES] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint8_t length_n[LITERALS + DISTANCES] = {0};
  const uint32_t literals = take(in, 5) + 257, distances = take(in, 5) + 1, codes = take(in, 4) + 4;
  for (uint32_t i = 0; i < codes; i++) length_n[order[i]] = (uint8_t)take(in, 3);
  in->bad |= literals > 286 || distances > 30 || !make_code(&in->literal, length_n, LENGTH_CODES);
  memset(length_n, 0, sizeof length_n);
  for (uint32_t i = 0; !in->bad && i < literals + distances;) {
    const uint32_t symbol = take_symbol(in, &in->literal);
    if (symbol < 16) {
      length_n[i++] = (uint8_t)symbol;
      continue;
    }
    const uint8_t again = symbol == 16 && i ? length_n[i - 1] : 0;
    in->bad |= symbol == 16 && !i;
    uint32_t n = symbol == 16 ? 3 + take(in, 2) : symbol == 17 ? 3 + take(in, 3) : 11 + take(in, 7);
    in->bad |= n > literals + distances - i;
    while (!in->bad && n--) length_n[i++] = again;
  }
  if (in->bad) return;
  in->bad = !length_n[END_OF_BLOCK] || !make_code(&in->literal, length_n, literals) ||
            !make_code(&in->distance, length_n + literals, distances);
}

bool eh_inflate(void *dst, size_t dst_n, const void *src, size_t src_n) {
  eh_inflater in = {.p = src, .end = (const unsigned char *)src + src_n, .dst = dst, .n = dst_n};
  bool last = false;
  while (!last && !in.bad) {
    last = take(&in, 1);
    const uint32_t kind = take(&in, 2);
    if (kind == 0) {
      copy_stored(&in);
      continue;
    }
    if (kind == 1) make_fixed(&in);
    else if (kind == 2) read_codes(&in);
    else in.bad = true;
    if (!in.bad) unpack_block(&in);
  }
  return !in.bad && in.at == in.n;
}
