/* predicate_parse: the text of a condition ("age < 25 & sex = Female") to a tree, and the tree to its canonical text.
 * Called for requests, and again wherever a checked text becomes something to run.
 *
 * The one idea: chains of & and | are flat lists of children, so only what the user nests takes recursion, and that is
 * limited.
 */
#include <stdarg.h>

#include "predicate.h"

enum { EH_PREDICATE_BYTES = 1 << 14, EH_CONTEXT = 24 };

typedef enum eh_token {
  EH_T_END, EH_T_WORD, EH_T_QUOTED, EH_T_EQ, EH_T_NE, EH_T_LT, EH_T_LE, EH_T_GT, EH_T_GE, EH_T_AND, EH_T_OR, EH_T_NOT,
  EH_T_OPEN, EH_T_CLOSE, EH_T_OPEN_SET, EH_T_CLOSE_SET, EH_T_COMMA
} eh_token;

typedef struct eh_parser {
  eh_predicate *out;
  eh_arena *arena;
  eh_str text;
  const char *option;
  eh_error *err;
  eh_token token;    /* the one to be looked at next; */
  size_t at, end;    /* where it stands */
  eh_str word;       /* of WORD and QUOTED, quotes and escapes taken off */
  unsigned nesting;
  bool *compared_w;  /* want w has been compared with something, so its type stands */
} eh_parser;

/* ---- messages ----------------------------------------------------------------------------------------------------- */

static bool is_start(char c) { return ((unsigned char)c & 0xc0) != 0x80; }

/* "--where, character 7 (age < ^ & sex = F): ..." */
static eh_status wrong(const eh_parser *p, size_t at, const char *format, ...) {
  uint64_t character = 1;
  for (size_t i = 0; i < at; i++) character += is_start(p->text.p[i]);
  size_t from = at, to = at;
  for (int n = 0; from && n < EH_CONTEXT; n += is_start(p->text.p[from])) from--;
  while (from && !is_start(p->text.p[from])) from--;
  for (int n = 0; to < p->text.n && (n <= EH_CONTEXT || !is_start(p->text.p[to])); to++) n += is_start(p->text.p[to]);
  eh_buf place = {.mem = p->arena->mem}, what = {.mem = p->arena->mem};
  eh_buf_text(&place, from ? "..." : "");
  eh_buf_safe(&place, (eh_str){p->text.p + from, at - from}, 0);
  eh_buf_byte(&place, '^');
  eh_buf_safe(&place, (eh_str){p->text.p + at, to - at}, 0);
  eh_buf_text(&place, to < p->text.n ? "..." : "");
  va_list arguments;
  va_start(arguments, format);
  eh_format(&what, format, arguments);
  va_end(arguments);
  const bool failed = place.failed || what.failed;
  const eh_status status = failed ? eh_no_memory(p->err)
                                  : eh_fail(p->err, EH_E_USAGE, "%s, character %u (%S): %S", p->option, character,
                                            (eh_str){place.p, place.n}, (eh_str){what.p, what.n});
  eh_buf_free(&place);
  eh_buf_free(&what);
  return status;
}

/* ---- words and signs ---------------------------------------------------------------------------------------------- */

/* A backslash that makes the quote or backslash after it a letter. */
static bool is_escape(eh_str text, size_t i) {
  return text.p[i] == '\\' && i + 1 < text.n && (text.p[i + 1] == '"' || text.p[i + 1] == '\\');
}

static eh_status read_quoted(eh_parser *p) {
  size_t end = p->at + 1;
  while (end < p->text.n && p->text.p[end] != '"') end += is_escape(p->text, end) ? 2 : 1;
  if (end >= p->text.n) return wrong(p, p->at, "this quote is never closed; end it with \"");
  char *const letters = eh_arena_array(p->arena, end - p->at, 1);
  if (!letters) return eh_no_memory(p->err);
  size_t n = 0;
  for (size_t i = p->at + 1; i < end; i++) {
    if (is_escape(p->text, i)) i++;
    letters[n++] = p->text.p[i];
  }
  p->token = EH_T_QUOTED;
  p->word = (eh_str){letters, n};
  p->end = end + 1;
  return EH_OK;
}

