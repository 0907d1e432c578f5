/* Messenger: the Page's form and door, its calls, and what the answers mean. */
#include "page_channel.h"
#include "base/strbuf.h"
#include "channel/messenger/messenger.h"
#include "channel/setting.h"
#include "net/signature.h"

static const struct channel *const channel = &channel_messenger;

#define TO "\"to\":{\"kind\":\"psid\",\"value\":\"77\"}"
#define PDF "\"file\":{\"id\":\"3\",\"name\":\"plan.pdf\",\"type\":\"application/pdf\",\"size\":900}"

static struct json *built(struct vt_ctx *ctx, const char *kind, const char *payload)
{
	struct channel_message message = page_message(ctx, kind, payload);
	struct channel_request request = outgoing_call(ctx, channel, &message);

	assert_string_equal(request.url, "https://graph.example/v25.0/900/messages");
	assert_false(request.with_file);
	return outgoing_json(ctx, request.body);
}

static const char *field(struct json *body, const char *path)
{
	return json_str(body, path, "(none)");
}

static void a_line_goes_as_a_reply_and_carries_our_reference(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\",\"human\":true}");
	struct channel_request request = outgoing_call(ctx, channel, &message);

	assert_string_equal(request.url, "https://graph.example/v25.0/900/messages");
	assert_string_equal(request.headers[0], "Authorization: Bearer token-1");
	assert_string_equal(request.body,
		"{\"recipient\":{\"id\":\"77\"},\"messaging_type\":\"RESPONSE\","
		"\"message\":{\"text\":\"Hola\",\"metadata\":\"ventanilla:7.1795446000000000\"}}");
	assert_int_equal(request.body_size, strlen(request.body));
}

static void an_answer_names_the_message_it_answers(void **state)
{
	struct json *body = built(unit_ctx(state), "message", "{" TO ",\"text\":\"Sí\",\"quote\":{\"id\":\"m_7\"}}");

	assert_string_equal(field(body, "reply_to.mid"), "m_7");
}

static void a_menu_goes_as_quick_replies(void **state)
{
	struct json *body = built(unit_ctx(state), "message", "{" TO ",\"text\":\"¿Sobre qué?\",\"options\":["
				  "{\"key\":\"planes\",\"label\":\"Planes de pago\"},{\"key\":\"otro\",\"label\":\"Otro\"}]}");

	assert_string_equal(field(body, "message.text"), "¿Sobre qué?");
	assert_int_equal(json_array_size(json_at(body, "message.quick_replies")), 2);
	assert_string_equal(field(body, "message.quick_replies.0.content_type"), "text");
	assert_string_equal(field(body, "message.quick_replies.0.title"), "Planes de pago");
	assert_string_equal(field(body, "message.quick_replies.0.payload"), "planes");
}

static void options_too_long_for_a_button_stand_in_the_text_too(void **state)
{
	struct json *body = built(unit_ctx(state), "message", "{" TO ",\"text\":\"¿Sobre qué?\",\"options\":["
				  "{\"key\":\"a\",\"label\":\"Impuesto a los automotores y náutica\"},"
				  "{\"key\":\"b\",\"label\":\"Otro\"}]}");

	assert_string_equal(field(body, "message.text"),
			    "¿Sobre qué?\n\n1. Impuesto a los automotores y náutica\n2. Otro");
	assert_string_equal(field(body, "message.quick_replies.0.title"), "1. Impuesto a los a…");
	assert_string_equal(field(body, "message.quick_replies.1.title"), "2. Otro");
}

static const char *menu_of(struct vt_ctx *ctx, int count, const char *text)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 0);
	strbuf_printf(&out, "{" TO ",\"text\":\"%s\",\"options\":[", text);
	for (int i = 0; i < count; i++)
		strbuf_printf(&out, "%s{\"key\":\"k%d\",\"label\":\"Opción %d\"}", i ? "," : "", i, i);
	strbuf_puts(&out, "]}");
	return out.data;
}

static void more_options_than_buttons_are_a_numbered_list(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *body = built(ctx, "message", menu_of(ctx, 14, "Elegí"));

	assert_null(json_at(body, "message.quick_replies"));
	assert_non_null(strstr(field(body, "message.text"), "\n14. Opción 13"));
	assert_int_equal(json_array_size(json_at(built(ctx, "message", menu_of(ctx, 13, "Elegí")),
						 "message.quick_replies")), 13);
}

