/* resolve: what was asked, against what the cube holds, to a spec with every default filled. First step of eh_audit_run.
 *
 * What the request leaves empty comes from the cube, so that `audit file.ehc` repeats the audit the cube was built for.
 */
#include "audit_internal.h"

#define EH_DEFAULT_LEVEL 0.95
enum { EH_DEFAULT_REPLICATES = 1000 };

void *eh_audit_take(eh_audit *audit, uint64_t n, size_t size, eh_error *err) {
  void *p = NULL;
  if (n <= SIZE_MAX / 2 / size) p = eh_arena_take(&audit->arena, (size_t)n * size);
  if (!p) eh_fail(err, EH_E_MEMORY, "out of memory");
  return p;
}

/* "X has no <what> "name"; nearest is ..." over a list of names. */
static eh_status no_such(const char *what, eh_str name, const eh_str *name_n, uint32_t n, eh_error *err) {
  int near = eh_name_nearest(name_n, n, name);
  if (near >= 0) return eh_fail(err, EH_E_SPEC, "the data has no %s %Q; nearest is %Q", what, name, name_n[near]);
  if (!n) return eh_fail(err, EH_E_SPEC, "the data has no %s %Q", what, name);
  return eh_fail(err, EH_E_SPEC, "the data has no %s %Q; the first of %u is %Q", what, name, (uint64_t)n, name_n[0]);
}

static eh_status resolve_models(eh_audit *audit, const eh_cube_spec *asked, const eh_cube_spec *held, eh_error *err) {
  uint32_t m_count = asked->model_count ? asked->model_count : held->model_count;
  audit->model_m = eh_audit_take(audit, m_count, sizeof *audit->model_m, err);
  eh_str *name_m = eh_audit_take(audit, m_count, sizeof *name_m, err);
  if (!audit->model_m || !name_m) return EH_E_MEMORY;
  for (uint32_t m = 0; m < m_count; m++) {
    uint32_t at = m;
    for (uint32_t o = 0; asked->model_count && o < m; o++)
      if (eh_str_eq(asked->score_m[m], asked->score_m[o]))
        return eh_fail(err, EH_E_USAGE, "column %Q is named twice in score", asked->score_m[m]);
    if (asked->model_count)
      for (at = 0; at < held->model_count && !eh_str_eq(asked->score_m[m], held->score_m[at]);) at++;
    if (at == held->model_count) return no_such("score", asked->score_m[m], held->score_m, held->model_count, err);
    audit->model_m[m] = at;
    name_m[m] = held->score_m[at];
  }
  audit->spec.cube.score_m = name_m;
  audit->spec.cube.model_count = m_count;
  return EH_OK;
}

static bool same_text(eh_str a, eh_str b) { return (a.p != NULL) == (b.p != NULL) && (!a.p || eh_str_eq(a, b)); }

/* What was asked of a cube of a regression, and of any other. */
static eh_status check_task(const eh_spec *asked, const eh_cube_spec *held, eh_error *err) {
  if (asked->cube.regression && !held->regression)
    return eh_fail(err, EH_E_SPEC, "the cube was counted with labels of two classes, not with --task regression");
  if (!held->regression) return EH_OK;
  const char *const flag = asked->cube.threshold_count ? "--threshold" : asked->curves ? "--curves" : asked->bootstrap ? "--interval bootstrap" : NULL;
  if (!flag && !eh_methods_are_usual(&asked->methods))
    return eh_fail(err, EH_E_USAGE, "--task regression has means in place of rates, and no other methods by name; leave out --interval");
  if (!flag) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "--task regression has no %s; leave it out", flag);
}

/* The label's reading decided what was counted, so it cannot change afterwards. */
static eh_status check_label(const eh_cube_spec *asked, const eh_cube_spec *held, eh_error *err) {
  if (asked->label.p && !eh_str_eq(asked->label, held->label))
    return eh_fail(err, EH_E_SPEC, "the cube was counted with label %Q, not %Q", held->label, asked->label);
  bool asks = asked->label.p || asked->positive.p;
  if (!asks || same_text(asked->positive, held->positive)) return EH_OK;
  if (!held->positive.p) return eh_fail(err, EH_E_SPEC, "the cube was counted with a 0/1 label, without --positive");
  return eh_fail(err, EH_E_SPEC, "the cube was counted with --positive %Q", held->positive);
}

