/* The bot engine as its users know it: flows, menus, questions, hand-offs. */
#include "unit.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "bot/bot.h"
#include "bot/flow.h"

static const char story[] =
	"{\"start\":\"hi\",\"nodes\":["
	"{\"id\":\"hi\",\"type\":\"message\",\"config\":{\"text\":\"Hola\"},\"outputs\":[{\"key\":\"next\",\"to\":\"menu\"}]},"
	"{\"id\":\"menu\",\"type\":\"menu\",\"config\":{\"text\":\"¿Tema?\",\"retries\":1,\"invalid\":\"No entendí\"},\"outputs\":["
	"{\"key\":\"a\",\"label\":\"Planes de pago\",\"to\":\"tag\"},{\"key\":\"b\",\"label\":\"Ámbar\",\"to\":\"bye\"},"
	"{\"key\":\"else\",\"label\":\"Otro\",\"to\":\"person\"}]},"
	"{\"id\":\"tag\",\"type\":\"typify\",\"config\":{\"typification\":\"planes\"},\"outputs\":[{\"key\":\"next\",\"to\":\"cuit\"}]},"
	"{\"id\":\"cuit\",\"type\":\"ask\",\"config\":{\"text\":\"¿CUIT?\",\"kind\":\"cuit\",\"variable\":\"cuit\",\"retries\":2,\"invalid\":\"Revisalo\"},"
	"\"outputs\":[{\"key\":\"ok\",\"to\":\"open\"},{\"key\":\"fail\",\"to\":\"person\"}]},"
	"{\"id\":\"open\",\"type\":\"hours\",\"config\":{\"scope\":\"channel\"},\"outputs\":[{\"key\":\"open\",\"to\":\"person\"},{\"key\":\"closed\",\"to\":\"bye\"}]},"
	"{\"id\":\"person\",\"type\":\"handoff\",\"config\":{\"queue\":\"planes\",\"text\":\"Te paso, {cuit}\"},\"outputs\":[]},"
	"{\"id\":\"bye\",\"type\":\"close\",\"config\":{\"text\":\"Chau\"},\"outputs\":[]}]}";

static bool open_always(void *data, const char *scope)
{
	(void)scope;
	return data == NULL;
}

static const struct bot_environment open_now = { .is_open = open_always };

static struct flow *flow_of(struct vt_ctx *ctx, const char *json)
{
	struct flow *flow;

	assert_int_equal(flow_parse(ctx, json, strlen(json), &flow, NULL, NULL), 0);
	return flow;
}

static struct bot_turn turn_of(struct vt_ctx *ctx, const struct flow *flow, const char *session,
			       enum bot_event_kind kind, const char *text)
{
	const struct bot_event event = { .kind = kind, .text = text, .key = text };
	struct bot_turn turn;

	assert_int_equal(bot_step(ctx, flow, session, &event, &open_now, &turn), 0);
	return turn;
}

static void test_a_contact_is_greeted_and_offered_the_menu(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct bot_turn turn = turn_of(ctx, flow_of(ctx, story), NULL, BOT_START, NULL);

	assert_int_equal(turn.count, 2);
	assert_string_equal(turn.actions[0].text, "Hola");
	assert_string_equal(turn.actions[1].text, "¿Tema?");
	assert_int_equal(turn.actions[1].option_count, 2);
	assert_string_equal(turn.actions[1].options[0].label, "Planes de pago");
	assert_true(turn.waits);
}

static void test_an_option_is_understood_by_button_number_or_label_without_accents(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct flow *flow = flow_of(ctx, story);
	struct bot_turn start = turn_of(ctx, flow, NULL, BOT_START, NULL);

	assert_int_equal(turn_of(ctx, flow, start.session, BOT_CHOICE, "a").actions[0].kind, BOT_TYPIFY);
	assert_int_equal(turn_of(ctx, flow, start.session, BOT_TEXT, " 1").actions[0].kind, BOT_TYPIFY);
	assert_string_equal(turn_of(ctx, flow, start.session, BOT_TEXT, "AMBAR").actions[0].text, "Chau");
}

