/* npy: headers as NumPy's versions write them, record arrays in any pieces, archives, damage, and memory that fails. What NumPy and
 * zlib write in earnest is read by tests/js/npy.test.mjs. */
#include "table/npy_internal.h"

#include "check.h"
#include "reference/memory_twin.h"

/* ---- headers ------------------------------------------------------------------------------------------------------- */

/* An array's bytes: its header, then `data`. */
static size_t put_array(unsigned char *to, int version, const char *dictionary, const void *data, size_t data_n) {
  const size_t n = strlen(dictionary), at = version == 1 ? 10 : 12;
  memcpy(to, "\x93NUMPY", 6);
  to[6] = (unsigned char)version, to[7] = 0;
  to[8] = (unsigned char)n, to[9] = (unsigned char)(n >> 8), to[10] = to[11] = 0;
  memcpy(to + at, dictionary, n);
  if (data_n) memcpy(to + at + n, data, data_n);
  return at + n + data_n;
}

/* "rows stride: name kind size offset [big]; ..." of a header, or what is wrong with it. */
static void check_header(int version, const char *dictionary, const char *want) {
  unsigned char bytes[2000];
  const size_t n = put_array(bytes, version, dictionary, NULL, 0);
  eh_arena arena = {0};
  eh_npy_header header;
  const char *why;
  bool whole;
  eh_buf out = {0};
  for (size_t less = 0; less < n; less++) CHECK(eh_npy_header_read(&header, &whole, &why, &arena, bytes, less) && !whole);
  if (!eh_npy_header_read(&header, &whole, &why, &arena, bytes, n)) {
    eh_buf_text(&out, why);
  } else {
    CHECK(whole && header.data_at == n);
    eh_buf_format(&out, "%u of %u:", header.rows, header.stride);
    for (uint32_t f = 0; f < header.field_count; f++) {
      const eh_npy_field *field = &header.field_f[f];
      eh_buf_format(&out, " %S %c%u@%u%s", field->name, (int)field->kind, (uint64_t)field->size, field->offset, field->big ? " big" : "");
    }
  }
  CHECK_TEXT(out.p, out.n, want);
  eh_buf_free(&out);
  eh_arena_free(&arena);
}

