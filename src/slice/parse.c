/* parse: the words of a request ("sex", "sex*race", "age:25,45,65", "identity:|", "young: age < 25") into dimensions and
 * crosses. Called by the cli and the js binding. What is made elsewhere is checked by slicing.c.
 *
 * The one idea: a column is one dimension wherever it is named, and its place is that of its first mention.
 */
#include <string.h>

#include "slice_internal.h"

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

/* "q4": quartiles. */
static bool read_quantiles(uint32_t *out, eh_str text) {
  *out = 0;
  if (text.n < 2 || text.n > 4 || text.p[0] != 'q') return false;
  for (size_t i = 1; i < text.n; i++) {
    const unsigned digit = (unsigned)(unsigned char)text.p[i] - '0';
    if (digit > 9) return false;
    *out = 10 * *out + digit;
  }
  return true;
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
  if (read_quantiles(&dim->quantiles, trimmed(bucket.p + colon, bucket.n - colon))) {
    if (dim->quantiles >= 2 && dim->quantiles <= EH_QUANTILES_MAX) return EH_OK;
    return eh_fail(err, EH_E_USAGE, "bucket %Q: quantiles cut into 2 to %u parts, as in 'age:q4'", bucket,
                   (uint64_t)EH_QUANTILES_MAX);
  }
  return parse_edges(dim, arena, bucket, (eh_str){bucket.p + colon, bucket.n - colon}, err);
}

/* ---- multi-valued columns ----------------------------------------------------------------------------------------- */

static eh_status parse_multi(eh_dim *dim, eh_arena *arena, eh_str multi, eh_error *err) {
  const unsigned char separator = multi.n ? (unsigned char)multi.p[multi.n - 1] : 0;
  if (multi.n < 2 || multi.p[multi.n - 2] != ':')
    return eh_fail(err, EH_E_USAGE, "multi %Q: write the column, a colon and the one character between values, as in "
                   "'identity:|'", multi);
  EH_TRY(eh_separator_check(separator, multi, err));
  if (multi.n == 2) return eh_fail(err, EH_E_USAGE, "multi %Q names no column; write 'identity:|'", multi);
  *dim = (eh_dim){.name = eh_arena_str(arena, (eh_str){multi.p, multi.n - 2}), .separator = separator};
  return dim->name.p ? EH_OK : eh_no_memory(err);
}

/* ---- predicates --------------------------------------------------------------------------------------------------- */

static eh_status parse_slice_if(eh_dim *dim, eh_arena *arena, eh_str wish, eh_error *err) {
  const char *const colon = wish.n ? memchr(wish.p, ':', wish.n) : NULL;
  const eh_str name = colon ? trimmed(wish.p, (size_t)(colon - wish.p)) : (eh_str){0};
  if (!name.n)
    return eh_fail(err, EH_E_USAGE, "slice-if %Q has no name; write a name, a colon and a condition, as in "
                   "'young women: age < 25 & sex = Female'", wish);
  eh_buf option = {.mem = arena->mem};
  eh_buf_format(&option, "slice-if %Q", name);
  eh_buf_byte(&option, 0);
  const eh_predicate *predicate = NULL;
  const eh_str text = {colon + 1, wish.n - (size_t)(colon + 1 - wish.p)};
  const eh_status status = option.failed ? eh_no_memory(err) : eh_predicate_parse(&predicate, arena, text, option.p, err);
  eh_buf_free(&option);
  if (status) return status;
  *dim = (eh_dim){.name = eh_arena_str(arena, name), .predicate = eh_predicate_text(predicate)};
  return dim->name.p ? EH_OK : eh_no_memory(err);
}

/* ---- crosses ----------------------------------------------------------------------------------------------------- */

