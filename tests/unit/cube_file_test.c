/* Tests of the cube's file: what is written comes back, byte for byte; and no bytes at all can do harm. */
#define _GNU_SOURCE /* memmem */
#include "check.h"
#include "evenhand/cube.h"
#include "reference/rows_twin.h"

enum { HEAD = 20, ROWS = 12 };

static const double thresholds[] = {0.1, 0.5};

static void fill_rows(twin_row *row_n, size_t n, uint64_t seed) {
  static const char *const sexes[] = {"Male", "Female", NULL}, *const races[] = {"White", "\xc3\x89t\xc3\xa9", NULL};
  for (size_t i = 0; i < n; i++)
    row_n[i] = (twin_row){.label = (double)(check_random(&seed) % 2),
                          .score = {(double)(check_random(&seed) % 5) / 4, check_uniform(&seed) - 0.5},
                          .text = {sexes[check_random(&seed) % 3], races[check_random(&seed) % 3]},
                          .age = i % 7 ? (double)(check_random(&seed) % 60) : NAN};
}

/* A cube of n rows, of which row 2 is skipped, with a hash. */
static eh_cube *build(size_t n, const eh_cube_spec *spec) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 1);
  row_n[1].score[0] = NAN;
  eh_cube_builder *builder;
  eh_cube *cube = NULL;
  eh_error err = {0};
  unsigned char sha256[32];
  for (int i = 0; i < 32; i++) sha256[i] = (unsigned char)(i * 7);
  twin_batch batch;
  twin_batch_make(&batch, row_n, n, 1);
  if (eh_cube_builder_new(&builder, spec, false, NULL, &err) || eh_cube_builder_add(builder, &batch.batch, &err) ||
      (eh_cube_builder_intake(builder)->rows = n,
       eh_cube_builder_finish(builder, &cube, EH_STR("some \x1b file.csv"), sha256, &err)))
    CHECK_SAY("%s", err.message);
  twin_batch_free(&batch);
  eh_cube_builder_free(builder);
  return cube;
}

static eh_buf saved(const eh_cube *cube) {
  eh_buf buf = {0};
  eh_error err = {0};
  if (eh_cube_save(cube, &buf, &err)) CHECK_SAY("%s", err.message);
  return buf;
}

/* What the file of some_file leaves out: nothing, cells, cells and sums. */
enum { KINDS = 3 };
static int kind;

static eh_buf some_file(void) {
  eh_cube_spec spec = twin_spec(thresholds, 2);
  spec.no_fine = kind >= 1;
  spec.no_sums = kind >= 2;
  eh_cube *const cube = build(ROWS, &spec);
  eh_buf buf = saved(cube);
  eh_cube_free(cube);
  return buf;
}

/* ---- there and back ---------------------------------------------------------------------------------------------- */

static void what_is_saved_comes_back(void) {
  for (int variant = 0; variant < 4; variant++) {
    eh_cube_spec spec = twin_spec(thresholds, 2);
    static const eh_str missing[] = {EH_STR("-"), EH_STR("?")};
    if (variant == 1) spec.missing_n = missing, spec.missing_count = 2;
    if (variant == 2) spec.threshold_count = 0, spec.missing_n = missing;
    if (variant == 2) spec.slicing = (eh_slicing){.show_missing = true};
    eh_cube *const cube = build(variant == 3 ? 0 : ROWS, &spec), *again;
    REQUIRE(cube != NULL);
    eh_buf first = saved(cube);
    eh_error err = {0};
    if (eh_cube_load(&again, first.p, first.n, NULL, &err)) CHECK_SAY("%s", err.message);
    REQUIRE(again != NULL);
    eh_buf second = saved(again);
    CHECK(first.n == second.n && memcmp(first.p, second.p, first.n) == 0);
    const eh_cube_view *const a = eh_cube_see(cube), *const b = eh_cube_see(again);
    CHECK_U64(a->rows, variant == 3 ? 0 : ROWS - 1);
    CHECK_U64(b->rows, a->rows);
    CHECK(b->spec->slicing.show_missing == (variant == 2));
    CHECK_U64(b->spec->missing_count, variant == 0 || variant == 3 ? 3 : variant == 1 ? 2 : 0);
    CHECK(b->spec->missing_n != NULL);
    const eh_provenance *const p = b->provenance;
    CHECK_TEXT(p->name.p, p->name.n, "some \x1b file.csv");
    CHECK(p->has_sha256 && memcmp(p->sha256, a->provenance->sha256, 32) == 0);
    CHECK_U64(p->intake.rows_skipped, variant != 3);
    if (variant != 3) {
      CHECK_U64(p->intake.skipped[0].line, 2);
      CHECK_TEXT(p->intake.skipped[0].reason, strlen(p->intake.skipped[0].reason), "score \"p\" is missing");
    }
    for (uint32_t d = 0; d < b->atoms->dim_count; d++) {
      REQUIRE(a->atoms->group_count_d[d] == b->atoms->group_count_d[d]);
      for (uint32_t g = 0; g < b->atoms->group_count_d[d]; g++)
        CHECK(eh_str_eq(a->atoms->group_dg[d][g], b->atoms->group_dg[d][g]));
    }
    eh_buf_free(&first);
    eh_buf_free(&second);
    eh_cube_free(cube);
    eh_cube_free(again);
  }
}

