/* What a look at the head of a table finds, and what may be guessed from it. Shared by look.c, look_text.c, look_json.c and
 * guess.c. */
#ifndef EVENHAND_CLI_LOOK_H
#define EVENHAND_CLI_LOOK_H

#include "cli_internal.h"

/* How much is looked at (of arrays, which must all be there, so many rows), and how many distinct values of a column are told
 * apart. */
enum { EH_LOOK_BYTES = 1 << 20, EH_LOOK_COLUMNS = 64, EH_LOOK_VALUES = 50, EH_LOOK_ROWS = 16384 };

/* What stands between the values of a cell, where it holds several. */
#define EH_LOOK_SEPARATOR '|'

typedef struct eh_look_column {
  eh_str name;
  uint64_t missing, numbers, bits;   /* rows; of them cells that are numbers, and that are 0 or 1, or true or false */
  uint64_t lists;                    /* cells with EH_LOOK_SEPARATOR in them */
  uint32_t part_count;               /* of lists and other texts, as value_count */
  eh_str part_n[EH_LOOK_VALUES];     /* distinct values between separators */
  double least, most;                /* of the numbers */
  uint32_t value_count;              /* EH_LOOK_VALUES + 1: more than can be told apart */
  eh_str value_n[EH_LOOK_VALUES];    /* the commonest first, ties bytewise, when told apart; else by first sight */
  uint64_t count_n[EH_LOOK_VALUES];
} eh_look_column;

typedef struct eh_seen_table {
  bool whole;                        /* all of the input was seen */
  unsigned char delimiter;           /* found where the given one does not divide the header, 0 = none */
  uint64_t rows, skipped;            /* rows met; of them defective ones */
  uint32_t names;                    /* columns the table has; the first column_count were looked at */
  uint32_t column_count;
  eh_look_column *column_c;
} eh_seen_table;

/* Most cells that are not missing are numbers. */
static inline bool eh_look_is_number(const eh_seen_table *look, const eh_look_column *column) {
  return column->numbers && 2 * column->numbers > look->rows - look->skipped - column->missing;
}

/* No cell is anything but 0 or 1, or true or false. */
static inline bool eh_look_is_binary(const eh_seen_table *look, const eh_look_column *column) {
  return column->bits && column->bits == look->rows - look->skipped - column->missing;
}

/* The first bytes of a table, or all of them, and how they are to be read. */
typedef struct eh_look_input {
  const void *bytes;
  size_t n;
  eh_str file;               /* its name tells its format */
  const eh_reading *reading; /* delimiter and names */
  const eh_str *missing_n;   /* texts that mean missing; NULL: the default */
  uint32_t missing_count;
  const eh_allocator *mem;
} eh_look_input;

/* Fills look, of which `whole` is given; what it points to lives in the arena. (look.c) */
eh_status eh_look_at(eh_seen_table *look, const eh_look_input *in, eh_arena *arena, eh_error *err);

/* Tells what the held bytes, the first of the input or (`whole`) all of them, hold, and posts it: nothing was audited,
 * so the program leaves with 2. (look_text.c) */
eh_status eh_look(eh_cli *cli, bool whole, eh_error *err);

/* What each column may be meant as. */
typedef enum eh_role { EH_ROLE_NONE, EH_ROLE_LABEL, EH_ROLE_SCORE, EH_ROLE_SLICE, EH_ROLE_BUCKET, EH_ROLE_WEIGHT, EH_ROLE_MULTI } eh_role;

typedef struct eh_guess {
  int label, score, weight;            /* columns, -1 = none; the score whose name tells most */
  eh_role role_c[EH_LOOK_COLUMNS];     /* further scores and all slices and buckets stand here alone */
  eh_str word_c[EH_LOOK_COLUMNS];      /* in the name, that told; .p NULL: the values alone did */
  eh_str positive;                     /* of a label of texts; .p NULL: it needs none */
} eh_guess;

/* `typed`: only names that a person can type from what is printed. (guess.c) */
void eh_guess_roles(eh_guess *out, const eh_seen_table *look, bool typed, const eh_allocator *mem);
/* Appends "age:25,45,65", the cuts of a column that a guess buckets. */
void eh_guess_bucket(eh_buf *out, const eh_look_column *column);
/* Appends the options that `look` suggests: " --label y --score p ...". Which of them are already typed, `request`
 * knows. */
void eh_guess_options(eh_buf *out, const eh_seen_table *look, const eh_request *request);
/* A word as a shell takes it. */
void eh_guess_quote(eh_buf *out, eh_str word);

#endif
