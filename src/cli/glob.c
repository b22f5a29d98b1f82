/* glob: FILEs with *, ? or [...] to the files they match, so that a quoted pattern means the same to every host and shell.
 * Called by program.c before the first byte is read.
 *
 * Level by level: the folders found so far are listed by the host one by one, and the names that match the pattern's next
 * part go on. The files of a pattern come in bytewise order. A name that is the pattern itself, letter by letter, is meant.
 */
#include <string.h>

#include "cli_internal.h"

/* Paths found, in the program's arena. */
typedef struct eh_paths {
  eh_str *path_n;
  uint32_t count, cap;
} eh_paths;

struct eh_glob {
  const eh_str *typed_n;   /* FILEs as typed */
  uint32_t typed_count, at; /* and the one being found */
  eh_paths found;          /* of those before it */
  eh_paths folder, next;   /* of this level and the next; "" or ending in '/' */
  uint32_t folder_at;      /* the folder being listed */
  eh_str part, rest;       /* of the pattern: this level's, and what follows its '/' */
};

static eh_status out_of_memory(eh_error *err) { return eh_fail(err, EH_E_MEMORY, "out of memory"); }

/* ---- matching ------------------------------------------------------------------------------------------------------ */

/* Whether the byte is in the set behind '[' at p; *end is behind its ']', or NULL where it has none. */
static bool in_set(const char **end, const char *p, const char *stop, unsigned char c) {
  const bool none_of = p < stop && (*p == '!' || *p == '^');
  bool found = false;
  p += none_of;
  for (const char *const first = p; p < stop && (*p != ']' || p == first); p++) {
    const unsigned char from = (unsigned char)*p;
    unsigned char to = from;
    if (stop - p > 2 && p[1] == '-' && p[2] != ']') to = (unsigned char)p[2], p += 2;
    found |= c >= from && c <= to;
  }
  *end = p < stop ? p + 1 : NULL;
  return found != none_of;
}

static bool is_pattern(eh_str text) {
  for (size_t i = 0; i < text.n; i++) {
    const char *set_end = NULL;
    if (text.p[i] == '[') in_set(&set_end, text.p + i + 1, text.p + text.n, 0);
    if (text.p[i] == '*' || text.p[i] == '?' || set_end) return true;
  }
  return false;
}

/* The bytes of the character at p: '?' takes a whole one. */
static size_t character_n(const char *p, const char *stop) {
  size_t n = 1;
  while (p + n < stop && ((unsigned char)p[n] & 0xc0) == 0x80) n++;
  return n;
}

/* Whether the name matches. On a mismatch the last '*' takes a byte more; those before it need not, as it can take all. */
static bool matches(eh_str pattern, eh_str name) {
  const char *p = pattern.p, *const p_stop = p + pattern.n, *s = name.p, *const s_stop = s + name.n;
  const char *star = NULL, *star_s = NULL;
  if (name.n && *s == '.' && !(pattern.n && *p == '.')) return false;
  while (s < s_stop) {
    const char *set_end = NULL;
    if (p < p_stop && *p == '*') {
      star = ++p, star_s = s;
    } else if (p < p_stop && *p == '?') {
      p++, s += character_n(s, s_stop);
    } else if (p < p_stop && *p == '[' && in_set(&set_end, p + 1, p_stop, (unsigned char)*s) && set_end) {
      p = set_end, s++;
    } else if (p < p_stop && *p == *s && (*p != '[' || !set_end)) {
      p++, s++;
    } else if (star) {
      p = star, s = ++star_s;
    } else {
      return false;
    }
  }
  while (p < p_stop && *p == '*') p++;
  return p == p_stop;
}

/* ---- paths --------------------------------------------------------------------------------------------------------- */

static eh_status add(eh_cli *cli, eh_paths *paths, eh_str before, eh_str name, bool folder, eh_error *err) {
  if (paths->count == paths->cap) {
    const uint32_t cap = paths->cap ? 2 * paths->cap : 16;
    eh_str *grown = eh_arena_take(&cli->arena, cap * sizeof *grown);
    if (!grown) return out_of_memory(err);
    if (paths->count) memcpy(grown, paths->path_n, paths->count * sizeof *grown);
    paths->path_n = grown;
    paths->cap = cap;
  }
  eh_buf path = {.mem = cli->mem};
  eh_buf_str(&path, before);
  eh_buf_str(&path, name);
  if (folder) eh_buf_byte(&path, '/');
  const eh_str copy = path.failed ? (eh_str){0} : eh_arena_str(&cli->arena, (eh_str){path.p, path.n});
  eh_buf_free(&path);
  paths->path_n[paths->count++] = copy;
  return copy.p ? EH_OK : out_of_memory(err);
}

/* By heap: a folder may hold many files. */
static void sort_paths(eh_str *path_n, uint32_t n) {
  for (uint32_t built = n / 2, end = n; end > 1;) {
    if (built) {
      built--;
    } else {
      const eh_str last = path_n[--end];
      path_n[end] = path_n[0];
      path_n[0] = last;
    }
    uint32_t at = built;
    for (uint32_t child; (child = 2 * at + 1) < end; at = child) {
      if (child + 1 < end && eh_str_cmp(path_n[child], path_n[child + 1]) < 0) child++;
      if (eh_str_cmp(path_n[at], path_n[child]) >= 0) break;
      const eh_str up = path_n[child];
      path_n[child] = path_n[at];
      path_n[at] = up;
    }
  }
}

/* ---- level by level -------------------------------------------------------------------------------------------------- */

