/* Tests of a regression, from rows to report: sums and variances that lose no digit, Student's t against a table, gaps against
 * sums over rows, any order and split of the rows, the file, and memory. */
#include "check.h"
#include "forged.h"
#include "cube_equal.h"
#include "evenhand.h"
#include "../../src/interval/student.h"

enum { ROWS = 300 };

typedef struct row {
  double label, score;
  int g, h; /* of "ab" and "xyz" */
} row;

/* Numbers that need all their bits, are whole, large, tiny and alike. */
static void fill_rows(row *row_n, uint64_t seed) {
  for (int i = 0; i < ROWS; i++) {
    const uint64_t kind = check_random(&seed) % 4;
    const double y = kind == 0 ? 3 : kind == 1 ? (double)(check_random(&seed) % 90) : check_uniform(&seed) * 40 - 15;
    row_n[i] = (row){y, y + (check_uniform(&seed) - .4) * (i % 7 ? 3 : 20), (int)(check_random(&seed) % 2),
                     (int)(check_random(&seed) % 3)};
  }
  row_n[5].score = row_n[5].label;
}

static eh_spec the_spec(void) {
  static const eh_str score[] = {EH_STR("p")};
  static const eh_dim dim_n[] = {{.name = {"g", 1}}, {.name = {"h", 1}}};
  return (eh_spec){.cube = {.label = EH_STR("y"), .score_m = score, .model_count = 1, .regression = true,
                            .slicing = {.dim_n = dim_n, .dim_count = 2, .single_count = 2}}};
}

static eh_status try_build(eh_cube **out, const row *row_n, int from, int to, const eh_allocator *mem) {
  static double number[2 * ROWS];
  static uint32_t place[3 * ROWS];
  const int n = to - from;
  for (int i = 0; i < n; i++) {
    number[i] = row_n[from + i].label, number[n + i] = row_n[from + i].score;
    place[i] = (uint32_t)row_n[from + i].g, place[n + i] = (uint32_t)row_n[from + i].h + 2, place[2 * n + i] = 1;
  }
  const eh_column column_n[] = {{.type = EH_F64, .data = number},
                                {.type = EH_F64, .data = number + n},
                                {.type = EH_TEXT, .text_bytes = "abxyz", .text_start_n = place, .text_len_n = place + 2 * n},
                                {.type = EH_TEXT, .text_bytes = "abxyz", .text_start_n = place + n, .text_len_n = place + 2 * n}};
  const eh_batch batch = {.rows = (size_t)n, .column = column_n, .column_n = 4, .first_row = 1};
  const eh_reading reading = {.source = EH_STR("rows")};
  const eh_spec spec = the_spec();
  eh_ingest *in = NULL;
  eh_error err = {0};
  *out = NULL;
  eh_status status = eh_ingest_new(&in, &spec, &reading, mem, &err);
  if (!status) status = eh_ingest_columns(in, &batch, &err);
  if (!status) status = eh_ingest_end(in, out, &err);
  eh_ingest_free(in);
  return status;
}

static eh_cube *build(const row *row_n, int from, int to) {
  eh_cube *cube = NULL;
  if (try_build(&cube, row_n, from, to, NULL)) CHECK_SAY("not built");
  return cube;
}

/* ---- sums -------------------------------------------------------------------------------------------------------- */

static eh_i192 exact(double x) {
  eh_i128 units = {{0}};
  CHECK(eh_i128_add_f64(&units, x));
  return eh_i192_of_i128(units);
}

static void a_variance_loses_nothing(void) {
  eh_moment moment = {{{0}}, {0}};
  for (int i = 0; i < 1000; i++) CHECK(eh_moment_add(&moment, exact(1e11 + (i & 1))));
  CHECK(eh_moment_mean(&moment, 1000) == 1e11 + .5);
  CHECK_CLOSE(eh_moment_variance(&moment, 1000), 250.0 / 999, 1e-15);
  CHECK(eh_moment_is_possible(&moment, 1000) && !eh_moment_is_possible(&moment, 999));
  eh_moment alike = {{{0}}, {0}};
  for (int i = 0; i < 77; i++) CHECK(eh_moment_add(&alike, exact(-.1)));
  CHECK(eh_moment_variance(&alike, 77) == 0);
  CHECK(isnan(eh_moment_variance(&alike, 1)));
  CHECK(!eh_moment_is_possible(&alike, 76));
}

