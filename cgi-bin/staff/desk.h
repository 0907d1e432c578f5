/*
 * The parts of the desk, for its own pages and for whoever shows a
 * conversation beside something else (the board's preview). Each part has an
 * ask, which queues its statements into the open pipeline, and a fill, which
 * turns their results into the page's data. The templates are in
 * templates/desk.
 */
#ifndef VT_STAFF_DESK_H
#define VT_STAFF_DESK_H

#include "conversation/words.h"
#include "cgi-bin/staff/staff.h"

#define DESK_MESSAGES 50        /* of a page, and of each older part */
#define DESK_MESSAGES_LIVE 200  /* of one answer to a poll; more: the page is loaded anew */

/* The contact's name as far as the viewer sees it; without one, "Visitante 8841". */
const char *desk_contact_name(struct vt_ctx *ctx, const struct session *session, const char *name,
			      int64_t contact_id);

/* What an administrator's text may say of a case (words_from_row), as far as the viewer sees it. */
void desk_words(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		size_t row, struct words *out);

/* VT_E_NOT_FOUND: not there, or not for this viewer. */
int desk_absent(struct vt_ctx *ctx, int64_t id) VT_MUST_CHECK;
/* VT_E_CONFLICT: they see it, but it is closed or with somebody else. */
int desk_not_theirs(struct vt_ctx *ctx, int64_t id, int state) VT_MUST_CHECK;

/* The whole desk with conversation id open, 0 none. page may bring a form's error and its draft. */
int desk_render(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
		struct t_node *page) VT_MUST_CHECK;

/* --- The list: one statement ----------------------------------------------------------------- */
#define DESK_CLOSED 50          /* of a page of the closed ones */
#define DESK_ONLINE_S 45        /* since the contact's browser was last heard of: three heartbeats */
/* closed: what the operator closed lately, before an instant (us UTC, 0: now); else their cases and
 * what waits. */
struct desk_box { bool closed; int64_t before; };
int desk_list_ask(struct vt_ctx *ctx, const struct session *session,
		  const struct desk_box *box) VT_MUST_CHECK;
bool desk_online(const struct vt_ctx *ctx, int64_t last_seen_at);
/* current: the conversation that is open in the page, 0 none. Fills list.*. */
void desk_list_fill(struct vt_ctx *ctx, const struct session *session,
		    const struct db_result *rows, bool closed, int64_t current, struct t_node *page);

/* --- A conversation's header and side: desk_conversation ------------------------------------- */
/* Fills thread.* and side.*; row of desk_conversation, which has exactly one. */
void desk_thread_fill(struct vt_ctx *ctx, const struct session *session,
		      const struct db_result *row, struct t_node *page);
void desk_typifications_fill(const struct db_result *rows, struct t_node *page);
void desk_history_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page);

/* The day in an id, as microseconds: nothing of a conversation is older than the day it was opened. */
int64_t desk_opened_day(int64_t conversation_id);

struct fit;
/* "lleno en WhatsApp: 3 de 3", of a channel's name; NULL when that is not why they cannot take it. */
const char *desk_channel_full(struct vt_ctx *ctx, const struct fit *fit, const char *channel);

/* --- Messages: one statement ----------------------------------------------------------------- */
/* Those with from <= seq < before, the newest `limit` of them. */
int desk_messages_ask(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
		      int64_t from, int64_t before, int64_t limit) VT_MUST_CHECK;
/* Those from `from` on, at most `limit`; and, after them, those further up that changed since snapshot. */
int desk_messages_since(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id,
			int64_t from, int64_t limit, const char *snapshot) VT_MUST_CHECK;
/* Who has seen what of the operator's words, for ticks; and what this viewer may do with the messages:
 * answer and react to them (it is their open case), and how long edit or take back their own. */
struct desk_seen {
	int64_t conversation_id;       /* whose messages they are */
	int64_t delivered, read;
	bool writes, edits, deletes, reacts;
	int64_t change_s;              /* 0: no end */
};
/* Of a row of desk_conversation; of desk_part what concerns the ticks only. */
struct desk_seen desk_seen_of(const struct session *session, const struct db_result *row);
struct desk_seen desk_part_seen(const struct db_result *row);
/* Append rows `first` and newer, oldest first, to page's messages. The row before them, when there
 * is one, says whether the day or the speaker changes. */
void desk_messages_fill(struct vt_ctx *ctx, const struct session *session,
			const struct db_result *rows, size_t count, const struct desk_seen *seen,
			struct t_node *page);
/* Append those of rows from `first` on that the page has as they were before. */
void desk_changed_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		       size_t first, const struct desk_seen *seen, struct t_node *page);

/* --- What came beside the words (thread_beside.c) ---------------------------------------------- */
/* Fills item.story, .order, .cards, .referral of a message's data, "" for none of them. */
void desk_beside_fill(struct vt_ctx *ctx, const char *data, struct t_node *item);
/* The same as lines of a text, without what brought them; "" for none. */
const char *desk_beside_text(struct vt_ctx *ctx, const char *data);

/* --- Parts of the thread (thread_part.c) ------------------------------------------------------ */
/* A page of messages with the link to what is above it. of: the conversation the rows are of, row its
 * row of desk_part or desk_conversation. */
void desk_part_fill(struct vt_ctx *ctx, const struct session *session, int64_t id,
		    const struct db_result *row, const struct db_result *messages,
		    const struct desk_seen *seen, struct t_node *page);

#endif
