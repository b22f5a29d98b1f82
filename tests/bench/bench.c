/* bench: rows per second of the engine beside what this machine's memory can deliver, in one run.
 *
 *     build/release/tests/bench [rows]          default 1,000,000
 *
 * The job: score of up to 9 digits, label, 4 columns of 2/5/7/50 values, one thread. "memory": columns handed over directly.
 * "CSV": the same rows as text held in memory, through the reader. "report": slices, intervals, gaps, AUC and JSON.
 * The read bandwidth is that of a plain sum over 512 MB. Seeded; best of 5.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EVENHAND_UNSTABLE
#include "evenhand.h"

enum { COLUMNS = 4, TRIES = 5, BLOCK = EH_BATCH_ROWS };
static const uint32_t values_c[COLUMNS] = {2, 5, 7, 50};
static const char *const name_c[COLUMNS] = {"a", "b", "c", "d"};

typedef struct rows {
  size_t n;
  double *score_n;
  uint8_t *label_n;
  char *text; /* "v00" .. "v49", 3 bytes each */
  uint32_t *start_cn[COLUMNS];
  uint32_t *len_n;
  char *csv;
  size_t csv_n;
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

static void *take(size_t n) {
  void *p = malloc(n);
  if (!p) {
    fprintf(stderr, "bench: out of memory\n");
    exit(3);
  }
  return p;
}

static void make_rows(rows *r, size_t n) {
  uint64_t state = 1;
  r->n = n;
  r->score_n = take(n * sizeof *r->score_n);
  r->label_n = take(n);
  r->len_n = take(n * sizeof *r->len_n);
  r->text = take(150);
  for (uint32_t v = 0; v < 50; v++) r->text[3 * v] = 'v', r->text[3 * v + 1] = (char)('0' + v / 10), r->text[3 * v + 2] = (char)('0' + v % 10);
  for (int c = 0; c < COLUMNS; c++) r->start_cn[c] = take(n * sizeof(uint32_t));
  r->csv = take(n * 64 + 64);
  char *to = r->csv + sprintf(r->csv, "score,label,a,b,c,d\n");
  for (size_t i = 0; i < n; i++) {
    uint64_t digits = draw(&state) % 1000000000;
    r->score_n[i] = eh_decimal_to_f64(digits, -9);
    r->label_n[i] = (double)(draw(&state) >> 11) * 0x1p-53 < r->score_n[i];
    r->len_n[i] = 3;
    to += sprintf(to, "0.%09u,%u", (unsigned)digits, (unsigned)r->label_n[i]);
    for (int c = 0; c < COLUMNS; c++) {
      r->start_cn[c][i] = 3 * (uint32_t)(draw(&state) % values_c[c]);
      *to++ = ',';
      memcpy(to, r->text + r->start_cn[c][i], 3);
      to += 3;
    }
    *to++ = '\n';
  }
  r->csv_n = (size_t)(to - r->csv);
}

static void must(eh_status status, const eh_error *err) {
  if (!status) return;
  fprintf(stderr, "bench: %s\n", err->message);
  exit(3);
}

static void feed_columns(eh_ingest *in, const rows *r, eh_error *err) {
  for (size_t at = 0; at < r->n; at += BLOCK) {
    eh_column column[2 + COLUMNS] = {{.name = EH_STR("label"), .type = EH_U8, .data = r->label_n + at},
                                     {.name = EH_STR("score"), .type = EH_F64, .data = r->score_n + at}};
    for (int c = 0; c < COLUMNS; c++)
      column[2 + c] = (eh_column){.name = eh_str_of(name_c[c]), .type = EH_TEXT, .text_bytes = r->text,
                                  .text_start_n = r->start_cn[c] + at, .text_len_n = r->len_n + at};
    eh_batch batch = {.rows = r->n - at < BLOCK ? r->n - at : BLOCK, .column = column, .column_n = 2 + COLUMNS, .first_row = at + 1};
    must(eh_ingest_columns(in, &batch, err), err);
  }
}

