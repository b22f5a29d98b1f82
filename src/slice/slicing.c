/* slicing: slicings as structures: checked wherever they come from, copied, asked. Called by the parser, the cube, its
 * loader (a file is no more trusted than a caller) and the audit.
 */
#include <string.h>

#include "slice_internal.h"

int eh_dim_find(const eh_dim *dim_n, uint32_t count, eh_str name) {
  for (uint32_t d = 0; d < count; d++)
    if (eh_str_eq(dim_n[d].name, name)) return (int)d;
  return -1;
}

eh_status eh_singles_fill(eh_slicing *out, eh_arena *arena, const uint32_t *single_n, eh_error *err) {
  uint32_t *const to = eh_arena_array(arena, out->single_count, sizeof(uint32_t));
  if (!to) return eh_no_memory(err);
  for (uint32_t i = 0; i < out->single_count; i++) to[i] = single_n ? single_n[i] : i;
  out->single_n = to;
  return EH_OK;
}

/* ---- checking ----------------------------------------------------------------------------------------------------- */

eh_status eh_separator_check(unsigned char separator, eh_str where, eh_error *err) {
  if (separator == '\t' || (separator >= ' ' && separator < 0x7f)) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "multi %Q: values are separated by one ASCII character, as in 'identity:|'", where);
}

/* Signs that the names of other slices are made of. */
static bool has_slice_sign(eh_str name) {
  for (size_t i = 0; i < name.n; i++)
    if (memchr("=<>&*\\", name.p[i], 6)) return true;
  return false;
}

eh_status eh_predicate_name_check(const eh_dim *dim_n, uint32_t d, eh_error *err) {
  const eh_str name = dim_n[d].name;
  if (has_slice_sign(name))
    return eh_fail(err, EH_E_USAGE, "slice-if %Q: a name has none of = < > & * \\, which other slices' names are made of",
                   name);
  if (eh_str_eq(name, EH_STR("overall")) || eh_str_eq(name, EH_STR("complement")))
    return eh_fail(err, EH_E_USAGE, "slice-if %Q: this name means something else; choose another", name);
  for (uint32_t o = 0; o < d; o++) {
    const eh_str other = dim_n[o].name;
    if (eh_str_eq(name, other))
      return eh_fail(err, EH_E_USAGE, dim_n[o].predicate.n ? "slice-if %Q is named twice"
                                                           : "slice-if %Q: a column is sliced by under that name; choose another",
                     name);
    const bool longer = name.n > other.n;
    const eh_str outer = longer ? name : other, inner = longer ? other : name;
    if (dim_n[o].predicate.n && outer.n == inner.n + 4 && memcmp(outer.p, "not ", 4) == 0 &&
        memcmp(outer.p + 4, inner.p, inner.n) == 0)
      return eh_fail(err, EH_E_USAGE, "slice-if %Q: %Q has that complement already", outer, inner);
  }
  return EH_OK;
}

static eh_status check_dim(const eh_slicing *slicing, uint32_t d, eh_error *err) {
  const eh_dim *const dim = &slicing->dim_n[d];
  if (!dim->name.n) return eh_fail(err, EH_E_USAGE, "slice has an empty column name");
  if (eh_utf8_check(dim->name.p, dim->name.n) != dim->name.n)
    return eh_fail(err, EH_E_USAGE, "column name %Q in slice is not UTF-8", dim->name);
  if (eh_dim_find(slicing->dim_n, d, dim->name) >= 0)
    return eh_fail(err, EH_E_USAGE, "column %Q is named twice in slice", dim->name);
  if (dim->quantiles == 1 || dim->quantiles > EH_QUANTILES_MAX)
    return eh_fail(err, EH_E_USAGE, "bucket %Q: quantiles cut into 2 to %u parts, as in 'age:q4'", dim->name,
                   (uint64_t)EH_QUANTILES_MAX);
  if ((dim->edge_count > 0) + (dim->quantiles > 0) + (dim->separator != 0) + (dim->predicate.n > 0) > 1)
    return eh_fail(err, EH_E_USAGE, "column %Q is cut in two ways at once", dim->name);
  if (dim->is_cluster && (d + 1 < slicing->dim_count || eh_dim_is_number(dim) || dim->separator || dim->predicate.n))
    return eh_fail(err, EH_E_USAGE, "the cluster %Q must be the last column, and its values", dim->name);
  if (dim->separator) EH_TRY(eh_separator_check(dim->separator, dim->name, err));
  if (dim->predicate.n) {
    EH_TRY(eh_predicate_name_check(slicing->dim_n, d, err));
    EH_TRY(eh_predicate_check(dim->predicate, "slice-if", err));
  }
  for (uint32_t e = 0; e < dim->edge_count; e++) {
    if (!(dim->edge_n[e] - dim->edge_n[e] == 0))
      return eh_fail(err, EH_E_USAGE, "bucket %Q: an edge is not a finite number", dim->name);
    if (e && !(dim->edge_n[e] > dim->edge_n[e - 1]))
      return eh_fail(err, EH_E_USAGE, "bucket %Q: edges must ascend", dim->name);
  }
  return EH_OK;
}

static eh_status check_slices(const eh_slicing *slicing, uint32_t d, eh_error *err) {
  if (!slicing->dim_n[d].is_cluster) return EH_OK;
  return eh_fail(err, EH_E_USAGE, "no slice is made of the cluster %Q", slicing->dim_n[d].name);
}

