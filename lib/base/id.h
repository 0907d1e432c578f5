/* Ids and numbers that come from outside. */
#ifndef VT_BASE_ID_H
#define VT_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

/* The client's id of a submission: 8-64 of [A-Za-z0-9_-]. NULL is not one. */
bool id_once_valid(const char *once);

/* A whole decimal number between min and max, nothing else around it: no
 * spaces, no plus sign. NULL or anything else: -1, and *out is untouched. */
int id_parse(const char *text, int64_t min, int64_t max, int64_t *out);

#endif
