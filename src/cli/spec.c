/* spec: what the options mean together: a request resolved into the spec of an audit and the way to read the input.
 *
 * Called by the audit verb and the JavaScript API. What was not given stays at its zero value, so that the audit of a
 * cube can take it from the cube; label and score are therefore not demanded here.
 */
#include "cli_internal.h"

/* So that a report's seed is exact in every reader of JSON. */
#define EH_SEED_MAX (((uint64_t)1 << 53) - 1)

static const eh_given *given(const eh_request *request, eh_option option) { return &request->given_o[option]; }

/* Adds the threshold of "fpr@0.3" and gives back the metric's name alone. */
static eh_status metric_threshold(eh_thresholds *set, eh_str *name, const char *option, eh_error *err) {
  eh_str threshold = {0};
  for (size_t i = 0; i < name->n && !threshold.p; i++)
    if (name->p[i] == '@') {
      threshold = (eh_str){name->p + i + 1, name->n - i - 1};
      name->n = i;
    }
  if (!threshold.p) return EH_OK;
  int metric = eh_metric_find(*name);
  if (metric >= 0 && eh_metric_about((eh_metric)metric)->kind != EH_METRIC_IS_COUNT &&
      !eh_metric_about((eh_metric)metric)->needs_threshold)
    return eh_fail(err, EH_E_USAGE, "%s: %Q has no threshold; leave out \"@\" and what follows", option, *name);
  return eh_thresholds_add(set, threshold, option, err);
}

/* "all" stands for every metric that does not have to be asked for by name. */
static void add_metrics(eh_metric *metric_n, uint32_t *count, bool seen_m[EH_METRICS], int found) {
  for (int m = 0; m < EH_METRICS; m++) {
    if (found < 0 ? eh_metric_about((eh_metric)m)->by_name : m != found) continue;
    if (!seen_m[m]) metric_n[(*count)++] = (eh_metric)m;
    seen_m[m] = true;
  }
}

static eh_status unknown_metric(eh_str name, const char *option, const eh_allocator *mem, eh_error *err) {
  const eh_str *known_n = eh_metric_names();
  int near = eh_name_nearest(known_n, EH_METRICS, name);
  if (near >= 0)
    return eh_fail(err, EH_E_USAGE, "%s: unknown metric %Q; nearest is \"%S\"", option, name, known_n[near]);
  eh_buf list = {.mem = mem};
  for (uint32_t i = 0; i < EH_METRICS; i++) eh_buf_format(&list, "%s%S", i ? ", " : "", known_n[i]);
  if (list.failed)
    eh_fail(err, EH_E_MEMORY, "out of memory");
  else
    eh_fail(err, EH_E_USAGE, "%s: unknown metric %Q; known are %S", option, name, (eh_str){list.p, list.n});
  eh_status status = list.failed ? EH_E_MEMORY : EH_E_USAGE;
  eh_buf_free(&list);
  return status;
}

/* --metric and --threshold belong together: a metric's name may bring a threshold. */
static eh_status resolve_metrics(eh_request *request, eh_error *err) {
  const eh_given *metric = given(request, EH_O_METRIC), *threshold = given(request, EH_O_THRESHOLD);
  const char *option = eh_request_name(request, EH_O_METRIC);
  eh_thresholds set = {eh_arena_take(&request->arena, EH_THRESHOLDS_MAX * sizeof(double)), 0};
  eh_metric *metric_n = eh_arena_take(&request->arena, EH_METRICS * sizeof *metric_n);
  if (!set.threshold_t || !metric_n) return eh_fail(err, EH_E_MEMORY, "out of memory");
  for (uint32_t i = 0; i < threshold->item_count; i++)
    EH_TRY(eh_thresholds_add(&set, threshold->item_n[i], eh_request_name(request, EH_O_THRESHOLD), err));
  bool seen_m[EH_METRICS] = {false};
  uint32_t count = 0;
  for (uint32_t i = 0; i < metric->item_count; i++) {
    eh_str name = metric->item_n[i];
    EH_TRY(metric_threshold(&set, &name, option, err));
    const int found = eh_metric_find(name);
    if (found < 0 && !eh_str_eq(name, EH_STR("all"))) return unknown_metric(name, option, request->mem, err);
    add_metrics(metric_n, &count, seen_m, found);
  }
  request->spec.metric_n = count ? metric_n : NULL;
  request->spec.metric_count = count;
  request->spec.cube.threshold_t = set.count ? set.threshold_t : NULL;
  request->spec.cube.threshold_count = set.count;
  return EH_OK;
}

