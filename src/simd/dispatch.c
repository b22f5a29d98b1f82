/* dispatch: which kernels run here. Called by every room with a hot loop, once per loop, not once per element.
 *
 * The choice is made on the first call and kept in one atomic word, the only state of the library: every thread that
 * asks early computes the same answer, so the race to store it has one outcome.
 */
#include "evenhand/simd.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(EH_HAVE_X86)
#include <cpuid.h>
#endif

#include "shells.h"

static const char *const name_i[EH_ISA_COUNT] = {"scalar", "128", "avx2", "avx512"};

const char *eh_isa_name(eh_isa isa) { return (unsigned)isa < EH_ISA_COUNT ? name_i[isa] : ""; }

/* The compiler's runtime asks CPUID and whether the operating system saves the registers. */
static bool cpu_has(eh_isa isa) {
#if defined(EH_HAVE_X86)
  if (isa >= EH_ISA_AVX2) {
    __builtin_cpu_init();
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
          __builtin_cpu_supports("popcnt")))
      return false;
  }
  if (isa == EH_ISA_AVX512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return true;
#else
  return (unsigned)isa <= EH_ISA_128;
#endif
}

static const eh_kernels *shell_of(eh_isa isa) {
  switch (isa) {
#if defined(EH_HAVE_X86)
    case EH_ISA_AVX512: return &eh_kernels_avx512;
    case EH_ISA_AVX2: return &eh_kernels_avx2;
#endif
    case EH_ISA_128: return &eh_kernels_128;
#if !defined(__wasm__)
    case EH_ISA_SCALAR: return &eh_kernels_scalar;
#endif
    default: return NULL;
  }
}

const eh_kernels *eh_simd_kernels_of(eh_isa isa) { return cpu_has(isa) ? shell_of(isa) : NULL; }

/* ---- the choice, once -------------------------------------------------------------------------------------------- */

enum { ISA_BITS = 0xff, FORCED_DOWN = 0x100, DECIDED = 0x200 };

static unsigned decide(const char *asked) {
  eh_isa isa = EH_ISA_AVX512;
  bool named = false;
  for (int i = 0; asked && !named && i < EH_ISA_COUNT; i++) {
    named = strcmp(asked, name_i[i]) == 0;
    if (named) isa = (eh_isa)i;
  }
  const eh_isa wanted = isa;
  while (isa > EH_ISA_SCALAR && !eh_simd_kernels_of(isa)) isa--;
  const bool forced_down = asked && *asked && (!named || isa != wanted);
  return DECIDED | (forced_down ? FORCED_DOWN : 0) | (unsigned)isa;
}

static unsigned decision(void) {
  static atomic_uint kept;
  unsigned found = atomic_load_explicit(&kept, memory_order_relaxed);
  if (!(found & DECIDED)) {
#if defined(__wasm__)
    found = decide(NULL);
#else
    found = decide(getenv("EVENHAND_ISA"));
#endif
    atomic_store_explicit(&kept, found, memory_order_relaxed);
  }
  return found;
}

eh_isa eh_simd_isa(bool *forced_down) {
  const unsigned found = decision();
  if (forced_down) *forced_down = found & FORCED_DOWN;
  return (eh_isa)(found & ISA_BITS);
}

#if defined(EH_HAVE_X86)
/* CPUID leaf 7; the registers used are SSE's, which every x86-64 system saves. Compilers' own question for "sha" is too
 * young to rely on. */
static bool cpu_has_sha(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b >> 29 & 1;
}
#endif

eh_sha256_blocks *eh_simd_sha256(void) {
#if defined(EH_HAVE_X86)
  if (eh_simd_isa(NULL) >= EH_ISA_AVX2 && cpu_has_sha()) return eh_sha256_blocks_x86;
#endif
  return NULL;
}

const eh_kernels *eh_simd_kernels(void) { return shell_of(eh_simd_isa(NULL)); }
