/* base_test: each promise of base.h but the numbers, which base_number_test has. Memory is counted by an allocator
 * that can be told to fail.
 */
#include "check.h"

#include "evenhand/base.h"

/* ---- an allocator that counts what is out and fails after a given number of calls -------------------------------- */

enum { OFF = 8 };

typedef struct counted {
  size_t out_n;   /* bytes handed out and not given back, by the sizes the caller names */
  int calls_left; /* allocations that still succeed; -1 = all */
} counted;

/* Blocks lie 8 bytes off a multiple of 16, as some heaps place them. */
static void *counted_resize(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  counted *c = ctx;
  char *heap = ptr ? (char *)ptr - OFF : NULL;
  if (new_n == 0) {
    c->out_n -= old_n;
    free(heap);
    return NULL;
  }
  if (c->calls_left == 0) return NULL;
  if (c->calls_left > 0) c->calls_left--;
  heap = realloc(heap, OFF + new_n);
  if (!heap) return NULL;
  if (!ptr) memset(heap, 0xa5, OFF + new_n); /* so that memory is zero only if someone zeroed it */
  c->out_n += new_n - old_n;
  return heap + OFF;
}

/* ---- status and error detail ------------------------------------------------------------------------------------- */

static void names_are_fixed(void) {
  CHECK_TEXT(eh_status_name(EH_OK), strlen(eh_status_name(EH_OK)), "EH_OK");
  CHECK(strcmp(eh_status_name(EH_E_INPUT), "EH_E_INPUT") == 0);
  CHECK(strcmp(eh_status_name(EH_E_MISMATCH), "EH_E_MISMATCH") == 0);
  CHECK(eh_status_name((eh_status)12345) != NULL);
  CHECK(strcmp(eh_reason_name(EH_R_NONE), "") == 0);
  CHECK(strcmp(eh_reason_name(EH_R_NO_NEGATIVES), "no_negatives") == 0);
  CHECK(strcmp(eh_reason_text(EH_R_NO_NEGATIVES), "no row has a negative label") == 0);
  for (int i = 1; i < EH_R_COUNT; i++) {
    CHECK(eh_reason_name((eh_reason)i)[0] && eh_reason_text((eh_reason)i)[0]);
    for (int j = 0; j < i; j++) CHECK(strcmp(eh_reason_name((eh_reason)i), eh_reason_name((eh_reason)j)) != 0);
  }
}

static void strings_compare_bytewise(void) {
  CHECK(eh_str_eq(EH_STR("abc"), eh_str_of("abc")));
  CHECK(!eh_str_eq(EH_STR("abc"), EH_STR("abd")) && !eh_str_eq(EH_STR("abc"), EH_STR("ab")));
  CHECK(eh_str_cmp(EH_STR("ab"), EH_STR("abc")) < 0 && eh_str_cmp(EH_STR("b"), EH_STR("abc")) > 0);
  CHECK(eh_str_cmp(EH_STR("z"), EH_STR("\xc3\xa9")) < 0); /* as unsigned bytes */
  CHECK(eh_str_cmp(EH_STR(""), (eh_str){NULL, 0}) == 0);
  CHECK(eh_str_of(NULL).p == NULL && eh_str_of(NULL).n == 0);
}

static eh_status tries(eh_error *err) {
  EH_TRY(EH_OK);
  EH_TRY(eh_fail(err, EH_E_ROW, "row %u", (uint64_t)7));
  return EH_E_INTERNAL;
}

static void the_first_failure_wins(void) {
  eh_error err = {.line = 3, .column = 4};
  CHECK(tries(&err) == EH_E_ROW);
  CHECK(eh_fail(&err, EH_E_IO, "later") == EH_E_IO);
  CHECK(err.status == EH_E_ROW && err.line == 3 && err.column == 4);
  CHECK_TEXT(err.message, strlen(err.message), "row 7");
  CHECK(eh_fail(NULL, EH_E_MEMORY, "out of memory") == EH_E_MEMORY);
}

