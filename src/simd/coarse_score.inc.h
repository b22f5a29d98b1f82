/* coarse_score: the part of coarse.inc.h that knows the type of the score, included once per type. */

typedef uint32_t EH_COARSE(passed) __attribute__((vector_size(EH_SCORE_LANES * sizeof(uint32_t))));

/* The thresholds that each of some rows passes, and what there is to see of their scores. */
EH_LANES void EH_COARSE(pass)(uint32_t *cell_n, EH_V() *least, EH_V() *greatest, EH_M *good, const EH_SCORE *score_n,
                              const EH_SCORE *edge_t, uint32_t edge_count) {
  const EH_SCORE limit = (EH_SCORE)EH_SUM_LIMIT;
  EH_V() v[EH_COARSE_VECTORS];
  EH_M k[EH_COARSE_VECTORS];
  for (int j = 0; j < EH_COARSE_VECTORS; j++) {
    v[j] = EH_V(_load)(score_n + j * EH_SCORE_LANES);
    k[j] = (EH_M){0};
    *good &= (EH_M)(v[j] > -limit) & (EH_M)(v[j] < limit);
    *least = EH_V(_select)((EH_M)(v[j] < *least), v[j], *least);
    *greatest = EH_V(_select)((EH_M)(v[j] > *greatest), v[j], *greatest);
  }
  for (uint32_t t = 0; t < edge_count; t++) {
    const EH_SCORE edge = edge_t[t];
    for (int j = 0; j < EH_COARSE_VECTORS; j++) k[j] -= (EH_M)(v[j] > edge);
  }
  for (int j = 0; j < EH_COARSE_VECTORS; j++) {
    const EH_COARSE(passed) passed = __builtin_convertvector(k[j], EH_COARSE(passed));
    memcpy(cell_n + j * EH_SCORE_LANES, &passed, sizeof passed);
  }
}

static void EH_COARSE(passes)(uint32_t *cell_n, eh_rows_seen *seen, const EH_SCORE *score_n, size_t n,
                              const EH_SCORE *edge_t, uint32_t edge_count) {
  enum { AT_ONCE = EH_COARSE_VECTORS * EH_SCORE_LANES };
  if (!n) return;
  EH_V() least = {0}, greatest = {0};
  EH_M good = {0};
  least += score_n[0], greatest += score_n[0], good = ~good;
  size_t i = 0;
  for (; i + AT_ONCE <= n; i += AT_ONCE)
    EH_COARSE(pass)(cell_n + i, &least, &greatest, &good, score_n + i, edge_t, edge_count);
  if (i < n) {
    EH_SCORE rest[AT_ONCE];
    uint32_t cell[AT_ONCE];
    for (size_t j = 0; j < AT_ONCE; j++) rest[j] = score_n[i + j < n ? i + j : n - 1];
    EH_COARSE(pass)(cell, &least, &greatest, &good, rest, edge_t, edge_count);
    memcpy(cell_n + i, cell, (n - i) * sizeof *cell);
  }
  for (int l = 0; l < EH_SCORE_LANES; l++) {
    seen->odd |= !good[l];
    seen->least = least[l] < seen->least ? least[l] : seen->least;
    seen->greatest = greatest[l] > seen->greatest ? greatest[l] : seen->greatest;
  }
}

static void EH_COARSE(cells)(uint32_t *cell_n, eh_rows_seen *seen, const uint16_t *joint_n, const uint8_t *label_n,
                             const EH_SCORE *score_n, size_t n, const EH_SCORE *edge_t, uint32_t edge_count,
                             unsigned shift) {
  EH_COARSE(passes)(cell_n, seen, score_n, n, edge_t, edge_count);
  see_labels(seen, label_n, n);
  finish_cells(cell_n, joint_n, label_n, edge_count + 1, shift, n);
}

#undef EH_SCORE
#undef EH_V
#undef EH_M
#undef EH_SCORE_LANES
#undef EH_COARSE
