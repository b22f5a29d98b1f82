/* metric_internal: what the files of this room share. */
#ifndef EVENHAND_METRIC_INTERNAL_H
#define EVENHAND_METRIC_INTERNAL_H

#include "evenhand/metric.h"

/* For a loop that is written once and compiled for each value of its flags, but where the size of a module counts for more. */
#ifdef __wasm__
#define EH_EACH_WAY inline
#else
#define EH_EACH_WAY inline __attribute__((always_inline))
#endif

/* ---- walk.c: what of eh_tally takes the fine cells in score order; which slices hold an atom ---- */

eh_status eh_metric_add_auc(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                            const eh_work *work, const eh_allocator *mem, eh_error *err);

/* The slices of atom a are slice_i[start_a[a] .. start_a[a + 1]), ascending: first overall, which has every atom. */
typedef struct eh_membership {
  uint64_t *start_a;
  uint32_t *slice_i;
  size_t start_n, slice_n;
} eh_membership;

bool eh_membership_make(eh_membership *m, const eh_slices *slices, uint32_t atom_count, const eh_allocator *mem);
void eh_membership_free(eh_membership *m, const eh_allocator *mem); /* also after a make that failed */

/* Up to this many rows 2U, at most their number squared by two, fits in one word. */
#define EH_NARROW_ROWS ((uint64_t)1 << 32)

/* Numbers of two words, low word first. */
static inline unsigned __int128 eh_wide(const uint64_t w[2]) { return (unsigned __int128)w[1] << 64 | w[0]; }
static inline void eh_add_wide(uint64_t sum[2], unsigned __int128 more) {
  const unsigned __int128 total = eh_wide(sum) + more;
  sum[0] = (uint64_t)total, sum[1] = (uint64_t)(total >> 64);
}

/* ---- auc.c: 2U from entries in order of keys, which may be those of a range of keys: sums of ranges add up ---- */

/* Of one slice: 2U so far, and negatives with a lower key so far. */
typedef struct eh_standing {
  uint64_t sum_2u[2], negatives, unused;
} eh_standing;

/* Of one atom, 2U of its rows against all others; and of all rows, by label, those below the present key. */
typedef struct eh_against {
  uint64_t (*sum_a)[2];
  uint64_t below_y[2], positives;
} eh_against;

typedef struct eh_cell_entry eh_cell_entry;
/* narrow: 2U of the whole fits in one word. */
void eh_standing_walk(eh_standing *standing_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n, bool narrow);
void eh_against_walk(eh_against *all, const eh_cell_entry *entry_n, size_t n);

/* ---- order.c: cells of all atoms in score order ---- */

/* Some rows of one cell; a cell of more rows than 32 bits hold is several entries. */
struct eh_cell_entry {
  uint64_t key;
  uint32_t ay, rows;
};

/* How scores are dealt into buckets. */
typedef struct eh_deal {
  double least, per_score, last;
} eh_deal;

/* How many entries the cells of a model can be, of `rows` rows in all. */
static inline uint64_t eh_cell_entries_most(uint64_t cells, uint64_t rows) { return cells + rows / UINT32_MAX; }

typedef struct eh_order {
  const eh_allocator *mem;
  const eh_cube_model *model;
  uint32_t groups;
  eh_deal deal;
  uint32_t bucket_count, bucket_most;
  bool borrows;                /* count_b, from the order that it was forked of */
  uint32_t *count_b;           /* entries of a bucket */
  uint32_t *end_b;             /* where it ends in entry_n, while it is at hand */
  uint32_t *done_g;            /* cells of a group dealt so far */
  eh_cell_entry *entry_n, *spare_n;
  uint32_t hand_most, hand_end, next, stop;
} eh_order;