static void messages_are_tame_and_cut_whole(void) {
  eh_error err = {0};
  eh_fail(&err, EH_E_INPUT, "a\x1b[31m%S\n", EH_STR("\xff"));
  CHECK_TEXT(err.message, strlen(err.message), "a\\x1B[31m\\xFF\\x0A");
  /* Two-byte letters after 0..3 bytes: the cut falls in the middle of one for some. */
  for (size_t shift = 0; shift < 4; shift++) {
    char text[1600];
    memset(text, 'x', shift);
    for (size_t i = shift; i + 1 < sizeof text; i += 2) memcpy(text + i, "\xc3\xa9", 2);
    for (size_t n = 480; n < 1500; n += 17) {
      eh_error cut = {0};
      eh_fail(&cut, EH_E_INPUT, "%S", (eh_str){text, n - (n - shift) % 2});
      const size_t got_n = strlen(cut.message);
      CHECK(got_n < sizeof cut.message && eh_utf8_check(cut.message, got_n) == got_n);
      if (n > 511) CHECK(got_n >= 508 && strcmp(cut.message + got_n - 3, "\xe2\x80\xa6") == 0);
      if (n < 508) CHECK(got_n == n - (n - shift) % 2);
    }
  }
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

static void memory_is_given_back_by_size(void) {
  counted c = {.calls_left = -1};
  const eh_allocator mem = {counted_resize, &c};
  char *p = eh_mem_zero(&mem, 100);
  REQUIRE(p);
  for (int i = 0; i < 100; i++) CHECK(p[i] == 0);
  p = eh_mem_resize(&mem, p, 100, 300);
  CHECK_U64(c.out_n, 300);
  CHECK(eh_mem_resize(&mem, p, 300, 0) == NULL);
  CHECK_U64(c.out_n, 0);
  p = eh_mem_zero(&mem, 0);
  CHECK(p && *p == 0 && c.out_n == 1);
  eh_mem_free(&mem, p, 0);
  eh_mem_free(&mem, NULL, 0);
  CHECK_U64(c.out_n, 0);
  c.calls_left = 0;
  CHECK(eh_mem_zero(&mem, 10) == NULL && c.out_n == 0);
  p = eh_mem_zero(NULL, 10); /* the C heap */
  p = eh_mem_resize(NULL, p, 10, 20);
  CHECK(p && p[9] == 0);
  eh_mem_free(NULL, p, 20);
}

static void arena_takes_are_zeroed_aligned_and_apart(void) {
  counted c = {.calls_left = -1};
  const eh_allocator mem = {counted_resize, &c};
  eh_arena arena = {.mem = &mem};
  unsigned char *taken[400];
  size_t size[400];
  uint64_t seed = 1;
  for (int i = 0; i < 400; i++) {
    size[i] = i % 50 == 7 ? 100000 : check_random(&seed) % 200;
    taken[i] = eh_arena_take(&arena, size[i]);
    REQUIRE(taken[i]);
    CHECK((uintptr_t)taken[i] % 16 == 0);
    for (size_t j = 0; j < size[i]; j++) CHECK(taken[i][j] == 0);
    memset(taken[i], i & 255, size[i]);
  }
  for (int i = 0; i < 400; i++)
    for (size_t j = 0; j < size[i]; j++) CHECK(taken[i][j] == (i & 255));
  const eh_str copy = eh_arena_str(&arena, EH_STR("h\0i"));
  CHECK(copy.n == 3 && memcmp(copy.p, "h\0i", 4) == 0);
  CHECK(eh_arena_str(&arena, (eh_str){NULL, 0}).p != NULL);
  CHECK(eh_arena_take(&arena, SIZE_MAX) == NULL && eh_arena_take(&arena, SIZE_MAX - 20) == NULL);
  CHECK(eh_arena_str(&arena, (eh_str){"", SIZE_MAX}).p == NULL);
  eh_arena_free(&arena);
  CHECK(c.out_n == 0 && arena.block == NULL);
  eh_arena_free(&arena);
}

static void arena_survives_failure_at_every_allocation(void) {
  for (int k = 0; k < 8; k++) {
    counted c = {.calls_left = k};
    const eh_allocator mem = {counted_resize, &c};
    eh_arena arena = {.mem = &mem};
    bool failed = false;
    for (int i = 0; i < 300; i++) failed |= eh_arena_take(&arena, 5000) == NULL;
    CHECK(failed && c.calls_left == 0);
    CHECK(eh_arena_str(&arena, (eh_str){"", (size_t)1 << 30}).p == NULL);
    eh_arena_free(&arena);
    CHECK_U64(c.out_n, 0);
  }
}

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

static void buffer_grows(void) {
  counted c = {.calls_left = -1};
  const eh_allocator mem = {counted_resize, &c};
  eh_buf buf = {.mem = &mem};
  for (int i = 0; i < 100000; i++) eh_buf_byte(&buf, (unsigned char)(i * 7));
  eh_buf_text(&buf, "tail");
  eh_buf_str(&buf, (eh_str){NULL, 0});
  CHECK(!buf.failed && buf.n == 100004 && memcmp(buf.p + 100000, "tail", 4) == 0);
  for (int i = 0; i < 100000; i++) CHECK((unsigned char)buf.p[i] == (unsigned char)(i * 7));
  CHECK(eh_buf_reserve(&buf, 500000) && buf.cap - buf.n >= 500000);
  CHECK(!eh_buf_reserve(&buf, SIZE_MAX) && buf.failed);
  eh_buf_byte(&buf, 'x');
  eh_buf_text(&buf, "x");
  CHECK_U64(buf.n, 100004);
  eh_buf_free(&buf);
  CHECK(c.out_n == 0 && buf.mem == &mem && buf.p == NULL && !buf.failed);
}

static void buffer_failure_is_sticky(void) {
  for (int k = 0; k < 12; k++) {
    counted c = {.calls_left = k};
    const eh_allocator mem = {counted_resize, &c};
    eh_buf buf = {.mem = &mem};
    for (int i = 0; i < 100000 && !buf.failed; i++) eh_buf_format(&buf, "%u,", (uint64_t)i);
    CHECK(buf.failed);
    const size_t n = buf.n;
    c.calls_left = -1; /* memory is back, but the text has a hole */
    eh_buf_text(&buf, "more");
    eh_buf_byte(&buf, 'x');
    eh_put_u64(&buf, 1);
    CHECK(buf.n == n && buf.failed && !eh_buf_reserve(&buf, 0));
    eh_buf_free(&buf);
    CHECK_U64(c.out_n, 0);
  }
}

static void format_knows_its_letters(void) {
  eh_buf buf = {0};
  eh_buf_format(&buf, "%s|%S|%u|%d|%d|%c|%g|%g|%%|%s", "zero", EH_STR("view"), (uint64_t)UINT64_MAX, (int64_t)INT64_MIN,
                (int64_t)-7, 'c', 0.1, -1e21, (const char *)NULL);
  CHECK_TEXT(buf.p, buf.n, "zero|view|18446744073709551615|-9223372036854775808|-7|c|0.1|-1e+21|%|");
  buf.n = 0;
  eh_buf_format(&buf, "%Q%", EH_STR("0123456789012345678901234567890123456789\x1b"));
  CHECK_TEXT(buf.p, buf.n, "\"0123456789012345678901234567890123456789\xe2\x80\xa6\"");
  buf.n = 0;
  eh_buf_format(&buf, "%Q", EH_STR("a\tb"));
  CHECK_TEXT(buf.p, buf.n, "\"a\\x09b\"");
  eh_buf_free(&buf);
}

static void safe_text_drives_no_terminal(void) {
  static const struct {
    const char *in, *out;
  } cases[] = {{"plain \\ \xc3\xa9 \xf0\x9f\x98\x80", "plain \\ \xc3\xa9 \xf0\x9f\x98\x80"},
               {"\x1b]0;x\x07\r\n\x7f", "\\x1B]0;x\\x07\\x0D\\x0A\\x7F"},
               {"\xc2\x9b" "31m", "\\u{009B}31m"},
               {"\xe2\x80\xae" "abc\xe2\x81\xa9\xd8\x9c\xe2\x80\x8f", "\\u{202E}abc\\u{2069}\\u{061C}\\u{200F}"},
               {"\xed\xa0\x80\xc0\xaf\xe2\x82", "\\xED\\xA0\\x80\\xC0\\xAF\\xE2\\x82"}};
  eh_buf buf = {0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    buf.n = 0;
    eh_buf_safe(&buf, eh_str_of(cases[i].in), 0);
    CHECK_TEXT(buf.p, buf.n, cases[i].out);
    const eh_str once = eh_str_of(cases[i].out); /* what is safe stays as it is */
    buf.n = 0;
    eh_buf_safe(&buf, once, 0);
    CHECK_TEXT(buf.p, buf.n, cases[i].out);
  }
  buf.n = 0;
  eh_buf_safe(&buf, EH_STR("\xc3\xa9\xc3\xa9\xc3\xa9"), 3);
  eh_buf_safe(&buf, EH_STR("|\xc3\xa9\xc3\xa9\xc3\xa9"), 3);
  CHECK_TEXT(buf.p, buf.n, "\xc3\xa9\xc3\xa9\xc3\xa9|\xc3\xa9\xc3\xa9\xe2\x80\xa6");
  eh_buf_free(&buf);
}

static void widths_are_those_of_a_terminal(void) {
  CHECK_U64(eh_text_width(EH_STR("")), 0);
  CHECK_U64(eh_text_width(EH_STR("abc \xc3\xa9")), 5);
  CHECK_U64(eh_text_width(EH_STR("e\xcc\x81")), 1);                    /* combining acute */
  CHECK_U64(eh_text_width(EH_STR("\xe6\x97\xa5\xe6\x9c\xac")), 4);     /* CJK */
  CHECK_U64(eh_text_width(EH_STR("\xef\xbc\xa1\xef\xbd\xb1")), 3);     /* fullwidth A, halfwidth kana */
  CHECK_U64(eh_text_width(EH_STR("\xf0\x9f\x98\x80")), 2);             /* emoji */
  CHECK_U64(eh_text_width(EH_STR("\xed\x95\x9c\xe1\x84\x92\xe1\x85\xa1")), 4); /* Hangul, composed and of parts */
  CHECK_U64(eh_text_width(EH_STR("a\xe2\x80\x8d" "b\xef\xb8\x8f")), 2); /* joiner, variation selector */
  CHECK_U64(eh_text_width(EH_STR("\xe2\x80\xa6\xe2\x94\x82\xe2\x89\xa5")), 3);
  CHECK_U64(eh_text_width(EH_STR("\xf0\xa0\x80\x80\xf0\xbf\xbf\xbd\xe3\x90\x80")), 6);
}

static size_t encode(char *p, uint32_t c) {
  const uint32_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (uint32_t i = n; i-- > 1; c >>= 6) p[i] = (char)(0x80 | (c & 0x3f));
  p[0] = (char)(lead[n] | c);
  return n;
}

/* Every code point encoded, whole and cut short, and every sequence of one to three bytes: well formed exactly if it
 * is the encoding of a scalar value. */
static void utf8_accepts_just_the_encodings(void) {
  char text[4], again[4];
  uint32_t accepted_n[5] = {0}, wrong_n = 0;
  for (uint32_t c = 0; c < 0x110000; c++) {
    const size_t n = encode(text, c);
    const bool scalar = c < 0xd800 || c >= 0xe000;
    wrong_n += (eh_utf8_check(text, n) == n) != scalar;
    if (n > 1) wrong_n += eh_utf8_check(text, n - 1) != 0; /* cut short */
  }
  for (uint32_t v = 0; v < 1u << 24; v++) {
    memcpy(text, (unsigned char[]){v >> 16, v >> 8 & 255, v & 255}, 3);
    if ((v & 0xffff) == 0) accepted_n[1] += eh_utf8_check(text, 1) == 1;
    if ((v & 0xff) == 0 && v >> 16 >= 0x80) accepted_n[2] += eh_utf8_check(text, 2) == 2;
    if (v >> 16 >= 0xe0 && eh_utf8_check(text, 3) == 3) {
      const uint32_t c = (v >> 16 & 15) << 12 | (v >> 8 & 63) << 6 | (v & 63);
      wrong_n += encode(again, c) != 3 || memcmp(text, again, 3) != 0;
      accepted_n[3]++;
    }
  }
  CHECK_U64(wrong_n, 0);
  CHECK_U64(accepted_n[1], 128);
  CHECK_U64(accepted_n[2], 0x800 - 0x80);
  CHECK_U64(accepted_n[3], 0x10000 - 0x800 - 0x800);
  CHECK(eh_utf8_check("\xf0\x8f\xbf\xbf", 4) == 0 && eh_utf8_check("\xf4\x90\x80\x80", 4) == 0);
  CHECK(eh_utf8_check("abcdefgh\x80", 9) == 8 && eh_utf8_check("abcdefg\x80 abcdefgh", 17) == 7);
  CHECK(eh_utf8_check(NULL, 0) == 0);
}

static void integers_travel_as_bytes(void) {
  eh_buf buf = {0};
  eh_put_u32(&buf, 0x04030201);
  eh_put_u64(&buf, 0x0c0b0a0908070605);
  CHECK(buf.n == 12 && memcmp(buf.p, "\1\2\3\4\5\6\7\10\11\12\13\14", 12) == 0);
  eh_put_varint(&buf, 300);
  CHECK(buf.n == 14 && memcmp(buf.p + 12, "\xac\x02", 2) == 0);
  eh_put_string(&buf, EH_STR("hi"));
  for (int s = 0; s < 64; s++) eh_put_varint(&buf, 1ull << s), eh_put_varint(&buf, (1ull << s) - 1);
  eh_put_varint(&buf, UINT64_MAX);
  eh_cursor cur = {(unsigned char *)buf.p, (unsigned char *)buf.p + buf.n, false};
  CHECK_U64(eh_get_u32(&cur), 0x04030201);
  CHECK_U64(eh_get_u64(&cur), 0x0c0b0a0908070605);
  CHECK_U64(eh_get_varint(&cur), 300);
  CHECK(eh_str_eq(eh_get_string(&cur), EH_STR("hi")));
  for (int s = 0; s < 64; s++) {
    CHECK_U64(eh_get_varint(&cur), 1ull << s);
    CHECK_U64(eh_get_varint(&cur), (1ull << s) - 1);
  }
  CHECK_U64(eh_get_varint(&cur), UINT64_MAX);
  CHECK(!cur.bad && cur.p == cur.end);
  eh_buf_free(&buf);
}

static void cursors_refuse_what_is_not_there(void) {
  static const struct {
    const char *bytes;
    size_t n;
  } bad[] = {{"", 0},         {"\x80", 1}, {"\x80\x00", 2}, {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},
             {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    eh_cursor cur = {(const unsigned char *)bad[i].bytes, (const unsigned char *)bad[i].bytes + bad[i].n, false};
    CHECK(eh_get_varint(&cur) == 0 && cur.bad);
    CHECK(eh_get_varint(&cur) == 0 && eh_get_u32(&cur) == 0 && eh_get_string(&cur).p == NULL && cur.bad);
  }
  const unsigned char three[] = {1, 2, 3}, long_string[] = {3, 'a', 'b'};
  eh_cursor cur = {three, three + 3, false};
  CHECK(eh_get_u32(&cur) == 0 && cur.bad && eh_get_varint(&cur) == 0);
  cur = (eh_cursor){long_string, long_string + 3, false};
  CHECK(eh_get_string(&cur).p == NULL && cur.bad);
}

static uint32_t slow_crc(const unsigned char *bytes, size_t n) {
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < n; i++) {
    crc ^= bytes[i];
    for (int b = 0; b < 8; b++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc;
}

static void crc_is_castagnoli(void) {
  unsigned char bytes[3000];
  uint64_t seed = 2;
  CHECK_U64(eh_crc32c(0, "123456789", 9), 0xe3069283);
  CHECK_U64(eh_crc32c(0, NULL, 0), 0);
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)check_random(&seed);
  for (size_t from = 0; from < 9; from++) {
    for (size_t to = from; to <= 100; to++) {
      CHECK_U64(eh_crc32c(0, bytes + from, to - from), slow_crc(bytes + from, to - from));
      const size_t middle = from + (to - from) / 3;
      CHECK_U64(eh_crc32c(eh_crc32c(0, bytes + from, middle - from), bytes + middle, to - middle),
                slow_crc(bytes + from, to - from));
    }
    for (size_t n = 1015; n < 1035; n++) { /* where the tables begin to pay */
      CHECK_U64(eh_crc32c(0, bytes + from, n), slow_crc(bytes + from, n));
      CHECK_U64(eh_crc32c(eh_crc32c(0, bytes + from, n), bytes + from + n, n), slow_crc(bytes + from, 2 * n));
    }
  }
}

static void sha_of(char hex[65], const char *p, size_t n, size_t step) {
  unsigned char digest[32];
  eh_sha256 sha;
  eh_sha256_start(&sha);
  for (size_t i = 0; i < n; i += step) eh_sha256_add(&sha, p + i, n - i < step ? n - i : step);
  eh_sha256_end(&sha, digest);
  for (int i = 0; i < 32; i++) sprintf(hex + 2 * i, "%02x", digest[i]);
}

static void sha_matches_fips_180(void) {
  static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  char hex[65], whole[65], *text = malloc(1000000);
  sha_of(hex, "", 0, 1);
  CHECK_TEXT(hex, 64, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  sha_of(hex, "abc", 3, 3);
  CHECK_TEXT(hex, 64, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  sha_of(hex, two_blocks, 56, 56);
  CHECK_TEXT(hex, 64, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  REQUIRE(text);
  memset(text, 'a', 1000000);
  sha_of(hex, text, 1000000, 997);
  CHECK_TEXT(hex, 64, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  for (size_t n = 0; n < 200; n++) { /* every position of the padding, fed in one piece and in many */
    sha_of(whole, text, n, n + 1);
    for (size_t step = 1; step < 130; step += 7) {
      sha_of(hex, text, n, step);
      CHECK(strcmp(hex, whole) == 0);
    }
  }
  free(text);
}

/* The known answers that come with the authors' own library (Random123, kat_vectors, philox4x32 10). */
static void philox_gives_the_known_answers(void) {
  static const uint32_t known[3][10] = {
      {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
      {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
      {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
  for (int k = 0; k < 3; k++) {
    uint32_t word[4];
    eh_philox(word, known[k], known[k] + 4);
    for (int i = 0; i < 4; i++) CHECK_U64(word[i], known[k][6 + i]);
  }
}

int main(void) {
  RUN(names_are_fixed);
  RUN(strings_compare_bytewise);
  RUN(the_first_failure_wins);
  RUN(messages_are_tame_and_cut_whole);
  RUN(memory_is_given_back_by_size);
  RUN(arena_takes_are_zeroed_aligned_and_apart);
  RUN(arena_survives_failure_at_every_allocation);
  RUN(buffer_grows);
  RUN(buffer_failure_is_sticky);
  RUN(format_knows_its_letters);
  RUN(safe_text_drives_no_terminal);
  RUN(widths_are_those_of_a_terminal);
  RUN(utf8_accepts_just_the_encodings);
  RUN(integers_travel_as_bytes);
  RUN(cursors_refuse_what_is_not_there);
  RUN(philox_gives_the_known_answers);
  RUN(crc_is_castagnoli);
  RUN(sha_matches_fips_180);
  return check_end("base");
}