static void the_menu_goes_with_the_last_part_alone(void **state)
{
	struct json *body = built(unit_ctx(state), "message", "{" TO ",\"text\":\"primera parte\",\"more\":true,"
				  "\"options\":[{\"key\":\"a\",\"label\":\"A\"}]}");

	assert_null(json_at(body, "message.quick_replies"));
	assert_string_equal(field(body, "message.metadata"), "ventanilla:");
}

static void a_file_is_uploaded_first_and_sent_by_its_id(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO "," PDF "}");
	struct channel_request request = outgoing_call(ctx, channel, &message);
	struct channel_result result;
	struct json *body;

	assert_string_equal(request.url, "https://graph.example/v25.0/900/message_attachments");
	assert_true(request.with_file);
	assert_non_null(strstr(request.body, "name=\"message\""));
	assert_non_null(strstr(request.body,
		"{\"attachment\":{\"type\":\"file\",\"payload\":{\"is_reusable\":true}}}"));
	assert_non_null(strstr(request.body, "name=\"filedata\"; filename=\"plan.pdf\""));
	result = page_answer(ctx, channel, &message, 200, "{\"attachment_id\":\"5005\"}");
	assert_int_equal(result.outcome, CHANNEL_NEXT);
	assert_string_equal(result.media_id, "5005");
	assert_true(result.media_s > 80 * 24 * 3600 && result.media_s < 90 * 24 * 3600);
	message.step = 1;
	message.memory = result.memory;
	request = outgoing_call(ctx, channel, &message);
	body = outgoing_json(ctx, request.body);
	assert_string_equal(field(body, "message.attachment.type"), "file");
	assert_string_equal(field(body, "message.attachment.payload.attachment_id"), "5005");
	assert_null(json_at(body, "message.text"));
}

static void an_upload_is_used_again(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"\",\"file\":{\"id\":\"3\","
		"\"name\":\"a.png\",\"type\":\"image/png\",\"size\":900}}");
	struct json *body;

	message.media_id = "5005";
	body = outgoing_json(ctx, outgoing_call(ctx, channel, &message).body);
	assert_string_equal(field(body, "message.attachment.type"), "image");
	assert_string_equal(field(body, "message.attachment.payload.attachment_id"), "5005");
}

static void what_is_over_the_limits_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char text[2002] = { 0 };
	struct channel_message message;

	memset(text, 'a', 2001);
	message = page_message(ctx, "message", arena_printf(ctx->arena, "{" TO ",\"text\":\"%s\"}", text));
	outgoing_refused(ctx, channel, &message);
	message = page_message(ctx, "message", arena_printf(ctx->arena, "{" TO ",\"text\":\"%.2000s\"}", text));
	outgoing_call(ctx, channel, &message);
	message = page_message(ctx, "message", "{" TO ",\"text\":\"\"}");
	outgoing_refused(ctx, channel, &message);
	message = page_message(ctx, "message", "{" TO ",\"text\":\"con archivo\"," PDF "}");
	message.media_id = "5";
	outgoing_refused(ctx, channel, &message);
	message = page_message(ctx, "message", "{" TO ",\"file\":{\"id\":\"3\",\"name\":\"a\","
			       "\"type\":\"video/mp4\",\"size\":26214401}}");
	outgoing_refused(ctx, channel, &message);
	message = page_message(ctx, "message", menu_of(ctx, 200, "Elegí"));
	outgoing_refused(ctx, channel, &message);
}

static void signs_and_reactions_are_calls_of_their_own(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *react = built(ctx, "reaction", "{" TO ",\"id\":\"m_1\",\"emoji\":\"🎉\"}");
	struct json *unreact = built(ctx, "reaction", "{" TO ",\"id\":\"m_1\",\"emoji\":\"\"}");

	assert_string_equal(field(built(ctx, "typing", "{" TO "}"), "sender_action"), "typing_on");
	assert_string_equal(field(built(ctx, "read", "{" TO ",\"id\":\"m_1\"}"), "sender_action"), "mark_seen");
	assert_string_equal(field(react, "sender_action"), "react");
	assert_string_equal(field(react, "payload.message_id"), "m_1");
	assert_string_equal(field(react, "payload.reaction"), "🎉");
	assert_string_equal(field(unreact, "sender_action"), "unreact");
	assert_null(json_at(unreact, "payload.reaction"));
	assert_null(json_at(react, "messaging_type"));
}

