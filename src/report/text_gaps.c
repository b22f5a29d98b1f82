/* text_gaps: the table of gaps to the baseline, in the asked order: by default the gap that is surely largest
 * first, which is the one whose interval keeps farthest from 0.
 */
#include "report_internal.h"

/* Drop order when the page is narrow. */
enum { EH_DROP_RATIO = 1, EH_DROP_RATIO_RANGE = 2 };

typedef struct gaps {
  eh_model_page *mp;
  eh_grid grid;
  eh_notes notes;
  bool clear;
} gaps;

/* ---- cells ------------------------------------------------------------------------------------------------------- */

static eh_str range_text(gaps *t, const eh_range *range, eh_reason reason, void (*put)(eh_buf *, eh_range)) {
  eh_page *page = t->mp->page;
  if (range->lower == range->lower) {
    put(&page->scratch, *range);
  } else {
    eh_notes_dash(&t->notes, page, reason);
  }
  return eh_page_take(page);
}

static double baseline_value(const eh_model_page *mp, const eh_result *r) {
  if (mp->audit->baseline == EH_NONE) return r->value.value - r->gap.difference; /* other rows of each slice */
  const eh_result *base = mp->result_sm[(size_t)mp->audit->baseline * EH_METRICS + r->metric];
  return base ? base->value.value : r->value.value - r->gap.difference;
}

static void add_gap(gaps *t, const eh_result *r) {
  eh_page *page = t->mp->page;
  eh_grid_cell *cell_c = eh_grid_row(&t->grid);
  if (!cell_c) return;
  const eh_gap *gap = &r->gap;
  bool clear = eh_gap_is_clear(gap);
  t->clear = t->clear || clear;
  cell_c[0].text = eh_str_of(eh_metric_about(r->metric)->name);
  const eh_audit_view *audit = t->mp->audit;
  cell_c[1].text = eh_page_safe(page, eh_view_slice(audit, r->slice));
  if (audit->slice_s[r->slice].slice->dim_count > 1) cell_c[1].brief = eh_text_group(page, audit, r->slice);
  eh_put_short(&page->scratch, r->value.value);
  eh_buf_text(&page->scratch, " vs ");
  eh_put_short(&page->scratch, baseline_value(t->mp, r));
  cell_c[2].text = eh_page_take(page);
  eh_put_signed(&page->scratch, gap->difference);
  eh_buf_byte(&page->scratch, clear ? '*' : ' ');
  cell_c[3] = (eh_grid_cell){.text = eh_page_take(page), .paint = eh_gap_is_adverse(r) ? EH_RED : EH_PLAIN};
  cell_c[4].text = range_text(t, &gap->difference_range, gap->interval_reason, eh_put_signed_range);
  if (gap->ratio_reason) {
    eh_notes_dash(&t->notes, page, gap->ratio_reason);
  } else {
    eh_put_ratio(&page->scratch, gap->ratio);
  }
  cell_c[5].text = eh_page_take(page);
  eh_reason reason = gap->ratio_reason ? gap->ratio_reason : gap->interval_reason;
  cell_c[6].text = range_text(t, &gap->ratio_range, reason, eh_put_ratio_range);
  if (gap->p == gap->p) {
    eh_put_p(&page->scratch, gap->p);
  } else {
    eh_notes_dash(&t->notes, page, gap->interval_reason);
  }
  cell_c[7].text = eh_page_take(page);
}

/* ---- the section ------------------------------------------------------------------------------------------------- */