static eh_status read_sign(eh_parser *p) {
  static const struct { char text[3]; eh_token token; } sign_s[] = {
      {"==", EH_T_EQ}, {"!=", EH_T_NE}, {"<=", EH_T_LE}, {">=", EH_T_GE}, {"&&", EH_T_AND}, {"||", EH_T_OR},
      {"=", EH_T_EQ}, {"<", EH_T_LT}, {">", EH_T_GT}, {"&", EH_T_AND}, {"|", EH_T_OR}, {"!", EH_T_NOT},
      {"(", EH_T_OPEN}, {")", EH_T_CLOSE}, {"{", EH_T_OPEN_SET}, {"}", EH_T_CLOSE_SET}, {",", EH_T_COMMA}};
  const eh_str rest = {p->text.p + p->at, p->text.n - p->at};
  for (size_t s = 0; s < sizeof sign_s / sizeof *sign_s; s++) {
    const size_t n = strlen(sign_s[s].text);
    if (rest.n < n || memcmp(rest.p, sign_s[s].text, n)) continue;
    p->token = sign_s[s].token;
    p->end = p->at + n;
    return EH_OK;
  }
  if (rest.p[0] == '\'') return wrong(p, p->at, "texts are quoted with \"double quotes\"");
  return wrong(p, p->at, "a control character; write it in quotes");
}

/* Moves to the next token. */
static eh_status advance(eh_parser *p) {
  p->at = p->end;
  while (p->at < p->text.n && memchr(" \t\r\n", p->text.p[p->at], 4)) p->at++;
  p->token = EH_T_END;
  p->end = p->at;
  if (p->at == p->text.n) return EH_OK;
  if (p->text.p[p->at] == '"') return read_quoted(p);
  if (eh_is_sign((unsigned char)p->text.p[p->at])) return read_sign(p);
  while (p->end < p->text.n && !eh_is_sign((unsigned char)p->text.p[p->end])) p->end++;
  p->token = EH_T_WORD;
  p->word = (eh_str){p->text.p + p->at, p->end - p->at};
  return EH_OK;
}

static bool is_word(const eh_parser *p, eh_str word) { return p->token == EH_T_WORD && eh_str_eq(p->word, word); }

/* Reads a bare word as a number. */
static bool is_number(double *out, eh_str word) {
  const bool read = eh_read_f64(out, word.p, word.n) && *out - *out == 0;
  *out = read ? *out + 0.0 : 0;
  return read;
}

/* ---- tests -------------------------------------------------------------------------------------------------------- */

static eh_status take_column(eh_parser *p, uint32_t *column) {
  eh_predicate *const out = p->out;
  if (p->token != EH_T_WORD && p->token != EH_T_QUOTED)
    return wrong(p, p->at, "expected a column's name, as in: age >= 18");
  if (!p->word.n) return wrong(p, p->at, "expected a column's name, not an empty one");
  for (*column = 0; *column < out->want_count; (*column)++)
    if (eh_str_eq(out->want_w[*column].name, p->word)) return advance(p);
  if (out->want_count == EH_DIMS_MAX)
    return eh_fail(p->err, EH_E_LIMIT, "%s reads more than %u columns", p->option, (uint64_t)EH_DIMS_MAX);
  const eh_str name = eh_arena_str(p->arena, p->word);
  if (!name.p) return eh_no_memory(p->err);
  out->want_w[out->want_count++] = (eh_want){.name = name, .type = EH_TEXT};
  return advance(p);
}

/* A literal decides, or must agree with, what the column is compared as. */
static eh_status take_literal(eh_parser *p, eh_node *node, bool needs_number) {
  if (p->token != EH_T_WORD && p->token != EH_T_QUOTED)
    return wrong(p, p->at, "expected a value: a number, a word, or a text in \"quotes\"");
  eh_literal literal = {.text = eh_arena_str(p->arena, p->word)};
  if (!literal.text.p) return eh_no_memory(p->err);
  literal.is_number = p->token == EH_T_WORD && is_number(&literal.number, p->word);
  if (needs_number && !literal.is_number)
    return wrong(p, p->at, p->token == EH_T_WORD ? "< <= > and >= compare with a number"
                                                 : "< <= > and >= compare with a number; leave out the quotes");
  eh_want *const want = &p->out->want_w[node->column];
  const eh_type type = literal.is_number ? EH_F64 : EH_TEXT;
  if (p->compared_w[node->column] && want->type != type)
    return wrong(p, p->at, "column %Q is compared with numbers and with texts; quote the numbers to compare as texts",
                 want->name);
  if (!literal.is_number && !literal.text.n)
    return wrong(p, p->at, "an empty cell is missing; write: is missing");
  want->type = type;
  p->compared_w[node->column] = true;
  p->out->literal_n[p->out->literal_count++] = literal;
  node->literal_count++;
  return advance(p);
}

