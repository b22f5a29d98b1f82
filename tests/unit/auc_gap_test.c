/* Tests of the gap of two AUCs: variances and covariance pair by pair over rows, of both slices apart, one inside the other, overlapping,
 * and each against all others, with and without weights; and where there is none. */
#include "audited.h"
#include "reference/auc_slow.h"

#define Z 1.959963984540054

enum { ROWS = 480, MANY = 70000 };

typedef struct row {
  int y, g, h; /* g: a, b, c; h: x, y */
  double score, weight;
} row;

static void fill(row *row_n, int n, uint64_t seed, int values) {
  for (int i = 0; i < n; i++) {
    const int y = (int)(check_random(&seed) % 2), g = (int)(check_random(&seed) % 3);
    const double u = (check_uniform(&seed) + check_uniform(&seed) + .5 * y + .2 * g) / 3;
    row_n[i] = (row){y, g, (int)(check_random(&seed) % 2), values ? floor(u * values) / values : u, 1};
  }
}

/* '*' is any group of either column. */
static bool lies_in(const row *r, char g, char h) { return (g == '*' || "abc"[r->g] == g) && (h == '*' || "xy"[r->h] == h); }

typedef struct set {
  double score_n[ROWS], weight_n[ROWS];
  int y_n[ROWS], from_n[ROWS], n;
} set;

/* Those rows, or all others. */
static set set_or_rest(const row *row_n, char g, char h, bool rest) {
  set s = {.n = 0};
  for (int i = 0; i < ROWS; i++) {
    if (lies_in(&row_n[i], g, h) == rest) continue;
    s.score_n[s.n] = row_n[i].score, s.weight_n[s.n] = row_n[i].weight, s.y_n[s.n] = row_n[i].y, s.from_n[s.n++] = i;
  }
  return s;
}

static set set_of(const row *row_n, char g, char h) { return set_or_rest(row_n, g, h, false); }
static set rest_of(const row *row_n, char g, char h) { return set_or_rest(row_n, g, h, true); }

/* Share of the other label's weight that row i is ordered rightly against. */
static double share(const set *s, int i) {
  double sum = 0, all = 0;
  for (int j = 0; j < s->n; j++) {
    if (s->y_n[j] == s->y_n[i]) continue;
    sum += s->weight_n[j] * (s->y_n[i] ? slow_psi(s->score_n[i], s->score_n[j]) : slow_psi(s->score_n[j], s->score_n[i]));
    all += s->weight_n[j];
  }
  return sum / all;
}

/* Of a label: weight, and effective rows. */
static double weight_of(const set *s, int y, double *n_eff) {
  double sum = 0, square = 0;
  for (int i = 0; i < s->n; i++) sum += s->y_n[i] == y ? s->weight_n[i] : 0, square += s->y_n[i] == y ? pow(s->weight_n[i], 2) : 0;
  *n_eff = sum * sum / square;
  return sum;
}

static double auc_of(const set *s) {
  double sum = 0, n;
  for (int i = 0; i < s->n; i++) sum += s->y_n[i] ? s->weight_n[i] * share(s, i) : 0;
  return sum / weight_of(s, 1, &n);
}

/* Over the rows that both hold, by label: of a set with itself its variance. */
static double covariance(const set *a, const set *b) {
  const double auc_a = auc_of(a), auc_b = auc_of(b);
  double sum = 0;
  for (int y = 0; y < 2; y++) {
    double part = 0, n_a, n_b;
    const double all = weight_of(a, y, &n_a) * weight_of(b, y, &n_b), n = fmin(n_a, n_b);
    for (int i = 0, j = 0; i < a->n; i++) {
      while (j < b->n && b->from_n[j] < a->from_n[i]) j++;
      if (j < b->n && b->from_n[j] == a->from_n[i] && a->y_n[i] == y)
        part += a->weight_n[i] * a->weight_n[i] * (share(a, i) - auc_a) * (share(b, j) - auc_b);
    }
    sum += part / all * n / (n - 1);
  }
  return sum;
}

