/* CUIT/CUIL: 11 digits with a check digit modulo 11 (AFIP). Pure. */
#ifndef VT_CONTACT_CUIT_H
#define VT_CONTACT_CUIT_H

#include <stdbool.h>

#define CUIT_DIGITS 12   /* 11 and NUL */

/* Take what a person wrote ("27-14582360-4", "27 14582360 4"): keeps the 11 digits in out and
 * returns true when prefix and check digit are right. */
bool cuit_parse(const char *text, char out[CUIT_DIGITS]);

#endif
