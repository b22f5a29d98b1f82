/* findings: what a person should read first, as ranked sentences. Gaps come first, ranked by the end of the difference's
 * interval that lies nearest to 0, so that a large but uncertain gap does not outrank a sure one; then what hides gaps:
 * undefined numbers, small slices, missing groups; then oddities of the data (notes.c). Before all of them stands a threshold
 * that no score or every score is above, since nothing that was compared there is about the model.
 */
#include "findings_internal.h"

/* Rates that restate each other count once: the first of a pair that was asked for speaks for both. Where no such rate was asked for,
 * everything speaks that was but counts and shares of labels, which are not the model's. */
static const eh_metric speaks_for[][2] = {{EH_M_FPR, EH_M_TNR}, {EH_M_FNR, EH_M_TPR}, {EH_M_PPV, EH_M_FDR},
                                          {EH_M_NPV, EH_M_FOR}, {EH_M_SELECTION_RATE, EH_M_SELECTION_RATE},
                                          {EH_M_ACCURACY, EH_M_ACCURACY},
                                          {EH_M_MEAN_ERROR, EH_M_MEAN_ERROR}, {EH_M_MAE, EH_M_MAE}, {EH_M_RMSE, EH_M_MSE}};
enum { SPEAKERS = sizeof speaks_for / sizeof *speaks_for };

/* A gap that may become a sentence: `one` against `other` (EH_NONE: against the baseline of the audit). */
typedef struct candidate {
  uint32_t model, one, other, threshold;
  eh_metric metric;
  double one_value, other_value, bound;
  eh_gap gap;
} candidate;

static uint32_t speakers(const eh_spec *spec, eh_metric metric_n[EH_METRICS]) {
  uint32_t n = 0;
  for (uint32_t p = 0; p < SPEAKERS; p++) {
    bool found = false;
    for (uint32_t i = 0; i < spec->metric_count && !found; i++) {
      found = spec->metric_n[i] == speaks_for[p][0] || spec->metric_n[i] == speaks_for[p][1];
      if (found) metric_n[n++] = spec->metric_n[i];
    }
  }
  if (n) return n;
  for (uint32_t i = 0; i < spec->metric_count; i++) {
    const eh_metric metric = spec->metric_n[i];
    if (eh_metric_about(metric)->kind != EH_METRIC_IS_COUNT && metric != EH_M_PREVALENCE && metric != EH_M_MEAN_LABEL)
      metric_n[n++] = metric;
  }
  return n;
}

static bool is_speaker(eh_metric metric) {
  bool is = false;
  for (uint32_t p = 0; p < SPEAKERS; p++) is |= speaks_for[p][0] == metric || speaks_for[p][1] == metric;
  return is;
}

/* The least difference that the interval still allows; 0 where it allows none. */
static double bound_of(const eh_gap *gap) {
  if (gap->interval_reason) return 0; /* few events: there may be an interval, but none to go by */
  if (gap->difference_range.lower > 0) return gap->difference_range.lower;
  if (gap->difference_range.upper < 0) return -gap->difference_range.upper;
  return 0;
}

static double size_of(const candidate *c) { return c->gap.difference < 0 ? -c->gap.difference : c->gap.difference; }

static int by_rank(const void *pa, const void *pb) {
  const candidate *a = pa, *b = pb;
  if (a->bound != b->bound) return a->bound > b->bound ? -1 : 1;
  if (size_of(a) != size_of(b)) return size_of(a) > size_of(b) ? -1 : 1;
  if (a->model != b->model) return a->model < b->model ? -1 : 1;
  if (a->one != b->one) return a->one < b->one ? -1 : 1;
  if (a->metric != b->metric) return a->metric < b->metric ? -1 : 1;
  return a->threshold < b->threshold ? -1 : a->threshold > b->threshold;
}

/* Place among the asked metrics; speakers are all asked for. */
static uint32_t place_of(const eh_spec *spec, eh_metric metric) {
  uint32_t i = 0;
  while (spec->metric_n[i] != metric) i++;
  return i;
}