static void check_gap(const eh_gap *gap, const set *a, const set *b) {
  const double auc = auc_of(b), d = auc_of(a) - auc;
  const double va = covariance(a, a), vb = covariance(b, b), both = covariance(a, b), error = sqrt(va + vb - 2 * both);
  CHECK_NEAR(gap->difference, d, 1e-12);
  CHECK_NEAR(gap->difference_range.lower, d - Z * error, 1e-10);
  CHECK_NEAR(gap->difference_range.upper, d + Z * error, 1e-10);
  CHECK_NEAR(gap->p, 2 * eh_normal_cdf(-fabs(d) / error), 1e-8);
  const double end_k[] = {gap->ratio_range.lower, gap->ratio_range.upper};
  for (int k = 0; k < 2; k++) { /* Fieller: there the difference first - q second is z standard errors away from 0 */
    const double q = end_k[k], away = d + auc - q * auc;
    CHECK_NEAR(away * away, Z * Z * (va - 2 * q * both + q * q * vb), 1e-10);
  }
  CHECK((gap->p < .05) == (gap->difference_range.lower > 0 || gap->difference_range.upper < 0));
  CHECK((gap->p < .05) == (gap->ratio_range.lower > 1 || gap->ratio_range.upper < 1));
}

static audited audit_with(const row *row_n, int n, const char *baseline, uint32_t bits, bool weighted, eh_threads *threads) {
  static const eh_metric metric = EH_M_ROC_AUC;
  eh_buf csv = {0};
  eh_buf_text(&csv, "y,p,g,h,w\n");
  for (int i = 0; i < n; i++)
    eh_buf_format(&csv, "%u,%g,%c,%c,%g\n", (uint64_t)row_n[i].y, row_n[i].score, "abc"[row_n[i].g], "xy"[row_n[i].h], row_n[i].weight);
  eh_spec spec = {.cube.score_bits = bits, .metric_n = &metric, .metric_count = 1, .baseline = eh_str_of(baseline)};
  if (weighted) spec.cube.weight = EH_STR("w");
  return audited_of(&csv, spec, threads);
}

static audited audit_of(const row *row_n, int n, const char *baseline, uint32_t bits, eh_threads *threads) {
  return audit_with(row_n, n, baseline, bits, false, threads);
}

static const eh_gap *gap_of(const audited *a, const char *slice) {
  for (uint64_t i = 0; i < a->view->result_count; i++)
    if (eh_str_eq(a->view->slice_s[a->view->result_n[i].slice].slice->name, eh_str_of(slice))) return &a->view->result_n[i].gap;
  CHECK_SAY("no slice %s", slice);
  return &a->view->result_n[0].gap;
}

static void a_gap_is_its_definition(void) {
  static const char *const name_n[] = {"overall", "g=a", "g=b", "h=x", "g=a & h=x", "g=b & h=y"};
  static const char group_n[][2] = {{'*', '*'}, {'a', '*'}, {'b', '*'}, {'*', 'x'}, {'a', 'x'}, {'b', 'y'}};
  static row row_n[ROWS];
  enum { SETS = 6 };
  for (int k = 0; k < 6; k++) {
    set set_n[SETS];
    uint64_t seed = (uint64_t)k + 50;
    fill(row_n, ROWS, (uint64_t)k + 3, k % 2 ? 7 : 0);
    for (int i = 0; k >= 4 && i < ROWS; i++) row_n[i].weight = .3 + check_uniform(&seed);
    for (int s = 0; s < SETS; s++) set_n[s] = set_of(row_n, group_n[s][0], group_n[s][1]);
    if (k < 4) CHECK_NEAR(covariance(&set_n[0], &set_n[0]), slow_delong_variance(set_n[0].score_n, set_n[0].y_n, ROWS), 1e-14);
    for (int b = 0; b < SETS; b++) {
      audited against = audit_with(row_n, ROWS, name_n[b], 0, k >= 4, NULL);
      for (int s = 0; s < SETS; s++)
        if (s != b) check_gap(gap_of(&against, name_n[s]), &set_n[s], &set_n[b]);
      audited_free(&against);
    }
    audited others = audit_with(row_n, ROWS, "complement", 0, k >= 4, NULL);
    for (int s = 1; s < SETS; s++) {
      const set rest = rest_of(row_n, group_n[s][0], group_n[s][1]);
      check_gap(gap_of(&others, name_n[s]), &set_n[s], &rest);
    }
    audited_free(&others);
  }
}

