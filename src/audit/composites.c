/* composites: how sure numbers are that are neither a rate nor an AUC, and their gaps to the baseline. Called by results.c.
 *
 * The one idea: the rows of two slices are three sets without a row in common, those of the slice alone, of both, and of the
 * baseline alone. Counts and sums of each follow exactly from what is known, so one method serves slices however they overlap.
 */
#include "audit_internal.h"

#include "evenhand/moments.h"

enum { PARTS = 3 };

static bool is_of_rates(eh_metric metric) { return metric == EH_M_F1 || metric == EH_M_BALANCED_ACCURACY; }
static bool is_loss(eh_metric metric) { return metric == EH_M_BRIER || metric == EH_M_LOG_LOSS; }
static bool is_quotient(eh_metric metric) { return metric == EH_M_CALIBRATION_RATIO || is_loss(metric); }
static bool is_mean(eh_metric metric) { return metric == EH_M_MEAN_SCORE || is_quotient(metric); }

bool eh_audit_takes_means(const eh_spec *spec, bool of_losses) {
  for (uint32_t i = 0; i < spec->metric_count; i++)
    if (of_losses ? is_loss(spec->metric_n[i]) : is_mean(spec->metric_n[i])) return !spec->no_intervals && !spec->bootstrap;
  return false;
}

/* ---- F1 and balanced accuracy ------------------------------------------------------------------------------------------- */

static eh_confusion without(eh_confusion all, eh_confusion part) {
  return (eh_confusion){all.tp - part.tp, all.fp - part.fp, all.tn - part.tn, all.fn - part.fn};
}

static void kinds_of_parts(eh_kinds part_p[PARTS], const eh_audit *audit, const eh_result *r) {
  const uint32_t baseline = audit->view.baseline;
  if (eh_audit_is_weighted(audit)) {
    eh_weighted_parts(part_p, audit, r->model, r->slice, r->threshold);
    return;
  }
  const eh_confusion own = eh_audit_confusion(audit, r->model, r->threshold, r->slice);
  const eh_confusion base = baseline == EH_NONE
                                ? without(eh_audit_confusion(audit, r->model, r->threshold, audit->place_s[EH_SLICE_OVERALL]), own)
                                : eh_audit_confusion(audit, r->model, r->threshold, baseline);
  const eh_confusion both = eh_audit_shared(audit, r->model, r->threshold, r->slice);
  part_p[0] = eh_kinds_of_rows(without(own, both)), part_p[1] = eh_kinds_of_rows(both), part_p[2] = eh_kinds_of_rows(without(base, both));
}

/* Of the marked kinds how many are of `hit`; under weights in effective rows. */
static eh_count count_of(const eh_kinds *rows, eh_row_kind hit, const bool is_k[EH_ROW_KINDS]) {
  double sum = 0, square = 0;
  for (int k = 0; k < EH_ROW_KINDS; k++)
    if (is_k[k]) sum += rows->sum_k[k], square += rows->square_k[k];
  if (!(square > 0)) return (eh_count){0, 0, 0};
  if (sum == square) return (eh_count){rows->sum_k[hit], sum, sum};
  const double n = sum * sum / square;
  return (eh_count){n * (rows->sum_k[hit] / sum), n, sum};
}

static const bool of_f1[EH_ROW_KINDS] = {[EH_ROW_TP] = true, [EH_ROW_FP] = true, [EH_ROW_FN] = true};
static const bool of_tpr[EH_ROW_KINDS] = {[EH_ROW_TP] = true, [EH_ROW_FN] = true};
static const bool of_tnr[EH_ROW_KINDS] = {[EH_ROW_TN] = true, [EH_ROW_FP] = true};

/* part_p NULL: a part without rows. */
static eh_composite composite_of(eh_metric metric, const eh_kinds *const part_p[PARTS]) {
  eh_composite c = {.f1 = metric == EH_M_F1};
  for (int p = 0; p < PARTS; p++) {
    if (!part_p[p]) continue;
    for (int rate = 0; rate < (c.f1 ? 1 : 2); rate++) {
      const eh_count count = count_of(part_p[p], rate ? EH_ROW_TN : EH_ROW_TP, c.f1 ? of_f1 : rate ? of_tnr : of_tpr);
      *(p == 0 ? &c.rate_r[rate].first : p == 1 ? &c.rate_r[rate].both : &c.rate_r[rate].second) = count;
    }
  }
  return c;
}

