/* missing: the texts that mean "missing", ready to be asked for each cell. Used by the readers of text. */
#ifndef EH_TABLE_MISSING_H
#define EH_TABLE_MISSING_H

#include "evenhand/table.h"

typedef struct eh_missing {
  const eh_str *text_m;
  uint32_t count;
  bool first[256]; /* some text begins with this byte */
} eh_missing;

/* Of a NULL list: NA, NaN, null. The list must outlive the plan. */
static inline void eh_missing_plan(eh_missing *missing, const eh_str *text_m, uint32_t count) {
  static const eh_str usual_m[] = EH_MISSING_USUAL;
  missing->text_m = text_m ? text_m : usual_m;
  missing->count = text_m ? count : sizeof usual_m / sizeof *usual_m;
  for (uint32_t m = 0; m < missing->count; m++)
    if (missing->text_m[m].n) missing->first[(unsigned char)*missing->text_m[m].p] = true;
}

/* The empty text is missing whatever the list says. */
static inline bool eh_missing_has(const eh_missing *missing, eh_str text) {
  if (!text.n) return true;
  if (!missing->first[(unsigned char)*text.p]) return false;
  uint32_t m = 0;
  while (m < missing->count && !eh_str_eq(missing->text_m[m], text)) m++;
  return m < missing->count;
}

#endif
