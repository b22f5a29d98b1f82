/* precision: areas under the precision-recall curve of every slice. Called by walk.c, on the cells in order of scores.
 *
 * The one idea: walking the scores upwards, a slice keeps the positives and negatives that are still at or above. At each
 * score that a positive has, precision weighs what recall gains there. The step area is an integer sum of such
 * precisions in units of 2^-62, so that no order of cells can change a bit; the others are sums in the order of scores.
 */
#include "metric_internal.h"

typedef unsigned __int128 u128;

#define UNIT 0x1p62

double eh_pr_precision(double tp, double fp) { return tp + fp > 0 ? tp / (tp + fp) : 1; }

/* Davis & Goadrich (2006): between two points both counts move in proportion. The area of tp / (tp + fp) over that way,
 * which starts at (tp, fp) and adds d_tp and d_fp, is s (d_tp + (tp - s n) log(1 + d_n / n)) with n = tp + fp, s = d_tp / d_n. */
double eh_pr_davis_goadrich(double tp, double fp, double d_tp, double d_fp) {
  const double n = tp + fp, d_n = d_tp + d_fp, slope = d_tp / d_n;
  if (n == 0) return slope * d_tp;
  return slope * (d_tp + (tp - slope * n) * eh_log1p(d_n / n));
}

/* Takes from the slice what it has at one score. */
static inline void settle(eh_precision *at, uint64_t d_tp, uint64_t d_fp, bool others) {
  const uint64_t tp = at->tp - d_tp, fp = at->fp - d_fp; /* above this score */
  if (d_tp) {
    const double here = (double)(int64_t)at->tp / (double)(int64_t)(at->tp + at->fp); /* of rows there is no rounding */
    eh_add_wide(at->step, (u128)(uint64_t)(int64_t)(here * UNIT) * d_tp);
    if (others) {
      at->trapezoid += (double)d_tp * (.5 * (here + eh_pr_precision((double)tp, (double)fp)));
      at->davis_goadrich += eh_pr_davis_goadrich((double)tp, (double)fp, (double)d_tp, (double)d_fp);
    }
  }
  at->tp = tp, at->fp = fp;
}

/* Entries of one score, of which several may lie in one slice. */
static void settle_run(eh_precision *at_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n, bool others) {
  for (size_t c = 0; c < n; c++) {
    const uint32_t atom = entry_n[c].ay >> 1;
    for (uint64_t i = m->start_a[atom]; i < m->start_a[atom + 1]; i++)
      at_s[m->slice_i[i]].here_y[entry_n[c].ay & 1] += entry_n[c].rows;
  }
  for (size_t c = 0; c < n; c++) {
    const uint32_t atom = entry_n[c].ay >> 1;
    for (uint64_t i = m->start_a[atom]; i < m->start_a[atom + 1]; i++) {
      eh_precision *const at = &at_s[m->slice_i[i]];
      settle(at, at->here_y[1], at->here_y[0], others);
      at->here_y[0] = at->here_y[1] = 0;
    }
  }
}

static EH_EACH_WAY void walk(eh_precision *at_s, const eh_membership *m, const eh_cell_entry *entry_n,
                                                       size_t n, bool others) {
  for (size_t first = 0, end; first < n; first = end) {
    const eh_cell_entry e = entry_n[first];
    for (end = first + 1; end < n && entry_n[end].key == e.key; end++) continue;
    if (end > first + 1) {
      settle_run(at_s, m, entry_n + first, end - first, others);
      continue;
    }
    const uint32_t atom = e.ay >> 1;
    const uint32_t *const slice_i = m->slice_i, *const end_i = slice_i + m->start_a[atom + 1];
    const uint32_t *i = slice_i + m->start_a[atom];
    if (e.ay & 1) for (; i < end_i; i++) settle(&at_s[*i], e.rows, 0, others);
    else for (; i < end_i; i++) at_s[*i].fp -= e.rows;
  }
}

/* The rows outside of a slice: all entries but those of its atoms. */
static void walk_rest(eh_precision *at, const bool *inside_a, const eh_cell_entry *entry_n, size_t n, bool others) {
  for (size_t first = 0, end; first < n; first = end) {
    uint64_t here_y[2] = {0};
    for (end = first; end < n && entry_n[end].key == entry_n[first].key; end++)
      here_y[entry_n[end].ay & 1] += inside_a[entry_n[end].ay >> 1] ? 0 : entry_n[end].rows;
    settle(at, here_y[1], here_y[0], others);
  }
}

static void areas_of(double area[EH_PR_AREAS], const eh_precision *at, uint64_t positives) {
  const double all = (double)positives;
  area[EH_PR_STEP] = positives ? (double)eh_wide(at->step) / UNIT / all : 0;
  area[EH_PR_TRAPEZOID] = positives ? at->trapezoid / all : 0;
  area[EH_PR_DAVIS_GOADRICH] = positives ? at->davis_goadrich / all : 0;
}

void eh_precision_from(eh_precision *at_s, const eh_tally *tally_s, const uint64_t (*below_sy)[2], uint32_t slice_count) {
  for (uint32_t s = 0; s < slice_count; s++) {
    at_s[s].tp = tally_s[s].confusion.fn - below_sy[s][1];
    at_s[s].fp = tally_s[s].confusion.tn - below_sy[s][0];
  }
}

void eh_precision_add(eh_precision *at_s, const eh_precision *other_s, uint32_t slice_count) {
  for (uint32_t s = 0; s < slice_count; s++) eh_add_wide(at_s[s].step, eh_wide(other_s[s].step));
}

void eh_precision_walk(eh_precision *at_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n, bool others) {
  if (others) walk(at_s, m, entry_n, n, true);
  else walk(at_s, m, entry_n, n, false);
}

void eh_precision_end(eh_tally *tally_s, const eh_precision *at_s, uint32_t slice_count) {
  for (uint32_t s = 0; s < slice_count; s++) areas_of(tally_s[s].pr_area, &at_s[s], tally_s[s].confusion.fn);
}

void eh_metric_walk_precision_rest(eh_tally *tally, const eh_tally *whole, const eh_slice *slice, bool *inside_a,
                                   uint32_t atom_count, const eh_cell_entry *entry_n, size_t n, bool others) {
  for (uint32_t a = 0; a < atom_count; a++) inside_a[a] = false;
  for (uint32_t i = 0; i < slice->atom_count; i++) inside_a[slice->atom_n[i]] = true;
  eh_precision at = {.tp = whole->confusion.fn - tally->confusion.fn, .fp = whole->confusion.tn - tally->confusion.tn};
  const uint64_t positives = at.tp;
  walk_rest(&at, inside_a, entry_n, n, others);
  areas_of(tally->pr_area_rest, &at, positives);
}
