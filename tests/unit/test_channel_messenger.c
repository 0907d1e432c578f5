/* Messenger: what people write to a Page and what it answers. */
#include "page_channel.h"
#include "base/codes.h"
#include "base/strbuf.h"
#include "channel/messenger/messenger.h"
#include "net/signature.h"

static const struct channel *const channel = &channel_messenger;

static const struct channel_event *said(struct vt_ctx *ctx, const char *rest)
{
	return page_event(ctx, channel, page_body(ctx, "page", "messaging", page_item(ctx, rest)));
}

static void nothing_of(struct vt_ctx *ctx, const char *item)
{
	struct channel_event *events;

	assert_int_equal(page_events(ctx, channel, page_body(ctx, "page", "messaging", item), &events), 0);
}

static void a_line_is_of_whom_wrote_it_to_the_page(void **state)
{
	const struct channel_event *event = said(unit_ctx(state),
		"\"message\":{\"mid\":\"m_1\",\"text\":\"  ¿Qué debo?\\n<b>ñ</b> 🦤 \"}");

	assert_int_equal(event->kind, CHANNEL_TEXT);
	assert_string_equal(event->text, "  ¿Qué debo?\n<b>ñ</b> 🦤 ");
	assert_string_equal(event->type, "text");
	assert_string_equal(event->identity_kind, "psid");
	assert_string_equal(event->identity_value, "77");
	assert_string_equal(event->account, "900");
	assert_string_equal(event->message_id, "m_1");
	assert_string_equal(event->provider_id, "m_1");
	assert_int_equal(event->sent_at_s, 1764000000);
	assert_false(event->standby);
}

static void times_come_in_milliseconds_seconds_text_and_iso(void **state)
{
	static const char *const times[] = {
		"1764000000123", "1764000000", "\"1764000000123\"", "\"1764000000\"",
		"\"2025-11-24T16:00:00+0000\"", "\"2025-11-24T13:00:00.5-03:00\"",
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(times); i++) {
		const char *item = arena_printf(ctx->arena, "{\"sender\":{\"id\":\"77\"},\"timestamp\":%s,"
						"\"message\":{\"mid\":\"m_1\",\"text\":\"a\"}}", times[i]);
		const char *raw = page_body(ctx, "page", "messaging", item);
		assert_int_equal(page_event(ctx, channel, raw)->sent_at_s, 1764000000);
	}
}

static void a_time_that_is_none_falls_back_to_the_bodys(void **state)
{
	static const char *const times[] = { "-5", "\"soon\"", "9223372036854775807", "[]", "null" };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(times); i++) {
		const char *item = arena_printf(ctx->arena, "{\"sender\":{\"id\":\"77\"},\"timestamp\":%s,"
						"\"message\":{\"mid\":\"m_1\",\"text\":\"a\"}}", times[i]);
		const char *raw = page_body(ctx, "page", "messaging", item);
		assert_int_equal(page_event(ctx, channel, raw)->sent_at_s, 1764000000);
	}
}

static void a_quick_reply_is_a_choice_with_its_key(void **state)
{
	const struct channel_event *event = said(unit_ctx(state),
		"\"message\":{\"mid\":\"m_1\",\"text\":\"Planes\",\"quick_reply\":{\"payload\":\"planes\"}}");

	assert_int_equal(event->kind, CHANNEL_CHOICE);
	assert_string_equal(event->key, "planes");
	assert_string_equal(event->text, "Planes");
}

static void a_button_is_a_postback_and_needs_no_message(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = said(ctx,
		"\"postback\":{\"title\":\"Empezar\",\"payload\":\"start\","
		"\"referral\":{\"source\":\"SHORTLINK\",\"ref\":\"cartel\"}}");

	assert_int_equal(event->kind, CHANNEL_POSTBACK);
	assert_string_equal(event->key, "start");
	assert_string_equal(event->text, "Empezar");
	assert_string_equal(event->provider_id, "77:postback:1764000000123");
	assert_string_equal(json_str(event->detail, "referral_source", ""), "SHORTLINK");
	assert_string_equal(json_str(event->detail, "referral_ref", ""), "cartel");
	assert_string_equal(said(ctx, "\"postback\":{\"title\":\"Empezar\"}")->key, "Empezar");
}

