/* lanes: the bytes of one CSV file counted by several threads. Called by the ingest, push by push.
 *
 * The one idea: a push is cut where records begin, each thread takes the next block to a reader and a builder of its
 * own, and hashing is one more task; when the push returns all of it is counted. What cannot be cut (the header, the
 * ends of a push, quotes that are letters) goes to the file's first reader, which always stands where the blocks end. So
 * lines, skips and errors are those of one reader, and the order of blocks decides which error is told.
 */
#include "lanes.h"

#include <string.h>

enum { BEHIND = 64, ALONE_BYTES = 1 << 20, FEEDS_TRIED = 256 };

typedef struct eh_lane {
  eh_cube_builder *builder;
  eh_csv *csv;          /* NULL until the file's header is known */
  uint32_t failed;      /* its first block that failed; UINT32_MAX = none */
  eh_error error;
} eh_lane;

struct eh_lanes {
  const eh_allocator *mem;
  eh_threads *threads;
  eh_lane *lane_w;
  uint32_t count;
  size_t block;         /* bytes in a block, and in all that are cut at a time: */
  size_t cut;
};

/* One cut piece of a push being counted. Task 0 is the hash where there is one. */
typedef struct eh_round {
  eh_lanes *lanes;
  eh_drain *drain;
  void *ctx;
  eh_sha256 *sha;
  const char *bytes;
  size_t n;             /* bytes that can be read, beyond the cut too */
  uint64_t line;        /* of the first record */
  eh_csv_cut cut;
} eh_round;

/* ---- life -------------------------------------------------------------------------------------------------------- */

eh_status eh_lanes_new(eh_lanes **out, const eh_reading *reading, eh_cube_builder *first, const eh_cube_spec *spec,
                       const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  eh_lanes *const lanes = eh_mem_zero(mem, sizeof *lanes);
  if (!lanes) return eh_fail(err, EH_E_MEMORY, "out of memory");
  lanes->mem = mem;
  lanes->block = eh_lanes_block(reading);
  lanes->cut = lanes->block * EH_CSV_CUTS;
  eh_status status = eh_threads_new(&lanes->threads, reading->threads, mem, err);
  if (!status) {
    const uint32_t count = eh_threads_count(lanes->threads);
    lanes->lane_w = eh_mem_zero(mem, count * sizeof *lanes->lane_w);
    if (lanes->lane_w) lanes->count = count;
    else status = eh_fail(err, EH_E_MEMORY, "out of memory");
  }
  for (uint32_t w = 0; !status && w < lanes->count; w++) {
    lanes->lane_w[w].failed = UINT32_MAX;
    if (w) status = eh_cube_builder_new(&lanes->lane_w[w].builder, spec, reading->strict, mem, err);
    else lanes->lane_w[w].builder = first;
  }
  if (status) eh_lanes_free(lanes);
  else *out = lanes;
  return status;
}

static void free_readers(eh_lanes *lanes) {
  for (uint32_t w = 0; w < lanes->count; w++) {
    eh_csv_free(lanes->lane_w[w].csv);
    lanes->lane_w[w].csv = NULL;
  }
}

void eh_lanes_free(eh_lanes *lanes) {
  if (!lanes) return;
  free_readers(lanes);
  for (uint32_t w = 1; w < lanes->count; w++) eh_cube_builder_free(lanes->lane_w[w].builder);
  eh_mem_free(lanes->mem, lanes->lane_w, lanes->count * sizeof *lanes->lane_w);
  eh_threads_free(lanes->threads);
  eh_mem_free(lanes->mem, lanes, sizeof *lanes);
}

static eh_status fork_readers(eh_lanes *lanes, const eh_csv *csv, eh_error *err) {
  for (uint32_t w = 0; w < lanes->count; w++) {
    eh_lane *const lane = &lanes->lane_w[w];
    if (!lane->csv) EH_TRY(eh_csv_fork(&lane->csv, csv, eh_cube_builder_intake(lane->builder), err));
  }
  return EH_OK;
}

/* ---- a round ----------------------------------------------------------------------------------------------------- */

static void do_task(void *ctx, uint32_t i, uint32_t thread) {
  const eh_round *const round = ctx;
  eh_lane *const lane = &round->lanes->lane_w[thread];
  if (round->sha && i == 0) {
    eh_sha256_add(round->sha, round->bytes, round->cut.n);
    return;
  }
  const uint32_t b = i - (round->sha != NULL);
  const eh_csv_block *const block = &round->cut.block_n[b];
  if (lane->failed != UINT32_MAX) return; /* at a block before this one */
  const bool in_place = !block->quotes && round->n - (block->at + block->n) >= BEHIND;
  eh_status status =
      eh_csv_read_block(lane->csv, round->bytes + block->at, block->n, round->line + block->lines, in_place, &lane->error);
  if (!status) status = round->drain(round->ctx, lane->csv, lane->builder, &lane->error);
  if (status) lane->failed = b;
}

