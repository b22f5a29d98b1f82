/* shell_scalar: the kernels without vectors, on 64-bit words. For CPUs that have no vectors, and as a check. */
#define EH_VECTOR_BYTES 8
#define EH_SHELL eh_kernels_scalar
#include "shell.inc.h"