static void test_a_wrong_cuit_is_asked_again_and_the_third_time_handed_on(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct flow *flow = flow_of(ctx, story);
	struct bot_turn turn = turn_of(ctx, flow, NULL, BOT_START, NULL);

	turn = turn_of(ctx, flow, turn.session, BOT_CHOICE, "a");
	for (int i = 0; i < 2; i++) {
		turn = turn_of(ctx, flow, turn.session, BOT_TEXT, "20-12345678-9");
		assert_string_equal(turn.actions[0].text, "Revisalo");
		assert_string_equal(turn.actions[1].text, "¿CUIT?");
	}
	turn = turn_of(ctx, flow, turn.session, BOT_TEXT, "20-12345678-9");
	assert_int_equal(turn.actions[turn.count - 1].kind, BOT_HAND_OFF);
	assert_false(turn.waits);
}

static void test_a_right_cuit_identifies_the_contact_and_fills_the_text(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct flow *flow = flow_of(ctx, story);
	struct bot_turn turn = turn_of(ctx, flow, NULL, BOT_START, NULL);

	turn = turn_of(ctx, flow, turn.session, BOT_CHOICE, "a");
	turn = turn_of(ctx, flow, turn.session, BOT_TEXT, "27-14582360-4");
	assert_int_equal(turn.actions[0].kind, BOT_IDENTIFY);
	assert_string_equal(turn.actions[0].field, "cuit");
	assert_string_equal(turn.actions[0].value, "27145823604");
	assert_string_equal(turn.actions[1].text, "Te paso, 27145823604");
	assert_string_equal(turn.actions[2].key, "planes");
}

static void test_outside_hours_the_flow_takes_the_closed_exit(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct flow *flow = flow_of(ctx, story);
	const struct bot_environment closed = { .is_open = open_always, .data = ctx };
	struct bot_turn turn = turn_of(ctx, flow, NULL, BOT_START, NULL);
	const struct bot_event cuit = { .kind = BOT_TEXT, .text = "27145823604" };

	turn = turn_of(ctx, flow, turn.session, BOT_CHOICE, "a");
	assert_int_equal(bot_step(ctx, flow, turn.session, &cuit, &closed, &turn), 0);
	assert_int_equal(turn.actions[turn.count - 1].kind, BOT_CLOSE);
}

static void test_what_a_contact_wrote_is_never_a_template(void **state)
{
	static const char flow_json[] =
		"{\"start\":\"q\",\"nodes\":[{\"id\":\"q\",\"type\":\"ask\",\"config\":{\"text\":\"?\",\"kind\":\"text\",\"variable\":\"x\"},"
		"\"outputs\":[{\"key\":\"ok\",\"to\":\"e\"},{\"key\":\"fail\",\"to\":\"e\"}]},"
		"{\"id\":\"e\",\"type\":\"close\",\"config\":{\"text\":\"Dijiste {x}\"},\"outputs\":[]}]}";
	struct vt_ctx *ctx = unit_ctx(state);
	struct flow *flow = flow_of(ctx, flow_json);
	struct bot_turn turn = turn_of(ctx, flow, NULL, BOT_START, NULL);

	turn = turn_of(ctx, flow, turn.session, BOT_TEXT, "{x} {{x}} <?cs var:x ?>");
	assert_string_equal(turn.actions[0].text, "Dijiste {x} {{x}} <?cs var:x ?>");
}

static void test_a_turn_visits_at_most_fifty_nodes_and_then_a_person_takes_over(void **state)
{
	static const char loop[] =
		"{\"start\":\"a\",\"nodes\":["
		"{\"id\":\"a\",\"type\":\"condition\",\"config\":{\"variable\":\"x\",\"operator\":\"exists\"},"
		"\"outputs\":[{\"key\":\"yes\",\"to\":\"e\"},{\"key\":\"no\",\"to\":\"b\"}]},"
		"{\"id\":\"b\",\"type\":\"message\",\"config\":{\"text\":\"otra\"},\"outputs\":[{\"key\":\"next\",\"to\":\"a\"}]},"
		"{\"id\":\"e\",\"type\":\"close\",\"config\":{\"text\":\"fin\"},\"outputs\":[]}]}";
	struct vt_ctx *ctx = unit_ctx(state);
	struct bot_turn turn = turn_of(ctx, flow_of(ctx, loop), NULL, BOT_START, NULL);

	assert_int_equal(turn.actions[turn.count - 1].kind, BOT_HAND_OFF);
	assert_true(turn.count <= BOT_STEPS_MAX + 1);
}

