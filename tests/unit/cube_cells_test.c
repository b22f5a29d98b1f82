/* cells: more of them than a block holds, more atoms than are kept in order, keys of more rows than 32 bits count, from one
 * builder and from several: what comes out is what sorting the rows gives. */
#include "check.h"
#include "cube/cube_internal.h"

typedef struct row {
  uint32_t atom, label;
  double score;
} row;

enum { ROWS_MAX = 900000, BATCH = 50000 };

static int by_cell(const void *left, const void *right) {
  const row *const a = left, *const b = right;
  if (a->atom != b->atom) return a->atom < b->atom ? -1 : 1;
  if (a->label != b->label) return a->label < b->label ? -1 : 1;
  return a->score < b->score ? -1 : a->score > b->score;
}

static const eh_cube_spec *cells_spec(void) {
  static const eh_str score_m[] = {EH_STR("p")};
  static eh_dim dim_n[] = {{.name = EH_STR("s")}};
  static const uint32_t single_n[] = {0};
  static const double threshold_t[] = {.5};
  static eh_cube_spec spec = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1, .threshold_t = threshold_t,
                              .threshold_count = 1};
  spec.slicing = (eh_slicing){.dim_n = dim_n, .dim_count = 1, .single_n = single_n, .single_count = 1};
  return &spec;
}

/* Rows of every k-th batch from the i-th on to builder i. */
static bool fill(eh_cube_builder *const *builder_k, uint32_t k, const row *row_n, size_t n) {
  static double label_n[BATCH], score_n[BATCH], group_n[BATCH];
  for (size_t at = 0; at < n; at += BATCH) {
    const size_t rows = n - at < BATCH ? n - at : BATCH;
    for (size_t i = 0; i < rows; i++) {
      label_n[i] = row_n[at + i].label;
      score_n[i] = row_n[at + i].score;
      group_n[i] = row_n[at + i].atom;
    }
    eh_column column_n[] = {{.type = EH_F64, .data = label_n}, {.type = EH_F64, .data = score_n}, {.type = EH_F64, .data = group_n}};
    const eh_batch batch = {.column = column_n, .column_n = 3, .rows = rows, .first_row = at + 1};
    if (eh_cube_builder_add(builder_k[at / BATCH % k], &batch, NULL)) return false;
  }
  return true;
}

static void check_cells(const eh_cube_view *view, const row *sorted_n, size_t n, uint32_t first_atom) {
  const eh_cube_model *const model = &view->model_m[0];
  uint64_t wrong = 0, at = 0;
  for (uint32_t g = 0; g < 2 * view->atoms->atom_count; g++) {
    uint64_t below = 0;
    for (uint64_t c = model->cell_ay[g]; c < model->cell_ay[g + 1]; c++) {
      uint64_t rows = 0;
      const row *const r = &sorted_n[at];
      for (; at < n && sorted_n[at].score == r->score && sorted_n[at].atom == r->atom && sorted_n[at].label == r->label; at++) rows++;
      wrong += r->atom != first_atom + g / 2 || r->label != g % 2 || model->key_c[c] != eh_score_key(r->score) ||
               model->below_c[c] != (below += rows);
    }
  }
  CHECK_U64(wrong, 0);
  CHECK_U64(at, n);
}

/* Every atom occurs; names of atoms are numbers of one length, so they sort as numbers. */
static void check_rows(size_t n, uint32_t first_atom, uint32_t atoms, uint32_t few) {
  static row row_n[ROWS_MAX];
  uint64_t state = n + atoms;
  for (size_t i = 0; i < n; i++) {
    const uint64_t r = check_random(&state), score = r % few ? (r >> 8) % 1000000007 : (r >> 8) % 64;
    row_n[i] = (row){first_atom + (uint32_t)(i < atoms ? i * 7919 % atoms : (r >> 20) % atoms), (r >> 50) & 1, (double)score * 0x1p-30};
  }
  eh_cube *cube_n[3] = {NULL};
  eh_threads *threads = NULL;
  REQUIRE(!eh_threads_new(&threads, 3, NULL, NULL));
  for (uint32_t k = 1; k <= 3; k++) {
    eh_cube_builder *builder_k[3] = {NULL};
    for (uint32_t i = 0; i < k; i++) REQUIRE(!eh_cube_builder_new(&builder_k[i], cells_spec(), true, NULL, NULL));
    CHECK(fill(builder_k, k, row_n, n));
    eh_error err = {0};
    if (eh_cube_builder_join(builder_k, k, threads, &cube_n[k - 1], (eh_str){0}, NULL, &err)) CHECK_SAY("%s", err.message);
    for (uint32_t i = 0; i < k; i++) eh_cube_builder_free(builder_k[i]);
  }
  eh_threads_free(threads);
  qsort(row_n, n, sizeof *row_n, by_cell);
  for (uint32_t k = 0; k < 3; k++) {
    if (cube_n[k]) check_cells(eh_cube_see(cube_n[k]), row_n, n, first_atom);
    eh_cube_free(cube_n[k]);
  }
}

