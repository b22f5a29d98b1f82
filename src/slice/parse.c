/* parse: the words of a request ("sex", "sex*race", "age:25,45,65") into dimensions and crosses; also the checking and
 * copying of slicings made elsewhere. Called by the cli, the js binding and the cube.
 *
 * The one idea: a column is one dimension wherever it is named, and its place is that of its first mention.
 */
#include <string.h>

#include "slice_internal.h"

static int find_dim(const eh_dim *dim_n, uint32_t count, eh_str name) {
  for (uint32_t d = 0; d < count; d++)
    if (eh_str_eq(dim_n[d].name, name)) return (int)d;
  return -1;
}

static eh_status push_dim(eh_dim *dim_n, uint32_t *count, eh_dim dim, eh_error *err) {
  if (*count == EH_DIMS_MAX)
    return eh_fail(err, EH_E_LIMIT, "more than %u columns to slice by", (uint64_t)EH_DIMS_MAX);
  dim_n[(*count)++] = dim;
  return EH_OK;
}

static eh_str trimmed(const char *p, size_t n) {
  while (n && (*p == ' ' || *p == '\t')) p++, n--;
  while (n && (p[n - 1] == ' ' || p[n - 1] == '\t')) n--;
  return (eh_str){p, n};
}

/* ---- buckets ----------------------------------------------------------------------------------------------------- */

static eh_status parse_edges(eh_dim *dim, eh_arena *arena, eh_str bucket, eh_str edges, eh_error *err) {
  uint32_t count = 1;
  for (size_t i = 0; i < edges.n; i++) count += edges.p[i] == ',';
  double *const edge_n = eh_arena_array(arena, count, sizeof(double));
  if (!edge_n) return eh_no_memory(err);
  size_t start = 0;
  for (uint32_t e = 0; e < count; e++) {
    size_t end = start;
    while (end < edges.n && edges.p[end] != ',') end++;
    const eh_str text = trimmed(edges.p + start, end - start);
    double x = 0;
    if (!eh_read_f64(&x, text.p, text.n) || !(x - x == 0))
      return eh_fail(err, EH_E_USAGE, "bucket edge %Q is not a finite number", text);
    edge_n[e] = x + 0.0; /* -0 becomes 0, so that equal wishes have equal bytes */
    if (e && !(edge_n[e] > edge_n[e - 1])) return eh_fail(err, EH_E_USAGE, "bucket %Q: edges must ascend", bucket);
    start = end + 1;
  }
  dim->edge_n = edge_n;
  dim->edge_count = count;
  return EH_OK;
}

static eh_status parse_bucket(eh_dim *dim, eh_arena *arena, eh_str bucket, eh_error *err) {
  size_t colon = bucket.n;
  while (colon && bucket.p[colon - 1] != ':') colon--;
  const bool has_colon = colon > 0;
  const eh_str name = {bucket.p, has_colon ? colon - 1 : bucket.n};
  if (!name.n) return eh_fail(err, EH_E_USAGE, "bucket %Q names no column; write 'age:25,45,65'", bucket);
  if (!has_colon || !trimmed(bucket.p + colon, bucket.n - colon).n)
    return eh_fail(err, EH_E_USAGE, "bucket %Q: no edges; write 'age:25,45,65'", name);
  dim->name = eh_arena_str(arena, name);
  if (!dim->name.p) return eh_no_memory(err);
  return parse_edges(dim, arena, bucket, (eh_str){bucket.p + colon, bucket.n - colon}, err);
}

/* ---- crosses ----------------------------------------------------------------------------------------------------- */

/* Takes the next column name of a cross from *at on, with "\*" and "\\" unescaped, into the arena. */
static eh_status next_part(eh_str *out, size_t *at, eh_arena *arena, eh_str cross, eh_error *err) {
  char *const p = eh_arena_array(arena, (uint64_t)cross.n + 1, 1);
  if (!p) return eh_no_memory(err);
  size_t n = 0, i = *at;
  for (; i < cross.n && cross.p[i] != '*'; i++) {
    if (cross.p[i] == '\\' && i + 1 < cross.n && (cross.p[i + 1] == '*' || cross.p[i + 1] == '\\')) i++;
    p[n++] = cross.p[i];
  }
  *at = i + 1;
  *out = (eh_str){p, n};
  if (!n) return eh_fail(err, EH_E_USAGE, "cross %Q has an empty column name; write 'sex*race'", cross);
  return EH_OK;
}

