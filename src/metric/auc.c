/* auc: twice the Mann-Whitney U of every slice, exact. Called by tally.c, once per model.
 *
 * The one idea: all fine cells are walked once in score order, and each is given to every slice that holds its atom: the
 * cost is cells times slices per atom, however many the rows. Whether a cell is positive is a coin toss to the CPU, so
 * there is no branch on it: a positive cell adds no negatives, and a negative one wins nothing.
 */
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
  uint64_t sum_2u[2], negatives;
} standing;

/* One entry to the slices of its atom: wins `won` times against the negatives so far, then adds negatives. */
static inline void add_entry(standing *standing_s, const eh_membership *m, uint32_t atom, uint64_t won,
                             uint64_t negatives, bool narrow) {
  for (uint64_t i = m->start_a[atom]; i < m->start_a[atom + 1]; i++) {
    standing *const at = &standing_s[m->slice_i[i]];
    if (narrow) at->sum_2u[0] += won * at->negatives;
    else eh_add_wide(at->sum_2u, (u128)won * at->negatives);
    at->negatives += negatives;
  }
}

/* Positive rows win once against negatives below their key, and once against negatives not above it: a win counts 2 and
 * a tie 1. Entries of one key come in one run, and only a run of several can hold ties. */
static inline void walk_entries(standing *standing_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n,
                                bool narrow) {
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && entry_n[end].key == entry_n[first].key; end++) continue;
    if (end == first + 1) {
      const uint64_t rows = entry_n[first].rows, positive = 0 - (uint64_t)(entry_n[first].ay & 1);
      add_entry(standing_s, m, entry_n[first].ay >> 1, 2 * rows & positive, rows & ~positive, narrow);
      continue;
    }
    for (size_t c = first; c < end; c++)
      if (entry_n[c].ay & 1) add_entry(standing_s, m, entry_n[c].ay >> 1, entry_n[c].rows, 0, narrow);
    for (size_t c = first; c < end; c++)
      if (!(entry_n[c].ay & 1)) add_entry(standing_s, m, entry_n[c].ay >> 1, 0, entry_n[c].rows, narrow);
    for (size_t c = first; c < end; c++)
      if (entry_n[c].ay & 1) add_entry(standing_s, m, entry_n[c].ay >> 1, entry_n[c].rows, 0, narrow);
  }
}

static void walk(eh_tally *tally_s, uint32_t slice_count, standing *standing_s, const eh_membership *m,
                 const eh_cell_entry *entry_n, size_t n, bool narrow) {
  if (narrow) walk_entries(standing_s, m, entry_n, n, true);
  else walk_entries(standing_s, m, entry_n, n, false);
  for (uint32_t s = 0; s < slice_count; s++)
    for (int w = 0; w < 2; w++) tally_s[s].auc_2u[w] = standing_s[s].sum_2u[w];
}

/* Each entry against all rows of the other label, whatever their slice: a positive wins over negatives below it, a
 * negative loses to positives above it. That depends on the atom alone, so atoms add up, and slices add up atoms.
 * below_y: rows with a lower key so far, by label. */
static void walk_all(eh_tally *tally_s, uint64_t (*sum_a)[2], uint32_t atom_count, const eh_membership *m,
                     const eh_cell_entry *entry_n, size_t n) {
  uint64_t below_y[2] = {0}, positives = 0;
  for (size_t c = 0; c < n; c++) positives += entry_n[c].ay & 1 ? entry_n[c].rows : 0;
  for (size_t first = 0, end; first < n; first = end) {
    uint64_t here_y[2] = {0};
    for (end = first; end < n && entry_n[end].key == entry_n[first].key; end++)
      here_y[entry_n[end].ay & 1] += entry_n[end].rows;
    const uint64_t above = positives - below_y[1] - here_y[1];
    for (size_t c = first; c < end; c++) {
      const u128 worth = entry_n[c].ay & 1 ? (u128)below_y[0] * 2 + here_y[0] : (u128)above * 2 + here_y[1];
      eh_add_wide(sum_a[entry_n[c].ay >> 1], worth * entry_n[c].rows);
    }
    below_y[0] += here_y[0], below_y[1] += here_y[1];
  }
  for (uint32_t a = 0; a < atom_count; a++)
    for (uint64_t i = m->start_a[a]; i < m->start_a[a + 1]; i++)
      eh_add_wide(tally_s[m->slice_i[i]].auc_all_2u, eh_wide(sum_a[a]));
}

/* Memory of the walks over n entries' slices; what is not asked for is one byte. */
typedef struct desk {
  eh_cell_entry *here, *there;
  void *standing_s;
  eh_precision *precision_s;
  uint64_t (*sum_a)[2];
  bool *inside_a;
  size_t block, standings, precisions, sums, insides;
} desk;