static eh_cube *build(const eh_spec *spec, const rows *r, bool from_csv) {
  eh_error err = {0};
  eh_reading reading = {.no_hash = true};
  eh_ingest *in;
  eh_cube *cube;
  must(eh_ingest_new(&in, spec, &reading, NULL, &err), &err);
  if (from_csv)
    for (size_t at = 0; at < r->csv_n; at += 1 << 20)
      must(eh_ingest_push(in, r->csv + at, r->csv_n - at < 1 << 20 ? r->csv_n - at : 1 << 20, &err), &err);
  else
    feed_columns(in, r, &err);
  must(eh_ingest_end(in, &cube, &err), &err);
  eh_ingest_free(in);
  return cube;
}

static double best_build(const eh_spec *spec, const rows *r, bool from_csv) {
  double best = 1e9;
  for (int i = 0; i < TRIES; i++) {
    double start = now();
    eh_cube_free(build(spec, r, from_csv));
    double took = now() - start;
    if (took < best) best = took;
  }
  return best;
}

static double best_report(const eh_spec *spec, const rows *r, size_t *bytes) {
  eh_cube *cube = build(spec, r, false);
  double best = 1e9;
  for (int i = 0; i < TRIES; i++) {
    eh_error err = {0};
    eh_audit *audit;
    eh_buf out = {0};
    double start = now();
    must(eh_audit_run(&audit, cube, spec, NULL, &err), &err);
    must(eh_report_json(&out, eh_audit_see(audit), &err), &err);
    double took = now() - start;
    if (took < best) best = took;
    *bytes = out.n;
    eh_buf_free(&out);
    eh_audit_free(audit);
  }
  eh_cube_free(cube);
  return best;
}

/* An audit without AUC: ten rates and their gaps, closed forms or 1,000 replicates. */
static double best_intervals(const eh_spec *spec, const rows *r, eh_bootstrap bootstrap) {
  static const eh_metric rate_n[] = {EH_M_FPR, EH_M_FNR, EH_M_TPR, EH_M_TNR, EH_M_PPV, EH_M_NPV, EH_M_FDR, EH_M_FOR, EH_M_SELECTION_RATE, EH_M_ACCURACY};
  eh_cube *cube = build(spec, r, false);
  eh_spec asked = *spec;
  asked.metric_n = rate_n;
  asked.metric_count = sizeof rate_n / sizeof *rate_n;
  asked.bootstrap = bootstrap;
  double best = 1e9;
  for (int i = 0; i < TRIES; i++) {
    eh_error err = {0};
    eh_audit *audit;
    double start = now();
    must(eh_audit_run(&audit, cube, &asked, NULL, &err), &err);
    double took = now() - start;
    if (took < best) best = took;
    eh_audit_free(audit);
  }
  eh_cube_free(cube);
  return best;
}

/* Counts, sums and the exact AUC of every slice, from the cube. */
static double best_auc(const eh_spec *spec, const rows *r, eh_auc_work auc) {
  eh_cube *cube = build(spec, r, false);
  const eh_cube_view *view = eh_cube_see(cube);
  eh_arena arena = {0};
  eh_slices slices;
  eh_error err = {0};
  must(eh_slices_make(&slices, &arena, &spec->cube.slicing, view->atoms, &err), &err);
  eh_tally *tally_s = take(slices.slice_count * sizeof *tally_s);
  double best = 1e9;
  for (int i = 0; i < TRIES; i++) {
    double start = now();
    must(eh_metric_totals(tally_s, view, 0, &slices, (eh_work){.auc = auc}, NULL, &err), &err);
    double took = now() - start;
    if (took < best) best = took;
  }
  free(tally_s);
  eh_arena_free(&arena);
  eh_cube_free(cube);
  return best;
}

/* Seconds for the digest of the CSV's bytes. */
static double best_hash(const rows *r) {
  double best = 1e9;
  for (int i = 0; i < TRIES; i++) {
    unsigned char digest[32];
    eh_sha256 sha;
    double start = now();
    eh_sha256_start(&sha);
    sha.blocks = eh_simd_sha256();
    eh_sha256_add(&sha, r->csv, r->csv_n);
    eh_sha256_end(&sha, digest);
    double took = now() - start;
    if (took < best) best = took;
  }
  return best;
}

