/* Memory may be refused anywhere while an input of any kind becomes a report: JSON Lines, NumPy's records and archives, Arrow's
 * batches, several files, one file over threads, or over ingests that share nothing; with bootstraps, bins and quantiles on the way. Each refusal is EH_E_MEMORY in
 * plain words or is got over with the same report, and nothing is kept. (memory_test.c goes the way of a CSV file, with every
 * format of a report, cube files and merging.) */
#include "check.h"
#include "evenhand.h"
#include "reference/memory_twin.h"
#include "unit/npz_sample.h"

/* ---- inputs --------------------------------------------------------------------------------------------------------- */

static const char jsonl_rows[] =
    "{\"y\": 1, \"p\": .9, \"race\": [\"a\", \"b\"], \"age\": 20}\n{\"y\": 1, \"p\": 0.9, \"race\": [\"a\", \"b\"], \"age\": 20}\n"
    "{\"age\": 31.5, \"p\": 0.25, \"race\": \"a\", \"y\": 0, \"other\": {\"deep\": [1, {}]}}\n{\"y\": 0}\n\n"
    "{\"y\": false, \"p\": 0.6, \"race\": \"b\\u00e9 \\\"c\\\"\", \"age\": null}\n{\"y\": true, \"p\": 0.4, \"race\": [], \"age\": 60}\n"
    "{\"y\": 0, \"p\": 0.1, \"race\": \"a\", \"age\": 44}\n{\"y\": 1, \"p\": 0.7, \"race\": \"NA\", \"age\": 45}\n";

static const char csv_rows[] =
    "y,p,race,age\r\n1,.9,\"a, \"\"b\"\"\",20\r\n0,.8,b,30\r\n1,.3,a,\r\n0,.2,NA,45\r\nx,1\r\n1,word,a,30\r\n1,.7,b,25\r\n0,.1,,65\r\n"
    "0,.15,a,31\r\n1,.25,a,32\r\n0,.65,b,33\r\n0,.45,b,34\r\n";

/* Records of y (u1), p (f4), race (S1) and age (f8). */
static size_t put_records(unsigned char *to) {
  static const char header[] =
      "{'descr': [('y', '|u1'), ('p', '<f4'), ('race', '|S1'), ('age', '<f8')], 'fortran_order': False, 'shape': (7,), }\n";
  static const uint8_t y_n[] = {1, 0, 1, 0, 1, 0, 0};
  static const float p_n[] = {.9f, .8f, .3f, .2f, .7f, NAN, .1f};
  static const double age_n[] = {20, 30, 40, NAN, 25, 33, 60};
  memcpy(to, "\x93NUMPY\x01", 8);
  to[8] = sizeof header - 1, to[9] = 0;
  memcpy(to + 10, header, sizeof header - 1);
  size_t n = 10 + sizeof header - 1;
  for (int i = 0; i < 7; i++) {
    to[n] = y_n[i], to[n + 5] = (unsigned char)"ab"[i % 2];
    memcpy(to + n + 1, &p_n[i], 4);
    memcpy(to + n + 6, &age_n[i], 8);
    n += 14;
  }
  return n;
}

/* ---- ways to hand an input over -------------------------------------------------------------------------------------- */

static eh_status hand_bytes(eh_ingest *in, const void *bytes, size_t n, size_t piece, eh_error *err) {
  for (size_t at = 0; at < n; at += piece)
    EH_TRY(eh_ingest_push(in, (const char *)bytes + at, n - at < piece ? n - at : piece, err));
  return EH_OK;
}

static eh_status hand_jsonl(eh_ingest *in, eh_error *err) { return hand_bytes(in, jsonl_rows, sizeof jsonl_rows - 1, 100, err); }

static eh_status hand_records(eh_ingest *in, eh_error *err) {
  unsigned char bytes[400];
  const size_t n = put_records(bytes);
  return hand_bytes(in, bytes, n, 90, err);
}

static eh_status hand_archive(eh_ingest *in, eh_error *err) { return hand_bytes(in, npz_sample, sizeof npz_sample, 200, err); }

