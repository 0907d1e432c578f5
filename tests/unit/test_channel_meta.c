/* What WhatsApp, Messenger and Instagram share: bodies taken apart, addresses, uploads, errors. */
#include "outgoing.h"
#include "channel/meta/meta.h"

static const char *const token[] = { "token", "token-1", NULL };

static size_t split(struct vt_ctx *ctx, const char *object, const char *body, struct channel_piece **pieces)
{
	struct incoming parts = { 0 };
	struct channel_call call = incoming_call("POST", body, &parts);
	size_t count;

	assert_int_equal(meta_split(ctx, &call, object, pieces, &count), 0);
	return count;
}

static void a_body_of_one_item_stays_as_it_came(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *body = "{ \"entry\" : [{\"id\":\"9\",\"messaging\":[{\"sender\":{\"id\":\"7\"},\"message\":{}}]}],"
		"\"object\":\"page\"}";
	struct channel_piece *pieces;

	assert_int_equal(split(ctx, "page", body, &pieces), 1);
	assert_ptr_equal(pieces->raw, body);
	assert_int_equal(pieces->size, strlen(body));
	assert_string_equal(pieces->account, "9");
	assert_string_equal(pieces->sender, "7");
	assert_false(pieces->report);
}

static void items_of_pages_come_apart_in_their_order(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_piece *pieces;

	assert_int_equal(split(ctx, "page", "{\"object\":\"page\",\"entry\":["
		"{\"id\":\"9\",\"time\":5,\"messaging\":[{\"sender\":{\"id\":\"7\"},\"message\":{\"mid\":\"a\"}},"
		"{\"sender\":{\"id\":\"7\"},\"read\":{\"watermark\":1}}]},"
		"{\"id\":\"8\",\"standby\":[{\"sender\":{\"id\":\"8\"},\"recipient\":{\"id\":\"6\"},"
		"\"message\":{\"is_echo\":true}}]}]}", &pieces), 3);
	assert_string_equal(pieces[0].raw, "{\"object\":\"page\",\"entry\":[{\"id\":\"9\",\"time\":5,"
			    "\"messaging\":[{\"sender\":{\"id\":\"7\"},\"message\":{\"mid\":\"a\"}}]}]}");
	assert_true(pieces[1].report);
	assert_string_equal(pieces[2].account, "8");
	assert_string_equal(pieces[2].sender, "6");
	assert_non_null(strstr(pieces[2].raw, "\"standby\""));
}

static void messages_and_statuses_of_a_number_come_apart_with_its_facts(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_piece *pieces;

	assert_int_equal(split(ctx, "whatsapp_business_account", "{\"object\":\"whatsapp_business_account\",\"entry\":["
		"{\"id\":\"waba\",\"changes\":[{\"field\":\"messages\",\"value\":{"
		"\"metadata\":{\"phone_number_id\":\"55\"},\"contacts\":[{\"wa_id\":\"549\"}],"
		"\"messages\":[{\"from\":\"549\",\"id\":\"w1\"},{\"from\":\"549\",\"id\":\"w2\"}],"
		"\"statuses\":[{\"id\":\"w0\",\"status\":\"read\"}]}},"
		"{\"field\":\"message_template_status_update\",\"value\":{\"event\":\"APPROVED\"}}]}]}", &pieces), 4);
	assert_string_equal(pieces[0].account, "55");
	assert_string_equal(pieces[0].sender, "549");
	assert_non_null(strstr(pieces[0].raw, "\"w1\""));
	assert_null(strstr(pieces[0].raw, "\"w2\""));
	assert_null(strstr(pieces[0].raw, "\"w0\""));
	assert_non_null(strstr(pieces[0].raw, "\"contacts\""));
	assert_true(pieces[2].report);
	assert_null(strstr(pieces[2].raw, "\"w1\""));
	assert_string_equal(pieces[3].account, "waba");
}

