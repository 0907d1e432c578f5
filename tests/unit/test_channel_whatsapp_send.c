/* WhatsApp: the calls that go out, and what the answers mean. */
#include "page_channel.h"
#include "base/strbuf.h"
#include "channel/whatsapp/whatsapp.h"

#define TO "\"to\":{\"kind\":\"phone\",\"value\":\"5492215550001\"}"
#define SETTINGS "{\"account\":\"900\",\"waba\":\"800\",\"app_id\":\"5\",\"base\":\"https://graph.example\"," \
	"\"version\":\"v25.0\"}"

static const struct channel *const channel = &channel_whatsapp;

static struct channel_message row(struct vt_ctx *ctx, const char *kind, const char *payload)
{
	static const char *const secrets[] = { "token", "token-1", NULL };

	return outgoing_row(ctx, kind, payload, SETTINGS, secrets);
}

/* The body of the call that is made of it, as JSON. */
static struct json *body(struct vt_ctx *ctx, const struct channel_message *message)
{
	struct channel_request request = outgoing_call(ctx, channel, message);

	assert_string_equal(request.url, "https://graph.example/v25.0/900/messages");
	assert_string_equal(request.headers[0], "Authorization: Bearer token-1");
	return outgoing_json(ctx, request.body);
}

static void is(struct json *node, const char *path, const char *value)
{
	assert_string_equal(json_str(node, path, "(none)"), value);
}

static void a_text_carries_our_reference_and_what_it_answers(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", "{" TO ",\"text\":\"¡Hola!\",\"quote\":{\"id\":\"wamid.1\"}}");
	struct json *it = body(ctx, &message);

	is(it, "messaging_product", "whatsapp");
	is(it, "to", "5492215550001");
	is(it, "type", "text");
	is(it, "text.body", "¡Hola!");
	is(it, "context.message_id", "wamid.1");
	is(it, "biz_opaque_callback_data", message.reference);
	struct channel_result result = page_answer(ctx, channel, &message, 200, "{\"messages\":[{\"id\":\"wamid.2\"}]}");
	assert_int_equal(result.outcome, CHANNEL_SENT);
	assert_string_equal(result.provider_id, "wamid.2");
}

static void who_has_no_number_is_written_to_by_id(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", "{\"to\":{\"kind\":\"bsuid\",\"value\":\"AR.77a\"},\"text\":\"x\"}");
	struct json *it = body(ctx, &message);

	is(it, "recipient", "AR.77a");
	assert_null(json_at(it, "to"));
}

static void a_number_that_somebody_typed_is_written_to_as_the_network_knows_it(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message",
		"{\"to\":{\"kind\":\"phone\",\"value\":\"0221 15 555-0001\"},\"text\":\"x\"}");

	is(body(ctx, &message), "to", "5492215550001");
	message = row(ctx, "message", "{\"to\":{\"kind\":\"phone\",\"value\":\"542214290000\"},\"text\":\"x\"}");
	is(body(ctx, &message), "to", "542214290000");
	message = row(ctx, "message", "{\"to\":{\"kind\":\"phone\",\"value\":\"555-0001\"},\"text\":\"x\"}");
	outgoing_refused(ctx, channel, &message);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf text;

	strbuf_init(&text, ctx->arena, 5000);
	strbuf_puts(&text, "{" TO ",\"text\":\"");
	for (int i = 0; i <= WHATSAPP_TEXT_MAX; i++)
		strbuf_puts(&text, "ñ");
	strbuf_puts(&text, "\"}");
	const char *const payloads[] = {
		text.data, "{" TO ",\"text\":\"\"}", "{\"text\":\"to nobody\"}",
		"{" TO ",\"text\":\"\",\"file\":{\"id\":1,\"type\":\"image/gif\",\"size\":5}}",
		"{" TO ",\"text\":\"\",\"file\":{\"id\":1,\"type\":\"image/png\",\"size\":6000000}}",
	};
	for (size_t i = 0; i < VT_COUNT(payloads); i++) {
		struct channel_message message = row(ctx, "message", payloads[i]);
		outgoing_refused(ctx, channel, &message);
	}
}