static eh_status check_singles(const eh_slicing *slicing, eh_error *err) {
  bool met_d[EH_DIMS_MAX] = {false};
  for (uint32_t i = 0; i < slicing->single_count; i++) {
    const uint32_t d = slicing->single_n ? slicing->single_n[i] : i;
    if (d >= slicing->dim_count)
      return eh_fail(err, EH_E_USAGE, "slice names column %u of %u", (uint64_t)d + 1, (uint64_t)slicing->dim_count);
    if (met_d[d]) return eh_fail(err, EH_E_USAGE, "column %Q is named twice in slice", slicing->dim_n[d].name);
    EH_TRY(check_slices(slicing, d, err));
    met_d[d] = true;
  }
  return EH_OK;
}

static eh_status check_cross(const eh_slicing *slicing, const eh_cross *cross, eh_error *err) {
  if (cross->k < 2 || cross->k > slicing->dim_count)
    return eh_fail(err, EH_E_USAGE, "a cross needs two or more distinct columns, as in 'sex*race'");
  for (uint32_t i = 0; i < cross->k; i++) {
    if (cross->dim_k[i] >= slicing->dim_count)
      return eh_fail(err, EH_E_USAGE, "a cross names column %u of %u", (uint64_t)cross->dim_k[i] + 1,
                     (uint64_t)slicing->dim_count);
    EH_TRY(check_slices(slicing, cross->dim_k[i], err));
    for (uint32_t j = 0; j < i; j++)
      if (cross->dim_k[i] == cross->dim_k[j])
        return eh_fail(err, EH_E_USAGE, "column %Q is named twice in a cross", slicing->dim_n[cross->dim_k[i]].name);
  }
  return EH_OK;
}

eh_status eh_slicing_check(const eh_slicing *slicing, eh_error *err) {
  if (slicing->dim_count > EH_DIMS_MAX)
    return eh_fail(err, EH_E_LIMIT, "more than %u columns to slice by", (uint64_t)EH_DIMS_MAX);
  if (slicing->single_count > slicing->dim_count)
    return eh_fail(err, EH_E_USAGE, "more columns to slice by alone than columns");
  EH_TRY(check_singles(slicing, err));
  for (uint32_t d = 0; d < slicing->dim_count; d++) EH_TRY(check_dim(slicing, d, err));
  for (uint32_t c = 0; c < slicing->cross_count; c++) EH_TRY(check_cross(slicing, &slicing->cross_n[c], err));
  return EH_OK;
}

static eh_status copy_dim(eh_dim *out, eh_arena *arena, const eh_dim *dim, eh_error *err) {
  double *const edge_n = eh_arena_array(arena, dim->edge_count, sizeof(double));
  *out = (eh_dim){.name = eh_arena_str(arena, dim->name), .edge_n = edge_n, .edge_count = dim->edge_count,
                  .quantiles = dim->quantiles, .separator = dim->separator, .predicate = eh_arena_str(arena, dim->predicate),
                  .is_cluster = dim->is_cluster};
  if (!edge_n || !out->name.p || !out->predicate.p) return eh_no_memory(err);
  for (uint32_t e = 0; e < dim->edge_count; e++) edge_n[e] = dim->edge_n[e] + 0.0;
  return EH_OK;
}

eh_status eh_slicing_copy(eh_slicing *out, eh_arena *arena, const eh_slicing *slicing, eh_error *err) {
  eh_dim *const dim_n = eh_arena_array(arena, slicing->dim_count, sizeof(eh_dim));
  eh_cross *const cross_n = eh_arena_array(arena, slicing->cross_count, sizeof(eh_cross));
  if (!dim_n || !cross_n) return eh_no_memory(err);
  for (uint32_t d = 0; d < slicing->dim_count; d++) EH_TRY(copy_dim(&dim_n[d], arena, &slicing->dim_n[d], err));
  for (uint32_t c = 0; c < slicing->cross_count; c++) {
    const eh_cross *const cross = &slicing->cross_n[c];
    uint32_t *const dim_k = eh_arena_array(arena, cross->k, sizeof(uint32_t));
    if (!dim_k) return eh_no_memory(err);
    memcpy(dim_k, cross->dim_k, cross->k * sizeof(uint32_t));
    cross_n[c] = (eh_cross){.dim_k = dim_k, .k = cross->k};
  }
  *out = *slicing;
  out->dim_n = dim_n;
  out->cross_n = cross_n;
  return eh_singles_fill(out, arena, slicing->single_n, err);
}

bool eh_slicing_surveys(const eh_slicing *slicing) {
  for (uint32_t d = 0; d < slicing->dim_count; d++)
    if (slicing->dim_n[d].quantiles) return true;
  return false;
}

bool eh_slicing_uses(const eh_slicing *slicing, uint32_t dim) {
  for (uint32_t i = 0; i < slicing->single_count; i++)
    if (slicing->single_n[i] == dim) return true;
  for (uint32_t c = 0; c < slicing->cross_count; c++)
    for (uint32_t i = 0; i < slicing->cross_n[c].k; i++)
      if (slicing->cross_n[c].dim_k[i] == dim) return true;
  return false;
}

/* ---- clusters ------------------------------------------------------------------------------------------------------ */

uint32_t eh_slicing_cluster(const eh_slicing *slicing) {
  const uint32_t last = slicing->dim_count - 1;
  return slicing->dim_count && slicing->dim_n[last].is_cluster ? last : EH_NO_CLUSTER;
}

void eh_cluster_name(char name[EH_CLUSTER_NAME], eh_str text) {
  static const char hex[] = "0123456789abcdef";
  unsigned char digest[32];
  eh_sha256 sha;
  eh_sha256_start(&sha);
  eh_sha256_add(&sha, text.p, text.n);
  eh_sha256_end(&sha, digest);
  for (unsigned i = 0; i < EH_CLUSTER_NAME; i++) name[i] = hex[digest[i / 2] >> (i % 2 ? 0 : 4) & 15];
}
