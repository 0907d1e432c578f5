/* The webchat's raw bodies become events: what the door wrote, and nothing else. */
#include "unit.h"
#include "base/clock.h"
#include "channel/channel.h"
#include "channel/webchat/webchat.h"

static const struct channel_event *parsed(struct vt_ctx *ctx, const char *raw)
{
	struct channel_event *events;
	size_t count;

	assert_int_equal(channel_webchat.parse(ctx, raw, strlen(raw), &events, &count), 0);
	assert_int_equal(count, 1);
	return events;
}

static void refused(struct vt_ctx *ctx, const char *raw)
{
	struct channel_event *events;
	size_t count;

	assert_int_equal(channel_webchat.parse(ctx, raw, strlen(raw), &events, &count), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	vt_error_clear(ctx);
}

static void a_line_comes_through_exactly_as_written(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		"{\"v\":42,\"k\":\"text\",\"o\":\"abcdefgh\","
		"\"t\":\"  ¿Qué debo?\\n\\n<b>ñandú</b> 🦤 \\\"'; --\"}");

	assert_int_equal(event->kind, CHANNEL_TEXT);
	assert_string_equal(event->text, "  ¿Qué debo?\n\n<b>ñandú</b> 🦤 \"'; --");
}

static void sender_and_submission_make_the_identity_and_the_provider_id(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		"{\"v\":42,\"k\":\"leave\",\"o\":\"abcdefgh\"}");

	assert_int_equal(event->kind, CHANNEL_LEAVE);
	assert_int_equal(event->visitor_id, 42);
	assert_string_equal(event->identity_kind, "visitor");
	assert_string_equal(event->identity_value, "42");
	assert_string_equal(event->provider_id, "42:abcdefgh");
}

static void an_opening_carries_what_the_first_form_asked_for(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		"{\"v\":7,\"k\":\"open\",\"o\":\"abcdefgh\","
		"\"n\":\"Graciela Benítez\",\"c\":\"27145823604\",\"e\":\"g@example.org\"}");

	assert_int_equal(event->kind, CHANNEL_OPEN);
	assert_string_equal(event->contact_name, "Graciela Benítez");
	assert_string_equal(event->contact_cuit, "27145823604");
	assert_string_equal(event->contact_email, "g@example.org");
	assert_null(event->text);
}

static void an_opening_without_a_form_names_nobody(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		"{\"v\":7,\"k\":\"open\",\"o\":\"abcdefgh\"}");

	assert_null(event->contact_name);
	assert_null(event->contact_cuit);
	assert_null(event->contact_email);
}

static void a_choice_has_the_key_and_the_words_of_its_button(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		"{\"v\":7,\"k\":\"choice\",\"o\":\"abcdefgh\","
		"\"y\":\"planes\",\"t\":\"Planes de pago\"}");

	assert_int_equal(event->kind, CHANNEL_CHOICE);
	assert_string_equal(event->key, "planes");
	assert_string_equal(event->text, "Planes de pago");
}

static void a_file_is_named_by_our_number_of_it(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		"{\"v\":7,\"k\":\"file\",\"o\":\"abcdefgh\","
		"\"f\":12,\"n\":\"boleta.pdf\",\"m\":\"application/pdf\",\"s\":2048}");

	assert_int_equal(event->kind, CHANNEL_FILE);
	assert_int_equal(event->file_id, 12);
	assert_int_equal(event->file_size, 2048);
	assert_string_equal(event->file_name, "boleta.pdf");
	assert_string_equal(event->file_type, "application/pdf");
	assert_string_equal(event->text, "");
}

static void watermarks_come_as_sequence_numbers(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		"{\"v\":7,\"k\":\"seen\",\"o\":\"seen-26112300000001-9-4\",\"d\":9,\"r\":4}");

	assert_int_equal(event->kind, CHANNEL_SEEN);
	assert_int_equal(event->delivered_seq, 9);
	assert_int_equal(event->read_seq, 4);
}

static void what_the_door_never_writes_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	refused(ctx, "");
	refused(ctx, "[]");
	refused(ctx, "{\"v\":7,\"k\":\"text\",\"o\":\"abcdefgh\"");
	refused(ctx, "{\"v\":7,\"k\":\"shout\",\"o\":\"abcdefgh\",\"t\":\"a\"}");
	refused(ctx, "{\"v\":0,\"k\":\"leave\",\"o\":\"abcdefgh\"}");
	refused(ctx, "{\"v\":7,\"k\":\"leave\",\"o\":\"a:b\"}");
	refused(ctx, "{\"k\":\"leave\",\"o\":\"abcdefgh\"}");
	refused(ctx, "{\"v\":7,\"k\":\"text\",\"o\":\"abcdefgh\",\"t\":5}");
	refused(ctx, "{\"v\":7,\"k\":\"choice\",\"o\":\"abcdefgh\",\"t\":\"a\"}");
	refused(ctx, "{\"v\":7,\"k\":\"file\",\"o\":\"abcdefgh\","
		"\"f\":0,\"n\":\"a\",\"m\":\"b\",\"s\":1}");
	refused(ctx, "{\"v\":7,\"k\":\"seen\",\"o\":\"abcdefgh\",\"d\":4,\"r\":9}");
	refused(ctx, "{\"v\":7,\"k\":\"seen\",\"o\":\"abcdefgh\",\"d\":4000000000,\"r\":1}");
}

