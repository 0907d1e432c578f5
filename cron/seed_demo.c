#include "base/vt.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "bot/flow.h"
#include "cron/command.h"
#include "db/db.h"

#define SEED_SIZE_MAX (256 * 1024)

static int read_seed(struct vt_ctx *ctx, const struct config *config, const char *name, char **text)
{
	char *path = arena_printf(ctx->arena, "%s/sql/seed/%s", config->share_directory, name);
	FILE *file = fopen(path, "re");

	if (!file)
		return vt_fail(ctx, VT_E_INVALID, "cannot read %s", path);
	*text = arena_alloc(ctx->arena, SEED_SIZE_MAX);
	size_t size = fread(*text, 1, SEED_SIZE_MAX - 1, file);
	fclose(file);
	(*text)[size] = '\0';
	return 0;
}

static void quote(struct strbuf *out, const char *text)
{
	strbuf_putc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_putc(out, '\'');
		strbuf_putc(out, *text);
	}
	strbuf_putc(out, '\'');
}

/* Our own file with our own two values, quoted; comments are dropped first. */
static const char *filled(struct vt_ctx *ctx, const char *text, const char *flow, const char *hash)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, SEED_SIZE_MAX);
	while (*text) {
		if (!strncmp(text, "--", 2)) {
			text += strcspn(text, "\n");
		} else if (!strncmp(text, "$FLOW", 5)) {
			quote(&out, flow);
			text += 5;
		} else if (!strncmp(text, "$PASSWORD", 9)) {
			quote(&out, hash);
			text += 9;
		} else {
			strbuf_putc(&out, *text++);
		}
	}
	return out.data;
}

static int load(struct vt_ctx *ctx, void *arg)
{
	return db_script(ctx, arg);
}

int command_seed_demo(struct vt_ctx *ctx, const struct config *config, int argc, char **argv)
{
	char *seed, *flow_text, *hash;
	struct flow *flow;

	if (argc != 2)
		return vt_fail(ctx, VT_E_INVALID, "give the demo users' password");
	if (read_seed(ctx, config, "demo.sql", &seed) < 0 ||
	    read_seed(ctx, config, "flow-demo.json", &flow_text) < 0 ||
	    flow_parse(ctx, flow_text, strlen(flow_text), &flow, NULL, NULL) < 0 ||
	    secret_password_hash(ctx, argv[1], &hash) < 0)
		return -1;
	const char *script = filled(ctx, seed, flow_text, hash);
	if (db_transaction(ctx, load, (void *)(uintptr_t)script) < 0)
		return -1;
	printf("demonstration data loaded\n");
	return 0;
}
