/* Tests of weights and fractional labels, from rows to report: every number against a slow sum over rows, any order and
 * split of the rows, the file, and what is refused. */
#include "forged.h"
#include "unit/weight_fixture.h"

#include "cube_equal.h"

/* ---- values against slow sums ------------------------------------------------------------------------------------ */

/* Sums of weights, and of squares, by label and decision; t infinite: nobody is selected. */
typedef struct slow {
  double weight[2][2], square[2][2], score, score_square, score_positive, won;
} slow;

static slow slow_of(const row *row_n, const char *group, double t, bool weighted) {
  slow s = {0};
  for (int i = 0; i < ROWS; i++) {
    const row *const r = &row_n[i];
    const double w = weighted ? r->weight : 1;
    if (group && group[0] != "abc"[r->group]) continue;
    for (int y = 0; y < 2; y++) {
      const double part = y ? w * r->label : w - w * r->label;
      s.weight[y][r->score > t] += part;
      s.square[y][r->score > t] += part * part;
      for (int o = 0; o < ROWS && y; o++) { /* each positive part against all negative ones */
        if (group && group[0] != "abc"[row_n[o].group]) continue;
        const double other = (weighted ? row_n[o].weight : 1) * (1 - row_n[o].label);
        s.won += part * other * (row_n[o].score < r->score ? 1 : row_n[o].score == r->score ? .5 : 0);
      }
    }
    s.score += w * r->score, s.score_square += w * r->score * r->score, s.score_positive += w * r->label * r->score;
  }
  return s;
}

static double slow_value(eh_metric metric, const slow *s) {
  const double tp = s->weight[1][1], fn = s->weight[1][0], fp = s->weight[0][1], tn = s->weight[0][0];
  const double all = tp + fn + fp + tn;
  switch (metric) {
    case EH_M_TP: return tp;
    case EH_M_TN: return tn;
    case EH_M_FPR: return fp / (fp + tn);
    case EH_M_FNR: return fn / (fn + tp);
    case EH_M_PPV: return tp / (tp + fp);
    case EH_M_FOR: return fn / (tn + fn);
    case EH_M_SELECTION_RATE: return (tp + fp) / all;
    case EH_M_ACCURACY: return (tp + tn) / all;
    case EH_M_F1: return 2 * tp / (2 * tp + fp + fn);
    case EH_M_BALANCED_ACCURACY: return .5 * (tp / (tp + fn) + tn / (fp + tn));
    case EH_M_PREVALENCE: return (tp + fn) / all;
    case EH_M_MEAN_SCORE: return s->score / all;
    case EH_M_CALIBRATION_RATIO: return s->score / (tp + fn);
    case EH_M_BRIER: return (s->score_square - 2 * s->score_positive + tp + fn) / all;
    case EH_M_ROC_AUC: return s->won / ((tp + fn) * (fp + tn));
    default: return NAN;
  }
}

/* Wilson's limits for a size that need not be whole, from the formula as it is printed. */
static void check_wilson(const eh_result *r, double n_eff) {
  const double z = eh_critical(.95), p = r->value.value, z2 = z * z;
  const double middle = (p + z2 / (2 * n_eff)) / (1 + z2 / n_eff);
  const double reach = z / (1 + z2 / n_eff) * sqrt(p * (1 - p) / n_eff + z2 / (4 * n_eff * n_eff));
  CHECK_NEAR(r->value.n_eff, n_eff, 1e-9 * n_eff);
  CHECK_NEAR(r->range.lower, middle - reach, 1e-9);
  CHECK_NEAR(r->range.upper, middle + reach, 1e-9);
}

static void check_results(const eh_audit_view *view, const row *row_n, bool weighted, bool fractional) {
  for (uint64_t i = 0; i < view->result_count; i++) {
    const eh_result *const r = &view->result_n[i];
    const eh_str name = view->slice_s[r->slice].slice->name;
    const double t = r->threshold == EH_NONE ? INFINITY : thresholds[r->threshold];
    const slow s = slow_of(row_n, name.n == 3 ? name.p + 2 : NULL, t, weighted);
    const double want = slow_value(r->metric, &s);
    if (want == want) CHECK_NEAR(r->value.value, want, 1e-12 * (fabs(want) + 1));
    if (fractional) {
      const bool is_rate = eh_metric_about(r->metric)->kind == EH_METRIC_IS_RATE;
      CHECK(!is_rate || (r->interval_reason == EH_R_FRACTIONAL_LABELS && r->range.lower != r->range.lower));
    } else if (r->metric == EH_M_FPR) {
      const double n = s.weight[0][0] + s.weight[0][1];
      check_wilson(r, n * n / (s.square[0][0] + s.square[0][1]));
    } else if (r->metric == EH_M_ROC_AUC) {
      CHECK(!r->interval_reason && r->range.lower < r->value.value && r->value.value < r->range.upper);
    }
  }
}

