/* Tests of how sure an AUC of weights is: variance and covariance against slow sums over rows, intervals and gaps made of them, and
 * weights of one. */
#include "unit/weight_fixture.h"

#include "reference/auc_slow.h"

/* Of row i its share of the other label's weight in a group ('*': all) that it is ordered rightly against, less that group's AUC. */
static double away(const row *row_n, char group, int i, double auc) {
  double sum = 0, all = 0;
  for (int j = 0; j < ROWS; j++) {
    const row *const r = &row_n[i], *const o = &row_n[j];
    if ((group != '*' && group != "abc"[o->group]) || o->label == r->label) continue;
    sum += o->weight * (r->label > .5 ? slow_psi(r->score, o->score) : slow_psi(o->score, r->score));
    all += o->weight;
  }
  return sum / all - auc;
}

static bool lies_in(const row *r, char group) { return group == '*' || group == "abc"[r->group]; }

static double auc_of(const row *row_n, char group) {
  double sum = 0, all = 0;
  for (int i = 0; i < ROWS; i++)
    if (lies_in(&row_n[i], group) && row_n[i].label > .5)
      sum += row_n[i].weight * away(row_n, group, i, 0), all += row_n[i].weight;
  return sum / all;
}

/* Effective rows of a label. */
static double effective(const row *row_n, char group, int y) {
  double sum = 0, square = 0;
  for (int i = 0; i < ROWS; i++)
    if (lies_in(&row_n[i], group) && (row_n[i].label > .5) == y) sum += row_n[i].weight, square += row_n[i].weight * row_n[i].weight;
  return sum * sum / square;
}

static double covariance(const row *row_n, char a, char b) {
  const double auc_a = auc_of(row_n, a), auc_b = auc_of(row_n, b);
  double total = 0;
  for (int y = 0; y < 2; y++) {
    const double n = effective(row_n, a, y);
    double sum = 0, all_a = 0, all_b = 0;
    for (int i = 0; i < ROWS; i++) {
      const row *const r = &row_n[i];
      if ((r->label > .5) != y) continue;
      all_a += lies_in(r, a) ? r->weight : 0, all_b += lies_in(r, b) ? r->weight : 0;
      if (lies_in(r, a) && lies_in(r, b))
        sum += r->weight * r->weight * away(row_n, a, i, auc_a) * away(row_n, b, i, auc_b);
    }
    total += sum / (all_a * all_b) * n / (n - 1);
  }
  return total;
}

static void check_interval(const eh_result *r, const row *row_n, char group, double z) {
  const double auc = auc_of(row_n, group), reach = z * sqrt(covariance(row_n, group, group)) / (auc * (1 - auc));
  CHECK_NEAR(r->value.value, auc, 1e-12);
  CHECK_TEXT(r->method, strlen("delong_logit_n_eff"), "delong_logit_n_eff");
  CHECK_NEAR(r->range.lower, 1 / (1 + exp(-(log(auc / (1 - auc)) - reach))), 1e-9);
  CHECK_NEAR(r->range.upper, 1 / (1 + exp(-(log(auc / (1 - auc)) + reach))), 1e-9);
}

static void check_gap(const eh_gap *gap, const row *row_n, char group, char base, bool part, const char *method, double z) {
  const double d = auc_of(row_n, group) - auc_of(row_n, base);
  const double variance = covariance(row_n, group, group) + covariance(row_n, base, base) - (part ? 2 * covariance(row_n, group, base) : 0);
  CHECK(!gap->interval_reason);
  if (gap->interval_reason) return;
  CHECK_TEXT(gap->method, strlen(method), method);
  CHECK_NEAR(gap->difference, d, 1e-12);
  CHECK_NEAR(gap->difference_range.lower, d - z * sqrt(variance), 1e-9);
  CHECK_NEAR(gap->difference_range.upper, d + z * sqrt(variance), 1e-9);
  CHECK_NEAR(gap->p, 2 * eh_normal_cdf(-fabs(d) / sqrt(variance)), 1e-7);
}

static const eh_result *auc_result(const eh_audit_view *view, const char *slice) {
  for (uint64_t i = 0; i < view->result_count; i++) {
    const eh_result *const r = &view->result_n[i];
    if (r->metric == EH_M_ROC_AUC && eh_str_eq(view->slice_s[r->slice].slice->name, eh_str_of(slice))) return r;
  }
  CHECK_SAY("no slice %s", slice);
  return &view->result_n[0];
}

