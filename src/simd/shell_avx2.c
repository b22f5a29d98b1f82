/* shell_avx2: the kernels on 32-byte registers. Entered only where the CPU has AVX2; dispatch.c sees to it. */
#if !defined(__AVX2__)
#error "compile this file with -mavx2 -mbmi -mbmi2 -mlzcnt -mpopcnt"
#endif
#define EH_VECTOR_BYTES 32
#define EH_SHELL eh_kernels_avx2
#include "shell.inc.h"
