/* What exports.c, live.c and layout.c share: the export attribute and the structs that JavaScript reads. */
#ifndef EVENHAND_WASM_INTERNAL_H
#define EVENHAND_WASM_INTERNAL_H

#define EVENHAND_UNSTABLE
#include "evenhand.h"

/* `used` keeps the function through the link and, for wasm, puts it on the list of exports: no such list exists elsewhere. */
#define EHW_EXPORT __attribute__((used, visibility("default")))

/* A row of the layout: a name as C spells it, its value. */
typedef struct ehw_fact {
  const char *name;
  uint32_t value;
} ehw_fact;

enum ehw_format { EHW_JSON, EHW_CSV, EHW_TEXT };

/* A cube's slices at a threshold that moves: all memory is taken once, each move only fills it. */
typedef struct ehw_live {
  uint32_t slice_count, rate_count, model_count;
  eh_str *slice_name_s;
  const eh_str *model_name_m;
  eh_str *rate_name_r;
  double *count_cs;            /* [rows, tp, fp, tn, fn][slice] */
  double *rate_rs;             /* [rate][slice], NaN = undefined */
  double *bound_rs;            /* how far each may be from that of exact scores; NaN = not known */
  double edge;                 /* the threshold that the numbers are of */
  const eh_cube_view *cube;
  eh_slices slices;
  eh_confusion *confusion_s;
  uint64_t (*doubt_s)[2];
  const eh_cube_view *counted;   /* the cube whose rows are counted: with frequency weights the repeated one */
  eh_weight_tally *weight_total_ms; /* sampling weights and fractional labels; NULL without */
  eh_weight_confusion *weight_s;
  eh_weight_cell *weight_ay;
  uint64_t *scratch_ay;
  eh_arena arena;
} ehw_live;

/* Results of an audit whose threshold moves, as arrays. */
typedef struct ehw_moving {
  uint32_t metric_count, field_count, reason_count;
  eh_str *metric_name_m;
  eh_str *field_name_f;        /* "value", "lower", ... */
  eh_str *reason_name_r;       /* "interval_reason", ... */
  double *field_fms;           /* by slice in the order of ehw_live */
  uint8_t *reason_rms;         /* eh_reason */
  eh_audit *audit;
  eh_arena arena;
} ehw_moving;

#endif
