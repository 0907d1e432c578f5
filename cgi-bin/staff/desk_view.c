#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "channel/channel.h"
#include "channel/email/email.h"
#include "conversation/attend.h"
#include "web/format.h"
#include "cgi-bin/staff/contact.h"
#include "cgi-bin/staff/desk.h"

#define REASON_SIZE_MAX (64 * 1024)
#define UNSAID_SIZE_MAX (1024 * 1024)

/* The times under the header, by what the case is doing. */
static void clocks(struct vt_ctx *ctx, const struct db_result *row, int state,
		   struct t_node *thread)
{
	int64_t assigned_at = db_time_us(row, 0, "assigned_at");
	int64_t requested_at = db_time_us(row, 0, "requested_at");
	int64_t closed_at = db_time_us(row, 0, "closed_at");
	int64_t answered_at = db_time_us(row, 0, "last_agent_at");

	if (state == CONVERSATION_CLOSED)
		t_set(thread, "closed_at", format_date_time(ctx, closed_at));
	else if (state == CONVERSATION_ACTIVE)
		staff_clock_fill(ctx, assigned_at, 0, t_child(thread, "with_agent"));
	else if (state == CONVERSATION_WAITING)
		staff_clock_fill(ctx, requested_at, 0, t_child(thread, "waiting"));
	if (requested_at && assigned_at)
		t_set(thread, "waited",
		      format_duration(ctx, (assigned_at - requested_at) / CLOCK_SECOND));
	if (state == CONVERSATION_ACTIVE && answered_at)
		staff_clock_fill(ctx, answered_at, 0, t_child(thread, "answered"));
}

/* Set aside since when; and what whoever had it before says to whoever has it now. */
static void hand_over_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *thread)
{
	if (!db_is_null(row, 0, "held_at"))
		staff_clock_fill(ctx, db_time_us(row, 0, "held_at"), 0, t_child(thread, "held"));
	t_set(t_child(thread, "handed"), "note", db_text_or_null(row, 0, "handed_note"));
	t_set(t_child(thread, "handed"), "by", db_text_or_null(row, 0, "handed_by"));
}

static void contact_fill(struct vt_ctx *ctx, const struct session *session,
			 const struct db_result *row, const char *name, struct t_node *page)
{
	struct t_node *side = t_child(page, "side");
	const struct field_sight *sight = &session->sight;
	const char *cuit = db_text(row, 0, "cuit");

	t_set(side, "name", name);
	t_set(side, "cuit", field_shown(ctx, sight, FIELD_CUIT, format_cuit(ctx, cuit)));
	t_set_bool(side, "cuit_hidden", *cuit && sight->shows[FIELD_CUIT] == FIELD_HIDDEN);
	t_set_bool(side, "validated", db_i64(row, 0, "cuit_state") == CUIT_VALIDATED);
	t_set(side, "phone", field_shown(ctx, sight, FIELD_PHONE, db_text(row, 0, "phone")));
	t_set(side, "email", field_shown(ctx, sight, FIELD_EMAIL, db_text(row, 0, "email")));
	t_set(side, "channel", db_text(row, 0, "channel_name"));
	t_set(side, "opened", format_date_time(ctx, db_time_us(row, 0, "opened_at")));
	t_set_bool(side, "required", db_bool(row, 0, "typification_required"));
}

void desk_words(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		size_t row, struct words *out)
{
	words_from_row(out, rows, row, session->display_name);
	out->values[WORD_CONTACT_NAME] = field_shown(ctx, &session->sight, FIELD_NAME,
						     out->values[WORD_CONTACT_NAME]);
	out->values[WORD_CONTACT_CUIT] = field_shown(ctx, &session->sight, FIELD_CUIT,
						     format_cuit(ctx, out->values[WORD_CONTACT_CUIT]));
}

/* The greeting that the queue suggests, until the operator has said something. */
static void greeting_fill(struct vt_ctx *ctx, const struct session *session,
			  const struct db_result *row, struct t_node *thread)
{
	struct words words;

	desk_words(ctx, session, row, 0, &words);
	t_set(thread, "greeting", words_fill(ctx, db_text(row, 0, "greeting"), &words));
}

static void candidate(struct vt_ctx *ctx, struct json *figures, struct t_node *node)
{
	t_set(node, "name", json_str(figures, "name", NULL));
	t_set_i64(node, "open", json_i64(figures, "open_count", 0));
	t_set_i64(node, "capacity", json_i64(figures, "capacity", 0));
	t_set(node, "available", format_duration(ctx, json_i64(figures, "available_s", 0)));
}

/* Why this operator: the rule, their figures and the others' at that instant. */
static void reason_fill(struct vt_ctx *ctx, const char *text, struct t_node *side)
{
	struct json *reason;

	if (!*text)
		return;
	if (json_parse(ctx, text, strlen(text), REASON_SIZE_MAX, &reason) < 0) {
		vt_error_clear(ctx);
		return;
	}
	struct t_node *node = t_child(side, "reason");
	struct json *candidates = json_at(reason, "candidates");
	const char *key = arena_printf(ctx->arena, "desk.rule.%s", json_str(reason, "rule", ""));
	t_set(node, "rule", locale_text(ctx, key, (const char *)NULL));
	candidate(ctx, reason, node);
	for (size_t i = 0; i < json_array_size(candidates); i++)
		candidate(ctx, json_array_at(candidates, i), t_item(t_child(node, "candidates")));
	t_set_i64(node, "count", json_i64(reason, "candidate_count",
					  (int64_t)json_array_size(candidates)));
}

