/* audit: the whole answer. Rows (or a cube) and a spec go in; slices, results with intervals and gaps, fairness criteria
 * and ranked findings come out in one object. Everything above (report, CLI, JS, viewer) reads that object.
 */
#ifndef EVENHAND_AUDIT_H
#define EVENHAND_AUDIT_H

#include "evenhand/fair.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the request ------------------------------------------------------------------------------------------------- */

/* Intervals from replicates in place of closed forms. */
typedef enum eh_bootstrap { EH_BOOTSTRAP_NONE, EH_BOOTSTRAP_PERCENTILE, EH_BOOTSTRAP_BCA } eh_bootstrap;

/* Rows of a cube that a bootstrap takes: fewer than this. */
#define EH_BOOTSTRAP_ROWS ((uint64_t)1 << 30)

/* All that can change a number. Zero value plus label and score: overall only, threshold .5, all metrics, baseline
 * overall, level .95 with intervals. Strings and arrays must outlive the call they are given to. */
typedef struct eh_spec {
  eh_cube_spec cube;
  const eh_metric *metric_n;   /* NULL: every metric that is not by_name, in table order */
  uint32_t metric_count;
  eh_str baseline;             /* "overall" (or empty), "complement", or the name of a slice */
  uint64_t min_slice;          /* slices of fewer rows keep rates, lose gaps (too_small) and findings */
  double level;                /* 0: .95 */
  bool no_intervals;
  eh_methods methods;          /* of closed forms, by name; not with no_intervals and bootstrap */
  eh_bootstrap bootstrap;      /* not with no_intervals; with clusters NONE is percentile, unless no_intervals */
  uint32_t replicates;         /* of the bootstrap; 0: 1,000; at most EH_REPLICATES_MAX, at least what the level needs */
  uint64_t seed;               /* of the bootstrap */
  bool curves;                 /* curve_n of the view, too */
} eh_spec;

/* ---- bytes or columns to a cube ------------------------------------------------------------------------------------ */

/* How the bytes are to be read; nothing here changes a number of a file that can be read both ways. */
typedef struct eh_reading {
  eh_str source;               /* how messages and the report name the input */
  eh_str part;                 /* where eh_ingest_next is to follow: how messages and skipped rows name the first file */
  unsigned char delimiter;     /* 0: ',' */
  const eh_str *name_n;        /* column names where the file has no header */
  uint32_t name_count;
  bool strict;
  bool no_hash;
  uint32_t threads;            /* to read a CSV file with; 0 or 1: the caller's alone. They share the allocator */
  uint32_t block;              /* bytes that a thread takes at a time; 0: EH_CSV_BLOCK, which is the most */
  bool check_positive;         /* a positive text that never occurs is an error */
  bool only_audit;             /* the cube serves the audit of this very spec and nothing else: what that does not need is
                                  not counted, which is faster and changes no number */
} eh_reading;

/* Whether intervals come from replicates: asked for, or because rows belong together, which closed forms do not know. */
EH_API bool eh_spec_bootstraps(const eh_spec *spec);

/* Sets no_fine and no_sums of the spec's cube where no number that the spec asks for needs them. */
EH_API void eh_spec_leave_out(eh_spec *spec);

/* Takes the bytes of a CSV file or of a cube file (told apart by their first 8), or batches of columns, and makes a cube.
 * The spec is copied where needed. For a cube file, spec.cube may be empty. */
typedef struct eh_ingest eh_ingest;

EH_API eh_status eh_ingest_new(eh_ingest **out, const eh_spec *spec, const eh_reading *reading,
                               const eh_allocator *mem, eh_error *err);
EH_API eh_status eh_ingest_push(eh_ingest *ingest, const void *bytes, size_t n, eh_error *err);
/* Ends the file whose bytes were pushed and begins the next one of the same table: its columns are found by name, in a
 * header of its own. `part` names it in messages and in the reasons of skipped rows and must outlive the ingest; the
 * delimiter is as in eh_reading. The hash is that of all bytes, one file after the other. EH_E_INPUT for a cube. */
