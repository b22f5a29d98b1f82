/* base: status, error detail, memory, bytes, exact sums and numbers as text.
 *
 * Everything else stands on this room. It uses no stdio and no globals: bytes go in and come out by pointer, so the
 * same code serves a file, a pipe and a browser tab.
 */
#ifndef EVENHAND_BASE_H
#define EVENHAND_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evenhand/version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The library is built with hidden symbols; what carries EH_API is the public surface. */
#if defined(__GNUC__)
#define EH_API __attribute__((visibility("default")))
#else
#define EH_API
#endif

/* ---- status and error detail ------------------------------------------------------------------------------------ */

/* What a fallible call returns. The values are stable; gaps separate the themes. */
typedef enum eh_status {
  EH_OK = 0,
  EH_E_USAGE = 10,    /* an option is unknown, malformed or contradicts another */
  EH_E_SPEC = 11,     /* the request names a column, slice or metric that is not there */
  EH_E_INPUT = 20,    /* the data cannot be read as what it claims to be */
  EH_E_ROW = 21,      /* a defective row, fatal because strict reading was asked for */
  EH_E_CUBE = 30,     /* a cube file is corrupt, truncated or of a newer schema */
  EH_E_MISMATCH = 31, /* cubes of different specs cannot merge */
  EH_E_IO = 40,       /* the host could not open, read or write */
  EH_E_LIMIT = 50,    /* a stated limit is exceeded (atoms, cells, sums) */
  EH_E_MEMORY = 60,   /* an allocation failed */
  EH_E_INTERNAL = 90  /* an invariant does not hold: a defect of Evenhand */
} eh_status;

/* Detail of a failure. Zero it before the call; a call that succeeds leaves it alone. `message` is a whole sentence
 * in UTF-8 with control characters neutralised; `line` and `column` are 1-based places in the user's data, 0 = none. */
typedef struct eh_error {
  eh_status status;
  uint64_t line;
  uint32_t column;
  char message[512];
} eh_error;

/* Short fixed name of a status ("EH_E_INPUT"). Never NULL. */
EH_API const char *eh_status_name(eh_status status);

/* A view of bytes, usually UTF-8; not owned, not terminated. p == NULL means "not given", unlike an empty string. */
typedef struct eh_str {
  const char *p;
  size_t n;
} eh_str;

#define EH_STR(literal) ((eh_str){(literal), sizeof(literal) - 1})
EH_API eh_str eh_str_of(const char *zero_terminated);
EH_API bool eh_str_eq(eh_str a, eh_str b); /* the same bytes; "not given" has none */
EH_API int eh_str_cmp(eh_str a, eh_str b); /* bytewise; a shorter prefix sorts first */

/* Fills *err (may be NULL) and returns `status`. The format language is that of eh_buf_format. The first failure
 * wins: an error that already holds a status is left alone. */
EH_API eh_status eh_fail(eh_error *err, eh_status status, const char *format, ...);

/* Return early from a function on failure. */
#define EH_TRY(call)                       \
  do {                                     \
    eh_status eh_try_status_ = (call);     \
    if (eh_try_status_) return eh_try_status_; \
  } while (0)

/* ---- why a number is undefined ----------------------------------------------------------------------------------- */

/* A number that does not exist is NaN and carries one of these; JSON shows null and the name. */
typedef enum eh_reason {
#define EH_REASON(id, name, text) EH_R_##id,
#include "evenhand/reason.def"
#undef EH_REASON
  EH_R_COUNT
} eh_reason;

EH_API const char *eh_reason_name(eh_reason reason); /* "no_negatives"; "" for EH_R_NONE */
EH_API const char *eh_reason_text(eh_reason reason); /* "no row has a negative label" */

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* All memory of a handle comes from one allocator; NULL where one is asked for means the C heap.
 * resize(ctx, ptr, old, new): new == 0 frees and returns NULL; ptr == NULL allocates; NULL on failure keeps ptr. */
typedef struct eh_allocator {
  void *(*resize)(void *ctx, void *ptr, size_t old_n, size_t new_n);
  void *ctx;
} eh_allocator;

