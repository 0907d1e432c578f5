/* SMS through Kannel: what people write, reports of what we sent, and the call that sends it. */
#include "outgoing.h"
#include "channel/sms/sms.h"

#define SAID(rest) "{\"query\":{\"from\":\"+5492215550001\",\"to\":\"27200\",\"ts\":\"1795446000\",\"id\":\"u-1\"," rest "}}"
#define REPORT(state, receipt) "{\"query\":{\"id\":\"7.88\",\"s\":\"" state "\",\"t\":\"1795446000\",\"a\":\"" receipt "\"}}"
#define TO "\"to\":{\"kind\":\"phone\",\"value\":\"5492215550001\"}"
#define SETTINGS "{\"account\":\"27200\",\"base\":\"http://kannel.example:13013/\",\"user\":\"vt\"," \
	"\"hook\":\"http://chat.example/hooks/sms-1\""

static const char *const secrets[] = { "password", "clave 1", "hook_token", "puerta-de-prueba-1", NULL };

static const struct channel_event *parsed(struct vt_ctx *ctx, const char *raw)
{
	struct channel_event *event;
	size_t count;

	assert_int_equal(channel_sms.parse(ctx, raw, strlen(raw), &event, &count), 0);
	return count ? event : NULL;
}

static void a_line_comes_through_with_its_number_and_line(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, SAID("\"text\":\"  ¿Qué debo? ñ🦤\",\"coding\":\"0\""));

	assert_int_equal(event->kind, CHANNEL_TEXT);
	assert_string_equal(event->text, "  ¿Qué debo? ñ🦤");
	assert_string_equal(event->identity_kind, "phone");
	assert_string_equal(event->identity_value, "5492215550001");
	assert_string_equal(event->account, "27200");
	assert_string_equal(event->provider_id, "u-1");
	assert_int_equal(event->sent_at_s, 1795446000);
	assert_string_equal(parsed(ctx, SAID("\"coding\":\"0\""))->text, "");
}

static void bytes_that_are_no_text_are_told_as_such(void **state)
{
	const struct channel_event *event = parsed(unit_ctx(state), SAID("\"text\":\"x\",\"coding\":\"1\""));

	assert_string_equal(event->type, "binary");
	assert_null(event->text);
}

static void a_sender_with_a_name_is_nobody_to_answer(void **state)
{
	assert_null(parsed(unit_ctx(state), "{\"query\":{\"from\":\"ARBA\",\"id\":\"u-1\",\"text\":\"a\"}}"));
}

static void each_report_raises_our_message_by_our_own_number(void **state)
{
	static const struct { const char *raw; int state; } all[] = {
		{ REPORT("8", "ACK/"), OUTBOX_SENT }, { REPORT("4", ""), OUTBOX_SENT },
		{ REPORT("1", "id:1 stat:DELIVRD err:000 text:"), OUTBOX_DELIVERED },
		{ REPORT("2", "id:1 stat:UNDELIV err:034 text:Hola Ana"), OUTBOX_FAILED },
		{ REPORT("16", "NACK/"), OUTBOX_FAILED },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_event *event = parsed(ctx, all[i].raw);
		assert_int_equal(event->kind, CHANNEL_STATUS);
		assert_int_equal(event->state, all[i].state);
		assert_string_equal(event->reference, "7.88");
		assert_null(event->identity_value);
	}
	assert_string_equal(parsed(ctx, all[2].raw)->provider_id, "7.88:1");
	assert_null(parsed(ctx, REPORT("32", "")));
}

static void a_failure_tells_the_operators_code_and_never_the_text(void **state)
{
	const struct channel_event *event = parsed(unit_ctx(state),
		REPORT("2", "id:1 submit date:26 stat:UNDELIV err:034 text:Hola Ana"));

	assert_int_equal(event->error_code, 34);
	assert_string_equal(event->error, "the operator says UNDELIV 034");
	assert_string_equal(parsed(unit_ctx(state), REPORT("16", "NACK/"))->error, "the operator refused it");
}

