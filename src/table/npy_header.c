/* npy_header: the dictionary in the header of a NumPy array (numpy.lib.format, versions 1 to 3). Called by npy.c.
 *
 * It is a Python literal, {'descr': ..., 'fortran_order': ..., 'shape': ...}, read by descent. Of a record array `descr` lists the
 * fields; each takes the bytes of its type, wanted or not, since the next begins behind it.
 */
#include <string.h>

#include "npy_internal.h"

typedef struct eh_literal {
  const char *p, *end;
  eh_npy_header *out;
  eh_arena *arena;
  bool latin1;         /* versions 1 and 2 */
  bool bad, memory;    /* no literal of this kind; no memory */
} eh_literal;

static void skip_blanks(eh_literal *l) {
  while (l->p < l->end && (*l->p == ' ' || *l->p == '\n' || *l->p == '\t' || *l->p == '\r')) l->p++;
}

static bool comes(eh_literal *l, char c) {
  skip_blanks(l);
  return l->p < l->end && *l->p == c;
}

static bool takes(eh_literal *l, char c) {
  if (!comes(l, c)) return false;
  l->p++;
  return true;
}

static void demand(eh_literal *l, char c) { l->bad |= !takes(l, c); }

static bool takes_word(eh_literal *l, const char *word) {
  const size_t n = strlen(word);
  skip_blanks(l);
  if ((size_t)(l->end - l->p) < n || memcmp(l->p, word, n)) return false;
  l->p += n;
  return true;
}

/* ---- texts and numbers --------------------------------------------------------------------------------------------- */

static void put_character(eh_buf *to, uint32_t c) {
  if (c < 0x80) {
    eh_buf_byte(to, (unsigned char)c);
  } else if (c < 0x800) {
    eh_buf_byte(to, (unsigned char)(0xc0 | c >> 6));
    eh_buf_byte(to, (unsigned char)(0x80 | (c & 0x3f)));
  } else {
    eh_buf_byte(to, (unsigned char)(0xe0 | c >> 12));
    eh_buf_byte(to, (unsigned char)(0x80 | (c >> 6 & 0x3f)));
    eh_buf_byte(to, (unsigned char)(0x80 | (c & 0x3f)));
  }
}

/* The digits of \xNN or \uNNNN. */
static uint32_t take_hex(eh_literal *l, int n) {
  uint32_t x = 0;
  for (int i = 0; i < n; i++, l->p++) {
    const char c = l->p < l->end ? *l->p : 0, lower = (char)(c | 0x20);
    const bool digit = c >= '0' && c <= '9', letter = lower >= 'a' && lower <= 'f';
    if (!digit && !letter) return l->bad = true, 0;
    x = x << 4 | (uint32_t)(digit ? c - '0' : lower - 'a' + 10);
  }
  return x;
}

static void take_escape(eh_literal *l, eh_buf *to) {
  static const char escape_e[] = "nrt\\'\"", meaning_e[] = "\n\r\t\\'\"";
  const char c = l->p < l->end ? *l->p++ : 0;
  const char *known = c ? strchr(escape_e, c) : NULL;
  if (known) eh_buf_byte(to, (unsigned char)meaning_e[known - escape_e]);
  else if (c == 'x' || c == 'u') put_character(to, take_hex(l, c == 'x' ? 2 : 4));
  else l->bad = true;
}

/* A text in quotes, in UTF-8, in the arena. */
static eh_str take_text(eh_literal *l) {
  eh_buf text = {.mem = l->arena->mem};
  skip_blanks(l);
  const char quote = l->p < l->end ? *l->p : 0;
  l->bad |= quote != '\'' && quote != '"';
  if (!l->bad) l->p++;
  while (!l->bad && l->p < l->end && *l->p != quote) {
    const char c = *l->p++;
    if (c == '\\') take_escape(l, &text);
    else if (l->latin1) put_character(&text, (unsigned char)c);
    else eh_buf_byte(&text, (unsigned char)c);
  }
  if (l->bad || l->p == l->end) l->bad = true;
  else l->p++;
  const eh_str copy = eh_arena_str(l->arena, (eh_str){text.n ? text.p : "", text.n});
  l->memory |= text.failed || !copy.p;
  l->bad |= l->memory || eh_utf8_check(text.p, text.n) < text.n;
  eh_buf_free(&text);
  return l->bad ? (eh_str){"", 0} : copy;
}

static uint64_t take_number(eh_literal *l) {
  uint64_t x = 0;
  skip_blanks(l);
  l->bad |= l->p == l->end || (unsigned char)(*l->p - '0') > 9;
  for (; l->p < l->end && (unsigned char)(*l->p - '0') <= 9; l->p++) {
    l->bad |= x > ((uint64_t)1 << 48);
    x = x * 10 + (uint64_t)(*l->p - '0');
  }
  takes(l, 'L'); /* as Python 2 wrote it */
  return x;
}

/* A tuple of numbers; gives their product and how many there are. */
static uint64_t take_shape(eh_literal *l, uint32_t *dims, uint64_t *first) {
  uint64_t product = 1;
  *dims = 0, *first = 1;
  demand(l, '(');
  while (!l->bad && !comes(l, ')')) {
    const uint64_t n = take_number(l);
    if (!(*dims)++) *first = n;
    l->bad |= n && product > ((uint64_t)1 << 48) / n;
    product *= n;
    if (!takes(l, ',')) break;
  }
  demand(l, ')');
  return product;
}

/* ---- types --------------------------------------------------------------------------------------------------------- */

