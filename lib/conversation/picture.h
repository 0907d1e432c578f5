/* The size a picture says it has: a small file that unfolds to gigabytes is a bomb. Pure. */
#ifndef VT_CONVERSATION_PICTURE_H
#define VT_CONVERSATION_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#define PICTURE_PIXELS_MAX (60 * 1000 * 1000)

/* False for a PNG, GIF or JPEG that has no readable size or more than PICTURE_PIXELS_MAX pixels;
 * true for every other type. */
bool picture_reasonable(const char *media_type, const void *data, size_t size);

#endif
