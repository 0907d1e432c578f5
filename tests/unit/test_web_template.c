#include "web.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "web/template.h"

/* ClearSilver forgets a list's 32 bytes when a template does not parse; nothing of ours. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:cs_parse_string";
}

struct fixture {
	struct unit unit;          /* first: unit_ctx() reads it */
	char *share;
};

static int setup_as(void **state, bool developer)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct vt_ctx *ctx = &fixture->unit.ctx;

	vt_ctx_init(ctx, arena_new(), "unit");
	ctx->now_us = UNIT_NOW_US;
	fixture->share = web_share(ctx, "t");
	web_write(ctx, fixture->share, "locale/es_AR/t.hdf",
		  "t {\n  hello = Hola, {0}\n  two = {1} antes que {0}\n  state.wait = en espera\n"
		  "  quoted = \"sí\" & <no>\n}\n");
	assert_int_equal(template_init(ctx, fixture->share, developer), 0);
	*state = fixture;
	return 0;
}

static int setup(void **state)
{
	return setup_as(state, false);
}

static int setup_developer(void **state)
{
	return setup_as(state, true);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	template_close();
	web_share_remove(&fixture->unit.ctx, fixture->share);
	arena_free(fixture->unit.ctx.arena);
	free(fixture);
	return 0;
}

static void write_page(void **state, const char *text)
{
	web_write(unit_ctx(state), ((struct fixture *)*state)->share, "t/page.cs", text);
}

static int render(void **state, struct t_node *data, struct strbuf *out)
{
	strbuf_init(out, unit_ctx(state)->arena, 0);
	return template_render(unit_ctx(state), "t/page.cs", data, out);
}

static void assert_page(void **state, struct t_node *data, const char *expected)
{
	struct strbuf out;

	assert_int_equal(render(state, data, &out), 0);
	assert_string_equal(out.data, expected);
}

static const char *rendered(void **state)
{
	struct strbuf out;

	assert_int_equal(render(state, t_new(unit_ctx(state)), &out), 0);
	return out.data;
}

static void data_is_shown_by_name(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	write_page(state, "<?cs var:Name ?>/<?cs var:A.B.C ?>/<?cs var:Id ?>/<?cs var:Nothing ?>");
	t_set(data, "Name", "Ana");
	t_set(t_child(data, "A.B"), "C", "x");
	t_set_i64(data, "Id", INT64_C(26112300000001));
	t_set(data, "Nothing", NULL);
	assert_page(state, data, "Ana/x/26112300000001/");
}

static void a_list_is_walked_in_order(void **state)
{
	struct t_node *data = t_new(unit_ctx(state)), *list = t_child(data, "Items");
	struct strbuf expected;

	strbuf_init(&expected, unit_ctx(state)->arena, 0);
	write_page(state, "<?cs each:i = Items ?><?cs var:i.N ?>,<?cs /each ?>");
	for (int n = 0; n < 250; n++) {
		t_set_i64(t_item(list), "N", n);
		strbuf_printf(&expected, "%d,", n);
	}
	assert_page(state, data, expected.data);
}

static void a_truth_is_set_or_absent(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	write_page(state, "<?cs if:Yes ?>y<?cs /if ?><?cs if:No ?>n<?cs /if ?>");
	t_set_bool(data, "Yes", true);
	t_set_bool(data, "No", false);
	assert_page(state, data, "y");
}

static void markup_in_data_stays_text(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	write_page(state, "<p title=\"<?cs var:X ?>\"><?cs var:X ?></p>");
	t_set(data, "X", "<img src=x onerror=\"alert('1')\">&lt;");
	assert_page(state, data,
		    "<p title=\"&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;lt;\">"
		    "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;lt;</p>");
}

static void markup_stays_text_in_macros_includes_lists_and_functions(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	web_write(unit_ctx(state), ((struct fixture *)*state)->share, "t/_part.cs",
		  "<?cs var:X ?>");
	write_page(state, "<?cs def:m(v) ?><?cs var:v ?><?cs /def ?><?cs call:m(X) ?> "
		   "<?cs include:\"t/_part.cs\" ?> "
		   "<?cs each:i = L1 ?><?cs var:i ?><?cs /each ?> "
		   "<?cs with:w = L1 ?><?cs var:w.0 ?><?cs /with ?> "
		   "<?cs var:fill(L.t.hello, X) ?> <?cs var:u8_slice(X, #0, #2) ?> "
		   "<?cs var:L.t.quoted ?>");
	t_set(data, "X", "<b>");
	t_set(data, "L1.0", "<i>");
	assert_page(state, data, "&lt;b&gt; &lt;b&gt; &lt;i&gt; &lt;i&gt; Hola, &lt;b&gt; &lt;b "
		    "&quot;sí&quot; &amp; &lt;no&gt;");
}

