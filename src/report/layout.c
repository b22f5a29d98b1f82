/* layout: the terminal page of eh_report_text: strings that cannot drive a terminal, lines without trailing blanks,
 * wrapped sentences, footnotes.
 *
 * A blank is owed, not written, until text follows it: so padding never leaves blanks at the end of a line. Colour
 * is wrapped round single texts and never the only sign of anything.
 */
#include "report_internal.h"

enum { EH_WIDTH_PRESET = 100, EH_WIDTH_MIN = 80, EH_WIDTH_MAX = 120, EH_TOP_PRESET = 20 };

void eh_page_open(eh_page *page, eh_buf *out, const eh_text_style *style) {
  static const eh_text_style preset = {0};
  if (!style) style = &preset;
  uint32_t width = style->width ? style->width : EH_WIDTH_PRESET;
  if (width < EH_WIDTH_MIN) width = EH_WIDTH_MIN;
  if (width > EH_WIDTH_MAX) width = EH_WIDTH_MAX;
  *page = (eh_page){.out = out,
                    .arena = {.mem = out->mem},
                    .scratch = {.mem = out->mem},
                    .width = width,
                    .top = style->top ? style->top : EH_TOP_PRESET,
                    .color = style->color,
                    .sort = style->sort};
}

eh_status eh_page_close(eh_page *page, eh_error *err) {
  eh_buf_free(&page->scratch);
  eh_arena_free(&page->arena);
  return page->out->failed ? eh_fail(err, EH_E_MEMORY, "out of memory") : EH_OK;
}

void *eh_page_memory(eh_page *page, size_t count, size_t size) {
  void *p = count <= SIZE_MAX / 2 / size ? eh_arena_take(&page->arena, count ? count * size : 1) : NULL;
  if (!p) page->out->failed = true;
  return p;
}

eh_str eh_page_take(eh_page *page) {
  eh_str taken = {0};
  if (!page->scratch.failed) taken = eh_arena_str(&page->arena, (eh_str){page->scratch.p, page->scratch.n});
  if (!taken.p) {
    page->out->failed = true;
    taken = (eh_str){0};
  }
  page->scratch.n = 0;
  return taken;
}

eh_str eh_page_safe(eh_page *page, eh_str name) {
  eh_buf_safe(&page->scratch, name, 0);
  return eh_page_take(page);
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

void eh_page_put(eh_page *page, eh_str text, eh_paint paint) {
  static const char *const start[] = {"", "\x1b[1m", "\x1b[2m", "\x1b[1;31m"};
  uint32_t owed = 0;
  while (text.n && text.p[0] == ' ') text.p++, text.n--, page->blanks++;
  while (text.n && text.p[text.n - 1] == ' ') text.n--, owed++;
  if (text.n) {
    for (; page->blanks; page->blanks--) eh_buf_byte(page->out, ' ');
    bool paints = page->color && paint != EH_PLAIN;
    if (paints) eh_buf_text(page->out, start[paint]);
    eh_buf_str(page->out, text);
    if (paints) eh_buf_text(page->out, "\x1b[0m");
  }
  page->blanks += owed;
}

void eh_page_text(eh_page *page, const char *text, eh_paint paint) { eh_page_put(page, eh_str_of(text), paint); }

void eh_page_line(eh_page *page) {
  page->blanks = 0;
  eh_buf_byte(page->out, '\n');
}

/* Bytes of the code point at s.p[i]; s is UTF-8. */
static size_t point_bytes(eh_str s, size_t i) {
  size_t n = 1;
  while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xC0) == 0x80) n++;
  return n;
}

eh_str eh_text_prefix(eh_str s, size_t width) {
  size_t n = 0, used = 0;
  while (n < s.n) {
    size_t bytes = point_bytes(s, n), more = eh_text_width((eh_str){s.p + n, bytes});
    if (used + more > width) break;
    used += more;
    n += bytes;
  }
  return (eh_str){s.p, n};
}

/* Takes the next line of at most `width` columns off *text, broken at a blank where there is one. */
static eh_str next_line(eh_str *text, size_t width) {
  while (text->n && text->p[0] == ' ') text->p++, text->n--;
  size_t best = 0;
  for (size_t end = 0; end < text->n;) {
    while (end < text->n && text->p[end] == ' ') end++;
    while (end < text->n && text->p[end] != ' ') end++;
    if (eh_text_width((eh_str){text->p, end}) > width) break;
    best = end;
  }
  eh_str line = best ? (eh_str){text->p, best} : eh_text_prefix(*text, width);
  if (!line.n) line = *text; /* a single character wider than the line */
  if (line.n) text->p += line.n, text->n -= line.n;
  return line;
}

void eh_page_wrap(eh_page *page, eh_str first, uint32_t indent, eh_str text, eh_paint paint) {
  eh_page_put(page, first, paint == EH_DIM ? EH_DIM : EH_BOLD);
  eh_page_put(page, next_line(&text, page->width - indent), paint);
  eh_page_line(page);
  while (text.n) {
    eh_str line = next_line(&text, page->width - indent);
    if (!line.n) return;
    page->blanks = indent;
    eh_page_put(page, line, paint);
    eh_page_line(page);
  }
}

void eh_page_more(eh_page *page, uint64_t n, const char *one, const char *many) {
  if (!n) return;
  eh_buf_text(&page->scratch, "... and ");
  eh_buf_grouped(&page->scratch, n);
  eh_buf_format(&page->scratch, " more %s (all are in --json)", n == 1 ? one : many);
  eh_page_put(page, eh_page_take(page), EH_DIM);
  eh_page_line(page);
}

/* ---- footnotes --------------------------------------------------------------------------------------------------- */

static void put_raised(eh_buf *out, uint32_t number) {
  static const char *const digit[] = {"\xe2\x81\xb0", "\xc2\xb9", "\xc2\xb2", "\xc2\xb3", "\xe2\x81\xb4",
                                      "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7", "\xe2\x81\xb8", "\xe2\x81\xb9"};
  if (number >= 10) put_raised(out, number / 10);
  eh_buf_text(out, digit[number % 10]);
}

void eh_notes_dash(eh_notes *notes, eh_page *page, eh_reason reason) {
  eh_buf_text(&page->scratch, "\xe2\x80\x93");
  if (reason == EH_R_NONE) {
    eh_buf_byte(&page->scratch, ' ');
    return;
  }
  uint32_t i = 0;
  while (i < notes->n && notes->reason_n[i] != reason) i++;
  if (i == notes->n) notes->reason_n[notes->n++] = reason;
  put_raised(&page->scratch, i + 1);
}

void eh_notes_print(const eh_notes *notes, eh_page *page) {
  if (!notes->n) return;
  for (uint32_t i = 0; i < notes->n; i++) {
    eh_buf_text(&page->scratch, i ? "; \xe2\x80\x93" : "");
    put_raised(&page->scratch, i + 1);
    eh_buf_format(&page->scratch, " %s (%s)", eh_reason_text(notes->reason_n[i]), eh_reason_name(notes->reason_n[i]));
  }
  eh_str text = eh_page_take(page);
  eh_page_wrap(page, EH_STR("\xe2\x80\x93"), 1, text, EH_DIM);
}
