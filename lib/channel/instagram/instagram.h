/* Instagram: private messages of a professional account. */
#ifndef VT_CHANNEL_INSTAGRAM_INSTAGRAM_H
#define VT_CHANNEL_INSTAGRAM_INSTAGRAM_H

#include "channel/channel.h"

/* Instagram counts bytes, 1000 of them: so many characters of Spanish fit with room for their accents. */
#define INSTAGRAM_TEXT_MAX 800
#define INSTAGRAM_TEXT_BYTES_MAX 1000
#define INSTAGRAM_IMAGE_MAX (8 * 1024 * 1024) /* bytes */

extern const struct channel channel_instagram;

#endif
