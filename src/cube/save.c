/* save: a cube as bytes. Called by the cli, the js binding and whoever ships cubes between machines. README.md has the
 * format; load.c reads it back.
 *
 * The one idea: the body is a function of rows and spec alone; provenance sits behind it under a checksum of its own.
 */
#include <string.h>

#include "weight.h"

/* Like PNG's: a first byte that is no text, and line ends that text-mode transfer would damage. */
const unsigned char eh_cube_magic[8] = {0x89, 'E', 'H', 'C', '\r', '\n', 0x1a, '\n'};

static void put_f64(eh_buf *buf, double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  eh_put_u64(buf, bits);
}

/* Starts a section; its length is filled in by end_section. */
static size_t start_section(eh_buf *buf, uint32_t tag) {
  eh_put_u32(buf, tag);
  eh_put_u64(buf, 0);
  return buf->n;
}

static void patch_u64(eh_buf *buf, size_t at, uint64_t x) {
  if (buf->failed) return;
  for (unsigned i = 0; i < 8; i++) buf->p[at + i] = (char)(unsigned char)(x >> (8 * i));
}

static void end_section(eh_buf *buf, size_t start) { patch_u64(buf, start - 8, buf->n - start); }

static void put_strings(eh_buf *buf, const eh_str *text_n, uint32_t count) {
  eh_put_varint(buf, count);
  for (uint32_t i = 0; i < count; i++) eh_put_string(buf, text_n[i]);
}

static void put_numbers(eh_buf *buf, const double *x_n, uint32_t count) {
  eh_put_varint(buf, count);
  for (uint32_t i = 0; i < count; i++) put_f64(buf, x_n[i]);
}

static void save_spec(eh_buf *buf, const eh_cube_spec *spec, uint32_t score_bits, bool marginal) {
  const eh_slicing *const slicing = &spec->slicing;
  const size_t start = start_section(buf, EH_TAG_SPEC);
  eh_put_varint(buf, spec->score_bits);
  eh_put_varint(buf, score_bits);
  eh_buf_byte(buf, spec->cut == EH_CUT_AT_LEAST);
  eh_buf_byte(buf, (unsigned char)(spec->no_fine | spec->no_sums << 1 | spec->no_bin_sums << 2 | marginal << 3));
  eh_put_string(buf, spec->label);
  eh_buf_byte(buf, spec->positive.p != NULL);
  if (spec->positive.p) eh_put_string(buf, spec->positive);
  put_strings(buf, spec->score_m, spec->model_count);
  put_numbers(buf, spec->threshold_t, spec->threshold_count);
  put_strings(buf, spec->missing_n, spec->missing_count);
  eh_put_string(buf, spec->where);
  eh_buf_byte(buf, slicing->show_missing);
  eh_put_varint(buf, slicing->dim_count);
  eh_put_varint(buf, slicing->single_count);
  for (uint32_t i = 0; i < slicing->single_count; i++) eh_put_varint(buf, slicing->single_n[i]);
  for (uint32_t d = 0; d < slicing->dim_count; d++) {
    eh_put_string(buf, slicing->dim_n[d].name);
    put_numbers(buf, slicing->dim_n[d].edge_n, slicing->dim_n[d].edge_count);
    eh_buf_byte(buf, slicing->dim_n[d].is_cluster ? EH_CLUSTER_BYTE : slicing->dim_n[d].separator);
    eh_put_string(buf, slicing->dim_n[d].predicate);
  }
  eh_put_varint(buf, slicing->cross_count);
  for (uint32_t c = 0; c < slicing->cross_count; c++) {
    eh_put_varint(buf, slicing->cross_n[c].k);
    for (uint32_t i = 0; i < slicing->cross_n[c].k; i++) eh_put_varint(buf, slicing->cross_n[c].dim_k[i]);
  }
  if (spec->regression) eh_buf_byte(buf, EH_SPEC_REGRESSION);
  if (eh_is_weighted(spec)) {
    eh_buf_byte(buf, spec->weight.p ? 1 + (unsigned char)spec->weight_kind : 0);
    if (spec->weight.p) eh_put_string(buf, spec->weight);
    eh_buf_byte(buf, spec->fractional);
  }
  end_section(buf, start);
}

static void save_atoms(eh_buf *buf, const eh_slicing *slicing, const eh_atoms *atoms) {
  size_t start = start_section(buf, EH_TAG_DICT);
  for (uint32_t d = 0; d < atoms->dim_count; d++)
    if (!eh_dim_is_fixed(&slicing->dim_n[d])) put_strings(buf, atoms->group_dg[d], atoms->group_count_d[d]);
  end_section(buf, start);
  start = start_section(buf, EH_TAG_ATOM);
  eh_put_varint(buf, atoms->atom_count);
  for (size_t i = 0; i < (size_t)atoms->atom_count * atoms->dim_count; i++) eh_put_varint(buf, atoms->group_ad[i]);
  end_section(buf, start);
}

static void save_bins(eh_buf *buf, const eh_cube *cube) {
  const size_t start = start_section(buf, EH_TAG_CELL);
  const uint32_t group_count = 2 * cube->fine.slice_count;
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    const eh_cube_model *const model = &cube->model_m[m];
    eh_put_varint(buf, model->cell_sy[group_count]);
    for (uint32_t g = 0; g < group_count; g++) {
      uint64_t key = 0, below = 0;
      eh_put_varint(buf, model->cell_sy[g + 1] - model->cell_sy[g]);
      for (uint64_t c = model->cell_sy[g]; c < model->cell_sy[g + 1]; c++) {
        eh_put_varint(buf, model->key_c[c] - key);
        eh_put_varint(buf, model->below_c[c] - below);
        if (model->score_c) eh_put_sum(buf, model->score_c[c]);
        key = model->key_c[c];
        below = model->below_c[c];
      }
    }
  }
  end_section(buf, start);
}

