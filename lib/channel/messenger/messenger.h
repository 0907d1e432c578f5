/* Messenger: what people write to a Page of Facebook. */
#ifndef VT_CHANNEL_MESSENGER_MESSENGER_H
#define VT_CHANNEL_MESSENGER_MESSENGER_H

#include "channel/channel.h"

#define MESSENGER_TEXT_MAX 2000            /* characters */

extern const struct channel channel_messenger;

#endif
