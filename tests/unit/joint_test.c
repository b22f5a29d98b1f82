/* Tests of counting by the codes of several columns at once: the same cube, to the byte, and the same skipped rows and
 * missing cells as when the same columns come as texts, whatever the widths, lists, batches and defects. */
#include "check.h"
#include "evenhand/cube.h"
#include "reference/memory_twin.h"

enum { ROWS = 20000, DIMS = 3, MODELS = 2, LIST = 300, WORD = 8 };

/* What varies from case to case. */
typedef struct plan {
  uint32_t dims, models, count_d[DIMS]; /* texts of a list */
  uint32_t thresholds;
  size_t batch_rows;
  bool wide_d[DIMS];                    /* codes of 16 bits */
  bool narrow_score;                    /* f32 */
  bool missing, odd, lists_change, boolean, at_least;
} plan;

static uint16_t code_dn[DIMS][ROWS];
static uint8_t byte_dn[DIMS][ROWS], label_n[ROWS];
static double score_mn[MODELS][ROWS];
static float narrow_mn[MODELS][ROWS];
static char list_k[LIST][WORD];
static uint32_t list_start_k[LIST], list_len_k[LIST], start_n[ROWS], len_dn[DIMS][ROWS];
static char text_dn[DIMS][ROWS][WORD];

/* The lists of a batch; some texts mean missing, some are there twice. */
static void fill_list(const plan *p, size_t batch) {
  const uint32_t turn = p->lists_change ? (uint32_t)(batch % 3) : 0;
  for (uint32_t k = 0; k < LIST; k++) {
    snprintf(list_k[k], WORD, "g%u", (unsigned)((k + turn) % 200));
    if (k % 50 == 7) strcpy(list_k[k], "NA");
    if (k % 50 == 9) strcpy(list_k[k], "");
    list_start_k[k] = (uint32_t)(WORD * k), list_len_k[k] = (uint32_t)strlen(list_k[k]);
  }
}

static double some_score(uint64_t *seed, const plan *p) {
  static const double odd_n[] = {NAN, INFINITY, -INFINITY, 0x1p40, -0x1p40, 0x1p41};
  static const double edge_n[] = {0, -0.0, 0.25, 0.1, -0.5, 0.5, 0.30000000000000004, 5e-324, -5e-324, 0x1.fffffep39};
  const uint64_t kind = check_random(seed) % 64;
  if (kind == 0 && p->odd && check_random(seed) % 40 == 0) return odd_n[check_random(seed) % 6];
  if (kind < 20) return edge_n[check_random(seed) % 10];
  return check_uniform(seed) * 2 - 0.5;
}

static void fill_rows(const plan *p) {
  uint64_t seed = 21;
  for (size_t i = 0; i < ROWS; i++) {
    if (i % p->batch_rows == 0) fill_list(p, i / p->batch_rows);
    label_n[i] = (uint8_t)(check_random(&seed) % 2);
    start_n[i] = (uint32_t)(WORD * i);
    for (uint32_t m = 0; m < MODELS; m++) {
      score_mn[m][i] = some_score(&seed, p);
      narrow_mn[m][i] = (float)score_mn[m][i];
      if (p->narrow_score) score_mn[m][i] = narrow_mn[m][i];
    }
    for (uint32_t d = 0; d < DIMS; d++) {
      const uint32_t count = p->count_d[d];
      const bool has_room = count < 256 || p->wide_d[d];
      const bool missing = !count || (p->missing && has_room && check_random(&seed) % 3000 == 0);
      const uint64_t r = check_random(&seed);
      const uint32_t code = missing ? count + (uint32_t)(r % 5) : (uint32_t)(r % count);
      code_dn[d][i] = (uint16_t)code;
      byte_dn[d][i] = code > 255 ? 255 : (uint8_t)code;
      strcpy(text_dn[d][i], missing ? "" : list_k[code]);
      len_dn[d][i] = (uint32_t)strlen(text_dn[d][i]);
    }
  }
}

static eh_status add_rows(eh_cube_builder *builder, const plan *p, bool coded, size_t rows, eh_error *err) {
  for (size_t from = 0; from < rows; from += p->batch_rows) {
    eh_column column[1 + MODELS + DIMS] = {{.type = p->boolean ? EH_BOOL : EH_U8, .data = label_n + from}};
    fill_list(p, from / p->batch_rows);
    for (uint32_t m = 0; m < p->models; m++)
      column[1 + m] = p->narrow_score ? (eh_column){.type = EH_F32, .data = narrow_mn[m] + from}
                                      : (eh_column){.type = EH_F64, .data = score_mn[m] + from};
    for (uint32_t d = 0; d < p->dims; d++) {
      eh_column *const to = &column[1 + p->models + d];
      *to = (eh_column){.type = p->wide_d[d] ? EH_CODED_U16 : EH_CODED_U8, .text_bytes = list_k[0],
                        .text_start_n = list_start_k, .text_len_n = list_len_k, .text_count = p->count_d[d]};
      to->data = p->wide_d[d] ? (const void *)(code_dn[d] + from) : (const void *)(byte_dn[d] + from);
      if (!coded) *to = (eh_column){.type = EH_TEXT, .text_bytes = text_dn[d][0], .text_start_n = start_n + from,
                                    .text_len_n = len_dn[d] + from};
    }
    const size_t n = rows - from < p->batch_rows ? rows - from : p->batch_rows;
    const eh_batch batch = {.rows = n, .column = column, .column_n = 1 + p->models + p->dims, .first_row = from + 1};
    eh_cube_builder_intake(builder)->rows += n;
    EH_TRY(eh_cube_builder_add(builder, &batch, err));
  }
  return EH_OK;
}

