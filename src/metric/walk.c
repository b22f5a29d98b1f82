/* walk: the fine cells in score order, once, for everything that wants them so: 2U, placements, areas under
 * precision-recall curves. Called by tally.c, once per model.
 *
 * The one idea: what a walk adds up are integers, so the keys can be split into ranges of buckets. A range begins with the
 * rows of each slice below it, which its cursors tell; threads take ranges, and their sums add up to the same whatever the
 * split. Only the areas that are sums of rounded numbers need one walk over all.
 */
#include <string.h>

#include "metric_internal.h"

/* ---- atoms to slices --------------------------------------------------------------------------------------------- */

void eh_membership_free(eh_membership *m, const eh_allocator *mem) {
  eh_mem_free(mem, m->start_a, m->start_n * sizeof *m->start_a);
  eh_mem_free(mem, m->slice_i, m->slice_n * sizeof *m->slice_i);
}

bool eh_membership_make(eh_membership *m, const eh_slices *slices, uint32_t atom_count, const eh_allocator *mem) {
  *m = (eh_membership){.start_n = (size_t)atom_count + 2, .slice_n = 1};
  for (uint32_t s = 0; s < slices->slice_count; s++) m->slice_n += slices->slice_n[s].atom_count;
  if (m->slice_n > SIZE_MAX / sizeof *m->slice_i) return false;
  m->start_a = eh_mem_zero(mem, m->start_n * sizeof *m->start_a);
  m->slice_i = eh_mem_zero(mem, m->slice_n * sizeof *m->slice_i);
  if (!m->start_a || !m->slice_i) return false;
  /* Counted two places up, summed, and filled one place up, the starts end where they belong. */
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    for (uint32_t i = 0; i < slices->slice_n[s].atom_count; i++) m->start_a[slices->slice_n[s].atom_n[i] + 2]++;
  }
  for (uint32_t a = 0; a < atom_count; a++) m->start_a[a + 2] += m->start_a[a + 1];
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    for (uint32_t i = 0; i < slices->slice_n[s].atom_count; i++) {
      m->slice_i[m->start_a[slices->slice_n[s].atom_n[i] + 1]++] = s;
    }
  }
  return true;
}

/* ---- what the walks need ------------------------------------------------------------------------------------------- */

/* Cells of a range at least, so that finding its beginning costs little; ranges of a thread, so that none waits long. */
enum { RANGE_CELLS = 1 << 14, RANGES_PER_THREAD = 4 };

/* Of one thread; what is not asked for is NULL. */
typedef struct desk {
  eh_order order;
  uint64_t (*below_sy)[2];     /* rows below the range */
  eh_standing *standing_s;
  eh_placings placings;
  eh_against against;
  eh_outside outside;
  eh_precision *precision_s;
} desk;

typedef struct walking {
  const eh_work *work;
  const eh_allocator *mem;
  const eh_cube_view *cube;
  const eh_cube_model *model;
  const eh_slices *slices;
  eh_tally *tally_s;
  uint32_t slice_count, atom_count, desk_count, range_count, thread_count;
  bool keeps;                  /* the entries, for areas of the rest, which read them for each slice: */
  uint64_t entries, entries_most;
  eh_cell_entry *entry_n;
  bool *inside_wa;
  uint32_t base;               /* the slice that others are compared with */
  bool *in_base_a;             /* its atoms */
  bool shares;                 /* some slice holds some of them, and others */
  unsigned __int128 (*placed_ry)[2]; /* of each range, for those outside slices */
  eh_membership membership;
  desk *desk_w;
} walking;

static bool with_squares(eh_auc_work auc) { return auc == EH_AUC_OWN_SQUARES || auc == EH_AUC_OWN_SQUARES_AND_REST; }
static bool with_rest(eh_auc_work auc) { return auc == EH_AUC_OWN_AND_REST || auc == EH_AUC_OWN_SQUARES_AND_REST; }
/* Squares of the rows outside slices, too. */
static bool with_outside(eh_auc_work auc) { return auc == EH_AUC_OWN_SQUARES_AND_REST; }
static bool with_others(const eh_work *work) { return work->pr_areas >> EH_PR_TRAPEZOID; }

/* n items of zeros at *p (a T **) if `asked`. */
static bool lay(const walking *w, void *p, bool asked, uint64_t n, size_t size) {
  if (!asked) return true;
  void *const room = n < SIZE_MAX / size ? eh_mem_zero(w->mem, (size_t)n * size) : NULL;
  memcpy(p, &room, sizeof room);
  return room != NULL;
}

