/* weighted: from sums of weights to the values of metrics, as TFMA defines them. Called by audit where rows have sampling
 * weights or labels are fractional.
 *
 * The one idea: metric.def writes rates over tp, fp, tn and fn; read as sums of weights, and again as sums of squared
 * weights, the same lines give a rate and the effective size of its denominator. Sums stay exact until they are divided.
 */
#include "metric_internal.h"

#define NOT_A_NUMBER __builtin_nan("")

typedef __int128 i128;

/* Sums of weights in fixed point; four of them fit, since all weights of a cube do twice over. */
typedef struct weights {
  i128 tp, fp, tn, fn;
} weights;

typedef struct squares {
  double tp, fp, tn, fn;
} squares;

static i128 exact(eh_i128 x) { return (i128)((unsigned __int128)x.w[1] << 64 | x.w[0]); }

static double number_of(i128 x) {
  const unsigned __int128 u = (unsigned __int128)x;
  return eh_i128_to_f64((eh_i128){{(uint64_t)u, (uint64_t)(u >> 64)}});
}

static weights weights_of(const eh_weight_confusion *c) {
  return (weights){exact(c->tp.weight), exact(c->fp.weight), exact(c->tn.weight), exact(c->fn.weight)};
}

static squares squares_of(const eh_weight_confusion *c) {
  return (squares){eh_i192_to_f64(c->tp.square), eh_i192_to_f64(c->fp.square), eh_i192_to_f64(c->tn.square),
                   eh_i192_to_f64(c->fn.square)};
}

static eh_value undefined(eh_reason reason) { return (eh_value){.value = NOT_A_NUMBER, .reason = reason, .weighted = true}; }

static eh_value number(double value) { return (eh_value){.value = value, .weighted = true}; }

static eh_value proportion(i128 numerator, i128 denominator, eh_reason reason) {
  eh_value v = {.value = NOT_A_NUMBER, .reason = denominator ? EH_R_NONE : reason, .has_parts = true, .weighted = true,
                .weight_numerator = number_of(numerator), .weight_denominator = number_of(denominator)};
  if (denominator) v.value = v.weight_numerator / v.weight_denominator;
  return v;
}

/* Squares of weights below 2^-32 may round to nothing; an effective size lies between 1 and the rows there are. */
static eh_value rate(i128 numerator, i128 denominator, double square, eh_reason reason, uint64_t rows) {
  eh_value v = proportion(numerator, denominator, reason);
  const double most = (double)rows, n_eff = v.weight_denominator * (v.weight_denominator / square);
  v.n_eff = !(n_eff < most) ? most : n_eff > 1 ? n_eff : 1;
  return v;
}

/* ---- what is not a rate ------------------------------------------------------------------------------------------ */

static double sum_of(eh_i192 a, eh_i192 b) {
  eh_i192_add(&a, b); /* sums over a slice are in range */
  return eh_i192_to_f64(a);
}

/* Sum of w (score - label)^2 = sum of w score^2 - 2 (sum of w score over positives) + weight of positives. */
static double brier_sum(const eh_weight_tally *t, i128 positives) {
  const unsigned __int128 u = (unsigned __int128)positives;
  const eh_i192 minus_score = eh_i192_neg(t->score_y[1].score);
  eh_i192 sum = t->score_y[0].square;
  eh_i192_add(&sum, t->score_y[1].square);
  eh_i192_add(&sum, minus_score);
  eh_i192_add(&sum, minus_score);
  eh_i192_add(&sum, eh_i192_of_i128((eh_i128){{(uint64_t)u, (uint64_t)(u >> 64)}}));
  return eh_i192_to_f64(sum);
}

static eh_value balanced_accuracy(weights c) {
  if (!(c.tp + c.fn)) return undefined(EH_R_NO_POSITIVES);
  if (!(c.fp + c.tn)) return undefined(EH_R_NO_NEGATIVES);
  return number(.5 * (number_of(c.tp) / number_of(c.tp + c.fn) + number_of(c.tn) / number_of(c.fp + c.tn)));
}

