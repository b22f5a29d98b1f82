/* lanes: the vector vocabulary of the kernel bodies, for one register width.
 *
 * A shell defines EH_VECTOR_BYTES (8, 16, 32 or 64) and includes this once. With 8 a "vector" is a plain uint64_t, so
 * the scalar shell runs the very same bodies. Everything is GCC/Clang vector extensions but what they cannot say, each
 * with a generic twin: gathering truth bits into a mask, multiplying half lanes, and the instructions made for SHA-256.
 *
 *   eh_u64v   EH_U64_LANES unsigned 64-bit lanes      eh_u8v   EH_VECTOR_BYTES byte lanes
 *   eh_f32v, eh_f64v   floating-point lanes           eh_u32m, eh_u64m   integers beside them
 *
 * Truth of a u64 comparison is 1 per lane, so that it can be summed. Truth of a byte lane is its top bit, so that
 * truths join with | and a byte >= 0x80 is true as it stands.
 */
#ifndef EH_SIMD_LANES_H
#define EH_SIMD_LANES_H

#include <stdint.h>
#include <string.h>

#if EH_VECTOR_BYTES == 16 && defined(__SHA__)
#include <immintrin.h>
#elif EH_VECTOR_BYTES == 16 && defined(__SSE2__)
#include <emmintrin.h>
#elif EH_VECTOR_BYTES == 16 && defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif EH_VECTOR_BYTES > 16
#include <immintrin.h>
#endif

#define EH_LANES static inline __attribute__((always_inline, unused))

enum { EH_U64_LANES = EH_VECTOR_BYTES / 8 };

#if EH_VECTOR_BYTES == 8
typedef uint64_t eh_u64v;
typedef uint64_t eh_u8v; /* eight bytes, the first in the low bits */
#else
typedef uint64_t eh_u64v __attribute__((vector_size(EH_VECTOR_BYTES)));
typedef uint8_t eh_u8v __attribute__((vector_size(EH_VECTOR_BYTES)));
#endif

/* ---- floating-point lanes ---------------------------------------------------------------------------------------- */

/* These are vectors at every width. Comparisons give lanes of all ones or zeros; select takes such lanes. */
enum { EH_F32_LANES = EH_VECTOR_BYTES / 4, EH_F64_LANES = EH_VECTOR_BYTES / 8 };

typedef float eh_f32v __attribute__((vector_size(EH_VECTOR_BYTES)));
typedef double eh_f64v __attribute__((vector_size(EH_VECTOR_BYTES)));
typedef uint32_t eh_u32m __attribute__((vector_size(EH_VECTOR_BYTES)));
typedef uint64_t eh_u64m __attribute__((vector_size(EH_VECTOR_BYTES)));

EH_LANES eh_f32v eh_f32v_load(const void *p) {
  eh_f32v v;
  memcpy(&v, p, sizeof v);
  return v;
}
EH_LANES eh_f64v eh_f64v_load(const void *p) {
  eh_f64v v;
  memcpy(&v, p, sizeof v);
  return v;
}
EH_LANES eh_f32v eh_f32v_select(eh_u32m m, eh_f32v a, eh_f32v b) {
  return (eh_f32v)((m & (eh_u32m)a) | (~m & (eh_u32m)b));
}
EH_LANES eh_f64v eh_f64v_select(eh_u64m m, eh_f64v a, eh_f64v b) {
  return (eh_f64v)((m & (eh_u64m)a) | (~m & (eh_u64m)b));
}

/* ---- 64-bit lanes ------------------------------------------------------------------------------------------------ */

/* memcpy is how C loads from any alignment and any type; compilers make it one instruction. */
EH_LANES eh_u64v eh_u64v_load(const void *p) {
  eh_u64v v;
  memcpy(&v, p, sizeof v);
  return v;
}

EH_LANES void eh_u64v_store(void *p, eh_u64v v) { memcpy(p, &v, sizeof v); }

/* The generic twin of the intrinsics below: the low halves of a and b, multiplied in full. */
EH_LANES eh_u64v eh_u64v_mul32_generic(eh_u64v a, eh_u64v b) { return (a & 0xffffffffu) * (b & 0xffffffffu); }

EH_LANES eh_u64v eh_u64v_mul32(eh_u64v a, eh_u64v b) {
#if EH_VECTOR_BYTES == 64 && defined(__AVX512F__)
  return (eh_u64v)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif EH_VECTOR_BYTES == 32 && defined(__AVX2__)
  return (eh_u64v)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif EH_VECTOR_BYTES == 16 && defined(__SSE2__)
  return (eh_u64v)_mm_mul_epu32((__m128i)a, (__m128i)b);
#elif EH_VECTOR_BYTES == 16 && defined(__wasm_simd128__)
  const v128_t low_a = wasm_i32x4_shuffle((v128_t)a, (v128_t)a, 0, 2, 0, 2);
  const v128_t low_b = wasm_i32x4_shuffle((v128_t)b, (v128_t)b, 0, 2, 0, 2);
  return (eh_u64v)wasm_u64x2_extmul_low_u32x4(low_a, low_b);
#else
  return eh_u64v_mul32_generic(a, b);
#endif
}

