/* npy: the reader of NumPy's .npz (an array for each column) and record arrays (.npy), behind the calls of evenhand/table.h. Called
 * by audit.
 *
 * Either is bytes at a stride: a field of every record, or an array of one column. So both end in the same loop, which turns a
 * row's cells, of any width and byte order, into those of a batch.
 */
#include <string.h>

#include "half.h"
#include "npy_internal.h"

/* A want: where its cells lie, and the arrays of the batch. */
typedef struct eh_npy_target {
  eh_npy_field field;
  uint64_t stride;
  const unsigned char *data; /* of a .npz: the first cell */
  void *own;                 /* an array that was packed, as it was before; NULL: it lies in the file's bytes */
  size_t own_n;
  eh_type type;              /* of the column: EH_F64, EH_F32, EH_BOOL or EH_TEXT */
  void *cells;               /* one block: numbers, or places, lengths and codes */
  size_t cells_n;
  uint32_t *start_n, *len_n;
  uint8_t *cell_n;
  eh_buf text;
} eh_npy_target;

struct eh_npy {
  const eh_allocator *mem;
  eh_npy_options options;
  eh_intake *intake;
  eh_arena arena;
  eh_str source;             /* neutralised, for messages */
  eh_buf bytes;              /* of an archive all; else what is not yet read, after what was */
  bool archive, ended, planned;
  uint64_t rows, row;        /* records, and those that were read */
  uint64_t stride;           /* of a record array */
  size_t record_at;          /* its next record */
  eh_npy_target *target_w;
  eh_column *column_w;
  uint64_t *line_n;
  eh_str *name_n;
  uint32_t name_count;
};

static eh_status out_of_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* ---- a reader's life --------------------------------------------------------------------------------------------- */

eh_status eh_npy_new(eh_npy **out, const eh_npy_options *options, eh_intake *intake, const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  struct eh_npy *npy = eh_mem_zero(mem, sizeof *npy);
  if (!npy) return out_of_memory(err);
  npy->mem = npy->arena.mem = npy->bytes.mem = mem;
  npy->options = *options;
  npy->intake = intake;
  intake->by_row = true;
  eh_buf safe = {.mem = mem};
  eh_buf_safe(&safe, options->source.n ? options->source : EH_STR("input"), 0);
  npy->source = eh_arena_str(&npy->arena, (eh_str){safe.p, safe.n});
  npy->target_w = eh_arena_take(&npy->arena, (options->want_count + 1) * sizeof *npy->target_w);
  npy->column_w = eh_arena_take(&npy->arena, (options->want_count + 1) * sizeof *npy->column_w);
  npy->line_n = eh_mem_resize(mem, NULL, 0, EH_BATCH_ROWS * sizeof *npy->line_n);
  const bool failed = safe.failed || !npy->source.p || !npy->target_w || !npy->column_w || !npy->line_n;
  eh_buf_free(&safe);
  if (failed) return eh_npy_free(npy), out_of_memory(err);
  *out = npy;
  return EH_OK;
}

void eh_npy_free(eh_npy *npy) {
  if (!npy) return;
  for (uint32_t w = 0; npy->target_w && w < npy->options.want_count; w++) {
    eh_npy_target *target = &npy->target_w[w];
    eh_mem_free(npy->mem, target->own, target->own_n);
    eh_mem_free(npy->mem, target->cells, target->cells_n);
    eh_buf_free(&target->text);
  }
  if (npy->line_n) eh_mem_free(npy->mem, npy->line_n, EH_BATCH_ROWS * sizeof *npy->line_n);
  eh_buf_free(&npy->bytes);
  eh_arena_free(&npy->arena);
  eh_mem_free(npy->mem, npy, sizeof *npy);
}

/* ---- plans --------------------------------------------------------------------------------------------------------- */

static eh_status fail_unknown(const struct eh_npy *npy, eh_str wanted, eh_error *err) {
  const char *what = npy->archive ? "array" : "field";
  const int nearest = eh_name_nearest(npy->name_n, npy->name_count, wanted);
  if (nearest >= 0)
    return eh_fail(err, EH_E_SPEC, "%S has no %s %Q; nearest is %Q", npy->source, what, wanted, npy->name_n[nearest]);
  return eh_fail(err, EH_E_SPEC, "%S has no %s %Q", npy->source, what, wanted);
}

