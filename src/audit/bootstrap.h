/* bootstrap.h: what the two halves of the bootstrap share: replicates of counts (bootstrap.c) and of scores
 * (bootstrap_scores.c). */
#ifndef EVENHAND_AUDIT_BOOTSTRAP_H
#define EVENHAND_AUDIT_BOOTSTRAP_H

#include "audit_internal.h"
#include "evenhand/simd.h"

enum { EH_ROUND_BYTES = 64 << 20, BASE_SLOT = 0, OWN_SLOTS = 1 };

/* In place of counts where rows are drawn together or have weights. */
typedef struct eh_bootstrap_sums {
  uint32_t cluster_dim;       /* EH_NO_CLUSTER: rows are drawn one by one */
  eh_held own, base;          /* what clusters hold of the slice at hand */
  double *hold_aw;            /* of one model: rows, or sums of weights */
  double *square_aw, *rows_aw; /* without clusters: sums of squared weights, and rows */
  double *both_ak;            /* with fractional labels: sums of products of both halves; NaN where they are not known */
  double *sum_gswb;           /* as that of counts */
} eh_bootstrap_sums;

typedef struct bootstrap {
  eh_audit *audit;
  eh_arena arena;             /* of one model's work */
  eh_poisson *poisson;
  const eh_kernels *kernels;
  eh_resampling how;
  uint32_t replicates, groups, intervals, width; /* width = 2 * intervals cells of an atom */
  uint32_t model;             /* of the audit */
  uint32_t *count_aw;
  uint32_t slots;             /* slices of a round, and the baseline before them */
  uint32_t *place_s;          /* their places in the report */
  uint32_t *sum_gswb;         /* [group][slot][width][EH_REPLICATE_GROUP] */
  eh_bootstrap_sums *sums;    /* NULL: rows are drawn one by one, in counts */
  eh_row_units rows;          /* of the slice and its base at hand, where they are */
  eh_held *held, *held_base;  /* what units hold of these */
  eh_replicate_rows own, base;
  double *base_ib;            /* of each metric asked for, its replicates in the baseline */
  double *value_b, *gap_b, *scratch_b;
  double *kept_rb;            /* of every result of the first model; NULL: models are not compared so */
} bootstrap;

/* Memory that lives as long as the bootstrap; NULL after recording EH_E_MEMORY. */
void *eh_bootstrap_take(bootstrap *b, uint64_t n, size_t size, eh_error *err);
/* start_a and slice_i of the cells: the slots of every atom, of slots [0, n), which are the slices at place_s. */
eh_status eh_bootstrap_slots(const bootstrap *b, eh_bootstrap_cells *cells, uint32_t n, eh_arena *arena, eh_error *err);

/* From the replicates of a slice in value_b: its gap to the base, whose replicates are base_b, while value_b stays; its own
 * interval, which spends value_b. `few`: too few events for either to be gone by. */
void eh_bootstrap_put_gap(const bootstrap *b, eh_gap *gap, const double *base_b, eh_resampling how, eh_influence influence, bool few);
void eh_bootstrap_put_interval(const bootstrap *b, eh_result *r, eh_resampling how, double acceleration, bool few);

static inline bool eh_bootstrap_clusters(const bootstrap *b) { return b->sums && b->sums->cluster_dim != EH_NO_CLUSTER; }
/* held and held_base of the slice at a place in the report, at threshold t. The base of clusters is found once for a threshold. */
void eh_bootstrap_hold(bootstrap *b, uint32_t place, uint32_t t);
void eh_bootstrap_hold_base(bootstrap *b, uint32_t t);

/* ---- bootstrap_sums.c: rows drawn by clusters, or with weights ---- */

eh_status eh_sums_new(bootstrap *b, eh_error *err);
/* hold_aw of the model. */
eh_status eh_sums_find(const bootstrap *b, eh_error *err);
/* sum_gswb of a round's n slots, and from it the counts of a slot at a threshold, EH_NONE one above every score. */
eh_status eh_sums_draw(const bootstrap *b, uint32_t n, eh_error *err);
void eh_sums_rows(const bootstrap *b, const eh_replicate_rows *to, uint32_t slot, uint32_t t);
/* What the clusters hold of the slice at a place in the report; of the rows of that slice that are not the own one's, as base. */
void eh_sums_hold(const bootstrap *b, eh_held *to, uint32_t place, uint32_t t);
void eh_sums_hold_rest(const bootstrap *b, uint32_t place, uint32_t t);
/* A fine cell of the model in replicates of a group: the rows of it that are drawn, or their weights; NaN where the draws of rows
 * that it sums up are not known. */
eh_status eh_fine_draw(const bootstrap *b, double draw_b[EH_REPLICATE_GROUP], uint32_t ay, uint64_t cell, uint32_t group, eh_error *err);
/* Rows with the sums of their weights and of their squares. */
typedef struct eh_weighed {
  double rows, sum, square;
} eh_weighed;

/* Counters: fine cells lie beyond all coarse ones; the second of two rows, or of two numbers, has one of its own. */
#define EH_FINE_CELLS ((uint64_t)1 << 40)
#define EH_SECOND_ROW ((uint64_t)1 << 42)
/* Effective rows from which a sum of weights is taken for normal. */
#define EH_NORMAL_LEAST 30

/* draw_b += each times the rows drawn of so many; the weights drawn, and false where these sums do not tell what those are. */
eh_status eh_draw_alike(const bootstrap *b, double *draw_b, uint64_t cell, double rows, double each, uint32_t group, eh_error *err);
eh_status eh_draw_weights(const bootstrap *b, double *draw_b, bool *known, eh_weighed w, uint64_t cell, uint32_t group, eh_error *err);
/* How many thresholds select a score. */
uint32_t eh_interval_of(const eh_cube_spec *spec, double score);

/* ---- bootstrap_halves.c: rows with fractional labels, drawn one by one ---- */

bool eh_bootstrap_halves(const bootstrap *b);
/* both_ak of the model, once its other sums are there. */
void eh_halves_find(const bootstrap *b);
/* What is drawn of the rows of an atom in an interval, by label; NaN where that is not known. */
eh_status eh_halves_draw(const bootstrap *b, double draw_yb[2][EH_REPLICATE_GROUP], uint32_t atom, uint32_t k, uint32_t group, eh_error *err);
/* As eh_fine_draw. */
eh_status eh_halves_draw_fine(const bootstrap *b, double draw_b[EH_REPLICATE_GROUP], uint32_t ay, uint64_t cell, uint32_t group, eh_error *err);

/* ---- bootstrap_scores.c: means of scores, calibration ratio, Brier score, log loss and AUC, of the model at b->model ---- */

eh_status eh_bootstrap_scores(bootstrap *b, eh_error *err);
bool eh_scores_replicate(eh_metric metric); /* whether it is one of these */

/* ---- bootstrap_pair.c: models against the first one, by clusters ---- */

eh_status eh_bootstrap_keep(bootstrap *b, eh_error *err);
/* The replicates of a result are in value_b, which stays. */
void eh_bootstrap_pair(const bootstrap *b, const eh_result *result);

#endif
