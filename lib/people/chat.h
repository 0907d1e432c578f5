/*
 * The internal chat: each operator has a room with the supervision of their
 * queues. Only its members read it; what is said stays on record.
 */
#ifndef VT_PEOPLE_CHAT_H
#define VT_PEOPLE_CHAT_H

#include "base/vt.h"

#define CHAT_TEXT_MAX 4096     /* characters */

struct session;

/* Say text in the room of operator_id; the other members' pages hear of it, and who has to do with it
 * is told. *id of what was said. VT_E_NOT_FOUND: there is no such room for them; VT_E_INVALID on
 * "text". A repeat of once is answered like the first. Own transaction; audited "chat.say". */
int chat_say(struct vt_ctx *ctx, const struct session *session, int64_t operator_id, const char *text,
	     const char *once, int64_t *id) VT_MUST_CHECK;
/* Whom a message to several is for: all of ids, or those who are present. */
struct chat_whom {
	const int64_t *ids;
	size_t count;
	bool present;
	int64_t queue_id;              /* with present: only of this queue of theirs; 0: of all */
};

/* Say text in the rooms of several operators whom they supervise; each of these is told. *said: how many.
 * VT_E_FORBIDDEN: the internal chat is not theirs; VT_E_CONFLICT error.agent.nobody_present: there is none; VT_E_INVALID on "text". A repeat of once is
 * answered like the first. Own transaction; audited "chat.broadcast" with all of them. */
int chat_broadcast(struct vt_ctx *ctx, const struct session *session, const struct chat_whom *whom,
		   const char *text, const char *once, int64_t *said) VT_MUST_CHECK;
/* They have read up to id; only rises. VT_E_NOT_FOUND as above. Own transaction. */
int chat_seen(struct vt_ctx *ctx, const struct session *session, int64_t operator_id, int64_t id) VT_MUST_CHECK;

#endif
