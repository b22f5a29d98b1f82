/* report_test: each promise of report.h, on an audit filled by hand (report_fixture.h). */
#include "report_fixture.h"

typedef eh_status (*render)(eh_buf *out, const eh_audit_view *audit, eh_error *err);

static void text_of(eh_buf *out, const fixture *f, eh_text_style style) {
  eh_error err = {0};
  out->n = 0;
  CHECK_U64(eh_report_text(out, &f->view, &style, &err), EH_OK);
  eh_buf_byte(out, 0);
  if (out->n) out->n--;
}

static void render_of(eh_buf *out, const fixture *f, render how) {
  eh_error err = {0};
  CHECK_U64(how(out, &f->view, &err), EH_OK);
  eh_buf_byte(out, 0);
  if (out->n) out->n--;
}

static const char *find(const eh_buf *buf, const char *text) { return buf->p ? strstr(buf->p, text) : NULL; }

static bool before(const eh_buf *buf, const char *first, const char *second) {
  const char *a = find(buf, first), *b = find(buf, second);
  return a && b && a < b;
}

/* The line that holds `text`, without its line feed; empty if none does. */
static eh_str line_with(const eh_buf *buf, const char *text) {
  const char *p = find(buf, text);
  if (!p) return EH_STR("");
  const char *start = p, *end = strchr(p, '\n');
  while (start > buf->p && start[-1] != '\n') start--;
  return (eh_str){start, end ? (size_t)(end - start) : strlen(start)};
}

#define CHECK_HAS(buf, text)                                              \
  do {                                                                    \
    if (!find((buf), (text))) CHECK_SAY("%s is not there", (text));       \
  } while (0)
#define CHECK_LACKS(buf, text)                                            \
  do {                                                                    \
    if (find((buf), (text))) CHECK_SAY("%s is there", (text));            \
  } while (0)
