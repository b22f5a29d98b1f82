/* atomizer: gives every row of a batch its atom. Called by the cube's builder, batch by batch.
 *
 * The one idea: an atom is reached dimension by dimension, like a word in a trie. Each dimension is first encoded for
 * the whole batch (text or number -> group id), then every row takes one step (node so far, group) -> node through a
 * small hash table, so the inner loops are short and the tables stay in cache; nodes and groups that are few are a plain
 * index into a table.
 */
#include <string.h>

#include "atomizer.h"

static eh_status grow_slots(const eh_atomizer *at, eh_step *step, eh_error *err) {
  const uint32_t count = step->slot_count ? step->slot_count * 2 : 64;
  const size_t bytes = eh_array_bytes(count, sizeof(eh_step_slot));
  eh_step_slot *const slot_s = bytes ? eh_mem_zero(at->mem, bytes) : NULL;
  if (!slot_s) return eh_no_memory(err);
  for (uint32_t s = 0; s < step->slot_count; s++) {
    if (!step->slot_s[s].node) continue;
    uint32_t to = eh_step_hash(step->slot_s[s].key) & (count - 1);
    while (slot_s[to].node) to = (to + 1) & (count - 1);
    slot_s[to] = step->slot_s[s];
  }
  eh_mem_free(at->mem, step->slot_s, step->slot_count * sizeof(eh_step_slot));
  step->slot_s = slot_s;
  step->slot_count = count;
  return EH_OK;
}

static eh_status grow_nodes(const eh_atomizer *at, eh_step *step, eh_error *err) {
  const uint32_t cap = step->node_cap ? step->node_cap * 2 : 32;
  const size_t bytes = eh_array_bytes(cap, sizeof(uint64_t));
  void *const p = bytes ? eh_mem_resize(at->mem, step->key_n, step->node_cap * sizeof(uint64_t), bytes) : NULL;
  if (!p) return eh_no_memory(err);
  step->key_n = p;
  step->node_cap = cap;
  return EH_OK;
}

static eh_status add_node(const eh_atomizer *at, eh_step *step, uint32_t *node, uint64_t key, eh_error *err) {
  if (step->node_count >= at->atoms_max) return eh_atoms_limit(at->slicing, err);
  if (step->node_count * 2 >= step->slot_count) EH_TRY(grow_slots(at, step, err));
  if (step->node_count == step->node_cap) EH_TRY(grow_nodes(at, step, err));
  uint32_t s = eh_step_hash(key) & (step->slot_count - 1);
  while (step->slot_s[s].node) s = (s + 1) & (step->slot_count - 1);
  *node = step->node_count;
  step->key_n[step->node_count++] = key;
  step->slot_s[s] = (eh_step_slot){.key = key, .node = step->node_count};
  return EH_OK;
}

static inline bool is_near(const eh_step *step, uint32_t node, uint32_t id) {
  return id >> step->near_bits == 0 && node >> (EH_NEAR_BITS - step->near_bits) == 0;
}

/* Remembers a step where it fits; a group beyond the width doubles that, and the table fills anew. */
static void keep_near(eh_step *step, uint32_t node, uint32_t id, uint32_t reached) {
  if (id >> EH_NEAR_BITS) return;
  if (id >> step->near_bits) {
    while (id >> step->near_bits) step->near_bits++;
    memset(step->near_i, 0, EH_NEAR * sizeof *step->near_i);
  }
  if (is_near(step, node, id)) step->near_i[node << step->near_bits | id] = reached + 1;
}

/* *node = the node reached from *node by group id. */
static eh_status step_far(const eh_atomizer *at, eh_step *step, uint32_t *node, uint32_t id, eh_error *err) {
  const uint32_t from = *node;
  const uint64_t key = (uint64_t)from << 32 | id;
  const uint32_t mask = step->slot_count - 1;
  uint32_t s = eh_step_hash(key) & mask;
  while (step->slot_s[s].node && step->slot_s[s].key != key) s = (s + 1) & mask;
  if (step->slot_s[s].node)
    *node = step->slot_s[s].node - 1;
  else
    EH_TRY(add_node(at, step, node, key, err));
  keep_near(step, from, id, *node);
  return EH_OK;
}

/* node_n[i] = the node reached from node_n[i] by group id_n[i]. */
static eh_status step_all(const eh_atomizer *at, eh_step *step, uint32_t *node_n, const uint32_t *id_n,
                          const uint8_t *keep_n, size_t n, eh_error *err) {
  for (size_t i = 0; i < n; i++) {
    if (!keep_n[i]) continue;
    const uint32_t near = is_near(step, node_n[i], id_n[i]) ? step->near_i[node_n[i] << step->near_bits | id_n[i]] : 0;
    if (near) node_n[i] = near - 1;
    else EH_TRY(step_far(at, step, &node_n[i], id_n[i], err));
  }
  return EH_OK;
}

