#include "base/vt.h"
#include "conversation/attend.h"
#include "conversation/conversation.h"
#include "conversation/reaction.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/once.h"
#include "people/session.h"
#include "sql_reaction.h"

struct reaction {
	const struct session *session;
	int64_t conversation_id, seq;
	const char *emoji, *once;
};

static int check(struct vt_ctx *ctx, const struct db_result *row)
{
	if (!db_rows(row))
		return vt_fail_field(ctx, "seq", "error.reaction.none", "no message of the contact's");
	if (db_bool(row, 0, "deleted"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.message.gone", "the contact took it back");
	return db_bool(row, 0, "numbered") ? 0
		: vt_fail_field(ctx, "seq", "error.reaction.unknown", "its network has no id for it");
}

static int set(struct vt_ctx *ctx, const struct reaction *reaction, const struct conversation *conversation)
{
	const struct audit audit = { .action = "conversation.react", .entity = "conversation",
				     .entity_id = reaction->conversation_id,
				     .conversation_id = reaction->conversation_id };

	wake_add(ctx, 'c', conversation->conversation_id);
	wake_add(ctx, 'o', conversation->user_id);
	wake_worker(ctx, "send", 0);
	if (db_pipe_add(ctx, 0, &SQL_REACTION_SET, "iisit", reaction->conversation_id, reaction->seq, reaction->emoji,
			reaction->session->user_version_id, ctx->now_us) < 0)
		return -1;
	return audit_write(ctx, &audit);
}

static int put(struct vt_ctx *ctx, void *arg)
{
	const struct reaction *reaction = arg;
	struct conversation conversation;
	struct db_result *row;
	const char *answer;
	bool repeat;

	if (attend_begin(ctx, reaction->session, reaction->conversation_id, reaction->once, &conversation, &repeat,
			 &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (db_query(ctx, &row, &SQL_REACTION_OF, "ii", reaction->conversation_id, reaction->seq) < 0 ||
	    check(ctx, row) < 0 || db_pipe_begin(ctx) < 0)
		return -1;
	if ((strcmp(db_text(row, 0, "emoji"), reaction->emoji) != 0 && set(ctx, reaction, &conversation) < 0) ||
	    once_answer(ctx, reaction->once, "reacted") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int reaction_put(struct vt_ctx *ctx, const struct session *session, int64_t conversation_id, int64_t seq,
		 const char *emoji, const char *once)
{
	struct reaction reaction = { .session = session, .conversation_id = conversation_id, .seq = seq,
				     .emoji = emoji, .once = once };

	return db_transaction(ctx, put, &reaction);
}