static eh_value pr_area(const eh_weight_tally *t, i128 positives, eh_pr_area area) {
  return positives ? number(t->scores.pr_area[area]) : undefined(EH_R_NO_POSITIVES);
}

static eh_value of_probabilities(const eh_weight_tally *t, double value) {
  return t->scores.outside ? undefined(EH_R_NOT_PROBABILITIES) : number(value);
}

static eh_value other_value(eh_metric metric, const eh_weight_tally *t, weights c) {
  const i128 positives = c.tp + c.fn, negatives = c.fp + c.tn;
  switch (metric) {
    case EH_M_BALANCED_ACCURACY: return balanced_accuracy(c);
    case EH_M_F1: return proportion(2 * c.tp, 2 * c.tp + c.fp + c.fn, EH_R_NO_POSITIVES);
    case EH_M_MEAN_SCORE:
      return number(sum_of(t->score_y[0].score, t->score_y[1].score) / number_of(positives + negatives));
    case EH_M_CALIBRATION_RATIO:
      if (!positives) return undefined(EH_R_NO_POSITIVES);
      return number(sum_of(t->score_y[0].score, t->score_y[1].score) / number_of(positives));
    case EH_M_BRIER: return number(brier_sum(t, positives) / number_of(positives + negatives));
    case EH_M_ROC_AUC:
      if (!positives || !negatives) return undefined(EH_R_ONE_CLASS);
      return number(t->auc_won / (number_of(positives) * number_of(negatives)));
    case EH_M_PR_AUC: return pr_area(t, positives, EH_PR_STEP);
    case EH_M_PR_AUC_TRAPEZOID: return pr_area(t, positives, EH_PR_TRAPEZOID);
    case EH_M_PR_AUC_DAVIS_GOADRICH: return pr_area(t, positives, EH_PR_DAVIS_GOADRICH);
    case EH_M_LOG_LOSS:
      if (t->scores.infinite && !t->scores.outside) return undefined(EH_R_INFINITE_LOSS);
      return of_probabilities(t, t->scores.log_loss);
    case EH_M_ECE: return of_probabilities(t, t->scores.ece);
    case EH_M_ECE_DEBIASED: return of_probabilities(t, t->scores.ece_debiased);
    default: return undefined(EH_R_NOT_WEIGHTED);
  }
}

/* The denominator of a rate, over squares of weights. */
static double square_below(eh_metric metric, squares c) {
  switch (metric) {
#define EH_METRIC_COUNT(id, name, title, count)
#define EH_METRIC_RATE(id, name, title, better, needs_threshold, above, below, reason) \
  case EH_M_##id: return below;
#define EH_METRIC_OTHER(id, name, title, better, needs_threshold)
#define EH_METRIC_NAMED EH_METRIC_OTHER
#include "evenhand/metric.def"
#undef EH_METRIC_COUNT
#undef EH_METRIC_RATE
#undef EH_METRIC_OTHER
#undef EH_METRIC_NAMED
    default: return NOT_A_NUMBER;
  }
}

eh_value eh_metric_weighted_value(eh_metric metric, const eh_weight_tally *tally) {
  const weights c = weights_of(&tally->confusion);
  const i128 all = c.tp + c.fp + c.tn + c.fn;
  const eh_reason empty = tally->rows ? EH_R_ZERO_WEIGHT : EH_R_NO_ROWS;
  switch (metric) {
#define EH_METRIC_COUNT(id, name, title, count) \
  case EH_M_##id: return (eh_value){.value = number_of(count), .has_parts = true, .weighted = true, \
                                    .weight_numerator = number_of(count)};
#define EH_METRIC_RATE(id, name, title, better, needs_threshold, above, below, reason) \
  case EH_M_##id: return rate(above, below, square_below(metric, squares_of(&tally->confusion)), \
                              all ? EH_R_##reason : empty, tally->rows);
#define EH_METRIC_OTHER(id, name, title, better, needs_threshold) \
  case EH_M_##id: return all ? other_value(metric, tally, c) : undefined(empty);
#define EH_METRIC_NAMED EH_METRIC_OTHER
#include "evenhand/metric.def"
#undef EH_METRIC_COUNT
#undef EH_METRIC_RATE
#undef EH_METRIC_OTHER
#undef EH_METRIC_NAMED
    default: return undefined(EH_R_NO_ROWS); /* no metric */
  }
}

