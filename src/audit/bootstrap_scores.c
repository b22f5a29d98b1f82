/* bootstrap_scores: replicates of the numbers that need single scores: mean score, calibration ratio, Brier score, log loss, AUC.
 * Called by bootstrap.c after the counts.
 *
 * Idea: a fine cell (atom, label, score) is a cell like any other, so its rows are drawn Poisson(rows) times, and one walk
 * in the order of scores adds every draw to the sums of its slices and, for the AUC, to the pairs won. That costs a draw for
 * every cell and replicate, so it is done up to EH_SCORE_DRAWS of them; beyond, the numbers say bootstrap_needs_rows.
 */
#include <string.h>

#include "bootstrap.h"

#define EH_SCORE_DRAWS ((uint64_t)1 << 30)

enum { GROUP = EH_REPLICATE_GROUP, KINDS = 5 };
static const eh_metric metric_k[KINDS] = {EH_M_MEAN_SCORE, EH_M_CALIBRATION_RATIO, EH_M_BRIER, EH_M_LOG_LOSS, EH_M_ROC_AUC};

bool eh_scores_replicate(eh_metric metric) {
  bool found = false;
  for (int kind = 0; kind < KINDS; kind++) found = found || metric_k[kind] == metric;
  return found;
}

/* Sums of one slice over a group of replicates: rows by label, scores, squared errors, losses, and twice the pairs won plus
 * those tied of the rows so far. */
typedef struct sums {
  double rows_yb[2][GROUP], score_b[GROUP], square_b[GROUP], loss_b[GROUP], won_b[GROUP];
} sums;

/* One fine cell in the order of scores. */
typedef struct place {
  uint64_t cell;
  uint32_t ay;
} place;

typedef struct scores {
  bootstrap *b;
  const uint64_t *key_c, *start_ay; /* fine cells */
  place *place_c;
  uint64_t cell_count;
  uint32_t slots;
  bool sums, pairs;        /* what is asked for needs sums of scores; needs pairs */
  int result_k[KINDS];     /* which of the asked metrics it is, -1: not asked */
  sums *sum_s;
  double *value_ksb;       /* [kind][slot][groups * GROUP] */
} scores;

/* ---- cells in order of scores ------------------------------------------------------------------------------------ */

/* The next cell of every (atom, label) that has one left, the least score first. */
typedef struct heap {
  const uint64_t *key_c;
  place *run_i;
  uint32_t n;
} heap;

static bool before(const heap *h, place a, place b) {
  return h->key_c[a.cell] != h->key_c[b.cell] ? h->key_c[a.cell] < h->key_c[b.cell] : a.ay < b.ay;
}

static void sink(heap *h, uint32_t i) {
  const place moved = h->run_i[i];
  for (uint32_t child = 2 * i + 1; child < h->n; child = 2 * i + 1) {
    if (child + 1 < h->n && before(h, h->run_i[child + 1], h->run_i[child])) child++;
    if (!before(h, h->run_i[child], moved)) break;
    h->run_i[i] = h->run_i[child];
    i = child;
  }
  h->run_i[i] = moved;
}

static eh_status order_cells(scores *s, eh_error *err) {
  const uint32_t runs = 2 * s->b->audit->counted->atoms->atom_count;
  heap h = {.key_c = s->key_c, .run_i = eh_bootstrap_take(s->b, runs, sizeof(place), err)};
  s->place_c = eh_bootstrap_take(s->b, s->cell_count, sizeof(place), err);
  if (!h.run_i || !s->place_c) return EH_E_MEMORY;
  for (uint32_t ay = 0; ay < runs; ay++)
    if (s->start_ay[ay] < s->start_ay[ay + 1]) h.run_i[h.n++] = (place){s->start_ay[ay], ay};
  for (uint32_t i = h.n / 2; i-- > 0;) sink(&h, i);
  for (uint64_t c = 0; h.n; c++) {
    const place first = s->place_c[c] = h.run_i[0];
    if (first.cell + 1 < s->start_ay[first.ay + 1]) h.run_i[0].cell++;
    else h.run_i[0] = h.run_i[--h.n];
    sink(&h, 0);
  }
  return EH_OK;
}

/* ---- the walk ---------------------------------------------------------------------------------------------------- */

/* Pairs of these positives with the negatives so far. */
static void add_won(sums *to, const double draw_b[GROUP], double worth) {
  for (int i = 0; i < GROUP; i++) to->won_b[i] += worth * (draw_b[i] * to->rows_yb[0][i]);
}

static void add_rows(sums *to, const double draw_b[GROUP], uint32_t y) {
  for (int i = 0; i < GROUP; i++) to->rows_yb[y][i] += draw_b[i];
}

