/* tally: from a cube's atoms to the counts and sums of every slice.
 *
 * Called by audit, once per model for the totals and once per threshold for the confusion counts. Idea: a slice is a
 * union of atoms, so everything but the AUC is a sum over atoms. The AUC walks all fine cells once in score order and
 * gives each cell to every slice that holds its atom: its cost is cells times slices per atom, however many the rows.
 */
#include "evenhand/metric.h"

typedef unsigned __int128 u128;

/* ---- sums over atoms --------------------------------------------------------------------------------------------- */

/* Confusion of a slice at a threshold above every score, where nobody is selected: that is above_ay NULL. */
static eh_confusion slice_confusion(const eh_slice *slice, const uint64_t *rows_ay, const uint64_t *above_ay) {
  eh_confusion c = {0};
  for (uint32_t i = 0; i < slice->atom_count; i++) {
    const size_t negative = 2 * (size_t)slice->atom_n[i], positive = negative + 1;
    const uint64_t fp = above_ay ? above_ay[negative] : 0, tp = above_ay ? above_ay[positive] : 0;
    c.fp += fp;
    c.tn += rows_ay[negative] - fp;
    c.tp += tp;
    c.fn += rows_ay[positive] - tp;
  }
  return c;
}

void eh_metric_confusion(eh_confusion *confusion_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                         double t, uint64_t *scratch_ay) {
  eh_cube_above(cube, model, t, scratch_ay);
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    confusion_s[s] = slice_confusion(&slices->slice_n[s], cube->rows_ay, scratch_ay);
  }
}

static eh_status add_score_sums(eh_tally *tally, const eh_slice *slice, const eh_cube_model *model, eh_error *err) {
  for (uint32_t i = 0; i < slice->atom_count; i++) {
    for (size_t y = 0; y < 2; y++) {
      const size_t ay = 2 * (size_t)slice->atom_n[i] + y;
      if (!eh_i128_add(&tally->score_sum_y[y], model->score_ay[ay]) ||
          !eh_i192_add(&tally->square_sum_y[y], model->square_ay[ay])) {
        return eh_fail(err, EH_E_LIMIT, "the sum of the scores of %Q leaves the range of exact sums", slice->name);
      }
    }
  }
  return EH_OK;
}

/* ---- cells in score order ---------------------------------------------------------------------------------------- */

typedef struct entry {
  uint64_t key;
  uint32_t cell, ay;
} entry;

enum { DIGIT_BITS = 8, DIGITS = 64 / DIGIT_BITS, BUCKETS = 1 << DIGIT_BITS };

static unsigned digit_of(uint64_t key, int digit) { return key >> (digit * DIGIT_BITS) & (BUCKETS - 1); }

/* Scatters by one digit, stably. */
static void scatter(entry *to, const entry *from, size_t n, int digit, const size_t *count_b) {
  size_t start_b[BUCKETS], start = 0;
  for (int b = 0; b < BUCKETS; b++) start_b[b] = start, start += count_b[b];
  for (size_t i = 0; i < n; i++) to[start_b[digit_of(from[i].key, digit)]++] = from[i];
}

/* Sorts by key, least digit first, between two blocks; returns the one that holds the result. Digits that all keys
 * share are skipped: scores that were f32, or in [0, 1], need only some of the eight passes. */
static entry *sort_entries(entry *here, entry *there, size_t n) {
  size_t count_db[DIGITS][BUCKETS] = {{0}};
  for (size_t i = 0; i < n; i++) {
    for (int d = 0; d < DIGITS; d++) count_db[d][digit_of(here[i].key, d)]++;
  }
  for (int d = 0; d < DIGITS; d++) {
    if (count_db[d][digit_of(here[0].key, d)] == n) continue;
    scatter(there, here, n, d, count_db[d]);
    entry *const swap = here;
    here = there, there = swap;
  }
  return here;
}

static void list_entries(entry *entry_c, const eh_cube_model *model, uint32_t atom_count) {
  for (uint32_t ay = 0; ay < 2 * atom_count; ay++) {
    for (uint64_t c = model->cell_ay[ay]; c < model->cell_ay[ay + 1]; c++) {
      entry_c[c] = (entry){model->key_c[c], (uint32_t)c, ay};
    }
  }
}

