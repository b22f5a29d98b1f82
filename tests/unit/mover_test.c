/* mover: intervals of two proportions whose rows overlap in part, against what defines them. */
#include "check.h"
#include "evenhand/interval.h"

#define Z 1.959963984540054

static eh_overlap some_overlap(uint64_t *state, uint64_t most) {
  eh_count part_k[3];
  for (int k = 0; k < 3; k++) {
    part_k[k].n = 1 + check_random(state) % most;
    part_k[k].x = check_random(state) % 4 ? check_random(state) % (part_k[k].n + 1) : check_random(state) % 2 * part_k[k].n;
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
    const eh_range w = eh_wilson(part_k[k].x, part_k[k].n, Z);
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
  CHECK(eh_mover_p(&(eh_overlap){{3, 9}, {1, 3}, {6, 18}}) > .9999);
}

/* Without shared rows it is Newcombe's method 10: his first example, 56/70 against 48/80, .0524 to .3339. */
static void few_shared_rows_leave_newcombe(void) {
  const eh_range r = eh_mover_difference(&(eh_overlap){{56000, 70000}, {1, 2}, {48000, 80000}}, Z * sqrt(1000));
  CHECK_NEAR(r.lower, .0524, 1e-4);
  CHECK_NEAR(r.upper, .3339, 1e-4);
}

int main(void) {
  RUN(difference_is_by_definition);
  RUN(ratio_ends_are_roots);
  RUN(exchange_mirrors_the_interval);
  RUN(interval_and_p_never_contradict);
  RUN(few_shared_rows_leave_newcombe);
  return check_end("mover");
}
