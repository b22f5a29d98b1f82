/* npy_internal: what the files of the reader of NumPy arrays share.
 *
 *   npy.c         the public calls, and rows into batches
 *   npy_header.c  what an array holds: the dictionary in its header
 *   npy_zip.c     the arrays in a .npz
 *   inflate.c     those that are packed
 */
#ifndef EH_TABLE_NPY_INTERNAL_H
#define EH_TABLE_NPY_INTERNAL_H

#include "evenhand/table.h"

enum { EH_NPY_FIELDS_MAX = 4096, EH_NPY_DEPTH = 8 };

/* Numbers side by side in every record, or the one thing an array is made of. */
typedef struct eh_npy_field {
  eh_str name;      /* in the arena; of a plain array empty */
  char kind;        /* as NumPy calls it: f i u b S U; others cannot be read */
  bool big;         /* big-endian */
  uint32_t size;    /* bytes of one */
  uint64_t offset;  /* in the record */
} eh_npy_field;

typedef struct eh_npy_header {
  uint64_t data_at; /* bytes before the first record */
  uint64_t rows, stride; /* records, and bytes of one */
  uint32_t dims;
  bool structured;
  eh_npy_field *field_f;
  uint32_t field_count, field_cap;
} eh_npy_header;

/* Reads the header at the start of an array. *whole: it was all there; if not, more bytes may tell. False: it is no array or
 * none that can be read; *why says so ("the header is damaged"). Out of memory: *why is NULL. */
bool eh_npy_header_read(eh_npy_header *out, bool *whole, const char **why, eh_arena *arena, const void *bytes, size_t n);

/* A file in a ZIP archive; `data` lies in the archive's bytes. */
typedef struct eh_zip_member {
  eh_str name;
  const unsigned char *data;
  uint64_t packed_n, n;
  uint32_t crc;
  bool packed;
} eh_zip_member;

/* The members of an archive that is all there, into the arena. False: *why says what is wrong, NULL out of memory. */
bool eh_zip_read(eh_zip_member **member_n, uint32_t *count, const char **why, eh_arena *arena, const void *bytes, size_t n);
/* Whether the bytes are those that the archive speaks of. */
bool eh_zip_check(const eh_zip_member *member, const void *bytes);

/* Unpacks a DEFLATE stream to exactly dst_n bytes; false if it gives others, or is none. */
bool eh_inflate(void *dst, size_t dst_n, const void *src, size_t src_n);

#endif