/* Rows of a cell: below_c is cumulative within its (atom, label). */
static uint64_t rows_of(const eh_cube_model *model, entry e) {
  const uint64_t before = e.cell > model->cell_ay[e.ay] ? model->below_c[e.cell - 1] : 0;
  return model->below_c[e.cell] - before;
}

/* ---- atoms to slices --------------------------------------------------------------------------------------------- */

/* The slices of atom a are slice_i[start_a[a] .. start_a[a + 1]). */
typedef struct membership {
  uint64_t *start_a;
  uint32_t *slice_i;
  size_t start_n, slice_n;
} membership;

static void membership_free(membership *m, const eh_allocator *mem) {
  eh_mem_free(mem, m->start_a, m->start_n * sizeof *m->start_a);
  eh_mem_free(mem, m->slice_i, m->slice_n * sizeof *m->slice_i);
}

static bool membership_make(membership *m, const eh_slices *slices, uint32_t atom_count, const eh_allocator *mem) {
  *m = (membership){.start_n = (size_t)atom_count + 2, .slice_n = 1};
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

static void add_2u(uint64_t sum_2u[2], u128 more) {
  const u128 sum = ((u128)sum_2u[1] << 64 | sum_2u[0]) + more;
  sum_2u[0] = (uint64_t)sum, sum_2u[1] = (uint64_t)(sum >> 64);
}

/* Positive rows win once against negatives below their key, and once against negatives not above it: a win counts 2 and
 * a tie 1. `times` is how many of the two are meant. */
static void add_wins(eh_tally *tally_s, const membership *m, uint32_t atom, u128 rows_times,
                     const uint64_t *negative_s) {
  for (uint64_t i = m->start_a[atom]; i < m->start_a[atom + 1]; i++) {
    const uint32_t s = m->slice_i[i];
    add_2u(tally_s[s].auc_2u, rows_times * negative_s[s]);
  }
}

static void add_negatives(uint64_t *negative_s, const membership *m, uint32_t atom, uint64_t rows) {
  for (uint64_t i = m->start_a[atom]; i < m->start_a[atom + 1]; i++) negative_s[m->slice_i[i]] += rows;
}

/* negative_s: negatives with a lower key so far. Cells of one key come in one group. */
static void walk(eh_tally *tally_s, const eh_cube_model *model, const membership *m, const entry *entry_c, size_t n,
                 uint64_t *negative_s) {
  for (size_t first = 0, end; first < n; first = end) {
    bool has_negative = false;
    for (end = first; end < n && entry_c[end].key == entry_c[first].key; end++) has_negative |= !(entry_c[end].ay & 1);
    for (size_t c = first; c < end; c++) {
      if (entry_c[c].ay & 1) {
        const u128 times = has_negative ? 1 : 2; /* no ties to come: both at once */
        add_wins(tally_s, m, entry_c[c].ay >> 1, times * rows_of(model, entry_c[c]), negative_s);
      }
    }
    if (!has_negative) continue;
    for (size_t c = first; c < end; c++) {
      if (!(entry_c[c].ay & 1)) add_negatives(negative_s, m, entry_c[c].ay >> 1, rows_of(model, entry_c[c]));
    }
    for (size_t c = first; c < end; c++) {
      if (entry_c[c].ay & 1) add_wins(tally_s, m, entry_c[c].ay >> 1, rows_of(model, entry_c[c]), negative_s);
    }
  }
}

/* Each cell against all rows of the other label, whatever their slice: a positive wins over negatives below it, a
 * negative loses to positives above it. below_y: rows with a lower key so far, by label. */
static void walk_all(eh_tally *tally_s, const eh_cube_model *model, const membership *m, const entry *entry_c,
                     size_t n) {
  uint64_t below_y[2] = {0}, positives = 0;
  for (size_t c = 0; c < n; c++) positives += entry_c[c].ay & 1 ? rows_of(model, entry_c[c]) : 0;
  for (size_t first = 0, end; first < n; first = end) {
    uint64_t here_y[2] = {0};
    for (end = first; end < n && entry_c[end].key == entry_c[first].key; end++)
      here_y[entry_c[end].ay & 1] += rows_of(model, entry_c[end]);
    const uint64_t above = positives - below_y[1] - here_y[1];
    for (size_t c = first; c < end; c++) {
      const u128 worth = entry_c[c].ay & 1 ? (u128)below_y[0] * 2 + here_y[0] : (u128)above * 2 + here_y[1];
      const uint32_t atom = entry_c[c].ay >> 1;
      for (uint64_t i = m->start_a[atom]; i < m->start_a[atom + 1]; i++)
        add_2u(tally_s[m->slice_i[i]].auc_all_2u, worth * rows_of(model, entry_c[c]));
    }
    below_y[0] += here_y[0], below_y[1] += here_y[1];
  }
}

static eh_status add_auc(eh_tally *tally_s, const eh_cube_model *model, const eh_slices *slices, uint32_t atom_count,
                         eh_auc_work auc, const eh_allocator *mem, eh_error *err) {
  const uint64_t cells = model->cell_ay[2 * (size_t)atom_count];
  if (cells == 0) return EH_OK;
  if (cells > EH_CELLS_MAX) return eh_fail(err, EH_E_LIMIT, "more than %u fine cells", (uint64_t)EH_CELLS_MAX);
  const size_t n = (size_t)cells, block = n * sizeof(entry), counts = (size_t)slices->slice_count * sizeof(uint64_t);
  entry *const here = eh_mem_zero(mem, block), *const there = eh_mem_zero(mem, block);
  uint64_t *const negative_s = eh_mem_zero(mem, counts);
  membership m = {0};
  const bool ready = here && there && negative_s && membership_make(&m, slices, atom_count, mem);
  if (ready) {
    list_entries(here, model, atom_count);
    const entry *const sorted = sort_entries(here, there, n);
    walk(tally_s, model, &m, sorted, n, negative_s);
    if (auc == EH_AUC_OWN_AND_REST) walk_all(tally_s, model, &m, sorted, n);
  }
  membership_free(&m, mem);
  eh_mem_free(mem, negative_s, counts);
  eh_mem_free(mem, there, block);
  eh_mem_free(mem, here, block);
  return ready ? EH_OK : eh_fail(err, EH_E_MEMORY, "out of memory");
}

eh_status eh_metric_totals(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                           eh_auc_work auc, const eh_allocator *mem, eh_error *err) {
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    tally_s[s] = (eh_tally){.confusion = slice_confusion(&slices->slice_n[s], cube->rows_ay, NULL)};
    EH_TRY(add_score_sums(&tally_s[s], &slices->slice_n[s], &cube->model_m[model], err));
  }
  if (auc == EH_AUC_NONE) return EH_OK;
  return add_auc(tally_s, &cube->model_m[model], slices, cube->atoms->atom_count, auc, mem, err);
}

