/* threads: a crew that shares numbered tasks. Called by the audit's ingest for the blocks of a file, by the cube to
 * finish parts side by side.
 *
 * The one idea: tasks are taken in ascending order from one counter, the caller works too, and a run ends when every
 * task has; so whoever runs tasks writes nothing but what belongs to a task or a thread, and needs no lock of its own.
 * Where there are no threads (wasm) the caller alone does all of it.
 */
#include "evenhand/threads.h"

#if defined(__wasm__)

struct eh_threads {
  const eh_allocator *mem;
};

eh_status eh_threads_new(eh_threads **out, uint32_t count, const eh_allocator *mem, eh_error *err) {
  (void)count;
  *out = eh_mem_zero(mem, sizeof **out);
  if (!*out) return eh_fail(err, EH_E_MEMORY, "out of memory");
  (*out)->mem = mem;
  return EH_OK;
}

uint32_t eh_threads_count(const eh_threads *threads) {
  (void)threads;
  return 1;
}

void eh_threads_run(eh_threads *threads, eh_task *task, void *ctx, uint32_t n) {
  (void)threads;
  for (uint32_t i = 0; i < n; i++) task(ctx, i, 0);
}

void eh_threads_free(eh_threads *threads) {
  if (threads) eh_mem_free(threads->mem, threads, sizeof *threads);
}

#else

#include <pthread.h>
#include <stdatomic.h>

/* One of the crew but the caller. */
typedef struct eh_thread {
  eh_threads *crew;
  uint32_t number;
  pthread_t id;
} eh_thread;

struct eh_threads {
  const eh_allocator *mem;
  eh_thread *thread_n;      /* [asked - 1]; the first count - 1 of them run */
  uint32_t asked, count;
  pthread_mutex_t lock;     /* guards what follows, up to `next` */
  pthread_cond_t begun, done;
  uint64_t run;             /* runs begun so far */
  uint32_t busy;            /* threads that have not finished this run */
  bool leaving;
  eh_task *task;            /* of this run: */
  void *ctx;
  uint32_t n;
  atomic_uint next;         /* first task not yet taken; may pass n by one for each thread */
};

static void work(eh_threads *crew, uint32_t number) {
  for (;;) {
    const uint32_t i = atomic_fetch_add_explicit(&crew->next, 1, memory_order_relaxed);
    if (i >= crew->n) return;
    crew->task(crew->ctx, i, number);
  }
}

static void *live(void *self) {
  const eh_thread *const thread = self;
  eh_threads *const crew = thread->crew;
  uint64_t seen = 0;
  pthread_mutex_lock(&crew->lock);
  for (;;) {
    while (!crew->leaving && crew->run == seen) pthread_cond_wait(&crew->begun, &crew->lock);
    if (crew->leaving) break;
    seen = crew->run;
    pthread_mutex_unlock(&crew->lock);
    work(crew, thread->number);
    pthread_mutex_lock(&crew->lock);
    if (--crew->busy == 0) pthread_cond_signal(&crew->done);
  }
  pthread_mutex_unlock(&crew->lock);
  return NULL;
}

/* Starts the crew; a thread that the system refuses is done without. */
static void start(eh_threads *crew) {
  crew->count = 1;
  for (uint32_t i = 0; i + 1 < crew->asked; i++) {
    eh_thread *const thread = &crew->thread_n[i];
    *thread = (eh_thread){.crew = crew, .number = crew->count};
    if (pthread_create(&thread->id, NULL, live, thread)) return;
    crew->count++;
  }
}

eh_status eh_threads_new(eh_threads **out, uint32_t count, const eh_allocator *mem, eh_error *err) {
  *out = NULL;
  const uint32_t asked = count < 1 ? 1 : count < EH_THREADS_MAX ? count : EH_THREADS_MAX;
  eh_threads *const crew = eh_mem_zero(mem, sizeof *crew);
  if (!crew) return eh_fail(err, EH_E_MEMORY, "out of memory");
  crew->mem = mem;
  crew->asked = asked;
  crew->thread_n = eh_mem_zero(mem, (asked - 1) * sizeof *crew->thread_n);
  if (!crew->thread_n) {
    eh_mem_free(mem, crew, sizeof *crew);
    return eh_fail(err, EH_E_MEMORY, "out of memory");
  }
  pthread_mutex_init(&crew->lock, NULL);
  pthread_cond_init(&crew->begun, NULL);
  pthread_cond_init(&crew->done, NULL);
  start(crew);
  *out = crew;
  return EH_OK;
}

uint32_t eh_threads_count(const eh_threads *threads) { return threads ? threads->count : 1; }

void eh_threads_run(eh_threads *threads, eh_task *task, void *ctx, uint32_t n) {
  if (!threads || threads->count == 1 || n == 1) {
    for (uint32_t i = 0; i < n; i++) task(ctx, i, 0);
    return;
  }
  pthread_mutex_lock(&threads->lock);
  threads->task = task;
  threads->ctx = ctx;
  threads->n = n;
  threads->busy = threads->count - 1;
  threads->run++;
  atomic_store_explicit(&threads->next, 0, memory_order_relaxed);
  pthread_cond_broadcast(&threads->begun);
  pthread_mutex_unlock(&threads->lock);
  work(threads, 0);
  pthread_mutex_lock(&threads->lock);
  while (threads->busy) pthread_cond_wait(&threads->done, &threads->lock);
  pthread_mutex_unlock(&threads->lock);
}

void eh_threads_free(eh_threads *threads) {
  if (!threads) return;
  pthread_mutex_lock(&threads->lock);
  threads->leaving = true;
  pthread_cond_broadcast(&threads->begun);
  pthread_mutex_unlock(&threads->lock);
  for (uint32_t i = 0; i + 1 < threads->count; i++) pthread_join(threads->thread_n[i].id, NULL);
  pthread_cond_destroy(&threads->done);
  pthread_cond_destroy(&threads->begun);
  pthread_mutex_destroy(&threads->lock);
  eh_mem_free(threads->mem, threads->thread_n, (threads->asked - 1) * sizeof *threads->thread_n);
  eh_mem_free(threads->mem, threads, sizeof *threads);
}

#endif
