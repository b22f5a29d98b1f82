/* Tests of multi-valued columns: sets and slices against rows kept whole, in any order and any split; canonical spelling;
 * failed allocations. */
#include "check.h"
#include "evenhand/slice.h"
#include "reference/memory_twin.h"

enum { VALUES = 5, ROWS = 3000 };

static const char *const values[VALUES] = {"a", "b b", "c", "dd", "\xc3\xa9"};

/* A row: which values it holds, how its cell says so, and a second column. */
typedef struct row {
  unsigned held;
  char cell[96];
  char other[2]; /* "x", "y" or "" */
} row;

static void blanks(char *cell, uint64_t *seed) {
  for (uint64_t n = check_random(seed) % 3; n; n--) strcat(cell, check_random(seed) % 2 ? " " : "\t");
}

/* Values in random order, some twice, with empty parts and texts that mean missing among them. */
static void spell(row *r, uint64_t *seed) {
  r->cell[0] = 0;
  unsigned told = 0;
  bool any = false;
  while (told != r->held || check_random(seed) % 3 == 0) {
    if (strlen(r->cell) > 70) break;
    if (any) strcat(r->cell, "|");
    any = true;
    blanks(r->cell, seed);
    const unsigned v = (unsigned)(check_random(seed) % (VALUES + 2));
    if (v < VALUES && (r->held >> v & 1)) {
      strcat(r->cell, values[v]);
      told |= 1u << v;
    } else if (v == VALUES) {
      strcat(r->cell, "NA");
    }
    blanks(r->cell, seed);
  }
  r->held = told;
}

static void fill(row *rows, size_t n, uint64_t *seed) {
  for (size_t i = 0; i < n; i++) {
    rows[i].held = (unsigned)(check_random(seed) % (1 << VALUES));
    if (check_random(seed) % 5 == 0) rows[i].held = 0;
    spell(&rows[i], seed);
    strcpy(rows[i].other, check_random(seed) % 3 ? (check_random(seed) % 2 ? "x" : "y") : "");
  }
}

static eh_status slicing_of(eh_slicing *out, eh_arena *arena, eh_error *err) {
  static const eh_str column[] = {EH_STR("other")}, cross[] = {EH_STR("g*other")}, multi[] = {EH_STR("g:|")};
  const eh_slicing_wish wish = {.column_n = column, .column_count = 1, .cross_n = cross, .cross_count = 1, .multi_n = multi,
                                .multi_count = 1, .show_missing = true};
  return eh_slicing_wish_parse(out, arena, &wish, err);
}

/* Atoms of the rows in batches; atom_n[i] = canonical atom of row i. */
static eh_status atoms_of(eh_atoms *out, uint32_t *atom_n, const eh_slicing *slicing, const row *rows, size_t n, size_t step,
                          eh_arena *arena, const eh_allocator *mem, eh_error *err) {
  static const eh_str missing[] = {EH_STR("NA")};
  static uint32_t start_n[2][ROWS], len_n[2][ROWS];
  static uint8_t keep_n[ROWS];
  memset(keep_n, 1, sizeof keep_n);
  eh_atomizer *at = NULL;
  EH_TRY(eh_atomizer_new(&at, slicing, missing, 1, mem, err));
  eh_status status = EH_OK;
  uint64_t missing_d[2] = {0};
  for (size_t from = 0; from < n && !status; from += step) {
    const size_t m = from + step < n ? step : n - from;
    for (size_t i = 0; i < m; i++) {
      start_n[0][i] = (uint32_t)((const char *)&rows[from + i].other - (const char *)rows);
      start_n[1][i] = (uint32_t)((const char *)&rows[from + i].cell - (const char *)rows);
      len_n[0][i] = (uint32_t)strlen(rows[from + i].other);
      len_n[1][i] = (uint32_t)strlen(rows[from + i].cell);
    }
    eh_column column_n[2];
    for (int c = 0; c < 2; c++)
      column_n[c] = (eh_column){.type = EH_TEXT, .text_bytes = (const char *)rows, .text_start_n = start_n[c], .text_len_n = len_n[c]};
    const eh_column *const column_d[] = {&column_n[0], &column_n[1]};
    status = eh_atomizer_add(at, atom_n + from, column_d, keep_n, m, missing_d, err);
  }
  uint32_t *order_a = NULL;
  if (!status) status = eh_atomizer_finish(at, out, &order_a, arena, err);
  uint64_t empty = 0;
  for (size_t i = 0; i < n && !status; i++) {
    atom_n[i] = order_a[atom_n[i]];
    empty += rows[i].held == 0;
  }
  if (!status) CHECK_U64(missing_d[1], empty);
  eh_atomizer_free(at);
  return status;
}