static void fill(row *row_n, uint64_t seed, bool alike) {
  fill_rows(row_n, seed, false, false);
  for (int i = 0; i < ROWS; i++) {
    row_n[i].weight = alike ? 1 : .2 + 2 * check_uniform(&seed);
    row_n[i].score += .2 * row_n[i].label;
  }
}

static void intervals_and_gaps_are_their_definitions(void) {
  static row row_n[ROWS];
  static const char *const baselines[] = {"overall", "g=b", "complement"};
  const double z = eh_critical(.95);
  fill(row_n, 23, false);
  for (int i = 0; i < ROWS; i++) row_n[i].group %= 2; /* the complement of a is b */
  for (int k = 0; k < 3; k++) {
    eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, true, false);
    spec.baseline = eh_str_of(baselines[k]);
    eh_cube *const cube = build(row_n, 0, ROWS, &spec);
    eh_audit *audit = NULL;
    REQUIRE(eh_audit_run(&audit, cube, &spec, NULL, NULL) == EH_OK);
    const eh_result *const r = auc_result(eh_audit_see(audit), "g=a");
    check_interval(r, row_n, 'a', z);
    check_interval(auc_result(eh_audit_see(audit), "overall"), row_n, '*', z);
    check_gap(&r->gap, row_n, 'a', k ? 'b' : '*', k == 0, k ? "delong_n_eff" : "delong_part_n_eff", z);
    eh_audit_free(audit);
    eh_cube_free(cube);
  }
}

static void weights_of_one_are_rows(void) {
  static row row_n[ROWS];
  fill(row_n, 29, true);
  eh_audit *audit_k[2] = {NULL, NULL};
  eh_cube *cube_k[2];
  for (int k = 0; k < 2; k++) {
    eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, k == 0, false);
    cube_k[k] = build(row_n, 0, ROWS, &spec);
    REQUIRE(eh_audit_run(&audit_k[k], cube_k[k], &spec, NULL, NULL) == EH_OK);
  }
  static const char *const slices[] = {"overall", "g=a", "g=b", "g=c"};
  for (int s = 0; s < 4; s++) {
    const eh_result *const x = auc_result(eh_audit_see(audit_k[0]), slices[s]), *const y = auc_result(eh_audit_see(audit_k[1]), slices[s]);
    CHECK_NEAR(x->range.lower, y->range.lower, 1e-12);
    CHECK(x->gap.interval_reason == y->gap.interval_reason);
    if (s) CHECK_NEAR(x->gap.difference_range.upper, y->gap.difference_range.upper, 1e-12);
    if (s) CHECK_NEAR(x->gap.ratio_range.lower, y->gap.ratio_range.lower, 1e-12);
  }
  for (int k = 0; k < 2; k++) {
    eh_audit_free(audit_k[k]);
    eh_cube_free(cube_k[k]);
  }
}

/* Scores that are all alike, and labels that are ordered rightly throughout, have method 5's; parts of labels have none. */
static void where_nothing_varies(void) {
  static row row_n[ROWS];
  for (int k = 0; k < 3; k++) {
    fill(row_n, 31, false);
    for (int i = 0; i < ROWS; i++) row_n[i].score = k == 0 ? .5 : k == 1 ? row_n[i].label + .1 * row_n[i].score : row_n[i].score;
    eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, true, k == 2);
    eh_cube *const cube = build(row_n, 0, ROWS, &spec);
    eh_audit *audit = NULL;
    REQUIRE(eh_audit_run(&audit, cube, &spec, NULL, NULL) == EH_OK);
    const eh_result *const r = auc_result(eh_audit_see(audit), "g=a");
    if (k == 2) CHECK(r->interval_reason == EH_R_FRACTIONAL_LABELS && r->gap.interval_reason == EH_R_FRACTIONAL_LABELS);
    if (k == 2) CHECK(!r->method && !r->gap.method);
    if (k < 2) CHECK_TEXT(r->method, strlen("newcombe_5_n_eff"), "newcombe_5_n_eff");
    if (k < 2) CHECK(r->range.lower < r->value.value && r->range.lower < r->range.upper && r->gap.interval_reason == EH_R_FEW_ROWS);
    eh_audit_free(audit);
    eh_cube_free(cube);
  }
}

int main(void) {
  RUN(intervals_and_gaps_are_their_definitions);
  RUN(weights_of_one_are_rows);
  RUN(where_nothing_varies);
  return check_end("weight_auc");
}
