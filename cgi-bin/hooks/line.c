#include "base/vt.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/json.h"
#include "base/secret.h"
#include "db/db.h"
#include "sql_hooks.h"
#include "cgi-bin/hooks/door.h"

#define KNOWN_MAX 64
#define KNOWN_US (3 * CLOCK_SECOND)
#define SECRETS_MAX 16
#define SECRETS_TEXT_MAX ((size_t)64 * 1024)

/* What was read lately, by its key. */
static struct known {
	struct vt_ctx ctx;
	const char *key;
	int64_t read_at;
	struct line line;
} known[KNOWN_MAX];

static int read_secrets(struct vt_ctx *ctx, const char *text, struct line *line)
{
	struct json_member member;
	struct json *object;
	void *cursor = NULL;
	char *value;

	line->secrets = arena_calloc(ctx->arena, SECRETS_MAX, sizeof(*line->secrets));
	if (json_parse(ctx, text, strlen(text), SECRETS_TEXT_MAX, &object) < 0)
		return -1;
	while (line->secret_count < SECRETS_MAX && json_object_next(object, &cursor, &member)) {
		if (secret_decrypt(ctx, program_key(), json_str(member.value, "", ""), &value) < 0)
			return vt_note(ctx, "secret %s of channel %" PRId64, member.name, line->channel_id);
		line->secrets[line->secret_count++] = (struct line_secret){
			arena_strdup(ctx->arena, member.name), value,
		};
	}
	return 0;
}

static int read_line(struct vt_ctx *ctx, const struct db_result *row, struct line *line)
{
	*line = (struct line){
		.network = channel_by_messenger((int)db_i64(row, 0, "messenger")),
		.channel_id = db_i64(row, 0, "channel_id"),
		.account = arena_strdup(ctx->arena, db_text(row, 0, "account")),
		.business = arena_strdup(ctx->arena, db_text(row, 0, "business")),
	};
	if (!line->network || !line->network->verify)
		return vt_fail(ctx, VT_E_NOT_FOUND, "channel %" PRId64 " is never called", line->channel_id);
	return read_secrets(ctx, db_text(row, 0, "secrets"), line);
}

/* The place of a key, or one to forget for it. */
static struct known *place_of(const char *key)
{
	struct known *oldest = known;

	for (size_t i = 0; i < KNOWN_MAX; i++) {
		if (known[i].key && !strcmp(known[i].key, key))
			return &known[i];
		if (known[i].read_at < oldest->read_at)
			oldest = &known[i];
	}
	return oldest;
}

static void forget(struct known *place)
{
	if (!place->ctx.arena)
		vt_ctx_init(&place->ctx, arena_new(), "line");
	vt_ctx_reset(&place->ctx);
	place->key = NULL;
	place->read_at = 0;
}

int line_by_key(struct vt_ctx *ctx, const char *key, bool anew, const struct line **out)
{
	int64_t now = clock_monotonic_us();
	struct known *place = place_of(key);
	struct db_result *row;

	if (!anew && place->key && !strcmp(place->key, key) &&
	    now - place->read_at < config_period(program_config(), KNOWN_US)) {
		*out = &place->line;
		return 0;
	}
	if (db_query(ctx, &row, &SQL_HOOKS_CHANNEL, "s", key) < 0)
		return -1;
	forget(place);
	if (!db_rows(row))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no such line");
	if (read_line(&place->ctx, row, &place->line) < 0) {
		ctx->error = place->ctx.error;
		return -1;
	}
	place->key = arena_strdup(place->ctx.arena, key);
	place->read_at = now;
	*out = &place->line;
	return 0;
}

int line_by_account(struct vt_ctx *ctx, const struct line *line, const char *account, struct line **out)
{
	struct db_result *row;

	*out = NULL;
	if (db_query(ctx, &row, &SQL_HOOKS_ACCOUNT, "is", (int64_t)line->network->messenger, account) < 0)
		return -1;
	if (!db_rows(row))
		return 0;
	*out = arena_alloc(ctx->arena, sizeof(**out));
	return read_line(ctx, row, *out);
}

const char *line_secret(const struct line *line, const char *name)
{
	for (size_t i = 0; i < line->secret_count; i++) {
		if (!strcmp(line->secrets[i].name, name))
			return line->secrets[i].value;
	}
	return NULL;
}