static void what_is_of_another_object_or_no_json_is_refused(void **state)
{
	static const char *const bodies[] = { "", "[]", "{\"object\":\"page\"}", "{\"object\":\"user\",\"entry\":[]}" };
	struct vt_ctx *ctx = unit_ctx(state);
	struct incoming parts = { 0 };
	struct channel_piece *pieces;
	size_t count;

	for (size_t i = 0; i < VT_COUNT(bodies); i++) {
		struct channel_call call = incoming_call("POST", bodies[i], &parts);
		assert_int_equal(meta_split(ctx, &call, "page", &pieces, &count), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

static void addresses_have_the_lines_base_and_version(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message set = outgoing_row(ctx, "check", "{}",
		"{\"base\":\"https://graph.example/\",\"version\":\"v26.0\"}", token);
	struct channel_message empty = outgoing_row(ctx, "check", "{}", "{\"base\":null,\"version\":\"\"}", token);

	assert_string_equal(meta_url(ctx, &set, "%s/messages", "9"), "https://graph.example/v26.0/9/messages");
	assert_string_equal(meta_url(ctx, &empty, "9"), "https://graph.facebook.com/v25.0/9");
}

static void nothing_is_called_without_a_token(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = outgoing_row(ctx, "check", "{}", "{}", NULL);
	const char *const *headers;

	assert_int_equal(meta_headers(ctx, &message, NULL, &headers), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
}

static struct channel_result judged(struct vt_ctx *ctx, int status, const char *body, const char *const *headers)
{
	const struct channel_answer answer = {
		.status = status, .body = body, .size = strlen(body), .header = outgoing_header, .data = (void *)headers,
	};
	struct channel_result result = { 0 };
	struct json *root = NULL;

	if (json_parse(ctx, body, strlen(body), META_RAW_MAX, &root) < 0)
		vt_error_clear(ctx);
	meta_error(ctx, &answer, root, &result);
	assert_non_null(result.error);
	return result;
}

static void who_asks_to_wait_is_waited_for(void **state)
{
	static const char *const headers[] = { "Retry-After", "120", NULL };
	static const char *const silly[] = { "Retry-After", "-5", NULL };
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_result result = judged(ctx, 429, "{\"error\":{\"code\":4}}", headers);

	assert_int_equal(result.outcome, CHANNEL_RETRY);
	assert_int_equal(result.fault, CHANNEL_FAULT_RATE);
	assert_int_equal(result.retry_after_s, 120);
	assert_int_equal(judged(ctx, 429, "", silly).retry_after_s, 0);
	assert_int_equal(judged(ctx, 429, "", NULL).fault, CHANNEL_FAULT_RATE);
}

static void what_is_no_json_is_the_servers_trouble(void **state)
{
	static const int statuses[] = { 301, 400, 404, 502 };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(statuses); i++) {
		struct channel_result result = judged(ctx, statuses[i], "<html>no</html>", NULL);
		assert_int_equal(result.outcome, CHANNEL_RETRY);
		assert_int_equal(result.fault, CHANNEL_FAULT_SERVER);
		assert_int_equal(result.error_code, statuses[i]);
	}
}

static void an_error_that_passes_is_tried_again_and_another_is_not(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_result passing = judged(ctx, 400, "{\"error\":{\"code\":99999,\"is_transient\":true}}", NULL);
	struct channel_result other = judged(ctx, 400, "{\"error\":{\"code\":99999}}", NULL);

	assert_int_equal(passing.outcome, CHANNEL_RETRY);
	assert_int_equal(other.outcome, CHANNEL_REFUSED);
	assert_int_equal(other.fault, CHANNEL_FAULT_MESSAGE);
	assert_int_equal(other.error_code, 99999);
}

static void a_token_or_permission_that_fails_stops_the_line(void **state)
{
	static const int codes[] = { 3, 10, 190, 200, 299, 368 };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(codes); i++) {
		const char *body = arena_printf(ctx->arena, "{\"error\":{\"code\":%d}}", codes[i]);
		assert_int_equal(judged(ctx, 400, body, NULL).fault, CHANNEL_FAULT_LINE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_body_of_one_item_stays_as_it_came),
		UNIT_TEST(items_of_pages_come_apart_in_their_order),
		UNIT_TEST(messages_and_statuses_of_a_number_come_apart_with_its_facts),
		UNIT_TEST(what_is_of_another_object_or_no_json_is_refused),
		UNIT_TEST(addresses_have_the_lines_base_and_version),
		UNIT_TEST(nothing_is_called_without_a_token),
		UNIT_TEST(who_asks_to_wait_is_waited_for),
		UNIT_TEST(what_is_no_json_is_the_servers_trouble),
		UNIT_TEST(an_error_that_passes_is_tried_again_and_another_is_not),
		UNIT_TEST(a_token_or_permission_that_fails_stops_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