static eh_status hand_whole(eh_ingest *in, eh_error *err) {
  return hand_bytes(in, csv_rows, sizeof csv_rows - 1, sizeof csv_rows, err);
}

static eh_status hand_files(eh_ingest *in, eh_error *err) {
  EH_TRY(hand_bytes(in, csv_rows, sizeof csv_rows - 1, 64, err));
  EH_TRY(eh_ingest_next(in, EH_STR("second.jsonl"), 0, err));
  EH_TRY(hand_jsonl(in, err));
  EH_TRY(eh_ingest_next(in, EH_STR("a-third-file-whose-name-is-so-long-that-its-end-is-shown.csv"), 0, err));
  return hand_whole(in, err);
}

/* Of the memory that the ingest has. */
static const eh_allocator *shared_mem;

/* What is cut off is counted by another ingest. */
static eh_status hand_blocks(eh_ingest *in, eh_error *err) {
  enum { BEHIND = 64 };
  char copy[sizeof csv_rows + BEHIND];
  const size_t n = sizeof csv_rows - 1;
  eh_buf plan = {.mem = shared_mem}, told = {.mem = shared_mem};
  eh_ingest *other = NULL;
  eh_ingest_block block;
  EH_TRY(eh_ingest_cut(in, csv_rows, n, &block, err));
  CHECK(block.n > 0);
  memcpy(copy, csv_rows + block.at, block.n);
  eh_status status = eh_ingest_plan(in, &plan, err);
  if (!status) status = eh_ingest_other(&other, plan.p, plan.n, shared_mem, err);
  if (!status) status = eh_ingest_block_read(other, copy, block.n, block.line, err);
  if (!status) status = eh_ingest_told(other, &told, err);
  if (!status) status = eh_ingest_join(in, told.p, told.n, err);
  if (!status) status = eh_ingest_push(in, csv_rows + block.at + block.n, n - block.at - block.n, err);
  if (!status) status = eh_ingest_settle(in, err);
  eh_ingest_free(other);
  eh_buf_free(&plan);
  eh_buf_free(&told);
  return status;
}

/* A batch of y (u8), p (f32), race (a dictionary of texts) and age (f64, one of them null). */
static eh_status hand_arrow(eh_ingest *in, eh_error *err) {
  static const uint8_t y_n[] = {1, 0, 1, 0, 1, 0}, there[] = {0x3b};
  static const float p_n[] = {.9f, .8f, .3f, .2f, .7f, .6f};
  static const int8_t race_n[] = {0, 1, 0, 1, 1, 0};
  static const int32_t text_start_n[] = {0, 1, 3};
  static const double age_n[] = {20, 30, 0, 45, 25, 33};
  static const char *const name_c[] = {"y", "p", "race", "age"}, *const format_c[] = {"C", "f", "c", "g"};
  const void *const data_c[] = {y_n, p_n, race_n, age_n};
  const void *buffer_c[4][2] = {{0}}, *text_buffer_n[] = {NULL, text_start_n, "abc"}, *none[] = {NULL};
  struct ArrowSchema schema_c[4] = {{0}}, *schema_p[4], texts = {.format = "u"};
  struct ArrowArray array_c[4] = {{0}}, *array_p[4];
  struct ArrowArray dictionary = {.length = 2, .null_count = 0, .n_buffers = 3, .buffers = text_buffer_n};
  for (int c = 0; c < 4; c++) {
    buffer_c[c][0] = c == 3 ? there : NULL;
    buffer_c[c][1] = data_c[c];
    schema_c[c] = (struct ArrowSchema){.format = format_c[c], .name = name_c[c], .flags = ARROW_FLAG_NULLABLE};
    array_c[c] = (struct ArrowArray){.length = 6, .null_count = c == 3 ? -1 : 0, .n_buffers = 2, .buffers = buffer_c[c]};
    schema_p[c] = &schema_c[c], array_p[c] = &array_c[c];
  }
  schema_c[2].dictionary = &texts, array_c[2].dictionary = &dictionary;
  const struct ArrowSchema schema = {.format = "+s", .name = "", .n_children = 4, .children = schema_p};
  const struct ArrowArray array = {.length = 6, .n_buffers = 1, .n_children = 4, .buffers = none, .children = array_p};
  return eh_ingest_arrow(in, &schema, &array, 1, err);
}

