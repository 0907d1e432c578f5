/* The codes of codes.def as C constants. */
#ifndef VT_BASE_CODES_H
#define VT_BASE_CODES_H

enum code {
#define CODE(list, constant, value, name) constant = value,
#include "base/codes.def"
#undef CODE
};

/* The name of a code ("waiting"), for templates and logs; "" when there is none. */
const char *code_name(const char *list, int value);

#endif