static bool holds(const row *r, const eh_slices *slices, const eh_slice *slice) {
  for (uint32_t k = 0; k < slice->dim_count; k++) {
    const uint32_t d = slice->dim_k[k], g = slice->group_k[k];
    const bool missing = g == slices->group_count_d[d];
    const eh_str text = missing ? (eh_str){0} : slices->group_dg[d][g];
    if (d == 0 && (missing ? r->other[0] != 0 : !eh_str_eq(text, eh_str_of(r->other)))) return false;
    if (d == 0) continue;
    bool found = missing && !r->held;
    for (int v = 0; v < VALUES && !missing; v++) found |= (r->held >> v & 1) && eh_str_eq(text, eh_str_of(values[v]));
    if (!found) return false;
  }
  return true;
}

/* Every slice has exactly its rows, and there are as many slices as the rows call for. */
static void check_slices(const eh_slices *slices, const row *rows, const uint32_t *atom_n, size_t n, uint32_t atom_count) {
  unsigned char *const in_a = malloc(atom_count + 1);
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    const eh_slice *const slice = &slices->slice_n[s];
    memset(in_a, 0, atom_count + 1);
    for (uint32_t i = 0; i < slice->atom_count; i++) {
      CHECK(!i || slice->atom_n[i - 1] < slice->atom_n[i]);
      in_a[slice->atom_n[i]] = 1;
    }
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) wrong += in_a[atom_n[i]] != holds(&rows[i], slices, slice);
    CHECK_U64(wrong, 0);
  }
  free(in_a);
}

static void slices_are_the_rows_that_hold_the_value(void) {
  static row rows[ROWS];
  static uint32_t atom_n[ROWS];
  uint64_t seed = 3;
  fill(rows, ROWS, &seed);
  eh_arena arena = {0};
  eh_error err = {0};
  eh_slicing slicing;
  eh_atoms atoms;
  eh_slices slices;
  REQUIRE(slicing_of(&slicing, &arena, &err) == EH_OK);
  REQUIRE(atoms_of(&atoms, atom_n, &slicing, rows, ROWS, 700, &arena, NULL, &err) == EH_OK);
  REQUIRE(eh_slices_make(&slices, &arena, &slicing, &atoms, &err) == EH_OK);
  CHECK_U64(slices.group_count_d[1], VALUES);
  CHECK_U64(slices.family_n[1].count, VALUES + 1);
  CHECK_U64(slices.family_n[2].count, (VALUES + 1) * 3);
  CHECK(eh_slices_find(&slices, EH_STR("g=b b & other=x")) > 0);
  CHECK(eh_slices_find(&slices, EH_STR("g is missing & other is missing")) > 0);
  check_slices(&slices, rows, atom_n, ROWS, atoms.atom_count);
  const int a = eh_slices_find(&slices, EH_STR("g=a")), b = eh_slices_find(&slices, EH_STR("g=b b"));
  CHECK(a > 0 && b > 0 && eh_slice_relation(&slices.slice_n[a], &slices.slice_n[b]) == EH_OVERLAP);
  eh_arena_free(&arena);
}

