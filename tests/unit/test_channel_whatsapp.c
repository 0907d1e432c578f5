/* WhatsApp's webhooks: who writes, what is said, what became of ours, and what is told of the line. */
#include "page_channel.h"
#include "base/codes.h"
#include "channel/whatsapp/whatsapp.h"

#define CALLER "\"from\":\"5492215550001\",\"from_user_id\":\"AR.77a\","

/* A body of one change of field. */
static const char *change(struct vt_ctx *ctx, const char *field, const char *value)
{
	return arena_printf(ctx->arena, "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"800\","
			    "\"time\":1764000000,\"changes\":[{\"field\":\"%s\",\"value\":{"
			    "\"metadata\":{\"phone_number_id\":\"900\"},%s}}]}]}", field, value);
}

/* Messages of Ana, who has a number and an id; rest: after "id" and "timestamp". */
static const char *said(struct vt_ctx *ctx, const char *who, const char *rest)
{
	return change(ctx, "messages", arena_printf(ctx->arena, "\"contacts\":[{\"profile\":{\"name\":\"Ana\"},"
			"\"wa_id\":\"5492215550001\",\"user_id\":\"AR.77a\"}],\"messages\":[{%s"
			"\"id\":\"wamid.1\",\"timestamp\":\"1764000000\",%s}]", who, rest));
}

static const struct channel_event *event(struct vt_ctx *ctx, const char *raw)
{
	return page_event(ctx, &channel_whatsapp, raw);
}

static void nothing(struct vt_ctx *ctx, const char *raw)
{
	struct channel_event *events;

	assert_int_equal(page_events(ctx, &channel_whatsapp, raw, &events), 0);
}

static void a_number_and_an_id_are_one_person(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, said(ctx, CALLER, "\"type\":\"text\",\"text\":{\"body\":\"Hola\"}"));

	assert_int_equal(it->kind, CHANNEL_TEXT);
	assert_string_equal(it->identity_kind, "phone");
	assert_string_equal(it->identity_value, "5492215550001");
	assert_string_equal(it->other_kind, "bsuid");
	assert_string_equal(it->other_value, "AR.77a");
	assert_string_equal(it->contact_name, "Ana");
	assert_string_equal(it->text, "Hola");
	assert_string_equal(it->account, "900");
	assert_string_equal(it->provider_id, "wamid.1");
	assert_int_equal(it->sent_at_s, 1764000000);
}

static void who_hides_the_number_is_known_by_the_id(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *raw = change(ctx, "messages", "\"contacts\":[{\"profile\":{\"name\":\"Ana\"},\"user_id\":\"AR.77a\"}],"
		"\"messages\":[{\"from_user_id\":\"AR.77a\",\"id\":\"wamid.1\",\"timestamp\":\"1764000000123\","
		"\"type\":\"text\",\"text\":{\"body\":\"x\"}}]");
	const struct channel_event *it = event(ctx, raw);

	assert_string_equal(it->identity_kind, "bsuid");
	assert_string_equal(it->identity_value, "AR.77a");
	assert_null(it->other_value);
	assert_string_equal(it->contact_name, "Ana");
	assert_int_equal(it->sent_at_s, 1764000000);
}

static void an_id_may_stand_in_place_of_the_number(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, said(ctx, "\"from\":\"AR.77a\",",
							 "\"type\":\"text\",\"text\":{\"body\":\"x\"}"));

	assert_string_equal(it->identity_kind, "bsuid");
	assert_string_equal(it->other_kind, "phone");
	assert_string_equal(it->other_value, "5492215550001");
}

static void a_file_is_fetched_by_its_id_and_its_caption_is_the_text(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, said(ctx, CALLER, "\"type\":\"document\",\"document\":{"
		"\"id\":\"55\",\"mime_type\":\"application/pdf\",\"filename\":\"boleta.pdf\",\"caption\":\"Mirá\"}"));

	assert_int_equal(it->media_count, 1);
	assert_string_equal(it->media[0].id, "55");
	assert_string_equal(it->media[0].kind, "document");
	assert_string_equal(it->media[0].name, "boleta.pdf");
	assert_string_equal(it->text, "Mirá");
}

