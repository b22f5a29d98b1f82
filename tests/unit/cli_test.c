/* The cli room: the table of options, requests, thresholds in decimal. The program itself is in cli_program_test.c. */
#include "check.h"

#include "cli/cli_internal.h"

static eh_error error;

/* ---- options ----------------------------------------------------------------------------------------------------- */

static void every_flag_is_its_key_with_dashes(void) {
  uint32_t n;
  const eh_option_info *info_o = eh_option_table(&n);
  CHECK_U64(n, EH_OPTIONS);
  for (uint32_t o = 0; o < n; o++) {
    char flag[64] = "--";
    size_t at = 2;
    for (const char *p = info_o[o].key; *p; p++) flag[at++] = *p == '_' ? '-' : *p;
    CHECK_TEXT(flag, at, eh_option_flag((eh_option)o));
    CHECK(eh_option_of_key(eh_str_of(info_o[o].key)) == (int)o);
    CHECK(eh_option_of_flag((eh_str){flag, at}) == (int)o);
    CHECK((info_o[o].type == EH_OPT_FLAG) == (*info_o[o].value == 0));
    CHECK(strlen(info_o[o].help) > 10);
  }
  CHECK(eh_option_of_key(EH_STR("--label")) == -1 && eh_option_of_flag(EH_STR("label")) == -1);
}

/* ---- requests ---------------------------------------------------------------------------------------------------- */

static eh_request *new_request(void) {
  eh_request *request = NULL;
  error = (eh_error){0};
  CHECK(eh_request_new(&request, NULL, &error) == EH_OK);
  return request;
}

static eh_status set(eh_request *request, const char *key, const char *text) {
  error = (eh_error){0};
  return eh_request_set(request, eh_str_of(key), eh_str_of(text), true, &error);
}

/* Sets one option on a fresh request, resolves it, and compares the message. */
static void refuses(const char *key, const char *text, const char *message) {
  eh_request *request = new_request();
  const eh_spec *spec;
  const eh_reading *reading;
  eh_text_style style = {0};
  eh_status status = set(request, key, text);
  if (!status) status = eh_request_spec(request, &spec, &reading, &error);
  if (!status) status = eh_request_style(request, &style, &error);
  CHECK(status == EH_E_USAGE);
  CHECK_TEXT(error.message, strlen(error.message), message);
  eh_request_free(request);
}

static void lists_split_escape_trim_and_grow(void) {
  eh_request *request = new_request();
  CHECK(set(request, "slice", "sex, race ,a\\,b,c\\\\d,x\\*y,") == EH_OK);
  CHECK(set(request, "slice", "age") == EH_OK);
  CHECK(eh_request_set(request, EH_STR("slice"), EH_STR(" p,q "), false, &error) == EH_OK);
  const char *const want_n[] = {"sex", "race", "a,b", "c\\d", "x\\*y", "", "age", " p,q "};
  const eh_given *given = &request->given_o[EH_O_SLICE];
  CHECK_U64(given->item_count, 8);
  for (uint32_t i = 0; i < given->item_count && i < 8; i++)
    CHECK_TEXT(given->item_n[i].p, given->item_n[i].n, want_n[i]);
  CHECK(eh_request_set(request, EH_STR("names"), (eh_str){"a,b\\,c", 4}, true, &error) == EH_OK); /* ends in "\" */
  const eh_given *names = &request->given_o[EH_O_NAMES];
  REQUIRE(names->item_count == 2);
  CHECK_TEXT(names->item_n[1].p, names->item_n[1].n, "b\\");
  CHECK(set(request, "bucket", "age:25,45") == EH_OK);
  CHECK(set(request, "bucket", "fare:1,2") == EH_OK);
  CHECK_U64(request->given_o[EH_O_BUCKET].item_count, 2);
  CHECK_TEXT(request->given_o[EH_O_BUCKET].item_n[0].p, request->given_o[EH_O_BUCKET].item_n[0].n, "age:25,45");
  eh_request_free(request);
}

