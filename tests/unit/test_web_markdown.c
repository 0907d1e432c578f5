#include "web.h"
#include "web/markdown.h"

static const char *html_of(void **state, const char *text, const struct markdown_page *page)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	assert_int_equal(markdown_html(ctx, text, page, &out), 0);
	return out.data;
}

static const char *html(void **state, const char *text)
{
	return html_of(state, text, NULL);
}

static const char *to_here(struct vt_ctx *ctx, const void *data, const char *address)
{
	return arena_printf(ctx->arena, "%s%s", (const char *)data, address);
}

static int in_brackets(struct vt_ctx *ctx, const void *data, const char *address, const char *text,
		       struct strbuf *out)
{
	(void)data;
	if (!strcmp(address, "broken.png"))
		return vt_fail(ctx, VT_E_BUG, "no such picture");
	strbuf_printf(out, "[%s: %s]", address, text);
	return 0;
}

static void links_and_pictures_are_the_pages(void **state)
{
	const struct markdown_page page = { .data = "/here/", .link = to_here, .picture = in_brackets };

	assert_string_equal(html_of(state, "[uno](a.md) y ![la *lista*\nde hoy](b.png)\n", &page),
			    "<p><a href=\"/here/a.md\">uno</a> y [b.png: la lista de hoy]</p>\n");
	assert_string_equal(html_of(state, "[![dos](b.png)](c.md)\n", &page),
			    "<p><a href=\"/here/c.md\">[b.png: dos]</a></p>\n");
}

static void a_picture_that_fails_leaves_nothing(void **state)
{
	const struct markdown_page page = { .data = "", .link = to_here, .picture = in_brackets };
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	assert_int_equal(markdown_html(ctx, "uno ![dos](broken.png)\n", &page, &out), -1);
	assert_int_equal(out.size, 0);
	vt_error_clear(ctx);
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

static void a_table_has_its_heads_and_rows(void **state)
{
	assert_string_equal(html(state, "| red | leído |\n| --- | --- |\n| **SMS** | <b>no</b> |\n"),
			    "<table>\n<thead>\n<tr>\n<th>red</th>\n<th>leído</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n"
			    "<td><strong>SMS</strong></td>\n"
			    "<td><!-- raw HTML omitted -->no<!-- raw HTML omitted --></td>\n</tr>\n</tbody>\n</table>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_table_has_its_heads_and_rows),
		UNIT_TEST(headings_lists_and_emphasis_become_html),
		UNIT_TEST(raw_html_never_comes_out),
		UNIT_TEST(an_address_that_runs_something_is_left_out),
		UNIT_TEST(links_and_pictures_are_the_pages),
		UNIT_TEST(a_picture_that_fails_leaves_nothing),
		UNIT_TEST(the_title_is_the_first_heading),
	};

	return cmocka_run_group_tests_name("markdown", tests, NULL, NULL);
}
