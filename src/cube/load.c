/* load: bytes to a cube, believing none of them. Called by the audit (a cube file is an input like any other).
 *
 * The one idea: every count is checked against the bytes that are left before memory is asked for, and whatever follows
 * from something else (order, coarse counts, sums) is derived anew and compared.
 */
#include <string.h>

#include "load.h"
#include "weight.h"

static double f64_of(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* ---- small things ------------------------------------------------------------------------------------------------ */

eh_status eh_cube_corrupt(eh_error *err, const char *what) {
  return eh_fail(err, EH_E_CUBE, "cube is corrupt: %s", what);
}

/* A count of things that take at least `least` bytes each. */
static bool get_count(eh_cursor *cur, uint64_t *count, uint64_t most, uint64_t least) {
  *count = eh_get_varint(cur);
  return !cur->bad && *count <= most && *count <= eh_bytes_left(cur) / least;
}

static bool get_byte(eh_cursor *cur, unsigned char *byte, unsigned char most) {
  if (cur->bad || cur->p == cur->end) return false;
  *byte = *cur->p++;
  return *byte <= most;
}

static bool get_text(eh_cursor *cur, eh_str *text) {
  *text = eh_get_string(cur);
  return !cur->bad && eh_utf8_check(text->p, text->n) == text->n;
}

static bool get_texts(eh_cursor *cur, eh_str *text_n, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (!get_text(cur, &text_n[i])) return false;
  return true;
}

/* Distinct, ascending, none empty. */
static bool is_dictionary(const eh_str *text_n, uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    if (!text_n[i].n || (i && eh_str_cmp(text_n[i - 1], text_n[i]) >= 0)) return false;
  return true;
}

/* Numbers as a canonical spec has them: no negative zero. That they are finite and ascend is the spec's own check. */
static bool get_numbers(eh_cursor *cur, double *x_n, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) {
    const uint64_t bits = eh_get_u64(cur);
    if (bits == (uint64_t)1 << 63) return false;
    x_n[i] = f64_of(bits);
  }
  return !cur->bad;
}

static eh_status open_section(eh_cursor *section, eh_cursor *body, uint32_t tag, eh_error *err) {
  const uint32_t found = eh_get_u32(body);
  const uint64_t n = eh_get_u64(body);
  if (body->bad || found != tag || n > eh_bytes_left(body))
    return eh_cube_corrupt(err, "a section is not where it belongs");
  *section = (eh_cursor){.p = body->p, .end = body->p + n};
  body->p += n;
  return EH_OK;
}

/* ---- spec -------------------------------------------------------------------------------------------------------- */

static eh_status load_dims(eh_cursor *cur, uint32_t schema, eh_slicing *slicing, eh_arena *scratch, eh_error *err) {
  uint64_t dim_count, single_count;
  if (!get_count(cur, &dim_count, EH_DIMS_MAX, 2) || !get_count(cur, &single_count, dim_count, 1))
    return eh_cube_corrupt(err, "its columns to slice by");
  eh_dim *const dim_n = eh_cube_take(scratch, dim_count, sizeof(eh_dim));
  uint32_t *const single_n = eh_cube_take(scratch, single_count, sizeof(uint32_t));
  if (!dim_n || !single_n) return eh_cube_no_memory(err);
  for (uint64_t i = 0; i < single_count; i++) {
    const uint64_t d = eh_get_varint(cur);
    if (d >= dim_count) return eh_cube_corrupt(err, "its columns to slice by");
    single_n[i] = (uint32_t)d;
  }
  for (uint64_t d = 0; d < dim_count; d++) {
    uint64_t edge_count;
    if (!get_text(cur, &dim_n[d].name) || !get_count(cur, &edge_count, UINT32_MAX - 1, 8))
      return eh_cube_corrupt(err, "its columns to slice by");
    double *const edge_n = eh_cube_take(scratch, edge_count, sizeof(double));
    if (!edge_n) return eh_cube_no_memory(err);
    if (!get_numbers(cur, edge_n, edge_count)) return eh_cube_corrupt(err, "its bucket edges");
    dim_n[d].edge_n = edge_n;
    dim_n[d].edge_count = (uint32_t)edge_count;
    if (schema < 2) continue;
    if (!get_byte(cur, &dim_n[d].separator, 127) || !get_text(cur, &dim_n[d].predicate))
      return eh_cube_corrupt(err, "its columns to slice by");
    dim_n[d].is_cluster = dim_n[d].separator == EH_CLUSTER_BYTE;
    if (dim_n[d].is_cluster) dim_n[d].separator = 0;
  }
  slicing->dim_n = dim_n;
  slicing->dim_count = (uint32_t)dim_count;
  slicing->single_n = single_n;
  slicing->single_count = (uint32_t)single_count;
  return EH_OK;
}

