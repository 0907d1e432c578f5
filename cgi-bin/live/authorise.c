#include "base/vt.h"
#include "db/db.h"
#include "sql_live.h"
#include "cgi-bin/live/live.h"

struct question {
	struct live *live;
	uint8_t token_hash[SECRET_HASH_SIZE];
	char views[];
};

void question_free(struct question *question)
{
	free(question);
}

static bool away_too_long(const struct live *live)
{
	return live->away_since_ms && live->now_ms - live->away_since_ms >= LIVE_AWAY_MS;
}

/* Who it is stands in the first column that is not NULL. */
static void answered(struct vt_ctx *ctx, void *arg, const struct db_result *result)
{
	struct client *client = arg;
	struct live *live = client->question->live;

	if (client->state == CLIENT_GONE) {
		client_bury(live, client);
		return;
	}
	question_free(client->question);
	client->question = NULL;
	client->state = CLIENT_ASKED;
	if (!result) {
		client_answer_error(live, client, VT_E_UNAVAILABLE);
	} else if (client->kind == ASK_STAFF && db_rows(result)) {
		park_client(live, client, db_i64(result, 0, "session_id"), db_text(result, 0, "topics"));
	} else if (client->kind == ASK_VISITOR && !db_is_null(result, 0, "visitor_id")) {
		int64_t id = db_i64(result, 0, "visitor_id");
		park_client(live, client, id, arena_printf(ctx->arena, "v%" PRId64, id));
	} else {
		client_answer_error(live, client, VT_E_UNAUTHENTICATED);
	}
}

static int ask_database(struct live *live, struct client *client)
{
	const struct question *question = client->question;

	if (client->kind == ASK_VISITOR)
		return db_async_send(&live->ctx, live->db, answered, client, &SQL_LIVE_AUTHORISE_VISITOR,
				     "y", question->token_hash, sizeof(question->token_hash));
	return db_async_send(&live->ctx, live->db, answered, client, &SQL_LIVE_AUTHORISE, "ys",
			     question->token_hash, sizeof(question->token_hash), question->views);
}

/* The next that still wants an answer. */
static struct client *take(struct live *live)
{
	struct client *client;

	while ((client = client_list_take(&live->asking))) {
		client->listed = false;
		if (client->state == CLIENT_ASKING)
			return client;
		client_bury(live, client);
	}
	return NULL;
}

void authorise_go_on(struct live *live)
{
	bool ready = live->known && db_async_ready(live->db);
	struct client *client;

	while (live->asking.first) {
		if (ready ? db_async_waiting(live->db) >= LIVE_UNDER_WAY_MAX : !away_too_long(live))
			return;
		client = take(live);
		if (!client)
			return;
		if (ready && ask_database(live, client) == 0)
			continue;
		vt_error_clear(&live->ctx);
		question_free(client->question);
		client->question = NULL;
		client->state = CLIENT_ASKED;
		client_answer_error(live, client, VT_E_UNAVAILABLE);
	}
}

void authorise_begin(struct live *live, struct client *client, const struct ask *ask)
{
	size_t page_size = strlen(ask->page) + 1, views_size = strlen(ask->views) + 1;
	size_t cursor_size = strlen(ask->cursor) + 1;

	client->kind = ask->kind;
	client->page = malloc(page_size + cursor_size);
	client->question = malloc(sizeof(*client->question) + views_size);
	VT_BUG_ON(!client->page || !client->question);
	client->cursor = client->page + page_size;
	memcpy(client->page, ask->page, page_size);
	memcpy(client->cursor, ask->cursor, cursor_size);
	client->question->live = live;
	memcpy(client->question->token_hash, ask->token_hash, sizeof(ask->token_hash));
	memcpy(client->question->views, ask->views, views_size);
	client->state = CLIENT_ASKING;
	timer_set(&live->wheel, &client->timer, live->now_ms + LIVE_ASK_MS);
	client->listed = true;
	client_list_add(&live->asking, client);
	authorise_go_on(live);
}