/* ---- encoding one dimension -------------------------------------------------------------------------------------- */

/* Texts, which most columns are: a row takes its step at once. `plain`: every row counts and has a text. */
static inline eh_status step_texts(eh_atomizer *at, uint32_t d, uint32_t *node_n, const eh_column *column, const uint8_t *keep_n,
                                   size_t n, uint64_t *missing, bool plain, eh_error *err) {
  eh_dict *const dict = &at->dict_d[d];
  eh_step *const step = &at->step_d[d];
  const uint32_t *const near_i = step->near_i;
  uint32_t width = 1u << step->near_bits, depth = EH_NEAR >> step->near_bits; /* of what is near: groups, nodes */
  uint64_t without = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t id = EH_GROUP_MISSING;
    if (!plain && !keep_n[i]) continue;
    if (plain || !column->cell_n || column->cell_n[i] != EH_CELL_MISSING) {
      const char *const p = column->text_bytes + column->text_start_n[i];
      const uint32_t len = column->text_len_n[i];
      const eh_dict_near *const near = eh_dict_near_of(dict, p, len);
      uint32_t found = near ? near->id : 0;
      if (!near) EH_TRY(eh_dict_id(dict, &found, p, len, at->slicing->dim_n[d].name, err));
      id = found;
    }
    without += id == EH_GROUP_MISSING;
    const uint32_t node = node_n[i], reached = id < width && node < depth ? near_i[node * width + id] : 0;
    if (reached) {
      node_n[i] = reached - 1;
      continue;
    }
    EH_TRY(step_far(at, step, &node_n[i], id, err));
    width = 1u << step->near_bits, depth = EH_NEAR >> step->near_bits;
  }
  *missing += without;
  return EH_OK;
}

/* Whether n cells are all there. */
static bool all_there(const uint8_t *cell_n, size_t n) {
  unsigned any = 0;
  for (size_t i = 0; cell_n && i < n; i++) any |= cell_n[i] == EH_CELL_MISSING;
  return !any;
}

/* Sets of values, which are mapped before the step. */
static eh_status encode_text(eh_atomizer *at, uint32_t d, const eh_column *column, const uint8_t *keep_n, size_t n,
                             uint64_t *missing, eh_error *err) {
  uint32_t *const id_n = at->id_n;
  eh_dict *const dict = &at->dict_d[d];
  const eh_str name = at->slicing->dim_n[d].name;
  for (size_t i = 0; i < n; i++) {
    if (!keep_n[i]) continue;
    id_n[i] = EH_GROUP_MISSING;
    if (!column->cell_n || column->cell_n[i] != EH_CELL_MISSING) {
      const char *const p = column->text_bytes + column->text_start_n[i];
      const eh_dict_near *const near = eh_dict_near_of(dict, p, column->text_len_n[i]);
      if (near) id_n[i] = near->id;
      else EH_TRY(eh_dict_id(dict, &id_n[i], p, column->text_len_n[i], name, err));
    }
    *missing += id_n[i] == EH_GROUP_MISSING;
  }
  return EH_OK;
}

/* Texts by code. A long list of which a chunk can show but a part is looked up row by row. */
static eh_status encode_codes(eh_atomizer *at, uint32_t d, const eh_column *column, const uint8_t *keep_n, size_t n,
                              uint64_t *missing, eh_error *err) {
  uint32_t *const id_n = at->id_n;
  eh_codes *const codes = &at->codes_d[d];
  const bool listed = column->text_count <= EH_CODES_MOST;
  if (listed) EH_TRY(eh_codes_read(codes, column, at->mem, err));
  for (size_t i = 0; i < n; i++) {
    if (!keep_n[i]) continue;
    const uint32_t code = eh_column_code(column, i);
    const bool kept = listed && code < codes->count;
    if (column->cell_n && column->cell_n[i] == EH_CELL_MISSING) {
      id_n[i] = EH_GROUP_MISSING;
    } else if (kept && codes->id_c[code] != EH_CODE_NEW) {
      id_n[i] = codes->id_c[code];
    } else {
      EH_TRY(eh_codes_id(&id_n[i], &at->dict_d[d], column, code, at->slicing->dim_n[d].name, err));
      if (kept) codes->id_c[code] = id_n[i];
    }
    *missing += id_n[i] == EH_GROUP_MISSING;
  }
  return EH_OK;
}

