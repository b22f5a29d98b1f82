/* help: what `--help` prints. The options come from options.def, so help cannot drift from what is parsed. Called by
 * the verbs and by program.c.
 */
#include <string.h>

#include "cli_internal.h"

enum { EH_HELP_COLUMN = 30, EH_HELP_WIDTH = 80, EH_HELP_LEAST = 60, EH_HELP_MOST = 100 };

static const char program_text[] =
    "evenhand " EH_VERSION ": the error rates of each group, their gaps, how sure they are\n"
    "\n"
    "Usage: evenhand audit FILE... --label COL --score COL --slice COL [option...]\n"
    "       evenhand view FILE... --label COL --score COL --slice COL -o OUT.html\n"
    "       evenhand cube build FILE... --label COL --score COL [option...] -o OUT.ehc\n"
    "       evenhand cube merge FILE.ehc... -o OUT.ehc\n"
    "       evenhand cube info FILE.ehc\n"
    "       evenhand help [COMMAND]\n"
    "       evenhand --version\n"
    "\n"
    "Commands\n"
    "  audit       audit files of predictions, or a cube made from them\n"
    "  view        write one page that shows an audit in any browser\n"
    "  cube build  count the rows of files into a cube\n"
    "  cube merge  join cubes of parts into the cube of all rows\n"
    "  cube info   say what a cube file holds\n"
    "  help        help on a command, the same as COMMAND --help\n"
    "\n"
    "Example\n"
    "  evenhand audit preds.csv --label y --positive yes --score p --slice sex,race\n"
    "\n"
    "Exit codes: 0 done, 2 bad usage or input, 3 internal error.\n";

static const char audit_head[] =
    "Usage: evenhand audit FILE... --label COL --score COL --slice COL [option...]\n"
    "\n"
    "Reads a table with one row per case (its outcome, the model's score, and columns\n"
    "that group people) and reports the error rates of each group, their gaps to a\n"
    "baseline with intervals, and what stands out. FILE is CSV, TSV, JSON Lines, .npz\n"
    "or .npy, as it is or packed with gzip or zstd, or - for standard input; Node also\n"
    "reads Parquet, and no zstd. It may also be a cube (FILE.ehc), which needs no other\n"
    "option. Several FILEs, or a quoted pattern such as 'day=*/part-*.csv', are read as\n"
    "one table: the columns of each are found by name. With a FILE alone it says what\n"
    "the columns hold and which command may be meant, and leaves with 2.\n";

static const char audit_foot[] =
    "\n"
    "Lists are split at commas (write \\, for a comma inside a name) and grow when an\n"
    "option is repeated. --option VALUE and --option=VALUE are the same; -- ends the\n"
    "options.\n"
    "\n"
    "Examples\n"
    "  evenhand audit preds.csv --label y --score p --slice sex --cross 'sex*race'\n"
    "  evenhand audit preds.csv --label y --score p --bucket age:25,45 --json o.json\n"
    "  evenhand audit preds.csv --label y --score p --slice sex --cube preds.ehc\n"
    "  evenhand audit preds.ehc --threshold .3 --metric fpr,fnr\n"
    "\n"
    "Exit codes: 0 done, 2 bad usage or input, 3 internal error.\n";

static const char view_head[] =
    "Usage: evenhand view FILE... --label COL --score COL --slice COL [option...] -o OUT.html\n"
    "\n"
    "Writes one page that shows the audit of files of predictions, of a cube (FILE.ehc)\n"
    "or of a report (audit --json) in any browser, with no network: thresholds to drag,\n"
    "slices to compare. FILE is - for standard input; -o - is standard output.\n"
    "\n"
    "The page holds counts and no row, of scores in bins .8 % wide (--score-bits 7 if\n"
    "not given); small cells can still describe single people. With --score-bits 52, and\n"
    "with weights, it holds every score: treat it as you treat the rows.\n"
    "\n"
    "  -o, --output OUT.html       the page to write\n";

static const char view_foot[] =
    "\n"
    "Examples\n"
    "  evenhand view preds.csv --label y --score p --slice sex,race -o audit.html\n"
    "  evenhand view preds.ehc -o audit.html\n"
    "\n"
    "npx evenhand view preds.csv --serve shows a file in the browser of this machine,\n"
    "and writes no page.\n";

static const char cube_text[] =
    "Usage: evenhand cube build FILE... --label COL --score COL [option...] -o OUT.ehc\n"
    "       evenhand cube merge FILE.ehc... -o OUT.ehc\n"
    "       evenhand cube info FILE.ehc\n"
    "\n"
    "A cube holds the counts behind an audit: any threshold, and any of its columns,\n"
    "without going back to the rows. Cubes of parts of the rows, built anywhere in any\n"
    "order, merge into the cube of all rows, to the byte.\n"
    "\n"
    "  evenhand cube build part1.csv --label y --score p --slice sex -o part1.ehc\n"
    "  evenhand cube build part2.csv --label y --score p --slice sex -o part2.ehc\n"
    "  evenhand cube merge part1.ehc part2.ehc -o all.ehc\n"
    "  evenhand audit all.ehc\n"
    "\n"
    "A cube holds no identifiers, but small cells can describe single people: treat\n"
    "it as you treat the rows.\n";

