/* composite: how sure numbers are that are made of rates, F1 and balanced accuracy, and their gaps. Called by audit.
 *
 * The one idea: the rates have rows of their own, and so have the parts of two sets that overlap, so all of them are
 * independent proportions with Wilson limits. F1 is a rising function of one: with J = tp / (tp + fp + fn) it is 2 J / (1 + J), and
 * the J of a set is the mean of those of its parts.
 */
#include "moves.h"

enum { RATES = 2, PARTS = 3 };

static double weight_of(eh_count c) { return c.weight > 0 ? c.weight : c.n; }

/* What the parts of a rate add to that of either set, and the rate of the part. */
typedef struct pieces {
  double share_p[PARTS], first_p[PARTS], second_p[PARTS];
} pieces;

static pieces pieces_of(const eh_count part_p[PARTS]) {
  pieces r = {{0}, {0}, {0}};
  const double first = weight_of(part_p[0]) + weight_of(part_p[1]), second = weight_of(part_p[1]) + weight_of(part_p[2]);
  for (int p = 0; p < PARTS; p++) {
    if (!(part_p[p].n > 0)) continue;
    r.share_p[p] = part_p[p].x / part_p[p].n;
    if (p < 2) r.first_p[p] = weight_of(part_p[p]) / first;
    if (p > 0) r.second_p[p] = weight_of(part_p[p]) / second;
  }
  return r;
}

static double mean_of(const double weight_p[PARTS], const double share_p[PARTS]) {
  return weight_p[0] * share_p[0] + weight_p[1] * share_p[1] + weight_p[2] * share_p[2];
}

/* The number, of the rates of one set. */
static double number_of(const eh_composite *c, const double rate_r[RATES]) {
  return c->f1 ? 2 * rate_r[0] / (1 + rate_r[0]) : .5 * (rate_r[0] + rate_r[1]);
}

static void moves_at(eh_moves *out, const void *of, double z) {
  const eh_composite *const c = of;
  const int rates = c->f1 ? 1 : RATES;
  pieces piece_r[RATES];
  double first_r[RATES] = {0}, second_r[RATES] = {0};
  for (int r = 0; r < rates; r++) {
    piece_r[r] = pieces_of((const eh_count[]){c->rate_r[r].first, c->rate_r[r].both, c->rate_r[r].second});
    first_r[r] = mean_of(piece_r[r].first_p, piece_r[r].share_p), second_r[r] = mean_of(piece_r[r].second_p, piece_r[r].share_p);
  }
  *out = (eh_moves){.first = number_of(c, first_r), .second = number_of(c, second_r)};
  for (int r = 0; r < rates; r++) {
    const eh_count part_p[PARTS] = {c->rate_r[r].first, c->rate_r[r].both, c->rate_r[r].second};
    for (int p = 0; p < PARTS; p++) {
      if (!(part_p[p].n > 0)) continue;
      const eh_range wilson = eh_wilson_real(part_p[p].x, part_p[p].n, z);
      for (int end = 0; end < 2; end++) {
        const double by = (end ? wilson.upper : wilson.lower) - piece_r[r].share_p[p], first = first_r[r], second = second_r[r];
        first_r[r] += piece_r[r].first_p[p] * by, second_r[r] += piece_r[r].second_p[p] * by;
        out->first_k[out->count] = number_of(c, first_r), out->second_k[out->count++] = number_of(c, second_r);
        first_r[r] = first, second_r[r] = second;
      }
    }
  }
}

static double within(double x, double least, double most) { return x < least ? least : x > most ? most : x; }

eh_range eh_composite_range(const eh_composite *c, double z) {
  eh_moves m;
  moves_at(&m, c, z);
  const eh_range r = eh_moves_range(&m, 1, 0);
  return (eh_range){within(r.lower, 0, 1), within(r.upper, 0, 1)};
}

/* Whether no row that the number asks about lies in one set alone. */
static bool same_rows(const eh_composite *c) {
  bool same = true;
  for (int r = 0; r < (c->f1 ? 1 : RATES); r++) same = same && !(c->rate_r[r].first.n > 0) && !(c->rate_r[r].second.n > 0);
  return same;
}

eh_reason eh_composite_compare(eh_mean_gap *out, const eh_composite *c, double z) {
  if (same_rows(c)) return EH_R_SAME_ROWS;
  eh_moves_compare(out, moves_at, c, z);
  out->difference = (eh_range){within(out->difference.lower, -1, 1), within(out->difference.upper, -1, 1)};
  return EH_R_NONE;
}
