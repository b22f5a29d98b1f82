/* check: the C tests' whole vocabulary. A test is a function; a failed check says where and what and the run goes on;
 * the exit status is the verdict: 0 passed, 1 failed, 77 skipped. The same programs run natively and, under node:wasi, as wasm.
 *
 *     static void wilson_matches_the_paper(void) { CHECK_NEAR(eh_wilson(1, 10, 1.96).lower, 0.0179, 5e-5); }
 *     int main(void) { RUN(wilson_matches_the_paper); return check_end("interval"); }
 *
 * Comparisons are written so that NaN fails.
 */
#ifndef EVENHAND_TESTS_CHECK_H
#define EVENHAND_TESTS_CHECK_H

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evenhand/simd.h"

static int check_failed_n, check_run_n, check_failed_before;
static const char *check_name = "";

#define CHECK_SAY(...)                                                         \
  do {                                                                         \
    check_failed_n++;                                                          \
    printf("%s:%d: %s: ", __FILE__, __LINE__, check_name), printf(__VA_ARGS__), printf("\n"); \
  } while (0)

#define CHECK(condition)                          \
  do {                                            \
    if (!(condition)) CHECK_SAY("%s", #condition); \
  } while (0)

/* Ends the test function when what follows would make no sense. */
#define REQUIRE(condition)          \
  do {                              \
    if (!(condition)) {             \
      CHECK_SAY("%s", #condition);  \
      return;                       \
    }                               \
  } while (0)

#define CHECK_U64(got, want)                                                                      \
  do {                                                                                            \
    uint64_t got_ = (got), want_ = (want);                                                        \
    if (got_ != want_) CHECK_SAY("%s is %" PRIu64 ", not %" PRIu64, #got, got_, want_);           \
  } while (0)

#define CHECK_NEAR(got, want, tolerance)                                                               \
  do {                                                                                                 \
    double got_ = (got), want_ = (want);                                                               \
    if (!(fabs(got_ - want_) <= (tolerance)) && !(got_ == want_))                                      \
      CHECK_SAY("%s is %.17g, not %.17g within %g", #got, got_, want_, (double)(tolerance));           \
  } while (0)

/* Relative tolerance. */
#define CHECK_CLOSE(got, want, relative) CHECK_NEAR(got, want, (relative) * fabs(want))

#define CHECK_TEXT(got_p, got_n, want)                                                                  \
  do {                                                                                                  \
    const char *want_ = (want);                                                                         \
    size_t n_ = (got_n);                                                                                \
    if (n_ != strlen(want_) || memcmp((got_p), want_, n_) != 0)                                         \
      CHECK_SAY("%s is \"%.*s\", not \"%s\"", #got_p, (int)n_, (const char *)(got_p), want_);           \
  } while (0)

#define RUN(test)                                                              \
  do {                                                                         \
    check_name = #test, check_failed_before = check_failed_n, check_run_n++;   \
    test();                                                                    \
    if (check_failed_n > check_failed_before) printf("not ok %s\n", #test);    \
  } while (0)

/* A seeded generator (SplitMix64, Steele et al. 2014) for test data. */
static inline uint64_t check_random(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static inline double check_uniform(uint64_t *state) { return (double)(check_random(state) >> 11) * 0x1p-53; }

enum { CHECK_SKIPPED = 77 }; /* what CTest is told to count as skipped */

/* A run under an instruction set that this machine lacks has tested another one: that is no pass. */
static inline int check_end(const char *room) {
  bool forced_down = false;
  const eh_isa isa = eh_simd_isa(&forced_down);
  printf("%s: %d tests, %d failed checks\n", room, check_run_n, check_failed_n);
  if (check_failed_n) return 1;
  if (!forced_down) return 0;
  printf("skipped: EVENHAND_ISA=%s is not available here; ran on %s\n", getenv("EVENHAND_ISA"), eh_isa_name(isa));
  return CHECK_SKIPPED;
}

#endif