/* "<f8": order, kind, bytes (of U: characters, of 4 bytes each). */
static void read_type(eh_literal *l, eh_npy_field *field, eh_str type) {
  size_t i = 0;
  uint64_t size = 0;
  if (i < type.n && strchr("<>|=", type.p[i])) field->big = type.p[i++] == '>';
  field->kind = i < type.n ? type.p[i++] : 0;
  const bool object = field->kind == 'O';
  l->bad |= !field->kind || (!object && (i == type.n || (unsigned char)(type.p[i] - '0') > 9));
  for (; i < type.n && (unsigned char)(type.p[i] - '0') <= 9 && size < 1u << 28; i++) size = size * 10 + (uint64_t)(type.p[i] - '0');
  if (field->kind == 'U') size *= 4;
  l->bad |= size >= 1u << 28;
  field->size = (uint32_t)size;
}

static eh_npy_field *add_field(eh_literal *l) {
  eh_npy_header *out = l->out;
  if (out->field_count == out->field_cap) {
    const uint32_t cap = out->field_cap ? 4 * out->field_cap : 16;
    eh_npy_field *grown = cap > EH_NPY_FIELDS_MAX ? NULL : eh_arena_take(l->arena, cap * sizeof *grown);
    l->memory |= !grown && cap <= EH_NPY_FIELDS_MAX;
    if (!grown) return l->bad = true, NULL;
    if (out->field_count) memcpy(grown, out->field_f, out->field_count * sizeof *grown);
    out->field_f = grown;
    out->field_cap = cap;
  }
  out->field_f[out->field_count] = (eh_npy_field){.name = {"", 0}};
  return &out->field_f[out->field_count++];
}

static uint64_t take_fields(eh_literal *l, uint64_t offset, int depth);

/* One ('name', type) or ('name', type, shape); a name may be a pair of title and name. Gives its bytes. */
static uint64_t take_field(eh_literal *l, uint64_t offset, int depth) {
  eh_npy_field one = {.offset = offset};
  uint32_t dims;
  uint64_t first, times = 1, size;
  demand(l, '(');
  if (takes(l, '(')) {
    take_text(l);
    demand(l, ',');
    one.name = take_text(l);
    demand(l, ')');
  } else {
    one.name = take_text(l);
  }
  demand(l, ',');
  const bool nested = comes(l, '[');
  if (nested) size = take_fields(l, offset, depth + 1);
  else if (!l->bad) read_type(l, &one, take_text(l)), size = one.size;
  else size = 0;
  if (takes(l, ',') && comes(l, '(')) times = take_shape(l, &dims, &first);
  takes(l, ',');
  demand(l, ')');
  if (nested || times != 1) one.kind = 'V';
  eh_npy_field *field = l->bad || depth ? NULL : add_field(l);
  if (field) *field = one;
  l->bad |= size && times > ((uint64_t)1 << 40) / size;
  return l->bad ? 0 : size * times;
}

/* A list of fields from `offset` on; only those of the record itself are kept. Gives their bytes. */
static uint64_t take_fields(eh_literal *l, uint64_t offset, int depth) {
  uint64_t size = 0;
  l->bad |= depth > EH_NPY_DEPTH;
  demand(l, '[');
  while (!l->bad && !comes(l, ']')) {
    size += take_field(l, offset + size, depth);
    l->bad |= size > (uint64_t)1 << 40;
    if (!takes(l, ',')) break;
  }
  demand(l, ']');
  return size;
}

/* ---- the header ---------------------------------------------------------------------------------------------------- */

static void take_descr(eh_literal *l) {
  eh_npy_header *out = l->out;
  out->structured = comes(l, '[');
  if (out->structured) {
    out->stride = take_fields(l, 0, 0);
    return;
  }
  eh_npy_field one = {.name = {"", 0}};
  const eh_str type = take_text(l);
  if (!l->bad) read_type(l, &one, type);
  eh_npy_field *field = l->bad ? NULL : add_field(l);
  if (field) *field = one, out->stride = one.size;
}

static void take_members(eh_literal *l) {
  bool descr = false, shape = false;
  uint64_t first;
  demand(l, '{');
  while (!l->bad && !comes(l, '}')) {
    const eh_str key = take_text(l);
    demand(l, ':');
    if (l->bad) return;
    if (eh_str_eq(key, EH_STR("descr"))) {
      l->bad |= descr;
      descr = true;
      take_descr(l);
    } else if (eh_str_eq(key, EH_STR("shape"))) {
      shape = true;
      take_shape(l, &l->out->dims, &first);
      l->out->rows = first;
    } else {
      l->bad |= !takes_word(l, "True") && !takes_word(l, "False"); /* fortran_order: the same for one dimension */
    }
    if (!takes(l, ',')) break;
  }
  demand(l, '}');
  l->bad |= !descr || !shape;
}

bool eh_npy_header_read(eh_npy_header *out, bool *whole, const char **why, eh_arena *arena, const void *bytes, size_t n) {
  const unsigned char *const p = bytes;
  *out = (eh_npy_header){0};
  *why = "it is no NumPy array";
  *whole = n >= 6;
  if (n < 6) return true;
  if (memcmp(p, "\x93NUMPY", 6)) return false;
  *whole = n >= 12;
  if (n < 12) return true;
  *why = "it is of a version of the format that is not known";
  if (p[6] < 1 || p[6] > 3) return false;
  const size_t begin = p[6] == 1 ? 10 : 12;
  const uint64_t length = p[8] | (uint64_t)p[9] << 8 | (p[6] == 1 ? 0 : (uint64_t)p[10] << 16 | (uint64_t)p[11] << 24);
  *why = "its header is damaged";
  if (length > 1 << 24) return false;
  *whole = n - begin >= length;
  if (!*whole) return true;
  eh_literal l = {(const char *)p + begin, (const char *)p + begin + length, out, arena, p[6] < 3, false, false};
  take_members(&l);
  out->data_at = begin + length;
  if (l.memory) *why = NULL;
  return !l.bad;
}
