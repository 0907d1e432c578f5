#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "channel/setting.h"
#include "routing/line.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/line.h"
#include "sql_channel.h"

#define SECTION "channels"
#define MINUTE_S 60
#define SETTINGS_MAX (64 * 1024)
#define LIST_MAX 10000                 /* characters of a list as it is written */
#define IDLE_STANDARD_S 1800
#define LOST_STANDARD_S 120

enum part { PART_SHELL, PART_LINE, PART_BOTS, PART_QUEUES, PART_USE, PART_SECRETS, PART_HEALTH };       /* and LINE_HEALTH_STATEMENTS - 1 more */

/* Can what contacts say reach us? */
static bool is_offered(const struct channel *network)
{
	return network && (network->verify || network->polls || network->stored_is_sent);
}

static void pulse_fill(struct vt_ctx *ctx, const struct db_result *pulse, int64_t channel_id, struct t_node *item)
{
	for (size_t row = 0; row < db_rows(pulse); row++) {
		if (db_i64(pulse, row, "channel_id") == channel_id)
			line_pulse_fill(ctx, pulse, row, item);
	}
}

int channels_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **results;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHANNEL_LIST, "") < 0 || db_pipe_add(ctx, 0, &SQL_CHANNEL_PULSE, "i", (int64_t)0) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	const struct db_result *rows = results[1];
	for (size_t row = 0; row < db_rows(rows); row++) {
		int messenger = (int)db_i64(rows, row, "messenger");
		struct t_node *item = t_item(t_child(page, "items"));
		t_set(item, "id", db_text(rows, row, "channel_id"));
		t_set(item, "name", db_text(rows, row, "name"));
		t_set(item, "messenger", code_name("messenger", messenger));
		t_set_bool(item, "enabled", db_bool(rows, row, "enabled"));
		t_set(item, "bot", db_text_or_null(rows, row, "bot_name"));
		t_set(item, "queue", db_text(rows, row, "queue_name"));
		t_set(item, "operators", db_text(rows, row, "operator_count"));
		t_set_bool(item, "nobody", !db_i64(rows, row, "operator_count"));
		t_set(item, "open", db_text(rows, row, "open_count"));
		t_set_bool(item, "hours", db_bool(rows, row, "has_hours"));
		t_set_bool(item, "designed", messenger == MESSENGER_WEBCHAT);
		pulse_fill(ctx, results[2], db_i64(rows, row, "channel_id"), item);
	}
	for (size_t i = 0; i < channel_count(); i++) {
		if (is_offered(channel_at(i)))
			t_set(t_item(t_child(page, "networks")), "key", channel_at(i)->name);
	}
	return staff_render(ctx, request, response, "channels/page.cs", NULL, page);
}

/* Of a stored one its network; of a new one the address or the form says it. NULL: none built in. */
static const struct channel *network_of(const struct request *request, const struct db_result *row)
{
	const char *name = request_form(request, "messenger");

	if (db_rows(row))
		return channel_by_messenger((int)db_i64(row, 0, "messenger"));
	const struct channel *network = channel_by_name(*name ? name : request_query(request, "messenger"));
	return is_offered(network) ? network : NULL;
}

static bool is_secret(const struct channel_field *field)
{
	return !strcmp(field->type, "secret");
}

static bool is_written(const struct db_result *secrets, const struct channel_field *field)
{
	for (size_t row = 0; row < db_rows(secrets); row++) {
		if (!strcmp(db_text(secrets, row, "name"), field->name))
			return true;
	}
	return false;
}

/* Before its key. */
static const char *hook(struct vt_ctx *ctx)
{
	return arena_printf(ctx->arena, "%s/hooks/", program_config()->base_url);
}

static void choices(struct vt_ctx *ctx, const struct request *request,
		    const struct channel_field *field, const char *text, struct t_node *node)
{
	for (const char *option = field->options; option && *option; option += strspn(option, " ")) {
		size_t length = strcspn(option, " ");
		const char *key = arena_strndup(ctx->arena, option, length);
		const char *name = arena_printf(ctx->arena, "channel_option.%s.%s", field->name, key);
		admin_option(request, t_child(node, "options"), field->name, key,
			     locale_text(ctx, name, NULL), !strcmp(key, text));
		option += length;
	}
}

/* What stands below a field; of a secret also that there is one. */
static const char *help_of(struct vt_ctx *ctx, const struct channel *network,
			   const struct channel_field *field, const struct db_result *secrets)
{
	const char *help = template_locale(arena_printf(ctx->arena, "channel_help.%s.%s", network->name,
							field->name));

	if (!is_secret(field))
		return help;
	return arena_printf(ctx->arena, "%s%s%s", help ? help : "", help ? " " : "",
			    locale_text(ctx, is_written(secrets, field) ? "channels.secret_kept"
					: "channels.secret_none", NULL));
}

