/* notes: the findings that are not gaps: what is undefined, too small, missing, skipped or odd in the data. Nothing that
 * was left out of a comparison goes unnamed.
 */
#include "findings_internal.h"

enum { NAMED = 8 }; /* slices named in one sentence; the rest are counted, and marked in the results */

const char *eh_finding_name(eh_finding_kind kind) {
  static const char *const name_k[] = {"gap",       "no_gap",  "not_judged", "undefined",  "too_small",
                                       "missing",   "skipped", "score_range", "many_values", "binned", "marginals",
                                       "label_values", "threshold"};
  return name_k[kind];
}

/* "a, b, c and 4 more" over slices, growing one by one. */
typedef struct name_list {
  uint32_t place_n[NAMED];
  uint32_t count;
} name_list;

static void list_add(name_list *list, uint32_t place) {
  if (list->count < NAMED) list->place_n[list->count] = place;
  list->count++;
}

static void list_say(const eh_audit *audit, eh_buf *out, const name_list *list, bool with_rows) {
  uint32_t named = list->count < NAMED ? list->count : NAMED;
  for (uint32_t i = 0; i < named; i++) {
    const eh_audit_slice *slice = &audit->slice_s[list->place_n[i]];
    if (i) eh_buf_text(out, i + 1 == named && list->count == named ? " and " : ", ");
    eh_buf_safe(out, slice->slice->name, 60);
    if (!with_rows) continue;
    eh_buf_text(out, " (");
    eh_buf_grouped(out, slice->rows);
    eh_buf_text(out, ")");
  }
  if (list->count == named) return;
  eh_buf_text(out, " and ");
  eh_buf_grouped(out, list->count - named);
  eh_buf_text(out, " more");
}

/* ---- thresholds that part nothing ----------------------------------------------------------------------------------- */

/* Whether the model selects every row at this threshold, or none. */
static bool parts_nothing(const eh_audit *audit, bool *all, uint32_t m, uint32_t t) {
  const eh_value share = eh_audit_value(audit, m, eh_audit_place(audit, EH_SLICE_OVERALL), EH_M_SELECTION_RATE, t);
  *all = share.value == 1;
  return !share.reason && (share.value == 0 || *all);
}

static void note_threshold(const eh_audit *audit, eh_findings *to, uint32_t m) {
  const eh_cube_model *const model = &audit->view.cube->model_m[audit->model_m[m]];
  const uint32_t count = audit->spec.cube.threshold_count;
  bool all = false, rates = false;
  for (uint32_t i = 0; i < audit->spec.metric_count; i++) rates |= eh_metric_about(audit->spec.metric_n[i])->needs_threshold;
  if (!rates || !count || model->least >= model->greatest) return; /* scores that are all the same are parted by none */
  for (uint32_t t = 0; t < count; t++)
    if (!parts_nothing(audit, &all, m, t)) return;
  eh_buf_text(&to->text, "Scores of ");
  eh_buf_safe(&to->text, audit->spec.cube.score_m[m], 40);
  eh_buf_format(&to->text, " run from %g to %g, so ", eh_key_score(model->least), eh_key_score(model->greatest));
  if (count > 1) eh_buf_text(&to->text, "each threshold selects every row or none");
  else eh_buf_format(&to->text, "the threshold %g selects %s row", audit->spec.cube.threshold_t[0], all ? "every" : "no");
  eh_buf_text(&to->text, ", and what is told there says nothing of the model; name a threshold between");
  eh_finding finding = EH_FINDING_OF(EH_FINDING_THRESHOLD);
  finding.model = m;
  if (count == 1) finding.threshold = 0;
  eh_findings_add(to, finding);
}

void eh_findings_threshold(const eh_audit *audit, eh_findings *to) {
  if (eh_audit_is_regression(audit)) return;
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++) note_threshold(audit, to, m);
}

/* ---- gaps that were not judged ------------------------------------------------------------------------------------- */