static void a_file_of_theirs_is_fetched_without_our_token(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "fetch", "{\"url\":\"https://cdn.example/1?x=2\"}");
	struct channel_request request = outgoing_call(ctx, channel, &message);

	assert_string_equal(request.url, "https://cdn.example/1?x=2");
	assert_true(request.saves);
	assert_null(request.headers);
	assert_int_equal(page_answer(ctx, channel, &message, 200, "").outcome, CHANNEL_SENT);
	assert_int_equal(page_answer(ctx, channel, &message, 403, "").outcome, CHANNEL_REFUSED);
	assert_int_equal(page_answer(ctx, channel, &message, 404, "").fault, CHANNEL_FAULT_MEDIA);
	assert_int_equal(page_answer(ctx, channel, &message, 502, "<html>").outcome, CHANNEL_RETRY);
	message = page_message(ctx, "fetch", "{\"url\":\"file:///etc/passwd\"}");
	outgoing_refused(ctx, channel, &message);
	message = page_message(ctx, "fetch", "{\"id\":\"5\"}");
	outgoing_refused(ctx, channel, &message);
}

static void the_contacts_name_is_asked_for(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "profile", "{" TO "}");
	struct channel_request request = outgoing_call(ctx, channel, &message);
	struct channel_result result = page_answer(ctx, channel, &message, 200,
		"{\"first_name\":\"Graciela\",\"last_name\":\"Benítez\",\"id\":\"77\"}");

	assert_string_equal(request.method, "GET");
	assert_string_equal(request.url, "https://graph.example/v25.0/77?fields=first_name,last_name,name");
	assert_int_equal(result.outcome, CHANNEL_SENT);
	assert_string_equal(json_str(result.found, "name", ""), "Graciela Benítez");
	message = page_message(ctx, "profile", "{\"to\":{\"value\":\"77/../me\"}}");
	outgoing_refused(ctx, channel, &message);
}

static void the_test_of_the_line_says_whose_it_is(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "check", "{}");
	struct channel_result result = page_answer(ctx, channel, &message, 200, "{\"name\":\"Agencia\",\"id\":\"900\"}");

	assert_string_equal(outgoing_call(ctx, channel, &message).url, "https://graph.example/v25.0/900?fields=name");
	assert_string_equal(json_str(result.found, "text", ""), "Agencia");
	result = page_error(ctx, channel, &message, 400, 190, 463);
	assert_int_equal(result.fault, CHANNEL_FAULT_LINE);
}

static void what_messenger_has_not_is_refused(void **state)
{
	static const char *const kinds[] = { "edit", "delete", "answered", "template", "templates", "submit", "remove" };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		struct channel_message message = page_message(ctx, kinds[i], "{" TO ",\"id\":\"m_1\",\"text\":\"a\"}");
		struct channel_request request;
		assert_int_equal(channel->build(ctx, &message, &request), -1);
		assert_string_equal(ctx->error.key, "error.channel.unable");
		vt_error_clear(ctx);
	}
}

static void a_line_without_a_token_sends_nothing(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\"}");

	message.secrets = NULL;
	outgoing_refused(ctx, channel, &message);
}

static void what_was_taken_has_its_id(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\"}");
	struct channel_result result = page_answer(ctx, channel, &message, 200,
		"{\"recipient_id\":\"77\",\"message_id\":\"m_9\"}");

	assert_int_equal(result.outcome, CHANNEL_SENT);
	assert_string_equal(result.provider_id, "m_9");
	message = page_message(ctx, "typing", "{" TO "}");
	assert_int_equal(page_answer(ctx, channel, &message, 200, "{\"recipient_id\":\"77\"}").outcome, CHANNEL_SENT);
}

static void an_answer_that_is_none_leaves_it_unknown(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\"}");
	const char *const bodies[] = { "", "<html>", "[]", "{}", "{\"message_id\":5}" };
	struct channel_result result = { 0 };

	for (size_t i = 0; i < VT_COUNT(bodies); i++) {
		const struct channel_answer answer = { .status = 200, .header = outgoing_header, .body = bodies[i],
						       .size = strlen(bodies[i]) };
		assert_int_equal(channel->result(ctx, &message, &answer, &result), -1);
		vt_error_clear(ctx);
	}
}

static void a_persons_answer_after_a_day_goes_once_more_as_such(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO "," PDF ",\"human\":true}");
	struct channel_result result;
	struct json *body;

	message.media_id = "5005";
	result = page_error(ctx, channel, &message, 400, 10, 2018278);
	assert_int_equal(result.outcome, CHANNEL_NEXT);
	message.step = 1;
	message.memory = result.memory;
	body = outgoing_json(ctx, outgoing_call(ctx, channel, &message).body);
	assert_string_equal(field(body, "messaging_type"), "MESSAGE_TAG");
	assert_string_equal(field(body, "tag"), "HUMAN_AGENT");
	assert_string_equal(field(body, "message.attachment.payload.attachment_id"), "5005");
	result = page_error(ctx, channel, &message, 400, 10, 2018278);
	assert_int_equal(result.outcome, CHANNEL_REFUSED);
	assert_int_equal(result.fault, CHANNEL_FAULT_WINDOW);
}

