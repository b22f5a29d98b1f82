/* joint: rows of coded columns counted straight into one table over the codes of all of them. Called by the builder,
 * block by block, before its general way, where only counts at known thresholds are asked for.
 *
 * The one idea: while the lists of texts stay the same, a row needs neither text nor atom: its codes, label and
 * interval make one index, found for many rows at once, and one counter goes up. What the codes mean is settled per
 * cell, when the lists change or the rows end.
 */
#include <string.h>

#include "builder.h"
#include "evenhand/simd.h"

/* Rows of a block; cells of a model's table at most; thresholds that are compared one by one; tables of so few cells
 * are kept several times, since rows of one cell come too close for one counter. */
enum { BLOCK = 4096, CELLS_MOST = 1 << 19, EDGES_MOST = 64, FEW_CELLS = 4096, COPIES = 4, JOINTS_MOST = 1 << 16 };

/* The list of texts of a column, kept; codes without a text are its last code where `missing`. */
typedef struct list {
  eh_buf bytes;
  uint32_t *start_k, *len_k;
  uint32_t count, cap;
  bool missing;
} list;

struct eh_joint {
  list *list_d;
  uint32_t *count_mc;   /* [model][copy][(label * intervals + interval) << shift | joint code] */
  size_t table_cap;
  uint32_t joint_count; /* codes taken together; 0 = no table */
  uint32_t cell_count;  /* of one copy of a table */
  uint32_t copies;
  unsigned shift;
  uint64_t rows;        /* in the tables: so few that no counter overflows */
  uint16_t *joint_n;    /* of a block, as what follows */
  uint32_t *cell_mn;
  float *edge_t;        /* the thresholds' edges for scores of 32 bits */
};

/* ---- lists ------------------------------------------------------------------------------------------------------- */

static eh_str text_of(const eh_column *column, uint32_t code) {
  if (!column->text_start_n) return (eh_str){"", 0};
  return (eh_str){column->text_bytes + column->text_start_n[code], column->text_len_n[code]};
}

static bool is_same(const list *kept, const eh_column *column) {
  if (kept->count != column->text_count) return false;
  for (uint32_t k = 0; k < kept->count; k++) {
    const eh_str text = text_of(column, k);
    if (text.n != kept->len_k[k] || (text.n && memcmp(text.p, kept->bytes.p + kept->start_k[k], text.n))) return false;
  }
  return true;
}

static void list_free(list *kept, const eh_allocator *mem) {
  eh_mem_free(mem, kept->start_k, kept->cap * sizeof *kept->start_k);
  eh_mem_free(mem, kept->len_k, kept->cap * sizeof *kept->len_k);
  eh_buf_free(&kept->bytes);
  *kept = (list){.count = UINT32_MAX};
}

static eh_status list_keep(list *kept, const eh_column *column, const eh_allocator *mem, eh_error *err) {
  list_free(kept, mem);
  kept->bytes.mem = mem;
  kept->cap = column->text_count + 1;
  kept->start_k = eh_mem_zero(mem, kept->cap * sizeof *kept->start_k);
  kept->len_k = eh_mem_zero(mem, kept->cap * sizeof *kept->len_k);
  if (!kept->start_k || !kept->len_k) return eh_cube_no_memory(err);
  for (uint32_t k = 0; k < column->text_count; k++) {
    const eh_str text = text_of(column, k);
    kept->start_k[k] = (uint32_t)kept->bytes.n;
    kept->len_k[k] = (uint32_t)text.n;
    eh_buf_put(&kept->bytes, text.p, text.n);
  }
  if (kept->bytes.failed) return eh_cube_no_memory(err);
  kept->count = column->text_count;
  return EH_OK;
}

static uint32_t room_of(const list *kept) { return kept->count + kept->missing; }

/* ---- what can be counted so -------------------------------------------------------------------------------------- */

static const eh_column *dim_column(const eh_cube_builder *builder, const eh_batch *batch, uint32_t d) {
  return &batch->column[builder->want_d[d]];
}

