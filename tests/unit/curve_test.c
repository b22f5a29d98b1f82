/* Tests of curves: every point of a short curve against the rows, the rule of at most 256 points for long ones, requested
 * thresholds, both cuts, and histograms. */
#include "unit/metric_fixture.h"

static void curves_of(eh_curve curve_s[SLICES], eh_arena *arena, const fixture *f, const double *threshold_t, uint32_t n) {
  eh_error err = {0};
  REQUIRE(!eh_metric_curves(curve_s, &f->view, 0, &f->slices, threshold_t, n, arena, &err));
}

static bool selects(double threshold, double score, bool at_least) {
  if (isnan(threshold)) return !at_least;
  return at_least ? score >= threshold : score > threshold;
}

/* Every point is what its threshold selects; both ends are there, and x and y never fall on the way. */
static void check_points(const eh_curve *c, const slow_row *row_n, uint32_t n, bool at_least) {
  uint64_t all_y[2] = {0};
  for (uint32_t i = 0; i < n; i++) all_y[row_n[i].y]++;
  CHECK((c->roc_count > 0) == (all_y[0] && all_y[1]) && (c->pr_count > 0) == (all_y[1] > 0));
  CHECK(c->roc_count <= EH_CURVE_POINTS_MAX && c->pr_count <= EH_CURVE_POINTS_MAX);
  for (int roc = 0; roc < 2; roc++) {
    const eh_curve_point *const point_n = roc ? c->roc_n : c->pr_n;
    const uint32_t count = roc ? c->roc_count : c->pr_count;
    for (uint32_t i = 0; i < count; i++) {
      const eh_curve_point p = point_n[i];
      double tp = 0, fp = 0;
      for (uint32_t r = 0; r < n; r++)
        if (selects(p.threshold, row_n[r].score, at_least)) tp += row_n[r].y, fp += !row_n[r].y;
      CHECK(p.x == (roc ? fp / (double)all_y[0] : tp / (double)all_y[1]));
      CHECK(p.y == (roc ? tp / (double)all_y[1] : tp / (tp + fp)));
      if (i) CHECK(p.x >= point_n[i - 1].x && !(p.threshold >= point_n[i - 1].threshold));
    }
    if (count && roc) CHECK(point_n[0].x == 0 && point_n[0].y == 0 && point_n[count - 1].x == 1 && point_n[count - 1].y == 1);
    if (count && !roc) CHECK(point_n[count - 1].x == 1);
  }
}

static uint32_t find(const eh_curve_point *point_n, uint32_t n, double threshold) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < n; i++) found += point_n[i].threshold == threshold;
  return found;
}

static void points_are_what_their_thresholds_select(void) {
  static const double wanted_t[] = {-9, -.1, 0, .25, .3, 9};
  fixture f;
  slow_row row_n[ROWS_MAX];
  for (uint64_t i = 0; i < 16; i++) {
    eh_arena arena = {0};
    eh_curve curve_s[SLICES];
    fixture_make(&f, 40 + i, i / 4 * 130, i % 2 ? 6 : 1000000);
    f.spec.cut = i % 4 < 2 ? EH_CUT_ABOVE : EH_CUT_AT_LEAST;
    curves_of(curve_s, &arena, &f, wanted_t, 6);
    for (int s = 0; s < SLICES; s++) {
      const uint32_t n = rows_of_slice(row_n, &f, &f.slice_n[s]);
      check_points(&curve_s[s], row_n, n, f.spec.cut == EH_CUT_AT_LEAST);
      for (int t = 0; t < 6 && curve_s[s].roc_count; t++) CHECK_U64(find(curve_s[s].roc_n, curve_s[s].roc_count, wanted_t[t]), 1);
    }
    eh_arena_free(&arena);
  }
}

