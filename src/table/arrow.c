/* arrow: columns of an Arrow record batch, by the C Data Interface, as batches of this room. Called by audit/arrow.c.
 *
 * Numbers of 32 bits and fewer, and f64, are taken where they lie; what Arrow keeps in bits, in 64-bit integers or behind 64-bit
 * places is turned into arrays of a batch. A dictionary becomes a coded column, its texts listed once for an array.
 */
#include <string.h>

#include "evenhand/table.h"
#include "half.h"

/* Bytes of a batch's texts in a column: their places are 32-bit. Room for a whole number of 64 bits as eh_write_u64 wants it. */
enum { TEXT_MAX = 1 << 30, WIDE_TEXT = EH_F64_TEXT + 1 };

/* A wanted column, by its Arrow type. */
typedef struct eh_arrow_column {
  eh_str name;
  int64_t child;
  char kind;            /* the letter of its format: of a dictionary that of its indexes */
  char text_kind;       /* 'u' or 'U' of its texts, 0 = it has none */
  bool coded;
  eh_type wanted;
  uint8_t *cell_n;      /* arrays of a batch, taken when they are first needed */
  void *data;
  size_t data_n;        /* bytes of it */
  uint32_t *start_n, *len_n;
  size_t texts_n;       /* elements of these two */
} eh_arrow_column;

struct eh_arrow {
  const eh_allocator *mem;
  eh_arena arena;
  eh_arrow_column *column_w;
  eh_column *out_w;
  uint32_t want_count;
};

static eh_status out_of_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* ---- the schema ---------------------------------------------------------------------------------------------------- */

static bool is_one_of(const char *format, const char *letters) { return format[0] && !format[1] && strchr(letters, format[0]); }

static eh_status fail_type(eh_str name, const char *format, eh_error *err) {
  return eh_fail(err, EH_E_INPUT, "column %Q has the Arrow type %Q, which is not read; cast it to a number, a boolean or text", name,
                 eh_str_of(format));
}

static eh_status plan_column(eh_arrow_column *column, const struct ArrowSchema *schema, eh_error *err) {
  const char *format = schema->format ? schema->format : "";
  column->kind = format[0];
  column->coded = schema->dictionary != NULL;
  if (column->coded) {
    const char *texts = schema->dictionary->format ? schema->dictionary->format : "";
    if (!is_one_of(format, "cCsSiIlL")) return fail_type(column->name, format, err);
    if (!is_one_of(texts, "uU")) return fail_type(column->name, texts, err);
    column->text_kind = texts[0];
    return EH_OK;
  }
  if (!is_one_of(format, "nbcCsSiIlLefguU")) return fail_type(column->name, format, err);
  if (format[0] == 'u' || format[0] == 'U') column->text_kind = format[0];
  return EH_OK;
}

static eh_status fail_unknown(const struct ArrowSchema *schema, eh_str wanted, eh_arena *arena, eh_error *err) {
  const uint32_t n = schema->n_children > 65535 ? 65535 : (uint32_t)schema->n_children;
  eh_str *name_n = eh_arena_take(arena, (n + 1) * sizeof *name_n);
  if (!name_n) return out_of_memory(err);
  for (uint32_t i = 0; i < n; i++) name_n[i] = eh_str_of(schema->children[i]->name ? schema->children[i]->name : "");
  const int nearest = eh_name_nearest(name_n, n, wanted);
  if (nearest >= 0) return eh_fail(err, EH_E_SPEC, "the record batch has no column %Q; nearest is %Q", wanted, name_n[nearest]);
  return eh_fail(err, EH_E_SPEC, "the record batch has no column %Q", wanted);
}

static eh_status find_child(eh_arrow_column *column, const struct ArrowSchema *schema, eh_arena *arena, eh_error *err) {
  column->child = -1;
  for (int64_t i = 0; i < schema->n_children; i++) {
    const char *name = schema->children[i]->name;
    if (!name || !eh_str_eq(eh_str_of(name), column->name)) continue;
    if (column->child >= 0) return eh_fail(err, EH_E_SPEC, "the record batch has column %Q twice", column->name);
    column->child = i;
  }
  return column->child < 0 ? fail_unknown(schema, column->name, arena, err) : plan_column(column, schema->children[column->child], err);
}

