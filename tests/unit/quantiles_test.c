/* Tests of quantile edges: against a sorted copy of the values, ties and signs, the limit, failed allocations; and a survey
 * of rows against the rows that count. */
#include "check.h"
#include "evenhand/cube.h"
#include "reference/memory_twin.h"

static int compare(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return a < b ? -1 : a > b;
}

/* The definition: the least value whose share of values at or below it is at least j / parts; each once, and not the least. */
static uint32_t twin_edges(double *edge_n, const double *x_n, size_t n, uint32_t parts) {
  double *const sorted = malloc((n + 1) * sizeof *sorted);
  memcpy(sorted, x_n, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, compare);
  uint32_t count = 0;
  for (uint32_t j = 1; j < parts && n; j++) {
    size_t i = 0;
    while ((i + 1) * parts < j * n) i++;
    if (sorted[i] > sorted[0] && (!count || sorted[i] > edge_n[count - 1])) edge_n[count++] = sorted[i];
  }
  free(sorted);
  return count;
}

static void check_edges(const double *x_n, size_t n, uint32_t parts, size_t step) {
  double got_n[EH_QUANTILES_MAX], want_n[EH_QUANTILES_MAX];
  uint32_t got = 0;
  eh_quantiles *q = NULL;
  eh_error err = {0};
  REQUIRE(eh_quantiles_new(&q, NULL, &err) == EH_OK);
  for (size_t i = 0; i < n; i += step) CHECK(eh_quantiles_add(q, x_n + i, i + step < n ? step : n - i, &err) == EH_OK);
  CHECK(eh_quantiles_edges(q, parts, got_n, &got, &err) == EH_OK);
  const uint32_t want = twin_edges(want_n, x_n, n, parts);
  CHECK_U64(got, want);
  for (uint32_t e = 0; e < want && e < got; e++) CHECK(got_n[e] == want_n[e] && !(got_n[e] == 0 && signbit(got_n[e])));
  eh_quantiles_free(q);
}

static void edges_are_those_of_the_sorted_values(void) {
  static double x_n[300000];
  uint64_t seed = 5;
  static const size_t sizes[] = {0, 1, 2, 3, 4, 5, 99, 100, 101, 4099};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
    for (uint32_t parts = 2; parts <= EH_QUANTILES_MAX; parts += parts < 11 ? 1 : 89)
      for (int kind = 0; kind < 4; kind++) {
        for (size_t i = 0; i < sizes[s]; i++) {
          const double u = check_uniform(&seed);
          x_n[i] = kind == 0 ? u - .5 : kind == 1 ? floor(u * 7) - 3 : kind == 2 ? (u < .8 ? -0.0 : u) : exp(200 * (u - .5)) * (u < .3 ? -1 : 1);
        }
        check_edges(x_n, sizes[s], parts, 1 + check_random(&seed) % 1000);
      }
  /* More distinct values than the tail first holds, in descending order and twice. */
  for (size_t i = 0; i < 300000; i++) x_n[i] = (double)(150000 - (int64_t)(i % 150000));
  check_edges(x_n, 300000, 4, 8192);
  check_edges(x_n, 300000, 97, 8192);
}

static void failed_allocations_are_told(void) {
  static double x_n[200000];
  uint64_t seed = 6;
  for (size_t i = 0; i < 200000; i++) x_n[i] = check_uniform(&seed);
  for (size_t refuse = 1;; refuse++) {
    memory_twin twin;
    eh_error err = {0};
    eh_quantiles *q;
    double edge_n[4];
    uint32_t count;
    eh_status status = eh_quantiles_new(&q, memory_twin_start(&twin, refuse), &err);
    for (size_t i = 0; i < 200000 && !status; i += 50000) status = eh_quantiles_add(q, x_n + i, 50000, &err);
    if (!status) status = eh_quantiles_edges(q, 4, edge_n, &count, &err);
    eh_quantiles_free(q);
    CHECK_U64(twin.bytes, 0);
    CHECK_U64((uint64_t)twin.wrong_sizes, 0);
    if (!status) {
      CHECK(refuse > 6);
      return;
    }
    CHECK_U64(status, EH_E_MEMORY);
  }
}

/* Rows of which some are skipped and some left out: the survey must see the others alone. */
static void a_survey_sees_the_rows_that_count(void) {
  enum { N = 20000 };
  static double label_n[N], score_n[N], age_n[N], kept_n[N];
  uint64_t seed = 9;
  size_t kept = 0;
  for (int i = 0; i < N; i++) {
    const uint64_t odd = check_random(&seed) % 10;
    label_n[i] = odd == 0 ? NAN : (double)(check_random(&seed) % 2);
    score_n[i] = odd == 1 ? NAN : check_uniform(&seed);
    age_n[i] = odd == 2 ? NAN : floor(90 * check_uniform(&seed));
    if (odd > 2 && score_n[i] < .7) kept_n[kept++] = age_n[i];
  }
  const eh_column column_n[] = {{.type = EH_F64, .data = label_n}, {.type = EH_F64, .data = score_n},
                                {.type = EH_F64, .data = age_n}, {.type = EH_F64, .data = score_n}};
  const eh_batch batch = {.rows = N, .column = column_n, .column_n = 4, .first_row = 1};
  eh_arena arena = {0};
  eh_error err = {0};
  const eh_str score = EH_STR("p"), bucket = EH_STR("age: q5");
  eh_cube_spec spec = {.label = EH_STR("y"), .score_m = &score, .model_count = 1, .where = EH_STR("p < 0.7")};
  const eh_slicing_wish wish = {.bucket_n = &bucket, .bucket_count = 1};
  REQUIRE(eh_slicing_wish_parse(&spec.slicing, &arena, &wish, &err) == EH_OK);
  CHECK(eh_slicing_surveys(&spec.slicing));
  eh_cube_builder *builder = NULL;
  REQUIRE(eh_cube_builder_new(&builder, &spec, false, NULL, &err) == EH_OK);
  CHECK(eh_cube_builder_add(builder, &batch, &err) == EH_OK);
  eh_slicing slicing;
  eh_cube *cube = NULL;
  CHECK_U64(eh_cube_builder_finish(builder, &cube, EH_STR("x"), NULL, NULL), EH_E_INTERNAL);
  REQUIRE(eh_cube_builder_survey(builder, &slicing, &arena, &err) == EH_OK);
  CHECK(!eh_slicing_surveys(&slicing));
  double want_n[8];
  const uint32_t want = twin_edges(want_n, kept_n, kept, 5);
  REQUIRE(slicing.dim_n[0].edge_count == want && want == 4);
  CHECK(memcmp(slicing.dim_n[0].edge_n, want_n, want * sizeof *want_n) == 0);
  eh_cube_builder_free(builder);
  eh_arena_free(&arena);
}

int main(void) {
  RUN(edges_are_those_of_the_sorted_values);
  RUN(failed_allocations_are_told);
  RUN(a_survey_sees_the_rows_that_count);
  return check_end("quantiles");
}