static void saving_appends(void) {
  const eh_cube_spec spec = twin_spec(thresholds, 2);
  eh_cube *const cube = build(ROWS, &spec), *again;
  eh_buf buf = {0}, plain = saved(cube);
  eh_buf_text(&buf, "before");
  REQUIRE(eh_cube_save(cube, &buf, NULL) == EH_OK);
  CHECK(buf.n == plain.n + 6 && memcmp(buf.p + 6, plain.p, plain.n) == 0);
  REQUIRE(eh_cube_load(&again, buf.p + 6, buf.n - 6, NULL, NULL) == EH_OK);
  eh_cube_free(again);
  eh_cube_free(cube);
  eh_buf_free(&buf);
  eh_buf_free(&plain);
}

static void the_body_knows_nothing_of_provenance(void) {
  const eh_cube_spec spec = twin_spec(thresholds, 2);
  eh_cube *const cube = build(ROWS, &spec), *merged;
  const eh_cube *const part_k[] = {cube, cube};
  REQUIRE(eh_cube_merge(&merged, part_k, 1, NULL, NULL) == EH_OK);
  eh_buf a = saved(cube), b = saved(merged);
  const void *p, *q;
  size_t p_n, q_n;
  REQUIRE(eh_cube_body(a.p, a.n, &p, &p_n) && eh_cube_body(b.p, b.n, &q, &q_n));
  CHECK(p_n == q_n && memcmp(p, q, p_n) == 0);
  CHECK((const char *)p == a.p + HEAD);
  CHECK(memmem(p, p_n, "file.csv", 8) == NULL && memmem(a.p, a.n, "file.csv", 8) != NULL);
  CHECK(!eh_cube_body(a.p, HEAD + p_n + 3, &q, &q_n));
  CHECK(!eh_cube_body("not a cube at all, no", 21, &q, &q_n));
  CHECK(eh_cube_is(a.p, 8) && !eh_cube_is(a.p, 7) && !eh_cube_is("a,b,c,d,e", 9));
  eh_cube_free(cube);
  eh_cube_free(merged);
  eh_buf_free(&a);
  eh_buf_free(&b);
}

static void a_merged_cube_can_be_named(void) {
  const eh_cube_spec spec = twin_spec(thresholds, 2);
  eh_cube *const cube = build(ROWS, &spec), *merged;
  const eh_cube *const part_k[] = {cube, cube};
  REQUIRE(eh_cube_merge(&merged, part_k, 2, NULL, NULL) == EH_OK);
  CHECK(eh_cube_see(merged)->provenance->name.p == NULL);
  REQUIRE(eh_cube_name(merged, EH_STR("both"), NULL) == EH_OK);
  const eh_str name = eh_cube_see(merged)->provenance->name;
  CHECK_TEXT(name.p, name.n, "both");
  eh_cube_free(cube);
  eh_cube_free(merged);
}

/* ---- damage ------------------------------------------------------------------------------------------------------ */

static void put_u32(unsigned char *p, uint32_t x) {
  for (int i = 0; i < 4; i++) p[i] = (unsigned char)(x >> (8 * i));
}

static uint64_t get_u64(const unsigned char *p) {
  uint64_t x = 0;
  for (int i = 0; i < 8; i++) x |= (uint64_t)p[i] << (8 * i);
  return x;
}

/* Makes both checksums right again, as far as lengths allow. */
static void repair(unsigned char *p, size_t n) {
  if (n < HEAD + 4) return;
  const uint64_t body = get_u64(p + 12);
  if (body > n - HEAD - 4) return;
  const size_t end = HEAD + (size_t)body;
  put_u32(p + end, eh_crc32c(0, p, end));
  if (n - end < 4 + 8 + 4) return;
  const uint64_t trailer = get_u64(p + end + 4);
  if (trailer > n - end - 16) return;
  put_u32(p + end + 12 + trailer, eh_crc32c(0, p + end + 4, 8 + (size_t)trailer));
}