static void a_part_shows_the_data_of_the_page_that_asks(void **state)
{
	struct t_node *first = t_new(unit_ctx(state)), *second = t_new(unit_ctx(state));

	web_write(unit_ctx(state), ((struct fixture *)*state)->share, "t/inner.cs",
		  "<i><?cs var:X ?></i>");
	web_write(unit_ctx(state), ((struct fixture *)*state)->share, "t/part.cs",
		  "<b><?cs var:X ?></b><?cs uvar:part(\"t/inner.cs\") ?>");
	write_page(state, "<?cs uvar:part(\"t/part.cs\") ?><?cs var:X ?>");
	t_set(first, "X", "<1>");
	t_set(second, "X", "2");
	assert_page(state, first, "<b>&lt;1&gt;</b><i>&lt;1&gt;</i>&lt;1&gt;");
	assert_page(state, second, "<b>2</b><i>2</i>2");
}

static void a_part_that_is_not_there_or_holds_itself_is_an_error(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	write_page(state, "before<?cs uvar:part(\"t/none.cs\") ?>");
	assert_int_equal(template_render(ctx, "t/page.cs", t_new(ctx), &out), -1);
	vt_error_clear(ctx);
	write_page(state, "before<?cs uvar:part(\"t/page.cs\") ?>");
	assert_int_equal(template_render(ctx, "t/page.cs", t_new(ctx), &out), -1);
	vt_error_clear(ctx);
	assert_int_equal(out.size, 0);
}

static void template_syntax_in_data_is_not_evaluated(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	write_page(state, "<?cs var:X ?>");
	t_set(data, "X", "<?cs var:Secret ?>");
	t_set(data, "Secret", "s3cret");
	assert_page(state, data, "&lt;?cs var:Secret ?&gt;");
}

static void data_cannot_switch_the_escaping_off(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	write_page(state, "<?cs var:X ?>");
	t_set(data, "Config.VarEscapeMode", "none");
	t_set(data, "X", "<b>");
	assert_page(state, data, "&lt;b&gt;");
}

static void a_script_address_becomes_harmless(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	write_page(state, "<a href=\"<?cs var:url_validate(A) ?>\"></a>"
		   "<a href=\"<?cs var:url_validate(B) ?>\"></a>"
		   "<a href=\"<?cs var:url_validate(C) ?>\"></a>");
	t_set(data, "A", "javascript:alert(1)");
	t_set(data, "B", "JaVaScRiPt:alert(1)");
	t_set(data, "C", "https://example.org/?a=1&b=\"2\"");
	assert_page(state, data, "<a href=\"#\"></a><a href=\"#\"></a>"
		    "<a href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\"></a>");
}

static void a_text_is_cut_by_characters(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	write_page(state, "<?cs var:u8_slice(X, #0, #2) ?>|<?cs var:u8_slice(X, #2, #9) ?>|"
		   "<?cs var:u8_slice(X, #9, #1) ?>|<?cs var:u8_slice(None, #0, #1) ?>");
	t_set(data, "X", "ñandú");
	assert_page(state, data, "ña|ndú||");
}

static void texts_come_from_the_locale(void **state)
{
	struct t_node *data = t_new(unit_ctx(state));

	write_page(state, "<?cs var:fill(L.t.hello, Name) ?>. <?cs var:fill2(L.t.two, A, B) ?>. "
		   "<?cs var:L.t.state[State] ?>");
	t_set(data, "Name", "Ana");
	t_set(data, "A", "uno");
	t_set(data, "B", "dos");
	t_set(data, "State", "wait");
	assert_page(state, data, "Hola, Ana. dos antes que uno. en espera");
}

static void one_page_leaves_nothing_to_the_next(void **state)
{
	struct t_node *first = t_new(unit_ctx(state)), *second = t_new(unit_ctx(state));

	write_page(state, "<?cs def:m(v) ?>[<?cs var:v ?>]<?cs /def ?>"
		   "<?cs call:m(X) ?><?cs var:Y ?>");
	t_set(first, "X", "1");
	t_set(first, "Y", "private");
	t_set(second, "X", "2");
	assert_page(state, first, "[1]private");
	assert_page(state, second, "[2]");
	assert_page(state, first, "[1]private");
}

static void a_page_is_appended_to_what_was_written(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	write_page(state, "page");
	strbuf_init(&out, ctx->arena, 0);
	strbuf_puts(&out, "before ");
	assert_int_equal(template_render(ctx, "t/page.cs", t_new(ctx), &out), 0);
	assert_string_equal(out.data, "before page");
}

static void a_broken_template_names_itself_and_writes_nothing(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	write_page(state, "half <?cs if:X ?>");
	assert_int_equal(render(state, t_new(ctx), &out), -1);
	assert_int_equal(ctx->error.code, VT_E_BUG);
	assert_non_null(strstr(ctx->error.message, "t/page.cs"));
	assert_string_equal(out.data, "");
}

static void a_repaired_template_works_without_a_restart(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	write_page(state, "first <?cs call:missing(X) ?> last");
	assert_int_equal(render(state, t_new(ctx), &out), -1);
	write_page(state, "first last");
	assert_page(state, t_new(ctx), "first last");
}

