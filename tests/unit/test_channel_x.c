/* X: its signed bodies of either kind become events, what goes out becomes its calls, its answers tell what to do. */
#include "outgoing.h"
#include "channel/x/x.h"

#define OWN "1012617296026830238"
#define ANA "506894327873556025"
#define MESSAGE(id, from, to, rest) "{\"type\":\"message_create\",\"id\":\"" id "\",\"created_timestamp\":\"1795446000123\"," \
	"\"message_create\":{\"target\":{\"recipient_id\":\"" to "\"},\"sender_id\":\"" from "\",\"message_data\":{" rest "}}}"
#define NEW(type, payload) "{\"data\":{\"event_type\":\"" type "\",\"filter\":{\"user_id\":\"" OWN "\"},\"payload\":{" payload "}}}"
#define OLD(rest) "{\"for_user_id\":\"" OWN "\"," rest "}"
#define USERS "\"users\":{\"" ANA "\":{\"data\":{\"name\":\"Ana Ríos\"}}}"
#define TO "\"to\":{\"kind\":\"x\",\"value\":\"" ANA "\"}"
#define FILE_OF(type, size) "\"file\":{\"id\":4,\"name\":\"a.b\",\"type\":\"" type "\",\"size\":" size "}"
#define SETTINGS "{\"account\":\"" OWN "\",\"base\":\"https://x.example/\",\"hook\":\"https://chat.example/hooks/x-1\"}"

static const char *const secrets[] = {
	"token", "user-1", "app_token", "app-1", "consumer_secret", "consumer-secret-1", NULL,
};

static size_t parse(struct vt_ctx *ctx, const char *raw, struct channel_event **events)
{
	size_t count = 9;

	assert_int_equal(channel_x.parse(ctx, raw, strlen(raw), events, &count), 0);
	return count;
}

static const struct channel_event *parsed(struct vt_ctx *ctx, const char *raw)
{
	struct channel_event *events;

	assert_int_equal(parse(ctx, raw, &events), 1);
	return events;
}

static struct channel_message row(struct vt_ctx *ctx, const char *kind, const char *payload)
{
	return outgoing_row(ctx, kind, payload, SETTINGS, secrets);
}

static struct channel_result answered(struct vt_ctx *ctx, const struct channel_message *message, int status,
				      const char *body)
{
	return outgoing_answer(ctx, &channel_x, message, status, body, NULL);
}

/* --- in ------------------------------------------------------------------ */

static void a_line_comes_through_in_either_body(void **state)
{
	static const char *const all[] = {
		NEW("dm.received", "\"direct_message_events\":[" MESSAGE("7", ANA, OWN, "\"text\":\"  ¿Y? 🦤\"") "]," USERS),
		OLD("\"direct_message_events\":[" MESSAGE("7", ANA, OWN, "\"text\":\"  ¿Y? 🦤\"") "],"
		    "\"users\":{\"" ANA "\":{\"name\":\"Ana Ríos\"}}"),
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_event *event = parsed(ctx, all[i]);
		assert_int_equal(event->kind, CHANNEL_TEXT);
		assert_string_equal(event->text, "  ¿Y? 🦤");
		assert_string_equal(event->identity_kind, "x");
		assert_string_equal(event->identity_value, ANA);
		assert_string_equal(event->contact_name, "Ana Ríos");
		assert_string_equal(event->account, OWN);
		assert_string_equal(event->provider_id, "7");
		assert_int_equal(event->sent_at_s, 1795446000);
	}
}

static void what_we_said_elsewhere_is_an_echo_to_whom_it_was_said(void **state)
{
	const struct channel_event *event = parsed(unit_ctx(state), OLD("\"direct_message_events\":["
		MESSAGE("8", OWN, ANA, "\"text\":\"Hola\"") "]"));

	assert_int_equal(event->kind, CHANNEL_ECHO);
	assert_string_equal(event->identity_value, ANA);
	assert_null(event->contact_name);
}

