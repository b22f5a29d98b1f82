/* text_compare: the table of models against the first one, on the same rows; the surest differences first. Called by text.c. */
#include "report_internal.h"

#include <stdlib.h>

typedef struct line {
  const eh_comparison *c;
  double bound, size;      /* end of the interval nearer to 0, in size; |difference| */
} line;

static int by_rank(const void *left, const void *right) {
  const line *a = left, *b = right;
  if (a->bound != b->bound) return a->bound > b->bound ? -1 : 1;
  if (a->size != b->size) return a->size > b->size ? -1 : 1;
  return a->c < b->c ? -1 : a->c > b->c;
}

/* Of rates that restate each other the first one asked for speaks. */
static bool is_echo(const eh_audit_view *audit, eh_metric metric) {
  const eh_metric instead = metric == EH_M_TPR ? EH_M_FNR : metric == EH_M_TNR ? EH_M_FPR : metric;
  bool asked = false;
  for (uint32_t i = 0; i < audit->spec->metric_count; i++) asked = asked || audit->spec->metric_n[i] == instead;
  return instead != metric && asked;
}

static void add_line(eh_grid *grid, eh_notes *notes, const eh_audit_view *audit, const eh_comparison *c) {
  eh_page *page = grid->page;
  eh_grid_cell *cell_c = eh_grid_row(grid);
  if (!cell_c) return;
  cell_c[0].text = eh_page_safe(page, eh_str_of(eh_metric_about(c->metric)->name));
  cell_c[1].text = eh_page_safe(page, eh_view_slice(audit, c->slice));
  eh_buf_safe(&page->scratch, eh_view_model(audit, c->model), 24);
  cell_c[2].text = eh_page_take(page);
  eh_put_short(&page->scratch, c->value);
  eh_buf_text(&page->scratch, " vs ");
  eh_put_short(&page->scratch, c->reference_value);
  cell_c[3].text = eh_page_take(page);
  eh_put_signed(&page->scratch, c->difference);
  eh_buf_byte(&page->scratch, c->range.lower > 0 || c->range.upper < 0 ? '*' : ' ');
  cell_c[4].text = eh_page_take(page);
  if (c->interval_reason) eh_notes_dash(notes, page, c->interval_reason);
  else eh_put_signed_range(&page->scratch, c->range);
  cell_c[5].text = eh_page_take(page);
  if (c->interval_reason) eh_notes_dash(notes, page, c->interval_reason);
  else eh_put_p(&page->scratch, c->p);
  cell_c[6].text = eh_page_take(page);
}

static void put_heading(eh_page *page, const eh_audit_view *audit, uint32_t threshold) {
  eh_buf_text(&page->scratch, "Models against ");
  eh_buf_safe(&page->scratch, eh_view_model(audit, 0), 40);
  eh_buf_text(&page->scratch, " on the same rows, threshold ");
  eh_put_plain(&page->scratch, eh_view_threshold(audit, threshold));
  eh_page_line(page);
  eh_page_put(page, eh_page_take(page), EH_BOLD);
  eh_page_line(page);
}

static void put_table(eh_page *page, const eh_audit_view *audit, const line *line_n, uint32_t shown) {
  eh_grid *grid = eh_page_memory(page, 1, sizeof *grid);
  if (!grid) return;
  eh_notes notes = {.n = 0};
  eh_grid_open(grid, page, shown);
  eh_put_level(&page->scratch, audit->spec->level);
  eh_buf_text(&page->scratch, " interval");
  const eh_str interval = eh_page_take(page);
  eh_grid_add(grid, EH_STR("metric"), false, 0);
  eh_grid_add(grid, EH_STR("slice"), false, 0);
  grid->column[1].flexible = true;
  eh_grid_add(grid, EH_STR("model"), false, 0);
  eh_grid_add(grid, EH_STR("vs first"), true, 0);
  eh_grid_add(grid, EH_STR("difference "), true, 0);
  grid->column[eh_grid_add(grid, interval, true, 0)].space = 1;
  eh_grid_add(grid, EH_STR("p"), true, 0);
  for (uint32_t i = 0; i < shown; i++) add_line(grid, &notes, audit, line_n[i].c);
  eh_grid_fit(grid);
  eh_grid_print(grid);
  eh_notes_print(&notes, page);
}

void eh_text_compare(eh_page *page, const eh_audit_view *audit, uint32_t threshold) {
  line *const line_n = eh_page_memory(page, (size_t)audit->comparison_count + 1, sizeof *line_n);
  uint64_t n = 0;
  for (uint64_t i = 0; line_n && i < audit->comparison_count; i++) {
    const eh_comparison *const c = &audit->comparison_n[i];
    if (c->threshold != threshold || c->reason || is_echo(audit, c->metric)) continue;
    const double bound = c->range.lower > 0 ? c->range.lower : c->range.upper < 0 ? -c->range.upper : 0;
    line_n[n++] = (line){c, bound, c->difference < 0 ? -c->difference : c->difference};
  }
  if (!n) return;
  qsort(line_n, (size_t)n, sizeof *line_n, by_rank);
  const uint32_t shown = n < page->top ? (uint32_t)n : page->top;
  put_heading(page, audit, threshold);
  put_table(page, audit, line_n, shown);
  eh_page_more(page, n - shown, "difference", "differences");
}