static void parts_come_off_again(void) {
  eh_moment whole = {{{0}}, {0}}, part = {{{0}}, {0}}, rest = {{{0}}, {0}};
  uint64_t seed = 4;
  for (int i = 0; i < 50; i++) {
    const eh_i192 x = exact((check_uniform(&seed) - .7) * 1e9);
    CHECK(eh_moment_add(&whole, x) && eh_moment_add(i % 3 ? &part : &rest, x));
  }
  CHECK(eh_moment_join(&whole, &part, true));
  CHECK(memcmp(&whole, &rest, sizeof whole) == 0);
}

static void squares_are_rounded_once(void) {
  CHECK(eh_i192_to_f64(eh_i192_square(exact(-3))) == 9);
  CHECK_CLOSE(eh_i192_to_f64(eh_i192_square(exact(1.1e12 / 1024))), (1.1e12 / 1024) * (1.1e12 / 1024), 1e-15);
  const eh_i192 tiny = eh_i192_square((eh_i192){{3ull << 31, 0, 0}}); /* 9/4 units: two */
  CHECK_U64(tiny.w[0], 2);
  const eh_i192 tie = eh_i192_square((eh_i192){{1ull << 32 | 1ull << 31, 0, 0}}); /* the same in another spelling */
  CHECK_U64(tie.w[0], 2);
  eh_moment full = {{{0, 0, (uint64_t)1 << 62}}, {0}};
  CHECK(!eh_moment_add(&full, (eh_i192){{0, 0, (uint64_t)1 << 62}}));
}

/* ---- Student's t --------------------------------------------------------------------------------------------------- */

/* From mpmath's regularised incomplete beta function, 30 digits. */
static void students_t_is_that_of_the_table(void) {
  static const struct {
    double t, df, p;
  } table[] = {
#include "reference/student_table.h"
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    CHECK_CLOSE(eh_student_p(-table[i].t, table[i].df), table[i].p, 1e-8);
    if (table[i].p < .7 && table[i].p > 1e-6) CHECK_CLOSE(eh_student_critical(1 - table[i].p, table[i].df), table[i].t, 1e-9);
  }
  CHECK_CLOSE(eh_student_critical(.95, 1e15), eh_critical(.95), 1e-12);
  CHECK(eh_student_p(0, 3) == 1 && eh_student_p(__builtin_inf(), 3) == 0 && isnan(eh_student_p(NAN, 3)));
}

/* ---- means ------------------------------------------------------------------------------------------------------- */

static void an_interval_needs_rows_that_differ(void) {
  eh_range range;
  CHECK(eh_mean_range(&range, &(eh_mean){1, 2, NAN}, EH_MEAN_ANY, .95) == EH_R_ONE_ROW && isnan(range.lower));
  CHECK(eh_mean_range(&range, &(eh_mean){9, 2, 0}, EH_MEAN_ANY, .95) == EH_R_NO_SPREAD && isnan(range.upper));
  CHECK(eh_mean_range(&range, &(eh_mean){4, 1, 9}, EH_MEAN_ANY, .95) == EH_R_NONE);
  CHECK_CLOSE(range.upper, 1 + 3.182446305284263 * 1.5, 1e-10);
  CHECK_CLOSE(range.lower, 1 - 3.182446305284263 * 1.5, 1e-10);
  CHECK(eh_mean_range(&range, &(eh_mean){4, 1, 9}, EH_MEAN_ROOT, .95) == EH_R_NONE && range.lower == 0);
  CHECK_CLOSE(range.upper, sqrt(1 + 3.182446305284263 * 1.5), 1e-10);
}

