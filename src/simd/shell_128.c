/* shell_128: the kernels on 16-byte registers, which every target we name has: SSE2, NEON, WebAssembly SIMD. */
#define EH_VECTOR_BYTES 16
#define EH_SHELL eh_kernels_128
#include "shell.inc.h"
