/* cube_equal: a cube as the bytes of its file, and equality of what two cubes count. */
#ifndef EVENHAND_TESTS_CUBE_EQUAL_H
#define EVENHAND_TESTS_CUBE_EQUAL_H

#include <string.h>

#include "check.h"
#include "evenhand/cube.h"

static inline eh_buf saved(const eh_cube *cube) {
  eh_buf buf = {0};
  eh_error err = {0};
  if (eh_cube_save(cube, &buf, &err)) CHECK_SAY("%s", err.message);
  return buf;
}

static inline bool same_body(const eh_cube *a, const eh_cube *b) {
  eh_buf x = saved(a), y = saved(b);
  const void *p = NULL, *q = NULL;
  size_t p_n = 0, q_n = 1;
  const bool same = eh_cube_body(x.p, x.n, &p, &p_n) && eh_cube_body(y.p, y.n, &q, &q_n) && p_n == q_n &&
                    memcmp(p, q, p_n) == 0;
  eh_buf_free(&x);
  eh_buf_free(&y);
  return same;
}

#endif
