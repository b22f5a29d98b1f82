/* Tests of slice: rows to atoms, atoms to slices, against rows kept whole. */
#include "reference/memory_twin.h"
#include "slice_fixture.h"

/* ---- rows kept whole --------------------------------------------------------------------------------------------- */

enum { TWIN_TEXTS = 2, TWIN_ROWS = 4000 };

/* Two text columns and an age, as a reader would hand them over. */
typedef struct twin_rows {
  const char *text_dn[TWIN_TEXTS][TWIN_ROWS]; /* "" = missing */
  double age_n[TWIN_ROWS];                    /* NaN = missing */
  size_t n;
} twin_rows;

static const char *const sexes[] = {"Male", "Female", "", "NA", "a text of more than sixteen bytes",
                                    "a text of more than sixteen bites", "Femala"};
static const char *const races[] = {"White", "Black", "Asian-Pac-Islander", "", "x"};

static void twin_fill(twin_rows *rows, size_t n, uint64_t seed) {
  rows->n = n;
  for (size_t i = 0; i < n; i++) {
    rows->text_dn[0][i] = sexes[check_random(&seed) % 7];
    rows->text_dn[1][i] = races[check_random(&seed) % 5];
    const uint64_t age = check_random(&seed) % 60;
    rows->age_n[i] = age == 0 ? NAN : (double)(age + 20);
  }
}

static void twin_shuffle(twin_rows *rows, uint64_t seed) {
  for (size_t i = rows->n; i > 1; i--) {
    const size_t j = check_random(&seed) % i;
    for (int d = 0; d < TWIN_TEXTS; d++) {
      const char *const t = rows->text_dn[d][i - 1];
      rows->text_dn[d][i - 1] = rows->text_dn[d][j];
      rows->text_dn[d][j] = t;
    }
    const double age = rows->age_n[i - 1];
    rows->age_n[i - 1] = rows->age_n[j];
    rows->age_n[j] = age;
  }
}

/* A row's group as text: NULL = missing. */
static const char *twin_group(const twin_rows *rows, uint32_t d, size_t i) {
  if (d < TWIN_TEXTS) {
    const char *const text = rows->text_dn[d][i];
    return !*text || strcmp(text, "NA") == 0 ? NULL : text;
  }
  const double x = rows->age_n[i];
  return !(x == x) ? NULL : x < 25 ? "age<25" : x < 45 ? "25<=age<45" : x < 65.5 ? "45<=age<65.5" : "age>=65.5";
}

/* Columns of rows [from, to); text goes to `bytes`. */
typedef struct twin_columns {
  eh_column column_d[TWIN_TEXTS + 1];
  const eh_column *at_d[TWIN_TEXTS + 1];
  char *bytes;
  uint32_t *start_dn[TWIN_TEXTS], *len_dn[TWIN_TEXTS];
} twin_columns;

static void columns_make(twin_columns *out, const twin_rows *rows, size_t from, size_t to) {
  const size_t n = to - from;
  out->bytes = malloc(n * 80 + 1);
  uint32_t used = 0;
  for (int d = 0; d < TWIN_TEXTS; d++) {
    out->start_dn[d] = malloc((n + 1) * 4);
    out->len_dn[d] = malloc((n + 1) * 4);
    for (size_t i = 0; i < n; i++) {
      const char *const text = rows->text_dn[d][from + i];
      out->start_dn[d][i] = used;
      out->len_dn[d][i] = (uint32_t)strlen(text);
      memcpy(out->bytes + used, text, strlen(text));
      used += (uint32_t)strlen(text);
    }
    out->column_d[d] = (eh_column){.type = EH_TEXT, .text_bytes = out->bytes, .text_start_n = out->start_dn[d],
                                   .text_len_n = out->len_dn[d]};
  }
  out->column_d[TWIN_TEXTS] = (eh_column){.type = EH_F64, .data = rows->age_n + from};
  for (int d = 0; d <= TWIN_TEXTS; d++) out->at_d[d] = &out->column_d[d];
}

static void columns_free(twin_columns *columns) {
  free(columns->bytes);
  for (int d = 0; d < TWIN_TEXTS; d++) free(columns->start_dn[d]), free(columns->len_dn[d]);
}

