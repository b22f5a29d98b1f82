/* report_internal: what the files of this room share.
 *
 * cell.c turns one result into a flat list of fields, which JSON nests and CSV strings along, and writes numbers
 * the way the terminal shows them. layout.c is the terminal: a page, safe strings, a grid of columns, wrapped
 * sentences. The text_*.c files each fill one section of that page.
 */
#ifndef EVENHAND_REPORT_INTERNAL_H
#define EVENHAND_REPORT_INTERNAL_H

#include "evenhand/report.h"

/* ---- cell.c: fields ---------------------------------------------------------------------------------------------- */

typedef enum eh_field_kind { EH_FIELD_NULL, EH_FIELD_NUMBER, EH_FIELD_COUNT, EH_FIELD_TEXT } eh_field_kind;

typedef struct eh_field {
  eh_field_kind kind;
  double number;
  uint64_t count;
  eh_str text;
} eh_field;

/* A result is EH_RESULT_FIELDS fields; those from EH_RESULT_GAP on belong to its gap. */
enum { EH_RESULT_FIELDS = 28, EH_RESULT_GAP = 12, EH_RESULT_NAMED = 26 }; /* from NAMED on: only with methods by name */
extern const char *const eh_result_field_names[EH_RESULT_FIELDS];
static inline uint32_t eh_view_fields(const eh_audit_view *audit) {
  return eh_methods_are_usual(&audit->spec->methods) ? EH_RESULT_NAMED : EH_RESULT_FIELDS;
}

eh_field eh_field_number(double x); /* null where x is NaN or infinite */
eh_field eh_field_count(uint64_t x);
eh_field eh_field_text(eh_str s);   /* null where s is not given */
eh_field eh_field_reason(eh_reason reason);
void eh_fields_of_result(eh_field field[EH_RESULT_FIELDS], const eh_audit_view *audit, const eh_result *result);

eh_str eh_weight_kind_name(eh_weight_kind kind); /* "sampling" */

/* Names behind the indexes of a view; not given (NULL) for EH_NONE. */
eh_str eh_view_model(const eh_audit_view *audit, uint32_t model);
eh_str eh_view_slice(const eh_audit_view *audit, uint32_t slice);
eh_str eh_view_family(const eh_audit_view *audit, uint32_t family);
double eh_view_threshold(const eh_audit_view *audit, uint32_t threshold); /* NaN for EH_NONE */
eh_str eh_view_column(const eh_audit_view *audit, uint32_t dim);
bool eh_view_is_binned(const eh_audit_view *audit); /* some number may come from binned scores */
eh_str eh_view_group(const eh_audit_view *audit, uint32_t dim, uint32_t group); /* not given: missing */

/* ---- json_curves.c ------------------------------------------------------------------------------------------------ */

void eh_put_comparison(eh_buf *out, const eh_audit_view *audit, const eh_comparison *c); /* json_compare.c */

void eh_put_curve(eh_buf *out, const eh_audit_view *audit, const eh_audit_curve *curve); /* members, without braces */

/* ---- cell.c: numbers for people ---------------------------------------------------------------------------------- */

void eh_put_short(eh_buf *out, double x);      /* .094, -.053, 1.250, 1234.5 */
void eh_put_signed(eh_buf *out, double x);     /* +.053 */
void eh_put_ratio(eh_buf *out, double x);      /* three figures: .634, 1.36, 12.4, 124; infinity as its sign */
void eh_put_signed_range(eh_buf *out, eh_range range); /* -.031 to +.004; as many digits as tell the ends apart */
void eh_put_ratio_range(eh_buf *out, eh_range range);  /* .95 to 1.12; the same */
void eh_put_p(eh_buf *out, double p);          /* <.001 */
void eh_put_level(eh_buf *out, double level);  /* 95 % */
void eh_put_plain(eh_buf *out, double x);      /* as eh_write_f64, without the zero before the point */
void eh_put_share(eh_buf *out, uint64_t part, uint64_t whole); /* 23.6 % */
void eh_put_plural(eh_buf *out, uint64_t n, const char *one, const char *many); /* 1 row, 2 rows */
void eh_put_label(eh_buf *out, const eh_cube_spec *spec); /* income, or income = >50K; neutralised */
void eh_put_labels(eh_buf *out, const eh_cube_view *cube); /* " (23.9 % positive)" */
uint64_t eh_cube_positives(const eh_cube_view *cube);

/* ---- layout.c: the page ------------------------------------------------------------------------------------------ */

typedef enum eh_paint { EH_PLAIN, EH_BOLD, EH_DIM, EH_RED } eh_paint;

/* A failed allocation sets out->failed; whoever opened the page looks at the end. */
typedef struct eh_page {
  eh_buf *out;
  eh_arena arena;
  eh_buf scratch;    /* one string at a time is put together here; eh_page_take makes it last */
  uint32_t width, top;
  bool color;
  eh_sort sort;
  uint32_t blanks;   /* blanks owed before the next text, so that no line ends in blanks */
} eh_page;