/* Makes ready to deal the cells of a model, of which there is at least one. False: out of memory. Free it in either case. */
bool eh_order_make(eh_order *order, const eh_cube_model *model, uint32_t atom_count, const eh_allocator *mem);
/* The same buckets with cursors and room of its own, for another thread; `first` has to stay. As make. */
bool eh_order_fork(eh_order *order, const eh_order *first);
/* From here on the entries of buckets [from, to) come: at first all do. */
void eh_order_range(eh_order *order, uint32_t from, uint32_t to);
/* Rows of group g below the range, at its beginning. */
static inline uint64_t eh_order_rows_below(const eh_order *order, uint32_t g) {
  return order->done_g[g] ? order->model->below_c[order->model->cell_ay[g] + order->done_g[g] - 1] : 0;
}
/* The next *n entries in order of keys; those of one key, in the order of (atom, label), come in one run. NULL at the
 * end. Valid until the next call. */
const eh_cell_entry *eh_order_next(eh_order *order, size_t *n);
void eh_order_free(eh_order *order);
/* All of them at once, for walks that need them again and again: *n of eh_cell_entries_most. False: out of memory. */
bool eh_order_all(eh_cell_entry *entry_n, size_t *n, const eh_cube_model *model, uint32_t atom_count,
                  const eh_allocator *mem);

/* weighted_auc.c: cells of weights in place of those of rows, each as if it were one row. below_c has room for them all. */
void eh_weight_cells_begin(uint64_t *below_c, const eh_cube_weights *weights, uint32_t atom_count);
/* All of them in order of keys, `rows` the number of an entry's cell. entry_n has room for them. False: out of memory. */
bool eh_order_weights(eh_cell_entry *entry_n, size_t *n, const eh_cube_weights *weights, uint32_t atom_count,
                      const eh_allocator *mem);

/* ---- placement.c: 2U with the sums that an interval of the AUC needs ---- */

/* Of one slice: what a row of either label at the present key would have as its placement, and sums in one word. */
typedef struct eh_placing {
  uint64_t placement_y[2], sum_y[2], square_y[2], cross_y[2]; /* a cache line */
} eh_placing;

/* Its sums in two words. */
typedef struct eh_placed {
  uint64_t sum_2u[2], square_y[2][2], cross_y[2][2];
} eh_placed;

typedef struct eh_placings {
  eh_placing *placing_s;       /* zeros at first, as placed_s */
  eh_placed *placed_s;
  uint32_t slice_count, base;  /* base: the slice whose placements cross_y is of */
  const bool *in_base_a;
  unsigned __int128 *base_ay;  /* sums of placements in the base, of its rows */
  unsigned __int128 (*own_sy)[2]; /* of those rows, sums of placements in the slice; NULL where every slice lies in the base or apart */
  uint64_t rows_most, rows_left; /* whose squares surely fit one word: at all, and now */
} eh_placings;

/* auc_2u and auc_square_y of every slice, from entries in order of keys. Of at most EH_SQUARES_ROWS_MAX rows: with P
 * positives and N negatives the sums of squares stay below 4 P N max(P, N), and so below 2^128. */
#define EH_SQUARES_ROWS_MAX ((uint64_t)1 << 42)
void eh_placings_start(eh_placings *all, uint32_t slice_count, uint64_t rows);
/* Entries from here on have below_sy[s] rows of a slice below them, by label. */
void eh_placings_from(eh_placings *all, const eh_tally *tally_s, const uint64_t (*below_sy)[2]);
void eh_placings_walk(eh_placings *all, const eh_membership *m, const eh_cell_entry *entry_n, size_t n);
/* Adds to the tallies. */
void eh_placings_end(eh_tally *tally_s, eh_placings *all);

/* ---- outside.c: sums of squared placements of the rows outside each slice ---- */

/* Of one slice: what a row of either label at the present key would have as its placement against the slice's rows; the sum of its
 * square over all rows. */
typedef struct eh_outside_slice {
  unsigned __int128 square_y[2];
  uint64_t placement_y[2];
} eh_outside_slice;

/* Of one atom, sums over rows of either label of products: of their own placement and that against the atom's rows; of placements of the
 * atom's own rows, squared. Both among all rows. */
typedef struct eh_outside_atom {
  unsigned __int128 cross_y[2], whole_y[2];
} eh_outside_atom;