static bool loads(const void *p, size_t n, eh_error *err) {
  eh_cube *cube;
  *err = (eh_error){0};
  /* A copy of exactly n bytes, so that a sanitizer sees any read past them. */
  void *const exact = malloc(n ? n : 1);
  memcpy(exact, p, n);
  const eh_status status = eh_cube_load(&cube, exact, n, NULL, err);
  if (status) {
    CHECK(cube == NULL && err->status == EH_E_CUBE && err->message[0]);
  } else {
    /* What is believed must be canonical: it is saved as it was read. */
    eh_buf again = saved(cube);
    if (n > 8 && ((const unsigned char *)p)[8] == EH_CUBE_SCHEMA) CHECK(again.n == n && memcmp(again.p, p, n) == 0);
    eh_buf_free(&again);
  }
  eh_cube_free(cube);
  free(exact);
  return status == EH_OK;
}

static void every_truncation_is_seen(void) {
  eh_buf file = some_file();
  eh_error err;
  for (size_t n = 0; n < file.n; n++) {
    CHECK(!loads(file.p, n, &err));
    char want[64];
    snprintf(want, sizeof want, "cube is truncated at byte %zu", n);
    CHECK_TEXT(err.message, strlen(err.message), n ? want : "not a cube file");
  }
  eh_buf_byte(&file, 0);
  CHECK(!loads(file.p, file.n, &err));
  CHECK_TEXT(err.message, strlen(err.message), "cube is corrupt: there are bytes after its end");
  eh_buf_free(&file);
}

static void every_flipped_bit_is_seen(void) {
  eh_buf file = some_file();
  eh_error err;
  for (size_t i = 0; i < file.n; i++)
    for (int bit = 0; bit < 8; bit++) {
      file.p[i] = (char)(file.p[i] ^ 1 << bit);
      CHECK(!loads(file.p, file.n, &err));
      file.p[i] = (char)(file.p[i] ^ 1 << bit);
    }
  CHECK(loads(file.p, file.n, &err));
  eh_buf_free(&file);
}

/* With the checksums made right, structure alone must hold the line. */
static void no_forged_byte_does_harm(void) {
  eh_buf file = some_file();
  unsigned char *const p = malloc(file.n);
  eh_error err;
  size_t believed = 0, refused = 0;
  static const unsigned char forged[] = {0, 1, 2, 0x7f, 0x80, 0xfe, 0xff};
  for (size_t i = 0; i < file.n; i++)
    for (int f = 0; f < 7 + 8; f++) {
      memcpy(p, file.p, file.n);
      p[i] = f < 7 ? forged[f] : (unsigned char)(p[i] ^ 1 << (f - 7));
      if (p[i] == (unsigned char)file.p[i]) continue;
      repair(p, file.n);
      if (loads(p, file.n, &err)) believed++;
      else refused++;
    }
  CHECK(refused > (kind ? 0 : 4) * believed && believed > 0); /* a name, a hash and a bare sum may be anything */
  free(p);
  eh_buf_free(&file);
}

static void no_forged_run_of_bytes_does_harm(void) {
  eh_buf file = some_file();
  unsigned char *const p = malloc(file.n + 64);
  eh_error err;
  uint64_t seed = 9;
  for (int round = 0; round < 10000; round++) {
    size_t n = file.n;
    memcpy(p, file.p, n);
    const size_t at = HEAD + check_random(&seed) % (n - HEAD), left = n - at;
    const size_t run = 1 + check_random(&seed) % 12;
    const uint64_t edit = check_random(&seed) % 3;
    if (edit == 0) { /* overwrite */
      const bool random = check_random(&seed) % 4 != 0;
      for (size_t i = 0; i < run && i < left; i++) p[at + i] = random ? (unsigned char)check_random(&seed) : 0xff;
    } else if (edit == 1) { /* insert */
      memmove(p + at + run, p + at, left);
      for (size_t i = 0; i < run; i++) p[at + i] = (unsigned char)check_random(&seed);
      n += run;
    } else if (run < left) { /* remove */
      memmove(p + at, p + at + run, left - run);
      n -= run;
    }
    const uint64_t body = get_u64(p + 12) + n - file.n;
    for (int i = 0; i < 8 && n != file.n && at < HEAD + get_u64((unsigned char *)file.p + 12); i++)
      p[12 + i] = (unsigned char)(body >> (8 * i));
    repair(p, n);
    loads(p, n, &err);
  }
  free(p);
  eh_buf_free(&file);
}

