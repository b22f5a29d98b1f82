/* cube: the counts from which every number of an audit comes, built from rows in any order, merged, saved, loaded.
 *
 * A cube holds, per model (score column), a *coarse* table (atom, label, interval between requested thresholds) with exact
 * sums of the score and its square, and a *fine* table (atom, label, score key) for any other threshold, AUC and ROC.
 * Any split of the rows, merged in any order, gives the same bytes.
 */
#ifndef EVENHAND_CUBE_H
#define EVENHAND_CUBE_H

#include "evenhand/moments.h"
#include "evenhand/slice.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rows of a cube, so that every count is exact as f64 too (JSON, JavaScript); beyond: EH_E_LIMIT. */
#define EH_ROWS_MAX ((uint64_t)1 << 53)

enum { EH_MODELS_MAX = 64, EH_THRESHOLDS_MAX = 4096, EH_CELLS_MAX = 1 << 24, EH_JOINT_MAX = 1 << 22 };

/* ---- what is counted --------------------------------------------------------------------------------------------- */

/* Which scores a threshold selects: those above it, or those not below it. */
typedef enum eh_cut { EH_CUT_DEFAULT, EH_CUT_ABOVE, EH_CUT_AT_LEAST } eh_cut; /* default: above */

/* What a weight says. Sampling: how many rows of the population a row stands for; any number >= 0. Frequency: how often the row
 * occurred; a whole number. */
typedef enum eh_weight_kind { EH_WEIGHT_SAMPLING, EH_WEIGHT_FREQUENCY } eh_weight_kind;

/* Zero value plus a label and a score is a valid request. Views must outlive the builder; a cube owns its copy. */
typedef struct eh_cube_spec {
  eh_str label;
  eh_str positive;             /* .p == NULL: the label is numeric 0/1 (true/false). Else: text equal to this is positive */
  const eh_str *score_m;       /* one per model, distinct */
  uint32_t model_count;
  eh_str where;                /* .n == 0: every row. Else a predicate in canonical form: rows it does not hold for are left
                                  out before anything is counted */
  eh_slicing slicing;
  const double *threshold_t;   /* finite, ascending, distinct */
  uint32_t threshold_count;
  const eh_str *missing_n;     /* texts that mean missing besides the empty one; NULL: NA, NaN, null */
  uint32_t missing_count;
  eh_str weight;               /* column of weights; .p == NULL: every row weighs 1 */
  eh_weight_kind weight_kind;
  bool fractional;             /* a numeric label y in [0, 1] counts as y of a positive row and 1 - y of a negative one */
  uint32_t score_bits;         /* mantissa bits of a key: 52 exact; 7, 11 or 23 binned; 0: 52 up to EH_CELLS_MAX cells, else 11 */
  eh_cut cut;
  bool regression;             /* label and scores are numbers that are to be alike: see eh_cube_model.moment_ax. No positive, weight,
                                  fractional, thresholds, cut and score_bits then; no_fine and no_sums follow */
  bool no_fine;                /* leave out fine cells: then no AUC, no curve, and no threshold but those above */
  bool no_sums;                /* leave out the sums of scores, too; only with no_fine */
  bool no_bin_sums;            /* leave out the sums of the scores in each bin, where they are binned */
} eh_cube_spec;

/* Where the rows came from. Outside the compared bytes of a cube. */
typedef struct eh_column_missing {
  eh_str name;
  uint64_t count;
} eh_column_missing;

/* Distinct texts of the label other than the positive one, where the spec names that: the bytewise least EH_LABELS_KEPT. */
enum { EH_LABELS_KEPT = 32 };
typedef struct eh_label_texts {
  const eh_str *text_n;
  uint32_t count;
  bool more;
} eh_label_texts;

typedef struct eh_provenance {
  eh_str name;                 /* file name or other name of the source; .p NULL = none */
  bool has_sha256;
  unsigned char sha256[32];    /* of the source's bytes as stored */
  eh_intake intake;
  /* Cells that are missing in the columns of label, scores, dimensions and weight, over rows that could be read and that `where`
   * holds for; then in other columns of `where`, over all rows that could be read, and of named slices. */
  const eh_column_missing *missing_n;
  uint32_t missing_count;
  eh_label_texts negative;     /* none in files of before they were kept */
} eh_provenance;

/* ---- reading a cube ---------------------------------------------------------------------------------------------- */

