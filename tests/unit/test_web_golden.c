#include "web.h"
#include "base/strbuf.h"
#include "web/template.h"

#include <glob.h>

#define LINE_SIZE 8192

struct golden {
	struct unit unit;          /* first: unit_ctx() reads it */
	const char *name;
	char *share;
};

static void link_into(struct vt_ctx *ctx, const char *share, const char *name, const char *from)
{
	char source[PATH_MAX];

	assert_non_null(realpath(arena_printf(ctx->arena, "%s/%s", web_source_directory(), from),
				 source));
	assert_int_equal(symlink(source, arena_printf(ctx->arena, "%s/templates/%s", share, name)),
			 0);
}

/* A share directory with all of templates/, and the cases as one folder more. */
static int setup(void **state)
{
	struct golden *golden = calloc(1, sizeof(*golden));
	struct vt_ctx *ctx = &golden->unit.ctx;
	glob_t folders;

	golden->name = *state;
	vt_ctx_init(ctx, arena_new(), "unit");
	golden->share = arena_strdup(ctx->arena, "/tmp/ventanilla-unit-XXXXXX");
	assert_non_null(mkdtemp(golden->share));
	assert_int_equal(mkdir(arena_printf(ctx->arena, "%s/templates", golden->share), 0700), 0);
	assert_int_equal(glob(arena_printf(ctx->arena, "%s/templates/*", web_source_directory()), 0,
			      NULL, &folders), 0);
	for (size_t i = 0; i < folders.gl_pathc; i++) {
		const char *name = strrchr(folders.gl_pathv[i], '/') + 1;

		link_into(ctx, golden->share, name, arena_printf(ctx->arena, "templates/%s", name));
	}
	globfree(&folders);
	link_into(ctx, golden->share, "golden", "tests/golden");
	assert_int_equal(template_init(ctx, golden->share, false), 0);
	*state = golden;
	return 0;
}

static int teardown(void **state)
{
	struct golden *golden = *state;

	template_close();
	web_share_remove(&golden->unit.ctx, golden->share);
	arena_free(golden->unit.ctx.arena);
	free(golden);
	return 0;
}

static const char *path_of(struct vt_ctx *ctx, const char *name, const char *extension)
{
	return arena_printf(ctx->arena, "%s/tests/golden/%s.%s", web_source_directory(), name,
			    extension);
}

/* Lines "Path.To.Name = text"; the text is everything behind the equals sign and its blank. */
static void read_data(const char *path, struct t_node *data)
{
	FILE *file = fopen(path, "r");
	char line[LINE_SIZE];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char *equals = strstr(line, " = ");

		line[strcspn(line, "\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		assert_non_null(equals);
		*equals = '\0';
		t_set(data, line, equals + 3);
	}
	fclose(file);
}

static char *read_text(struct vt_ctx *ctx, const char *path)
{
	FILE *file = fopen(path, "r");
	struct strbuf text;
	char piece[4096];
	size_t got;

	assert_non_null(file);
	strbuf_init(&text, ctx->arena, 0);
	while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
		strbuf_add(&text, piece, got);
	fclose(file);
	return text.data;
}

static void is_rendered_to_the_byte(void **state)
{
	struct golden *golden = *state;
	struct vt_ctx *ctx = unit_ctx(state);
	const char *name = golden->name;
	struct t_node *data = t_new(ctx);
	struct strbuf out;

	read_data(path_of(ctx, name, "hdf"), data);
	strbuf_init(&out, ctx->arena, 0);
	assert_int_equal(template_render(ctx, arena_printf(ctx->arena, "golden/%s.cs", name), data,
					 &out), 0);
	if (getenv("GOLDEN_UPDATE")) {
		FILE *file = fopen(path_of(ctx, name, "html"), "w");

		assert_non_null(file);
		assert_true(fputs(out.data, file) >= 0);
		assert_int_equal(fclose(file), 0);
	}
	assert_string_equal(out.data, read_text(ctx, path_of(ctx, name, "html")));
}

/* One test per case, named after it. */
int main(void)
{
	struct CMUnitTest *tests;
	char pattern[PATH_MAX];
	glob_t cases;
	int failures;

	snprintf(pattern, sizeof(pattern), "%s/tests/golden/*.cs", web_source_directory());
	if (glob(pattern, 0, NULL, &cases))
		return EXIT_FAILURE;
	tests = calloc(cases.gl_pathc, sizeof(*tests));
	for (size_t i = 0; i < cases.gl_pathc; i++) {
		char *name = strrchr(cases.gl_pathv[i], '/') + 1;

		*strrchr(name, '.') = '\0';
		tests[i] = (struct CMUnitTest){ name, is_rendered_to_the_byte, setup, teardown,
						name };
	}
	failures = _cmocka_run_group_tests("golden", tests, cases.gl_pathc, NULL, NULL);
	free(tests);
	globfree(&cases);
	return failures;
}