typedef struct eh_outside {
  eh_outside_slice *at_s;
  eh_outside_atom *at_a;
  unsigned __int128 placed_y[2];  /* sums of placements of the range's rows so far */
  uint64_t below_y[2], rows_y[2]; /* rows below the present key, and all */
} eh_outside;

/* Entries from here on have that many rows of a slice below them. */
void eh_outside_from(eh_outside *at, const eh_tally *tally_s, const uint64_t (*below_sy)[2], uint32_t slice_count);
void eh_outside_walk(eh_outside *at, const eh_membership *m, const eh_cell_entry *entry_n, size_t n);
/* Makes good that a range does not know the placements of the rows below it, which sum up to placed_y in the range before: `order`
 * stands where that range ends. */
void eh_outside_mend(eh_outside *at, const eh_order *order, const unsigned __int128 placed_y[2]);
/* auc_rest_square_y, once all walks are added: this for each. */
void eh_outside_end(eh_tally *tally_s, const eh_outside *at, const eh_slices *slices);
/* And this after the last. */
void eh_outside_close(eh_tally *tally_s, uint32_t slice_count);

/* ---- precision.c: areas under precision-recall curves ---- */

/* Of one slice: rows at or above the present key, by label; its areas so far times its positives, `step` in units of 2^-62, low
 * word first; its rows of the present key. */
typedef struct eh_precision {
  uint64_t tp, fp, step[2], here_y[2];
  double trapezoid, davis_goadrich;
} eh_precision;

/* pr_area of every slice, run by run; `others` adds trapezoid and davis_goadrich, which only one walk over all entries has.
 * confusion is that of no threshold; below_sy as above. */
void eh_precision_from(eh_precision *at_s, const eh_tally *tally_s, const uint64_t (*below_sy)[2], uint32_t slice_count);
void eh_precision_walk(eh_precision *at_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n, bool others);
/* Adds the steps of another walk, over other keys. */
void eh_precision_add(eh_precision *at_s, const eh_precision *other_s, uint32_t slice_count);
void eh_precision_end(eh_tally *tally_s, const eh_precision *at_s, uint32_t slice_count);
/* pr_area_rest of a slice of the whole, from all entries at once; inside_a is room for a truth per atom. */
void eh_metric_walk_precision_rest(eh_tally *tally, const eh_tally *whole, const eh_slice *slice, bool *inside_a,
                                   uint32_t atom_count, const eh_cell_entry *entry_n, size_t n, bool others);

/* ---- curve.c: entries of rows or of weights, for who walks all of a model ---- */

/* A weight, or that many rows as weights of 1, in the fixed point of exact sums. */
static inline unsigned __int128 eh_cell_weight(const eh_weight_cell *cell) {
  return (unsigned __int128)cell->weight.w[1] << 64 | cell->weight.w[0];
}
/* cell_c: an entry's `rows` is the number of its cell; NULL: rows. */
static inline unsigned __int128 eh_entry_weight(const eh_cell_entry *entry, const eh_weight_cell *cell_c) {
  return cell_c ? eh_cell_weight(&cell_c[entry->rows]) : (unsigned __int128)entry->rows << 64;
}
/* All entries of a model in order of scores, at most so many; none yet of a binned cube, whose slices have their own.
 * False: out of memory. */
bool eh_curve_order(eh_cell_entry *entry_n, size_t *n, const eh_cube_view *cube, uint32_t model,
                    const eh_allocator *mem);
uint64_t eh_curve_entries_most(const eh_cube_view *cube, uint32_t model);

/* ---- binned.c: the same of a binned cube ---- */

_Static_assert((int)EH_RELIABLE_BINS == (int)EH_RELIABILITY_BINS, "a cube's reliability bins are those of the metrics");
eh_status eh_metric_add_binned(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                               const eh_work *work, eh_error *err);
void eh_metric_binned_reliability(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                                  const eh_work *work);
/* The bins of one fine slice as cells of one atom, 0, in score order; each at the score of its edge, which as a threshold does not
 * cut it. Returns how many, at most eh_metric_bin_entries_most. */
