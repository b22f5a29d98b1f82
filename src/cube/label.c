/* label: which rows are positive, and what to say when the label cannot tell. Called by the builder.
 *
 * The one idea: a message must not depend on the order of rows, so what is remembered are the lowest line and the
 * bytewise least values, never the first ones met.
 */
#include <string.h>

#include "builder.h"

static eh_status keep_text(const eh_cube_builder *builder, eh_str *out, eh_str text, eh_error *err) {
  char *const p = eh_mem_zero(builder->mem, text.n);
  if (!p) return eh_cube_no_memory(err);
  if (text.n) memcpy(p, text.p, text.n);
  *out = (eh_str){p, text.n};
  return EH_OK;
}

static void drop_text(const eh_cube_builder *builder, eh_str text) {
  eh_mem_free(builder->mem, (void *)text.p, text.n);
}

/* Keeps the least EH_SEEN_KEPT distinct texts. */
static eh_status note_seen(eh_cube_builder *builder, eh_str text, eh_error *err) {
  eh_label_notes *const notes = &builder->label;
  uint32_t at = notes->seen_count;
  while (at) {
    const int order = eh_str_cmp(text, notes->seen_n[at - 1]);
    if (order == 0) return EH_OK;
    if (order > 0) break;
    at--;
  }
  if (at == EH_SEEN_KEPT) {
    notes->more = true;
    return EH_OK;
  }
  eh_str kept;
  EH_TRY(keep_text(builder, &kept, text, err));
  if (notes->seen_count == EH_SEEN_KEPT) {
    notes->more = true;
    drop_text(builder, notes->seen_n[--notes->seen_count]);
  }
  memmove(notes->seen_n + at + 1, notes->seen_n + at, (notes->seen_count - at) * sizeof kept);
  notes->seen_n[at] = kept;
  notes->seen_count++;
  return EH_OK;
}

static eh_status note_bad(eh_cube_builder *builder, eh_str text, uint64_t line, eh_error *err) {
  eh_label_notes *const notes = &builder->label;
  EH_TRY(note_seen(builder, text, err));
  if (notes->bad_line && line >= notes->bad_line) return EH_OK;
  eh_str kept;
  EH_TRY(keep_text(builder, &kept, text, err));
  drop_text(builder, notes->bad_text);
  notes->bad_text = kept;
  notes->bad_line = line ? line : 1;
  return EH_OK;
}

