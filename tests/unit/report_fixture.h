/* report_fixture: a small audit filled by hand, for report_test.c: two columns, a bucketed one, a cross, two
 * thresholds, four metrics. Numbers are made up but consistent: differences are slice minus baseline, intervals
 * hold their value.
 */
#ifndef EVENHAND_TESTS_REPORT_FIXTURE_H
#define EVENHAND_TESTS_REPORT_FIXTURE_H

#include "evenhand/report.h"

#include "../check.h"

enum { FIX_SLICES = 9, FIX_METRICS = 4, FIX_RESULTS = FIX_SLICES * 7, FIX_ATOMS = 4, FIX_FAIRNESS = 7,
      FIX_FINDINGS = 3 };

typedef struct fixture {
  eh_spec spec;
  eh_cube_view cube;
  eh_provenance provenance;
  eh_column_missing missing[4];
  eh_atoms atoms;
  eh_slices slices;
  eh_slice slice[FIX_SLICES];
  eh_family family[4];
  eh_audit_slice audit_slice[FIX_SLICES];
  eh_result result[FIX_RESULTS];
  eh_fairness fairness[FIX_FAIRNESS];
  eh_finding finding[FIX_FINDINGS];
  eh_audit_view view;
} fixture;

static const double fix_threshold[] = {0.5, 0.7};
static const double fix_edge[] = {25, 45.5};
static const eh_metric fix_metric[] = {EH_M_FP, EH_M_FPR, EH_M_SELECTION_RATE, EH_M_ROC_AUC};
static const eh_str fix_score[] = {{"score", 5}, {"other", 5}};
static const eh_str fix_sex[] = {{"Female", 6}, {"Male", 4}};
static const eh_str fix_race[] = {{"=Bl,ack", 7}, {"Whi\x1b[31mte", 10}};
static const eh_str fix_age[] = {{"age<25", 6}, {"25<=age<45.5", 12}, {"age>=45.5", 9}};
static const eh_str *const fix_group[] = {fix_sex, fix_race, fix_age};
static const uint32_t fix_group_count[] = {2, 2, 3};
static const uint32_t fix_atom_group[] = {0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 2, 2};
static const uint64_t fix_rows_ay[] = {30, 10, 1, 2, 1000, 500, 55, 2};
static const uint32_t fix_single[] = {0, 1, 2}, fix_cross_dims[] = {0, 1};
static const eh_dim fix_dim[] = {
    {.name = {"sex", 3}}, {.name = {"ra*ce", 5}}, {.name = {"age", 3}, .edge_n = fix_edge, .edge_count = 2}};
static const eh_cross fix_cross[] = {{fix_cross_dims, 2}};
static const uint32_t fix_dims[] = {0, 1, 2, 0, 1};          /* dimension lists start somewhere in here */
static const uint32_t fix_groups[] = {0, 1, 2, 0, 0, 1, 1, 2}; /* and group lists in here */

static void fix_slices(fixture *f) {
  static const struct {
    const char *name;
    uint32_t dim_count, dim_at, group_at, family;
    uint64_t rows, positives;
  } plan[FIX_SLICES] = {
      {"overall", 0, 0, 0, 0, 1600, 514},
      {"sex=Female", 1, 0, 0, 1, 43, 12},
      {"sex=Male", 1, 0, 1, 1, 1557, 502},
      {"ra*ce==Bl,ack", 1, 1, 0, 2, 1540, 510},
      {"ra*ce=Whi\x1b[31mte", 1, 1, 1, 2, 3, 2},
      {"ra*ce is missing", 1, 1, 2, 2, 57, 2},
      {"age<25", 1, 2, 0, 3, 40, 10},
      {"25<=age<45.5", 1, 2, 1, 3, 1503, 502},
      {"sex=Female & ra*ce==Bl,ack", 2, 3, 3, 4, 40, 10},
  };
  for (uint32_t s = 0; s < FIX_SLICES; s++) {
    f->slice[s] = (eh_slice){.name = eh_str_of(plan[s].name), .dim_count = plan[s].dim_count,
                             .dim_k = fix_dims + plan[s].dim_at, .group_k = fix_groups + plan[s].group_at,
                             .family = plan[s].family, .has_missing = s == 5};
    f->audit_slice[s] = (eh_audit_slice){.slice = &f->slice[s], .rows = plan[s].rows, .positives = plan[s].positives,
                                             .weight = (double)plan[s].rows};
  }
  f->family[0] = (eh_family){{"sex", 3}, 1, 2};
  f->family[1] = (eh_family){{"ra*ce", 5}, 3, 3};
  f->family[2] = (eh_family){{"age", 3}, 6, 2};
  f->family[3] = (eh_family){{"sex*ra*ce", 9}, 8, 1};
  f->slices = (eh_slices){.slice_count = FIX_SLICES, .slice_n = f->slice, .family_count = 4, .family_n = f->family,
                        .group_count_d = fix_group_count, .group_dg = fix_group};
}

