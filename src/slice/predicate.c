/* predicate: which rows a condition holds for. Called by the cube's builder, chunk by chunk.
 *
 * The one idea: a test is one loop over the rows of a block, and what joins tests is one loop over their answers, so that
 * nothing but a comparison is decided row by row.
 */
#include "multi.h"
#include "predicate.h"

enum { EH_BLOCK_ROWS = 256 };

/* Rows of a batch, as the predicate sees them. */
typedef struct eh_rows {
  const eh_predicate *predicate;
  const eh_column *const *column_w;
  size_t first, n;
  const eh_str *missing_n;
  uint32_t missing_count;
} eh_rows;

/* ---- one test ----------------------------------------------------------------------------------------------------- */

/* How a value may lie to the literal where the test holds. NaN, which is missing, lies in none of these ways. */
static const struct { uint8_t below, at, above; } ways_t[] = {
    [EH_TEST_EQ] = {0, 1, 0}, [EH_TEST_NE] = {1, 0, 1}, [EH_TEST_LT] = {1, 0, 0}, [EH_TEST_LE] = {1, 1, 0},
    [EH_TEST_GT] = {0, 0, 1}, [EH_TEST_GE] = {0, 1, 1}, [EH_TEST_IN] = {0, 1, 0}, [EH_TEST_MISSING] = {0, 0, 0}};

/* Numbers of a block, missing ones NaN. */
static const double *numbers_of(double x_n[EH_BLOCK_ROWS], const eh_rows *rows, const eh_column *column) {
  if (column->type == EH_F64 && !column->cell_n) return (const double *)column->data + rows->first;
  for (size_t i = 0; i < rows->n; i++) {
    x_n[i] = __builtin_nan("");
    if (column->type == EH_F64 && !column->cell_n[rows->first + i])
      x_n[i] = ((const double *)column->data)[rows->first + i];
    else if (eh_cell_number(&x_n[i], column, rows->first + i, rows->missing_n, rows->missing_count) != EH_CELL_OK)
      x_n[i] = __builtin_nan("");
  }
  return x_n;
}

static void run_numbers(uint8_t *holds_n, const eh_rows *rows, const eh_node *node) {
  const eh_column *const column = rows->column_w[node->column];
  const eh_literal *const literal_n = rows->predicate->literal_n + node->literal;
  double room_n[EH_BLOCK_ROWS];
  if (node->test == EH_TEST_MISSING) {
    for (size_t i = 0; i < rows->n; i++)
      holds_n[i] = eh_cell_number(room_n, column, rows->first + i, rows->missing_n, rows->missing_count) == EH_CELL_MISSING;
    return;
  }
  const double *const x_n = numbers_of(room_n, rows, column);
  const uint8_t below = ways_t[node->test].below, at = ways_t[node->test].at, above = ways_t[node->test].above;
  memset(holds_n, 0, rows->n);
  for (uint32_t l = 0; l < node->literal_count; l++) {
    const double y = literal_n[l].number;
    for (size_t i = 0; i < rows->n; i++)
      holds_n[i] |= (uint8_t)(((x_n[i] < y) & below) | ((x_n[i] == y) & at) | ((x_n[i] > y) & above));
  }
}

/* A text that is none of the literals need not be looked up among those that mean missing, unless that is the question. */
static void run_texts(uint8_t *holds_n, const eh_rows *rows, const eh_node *node) {
  const eh_column *const column = rows->column_w[node->column];
  const eh_literal *const literal_n = rows->predicate->literal_n + node->literal;
  const bool plain = column->type == EH_TEXT && column->text_start_n;
  const bool unequal = node->test == EH_TEST_NE || node->test == EH_TEST_MISSING;
  char scratch[EH_F64_TEXT];
  for (size_t i = 0; i < rows->n; i++) {
    const size_t row = rows->first + i;
    eh_str text = {0};
    bool missing = false, found = false;
    if (plain) text = (eh_str){column->text_bytes + column->text_start_n[row], column->text_len_n[row]};
    else missing = eh_cell_text(&text, scratch, column, row, rows->missing_n, rows->missing_count) == EH_CELL_MISSING;
    for (uint32_t l = 0; l < node->literal_count && !found; l++) found = eh_str_eq(text, literal_n[l].text);
    if (plain && found != unequal)
      missing = eh_cell_text(&text, scratch, column, row, rows->missing_n, rows->missing_count) == EH_CELL_MISSING;
    holds_n[i] = node->test == EH_TEST_MISSING ? missing : !missing && found != unequal;
  }
}

