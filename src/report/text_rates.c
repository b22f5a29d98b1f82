/* text_rates: the table of slices: rows and as many rates as fit, worst slices first to stay, grouped by column.
 *
 * The order decides which slices are shown and how they stand within their column; buckets keep the order of their
 * edges.
 */
#include "report_internal.h"

#include <stdlib.h>

/* Which metrics get a column first: what most audits ask for, then the rest, counts last. */
static const eh_metric preference[EH_METRICS] = {
    EH_M_SELECTION_RATE, EH_M_FPR, EH_M_FNR, EH_M_PPV, EH_M_ACCURACY, EH_M_ROC_AUC, EH_M_PREVALENCE, EH_M_NPV,
    EH_M_CALIBRATION_RATIO, EH_M_BRIER, EH_M_PR_AUC, EH_M_ECE_DEBIASED, EH_M_ECE, EH_M_LOG_LOSS,
    EH_M_F1, EH_M_BALANCED_ACCURACY, EH_M_MEAN_SCORE, EH_M_TPR, EH_M_TNR, EH_M_FDR, EH_M_FOR, EH_M_MEAN_LABEL, EH_M_PR_AUC_TRAPEZOID, EH_M_PR_AUC_DAVIS_GOADRICH, EH_M_TP, EH_M_FP, EH_M_TN, EH_M_FN,
    EH_M_MEAN_ERROR, EH_M_MAE, EH_M_RMSE, EH_M_MSE};

typedef struct slice_row {
  double key, bound, size; /* as in eh_gap_row; bound -1 where nothing is compared */
  uint32_t slice, family;
  bool ordered;            /* a bucket: keeps its place within its column */
} slice_row;

typedef struct rates {
  eh_model_page *mp;
  eh_grid grid;
  eh_metric metric_n[EH_METRICS];
  uint32_t metric_count;
  eh_notes notes;
  bool small, clear;       /* a slice is too small; a gap's interval excludes 0 */
} rates;

/* ---- which slices ------------------------------------------------------------------------------------------------ */

static int compare_rows(const void *left, const void *right) {
  const slice_row *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  if (a->bound != b->bound) return a->bound > b->bound ? -1 : 1;
  if (a->size != b->size) return a->size > b->size ? -1 : 1;
  return a->slice < b->slice ? -1 : a->slice > b->slice;
}

static int compare_in_families(const void *left, const void *right) {
  const slice_row *a = left, *b = right;
  if (a->family != b->family) return a->family < b->family ? -1 : 1;
  if (a->ordered) return a->slice < b->slice ? -1 : a->slice > b->slice;
  return compare_rows(left, right);
}

static double key_of(const rates *t, uint32_t slice) {
  const eh_model_page *mp = t->mp;
  const eh_result *first = t->metric_count ? mp->result_sm[(size_t)slice * EH_METRICS + t->metric_n[0]] : NULL;
  switch (mp->page->sort) {
    case EH_SORT_NAME: return slice;
    case EH_SORT_ROWS: return -(double)mp->audit->slice_s[slice].rows;
    case EH_SORT_VALUE: return first && first->value.value == first->value.value ? -first->value.value : 0x1p62;
    case EH_SORT_P: return 2;
    case EH_SORT_GAP: return 0;
  }
  return 0;
}

static bool is_fixed(const eh_audit_view *audit, const eh_slice *slice) {
  return slice->dim_count == 1 && eh_dim_is_fixed(&audit->spec->cube.slicing.dim_n[slice->dim_k[0]]);
}

