#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/json.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/chat.h"
#include "people/notice.h"
#include "people/once.h"
#include "people/permission.h"
#include "people/session.h"
#include "sql_chat.h"

struct chat {
	const struct session *session;
	int64_t operator_id;
	const char *text;
	const char *once;
	int64_t id;
};

static int require_room(struct vt_ctx *ctx, const struct chat *chat)
{
	struct db_result *room;

	return db_one(ctx, &room, &SQL_CHAT_ROOM, "ibi", chat->session->user_id,
		      (int)permission_allows(PERM_CONVERSATION_SUPERVISE, true, chat->session->permissions),
		      chat->operator_id);
}

/* All members' pages hear of it. The operator is told, and of supervision who has spoken there; all of
 * it when nobody has. */
static int tell(struct vt_ctx *ctx, const struct chat *chat, const struct db_result *members)
{
	const struct notice_words words = { .key = "chat", .by = chat->session->name, .words = chat->text,
					    .subject = notice_chat_subject(ctx, chat->operator_id) };
	int64_t self = chat->session->user_id;
	bool known = false;

	for (size_t row = 0; row < db_rows(members); row++) {
		int64_t user_id = db_i64(members, row, "user_id");
		known = known || (db_bool(members, row, "spoke") && user_id != self && user_id != chat->operator_id);
	}
	for (size_t row = 0; row < db_rows(members); row++) {
		int64_t user_id = db_i64(members, row, "user_id");
		wake_add(ctx, 'o', user_id);
		if (user_id == self || (user_id != chat->operator_id &&
					(self != chat->operator_id || (known && !db_bool(members, row, "spoke")))))
			continue;
		if (notice_tell(ctx, user_id, &words) < 0)
			return -1;
	}
	return 0;
}

