#include "unit.h"

#include <signal.h>

static int find_conversation(struct vt_ctx *ctx)
{
	return vt_fail(ctx, VT_E_CONFLICT, "conversation %d already closed", 42);
}

static int assign(struct vt_ctx *ctx)
{
	if (find_conversation(ctx))
		return vt_note(ctx, "while assigning to %s", "queue 7");
	return 0;
}

static void an_error_carries_its_code_and_message(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(assign(ctx), -1);
	assert_int_equal(ctx->error.code, VT_E_CONFLICT);
	assert_string_equal(ctx->error.message, "conversation 42 already closed");
}

static void the_trace_begins_where_the_error_was_raised_and_goes_outwards(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(assign(ctx), -1);
	assert_int_equal(ctx->error.trace_count, 2);
	assert_non_null(strstr(ctx->error.trace[0], "unit/test_vt.c:"));
	assert_non_null(strstr(ctx->error.trace[0], " find_conversation"));
	assert_non_null(strstr(ctx->error.trace[1], "while assigning to queue 7"));
}

static void a_trace_longer_than_its_room_keeps_the_first_frames(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(find_conversation(ctx), -1);
	for (int i = 1; i < 20; i++)
		assert_int_equal(vt_note(ctx, "frame %d", i), -1);
	assert_int_equal(ctx->error.trace_count, VT_TRACE_MAX);
	assert_non_null(strstr(ctx->error.trace[VT_TRACE_MAX - 1], "frame 7"));
}

static void a_field_error_is_invalid_and_names_field_and_text(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(vt_fail_field(ctx, "cuit", "error.cuit", "wrong check digit"), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_string_equal(ctx->error.field, "cuit");
	assert_string_equal(ctx->error.key, "error.cuit");
}

static void a_second_error_replaces_the_first_with_its_trace(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(vt_fail_field(ctx, "cuit", "error.cuit", "first"), -1);
	assert_int_equal(find_conversation(ctx), -1);
	assert_string_equal(ctx->error.field, "");
	assert_string_equal(ctx->error.key, "");
	assert_int_equal(ctx->error.trace_count, 1);
}

static void texts_longer_than_their_room_are_cut(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *longer = arena_printf(ctx->arena, "%0999d", 0);

	assert_int_equal(vt_fail_field(ctx, longer, longer, "%s", longer), -1);
	assert_int_equal(strlen(ctx->error.field), sizeof(ctx->error.field) - 1);
	assert_int_equal(strlen(ctx->error.key), sizeof(ctx->error.key) - 1);
	assert_int_equal(strlen(ctx->error.message), sizeof(ctx->error.message) - 1);
	assert_int_equal(vt_note(ctx, "%s", longer), -1);
	assert_int_equal(strlen(ctx->error.trace[1]), sizeof(ctx->error.trace[1]) - 1);
}

static void a_cleared_error_leaves_nothing(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct vt_error nothing = { .code = VT_OK };

	assert_int_equal(assign(ctx), -1);
	vt_error_clear(ctx);
	assert_memory_equal(&ctx->error, &nothing, sizeof(nothing));
}

static void a_reset_forgets_whose_request_it_was(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	ctx->user_id = 7;
	ctx->session_id = 8;
	ctx->remote_address = arena_strdup(ctx->arena, "192.0.2.1");
	ctx->request_id = arena_strdup(ctx->arena, "abc");
	assert_int_equal(find_conversation(ctx), -1);
	vt_ctx_reset(ctx);
	assert_int_equal(ctx->user_id, 0);
	assert_int_equal(ctx->session_id, 0);
	assert_string_equal(ctx->remote_address, "");
	assert_string_equal(ctx->request_id, "");
	assert_int_equal(ctx->error.code, VT_OK);
	assert_int_equal(arena_used(ctx->arena), 0);
	assert_true(ctx->now_us != UNIT_NOW_US);
}

static void every_code_has_a_name_and_an_error_status(void **state)
{
	(void)state;
	assert_int_equal(vt_code_http_status(VT_OK), 200);
	for (enum vt_code code = VT_E_INVALID; code < VT_CODE_MAX; code++) {
		assert_in_range(vt_code_http_status(code), 400, 599);
		assert_true(strlen(vt_code_name(code)) > 0);
	}
}

static void statuses_are_those_clients_know(void **state)
{
	(void)state;
	assert_int_equal(vt_code_http_status(VT_E_UNAUTHENTICATED), 401);
	assert_int_equal(vt_code_http_status(VT_E_FORBIDDEN), 403);
	assert_int_equal(vt_code_http_status(VT_E_NOT_FOUND), 404);
	assert_int_equal(vt_code_http_status(VT_E_CONFLICT), 409);
	assert_int_equal(vt_code_http_status(VT_E_TOO_LARGE), 413);
	assert_int_equal(vt_code_http_status(VT_E_INVALID), 422);
	assert_int_equal(vt_code_http_status(VT_E_RATE), 429);
	assert_int_equal(vt_code_http_status(VT_E_BUG), 500);
	assert_int_equal(vt_code_http_status(VT_E_UNAVAILABLE), 503);
	assert_string_equal(vt_code_name(VT_E_INVALID), "INVALID");
}

static void break_a_promise(void *arg)
{
	VT_BUG_ON(arg == NULL);
}

static void a_broken_promise_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(unit_death_signal(break_a_promise, NULL), SIGABRT);
	assert_int_equal(unit_death_signal(break_a_promise, *state), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(an_error_carries_its_code_and_message),
		UNIT_TEST(the_trace_begins_where_the_error_was_raised_and_goes_outwards),
		UNIT_TEST(a_trace_longer_than_its_room_keeps_the_first_frames),
		UNIT_TEST(a_field_error_is_invalid_and_names_field_and_text),
		UNIT_TEST(a_second_error_replaces_the_first_with_its_trace),
		UNIT_TEST(texts_longer_than_their_room_are_cut),
		UNIT_TEST(a_cleared_error_leaves_nothing),
		UNIT_TEST(a_reset_forgets_whose_request_it_was),
		UNIT_TEST(every_code_has_a_name_and_an_error_status),
		UNIT_TEST(statuses_are_those_clients_know),
		UNIT_TEST(a_broken_promise_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
