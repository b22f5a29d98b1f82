/* metric_fixture: cube views over random rows, filled by hand so that tests of metric stand on cube's reading side alone; the rows
 * of a slice, for the twins in reference/. */
#ifndef EVENHAND_TESTS_METRIC_FIXTURE_H
#define EVENHAND_TESTS_METRIC_FIXTURE_H

#include "check.h"
#include "evenhand/metric.h"
#include "reference/metric_slow.h"

enum { ATOMS = 5, ROWS_MAX = 400, SLICES = 6 };

/* A cube view over random rows, and slices over its atoms: all, overlapping ones, one atom, none. */
typedef struct fixture {
  uint32_t row_count;
  slow_row row_n[ROWS_MAX];
  double threshold;
  eh_cube_spec spec;
  eh_atoms atoms;
  uint64_t rows_ay[2 * ATOMS], count_ayk[2 * ATOMS * 2], cell_ay[2 * ATOMS + 1], key_c[ROWS_MAX], below_c[ROWS_MAX];
  eh_i128 score_ay[2 * ATOMS];
  eh_i192 square_ay[2 * ATOMS];
  eh_cube_model model;
  eh_cube_view view;
  eh_slice slice_n[SLICES];
  eh_slices slices;
} fixture;

static int by_atom_label_score(const void *a, const void *b) {
  const slow_row *p = a, *q = b;
  if (p->atom != q->atom) return p->atom < q->atom ? -1 : 1;
  if (p->y != q->y) return p->y - q->y;
  return p->score < q->score ? -1 : p->score > q->score;
}

static void fill_cells(fixture *f) {
  uint64_t cells = 0;
  uint32_t i = 0;
  for (uint32_t ay = 0; ay < 2 * ATOMS; ay++) {
    uint64_t below = 0;
    f->cell_ay[ay] = cells;
    for (; i < f->row_count && 2 * f->row_n[i].atom + (uint32_t)f->row_n[i].y == ay; i++) {
      const uint64_t key = eh_score_key(f->row_n[i].score);
      if (cells == f->cell_ay[ay] || f->key_c[cells - 1] != key) f->key_c[cells++] = key;
      f->below_c[cells - 1] = ++below;
      f->rows_ay[ay]++;
      f->count_ayk[2 * ay + (f->row_n[i].score > f->threshold)]++;
      eh_i128_add_f64(&f->score_ay[ay], f->row_n[i].score);
      eh_i192_add_square(&f->square_ay[ay], f->row_n[i].score);
    }
  }
  f->cell_ay[2 * ATOMS] = cells;
}

static void fill_slices(fixture *f) {
  static const uint32_t atom_in[] = {0, 1, 2, 3, 4, 0, 1, 2, 1, 3, 4, 2, 3, 4};
  static const uint32_t first_n[SLICES] = {0, 5, 8, 11, 12, 0}, count_n[SLICES] = {5, 3, 3, 1, 2, 0};
  for (int s = 0; s < SLICES; s++)
    f->slice_n[s] = (eh_slice){.name = EH_STR("some"), .atom_count = count_n[s], .atom_n = atom_in + first_n[s]};
  f->slices = (eh_slices){.slice_count = SLICES, .slice_n = f->slice_n};
}

/* Counts the rows afresh, after sorting them. */
static void fixture_count(fixture *f) {
  memset(f->rows_ay, 0, sizeof f->rows_ay), memset(f->count_ayk, 0, sizeof f->count_ayk);
  memset(f->score_ay, 0, sizeof f->score_ay), memset(f->square_ay, 0, sizeof f->square_ay);
  qsort(f->row_n, f->row_count, sizeof f->row_n[0], by_atom_label_score);
  fill_cells(f);
  fill_slices(f);
  f->spec = (eh_cube_spec){.model_count = 1, .threshold_t = &f->threshold, .threshold_count = 1, .score_bits = 52};
  f->atoms = (eh_atoms){.atom_count = ATOMS};
  f->model = (eh_cube_model){.count_ayk = f->count_ayk, .score_ay = f->score_ay, .square_ay = f->square_ay,
                             .cell_ay = f->cell_ay, .key_c = f->key_c, .below_c = f->below_c, .least = UINT64_MAX};
  for (uint32_t i = 0; i < f->row_count; i++) {
    const uint64_t key = eh_score_key(f->row_n[i].score);
    f->model.least = key < f->model.least ? key : f->model.least;
    f->model.greatest = key > f->model.greatest ? key : f->model.greatest;
  }
  f->view = (eh_cube_view){
      .spec = &f->spec, .score_bits = 52, .atoms = &f->atoms, .rows = f->row_count, .rows_ay = f->rows_ay, .model_m = &f->model};
}

/* Scores on a grid of `levels` steps around 0, so that ties are common; atom 3 has no positives. */
static void fixture_make(fixture *f, uint64_t seed, uint32_t rows, int levels) {
  memset(f, 0, sizeof *f);
  f->row_count = rows, f->threshold = .25;
  for (uint32_t i = 0; i < rows; i++) {
    const uint32_t atom = (uint32_t)(check_random(&seed) % ATOMS);
    const double score = ((double)(check_random(&seed) % (uint64_t)levels) - levels / 3) / levels;
    f->row_n[i] = (slow_row){atom, atom != 3 && check_uniform(&seed) < .3 + score, score};
    if (score == 0 && i % 2) f->row_n[i].score = -0.0;
  }
  fixture_count(f);
}

static uint32_t rows_of_slice(slow_row *to, const fixture *f, const eh_slice *slice) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < f->row_count; i++)
    for (uint32_t k = 0; k < slice->atom_count; k++)
      if (f->row_n[i].atom == slice->atom_n[k]) to[n++] = f->row_n[i];
  return n;
}

/* The rows of all other atoms. */
static inline uint32_t rows_outside_slice(slow_row *to, const fixture *f, const eh_slice *slice) {
  uint32_t outside[ATOMS], outside_n = 0;
  for (uint32_t a = 0; a < ATOMS; a++) {
    bool inside = false;
    for (uint32_t k = 0; k < slice->atom_count; k++) inside |= slice->atom_n[k] == a;
    if (!inside) outside[outside_n++] = a;
  }
  const eh_slice rest = {.atom_count = outside_n, .atom_n = outside};
  return rows_of_slice(to, f, &rest);
}

#endif
