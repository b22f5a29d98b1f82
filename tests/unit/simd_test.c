/* simd: every kernel on every instruction set of this CPU gives the bits of its twin, at lengths around every register
 * width and every misalignment; nothing is written past the end; the choice of instruction set keeps its promises. */
#include "evenhand/simd.h"

#include "check.h"
#include "reference/kernels.h"

#define EH_VECTOR_BYTES 16
#include "simd/lanes.h"

#ifdef __wasm__
#define ASKED NULL
#else
#define ASKED getenv("EVENHAND_ISA")
#endif

enum { LONGEST = 4099, MARGIN = 64 };
static const size_t length_l[] = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, LONGEST};
#define EACH_LENGTH(n) for (size_t l_ = 0, n; l_ < sizeof length_l / sizeof *length_l && (n = length_l[l_], true); l_++)

/* Scores of every kind: both zeros, subnormals, the extremes, ordinary ones, neighbours of ordinary ones. */
static double some_score(uint64_t *state) {
  static const double special[] = {0.0, -0.0, 0x1p-1074, -0x1p-1074, 0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023,
                                   0.5, -0.5, 1.0, -1.0, 0x1p-1022, -0x1p-1022, 0x1.0000000000001p-1};
  const uint64_t kind = check_random(state) % 4;
  if (kind == 0) return special[check_random(state) % (sizeof special / sizeof *special)];
  if (kind == 1) return check_uniform(state);
  if (kind == 2) return 100 * (check_uniform(state) - 0.5);
  for (;;) {
    const uint64_t bits = check_random(state);
    double x;
    memcpy(&x, &bits, 8);
    if (x - x == 0) return x;
  }
}

static void score_keys_equal_the_twin(const eh_kernels *kernels, const char *isa) {
  static double score[LONGEST + 8];
  static unsigned char bytes[8 * LONGEST + 2 * MARGIN];
  static uint64_t want[LONGEST];
  uint64_t state = 1;
  for (size_t i = 0; i < LONGEST + 8; i++) score[i] = some_score(&state);
  EACH_LENGTH(n) {
    for (size_t shift = 0; shift < 8; shift++) {
      /* The kernel may assume an array of its type, so elements are aligned; registers of any width are not. */
      uint64_t *key = (uint64_t *)(void *)(bytes + 8 * ((8 - shift) % 8));
      memset(bytes, 0xa5, sizeof bytes);
      twin_score_key(want, score + shift, n);
      kernels->score_key(key, score + shift, n);
      if (n && memcmp(key, want, 8 * n)) CHECK_SAY("score_key on %s, n %zu, shift %zu", isa, n, shift);
      const unsigned char *after = (const unsigned char *)(key + n);
      for (size_t k = 0; k < 8; k++) CHECK(after[k] == 0xa5);
    }
  }
}

static void scans_equal_the_twin(const eh_kernels *kernels, const char *isa) {
  static const unsigned char delimiter_d[] = {',', '\t', ';', '|', ' ', 0x7f, 1};
  static const unsigned char letter_l[] = {',', '"', '\n', '\r', '\t', ';', '|',  0,
                                           1,   0x7f, 0x80, 0xff, 'a',  '0', 0x2b, 0x2d};
  enum { BLOCKS = 65 };
  static unsigned char bytes[64 * BLOCKS + 64];
  static eh_csv_masks got[BLOCKS + 1], want[BLOCKS];
  uint64_t state = 3;
  for (size_t i = 0; i < sizeof bytes; i++) {
    const uint64_t r = check_random(&state);
    bytes[i] = r & 1 ? letter_l[r / 2 % sizeof letter_l] : (unsigned char)(r >> 8);
  }
  for (size_t d = 0; d < sizeof delimiter_d; d++) {
    for (size_t shift = 0; shift < 64; shift++) {
      const size_t blocks = shift == 0 ? BLOCKS : shift % 6;
      memset(got, 0xa5, sizeof got);
      twin_csv_scan(want, bytes + shift, blocks, delimiter_d[d]);
      kernels->csv_scan(got, bytes + shift, blocks, delimiter_d[d]);
      if (blocks && memcmp(got, want, blocks * sizeof *got)) CHECK_SAY("csv_scan on %s, shift %zu", isa, shift);
      CHECK_U64(got[blocks].delimiter, 0xa5a5a5a5a5a5a5a5u);
    }
  }
}

