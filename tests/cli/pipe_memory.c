/* Rows without end through a pipe, on little memory: writes rows (bench_rows) into the program and asserts how much of the machine's
 * memory it ever held. Scores are binned, so what it keeps is the bins of the slices, however many rows come.
 *
 *     pipe_memory BENCH_ROWS EVENHAND [ROWS [MEGABYTES]]      3,000,000 rows (105 MB) on 200 MB
 *
 * The whole promise, 10 GB, is 300,000,000 rows: minutes, so by hand (README.md, "Numbers"). With so many the bins of low scores
 * fill up, too: that is where the memory goes, and how much of it there can be does not depend on the rows.
 */
#define _GNU_SOURCE /* wait4 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Starts argv with `in` and `out` in place of standard input and output; -1 leaves one as it is. */
static pid_t start(char *const *argv, int in, int out, int unused) {
  const pid_t child = fork();
  if (child) return child;
  if (in >= 0) dup2(in, 0), close(in);
  if (out >= 0) dup2(out, 1), close(out);
  close(unused);
  execv(argv[0], argv);
  _exit(127);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 3) return fprintf(stderr, "usage: pipe_memory BENCH_ROWS EVENHAND [ROWS [MEGABYTES]]\n"), 2;
  char *const rows = argc > 3 ? argv[3] : "3000000";
  const long most = argc > 4 ? strtol(argv[4], NULL, 10) : 200;
  char *const writer[] = {argv[1], rows, NULL};
  char *const reader[] = {argv[2], "audit", "-", "--label", "label", "--score", "score", "--slice", "sex,age,region,site", "--threshold",
                          ".1:.9:.1", "--score-bits", "11", "--threads", "2", "--top", "1", NULL};
  int ends[2];
  if (pipe(ends)) return perror("pipe"), 2;
  const double from = seconds();
  const pid_t writes = start(writer, -1, ends[1], ends[0]), reads = start(reader, ends[0], -1, ends[1]);
  close(ends[0]);
  close(ends[1]);
  int wrote = 1, read = 1;
  struct rusage held = {0};
  if (writes < 0 || reads < 0 || wait4(reads, &read, 0, &held) < 0 || waitpid(writes, &wrote, 0) < 0) return perror("pipe_memory"), 2;
  const long megabytes = held.ru_maxrss / 1000;
  printf("%s rows in %.1f s: at most %ld MB held\n", rows, seconds() - from, megabytes);
  return wrote || read || !megabytes || megabytes > most;
}
