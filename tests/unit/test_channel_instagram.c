/* Instagram, where it differs from Messenger: what people write, and what goes to them. */
#include "page_channel.h"
#include "channel/instagram/instagram.h"

static const struct channel *const channel = &channel_instagram;

#define TO "\"to\":{\"kind\":\"igsid\",\"value\":\"77\"}"

static const struct channel_event *said(struct vt_ctx *ctx, const char *rest)
{
	return page_event(ctx, channel, page_body(ctx, "instagram", "messaging", page_item(ctx, rest)));
}

static void a_line_is_of_an_instagram_identity(void **state)
{
	const struct channel_event *event = said(unit_ctx(state), "\"message\":{\"mid\":\"i_1\",\"text\":\"Hola\"}");

	assert_string_equal(event->identity_kind, "igsid");
	assert_string_equal(event->identity_value, "77");
	assert_string_equal(event->account, "900");
}

static void an_unsent_message_is_taken_back(void **state)
{
	const struct channel_event *event = said(unit_ctx(state), "\"message\":{\"mid\":\"i_1\",\"is_deleted\":true}");

	assert_int_equal(event->kind, CHANNEL_DELETE);
	assert_string_equal(event->ref, "i_1");
	assert_string_equal(event->provider_id, "i_1:delete");
}

static void an_answer_to_a_story_has_its_address(void **state)
{
	const struct channel_event *event = said(unit_ctx(state),
		"\"message\":{\"mid\":\"i_1\",\"text\":\"¡Qué bueno!\","
		"\"reply_to\":{\"story\":{\"id\":\"5\",\"url\":\"https://cdn.example/story\"}}}");

	assert_string_equal(event->text, "¡Qué bueno!");
	assert_string_equal(json_str(event->detail, "story", ""), "https://cdn.example/story");
	assert_null(event->reply_to);
}

static void what_is_shared_is_fetched_from_its_address(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	static const char *const types[] = { "share", "ig_post", "story_mention", "ig_reel" };

	for (size_t i = 0; i < VT_COUNT(types); i++) {
		const struct channel_event *event = said(ctx, arena_printf(ctx->arena,
			"\"message\":{\"mid\":\"i_1\",\"attachments\":[{\"type\":\"%s\","
			"\"payload\":{\"url\":\"https://cdn.example/1\"}}]}", types[i]));
		assert_string_equal(event->type, types[i]);
		assert_int_equal(event->media_count, 1);
		assert_string_equal(json_str(event->detail, "attachments.0.type", ""), types[i]);
	}
}

static void what_cannot_be_shown_is_told_as_such(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(said(ctx, "\"message\":{\"mid\":\"i_1\",\"is_unsupported\":true}")->type, "unsupported");
	assert_string_equal(said(ctx, "\"message\":{\"mid\":\"i_1\",\"attachments\":[{\"type\":\"ephemeral\"}]}")->type,
			    "ephemeral");
	assert_string_equal(said(ctx, "\"message\":{\"mid\":\"i_1\",\"attachments\":[{\"type\":\"like_heart\"}]}")->text,
			    "❤️");
}

static void what_was_seen_is_named_by_its_message(void **state)
{
	const struct channel_event *event = said(unit_ctx(state), "\"read\":{\"mid\":\"i_9\"}");

	assert_int_equal(event->kind, CHANNEL_READ);
	assert_string_equal(event->message_id, "i_9");
	assert_int_equal(event->watermark_ms, 0);
	assert_string_equal(event->provider_id, "i_9:read");
}

static void what_the_account_took_back_elsewhere_is_nothing_to_us(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_event *events;
	const char *item = "{\"sender\":{\"id\":\"900\"},\"recipient\":{\"id\":\"77\"},"
		"\"message\":{\"mid\":\"i_1\",\"is_echo\":true,\"is_deleted\":true}}";

	assert_int_equal(page_events(ctx, channel, page_body(ctx, "instagram", "messaging", item), &events), 0);
}

static void a_body_of_a_page_is_none_of_instagrams(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	page_refused(ctx, channel, page_body(ctx, "page", "messaging", ""));
}

static void a_line_goes_by_the_accounts_own_token_without_what_instagram_does_not_know(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\"}");
	struct channel_request request = outgoing_call(ctx, channel, &message);

	assert_string_equal(request.url, "https://graph.example/v25.0/me/messages");
	assert_string_equal(request.body, "{\"recipient\":{\"id\":\"77\"},\"messaging_type\":\"RESPONSE\","
			    "\"message\":{\"text\":\"Hola\"}}");
}