EH_API void *eh_mem_resize(const eh_allocator *mem, void *ptr, size_t old_n, size_t new_n);
EH_API void *eh_mem_zero(const eh_allocator *mem, size_t n); /* zeroed; NULL on failure; n == 0 gives a 1-byte block */
EH_API void eh_mem_free(const eh_allocator *mem, void *ptr, size_t n);

/* An arena: many small lifetimes freed at once. Zero value is empty; set .mem, then use. 16-byte aligned.
 * eh_arena_* return NULL on failure. */
typedef struct eh_arena {
  const eh_allocator *mem;
  struct eh_arena_block *block;
} eh_arena;

EH_API void *eh_arena_take(eh_arena *arena, size_t n);       /* zeroed */
EH_API eh_str eh_arena_str(eh_arena *arena, eh_str s);       /* a terminated copy; .p == NULL on failure only */
EH_API void eh_arena_free(eh_arena *arena);

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

/* A growable byte sink. Zero value is empty; set .mem, then append. A failed allocation sets `failed` and later
 * appends do nothing, so a writer checks once at its end. */
typedef struct eh_buf {
  const eh_allocator *mem;
  char *p;
  size_t n, cap;
  bool failed;
} eh_buf;

EH_API bool eh_buf_reserve(eh_buf *buf, size_t more);        /* room for `more` bytes beyond n */
EH_API void eh_buf_put(eh_buf *buf, const void *bytes, size_t n);
EH_API void eh_buf_str(eh_buf *buf, eh_str s);
EH_API void eh_buf_text(eh_buf *buf, const char *zero_terminated);
EH_API void eh_buf_byte(eh_buf *buf, unsigned char byte);
EH_API void eh_buf_free(eh_buf *buf);

/* Appends formatted text. %s zero-terminated (const char *), %S eh_str as it is, %Q eh_str shortened to 40 characters,
 * control characters neutralised, in double quotes; %u uint64_t, %d int64_t, %c int, %g double as eh_write_f64 writes
 * it, %% a percent. Every integer argument must be cast to the type named. */
EH_API void eh_buf_format(eh_buf *buf, const char *format, ...);
EH_API void eh_format(eh_buf *buf, const char *format, va_list arguments); /* the same */

/* Appends s so that a terminal cannot be driven by it: C0, DEL, C1 and bidirectional controls become "\xNN" or
 * "\u{NNNN}"; bytes that are not UTF-8 become "\xNN". At most `characters` code points are kept, the cut marked with
 * an ellipsis; 0 = all. */
EH_API void eh_buf_safe(eh_buf *buf, eh_str s, size_t characters);

/* Terminal columns that UTF-8 text takes (combining marks 0, East Asian wide 2). */
EH_API size_t eh_text_width(eh_str s);

/* Index of the first byte that is not well-formed UTF-8 (no surrogates, no overlong forms), or n. */
EH_API size_t eh_utf8_check(const char *p, size_t n);

/* Little-endian and LEB128 writing and reading. Readers take from a cursor and set `bad` at the end of the bytes or
 * on an overlong varint; after that they return 0. */
typedef struct eh_cursor {
  const unsigned char *p, *end;
  bool bad;
} eh_cursor;

EH_API void eh_put_u32(eh_buf *buf, uint32_t x);
EH_API void eh_put_u64(eh_buf *buf, uint64_t x);
EH_API void eh_put_varint(eh_buf *buf, uint64_t x);
EH_API void eh_put_string(eh_buf *buf, eh_str s); /* varint length, bytes */
EH_API uint32_t eh_get_u32(eh_cursor *cur);
EH_API uint64_t eh_get_u64(eh_cursor *cur);
EH_API uint64_t eh_get_varint(eh_cursor *cur);
EH_API eh_str eh_get_string(eh_cursor *cur); /* a view into the cursor's bytes */

/* CRC-32C (Castagnoli, reflected 0x82F63B78) of n bytes, continuing from `crc` (start with 0). */
EH_API uint32_t eh_crc32c(uint32_t crc, const void *bytes, size_t n);

