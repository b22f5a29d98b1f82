/* cube_internal: what the files of this room share: the cube's inside, the growing cells of a model, the spec's checks,
 * and the sums that follow from cells. */
#ifndef EVENHAND_CUBE_INTERNAL_H
#define EVENHAND_CUBE_INTERNAL_H

#include "evenhand/cube.h"

static inline eh_status eh_cube_no_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* Bytes of an array, or 0 where a 32-bit size_t could not hold them. Never 0 for an empty array. */
static inline size_t eh_cube_bytes(uint64_t count, size_t size) {
  if (count > (uint64_t)(SIZE_MAX / 2) / size) return 0;
  return count ? (size_t)count * size : 1;
}

static inline void *eh_cube_take(eh_arena *arena, uint64_t count, size_t size) {
  const size_t n = eh_cube_bytes(count, size);
  return n ? eh_arena_take(arena, n) : NULL;
}

/* The array whose address is at `p` (a T **) gets room for `want` items; false leaves it, and *cap, as they were. */
bool eh_cube_resize(const eh_allocator *mem, void *p, size_t *cap, uint64_t want, size_t size);

/* Bytes of a cell in a column's data. */
static inline size_t eh_type_width(eh_type type) {
  static const uint8_t width_n[] = {[EH_F64] = 8, [EH_F32] = 4, [EH_I32] = 4, [EH_U32] = 4, [EH_I8] = 1,
                                    [EH_U8] = 1,  [EH_BOOL] = 1, [EH_I16] = 2, [EH_U16] = 2, [EH_TEXT] = 0,
                                    [EH_CODED_U8] = 1, [EH_CODED_U16] = 2, [EH_CODED_U32] = 4};
  return width_n[type];
}

static inline uint64_t eh_line_of(const eh_batch *batch, size_t row) {
  return batch->line_n ? batch->line_n[row] : batch->first_row + row;
}

/* ---- cube.c: the handle ---- */

/* Cells of one model as the view shows them, in blocks of their own since they are the bulk of a cube. */
typedef struct eh_cube_cells {
  uint64_t *key_c, *below_c;
  eh_i128 *score_c;    /* of bins */
  size_t key_cap, below_cap, score_cap;
  uint64_t n;
} eh_cube_cells;

struct eh_cube {
  const eh_allocator *mem;
  eh_arena arena;
  eh_cube_view view;
  eh_cube_spec spec;
  eh_atoms atoms;
  eh_slices fine;      /* of a binned cube */
  eh_provenance provenance;
  eh_cube_model *model_m;
  eh_cube_cells *cells_m;
  eh_cube_weights *weight_m; /* as the view shows them; in the arena */
  eh_cube_view repeated;
  bool loose;          /* some atoms may have no rows: a cube on its way to marginals */
};

/* A cube with its own copy of the spec and room for its models; the rest is filled by finish, merge or load. */
eh_status eh_cube_new(eh_cube **out, const eh_cube_spec *spec, const eh_allocator *mem, eh_error *err);
/* Room for exactly `cap` cells, more or fewer than now; of bins with sums too. */
eh_status eh_cube_cells_resize(const eh_cube *cube, eh_cube_cells *cells, uint64_t cap, bool sums, eh_error *err);
/* From here on the cube's fine cells are of so many bits; below 52 they are those of slices. */
void eh_cube_bin(eh_cube *cube, uint32_t bits);

/* ---- spec.c ---- */

eh_status eh_cube_spec_check(const eh_cube_spec *spec, eh_error *err);
/* A copy in the arena, with defaults filled and the missing texts sorted. */
eh_status eh_cube_spec_copy(eh_cube_spec *out, eh_arena *arena, const eh_cube_spec *spec, eh_error *err);
/* The flag of the first option in which two resolved specs differ, or NULL. */
const char *eh_cube_spec_difference(const eh_cube_spec *a, const eh_cube_spec *b);

/* The greatest key that threshold t does not select. */
static inline uint64_t eh_cut_key(const eh_cube_spec *spec, double t) {
  return eh_score_key(t) - (spec->cut == EH_CUT_AT_LEAST);
}

/* ---- reliable.c: false where a sum leaves its range ---- */