#define CHECK_LINE(buf, holding, want)                                    \
  do {                                                                    \
    eh_str line_ = line_with((buf), (holding));                           \
    CHECK_TEXT(line_.p, line_.n, want);                                   \
  } while (0)

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void json_strings_escape_and_replace(void) {
  static const struct {
    eh_str in;
    const char *out;
  } cases[] = {
      {EH_STR(""), "\"\""},
      {EH_STR("a\"b\\c/d"), "\"a\\\"b\\\\c/d\""},
      {EH_STR("\b\t\n\v\f\r\x1f\x7f"), "\"\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\""},
      {{"a\0b", 3}, "\"a\\u0000b\""},
      {EH_STR("\xc3\xa9\xf0\x9f\x98\x80"), "\"\xc3\xa9\xf0\x9f\x98\x80\""},
      {EH_STR("a\xff\xc3z\xed\xa0\x80"), "\"a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    eh_buf out = {0};
    eh_json_string(&out, cases[i].in);
    CHECK_TEXT(out.p, out.n, cases[i].out);
    eh_buf_free(&out);
  }
}

static void json_head_is_exact(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  f.provenance.intake.skipped_n = 1;
  render_of(&out, &f, eh_report_json);
  static const char want[] =
      "{\n  \"schema_version\": 1,\n  \"version\": \"" EH_VERSION "\",\n  \"spec\": {\n    \"label\": "
            "\"in\\\"come\",\n"
      "    \"positive\": \">50K\",\n    \"score\": [\"score\"],\n    \"slice\": [\"sex\", \"ra*ce\", \"age\"],\n"
      "    \"cross\": [\"sex*ra\\\\*ce\"],\n    \"bucket\": [\"age:25,45.5\"],\n    \"show_missing\": true,\n"
      "    \"threshold\": [0.5, 0.7],\n    \"metric\": [\"fp\", \"fpr\", \"selection_rate\", \"roc_auc\"],\n"
      "    \"baseline\": \"overall\",\n    \"missing\": [\"NA\", \"NaN\", \"null\"],\n    \"min_slice\": 10,\n"
      "    \"level\": 0.95,\n    \"interval\": \"default\",\n    \"cut\": \">\",\n    \"score_bits\": 52\n  },\n"
      "  \"input\": {\n    \"name\": \"a\\u001b]0;b\\u0007.csv\",\n"
      "    \"sha256\": \"0009121b242d363f48515a636c757e879099a2abb4bdc6cfd8e1eaf3fc050e17\",\n    \"rows\": 1605,\n"
      "    \"rows_skipped\": 5,\n    \"skipped\": [\n      {\"line\": 17, \"reason\": \"score \\\"x0\\\" is not a "
            "number\"}\n    ],\n"
      "    \"missing\": {\"sex\": 0, \"ra*ce\": 57}\n  },\n  \"slices\": [\n"
      "    {\"name\": \"overall\", \"columns\": [], \"values\": [], \"rows\": 1600, \"weight\": 1600, "
            "\"positives\": 514, "
      "\"reason\": null},\n";
  REQUIRE(out.n > sizeof want);
  CHECK_TEXT(out.p, sizeof want - 1, want);
  eh_buf_free(&out);
}

static void json_rows_are_exact(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  render_of(&out, &f, eh_report_json);
  CHECK_LINE(&out, "\"name\": \"ra*ce=Whi", "    {\"name\": \"ra*ce=Whi\\u001b[31mte\", \"columns\": [\"ra*ce\"], "
        "\"values\": "
             "[\"Whi\\u001b[31mte\"], \"rows\": 3, \"weight\": 3, \"positives\": 2, \"reason\": \"too_small\"},");
  CHECK_LINE(&out, "\"name\": \"ra*ce is missing\"", "    {\"name\": \"ra*ce is missing\", \"columns\": [\"ra*ce\"], "
             "\"values\": [null], \"rows\": 57, \"weight\": 57, \"positives\": 2, \"reason\": null},");
  CHECK_LINE(&out, "{\"model\": \"score\", \"slice\": \"sex=Female\", \"metric\": \"fpr\", \"threshold\": 0.5",
             "    {\"model\": \"score\", \"slice\": \"sex=Female\", \"metric\": \"fpr\", \"threshold\": 0.5, "
                   "\"value\": 0.03125, "
             "\"reason\": null, \"numerator\": 32, \"denominator\": 1024, \"lower\": 0.0234375, \"upper\": "
                   "0.0390625, "
             "\"method\": \"wilson\", \"interval_reason\": null, \"gap\": {\"baseline\": \"overall\", \"reason\": "
                   "null, "
             "\"interval_reason\": null, \"difference\": -0.03125, \"difference_lower\": -0.046875, "
                   "\"difference_upper\": "
             "-0.015625, \"ratio\": 0.5, \"ratio_reason\": null, \"ratio_lower\": 0.4375, \"ratio_upper\": 0.5625, "
             "\"relative\": -0.5, \"method\": \"miettinen_nurminen_part\", \"p\": 0.00025, \"p_adjusted\": null}},");
  CHECK_LINE(&out, "\"criterion\": \"equalized_odds_difference\"",
             "    {\"model\": \"score\", \"criterion\": \"equalized_odds_difference\", \"column\": \"sex\", "
                   "\"threshold\": 0.5, "
             "\"value\": 0.625, \"reason\": \"partial\", \"slice_min\": \"sex=Female\", \"slice_max\": "
                   "\"sex=Male\", \"lower\": null, "
             "\"upper\": null, \"method\": null, \"interval_reason\": \"not_yet\"},");
  CHECK_LINE(&out, "\"rank\": 2", "    {\"rank\": 2, \"kind\": \"too_small\", \"model\": null, \"slice\": "
             "\"ra*ce=Whi\\u001b[31mte\", \"metric\": null, \"threshold\": null, \"text\": \"One slice is too "
                   "small.\"},");
  CHECK(out.n > 3 && memcmp(out.p + out.n - 3, "\n}\n", 3) == 0);
  eh_buf_free(&out);
}

static void json_has_null_and_reason_where_there_is_no_number(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  f.spec.cube.positive = (eh_str){0};
  f.provenance.has_sha256 = false;
  f.provenance.name = (eh_str){0};
  render_of(&out, &f, eh_report_json);
  CHECK_HAS(&out, "\"positive\": null");
  CHECK_HAS(&out, "\"name\": null,\n    \"sha256\": null");
  CHECK_LACKS(&out, "NaN\",\n");
  CHECK_LACKS(&out, ": NaN");
  CHECK_LACKS(&out, "Infinity");
  CHECK_HAS(&out, "\"metric\": \"fpr\", \"threshold\": 0.5, \"value\": null, \"reason\": \"no_negatives\"");
  /* An unbounded upper limit is null although the lower one is a number. */
  CHECK_HAS(&out, "\"slice\": \"25<=age<45.5\", \"metric\": \"fpr\", \"threshold\": 0.5, \"value\": 0.125");
  CHECK_HAS(&out, "\"ratio\": 2, \"ratio_reason\": null, \"ratio_lower\": 1.75, \"ratio_upper\": null");
  CHECK_HAS(&out, "\"metric\": \"fp\", \"threshold\": 0.5, \"value\": 64, \"reason\": null, \"numerator\": 64, "
        "\"denominator\": null");
  CHECK_HAS(&out, "\"reason\": \"is_baseline\", \"interval_reason\": null, \"difference\": null");
  CHECK_HAS(&out, "\"metric\": \"roc_auc\", \"threshold\": null, \"value\": 0.75, \"reason\": null, \"numerator\": "
        "null");
  f.view.baseline = EH_NONE;
  out.n = 0;
  render_of(&out, &f, eh_report_json);
  CHECK_HAS(&out, "\"gap\": {\"baseline\": \"complement\"");
  eh_buf_free(&out);
}

static void json_lists_may_be_empty(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  f.view.result_count = f.view.fairness_count = f.view.finding_count = 0;
  f.spec.cube.threshold_count = 0, f.spec.metric_n = NULL, f.spec.no_intervals = true;
  f.provenance.intake.skipped_n = 0, f.provenance.missing_count = 0;
  f.spec.cube.slicing.cross_count = f.spec.cube.slicing.single_count = 0;
        /* then the bucket of age is not used either */
  render_of(&out, &f, eh_report_json);
  CHECK_HAS(&out, "\"slice\": [],\n    \"cross\": [],\n    \"bucket\": [],");
  CHECK_HAS(&out, "\"threshold\": [],\n    \"metric\": [\"tp\", \"fp\", ");
  CHECK_HAS(&out, "\"interval\": \"none\"");
  CHECK_HAS(&out, "\"skipped\": [],\n    \"missing\": {}\n");
  CHECK_HAS(&out, "  \"results\": [],\n  \"fairness\": [],\n  \"findings\": []\n}\n");
  eh_buf_free(&out);
}

/* ---- CSV --------------------------------------------------------------------------------------------------------- */

static void csv_is_exact_and_quoted(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  f.slice[2].name = EH_STR("=cmd \"x\"\n,y");
  render_of(&out, &f, eh_report_csv);
  static const char head[] =
      "model,slice,metric,threshold,value,reason,numerator,denominator,lower,upper,method,interval_reason,gap_baseline,"
      "gap_reason,gap_interval_reason,gap_difference,gap_difference_lower,gap_difference_upper,gap_ratio,"
      "gap_ratio_reason,gap_ratio_lower,gap_ratio_upper,gap_relative,gap_method,gap_p,gap_p_adjusted\n"
      "score,overall,fp,0.5,64,,64,,,,,count,overall,is_baseline,,,,,,,,,,,,\n";
  REQUIRE(out.n > sizeof head);
  CHECK_TEXT(out.p, sizeof head - 1, head);
  CHECK_LINE(&out, "score,sex=Female,fpr,0.5",
             "score,sex=Female,fpr,0.5,0.03125,,32,1024,0.0234375,0.0390625,wilson,,overall,,,"
             "-0.03125,-0.046875,-0.015625,0.5,,0.4375,0.5625,-0.5,miettinen_nurminen_part,0.00025,");
  CHECK_HAS(&out, "\nscore,\"'=cmd \"\"x\"\"\n,y\",fp,0.5,");
  CHECK_LINE(&out, "no_negatives",
             "score,ra*ce is missing,fpr,0.5,,no_negatives,0,0,,,,no_negatives,overall,no_negatives,,,,,,,,,,,,");
  CHECK_HAS(&out, ",2,,1.75,,1,miettinen"); /* no upper limit: an empty cell */
  eh_buf_free(&out);
}

static void csv_disarms_formulas(void) {
  static const char *const start[] = {"=", "+", "-", "@"};
  for (int i = 0; i < 4; i++) {
    static fixture f;
    eh_buf out = {0};
    char name[8] = {start[i][0], '1', 0}, want[32];
    fix_fill(&f);
    f.slice[1].name = eh_str_of(name);
    render_of(&out, &f, eh_report_csv);
    snprintf(want, sizeof want, "\nscore,'%s,", name);
    CHECK_HAS(&out, want);
    eh_buf_free(&out);
  }
}

/* ---- text -------------------------------------------------------------------------------------------------------- */

static void text_says_what_was_read(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  text_of(&out, &f, (eh_text_style){.width = 100});
  CHECK_HAS(&out, "a\\x1B]0;b\\x07.csv  1,605 rows read, 5 skipped\n"
                  "  line 17: score \"x0\" is not a number\n"
                  "  line 18: score \"x1\" is not a number\n"
                  "  line 19: score \"x2\" is not a number\n"
                  "  ... and 2 more rows skipped (the first 20 are in --json)\n"
                  "label: in\"come = >50K (32.1 % positive); model: score; thresholds: .5, .7; baseline: overall\n"
                  "intervals: Wilson; gaps: Miettinen-Nurminen; level: 95 %; slices under 10 rows are not compared\n"
                  "rows without a group: ra*ce 3.6 %\n");
  f.provenance.intake.rows_skipped = f.provenance.intake.skipped_n = 0;
  f.spec.cube.slicing.single_count = 1, f.spec.cube.slicing.cross_count = 0, f.spec.no_intervals = true;
  f.spec.cube.slicing.show_missing = false;
  text_of(&out, &f, (eh_text_style){.width = 100});
  CHECK_HAS(&out, "1,605 rows read, none skipped\nlabel");
  CHECK_HAS(&out, "intervals are switched off;");
  static const uint32_t race_alone[] = {1};
  f.spec.cube.slicing.single_n = race_alone;
  text_of(&out, &f, (eh_text_style){.width = 100});
  CHECK_HAS(&out, "rows without a group: ra*ce 3.6 % (in overall only; --show-missing makes them slices)\n");
  eh_buf_free(&out);
}

static void text_tables_are_exact(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  text_of(&out, &f, (eh_text_style){.width = 100});
  CHECK_HAS(&out, "Rates, threshold .5  (the others are in --json)\n");
  CHECK_LINE(&out, "overall    ", "overall             1,600       .125  .062  .750   64");
  CHECK_LINE(&out, "  Female  ", "  Female               43       .062* .031* .750   32");
  CHECK_LINE(&out, "  Whi\\x1B", "  Whi\\x1B[31mte         3!     1.000  .500  .750  512");
  CHECK_LINE(&out, "(missing)", "  (missing)            57       .031*    \xe2\x80\x93\xc2\xb9    "
        "\xe2\x80\x93\xc2\xb2  16");
  CHECK_HAS(&out, "\n* 95 % interval of the gap to the baseline excludes 0\n! fewer than 10 rows (--min-slice): "
        "rates only, not compared\n"
                  "\xe2\x80\x93\xc2\xb9 no row has a negative label (no_negatives); \xe2\x80\x93\xc2\xb2 all rows "
                        "have the same label "
                  "(one_class)\n");
  CHECK_HAS(&out, "Gaps to overall, threshold .5\n");
  CHECK_LINE(&out, "fpr             sex=Female",
             "fpr             sex=Female           .031 vs .062  -.031* -.047 to -.016   .500  .438 to .562  <.001");
  CHECK_LINE(&out, "fpr             age<25",
             "fpr             age<25               .047 vs .062  -.016   -.031 to .000   .750  .656 to .844   .250");
  CHECK_LINE(&out, "roc_auc         sex=Male",
             "roc_auc         sex=Male             .750 vs .750   .000              \xe2\x80\x93\xc2\xb9   1.00     "
                   "       "
             "\xe2\x80\x93\xc2\xb9     \xe2\x80\x93\xc2\xb9");
  CHECK_HAS(&out, "1.75 to \xe2\x88\x9e");
  CHECK_HAS(&out, "5 gaps are undefined: no_negatives 1, one_class 1, too_small 3\n");
  CHECK_LINE(&out, "demographic parity", "sex     demographic parity        .125    .250   Female to Male");
  CHECK_LINE(&out, "equal opportunity", "        equal opportunity            \xe2\x80\x93\xc2\xb9      "
        "\xe2\x80\x93\xc2\xb9");
  CHECK_LINE(&out, "equalized odds", "        equalized odds            .625~   .750   Female to Male");
  CHECK_HAS(&out, "\nFindings\n 1. False positive rate is half as high for sex=Female as overall: .031 against "
        ".063, difference\n"
                  "    -.031, 95 % interval -.047 to -.016.\n 2. One slice is too small.\n 3. 5 rows were "
                        "skipped.\n");
  eh_buf_free(&out);
}

/* Lines stay on the page at every width, carry no terminal control and do not end in blanks, whatever the names
 * are. */
static void text_fits_the_page(void) {
  static fixture f;
  static char endless[300], wide[45]; /* one word without end; 15 letters of two columns each */
  memset(endless, 'w', sizeof endless);
  for (size_t i = 0; i < sizeof wide; i++) wide[i] = "\xe6\x97\xa5"[i % 3];
  for (uint32_t width = 0; width <= 140; width += 10) {
    eh_buf out = {0};
    uint32_t most = !width ? 100 : width < 80 ? 80 : width > 120 ? 120 : width;
    fix_fill(&f);
    f.slice[8].name = (eh_str){wide, sizeof wide};
    f.slice[1].name = f.finding[1].text = (eh_str){endless, sizeof endless};
    f.family[3].name = f.provenance.name = (eh_str){endless, 200};
    text_of(&out, &f, (eh_text_style){.width = width});
    for (const char *p = out.p; p && *p;) {
      const char *end = strchr(p, '\n');
      REQUIRE(end != NULL);
      eh_str line = {p, (size_t)(end - p)};
      if (eh_text_width(line) > most) CHECK_SAY("at %u: %.*s", (unsigned)width, (int)line.n, line.p);
      CHECK(!line.n || line.p[line.n - 1] != ' ');
      for (size_t i = 0; i < line.n; i++) CHECK((unsigned char)line.p[i] >= 0x20 && line.p[i] != 0x7f);
      p = end + 1;
    }
    eh_buf_free(&out);
  }
}

static void text_shows_the_top_and_counts_the_rest(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  text_of(&out, &f, (eh_text_style){.top = 2});
  CHECK_HAS(&out, "... and 6 more slices (all are in --json)\n");
  CHECK_HAS(&out, "... and 17 more gaps (all are in --json)\n");
  CHECK_HAS(&out, "... and 3 more columns (all are in --json)\n");
  CHECK_HAS(&out, "... and 1 more finding (all are in --json)\n");
  CHECK_HAS(&out, "\n  25<=age<45.5"); /* the slices whose gaps are surely largest stay */
  CHECK_HAS(&out, "\n  (missing)");
  CHECK_LACKS(&out, "\n  Female");
  eh_buf_free(&out);
}

static void text_sorts_as_asked(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  text_of(&out, &f, (eh_text_style){.sort = EH_SORT_GAP});
  CHECK(before(&out, "selection_rate  25<=age<45.5", "selection_rate  ra*ce is missing"));
  CHECK(before(&out, "selection_rate  ra*ce is missing", "selection_rate  sex=Female"));
  CHECK(before(&out, "fpr             sex=Female ", "fpr             age<25"));
  CHECK(before(&out, "\n  age<25", "\n  25<=age<45.5")); /* buckets keep the order of their edges */
  text_of(&out, &f, (eh_text_style){.sort = EH_SORT_NAME});
  CHECK(before(&out, "fpr             sex=Female", "selection_rate  sex=Female"));
  CHECK(before(&out, "selection_rate  sex=Male", "fpr             age<25"));
  text_of(&out, &f, (eh_text_style){.sort = EH_SORT_ROWS});
  CHECK(before(&out, "selection_rate  sex=Male", "selection_rate  ra*ce==Bl,ack"));
  CHECK(before(&out, "selection_rate  ra*ce==Bl,ack", "selection_rate  sex=Female"));
  CHECK(before(&out, "\n  Male ", "\n  Female "));
  text_of(&out, &f, (eh_text_style){.sort = EH_SORT_VALUE});
  CHECK(before(&out, "roc_auc         sex=Female", "selection_rate  25<=age<45.5"));
  CHECK(before(&out, "\n  Male ", "\n  Female "));
  text_of(&out, &f, (eh_text_style){.sort = EH_SORT_P});
  CHECK(before(&out, "fpr             sex=Female ", "fpr             age<25"));
  CHECK(before(&out, "fpr             age<25", "roc_auc         sex=Male"));
  eh_buf_free(&out);
}

/* Taking the colours away gives the text without colour: nothing is told by colour alone. */
static void text_colour_only_adds(void) {
  static fixture f;
  eh_buf plain = {0}, colored = {0}, stripped = {0};
  fix_fill(&f);
  text_of(&plain, &f, (eh_text_style){.color = false});
  text_of(&colored, &f, (eh_text_style){.color = true});
  CHECK_HAS(&colored, "\x1b[1;31m.125*\x1b[0m"); /* a false positive rate surely above the baseline's */
  CHECK_LACKS(&colored, "\x1b[1;31m.031*");
  for (size_t i = 0; i < colored.n; i++) {
    if (colored.p[i] != '\x1b') {
      eh_buf_byte(&stripped, (unsigned char)colored.p[i]);
      continue;
    }
    while (i < colored.n && colored.p[i] != 'm') i++;
  }
  CHECK(stripped.n == plain.n && memcmp(stripped.p, plain.p, plain.n) == 0);
  eh_buf_free(&plain), eh_buf_free(&colored), eh_buf_free(&stripped);
}

static void text_names_models_and_the_complement(void) {
  static fixture f;
  eh_buf out = {0};
  fix_fill(&f);
  f.spec.cube.model_count = 2;
  f.view.baseline = EH_NONE;
  for (uint32_t s = 0; s < FIX_RESULTS; s++) f.result[s].model = s & 1;
  text_of(&out, &f, (eh_text_style){.width = 120});
  CHECK_HAS(&out, "models: score, other; thresholds: .5, .7; baseline: complement (all other rows)");
  CHECK_HAS(&out, "Rates, model score, threshold .5");
  CHECK_HAS(&out, "Gaps to all other rows, model other, threshold .5");
  f.view.result_count = f.view.finding_count = f.view.fairness_count = 0;
  text_of(&out, &f, (eh_text_style){.width = 120});
  CHECK_LACKS(&out, "Gaps to");
  CHECK_HAS(&out, "\nFindings\nnone\n");
  eh_buf_free(&out);
}

/* fpr and tnr are one question: the gap table asks it once. */
static void text_lists_complements_once(void) {
  static fixture f;
  static const eh_metric both[] = {EH_M_TNR, EH_M_FPR}, alone[] = {EH_M_TNR};
  eh_buf out = {0};
  fix_fill(&f);
  for (uint32_t i = 0; i < FIX_RESULTS; i++)
    if (f.result[i].metric == EH_M_SELECTION_RATE) f.result[i].metric = EH_M_TNR;
  f.spec.metric_n = both, f.spec.metric_count = 2;
  text_of(&out, &f, (eh_text_style){0});
  CHECK_HAS(&out, "\nfpr      sex=Female");
  CHECK_LACKS(&out, "\ntnr ");
  f.spec.metric_n = alone, f.spec.metric_count = 1;
  text_of(&out, &f, (eh_text_style){0});
  CHECK_HAS(&out, "\ntnr ");
  eh_buf_free(&out);
}

/* ---- cube -------------------------------------------------------------------------------------------------------- */

static void cube_says_how_small_its_cells_are(void) {
  static fixture f;
  eh_buf out = {0};
  eh_error err = {0};
  fix_fill(&f);
  uint64_t key[6] = {eh_score_key(-1.5), eh_score_key(0.25), eh_score_key(0.5), eh_score_key(0.25), eh_score_key(0.5),
                     eh_score_key(0.75)};
  static const uint64_t cell[] = {0, 2, 3, 4, 5, 6, 6, 6, 6}, below[] = {1, 30, 10, 1, 2, 1000};
  eh_cube_model model = {.cell_ay = cell, .key_c = key, .below_c = below, .least = key[0], .greatest = key[5]};
  f.cube.model_m = &model;
  CHECK_U64(eh_report_cube(&out, &f.cube, 12345, 0x0badcafe, &err), EH_OK);
  eh_buf_byte(&out, 0);
  CHECK_TEXT(out.p, out.n - 1,
             "Cube of a\\x1B]0;b\\x07.csv\n"
             "  sha256        0009121b242d363f48515a636c757e879099a2abb4bdc6cfd8e1eaf3fc050e17\n"
             "  format        schema 2, exact score keys (52 bits), cut >, 12,345 bytes\n"
             "  checksum      0badcafe of what is counted: the same rows and options give the same\n"
             "  rows          1,600 counted, 5 skipped\n"
             "  label         in\"come = >50K, 32.1 % positive\n"
             "  thresholds    .5, .7\n"
             "  model         score: 6 fine cells, scores from -1.5 to .75\n"
             "  dimension     sex: 2 groups\n"
             "  dimension     ra*ce: 2 groups, 57 rows without\n"
             "  dimension     age: 3 buckets\n"
             "  atoms         4 distinct combinations of groups\n"
             "\n"
             "This cube is row-level data without names: 2 of 6 cells hold a single row, 3 fewer than 10 rows; 0\n"
             "of 12 slices hold a single row, 2 fewer than 10 rows. Share it only where the rows themselves could\n"
             "be shared.\n");
  eh_buf_free(&out);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* Fails from the `left`-th allocation on and counts what is not given back. */
typedef struct miser {
  int64_t left;
  size_t held;
} miser;

static void *miser_resize(void *ctx, void *ptr, size_t old_n, size_t new_n) {
  miser *m = ctx;
  if (new_n && m->left-- <= 0) return NULL;
  m->held += new_n, m->held -= old_n;
  if (new_n) return realloc(ptr, new_n);
  free(ptr);
  return NULL;
}

static eh_status text_default(eh_buf *out, const eh_audit_view *audit, eh_error *err) {
  return eh_report_text(out, audit, NULL, err);
}

static void running_out_of_memory_is_an_error(void) {
  static fixture f;
  static const render how[] = {eh_report_json, eh_report_csv, text_default};
  fix_fill(&f);
  for (int h = 0; h < 3; h++) {
    int64_t allowed = 0;
    for (eh_status status = EH_E_MEMORY; status && allowed < 10000; allowed++) {
      miser m = {.left = allowed};
      eh_allocator mem = {miser_resize, &m};
      eh_buf out = {.mem = &mem};
      eh_error err = {0};
      status = how[h](&out, &f.view, &err);
      CHECK(status == EH_OK || status == EH_E_MEMORY);
      if (status) CHECK_TEXT(err.message, strlen(err.message), "out of memory");
      eh_buf_free(&out);
      CHECK_U64(m.held, 0);
    }
    CHECK(allowed > 1 && allowed < 10000);
  }
}

int main(void) {
  RUN(json_strings_escape_and_replace);
  RUN(json_head_is_exact);
  RUN(json_rows_are_exact);
  RUN(json_has_null_and_reason_where_there_is_no_number);
  RUN(json_lists_may_be_empty);
  RUN(csv_is_exact_and_quoted);
  RUN(csv_disarms_formulas);
  RUN(text_says_what_was_read);
  RUN(text_tables_are_exact);
  RUN(text_fits_the_page);
  RUN(text_shows_the_top_and_counts_the_rest);
  RUN(text_sorts_as_asked);
  RUN(text_colour_only_adds);
  RUN(text_names_models_and_the_complement);
  RUN(text_lists_complements_once);
  RUN(cube_says_how_small_its_cells_are);
  RUN(running_out_of_memory_is_an_error);
  return check_end("report");
}
