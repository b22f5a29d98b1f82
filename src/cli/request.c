/* request: options as they are given, one by one, by flag or by key; copied, typed and collected.
 *
 * The command line and the JavaScript API both come through eh_request_set, so both refuse the same things in the same
 * words. What the options mean together is decided in spec.c.
 */
#include "cli_internal.h"

eh_status eh_request_new(eh_request **out, const eh_allocator *mem, eh_error *err) {
  eh_request *request = eh_mem_zero(mem, sizeof *request);
  if (!request) return eh_fail(err, EH_E_MEMORY, "out of memory");
  request->mem = mem;
  request->arena.mem = mem;
  *out = request;
  return EH_OK;
}

void eh_request_free(eh_request *request) {
  if (!request) return;
  const eh_allocator *mem = request->mem;
  eh_arena_free(&request->arena);
  eh_mem_free(mem, request, sizeof *request);
}

const char *eh_request_name(const eh_request *request, eh_option option) {
  uint32_t n;
  return request->as_flags ? eh_option_flag(option) : eh_option_table(&n)[option].key;
}

eh_str eh_request_text(const eh_request *request, eh_option option) {
  const eh_given *given = &request->given_o[option];
  return given->given ? given->item_n[0] : (eh_str){0};
}

/* Appends a copy of one item. */
static eh_status add_item(eh_request *request, eh_given *given, eh_str text, eh_error *err) {
  if (given->item_count == given->item_cap) {
    uint32_t cap = given->item_cap ? 2 * given->item_cap : 4;
    eh_str *item_n = eh_arena_take(&request->arena, cap * sizeof *item_n);
    if (!item_n) return eh_fail(err, EH_E_MEMORY, "out of memory");
    for (uint32_t i = 0; i < given->item_count; i++) item_n[i] = given->item_n[i];
    given->item_n = item_n;
    given->item_cap = cap;
  }
  eh_str copy = eh_arena_str(&request->arena, text);
  if (!copy.p) return eh_fail(err, EH_E_MEMORY, "out of memory");
  given->item_n[given->item_count++] = copy;
  return EH_OK;
}

static eh_str trim(eh_str s) {
  while (s.n && s.p[0] == ' ') s.p++, s.n--;
  while (s.n && s.p[s.n - 1] == ' ') s.n--;
  return s;
}

/* Splits at commas. A backslash is kept unless a comma or backslash follows it: a cross needs its own "\*". */
static eh_status add_items(eh_request *request, eh_given *given, eh_str text, eh_error *err) {
  char *letters = eh_arena_take(&request->arena, text.n + 1);
  if (!letters) return eh_fail(err, EH_E_MEMORY, "out of memory");
  size_t from = 0, to = 0;
  for (size_t i = 0; i <= text.n; i++) {
    if (i == text.n || text.p[i] == ',') {
      EH_TRY(add_item(request, given, trim((eh_str){letters + from, to - from}), err));
      from = to;
      continue;
    }
    if (text.p[i] == '\\' && i + 1 < text.n && (text.p[i + 1] == ',' || text.p[i + 1] == '\\')) i++;
    letters[to++] = text.p[i];
  }
  return EH_OK;
}

static bool read_count(uint64_t *out, eh_str text) {
  *out = 0;
  for (size_t i = 0; i < text.n; i++) {
    unsigned digit = (unsigned)(unsigned char)text.p[i] - '0';
    if (digit > 9 || *out > (UINT64_MAX - digit) / 10) return false;
    *out = 10 * *out + digit;
  }
  return text.n > 0;
}

/* Reads the text of an option that takes one value. */
static eh_status set_one(eh_request *request, eh_option option, eh_option_type type, eh_str text, eh_error *err) {
  eh_given *given = &request->given_o[option];
  const char *name = eh_request_name(request, option);
  if (given->given) return eh_fail(err, EH_E_USAGE, "%s is given twice", name);
  if (type == EH_OPT_FLAG) {
    given->on = eh_str_eq(text, EH_STR("true"));
    if (!given->on && !eh_str_eq(text, EH_STR("false")))
      return eh_fail(err, EH_E_USAGE, "%s is true or false, not %Q", name, text);
  }
  if (type == EH_OPT_COUNT && !read_count(&given->count, text))
    return eh_fail(err, EH_E_USAGE, "%s needs a whole number, not %Q", name, text);
  if (type == EH_OPT_NUMBER && !eh_read_f64(&given->number, text.p, text.n))
    return eh_fail(err, EH_E_USAGE, "%s needs a number, not %Q", name, text);
  return add_item(request, given, text, err);
}

eh_status eh_request_set(eh_request *request, eh_str key, eh_str text, bool split, eh_error *err) {
  int option = eh_option_of_key(key);
  if (option < 0) {
    const char *near = eh_option_near_key(key);
    if (near) return eh_fail(err, EH_E_USAGE, "unknown option %Q; nearest is \"%s\"", key, near);
    return eh_fail(err, EH_E_USAGE, "unknown option %Q", key);
  }
  uint32_t n;
  eh_option_type type = eh_option_table(&n)[option].type;
  eh_given *given = &request->given_o[option];
  if (type == EH_OPT_LIST && split)
    EH_TRY(add_items(request, given, text, err));
  else if (type == EH_OPT_LIST || type == EH_OPT_ITEMS)
    EH_TRY(add_item(request, given, text, err));
  else
    EH_TRY(set_one(request, (eh_option)option, type, text, err));
  given->given = true;
  return EH_OK;
}
