/* csv_record: bytes to records. Called by csv.c and csv_header.c, record by record.
 *
 * A vector kernel marks the few bytes that can end something; only those are looked at. Whether a quote opens, closes
 * or is a letter depends on its neighbours, so a special byte at the end of what is there waits for the next byte;
 * everything else is decided as it comes.
 */
#include <string.h>

#include "csv_internal.h"

enum { BLOCK = 64 };

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

/* Masks end with the bytes they were made of, so more bytes need new ones, from the first special not yet handled. */
static void drop_masks(eh_csv_scanner *scan, size_t from) {
  scan->scanned_at = from;
  scan->special = 0;
  scan->block_i = scan->block_n = 0;
}

static size_t less(size_t at, size_t shift) { return at > shift ? at - shift : 0; }

static void drop_bytes(eh_csv_scanner *scan, size_t shift) {
  memmove(scan->bytes.p, scan->bytes.p + shift, scan->bytes.n - shift);
  scan->bytes.n -= shift;
  size_t *const place_i[] = {&scan->record_at, &scan->record_end, &scan->next_at, &scan->field_at,
                             &scan->closed_at, &scan->pair_at,    &scan->odd_end, &scan->scanned_at};
  for (size_t i = 0; i < sizeof place_i / sizeof *place_i; i++) *place_i[i] = less(*place_i[i], shift);
}

static void start_record(eh_csv_scanner *scan, size_t at) {
  scan->record_at = scan->field_at = at;
  scan->field_n = scan->bad_field = 0;
  scan->inner_lines = 0;
  scan->closed_at = scan->pair_at = 0;
  scan->quoted = scan->whole = false;
}

void eh_csv_scan_from(eh_csv_scanner *scan, size_t at, uint64_t line) {
  drop_masks(scan, at);
  start_record(scan, at);
  scan->line = line;
}

void eh_csv_scan_block(eh_csv_scanner *scan, const char *p, size_t n, uint64_t line) {
  scan->bytes.p = (char *)(uintptr_t)p; /* written only where a quote is, and then the bytes are a copy */
  scan->bytes.n = n;
  scan->ended = true;
  scan->odd_end = 0;
  eh_csv_scan_from(scan, 0, line);
}

bool eh_csv_scan_push(eh_csv_scanner *scan, const void *bytes, size_t n) {
  const size_t unread_at = scan->whole ? scan->next_at : scan->record_at;
  if (scan->whole) drop_masks(scan, scan->next_at);
  /* Moving costs what is moved, so it waits until at least as much is dropped. */
  if (unread_at > 0 && unread_at >= scan->bytes.n - unread_at) drop_bytes(scan, unread_at);
  if (n > SIZE_MAX - BLOCK || !eh_buf_reserve(&scan->bytes, n + BLOCK)) return false;
  eh_buf_put(&scan->bytes, bytes, n);
  memset(scan->bytes.p + scan->bytes.n, 0, BLOCK);
  return true;
}

/* Loads the special bits of the next 64 bytes. False when there are none left to look at. */
static bool next_block(eh_csv_scanner *scan) {
  const size_t left = scan->bytes.n - scan->scanned_at;
  if (left == 0) return false;
  if (scan->block_i == scan->block_n) {
    scan->block_i = 0;
    scan->block_n = left / BLOCK < EH_CSV_BLOCKS ? (uint32_t)((left + BLOCK - 1) / BLOCK) : EH_CSV_BLOCKS;
    scan->kernels->csv_scan(scan->mask_b, (const unsigned char *)scan->bytes.p + scan->scanned_at, scan->block_n,
                            scan->delimiter);
  }
  const eh_csv_masks masks = scan->mask_b[scan->block_i++];
  const uint64_t real = left < BLOCK ? (1ull << left) - 1 : ~0ull; /* not the zeros after the end */
  scan->block_at = scan->scanned_at;
  scan->scanned_at += left < BLOCK ? left : BLOCK;
  scan->special = (masks.delimiter | masks.quote | masks.feed | masks.back) & real;
  if (masks.odd & real) scan->odd_end = scan->scanned_at;
  return true;
}

/* ---- fields and records ------------------------------------------------------------------------------------------ */

void eh_csv_scan_again(eh_csv_scanner *scan) {
  drop_masks(scan, scan->record_at);
  start_record(scan, scan->record_at);
}

/* Blanks after a closing quote are as good as none; anything else makes the field defective. */
static bool has_text(const eh_csv_scanner *scan, size_t from, size_t to) {
  while (from < to && eh_csv_is_blank(scan->bytes.p[from], scan->delimiter)) from++;
  return from < to;
}