/* Gaps whose replicates rest on too little. */
static void not_judged_events(const eh_audit *audit, eh_findings *to) {
  uint64_t few = 0;
  if (!audit->spec.bootstrap) return; /* of closed forms only losses say so, which are no findings */
  for (uint64_t r = 0; r < audit->view.result_count; r++)
    few += audit->view.result_n[r].gap.interval_reason == EH_R_FEW_EVENTS;
  if (!few) return;
  eh_buf_grouped(&to->text, few);
  eh_buf_text(&to->text, few > 1 ? " gaps were not judged: they rest" : " gap was not judged: it rests");
  const bool clustered = eh_slicing_cluster(&audit->spec.cube.slicing) != EH_NO_CLUSTER;
  eh_buf_format(&to->text, " on fewer than %u %sevents, or %s without one, where intervals of a bootstrap are too narrow%s",
                (uint64_t)EH_EVENTS_LEAST, clustered ? "clusters with " : "", clustered ? "clusters" : "rows",
                clustered ? "" : "; the default intervals are not");
  eh_findings_add(to, EH_FINDING_OF(EH_FINDING_NOT_JUDGED));
}

void eh_findings_not_judged(const eh_audit *audit, eh_findings *to) {
  uint32_t baseline = audit->view.baseline;
  if (audit->spec.no_intervals) {
    eh_buf_text(&to->text, "Intervals were switched off, so no gap was judged");
    eh_findings_add(to, EH_FINDING_OF(EH_FINDING_NOT_JUDGED));
  } else if (baseline != EH_NONE && audit->slice_s[baseline].too_small) {
    eh_buf_text(&to->text, "The baseline ");
    eh_buf_safe(&to->text, audit->slice_s[baseline].slice->name, 60);
    eh_buf_text(&to->text, " has ");
    eh_buf_grouped(&to->text, audit->slice_s[baseline].rows);
    eh_buf_text(&to->text, " rows, fewer than ");
    eh_buf_grouped(&to->text, audit->spec.min_slice);
    eh_buf_text(&to->text, ": no gap was computed");
    eh_finding finding = EH_FINDING_OF(EH_FINDING_NOT_JUDGED);
    finding.slice = baseline;
    eh_findings_add(to, finding);
  }
  not_judged_events(audit, to);
}

/* ---- undefined numbers ------------------------------------------------------------------------------------------------ */

/* What is undefined in one family for one reason. */
typedef struct undefined {
  uint64_t metric_bits;
  name_list slices;
  bool at_some; /* undefined at some thresholds only */
} undefined;

/* Reasons that lie in the labels are the same for every model, so they are told once. */
static bool about_labels(eh_reason reason) {
  return reason == EH_R_NO_ROWS || reason == EH_R_NO_POSITIVES || reason == EH_R_NO_NEGATIVES || reason == EH_R_ONE_CLASS;
}

static void gather(const eh_audit *audit, undefined *by_reason, uint32_t model, uint32_t place) {
  const eh_spec *spec = &audit->spec;
  bool listed[EH_R_COUNT] = {false};
  if (audit->slice_s[place].too_small) return; /* note_small names it */
  for (uint32_t i = 0; i < spec->metric_count; i++) {
    eh_metric metric = spec->metric_n[i];
    bool has_threshold = eh_metric_about(metric)->needs_threshold;
    uint32_t t_count = has_threshold ? spec->cube.threshold_count : 1, undefined_r[EH_R_COUNT] = {0};
    for (uint32_t t = 0; t < t_count; t++)
      undefined_r[eh_audit_value(audit, model, place, metric, has_threshold ? t : EH_NONE).reason]++;
    for (int r = EH_R_NONE + 1; r < EH_R_COUNT; r++) {
      if (!undefined_r[r] || r == EH_R_NOT_PROBABILITIES) continue; /* note_scores tells of those */
      by_reason[r].metric_bits |= (uint64_t)1 << metric;
      by_reason[r].at_some |= undefined_r[r] < t_count;
      if (!listed[r]) list_add(&by_reason[r].slices, place);
      listed[r] = true;
    }
  }
}

