/* counts: rows per second of counting alone, from columns in memory, beside what the memory can deliver. One
 * instruction set a run: EVENHAND_ISA chooses it; tests/bench/counts.mjs runs them all, and WebAssembly in Node, side
 * by side.
 *
 *     build/release/tests/bench_counts [rows]          default 10,000,000
 *
 * The job: fpr and tpr of 65 groups (overall and 4 columns of 2, 5, 7 and 50 values) at 9 thresholds: score, label and
 * the columns' codes in, finished cube out; one thread. Seeded; best of 9.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define EVENHAND_UNSTABLE
#include "evenhand.h"

enum { COLUMNS = 4, THRESHOLDS = 9, TRIES = 9 };
static const uint32_t values_c[COLUMNS] = {2, 5, 7, 50};

typedef struct rows {
  size_t n;
  float *narrow_n;
  double *wide_n;
  uint8_t *label_n, *code_cn[COLUMNS];
} rows;

static double now(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t draw(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static void must(bool good, const char *message) {
  if (good) return;
  fprintf(stderr, "bench_counts: %s\n", message);
  exit(3);
}

static void *take(size_t n) {
  void *p = malloc(n);
  must(p, "out of memory");
  return p;
}

static void make_rows(rows *r, size_t n) {
  uint64_t state = 1;
  *r = (rows){.n = n, .narrow_n = take(n * sizeof(float)), .wide_n = take(n * sizeof(double)), .label_n = take(n)};
  for (int c = 0; c < COLUMNS; c++) r->code_cn[c] = take(n);
  for (size_t i = 0; i < n; i++) {
    r->wide_n[i] = (double)(draw(&state) % 1000000000) * 1e-9;
    r->narrow_n[i] = (float)r->wide_n[i];
    r->label_n[i] = (double)(draw(&state) >> 11) * 0x1p-53 < r->wide_n[i];
    for (int c = 0; c < COLUMNS; c++) r->code_cn[c][i] = (uint8_t)(draw(&state) % values_c[c]);
  }
}

/* Seconds to count all rows, in batches as a reader makes them. */
static double best_count(const eh_cube_spec *spec, const rows *r, bool narrow) {
  static const char text[] = "00010203040506070809101112131415161718192021222324"
                             "25262728293031323334353637383940414243444546474849";
  static uint32_t start_k[50], len_k[50];
  for (uint32_t k = 0; k < 50; k++) start_k[k] = 2 * k, len_k[k] = 2;
  double best = 1e9;
  for (int i = 0; i < TRIES; i++) {
    eh_error err = {0};
    eh_cube_builder *builder;
    eh_cube *cube;
    const double start = now();
    must(!eh_cube_builder_new(&builder, spec, false, NULL, &err), err.message);
    for (size_t at = 0; at < r->n; at += EH_BATCH_ROWS) {
      eh_column column[2 + COLUMNS] = {{.type = EH_U8, .data = r->label_n + at},
                                       {.type = EH_F64, .data = r->wide_n + at}};
      if (narrow) column[1] = (eh_column){.type = EH_F32, .data = r->narrow_n + at};
      for (int c = 0; c < COLUMNS; c++)
        column[2 + c] = (eh_column){.type = EH_CODED_U8, .data = r->code_cn[c] + at, .text_bytes = text,
                                    .text_start_n = start_k, .text_len_n = len_k, .text_count = values_c[c]};
      const size_t left = r->n - at;
      const eh_batch batch = {.rows = left < EH_BATCH_ROWS ? left : EH_BATCH_ROWS, .column = column,
                              .column_n = 2 + COLUMNS, .first_row = at + 1};
      must(!eh_cube_builder_add(builder, &batch, &err), err.message);
    }
    must(!eh_cube_builder_finish(builder, &cube, EH_STR("rows"), NULL, &err), err.message);
    const double took = now() - start;
    must(eh_cube_see(cube)->rows == r->n, "rows are missing");
    eh_cube_free(cube);
    eh_cube_builder_free(builder);
    if (took < best) best = took;
  }
  return best;
}

/* Bytes per second of a plain sum over the scores. */
static double bandwidth(const rows *r) {
  double best = 1e9;
  for (int t = 0; t < TRIES; t++) {
    const uint64_t *const word_n = (const uint64_t *)(const void *)r->wide_n;
    uint64_t sum_k[8] = {0};
    const double start = now();
    for (size_t i = 0; i + 8 <= r->n; i += 8)
      for (int k = 0; k < 8; k++) sum_k[k] += word_n[i + (size_t)k];
    const double took = now() - start;
    for (int k = 1; k < 8; k++) sum_k[0] ^= sum_k[k];
    if (sum_k[0] == 1) puts("");
    if (took < best) best = took;
  }
  return (double)r->n * 8 / best;
}

int main(int argc, char **argv) {
  const size_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000000;
  if (!n) return fprintf(stderr, "usage: bench_counts [rows]\n"), 2;
  rows r;
  make_rows(&r, n);
  static const eh_dim dim_n[COLUMNS] = {{.name = {"a", 1}}, {.name = {"b", 1}}, {.name = {"c", 1}}, {.name = {"d", 1}}};
  static const eh_str score = {"score", 5};
  double threshold_t[THRESHOLDS];
  for (int t = 0; t < THRESHOLDS; t++) threshold_t[t] = eh_decimal_to_f64((uint64_t)t + 1, -1);
  const eh_cube_spec spec = {.label = {"label", 5}, .score_m = &score, .model_count = 1,
                             .slicing = {.dim_n = dim_n, .dim_count = COLUMNS, .single_count = COLUMNS},
                             .threshold_t = threshold_t, .threshold_count = THRESHOLDS, .no_fine = true,
                             .no_sums = true};
  const double limit = bandwidth(&r);
  for (int narrow = 1; narrow >= 0; narrow--) {
    const double took = best_count(&spec, &r, narrow), bytes = narrow ? 9 : 13;
    printf("%-7s %s scores %8.1f M rows/s  %6.2f GB/s  %5.1f %% of the %.1f GB/s that one core reads\n",
           eh_isa_name(eh_simd_isa(NULL)), narrow ? "f32" : "f64", (double)n / took * 1e-6,
           (double)n * bytes / took * 1e-9,
           100 * (double)n * bytes / took / limit, limit * 1e-9);
  }
  return 0;
}
