/* What tests of the web room share: where the sources are, and files of a test's own. */
#ifndef VT_UNIT_WEB_H
#define VT_UNIT_WEB_H

#include "unit.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

/* Where templates/ and tests/ are: the tests run there, or `srcdir` says it. */
static inline const char *web_source_directory(void)
{
	return getenv("srcdir") ? getenv("srcdir") : ".";
}

/* A share directory of the test's own, in ctx->arena, with templates/<folder> in it. */
static inline char *web_share(struct vt_ctx *ctx, const char *folder)
{
	char *share = arena_strdup(ctx->arena, "/tmp/ventanilla-unit-XXXXXX");

	assert_non_null(mkdtemp(share));
	assert_int_equal(mkdir(arena_printf(ctx->arena, "%s/templates", share), 0700), 0);
	assert_int_equal(mkdir(arena_printf(ctx->arena, "%s/templates/locale", share), 0700), 0);
	assert_int_equal(mkdir(arena_printf(ctx->arena, "%s/templates/locale/es_AR", share), 0700),
			 0);
	assert_int_equal(mkdir(arena_printf(ctx->arena, "%s/templates/%s", share, folder), 0700),
			 0);
	return share;
}

static inline void web_write(struct vt_ctx *ctx, const char *share, const char *name,
			     const char *text)
{
	FILE *file = fopen(arena_printf(ctx->arena, "%s/templates/%s", share, name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline void web_share_remove(struct vt_ctx *ctx, const char *share)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		execlp("rm", "rm", "-rf", share, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	(void)ctx;
}

#endif