static void say_undefined(const eh_audit *audit, eh_findings *to, uint32_t model, const undefined *by_reason) {
  for (int r = EH_R_NONE + 1; r < EH_R_COUNT; r++) {
    const undefined *u = &by_reason[r];
    bool once = about_labels((eh_reason)r);
    if (!u->slices.count || (once && model)) continue;
    bool names_model = !once && audit->spec.cube.model_count > 1;
    if (names_model) {
      eh_buf_safe(&to->text, audit->spec.cube.score_m[model], 40);
      eh_buf_text(&to->text, ": ");
    }
    uint32_t said = 0;
    for (uint32_t i = 0; i < audit->spec.metric_count; i++) {
      if (!(u->metric_bits >> audit->spec.metric_n[i] & 1)) continue;
      eh_buf_format(&to->text, "%s%s", said++ ? ", " : "", eh_metric_about(audit->spec.metric_n[i])->name);
    }
    eh_buf_format(&to->text, "%s undefined%s for ", said > 1 ? " are" : " is", u->at_some ? " at some thresholds" : "");
    list_say(audit, &to->text, &u->slices, false);
    eh_buf_format(&to->text, ": %s", eh_reason_text((eh_reason)r));
    eh_finding finding = EH_FINDING_OF(EH_FINDING_UNDEFINED);
    if (names_model) finding.model = model;
    if (u->slices.count == 1) finding.slice = u->slices.place_n[0];
    eh_findings_add(to, finding);
  }
}

void eh_findings_undefined(const eh_audit *audit, eh_findings *to) {
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++) {
    undefined overall[EH_R_COUNT] = {{0}};
    gather(audit, overall, m, eh_audit_place(audit, EH_SLICE_OVERALL));
    say_undefined(audit, to, m, overall);
    for (uint32_t f = 0; f < audit->slices.family_count; f++) {
      const eh_family *family = &audit->slices.family_n[f];
      undefined by_reason[EH_R_COUNT] = {{0}};
      for (uint32_t i = 0; i < family->count; i++) gather(audit, by_reason, m, eh_audit_place(audit, family->first + i));
      say_undefined(audit, to, m, by_reason);
    }
  }
}

/* ---- the data --------------------------------------------------------------------------------------------------------- */

static void note_small(const eh_audit *audit, eh_findings *to) {
  for (uint32_t f = 0; f < audit->slices.family_count; f++) {
    const eh_family *family = &audit->slices.family_n[f];
    name_list small = {.count = 0};
    for (uint32_t i = 0; i < family->count; i++) {
      uint32_t place = eh_audit_place(audit, family->first + i);
      if (audit->slice_s[place].too_small) list_add(&small, place);
    }
    if (!small.count) continue;
    eh_buf_grouped(&to->text, small.count);
    eh_buf_format(&to->text, " of %u slices of ", (uint64_t)family->count);
    eh_buf_safe(&to->text, family->name, 60);
    eh_buf_text(&to->text, small.count > 1 ? " have fewer than " : " has fewer than ");
    eh_buf_grouped(&to->text, audit->spec.min_slice);
    eh_buf_text(&to->text, " rows; rates are shown, gaps are not: ");
    list_say(audit, &to->text, &small, true);
    eh_finding finding = EH_FINDING_OF(EH_FINDING_TOO_SMALL);
    if (small.count == 1) finding.slice = small.place_n[0];
    eh_findings_add(to, finding);
  }
}

