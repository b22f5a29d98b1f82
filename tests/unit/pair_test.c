/* Tests of the joint tables of pairs of models: rows that both select at any two thresholds against rows kept whole; where the tables
 * are too much, common thresholds are left, whatever the split and the order; the file. */
#include "cube_fixture.h"

/* So many thresholds that some 50 atoms have joint tables and 80 have not. */
enum { MANY = 200 };
static double many_t[MANY];

static eh_cube *build_of_many(const twin_row *row_n, size_t n) {
  for (int t = 0; t < MANY; t++) many_t[t] = (t - 20) / 100.0;
  const eh_cube_spec spec = twin_spec(many_t, MANY);
  eh_error err = {0};
  eh_cube *cube;
  if (build_of(&cube, row_n, n, 50, &spec, NULL, &err)) CHECK_SAY("%s", err.message);
  return cube;
}

static bool has_joint(const eh_cube *cube) { return eh_cube_see(cube)->model_m[1].joint_oaykl != NULL; }

static void check_both(const eh_cube *cube, const twin_row *row_n, size_t n, uint32_t t, uint32_t u, bool known) {
  const eh_cube_view *const view = eh_cube_see(cube);
  static uint64_t both_ay[400], turned_ay[400];
  REQUIRE(2 * view->atoms->atom_count <= 400);
  CHECK(eh_cube_both(view, 0, t, 1, u, both_ay) == known && eh_cube_both(view, 1, u, 0, t, turned_ay) == known);
  if (!known) return;
  CHECK(memcmp(both_ay, turned_ay, 2 * view->atoms->atom_count * sizeof *both_ay) == 0);
  for (uint32_t g = 0; g < 2 * view->atoms->atom_count; g++) {
    uint64_t want = 0;
    for (size_t i = 0; i < n; i++)
      want += row_n[i].label == g % 2 && row_n[i].score[0] > view->spec->threshold_t[t] &&
              row_n[i].score[1] > view->spec->threshold_t[u] && twin_in_atom(&row_n[i], view->atoms, g / 2);
    CHECK_U64(both_ay[g], want);
  }
}

static void any_two_thresholds_are_known(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 3);
  eh_cube *const cube = build(row_n, ROWS, 33);
  REQUIRE(cube && has_joint(cube));
  for (uint32_t t = 0; t < THRESHOLDS; t++)
    for (uint32_t u = 0; u < THRESHOLDS; u++) check_both(cube, row_n, ROWS, t, u, true);
  uint64_t unused[400];
  CHECK(!eh_cube_both(eh_cube_see(cube), 1, 0, 1, 0, unused));
  eh_cube_free(cube);
}

static void too_much_leaves_common_thresholds(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, ROWS, 4);
  eh_cube *const cube = build_of_many(row_n, ROWS), *const few = build_of_many(row_n, 40);
  REQUIRE(cube && few);
  CHECK(!has_joint(cube) && has_joint(few));
  check_both(cube, row_n, ROWS, 70, 70, true);
  check_both(cube, row_n, ROWS, 70, 71, false);
  check_both(few, row_n, 40, 70, 71, true);
  eh_cube_free(few);
  eh_cube_free(cube);
}

static void any_split_gives_the_same_bytes(void) {
  static twin_row row_n[ROWS];
  for (int many = 0; many < 2; many++) {
    fill_rows(row_n, ROWS, 5);
    eh_cube *const whole = many ? build_of_many(row_n, ROWS) : build(row_n, ROWS, 50);
    int with = 0;
    for (uint64_t round = 0; round < 4; round++) {
      shuffle(row_n, ROWS, 20 + round);
      const size_t cut_k[] = {0, 30 + 10 * round, 400, ROWS};
      eh_cube *part_k[3], *pair = NULL, *merged = NULL, *again = NULL;
      for (int p = 0; p < 3; p++) {
        const size_t n = cut_k[p + 1] - cut_k[p];
        part_k[p] = many ? build_of_many(row_n + cut_k[p], n) : build(row_n + cut_k[p], n, 50);
        with += has_joint(part_k[p]);
      }
      REQUIRE(!eh_cube_merge(&pair, (const eh_cube *const[]){part_k[2], part_k[0]}, 2, NULL, NULL));
      REQUIRE(!eh_cube_merge(&merged, (const eh_cube *const[]){part_k[1], pair}, 2, NULL, NULL));
      CHECK(same_body(whole, merged) && has_joint(merged) == !many);
      eh_buf file = saved(merged);
      eh_error err = {0};
      if (eh_cube_load(&again, file.p, file.n, NULL, &err)) CHECK_SAY("%s", err.message);
      REQUIRE(again);
      CHECK(same_body(whole, again) && has_joint(again) == !many);
      eh_buf_free(&file);
      for (int p = 0; p < 3; p++) eh_cube_free(part_k[p]);
      eh_cube_free(pair);
      eh_cube_free(merged);
      eh_cube_free(again);
    }
    CHECK(many ? with > 0 && with < 12 : with == 12);
    eh_cube_free(whole);
  }
}

/* A changed bit is refused, or the cube it makes is one that saves to these very bytes. */
static void damage_does_no_harm(void) {
  static twin_row row_n[ROWS];
  fill_rows(row_n, 40, 6);
  eh_cube *const cube = build(row_n, 40, 50);
  eh_buf file = saved(cube);
  const void *body;
  size_t body_n = 0, refused = 0;
  REQUIRE(eh_cube_body(file.p, file.n, &body, &body_n));
  unsigned char *const p = (unsigned char *)file.p;
  size_t from = 20;
  while (from < 20 + body_n && memcmp(p + from, "JOIN", 4) != 0) from++;
  REQUIRE(from < 20 + body_n);
  for (size_t at = from; at < 20 + body_n; at++)
    for (int bit = 0; bit < 8; bit++) {
      p[at] ^= (unsigned char)(1 << bit);
      const uint32_t crc = eh_crc32c(0, p, 20 + body_n);
      for (int i = 0; i < 4; i++) p[20 + body_n + (size_t)i] = (unsigned char)(crc >> (8 * i));
      eh_cube *again = NULL;
      eh_error err = {0};
      if (eh_cube_load(&again, file.p, file.n, NULL, &err) == EH_OK) {
        eh_buf same = saved(again);
        CHECK(same.n == file.n && memcmp(same.p, file.p, same.n) == 0);
        eh_buf_free(&same);
      } else {
        refused++;
      }
      eh_cube_free(again);
      p[at] ^= (unsigned char)(1 << bit);
    }
  CHECK(refused > (20 + body_n - from) * 7);
  eh_buf_free(&file);
  eh_cube_free(cube);
}

int main(void) {
  RUN(any_two_thresholds_are_known);
  RUN(too_much_leaves_common_thresholds);
  RUN(any_split_gives_the_same_bytes);
  RUN(damage_does_no_harm);
  return check_end("pair");
}