static void a_place_comes_as_numbers_or_as_text(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, said(ctx, CALLER,
		"\"type\":\"location\",\"location\":{\"latitude\":-34.9,\"longitude\":\"-57.95\",\"name\":\"Casa\"}"));

	assert_true(it->has_place && it->latitude < -34.8 && it->longitude < -57.9);
	assert_string_equal(it->text, "Casa");
}

static void buttons_rows_and_templates_answer_with_their_key(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	static const char *const answers[] = {
		"\"type\":\"button\",\"button\":{\"payload\":\"k\",\"text\":\"Sí\"}",
		"\"type\":\"interactive\",\"interactive\":{\"type\":\"button_reply\",\"button_reply\":{\"id\":\"k\",\"title\":\"Sí\"}}",
		"\"type\":\"interactive\",\"interactive\":{\"type\":\"list_reply\",\"list_reply\":{\"id\":\"k\",\"title\":\"Sí\"}}",
	};

	for (size_t i = 0; i < VT_COUNT(answers); i++) {
		const struct channel_event *it = event(ctx, said(ctx, CALLER, answers[i]));
		assert_int_equal(it->kind, CHANNEL_CHOICE);
		assert_string_equal(it->key, "k");
		assert_string_equal(it->text, "Sí");
	}
}

static void a_reaction_without_an_emoji_takes_it_back(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, said(ctx, CALLER,
		"\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.0\",\"emoji\":\"👍\"}"));

	assert_int_equal(it->kind, CHANNEL_REACTION);
	assert_string_equal(it->ref, "wamid.0");
	assert_string_equal(it->emoji, "👍");
	assert_true(event(ctx, said(ctx, CALLER, "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.0\"}"))->removed);
}

static void what_was_said_may_be_changed_or_taken_back(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, said(ctx, CALLER, "\"type\":\"edit\",\"edit\":{"
		"\"original_message_id\":\"wamid.0\",\"message\":{\"type\":\"text\",\"text\":{\"body\":\"ahora\"}}}"));

	assert_int_equal(it->kind, CHANNEL_EDIT);
	assert_string_equal(it->ref, "wamid.0");
	assert_string_equal(it->text, "ahora");
	it = event(ctx, said(ctx, CALLER, "\"type\":\"revoke\",\"revoke\":{\"original_message_id\":\"wamid.0\"}"));
	assert_int_equal(it->kind, CHANNEL_DELETE);
	assert_string_equal(it->ref, "wamid.0");
}

static void another_number_or_id_of_somebody_is_told(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, said(ctx, CALLER, "\"type\":\"system\",\"system\":{"
		"\"type\":\"user_changed_number\",\"wa_id\":\"5491155550002\",\"body\":\"b\"}"));

	assert_int_equal(it->kind, CHANNEL_MOVED);
	assert_string_equal(it->new_identity, "5491155550002");
	it = event(ctx, change(ctx, "user_id_update", "\"user_id_update\":[{\"user_id\":{\"previous\":\"AR.1a\","
			       "\"current\":\"AR.2b\"},\"timestamp\":\"1764000000\"}]"));
	assert_int_equal(it->kind, CHANNEL_MOVED);
	assert_string_equal(it->identity_value, "AR.1a");
	assert_string_equal(it->new_identity, "AR.2b");
}

static void a_kind_of_message_that_is_not_known_is_a_line_without_words(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, said(ctx, CALLER, "\"type\":\"hologram\""));

	assert_int_equal(it->kind, CHANNEL_TEXT);
	assert_string_equal(it->type, "hologram");
	assert_null(it->text);
}

static void a_report_has_our_reference_its_price_and_the_cause(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *raw = change(ctx, "messages", "\"statuses\":[{\"id\":\"wamid.9\",\"status\":\"failed\","
		"\"timestamp\":\"1764000000\",\"recipient_user_id\":\"AR.77a\",\"biz_opaque_callback_data\":\"7.1\","
		"\"pricing\":{\"billable\":true,\"category\":\"utility\"},\"errors\":[{\"code\":131047,\"title\":\"t\"}]}]");
	const struct channel_event *it = event(ctx, raw);

	assert_int_equal(it->kind, CHANNEL_STATUS);
	assert_int_equal(it->state, OUTBOX_FAILED);
	assert_string_equal(it->message_id, "wamid.9");
	assert_string_equal(it->provider_id, "wamid.9:status:failed");
	assert_string_equal(it->reference, "7.1");
	assert_string_equal(it->recipient, "AR.77a");
	assert_true(it->price_told && it->billable);
	assert_int_equal(it->error_code, 131047);
	assert_non_null(strstr(it->error, "24 hours"));
}

