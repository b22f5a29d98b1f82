/* Tests of texts by code: a coded column is its texts, cell by cell, and counts to the same bytes as they do,
 * whatever the width of its codes, the list and the batch. */
#include "check.h"
#include "evenhand/cube.h"
#include "reference/memory_twin.h"

static void coded_cells_are_their_texts(void) {
  static const char bytes[] = "0.5MaleTrue";
  static const uint32_t start[] = {0, 3, 7, 0}, len[] = {3, 4, 4, 0};
  static const uint8_t narrow[] = {1, 0, 2, 3, 4, 255, 1}, cell[] = {0, 0, 0, 0, 0, 0, EH_CELL_MISSING};
  uint16_t middle[7];
  uint32_t wide[7];
  for (int i = 0; i < 7; i++) {
    middle[i] = narrow[i] == 255 ? UINT16_MAX : narrow[i];
    wide[i] = narrow[i] == 255 ? UINT32_MAX : narrow[i];
  }
  const struct {
    eh_type type;
    const void *data;
  } width_w[] = {{EH_CODED_U8, narrow}, {EH_CODED_U16, middle}, {EH_CODED_U32, wide}};
  static const char *const text_n[] = {"Male", "0.5", "True", "", "", "", ""};
  static const eh_cell number_n[] = {EH_CELL_NOT_NUMBER, EH_CELL_OK,      EH_CELL_OK,     EH_CELL_MISSING,
                                     EH_CELL_MISSING,    EH_CELL_MISSING, EH_CELL_MISSING};
  for (int w = 0; w < 3; w++) {
    const eh_column column = {.type = width_w[w].type, .data = width_w[w].data, .text_bytes = bytes,
                              .text_start_n = start, .text_len_n = len, .text_count = 4, .cell_n = cell};
    CHECK(eh_type_is_text(column.type) && eh_type_is_coded(column.type));
    for (size_t i = 0; i < 7; i++) {
      char scratch[EH_F64_TEXT];
      eh_str text;
      double x;
      CHECK(eh_column_text(&column, i, scratch, &text) == (*text_n[i] ? EH_CELL_OK : EH_CELL_MISSING));
      if (i < 6) CHECK_TEXT(text.p, text.n, text_n[i]);
      CHECK(eh_column_f64(&column, i, &x) == number_n[i]);
      if (number_n[i] == EH_CELL_OK) CHECK(x == (i == 1 ? 0.5 : 1));
    }
  }
  CHECK(!eh_type_is_coded(EH_TEXT) && !eh_type_is_text(EH_U16));
}

/* ---- counting ---------------------------------------------------------------------------------------------------- */

enum { ROWS = 20000, LIST = 6000, WORD = 8 };

/* The same rows twice: label, score and two columns, once with a text per row and once by code. */
typedef struct coded_rows {
  double score_n[ROWS];
  char text_dn[3][ROWS][WORD];
  uint32_t start_n[ROWS], len_dn[3][ROWS];
  uint8_t label_n[ROWS];
  uint32_t few_n[ROWS], many_n[ROWS];
  char list_k[LIST][WORD];
  uint32_t list_start_k[LIST], list_len_k[LIST];
} coded_rows;

static coded_rows rows;

/* The list of every batch is another, and each holds texts twice, texts that mean missing and texts that no row has. */
static void fill_list(coded_rows *r, size_t batch) {
  for (uint32_t k = 0; k < LIST; k++) {
    snprintf(r->list_k[k], WORD, "t%u", (unsigned)((k + 3 * batch) % (LIST / 2)));
    if (k % 97 == 5) strcpy(r->list_k[k], "NA");
    if (k % 89 == 3) strcpy(r->list_k[k], "");
    r->list_start_k[k] = (uint32_t)(WORD * k), r->list_len_k[k] = (uint32_t)strlen(r->list_k[k]);
  }
}

static void fill_rows(coded_rows *r, size_t batch_rows, uint32_t few) {
  uint64_t seed = 11;
  for (size_t i = 0; i < ROWS; i++) {
    if (i % batch_rows == 0) fill_list(r, i / batch_rows % 3);
    r->score_n[i] = (double)(check_random(&seed) % 50) / 64;
    r->label_n[i] = (uint8_t)(check_random(&seed) % 2);
    r->few_n[i] = (uint32_t)(check_random(&seed) % (few + 2));
    r->many_n[i] = (uint32_t)(check_random(&seed) % (2 * LIST));
    const uint32_t code_d[2] = {r->few_n[i] < few ? r->few_n[i] : LIST, r->many_n[i]};
    r->start_n[i] = (uint32_t)(WORD * i);
    for (int d = 0; d < 2; d++) {
      strcpy(r->text_dn[d][i], code_d[d] < LIST ? r->list_k[code_d[d]] : "");
      r->len_dn[d][i] = (uint32_t)strlen(r->text_dn[d][i]);
    }
    strcpy(r->text_dn[2][i], r->label_n[i] ? "yes" : "no");
    r->len_dn[2][i] = r->label_n[i] ? 3 : 2;
  }
}

static eh_column text_column(const coded_rows *r, int d, size_t from) {
  return (eh_column){.type = EH_TEXT, .text_bytes = r->text_dn[d][0], .text_start_n = r->start_n + from,
                     .text_len_n = r->len_dn[d] + from};
}

