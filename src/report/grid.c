/* grid: a table of the terminal page. Columns are as wide as what stands in them; when the page is too narrow,
 * columns that may go are hidden, then names are cut with an ellipsis. The sections of the report fill it.
 */
#include "report_internal.h"

/* Columns of text that a name keeps while other columns can still be hidden, unless the section says more, and at the
 * very least. */
enum { EH_NAME_KEEP = 18, EH_NAME_LEAST = 8 };

void eh_grid_open(eh_grid *grid, eh_page *page, uint32_t row_cap) {
  *grid = (eh_grid){.page = page, .row_cap = row_cap, .keep = EH_NAME_KEEP};
  grid->cell_rc = eh_page_memory(page, (size_t)row_cap * EH_GRID_COLUMNS, sizeof *grid->cell_rc);
  grid->wide_r = eh_page_memory(page, row_cap, sizeof *grid->wide_r);
}

uint32_t eh_grid_add(eh_grid *grid, eh_str name, bool right, uint8_t drop) {
  eh_grid_column *column = &grid->column[grid->column_n];
  size_t split = 0;
  while (split < name.n && name.p[split] != '_') split++;
  *column = (eh_grid_column){.right = right, .drop = drop, .space = grid->column_n ? 2 : 0};
  if (split < name.n) {
    column->head[0] = (eh_str){name.p, split};
    column->head[1] = (eh_str){name.p + split + 1, name.n - split - 1};
  } else {
    column->head[1] = name;
  }
  return grid->column_n++;
}

eh_grid_cell *eh_grid_row(eh_grid *grid) {
  if (!grid->cell_rc || !grid->wide_r || grid->row_n == grid->row_cap) return NULL;
  return grid->cell_rc + (size_t)grid->row_n++ * EH_GRID_COLUMNS;
}

/* ---- widths ------------------------------------------------------------------------------------------------------ */

static void measure(eh_grid *grid) {
  for (uint32_t c = 0; c < grid->column_n; c++) {
    eh_grid_column *column = &grid->column[c];
    column->width = 0;
    for (int h = 0; h < 2; h++) {
      uint32_t width = (uint32_t)eh_text_width(column->head[h]);
      if (width > column->width) column->width = width;
    }
    for (uint32_t r = 0; r < grid->row_n; r++) {
      uint32_t width = (uint32_t)eh_text_width(grid->cell_rc[(size_t)r * EH_GRID_COLUMNS + c].text);
      if (!grid->wide_r[r] && width > column->width) column->width = width;
    }
  }
}

/* Width of the table; with `squeezed`, of one whose flexible columns are cut as far as they may be. */
static uint32_t total_width(const eh_grid *grid, bool squeezed) {
  uint32_t total = 0;
  for (uint32_t c = 0; c < grid->column_n; c++) {
    const eh_grid_column *column = &grid->column[c];
    if (column->hidden) continue;
    bool squeeze = squeezed && column->flexible && column->width > grid->keep;
    total += column->space + (squeeze ? grid->keep : column->width);
  }
  return total;
}

static uint32_t hide_next(eh_grid *grid) {
  uint8_t most = 0;
  uint32_t hidden = 0;
  for (uint32_t c = 0; c < grid->column_n; c++)
    if (!grid->column[c].hidden && grid->column[c].drop > most) most = grid->column[c].drop;
  for (uint32_t c = 0; most && c < grid->column_n; c++) {
    if (grid->column[c].hidden || grid->column[c].drop != most) continue;
    grid->column[c].hidden = true;
    hidden++;
  }
  return hidden;
}

uint32_t eh_grid_fit(eh_grid *grid) {
  uint32_t hidden = 0;
  if (!grid->cell_rc || !grid->wide_r) return 0;
  measure(grid);
  while (total_width(grid, true) > grid->page->width) {
    uint32_t more = hide_next(grid);
    if (!more) break;
    hidden += more;
  }
  while (total_width(grid, false) > grid->page->width) {
    eh_grid_column *widest = NULL;
    for (uint32_t c = 0; c < grid->column_n; c++) {
      eh_grid_column *column = &grid->column[c];
      if (column->flexible && !column->hidden && column->width > EH_NAME_LEAST &&
          (!widest || column->width > widest->width))
        widest = column;
    }
    if (!widest) break;
    widest->width--;
  }
  return hidden;
}

/* ---- printing ---------------------------------------------------------------------------------------------------- */

static void print_cell(eh_grid *grid, const eh_grid_column *column, const eh_grid_cell *cell) {
  eh_page *page = grid->page;
  eh_str text = cell->text;
  uint32_t width = (uint32_t)eh_text_width(text);
  if (width > column->width && cell->brief.p) text = cell->brief, width = (uint32_t)eh_text_width(text);
  bool cut = width > column->width;
  if (cut) {
    text = eh_text_prefix(text, column->width - 1);
    width = (uint32_t)eh_text_width(text) + 1;
  }
  uint32_t pad = column->width > width ? column->width - width : 0;
  page->blanks += column->space + (column->right ? pad : 0);
  eh_page_put(page, text, cell->paint);
  if (cut) eh_page_text(page, "\xe2\x80\xa6", cell->paint);
  page->blanks += column->right ? 0 : pad;
}

static void print_rule(eh_grid *grid) {
  eh_buf *scratch = &grid->page->scratch;
  for (uint32_t i = total_width(grid, false); i; i--) eh_buf_text(scratch, "\xe2\x94\x80");
  eh_page_put(grid->page, eh_page_take(grid->page), EH_DIM);
  eh_page_line(grid->page);
}

static void print_head(eh_grid *grid, int h) {
  bool any = false;
  for (uint32_t c = 0; c < grid->column_n; c++) any = any || (!grid->column[c].hidden && grid->column[c].head[h].n);
  if (!any) return;
  for (uint32_t c = 0; c < grid->column_n; c++) {
    eh_grid_cell cell = {.text = grid->column[c].head[h], .paint = EH_DIM};
    if (!grid->column[c].hidden) print_cell(grid, &grid->column[c], &cell);
  }
  eh_page_line(grid->page);
}

void eh_grid_print(eh_grid *grid) {
  if (!grid->cell_rc || !grid->wide_r) return;
  print_head(grid, 0);
  print_head(grid, 1);
  print_rule(grid);
  for (uint32_t r = 0; r < grid->row_n; r++) {
    const eh_grid_cell *cell_c = grid->cell_rc + (size_t)r * EH_GRID_COLUMNS;
    if (grid->wide_r[r]) {
      eh_str whole = eh_text_prefix(cell_c[0].text, grid->page->width);
      eh_page_put(grid->page, whole, cell_c[0].paint);
    } else {
      for (uint32_t c = 0; c < grid->column_n; c++)
        if (!grid->column[c].hidden) print_cell(grid, &grid->column[c], &cell_c[c]);
    }
    eh_page_line(grid->page);
  }
}
