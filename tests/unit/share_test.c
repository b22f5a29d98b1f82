/* share: blocks of one file counted by several ingests give what one reader gives, however the bytes come and whoever counts
 * them: the same cube file to the byte. Where they cannot, one reader after them gives what it always does. */
#include "evenhand/cube.h"
#include "reading_fixture.h"

enum { OTHERS = 7, BEHIND = 64, WINDOW = 1 << 16 };

typedef struct crew {
  eh_ingest *first, *other_n[OTHERS];
  uint32_t count;
  eh_sha256 sha; /* where the caller hashes */
  bool hashes;
  uint64_t *state;
} crew;

/* As a worker is given it: a copy of its own, with some bytes behind. */
static eh_status hand_out(crew *c, const char *p, const eh_ingest_block *block, eh_error *err) {
  const uint32_t w = (uint32_t)(check_random(c->state) % c->count);
  eh_status status = EH_OK;
  if (!c->other_n[w]) {
    eh_buf plan = {0};
    status = eh_ingest_plan(c->first, &plan, err);
    if (!status) status = eh_ingest_other(&c->other_n[w], plan.p, plan.n, NULL, err);
    eh_buf_free(&plan);
  }
  if (status) return status;
  char *const copy = malloc(block->n + BEHIND);
  if (!copy) return EH_E_MEMORY;
  memcpy(copy, p + block->at, block->n);
  memset(copy + block->n, '"', BEHIND);
  status = eh_ingest_block_read(c->other_n[w], copy, block->n, block->line, err);
  free(copy);
  return status;
}

/* Gives the bytes in pieces, what was not taken again with the next. *blocks: how many others counted. */
static eh_status share_out(crew *c, eh_str text, size_t piece, uint32_t *blocks, eh_error *err) {
  char *const window = malloc(WINDOW);
  if (!window) return EH_E_MEMORY;
  size_t held = 0;
  eh_status status = EH_OK;
  for (size_t at = 0; at < text.n && !status;) {
    size_t n = 1 + check_random(c->state) % piece;
    if (n > text.n - at) n = text.n - at;
    if (held + n > WINDOW) status = eh_ingest_push(c->first, window, held, err), held = 0;
    memcpy(window + held, text.p + at, n);
    if (c->hashes) eh_sha256_add(&c->sha, text.p + at, n);
    held += n, at += n;
    eh_ingest_block block;
    if (!status) status = eh_ingest_cut(c->first, window, held, &block, err);
    if (status) break;
    CHECK(block.at + block.n <= held && (block.n || block.at == held));
    if (block.n) status = hand_out(c, window, &block, err), ++*blocks;
    held -= block.at + block.n;
    memmove(window, window + block.at + block.n, held);
  }
  if (!status && held) status = eh_ingest_push(c->first, window, held, err);
  free(window);
  return status;
}

static eh_status settle(crew *c, eh_error *err) {
  eh_status status = EH_OK;
  for (uint32_t w = 0; w < c->count && !status; w++) {
    eh_buf told = {0};
    if (c->other_n[w]) status = eh_ingest_told(c->other_n[w], &told, err);
    if (!status && c->other_n[w]) status = eh_ingest_join(c->first, told.p, told.n, err);
    eh_buf_free(&told);
  }
  unsigned char digest[32];
  if (c->hashes) eh_sha256_end(&c->sha, digest), eh_ingest_hashed(c->first, digest);
  return status ? status : eh_ingest_settle(c->first, err);
}

/* What was shared; where that failed, what one reader made of it then. */
static void share_all(outcome *out, const eh_spec *spec, const eh_reading *reading, eh_str text, size_t piece, uint32_t *blocks,
                      uint32_t *failed, uint64_t *state) {
  eh_cube *cube = NULL;
  eh_error why = {0};
  crew c = {.count = 1 + (uint32_t)(check_random(state) % OTHERS), .hashes = check_random(state) % 2, .state = state};
  *out = (outcome){0};
  eh_status status = eh_ingest_new(&c.first, spec, reading, NULL, &out->error);
  if (status) CHECK_SAY("%s", out->error.message);
  if (!status && c.hashes) eh_sha256_start(&c.sha), eh_ingest_hashed(c.first, NULL);
  const uint32_t before = *blocks;
  if (!status && (share_out(&c, text, piece, blocks, &why) || (*blocks > before && settle(&c, &why)))) {
    ++*failed;
    status = eh_ingest_anew(c.first, &out->error);
    if (!status) status = eh_ingest_push(c.first, text.p, text.n, &out->error);
  }
  unsigned char digest[32];
  if (c.hashes && c.first) {
    eh_sha256_start(&c.sha);
    eh_sha256_add(&c.sha, text.p, text.n);
    eh_sha256_end(&c.sha, digest);
    eh_ingest_hashed(c.first, digest);
  }
  if (!status) status = eh_ingest_end(c.first, &cube, &out->error);
  if (!status) status = eh_cube_save(cube, &out->cube, &out->error);
  eh_cube_free(cube);
  eh_ingest_free(c.first);
  for (uint32_t w = 0; w < OTHERS; w++) eh_ingest_free(c.other_n[w]);
}

