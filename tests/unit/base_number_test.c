/* base_number_test: exact sums and numbers as text, compared with the slow twins in tests/reference and with the C
 * library's printf and strtod, which are correctly rounded.
 */
#include "check.h"

#include "evenhand/base.h"
#include "reference/fixed_slow.h"
#include "reference/number_slow.h"

#ifdef __wasm__
enum { RANDOM_N = 100000 };
#else
enum { RANDOM_N = 1000000 };
#endif

/* ---- exact sums -------------------------------------------------------------------------------------------------- */

/* A double of any size a sum accepts, many of them below or across the unit. */
static double random_addend(uint64_t *seed) {
  const int exponent = (int)(check_random(seed) % 130) - 90;
  const double x = ldexp(check_uniform(seed) + 1, exponent - 1);
  return check_random(seed) & 1 ? x : -x;
}

static void sums_equal_the_slow_ones(void) {
  uint64_t seed = 3;
  for (int round = 0; round < 200; round++) {
    eh_i128 sum = {{0}};
    eh_i192 squares = {{0}};
    slow_fixed slow = {{0}}, slow_squares = {{0}};
    for (int i = 0; i < 20; i++) {
      const double x = random_addend(&seed);
      CHECK(eh_i128_add_f64(&sum, x) && eh_i192_add_square(&squares, x));
      slow_add_f64(&slow, x);
      slow_add_square(&slow_squares, x);
      CHECK_U64(sum.w[0], slow_word(&slow, 0));
      CHECK_U64(sum.w[1], slow_word(&slow, 1));
      for (int w = 0; w < 3; w++) CHECK_U64(squares.w[w], slow_word(&slow_squares, w));
      CHECK_NEAR(eh_i128_to_f64(sum), slow_to_f64(slow), 0);
      CHECK_NEAR(eh_i192_to_f64(squares), slow_to_f64(slow_squares), 0);
      CHECK_NEAR(eh_i192_to_f64(eh_i192_of_i128(sum)), eh_i128_to_f64(sum), 0);
    }
  }
}

static void products_equal_the_slow_ones(void) {
  uint64_t seed = 31;
  eh_i192 sum = {{0}};
  slow_fixed slow = {{0}};
  for (int i = 0; i < 3000; i++) {
    const double w = ldexp(check_uniform(&seed) + 1, (int)(check_random(&seed) % 130) - 91);
    const double x = random_addend(&seed);
    const bool squared = check_random(&seed) & 1;
    CHECK(eh_i192_add_product(&sum, i % 7 ? w : 1, x, squared));
    slow_add_product(&slow, i % 7 ? w : 1, x, squared);
    for (int k = 0; k < 3; k++) CHECK_U64(sum.w[k], slow_word(&slow, k));
  }
  const eh_i192 before = sum;
  CHECK(eh_i192_add_product(&sum, 0, 5, true) && eh_i192_add_product(&sum, 3, 0, false));
  CHECK(memcmp(&sum, &before, sizeof sum) == 0);
  CHECK(!eh_i192_add_product(&sum, NAN, 1, false) && !eh_i192_add_product(&sum, 1, EH_SUM_LIMIT, true));
  CHECK(!eh_i192_add_product(&sum, EH_SUM_LIMIT, 0, false));
}

static void sums_do_not_know_the_order(void) {
  enum { N = 5000 };
  static double x[N];
  uint64_t seed = 4;
  eh_i128 sum = {{0}}, parts[7] = {{{0}}}, total = {{0}};
  eh_i192 squares = {{0}}, backwards = {{0}};
  for (int i = 0; i < N; i++) {
    x[i] = random_addend(&seed);
    CHECK(eh_i128_add_f64(&sum, x[i]) && eh_i192_add_square(&squares, x[i]));
  }
  for (int i = N; i-- > 0;) CHECK(eh_i128_add_f64(&parts[i % 7], x[i]) && eh_i192_add_square(&backwards, x[i]));
  for (int i = 0; i < 7; i++) CHECK(eh_i128_add(&total, parts[i]));
  CHECK(memcmp(&sum, &total, sizeof sum) == 0 && memcmp(&squares, &backwards, sizeof squares) == 0);
  CHECK(eh_i128_add(&total, eh_i128_neg(sum)) && eh_i128_to_f64(total) == 0);
}

