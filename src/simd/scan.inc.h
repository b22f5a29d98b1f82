/* scan: where a CSV reader has to look. Kernel bodies, written once.
 *
 * A block is 64 bytes, whatever the register: its masks are put together from 64 / EH_VECTOR_BYTES parts.
 */

static void csv_scan(eh_csv_masks *mask_b, const unsigned char *block, size_t blocks, unsigned char delimiter) {
  const eh_u8v delimiters = eh_u8v_all(delimiter), quotes = eh_u8v_all('"'), feeds = eh_u8v_all('\n');
  const eh_u8v backs = eh_u8v_all('\r'), nuls = eh_u8v_all(0);
  for (size_t j = 0; j < blocks; j++, block += 64) {
    eh_csv_masks masks = {0};
    for (int at = 0; at < 64; at += EH_VECTOR_BYTES) {
      const eh_u8v v = eh_u8v_load(block + at);
      masks.delimiter |= eh_u8v_mask(eh_u8v_eq(v, delimiters)) << at;
      masks.quote |= eh_u8v_mask(eh_u8v_eq(v, quotes)) << at;
      masks.feed |= eh_u8v_mask(eh_u8v_eq(v, feeds)) << at;
      masks.back |= eh_u8v_mask(eh_u8v_eq(v, backs)) << at;
      masks.odd |= eh_u8v_mask(v | eh_u8v_eq(v, nuls)) << at;
    }
    mask_b[j] = masks;
  }
}

/* Eight places at a time without asking how many there are: a branch for each would be a guess for each. */
EH_LANES void put_places(uint32_t *place_n, unsigned n, uint64_t ends, uint32_t base) {
  for (unsigned k = 0; k < n; k += 8, place_n += 8) {
    for (int i = 0; i < 8; i++) {
      place_n[i] = base + (uint32_t)__builtin_ctzll(ends | 1ull << 63);
      ends &= ends - 1;
    }
  }
}

static eh_csv_places csv_places(uint32_t *place_n, const unsigned char *block, size_t blocks, uint32_t base,
                                unsigned char delimiter) {
  const eh_u8v delimiters = eh_u8v_all(delimiter), quotes = eh_u8v_all('"'), feeds = eh_u8v_all('\n');
  const eh_u8v backs = eh_u8v_all('\r'), nuls = eh_u8v_all(0);
  eh_csv_places found = {0};
  for (; found.blocks < blocks; found.blocks++, block += 64, base += 64) {
    uint64_t ends = 0, feed = 0, rare = 0;
    for (int at = 0; at < 64; at += EH_VECTOR_BYTES) {
      const eh_u8v v = eh_u8v_load(block + at), f = eh_u8v_eq(v, feeds);
      ends |= eh_u8v_mask(f | eh_u8v_eq(v, delimiters)) << at;
      feed |= eh_u8v_mask(f) << at;
      rare |= eh_u8v_mask(v | eh_u8v_eq(v, nuls) | eh_u8v_eq(v, quotes) | eh_u8v_eq(v, backs)) << at;
    }
    if (rare) break;
    const unsigned n = (unsigned)__builtin_popcountll(ends);
    put_places(place_n + found.places, n, ends, base);
    found.places += n;
    found.feeds += (unsigned)__builtin_popcountll(feed);
  }
  return found;
}

/* A CR LF has two bytes that could end a line, so each counts, less the pairs. */
EH_LANES void count_block(eh_csv_counts *counts, uint64_t *after_back, const unsigned char *block) {
  uint64_t quote = 0, feed = 0, back = 0;
  for (int at = 0; at < 64; at += EH_VECTOR_BYTES) {
    const eh_u8v v = eh_u8v_load(block + at);
    quote |= eh_u8v_mask(eh_u8v_eq(v, eh_u8v_all('"'))) << at;
    feed |= eh_u8v_mask(eh_u8v_eq(v, eh_u8v_all('\n'))) << at;
    back |= eh_u8v_mask(eh_u8v_eq(v, eh_u8v_all('\r'))) << at;
  }
  counts->quotes += (uint64_t)__builtin_popcountll(quote);
  counts->lines += (uint64_t)__builtin_popcountll(feed);
  if (!(back | *after_back)) return;
  counts->lines += (uint64_t)__builtin_popcountll(back) - (uint64_t)__builtin_popcountll((back << 1 | *after_back) & feed);
  *after_back = back >> 63;
}

static eh_csv_counts csv_count(const unsigned char *p, size_t n, bool after_back) {
  eh_csv_counts counts = {0};
  uint64_t carry = after_back;
  unsigned char rest[64] = {0};
  size_t i = 0;
  for (; i + 64 <= n; i += 64) count_block(&counts, &carry, p + i);
  if (i == n) return counts;
  memcpy(rest, p + i, n - i);
  count_block(&counts, &carry, rest);
  return counts;
}
