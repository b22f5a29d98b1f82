/* spec: what a cube counts: checked, copied in its one canonical form, and compared. Called by the builder, by the
 * loader (a file is no more trusted than a caller) and by merge.
 */
#include <string.h>

#include "cube_internal.h"
#include "weight.h"

static eh_status check_name(eh_str name, const char *role, eh_error *err) {
  if (!name.n) return eh_fail(err, EH_E_USAGE, "no %s column is named", role);
  if (eh_utf8_check(name.p, name.n) != name.n)
    return eh_fail(err, EH_E_USAGE, "column name %Q in %s is not UTF-8", name, role);
  return EH_OK;
}

static eh_status check_scores(const eh_cube_spec *spec, eh_error *err) {
  if (!spec->model_count) return eh_fail(err, EH_E_USAGE, "no score column is named");
  if (spec->model_count > EH_MODELS_MAX)
    return eh_fail(err, EH_E_LIMIT, "more than %u score columns", (uint64_t)EH_MODELS_MAX);
  for (uint32_t m = 0; m < spec->model_count; m++) {
    EH_TRY(check_name(spec->score_m[m], "score", err));
    if (eh_str_eq(spec->score_m[m], spec->label))
      return eh_fail(err, EH_E_SPEC, "column %Q cannot be both label and score", spec->label);
    for (uint32_t o = 0; o < m; o++)
      if (eh_str_eq(spec->score_m[m], spec->score_m[o]))
        return eh_fail(err, EH_E_SPEC, "column %Q is named twice in score", spec->score_m[m]);
  }
  return EH_OK;
}

eh_status eh_thresholds_check(const double *threshold_t, uint32_t n, eh_error *err) {
  if (n > EH_THRESHOLDS_MAX) return eh_fail(err, EH_E_LIMIT, "more than %u thresholds", (uint64_t)EH_THRESHOLDS_MAX);
  for (uint32_t t = 0; t < n; t++) {
    const double x = threshold_t[t];
    if (!(x - x == 0)) return eh_fail(err, EH_E_USAGE, "threshold %g is not a finite number", x);
    if (t && !(x > threshold_t[t - 1]))
      return eh_fail(err, EH_E_USAGE, "thresholds must ascend: %g comes after %g", x, threshold_t[t - 1]);
  }
  return EH_OK;
}

static eh_status check_where(eh_str where, eh_error *err) {
  return where.n ? eh_predicate_check(where, "where", err) : EH_OK;
}

static eh_status check_weight(const eh_cube_spec *spec, eh_error *err) {
  if (spec->fractional && spec->positive.p)
    return eh_fail(err, EH_E_USAGE, "--fractional reads label %Q as numbers, --positive as texts; give one of them",
                   spec->label);
  if (!spec->weight.p) {
    if (spec->weight_kind != EH_WEIGHT_SAMPLING)
      return eh_fail(err, EH_E_USAGE, "--weight-kind needs the column of weights: --weight COL");
    return EH_OK;
  }
  EH_TRY(check_name(spec->weight, "weight", err));
  if (eh_str_eq(spec->weight, spec->label))
    return eh_fail(err, EH_E_SPEC, "column %Q cannot be both label and weight", spec->label);
  for (uint32_t m = 0; m < spec->model_count; m++)
    if (eh_str_eq(spec->weight, spec->score_m[m]))
      return eh_fail(err, EH_E_SPEC, "column %Q cannot be both score and weight", spec->weight);
  return EH_OK;
}

/* What a regression has no use for. */
static eh_status check_regression(const eh_cube_spec *spec, eh_error *err) {
  const char *const flag = !spec->regression                              ? NULL
                           : spec->positive.p                             ? "--positive"
                           : spec->fractional                             ? "--fractional"
                           : eh_slicing_cluster(&spec->slicing) != EH_NO_CLUSTER ? "--cluster"
                           : spec->threshold_count                        ? "--threshold"
                           : spec->cut == EH_CUT_AT_LEAST                 ? "--cut"
                           : spec->score_bits && spec->score_bits != 52   ? "--score-bits"
                                                                          : NULL;
  if (flag)
    return eh_fail(err, EH_E_USAGE, "%s is for labels of two classes; --task regression compares numbers, so leave it out", flag);
  if (spec->regression && spec->weight.p)
    return eh_fail(err, EH_E_USAGE, "this version has no weights in --task regression; leave out --weight");
  return EH_OK;
}