static eh_status count_rows(eh_buf *out, const plan *p, bool coded, size_t rows, const eh_allocator *mem,
                            eh_error *err) {
  static const eh_dim dim_n[DIMS] = {{.name = {"a", 1}}, {.name = {"b", 1}}, {.name = {"c", 1}}};
  static const eh_str score_m[MODELS] = {{"p", 1}, {"q", 1}};
  double threshold_t[100];
  for (uint32_t t = 0; t < p->thresholds; t++) threshold_t[t] = ((double)t - 2) / 8 + (t % 3 == 1 ? 0.05 : 0);
  const eh_cube_spec spec = {.label = {"y", 1}, .score_m = score_m, .model_count = p->models,
                             .slicing = {.dim_n = dim_n, .dim_count = p->dims, .single_count = p->dims},
                             .threshold_t = threshold_t, .threshold_count = p->thresholds, .no_fine = true,
                             .no_sums = true, .cut = p->at_least ? EH_CUT_AT_LEAST : EH_CUT_ABOVE};
  eh_cube_builder *builder;
  eh_cube *cube = NULL;
  eh_status status = eh_cube_builder_new(&builder, &spec, false, mem, err);
  if (!status) status = add_rows(builder, p, coded, rows, err);
  if (!status) status = eh_cube_builder_finish(builder, &cube, EH_STR("rows"), NULL, err);
  if (!status) status = eh_cube_save(cube, out, err);
  eh_cube_free(cube);
  eh_cube_builder_free(builder);
  return status;
}

static const plan plan_p[] = {
    {.dims = 3, .models = 1, .count_d = {2, 5, 50}, .thresholds = 9, .batch_rows = ROWS, .narrow_score = true},
    {.dims = 3, .models = 2, .count_d = {2, 5, 50}, .thresholds = 9, .batch_rows = 9000, .missing = true,
     .boolean = true},
    {.dims = 2, .models = 1, .count_d = {256, 20}, .thresholds = 3, .batch_rows = 5000,
     .wide_d = {false, true}, .missing = true},
    {.dims = 2, .models = 1, .count_d = {300, 1}, .thresholds = 1, .batch_rows = 3000,
     .wide_d = {true, false}, .lists_change = true},
    {.dims = 3, .models = 1, .count_d = {0, 3, 8}, .thresholds = 2, .batch_rows = 700, .odd = true,
     .missing = true, .narrow_score = true},
    {.dims = 3, .models = 2, .count_d = {4, 3, 8}, .thresholds = 5, .batch_rows = ROWS, .odd = true,
     .lists_change = true},
    {.dims = 1, .models = 1, .count_d = {2}, .thresholds = 9, .batch_rows = ROWS, .at_least = true,
     .narrow_score = true},
    {.dims = 1, .models = 1, .count_d = {2}, .thresholds = 9, .batch_rows = ROWS, .at_least = true},
    {.dims = 0, .models = 1, .thresholds = 9, .batch_rows = 6000},
    {.dims = 1, .models = 1, .count_d = {2}, .thresholds = 70, .batch_rows = 6000, .narrow_score = true},
    {.dims = 3, .models = 1, .count_d = {200, 200, 100}, .thresholds = 2, .batch_rows = 6000},
    {.dims = 3, .models = 1, .count_d = {40, 40, 40}, .thresholds = 9, .batch_rows = 6000},
};

static void codes_taken_together_count_as_texts_do(void) {
  for (size_t c = 0; c < sizeof plan_p / sizeof *plan_p; c++) {
    eh_buf want = {0}, got = {0};
    fill_rows(&plan_p[c]);
    CHECK(count_rows(&want, &plan_p[c], false, ROWS, NULL, NULL) == EH_OK);
    CHECK(count_rows(&got, &plan_p[c], true, ROWS, NULL, NULL) == EH_OK);
    if (want.n != got.n || memcmp(want.p, got.p, want.n))
      CHECK_SAY("case %zu: %zu bytes, wanted %zu", c, got.n, want.n);
    eh_buf_free(&want);
    eh_buf_free(&got);
  }
}

static void a_label_that_is_not_binary_is_told_as_ever(void) {
  const plan *const p = &plan_p[0];
  eh_error want = {0}, got = {0};
  eh_buf out = {0};
  fill_rows(p);
  label_n[7777] = 2;
  CHECK(count_rows(&out, p, false, ROWS, NULL, &want) == EH_E_INPUT);
  CHECK(count_rows(&out, p, true, ROWS, NULL, &got) == EH_E_INPUT);
  CHECK_TEXT(got.message, strlen(got.message), want.message);
  CHECK_U64(got.line, 7778);
  label_n[7777] = 0;
  eh_buf_free(&out);
}

static void every_refused_allocation_is_reported_and_nothing_leaks(void) {
  const plan p = {.dims = 2, .models = 2, .count_d = {3, 20}, .thresholds = 2, .batch_rows = 100, .missing = true,
                  .lists_change = true};
  memory_twin twin;
  eh_buf out = {0};
  fill_rows(&p);
  REQUIRE(count_rows(&out, &p, true, 350, memory_twin_start(&twin, 0), NULL) == EH_OK);
  CHECK_U64(twin.blocks, 0);
  const size_t asked = twin.asked;
  for (size_t n = 1; n <= asked; n++) {
    CHECK_U64(count_rows(&out, &p, true, 350, memory_twin_start(&twin, n), NULL), EH_E_MEMORY);
    CHECK_U64(twin.blocks, 0);
    CHECK_U64((uint64_t)twin.wrong_sizes, 0);
  }
  eh_buf_free(&out);
}

int main(void) {
  RUN(codes_taken_together_count_as_texts_do);
  RUN(a_label_that_is_not_binary_is_told_as_ever);
  RUN(every_refused_allocation_is_reported_and_nothing_leaks);
  return check_end("joint");
}
