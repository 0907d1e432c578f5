#include "unit.h"

#include <fcntl.h>

/* stderr goes to this file while a test runs. */
static FILE *captured;
static int real_stderr;
static char text[20000];

static int capture(void **state)
{
	captured = tmpfile();
	real_stderr = dup(STDERR_FILENO);
	if (!captured || dup2(fileno(captured), STDERR_FILENO) < 0)
		return -1;
	unsetenv("VT_LOG");
	log_init("unit");
	return unit_setup(state);
}

static int give_back(void **state)
{
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	fclose(captured);
	return unit_teardown(state);
}

static const char *logged(void)
{
	rewind(captured);
	text[fread(text, 1, sizeof(text) - 1, captured)] = '\0';
	return text;
}

static void assert_logged(const char *piece)
{
	if (!strstr(logged(), piece))
		fail_msg("no %s in: %s", piece, text);
}

static void an_event_is_one_line_of_keys_and_values(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	ctx->request_id = "abc123";
	ctx->user_id = 7;
	log_event(ctx, LOG_LEVEL_INFO, "http", "status=%d dur_ms=%d", 200, 3);
	assert_logged(" lvl=info prog=unit ev=http req=abc123 user=7 status=200 dur_ms=3\n");
	assert_int_equal(strncmp(text, "ts=20", 5), 0);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void an_event_without_context_has_no_request(void **state)
{
	(void)state;
	log_event(NULL, LOG_LEVEL_WARN, "shift.start", "lane=%d", 2);
	assert_logged("lvl=warn prog=unit ev=shift.start lane=2\n");
}

static void debug_is_silent_unless_wanted(void **state)
{
	(void)state;
	log_event(NULL, LOG_LEVEL_DEBUG, "detail", "n=%d", 1);
	assert_string_equal(logged(), "");
	setenv("VT_LOG", "debug", 1);
	log_init("unit");
	log_event(NULL, LOG_LEVEL_DEBUG, "detail", "n=%d", 1);
	assert_logged("lvl=debug");
}

static void the_level_error_leaves_only_errors(void **state)
{
	(void)state;
	setenv("VT_LOG", "error", 1);
	log_init("unit");
	log_event(NULL, LOG_LEVEL_WARN, "a", "n=%d", 1);
	assert_string_equal(logged(), "");
	log_event(NULL, LOG_LEVEL_ERROR, "b", "n=%d", 1);
	assert_logged("lvl=err prog=unit ev=b");
}

static void line_breaks_in_values_cannot_forge_a_line(void **state)
{
	(void)state;
	log_event(NULL, LOG_LEVEL_INFO, "x", "agent=%s", "a\nts=2026 lvl=err\r\x1b[31m");
	assert_logged("agent=a ts=2026 lvl=err  [31m\n");
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void a_line_too_long_is_cut_and_still_ends(void **state)
{
	char *longer = arena_printf(unit_ctx(state)->arena, "%09999d", 0);

	log_event(NULL, LOG_LEVEL_INFO, "x", "long=%s", longer);
	log_event(NULL, LOG_LEVEL_INFO, "next", "n=%d", 1);
	assert_true(strlen(logged()) < 9000);
	assert_logged("0\nts=");
	assert_logged("ev=next n=1\n");
}

static void an_error_is_logged_with_its_trace(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(vt_fail_field(ctx, "cuit", "error.cuit", "the \"digit\" is wrong"), -1);
	assert_int_equal(vt_note(ctx, "while saving"), -1);
	log_error(ctx, "contact.save");
	assert_logged(" lvl=info prog=unit ev=contact.save err=INVALID field=cuit "
		      "msg=\"the 'digit' is wrong\" at=\"unit/test_log.c:");
	assert_logged("an_error_is_logged_with_its_trace\" via=\"unit/test_log.c:");
	assert_logged(" while saving\"\n");
}

static void a_database_error_is_logged_as_error_with_its_state(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(vt_fail(ctx, VT_E_DB, "syntax"), -1);
	memcpy(ctx->error.sqlstate, "42601", 6);
	log_error(ctx, "http");
	assert_logged(" lvl=err prog=unit ev=http err=DB sqlstate=42601 msg=\"syntax\"");
}

static void what_users_do_wrong_is_no_error_of_ours(void **state)
{
	(void)state;
	assert_int_equal(log_level_of(VT_E_NOT_FOUND), LOG_LEVEL_INFO);
	assert_int_equal(log_level_of(VT_E_CONFLICT), LOG_LEVEL_INFO);
	assert_int_equal(log_level_of(VT_E_UNAVAILABLE), LOG_LEVEL_WARN);
	assert_int_equal(log_level_of(VT_E_BUG), LOG_LEVEL_ERROR);
}

#define LOG_TEST(function) cmocka_unit_test_setup_teardown(function, capture, give_back)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOG_TEST(an_event_is_one_line_of_keys_and_values),
		LOG_TEST(an_event_without_context_has_no_request),
		LOG_TEST(debug_is_silent_unless_wanted),
		LOG_TEST(the_level_error_leaves_only_errors),
		LOG_TEST(line_breaks_in_values_cannot_forge_a_line),
		LOG_TEST(a_line_too_long_is_cut_and_still_ends),
		LOG_TEST(an_error_is_logged_with_its_trace),
		LOG_TEST(a_database_error_is_logged_as_error_with_its_state),
		LOG_TEST(what_users_do_wrong_is_no_error_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
