/* Telephone numbers as people write them, to E.164. Argentina's rules; nothing is looked up. Pure. */
#ifndef VT_CONTACT_PHONE_H
#define VT_CONTACT_PHONE_H

#include <stdbool.h>

#define PHONE_SIZE 17    /* "+", 15 digits and NUL */

/*
 * What a person typed ("0221 15 555-0001", "+54 9 221 5550001", "(011) 15-5555-5555") as
 * "+5492215550001". A number of ten digits is taken for a mobile's, which is what can be written to:
 * not for calling a land line. One of another country needs its "+" or "00". false: it is none, or
 * lacks its area.
 */
bool phone_parse(const char *text, char out[PHONE_SIZE]);

#endif