/* n options of this label and its number. */
static const char *menu(struct vt_ctx *ctx, int n, const char *label)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 500);
	strbuf_puts(&out, "{" TO ",\"text\":\"¿Qué?\",\"options\":[");
	for (int i = 1; i <= n; i++)
		strbuf_printf(&out, "%s{\"key\":\"k%d\",\"label\":\"%s %d\"}", i > 1 ? "," : "", i, label, i);
	strbuf_puts(&out, "]}");
	return out.data;
}

static void a_menu_is_buttons_then_a_list_then_numbers(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", menu(ctx, 3, "Opción"));
	struct json *it = body(ctx, &message);

	is(it, "interactive.type", "button");
	is(it, "interactive.action.buttons.2.reply.id", "k3");
	is(it, "interactive.action.buttons.2.reply.title", "Opción 3");
	message = row(ctx, "message", menu(ctx, 10, "Opción"));
	it = body(ctx, &message);
	is(it, "interactive.type", "list");
	is(it, "interactive.action.button", "Ver opciones");
	is(it, "interactive.action.sections.0.rows.9.id", "k10");
	message = row(ctx, "message", menu(ctx, 3, "Una opción que es larga"));
	it = body(ctx, &message);
	is(it, "text.body", "¿Qué?\n\n1. Una opción que es larga 1\n2. Una opción que es larga 2\n"
	   "3. Una opción que es larga 3");
	message = row(ctx, "message", menu(ctx, 11, "Opción"));
	is(body(ctx, &message), "type", "text");
}

static void a_file_is_uploaded_once_and_sent_by_its_name(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", "{" TO ",\"text\":\"Acá va\",\"file\":{\"id\":1,"
		"\"name\":\"boleta.pdf\",\"type\":\"application/pdf\",\"size\":2000}}");
	struct channel_request request = outgoing_call(ctx, channel, &message);

	assert_string_equal(request.url, "https://graph.example/v25.0/900/media");
	assert_true(request.with_file);
	assert_true(request.quiet);
	assert_non_null(memmem(request.body, request.body_size, "name=\"messaging_product\"\r\n\r\nwhatsapp", 36));
	struct channel_result result = page_answer(ctx, channel, &message, 200, "{\"id\":\"55\"}");
	assert_int_equal(result.outcome, CHANNEL_NEXT);
	assert_string_equal(result.media_id, "55");
	assert_int_equal(result.media_s, 29 * 24 * 3600);
	message.step = 1;
	message.memory = result.memory;
	struct json *it = body(ctx, &message);
	is(it, "document.id", "55");
	is(it, "document.filename", "boleta.pdf");
	is(it, "document.caption", "Acá va");
	message.step = 0;
	message.memory = NULL;
	message.media_id = "56";
	is(body(ctx, &message), "document.id", "56");
	result = page_error(ctx, channel, &message, 400, 131009, 0);
	assert_int_equal(result.fault, CHANNEL_FAULT_MEDIA);
}

static void words_that_have_no_room_beside_a_file_follow_it(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", "{" TO ",\"text\":\"Escuchá\",\"file\":{\"id\":1,"
		"\"name\":\"a.ogg\",\"type\":\"audio/ogg; codecs=opus\",\"size\":2000}}");

	message.memory = "file:55";
	message.step = 1;
	struct json *it = body(ctx, &message);
	is(it, "audio.id", "55");
	assert_null(json_at(it, "audio.caption"));
	/* its reports are not those of the words */
	is(it, "biz_opaque_callback_data", "7.1795446000000000/file");
	struct channel_result result = page_answer(ctx, channel, &message, 200, "{\"messages\":[{\"id\":\"wamid.2\"}]}");
	assert_int_equal(result.outcome, CHANNEL_NEXT);
	message.memory = result.memory;
	message.step = 2;
	it = body(ctx, &message);
	is(it, "text.body", "Escuchá");
	is(it, "biz_opaque_callback_data", message.reference);
	result = page_answer(ctx, channel, &message, 200, "{\"messages\":[{\"id\":\"wamid.3\"}]}");
	assert_int_equal(result.outcome, CHANNEL_SENT);
}

