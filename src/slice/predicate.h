/* predicate.h: a parsed predicate, shared by reading the text (predicate_parse.c) and running it over rows
 * (predicate.c). */
#ifndef EVENHAND_SLICE_PREDICATE_H
#define EVENHAND_SLICE_PREDICATE_H

#include "slice_internal.h"

typedef enum eh_node_kind { EH_NODE_OR, EH_NODE_AND, EH_NODE_NOT, EH_NODE_TEST } eh_node_kind;

typedef enum eh_test { EH_TEST_EQ, EH_TEST_NE, EH_TEST_LT, EH_TEST_LE, EH_TEST_GT, EH_TEST_GE, EH_TEST_IN, EH_TEST_MISSING } eh_test;

/* What a cell is compared with. */
typedef struct eh_literal {
  eh_str text;
  double number;   /* where is_number */
  bool is_number;
} eh_literal;

/* A node: a test, or what its children are joined by. Children form a list by `next`; 0 ends it (node 0 is the root and
 * nobody's sibling or child). */
typedef struct eh_node {
  eh_node_kind kind;
  eh_test test;
  uint32_t child, last, next;
  uint32_t column;                 /* of a test: index into want_w */
  uint32_t literal, literal_count; /* of a test: its literals are literal_n[literal ..] */
} eh_node;

struct eh_predicate {
  eh_str text; /* canonical */
  eh_node *node_n;
  uint32_t node_count, root;
  eh_literal *literal_n;
  uint32_t literal_count;
  eh_want *want_w;
  unsigned char *separator_w; /* of a column of several values; else 0 */
  uint32_t want_count;
};

/* Bytes that end a bare word, or cannot stand in one. */
static inline bool eh_is_sign(unsigned char c) {
  return c <= ' ' || c == 0x7f || memchr("=!<>&|(){},\"'", c, 13) != NULL;
}

#endif
