/* key: scores to ordered integers. Kernel body, written once.
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