static eh_status load_crosses(eh_cursor *cur, eh_slicing *slicing, eh_arena *scratch, eh_error *err) {
  uint64_t cross_count;
  if (!get_count(cur, &cross_count, UINT32_MAX, 3)) return eh_cube_corrupt(err, "its crosses");
  eh_cross *const cross_n = eh_cube_take(scratch, cross_count, sizeof(eh_cross));
  if (!cross_n) return eh_cube_no_memory(err);
  for (uint64_t c = 0; c < cross_count; c++) {
    uint64_t k;
    if (!get_count(cur, &k, EH_DIMS_MAX, 1)) return eh_cube_corrupt(err, "its crosses");
    uint32_t *const dim_k = eh_cube_take(scratch, k, sizeof(uint32_t));
    if (!dim_k) return eh_cube_no_memory(err);
    for (uint64_t i = 0; i < k; i++) {
      const uint64_t d = eh_get_varint(cur);
      if (d >= slicing->dim_count) return eh_cube_corrupt(err, "its crosses");
      dim_k[i] = (uint32_t)d;
    }
    cross_n[c] = (eh_cross){.dim_k = dim_k, .k = (uint32_t)k};
  }
  slicing->cross_n = cross_n;
  slicing->cross_count = (uint32_t)cross_count;
  return EH_OK;
}

static eh_status load_lists(eh_cursor *cur, eh_cube_spec *spec, eh_arena *scratch, eh_error *err) {
  uint64_t model_count, threshold_count, missing_count;
  if (!get_count(cur, &model_count, EH_MODELS_MAX, 1)) return eh_cube_corrupt(err, "its score columns");
  eh_str *const score_m = eh_cube_take(scratch, model_count, sizeof(eh_str));
  if (!score_m) return eh_cube_no_memory(err);
  if (!get_texts(cur, score_m, model_count)) return eh_cube_corrupt(err, "its score columns");
  if (!get_count(cur, &threshold_count, EH_THRESHOLDS_MAX, 8)) return eh_cube_corrupt(err, "its thresholds");
  double *const threshold_t = eh_cube_take(scratch, threshold_count, sizeof(double));
  if (!threshold_t) return eh_cube_no_memory(err);
  if (!get_numbers(cur, threshold_t, threshold_count)) return eh_cube_corrupt(err, "its thresholds");
  if (!get_count(cur, &missing_count, UINT32_MAX, 2)) return eh_cube_corrupt(err, "its texts for missing");
  eh_str *const missing_n = eh_cube_take(scratch, missing_count, sizeof(eh_str));
  if (!missing_n) return eh_cube_no_memory(err);
  if (!get_texts(cur, missing_n, missing_count) || !is_dictionary(missing_n, missing_count))
    return eh_cube_corrupt(err, "its texts for missing");
  spec->score_m = score_m;
  spec->model_count = (uint32_t)model_count;
  spec->threshold_t = threshold_t;
  spec->threshold_count = (uint32_t)threshold_count;
  spec->missing_n = missing_n;
  spec->missing_count = (uint32_t)missing_count;
  return EH_OK;
}