/* ---- the ways ------------------------------------------------------------------------------------------------------- */

typedef struct way {
  const char *name;
  eh_status (*hand)(eh_ingest *in, eh_error *err);
  const char *label, *positive, *score, *column, *multi, *bucket, *weight, *cluster;
  uint32_t score_bits, threads;
  eh_bootstrap bootstrap;
  bool several, curves;
} way;

static const way way_n[] = {
    {.name = "JSON Lines, binned", .hand = hand_jsonl, .multi = "race:|", .score_bits = 7, .curves = true},
    {.name = "records, quantiles, bootstrap", .hand = hand_records, .column = "race", .bucket = "age:q2", .bootstrap = EH_BOOTSTRAP_BCA},
    {.name = "an archive", .hand = hand_archive, .label = "b", .positive = "x", .score = "a", .column = "b", .curves = true},
    {.name = "Arrow, quantiles", .hand = hand_arrow, .column = "race", .bucket = "age:q3", .bootstrap = EH_BOOTSTRAP_PERCENTILE},
    {.name = "several files, quantiles", .hand = hand_files, .multi = "race:|", .bucket = "age:q2", .several = true},
    {.name = "several files, weights, bootstrap", .hand = hand_files, .column = "race", .weight = "age", .bootstrap = EH_BOOTSTRAP_PERCENTILE, .several = true},
    {.name = "clusters, bootstrap", .hand = hand_whole, .column = "race", .cluster = "age", .bootstrap = EH_BOOTSTRAP_BCA},
    {.name = "blocks", .hand = hand_blocks, .column = "race", .bucket = "age:30,40"},
    {.name = "threads", .hand = hand_whole, .column = "race", .threads = 2}};

static eh_str text_of(const char *text, const char *usual) { return eh_str_of(text ? text : usual); }

static eh_status cube_of(eh_cube **out, const way *w, const eh_spec *spec, const eh_allocator *mem, eh_error *err) {
  const eh_reading reading = {.source = EH_STR("the input"), .part = w->several ? EH_STR("first.csv") : (eh_str){0},
                              .threads = w->threads, .block = w->threads ? 40 : 0};
  eh_ingest *in = NULL;
  shared_mem = mem;
  EH_TRY(eh_ingest_new(&in, spec, &reading, mem, err));
  eh_status status = w->hand(in, err);
  if (!status && eh_ingest_surveys(in)) {
    status = eh_ingest_again(in, err);
    if (!status) status = w->hand(in, err);
  }
  if (!status) status = eh_ingest_end(in, out, err);
  eh_ingest_free(in);
  return status;
}

/* The input to its report, which is appended to `said`. */
static eh_status whole_way(eh_buf *said, const way *w, const eh_spec *spec, const eh_allocator *mem, eh_error *err) {
  eh_cube *cube = NULL;
  eh_audit *audit = NULL;
  eh_buf text = {.mem = mem};
  eh_status status = cube_of(&cube, w, spec, mem, err);
  if (!status) status = eh_audit_run(&audit, cube, spec, mem, err);
  if (!status) status = eh_report_json(&text, eh_audit_see(audit), err);
  if (!status) status = eh_report_cube(&text, eh_cube_see(cube), 1, 1, err);
  if (!status) eh_buf_put(said, text.p, text.n);
  eh_buf_free(&text);
  eh_audit_free(audit);
  eh_cube_free(cube);
  return status;
}

/* ---- refusing ------------------------------------------------------------------------------------------------------- */

/* The twin for threads that ask at the same time. */
typedef struct shared_twin {
  eh_allocator mem;
  memory_twin twin;
  bool busy;
} shared_twin;