static eh_gap fix_gap(double value, double base, double half, uint32_t slice) {
  double nan = __builtin_nan("");
  eh_gap gap = {.reason = EH_R_IS_BASELINE, .difference = nan, .ratio = nan, .relative = nan, .p = nan,
                .difference_range = {nan, nan}, .ratio_range = {nan, nan}};
  if (!slice) return gap;
  gap.reason = EH_R_NONE;
  gap.difference = value - base;
  gap.ratio = value / base, gap.relative = gap.ratio - 1;
  gap.interval_reason = half > 0 ? EH_R_NONE : EH_R_NOT_YET;
  if (!(half > 0)) return gap;
  gap.difference_range = (eh_range){gap.difference - half, gap.difference + half};
  gap.ratio_range = (eh_range){gap.ratio * 0.875, slice == 7 ? __builtin_inf() : gap.ratio * 1.125};
  gap.p = gap.difference > half || gap.difference < -half ? 0.00025 : 0.25;
  gap.method = "miettinen_nurminen_part";
  return gap;
}

/* Values are k/1024, so that they print exactly. */
static void fix_results(fixture *f) {
  static const uint32_t fpr[FIX_SLICES] = {64, 32, 65, 66, 512, 16, 48, 128, 96};
  eh_result *r = f->result;
  for (uint32_t s = 0; s < FIX_SLICES; s++)
    for (uint32_t m = 0; m < FIX_METRICS; m++)
      for (uint32_t t = 0; t < (fix_metric[m] == EH_M_ROC_AUC ? 1 : 2); t++) {
        eh_metric metric = fix_metric[m];
        bool rate = metric == EH_M_FPR || metric == EH_M_SELECTION_RATE;
        uint32_t shift = metric == EH_M_FPR ? 0 : 1;
        double value = (double)(fpr[s] >> t << shift) / 1024;
        if (metric == EH_M_FP) value = fpr[s] >> t;
        if (metric == EH_M_ROC_AUC) value = 0.75;
        double base = metric == EH_M_ROC_AUC ? 0.75 : (double)(fpr[0] >> t << shift) / 1024, nan = __builtin_nan("");
        *r++ = (eh_result){.slice = s, .metric = metric, .threshold = metric == EH_M_ROC_AUC ? EH_NONE : t,
                           .value = {.value = value, .has_parts = metric != EH_M_ROC_AUC, .numerator = fpr[s] >> t,
                                     .denominator = rate ? 1024 >> shift : 0},
                           .range = rate ? (eh_range){value * 0.75, value * 1.25} : (eh_range){nan, nan},
                           .method = rate ? "wilson" : NULL,
                           .interval_reason = rate ? EH_R_NONE : metric == EH_M_FP ? EH_R_COUNT_METRIC : EH_R_NOT_YET,
                           .gap = fix_gap(value, base, rate ? 0.015625 : 0, s)};
        if (metric == EH_M_FP && s) r[-1].gap = fix_gap(value, base, 0, 0), r[-1].gap.reason = EH_R_COUNT_METRIC;
      }
}

static void fix_undefined(eh_result *r, eh_reason reason) {
  double nan = __builtin_nan("");
  r->value = (eh_value){.value = nan, .reason = reason, .has_parts = true};
  r->range = (eh_range){nan, nan}, r->method = NULL, r->interval_reason = reason;
  r->gap = fix_gap(nan, nan, 0, 0), r->gap.reason = reason;
}

static eh_result *fix_find(fixture *f, uint32_t slice, eh_metric metric, uint32_t threshold) {
  for (uint32_t i = 0; i < FIX_RESULTS; i++)
    if (f->result[i].slice == slice && f->result[i].metric == metric && f->result[i].threshold == threshold)
      return &f->result[i];
  return NULL;
}