static eh_status resolve_cut(eh_request *request, eh_error *err) {
  const eh_str text = eh_request_text(request, EH_O_CUT);
  eh_cut *const cut = &request->spec.cube.cut;
  *cut = !text.p ? EH_CUT_DEFAULT : eh_str_eq(text, EH_STR(">=")) ? EH_CUT_AT_LEAST : EH_CUT_ABOVE;
  if (!text.p || *cut == EH_CUT_AT_LEAST || eh_str_eq(text, EH_STR(">"))) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "%s is > or >=, not %Q", eh_request_name(request, EH_O_CUT), text);
}

static eh_status resolve_weight_kind(eh_request *request, eh_error *err) {
  const eh_str kind = eh_request_text(request, EH_O_WEIGHT_KIND);
  const bool frequency = eh_str_eq(kind, EH_STR("frequency"));
  if (kind.p && !frequency && !eh_str_eq(kind, EH_STR("sampling")))
    return eh_fail(err, EH_E_USAGE, "%s is sampling or frequency, not %Q", eh_request_name(request, EH_O_WEIGHT_KIND),
                   kind);
  if (kind.p && !given(request, EH_O_WEIGHT)->given)
    return eh_fail(err, EH_E_USAGE, "%s says what the weights are; name their column with %s",
                   eh_request_name(request, EH_O_WEIGHT_KIND), eh_request_name(request, EH_O_WEIGHT));
  request->spec.cube.weight_kind = frequency ? EH_WEIGHT_FREQUENCY : EH_WEIGHT_SAMPLING;
  return EH_OK;
}

static eh_status resolve_task(eh_request *request, eh_error *err) {
  const eh_str text = eh_request_text(request, EH_O_TASK);
  request->spec.cube.regression = eh_str_eq(text, EH_STR("regression"));
  if (!text.p || request->spec.cube.regression || eh_str_eq(text, EH_STR("classification"))) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "%s is classification or regression, not %Q", eh_request_name(request, EH_O_TASK), text);
}

static eh_status resolve_bits(eh_request *request, eh_error *err) {
  static const struct {
    eh_str text;
    uint32_t bits;
  } known_n[] = {{EH_STR("auto"), 0}, {EH_STR("7"), 7}, {EH_STR("11"), 11}, {EH_STR("23"), 23}, {EH_STR("52"), 52}};
  const eh_str text = eh_request_text(request, EH_O_SCORE_BITS);
  for (size_t i = 0; i < sizeof known_n / sizeof *known_n; i++) {
    request->spec.cube.score_bits = known_n[i].bits;
    if (!text.p || eh_str_eq(text, known_n[i].text)) return EH_OK;
  }
  return eh_fail(err, EH_E_USAGE, "%s is auto, 7, 11, 23 or 52, not %Q", eh_request_name(request, EH_O_SCORE_BITS), text);
}