static bool desk_make(desk *d, const walking *w) {
  const eh_auc_work auc = w->work->auc;
  const uint64_t slices_n = w->slice_count;
  const bool ordered = d == w->desk_w ? eh_order_make(&d->order, w->model, w->atom_count, w->mem)
                                      : eh_order_fork(&d->order, &w->desk_w->order);
  if (!ordered || !lay(w, &d->below_sy, true, slices_n, sizeof *d->below_sy) ||
      !lay(w, &d->standing_s, auc && !with_squares(auc), slices_n, sizeof *d->standing_s) ||
      !lay(w, &d->placings.placing_s, with_squares(auc), slices_n, sizeof *d->placings.placing_s) ||
      !lay(w, &d->placings.placed_s, with_squares(auc), slices_n, sizeof *d->placings.placed_s) ||
      !lay(w, &d->placings.base_ay, with_squares(auc), 2 * (uint64_t)w->atom_count, sizeof *d->placings.base_ay) ||
      !lay(w, &d->placings.own_sy, with_squares(auc) && w->shares, slices_n, sizeof *d->placings.own_sy) ||
      !lay(w, &d->outside.at_s, with_outside(auc), slices_n, sizeof *d->outside.at_s) ||
      !lay(w, &d->outside.at_a, with_outside(auc), w->atom_count, sizeof *d->outside.at_a) ||
      !lay(w, &d->against.sum_a, with_rest(auc), w->atom_count, sizeof *d->against.sum_a) ||
      !lay(w, &d->precision_s, w->work->pr_areas, slices_n, sizeof *d->precision_s))
    return false;
  if (with_squares(auc)) eh_placings_start(&d->placings, w->slice_count, w->cube->rows);
  d->placings.base = w->base, d->placings.in_base_a = w->in_base_a;
  for (uint32_t a = 0; a < w->atom_count; a++) d->against.positives += w->cube->rows_ay[2 * (size_t)a + 1];
  return true;
}

static void desk_free(desk *d, const walking *w) {
  const size_t slices_n = w->slice_count;
  eh_mem_free(w->mem, d->precision_s, slices_n * sizeof *d->precision_s);
  eh_mem_free(w->mem, d->against.sum_a, w->atom_count * sizeof *d->against.sum_a);
  eh_mem_free(w->mem, d->outside.at_a, w->atom_count * sizeof *d->outside.at_a);
  eh_mem_free(w->mem, d->outside.at_s, slices_n * sizeof *d->outside.at_s);
  eh_mem_free(w->mem, d->placings.own_sy, slices_n * sizeof *d->placings.own_sy);
  eh_mem_free(w->mem, d->placings.base_ay, 2 * (size_t)w->atom_count * sizeof *d->placings.base_ay);
  eh_mem_free(w->mem, d->placings.placed_s, slices_n * sizeof *d->placings.placed_s);
  eh_mem_free(w->mem, d->placings.placing_s, slices_n * sizeof *d->placings.placing_s);
  eh_mem_free(w->mem, d->standing_s, slices_n * sizeof *d->standing_s);
  eh_mem_free(w->mem, d->below_sy, slices_n * sizeof *d->below_sy);
  eh_order_free(&d->order);
}

/* Of a slice's atoms, how many the base has. */
static uint32_t atoms_in_base(const walking *w, const eh_slice *slice) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < slice->atom_count; i++) n += w->in_base_a[slice->atom_n[i]];
  return n;
}

static void find_base(walking *w) {
  const eh_slice *const base = &w->slices->slice_n[w->base];
  for (uint32_t i = 0; i < base->atom_count; i++) w->in_base_a[base->atom_n[i]] = true;
  for (uint32_t s = 0; s < w->slice_count; s++) {
    const uint32_t shared = atoms_in_base(w, &w->slices->slice_n[s]);
    w->shares |= shared && shared < w->slices->slice_n[s].atom_count;
  }
}

static bool make(walking *w) {
  if (!eh_membership_make(&w->membership, w->slices, w->atom_count, w->mem) ||
      !lay(w, &w->entry_n, w->keeps, w->entries_most, sizeof *w->entry_n) ||
      !lay(w, &w->inside_wa, w->keeps, (uint64_t)w->thread_count * w->atom_count, sizeof *w->inside_wa) ||
      !lay(w, &w->in_base_a, true, w->atom_count, sizeof *w->in_base_a) ||
      !lay(w, &w->placed_ry, with_outside(w->work->auc), w->range_count, sizeof *w->placed_ry) ||
      !lay(w, &w->desk_w, true, w->desk_count, sizeof *w->desk_w))
    return false;
  find_base(w);
  bool made = true;
  for (uint32_t t = 0; made && t < w->desk_count; t++) made = desk_make(&w->desk_w[t], w);
  return made;
}