static eh_status check_bits(const eh_cube_spec *asked, const eh_cube_view *cube, eh_error *err) {
  if (!asked->score_bits || cube->spec->no_fine || asked->score_bits == cube->score_bits) return EH_OK;
  return eh_fail(err, EH_E_SPEC, "the scores of the cube have %u bits, not %u", (uint64_t)cube->score_bits,
                 (uint64_t)asked->score_bits);
}

static eh_status check_cut(const eh_cube_spec *asked, const eh_cube_spec *held, eh_error *err) {
  if (!asked->cut || asked->cut == held->cut) return EH_OK;
  return eh_fail(err, EH_E_SPEC, "the cube was counted with --cut '%s'", held->cut == EH_CUT_AT_LEAST ? ">=" : ">");
}

/* So did the weights. */
static eh_status check_weight(const eh_cube_spec *asked, const eh_cube_spec *held, eh_error *err) {
  const bool asks = asked->weight.p || asked->fractional;
  if (!asks) return EH_OK;
  if (!same_text(asked->weight, held->weight) && !held->weight.p)
    return eh_fail(err, EH_E_SPEC, "the cube was counted without --weight");
  if (asked->weight.p && !eh_str_eq(asked->weight, held->weight))
    return eh_fail(err, EH_E_SPEC, "the cube was counted with --weight %Q", held->weight);
  if (asked->weight.p && asked->weight_kind != held->weight_kind)
    return eh_fail(err, EH_E_SPEC, "the cube was counted with --weight-kind %s",
                   held->weight_kind == EH_WEIGHT_FREQUENCY ? "frequency" : "sampling");
  if (asked->fractional && !held->fractional)
    return eh_fail(err, EH_E_SPEC, "the cube was counted without --fractional");
  return EH_OK;
}

/* Whether b has every text of a but the empty one, which is always missing. */
static bool holds_all(const eh_str *b_n, uint32_t b_count, const eh_str *a_n, uint32_t a_count) {
  bool all = true;
  for (uint32_t i = 0; i < a_count; i++) {
    bool found = !a_n[i].n;
    for (uint32_t k = 0; k < b_count; k++) found |= eh_str_eq(a_n[i], b_n[k]);
    all &= found;
  }
  return all;
}

/* The cube keeps the list sorted, and each text once. */
static eh_status check_missing(const eh_cube_spec *asked, const eh_cube_spec *held, eh_error *err) {
  if (!asked->missing_n || (holds_all(held->missing_n, held->missing_count, asked->missing_n, asked->missing_count) &&
                            holds_all(asked->missing_n, asked->missing_count, held->missing_n, held->missing_count)))
    return EH_OK;
  return eh_fail(err, EH_E_SPEC, "the cube was counted with another --missing list");
}

/* So did the rows that were left out. */
static eh_status check_where(const eh_cube_spec *asked, const eh_cube_spec *held, eh_error *err) {
  if (!asked->where.n || eh_str_eq(asked->where, held->where)) return EH_OK;
  if (!held->where.n) return eh_fail(err, EH_E_SPEC, "the cube was counted without --where, and rows cannot be left out of it");
  return eh_fail(err, EH_E_SPEC, "the cube was counted with --where %Q, not %Q", held->where, asked->where);
}

static bool same_edges(const eh_dim *a, const eh_dim *b) {
  bool same = a->edge_count == b->edge_count;
  for (uint32_t i = 0; same && i < a->edge_count; i++) same = a->edge_n[i] == b->edge_n[i];
  return same;
}

static uint32_t dims_but_cluster(const eh_slicing *slicing) {
  return slicing->dim_count - (eh_slicing_cluster(slicing) != EH_NO_CLUSTER);
}

/* Whether buckets may be those of quantiles of the cube's rows, of which it holds no values: from each edge to the next must lie
 * the rank of one. Several may, since rows of one value share an edge. */