static void a_request_copies_what_it_is_given(void) {
  eh_request *request = new_request();
  char text[] = "income";
  CHECK(set(request, "label", text) == EH_OK);
  memset(text, 'x', sizeof text - 1);
  const eh_spec *spec;
  const eh_reading *reading;
  REQUIRE(eh_request_spec(request, &spec, &reading, &error) == EH_OK);
  CHECK_TEXT(spec->cube.label.p, spec->cube.label.n, "income");
  eh_request_free(request);
}

static void what_is_not_given_stays_zero(void) {
  eh_request *request = new_request();
  const eh_spec *spec;
  const eh_reading *reading;
  REQUIRE(eh_request_spec(request, &spec, &reading, &error) == EH_OK);
  CHECK(!spec->cube.label.p && !spec->cube.model_count && !spec->cube.positive.p);
  CHECK(!spec->cube.threshold_t && !spec->cube.threshold_count && !spec->metric_n && !spec->metric_count);
  CHECK(!spec->cube.missing_n && !spec->cube.missing_count && !spec->baseline.p && spec->level == 0);
  CHECK(!spec->no_intervals && !spec->min_slice && !spec->cube.slicing.dim_count);
  CHECK(!reading->delimiter && !reading->name_n && !reading->strict && !reading->no_hash && !reading->check_positive);
  eh_request_free(request);
}

static void every_option_reaches_the_spec(void) {
  static const char *const option_n[][2] = {
      {"label", "y"}, {"score", "p,q"}, {"positive", ""}, {"missing", ""}, {"names", "y,p,q,s,age"},
      {"delimiter", "tab"}, {"strict", "true"}, {"no_hash", "true"}, {"slice", "s"}, {"cross", "s*age"}, {"bucket", "age:25,45"},
      {"show_missing", "true"}, {"min_slice", "30"}, {"threshold", ".5,.1"}, {"metric", "recall,fpr@.3,tpr"},
      {"baseline", "s=a"}, {"level", ".9"}, {"interval", "none"}, {"top", "7"}, {"sort", "n"}};
  eh_request *request = new_request();
  for (size_t i = 0; i < sizeof option_n / sizeof *option_n; i++)
    CHECK(set(request, option_n[i][0], option_n[i][1]) == EH_OK);
  const eh_spec *spec;
  const eh_reading *reading;
  eh_text_style style = {.width = 90};
  REQUIRE(eh_request_spec(request, &spec, &reading, &error) == EH_OK);
  REQUIRE(eh_request_style(request, &style, &error) == EH_OK);
  CHECK(spec->cube.model_count == 2 && spec->cube.positive.p && !spec->cube.positive.n);
  CHECK(spec->cube.missing_n && spec->cube.missing_count == 1 && !spec->cube.missing_n[0].n);
  CHECK(reading->name_count == 5 && reading->delimiter == '\t' && reading->strict && reading->no_hash);
  CHECK(reading->check_positive);
  CHECK(spec->cube.slicing.dim_count == 2 && spec->cube.slicing.single_count == 2 && spec->cube.slicing.show_missing);
  CHECK(spec->cube.slicing.cross_count == 1 && spec->min_slice == 30);
  REQUIRE(spec->metric_count == 2 && spec->cube.threshold_count == 3);
  CHECK(spec->metric_n[0] == EH_M_TPR && spec->metric_n[1] == EH_M_FPR);
  CHECK(spec->cube.threshold_t[0] == .1 && spec->cube.threshold_t[1] == .3 && spec->cube.threshold_t[2] == .5);
  CHECK_TEXT(spec->baseline.p, spec->baseline.n, "s=a");
  CHECK(spec->level == .9 && spec->no_intervals && style.top == 7 && style.sort == EH_SORT_ROWS && style.width == 90);
  eh_request_free(request);
}