static int say(struct vt_ctx *ctx, void *arg)
{
	struct chat *chat = arg;
	struct db_result *said, *members;
	const char *answer;
	bool repeat;

	if (require_room(ctx, chat) < 0 || once_claim(ctx, chat->once, &repeat, &answer) < 0)
		return -1;
	if (repeat) {
		(void)!id_parse(answer, 1, INT64_MAX, &chat->id);
		return 0;
	}
	if (db_query(ctx, &members, &SQL_CHAT_MEMBERS, "i", chat->operator_id) < 0 ||
	    db_one(ctx, &said, &SQL_CHAT_INSERT, "iiis", chat->operator_id, chat->session->user_id,
		   chat->session->user_version_id, chat->text) < 0)
		return -1;
	chat->id = db_i64(said, 0, "chat_message_id");
	const struct audit audit = { .action = "chat.say", .entity = "user", .entity_id = chat->operator_id };
	if (db_pipe_begin(ctx) < 0 || tell(ctx, chat, members) < 0 || audit_write(ctx, &audit) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHAT_SEEN, "iii", chat->session->user_id, chat->operator_id, chat->id) < 0 ||
	    once_answer(ctx, chat->once, arena_printf(ctx->arena, "%" PRId64, chat->id)) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int check_text(struct vt_ctx *ctx, const char *text)
{
	if (!text[strspn(text, " \t\r\n")])
		return vt_fail_field(ctx, "text", "error.message.empty", "blank message");
	if (utf8_length(text) > CHAT_TEXT_MAX)
		return vt_fail_field(ctx, "text", "error.message.long", "message too long");
	return 0;
}

int chat_say(struct vt_ctx *ctx, const struct session *session, int64_t operator_id, const char *text,
	     const char *once, int64_t *id)
{
	struct chat chat = { .session = session, .operator_id = operator_id, .text = text, .once = once };

	if (check_text(ctx, text) < 0 || db_transaction(ctx, say, &chat) < 0)
		return -1;
	*id = chat.id;
	return 0;
}

/* --- To several operators at once -------------------------------------------------------------- */

struct broadcast {
	const struct session *session;
	const struct chat_whom *whom;
	const char *text, *once;
	int64_t said;
};

static int broadcast_audit(struct vt_ctx *ctx, const struct broadcast *broadcast, int64_t id, const int64_t *ids,
			   size_t count)
{
	struct json *after = json_new_object(ctx), *users = json_new_array(ctx);

	for (size_t i = 0; i < count; i++)
		json_append_str(users, arena_printf(ctx->arena, "%" PRId64, ids[i]));
	json_set_node(after, "users", users);
	json_set_str(after, "text", broadcast->text);
	const struct audit audit = { .action = "chat.broadcast", .entity = "chat_broadcast", .entity_id = id,
				     .after = json_text(ctx, after) };
	return audit_write(ctx, &audit);
}

static int broadcast_say(struct vt_ctx *ctx, struct broadcast *broadcast, const int64_t *ids, size_t count)
{
	const struct session *session = broadcast->session;
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_CHAT_BROADCAST_INSERT, "i", session->user_id) < 0)
		return -1;
	int64_t id = db_i64(row, 0, "chat_broadcast_id");
	if (db_pipe_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHAT_BROADCAST_SAY, "Iiisi", ids, count, session->user_id,
			session->user_version_id, broadcast->text, id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHAT_BROADCAST_TELL, "Iiss", ids, count, (int64_t)NOTICE_SUPERVISION,
			session->name, broadcast->text) < 0 ||
	    broadcast_audit(ctx, broadcast, id, ids, count) < 0 ||
	    once_answer(ctx, broadcast->once, arena_printf(ctx->arena, "%zu", count)) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		wake_add(ctx, 'o', ids[i]);
	wake_add(ctx, 'o', session->user_id);
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int broadcast_all(struct vt_ctx *ctx, void *arg)
{
	struct broadcast *broadcast = arg;
	const struct session *session = broadcast->session;
	const struct chat_whom *whom = broadcast->whom;
	struct db_result *rooms;
	const char *answer;
	bool repeat;

	if (once_claim(ctx, broadcast->once, &repeat, &answer) < 0)
		return -1;
	if (repeat) {
		(void)!id_parse(answer, 1, INT64_MAX, &broadcast->said);
		return 0;
	}
	if (db_query(ctx, &rooms, &SQL_CHAT_BROADCAST_ROOMS, "ibIbi", session->user_id,
		     (int)permission_allows(PERM_CONVERSATION_SUPERVISE, true, session->permissions),
		     whom->ids, whom->count, (int)whom->present, whom->queue_id) < 0)
		return -1;
	size_t count = db_rows(rooms);
	if (!count)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.agent.nobody_present", "a message to nobody");
	int64_t *ids = arena_calloc(ctx->arena, count, sizeof(*ids));
	for (size_t row = 0; row < count; row++)
		ids[row] = db_i64(rooms, row, "user_id");
	broadcast->said = (int64_t)count;
	return broadcast_say(ctx, broadcast, ids, count);
}

int chat_broadcast(struct vt_ctx *ctx, const struct session *session, const struct chat_whom *whom,
		   const char *text, const char *once, int64_t *said)
{
	struct broadcast broadcast = { .session = session, .whom = whom, .text = text, .once = once };

	if (!permission_allows(PERM_CHAT_USE, true, session->permissions))
		return vt_fail(ctx, VT_E_FORBIDDEN, "no internal chat for them");
	if (check_text(ctx, text) < 0 || db_transaction(ctx, broadcast_all, &broadcast) < 0)
		return -1;
	*said = broadcast.said;
	return 0;
}

static int seen(struct vt_ctx *ctx, void *arg)
{
	const struct chat *chat = arg;

	if (require_room(ctx, chat) < 0)
		return -1;
	wake_add(ctx, 'o', chat->session->user_id);
	if (notice_read_subject(ctx, chat->session->user_id, notice_chat_subject(ctx, chat->operator_id)) < 0)
		return -1;
	return db_exec(ctx, NULL, &SQL_CHAT_SEEN, "iii", chat->session->user_id, chat->operator_id, chat->id);
}

int chat_seen(struct vt_ctx *ctx, const struct session *session, int64_t operator_id, int64_t id)
{
	struct chat chat = { .session = session, .operator_id = operator_id, .id = id };

	return db_transaction(ctx, seen, &chat);
}
