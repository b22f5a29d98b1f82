/* format: which reader a table's first bytes are for. Called by audit, and by cli before it asks for columns.
 *
 * The name outweighs the bytes, so that a defective first line does not turn a file into one of another kind; where it says
 * nothing, the first byte that is not blank does.
 */
#include <string.h>

#include "evenhand/table.h"

enum { BLANKS_MAX = 65536 }; /* a file that begins with more is not looked at further */

/* Ends in this, in any case. */
static bool ends_in(eh_str name, const char *end) {
  const size_t n = strlen(end);
  if (name.n < n) return false;
  size_t i = 0;
  while (i < n && (name.p[name.n - n + i] | (end[i] >= 'a' ? 32 : 0)) == end[i]) i++;
  return i == n;
}

static eh_table_format format_of_name(eh_str name) {
  static const char *const packed_n[] = {".gz", ".zst"};
  for (size_t i = 0; i < sizeof packed_n / sizeof *packed_n; i++)
    if (ends_in(name, packed_n[i])) name.n -= strlen(packed_n[i]);
  if (ends_in(name, ".csv") || ends_in(name, ".tsv")) return EH_FORMAT_CSV;
  return ends_in(name, ".jsonl") || ends_in(name, ".ndjson") ? EH_FORMAT_JSONL : EH_FORMAT_UNKNOWN;
}

/* The first place from `at` that is not blank, or n. */
static size_t pass_blanks(const char *p, size_t n, size_t at) {
  while (at < n && (p[at] == ' ' || p[at] == '\t' || p[at] == '\r' || p[at] == '\n')) at++;
  return at;
}

/* An archive whose first member is an array. UNKNOWN: its name is not all there; CSV: it is another archive. */
static eh_table_format format_of_zip(const unsigned char *p, size_t n) {
  enum { NAME_AT = 30 };
  if (n < NAME_AT) return EH_FORMAT_UNKNOWN;
  const size_t name_n = p[26] | (size_t)p[27] << 8;
  if (n < NAME_AT + name_n) return EH_FORMAT_UNKNOWN;
  return ends_in((eh_str){(const char *)p + NAME_AT, name_n}, ".npy") ? EH_FORMAT_NPY : EH_FORMAT_CSV;
}

eh_table_format eh_table_format_of(const void *bytes, size_t n, eh_str name, bool whole) {
  if (n >= 6 && memcmp(bytes, "\x93NUMPY", 6) == 0) return EH_FORMAT_NPY;
  if (n >= 4 && memcmp(bytes, "PK\x03\x04", 4) == 0) {
    const eh_table_format archive = format_of_zip(bytes, n);
    return archive || !whole ? archive : EH_FORMAT_CSV;
  }
  const eh_table_format named = format_of_name(name);
  if (named) return named;
  const char *const p = bytes;
  const size_t first = pass_blanks(p, n, n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
  const bool enough = whole || n > BLANKS_MAX;
  if (first == n) return enough ? EH_FORMAT_CSV : EH_FORMAT_UNKNOWN;
  if (p[first] == '{') return EH_FORMAT_JSONL;
  if (p[first] != '[') return EH_FORMAT_CSV;
  const size_t second = pass_blanks(p, n, first + 1);
  if (second == n) return enough ? EH_FORMAT_CSV : EH_FORMAT_UNKNOWN;
  return p[second] == '{' ? EH_FORMAT_JSON_ARRAY : EH_FORMAT_CSV;
}

/* A byte that no text has is among the first: for a magic that a header line could begin with, too. */
static bool is_binary(const char *p, size_t n) {
  enum { LOOKED_AT = 64 };
  for (size_t i = 0; i < n && i < LOOKED_AT; i++)
    if ((unsigned char)p[i] < '\t') return true;
  return false;
}

#define MAGIC(bytes, refusal) {bytes, sizeof(bytes) - 1, refusal}
#define WAY_OUT ", which is not read; write it as CSV"
#define PANDAS(format, reader) "is " format WAY_OUT ": pandas." reader "('FILE').to_csv('FILE.csv', index=False)"

const char *eh_table_refusal(const void *bytes, size_t n) {
  static const struct {
    const char *byte_n;
    size_t n;
    const char *refusal;
  } magic_m[] = {
      MAGIC("\x28\xb5\x2f\xfd", "is packed with zstd, which is not read here; unpack it first: zstd -d"),
      MAGIC("\xfd" "7zX", "is packed with xz, which is not read; unpack it first: xz -d"),
      MAGIC("BZh91AY&SY", "is packed with bzip2, which is not read; unpack it first: bzip2 -d"),
      MAGIC("PK\x03\x04", "is a ZIP archive, which is not read; unpack it first, or save a spreadsheet as CSV"),
      MAGIC("PAR1", "is a Parquet file, which is not read here; use the npm package (npx -p evenhand -p hyparquet "
                    "-p hyparquet-compressors evenhand), or write it as CSV: "
                    "duckdb -c \"COPY 'FILE.parquet' TO 'FILE.csv'\""),
      MAGIC("ARROW1\0\0", PANDAS("a Feather (Arrow) file", "read_feather")),
      MAGIC("FEA1\0\0\0\0", PANDAS("a Feather file", "read_feather")),
      MAGIC("ORC", PANDAS("an ORC file", "read_orc")),
      MAGIC("\x80\x02", PANDAS("a pickle", "read_pickle")),
      MAGIC("\x80\x03", PANDAS("a pickle", "read_pickle")),
      MAGIC("\x80\x04", PANDAS("a pickle", "read_pickle")),
      MAGIC("\x80\x05", PANDAS("a pickle", "read_pickle")),
      MAGIC("\x89HDF\r\n\x1a\n", PANDAS("an HDF5 file", "read_hdf")),
      MAGIC("<stata_dta>", PANDAS("a Stata file", "read_stata")),
      MAGIC("r\x02\x01", PANDAS("a Stata file", "read_stata")),
      MAGIC("s\x02\x01", PANDAS("a Stata file", "read_stata")),
      MAGIC("\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60", PANDAS("a SAS file", "read_sas")),
      MAGIC("HEADER RECORD*******", PANDAS("a SAS file", "read_sas")),
      MAGIC("$FL2@(#)", PANDAS("an SPSS file", "read_spss")),
      MAGIC("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel file, which is not read; save it as CSV"),
      MAGIC("Obj\x01", "is an Avro file" WAY_OUT),
      MAGIC("SQLite format 3", "is an SQLite database, which is not read; write a table as CSV: sqlite3 -csv -header"),
      MAGIC("X\n\0\0", "is an R file" WAY_OUT ": write.csv(readRDS('FILE'), 'FILE.csv', row.names = FALSE)")};
  for (size_t m = 0; m < sizeof magic_m / sizeof *magic_m; m++) {
    if (n < magic_m[m].n || memcmp(bytes, magic_m[m].byte_n, magic_m[m].n) != 0) continue;
    if (magic_m[m].n > 3 || is_binary(bytes, n)) return magic_m[m].refusal;
  }
  return NULL;
}
