/* name: the name a misspelt one was meant to be, for messages.
 *
 * Optimal string alignment distance (Damerau 1964: adjacent swaps, no substring edited twice) over bytes, three rows of
 * its table at a time; common ends are cut off first, so that the rows need only hold what differs.
 */
#include "evenhand/table.h"

#include <string.h>

enum { DIFFERING_MAX = 255, FAR = 1 << 30 };

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }

static int min3(int a, int b, int c) { return a < b ? (a < c ? a : c) : (b < c ? b : c); }

/* Common prefix and suffix contribute nothing to the distance. */
static void cut_common_ends(eh_str *a, eh_str *b) {
  while (a->n && b->n && lower(*a->p) == lower(*b->p)) a->p++, a->n--, b->p++, b->n--;
  while (a->n && b->n && lower(a->p[a->n - 1]) == lower(b->p[b->n - 1])) a->n--, b->n--;
}

/* The distance, or FAR as soon as it cannot be below `limit`. */
static int distance(eh_str a, eh_str b, int limit) {
  int row_b[3][DIFFERING_MAX + 1];
  cut_common_ends(&a, &b);
  if (a.n > DIFFERING_MAX || b.n > DIFFERING_MAX) return FAR;
  int *before = row_b[0], *above = row_b[1], *here = row_b[2], least_above = 0;
  for (size_t j = 0; j <= b.n; j++) above[j] = (int)j;
  for (size_t i = 1; i <= a.n; i++) {
    int least = here[0] = (int)i;
    for (size_t j = 1; j <= b.n; j++) {
      const char ca = lower(a.p[i - 1]), cb = lower(b.p[j - 1]);
      here[j] = min3(above[j] + 1, here[j - 1] + 1, above[j - 1] + (ca != cb));
      if (i > 1 && j > 1 && ca == lower(b.p[j - 2]) && cb == lower(a.p[i - 2]) && before[j - 2] + 1 < here[j])
        here[j] = before[j - 2] + 1;
      if (here[j] < least) least = here[j];
    }
    if (least >= limit && least_above >= limit) return FAR; /* later rows only build on these two */
    least_above = least;
    int *const spent = before;
    before = above, above = here, here = spent;
  }
  return above[b.n];
}

int eh_name_nearest(const eh_str *name_n, uint32_t n, eh_str wanted) {
  int nearest = -1, limit = wanted.n / 3 > 2 ? (int)(wanted.n / 3 % FAR) + 1 : 3;
  for (uint32_t i = 0; i < n; i++) {
    const size_t longer = name_n[i].n > wanted.n ? name_n[i].n : wanted.n;
    const int d = distance(name_n[i], wanted, limit);
    /* A name that shares no letter is not near, however short both are. */
    if (d < limit && (size_t)d < longer) nearest = (int)i, limit = d;
  }
  return nearest;
}
