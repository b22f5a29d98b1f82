/* threshold: "--threshold .5" and ".1:.9:.1" to numbers. Called by spec.c.
 *
 * A range is expanded in decimal: start and step become whole numbers of one power of ten, so the k-th threshold is the
 * f64 nearest to the decimal a person would write (.3, not .1 + .1 + .1).
 */
#include "cli_internal.h"

enum { EH_DECIMAL_DIGITS = 18, EH_DECIMAL_EXPONENT = 400 };

/* units * 10^exponent, |units| < 10^18. */
typedef struct eh_decimal {
  int64_t units;
  int exponent;
} eh_decimal;

/* Reads [+-] digits [. digits] [(e|E) [+-] digits] of at most 18 significant digits. */
static bool read_decimal(eh_decimal *out, eh_str text) {
  const char *p = text.p, *end = text.p + text.n;
  bool minus = p < end && *p == '-', point = false, any = false;
  if (p < end && (*p == '-' || *p == '+')) p++;
  int64_t units = 0;
  int digits = 0, exponent = 0;
  for (; p < end && ((*p >= '0' && *p <= '9') || (*p == '.' && !point)); p++) {
    if (*p == '.') {
      point = true;
      continue;
    }
    any = true;
    if (units || *p != '0') digits++;
    if (digits > EH_DECIMAL_DIGITS) return false;
    units = 10 * units + (*p - '0');
    if (point) exponent--;
  }
  if (!any) return false;
  if (p < end && (*p == 'e' || *p == 'E')) {
    bool down = ++p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    if (p == end) return false;
    int power = 0;
    for (; p < end && *p >= '0' && *p <= '9' && power <= EH_DECIMAL_EXPONENT; p++) power = 10 * power + (*p - '0');
    exponent += down ? -power : power;
  }
  *out = (eh_decimal){minus ? -units : units, exponent};
  return p == end && exponent >= -EH_DECIMAL_EXPONENT && exponent <= EH_DECIMAL_EXPONENT;
}

/* Writes x with a smaller exponent; false when it takes more than 18 digits. */
static bool scale(eh_decimal *x, int exponent) {
  for (; x->units && x->exponent > exponent; x->exponent--)
    if (__builtin_mul_overflow(x->units, (int64_t)10, &x->units) || x->units >= 1000000000000000000 ||
        x->units <= -1000000000000000000)
      return false;
  x->exponent = exponent;
  return true;
}

static double decimal_value(eh_decimal x) {
  double size = eh_decimal_to_f64((uint64_t)(x.units < 0 ? -x.units : x.units), x.exponent);
  return x.units < 0 ? -size : size;
}

/* Puts t in its place unless it is there. */
static eh_status insert(eh_thresholds *set, double t, const char *name, eh_error *err) {
  uint32_t at = set->count;
  t += 0.0; /* -0 is 0 */
  while (at && set->threshold_t[at - 1] > t) at--;
  if (at && set->threshold_t[at - 1] == t) return EH_OK;
  if (set->count == EH_THRESHOLDS_MAX)
    return eh_fail(err, EH_E_USAGE, "%s: more than %u thresholds", name, (uint64_t)EH_THRESHOLDS_MAX);
  for (uint32_t i = set->count++; i > at; i--) set->threshold_t[i] = set->threshold_t[i - 1];
  set->threshold_t[at] = t;
  return EH_OK;
}

static eh_status add_number(eh_thresholds *set, eh_str text, const char *name, eh_error *err) {
  double t;
  if (!eh_read_f64(&t, text.p, text.n))
    return eh_fail(err, EH_E_USAGE, "%s: %Q is not a number; write .5, or .1:.9:.1 for a range", name, text);
  if (!(t - t == 0)) return eh_fail(err, EH_E_USAGE, "%s: %Q is not finite", name, text);
  return insert(set, t, name, err);
}

/* Splits "start:end:step". */
static bool read_range(eh_decimal part_n[3], eh_str text) {
  size_t from = 0;
  int k = 0;
  for (size_t i = 0; i <= text.n; i++) {
    if (i < text.n && text.p[i] != ':') continue;
    if (k == 3 || !read_decimal(&part_n[k++], (eh_str){text.p + from, i - from})) return false;
    from = i + 1;
  }
  return k == 3;
}

eh_status eh_thresholds_add(eh_thresholds *set, eh_str text, const char *name, eh_error *err) {
  bool range = false;
  for (size_t i = 0; i < text.n; i++) range |= text.p[i] == ':';
  if (!range) return add_number(set, text, name, err);
  eh_decimal part_n[3];
  if (!read_range(part_n, text))
    return eh_fail(err, EH_E_USAGE, "%s: %Q is not a range; write start:end:step, such as .1:.9:.1", name, text);
  int exponent = EH_DECIMAL_EXPONENT;
  for (int k = 0; k < 3; k++)
    if (part_n[k].units && part_n[k].exponent < exponent) exponent = part_n[k].exponent;
  for (int k = 0; k < 3; k++)
    if (!scale(&part_n[k], exponent)) return eh_fail(err, EH_E_USAGE, "%s: %Q has too many digits", name, text);
  int64_t start = part_n[0].units, end = part_n[1].units, step = part_n[2].units;
  if (step <= 0 || end < start)
    return eh_fail(err, EH_E_USAGE, "%s: %Q is empty; a range goes up from start to end by a step above 0", name, text);
  if ((end - start) / step >= EH_THRESHOLDS_MAX)
    return eh_fail(err, EH_E_USAGE, "%s: %Q has more than %u thresholds", name, text, (uint64_t)EH_THRESHOLDS_MAX);
  for (int64_t units = start; units <= end; units += step) {
    double t = decimal_value((eh_decimal){units, exponent});
    if (!(t - t == 0)) return eh_fail(err, EH_E_USAGE, "%s: %Q is not finite", name, text);
    EH_TRY(insert(set, t, name, err));
  }
  return EH_OK;
}