static void joints_equal_the_twin(const eh_kernels *kernels, const char *isa) {
  static const unsigned room_r[] = {1, 2, 7, 255, 256, 300, 65535, 65536};
  static uint16_t wide[LONGEST + 64], narrow_wide[LONGEST + 64], got[LONGEST + 65], want[LONGEST + 64];
  static uint8_t narrow[LONGEST + 64];
  uint64_t state = 7;
  for (size_t i = 0; i < LONGEST + 64; i++) {
    wide[i] = (uint16_t)check_random(&state);
    narrow_wide[i] = narrow[i] = (uint8_t)(check_random(&state) >> 9);
  }
  for (size_t r = 0; r < sizeof room_r / sizeof *room_r; r++)
    EACH_LENGTH(n)
      for (size_t shift = 0; shift < 64; shift += n > 100 ? 13 : 1)
        for (int bytes = 0; bytes < 2; bytes++) {
          for (size_t i = 0; i < n; i++) got[i] = want[i] = (uint16_t)(3 * i + r);
          got[n] = 0xa5a5;
          const unsigned greatest = twin_joint(want, (bytes ? narrow_wide : wide) + shift, n, room_r[r]);
          CHECK_U64(bytes ? kernels->joint_u8(got, narrow + shift, n, room_r[r])
                          : kernels->joint_u16(got, wide + shift, n, room_r[r]), greatest);
          if (n && memcmp(got, want, 2 * n)) CHECK_SAY("joint of %u on %s, n %zu, shift %zu", room_r[r], isa, n, shift);
          CHECK_U64(got[n], 0xa5a5);
        }
}

static void check_cells(const eh_kernels *kernels, const char *isa, bool narrow, size_t n, size_t from, uint32_t edges,
                        const double *score_n, const uint16_t *joint_n, const uint8_t *label_n) {
  static const double edge_t[] = {-1099511627775.0, -0x1p-149, 0, 0.25, 0.5, 0.5, 0x1p30, 0x1.fffffep39};
  static uint32_t got[LONGEST + 1], want[LONGEST];
  static float narrow_n[LONGEST + 64];
  static double widened_n[LONGEST + 64];
  float edge_narrow_t[8];
  for (size_t t = 0; t < 8; t++) edge_narrow_t[t] = (float)edge_t[t];
  for (size_t i = 0; i < n; i++) widened_n[from + i] = narrow_n[from + i] = (float)score_n[from + i];
  if (!narrow) memcpy(widened_n + from, score_n + from, n * sizeof *score_n);
  double used_t[8];
  for (size_t t = 0; t < 8; t++) used_t[t] = narrow ? edge_narrow_t[t] : edge_t[t];
  eh_rows_seen seen = {.least = INFINITY, .greatest = -INFINITY, .all_labels = 255}, should = seen;
  got[n] = 0xa5a5a5a5;
  twin_cells(want, &should, joint_n + from, label_n + from, widened_n + from, n, used_t, edges, 13);
  if (narrow) kernels->cells_f32(got, &seen, joint_n + from, label_n + from, narrow_n + from, n, edge_narrow_t, edges, 13);
  else kernels->cells_f64(got, &seen, joint_n + from, label_n + from, widened_n + from, n, edge_t, edges, 13);
  if (n && memcmp(got, want, 4 * n)) CHECK_SAY("cells on %s, f32 %d, n %zu, from %zu, edges %u", isa, narrow, n, from, edges);
  CHECK(got[n] == 0xa5a5a5a5);
  CHECK(seen.odd == should.odd && seen.any_label == should.any_label && seen.all_labels == should.all_labels);
  CHECK(seen.odd || (seen.least == should.least && seen.greatest == should.greatest));
  if (narrow) return;
  eh_rows_seen of_scores = {.least = INFINITY, .greatest = -INFINITY};
  kernels->passes_f64(got, &of_scores, score_n + from, n, edge_t, edges);
  for (size_t i = 0; i < n; i++)
    CHECK(got[i] == (want[i] - joint_n[from + i]) >> 13 || got[i] + edges + 1 == (want[i] - joint_n[from + i]) >> 13);
  CHECK(got[n] == 0xa5a5a5a5 && of_scores.odd == should.odd);
  CHECK(seen.odd || (of_scores.least == should.least && of_scores.greatest == should.greatest));
}

