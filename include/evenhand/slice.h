/* slice: from the wish to slice by some columns to named sets of rows.
 *
 * A *dimension* is a column cut into groups, by its values or by buckets of a number, or a predicate over columns, which
 * cuts the rows in two. An *atom* is one distinct combination of groups that occurs in the data. Every slice (a group, or
 * a cross of groups) is a union of atoms. Of a multi-valued column the atoms hold sets of values, and the slices of its
 * values overlap.
 */
#ifndef EVENHAND_SLICE_H
#define EVENHAND_SLICE_H

#include "evenhand/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Limits: dimensions of one request, and distinct atoms (beyond: EH_E_LIMIT). */
enum { EH_DIMS_MAX = 64, EH_ATOMS_MAX = 1 << 20 };

/* ---- the wish ---------------------------------------------------------------------------------------------------- */

/* One dimension. By value (text) unless one of these says otherwise:
 * - edge_count: buckets of a number: below edge[0], edge[i] <= x < edge[i+1], from the last edge up; edges are finite,
 *   ascending, distinct.
 * - quantiles: buckets whose edges are not known yet: as many as quantiles that cut the rows into that many parts. Such a
 *   slicing is a wish (eh_slicing_surveys): a first reading of the rows turns it into edges.
 * - separator: a cell holds any number of values with this ASCII character between them.
 * - predicate.n: rows for which that expression (in canonical form) holds are group 0, the others group 1. `name` is then
 *   not a column's but the slice's.
 * - is_cluster: its values tell which rows belong together, for a bootstrap. It comes last, no slice is made of it, and its
 *   groups are named by a hash of their text (eh_cluster_name), so that no identifier is kept. */
typedef struct eh_dim {
  eh_str name;
  const double *edge_n;
  uint32_t edge_count;
  uint32_t quantiles;
  unsigned char separator;
  eh_str predicate;
  bool is_cluster;
} eh_dim;

enum { EH_QUANTILES_MAX = 100 };

/* Whether cells are read as numbers. */
static inline bool eh_dim_is_number(const eh_dim *dim) { return dim->edge_count || dim->quantiles; }
/* Whether the groups are known before any row is; how many they then are. */
static inline bool eh_dim_is_fixed(const eh_dim *dim) { return dim->edge_count || dim->predicate.n; }
static inline uint32_t eh_dim_fixed_count(const eh_dim *dim) { return dim->predicate.n ? 2 : dim->edge_count + 1; }

typedef struct eh_cross {
  const uint32_t *dim_k; /* indexes of dimensions, as asked, distinct, k >= 2 */
  uint32_t k;
} eh_cross;

/* What to slice by, resolved. Dimensions come in the order asked: those sliced alone first, then those that only a cross
 * names. `single_n` lists the indexes of the dimensions sliced alone, in report order: 0, 1, 2 ... as parsed, and where it
 * is NULL; an audit of a cube may pick others. */
typedef struct eh_slicing {
  const eh_dim *dim_n;
  uint32_t dim_count;
  const uint32_t *single_n;
  uint32_t single_count;
  const eh_cross *cross_n;
  uint32_t cross_count;
  bool show_missing; /* rows without a group form the slice "col is missing" */
} eh_slicing;

/* Builds a slicing from text: columns ("sex"), crosses ("sex*race"; a backslash makes '*' a letter), buckets
 * ("age:25,45,65"; the last colon divides; "age:q4" for quantiles). A bucketed column is sliced alone too. All is copied into the arena.
 * Errors EH_E_USAGE: an empty name, a column named twice, a cross of one column, edges that are not finite and ascending. */
EH_API eh_status eh_slicing_parse(eh_slicing *out, eh_arena *arena, const eh_str *column_n, uint32_t column_count,
                                  const eh_str *cross_n, uint32_t cross_count, const eh_str *bucket_n,
                                  uint32_t bucket_count, bool show_missing, eh_error *err);
/* What to slice by, as text. */
typedef struct eh_slicing_wish {
  const eh_str *column_n, *cross_n, *bucket_n; /* "sex"; "sex*race"; "age:25,45,65" */
  const eh_str *multi_n;                       /* "identity:|": the last character is what stands between the values */
  const eh_str *slice_if_n;                    /* "young women: age < 25 & sex = Female": the first colon divides */
  uint32_t column_count, cross_count, bucket_count, multi_count, slice_if_count;
  bool show_missing;
  eh_str cluster;                              /* column whose values are clusters; .p NULL: none */
} eh_slicing_wish;