/* Counts as many whole records as can be cut off; *used = 0 where none can. */
static eh_status count_blocks(size_t *used, eh_round *round, eh_csv *csv, eh_error *err) {
  eh_lanes *const lanes = round->lanes;
  *used = 0;
  eh_csv_cut_bytes(&round->cut, csv, round->bytes, round->n, lanes->block, lanes->threads);
  if (!round->cut.block_count) return EH_OK;
  EH_TRY(fork_readers(lanes, csv, err));
  round->line = eh_csv_line(csv);
  eh_threads_run(lanes->threads, do_task, round, round->cut.block_count + (round->sha != NULL));
  const eh_lane *failed = NULL;
  for (uint32_t w = 0; w < lanes->count; w++) {
    const eh_lane *const lane = &lanes->lane_w[w];
    if (lane->failed != UINT32_MAX && (!failed || lane->failed < failed->failed)) failed = lane;
  }
  if (failed) {
    if (err && !err->status) *err = failed->error;
    return failed->error.status;
  }
  eh_csv_pass(csv, round->cut.lines);
  *used = round->cut.n;
  return EH_OK;
}

/* ---- a push ------------------------------------------------------------------------------------------------------ */

static eh_status read_alone(eh_lanes *lanes, eh_csv *csv, const char *bytes, size_t n, const eh_round *round,
                            eh_error *err) {
  if (round->sha) eh_sha256_add(round->sha, bytes, n);
  for (size_t at = 0; at < n; at += ALONE_BYTES) { /* the reader copies what it is given */
    EH_TRY(eh_csv_push(csv, bytes + at, n - at < ALONE_BYTES ? n - at : ALONE_BYTES, err));
    EH_TRY(round->drain(round->ctx, csv, lanes->lane_w[0].builder, err));
  }
  return EH_OK;
}

/* Brings the first reader to the start of a record, line by line since quotes may hold line ends. */
static eh_status finish_record(size_t *used, eh_lanes *lanes, eh_csv *csv, const eh_round *round, eh_error *err) {
  *used = 0;
  for (int tries = 0; !eh_csv_is_between(csv) && tries < FEEDS_TRIED; tries++) {
    const char *const from = round->bytes + *used, *const feed = memchr(from, '\n', round->n - *used);
    if (!feed) return EH_OK;
    EH_TRY(read_alone(lanes, csv, from, (size_t)(feed + 1 - from), round, err));
    *used += (size_t)(feed + 1 - from);
  }
  return EH_OK;
}

static void pass_bytes(eh_round *round, size_t n) {
  round->bytes += n;
  round->n -= n;
}

eh_status eh_lanes_push(eh_lanes *lanes, eh_csv *csv, const char *bytes, size_t n, eh_sha256 *sha, eh_drain *drain,
                        void *ctx, eh_error *err) {
  eh_round round = {.lanes = lanes, .drain = drain, .ctx = ctx, .sha = sha, .bytes = bytes, .n = n};
  while (round.n >= EH_LANES_WORTH * lanes->block) {
    size_t used = 0;
    EH_TRY(finish_record(&used, lanes, csv, &round, err));
    pass_bytes(&round, used);
    used = 0;
    if (round.n && eh_csv_is_between(csv)) EH_TRY(count_blocks(&used, &round, csv, err));
    if (!used) { /* a stretch for one reader; after it, blocks may be possible again */
      used = round.n < lanes->cut ? round.n : lanes->cut;
      EH_TRY(read_alone(lanes, csv, round.bytes, used, &round, err));
    }
    pass_bytes(&round, used);
  }
  return round.n ? read_alone(lanes, csv, round.bytes, round.n, &round, err) : EH_OK;
}

/* ---- ends -------------------------------------------------------------------------------------------------------- */

/* How many there are. */
static uint32_t list_builders(eh_cube_builder *builder_k[EH_THREADS_MAX], const eh_lanes *lanes) {
  for (uint32_t w = 0; w < lanes->count; w++) builder_k[w] = lanes->lane_w[w].builder;
  return lanes->count;
}

eh_status eh_lanes_end_file(eh_lanes *lanes, bool check_labels, eh_error *err) {
  free_readers(lanes);
  eh_intake *const first = eh_cube_builder_intake(lanes->lane_w[0].builder);
  for (uint32_t w = 1; w < lanes->count; w++) {
    eh_intake *const intake = eh_cube_builder_intake(lanes->lane_w[w].builder);
    eh_intake_merge(first, intake);
    *intake = (eh_intake){.strict = intake->strict};
  }
  eh_cube_builder *builder_k[EH_THREADS_MAX];
  return check_labels ? eh_cube_builder_check_labels(builder_k, list_builders(builder_k, lanes), err) : EH_OK;
}

eh_status eh_lanes_finish(eh_lanes *lanes, eh_cube **out, eh_str source_name, const unsigned char *sha256_or_null,
                          eh_error *err) {
  eh_cube_builder *builder_k[EH_THREADS_MAX];
  return eh_cube_builder_join(builder_k, list_builders(builder_k, lanes), lanes->threads, out, source_name, sha256_or_null, err);
}