static bool may_be_quantiles(const eh_cube_view *cube, uint32_t d, const eh_dim *dim, uint32_t parts) {
  uint64_t total = 0, below = eh_cube_group(cube, d, 0);
  for (uint32_t g = 0; g <= dim->edge_count; g++) total += eh_cube_group(cube, d, g);
  bool may = true;
  for (uint32_t g = 1; may && total && g <= dim->edge_count; g++) { /* no rows: of marginals this column is only crossed */
    const uint64_t j = (uint64_t)((unsigned __int128)below * parts / total) + 1, n = eh_cube_group(cube, d, g);
    may = j < parts && (unsigned __int128)total * j <= (unsigned __int128)(below + n) * parts;
    below += n;
  }
  return may;
}

/* Index in the cube of a dimension that was asked for. */
static eh_status find_dim(uint32_t *out, const eh_dim *asked, const eh_cube_view *cube, const eh_slicing *held, eh_error *err) {
  eh_str name_d[EH_DIMS_MAX];
  for (uint32_t d = 0; d < held->dim_count; d++) {
    const eh_dim *const dim = &held->dim_n[d];
    name_d[d] = dim->name;
    if (!eh_str_eq(asked->name, name_d[d])) continue;
    if (dim->is_cluster) return eh_fail(err, EH_E_SPEC, "in the cube %Q is the cluster, not a slice", asked->name);
    if (asked->edge_count && !same_edges(asked, dim))
      return eh_fail(err, EH_E_SPEC, "the cube was counted with other buckets of %Q", asked->name);
    if (asked->quantiles && !dim->edge_count)
      return eh_fail(err, EH_E_SPEC, "the cube was counted by values of %Q, not by buckets", asked->name);
    if (asked->quantiles && dim->edge_count >= asked->quantiles) /* fewer there may be: equal quantiles count once */
      return eh_fail(err, EH_E_SPEC, "the cube was counted with %u buckets of %Q, more than %u; to have those, leave out --bucket",
                     (uint64_t)dim->edge_count + 1, asked->name, (uint64_t)asked->quantiles);
    if (asked->quantiles && !may_be_quantiles(cube, d, dim, asked->quantiles))
      return eh_fail(err, EH_E_SPEC, "the buckets of %Q in the cube are no %u-quantiles of its rows; to have those, leave out --bucket",
                     asked->name, (uint64_t)asked->quantiles);
    if (asked->separator && asked->separator != dim->separator)
      return eh_fail(err, EH_E_SPEC, dim->separator ? "the cube was counted with another separator of %Q"
                                                    : "the cube was counted with one value of %Q in each row",
                     asked->name);
    if (asked->predicate.n && !eh_str_eq(asked->predicate, dim->predicate))
      return eh_fail(err, EH_E_SPEC, dim->predicate.n ? "the cube was counted with another condition for %Q"
                                                      : "in the cube %Q is a column, not a condition",
                     asked->name);
    *out = d;
    return EH_OK;
  }
  return no_such("column", asked->name, name_d, dims_but_cluster(held), err);
}

/* Which rows belong together is known of a cube only if it was counted by that. */
static eh_status check_cluster(const eh_slicing *asked, const eh_slicing *held, eh_error *err) {
  const uint32_t a = eh_slicing_cluster(asked), h = eh_slicing_cluster(held);
  if (a == EH_NO_CLUSTER) return EH_OK;
  if (h == EH_NO_CLUSTER)
    return eh_fail(err, EH_E_SPEC, "the cube was counted without --cluster, so it does not tell which rows belong together");
  if (eh_str_eq(asked->dim_n[a].name, held->dim_n[h].name)) return EH_OK;
  return eh_fail(err, EH_E_SPEC, "the cube was counted with --cluster %Q, not %Q", held->dim_n[h].name, asked->dim_n[a].name);
}

