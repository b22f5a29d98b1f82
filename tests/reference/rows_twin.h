/* rows_twin: rows kept whole, and what a cube of them must say, counted the slow way: one pass over all rows per
 * question, no keys, no atoms, no merging. For reading; never optimised.
 */
#ifndef EVENHAND_TESTS_ROWS_TWIN_H
#define EVENHAND_TESTS_ROWS_TWIN_H

#include <stdlib.h>
#include <string.h>

#include "evenhand/cube.h"

enum { TWIN_MODELS = 2, TWIN_TEXTS = 2, TWIN_DIMS = 3 };

/* One row: label, two scores, two text columns (NULL = missing) and an age (NaN = missing). */
typedef struct twin_row {
  double label;
  double score[TWIN_MODELS];
  const char *text[TWIN_TEXTS];
  double age;
} twin_row;

/* The row's group in a dimension as text, NULL = missing. Ages are cut at 25 and 45. */
static inline const char *twin_group(const twin_row *row, uint32_t d) {
  if (d < TWIN_TEXTS) return row->text[d];
  return !(row->age == row->age) ? NULL : row->age < 25 ? "age<25" : row->age < 45 ? "25<=age<45" : "age>=45";
}

/* Is the row one of atom a, judged by texts? */
static inline bool twin_in_atom(const twin_row *row, const eh_atoms *atoms, uint32_t a) {
  for (uint32_t d = 0; d < atoms->dim_count; d++) {
    const uint32_t g = atoms->group_ad[(size_t)a * atoms->dim_count + d];
    const char *const text = twin_group(row, d);
    if (g == atoms->group_count_d[d] ? text != NULL : !text || !eh_str_eq(atoms->group_dg[d][g], eh_str_of(text)))
      return false;
  }
  return true;
}

/* Rows of (a, y) with low < score <= high; pass infinities for no bound. */
static inline uint64_t twin_count(const twin_row *row_n, size_t n, const eh_atoms *atoms, uint32_t a, int y, int model,
                                  double low, double high) {
  uint64_t count = 0;
  for (size_t i = 0; i < n; i++)
    count += row_n[i].label == y && row_n[i].score[model] > low && row_n[i].score[model] <= high &&
             twin_in_atom(&row_n[i], atoms, a);
  return count;
}

/* Sums of scores and squares over the rows of (a, y), one row at a time. */
static inline void twin_sum(eh_i128 *sum, eh_i192 *square, const twin_row *row_n, size_t n, const eh_atoms *atoms,
                            uint32_t a, int y, int model) {
  memset(sum, 0, sizeof *sum);
  memset(square, 0, sizeof *square);
  for (size_t i = 0; i < n; i++) {
    if (row_n[i].label != y || !twin_in_atom(&row_n[i], atoms, a)) continue;
    eh_i128_add_f64(sum, row_n[i].score[model]);
    eh_i192_add_square(square, row_n[i].score[model]);
  }
}

/* ---- rows as a batch --------------------------------------------------------------------------------------------- */

/* Rows as a reader would hand them over: label, scores, texts, age. All memory in one place. */
typedef struct twin_batch {
  eh_batch batch;
  eh_column column[1 + TWIN_MODELS + TWIN_DIMS];
  double *number[1 + TWIN_MODELS + 1];
  char *bytes;
  uint32_t *start[TWIN_TEXTS], *len[TWIN_TEXTS];
} twin_batch;

static inline void twin_batch_make(twin_batch *out, const twin_row *row_n, size_t n, uint64_t first_row) {
  size_t bytes = 1;
  for (size_t i = 0; i < n; i++)
    for (int d = 0; d < TWIN_TEXTS; d++) bytes += row_n[i].text[d] ? strlen(row_n[i].text[d]) : 0;
  out->bytes = malloc(bytes);
  uint32_t used = 0;
  for (int c = 0; c < 2 + TWIN_MODELS; c++) out->number[c] = malloc((n + 1) * sizeof(double));
  for (int d = 0; d < TWIN_TEXTS; d++) {
    out->start[d] = malloc((n + 1) * sizeof(uint32_t));
    out->len[d] = malloc((n + 1) * sizeof(uint32_t));
  }
  for (size_t i = 0; i < n; i++) {
    out->number[0][i] = row_n[i].label;
    for (int m = 0; m < TWIN_MODELS; m++) out->number[1 + m][i] = row_n[i].score[m];
    out->number[1 + TWIN_MODELS][i] = row_n[i].age;
    for (int d = 0; d < TWIN_TEXTS; d++) {
      const char *const text = row_n[i].text[d] ? row_n[i].text[d] : "";
      out->start[d][i] = used;
      out->len[d][i] = (uint32_t)strlen(text);
      memcpy(out->bytes + used, text, strlen(text));
      used += (uint32_t)strlen(text);
    }
  }
  for (int c = 0; c < 1 + TWIN_MODELS; c++) out->column[c] = (eh_column){.type = EH_F64, .data = out->number[c]};
  for (int d = 0; d < TWIN_TEXTS; d++)
    out->column[1 + TWIN_MODELS + d] = (eh_column){.type = EH_TEXT, .text_bytes = out->bytes,
                                                   .text_start_n = out->start[d], .text_len_n = out->len[d]};
  out->column[1 + TWIN_MODELS + TWIN_TEXTS] = (eh_column){.type = EH_F64, .data = out->number[1 + TWIN_MODELS]};
  out->batch = (eh_batch){.rows = n, .column = out->column, .column_n = 1 + TWIN_MODELS + TWIN_DIMS,
                          .first_row = first_row};
}

static inline void twin_batch_free(twin_batch *batch) {
  for (int c = 0; c < 2 + TWIN_MODELS; c++) free(batch->number[c]);
  for (int d = 0; d < TWIN_TEXTS; d++) free(batch->start[d]), free(batch->len[d]);
  free(batch->bytes);
}

/* The spec of such rows: sex, race and buckets of age, one cross, thresholds as given. */
static inline eh_cube_spec twin_spec(const double *threshold_t, uint32_t threshold_count) {
  static const eh_str score_m[TWIN_MODELS] = {{"p", 1}, {"q", 1}};
  static const double edge_n[] = {25, 45};
  static const eh_dim dim_n[TWIN_DIMS] = {
      {.name = {"sex", 3}}, {.name = {"race", 4}}, {.name = {"age", 3}, .edge_n = edge_n, .edge_count = 2}};
  static const uint32_t pair[] = {0, 1};
  static const eh_cross cross = {pair, 2};
  return (eh_cube_spec){.label = {"y", 1}, .score_m = score_m, .model_count = TWIN_MODELS,
                        .slicing = {.dim_n = dim_n, .dim_count = TWIN_DIMS, .single_count = TWIN_DIMS,
                                    .cross_n = &cross, .cross_count = 1},
                        .threshold_t = threshold_t, .threshold_count = threshold_count};
}

#endif
