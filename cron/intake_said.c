/* What a contact said, as messages of the thread: words, files, places, and what cannot be shown. */
#include "base/vt.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "contact/phone.h"
#include "conversation/file.h"
#include "cron/intake.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_intake.h"

#define QUOTE_SIZE_MAX ((size_t)4096)

const char *intake_message_key(struct vt_ctx *ctx, const struct intake_event *event, const char *id)
{
	if (!id || !event->row->channel->network->ids_per_contact)
		return id;
	return arena_printf(ctx->arena, "%s:%s", event->sender->identity.value, id);
}

/* When it was told: as it was received, but never before what stands already in the thread. */
static int64_t told_at(const struct vt_ctx *ctx, const struct conversation *conversation,
		       int64_t received_at)
{
	int64_t at = received_at;

	if (at < conversation->opened_at)
		at = conversation->opened_at;
	if (at < conversation->last_message_at)
		at = conversation->last_message_at;
	return at < ctx->now_us ? at : ctx->now_us;
}

/* The network's id of the message just added, for what will be said about it. */
static void remember(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const struct conversation *conversation = event->sender->conversation;
	const char *key = intake_message_key(ctx, event, event->event->message_id);

	if (!key || event->sender->identity.visitor_id)
		return;
	batch->heard.channels[batch->heard.count] = event->row->channel_id;
	batch->heard.keys[batch->heard.count] = key;
	batch->heard.conversations[batch->heard.count] = conversation->conversation_id;
	batch->heard.seqs[batch->heard.count++] = conversation->seq;
}

/* What it answers, when that stands in the same conversation. */
static int add_quote(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
		     struct json *data)
{
	const char *key = intake_message_key(ctx, event, event->event->reply_to);
	struct db_result *row;
	struct json *quote;

	if (!key || event->sender->identity.visitor_id)
		return 0;
	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_QUOTED, "isi", event->row->channel_id, key,
			event->sender->conversation->conversation_id) < 0 ||
	    intake_flush(ctx, batch, &row) < 0)
		return -1;
	if (!db_rows(row))
		return 0;
	const char *text = db_text(row, 0, "quote");
	if (json_parse(ctx, text, strlen(text), QUOTE_SIZE_MAX, &quote) < 0)
		return -1;
	json_set_node(data, "quote", quote);
	return 0;
}

static void add_place(struct vt_ctx *ctx, const struct channel_event *told, struct json *data)
{
	struct json *place = json_new_object(ctx);

	json_set_double(place, "lat", told->latitude);
	json_set_double(place, "lon", told->longitude);
	json_set_node(data, "place", place);
}

/* An order, people whom they share, a story: what the thread shows with their words. */
static void add_beside(const struct channel_event *told, struct json *data)
{
	static const char *const parts[] = { "order", "cards", "story" };

	for (size_t i = 0; i < VT_COUNT(parts); i++) {
		struct json *part = json_at(told->beside, parts[i]);
		if (part)
			json_set_node(data, parts[i], part);
	}
}

/* Names of the people they share; NULL: there are none. */
static const char *shared_names(struct vt_ctx *ctx, const struct channel_event *told)
{
	struct json *cards = json_at(told->beside, "cards");
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 128);
	for (size_t i = 0; i < json_array_size(cards); i++) {
		struct json *card = json_array_at(cards, i);
		const char *name = json_str(card, "name", json_str(card, "company", json_str(card, "phones.0", "")));
		if (*name)
			strbuf_printf(&out, "%s%s", out.size ? ", " : "", name);
	}
	return out.size ? out.data : NULL;
}

/* Members beside the words; NULL when there is nothing to say with them. */
static int data_of(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
		   const char **out)
{
	const struct channel_event *told = event->event;
	struct json *data = json_new_object(ctx);
	void *cursor = NULL;
	struct json_member member;

	if (add_quote(ctx, batch, event, data) < 0)
		return -1;
	if (told->key)
		json_set_str(data, "choice", told->key);
	add_beside(told, data);
	if (told->has_place)
		add_place(ctx, told, data);
	else if (told->kind == CHANNEL_ENCRYPTED)
		json_set_str(data, "unseen", "encrypted");
	else if (!told->text && !told->key && !told->beside && told->type)
		json_set_str(data, "unseen", told->type);
	if (told->subject)
		json_set_str(data, "subject", told->subject);
	if (told->kind == CHANNEL_AUTO_REPLY)
		json_set_bool(data, "automatic", true);
	*out = json_object_next(data, &cursor, &member) ? json_text(ctx, data) : NULL;
	return 0;
}

/* Where a network tells only which button was pressed: what stands on it. One that no menu of ours has is
 * shown by its own word. */
static int pressed_words(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
			 const char **words)
{
	const struct channel_event *told = event->event;
	struct db_result *label;

	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_PRESSED, "isis", event->row->channel_id,
			intake_message_key(ctx, event, told->ref), event->sender->conversation->conversation_id,
			told->key) < 0 ||
	    intake_flush(ctx, batch, &label) < 0)
		return -1;
	*words = db_rows(label) ? db_text(label, 0, "label") : told->key;
	return 0;
}

static int message_of(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
		      struct message *out)
{
	const struct channel_event *told = event->event;
	const char *words = told->text ? told->text : shared_names(ctx, told);

