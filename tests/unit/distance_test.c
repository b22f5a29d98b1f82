/* Tests of distances: against sums over all pairs of neighbouring scores of the rows themselves, both cuts, slices that lack a label. */
#include "unit/metric_fixture.h"

static double share_above(const slow_row *row_n, uint32_t n, int y, double t, bool at_least) {
  double above = 0, all = 0;
  for (uint32_t i = 0; i < n; i++)
    if (row_n[i].y == y) all++, above += at_least ? row_n[i].score >= t : row_n[i].score > t;
  return above / all;
}

static uint32_t rows_with(const slow_row *row_n, uint32_t n, int y) {
  uint32_t with = 0;
  for (uint32_t i = 0; i < n; i++) with += row_n[i].y == y;
  return with;
}

static int by_value(const void *pa, const void *pb) {
  const double a = *(const double *)pa, b = *(const double *)pb;
  return a < b ? -1 : a > b;
}

/* Area between the two functions, and their largest difference, from the scores of both slices in order. */
static void slow_distance(double *area, double *largest, const slow_row *a_n, uint32_t a, const slow_row *b_n, uint32_t b, int y) {
  static double score_n[2 * ROWS_MAX];
  uint32_t n = 0;
  for (uint32_t i = 0; i < a; i++) score_n[n++] = a_n[i].score;
  for (uint32_t i = 0; i < b; i++) score_n[n++] = b_n[i].score;
  qsort(score_n, n, sizeof *score_n, by_value);
  *area = *largest = 0;
  for (uint32_t i = 1; i < n; i++) {
    const double d = fabs(share_above(a_n, a, y, score_n[i - 1], false) - share_above(b_n, b, y, score_n[i - 1], false));
    *area += d * (score_n[i] - score_n[i - 1]);
    *largest = d > *largest ? d : *largest;
  }
}

static void distances_are_those_of_the_rows(void) {
  fixture f;
  slow_row a_n[ROWS_MAX], b_n[ROWS_MAX];
  for (uint64_t i = 0; i < 12; i++) {
    fixture_make(&f, 900 + i, i / 3 * 130, i % 3 == 0 ? 6 : i % 3 == 1 ? 40 : 100000000);
    const bool at_least = i % 2;
    f.spec.cut = at_least ? EH_CUT_AT_LEAST : EH_CUT_ABOVE;
    for (uint32_t a = 0; a < SLICES; a++) {
      for (uint32_t b = 0; b < SLICES; b++) {
        eh_distance got_y[2];
        eh_error err = {0};
        REQUIRE(!eh_metric_distance(got_y, &f.view, 0, &f.slices, (const uint32_t[]){a, b}, NULL, &err));
        const uint32_t n = rows_of_slice(a_n, &f, &f.slice_n[a]), m = rows_of_slice(b_n, &f, &f.slice_n[b]);
        for (int y = 0; y < 2; y++) {
          const bool known = rows_with(a_n, n, y) && rows_with(b_n, m, y);
          CHECK(got_y[y].reason == (known ? EH_R_NONE : y ? EH_R_NO_POSITIVES : EH_R_NO_NEGATIVES));
          if (!known) continue;
          double area, largest;
          slow_distance(&area, &largest, a_n, n, b_n, m, y);
          CHECK(fabs(got_y[y].wasserstein - area) < 1e-12 && fabs(fabs(got_y[y].largest) - largest) < 1e-12);
          const double t = got_y[y].threshold;
          CHECK(largest == 0 || fabs(share_above(a_n, n, y, t, at_least) - share_above(b_n, m, y, t, at_least) - got_y[y].largest) < 1e-12);
        }
      }
    }
  }
}

static void a_shift_is_its_own_distance(void) {
  fixture f;
  fixture_make(&f, 31, ROWS_MAX, 100000000);
  for (uint32_t i = 0; i < f.row_count; i++) { /* atoms 3 and 4: alike, the second .25 higher */
    f.row_n[i].atom = 3 + i % 2;
    f.row_n[i].y = (int)(i / 2 % 2);
    f.row_n[i].score = (double)(i / 4) / 256 + (i % 2 ? .25 : 0);
  }
  fixture_count(&f);
  const uint32_t atom_n[] = {3, 4};
  for (int s = 0; s < 2; s++) f.slice_n[s] = (eh_slice){.name = EH_STR("one"), .atom_count = 1, .atom_n = atom_n + s};
  eh_distance got_y[2];
  eh_error err = {0};
  REQUIRE(!eh_metric_distance(got_y, &f.view, 0, &f.slices, (const uint32_t[]){1, 0}, NULL, &err));
  for (int y = 0; y < 2; y++)
    CHECK(!got_y[y].reason && fabs(got_y[y].wasserstein - .25) < 1e-14 && fabs(got_y[y].largest - .64) < 1e-14);
}

int main(void) {
  RUN(distances_are_those_of_the_rows);
  RUN(a_shift_is_its_own_distance);
  return check_end("distance");
}
