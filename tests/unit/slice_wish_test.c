/* Tests of slice: wishes as text and as structures, and cells that mean missing. */
#include "slice_fixture.h"

static void a_wish_becomes_dimensions_in_order_of_mention(void) {
  eh_arena arena = {0};
  eh_slicing s;
  eh_error err = {0};
  const wish w = {.slice = {"sex", "age"},
                  .cross = {"sex*race", "a\\*b*c\\\\*income"},
                  .bucket = {"hours:40", "age:25, 45,6.5e1"}};
  REQUIRE(parse(&s, &arena, &w, true, &err) == EH_OK);
  const char *const name_d[] = {"sex", "age", "hours", "race", "a*b", "c\\", "income"};
  REQUIRE(s.dim_count == 7);
  CHECK_U64(s.single_count, 3);
  CHECK(s.show_missing);
  for (uint32_t d = 0; d < 7; d++) CHECK_TEXT(s.dim_n[d].name.p, s.dim_n[d].name.n, name_d[d]);
  CHECK_U64(s.dim_n[0].edge_count, 0);
  REQUIRE(s.dim_n[1].edge_count == 3);
  CHECK(s.dim_n[1].edge_n[0] == 25 && s.dim_n[1].edge_n[1] == 45 && s.dim_n[1].edge_n[2] == 65);
  REQUIRE(s.cross_count == 2);
  CHECK(s.cross_n[0].k == 2 && s.cross_n[0].dim_k[0] == 0 && s.cross_n[0].dim_k[1] == 3);
  CHECK(s.cross_n[1].k == 3 && s.cross_n[1].dim_k[0] == 4 && s.cross_n[1].dim_k[2] == 6);
  CHECK(eh_slicing_check(&s, &err) == EH_OK);
  eh_arena_free(&arena);
}

static void a_bucketed_column_has_a_colon_in_its_name(void) {
  eh_arena arena = {0};
  eh_slicing s;
  const wish w = {.cross = {"x:y*sex"}, .bucket = {"x:y:-1,-0,1e300"}};
  REQUIRE(parse(&s, &arena, &w, false, NULL) == EH_OK);
  CHECK_U64(s.dim_count, 2);
  CHECK_U64(s.single_count, 1);
  CHECK_TEXT(s.dim_n[0].name.p, s.dim_n[0].name.n, "x:y");
  CHECK(!signbit(s.dim_n[0].edge_n[1]));
  eh_arena_free(&arena);
}