/* Whether a set has all values of another, which has one at least; what means missing is no value. */
static bool has_all(const eh_multi *multi, eh_str set, eh_str wanted) {
  bool all = true, any = false;
  while (all && wanted.n) {
    const eh_str part = eh_part_next(&wanted, multi->separator);
    if (!part.n) continue;
    all = false;
    for (eh_str rest = set; rest.n && !all;) all = eh_str_eq(eh_part_next(&rest, multi->separator), part);
    all = all && !eh_part_is_missing(multi, part);
    any = true;
  }
  return all && any;
}

/* A cell without a value is missing, as it is for slices. */
static bool is_empty(const eh_multi *multi, eh_str set) {
  bool empty = true;
  while (empty && set.n) empty = eh_part_is_missing(multi, eh_part_next(&set, multi->separator));
  return empty;
}

/* Cells of several values: a literal is one of them, or a list of which all are among them. */
static void run_sets(uint8_t *holds_n, const eh_rows *rows, const eh_node *node) {
  const eh_column *const column = rows->column_w[node->column];
  const eh_literal *const literal_n = rows->predicate->literal_n + node->literal;
  const eh_multi multi = {.separator = rows->predicate->separator_w[node->column], .missing_n = rows->missing_n,
                          .missing_count = rows->missing_count};
  char scratch[EH_F64_TEXT];
  for (size_t i = 0; i < rows->n; i++) {
    eh_str text = {0};
    const eh_cell cell = eh_cell_text(&text, scratch, column, rows->first + i, rows->missing_n, rows->missing_count);
    const bool missing = cell == EH_CELL_MISSING || is_empty(&multi, text);
    bool found = false;
    for (uint32_t l = 0; l < node->literal_count && !found && !missing; l++) found = has_all(&multi, text, literal_n[l].text);
    holds_n[i] = node->test == EH_TEST_MISSING ? missing : !missing && found != (node->test == EH_TEST_NE);
  }
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

/* Recursion is as deep as the parser let the text nest. */
static void run_node(uint8_t *holds_n, const eh_rows *rows, uint32_t index) {
  const eh_predicate *const predicate = rows->predicate;
  const eh_node *const node = &predicate->node_n[index];
  if (node->kind == EH_NODE_TEST) {
    if (predicate->separator_w[node->column]) run_sets(holds_n, rows, node);
    else if (predicate->want_w[node->column].type == EH_F64) run_numbers(holds_n, rows, node);
    else run_texts(holds_n, rows, node);
    return;
  }
  run_node(holds_n, rows, node->child);
  if (node->kind == EH_NODE_NOT)
    for (size_t i = 0; i < rows->n; i++) holds_n[i] = !holds_n[i];
  for (uint32_t c = predicate->node_n[node->child].next; c; c = predicate->node_n[c].next) {
    uint8_t other_n[EH_BLOCK_ROWS];
    run_node(other_n, rows, c);
    for (size_t i = 0; i < rows->n; i++)
      holds_n[i] = node->kind == EH_NODE_AND ? holds_n[i] & other_n[i] : holds_n[i] | other_n[i];
  }
}

void eh_predicate_run(const eh_predicate *predicate, uint8_t *holds_n, const eh_column *const *column_w, size_t first,
                      size_t n, const eh_str *missing_n, uint32_t missing_count) {
  for (size_t from = 0; from < n; from += EH_BLOCK_ROWS) {
    const size_t left = n - from;
    const eh_rows rows = {.predicate = predicate, .column_w = column_w, .first = first + from,
                          .n = left < EH_BLOCK_ROWS ? left : EH_BLOCK_ROWS, .missing_n = missing_n,
                          .missing_count = missing_count};
    run_node(holds_n + from, &rows, predicate->root);
  }
}

eh_str eh_predicate_text(const eh_predicate *predicate) { return predicate->text; }

const eh_want *eh_predicate_wants(const eh_predicate *predicate, uint32_t *n) {
  *n = predicate->want_count;
  return predicate->want_w;
}