static void unmake(walking *w) {
  for (uint32_t t = w->desk_w ? w->desk_count : 0; t--;) desk_free(&w->desk_w[t], w);
  eh_mem_free(w->mem, w->desk_w, w->desk_count * sizeof *w->desk_w);
  eh_mem_free(w->mem, w->placed_ry, w->range_count * sizeof *w->placed_ry);
  eh_mem_free(w->mem, w->in_base_a, w->atom_count * sizeof *w->in_base_a);
  eh_mem_free(w->mem, w->inside_wa, (size_t)w->thread_count * w->atom_count * sizeof *w->inside_wa);
  eh_mem_free(w->mem, w->entry_n, (size_t)w->entries_most * sizeof *w->entry_n);
  eh_membership_free(&w->membership, w->mem);
}

/* ---- a range of keys ----------------------------------------------------------------------------------------------- */

/* The bucket with which range r begins, and how many entries lie before it: equal shares, as near as whole buckets come. */
static uint32_t range_start(const walking *w, uint32_t r, uint64_t *before) {
  const eh_order *const order = &w->desk_w->order;
  uint64_t all = 0;
  uint32_t b = 0;
  *before = 0;
  for (uint32_t i = 0; i < order->bucket_count; i++) all += order->count_b[i];
  while (b < order->bucket_count && (r == w->range_count || *before < all / w->range_count * r)) *before += order->count_b[b++];
  return b;
}

static void start_range(desk *d, const walking *w) {
  memset(d->below_sy, 0, w->slice_count * sizeof *d->below_sy);
  for (uint32_t g = 0; d->order.next && g < 2 * w->atom_count; g++) {
    const uint64_t rows = eh_order_rows_below(&d->order, g);
    for (uint64_t i = w->membership.start_a[g / 2]; rows && i < w->membership.start_a[g / 2 + 1]; i++)
      d->below_sy[w->membership.slice_i[i]][g % 2] += rows;
  }
  const uint64_t (*const below_sy)[2] = (const uint64_t (*)[2])d->below_sy;
  for (uint32_t s = 0; d->standing_s && s < w->slice_count; s++) d->standing_s[s].negatives = below_sy[s][0];
  if (with_squares(w->work->auc)) eh_placings_from(&d->placings, w->tally_s, below_sy);
  if (with_outside(w->work->auc)) eh_outside_from(&d->outside, w->tally_s, below_sy, w->slice_count);
  if (d->precision_s) eh_precision_from(d->precision_s, w->tally_s, below_sy, w->slice_count);
  for (int y = 0; y < 2; y++) d->against.below_y[y] = below_sy[EH_SLICE_OVERALL][y];
}

static void walk_range(void *ctx, uint32_t r, uint32_t thread) {
  const walking *const w = ctx;
  desk *const d = &w->desk_w[thread];
  const eh_membership *const m = &w->membership;
  const bool narrow = w->cube->rows <= EH_NARROW_ROWS;
  uint64_t done, after;
  const uint32_t from = range_start(w, r, &done);
  eh_order_range(&d->order, from, range_start(w, r + 1, &after));
  start_range(d, w);
  size_t n;
  for (const eh_cell_entry *run_n; (run_n = eh_order_next(&d->order, &n)); done += n) {
    if (with_squares(w->work->auc)) eh_placings_walk(&d->placings, m, run_n, n);
    else if (w->work->auc) eh_standing_walk(d->standing_s, m, run_n, n, narrow);
    if (with_rest(w->work->auc)) eh_against_walk(&d->against, run_n, n);
    if (with_outside(w->work->auc)) eh_outside_walk(&d->outside, m, run_n, n);
    if (w->work->pr_areas) eh_precision_walk(d->precision_s, m, run_n, n, with_others(w->work));
    if (w->entry_n) memcpy(w->entry_n + done, run_n, n * sizeof *run_n);
  }
  for (int y = 0; w->placed_ry && y < 2; y++) w->placed_ry[r][y] = d->outside.placed_y[y];
}

/* ---- the whole of it ------------------------------------------------------------------------------------------------ */

static void add_base(const walking *w, const desk *d) {
  for (uint32_t s = 0; s < w->slice_count; s++)
    for (size_t i = 0; i < 2 * (size_t)w->slices->slice_n[s].atom_count; i++)
      eh_add_wide(w->tally_s[s].auc_base_y[i % 2], d->placings.base_ay[2 * (size_t)w->slices->slice_n[s].atom_n[i / 2] + i % 2]);
}