/* The gap at one threshold, the greater side of a pair first. */
static candidate gap_at(const eh_audit *audit, uint32_t model, uint32_t one, uint32_t other, eh_metric metric, uint32_t t) {
  eh_value a = eh_audit_value(audit, model, one, metric, t);
  if (other != EH_NONE) {
    eh_value b = eh_audit_value(audit, model, other, metric, t);
    bool swap = b.value > a.value;
    eh_value high = swap ? b : a, low = swap ? a : b;
    return (candidate){.model = model, .one = swap ? other : one, .other = swap ? one : other, .threshold = t,
                       .metric = metric, .one_value = high.value, .other_value = low.value,
                       .gap = eh_audit_is_regression(audit)
                                  ? eh_audit_regression_gap(audit, model, swap ? other : one, swap ? one : other, metric)
                                  : eh_audit_gap_disjoint(audit, &high, &low)};
  }
  eh_value b = audit->view.baseline == EH_NONE ? eh_audit_rest_value(audit, model, one, metric, t)
                                               : eh_audit_value(audit, model, audit->view.baseline, metric, t);
  return (candidate){.model = model, .one = one, .other = EH_NONE, .threshold = t, .metric = metric,
                     .one_value = a.value, .other_value = b.value,
                     .gap = eh_audit_result(audit, model, one, place_of(&audit->spec, metric), t)->gap};
}

/* The surest gap over all thresholds; false if no interval excludes 0. Counts comparisons that have an interval. */
static bool surest(const eh_audit *audit, candidate *out, uint32_t model, uint32_t one, uint32_t other, eh_metric metric,
                   uint64_t *compared) {
  double best = 0;
  const bool at_thresholds = eh_metric_about(metric)->needs_threshold;
  for (uint32_t i = 0; i < (at_thresholds ? audit->spec.cube.threshold_count : 1); i++) {
    const uint32_t t = at_thresholds ? i : EH_NONE;
    if (eh_audit_is_between(audit, t)) continue; /* without an interval */
    candidate c = gap_at(audit, model, one, other, metric, t);
    c.bound = bound_of(&c.gap);
    *compared += !c.gap.reason && !c.gap.interval_reason;
    if (c.bound > best) {
      best = c.bound;
      *out = c;
    }
  }
  return best > 0;
}

/* The two groups of a column of two, which are one question and not two, or false. */
static bool pair_of(const eh_audit *audit, const eh_family *family, uint32_t *a, uint32_t *b) {
  uint32_t baseline = audit->view.baseline, place_n[3], n = 0;
  if (audit->spec.bootstrap) return false; /* replicates were held against the baseline */
  if (baseline != EH_NONE && baseline != eh_audit_place(audit, EH_SLICE_OVERALL)) return false;
  for (uint32_t i = 0; i < family->count && n < 3; i++) {
    uint32_t place = eh_audit_place(audit, family->first + i);
    if (audit->slice_s[place].slice->has_missing) continue;
    if (audit->slice_s[place].too_small) return false;
    place_n[n++] = place;
  }
  if (n != 2) return false;
  *a = place_n[0];
  *b = place_n[1];
  return eh_slice_relation(audit->slice_s[*a].slice, audit->slice_s[*b].slice) == EH_DISJOINT;
}

static void collect_family(const eh_audit *audit, eh_buf *list, uint32_t model, const eh_family *family,
                           const eh_metric *metric_n, uint32_t metric_count, uint64_t *compared) {
  uint32_t a = EH_NONE, b = EH_NONE;
  bool pair = pair_of(audit, family, &a, &b);
  uint64_t least = audit->spec.min_slice;
  for (uint32_t i = 0; i < family->count; i++) {
    uint32_t place = eh_audit_place(audit, family->first + i);
    const eh_audit_slice *slice = &audit->slice_s[place];
    bool base_small = audit->view.baseline == EH_NONE ? audit->view.cube->rows - slice->rows < least
                                                      : audit->slice_s[audit->view.baseline].too_small;
    if (slice->too_small || base_small || place == audit->view.baseline || (pair && place == b)) continue;
    for (uint32_t m = 0; m < metric_count; m++) {
      candidate c;
      const uint32_t other = pair && place == a && is_speaker(metric_n[m]) ? b : EH_NONE;
      if (surest(audit, &c, model, place, other, metric_n[m], compared)) eh_buf_put(list, &c, sizeof c);
    }
  }
}