static void a_program_does_not_answer_after_a_day(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\"}");
	struct channel_result result = page_error(ctx, channel, &message, 400, 10, 2018278);

	assert_int_equal(result.outcome, CHANNEL_REFUSED);
	assert_int_equal(result.fault, CHANNEL_FAULT_WINDOW);
	message = page_message(ctx, "typing", "{" TO ",\"human\":true}");
	assert_int_equal(page_error(ctx, channel, &message, 400, 10, 2018278).outcome, CHANNEL_REFUSED);
}

static void an_app_without_leave_for_late_answers_stops_that_answer_and_not_the_line(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\",\"human\":true}");
	struct channel_result result;

	message.step = 1;
	message.memory = "l";
	result = page_error(ctx, channel, &message, 403, 200, 0);
	assert_int_equal(result.outcome, CHANNEL_REFUSED);
	assert_int_equal(result.fault, CHANNEL_FAULT_WINDOW);
}

static void each_error_is_somebodys_fault(void **state)
{
	static const struct {
		int status, code, subcode;
		enum channel_outcome outcome;
		enum channel_fault fault;
	} errors[] = {
		{ 400, 10, 2018108, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 100, 2018001, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 551, 1545041, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 200, 1545041, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 230, 0, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 100, 2018008, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA },
		{ 400, 100, 2018047, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA },
		{ 400, 100, 2018074, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA },
		{ 400, 4, 2018109, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 400, 100, 0, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 400, 100, 33, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 401, 190, 463, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 10, 0, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 200, 0, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 400, 613, 0, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 400, 4, 0, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 400, 32, 0, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 400, 80006, 0, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 400, 1200, 0, CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 500, 2, 0, CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\"}");

	for (size_t i = 0; i < VT_COUNT(errors); i++) {
		struct channel_result result = page_error(ctx, channel, &message, errors[i].status,
							  errors[i].code, errors[i].subcode);
		print_message("%d/%d\n", errors[i].code, errors[i].subcode);
		assert_int_equal(result.outcome, errors[i].outcome);
		assert_int_equal(result.fault, errors[i].fault);
		assert_int_equal(result.error_code, errors[i].code);
		assert_non_null(result.error);
	}
}

static void a_server_in_trouble_is_asked_again(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = page_message(ctx, "message", "{" TO ",\"text\":\"Hola\"}");
	struct channel_result result = page_answer(ctx, channel, &message, 503, "<html>down</html>");

	assert_int_equal(result.outcome, CHANNEL_RETRY);
	assert_int_equal(result.fault, CHANNEL_FAULT_SERVER);
}

static void the_form_wants_an_account_of_digits_and_a_version(void **state)
{
	(void)state;
	assert_null(channel->check("account", "108877665544332"));
	assert_string_equal(channel->check("account", "agencia"), "error.channel.account");
	assert_null(channel->check("version", "v25.0"));
	assert_string_equal(channel->check("version", "25.0"), "error.channel.version");
	assert_string_equal(channel->check("version", "v25"), "error.channel.version");
	assert_string_equal(channel->check("version", "v25.0/me"), "error.channel.version");
	assert_true(channel_field(channel, "app_secret")->verifies);
	assert_true(channel_field(channel, "verify_token")->verifies);
	assert_false(channel_field(channel, "token")->verifies);
}

static void the_subscription_is_answered_when_it_knows_our_word(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *const right[] = {
		"hub.mode", "subscribe", "hub.verify_token", "palabra", "hub.challenge", "1158201444", NULL
	};
	const char *const wrong[] = {
		"hub.mode", "subscribe", "hub.verify_token", "otra", "hub.challenge", "1158201444", NULL
	};
	const char *const secrets[] = { "verify_token", "palabra", NULL };
	struct incoming parts = { .query = right, .secrets = secrets };
	struct channel_call call = incoming_call("GET", "", &parts);
	const char *answer;

	assert_int_equal(channel->challenge(ctx, &call, &answer), 1);
	assert_string_equal(answer, "1158201444");
	parts.query = wrong;
	assert_int_equal(channel->challenge(ctx, &call, &answer), -1);
	assert_int_equal(ctx->error.code, VT_E_FORBIDDEN);
	call.method = "POST";
	assert_int_equal(channel->challenge(ctx, &call, &answer), 0);
}

static void a_body_is_metas_when_its_signature_says_so(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *const headers[] = {
		"X-Hub-Signature-256", "sha256=9b1c8033581e115074699760906ac0b039ae507f9d65454ba28d210732bc17eb", NULL
	};
	const char *const right[] = { "app_secret", "app-secret-1", NULL };
	const char *const wrong[] = { "app_secret", "app-secret-2", NULL };
	struct incoming parts = { .headers = headers, .secrets = right };
	struct channel_call call = incoming_call("POST",
		"{\"object\":\"page\",\"entry\":[{\"id\":\"1\",\"time\":1,\"messaging\":[]}],\"t\":\"ñ \\u00f1\"}", &parts);

	assert_int_equal(channel->verify(ctx, &call), 0);
	parts.secrets = wrong;
	assert_int_equal(channel->verify(ctx, &call), -1);
	assert_int_equal(ctx->error.code, VT_E_FORBIDDEN);
}

#define TWO_ECHOES ECHO_WITH("\"app_id\":5") "," ECHO_WITH("\"app_id\":6")
#define ECHO_WITH(rest) "{\"sender\":{\"id\":\"900\"},\"recipient\":{\"id\":\"77\"},\"timestamp\":1764000000123," \
	"\"message\":{\"mid\":\"m_1\",\"is_echo\":true,\"text\":\"a\"," rest "}}"

static void each_item_is_a_piece_and_our_own_echoes_are_none(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *const secrets[] = { "app_id", "5", NULL };
	struct incoming parts = { .secrets = secrets };
	const char *items = TWO_ECHOES "," ECHO_WITH("\"app_id\":5,\"metadata\":\"ventanilla:7.1795446000000000\"") ","
		"{\"sender\":{\"id\":\"77\"},\"recipient\":{\"id\":\"900\"},\"message\":{\"mid\":\"m_2\",\"text\":\"b\"}}";
	struct channel_call call = incoming_call("POST", page_body(ctx, "page", "messaging", items), &parts);
	struct channel_piece *pieces;
	struct channel_event *events;
	size_t count;

	assert_int_equal(channel->split(ctx, &call, &pieces, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(page_events(ctx, channel, pieces[0].raw, &events), 1);
	assert_int_equal(json_i64(events->detail, "app_id", 0), 6);
	assert_int_equal(page_events(ctx, channel, pieces[1].raw, &events), 1);
	assert_int_equal(events->kind, CHANNEL_STATUS);
	assert_int_equal(page_events(ctx, channel, pieces[2].raw, &events), 1);
	assert_string_equal(events->text, "b");
	assert_string_equal(pieces[2].account, "900");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_line_goes_as_a_reply_and_carries_our_reference),
		UNIT_TEST(an_answer_names_the_message_it_answers),
		UNIT_TEST(a_menu_goes_as_quick_replies),
		UNIT_TEST(options_too_long_for_a_button_stand_in_the_text_too),
		UNIT_TEST(more_options_than_buttons_are_a_numbered_list),
		UNIT_TEST(the_menu_goes_with_the_last_part_alone),
		UNIT_TEST(a_file_is_uploaded_first_and_sent_by_its_id),
		UNIT_TEST(an_upload_is_used_again),
		UNIT_TEST(what_is_over_the_limits_is_refused),
		UNIT_TEST(signs_and_reactions_are_calls_of_their_own),
		UNIT_TEST(a_file_of_theirs_is_fetched_without_our_token),
		UNIT_TEST(the_contacts_name_is_asked_for),
		UNIT_TEST(the_test_of_the_line_says_whose_it_is),
		UNIT_TEST(what_messenger_has_not_is_refused),
		UNIT_TEST(a_line_without_a_token_sends_nothing),
		UNIT_TEST(what_was_taken_has_its_id),
		UNIT_TEST(an_answer_that_is_none_leaves_it_unknown),
		UNIT_TEST(a_persons_answer_after_a_day_goes_once_more_as_such),
		UNIT_TEST(a_program_does_not_answer_after_a_day),
		UNIT_TEST(an_app_without_leave_for_late_answers_stops_that_answer_and_not_the_line),
		UNIT_TEST(each_error_is_somebodys_fault),
		UNIT_TEST(a_server_in_trouble_is_asked_again),
		UNIT_TEST(the_form_wants_an_account_of_digits_and_a_version),
		UNIT_TEST(the_subscription_is_answered_when_it_knows_our_word),
		UNIT_TEST(a_body_is_metas_when_its_signature_says_so),
		UNIT_TEST(each_item_is_a_piece_and_our_own_echoes_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