static void values_are_sums_of_weights(void) {
  static row row_n[ROWS];
  for (int variant = 0; variant < 6; variant++) {
    const bool weighted = variant % 3 != 1, fractional = variant % 3 > 0;
    eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, weighted, fractional);
    if (variant >= 3) spec.baseline = EH_STR("g=b");
    fill_rows(row_n, (uint64_t)variant + 1, false, fractional);
    eh_cube *const cube = build(row_n, 0, ROWS, &spec);
    eh_audit *audit = NULL;
    eh_error err = {0};
    REQUIRE(cube && eh_audit_run(&audit, cube, &spec, NULL, &err) == EH_OK);
    check_results(eh_audit_see(audit), row_n, weighted, fractional);
    eh_audit_free(audit);
    eh_cube_free(cube);
  }
}

/* The complement's numbers, and a part's gap to the whole, come from sums of the rest: as if the rest were a slice. */
static void the_rest_is_the_other_rows(void) {
  static row row_n[ROWS];
  fill_rows(row_n, 9, false, false);
  for (int i = 0; i < ROWS; i++) row_n[i].group %= 2;
  eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, true, false);
  eh_cube *const cube = build(row_n, 0, ROWS, &spec);
  eh_audit *other = NULL, *complement = NULL, *overall = NULL;
  spec.baseline = EH_STR("g=b");
  REQUIRE(eh_audit_run(&other, cube, &spec, NULL, NULL) == EH_OK);
  spec.baseline = EH_STR("complement");
  REQUIRE(eh_audit_run(&complement, cube, &spec, NULL, NULL) == EH_OK);
  spec.baseline = EH_STR("overall");
  REQUIRE(eh_audit_run(&overall, cube, &spec, NULL, NULL) == EH_OK);
  const eh_audit_view *const a = eh_audit_see(other), *const b = eh_audit_see(complement), *const c = eh_audit_see(overall);
  const uint64_t per = a->result_count / 3; /* g=b, overall, g=a; overall, g=a, g=b */
  for (uint64_t i = 0; i < per; i++) {
    const eh_gap *const x = &a->result_n[2 * per + i].gap, *const y = &b->result_n[per + i].gap;
    const eh_gap *const whole = &c->result_n[per + i].gap;
    CHECK(x->reason == y->reason);
    if (x->reason) continue;
    CHECK_NEAR(x->difference, y->difference, 1e-12);
    if (eh_metric_about(a->result_n[2 * per + i].metric)->kind != EH_METRIC_IS_RATE) continue;
    CHECK_NEAR(x->difference_range.lower, y->difference_range.lower, 0);
    CHECK_NEAR(x->p, y->p, 0);
    CHECK_NEAR(whole->p, y->p, 0);
    CHECK(whole->difference_range.lower < whole->difference && whole->difference < whole->difference_range.upper);
  }
  eh_audit_free(other);
  eh_audit_free(complement);
  eh_audit_free(overall);
  eh_cube_free(cube);
}

/* ---- frequency weights are rows that occur often ------------------------------------------------------------------- */

static eh_buf csv_of(const eh_cube *cube, const eh_spec *spec) {
  eh_buf out = {0};
  eh_audit *audit = NULL;
  eh_error err = {0};
  if (eh_audit_run(&audit, cube, spec, NULL, &err) || eh_report_csv(&out, eh_audit_see(audit), &err))
    CHECK_SAY("%s", err.message);
  eh_audit_free(audit);
  return out;
}

static void frequency_is_repetition(void) {
  static row row_n[ROWS], repeated_n[4 * ROWS];
  static const char *const baselines[] = {"overall", "complement", "g=c"};
  fill_rows(row_n, 5, true, false);
  int n = 0;
  for (int i = 0; i < ROWS; i++)
    for (int k = 0; k < (int)row_n[i].weight; k++) repeated_n[n++] = row_n[i];
  eh_spec weighted = spec_of(EH_WEIGHT_FREQUENCY, true, false), plain = spec_of(EH_WEIGHT_SAMPLING, false, false);
  eh_cube *const one = build(row_n, 0, ROWS, &weighted), *const other = build(repeated_n, 0, n, &plain);
  CHECK_U64(eh_cube_see(one)->rows, ROWS);
  CHECK_U64(eh_cube_see(one)->repeated->rows, (uint64_t)n);
  for (int b = 0; b < 3; b++) {
    weighted.baseline = plain.baseline = eh_str_of(baselines[b]);
    eh_buf x = csv_of(one, &weighted), y = csv_of(other, &plain);
    CHECK(x.n > 1000 && x.n == y.n && memcmp(x.p, y.p, x.n) == 0);
    eh_buf_free(&x);
    eh_buf_free(&y);
  }
  eh_cube_free(one);
  eh_cube_free(other);
}