static const char build_head[] =
    "Usage: evenhand cube build FILE... --label COL --score COL [option...] -o OUT.ehc\n"
    "\n"
    "Counts the rows of CSV files into a cube, from which any audit of these columns\n"
    "can be run. FILE is - for standard input; -o - is standard output. The options\n"
    "are those of evenhand audit that say what is counted; parts that are to be merged\n"
    "need the same ones.\n"
    "\n"
    "  -o, --output OUT.ehc        the cube to write\n";

static const char merge_text[] =
    "Usage: evenhand cube merge FILE.ehc... -o OUT.ehc\n"
    "\n"
    "Joins cubes of parts into the cube of all their rows. The order of the parts does\n"
    "not matter, and an audit of the result is that of all the rows. The cubes must\n"
    "have been built with the same options. FILE is - for standard input; -o - is\n"
    "standard output.\n"
    "\n"
    "  -o, --output OUT.ehc        the cube to write\n";

static const char info_text[] =
    "Usage: evenhand cube info FILE.ehc\n"
    "\n"
    "Says what a cube file holds: its models, columns, thresholds and rows, and how\n"
    "small its smallest cells are. A cube is made by evenhand cube build, or by\n"
    "evenhand audit with --cube; FILE is - for standard input.\n"
    "\n"
    "A cube holds no identifiers, but small cells can describe single people: treat\n"
    "it as you treat the rows.\n";

static void blanks(eh_buf *out, size_t n) {
  while (n--) eh_buf_byte(out, ' ');
}

/* Appends words from `column` on, broken at blanks before `width`. */
static void wrap(eh_buf *out, eh_str text, size_t column, size_t width) {
  size_t at = column, from = 0;
  for (size_t i = 0; i <= text.n; i++) {
    if (i < text.n && text.p[i] != ' ') continue;
    size_t n = i - from;
    if (at > column && at + 1 + n > width) {
      eh_buf_byte(out, '\n');
      blanks(out, column);
      at = column;
    } else if (at > column) {
      eh_buf_byte(out, ' ');
      at++;
    }
    eh_buf_put(out, text.p + from, n);
    at += n;
    from = i + 1;
  }
  eh_buf_byte(out, '\n');
}

static void option_help(eh_buf *out, eh_option option, size_t width) {
  uint32_t n;
  const eh_option_info *info = &eh_option_table(&n)[option];
  size_t start = out->n;
  eh_buf_format(out, "  %s%s%s", eh_option_flag(option), *info->value ? " " : "", info->value);
  size_t at = out->n - start;
  if (at + 2 > EH_HELP_COLUMN) {
    eh_buf_byte(out, '\n');
    at = 0;
  }
  blanks(out, EH_HELP_COLUMN - at);
  eh_buf text = {.mem = out->mem};
  eh_buf_text(&text, info->help);
  bool first = strncmp(info->value, info->preset, strlen(info->preset)) == 0; /* "default|none" says it */
  if (*info->preset && !first && info->type != EH_OPT_FLAG) eh_buf_format(&text, " (default %s)", info->preset);
  if (text.failed) out->failed = true;
  wrap(out, (eh_str){text.p, text.n}, EH_HELP_COLUMN, width);
  eh_buf_free(&text);
}

/* The options, less those left out (NULL: none); a heading stands only above options. */
static void options_help(eh_buf *out, bool (*left_out)(eh_option), size_t width) {
  const char *heading = NULL;
#define EH_OPTION_GROUP(title) heading = "\n" title "\n";
#define EH_OPTION(id, flag, key, type, value, preset, help)   \
  if (!left_out || !left_out(EH_O_##id)) {                    \
    eh_buf_text(out, heading ? heading : "");                 \
    option_help(out, EH_O_##id, width);                       \
    heading = NULL;                                           \
  }
#include "options.def"
#undef EH_OPTION
#undef EH_OPTION_GROUP
}

static void audit_help(eh_buf *out, size_t width) {
  eh_buf_text(out, audit_head);
  options_help(out, NULL, width);
  eh_buf_text(out, audit_foot);
}

static void build_help(eh_buf *out, size_t width) {
  eh_buf_text(out, build_head);
  options_help(out, eh_option_judges, width);
}

static void view_help(eh_buf *out, size_t width) {
  eh_buf_text(out, view_head);
  options_help(out, eh_option_shows, width);
  eh_buf_text(out, view_foot);
}

bool eh_help(eh_buf *out, const char *verb, uint32_t width) {
  if (!width) width = EH_HELP_WIDTH;
  if (width < EH_HELP_LEAST) width = EH_HELP_LEAST;
  if (width > EH_HELP_MOST) width = EH_HELP_MOST;
  eh_str name = verb ? eh_str_of(verb) : (eh_str){0};
  if (!verb || eh_str_eq(name, EH_STR("help")))
    eh_buf_text(out, program_text);
  else if (eh_str_eq(name, EH_STR("audit")))
    audit_help(out, width);
  else if (eh_str_eq(name, EH_STR("view")))
    view_help(out, width);
  else if (eh_str_eq(name, EH_STR("cube")))
    eh_buf_text(out, cube_text);
  else if (eh_str_eq(name, EH_STR("cube build")))
    build_help(out, width);
  else if (eh_str_eq(name, EH_STR("cube merge")))
    eh_buf_text(out, merge_text);
  else if (eh_str_eq(name, EH_STR("cube info")))
    eh_buf_text(out, info_text);
  else
    return false;
  return true;
}
