/* What a look at the head of a table finds, and what may be guessed from it. Shared by look.c and guess.c. */
#ifndef EVENHAND_CLI_LOOK_H
#define EVENHAND_CLI_LOOK_H

#include "cli_internal.h"

/* How much is looked at, and how many distinct values of a column are told apart. */
enum { EH_LOOK_BYTES = 1 << 20, EH_LOOK_COLUMNS = 64, EH_LOOK_VALUES = 50 };

typedef struct eh_look_column {
  eh_str name;
  uint64_t missing, numbers, bits;   /* rows; of them cells that are numbers, and that are 0 or 1, or true or false */
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

/* Tells what the held bytes, the first of the input or (`whole`) all of them, hold, and posts it: nothing was audited,
 * so the program leaves with 2. (look.c) */
eh_status eh_look(eh_cli *cli, bool whole, eh_error *err);

/* Appends the options that `look` suggests: " --label y --score p ...". Which of them are already typed, `request`
 * knows. (guess.c) */
void eh_guess_options(eh_buf *out, const eh_seen_table *look, const eh_request *request);
/* A word as a shell takes it. */
void eh_guess_quote(eh_buf *out, eh_str word);

#endif
