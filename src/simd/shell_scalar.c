/* shell_scalar: the kernels without vectors: a lane vocabulary of one 64-bit word. For CPUs without any, and as a check. */
#define EH_VECTOR_BYTES 8
#define EH_SHELL eh_kernels_scalar
#include "shell.inc.h"