static void files_wait_at_their_address(void **state)
{
	const struct channel_event *event = said(unit_ctx(state),
		"\"message\":{\"mid\":\"m_1\",\"attachments\":["
		"{\"type\":\"image\",\"payload\":{\"url\":\"https://cdn.example/1\"}},"
		"{\"type\":\"file\",\"name\":\"boleta.pdf\",\"payload\":{\"url\":\"https://cdn.example/2\"}},"
		"{\"type\":\"audio\",\"payload\":{\"url\":\"https://cdn.example/3\"}}]}");

	assert_int_equal(event->kind, CHANNEL_TEXT);
	assert_string_equal(event->type, "image");
	assert_null(event->text);
	assert_int_equal(event->media_count, 3);
	assert_string_equal(event->media[0].url, "https://cdn.example/1");
	assert_string_equal(event->media[0].kind, "image");
	assert_string_equal(event->media[1].kind, "document");
	assert_string_equal(event->media[1].name, "boleta.pdf");
	assert_string_equal(event->media[2].kind, "audio");
}

static void the_thumb_is_its_emoji_and_another_sticker_a_picture_once(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *thumb = said(ctx,
		"\"message\":{\"mid\":\"m_1\",\"sticker_id\":369239263222822,\"attachments\":[{\"type\":\"image\","
		"\"payload\":{\"url\":\"https://cdn.example/t\",\"sticker_id\":369239263222822}}]}");
	const struct channel_event *other = said(ctx,
		"\"message\":{\"mid\":\"m_2\",\"attachments\":["
		"{\"type\":\"image\",\"payload\":{\"url\":\"https://cdn.example/s\",\"sticker_id\":5}},"
		"{\"type\":\"sticker\",\"payload\":{\"url\":\"https://cdn.example/s\",\"sticker_id\":5}}]}");

	assert_string_equal(thumb->text, "👍");
	assert_int_equal(thumb->media_count, 0);
	assert_int_equal(other->media_count, 1);
	assert_string_equal(other->media[0].kind, "sticker");
}

static void a_place_has_coordinates_that_exist(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = said(ctx,
		"\"message\":{\"mid\":\"m_1\",\"attachments\":[{\"type\":\"location\",\"title\":\"Acá\","
		"\"payload\":{\"coordinates\":{\"lat\":-34.5,\"long\":\"-57.25\"}}}]}");

	assert_true(event->has_place);
	assert_true(event->latitude == -34.5 && event->longitude == -57.25);
	assert_string_equal(event->text, "Acá");
	assert_false(said(ctx, "\"message\":{\"mid\":\"m_1\",\"attachments\":[{\"type\":\"location\","
		"\"payload\":{\"coordinates\":{\"lat\":-34.5,\"long\":1e300}}}]}")->has_place);
}

static void a_shared_link_is_read_as_text(void **state)
{
	const struct channel_event *event = said(unit_ctx(state),
		"\"message\":{\"mid\":\"m_1\",\"attachments\":[{\"type\":\"fallback\",\"title\":\"Nota\","
		"\"url\":\"https://diario.example/nota\"}]}");

	assert_string_equal(event->text, "Nota\nhttps://diario.example/nota");
	assert_int_equal(event->media_count, 0);
}

static void what_is_not_known_is_shown_as_such(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = said(ctx,
		"\"message\":{\"mid\":\"m_1\",\"attachments\":[{\"type\":\"appointment_booking\"}]}");

	assert_int_equal(event->kind, CHANNEL_TEXT);
	assert_string_equal(event->type, "appointment_booking");
	assert_null(event->text);
	assert_string_equal(said(ctx, "\"message\":{\"mid\":\"m_2\"}")->type, "unsupported");
}

static void an_answer_names_what_it_answers(void **state)
{
	const struct channel_event *event = said(unit_ctx(state),
		"\"message\":{\"mid\":\"m_2\",\"text\":\"esa\",\"reply_to\":{\"mid\":\"m_1\"}}");

	assert_string_equal(event->reply_to, "m_1");
}

static void an_edit_says_what_the_earlier_message_reads_now(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = said(ctx,
		"\"message_edit\":{\"mid\":\"m_1\",\"text\":\"corregido\",\"num_edit\":\"2\"}");

	assert_int_equal(event->kind, CHANNEL_EDIT);
	assert_string_equal(event->ref, "m_1");
	assert_string_equal(event->text, "corregido");
	assert_string_equal(event->provider_id, "m_1:edit:2");
	assert_null(event->message_id);
	assert_string_equal(said(ctx, "\"message_edit\":{\"mid\":\"m_1\",\"text\":\"a\"}")->provider_id,
			    "m_1:edit:1764000000123");
}