static void a_bad_option_is_refused_in_a_sentence(void) {
  refuses("lable", "y", "unknown option \"lable\"; nearest is \"label\"");
  refuses("minSlice", "3", "unknown option \"minSlice\"; nearest is \"min_slice\"");
  refuses("qqqqqqqq", "3", "unknown option \"qqqqqqqq\"");
  refuses("strict", "yes", "strict is true or false, not \"yes\"");
  refuses("min_slice", "-1", "min_slice needs a whole number, not \"-1\"");
  refuses("min_slice", "", "min_slice needs a whole number, not \"\"");
  refuses("min_slice", "18446744073709551616", "min_slice needs a whole number, not \"18446744073709551616\"");
  refuses("level", "high", "level needs a number, not \"high\"");
  refuses("level", "95", "level must lie between 0 and 1, such as .95, but is \"95\"");
  refuses("level", "nan", "level must lie between 0 and 1, such as .95, but is \"nan\"");
  refuses("interval", "wald", "interval has no method \"wald\"; it is default, bootstrap, bca, none, or of clopper_pearson, agresti_coull, "
          "newcombe_10, agresti_caffo, koopman, katz, fisher and delong one for each number");
  refuses("delimiter", "||", "delimiter takes one ASCII character other than a quote or line end, or tab, not \"||\"");
  refuses("delimiter", "\"", "delimiter takes one ASCII character other than a quote or line end, or tab, not \"\"\"");
  refuses("top", "0", "top must be 1 or more, but is \"0\"");
  refuses("sort", "size", "sort is gap, name, n, value or p, not \"size\"");
  refuses("metric", "fprr", "metric: unknown metric \"fprr\"; nearest is \"fpr\"");
  refuses("metric", "roc_auc@.5", "metric: \"roc_auc\" has no threshold; leave out \"@\" and what follows");
  refuses("metric", "fpr@x", "metric: \"x\" is not a number; write .5, or .1:.9:.1 for a range");
  eh_request *request = new_request();
  CHECK(set(request, "label", "y") == EH_OK);
  CHECK(set(request, "label", "z") == EH_E_USAGE);
  CHECK_TEXT(error.message, strlen(error.message), "label is given twice");
  eh_request_free(request);
}

static void an_unknown_metric_far_from_all_lists_them(void) {
  eh_request *request = new_request();
  const eh_spec *spec;
  const eh_reading *reading;
  CHECK(set(request, "metric", "wobbliness_of_it") == EH_OK);
  CHECK(eh_request_spec(request, &spec, &reading, &error) == EH_E_USAGE);
  CHECK(strstr(error.message, "known are tp, fp, tn, fn, fpr") && strstr(error.message, ", roc_auc"));
  eh_request_free(request);
}

/* ---- thresholds -------------------------------------------------------------------------------------------------- */

static double threshold_t[EH_THRESHOLDS_MAX];

static uint32_t thresholds(const char *text) {
  eh_thresholds set_of = {threshold_t, 0};
  error = (eh_error){0};
  return eh_thresholds_add(&set_of, eh_str_of(text), "threshold", &error) ? 0 : set_of.count;
}

static void a_range_is_expanded_in_decimal(void) {
  const double tenth_n[] = {.1, .2, .3, .4, .5, .6, .7, .8, .9};
  CHECK_U64(thresholds(".1:.9:.1"), 9);
  CHECK(memcmp(threshold_t, tenth_n, sizeof tenth_n) == 0);
  CHECK_U64(thresholds("0.10:0.95:1e-1"), 9);
  CHECK(memcmp(threshold_t, tenth_n, sizeof tenth_n) == 0);
  CHECK_U64(thresholds("0:1:.001"), 1001);
  for (int k = 0; k <= 1000; k++) {
    char text[16];
    snprintf(text, sizeof text, "%d.%03d", k / 1000, k % 1000);
    CHECK(threshold_t[k] == strtod(text, NULL));
  }
  CHECK_U64(thresholds("-1:+1:.5"), 5);
  CHECK(threshold_t[0] == -1 && threshold_t[1] == -.5 && threshold_t[2] == 0 && !signbit(threshold_t[2]));
  CHECK_U64(thresholds("1e-7:3e-7:1e-7"), 3);
  CHECK(threshold_t[2] == 3e-7);
  CHECK_U64(thresholds("1E3:1200:1e2"), 3);
  CHECK(threshold_t[1] == 1100);
  CHECK_U64(thresholds(".5:.5:.1"), 1);
  CHECK_U64(thresholds("0:4095:1"), EH_THRESHOLDS_MAX);
}

