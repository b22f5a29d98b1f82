/* What the files of the audit room share: the audit being put together, and its steps in order. */
#ifndef EVENHAND_AUDIT_INTERNAL_H
#define EVENHAND_AUDIT_INTERNAL_H

#include "evenhand/audit.h"

/* Sampling weights or fractional labels: what stands in place of the counts of rows. By report place; NULL without. */
typedef struct eh_weighted {
  eh_weight_tally *total_ms, *rest_total_ms;
  eh_weight_confusion *confusion_mts;
  eh_weight_bin (*bin_msb)[EH_RELIABILITY_BINS]; /* where curves are asked for, in the order of `slices` */
  const eh_slice *shared_s;    /* as shared_s and shared_mts of the audit */
  eh_weight_tally *shared_mts;
  eh_weight_tally *total_s;    /* room for one model at one threshold, in the order of `slices` */
  eh_weight_confusion *confusion_s;
  eh_weight_cell *above_ay;
} eh_weighted;

/* Room for one model at one threshold, in the order of `slices`. */
typedef struct eh_scratch {
  eh_confusion *confusion_s;
  uint64_t (*doubt_s)[2];
  uint64_t *above_ay;
} eh_scratch;

/* Shape of an audit: M models, S slices in report order, T thresholds. */
struct eh_audit {
  const eh_allocator *mem;
  eh_threads *threads;         /* of the caller; NULL: none */
  eh_arena arena;              /* holds everything the view points to */
  eh_spec spec;
  eh_slices slices;
  uint32_t *model_m;           /* index in the cube of the m-th audited model */
  uint32_t *place_s;           /* report place of each slice of `slices` */
  eh_audit_slice *slice_s;
  eh_relation *relation_s;     /* of each slice to the baseline, by report place; disjoint for the complement */
  eh_tally *total_ms;          /* threshold-free parts, by report place */
  eh_tally *rest_total_ms;     /* the same of the rows outside the slice; NULL unless the baseline is the complement */
  eh_reliability *reliability_ms, *rest_reliability_ms; /* in the order of `slices`, and by report place; NULL: not asked */
  eh_confusion *confusion_mts; /* by report place */
  uint64_t (*doubt_mts)[2];    /* rows that a threshold inside a bin may select or not, by report place; NULL: none of them is */
  const eh_slice *shared_s;    /* the rows that a slice shares with the baseline, by report place; NULL where shared_mts is */
  eh_confusion *shared_mts;    /* of the rows shared with the baseline, threshold_count + 1 of each model, the last above every
                                  score; NULL unless a slice overlaps the baseline in part */
  eh_tally *shared_total_ms;   /* what of these rows needs no threshold, by report place; NULL as above, or where nobody asks */
  eh_result *result_n;         /* the view's, to be written */
  uint64_t *result_i;          /* offset of each asked metric among the rows of a slice */
  uint64_t result_per_slice;
  eh_resampled *pair_mr;       /* of clusters: what compare.c tells of each result against that of the first model; NULL: not drawn */
  double z;                    /* critical value of closed forms; 0 = none are wanted */
  const eh_cube_view *counted; /* the cube whose rows are counted: with frequency weights the repeated one */
  eh_weighted weighted;
  eh_regression *regression_ms; /* of a regression, by report place */
  eh_scratch scratch;
  bool moves;                  /* the threshold does */
  double *moving_t;            /* where it is; NULL: it stays */
  eh_audit_view view;
};

/* Steps of eh_audit_run. Each reads what the ones before it filled. */
eh_status eh_audit_resolve(eh_audit *audit, const eh_spec *asked, const eh_cube_view *cube, eh_error *err);
eh_status eh_audit_count(eh_audit *audit, eh_error *err);
/* By report place the rows that a slice shares with the baseline as a slice, empty unless they overlap in part; NULL where none does. */
eh_status eh_audit_shared_slices(eh_audit *audit, const eh_slice **shared_s, eh_error *err);
eh_status eh_audit_take_shared(eh_audit *audit, eh_error *err); /* by eh_audit_count */
void eh_audit_count_thresholds(eh_audit *audit);               /* by eh_audit_count, and again when the threshold moved */
void eh_audit_count_shared(eh_audit *audit);                   /* by eh_audit_count_thresholds */
eh_status eh_audit_results(eh_audit *audit, eh_error *err);
void eh_audit_fill_results(eh_audit *audit);                   /* by eh_audit_results, and again when the threshold moved */
eh_status eh_audit_bootstrap(eh_audit *audit, eh_error *err);
eh_status eh_audit_fairness(eh_audit *audit, eh_error *err);
eh_status eh_audit_findings(eh_audit *audit, eh_error *err);
eh_status eh_audit_compare(eh_audit *audit, eh_error *err);
eh_status eh_audit_curves(eh_audit *audit, eh_error *err);

/* The most that a number of the spec needs: coarse counts; sums of scores, too; fine cells, too. A spec without a list of
 * metrics asks for all. (needs.c) */
