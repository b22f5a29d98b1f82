/* codes: from the codes of a column of texts to the ids of its groups. Called by the atomizer, chunk by chunk.
 *
 * The one idea: a list of texts is looked up once, text by text as they first occur, and remembered with its texts, so
 * that the chunks and batches that bring the same list again cost a comparison of the list and an index a row.
 */
#include <string.h>

#include "atomizer.h"

static eh_str text_of(const eh_column *column, uint32_t code) {
  if (!column->text_start_n) return (eh_str){"", 0};
  return (eh_str){column->text_bytes + column->text_start_n[code], column->text_len_n[code]};
}

/* Whether the column's list is the one remembered. */
static bool is_known(const eh_codes *codes, const eh_column *column) {
  if (column->text_count != codes->count) return false;
  size_t at = 0;
  for (uint32_t c = 0; c < codes->count; c++) {
    const eh_str text = text_of(column, c);
    if (text.n != codes->len_c[c] || (text.n && memcmp(text.p, codes->bytes.p + at, text.n))) return false;
    at += text.n;
  }
  return true;
}

static eh_status remember(eh_codes *codes, const eh_column *column, const eh_allocator *mem, eh_error *err) {
  codes->count = 0; /* whatever fails, nothing half remembered is used */
  codes->bytes.mem = mem;
  codes->bytes.n = 0;
  if (column->text_count > codes->cap) {
    eh_codes_free(codes, mem);
    const size_t bytes = eh_array_bytes(column->text_count, sizeof(uint32_t));
    codes->len_c = bytes ? eh_mem_zero(mem, bytes) : NULL;
    codes->id_c = bytes ? eh_mem_zero(mem, bytes) : NULL;
    codes->cap = column->text_count;
    if (!codes->len_c || !codes->id_c) return eh_no_memory(err);
  }
  for (uint32_t c = 0; c < column->text_count; c++) {
    const eh_str text = text_of(column, c);
    codes->len_c[c] = (uint32_t)text.n;
    codes->id_c[c] = EH_CODE_NEW;
    eh_buf_put(&codes->bytes, text.p, text.n);
  }
  if (codes->bytes.failed) return eh_no_memory(err);
  codes->count = column->text_count;
  return EH_OK;
}

eh_status eh_codes_read(eh_codes *codes, const eh_column *column, const eh_allocator *mem, eh_error *err) {
  return is_known(codes, column) ? EH_OK : remember(codes, column, mem, err);
}

eh_status eh_codes_id(uint32_t *id, eh_dict *dict, const eh_column *column, uint32_t code, eh_str name, eh_error *err) {
  if (code >= column->text_count) return *id = EH_GROUP_MISSING, EH_OK;
  const eh_str text = text_of(column, code);
  return eh_dict_id(dict, id, text.p, (uint32_t)text.n, name, err);
}

void eh_codes_free(eh_codes *codes, const eh_allocator *mem) {
  const size_t bytes = eh_array_bytes(codes->cap, sizeof(uint32_t));
  if (codes->len_c) eh_mem_free(mem, codes->len_c, bytes);
  if (codes->id_c) eh_mem_free(mem, codes->id_c, bytes);
  eh_buf_free(&codes->bytes);
  *codes = (eh_codes){.bytes.mem = mem};
}