static eh_status resolve_columns(eh_request *request, eh_error *err) {
  eh_cube_spec *cube = &request->spec.cube;
  const eh_given *score = given(request, EH_O_SCORE), *missing = given(request, EH_O_MISSING);
  const eh_given *slice = given(request, EH_O_SLICE), *cross = given(request, EH_O_CROSS);
  const eh_given *bucket = given(request, EH_O_BUCKET), *multi = given(request, EH_O_MULTI);
  const eh_given *slice_if = given(request, EH_O_SLICE_IF);
  if (score->item_count > EH_MODELS_MAX)
    return eh_fail(err, EH_E_USAGE, "%s: more than %u models", eh_request_name(request, EH_O_SCORE),
                   (uint64_t)EH_MODELS_MAX);
  cube->label = eh_request_text(request, EH_O_LABEL);
  cube->positive = eh_request_text(request, EH_O_POSITIVE);
  cube->score_m = score->item_n;
  cube->model_count = score->item_count;
  cube->fractional = given(request, EH_O_FRACTIONAL)->on;
  cube->weight = eh_request_text(request, EH_O_WEIGHT);
  EH_TRY(resolve_weight_kind(request, err));
  cube->missing_n = missing->item_n;
  cube->missing_count = missing->item_count;
  if (given(request, EH_O_WHERE)->given) {
    const eh_predicate *where;
    EH_TRY(eh_predicate_parse(&where, &request->arena, eh_request_text(request, EH_O_WHERE),
                              eh_request_name(request, EH_O_WHERE), err));
    cube->where = eh_predicate_text(where);
  }
  const eh_slicing_wish wish = {.column_n = slice->item_n, .column_count = slice->item_count, .cross_n = cross->item_n,
                                .cross_count = cross->item_count, .bucket_n = bucket->item_n,
                                .bucket_count = bucket->item_count, .multi_n = multi->item_n,
                                .multi_count = multi->item_count, .slice_if_n = slice_if->item_n,
                                .slice_if_count = slice_if->item_count,
                                .show_missing = given(request, EH_O_SHOW_MISSING)->on,
                                .cluster = eh_request_text(request, EH_O_CLUSTER)};
  return eh_slicing_wish_parse(&cube->slicing, &request->arena, &wish, err);
}

/* "koopman,fisher" */
static eh_status add_methods(eh_methods *methods, eh_str list, const char *option, eh_error *err) {
  for (size_t from = 0, to = 0; from <= list.n; from = to + 1) {
    for (to = from; to < list.n && list.p[to] != ',';) to++;
    EH_TRY(eh_methods_add(methods, (eh_str){list.p + from, to - from}, option, err));
  }
  return EH_OK;
}

static eh_status resolve_interval(eh_request *request, eh_error *err) {
  eh_spec *spec = &request->spec;
  const eh_str interval = eh_request_text(request, EH_O_INTERVAL);
  const eh_given *replicates = given(request, EH_O_REPLICATES), *seed = given(request, EH_O_SEED);
  spec->no_intervals = eh_str_eq(interval, EH_STR("none"));
  spec->bootstrap = eh_str_eq(interval, EH_STR("bootstrap")) ? EH_BOOTSTRAP_PERCENTILE
                    : eh_str_eq(interval, EH_STR("bca"))     ? EH_BOOTSTRAP_BCA
                                                             : EH_BOOTSTRAP_NONE;
  if (interval.p && !spec->no_intervals && !spec->bootstrap && !eh_str_eq(interval, EH_STR("default")))
    EH_TRY(add_methods(&spec->methods, interval, eh_request_name(request, EH_O_INTERVAL), err));
  const eh_option alone = replicates->given ? EH_O_REPLICATES : EH_O_SEED;
  if (!eh_spec_bootstraps(spec) && given(request, alone)->given)
    return eh_fail(err, EH_E_USAGE, "%s needs %s bootstrap or bca, or %s", eh_request_name(request, alone),
                   eh_request_name(request, EH_O_INTERVAL), eh_request_name(request, EH_O_CLUSTER));
  if (replicates->given && (!replicates->count || replicates->count > EH_REPLICATES_MAX))
    return eh_fail(err, EH_E_USAGE, "%s must be from 1 to %u, but is %Q", eh_request_name(request, EH_O_REPLICATES),
                   (uint64_t)EH_REPLICATES_MAX, replicates->item_n[0]);
  if (seed->count > EH_SEED_MAX)
    return eh_fail(err, EH_E_USAGE, "%s must be %u or less, but is %Q", eh_request_name(request, EH_O_SEED), EH_SEED_MAX,
                   seed->item_n[0]);
  spec->replicates = (uint32_t)replicates->count;
  spec->seed = seed->count;
  return EH_OK;
}