static void seen_typing_and_reactions_are_of_a_message_of_theirs(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "read", "{" TO ",\"id\":\"wamid.1\"}");
	struct json *it = body(ctx, &message);

	is(it, "status", "read");
	is(it, "message_id", "wamid.1");
	assert_null(json_at(it, "typing_indicator"));
	message = row(ctx, "typing", "{" TO ",\"id\":\"wamid.1\"}");
	is(body(ctx, &message), "typing_indicator.type", "text");
	message = row(ctx, "reaction", "{" TO ",\"id\":\"wamid.1\",\"emoji\":\"\"}");
	it = body(ctx, &message);
	is(it, "reaction.message_id", "wamid.1");
	is(it, "reaction.emoji", "");
	message = row(ctx, "typing", "{" TO "}");
	outgoing_refused(ctx, channel, &message);
	message = row(ctx, "edit", "{" TO ",\"id\":\"wamid.1\",\"text\":\"x\"}");
	outgoing_refused(ctx, channel, &message);
}

static void a_file_of_theirs_is_asked_for_and_then_fetched(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "fetch", "{\"id\":\"55/../7\"}");
	struct channel_request request = outgoing_call(ctx, channel, &message);

	assert_string_equal(request.url, "https://graph.example/v25.0/55%2F..%2F7?phone_number_id=900");
	struct channel_result result = page_answer(ctx, channel, &message, 200,
		"{\"url\":\"https://lookaside.fbsbx.com/whatsapp/?mid=55\"}");
	assert_int_equal(result.outcome, CHANNEL_NEXT);
	message.memory = result.memory;
	message.step = 1;
	request = outgoing_call(ctx, channel, &message);
	assert_string_equal(request.url, "https://lookaside.fbsbx.com/whatsapp/?mid=55");
	assert_true(request.saves);
	assert_int_equal(page_answer(ctx, channel, &message, 404, "").fault, CHANNEL_FAULT_MEDIA);
}

static void the_token_goes_nowhere_but_to_meta(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	static const char *const places[] = {
		"http://lookaside.fbsbx.com/a", "https://evil.example/a", "https://lookaside.fbsbx.com.evil.example/a",
		"https://lookaside.fbsbx.com@evil.example/a", "https://xfbsbx.com/a", "https://graph.example.evil/a",
	};

	for (size_t i = 0; i < VT_COUNT(places); i++) {
		struct channel_message message = row(ctx, "fetch", "{\"id\":\"55\"}");
		message.memory = places[i];
		message.step = 1;
		outgoing_refused(ctx, channel, &message);
	}
}

static void a_template_with_a_file_sends_it_first_and_then_names_it_in_its_header(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "template", "{" TO ",\"name\":\"boleta\",\"language\":\"es_AR\","
		"\"file\":{\"id\":1,\"name\":\"b.pdf\",\"type\":\"application/pdf\",\"size\":7},"
		"\"components\":[{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"Ana\"}]}]}");
	struct channel_request request = outgoing_call(ctx, channel, &message);
	struct channel_result result;
	struct json *it;

	assert_true(request.with_file && request.quiet);
	assert_non_null(strstr(request.url, "/media"));
	result = page_answer(ctx, channel, &message, 200, "{\"id\":\"55\"}");
	assert_int_equal(result.outcome, CHANNEL_NEXT);
	message.memory = result.memory;
	message.step = 1;
	it = body(ctx, &message);
	is(it, "type", "template");
	is(it, "template.components.0.type", "header");
	is(it, "template.components.0.parameters.0.type", "document");
	is(it, "template.components.0.parameters.0.document.id", "55");
	is(it, "template.components.0.parameters.0.document.filename", "b.pdf");
	is(it, "template.components.1.parameters.0.text", "Ana");
	message = row(ctx, "template", "{" TO ",\"name\":\"boleta\",\"language\":\"es_AR\",\"file\":{\"id\":1,"
		"\"name\":\"b.gif\",\"type\":\"image/gif\",\"size\":7}}");
	outgoing_refused(ctx, channel, &message);
}

