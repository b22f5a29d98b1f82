/* label texts: what a label holds beside the positive text is kept with a cube, whatever the order and the parts of the rows, and told
 * where it may not be meant. */
#include "check.h"
#include "evenhand/audit.h"

static eh_cube *cube_of(const eh_spec *spec, eh_str text) {
  const eh_reading reading = {.source = EH_STR("t.csv")};
  eh_ingest *in = NULL;
  eh_cube *cube = NULL;
  eh_error err = {0};
  if (eh_ingest_new(&in, spec, &reading, NULL, &err) || eh_ingest_push(in, text.p, text.n, &err) || eh_ingest_end(in, &cube, &err))
    CHECK_SAY("%s", err.message);
  eh_ingest_free(in);
  return cube;
}

static eh_buf saved(const eh_cube *cube) {
  eh_buf out = {0};
  CHECK(!eh_cube_save(cube, &out, NULL));
  return out;
}

static const eh_str score_m[] = {EH_STR("p")};
static const eh_spec spec = {.cube = {.label = EH_STR("y"), .positive = EH_STR("yes"), .score_m = score_m, .model_count = 1}};

static void check_texts(const eh_cube *cube, uint32_t count, bool more, const char *first, const char *last) {
  const eh_label_texts *const texts = &eh_cube_see(cube)->provenance->negative;
  CHECK_U64(texts->count, count);
  CHECK(texts->more == more);
  CHECK(eh_str_eq(texts->text_n[0], eh_str_of(first)) && eh_str_eq(texts->text_n[count - 1], eh_str_of(last)));
}

/* Rows of labels n00, n01, ... from `from` on, every `step`th. */
static eh_cube *some(int from, int to, int step) {
  eh_buf text = {0};
  eh_buf_text(&text, "y,p\nyes,.5\n");
  for (int i = to - 1; i >= from; i -= step) eh_buf_format(&text, "n%u%u,.%u\n", (uint64_t)i / 10, (uint64_t)i % 10, (uint64_t)i + 1);
  eh_cube *cube = cube_of(&spec, (eh_str){text.p, text.n});
  eh_buf_free(&text);
  return cube;
}

static void parts_keep_what_the_whole_keeps(void) {
  eh_cube *const all = some(0, 40, 1), *const few = some(0, 20, 1), *const rest = some(15, 40, 1), *again = NULL, *merged = NULL;
  check_texts(all, 32, true, "n00", "n31");
  check_texts(few, 20, false, "n00", "n19");
  const eh_cube *const part_k[] = {rest, few};
  REQUIRE(!eh_cube_merge(&merged, part_k, 2, NULL, NULL));
  check_texts(merged, 32, true, "n00", "n31");
  eh_buf bytes = saved(few);
  REQUIRE(!eh_cube_load(&again, bytes.p, bytes.n, NULL, NULL));
  check_texts(again, 20, false, "n00", "n19");
  eh_buf_free(&bytes);
  eh_cube_free(all), eh_cube_free(few), eh_cube_free(rest), eh_cube_free(again), eh_cube_free(merged);
}

static void put_u32(unsigned char *p, uint32_t x) {
  for (int i = 0; i < 4; i++) p[i] = (unsigned char)(x >> (8 * i));
}

/* A trailer cut or changed, with its length and checksum right. */
static eh_status load_changed(const eh_buf *bytes, size_t less, int at, unsigned char byte) {
  unsigned char *const p = malloc(bytes->n);
  memcpy(p, bytes->p, bytes->n);
  uint64_t body = 0;
  for (int i = 0; i < 8; i++) body |= (uint64_t)p[12 + i] << (8 * i);
  unsigned char *const trailer = p + 24 + (size_t)body;
  const size_t n = bytes->n - less;
  put_u32(trailer, (uint32_t)(p + n - trailer - 12));
  if (at) p[n - 4 - (size_t)at] = byte;
  put_u32(p + n - 4, eh_crc32c(0, trailer, (size_t)(p + n - 4 - trailer)));
  eh_cube *cube = NULL;
  const eh_status status = eh_cube_load(&cube, p, n, NULL, NULL);
  if (cube) CHECK(!eh_cube_see(cube)->provenance->negative.count);
  eh_cube_free(cube);
  free(p);
  return status;
}

static void a_trailer_without_them_loads_and_a_bad_one_does_not(void) {
  eh_cube *const cube = cube_of(&spec, EH_STR("y,p\nyes,.5\nno,.4\nun,.3\n"));
  eh_buf bytes = saved(cube);
  CHECK_U64(load_changed(&bytes, 8, 0, 0), EH_OK);            /* 2, 2 no, 2 un, 0 */
  CHECK_U64(load_changed(&bytes, 0, 1, 1), EH_E_CUBE);        /* more, but not 32 */
  CHECK_U64(load_changed(&bytes, 0, 3, 'n'), EH_E_CUBE);      /* "no", "nn" */
  eh_buf_free(&bytes);
  eh_cube_free(cube);
}

/* ---- the finding --------------------------------------------------------------------------------------------------- */

static void check_note(const char *rows, const char *positive, const char *want) {
  eh_spec asked = spec;
  asked.cube.positive = eh_str_of(positive);
  eh_cube *const cube = cube_of(&asked, eh_str_of(rows));
  eh_audit *audit = NULL;
  REQUIRE(cube && !eh_audit_run(&audit, cube, &asked, NULL, NULL));
  const eh_audit_view *const view = eh_audit_see(audit);
  const eh_finding *found = NULL;
  for (uint64_t f = 0; f < view->finding_count; f++)
    if (view->finding_n[f].kind == EH_FINDING_LABEL_VALUES) found = &view->finding_n[f];
  CHECK((found != NULL) == (want != NULL));
  if (found && want) CHECK_TEXT(found->text.p, found->text.n, want);
  eh_audit_free(audit);
  eh_cube_free(cube);
}

static void what_may_not_be_meant_is_told(void) {
  check_note("y,p\nyes,.5\nno,.4\n", "yes", NULL);
  check_note("y,p\nyes,.5\nno,.4\nun,.4\n,.4\nNA,.3\n", "yes",
             "Of the label y only \"yes\" counts as positive; \"no\" and \"un\" count as negative");
  check_note("y,p\nyes,.5\nYes.,.4\n", "yes",
             "Of the label y only \"yes\" counts as positive; \"Yes.\" counts as negative, though \"Yes.\" looks like it");
  check_note("y,p\nyes,.5\n\" yes\",.4\nYES,.1\nye,.4\n", "yes",
             "Of the label y only \"yes\" counts as positive; \" yes\", \"YES\" and \"ye\" count as negative, though 2 of them look "
             "like it, such as \"YES\"");
  check_note("y,p\n@,.5\n`,.4\n", "@", NULL); /* letters alone have a case */
  check_note("y,p\n1,.5\n0,.4\n2,.4\n3,.4\n4,.4\n5,.4\n6,.4\n7,.4\n8,.4\n9,.4\n", "1",
             "Of the label y only \"1\" counts as positive; \"0\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\" and 1 more count as negative");
}

int main(void) {
  RUN(parts_keep_what_the_whole_keeps);
  RUN(a_trailer_without_them_loads_and_a_bad_one_does_not);
  RUN(what_may_not_be_meant_is_told);
  return check_end("label texts");
}
