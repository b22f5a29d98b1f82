/* arrow: record batches made by hand, as the C Data Interface lays them out. What pyarrow makes is read by tests/independent/arrow.py. */
#include "evenhand/audit.h"

#include "check.h"
#include "reference/memory_twin.h"

/* ---- arrays by hand -------------------------------------------------------------------------------------------------- */

/* A column: its schema and array, and room for what they point to. */
typedef struct made {
  struct ArrowSchema schema, dictionary_schema;
  struct ArrowArray array, dictionary;
  const void *buffer_n[3], *dictionary_buffer_n[3];
} made;

/* `bits` NULL: every cell is there. Texts have their places in `data` and their bytes in `texts`. */
static void make(made *m, const char *name, const char *format, int64_t length, int64_t offset, const void *bits, const void *data,
                 const void *texts) {
  *m = (made){.schema = {.format = format, .name = name, .flags = ARROW_FLAG_NULLABLE}};
  m->buffer_n[0] = bits, m->buffer_n[1] = data, m->buffer_n[2] = texts;
  m->array = (struct ArrowArray){.length = length, .null_count = bits ? -1 : 0, .offset = offset, .n_buffers = texts ? 3 : data ? 2 : 0, .buffers = m->buffer_n};
}

static void make_dictionary(made *m, const char *format, int64_t length, int64_t offset, const void *bits, const void *data, const void *texts) {
  m->dictionary_schema = (struct ArrowSchema){.format = format};
  m->dictionary_buffer_n[0] = bits, m->dictionary_buffer_n[1] = data, m->dictionary_buffer_n[2] = texts;
  m->dictionary = (struct ArrowArray){.length = length, .null_count = -1, .offset = offset, .n_buffers = 3, .buffers = m->dictionary_buffer_n};
  m->schema.dictionary = &m->dictionary_schema;
  m->array.dictionary = &m->dictionary;
}

enum { COLUMNS_MAX = 4 };

typedef struct record_batch {
  struct ArrowSchema schema, *schema_n[COLUMNS_MAX];
  struct ArrowArray array, *array_n[COLUMNS_MAX];
  const void *buffer_n[1];
} record_batch;

static void join(record_batch *b, made *m_n, int n, int64_t length, int64_t offset, const void *bits) {
  *b = (record_batch){.schema = {.format = "+s", .name = "", .n_children = n, .children = b->schema_n}};
  b->buffer_n[0] = bits;
  b->array = (struct ArrowArray){.length = length, .null_count = bits ? -1 : 0, .offset = offset, .n_buffers = 1, .n_children = n,
                                 .buffers = b->buffer_n, .children = b->array_n};
  for (int i = 0; i < n; i++) b->schema_n[i] = &m_n[i].schema, b->array_n[i] = &m_n[i].array;
}

static void put_batch(eh_buf *out, const eh_batch *batch) {
  for (size_t row = 0; row < batch->rows; row++) {
    eh_buf_format(out, "%u", batch->first_row + row);
    for (uint32_t c = 0; c < batch->column_n; c++) {
      char scratch[EH_F64_TEXT];
      eh_str text;
      const eh_cell cell = eh_column_text(&batch->column[c], row, scratch, &text);
      eh_buf_byte(out, '|');
      eh_buf_str(out, cell ? EH_STR("~") : text);
    }
    eh_buf_byte(out, '\n');
  }
}

static eh_status read_all(eh_buf *out, const record_batch *b, const eh_want *want_n, uint32_t n, const eh_allocator *mem, eh_error *err) {
  eh_arrow *arrow;
  eh_batch batch = {.rows = 1};
  EH_TRY(eh_arrow_new(&arrow, &b->schema, want_n, n, mem, err));
  eh_status status = EH_OK;
  for (uint64_t from = 0; !status && batch.rows; from += batch.rows) {
    status = eh_arrow_batch(arrow, &b->array, from, &batch, err);
    if (!status) put_batch(out, &batch);
  }
  eh_arrow_free(arrow);
  return status;
}

/* The cells of column "a", wanted as a number and as a text, or the error. */
static void check_column(made *m, int64_t rows, int64_t offset, const char *want) {
  static const eh_want want_n[] = {{{"a", 1}, EH_F64}, {{"a", 1}, EH_TEXT}};
  record_batch b;
  eh_buf out = {0};
  eh_error err = {0};
  join(&b, m, 1, rows, offset, NULL);
  if (read_all(&out, &b, want_n, 2, NULL, &err)) out.n = 0, eh_buf_text(&out, err.message);
  CHECK_TEXT(out.p ? out.p : "", out.n, want);
  eh_buf_free(&out);
}