/* There only where weights or fractional labels are, or a regression. */
static eh_status load_weight(eh_cursor *cur, eh_cube_spec *spec, eh_error *err) {
  unsigned char kind = 0, fractional = 0;
  if (!get_byte(cur, &kind, EH_SPEC_REGRESSION)) return eh_cube_corrupt(err, "its weights");
  spec->regression = kind == EH_SPEC_REGRESSION;
  if (spec->regression) return spec->no_fine && spec->no_sums && !spec->no_bin_sums && !spec->score_bits ? EH_OK : eh_cube_corrupt(err, "its kind of score keys");
  if ((kind && !get_text(cur, &spec->weight)) || !get_byte(cur, &fractional, 1) ||
      (!kind && !fractional))
    return eh_cube_corrupt(err, "its weights");
  spec->weight_kind = kind == 2 ? EH_WEIGHT_FREQUENCY : EH_WEIGHT_SAMPLING;
  spec->fractional = fractional != 0;
  return EH_OK;
}

/* The kind of score keys and what is left out. Schema 1 knew exact keys and one cut, and left out nothing. */
static eh_status load_keys(eh_cursor *cur, uint32_t schema, eh_cube_spec *spec, uint32_t *score_bits, bool *marginal,
                           eh_error *err) {
  const uint64_t asked = eh_get_varint(cur), bits = schema > 1 ? eh_get_varint(cur) : asked;
  unsigned char cut = 0, left_out = 0;
  if (!get_byte(cur, &cut, schema > 1) || (schema > 1 && !get_byte(cur, &left_out, 15)))
    return eh_cube_corrupt(err, "its kind of score keys");
  spec->score_bits = schema > 1 && asked <= 52 ? (uint32_t)asked : 0;
  spec->cut = cut ? EH_CUT_AT_LEAST : EH_CUT_ABOVE;
  spec->no_fine = left_out & 1;
  spec->no_sums = left_out >> 1 & 1;
  spec->no_bin_sums = left_out >> 2 & 1;
  *marginal = left_out >> 3;
  *score_bits = (uint32_t)bits;
  const bool fits = spec->no_fine || !asked ? bits == 52 || (bits == EH_AUTO_BITS && !spec->no_fine) : bits == asked;
  if (*marginal && (asked == 52 || (bits == 52 && !spec->no_fine))) return eh_cube_corrupt(err, "its kind of score keys");
  return asked <= 52 && fits && (schema > 1 || bits == 52) ? EH_OK : eh_cube_corrupt(err, "its kind of score keys");
}

/* Into scratch; the cube makes its own copy. */
static eh_status load_spec(eh_cursor cur, uint32_t schema, eh_cube_spec *spec, uint32_t *score_bits, bool *marginal,
                           eh_arena *scratch, eh_error *err) {
  unsigned char has_positive = 0, show_missing = 0;
  EH_TRY(load_keys(&cur, schema, spec, score_bits, marginal, err));
  if (!get_text(&cur, &spec->label) || !get_byte(&cur, &has_positive, 1) ||
      (has_positive && !get_text(&cur, &spec->positive)))
    return eh_cube_corrupt(err, "its label");
  EH_TRY(load_lists(&cur, spec, scratch, err));
  if (schema > 1 && !get_text(&cur, &spec->where)) return eh_cube_corrupt(err, "its condition on rows");
  if (!get_byte(&cur, &show_missing, 1)) return eh_cube_corrupt(err, "its slices");
  spec->slicing.show_missing = show_missing != 0;
  EH_TRY(load_dims(&cur, schema, &spec->slicing, scratch, err));
  EH_TRY(load_crosses(&cur, &spec->slicing, scratch, err));
  if (!cur.bad && cur.p != cur.end) EH_TRY(load_weight(&cur, spec, err));
  if (cur.bad || cur.p != cur.end) return eh_cube_corrupt(err, "its spec");
  eh_error why = {0};
  if (eh_cube_spec_check(spec, &why)) return eh_cube_corrupt(err, why.message);
  return EH_OK;
}

/* ---- groups and atoms -------------------------------------------------------------------------------------------- */

static bool are_sets(const eh_str *text_n, uint64_t count, const eh_dim *dim) {
  for (uint64_t i = 0; i < count; i++)
    if ((dim->separator && !eh_set_is_canonical(text_n[i], dim->separator)) || (dim->is_cluster && text_n[i].n != EH_CLUSTER_NAME))
      return false;
  return true;
}