static void check_shared(const eh_spec *spec, const eh_reading *reading, eh_str text, uint32_t *blocks, uint32_t *failed,
                         uint64_t *state, const char *what) {
  outcome want, got;
  read_all(&want, spec, reading, text, SIZE_MAX, 0);
  for (int i = 0; i < 4; i++) {
    share_all(&got, spec, reading, text, i % 2 ? 50 : 1000, blocks, failed, state);
    check_same(&got, &want, what);
    eh_buf_free(&got.cube);
  }
  eh_buf_free(&want.cube);
}

/* ---- CSV --------------------------------------------------------------------------------------------------------- */

static void others_count_as_one_reader_does(void) {
  static const char *const what_k[] = {"plain", "quoted", "nasty", "blanks"};
  static const eh_str score_m[] = {EH_STR("p"), EH_STR("p")}, column_n[] = {EH_STR("s"), EH_STR("t")}, cross_n[] = {EH_STR("s*t")};
  uint64_t state = 21;
  uint32_t blocks_k[KINDS] = {0}, failed_k[KINDS] = {0};
  for (int i = 0; i < 400; i++) {
    const int kind = i % KINDS, odd_in = i % 3 == 0 ? 60 : 100000;
    eh_arena arena = {0};
    eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1}};
    CHECK(!eh_slicing_parse(&spec.cube.slicing, &arena, column_n, 2, cross_n, 1, NULL, 0, true, NULL));
    if (i % 3 == 0) spec.cube.positive = i % 2 ? EH_STR("1") : EH_STR("yes");
    if (i % 7 == 0) spec.cube.score_bits = 11;
    if (i % 11 == 0) spec.cube.where = EH_STR("p < 0.5");
    const eh_reading reading = {.source = EH_STR("t.csv"), .strict = i % 5 == 0, .check_positive = i % 3 == 0, .only_audit = i % 2};
    eh_buf text = {0};
    put_text(&text, &state, kind, odd_in);
    uint32_t failed = 0;
    check_shared(&spec, &reading, (eh_str){text.p, text.n}, &blocks_k[kind], &failed, &state, what_k[kind]);
    if (odd_in > 1000 && i % 5) failed_k[kind] += failed;
    eh_buf_free(&text);
    eh_arena_free(&arena);
  }
  CHECK(blocks_k[PLAIN] > 1000 && blocks_k[QUOTED] > 1000 && blocks_k[NASTY] > 100);
  CHECK(failed_k[PLAIN] <= 8 && failed_k[QUOTED] <= 8); /* only texts without a row are read again */
}

/* A pass for quantiles is one reader's; the next is not. */
static void quantiles_are_known_before_blocks(void) {
  static const eh_str score_m[] = {EH_STR("p")}, bucket_n[] = {EH_STR("p:q4")};
  uint64_t state = 22;
  eh_arena arena = {0};
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1}};
  CHECK(!eh_slicing_parse(&spec.cube.slicing, &arena, NULL, 0, NULL, 0, bucket_n, 1, false, NULL));
  eh_buf text = {0};
  put_text(&text, &state, QUOTED, 100000);
  const eh_reading reading = {.source = EH_STR("t.csv")};
  eh_ingest_block block;
  eh_ingest *in = NULL;
  crew c = {.count = 3, .state = &state};
  CHECK(!eh_ingest_new(&in, &spec, &reading, NULL, NULL) && !eh_ingest_new(&c.first, &spec, &reading, NULL, NULL));
  eh_cube *want = NULL, *got = NULL;
  eh_buf want_bytes = {0}, got_bytes = {0};
  uint32_t blocks = 0;
  CHECK(!eh_ingest_push(in, text.p, text.n, NULL) && !eh_ingest_again(in, NULL) && !eh_ingest_push(in, text.p, text.n, NULL));
  CHECK(!eh_ingest_cut(c.first, text.p, text.n, &block, NULL) && block.at == text.n && !block.n);
  CHECK(!eh_ingest_again(c.first, NULL) && !share_out(&c, (eh_str){text.p, text.n}, 100, &blocks, NULL) && blocks > 3);
  CHECK(!settle(&c, NULL) && !eh_ingest_end(in, &want, NULL) && !eh_ingest_end(c.first, &got, NULL));
  REQUIRE(want && got && !eh_cube_save(want, &want_bytes, NULL) && !eh_cube_save(got, &got_bytes, NULL));
  CHECK(want_bytes.n == got_bytes.n && !memcmp(want_bytes.p, got_bytes.p, got_bytes.n));
  eh_cube_free(want), eh_cube_free(got);
  eh_buf_free(&want_bytes), eh_buf_free(&got_bytes), eh_buf_free(&text);
  eh_ingest_free(in), eh_ingest_free(c.first);
  for (uint32_t w = 0; w < OTHERS; w++) eh_ingest_free(c.other_n[w]);
  eh_arena_free(&arena);
}

