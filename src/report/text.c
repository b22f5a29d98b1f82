/* text: the report for a terminal: what was read, then per model rates, gaps and criteria, then the findings, so
 * that the sentences to act on stand nearest to the prompt. Called by the program.
 *
 * Each section is a file of its own (text_*.c); this one is their order and the lines at the top.
 */
#include "report_internal.h"

/* Skips named in full; columns that " 1,628,100,000 rows read, 1,000,000 skipped" may take beside the name of the
 * input. */
enum { EH_SKIPS_SHOWN = 3, EH_ROWS_WIDTH = 45 };

/* ---- what was read ----------------------------------------------------------------------------------------------- */

static void put_rows_read(eh_page *page, const eh_provenance *from) {
  eh_str name = eh_page_safe(page, from->name.p ? from->name : EH_STR("input"));
  if (eh_text_width(name) + EH_ROWS_WIDTH > page->width) {
    eh_page_wrap(page, (eh_str){0}, 0, name, EH_BOLD); /* a long path gets lines of its own */
  } else {
    eh_page_put(page, name, EH_BOLD);
  }
  eh_buf_text(&page->scratch, "  ");
  eh_put_plural(&page->scratch, from->intake.rows, "row read", "rows read");
  eh_buf_text(&page->scratch, ", ");
  if (from->intake.rows_skipped) {
    eh_buf_grouped(&page->scratch, from->intake.rows_skipped);
  } else {
    eh_buf_text(&page->scratch, "none");
  }
  eh_buf_text(&page->scratch, " skipped");
  eh_page_put(page, eh_page_take(page), EH_PLAIN);
  eh_page_line(page);
}

/* "only rows where country = US: 1,234 others left out" */
static void put_where(eh_page *page, const eh_audit_view *audit) {
  if (!audit->spec->cube.where.n) return;
  eh_buf_text(&page->scratch, "only rows where ");
  eh_buf_safe(&page->scratch, audit->spec->cube.where, 0);
  eh_buf_text(&page->scratch, ": ");
  eh_put_plural(&page->scratch, audit->cube->provenance->intake.rows_filtered, "other", "others");
  eh_buf_text(&page->scratch, " left out");
  eh_str text = eh_page_take(page);
  eh_page_wrap(page, (eh_str){0}, 0, text, EH_PLAIN);
}

static void put_skips(eh_page *page, const eh_intake *intake) {
  uint32_t shown = intake->skipped_n < EH_SKIPS_SHOWN ? intake->skipped_n : EH_SKIPS_SHOWN;
  for (uint32_t i = 0; i < shown; i++) {
    eh_buf_format(&page->scratch, "  %s %u: ", eh_place(intake->by_row), intake->skipped[i].line);
    uint32_t indent = (uint32_t)page->scratch.n;
    eh_str first = eh_page_take(page), reason = eh_page_safe(page, eh_str_of(intake->skipped[i].reason));
    eh_page_wrap(page, first, indent, reason, EH_DIM);
  }
  if (intake->rows_skipped <= shown) return;
  eh_buf_text(&page->scratch, "  ... and ");
  eh_put_plural(&page->scratch, intake->rows_skipped - shown, "more row", "more rows");
  eh_buf_format(&page->scratch, " skipped (the first %u are in --json)", (uint64_t)EH_SKIPS_KEPT);
  eh_page_put(page, eh_page_take(page), EH_DIM);
  eh_page_line(page);
}

/* ---- what was asked ---------------------------------------------------------------------------------------------- */

static void put_thresholds(eh_buf *out, const eh_cube_spec *spec) {
  uint32_t n = spec->threshold_count;
  if (!n) return;
  eh_buf_text(out, n == 1 ? "; threshold" : "; thresholds");
  eh_buf_text(out, spec->cut == EH_CUT_AT_LEAST ? " (scores at or above it are selected): " : ": ");
  for (uint32_t t = 0; t < n; t++) {
    if (n > 6 && t == 2) {
      eh_buf_text(out, ", ... ");
      t = n - 2;
      continue;
    }
    if (t && !(n > 6 && t == n - 1)) eh_buf_text(out, ", ");
    eh_put_plain(out, spec->threshold_t[t]);
  }
}

static void put_question(eh_page *page, const eh_audit_view *audit) {
  const eh_cube_spec *spec = &audit->spec->cube;
  eh_buf *out = &page->scratch;
  eh_buf_text(out, "label: ");
  eh_put_label(out, spec);
  eh_put_labels(out, audit->cube);
  eh_buf_text(out, spec->model_count == 1 ? "; model: " : "; models: ");
  for (uint32_t m = 0; m < spec->model_count; m++) {
    if (m) eh_buf_text(out, ", ");
    eh_buf_safe(out, spec->score_m[m], 40);
  }
  if (spec->weight.p) {
    eh_buf_text(out, "; weight: ");
    eh_buf_safe(out, spec->weight, 40);
    eh_buf_format(out, " (%S)", eh_weight_kind_name(spec->weight_kind));
  }
  put_thresholds(out, spec);
  eh_buf_text(out, "; baseline: ");
  if (audit->baseline == EH_NONE) {
    eh_buf_text(out, "complement (all other rows)");
  } else {
    eh_buf_safe(out, eh_view_slice(audit, audit->baseline), 60);
  }
  eh_str text = eh_page_take(page);
  eh_page_wrap(page, (eh_str){0}, 0, text, EH_PLAIN);
}

