/*
 * Notices: what people at work are told, with a sound, on their screen or by
 * their browser, as the administrator decided for each role and event. The
 * contact never sees one. Each has a row for each person, which the shell of
 * their page brings and which stays in their list for the time of the setting
 * notice.keep_days; new cases are told by the desk's own list, and lines are
 * told there alone.
 */
#ifndef VT_PEOPLE_NOTICE_H
#define VT_PEOPLE_NOTICE_H

#include "base/codes.h"
#include "people/edit.h"

#define NOTICE_EVENTS 6        /* NOTICE_CASE .. NOTICE_SUPERVISION */

struct notice_rule {
	bool sound, shown, browser;
	int tone;              /* TONE_* */
};

/* Tell of event (NOTICE_CASE, NOTICE_TRANSFER, NOTICE_SILENT) whoever has to do with the conversation: user_id,
 * who has it, and the supervision of queue_id (0: nobody's); user_id 0: all of the queue. Queued;
 * needs a transaction. */
int notice_add(struct vt_ctx *ctx, int event, int64_t conversation_id, int64_t queue_id,
	       int64_t user_id) VT_MUST_CHECK;

/* What supervision tells one person (NOTICE_SUPERVISION): locale's notifications.said.<key>, which has
 * {0} by, {1} the conversation's contact, {2} words. */
struct notice_words {
	const char *key;
	const char *by;                /* who says it */
	const char *words;             /* theirs, at most 200 characters are told; NULL: none */
	int64_t conversation_id;       /* 0: about none */
	const char *subject;           /* until it is read there is one of a subject for each person, of what was said last; NULL: of none */
};
/* Queued; needs a transaction. */
int notice_tell(struct vt_ctx *ctx, int64_t user_id, const struct notice_words *words) VT_MUST_CHECK;

/* The subject of an internal chat: whose it is. */
const char *notice_chat_subject(struct vt_ctx *ctx, int64_t operator_id);
/* The other way round; 0: it is of none. */
int64_t notice_chat_of(const char *subject);
/* The same of a line (SQL's notice_line). */
int64_t notice_line_of(const char *subject);
/* The same of a template (SQL's notice_template). */
int64_t notice_template_of(const char *subject);

/* Somebody has seen one of theirs: *conversation_id is what it is about, 0 when they may not see that
 * (any more); *subject (in ctx->arena) as above, or "". VT_E_NOT_FOUND: none of theirs. viewer: who they are to
 * conversation_access. Own transaction; their other pages hear of it. */
struct notice_viewer { int64_t user_id; bool supervise, all; };
int notice_read(struct vt_ctx *ctx, int64_t notice_id, const struct notice_viewer *viewer,
		int64_t *conversation_id, const char **subject) VT_MUST_CHECK;
/* Somebody has seen what theirs were about: all of a subject; all of a conversation (queued: a row for each
 * that was unread). Need a transaction; who calls tells their pages. */
int notice_read_subject(struct vt_ctx *ctx, int64_t user_id, const char *subject) VT_MUST_CHECK;
int notice_read_conversation(struct vt_ctx *ctx, int64_t user_id, int64_t conversation_id) VT_MUST_CHECK;
/* The same of all of theirs up to this one. */
int notice_read_all(struct vt_ctx *ctx, int64_t last_id) VT_MUST_CHECK;

/* The rules of the role edit->id, by event from 1 (edit_run). In force at the next page, and in
 * pages that are open as soon as something comes. */
int notice_rules_save(struct vt_ctx *ctx, struct edit *edit,
		      const struct notice_rule rules[NOTICE_EVENTS + 1]) VT_MUST_CHECK;

#endif
