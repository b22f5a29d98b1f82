/* Evenhand: one fairness-audit engine, the same numbers to the same bit natively, in Node and in the browser.
 *
 * This header is the whole public surface, in teaching order. examples/audit.c shows the shortest use:
 *
 *     eh_spec spec = {.cube = {.label = EH_STR("label"), .score_m = &score, .model_count = 1}};
 *     eh_ingest_new, eh_ingest_push ..., eh_ingest_end   -> a cube
 *     eh_audit_run                                       -> an audit
 *     eh_report_json | eh_report_csv | eh_report_text    -> bytes
 *
 * Conventions: functions return eh_status and fill an eh_error; results come by pointer, first; a handle is freed by its
 * own _free, which accepts NULL; names end in the shape of what they point to (count_ayk is count[atom][label][interval]);
 * nothing prints, exits or keeps globals. A handle may be used from one thread at a time.
 */
#ifndef EVENHAND_H
#define EVENHAND_H

#include "evenhand/base.h"     /* status, memory, bytes, exact sums, numbers as text */
#include "evenhand/threads.h"  /* tasks over threads */
#include "evenhand/table.h"    /* columns, batches, the CSV reader */
#include "evenhand/slice.h"    /* groups, atoms, slices */
#include "evenhand/cube.h"     /* counts: build, merge, save, load */
#include "evenhand/metric.h"   /* rates, calibration, AUC */
#include "evenhand/interval.h" /* certainty */
#include "evenhand/fair.h"     /* gaps and criteria */
#include "evenhand/audit.h"    /* the whole answer */
#include "evenhand/report.h"   /* JSON, CSV, text */

/* Lower level, less settled: the kernels and the program. */
#ifdef EVENHAND_UNSTABLE
#include "evenhand/simd.h"
#include "evenhand/cli.h"
#endif

#endif