/* SHA-256 (FIPS 180-4), streaming. `blocks` takes whole blocks of 64 bytes into the state; NULL means the portable code.
 * Room simd has a faster one where the CPU does: eh_sha256_start(&sha); sha.blocks = eh_simd_sha256(). */
typedef void eh_sha256_blocks(uint32_t state[8], const unsigned char *block, size_t blocks_n);
extern const uint32_t eh_sha256_constant[64]; /* of the rounds, FIPS 180-4, 4.2.2 */

typedef struct eh_sha256 {
  eh_sha256_blocks *blocks;
  uint32_t state[8];
  uint64_t bytes_n;
  unsigned char block[64];
} eh_sha256;

EH_API void eh_sha256_start(eh_sha256 *sha);
EH_API void eh_sha256_add(eh_sha256 *sha, const void *bytes, size_t n);
EH_API void eh_sha256_end(eh_sha256 *sha, unsigned char digest[32]);

/* ---- JSON as tokens ---------------------------------------------------------------------------------------------- */

/* What comes next in a JSON text (RFC 8259). NaN, Infinity and -Infinity, as Python writes them, are numbers too. */
typedef enum eh_json_kind {
  EH_JSON_END, /* the one value is over, and nothing but blanks follows */
  EH_JSON_BAD, /* `defect` says what is wrong, at `at`; nothing more comes */
  EH_JSON_OBJECT, EH_JSON_OBJECT_END, EH_JSON_ARRAY, EH_JSON_ARRAY_END,
  EH_JSON_KEY, EH_JSON_STRING, EH_JSON_NUMBER, EH_JSON_TRUE, EH_JSON_FALSE, EH_JSON_NULL
} eh_json_kind;

enum { EH_JSON_DEPTH = 64 }; /* levels of objects and arrays; more are a defect */

/* A reader of tokens over bytes that are all there; it takes no memory. Whether they are UTF-8 is not looked at. */
typedef struct eh_json {
  const char *at, *end;
  eh_str text;         /* of the last key, string, number or word, as it is written; without the quotes */
  bool escaped;        /* the text has escapes, which eh_json_unescape resolves */
  uint32_t depth;      /* levels open */
  const char *defect;
  uint64_t object_d;   /* bit d: level d is an object */
  uint8_t expects;
} eh_json;

EH_API void eh_json_start(eh_json *json, const char *p, size_t n);
EH_API eh_json_kind eh_json_next(eh_json *json);
/* Writes the text without its escapes and returns its length, at most raw.n; dst may be raw.p. Half of a surrogate pair is
 * no character: it becomes U+FFFD. */
EH_API size_t eh_json_unescape(char *dst, eh_str raw);

/* ---- exact sums -------------------------------------------------------------------------------------------------- */

/* Two's-complement fixed point with unit 2^-64, least significant word first. Adding is associative, so a sum does
 * not know the order of its addends. */
typedef struct eh_i128 {
  uint64_t w[2];
} eh_i128;
typedef struct eh_i192 {
  uint64_t w[3];
} eh_i192;

/* |x| a sum accepts: below 2^40. */
#define EH_SUM_LIMIT 1099511627776.0

/* *sum += x, x rounded once to the unit (ties to even). x must be finite with |x| < EH_SUM_LIMIT; 2^23 such addends of
 * full size, or 2^63 of size 1, cannot overflow. False on overflow, *sum then unspecified. */
