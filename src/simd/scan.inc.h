/* scan: where a CSV reader has to look. Kernel body, written once.
 *
 * A block is 64 bytes, whatever the register: its masks are put together from 64 / EH_VECTOR_BYTES parts.
 */

static void csv_scan(eh_csv_masks *mask_b, const unsigned char *block, size_t blocks, unsigned char delimiter) {
  const eh_u8v delimiters = eh_u8v_all(delimiter), quotes = eh_u8v_all('"'), feeds = eh_u8v_all('\n');
  const eh_u8v returns = eh_u8v_all('\r'), nuls = eh_u8v_all(0);
  for (size_t j = 0; j < blocks; j++, block += 64) {
    uint64_t special = 0, odd = 0;
    for (int at = 0; at < 64; at += EH_VECTOR_BYTES) {
      const eh_u8v v = eh_u8v_load(block + at);
      const eh_u8v ends = eh_u8v_eq(v, delimiters) | eh_u8v_eq(v, feeds) | eh_u8v_eq(v, returns);
      special |= eh_u8v_mask(ends | eh_u8v_eq(v, quotes)) << at;
      odd |= eh_u8v_mask(v | eh_u8v_eq(v, nuls)) << at;
    }
    mask_b[j] = (eh_csv_masks){special, odd};
  }
}
