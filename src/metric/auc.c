/* auc: twice the Mann-Whitney U of every slice, exact. Called by tally.c, once per model.
 *
 * The one idea: all fine cells are walked once in score order, and each is given to every slice that holds its atom:
 * the cost is cells times slices per atom, however many the rows. Whether a cell is positive is a coin toss to the CPU,
 * so there is no branch on it: a positive cell adds no negatives, and a negative one wins nothing.
 */
#include <string.h>

#include "metric_internal.h"

typedef unsigned __int128 u128;

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

/* ---- twice the Mann-Whitney U ------------------------------------------------------------------------------------ */

/* Of one slice: 2U so far, and negatives with a lower key so far. */
typedef struct standing {
  uint64_t sum_2u[2], negatives, unused;
} standing;

static inline void add_to(standing *at, uint64_t won, uint64_t negatives, bool narrow) {
  if (narrow) at->sum_2u[0] += won * at->negatives;
  else eh_add_wide(at->sum_2u, (u128)won * at->negatives);
  at->negatives += negatives;
}

/* One entry to the slices of its atom: wins `won` times against the negatives so far, then adds negatives. */
static inline void add_entry(standing *standing_s, standing *whole, const eh_membership *m, uint32_t atom, uint64_t won,
                             uint64_t negatives, bool narrow) {
  add_to(whole, won, negatives, narrow);
  for (uint64_t i = m->start_a[atom] + 1; i < m->start_a[atom + 1]; i++)
    add_to(&standing_s[m->slice_i[i]], won, negatives, narrow);
}

/* Positive rows win once against negatives below their key, and once against negatives not above it: a win counts 2 and
 * a tie 1. Entries of one key come in one run, and only a run of several can hold ties. */
static inline void walk_entries(standing *standing_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n,
                                bool narrow) {
  standing whole = standing_s[EH_SLICE_OVERALL];
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && entry_n[end].key == entry_n[first].key; end++) continue;
    if (end == first + 1) {
      const uint64_t rows = entry_n[first].rows, positive = 0 - (uint64_t)(entry_n[first].ay & 1);
      add_entry(standing_s, &whole, m, entry_n[first].ay >> 1, 2 * rows & positive, rows & ~positive, narrow);
      continue;
    }
    for (size_t c = first; c < end; c++)
      if (entry_n[c].ay & 1) add_entry(standing_s, &whole, m, entry_n[c].ay >> 1, entry_n[c].rows, 0, narrow);
    for (size_t c = first; c < end; c++)
      if (!(entry_n[c].ay & 1)) add_entry(standing_s, &whole, m, entry_n[c].ay >> 1, 0, entry_n[c].rows, narrow);
    for (size_t c = first; c < end; c++)
      if (entry_n[c].ay & 1) add_entry(standing_s, &whole, m, entry_n[c].ay >> 1, entry_n[c].rows, 0, narrow);
  }
  standing_s[EH_SLICE_OVERALL] = whole;
}

/* ---- against the rows outside a slice ---------------------------------------------------------------------------- */

/* Of one atom, 2U of its rows against all others; and of all rows, by label, those below the present key. */
typedef struct against {
  uint64_t (*sum_a)[2];
  uint64_t below_y[2], positives;
} against;

/* Each entry against all rows of the other label, whatever their slice: a positive wins over negatives below it, a
 * negative loses to positives above it. That depends on the atom alone, so atoms add up, and slices add up atoms. */
static void walk_all(against *all, const eh_cell_entry *entry_n, size_t n) {
  for (size_t first = 0, end; first < n; first = end) {
    uint64_t here_y[2] = {0};
    for (end = first; end < n && entry_n[end].key == entry_n[first].key; end++)
      here_y[entry_n[end].ay & 1] += entry_n[end].rows;
    const uint64_t above = all->positives - all->below_y[1] - here_y[1];
    for (size_t c = first; c < end; c++) {
      const u128 worth = entry_n[c].ay & 1 ? (u128)all->below_y[0] * 2 + here_y[0] : (u128)above * 2 + here_y[1];
      eh_add_wide(all->sum_a[entry_n[c].ay >> 1], worth * entry_n[c].rows);
    }
    all->below_y[0] += here_y[0], all->below_y[1] += here_y[1];
  }
}

static void sum_slices(eh_tally *tally_s, const eh_slices *slices, const against *all) {
  for (uint32_t s = 0; s < slices->slice_count; s++)
    for (uint32_t i = 0; i < slices->slice_n[s].atom_count; i++)
      eh_add_wide(tally_s[s].auc_all_2u, eh_wide(all->sum_a[slices->slice_n[s].atom_n[i]]));
}

/* ---- the whole of it --------------------------------------------------------------------------------------------- */

static bool with_squares(eh_auc_work auc) { return auc == EH_AUC_OWN_SQUARES || auc == EH_AUC_OWN_SQUARES_AND_REST; }
static bool with_rest(eh_auc_work auc) { return auc == EH_AUC_OWN_AND_REST || auc == EH_AUC_OWN_SQUARES_AND_REST; }

/* What the walks need, made before and freed after them; what is not asked for is NULL. */
typedef struct desk {
  const eh_work *work;
  const eh_allocator *mem;
  uint32_t slice_count, atom_count;
  uint64_t entries;            /* for pr_rest, which reads them more than once */
  eh_order order;
  eh_membership membership;
  standing *standing_s;
  eh_placings placings;
  against against;
  eh_precision *precision_s;
  bool *inside_a;
  eh_cell_entry *entry_n;
} desk;