static void headers(void) {
  check_header(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }   \n", "3 of 8:  f8@0");
  check_header(2, "{'shape': (12L,), 'fortran_order': True, 'descr': '>U5'}", "12 of 20:  U20@0 big");
  check_header(1, "{\"descr\":\"|b1\",\"fortran_order\":False,\"shape\":()}", "1 of 1:  b1@0");
  check_header(1, "{'descr': [('a', '<f4'), ('b', '|S3'), ('', '|V1'), ('c', '>i8')], 'fortran_order': False, 'shape': (2,), }",
               "2 of 16: a f4@0 b S3@4  V1@7 c i8@8 big");
  check_header(1, "{'descr': [('a', '<f4', (2, 3)), (('title', 'b'), '|u1'), ('c', [('d', '<i2'), ('e', [('f', '<i4')])], (2,)), ('g', '|i1', (1,))],"
                  "'fortran_order': False, 'shape': (5,)}", "5 of 38: a V4@0 b u1@24 c V0@25 g i1@37");
  check_header(3, "{'descr': [('\xc3\xa9', '<f4')], 'fortran_order': False, 'shape': (1,)}", "1 of 4: \xc3\xa9 f4@0");
  check_header(1, "{'descr': [('\xe9\\u20ac\\x41\\'', '<f4')], 'fortran_order': False, 'shape': (1,)}", "1 of 4: \xc3\xa9\xe2\x82\xac" "A' f4@0");
  check_header(1, "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "1 of 0:  O0@0");
  check_header(1, "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,)}", "1 of 8:  M8@0");
}

static void headers_that_are_none(void) {
  static const char damaged[] = "its header is damaged";
  static const char *const bad_n[] = {
      "{ ", "{}", "{'descr': '<f8'}", "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)", "{'descr': 'f', 'fortran_order': False, 'shape': (3,)}",
      "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (3,)}", "{'descr': '<f8', 'fortran_order': False, 'shape': 3}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}", "{'descr': '<f8', 'shape': (99999999999999999999,)}",
      "{'descr': [('a')], 'shape': (3,)}", "{'descr': [('a', '<f8'], 'shape': (3,)}", "{'descr': '<f999999999999', 'shape': (3,)}",
      "{'descr': [('a', '<f8', (99999999, 99999999, 99999999))], 'shape': (3,)}", "{'descr': [('\\q', '<f8')], 'shape': (3,)}",
      "{'descr': [[[[[[[[[[", "{'descr': [('a', [('a', [('a', [('a', [('a', [('a', [('a', [('a', [('a', [('a', '<f8')])])])])])])])])])], 'shape': (1,)}",
      "{'descr': '<f8', 'descr': '<f8', 'shape': (3,)}", "['descr']", "{'descr': '\\ud800', 'shape': (1,)}"};
  for (size_t i = 0; i < sizeof bad_n / sizeof *bad_n; i++) check_header(1, bad_n[i], damaged);
  eh_arena arena = {0};
  eh_npy_header header;
  const char *why;
  bool whole;
  CHECK(!eh_npy_header_read(&header, &whole, &why, &arena, "\x93NUMPX      ", 12));
  CHECK(!eh_npy_header_read(&header, &whole, &why, &arena, "\x93NUMPY\x04     ", 12) && strstr(why, "version"));
  eh_arena_free(&arena);
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static const eh_want want_n[] = {{{"a", 1}, EH_F64}, {{"b", 1}, EH_TEXT}, {{"a", 1}, EH_TEXT}};
static const eh_npy_options usual = {.want_n = want_n, .want_count = 3, .source = {"f.npy", 5}};

static eh_status drain(eh_npy *npy, eh_buf *out, eh_error *err) {
  for (;;) {
    eh_batch batch;
    EH_TRY(eh_npy_next(npy, &batch, err));
    if (!batch.rows) return EH_OK;
    for (size_t row = 0; row < batch.rows; row++) {
      eh_buf_format(out, "%u", batch.line_n[row]);
      for (uint32_t c = 0; c < batch.column_n; c++) {
        char scratch[EH_F64_TEXT];
        eh_str text;
        const eh_cell cell = eh_column_text(&batch.column[c], row, scratch, &text);
        eh_buf_byte(out, '|');
        eh_buf_str(out, cell ? EH_STR("~") : text);
      }
      eh_buf_byte(out, '\n');
    }
  }
}

static eh_status read_bytes(eh_buf *out, eh_intake *intake, const void *bytes, size_t n, size_t push, const eh_allocator *mem, eh_error *err) {
  eh_npy *npy;
  EH_TRY(eh_npy_new(&npy, &usual, intake, mem, err));
  eh_status status = EH_OK;
  for (size_t at = 0; at < n && !status; at += push) {
    status = eh_npy_push(npy, (const char *)bytes + at, n - at < push ? n - at : push, err);
    if (!status) status = drain(npy, out, err);
  }
  if (!status) status = eh_npy_end(npy, err);
  if (!status) status = drain(npy, out, err);
  eh_npy_free(npy);
  return status;
}

static void check_bytes(const void *bytes, size_t n, const char *want) {
  static const size_t push_n[] = {1, 7, 64, 100000};
  for (int p = 0; p < 4; p++) {
    eh_buf out = {0};
    eh_intake intake = {0};
    eh_error err = {0};
    if (read_bytes(&out, &intake, bytes, n, push_n[p], NULL, &err)) out.n = 0, eh_buf_text(&out, err.message);
    for (uint32_t i = 0; i < intake.skipped_n; i++)
      eh_buf_format(&out, "%u skipped: %s\n", intake.skipped[i].line, intake.skipped[i].reason);
    CHECK_TEXT(out.p ? out.p : "", out.n, want);
    eh_buf_free(&out);
  }
}

static size_t put_record(unsigned char *to, const char *descr, int rows, const void *data, size_t n) {
  char dictionary[300];
  snprintf(dictionary, sizeof dictionary, "{'descr': [%s], 'fortran_order': False, 'shape': (%d,), }", descr, rows);
  return put_array(to, 1, dictionary, data, n);
}

static void numbers_of_every_type(void) {
  static const struct {
    const char *type, *data;
    size_t n;
    const char *want;
  } case_n[] = {{"<f8", "\0\0\0\0\0\0\xf8\x3f", 8, "1|1.5|x|1.5\n"},      {">f8", "\x3f\xf8\0\0\0\0\0\0", 8, "1|1.5|x|1.5\n"},
                {"<f4", "\0\0\xc0\xbf", 4, "1|-1.5|x|-1.5\n"},            {">f4", "\x3d\xcc\xcc\xcd", 4, "1|0.10000000149011612|x|0.10000000149011612\n"},
                {"<f2", "\0\x3e", 2, "1|1.5|x|1.5\n"},                    {">f2", "\x80\x01", 2, "1|-5.9604644775390625e-8|x|-5.9604644775390625e-8\n"},
                {"<f2", "\0\x7c", 2, "1|~|x|~\n"},                        {"<f4", "\0\0\xc0\x7f", 4, "1|~|x|~\n"},
                {"|i1", "\xff", 1, "1|-1|x|-1\n"},                        {"|u1", "\xff", 1, "1|255|x|255\n"},
                {"<i2", "\0\x80", 2, "1|-32768|x|-32768\n"},              {">u2", "\x80\0", 2, "1|32768|x|32768\n"},
                {">i4", "\xff\xff\xff\xfe", 4, "1|-2|x|-2\n"},            {"<u4", "\xff\xff\xff\xff", 4, "1|4294967295|x|4294967295\n"},
                {"<i8", "\xff\xff\xff\xff\xff\xff\xff\x7f", 8, "1|9223372036854776000|x|9223372036854775807\n"},
                {">i8", "\x80\0\0\0\0\0\0\0", 8, "1|-9223372036854776000|x|-9223372036854775808\n"},
                {"<u8", "\x01\0\0\0\0\0\x20\0", 8, "1|9007199254740992|x|9007199254740993\n"},
                {"|b1", "\x01", 1, "1|true|x|true\n"},                    {"|S3", "2.5", 3, "1|2.5|x|2.5\n"}};
  for (size_t i = 0; i < sizeof case_n / sizeof *case_n; i++) {
    unsigned char bytes[400];
    char descr[60], data[16];
    snprintf(descr, sizeof descr, "('b', '|S2'), ('a', '%s')", case_n[i].type);
    memcpy(data, "x\0", 2);
    memcpy(data + 2, case_n[i].data, case_n[i].n);
    check_bytes(bytes, put_record(bytes, descr, 1, data, 2 + case_n[i].n), case_n[i].want);
  }
}

static void texts_and_defects(void) {
  unsigned char bytes[600];
  size_t n = put_record(bytes, "('a', '|u1'), ('b', '|S3')", 6, "\1xyz\2x\0\0\3\0\0\0\4x\0y\5\xff\0\0\6\xc3\xa9\0", 24);
  check_bytes(bytes, n, "1|1|xyz|1\n2|2|x|2\n3|3|~|3\n6|6|\xc3\xa9|6\n4 skipped: \"b\" holds a NUL character\n5 skipped: \"b\" is not UTF-8\n");
  check_bytes(bytes, n - 1, "f.npy is cut off: 5 of its 6 rows are there4 skipped: \"b\" holds a NUL character\n5 skipped: \"b\" is not UTF-8\n");
  bytes[n] = 'x';
  check_bytes(bytes, n + 1, "1|1|xyz|1\n2|2|x|2\n3|3|~|3\n6|6|\xc3\xa9|6\n4 skipped: \"b\" holds a NUL character\n5 skipped: \"b\" is not UTF-8\n");
  n = put_record(bytes, "('b', '<U2'), ('a', '|u1')", 3, "\x3d\xd8\0\0\0\0\0\0\1\0\xf6\1\0A\0\0\0\2\0\0\x11\0\0\0\0\0\3", 27);
  check_bytes(bytes, n, "2|2|\xf0\x9f\x98\x80" "A|2\n1 skipped: \"b\" holds what is no character\n3 skipped: \"b\" holds what is no character\n");
  n = put_record(bytes, "('a', '|u1'), ('b', '|S1')", 0, "", 0);
  check_bytes(bytes, n, "");
}

static void files_that_are_refused(void) {
  unsigned char bytes[600];
  check_bytes(bytes, put_record(bytes, "('a', '|u1'), ('B', '|S1')", 1, "\1x", 2), "f.npy has no field \"b\"; nearest is \"B\"");
  check_bytes(bytes, put_record(bytes, "('a', '|O'), ('b', '|S1')", 1, "x", 1), "f.npy: \"a\" holds Python objects; save it as text: .astype(str)");
  check_bytes(bytes, put_record(bytes, "('a', '<c8'), ('b', '|S1')", 1, "123456789", 9),
              "f.npy: \"a\" holds neither numbers, booleans nor text of one dimension");
  check_bytes(bytes, put_array(bytes, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", "12345678", 8),
              "f.npy is an array without names; save the columns by name: numpy.savez('preds.npz', label=..., score=...)");
  check_bytes(bytes, put_array(bytes, 1, "{'descr': [('a', '|u1'), ('b', '|S1')], 'fortran_order': False, 'shape': (1, 1)}", "1x", 2),
              "f.npy: the records stand in several dimensions; a table has one");
  check_bytes("\x93NUMPY\x01", 7, "f.npy: it is cut off");
  check_bytes("", 0, "f.npy is empty");
  check_bytes("PK\3\4", 4, "f.npy: the archive is cut off, or damaged at its end");
}

/* numpy.savez_compressed(a=numpy.arange(3.0), b=numpy.array(['x', '', 'zzzzzzzzzzzzzzzz'])), NumPy 2.4. */
#include "npz_sample.h"

static void an_archive(void) {
  check_bytes(npz_sample, sizeof npz_sample, "1|0|x|0\n2|1|~|1\n3|2|zzzzzzzzzzzzzzzz|2\n");
  int told = 0, same = 0;
  for (size_t at = 0; at < sizeof npz_sample; at++) { /* whatever byte is bent: an error, or the rows, or none of the columns' */
    unsigned char bent[sizeof npz_sample];
    memcpy(bent, npz_sample, sizeof bent);
    bent[at] ^= 0x41;
    eh_buf out = {0};
    eh_intake intake = {0};
    eh_error err = {0};
    const eh_status status = read_bytes(&out, &intake, bent, sizeof bent, 100000, NULL, &err);
    CHECK(!status || status == EH_E_INPUT || status == EH_E_SPEC);
    told += status != EH_OK;
    same += !status && out.n == 39;
    eh_buf_free(&out);
  }
  CHECK(told > (int)sizeof npz_sample / 2 && told + same == (int)sizeof npz_sample);
}

static void memory_fails(void) {
  unsigned char bytes[600];
  const size_t n = put_record(bytes, "('a', '|u1'), ('b', '|S3')", 2, "\1xyz\2\xff\0\0", 8);
  for (int archive = 0; archive < 2; archive++)
    for (size_t at = 1;; at++) {
      memory_twin twin;
      const eh_allocator *const mem = memory_twin_start(&twin, at);
      eh_buf out = {0};
      eh_intake intake = {0};
      eh_error err = {0};
      const eh_status status = read_bytes(&out, &intake, archive ? npz_sample : bytes, archive ? sizeof npz_sample : n, 50, mem, &err);
      eh_buf_free(&out);
      CHECK(!twin.blocks && !twin.bytes && !twin.wrong_sizes);
      if (twin.asked < at) {
        CHECK(status == EH_OK && at > 10);
        break;
      }
      CHECK(status == EH_E_MEMORY);
    }
}

int main(void) {
  RUN(headers);
  RUN(headers_that_are_none);
  RUN(numbers_of_every_type);
  RUN(texts_and_defects);
  RUN(files_that_are_refused);
  RUN(an_archive);
  RUN(memory_fails);
  return check_end("npy");
}