static eh_status plan(struct eh_arrow *arrow, const struct ArrowSchema *schema, const eh_want *want_n, eh_error *err) {
  if (!schema->format || strcmp(schema->format, "+s") || schema->n_children < 0)
    return eh_fail(err, EH_E_INPUT, "a record batch has the Arrow type \"+s\", not %Q", eh_str_of(schema->format ? schema->format : ""));
  arrow->column_w = eh_arena_take(&arrow->arena, (arrow->want_count + 1) * sizeof *arrow->column_w);
  arrow->out_w = eh_arena_take(&arrow->arena, (arrow->want_count + 1) * sizeof *arrow->out_w);
  if (!arrow->column_w || !arrow->out_w) return out_of_memory(err);
  for (uint32_t w = 0; w < arrow->want_count; w++) {
    arrow->column_w[w].name = eh_arena_str(&arrow->arena, want_n[w].name);
    arrow->column_w[w].wanted = want_n[w].type;
    if (!arrow->column_w[w].name.p) return out_of_memory(err);
    EH_TRY(find_child(&arrow->column_w[w], schema, &arrow->arena, err));
  }
  return EH_OK;
}

eh_status eh_arrow_new(eh_arrow **out, const struct ArrowSchema *schema, const eh_want *want_n, uint32_t want_count,
                       const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  struct eh_arrow *arrow = eh_mem_zero(mem, sizeof *arrow);
  if (!arrow) return out_of_memory(err);
  arrow->mem = arrow->arena.mem = mem;
  arrow->want_count = want_count;
  const eh_status status = plan(arrow, schema, want_n, err);
  if (status) return eh_arrow_free(arrow), status;
  *out = arrow;
  return EH_OK;
}

void eh_arrow_free(eh_arrow *arrow) {
  if (!arrow) return;
  for (uint32_t w = 0; arrow->column_w && w < arrow->want_count; w++) {
    eh_arrow_column *column = &arrow->column_w[w];
    eh_mem_free(arrow->mem, column->cell_n, EH_BATCH_ROWS);
    eh_mem_free(arrow->mem, column->data, column->data_n);
    eh_mem_free(arrow->mem, column->start_n, column->texts_n * sizeof(uint32_t));
    eh_mem_free(arrow->mem, column->len_n, column->texts_n * sizeof(uint32_t));
  }
  eh_arena_free(&arrow->arena);
  eh_mem_free(arrow->mem, arrow, sizeof *arrow);
}

/* ---- arrays of a batch --------------------------------------------------------------------------------------------- */

static bool need_cells(const struct eh_arrow *arrow, eh_arrow_column *column) {
  if (!column->cell_n) column->cell_n = eh_mem_resize(arrow->mem, NULL, 0, EH_BATCH_ROWS);
  return column->cell_n != NULL;
}

/* Values of `size` bytes; a column asks for one size only. */
static bool need_data(const struct eh_arrow *arrow, eh_arrow_column *column, size_t size) {
  if (column->data) return true;
  column->data = eh_mem_resize(arrow->mem, NULL, 0, EH_BATCH_ROWS * size);
  column->data_n = column->data ? EH_BATCH_ROWS * size : 0;
  return column->data != NULL;
}

/* Room for n places and lengths. */
static bool need_texts(const struct eh_arrow *arrow, eh_arrow_column *column, size_t n) {
  if (n <= column->texts_n) return true;
  if (n > SIZE_MAX / sizeof(uint32_t)) return false;
  uint32_t *start_n = eh_mem_resize(arrow->mem, NULL, 0, n * sizeof *start_n);
  uint32_t *len_n = start_n ? eh_mem_resize(arrow->mem, NULL, 0, n * sizeof *len_n) : NULL;
  if (!len_n) return eh_mem_free(arrow->mem, start_n, n * sizeof *start_n), false;
  eh_mem_free(arrow->mem, column->start_n, column->texts_n * sizeof(uint32_t));
  eh_mem_free(arrow->mem, column->len_n, column->texts_n * sizeof(uint32_t));
  column->start_n = start_n;
  column->len_n = len_n;
  column->texts_n = n;
  return true;
}

static bool bit_at(const void *bits, uint64_t i) { return ((const uint8_t *)bits)[i / 8] >> (i % 8) & 1; }

/* The validity bits of an array; NULL where all cells are there. */
static const void *validity(const struct ArrowArray *array) { return array->null_count == 0 || array->n_buffers < 1 ? NULL : array->buffers[0]; }

