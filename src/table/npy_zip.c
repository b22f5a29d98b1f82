/* npy_zip: the members of a ZIP archive that lies in memory, by its directory (APPNOTE 6.3.10). Called by npy.c.
 *
 * Only what NumPy and its like write: stored or deflated, one disk, ZIP64 where sizes ask for it.
 */
#include <string.h>

#include "npy_internal.h"

enum { END_N = 22, COMMENT_MAX = 65535, ENTRY_N = 46, LOCAL_N = 30, END64_N = 56, LOCATOR_N = 20 };

static uint64_t get(const unsigned char *p, int n) {
  uint64_t x = 0;
  for (int i = 0; i < n; i++) x |= (uint64_t)p[i] << (8 * i);
  return x;
}

/* Where the directory's end is told of; NULL if nowhere. */
static const unsigned char *find_end(const unsigned char *p, size_t n) {
  for (size_t back = END_N; back <= n && back <= END_N + COMMENT_MAX; back++)
    if (memcmp(p + n - back, "PK\5\6", 4) == 0 && get(p + n - back + 20, 2) == back - END_N) return p + n - back;
  return NULL;
}

/* A size or place that did not fit stands among the extra fields, in a fixed order. */
static bool take_extra(uint64_t *x, const unsigned char **extra, const unsigned char *end) {
  if (*x != 0xffffffffu) return true;
  if (end - *extra < 8) return false;
  *x = get(*extra, 8);
  *extra += 8;
  return true;
}

/* The ZIP64 field among the extra ones; an empty range if there is none. */
static void find_extra(const unsigned char **from, const unsigned char **to, const unsigned char *p, size_t n) {
  *from = *to = p;
  for (const unsigned char *const end = p + n; end - p >= 4 && get(p + 2, 2) <= (size_t)(end - p - 4); p += 4 + get(p + 2, 2))
    if (get(p, 2) == 1) *from = p + 4, *to = p + 4 + get(p + 2, 2);
}

/* One entry of the directory; false if it is damaged. */
static bool read_entry(eh_zip_member *out, const char **why, const unsigned char *entry, size_t extra_n, const unsigned char *p, size_t n) {
  const size_t name_n = get(entry + 28, 2);
  const uint64_t method = get(entry + 10, 2);
  uint64_t packed_n = get(entry + 20, 4), plain_n = get(entry + 24, 4), at = get(entry + 42, 4);
  const unsigned char *extra, *extra_end;
  find_extra(&extra, &extra_end, entry + ENTRY_N + name_n, extra_n);
  if (!take_extra(&plain_n, &extra, extra_end) || !take_extra(&packed_n, &extra, extra_end) || !take_extra(&at, &extra, extra_end))
    return false;
  *why = "a member is encrypted";
  if (get(entry + 8, 2) & 1) return false;
  *why = "a member is packed with neither of store and deflate";
  if (method != 0 && method != 8) return false;
  *why = "the archive is damaged";
  if (at > n || n - at < LOCAL_N || memcmp(p + at, "PK\3\4", 4)) return false;
  const uint64_t data_at = at + LOCAL_N + get(p + at + 26, 2) + get(p + at + 28, 2);
  if (data_at > n || packed_n > n - data_at) return false;
  /* DEFLATE gives at most 1,032 bytes for one. */
  if (method ? plain_n / 1032 > packed_n : plain_n != packed_n) return false;
  *out = (eh_zip_member){.name = {(const char *)entry + ENTRY_N, name_n}, .data = p + data_at, .packed_n = packed_n, .n = plain_n,
                         .crc = (uint32_t)get(entry + 16, 4), .packed = method == 8};
  return true;
}

bool eh_zip_read(eh_zip_member **member_n, uint32_t *count, const char **why, eh_arena *arena, const void *bytes, size_t n) {
  const unsigned char *const p = bytes, *const end = find_end(p, n);
  *why = end ? "the archive is damaged" : "the archive is cut off, or damaged at its end";
  if (!end) return false;
  uint64_t entries = get(end + 10, 2), at = get(end + 16, 4);
  if ((entries == 0xffff || at == 0xffffffffu) && end - p >= LOCATOR_N && memcmp(end - LOCATOR_N, "PK\6\7", 4) == 0) {
    const uint64_t end64 = get(end - LOCATOR_N + 8, 8);
    if (end64 > n || n - end64 < END64_N || memcmp(p + end64, "PK\6\6", 4)) return false;
    entries = get(p + end64 + 32, 8), at = get(p + end64 + 48, 8);
  }
  if (at > n || entries > (n - at) / ENTRY_N) return false;
  *member_n = eh_arena_take(arena, (size_t)(entries + 1) * sizeof **member_n);
  if (!*member_n) return *why = NULL, false;
  for (*count = 0; *count < entries; (*count)++) {
    if (n - at < ENTRY_N || memcmp(p + at, "PK\1\2", 4)) return false;
    const uint64_t name_n = get(p + at + 28, 2), extra_n = get(p + at + 30, 2), entry_n = ENTRY_N + name_n + extra_n + get(p + at + 32, 2);
    if (entry_n > n - at || !read_entry(&(*member_n)[*count], why, p + at, (size_t)extra_n, p, n)) return false;
    at += entry_n;
  }
  return true;
}

bool eh_zip_check(const eh_zip_member *member, const void *bytes) {
  static const uint32_t nibble_n[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
  uint32_t crc = ~0u;
  for (const unsigned char *p = bytes, *const end = p + member->n; p < end; p++) {
    crc = nibble_n[(crc ^ *p) & 15] ^ crc >> 4;
    crc = nibble_n[(crc ^ *p >> 4) & 15] ^ crc >> 4;
  }
  return ~crc == member->crc;
}
