/* What people want to be sent: their network tells it, or a word of theirs. */
#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "channel/keyword.h"
#include "contact/contact_wish.h"
#include "cron/intake.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_contact_desk.h"
#include "sql_contact_wish.h"

#define DAY_US (INT64_C(24) * 60 * 60 * CLOCK_SECOND)
#define ANSWERS_MAX 4                  /* of a day to one person: who changes their mind oftener is a machine */

/* On record; *news: it was not so before. */
static int add(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
	       const struct contact_wish *wish, bool *news)
{
	struct db_result *row;

	if (contact_wish_add(ctx, intake_owner(event->row), &event->sender->identity, wish) < 0 ||
	    intake_flush(ctx, batch, &row) < 0)
		return -1;
	*news = db_rows(row) && db_bool(row, 0, "news");
	return 0;
}

/* The thread says so, and whoever looks at any of the contact's sees it change. */
static int show(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
		 const struct contact_wish *wish)
{
	struct db_result *topics;

	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_CONTACT_TOPICS, "i", event->sender->contact_id) < 0 ||
	    intake_flush(ctx, batch, &topics) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(topics); row++)
		wake_add(ctx, 'c', db_i64(topics, row, "conversation_id"));
	if (!event->sender->conversation)
		return 0;
	return conversation_event(ctx, event->sender->conversation, code_name("wish", wish->wish),
				  arena_printf(ctx->arena, "\"why\":\"%s\"", code_name("wish_source", wish->source)));
}

static int64_t when(const struct intake_event *event)
{
	return event->event->sent_at_s ? event->event->sent_at_s * CLOCK_SECOND : event->row->received_at;
}

int intake_willing(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	const struct contact_wish wish = {
		.wish = told->kind == CHANNEL_BLOCKED ? told->removed ? WISH_UNBLOCKED : WISH_BLOCKED
			: told->opt_out ? WISH_OPTED_OUT : WISH_OPTED_IN,
		.source = WISH_BY_NETWORK, .at = when(event),
	};
	bool news;

	if (event->sender->identity.visitor_id)
		return 0;
	if (add(ctx, batch, event, &wish, &news) < 0)
		return -1;
	return news ? show(ctx, batch, event, &wish) : 0;
}

int intake_writes(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const struct contact_wish wish = { .wish = WISH_UNBLOCKED, .source = WISH_BY_NETWORK, .at = when(event) };
	bool news;

	if (!event->sender->shut)
		return 0;
	event->sender->shut = false;
	if (add(ctx, batch, event, &wish, &news) < 0)
		return -1;
	return news ? show(ctx, batch, event, &wish) : 0;
}

int intake_wish_word(struct vt_ctx *ctx, const struct intake_event *event)
{
	const struct intake_channel *channel = event->row->channel;
	const char *text = event->event->text;

	if (!channel->stop_words || event->event->kind != CHANNEL_TEXT || !text || event->event->media_count)
		return 0;
	if (channel_keyword(ctx->arena, channel->stop_words, text))
		return WISH_OPTED_OUT;
	/* To whom it says nothing it is a word like others. */
	return event->sender->opted_out && channel_keyword(ctx->arena, channel->start_words, text) ? WISH_OPTED_IN : 0;
}

int intake_wish_unheard(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event, int wish)
{
	const struct contact_wish said = { wish, WISH_BY_WORD, event->event->text, when(event) };
	bool news;

	event->sender->opted_out = wish == WISH_OPTED_OUT;
	return add(ctx, batch, event, &said, &news);
}

/* Once for each change of mind, and never for ever. */
static int answer(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event, int wish)
{
	const struct contact_identity *who = &event->sender->identity;
	const struct message message = {
		.author = AUTHOR_BOT, .kind = MESSAGE_TEXT, .automatic = true, .data = "{\"automatic\":true}",
		.body = wish == WISH_OPTED_OUT ? event->row->channel->stop_answer : event->row->channel->start_answer,
	};
	struct db_result *row;

	if (!*message.body)
		return 0;
	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_WISH_ANSWERS, "issti", who->channel_id, who->kind, who->value,
			ctx->now_us - DAY_US, (int64_t)ANSWERS_MAX) < 0 ||
	    intake_flush(ctx, batch, &row) < 0)
		return -1;
	return db_bool(row, 0, "enough") ? 0 : conversation_message(ctx, event->sender->conversation, &message);
}

int intake_wish(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event, int wish)
{
	const struct contact_wish said = { wish, WISH_BY_WORD, event->event->text, when(event) };
	bool news;

	event->sender->opted_out = wish == WISH_OPTED_OUT;
	if (add(ctx, batch, event, &said, &news) < 0)
		return -1;
	if (!news)
		return 0;
	return show(ctx, batch, event, &said) < 0 ? -1 : answer(ctx, batch, event, wish);
}