static eh_status load_values(eh_cursor *cur, eh_cube *cube, const eh_dim *dim, const eh_str **out,
                             uint32_t *out_count, eh_error *err) {
  uint64_t count;
  if (!get_count(cur, &count, EH_ATOMS_MAX, 2)) return eh_cube_corrupt(err, "a dictionary");
  eh_str *const group_g = eh_cube_take(&cube->arena, count, sizeof(eh_str));
  if (!group_g) return eh_cube_no_memory(err);
  if (!get_texts(cur, group_g, count) || !is_dictionary(group_g, count) || !are_sets(group_g, count, dim))
    return eh_cube_corrupt(err, "a dictionary");
  for (uint64_t g = 0; g < count; g++)
    if (!(group_g[g] = eh_arena_str(&cube->arena, group_g[g])).p) return eh_cube_no_memory(err);
  *out = group_g;
  *out_count = (uint32_t)count;
  return EH_OK;
}

static eh_status load_groups(eh_cursor cur, eh_cube *cube, eh_error *err) {
  const eh_slicing *const slicing = &cube->spec.slicing;
  const eh_str **const group_dg = eh_cube_take(&cube->arena, slicing->dim_count, sizeof *group_dg);
  uint32_t *const group_count_d = eh_cube_take(&cube->arena, slicing->dim_count, sizeof(uint32_t));
  if (!group_dg || !group_count_d) return eh_cube_no_memory(err);
  for (uint32_t d = 0; d < slicing->dim_count; d++) {
    const eh_dim *const dim = &slicing->dim_n[d];
    if (!eh_dim_is_fixed(dim)) {
      EH_TRY(load_values(&cur, cube, dim, &group_dg[d], &group_count_d[d], err));
      continue;
    }
    const uint32_t group_count = eh_dim_fixed_count(dim);
    eh_str *const label_g = eh_cube_take(&cube->arena, group_count, sizeof(eh_str));
    if (!label_g) return eh_cube_no_memory(err);
    for (uint32_t g = 0; g < group_count; g++) EH_TRY(eh_fixed_label(&label_g[g], &cube->arena, dim, g, err));
    group_dg[d] = label_g;
    group_count_d[d] = group_count;
  }
  if (cur.bad || cur.p != cur.end) return eh_cube_corrupt(err, "its dictionaries");
  cube->atoms.dim_count = slicing->dim_count;
  cube->atoms.group_dg = group_dg;
  cube->atoms.group_count_d = group_count_d;
  return EH_OK;
}

/* Do the tuples ascend, and does every value occur? */
static eh_status check_atoms(const eh_cube *cube, eh_arena *scratch, eh_error *err) {
  const eh_atoms *const atoms = &cube->atoms;
  const uint32_t dim_count = atoms->dim_count;
  for (uint32_t a = 1; a < atoms->atom_count; a++) {
    const uint32_t *const tuple_d = atoms->group_ad + (size_t)a * dim_count;
    uint32_t d = 0;
    while (d < dim_count && tuple_d[d] == tuple_d[(ptrdiff_t)d - (ptrdiff_t)dim_count]) d++;
    if (d == dim_count || tuple_d[d] < tuple_d[(ptrdiff_t)d - (ptrdiff_t)dim_count])
      return eh_cube_corrupt(err, "its atoms are not in order");
  }
  for (uint32_t d = 0; d < dim_count; d++) {
    const uint32_t group_count = atoms->group_count_d[d];
    unsigned char *const met_g = eh_cube_take(scratch, (uint64_t)group_count + 2, 1);
    if (!met_g) return eh_cube_no_memory(err);
    for (uint32_t a = 0; a < atoms->atom_count; a++) met_g[atoms->group_ad[(size_t)a * dim_count + d]] = 1;
    for (uint32_t g = 0; g < group_count && !eh_dim_is_fixed(&cube->spec.slicing.dim_n[d]); g++)
      if (!met_g[g]) return eh_cube_corrupt(err, "a value that no row has");
  }
  return EH_OK;
}