static eh_status twin_slicing(eh_slicing *s, eh_arena *arena, bool show_missing) {
  const wish w = {.slice = {"sex", "race"}, .cross = {"sex*race", "age*sex*race"}, .bucket = {"age:25,45,65.5"}};
  return parse(s, arena, &w, show_missing, NULL);
}

/* Atoms of rows [from, to) in batches of `step`; atom_n (may be NULL) gets each row's canonical atom. */
static eh_status atoms_of(eh_atoms *out, uint32_t *atom_n, eh_arena *arena, const eh_slicing *s, const twin_rows *rows,
                          size_t from, size_t to, size_t step, const eh_allocator *mem) {
  const eh_str missing[] = {EH_STR("NA")};
  static uint32_t seen_n[TWIN_ROWS];
  static uint8_t keep_n[TWIN_ROWS];
  memset(keep_n, 1, sizeof keep_n);
  eh_atomizer *at;
  eh_error err = {0};
  eh_status status = eh_atomizer_new(&at, s, missing, 1, mem, &err);
  uint64_t missing_d[3] = {0};
  for (size_t i = from; !status && i < to; i += step) {
    const size_t end = i + step < to ? i + step : to;
    twin_columns columns;
    columns_make(&columns, rows, i, end);
    status = eh_atomizer_add(at, seen_n + i, columns.at_d, keep_n, end - i, missing_d, &err);
    columns_free(&columns);
  }
  uint32_t *order_a = NULL;
  if (!status) status = eh_atomizer_finish(at, out, &order_a, arena, &err);
  for (size_t i = from; !status && atom_n && i < to; i++) atom_n[i] = order_a[seen_n[i]];
  for (uint32_t d = 0; !status && d < 3; d++) {
    uint64_t want = 0;
    for (size_t i = from; i < to; i++) want += twin_group(rows, d, i) == NULL;
    CHECK_U64(missing_d[d], want);
  }
  eh_atomizer_free(at);
  return status;
}

static bool same_group(const eh_atoms *atoms, uint32_t a, uint32_t d, const char *text) {
  const uint32_t g = atoms->group_ad[(size_t)a * atoms->dim_count + d];
  if (g == atoms->group_count_d[d]) return text == NULL;
  return text && eh_str_eq(atoms->group_dg[d][g], eh_str_of(text));
}

static bool same_atoms(const eh_atoms *a, const eh_atoms *b) {
  if (a->dim_count != b->dim_count || a->atom_count != b->atom_count) return false;
  for (uint32_t d = 0; d < a->dim_count; d++) {
    if (a->group_count_d[d] != b->group_count_d[d]) return false;
    for (uint32_t g = 0; g < a->group_count_d[d]; g++)
      if (!eh_str_eq(a->group_dg[d][g], b->group_dg[d][g])) return false;
  }
  return memcmp(a->group_ad, b->group_ad, (size_t)a->atom_count * a->dim_count * sizeof(uint32_t)) == 0;
}

/* ---- rows to atoms ----------------------------------------------------------------------------------------------- */

static void each_row_has_the_atom_of_its_groups(void) {
  static twin_rows rows;
  static uint32_t atom_n[TWIN_ROWS];
  eh_arena arena = {0};
  eh_slicing s;
  eh_atoms atoms;
  twin_fill(&rows, TWIN_ROWS, 1);
  REQUIRE(twin_slicing(&s, &arena, true) == EH_OK);
  REQUIRE(atoms_of(&atoms, atom_n, &arena, &s, &rows, 0, rows.n, 1000, NULL) == EH_OK);
  int wrong = 0;
  for (size_t i = 0; i < rows.n; i++)
    for (uint32_t d = 0; d < 3; d++) wrong += !same_group(&atoms, atom_n[i], d, twin_group(&rows, d, i));
  CHECK_U64(wrong, 0);
  /* Sorted bytewise: upper case before lower; buckets in edge order, all of them. */
  const char *const sorted[] = {"Femala", "Female", "Male", sexes[5], sexes[4]};
  REQUIRE(atoms.group_count_d[0] == 5 && atoms.group_count_d[2] == 4);
  for (int g = 0; g < 5; g++) CHECK_TEXT(atoms.group_dg[0][g].p, atoms.group_dg[0][g].n, sorted[g]);
  CHECK_TEXT(atoms.group_dg[2][1].p, atoms.group_dg[2][1].n, "25<=age<45");
  for (uint32_t a = 1; a < atoms.atom_count; a++) {
    const uint32_t *const before = atoms.group_ad + 3 * (a - 1), *const after = before + 3;
    uint32_t d = 0;
    while (d < 3 && before[d] == after[d]) d++;
    CHECK(d < 3 && before[d] < after[d]);
  }
  eh_arena_free(&arena);
}