	if (!words && told->key && (told->kind == CHANNEL_CHOICE || told->kind == CHANNEL_POSTBACK) &&
	    pressed_words(ctx, batch, event, &words) < 0)
		return -1;
	*out = (struct message){
		.author = AUTHOR_CONTACT, .kind = MESSAGE_TEXT,
		.provider_id = told->message_id ? told->message_id : told->provider_id,
		.body = words ? words : "",
		.automatic = told->kind == CHANNEL_AUTO_REPLY, .subject = told->subject,
		.created_at = told_at(ctx, event->sender->conversation, event->row->received_at),
	};
	return 0;
}

/* A file that is still at the provider's: its place in the thread now, its bytes when `send` has
 * fetched them. */
static int add_media(struct vt_ctx *ctx, const struct intake_event *event, const struct message *base,
		     const struct channel_media *media)
{
	struct conversation *conversation = event->sender->conversation;
	struct json *data = json_new_object(ctx), *coming = json_new_object(ctx);
	struct message message = *base;

	if (media == event->event->media)
		add_beside(event->event, data);
	json_set_str(coming, "kind", media->kind ? media->kind : "document");
	json_set_str(coming, "name", media->name ? file_safe_name(ctx, media->name) : NULL);
	json_set_str(coming, "state", "coming");
	json_set_node(data, "media", coming);
	message.kind = MESSAGE_FILE;
	message.data = json_text(ctx, data);
	if (conversation_message(ctx, conversation, &message) < 0)
		return -1;
	wake_worker(ctx, "send", 0);
	return db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_FETCH, "iiissssi", event->row->channel_id,
			   conversation->conversation_id, (int64_t)conversation->seq, media->id, media->url,
			   media->kind, media->name ? file_safe_name(ctx, media->name) : NULL, media->size);
}

static int add_all_media(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const struct channel_event *told = event->event;
	struct message message;

	if (message_of(ctx, batch, event, &message) < 0)
		return -1;
	for (size_t i = 0; i < told->media_count; i++) {
		if (add_media(ctx, event, &message, &told->media[i]) < 0)
			return -1;
		if (!i)
			remember(ctx, batch, event);
		message.body = "";
		message.created_at = 0;
	}
	return 0;
}

int intake_brought(struct vt_ctx *ctx, const struct intake_event *event)
{
	struct conversation *conversation = event->sender->conversation;
	struct json *referral = json_at(event->event->beside, "referral");

	if (!referral)
		return 0;
	if (conversation_event(ctx, conversation, "referral",
			       arena_printf(ctx->arena, "\"referral\":%s", json_text(ctx, referral))) < 0)
		return -1;
	return db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_REFERRAL, "iissssst", conversation->conversation_id,
			   (int64_t)conversation->seq, json_str(referral, "kind", "other"),
			   json_str(referral, "id", NULL), json_str(referral, "ref", NULL),
			   json_str(referral, "title", NULL), json_str(referral, "url", NULL), ctx->now_us);
}

/* A number that their network vouches for is theirs. */
static int fill_phone(struct vt_ctx *ctx, const struct intake_event *event)
{
	const char *told = event->event->contact_phone;
	char phone[PHONE_SIZE];
	const struct contact_words words = { .phone = phone };

	if (!told || !phone_parse(arena_printf(ctx->arena, "+%s", told), phone))
		return 0;
	return contact_fill(ctx, event->sender->conversation->contact_id, &words);
}

int intake_said(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	struct conversation *conversation = event->sender->conversation;
	const struct channel_event *told = event->event;
	struct message message;

	if (fill_phone(ctx, event) < 0)
		return -1;
	if (told->media_count)
		return add_all_media(ctx, batch, event);
	if (message_of(ctx, batch, event, &message) < 0)
		return -1;
	if (told->kind == CHANNEL_FILE) {
		if (!db_rows(event->file))
			return vt_fail(ctx, VT_E_NOT_FOUND, "no file %" PRId64, told->file_id);
		return conversation_file(ctx, conversation, &message, event->attachment_id,
					 event->file, file_safe_name(ctx, told->file_name));
	}
	if (data_of(ctx, batch, event, &message.data) < 0 ||
	    conversation_message(ctx, conversation, &message) < 0)
		return -1;
	remember(ctx, batch, event);
	return 0;
}

/* Networks tell of everything that was said, by us too: is it ours, or on its way? */
static int is_ours(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event,
		   const char *text, bool *ours)
{
	struct db_result *known;

	if (db_pipe_add(ctx, intake_owner(event->row), &SQL_INTAKE_OURS, "isis", event->row->channel_id,
			intake_message_key(ctx, event, event->event->message_id),
			event->sender->conversation->conversation_id, text) < 0 ||
	    intake_flush(ctx, batch, &known) < 0)
		return -1;
	*ours = db_bool(known, 0, "ours");
	return 0;
}

int intake_echo(struct vt_ctx *ctx, struct intake_batch *batch, const struct intake_event *event)
{
	const char *text = event->event->text ? event->event->text : "";
	const struct message message = {
		.author = AUTHOR_AGENT, .kind = MESSAGE_TEXT, .automatic = true, .elsewhere = true,
		.provider_id = event->event->message_id, .body = text,
		.data = event->event->media_count ? "{\"elsewhere\":true,\"unseen\":\"file\"}" : "{\"elsewhere\":true}",
	};
	bool ours;

	if (!*text && !event->event->media_count)
		return 0;
	if (is_ours(ctx, batch, event, text, &ours) < 0)
		return -1;
	if (ours)
		return 0;
	if (conversation_message(ctx, event->sender->conversation, &message) < 0)
		return -1;
	remember(ctx, batch, event);
	return 0;
}