/* Scores in ten equal bins of [0, 1], lower edge out but for 0, upper edge in: rows, sums of scores, and rows outside. */
enum { EH_RELIABLE_BINS = 10 };
typedef struct eh_cube_reliability {
  uint64_t rows_b[EH_RELIABLE_BINS];
  eh_i128 score_b[EH_RELIABLE_BINS];
  uint64_t outside;
} eh_cube_reliability;

/* What a regression sums up over rows, with a row's error as score less label in the unit of the sums: its size is |error|, and its
 * square is rounded once to that unit. */
enum { EH_OF_LABEL, EH_OF_SCORE, EH_OF_ERROR, EH_OF_SIZE, EH_OF_SQUARE, EH_REGRESSED };

/* Y: 0 = negative label, 1 = positive. K = threshold_count + 1; interval k holds the rows that exactly k thresholds
 * select. Fine cells of (a, y) are key_c[cell_ay[2a + y] .. cell_ay[2a + y + 1]), ascending; below_c[c] is the number of rows of that
 * (a, y) with a key <= key_c[c]. With no_fine there are no cells, with no_sums both sums are NULL.
 *
 * A binned cube has no cells per atom. Its fine cells are of slices: those of (fine->slice_n[s], y) are
 * cell_sy[2s + y] .. cell_sy[2s + y + 1), keys as eh_bin_key_of tells, with the sums of their scores. */
typedef struct eh_cube_model {
  const uint64_t *count_ayk;   /* [atom][2][K] */
  const eh_i128 *score_ay;     /* sum of scores */
  const eh_i192 *square_ay;    /* sum of squared scores */
  const uint64_t *cell_ay;     /* [2 * atoms + 1] */
  const uint64_t *key_c;
  const uint64_t *below_c;
  uint64_t least, greatest;    /* exact keys of the least and the greatest score; UINT64_MAX and 0 where there are no rows */
  const uint64_t *cell_sy;     /* [2 * fine slices + 1]; NULL unless binned, as what follows */
  const eh_i128 *score_c;      /* NULL also with no_bin_sums */
  const eh_cube_reliability *reliable_ay; /* [2 * atoms] */
  const uint64_t *both_ayk;    /* as count_ayk, of the lesser of a row's score and that of model 0: above a threshold
                                  are rows that both select; NULL for model 0 and under weights */
  const uint64_t *joint_oaykl; /* with each model o before this one, [o][atom][2][K][K]: rows by the interval of the score of o and
                                  of this one. NULL as both_ayk, beyond EH_JOINT_MAX numbers over all pairs, and of marginals */
  const eh_moment *moment_ax;  /* of a regression [atom][EH_REGRESSED], else NULL; all rows then have y = 0 */
} eh_cube_model;

/* Sums of weights w and of their squares: what a weighted rate and its effective size need. */
typedef struct eh_weight_cell {
  eh_i128 weight;
  eh_i192 square;
} eh_weight_cell;

/* Sums of w * score and w * score^2, each addend rounded once. */
typedef struct eh_weight_sum {
  eh_i192 score, square;
} eh_weight_sum;

/* Weights of one model, beside its tables of rows. Of a fractional label both parts of a row are there; in the tables of rows
 * the row is positive from one half on. Fine cells of (a, y) are those at start_ay[2a + y] .. start_ay[2a + y + 1], keys ascending. */
typedef struct eh_cube_weights {
  const eh_weight_cell *cell_ayk; /* [atom][2][K] */
  const eh_i192 *both_ak;         /* [atom][K]: of fractional labels under sampling weights sums of the products of both parts of a row;
                                     NULL without, and in files of before they were kept */
  const eh_weight_sum *sum_ay;
  const uint64_t *start_ay;       /* [2 * atoms + 1]; NULL with no_fine */
  const uint64_t *key_c;
  const eh_weight_cell *cell_c;
} eh_cube_weights;

typedef struct eh_cube_view {
  const eh_cube_spec *spec;    /* as resolved: cut filled */
  uint32_t score_bits;         /* of the fine cells: what the spec asks for; 52 or 11 where that is 0 */
  const eh_slices *fine;       /* of a binned cube: the slices of its spec, with those of rows without a group; else NULL */
  const eh_atoms *atoms;       /* or marginals in their place */
  uint64_t rows;               /* rows counted */
  const uint64_t *rows_ay;     /* [atom][2] */
  const eh_cube_model *model_m;
  const eh_provenance *provenance;
  const eh_cube_weights *weight_m; /* per model; NULL without weights and fractional labels */
  /* Frequency weights: the same cube with every row there as often as its weight says; `rows` is the sum of weights, and
   * there may be cells and atoms without rows. NULL where there is none. */
  const struct eh_cube_view *repeated;
} eh_cube_view;