static void atoms_know_neither_order_nor_batches(void) {
  static twin_rows rows;
  eh_arena arena = {0};
  eh_slicing s;
  eh_atoms first, other;
  twin_fill(&rows, 900, 2);
  REQUIRE(twin_slicing(&s, &arena, true) == EH_OK);
  REQUIRE(atoms_of(&first, NULL, &arena, &s, &rows, 0, rows.n, 900, NULL) == EH_OK);
  for (uint64_t seed = 0; seed < 5; seed++) {
    twin_shuffle(&rows, seed);
    REQUIRE(atoms_of(&other, NULL, &arena, &s, &rows, 0, rows.n, 7 + 100 * seed, NULL) == EH_OK);
    CHECK(same_atoms(&first, &other));
  }
  eh_arena_free(&arena);
}

static uint64_t dict_mix(uint64_t h, uint64_t word) {
  h = (h ^ word) * 0x9e3779b97f4a7c15u;
  return h ^ (h >> 29);
}

/* Two ASCII texts of 24 bytes for which the dictionary's hash, and all else it keeps of a text, is the same. */
static void texts_that_collide_are_kept_apart(void) {
  char text[48];
  uint64_t seed = 6, first, second, other, forged;
  memcpy(text, "abcdefghijklmnopqrstuvwx", 24);
  memcpy(&first, text, 8);
  memcpy(&second, text + 8, 8);
  do {
    other = check_random(&seed) & 0x3f3f3f3f3f3f3f3fu;
    forged = second ^ dict_mix(24, first) ^ dict_mix(24, other);
  } while (forged & 0x8080808080808080u);
  memcpy(text + 24, &other, 8);
  memcpy(text + 32, &forged, 8);
  memcpy(text + 40, text + 16, 8);
  eh_arena arena = {0};
  eh_slicing s;
  const wish w = {.slice = {"id"}};
  REQUIRE(parse(&s, &arena, &w, true, NULL) == EH_OK);
  const uint32_t start_n[] = {0, 24, 0}, len_n[] = {24, 24, 24};
  const eh_column column = {.type = EH_TEXT, .text_bytes = text, .text_start_n = start_n, .text_len_n = len_n};
  const eh_column *const column_d[] = {&column};
  eh_atomizer *at;
  uint32_t atom_n[3];
  uint64_t missing_d[1] = {0};
  REQUIRE(eh_atomizer_new(&at, &s, NULL, 0, NULL, NULL) == EH_OK);
  REQUIRE(eh_atomizer_add(at, atom_n, column_d, (const uint8_t[]){1, 1, 1}, 3, missing_d, NULL) == EH_OK);
  CHECK(atom_n[0] == 0 && atom_n[1] == 1 && atom_n[2] == 0);
  eh_atomizer_free(at);
  eh_arena_free(&arena);
}

typedef struct two_texts {
  char text[2][24];
} two_texts;

static int by_both(const void *a, const void *b) { return memcmp(a, b, sizeof(two_texts)); }

/* Far more texts, groups and nodes than the quick tables hold, of every length around their limits and of two letters
 * only: equal texts share an atom, different ones never. */
