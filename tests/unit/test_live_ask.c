#include "live_records.h"
#include "cgi-bin/live/ask.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

static struct records records;

static int ask_with(struct vt_ctx *ctx, const char *method, const char *path, const char *query,
		    const char *header, const char *value, bool secure, struct ask *ask)
{
	const char *const texts[] = { "REQUEST_METHOD", method, "DOCUMENT_URI", path, "QUERY_STRING", query,
				      header, value, NULL };
	struct record_reader reader = { 0 };

	vt_error_clear(ctx);
	records_request(&records, texts);
	assert_int_equal(record_feed(&reader, records.bytes, records.size), RECORD_WHOLE);
	int status = ask_read(ctx, &reader, secure, ask);
	record_release(&reader);
	return status;
}

static int staff(struct vt_ctx *ctx, const char *query, struct ask *ask)
{
	return ask_with(ctx, "GET", "/live", query, "HTTP_COOKIE", "a=b; sid=" TOKEN, false, ask);
}

static int visitor(struct vt_ctx *ctx, const char *query, struct ask *ask)
{
	return ask_with(ctx, "GET", "/live/visitor", query, "HTTP_X_VISITOR_TOKEN", TOKEN, false, ask);
}

static void a_page_of_staff_asks_with_its_views_and_cursor(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	uint8_t hash[SECRET_HASH_SIZE];
	struct ask ask;

	assert_int_equal(staff(ctx, "v=shell%2Cdesk%3A1764012345678901%2Cc26112300000001%3A57"
			       "&c=740%3A745%3A741%2C743&w=all", &ask), 0);
	assert_int_equal(ask.kind, ASK_STAFF);
	assert_string_equal(ask.views, "shell desk c26112300000001");
	assert_string_equal(ask.page, "v=shell,desk:1764012345678901,c26112300000001:57");
	assert_string_equal(ask.cursor, "740:745:741,743");
	secret_sha256(TOKEN, strlen(TOKEN), hash);
	assert_memory_equal(ask.token_hash, hash, sizeof(hash));
}

static void a_visitor_asks_with_the_last_message_they_have(void **state)
{
	struct ask ask;

	assert_int_equal(visitor(unit_ctx(state), "k=26112300000001&since=5&c=740:740:", &ask), 0);
	assert_int_equal(ask.kind, ASK_VISITOR);
	assert_string_equal(ask.page, "k=26112300000001&since=5");
	assert_string_equal(ask.cursor, "740:740:");
	assert_int_equal(visitor(unit_ctx(state), "", &ask), 0);
	assert_string_equal(ask.page, "k=0&since=0");
	assert_string_equal(ask.cursor, "");
}

static void who_brings_no_token_is_nobody(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct ask ask;

	assert_int_equal(ask_with(ctx, "GET", "/live", "v=shell", "HTTP_COOKIE", "", false, &ask), -1);
	assert_int_equal(ctx->error.code, VT_E_UNAUTHENTICATED);
	assert_int_equal(ask_with(ctx, "GET", "/live", "v=shell", "HTTP_COOKIE", "sid=short", false, &ask),
			 -1);
	assert_int_equal(ctx->error.code, VT_E_UNAUTHENTICATED);
	assert_int_equal(ask_with(ctx, "GET", "/live/visitor", "", "HTTP_COOKIE", "sid=" TOKEN, false,
				  &ask), -1);
	assert_int_equal(ctx->error.code, VT_E_UNAUTHENTICATED);
}

static void an_https_instance_believes_only_the_cookie_of_its_host(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct ask ask;

	assert_int_equal(ask_with(ctx, "GET", "/live", "", "HTTP_COOKIE", "sid=" TOKEN, true, &ask), -1);
	assert_int_equal(ctx->error.code, VT_E_UNAUTHENTICATED);
	assert_int_equal(ask_with(ctx, "GET", "/live", "", "HTTP_COOKIE", "__Host-sid=" TOKEN, true, &ask),
			 0);
}

static void malformed_queries_are_refused(void **state)
{
	static const char *const queries[] = {
		"v=Desk", "v=desk%20x", "v=,desk", "v=desk:x", "v=desk%0d%0aX-Evil:1", "v=../x", "v=1",
		"v=a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "v=desk&c=x", "v=desk&c=1:2", "v=desk%26w=1",
		"v=abcdefghijklmnopqrstuvwxyz", "v=c1:2:3",
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct ask ask;

	for (size_t i = 0; i < VT_COUNT(queries); i++) {
		assert_int_equal(staff(ctx, queries[i], &ask), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
	}
	assert_int_equal(visitor(ctx, "since=-1", &ask), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_int_equal(visitor(ctx, "k=x", &ask), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
}

static void other_addresses_and_methods_do_not_exist(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct ask ask;

	assert_int_equal(ask_with(ctx, "POST", "/live", "", "HTTP_COOKIE", "sid=" TOKEN, false, &ask), -1);
	assert_int_equal(ctx->error.code, VT_E_NOT_FOUND);
	assert_int_equal(ask_with(ctx, "GET", "/live/other", "", "A", "b", false, &ask), -1);
	assert_int_equal(ctx->error.code, VT_E_NOT_FOUND);
	assert_int_equal(ask_with(ctx, "GET", "", "", "A", "b", false, &ask), -1);
	assert_int_equal(ctx->error.code, VT_E_NOT_FOUND);
}

static void health_needs_no_token(void **state)
{
	struct ask ask;

	assert_int_equal(ask_with(unit_ctx(state), "GET", "/live/health", "", "A", "b", false, &ask), 0);
	assert_int_equal(ask.kind, ASK_HEALTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_page_of_staff_asks_with_its_views_and_cursor),
		UNIT_TEST(a_visitor_asks_with_the_last_message_they_have),
		UNIT_TEST(who_brings_no_token_is_nobody),
		UNIT_TEST(an_https_instance_believes_only_the_cookie_of_its_host),
		UNIT_TEST(malformed_queries_are_refused),
		UNIT_TEST(other_addresses_and_methods_do_not_exist),
		UNIT_TEST(health_needs_no_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