/* Welch's own example of unequal variances, worked by scipy.stats.ttest_ind(equal_var=False). */
static void disjoint_means_are_welchs(void) {
  const eh_mean_overlap parts = {{15, 20.82, 2.1844857142857155}, {0}, {12, 22.5, 7.9}};
  eh_mean_gap gap;
  CHECK(eh_mean_compare(&gap, 20.82, 22.5, &parts, EH_MEAN_ANY, .95) == EH_R_NONE);
  const double v1 = parts.first.variance / 15, v2 = parts.second.variance / 12;
  const double df = (v1 + v2) * (v1 + v2) / (v1 * v1 / 14 + v2 * v2 / 11);
  CHECK_CLOSE(gap.p, eh_student_p(-1.68 / sqrt(v1 + v2), df), 1e-12);
  CHECK_CLOSE(gap.difference.lower, -1.68 - eh_student_critical(.95, df) * sqrt(v1 + v2), 1e-12);
  CHECK(gap.ratio.lower < 20.82 / 22.5 && gap.ratio.upper > 20.82 / 22.5);
  const eh_mean_overlap far = {{15, 1, 4}, {0}, {12, .1, 4}};
  CHECK(eh_mean_compare(&gap, 1, .1, &far, EH_MEAN_ANY, .95) == EH_R_NONE);
  CHECK(gap.ratio.lower == -INFINITY && gap.ratio.upper == INFINITY);
  CHECK(eh_mean_compare(&gap, 1, .1, &far, EH_MEAN_SIZE, .95) == EH_R_NONE && gap.ratio.lower == 0);
}

/* A part against the whole is (1 - w) times the part against the rest, with the same p. */
static void a_part_is_mapped(void) {
  const eh_mean part = {30, 5, 7}, rest = {70, 4, 3};
  const double whole = (30 * 5 + 70 * 4) / 100.0;
  eh_mean_gap mapped, plain;
  const eh_mean_overlap inside = {{0}, part, rest}, disjoint = {part, {0}, rest};
  REQUIRE(!eh_mean_compare(&mapped, 5, whole, &inside, EH_MEAN_SIZE, .9) && !eh_mean_compare(&plain, 5, 4, &disjoint, EH_MEAN_SIZE, .9));
  CHECK_CLOSE(mapped.difference.lower, .7 * plain.difference.lower, 1e-12);
  CHECK_CLOSE(mapped.difference.upper, .7 * plain.difference.upper, 1e-12);
  CHECK_CLOSE(mapped.p, plain.p, 1e-10);
}

/* The difference's interval excludes 0 exactly where the ratio's excludes 1 and p says so. */
static void interval_and_p_agree(void) {
  uint64_t seed = 9;
  int clear = 0;
  for (int i = 0; i < 2000; i++) {
    eh_mean_overlap parts = {{2 + check_random(&seed) % 9, 0, check_uniform(&seed)}, {0, 0, 0}, {2 + check_random(&seed) % 40, 0, check_uniform(&seed)}};
    if (i % 2) parts.both = (eh_mean){2 + check_random(&seed) % 9, 0, check_uniform(&seed)};
    eh_mean_gap gap;
    const double a = 1.5 + check_uniform(&seed), b = 1.5 + check_uniform(&seed);
    if (eh_mean_compare(&gap, a, b, &parts, i % 3 ? EH_MEAN_SIZE : EH_MEAN_ROOT, .95)) continue;
    const bool excludes = gap.difference.lower > 0 || gap.difference.upper < 0;
    CHECK(excludes == (gap.p < 1 - .95) && (!isfinite(gap.ratio.upper) || excludes == (gap.ratio.lower > 1 || gap.ratio.upper < 1)));
    clear += excludes;
  }
  CHECK(clear > 200 && clear < 1800);
}

/* ---- from rows to results ------------------------------------------------------------------------------------------ */