/* Adds exact cells, ascending. */
bool eh_reliable_add_cells(eh_cube_reliability *to, const uint64_t *key_c, const uint64_t *rows_c, size_t n);
bool eh_reliable_add(eh_cube_reliability *to, const eh_cube_reliability *from);

/* ---- limits ---- */

/* Up to where cells stay exact. Tests set a lower one, so that few rows cross it. */
void eh_cube_builder_limit(eh_cube_builder *builder, uint64_t cells_max);
eh_status eh_cube_merge_within(eh_cube **out, const eh_cube *const *part_k, uint32_t k, uint64_t cells_max,
                               const eh_allocator *mem, eh_error *err);
/* The same of atoms, beyond which there are marginals alone. */
void eh_cube_builder_limit_atoms(eh_cube_builder *builder, uint32_t atoms_max);
eh_status eh_cube_merge_atoms(eh_cube **out, const eh_cube *const *part_k, uint32_t k, uint64_t cells_max, uint32_t atoms_max,
                              const eh_allocator *mem, eh_error *err);
enum { EH_AUTO_BITS = 11 };

/* ---- marginal.c ---- */

/* The marginals of a cube of atoms. */
eh_status eh_cube_marginal(eh_cube **out, const eh_cube *from, eh_error *err);
/* Of a loaded cube of marginals: EH_E_CUBE unless each is a slice of the spec, and no slice has rows that a wider one has not. */
eh_status eh_marginals_check(const eh_cube *cube, eh_error *err);
/* merge.c: those of all parts added up. */
eh_status eh_provenance_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, eh_error *err);

/* ---- merge_bins.c ---- */

/* Fine slices and their bins of a binned cube, whose atoms are united. */
eh_status eh_bins_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                        eh_error *err);

/* ---- derive.c ---- */

/* From atoms and cells (key_c, below_c, cell_ay of every model): rows, coarse counts and exact sums, into the arena.
 * EH_E_LIMIT where a sum overflows; EH_E_CUBE where models disagree on rows or an atom has none. */
eh_status eh_cube_derive(eh_cube *cube, eh_threads *threads, eh_error *err);
/* The same where there are no cells: rows from the coarse counts of every model, which are there. */
eh_status eh_cube_derive_rows(eh_cube *cube, eh_error *err);

/* ---- coarse.c: coarse counts where rows are counted straight into them ---- */

/* Of one model: group g = 2 * provisional atom + label. Sums are one word wider than a cube's, so that adding cannot
 * overflow and only the end is judged, whatever the order of rows. */
typedef struct eh_coarse {
  const eh_allocator *mem;
  const eh_cube_spec *spec;
  double *edge_t;
  uint64_t *count_gk;
  eh_i192 *score_g, *square_g; /* NULL with no_sums */
  eh_cube_reliability *reliable_g; /* NULL unless cells are added */
  size_t count_cap, score_cap, square_cap, reliable_cap;
  uint32_t group_count;        /* groups that there is room for */
  double least, greatest;      /* of all scores */
} eh_coarse;

/* A coarse table of a resolved spec, which must outlive it; edges go to the arena. */
eh_status eh_coarse_new(eh_coarse *out, eh_arena *arena, const eh_cube_spec *spec, eh_error *err);
/* Counts rows of groups below group_count. */
eh_status eh_coarse_add(eh_coarse *coarse, uint32_t group_count, const uint32_t *group_n, const double *score_n,
                        size_t n, eh_error *err);
/* Room for groups below group_count, in which cells can be added. */
eh_status eh_coarse_reserve(eh_coarse *coarse, uint32_t group_count, eh_error *err);
/* Adds exact cells of one group, ascending. */
eh_status eh_coarse_add_cells(eh_coarse *coarse, uint32_t m, uint32_t group, const uint64_t *key_c,
                              const uint64_t *rows_c, size_t n, eh_error *err);
/* The provisional atoms of one of the builders whose counts go into a cube: order_a[a] = the cube's atom of a. */
typedef struct eh_placed_atoms {
  const uint32_t *order_a;
  uint32_t count;
} eh_placed_atoms;
/* Coarse counts, sums and extremes of the cube's model m, from those of k builders. */
eh_status eh_coarse_place(eh_cube *cube, uint32_t m, const eh_coarse *const *coarse_k, const eh_placed_atoms *atoms_k, uint32_t k,
                          eh_error *err);