typedef struct eh_cube eh_cube;

/* Everything in it lives as long as the cube. */
EH_API const eh_cube_view *eh_cube_see(const eh_cube *cube);
EH_API void eh_cube_free(eh_cube *cube); /* accepts NULL */

/* Of a binned cube: which of its fine slices slice s is, of slices made of the cube's atoms; UINT32_MAX: none, so there are no
 * bins of it. Cost: families, and log(slices). */
EH_API uint32_t eh_cube_fine_slice(const eh_cube_view *cube, const eh_slices *slices, uint32_t s);

/* Rows of a group of a dimension, and those without one; of marginals 0 where it was not sliced alone. Cost: atoms. */
EH_API uint64_t eh_cube_group(const eh_cube_view *cube, uint32_t dim, uint32_t group);
EH_API uint64_t eh_cube_without(const eh_cube_view *cube, uint32_t dim);

/* above_ay[2a + y] = rows of (a, y) that threshold t selects: score > t, or >= t where the spec's cut says so. Any finite t; where the cube
 * is binned and t none of its thresholds, those of the next threshold below (bins of slices: eh_metric_confusion). Cost: atoms where t is one of the cube's
 * thresholds, else atoms * log(cells). */
EH_API void eh_cube_above(const eh_cube_view *cube, uint32_t model, double t, uint64_t *above_ay);

/* both_ay[2a + y] = rows of (a, y) that one model selects at its threshold and another at its own; thresholds by their place among
 * the cube's. False where the cube does not tell: two models, of which neither is the first or whose thresholds differ, where
 * joint_oaykl is NULL; any where both_ayk is. */
EH_API bool eh_cube_both(const eh_cube_view *cube, uint32_t model, uint32_t t, uint32_t other, uint32_t other_t,
                         uint64_t *both_ay);

/* The same of weights: above_ay[2a + y] = weight and squares of (a, y) above t. weight_m must be there. */
EH_API void eh_cube_weights_above(const eh_cube_view *cube, uint32_t model, double t, eh_weight_cell *above_ay);

/* EH_E_USAGE unless the thresholds are finite, ascending and distinct, EH_E_LIMIT beyond EH_THRESHOLDS_MAX. */
EH_API eh_status eh_thresholds_check(const double *threshold_t, uint32_t n, eh_error *err);

/* The key of the bin of a score whose exact key it is. Bins hold (lower edge, upper edge], or [lower edge, upper edge) where the
 * cut is at least, so that what a threshold on an edge selects is whole bins. */
static inline uint64_t eh_bin_key_of(const eh_cube_view *cube, uint64_t key) {
  return (key + (cube->spec->cut == EH_CUT_AT_LEAST)) >> (52 - cube->score_bits);
}

/* The score key of x, and the score of a key (the widened score itself; zeros come back as +0). */
EH_API uint64_t eh_score_key(double x);
EH_API double eh_key_score(uint64_t key);

/* ---- building ---------------------------------------------------------------------------------------------------- */

typedef struct eh_cube_builder eh_cube_builder;

/* Errors: EH_E_SPEC for a column in two roles that exclude each other (label as score, a score named twice), EH_E_USAGE
 * for thresholds that are not finite, ascending and distinct, or for score_bits other than 0, 7, 11, 23 and 52. */
EH_API eh_status eh_cube_builder_new(eh_cube_builder **out, const eh_cube_spec *spec, bool strict,
                                     const eh_allocator *mem, eh_error *err);
/* The columns the builder needs, in the order it expects them in batches. Lives as long as the builder. */
EH_API const eh_want *eh_cube_builder_wants(const eh_cube_builder *builder, uint32_t *n);
/* Where skipped rows are recorded; hand it to the reader. Whoever makes the batches counts `rows` in it. */
EH_API eh_intake *eh_cube_builder_intake(eh_cube_builder *builder);
/* Counts a batch whose columns are in the order of eh_cube_builder_wants. A row that misses the label or a score,
 * whose score is not a finite number below 2^40 in size, or whose bucketed cell is not a finite number, is skipped and
 * recorded; so is one whose cell in a numeric column of a predicate is not a finite number. */