static void a_voice_message_that_was_played_was_read(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, change(ctx, "messages",
		"\"statuses\":[{\"id\":\"wamid.9\",\"status\":\"played\",\"timestamp\":\"1764000000\"}]"));

	assert_int_equal(it->state, OUTBOX_READ);
	assert_true(it->played);
	nothing(ctx, change(ctx, "messages", "\"statuses\":[{\"id\":\"wamid.9\",\"status\":\"deleted\"}]"));
}

static void what_the_business_says_by_its_own_telephone_is_an_echo(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, change(ctx, "smb_message_echoes", "\"message_echoes\":[{"
		"\"from\":\"5492214000000\",\"to\":\"5492215550001\",\"id\":\"wamid.3\",\"timestamp\":\"1764000000\","
		"\"type\":\"text\",\"text\":{\"body\":\"Ya va\"}}]"));

	assert_int_equal(it->kind, CHANNEL_ECHO);
	assert_string_equal(it->identity_value, "5492215550001");
	assert_string_equal(it->text, "Ya va");
}

static void who_wants_no_advertising_says_so(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, change(ctx, "user_preferences", "\"user_preferences\":[{"
		"\"wa_id\":\"5492215550001\",\"category\":\"marketing_messages\",\"value\":\"stop\",\"timestamp\":1764000000}]"));

	assert_int_equal(it->kind, CHANNEL_PREFERENCE);
	assert_true(it->opt_out);
}

static void templates_and_the_line_tell_what_became_of_them(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *it = event(ctx, change(ctx, "message_template_status_update",
		"\"event\":\"REJECTED\",\"message_template_id\":5,\"message_template_name\":\"turno\","
		"\"message_template_language\":\"es_AR\",\"reason\":\"SCAM\""));

	assert_int_equal(it->kind, CHANNEL_TEMPLATE);
	assert_string_equal(json_str(it->detail, "name", ""), "turno");
	assert_string_equal(json_str(it->detail, "reason", ""), "SCAM");
	it = event(ctx, change(ctx, "message_template_status_update",
		"\"event\":\"PAUSED\",\"message_template_id\":5,\"message_template_name\":\"turno\","
		"\"message_template_language\":\"es_AR\",\"other_info\":{\"title\":\"FIRST_PAUSE\",\"description\":\"3 h\"},"
		"\"rejection_info\":{\"recommendation\":\"x\"}"));
	assert_string_equal(json_str(it->detail, "title", ""), "FIRST_PAUSE");
	assert_string_equal(json_str(it->detail, "description", ""), "3 h");
	assert_string_equal(json_str(it->detail, "advice", ""), "x");
	it = event(ctx, change(ctx, "phone_number_quality_update", "\"event\":\"DOWNGRADE\",\"current_limit\":\"TIER_1K\""));
	assert_int_equal(it->kind, CHANNEL_ACCOUNT);
	assert_string_equal(json_str(it->detail, "value.current_limit", ""), "TIER_1K");
}

/* What news of a field and value mean. */
static struct channel_news news_of(struct vt_ctx *ctx, const char *field, const char *value)
{
	struct channel_news news;

	channel_whatsapp.news(ctx, event(ctx, change(ctx, field, value)), &news);
	return news;
}

