/* Memory may be refused anywhere on the way from bytes to report: each refusal is EH_E_MEMORY in plain words, and nothing
 * is kept. Two kinds of want: all memory is gone from one request on, or one request alone is refused. (cli_test does the
 * same for the program, where the host's answers matter; rooms do it for what they allocate themselves.) */
#include "check.h"
#include "evenhand.h"
#include "reference/memory_twin.h"

/* Something of everything: a byte-order mark, quotes over lines, missing cells, skipped rows, many values of a column. */
static const char rows[] =
    "\xef\xbb\xbfy,p,q,sex,race,age\r\n1,.9,1,F,a,20\r\n0,.8,0,\"F\",b,30\r\n1,.3,0,F,,\r\n0,.2,1,M,NA,45\r\n"
    "1,.7,.5,M,\"b, \"\"c\"\"\r\nd\",25\r\n0,.1,-3,,a,65\r\nx,1\r\n1,word,1,M,a,30\r\n0,.15,2,M,e,31\r\n1,.25,2,F,f,32\r\n"
    "1,.35,2,F,g,33\r\n0,.45,2,M,h,34\r\n1,.55,2,F,i,35\r\n0,.65,2,M,j,36\r\n1,.95,2,F,\xc3\xa9,37";
enum { ROWS_N = sizeof rows - 1, HALF = 150 };

typedef struct way {
  eh_arena arena; /* of the spec; not part of the way */
  eh_str score_m[2];
  eh_spec spec;
  eh_reading reading;
} way;

static void way_begin(way *w, bool weighted) {
  static const eh_str column_n[] = {EH_STR("sex"), EH_STR("race")}, cross_n[] = {EH_STR("sex*race")};
  static const eh_str bucket_n[] = {EH_STR("age:q3")}, multi_n[] = {EH_STR("race:,")};
  static const eh_str slice_if_n[] = {EH_STR("old: age >= 33 & q < 3 | race = e")};
  const eh_slicing_wish wish = {.column_n = column_n, .column_count = 2, .cross_n = cross_n, .cross_count = 1,
                                .bucket_n = bucket_n, .bucket_count = 1, .multi_n = multi_n, .multi_count = 1,
                                .slice_if_n = slice_if_n, .slice_if_count = 1, .show_missing = true};
  static const double threshold_t[] = {.3, .5};
  eh_error err = {0};
  *w = (way){.score_m = {EH_STR("p"), EH_STR("q")},
             .reading = {.source = EH_STR("rows.csv"), .check_positive = true}};
  w->spec = (eh_spec){.cube = {.label = EH_STR("y"), .positive = EH_STR("1"), .score_m = w->score_m, .model_count = 2,
                               .threshold_t = threshold_t, .threshold_count = 2, .where = EH_STR("!(age = 36)")},
                      .baseline = EH_STR("sex=M"), .min_slice = 2, .curves = true};
  if (weighted) { /* q is the weight; its -3 skips a row */
    w->spec.cube.model_count = 1;
    w->spec.cube.positive = (eh_str){0};
    w->spec.cube.fractional = true;
    w->spec.cube.weight = EH_STR("q");
    w->spec.baseline = EH_STR("complement");
    w->reading.check_positive = false;
  }
  CHECK(!eh_slicing_wish_parse(&w->spec.cube.slicing, &w->arena, &wish, &err));
}

static eh_status read_bytes(eh_cube **out, const way *w, const void *bytes, size_t n, const eh_allocator *mem,
                            eh_error *err) {
  eh_ingest *in = NULL;
  EH_TRY(eh_ingest_new(&in, &w->spec, &w->reading, mem, err));
  eh_status status = EH_OK;
  for (int reading = 0; reading < 2 && !status; reading++) { /* rows come twice, for their quantiles */
    for (size_t at = 0; at < n && !status; at += HALF) /* in parts, so that the reader must keep what is begun */
      status = eh_ingest_push(in, (const char *)bytes + at, n - at < HALF ? n - at : HALF, err);
    if (status || !eh_ingest_surveys(in)) break;
    status = eh_ingest_again(in, err);
  }
  if (!status) status = eh_ingest_end(in, out, err);
  eh_ingest_free(in);
  return status;
}