static void addends_round_once_ties_to_even(void) {
  static const struct {
    double x;
    uint64_t units;
  } cases[] = {{0x1p-64, 1}, {0x1p-65, 0}, {0x1.8p-64, 2}, {0x1.4p-63, 2}, {0x1.cp-63, 4}, {0x1.0000000000001p-65, 1},
               {0x1p-1074, 0}, {0x1.fffffffffffffp-66, 0}, {-0.0, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    eh_i128 sum = {{0}};
    CHECK(eh_i128_add_f64(&sum, cases[i].x) && sum.w[1] == 0);
    CHECK_U64(sum.w[0], cases[i].units);
    CHECK(eh_i128_add_f64(&sum, -cases[i].x) && sum.w[0] == 0 && sum.w[1] == 0);
  }
  eh_i192 square = {{0}};
  CHECK(eh_i192_add_square(&square, 0x1.8p-33)); /* 2.25 * 2^-66 = .5625 units */
  CHECK_U64(square.w[0], 1);
  CHECK(eh_i192_add_square(&square, 0x1.fffffffffffffp-34)); /* just under a quarter of a unit */
  CHECK_U64(square.w[0], 1);
  CHECK(eh_i192_add_square(&square, 0x1.fffffffffffffp39) && eh_i192_to_f64(square) == 0x1.ffffffffffffep79);
}

static void sums_say_when_they_overflow(void) {
  eh_i128 sum = {{0}};
  CHECK(!eh_i128_add_f64(&sum, NAN) && !eh_i128_add_f64(&sum, INFINITY) && !eh_i128_add_f64(&sum, EH_SUM_LIMIT));
  CHECK(!eh_i128_add_f64(&sum, -EH_SUM_LIMIT) && eh_i128_add_f64(&sum, -0x1.fffffffffffffp39));
  sum = (eh_i128){{0}};
  CHECK(eh_i128_add_integer(&sum, INT64_MAX) && eh_i128_to_f64(sum) == 0x1p63);
  CHECK(eh_i128_add_f64(&sum, .75) && !eh_i128_add_integer(&sum, 1));
  sum = (eh_i128){{0}};
  CHECK(eh_i128_add_integer(&sum, INT64_MIN) && eh_i128_to_f64(sum) == -0x1p63 && !eh_i128_add_f64(&sum, -0x1p-64));
  sum = (eh_i128){{0}};
  CHECK(eh_i128_add_integer(&sum, -5) && eh_i128_add_f64(&sum, .5) && eh_i128_to_f64(sum) == -4.5);
  eh_i128 low = {{0, 1ull << 63}};
  CHECK(!eh_i128_add(&low, low));
  eh_i192 top = {{UINT64_MAX, UINT64_MAX, UINT64_MAX >> 1}}, bottom = {{0, 0, 1ull << 63}};
  const eh_i192 one = {{1, 0, 0}}, minus_one = {{UINT64_MAX, UINT64_MAX, UINT64_MAX}};
  CHECK(eh_i192_to_f64(top) == 0x1p127 && eh_i192_to_f64(bottom) == -0x1p127 && eh_i192_to_f64(minus_one) == -0x1p-64);
  const eh_i192 tie = {{0, 1 << 11, 1}}, above_tie = {{1, 1 << 11, 1}}; /* 54 bits, and the 192nd below them */
  CHECK(eh_i192_to_f64(tie) == 0x1p64 && eh_i192_to_f64(above_tie) == 0x1.0000000000001p64);
  eh_i192 t = top;
  CHECK(eh_i192_add(&t, minus_one) && !eh_i192_add(&top, one) && !eh_i192_add(&bottom, minus_one));
  CHECK(!eh_i192_add_square(&top, NAN) && !eh_i192_add_square(&top, EH_SUM_LIMIT));
}

/* ---- numbers as text --------------------------------------------------------------------------------------------- */

/* Bit patterns of three kinds in turn: any, near 1, a decimal with few digits. */
static double random_number(uint64_t *seed, int kind) {
  double x;
  uint64_t bits = check_random(seed);
  if (kind % 4 == 1) bits = (bits & 0x800fffffffffffff) | (1023 - 80 + check_random(seed) % 160) << 52;
  if (kind % 4 == 2) return check_uniform(seed);
  if (kind % 4 == 3) return (double)(bits % 10000000) / 1e7;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static void check_written(double x) {
  char text[EH_F64_TEXT], slow[64];
  double back;
  const size_t n = eh_write_f64(text, x);
  slow_write_f64(slow, x);
  CHECK_TEXT(text, n, slow);
  CHECK(eh_read_f64(&back, text, n) && memcmp(&back, &x, sizeof x) == 0);
}

static void numbers_are_written_as_the_c_library_rounds(void) {
  uint64_t seed = 5;
  for (int i = 0; i < RANDOM_N; i++) {
    const double x = random_number(&seed, i);
    if (isfinite(x) && x != 0) check_written(x);
  }
  for (int e = -1074; e < 1024; e++)
    for (int step = -1; step <= 1; step++) {
      const double x = nextafter(ldexp(1, e), step * INFINITY);
      if (x != 0) check_written(step ? x : ldexp(1, e));
    }
  for (int e = -323; e <= 308; e++) {
    char text[16];
    sprintf(text, "1e%d", e);
    const double x = strtod(text, NULL);
    check_written(x);
    check_written(nextafter(x, INFINITY));
    if (x > 5e-324) check_written(-nextafter(x, 0));
  }
  check_written(0x1.fffffffffffffp1023);
  for (double x = 0x1p52; x < 0x1p53; x += 0x1.2345p43) check_written(x + .5), check_written(x * 2 + 1); /* ties */
}

static void numbers_are_spelt_as_ecmascript(void) {
  static const struct {
    double x;
    const char *text;
  } cases[] = {{0, "0"}, {-0.0, "0"}, {1, "1"}, {-1.5, "-1.5"}, {1e-7, "1e-7"}, {.000001, "0.000001"},
               {123456789012345680000.0, "123456789012345680000"}, {1e21, "1e+21"}, {1e20, "100000000000000000000"},
               {100000, "100000"}, {.1, "0.1"}, {.1 + .2, "0.30000000000000004"}, {1.0 / 3, "0.3333333333333333"},
               {5e-324, "4.94065645841247e-324"}, {1.7976931348623157e308, "1.7976931348623157e+308"},
               {1.5e-7, "1.5e-7"}, {1e15, "1000000000000000"},
               {999999999999999, "999999999999999"}, {9007199254740992, "9007199254740992"}, {.7312345, "0.7312345"},
               {1e23, "1e+23"}, {INFINITY, "Infinity"}, {-INFINITY, "-Infinity"}, {NAN, "NaN"}, {-1e-7, "-1e-7"},
               {0x1p63, "9223372036854776000"}, {123456.789, "123456.789"}, {-.00000123, "-0.00000123"}};
  char text[EH_F64_TEXT];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const size_t n = eh_write_f64(text, cases[i].x);
    CHECK_TEXT(text, n, cases[i].text);
  }
  CHECK_TEXT(text, eh_write_u64(text, 0), "0");
  CHECK_TEXT(text, eh_write_u64(text, 10), "10");
  CHECK_TEXT(text, eh_write_u64(text, 9999999999999999999u), "9999999999999999999");
  CHECK_TEXT(text, eh_write_u64(text, UINT64_MAX), "18446744073709551615");
}

static void fixed_places_round_exactly(void) {
  uint64_t seed = 6;
  eh_buf buf = {0};
  for (int i = 0; i < RANDOM_N / 10; i++) {
    char slow[64];
    const int decimals = (int)(check_random(&seed) % 16);
    double x = ldexp(check_uniform(&seed), (int)(check_random(&seed) % 70) - 20);
    if (i % 3 == 0) x = (double)(int64_t)check_random(&seed);
    if (i % 3 == 1) x = rint(x * 64) / 64; /* ties */
    if (!(fabs(x) < 0x1p63)) continue;
    snprintf(slow, sizeof slow, "%.*f", decimals, x);
    if (strspn(slow, "-0.") == strlen(slow)) continue; /* -0.0 is not printed: below */
    buf.n = 0;
    eh_buf_fixed(&buf, x, decimals);
    CHECK_TEXT(buf.p, buf.n, slow);
  }
  buf.n = 0;
  eh_buf_fixed(&buf, -.25, 1), eh_buf_byte(&buf, ' ');
  eh_buf_fixed(&buf, -.04, 1), eh_buf_byte(&buf, ' ');
  eh_buf_fixed(&buf, 2.5, 0), eh_buf_byte(&buf, ' ');
  eh_buf_fixed(&buf, 0, 3), eh_buf_byte(&buf, ' ');
  eh_buf_fixed(&buf, 5e-324, 2), eh_buf_byte(&buf, ' ');
  eh_buf_fixed(&buf, NAN, 2), eh_buf_byte(&buf, ' ');
  eh_buf_fixed(&buf, .999999, 3);
  CHECK_TEXT(buf.p, buf.n, "-0.2 0.0 2 0.000 0.00 NaN 1.000");
  eh_buf_free(&buf);
}

static void check_read(const char *text, double want) {
  double got = -1;
  if (!eh_read_f64(&got, text, strlen(text)) || memcmp(&got, &want, sizeof got) != 0)
    CHECK_SAY("\"%.60s\" reads as %.17g, not %.17g", text, got, want);
}

static void numbers_are_read_as_the_c_library_does(void) {
  uint64_t seed = 7;
  char text[128];
  for (int i = 0; i < RANDOM_N; i++) {
    const uint64_t a = check_random(&seed) >> check_random(&seed) % 64, b = check_random(&seed);
    const int exponent = (int)(check_random(&seed) % 61) - 30;
    switch (i % 8) {
      case 0: sprintf(text, "%" PRIu64 "e%d", a, exponent); break;
      case 1: sprintf(text, "%" PRIu64 "e%d", a, 12 * exponent); break;
      case 2: sprintf(text, "-%" PRIu64 ".%" PRIu64, a, b); break;
      case 3: sprintf(text, "%" PRIu64 "%" PRIu64 ".%" PRIu64 "E%+d", a, b, a, 11 * exponent); break;
      case 4: sprintf(text, "0.000%" PRIu64 "e-%d", b, exponent & 15); break;
      case 5: sprintf(text, "%.*f", (int)(b % 40), check_uniform(&seed)); break;
      case 6: sprintf(text, "%.*e", (int)(b % 40), random_number(&seed, 1)); break;
      default: sprintf(text, "%.*e", 16 + (int)(b % 4), random_number(&seed, 0));
    }
    if (!strpbrk(text, "n")) check_read(text, strtod(text, NULL)); /* neither nan nor inf */
    const double want = (sprintf(text, "%" PRIu64 "e%d", a, exponent * (1 + i % 12)), strtod(text, NULL));
    CHECK_NEAR(eh_decimal_to_f64(a, exponent * (1 + i % 12)), want, 0);
  }
}

/* Exactly halfway goes to the even neighbour; one digit more or less decides the other way. */
static void halfway_cases_are_decided_by_the_last_digit(void) {
  uint64_t seed = 8;
  static char text[SLOW_TEXT + 8];
  for (int i = 0; i < 3000; i++) {
    uint64_t bits = check_random(&seed) >> 1;
    if (i % 5 == 1) bits &= 0xfffffffffffff; /* subnormal */
    if (i % 5 == 2) bits = (bits & 0xfffffffffffff) | (1000 + check_random(&seed) % 60) << 52;
    if (i % 5 == 3) bits = (bits & 0xfffffffffffff) >> (check_random(&seed) % 52);
    if (i % 5 == 4) bits |= 0xfffffffffffff; /* across a power of two */
    if (bits >= 0x7feull << 52) continue;
    double a, b;
    const uint64_t next = bits + 1;
    memcpy(&a, &bits, sizeof a), memcpy(&b, &next, sizeof b);
    slow_halfway(text, a, b);
    check_read(text, bits & 1 ? b : a);
    const size_t n = strlen(text);
    strcpy(text + n, "1");
    check_read(text, b);
    text[n] = 0;
    size_t last = n;
    while (text[last - 1] == '0' || text[last - 1] == '.') last--;
    text[last - 1]--;
    check_read(text, a);
  }
  check_read("9007199254740993", 9007199254740992.0);
  check_read("9007199254740993.00000000000000000000000000000000000001", 9007199254740994.0);
  check_read("1.7976931348623158079e308", 0x1.fffffffffffffp1023);
  check_read("1.797693134862315808e308", INFINITY);
  check_read("2.4703282292062327208e-324", 0);
  check_read("2.4703282292062327209e-324", 5e-324);
}

static void long_numbers_are_read_exactly(void) {
  enum { N = 1000000 };
  char *text = malloc(N + 64);
  REQUIRE(text);
  memset(text, '0', N);
  memcpy(text, "0.", 2);
  strcpy(text + N, "1e999999"); /* 10^-(N-1) * 10^999999 */
  check_read(text, 1);
  strcpy(text + N, "1e99999999999999999999");
  check_read(text, INFINITY);
  strcpy(text + N, "1e-99999999999999999999");
  check_read(text, 0);
  memset(text, '9', N);
  sprintf(text + N, "e-%d", N);
  check_read(text, 1);
  memset(text, '0', N);
  text[0] = '5', text[N / 2] = '.', text[N - 1] = '1';
  sprintf(text + N, "e-%d", N / 2 - 1);
  check_read(text, 5);
  /* Only the millionth digit says that this is above the halfway point. */
  memset(text, '0', N);
  memcpy(text, "9007199254740993.", 17);
  text[N] = 0;
  check_read(text, 9007199254740992.0);
  text[N - 1] = '1';
  check_read(text, 9007199254740994.0);
  free(text);
}

static void readers_take_numbers_and_nothing_else(void) {
  static const struct {
    const char *text;
    double x;
  } good[] = {{"1", 1}, {"+.5", .5}, {"5.", 5}, {"-0", -0.0}, {"0e999999999999", 0}, {"1E+2", 100}, {"007", 7},
              {"1e400", INFINITY}, {"-1e-400", -0.0}, {"inf", INFINITY}, {"-Infinity", -INFINITY}, {"+INF", INFINITY},
              {"12345678.12345678", 12345678.12345678}};
  static const char *const bad[] = {"", "-", "+", ".", "e5", "1e", "1e+", "1e5x", "1 ", " 1", "1,5", "0x10", "--1",
                                    "1.2.3", "infi", "na", "nano", "infinityx", "1e5.0", "12345678a", "1234567:",
                                    "1234567/", "\261\62\63\64\65\66\67\70", "1_000"};
  double x = 42;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) check_read(good[i].text, good[i].x);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (eh_read_f64(&x, bad[i], strlen(bad[i])) || x != 42) CHECK_SAY("\"%s\" was read as %.17g", bad[i], x);
  CHECK(!eh_read_f64(&x, NULL, 0) && !eh_read_f64(&x, "1\0", 2) && x == 42);
  CHECK(eh_read_f64(&x, "-NaN", 4) && x != x);
  CHECK(eh_read_f64(&x, "12345", 2) && x == 12); /* the length counts, not a terminator */
}