static bool same_columns(const eh_cross *a, const eh_cross *b) {
  if (a->k != b->k) return false;
  for (uint32_t i = 0; i < a->k; i++) {
    bool found = false;
    for (uint32_t j = 0; j < b->k; j++) found |= a->dim_k[i] == b->dim_k[j];
    if (!found) return false;
  }
  return true;
}

static eh_status parse_cross(eh_cross *out, eh_dim *dim_n, uint32_t *dim_count, eh_arena *arena, eh_str cross,
                             eh_error *err) {
  uint32_t *const dim_k = eh_arena_array(arena, EH_DIMS_MAX, sizeof(uint32_t));
  if (!dim_k) return eh_no_memory(err);
  uint32_t k = 0;
  eh_str name = {0};
  for (size_t at = 0; at <= cross.n;) {
    EH_TRY(next_part(&name, &at, arena, cross, err));
    int d = find_dim(dim_n, *dim_count, name);
    if (d < 0) {
      d = (int)*dim_count;
      EH_TRY(push_dim(dim_n, dim_count, (eh_dim){.name = name}, err));
    }
    for (uint32_t j = 0; j < k; j++)
      if (dim_k[j] == (uint32_t)d) return eh_fail(err, EH_E_USAGE, "column %Q is named twice in cross %Q", name, cross);
    dim_k[k++] = (uint32_t)d;
  }
  if (k < 2)
    return eh_fail(err, EH_E_USAGE, "cross %Q names one column; a cross needs two or more, as in 'sex*race'", cross);
  *out = (eh_cross){.dim_k = dim_k, .k = k};
  return EH_OK;
}

/* ---- the whole wish ---------------------------------------------------------------------------------------------- */

static eh_status parse_singles(eh_dim *dim_n, uint32_t *count, eh_arena *arena, const eh_str *column_n,
                               uint32_t column_count, const eh_dim *bucket_n, uint32_t bucket_count, eh_error *err) {
  for (uint32_t c = 0; c < column_count; c++) {
    if (!column_n[c].n) return eh_fail(err, EH_E_USAGE, "slice has an empty column name");
    if (find_dim(dim_n, *count, column_n[c]) >= 0)
      return eh_fail(err, EH_E_USAGE, "column %Q is named twice in slice", column_n[c]);
    const int b = find_dim(bucket_n, bucket_count, column_n[c]);
    eh_dim dim = {.name = eh_arena_str(arena, column_n[c])};
    if (!dim.name.p) return eh_no_memory(err);
    EH_TRY(push_dim(dim_n, count, b >= 0 ? bucket_n[b] : dim, err));
  }
  for (uint32_t b = 0; b < bucket_count; b++)
    if (find_dim(dim_n, *count, bucket_n[b].name) < 0) EH_TRY(push_dim(dim_n, count, bucket_n[b], err));
  return EH_OK;
}

/* The dimensions sliced alone: a copy of single_n, or the first ones where it is NULL. */
static eh_status fill_singles(eh_slicing *out, eh_arena *arena, const uint32_t *single_n, eh_error *err) {
  uint32_t *const to = eh_arena_array(arena, out->single_count, sizeof(uint32_t));
  if (!to) return eh_no_memory(err);
  for (uint32_t i = 0; i < out->single_count; i++) to[i] = single_n ? single_n[i] : i;
  out->single_n = to;
  return EH_OK;
}