static void add_columns(gaps *t) {
  eh_page *page = t->mp->page;
  eh_put_level(&page->scratch, t->mp->audit->spec->level);
  eh_buf_text(&page->scratch, " interval");
  eh_str interval = eh_page_take(page);
  eh_put_level(&page->scratch, t->mp->audit->spec->level);
  eh_str level = eh_page_take(page);
  eh_grid_add(&t->grid, EH_STR("metric"), false, 0);
  eh_grid_add(&t->grid, EH_STR("slice"), false, 0);
  t->grid.column[1].flexible = true;
  eh_grid_add(&t->grid, EH_STR("vs baseline"), true, 0);
  eh_grid_add(&t->grid, EH_STR("gap "), true, 0);
  uint32_t c = eh_grid_add(&t->grid, interval, true, 0);
  t->grid.column[c].space = 1;
  eh_grid_add(&t->grid, EH_STR("ratio"), true, EH_DROP_RATIO);
  eh_grid_add(&t->grid, level, true, EH_DROP_RATIO_RANGE);
  eh_grid_add(&t->grid, EH_STR("p"), true, 0);
}

static void print_heading(gaps *t) {
  eh_page *page = t->mp->page;
  const eh_audit_view *audit = t->mp->audit;
  eh_buf_text(&page->scratch, "Gaps to ");
  if (audit->baseline == EH_NONE) {
    eh_buf_text(&page->scratch, "all other rows");
  } else {
    eh_buf_safe(&page->scratch, eh_view_slice(audit, audit->baseline), 60);
  }
  eh_text_at(t->mp);
  eh_page_line(page);
  eh_page_put(page, eh_page_take(page), EH_BOLD);
  eh_page_line(page);
}

/* Gaps that are not there, by reason, so that silence never looks like parity. */
static void print_undefined(gaps *t) {
  eh_page *page = t->mp->page;
  const eh_audit_view *audit = t->mp->audit;
  uint64_t count_r[EH_R_COUNT] = {0}, total = 0;
  for (size_t i = 0; i < (size_t)audit->slice_count * EH_METRICS; i++) {
    const eh_result *r = t->mp->result_sm[i];
    eh_reason reason = r ? r->gap.reason : EH_R_NONE;
    if (reason == EH_R_NONE || reason == EH_R_IS_BASELINE) continue; /* nothing is lacking */
    if (reason == EH_R_SAME_ROWS || reason == EH_R_COUNT_METRIC) continue;
    if (reason == EH_R_MISSING_BASELINE && audit->baseline == EH_NONE) continue; /* all rows have no others */
    count_r[reason]++, total++;
  }
  if (!total) return;
  eh_put_plural(&page->scratch, total, "gap is", "gaps are");
  eh_buf_text(&page->scratch, " undefined: ");
  for (uint32_t reason = 0, n = 0; reason < EH_R_COUNT; reason++) {
    if (!count_r[reason]) continue;
    if (n++) eh_buf_text(&page->scratch, ", ");
    eh_buf_format(&page->scratch, "%s ", eh_reason_name((eh_reason)reason));
    eh_buf_grouped(&page->scratch, count_r[reason]);
  }
  eh_str text = eh_page_take(page);
  eh_page_wrap(page, (eh_str){0}, 0, text, EH_DIM);
}

void eh_text_gaps(eh_model_page *mp) {
  gaps *t = eh_page_memory(mp->page, 1, sizeof *t);
  if (!t) return;
  t->mp = mp;
  uint32_t shown = mp->gap_n < mp->page->top ? (uint32_t)mp->gap_n : mp->page->top;
  if (shown) {
    eh_grid_open(&t->grid, mp->page, shown);
    add_columns(t);
    for (uint32_t g = 0; g < shown; g++) add_gap(t, mp->gap_g[g].result);
    print_heading(t);
    uint32_t hidden = eh_grid_fit(&t->grid);
    eh_grid_print(&t->grid);
    eh_page_more(mp->page, mp->gap_n - shown, "gap", "gaps");
    eh_notes_print(&t->notes, mp->page);
    if (hidden) {
      eh_page_text(mp->page, hidden > 1 ? "ratios need a wider terminal; all are in --json"
                                        : "the ratios' intervals need a wider terminal; all are in --json", EH_DIM);
      eh_page_line(mp->page);
    }
  }
  print_undefined(t);
}