/* What supervision may do with it; who took it over without a desk of their own speaks from here too. */
static void supervise_fill(const struct session *session, const struct db_result *row, int state, bool own,
			   struct t_node *thread)
{
	if (state == CONVERSATION_CLOSED || db_i64(row, 0, "access") < 3 ||
	    !staff_may(session, PERM_CONVERSATION_SUPERVISE) || (own && staff_may(session, PERM_DESK_ATTEND)))
		return;
	t_set_bool(thread, "supervise", true);
	t_set_bool(thread, "own", own);
	t_set_bool(thread, "whispers", state == CONVERSATION_ACTIVE && !own);
	t_set_i64(thread, "segment", db_i64(row, 0, "segment_seq"));
}

/* What this viewer said that waits for its time, or that nobody will get. */
static void unsaid_fill(struct vt_ctx *ctx, const char *text, struct t_node *page)
{
	struct json *list;

	if (!*text)
		return;
	if (json_parse(ctx, text, strlen(text), UNSAID_SIZE_MAX, &list) < 0) {
		vt_error_clear(ctx);
		return;
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct json *held = json_array_at(list, i);
		struct t_node *item = t_item(t_child(page, "unsaid"));
		t_set(item, "once", json_str(held, "once", ""));
		t_set(item, "text", json_str(held, "text", ""));
		t_set(item, "file", json_str(held, "file", NULL));
		t_set_i64(item, "left", json_i64(held, "left", 0));
		t_set_bool(item, "refused", json_bool(held, "refused", false));
	}
}

#define MEGABYTE (1024 * 1024)
#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)
#define WINDOW_SHORT_S (2 * HOUR_S)

/* What is left to answer in words: "3 días", "5 h", "42 min". The page counts on in the same ones. */
static void window_fill(struct vt_ctx *ctx, const struct channel *channel, int64_t left_s, struct t_node *thread)
{
	const char *unit = left_s >= 2 * DAY_S ? "days" : left_s >= WINDOW_SHORT_S ? "hours" :
		left_s >= MINUTE_S ? "minutes" : "end";
	int64_t size = left_s >= 2 * DAY_S ? DAY_S : left_s >= WINDOW_SHORT_S ? HOUR_S : MINUTE_S;
	const char *key = arena_printf(ctx->arena, "desk.comp.left.%s", unit);

	t_set(thread, "window.words", locale_text(ctx, key, format_number(ctx, left_s / size), NULL));
	t_set_i64(thread, "window.left", left_s);
	t_set_bool(thread, "window.short", left_s < WINDOW_SHORT_S);
	/* Past the first day only what a person wrote is taken, and said to be so. */
	t_set_bool(thread, "window.human", channel->window_s > DAY_S && left_s <= channel->window_s - DAY_S);
}

/* With what one may react: what the network takes, or what is common and anything else. */
static void reactions_fill(struct vt_ctx *ctx, const struct channel *channel, struct t_node *thread)
{
	static const char *const common[] = { "👍", "❤️", "🙏", "😊", "👏", "🎉", "😢", "👀", NULL };
	struct strbuf list;

	if (!channel_can(channel, CHANNEL_CAN_REACT))
		return;
	strbuf_init(&list, ctx->arena, 256);
	for (const char *const *one = channel->reactions ? channel->reactions : common; *one; one++)
		strbuf_printf(&list, "%s%s", list.size ? " " : "", *one);
	t_set(thread, "react.list", list.data);
	t_set_bool(thread, "react.any", !channel->reactions);
}

/* What the channel takes now, and what it never does. */
static void channel_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *thread)
{
	const struct channel *channel = channel_by_messenger((int)db_i64(row, 0, "messenger"));
	int64_t contact_at = db_time_us(row, 0, "last_contact_at");
	int64_t left_s = channel_window_left_s(channel, contact_at, ctx->now_us);
	const char *refusal = channel_refusal(channel, contact_at, ctx->now_us);

	if (refusal)
		t_set(thread, "refusal", locale_text(ctx, refusal, (const char *)NULL));
	if (left_s > 0)
		window_fill(ctx, channel, left_s, thread);
	if (channel && channel->counting && !refusal) {
		t_set(thread, "sms.rules", channel->counting(ctx));
		t_set(thread, "sms.class", db_is_null(row, 0, "sms_class") ? "transactional" : db_text(row, 0, "sms_class"));
		t_set_bool(thread, "sms.plain", db_bool(row, 0, "sms_plain"));
	}
	t_set_bool(thread, "templates", channel_can(channel, CHANNEL_CAN_TEMPLATE));
	reactions_fill(ctx, channel, thread);
	t_set_bool(thread, "files", !refusal && channel_can(channel, CHANNEL_CAN_FILES));
	t_set_i64(thread, "file_mb", channel ? channel->file_max / MEGABYTE : 0);
	t_set_i64(thread, "text_max", channel ? channel->text_max : ATTEND_TEXT_MAX);
}