eh_status eh_slicing_parse(eh_slicing *out, eh_arena *arena, const eh_str *column_n, uint32_t column_count,
                           const eh_str *cross_n, uint32_t cross_count, const eh_str *bucket_n, uint32_t bucket_count,
                           bool show_missing, eh_error *err) {
  eh_dim *const dim_n = eh_arena_array(arena, EH_DIMS_MAX, sizeof(eh_dim));
  eh_dim *const bucketed_n = eh_arena_array(arena, bucket_count, sizeof(eh_dim));
  eh_cross *const crosses = eh_arena_array(arena, cross_count, sizeof(eh_cross));
  if (!dim_n || !bucketed_n || !crosses) return eh_no_memory(err);
  for (uint32_t b = 0; b < bucket_count; b++) {
    EH_TRY(parse_bucket(&bucketed_n[b], arena, bucket_n[b], err));
    if (find_dim(bucketed_n, b, bucketed_n[b].name) >= 0)
      return eh_fail(err, EH_E_USAGE, "column %Q is named twice in bucket", bucketed_n[b].name);
  }
  uint32_t dim_count = 0;
  EH_TRY(parse_singles(dim_n, &dim_count, arena, column_n, column_count, bucketed_n, bucket_count, err));
  const uint32_t single_count = dim_count;
  for (uint32_t c = 0; c < cross_count; c++) {
    EH_TRY(parse_cross(&crosses[c], dim_n, &dim_count, arena, cross_n[c], err));
    for (uint32_t b = 0; b < c; b++)
      if (same_columns(&crosses[b], &crosses[c]))
        return eh_fail(err, EH_E_USAGE, "cross %Q is asked for twice", cross_n[c]);
  }
  *out = (eh_slicing){.dim_n = dim_n, .dim_count = dim_count, .single_count = single_count, .cross_n = crosses,
                      .cross_count = cross_count, .show_missing = show_missing};
  return fill_singles(out, arena, NULL, err);
}

/* ---- slicings made elsewhere ------------------------------------------------------------------------------------- */

static eh_status check_dim(const eh_slicing *slicing, uint32_t d, eh_error *err) {
  const eh_dim *const dim = &slicing->dim_n[d];
  if (!dim->name.n) return eh_fail(err, EH_E_USAGE, "slice has an empty column name");
  if (eh_utf8_check(dim->name.p, dim->name.n) != dim->name.n)
    return eh_fail(err, EH_E_USAGE, "column name %Q in slice is not UTF-8", dim->name);
  if (find_dim(slicing->dim_n, d, dim->name) >= 0)
    return eh_fail(err, EH_E_USAGE, "column %Q is named twice in slice", dim->name);
  for (uint32_t e = 0; e < dim->edge_count; e++) {
    if (!(dim->edge_n[e] - dim->edge_n[e] == 0))
      return eh_fail(err, EH_E_USAGE, "bucket %Q: an edge is not a finite number", dim->name);
    if (e && !(dim->edge_n[e] > dim->edge_n[e - 1]))
      return eh_fail(err, EH_E_USAGE, "bucket %Q: edges must ascend", dim->name);
  }
  return EH_OK;
}

static eh_status check_singles(const eh_slicing *slicing, eh_error *err) {
  bool met_d[EH_DIMS_MAX] = {false};
  for (uint32_t i = 0; slicing->single_n && i < slicing->single_count; i++) {
    const uint32_t d = slicing->single_n[i];
    if (d >= slicing->dim_count)
      return eh_fail(err, EH_E_USAGE, "slice names column %u of %u", (uint64_t)d + 1, (uint64_t)slicing->dim_count);
    if (met_d[d]) return eh_fail(err, EH_E_USAGE, "column %Q is named twice in slice", slicing->dim_n[d].name);
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
  *out = (eh_dim){.name = eh_arena_str(arena, dim->name), .edge_n = edge_n, .edge_count = dim->edge_count};
  if (!edge_n || !out->name.p) return eh_no_memory(err);
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
  return fill_singles(out, arena, slicing->single_n, err);
}

bool eh_slicing_uses(const eh_slicing *slicing, uint32_t dim) {
  for (uint32_t i = 0; i < slicing->single_count; i++)
    if (slicing->single_n[i] == dim) return true;
  for (uint32_t c = 0; c < slicing->cross_count; c++)
    for (uint32_t i = 0; i < slicing->cross_n[c].k; i++)
      if (slicing->cross_n[c].dim_k[i] == dim) return true;
  return false;
}
