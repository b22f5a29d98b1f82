/* guess: from what the columns hold and how they are called to the options that may be meant. Called by look.c.
 *
 * A guess is only offered, never acted on: names are a matter of habit, and an audit of the wrong column looks like one of
 * the right one.
 */
#include <string.h>

#include "look.h"

enum { SLICES_MOST = 6 };

/* Words of a name, the most telling first; a name that is the word beats one that contains it. */
static const char *const label_words[] = {"label", "target", "outcome", "y", "truth", "actual", "class", "labels", NULL};
static const char *const score_words[] = {"score",   "prob",       "probability", "proba", "pred",  "prediction",
                                          "predicted", "predictions", "scores",   "risk",  "yhat",  "p", NULL};
static const char *const age_words[] = {"age", "ages", NULL};

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool same_word(const char *p, size_t n, const char *word) {
  if (strlen(word) != n) return false;
  for (size_t i = 0; i < n; i++)
    if ((p[i] | 32) != word[i]) return false;
  return true;
}

/* How well a name goes with the words: 0 is best; UINT32_MAX: not at all. */
static uint32_t rank(eh_str name, const char *const *word_w) {
  for (uint32_t w = 0; word_w[w]; w++)
    if (same_word(name.p, name.n, word_w[w])) return w;
  for (uint32_t w = 0; word_w[w]; w++)
    for (size_t from = 0; from < name.n;) {
      size_t to = from;
      while (to < name.n && is_letter(name.p[to])) to++;
      if (same_word(name.p + from, to - from, word_w[w])) return 100 + w;
      from = to + 1;
    }
  return UINT32_MAX;
}

/* A name that a message would have to change cannot be typed from one. */
static bool can_be_typed(eh_str name, const eh_allocator *mem) {
  eh_buf safe = {.mem = mem};
  eh_buf_safe(&safe, name, 0);
  bool same = name.n && !safe.failed && eh_str_eq(name, (eh_str){safe.p, safe.n});
  eh_buf_free(&safe);
  return same;
}

/* Whether the name stands there once; an audit refuses one that is there twice. */
static bool is_single(const eh_seen_table *look, uint32_t column) {
  uint32_t n = 0;
  for (uint32_t c = 0; c < look->column_count; c++)
    n += eh_str_eq(look->column_c[c].name, look->column_c[column].name);
  return n == 1;
}

static bool may_be_label(const eh_seen_table *look, const eh_look_column *column) {
  return (eh_look_is_binary(look, column) || column->value_count == 2) && rank(column->name, score_words) >= 100;
}

static bool may_be_score(const eh_seen_table *look, const eh_look_column *column) {
  return eh_look_is_number(look, column) && column->least >= 0 && column->most <= 1;
}

/* Index of the column whose name goes best with the words among those that may be it, or -1. */
static int find(const eh_seen_table *look, const char *const *word_w, int other,
                bool (*may_be)(const eh_seen_table *, const eh_look_column *), const eh_allocator *mem) {
  int best = -1;
  uint32_t best_rank = UINT32_MAX;
  for (uint32_t c = 0; c < look->column_count; c++) {
    const eh_look_column *column = &look->column_c[c];
    uint32_t r = rank(column->name, word_w);
    if (r >= best_rank || (int)c == other || !may_be(look, column) || !is_single(look, c) ||
        !can_be_typed(column->name, mem))
      continue;
    best = (int)c;
    best_rank = r;
  }
  return best;
}

/* ---- options ----------------------------------------------------------------------------------------------------- */

void eh_guess_quote(eh_buf *out, eh_str word) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./,:=+@%-";
  bool bare = word.n > 0;
  for (size_t i = 0; i < word.n; i++) bare &= word.p[i] && strchr(plain, word.p[i]) != NULL;
  if (!bare) eh_buf_byte(out, '\'');
  for (size_t from = 0, i = 0; i <= word.n; i++) {
    if (i < word.n && word.p[i] != '\'') continue;
    eh_buf_safe(out, (eh_str){word.p + from, i - from}, 0);
    if (i < word.n) eh_buf_text(out, "'\\''");
    from = i + 1;
  }
  if (!bare) eh_buf_byte(out, '\'');
}

static void add_option(eh_buf *out, eh_option option, eh_str value) {
  eh_buf_format(out, " %s ", eh_option_flag(option));
  eh_guess_quote(out, value);
}