static void interval_of_rates(const eh_audit *audit, eh_result *r) {
  const bool weighted = eh_audit_is_weighted(audit), f1 = r->metric == EH_M_F1;
  const eh_kinds rows = weighted ? eh_weighted_kinds(audit, r->model, r->slice, r->threshold)
                                 : eh_kinds_of_rows(eh_audit_confusion(audit, r->model, r->threshold, r->slice));
  const eh_composite c = composite_of(r->metric, (const eh_kinds *const[PARTS]){&rows});
  r->range = eh_composite_range(&c, audit->z);
  r->method = f1 ? weighted ? "wilson_mapped_n_eff" : "wilson_mapped" : weighted ? "mover_wilson_n_eff" : "mover_wilson";
}

static void gap_of_rates(const eh_audit *audit, const eh_result *r, eh_gap *gap) {
  eh_kinds part_p[PARTS];
  kinds_of_parts(part_p, audit, r);
  const eh_composite c = composite_of(r->metric, (const eh_kinds *const[PARTS]){&part_p[0], &part_p[1], &part_p[2]});
  eh_mean_gap found;
  gap->interval_reason = eh_composite_compare(&found, &c, audit->z);
  if (gap->interval_reason) return;
  gap->difference_range = found.difference;
  if (!gap->ratio_reason) gap->ratio_range = found.ratio;
  gap->p = found.p;
  gap->method = eh_audit_is_weighted(audit) ? "mover_wilson_n_eff" : "mover_wilson";
  if (!eh_methods_are_usual(&audit->spec.methods)) gap->ratio_method = gap->p_method = gap->method;
}

/* ---- means over rows ------------------------------------------------------------------------------------------------------ */

static const eh_tally *total_of(const eh_audit *audit, uint32_t model, uint32_t slice) {
  return &audit->total_ms[(size_t)model * audit->slices.slice_count + slice];
}

/* Squares of scores are sums of numbers rounded to 2^-64: what they vary by below that is none of theirs. */
#define VARIANCE_LEAST 0x1p-62

static uint64_t rows_of(const eh_tally *t) { return t->confusion.tn + t->confusion.fn; } /* nobody is above the totals' threshold */

static eh_mean mean_score(const eh_tally *t) {
  const uint64_t rows = rows_of(t);
  eh_i192 square = t->square_sum_y[0];
  eh_moment moment = {.sum = eh_i192_of_i128(t->score_sum_y[0])};
  if (!rows) return (eh_mean){0};
  eh_i192_add(&moment.sum, eh_i192_of_i128(t->score_sum_y[1]));
  eh_i192_add(&square, t->square_sum_y[1]);
  for (int w = 0; w < 3; w++) moment.square[w + 1] = square.w[w]; /* from unit 2^-64 to 2^-128 */
  const double variance = eh_moment_variance(&moment, rows);
  return (eh_mean){rows, eh_moment_mean(&moment, rows), variance > VARIANCE_LEAST ? variance : 0};
}

/* Scores over labels. */
static eh_quotient calibration(const eh_tally *t) {
  const eh_mean score = mean_score(t);
  const double n = (double)score.n, positives = (double)t->confusion.fn, negatives = (double)t->confusion.tn;
  eh_quotient q = {.n = score.n, .top = n * score.mean, .below = positives, .top_v = score.variance};
  if (!t->confusion.fn || !t->confusion.tn) return q; /* labels do not vary */
  const double mean_y[2] = {eh_i128_to_f64(t->score_sum_y[0]) / negatives, eh_i128_to_f64(t->score_sum_y[1]) / positives};
  const double pairs = positives * negatives / (n * (n - 1));
  q.below_v = pairs, q.both_v = pairs * (mean_y[1] - mean_y[0]);
  return q;
}