/* ---- byte lanes -------------------------------------------------------------------------------------------------- */

/* Bits 0..7 = top bits of the eight bytes of x, low byte first: each one is moved to its own place in the top byte by
 * one partial product, and no two partial products meet. */
EH_LANES uint64_t eh_top_bits(uint64_t x) { return (x >> 7 & 0x0101010101010101u) * 0x0102040810204080u >> 56; }

#if EH_VECTOR_BYTES == 8

EH_LANES eh_u8v eh_u8v_load(const void *p) {
  eh_u8v v;
  memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  v = __builtin_bswap64(v);
#endif
  return v;
}

EH_LANES eh_u8v eh_u8v_all(uint8_t x) { return x * 0x0101010101010101u; }

/* A byte of a ^ b is zero exactly when neither its low seven bits carry into the top one nor the top one is set. */
EH_LANES eh_u8v eh_u8v_eq(eh_u8v a, eh_u8v b) {
  const uint64_t low7 = 0x7f7f7f7f7f7f7f7fu, x = a ^ b;
  return ~(((x & low7) + low7) | x | low7);
}

EH_LANES uint64_t eh_u8v_mask(eh_u8v v) { return eh_top_bits(v); }

#else

EH_LANES eh_u8v eh_u8v_load(const void *p) {
  eh_u8v v;
  memcpy(&v, p, sizeof v);
  return v;
}

EH_LANES eh_u8v eh_u8v_all(uint8_t x) { return (eh_u8v){0} + x; }
EH_LANES eh_u8v eh_u8v_eq(eh_u8v a, eh_u8v b) { return (eh_u8v)(a == b); }

/* The generic twin of the intrinsics below, for targets without one. */
EH_LANES uint64_t eh_u8v_mask_generic(eh_u8v v) {
  uint64_t mask = 0;
  for (int i = 0; i < EH_U64_LANES; i++) {
    uint64_t x;
    memcpy(&x, (const char *)&v + 8 * i, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    mask |= eh_top_bits(x) << (8 * i);
  }
  return mask;
}

EH_LANES uint64_t eh_u8v_mask(eh_u8v v) {
#if EH_VECTOR_BYTES == 64 && defined(__AVX512BW__)
  return _mm512_movepi8_mask((__m512i)v);
#elif EH_VECTOR_BYTES == 32 && defined(__AVX2__)
  return (uint32_t)_mm256_movemask_epi8((__m256i)v);
#elif EH_VECTOR_BYTES == 16 && defined(__SSE2__)
  return (uint32_t)_mm_movemask_epi8((__m128i)v);
#elif EH_VECTOR_BYTES == 16 && defined(__wasm_simd128__)
  return wasm_i8x16_bitmask((v128_t)v);
#else
  return eh_u8v_mask_generic(v);
#endif
}

#endif

/* ---- SHA-256 instructions ---------------------------------------------------------------------------------------- */

/* Their twin is the portable code of room base. */
#if EH_VECTOR_BYTES == 16 && defined(__SHA__)

typedef uint32_t eh_u32x4 __attribute__((vector_size(16)));

EH_LANES eh_u32x4 eh_u32x4_load(const void *p) {
  eh_u32x4 v;
  memcpy(&v, p, sizeof v);
  return v;
}

EH_LANES eh_u32x4 eh_u32x4_load_big_endian(const void *p) {
  const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  return (eh_u32x4)_mm_shuffle_epi8((__m128i)eh_u32x4_load(p), swap);
}

EH_LANES eh_u32x4 eh_u32x4_upper_half(eh_u32x4 v) { return (eh_u32x4)_mm_shuffle_epi32((__m128i)v, 0x0e); }

/* Two rounds with the two lower words of wk: from (c, d, g, h) and (a, b, e, f) to the new (a, b, e, f); the old one is
 * the new (c, d, g, h). */
EH_LANES eh_u32x4 eh_sha256_two_rounds(eh_u32x4 cdgh, eh_u32x4 abef, eh_u32x4 wk) {
  return (eh_u32x4)_mm_sha256rnds2_epu32((__m128i)cdgh, (__m128i)abef, (__m128i)wk);
}

/* The four schedule words after sixteen given ones, oldest first. */
EH_LANES eh_u32x4 eh_sha256_next_words(eh_u32x4 w0, eh_u32x4 w4, eh_u32x4 w8, eh_u32x4 w12) {
  const __m128i w9 = _mm_alignr_epi8((__m128i)w12, (__m128i)w8, 4);
  const __m128i far = _mm_sha256msg1_epu32((__m128i)w0, (__m128i)w4);
  return (eh_u32x4)_mm_sha256msg2_epu32(_mm_add_epi32(far, w9), (__m128i)w12);
}

#endif
#endif