/* Those of rates and gaps; of the others what was asked for by name. */
static void put_closed_forms(eh_buf *out, const eh_methods *methods) {
  static const char *const of_q[EH_QUANTITIES] = {"intervals", "gaps", "ratios", "p", "AUC"};
  for (int q = 0; q < EH_QUANTITIES; q++)
    if (q < EH_OF_RATIO || methods->of_q[q])
      eh_buf_format(out, "%s: %s; ", of_q[q], eh_method_title(eh_methods_of(methods, (eh_quantity)q)));
}

static void put_methods(eh_page *page, const eh_spec *spec) {
  eh_buf *out = &page->scratch;
  if (spec->cube.regression && !spec->no_intervals) {
    eh_buf_text(out, "intervals: Student's t; gaps: Welch's t, ratios by Fieller; level: ");
    eh_put_level(out, spec->level);
  } else if (spec->no_intervals) {
    eh_buf_text(out, "intervals are switched off");
  } else if (spec->bootstrap) {
    const uint32_t cluster = eh_slicing_cluster(&spec->cube.slicing);
    eh_buf_text(out, "intervals: bootstrap over ");
    if (cluster == EH_NO_CLUSTER) eh_buf_text(out, "cells");
    else eh_buf_text(out, "clusters of "), eh_buf_safe(out, spec->cube.slicing.dim_n[cluster].name, 40);
    eh_buf_format(out, " (%s), ", spec->bootstrap == EH_BOOTSTRAP_BCA ? "BCa" : "percentile");
    eh_put_plural(out, spec->replicates, "replicate", "replicates");
    eh_buf_format(out, ", seed %u; level: ", spec->seed);
    eh_put_level(out, spec->level);
  } else if (spec->cube.fractional) {
    eh_buf_text(out, "no intervals: with fractional labels they have no closed form");
  } else {
    put_closed_forms(out, &spec->methods);
    if (spec->cube.weight.p && spec->cube.weight_kind == EH_WEIGHT_SAMPLING)
      eh_buf_text(out, "both of the effective size of the weights; ");
    eh_buf_text(out, "level: ");
    eh_put_level(out, spec->level);
  }
  if (spec->min_slice) {
    eh_buf_text(out, "; slices under ");
    eh_put_plural(out, spec->min_slice, "row is", "rows are");
    eh_buf_text(out, " not compared");
  }
  if (spec->curves) eh_buf_text(out, "; curves are in --json");
  eh_str text = eh_page_take(page);
  eh_page_wrap(page, (eh_str){0}, 0, text, EH_DIM);
}

/* ---- rows without a group ---------------------------------------------------------------------------------------- */

static void put_missing(eh_page *page, const eh_audit_view *audit) {
  const eh_slicing *slicing = &audit->spec->cube.slicing;
  eh_buf *out = &page->scratch;
  uint32_t sliced = 0, gappy = 0;
  for (uint32_t d = 0; d < slicing->dim_count; d++) {
    if (!eh_slicing_uses(slicing, d) || slicing->dim_n[d].predicate.n) continue;
    sliced++;
    uint64_t without = eh_cube_without(audit->cube, d);
    if (!without) continue;
    eh_buf_text(out, gappy++ ? ", " : "rows without a group: ");
    eh_buf_safe(out, eh_view_column(audit, d), 40);
    eh_buf_byte(out, ' ');
    eh_put_share(out, without, audit->cube->rows);
  }
  if (gappy) {
    if (!slicing->show_missing) eh_buf_text(out, " (in overall only; --show-missing makes them slices)");
  } else if (sliced) {
    eh_buf_text(out, "every row has a group in every sliced column");
  }
  eh_str text = eh_page_take(page);
  if (text.n) eh_page_wrap(page, (eh_str){0}, 0, text, gappy ? EH_PLAIN : EH_DIM);
}

static void put_top(eh_page *page, const eh_audit_view *audit) {
  put_rows_read(page, audit->cube->provenance);
  put_skips(page, &audit->cube->provenance->intake);
  put_where(page, audit);
  put_question(page, audit);
  put_methods(page, audit->spec);
  put_missing(page, audit);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

eh_status eh_report_text(eh_buf *out, const eh_audit_view *audit, const eh_text_style *style, eh_error *err) {
  eh_page page;
  eh_page_open(&page, out, style);
  put_top(&page, audit);
  uint32_t t_count = audit->spec->cube.threshold_count;
  uint32_t threshold = t_count ? (t_count - 1) / 2 : EH_NONE;
  for (uint32_t m = 0; m < audit->spec->cube.model_count; m++) {
    eh_model_page mp;
    if (!eh_model_page_open(&mp, &page, audit, m, threshold)) break;
    eh_text_rates(&mp);
    eh_text_gaps(&mp);
    if (!audit->spec->cube.regression) eh_text_fairness(&mp);
  }
  eh_text_compare(&page, audit, threshold);
  eh_text_findings(&page, audit);
  return eh_page_close(&page, err);
}