static bool holds(const eh_str name, const row *r) {
  if (name.n == 7) return true; /* overall */
  return name.p[0] == 'g' ? "ab"[r->g] == name.p[2] : "xyz"[r->h] == name.p[2];
}

static double number_of(eh_metric metric, const row *r) {
  const double e = r->score - r->label;
  return metric == EH_M_MEAN_LABEL ? r->label : metric == EH_M_MEAN_SCORE ? r->score : metric == EH_M_MEAN_ERROR ? e
         : metric == EH_M_MAE ? fabs(e) : e * e;
}

/* Influence of every row on the difference of two means, squared and added up: what its variance is but for the degrees of
 * freedom that each part loses. */
static void values_are_those_of_the_rows(void) {
  static row row_n[ROWS];
  static const char *const baselines[] = {"overall", "h=x", "complement"};
  fill_rows(row_n, 7);
  eh_cube *const cube = build(row_n, 0, ROWS);
  for (int b = 0; cube && b < 3; b++) {
    eh_spec spec = {.baseline = eh_str_of(baselines[b])};
    eh_audit *audit = NULL;
    eh_error err = {0};
    if (eh_audit_run(&audit, cube, &spec, NULL, &err)) CHECK_SAY("%s", err.message);
    REQUIRE(audit);
    const eh_audit_view *const view = eh_audit_see(audit);
    CHECK_U64(view->result_count, 6 * 6);
    CHECK(view->comparison_n == NULL);
    for (uint64_t i = 0; i < view->result_count; i++) {
      const eh_result *const r = &view->result_n[i];
      const eh_str name = view->slice_s[r->slice].slice->name, base = b == 2 ? name : spec.baseline;
      double sum = 0, n = 0, base_sum = 0, base_n = 0, square = 0;
      for (int k = 0; k < ROWS; k++) {
        const double x = number_of(r->metric, &row_n[k]);
        if (holds(name, &row_n[k])) sum += x, n++, square += x * x;
        if (holds(base, &row_n[k]) != (b == 2)) base_sum += x, base_n++;
      }
      const bool root = r->metric == EH_M_RMSE;
      const double value = root ? sqrt(sum / n) : sum / n, against = root ? sqrt(base_sum / base_n) : base_sum / base_n;
      CHECK_CLOSE(r->value.value, value, 1e-12);
      const bool squares = root || r->metric == EH_M_MSE; /* of fewer than 100 rows they are not gone by */
      CHECK(r->interval_reason == (squares && n < 100 ? EH_R_HEAVY_TAILS : EH_R_NONE) && strcmp(r->method, "student_t") == 0);
      const double half = eh_student_critical(.95, n - 1) * sqrt((square - sum * sum / n) / (n - 1) / n);
      CHECK_CLOSE(root ? r->range.upper * r->range.upper : r->range.upper, sum / n + half, 1e-9);
      if (r->slice == view->baseline || base_n == 0) {
        CHECK(r->gap.reason);
        continue;
      }
      CHECK_NEAR(r->gap.difference, value - against, 1e-12 * (fabs(value) + fabs(against)));
      CHECK(squares ? !r->gap.interval_reason || r->gap.interval_reason == EH_R_HEAVY_TAILS : !r->gap.interval_reason);
      CHECK(!(squares && n < 100) || r->gap.interval_reason == EH_R_HEAVY_TAILS);
      CHECK(r->gap.difference_range.lower < r->gap.difference && r->gap.difference < r->gap.difference_range.upper);
    }
    eh_audit_free(audit);
  }
  eh_cube_free(cube);
}

/* ---- any split, the file ------------------------------------------------------------------------------------------- */

