/*
 * What comes with a message beside its words, the same for every network: the
 * members of channel_event.beside, which the thread shows. Each is bounded here;
 * texts are as they were written.
 *
 *   referral  {"kind":"ad"|"post"|"link"|"other", "title"?, "url"?, "ref"?, "id"?}   what brought them
 *   order     {"items":[{"id"?,"quantity"?,"price"?,"currency"?}], "more"?}          a catalogue's
 *   cards     [{"name"?, "company"?, "phones":[...], "emails":[...]}]                people they share
 *   story     {"kind":"reply"|"mention", "url"?}                                    of the account's, or theirs
 */
#ifndef VT_CHANNEL_BESIDE_H
#define VT_CHANNEL_BESIDE_H

#include "channel/event.h"

struct json;

#define BESIDE_TEXT_MAX 300            /* characters of one text */
#define BESIDE_ITEMS_MAX 50            /* of an order; people who are shared */
#define BESIDE_WAYS_MAX 10             /* telephones, addresses of one of them */

/* The event's member of that name, an object that is made when there is none. */
struct json *beside_part(struct vt_ctx *ctx, struct channel_event *event, const char *name);
/* A text of it, cut to its bound; nothing for NULL and "". */
void beside_text(struct vt_ctx *ctx, struct json *part, const char *name, const char *value);
/* One more whom they share; NULL when there are too many. */
struct json *beside_card(struct vt_ctx *ctx, struct channel_event *event, const char *name, const char *company);
/* A telephone ("phones") or an address ("emails") of theirs; nothing for NULL and "". */
void beside_way(struct vt_ctx *ctx, struct json *card, const char *ways, const char *value);
/* A text that could be an address of the web: http or https, no space or control in it; else NULL. */
const char *beside_url(const char *value);

#endif