static inline void end_field(eh_csv_scanner *scan, size_t at) {
  if (scan->closed_at > scan->field_at && scan->closed_at != at && !scan->bad_field &&
      has_text(scan, scan->closed_at, at))
    scan->bad_field = scan->field_n + 1;
  if (scan->field_n < scan->field_cap) scan->end_f[scan->field_n] = (uint32_t)(at - scan->record_at);
  scan->field_n++;
  scan->field_at = at + 1;
}

static eh_csv_found end_record(eh_csv_scanner *scan, size_t at, size_t line_end_n) {
  end_field(scan, at);
  scan->record_end = at;
  scan->next_at = at + line_end_n;
  scan->whole = true;
  return EH_CSV_RECORD;
}

/* A special byte inside quotes. False if its meaning hangs on a next byte that is not there yet. */
static bool inside_quotes(eh_csv_scanner *scan, size_t at, char c) {
  const bool last = at + 1 == scan->bytes.n;
  if (at == scan->pair_at && c == '"') return true;
  if (c == '\n') return scan->inner_lines++, true;
  if ((unsigned char)c == scan->delimiter) return true;
  if (last && !scan->ended) return false;
  const char next = last ? 0 : scan->bytes.p[at + 1];
  if (c == '\r') {
    scan->inner_lines += next != '\n'; /* CR LF is counted once, at its LF */
  } else if (next == '"') {
    scan->pair_at = at + 1;
  } else {
    scan->quoted = false;
    scan->closed_at = at + 1;
  }
  return true;
}

static bool is_too_long(const eh_csv_scanner *scan) {
  return scan->scanned_at > scan->record_at && scan->scanned_at - scan->record_at > EH_CSV_RECORD_MAX;
}

/* All bytes are looked at and the record has not ended. */
static eh_csv_found at_end(eh_csv_scanner *scan) {
  drop_masks(scan, scan->bytes.n);
  if (is_too_long(scan)) return EH_CSV_TOO_LONG;
  if (!scan->ended || scan->record_at == scan->bytes.n) return EH_CSV_MORE;
  return scan->quoted ? EH_CSV_UNCLOSED : end_record(scan, scan->bytes.n, 0);
}

static eh_csv_found wait_at(eh_csv_scanner *scan, size_t at) {
  drop_masks(scan, at);
  return EH_CSV_MORE;
}

/* Delimiters outside of quotes, one after the other: what most special bytes are. Stops at any other. */
static void take_delimiters(eh_csv_scanner *scan) {
  const char *const block = scan->bytes.p + scan->block_at;
  const size_t from_record = scan->block_at - scan->record_at; /* modulo 2^64: the record may begin in this block */
  uint64_t special = scan->special;
  uint32_t field_n = scan->field_n;
  while (special) {
    const size_t i = (size_t)__builtin_ctzll(special);
    if ((unsigned char)block[i] != scan->delimiter) break;
    if (field_n < scan->field_cap) scan->end_f[field_n] = (uint32_t)(from_record + i);
    field_n++;
    scan->field_at = scan->block_at + i + 1;
    special &= special - 1;
  }
  scan->special = special;
  scan->field_n = field_n;
}

eh_csv_found eh_csv_scan_record(eh_csv_scanner *scan) {
  if (scan->whole) {
    scan->line += 1 + scan->inner_lines;
    start_record(scan, scan->next_at);
  }
  for (;;) {
    while (scan->special == 0) {
      if (scan->block_i == scan->block_n && is_too_long(scan)) return EH_CSV_TOO_LONG;
      if (!next_block(scan)) return at_end(scan);
    }
    if (!scan->quoted && scan->closed_at <= scan->field_at) {
      take_delimiters(scan);
      if (!scan->special) continue;
    }
    const size_t at = scan->block_at + (size_t)__builtin_ctzll(scan->special);
    const char c = scan->bytes.p[at];
    if (!scan->quoted && (unsigned char)c == scan->delimiter) {
      end_field(scan, at);
    } else if (scan->quoted) {
      if (!inside_quotes(scan, at, c)) return wait_at(scan, at);
    } else if (c == '"') {
      if (at == scan->field_at) scan->quoted = true, scan->quote_line = scan->line + scan->inner_lines;
    } else if (c == '\r') {
      if (at + 1 == scan->bytes.n && !scan->ended) return wait_at(scan, at);
      scan->special &= scan->special - 1;
      return end_record(scan, at, at + 1 < scan->bytes.n && scan->bytes.p[at + 1] == '\n' ? 2 : 1);
    } else if (at >= scan->record_at) {
      scan->special &= scan->special - 1;
      return end_record(scan, at, 1);
    } /* else the LF of a CR LF, whose CR has ended the record before */
    scan->special &= scan->special - 1;
  }
}