/* Of marginals the slices are those that were asked for when the rows were counted. */
static eh_status check_marginals(const eh_audit *audit, const eh_slicing *asked, const uint32_t *single_n,
                                 const eh_cross *cross_n, const eh_slicing *held, eh_error *err) {
  eh_buf name = {.mem = audit->mem};
  bool found = !audit->view.cube->atoms->marginal;
  const uint32_t family_count = found ? 0 : asked->single_count + asked->cross_count;
  found = true;
  for (uint32_t f = 0; found && f < family_count; f++) {
    const bool single = f < asked->single_count;
    const uint32_t *const dim_k = single ? &single_n[f] : cross_n[f - asked->single_count].dim_k;
    const uint32_t k = single ? 1 : cross_n[f - asked->single_count].k;
    found = eh_slicing_has_family(held, dim_k, k);
    for (uint32_t i = 0; !found && i < k; i++) eh_buf_format(&name, i ? "*%S" : "%S", held->dim_n[dim_k[i]].name);
  }
  eh_status status = EH_OK;
  if (name.failed) status = eh_fail(err, EH_E_MEMORY, "out of memory");
  else if (!found)
    status = eh_fail(err, EH_E_SPEC, "the cube holds only the slices that were asked for when its rows were counted, since their groups "
                     "form more than %u combinations; %Q is none of them", (uint64_t)EH_ATOMS_MAX, (eh_str){name.p, name.n});
  eh_buf_free(&name);
  return status;
}

/* The asked slicing, written over the cube's dimensions. */
static eh_status resolve_slicing(eh_audit *audit, const eh_slicing *asked, const eh_slicing *held, eh_error *err) {
  eh_slicing *out = &audit->spec.cube.slicing;
  *out = *held;
  const uint32_t dim_count = dims_but_cluster(asked);
  out->show_missing = asked->show_missing || (!dim_count && held->show_missing);
  EH_TRY(check_cluster(asked, held, err));
  if (!dim_count) return EH_OK;
  uint32_t dim_d[EH_DIMS_MAX];
  for (uint32_t d = 0; d < dim_count; d++) EH_TRY(find_dim(&dim_d[d], &asked->dim_n[d], audit->view.cube, held, err));
  uint32_t *single_n = eh_audit_take(audit, (uint64_t)asked->single_count + 1, sizeof *single_n, err);
  eh_cross *cross_n = eh_audit_take(audit, (uint64_t)asked->cross_count + 1, sizeof *cross_n, err);
  if (!single_n || !cross_n) return EH_E_MEMORY;
  for (uint32_t i = 0; i < asked->single_count; i++) single_n[i] = dim_d[asked->single_n ? asked->single_n[i] : i];
  for (uint32_t c = 0; c < asked->cross_count; c++) {
    uint32_t *dim_k = eh_audit_take(audit, asked->cross_n[c].k, sizeof *dim_k, err);
    if (!dim_k) return EH_E_MEMORY;
    for (uint32_t k = 0; k < asked->cross_n[c].k; k++) dim_k[k] = dim_d[asked->cross_n[c].dim_k[k]];
    cross_n[c] = (eh_cross){.dim_k = dim_k, .k = asked->cross_n[c].k};
  }
  out->single_n = single_n;
  out->single_count = asked->single_count;
  EH_TRY(check_marginals(audit, asked, single_n, cross_n, held, err));
  out->cross_n = cross_n;
  out->cross_count = asked->cross_count;
  return EH_OK;
}

/* The metrics of labels of two classes and those of a regression have the mean of the label and of the score in common. */
static eh_status check_metric(eh_metric metric, bool regression, eh_error *err) {
  const eh_str name = eh_str_of(eh_metric_about(metric)->name);
  if (regression && !eh_metric_is_regression(metric))
    return eh_fail(err, EH_E_USAGE, "metric %Q is of labels of two classes; --task regression has mean_label, mean_score, "
                   "mean_error, mae, rmse and mse", name);
  if (!regression && metric >= EH_M_MEAN_ERROR)
    return eh_fail(err, EH_E_USAGE, "metric %Q is of a regression: add --task regression", name);
  return EH_OK;
}