static void wrong_wishes_are_named(void) {
  static const struct {
    wish w;
    const char *message;
  } cases[] = {
      {{.slice = {"sex", ""}}, "slice has an empty column name"},
      {{.slice = {"sex", "race", "sex"}}, "column \"sex\" is named twice in slice"},
      {{.cross = {"sex"}}, "cross \"sex\" names one column; a cross needs two or more, as in 'sex*race'"},
      {{.cross = {"sex\\*race"}}, "cross \"sex\\*race\" names one column; a cross needs two or more, as in 'sex*race'"},
      {{.cross = {""}}, "cross \"\" has an empty column name; write 'sex*race'"},
      {{.cross = {"sex*"}}, "cross \"sex*\" has an empty column name; write 'sex*race'"},
      {{.cross = {"sex**race"}}, "cross \"sex**race\" has an empty column name; write 'sex*race'"},
      {{.cross = {"sex*race*sex"}}, "column \"sex\" is named twice in cross \"sex*race*sex\""},
      {{.cross = {"sex*race", "race*sex"}}, "cross \"race*sex\" is asked for twice"},
      {{.bucket = {"age"}}, "bucket \"age\": no edges; write 'age:25,45,65'"},
      {{.bucket = {"age:"}}, "bucket \"age\": no edges; write 'age:25,45,65'"},
      {{.bucket = {":25"}}, "bucket \":25\" names no column; write 'age:25,45,65'"},
      {{.bucket = {"age:45,25"}}, "bucket \"age:45,25\": edges must ascend"},
      {{.bucket = {"age:45,45"}}, "bucket \"age:45,45\": edges must ascend"},
      {{.bucket = {"age:0,-0"}}, "bucket \"age:0,-0\": edges must ascend"},
      {{.bucket = {"age:25,x"}}, "bucket edge \"x\" is not a finite number"},
      {{.bucket = {"age:25,,45"}}, "bucket edge \"\" is not a finite number"},
      {{.bucket = {"age:inf"}}, "bucket edge \"inf\" is not a finite number"},
      {{.bucket = {"age:nan"}}, "bucket edge \"nan\" is not a finite number"},
      {{.bucket = {"age:1e999"}}, "bucket edge \"1e999\" is not a finite number"},
      {{.bucket = {"age:1", "age:2"}}, "column \"age\" is named twice in bucket"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    eh_arena arena = {0};
    eh_slicing s;
    eh_error err = {0};
    CHECK_U64(parse(&s, &arena, &cases[i].w, false, &err), EH_E_USAGE);
    CHECK_TEXT(err.message, strlen(err.message), cases[i].message);
    eh_arena_free(&arena);
  }
}

static void more_than_64_columns_are_too_many(void) {
  char name_n[65][16];
  eh_str column_n[65];
  for (int i = 0; i < 65; i++) {
    snprintf(name_n[i], sizeof name_n[i], "c%d", i);
    column_n[i] = eh_str_of(name_n[i]);
  }
  eh_arena arena = {0};
  eh_slicing s;
  eh_error err = {0};
  CHECK_U64(eh_slicing_parse(&s, &arena, column_n, 64, NULL, 0, NULL, 0, false, &err), EH_OK);
  CHECK_U64(eh_slicing_parse(&s, &arena, column_n, 65, NULL, 0, NULL, 0, false, &err), EH_E_LIMIT);
  CHECK_TEXT(err.message, strlen(err.message), "more than 64 columns to slice by");
  eh_arena_free(&arena);
}

static void slicings_made_by_hand_are_checked(void) {
  const double up[] = {1, 2}, down[] = {2, 1}, bad[] = {1, INFINITY};
  const uint32_t pair[] = {0, 1}, far[] = {0, 2}, same[] = {1, 1};
  const eh_dim plain[] = {{.name = EH_STR("a")}, {.name = EH_STR("b"), .edge_n = up, .edge_count = 2}};
  const eh_dim twice[] = {{.name = EH_STR("a")}, {.name = EH_STR("a")}};
  const eh_dim falls[] = {{.name = EH_STR("a"), .edge_n = down, .edge_count = 2}};
  const eh_dim endless[] = {{.name = EH_STR("a"), .edge_n = bad, .edge_count = 2}};
  const eh_dim broken[] = {{.name = EH_STR("\xff")}};
  const uint32_t single_far[] = {2}, single_same[] = {1, 1};
  const eh_cross cross_pair = {pair, 2}, cross_far = {far, 2}, cross_same = {same, 2}, cross_one = {pair, 1};
  const struct {
    eh_slicing s;
    eh_status status;
  } cases[] = {
      {{.dim_n = plain, .dim_count = 2, .single_count = 1, .cross_n = &cross_pair, .cross_count = 1}, EH_OK},
      {{.dim_n = plain, .dim_count = 2, .single_count = 3}, EH_E_USAGE},
      {{.dim_n = plain, .dim_count = 2, .single_n = single_far, .single_count = 1}, EH_E_USAGE},
      {{.dim_n = plain, .dim_count = 2, .single_n = single_same, .single_count = 2}, EH_E_USAGE},
      {{.dim_n = twice, .dim_count = 2, .single_count = 2}, EH_E_USAGE},
      {{.dim_n = falls, .dim_count = 1}, EH_E_USAGE},
      {{.dim_n = endless, .dim_count = 1}, EH_E_USAGE},
      {{.dim_n = broken, .dim_count = 1}, EH_E_USAGE},
      {{.dim_n = plain, .dim_count = 2, .cross_n = &cross_far, .cross_count = 1}, EH_E_USAGE},
      {{.dim_n = plain, .dim_count = 2, .cross_n = &cross_same, .cross_count = 1}, EH_E_USAGE},
      {{.dim_n = plain, .dim_count = 2, .cross_n = &cross_one, .cross_count = 1}, EH_E_USAGE},
      {{.dim_n = plain, .dim_count = 65}, EH_E_LIMIT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    eh_error err = {0};
    CHECK_U64(eh_slicing_check(&cases[i].s, &err), cases[i].status);
    CHECK((err.message[0] != 0) == (cases[i].status != EH_OK));
  }
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

static void cells_that_mean_missing_are_missing(void) {
  static const char *const text_n[] = {"", "NA", "12", "x", "inf", "true"};
  static const eh_cell number_n[] = {EH_CELL_MISSING, EH_CELL_MISSING, EH_CELL_OK, EH_CELL_NOT_NUMBER,
                                     EH_CELL_NOT_FINITE, EH_CELL_OK};
  const eh_str missing[] = {EH_STR("NA")};
  for (int i = 0; i < 6; i++) {
    const uint32_t start = 0, len = (uint32_t)strlen(text_n[i]);
    const eh_column column = {.type = EH_TEXT, .text_bytes = text_n[i], .text_start_n = &start, .text_len_n = &len};
    char scratch[EH_F64_TEXT];
    eh_str text;
    double x;
    CHECK_U64(eh_cell_number(&x, &column, 0, missing, 1), number_n[i]);
    CHECK_U64(eh_cell_text(&text, scratch, &column, 0, missing, 1), i < 2 ? EH_CELL_MISSING : EH_CELL_OK);
  }
}

int main(void) {
  RUN(a_wish_becomes_dimensions_in_order_of_mention);
  RUN(a_bucketed_column_has_a_colon_in_its_name);
  RUN(wrong_wishes_are_named);
  RUN(more_than_64_columns_are_too_many);
  RUN(slicings_made_by_hand_are_checked);
  RUN(cells_that_mean_missing_are_missing);
  return check_end("slice wishes");
}
