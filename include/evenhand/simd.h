/* simd: the vector kernels, one table of them per instruction set, chosen once.
 *
 * Every kernel gives the same bits on every instruction set; tests/parity holds them to it.
 */
#ifndef EVENHAND_SIMD_H
#define EVENHAND_SIMD_H

#include "evenhand/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum eh_isa { EH_ISA_SCALAR, EH_ISA_128, EH_ISA_AVX2, EH_ISA_AVX512, EH_ISA_COUNT } eh_isa;

/* Bit i of a mask speaks of byte i of a 64-byte block. */
typedef struct eh_csv_masks {
  uint64_t delimiter;
  uint64_t quote;
  uint64_t feed;      /* line feed */
  uint64_t back;      /* carriage return */
  uint64_t odd;       /* NUL, or a byte >= 0x80 */
} eh_csv_masks;

/* What rows hold that are counted by cells_f32 and cells_f64; the extremes are undefined where `odd` is set. */
typedef struct eh_rows_seen {
  double least, greatest;    /* of all scores: start with infinity and -infinity */
  uint8_t any_label;         /* labels joined by |: start with 0 */
  uint8_t all_labels;        /* labels joined by &: start with 255 */
  bool odd;                  /* some score is NaN or 2^40 or more in size */
} eh_rows_seen;

/* Delimiters and line feeds of the first `blocks` blocks. */
typedef struct eh_csv_places {
  size_t blocks;
  uint32_t places, feeds;
} eh_csv_places;

typedef struct eh_csv_counts {
  uint64_t quotes;
  uint64_t lines;     /* line ends: LF, CR LF, CR */
} eh_csv_counts;

/* The table of kernels; src/simd/kernels.def is the one list of them, with what each promises. */
typedef struct eh_kernels {
#define EH_KERNEL(name, result, ...) result (*name)(__VA_ARGS__);
#include "evenhand/kernels.def"
#undef EH_KERNEL
} eh_kernels;

/* The kernels in use: the widest that this CPU has, or what EVENHAND_ISA=scalar|128|avx2|avx512 asks for. A forced
 * one that the CPU or the build lacks falls to the next narrower. Decided once, then constant. */
EH_API const eh_kernels *eh_simd_kernels(void);

/* The instruction set in use, and its name. `forced_down` (may be NULL) tells whether EVENHAND_ISA asked for one that
 * is not there (or is not a name). */
EH_API eh_isa eh_simd_isa(bool *forced_down);
EH_API const char *eh_isa_name(eh_isa isa);

/* SHA-256 by the CPU's own instructions, for the `blocks` of an eh_sha256; NULL where they are missing, or where a forced instruction
 * set is narrower than avx2. */
EH_API eh_sha256_blocks *eh_simd_sha256(void);

/* Kernels of one instruction set, or NULL where this CPU or build lacks it. For tests. */
EH_API const eh_kernels *eh_simd_kernels_of(eh_isa isa);

#ifdef __cplusplus
}
#endif
#endif
