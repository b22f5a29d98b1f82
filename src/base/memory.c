/* memory: the allocator every other room uses, and the arena.
 *
 * The idea: memory is asked for by size and given back by size, so a host can count, limit or replace it; an arena
 * hands out pieces of large blocks that are freed together.
 */
#include "evenhand/base.h"

#include <stdlib.h>
#include <string.h>

void *eh_mem_resize(const eh_allocator *mem, void *ptr, size_t old_n, size_t new_n) {
  if (ptr && old_n == 0) old_n = 1; /* the block eh_mem_zero(mem, 0) gave */
  if (mem) return ptr || new_n ? mem->resize(mem->ctx, ptr, old_n, new_n) : NULL;
  if (new_n) return realloc(ptr, new_n);
  free(ptr);
  return NULL;
}

void *eh_mem_zero(const eh_allocator *mem, size_t n) {
  if (n == 0) n = 1;
  if (!mem) return calloc(n, 1); /* the heap often has zero pages at no cost */
  void *ptr = eh_mem_resize(mem, NULL, 0, n);
  return ptr ? memset(ptr, 0, n) : NULL;
}

void eh_mem_free(const eh_allocator *mem, void *ptr, size_t n) {
  if (ptr) eh_mem_resize(mem, ptr, n, 0);
}

/* ---- arena ------------------------------------------------------------------------------------------------------- */

enum { ALIGNMENT = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

/* Allocators may align to 8 only (wasm's does), so a block is allocated with room to align its payload. */
typedef struct eh_arena_block {
  struct eh_arena_block *next;
  size_t block_n;          /* bytes of the whole allocation */
  unsigned char *at, *end; /* the free part; `at` is aligned */
} eh_arena_block;

static bool add_block(eh_arena *arena, size_t n) {
  const size_t overhead = sizeof(eh_arena_block) + ALIGNMENT;
  size_t block_n = arena->block ? arena->block->block_n : FIRST_BLOCK / 2;
  if (n > SIZE_MAX - overhead) return false;
  block_n = block_n < LARGEST_BLOCK ? 2 * block_n : LARGEST_BLOCK;
  if (block_n < n + overhead) block_n = n + overhead;
  eh_arena_block *block = eh_mem_resize(arena->mem, NULL, 0, block_n);
  if (!block) return false;
  block->next = arena->block;
  block->block_n = block_n;
  block->at = (unsigned char *)(block + 1);
  block->at += -(uintptr_t)block->at & (ALIGNMENT - 1);
  block->end = (unsigned char *)block + block_n;
  arena->block = block;
  return true;
}

void *eh_arena_take(eh_arena *arena, size_t n) {
  if (n > SIZE_MAX - ALIGNMENT) return NULL;
  n = (n + (n == 0) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  if (!arena->block || (size_t)(arena->block->end - arena->block->at) < n) {
    if (!add_block(arena, n)) return NULL;
  }
  void *taken = arena->block->at;
  arena->block->at += n;
  return memset(taken, 0, n);
}

eh_str eh_arena_str(eh_arena *arena, eh_str s) {
  char *copy = s.n < SIZE_MAX ? eh_arena_take(arena, s.n + 1) : NULL;
  if (!copy) return (eh_str){NULL, 0};
  if (s.n) memcpy(copy, s.p, s.n);
  return (eh_str){copy, s.n};
}

void eh_arena_free(eh_arena *arena) {
  for (eh_arena_block *block = arena->block, *next; block; block = next) {
    next = block->next;
    eh_mem_free(arena->mem, block, block->block_n);
  }
  arena->block = NULL;
}
