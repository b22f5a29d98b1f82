/* Tests of curves under weights and fractional labels: every point, bin and histogram against slow sums over rows. */
#include "unit/weight_fixture.h"

/* Sums of weight by label over the rows of a group ('*': all) whose score lies in (above, upto]. */
static void weight_of(double sum_y[2], const row *row_n, char group, bool weighted, double above, double upto) {
  sum_y[0] = sum_y[1] = 0;
  for (int i = 0; i < ROWS; i++) {
    const row *const r = &row_n[i];
    const double w = weighted ? r->weight : 1;
    if ((group != '*' && group != "abc"[r->group]) || !(r->score > above && r->score <= upto)) continue;
    sum_y[1] += w * r->label, sum_y[0] += w - w * r->label;
  }
}

static bool holds(const eh_curve_point *point_n, uint32_t n, double t) {
  for (uint32_t i = 0; i < n; i++)
    if (point_n[i].threshold == t) return true;
  return false;
}

static void check_points(const eh_curve *c, const row *row_n, char group, bool weighted) {
  double all_y[2], sum_y[2];
  weight_of(all_y, row_n, group, weighted, -INFINITY, INFINITY);
  CHECK(c->roc_count > 2 && c->roc_count <= EH_CURVE_POINTS_MAX && c->pr_count > 2 && c->pr_count <= EH_CURVE_POINTS_MAX);
  for (uint32_t i = 0; i < c->roc_count; i++) {
    const eh_curve_point p = c->roc_n[i];
    weight_of(sum_y, row_n, group, weighted, isnan(p.threshold) ? -INFINITY : p.threshold, INFINITY);
    CHECK_NEAR(p.x, sum_y[0] / all_y[0], 1e-12);
    CHECK_NEAR(p.y, sum_y[1] / all_y[1], 1e-12);
    CHECK(i == 0 || (p.x >= c->roc_n[i - 1].x && p.y >= c->roc_n[i - 1].y && p.x + p.y > c->roc_n[i - 1].x + c->roc_n[i - 1].y));
  }
  for (uint32_t i = 0; i < c->pr_count; i++) {
    const eh_curve_point p = c->pr_n[i];
    weight_of(sum_y, row_n, group, weighted, isnan(p.threshold) ? -INFINITY : p.threshold, INFINITY);
    CHECK_NEAR(p.x, sum_y[1] / all_y[1], 1e-12);
    CHECK_NEAR(p.y, sum_y[1] / (sum_y[0] + sum_y[1]), 1e-9);
  }
  CHECK(c->roc_n[0].x == 0 && c->roc_n[0].y == 0 && c->roc_n[c->roc_count - 1].x == 1 && c->roc_n[c->roc_count - 1].y == 1);
  for (int t = 0; t < THRESHOLDS; t++) CHECK(holds(c->roc_n, c->roc_count, thresholds[t]));
  for (int b = 0; b < EH_HISTOGRAM_BINS; b++) {
    weight_of(sum_y, row_n, group, weighted, b ? c->edge_e[b] : -INFINITY, c->edge_e[b + 1]);
    for (int y = 0; y < 2; y++) CHECK_NEAR(c->histogram_yb[y][b], sum_y[y], 1e-12 * (1 + sum_y[y]));
  }
}

static void check_bins(const eh_audit_curve *c, const row *row_n, char group, bool weighted, bool fractional) {
  for (int b = 0; b < EH_RELIABILITY_BINS; b++) {
    const eh_curve_bin *const bin = &c->bin_b[b];
    double sum = 0, square = 0, score = 0, positive = 0;
    uint64_t rows = 0;
    for (int i = 0; i < ROWS; i++) {
      const row *const r = &row_n[i];
      const double w = weighted ? r->weight : 1;
      if ((group != '*' && group != "abc"[r->group]) || !(r->score <= (b + 1) / 10. && (r->score > b / 10. || b == 0))) continue;
      rows++, sum += w, square += w * w, score += w * r->score, positive += w * r->label;
    }
    CHECK_U64(bin->rows, rows);
    CHECK_NEAR(bin->weight, sum, 1e-12 * (1 + sum));
    if (!(sum > 0)) {
      CHECK(isnan(bin->mean_score) && isnan(bin->label_range.lower));
      continue;
    }
    CHECK_NEAR(bin->mean_score, score / sum, 1e-12);
    CHECK_NEAR(bin->mean_label, positive / sum, 1e-12);
    CHECK(isnan(bin->label_range.lower) == fractional);
    if (fractional) continue;
    const eh_range want = eh_wilson_real(positive * sum / square, sum * sum / square, eh_critical(.95));
    CHECK_NEAR(bin->label_range.lower, want.lower, 1e-9);
    CHECK_NEAR(bin->label_range.upper, want.upper, 1e-9);
  }
}