static bool same_atoms(const eh_atoms *a, const eh_atoms *b) {
  bool same = a->atom_count == b->atom_count && a->dim_count == b->dim_count;
  for (uint32_t d = 0; same && d < a->dim_count; d++) {
    same = a->group_count_d[d] == b->group_count_d[d];
    for (uint32_t g = 0; same && g < a->group_count_d[d]; g++) same = eh_str_eq(a->group_dg[d][g], b->group_dg[d][g]);
  }
  return same && memcmp(a->group_ad, b->group_ad, (size_t)a->atom_count * a->dim_count * sizeof(uint32_t)) == 0;
}

/* Other spellings of the same sets, in another order, in parts that are united: the same atoms. */
static void spelling_order_and_split_change_nothing(void) {
  static row rows[ROWS];
  static uint32_t atom_n[ROWS];
  uint64_t seed = 4;
  fill(rows, ROWS, &seed);
  eh_arena arena = {0};
  eh_slicing slicing;
  eh_atoms whole, set_k[3], united;
  REQUIRE(slicing_of(&slicing, &arena, NULL) == EH_OK);
  REQUIRE(atoms_of(&whole, atom_n, &slicing, rows, ROWS, ROWS, &arena, NULL, NULL) == EH_OK);
  for (size_t i = ROWS; i > 1; i--) {
    const size_t j = check_random(&seed) % i;
    const row swap = rows[i - 1];
    rows[i - 1] = rows[j], rows[j] = swap;
  }
  for (size_t i = 0; i < ROWS; i++) {
    const unsigned held = rows[i].held;
    do rows[i].held = held, spell(&rows[i], &seed);
    while (rows[i].held != held);
  }
  for (int k = 0; k < 3; k++)
    REQUIRE(atoms_of(&set_k[k], atom_n, &slicing, rows + k * 1000, 1000, 99, &arena, NULL, NULL) == EH_OK);
  uint32_t *order_ka[3];
  REQUIRE(eh_atoms_union(&united, order_ka, set_k, 3, &slicing, &arena, NULL) == EH_OK);
  CHECK(same_atoms(&united, &whole));
  for (uint32_t g = 0; g < whole.group_count_d[1]; g++) CHECK(eh_set_is_canonical(whole.group_dg[1][g], '|'));
  eh_arena_free(&arena);
}

static void only_canonical_sets_are(void) {
  static const char *const good[] = {"a", "a|b", "a b|c", "a|aa|b"}, *const bad[] = {"", "|", "a|", "|a", "b|a", "a|a", "a |b", "a| b", " a", "a||b"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) CHECK(eh_set_is_canonical(eh_str_of(good[i]), '|'));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!eh_set_is_canonical(eh_str_of(bad[i]), '|'));
}

static void failed_allocations_are_told(void) {
  static row rows[ROWS];
  static uint32_t atom_n[ROWS];
  uint64_t seed = 5;
  fill(rows, 200, &seed);
  eh_arena kept = {0};
  eh_slicing slicing;
  REQUIRE(slicing_of(&slicing, &kept, NULL) == EH_OK);
  for (size_t refuse = 1;; refuse++) {
    memory_twin twin;
    const eh_allocator *const mem = memory_twin_start(&twin, refuse);
    eh_arena arena = {.mem = mem};
    eh_error err = {0};
    eh_atoms atoms;
    eh_slices slices;
    eh_status status = atoms_of(&atoms, atom_n, &slicing, rows, 200, 50, &arena, mem, &err);
    if (!status) status = eh_slices_make(&slices, &arena, &slicing, &atoms, &err);
    eh_arena_free(&arena);
    CHECK_U64(twin.bytes, 0);
    CHECK_U64((uint64_t)twin.wrong_sizes, 0);
    if (!status) {
      CHECK(refuse > 20);
      break;
    }
    CHECK_U64(status, EH_E_MEMORY);
  }
  eh_arena_free(&kept);
}

int main(void) {
  RUN(slices_are_the_rows_that_hold_the_value);
  RUN(spelling_order_and_split_change_nothing);
  RUN(only_canonical_sets_are);
  RUN(failed_allocations_are_told);
  return check_end("slice_multi");
}