static void many_texts_of_any_length_are_told_apart(void) {
  enum { N = 30000 };
  static two_texts row_n[N];
  static uint32_t start_dn[2][N], len_dn[2][N], atom_n[N], first_a[N];
  static uint8_t keep_n[N];
  uint64_t seed = 8, missing_d[2] = {0};
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t d = 0; d < 2; d++) {
      const uint32_t len = 1 + (uint32_t)(check_random(&seed) % (d ? 5 : 20));
      start_dn[d][i] = (uint32_t)(sizeof(two_texts) * i + 24 * d), len_dn[d][i] = len, keep_n[i] = 1;
      const uint64_t letters = check_random(&seed) & (check_random(&seed) | check_random(&seed) << 6);
      for (uint32_t k = 0; k < len; k++) row_n[i].text[d][k] = (char)('a' + (letters >> (k % 9 * 6) & 1));
    }
  eh_arena arena = {0};
  eh_slicing s;
  const wish w = {.cross = {"a*b"}};
  REQUIRE(parse(&s, &arena, &w, true, NULL) == EH_OK);
  const eh_column column_n[2] = {
      {.type = EH_TEXT, .text_bytes = (const char *)row_n, .text_start_n = start_dn[0], .text_len_n = len_dn[0]},
      {.type = EH_TEXT, .text_bytes = (const char *)row_n, .text_start_n = start_dn[1], .text_len_n = len_dn[1]}};
  const eh_column *const column_d[] = {&column_n[0], &column_n[1]};
  eh_atomizer *at;
  REQUIRE(eh_atomizer_new(&at, &s, NULL, 0, NULL, NULL) == EH_OK);
  REQUIRE(eh_atomizer_add(at, atom_n, column_d, keep_n, N, missing_d, NULL) == EH_OK);
  uint32_t atoms = 0, distinct = 1;
  for (uint32_t i = 0; i < N; i++) {
    if (atom_n[i] == atoms) first_a[atoms++] = i;
    REQUIRE(atom_n[i] < atoms);
    CHECK(by_both(&row_n[i], &row_n[first_a[atom_n[i]]]) == 0);
  }
  qsort(row_n, N, sizeof *row_n, by_both);
  for (uint32_t i = 1; i < N; i++) distinct += by_both(&row_n[i], &row_n[i - 1]) != 0;
  CHECK(distinct > 3000);
  CHECK_U64(atoms, distinct);
  eh_atomizer_free(at);
  eh_arena_free(&arena);
}

static void rows_not_kept_leave_no_trace(void) {
  eh_arena arena = {0};
  eh_slicing s;
  const wish w = {.slice = {"sex"}};
  REQUIRE(parse(&s, &arena, &w, true, NULL) == EH_OK);
  const uint32_t start_n[] = {0, 1, 2}, len_n[] = {1, 1, 1};
  const eh_column column = {.type = EH_TEXT, .text_bytes = "abc", .text_start_n = start_n, .text_len_n = len_n};
  const eh_column *const column_d[] = {&column};
  eh_atomizer *at;
  uint32_t atom_n[3], *order_a;
  uint64_t missing_d[1] = {0};
  eh_atoms atoms;
  REQUIRE(eh_atomizer_new(&at, &s, NULL, 0, NULL, NULL) == EH_OK);
  CHECK_U64(eh_atomizer_count(at), 0);
  REQUIRE(eh_atomizer_add(at, atom_n, column_d, (const uint8_t[]){1, 0, 1}, 3, missing_d, NULL) == EH_OK);
  CHECK_U64(eh_atomizer_count(at), 2);
  REQUIRE(eh_atomizer_finish(at, &atoms, &order_a, &arena, NULL) == EH_OK);
  CHECK_U64(atoms.group_count_d[0], 2);
  CHECK_TEXT(atoms.group_dg[0][1].p, atoms.group_dg[0][1].n, "c");
  eh_atomizer_free(at);
  eh_arena_free(&arena);
}

static void no_columns_are_one_atom_or_none(void) {
  for (int rows = 0; rows < 2; rows++) {
    eh_arena arena = {0};
    const eh_slicing s = {0};
    eh_atomizer *at;
    uint32_t atom_n[1], *order_a;
    eh_atoms atoms;
    eh_slices slices;
    REQUIRE(eh_atomizer_new(&at, &s, NULL, 0, NULL, NULL) == EH_OK);
    REQUIRE(eh_atomizer_add(at, atom_n, NULL, (const uint8_t[]){1}, (size_t)rows, NULL, NULL) == EH_OK);
    CHECK_U64(eh_atomizer_count(at), (uint64_t)rows);
    REQUIRE(eh_atomizer_finish(at, &atoms, &order_a, &arena, NULL) == EH_OK);
    CHECK_U64(atoms.atom_count, (uint64_t)rows);
    REQUIRE(eh_slices_make(&slices, &arena, &s, &atoms, NULL) == EH_OK);
    CHECK_U64(slices.slice_count, 1);
    CHECK_U64(slices.slice_n[0].atom_count, (uint64_t)rows);
    eh_atomizer_free(at);
    eh_arena_free(&arena);
  }
}