/* Bytes per second of a plain sum over memory far larger than the caches. */
static double bandwidth(void) {
  size_t n = (size_t)64 << 20;
  uint64_t *word_n = take(n * sizeof *word_n), sink = 0;
  for (size_t i = 0; i < n; i++) word_n[i] = i;
  double best = 1e9;
  for (int t = 0; t < TRIES; t++) {
    double start = now();
    uint64_t sum_k[4] = {0};
    for (size_t i = 0; i < n; i += 4)
      for (int k = 0; k < 4; k++) sum_k[k] += word_n[i + (size_t)k];
    double took = now() - start;
    sink += sum_k[0] ^ sum_k[1] ^ sum_k[2] ^ sum_k[3];
    if (took < best) best = took;
  }
  if (sink == 1) puts("");
  free(word_n);
  return (double)n * 8 / best;
}

int main(int argc, char **argv) {
  size_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
  if (!n) return fprintf(stderr, "usage: bench [rows]\n"), 2;
  rows r;
  make_rows(&r, n);
  eh_str score = EH_STR("score"), column_c[COLUMNS];
  for (int c = 0; c < COLUMNS; c++) column_c[c] = eh_str_of(name_c[c]);
  double threshold_t[9];
  for (int t = 0; t < 9; t++) threshold_t[t] = eh_decimal_to_f64((uint64_t)t + 1, -1);
  eh_arena arena = {0};
  eh_error err = {0};
  eh_spec spec = {.cube = {.label = EH_STR("label"), .score_m = &score, .model_count = 1, .threshold_t = threshold_t, .threshold_count = 9}};
  must(eh_slicing_parse(&spec.cube.slicing, &arena, column_c, COLUMNS, NULL, 0, NULL, 0, false, &err), &err);

  double limit = bandwidth(), memory = best_build(&spec, &r, false), csv = best_build(&spec, &r, true);
  size_t report_bytes = 0;
  double report = best_report(&spec, &r, &report_bytes), hash = best_hash(&r);
  double auc = best_auc(&spec, &r, EH_AUC_OWN), rest = best_auc(&spec, &r, EH_AUC_OWN_AND_REST);
  double squares = best_auc(&spec, &r, EH_AUC_OWN_SQUARES);
  double closed = best_intervals(&spec, &r, EH_BOOTSTRAP_NONE), percentile = best_intervals(&spec, &r, EH_BOOTSTRAP_PERCENTILE);
  double bca = best_intervals(&spec, &r, EH_BOOTSTRAP_BCA);
  /* Bytes the machine must at least read per row: score, label, and 4 cells of text position. */
  double row_bytes = 8 + 1 + COLUMNS * 8.0;
  printf("%zu rows, 65 groups, 9 thresholds, one thread, kernels %s\n", n, eh_isa_name(eh_simd_isa(NULL)));
  printf("machine reads        %8.2f GB/s\n", limit * 1e-9);
  printf("cube from memory     %8.2f M rows/s  %6.2f GB/s  %5.1f %% of the bandwidth\n", n / memory * 1e-6,
         n * row_bytes / memory * 1e-9, 100 * n * row_bytes / memory / limit);
  printf("cube from CSV        %8.2f M rows/s  %6.2f GB/s  %5.1f %% of the bandwidth\n", n / csv * 1e-6,
         (double)r.csv_n / csv * 1e-9, 100 * (double)r.csv_n / csv / limit);
  printf("hash of the CSV      %8.2f ms         %6.2f GB/s  %5.1f %% of the bandwidth\n", hash * 1e3,
         (double)r.csv_n / hash * 1e-9, 100 * (double)r.csv_n / hash / limit);
  printf("exact AUC from cube  %8.2f ms  (with that of every slice's rest %.2f ms, with what intervals need %.2f ms)\n",
         auc * 1e3, rest * 1e3, squares * 1e3);
  printf("report from cube     %8.2f ms  (%.1f MB of JSON)\n", report * 1e3, (double)report_bytes * 1e-6);
  printf("10 rates with gaps   %8.2f ms  (1,000 replicates: percentile %.0f ms, BCa %.0f ms)\n", closed * 1e3, percentile * 1e3, bca * 1e3);
  eh_arena_free(&arena);
  return 0;
}
