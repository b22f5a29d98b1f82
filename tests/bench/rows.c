/* rows: writes the CSV that the benches audit, the same on every machine.
 *
 *     build/release/tests/bench_rows [rows] > rows.csv        default 1,000,000
 *
 * A score of up to 9 digits, a label that follows it, and 4 columns of 2, 5, 7 and 50 values: about 35 bytes a row. Seeded.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t draw(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

int main(int argc, char **argv) {
  const uint64_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
  if (!rows) return fprintf(stderr, "usage: bench_rows [rows]\n"), 2;
  uint64_t state = 1;
  puts("score,label,sex,age,region,site");
  for (uint64_t i = 0; i < rows; i++) {
    const unsigned digits = (unsigned)(draw(&state) % 1000000000);
    const unsigned label = (unsigned)(draw(&state) % 1000000000 < digits);
    const uint64_t z = draw(&state);
    printf("0.%09u,%u,%s,age%u,reg%u,site%02u\n", digits, label, z & 1 ? "F" : "M", (unsigned)((z >> 1) % 5),
           (unsigned)((z >> 8) % 7), (unsigned)((z >> 16) % 50));
  }
  return fflush(stdout) || ferror(stdout) ? 3 : 0;
}