/* Intervals of scores: how many of the table's edges lie below each. */
void eh_coarse_find(const eh_coarse *coarse, uint32_t *interval_n, const double *score_n, size_t n);
void eh_coarse_free(eh_coarse *coarse);
/* Room for the coarse counts and, unless the spec leaves them out, the sums of a model; zeros. */
typedef struct eh_coarse_room {
  uint64_t *count_ayk;
  eh_i128 *score_ay;
  eh_i192 *square_ay;
  eh_cube_reliability *reliable_ay; /* NULL unless asked for */
} eh_coarse_room;
eh_status eh_coarse_take(eh_coarse_room *room, eh_cube *cube, bool reliable, eh_error *err);
/* Adds sums of one model into (sum, square); EH_E_LIMIT names the model. */
eh_status eh_coarse_sum_fails(const eh_cube_spec *spec, uint32_t m, eh_error *err);
/* Coarse tables of all parts added up into cube, whose atoms are united (merge.c). */
eh_status eh_coarse_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                          eh_error *err);

/* ---- pair.c: rows that two models both select ---- */

/* Where all parts have the tables; else the whole has none. */
eh_status eh_cube_pairs_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka,
                              eh_error *err);
bool eh_cube_has_pairs(const eh_cube *cube);
bool eh_cube_has_joint(const eh_cube *cube);
void eh_cube_pairs_save(const eh_cube *cube, eh_buf *out);
/* EH_E_CUBE where counts contradict those of the models. */
eh_status eh_cube_pairs_load(eh_cube *cube, eh_cursor cur, eh_error *err);
eh_status eh_cube_joint_load(eh_cube *cube, eh_cursor cur, eh_error *err);

/* ---- regress.c: sums of the errors of a regression ---- */

eh_status eh_regress_merge(eh_cube *cube, const eh_cube *const *part_k, uint32_t k, uint32_t *const *order_ka, eh_error *err);
void eh_regress_save(const eh_cube *cube, eh_buf *out);
/* EH_E_CUBE where no rows can have the sums. */
eh_status eh_regress_load(eh_cube *cube, eh_cursor cur, eh_error *err);

/* ---- provenance.c ---- */

/* The distinct column names of the spec, with counts of zero: label, scores, dimensions. */
eh_status eh_provenance_columns(eh_column_missing **out, uint32_t *count, eh_arena *arena, const eh_cube_spec *spec,
                                eh_error *err);
void eh_provenance_save(const eh_provenance *provenance, const eh_cube_spec *spec, eh_buf *out);
/* Adds texts, of which there may be more, copied. */
eh_status eh_provenance_labels(eh_cube *cube, const eh_label_texts *texts, eh_error *err);
eh_status eh_provenance_load(eh_cube *cube, eh_cursor *cur, uint32_t schema, eh_error *err);

/* ---- runs.c: sorted runs of cells ---- */

/* Some cells: keys, and behind them counts, unless each is of one row. A cell of more rows than 32 bits hold is several cells, side
 * by side. */
enum { EH_BLOCK_BYTES = 1 << 19 };
typedef struct eh_cells_block {
  uint64_t *key_c;
  uint32_t *count_c;
  uint32_t cap;
} eh_cells_block;

/* Cells by group and key, and how many each group has. */
typedef struct eh_cells_run {
  bool single;                 /* every cell is of one row: there are no counts */
  uint32_t full;               /* cells in a block, but the last one may have fewer */
  eh_cells_block *block_b;
  size_t block_count, block_cap;
  uint64_t n;
  uint32_t *cells_g;
  size_t cells_cap;
} eh_cells_run;

/* Runs at most. Atoms up to which cells are kept in the order of the finished cube, and runs apart; beyond, it would cost more than it
 * gives, in time or in counts of groups. */
enum { EH_RUNS_MAX = 64, EH_RANKED_ATOMS = 1 << 14 };