static void save_cells(eh_buf *buf, const eh_cube *cube) {
  const size_t start = start_section(buf, EH_TAG_CELL);
  const uint32_t group_count = 2 * cube->atoms.atom_count;
  for (uint32_t m = 0; !cube->spec.no_fine && m < cube->spec.model_count; m++) {
    const eh_cube_model *const model = &cube->model_m[m];
    eh_put_varint(buf, model->cell_ay[group_count]);
    for (uint32_t g = 0; g < group_count; g++) {
      uint64_t key = 0, below = 0;
      eh_put_varint(buf, model->cell_ay[g + 1] - model->cell_ay[g]);
      for (uint64_t c = model->cell_ay[g]; c < model->cell_ay[g + 1]; c++) {
        eh_put_varint(buf, model->key_c[c] - key);
        eh_put_varint(buf, model->below_c[c] - below);
        key = model->key_c[c];
        below = model->below_c[c];
      }
    }
  }
  end_section(buf, start);
}

static void save_reliability(eh_buf *buf, const eh_cube *cube) {
  const size_t start = start_section(buf, EH_TAG_RELI);
  for (uint32_t m = 0; m < cube->spec.model_count; m++)
    for (uint32_t g = 0; g < 2 * cube->atoms.atom_count; g++) {
      const eh_cube_reliability *const r = &cube->model_m[m].reliable_ay[g];
      for (int b = 0; b < EH_RELIABLE_BINS; b++) {
        eh_put_varint(buf, r->rows_b[b]);
        eh_put_sum(buf, r->score_b[b]);
      }
      eh_put_varint(buf, r->outside);
    }
  end_section(buf, start);
}

static void save_coarse(eh_buf *buf, const eh_cube *cube) {
  const uint64_t group_count = 2 * (uint64_t)cube->atoms.atom_count;
  size_t start = start_section(buf, EH_TAG_CNTS);
  for (uint32_t m = 0; m < cube->spec.model_count; m++)
    for (uint64_t i = 0; i < group_count * (cube->spec.threshold_count + 1); i++)
      eh_put_varint(buf, cube->model_m[m].count_ayk[i]);
  end_section(buf, start);
  start = start_section(buf, EH_TAG_SUMS);
  for (uint32_t m = 0; !cube->spec.no_sums && m < cube->spec.model_count; m++)
    for (uint64_t g = 0; g < group_count; g++) {
      for (unsigned w = 0; w < 2; w++) eh_put_u64(buf, cube->model_m[m].score_ay[g].w[w]);
      for (unsigned w = 0; w < 3; w++) eh_put_u64(buf, cube->model_m[m].square_ay[g].w[w]);
    }
  end_section(buf, start);
  if (!cube->spec.no_fine && !cube->view.fine) return;
  start = start_section(buf, EH_TAG_ENDS);
  for (uint32_t m = 0; m < cube->spec.model_count; m++) {
    eh_put_u64(buf, cube->model_m[m].least);
    eh_put_u64(buf, cube->model_m[m].greatest);
  }
  end_section(buf, start);
  if (cube->view.fine) save_reliability(buf, cube);
}

eh_status eh_cube_save(const eh_cube *cube, eh_buf *out, eh_error *err) {
  const size_t start = out->n;
  eh_buf_put(out, eh_cube_magic, sizeof eh_cube_magic);
  eh_put_u32(out, EH_CUBE_SCHEMA);
  eh_put_u64(out, 0);
  save_spec(out, &cube->spec, cube->view.score_bits, cube->atoms.marginal);
  save_atoms(out, &cube->spec.slicing, &cube->atoms);
  if (cube->view.fine) save_bins(out, cube);
  else save_cells(out, cube);
  save_coarse(out, cube);
  if (eh_cube_has_pairs(cube)) {
    const size_t pairs = start_section(out, eh_cube_has_joint(cube) ? EH_TAG_JOIN : EH_TAG_PAIR);
    eh_cube_pairs_save(cube, out);
    end_section(out, pairs);
  }
  if (cube->spec.regression) {
    const size_t errors = start_section(out, EH_TAG_REGR);
    eh_regress_save(cube, out);
    end_section(out, errors);
  }
  if (eh_is_weighted(&cube->spec)) {
    const size_t weights = start_section(out, EH_TAG_WGHT);
    eh_cube_weights_save(cube, out);
    end_section(out, weights);
  }
  if (out->failed) return eh_cube_no_memory(err);
  patch_u64(out, start + 12, out->n - start - EH_CUBE_HEAD);
  eh_put_u32(out, eh_crc32c(0, out->p + start, out->n - start));
  const size_t trailer = out->n;
  eh_put_u64(out, 0);
  eh_provenance_save(&cube->provenance, &cube->spec, out);
  if (out->failed) return eh_cube_no_memory(err);
  patch_u64(out, trailer, out->n - trailer - 8);
  eh_put_u32(out, eh_crc32c(0, out->p + trailer, out->n - trailer));
  return out->failed ? eh_cube_no_memory(err) : EH_OK;
}
