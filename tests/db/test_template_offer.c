/* Which templates a line has to say something with, on rows of the test's own. */
#include "database.h"
#include "base/codes.h"
#include "campaign/template_offer.h"

#define LINE 1
#define OTHER 2

static struct vt_ctx *fresh(void **state)
{
	struct vt_ctx *ctx = database_ctx(state);

	database_run(ctx, "CREATE TABLE channel (channel_id bigint, business text, messenger smallint, deleted_at timestamptz);"
		     "INSERT INTO channel VALUES (1, '800', 2, NULL), (2, '800', 2, NULL), (3, '900', 2, NULL);"
		     "CREATE TABLE template (LIKE public.template INCLUDING DEFAULTS INCLUDING IDENTITY);"
		     "INSERT INTO template (business, name, language, category, state, paused_until, components) VALUES"
		     " ('800', 'b_turno', 'es_AR', 1, 2, NULL, '[{\"type\": \"BODY\", \"text\": \"Hola {{1}}, vení el {{2}}.\","
		     "  \"example\": {\"body_text\": [[\"Ana\", \"lunes\"]]}}, {\"type\": \"FOOTER\", \"text\": \"Agencia\"}]'),"
		     " ('800', 'a_pausada', 'es_AR', 2, 6, '2026-11-28 12:00+00', '[]'), ('800', 'rechazada', 'es_AR', 1, 3, NULL, '[]'),"
		     " ('800', 'borrador', 'es_AR', 1, 0, NULL, '[]'), ('900', 'ajena', 'es_AR', 1, 2, NULL, '[]')");
	return ctx;
}

static void a_line_has_those_of_its_account_and_the_paused_ones_last(void **state)
{
	struct vt_ctx *must_ctx = fresh(state);
	struct template *all;
	size_t count;

	must(template_list(must_ctx, LINE, &all, &count));
	assert_int_equal(count, 2);
	assert_string_equal(all[0].name, "b_turno");
	assert_string_equal(all[0].written.footer, "Agencia");
	assert_int_equal(all[0].variable_count, 2);
	assert_string_equal(all[0].variables[1].name, "2");
	assert_string_equal(all[0].written.samples[1].sample, "lunes");
	assert_null(template_refusal(&all[0]));
	assert_string_equal(template_refusal(&all[1]), "error.template.paused");
	assert_true(all[1].paused_until > 0);
	must(template_list(must_ctx, OTHER, &all, &count));
	assert_int_equal(count, 2);
}

static void one_is_found_on_its_own_line_alone(void **state)
{
	struct vt_ctx *must_ctx = fresh(state);
	struct template *all, one;
	size_t count;

	must(template_list(must_ctx, LINE, &all, &count));
	must(template_find(must_ctx, OTHER, all[0].template_id, &one));
	assert_string_equal(one.name, "b_turno");
	assert_int_equal(template_find(must_ctx, 3, all[0].template_id, &one), -1);
	assert_int_equal(must_ctx->error.code, VT_E_NOT_FOUND);
}

/* As it is sent to contact 7, who is known on two lines of the account's network. */
static const char *refused(struct vt_ctx *must_ctx, int category, int64_t line)
{
	const struct template template = { .state = TEMPLATE_APPROVED, .written = { .category = category } };
	struct contact_refusals refusals;
	const char *refusal;

	must(contact_may_send(must_ctx, 7, line, &refusals));
	assert_null(refusals.of[PURPOSE_ANSWER]);
	refusal = template_refusal_to(&template, &refusals);
	return refusal ? refusal : "";
}

static void promotion_stops_with_notices_and_everything_with_a_block(void **state)
{
	struct vt_ctx *must_ctx = fresh(state);

	database_run(must_ctx, "CREATE TABLE identity (LIKE public.identity INCLUDING DEFAULTS INCLUDING IDENTITY);"
		     "INSERT INTO identity (contact_id, channel_id, kind, value) VALUES (7, 1, 'phone', '5'), (7, 2, 'phone', '5')");
	assert_string_equal(refused(must_ctx, TEMPLATE_MARKETING, LINE), "");
	database_run(must_ctx, "UPDATE identity SET opted_out_at = now() WHERE channel_id = 2");
	assert_string_equal(refused(must_ctx, TEMPLATE_MARKETING, LINE), "error.wish.opted_out");
	assert_string_equal(refused(must_ctx, TEMPLATE_UTILITY, LINE), "");
	assert_string_equal(refused(must_ctx, TEMPLATE_AUTHENTICATION, LINE), "");
	database_run(must_ctx, "UPDATE identity SET blocked_at = now() WHERE channel_id = 2");
	assert_string_equal(refused(must_ctx, TEMPLATE_UTILITY, OTHER), "error.wish.blocked");
	assert_string_equal(refused(must_ctx, TEMPLATE_UTILITY, LINE), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(a_line_has_those_of_its_account_and_the_paused_ones_last),
		DATABASE_TEST(one_is_found_on_its_own_line_alone),
		DATABASE_TEST(promotion_stops_with_notices_and_everything_with_a_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