static void fill_probabilities(row *row_n, uint64_t seed, bool fractional) {
  fill_rows(row_n, seed, false, fractional);
  for (int i = 0; i < ROWS; i++) {
    row_n[i].score = row_n[i].score < 0 ? -row_n[i].score : row_n[i].score;
    row_n[i].weight += 1e-6;
  }
}

static void curves_are_of_sums_of_weights(void) {
  static row row_n[ROWS];
  for (int variant = 0; variant < 3; variant++) {
    const bool weighted = variant != 1, fractional = variant > 0;
    eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, weighted, fractional);
    spec.curves = true;
    fill_probabilities(row_n, (uint64_t)variant + 31, fractional);
    eh_cube *const cube = build(row_n, 0, ROWS, &spec);
    eh_audit *audit = NULL;
    eh_error err = {0};
    REQUIRE(cube && eh_audit_run(&audit, cube, &spec, NULL, &err) == EH_OK);
    const eh_audit_view *const view = eh_audit_see(audit);
    CHECK_U64(view->curve_count, 4);
    for (uint64_t i = 0; i < view->curve_count; i++) {
      const eh_audit_curve *const c = &view->curve_n[i];
      const eh_str name = view->slice_s[c->slice].slice->name;
      const char group = name.n == 3 ? name.p[2] : '*';
      CHECK(!c->roc_reason && !c->pr_reason && !c->reliability_reason);
      CHECK(c->interval_reason == (fractional ? EH_R_FRACTIONAL_LABELS : EH_R_NONE));
      check_points(&c->curve, row_n, group, weighted);
      check_bins(c, row_n, group, weighted, fractional);
    }
    eh_audit_free(audit);
    eh_cube_free(cube);
  }
}

/* What a curve says of a requested threshold is what the rates say of it, to the bit. */
static void curves_and_rates_agree(void) {
  static row row_n[ROWS];
  eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, true, false);
  spec.curves = true;
  fill_probabilities(row_n, 77, false);
  eh_cube *const cube = build(row_n, 0, ROWS, &spec);
  eh_audit *audit = NULL;
  REQUIRE(eh_audit_run(&audit, cube, &spec, NULL, NULL) == EH_OK);
  const eh_audit_view *const view = eh_audit_see(audit);
  int met = 0;
  for (uint64_t i = 0; i < view->result_count; i++) {
    const eh_result *const r = &view->result_n[i];
    const eh_curve *const c = &view->curve_n[r->slice].curve;
    const bool y = r->metric == EH_M_TPR;
    for (uint32_t p = 0; p < c->roc_count && (y || r->metric == EH_M_FPR); p++) {
      if (c->roc_n[p].threshold != thresholds[r->threshold]) continue;
      CHECK(r->value.value == (y ? c->roc_n[p].y : c->roc_n[p].x));
      met++;
    }
  }
  CHECK_U64((uint64_t)met, 2 * 4 * THRESHOLDS);
  eh_audit_free(audit);
  eh_cube_free(cube);
}

/* Weights that are all 1 are rows. */
static void weights_of_one_give_the_curves_of_rows(void) {
  static row row_n[ROWS];
  fill_probabilities(row_n, 5, false);
  for (int i = 0; i < ROWS; i++) row_n[i].weight = 1;
  eh_audit *audit_k[2] = {NULL, NULL};
  eh_cube *cube_k[2];
  for (int k = 0; k < 2; k++) {
    eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, k == 0, false);
    spec.curves = true;
    cube_k[k] = build(row_n, 0, ROWS, &spec);
    REQUIRE(eh_audit_run(&audit_k[k], cube_k[k], &spec, NULL, NULL) == EH_OK);
  }
  const eh_audit_view *const a = eh_audit_see(audit_k[0]), *const b = eh_audit_see(audit_k[1]);
  for (uint64_t i = 0; i < b->curve_count; i++) {
    const eh_audit_curve *const x = &a->curve_n[i], *const y = &b->curve_n[i];
    CHECK(x->curve.roc_count == y->curve.roc_count && x->curve.pr_count == y->curve.pr_count);
    for (uint32_t p = 0; p < y->curve.roc_count; p++) {
      CHECK(x->curve.roc_n[p].x == y->curve.roc_n[p].x && x->curve.roc_n[p].y == y->curve.roc_n[p].y);
    }
    CHECK(!memcmp(x->curve.histogram_yb, y->curve.histogram_yb, sizeof x->curve.histogram_yb));
    for (int n = 0; n < EH_RELIABILITY_BINS; n++)
      if (y->bin_b[n].rows) CHECK_NEAR(x->bin_b[n].label_range.upper, y->bin_b[n].label_range.upper, 1e-12);
  }
  for (int k = 0; k < 2; k++) {
    eh_audit_free(audit_k[k]);
    eh_cube_free(cube_k[k]);
  }
}

int main(void) {
  RUN(curves_are_of_sums_of_weights);
  RUN(curves_and_rates_agree);
  RUN(weights_of_one_give_the_curves_of_rows);
  return check_end("weight_curve");
}
