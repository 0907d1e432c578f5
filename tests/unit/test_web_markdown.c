#include "web.h"
#include "web/markdown.h"

static const char *html(void **state, const char *text)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	markdown_html(ctx, text, &out);
	return out.data;
}

static void headings_lists_and_emphasis_become_html(void **state)
{
	assert_string_equal(html(state, "# Uno\n\ncon **dos**\n\n- tres\n"),
			    "<h2>Uno</h2>\n<p>con <strong>dos</strong></p>\n<ul>\n<li>tres</li>\n</ul>\n");
}

static void raw_html_never_comes_out(void **state)
{
	static const char *const hostile[] = {
		"<script>alert(1)</script>", "hola <img src=x onerror=alert(1)>", "<a href=x>y</a>",
		"<!-- <b> -->", "&lt;script&gt;",
	};

	for (size_t i = 0; i < VT_COUNT(hostile); i++) {
		const char *out = html(state, hostile[i]);
		assert_null(strstr(out, "<script"));
		assert_null(strstr(out, "<img"));
		assert_null(strstr(out, "<a "));
		assert_null(strstr(out, "<b>"));
	}
}

static void an_address_that_runs_something_is_left_out(void **state)
{
	static const char *const hostile[] = {
		"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](vbscript:x)", "![x](file:///etc/passwd)",
		"[x](data:text/html;base64,PHNjcmlwdD4=)",
	};

	for (size_t i = 0; i < VT_COUNT(hostile); i++) {
		const char *out = html(state, hostile[i]);
		assert_true(strstr(out, "href=\"\"") || strstr(out, "src=\"\""));
	}
}

static void the_title_is_the_first_heading(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(markdown_title(ctx, "texto\n\n# Título\n\n# Otro\n"), "Título");
	assert_string_equal(markdown_title(ctx, "sin título"), "");
	assert_string_equal(markdown_title(ctx, ""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(headings_lists_and_emphasis_become_html),
		UNIT_TEST(raw_html_never_comes_out),
		UNIT_TEST(an_address_that_runs_something_is_left_out),
		UNIT_TEST(the_title_is_the_first_heading),
	};

	return cmocka_run_group_tests_name("markdown", tests, NULL, NULL);
}