/* The same with multi-valued columns and named predicates, which are sliced alone too; a cross may name a predicate. Errors
 * EH_E_USAGE also for a separator that is no ASCII character, a column both multi-valued and bucketed, an expression that
 * is none, a predicate's name that could be taken for another slice's, and a cluster that is sliced by. */
EH_API eh_status eh_slicing_wish_parse(eh_slicing *out, eh_arena *arena, const eh_slicing_wish *wish, eh_error *err);
/* For slicings not made by eh_slicing_parse: EH_E_USAGE for the same errors and for indexes out of range, EH_E_LIMIT
 * beyond EH_DIMS_MAX. */
EH_API eh_status eh_slicing_check(const eh_slicing *slicing, eh_error *err);
/* A copy of a slicing and of all it points to, in the arena. */
EH_API eh_status eh_slicing_copy(eh_slicing *out, eh_arena *arena, const eh_slicing *slicing, eh_error *err);
/* Whether some dimension waits for its quantiles. */
EH_API bool eh_slicing_surveys(const eh_slicing *slicing);
/* Whether the dimension is sliced alone or in a cross; a cube may hold others. single_n must not be NULL. */
EH_API bool eh_slicing_uses(const eh_slicing *slicing, uint32_t dim);
/* Index of the dimension of clusters, EH_NO_CLUSTER where there is none. */
#define EH_NO_CLUSTER UINT32_MAX
EH_API uint32_t eh_slicing_cluster(const eh_slicing *slicing);
/* The name under which a cluster is kept: 16 hex digits, the first of the text's SHA-256. */
enum { EH_CLUSTER_NAME = 16 };
EH_API void eh_cluster_name(char name[EH_CLUSTER_NAME], eh_str text);
/* Name of a group of a fixed dimension: "age<25", "25<=age<45", "age>=65"; "young women", "not young women". In the
 * arena. */
EH_API eh_status eh_fixed_label(eh_str *out, eh_arena *arena, const eh_dim *dim, uint32_t group, eh_error *err);

/* ---- quantiles ----------------------------------------------------------------------------------------------------- */

/* The distinct values of a column of numbers with their counts; beyond so many, EH_E_LIMIT. Memory: 32 bytes for each. */
typedef struct eh_quantiles eh_quantiles;
enum { EH_QUANTILE_VALUES_MAX = 1 << 24 };

EH_API eh_status eh_quantiles_new(eh_quantiles **out, const eh_allocator *mem, eh_error *err);
/* Adds finite numbers. */
EH_API eh_status eh_quantiles_add(eh_quantiles *quantiles, const double *x_n, size_t n, eh_error *err);
/* Edges that cut the values added into `parts` buckets of about as many: the type-1 quantiles (inverse of the empirical
 * distribution function; Hyndman and Fan 1996) for 1/parts, 2/parts ..., each of them a value that was added. Equal ones
 * count once, and the least value is no edge, since nothing lies below it; so there are 0 to parts - 1. */
EH_API eh_status eh_quantiles_edges(eh_quantiles *quantiles, uint32_t parts, double *edge_n, uint32_t *count,
                                    eh_error *err);
EH_API void eh_quantiles_free(eh_quantiles *quantiles); /* accepts NULL */

/* ---- predicates --------------------------------------------------------------------------------------------------- */

/* A condition on a row: comparisons (= != < <= > >=), `in {a, b}`, `is missing`, joined by ! & | (in that order of
 * strength) and parentheses. A word that is a number compares as a number, any other and every "quoted" one as text; names
 * and texts with blanks or signs in them are quoted, and a backslash makes a quote or backslash a letter. A missing cell
 * makes every comparison false, != and `in` too. A column is numeric in a predicate where it is compared with a number. */
typedef struct eh_predicate eh_predicate;

enum { EH_PREDICATE_NESTING = 32, EH_PREDICATE_STEPS = 4096 };

/* Parses into the arena. `option` is how messages name where the text came from. EH_E_USAGE tells the place (1-based, in
 * characters) and what was expected there; also where a column is compared with numbers and texts. EH_E_LIMIT beyond the
 * limits above, EH_DIMS_MAX columns or 64 kB. */
EH_API eh_status eh_predicate_parse(const eh_predicate **out, eh_arena *arena, eh_str text, const char *option,
                                    eh_error *err);
/* The same, ready to run beside these dimensions. Of a multi-valued column `= x` means that x is among the values of a cell, `!=`
 * that it is not, `in` that one of the set is; a literal that holds the separator stands for all its values, in any order; no
 * value at all is missing. EH_E_USAGE also for < <= > >= on such a column. */