/* Losses over rows. */
static eh_quotient losses(eh_metric metric, const eh_tally *t) {
  const uint64_t rows = rows_of(t);
  const double n = (double)rows;
  if (!rows) return (eh_quotient){0};
  const double mean = metric == EH_M_BRIER ? eh_metric_value(metric, t).value : eh_i128_to_f64(t->loss_sum) / n;
  const double spread = eh_i128_to_f64(metric == EH_M_BRIER ? t->brier_square : t->loss_square) - n * mean * mean;
  return (eh_quotient){.n = rows, .top = n * mean, .below = n, .top_v = spread > 0 ? spread / (n - 1) : 0};
}

static eh_quotient quotient_of(eh_metric metric, const eh_tally *t) {
  return metric == EH_M_CALIBRATION_RATIO ? calibration(t) : losses(metric, t);
}

/* Few rows of the rarer label make most of it, and how they vary is not seen in so few. */
static bool is_few(eh_metric metric, const eh_tally *t) {
  return is_quotient(metric) && (t->confusion.fn < EH_EVENTS_LEAST || (is_loss(metric) && t->confusion.tn < EH_EVENTS_LEAST));
}

/* Why its rows do not tell. */
static eh_reason not_of(eh_metric metric, const eh_tally *t) {
  const bool outside = is_loss(metric) && t->reliability && t->reliability->outside;
  return outside || (metric == EH_M_CALIBRATION_RATIO && eh_metric_value(metric, t).value < 0) ? EH_R_NOT_PROBABILITIES : EH_R_NONE;
}

static void interval_of_mean(const eh_audit *audit, eh_result *r) {
  const eh_tally *const own = total_of(audit, r->model, r->slice);
  r->interval_reason = not_of(r->metric, own);
  if (r->interval_reason) return;
  if (is_quotient(r->metric)) {
    const eh_quotient rows = quotient_of(r->metric, own);
    r->interval_reason = eh_quotient_range(&r->range, &rows, audit->spec.level);
    if (!r->interval_reason) r->method = "log_delta";
  } else {
    const eh_mean mean = mean_score(own);
    r->interval_reason = eh_mean_range(&r->range, &mean, EH_MEAN_ANY, audit->spec.level);
    if (!r->interval_reason) r->method = "student_t";
  }
  if (r->method && is_few(r->metric, own)) r->interval_reason = EH_R_FEW_EVENTS;
}

/* The rows of a slice and its baseline: of the one alone, of both, of the other alone. */
typedef struct parts {
  const eh_tally *own, *base, *both;
  eh_tally first, second;
} parts;

static void find_parts(parts *p, const eh_audit *audit, const eh_result *r) {
  static const eh_tally nothing;
  const size_t at = (size_t)r->model * audit->slices.slice_count + r->slice;
  const uint32_t baseline = audit->view.baseline;
  const eh_relation relation = audit->relation_s[r->slice];
  p->own = &audit->total_ms[at], p->base = baseline == EH_NONE ? &audit->rest_total_ms[at] : total_of(audit, r->model, baseline);
  p->both = relation == EH_DISJOINT ? &nothing : relation == EH_CONTAINS ? p->base : relation == EH_OVERLAP ? &audit->shared_total_ms[at] : p->own;
  eh_metric_rest(&p->first, p->own, p->both);
  eh_metric_rest(&p->second, p->base, p->both);
}

static void gap_of_quotients(const eh_audit *audit, const eh_result *r, const parts *p, eh_gap *gap) {
  const eh_quotient part_p[PARTS] = {quotient_of(r->metric, &p->first), quotient_of(r->metric, p->both), quotient_of(r->metric, &p->second)};
  const eh_relation relation = audit->relation_s[r->slice];
  const eh_tally *const rest = relation == EH_INSIDE ? &p->second : relation == EH_CONTAINS ? &p->first : p->own;
  eh_mean_gap found;
  gap->interval_reason = not_of(r->metric, p->own) ? not_of(r->metric, p->own) : not_of(r->metric, p->base);
  if (!gap->interval_reason) gap->interval_reason = eh_quotient_compare(&found, part_p, audit->spec.level);
  if (gap->interval_reason) return;
  gap->difference_range = found.difference;
  if (!gap->ratio_reason) gap->ratio_range = found.ratio;
  gap->p = found.p;
  gap->method = "log_delta";
  if (is_few(r->metric, p->own) || is_few(r->metric, p->base) || is_few(r->metric, rest)) gap->interval_reason = EH_R_FEW_EVENTS;
}

