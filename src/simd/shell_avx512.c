/* shell_avx512: the kernels on 64-byte registers. Entered only where the CPU has AVX-512 F, BW, DQ and VL. */
#if !defined(__AVX512BW__)
#error "compile this file with the flags of shell_avx2.c and -mavx512f -mavx512bw -mavx512dq -mavx512vl"
#endif
#define EH_VECTOR_BYTES 64
#define EH_SHELL eh_kernels_avx512
#include "shell.inc.h"
