/* options: the table of options as data, and finding one in it by flag or key.
 *
 * options.def is the one place that names an option; everything here is generated from it. Called by the argument
 * parser, the request, the help text and, through eh_option_table, by the JavaScript API.
 */
#include "cli_internal.h"

static const eh_option_info info_o[EH_OPTIONS] = {
#define EH_OPTION_GROUP(title)
#define EH_OPTION(id, flag, key, type, value, preset, help) {key, EH_OPT_##type, value, preset, help},
#include "options.def"
#undef EH_OPTION
};

static const char *const flag_o[EH_OPTIONS] = {
#define EH_OPTION(id, flag, key, type, value, preset, help) flag,
#include "options.def"
#undef EH_OPTION
#undef EH_OPTION_GROUP
};

const eh_option_info *eh_option_table(uint32_t *n) {
  *n = EH_OPTIONS;
  return info_o;
}

const char *eh_option_flag(eh_option option) { return flag_o[option]; }

bool eh_option_judges(eh_option option) {
  static const bool judges_o[EH_OPTIONS] = {
      [EH_O_MIN_SLICE] = true, [EH_O_METRIC] = true, [EH_O_BASELINE] = true, [EH_O_LEVEL] = true,
      [EH_O_INTERVAL] = true,  [EH_O_REPLICATES] = true, [EH_O_SEED] = true, [EH_O_CURVES] = true,
      [EH_O_JSON] = true,   [EH_O_CSV] = true,      [EH_O_CUBE] = true,
      [EH_O_TOP] = true,       [EH_O_SORT] = true};
  return judges_o[option];
}

bool eh_option_shows(eh_option option) {
  static const bool shows_o[EH_OPTIONS] = {[EH_O_CURVES] = true, [EH_O_JSON] = true, [EH_O_CSV] = true,
                                           [EH_O_CUBE] = true,   [EH_O_TOP] = true,  [EH_O_SORT] = true};
  return shows_o[option];
}

int eh_option_of_flag(eh_str flag) {
  for (int o = 0; o < EH_OPTIONS; o++)
    if (eh_str_eq(flag, eh_str_of(flag_o[o]))) return o;
  return -1;
}

int eh_option_of_key(eh_str key) {
  for (int o = 0; o < EH_OPTIONS; o++)
    if (eh_str_eq(key, eh_str_of(info_o[o].key))) return o;
  return -1;
}

const char *eh_option_near_flag(eh_str typed) {
  eh_str name_n[EH_OPTIONS + 2];
  for (int o = 0; o < EH_OPTIONS; o++) name_n[o] = eh_str_of(flag_o[o]);
  name_n[EH_OPTIONS] = EH_STR("--help");
  name_n[EH_OPTIONS + 1] = EH_STR("--version");
  int near = eh_name_nearest(name_n, EH_OPTIONS + 2, typed);
  return near < 0 ? NULL : name_n[near].p;
}

const char *eh_option_near_key(eh_str typed) {
  eh_str name_n[EH_OPTIONS];
  for (int o = 0; o < EH_OPTIONS; o++) name_n[o] = eh_str_of(info_o[o].key);
  int near = eh_name_nearest(name_n, EH_OPTIONS, typed);
  return near < 0 ? NULL : name_n[near].p;
}