/* Takes the next column name of a cross from *at on, with "\*" and "\\" unescaped and blanks around it left out, into the arena. */
static eh_status next_part(eh_str *out, size_t *at, eh_arena *arena, eh_str cross, eh_error *err) {
  char *const p = eh_arena_array(arena, (uint64_t)cross.n + 1, 1);
  if (!p) return eh_no_memory(err);
  size_t n = 0, i = *at;
  for (; i < cross.n && cross.p[i] != '*'; i++) {
    if (cross.p[i] == '\\' && i + 1 < cross.n && (cross.p[i + 1] == '*' || cross.p[i + 1] == '\\')) i++;
    p[n++] = cross.p[i];
  }
  *at = i + 1;
  *out = trimmed(p, n);
  if (!out->n) return eh_fail(err, EH_E_USAGE, "cross %Q has an empty column name; write 'sex*race'", cross);
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
    int d = eh_dim_find(dim_n, *dim_count, name);
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

/* cut_n: the columns that are not sliced by value. */
static eh_status parse_singles(eh_dim *dim_n, uint32_t *count, eh_arena *arena, const eh_slicing_wish *wish,
                               const eh_dim *cut_n, uint32_t cut_count, eh_error *err) {
  for (uint32_t c = 0; c < wish->column_count; c++) {
    const eh_str name = wish->column_n[c];
    if (!name.n) return eh_fail(err, EH_E_USAGE, "slice has an empty column name");
    if (eh_dim_find(dim_n, *count, name) >= 0)
      return eh_fail(err, EH_E_USAGE, "column %Q is named twice in slice", name);
    const int b = eh_dim_find(cut_n, cut_count, name);
    eh_dim dim = {.name = eh_arena_str(arena, name)};
    if (!dim.name.p) return eh_no_memory(err);
    EH_TRY(push_dim(dim_n, count, b >= 0 ? cut_n[b] : dim, err));
  }
  for (uint32_t b = 0; b < cut_count; b++)
    if (eh_dim_find(dim_n, *count, cut_n[b].name) < 0) EH_TRY(push_dim(dim_n, count, cut_n[b], err));
  for (uint32_t i = 0; i < wish->slice_if_count; i++) {
    eh_dim dim = {0};
    EH_TRY(parse_slice_if(&dim, arena, wish->slice_if_n[i], err));
    EH_TRY(push_dim(dim_n, count, dim, err));
    EH_TRY(eh_predicate_name_check(dim_n, *count - 1, err));
  }
  return EH_OK;
}

static eh_status parse_cuts(eh_dim *cut_n, eh_arena *arena, const eh_slicing_wish *wish, eh_error *err) {
  uint32_t n = 0;
  for (uint32_t b = 0; b < wish->bucket_count; b++, n++) {
    EH_TRY(parse_bucket(&cut_n[n], arena, wish->bucket_n[b], err));
    if (eh_dim_find(cut_n, n, cut_n[n].name) >= 0)
      return eh_fail(err, EH_E_USAGE, "column %Q is named twice in bucket", cut_n[n].name);
  }
  for (uint32_t m = 0; m < wish->multi_count; m++, n++) {
    EH_TRY(parse_multi(&cut_n[n], arena, wish->multi_n[m], err));
    const int before = eh_dim_find(cut_n, n, cut_n[n].name);
    if (before >= 0 && (uint32_t)before < wish->bucket_count)
      return eh_fail(err, EH_E_USAGE, "column %Q is both bucketed and multi-valued", cut_n[n].name);
    if (before >= 0) return eh_fail(err, EH_E_USAGE, "column %Q is named twice in multi", cut_n[n].name);
  }
  return EH_OK;
}

static eh_status push_cluster(eh_dim *dim_n, uint32_t *count, eh_arena *arena, eh_str name, eh_error *err) {
  if (!name.n) return eh_fail(err, EH_E_USAGE, "no cluster column is named");
  if (eh_dim_find(dim_n, *count, name) >= 0)
    return eh_fail(err, EH_E_USAGE, "column %Q cannot be both sliced by and the cluster: a slice would be drawn whole or not at all",
                   name);
  const eh_dim dim = {.name = eh_arena_str(arena, name), .is_cluster = true};
  return dim.name.p ? push_dim(dim_n, count, dim, err) : eh_no_memory(err);
}

eh_status eh_slicing_wish_parse(eh_slicing *out, eh_arena *arena, const eh_slicing_wish *wish, eh_error *err) {
  eh_dim *const dim_n = eh_arena_array(arena, EH_DIMS_MAX, sizeof(eh_dim));
  const uint64_t cut_count = (uint64_t)wish->bucket_count + wish->multi_count;
  eh_dim *const cut_n = eh_arena_array(arena, cut_count, sizeof(eh_dim));
  eh_cross *const crosses = eh_arena_array(arena, wish->cross_count, sizeof(eh_cross));
  if (!dim_n || !cut_n || !crosses) return eh_no_memory(err);
  EH_TRY(parse_cuts(cut_n, arena, wish, err));
  uint32_t dim_count = 0;
  EH_TRY(parse_singles(dim_n, &dim_count, arena, wish, cut_n, (uint32_t)cut_count, err));
  const uint32_t single_count = dim_count;
  for (uint32_t c = 0; c < wish->cross_count; c++) {
    EH_TRY(parse_cross(&crosses[c], dim_n, &dim_count, arena, wish->cross_n[c], err));
    for (uint32_t b = 0; b < c; b++)
      if (same_columns(&crosses[b], &crosses[c]))
        return eh_fail(err, EH_E_USAGE, "cross %Q is asked for twice", wish->cross_n[c]);
  }
  if (wish->cluster.p) EH_TRY(push_cluster(dim_n, &dim_count, arena, wish->cluster, err));
  *out = (eh_slicing){.dim_n = dim_n, .dim_count = dim_count, .single_count = single_count, .cross_n = crosses,
                      .cross_count = wish->cross_count, .show_missing = wish->show_missing};
  return eh_singles_fill(out, arena, NULL, err);
}

eh_status eh_slicing_parse(eh_slicing *out, eh_arena *arena, const eh_str *column_n, uint32_t column_count,
                           const eh_str *cross_n, uint32_t cross_count, const eh_str *bucket_n, uint32_t bucket_count,
                           bool show_missing, eh_error *err) {
  const eh_slicing_wish wish = {.column_n = column_n, .column_count = column_count, .cross_n = cross_n,
                                .cross_count = cross_count, .bucket_n = bucket_n, .bucket_count = bucket_count,
                                .show_missing = show_missing};
  return eh_slicing_wish_parse(out, arena, &wish, err);
}