/* All 400 scores differ: more points than there is room for. Steps along the curve are then nearly equal. */
static void long_curves_keep_their_shape(void) {
  fixture f;
  eh_arena arena = {0};
  eh_curve curve_s[SLICES];
  double many_t[EH_CURVE_THRESHOLDS_MAX + 1];
  fixture_make(&f, 77, ROWS_MAX, 100000000);
  curves_of(curve_s, &arena, &f, NULL, 0);
  const eh_curve *const all = &curve_s[0];
  CHECK(all->roc_count > 200 && all->roc_count <= EH_CURVE_POINTS_MAX);
  double widest = 0;
  for (uint32_t i = 1; i < all->roc_count; i++) {
    const double step = all->roc_n[i].x - all->roc_n[i - 1].x + all->roc_n[i].y - all->roc_n[i - 1].y;
    widest = step > widest ? step : widest;
  }
  CHECK(widest < 2 * 2.0 / 250 + .02); /* a step, and the one row that crosses it */
  for (int t = 0; t <= EH_CURVE_THRESHOLDS_MAX; t++) many_t[t] = t / 200.0 - .3;
  curves_of(curve_s, &arena, &f, many_t, EH_CURVE_THRESHOLDS_MAX);
  for (int t = 0; t < EH_CURVE_THRESHOLDS_MAX; t++) CHECK_U64(find(all->roc_n, all->roc_count, many_t[t]), 1);
  CHECK(all->roc_count <= EH_CURVE_POINTS_MAX && all->pr_count <= EH_CURVE_POINTS_MAX);
  curves_of(curve_s, &arena, &f, many_t, EH_CURVE_THRESHOLDS_MAX + 1); /* too many to keep */
  CHECK_U64(find(all->roc_n, all->roc_count, many_t[60]), 0);
  eh_arena_free(&arena);
}

/* Only positives, all 400 scores different: no ROC, and no more points of the other curve than there is room for. */
static void one_class_keeps_to_its_room(void) {
  for (int at_least = 0; at_least < 2; at_least++) {
    fixture f;
    eh_arena arena = {0};
    eh_curve curve_s[SLICES];
    slow_row row_n[ROWS_MAX];
    fixture_make(&f, 78, ROWS_MAX, 100000000);
    for (uint32_t i = 0; i < f.row_count; i++) f.row_n[i].y = 1;
    fixture_count(&f);
    f.spec.cut = at_least ? EH_CUT_AT_LEAST : EH_CUT_ABOVE;
    curves_of(curve_s, &arena, &f, NULL, 0);
    check_points(&curve_s[0], row_n, rows_of_slice(row_n, &f, &f.slice_n[0]), at_least);
    CHECK(curve_s[0].pr_count > 200);
    eh_arena_free(&arena);
  }
}

static void histograms_hold_every_row(void) {
  fixture f;
  slow_row row_n[ROWS_MAX];
  for (int probabilities = 0; probabilities < 2; probabilities++) {
    eh_arena arena = {0};
    eh_curve curve_s[SLICES];
    fixture_make(&f, 5, ROWS_MAX, 40);
    for (uint32_t i = 0; i < f.row_count && probabilities; i++) f.row_n[i].score = (f.row_n[i].score + .4) / 1.2;
    fixture_count(&f);
    curves_of(curve_s, &arena, &f, NULL, 0);
    for (int s = 0; s < SLICES; s++) {
      const double *const edge_e = curve_s[s].edge_e;
      const uint32_t n = rows_of_slice(row_n, &f, &f.slice_n[s]);
      for (int b = 0; b < EH_HISTOGRAM_BINS; b++) {
        uint64_t want_y[2] = {0};
        for (uint32_t i = 0; i < n; i++)
          if ((row_n[i].score > edge_e[b] || b == 0) && row_n[i].score <= edge_e[b + 1]) want_y[row_n[i].y]++;
        CHECK(curve_s[s].histogram_yb[0][b] == want_y[0] && curve_s[s].histogram_yb[1][b] == want_y[1]);
      }
      if (probabilities) CHECK(edge_e[0] == 0 && edge_e[EH_HISTOGRAM_BINS] == 1 && edge_e[3] == .15);
      else CHECK(edge_e[0] < 0 && edge_e[0] == eh_key_score(f.model.least));
    }
    eh_arena_free(&arena);
  }
}

int main(void) {
  RUN(points_are_what_their_thresholds_select);
  RUN(long_curves_keep_their_shape);
  RUN(one_class_keeps_to_its_room);
  RUN(histograms_hold_every_row);
  return check_end("curve");
}