static void thresholds_are_sorted_and_distinct(void) {
  eh_thresholds set_of = {threshold_t, 0};
  const char *const text_n[] = {".9", ".1:.3:.1", "0.2", "-0", "0", "1e-1", "-.5"};
  for (int i = 0; i < 7; i++) CHECK(eh_thresholds_add(&set_of, eh_str_of(text_n[i]), "threshold", NULL) == EH_OK);
  const double want_n[] = {-.5, 0, .1, .2, .3, .9};
  CHECK_U64(set_of.count, 6);
  CHECK(memcmp(threshold_t, want_n, sizeof want_n) == 0);
}

static void a_bad_threshold_is_refused(void) {
  static const char *const case_n[][2] = {
      {"nan", "threshold: \"nan\" is not finite"},
      {"-inf", "threshold: \"-inf\" is not finite"},
      {"1e999", "threshold: \"1e999\" is not finite"},
      {"", "threshold: \"\" is not a number; write .5, or .1:.9:.1 for a range"},
      {".5x", "threshold: \".5x\" is not a number; write .5, or .1:.9:.1 for a range"},
      {".1:.9", "threshold: \".1:.9\" is not a range; write start:end:step, such as .1:.9:.1"},
      {".1:.9:.1:.1", "threshold: \".1:.9:.1:.1\" is not a range; write start:end:step, such as .1:.9:.1"},
      {"0:inf:1", "threshold: \"0:inf:1\" is not a range; write start:end:step, such as .1:.9:.1"},
      {"0:1e:1", "threshold: \"0:1e:1\" is not a range; write start:end:step, such as .1:.9:.1"},
      {"0:.:1", "threshold: \"0:.:1\" is not a range; write start:end:step, such as .1:.9:.1"},
      {"0:1:0", "threshold: \"0:1:0\" is empty; a range goes up from start to end by a step above 0"},
      {"1:0:.1", "threshold: \"1:0:.1\" is empty; a range goes up from start to end by a step above 0"},
      {"0:4096:1", "threshold: \"0:4096:1\" has more than 4096 thresholds"},
      {"0:1e300:1e-3", "threshold: \"0:1e300:1e-3\" has too many digits"},
      {"1e309:1e309:1e300", "threshold: \"1e309:1e309:1e300\" is not finite"},
  };
  for (size_t i = 0; i < sizeof case_n / sizeof *case_n; i++) {
    CHECK_U64(thresholds(case_n[i][0]), 0);
    CHECK_TEXT(error.message, strlen(error.message), case_n[i][1]);
  }
  eh_thresholds set_of = {threshold_t, 0};
  CHECK(eh_thresholds_add(&set_of, EH_STR("0:4095:1"), "threshold", NULL) == EH_OK);
  CHECK(eh_thresholds_add(&set_of, EH_STR("7"), "threshold", NULL) == EH_OK);
  CHECK(eh_thresholds_add(&set_of, EH_STR("7.5"), "threshold", NULL) == EH_E_USAGE);
}

int main(void) {
  RUN(every_flag_is_its_key_with_dashes);
  RUN(lists_split_escape_trim_and_grow);
  RUN(a_request_copies_what_it_is_given);
  RUN(what_is_not_given_stays_zero);
  RUN(every_option_reaches_the_spec);
  RUN(a_bad_option_is_refused_in_a_sentence);
  RUN(an_unknown_metric_far_from_all_lists_them);
  RUN(a_range_is_expanded_in_decimal);
  RUN(thresholds_are_sorted_and_distinct);
  RUN(a_bad_threshold_is_refused);
  return check_end("cli");
}