static bool is_readable(const eh_npy_field *field) {
  const uint32_t n = field->size;
  if (field->kind == 'f') return n == 2 || n == 4 || n == 8;
  if (field->kind == 'i' || field->kind == 'u') return n == 1 || n == 2 || n == 4 || n == 8;
  return field->kind == 'b' ? n == 1 : field->kind == 'S' || field->kind == 'U';
}

/* Whole numbers of 64 bits are exact as texts only. */
static eh_type type_of(const eh_npy_field *field, eh_type wanted) {
  if (field->kind == 'b') return EH_BOOL;
  if (field->kind == 'f') return field->size == 8 ? EH_F64 : EH_F32;
  return field->kind == 'S' || field->kind == 'U' || (field->size == 8 && wanted == EH_TEXT) ? EH_TEXT : EH_F64;
}

/* Takes the arrays of a batch for want w, whose cells are of `field`. */
static eh_status plan_want(struct eh_npy *npy, uint32_t w, const eh_npy_field *field, eh_error *err) {
  eh_npy_target *target = &npy->target_w[w];
  const eh_want *want = &npy->options.want_n[w];
  if (field->kind == 'O')
    return eh_fail(err, EH_E_INPUT, "%S: %Q holds Python objects; save it as text: .astype(str)", npy->source, want->name);
  if (!is_readable(field))
    return eh_fail(err, EH_E_INPUT, "%S: %Q holds neither numbers, booleans nor text of one dimension", npy->source, want->name);
  target->field = *field;
  target->type = type_of(field, want->type);
  target->text.mem = npy->mem;
  const size_t cell_n = target->type == EH_TEXT ? 2 * sizeof(uint32_t) + 1 : target->type == EH_F64 ? 8 : target->type == EH_F32 ? 4 : 1;
  target->cells_n = cell_n * EH_BATCH_ROWS;
  target->cells = eh_mem_resize(npy->mem, NULL, 0, target->cells_n);
  if (!target->cells) return out_of_memory(err);
  npy->column_w[w] = (eh_column){.name = want->name, .type = target->type, .data = target->cells};
  if (target->type != EH_TEXT) return EH_OK;
  target->start_n = target->cells;
  target->len_n = target->start_n + EH_BATCH_ROWS;
  target->cell_n = (uint8_t *)(target->len_n + EH_BATCH_ROWS);
  npy->column_w[w].data = NULL;
  npy->column_w[w].text_start_n = target->start_n;
  npy->column_w[w].text_len_n = target->len_n;
  npy->column_w[w].cell_n = target->cell_n;
  return EH_OK;
}

/* The bytes of a member, unpacked where they are packed. */
static eh_status unpack_member(eh_npy_target *target, const unsigned char **bytes, const struct eh_npy *npy, const eh_zip_member *member,
                               eh_error *err) {
  *bytes = member->data;
  if (member->packed) {
    if (member->n >= SIZE_MAX) return out_of_memory(err);
    target->own_n = (size_t)member->n + 1;
    target->own = eh_mem_resize(npy->mem, NULL, 0, target->own_n);
    if (!target->own) return out_of_memory(err);
    *bytes = target->own;
  }
  if ((!member->packed || eh_inflate(target->own, (size_t)member->n, member->data, (size_t)member->packed_n)) &&
      eh_zip_check(member, *bytes))
    return EH_OK;
  return eh_fail(err, EH_E_INPUT, "%S: array %Q is damaged", npy->source, member->name);
}

