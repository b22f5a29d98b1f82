/* csv_cell: raw fields to texts, missing codes and numbers. Called by csv.c for some rows at a time.
 *
 * Column by column, while the rows are still in cache: within one column the same branch is taken row after row.
 */
#include <string.h>

#include "cell.h"
#include "csv_internal.h"

/* p[0..n) lies between the quotes; the result is no longer, so it fits where it came from. */
static size_t halve_doubled_quotes(char *p, size_t n) {
  char *to = memchr(p, '"', n);
  if (!to) return n;
  for (const char *from = to, *const end = p + n; from < end; from++) {
    *to++ = *from;
    if (*from == '"') from++;
  }
  return (size_t)(to - p);
}

eh_str eh_csv_field_text(char *p, size_t n, unsigned char delimiter) {
  while (n && eh_csv_is_blank(p[n - 1], delimiter)) n--;
  if (n && *p == '"') return (eh_str){p + 1, halve_doubled_quotes(p + 1, n - 2)};
  while (n && eh_csv_is_blank(*p, delimiter)) p++, n--;
  return (eh_str){p, n};
}

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

static inline uint64_t load_eight(const char *p) {
  uint64_t x;
  memcpy(&x, p, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  x = __builtin_bswap64(x);
#endif
  return x;
}

/* Digits as bytes 0 to 9, the first one lowest: pairs, then fours, then all eight. */
static inline uint64_t value_of_eight(uint64_t x) {
  x = x * 10 + (x >> 8);
  return ((x & 0x000000ff000000ffu) * 0x000f424000000064u + (x >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >> 32;
}

static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
static const double exact_tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
                                    1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};

/* "1", "0.134364244": a digit, alone or with a point and 1 to 16 more, which is how labels and scores are spelt; up to 2^53
 * one division is exact. False where it is not so, or not one of these. Reads some bytes past the text. */
static inline bool read_quick(double *out, const char *p, uint32_t n) {
  const uint64_t zeros = 0x3030303030303030u, sixes = 0x7676767676767676u, tops = 0x8080808080808080u;
  const uint32_t whole = (uint32_t)(unsigned char)*p - '0', k = n - 2;
  if (n == 1 && whole < 10) return *out = whole, true;
  if (k - 1 > 15 || whole > 9 || p[1] != '.') return false;
  uint64_t high = load_eight(p + 2) ^ zeros, low = 0, digits;
  if (k <= 8) {
    high <<= 64 - 8 * k; /* leading zeros in place of what follows the text */
    digits = whole * tens[k] + value_of_eight(high);
  } else {
    low = (load_eight(p + 10) ^ zeros) << (128 - 8 * k);
    digits = (whole * tens[8] + value_of_eight(high)) * tens[k - 8] + value_of_eight(low);
  }
  if ((((high + sixes) | high | (low + sixes) | low) & tops) || digits > 1ull << 53) return false;
  *out = (double)digits / exact_tens[k];
  return true;
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

static inline void finish_text(const struct eh_csv *csv, const eh_csv_source *source, char *base, size_t row) {
  char *p = base + source->start_n[row];
  size_t n = source->len_n[row];
  if (n && (*p <= '"' || p[n - 1] <= ' ')) { /* perhaps a blank or a quote; letters above 0x7f may be negative */
    const eh_str text = eh_csv_field_text(p, n, csv->options.delimiter);
    p = base + (text.p - base);
    n = text.n;
    source->start_n[row] = (uint32_t)(p - base);
    source->len_n[row] = (uint32_t)n;
  }
  const bool missing = eh_missing_has(&csv->missing, (eh_str){p, n});
  source->cell_n[row] = missing ? EH_CELL_MISSING : EH_CELL_OK;
}

static inline void finish_number(const eh_csv_target *target, const eh_csv_source *source, const char *base, size_t row) {
  const eh_str text = {base + source->start_n[row], source->len_n[row]};
  target->number_n[row] = __builtin_nan("");
  target->cell_n[row] = source->cell_n[row];
  if (source->cell_n[row] == EH_CELL_OK) target->cell_n[row] = (uint8_t)eh_text_number(&target->number_n[row], text);
}

/* The texts of a column that is wanted as a number, and the numbers: most need no look at the text. */
static void finish_numbers(const struct eh_csv *csv, const eh_csv_target *target, const eh_csv_source *source, char *base,
                           size_t from, size_t to) {
  for (size_t row = from; row < to; row++) {
    const char *const p = base + source->start_n[row];
    if (!csv->missing.first[(unsigned char)*p] && read_quick(&target->number_n[row], p, source->len_n[row])) {
      target->cell_n[row] = source->cell_n[row] = EH_CELL_OK;
      continue;
    }
    finish_text(csv, source, base, row);
    finish_number(target, source, base, row);
  }
}

void eh_csv_finish_rows(struct eh_csv *csv, char *base, size_t from, size_t to) {
  for (uint32_t s = 0; s < csv->source_count; s++) {
    const eh_csv_source *const source = &csv->source_s[s];
    if (source->number_w != UINT32_MAX)
      finish_numbers(csv, &csv->target_w[source->number_w], source, base, from, to);
    else
      for (size_t row = from; row < to; row++) finish_text(csv, source, base, row);
  }
  for (uint32_t w = 0; w < csv->options.want_count; w++) {
    const eh_csv_target *const target = &csv->target_w[w];
    const eh_csv_source *const source = &csv->source_s[target->source];
    if (!target->number_n || source->number_w == w) continue; /* a column wanted as a number twice */
    for (size_t row = from; row < to; row++) finish_number(target, source, base, row);
  }
}
