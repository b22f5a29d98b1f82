/* join: the cube of rows that several builders were given. Called by the audit's ingest when a file was read by several
 * threads.
 *
 * The one idea: what only messages need (labels seen, rows skipped) joins the first builder, so that errors are those of
 * one builder; the counts are finished side by side and merged as any cubes are.
 */
#include <string.h>

#include "builder.h"

typedef struct eh_joining {
  eh_cube_builder *const *builder_k;
  eh_cube **cube_k;
  eh_error *error_k;
} eh_joining;

static void finish_one(void *ctx, uint32_t i, uint32_t thread) {
  (void)thread;
  eh_joining *const joint = ctx;
  eh_cube_builder_finish(joint->builder_k[i], &joint->cube_k[i], (eh_str){0}, NULL, &joint->error_k[i]);
}

eh_status eh_cube_builder_check_labels(eh_cube_builder *const *builder_k, uint32_t k, eh_error *err) {
  for (uint32_t i = 1; i < k; i++) EH_TRY(eh_label_absorb(builder_k[0], builder_k[i], err));
  return eh_label_check(builder_k[0], err);
}

static void absorb_intakes(eh_cube_builder *const *builder_k, uint32_t k) {
  for (uint32_t i = 1; i < k; i++) {
    eh_intake_merge(&builder_k[0]->intake, &builder_k[i]->intake);
    builder_k[i]->intake = (eh_intake){.strict = builder_k[0]->intake.strict};
  }
}

static eh_status merge_all(eh_joining *joint, uint32_t k, eh_cube **out, const unsigned char *sha256, eh_error *err) {
  for (uint32_t i = 0; i < k; i++) {
    if (!joint->error_k[i].status) continue;
    if (err && !err->status) *err = joint->error_k[i];
    return joint->error_k[i].status;
  }
  EH_TRY(eh_cube_merge(out, (const eh_cube *const *)joint->cube_k, k, joint->builder_k[0]->mem, err));
  eh_provenance *const provenance = &(*out)->provenance;
  provenance->has_sha256 = sha256 != NULL;
  if (sha256) memcpy(provenance->sha256, sha256, sizeof provenance->sha256);
  return EH_OK;
}

eh_status eh_cube_builder_join(eh_cube_builder *const *builder_k, uint32_t k, eh_threads *threads, eh_cube **out,
                               eh_str source_name, const unsigned char *sha256_or_null, eh_error *err) {
  *out = NULL;
  if (k == 1) return eh_cube_builder_finish(builder_k[0], out, source_name, sha256_or_null, err);
  EH_TRY(eh_cube_builder_check_labels(builder_k, k, err));
  absorb_intakes(builder_k, k);
  eh_arena scratch = {.mem = builder_k[0]->mem};
  eh_joining joint = {.builder_k = builder_k,
                    .cube_k = eh_cube_take(&scratch, k, sizeof(eh_cube *)),
                    .error_k = eh_cube_take(&scratch, k, sizeof(eh_error))};
  eh_status status = EH_E_MEMORY;
  if (!joint.cube_k || !joint.error_k) {
    eh_cube_no_memory(err);
  } else {
    eh_threads_run(threads, finish_one, &joint, k);
    status = merge_all(&joint, k, out, sha256_or_null, err);
    for (uint32_t i = 0; i < k; i++) eh_cube_free(joint.cube_k[i]);
  }
  eh_arena_free(&scratch);
  if (status || !source_name.p) return status;
  status = eh_cube_name(*out, source_name, err);
  if (!status) return EH_OK;
  eh_cube_free(*out);
  *out = NULL;
  return status;
}
