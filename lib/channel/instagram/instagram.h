/* Instagram: private messages of a professional account. */
#ifndef VT_CHANNEL_INSTAGRAM_INSTAGRAM_H
#define VT_CHANNEL_INSTAGRAM_INSTAGRAM_H

#include "channel/channel.h"

#define INSTAGRAM_TEXT_MAX 1000               /* characters; it counts bytes */
#define INSTAGRAM_TEXT_BYTES_MAX 1000
#define INSTAGRAM_IMAGE_MAX (8 * 1024 * 1024) /* bytes */

extern const struct channel channel_instagram;

#endif