static void a_file_has_its_address_and_its_link_leaves_the_words(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, OLD("\"direct_message_events\":["
		MESSAGE("9", ANA, OWN, "\"text\":\"Mirá https://t.co/a1\",\"attachment\":{\"type\":\"media\",\"media\":{"
			"\"media_url_https\":\"https://ton.twitter.com/1/2.jpg\",\"url\":\"https://t.co/a1\",\"type\":\"photo\"}}") "]"));

	assert_string_equal(event->text, "Mirá");
	assert_string_equal(event->type, "photo");
	assert_int_equal(event->media_count, 1);
	assert_string_equal(event->media->kind, "image");
	assert_string_equal(event->media->url, "https://ton.twitter.com/1/2.jpg");
	event = parsed(ctx, OLD("\"direct_message_events\":["
		MESSAGE("9", ANA, OWN, "\"text\":\"https://t.co/a1\",\"attachment\":{\"media\":{\"media_url_https\":\"https://p/1.jpg\","
			"\"url\":\"https://t.co/a1\",\"type\":\"video\",\"video_info\":{\"variants\":["
			"{\"content_type\":\"application/x-mpegURL\",\"url\":\"https://v/l.m3u8\"},"
			"{\"content_type\":\"video/mp4\",\"bitrate\":832000,\"url\":\"https://v/h.mp4\"},"
			"{\"content_type\":\"video/mp4\",\"bitrate\":320000,\"url\":\"https://v/s.mp4\"}]}}}") "]"));
	assert_string_equal(event->media->url, "https://v/h.mp4");
	assert_string_equal(event->media->kind, "video");
	assert_null(event->text);
}

static void an_option_of_the_older_menus_is_a_choice(void **state)
{
	const struct channel_event *event = parsed(unit_ctx(state), OLD("\"direct_message_events\":["
		MESSAGE("9", ANA, OWN, "\"text\":\"Planes\",\"quick_reply_response\":{\"type\":\"options\",\"metadata\":\"planes\"}") "]"));

	assert_int_equal(event->kind, CHANNEL_CHOICE);
	assert_string_equal(event->key, "planes");
}

static void an_encrypted_message_is_told_without_its_words(void **state)
{
	const struct channel_event *event = parsed(unit_ctx(state), NEW("chat.received",
		"\"id\":\"e-1\",\"conversation_id\":\"c-1\",\"sender_id\":\"" ANA "\",\"created_at_msec\":\"1795446000123\","
		"\"encoded_event\":\"90c6\""));

	assert_int_equal(event->kind, CHANNEL_ENCRYPTED);
	assert_string_equal(event->provider_id, "e-1");
	assert_null(event->text);
	assert_int_equal(event->sent_at_s, 1795446000);
}

static void typing_and_reading_are_the_contacts(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, OLD("\"direct_message_indicate_typing_events\":[{"
		"\"created_timestamp\":\"1795446000123\",\"sender_id\":\"" ANA "\"}]"));

	assert_int_equal(event->kind, CHANNEL_TYPING);
	assert_string_equal(event->identity_value, ANA);
	event = parsed(ctx, NEW("dm.read", "\"direct_message_mark_read_events\":[{\"created_timestamp\":\"1795446000123\","
				"\"sender_id\":\"" ANA "\",\"last_read_event_id\":\"88\"}]"));
	assert_int_equal(event->kind, CHANNEL_READ);
	assert_string_equal(event->message_id, "88");
	assert_true(event->watermark_ms == INT64_C(1795446000123));
}

