/* utf8: decoding one code point, shared by the safe writer, the width and the error message. */
#ifndef EH_BASE_UTF8_H
#define EH_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length of the well-formed code point at p (n > 0 bytes are there) and the code point; 0 if there is none. */
size_t eh_utf8_take(uint32_t *code, const char *p, size_t n);

/* n less the bytes of an unfinished code point at the end of p[0..n). */
size_t eh_utf8_trim(const char *p, size_t n);

#endif