EH_API bool eh_i128_add_f64(eh_i128 *sum, double x);
EH_API bool eh_i128_add(eh_i128 *sum, eh_i128 x);
EH_API eh_i128 eh_i128_neg(eh_i128 x);
EH_API bool eh_i128_add_integer(eh_i128 *sum, int64_t x); /* x units of 1, not of 2^-64 */
EH_API double eh_i128_to_f64(eh_i128 x);                  /* correctly rounded, ties to even */
/* times_n[i] times eh_i128_add_f64 and eh_i192_add_square of x_n[i], for all i, at the cost of one each. */
EH_API bool eh_sums_add_times(eh_i128 *sum, eh_i192 *square, const double *x_n, const uint64_t *times_n, size_t n);
/* *sum += x*x: the exact product rounded once to the unit. Same condition on x. */
EH_API bool eh_i192_add_square(eh_i192 *sum, double x);
/* *sum += weight * x, or weight * x * x: the exact product rounded once to the unit. Both in the range of x above. */
EH_API bool eh_i192_add_product(eh_i192 *sum, double weight, double x, bool squared);
EH_API bool eh_i192_add(eh_i192 *sum, eh_i192 x);
EH_API eh_i192 eh_i192_neg(eh_i192 x);
EH_API eh_i192 eh_i192_of_i128(eh_i128 x); /* sign-extended */
EH_API double eh_i192_to_f64(eh_i192 x);

/* ---- special functions, f64, from + - * / and sqrt alone; error bounds are tested ---------------------------------- */

EH_API double eh_exp(double x);             /* <= 2 ulp; 0 and infinity beyond the range */
EH_API double eh_log(double x);             /* <= 2 ulp; x > 0 */
EH_API double eh_log1p(double x);           /* log(1 + x), <= 4 ulp; x > -1 */
EH_API double eh_erfc(double x);            /* relative error <= 1e-14 while the result is normal */
EH_API double eh_normal_cdf(double x);      /* relative error <= 1e-14 to x = -37 */
EH_API double eh_normal_quantile(double p); /* |relative error| <= 1e-14; 0 < p < 1, else infinities, NaN outside [0, 1] */

/* The two-sided critical value of a confidence level: quantile of (1 + level) / 2. */
EH_API double eh_critical(double level);

/* ---- random words ------------------------------------------------------------------------------------------------ */

/* Philox4x32-10 (Salmon et al., SC11): four random words of a counter and a key, a pure function with no state. */
enum { EH_PHILOX_ROUNDS = 10 };
#define EH_PHILOX_M0 0xd2511f53u
#define EH_PHILOX_M1 0xcd9e8d57u
#define EH_PHILOX_W0 0x9e3779b9u
#define EH_PHILOX_W1 0xbb67ae85u

EH_API void eh_philox(uint32_t word[4], const uint32_t counter[4], const uint32_t key[2]);

/* ---- numbers as text --------------------------------------------------------------------------------------------- */

enum { EH_F64_TEXT = 32 };

/* Writes x as the first of %.15g, %.16g, %.17g that reads back equal, in ECMAScript spelling (1e+21, 1e-7, 0.000001,
 * 100000). NaN gives "NaN", infinities "Infinity" and "-Infinity", -0 gives "0". Returns the length; not terminated. */
EH_API size_t eh_write_f64(char dst[EH_F64_TEXT], double x);
EH_API size_t eh_write_u64(char dst[EH_F64_TEXT], uint64_t x);

/* Appends x in groups of three digits: 12345 as "12,345". */
EH_API void eh_buf_grouped(eh_buf *buf, uint64_t x);

/* Appends x rounded (exactly, ties to even) to `decimals` (0..15) places: -0.25 at 1 gives "-0.2". |x| < 2^63. */
EH_API void eh_buf_fixed(eh_buf *buf, double x, int decimals);

/* The f64 nearest to digits * 10^exponent, ties to even; overflow gives infinity. */
EH_API double eh_decimal_to_f64(uint64_t digits, int exponent);

/* Reads a decimal number that fills p[0..n) exactly: [+-] digits [. digits] [(e|E) [+-] digits], at least one digit,
 * or inf/infinity/nan in any case. Correctly rounded for any length. False if the text is anything else. Cost: one
 * multiply or divide for digits <= 2^53 and |exponent| <= 22, 128-bit arithmetic for 19 digits and |exponent| <= 27,
 * big integers beyond. */
EH_API bool eh_read_f64(double *out, const char *p, size_t n);

#ifdef __cplusplus
}
#endif
#endif