/* A name as an item of a list. */
static void add_item(eh_buf *list, eh_str name) {
  if (list->n) eh_buf_byte(list, ',');
  for (size_t i = 0; i < name.n; i++) {
    if (name.p[i] == ',' || name.p[i] == '\\') eh_buf_byte(list, '\\');
    eh_buf_byte(list, (unsigned char)name.p[i]);
  }
}

/* Of two texts the one that says yes, else the rarer one. */
static eh_str positive_of(const eh_look_column *label) {
  static const char *const yes_w[] = {"yes", "true", "positive", "pos", "y", "t", NULL};
  for (uint32_t w = 0; yes_w[w]; w++)
    for (int v = 0; v < 2; v++)
      if (same_word(label->value_n[v].p, label->value_n[v].n, yes_w[w])) return label->value_n[v];
  return label->value_n[1];
}

static bool may_be_slice(const eh_seen_table *look, const eh_look_column *column) {
  const uint64_t rows = look->rows - look->skipped;
  return !eh_look_is_number(look, column) && column->value_count >= 2 && column->value_count <= EH_LOOK_VALUES &&
         2 * (uint64_t)column->value_count <= rows;
}

static void add_slices(eh_buf *out, const eh_seen_table *look, int label) {
  eh_buf list = {.mem = out->mem};
  uint32_t n = 0;
  for (uint32_t c = 0; c < look->column_count && n < SLICES_MOST; c++) {
    const eh_look_column *column = &look->column_c[c];
    if ((int)c == label || !may_be_slice(look, column) || !is_single(look, c) || !can_be_typed(column->name, out->mem))
      continue;
    add_item(&list, column->name);
    n++;
  }
  if (n) add_option(out, EH_O_SLICE, (eh_str){list.p, list.n});
  out->failed |= list.failed;
  eh_buf_free(&list);
}

/* Ages that part a life, as far as they part these. */
static void add_bucket(eh_buf *out, const eh_seen_table *look, const eh_look_column *column) {
  static const double edge_n[] = {25, 45, 65};
  if (!eh_look_is_number(look, column) || column->value_count <= 10 || column->least < 0 || column->most > 130) return;
  eh_buf bucket = {.mem = out->mem};
  eh_buf_str(&bucket, column->name);
  char sign = ':';
  for (int e = 0; e < 3; e++) {
    if (edge_n[e] <= column->least || edge_n[e] > column->most) continue;
    eh_buf_format(&bucket, "%c%g", (int)sign, edge_n[e]);
    sign = ',';
  }
  if (sign == ',') add_option(out, EH_O_BUCKET, (eh_str){bucket.p, bucket.n});
  out->failed |= bucket.failed;
  eh_buf_free(&bucket);
}

static void add_delimiter(eh_buf *out, unsigned char delimiter) {
  const char text[] = {(char)delimiter};
  add_option(out, EH_O_DELIMITER, delimiter == '\t' ? EH_STR("tab") : (eh_str){text, 1});
}

void eh_guess_options(eh_buf *out, const eh_seen_table *look, const eh_request *request) {
  const eh_given *given_o = request->given_o;
  int score = find(look, score_words, -1, may_be_score, out->mem);
  int label = find(look, label_words, score, may_be_label, out->mem);
  if (look->delimiter) add_delimiter(out, look->delimiter);
  add_option(out, EH_O_LABEL, label < 0 ? EH_STR("COL") : look->column_c[label].name);
  if (label >= 0 && !eh_look_is_binary(look, &look->column_c[label]) && !given_o[EH_O_POSITIVE].given)
    add_option(out, EH_O_POSITIVE, positive_of(&look->column_c[label]));
  eh_buf list = {.mem = out->mem};
  add_item(&list, score < 0 ? EH_STR("COL") : look->column_c[score].name);
  add_option(out, EH_O_SCORE, (eh_str){list.p, list.n});
  out->failed |= list.failed;
  eh_buf_free(&list);
  if (given_o[EH_O_SLICE].given || given_o[EH_O_CROSS].given || given_o[EH_O_BUCKET].given) return;
  add_slices(out, look, label);
  for (uint32_t c = 0; c < look->column_count; c++) {
    const eh_look_column *column = &look->column_c[c];
    if ((int)c == label || (int)c == score || rank(column->name, age_words) == UINT32_MAX || !is_single(look, c) ||
        !can_be_typed(column->name, out->mem))
      continue;
    add_bucket(out, look, column);
  }
}