static void a_template_is_sent_listed_and_removed(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "template", "{" TO ",\"name\":\"turno\",\"language\":\"es_AR\","
		"\"components\":[{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"Ana\"}]}]}");
	struct json *it = body(ctx, &message);

	is(it, "template.language.policy", "deterministic");
	is(it, "template.language.code", "es_AR");
	is(it, "template.components.0.parameters.0.text", "Ana");
	message = row(ctx, "templates", "{\"after\":\"a&b\"}");
	assert_non_null(strstr(outgoing_call(ctx, channel, &message).url, "/800/message_templates?fields=id,name"));
	assert_non_null(strstr(outgoing_call(ctx, channel, &message).url, "&after=a%26b"));
	struct channel_result result = page_answer(ctx, channel, &message, 200,
		"{\"data\":[{\"id\":\"1\",\"name\":\"turno\"}],\"paging\":{\"cursors\":{\"after\":\"z\"},\"next\":\"u\"}}");
	is(result.found, "items.0.name", "turno");
	is(result.found, "after", "z");
	message = row(ctx, "remove", "{\"name\":\"turno\"}");
	struct channel_request request = outgoing_call(ctx, channel, &message);
	assert_string_equal(request.method, "DELETE");
	assert_string_equal(request.url, "https://graph.example/v25.0/800/message_templates?name=turno");
	message = row(ctx, "remove", "{\"name\":\"a&b\"}");
	outgoing_refused(ctx, channel, &message);
}

static void one_that_meta_has_is_changed_or_removed_by_its_id(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "submit", "{\"id\":\"77\",\"name\":\"turno\",\"language\":\"es_AR\","
		"\"category\":\"UTILITY\",\"components\":[{\"type\":\"BODY\",\"text\":\"x\"}]}");
	struct channel_request request = outgoing_call(ctx, channel, &message);

	assert_string_equal(request.url, "https://graph.example/v25.0/77");
	assert_null(json_at(outgoing_json(ctx, request.body), "name"));
	is(outgoing_json(ctx, request.body), "components.0.text", "x");
	assert_int_equal(page_answer(ctx, channel, &message, 200, "{\"success\":true}").outcome, CHANNEL_SENT);
	message = row(ctx, "remove", "{\"name\":\"turno\",\"id\":\"77\"}");
	assert_string_equal(outgoing_call(ctx, channel, &message).url,
			    "https://graph.example/v25.0/800/message_templates?name=turno&hsm_id=77");
	assert_int_equal(page_answer(ctx, channel, &message, 404, "{\"error\":{\"code\":100,\"error_subcode\":2593002}}").outcome,
			 CHANNEL_SENT);
	message = row(ctx, "remove", "{\"name\":\"turno\",\"id\":\"7&7\"}");
	outgoing_refused(ctx, channel, &message);
}

static void whoever_wrote_a_template_reads_what_meta_says_of_it(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "submit", "{\"name\":\"turno\",\"language\":\"es_AR\","
		"\"category\":\"UTILITY\",\"components\":[]}");
	struct channel_result result = page_answer(ctx, channel, &message, 400,
		"{\"error\":{\"code\":100,\"message\":\"Invalid parameter\",\"error_user_msg\":\"Falta un ejemplo\"}}");

	assert_int_equal(result.outcome, CHANNEL_REFUSED);
	assert_string_equal(result.error, "Falta un ejemplo");
}

static void a_template_with_a_picture_sends_its_sample_first(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "submit", "{\"name\":\"foto\",\"language\":\"es_AR\","
		"\"category\":\"UTILITY\",\"components\":[{\"type\":\"HEADER\",\"format\":\"IMAGE\"},{\"type\":\"BODY\","
		"\"text\":\"x\"}],\"file\":{\"id\":1,\"name\":\"a b.png\",\"type\":\"image/png\",\"size\":7}}");

	assert_string_equal(outgoing_call(ctx, channel, &message).url,
		"https://graph.example/v25.0/5/uploads?file_length=7&file_type=image%2Fpng&file_name=a%20b.png");
	message.memory = page_answer(ctx, channel, &message, 200, "{\"id\":\"upload:ab?sig=1\"}").memory;
	message.step = 1;
	struct channel_request request = outgoing_call(ctx, channel, &message);
	assert_string_equal(request.url, "https://graph.example/v25.0/upload:ab?sig=1");
	assert_string_equal(request.headers[1], "file_offset: 0");
	assert_true(request.with_file);
	message.memory = page_answer(ctx, channel, &message, 200, "{\"h\":\"4::x\"}").memory;
	message.step = 2;
	request = outgoing_call(ctx, channel, &message);
	assert_string_equal(request.url, "https://graph.example/v25.0/800/message_templates");
	is(outgoing_json(ctx, request.body), "components.0.example.header_handle.0", "4::x");
	is(page_answer(ctx, channel, &message, 200, "{\"id\":\"9\",\"status\":\"PENDING\"}").found,
	   "items.0.status", "PENDING");
}