typedef enum eh_audit_need { EH_NEED_COUNTS, EH_NEED_SUMS, EH_NEED_CELLS } eh_audit_need;
eh_audit_need eh_audit_needs(const eh_spec *spec);

/* Whether a cube of that spec knows its rows at t. */
eh_status eh_audit_check_threshold(const eh_cube_spec *held, double t, eh_error *err);

/* Memory of the audit's arena for n items of `size`; NULL after recording EH_E_MEMORY. */
void *eh_audit_take(eh_audit *audit, uint64_t n, size_t size, eh_error *err);

/* Confusion counts of one slice at one threshold; threshold EH_NONE gives those above every score. */
eh_confusion eh_audit_confusion(const eh_audit *audit, uint32_t model, uint32_t threshold, uint32_t slice);
/* Whether a threshold cuts a bin of a binned cube, or is none of its thresholds at least: then there are no intervals. */
bool eh_audit_is_between(const eh_audit *audit, uint32_t threshold);
/* Value of a metric of one slice. */
eh_value eh_audit_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric, uint32_t threshold);
/* The same of the rows outside that slice. Only where the baseline is the complement. */
eh_value eh_audit_rest_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric, uint32_t threshold);
/* Confusion counts of the rows that a slice shares with the baseline: none with the complement. */
eh_confusion eh_audit_shared(const eh_audit *audit, uint32_t model, uint32_t threshold, uint32_t slice);
/* The row of a slice, of the i-th metric of the spec, at a threshold; EH_NONE where the metric has none. */
eh_result *eh_audit_result(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t i, uint32_t threshold);
/* The baseline among `slices`; overall for the complement. */
uint32_t eh_audit_base(const eh_audit *audit);
/* Place in the report of slice `index` of audit->slices. */
static inline uint32_t eh_audit_place(const eh_audit *audit, uint32_t index) { return audit->place_s[index]; }

/* ---- influence.c: metrics over replicates ---------------------------------------------------------------------------- */

/* Counts of the replicates of one slice at one threshold, as f64. */
typedef struct eh_replicate_rows {
  double *tp, *fp, *tn, *fn;
} eh_replicate_rows;

/* Whether the metric is a function of the four counts alone. What follows is for these. */
bool eh_has_replicates(eh_metric metric);
/* The metric of every replicate by the arithmetic of room metric; NaN where it is undefined. */
void eh_replicate_values(double *value_b, eh_metric metric, const eh_replicate_rows *rows, uint32_t n);

/* What is drawn at once is a *unit*: a row, or a cluster of rows. Of one slice at one threshold, what each unit holds of every kind
 * of row; times_u units are alike. And the sums over units of that and of its products. */
typedef enum eh_row_kind { EH_ROW_TP, EH_ROW_FP, EH_ROW_TN, EH_ROW_FN, EH_ROW_KINDS } eh_row_kind;
typedef struct eh_held {
  double (*held_uk)[EH_ROW_KINDS];
  double *times_u;             /* NULL: 1 */
  uint32_t unit_count;
  double sum_k[EH_ROW_KINDS], square_kl[EH_ROW_KINDS][EH_ROW_KINDS];
} eh_held;
/* Makes the sums. */
void eh_held_add_up(eh_held *held);

/* Rows by kind, or their weights with the sums of squares: of rows these are the same number. */
typedef struct eh_kinds {
  double sum_k[EH_ROW_KINDS], square_k[EH_ROW_KINDS];
} eh_kinds;
eh_kinds eh_kinds_of_rows(eh_confusion rows);
eh_kinds eh_kinds_without(const eh_kinds *all, const eh_kinds *part);

/* Rows drawn one by one, of a slice and of a base that shares some rows: those of either kind that only the slice, both, and only
 * the base have. Weights of a kind and part are taken for alike: (sum of w)^2 / (sum of w^2) units of (sum of w^2) / (sum of w). */
enum { EH_ROW_UNITS = 3 * EH_ROW_KINDS };
typedef struct eh_row_units {
  double own_uk[EH_ROW_UNITS][EH_ROW_KINDS], base_uk[EH_ROW_UNITS][EH_ROW_KINDS], times_u[EH_ROW_UNITS];
  eh_held own, base;
} eh_row_units;
/* Points into itself: do not copy. */
void eh_row_units_make(eh_row_units *units, const eh_kinds *own, const eh_kinds *base, const eh_kinds *shared);

/* Acceleration (Efron 1987) of a value, and of a gap: the jackknife over units. */
typedef struct eh_influence {
  double difference, ratio;
} eh_influence;
double eh_influence_of_value(eh_metric metric, const eh_held *own);
eh_influence eh_influence_of_gap(eh_metric metric, const eh_held *own, const eh_held *base);