/* Distinct (group, key) with their counts in runs, which may share some, and a tail of single rows that waits to be sorted. A row's
 * group is 2 * provisional atom + label, that of cells 2 * rank of the atom + label. */
typedef struct eh_cells {
  const eh_allocator *mem;
  eh_cells_run run_r[EH_RUNS_MAX];
  uint32_t run_count;
  uint64_t *idle;              /* a full block, read and not yet written */
  uint64_t n;                  /* cells in all runs */
  uint64_t apart;              /* cells outside of the first run from which on runs are merged */
  bool closed;                 /* the first run is the tail, counts in the place of groups */
  uint32_t atom_count;         /* atoms that have ranks */
  uint32_t *rank_a;            /* of a provisional atom */
  size_t rank_cap;
  uint64_t *tail_key, *spare_key;
  uint32_t *tail_group, *spare_group;
  size_t tail_n, tail_key_cap, tail_group_cap, spare_key_cap, spare_group_cap;
} eh_cells;

/* A run without cells and blocks, and with zeros for the groups of the atoms that have ranks. */
eh_status eh_run_begin(eh_cells_run *run, const eh_cells *cells, eh_error *err);
/* Its cells will be of one row each, or not: before the first block. */
void eh_run_set_single(eh_cells_run *run, bool single);
/* A block for at most `left` cells at the end of a run: the idle one, or a fresh one. */
eh_status eh_run_add_block(eh_cells *cells, eh_cells_run *run, uint64_t left, eh_error *err);
/* Gives a block back, whose cells have been read. */
void eh_run_drop_block(const eh_cells *cells, const eh_cells_run *run, size_t b);
void eh_run_free(const eh_cells *cells, eh_cells_run *run);
/* Room for the counts of the groups of `atoms` atoms; those from `was` atoms on are 0. */
eh_status eh_run_reserve(const eh_cells *cells, eh_cells_run *run, uint32_t was, uint64_t atoms, eh_error *err);
/* Makes one run of all; `apart` becomes what it saw fit. */
eh_status eh_runs_merge(eh_cells *cells, eh_error *err);

/* What is left of a group's cells in one run. */
typedef struct eh_run_cursor {
  const eh_cells_run *run;
  uint64_t at;
  uint32_t left;
} eh_run_cursor;

/* Room to sort and merge in; a thread has its own. */
enum { EH_GATHER_CELLS = 1 << 14 };
typedef struct eh_gather {
  uint64_t *key_2[2];
  uint32_t *count_2[2];
  uint32_t *take_n, *piece_r;  /* of each cursor how many; places of pieces, one more than cursors */
} eh_gather;
bool eh_gather_take(eh_gather *gather, eh_arena *arena, uint32_t cursors);
/* The next cells of all cursors in order of keys, and how many there are, 0 at the end. Valid until the next call. Cells of one key may
 * be several, side by side and from one call to the next. *count_c NULL: each is of one row. */
size_t eh_gather_next(const uint64_t **key_c, const uint32_t **count_c, const eh_gather *gather, eh_run_cursor *cursor_n, uint32_t n);

/* ---- cells.c: cells while they are counted ---- */

/* Room for n more rows in the tail: the caller fills tail_key and tail_group from tail_n on, then adds to tail_n. Atoms are
 * the atomizer's. */
eh_status eh_cells_room(eh_cells *cells, size_t n, eh_atomizer *atomizer, eh_error *err);
/* Makes a run of the tail; every atom of the atomizer then has a rank. */
eh_status eh_cells_compact(eh_cells *cells, eh_atomizer *atomizer, eh_error *err);
/* The same where there are no cells yet: the tail itself becomes the cells, until eh_cells_empty. */
eh_status eh_cells_close(eh_cells *cells, eh_atomizer *atomizer, eh_error *err);
/* Cell c of the first run, and through *n how many cells follow it in its block, itself among them. */
static inline eh_cells_block eh_cells_at(const eh_cells *cells, uint64_t c, uint32_t *n) {
  if (cells->closed) {
    *n = (uint32_t)(cells->n - c);
    return (eh_cells_block){cells->tail_key + c, cells->tail_group + c, *n};
  }
  const eh_cells_run *const run = &cells->run_r[0];
  const eh_cells_block *const block = &run->block_b[c / run->full];
  const uint32_t at = (uint32_t)(c % run->full);
  *n = block->cap - at;
  return (eh_cells_block){block->key_c + at, run->single ? NULL : block->count_c + at, block->cap - at};
}
/* Where the cells of each group begin in a run of so many atoms. */
void eh_cells_starts(uint32_t *start_g, const eh_cells_run *run, uint32_t atom_count);
/* No more rows will come; there are no cells any more. */
void eh_cells_drop_tail(eh_cells *cells);
void eh_cells_empty(eh_cells *cells);
void eh_cells_free(eh_cells *cells);
eh_status eh_cells_too_many(eh_error *err);

