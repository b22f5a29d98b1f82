/* key: scores to ordered integers, and integers to intervals between thresholds. Kernel bodies, written once.
 *
 * Integers only, so there is no rounding to agree about: every width gives the same bits.
 */

/* u - 1 = 2^63 - 1 + (magnitude, negated where the sign bit is set); negation is (m ^ s) - s with s = 0 or all ones.
 * A zero of either sign has magnitude 0, so both give 2^63 - 1. */
EH_LANES eh_u64v key_of_bits(eh_u64v bits) {
  const eh_u64v sign = 0 - (bits >> 63);
  return (((bits & 0x7fffffffffffffffu) ^ sign) - sign) + 0x7fffffffffffffffu;
}

static void score_key(uint64_t *key_n, const double *score_n, size_t n) {
  size_t i = 0;
  for (; i + EH_U64_LANES <= n; i += EH_U64_LANES) eh_u64v_store(key_n + i, key_of_bits(eh_u64v_load(score_n + i)));
  if (i == n) return;
  uint64_t rest[EH_U64_LANES] = {0};
  memcpy(rest, score_n + i, (n - i) * sizeof *score_n);
  eh_u64v_store(rest, key_of_bits(eh_u64v_load(rest)));
  memcpy(key_n + i, rest, (n - i) * sizeof *key_n);
}

/* Up to here the edges are compared one by one, four registers of keys at a time; beyond, a search by halves is less
 * work, if they ascend. About the measured break-even. */
enum { EDGES_COMPARED = 16 * EH_U64_LANES };

static size_t edges_below(uint64_t key, const uint64_t *edge_t, size_t t) {
  size_t count = 0;
  for (size_t j = 0; j < t; j++) count += key > edge_t[j];
  return count;
}

/* The same for ascending edges: the number below is where the key would be inserted. */
static size_t edges_below_ascending(uint64_t key, const uint64_t *edge_t, size_t t) {
  const uint64_t *at = edge_t;
  while (t > 1) {
    const size_t half = t / 2;
    at += half & (0 - (size_t)(key > at[half - 1])); /* no branch: which half is as good as random */
    t -= half;
  }
  return (size_t)(at - edge_t) + (t == 1 && key > *at);
}

static int edges_ascend(const uint64_t *edge_t, size_t t) {
  size_t j = 1;
  while (j < t && edge_t[j - 1] <= edge_t[j]) j++;
  return j >= t;
}

static void key_interval(uint16_t *interval_n, const uint64_t *key_n, size_t n, const uint64_t *edge_t, size_t t) {
  enum { STEP = 4 * EH_U64_LANES };
  size_t i = 0;
  if (t > EDGES_COMPARED && edges_ascend(edge_t, t)) {
    for (; i < n; i++) interval_n[i] = (uint16_t)edges_below_ascending(key_n[i], edge_t, t);
    return;
  }
  for (; i + STEP <= n; i += STEP) {
    eh_u64v key[4], count[4];
    for (int k = 0; k < 4; k++) key[k] = eh_u64v_load(key_n + i + k * EH_U64_LANES), count[k] = eh_u64v_all(0);
    for (size_t j = 0; j < t; j++) {
      const eh_u64v edge = eh_u64v_all(edge_t[j]);
      for (int k = 0; k < 4; k++) count[k] += eh_u64v_gt(key[k], edge);
    }
    for (int k = 0; k < 4; k++) eh_u64v_store_u16(interval_n + i + k * EH_U64_LANES, count[k]);
  }
  for (; i < n; i++) interval_n[i] = (uint16_t)edges_below(key_n[i], edge_t, t);
}