/* ---- JSON Lines -------------------------------------------------------------------------------------------------- */

static void put_lines(eh_buf *out, uint64_t *state, int odd_in) {
  const uint64_t rows = check_random(state) % 300;
  if (check_random(state) % 4 == 0) eh_buf_text(out, "\xef\xbb\xbf");
  eh_buf_text(out, check_random(state) % 2 ? "" : "\n \n");
  for (uint64_t i = 0; i < rows; i++) {
    const uint64_t r = check_random(state);
    if (r % (uint64_t)odd_in == 1) eh_buf_text(out, "{\"y\": 1");
    else eh_buf_format(out, "{\"y\": %u, \"p\": 0.%u%s}", r >> 10 & 1, (r >> 20) % 10000,
                       r % 3 ? ", \"s\": \"a\\n\\u00e9\"" : r % 2 ? ", \"s\": null" : "");
    if (i + 1 < rows || r & 1) eh_buf_text(out, r % 5 ? "\n" : "\r\n\n");
  }
}

static void lines_are_shared_too(void) {
  static const eh_str score_m[] = {EH_STR("p")}, column_n[] = {EH_STR("s")}, absent_n[] = {EH_STR("sx")};
  uint64_t state = 23;
  uint32_t blocks = 0, failed = 0, failed_absent = 0;
  for (int i = 0; i < 120; i++) {
    eh_arena arena = {0};
    eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1}};
    const bool absent = i % 9 == 0;
    CHECK(!eh_slicing_parse(&spec.cube.slicing, &arena, absent ? absent_n : column_n, 1, NULL, 0, NULL, 0, true, NULL));
    const eh_reading reading = {.source = EH_STR("t.jsonl"), .strict = i % 5 == 0};
    eh_buf text = {0};
    put_lines(&text, &state, i % 4 ? 100000 : 40);
    check_shared(&spec, &reading, (eh_str){text.p, text.n}, &blocks, absent ? &failed_absent : &failed, &state, "lines");
    eh_buf_free(&text);
    eh_arena_free(&arena);
  }
  CHECK(blocks > 1000 && failed < 60);
  CHECK(failed_absent > 0);
}

/* ---- whether it is worth it ---------------------------------------------------------------------------------------- */

static void check_cuts(const char *text, const eh_spec *spec, bool only_audit, bool cuts, bool pays) {
  const eh_reading reading = {.only_audit = only_audit};
  eh_ingest *in = NULL;
  bool said;
  CHECK(!eh_ingest_new(&in, spec, &reading, NULL, NULL));
  CHECK(!eh_ingest_cuts(&said, in));
  CHECK(!eh_ingest_push(in, text, strlen(text), NULL));
  CHECK(eh_ingest_cuts(&said, in) == cuts && (!cuts || said == pays));
  eh_ingest_free(in);
}

static void exact_cells_cost_more_to_join_than_to_read(void) {
  static const eh_str score_m[] = {EH_STR("p")};
  static const eh_metric rate_n[] = {EH_M_FPR};
  const char *const csv = "y,p\n1,.5\n", *const jsonl = "{\"y\": 1, \"p\": 0.5}\n";
  eh_spec spec = {.cube = {.label = EH_STR("y"), .score_m = score_m, .model_count = 1}};
  check_cuts(csv, &spec, true, true, false);
  check_cuts(jsonl, &spec, true, true, true);
  spec.metric_n = rate_n, spec.metric_count = 1;
  check_cuts(csv, &spec, true, true, true);
  check_cuts(csv, &spec, false, true, false);
  spec.cube.score_bits = 11;
  check_cuts(csv, &spec, false, true, true);
  spec.cube.score_bits = 52;
  check_cuts(csv, &spec, false, true, false);
}

int main(void) {
  RUN(exact_cells_cost_more_to_join_than_to_read);
  RUN(others_count_as_one_reader_does);
  RUN(quantiles_are_known_before_blocks);
  RUN(lines_are_shared_too);
  return check_end("share");
}