static void fix_fairness(fixture *f) {
  static const char *const name[] = {"demographic_parity_difference", "demographic_parity_ratio",
                                     "equal_opportunity_difference",  "equal_opportunity_ratio",
                                     "equalized_odds_difference",     "equalized_odds_ratio", "fpr_group_max"};
  for (uint32_t i = 0; i < FIX_FAIRNESS; i++)
    f->fairness[i] = (eh_fairness){.criterion = eh_str_of(name[i]), .value = 0.125 * (i + 1), .slice_min = 1,
          .slice_max = 2};
  f->fairness[2].value = f->fairness[3].value = __builtin_nan("");
  f->fairness[2].reason = f->fairness[3].reason = EH_R_ONE_GROUP;
  f->fairness[2].slice_min = f->fairness[2].slice_max = f->fairness[3].slice_min = f->fairness[3].slice_max = EH_NONE;
  f->fairness[4].reason = EH_R_PARTIAL;
  f->fairness[6].slice_min = EH_NONE;
}

/* In place: the parts point to each other. */
static void fix_fill(fixture *f) {
  memset(f, 0, sizeof *f);
  f->spec = (eh_spec){.cube = {.label = EH_STR("in\"come"), .positive = EH_STR(">50K"), .score_m = fix_score,
        .model_count = 1,
                               .slicing = {.dim_n = fix_dim, .dim_count = 3, .single_n = fix_single,
                                     .single_count = 3,
                                           .cross_n = fix_cross, .cross_count = 1, .show_missing = true},
                               .threshold_t = fix_threshold, .threshold_count = 2, .score_bits = 52},
                      .metric_n = fix_metric, .metric_count = FIX_METRICS, .baseline = EH_STR("overall"),
                      .min_slice = 10, .level = 0.95};
  f->provenance = (eh_provenance){.name = EH_STR("a\x1b]0;b\x07.csv"), .has_sha256 = true, .missing_n = f->missing,
        .missing_count = 2};
  for (int i = 0; i < 32; i++) f->provenance.sha256[i] = (unsigned char)(i * 9);
  f->provenance.intake = (eh_intake){.rows = 1605, .rows_skipped = 5, .skipped_n = 5};
  for (uint32_t i = 0; i < 5; i++) {
    f->provenance.intake.skipped[i].line = 17 + i;
    snprintf(f->provenance.intake.skipped[i].reason, EH_SKIP_REASON, "score \"x%u\" is not a number", (unsigned)i);
  }
  f->missing[0] = (eh_column_missing){EH_STR("sex"), 0};
  f->missing[1] = (eh_column_missing){EH_STR("ra*ce"), 57};
  f->atoms = (eh_atoms){.dim_count = 3, .group_count_d = fix_group_count, .group_dg = fix_group,
        .atom_count = FIX_ATOMS,
                        .group_ad = fix_atom_group};
  f->cube = (eh_cube_view){.spec = &f->spec.cube, .atoms = &f->atoms, .rows = 1600, .rows_ay = fix_rows_ay,
                           .provenance = &f->provenance};
  fix_slices(f);
  f->audit_slice[4].too_small = true;
  fix_results(f);
  for (uint32_t i = 0; i < FIX_RESULTS; i++)
    if (f->result[i].slice == 4 && f->result[i].metric != EH_M_FP)
      f->result[i].gap = fix_gap(0, 0, 0, 0), f->result[i].gap.reason = EH_R_TOO_SMALL;
  fix_undefined(fix_find(f, 5, EH_M_ROC_AUC, EH_NONE), EH_R_ONE_CLASS);
  fix_undefined(fix_find(f, 5, EH_M_FPR, 0), EH_R_NO_NEGATIVES);
  fix_fairness(f);
  f->finding[0] = (eh_finding){1, EH_FINDING_GAP, 0, 1, EH_M_FPR, 0, EH_STR("False positive rate is half as high "
        "for sex=Female "
    "as overall: .031 against .063, difference -.031, 95 % interval -.047 to -.016.")};
  f->finding[1] = (eh_finding){2, EH_FINDING_TOO_SMALL, EH_NONE, 4, EH_NONE, EH_NONE, EH_STR("One slice is too "
        "small.")};
  f->finding[2] = (eh_finding){3, EH_FINDING_SKIPPED, EH_NONE, EH_NONE, EH_NONE, EH_NONE, EH_STR("5 rows were "
        "skipped.")};
  f->view = (eh_audit_view){.spec = &f->spec, .cube = &f->cube, .slices = &f->slices, .slice_s = f->audit_slice,
                            .slice_count = FIX_SLICES, .baseline = 0, .result_n = f->result,
                                  .result_count = FIX_RESULTS,
                            .fairness_n = f->fairness, .fairness_count = FIX_FAIRNESS, .finding_n = f->finding,
                            .finding_count = FIX_FINDINGS};
}

#endif