static eh_status resolve_metrics(eh_audit *audit, const eh_spec *asked, eh_error *err) {
  const bool regression = audit->spec.cube.regression;
  eh_metric *metric_n = eh_audit_take(audit, EH_METRICS, sizeof *metric_n, err);
  if (!metric_n) return EH_E_MEMORY;
  bool seen[EH_METRICS] = {false};
  uint32_t n = 0;
  uint32_t wanted = asked->metric_count ? asked->metric_count : EH_METRICS;
  for (uint32_t i = 0; i < wanted; i++) {
    eh_metric metric = asked->metric_count ? asked->metric_n[i] : (eh_metric)i;
    if ((uint32_t)metric >= EH_METRICS) return eh_fail(err, EH_E_USAGE, "there is no metric number %u", (uint64_t)metric);
    if (!asked->metric_count && (regression ? !eh_metric_is_regression(metric) : eh_metric_about(metric)->by_name)) continue;
    EH_TRY(check_metric(metric, regression, err));
    if (!seen[metric]) metric_n[n++] = metric;
    seen[metric] = true;
  }
  audit->spec.metric_n = metric_n;
  audit->spec.metric_count = n;
  return EH_OK;
}

eh_status eh_audit_check_threshold(const eh_cube_spec *held, double t, eh_error *err) {
  bool known = !held->no_fine;
  for (uint32_t h = 0; h < held->threshold_count; h++) known |= held->threshold_t[h] == t;
  if (known) return EH_OK;
  return eh_fail(err, EH_E_SPEC, "the cube was counted without single scores, and %g is none of its thresholds", t);
}

/* What the cube leaves out was not asked for when it was counted. */
static eh_status check_tables(const eh_spec *spec, const eh_cube_spec *held, eh_error *err) {
  const eh_audit_need need = eh_audit_needs(spec);
  if (need == EH_NEED_CELLS && held->no_fine)
    return eh_fail(err, EH_E_SPEC, "the cube was counted for metrics that need no single scores, and holds none");
  if (need == EH_NEED_SUMS && held->no_sums)
    return eh_fail(err, EH_E_SPEC, "the cube was counted for metrics that need no sums of scores, and holds none");
  for (uint32_t t = 0; t < spec->cube.threshold_count; t++)
    EH_TRY(eh_audit_check_threshold(held, spec->cube.threshold_t[t], err));
  return EH_OK;
}

/* The sum of the weights of its rows, exact before it is rounded; that of any model. */
static double slice_weight(const eh_cube_view *cube, const eh_slice *slice, uint64_t rows) {
  if (!cube->weight_m) return (double)rows;
  const uint32_t intervals = cube->spec->threshold_count + 1;
  eh_i128 sum = {{0}};
  for (uint32_t i = 0; i < slice->atom_count; i++)
    for (size_t c = 0; c < 2 * (size_t)intervals; c++)
      eh_i128_add(&sum, cube->weight_m[0].cell_ayk[2 * (size_t)slice->atom_n[i] * intervals + c].weight);
  return eh_i128_to_f64(sum);
}

/* Counts at the cube's own thresholds and sums are exact, however the scores are kept. */
static uint32_t bits_used(const eh_spec *spec, const eh_cube_view *cube) {
  bool exact = eh_audit_needs(spec) < EH_NEED_CELLS;
  for (uint32_t t = 0; t < spec->cube.threshold_count; t++) exact &= eh_metric_is_held(cube, spec->cube.threshold_t[t]);
  return exact ? 52 : cube->score_bits;
}

/* Slices in report order: the baseline first, then overall, then the families. */
static eh_status order_slices(eh_audit *audit, const eh_cube_view *cube, uint32_t baseline, eh_error *err) {
  uint32_t n = audit->slices.slice_count;
  audit->slice_s = eh_audit_take(audit, n, sizeof *audit->slice_s, err);
  audit->place_s = eh_audit_take(audit, n, sizeof *audit->place_s, err);
  if (!audit->slice_s || !audit->place_s) return EH_E_MEMORY;
  for (uint32_t s = 0; s < n; s++) {
    const eh_slice *slice = &audit->slices.slice_n[s];
    uint32_t place = baseline == EH_NONE || s > baseline ? s : s == baseline ? 0 : s + 1;
    eh_audit_slice *to = &audit->slice_s[place];
    audit->place_s[s] = place;
    to->slice = slice;
    for (uint32_t i = 0; i < slice->atom_count; i++) {
      const uint64_t *rows_y = cube->rows_ay + 2 * (size_t)slice->atom_n[i];
      to->rows += rows_y[0] + rows_y[1];
      to->positives += rows_y[1];
    }
    to->weight = slice_weight(cube, slice, to->rows);
    to->too_small = to->rows < audit->spec.min_slice;
  }
  return EH_OK;
}