static void a_reaction_is_put_and_taken_back(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *put = said(ctx,
		"\"reaction\":{\"mid\":\"m_1\",\"action\":\"react\",\"reaction\":\"other\",\"emoji\":\"🎉\"}");
	const struct channel_event *named = said(ctx,
		"\"reaction\":{\"mid\":\"m_1\",\"action\":\"react\",\"reaction\":\"sad\"}");
	const struct channel_event *taken = said(ctx, "\"reaction\":{\"mid\":\"m_1\",\"action\":\"unreact\"}");

	assert_int_equal(put->kind, CHANNEL_REACTION);
	assert_string_equal(put->ref, "m_1");
	assert_string_equal(put->emoji, "🎉");
	assert_false(put->removed);
	assert_string_equal(named->emoji, "😢");
	assert_true(taken->removed);
	assert_null(taken->emoji);
	assert_string_not_equal(put->provider_id, taken->provider_id);
}

static void reports_reach_up_to_a_time_that_may_be_text(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *delivered = said(ctx,
		"\"delivery\":{\"mids\":[\"m_8\",\"m_9\"],\"watermark\":1764000000100}");
	const struct channel_event *seen = said(ctx, "\"read\":{\"watermark\":\"1764000000101\"}");

	assert_int_equal(delivered->kind, CHANNEL_DELIVERED);
	assert_int_equal(delivered->watermark_ms, INT64_C(1764000000100));
	assert_null(delivered->message_id);
	assert_string_equal(delivered->identity_value, "77");
	assert_int_equal(seen->kind, CHANNEL_READ);
	assert_int_equal(seen->watermark_ms, INT64_C(1764000000101));
	assert_string_equal(seen->provider_id, "77:read:1764000000101");
}

static void without_a_time_each_delivered_message_is_told(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_event *events;
	const char *item = page_item(ctx, "\"delivery\":{\"mids\":[\"m_8\",\"m_9\",\"m_10\"]}");

	assert_int_equal(page_events(ctx, channel, page_body(ctx, "page", "messaging", item), &events), 3);
	assert_string_equal(events[0].message_id, "m_8");
	assert_string_equal(events[2].message_id, "m_10");
	assert_string_equal(events[2].provider_id, "m_10:delivery");
}

static void who_comes_by_a_link_is_told_without_a_line(void **state)
{
	const struct channel_event *event = said(unit_ctx(state),
		"\"referral\":{\"source\":\"ADS\",\"type\":\"OPEN_THREAD\",\"ad_id\":\"6045\"}");

	assert_int_equal(event->kind, CHANNEL_REFERRAL);
	assert_string_equal(json_str(event->detail, "referral_source", ""), "ADS");
	assert_string_equal(json_str(event->detail, "referral_ad", ""), "6045");
}

static void notices_are_stopped_and_wanted_again(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = said(ctx,
		"\"optin\":{\"type\":\"notification_messages\",\"notification_messages_status\":\"STOP_NOTIFICATIONS\"}");

	assert_int_equal(event->kind, CHANNEL_PREFERENCE);
	assert_true(event->opt_out);
	assert_string_equal(event->identity_value, "77");
	assert_string_equal(event->provider_id, "77:preference:stop:1764000000123");
	assert_false(said(ctx, "\"optin\":{\"type\":\"notification_messages\",\"notification_messages_status\":\"RESUME_NOTIFICATIONS\"}")->opt_out);
	assert_false(said(ctx, "\"optin\":{\"type\":\"notification_messages\",\"notification_messages_token\":\"9\"}")->opt_out);
}

static void what_another_app_attends_is_kept_as_such(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *item = page_item(ctx, "\"message\":{\"mid\":\"m_1\",\"text\":\"a\"}");

	assert_true(page_event(ctx, channel, page_body(ctx, "page", "standby", item))->standby);
}

#define ECHO_OF(message) "{\"sender\":{\"id\":\"900\"},\"recipient\":{\"id\":\"77\"}," \
	"\"timestamp\":1764000000123,\"message\":{\"mid\":\"m_1\",\"is_echo\":true," message "}}"

static void what_the_page_said_elsewhere_is_of_whom_it_said_it_to(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = page_event(ctx, channel, page_body(ctx, "page", "messaging",
		ECHO_OF("\"app_id\":263902037430900,\"text\":\"Desde la bandeja\"")));

	assert_int_equal(event->kind, CHANNEL_ECHO);
	assert_string_equal(event->identity_value, "77");
	assert_string_equal(event->text, "Desde la bandeja");
	assert_int_equal(json_i64(event->detail, "app_id", 0), INT64_C(263902037430900));
}

static void our_own_message_comes_back_as_a_report_by_our_reference(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = page_event(ctx, channel, page_body(ctx, "page", "messaging",
		ECHO_OF("\"app_id\":5,\"metadata\":\"ventanilla:7.1795446000000000\",\"text\":\"Hola\"")));

	assert_int_equal(event->kind, CHANNEL_STATUS);
	assert_int_equal(event->state, OUTBOX_SENT);
	assert_string_equal(event->reference, "7.1795446000000000");
	assert_string_equal(event->message_id, "m_1");
	nothing_of(ctx, ECHO_OF("\"app_id\":5,\"metadata\":\"ventanilla:\",\"text\":\"Ho\""));
}

