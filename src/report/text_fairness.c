/* text_fairness: the last two sections: the named criteria, five lines a column, and the findings as ranked
 * sentences.
 */
#include "report_internal.h"

typedef struct criterion {
  const char *title;
  eh_str difference, ratio; /* names in eh_fairness */
} criterion;

static const criterion criteria[] = {
    {"demographic parity", {"demographic_parity_difference", 29}, {"demographic_parity_ratio", 24}},
    {"equal opportunity", {"equal_opportunity_difference", 28}, {"equal_opportunity_ratio", 23}},
    {"equalized odds", {"equalized_odds_difference", 25}, {"equalized_odds_ratio", 20}},
    {"predictive parity", {"predictive_parity_difference", 28}, {"predictive_parity_ratio", 23}},
    {"four-fifths rule", {"", 0}, {"four_fifths", 11}}};

enum { EH_CRITERIA = sizeof criteria / sizeof *criteria };

/* The criteria of one column at the shown threshold. */
typedef struct judged {
  const eh_fairness *difference_c[EH_CRITERIA], *ratio_c[EH_CRITERIA];
} judged;

static judged *gather(eh_model_page *mp) {
  const eh_audit_view *audit = mp->audit;
  judged *judged_f = eh_page_memory(mp->page, audit->slices->family_count, sizeof *judged_f);
  for (uint64_t i = 0; judged_f && i < audit->fairness_count; i++) {
    const eh_fairness *fair = &audit->fairness_n[i];
    if (fair->model != mp->model || fair->threshold != mp->threshold) continue;
    for (uint32_t c = 0; c < EH_CRITERIA; c++) {
      if (eh_str_eq(fair->criterion, criteria[c].difference)) judged_f[fair->family].difference_c[c] = fair;
      if (eh_str_eq(fair->criterion, criteria[c].ratio)) judged_f[fair->family].ratio_c[c] = fair;
    }
  }
  return judged_f;
}

static eh_str number_text(eh_page *page, eh_notes *notes, const eh_fairness *fair) {
  if (!fair) return (eh_str){0};
  if (fair->value != fair->value) {
    eh_notes_dash(notes, page, fair->reason);
  } else {
    eh_put_short(&page->scratch, fair->value);
    eh_buf_byte(&page->scratch, fair->reason ? '~' : ' ');
  }
  return eh_page_take(page);
}

static bool is_partial(const eh_fairness *fair) { return fair && fair->value == fair->value && fair->reason; }

/* "Female to Male": the groups of the least and the greatest value. */
static eh_str groups_text(eh_model_page *mp, const eh_fairness *fair) {
  if (!fair || fair->slice_min == EH_NONE || fair->slice_max == EH_NONE) return (eh_str){0};
  if (fair->slice_min == fair->slice_max) return EH_STR("all alike");
  eh_str low = eh_text_group(mp->page, mp->audit, fair->slice_min);
  eh_str high = eh_text_group(mp->page, mp->audit, fair->slice_max);
  eh_buf_format(&mp->page->scratch, "%S to %S", low, high);
  return eh_page_take(mp->page);
}

/* The groups of the difference, and those of the ratio where they are others: the two may come from different rates. */
static eh_str pair_text(eh_model_page *mp, const eh_fairness *difference, const eh_fairness *ratio) {
  eh_str groups = groups_text(mp, difference), others = groups_text(mp, ratio);
  if (!others.n || eh_str_eq(groups, others)) return groups;
  if (groups.n)
    eh_buf_format(&mp->page->scratch, "%S; ratio: %S", groups, others);
  else
    eh_buf_format(&mp->page->scratch, "ratio: %S", others);
  return eh_page_take(mp->page);
}

/* "fails: Black, Other"; of a rule that nobody fails and some were left out of, nothing can be said. */
static eh_str verdict_text(eh_model_page *mp, const eh_fairness *fair) {
  eh_buf *const out = &mp->page->scratch;
  if (!fair->failing_count) return fair->reason ? (eh_str){0} : EH_STR("passes");
  enum { NAMED = 4 };
  const uint32_t named = fair->failing_count < NAMED ? fair->failing_count : NAMED;
  eh_str group_n[NAMED];
  for (uint32_t i = 0; i < named; i++) group_n[i] = eh_text_group(mp->page, mp->audit, fair->failing_n[i]);
  for (uint32_t i = 0; i < named; i++) eh_buf_format(out, "%s%S", i ? ", " : "fails: ", group_n[i]);
  if (fair->failing_count > named) eh_buf_format(out, " and %u more", (uint64_t)(fair->failing_count - named));
  return eh_page_take(mp->page);
}

