/* csv_plain: records of plain fields, some hundred at a time. Called by csv.c before it reads record by record.
 *
 * The one idea: where every record has as many fields as the header and quotes stand only where fields begin and end, the
 * k-th delimiter or line feed of the file ends the same field as the (k + fields)-th. So their places are listed without
 * looking what each one is, and one look per record proves it. What is not like that ends the list, and is read
 * the slow way.
 */
#include <string.h>

#include "csv_internal.h"

enum { STEP = 64, LOW_YIELD = 16, FEW_BLOCKS = 4, MOST_BLOCKS = 1024, MISSES_MAX = 63 };

typedef struct eh_places {
  const unsigned char *p; /* first byte of the first record */
  size_t n, i;            /* bytes there are, and that were looked at */
  uint32_t count, feeds;  /* places so far, and how many of them are line feeds */
  bool stop, odd, back;   /* met: the end of what is plain, a byte >= 0x80 or NUL, a CR LF */
  eh_csv_quotes quotes;
} eh_places;

/* ---- places ------------------------------------------------------------------------------------------------------ */

static void put_ends(struct eh_csv *csv, eh_places *at, uint64_t ends, uint64_t feed) {
  uint32_t *const place_n = csv->place_n;
  for (; ends; ends &= ends - 1) {
    const unsigned bit = (unsigned)__builtin_ctzll(ends);
    place_n[at->count++] = (uint32_t)(at->i + bit);
    at->feeds += feed >> bit & 1;
  }
}

/* A block that holds more than letters, delimiters and line feeds. */
static void take_block(struct eh_csv *csv, eh_places *at) {
  eh_csv_masks masks;
  const size_t left = at->n - at->i;
  const uint64_t real = left < STEP ? (1ull << left) - 1 : ~0ull;
  csv->scan.kernels->csv_scan(&masks, at->p + at->i, 1, csv->scan.delimiter);
  uint64_t inside;
  uint64_t bad = eh_csv_irregular(&inside, &masks, real, &at->quotes);
  const bool feed_follows = left > STEP && at->p[at->i + STEP] == '\n';
  bad |= masks.back & real & ~(masks.feed >> 1 | (uint64_t)feed_follows << 63); /* a line of its own */
  bad |= (masks.feed | masks.back) & inside & real;                             /* lines within a record */
  uint64_t good = real;
  if (bad) good &= (bad & (0 - bad)) - 1, at->stop = true;
  at->odd |= (masks.odd & good) != 0;
  at->back |= (masks.back & good) != 0;
  const uint64_t ends = (masks.delimiter | masks.feed) & ~inside & good;
  put_ends(csv, at, ends, masks.feed);
  at->i += left < STEP ? left : STEP;
}

static void find_places(struct eh_csv *csv, eh_places *at) {
  const eh_csv_scanner *const scan = &csv->scan;
  size_t blocks = csv->plain_blocks;
  while (blocks && !at->stop && at->i < at->n && at->count + STEP * STEP <= csv->place_cap) {
    const size_t left = (at->n - at->i) / STEP, most = left < STEP ? left : STEP;
    eh_csv_places found = {0};
    if (most && !at->quotes.inside && !at->quotes.closed)
      found = scan->kernels->csv_places(csv->place_n + at->count, at->p + at->i, most < blocks ? most : blocks,
                                        (uint32_t)at->i, scan->delimiter);
    if (found.blocks) {
      at->quotes.opens = at->p[at->i + STEP * found.blocks - 1] == '\n' || at->p[at->i + STEP * found.blocks - 1] == scan->delimiter;
      at->count += found.places;
      at->feeds += found.feeds;
      at->i += STEP * found.blocks;
    } else {
      take_block(csv, at);
    }
    blocks -= found.blocks ? found.blocks : 1;
  }
}

/* ---- records ----------------------------------------------------------------------------------------------------- */

