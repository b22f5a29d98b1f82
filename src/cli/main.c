/* main: the native host of the program: arguments, files, terminal. Every decision and every sentence but one is the
 * program's (program.c); this file has only the hands. The Node main is its twin.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "evenhand/cli.h"
#include "evenhand/simd.h"

/* Bytes handed over at a time: enough that several threads share them. The first of a file are few, since a look at what
 * it holds needs no more. */
enum { EH_CHUNK = 1 << 23, EH_WINDOW = 1 << 24, EH_FIRST_WINDOW = 1 << 20, EH_WRITE = 1 << 20, EH_TEMPORARY_TRIES = 100 };

static eh_cli_fault fault_of(int error) {
  switch (error) {
    case 0: return EH_CLI_FINE;
    case ENOENT:
    case ENOTDIR: return EH_CLI_NOT_FOUND;
    case EISDIR: return EH_CLI_IS_DIRECTORY;
    case EACCES:
    case EPERM:
    case EROFS: return EH_CLI_DENIED;
    case EPIPE: return EH_CLI_CLOSED;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return EH_CLI_NO_SPACE;
    case EEXIST: return EH_CLI_SAME_FILE;
    case ESPIPE: return EH_CLI_ONCE;
    default: return EH_CLI_OTHER;
  }
}

/* Whether a read or write that stopped with this error is to be tried again: it was interrupted, or the descriptor is one
 * that does not wait (a terminal or pipe shared with a program that set it so) and is ready now. */
static bool again(int fd, short event, int error) {
  if (error == EINTR) return true;
  if (error != EAGAIN) return false;
  struct pollfd ready = {fd, event, 0};
  return poll(&ready, 1, -1) >= 0 || errno == EINTR;
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* Blocks from the first size on are mapped, so that what is freed is given back; from the second on with large pages where the system
 * has them: to touch 4 KiB pages one by one would cost a fifth of the time of counting millions of rows. */
enum { EH_MAPPED = 1 << 19, EH_LARGE = 1 << 21 };

static void *map_block(size_t n) {
  void *block = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block == MAP_FAILED) return NULL;
  if (n >= EH_LARGE) madvise(block, n, MADV_HUGEPAGE);
  return block;
}

static void free_block(void *block, size_t n) {
  if (n >= EH_MAPPED) munmap(block, n);
  else free(block);
}