/* Plans want w, which is the array in `member`. */
static eh_status plan_member(struct eh_npy *npy, uint32_t w, const eh_zip_member *member, eh_error *err) {
  eh_npy_target *target = &npy->target_w[w];
  const eh_str name = npy->options.want_n[w].name;
  eh_npy_header header;
  const unsigned char *bytes;
  const char *why;
  bool whole;
  EH_TRY(unpack_member(target, &bytes, npy, member, err));
  const bool good = eh_npy_header_read(&header, &whole, &why, &npy->arena, bytes, (size_t)member->n);
  if (!good && !why) return out_of_memory(err);
  if (!good || !whole) return eh_fail(err, EH_E_INPUT, "%S: %Q: %s", npy->source, name, good ? "it is cut off" : why);
  if (header.structured || header.dims != 1)
    return eh_fail(err, EH_E_INPUT, "%S: array %Q has %s; a column has one dimension", npy->source, name,
                   header.structured ? "fields" : header.dims ? "several dimensions" : "none");
  if (w && header.rows != npy->rows)
    return eh_fail(err, EH_E_INPUT, "%S: arrays differ in length: %Q has %u, %Q has %u", npy->source, npy->options.want_n[0].name,
                   npy->rows, name, header.rows);
  EH_TRY(plan_want(npy, w, &header.field_f[0], err));
  if (header.stride && (member->n - header.data_at) / header.stride < header.rows)
    return eh_fail(err, EH_E_INPUT, "%S: array %Q is cut off", npy->source, name);
  target->data = bytes + header.data_at;
  target->stride = header.stride;
  npy->rows = header.rows;
  return EH_OK;
}

static eh_status plan_archive(struct eh_npy *npy, eh_error *err) {
  eh_zip_member *member_n = NULL;
  uint32_t count = 0;
  const char *why;
  if (!eh_zip_read(&member_n, &count, &why, &npy->arena, npy->bytes.p, npy->bytes.n))
    return why ? eh_fail(err, EH_E_INPUT, "%S: %s", npy->source, why) : out_of_memory(err);
  npy->name_n = eh_arena_take(&npy->arena, (count + 1) * sizeof *npy->name_n);
  if (!npy->name_n) return out_of_memory(err);
  for (uint32_t m = 0; m < count; m++) {
    eh_str name = member_n[m].name;
    if (name.n > 4 && memcmp(name.p + name.n - 4, ".npy", 4) == 0) name.n -= 4;
    npy->name_n[npy->name_count++] = name;
  }
  for (uint32_t w = 0; w < npy->options.want_count; w++) {
    uint32_t m = 0;
    while (m < count && !eh_str_eq(npy->name_n[m], npy->options.want_n[w].name)) m++;
    if (m == count) return fail_unknown(npy, npy->options.want_n[w].name, err);
    EH_TRY(plan_member(npy, w, &member_n[m], err));
  }
  npy->planned = true;
  return EH_OK;
}

/* Plans the fields of a record array once its header is whole. */
static eh_status plan_records(struct eh_npy *npy, eh_error *err) {
  eh_npy_header header;
  const char *why;
  bool whole;
  const bool good = eh_npy_header_read(&header, &whole, &why, &npy->arena, npy->bytes.p, npy->bytes.n);
  if (!good && !why) return out_of_memory(err);
  if (!good || (!whole && npy->ended)) return eh_fail(err, EH_E_INPUT, "%S: %s", npy->source, good ? "it is cut off" : why);
  if (!whole) return EH_OK;
  if (!header.structured)
    return eh_fail(err, EH_E_INPUT, "%S is an array without names; save the columns by name: numpy.savez('preds.npz', label=..., score=...)",
                   npy->source);
  if (header.dims != 1 || !header.stride)
    return eh_fail(err, EH_E_INPUT, "%S: the records stand in several dimensions; a table has one", npy->source);
  npy->name_n = eh_arena_take(&npy->arena, (header.field_count + 1) * sizeof *npy->name_n);
  if (!npy->name_n) return out_of_memory(err);
  for (uint32_t f = 0; f < header.field_count; f++) npy->name_n[npy->name_count++] = header.field_f[f].name;
  for (uint32_t w = 0; w < npy->options.want_count; w++) {
    uint32_t f = 0;
    while (f < header.field_count && !eh_str_eq(npy->name_n[f], npy->options.want_n[w].name)) f++;
    if (f == header.field_count) return fail_unknown(npy, npy->options.want_n[w].name, err);
    EH_TRY(plan_want(npy, w, &header.field_f[f], err));
    npy->target_w[w].stride = header.stride;
  }
  npy->rows = header.rows;
  npy->stride = header.stride;
  npy->record_at = (size_t)header.data_at;
  npy->planned = true;
  return EH_OK;
}

