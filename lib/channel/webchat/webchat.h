/*
 * Our own webchat as a channel. Its door is cgi-bin/webchat, which proves the
 * visitor by token and writes the raw body that parse reads; what we say is
 * read from the conversation itself, so there is nothing to build or send.
 *
 * Raw, one event each, an object of short names:
 *   k kind, v visitor_id, o once, and by kind
 *   open    n name, c CUIT (11 digits), e e-mail: what the first form asked for
 *   text    t text as written
 *   choice  y key of the option, t its label
 *   file    f file_id, n name, m media type, s bytes, t caption
 *   seen    d, r: last delivered and last read seq
 *   leave   -
 */
#ifndef VT_CHANNEL_WEBCHAT_WEBCHAT_H
#define VT_CHANNEL_WEBCHAT_WEBCHAT_H

#include "channel/channel.h"

#define WEBCHAT_TEXT_MAX 4096              /* characters */
#define WEBCHAT_RAW_MAX (64 * 1024)        /* bytes: the longest text, every character escaped */

#define WEBCHAT_ORIGIN_MAX 200             /* bytes */

/* A site's origin as it may stand in a header: "https://host[:port]", or any port as ":*". */
bool webchat_origin_valid(const char *origin);
/* "#rrggbb". */
bool webchat_color_valid(const char *color);

extern const struct channel channel_webchat;

#endif