EH_API eh_status eh_predicate_ready(const eh_predicate **out, eh_arena *arena, eh_str text, const eh_slicing *slicing,
                                    eh_error *err);
/* EH_E_USAGE unless the text is a predicate in canonical form. */
EH_API eh_status eh_predicate_check(eh_str text, const char *option, eh_error *err);
/* The canonical text: that of every predicate that differs in blanks, needless quotes and parentheses only. Parsing it
 * gives it again. Lives as long as the predicate. */
EH_API eh_str eh_predicate_text(const eh_predicate *predicate);
/* The columns read, in order of mention: EH_F64 where numeric, else EH_TEXT. */
EH_API const eh_want *eh_predicate_wants(const eh_predicate *predicate, uint32_t *n);
/* holds_n[i] = 1 where the predicate holds for row first + i, else 0. column_w: the columns of eh_predicate_wants. A cell of
 * a numeric column that is no finite number counts as missing here; callers have skipped such rows. Cost: some ns per
 * row and comparison. */
EH_API void eh_predicate_run(const eh_predicate *predicate, uint8_t *holds_n, const eh_column *const *column_w,
                             size_t first, size_t n, const eh_str *missing_n, uint32_t missing_count);

/* ---- rows to atoms ----------------------------------------------------------------------------------------------- */

/* A cell as eh_column_f64 and eh_column_text give it, where a text that is empty or one of missing_n is missing too. */
EH_API eh_cell eh_cell_number(double *out, const eh_column *column, size_t row, const eh_str *missing_n,
                              uint32_t missing_count);
EH_API eh_cell eh_cell_text(eh_str *out, char scratch[EH_F64_TEXT], const eh_column *column, size_t row,
                            const eh_str *missing_n, uint32_t missing_count);

/* What may be meant by a text that is no number, as the end of a sentence: a decimal comma, a per cent sign; else "". */
EH_API const char *eh_cell_hint(eh_str text);

/* Groups and atoms in canonical form. Groups of a value dimension are its distinct texts, sorted bytewise; of a fixed
 * dimension all of its groups in their order; of a multi-valued one the distinct sets, each spelled as its values, sorted
 * bytewise, with the separator between them. Group id == group_count[d] means missing. Atoms are sorted by their
 * ids, dimension by dimension, and distinct. All is owned by whoever made it. */
typedef struct eh_atoms {
  uint32_t dim_count;
  const uint32_t *group_count_d;     /* per dimension */
  const eh_str *const *group_dg;     /* per dimension, per group: its text ("Female"); for buckets "age<25", "25<=age<45", "age>=65" */
  uint32_t atom_count;
  const uint32_t *group_ad;          /* atom a has group group_ad[a * dim_count + d] in dimension d */
  bool marginal;                     /* marginals in place of atoms: eh_atoms_marginal */
} eh_atoms;

/* Gives each row of each batch an atom; ids are by first sight until eh_atomizer_finish puts them in order. */
typedef struct eh_atomizer eh_atomizer;

/* The slicing must outlive the atomizer. `missing_n` are texts that mean missing (the empty one always does), applied to
 * text cells of columns handed over in memory too. */
EH_API eh_status eh_atomizer_new(eh_atomizer **out, const eh_slicing *slicing, const eh_str *missing_n,
                                 uint32_t missing_count, const eh_allocator *mem, eh_error *err);
/* atom_n[i] = provisional atom of row i, for rows with keep_n[i] != 0 (others are not looked at). column_d[d] is the
 * batch's column of dimension d; for a predicate one of EH_BOOL that tells where it holds. missing_d[d] grows by the number of kept rows without a group. A bucket cell that is not a
 * finite number has been turned into keep_n[i] == 0 by the caller. Memory: distinct texts and atoms. */
EH_API eh_status eh_atomizer_add(eh_atomizer *at, uint32_t *atom_n, const eh_column *const *column_d,
                                 const uint8_t *keep_n, size_t n, uint64_t *missing_d, eh_error *err);
EH_API uint32_t eh_atomizer_count(const eh_atomizer *at);
/* Canonical atoms, in the arena, and order_a[provisional] = canonical index. The atomizer stays usable only for free. */
EH_API eh_status eh_atomizer_finish(eh_atomizer *at, eh_atoms *out, uint32_t **order_a, eh_arena *arena, eh_error *err);
EH_API void eh_atomizer_free(eh_atomizer *at);