/* ---- bytes in ---------------------------------------------------------------------------------------------------- */

/* Moving costs what is moved, so it waits until at least as much is dropped. */
static void drop_read(struct eh_npy *npy) {
  const size_t left = npy->bytes.n - npy->record_at;
  if (npy->archive || !npy->record_at || npy->record_at < left) return;
  memmove(npy->bytes.p, npy->bytes.p + npy->record_at, left);
  npy->bytes.n = left;
  npy->record_at = 0;
}

eh_status eh_npy_push(eh_npy *npy, const void *bytes, size_t n, eh_error *err) {
  if (npy->ended) return eh_fail(err, EH_E_USAGE, "bytes are pushed after the end");
  if (!n || (npy->planned && npy->row == npy->rows)) return EH_OK; /* what follows the last record is nobody's */
  drop_read(npy);
  eh_buf_put(&npy->bytes, bytes, n);
  if (npy->bytes.failed) return out_of_memory(err);
  npy->archive = npy->archive || (!npy->planned && npy->bytes.p[0] == 'P');
  return npy->archive || npy->planned ? EH_OK : plan_records(npy, err);
}

eh_status eh_npy_end(eh_npy *npy, eh_error *err) {
  npy->ended = true;
  if (!npy->planned && !npy->bytes.n) return eh_fail(err, EH_E_INPUT, "%S is empty", npy->source);
  if (npy->planned) return EH_OK;
  return npy->archive ? plan_archive(npy, err) : plan_records(npy, err);
}

/* ---- cells --------------------------------------------------------------------------------------------------------- */

static uint64_t bits_at(const unsigned char *p, uint32_t n, bool big) {
  uint64_t x = 0;
  for (uint32_t i = 0; i < n; i++) x |= (uint64_t)p[i] << (8 * (big ? n - 1 - i : i));
  return x;
}

static int64_t signed_value(uint64_t bits, uint32_t n) {
  const uint64_t top = 1ull << (8 * n - 1);
  return (int64_t)((bits ^ top) - top);
}

static void write_number(const eh_npy_target *target, const unsigned char *p, size_t row) {
  const eh_npy_field *field = &target->field;
  const uint64_t bits = bits_at(p, field->size, field->big);
  const uint32_t bits_32 = (uint32_t)bits;
  if (target->type == EH_BOOL) ((uint8_t *)target->cells)[row] = bits != 0;
  else if (field->kind == 'f' && field->size == 8) memcpy((double *)target->cells + row, &bits, sizeof bits);
  else if (field->kind == 'f' && field->size == 4) memcpy((float *)target->cells + row, &bits_32, sizeof bits_32);
  else if (field->kind == 'f') ((float *)target->cells)[row] = eh_half_value(bits_32);
  else ((double *)target->cells)[row] = field->kind == 'u' ? (double)bits : (double)signed_value(bits, field->size);
}