EH_API eh_status eh_ingest_next(eh_ingest *ingest, eh_str part, unsigned char delimiter, eh_error *err);
/* Bytes of a file as stored, where it is packed or in a format of the caller's, before what they hold is pushed or handed
 * over as columns: of this file the hash is theirs. */
EH_API void eh_ingest_stored(eh_ingest *ingest, const void *bytes, size_t n);
/* Columns handed over directly, in the order of eh_ingest_wants; never mixed with eh_ingest_push. */
EH_API eh_status eh_ingest_columns(eh_ingest *ingest, const eh_batch *batch, eh_error *err);
/* Counts a row that the caller met but cannot hand over, and why: beside eh_ingest_columns, `row` being its number in the data. */
EH_API eh_status eh_ingest_skip(eh_ingest *ingest, uint64_t row, eh_str reason, eh_error *err);
EH_API const eh_want *eh_ingest_wants(const eh_ingest *ingest, uint32_t *n);
/* What stands between the values of a cell of that column, for callers who hold them apart; 0: it is not multi-valued. */
EH_API unsigned char eh_ingest_separator(const eh_ingest *ingest, eh_str column);
/* Whether the rows have to come twice, because buckets wait for quantiles: not if they are a cube, which has its edges. After
 * the last byte or batch eh_ingest_again then takes the edges from what has come; all files are handed over once more, from
 * the first on, and eh_ingest_end follows. EH_E_INPUT as there, and where a column has no edges. */
EH_API bool eh_ingest_surveys(const eh_ingest *ingest);
EH_API eh_status eh_ingest_again(eh_ingest *ingest, eh_error *err);
/* EH_E_INPUT for an empty input, a header alone, or no usable row. */
EH_API eh_status eh_ingest_end(eh_ingest *ingest, eh_cube **out, eh_error *err);
/* The wanted columns of a record batch of Arrow (evenhand/table.h), instead of eh_ingest_columns. Its first row is number
 * first_row of the data, from 1. Nothing is released. */
EH_API eh_status eh_ingest_arrow(eh_ingest *ingest, const struct ArrowSchema *schema, const struct ArrowArray *array,
                                 uint64_t first_row, eh_error *err);
EH_API void eh_ingest_free(eh_ingest *ingest); /* accepts NULL */
/* The caller hashes all bytes, those before too, and tells the digest before the end. NULL: it will; false: none is wanted. */
EH_API bool eh_ingest_hashed(eh_ingest *ingest, const unsigned char *sha256_or_null);

/* ---- one file, several ingests --------------------------------------------------------------------------------------- */

/* For hosts whose threads share no memory (JavaScript's workers): one ingest, the first, gets all bytes of a CSV or JSON Lines file
 * in order, cuts off blocks of whole records and passes over them; others count them, and it joins what they counted. The cube is
 * that of one reader. Whatever fails on the way does so without the words that one reader would have: then the first ingest is
 * made anew and gets all bytes by eh_ingest_push. */
typedef struct eh_ingest_block {
  size_t at, n;                /* bytes[0 .. at) were read here, the next n are a block; the rest is to come again, before more */
  uint64_t line;               /* where the block begins */
} eh_ingest_block;

/* Whether blocks can be cut off what comes next, or soon after. *pays: reading costs more than joining what was counted, because it is
 * slow or what is counted stays small: rows of JSON, or no exact cells. */