static void *shared_resize(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  shared_twin *const shared = ctx;
  while (__atomic_test_and_set(&shared->busy, __ATOMIC_ACQUIRE)) continue;
  void *const p = memory_twin_resize(&shared->twin, ptr, old_n, new_n);
  __atomic_clear(&shared->busy, __ATOMIC_RELEASE);
  return p;
}

static const eh_allocator *start(shared_twin *shared, size_t refuse_at, bool once) {
  *shared = (shared_twin){.mem = {.resize = shared_resize, .ctx = shared}};
  memory_twin_start(&shared->twin, refuse_at);
  shared->twin.once = once;
  return &shared->mem;
}

static void refuse(const way *w, const eh_spec *spec, size_t n, bool once, const eh_buf *want) {
  shared_twin shared;
  eh_buf said = {0};
  eh_error err = {0};
  const eh_status status = whole_way(&said, w, spec, start(&shared, n, once), &err);
  const memory_twin *const twin = &shared.twin;
  /* How often threads ask depends on which of them takes what, so the refusal may not come. */
  if (!status && (once || (w->threads && twin->asked < n))) {
    CHECK(said.n == want->n && memcmp(said.p, want->p, want->n) == 0);
  } else {
    CHECK_U64(status, EH_E_MEMORY);
    CHECK_U64(err.status, EH_E_MEMORY);
    CHECK_TEXT(err.message, strlen(err.message), "out of memory");
    CHECK_U64(said.n, 0);
  }
  if (twin->blocks || twin->bytes || twin->wrong_sizes || check_failed_n > check_failed_before)
    CHECK_SAY("%s, request %zu%s: %zu blocks of %zu bytes kept, %d of wrong size", w->name, n, once ? " alone" : "", twin->blocks,
              twin->bytes, twin->wrong_sizes);
  eh_buf_free(&said);
}

static void refuse_any_request(const way *w) {
  const eh_str score = text_of(w->score, "p"), column = text_of(w->column, ""), multi = text_of(w->multi, ""), bucket = text_of(w->bucket, "");
  const eh_slicing_wish wish = {.column_n = &column, .column_count = w->column != NULL, .multi_n = &multi, .multi_count = w->multi != NULL,
                                .bucket_n = &bucket, .bucket_count = w->bucket != NULL, .show_missing = true,
                                .cluster = w->cluster ? eh_str_of(w->cluster) : (eh_str){0}};
  eh_spec spec = {.cube = {.label = text_of(w->label, "y"), .score_m = &score, .model_count = 1, .score_bits = w->score_bits},
                  .bootstrap = w->bootstrap, .replicates = w->bootstrap ? 8 : 0, .level = w->bootstrap ? .5 : 0, .curves = w->curves};
  if (w->positive) spec.cube.positive = text_of(w->positive, NULL);
  if (w->weight) spec.cube.weight = text_of(w->weight, NULL);
  eh_arena arena = {0};
  eh_error err = {0};
  eh_buf want = {0};
  shared_twin shared;
  REQUIRE(!eh_slicing_wish_parse(&spec.cube.slicing, &arena, &wish, &err));
  const eh_status status = whole_way(&want, w, &spec, start(&shared, 0, false), &err);
  if (status) CHECK_SAY("%s: %s", w->name, err.message);
  REQUIRE(status == EH_OK);
  CHECK(shared.twin.blocks == 0 && shared.twin.bytes == 0 && shared.twin.wrong_sizes == 0);
  CHECK(shared.twin.asked > 50 && want.n > 5000);
  printf("%s: %zu requests\n", w->name, shared.twin.asked);
  const size_t asked = shared.twin.asked;
  for (size_t n = 1; n <= asked && check_failed_n == check_failed_before; n++) {
    refuse(w, &spec, n, false, &want);
    refuse(w, &spec, n, true, &want);
  }
  eh_buf_free(&want);
  eh_arena_free(&arena);
}

static void any_request_may_be_refused(void) {
  for (size_t i = 0; i < sizeof way_n / sizeof *way_n; i++) refuse_any_request(&way_n[i]);
}

int main(void) {
  RUN(any_request_may_be_refused);
  return check_end("memory_inputs");
}