static void refusals_say_what_is_wrong(void) {
  eh_buf file = some_file();
  eh_error err;
  unsigned char *const p = (unsigned char *)file.p;
  CHECK(!loads("a,b\n1,2\n", 8, &err));
  CHECK_TEXT(err.message, strlen(err.message), "not a cube file");
  p[HEAD + 30] ^= 1;
  CHECK(!loads(p, file.n, &err));
  CHECK_TEXT(err.message, strlen(err.message), "cube is corrupt: checksum does not match");
  p[HEAD + 30] ^= 1;
  p[8] = EH_CUBE_SCHEMA + 1;
  CHECK(!loads(p, file.n, &err));
  char want[96];
  snprintf(want, sizeof want, "cube has schema %d; this version reads up to %d: use a newer evenhand",
           EH_CUBE_SCHEMA + 1, EH_CUBE_SCHEMA);
  CHECK_TEXT(err.message, strlen(err.message), want);
  p[8] = 0;
  CHECK(!loads(p, file.n, &err));
  CHECK_TEXT(err.message, strlen(err.message), "cube is corrupt: schema 0");
  eh_buf_free(&file);
}

/* A count in the last section of the coarse table is changed: nothing but its own sense can tell. */
static void counts_that_contradict_the_cells_are_seen(void) {
  kind = 0;
  eh_buf file = some_file();
  unsigned char *const p = (unsigned char *)file.p;
  unsigned char *const coarse = memmem(p, file.n, "CNTS", 4), *const sums = memmem(p, file.n, "SUMS", 4);
  eh_error err;
  REQUIRE(coarse && sums);
  coarse[12] ^= 1;
  repair(p, file.n);
  CHECK(!loads(p, file.n, &err));
  CHECK_TEXT(err.message, strlen(err.message), "cube is corrupt: its coarse counts are not those of its cells");
  coarse[12] ^= 1;
  sums[12] ^= 1;
  repair(p, file.n);
  CHECK(!loads(p, file.n, &err));
  CHECK_TEXT(err.message, strlen(err.message), "cube is corrupt: its sums are not those of its cells");
  eh_buf_free(&file);
}

/* Without cells, counts are held against the extreme scores and models against each other. */
static void counts_without_cells_are_held_against_each_other(void) {
  kind = 2;
  eh_buf file = some_file();
  unsigned char *const p = (unsigned char *)file.p;
  unsigned char *const coarse = memmem(p, file.n, "CNTS", 4), *const ends = memmem(p, file.n, "ENDS", 4);
  eh_error err;
  REQUIRE(coarse && ends && !memmem(p, file.n, "CELL\1", 5));
  coarse[12]++;
  repair(p, file.n);
  CHECK(!loads(p, file.n, &err));
  CHECK_TEXT(err.message, strlen(err.message), "cube is corrupt: its models count different rows");
  coarse[12]--;
  unsigned char *const greatest = ends + 12 + 8;
  memcpy(greatest, ends + 12, 8);
  repair(p, file.n);
  CHECK(!loads(p, file.n, &err));
  CHECK_TEXT(err.message, strlen(err.message), "cube is corrupt: its extreme scores");
  kind = 0;
  eh_buf_free(&file);
}

