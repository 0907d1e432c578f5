#include "base/vt.h"
#include "base/id.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/notice.h"
#include "sql_notice.h"

static const struct edit_kind kind = { "notice", &SQL_NOTICE_SNAPSHOT };

int notice_add(struct vt_ctx *ctx, int event, int64_t conversation_id, int64_t queue_id, int64_t user_id)
{
	return db_pipe_add(ctx, conversation_id, &SQL_NOTICE_ADD, "iiii", (int64_t)event,
			   conversation_id, queue_id, user_id);
}

int notice_tell(struct vt_ctx *ctx, int64_t user_id, const struct notice_words *words)
{
	return db_pipe_add(ctx, words->conversation_id, &SQL_NOTICE_TELL, "iiissss", (int64_t)NOTICE_SUPERVISION,
			   user_id, words->conversation_id, words->key, words->by, words->words, words->subject);
}

#define CHAT "chat:"
#define LINE "line:"
#define TEMPLATE "template:"

const char *notice_chat_subject(struct vt_ctx *ctx, int64_t operator_id)
{
	return arena_printf(ctx->arena, CHAT "%" PRId64, operator_id);
}

static int64_t id_of(const char *subject, const char *prefix)
{
	int64_t id;

	if (strncmp(subject, prefix, strlen(prefix)) || id_parse(subject + strlen(prefix), 1, INT64_MAX, &id) < 0)
		return 0;
	return id;
}

int64_t notice_chat_of(const char *subject)
{
	return id_of(subject, CHAT);
}

int64_t notice_line_of(const char *subject)
{
	return id_of(subject, LINE);
}

int64_t notice_template_of(const char *subject)
{
	return id_of(subject, TEMPLATE);
}

int notice_read_subject(struct vt_ctx *ctx, int64_t user_id, const char *subject)
{
	return db_exec(ctx, NULL, &SQL_NOTICE_READ_SUBJECT, "is", user_id, subject);
}

int notice_read_conversation(struct vt_ctx *ctx, int64_t user_id, int64_t conversation_id)
{
	return db_pipe_add(ctx, conversation_id, &SQL_NOTICE_READ_CONVERSATION, "ii", user_id, conversation_id);
}

struct reading {
	int64_t notice_id;
	const struct notice_viewer *viewer;
	int64_t conversation_id;
	const char *subject;
};

static int read_one(struct vt_ctx *ctx, void *arg)
{
	struct reading *reading = arg;
	const struct notice_viewer *viewer = reading->viewer;
	struct db_result *row;

	if (db_one(ctx, &row, &SQL_NOTICE_READ, "iiibb", ctx->user_id, reading->notice_id, viewer->user_id,
		   (int)viewer->supervise, (int)viewer->all) < 0)
		return -1;
	reading->conversation_id = db_bool(row, 0, "open") ? db_i64(row, 0, "conversation_id") : 0;
	reading->subject = db_text(row, 0, "subject");
	wake_add(ctx, 'o', ctx->user_id);
	return 0;
}

int notice_read(struct vt_ctx *ctx, int64_t notice_id, const struct notice_viewer *viewer,
		int64_t *conversation_id, const char **subject)
{
	struct reading reading = { .notice_id = notice_id, .viewer = viewer };

	if (db_transaction(ctx, read_one, &reading) < 0)
		return -1;
	*conversation_id = reading.conversation_id;
	*subject = reading.subject;
	return 0;
}

static int read_all(struct vt_ctx *ctx, void *arg)
{
	const int64_t *last_id = arg;

	wake_add(ctx, 'o', ctx->user_id);
	return db_exec(ctx, NULL, &SQL_NOTICE_READ_ALL, "ii", ctx->user_id, *last_id);
}

int notice_read_all(struct vt_ctx *ctx, int64_t last_id)
{
	return db_transaction(ctx, read_all, &last_id);
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct notice_rule *rules = data;

	if (db_pipe_begin(ctx) < 0)
		return -1;
	for (int event = 1; event <= NOTICE_EVENTS; event++) {
		if (db_pipe_add(ctx, 0, &SQL_NOTICE_RULE_SET, "iibbbi", *id, (int64_t)event,
				(int)rules[event].sound, (int)rules[event].shown,
				(int)rules[event].browser, (int64_t)rules[event].tone) < 0)
			return -1;
	}
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int notice_rules_save(struct vt_ctx *ctx, struct edit *edit,
		      const struct notice_rule rules[NOTICE_EVENTS + 1])
{
	struct notice_rule data[NOTICE_EVENTS + 1];

	memcpy(data, rules, sizeof(data));
	return edit_run(ctx, edit, &kind, "notice.save", save, data);
}