eh_status eh_cube_spec_check(const eh_cube_spec *spec, eh_error *err) {
  EH_TRY(check_name(spec->label, "label", err));
  if (spec->positive.p && eh_utf8_check(spec->positive.p, spec->positive.n) != spec->positive.n)
    return eh_fail(err, EH_E_USAGE, "positive value %Q is not UTF-8", spec->positive);
  EH_TRY(check_scores(spec, err));
  EH_TRY(check_regression(spec, err));
  EH_TRY(check_weight(spec, err));
  EH_TRY(eh_thresholds_check(spec->threshold_t, spec->threshold_count, err));
  for (uint32_t m = 0; m < spec->missing_count; m++)
    if (eh_utf8_check(spec->missing_n[m].p, spec->missing_n[m].n) != spec->missing_n[m].n)
      return eh_fail(err, EH_E_USAGE, "missing text %Q is not UTF-8", spec->missing_n[m]);
  if (spec->score_bits != 0 && spec->score_bits != 7 && spec->score_bits != 11 && spec->score_bits != 23 &&
      spec->score_bits != 52)
    return eh_fail(err, EH_E_USAGE, "score bits are 7, 11, 23 or 52, or 0 for what fits, not %u",
                   (uint64_t)spec->score_bits);
  if (eh_is_weighted(spec) && spec->score_bits && spec->score_bits < 52)
    return eh_fail(err, EH_E_USAGE, "weights and fractional labels need exact scores; leave --score-bits at auto or 52");
  if ((uint32_t)spec->cut > EH_CUT_AT_LEAST)
    return eh_fail(err, EH_E_USAGE, "there is no cut number %u", (uint64_t)spec->cut);
  if (spec->no_sums && !spec->no_fine)
    return eh_fail(err, EH_E_USAGE, "sums of scores can be left out only together with the fine cells");
  EH_TRY(check_where(spec->where, err));
  return eh_slicing_check(&spec->slicing, err);
}

/* ---- copying ----------------------------------------------------------------------------------------------------- */

static eh_status copy_str(eh_str *out, eh_arena *arena, eh_str text, eh_error *err) {
  *out = eh_arena_str(arena, text);
  return out->p ? EH_OK : eh_cube_no_memory(err);
}

/* Sorted, each once, without the empty one: lists that mean the same are the same bytes. */
static eh_status copy_missing(eh_cube_spec *out, eh_arena *arena, const eh_str *missing_n, uint32_t count,
                              eh_error *err) {
  eh_str *const to_n = eh_cube_take(arena, count, sizeof(eh_str));
  if (!to_n) return eh_cube_no_memory(err);
  uint32_t n = 0;
  for (uint32_t m = 0; m < count; m++) {
    uint32_t at = n;
    while (at && eh_str_cmp(missing_n[m], to_n[at - 1]) < 0) at--;
    if (!missing_n[m].n || (at && eh_str_eq(missing_n[m], to_n[at - 1]))) continue;
    memmove(to_n + at + 1, to_n + at, (n - at) * sizeof *to_n);
    EH_TRY(copy_str(&to_n[at], arena, missing_n[m], err));
    n++;
  }
  out->missing_n = to_n;
  out->missing_count = n;
  return EH_OK;
}

eh_status eh_cube_spec_copy(eh_cube_spec *out, eh_arena *arena, const eh_cube_spec *spec, eh_error *err) {
  static const eh_str missing_usual[] = EH_MISSING_USUAL;
  memset(out, 0, sizeof *out);
  EH_TRY(copy_str(&out->label, arena, spec->label, err));
  if (spec->positive.p) EH_TRY(copy_str(&out->positive, arena, spec->positive, err));
  eh_str *const score_m = eh_cube_take(arena, spec->model_count, sizeof(eh_str));
  double *const threshold_t = eh_cube_take(arena, spec->threshold_count, sizeof(double));
  if (!score_m || !threshold_t) return eh_cube_no_memory(err);
  for (uint32_t m = 0; m < spec->model_count; m++) EH_TRY(copy_str(&score_m[m], arena, spec->score_m[m], err));
  for (uint32_t t = 0; t < spec->threshold_count; t++) threshold_t[t] = spec->threshold_t[t] + 0.0; /* -0 is 0 */
  out->score_m = score_m;
  out->model_count = spec->model_count;
  out->threshold_t = threshold_t;
  out->threshold_count = spec->threshold_count;
  if (spec->weight.p) EH_TRY(copy_str(&out->weight, arena, spec->weight, err));
  out->weight_kind = spec->weight_kind;
  out->fractional = spec->fractional;
  out->score_bits = spec->regression ? 0 : spec->score_bits;
  out->cut = spec->cut ? spec->cut : EH_CUT_ABOVE;
  out->regression = spec->regression;
  out->no_fine = spec->no_fine || spec->regression;
  out->no_sums = spec->no_sums || spec->regression;
  out->no_bin_sums = spec->no_bin_sums && !spec->regression;
  EH_TRY(copy_str(&out->where, arena, spec->where, err));
  EH_TRY(eh_slicing_copy(&out->slicing, arena, &spec->slicing, err));
  if (!spec->missing_n) return copy_missing(out, arena, missing_usual, sizeof missing_usual / sizeof *missing_usual, err);
  return copy_missing(out, arena, spec->missing_n, spec->missing_count, err);
}