static void the_test_of_a_line_says_whose_it_is(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "check", "{}");

	assert_non_null(strstr(outgoing_call(ctx, channel, &message).url, "/900?fields=display_phone_number,"));
	is(page_answer(ctx, channel, &message, 200, "{\"verified_name\":\"Agencia\",\"display_phone_number\":\"+54 9\"}").found,
	   "text", "Agencia (+54 9)");
}

static void each_error_says_who_is_at_fault_and_whether_to_try_again(void **state)
{
	static const struct {
		int status, code;
		enum channel_outcome outcome;
		enum channel_fault fault;
	} cases[] = {
		{ 401, 0, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 401, 190, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 400, 3, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 10, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 200, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 299, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 368, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 130497, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 131005, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 403, 131031, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 400, 131042, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 400, 131045, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 400, 133010, CHANNEL_RETRY, CHANNEL_FAULT_LINE },
		{ 500, 1, CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 503, 2, CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 500, 131000, CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 500, 131016, CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 500, 131057, CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 400, 135000, CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 400, 4, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 400, 80007, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 429, 130429, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 400, 131048, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 400, 131064, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 400, 133016, CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 429, 131056, CHANNEL_RETRY, CHANNEL_FAULT_RECIPIENT_RATE },
		{ 400, 131052, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA },
		{ 400, 131053, CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA },
		{ 400, 131021, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 131026, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 131030, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 131062, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 137000, CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, 100, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 400, 131008, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 400, 131009, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 400, 131051, CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 400, 131049, CHANNEL_REFUSED, CHANNEL_FAULT_LATER },
		{ 400, 130472, CHANNEL_REFUSED, CHANNEL_FAULT_LATER },
		{ 400, 131050, CHANNEL_REFUSED, CHANNEL_FAULT_OPT_OUT },
		{ 400, 131047, CHANNEL_REFUSED, CHANNEL_FAULT_WINDOW },
		{ 400, 131063, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132000, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 404, 132001, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132005, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132007, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132012, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132015, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132016, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132018, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132068, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
		{ 400, 132069, CHANNEL_REFUSED, CHANNEL_FAULT_TEMPLATE },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message", "{" TO ",\"text\":\"x\"}");

	for (size_t i = 0; i < VT_COUNT(cases); i++) {
		struct channel_result result = page_error(ctx, channel, &message, cases[i].status, cases[i].code, 0);
		assert_int_equal(result.outcome, cases[i].outcome);
		assert_int_equal(result.fault, cases[i].fault);
		assert_non_null(result.error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_text_carries_our_reference_and_what_it_answers),
		UNIT_TEST(who_has_no_number_is_written_to_by_id),
		UNIT_TEST(a_number_that_somebody_typed_is_written_to_as_the_network_knows_it),
		UNIT_TEST(what_does_not_fit_is_refused),
		UNIT_TEST(a_menu_is_buttons_then_a_list_then_numbers),
		UNIT_TEST(a_file_is_uploaded_once_and_sent_by_its_name),
		UNIT_TEST(words_that_have_no_room_beside_a_file_follow_it),
		UNIT_TEST(seen_typing_and_reactions_are_of_a_message_of_theirs),
		UNIT_TEST(a_file_of_theirs_is_asked_for_and_then_fetched),
		UNIT_TEST(the_token_goes_nowhere_but_to_meta),
		UNIT_TEST(a_template_with_a_file_sends_it_first_and_then_names_it_in_its_header),
		UNIT_TEST(a_template_is_sent_listed_and_removed),
		UNIT_TEST(one_that_meta_has_is_changed_or_removed_by_its_id),
		UNIT_TEST(whoever_wrote_a_template_reads_what_meta_says_of_it),
		UNIT_TEST(a_template_with_a_picture_sends_its_sample_first),
		UNIT_TEST(the_test_of_a_line_says_whose_it_is),
		UNIT_TEST(each_error_says_who_is_at_fault_and_whether_to_try_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