/* Sizes around every border of the quick way, with few and many bits (ties when squared), both signs, any times. */
static double some_addend(uint64_t *state) {
  const int e = (int)(check_random(state) % 60) - 30, bits = (int)(check_random(state) % 53);
  const double size = scalbn((double)((check_random(state) >> 11 | 1ull << 52) >> bits << bits), e - 52);
  return check_random(state) & 1 ? -size : size;
}

static void many_times_are_as_many_additions(void) {
  enum { N = 2500 };
  static double x_n[N];
  static uint64_t times_n[N];
  uint64_t state = 12;
  eh_i128 want = {{0}}, got = {{0}};
  eh_i192 want_square = {{0}}, got_square = {{0}};
  for (int i = 0; i < N; i++) {
    x_n[i] = i % 50 ? some_addend(&state) : 0.0;
    times_n[i] = check_random(&state) % 5;
    for (uint64_t k = 0; k < times_n[i]; k++) eh_i128_add_f64(&want, x_n[i]), eh_i192_add_square(&want_square, x_n[i]);
  }
  CHECK(eh_sums_add_times(&got, &got_square, x_n, times_n, N));
  CHECK(!memcmp(&got, &want, sizeof got) && !memcmp(&got_square, &want_square, sizeof got_square));
  /* One addend 2^33 times is itself doubled 33 times. */
  const double one = 0x1.23456789abcdfp-1, huge = -0x1.8p39, nan = NAN;
  const uint64_t many = 1ull << 33, most = UINT64_MAX, once = 1;
  eh_i128 doubled = {{0}}, sum = {{0}};
  eh_i192 square = {{0}};
  eh_i128_add_f64(&doubled, one);
  for (int k = 0; k < 33; k++) eh_i128_add(&doubled, doubled);
  CHECK(eh_sums_add_times(&sum, &square, &one, &many, 1) && !memcmp(&sum, &doubled, sizeof sum));
  CHECK(!eh_sums_add_times(&sum, &square, &huge, &most, 1));
  CHECK(!eh_sums_add_times(&sum, &square, &nan, &once, 1));
}

int main(void) {
  RUN(many_times_are_as_many_additions);
  RUN(sums_equal_the_slow_ones);
  RUN(products_equal_the_slow_ones);
  RUN(sums_do_not_know_the_order);
  RUN(addends_round_once_ties_to_even);
  RUN(sums_say_when_they_overflow);
  RUN(numbers_are_written_as_the_c_library_rounds);
  RUN(numbers_are_spelt_as_ecmascript);
  RUN(fixed_places_round_exactly);
  RUN(numbers_are_read_as_the_c_library_does);
  RUN(halfway_cases_are_decided_by_the_last_digit);
  RUN(long_numbers_are_read_exactly);
  RUN(readers_take_numbers_and_nothing_else);
  return check_end("base_number");
}