/* ---- comparing --------------------------------------------------------------------------------------------------- */

static bool same_texts(const eh_str *a, uint32_t a_count, const eh_str *b, uint32_t b_count) {
  if (a_count != b_count) return false;
  for (uint32_t i = 0; i < a_count; i++)
    if (!eh_str_eq(a[i], b[i])) return false;
  return true;
}

static bool same_numbers(const double *a, uint32_t a_count, const double *b, uint32_t b_count) {
  return a_count == b_count && (!a_count || memcmp(a, b, a_count * sizeof *a) == 0);
}

static bool same_names(const eh_slicing *a, const eh_slicing *b) {
  if (a->dim_count != b->dim_count || a->single_count != b->single_count) return false;
  for (uint32_t d = 0; d < a->dim_count; d++)
    if (!eh_str_eq(a->dim_n[d].name, b->dim_n[d].name)) return false;
  for (uint32_t i = 0; i < a->single_count; i++)
    if (a->single_n[i] != b->single_n[i]) return false;
  return true;
}

static bool same_buckets(const eh_slicing *a, const eh_slicing *b) {
  for (uint32_t d = 0; d < a->dim_count; d++)
    if (!same_numbers(a->dim_n[d].edge_n, a->dim_n[d].edge_count, b->dim_n[d].edge_n, b->dim_n[d].edge_count))
      return false;
  return true;
}

static bool same_predicates(const eh_slicing *a, const eh_slicing *b) {
  uint32_t i = 0, j = 0;
  for (;; i++, j++) {
    while (i < a->dim_count && !a->dim_n[i].predicate.n) i++;
    while (j < b->dim_count && !b->dim_n[j].predicate.n) j++;
    if (i == a->dim_count || j == b->dim_count) return i == a->dim_count && j == b->dim_count;
    const eh_dim *const x = &a->dim_n[i], *const y = &b->dim_n[j];
    if (!eh_str_eq(x->name, y->name) || !eh_str_eq(x->predicate, y->predicate)) return false;
  }
}

static bool same_clusters(const eh_slicing *a, const eh_slicing *b) {
  const uint32_t x = eh_slicing_cluster(a), y = eh_slicing_cluster(b);
  if (x == EH_NO_CLUSTER || y == EH_NO_CLUSTER) return x == y;
  return eh_str_eq(a->dim_n[x].name, b->dim_n[y].name);
}

static bool same_separators(const eh_slicing *a, const eh_slicing *b) {
  for (uint32_t d = 0; d < a->dim_count; d++)
    if (a->dim_n[d].separator != b->dim_n[d].separator) return false;
  return true;
}

static bool same_crosses(const eh_slicing *a, const eh_slicing *b) {
  if (a->cross_count != b->cross_count) return false;
  for (uint32_t c = 0; c < a->cross_count; c++) {
    const eh_cross *const x = &a->cross_n[c], *const y = &b->cross_n[c];
    if (x->k != y->k || memcmp(x->dim_k, y->dim_k, x->k * sizeof *x->dim_k) != 0) return false;
  }
  return true;
}

const char *eh_cube_spec_difference(const eh_cube_spec *a, const eh_cube_spec *b) {
  if (a->regression != b->regression) return "--task";
  if (!eh_str_eq(a->label, b->label)) return "--label";
  if (!a->positive.p != !b->positive.p || (a->positive.p && !eh_str_eq(a->positive, b->positive))) return "--positive";
  if (!same_texts(a->score_m, a->model_count, b->score_m, b->model_count)) return "--score";
  if (!eh_str_eq(a->where, b->where)) return "--where";
  if (!same_clusters(&a->slicing, &b->slicing)) return "--cluster";
  if (!same_predicates(&a->slicing, &b->slicing)) return "--slice-if";
  if (!same_names(&a->slicing, &b->slicing)) return "--slice";
  if (!same_buckets(&a->slicing, &b->slicing)) return "--bucket";
  if (!same_separators(&a->slicing, &b->slicing)) return "--multi";
  if (!same_crosses(&a->slicing, &b->slicing)) return "--cross";
  if (a->slicing.show_missing != b->slicing.show_missing) return "--show-missing";
  if (!same_numbers(a->threshold_t, a->threshold_count, b->threshold_t, b->threshold_count)) return "--threshold";
  if (!same_texts(a->missing_n, a->missing_count, b->missing_n, b->missing_count)) return "--missing";
  if (a->cut != b->cut) return "--cut";
  if (a->no_fine != b->no_fine || a->no_sums != b->no_sums || a->no_bin_sums != b->no_bin_sums) return "--metric";
  if (!a->weight.p != !b->weight.p || (a->weight.p && !eh_str_eq(a->weight, b->weight))) return "--weight";
  if (a->weight_kind != b->weight_kind) return "--weight-kind";
  if (a->fractional != b->fractional) return "--fractional";
  return a->score_bits != b->score_bits ? "--score-bits" : NULL;
}
