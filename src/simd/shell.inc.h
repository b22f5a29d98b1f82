/* shell: what every instruction-set shell consists of. A shell defines EH_VECTOR_BYTES and EH_SHELL, the name of its
 * table, and is compiled with its own flags; kernels.def lists what the table holds. */
#include "evenhand/simd.h"

#include "shells.h"

#include "lanes.h"

#include "coarse.inc.h"
#include "key.inc.h"
#include "random.inc.h"
#include "scan.inc.h"

const eh_kernels EH_SHELL = {
#define EH_KERNEL(name, result, ...) .name = name,
#include "evenhand/kernels.def"
#undef EH_KERNEL
};