/* The resize of an eh_allocator. */
static void *resize_block(void *ctx, void *block, size_t old_n, size_t new_n) {
  (void)ctx;
  if (!new_n) {
    if (block) free_block(block, old_n);
    return NULL;
  }
  if (old_n < EH_MAPPED && new_n < EH_MAPPED) return realloc(block, new_n);
  if (block && old_n >= EH_MAPPED && new_n >= EH_MAPPED) {
    void *moved = mremap(block, old_n, new_n, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? NULL : moved;
  }
  void *fresh = new_n >= EH_MAPPED ? map_block(new_n) : malloc(new_n);
  if (!fresh || !block) return fresh;
  memcpy(fresh, block, old_n < new_n ? old_n : new_n);
  free_block(block, old_n);
  return fresh;
}

/* ---- files met ----------------------------------------------------------------------------------------------------- */

/* The files read and written in this run, by what they are and not by what their paths say: none of them is written over, or read under
 * another name. */
typedef struct eh_met_file {
  dev_t device;
  ino_t number;
  char *path; /* under which it was read; NULL: it was written */
} eh_met_file;

typedef struct eh_met {
  eh_met_file *file_n; /* pipes too, which can be read once */
  size_t count;
} eh_met;

/* False if there is no memory for it. */
static bool remember(eh_met *met, const struct stat *file, const char *path) {
  char *const own = path ? strdup(path) : NULL;
  eh_met_file *const grown = realloc(met->file_n, (met->count + 1) * sizeof *met->file_n);
  if (grown) met->file_n = grown;
  if (!grown || (path && !own)) return free(own), false;
  met->file_n[met->count++] = (eh_met_file){file->st_dev, file->st_ino, own};
  return true;
}

static const eh_met_file *find_met(const eh_met *met, const struct stat *file) {
  for (size_t i = 0; i < met->count; i++)
    if (met->file_n[i].device == file->st_dev && met->file_n[i].number == file->st_ino) return &met->file_n[i];
  return NULL;
}

static void forget_all(eh_met *met) {
  for (size_t i = 0; i < met->count; i++) free(met->file_n[i].path);
  free(met->file_n);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/* Writes all bytes; gives an errno, 0 = done. */
static int write_all(int fd, eh_str bytes) {
  while (bytes.n) {
    ssize_t n = write(fd, bytes.p, bytes.n < EH_WRITE ? bytes.n : EH_WRITE);
    if (n < 0 && again(fd, POLLOUT, errno)) continue;
    if (n < 0) return errno;
    bytes.p += n;
    bytes.n -= (size_t)n;
  }
  return 0;
}

/* Writes into what is there: a device or a pipe has no whole to replace. */
static int write_into(const char *path, eh_str bytes) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  int error = write_all(fd, bytes);
  return close(fd) && !error ? errno : error;
}

/* Opens a new file beside `path` and gives its name; -1 with errno set. */
static int open_temporary(char name[PATH_MAX], const char *path, mode_t mode) {
  const char *slash = strrchr(path, '/');
  int folder_n = slash ? (int)(slash + 1 - path) : 0;
  for (int i = 0; i < EH_TEMPORARY_TRIES; i++) {
    int n = snprintf(name, PATH_MAX, "%.*s.evenhand-%ld-%d.tmp", folder_n, path, (long)getpid(), i);
    if (n >= PATH_MAX) return errno = ENAMETOOLONG, -1;
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

/* Writes all bytes to a new file beside `path` and gives its name. */
static int write_beside(char name[PATH_MAX], const char *path, eh_str bytes, const struct stat *old) {
  int fd = open_temporary(name, path, 0666);
  if (fd < 0) return errno;
  int error = write_all(fd, bytes);
  if (!error && old && fchmod(fd, old->st_mode & 07777)) error = errno;
  if (close(fd) && !error) error = errno;
  if (error) unlink(name);
  return error;
}

/* Files written beside those they are to be. While there are any, interrupts wait. */
typedef struct eh_drafts {
  struct { char *path, *target, *temporary; } *draft_n; /* as typed; where it leads; what was written, "" once it has its name */
  size_t count, kept;
  sigset_t before;
} eh_drafts;

/* Where a path leads: of a new file its folder does. */
static char *resolve(const char *path) {
  char *real = realpath(path, NULL), *joined = NULL;
  if (real) return real;
  const char *slash = strrchr(path, '/');
  char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
  real = folder ? realpath(folder, NULL) : NULL;
  if (real && asprintf(&joined, "%s/%s", real, slash ? slash + 1 : path) < 0) joined = NULL;
  free(folder);
  free(real);
  return joined;
}

static bool is_drafted(const eh_drafts *drafts, const char *target) {
  for (size_t i = 0; i < drafts->count; i++)
    if (strcmp(drafts->draft_n[i].target, target) == 0) return true;
  return false;
}

static void hold_interrupts(sigset_t *before) {
  sigset_t waiting;
  sigemptyset(&waiting);
  sigaddset(&waiting, SIGINT);
  sigaddset(&waiting, SIGTERM);
  sigaddset(&waiting, SIGHUP);
  sigprocmask(SIG_BLOCK, &waiting, before);
}

/* Removes what has not been kept. */
static void end_drafts(eh_drafts *drafts) {
  for (size_t i = 0; i < drafts->count; i++) {
    if (*drafts->draft_n[i].temporary) unlink(drafts->draft_n[i].temporary);
    free(drafts->draft_n[i].path);
    free(drafts->draft_n[i].target);
    free(drafts->draft_n[i].temporary);
  }
  if (drafts->count) sigprocmask(SIG_SETMASK, &drafts->before, NULL);
  free(drafts->draft_n);
  *drafts = (eh_drafts){0};
}

static int write_draft(eh_drafts *drafts, const char *path, const char *target, eh_str bytes, const struct stat *old) {
  char name[PATH_MAX];
  void *grown = realloc(drafts->draft_n, (drafts->count + 1) * sizeof *drafts->draft_n);
  if (!grown) return ENOMEM;
  drafts->draft_n = grown;
  if (!drafts->count) hold_interrupts(&drafts->before);
  char *const path_copy = strdup(path), *const target_copy = strdup(target);
  int error = path_copy && target_copy ? write_beside(name, target, bytes, old) : ENOMEM;
  char *const name_copy = error ? NULL : strdup(name);
  if (!error && !name_copy) unlink(name), error = ENOMEM;
  if (!error) {
    drafts->draft_n[drafts->count].path = path_copy;
    drafts->draft_n[drafts->count].target = target_copy;
    drafts->draft_n[drafts->count++].temporary = name_copy;
    return 0;
  }
  free(path_copy);
  free(target_copy);
  if (!drafts->count) sigprocmask(SIG_SETMASK, &drafts->before, NULL);
  return error;
}

/* A link is followed, so that it stays a link. */
static int write_file(const char *path, eh_str bytes, const eh_met *met, eh_drafts *drafts) {
  struct stat old;
  bool exists = stat(path, &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) return EISDIR;
  if (exists && !S_ISREG(old.st_mode)) return write_into(path, bytes);
  if (exists && find_met(met, &old)) return EEXIST;
  if (exists && access(path, W_OK)) return errno;
  char *target = resolve(path);
  if (!target) return errno;
  int error = is_drafted(drafts, target) ? EEXIST : write_draft(drafts, path, target, bytes, exists ? &old : NULL);
  free(target);
  return error;
}

/* Gives what was written for `path` its name: at every moment the file has its old bytes or all the new ones. */
static int keep_file(const char *path, eh_drafts *drafts) {
  for (size_t i = 0; i < drafts->count; i++) {
    if (strcmp(drafts->draft_n[i].path, path) || !*drafts->draft_n[i].temporary) continue;
    if (rename(drafts->draft_n[i].temporary, drafts->draft_n[i].target)) return errno;
    *drafts->draft_n[i].temporary = 0;
    if (++drafts->kept == drafts->count) end_drafts(drafts);
    break;
  }
  return 0;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

typedef struct eh_input {
  int fd; /* -1: not open */
  char *chunk;
  eh_met *met;
  off_t at, size; /* of a regular file, what is mapped is [at, size) as it was when opened; what comes after is read */
  uint64_t fed, whole; /* bytes handed over, of how many; 0 = unknown */
  bool ended;     /* the end was met behind bytes that were fed */
} eh_input;

/* Opens the input and remembers what it is; false with errno set. */
static bool open_input(eh_input *input, const char *path) {
  struct stat file;
  const bool is_standard = strcmp(path, "-") == 0;
  input->at = input->size = 0;
  input->fed = input->whole = 0;
  input->ended = false;
  if (!is_standard && stat(path, &file) == 0 && S_ISFIFO(file.st_mode) && find_met(input->met, &file)) return errno = ESPIPE, false;
  input->fd = is_standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (input->fd < 0 || fstat(input->fd, &file)) return input->fd >= 0;
  if (!S_ISREG(file.st_mode) && !S_ISFIFO(file.st_mode)) return true;
  const eh_met_file *const met = find_met(input->met, &file);
  if (met && (!met->path || strcmp(met->path, path) != 0)) return errno = EEXIST, false;
  if (!met && !remember(input->met, &file, path)) return errno = ENOMEM, false;
  if (!S_ISREG(file.st_mode)) return true;
  const off_t at = lseek(input->fd, 0, SEEK_CUR);
  if (at >= 0 && at < file.st_size) input->whole = (uint64_t)(file.st_size - at);
  if (at >= 0 && at % sysconf(_SC_PAGESIZE) == 0) input->at = at, input->size = file.st_size;
  return true;
}

/* A mapped file that another program cuts short has no bytes where it had some. */
static void on_cut_short(int number) {
  (void)number;
  write_all(STDERR_FILENO, EH_STR("evenhand: the input was cut short while it was read\n"));
  _exit(2);
}

/* The next window of a regular file, shared with the system's cache; NULL if it has to be read. */
static char *map_window(const eh_input *input, size_t *n) {
  const off_t left = input->size - input->at, most = input->at ? EH_WINDOW : EH_FIRST_WINDOW;
  if (left <= 0) return NULL;
  *n = (size_t)(left < most ? left : most);
  char *window = mmap(NULL, *n, PROT_READ, MAP_SHARED, input->fd, input->at);
  return window == MAP_FAILED ? NULL : window;
}

/* Fills the chunk, or what there is until the end; -1 with errno set. */
static ssize_t fill_chunk(eh_input *input) {
  size_t n = 0;
  while (n < EH_CHUNK && !input->ended) {
    const ssize_t got = read(input->fd, input->chunk + n, EH_CHUNK - n);
    if (got < 0 && again(input->fd, POLLIN, errno)) continue;
    if (got < 0) return -1;
    input->ended = got == 0;
    n += (size_t)got;
  }
  return (ssize_t)n;
}

/* Feeds the next bytes; opens the input at the first call and closes it at the end. */
static void feed(eh_cli *cli, eh_input *input, const char *path) {
  size_t window_n = 0;
  const bool open = input->fd >= 0 || open_input(input, path);
  char *const window = open ? map_window(input, &window_n) : NULL;
  if (window) {
    input->at += (off_t)window_n;
    lseek(input->fd, input->at, SEEK_SET);
    input->fed += window_n;
    eh_cli_feed(cli, window, window_n, EH_CLI_FINE);
    munmap(window, window_n);
    return;
  }
  input->size = 0;
  const ssize_t n = open ? fill_chunk(input) : -1;
  const int error = n < 0 ? errno : 0;
  if (n <= 0 && input->fd >= 0) {
    if (input->fd != STDIN_FILENO) close(input->fd);
    input->fd = -1;
  }
  input->fed += n < 0 ? 0 : (uint64_t)n;
  eh_cli_feed(cli, input->chunk, n < 0 ? 0 : (size_t)n, fault_of(error));
}

/* Lists a folder. */
static void feed_names(eh_cli *cli, const char *path) {
  DIR *folder = opendir(path);
  int error = folder ? 0 : errno;
  errno = 0;
  for (struct dirent *entry; folder && (entry = readdir(folder));)
    if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
      eh_cli_feed(cli, entry->d_name, strlen(entry->d_name) + 1, EH_CLI_FINE);
  if (folder && errno) error = errno;
  if (folder) closedir(folder);
  eh_cli_feed(cli, NULL, 0, fault_of(error));
}

/* ---- what comes with the program ----------------------------------------------------------------------------------- */

/* Opens a file of the share folder: the one that EVENHAND_SHARE names, else beside the installed program, else in the sources
 * it was built from; -1 with errno set. */
static int open_shared(const char *name) {
  static const char *const near_n[] = {"/../share/evenhand/", "/../../js/viewer/"};
  char path[PATH_MAX], program[PATH_MAX];
  const char *folder = getenv("EVENHAND_SHARE");
  if (folder && *folder)
    return snprintf(path, sizeof path, "%s/%s", folder, name) < PATH_MAX ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
  program[n < 0 ? 0 : n] = 0;
  char *const slash = strrchr(program, '/');
  if (slash) *slash = 0;
  for (size_t i = 0; slash && i < sizeof near_n / sizeof *near_n; i++) {
    if (snprintf(path, sizeof path, "%s%s%s", program, near_n[i], name) >= PATH_MAX) continue;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 || errno != ENOENT) return fd;
  }
  return errno = ENOENT, -1;
}

static void feed_shared(eh_cli *cli, char *chunk, const char *name) {
  eh_input input = {.fd = open_shared(name), .chunk = chunk};
  ssize_t n = input.fd < 0 ? -1 : 1;
  while (n > 0) {
    n = fill_chunk(&input);
    if (n > 0) eh_cli_feed(cli, chunk, (size_t)n, EH_CLI_FINE);
  }
  const int error = n < 0 ? errno : 0;
  if (input.fd >= 0) close(input.fd);
  eh_cli_feed(cli, NULL, 0, fault_of(error));
}

/* ---- unpacking --------------------------------------------------------------------------------------------------- */

typedef struct eh_unpacker {
  z_stream z;
  bool open, at_end; /* a gzip file is some streams in a row; at_end: of one */
  bool full;         /* the chunk was filled, so there may be more */
  ZSTD_DStream *zstd;
  ZSTD_inBuffer packed;
  char *chunk;
} eh_unpacker;

/* Unpacks what comes next of a zstd file, which is some frames in a row; 0 bytes when the input is used up. */
static eh_cli_fault unpack_zstd(size_t *n, eh_unpacker *u) {
  *n = 0;
  if (!u->zstd) u->zstd = ZSTD_createDStream();
  if (!u->zstd) return EH_CLI_OTHER;
  while (!*n && (u->packed.pos < u->packed.size || u->full)) {
    ZSTD_outBuffer plain = {u->chunk, EH_CHUNK, 0};
    const size_t left = ZSTD_decompressStream(u->zstd, &plain, &u->packed);
    if (ZSTD_isError(left)) return ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation ? EH_CLI_OTHER : EH_CLI_CORRUPT;
    u->at_end = left == 0;
    u->full = plain.pos == plain.size && !u->at_end;
    *n = plain.pos;
  }
  return EH_CLI_FINE;
}

/* Unpacks what comes next of a gzip file; 0 bytes when the input is used up. */
static eh_cli_fault unpack(size_t *n, eh_unpacker *u) {
  *n = 0;
  if (!u->open && inflateInit2(&u->z, 15 + 16) != Z_OK) return EH_CLI_OTHER;
  u->open = true;
  while (!*n && (u->z.avail_in || u->full)) {
    if (u->at_end && !*u->z.next_in) { /* padding */
      u->z.next_in++, u->z.avail_in--;
      continue;
    }
    if (u->at_end && inflateReset(&u->z) != Z_OK) return EH_CLI_OTHER;
    u->z.next_out = (Bytef *)u->chunk;
    u->z.avail_out = EH_CHUNK;
    int code = inflate(&u->z, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
      return code == Z_MEM_ERROR ? EH_CLI_OTHER : EH_CLI_CORRUPT;
    u->at_end = code == Z_STREAM_END;
    u->full = !u->z.avail_out && !u->at_end;
    *n = EH_CHUNK - u->z.avail_out;
  }
  return EH_CLI_FINE;
}

/* Answers an UNPACK step. */
static void feed_unpacked(eh_cli *cli, eh_unpacker *u, eh_cli_packing packing, eh_str bytes) {
  size_t n = 0;
  if (!bytes.p) {
    eh_cli_fault fault = u->at_end ? EH_CLI_FINE : EH_CLI_SHORT;
    if (u->open) inflateReset(&u->z);
    if (u->zstd) ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only);
    u->at_end = u->full = false;
    eh_cli_feed(cli, u->chunk, 0, fault);
    return;
  }
  if (bytes.n) {
    u->z.next_in = (Bytef *)(uintptr_t)bytes.p;
    u->z.avail_in = (uInt)bytes.n;
    u->packed = (ZSTD_inBuffer){bytes.p, bytes.n, 0};
  }
  eh_cli_fault fault = packing == EH_CLI_ZSTD ? unpack_zstd(&n, u) : unpack(&n, u);
  eh_cli_feed(cli, u->chunk, n, fault);
}

/* ---- the terminal ------------------------------------------------------------------------------------------------ */

static uint32_t terminal_width(void) {
  struct winsize size;
  if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col) return size.ws_col;
  const char *columns = getenv("COLUMNS");
  long width = columns ? strtol(columns, NULL, 10) : 0;
  return width > 0 && width < 10000 ? (uint32_t)width : 0;
}

static eh_cli_host look_around(void) {
  const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
  eh_cli_host host = {.out_is_terminal = isatty(STDOUT_FILENO), .err_is_terminal = isatty(STDERR_FILENO), .zstd = true};
  host.color = host.out_is_terminal && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
  host.width = terminal_width();
  cpu_set_t cpus;
  host.threads = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : (uint32_t)CPU_COUNT(&cpus);
  return host;
}

/* The one thing the program cannot know: that the instruction set asked for is not the one in use. */
static void note_isa(void) {
  bool forced_down = false;
  eh_isa isa = eh_simd_isa(&forced_down);
  const char *asked = getenv("EVENHAND_ISA");
  if (!forced_down || !asked) return;
  eh_buf note = {0};
  eh_buf_text(&note, "evenhand: note: EVENHAND_ISA=");
  eh_buf_safe(&note, eh_str_of(asked), 40);
  eh_buf_format(&note, " is not available here; using %s\n", eh_isa_name(isa));
  write_all(STDERR_FILENO, (eh_str){note.p, note.n});
  eh_buf_free(&note);
}

/* ---- progress ---------------------------------------------------------------------------------------------------- */

/* On a terminal, when a second has passed: a line that is written over ten times a second, and gone when reading is. */
typedef struct eh_progress {
  bool wanted, shown;
  double next; /* when to show it again */
} eh_progress;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void show_progress(eh_progress *progress, eh_cli *cli, const eh_input *input) {
  if (!progress->wanted || seconds() < progress->next) return;
  write_all(STDERR_FILENO, EH_STR("\r"));
  write_all(STDERR_FILENO, eh_cli_progress(cli, input->fed, input->whole));
  write_all(STDERR_FILENO, EH_STR("\x1b[K"));
  progress->shown = true;
  progress->next = seconds() + .1;
}

static void clear_progress(eh_progress *progress) {
  if (progress->shown) write_all(STDERR_FILENO, EH_STR("\r\x1b[K"));
  progress->shown = false;
}

/* ---- the conversation -------------------------------------------------------------------------------------------- */

static int converse(eh_cli *cli, char *chunk, eh_met *met, bool on_terminal) {
  eh_progress progress = {.wanted = on_terminal, .next = seconds() + 1};
  eh_input input = {.fd = -1, .chunk = chunk, .met = met};
  eh_unpacker unpacker = {.chunk = chunk};
  eh_drafts drafts = {0};
  for (;;) {
    eh_cli_step step = eh_cli_next(cli);
    if (step.act == EH_CLI_READ) show_progress(&progress, cli, &input);
    else if (step.act != EH_CLI_UNPACK) clear_progress(&progress);
    switch (step.act) {
      case EH_CLI_READ: feed(cli, &input, step.path.p); break;
      case EH_CLI_UNPACK: feed_unpacked(cli, &unpacker, step.packing, step.bytes); break;
      case EH_CLI_LIST: feed_names(cli, step.path.p); break;
      case EH_CLI_TABLE: eh_cli_refuse(cli, EH_E_INTERNAL, EH_STR("this host reads no tables")); break;
      case EH_CLI_SHARE: feed_shared(cli, chunk, step.path.p); break;
      case EH_CLI_WRITE: eh_cli_done(cli, fault_of(write_file(step.path.p, step.bytes, met, &drafts))); break;
      case EH_CLI_KEEP: eh_cli_done(cli, fault_of(keep_file(step.path.p, &drafts))); break;
      case EH_CLI_OUT: eh_cli_done(cli, fault_of(write_all(STDOUT_FILENO, step.bytes))); break;
      case EH_CLI_ERR: eh_cli_done(cli, fault_of(write_all(STDERR_FILENO, step.bytes))); break;
      case EH_CLI_EXIT:
        if (unpacker.open) inflateEnd(&unpacker.z);
        ZSTD_freeDStream(unpacker.zstd);
        end_drafts(&drafts);
        return step.exit_code;
    }
  }
}

static int no_memory(void) {
  write_all(STDERR_FILENO, EH_STR("evenhand: out of memory\n"));
  return 3;
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGBUS, on_cut_short);
  uint32_t n = argc > 0 ? (uint32_t)argc - 1 : 0;
  eh_str *argument_n = calloc(n + 1, sizeof *argument_n);
  char *chunk = malloc(EH_CHUNK);
  eh_cli *cli = NULL;
  eh_cli_host host = look_around();
  for (uint32_t i = 0; argument_n && i < n; i++) argument_n[i] = eh_str_of(argv[i + 1]);
  note_isa();
  int code = 3;
  eh_met met = {0};
  const eh_allocator memory = {.resize = resize_block};
  if (argument_n && chunk && eh_cli_new(&cli, argument_n, n, &host, &memory) == EH_OK)
    code = converse(cli, chunk, &met, host.err_is_terminal);
  else
    code = no_memory();
  eh_cli_free(cli);
  forget_all(&met);
  free(chunk);
  free(argument_n);
  return code;
}