static void numbers_by_value_are_their_text(void) {
  eh_arena arena = {0};
  eh_slicing s;
  const wish w = {.slice = {"k", "b", "f"}};
  REQUIRE(parse(&s, &arena, &w, true, NULL) == EH_OK);
  const int32_t k_n[] = {10, -3, 10, 7};
  const uint8_t b_n[] = {1, 0, 1, 1};
  const double f_n[] = {-0.0, 0.5, NAN, 0};
  const eh_column k = {.type = EH_I32, .data = k_n}, b = {.type = EH_BOOL, .data = b_n};
  const eh_column f = {.type = EH_F64, .data = f_n};
  const eh_column *const column_d[] = {&k, &b, &f};
  const eh_str missing[] = {EH_STR("7")};
  eh_atomizer *at;
  uint32_t atom_n[4], *order_a;
  uint64_t missing_d[3] = {0};
  eh_atoms atoms;
  REQUIRE(eh_atomizer_new(&at, &s, missing, 1, NULL, NULL) == EH_OK);
  REQUIRE(eh_atomizer_add(at, atom_n, column_d, (const uint8_t[]){1, 1, 1, 1}, 4, missing_d, NULL) == EH_OK);
  REQUIRE(eh_atomizer_finish(at, &atoms, &order_a, &arena, NULL) == EH_OK);
  CHECK(missing_d[0] == 1 && missing_d[1] == 0 && missing_d[2] == 1);
  REQUIRE(atoms.group_count_d[0] == 2 && atoms.group_count_d[1] == 2 && atoms.group_count_d[2] == 2);
  CHECK_TEXT(atoms.group_dg[0][0].p, atoms.group_dg[0][0].n, "-3");
  CHECK_TEXT(atoms.group_dg[1][0].p, atoms.group_dg[1][0].n, "false");
  CHECK_TEXT(atoms.group_dg[2][0].p, atoms.group_dg[2][0].n, "0");
  CHECK_TEXT(atoms.group_dg[2][1].p, atoms.group_dg[2][1].n, "0.5");
  eh_atomizer_free(at);
  eh_arena_free(&arena);
}

static void text_that_is_not_utf8_is_refused(void) {
  eh_arena arena = {0};
  eh_slicing s;
  const wish w = {.slice = {"sex"}};
  REQUIRE(parse(&s, &arena, &w, true, NULL) == EH_OK);
  const uint32_t start_n[] = {0}, len_n[] = {2};
  const eh_column column = {.type = EH_TEXT, .text_bytes = "a\xff", .text_start_n = start_n, .text_len_n = len_n};
  const eh_column *const column_d[] = {&column};
  eh_atomizer *at;
  uint32_t atom_n[1];
  uint64_t missing_d[1] = {0};
  eh_error err = {0};
  REQUIRE(eh_atomizer_new(&at, &s, NULL, 0, NULL, NULL) == EH_OK);
  CHECK_U64(eh_atomizer_add(at, atom_n, column_d, (const uint8_t[]){1}, 1, missing_d, &err), EH_E_INPUT);
  CHECK_TEXT(err.message, strlen(err.message), "column \"sex\" holds text that is not UTF-8: \"a\\xFF\"");
  eh_atomizer_free(at);
  eh_arena_free(&arena);
}

/* Values given as numbers, so that a million of them are cheap to make. */
static eh_status add_numbers(eh_atomizer *at, uint32_t from, uint32_t to) {
  enum { STEP = 4096 };
  static uint32_t value_n[STEP], atom_n[STEP];
  static uint8_t keep_n[STEP];
  memset(keep_n, 1, sizeof keep_n);
  for (uint32_t v = from; v < to; v += STEP) {
    const uint32_t n = to - v < STEP ? to - v : STEP;
    for (uint32_t i = 0; i < n; i++) value_n[i] = v + i;
    const eh_column column = {.type = EH_U32, .data = value_n};
    const eh_column *const column_d[] = {&column};
    uint64_t missing_d[1] = {0};
    EH_TRY(eh_atomizer_add(at, atom_n, column_d, keep_n, n, missing_d, NULL));
  }
  return EH_OK;
}