/* Numbers, handed over from memory, that are sliced by value: their text is the group. */
static eh_status encode_values(eh_atomizer *at, uint32_t d, const eh_column *column, const uint8_t *keep_n, size_t n,
                               uint64_t *missing, eh_error *err) {
  uint32_t *const id_n = at->id_n;
  char scratch[EH_F64_TEXT];
  for (size_t i = 0; i < n; i++) {
    if (!keep_n[i]) continue;
    eh_str text = {0};
    id_n[i] = EH_GROUP_MISSING;
    if (eh_column_text(column, i, scratch, &text) != EH_CELL_MISSING)
      EH_TRY(eh_dict_id(&at->dict_d[d], &id_n[i], text.p, (uint32_t)text.n, at->slicing->dim_n[d].name, err));
    *missing += id_n[i] == EH_GROUP_MISSING;
  }
  return EH_OK;
}

/* Value of a bucketed cell; false where it is missing. Plain numbers are read without a call. */
static inline bool bucket_value(double *x, const eh_atomizer *at, const eh_column *column, size_t i) {
  if (column->type != EH_F64 || (column->cell_n && column->cell_n[i]))
    return eh_cell_number(x, column, i, at->missing_n, at->missing_count) != EH_CELL_MISSING;
  *x = ((const double *)column->data)[i];
  return *x == *x;
}

static void encode_buckets(eh_atomizer *at, uint32_t d, const eh_column *column, const uint8_t *keep_n, size_t n,
                           uint64_t *missing) {
  const eh_dim *const dim = &at->slicing->dim_n[d];
  for (size_t i = 0; i < n; i++) {
    if (!keep_n[i]) continue;
    double x = 0;
    uint32_t id = 0;
    if (bucket_value(&x, at, column, i)) {
      while (id < dim->edge_count && x >= dim->edge_n[id]) id++;
    } else {
      id = EH_GROUP_MISSING;
      (*missing)++;
    }
    at->id_n[i] = id;
  }
}

static void encode_predicate(eh_atomizer *at, const eh_column *column, const uint8_t *keep_n, size_t n) {
  const uint8_t *const holds_n = column->data;
  for (size_t i = 0; i < n; i++)
    if (keep_n[i]) at->id_n[i] = !holds_n[i];
}

static eh_status encode(eh_atomizer *at, uint32_t d, const eh_column *column, const uint8_t *keep_n, size_t n,
                        uint64_t *missing, eh_error *err) {
  const eh_dim *const dim = &at->slicing->dim_n[d];
  if (dim->predicate.n)
    encode_predicate(at, column, keep_n, n);
  else if (dim->edge_count)
    encode_buckets(at, d, column, keep_n, n, missing);
  else if (eh_type_is_coded(column->type))
    EH_TRY(encode_codes(at, d, column, keep_n, n, missing, err));
  else if (column->type == EH_TEXT && column->text_start_n)
    EH_TRY(encode_text(at, d, column, keep_n, n, missing, err));
  else
    EH_TRY(encode_values(at, d, column, keep_n, n, missing, err));
  if (!dim->separator) return EH_OK;
  return eh_multi_map(&at->multi_d[d], &at->dict_d[d], dim->name, at->id_n, keep_n, n, missing, err);
}

static eh_status reserve_rows(eh_atomizer *at, size_t n, eh_error *err) {
  if (n <= at->id_cap) return EH_OK;
  const size_t bytes = eh_array_bytes(n, sizeof(uint32_t));
  void *const p = bytes ? eh_mem_resize(at->mem, at->id_n, at->id_cap * sizeof(uint32_t), bytes) : NULL;
  if (!p) return eh_no_memory(err);
  at->id_n = p;
  at->id_cap = n;
  return EH_OK;
}

eh_status eh_atomizer_add(eh_atomizer *at, uint32_t *atom_n, const eh_column *const *column_d, const uint8_t *keep_n,
                          size_t n, uint64_t *missing_d, eh_error *err) {
  EH_TRY(reserve_rows(at, n, err));
  memset(atom_n, 0, n * sizeof *atom_n);
  if (!at->slicing->dim_count && !at->any_row)
    for (size_t i = 0; i < n; i++) at->any_row |= keep_n[i] != 0;
  const bool all_kept = !memchr(keep_n, 0, n);
  for (uint32_t d = 0; d < at->slicing->dim_count; d++) {
    const eh_dim *const dim = &at->slicing->dim_n[d];
    const eh_column *const column = column_d[d];
    if (!dim->predicate.n && !dim->edge_count && !dim->separator && column->type == EH_TEXT && column->text_start_n) {
      if (all_kept && all_there(column->cell_n, n))
        EH_TRY(step_texts(at, d, atom_n, column, keep_n, n, &missing_d[d], true, err));
      else
        EH_TRY(step_texts(at, d, atom_n, column, keep_n, n, &missing_d[d], false, err));
      continue;
    }
    EH_TRY(encode(at, d, column, keep_n, n, &missing_d[d], err));
    EH_TRY(step_all(at, &at->step_d[d], atom_n, at->id_n, keep_n, n, err));
  }
  return EH_OK;
}