/* ---- types ---------------------------------------------------------------------------------------------------------- */

static void numbers(void) {
  static const uint8_t second_missing[] = {0x0d}; /* 1 0 1 1 */
  const struct {
    const char *format;
    const void *data;
    const char *want;
  } case_n[] = {{"c", (const int8_t[]){-1, 2, 3}, "1|-1|-1\n2|~|~\n3|3|3\n"},
                {"C", (const uint8_t[]){255, 2, 3}, "1|255|255\n2|~|~\n3|3|3\n"},
                {"s", (const int16_t[]){-300, 2, 3}, "1|-300|-300\n2|~|~\n3|3|3\n"},
                {"S", (const uint16_t[]){65535, 2, 3}, "1|65535|65535\n2|~|~\n3|3|3\n"},
                {"i", (const int32_t[]){-70000, 2, 3}, "1|-70000|-70000\n2|~|~\n3|3|3\n"},
                {"I", (const uint32_t[]){4000000000u, 2, 3}, "1|4000000000|4000000000\n2|~|~\n3|3|3\n"},
                {"l", (const int64_t[]){INT64_MIN, 2, -3}, "1|-9223372036854776000|-9223372036854775808\n2|~|~\n3|-3|-3\n"},
                {"L", (const uint64_t[]){UINT64_MAX, 2, 3}, "1|18446744073709552000|18446744073709551615\n2|~|~\n3|3|3\n"},
                {"e", (const uint16_t[]){0x3e00, 2, 0x8001}, "1|1.5|1.5\n2|~|~\n3|-5.9604644775390625e-8|-5.9604644775390625e-8\n"},
                {"f", (const float[]){.1f, 2, 3}, "1|0.10000000149011612|0.10000000149011612\n2|~|~\n3|3|3\n"},
                {"g", (const double[]){.1, 2, __builtin_nan("")}, "1|0.1|0.1\n2|~|~\n3|~|~\n"},
                {"b", (const uint8_t[]){0x05}, "1|true|true\n2|~|~\n3|true|true\n"}};
  for (size_t i = 0; i < sizeof case_n / sizeof *case_n; i++) {
    made m;
    make(&m, "a", case_n[i].format, 3, 0, second_missing, case_n[i].data, NULL);
    check_column(&m, 3, 0, case_n[i].want);
  }
  made m;
  make(&m, "a", "n", 2, 0, NULL, NULL, NULL);
  check_column(&m, 2, 0, "1|~|~\n2|~|~\n");
}

static void texts_and_dictionaries(void) {
  made m;
  make(&m, "a", "u", 3, 0, (const uint8_t[]){0x05}, (const int32_t[]){0, 1, 3, 6}, "xyy1.5");
  check_column(&m, 3, 0, "1|x|x\n2|~|~\n3|1.5|1.5\n");
  make(&m, "a", "U", 2, 1, NULL, (const int64_t[]){5, 6, 6, 8}, "-----x\xc3\xa9");
  check_column(&m, 2, 0, "1|~|~\n2|\xc3\xa9|\xc3\xa9\n");
  static const char *const index_k[] = {"c", "C", "s", "S", "i", "I", "l", "L"};
  static const int64_t code_n[] = {1, 0, 2, 1};
  for (int k = 0; k < 8; k++) {
    uint8_t narrow[32] = {0};
    const int size = 1 << k / 2;
    for (int i = 0; i < 4; i++) memcpy(narrow + i * size, &code_n[i], (size_t)size);
    make(&m, "a", index_k[k], 4, 0, (const uint8_t[]){0x0d}, narrow, NULL);
    make_dictionary(&m, k % 2 ? "U" : "u", 3, 0, (const uint8_t[]){0x03}, k % 2 ? (const void *)(const int64_t[]){0, 1, 3, 4} : (const void *)(const int32_t[]){0, 1, 3, 4}, "xyyz");
    check_column(&m, 4, 0, "1|yy|yy\n2|~|~\n3|~|~\n4|yy|yy\n");
  }
}

static void offsets_and_validity_of_the_batch(void) {
  made m_n[2];
  record_batch b;
  eh_buf out = {0};
  eh_error err = {0};
  static const eh_want want_n[] = {{{"b", 1}, EH_TEXT}, {{"a", 1}, EH_F64}};
  make(&m_n[0], "a", "g", 5, 1, (const uint8_t[]){0x3b}, (const double[]){9, 0, 1, 2, 3, 4}, NULL); /* without the first: 0 ~ 2 3 4 */
  make(&m_n[1], "b", "u", 5, 0, NULL, (const int32_t[]){0, 1, 2, 3, 4, 5}, "abcde");
  join(&b, m_n, 2, 3, 1, (const uint8_t[]){0x0e & ~0x08});
  CHECK(!read_all(&out, &b, want_n, 2, NULL, &err));
  CHECK_TEXT(out.p, out.n, "1|b|~\n2|c|2\n3|~|~\n");
  eh_buf_free(&out);
}