/* Appends a character of four bytes; false if it is none. */
static bool put_character(eh_buf *to, uint32_t c) {
  if (!c || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return false;
  if (c < 0x80) return eh_buf_byte(to, (unsigned char)c), true;
  const uint32_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static const unsigned char lead_n[] = {0, 0xc0, 0xe0, 0xf0};
  eh_buf_byte(to, (unsigned char)(lead_n[more] | c >> (6 * more)));
  for (uint32_t i = more; i-- > 0;) eh_buf_byte(to, (unsigned char)(0x80 | (c >> (6 * i) & 0x3f)));
  return true;
}

/* Appends the text of a cell. NULL, or what is wrong with it. Zeros at its end are padding. */
static const char *write_text(eh_npy_target *target, const unsigned char *p, size_t row) {
  const eh_npy_field *field = &target->field;
  eh_buf *text = &target->text;
  const size_t start = text->n;
  size_t n = field->size;
  if (field->kind == 'i' || field->kind == 'u') {
    const uint64_t bits = bits_at(p, field->size, field->big);
    if (field->kind == 'u') eh_buf_format(text, "%u", bits);
    else eh_buf_format(text, "%d", (int64_t)bits);
  } else if (field->kind == 'S') {
    while (n && !p[n - 1]) n--;
    if (memchr(p, 0, n)) return "holds a NUL character";
    if (eh_utf8_check((const char *)p, n) < n) return "is not UTF-8";
    eh_buf_put(text, p, n);
  } else {
    while (n && !bits_at(p + n - 4, 4, field->big)) n -= 4;
    for (size_t i = 0; i < n; i += 4)
      if (!put_character(text, (uint32_t)bits_at(p + i, 4, field->big))) return "holds what is no character";
  }
  target->start_n[row] = (uint32_t)start;
  target->len_n[row] = (uint32_t)(text->n - start);
  target->cell_n[row] = text->n == start ? EH_CELL_MISSING : EH_CELL_OK;
  return NULL;
}

/* ---- rows out ---------------------------------------------------------------------------------------------------- */

/* Reads record `i` from here into row `row`. */
static eh_status read_row(bool *good, struct eh_npy *npy, uint64_t i, size_t row, eh_error *err) {
  *good = true;
  npy->intake->rows++;
  for (uint32_t w = 0; *good && w < npy->options.want_count; w++) {
    eh_npy_target *target = &npy->target_w[w];
    const unsigned char *base = npy->archive ? target->data + npy->row * target->stride
                                             : (const unsigned char *)npy->bytes.p + npy->record_at + target->field.offset;
    const unsigned char *p = base + i * target->stride;
    const char *wrong = NULL;
    if (target->type == EH_TEXT) wrong = write_text(target, p, row);
    else write_number(target, p, row);
    if (target->text.failed) return out_of_memory(err);
    *good = !wrong;
    if (wrong) EH_TRY(eh_intake_skip(npy->intake, err, npy->row + i + 1, "%Q %s", npy->options.want_n[w].name, wrong));
  }
  npy->line_n[row] = npy->row + i + 1;
  return EH_OK;
}

/* A batch's texts are 32-bit places: a few wide columns make it shorter. */
static uint64_t batch_rows(const struct eh_npy *npy) {
  uint64_t rows = npy->rows - npy->row, width = 1;
  for (uint32_t w = 0; w < npy->options.want_count; w++)
    if (npy->target_w[w].field.size > width) width = npy->target_w[w].field.size;
  if (!npy->archive && rows > (npy->bytes.n - npy->record_at) / npy->stride) rows = (npy->bytes.n - npy->record_at) / npy->stride;
  if (rows > EH_BATCH_ROWS) rows = EH_BATCH_ROWS;
  const uint64_t most = ((uint64_t)1 << 30) / width;
  return rows > most ? most : rows;
}

eh_status eh_npy_next(eh_npy *npy, eh_batch *out, eh_error *err) {
  *out = (eh_batch){.column = npy->column_w, .column_n = npy->options.want_count, .line_n = npy->line_n};
  while (npy->planned && !out->rows && npy->row < npy->rows) {
    const uint64_t n = batch_rows(npy);
    if (!n) break;
    for (uint32_t w = 0; w < npy->options.want_count; w++) npy->target_w[w].text.n = 0;
    for (uint64_t i = 0; i < n; i++) {
      bool good;
      EH_TRY(read_row(&good, npy, i, out->rows, err));
      out->rows += good;
    }
    npy->row += n;
    npy->record_at += (size_t)(n * npy->stride);
  }
  for (uint32_t w = 0; w < npy->options.want_count; w++)
    if (npy->target_w[w].type == EH_TEXT) npy->column_w[w].text_bytes = npy->target_w[w].text.p ? npy->target_w[w].text.p : "";
  if (!npy->ended || out->rows || npy->row == npy->rows) return EH_OK;
  return eh_fail(err, EH_E_INPUT, "%S is cut off: %u of its %u rows are there", npy->source, npy->row, npy->rows);
}

const eh_str *eh_npy_names(const eh_npy *npy, uint32_t *n) {
  *n = npy->name_count;
  return npy->name_n;
}