EH_API eh_status eh_cube_builder_add(eh_cube_builder *builder, const eh_batch *batch, eh_error *err);
/* Where the spec's slicing waits for quantiles (eh_slicing_surveys), adding rows only surveys them: this gives the slicing
 * with edges, of the rows that would have counted, in the arena; a builder of a spec with it then counts the rows. EH_E_INPUT
 * where a column has no edges, and for a label that is not binary. */
EH_API eh_status eh_cube_builder_survey(eh_cube_builder *builder, eh_slicing *out, eh_arena *arena, eh_error *err);
/* The finished cube, in canonical order. EH_E_INPUT where the label is not binary (names up to 5 values it saw, the
 * bytewise least, and how to map them). The builder then only wants free. Cost: a sort of the distinct (key, atom, label). */
EH_API eh_status eh_cube_builder_finish(eh_cube_builder *builder, eh_cube **out, eh_str source_name,
                                        const unsigned char *sha256_or_null, eh_error *err);
/* eh_cube_builder_finish of builder_k[0], as if it had been given all rows that builders of the same spec, on other threads, were
 * given. Threads, which may be NULL, finish them side by side; all then only want free. */
EH_API eh_status eh_cube_builder_join(eh_cube_builder *const *builder_k, uint32_t k, eh_threads *threads, eh_cube **out,
                                      eh_str source_name, const unsigned char *sha256_or_null, eh_error *err);
/* EH_E_INPUT, in the words of finish, where the labels that builders on k threads have seen so far are not binary: asked after each
 * of several files, it is that file's line that the message tells. The first builder then remembers what all have seen. */
EH_API eh_status eh_cube_builder_check_labels(eh_cube_builder *const *builder_k, uint32_t k, eh_error *err);
/* After finish: EH_E_INPUT if `positive` was given, rows were counted and it never occurred; names what did. */
EH_API eh_status eh_cube_builder_check_positive(const eh_cube_builder *builder, eh_error *err);
EH_API void eh_cube_builder_free(eh_cube_builder *builder); /* accepts NULL */

/* ---- merging, saving, loading ------------------------------------------------------------------------------------ */

/* The cube of all rows of all parts. EH_E_MISMATCH names the first option in which two specs differ. Provenance: rows, skips
 * and missing cells add up; name and hash are kept only when k == 1. */
EH_API const char *eh_cube_difference(const eh_cube *a, const eh_cube *b); /* that option's flag; NULL: they can merge */
EH_API eh_status eh_cube_merge(eh_cube **out, const eh_cube *const *part_k, uint32_t k, const eh_allocator *mem,
                               eh_error *err);

/* The cube of the same rows as if it had been built with that many score bits, to the byte; EH_E_USAGE where it has fewer, or
 * has weights, which need exact scores. */
EH_API eh_status eh_cube_rebin(eh_cube **out, const eh_cube *cube, uint32_t score_bits, const eh_allocator *mem,
                               eh_error *err);

/* Names the source of a cube, for one merged from parts of a single source. */
EH_API eh_status eh_cube_name(eh_cube *cube, eh_str source_name, eh_error *err);
/* Notes the hash of that source's bytes. */
EH_API void eh_cube_sign(eh_cube *cube, const unsigned char sha256[32]);

/* File format: src/cube/README.md. The body, and so its checksum, depends on the rows and the spec only. */
EH_API eh_status eh_cube_save(const eh_cube *cube, eh_buf *out, eh_error *err);
/* Errors EH_E_CUBE: not a cube, truncated, corrupt (checksum or structure), of a newer schema. Bytes are not kept. Any
 * bytes are safe to hand in. */
EH_API eh_status eh_cube_load(eh_cube **out, const void *bytes, size_t n, const eh_allocator *mem, eh_error *err);
/* True if the first n bytes (8 suffice) start a cube file. */
EH_API bool eh_cube_is(const void *bytes, size_t n);
/* Body alone: the bytes on which equality is defined, inside what eh_cube_save wrote. False if they are not a cube. */
EH_API bool eh_cube_body(const void *bytes, size_t n, const void **body, size_t *body_n);

#ifdef __cplusplus
}
#endif
#endif
