/* csv_cut: where a file may be cut so that other threads can read it. Called by the audit's ingest, window by window.
 *
 * The one idea: as long as every quote opens or closes a whole field, whether a byte is inside quotes is the parity of
 * the quotes before it. So pieces are counted side by side, their parities follow from one another, and where the first
 * quote turns up that is not like that, nothing is cut: only a reader that comes from the start knows what it means.
 */
#include <string.h>

#include "csv_internal.h"

enum { MASKS = 64 };

typedef struct eh_piece {
  size_t at, n;
  eh_csv_counts counts;
  bool inside;      /* its first byte is */
  bool regular;     /* all its quotes are */
} eh_piece;

typedef struct eh_cutting {
  const char *bytes;
  unsigned char delimiter;
  const eh_kernels *kernels;
  eh_piece piece_n[EH_CSV_CUTS];
} eh_cutting;

static void count_piece(void *ctx, uint32_t i, uint32_t thread) {
  (void)thread;
  eh_cutting *const cutting = ctx;
  eh_piece *const piece = &cutting->piece_n[i];
  const unsigned char *const p = (const unsigned char *)cutting->bytes + piece->at;
  piece->counts = cutting->kernels->csv_count(p, piece->n, piece->at && p[-1] == '\r');
}

/* ---- quotes ------------------------------------------------------------------------------------------------------ */

static void check_piece(void *ctx, uint32_t i, uint32_t thread) {
  (void)thread;
  eh_cutting *const cutting = ctx;
  eh_piece *const piece = &cutting->piece_n[i];
  const char *p = cutting->bytes + piece->at;
  const unsigned char before = piece->at ? (unsigned char)p[-1] : '\n';
  const bool out = !piece->inside, ended = before == cutting->delimiter || before == '\n' || before == '\r';
  eh_csv_quotes carry = {.inside = out ? 0 : ~0ull, .opens = out && (ended || before == '"'), .closed = out && before == '"'};
  size_t left = piece->n;
  piece->regular = true;
  while (left && piece->regular) {
    eh_csv_masks mask_b[MASKS];
    unsigned char rest[64] = {0};
    const size_t whole = left / 64, blocks = whole > MASKS ? MASKS : whole ? whole : 1;
    if (!whole) memcpy(rest, p, left);
    const uint64_t real = whole ? ~0ull : (1ull << left) - 1;
    cutting->kernels->csv_scan(mask_b, whole ? (const unsigned char *)p : rest, blocks, cutting->delimiter);
    uint64_t inside;
    for (size_t b = 0; b < blocks && piece->regular; b++)
      piece->regular = !eh_csv_irregular(&inside, &mask_b[b], real, &carry);
    if (!whole) return;
    p += 64 * blocks;
    left -= 64 * blocks;
  }
}

/* False where some quote is not regular. */
static bool settle_quotes(eh_cutting *cutting, uint32_t pieces, eh_threads *threads) {
  uint64_t quotes = 0;
  for (uint32_t i = 0; i < pieces; i++) {
    cutting->piece_n[i].inside = quotes & 1;
    quotes += cutting->piece_n[i].counts.quotes;
  }
  if (!quotes) return true;
  eh_threads_run(threads, check_piece, cutting, pieces);
  for (uint32_t i = 0; i < pieces; i++)
    if (!cutting->piece_n[i].regular) return false;
  return true;
}

/* ---- places to cut ----------------------------------------------------------------------------------------------- */

/* First place in [from, to) after a line feed outside quotes, or 0. inside: whether the byte at `from` is. */
static size_t after_feed(const char *bytes, size_t from, size_t to, bool inside) {
  for (size_t i = from; i < to; i++) {
    if (bytes[i] == '"') inside = !inside;
    else if (bytes[i] == '\n' && !inside) return i + 1;
  }
  return 0;
}

/* The last such place of a piece, or 0. */
static size_t last_feed(const char *bytes, const eh_piece *piece) {
  size_t last = 0;
  if (!piece->counts.quotes) {
    if (piece->inside) return 0;
    for (size_t i = piece->n; i && !last; i--)
      if (bytes[piece->at + i - 1] == '\n') last = piece->at + i;
    return last;
  }
  bool inside = piece->inside;
  for (size_t i = piece->at; i < piece->at + piece->n; i++) {
    if (bytes[i] == '"') inside = !inside;
    else if (bytes[i] == '\n' && !inside) last = i + 1;
  }
  return last;
}

/* Each piece gives the records that begin in it to one block. Records may be longer than pieces: then a block is empty, and left
 * out. */