static void say_candidate(const eh_audit *audit, eh_buf *out, const candidate *c) {
  const eh_spec *spec = &audit->spec;
  uint32_t overall = eh_audit_place(audit, EH_SLICE_OVERALL);
  uint32_t other = c->other != EH_NONE ? c->other : audit->view.baseline;
  eh_gap_words words = {.metric = c->metric,
                        .threshold_count = c->threshold == EH_NONE ? 1 : spec->cube.threshold_count,
                        .threshold = c->threshold == EH_NONE ? 0 : spec->cube.threshold_t[c->threshold],
                        .one = audit->slice_s[c->one].slice->name,
                        .other_is_overall = other == overall,
                        .one_value = c->one_value,
                        .other_value = c->other_value,
                        .gap = &c->gap,
                        .level = spec->level};
  if (spec->cube.model_count > 1) words.model = spec->cube.score_m[c->model];
  if (other != EH_NONE) words.other = audit->slice_s[other].slice->name;
  eh_say_gap(out, &words);
}

/* Gaps of what does not speak, such as an F1 score, where the tables mark one although no rate's gap is sure. */
static void say_others(const eh_audit *audit, eh_buf *out) {
  uint64_t sure = 0;
  bool named[EH_METRICS] = {false};
  for (uint64_t r = 0; r < audit->view.result_count; r++) {
    const eh_result *const result = &audit->view.result_n[r];
    if (is_speaker(result->metric) || result->gap.reason || bound_of(&result->gap) <= 0) continue;
    named[result->metric] = true;
    sure++;
  }
  if (!sure) return;
  eh_buf_format(out, sure > 1 ? "; %u gaps of other numbers have one that excludes 0: " : "; %u gap of another number has one that excludes 0: ",
                sure);
  for (uint32_t m = 0, said = 0; m < EH_METRICS; m++)
    if (named[m]) eh_buf_format(out, said++ ? ", %s" : "%s", eh_metric_about((eh_metric)m)->name);
}

static void add_gaps(eh_audit *audit, eh_findings *to, eh_buf *list) {
  eh_metric metric_n[EH_METRICS];
  uint32_t metric_count = speakers(&audit->spec, metric_n);
  uint64_t compared = 0;
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++)
    for (uint32_t f = 0; f < audit->slices.family_count; f++)
      collect_family(audit, list, m, &audit->slices.family_n[f], metric_n, metric_count, &compared);
  candidate *c_n = (candidate *)(void *)list->p;
  size_t n = list->n / sizeof *c_n;
  if (n) qsort(c_n, n, sizeof *c_n, by_rank);
  for (size_t i = 0; i < n; i++) {
    say_candidate(audit, &to->text, &c_n[i]);
    eh_findings_add(to, (eh_finding){.kind = EH_FINDING_GAP, .model = c_n[i].model, .slice = c_n[i].one,
                                     .metric = c_n[i].metric, .threshold = c_n[i].threshold});
  }
  if (n || !compared) return;
  if (compared == 1)
    eh_buf_format(&to->text, "The one gap compared has a %g %% interval that includes 0", audit->spec.level * 100);
  else
    eh_buf_format(&to->text, "All %u gaps compared have a %g %% interval that includes 0", compared,
                  audit->spec.level * 100);
  eh_buf_text(&to->text, "; that is not proof that there is no gap");
  say_others(audit, &to->text);
  eh_findings_add(to, EH_FINDING_OF(EH_FINDING_NO_GAP));
}

void eh_findings_add(eh_findings *to, eh_finding finding) {
  finding.rank = (uint32_t)(to->list.n / sizeof finding) + 1;
  finding.text = eh_arena_str(to->arena, (eh_str){to->text.p, to->text.n});
  to->list.failed |= to->text.failed || !finding.text.p;
  to->text.n = 0;
  eh_buf_put(&to->list, &finding, sizeof finding);
}

eh_status eh_audit_findings(eh_audit *audit, eh_error *err) {
  eh_findings to = {.arena = &audit->arena, .list.mem = audit->mem, .text.mem = audit->mem};
  eh_buf candidates = {.mem = audit->mem};
  eh_findings_threshold(audit, &to);
  if (!audit->spec.no_intervals) add_gaps(audit, &to, &candidates);
  eh_findings_not_judged(audit, &to);
  eh_findings_undefined(audit, &to);
  eh_findings_notes(audit, &to);
  bool failed = candidates.failed || to.text.failed || to.list.failed;
  audit->view.finding_count = to.list.n / sizeof(eh_finding);
  eh_finding *finding_n = failed ? NULL : eh_audit_take(audit, audit->view.finding_count + 1, sizeof *finding_n, err);
  if (finding_n && to.list.n) memcpy(finding_n, to.list.p, to.list.n);
  audit->view.finding_n = finding_n;
  eh_buf_free(&candidates);
  eh_buf_free(&to.text);
  eh_buf_free(&to.list);
  return finding_n ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}
