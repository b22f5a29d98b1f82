/* Rows with weights and fractional labels, and the cubes of them, for the tests of either. */
#ifndef EVENHAND_WEIGHT_FIXTURE_H
#define EVENHAND_WEIGHT_FIXTURE_H

#include "check.h"
#include "evenhand.h"

enum { ROWS = 400, THRESHOLDS = 3 };

static const double thresholds[THRESHOLDS] = {0, .3, .6};

typedef struct row {
  double label, score, weight;
  int group; /* 0 "a", 1 "b", 2 "c" */
} row;

/* Weights that need all their bits, are tiny, zero, whole or alike; scores that tie and lie on thresholds. */
static void fill_rows(row *row_n, uint64_t seed, bool whole, bool fractional) {
  for (int i = 0; i < ROWS; i++) {
    const uint64_t kind = check_random(&seed) % 4;
    const double odd = kind == 0 ? 1 : kind == 1 ? 0 : kind == 2 ? check_uniform(&seed) * 3 : 1e-9;
    row_n[i] = (row){.score = kind ? (double)(check_random(&seed) % 11) / 10 : check_uniform(&seed) * 2 - 1,
                     .weight = whole ? (double)(check_random(&seed) % 4) : odd,
                     .group = (int)(check_random(&seed) % 3)};
    row_n[i].label = fractional && i % 3 ? check_uniform(&seed) : (double)(check_random(&seed) % 2);
  }
}

static eh_spec spec_of(eh_weight_kind kind, bool weighted, bool fractional) {
  static const eh_str score[] = {EH_STR("p")};
  static const eh_dim dim = {.name = {"g", 1}};
  return (eh_spec){.cube = {.label = EH_STR("y"), .score_m = score, .model_count = 1,
                            .slicing = {.dim_n = &dim, .dim_count = 1, .single_count = 1},
                            .threshold_t = thresholds, .threshold_count = THRESHOLDS,
                            .weight = weighted ? EH_STR("w") : (eh_str){0}, .weight_kind = kind,
                            .fractional = fractional}};
}

/* Rows [from, to) as a cube. */
static eh_cube *build(const row *row_n, int from, int to, const eh_spec *spec) {
  const int n = to - from;
  double *const number = malloc((size_t)(3 * n + 1) * sizeof *number);
  uint32_t *const place = malloc((size_t)(2 * n + 1) * sizeof *place);
  for (int i = 0; i < n; i++) {
    number[i] = row_n[from + i].label, number[n + i] = row_n[from + i].score, number[2 * n + i] = row_n[from + i].weight;
    place[i] = (uint32_t)row_n[from + i].group, place[n + i] = 1;
  }
  const eh_column column_n[] = {{.type = EH_F64, .data = number},
                                {.type = EH_F64, .data = number + n},
                                {.type = EH_TEXT, .text_bytes = "abc", .text_start_n = place, .text_len_n = place + n},
                                {.type = EH_F64, .data = number + 2 * n}};
  const eh_batch batch = {.rows = (size_t)n, .column = column_n, .column_n = 4, .first_row = 1};
  eh_ingest *in = NULL;
  eh_cube *cube = NULL;
  eh_error err = {0};
  const eh_reading reading = {.source = EH_STR("rows")};
  if (eh_ingest_new(&in, spec, &reading, NULL, &err) || eh_ingest_columns(in, &batch, &err) ||
      eh_ingest_end(in, &cube, &err))
    CHECK_SAY("%s", err.message);
  eh_ingest_free(in);
  free(number);
  free(place);
  return cube;
}

#endif
