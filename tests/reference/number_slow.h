/* number_slow: the number writer by way of the C library, for reading.
 *
 * The C library's printf and strtod are correctly rounded (glibc, musl); what is added here is only the choice of 15,
 * 16 or 17 digits and ECMAScript's spelling of them.
 */
#ifndef EH_TESTS_NUMBER_SLOW_H
#define EH_TESTS_NUMBER_SLOW_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lays out d.ddd and a decimal exponent as Number::toString does. */
static void slow_spell(char *out, const char *digits, int exponent) {
  const int n = (int)strlen(digits);
  if (exponent < -6 || exponent >= 21)
    sprintf(out, "%c%s%se%+d", digits[0], n > 1 ? "." : "", digits + 1, exponent);
  else if (exponent < 0)
    sprintf(out, "0.%.*s%s", -exponent - 1, "000000", digits);
  else if (n > exponent + 1)
    sprintf(out, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
  else
    sprintf(out, "%s%.*s", digits, exponent + 1 - n, "00000000000000000000000");
}

/* x finite and not 0. */
static void slow_write_f64(char out[64], double x) {
  char scientific[64], digits[32];
  int precision = 14, digits_n = 0;
  do snprintf(scientific, sizeof scientific, "%.*e", precision, x);
  while (strtod(scientific, NULL) != x && ++precision <= 16);
  const char *mark = strchr(scientific, 'e');
  for (const char *p = scientific; p < mark; p++)
    if (*p >= '0' && *p <= '9') digits[digits_n++] = *p;
  while (digits_n > 1 && digits[digits_n - 1] == '0') digits_n--;
  digits[digits_n] = 0;
  if (x < 0) *out++ = '-';
  slow_spell(out, digits, atoi(mark + 1));
}

/* The exact decimal value halfway between the doubles a < b, both >= 0, with 1,080 decimals: enough for any pair. */
enum { SLOW_TEXT = 1500 };
static void slow_halfway(char out[SLOW_TEXT], double a, double b) {
  char a_text[SLOW_TEXT], b_text[SLOW_TEXT];
  int carry = 0, rest = 0;
  const int n = snprintf(b_text, SLOW_TEXT, "%.1080f", b);
  snprintf(a_text, SLOW_TEXT, "%0*.1080f", n, a);
  out[0] = '0';
  out[n + 1] = 0;
  for (int i = n - 1; i >= 0; i--) {
    if (a_text[i] == '.') {
      out[i + 1] = '.';
      continue;
    }
    const int sum = a_text[i] - '0' + b_text[i] - '0' + carry;
    out[i + 1] = (char)('0' + sum % 10);
    carry = sum / 10;
  }
  out[0] = (char)('0' + carry);
  for (int i = 0; i <= n; i++) {
    if (out[i] == '.') continue;
    const int v = 10 * rest + out[i] - '0';
    out[i] = (char)('0' + v / 2);
    rest = v % 2;
  }
}

#endif
