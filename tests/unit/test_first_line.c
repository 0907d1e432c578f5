#include "unit.h"
#include "routing/first_line.h"

static void an_address_becomes_the_origin_of_its_site(void **state)
{
	static const struct { const char *text, *site; } good[] = {
		{ "https://www.agencia.gob.ar", "https://www.agencia.gob.ar" },
		{ "www.Agencia.gob.ar/tramites?x=1", "https://www.agencia.gob.ar" },
		{ "http://localhost:8080/", "http://localhost:8080" },
		{ "HTTPS://SITIO.example#arriba", "https://sitio.example" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(good); i++)
		assert_string_equal(first_line_site(ctx, good[i].text), good[i].site);
}

static void what_is_no_site_is_refused(void **state)
{
	static const char *const bad[] = { "", "/", "https://", "javascript:alert(1)", "ftp://sitio.example",
					   "https://a b", "https://*", "https://sitio.example:puerto",
					   "https://sitio.example:123456", "https://yo@sitio.example",
					   "https://-sitio.example", "sitio", "https://sitio.example'; script-src *" };
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(bad); i++) {
		if (first_line_site(ctx, bad[i]))
			fail_msg("'%s' was taken", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(an_address_becomes_the_origin_of_its_site),
		UNIT_TEST(what_is_no_site_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
