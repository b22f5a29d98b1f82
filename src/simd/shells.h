/* shells: the tables of kernels that dispatch chooses from. */
#ifndef EH_SIMD_SHELLS_H
#define EH_SIMD_SHELLS_H

#include "evenhand/simd.h"

extern const eh_kernels eh_kernels_scalar, eh_kernels_128;
#if defined(EH_HAVE_X86)
extern const eh_kernels eh_kernels_avx2, eh_kernels_avx512;
void eh_sha256_blocks_x86(uint32_t state[8], const unsigned char *block, size_t blocks_n);
#endif

#endif
