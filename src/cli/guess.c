/* guess: from what the columns hold and how they are called to what they may be meant as, and the options for it. Called by
 * look_text.c and look_json.c.
 *
 * A guess is only offered, never acted on: names are a matter of habit, and an audit of the wrong column looks like one of
 * the right one.
 */
#include <string.h>

#include "look.h"

enum { SLICES_MOST = 6, CODES_MOST = 20, AGES = 3, WHOLE = 100 };

/* Ages that part a life. */
static const double age_e[AGES] = {25, 45, 65};

/* Words of a name, the most telling first; a name that is the word beats one that contains it. */
static const char label_words[] = "label target outcome y truth actual class labels";
/* What is commonly foretold of people and texts; a table has such columns on its way to the last one, which is the outcome. */
static const char outcome_words[] =
    "recid recidivism recidivated default defaulted readmitted survived churned churn hired admitted approved fraud toxic";
static const char score_words[] = "score prob probability proba pred prediction predicted predictions scores risk yhat p";
static const char age_words[] = "age ages";
static const char group_words[] = "sex gender race ethnicity group religion nationality disability language country region";
static const char yes_words[] = "yes true positive pos y t";
static const char no_words[] = "no false negative neg n f";
/* In front of another text they turn it round: non-hateful, NOT_BAD. */
static const char not_words[] = "non not no un";
/* Of these only the whole name counts: a weight may be a person's, too. */
static const char weight_words[] = "weight weights sample_weight sample_weights w wt fnlwgt pwgtp perwt";

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool same_word(eh_str a, eh_str word) {
  bool same = a.n == word.n;
  for (size_t i = 0; same && i < a.n; i++) same = (a.p[i] | 32) == (word.p[i] | 32);
  return same;
}

/* The word at place w, or one of no letters. */
static eh_str word_at(const char *words, uint32_t w) {
  while (w && *words) w -= *words++ == ' ';
  return (eh_str){words, strcspn(words, " ")};
}

/* The place of this text among the words, or UINT32_MAX. */
static uint32_t place_of(eh_str text, const char *words) {
  for (uint32_t w = 0;; w++) {
    const eh_str word = word_at(words, w);
    if (!word.n) return UINT32_MAX;
    if (same_word(text, word)) return w;
  }
}