static bool add_family(eh_model_page *mp, eh_grid *grid, eh_notes *notes, const judged *of, uint32_t family) {
  bool first = true, partial = false;
  for (uint32_t c = 0; c < EH_CRITERIA; c++) {
    if (!of->difference_c[c] && !of->ratio_c[c]) continue;
    eh_grid_cell *cell_c = eh_grid_row(grid);
    if (!cell_c) return partial;
    if (first) cell_c[0].text = eh_page_safe(mp->page, eh_view_family(mp->audit, family)), cell_c[0].paint = EH_BOLD;
    first = false;
    cell_c[1].text = eh_str_of(criteria[c].title);
    cell_c[2].text = number_text(mp->page, notes, of->difference_c[c]);
    cell_c[3].text = number_text(mp->page, notes, of->ratio_c[c]);
    const eh_fairness *const ratio = of->ratio_c[c];
    cell_c[4].text = ratio && ratio->has_failing ? verdict_text(mp, ratio) : pair_text(mp, of->difference_c[c], ratio);
    partial = partial || is_partial(of->difference_c[c]) || is_partial(of->ratio_c[c]);
  }
  return partial;
}

static void print_heading(eh_model_page *mp) {
  eh_buf_text(&mp->page->scratch, "Fairness criteria");
  eh_text_at(mp);
  eh_page_line(mp->page);
  eh_page_put(mp->page, eh_page_take(mp->page), EH_BOLD);
  eh_page_line(mp->page);
}

void eh_text_fairness(eh_model_page *mp) {
  eh_page *page = mp->page;
  uint32_t count = mp->audit->slices->family_count, most = page->top / EH_CRITERIA ? page->top / EH_CRITERIA : 1;
  uint32_t shown = count < most ? count : most;
  const judged *judged_f = gather(mp);
  eh_grid *grid = eh_page_memory(page, 1, sizeof *grid);
  eh_notes notes = {.n = 0};
  if (!judged_f || !grid) return;
  eh_grid_open(grid, page, shown * EH_CRITERIA);
  eh_grid_add(grid, EH_STR("column"), false, 0);
  grid->column[0].flexible = true;
  eh_grid_add(grid, EH_STR("criterion"), false, 0);
  eh_grid_add(grid, EH_STR("difference "), true, 0);
  eh_grid_add(grid, EH_STR("ratio "), true, 0);
  eh_grid_add(grid, EH_STR("lowest to highest group"), false, 0);
  grid->column[4].flexible = true;
  bool partial = false;
  for (uint32_t f = 0; f < shown; f++) partial |= add_family(mp, grid, &notes, &judged_f[f], f);
  if (!grid->row_n) return;
  print_heading(mp);
  eh_grid_fit(grid);
  eh_grid_print(grid);
  eh_page_more(page, count - shown, "column", "columns");
  if (partial) {
    eh_page_wrap(page, EH_STR("~ "), 2, eh_str_of(eh_reason_text(EH_R_PARTIAL)), EH_DIM);
  }
  eh_notes_print(&notes, page);
}

/* ---- findings ---------------------------------------------------------------------------------------------------- */

void eh_text_findings(eh_page *page, const eh_audit_view *audit) {
  eh_page_line(page);
  eh_page_text(page, "Findings", EH_BOLD);
  eh_page_line(page);
  uint64_t shown = audit->finding_count < page->top ? audit->finding_count : page->top;
  for (uint64_t i = 0; i < shown; i++) {
    const eh_finding *finding = &audit->finding_n[i];
    eh_buf_format(&page->scratch, finding->rank < 10 ? " %u. " : "%u. ", (uint64_t)finding->rank);
    uint32_t indent = (uint32_t)page->scratch.n;
    eh_str first = eh_page_take(page), text = eh_page_safe(page, finding->text);
    eh_page_wrap(page, first, indent, text, EH_PLAIN);
  }
  if (!audit->finding_count) {
    eh_page_text(page, "none", EH_PLAIN);
    eh_page_line(page);
  }
  eh_page_more(page, audit->finding_count - shown, "finding", "findings");
}