EH_API bool eh_ingest_cuts(bool *pays, const eh_ingest *first);
/* Instead of eh_ingest_push, best some 1 MiB at a time. n == 0: nothing could be cut, and all bytes were read here. */
EH_API eh_status eh_ingest_cut(eh_ingest *first, const void *bytes, size_t n, eh_ingest_block *out, eh_error *err);
/* Appends what others need to know, once a block was cut. */
EH_API eh_status eh_ingest_plan(const eh_ingest *first, eh_buf *out, eh_error *err);
EH_API eh_status eh_ingest_other(eh_ingest **out, const void *plan, size_t n, const eh_allocator *mem, eh_error *err);
/* Counts a block. Its bytes are written over, and 64 more behind them must be there to read. */
EH_API eh_status eh_ingest_block_read(eh_ingest *other, void *bytes, size_t n, uint64_t line, eh_error *err);
/* Appends what was counted, for the first one to join. */
EH_API eh_status eh_ingest_told(eh_ingest *other, eh_buf *out, eh_error *err);
EH_API eh_status eh_ingest_join(eh_ingest *first, const void *told, size_t n, eh_error *err);
/* After the last byte, and the hash where the caller makes it: the cube of all, which eh_ingest_end then hands over. */
EH_API eh_status eh_ingest_settle(eh_ingest *first, eh_error *err);
EH_API eh_status eh_ingest_anew(eh_ingest *first, eh_error *err);

/* ---- the answer ---------------------------------------------------------------------------------------------------- */

#define EH_NONE UINT32_MAX /* no threshold, no slice, no metric */

typedef struct eh_audit_slice {
  const eh_slice *slice;
  uint64_t rows, positives;
  double weight;               /* sum of weights; the rows where there are none */
  bool too_small;
} eh_audit_slice;

typedef struct eh_result {
  uint32_t model, slice;       /* indexes into models and slice_s */
  eh_metric metric;
  uint32_t threshold;          /* index into threshold_t, EH_NONE where the metric has none */
  eh_value value;
  eh_range range;              /* NaN where interval_reason is set; few_events may leave it in place */
  const char *method;          /* "wilson", "wilson_mapped", "mover_wilson", "delong_logit", "student_t", "bootstrap" ..., or NULL */
  eh_reason interval_reason;
  eh_gap gap;
  double bound;                /* of a binned cube: how far the value may be from that of exact scores; NaN: not known */
} eh_result;

typedef struct eh_fairness {
  uint32_t model, family, threshold;
  eh_str criterion;            /* "demographic_parity_difference", "fpr_group_max" */
  double value;
  eh_reason reason;            /* partial leaves value in place */
  uint32_t slice_min, slice_max; /* index into slice_s or EH_NONE */
  bool has_failing;            /* a rule that groups pass or fail: four_fifths, where it has a value */
  const uint32_t *failing_n;   /* the groups that fail, as indexes into slice_s, in report order */
  uint32_t failing_count;
} eh_fairness;

typedef enum eh_finding_kind {
  EH_FINDING_GAP, EH_FINDING_NO_GAP, EH_FINDING_NOT_JUDGED, EH_FINDING_UNDEFINED, EH_FINDING_TOO_SMALL, EH_FINDING_MISSING,
  EH_FINDING_SKIPPED, EH_FINDING_SCORE_RANGE, EH_FINDING_MANY_VALUES,
  EH_FINDING_BINNED, EH_FINDING_MARGINALS, EH_FINDING_LABEL_VALUES, EH_FINDING_THRESHOLD
} eh_finding_kind;

EH_API const char *eh_finding_name(eh_finding_kind kind); /* "gap", "undefined", ... */

typedef struct eh_finding {
  uint32_t rank;               /* 1 = first to read */
  eh_finding_kind kind;
  uint32_t model, slice, metric, threshold; /* EH_NONE where it speaks of none */
  eh_str text;                 /* a sentence; names from the data are neutralised */
} eh_finding;

/* A bin of a reliability curve: what the scores said and what happened. NaN without rows, or without weight. */
typedef struct eh_curve_bin {
  uint64_t rows;
  double weight;               /* of these rows; their number without weights */
  double mean_score, mean_label;
  eh_range label_range;        /* interval of mean_label, of the effective size under weights; NaN without intervals */
} eh_curve_bin;