void eh_atomizer_limit(eh_atomizer *at, uint32_t atoms_max) { at->atoms_max = atoms_max; }

uint32_t eh_atomizer_count(const eh_atomizer *at) {
  const uint32_t dim_count = at->slicing->dim_count;
  return dim_count ? at->step_d[dim_count - 1].node_count : at->any_row;
}

/* ---- life -------------------------------------------------------------------------------------------------------- */

static eh_status fill(eh_atomizer *at, const eh_str *missing_n, uint32_t missing_count, eh_error *err) {
  const uint32_t dim_count = at->slicing->dim_count;
  eh_str *const copy_n = eh_arena_array(&at->arena, missing_count, sizeof(eh_str));
  at->dict_d = eh_arena_array(&at->arena, dim_count, sizeof(eh_dict));
  at->codes_d = eh_arena_array(&at->arena, dim_count, sizeof(eh_codes));
  at->step_d = eh_arena_array(&at->arena, dim_count, sizeof(eh_step));
  at->multi_d = eh_arena_array(&at->arena, dim_count, sizeof(eh_multi));
  if (!copy_n || !at->dict_d || !at->multi_d || !at->codes_d || !at->step_d) return eh_no_memory(err);
  at->missing_n = copy_n;
  at->missing_count = missing_count;
  for (uint32_t m = 0; m < missing_count; m++)
    if (!(copy_n[m] = eh_arena_str(&at->arena, missing_n[m])).p) return eh_no_memory(err);
  for (uint32_t d = 0; d < dim_count; d++) {
    at->dict_d[d].mem = at->mem;
    at->multi_d[d] = (eh_multi){.sets.mem = at->mem, .separator = at->slicing->dim_n[d].separator, .missing_n = copy_n,
                                .missing_count = missing_count};
    EH_TRY(grow_slots(at, &at->step_d[d], err));
    at->step_d[d].near_i = eh_arena_array(&at->arena, EH_NEAR, sizeof(uint32_t));
    if (!at->step_d[d].near_i) return eh_no_memory(err);
    EH_TRY(eh_dict_add_missing(&at->dict_d[d], EH_STR(""), err));
    for (uint32_t m = 0; m < missing_count; m++) EH_TRY(eh_dict_add_missing(&at->dict_d[d], copy_n[m], err));
  }
  return EH_OK;
}

eh_status eh_atomizer_new(eh_atomizer **out, const eh_slicing *slicing, const eh_str *missing_n, uint32_t missing_count,
                          const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  EH_TRY(eh_slicing_check(slicing, err));
  eh_atomizer *const at = eh_mem_zero(mem, sizeof *at);
  if (!at) return eh_no_memory(err);
  at->mem = mem;
  at->arena.mem = mem;
  at->slicing = slicing;
  at->atoms_max = EH_ATOMS_MAX;
  const eh_status status = fill(at, missing_n, missing_count, err);
  if (status) eh_atomizer_free(at);
  else *out = at;
  return status;
}

void eh_atomizer_free(eh_atomizer *at) {
  if (!at) return;
  const eh_allocator *const mem = at->mem;
  for (uint32_t d = 0; d < at->slicing->dim_count; d++) {
    if (at->dict_d) eh_dict_free(&at->dict_d[d]);
    if (at->codes_d) eh_codes_free(&at->codes_d[d], mem);
    if (at->multi_d) eh_multi_free(&at->multi_d[d]);
    if (!at->step_d) continue;
    eh_mem_free(mem, at->step_d[d].slot_s, at->step_d[d].slot_count * sizeof(eh_step_slot));
    eh_mem_free(mem, at->step_d[d].key_n, at->step_d[d].node_cap * sizeof(uint64_t));
  }
  eh_mem_free(mem, at->id_n, at->id_cap * sizeof(uint32_t));
  eh_arena_free(&at->arena);
  eh_mem_free(mem, at, sizeof *at);
}
