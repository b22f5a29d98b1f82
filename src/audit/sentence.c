/* sentence: numbers and gaps in words, as findings say them. One style: rates without a leading zero, the greater side
 * named first, every sentence complete in itself.
 */
#include "audit_internal.h"

static double magnitude(double x) { return x < 0 ? -x : x; }

/* Decimals that show two significant digits of a small number, and of a large one no more than about four. */
static int decimals_for(double x) {
  int decimals = 3;
  for (double large = 10; decimals && magnitude(x) >= large; large *= 10) decimals--;
  if (decimals < 3) return decimals;
  for (double unit = 0.001; decimals < 15 && x != 0 && magnitude(x) < unit; unit /= 10) decimals = decimals == 3 ? 5 : decimals + 1;
  return decimals;
}

/* Without the zero before the point; frees the digits. */
static void put_digits(eh_buf *out, eh_buf *digits) {
  const bool below_one = digits->n > 1 && digits->p[0] == '0';
  if (digits->n) eh_buf_put(out, digits->p + below_one, digits->n - below_one);
  out->failed |= digits->failed;
  eh_buf_free(digits);
}

static void say_decimals(eh_buf *out, double x, int decimals) {
  eh_buf digits = {.mem = out->mem};
  eh_buf_fixed(&digits, magnitude(x), decimals);
  if (x < 0) eh_buf_byte(out, '-');
  put_digits(out, &digits);
}

void eh_say_rate(eh_buf *out, double x) { say_decimals(out, x, decimals_for(x)); }

/* Three decimals, or as many as it takes to tell the ends apart: an interval is never shown without width. */
static void say_range(eh_buf *out, eh_range range) {
  int decimals = decimals_for(range.upper - range.lower);
  if (decimals > 3) decimals = 3;
  for (double unit = 0.001; decimals < 15 && range.upper - range.lower < 2 * unit; unit /= 10) decimals++;
  say_decimals(out, range.lower, decimals);
  eh_buf_text(out, " to ");
  say_decimals(out, range.upper, decimals);
}

/* Two digits are all a ratio's interval supports: ".40", "1.08", "2.3", "12". */
static void say_ratio(eh_buf *out, double x) {
  eh_buf digits = {.mem = out->mem};
  eh_buf_fixed(&digits, x, x == 0 ? 0 : x < 0.01 ? decimals_for(x) : x < 1.995 ? 2 : x < 9.95 ? 1 : 0);
  put_digits(out, &digits);
}

void eh_say_percent(eh_buf *out, uint64_t part, uint64_t whole) {
  double percent = 100.0 * (double)part / (double)whole;
  eh_buf_fixed(out, percent, percent < 10 ? 1 : 0);
  eh_buf_text(out, " %");
}

void eh_say_title(eh_buf *out, eh_metric metric) {
  const char *title = eh_metric_about(metric)->title;
  bool capital = title[0] >= 'A' && title[0] <= 'Z', word = title[1] >= 'a' && title[1] <= 'z';
  eh_buf_byte(out, (unsigned char)(capital && word ? title[0] - 'A' + 'a' : title[0]));
  eh_buf_text(out, title + 1);
}

static void say_other(eh_buf *out, const eh_gap_words *w, const char *joint) {
  if (w->other_is_overall) {
    eh_buf_format(out, " %s overall", joint);
  } else if (!w->other.p) {
    eh_buf_format(out, " %s for all other rows", joint);
  } else {
    eh_buf_format(out, " %s for ", joint);
    eh_buf_safe(out, w->other, 80);
  }
}

/* "<Metric> [at threshold t] is ..." with the model in front where there are several. */
static void say_subject(eh_buf *out, const eh_gap_words *w) {
  if (w->model.p) {
    eh_buf_safe(out, w->model, 40);
    eh_buf_text(out, ": ");
    eh_say_title(out, w->metric);
  } else {
    eh_buf_text(out, eh_metric_about(w->metric)->title);
  }
  if (w->threshold_count > 1) {
    char digits[EH_F64_TEXT];
    size_t n = eh_write_f64(digits, w->threshold), zero = n > 1 && digits[0] == '0';
    eh_buf_text(out, " at threshold ");
    eh_buf_put(out, digits + zero, n - zero);
    eh_buf_format(out, " (the surest of %u)", (uint64_t)w->threshold_count);
  }
}

/* Numbers below 0 are no shares of each other. */
static bool has_shares(const eh_gap_words *w) { return w->one_value >= 0 && w->other_value > 0; }

/* "is 2.3 times as high for A as for B" where a ratio says so best; else "is lower for A than for B". */
static void say_comparison(eh_buf *out, const eh_gap_words *w) {
  const eh_gap *gap = w->gap;
  if (gap->ratio >= 1.005 && has_shares(w)) {
    eh_buf_text(out, " is ");
    say_ratio(out, gap->ratio);
    eh_buf_text(out, " times as high for ");
    eh_buf_safe(out, w->one, 80);
    say_other(out, w, "as");
    return;
  }
  eh_buf_text(out, gap->difference > 0 ? " is higher for " : " is lower for ");
  eh_buf_safe(out, w->one, 80);
  say_other(out, w, "than");
}

void eh_say_gap(eh_buf *out, const eh_gap_words *w) {
  const eh_gap *gap = w->gap;
  say_subject(out, w);
  say_comparison(out, w);
  eh_buf_text(out, ": ");
  eh_say_rate(out, w->one_value);
  eh_buf_text(out, " against ");
  eh_say_rate(out, w->other_value);
  if (gap->ratio < 0.995 && has_shares(w)) {
    eh_buf_text(out, ", ratio ");
    say_ratio(out, gap->ratio);
  }
  eh_buf_text(out, ", difference ");
  eh_say_rate(out, gap->difference);
  eh_buf_format(out, ", %g %% interval ", w->level * 100);
  say_range(out, gap->difference_range);
}
