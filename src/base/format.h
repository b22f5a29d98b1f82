/* format: eh_buf_format with its arguments already in a list; eh_fail shares it. */
#ifndef EH_BASE_FORMAT_H
#define EH_BASE_FORMAT_H

#include <stdarg.h>

#include "evenhand/base.h"

void eh_format(eh_buf *buf, const char *format, va_list arguments);

#endif