/* (sum of x)^2 / (sum of x^2), x what a unit holds of the marked kinds: of equal units how many hold some. */
double eh_effective_units(const eh_held *held, const bool is_k[EH_ROW_KINDS]);
/* Fewer effective units with an event, or with a row without one, than a percentile interval can go by. */
#define EH_EVENTS_LEAST 10 /* the intervals of losses on logarithms, too */
bool eh_few_events(eh_metric metric, const eh_held *held);
/* Whether all rows that the metric asks about lie in both. */
bool eh_same_rows(eh_metric metric, const eh_held *own, const eh_held *base);
/* Gap of the rates of two slices without a row in common. */
eh_gap eh_audit_gap_disjoint(const eh_audit *audit, const eh_value *one, const eh_value *other);

/* ---- auc.c ---- */

/* Of an AUC that is there, without weights. */
void eh_audit_auc_interval(const eh_audit *audit, eh_result *result);
/* With or without. */
eh_gap eh_audit_auc_gap(const eh_audit *audit, const eh_result *result, const eh_value *against);

/* ---- composites.c: numbers that are neither a rate nor an AUC ---- */

/* Of a value that is there. */
void eh_audit_composite_interval(const eh_audit *audit, eh_result *result);
eh_gap eh_audit_composite_gap(const eh_audit *audit, const eh_result *result, const eh_value *against);
/* Whether closed forms of means over rows are asked for; of losses alone, whose squares single scores tell. */
bool eh_audit_takes_means(const eh_spec *spec, bool of_losses);

/* ---- weighted.c: the same under sampling weights or fractional labels ---------------------------------------------------- */

bool eh_audit_is_weighted(const eh_audit *audit);
eh_status eh_weighted_count(eh_audit *audit, bool with_auc, bool with_scores, eh_error *err);
void eh_weighted_count_thresholds(eh_audit *audit);
eh_value eh_weighted_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric, uint32_t threshold);
/* Of the rows of slice `whole` that are not in slice `part`, one of its parts; not for the AUC, whose pairs only the
 * complement has. */
eh_value eh_weighted_rest_value(const eh_audit *audit, uint32_t model, uint32_t whole, uint32_t part, eh_metric metric,
                                uint32_t threshold);
/* Weights by kind of row of one slice, and of the rows that it shares with the baseline, at a threshold or above every score. */
eh_kinds eh_weighted_kinds(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold);
eh_kinds eh_weighted_shared_kinds(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold);
/* Of the rows of a slice that the baseline has not, of both, and of the baseline alone. */
void eh_weighted_parts(eh_kinds part_p[3], const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t threshold);
/* Gap of a rate to that of the baseline, a slice that shares rows with it. */
eh_gap eh_weighted_gap(const eh_audit *audit, const eh_result *result, const eh_value *against);
/* What needs no threshold, of a slice. */
const eh_weight_tally *eh_weighted_total(const eh_audit *audit, uint32_t model, uint32_t slice);
/* The interval of a value that is there, or why there is none. */
void eh_weighted_interval(const eh_audit *audit, eh_result *result);

/* ---- regression.c: the same of a regression -------------------------------------------------------------------------------- */

bool eh_audit_is_regression(const eh_audit *audit);
eh_status eh_regression_count(eh_audit *audit, eh_error *err);
eh_value eh_audit_regression_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric);
eh_value eh_audit_regression_rest_value(const eh_audit *audit, uint32_t model, uint32_t slice, eh_metric metric);
void eh_audit_regression_interval(const eh_audit *audit, eh_result *result);
/* To another slice, or where that is EH_NONE to all other rows. */
eh_gap eh_audit_regression_gap(const eh_audit *audit, uint32_t model, uint32_t slice, uint32_t other, eh_metric metric);

/* ---- compare.c ---- */

/* Whether a metric is a rate over the same rows for every model. */
bool eh_is_paired(eh_metric metric);

/* ---- sentences -------------------------------------------------------------------------------------------------------- */

/* A gap between `one` and `other` in words. The names are neutralised here. */
typedef struct eh_gap_words {
  eh_metric metric;
  eh_str model;                /* .p NULL: one model only, not named */
  uint32_t threshold_count;    /* tried; 1 = the threshold is not named */
  double threshold;
  eh_str one;                  /* "sex=Male" */
  eh_str other;                /* "sex=Female"; "overall"; .p NULL: all other rows */
  bool other_is_overall;
  double one_value, other_value;
  const eh_gap *gap;           /* one against other, with interval */
  double level;
} eh_gap_words;

void eh_say_gap(eh_buf *out, const eh_gap_words *words);
/* A rate or difference: three decimals without a leading zero (".094"), two significant digits below .001. */
void eh_say_rate(eh_buf *out, double x);
/* A share of rows: "1.2 %". */
void eh_say_percent(eh_buf *out, uint64_t part, uint64_t whole);
/* A title in the middle of a sentence: "false positive rate", but "F1 score". */
void eh_say_title(eh_buf *out, eh_metric metric);

#endif
