/* audited: a table in memory, audited. For tests that hold results to a calculation of their own.
 *
 * The table is CSV of the columns y (label), p (score), g and h (groups, crossed too) and w (a weight, where the spec asks for one).
 */
#ifndef EVENHAND_TESTS_AUDITED_H
#define EVENHAND_TESTS_AUDITED_H

#include "check.h"
#include "evenhand.h"

typedef struct audited {
  eh_arena arena;
  eh_cube *cube;
  eh_audit *audit;
  const eh_audit_view *view; /* NULL where it failed, which is said */
} audited;

/* `spec` says what is not the same for all: weight, score bits, baseline, metrics. Frees the CSV. */
static inline audited audited_of(eh_buf *csv, eh_spec spec, eh_threads *threads) {
  static const eh_str column_n[] = {EH_STR("g"), EH_STR("h")}, cross_n[] = {EH_STR("g*h")}, score_m[] = {EH_STR("p")};
  static const double threshold = .5;
  const eh_slicing_wish wish = {.column_n = column_n, .column_count = 2, .cross_n = cross_n, .cross_count = 1};
  const eh_reading reading = {.source = EH_STR("rows")};
  audited a = {.cube = NULL};
  eh_error err = {0};
  eh_ingest *in = NULL;
  spec.cube.label = EH_STR("y");
  spec.cube.score_m = score_m, spec.cube.model_count = 1;
  spec.cube.threshold_t = &threshold, spec.cube.threshold_count = 1;
  if (eh_slicing_wish_parse(&spec.cube.slicing, &a.arena, &wish, &err) || eh_ingest_new(&in, &spec, &reading, NULL, &err) ||
      eh_ingest_push(in, csv->p, csv->n, &err) || eh_ingest_end(in, &a.cube, &err) ||
      eh_audit_run_over(&a.audit, a.cube, &spec, threads, NULL, &err))
    CHECK_SAY("%s", err.message);
  else a.view = eh_audit_see(a.audit);
  eh_ingest_free(in);
  eh_buf_free(csv);
  return a;
}

static inline void audited_free(audited *a) {
  eh_audit_free(a->audit);
  eh_cube_free(a->cube);
  eh_arena_free(&a->arena);
}

#endif