static void place_blocks(eh_csv_cut *out, const eh_cutting *cutting, uint32_t pieces) {
  uint64_t lines = 0;
  size_t place_n[EH_CSV_CUTS + 1] = {0};
  uint64_t lines_n[EH_CSV_CUTS + 1] = {0};
  for (uint32_t i = 1; i < pieces; i++) {
    const eh_piece *const piece = &cutting->piece_n[i];
    lines += cutting->piece_n[i - 1].counts.lines;
    const size_t place = after_feed(cutting->bytes, piece->at, piece->at + piece->n, piece->inside);
    const unsigned char *const p = (const unsigned char *)cutting->bytes + piece->at;
    place_n[i] = place;
    if (place) lines_n[i] = lines + cutting->kernels->csv_count(p, place - piece->at, p[-1] == '\r').lines;
  }
  for (uint32_t i = 0; i < pieces; i++) {
    if (i && !place_n[i]) continue; /* goes on with the record before */
    uint32_t next = i + 1;
    while (next < pieces && !place_n[next]) next++;
    const size_t end = next < pieces ? place_n[next] : out->n;
    bool quotes = false;
    for (uint32_t k = i; k < next + (next < pieces); k++) quotes |= cutting->piece_n[k].counts.quotes != 0;
    if (end > place_n[i])
      out->block_n[out->block_count++] =
          (eh_csv_block){.at = place_n[i], .n = end - place_n[i], .lines = lines_n[i], .quotes = quotes};
  }
}

void eh_csv_cut_bytes(eh_csv_cut *out, const eh_csv *csv, const char *bytes, size_t n, size_t piece_n,
                      eh_threads *threads) {
  eh_cutting cutting = {.bytes = bytes, .delimiter = csv->options.delimiter, .kernels = csv->scan.kernels};
  uint32_t pieces = 0;
  out->block_count = 0;
  for (size_t at = 0; at < n && pieces < EH_CSV_CUTS; at += piece_n)
    cutting.piece_n[pieces++] = (eh_piece){.at = at, .n = n - at < piece_n ? n - at : piece_n};
  eh_threads_run(threads, count_piece, &cutting, pieces);
  if (!settle_quotes(&cutting, pieces, threads)) return;
  out->n = out->lines = 0;
  uint32_t last = pieces;
  while (last && !out->n) out->n = last_feed(bytes, &cutting.piece_n[--last]);
  if (!out->n) return;
  const eh_piece *const piece = &cutting.piece_n[last];
  const unsigned char *const p = (const unsigned char *)bytes + piece->at;
  for (uint32_t i = 0; i < last; i++) out->lines += cutting.piece_n[i].counts.lines;
  out->lines += cutting.kernels->csv_count(p, out->n - piece->at, piece->at && p[-1] == '\r').lines;
  place_blocks(out, &cutting, last + 1);
}

/* ---- the front ----------------------------------------------------------------------------------------------------- */

/* What is known of the blocks before. */
typedef struct eh_front {
  size_t n;
  uint64_t lines;       /* line ends before n, */
  uint64_t seen, back;  /* and in all blocks; whether the last byte was a CR */
  eh_csv_quotes quotes;
} eh_front;

/* Moves the front to the last record that ends in the block at `at`. False where a quote is not regular. */
static bool advance_front(eh_front *front, const eh_csv_masks *masks, size_t at) {
  uint64_t inside;
  const uint64_t bad = eh_csv_irregular(&inside, masks, ~0ull, &front->quotes);
  const uint64_t sure = bad ? (bad & (0 - bad)) - 1 : ~0ull, ends = masks->feed & ~inside & sure;
  const uint64_t line_ends = (masks->feed & ~(masks->back << 1 | front->back)) | masks->back; /* a CR LF at its CR */
  if (ends) {
    const int last = 63 - __builtin_clzll(ends);
    front->n = at + (size_t)last + 1;
    front->lines = front->seen + (uint64_t)__builtin_popcountll(line_ends & (~0ull >> (63 - last)));
  }
  front->seen += (uint64_t)__builtin_popcountll(line_ends);
  front->back = masks->back >> 63;
  return !bad;
}

size_t eh_csv_front(const eh_csv *csv, const char *bytes, size_t n, uint64_t *lines) {
  eh_front front = {.quotes = {.opens = 1}};
  bool regular = true;
  for (size_t at = 0; regular && n - at >= 64;) {
    eh_csv_masks mask_b[MASKS];
    const size_t blocks = (n - at) / 64 < MASKS ? (n - at) / 64 : MASKS;
    csv->scan.kernels->csv_scan(mask_b, (const unsigned char *)bytes + at, blocks, csv->options.delimiter);
    for (size_t b = 0; b < blocks && regular; b++) regular = advance_front(&front, &mask_b[b], at + 64 * b);
    at += 64 * blocks;
  }
  *lines = front.lines;
  return front.n;
}