static void cells_equal_the_twin(const eh_kernels *kernels, const char *isa) {
  static double score_n[LONGEST + 64];
  static uint16_t joint_n[LONGEST + 64];
  static uint8_t label_n[LONGEST + 64];
  uint64_t state = 8;
  for (int kind = 0; kind < 4; kind++) { /* ordinary, with edges themselves, with one odd score, labels all alike */
    for (size_t i = 0; i < LONGEST + 64; i++) {
      static const double odd[] = {0, -0.0, 0.25, 0.5, -0x1p-149, 0x1.fffffep39, -1e12};
      score_n[i] = kind && check_random(&state) % 4 == 0 ? odd[check_random(&state) % 7] : check_uniform(&state) * 3 - 1;
      joint_n[i] = (uint16_t)(check_random(&state) % 8192);
      label_n[i] = kind == 3 ? 1 : (uint8_t)(check_random(&state) % 2);
    }
    EACH_LENGTH(n)
      for (size_t from = 0; from < 64; from += n > 100 ? 11 : 3)
        for (int narrow = 0; narrow < 2; narrow++) {
          static const double bad[] = {NAN, -NAN, INFINITY, -INFINITY, 0x1p40, -0x1p40};
          const size_t at = n ? from + check_random(&state) % n : 0;
          const double kept = score_n[at];
          if (kind == 2 && n) score_n[at] = bad[check_random(&state) % 6];
          check_cells(kernels, isa, narrow, n, from, (uint32_t)(n % 9), score_n, joint_n, label_n);
          score_n[at] = kept;
        }
  }
}

static void places_equal_the_twin(const eh_kernels *kernels, const char *isa) {
  static const char letter_l[] = {',', 'a', '\n', 'b', '7', '.', ';', '-'}, rare_l[] = {'"', '\r', 0, '\x80'};
  enum { BLOCKS = 6 };
  unsigned char bytes[64 * BLOCKS + 64];
  uint32_t got_n[64 * BLOCKS + 16], want_n[64 * BLOCKS + 16];
  uint64_t state = 8;
  for (int i = 0; i < 3000; i++) {
    const size_t shift = check_random(&state) % 64, blocks = check_random(&state) % (BLOCKS + 1);
    const uint64_t letters_n = 1 + check_random(&state) % sizeof letter_l;
    for (size_t k = 0; k < sizeof bytes; k++) {
      const uint64_t r = check_random(&state);
      bytes[k] = (unsigned char)(r % 500 == 0 ? rare_l[r >> 60 & 3] : letter_l[(r >> 20) % letters_n]);
    }
    memset(got_n, 0xa5, sizeof got_n);
    const eh_csv_places got = kernels->csv_places(got_n, bytes + shift, blocks, (uint32_t)i, ',');
    const eh_csv_places want = twin_csv_places(want_n, bytes + shift, blocks, (uint32_t)i, ',');
    if (got.blocks != want.blocks || got.places != want.places || got.feeds != want.feeds ||
        (want.places && memcmp(got_n, want_n, want.places * sizeof *want_n)))
      CHECK_SAY("csv_places on %s, case %d", isa, i);
    for (size_t k = 64 * blocks + 8; k < sizeof got_n / sizeof *got_n; k++) CHECK_U64(got_n[k], 0xa5a5a5a5u);
  }
}

static void counts_equal_the_twin(const eh_kernels *kernels, const char *isa) {
  static const char letter_l[] = {'\n', '\r', '"', ',', '\r', '\n', '"', 0};
  unsigned char bytes[400];
  uint64_t state = 6;
  for (int i = 0; i < 2000; i++) {
    const size_t shift = check_random(&state) % 64, n = check_random(&state) % (sizeof bytes - 64);
    const uint64_t letters_n = 1 + check_random(&state) % sizeof letter_l;
    for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (unsigned char)letter_l[check_random(&state) % letters_n];
    const bool after = i & 1;
    const eh_csv_counts got = kernels->csv_count(bytes + shift, n, after);
    const eh_csv_counts want = twin_csv_count(bytes + shift, n, after);
    if (got.quotes != want.quotes || got.lines != want.lines) CHECK_SAY("csv_count on %s, n %zu", isa, n);
  }
}

