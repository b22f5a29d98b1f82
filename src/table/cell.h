/* cell: what a text means as a number, the same for a CSV field and for a text column handed over by a caller. */
#ifndef EH_TABLE_CELL_H
#define EH_TABLE_CELL_H

#include "evenhand/table.h"

/* *out = the number that text says; true and false (lower, Title or UPPER case) are 1 and 0. NaN unless EH_CELL_OK. */
eh_cell eh_text_number(double *out, eh_str text);

#endif
