/* cube: what a cube file holds, for `evenhand cube info`, and how little it hides: most fine cells hold one row, so
 * the last lines say plainly how small cells and slices are before anybody passes the file on.
 */
#include "report_internal.h"

enum { EH_FEW_ROWS = 10, EH_LABEL_WIDTH = 14 };

/* How many of `all` hold one row, and how many hold some but fewer than EH_FEW_ROWS. */
typedef struct smallness {
  uint64_t all, single, few;
} smallness;

static void weigh(smallness *small, uint64_t rows) {
  small->all++;
  small->single += rows == 1;
  small->few += rows && rows < EH_FEW_ROWS;
}

/* Starts a line "  rows          "; what it says goes to page->scratch and ends with put_line. */
static uint32_t put_name(eh_page *page, const char *name) {
  eh_buf_text(&page->scratch, name);
  eh_str text = eh_page_take(page);
  page->blanks = 2;
  eh_page_put(page, text, EH_PLAIN);
  uint32_t width = (uint32_t)eh_text_width(text);
  page->blanks = width < EH_LABEL_WIDTH ? EH_LABEL_WIDTH - width : 1;
  return 2 + (width < EH_LABEL_WIDTH ? EH_LABEL_WIDTH : width + 1);
}

static void put_line(eh_page *page, uint32_t indent) {
  eh_str text = eh_page_take(page);
  eh_page_wrap(page, (eh_str){0}, indent, text, EH_PLAIN);
}

static void put_origin(eh_page *page, const eh_provenance *from) {
  eh_buf_text(&page->scratch, "Cube of ");
  eh_buf_safe(&page->scratch, from->name.p ? from->name : EH_STR("several or unnamed inputs"), 0);
  put_line(page, 0);
  if (!from->has_sha256) return;
  static const char hex[] = "0123456789abcdef";
  uint32_t indent = put_name(page, "sha256");
  for (int i = 0; i < 32; i++) {
    eh_buf_byte(&page->scratch, (unsigned char)hex[from->sha256[i] >> 4]);
    eh_buf_byte(&page->scratch, (unsigned char)hex[from->sha256[i] & 15]);
  }
  put_line(page, indent);
}

static void put_format(eh_page *page, const eh_cube_view *cube, size_t file_bytes, uint32_t body_crc) {
  static const char hex[] = "0123456789abcdef";
  uint32_t indent = put_name(page, "format");
  eh_buf_format(&page->scratch, "schema %u, ", (uint64_t)EH_CUBE_SCHEMA);
  if (cube->spec->regression) eh_buf_text(&page->scratch, "sums of errors, ");
  else if (cube->spec->no_fine) eh_buf_text(&page->scratch, "no single scores, ");
  else if (cube->fine) eh_buf_format(&page->scratch, "scores binned to %u bits, ", (uint64_t)cube->score_bits);
  else eh_buf_text(&page->scratch, "exact score keys (52 bits), ");
  eh_buf_format(&page->scratch, "cut %s, ", cube->spec->cut == EH_CUT_AT_LEAST ? ">=" : ">");
  eh_put_plural(&page->scratch, file_bytes, "byte", "bytes");
  put_line(page, indent);
  indent = put_name(page, "checksum");
  for (int i = 28; i >= 0; i -= 4) eh_buf_byte(&page->scratch, (unsigned char)hex[body_crc >> i & 15]);
  eh_buf_text(&page->scratch, " of what is counted: the same rows and options give the same");
  put_line(page, indent);
}

