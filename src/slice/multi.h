/* multi.h: sets of values while rows come in, and how a spelled set falls into its values. */
#ifndef EVENHAND_SLICE_MULTI_H
#define EVENHAND_SLICE_MULTI_H

#include "slice_internal.h"

/* The sets of one multi-valued dimension. Raw texts ("b|a", "a | b") have ids of their own in the dimension's dictionary;
 * set_r[raw id] = the set's, EH_GROUP_MISSING where it is empty. */
typedef struct eh_multi {
  eh_dict sets;
  uint32_t *set_r;
  uint32_t set_cap, entries_met; /* of the raw dictionary */
  unsigned char separator;
  const eh_str *missing_n;       /* values that are none */
  uint32_t missing_count;
} eh_multi;

/* Turns ids of raw texts into ids of sets; *missing grows by the cells without a value. */
eh_status eh_multi_map(eh_multi *multi, const eh_dict *raw, eh_str column, uint32_t *id_n, const uint8_t *keep_n,
                       size_t n, uint64_t *missing, eh_error *err);
void eh_multi_free(eh_multi *multi);

/* Takes the next part, blanks around it trimmed, off the front of *rest. */
eh_str eh_part_next(eh_str *rest, unsigned char separator);
/* Whether it is empty, or one of the texts that mean missing. */
bool eh_part_is_missing(const eh_multi *multi, eh_str part);

#endif
