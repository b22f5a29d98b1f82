/* audit: Evenhand from C, in one page. Reads a CSV of predictions in pieces, asks one question and prints the answer.
 *
 *     audit examples/data/adult.csv          the report as a terminal shows it
 *     audit examples/data/adult.csv --json   the same as JSON
 *
 * The steps are always these: a spec (what to ask), an ingest (bytes in, cube out), an audit (cube in, numbers out).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "evenhand.h"

/* The question: do errors fall evenly on sexes, races and ages, each against all who are not in the group? */
static eh_status spec_make(eh_spec *spec, const eh_str *score, eh_arena *arena, eh_error *err) {
  static const eh_metric metric_n[] = {EH_M_FPR, EH_M_FNR, EH_M_SELECTION_RATE, EH_M_ROC_AUC};
  const eh_str column_n[] = {EH_STR("sex"), EH_STR("race")};
  const eh_str cross_n[] = {EH_STR("sex*race")};
  const eh_str bucket_n[] = {EH_STR("age:30,50")};

  *spec = (eh_spec){0}; /* every zero is the documented default: threshold .5, level .95 */
  spec->cube.label = EH_STR("label");
  spec->cube.score_m = score;
  spec->cube.model_count = 1;
  spec->metric_n = metric_n;
  spec->metric_count = 4;
  spec->baseline = EH_STR("complement");
  spec->min_slice = 100;
  return eh_slicing_parse(&spec->cube.slicing, arena, column_n, 2, cross_n, 1, bucket_n, 1, false, err);
}

/* Bytes are handed in, so a file, a socket and a buffer are the same code; memory does not grow with the file. */
static eh_status cube_make(eh_cube **cube, const eh_spec *spec, FILE *file, const char *name, eh_error *err) {
  const eh_reading reading = {.source = eh_str_of(name)};
  eh_ingest *ingest = NULL;
  eh_status status = eh_ingest_new(&ingest, spec, &reading, NULL, err);
  char bytes[1 << 14];
  size_t n;
  while (!status && (n = fread(bytes, 1, sizeof bytes, file)) > 0) status = eh_ingest_push(ingest, bytes, n, err);
  if (!status && ferror(file)) status = eh_fail(err, EH_E_IO, "cannot read %s", name);
  if (!status) status = eh_ingest_end(ingest, cube, err);
  eh_ingest_free(ingest);
  return status;
}

/* Everything the report shows can be read as data: here, the surest gap, the one with the least p. */
static void surest_gap_print(const eh_audit_view *view) {
  const eh_result *best = NULL;
  for (uint64_t i = 0; i < view->result_count; i++) {
    const eh_result *result = &view->result_n[i];
    const bool has_p = !isnan(result->gap.p); /* a gap that does not exist is NaN and carries a reason */
    if (has_p && (!best || result->gap.p < best->gap.p)) best = result;
  }
  if (!best) return;
  const eh_str name = view->slice_s[best->slice].slice->name;
  printf("surest gap: %s of %.*s is %.3f, %+.3f from everybody else (95 %% interval %+.3f to %+.3f)\n",
         eh_metric_about(best->metric)->name, (int)name.n, name.p, best->value.value, best->gap.difference,
         best->gap.difference_range.lower, best->gap.difference_range.upper);
}

static eh_status answer(FILE *file, const char *name, bool json, eh_error *err) {
  eh_arena arena = {0}; /* holds the parsed slicing; lives until the audit is done */
  eh_buf text = {0};
  const eh_str score = EH_STR("score");
  eh_spec spec;
  eh_cube *cube = NULL;
  eh_audit *audit = NULL;
  const eh_text_style style = {.width = 100, .top = 8};

  eh_status status = spec_make(&spec, &score, &arena, err);
  if (!status) status = cube_make(&cube, &spec, file, name, err);
  if (!status) status = eh_audit_run(&audit, cube, &spec, NULL, err);
  if (!status) {
    const eh_audit_view *view = eh_audit_see(audit);
    status = json ? eh_report_json(&text, view, err) : eh_report_text(&text, view, &style, err);
    if (!status) fwrite(text.p, 1, text.n, stdout);
    if (!status && !json) surest_gap_print(view);
  }

  eh_buf_free(&text);
  eh_audit_free(audit);
  eh_cube_free(cube);
  eh_arena_free(&arena);
  return status;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: audit FILE.csv [--json]\n");
    return 2;
  }
  FILE *file = fopen(argv[1], "rb");
  if (!file) {
    perror(argv[1]);
    return 2;
  }
  eh_error err = {0};
  const bool json = argc > 2 && !strcmp(argv[2], "--json");
  const eh_status status = answer(file, argv[1], json, &err);
  fclose(file);
  if (status) fprintf(stderr, "%s\n", err.message);
  return status ? 2 : 0;
}