static void what_is_told_of_an_account_says_what_holds_from_now_on(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_news news = news_of(ctx, "phone_number_quality_update",
		"\"event\":\"DOWNGRADE\",\"display_phone_number\":\"+54 9 221 555-0100\",\"current_limit\":\"TIER_1K\"");

	assert_string_equal(news.word, "limit_down");
	assert_string_equal(news.limit, "1000");
	assert_string_equal(news.number, "5492215550100");
	assert_int_equal(news.tone, CHANNEL_TONE_WARN);
	assert_null(news.quality);
	news = news_of(ctx, "phone_number_quality_update", "\"event\":\"FLAGGED\"");
	assert_string_equal(news.quality, "RED");
	news = news_of(ctx, "account_update", "\"event\":\"DISABLED_UPDATE\",\"ban_info\":{\"waba_ban_state\":\"DISABLE\"}");
	assert_string_equal(news.word, "banned");
	assert_string_equal(news.said, "DISABLE");
	news = news_of(ctx, "account_update", "\"event\":\"DISABLED_UPDATE\",\"ban_info\":{\"waba_ban_state\":[\"REINSTATE\"]}");
	assert_string_equal(news.word, "reinstated");
	news = news_of(ctx, "account_alerts", "\"alert_severity\":\"CRITICAL\",\"alert_type\":\"OBA_REVOKED\"");
	assert_string_equal(news.said, "OBA_REVOKED");
	assert_int_equal(news.tone, CHANNEL_TONE_BAD);
	news = news_of(ctx, "business_capability_update", "\"max_daily_conversation_per_phone\":-1");
	assert_string_equal(news.limit, "unlimited");
}

static void news_that_nobody_knows_are_kept_and_nobody_is_told(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_news news = news_of(ctx, "account_update", "\"event\":\"SOMETHING_NEW\"");

	assert_string_equal(news.word, "account_other");
	assert_string_equal(news.said, "SOMETHING_NEW");
	assert_int_equal(news.tone, CHANNEL_TONE_INFO);
	news = news_of(ctx, "phone_number_quality_update",
		       "\"event\":\"ONBOARDING\",\"display_phone_number\":\"12345678901234567890\",\"current_limit\":\"\"");
	assert_null(news.number);
	assert_null(news.limit);
}

static void what_is_not_known_is_no_event_and_no_error(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	nothing(ctx, change(ctx, "flows", "\"event\":\"X\""));
	nothing(ctx, said(ctx, CALLER, "\"type\":\"system\",\"system\":{\"type\":\"customer_identity_changed\"}"));
	nothing(ctx, said(ctx, CALLER "\"group_id\":\"g\",", "\"type\":\"text\",\"text\":{\"body\":\"x\"}"));
}

static void what_whatsapp_never_sends_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *const bodies[] = {
		"", "[]", "{\"object\":\"page\",\"entry\":[]}", "{\"object\":\"whatsapp_business_account\",\"entry\":7}",
		said(ctx, "", "\"type\":\"text\",\"text\":{\"body\":\"of nobody\"}"),
		said(ctx, "\"from\":\"+549 11\",", "\"type\":\"text\",\"text\":{\"body\":\"x\"}"),
		said(ctx, CALLER, "\"type\":\"text\",\"text\":7"),
		said(ctx, CALLER, "\"type\":\"image\",\"image\":[]"),
		said(ctx, CALLER, "\"type\":\"location\",\"location\":{\"latitude\":900,\"longitude\":1}"),
		change(ctx, "messages", "\"messages\":{\"0\":1}"), change(ctx, "messages", "\"statuses\":[null]"),
	};

	for (size_t i = 0; i < VT_COUNT(bodies); i++)
		page_refused(ctx, &channel_whatsapp, bodies[i]);
}

static void a_body_of_several_is_cut_by_line_and_sender(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct incoming parts = { 0 };
	struct channel_piece *pieces;
	size_t count;
	const char *body = change(ctx, "messages", "\"contacts\":[{\"wa_id\":\"5491\",\"profile\":{\"name\":\"Uno\"}}],"
		"\"messages\":[{\"from\":\"5491\",\"id\":\"wamid.1\",\"type\":\"text\",\"text\":{\"body\":\"a\"}},"
		"{\"from\":\"5492\",\"from_user_id\":\"AR.2\",\"id\":\"wamid.2\",\"type\":\"text\",\"text\":{\"body\":\"b\"}}],"
		"\"statuses\":[{\"id\":\"wamid.9\",\"status\":\"sent\"}]");
	const struct channel_call call = incoming_call("POST", body, &parts);

	assert_int_equal(channel_whatsapp.split(ctx, &call, &pieces, &count), 0);
	assert_int_equal(count, 3);
	assert_string_equal(pieces[0].account, "900");
	assert_string_equal(pieces[0].sender, "5491");
	assert_string_equal(event(ctx, pieces[0].raw)->contact_name, "Uno");
	assert_string_equal(pieces[1].sender, "AR.2");
	assert_string_equal(event(ctx, pieces[1].raw)->text, "b");
	assert_true(pieces[2].report && !pieces[2].sender);
	assert_int_equal(event(ctx, pieces[2].raw)->state, OUTBOX_SENT);
}