static void a_million_values_are_counted_and_more_refused(void) {
  const eh_dim dim = {.name = EH_STR("id")};
  const eh_slicing s = {.dim_n = &dim, .dim_count = 1, .single_count = 1};
  eh_atomizer *at;
  REQUIRE(eh_atomizer_new(&at, &s, NULL, 0, NULL, NULL) == EH_OK);
  CHECK_U64(add_numbers(at, 0, EH_ATOMS_MAX), EH_OK);
  CHECK_U64(add_numbers(at, 0, EH_ATOMS_MAX), EH_OK);
  CHECK_U64(eh_atomizer_count(at), EH_ATOMS_MAX);
  CHECK_U64(add_numbers(at, EH_ATOMS_MAX, EH_ATOMS_MAX + 1), EH_E_LIMIT);
  eh_atomizer_free(at);
}

static void a_union_is_the_atoms_of_all_rows(void) {
  static twin_rows rows;
  static uint32_t whole_n[TWIN_ROWS], part_n[TWIN_ROWS];
  eh_arena arena = {0};
  eh_slicing s;
  twin_fill(&rows, 300, 3);
  REQUIRE(twin_slicing(&s, &arena, true) == EH_OK);
  eh_atoms whole, united, part_k[4];
  const size_t cut_k[] = {0, 3, 3, 40, 300}; /* few rows, none, some, most */
  REQUIRE(atoms_of(&whole, whole_n, &arena, &s, &rows, 0, 300, 300, NULL) == EH_OK);
  for (int k = 0; k < 4; k++)
    REQUIRE(atoms_of(&part_k[k], part_n, &arena, &s, &rows, cut_k[k], cut_k[k + 1], 64, NULL) == EH_OK);
  uint32_t *order_ka[4];
  REQUIRE(eh_atoms_union(&united, order_ka, part_k, 4, &s, &arena, NULL) == EH_OK);
  CHECK(same_atoms(&whole, &united));
  int wrong = 0;
  for (int k = 0; k < 4; k++)
    for (size_t i = cut_k[k]; i < cut_k[k + 1]; i++) wrong += order_ka[k][part_n[i]] != whole_n[i];
  CHECK_U64(wrong, 0);
  for (int k = 0; k < 4; k++)
    for (uint32_t a = 1; a < part_k[k].atom_count; a++) CHECK(order_ka[k][a - 1] < order_ka[k][a]);
  eh_arena_free(&arena);
}

/* ---- atoms to slices --------------------------------------------------------------------------------------------- */

/* Is row i in the slice, judged by its name alone? */
static bool in_slice(const twin_rows *rows, const eh_slice *slice, const eh_atoms *atoms, size_t i) {
  for (uint32_t k = 0; k < slice->dim_count; k++) {
    const uint32_t d = slice->dim_k[k], g = slice->group_k[k];
    const char *const text = twin_group(rows, d, i);
    if (g == atoms->group_count_d[d] ? text != NULL : !text || !eh_str_eq(atoms->group_dg[d][g], eh_str_of(text)))
      return false;
  }
  return true;
}

static void slices_hold_exactly_their_rows(void) {
  static twin_rows rows;
  static uint32_t atom_n[TWIN_ROWS];
  eh_arena arena = {0};
  eh_slicing s;
  eh_atoms atoms;
  eh_slices slices;
  twin_fill(&rows, 200, 4);
  REQUIRE(twin_slicing(&s, &arena, true) == EH_OK);
  REQUIRE(atoms_of(&atoms, atom_n, &arena, &s, &rows, 0, rows.n, 200, NULL) == EH_OK);
  REQUIRE(eh_slices_make(&slices, &arena, &s, &atoms, NULL) == EH_OK);
  int wrong = 0;
  for (uint32_t i = 0; i < slices.slice_count; i++) {
    const eh_slice *const slice = &slices.slice_n[i];
    size_t in = 0;
    for (size_t r = 0; r < rows.n; r++) {
      bool has = false;
      for (uint32_t a = 0; a < slice->atom_count; a++) has |= slice->atom_n[a] == atom_n[r];
      wrong += has != in_slice(&rows, slice, &atoms, r);
      in += has;
    }
    for (uint32_t a = 1; a < slice->atom_count; a++) wrong += slice->atom_n[a - 1] >= slice->atom_n[a];
    CHECK(in > 0 || (slice->dim_count == 1 && slice->dim_k[0] == 2));
    CHECK(eh_slices_find(&slices, slice->name) == (int)i);
  }
  CHECK_U64(wrong, 0);
  /* Every family splits all rows: nothing is in two of its slices, nothing in none. */
  for (uint32_t f = 0; f < slices.family_count; f++) {
    uint32_t atom_total = 0;
    for (uint32_t i = 0; i < slices.family_n[f].count; i++) {
      CHECK_U64(slices.slice_n[slices.family_n[f].first + i].family, f + 1);
      atom_total += slices.slice_n[slices.family_n[f].first + i].atom_count;
    }
    CHECK_U64(atom_total, atoms.atom_count);
  }
  CHECK(eh_slices_find(&slices, EH_STR("sex=Nobody")) == -1);
  eh_arena_free(&arena);
}