/* ---- any split, the file ------------------------------------------------------------------------------------------- */

static void any_split_in_any_order_gives_the_same_bytes(void) {
  static row row_n[ROWS];
  for (int variant = 0; variant < 3; variant++) {
    const eh_spec spec = spec_of(variant == 1 ? EH_WEIGHT_FREQUENCY : EH_WEIGHT_SAMPLING, true, variant == 2);
    uint64_t seed = 3;
    fill_rows(row_n, 11, variant == 1, variant == 2);
    eh_cube *const whole = build(row_n, 0, ROWS, &spec);
    for (int i = ROWS - 1; i > 0; i--) {
      const int k = (int)(check_random(&seed) % (uint64_t)(i + 1));
      const row swap = row_n[i];
      row_n[i] = row_n[k], row_n[k] = swap;
    }
    const eh_cube *const part_k[] = {build(row_n, 0, 7, &spec), build(row_n, 7, 300, &spec), build(row_n, 300, ROWS, &spec)};
    eh_cube *merged = NULL, *again = NULL;
    REQUIRE(eh_cube_merge(&merged, part_k, 3, NULL, NULL) == EH_OK);
    CHECK(same_body(whole, merged));
    eh_buf file = saved(merged);
    eh_error err = {0};
    if (eh_cube_load(&again, file.p, file.n, NULL, &err)) CHECK_SAY("%s", err.message);
    REQUIRE(again);
    CHECK(same_body(whole, again));
    eh_buf x = csv_of(whole, &spec), y = csv_of(again, &spec);
    CHECK(x.n == y.n && memcmp(x.p, y.p, x.n) == 0);
    eh_buf_free(&x);
    eh_buf_free(&y);
    eh_buf_free(&file);
    for (int p = 0; p < 3; p++) eh_cube_free((eh_cube *)part_k[p]);
    eh_cube_free(again);
    eh_cube_free(merged);
    eh_cube_free(whole);
  }
}

static void a_threshold_nobody_asked_for_comes_from_the_cells(void) {
  static row row_n[ROWS];
  fill_rows(row_n, 13, false, true);
  const eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, true, true);
  eh_cube *const cube = build(row_n, 0, ROWS, &spec);
  const eh_cube_view *const view = eh_cube_see(cube);
  eh_weight_cell above_ay[6];
  for (double t = -1.05; t < 1.1; t += .05) {
    eh_cube_weights_above(view, 0, t, above_ay);
    for (int g = 0; g < 3; g++) {
      const slow s = slow_of(row_n, &"abc"[g], t, true);
      for (int y = 0; y < 2; y++) {
        CHECK_NEAR(eh_i128_to_f64(above_ay[2 * g + y].weight), s.weight[y][1], 1e-12 * (s.weight[y][1] + 1e-3));
        CHECK_NEAR(eh_i192_to_f64(above_ay[2 * g + y].square), s.square[y][1], 1e-12 * (s.square[y][1] + 1e-3));
      }
    }
  }
  eh_cube_free(cube);
}

/* A changed byte of the weights is refused, or the cube it makes is one that saves to these very bytes. */
static void damaged_weights_do_no_harm(void) {
  static row row_n[ROWS];
  for (int variant = 0; variant < 2; variant++) {
    fill_rows(row_n, 17, variant == 0, false);
    const eh_spec spec = spec_of(variant == 0 ? EH_WEIGHT_FREQUENCY : EH_WEIGHT_SAMPLING, true, false);
    eh_cube *const cube = build(row_n, 0, 9, &spec);
    eh_buf file = saved(cube);
    const void *body;
    size_t body_n;
    REQUIRE(eh_cube_body(file.p, file.n, &body, &body_n));
    unsigned char *const p = (unsigned char *)file.p;
    int believed = 0;
    for (size_t at = 20; at < 20 + body_n; at++) {
      for (int bit = 0; bit < 8; bit++) {
        p[at] ^= (unsigned char)(1 << bit);
        believed += !forged_is_refused(&file, body_n);
        p[at] ^= (unsigned char)(1 << bit);
      }
    }
    CHECK(believed > 0);
    eh_buf_free(&file);
    eh_cube_free(cube);
  }
}

/* ---- what is refused ----------------------------------------------------------------------------------------------- */

