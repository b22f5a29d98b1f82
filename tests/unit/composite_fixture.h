/* Rows, slices of them, and the audit of the rows, for composite_test.c. */
#ifndef EVENHAND_TESTS_COMPOSITE_FIXTURE_H
#define EVENHAND_TESTS_COMPOSITE_FIXTURE_H

#include "audited.h"

enum { ROWS = 400, SLICES = 7 };
static const char *const slice_n[SLICES] = {"overall", "g=a", "g=b", "g=c", "h=x", "h=y", "g=a & h=x"};

typedef struct row {
  int y, g, h; /* of abc, of xy */
  double score, w;
} row;

/* Weights are whole, so that they are exact. */
static inline void fill(row *row_n, uint64_t seed, bool weighted) {
  for (int i = 0; i < ROWS; i++) {
    const int y = check_random(&seed) % 5 < 2, g = (int)(check_random(&seed) % 3);
    const double u = (check_uniform(&seed) + check_uniform(&seed) + .5 * y + .2 * g) / 3;
    row_n[i] = (row){y, g, (int)(check_random(&seed) % 2), u, weighted ? (double)(1 + check_random(&seed) % 5) : 1};
  }
}

/* A slice by its name, or all rows outside of it. */
typedef struct side {
  char g, h; /* '*': any */
  bool outside, none;
  const struct side *less; /* without these rows */
} side;

static inline side side_of(const char *name) {
  side s = {.g = '*', .h = '*'};
  if (strstr(name, "g=")) s.g = strstr(name, "g=")[2];
  if (strstr(name, "h=")) s.h = strstr(name, "h=")[2];
  return s;
}

static inline side outside_of(const char *name) {
  side s = side_of(name);
  s.outside = true;
  return s;
}

static inline bool lies_in(const row *r, const side *s) {
  const bool in = (s->g == '*' || "abc"[r->g] == s->g) && (s->h == '*' || "xy"[r->h] == s->h);
  return !s->none && in != s->outside && !(s->less && lies_in(r, s->less));
}

static inline audited audit_of(const row *row_n, const char *baseline, bool weighted, uint32_t bits) {
  eh_buf csv = {0};
  eh_buf_text(&csv, "y,p,g,h,w\n");
  for (int i = 0; i < ROWS; i++)
    eh_buf_format(&csv, "%u,%g,%c,%c,%g\n", (uint64_t)row_n[i].y, row_n[i].score, "abc"[row_n[i].g], "xy"[row_n[i].h], row_n[i].w);
  eh_spec spec = {.cube.score_bits = bits, .baseline = eh_str_of(baseline)};
  if (weighted) spec.cube.weight = EH_STR("w");
  return audited_of(&csv, spec, NULL);
}

static inline const eh_result *result_of(const audited *a, const char *slice, eh_metric metric) {
  for (uint64_t i = 0; i < a->view->result_count; i++) {
    const eh_result *const r = &a->view->result_n[i];
    if (r->metric == metric && eh_str_eq(a->view->slice_s[r->slice].slice->name, eh_str_of(slice))) return r;
  }
  CHECK_SAY("no %s", slice);
  return &a->view->result_n[0];
}

#endif