static void put_counted(eh_page *page, const eh_cube_view *cube) {
  const eh_intake *intake = &cube->provenance->intake;
  uint32_t indent = put_name(page, "rows");
  eh_buf_grouped(&page->scratch, cube->rows);
  eh_buf_text(&page->scratch, " counted, ");
  eh_buf_grouped(&page->scratch, intake->rows_skipped);
  eh_buf_text(&page->scratch, " skipped");
  put_line(page, indent);
  if (cube->spec->where.n) {
    indent = put_name(page, "where");
    eh_buf_safe(&page->scratch, cube->spec->where, 0);
    eh_buf_text(&page->scratch, ": ");
    eh_put_plural(&page->scratch, intake->rows_filtered, "other row", "other rows");
    eh_buf_text(&page->scratch, " left out");
    put_line(page, indent);
  }
  indent = put_name(page, "label");
  eh_put_label(&page->scratch, cube->spec);
  if (cube->spec->regression) {
    eh_buf_text(&page->scratch, ", a number (--task regression)");
  } else {
    eh_buf_text(&page->scratch, ", ");
    eh_put_share(&page->scratch, eh_cube_positives(cube), cube->rows);
    eh_buf_text(&page->scratch, cube->spec->fractional ? " at .5 or above, fractional" : " positive");
  }
  put_line(page, indent);
  if (cube->spec->weight.p) {
    indent = put_name(page, "weight");
    eh_buf_safe(&page->scratch, cube->spec->weight, 60);
    eh_buf_format(&page->scratch, ", %S", eh_weight_kind_name(cube->spec->weight_kind));
    put_line(page, indent);
  }
  indent = put_name(page, "thresholds");
  if (!cube->spec->threshold_count) eh_buf_text(&page->scratch, "none");
  for (uint32_t t = 0; t < cube->spec->threshold_count; t++) {
    if (t) eh_buf_text(&page->scratch, ", ");
    eh_put_plain(&page->scratch, cube->spec->threshold_t[t]);
  }
  put_line(page, indent);
}

/* Returns how many cells the groups have. */
static uint64_t weigh_cells(const eh_cube_model *model, const uint64_t *cell_g, size_t groups, smallness *cells) {
  for (size_t g = 0; g < groups; g++) {
    uint64_t below = 0;
    for (uint64_t c = cell_g[g]; c < cell_g[g + 1]; c++) {
      weigh(cells, model->below_c[c] - below);
      below = model->below_c[c];
    }
  }
  return cell_g[groups];
}

/* Least and greatest score, and how many rows each cell of a model holds. */
static void put_model(eh_page *page, const eh_cube_view *cube, uint32_t m, smallness *cells) {
  const eh_cube_model *model = &cube->model_m[m];
  const uint64_t n = cube->fine ? weigh_cells(model, model->cell_sy, 2 * (size_t)cube->fine->slice_count, cells)
                                : weigh_cells(model, model->cell_ay, 2 * (size_t)cube->atoms->atom_count, cells);
  uint32_t indent = put_name(page, "model");
  eh_buf_safe(&page->scratch, cube->spec->score_m[m], 60);
  eh_buf_text(&page->scratch, ": ");
  if (cube->spec->regression) eh_buf_text(&page->scratch, "sums of errors");
  else if (cube->spec->no_fine) eh_buf_text(&page->scratch, "counted at the thresholds only");
  else if (cube->fine) eh_put_plural(&page->scratch, n, "bin of slices", "bins of slices");
  else eh_put_plural(&page->scratch, n, "fine cell", "fine cells");
  if (cube->rows) {
    eh_buf_text(&page->scratch, ", scores from ");
    eh_put_plain(&page->scratch, eh_key_score(model->least));
    eh_buf_text(&page->scratch, " to ");
    eh_put_plain(&page->scratch, eh_key_score(model->greatest));
  }
  put_line(page, indent);
}