/* Of a mail: what it is about, as far as it is not changed, whom it goes to and from where. */
static void mail_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *row,
		      struct t_node *mail)
{
	const char *text = db_text(row, 0, "mail_settings"), *subject = db_text(row, 0, "mail_subject");
	const char *written = db_text(row, 0, "mail_address");
	struct json *settings;

	if (!*text)
		return;
	if (json_parse(ctx, text, strlen(text), REASON_SIZE_MAX, &settings) < 0) {
		vt_error_clear(ctx);
		return;
	}
	t_set(mail, "subject", *subject ? arena_printf(ctx->arena, "Re: %s", subject) :
	      json_str(settings, "subject", ""));
	t_set(mail, "to", field_shown(ctx, &session->sight, FIELD_EMAIL, db_text(row, 0, "mail_to")));
	t_set(mail, "from", email_is_own(settings, written) ? written : json_str(settings, "account", ""));
	t_set_bool(mail, "signed", json_array_size(json_at(settings, "signature")) > 0);
}

void desk_thread_fill(struct vt_ctx *ctx, const struct session *session,
		      const struct db_result *row, struct t_node *page)
{
	struct t_node *thread = t_child(page, "thread");
	int64_t id = db_i64(row, 0, "conversation_id");
	int state = (int)db_i64(row, 0, "state");
	bool own = state == CONVERSATION_ACTIVE && db_i64(row, 0, "user_id") == session->user_id;
	bool mine = own && staff_may(session, PERM_DESK_ATTEND);
	const char *name = desk_contact_name(ctx, session, db_text(row, 0, "contact_name"),
					     db_i64(row, 0, "contact_id"));

	t_set_i64(thread, "id", id);
	t_set(thread, "href", arena_printf(ctx->arena, "/desk/%" PRId64, id));
	t_set_i64(thread, "seq", db_i64(row, 0, "seq"));
	t_set_i64(thread, "delivered", db_i64(row, 0, "contact_delivered_seq"));
	t_set_i64(thread, "read", db_i64(row, 0, "contact_read_seq"));
	t_set(thread, "state", code_name("conversation_state", state));
	t_set_bool(thread, "mine", mine);
	t_set_bool(thread, "document", true);
	supervise_fill(session, row, state, own, thread);
	t_set(thread, "name", name);
	t_set(thread, "initials", format_initials(ctx, name));
	t_set_i64(thread, "tint", format_avatar_tint(name));
	t_set(thread, "messenger", code_name("messenger", (int)db_i64(row, 0, "messenger")));
	t_set(thread, "channel", db_text(row, 0, "channel_name"));
	t_set(thread, "queue", db_text_or_null(row, 0, "queue_name"));
	t_set(thread, "user", db_text_or_null(row, 0, "user_name"));
	t_set(thread, "bot", db_text_or_null(row, 0, "bot_name"));
	t_set(thread, "bot_number", db_text_or_null(row, 0, "bot_number"));
	t_set_bool(thread, "seen", !db_is_null(row, 0, "last_seen_at"));
	t_set_bool(thread, "online", desk_online(ctx, db_time_us(row, 0, "last_seen_at")));
	t_set_bool(thread, "take", db_bool(row, 0, "manual") && session->attends);
	channel_fill(ctx, row, thread);
	if (mine)
		mail_fill(ctx, session, row, t_child(thread, "mail"));
	unsaid_fill(ctx, db_text(row, 0, "unsaid"), page);
	clocks(ctx, row, state, thread);
	hand_over_fill(ctx, row, thread);
	greeting_fill(ctx, session, row, thread);
	contact_fill(ctx, session, row, name, page);
	reason_fill(ctx, db_text(row, 0, "reason"), t_child(page, "side"));
	contact_wishes_fill(ctx, db_text(row, 0, "wishes"), page);
}

void desk_typifications_fill(const struct db_result *rows, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "side.typifications"));
		int64_t source = db_i64(rows, row, "source");
		t_set(item, "path", db_text(rows, row, "path"));
		t_set_bool(item, "bot",
			   source == TYPIFICATION_BOT_PATH || source == TYPIFICATION_BOT_TEXT);
	}
}

void desk_history_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "side.history"));
		int state = (int)db_i64(rows, row, "state");
		int messenger = (int)db_i64(rows, row, "messenger");
		const char *queue = db_text_or_null(rows, row, "queue_name");
		const char *subject = db_text(rows, row, "typification");

		t_set(item, "href", arena_printf(ctx->arena, "/desk/%s",
						 db_text(rows, row, "conversation_id")));
		t_set(item, "messenger", code_name("messenger", messenger));
		t_set(item, "subject", *subject ? subject : queue);
		t_set(item, "day", format_date_time(ctx, db_time_us(rows, row, "opened_at")));
		t_set(item, "state", code_name("conversation_state", state));
		t_set(item, "user", db_text_or_null(rows, row, "user_name"));
	}
}