/* Each byte value alone, at each place of a block: the byte arithmetic has no neighbours to borrow from. */
static void every_byte_is_classed(const eh_kernels *kernels, const char *isa) {
  for (unsigned c = 0; c < 256; c++) {
    for (unsigned fill = 0; fill < 256; fill += 15) {
      unsigned char block[64];
      eh_csv_masks got, want;
      memset(block, (int)fill, sizeof block);
      block[c % 64] = (unsigned char)c;
      twin_csv_scan(&want, block, 1, ',');
      kernels->csv_scan(&got, block, 1, ',');
      if (memcmp(&got, &want, sizeof got)) CHECK_SAY("csv_scan on %s, byte %u among %u", isa, c, fill);
    }
  }
}

/* Targets without an intrinsic gather truth bits by multiplication; here both ways are at hand. */
static void masks_have_a_generic_twin(void) {
  uint64_t state = 5;
  for (int i = 0; i < 5000; i++) {
    unsigned char bytes[16];
    uint64_t want = 0;
    for (int k = 0; k < 16; k++) {
      bytes[k] = (unsigned char)(check_random(&state) >> 20);
      want |= (uint64_t)(bytes[k] >> 7) << k;
    }
    CHECK_U64(eh_u8v_mask(eh_u8v_load(bytes)), want);
    CHECK_U64(eh_u8v_mask_generic(eh_u8v_load(bytes)), want);
  }
}

static void random_words_equal_the_twin(const eh_kernels *kernels, const char *isa) {
  uint64_t state = 8;
  for (int t = 0; t < 200; t++) {
    uint32_t input[6];
    uint64_t want[32], got[33];
    for (int i = 0; i < 6; i++) input[i] = t < 2 ? 0u - (uint32_t)t : (uint32_t)check_random(&state);
    got[32] = 0xa5;
    twin_philox16(want, input, input + 4);
    kernels->philox16(got, input, input + 4);
    if (memcmp(got, want, sizeof want)) CHECK_SAY("philox16 on %s, try %d", isa, t);
    CHECK_U64(got[32], 0xa5);
  }
}

static void additions_equal_the_twin(const eh_kernels *kernels, const char *isa) {
  static uint32_t sum[LONGEST + 8], more[LONGEST + 8], want[LONGEST + 8];
  uint64_t state = 9;
  EACH_LENGTH(n) {
    for (size_t shift = 0; shift < 4; shift++) {
      for (size_t i = 0; i < LONGEST + 8; i++) {
        sum[i] = want[i] = (uint32_t)check_random(&state);
        more[i] = (uint32_t)check_random(&state);
      }
      for (size_t i = 0; i < n; i++) want[shift + i] += more[i];
      kernels->add_u32(sum + shift, more, n);
      if (memcmp(sum, want, sizeof sum)) CHECK_SAY("add_u32 on %s, n %zu, shift %zu", isa, n, shift);
    }
  }
}

static void kernels_equal_their_twins(void) {
  int seen = 0;
  for (int isa = 0; isa < EH_ISA_COUNT; isa++) {
    const eh_kernels *kernels = eh_simd_kernels_of((eh_isa)isa);
    if (!kernels) continue;
    seen++;
    score_keys_equal_the_twin(kernels, eh_isa_name((eh_isa)isa));
    scans_equal_the_twin(kernels, eh_isa_name((eh_isa)isa));
    every_byte_is_classed(kernels, eh_isa_name((eh_isa)isa));
    random_words_equal_the_twin(kernels, eh_isa_name((eh_isa)isa));
    additions_equal_the_twin(kernels, eh_isa_name((eh_isa)isa));
    joints_equal_the_twin(kernels, eh_isa_name((eh_isa)isa));
    cells_equal_the_twin(kernels, eh_isa_name((eh_isa)isa));
    places_equal_the_twin(kernels, eh_isa_name((eh_isa)isa));
    counts_equal_the_twin(kernels, eh_isa_name((eh_isa)isa));
  }
#ifdef __wasm__
  CHECK(seen == 1);
#else
  CHECK(seen >= 2); /* scalar and 128 are everywhere else */
#endif
}

static void half_products_have_a_generic_twin(void) {
  uint64_t state = 10;
  for (int i = 0; i < 5000; i++) {
    uint64_t a[2], b[2], got[2], twin[2];
    for (int k = 0; k < 2; k++) a[k] = check_random(&state), b[k] = check_random(&state);
    eh_u64v_store(got, eh_u64v_mul32(eh_u64v_load(a), eh_u64v_load(b)));
    eh_u64v_store(twin, eh_u64v_mul32_generic(eh_u64v_load(a), eh_u64v_load(b)));
    for (int k = 0; k < 2; k++) CHECK_U64(got[k], (uint64_t)(uint32_t)a[k] * (uint32_t)b[k]);
    for (int k = 0; k < 2; k++) CHECK_U64(twin[k], got[k]);
  }
}