static eh_status take_set(eh_parser *p, eh_node *node) {
  EH_TRY(advance(p));
  if (p->token != EH_T_OPEN_SET) return wrong(p, p->at, "expected a set after in, as in: in {a, b}");
  do {
    EH_TRY(advance(p));
    EH_TRY(take_literal(p, node, false));
  } while (p->token == EH_T_COMMA);
  if (p->token != EH_T_CLOSE_SET) return wrong(p, p->at, "expected , or } in a set, as in: in {a, b}");
  return advance(p);
}

static eh_status add_node(eh_parser *p, uint32_t *index, eh_node node) {
  *index = p->out->node_count++;
  p->out->node_n[*index] = node;
  return EH_OK;
}

static eh_status take_test(eh_parser *p, uint32_t *index) {
  eh_node node = {.kind = EH_NODE_TEST, .literal = p->out->literal_count};
  EH_TRY(take_column(p, &node.column));
  if (is_word(p, EH_STR("in"))) {
    node.test = EH_TEST_IN;
    EH_TRY(take_set(p, &node));
  } else if (is_word(p, EH_STR("is"))) {
    node.test = EH_TEST_MISSING;
    EH_TRY(advance(p));
    if (!is_word(p, EH_STR("missing"))) return wrong(p, p->at, "expected missing after is");
    EH_TRY(advance(p));
  } else if (p->token >= EH_T_EQ && p->token <= EH_T_GE) {
    node.test = (eh_test)(p->token - EH_T_EQ + EH_TEST_EQ);
    EH_TRY(advance(p));
    EH_TRY(take_literal(p, &node, node.test >= EH_TEST_LT));
  } else {
    return wrong(p, p->at, "expected = != < <= > >=, in or is missing after column %Q; a name with blanks is quoted",
                 p->out->want_w[node.column].name);
  }
  return add_node(p, index, node);
}

/* ---- joining ------------------------------------------------------------------------------------------------------ */

static eh_status take_or(eh_parser *p, uint32_t *index);

static eh_status nest(eh_parser *p, size_t at) {
  if (++p->nesting <= EH_PREDICATE_NESTING) return EH_OK;
  return wrong(p, at, "more than %u parentheses and ! inside each other", (uint64_t)EH_PREDICATE_NESTING);
}

static eh_status take_one(eh_parser *p, uint32_t *index) {
  if (p->token != EH_T_NOT && p->token != EH_T_OPEN) return take_test(p, index);
  const size_t at = p->at;
  const bool open = p->token == EH_T_OPEN;
  EH_TRY(nest(p, at));
  EH_TRY(advance(p));
  if (open) {
    EH_TRY(take_or(p, index));
    if (p->token != EH_T_CLOSE) return wrong(p, p->at, "expected ), & or |");
    EH_TRY(advance(p));
  } else {
    /* The canonical text has parentheses here, which must not nest deeper than the limit either. */
    const bool bare = p->token != EH_T_NOT && p->token != EH_T_OPEN;
    eh_node node = {.kind = EH_NODE_NOT};
    if (bare) EH_TRY(nest(p, at));
    EH_TRY(take_one(p, &node.child));
    EH_TRY(add_node(p, index, node));
    p->nesting -= bare;
  }
  p->nesting--;
  return EH_OK;
}

/* Appends a child; one that is joined in the same way gives its own children instead. */
static void adopt(eh_predicate *out, eh_node *parent, uint32_t child) {
  const bool same = out->node_n[child].kind == parent->kind;
  const uint32_t first = same ? out->node_n[child].child : child, last = same ? out->node_n[child].last : child;
  if (parent->child) out->node_n[parent->last].next = first;
  else parent->child = first;
  parent->last = last;
}

