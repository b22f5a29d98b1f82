/* reliable: rows and scores in ten equal bins of [0, 1], which binned keys cannot tell. Called by coarse.c while exact
 * cells are at hand.
 *
 * The one idea: keys ascend, so one walk along cells and edges finds every bin.
 */
#include "cube_internal.h"

/* Upper edges; a score on an edge lies below it. */
static const double edge_b[EH_RELIABLE_BINS] = {.1, .2, .3, .4, .5, .6, .7, .8, .9, 1};

bool eh_reliable_add_cells(eh_cube_reliability *to, const uint64_t *key_c, const uint64_t *rows_c, size_t n) {
  const uint64_t zero = eh_score_key(0);
  int b = 0;
  for (size_t c = 0; c < n; c++) {
    while (b < EH_RELIABLE_BINS && key_c[c] > eh_score_key(edge_b[b])) b++;
    if (key_c[c] < zero || b == EH_RELIABLE_BINS) {
      to->outside += rows_c[c];
      continue;
    }
    const double score = eh_key_score(key_c[c]);
    eh_i192 unused = {{0}};
    to->rows_b[b] += rows_c[c];
    if (!eh_sums_add_times(&to->score_b[b], &unused, &score, &rows_c[c], 1)) return false;
  }
  return true;
}

bool eh_reliable_add(eh_cube_reliability *to, const eh_cube_reliability *from) {
  bool fits = true;
  for (int b = 0; b < EH_RELIABLE_BINS; b++) {
    to->rows_b[b] += from->rows_b[b];
    fits = fits && eh_i128_add(&to->score_b[b], from->score_b[b]);
  }
  to->outside += from->outside;
  return fits;
}