void eh_page_open(eh_page *page, eh_buf *out, const eh_text_style *style);
eh_status eh_page_close(eh_page *page, eh_error *err);
void *eh_page_memory(eh_page *page, size_t count, size_t size); /* zeroed; NULL on failure */
eh_str eh_page_take(eh_page *page);
eh_str eh_page_safe(eh_page *page, eh_str name);
void eh_page_put(eh_page *page, eh_str text, eh_paint paint);
void eh_page_text(eh_page *page, const char *text, eh_paint paint);
void eh_page_line(eh_page *page); /* ends the line */
/* A paragraph wrapped at the page's width; its first line starts with `first` (already as wide as `indent`). */
void eh_page_wrap(eh_page *page, eh_str first, uint32_t indent, eh_str text, eh_paint paint);
/* "... and N more slices (all are in --json)"; nothing for 0. */
void eh_page_more(eh_page *page, uint64_t n, const char *one, const char *many);
/* The longest prefix of s that takes at most `width` columns. */
eh_str eh_text_prefix(eh_str s, size_t width);

/* ---- layout.c: the grid ------------------------------------------------------------------------------------------ */

enum { EH_GRID_COLUMNS = 32 };

typedef struct eh_grid_column {
  eh_str head[2];     /* upper and lower line; .n == 0: empty */
  bool right;
  bool flexible;      /* may be cut, with an ellipsis, to fit the page */
  uint8_t drop;       /* 0: always shown; columns of the highest number go first */
  uint8_t space;      /* blanks before it */
  bool hidden;
  uint32_t width;
} eh_grid_column;

typedef struct eh_grid_cell {
  eh_str text;
  eh_paint paint;
  eh_str brief;       /* shown instead where text does not fit; not given: text is cut */
} eh_grid_cell;

typedef struct eh_grid {
  eh_page *page;
  eh_grid_column column[EH_GRID_COLUMNS];
  uint32_t column_n;
  uint32_t keep;          /* what a flexible column keeps as long as another can still be hidden */
  eh_grid_cell *cell_rc;  /* [row][EH_GRID_COLUMNS] */
  uint32_t row_n, row_cap;
  bool *wide_r;           /* row r is a heading: its first cell ignores the columns */
} eh_grid;

void eh_grid_open(eh_grid *grid, eh_page *page, uint32_t row_cap);
uint32_t eh_grid_add(eh_grid *grid, eh_str name, bool right, uint8_t drop); /* a name breaks at its first '_' */
eh_grid_cell *eh_grid_row(eh_grid *grid); /* cells of a new row; NULL when out of memory */
/* Chooses the columns that fit, hides the others and cuts what is flexible; returns how many were hidden. */
uint32_t eh_grid_fit(eh_grid *grid);
void eh_grid_print(eh_grid *grid);

/* ---- layout.c: footnotes ----------------------------------------------------------------------------------------- */

/* Reasons met in a table, numbered as they come. */
typedef struct eh_notes {
  eh_reason reason_n[EH_R_COUNT];
  uint32_t n;
} eh_notes;

/* A dash and the number of the note, into page->scratch. */
void eh_notes_dash(eh_notes *notes, eh_page *page, eh_reason reason);
void eh_notes_print(const eh_notes *notes, eh_page *page);

/* ---- text_*.c ---------------------------------------------------------------------------------------------------- */

/* What the terminal shows of one model: one threshold, and of metrics that are each other's complement the first. */
typedef struct eh_gap_row {
  double bound;            /* end of the difference's interval nearer to 0, in size; 0: it holds 0; -1: there is none */
  double size;             /* |difference| */
  double key;              /* of the asked order, ascending */
  const eh_result *result;
} eh_gap_row;

typedef struct eh_model_page {
  eh_page *page;
  const eh_audit_view *audit;
  uint32_t model, threshold;     /* EH_NONE: no threshold */
  uint32_t overall;              /* index of overall in slice_s, EH_NONE if absent */
  const eh_result **result_sm;   /* [slice][EH_METRICS], NULL where not asked */
  eh_gap_row *gap_g;             /* in the asked order */
  uint64_t gap_n;
} eh_model_page;

bool eh_model_page_open(eh_model_page *mp, eh_page *page, const eh_audit_view *audit, uint32_t model,
                        uint32_t threshold);
bool eh_gap_is_clear(const eh_gap *gap);                     /* the interval is there and excludes 0 */
bool eh_gap_is_adverse(const eh_result *result);             /* clear, and for the worse */
/* "Female & Black": a slice without its columns. */
eh_str eh_text_group(eh_page *page, const eh_audit_view *audit, uint32_t slice);
/* ", model b, threshold .5": the tail of a heading, into scratch. */
void eh_text_at(eh_model_page *mp);
void eh_text_rates(eh_model_page *mp);
void eh_text_gaps(eh_model_page *mp);
void eh_text_fairness(eh_model_page *mp);
/* Models against the first one, at the shown threshold; nothing where there is but one. */
void eh_text_compare(eh_page *page, const eh_audit_view *audit, uint32_t threshold);
void eh_text_findings(eh_page *page, const eh_audit_view *audit);

#endif