static void test_the_same_history_gives_the_same_session(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct flow *flow = flow_of(ctx, story);
	struct bot_turn a = turn_of(ctx, flow, NULL, BOT_START, NULL);
	struct bot_turn b = turn_of(ctx, flow, NULL, BOT_START, NULL);

	a = turn_of(ctx, flow, a.session, BOT_CHOICE, "a");
	b = turn_of(ctx, flow, b.session, BOT_CHOICE, "a");
	assert_string_equal(a.session, b.session);
}

static void refused(void **state, const char *json, const char *key)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct flow_fault *faults;
	size_t count;
	struct flow *flow;
	bool found = false;

	assert_int_equal(flow_parse(ctx, json, strlen(json), &flow, &faults, &count), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	for (size_t i = 0; i < count; i++)
		found = found || !strcmp(faults[i].key, key);
	assert_true(found);
	vt_error_clear(ctx);
}

static void test_a_flow_with_a_dead_end_is_refused(void **state)
{
	refused(state, "{\"start\":\"a\",\"nodes\":[{\"id\":\"a\",\"type\":\"message\",\"config\":{\"text\":\"x\"},"
		"\"outputs\":[{\"key\":\"next\",\"to\":\"\"}]}]}", "flow.dead_end");
}

static void test_a_flow_with_an_unreachable_node_is_refused(void **state)
{
	refused(state, "{\"start\":\"a\",\"nodes\":[{\"id\":\"a\",\"type\":\"close\",\"config\":{\"text\":\"x\"}},"
		"{\"id\":\"b\",\"type\":\"close\",\"config\":{\"text\":\"y\"}}]}", "flow.unreachable");
}

static void test_a_question_without_its_exit_for_failure_is_refused(void **state)
{
	refused(state, "{\"start\":\"a\",\"nodes\":[{\"id\":\"a\",\"type\":\"ask\",\"config\":{\"text\":\"x\",\"variable\":\"v\"},"
		"\"outputs\":[{\"key\":\"ok\",\"to\":\"b\"}]},{\"id\":\"b\",\"type\":\"close\",\"config\":{\"text\":\"y\"}}]}",
		"flow.missing_output");
}

static void test_a_ring_in_which_nobody_is_asked_is_refused(void **state)
{
	refused(state, "{\"start\":\"a\",\"nodes\":[{\"id\":\"a\",\"type\":\"message\",\"config\":{\"text\":\"x\"},"
		"\"outputs\":[{\"key\":\"next\",\"to\":\"a\"}]}]}", "flow.circle");
}

static void test_a_session_of_another_flow_is_refused_not_followed(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct flow *flow = flow_of(ctx, story);
	const struct bot_event event = { .kind = BOT_TEXT, .text = "x" };
	struct bot_turn turn;

	assert_int_equal(bot_step(ctx, flow, "{\"node\":\"gone\"}", &event, &open_now, &turn), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
}

static void test_the_demonstration_flow_is_valid(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *root = getenv("srcdir") ? getenv("srcdir") : ".";
	FILE *file = fopen(arena_printf(ctx->arena, "%s/sql/seed/flow-demo.json", root), "r");
	char *text = arena_alloc(ctx->arena, 64 * 1024);
	struct flow *flow;

	assert_non_null(file);
	size_t size = fread(text, 1, 64 * 1024 - 1, file);
	fclose(file);
	assert_int_equal(flow_parse(ctx, text, size, &flow, NULL, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_a_contact_is_greeted_and_offered_the_menu),
		UNIT_TEST(test_an_option_is_understood_by_button_number_or_label_without_accents),
		UNIT_TEST(test_a_wrong_cuit_is_asked_again_and_the_third_time_handed_on),
		UNIT_TEST(test_a_right_cuit_identifies_the_contact_and_fills_the_text),
		UNIT_TEST(test_outside_hours_the_flow_takes_the_closed_exit),
		UNIT_TEST(test_what_a_contact_wrote_is_never_a_template),
		UNIT_TEST(test_a_turn_visits_at_most_fifty_nodes_and_then_a_person_takes_over),
		UNIT_TEST(test_the_same_history_gives_the_same_session),
		UNIT_TEST(test_a_flow_with_a_dead_end_is_refused),
		UNIT_TEST(test_a_flow_with_an_unreachable_node_is_refused),
		UNIT_TEST(test_a_question_without_its_exit_for_failure_is_refused),
		UNIT_TEST(test_a_ring_in_which_nobody_is_asked_is_refused),
		UNIT_TEST(test_a_session_of_another_flow_is_refused_not_followed),
		UNIT_TEST(test_the_demonstration_flow_is_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