static eh_status add_batch(eh_cube_builder *builder, coded_rows *r, size_t from, size_t n, eh_type few_type,
                           uint32_t few) {
  static uint8_t narrow[ROWS];
  static uint16_t middle[ROWS];
  for (size_t i = 0; i < n; i++) narrow[i] = (uint8_t)r->few_n[from + i], middle[i] = (uint16_t)r->few_n[from + i];
  static const uint32_t label_start[] = {0, 2}, label_len[] = {2, 3};
  eh_column column[4] = {text_column(r, 2, from), {.type = EH_F64, .data = r->score_n + from},
                         text_column(r, 0, from), text_column(r, 1, from)};
  if (few_type != EH_TEXT) {
    const void *const data = few_type == EH_CODED_U8    ? (const void *)narrow
                             : few_type == EH_CODED_U16 ? (const void *)middle
                                                        : r->few_n + from;
    column[0] = (eh_column){.type = EH_CODED_U8, .data = r->label_n + from, .text_bytes = "noyes",
                            .text_start_n = label_start, .text_len_n = label_len, .text_count = 2};
    column[2] = (eh_column){.type = few_type, .data = data, .text_bytes = r->list_k[0], .text_start_n = r->list_start_k,
                            .text_len_n = r->list_len_k, .text_count = few};
    column[3] = (eh_column){.type = EH_CODED_U32, .data = r->many_n + from, .text_bytes = r->list_k[0],
                            .text_start_n = r->list_start_k, .text_len_n = r->list_len_k, .text_count = LIST};
  }
  const eh_batch batch = {.rows = n, .column = column, .column_n = 4, .first_row = from + 1};
  eh_cube_builder_intake(builder)->rows += n;
  return eh_cube_builder_add(builder, &batch, NULL);
}

/* The body of the cube of the rows, in `out`. */
static eh_status count_rows(eh_buf *out, coded_rows *r, size_t n, size_t batch_rows, eh_type few_type, uint32_t few,
                            const eh_allocator *mem) {
  static const eh_dim dim_n[] = {{.name = {"few", 3}}, {.name = {"many", 4}}};
  static const eh_str score = {"p", 1};
  static const double threshold = 0.5;
  const eh_cube_spec spec = {.label = {"y", 1}, .positive = {"yes", 3}, .score_m = &score, .model_count = 1,
                             .slicing = {.dim_n = dim_n, .dim_count = 2, .single_count = 2},
                             .threshold_t = &threshold, .threshold_count = 1};
  eh_cube_builder *builder;
  eh_cube *cube = NULL;
  eh_status status = eh_cube_builder_new(&builder, &spec, false, mem, NULL);
  for (size_t from = 0; !status && from < n; from += batch_rows) {
    fill_list(r, from / batch_rows % 3);
    status = add_batch(builder, r, from, n - from < batch_rows ? n - from : batch_rows, few_type, few);
  }
  if (!status) status = eh_cube_builder_finish(builder, &cube, EH_STR("rows"), NULL, NULL);
  if (!status) status = eh_cube_save(cube, out, NULL);
  eh_cube_free(cube);
  if (builder) eh_cube_builder_free(builder);
  return status;
}

static void codes_count_as_their_texts_do(void) {
  static const struct {
    eh_type type;
    uint32_t few;
    size_t batch_rows;
  } case_c[] = {{EH_CODED_U8, 2, ROWS},     {EH_CODED_U8, 200, 9000},  {EH_CODED_U16, 4000, 3000},
                {EH_CODED_U16, 5000, 9000}, {EH_CODED_U32, 500, 1000}, {EH_CODED_U32, 1, 700}};
  for (size_t c = 0; c < sizeof case_c / sizeof *case_c; c++) {
    eh_buf want = {0}, got = {0};
    fill_rows(&rows, case_c[c].batch_rows, case_c[c].few);
    CHECK(count_rows(&want, &rows, ROWS, case_c[c].batch_rows, EH_TEXT, 0, NULL) == EH_OK);
    CHECK(count_rows(&got, &rows, ROWS, case_c[c].batch_rows, case_c[c].type, case_c[c].few, NULL) == EH_OK);
    if (want.n != got.n || memcmp(want.p, got.p, want.n))
      CHECK_SAY("case %zu: %zu bytes, wanted %zu", c, got.n, want.n);
    eh_buf_free(&want);
    eh_buf_free(&got);
  }
}

static void every_refused_allocation_is_reported_and_nothing_leaks(void) {
  memory_twin twin;
  fill_rows(&rows, 100, 300);
  eh_buf out = {0};
  REQUIRE(count_rows(&out, &rows, 300, 100, EH_CODED_U16, 300, memory_twin_start(&twin, 0)) == EH_OK);
  CHECK_U64(twin.blocks, 0);
  const size_t asked = twin.asked;
  for (size_t n = 1; n <= asked; n++) {
    CHECK_U64(count_rows(&out, &rows, 300, 100, EH_CODED_U16, 300, memory_twin_start(&twin, n)), EH_E_MEMORY);
    CHECK_U64(twin.blocks, 0);
    CHECK_U64((uint64_t)twin.wrong_sizes, 0);
  }
  eh_buf_free(&out);
}

int main(void) {
  RUN(coded_cells_are_their_texts);
  RUN(codes_count_as_their_texts_do);
  RUN(every_refused_allocation_is_reported_and_nothing_leaks);
  return check_end("codes");
}