static eh_status load_atoms(eh_cursor cur, eh_cube *cube, eh_arena *scratch, eh_error *err) {
  eh_atoms *const atoms = &cube->atoms;
  const uint32_t dim_count = atoms->dim_count;
  const uint64_t atom_count = eh_get_varint(&cur);
  /* Without dimensions an atom takes no bytes, but there is only one. */
  if (cur.bad || atom_count > (dim_count ? EH_ATOMS_MAX : 1) || atom_count * dim_count > eh_bytes_left(&cur))
    return eh_cube_corrupt(err, "its number of atoms");
  uint32_t *const group_ad = eh_cube_take(&cube->arena, atom_count * dim_count, sizeof(uint32_t));
  if (!group_ad) return eh_cube_no_memory(err);
  for (uint64_t i = 0; i < atom_count * dim_count; i++) {
    const uint64_t g = eh_get_varint(&cur);
    if (g > (uint64_t)atoms->group_count_d[i % dim_count] + atoms->marginal) return eh_cube_corrupt(err, "an atom of a group that is not there");
    group_ad[i] = (uint32_t)g;
  }
  if (cur.bad || cur.p != cur.end) return eh_cube_corrupt(err, "its atoms");
  atoms->atom_count = (uint32_t)atom_count;
  atoms->group_ad = group_ad;
  return check_atoms(cube, scratch, err);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static uint64_t u64_at(const unsigned char *p) {
  uint64_t x = 0;
  for (unsigned i = 0; i < 8; i++) x |= (uint64_t)p[i] << (8 * i);
  return x;
}

static uint32_t u32_at(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool eh_cube_is(const void *bytes, size_t n) {
  return n >= sizeof eh_cube_magic && memcmp(bytes, eh_cube_magic, sizeof eh_cube_magic) == 0;
}

bool eh_cube_body(const void *bytes, size_t n, const void **body, size_t *body_n) {
  const unsigned char *const p = bytes;
  if (!eh_cube_is(bytes, n) || n < EH_CUBE_HEAD + EH_CUBE_CRC) return false;
  const uint64_t length = u64_at(p + 12);
  if (length > n - EH_CUBE_HEAD - EH_CUBE_CRC) return false;
  *body = p + EH_CUBE_HEAD;
  *body_n = (size_t)length;
  return true;
}

static eh_status truncated(eh_error *err, size_t n) {
  return eh_fail(err, EH_E_CUBE, "cube is truncated at byte %u", (uint64_t)n);
}

/* Head, lengths and checksums: the body and the trailer, as they were written. */
static eh_status open_file(eh_cursor *body, eh_cursor *trailer, uint32_t *schema_out, const unsigned char *p, size_t n,
                           eh_error *err) {
  const size_t magic_n = n < sizeof eh_cube_magic ? n : sizeof eh_cube_magic;
  if (!n || memcmp(p, eh_cube_magic, magic_n) != 0) return eh_fail(err, EH_E_CUBE, "not a cube file");
  if (n < EH_CUBE_HEAD) return truncated(err, n);
  const uint32_t schema = u32_at(p + 8);
  if (schema > EH_CUBE_SCHEMA)
    return eh_fail(err, EH_E_CUBE, "cube has schema %u; this version reads up to %u: use a newer evenhand",
                   (uint64_t)schema, (uint64_t)EH_CUBE_SCHEMA);
  if (!schema) return eh_cube_corrupt(err, "schema 0");
  const void *body_p;
  size_t body_n;
  if (!eh_cube_body(p, n, &body_p, &body_n)) return truncated(err, n);
  const size_t body_end = EH_CUBE_HEAD + body_n, tail = body_end + EH_CUBE_CRC;
  if (u32_at(p + body_end) != eh_crc32c(0, p, body_end)) return eh_cube_corrupt(err, "checksum does not match");
  if (n - tail < 8 + EH_CUBE_CRC || u64_at(p + tail) > n - tail - 8 - EH_CUBE_CRC) return truncated(err, n);
  const size_t trailer_n = (size_t)u64_at(p + tail), end = tail + 8 + trailer_n;
  if (u32_at(p + end) != eh_crc32c(0, p + tail, end - tail)) return eh_cube_corrupt(err, "checksum does not match");
  if (n != end + EH_CUBE_CRC) return eh_cube_corrupt(err, "there are bytes after its end");
  *schema_out = schema;
  *body = (eh_cursor){.p = p + EH_CUBE_HEAD, .end = p + body_end};
  *trailer = (eh_cursor){.p = p + tail + 8, .end = p + end};
  return EH_OK;
}

static eh_status load_tables(eh_cube *cube, eh_cursor *body, eh_arena *scratch, eh_error *err) {
  eh_cursor dict, atom, cell, coarse, sums, ends = {0}, reliable, weights = {0}, pairs = {0}, errors = {0};
  const bool binned = cube->view.fine != NULL;
  bool joint = false;
  EH_TRY(open_section(&dict, body, EH_TAG_DICT, err));
  EH_TRY(open_section(&atom, body, EH_TAG_ATOM, err));
  EH_TRY(open_section(&cell, body, EH_TAG_CELL, err));
  EH_TRY(open_section(&coarse, body, EH_TAG_CNTS, err));
  EH_TRY(open_section(&sums, body, EH_TAG_SUMS, err));
  if (cube->spec.no_fine || binned) EH_TRY(open_section(&ends, body, EH_TAG_ENDS, err));
  if (binned) EH_TRY(open_section(&reliable, body, EH_TAG_RELI, err));
  const bool weighted = eh_is_weighted(&cube->spec);
  if (weighted) EH_TRY(open_section(&weights, body, EH_TAG_WGHT, err));
  else if (cube->spec.regression) EH_TRY(open_section(&errors, body, EH_TAG_REGR, err));
  else if (cube->spec.model_count > 1 && body->p != body->end) {
    eh_cursor next = *body;
    joint = eh_get_u32(&next) == EH_TAG_JOIN;
    EH_TRY(open_section(&pairs, body, joint ? EH_TAG_JOIN : EH_TAG_PAIR, err));
  }
  if (body->p != body->end) return eh_cube_corrupt(err, "there is an unknown section");
  EH_TRY(load_groups(dict, cube, err));
  EH_TRY(load_atoms(atom, cube, scratch, err));
  if (cube->spec.no_fine || binned) {
    EH_TRY(eh_load_counts(cube, cell, coarse, sums, ends, err));
    if (binned) EH_TRY(eh_load_bins(cube, cell, reliable, err));
  } else {
    EH_TRY(eh_load_cells(cube, cell, err));
    EH_TRY(eh_load_coarse(cube, coarse, sums, err));
  }
  if (errors.p) EH_TRY(eh_regress_load(cube, errors, err));
  if (cube->atoms.marginal) EH_TRY(eh_marginals_check(cube, err));
  if (pairs.p) EH_TRY(joint ? eh_cube_joint_load(cube, pairs, err) : eh_cube_pairs_load(cube, pairs, err));
  return weighted ? eh_cube_weights_load(cube, weights, err) : EH_OK;
}

static eh_status load(eh_cube **out, eh_cursor body, eh_cursor trailer, uint32_t schema, const eh_allocator *mem,
                      eh_arena *scratch, eh_error *err) {
  eh_cursor section;
  eh_cube_spec spec = {0};
  EH_TRY(open_section(&section, &body, EH_TAG_SPEC, err));
  uint32_t score_bits = 52;
  bool marginal = false;
  EH_TRY(load_spec(section, schema, &spec, &score_bits, &marginal, scratch, err));
  if (marginal && eh_is_weighted(&spec)) return eh_cube_corrupt(err, "its weights");
  EH_TRY(eh_cube_new(out, &spec, mem, err));
  eh_cube_bin(*out, score_bits);
  (*out)->atoms.marginal = marginal;
  EH_TRY(load_tables(*out, &body, scratch, err));
  return eh_provenance_load(*out, &trailer, schema, err);
}

eh_status eh_cube_load(eh_cube **out, const void *bytes, size_t n, const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  eh_cursor body, trailer;
  uint32_t schema = 0;
  EH_TRY(open_file(&body, &trailer, &schema, bytes, n, err));
  eh_arena scratch = {.mem = mem};
  eh_cube *cube = NULL;
  const eh_status status = load(&cube, body, trailer, schema, mem, &scratch, err);
  eh_arena_free(&scratch);
  if (status) eh_cube_free(cube);
  else *out = cube;
  return status;
}