static void cells_are_those_of_sorted_rows(void) {
  check_rows(900000, 10, 1, 1000000);   /* two groups longer than a block */
  check_rows(700000, 10, 40, 3);
  check_rows(400000, 10000, 50000, 2);  /* more atoms than are ranked */
  check_rows(300000, 10000, 16500, 9);  /* some more than that, after it was reached */
  check_rows(600000, 10, 5, 1);         /* 64 keys */
}

/* ---- many rows of one key ------------------------------------------------------------------------------------------ */

static void add_key(eh_cells *cells, eh_atomizer *atomizer, uint64_t key, size_t rows) {
  REQUIRE(!eh_cells_room(cells, rows, atomizer, NULL));
  for (size_t i = 0; i < rows; i++, cells->tail_n++) {
    cells->tail_key[cells->tail_n] = key;
    cells->tail_group[cells->tail_n] = 1;
  }
  REQUIRE(!eh_cells_compact(cells, atomizer, NULL));
}

/* Rows of one key in k builders, each with `many` in one cell before more come. */
static void check_many(uint32_t k, uint32_t many) {
  eh_slicing none = {.dim_count = 0};
  eh_cells cells_k[3] = {{.mem = NULL}}, *part_k[3];
  static const uint32_t rank_a[] = {0};
  const uint32_t *rank_ka[3];
  eh_atomizer *atomizer = NULL;
  uint32_t atom;
  const uint8_t keep = 1;
  REQUIRE(!eh_atomizer_new(&atomizer, &none, NULL, 0, NULL, NULL));
  REQUIRE(!eh_atomizer_add(atomizer, &atom, NULL, &keep, 1, NULL, NULL));
  for (uint32_t p = 0; p < k; p++) {
    part_k[p] = &cells_k[p];
    rank_ka[p] = rank_a;
    add_key(&cells_k[p], atomizer, 7, 2); /* of one row each, cells have no counts */
    cells_k[p].run_r[0].block_b[0].count_c[0] = many;
    add_key(&cells_k[p], atomizer, 7, 5);
    add_key(&cells_k[p], atomizer, 9, 2);
    add_key(&cells_k[p], atomizer, 7, 1);
  }
  eh_cube *cube = NULL;
  REQUIRE(!eh_cube_new(&cube, cells_spec(), NULL, NULL));
  cube->atoms.atom_count = 1;
  CHECK(!eh_cells_place(cube, 0, part_k, rank_ka, k, NULL, NULL));
  const eh_cube_model *const model = &cube->model_m[0];
  CHECK_U64(model->cell_ay[1], 0);
  CHECK_U64(model->cell_ay[2], 2);
  CHECK(model->key_c[0] == 7 && model->key_c[1] == 9);
  CHECK_U64(model->below_c[0], k * ((uint64_t)many + 6));
  CHECK_U64(model->below_c[1], k * ((uint64_t)many + 8));
  eh_cube_free(cube);
  eh_atomizer_free(atomizer);
}

static void a_key_may_have_more_rows_than_32_bits_count(void) {
  for (uint32_t k = 1; k <= 3; k++) {
    check_many(k, 100);
    check_many(k, UINT32_MAX - 3);
    check_many(k, UINT32_MAX);
  }
}

int main(void) {
  RUN(cells_are_those_of_sorted_rows);
  RUN(a_key_may_have_more_rows_than_32_bits_count);
  return check_end("cube_cells");
}