/* How each slice lies to the baseline, decided once: it does not depend on model, metric or threshold. */
static eh_status relate_slices(eh_audit *audit, eh_error *err) {
  uint32_t n = audit->slices.slice_count, baseline = audit->view.baseline;
  audit->relation_s = eh_audit_take(audit, n, sizeof *audit->relation_s, err);
  if (!audit->relation_s) return EH_E_MEMORY;
  for (uint32_t s = 0; s < n; s++)
    audit->relation_s[s] = baseline == EH_NONE ? EH_DISJOINT
                                               : eh_slice_relation(audit->slice_s[s].slice, audit->slice_s[baseline].slice);
  return EH_OK;
}

static eh_status resolve_baseline(eh_audit *audit, const eh_cube_view *cube, eh_error *err) {
  eh_spec *spec = &audit->spec;
  uint32_t baseline = EH_SLICE_OVERALL;
  if (!spec->baseline.n) spec->baseline = EH_STR("overall");
  if (eh_str_eq(spec->baseline, EH_STR("complement"))) {
    baseline = EH_NONE;
  } else {
    int found = eh_slices_find(&audit->slices, spec->baseline);
    if (found < 0) {
      eh_str *name_s = eh_audit_take(audit, audit->slices.slice_count, sizeof *name_s, err);
      if (!name_s) return EH_E_MEMORY;
      for (uint32_t s = 0; s < audit->slices.slice_count; s++) name_s[s] = audit->slices.slice_n[s].name;
      return no_such("slice", spec->baseline, name_s, audit->slices.slice_count, err);
    }
    baseline = (uint32_t)found;
  }
  EH_TRY(order_slices(audit, cube, baseline, err));
  audit->view.baseline = baseline == EH_NONE ? EH_NONE : audit->place_s[baseline];
  return relate_slices(audit, err);
}

/* A row that occurred several times is drawn as often, and each time both halves of its label together. */
static eh_status check_whole(const eh_spec *spec, eh_error *err) {
  const bool often = spec->cube.weight.p && spec->cube.weight_kind == EH_WEIGHT_FREQUENCY;
  if (!spec->bootstrap || !spec->cube.fractional || !often || eh_slicing_cluster(&spec->cube.slicing) != EH_NO_CLUSTER) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "a row with a fractional label that occurred several times is drawn anew each time, in part positive and in part "
                 "negative, which counts by label do not tell; name a column that tells rows apart with --cluster, or leave out --interval");
}

/* What methods by name are of: rows that count by themselves, wholly, and for Fisher's test as many as they are. */
static eh_status check_methods(const eh_spec *spec, eh_error *err) {
  const bool weighted = spec->cube.weight.p && spec->cube.weight_kind == EH_WEIGHT_SAMPLING;
  if (eh_methods_are_usual(&spec->methods)) return EH_OK;
  if (spec->no_intervals || spec->bootstrap)
    return eh_fail(err, EH_E_USAGE, "methods by name are closed forms: not with --interval none, bootstrap or bca, nor with --cluster");
  if (spec->cube.fractional)
    return eh_fail(err, EH_E_USAGE, "with fractional labels there are no closed forms; leave out the methods of --interval");
  if (weighted && spec->methods.of_q[EH_OF_TEST] == EH_FISHER)
    return eh_fail(err, EH_E_USAGE, "Fisher's test counts rows, which sampling weights do not; leave fisher out of --interval");
  return EH_OK;
}