static void what_is_nothing_to_us_gives_no_event(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	nothing_of(ctx, "{}");
	nothing_of(ctx, page_item(ctx, "\"pass_thread_control\":{\"new_owner_app_id\":\"5\"}"));
	nothing_of(ctx, page_item(ctx, "\"optin\":{\"type\":\"notification_messages\"}"));
	nothing_of(ctx, "{\"sender\":{\"user_ref\":\"x\"},\"message\":{\"mid\":\"m_1\",\"text\":\"a\"}}");
	nothing_of(ctx, "{\"sender\":{\"id\":\"900\"},\"recipient\":{\"id\":\"77\"},"
		   "\"reaction\":{\"mid\":\"m_1\",\"action\":\"react\",\"emoji\":\"👍\"}}");
	nothing_of(ctx, page_item(ctx, "\"message_edit\":{\"mid\":\"m_1\",\"num_edit\":0}"));
}

static void one_body_has_many_items_of_many_people(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_event *events;
	struct strbuf items;

	strbuf_init(&items, ctx->arena, 0);
	for (int i = 0; i < 40; i++)
		strbuf_printf(&items, "%s{\"sender\":{\"id\":\"%d\"},\"message\":{\"mid\":\"m_%d\",\"text\":\"%d\"}}",
			      i ? "," : "", i, i, i);
	assert_int_equal(page_events(ctx, channel, page_body(ctx, "page", "messaging", items.data), &events), 40);
	assert_string_equal(events[0].identity_value, "0");
	assert_string_equal(events[39].message_id, "m_39");
}

static void what_messenger_never_sends_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	static const char *const items[] = {
		"5", "[]", "{\"message\":5}", "{\"message\":[]}",
		"{\"sender\":{\"id\":77},\"message\":{\"mid\":\"m\"}}",
		"{\"sender\":{\"id\":\"77\"},\"message\":{\"text\":\"a\"}}",
		"{\"sender\":{\"id\":\"77\"},\"message\":{\"mid\":5}}",
		"{\"sender\":{\"id\":\"77\"},\"delivery\":{}}", "{\"sender\":{\"id\":\"77\"},\"read\":{\"mid\":5}}",
		"{\"sender\":{\"id\":\"77\"},\"delivery\":{\"mids\":[\"m\",5]}}",
	};

	for (size_t i = 0; i < VT_COUNT(items); i++)
		page_refused(ctx, channel, page_body(ctx, "page", "messaging", items[i]));
	page_refused(ctx, channel, "");
	page_refused(ctx, channel, "[]");
	page_refused(ctx, channel, "{\"object\":\"page\"}");
	page_refused(ctx, channel, "{\"object\":\"instagram\",\"entry\":[]}");
	page_refused(ctx, channel, "{\"object\":\"page\",\"entry\":[{\"messaging\":{}}]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_line_is_of_whom_wrote_it_to_the_page),
		UNIT_TEST(times_come_in_milliseconds_seconds_text_and_iso),
		UNIT_TEST(a_time_that_is_none_falls_back_to_the_bodys),
		UNIT_TEST(a_quick_reply_is_a_choice_with_its_key),
		UNIT_TEST(a_button_is_a_postback_and_needs_no_message),
		UNIT_TEST(files_wait_at_their_address),
		UNIT_TEST(the_thumb_is_its_emoji_and_another_sticker_a_picture_once),
		UNIT_TEST(a_place_has_coordinates_that_exist),
		UNIT_TEST(a_shared_link_is_read_as_text),
		UNIT_TEST(what_is_not_known_is_shown_as_such),
		UNIT_TEST(an_answer_names_what_it_answers),
		UNIT_TEST(an_edit_says_what_the_earlier_message_reads_now),
		UNIT_TEST(a_reaction_is_put_and_taken_back),
		UNIT_TEST(reports_reach_up_to_a_time_that_may_be_text),
		UNIT_TEST(without_a_time_each_delivered_message_is_told),
		UNIT_TEST(who_comes_by_a_link_is_told_without_a_line),
		UNIT_TEST(notices_are_stopped_and_wanted_again),
		UNIT_TEST(what_another_app_attends_is_kept_as_such),
		UNIT_TEST(what_the_page_said_elsewhere_is_of_whom_it_said_it_to),
		UNIT_TEST(our_own_message_comes_back_as_a_report_by_our_reference),
		UNIT_TEST(what_is_nothing_to_us_gives_no_event),
		UNIT_TEST(one_body_has_many_items_of_many_people),
		UNIT_TEST(what_messenger_never_sends_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
