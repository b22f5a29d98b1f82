/* builder.h: the inside of a builder, shared by counting rows (builder.c), reading labels (label.c) and finishing
 * (finish.c). */
#ifndef EVENHAND_CUBE_BUILDER_H
#define EVENHAND_CUBE_BUILDER_H

#include "conditions.h"
#include "weight.h"
#include "fold.h"

typedef struct eh_pairs eh_pairs;
typedef struct eh_regress eh_regress;

/* Rows counted at a time, so that scratch stays in cache; label values remembered, and how many of them are told. */
enum { EH_CHUNK_ROWS = 8192, EH_SEEN_KEPT = EH_LABELS_KEPT, EH_SEEN_TOLD = 5 };

/* What the label column held: enough to explain a label that is not binary, whatever the order of the rows. */
typedef struct eh_label_notes {
  eh_str seen_n[EH_SEEN_KEPT]; /* the bytewise least distinct texts, ascending, owned */
  uint32_t seen_count;
  bool more;                   /* there were others */
  bool zero, one;              /* a numeric label's good values */
  bool positive;               /* the positive text occurred */
  uint64_t bad_line;           /* lowest line whose label is neither 0 nor 1; 0 = none */
  eh_str bad_text;             /* owned */
} eh_label_notes;

/* ---- joint.c: rows of coded columns ---- */

typedef struct eh_joint eh_joint;

struct eh_cube_builder {
  const eh_allocator *mem;
  eh_arena arena;
  eh_cube_spec spec;           /* as resolved */
  const eh_want *want_w;
  uint32_t want_count;
  uint32_t want_weight;        /* UINT32_MAX: no weights */
  eh_intake intake;
  uint64_t *missing_w;         /* missing cells per wanted column */
  uint64_t *missing_d;         /* scratch for the atomizer */
  uint32_t *want_d;            /* per dimension: its column in the batch; none of a predicate */
  eh_conditions conditions;
  eh_quantiles **quantiles_d;  /* NULL unless this is a survey; NULL of a dimension that waits for none */
  eh_atomizer *atomizer;
  eh_cells *cells_m;           /* NULL where rows are counted straight into: */
  eh_coarse *coarse_m;
  eh_joint *joint;             /* NULL until a batch of coded columns comes */
  eh_cube *marginal;           /* of rows counted before; NULL while there are atoms for all */
  uint32_t atoms_max;
  eh_fold *fold;               /* where scores are binned, asked for or by necessity; else NULL */
  uint64_t cells_max;
  eh_label_notes label;
  eh_pairs *pairs;             /* NULL with one model, and under weights */
  eh_regress *regress;         /* NULL unless this is a regression */
  eh_weights *weights;         /* NULL where neither weights nor fractional labels were asked for */
  /* One chunk. bad_n: 0, or 1 + the wanted column for which the row is skipped; keep_n: the row is counted. */
  uint8_t *label_n, *bad_n, *keep_n;
  uint32_t *atom_n;
  double *score_n;
};

/* ---- survey.c ---- */

eh_status eh_survey_make(eh_cube_builder *builder, eh_error *err);
/* Keeps the numbers of the rows that would count. */
eh_status eh_survey_add(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err);
void eh_survey_free(eh_cube_builder *builder);

/* ---- finish.c ---- */

/* Gives a batch's rows their atoms, as eh_atomizer_add. Where those become too many, what is counted so far goes into
 * marginals, and atoms begin anew. */
eh_status eh_builder_atoms(eh_cube_builder *builder, uint32_t *atom_n, const eh_column *const *column_d, const uint8_t *keep_n,
                           size_t n, eh_error *err);

/* Keeps the cells of all models within their limit: what is beyond it falls to bins, or is EH_E_LIMIT where exact cells were
 * asked for. Where scores are binned, cells that have become many are folded in. */
eh_status eh_builder_bound(eh_cube_builder *builder, bool at_end, eh_error *err);

/* What the cube tells of where its rows came from. Missing cells per distinct column; a column in two roles counts in the
 * first. */
eh_status eh_builder_provenance(const eh_cube_builder *builder, eh_cube *cube, eh_str source_name, const unsigned char *sha256,
                                eh_error *err);

/* ---- label.c ---- */

/* label_n, and keep_n or bad_n where a row has no usable label, for rows [0, n) of a chunk. first is the batch's row of
 * the chunk's row 0. */
eh_status eh_label_read(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n, eh_error *err);
/* EH_E_INPUT where the label is not binary. */
eh_status eh_label_check(const eh_cube_builder *builder, eh_error *err);
/* What `from` saw of labels joins what `into` saw; `from` then has seen nothing. */
eh_status eh_label_absorb(eh_cube_builder *into, eh_cube_builder *from, eh_error *err);
void eh_label_free(eh_cube_builder *builder);

/* Counts what it can of the batch's rows from `first` on, all or the first *n, with what follows from them; the row after
 * those needs the general way. A batch that is not made for it has *n 0. */
eh_status eh_joint_add(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t *n, eh_error *err);
/* Moves what has been counted to the coarse tables: before they are read. */
eh_status eh_joint_flush(eh_cube_builder *builder, eh_error *err);
void eh_joint_free(eh_cube_builder *builder);

/* ---- regress.c: for builders of a regression ---- */

eh_status eh_regress_new(eh_cube_builder *builder, eh_error *err);
void eh_regress_free(eh_cube_builder *builder);
/* Labels of a chunk, numbers like scores; bad_n where a row has none that counts. */
void eh_regress_read(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n);
/* Labels of the chunk's rows that count, closed up: before its first model is counted. */
void eh_regress_close_up(eh_cube_builder *builder, size_t n);
eh_status eh_regress_count(eh_cube_builder *builder, uint32_t m, const uint32_t *group_n, const double *score_n, size_t n,
                           eh_error *err);
eh_status eh_regress_place(const eh_cube_builder *builder, eh_cube *cube, const uint32_t *order_a, eh_error *err);

/* ---- pair.c: for builders of several models, without weights ---- */

eh_status eh_pairs_new(eh_cube_builder *builder, eh_error *err);
void eh_pairs_free(eh_cube_builder *builder);
/* Rows of a chunk that count, with their scores of model m; of model 0 first. */
eh_status eh_pairs_count(eh_cube_builder *builder, uint32_t m, const uint32_t *group_n, const double *score_n, size_t n,
                         eh_error *err);
eh_status eh_pairs_place(eh_cube_builder *builder, eh_cube *cube, const uint32_t *order_a, eh_error *err);

/* ---- weight.c: for builders with weights or fractional labels ---- */

eh_status eh_weights_new(eh_cube_builder *builder, eh_error *err);
void eh_weights_free(eh_cube_builder *builder);
/* weight_n, and keep_n and bad_n where a row has no usable weight: as for labels. */
void eh_weights_read(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n);
/* Records that a row is skipped for its weight, a finite number. */
eh_status eh_weight_skip(eh_cube_builder *builder, uint64_t line, double w, eh_error *err);
/* Before a chunk is counted: what it holds of rows that count moves to the front. */
void eh_weights_close_up(eh_cube_builder *builder, size_t n);
/* Adds the n rows of a chunk that count to the tables of model m. group_n: 2 * provisional atom + label. */
eh_status eh_weights_count(eh_cube_builder *builder, uint32_t m, const uint32_t *group_n, const double *score_n, size_t n,
                           eh_error *err);
/* The tables as those of the finished cube, whose atoms are known. */
eh_status eh_weights_place(eh_cube_builder *builder, eh_cube *cube, const uint32_t *order_a, eh_error *err);

#endif