static void many_rows(void) {
  enum { ROWS = EH_BATCH_ROWS + 3 };
  static int32_t place_n[ROWS + 1];
  static uint8_t code_n[ROWS];
  static char texts[2 * ROWS];
  for (int i = 0; i < ROWS; i++) place_n[i + 1] = 2 * i + 2, code_n[i] = (uint8_t)(i % 2), texts[2 * i] = 'x', texts[2 * i + 1] = (char)('a' + i % 7);
  made m_n[2];
  record_batch b;
  eh_buf out = {0};
  eh_error err = {0};
  static const eh_want want_n[] = {{{"a", 1}, EH_TEXT}, {{"b", 1}, EH_TEXT}};
  make(&m_n[0], "a", "u", ROWS, 0, NULL, place_n, texts);
  make(&m_n[1], "b", "C", ROWS, 0, NULL, code_n, NULL);
  make_dictionary(&m_n[1], "u", 2, 0, NULL, (const int32_t[]){0, 2, 4}, "noya");
  join(&b, m_n, 2, ROWS, 0, NULL);
  CHECK(!read_all(&out, &b, want_n, 2, NULL, &err));
  CHECK_TEXT(out.p + out.n - 24, 24, "65538|xd|ya\n65539|xe|no\n");
  eh_buf_free(&out);
}

/* ---- what is refused ------------------------------------------------------------------------------------------------- */

static void refusals(void) {
  made m;
  make(&m, "b", "g", 1, 0, NULL, (const double[]){1}, NULL);
  check_column(&m, 1, 0, "the record batch has no column \"a\"");
  make(&m, "A", "g", 1, 0, NULL, (const double[]){1}, NULL);
  check_column(&m, 1, 0, "the record batch has no column \"a\"; nearest is \"A\"");
  make(&m, "a", "tdD", 1, 0, NULL, (const int32_t[]){1}, NULL);
  check_column(&m, 1, 0, "column \"a\" has the Arrow type \"tdD\", which is not read; cast it to a number, a boolean or text");
  make(&m, "a", "C", 1, 0, NULL, "", NULL);
  make_dictionary(&m, "g", 1, 0, NULL, "12345678", "");
  check_column(&m, 1, 0, "column \"a\" has the Arrow type \"g\", which is not read; cast it to a number, a boolean or text");
  make(&m, "a", "g", 1, 0, NULL, (const double[]){1}, NULL);
  check_column(&m, 2, 0, "column \"a\": its Arrow array is damaged, or shorter than the batch");
  make(&m, "a", "u", 2, 0, NULL, (const int32_t[]){0, 3, 2}, "abc");
  check_column(&m, 2, 0, "column \"a\": the offsets of its texts make no sense, or reach beyond 4 GB");
  make(&m, "a", "u", 2, 0, NULL, (const int32_t[]){0, 1, 2}, "a\xff");
  check_column(&m, 2, 0, "column \"a\": text 2 has a NUL or is not UTF-8");
  make(&m, "a", "c", 1, 0, NULL, (const int8_t[]){2}, NULL);
  make_dictionary(&m, "u", 2, 0, NULL, (const int32_t[]){0, 1, 2}, "ab");
  check_column(&m, 1, 0, "column \"a\": an index points beyond its dictionary");
  made twice[2];
  record_batch b;
  eh_buf out = {0};
  eh_error err = {0};
  make(&twice[0], "a", "g", 1, 0, NULL, (const double[]){1}, NULL);
  twice[1] = twice[0];
  join(&b, twice, 2, 1, 0, NULL);
  CHECK(read_all(&out, &b, &(eh_want){{"a", 1}, EH_F64}, 1, NULL, &err) == EH_E_SPEC);
  CHECK_TEXT(err.message, strlen(err.message), "the record batch has column \"a\" twice");
  err = (eh_error){0};
  b.schema.format = "g";
  CHECK(read_all(&out, &b, &(eh_want){{"a", 1}, EH_F64}, 1, NULL, &err) == EH_E_INPUT);
  eh_buf_free(&out);
}

/* ---- an audit -------------------------------------------------------------------------------------------------------- */

