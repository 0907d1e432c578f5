/* What people read of mails: the subject, why one did not arrive. */
#include "unit.h"

#include "channel/email/email.h"
#include "channel/email/html.h"

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

static void a_page_shows_the_images_of_the_mail_and_no_others(void **state)
{
	static const struct html_image images[] = { { "logo@casa", "/desk/1/mails/2/images/1" }, { "a b", "/x" } };
	struct vt_ctx *ctx = unit_ctx(state);
	bool blocked;

	assert_string_equal(html_shown(ctx, "<img src=\"cid:logo%40casa\" alt=x><img src=cid:a%20b>", images, 2, &blocked),
			    "<img src=\"/desk/1/mails/2/images/1\" alt=\"x\"><img src=\"/x\">");
	assert_false(blocked);
	assert_string_equal(html_shown(ctx, "<p><img src=https://espia.test/a.gif alt=Logo>", images, 2, &blocked),
			    "<p><img alt=\"Logo\"></p>");
	assert_true(blocked);
	assert_string_equal(html_shown(ctx, "<img src=cid:otro>", images, 2, &blocked), "<img>");
	assert_true(blocked);
	html_shown(ctx, "<p>nada</p>", images, 2, &blocked);
	assert_false(blocked);
}

static void what_stands_behind_an_element_that_never_ends_is_shown(void **state)
{
	static const char *const all[] = { "embed", "object", "iframe", "button", "video", "noscript", "select", "marquee", "blink" };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const char *html = arena_printf(ctx->arena, "antes <%s src=x><p>después</p>", all[i]);
		assert_non_null(strstr(html_safe(ctx, html), "después"));
		assert_null(strstr(html_safe(ctx, html), all[i]));
		assert_non_null(strstr(html_text(ctx, html), "después"));
	}
}

static void what_is_cleaned_twice_stays_as_it_is(void **state)
{
	static const char *const all[] = {
		"<p>a &amp; b &lt;script&gt;</p><a href=https://x.test title=y>z</a>", "<img src=cid:a><img src=data:image/png,x>",
		"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<svg><style><img src=x onerror=alert(1)></style></svg>x",
		"<xmp><script>alert(1)</script></xmp>", "<plaintext><b>x", "<math><mtext><table><mglyph><style><img src=x onerror=1>",
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const char *once = html_safe(ctx, html_safe(ctx, all[i]));
		assert_string_equal(html_safe(ctx, once), once);
		assert_null(strstr(once, "onerror=\""));
		assert_null(strstr(once, "<s"));
	}
	assert_non_null(strstr(html_safe(ctx, all[0]), "href=\"https://x.test\" title=\"https://x.test\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_subject_is_bare_of_what_answers_put_to_it),
		UNIT_TEST(a_page_shows_the_images_of_the_mail_and_no_others),
		UNIT_TEST(what_stands_behind_an_element_that_never_ends_is_shown),
		UNIT_TEST(what_is_cleaned_twice_stays_as_it_is),
		UNIT_TEST(why_it_did_not_arrive_is_told_in_words_where_the_server_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
