/* Runs a fuzz target on the files of folders, each whole: the corpus as an ordinary test, with any compiler. */
#define _DEFAULT_SOURCE /* scandir */
#include "fuzz.h"

#include <dirent.h>

static bool replay(const char *folder, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *const file = fopen(path, "rb");
  if (!file) return false;
  size_t n = 0, size = 1 << 20;
  uint8_t *p = malloc(size);
  for (size_t more; p && (more = fread(p + n, 1, size - n, file)) > 0;) {
    n += more;
    if (n == size) p = realloc(p, size *= 2);
  }
  const bool whole = p && !ferror(file);
  fclose(file);
  uint8_t *const exact = malloc(n ? n : 1); /* so that a sanitizer sees any read past the end */
  if (whole) memcpy(exact, p, n);
  free(p);
  fprintf(stderr, "%s (%zu bytes)\n", name, n); /* on stderr: the last line names the input that broke it */
  if (whole) LLVMFuzzerTestOneInput(exact, n);
  free(exact);
  return whole;
}

static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

int main(int argc, char **argv) {
  int ran = 0;
  for (int i = 1; i < argc; i++) {
    struct dirent **entry_n;
    const int n = scandir(argv[i], &entry_n, visible, alphasort);
    if (n <= 0) return fprintf(stderr, "%s: no corpus\n", argv[i]), 1;
    for (int k = 0; k < n; k++) {
      if (!replay(argv[i], entry_n[k]->d_name)) return fprintf(stderr, "%s: cannot be read\n", entry_n[k]->d_name), 1;
      ran++;
      free(entry_n[k]);
    }
    free(entry_n);
  }
  printf("%d inputs replayed\n", ran);
  return ran ? 0 : 1;
}