static eh_status audit(eh_buf *out, const record_batch *b, const char *csv, eh_error *err) {
  static const eh_str score_m[] = {EH_STR("p")}, column_n[] = {EH_STR("g")};
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1}};
  const eh_reading reading = {.source = EH_STR("x"), .no_hash = true};
  eh_arena arena = {0};
  eh_ingest *in = NULL;
  eh_cube *cube = NULL;
  eh_audit *done = NULL;
  eh_status status = eh_slicing_parse(&spec.cube.slicing, &arena, column_n, 1, NULL, 0, NULL, 0, false, err);
  if (!status) status = eh_ingest_new(&in, &spec, &reading, NULL, err);
  if (!status && csv) status = eh_ingest_push(in, csv, strlen(csv), err);
  for (uint64_t first = 1; !status && !csv && first < 7; first += 3) status = eh_ingest_arrow(in, &b->schema, &b->array, first, err);
  if (!status) status = eh_ingest_end(in, &cube, err);
  if (!status) status = eh_audit_run(&done, cube, &spec, NULL, err);
  if (!status) {
    const eh_audit_view *view = eh_audit_see(done);
    eh_buf_format(out, "%u of %u rows, line %u;", view->cube->provenance->intake.rows_skipped, view->cube->provenance->intake.rows,
                  view->cube->provenance->intake.skipped_n ? view->cube->provenance->intake.skipped[0].line : 0);
    for (uint32_t s = 0; s < view->slice_count; s++)
      eh_buf_format(out, " %S %u+%u", view->slice_s[s].slice->name, view->slice_s[s].rows, view->slice_s[s].positives);
  }
  eh_audit_free(done);
  eh_cube_free(cube);
  eh_ingest_free(in);
  eh_arena_free(&arena);
  return status;
}

static void record_batches_are_audited_as_rows_are(void) {
  made m_n[3];
  record_batch b;
  eh_buf arrow = {0}, csv = {0};
  eh_error err = {0};
  make(&m_n[0], "y", "b", 3, 0, NULL, (const uint8_t[]){0x05}, NULL);
  make(&m_n[1], "p", "f", 3, 0, (const uint8_t[]){0x03}, (const float[]){.5f, .25f, .75f}, NULL);
  make(&m_n[2], "g", "c", 3, 0, NULL, (const int8_t[]){1, 0, 1}, NULL);
  make_dictionary(&m_n[2], "u", 2, 0, NULL, (const int32_t[]){0, 1, 2}, "uv");
  join(&b, m_n, 3, 3, 0, NULL);
  CHECK(!audit(&arrow, &b, NULL, &err));
  CHECK(!audit(&csv, NULL, "y,p,g\n1,.5,v\n0,.25,u\n1,,v\n1,.5,v\n0,.25,u\n1,,v\n", &err));
  CHECK_TEXT(arrow.p, arrow.n, "2 of 6 rows, line 3; overall 4+2 g=u 2+0 g=v 2+2");
  CHECK_TEXT(csv.p, csv.n, "2 of 6 rows, line 4; overall 4+2 g=u 2+0 g=v 2+2");
  eh_buf_free(&arrow);
  eh_buf_free(&csv);
}

static void memory_fails(void) {
  made m_n[3];
  record_batch b;
  static const eh_want want_n[] = {{{"a", 1}, EH_TEXT}, {{"b", 1}, EH_TEXT}, {{"c", 1}, EH_F64}};
  make(&m_n[0], "a", "u", 2, 0, (const uint8_t[]){1}, (const int32_t[]){0, 1, 2}, "xy");
  make(&m_n[1], "b", "c", 2, 0, NULL, (const int8_t[]){0, 1}, NULL);
  make_dictionary(&m_n[1], "u", 2, 0, NULL, (const int32_t[]){0, 1, 2}, "uv");
  make(&m_n[2], "c", "l", 2, 0, NULL, (const int64_t[]){1, 2}, NULL);
  join(&b, m_n, 3, 2, 0, NULL);
  for (size_t at = 1;; at++) {
    memory_twin twin;
    const eh_allocator *const mem = memory_twin_start(&twin, at);
    eh_buf out = {0};
    eh_error err = {0};
    const eh_status status = read_all(&out, &b, want_n, 3, mem, &err);
    eh_buf_free(&out);
    CHECK(!twin.blocks && !twin.bytes && !twin.wrong_sizes);
    if (twin.asked < at) {
      CHECK(status == EH_OK && at > 8);
      return;
    }
    CHECK(status == EH_E_MEMORY);
  }
}

int main(void) {
  RUN(numbers);
  RUN(texts_and_dictionaries);
  RUN(offsets_and_validity_of_the_batch);
  RUN(many_rows);
  RUN(refusals);
  RUN(record_batches_are_audited_as_rows_are);
  RUN(memory_fails);
  return check_end("arrow");
}