/* A chain of & or |; one link alone stays what it is. */
static eh_status take_chain(eh_parser *p, uint32_t *index, eh_node_kind kind) {
  const eh_token join = kind == EH_NODE_OR ? EH_T_OR : EH_T_AND;
  eh_node node = {.kind = kind};
  for (;;) {
    uint32_t child;
    EH_TRY(kind == EH_NODE_OR ? take_chain(p, &child, EH_NODE_AND) : take_one(p, &child));
    if (p->token != join && !node.child) return *index = child, EH_OK;
    adopt(p->out, &node, child);
    if (p->token != join) return add_node(p, index, node);
    EH_TRY(advance(p));
  }
}

static eh_status take_or(eh_parser *p, uint32_t *index) { return take_chain(p, index, EH_NODE_OR); }

/* ---- the canonical text ------------------------------------------------------------------------------------------- */

/* Bare where it can be: a text that looks like a number cannot. */
static void put_word(eh_buf *out, eh_str word, bool is_value) {
  double x;
  bool bare = word.n && !(is_value && is_number(&x, word));
  for (size_t i = 0; i < word.n; i++) bare &= !eh_is_sign((unsigned char)word.p[i]);
  if (bare) {
    eh_buf_str(out, word);
    return;
  }
  eh_buf_byte(out, '"');
  for (size_t i = 0; i < word.n; i++) {
    if (word.p[i] == '"' || word.p[i] == '\\') eh_buf_byte(out, '\\');
    eh_buf_byte(out, (unsigned char)word.p[i]);
  }
  eh_buf_byte(out, '"');
}

static void put_literal(eh_buf *out, const eh_literal *literal) {
  if (literal->is_number) eh_buf_format(out, "%g", literal->number);
  else put_word(out, literal->text, true);
}

static void put_test(eh_buf *out, const eh_predicate *predicate, const eh_node *node) {
  static const char *const sign_t[] = {" = ", " != ", " < ", " <= ", " > ", " >= ", " in {", " is missing"};
  put_word(out, predicate->want_w[node->column].name, false);
  eh_buf_text(out, sign_t[node->test]);
  for (uint32_t l = 0; l < node->literal_count; l++) {
    if (l) eh_buf_text(out, ", ");
    put_literal(out, &predicate->literal_n[node->literal + l]);
  }
  if (node->test == EH_TEST_IN) eh_buf_byte(out, '}');
}

static void put_node(eh_buf *out, const eh_predicate *predicate, uint32_t index) {
  const eh_node *const node = &predicate->node_n[index];
  if (node->kind == EH_NODE_TEST) {
    put_test(out, predicate, node);
    return;
  }
  if (node->kind == EH_NODE_NOT) eh_buf_byte(out, '!');
  for (uint32_t c = node->child; c; c = node->kind == EH_NODE_NOT ? 0 : predicate->node_n[c].next) {
    const eh_node_kind kind = predicate->node_n[c].kind;
    const bool closed = node->kind == EH_NODE_NOT ? kind != EH_NODE_NOT : kind < node->kind;
    if (c != node->child) eh_buf_text(out, node->kind == EH_NODE_OR ? " | " : " & ");
    if (closed) eh_buf_byte(out, '(');
    put_node(out, predicate, c);
    if (closed) eh_buf_byte(out, ')');
  }
}

