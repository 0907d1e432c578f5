/* Addresses of the web in what people write. */
#ifndef VT_BASE_LINK_H
#define VT_BASE_LINK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first http or https address of text (well-formed UTF-8): where it begins and how many bytes it has.
 * Punctuation that ends a sentence is not its last character. What could show another place than it leads to is
 * no address: one with a name before the host ("https://arba.gov.ar@example.net"); and it ends before any
 * space, quote or sign that is not seen.
 */
bool link_find(const char *text, size_t *at, size_t *size);

#endif