/* n items of zeros at *p (a T **) if `asked`. */
static bool lay(const desk *d, void *p, bool asked, uint64_t n, size_t size) {
  if (!asked) return true;
  void *const room = n < SIZE_MAX / size ? eh_mem_zero(d->mem, (size_t)n * size) : NULL;
  memcpy(p, &room, sizeof room);
  return room != NULL;
}

static bool desk_make(desk *d, const eh_cube_model *model, const eh_slices *slices) {
  const eh_auc_work auc = d->work->auc;
  const uint64_t slices_n = d->slice_count;
  return eh_order_make(&d->order, model, d->atom_count, d->mem) &&
         eh_membership_make(&d->membership, slices, d->atom_count, d->mem) &&
         lay(d, &d->standing_s, auc && !with_squares(auc), slices_n, sizeof *d->standing_s) &&
         lay(d, &d->placings.placing_s, with_squares(auc), slices_n, sizeof *d->placings.placing_s) &&
         lay(d, &d->placings.placed_s, with_squares(auc), slices_n, sizeof *d->placings.placed_s) &&
         lay(d, &d->against.sum_a, with_rest(auc), d->atom_count, sizeof *d->against.sum_a) &&
         lay(d, &d->precision_s, d->work->pr_areas, slices_n, sizeof *d->precision_s) &&
         lay(d, &d->inside_a, d->work->pr_rest, d->atom_count, sizeof *d->inside_a) &&
         lay(d, &d->entry_n, d->work->pr_rest, d->entries, sizeof *d->entry_n);
}

static void desk_free(desk *d) {
  const size_t slices_n = d->slice_count;
  eh_mem_free(d->mem, d->entry_n, (size_t)d->entries * sizeof *d->entry_n);
  eh_mem_free(d->mem, d->inside_a, d->atom_count * sizeof *d->inside_a);
  eh_mem_free(d->mem, d->precision_s, slices_n * sizeof *d->precision_s);
  eh_mem_free(d->mem, d->against.sum_a, d->atom_count * sizeof *d->against.sum_a);
  eh_mem_free(d->mem, d->placings.placed_s, slices_n * sizeof *d->placings.placed_s);
  eh_mem_free(d->mem, d->placings.placing_s, slices_n * sizeof *d->placings.placing_s);
  eh_mem_free(d->mem, d->standing_s, slices_n * sizeof *d->standing_s);
  eh_membership_free(&d->membership, d->mem);
  eh_order_free(&d->order);
}

/* One run of entries to all walks; `done` entries came before. */
static void walk_run(desk *d, const eh_cube_view *cube, const eh_cell_entry *run_n, size_t n, uint64_t done) {
  const eh_membership *const m = &d->membership;
  const bool narrow = cube->rows <= EH_NARROW_ROWS;
  if (with_squares(d->work->auc)) eh_placings_walk(&d->placings, m, run_n, n);
  else if (d->work->auc && narrow) walk_entries(d->standing_s, m, run_n, n, true);
  else if (d->work->auc) walk_entries(d->standing_s, m, run_n, n, false);
  if (with_rest(d->work->auc)) walk_all(&d->against, run_n, n);
  if (d->work->pr_areas) eh_precision_walk(d->precision_s, m, run_n, n, d->work->pr_areas >> EH_PR_TRAPEZOID);
  if (d->work->pr_rest) memcpy(d->entry_n + done, run_n, n * sizeof *run_n);
}

static void walk(eh_tally *tally_s, desk *d, const eh_cube_view *cube, const eh_slices *slices) {
  const eh_work *const work = d->work;
  for (uint32_t a = 0; a < d->atom_count; a++) d->against.positives += cube->rows_ay[2 * (size_t)a + 1];
  if (with_squares(work->auc)) eh_placings_start(&d->placings, tally_s, d->slice_count, cube->rows);
  if (work->pr_areas) eh_precision_start(d->precision_s, tally_s, d->slice_count);
  size_t n;
  uint64_t done = 0;
  for (const eh_cell_entry *run_n; (run_n = eh_order_next(&d->order, &n)); done += n) walk_run(d, cube, run_n, n, done);
  if (with_squares(work->auc)) eh_placings_end(tally_s, &d->placings);
  for (uint32_t s = 0; work->auc && !with_squares(work->auc) && s < d->slice_count; s++)
    for (int w = 0; w < 2; w++) tally_s[s].auc_2u[w] = d->standing_s[s].sum_2u[w];
  if (with_rest(work->auc)) sum_slices(tally_s, slices, &d->against);
  if (work->pr_areas) eh_precision_end(tally_s, d->precision_s, d->slice_count);
  if (work->pr_areas && work->pr_rest)
    eh_metric_walk_precision_rest(tally_s, slices, d->inside_a, d->atom_count, d->entry_n, (size_t)done,
                                  work->pr_areas >> EH_PR_TRAPEZOID);
}

eh_status eh_metric_add_auc(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                            const eh_work *work, const eh_allocator *mem, eh_error *err) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  const uint32_t atom_count = cube->atoms->atom_count;
  const uint64_t cells = model->cell_ay[2 * (size_t)atom_count];
  if (cells == 0) return EH_OK;
  if (cells > EH_CELLS_MAX) return eh_fail(err, EH_E_LIMIT, "more than %u fine cells", (uint64_t)EH_CELLS_MAX);
  if (with_squares(work->auc) && cube->rows > EH_SQUARES_ROWS_MAX)
    return eh_metric_too_many_squares(err);
  desk d = {.work = work, .mem = mem, .slice_count = slices->slice_count, .atom_count = atom_count,
            .entries = eh_cell_entries_most(cells, cube->rows)};
  const bool ready = desk_make(&d, model, slices);
  if (ready) walk(tally_s, &d, cube, slices);
  desk_free(&d);
  return ready ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}