/* Takes the next part of the pattern. */
static void next_part(eh_glob *glob) {
  const char *slash = glob->rest.n ? memchr(glob->rest.p, '/', glob->rest.n) : NULL;
  const size_t n = slash ? (size_t)(slash - glob->rest.p) : glob->rest.n;
  glob->part = (eh_str){glob->rest.p, n};
  glob->rest = slash ? (eh_str){slash + 1, glob->rest.n - n - 1} : (eh_str){0};
}

/* Begins with a FILE: what comes before its first part with a pattern is the folder to list. */
static eh_status start_pattern(eh_cli *cli, eh_glob *glob, eh_str typed, eh_error *err) {
  glob->folder = glob->next = (eh_paths){0};
  glob->folder_at = 0;
  glob->rest = typed;
  do next_part(glob);
  while (!is_pattern(glob->part));
  return add(cli, &glob->folder, (eh_str){typed.p, (size_t)(glob->part.p - typed.p)}, (eh_str){"", 0}, false, err);
}

/* Goes on to the next FILE that is a pattern; *done when there is none. */
static eh_status start_next(bool *done, eh_cli *cli, eh_glob *glob, eh_error *err) {
  for (; glob->at < glob->typed_count; glob->at++) {
    const eh_str typed = glob->typed_n[glob->at];
    if (is_pattern(typed)) return start_pattern(cli, glob, typed, err);
    EH_TRY(add(cli, &glob->found, typed, (eh_str){"", 0}, false, err));
  }
  *done = true;
  return EH_OK;
}

/* The names in cli->held that match this level's part, as paths of the next. */
static eh_status match_names(eh_cli *cli, eh_glob *glob, eh_error *err) {
  const char *const from = cli->held.n ? cli->held.p : "", *const end = from + cli->held.n;
  const bool folder = glob->rest.p != NULL;
  bool exact = false;
  for (int pass = 0; pass < 2; pass++) /* first for the very name, then for those that match */
    for (const char *p = from, *stop; !exact && p < end && (stop = memchr(p, 0, (size_t)(end - p))); p = stop + 1) {
      const eh_str name = {p, (size_t)(stop - p)};
      exact = eh_str_eq(name, glob->part);
      if (exact || (pass && matches(glob->part, name)))
        EH_TRY(add(cli, &glob->next, glob->folder.path_n[glob->folder_at], name, folder, err));
    }
  return EH_OK;
}

/* All FILEs are found: they take the place of what was typed. */
static eh_status finish(eh_cli *cli, eh_glob *glob, eh_error *err) {
  eh_str *sorted_n = eh_arena_take(&cli->arena, (glob->found.count + 1) * sizeof *sorted_n);
  if (!sorted_n) return out_of_memory(err);
  memcpy(sorted_n, glob->found.path_n, glob->found.count * sizeof *sorted_n);
  sort_paths(sorted_n, glob->found.count);
  for (uint32_t i = 1; i < glob->found.count; i++)
    if (eh_str_eq(sorted_n[i], sorted_n[i - 1]))
      return eh_fail(err, EH_E_USAGE, "%Q is named twice; its rows would count twice", sorted_n[i]);
  cli->file_n = glob->found.path_n;
  cli->file_count = glob->found.count;
  cli->glob = NULL;
  eh_cli_drop_held(cli);
  return EH_OK;
}

/* A level's folders are all listed. */
static eh_status end_level(bool *done, eh_cli *cli, eh_glob *glob, eh_error *err) {
  if (!glob->next.count) return eh_fail(err, EH_E_INPUT, "no file matches %Q", glob->typed_n[glob->at]);
  if (glob->rest.p) {
    glob->folder = glob->next;
    glob->next = (eh_paths){0};
    glob->folder_at = 0;
    next_part(glob);
    return EH_OK;
  }
  sort_paths(glob->next.path_n, glob->next.count);
  for (uint32_t i = 0; i < glob->next.count; i++)
    EH_TRY(add(cli, &glob->found, glob->next.path_n[i], (eh_str){"", 0}, false, err));
  glob->at++;
  EH_TRY(start_next(done, cli, glob, err));
  return *done ? finish(cli, glob, err) : EH_OK;
}

/* ---- what the program asks for ------------------------------------------------------------------------------------- */

eh_status eh_glob_start(eh_cli *cli, eh_error *err) {
  uint32_t i = 0;
  bool done = false;
  while (i < cli->file_count && !is_pattern(cli->file_n[i])) i++;
  if (i == cli->file_count) return EH_OK;
  eh_glob *glob = eh_arena_take(&cli->arena, sizeof *glob);
  if (!glob) return out_of_memory(err);
  glob->typed_n = cli->file_n;
  glob->typed_count = cli->file_count;
  cli->glob = glob;
  return start_next(&done, cli, glob, err);
}

eh_str eh_glob_folder(const eh_glob *glob) {
  const eh_str folder = glob->folder.path_n[glob->folder_at];
  return folder.n ? folder : EH_STR(".");
}

eh_status eh_glob_take(bool *done, eh_cli *cli, const void *bytes, size_t n, eh_error *err) {
  eh_glob *glob = cli->glob;
  if (n) {
    eh_buf_put(&cli->held, bytes, n);
    return cli->held.failed ? out_of_memory(err) : EH_OK;
  }
  EH_TRY(match_names(cli, glob, err));
  cli->held.n = 0;
  return ++glob->folder_at < glob->folder.count ? EH_OK : end_level(done, cli, glob, err);
}