static void a_missing_template_is_a_bug_of_ours(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	assert_int_equal(template_render(ctx, "t/none.cs", t_new(ctx), &out), -1);
	assert_int_equal(ctx->error.code, VT_E_BUG);
}

static void no_template_leads_out_of_its_folder(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	assert_int_equal(template_render(ctx, "/etc/hostname", t_new(ctx), &out), -1);
	assert_int_equal(template_render(ctx, "../../etc/hostname", t_new(ctx), &out), -1);
	write_page(state, "<?cs include:\"/etc/hostname\" ?>");
	assert_int_equal(render(state, t_new(ctx), &out), -1);
	write_page(state, "<?cs include:\"t/../../../../etc/hostname\" ?>");
	assert_int_equal(render(state, t_new(ctx), &out), -1);
	assert_string_equal(out.data, "");
}

/* A file's time must differ for the change to be seen; a second is enough everywhere. */
static void set_age(void **state, const char *name, int seconds)
{
	const struct timespec time = { .tv_sec = 1700000000 - seconds }, times[2] = { time, time };
	const char *path = arena_printf(unit_ctx(state)->arena, "%s/templates/%s",
					((struct fixture *)*state)->share, name);

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void in_developer_mode_a_changed_file_is_read_again(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *share = ((struct fixture *)*state)->share;

	write_page(state, "<?cs include:\"t/_part.cs\" ?> <?cs var:L.t.hello ?>");
	web_write(ctx, share, "t/_part.cs", "old");
	set_age(state, "t/_part.cs", 9);
	assert_page(state, t_new(ctx), "old Hola, {0}");
	web_write(ctx, share, "t/_part.cs", "new");
	web_write(ctx, share, "locale/es_AR/t.hdf", "t.hello = Chau\n");
	set_age(state, "locale/es_AR/t.hdf", 5);
	for (int tries = 0; tries < 100 && strcmp(rendered(state), "new Chau") != 0; tries++)
		usleep(20000);
	assert_page(state, t_new(ctx), "new Chau");
}

static void in_production_a_template_is_read_once(void **state)
{
	write_page(state, "old");
	assert_page(state, t_new(unit_ctx(state)), "old");
	write_page(state, "new");
	assert_page(state, t_new(unit_ctx(state)), "old");
}

static void a_page_of_fifty_messages_takes_less_than_a_millisecond(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	int64_t best_us = INT64_MAX;

	write_page(state, "<?cs each:m = Items ?><div class=\"m <?cs var:m.Who ?>\" "
		   "id=\"m<?cs var:m.Id ?>\"><?cs if:m.Author ?><b><?cs var:m.Author ?></b>"
		   "<?cs /if ?><p><?cs var:m.Text ?></p><time><?cs var:m.Time ?></time></div>"
		   "<?cs /each ?>");
	for (int round = 0; round < 20; round++) {
		int64_t begin_us = clock_monotonic_us();
		struct t_node *data = t_new(ctx), *list = t_child(data, "Items");
		struct strbuf out;

		for (int i = 0; i < 50; i++) {
			struct t_node *item = t_item(list);

			t_set_i64(item, "Id", i);
			t_set(item, "Who", "user");
			t_set(item, "Author", "Graciela Benítez");
			t_set(item, "Text", "Hola, quería saber cómo viene mi plan de pagos");
			t_set(item, "Time", "09:54");
		}
		assert_int_equal(render(state, data, &out), 0);
		if (clock_monotonic_us() - begin_us < best_us)
			best_us = clock_monotonic_us() - begin_us;
	}
	assert_in_range(best_us, 1, 1000);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(data_is_shown_by_name),
		TEST(a_list_is_walked_in_order),
		TEST(a_truth_is_set_or_absent),
		TEST(markup_in_data_stays_text),
		TEST(markup_stays_text_in_macros_includes_lists_and_functions),
		TEST(a_part_shows_the_data_of_the_page_that_asks),
		TEST(a_part_that_is_not_there_or_holds_itself_is_an_error),
		TEST(template_syntax_in_data_is_not_evaluated),
		TEST(data_cannot_switch_the_escaping_off),
		TEST(a_script_address_becomes_harmless),
		TEST(a_text_is_cut_by_characters),
		TEST(texts_come_from_the_locale),
		TEST(one_page_leaves_nothing_to_the_next),
		TEST(a_page_is_appended_to_what_was_written),
		TEST(a_broken_template_names_itself_and_writes_nothing),
		TEST(a_repaired_template_works_without_a_restart),
		TEST(a_missing_template_is_a_bug_of_ours),
		TEST(no_template_leads_out_of_its_folder),
		cmocka_unit_test_setup_teardown(in_developer_mode_a_changed_file_is_read_again,
						setup_developer, teardown),
		TEST(in_production_a_template_is_read_once),
		TEST(a_page_of_fifty_messages_takes_less_than_a_millisecond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