/* Codes for the cells from `at`: missing where the bits say so. */
static eh_status fill_cells(const struct eh_arrow *arrow, eh_arrow_column *column, const void *bits, uint64_t at, size_t rows, eh_error *err) {
  if (!need_cells(arrow, column)) return out_of_memory(err);
  for (size_t i = 0; i < rows; i++) column->cell_n[i] = !bits || bit_at(bits, at + i) ? EH_CELL_OK : EH_CELL_MISSING;
  return EH_OK;
}

/* ---- texts --------------------------------------------------------------------------------------------------------- */

/* Where text i of an array begins, its offsets of 32 or 64 bits. */
static uint64_t place_at(const struct ArrowArray *array, char kind, uint64_t i) {
  return kind == 'u' ? (uint64_t)(uint32_t)((const int32_t *)array->buffers[1])[i] : (uint64_t)((const int64_t *)array->buffers[1])[i];
}

/* Notes the texts [at, at + n) by place from the first of them. *bytes: where that lies. A missing one is empty. */
static eh_status note_texts(const struct eh_arrow *arrow, eh_arrow_column *column, const char **bytes, const struct ArrowArray *array,
                            uint64_t at, size_t n, eh_error *err) {
  if (!need_texts(arrow, column, n + 1)) return out_of_memory(err);
  const void *bits = validity(array);
  const uint64_t first = n ? place_at(array, column->text_kind, at) : 0;
  *bytes = n && array->buffers[2] ? (const char *)array->buffers[2] + first : "";
  for (size_t i = 0; i < n; i++) {
    const uint64_t from = place_at(array, column->text_kind, at + i), to = place_at(array, column->text_kind, at + i + 1);
    const bool there = !bits || bit_at(bits, at + i);
    if (from < first || to < from || to - first > UINT32_MAX || (to > from && !array->buffers[2]))
      return eh_fail(err, EH_E_INPUT, "column %Q: the offsets of its texts make no sense, or reach beyond 4 GB", column->name);
    column->start_n[i] = (uint32_t)(from - first);
    column->len_n[i] = there ? (uint32_t)(to - from) : 0;
    const eh_str text = {*bytes + column->start_n[i], column->len_n[i]};
    if (text.n && (memchr(text.p, 0, text.n) || eh_utf8_check(text.p, text.n) < text.n))
      return eh_fail(err, EH_E_INPUT, "column %Q: text %u has a NUL or is not UTF-8", column->name, at + i + 1);
  }
  return EH_OK;
}

/* A dictionary's texts, once for an array. */
static eh_status start_dictionary(const struct eh_arrow *arrow, eh_arrow_column *column, eh_column *out, const struct ArrowArray *array,
                                  eh_error *err) {
  const struct ArrowArray *texts = array->dictionary;
  if (!texts || texts->length < 0 || texts->offset < 0 || texts->n_buffers != 3 || (texts->length && !texts->buffers[1]) || texts->length >= UINT32_MAX)
    return eh_fail(err, EH_E_INPUT, "column %Q: its dictionary is damaged or too long", column->name);
  EH_TRY(note_texts(arrow, column, &out->text_bytes, texts, (uint64_t)texts->offset, (size_t)texts->length, err));
  out->type = EH_CODED_U32;
  out->text_start_n = column->start_n;
  out->text_len_n = column->len_n;
  out->text_count = (uint32_t)texts->length;
  return EH_OK;
}

/* ---- cells ----------------------------------------------------------------------------------------------------------- */

static int64_t index_at(const void *data, char kind, uint64_t i) {
  switch (kind) {
    case 'c': return ((const int8_t *)data)[i];
    case 'C': return ((const uint8_t *)data)[i];
    case 's': return ((const int16_t *)data)[i];
    case 'S': return ((const uint16_t *)data)[i];
    case 'i': return ((const int32_t *)data)[i];
    case 'I': return ((const uint32_t *)data)[i];
    default: return ((const int64_t *)data)[i];
  }
}