static void what_kannel_never_sends_is_refused(void **state)
{
	static const char *const all[] = {
		"", "[]", "{}", "{\"query\":{\"from\":\"+549\"}}", "{\"query\":{\"id\":\"a\",\"s\":\"x\"}}",
		"{\"query\":{\"s\":\"1\"}}", "{\"query\":[]}",
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_event *event;
	size_t count;

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		assert_int_equal(channel_sms.parse(ctx, all[i], strlen(all[i]), &event, &count), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

static int verified(struct vt_ctx *ctx, const char *given, const char *const *known)
{
	const char *const query[] = { "token", given, NULL };
	struct incoming parts = { .query = given ? query : NULL, .secrets = known };
	const struct channel_call call = incoming_call("GET", "", &parts);
	int result = channel_sms.verify(ctx, &call);

	vt_error_clear(ctx);
	return result;
}

static void only_who_knows_the_token_of_the_address_is_heard(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(verified(ctx, "puerta-de-prueba-1", secrets), 0);
	assert_int_equal(verified(ctx, "puerta-de-prueba-2", secrets), -1);
	assert_int_equal(verified(ctx, NULL, secrets), -1);
	assert_int_equal(verified(ctx, "", NULL), -1);
}

static struct channel_piece piece_of(struct vt_ctx *ctx, const char *const *query)
{
	struct incoming parts = { .query = query };
	const struct channel_call call = incoming_call("GET", "", &parts);
	struct channel_piece *pieces;
	size_t count;

	assert_int_equal(channel_sms.split(ctx, &call, &pieces, &count), 0);
	assert_int_equal(count, 1);
	return *pieces;
}

static void a_call_becomes_its_fields_without_the_token(void **state)
{
	static const char *const said[] = {
		"token", "secreto", "from", "+5492215550001", "to", "27200", "text", "ñ \"a\"", "id", "u-1", "x", "y", NULL,
	};
	static const char *const report[] = { "token", "secreto", "id", "7.88", "s", "1", "t", "5", NULL };
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_piece piece = piece_of(ctx, said);

	assert_string_equal(piece.raw, "{\"query\":{\"from\":\"+5492215550001\",\"to\":\"27200\",\"text\":\"ñ \\\"a\\\"\",\"id\":\"u-1\"}}");
	assert_int_equal(piece.size, strlen(piece.raw));
	assert_string_equal(piece.sender, "5492215550001");
	assert_false(piece.report);
	piece = piece_of(ctx, report);
	assert_string_equal(piece.raw, "{\"query\":{\"id\":\"7.88\",\"s\":\"1\",\"t\":\"5\"}}");
	assert_true(piece.report);
	assert_null(piece.sender);
}

static bool has_header(const struct channel_request *request, const char *header)
{
	for (const char *const *at = request->headers; *at; at++) {
		if (!strcmp(*at, header))
			return true;
	}
	return false;
}

static void a_message_is_a_call_of_sendsms_whose_reports_find_it(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = outgoing_row(ctx, "message", "{" TO ",\"text\":\"Listo, ñandú\"}",
							    SETTINGS "}", secrets);
	const struct channel_request request = outgoing_call(ctx, &channel_sms, &message);

	assert_string_equal(request.url, "http://kannel.example:13013/cgi-bin/sendsms");
	assert_string_equal(request.method, "POST");
	assert_true(has_header(&request, "X-Kannel-Username: vt"));
	assert_true(has_header(&request, "X-Kannel-Password: clave 1"));
	assert_true(has_header(&request, "X-Kannel-From: 27200"));
	assert_true(has_header(&request, "X-Kannel-To: +5492215550001"));
	assert_true(has_header(&request, "X-Kannel-DLR-Mask: 31"));
	assert_true(has_header(&request, "X-Kannel-DLR-Url: http://chat.example/hooks/sms-1?token=puerta-de-prueba-1"
			       "&id=7.1795446000000000&s=%d&t=%T&a=%A&fid=%F&smsc=%i&to=%p"));
	assert_true(has_header(&request, "Content-Type: text/plain; charset=UTF-8"));
}

static void the_alphabet_is_chosen_by_the_text_and_the_setting(void **state)
{
	static const struct { const char *text, *setting, *coding, *body; } all[] = {
		{ "Listo ñ €", "", "X-Kannel-Coding: 0", "Listo ñ €" },
		{ "Mañana está", "", "X-Kannel-Coding: 2", "Mañana está" },
		{ "Mañana está", ",\"plain\":true", "X-Kannel-Coding: 0", "Mañana esta" },
		{ "Está 🙂", ",\"plain\":true", "X-Kannel-Coding: 2", "Está 🙂" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = outgoing_row(ctx, "message",
			arena_printf(ctx->arena, "{" TO ",\"text\":\"%s\"}", all[i].text),
			arena_printf(ctx->arena, SETTINGS "%s}", all[i].setting), secrets);
		const struct channel_request request = outgoing_call(ctx, &channel_sms, &message);
		assert_true(has_header(&request, all[i].coding));
		assert_string_equal(request.body, all[i].body);
	}
}

static void a_menu_is_numbered(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = outgoing_row(ctx, "message", "{" TO ",\"text\":\"Elegir:\",\"options\":["
		"{\"key\":\"a\",\"label\":\"Planes\"},{\"key\":\"b\",\"label\":\"Otra\"}]}", SETTINGS "}", secrets);

	assert_string_equal(outgoing_call(ctx, &channel_sms, &message).body, "Elegir:\n1. Planes\n2. Otra");
}

static void a_class_has_its_own_number_and_connection_or_the_lines(void **state)
{
	static const struct { const char *class, *from, *smsc; } all[] = {
		{ "transactional", "X-Kannel-From: 27200", "X-Kannel-SMSC: una" },
		{ "notification", "X-Kannel-From: 27300", "X-Kannel-SMSC: una" },
		{ "institutional", "X-Kannel-From: AGENCIA", "X-Kannel-SMSC: otra" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = outgoing_row(ctx, "message",
			arena_printf(ctx->arena, "{" TO ",\"text\":\"a\",\"class\":\"%s\"}", all[i].class),
			SETTINGS ",\"smsc\":\"una\",\"from_notification\":\"27300\",\"from_institutional\":\"AGENCIA\","
			"\"smsc_institutional\":\"otra\"}", secrets);
		const struct channel_request request = outgoing_call(ctx, &channel_sms, &message);
		assert_true(has_header(&request, all[i].from));
		assert_true(has_header(&request, all[i].smsc));
	}
}

static void the_class_decides_what_goes_first(void **state)
{
	static const struct { const char *payload, *settings, *header; } all[] = {
		{ "", "", "X-Kannel-Priority: 3" },
		{ "", ",\"class\":\"notification\"", "X-Kannel-Priority: 2" },
		{ "", ",\"class\":\"institutional\"", "X-Kannel-Priority: 1" },
		{ ",\"class\":\"institutional\"", ",\"class\":\"transactional\"", "X-Kannel-Priority: 1" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = outgoing_row(ctx, "message",
			arena_printf(ctx->arena, "{" TO ",\"text\":\"a\"%s}", all[i].payload),
			arena_printf(ctx->arena, SETTINGS "%s}", all[i].settings), secrets);
		const struct channel_request request = outgoing_call(ctx, &channel_sms, &message);
		assert_true(has_header(&request, all[i].header));
	}
}

static void what_sms_cannot_do_is_refused(void **state)
{
	static const struct { const char *kind, *payload; } all[] = {
		{ "message", "{" TO ",\"text\":\"a\",\"file\":{\"id\":1,\"name\":\"a\",\"type\":\"b\",\"size\":1}}" },
		{ "message", "{" TO ",\"text\":\"\"}" }, { "edit", "{" TO ",\"id\":\"1\",\"text\":\"a\"}" },
		{ "message", "{\"to\":{\"value\":\"+1&x=2\"},\"text\":\"a\"}" }, { "typing", "{" TO "}" },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message;
	char *text = arena_alloc(ctx->arena, 1532);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		message = outgoing_row(ctx, all[i].kind, all[i].payload, SETTINGS "}", secrets);
		outgoing_refused(ctx, &channel_sms, &message);
	}
	memset(text, 'a', 1531);
	message = outgoing_row(ctx, "message", arena_printf(ctx->arena, "{" TO ",\"text\":\"%s\"}", text), SETTINGS "}", secrets);
	outgoing_refused(ctx, &channel_sms, &message);
	message = outgoing_row(ctx, "message", "{" TO ",\"text\":\"a\"}", SETTINGS "}", NULL);
	outgoing_refused(ctx, &channel_sms, &message);
}

static void each_answer_says_what_to_do(void **state)
{
	static const struct { int status; const char *words; enum channel_outcome outcome; enum channel_fault fault; } all[] = {
		{ 202, "0: Accepted for delivery", CHANNEL_SENT, 0 },
		{ 202, "3: Queued for later delivery", CHANNEL_SENT, 0 },
		{ 403, "Authorization failed for sendsms", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 404, "Not found", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 400, "Missing receiver number, rejected", CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, "Not routable. Do not try again.", CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, "Charset or body misformed, rejected", CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 503, "Temporal failure, try again later.", CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = outgoing_row(ctx, "message", "{" TO "}", SETTINGS "}", secrets);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		struct channel_result result = outgoing_answer(ctx, &channel_sms, &message, all[i].status, all[i].words, NULL);
		assert_int_equal(result.outcome, all[i].outcome);
		assert_int_equal(result.fault, all[i].fault);
	}
}

static void whatever_it_says_is_kept_as_text(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = outgoing_row(ctx, "message", "{" TO "}", SETTINGS "}", secrets);
	char long_words[162] = "x";

	assert_string_equal(outgoing_answer(ctx, &channel_sms, &message, 502, "Pas\xf3 algo\r\nmás", NULL).error,
			    "Pas\xef\xbf\xbd algo");
	for (size_t i = 1; i < 161; i += 2)
		memcpy(long_words + i, "ñ", 2);
	assert_int_equal(strlen(outgoing_answer(ctx, &channel_sms, &message, 502, long_words, NULL).error), 119);
}

static void a_check_is_a_message_to_nobody(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = outgoing_row(ctx, "check", "{}", SETTINGS "}", secrets);

	assert_string_equal(outgoing_call(ctx, &channel_sms, &message).body, "-");
	assert_int_equal(outgoing_answer(ctx, &channel_sms, &message, 400, "Missing receiver(s) number(s), rejected",
					 NULL).outcome, CHANNEL_SENT);
	assert_int_equal(outgoing_answer(ctx, &channel_sms, &message, 403, "Authorization failed for sendsms",
					 NULL).fault, CHANNEL_FAULT_LINE);
}

static void settings_are_looked_at_when_they_are_written(void **state)
{
	(void)state;
	assert_null(channel_sms.check("account", "27200"));
	assert_null(channel_sms.check("account", "Agencia"));
	assert_string_equal(channel_sms.check("account", "+27200"), "error.channel.sms_line");
	assert_string_equal(channel_sms.check("account", "nombre-muy-largo"), "error.channel.sms_line");
	assert_string_equal(channel_sms.check("hook", "http://a/%d"), "error.channel.address");
	assert_string_equal(channel_sms.check("hook_token", "con%41porciento-x"), "error.channel.hook_token");
	assert_string_equal(channel_sms.check("password", "a\r\nX: y"), "error.invalid");
	assert_string_equal(channel_sms.check("class", "urgent"), "error.invalid");
	assert_null(channel_sms.check("class", "institutional"));
	assert_null(channel_sms.check("from_institutional", "AGENCIA"));
	assert_string_equal(channel_sms.check("from_notification", "a b"), "error.channel.sms_line");
	assert_string_equal(channel_sms.check("smsc_notification", "a b"), "error.invalid");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_line_comes_through_with_its_number_and_line),
		UNIT_TEST(bytes_that_are_no_text_are_told_as_such),
		UNIT_TEST(a_sender_with_a_name_is_nobody_to_answer),
		UNIT_TEST(each_report_raises_our_message_by_our_own_number),
		UNIT_TEST(a_failure_tells_the_operators_code_and_never_the_text),
		UNIT_TEST(what_kannel_never_sends_is_refused),
		UNIT_TEST(only_who_knows_the_token_of_the_address_is_heard),
		UNIT_TEST(a_call_becomes_its_fields_without_the_token),
		UNIT_TEST(a_message_is_a_call_of_sendsms_whose_reports_find_it),
		UNIT_TEST(the_alphabet_is_chosen_by_the_text_and_the_setting),
		UNIT_TEST(a_menu_is_numbered),
		UNIT_TEST(a_class_has_its_own_number_and_connection_or_the_lines),
		UNIT_TEST(the_class_decides_what_goes_first),
		UNIT_TEST(what_sms_cannot_do_is_refused),
		UNIT_TEST(each_answer_says_what_to_do),
		UNIT_TEST(whatever_it_says_is_kept_as_text),
		UNIT_TEST(a_check_is_a_message_to_nobody),
		UNIT_TEST(settings_are_looked_at_when_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