/* How well a name goes with the words: 0 is best, from WHOLE on a word is a part of the name; UINT32_MAX: not at all. */
static uint32_t rank(eh_str name, const char *words) {
  uint32_t best = place_of(name, words);
  for (size_t from = 0, to; best == UINT32_MAX || best >= WHOLE; from = to + 1) {
    while (from < name.n && !is_letter(name.p[from])) from++;
    for (to = from; to < name.n && is_letter(name.p[to]);) to++;
    if (from >= name.n) break;
    const uint32_t part = place_of((eh_str){name.p + from, to - from}, words);
    if (part != UINT32_MAX && WHOLE + part < best) best = WHOLE + part;
  }
  return best;
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

/* ---- roles ------------------------------------------------------------------------------------------------------- */

/* A look, the guess in the making, and which columns it may take. */
typedef struct eh_guessing {
  const eh_seen_table *look;
  eh_guess *out;
  bool free_c[EH_LOOK_COLUMNS];
} eh_guessing;

typedef bool may_be(const eh_seen_table *look, const eh_look_column *column);

static bool may_be_label(const eh_seen_table *look, const eh_look_column *column) {
  return (eh_look_is_binary(look, column) || column->value_count == 2) && rank(column->name, score_words) >= WHOLE;
}

static bool may_be_score(const eh_seen_table *look, const eh_look_column *column) {
  return eh_look_is_number(look, column) && column->least >= 0 && column->most <= 1;
}

/* Points of any range, such as 1 to 10: by its name alone a score. */
static bool may_be_points(const eh_seen_table *look, const eh_look_column *column) {
  return eh_look_is_number(look, column) && column->value_count > 2;
}

/* Without a telling name. */
static bool must_be_label(const eh_seen_table *look, const eh_look_column *column) {
  return eh_look_is_binary(look, column) && column->value_count == 2 && rank(column->name, score_words) == UINT32_MAX;
}

static bool must_be_score(const eh_seen_table *look, const eh_look_column *column) {
  return may_be_score(look, column) && column->value_count > 2;
}

static bool may_be_weight(const eh_seen_table *look, const eh_look_column *column) {
  return eh_look_is_number(look, column) && column->least >= 0 && column->value_count > 2;
}

static bool may_be_slice(const eh_seen_table *look, const eh_look_column *column) {
  const uint64_t rows = look->rows - look->skipped;
  const bool coded = column->value_count <= CODES_MOST && rank(column->name, group_words) != UINT32_MAX;
  const bool spoken_for = rank(column->name, score_words) != UINT32_MAX && rank(column->name, group_words) == UINT32_MAX;
  return (!eh_look_is_number(look, column) || coded) && !spoken_for && column->value_count >= 2 && column->value_count <= EH_LOOK_VALUES &&
         2 * (uint64_t)column->value_count <= rows;
}

/* Lists of a few values, or values that are no lists too, each twice on average or more. */
static bool may_be_multi(const eh_seen_table *look, const eh_look_column *column) {
  return column->lists && !eh_look_is_number(look, column) && column->part_count >= 2 && column->part_count <= EH_LOOK_VALUES &&
         2 * (uint64_t)column->part_count <= look->rows - look->skipped;
}

static bool cuts(double edge, const eh_look_column *column) { return edge > column->least && edge <= column->most; }

static bool may_be_bucket(const eh_seen_table *look, const eh_look_column *column) {
  bool any = false;
  for (int e = 0; e < AGES; e++) any |= cuts(age_e[e], column);
  return any && eh_look_is_number(look, column) && column->value_count > 10 && column->least >= 0 && column->most <= 130;
}

static void take(eh_guessing *g, uint32_t c, eh_role role, const char *words) {
  const uint32_t r = rank(g->look->column_c[c].name, words);
  g->out->role_c[c] = role;
  g->out->word_c[c] = r == UINT32_MAX ? (eh_str){0} : word_at(words, r % WHOLE);
  g->free_c[c] = false;
}

/* Index of the free column whose name goes best with the words, ranked below `within`, among those that may be it, or -1. */
static int find(const eh_guessing *g, const char *words, uint32_t within, may_be *may) {
  int best = -1;
  for (uint32_t c = 0; c < g->look->column_count; c++) {
    const uint32_t r = rank(g->look->column_c[c].name, words);
    if (r >= within || !g->free_c[c] || !may(g->look, &g->look->column_c[c])) continue;
    best = (int)c;
    within = r;
  }
  return best;
}

/* The last of the free columns whose names hold any of the words, or -1. */
static int find_last(const eh_guessing *g, const char *words, may_be *may) {
  for (uint32_t c = g->look->column_count; c-- > 0;)
    if (g->free_c[c] && rank(g->look->column_c[c].name, words) != UINT32_MAX && may(g->look, &g->look->column_c[c])) return (int)c;
  return -1;
}

/* The one free column that may be it, whatever its name, or -1. */
static int find_only(const eh_guessing *g, may_be *may) {
  int only = -1;
  for (uint32_t c = 0; c < g->look->column_count; c++) {
    if (!g->free_c[c] || !may(g->look, &g->look->column_c[c])) continue;
    if (only >= 0) return -1;
    only = (int)c;
  }
  return only;
}

/* Whether a text says the contrary of another. */
static bool turns_round(eh_str text, eh_str other) {
  if (text.n <= other.n || !same_word((eh_str){text.p + text.n - other.n, other.n}, other)) return false;
  size_t n = text.n - other.n;
  while (n && !is_letter(text.p[n - 1])) n--;
  return place_of((eh_str){text.p, n}, not_words) != UINT32_MAX;
}

/* Of two texts the one that says yes, or whose contrary is the other, else the rarer one. */
static eh_str positive_of(const eh_look_column *label) {
  const eh_str first = label->value_n[0], second = label->value_n[1];
  const uint32_t yes_first = rank(first, yes_words), yes_second = rank(second, yes_words);
  const bool is_first = (yes_first < WHOLE && yes_first < yes_second) || rank(second, no_words) < WHOLE || turns_round(second, first);
  return is_first ? first : second;
}

/* The score: a share by its name, else points by their name, else the one share there is. */
static void find_score(eh_guessing *g, may_be **may) {
  *may = may_be_score;
  int score = find(g, score_words, UINT32_MAX, *may);
  if (score < 0) {
    score = find(g, score_words, UINT32_MAX, may_be_points);
    if (score >= 0) *may = may_be_points;
  }
  if (score < 0) score = find_only(g, must_be_score);
  if (score >= 0) take(g, (uint32_t)score, EH_ROLE_SCORE, score_words);
  g->out->score = score;
}

static void find_label(eh_guessing *g) {
  const char *words = label_words;
  int label = find(g, words, UINT32_MAX, may_be_label);
  if (label < 0) {
    label = find_last(g, outcome_words, must_be_label);
    if (label >= 0) words = outcome_words;
  }
  if (label < 0) label = find_only(g, must_be_label);
  g->out->label = label;
  if (label < 0) return;
  const eh_look_column *column = &g->look->column_c[label];
  take(g, (uint32_t)label, EH_ROLE_LABEL, words);
  if (!eh_look_is_binary(g->look, column)) g->out->positive = positive_of(column);
}

/* Scores of further models: the same word in the name. */
static void add_models(eh_guessing *g, may_be *may) {
  const eh_str word = g->out->word_c[g->out->score];
  for (uint32_t c = 0; word.p && c < g->look->column_count; c++) {
    const uint32_t r = rank(g->look->column_c[c].name, score_words);
    if (r != UINT32_MAX && word_at(score_words, r % WHOLE).p == word.p && g->free_c[c] && may(g->look, &g->look->column_c[c]))
      take(g, c, EH_ROLE_SCORE, score_words);
  }
}

/* Columns of several groups in a cell; how many. */
static uint32_t add_multis(eh_guessing *g) {
  uint32_t n = 0;
  for (uint32_t c = 0; c < g->look->column_count && n < SLICES_MOST; c++) {
    if (!g->free_c[c] || !may_be_multi(g->look, &g->look->column_c[c])) continue;
    take(g, c, EH_ROLE_MULTI, group_words);
    n++;
  }
  return n;
}

/* Columns of groups, beside n others: those whose names tell, then others, as they stand. */
static void add_slices(eh_guessing *g, uint32_t n) {
  for (int named = 1; named >= 0; named--)
    for (uint32_t c = 0; c < g->look->column_count && n < SLICES_MOST; c++) {
      const eh_look_column *column = &g->look->column_c[c];
      if (!g->free_c[c] || !may_be_slice(g->look, column) || (named && rank(column->name, group_words) == UINT32_MAX)) continue;
      take(g, c, EH_ROLE_SLICE, group_words);
      n++;
    }
}

void eh_guess_roles(eh_guess *out, const eh_seen_table *look, bool typed, const eh_allocator *mem) {
  eh_guessing g = {.look = look, .out = out};
  *out = (eh_guess){.label = -1, .score = -1, .weight = -1};
  for (uint32_t c = 0; c < look->column_count; c++)
    g.free_c[c] = is_single(look, c) && (!typed || can_be_typed(look->column_c[c].name, mem));
  may_be *may;
  find_score(&g, &may);
  find_label(&g);
  if (out->score >= 0) add_models(&g, may);
  out->weight = find(&g, weight_words, WHOLE, may_be_weight);
  if (out->weight >= 0) take(&g, (uint32_t)out->weight, EH_ROLE_WEIGHT, weight_words);
  add_slices(&g, add_multis(&g));
  for (uint32_t c = 0; c < look->column_count; c++)
    if (g.free_c[c] && rank(look->column_c[c].name, age_words) != UINT32_MAX && may_be_bucket(look, &look->column_c[c]))
      take(&g, c, EH_ROLE_BUCKET, age_words);
}

/* ---- options ----------------------------------------------------------------------------------------------------- */

void eh_guess_quote(eh_buf *out, eh_str word) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./,:=+@%-";
  bool bare = word.n > 0;
  for (size_t i = 0; i < word.n; i++) bare &= word.p[i] && strchr(plain, word.p[i]) != NULL;
  if (!bare) eh_buf_byte(out, '\'');
  for (size_t from = 0, i = 0; i <= word.n; i++) {
    if (i < word.n && word.p[i] != '\'') continue;
    if (i > from) eh_buf_safe(out, (eh_str){word.p + from, i - from}, 0);
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

void eh_guess_bucket(eh_buf *out, const eh_look_column *column) {
  char sign = ':';
  eh_buf_str(out, column->name);
  for (int e = 0; e < AGES; e++) {
    if (!cuts(age_e[e], column)) continue;
    eh_buf_format(out, "%c%g", (int)sign, age_e[e]);
    sign = ',';
  }
}

/* An option and all names of that role, `first` before the others. */
static void add_list(eh_buf *out, eh_option option, const eh_seen_table *look, const eh_guess *guess, eh_role role, int first) {
  eh_buf list = {.mem = out->mem};
  if (first >= 0) add_item(&list, look->column_c[first].name);
  for (uint32_t c = 0; c < look->column_count; c++)
    if (guess->role_c[c] == role && (int)c != first) add_item(&list, look->column_c[c].name);
  if (list.n) add_option(out, option, (eh_str){list.p, list.n});
  out->failed |= list.failed;
  eh_buf_free(&list);
}

static void add_bucket(eh_buf *out, const eh_look_column *column) {
  eh_buf bucket = {.mem = out->mem};
  eh_guess_bucket(&bucket, column);
  add_option(out, EH_O_BUCKET, (eh_str){bucket.p, bucket.n});
  out->failed |= bucket.failed;
  eh_buf_free(&bucket);
}

static void add_multi(eh_buf *out, eh_str name) {
  eh_buf multi = {.mem = out->mem};
  eh_buf_format(&multi, "%S:%c", name, (int)EH_LOOK_SEPARATOR);
  add_option(out, EH_O_MULTI, (eh_str){multi.p, multi.n});
  out->failed |= multi.failed;
  eh_buf_free(&multi);
}

/* Scores that are no shares get a threshold, as .5 says nothing of them: 0 where some lie on either side, else the middle. */
static void add_threshold(eh_buf *out, const eh_look_column *score) {
  if (!score->numbers || (score->least >= 0 && score->most <= 1)) return;
  eh_buf_format(out, " %s %g", eh_option_flag(EH_O_THRESHOLD),
                score->least < 0 && score->most > 0 ? 0.0 : score->least + (score->most - score->least) / 2);
}

static void add_delimiter(eh_buf *out, unsigned char delimiter) {
  const char text[] = {(char)delimiter};
  add_option(out, EH_O_DELIMITER, delimiter == '\t' ? EH_STR("tab") : (eh_str){text, 1});
}

void eh_guess_options(eh_buf *out, const eh_seen_table *look, const eh_request *request) {
  const eh_given *given_o = request->given_o;
  eh_guess guess;
  eh_guess_roles(&guess, look, true, out->mem);
  if (look->delimiter) add_delimiter(out, look->delimiter);
  add_option(out, EH_O_LABEL, guess.label < 0 ? EH_STR("COL") : look->column_c[guess.label].name);
  if (guess.positive.p && !given_o[EH_O_POSITIVE].given) add_option(out, EH_O_POSITIVE, guess.positive);
  if (guess.score < 0) add_option(out, EH_O_SCORE, EH_STR("COL"));
  else add_list(out, EH_O_SCORE, look, &guess, EH_ROLE_SCORE, guess.score);
  if (guess.score >= 0 && !given_o[EH_O_THRESHOLD].given) add_threshold(out, &look->column_c[guess.score]);
  if (guess.weight >= 0 && !given_o[EH_O_WEIGHT].given) add_option(out, EH_O_WEIGHT, look->column_c[guess.weight].name);
  if (given_o[EH_O_SLICE].given || given_o[EH_O_CROSS].given || given_o[EH_O_BUCKET].given) return;
  add_list(out, EH_O_SLICE, look, &guess, EH_ROLE_SLICE, -1);
  for (uint32_t c = 0; c < look->column_count; c++) {
    if (guess.role_c[c] == EH_ROLE_BUCKET) add_bucket(out, &look->column_c[c]);
    if (guess.role_c[c] == EH_ROLE_MULTI && !given_o[EH_O_MULTI].given) add_multi(out, look->column_c[c].name);
  }
}