static void note_dimension(const eh_audit *audit, eh_findings *to, uint32_t d) {
  const eh_cube_view *cube = audit->view.cube;
  const eh_dim *dim = &audit->spec.cube.slicing.dim_n[d];
  const uint64_t without = eh_cube_without(cube, d);
  if (without) {
    eh_buf_grouped(&to->text, without);
    eh_buf_text(&to->text, " of ");
    eh_buf_grouped(&to->text, cube->rows);
    eh_buf_text(&to->text, " rows (");
    eh_say_percent(&to->text, without, cube->rows);
    eh_buf_text(&to->text, ") have no ");
    eh_buf_safe(&to->text, dim->name, 60);
    eh_buf_text(&to->text, audit->spec.cube.slicing.show_missing ? "; they are shown as a slice of their own"
                                                                 : "; they count overall and in no group of it");
    eh_findings_add(to, EH_FINDING_OF(EH_FINDING_MISSING));
  }
  uint64_t many = cube->rows / 2 > 50 ? cube->rows / 2 : 50;
  const uint32_t values = audit->slices.group_count_d[d];
  if (eh_dim_is_fixed(dim) || values <= many) return;
  eh_buf_safe(&to->text, dim->name, 60);
  eh_buf_text(&to->text, " has ");
  eh_buf_grouped(&to->text, values);
  eh_buf_text(&to->text, " different values in ");
  eh_buf_grouped(&to->text, cube->rows);
  eh_buf_text(&to->text, " rows: it looks like an identifier, not a group");
  eh_findings_add(to, EH_FINDING_OF(EH_FINDING_MANY_VALUES));
}

static void note_scores(const eh_audit *audit, eh_findings *to, uint32_t m) {
  const eh_cube_model *model = &audit->view.cube->model_m[audit->model_m[m]];
  const uint64_t least = model->least, most = model->greatest;
  if (eh_audit_is_regression(audit)) return;
  if (least > most || (least >= eh_score_key(0) && most <= eh_score_key(1))) return;
  eh_buf_text(&to->text, "Scores of ");
  eh_buf_safe(&to->text, audit->spec.cube.score_m[m], 40);
  eh_buf_format(&to->text, " run from %g to %g, outside 0 to 1: allowed, but brier and calibration_ratio suppose probabilities,"
                " and log_loss and ece are undefined",
                eh_key_score(least), eh_key_score(most));
  eh_finding finding = EH_FINDING_OF(EH_FINDING_SCORE_RANGE);
  finding.model = m;
  eh_findings_add(to, finding);
}

/* The widest bound of a model's areas, or of its counts between thresholds; unknown ones are marked in the results. */
static double widest_bound(const eh_audit *audit, uint32_t m, bool between) {
  double widest = 0;
  for (uint64_t r = 0; r < audit->view.result_count; r++) {
    const eh_result *result = &audit->view.result_n[r];
    const bool is_rate = eh_metric_about(result->metric)->kind != EH_METRIC_IS_COUNT;
    if (result->model != m || !is_rate || eh_audit_is_between(audit, result->threshold) != between) continue;
    if (result->bound > widest) widest = result->bound;
  }
  return widest;
}

static void note_bins(const eh_audit *audit, eh_findings *to, uint32_t m) {
  const uint32_t bits = audit->spec.cube.score_bits;
  bool between = false;
  if (bits >= 52) return;
  if (audit->spec.cube.model_count > 1) {
    eh_buf_safe(&to->text, audit->spec.cube.score_m[m], 40);
    eh_buf_text(&to->text, ": ");
  }
  for (uint32_t t = 0; t < audit->spec.cube.threshold_count; t++) between |= eh_audit_is_between(audit, t);
  eh_buf_format(&to->text, "Single scores were kept to %u bits: areas under curves lie within ", (uint64_t)bits);
  eh_say_rate(&to->text, widest_bound(audit, m, false));
  eh_buf_text(&to->text, " of those of exact scores");
  if (between) {
    eh_buf_text(&to->text, ", rates at thresholds that were not asked for when the rows were counted within ");
    eh_say_rate(&to->text, widest_bound(audit, m, true));
  }
  eh_buf_text(&to->text, between ? "; those at the others are exact" : "; rates at thresholds are exact");
  eh_finding finding = EH_FINDING_OF(EH_FINDING_BINNED);
  finding.model = m;
  eh_findings_add(to, finding);
}