static eh_status spell(eh_parser *p) {
  eh_buf text = {.mem = p->arena->mem};
  put_node(&text, p->out, p->out->root);
  if (!text.failed) p->out->text = eh_arena_str(p->arena, (eh_str){text.p, text.n});
  eh_buf_free(&text);
  return p->out->text.p ? EH_OK : eh_no_memory(p->err);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

static eh_status parse(eh_parser *p) {
  EH_TRY(advance(p));
  if (p->token == EH_T_END) return wrong(p, p->at, "expected a condition, as in: age >= 18");
  EH_TRY(take_or(p, &p->out->root));
  if (p->token == EH_T_WORD) return wrong(p, p->at, "conditions are joined by & and |; a text with blanks is quoted");
  if (p->token == EH_T_CLOSE) return wrong(p, p->at, "a ) without its (");
  if (p->token != EH_T_END) return wrong(p, p->at, "expected & or | between conditions");
  return spell(p);
}

static eh_status read_text(eh_predicate **out, eh_arena *arena, eh_str text, const char *option, eh_error *err) {
  if (text.n > EH_PREDICATE_BYTES)
    return eh_fail(err, EH_E_LIMIT, "%s is longer than %u bytes", option, (uint64_t)EH_PREDICATE_BYTES);
  if (eh_utf8_check(text.p, text.n) != text.n) return eh_fail(err, EH_E_USAGE, "%s is not UTF-8", option);
  eh_predicate *const predicate = eh_arena_take(arena, sizeof *predicate);
  bool *const compared_w = eh_arena_array(arena, EH_DIMS_MAX, sizeof(bool));
  if (!predicate || !compared_w) return eh_no_memory(err);
  /* Every node and literal takes a byte of text; node 0 is none, so that 0 can end a list. */
  predicate->node_n = eh_arena_array(arena, text.n + 2, sizeof(eh_node));
  predicate->node_count = 1;
  predicate->literal_n = eh_arena_array(arena, text.n + 1, sizeof(eh_literal));
  predicate->want_w = eh_arena_array(arena, EH_DIMS_MAX, sizeof(eh_want));
  predicate->separator_w = eh_arena_array(arena, EH_DIMS_MAX, 1);
  if (!predicate->node_n || !predicate->literal_n || !predicate->want_w || !predicate->separator_w) return eh_no_memory(err);
  eh_parser parser = {.out = predicate, .arena = arena, .text = text, .option = option, .err = err,
                      .compared_w = compared_w};
  EH_TRY(parse(&parser));
  *out = predicate;
  return EH_OK;
}

eh_status eh_predicate_parse(const eh_predicate **out, eh_arena *arena, eh_str text, const char *option,
                             eh_error *err) {
  eh_predicate *predicate = NULL;
  const eh_status status = read_text(&predicate, arena, text, option, err);
  *out = predicate;
  return status;
}

/* ---- columns of several values ------------------------------------------------------------------------------------ */

static unsigned char separator_of(const eh_slicing *slicing, eh_str column) {
  for (uint32_t d = 0; d < slicing->dim_count; d++)
    if (!slicing->dim_n[d].predicate.n && eh_str_eq(slicing->dim_n[d].name, column)) return slicing->dim_n[d].separator;
  return 0;
}

eh_status eh_predicate_ready(const eh_predicate **out, eh_arena *arena, eh_str text, const eh_slicing *slicing, eh_error *err) {
  eh_predicate *predicate = NULL;
  *out = NULL;
  EH_TRY(read_text(&predicate, arena, text, "condition", err));
  for (uint32_t w = 0; w < predicate->want_count; w++) {
    predicate->separator_w[w] = separator_of(slicing, predicate->want_w[w].name);
    if (predicate->separator_w[w]) predicate->want_w[w].type = EH_TEXT; /* values are texts, whatever they look like */
  }
  for (uint32_t i = 1; i < predicate->node_count; i++) {
    const eh_node *const node = &predicate->node_n[i];
    const bool has_order = node->kind == EH_NODE_TEST && node->test >= EH_TEST_LT && node->test <= EH_TEST_GE;
    if (has_order && predicate->separator_w[node->column])
      return eh_fail(err, EH_E_USAGE, "condition %Q: a cell of column %Q holds several values, and they have no order; compare it "
                     "with =, != or in", text, predicate->want_w[node->column].name);
  }
  *out = predicate;
  return EH_OK;
}

eh_status eh_predicate_check(eh_str text, const char *option, eh_error *err) {
  eh_arena scratch = {0};
  const eh_predicate *predicate = NULL;
  eh_status status = eh_predicate_parse(&predicate, &scratch, text, option, err);
  if (!status && !eh_str_eq(predicate->text, text))
    status = eh_fail(err, EH_E_USAGE, "%s %Q is not in its canonical form %Q", option, text, predicate->text);
  eh_arena_free(&scratch);
  return status;
}