/* A secret is never shown, nor what was written of one in a form that comes back. */
static const char *value_of(struct vt_ctx *ctx, const struct request *request,
			    const struct channel_field *field, struct json *settings)
{
	const char *stored;

	if (is_secret(field))
		return "";
	if (admin_sent(request))
		return request_form(request, field->name);
	stored = channel_setting_text(ctx, field, settings);
	return !*stored && field->fallback ? field->fallback : stored;
}

/* The network's own fields, by their types. */
static int settings_fill(struct vt_ctx *ctx, const struct request *request, struct db_result **parts,
			 const struct channel *network, struct t_node *page)
{
	const struct db_result *row = parts[PART_LINE];
	const char *text = db_rows(row) ? db_text(row, 0, "settings") : "{}";
	struct json *settings;

	if (json_parse(ctx, text, strlen(text), SETTINGS_MAX, &settings) < 0)
		return vt_note(ctx, "settings of a channel");
	for (size_t i = 0; i < network->field_count; i++) {
		const struct channel_field *field = &network->fields[i];
		const char *label = arena_printf(ctx->arena, "channel_field.%s.%s", network->name, field->name);
		const char *value = value_of(ctx, request, field, settings);
		if (field->looks)
			continue;
		struct t_node *node = t_item(t_child(page, "fields"));
		t_set(node, "name", field->name);
		t_set(node, "type", field->type);
		t_set_i64(node, "max", field->max);
		t_set(node, "label", locale_text(ctx, label, NULL));
		t_set(node, "help", help_of(ctx, network, field, parts[PART_SECRETS]));
		t_set(node, "value", value);
		choices(ctx, request, field, value, node);
	}
	return 0;
}

static void lists_fill(struct vt_ctx *ctx, const struct request *request, struct db_result **parts,
		       struct t_node *fields)
{
	const struct db_result *row = parts[PART_LINE], *bots = parts[PART_BOTS], *queues = parts[PART_QUEUES];
	int64_t bot_id = db_rows(row) ? db_i64(row, 0, "bot_id") : 0;
	int64_t queue_id = db_rows(row) ? db_i64(row, 0, "default_queue_id") : 0;

	admin_option(request, t_child(fields, "bot"), "bot", "0", locale_text(ctx, "channels.no_bot", NULL),
		     !bot_id);
	for (size_t i = 0; i < db_rows(bots); i++)
		admin_option(request, t_child(fields, "bot"), "bot", db_text(bots, i, "bot_id"),
			     db_text(bots, i, "name"), db_i64(bots, i, "bot_id") == bot_id);
	for (size_t i = 0; i < db_rows(queues); i++)
		admin_option(request, t_child(fields, "queue"), "queue", db_text(queues, i, "queue_id"),
			     db_text(queues, i, "name"), db_i64(queues, i, "queue_id") == queue_id);
}

static void form_fill(struct vt_ctx *ctx, const struct request *request, struct db_result **parts,
		      const struct channel *network, struct t_node *page)
{
	const struct db_result *row = parts[PART_LINE];
	struct t_node *fields = t_child(page, "form");
	bool there = db_rows(row);

	if (there) {
		t_set(fields, "id", db_text(row, 0, "channel_id"));
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set(fields, "key", db_text(row, 0, "key"));
	}
	t_set(fields, "messenger", network->name);
	t_set_bool(fields, "designed", there && network->messenger == MESSENGER_WEBCHAT);
	/* Whoever leaves a page waits elsewhere in other networks. */
	t_set_bool(fields, "leaves", network->stored_is_sent);
	t_set_bool(fields, "called", network->verify != NULL);
	if (there && network->verify)
		t_set(fields, "hook_address", arena_printf(ctx->arena, "%s%s", hook(ctx), db_text(row, 0, "key")));
	admin_field(request, fields, "name", there ? db_text(row, 0, "name") : "");
	admin_check(request, fields, "enabled", !there || db_bool(row, 0, "enabled"));
	admin_field_i64(request, fields, "idle",
			(there ? db_i64(row, 0, "idle_close_s") : IDLE_STANDARD_S) / MINUTE_S);
	admin_field_i64(request, fields, "lost",
			there ? db_i64(row, 0, "heartbeat_lost_s") : LOST_STANDARD_S);
	lists_fill(ctx, request, parts, fields);
	admin_use_fill(parts[PART_USE], page);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHANNEL_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHANNEL_BOTS, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHANNEL_QUEUES, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHANNEL_USE, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_CHANNEL_SECRETS, "i", id) < 0 ||
	    line_health_ask(ctx, id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	const struct db_result *row = parts[PART_LINE];
	const struct channel *network = network_of(request, row);
	if ((id && !db_rows(row)) || !network)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no channel %" PRId64 ", or no such network", id);
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	form_fill(ctx, request, parts, network, page);
	if (id)
		line_health_fill(ctx, parts + PART_HEALTH, t_child(page, "health"));
	if (settings_fill(ctx, request, parts, network, page) < 0)
		return -1;
	return staff_render(ctx, request, response, "channels/form.cs", NULL, page);
}