static void note_marginals(const eh_audit *audit, eh_findings *to) {
  if (!audit->view.cube->atoms->marginal) return;
  eh_buf_text(&to->text, "The groups form more than ");
  eh_buf_grouped(&to->text, EH_ATOMS_MAX);
  eh_buf_text(&to->text, " combinations, so only the slices that were asked for are counted: other crosses need the rows, and where "
              "two slices may share rows their gap has no interval");
  eh_findings_add(to, EH_FINDING_OF(EH_FINDING_MARGINALS));
}

static void note_skipped(const eh_audit *audit, eh_findings *to) {
  const eh_provenance *from = audit->view.cube->provenance;
  if (!from->intake.rows_skipped) return;
  eh_buf_grouped(&to->text, from->intake.rows_skipped);
  eh_buf_text(&to->text, " of ");
  eh_buf_grouped(&to->text, from->intake.rows);
  eh_buf_text(&to->text, from->intake.rows_skipped > 1 ? " rows were skipped and are" : " rows was skipped and is");
  eh_buf_text(&to->text, " in no number; input.skipped in --json tells why");
  eh_findings_add(to, EH_FINDING_OF(EH_FINDING_SKIPPED));
}

/* ---- other texts than the positive one -------------------------------------------------------------------------- */

static eh_str bare(eh_str text) {
  while (text.n && (text.p[0] == ' ' || text.p[0] == '\t')) text.p++, text.n--;
  while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t' || text.p[text.n - 1] == '.')) text.n--;
  return text;
}

/* The same but for letter case, blanks around and dots at the end. */
static bool looks_like(eh_str a, eh_str b) {
  a = bare(a), b = bare(b);
  bool same = a.n == b.n;
  for (size_t i = 0; same && i < a.n; i++) {
    const char x = a.p[i], y = b.p[i];
    same = x == y || ((x | 32) == (y | 32) && (x | 32) >= 'a' && (x | 32) <= 'z');
  }
  return same;
}

/* With a positive label named, any other text is a negative one: where there are several, or one that looks like it, that may not be
 * meant. */
static void note_labels(const eh_audit *audit, eh_findings *to) {
  const eh_label_texts *const texts = &audit->view.cube->provenance->negative;
  const eh_str positive = audit->spec.cube.positive;
  uint32_t alike = 0, last = 0;
  for (uint32_t i = 0; i < texts->count; i++)
    if (looks_like(texts->text_n[i], positive)) alike++, last = i;
  if (!positive.p || (texts->count < 2 && !alike)) return;
  eh_buf_format(&to->text, "Of the label ");
  eh_buf_safe(&to->text, audit->spec.cube.label, 60);
  eh_buf_format(&to->text, " only %Q counts as positive; ", positive);
  const uint32_t named = texts->count < NAMED ? texts->count : NAMED;
  for (uint32_t i = 0; i < named; i++)
    eh_buf_format(&to->text, i == 0 ? "%Q" : i + 1 == texts->count && !texts->more ? " and %Q" : ", %Q", texts->text_n[i]);
  if (texts->more) eh_buf_text(&to->text, " and more");
  else if (named < texts->count) eh_buf_format(&to->text, " and %u more", (uint64_t)(texts->count - named));
  eh_buf_text(&to->text, texts->count > 1 ? " count as negative" : " counts as negative");
  if (alike == 1) eh_buf_format(&to->text, ", though %Q looks like it", texts->text_n[last]);
  if (alike > 1) eh_buf_format(&to->text, ", though %u of them look like it, such as %Q", (uint64_t)alike, texts->text_n[last]);
  eh_findings_add(to, EH_FINDING_OF(EH_FINDING_LABEL_VALUES));
}

void eh_findings_notes(const eh_audit *audit, eh_findings *to) {
  note_labels(audit, to);
  note_marginals(audit, to);
  note_small(audit, to);
  const eh_slicing *slicing = &audit->spec.cube.slicing;
  for (uint32_t d = 0; d < slicing->dim_count; d++)
    if (eh_slicing_uses(slicing, d)) note_dimension(audit, to, d);
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++) note_scores(audit, to, m);
  for (uint32_t m = 0; m < audit->spec.cube.model_count; m++) note_bins(audit, to, m);
  note_skipped(audit, to);
}