/* Whether a set of values is spelled as eh_atoms has it. */
EH_API bool eh_set_is_canonical(eh_str set, unsigned char separator);

/* Tests set a lower limit than EH_ATOMS_MAX. */
EH_API void eh_atomizer_limit(eh_atomizer *at, uint32_t atoms_max);

/* The marginals of atoms: in their place one tuple for each slice of the slicing that holds any, missing groups included, with
 * group_count_d[d] + 1 in dimensions that the slice does not ask about; the last is overall. Groups of multi-valued
 * dimensions are single values then. layer_la[l][a] = a marginal that atom a is part of, each one in one of *layers layers, UINT32_MAX
 * where there are no more. rows_ay[2a] + rows_ay[2a + 1] are an atom's rows; slices without any are left out. EH_E_LIMIT beyond
 * EH_ATOMS_MAX of them. */
EH_API eh_status eh_atoms_marginal(eh_atoms *out, uint32_t ***layer_la, uint32_t *layers, const eh_atoms *atoms,
                                   const uint64_t *rows_ay, const eh_slicing *slicing, eh_arena *arena, eh_error *err);
/* Whether a slicing has a family of exactly these dimensions: 0 dimensions are overall. */
EH_API bool eh_slicing_has_family(const eh_slicing *slicing, const uint32_t *dim_k, uint32_t k);

/* The union of several canonical sets over the same dimensions; order_ka[k][a] = index in the union of atom a of set k. */
EH_API eh_status eh_atoms_union(eh_atoms *out, uint32_t **order_ka, const eh_atoms *set_k, uint32_t k,
                                const eh_slicing *slicing, eh_arena *arena, eh_error *err);

/* ---- atoms to slices --------------------------------------------------------------------------------------------- */

enum { EH_SLICE_OVERALL = 0 };

/* One slice: groups of some dimensions, all of which its rows share. dim_count 0 is "overall". `family` is what it is a
 * group of: 0 overall, 1 + s the s-th of the families in eh_slices. */
typedef struct eh_slice {
  eh_str name;              /* "overall", "sex=Female", "sex=Female & race=Black", "25<=age<45", "sex is missing" */
  uint32_t dim_count;
  const uint32_t *dim_k;    /* in the order of the cross */
  const uint32_t *group_k;  /* as in eh_slices; group_count_d[dim] = missing */
  bool has_missing;         /* some group is "missing": not compared in fairness criteria */
  uint32_t family;
  uint32_t atom_count;
  const uint32_t *atom_n;   /* ascending */
  const eh_dim *marginal;   /* NULL, or of a marginal those of the slicing: what rows slices share then follows from dimensions */
} eh_slice;

/* A family: the groups of one column or of one cross. */
typedef struct eh_family {
  eh_str name;              /* "sex", "sex*race" */
  uint32_t first, count;    /* its slices are slice[first .. first + count) */
} eh_family;

/* Slice 0 is overall; then families in the order of the slicing (singles, then crosses), groups in group order, missing
 * last. Groups of a fixed dimension are there even when empty; values and crosses only when they occur. Slices of a
 * multi-valued dimension overlap. EH_E_LIMIT where the values of such columns, crossed, are more than 2^27 in all. */
typedef struct eh_slices {
  uint32_t slice_count;
  const eh_slice *slice_n;
  uint32_t family_count;
  const eh_family *family_n;
  /* Groups as slices have them: those of the atoms, but of a multi-valued dimension its single values, sorted bytewise. */
  const uint32_t *group_count_d;
  const eh_str *const *group_dg;
} eh_slices;

EH_API eh_status eh_slices_make(eh_slices *out, eh_arena *arena, const eh_slicing *slicing, const eh_atoms *atoms,
                                eh_error *err);

/* How the rows of two slices lie to each other, decided on their atoms. */
typedef enum eh_relation { EH_DISJOINT, EH_EQUAL, EH_INSIDE, EH_CONTAINS, EH_OVERLAP, EH_UNKNOWN } eh_relation;
/* EH_INSIDE: a is a proper part of b. Two empty slices are equal; an empty and another one are disjoint. EH_UNKNOWN: marginals that may
 * share rows; of marginals EH_INSIDE need not be proper. */
EH_API eh_relation eh_slice_relation(const eh_slice *a, const eh_slice *b);

/* Index of the slice of that name, or -1. */
EH_API int eh_slices_find(const eh_slices *slices, eh_str name);

#ifdef __cplusplus
}
#endif
#endif
