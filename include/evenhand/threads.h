/* threads: a crew that shares numbered tasks. Part of room base.
 */
#ifndef EVENHAND_THREADS_H
#define EVENHAND_THREADS_H

#include "evenhand/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A crew of threads, the caller among them; in wasm, and where the system gives none, the caller alone. An allocator that tasks
 * use must bear being called from several threads; the C heap does. A task is done by thread 0 (the caller) .. count - 1. */
typedef struct eh_threads eh_threads;
typedef void eh_task(void *ctx, uint32_t i, uint32_t thread);
enum { EH_THREADS_MAX = 256 };
/* A crew of `count` threads, at most EH_THREADS_MAX; 0 is 1. How many there are may be fewer; NULL has 1. */
EH_API eh_status eh_threads_new(eh_threads **out, uint32_t count, const eh_allocator *mem, eh_error *err);
EH_API uint32_t eh_threads_count(const eh_threads *threads);
/* Does tasks 0 .. n - 1, begun in this order, each once, and returns when all are done; what they wrote can be read then. `threads`
 * may be NULL. Not from within a task, nor from two threads at once. Cost: some 20 us to wake the crew. */
EH_API void eh_threads_run(eh_threads *threads, eh_task *task, void *ctx, uint32_t n);
EH_API void eh_threads_free(eh_threads *threads); /* accepts NULL */

#ifdef __cplusplus
}
#endif
#endif