/* A rate of one model against that of the first, on the same rows: difference = value - reference_value. */
typedef struct eh_comparison {
  uint32_t model, reference, slice, threshold; /* indexes as in eh_result */
  eh_metric metric;            /* fpr, fnr, tpr, tnr, selection_rate or accuracy: rates over the same rows for every model */
  double value, reference_value, difference;
  eh_reason reason;            /* why there is no value */
  eh_range range;              /* NaN where interval_reason is set */
  const char *method;          /* "tango", of clusters "bootstrap", or NULL */
  eh_reason interval_reason;
  double p;
  uint64_t rows;               /* that the rate asks about */
  bool has_counts;             /* what follows is known: rows that count for one model alone */
  uint64_t only_model, only_reference;
} eh_comparison;

typedef struct eh_audit_curve {
  uint32_t model, slice;
  eh_curve curve;
  eh_reason roc_reason, pr_reason, reliability_reason;
  eh_reason interval_reason;   /* why no bin has an interval although intervals are asked for */
  eh_curve_bin bin_b[EH_RELIABILITY_BINS];
} eh_audit_curve;

/* Slices: the baseline first (if it is a slice), then overall, then families in the order of the spec. Results: by model,
 * slice, metric, threshold in these orders. */
typedef struct eh_audit_view {
  const eh_spec *spec;         /* as resolved: every default filled */
  const eh_cube_view *cube;
  const eh_slices *slices;     /* families; their slice indexes are not those of slice_s */
  const eh_audit_slice *slice_s;
  uint32_t slice_count;
  uint32_t baseline;           /* index into slice_s, EH_NONE for the complement */
  const eh_result *result_n;
  uint64_t result_count;
  const eh_fairness *fairness_n;
  uint64_t fairness_count;
  const eh_finding *finding_n;
  uint64_t finding_count;
  const eh_audit_curve *curve_n; /* by model and slice, where spec->curves */
  uint64_t curve_count;
  const eh_comparison *comparison_n; /* by model, slice, metric, threshold, where there are several models and no weights */
  uint64_t comparison_count;
} eh_audit_view;

typedef struct eh_audit eh_audit;

/* Audits a cube, which must outlive the audit. What spec->cube leaves empty (label NULL, no scores, no slices, no thresholds)
 * is taken from the cube; what it names must be there: columns among the cube's dimensions and models, else EH_E_SPEC
 * with the nearest name. Any threshold is allowed. Cost: slices * thresholds * metrics, and a sort of the fine cells for AUC. */
EH_API eh_status eh_audit_run(eh_audit **out, const eh_cube *cube, const eh_spec *spec, const eh_allocator *mem,
                              eh_error *err);
/* The same over threads, which may be NULL: any number gives the same bits. They share the allocator. */
EH_API eh_status eh_audit_run_over(eh_audit **out, const eh_cube *cube, const eh_spec *spec, eh_threads *threads,
                                   const eh_allocator *mem, eh_error *err);
/* The results alone (no findings, criteria or comparisons) at one threshold that moves, for a slider. The spec names metrics
 * that depend on it, and neither bootstrap nor curves; else EH_E_USAGE. Moving it (t finite) fills result_n of the same view
 * anew, with the numbers of eh_audit_run at t, and takes no memory; where rows at t are not known it is EH_E_SPEC and nothing
 * changes. Cost of a move: atoms or slices, and some microseconds per slice and metric for the intervals. */
EH_API eh_status eh_audit_run_moving(eh_audit **out, const eh_cube *cube, const eh_spec *spec, const eh_allocator *mem,
                                     eh_error *err);
EH_API eh_status eh_audit_move(eh_audit *audit, double t, eh_error *err);
EH_API const eh_audit_view *eh_audit_see(const eh_audit *audit);
EH_API void eh_audit_free(eh_audit *audit); /* accepts NULL */

#ifdef __cplusplus
}
#endif
#endif