static eh_status fill_codes(const struct eh_arrow *arrow, eh_arrow_column *column, eh_column *out, const struct ArrowArray *array,
                            uint64_t at, size_t rows, eh_error *err) {
  const void *bits = validity(array);
  if (!need_data(arrow, column, sizeof(uint32_t))) return out_of_memory(err);
  uint32_t *code_n = column->data;
  for (size_t i = 0; i < rows; i++) {
    code_n[i] = UINT32_MAX;
    if (bits && !bit_at(bits, at + i)) continue;
    const int64_t index = index_at(array->buffers[1], column->kind, at + i);
    if (index < 0 || index >= (int64_t)out->text_count)
      return eh_fail(err, EH_E_INPUT, "column %Q: an index points beyond its dictionary", column->name);
    code_n[i] = (uint32_t)index;
  }
  out->data = code_n;
  return EH_OK;
}

/* Whole numbers of 64 bits: as texts, which are exact, or as the nearest f64. */
static eh_status fill_wide(const struct eh_arrow *arrow, eh_arrow_column *column, eh_column *out, const struct ArrowArray *array,
                           uint64_t at, size_t rows, eh_error *err) {
  const bool text = column->wanted == EH_TEXT;
  if (!need_data(arrow, column, text ? WIDE_TEXT : sizeof(double)) || (text && !need_texts(arrow, column, EH_BATCH_ROWS))) return out_of_memory(err);
  for (size_t i = 0; i < rows; i++) {
    const uint64_t x = ((const uint64_t *)array->buffers[1])[at + i];
    const bool negative = column->kind == 'l' && x >> 63;
    if (!text) {
      ((double *)column->data)[i] = column->kind == 'l' ? (double)(int64_t)x : (double)x;
      continue;
    }
    char *to = (char *)column->data + WIDE_TEXT * i;
    *to = '-';
    column->start_n[i] = (uint32_t)(WIDE_TEXT * i);
    column->len_n[i] = (uint32_t)(negative + eh_write_u64(to + negative, negative ? 0 - x : x));
  }
  out->type = text ? EH_TEXT : EH_F64;
  out->data = text ? NULL : column->data;
  out->text_bytes = text ? column->data : NULL;
  out->text_start_n = text ? column->start_n : NULL;
  out->text_len_n = text ? column->len_n : NULL;
  return EH_OK;
}

/* Booleans and halves, which have no type here. */
static eh_status fill_narrow(const struct eh_arrow *arrow, eh_arrow_column *column, eh_column *out, const struct ArrowArray *array,
                             uint64_t at, size_t rows, eh_error *err) {
  if (!need_data(arrow, column, sizeof(float))) return out_of_memory(err);
  for (size_t i = 0; i < rows; i++) {
    if (column->kind == 'b') ((uint8_t *)column->data)[i] = bit_at(array->buffers[1], at + i);
    else if (column->kind == 'e') ((float *)column->data)[i] = eh_half_value(((const uint16_t *)array->buffers[1])[at + i]);
    else ((uint8_t *)column->data)[i] = 0;
  }
  out->type = column->kind == 'e' ? EH_F32 : EH_BOOL;
  out->data = column->data;
  return EH_OK;
}

static eh_status fill_texts(const struct eh_arrow *arrow, eh_arrow_column *column, eh_column *out, const struct ArrowArray *array,
                            uint64_t at, size_t rows, eh_error *err) {
  EH_TRY(note_texts(arrow, column, &out->text_bytes, array, at, rows, err));
  out->type = EH_TEXT;
  out->text_start_n = column->start_n;
  out->text_len_n = column->len_n;
  return EH_OK;
}

/* Cells [at, at + rows) of an array whose values this room has a type for. */
static eh_status take_values(const struct eh_arrow *arrow, eh_arrow_column *column, eh_column *out, const struct ArrowArray *array,
                             uint64_t at, size_t rows, eh_error *err) {
  static const struct {
    char kind;
    eh_type type;
    size_t size;
  } plain_k[] = {{'c', EH_I8, 1}, {'C', EH_U8, 1}, {'s', EH_I16, 2}, {'S', EH_U16, 2}, {'i', EH_I32, 4}, {'I', EH_U32, 4},
                 {'f', EH_F32, 4}, {'g', EH_F64, 8}};
  if (column->coded) return fill_codes(arrow, column, out, array, at, rows, err);
  if (column->text_kind) return fill_texts(arrow, column, out, array, at, rows, err);
  if (column->kind == 'l' || column->kind == 'L') return fill_wide(arrow, column, out, array, at, rows, err);
  for (size_t k = 0; k < sizeof plain_k / sizeof *plain_k; k++) {
    if (plain_k[k].kind != column->kind) continue;
    out->type = plain_k[k].type;
    out->data = (const char *)array->buffers[1] + at * plain_k[k].size;
    return EH_OK;
  }
  return fill_narrow(arrow, column, out, array, at, rows, err);
}

