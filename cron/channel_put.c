#include "base/vt.h"
#include "base/json.h"
#include "base/secret.h"
#include "channel/setting.h"
#include "cron/command.h"
#include "db/db.h"
#include "people/audit.h"
#include "routing/line.h"
#include "sql_channel_put.h"

#define INPUT_MAX (64 * 1024)

struct put {
	const struct channel *network;
	struct json *settings, *secrets;
	const char *key, *name, *queue, *bot;
	uint8_t file_key[SECRET_KEY_SIZE];
};

static int write_channel(struct vt_ctx *ctx, void *arg)
{
	struct put *put = arg;
	struct db_result *result;
	struct json_member member;
	void *cursor = NULL;

	if (db_query(ctx, &result, &SQL_CHANNEL_PUT, "issssj", (int64_t)put->network->messenger, put->key,
		     put->name, put->bot, put->queue, json_text(ctx, put->settings)) < 0)
		return -1;
	if (!db_rows(result))
		return vt_fail(ctx, VT_E_INVALID, "there is no queue '%s', or '%s' is of another network",
			       put->queue, put->key);
	int64_t channel_id = db_i64(result, 0, "channel_id");
	while (put->secrets && json_object_next(put->secrets, &cursor, &member)) {
		const struct channel_field *field = channel_field(put->network, member.name);
		const struct line_secret secret = {
			.name = field->name, .value = json_str(member.value, "", ""),
			.verifies = field->verifies, .sends = !field->verifies || field->told,
		};
		if (line_secret_put(ctx, put->file_key, channel_id, &secret) < 0)
			return -1;
	}
	if (db_exec(ctx, NULL, &SQL_CHANNEL_PUT_OPERATORS, "i", channel_id) < 0)
		return -1;
	const struct audit audit = {
		.action = "channel.save", .entity = "channel", .entity_id = channel_id,
		.after = json_text(ctx, put->settings),
	};
	return audit_alone(ctx, &audit);
}

/* Fields as the network's table has them, each with a value that it takes. */
static int read_fields(struct vt_ctx *ctx, struct put *put, struct json *given, bool secret, struct json *out)
{
	struct json_member member;
	void *cursor = NULL;

	while (given && json_object_next(given, &cursor, &member)) {
		const struct channel_field *field = channel_field(put->network, member.name);
		const char *value = json_str(member.value, "", NULL);
		if (!field || !value || secret != !strcmp(field->type, "secret"))
			return vt_fail(ctx, VT_E_INVALID, "%s has no %s '%s', or its value is no text",
				       put->network->name, secret ? "secret" : "setting", member.name);
		if (!secret && channel_setting_read(ctx, put->network, field, value, out) < 0)
			return vt_note(ctx, "%s", member.name);
		if (secret && put->network->check && put->network->check(field->name, value))
			return vt_fail(ctx, VT_E_INVALID, "%s: not a value of it", member.name);
	}
	return 0;
}

static int read_put(struct vt_ctx *ctx, struct put *put)
{
	char *text = arena_alloc(ctx->arena, INPUT_MAX);
	size_t size = fread(text, 1, INPUT_MAX, stdin);
	struct json *given;
	const char *network;

	put->settings = json_new_object(ctx);
	if (json_parse(ctx, text, size, INPUT_MAX - 1, &given) < 0 ||
	    json_str_req(ctx, given, "network", 20, &network) < 0 ||
	    json_str_req(ctx, given, "key", 40, &put->key) < 0 ||
	    json_str_req(ctx, given, "name", 80, &put->name) < 0 ||
	    json_str_req(ctx, given, "queue", 80, &put->queue) < 0)
		return -1;
	put->network = channel_by_name(network);
	if (!put->network)
		return vt_fail(ctx, VT_E_INVALID, "there is no network '%s'", network);
	put->bot = json_str(given, "bot", "");
	put->secrets = json_at(given, "secrets");
	if (read_fields(ctx, put, json_at(given, "settings"), false, put->settings) < 0)
		return -1;
	return read_fields(ctx, put, put->secrets, true, NULL);
}

int command_channel_put(struct vt_ctx *ctx, const struct config *config, int argc, char **argv)
{
	struct put put = { 0 };

	(void)argv;
	if (argc != 1)
		return vt_fail(ctx, VT_E_INVALID, "it takes no arguments: the channel comes on standard input");
	if (secret_key_load(ctx, config->key_file, put.file_key) < 0)
		return -1;
	int code = read_put(ctx, &put) < 0 ? -1 : db_transaction(ctx, write_channel, &put);
	secret_wipe(put.file_key, sizeof(put.file_key));
	if (code < 0)
		return -1;
	printf("channel %s of %s is there\n", put.key, put.network->name);
	return 0;
}