static eh_status resolve_judgement(eh_request *request, eh_error *err) {
  eh_spec *spec = &request->spec;
  const eh_given *level = given(request, EH_O_LEVEL);
  spec->baseline = eh_request_text(request, EH_O_BASELINE);
  spec->min_slice = given(request, EH_O_MIN_SLICE)->count;
  spec->level = level->number;
  spec->curves = given(request, EH_O_CURVES)->on;
  if (level->given && !(level->number > 0 && level->number < 1))
    return eh_fail(err, EH_E_USAGE, "%s must lie between 0 and 1, such as .95, but is %Q",
                   eh_request_name(request, EH_O_LEVEL), level->item_n[0]);
  return resolve_interval(request, err);
}

static eh_status resolve_reading(eh_request *request, eh_error *err) {
  const eh_given *names = given(request, EH_O_NAMES);
  eh_str delimiter = eh_request_text(request, EH_O_DELIMITER);
  eh_reading *reading = &request->reading;
  *reading = (eh_reading){.name_n = names->item_n,
                          .name_count = names->item_count,
                          .strict = given(request, EH_O_STRICT)->on,
                          .no_hash = given(request, EH_O_NO_HASH)->on,
                          .check_positive = given(request, EH_O_POSITIVE)->given};
  const eh_given *threads = given(request, EH_O_THREADS);
  if (threads->given && (!threads->count || threads->count > EH_THREADS_MAX))
    return eh_fail(err, EH_E_USAGE, "%s is 1 to %u, not %Q", eh_request_name(request, EH_O_THREADS),
                   (uint64_t)EH_THREADS_MAX, threads->item_n[0]);
  reading->threads = (uint32_t)threads->count;
  if (!delimiter.p) return EH_OK;
  if (eh_str_eq(delimiter, EH_STR("tab")) || eh_str_eq(delimiter, EH_STR("\\t"))) delimiter = EH_STR("\t");
  unsigned char c = delimiter.n == 1 ? (unsigned char)delimiter.p[0] : 0;
  if (!c || c >= 0x80 || c == '"' || c == '\n' || c == '\r')
    return eh_fail(err, EH_E_USAGE, "%s takes one ASCII character other than a quote or line end, or tab, not %Q",
                   eh_request_name(request, EH_O_DELIMITER), delimiter);
  reading->delimiter = c;
  return EH_OK;
}

eh_status eh_request_spec(eh_request *request, const eh_spec **spec, const eh_reading **reading, eh_error *err) {
  request->spec = (eh_spec){0};
  EH_TRY(resolve_task(request, err));
  EH_TRY(resolve_columns(request, err));
  EH_TRY(resolve_metrics(request, err));
  EH_TRY(resolve_cut(request, err));
  EH_TRY(resolve_bits(request, err));
  EH_TRY(resolve_judgement(request, err));
  EH_TRY(resolve_reading(request, err));
  *spec = &request->spec;
  *reading = &request->reading;
  return EH_OK;
}

eh_status eh_request_style(const eh_request *request, eh_text_style *style, eh_error *err) {
  static const char *const name_s[] = {[EH_SORT_GAP] = "gap",
                                       [EH_SORT_NAME] = "name",
                                       [EH_SORT_ROWS] = "n",
                                       [EH_SORT_VALUE] = "value",
                                       [EH_SORT_P] = "p"};
  const eh_given *top = given(request, EH_O_TOP);
  if (top->given && (!top->count || top->count > UINT32_MAX))
    return eh_fail(err, EH_E_USAGE, "%s must be 1 or more, but is %Q", eh_request_name(request, EH_O_TOP),
                   top->item_n[0]);
  style->top = (uint32_t)top->count;
  style->sort = EH_SORT_GAP;
  eh_str sort = eh_request_text(request, EH_O_SORT);
  for (uint32_t s = 0; s < sizeof name_s / sizeof *name_s; s++) {
    if (sort.p && !eh_str_eq(sort, eh_str_of(name_s[s]))) continue;
    style->sort = (eh_sort)s;
    return EH_OK;
  }
  return eh_fail(err, EH_E_USAGE, "%s is gap, name, n, value or p, not %Q", eh_request_name(request, EH_O_SORT), sort);
}