/* Adds what a thread has found to the tallies; areas to those of the first thread. */
static void add_desk(const walking *w, desk *d) {
  if (with_squares(w->work->auc)) {
    eh_placings_end(w->tally_s, &d->placings);
    add_base(w, d);
  }
  if (with_outside(w->work->auc)) eh_outside_end(w->tally_s, &d->outside, w->slices);
  for (uint32_t s = 0; s < w->slice_count; s++) {
    if (d->standing_s) eh_add_wide(w->tally_s[s].auc_2u, eh_wide(d->standing_s[s].sum_2u));
    for (uint32_t i = 0; d->against.sum_a && i < w->slices->slice_n[s].atom_count; i++)
      eh_add_wide(w->tally_s[s].auc_all_2u, eh_wide(d->against.sum_a[w->slices->slice_n[s].atom_n[i]]));
  }
  if (d->precision_s && d != w->desk_w) eh_precision_add(w->desk_w->precision_s, d->precision_s, w->slice_count);
}

static void walk_rest(void *ctx, uint32_t s, uint32_t thread) {
  const walking *const w = ctx;
  eh_metric_walk_precision_rest(&w->tally_s[s], &w->tally_s[EH_SLICE_OVERALL], &w->slices->slice_n[s],
                                w->inside_wa + (size_t)thread * w->atom_count, w->atom_count, w->entry_n, (size_t)w->entries,
                                with_others(w->work));
}

static void mend_outside(walking *w) {
  for (uint32_t r = 0; r < w->range_count; r++) {
    uint64_t before;
    eh_order_range(&w->desk_w->order, range_start(w, r + 1, &before), w->desk_w->order.bucket_count);
    eh_outside_mend(&w->desk_w->outside, &w->desk_w->order, w->placed_ry[r]);
  }
}

/* Rows that lie in the base, of slices that have none but them, or none of them, where none has both. */
static void count_own(walking *w) {
  for (uint32_t s = 0; s < w->slice_count; s++) {
    if (!atoms_in_base(w, &w->slices->slice_n[s])) continue;
    for (int y = 0; y < 2; y++) memcpy(w->tally_s[s].auc_own_y[y], w->tally_s[s].auc_2u, sizeof w->tally_s[s].auc_2u);
  }
}

static void walk(walking *w) {
  eh_threads_run(w->desk_count > 1 ? w->work->threads : NULL, walk_range, w, w->range_count);
  if (with_outside(w->work->auc)) mend_outside(w);
  for (uint32_t t = 0; t < w->desk_count; t++) add_desk(w, &w->desk_w[t]);
  if (with_squares(w->work->auc) && !w->shares) count_own(w);
  if (with_outside(w->work->auc)) eh_outside_close(w->tally_s, w->slice_count);
  if (w->work->pr_areas) eh_precision_end(w->tally_s, w->desk_w->precision_s, w->slice_count);
  if (!w->keeps) return;
  range_start(w, w->range_count, &w->entries);
  eh_threads_run(w->work->threads, walk_rest, w, w->slice_count);
}

eh_status eh_metric_add_auc(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                            const eh_work *work, const eh_allocator *mem, eh_error *err) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  const uint32_t atom_count = cube->atoms->atom_count, thread_count = eh_threads_count(work->threads);
  const uint64_t cells = model->cell_ay[2 * (size_t)atom_count];
  if (cells == 0) return EH_OK;
  if (cells > EH_CELLS_MAX) return eh_fail(err, EH_E_LIMIT, "more than %u fine cells", (uint64_t)EH_CELLS_MAX);
  if (with_squares(work->auc) && cube->rows > EH_SQUARES_ROWS_MAX)
    return eh_metric_too_many_squares(err);
  const bool alone = with_others(work) || cells < (uint64_t)thread_count * RANGE_CELLS;
  walking w = {.work = work, .mem = mem, .base = with_rest(work->auc) ? EH_SLICE_OVERALL : work->base, .cube = cube, .model = model, .slices = slices, .tally_s = tally_s,
               .slice_count = slices->slice_count, .atom_count = atom_count, .thread_count = thread_count,
               .desk_count = alone ? 1 : thread_count, .keeps = work->pr_areas && work->pr_rest,
               .entries_most = eh_cell_entries_most(cells, cube->rows)};
  w.range_count = w.desk_count > 1 ? w.desk_count * RANGES_PER_THREAD : 1;
  const bool ready = make(&w);
  if (ready) walk(&w);
  unmake(&w);
  return ready ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}