/* A file as version 0.1.0 wrote it: rows (1, .7, a), (0, .2, b), (1, .4, none), (0, .9, a), (0, .5, b) at .3 and .5. */
static void a_file_of_schema_1_still_loads(void) {
  static const char hex[] =
      "894548430d0a1a0a01000000bd01000000000000535045432e00000000000000340001790001017002333333333333d3"
      "3f000000000000e03f03024e41034e614e046e756c6c0001010001670000444943540500000000000000020161016241"
      "544f4d04000000000000000300010243454c4c3c000000000000000501cc99b3e6cc99b3f6bf010101e5cc99b3e6cc99"
      "f3bf01010299b3e6cc99b3e6e4bf0101e6cc99b3e6cc990b0100000199b3e6cc99b3e6ecbf0101434e54531200000000"
      "00000000000100000101010000000000000000010053554d53f00000000000000000686666666666e600000000000000"
      "000a5f8fc2f5285ccf0000000000000000000000000000000000303333333333b30000000000000000296c3d0ad7a370"
      "7d0000000000000000000000000000000000343333333333b30000000000000000c33d0ad7a3703d4a00000000000000"
      "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
      "000000000000000000000000000000000000000000000000000000000000000000000000000000000000686666666666"
      "6600000000000000000af7285c8fc2f5280000000000000000000000000000000075088c0c2f00000000000000010574"
      "2e63737601c3f0b6e212d28373031929ea518c38b45397e3d6be61eac65b0468a238547d99050000030000016aa25ea6";
  unsigned char p[sizeof hex / 2];
  const size_t n = sizeof hex / 2;
  for (size_t i = 0; i < n; i++) sscanf(hex + 2 * i, "%2hhx", &p[i]);
  eh_cube *old, *again;
  eh_error err = {0};
  if (eh_cube_load(&old, p, n, NULL, &err)) CHECK_SAY("%s", err.message);
  REQUIRE(old != NULL);
  const eh_cube_view *const view = eh_cube_see(old);
  CHECK_U64(view->rows, 5);
  CHECK_U64(view->atoms->atom_count, 3);
  CHECK_U64(view->model_m[0].cell_ay[6], 5);
  CHECK(view->model_m[0].least == eh_score_key(.2) && view->model_m[0].greatest == eh_score_key(.9));
  eh_buf now = saved(old);
  CHECK_U64((unsigned char)now.p[8], EH_CUBE_SCHEMA);
  REQUIRE(eh_cube_load(&again, now.p, now.n, NULL, &err) == EH_OK);
  CHECK(eh_cube_difference(old, again) == NULL);
  eh_buf_free(&now);
  eh_cube_free(again);
  eh_cube_free(old);
}

/* Two rows with one score, as a file whose one cell is told as two cells of one row: same sums and counts, but not
 * canonical. */
static void one_cell_told_as_two_is_seen(void) {
  const eh_str score = EH_STR("p");
  const eh_cube_spec spec = {.label = EH_STR("y"), .score_m = &score, .model_count = 1};
  const double label_n[] = {0, 0}, score_n[] = {.5, .5};
  const eh_column column_c[] = {{.type = EH_F64, .data = label_n}, {.type = EH_F64, .data = score_n}};
  const eh_batch batch = {.rows = 2, .column = column_c, .column_n = 2, .first_row = 1};
  eh_cube_builder *builder;
  eh_cube *cube;
  eh_error err;
  REQUIRE(eh_cube_builder_new(&builder, &spec, false, NULL, NULL) == EH_OK);
  REQUIRE(eh_cube_builder_add(builder, &batch, NULL) == EH_OK);
  REQUIRE(eh_cube_builder_finish(builder, &cube, (eh_str){0}, NULL, NULL) == EH_OK);
  eh_cube_builder_free(builder);
  eh_buf file = saved(cube);
  eh_cube_free(cube);
  unsigned char *const p = malloc(file.n + 2);
  memcpy(p, file.p, file.n);
  /* Section: total 1, n 1, key, count 2, n 0. Forged: total 2, n 2, key, 1, step 0, 1, n 0. */
  unsigned char *const cell = memmem(p, file.n, "CELL", 4);
  REQUIRE(cell != NULL);
  unsigned char *const data = cell + 12, *const count = data + cell[4] - 2;
  REQUIRE(data[0] == 1 && data[1] == 1 && count[0] == 2 && count[1] == 0);
  memmove(count + 3, count + 1, file.n - (size_t)(count + 1 - p));
  data[0] = data[1] = 2;
  count[0] = 1, count[1] = 0, count[2] = 1;
  cell[4] = (unsigned char)(cell[4] + 2);
  p[12] = (unsigned char)(p[12] + 2);
  repair(p, file.n + 2);
  CHECK(!loads(p, file.n + 2, &err));
  CHECK_TEXT(err.message, strlen(err.message), "cube is corrupt: its score keys are not in order");
  free(p);
  eh_buf_free(&file);
}

int main(void) {
  RUN(what_is_saved_comes_back);
  RUN(saving_appends);
  RUN(the_body_knows_nothing_of_provenance);
  RUN(a_merged_cube_can_be_named);
  for (kind = 0; kind < KINDS; kind++) {
    RUN(every_truncation_is_seen);
    RUN(every_flipped_bit_is_seen);
    RUN(no_forged_byte_does_harm);
    RUN(no_forged_run_of_bytes_does_harm);
  }
  kind = 0;
  RUN(refusals_say_what_is_wrong);
  RUN(counts_that_contradict_the_cells_are_seen);
  RUN(counts_without_cells_are_held_against_each_other);
  RUN(a_file_of_schema_1_still_loads);
  RUN(one_cell_told_as_two_is_seen);
  return check_end("cube file");
}