/* Records of which every field has its place. */
static uint32_t count_records(const struct eh_csv *csv, const eh_places *at) {
  const uint32_t fields = csv->name_count, *const place_n = csv->place_n;
  uint32_t rows = at->count / fields, good = 0;
  if (at->feeds <= rows) {
    rows = at->feeds;
    while (good < rows && at->p[place_n[(good + 1) * fields - 1]] == '\n') good++;
    if (good == rows) return rows; /* as many line feeds as records, each at the end of one */
  }
  for (good = 0; good < rows; good++) {
    const uint32_t *const place_f = place_n + good * fields;
    uint32_t f = 0;
    while (f + 1 < fields && at->p[place_f[f]] != '\n') f++;
    if (f + 1 < fields || at->p[place_f[f]] != '\n') break;
  }
  return good;
}

/* Rows before the first that is not UTF-8 or has a NUL. */
static uint32_t drop_odd(const struct eh_csv *csv, const eh_places *at, uint32_t rows) {
  if (!rows) return 0;
  const size_t n = csv->place_n[rows * csv->name_count - 1];
  const char *const p = (const char *)at->p, *const nul = memchr(p, 0, n);
  const size_t good = eh_utf8_check(p, nul ? (size_t)(nul - p) : n);
  while (rows && csv->place_n[rows * csv->name_count - 1] > good) rows--;
  return rows;
}

static void note_places(struct eh_csv *csv, const eh_places *at, size_t row, uint32_t rows, uint32_t shift) {
  const uint32_t fields = csv->name_count;
  uint32_t *const place_n = csv->place_n;
  place_n[-1] = UINT32_MAX; /* as if a line feed stood before the first record */
  for (uint32_t s = 0; s < csv->source_count; s++) {
    const uint32_t field = csv->source_s[s].field;
    uint32_t *const start_n = csv->source_s[s].start_n + row, *const len_n = csv->source_s[s].len_n + row;
    const uint32_t *place = place_n + field;
    for (uint32_t r = 0; r < rows; r++, place += fields) {
      const uint32_t start = place[-1] + 1;
      start_n[r] = start + shift;
      len_n[r] = *place - start;
    }
    if (field + 1 < fields || !at->back) continue;
    for (uint32_t r = 0; r < rows; r++)
      len_n[r] -= len_n[r] && at->p[start_n[r] - shift + len_n[r] - 1] == '\r';
  }
}

/* The first byte of a record none of which has been read, or SIZE_MAX. */
static size_t record_start(const eh_csv_scanner *scan) {
  if (scan->whole) return scan->next_at;
  return scan->field_n == 0 && !scan->quoted && scan->closed_at <= scan->field_at ? scan->record_at : SIZE_MAX;
}

size_t eh_csv_read_plain(struct eh_csv *csv, size_t row, size_t most, size_t batch_at) {
  eh_csv_scanner *const scan = &csv->scan;
  if (csv->plain_wait) return csv->plain_wait--, 0;
  const size_t start = record_start(scan);
  if (start == SIZE_MAX || start >= scan->bytes.n || csv->name_count < 2) return 0;
  const uint64_t line = scan->line + (scan->whole ? 1 + scan->inner_lines : 0);
  eh_places at = {.p = (const unsigned char *)scan->bytes.p + start, .n = scan->bytes.n - start, .quotes = {.opens = 1}};
  find_places(csv, &at);
  uint32_t rows = count_records(csv, &at);
  if (rows > most) rows = (uint32_t)most;
  if (at.odd) rows = drop_odd(csv, &at, rows);
  /* Where plain records are rare, looking for them far ahead, or at every record, would cost more than reading them. */
  const bool poor = rows < LOW_YIELD && rows < most && (at.stop || rows < at.count / csv->name_count);
  csv->plain_blocks = poor ? FEW_BLOCKS : csv->plain_blocks * 2 < MOST_BLOCKS ? csv->plain_blocks * 2 : MOST_BLOCKS;
  csv->plain_misses = poor ? csv->plain_misses * 2 + 1 < MISSES_MAX ? csv->plain_misses * 2 + 1 : MISSES_MAX : 0;
  csv->plain_wait = csv->plain_misses;
  if (!rows) return 0;
  note_places(csv, &at, row, rows, (uint32_t)(start - batch_at));
  for (uint32_t r = 0; r < rows; r++) csv->line_n[row + r] = line + r;
  csv->intake->rows += rows;
  eh_csv_scan_from(scan, start + csv->place_n[rows * csv->name_count - 1] + 1, line + rows);
  return rows;
}