static void the_registry_knows_the_webchat_by_code_and_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(channel_by_messenger(MESSENGER_WEBCHAT), &channel_webchat);
	assert_ptr_equal(channel_by_name("webchat"), &channel_webchat);
	assert_null(channel_by_name("fax"));
	assert_true(channel_webchat.stored_is_sent);
	for (size_t i = 0; i < channel_count(); i++)
		assert_string_equal(channel_at(i)->name,
				    code_name("messenger", channel_at(i)->messenger));
}

static void what_a_channel_takes_depends_on_its_window_and_says_why_not(void **state)
{
	const struct channel always = { .window_s = 0 }, day = { .window_s = 24 * 3600 };
	const int64_t now = INT64_C(1795824554) * CLOCK_SECOND, hour = 3600 * CLOCK_SECOND;

	(void)state;
	assert_null(channel_refusal(&always, 0, now));
	assert_int_equal(channel_window_left_s(&always, now, now), -1);
	assert_null(channel_refusal(&day, now - 23 * hour, now));
	assert_int_equal(channel_window_left_s(&day, now - 23 * hour, now), 3600);
	assert_string_equal(channel_refusal(&day, now - 24 * hour, now), "error.channel.window");
	/* Who never wrote opened no window. */
	assert_string_equal(channel_refusal(&day, 0, now), "error.channel.window");
	assert_string_equal(channel_refusal(NULL, now, now), "error.channel.none");
}

static void a_file_that_a_network_does_not_take_comes_with_what_to_do(void **state)
{
	static const struct {
		const char *network, *type;
		int64_t megabytes;
		const char *refusal;
	} cases[] = {
		{ "whatsapp", "application/pdf", 90, NULL }, { "whatsapp", "audio/ogg; codecs=opus", 1, NULL },
		{ "whatsapp", "image/jpeg", 6, "error.channel.file_size" },
		{ "whatsapp", "image/gif", 1, "error.channel.file_image" },
		{ "whatsapp", "video/quicktime", 1, "error.channel.file_video" },
		{ "whatsapp", "audio/x-wav", 1, "error.channel.file_audio" },
		{ "whatsapp", "application/zip", 1, "error.channel.file_document" },
		{ "instagram", "image/png", 9, "error.channel.file_size" },
		{ "instagram", "text/plain", 1, "error.channel.file_document" },
		{ "x", "image/gif", 14, NULL }, { "x", "application/pdf", 1, "error.channel.file_none" },
		{ "x", "audio/mpeg", 1, "error.channel.file_none" },
		{ "telegram", "application/zip", 49, NULL }, { "telegram", "application/zip", 51, "error.channel.file_size" },
		{ "webchat", "text/plain", 1, NULL },
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(cases); i++) {
		const char *refusal = channel_file_refusal(channel_by_name(cases[i].network), cases[i].type,
							   cases[i].megabytes * 1024 * 1024);
		print_message("%s %s\n", cases[i].network, cases[i].type);
		assert_string_equal(refusal ? refusal : "", cases[i].refusal ? cases[i].refusal : "");
	}
}

static void a_reaction_is_one_that_its_network_takes(void **state)
{
	static const struct { const char *network, *emoji, *refusal; } cases[] = {
		{ "whatsapp", "🇦🇷", NULL }, { "messenger", "🎉", NULL }, { "whatsapp", "hola", "error.reaction.emoji" },
		{ "telegram", "❤", NULL }, { "telegram", "😊", "error.reaction.network" }, { "telegram", "", NULL },
		{ "instagram", "❤", NULL }, { "instagram", "👍", "error.reaction.network" },
		{ "x", "👍", "error.channel.unable" }, { "webchat", "👍", "error.channel.unable" }, { "sms", "", "error.channel.unable" },
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(cases); i++) {
		const char *refusal = channel_reaction_refusal(channel_by_name(cases[i].network), cases[i].emoji);

		print_message("%s %s\n", cases[i].network, cases[i].emoji);
		assert_string_equal(refusal ? refusal : "", cases[i].refusal ? cases[i].refusal : "");
	}
}

static void the_webchat_can_change_what_was_said_for_a_while(void **state)
{
	(void)state;
	assert_true(channel_can(&channel_webchat, CHANNEL_CAN_EDIT));
	assert_true(channel_can(&channel_webchat, CHANNEL_CAN_DELETE));
	assert_true(channel_webchat.change_s > 0);
	assert_false(channel_can(NULL, CHANNEL_CAN_FILES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(what_a_channel_takes_depends_on_its_window_and_says_why_not),
		UNIT_TEST(a_file_that_a_network_does_not_take_comes_with_what_to_do),
		UNIT_TEST(a_reaction_is_one_that_its_network_takes),
		UNIT_TEST(the_webchat_can_change_what_was_said_for_a_while),
		UNIT_TEST(a_line_comes_through_exactly_as_written),
		UNIT_TEST(sender_and_submission_make_the_identity_and_the_provider_id),
		UNIT_TEST(an_opening_carries_what_the_first_form_asked_for),
		UNIT_TEST(an_opening_without_a_form_names_nobody),
		UNIT_TEST(a_choice_has_the_key_and_the_words_of_its_button),
		UNIT_TEST(a_file_is_named_by_our_number_of_it),
		UNIT_TEST(watermarks_come_as_sequence_numbers),
		UNIT_TEST(what_the_door_never_writes_is_refused),
		UNIT_TEST(the_registry_knows_the_webchat_by_code_and_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
