/* mover: intervals of two proportions whose rows overlap in part, against what defines them. */
#include "check.h"
#include "evenhand/interval.h"

#define Z 1.959963984540054

static eh_overlap some_overlap(uint64_t *state, uint64_t most) {
  eh_count part_k[3];
  for (int k = 0; k < 3; k++) {
    const uint64_t n = 1 + check_random(state) % most;
    const uint64_t x = check_random(state) % 4 ? check_random(state) % (n + 1) : check_random(state) % 2 * n;
    part_k[k] = (eh_count){(double)x, (double)n, 0};
  }
  return (eh_overlap){part_k[0], part_k[1], part_k[2]};
}

static double first_of(const eh_overlap *o) { return (double)(o->first.x + o->both.x) / (double)(o->first.n + o->both.n); }
static double second_of(const eh_overlap *o) { return (double)(o->second.x + o->both.x) / (double)(o->second.n + o->both.n); }

/* Interval of first - multiplier * second, term by term. */
static eh_range slow(const eh_overlap *o, double multiplier) {
  const double n1 = (double)(o->first.n + o->both.n), n2 = (double)(o->second.n + o->both.n);
  const double weight_k[3] = {(double)o->first.n / n1, (double)o->both.n / n1 - multiplier * (double)o->both.n / n2,
                              -multiplier * (double)o->second.n / n2};
  const eh_count part_k[3] = {o->first, o->both, o->second};
  double down = 0, up = 0;
  for (int k = 0; k < 3; k++) {
    const eh_range w = eh_wilson_real(part_k[k].x, part_k[k].n, Z);
    const double p = (double)part_k[k].x / (double)part_k[k].n, low = weight_k[k] * w.lower, high = weight_k[k] * w.upper;
    down += pow(weight_k[k] * p - fmin(low, high), 2);
    up += pow(fmax(low, high) - weight_k[k] * p, 2);
  }
  const double d = first_of(o) - multiplier * second_of(o);
  return (eh_range){d - sqrt(down), d + sqrt(up)};
}

static void difference_is_by_definition(void) {
  uint64_t state = 1;
  for (int t = 0; t < 5000; t++) {
    const eh_overlap o = some_overlap(&state, t % 2 ? 12 : 100000);
    const eh_range got = eh_mover_difference(&o, Z), want = slow(&o, 1);
    CHECK_NEAR(got.lower, fmax(want.lower, -1), 1e-13);
    CHECK_NEAR(got.upper, fmin(want.upper, 1), 1e-13);
    CHECK(got.lower < got.upper);
  }
}

/* At either end of the ratio's interval the difference "first - end * second" just holds 0. */
static void ratio_ends_are_roots(void) {
  uint64_t state = 2;
  for (int t = 0; t < 5000; t++) {
    const eh_overlap o = some_overlap(&state, t % 2 ? 12 : 100000);
    if (!o.both.x && !o.second.x) continue;
    const eh_range r = eh_mover_ratio(&o, Z);
    const double ratio = first_of(&o) / second_of(&o);
    CHECK(r.lower <= ratio && ratio <= r.upper && r.lower < r.upper);
    if (r.lower > 0) CHECK_NEAR(slow(&o, r.lower).lower, 0, 1e-10 * (1 + r.lower));
    if (r.lower == 0) CHECK(slow(&o, 0).lower <= 1e-15);
    if (isfinite(r.upper)) CHECK_NEAR(slow(&o, r.upper).upper, 0, 1e-10 * (1 + r.upper));
  }
}

static void exchange_mirrors_the_interval(void) {
  uint64_t state = 3;
  for (int t = 0; t < 2000; t++) {
    const eh_overlap o = some_overlap(&state, 500), back = {o.second, o.both, o.first};
    const eh_range a = eh_mover_difference(&o, Z), b = eh_mover_difference(&back, Z);
    CHECK_NEAR(a.lower, -b.upper, 1e-14);
    CHECK_NEAR(a.upper, -b.lower, 1e-14);
    CHECK_NEAR(eh_mover_p(&o), eh_mover_p(&back), 1e-6); /* near 1 the z is anything near 0 */
  }
}

/* p < 1 - level exactly when the intervals exclude 0 and 1. */
static void interval_and_p_never_contradict(void) {
  uint64_t state = 4;
  int excluded = 0;
  for (int t = 0; t < 5000; t++) {
    const eh_overlap o = some_overlap(&state, 60);
    const eh_range d = eh_mover_difference(&o, Z);
    const double p = eh_mover_p(&o);
    const bool out = d.lower > 0 || d.upper < 0;
    if (fabs(p - .05) < 1e-9) continue;
    excluded += out;
    CHECK(out == (p < .05));
    if (!o.both.x && !o.second.x) continue;
    const eh_range r = eh_mover_ratio(&o, Z);
    CHECK(out == (r.lower > 1 || r.upper < 1));
  }
  CHECK(excluded > 500 && excluded < 4500);
  CHECK(eh_mover_p(&(eh_overlap){{3, 9, 0}, {1, 3, 0}, {6, 18, 0}}) > .9999);
}

/* Without shared rows it is Newcombe's method 10: his first example, 56/70 against 48/80, .0524 to .3339. */
static void few_shared_rows_leave_newcombe(void) {
  const eh_range r = eh_mover_difference(&(eh_overlap){{56000, 70000, 0}, {1, 2, 0}, {48000, 80000, 0}}, Z * sqrt(1000));
  CHECK_NEAR(r.lower, .0524, 1e-4);
  CHECK_NEAR(r.upper, .3339, 1e-4);
}

/* Weights decide what a part counts for, their effective size how sure it is; only their proportions matter. */
static void weights_count_for_the_parts(void) {
  uint64_t state = 5;
  for (int t = 0; t < 2000; t++) {
    const eh_overlap plain = some_overlap(&state, 200);
    eh_overlap same = plain, other = plain, doubled = plain;
    same.first.weight = 3 * plain.first.n, same.both.weight = 3 * plain.both.n, same.second.weight = 3 * plain.second.n;
    other.first.weight = 7, other.both.weight = 2, other.second.weight = 5;
    doubled.first.weight = 14, doubled.both.weight = 4, doubled.second.weight = 10;
    CHECK_NEAR(eh_mover_difference(&same, Z).lower, eh_mover_difference(&plain, Z).lower, 1e-14);
    CHECK_NEAR(eh_mover_difference(&other, Z).upper, eh_mover_difference(&doubled, Z).upper, 1e-14);
    const eh_range r = eh_mover_difference(&other, Z);
    const double f = plain.first.x / plain.first.n, b = plain.both.x / plain.both.n, s = plain.second.x / plain.second.n;
    const double middle = (7 * f + 2 * b) / 9 - (2 * b + 5 * s) / 7;
    CHECK(r.lower <= middle && middle <= r.upper);
    if (fabs(eh_mover_p(&other) - .05) > 1e-9) CHECK((eh_mover_p(&other) < .05) == (r.lower > 0 || r.upper < 0));
  }
}

int main(void) {
  RUN(difference_is_by_definition);
  RUN(ratio_ends_are_roots);
  RUN(exchange_mirrors_the_interval);
  RUN(interval_and_p_never_contradict);
  RUN(few_shared_rows_leave_newcombe);
  RUN(weights_count_for_the_parts);
  return check_end("mover");
}