static void any_split_in_any_order_gives_the_same_bytes(void) {
  static row row_n[ROWS];
  fill_rows(row_n, 11);
  uint64_t seed = 3;
  eh_cube *const whole = build(row_n, 0, ROWS);
  for (int i = ROWS - 1; i > 0; i--) {
    const int k = (int)(check_random(&seed) % (uint64_t)(i + 1));
    const row swap = row_n[i];
    row_n[i] = row_n[k], row_n[k] = swap;
  }
  const eh_cube *const part_k[] = {build(row_n, 100, ROWS), build(row_n, 0, 3), build(row_n, 3, 100)};
  eh_cube *merged = NULL, *again = NULL;
  REQUIRE(whole && eh_cube_merge(&merged, part_k, 3, NULL, NULL) == EH_OK);
  CHECK(same_body(whole, merged));
  eh_buf file = saved(merged);
  eh_error err = {0};
  if (eh_cube_load(&again, file.p, file.n, NULL, &err)) CHECK_SAY("%s", err.message);
  REQUIRE(again);
  CHECK(same_body(whole, again));
  CHECK(eh_cube_see(again)->spec->regression);
  eh_buf_free(&file);
  for (int p = 0; p < 3; p++) eh_cube_free((eh_cube *)part_k[p]);
  eh_cube_free(again);
  eh_cube_free(merged);
  eh_cube_free(whole);
}

/* A changed bit is refused, or the cube it makes is one that saves to these very bytes. */
static void damage_does_no_harm(void) {
  static row row_n[ROWS];
  fill_rows(row_n, 17);
  eh_cube *const cube = build(row_n, 0, 9);
  eh_buf file = saved(cube);
  const void *body;
  size_t body_n = 0, refused = 0;
  REQUIRE(eh_cube_body(file.p, file.n, &body, &body_n));
  unsigned char *const p = (unsigned char *)file.p;
  for (size_t at = 20; at < 20 + body_n; at++)
    for (int bit = 0; bit < 8; bit++) {
      p[at] ^= (unsigned char)(1 << bit);
      if (forged_is_refused(&file, body_n)) refused++;
      p[at] ^= (unsigned char)(1 << bit);
    }
  CHECK(refused > body_n * 4);
  eh_buf_free(&file);
  eh_cube_free(cube);
}

/* ---- memory -------------------------------------------------------------------------------------------------------- */

typedef struct meter {
  uint64_t left, blocks;
} meter;

static void *metered(void *ctx, void *p, size_t old_n, size_t new_n) {
  meter *const m = ctx;
  (void)old_n;
  if (!new_n) {
    m->blocks -= p != NULL;
    free(p);
    return NULL;
  }
  if (!m->left) return NULL;
  m->left--;
  void *const got = realloc(p, new_n);
  m->blocks += got && !p;
  return got;
}

static void every_refused_allocation_is_told(void) {
  static row row_n[ROWS];
  fill_rows(row_n, 19);
  for (uint64_t allowed = 0;; allowed++) {
    meter m = {.left = allowed};
    const eh_allocator mem = {.ctx = &m, .resize = metered};
    eh_cube *cube = NULL, *merged = NULL;
    eh_audit *audit = NULL;
    const eh_spec spec = {0};
    eh_status status = try_build(&cube, row_n, 0, 40, &mem);
    if (!status) status = eh_cube_merge(&merged, (const eh_cube *const[]){cube, cube}, 2, &mem, NULL);
    if (!status) status = eh_audit_run(&audit, merged, &spec, &mem, NULL);
    CHECK(status == EH_OK || status == EH_E_MEMORY);
    eh_audit_free(audit);
    eh_cube_free(merged);
    eh_cube_free(cube);
    CHECK_U64(m.blocks, 0);
    if (!status || allowed > 100000) return;
  }
}

int main(void) {
  RUN(a_variance_loses_nothing);
  RUN(parts_come_off_again);
  RUN(squares_are_rounded_once);
  RUN(students_t_is_that_of_the_table);
  RUN(an_interval_needs_rows_that_differ);
  RUN(disjoint_means_are_welchs);
  RUN(a_part_is_mapped);
  RUN(interval_and_p_agree);
  RUN(values_are_those_of_the_rows);
  RUN(any_split_in_any_order_gives_the_same_bytes);
  RUN(damage_does_no_harm);
  RUN(every_refused_allocation_is_told);
  return check_end("regression");
}