static void check_method(const row *row_n, const char *baseline, const char *slice, const char *method) {
  audited a = audit_of(row_n, ROWS, baseline, 0, NULL);
  const char *const found = gap_of(&a, slice)->method;
  CHECK_TEXT(found ? found : "none", strlen(found ? found : "none"), method);
  audited_free(&a);
}

static void the_method_says_how_rows_are_shared(void) {
  static row row_n[ROWS];
  fill(row_n, ROWS, 3, 0);
  check_method(row_n, "overall", "g=a", "delong_part");
  check_method(row_n, "g=a", "g=b", "delong");
  check_method(row_n, "g=a", "overall", "delong_part");
  check_method(row_n, "g=a", "h=x", "delong_overlap");
  check_method(row_n, "complement", "h=x", "delong");
}

static void check_same(const row *row_n, int n, const char *baseline, eh_threads *threads) {
  audited one = audit_of(row_n, n, baseline, 0, NULL), three = audit_of(row_n, n, baseline, 0, threads);
  int told = 0;
  for (uint64_t i = 0; i < one.view->result_count; i++) {
    const eh_gap *const x = &one.view->result_n[i].gap, *const y = &three.view->result_n[i].gap;
    CHECK(x->interval_reason == y->interval_reason);
    if (x->interval_reason) continue;
    CHECK(x->p == y->p && x->ratio_range.upper == y->ratio_range.upper);
    told++;
  }
  CHECK(told >= 5);
  audited_free(&one);
  audited_free(&three);
}

/* So many cells that each thread walks several ranges of keys. */
static void threads_change_nothing(void) {
  static row row_n[MANY];
  eh_threads *threads = NULL;
  fill(row_n, MANY, 99, 0);
  REQUIRE(!eh_threads_new(&threads, 3, NULL, NULL));
  check_same(row_n, MANY, "g=a", threads);
  check_same(row_n, MANY, "complement", threads);
  eh_threads_free(threads);
}

/* Scores that are edges of bins are told apart by bins, too: then gaps are the same. Those of slices that overlap take exact cells. */
static void bins_are_of_slices(void) {
  static row row_n[ROWS];
  static const char *const baseline_n[] = {"overall", "g=a", "g=b & h=y", "complement"};
  int told = 0;
  fill(row_n, ROWS, 99, 16);
  for (int b = 0; b < 4; b++) {
    audited exact = audit_of(row_n, ROWS, baseline_n[b], 0, NULL), binned = audit_of(row_n, ROWS, baseline_n[b], 11, NULL);
    for (uint64_t i = 0; i < exact.view->result_count; i++) {
      const eh_gap *const x = &exact.view->result_n[i].gap, *const y = &binned.view->result_n[i].gap;
      const bool overlap = x->method && strcmp(x->method, "delong_overlap") == 0;
      CHECK(y->interval_reason == (overlap ? EH_R_BINNED : x->interval_reason));
      if (y->interval_reason) continue;
      CHECK(x->p == y->p && x->ratio_range.upper == y->ratio_range.upper && strcmp(x->method, y->method) == 0);
      told++;
    }
    audited_free(&exact);
    audited_free(&binned);
  }
  CHECK(told >= 30);
}

static void few_rows_have_none(void) {
  static row row_n[ROWS];
  fill(row_n, ROWS, 17, 0);
  audited few = audit_of(row_n, 60, "g=a", 0, NULL); /* some ten of either label in a group */
  CHECK(gap_of(&few, "g=b")->interval_reason == EH_R_FEW_ROWS && !gap_of(&few, "g=b")->method && isnan(gap_of(&few, "g=b")->p));
  audited_free(&few);
  for (int i = 0; i < ROWS; i++) row_n[i].score += row_n[i].g == 1 ? 2 * row_n[i].y : 0; /* b is ordered rightly throughout */
  audited sure = audit_of(row_n, ROWS, "g=a", 0, NULL);
  CHECK(gap_of(&sure, "g=b")->interval_reason == EH_R_FEW_ROWS && gap_of(&sure, "g=b")->difference > 0);
  CHECK(!gap_of(&sure, "g=c")->interval_reason);
  audited_free(&sure);
}

int main(void) {
  RUN(a_gap_is_its_definition);
  RUN(the_method_says_how_rows_are_shared);
  RUN(threads_change_nothing);
  RUN(bins_are_of_slices);
  RUN(few_rows_have_none);
  return check_end("auc_gap");
}