/* ---- sums over atoms --------------------------------------------------------------------------------------------- */

static void take(eh_weight_cell *from, const eh_weight_cell *part) {
  eh_i128_add(&from->weight, eh_i128_neg(part->weight));
  eh_i192_add(&from->square, eh_i192_neg(part->square));
}

static void add(eh_weight_cell *to, const eh_weight_cell *more) {
  eh_i128_add(&to->weight, more->weight);
  eh_i192_add(&to->square, more->square);
}

void eh_metric_weighted_confusion(eh_weight_confusion *confusion_s, const eh_weight_tally *total_s,
                                  const eh_cube_view *cube, uint32_t model, const eh_slices *slices, double t,
                                  eh_weight_cell *scratch_ay) {
  eh_cube_weights_above(cube, model, t, scratch_ay);
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    const eh_slice *const slice = &slices->slice_n[s];
    eh_weight_confusion c = total_s[s].confusion;
    for (uint32_t i = 0; i < slice->atom_count; i++) {
      add(&c.fp, &scratch_ay[2 * (size_t)slice->atom_n[i]]);
      add(&c.tp, &scratch_ay[2 * (size_t)slice->atom_n[i] + 1]);
    }
    take(&c.tn, &c.fp);
    take(&c.fn, &c.tp);
    confusion_s[s] = c;
  }
}

eh_status eh_metric_weighted_totals(eh_weight_tally *tally_s, const eh_cube_view *cube, uint32_t model,
                                    const eh_slices *slices, eh_error *err) {
  const eh_cube_weights *const from = &cube->weight_m[model];
  const uint32_t intervals = cube->spec->threshold_count + 1;
  for (uint32_t s = 0; s < slices->slice_count; s++) {
    const eh_slice *const slice = &slices->slice_n[s];
    eh_weight_tally t = {0};
    bool in_range = true;
    for (uint32_t i = 0; i < slice->atom_count; i++) {
      for (size_t y = 0; y < 2; y++) {
        const size_t ay = 2 * (size_t)slice->atom_n[i] + y;
        t.rows += cube->rows_ay[ay];
        for (uint32_t k = 0; k < intervals; k++)
          add(y ? &t.confusion.fn : &t.confusion.tn, &from->cell_ayk[ay * intervals + k]);
        in_range &= eh_i192_add(&t.score_y[y].score, from->sum_ay[ay].score) &&
                    eh_i192_add(&t.score_y[y].square, from->sum_ay[ay].square);
      }
    }
    if (!in_range) return eh_fail(err, EH_E_LIMIT, "the sum of the scores of %Q leaves the range of exact sums", slice->name);
    tally_s[s] = t;
  }
  return EH_OK;
}

void eh_metric_weighted_rest(eh_weight_tally *rest, const eh_weight_tally *whole, const eh_weight_tally *part) {
  eh_weight_tally out = *whole;
  out.rows -= part->rows;
  take(&out.confusion.tp, &part->confusion.tp);
  take(&out.confusion.fp, &part->confusion.fp);
  take(&out.confusion.tn, &part->confusion.tn);
  take(&out.confusion.fn, &part->confusion.fn);
  for (int y = 0; y < 2; y++) {
    eh_i192_add(&out.score_y[y].score, eh_i192_neg(part->score_y[y].score));
    eh_i192_add(&out.score_y[y].square, eh_i192_neg(part->score_y[y].square));
  }
  *rest = out;
}