/* Rows to cube, to file, to cube, merged with itself, audited, in every format. The reports are appended to `said`. */
static eh_status whole_way(eh_buf *said, const way *w, const eh_allocator *mem, eh_error *err) {
  eh_cube *cube = NULL, *again = NULL, *merged = NULL;
  eh_audit *audit = NULL;
  eh_buf file = {.mem = mem}, text = {.mem = mem};
  const eh_text_style style = {.width = 100, .top = 5};
  eh_status status = read_bytes(&cube, w, rows, ROWS_N, mem, err);
  if (!status) status = eh_cube_save(cube, &file, err);
  if (!status) status = read_bytes(&again, w, file.p, file.n, mem, err);
  if (!status) status = eh_cube_merge(&merged, (const eh_cube *const[]){cube, again}, 2, mem, err);
  if (!status) status = eh_audit_run(&audit, merged, &w->spec, mem, err);
  if (!status) status = eh_report_json(&text, eh_audit_see(audit), err);
  if (!status) status = eh_report_csv(&text, eh_audit_see(audit), err);
  if (!status) status = eh_report_text(&text, eh_audit_see(audit), &style, err);
  if (!status) eh_buf_put(said, text.p, text.n);
  eh_buf_free(&text);
  eh_buf_free(&file);
  eh_audit_free(audit);
  eh_cube_free(merged);
  eh_cube_free(again);
  eh_cube_free(cube);
  return status;
}

/* Refuses request n, and what comes after unless `once`. A refusal may be got over, but then the answer is the same. */
static void refuse(const way *w, size_t n, bool once, const eh_buf *want) {
  memory_twin twin;
  const eh_allocator *const mem = memory_twin_start(&twin, n);
  twin.once = once;
  eh_buf said = {0};
  eh_error err = {0};
  const eh_status status = whole_way(&said, w, mem, &err);
  if (once && !status) {
    CHECK(said.n == want->n && memcmp(said.p, want->p, want->n) == 0);
  } else {
    CHECK_U64(status, EH_E_MEMORY);
    CHECK_U64(err.status, EH_E_MEMORY);
    CHECK_TEXT(err.message, strlen(err.message), "out of memory");
    CHECK_U64(said.n, 0);
  }
  if (twin.blocks || twin.bytes || twin.wrong_sizes)
    CHECK_SAY("request %zu%s: %zu blocks of %zu bytes kept, %d of wrong size", n, once ? " alone" : "", twin.blocks,
              twin.bytes, twin.wrong_sizes);
  eh_buf_free(&said);
}

static void refuse_any_request(bool weighted) {
  way w;
  way_begin(&w, weighted);
  memory_twin twin;
  eh_buf want = {0};
  eh_error err = {0};
  const eh_status status = whole_way(&want, &w, memory_twin_start(&twin, 0), &err);
  if (status) CHECK_SAY("%s", err.message);
  REQUIRE(status == EH_OK);
  CHECK(twin.blocks == 0 && twin.bytes == 0 && twin.wrong_sizes == 0);
  CHECK(twin.asked > 100 && want.n > 10000);
  printf("%zu requests\n", twin.asked);
  const size_t asked = twin.asked;
  for (size_t n = 1; n <= asked; n++) {
    refuse(&w, n, false, &want);
    refuse(&w, n, true, &want);
  }
  eh_buf_free(&want);
  eh_arena_free(&w.arena);
}

static void any_request_may_be_refused(void) { refuse_any_request(false); }

static void so_may_any_under_weights(void) { refuse_any_request(true); }

int main(void) {
  RUN(any_request_may_be_refused);
  RUN(so_may_any_under_weights);
  return check_end("memory");
}