/* ---- place.c ---- */

/* Fills cells and cell_ay of the cube's model m from the compacted cells of k builders, which it frees; rank_ka[p][a] = rank in
 * part p of the cube's atom a, UINT32_MAX where it has none. Threads may be NULL. */
eh_status eh_cells_place(eh_cube *cube, uint32_t m, eh_cells *const *part_k, const uint32_t *const *rank_ka, uint32_t k,
                         eh_threads *threads, eh_error *err);
/* Such ranks, in the arena: order_a[a] is the part's atom of its provisional atom a, union_a[b] the cube's of that; NULL: it is
 * the same. */
eh_status eh_cells_ranks(uint32_t **rank_a, eh_arena *arena, uint32_t atom_count, const eh_cells *cells,
                         const uint32_t *order_a, const uint32_t *union_a, eh_error *err);

/* ---- tail.c ---- */

/* Rows as two arrays: the key and the group of each. */
typedef struct eh_tail {
  uint64_t *key_n;
  uint32_t *group_n;
} eh_tail;

/* Sorts n < 2^32 rows by (group, key) between two pairs of arrays, which may change places: `tail` has the result. */
void eh_tail_sort(eh_tail *tail, eh_tail *spare, size_t n);
/* Sorts n < 2^32 keys between two arrays; which of the two has the result. */
uint64_t *eh_keys_sort(uint64_t *key_n, uint64_t *spare_n, size_t n);

/* ---- the file, as save.c and load.c agree on it (README.md has the whole of it) ---- */

/* Bytes of magic, schema and body length; of a checksum; of one group's exact sums. */
enum { EH_CUBE_HEAD = 20, EH_CUBE_CRC = 4, EH_CUBE_SUM = 40 };
/* Last byte of the spec of a regression, where kinds of weights stand. */
enum { EH_SPEC_REGRESSION = 3 };
extern const unsigned char eh_cube_magic[8];

#define EH_CUBE_TAG(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)
/* In a file, in place of a separator: the dimension is that of clusters. */
#define EH_CLUSTER_BYTE 1

#define EH_TAG_SPEC EH_CUBE_TAG('S', 'P', 'E', 'C')
#define EH_TAG_DICT EH_CUBE_TAG('D', 'I', 'C', 'T')
#define EH_TAG_ATOM EH_CUBE_TAG('A', 'T', 'O', 'M')
#define EH_TAG_CELL EH_CUBE_TAG('C', 'E', 'L', 'L')
#define EH_TAG_CNTS EH_CUBE_TAG('C', 'N', 'T', 'S')
#define EH_TAG_SUMS EH_CUBE_TAG('S', 'U', 'M', 'S')
#define EH_TAG_ENDS EH_CUBE_TAG('E', 'N', 'D', 'S')
#define EH_TAG_PAIR EH_CUBE_TAG('P', 'A', 'I', 'R')
#define EH_TAG_JOIN EH_CUBE_TAG('J', 'O', 'I', 'N')
#define EH_TAG_WGHT EH_CUBE_TAG('W', 'G', 'H', 'T')
#define EH_TAG_REGR EH_CUBE_TAG('R', 'E', 'G', 'R')
#define EH_TAG_RELI EH_CUBE_TAG('R', 'E', 'L', 'I')

/* sum_bytes.c: a sum as a varint. */
void eh_put_sum(eh_buf *buf, eh_i128 sum);
eh_i128 eh_get_sum(eh_cursor *cur);

#endif