/* ---- batches --------------------------------------------------------------------------------------------------------- */

static eh_status check_array(const eh_arrow_column *column, const struct ArrowArray *array, uint64_t rows, eh_error *err) {
  const int64_t buffers = column->kind == 'n' ? 0 : column->text_kind && !column->coded ? 3 : 2;
  bool good = array->length >= 0 && array->offset >= 0 && (uint64_t)array->length >= rows && array->n_buffers == buffers;
  good = good && (!rows || buffers < 2 || array->buffers[1]);
  return good ? EH_OK : eh_fail(err, EH_E_INPUT, "column %Q: its Arrow array is damaged, or shorter than the batch", column->name);
}

/* One column of the batch whose rows begin at `row` of the struct, `at` of its children. */
static eh_status take_column(const struct eh_arrow *arrow, uint32_t w, const struct ArrowArray *parent, uint64_t from, size_t rows, eh_error *err) {
  eh_arrow_column *column = &arrow->column_w[w];
  eh_column *out = &arrow->out_w[w];
  const struct ArrowArray *array = parent->children[column->child];
  const uint64_t row = (uint64_t)parent->offset + from;
  EH_TRY(check_array(column, array, row + rows, err));
  const uint64_t at = (uint64_t)array->offset + row;
  const eh_column before = *out;
  *out = (eh_column){.name = column->name};
  if (column->coded && from) *out = before;
  else if (column->coded) EH_TRY(start_dictionary(arrow, column, out, array, err));
  if (column->kind != 'n') EH_TRY(take_values(arrow, column, out, array, at, rows, err));
  else EH_TRY(fill_narrow(arrow, column, out, array, at, rows, err));
  const void *bits = column->kind == 'n' ? NULL : validity(array), *parent_bits = validity(parent);
  if (!bits && !parent_bits && column->kind != 'n') return EH_OK;
  EH_TRY(fill_cells(arrow, column, bits, at, rows, err));
  for (size_t i = 0; i < rows; i++)
    if (column->kind == 'n' || (parent_bits && !bit_at(parent_bits, row + i))) column->cell_n[i] = EH_CELL_MISSING;
  out->cell_n = column->cell_n;
  return EH_OK;
}

/* Texts of 64-bit places may be too many for a batch. */
static size_t rows_that_fit(const struct eh_arrow *arrow, const struct ArrowArray *parent, uint64_t from, size_t rows) {
  for (uint32_t w = 0; w < arrow->want_count; w++) {
    const eh_arrow_column *column = &arrow->column_w[w];
    const struct ArrowArray *array = parent->children[column->child];
    if (column->text_kind != 'U' || column->coded || array->n_buffers != 3 || !array->buffers[1]) continue;
    if (array->length < 0 || (uint64_t)array->length < (uint64_t)parent->offset + from + rows || array->offset < 0) continue;
    const uint64_t at = (uint64_t)(array->offset + parent->offset) + from;
    while (rows > 1 && place_at(array, 'U', at + rows) - place_at(array, 'U', at) > TEXT_MAX) rows /= 2;
  }
  return rows;
}

eh_status eh_arrow_batch(eh_arrow *arrow, const struct ArrowArray *array, uint64_t from, eh_batch *out, eh_error *err) {
  *out = (eh_batch){.column = arrow->out_w, .column_n = arrow->want_count, .first_row = from + 1};
  if (array->length < 0 || array->offset < 0) return eh_fail(err, EH_E_INPUT, "the record batch is damaged: its length makes no sense");
  for (uint32_t w = 0; w < arrow->want_count; w++)
    if (arrow->column_w[w].child >= array->n_children)
      return eh_fail(err, EH_E_INPUT, "the record batch has fewer columns than its schema");
  if (from >= (uint64_t)array->length) return EH_OK;
  const uint64_t left = (uint64_t)array->length - from;
  const size_t rows = rows_that_fit(arrow, array, from, left < EH_BATCH_ROWS ? (size_t)left : EH_BATCH_ROWS);
  for (uint32_t w = 0; w < arrow->want_count; w++) EH_TRY(take_column(arrow, w, array, from, rows, err));
  out->rows = rows;
  return EH_OK;
}
