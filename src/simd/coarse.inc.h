/* coarse: rows to cells of a coarse table. Kernel bodies, written once.
 *
 * Comparisons and integers only, so there is no rounding to agree about. The loops without vector types have no step
 * that waits for another, and compilers make vectors of them.
 */

/* Lanes in hand at once, so that a threshold is fetched once for all of them. */
enum { EH_COARSE_VECTORS = 4 };

static unsigned joint_u8(uint16_t *joint_n, const uint8_t *code_n, size_t n, unsigned room) {
  const uint8_t last = (uint8_t)(room > UINT8_MAX ? UINT8_MAX : room - 1);
  uint8_t greatest = 0;
  for (size_t i = 0; i < n; i++) {
    const uint8_t code = code_n[i];
    greatest = code > greatest ? code : greatest;
    joint_n[i] = (uint16_t)(joint_n[i] * room + (code < last ? code : last));
  }
  return greatest;
}

static unsigned joint_u16(uint16_t *joint_n, const uint16_t *code_n, size_t n, unsigned room) {
  const uint16_t last = (uint16_t)(room > UINT16_MAX ? UINT16_MAX : room - 1);
  uint16_t greatest = 0;
  for (size_t i = 0; i < n; i++) {
    const uint16_t code = code_n[i];
    greatest = code > greatest ? code : greatest;
    joint_n[i] = (uint16_t)(joint_n[i] * room + (code < last ? code : last));
  }
  return greatest;
}

static void see_labels(eh_rows_seen *seen, const uint8_t *label_n, size_t n) {
  uint8_t any = 0, all = 0xff;
  for (size_t i = 0; i < n; i++) any |= label_n[i], all &= label_n[i];
  seen->any_label |= any;
  seen->all_labels &= all;
}

/* cell_n[i], which holds the thresholds passed, becomes the cell. */
static void finish_cells(uint32_t *cell_n, const uint16_t *joint_n, const uint8_t *label_n, uint32_t intervals,
                         unsigned shift, size_t n) {
  for (size_t i = 0; i < n; i++)
    cell_n[i] = ((cell_n[i] + (intervals & (0 - (uint32_t)label_n[i]))) << shift) + joint_n[i];
}

#define EH_SCORE float
#define EH_V(name) eh_f32v##name
#define EH_M eh_u32m
#define EH_SCORE_LANES EH_F32_LANES
#define EH_COARSE(name) name##_f32
#include "coarse_score.inc.h"

#define EH_SCORE double
#define EH_V(name) eh_f64v##name
#define EH_M eh_u64m
#define EH_SCORE_LANES EH_F64_LANES
#define EH_COARSE(name) name##_f64
#include "coarse_score.inc.h"
