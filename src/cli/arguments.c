/* arguments: the words after a verb, sorted into options for the request, the output and the FILEs. Called by every verb.
 *
 * "--flag value" and "--flag=value" are the same; "--" ends the options; "-" is a FILE. A value that starts with "--"
 * must be written with "=", so that a forgotten value is noticed instead of swallowing the next option.
 */
#include "cli_internal.h"

static bool is_option(eh_str word) { return word.n > 1 && word.p[0] == '-'; }

static eh_status unknown_option(eh_str flag, bool has_options, eh_error *err) {
  const char *near = has_options ? eh_option_near_flag(flag) : NULL;
  if (near) return eh_fail(err, EH_E_USAGE, "unknown option %Q; nearest is \"%s\"", flag, near);
  return eh_fail(err, EH_E_USAGE, "unknown option %Q", flag);
}

bool eh_cli_is_input(const eh_cli *cli, eh_str path) {
  if (eh_str_eq(path, EH_STR("-"))) return false;
  for (uint32_t i = 0; i < cli->file_count; i++)
    if (eh_str_eq(path, cli->file_n[i])) return true;
  return false;
}

static eh_status set_file(eh_cli *cli, eh_str word, eh_error *err) {
  if (cli->file_count && !cli->verb->many)
    return eh_fail(err, EH_E_USAGE, "%s takes one FILE, but %Q follows %Q", cli->verb->name, word, cli->file);
  if (!word.n) return eh_fail(err, EH_E_USAGE, "the name of the FILE is empty");
  for (uint32_t i = 0; i < cli->file_count; i++)
    if (eh_str_eq(word, cli->file_n[i]))
      return eh_fail(err, EH_E_USAGE, "%Q is named twice; its rows would count twice", word);
  if (!cli->file_count) {
    cli->file_n = eh_arena_take(&cli->arena, cli->argument_count * sizeof *cli->file_n);
    if (!cli->file_n) return eh_fail(err, EH_E_MEMORY, "out of memory");
    cli->file = word;
  }
  cli->file_n[cli->file_count++] = word;
  return EH_OK;
}

/* Moves *i to the option's value, which stands in the next word. */
static eh_status take_value(eh_str *value, const eh_cli *cli, uint32_t *i, eh_str flag, const char *name,
                            eh_error *err) {
  if (*i + 1 == cli->argument_count) return eh_fail(err, EH_E_USAGE, "%S needs a value: %s", flag, name);
  *value = cli->argument_n[++*i];
  if (value->n >= 2 && value->p[0] == '-' && value->p[1] == '-')
    return eh_fail(err, EH_E_USAGE, "%S needs a value: %s; to give it %Q, write %S=%S", flag, name, *value, flag,
                   *value);
  return EH_OK;
}

static bool is_output(eh_str flag) { return eh_str_eq(flag, EH_STR("-o")) || eh_str_eq(flag, EH_STR("--output")); }

static eh_status set_output(eh_cli *cli, eh_str flag, eh_str value, uint32_t *i, eh_error *err) {
  if (cli->output.p) return eh_fail(err, EH_E_USAGE, "-o is given twice");
  if (!value.p) EH_TRY(take_value(&value, cli, i, flag, cli->verb->output, err));
  if (!value.n) return eh_fail(err, EH_E_USAGE, "-o needs the name of a file");
  cli->output = value;
  return EH_OK;
}

/* Sets the option that starts at argument *i and moves *i to its last word. */
static eh_status set_option(eh_cli *cli, eh_request *request, uint32_t *i, eh_error *err) {
  eh_str flag = cli->argument_n[*i], value = {0};
  for (size_t c = 0; c < flag.n && !value.p; c++)
    if (flag.p[c] == '=') {
      value = (eh_str){flag.p + c + 1, flag.n - c - 1};
      flag.n = c;
    }
  if (cli->verb->output && is_output(flag)) return set_output(cli, flag, value, i, err);
  if (cli->verb == &eh_verb_view && eh_str_eq(flag, EH_STR("--serve")))
    return eh_fail(err, EH_E_USAGE, "--serve is of the Node program: npx evenhand view FILE --serve; this one writes a page with -o");
  int option = request ? eh_option_of_flag(flag) : -1;
  if (option < 0) return unknown_option(flag, request != NULL, err);
  uint32_t n;
  const eh_option_info *info = &eh_option_table(&n)[option];
  if (info->type == EH_OPT_FLAG && !value.p) value = EH_STR("true");
  if (!value.p) EH_TRY(take_value(&value, cli, i, flag, info->value, err));
  return eh_request_set(request, eh_str_of(info->key), value, true, err);
}

eh_status eh_arguments_read(eh_cli *cli, eh_request *request, bool *help, eh_error *err) {
  *help = false;
  for (uint32_t i = 0; i < cli->argument_count; i++) {
    eh_str word = cli->argument_n[i];
    if (eh_str_eq(word, EH_STR("--"))) break;
    *help |= eh_str_eq(word, EH_STR("--help")) || eh_str_eq(word, EH_STR("-h"));
  }
  if (*help) {
    eh_help(eh_cli_post(cli, EH_CLI_OUT, (eh_str){0}), cli->verb->name, cli->host.width);
    return EH_OK;
  }
  bool options_end = false;
  for (uint32_t i = 0; i < cli->argument_count; i++) {
    eh_str word = cli->argument_n[i];
    if (!options_end && eh_str_eq(word, EH_STR("--")))
      options_end = true;
    else if (!options_end && is_option(word))
      EH_TRY(set_option(cli, request, &i, err));
    else
      EH_TRY(set_file(cli, word, err));
  }
  return EH_OK;
}