static void few_rows(twin_rows *rows) {
  *rows = (twin_rows){.n = 3, .text_dn = {{"Male", "Female", ""}, {"White", "", "White"}}, .age_n = {30, 70, NAN}};
}

static void slices_are_named_and_ordered(void) {
  static twin_rows rows;
  static const char *const shown[] = {
      "overall", "sex=Female", "sex=Male", "sex is missing", "race=White", "race is missing",
      "age<25", "25<=age<45", "45<=age<65.5", "age>=65.5", "age is missing",
      "sex=Female & race is missing", "sex=Male & race=White", "sex is missing & race=White",
      "25<=age<45 & sex=Male & race=White", "age>=65.5 & sex=Female & race is missing",
      "age is missing & sex is missing & race=White"};
  static const char *const hidden[] = {"overall", "sex=Female", "sex=Male", "race=White", "age<25", "25<=age<45",
                                       "45<=age<65.5", "age>=65.5", "sex=Male & race=White",
                                       "25<=age<45 & sex=Male & race=White"};
  for (int show = 0; show < 2; show++) {
    eh_arena arena = {0};
    eh_slicing s;
    eh_atoms atoms;
    eh_slices slices;
    few_rows(&rows);
    REQUIRE(twin_slicing(&s, &arena, show) == EH_OK);
    REQUIRE(atoms_of(&atoms, NULL, &arena, &s, &rows, 0, 3, 3, NULL) == EH_OK);
    REQUIRE(eh_slices_make(&slices, &arena, &s, &atoms, NULL) == EH_OK);
    const char *const *const want = show ? shown : hidden;
    REQUIRE(slices.slice_count == (show ? 17 : 10));
    for (uint32_t i = 0; i < slices.slice_count; i++) {
      CHECK_TEXT(slices.slice_n[i].name.p, slices.slice_n[i].name.n, want[i]);
      CHECK(slices.slice_n[i].has_missing == (strstr(want[i], "is missing") != NULL));
    }
    static const char *const families[] = {"sex", "race", "age", "sex*race", "age*sex*race"};
    REQUIRE(slices.family_count == 5);
    for (int f = 0; f < 5; f++) CHECK_TEXT(slices.family_n[f].name.p, slices.family_n[f].name.n, families[f]);
    CHECK_U64(slices.slice_n[EH_SLICE_OVERALL].family, 0);
    eh_arena_free(&arena);
  }
}

