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

/* ---- missing ----------------------------------------------------------------------------------------------------- */

void eh_csv_plan_missing(struct eh_csv *csv) {
  static const eh_str usual_m[] = {{"NA", 2}, {"NaN", 3}, {"null", 4}};
  csv->missing_m = csv->options.missing_n ? csv->options.missing_n : usual_m;
  csv->missing_count = csv->options.missing_n ? csv->options.missing_count : sizeof usual_m / sizeof *usual_m;
  for (uint32_t m = 0; m < csv->missing_count; m++) {
    if (csv->missing_m[m].n) csv->missing_first[(unsigned char)*csv->missing_m[m].p] = true;
  }
}

static bool is_listed(const struct eh_csv *csv, eh_str text) {
  uint32_t m = 0;
  while (m < csv->missing_count && !eh_str_eq(csv->missing_m[m], text)) m++;
  return m < csv->missing_count;
}

/* ---- columns ----------------------------------------------------------------------------------------------------- */

static void finish_texts(const struct eh_csv *csv, const eh_csv_source *source, char *base, size_t from, size_t to) {
  for (size_t row = from; row < to; row++) {
    char *p = base + source->start_n[row];
    size_t n = source->len_n[row];
    if (n && (*p <= '"' || p[n - 1] <= ' ')) { /* perhaps a blank or a quote; letters above 0x7f may be negative */
      const eh_str text = eh_csv_field_text(p, n, csv->options.delimiter);
      p = base + (text.p - base);
      n = text.n;
      source->start_n[row] = (uint32_t)(p - base);
      source->len_n[row] = (uint32_t)n;
    }
    const bool missing = n == 0 || (csv->missing_first[(unsigned char)*p] && is_listed(csv, (eh_str){p, n}));
    source->cell_n[row] = missing ? EH_CELL_MISSING : EH_CELL_OK;
  }
}

static void finish_numbers(const eh_csv_target *target, const eh_csv_source *source, const char *base, size_t from,
                           size_t to) {
  for (size_t row = from; row < to; row++) {
    const eh_str text = {base + source->start_n[row], source->len_n[row]};
    target->number_n[row] = __builtin_nan("");
    target->cell_n[row] = source->cell_n[row];
    if (source->cell_n[row] == EH_CELL_OK) target->cell_n[row] = (uint8_t)eh_text_number(&target->number_n[row], text);
  }
}

void eh_csv_finish_rows(struct eh_csv *csv, char *base, size_t from, size_t to) {
  for (uint32_t s = 0; s < csv->source_count; s++) finish_texts(csv, &csv->source_s[s], base, from, to);
  for (uint32_t w = 0; w < csv->options.want_count; w++) {
    const eh_csv_target *target = &csv->target_w[w];
    if (target->number_n) finish_numbers(target, &csv->source_s[target->source], base, from, to);
  }
}
