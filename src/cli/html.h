/* The viewer's page with something in it. Shared by view.c and html.c. */
#ifndef EVENHAND_CLI_HTML_H
#define EVENHAND_CLI_HTML_H

#include "cli_internal.h"

/* What a page is given to show: a cube file or the JSON of a report; the other is empty. */
typedef struct eh_payload {
  eh_str name;        /* of the input, as a reader may see it */
  eh_str spec;        /* JSON object: what its audit is asked for, keys as the JavaScript API has them */
  eh_str cube, report;
} eh_payload;

/* Appends the spec of what was given: what judges counts and, of a cube, also which of its models and slices are meant. */
void eh_html_spec(eh_buf *out, const eh_request *request, bool of_cube);
/* Appends `page` with the payload in its place. EH_E_INPUT if the page has no such place, or two. */
eh_status eh_html_put(eh_buf *out, eh_str page, const eh_payload *payload, eh_error *err);

#endif