static bool desk_make(desk *d, const eh_allocator *mem) {
  d->here = eh_mem_resize(mem, NULL, 0, d->block), d->there = eh_mem_resize(mem, NULL, 0, d->block);
  d->standing_s = eh_mem_zero(mem, d->standings);
  d->precision_s = eh_mem_zero(mem, d->precisions);
  d->sum_a = eh_mem_zero(mem, d->sums);
  d->inside_a = eh_mem_zero(mem, d->insides);
  return d->here && d->there && d->standing_s && d->precision_s && d->sum_a && d->inside_a;
}

static void desk_free(desk *d, const eh_allocator *mem) {
  eh_mem_free(mem, d->inside_a, d->insides);
  eh_mem_free(mem, d->sum_a, d->sums);
  eh_mem_free(mem, d->precision_s, d->precisions);
  eh_mem_free(mem, d->standing_s, d->standings);
  eh_mem_free(mem, d->there, d->block);
  eh_mem_free(mem, d->here, d->block);
}

static bool with_squares(eh_auc_work auc) { return auc == EH_AUC_OWN_SQUARES || auc == EH_AUC_OWN_SQUARES_AND_REST; }
static bool with_rest(eh_auc_work auc) { return auc == EH_AUC_OWN_AND_REST || auc == EH_AUC_OWN_SQUARES_AND_REST; }

static void walk_all_asked(eh_tally *tally_s, const eh_cube_view *cube, const eh_slices *slices, const eh_work *work,
                           const desk *d, const eh_membership *m, const eh_cell_entry *sorted, size_t n) {
  const uint32_t slice_count = slices->slice_count, atom_count = cube->atoms->atom_count;
  const bool narrow = cube->rows <= EH_NARROW_ROWS, others = work->pr_areas >> EH_PR_TRAPEZOID;
  if (with_squares(work->auc)) eh_metric_walk_placements(tally_s, slice_count, d->standing_s, m, sorted, n, narrow);
  else if (work->auc) walk(tally_s, slice_count, d->standing_s, m, sorted, n, narrow);
  if (with_rest(work->auc)) walk_all(tally_s, d->sum_a, atom_count, m, sorted, n);
  if (work->pr_areas) eh_metric_walk_precision(tally_s, slices, d->precision_s, m, sorted, n, others);
  if (work->pr_areas && work->pr_rest)
    eh_metric_walk_precision_rest(tally_s, slices, d->inside_a, atom_count, sorted, n, others);
}

eh_status eh_metric_add_auc(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model_i, const eh_slices *slices,
                            const eh_work *work, const eh_allocator *mem, eh_error *err) {
  const eh_cube_model *const model = &cube->model_m[model_i];
  const uint32_t atom_count = cube->atoms->atom_count, slice_count = slices->slice_count;
  const uint64_t cells = model->cell_ay[2 * (size_t)atom_count];
  if (cells == 0) return EH_OK;
  if (cells > EH_CELLS_MAX) return eh_fail(err, EH_E_LIMIT, "more than %u fine cells", (uint64_t)EH_CELLS_MAX);
  if (with_squares(work->auc) && cube->rows > EH_SQUARES_ROWS_MAX)
    return eh_fail(err, EH_E_LIMIT,
                   "more than %u rows have no exact interval of the AUC; leave out the intervals or roc_auc",
                   EH_SQUARES_ROWS_MAX);
  const uint64_t most = eh_cell_entries_most(cells, cube->rows);
  desk d = {.block = most < SIZE_MAX / 2 / sizeof(eh_cell_entry) ? (size_t)most * sizeof(eh_cell_entry) : SIZE_MAX,
            .standings = (size_t)slice_count * (with_squares(work->auc) ? sizeof(eh_placing) : sizeof(standing)),
            .precisions = work->pr_areas ? (size_t)slice_count * sizeof(eh_precision) : 0,
            .sums = with_rest(work->auc) ? (size_t)atom_count * 2 * sizeof(uint64_t) : 0,
            .insides = work->pr_rest ? atom_count : 0};
  eh_membership m = {0};
  const bool ready = desk_make(&d, mem) && eh_membership_make(&m, slices, atom_count, mem);
  if (ready) {
    size_t n;
    const eh_cell_entry *const sorted = eh_cell_entries(d.here, d.there, &n, model, atom_count);
    walk_all_asked(tally_s, cube, slices, work, &d, &m, sorted, n);
  }
  eh_membership_free(&m, mem);
  desk_free(&d, mem);
  return ready ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}