static void what_is_not_for_us_is_passed_over(void **state)
{
	static const char *const all[] = {
		"{\"user_event\":{\"revoke\":{}}}", "{}", OLD("\"tweet_create_events\":[{}]"), NEW("post.create", "\"id\":\"1\""),
		OLD("\"direct_message_events\":[{\"type\":\"welcome\"}]"),
		OLD("\"direct_message_indicate_typing_events\":[{\"sender_id\":\"" OWN "\"}]"),
		NEW("chat.sent", "\"id\":\"e-1\",\"sender_id\":\"" OWN "\""),
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_event *events;

	for (size_t i = 0; i < VT_COUNT(all); i++)
		assert_int_equal(parse(ctx, all[i], &events), 0);
}

static void what_x_never_sends_is_refused(void **state)
{
	static const char *const all[] = {
		"", "[]", "null", OLD("\"direct_message_events\":[" MESSAGE("", "ana", OWN, "\"text\":\"a\"") "]"),
		OLD("\"direct_message_events\":[{\"message_create\":{\"sender_id\":\"" ANA "\",\"target\":{\"recipient_id\":\"" OWN "\"}}}]"),
		NEW("chat.received", "\"sender_id\":\"" ANA "\""),
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_event *events;
	size_t count;

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		assert_int_equal(channel_x.parse(ctx, all[i], strlen(all[i]), &events, &count), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

/* --- the door ------------------------------------------------------------- */

static void the_challenge_is_answered_with_the_secrets_signature(void **state)
{
	static const char *const query[] = { "crc_token", "challenge_string", NULL };
	struct vt_ctx *ctx = unit_ctx(state);
	struct incoming parts = { .query = query, .secrets = secrets };
	struct channel_call call = incoming_call("GET", "", &parts);
	const char *answer;

	assert_int_equal(channel_x.challenge(ctx, &call, &answer), 1);
	assert_string_equal(answer, "{\"response_token\":\"sha256=5fwnJ1gGOfduZ1KV1ZH1sYGYhiuNJwyfXwRAV77O9/U=\"}");
	parts.secrets = NULL;
	assert_int_equal(channel_x.challenge(ctx, &call, &answer), -1);
	assert_int_equal(ctx->error.code, VT_E_FORBIDDEN);
	vt_error_clear(ctx);
	parts = (struct incoming){ .secrets = secrets };
	assert_int_equal(channel_x.challenge(ctx, &call, &answer), 0);
}

static int verified(struct vt_ctx *ctx, const char *body, const char *signature, const char *const *known)
{
	const char *const headers[] = { "x-twitter-webhooks-signature", signature, NULL };
	struct incoming parts = { .headers = signature ? headers : NULL, .secrets = known };
	const struct channel_call call = incoming_call("POST", body, &parts);
	int result = channel_x.verify(ctx, &call);

	vt_error_clear(ctx);
	return result;
}

static void only_what_x_signed_is_heard(void **state)
{
	static const char right[] = "sha256=5fwnJ1gGOfduZ1KV1ZH1sYGYhiuNJwyfXwRAV77O9/U=";
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(verified(ctx, "challenge_string", right, secrets), 0);
	assert_int_equal(verified(ctx, "challenge_strinG", right, secrets), -1);
	assert_int_equal(verified(ctx, "challenge_string", right + 7, secrets), -1);
	assert_int_equal(verified(ctx, "challenge_string", NULL, secrets), -1);
	assert_int_equal(verified(ctx, "challenge_string", right, NULL), -1);
}

static void each_item_of_a_body_is_a_piece_that_gives_the_same_event(void **state)
{
	static const char body[] = NEW("dm.received", "\"direct_message_events\":["
		MESSAGE("1", ANA, OWN, "\"text\":\"a\"") "," MESSAGE("2", ANA, OWN, "\"text\":\"b\"") "],"
		"\"direct_message_mark_read_events\":[{\"sender_id\":\"" ANA "\",\"last_read_event_id\":\"88\"}]," USERS);
	struct vt_ctx *ctx = unit_ctx(state);
	struct incoming parts = { 0 };
	const struct channel_call call = incoming_call("POST", body, &parts);
	struct channel_piece *pieces;
	struct channel_event *whole;
	size_t count;

	assert_int_equal(channel_x.split(ctx, &call, &pieces, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(parse(ctx, body, &whole), 3);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(channel_event_json(ctx, parsed(ctx, pieces[i].raw)), channel_event_json(ctx, &whole[i]));
		assert_int_equal(pieces[i].size, strlen(pieces[i].raw));
		assert_string_equal(pieces[i].account, OWN);
		assert_string_equal(pieces[i].sender, ANA);
		assert_int_equal(pieces[i].report, i == 2);
	}
}

/* --- out ------------------------------------------------------------------ */

static void words_and_menus_are_a_message(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", "{" TO ",\"text\":\"Hola\",\"quote\":{\"id\":\"5\"}}");
	struct channel_request request = outgoing_call(ctx, &channel_x, &message);

	assert_string_equal(request.url, "https://x.example/2/dm_conversations/with/" ANA "/messages");
	assert_string_equal(request.body, "{\"text\":\"Hola\"}");
	assert_string_equal(request.headers[0], "Authorization: Bearer user-1");
	message = row(ctx, "message", "{" TO ",\"text\":\"¿Qué?\",\"options\":[{\"key\":\"a\",\"label\":\"Planes\"},"
		      "{\"key\":\"b\",\"label\":\"Otra\"}]}");
	assert_string_equal(outgoing_call(ctx, &channel_x, &message).body, "{\"text\":\"¿Qué?\\n1. Planes\\n2. Otra\"}");
	struct channel_result result = answered(ctx, &message, 201, "{\"data\":{\"dm_event_id\":\"77\"}}");
	assert_int_equal(result.outcome, CHANNEL_SENT);
	assert_string_equal(result.provider_id, "77");
}

static void goes_on(struct vt_ctx *ctx, struct channel_message *message, const char *answer, const char *memory)
{
	struct channel_result result = answered(ctx, message, 200, answer);

	assert_int_equal(result.outcome, CHANNEL_NEXT);
	if (memory)
		assert_string_equal(result.memory, memory);
	else
		assert_null(result.memory);
	message->memory = result.memory;
	message->media_id = result.media_id;
	message->step++;
}

static void a_file_goes_up_in_stretches_and_then_with_the_words(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", "{" TO ",\"text\":\"Va\"," FILE_OF("video/mp4", "1048580") "}");
	struct channel_request request = outgoing_call(ctx, &channel_x, &message);

	assert_string_equal(request.url, "https://x.example/2/media/upload/initialize");
	assert_string_equal(request.body, "{\"media_type\":\"video/mp4\",\"total_bytes\":1048580,\"media_category\":\"dm_video\"}");
	goes_on(ctx, &message, "{\"data\":{\"id\":\"55\"}}", "append 55 0");
	request = outgoing_call(ctx, &channel_x, &message);
	assert_string_equal(request.url, "https://x.example/2/media/upload/55/append");
	assert_true(request.with_file && request.file_from == 0 && request.file_size == X_SEGMENT);
	assert_non_null(strstr(request.body, "name=\"segment_index\"\r\n\r\n0\r\n"));
	assert_string_equal(request.headers[0], "Authorization: Bearer user-1");
	goes_on(ctx, &message, "", "append 55 1");
	request = outgoing_call(ctx, &channel_x, &message);
	assert_true(request.file_from == X_SEGMENT && request.file_size == 4);
	goes_on(ctx, &message, "{\"data\":{}}", "finalize 55");
	assert_string_equal(outgoing_call(ctx, &channel_x, &message).url, "https://x.example/2/media/upload/55/finalize");
	goes_on(ctx, &message, "{\"data\":{\"id\":\"55\",\"processing_info\":{\"state\":\"pending\"}}}", "status 55");
	request = outgoing_call(ctx, &channel_x, &message);
	assert_string_equal(request.url, "https://x.example/2/media/upload?command=STATUS&media_id=55");
	assert_null(request.body);
	assert_true(request.wait_ms > 0);
	goes_on(ctx, &message, "{\"data\":{\"id\":\"55\",\"processing_info\":{\"state\":\"succeeded\"}}}", NULL);
	assert_string_equal(outgoing_call(ctx, &channel_x, &message).body, "{\"text\":\"Va\",\"attachments\":[{\"media_id\":\"55\"}]}");
}

static void a_file_that_x_cannot_take_in_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", "{" TO "," FILE_OF("video/mp4", "9") "}");

	message.memory = "status 55";
	const struct channel_result result = answered(ctx, &message, 200, "{\"data\":{\"processing_info\":{\"state\":\"failed\"}}}");
	assert_int_equal(result.outcome, CHANNEL_REFUSED);
	assert_int_equal(result.fault, CHANNEL_FAULT_MEDIA);
}

static void what_x_cannot_do_is_refused(void **state)
{
	static const struct { const char *kind, *payload; } all[] = {
		{ "message", "{" TO "," FILE_OF("application/pdf", "9") "}" },
		{ "message", "{" TO "," FILE_OF("image/png", "5242881") "}" },
		{ "message", "{" TO ",\"text\":\"\"}" }, { "message", "{\"to\":{\"value\":\"@ana\"},\"text\":\"a\"}" },
		{ "edit", "{" TO ",\"id\":\"1\",\"text\":\"a\"}" }, { "typing", "{" TO "}" }, { "template", "{" TO "}" },
		{ "delete", "{" TO ",\"id\":\"../1\"}" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = row(ctx, all[i].kind, all[i].payload);
		outgoing_refused(ctx, &channel_x, &message);
	}
}

static void a_deletion_is_of_our_own_and_once(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = row(ctx, "delete", "{" TO ",\"id\":\"77\"}");
	const struct channel_request request = outgoing_call(ctx, &channel_x, &message);

	assert_string_equal(request.method, "DELETE");
	assert_string_equal(request.url, "https://x.example/2/dm_events/77");
	assert_int_equal(answered(ctx, &message, 200, "{\"data\":{\"deleted\":true}}").outcome, CHANNEL_SENT);
	assert_int_equal(answered(ctx, &message, 404, "{\"title\":\"Not Found Error\"}").outcome, CHANNEL_SENT);
}

static void the_token_goes_to_x_and_to_nobody_else(void **state)
{
	static const struct { const char *url; bool ours; } all[] = {
		{ "https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg", true }, { "https://x.example/media/1", true },
		{ "https://video.x.com/v.mp4", true }, { "https://evil.example/a.twitter.com/x", false },
		{ "https://twitter.com.evil.example/a", false }, { "http://ton.twitter.com/a", false },
		{ "https://ton.twitter.com@evil.example/a", false }, { "https://x.example.evil/", false },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = row(ctx, "fetch", arena_printf(ctx->arena, "{\"url\":\"%s\"}", all[i].url));
		const struct channel_request request = outgoing_call(ctx, &channel_x, &message);
		assert_int_equal(request.headers != NULL, all[i].ours);
		assert_true(request.saves);
	}
}

static void a_name_is_asked_for(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = row(ctx, "profile", "{" TO "}");

	assert_string_equal(outgoing_call(ctx, &channel_x, &message).url, "https://x.example/2/users/" ANA);
	assert_string_equal(json_str(answered(ctx, &message, 200, "{\"data\":{\"name\":\"Ana\"}}").found, "name", ""), "Ana");
	assert_int_equal(answered(ctx, &message, 200, "{\"errors\":[{}]}").fault, CHANNEL_FAULT_RECIPIENT);
}

static void the_limit_says_until_when_to_wait(void **state)
{
	static const char *const quarter[] = { "x-rate-limit-reset", "1795446420", NULL };
	static const char *const day[] = {
		"x-rate-limit-reset", "1795446420", "x-user-limit-24hour-remaining", "0", "x-user-limit-24hour-reset", "1795453200", NULL,
	};
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = row(ctx, "message", "{" TO ",\"text\":\"a\"}");
	struct channel_result result = outgoing_answer(ctx, &channel_x, &message, 429, "{\"title\":\"Too Many Requests\"}", quarter);

	assert_int_equal(result.outcome, CHANNEL_RETRY);
	assert_int_equal(result.fault, CHANNEL_FAULT_RATE);
	assert_int_equal(result.retry_after_s, 420);
	assert_int_equal(outgoing_answer(ctx, &channel_x, &message, 429, "{}", day).retry_after_s, 7200);
	assert_int_equal(answered(ctx, &message, 429, "").retry_after_s, 0);
}

static void each_refusal_says_whose_fault_it_is(void **state)
{
	static const struct { int status; const char *body; enum channel_outcome outcome; enum channel_fault fault; } all[] = {
		{ 401, "{\"title\":\"Unauthorized\"}", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 402, "{\"title\":\"CreditsDepleted\"}", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 403, "{\"title\":\"Forbidden\",\"detail\":\"You cannot send messages to this user.\"}", CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 403, "{\"title\":\"Unsupported Authentication\"}", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 403, "{\"title\":\"Client Forbidden\",\"reason\":\"client-not-enrolled\"}", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 404, "{\"title\":\"Not Found Error\"}", CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, "{\"errors\":[{\"message\":\"Your media IDs are invalid.\"}]}", CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA },
		{ 400, "{\"errors\":[{\"message\":\"$.text: too long\"}]}", CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 503, "<html>", CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = row(ctx, "message", "{" TO ",\"text\":\"a\"}");

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_result result = answered(ctx, &message, all[i].status, all[i].body);
		assert_int_equal(result.outcome, all[i].outcome);
		assert_int_equal(result.fault, all[i].fault);
		assert_non_null(result.error);
	}
}

static void a_check_finds_the_account_and_brings_its_events_to_our_address(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "check", "{}");
	struct channel_request request = outgoing_call(ctx, &channel_x, &message);

	assert_string_equal(request.url, "https://x.example/2/users/me");
	goes_on(ctx, &message, "{\"data\":{\"id\":\"" OWN "\"}}", "find");
	request = outgoing_call(ctx, &channel_x, &message);
	assert_string_equal(request.headers[0], "Authorization: Bearer app-1");
	assert_null(request.body);
	goes_on(ctx, &message, "{\"data\":[{\"id\":\"1\",\"url\":\"https://other.example/\"}]}", "create");
	request = outgoing_call(ctx, &channel_x, &message);
	assert_string_equal(request.url, "https://x.example/2/webhooks");
	assert_string_equal(request.body, "{\"url\":\"https://chat.example/hooks/x-1\"}");
	goes_on(ctx, &message, "{\"data\":{\"id\":\"31\"}}", "subscribe 31 0");
	request = outgoing_call(ctx, &channel_x, &message);
	assert_string_equal(request.body, "{\"event_type\":\"dm.received\",\"filter\":{\"user_id\":\"" OWN "\"},\"webhook_id\":\"31\"}");
	assert_string_equal(request.headers[0], "Authorization: Bearer user-1");
	goes_on(ctx, &message, "{\"data\":{}}", "subscribe 31 1");
	/* There already: as good. */
	struct channel_result result = answered(ctx, &message, 400, "{\"errors\":[{\"message\":\"DuplicateSubscriptionFailed: "
						"Subscription already exists\"}]}");
	assert_int_equal(result.outcome, CHANNEL_NEXT);
	assert_string_equal(result.memory, "subscribe 31 2");
	message.memory = "subscribe 31 3";
	assert_int_equal(answered(ctx, &message, 200, "{\"data\":{}}").outcome, CHANNEL_SENT);
}

static void a_check_takes_an_address_that_x_knows_and_stops_at_another_account(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "check", "{}");

	assert_int_equal(answered(ctx, &message, 200, "{\"data\":{\"id\":\"5\"}}").fault, CHANNEL_FAULT_LINE);
	message.memory = "find";
	goes_on(ctx, &message, "{\"data\":[{\"id\":\"31\",\"url\":\"https://chat.example/hooks/x-1\"}]}", "subscribe 31 0");
	message.memory = "create";
	const struct channel_result result = answered(ctx, &message, 400, "{\"errors\":[{\"message\":\"CrcValidationFailed\"}]}");
	assert_int_equal(result.outcome, CHANNEL_REFUSED);
	assert_int_equal(result.fault, CHANNEL_FAULT_LINE);
	message = outgoing_row(ctx, "check", "{}", "{\"account\":\"" OWN "\"}", secrets);
	assert_int_equal(answered(ctx, &message, 200, "{\"data\":{\"id\":\"" OWN "\"}}").outcome, CHANNEL_SENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_line_comes_through_in_either_body),
		UNIT_TEST(what_we_said_elsewhere_is_an_echo_to_whom_it_was_said),
		UNIT_TEST(a_file_has_its_address_and_its_link_leaves_the_words),
		UNIT_TEST(an_option_of_the_older_menus_is_a_choice),
		UNIT_TEST(an_encrypted_message_is_told_without_its_words),
		UNIT_TEST(typing_and_reading_are_the_contacts),
		UNIT_TEST(what_is_not_for_us_is_passed_over),
		UNIT_TEST(what_x_never_sends_is_refused),
		UNIT_TEST(the_challenge_is_answered_with_the_secrets_signature),
		UNIT_TEST(only_what_x_signed_is_heard),
		UNIT_TEST(each_item_of_a_body_is_a_piece_that_gives_the_same_event),
		UNIT_TEST(words_and_menus_are_a_message),
		UNIT_TEST(a_file_goes_up_in_stretches_and_then_with_the_words),
		UNIT_TEST(a_file_that_x_cannot_take_in_is_refused),
		UNIT_TEST(what_x_cannot_do_is_refused),
		UNIT_TEST(a_deletion_is_of_our_own_and_once),
		UNIT_TEST(the_token_goes_to_x_and_to_nobody_else),
		UNIT_TEST(a_name_is_asked_for),
		UNIT_TEST(the_limit_says_until_when_to_wait),
		UNIT_TEST(each_refusal_says_whose_fault_it_is),
		UNIT_TEST(a_check_finds_the_account_and_brings_its_events_to_our_address),
		UNIT_TEST(a_check_takes_an_address_that_x_knows_and_stops_at_another_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