/* Reads the text and returns what was said: the first skip's reason, or the error. */
static const char *said_of(const char *csv, const eh_spec *spec) {
  static char said[512];
  eh_ingest *in = NULL;
  eh_cube *cube = NULL;
  eh_error err = {0};
  const eh_reading reading = {.source = EH_STR("f")};
  eh_status status = eh_ingest_new(&in, spec, &reading, NULL, &err);
  if (!status) status = eh_ingest_push(in, csv, strlen(csv), &err);
  if (!status) status = eh_ingest_end(in, &cube, &err);
  said[0] = 0;
  if (status) snprintf(said, sizeof said, "%s", err.message);
  else if (eh_cube_see(cube)->provenance->intake.skipped_n)
    snprintf(said, sizeof said, "%s", eh_cube_see(cube)->provenance->intake.skipped[0].reason);
  eh_cube_free(cube);
  eh_ingest_free(in);
  return said;
}

static void weights_that_are_none_skip_the_row(void) {
  static const struct {
    const char *weight, *sampling, *frequency;
  } cases[] = {{"-1", "weight \"w\" is negative: -1", "weight \"w\" is negative: -1"},
               {".5", "", "frequency weight \"w\" is not a whole number: 0.5"},
               {"", "weight \"w\" is missing", "weight \"w\" is missing"},
               {"heavy", "weight \"w\" is not a number: \"heavy\"", "weight \"w\" is not a number: \"heavy\""},
               {"inf", "weight \"w\" is not finite", "weight \"w\" is not finite"},
               {"1099511627776", "weight \"w\" is 2^40 or more", "weight \"w\" is 2^40 or more"},
               {"1099511627775", "", ""},
               {"0", "", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char csv[128];
    snprintf(csv, sizeof csv, "y,p,g,w\n1,.5,a,1\n0,.2,a,%s\n", cases[i].weight);
    const eh_spec sampling = spec_of(EH_WEIGHT_SAMPLING, true, false), frequency = spec_of(EH_WEIGHT_FREQUENCY, true, false);
    CHECK_TEXT(said_of(csv, &sampling), strlen(said_of(csv, &sampling)), cases[i].sampling);
    CHECK_TEXT(said_of(csv, &frequency), strlen(said_of(csv, &frequency)), cases[i].frequency);
  }
}

static void fractions_are_taken_only_when_asked_for(void) {
  const eh_spec plain = spec_of(EH_WEIGHT_SAMPLING, false, false), fractional = spec_of(EH_WEIGHT_SAMPLING, false, true);
  const char *said = said_of("y,p,g\n1,.5,a\n.3,.2,a\n", &plain);
  CHECK(strstr(said, "line 3 holds \".3\"") && strstr(said, "--fractional"));
  CHECK_TEXT(said_of("y,p,g\n1,.5,a\n.3,.2,a\n", &fractional), 0, "");
  said = said_of("y,p,g\n1,.5,a\n1.5,.2,a\n", &fractional);
  CHECK(strstr(said, "is not a number from 0 to 1: line 3 holds \"1.5\""));
  CHECK(!strstr(said_of("y,p,g\n1,.5,a\n2,.2,a\n", &plain), "--fractional"));
}

static void a_slice_without_weight_says_so(void) {
  static row row_n[ROWS];
  fill_rows(row_n, 19, false, false);
  for (int i = 0; i < ROWS; i++) row_n[i].weight = row_n[i].group == 1 ? 0 : 1;
  const eh_spec spec = spec_of(EH_WEIGHT_SAMPLING, true, false);
  eh_cube *const cube = build(row_n, 0, ROWS, &spec);
  eh_audit *audit = NULL;
  REQUIRE(eh_audit_run(&audit, cube, &spec, NULL, NULL) == EH_OK);
  const eh_audit_view *const view = eh_audit_see(audit);
  for (uint64_t i = 0; i < view->result_count; i++) {
    const eh_result *const r = &view->result_n[i];
    const bool empty = r->slice == 2, is_count = eh_metric_about(r->metric)->kind == EH_METRIC_IS_COUNT;
    CHECK(is_count || (r->value.reason == EH_R_ZERO_WEIGHT) == empty);
  }
  CHECK(view->slice_s[2].weight == 0 && view->slice_s[2].rows > 50);
  eh_audit_free(audit);
  eh_cube_free(cube);
}

int main(void) {
  RUN(values_are_sums_of_weights);
  RUN(the_rest_is_the_other_rows);
  RUN(frequency_is_repetition);
  RUN(any_split_in_any_order_gives_the_same_bytes);
  RUN(a_threshold_nobody_asked_for_comes_from_the_cells);
  RUN(damaged_weights_do_no_harm);
  RUN(weights_that_are_none_skip_the_row);
  RUN(fractions_are_taken_only_when_asked_for);
  RUN(a_slice_without_weight_says_so);
  return check_end("weight");
}