static bool suits(const eh_cube_builder *builder, const eh_batch *batch) {
  const eh_cube_spec *const spec = &builder->spec;
  const eh_column *const label = &batch->column[0];
  if (!builder->coarse_m || !spec->no_sums || spec->positive.p || spec->threshold_count > EDGES_MOST || spec->where.n ||
      builder->quantiles_d || builder->weights || builder->pairs || builder->regress || eh_slicing_cluster(&spec->slicing) != EH_NO_CLUSTER)
    return false;
  if (builder->want_count > 1 + spec->model_count + spec->slicing.dim_count) return false; /* more is read than counted here */
  if ((label->type != EH_U8 && label->type != EH_BOOL) || label->cell_n) return false;
  for (uint32_t m = 0; m < spec->model_count; m++) {
    const eh_column *const score = &batch->column[1 + m];
    if ((score->type != EH_F32 && score->type != EH_F64) || score->cell_n) return false;
  }
  uint64_t joints = 1;
  for (uint32_t d = 0; d < spec->slicing.dim_count; d++) {
    if (eh_dim_is_fixed(&spec->slicing.dim_n[d]) || spec->slicing.dim_n[d].separator) return false;
    const eh_column *const column = dim_column(builder, batch, d);
    if ((column->type != EH_CODED_U8 && column->type != EH_CODED_U16) || column->cell_n) return false;
    joints *= (uint64_t)column->text_count + 1;
    if (joints > JOINTS_MOST) return false;
  }
  unsigned shift = 0;
  while (joints > 1u << shift) shift++;
  return (2 * (uint64_t)(spec->threshold_count + 1)) << shift <= CELLS_MOST;
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* What a score of 32 bits is above exactly when it is above x: the nearest of them that is no greater. */
static float edge_below(double x) {
  if (x >= EH_SUM_LIMIT) return (float)EH_SUM_LIMIT; /* no score is above either */
  if (x <= -EH_SUM_LIMIT) return -(float)EH_SUM_LIMIT;
  float edge = (float)x;
  if (edge <= x) return edge;
  uint32_t bits;
  memcpy(&bits, &edge, sizeof bits);
  if (bits << 1 == 0) bits = 0x80000001u;
  else bits += bits >> 31 ? 1 : -1u;
  memcpy(&edge, &bits, sizeof edge);
  return edge;
}

static const double *edges_of(const eh_cube_builder *builder) { return builder->coarse_m[0].edge_t; }

static eh_status joint_new(eh_cube_builder *builder, eh_error *err) {
  const eh_cube_spec *const spec = &builder->spec;
  eh_joint *const joint = eh_cube_take(&builder->arena, 1, sizeof *joint);
  if (!joint) return eh_cube_no_memory(err);
  joint->list_d = eh_cube_take(&builder->arena, spec->slicing.dim_count, sizeof *joint->list_d);
  joint->joint_n = eh_cube_take(&builder->arena, BLOCK, sizeof *joint->joint_n);
  joint->cell_mn = eh_cube_take(&builder->arena, (uint64_t)spec->model_count * BLOCK, sizeof *joint->cell_mn);
  joint->edge_t = eh_cube_take(&builder->arena, spec->threshold_count, sizeof *joint->edge_t);
  if (!joint->list_d || !joint->joint_n || !joint->cell_mn || !joint->edge_t) return eh_cube_no_memory(err);
  for (uint32_t d = 0; d < spec->slicing.dim_count; d++) joint->list_d[d].count = UINT32_MAX;
  for (uint32_t t = 0; t < spec->threshold_count; t++) joint->edge_t[t] = edge_below(edges_of(builder)[t]);
  builder->joint = joint;
  return EH_OK;
}

/* Empty tables for the lists as they are. */
static eh_status table_make(eh_cube_builder *builder, eh_error *err) {
  eh_joint *const joint = builder->joint;
  const uint64_t models = builder->spec.model_count;
  joint->joint_count = 1;
  for (uint32_t d = 0; d < builder->spec.slicing.dim_count; d++) joint->joint_count *= room_of(&joint->list_d[d]);
  joint->shift = 0;
  while (joint->joint_count > 1u << joint->shift) joint->shift++;
  joint->cell_count = (2 * (builder->spec.threshold_count + 1)) << joint->shift;
  joint->copies = joint->cell_count <= FEW_CELLS ? COPIES : 1;
  const uint64_t want = models * joint->copies * joint->cell_count;
  const size_t size = sizeof *joint->count_mc;
  if (want > joint->table_cap && !eh_cube_resize(builder->mem, &joint->count_mc, &joint->table_cap, want, size)) {
    joint->joint_count = 0;
    return eh_cube_no_memory(err);
  }
  memset(joint->count_mc, 0, (size_t)want * size);
  joint->rows = 0;
  return EH_OK;
}

/* Makes the tables speak of the batch's lists. */
static eh_status read_lists(eh_cube_builder *builder, const eh_batch *batch, eh_error *err) {
  if (!builder->joint) EH_TRY(joint_new(builder, err));
  eh_joint *const joint = builder->joint;
  bool same = joint->joint_count > 0;
  for (uint32_t d = 0; same && d < builder->spec.slicing.dim_count; d++)
    same = is_same(&joint->list_d[d], dim_column(builder, batch, d));
  if (same) return EH_OK;
  EH_TRY(eh_joint_flush(builder, err));
  joint->joint_count = 0;
  for (uint32_t d = 0; d < builder->spec.slicing.dim_count; d++) {
    const eh_column *const column = dim_column(builder, batch, d);
    EH_TRY(list_keep(&joint->list_d[d], column, builder->mem, err));
    joint->list_d[d].missing = !column->text_count; /* a table has at least one cell */
  }
  return table_make(builder, err);
}

void eh_joint_free(eh_cube_builder *builder) {
  eh_joint *const joint = builder->joint;
  if (!joint) return;
  for (uint32_t d = 0; d < builder->spec.slicing.dim_count; d++) list_free(&joint->list_d[d], builder->mem);
  eh_mem_free(builder->mem, joint->count_mc, joint->table_cap * sizeof *joint->count_mc);
}

/* ---- reading ahead ----------------------------------------------------------------------------------------------- */

/* A block reads several columns by turns, too short a while each for the machine to see where that leads. */
static void read_ahead_column(const eh_column *column, size_t width, size_t from, size_t to) {
  enum { LINE = 64 };
  const char *const data = column->data;
  for (size_t at = from * width; at < to * width; at += LINE) __builtin_prefetch(data + at);
}

static void read_ahead(const eh_cube_builder *builder, const eh_batch *batch, size_t from) {
  const size_t left = batch->rows - from, to = from + (left < BLOCK ? left : BLOCK);
  for (uint32_t c = 0; c < builder->want_count; c++)
    read_ahead_column(&batch->column[c], eh_type_width(batch->column[c].type), from, to);
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* joint_n of a block. NULL, or the first list of which a code without a text came while there is no room for one. */
static list *find_joints(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n) {
  eh_joint *const joint = builder->joint;
  const eh_kernels *const kernels = eh_simd_kernels();
  memset(joint->joint_n, 0, n * sizeof *joint->joint_n);
  for (uint32_t d = 0; d < builder->spec.slicing.dim_count; d++) {
    const eh_column *const column = dim_column(builder, batch, d);
    list *const kept = &joint->list_d[d];
    const unsigned greatest =
        column->type == EH_CODED_U8
            ? kernels->joint_u8(joint->joint_n, (const uint8_t *)column->data + first, n, room_of(kept))
            : kernels->joint_u16(joint->joint_n, (const uint16_t *)column->data + first, n, room_of(kept));
    if (greatest >= kept->count && !kept->missing) return kept;
  }
  return NULL;
}

static void find_cells(const eh_cube_builder *builder, eh_rows_seen *seen, uint32_t *cell_n, const eh_batch *batch,
                       uint32_t m, size_t first, size_t n) {
  const eh_joint *const joint = builder->joint;
  const eh_kernels *const kernels = eh_simd_kernels();
  const uint8_t *const label_n = (const uint8_t *)batch->column[0].data + first;
  const eh_column *const score = &batch->column[1 + m];
  const uint32_t edges = builder->spec.threshold_count;
  if (score->type == EH_F32)
    kernels->cells_f32(cell_n, seen, joint->joint_n, label_n, (const float *)score->data + first, n, joint->edge_t,
                       edges, joint->shift);
  else
    kernels->cells_f64(cell_n, seen, joint->joint_n, label_n, (const double *)score->data + first, n, edges_of(builder),
                       edges, joint->shift);
}

static void count_cells(uint32_t *restrict count_c, const uint32_t *restrict cell_n, size_t n, size_t copy) {
  size_t i = 0;
  for (; i + COPIES <= n; i += COPIES)
    for (size_t j = 0; j < COPIES; j++) count_c[j * copy + cell_n[i + j]]++;
  for (; i < n; i++) count_c[cell_n[i]]++;
}

/* Counts a block, or nothing of it where a row needs a second look. */
static bool count_block(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t n) {
  eh_joint *const joint = builder->joint;
  const uint32_t models = builder->spec.model_count;
  eh_rows_seen seen_m[EH_MODELS_MAX];
  for (uint32_t m = 0; m < models; m++) {
    seen_m[m] = (eh_rows_seen){.least = __builtin_inf(), .greatest = -__builtin_inf(), .all_labels = 0xff};
    find_cells(builder, &seen_m[m], joint->cell_mn + (size_t)m * BLOCK, batch, m, first, n);
    if (seen_m[m].odd || seen_m[m].any_label > 1) return false;
  }
  for (uint32_t m = 0; m < models; m++) {
    eh_coarse *const coarse = &builder->coarse_m[m];
    uint32_t *const count_c = joint->count_mc + (size_t)m * joint->copies * joint->cell_count;
    count_cells(count_c, joint->cell_mn + (size_t)m * BLOCK, n, joint->copies > 1 ? joint->cell_count : 0);
    if (seen_m[m].least < coarse->least) coarse->least = seen_m[m].least;
    if (seen_m[m].greatest > coarse->greatest) coarse->greatest = seen_m[m].greatest;
  }
  builder->label.one |= seen_m[0].any_label;
  builder->label.zero |= !seen_m[0].all_labels;
  joint->rows += n;
  return true;
}

eh_status eh_joint_add(eh_cube_builder *builder, const eh_batch *batch, size_t first, size_t *n, eh_error *err) {
  *n = 0;
  if (!suits(builder, batch)) return EH_OK;
  EH_TRY(read_lists(builder, batch, err));
  for (size_t at = first; at < batch->rows;) {
    const size_t left = batch->rows - at, block = left < BLOCK ? left : BLOCK;
    if (builder->joint->rows > UINT32_MAX - block) EH_TRY(eh_joint_flush(builder, err));
    read_ahead(builder, batch, at + block);
    list *const full = find_joints(builder, batch, at, block);
    if (full) {
      EH_TRY(eh_joint_flush(builder, err));
      full->missing = true;
      EH_TRY(table_make(builder, err));
      continue;
    }
    if (!count_block(builder, batch, at, block)) break;
    at += block;
    *n = at - first;
  }
  return EH_OK;
}

/* ---- what the cells mean ----------------------------------------------------------------------------------------- */

/* The joint codes that occur, taken apart: code_dn[d][i] of the i-th, and the rows that have it. */
typedef struct present {
  uint32_t n;
  uint32_t *joint_n, *atom_n;
  uint64_t *rows_j;
  uint32_t *code_dn[EH_DIMS_MAX];
  uint8_t *keep_n;
} present;

static eh_status find_present(present *out, const eh_cube_builder *builder, eh_arena *scratch, eh_error *err) {
  const eh_joint *const joint = builder->joint;
  const uint32_t joints = joint->joint_count;
  const size_t blocks = (size_t)(joint->cell_count >> joint->shift) * joint->copies; /* all of model 0 */
  *out = (present){.rows_j = eh_cube_take(scratch, joints, sizeof(uint64_t)),
                   .joint_n = eh_cube_take(scratch, joints, sizeof(uint32_t)),
                   .atom_n = eh_cube_take(scratch, joints, sizeof(uint32_t)),
                   .keep_n = eh_cube_take(scratch, joints, 1)};
  if (!out->rows_j || !out->joint_n || !out->atom_n || !out->keep_n) return eh_cube_no_memory(err);
  for (size_t b = 0; b < blocks; b++)
    for (uint32_t j = 0; j < joints; j++) out->rows_j[j] += joint->count_mc[(b << joint->shift) + j];
  for (uint32_t j = 0; j < joints; j++)
    if (out->rows_j[j]) out->joint_n[out->n++] = j;
  memset(out->keep_n, 1, out->n);
  for (uint32_t d = builder->spec.slicing.dim_count, step = 1; d-- > 0;) {
    const uint32_t room = room_of(&joint->list_d[d]);
    out->code_dn[d] = eh_cube_take(scratch, out->n, sizeof(uint32_t));
    if (!out->code_dn[d]) return eh_cube_no_memory(err);
    for (uint32_t i = 0; i < out->n; i++) out->code_dn[d][i] = out->joint_n[i] / step % room;
    step *= room;
  }
  return EH_OK;
}

/* The atoms of those codes, as if each were a row; and their rows without a group. */
static eh_status find_meaning(const present *p, eh_cube_builder *builder, eh_arena *scratch, eh_error *err) {
  const eh_cube_spec *const spec = &builder->spec;
  eh_column column_n[EH_DIMS_MAX];
  const eh_column *column_d[EH_DIMS_MAX] = {0};
  for (uint32_t d = 0; d < spec->slicing.dim_count; d++) {
    const list *const kept = &builder->joint->list_d[d];
    column_n[d] = (eh_column){.type = EH_CODED_U32, .data = p->code_dn[d], .text_bytes = kept->bytes.p,
                              .text_start_n = kept->start_k, .text_len_n = kept->len_k, .text_count = kept->count};
    column_d[d] = &column_n[d];
  }
  EH_TRY(eh_builder_atoms(builder, p->atom_n, column_d, p->keep_n, p->n, err));
  for (uint32_t d = 0; d < spec->slicing.dim_count; d++) {
    const uint32_t room = room_of(&builder->joint->list_d[d]);
    uint64_t *const rows_k = eh_cube_take(scratch, room, sizeof(uint64_t));
    uint32_t *const code_k = eh_cube_take(scratch, room, sizeof(uint32_t));
    if (!rows_k || !code_k) return eh_cube_no_memory(err);
    for (uint32_t i = 0; i < p->n; i++) rows_k[p->code_dn[d][i]] += p->rows_j[p->joint_n[i]];
    for (uint32_t k = 0; k < room; k++) code_k[k] = k;
    column_n[d].data = code_k;
    for (uint32_t k = 0; k < room; k++) {
      char text[EH_F64_TEXT];
      eh_str view;
      if (eh_cell_text(&view, text, &column_n[d], k, spec->missing_n, spec->missing_count) == EH_CELL_MISSING)
        builder->missing_w[builder->want_d[d]] += rows_k[k];
    }
  }
  return EH_OK;
}

static eh_status flush(eh_cube_builder *builder, eh_arena *scratch, eh_error *err) {
  const eh_joint *const joint = builder->joint;
  const uint32_t intervals = builder->spec.threshold_count + 1;
  present p;
  EH_TRY(find_present(&p, builder, scratch, err));
  EH_TRY(find_meaning(&p, builder, scratch, err));
  for (uint32_t m = 0; m < builder->spec.model_count; m++) {
    eh_coarse *const coarse = &builder->coarse_m[m];
    EH_TRY(eh_coarse_add(coarse, 2 * eh_atomizer_count(builder->atomizer), NULL, NULL, 0, err)); /* makes room */
    const uint32_t *const table = joint->count_mc + (size_t)m * joint->copies * joint->cell_count;
    for (uint32_t copy = 0; copy < joint->copies; copy++)
      for (uint32_t i = 0; i < p.n; i++)
        for (uint32_t yk = 0; yk < 2 * intervals; yk++)
          coarse->count_gk[(size_t)(2 * p.atom_n[i]) * intervals + yk] +=
              table[(size_t)copy * joint->cell_count + ((size_t)yk << joint->shift) + p.joint_n[i]];
  }
  return EH_OK;
}

eh_status eh_joint_flush(eh_cube_builder *builder, eh_error *err) {
  eh_joint *const joint = builder->joint;
  if (!joint || !joint->rows) return EH_OK;
  eh_arena scratch = {.mem = builder->mem};
  const eh_status status = flush(builder, &scratch, err);
  eh_arena_free(&scratch);
  const size_t cells = (size_t)builder->spec.model_count * joint->copies * joint->cell_count;
  memset(joint->count_mc, 0, cells * sizeof *joint->count_mc);
  joint->rows = 0;
  return status;
}
