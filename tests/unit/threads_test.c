/* threads: every task of a run is done once and before the run returns, whatever the crew; run under the thread
 * sanitizer too. */
#include "check.h"
#include "evenhand/threads.h"
#include "reference/memory_twin.h"

enum { TASKS = 1000 };

typedef struct board {
  uint32_t times_i[TASKS], thread_i[TASKS];
  uint32_t sum_w[EH_THREADS_MAX]; /* a place of each thread's own, as ingest has readers */
} board;

static void mark(void *ctx, uint32_t i, uint32_t thread) {
  board *const b = ctx;
  b->times_i[i]++;
  b->thread_i[i] = thread;
  b->sum_w[thread] += i;
}

static void every_task_is_done_once(void) {
  static const uint32_t count_k[] = {0, 1, 2, 3, 7}, task_k[] = {0, 1, 2, 17, TASKS};
  for (int k = 0; k < 5; k++) {
    eh_threads *threads = NULL;
    eh_error err = {0};
    CHECK(!eh_threads_new(&threads, count_k[k], NULL, &err));
    const uint32_t count = eh_threads_count(threads);
    CHECK(count >= 1 && count <= (count_k[k] ? count_k[k] : 1));
    for (int t = 0; t < 5; t++) {
      board b = {0};
      eh_threads_run(threads, mark, &b, task_k[t]);
      uint64_t sum = 0;
      for (uint32_t w = 0; w < EH_THREADS_MAX; w++) sum += b.sum_w[w];
      CHECK_U64(sum, (uint64_t)task_k[t] * (task_k[t] ? task_k[t] - 1 : 0) / 2);
      for (uint32_t i = 0; i < TASKS; i++) {
        CHECK_U64(b.times_i[i], i < task_k[t]);
        CHECK(b.thread_i[i] < count);
      }
    }
    eh_threads_free(threads);
  }
}

/* One run's results are the next run's input, from whatever thread they come. */
static void step(void *ctx, uint32_t i, uint32_t thread) {
  (void)thread;
  uint64_t *const x_n = ctx;
  x_n[TASKS + i] = x_n[TASKS - 1 - i] + 1;
}

static void a_run_sees_what_the_last_one_wrote(void) {
  eh_threads *threads = NULL;
  CHECK(!eh_threads_new(&threads, 4, NULL, NULL));
  uint64_t x_n[2 * TASKS] = {0};
  for (int run = 0; run < 200; run++) {
    eh_threads_run(threads, step, x_n, TASKS);
    memcpy(x_n, x_n + TASKS, TASKS * sizeof *x_n);
  }
  for (int i = 0; i < TASKS; i++) CHECK_U64(x_n[i], 200);
  eh_threads_free(threads);
}

static void no_crew_is_the_caller(void) {
  board b = {0};
  eh_threads_run(NULL, mark, &b, 9);
  CHECK_U64(b.sum_w[0], 36);
  CHECK_U64(eh_threads_count(NULL), 1);
  eh_threads_free(NULL);
}

static void memory_may_be_refused(void) {
  for (size_t n = 1;; n++) {
    memory_twin twin;
    const eh_allocator *const mem = memory_twin_start(&twin, n);
    eh_error err = {0};
    eh_threads *threads = NULL;
    const eh_status status = eh_threads_new(&threads, 3, mem, &err);
    eh_threads_free(threads);
    CHECK_U64(twin.blocks, 0);
    CHECK_U64(twin.wrong_sizes, 0);
    if (!status) break;
    CHECK(status == EH_E_MEMORY && err.status == EH_E_MEMORY && !threads);
  }
}

int main(void) {
  RUN(every_task_is_done_once);
  RUN(a_run_sees_what_the_last_one_wrote);
  RUN(no_crew_is_the_caller);
  RUN(memory_may_be_refused);
  return check_end("threads");
}