static void text_is_counted_in_bytes(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message;
	char text[1204] = { 0 };

	for (int i = 0; i < 600; i++)
		memcpy(text + i * 2, "ñ", 2);
	message = page_message(ctx, "message", arena_printf(ctx->arena, "{" TO ",\"text\":\"%.1000s\"}", text));
	outgoing_call(ctx, channel, &message);
	message = page_message(ctx, "message", arena_printf(ctx->arena, "{" TO ",\"text\":\"%.1002s\"}", text));
	outgoing_refused(ctx, channel, &message);
}

static struct channel_message file_of(struct vt_ctx *ctx, const char *type, int64_t size)
{
	return page_message(ctx, "message", arena_printf(ctx->arena, "{" TO ",\"file\":{\"id\":\"3\",\"name\":\"a\","
		"\"type\":\"%s\",\"size\":%" PRId64 "}}", type, size));
}

static void a_file_is_uploaded_for_instagram(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = file_of(ctx, "image/jpeg", 900);
	struct channel_request request = outgoing_call(ctx, channel, &message);

	assert_string_equal(request.url, "https://graph.example/v25.0/me/message_attachments");
	assert_non_null(strstr(request.body, "name=\"platform\"\r\n\r\ninstagram"));
}

static void files_of_other_types_or_too_large_are_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = file_of(ctx, "application/pdf", 24 * 1024 * 1024);

	outgoing_call(ctx, channel, &message);
	message = file_of(ctx, "image/webp", 900);
	outgoing_refused(ctx, channel, &message);
	message = file_of(ctx, "application/msword", 900);
	outgoing_refused(ctx, channel, &message);
	message = file_of(ctx, "image/png", 8 * 1024 * 1024 + 1);
	outgoing_refused(ctx, channel, &message);
}

static void a_heart_has_its_name_and_another_emoji_is_itself(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message heart = page_message(ctx, "reaction", "{" TO ",\"id\":\"i_1\",\"emoji\":\"❤️\"}");
	struct channel_message other = page_message(ctx, "reaction", "{" TO ",\"id\":\"i_1\",\"emoji\":\"👍\"}");

	assert_string_equal(json_str(outgoing_json(ctx, outgoing_call(ctx, channel, &heart).body), "payload.reaction", ""),
			    "love");
	assert_string_equal(json_str(outgoing_json(ctx, outgoing_call(ctx, channel, &other).body), "payload.reaction", ""),
			    "👍");
}

static void a_contact_without_a_name_is_known_by_the_users(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "profile", "{" TO "}");

	assert_string_equal(outgoing_call(ctx, channel, &message).url,
			    "https://graph.example/v25.0/77?fields=name,username");
	assert_string_equal(json_str(page_answer(ctx, channel, &message, 200, "{\"username\":\"gra.benitez\"}").found,
				     "name", ""), "gra.benitez");
	assert_string_equal(json_str(page_answer(ctx, channel, &message, 200,
		"{\"name\":\"Gra\",\"username\":\"gra.benitez\"}").found, "name", ""), "Gra");
}

static void the_test_of_the_line_names_the_account(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "check", "{}");

	assert_string_equal(json_str(page_answer(ctx, channel, &message, 200,
		"{\"name\":\"Agencia\",\"username\":\"agencia\"}").found, "text", ""), "Agencia (@agencia)");
}

static void the_window_of_instagram_closes_with_its_own_code(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"a\",\"human\":true}");
	struct channel_result result = page_error(ctx, channel, &message, 400, 10, 2534022);

	assert_int_equal(result.outcome, CHANNEL_NEXT);
	message.memory = result.memory;
	message.step = 1;
	assert_int_equal(page_error(ctx, channel, &message, 400, 10, 2534022).fault, CHANNEL_FAULT_WINDOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_line_is_of_an_instagram_identity),
		UNIT_TEST(an_unsent_message_is_taken_back),
		UNIT_TEST(an_answer_to_a_story_has_its_address),
		UNIT_TEST(what_is_shared_is_fetched_from_its_address),
		UNIT_TEST(what_cannot_be_shown_is_told_as_such),
		UNIT_TEST(what_was_seen_is_named_by_its_message),
		UNIT_TEST(what_the_account_took_back_elsewhere_is_nothing_to_us),
		UNIT_TEST(a_body_of_a_page_is_none_of_instagrams),
		UNIT_TEST(a_line_goes_by_the_accounts_own_token_without_what_instagram_does_not_know),
		UNIT_TEST(text_is_counted_in_bytes),
		UNIT_TEST(a_file_is_uploaded_for_instagram),
		UNIT_TEST(files_of_other_types_or_too_large_are_refused),
		UNIT_TEST(a_heart_has_its_name_and_another_emoji_is_itself),
		UNIT_TEST(a_contact_without_a_name_is_known_by_the_users),
		UNIT_TEST(the_test_of_the_line_names_the_account),
		UNIT_TEST(the_window_of_instagram_closes_with_its_own_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