/* What keys are for: score > t exactly when key(score) > key(t). */
static void keys_order_as_scores_do(void) {
  uint64_t state = 4;
  for (int i = 0; i < 20000; i++) {
    const double pair[2] = {some_score(&state), some_score(&state)};
    uint64_t key[2];
    eh_simd_kernels()->score_key(key, pair, 2);
    CHECK((pair[0] > pair[1]) == (key[0] > key[1]));
    CHECK((pair[0] == pair[1]) == (key[0] == key[1]));
  }
  const double known[4] = {0.0, -0.0, 1.0, -1.0};
  uint64_t key[4];
  eh_simd_kernels()->score_key(key, known, 4);
  CHECK_U64(key[0], 0x7fffffffffffffffu);
  CHECK_U64(key[1], 0x7fffffffffffffffu);
  CHECK_U64(key[2], 0xbfefffffffffffffu);
  CHECK_U64(key[3], 0x400fffffffffffffu);
}

static void the_choice_is_the_one_asked_for(void) {
  bool down = true;
  const char *asked = ASKED;
  const eh_isa isa = eh_simd_isa(&down);
  CHECK(eh_simd_kernels() == eh_simd_kernels_of(isa));
  CHECK(eh_simd_isa(NULL) == isa);
  if (!asked || !*asked) {
    CHECK(!down);
    for (int wider = (int)isa + 1; wider < EH_ISA_COUNT; wider++) CHECK(!eh_simd_kernels_of((eh_isa)wider));
  } else if (!down) {
    CHECK(strcmp(asked, eh_isa_name(isa)) == 0);
  } else {
    CHECK(strcmp(asked, eh_isa_name(isa)) != 0);
  }
}

/* The CPU's instructions, where there are any, against the portable blocks: one block, many, and any cut. */
static void sha256_instructions_equal_the_twin(void) {
  enum { BYTES = 64 * 37 + 11 };
  static unsigned char bytes[BYTES];
  eh_sha256_blocks *blocks = eh_simd_sha256();
  uint64_t state = 6;
  if (!blocks) return;
  for (size_t i = 0; i < BYTES; i++) bytes[i] = (unsigned char)(check_random(&state) >> 30);
  for (size_t n = 0; n <= BYTES; n += n < 200 ? 1 : 97) {
    unsigned char want[32], got[32];
    eh_sha256 plain, fast;
    eh_sha256_start(&plain);
    eh_sha256_start(&fast);
    fast.blocks = blocks;
    eh_sha256_add(&plain, bytes, n);
    eh_sha256_add(&fast, bytes, n / 3);
    eh_sha256_add(&fast, bytes + n / 3, n - n / 3);
    eh_sha256_end(&plain, want);
    eh_sha256_end(&fast, got);
    if (memcmp(want, got, 32)) CHECK_SAY("sha256 of %zu bytes", n);
  }
}

static void names_are_those_of_the_variable(void) {
  CHECK_TEXT(eh_isa_name(EH_ISA_SCALAR), strlen(eh_isa_name(EH_ISA_SCALAR)), "scalar");
  CHECK_TEXT(eh_isa_name(EH_ISA_128), strlen(eh_isa_name(EH_ISA_128)), "128");
  CHECK_TEXT(eh_isa_name(EH_ISA_AVX2), strlen(eh_isa_name(EH_ISA_AVX2)), "avx2");
  CHECK_TEXT(eh_isa_name(EH_ISA_AVX512), strlen(eh_isa_name(EH_ISA_AVX512)), "avx512");
  CHECK(!eh_simd_kernels_of(EH_ISA_COUNT));
}

int main(void) {
  RUN(kernels_equal_their_twins);
  RUN(masks_have_a_generic_twin);
  RUN(half_products_have_a_generic_twin);
  RUN(keys_order_as_scores_do);
  RUN(the_choice_is_the_one_asked_for);
  RUN(sha256_instructions_equal_the_twin);
  RUN(names_are_those_of_the_variable);
  return check_end("simd");
}