/* ---- the rows outside a slice ------------------------------------------------------------------------------------ */

static void subtract_2u(uint64_t from[2], const uint64_t less[2]) {
  const u128 rest = ((u128)from[1] << 64 | from[0]) - ((u128)less[1] << 64 | less[0]);
  from[0] = (uint64_t)rest, from[1] = (uint64_t)(rest >> 64);
}

static eh_i192 negative_192(eh_i192 x) {
  uint64_t carry = 1;
  for (int i = 0; i < 3; i++) {
    x.w[i] = ~x.w[i] + carry;
    carry = carry && !x.w[i];
  }
  return x;
}

void eh_metric_rest(eh_tally *rest, const eh_tally *whole, const eh_tally *part) {
  const eh_confusion w = whole->confusion, p = part->confusion;
  eh_tally out = *whole;
  out.confusion = (eh_confusion){w.tp - p.tp, w.fp - p.fp, w.tn - p.tn, w.fn - p.fn};
  for (int y = 0; y < 2; y++) {
    /* The rest's sums are sums of its own rows, so they are in range and nothing overflows. */
    eh_i128_add(&out.score_sum_y[y], eh_i128_neg(part->score_sum_y[y]));
    eh_i192_add(&out.square_sum_y[y], negative_192(part->square_sum_y[y]));
  }
  subtract_2u(out.auc_2u, part->auc_all_2u);
  add_2u(out.auc_2u, (u128)part->auc_2u[1] << 64 | part->auc_2u[0]);
  out.auc_all_2u[0] = out.auc_all_2u[1] = 0;
  *rest = out;
}