static eh_status resolve_bootstrap(eh_spec *spec, const eh_atoms *atoms, eh_error *err) {
  EH_TRY(check_whole(spec, err));
  if (spec->bootstrap && atoms->marginal)
    return eh_fail(err, EH_E_USAGE, "a bootstrap needs the rows that slices share, and the groups of this cube form more than %u "
                   "combinations, so it holds slices alone; slice by fewer columns, or leave out --interval", (uint64_t)EH_ATOMS_MAX);
  if (spec->bootstrap == EH_BOOTSTRAP_NONE) return EH_OK;
  if (!spec->replicates) spec->replicates = EH_DEFAULT_REPLICATES;
  if (spec->replicates > EH_REPLICATES_MAX)
    return eh_fail(err, EH_E_USAGE, "%u replicates are more than %u", (uint64_t)spec->replicates, (uint64_t)EH_REPLICATES_MAX);
  const uint64_t least = eh_replicates_least(spec->level);
  if (spec->replicates >= least) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "an interval of level %g needs %u replicates or more, not %u", spec->level, least,
                 (uint64_t)spec->replicates);
}

/* Below it an interval's ends would round to one number, and no interval has no width. */
#define LEAST_Z 1e-4

static eh_status resolve_level(eh_audit *audit, eh_error *err) {
  eh_spec *spec = &audit->spec;
  if (spec->level == 0) spec->level = EH_DEFAULT_LEVEL;
  if (!(spec->level > 0 && spec->level < 1)) return eh_fail(err, EH_E_USAGE, "level %g is not between 0 and 1", spec->level);
  double z = eh_critical(spec->level);
  if (!(z > LEAST_Z && z - z == 0)) return eh_fail(err, EH_E_USAGE, "level %g is too near to 0 or 1", spec->level);
  if (eh_spec_bootstraps(spec) && !spec->bootstrap) spec->bootstrap = EH_BOOTSTRAP_PERCENTILE;
  EH_TRY(check_methods(spec, err));
  audit->z = spec->no_intervals || spec->bootstrap ? 0 : z;
  return resolve_bootstrap(spec, audit->view.cube->atoms, err);
}

eh_status eh_audit_resolve(eh_audit *audit, const eh_spec *asked, const eh_cube_view *cube, eh_error *err) {
  const eh_cube_spec *held = cube->spec;
  eh_spec *spec = &audit->spec;
  *spec = *asked;
  EH_TRY(eh_slicing_check(&asked->cube.slicing, err));
  EH_TRY(eh_thresholds_check(asked->cube.threshold_t, asked->cube.threshold_count, err));
  EH_TRY(check_task(asked, held, err));
  EH_TRY(check_label(&asked->cube, held, err));
  EH_TRY(check_missing(&asked->cube, held, err));
  EH_TRY(check_cut(&asked->cube, held, err));
  EH_TRY(check_bits(&asked->cube, cube, err));
  spec->cube.cut = held->cut;
  EH_TRY(check_where(&asked->cube, held, err));
  EH_TRY(check_weight(&asked->cube, held, err));
  spec->cube.weight = held->weight;
  spec->cube.weight_kind = held->weight_kind;
  spec->cube.fractional = held->fractional;
  spec->cube.label = held->label;
  spec->cube.regression = held->regression;
  spec->cube.positive = held->positive;
  spec->cube.where = held->where;
  spec->cube.missing_n = held->missing_n;
  spec->cube.missing_count = held->missing_count;
  if (!asked->cube.threshold_count) {
    spec->cube.threshold_t = held->threshold_t;
    spec->cube.threshold_count = held->threshold_count;
  }
  EH_TRY(resolve_models(audit, &asked->cube, held, err));
  EH_TRY(resolve_slicing(audit, &asked->cube.slicing, &held->slicing, err));
  EH_TRY(resolve_level(audit, err));
  EH_TRY(resolve_metrics(audit, asked, err));
  EH_TRY(check_tables(spec, held, err));
  spec->cube.score_bits = bits_used(spec, cube);
  EH_TRY(eh_slices_make(&audit->slices, &audit->arena, &spec->cube.slicing, cube->atoms, err));
  return resolve_baseline(audit, cube, err);
}
