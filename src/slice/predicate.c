/* predicate: which rows a condition holds for. Called by the cube's builder, chunk by chunk.
 *
 * The one idea: a test is one loop over the rows of a block, and what joins tests is one loop over their answers, so that
 * nothing but a comparison is decided row by row.
 */
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

static bool compares(eh_test test, double x, double y) {
  switch (test) {
    case EH_TEST_NE: return x != y;
    case EH_TEST_LT: return x < y;
    case EH_TEST_LE: return x <= y;
    case EH_TEST_GT: return x > y;
    case EH_TEST_GE: return x >= y;
    default: return x == y;
  }
}

static void run_numbers(uint8_t *holds_n, const eh_rows *rows, const eh_node *node) {
  const eh_column *const column = rows->column_w[node->column];
  const eh_literal *const literal_n = rows->predicate->literal_n + node->literal;
  for (size_t i = 0; i < rows->n; i++) {
    double x = 0;
    const eh_cell cell = eh_cell_number(&x, column, rows->first + i, rows->missing_n, rows->missing_count);
    bool holds = false;
    for (uint32_t l = 0; l < node->literal_count; l++) holds |= compares(node->test, x, literal_n[l].number);
    holds_n[i] = node->test == EH_TEST_MISSING ? cell == EH_CELL_MISSING : cell == EH_CELL_OK && holds;
  }
}

static void run_texts(uint8_t *holds_n, const eh_rows *rows, const eh_node *node) {
  const eh_column *const column = rows->column_w[node->column];
  const eh_literal *const literal_n = rows->predicate->literal_n + node->literal;
  char scratch[EH_F64_TEXT];
  for (size_t i = 0; i < rows->n; i++) {
    eh_str text = {0};
    const eh_cell cell = eh_cell_text(&text, scratch, column, rows->first + i, rows->missing_n, rows->missing_count);
    bool found = false;
    for (uint32_t l = 0; l < node->literal_count && !found; l++) found = eh_str_eq(text, literal_n[l].text);
    const bool missing = cell == EH_CELL_MISSING;
    holds_n[i] = node->test == EH_TEST_MISSING ? missing : !missing && found != (node->test == EH_TEST_NE);
  }
}

/* ---- the whole ---------------------------------------------------------------------------------------------------- */

/* Recursion is as deep as the parser let the text nest. */
static void run_node(uint8_t *holds_n, const eh_rows *rows, uint32_t index) {
  const eh_predicate *const predicate = rows->predicate;
  const eh_node *const node = &predicate->node_n[index];
  if (node->kind == EH_NODE_TEST) {
    if (predicate->want_w[node->column].type == EH_F64) run_numbers(holds_n, rows, node);
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