static void add_scores(sums *to, const double draw_b[GROUP], uint32_t y, double score) {
  const double square = (score - y) * (score - y), likely = y ? score : 1 - score;
  const double loss = likely > 0 && likely < 1 ? -eh_log(likely) : 0; /* where one is infinite, nothing is asked for */
  for (int i = 0; i < GROUP; i++) {
    to->score_b[i] += draw_b[i] * score;
    to->square_b[i] += draw_b[i] * square;
    to->loss_b[i] += draw_b[i] * loss;
  }
}

/* What is done with the cells of one score: positives are paired with the negatives before those of this score are added and
 * again after, each for one of the two that a pair won is worth. Where no label meets the other, once for both. */
typedef enum step { PAIR_BEFORE, ADD_NEGATIVES, ADD_POSITIVES, STEPS } step;

static eh_status walk_score(const scores *s, const eh_bootstrap_cells *cells, const place *place_c, uint64_t n, uint32_t group,
                            eh_error *err) {
  uint32_t seen = 0;
  for (uint64_t c = 0; c < n; c++) seen |= 1u << (place_c[c].ay & 1);
  const bool mixed = seen == 3 && s->pairs;
  const double score = eh_key_score(s->key_c[place_c->cell]);
  for (step now = mixed ? PAIR_BEFORE : ADD_NEGATIVES; now < STEPS; now++)
    for (uint64_t c = 0; c < n; c++) {
      const uint32_t a = place_c[c].ay >> 1, y = place_c[c].ay & 1;
      const uint64_t from = cells->start_a[a], to = cells->start_a[a + 1];
      double draw_b[GROUP];
      if (y == (now == ADD_NEGATIVES) || from == to) continue;
      EH_TRY(eh_fine_draw(s->b, draw_b, place_c[c].ay, place_c[c].cell, group, err));
      for (uint64_t i = from; i < to; i++) {
        sums *const sum = &s->sum_s[cells->slice_i[i]];
        if (y && s->pairs) add_won(sum, draw_b, mixed ? 1 : 2);
        if (now != PAIR_BEFORE) add_rows(sum, draw_b, y);
        if (now != PAIR_BEFORE && s->sums) add_scores(sum, draw_b, y, score);
      }
    }
  return EH_OK;
}

