/* What people read of mails: the subject, why one did not arrive. */
#include "unit.h"

#include "channel/email/email.h"

static void a_subject_is_bare_of_what_answers_put_to_it(void **state)
{
	static const struct { const char *given, *bare; } all[] = {
		{ "Patente 2024", "Patente 2024" }, { "Re: Patente 2024", "Patente 2024" },
		{ "RE: RV: Re[2]: Patente 2024 [#26112800000012]", "Patente 2024" },
		{ "[#12] Re : Patente", "Patente" }, { "  Fwd:  a\tb\r\n  c ", "a b c" },
		{ "Res: Rta:", "" }, { "", "" }, { "[#12]", "" },
		{ "Reclamo: patente", "Reclamo: patente" }, { "Respuesta re: algo", "Respuesta re: algo" },
		{ "Nota [#] y [#x] y [12]", "Nota [#] y [#x] y [12]" }, { "re", "re" }, { "Re[", "Re[" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++)
		assert_string_equal(email_subject(ctx, all[i].given), all[i].bare);
}

static void why_it_did_not_arrive_is_told_in_words_where_the_server_says(void **state)
{
	static const struct { const char *error, *word; } all[] = {
		{ "the mail came back: 5.1.1", "mail_box" }, { "the mail server said 550 5.1.1", "mail_box" },
		{ "the mail came back: 5.2.2", "mail_full" }, { "the mail server said 552 5.3.4", "mail_size" },
		{ "the mail came back: 5.7.26", "mail_refused" }, { "the mail came back: 5.1.10", "mail_box" },
		{ "the mail came back: 5.4.4", "mail_domain" },
	};
	static const char *const untold[] = {
		"", "the mail came back: ", "the mail server said 550", "the mail came back: 5.9.9", "131026 5.1.1",
		"the mail came back: 2.1.1",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(all); i++)
		assert_string_equal(email_failure(all[i].error), all[i].word);
	for (size_t i = 0; i < VT_COUNT(untold); i++)
		assert_null(email_failure(untold[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_subject_is_bare_of_what_answers_put_to_it),
		UNIT_TEST(why_it_did_not_arrive_is_told_in_words_where_the_server_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