/* All slices but overall; the first *shown of them are to be printed, in that order. NULL when out of memory. */
static slice_row *choose(const rates *t, uint32_t *shown, uint32_t *count) {
  const eh_audit_view *audit = t->mp->audit;
  slice_row *row_n = eh_page_memory(t->mp->page, audit->slice_count, sizeof *row_n);
  uint32_t *at_s = eh_page_memory(t->mp->page, audit->slice_count, sizeof *at_s);
  if (!row_n || !at_s) return NULL;
  *count = 0;
  for (uint32_t s = 0; s < audit->slice_count; s++) {
    const eh_slice *slice = audit->slice_s[s].slice;
    at_s[s] = *count;
    if (s == t->mp->overall) continue;
    row_n[(*count)++] = (slice_row){.key = key_of(t, s), .bound = -1, .slice = s, .family = slice->family,
                                    .ordered = is_fixed(audit, slice)};
  }
  for (uint64_t g = 0; g < t->mp->gap_n; g++) {
    const eh_gap_row *gap = &t->mp->gap_g[g];
    slice_row *row = &row_n[at_s[gap->result->slice]];
    if (gap->result->slice == t->mp->overall) continue;
    if (t->mp->page->sort == EH_SORT_P && gap->key < row->key) row->key = gap->key;
    if (gap->bound > row->bound || (gap->bound == row->bound && gap->size > row->size))
      row->bound = gap->bound, row->size = gap->size;
  }
  if (audit->baseline != EH_NONE && audit->baseline != t->mp->overall) row_n[at_s[audit->baseline]].key = -0x1p63;
  qsort(row_n, *count, sizeof *row_n, compare_rows);
  *shown = *count < t->mp->page->top ? *count : t->mp->page->top;
  qsort(row_n, *shown, sizeof *row_n, compare_in_families);
  return row_n;
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

static eh_grid_cell value_cell(rates *t, const eh_result *r) {
  eh_page *page = t->mp->page;
  eh_grid_cell cell = {.paint = EH_PLAIN};
  if (!r) return cell;
  if (r->value.reason) {
    eh_notes_dash(&t->notes, page, r->value.reason);
    cell.paint = EH_DIM;
  } else if (eh_metric_about(r->metric)->kind == EH_METRIC_IS_COUNT) {
    if (r->value.weighted) eh_put_short(&page->scratch, r->value.value);
    else eh_buf_grouped(&page->scratch, r->value.numerator);
    eh_buf_byte(&page->scratch, ' ');
  } else {
    bool clear = !r->gap.reason && eh_gap_is_clear(&r->gap);
    eh_put_short(&page->scratch, r->value.value);
    eh_buf_byte(&page->scratch, clear ? '*' : ' ');
    if (clear && eh_gap_is_adverse(r)) cell.paint = EH_RED;
    t->clear = t->clear || clear;
  }
  cell.text = eh_page_take(page);
  return cell;
}

static void add_slice(rates *t, uint32_t s) {
  eh_page *page = t->mp->page;
  const eh_audit_slice *slice = &t->mp->audit->slice_s[s];
  eh_grid_cell *cell_c = eh_grid_row(&t->grid);
  if (!cell_c) return;
  eh_paint paint = s == t->mp->overall ? EH_BOLD : slice->too_small ? EH_DIM : EH_PLAIN;
  eh_str group = eh_text_group(page, t->mp->audit, s);
  eh_buf_format(&page->scratch, s == t->mp->overall ? "%S" : "  %S", group);
  if (s == t->mp->audit->baseline && s != t->mp->overall) eh_buf_text(&page->scratch, " (baseline)");
  *cell_c++ = (eh_grid_cell){.text = eh_page_take(page), .paint = paint};
  eh_buf_grouped(&page->scratch, slice->rows);
  eh_buf_byte(&page->scratch, slice->too_small ? '!' : ' ');
  t->small = t->small || slice->too_small;
  *cell_c++ = (eh_grid_cell){.text = eh_page_take(page), .paint = paint};
  if (t->mp->audit->spec->cube.weight.p) {
    const bool whole = slice->weight < 0x1p53 && slice->weight == (double)(uint64_t)slice->weight;
    if (whole) eh_buf_grouped(&page->scratch, (uint64_t)slice->weight);
    else eh_put_short(&page->scratch, slice->weight);
    *cell_c++ = (eh_grid_cell){.text = eh_page_take(page), .paint = paint};
  }
  for (uint32_t i = 0; i < t->metric_count; i++) {
    *cell_c = value_cell(t, t->mp->result_sm[(size_t)s * EH_METRICS + t->metric_n[i]]);
    if (cell_c->paint == EH_PLAIN) cell_c->paint = paint;
    cell_c++;
  }
}

static void add_family(rates *t, uint32_t family) {
  uint32_t row = t->grid.row_n;
  eh_grid_cell *cell_c = eh_grid_row(&t->grid);
  if (!cell_c) return;
  t->grid.wide_r[row] = true;
  cell_c->text = eh_page_safe(t->mp->page, eh_view_family(t->mp->audit, family - 1));
  cell_c->paint = EH_BOLD;
}

/* ---- the section ------------------------------------------------------------------------------------------------- */

static void add_columns(rates *t) {
  eh_grid_add(&t->grid, EH_STR("slice"), false, 0);
  t->grid.column[0].flexible = true;
  t->grid.keep = t->mp->page->width * 3 / 10;
  eh_grid_add(&t->grid, EH_STR("n "), true, 0);
  if (t->mp->audit->spec->cube.weight.p) eh_grid_add(&t->grid, EH_STR("weight"), true, 0);
  for (uint32_t i = 0; i < t->metric_count; i++) {
    uint32_t c = eh_grid_add(&t->grid, eh_str_of(eh_metric_about(t->metric_n[i])->name), true, (uint8_t)i);
    t->grid.column[c].space = 1;
    for (int h = 0; h < 2; h++) { /* a blank stands over the place of the mark */
      if (!t->grid.column[c].head[h].n) continue;
      eh_buf_format(&t->mp->page->scratch, "%S ", t->grid.column[c].head[h]);
      t->grid.column[c].head[h] = eh_page_take(t->mp->page);
    }
  }
}

static void print_notes(rates *t, uint32_t hidden) {
  eh_page *page = t->mp->page;
  const eh_audit_view *audit = t->mp->audit;
  if (t->clear) {
    eh_put_level(&page->scratch, audit->spec->level);
    eh_buf_text(&page->scratch, " interval of the gap to the baseline excludes 0");
    eh_str text = eh_page_take(page);
    eh_page_wrap(page, EH_STR("* "), 2, text, EH_DIM);
  }
  if (t->small) {
    eh_buf_text(&page->scratch, "fewer than ");
    eh_put_plural(&page->scratch, audit->spec->min_slice, "row", "rows");
    eh_buf_text(&page->scratch, " (--min-slice): rates only, not compared");
    eh_str text = eh_page_take(page);
    eh_page_wrap(page, EH_STR("! "), 2, text, EH_DIM);
  }
  eh_notes_print(&t->notes, page);
  if (!hidden) return;
  eh_buf_text(&page->scratch, "not shown at this width, in --json: ");
  for (uint32_t i = t->metric_count - hidden; i < t->metric_count; i++)
    eh_buf_format(&page->scratch, i + 1 < t->metric_count ? "%s, " : "%s", eh_metric_about(t->metric_n[i])->name);
  eh_str text = eh_page_take(page);
  eh_page_wrap(page, (eh_str){0}, 0, text, EH_DIM);
}

static void print_heading(rates *t) {
  const eh_cube_spec *spec = &t->mp->audit->spec->cube;
  eh_page *page = t->mp->page;
  eh_buf_text(&page->scratch, spec->regression ? "Errors" : "Rates");
  eh_text_at(t->mp);
  eh_page_line(page);
  eh_page_put(page, eh_page_take(page), EH_BOLD);
  if (spec->threshold_count > 1) {
    eh_buf_text(&page->scratch, "  (the others are in --json)");
    eh_page_put(page, eh_page_take(page), EH_DIM);
  }
  eh_page_line(page);
}

void eh_text_rates(eh_model_page *mp) {
  rates *t = eh_page_memory(mp->page, 1, sizeof *t);
  if (!t) return;
  t->mp = mp;
  const eh_result *const *first_m = mp->result_sm; /* every slice has results for the same metrics */
  for (uint32_t i = 0; i < EH_METRICS && mp->audit->slice_count; i++)
    if (first_m[preference[i]]) t->metric_n[t->metric_count++] = preference[i];
  uint32_t shown = 0, count = 0;
  const slice_row *row_n = choose(t, &shown, &count);
  if (!row_n) return;
  eh_grid_open(&t->grid, mp->page, 2 * shown + 1);
  add_columns(t);
  if (mp->overall != EH_NONE) add_slice(t, mp->overall);
  for (uint32_t i = 0; i < shown; i++) {
    if (!i || row_n[i].family != row_n[i - 1].family) add_family(t, row_n[i].family);
    add_slice(t, row_n[i].slice);
  }
  print_heading(t);
  uint32_t hidden = eh_grid_fit(&t->grid);
  eh_grid_print(&t->grid);
  eh_page_more(mp->page, count - shown, "slice", "slices");
  print_notes(t, hidden);
}