static void echoes_and_preferences_keep_the_order_of_whom_they_are_of(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct incoming parts = { 0 };
	struct channel_piece *pieces;
	size_t count;
	struct channel_call call = incoming_call("POST", change(ctx, "smb_message_echoes", "\"message_echoes\":["
		"{\"to\":\"5491\",\"id\":\"wamid.1\",\"type\":\"text\",\"text\":{\"body\":\"a\"}}]"), &parts);

	assert_int_equal(channel_whatsapp.split(ctx, &call, &pieces, &count), 0);
	assert_string_equal(pieces[0].sender, "5491");
	call = incoming_call("POST", change(ctx, "user_preferences", "\"user_preferences\":[{\"wa_id\":\"5491\"}]"), &parts);
	assert_int_equal(channel_whatsapp.split(ctx, &call, &pieces, &count), 0);
	assert_string_equal(pieces[0].sender, "5491");
}

static void the_door_opens_to_the_apps_signature_alone(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	static const char *const secrets[] = { "app_secret", "app-secret-1", NULL };
	static const char *const right[] = { "X-Hub-Signature-256",
		"sha256=9b1c8033581e115074699760906ac0b039ae507f9d65454ba28d210732bc17eb", NULL };
	static const char *const wrong[] = { "X-Hub-Signature-256",
		"sha256=9b1c8033581e115074699760906ac0b039ae507f9d65454ba28d210732bc17ec", NULL };
	struct incoming parts = { .headers = right, .secrets = secrets };
	struct channel_call call = incoming_call("POST",
		"{\"object\":\"page\",\"entry\":[{\"id\":\"1\",\"time\":1,\"messaging\":[]}],\"t\":\"ñ \\u00f1\"}", &parts);

	assert_int_equal(channel_whatsapp.verify(ctx, &call), 0);
	parts.headers = wrong;
	assert_int_equal(channel_whatsapp.verify(ctx, &call), -1);
	assert_int_equal(ctx->error.code, VT_E_FORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_number_and_an_id_are_one_person),
		UNIT_TEST(who_hides_the_number_is_known_by_the_id),
		UNIT_TEST(an_id_may_stand_in_place_of_the_number),
		UNIT_TEST(a_file_is_fetched_by_its_id_and_its_caption_is_the_text),
		UNIT_TEST(a_place_comes_as_numbers_or_as_text),
		UNIT_TEST(buttons_rows_and_templates_answer_with_their_key),
		UNIT_TEST(a_reaction_without_an_emoji_takes_it_back),
		UNIT_TEST(what_was_said_may_be_changed_or_taken_back),
		UNIT_TEST(another_number_or_id_of_somebody_is_told),
		UNIT_TEST(a_kind_of_message_that_is_not_known_is_a_line_without_words),
		UNIT_TEST(a_report_has_our_reference_its_price_and_the_cause),
		UNIT_TEST(a_voice_message_that_was_played_was_read),
		UNIT_TEST(what_the_business_says_by_its_own_telephone_is_an_echo),
		UNIT_TEST(who_wants_no_advertising_says_so),
		UNIT_TEST(templates_and_the_line_tell_what_became_of_them),
		UNIT_TEST(what_is_told_of_an_account_says_what_holds_from_now_on),
		UNIT_TEST(news_that_nobody_knows_are_kept_and_nobody_is_told),
		UNIT_TEST(what_is_not_known_is_no_event_and_no_error),
		UNIT_TEST(what_whatsapp_never_sends_is_refused),
		UNIT_TEST(a_body_of_several_is_cut_by_line_and_sender),
		UNIT_TEST(echoes_and_preferences_keep_the_order_of_whom_they_are_of),
		UNIT_TEST(the_door_opens_to_the_apps_signature_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