static void relations_follow_from_atoms(void) {
  static const uint32_t a01[] = {0, 1}, a12[] = {1, 2}, a1[] = {1}, a23[] = {2, 3};
  static const uint32_t a02[] = {0, 2}, a13[] = {1, 3}, a024[] = {0, 2, 4}, a0123[] = {0, 1, 2, 3};
  static const struct {
    eh_slice a, b;
    eh_relation relation;
  } cases[] = {
      {{.atom_n = a01, .atom_count = 2}, {.atom_n = a12, .atom_count = 2}, EH_OVERLAP},
      {{.atom_n = a01, .atom_count = 2}, {.atom_n = a23, .atom_count = 2}, EH_DISJOINT},
      {{.atom_n = a01, .atom_count = 2}, {.atom_n = a01, .atom_count = 2}, EH_EQUAL},
      {{.atom_n = a1, .atom_count = 1}, {.atom_n = a12, .atom_count = 2}, EH_INSIDE},
      {{.atom_n = a12, .atom_count = 2}, {.atom_n = a1, .atom_count = 1}, EH_CONTAINS},
      {{.atom_n = a02, .atom_count = 2}, {.atom_n = a13, .atom_count = 2}, EH_DISJOINT},
      {{.atom_n = a02, .atom_count = 2}, {.atom_n = a024, .atom_count = 3}, EH_INSIDE},
      {{.atom_n = a024, .atom_count = 3}, {.atom_n = a02, .atom_count = 2}, EH_CONTAINS},
      {{.atom_n = a13, .atom_count = 2}, {.atom_n = a0123, .atom_count = 4}, EH_INSIDE},
      {{.atom_n = a0123, .atom_count = 4}, {.atom_n = a13, .atom_count = 2}, EH_CONTAINS},
      {{.atom_n = a024, .atom_count = 3}, {.atom_n = a0123, .atom_count = 4}, EH_OVERLAP},
      {{.atom_n = a0123, .atom_count = 4}, {.atom_n = a0123, .atom_count = 4}, EH_EQUAL},
      {{.atom_n = a1, .atom_count = 1}, {.atom_n = a02, .atom_count = 2}, EH_DISJOINT},
      {{.atom_n = a02, .atom_count = 2}, {.atom_n = a1, .atom_count = 1}, EH_DISJOINT},
      {{.atom_n = a02, .atom_count = 2}, {.atom_n = a02, .atom_count = 2}, EH_EQUAL},
      {{.atom_count = 0}, {.atom_n = a1, .atom_count = 1}, EH_DISJOINT},
      {{.atom_count = 0}, {.atom_count = 0}, EH_EQUAL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    CHECK_U64(eh_slice_relation(&cases[i].a, &cases[i].b), cases[i].relation);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

static eh_status whole_way(const eh_allocator *mem, const twin_rows *rows) {
  eh_arena arena = {.mem = mem};
  eh_slicing s, copy;
  eh_atoms atoms[2], united;
  eh_slices slices;
  uint32_t *order_ka[2];
  eh_status status = twin_slicing(&s, &arena, true);
  if (!status) status = eh_slicing_copy(&copy, &arena, &s, NULL);
  if (!status) status = atoms_of(&atoms[0], NULL, &arena, &copy, rows, 0, rows->n / 2, 100, mem);
  if (!status) status = atoms_of(&atoms[1], NULL, &arena, &copy, rows, rows->n / 2, rows->n, 100, mem);
  if (!status) status = eh_atoms_union(&united, order_ka, atoms, 2, &copy, &arena, NULL);
  if (!status) status = eh_slices_make(&slices, &arena, &copy, &united, NULL);
  eh_arena_free(&arena);
  return status;
}

static void every_refused_allocation_is_reported_and_nothing_leaks(void) {
  static twin_rows rows;
  twin_fill(&rows, 400, 5);
  memory_twin twin;
  REQUIRE(whole_way(memory_twin_start(&twin, 0), &rows) == EH_OK);
  CHECK_U64(twin.blocks, 0);
  CHECK_U64(twin.bytes, 0);
  CHECK_U64((uint64_t)twin.wrong_sizes, 0);
  const size_t asked = twin.asked;
  CHECK(asked > 20);
  for (size_t n = 1; n <= asked; n++) {
    CHECK_U64(whole_way(memory_twin_start(&twin, n), &rows), EH_E_MEMORY);
    CHECK_U64(twin.blocks, 0);
    CHECK_U64((uint64_t)twin.wrong_sizes, 0);
  }
}

int main(void) {
  RUN(each_row_has_the_atom_of_its_groups);
  RUN(atoms_know_neither_order_nor_batches);
  RUN(texts_that_collide_are_kept_apart);
  RUN(many_texts_of_any_length_are_told_apart);
  RUN(rows_not_kept_leave_no_trace);
  RUN(no_columns_are_one_atom_or_none);
  RUN(numbers_by_value_are_their_text);
  RUN(text_that_is_not_utf8_is_refused);
  RUN(a_million_values_are_counted_and_more_refused);
  RUN(a_union_is_the_atoms_of_all_rows);
  RUN(slices_hold_exactly_their_rows);
  RUN(slices_are_named_and_ordered);
  RUN(relations_follow_from_atoms);
  RUN(every_refused_allocation_is_reported_and_nothing_leaks);
  return check_end("slice");
}