/* What is as it would be without having been written stays unwritten. */
static int setting_read(struct vt_ctx *ctx, const struct request *request, const struct channel *network,
			const struct channel_field *field, struct json *settings, struct line *line)
{
	const char *text;

	if (form_text(ctx, request, field->name, LIST_MAX, FORM_OPTIONAL, &text) < 0)
		return -1;
	if (field->hook && !*text) {
		line->hook = hook(ctx);
		return 0;
	}
	if (field->fallback && !field->required && !strcmp(text, field->fallback))
		text = "";
	return channel_setting_read(ctx, network, field, text, settings);
}

/* Left empty it stays as it is; without one that must be there is no line. */
static int secret_read(struct vt_ctx *ctx, const struct request *request, const struct channel *network,
		       const struct channel_field *field, bool written, struct line_secret *secret)
{
	const char *key;

	*secret = (struct line_secret){
		.name = field->name, .verifies = field->verifies, .sends = !field->verifies || field->told,
	};
	if (form_text(ctx, request, field->name, (size_t)field->max,
		      field->required && !written ? 0 : FORM_OPTIONAL, &secret->value) < 0)
		return -1;
	key = *secret->value && network->check ? network->check(field->name, secret->value) : NULL;
	return key ? vt_fail_field(ctx, field->name, key, "refused by the network's check") : 0;
}

static int settings_read(struct vt_ctx *ctx, const struct request *request, int64_t id,
			 const struct channel *network, struct line *line)
{
	struct line_secret *secrets = arena_calloc(ctx->arena, network->field_count + 1, sizeof(*secrets));
	struct json *settings = json_new_object(ctx);
	struct db_result *written;

	if (db_query(ctx, &written, &SQL_CHANNEL_SECRETS, "i", id) < 0)
		return -1;
	for (size_t i = 0; i < network->field_count; i++) {
		const struct channel_field *field = &network->fields[i];
		struct line_secret *secret = &secrets[line->secret_count];
		if (field->looks)
			continue;
		if (is_secret(field)) {
			if (secret_read(ctx, request, network, field, is_written(written, field), secret) < 0)
				return -1;
			line->secret_count += *secret->value != '\0';
		} else if (setting_read(ctx, request, network, field, settings, line) < 0) {
			return -1;
		}
	}
	line->settings = json_text(ctx, settings);
	line->secrets = secrets;
	return 0;
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct line line = {
		.enabled = form_checked(request, "enabled"), .hook = "", .key = program_key(),
	};
	const struct channel *network;
	struct db_result *row;
	int64_t minutes = 0;

	if (db_query(ctx, &row, &SQL_CHANNEL_GET, "i", edit->id) < 0)
		return -1;
	network = network_of(request, row);
	if ((edit->id && !db_rows(row)) || !network)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no channel, or no such network");
	line.messenger = network->messenger;
	if (form_text(ctx, request, "name", LINE_NAME_MAX, 0, &line.name) < 0 ||
	    form_i64(ctx, request, "bot", 0, INT64_MAX, FORM_OPTIONAL, &line.bot_id) < 0 ||
	    form_i64(ctx, request, "queue", 1, INT64_MAX, 0, &line.queue_id) < 0 ||
	    form_i64(ctx, request, "idle", 1, LINE_IDLE_MAX_S / MINUTE_S, 0, &minutes) < 0 ||
	    form_i64(ctx, request, "lost", 30, LINE_LOST_MAX_S, 0, &line.heartbeat_lost_s) < 0 ||
	    settings_read(ctx, request, edit->id, network, &line) < 0)
		return -1;
	line.idle_close_s = minutes * MINUTE_S;
	return line_save(ctx, edit, &line);
}

static const struct admin_form form = { SECTION, "channel", render, save, line_remove };

/* Without a network a new one has no form: the list offers those there are. */
int line_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int line_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int line_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