static eh_status walk(const scores *s, const eh_bootstrap_cells *cells, uint32_t group, eh_error *err) {
  const uint64_t *key_c = s->key_c;
  for (uint64_t first = 0, end; first < s->cell_count; first = end) {
    for (end = first + 1; end < s->cell_count && key_c[s->place_c[end].cell] == key_c[s->place_c[first].cell];) end++;
    EH_TRY(walk_score(s, cells, s->place_c + first, end - first, group, err));
  }
  return EH_OK;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static double *values_of(const scores *s, int kind, uint32_t slot) {
  return s->value_ksb + ((size_t)kind * s->slots + slot) * s->b->groups * GROUP;
}

static double value_of(int kind, const sums *x, int i) {
  const double rows = x->rows_yb[0][i] + x->rows_yb[1][i];
  switch (metric_k[kind]) {
    case EH_M_MEAN_SCORE: return x->score_b[i] / rows;
    case EH_M_CALIBRATION_RATIO: return x->score_b[i] / x->rows_yb[1][i];
    case EH_M_BRIER: return x->square_b[i] / rows;
    case EH_M_LOG_LOSS: return x->loss_b[i] / rows;
    default: return .5 * (x->won_b[i] / (x->rows_yb[0][i] * x->rows_yb[1][i]));
  }
}

static void keep_values(const scores *s, uint32_t slot, uint32_t group) {
  for (int kind = 0; kind < KINDS; kind++)
    for (int i = 0; i < GROUP && s->result_k[kind] >= 0; i++)
      values_of(s, kind, slot)[group * GROUP + (uint32_t)i] = value_of(kind, &s->sum_s[slot], i);
}

/* Too little to go by: fewer than ten rows, or effective clusters; positives, where those divide; and of the AUC's pairs, ten rows' worth won and lost. */
static bool few(const scores *s, const eh_result *r, uint32_t slice, const eh_held *held) {
  static const bool negative_k[EH_ROW_KINDS] = {[EH_ROW_TN] = true}, positive_k[EH_ROW_KINDS] = {[EH_ROW_FN] = true};
  const double positives = eh_effective_units(held, positive_k), negatives = eh_effective_units(held, negative_k);
  const double less = positives < negatives ? positives : negatives;
  if (r->metric == EH_M_CALIBRATION_RATIO) return positives < EH_EVENTS_LEAST;
  if (r->metric != EH_M_ROC_AUC) return positives + negatives < EH_EVENTS_LEAST;
  const double auc = eh_audit_value(s->b->audit, s->b->model, slice, EH_M_ROC_AUC, EH_NONE).value;
  return !(less * auc >= EH_EVENTS_LEAST && less * (1 - auc) >= EH_EVENTS_LEAST);
}

static void put_result(const scores *s, eh_result *r, int kind, uint32_t slot) {
  const bootstrap *b = s->b;
  const eh_audit *audit = b->audit;
  const uint32_t baseline = audit->view.baseline;
  const eh_resampling how = {b->how.level, b->how.z, false};
  if (r->interval_reason != EH_R_BOOTSTRAP_NEEDS_ROWS) return;
  const bool own_few = few(s, r, r->slice, b->held);
  memcpy(b->value_b, values_of(s, kind, slot), b->replicates * sizeof *b->value_b);
  if (r->gap.interval_reason == EH_R_BOOTSTRAP_NEEDS_ROWS && baseline != EH_NONE) {
    const eh_influence none = {0, 0};
    if (audit->relation_s[r->slice] == EH_EQUAL) r->gap.interval_reason = EH_R_SAME_ROWS;
    else eh_bootstrap_put_gap(b, &r->gap, values_of(s, kind, BASE_SLOT), how, none, own_few || few(s, r, baseline, b->held_base));
  }
  eh_bootstrap_put_interval(b, r, how, 0, own_few);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static eh_status run_round(const scores *s, uint32_t n, eh_error *err) {
  const bootstrap *b = s->b;
  eh_bootstrap_cells cells = {.atom_count = b->audit->counted->atoms->atom_count};
  eh_arena arena = {.mem = b->audit->mem};
  eh_status status = eh_bootstrap_slots(b, &cells, n, &arena, err);
  for (uint32_t g = 0; !status && g < b->groups; g++) {
    memset(s->sum_s, 0, n * sizeof *s->sum_s);
    status = walk(s, &cells, g, err);
    for (uint32_t slot = 0; slot < n; slot++) keep_values(s, slot, g);
  }
  eh_arena_free(&arena);
  eh_bootstrap_hold_base(s->b, EH_NONE);
  for (uint32_t slot = OWN_SLOTS; !status && slot < n; slot++) {
    eh_bootstrap_hold(s->b, b->place_s[slot], EH_NONE);
    for (int kind = 0; kind < KINDS; kind++)
      if (s->result_k[kind] >= 0)
        put_result(s, eh_audit_result(b->audit, b->model, b->place_s[slot], (uint32_t)s->result_k[kind], EH_NONE), kind, slot);
  }
  return status;
}

static bool find_kinds(scores *s) {
  const eh_spec *spec = &s->b->audit->spec;
  s->sums = s->pairs = false;
  for (int kind = 0; kind < KINDS; kind++) {
    s->result_k[kind] = -1;
    for (uint32_t i = 0; i < spec->metric_count; i++)
      if (spec->metric_n[i] == metric_k[kind]) s->result_k[kind] = (int)i;
    if (s->result_k[kind] < 0) continue;
    s->sums |= metric_k[kind] != EH_M_ROC_AUC;
    s->pairs |= metric_k[kind] == EH_M_ROC_AUC;
  }
  return s->sums || s->pairs;
}

static eh_status take_room(scores *s, eh_error *err) {
  const uint64_t value_n = (uint64_t)KINDS * s->b->groups * GROUP, slot_bytes = sizeof(sums) + value_n * sizeof(double);
  const uint64_t most = EH_ROUND_BYTES / slot_bytes;
  s->slots = most < s->b->slots ? (most > OWN_SLOTS ? (uint32_t)most : OWN_SLOTS + 1) : s->b->slots;
  s->sum_s = eh_bootstrap_take(s->b, s->slots, sizeof *s->sum_s, err);
  s->value_ksb = eh_bootstrap_take(s->b, value_n * s->slots, sizeof(double), err);
  return s->sum_s && s->value_ksb ? EH_OK : EH_E_MEMORY;
}

eh_status eh_bootstrap_scores(bootstrap *b, eh_error *err) {
  const eh_cube_view *cube = b->audit->counted;
  const uint32_t model = b->audit->model_m[b->model];
  const eh_cube_weights *const weights = cube->weight_m ? &cube->weight_m[model] : NULL;
  scores s = {.b = b, .key_c = weights ? weights->key_c : cube->model_m[model].key_c,
              .start_ay = weights ? weights->start_ay : cube->model_m[model].cell_ay};
  if (!find_kinds(&s) || cube->spec->no_fine) return EH_OK;
  s.cell_count = s.start_ay[2 * (size_t)cube->atoms->atom_count];
  if (!s.cell_count || s.cell_count > EH_SCORE_DRAWS / (b->groups * GROUP)) return EH_OK;
  EH_TRY(order_cells(&s, err));
  EH_TRY(take_room(&s, err));
  for (uint32_t first = 0; first < b->audit->slices.slice_count;) {
    uint32_t n = OWN_SLOTS;
    while (n < s.slots && first < b->audit->slices.slice_count) b->place_s[n++] = first++;
    EH_TRY(run_round(&s, n, err));
  }
  return EH_OK;
}