static void gap_of_means(const eh_audit *audit, const eh_result *r, const eh_value *against, eh_gap *gap) {
  parts p;
  find_parts(&p, audit, r);
  if (is_quotient(r->metric)) {
    gap_of_quotients(audit, r, &p, gap);
  } else {
    const eh_mean_overlap rows = {mean_score(&p.first), mean_score(p.both), mean_score(&p.second)};
    *gap = eh_gap_means(&r->value, against, &rows, EH_MEAN_ANY, audit->spec.level);
  }
  if (!gap->method || eh_methods_are_usual(&audit->spec.methods)) return;
  gap->p_method = gap->method, gap->ratio_method = is_quotient(r->metric) ? gap->method : "fieller";
}

/* ---- areas under the precision-recall curve ------------------------------------------------------------------------------- */

static void interval_of_area(const eh_audit *audit, eh_result *r) {
  const double positives = (double)total_of(audit, r->model, r->slice)->confusion.fn;
  r->range = eh_pr_area_range(r->value.value, positives, audit->z);
  r->method = eh_pr_area_is_logit(r->value.value, positives) ? "boyd_logit" : "wilson_positives";
}

/* Of a part and its whole the areas go together in a way that positives do not tell. */
static void gap_of_areas(const eh_audit *audit, const eh_result *r, const eh_value *against, eh_gap *gap) {
  parts p;
  eh_mean_gap found;
  if (audit->relation_s[r->slice] != EH_DISJOINT) {
    gap->interval_reason = EH_R_NO_CLOSED_FORM;
    return;
  }
  find_parts(&p, audit, r);
  eh_pr_area_compare(&found, r->value.value, (double)p.own->confusion.fn, against->value, (double)p.base->confusion.fn, audit->z);
  gap->difference_range = found.difference;
  if (!gap->ratio_reason) gap->ratio_range = found.ratio;
  gap->p = found.p;
  gap->method = "mover_boyd";
  if (!eh_methods_are_usual(&audit->spec.methods)) gap->ratio_method = gap->p_method = gap->method;
}

/* ---- which of them ---------------------------------------------------------------------------------------------------------- */

/* Why there is none, whatever the slice. */
static eh_reason why_not(const eh_audit *audit, eh_metric metric) {
  if (eh_audit_is_weighted(audit))
    return audit->spec.cube.fractional ? EH_R_FRACTIONAL_LABELS : is_of_rates(metric) ? EH_R_NONE : EH_R_WEIGHTED;
  if (metric == EH_M_BRIER && (audit->counted->fine || audit->counted->spec->no_fine)) return EH_R_BINNED;
  return is_of_rates(metric) || is_mean(metric) || metric == EH_M_PR_AUC ? EH_R_NONE : EH_R_NO_CLOSED_FORM;
}

void eh_audit_composite_interval(const eh_audit *audit, eh_result *r) {
  r->interval_reason = why_not(audit, r->metric);
  if (r->interval_reason) return;
  if (is_of_rates(r->metric)) interval_of_rates(audit, r);
  else if (r->metric == EH_M_PR_AUC) interval_of_area(audit, r);
  else interval_of_mean(audit, r);
}

eh_gap eh_audit_composite_gap(const eh_audit *audit, const eh_result *r, const eh_value *against) {
  eh_gap gap = eh_gap_values(&r->value, against, audit->z);
  if (gap.interval_reason != EH_R_NOT_YET) return gap;
  const eh_relation relation = audit->relation_s[r->slice];
  gap.interval_reason = why_not(audit, r->metric);
  if (!gap.interval_reason && relation == EH_UNKNOWN) gap.interval_reason = EH_R_OVERLAP_UNKNOWN;
  if (!gap.interval_reason && relation == EH_EQUAL) gap.interval_reason = EH_R_SAME_ROWS;
  if (gap.interval_reason) return gap;
  if (is_of_rates(r->metric)) gap_of_rates(audit, r, &gap);
  else if (r->metric == EH_M_PR_AUC) gap_of_areas(audit, r, against, &gap);
  else gap_of_means(audit, r, against, &gap);
  return gap;
}