/* Row i of a chunk has no label that can be used; its cell is in row `row` of the batch. */
static eh_status note_bad_cell(eh_cube_builder *builder, const eh_batch *batch, size_t row, size_t i, eh_error *err) {
  char scratch[EH_F64_TEXT];
  eh_str text = {0};
  eh_column_text(&batch->column[0], row, scratch, &text);
  if (!text.n) text = EH_STR("Infinity"); /* all that a number without text can hold here */
  builder->keep_n[i] = 0;
  return note_bad(builder, text, eh_line_of(batch, row), err);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static void miss(eh_cube_builder *builder, size_t i) {
  builder->missing_w[0]++;
  builder->bad_n[i] = 1;
  builder->keep_n[i] = 0;
}

static eh_status read_text(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  const eh_cube_spec *const spec = &builder->spec;
  char scratch[EH_F64_TEXT];
  for (size_t i = 0; i < n; i++) {
    eh_str text = {0};
    const eh_cell cell =
        eh_cell_text(&text, scratch, &batch->column[0], first + i, spec->missing_n, spec->missing_count);
    if (cell == EH_CELL_MISSING) {
      miss(builder, i);
      continue;
    }
    builder->label_n[i] = eh_str_eq(text, spec->positive);
    if (builder->label_n[i]) builder->label.positive = true;
    else EH_TRY(note_seen(builder, text, err));
  }
  return EH_OK;
}

/* Plain numbers that are all 0 or 1: no cell needs a second look. */
static bool read_plain(eh_cube_builder *builder, const eh_column *column, size_t first, size_t n) {
  const bool is_byte = column->type == EH_U8 || column->type == EH_BOOL;
  if (column->type != EH_F64 && !is_byte) return false;
  if (column->cell_n)
    for (size_t i = 0; i < n; i++)
      if (column->cell_n[first + i]) return false;
  unsigned good = 1, any = 0, all = 1;
  if (is_byte) {
    const uint8_t *const x_n = (const uint8_t *)column->data + first;
    for (size_t i = 0; i < n; i++) {
      good &= x_n[i] <= 1;
      any |= x_n[i];
      all &= x_n[i];
    }
    memcpy(builder->label_n, x_n, n);
  } else {
    const double *const x_n = (const double *)column->data + first;
    for (size_t i = 0; i < n; i++) {
      const unsigned one = x_n[i] == 1, zero = x_n[i] == 0;
      good &= one | zero;
      any |= one;
      all &= one;
      builder->label_n[i] = (uint8_t)one;
    }
  }
  if (!good) return false;
  builder->label.one |= any;
  builder->label.zero |= !all;
  return true;
}

/* Numbers from 0 to 1; a row is positive from one half on, and its parts go into the weights. */
static eh_status read_fractional(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  const eh_cube_spec *const spec = &builder->spec;
  for (size_t i = 0; i < n; i++) {
    double x = 0;
    const eh_cell cell = eh_cell_number(&x, &batch->column[0], first + i, spec->missing_n, spec->missing_count);
    builder->label_n[i] = x >= .5;
    builder->weights->label_n[i] = x;
    if (cell == EH_CELL_MISSING) miss(builder, i);
    else if (cell != EH_CELL_OK || !(x >= 0 && x <= 1)) EH_TRY(note_bad_cell(builder, batch, first + i, i, err));
  }
  return EH_OK;
}

static eh_status read_number(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  const eh_cube_spec *const spec = &builder->spec;
  const eh_column *const column = &batch->column[0];
  if (!n || read_plain(builder, column, first, n)) return EH_OK;
  for (size_t i = 0; i < n; i++) {
    double x = 0;
    const eh_cell cell = eh_cell_number(&x, column, first + i, spec->missing_n, spec->missing_count);
    builder->label_n[i] = x == 1;
    if (cell == EH_CELL_MISSING) {
      miss(builder, i);
    } else if (cell == EH_CELL_OK && (x == 0 || x == 1)) {
      builder->label.one |= x == 1;
      builder->label.zero |= x == 0;
    } else {
      EH_TRY(note_bad_cell(builder, batch, first + i, i, err));
    }
  }
  return EH_OK;
}

eh_status eh_label_read(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err) {
  if (builder->spec.positive.p) return read_text(builder, batch, first, n, err);
  if (builder->regress) return eh_regress_read(builder, batch, first, n), EH_OK;
  if (builder->spec.fractional) return read_fractional(builder, batch, first, n, err);
  return read_number(builder, batch, first, n, err);
}

eh_status eh_label_absorb(eh_cube_builder *into, eh_cube_builder *from, eh_error *err) {
  const eh_label_notes *const notes = &from->label;
  for (uint32_t s = 0; s < notes->seen_count; s++) EH_TRY(note_seen(into, notes->seen_n[s], err));
  if (notes->bad_line) EH_TRY(note_bad(into, notes->bad_text, notes->bad_line, err));
  into->label.more |= notes->more;
  into->label.zero |= notes->zero;
  into->label.one |= notes->one;
  into->label.positive |= notes->positive;
  eh_label_free(from);
  return EH_OK;
}

/* ---- explaining -------------------------------------------------------------------------------------------------- */

static void tell_seen(eh_buf *buf, const eh_str *seen_n, uint32_t count, bool more) {
  for (uint32_t s = 0; s < count && s < EH_SEEN_TOLD; s++) eh_buf_format(buf, s ? ", %Q" : "%Q", seen_n[s]);
  if (more || count > EH_SEEN_TOLD) eh_buf_text(buf, " and more");
}

/* Good numeric labels join the bad ones in bytewise order: "0" and "1" are what they are called. */
static uint32_t all_seen(eh_str seen_n[EH_SEEN_KEPT + 2], const eh_label_notes *notes) {
  const eh_str good_n[2] = {EH_STR("0"), EH_STR("1")};
  const bool has_n[2] = {notes->zero, notes->one};
  uint32_t n = notes->seen_count;
  memcpy(seen_n, notes->seen_n, n * sizeof *seen_n);
  for (int g = 0; g < 2; g++) {
    if (!has_n[g]) continue;
    uint32_t at = n;
    while (at && eh_str_cmp(good_n[g], seen_n[at - 1]) < 0) at--;
    if (at && eh_str_eq(good_n[g], seen_n[at - 1])) continue;
    memmove(seen_n + at + 1, seen_n + at, (n - at) * sizeof *seen_n);
    seen_n[at] = good_n[g];
    n++;
  }
  return n;
}

static bool is_fraction(eh_str text) {
  double x;
  return eh_read_f64(&x, text.p, text.n) && x > 0 && x < 1;
}

/* A number, and one of several besides 0 and 1. */
static bool is_quantity(const eh_label_notes *notes) {
  double x;
  const uint32_t count = notes->seen_count + notes->zero + notes->one;
  return eh_read_f64(&x, notes->bad_text.p, notes->bad_text.n) && (notes->more || count > 2);
}

eh_status eh_label_check(const eh_cube_builder *builder, eh_error *err) {
  const eh_label_notes *const notes = &builder->label;
  if (!notes->bad_line) return EH_OK;
  eh_str seen_n[EH_SEEN_KEPT + 2];
  const uint32_t count = all_seen(seen_n, notes);
  const eh_str suggested = seen_n[(count < EH_SEEN_TOLD ? count : EH_SEEN_TOLD) - 1];
  eh_buf buf = {.mem = builder->mem};
  tell_seen(&buf, seen_n, count, notes->more);
  const bool first = err && !err->status;
  const char *const place = eh_place(builder->intake.by_row);
  eh_status status = EH_E_MEMORY;
  if (buf.failed)
    eh_cube_no_memory(err);
  else if (builder->spec.fractional)
    status = eh_fail(err, EH_E_INPUT, "label column %Q is not a number from 0 to 1: %s %u holds %Q; values seen: %S",
                     builder->spec.label, place, notes->bad_line, notes->bad_text, (eh_str){buf.p, buf.n});
  else if (is_fraction(notes->bad_text))
    status = eh_fail(err, EH_E_INPUT,
                     "label column %Q is not 0 or 1: %s %u holds %Q; values seen: %S; if a label of .3 means .3 of a "
                     "positive and .7 of a negative row, say --fractional; else name the positive one by --positive",
                     builder->spec.label, place, notes->bad_line, notes->bad_text, (eh_str){buf.p, buf.n});
  else if (notes->zero && notes->one && notes->seen_count == 1)
    status = eh_fail(err, EH_E_INPUT,
                     "label column %Q is not 0 or 1: %s %u holds %Q; values seen: %S; if %Q means that there is none, list it in "
                     "--missing; else name the positive one by --positive",
                     builder->spec.label, place, notes->bad_line, notes->bad_text, (eh_str){buf.p, buf.n}, notes->bad_text);
  else
    status = eh_fail(err, EH_E_INPUT,
                     "label column %Q is not 0 or 1: %s %u holds %Q; values seen: %S; name the positive one, e.g. "
                     "--positive %Q%s",
                     builder->spec.label, place, notes->bad_line, notes->bad_text, (eh_str){buf.p, buf.n}, suggested,
                     is_quantity(notes) ? ", or, if it is a quantity, say --task regression" : "");
  if (first) err->line = notes->bad_line;
  eh_buf_free(&buf);
  return status;
}

eh_status eh_cube_builder_check_positive(const eh_cube_builder *builder, eh_error *err) {
  const eh_label_notes *const notes = &builder->label;
  if (!builder->spec.positive.p || notes->positive || !notes->seen_count) return EH_OK;
  const int nearest = eh_name_nearest(notes->seen_n, notes->seen_count, builder->spec.positive);
  if (nearest >= 0)
    return eh_fail(err, EH_E_INPUT, "positive value %Q never occurs in label column %Q; nearest is %Q",
                   builder->spec.positive, builder->spec.label, notes->seen_n[nearest]);
  eh_buf buf = {.mem = builder->mem};
  tell_seen(&buf, notes->seen_n, notes->seen_count, notes->more);
  const eh_status status =
      buf.failed ? eh_cube_no_memory(err)
                 : eh_fail(err, EH_E_INPUT, "positive value %Q never occurs in label column %Q; values seen: %S",
                           builder->spec.positive, builder->spec.label, (eh_str){buf.p, buf.n});
  eh_buf_free(&buf);
  return status;
}

void eh_label_free(eh_cube_builder *builder) {
  for (uint32_t s = 0; s < builder->label.seen_count; s++) drop_text(builder, builder->label.seen_n[s]);
  drop_text(builder, builder->label.bad_text);
  memset(&builder->label, 0, sizeof builder->label);
}