static void put_dimensions(eh_page *page, const eh_cube_view *cube) {
  const eh_slicing *slicing = &cube->spec->slicing;
  for (uint32_t d = 0; d < slicing->dim_count; d++) {
    const eh_dim *dim = &slicing->dim_n[d];
    uint32_t indent = put_name(page, dim->is_cluster ? "cluster" : "dimension");
    eh_buf_safe(&page->scratch, dim->name, 60);
    eh_buf_text(&page->scratch, ": ");
    if (dim->is_cluster)
      eh_put_plural(&page->scratch, cube->atoms->group_count_d[d], "cluster, kept by the hash of its name",
                    "clusters, kept by hashes of their names");
    else if (dim->predicate.n)
      eh_buf_safe(&page->scratch, dim->predicate, 0);
    else if (dim->separator)
      eh_put_plural(&page->scratch, cube->atoms->group_count_d[d], "set of values", "sets of values");
    else
      eh_put_plural(&page->scratch, cube->atoms->group_count_d[d], dim->edge_count ? "bucket" : "group",
                    dim->edge_count ? "buckets" : "groups");
    uint64_t without = eh_cube_without(cube, d);
    if (without) {
      eh_buf_text(&page->scratch, ", ");
      eh_put_plural(&page->scratch, without, "row without", "rows without");
    }
    put_line(page, indent);
  }
  uint32_t indent = put_name(page, cube->atoms->marginal ? "marginals" : "atoms");
  if (cube->atoms->marginal) {
    eh_put_plural(&page->scratch, cube->atoms->atom_count, "slice", "slices");
    eh_buf_text(&page->scratch, " alone, since groups form more than ");
    eh_buf_grouped(&page->scratch, EH_ATOMS_MAX);
    eh_buf_text(&page->scratch, " combinations");
  } else {
    eh_put_plural(&page->scratch, cube->atoms->atom_count, "distinct combination of groups",
                  "distinct combinations of groups");
    if (eh_slicing_cluster(slicing) != EH_NO_CLUSTER) eh_buf_text(&page->scratch, " and cluster");
  }
  put_line(page, indent);
}

/* ---- privacy ----------------------------------------------------------------------------------------------------- */

static void put_smallness(eh_page *page, const smallness *small, const char *one, const char *many) {
  eh_buf_grouped(&page->scratch, small->single);
  eh_buf_text(&page->scratch, " of ");
  eh_put_plural(&page->scratch, small->all, one, many);
  eh_buf_text(&page->scratch, small->single == 1 ? " holds a single row, " : " hold a single row, ");
  eh_buf_grouped(&page->scratch, small->few);
  eh_buf_format(&page->scratch, " fewer than %u rows", (uint64_t)EH_FEW_ROWS);
}

static eh_status weigh_slices(eh_page *page, const eh_cube_view *cube, smallness *small, eh_error *err) {
  eh_slices slices;
  EH_TRY(eh_slices_make(&slices, &page->arena, &cube->spec->slicing, cube->atoms, err));
  for (uint32_t s = 1; s < slices.slice_count; s++) {
    const eh_slice *slice = &slices.slice_n[s];
    uint64_t rows = 0;
    for (uint32_t i = 0; i < slice->atom_count; i++) {
      const uint64_t *rows_y = cube->rows_ay + 2 * (size_t)slice->atom_n[i];
      rows += rows_y[0] + rows_y[1];
    }
    weigh(small, rows);
  }
  return EH_OK;
}

static void put_privacy(eh_page *page, const smallness *cells, const smallness *slices, bool clustered) {
  eh_page_line(page);
  eh_buf_text(&page->scratch, clustered ? "This cube is row-level data, and who knows a name in the cluster column finds its rows"
                                        : "This cube is row-level data without names");
  if (cells->all) {
    eh_buf_text(&page->scratch, ": ");
    put_smallness(page, cells, "cell", "cells");
  }
  if (slices->all) {
    eh_buf_text(&page->scratch, cells->all ? "; " : ": ");
    put_smallness(page, slices, "slice", "slices");
  }
  eh_buf_text(&page->scratch, ". Share it only where the rows themselves could be shared.");
  put_line(page, 0);
}

eh_status eh_report_cube(eh_buf *out, const eh_cube_view *cube, size_t file_bytes, uint32_t body_crc,
                         eh_error *err) {
  eh_page page;
  smallness cells = {0, 0, 0}, slices = {0, 0, 0};
  eh_page_open(&page, out, NULL);
  eh_status status = weigh_slices(&page, cube, &slices, err);
  if (!status) {
    put_origin(&page, cube->provenance);
    put_format(&page, cube, file_bytes, body_crc);
    put_counted(&page, cube);
    for (uint32_t m = 0; m < cube->spec->model_count; m++) put_model(&page, cube, m, &cells);
    put_dimensions(&page, cube);
    put_privacy(&page, &cells, &slices, eh_slicing_cluster(&cube->spec->slicing) != EH_NO_CLUSTER);
  }
  eh_status closed = eh_page_close(&page, err);
  return status ? status : closed;
}
