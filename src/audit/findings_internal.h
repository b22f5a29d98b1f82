/* The list of findings while it grows: findings.c says gaps, notes.c the rest. */
#ifndef EVENHAND_FINDINGS_INTERNAL_H
#define EVENHAND_FINDINGS_INTERNAL_H

#include <stdlib.h>
#include <string.h>

#include "audit_internal.h"

typedef struct eh_findings {
  eh_arena *arena; /* owns the sentences */
  eh_buf list;     /* of eh_finding */
  eh_buf text;     /* the sentence being written */
} eh_findings;

#define EH_FINDING_OF(which) \
  ((eh_finding){.kind = (which), .model = EH_NONE, .slice = EH_NONE, .metric = EH_NONE, .threshold = EH_NONE})

/* Takes to->text as the finding's sentence and gives it the next rank. */
void eh_findings_add(eh_findings *to, eh_finding finding);

/* Models of which every threshold selects all rows or none. */
void eh_findings_threshold(const eh_audit *audit, eh_findings *to);
/* Which gaps were not judged, and why. */
void eh_findings_not_judged(const eh_audit *audit, eh_findings *to);
/* Which numbers do not exist, and why, per model and family. */
void eh_findings_undefined(const eh_audit *audit, eh_findings *to);
/* Small slices, missing groups, scores outside [0, 1], columns that look like identifiers, skipped rows. */
void eh_findings_notes(const eh_audit *audit, eh_findings *to);

#endif
