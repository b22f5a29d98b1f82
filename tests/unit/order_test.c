/* Tests of the score order: every cell comes once, in order of keys, those of one key together and in the order of
 * groups, for scores spread evenly, over many sizes, in heaps, and made to defeat the quick way. */
#include "check.h"
#include "metric/metric_internal.h"

enum { GROUPS = 14 };

/* Scores of some kind, any number of them; positive and negative, with zeros. */
static double score_of_kind(uint64_t *seed, int kind) {
  const uint64_t r = check_random(seed);
  const double x = check_uniform(seed);
  switch (kind) {
    case 0: return x;                                           /* even */
    case 1: return (r & 1 ? 1 : -1) * ldexp(1 + x, -(int)(r >> 8 & 63)); /* sizes of 64 powers of two */
    case 2: return (double)(r % 1000) / 1000;                   /* few: ties everywhere */
    case 3: /* a heap beside 0 and 1 */
      return r & 7 ? 0x1p-30 * (1 + ldexp((double)(r >> 40), -52)) : (double)(r >> 3 & 1);
    case 4: /* low bits alone differ */
      return 0.5 + ldexp((double)(r & 0xffff), -52) + (r >> 20 & 1 ? ldexp(1, -20) : 0);
    default: return r % 5 ? 0x1p39 * x : ldexp(x, -300);
  }
}

static int by_key(const void *a, const void *b) {
  const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

typedef struct cells {
  uint64_t cell_ay[GROUPS + 1], *key_c, *below_c, n, rows;
} cells;

/* About n cells in groups of uneven length, one of them empty; `heavy` ones have more rows than 32 bits hold. */
static void cells_make(cells *c, size_t n, int kind, bool heavy) {
  uint64_t seed = 31 + (uint64_t)kind;
  *c = (cells){.key_c = malloc((n + GROUPS) * 8), .below_c = malloc((n + GROUPS) * 8)};
  for (uint32_t g = 0; g < GROUPS; g++) {
    const size_t from = c->n, want = g == 3 ? 0 : g == 5 ? n / 2 : n / (2 * GROUPS) + g % 2;
    c->cell_ay[g] = from;
    for (size_t i = 0; i < want; i++) c->key_c[from + i] = eh_score_key(score_of_kind(&seed, kind));
    qsort(c->key_c + from, want, 8, by_key);
    uint64_t below = 0;
    for (size_t i = 0; i < want; i++) {
      if (i && c->key_c[from + i] == c->key_c[c->n - 1]) continue;
      const uint64_t r = check_random(&seed);
      below += heavy && r % 4 == 0 ? ((r >> 8) % 3 + 1) * UINT32_MAX : 1 + (r >> 8) % 9;
      c->key_c[c->n] = c->key_c[from + i];
      c->below_c[c->n++] = below;
    }
    c->rows += below;
  }
  c->cell_ay[GROUPS] = c->n;
}

/* Walks the order; done_g says how many cells of a group have come, and left how many rows of the last one are still
 * to. */
static void check_order(const cells *c, const char *what) {
  const eh_cube_model model = {.cell_ay = c->cell_ay, .key_c = c->key_c, .below_c = c->below_c};
  uint64_t done_g[GROUPS] = {0}, left_g[GROUPS] = {0}, entries = 0, wrong = 0, last_key = 0;
  uint32_t last_ay = 0;
  eh_order order;
  REQUIRE(eh_order_make(&order, &model, GROUPS / 2, NULL));
  size_t n;
  for (const eh_cell_entry *e; (e = eh_order_next(&order, &n));) {
    wrong += entries && n && e[0].key == last_key; /* a key in two runs */
    for (size_t i = 0; i < n; i++) {
      const uint32_t ay = e[i].ay;
      const uint64_t cell = c->cell_ay[ay] + done_g[ay];
      wrong += entries + i && (e[i].key < last_key || (e[i].key == last_key && ay < last_ay));
      if (!left_g[ay]) left_g[ay] = c->below_c[cell] - (done_g[ay] ? c->below_c[cell - 1] : 0);
      wrong += cell >= c->cell_ay[ay + 1] || c->key_c[cell] != e[i].key || !e[i].rows || e[i].rows > left_g[ay];
      left_g[ay] -= e[i].rows;
      done_g[ay] += !left_g[ay];
      last_key = e[i].key, last_ay = ay;
    }
    entries += n;
  }
  for (uint32_t g = 0; g < GROUPS; g++) wrong += done_g[g] != c->cell_ay[g + 1] - c->cell_ay[g] || left_g[g];
  wrong += entries < c->n || entries > eh_cell_entries_most(c->n, c->rows);
  if (wrong) CHECK_SAY("%s: %u wrong among %u", what, (unsigned)wrong, (unsigned)c->n);
  eh_order_free(&order);
}

static void cells_come_in_order(void) {
  static const size_t length_l[] = {1, 30, 2048, 5000, 70000};
  for (int kind = 0; kind < 6; kind++)
    for (size_t l = 0; l < sizeof length_l / sizeof *length_l; l++)
      for (int heavy = 0; heavy < 2; heavy++) {
        cells c;
        char what[64];
        cells_make(&c, length_l[l] + 1, kind, heavy);
        snprintf(what, sizeof what, "kind %d, length %u, heavy %d", kind, (unsigned)length_l[l], heavy);
        if (c.n) check_order(&c, what);
        free(c.key_c), free(c.below_c);
      }
}

/* So many that they are not all at hand at once. */
static void cells_come_hand_by_hand(void) {
  cells c;
  cells_make(&c, 2600000, 0, false);
  CHECK(c.n > 2200000);
  check_order(&c, "many");
  free(c.key_c), free(c.below_c);
}

int main(void) {
  RUN(cells_come_in_order);
  RUN(cells_come_hand_by_hand);
  return check_end("order");
}