uint64_t eh_metric_bin_entries_most(const eh_cube_view *cube, const eh_cube_model *model);
size_t eh_metric_bin_entries(eh_cell_entry *to, const eh_cube_view *cube, const eh_cube_model *model, uint32_t fine);
static inline eh_status eh_metric_too_many_squares(eh_error *err) {
  return eh_fail(err, EH_E_LIMIT,
                 "more than %u rows have no exact interval of the AUC; leave out the intervals or roc_auc",
                 EH_SQUARES_ROWS_MAX);
}

/* ---- reliability.c ---- */

eh_status eh_metric_add_reliability(eh_tally *tally_s, const eh_cube_view *cube, uint32_t model, const eh_slices *slices,
                                    const eh_work *work, const eh_allocator *mem, eh_error *err);
/* Over `rows` > 0 rows, none of them outside. */
double eh_reliability_ece(const eh_reliability *reliability, uint64_t rows);
double eh_reliability_ece_debiased(const eh_reliability *reliability, uint64_t rows);
/* The bin of a score in [0, 1]; and a bin's error d >= 0 less what chance adds to it at the standard error e. */
int eh_reliability_bin(double score);
double eh_reliability_debiased(double d, double e);
/* Of rows or weights: precision (1 of nothing), and a segment of the curve that adds d_tp and d_fp. */
double eh_pr_precision(double tp, double fp);
double eh_pr_davis_goadrich(double tp, double fp, double d_tp, double d_fp);

/* ---- weighted_scores.c ---- */

typedef struct eh_weight_area {
  double sum, error; /* error: what rounding took from the sum */
} eh_weight_area;

/* Of one slice, zeros at first: weights at or above the present key, of it, and in all; what has been added up. */
typedef struct eh_weight_scoring {
  eh_i128 left_y[2], here_y[2], all_y[2];
  eh_weight_area area[EH_PR_AREAS];
  eh_i192 loss;
  eh_weight_bin bin_b[EH_RELIABILITY_BINS];
  bool outside, infinite, failed;
} eh_weight_scoring;

/* Neumaier's sum, its rounding errors carried along. */
void eh_area_add(eh_weight_area *sum, double x);

void eh_weight_scores_begin(eh_weight_scoring *at_s, const eh_membership *m, const eh_cube_weights *weights,
                            uint32_t atom_count);
/* All n entries of one key; next_ay[ay] is the place of each one's cell. */
void eh_weight_scores_key(eh_weight_scoring *at_s, const eh_membership *m, const eh_cell_entry *entry_n, size_t n,
                          const eh_weight_cell *cell_c, const uint64_t *next_ay);
/* False if a sum left its range. */
bool eh_weight_scores_end(eh_weight_scores *out, const eh_weight_scoring *at);

/* ---- weighted_spread.c ---- */

/* Sums over cells of squared weights times: 1; the share in the slice; its square; and where the cell lies in the base, too: 1; the
 * share in the slice; the share there; both. */
enum { EH_SPREAD_SQUARE, EH_SPREAD_OWN, EH_SPREAD_OWN_OWN, EH_SPREAD_SHARED, EH_SPREAD_SHARED_OWN, EH_SPREAD_BASE, EH_SPREAD_OWN_BASE,
       EH_SPREADS };

/* Of one slice, zeros at first: weights below the present key, of it, and in all. */
typedef struct eh_weight_spreading {
  eh_i128 below_y[2], here_y[2], all_y[2];
  eh_weight_area sum_yk[2][EH_SPREADS];
} eh_weight_spreading;

void eh_weight_spread_begin(eh_weight_spreading *at_s, const eh_membership *m, const eh_cube_weights *weights,
                            uint32_t atom_count);
/* As eh_weight_scores_key. */
void eh_weight_spread_key(eh_weight_spreading *at_s, const eh_membership *m, uint32_t base, const bool *in_base_a,
                          const eh_cell_entry *entry_n, size_t n, const eh_weight_cell *cell_c, const uint64_t *next_ay);
void eh_weight_spread_end(eh_weight_spread *out, const eh_weight_spreading *own, double auc, const eh_weight_spreading *base,
                          double base_auc);

#endif
